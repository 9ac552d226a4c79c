"""Claims stand in one order wherever they are read."""

from itertools import pairwise, permutations

import pytest

from explorer.claims import sentences
from graph.database.store import Store
from graph.evidence import GRADES, rank_grade
from graph.model import Claim
from graph.reading import browse


def make(id_: str, grade: str, stance: str = "asserted") -> Claim:
    """A claim of a grade."""
    return Claim(id_, "a", "OWNS", stance, "s", "b", reliability=grade[0], credibility=grade[1])


def test_denials_come_first_and_then_the_best_graded_as_evidence_ranks_them() -> None:
    claims = [make("1", "A6"), make("2", "B1"), make("3", "C3", "denied"), make("4", "F1"), make("5", "B2")]
    for order in permutations(claims):
        assert [c.id for c in sentences.sort_claims(order)] == ["3", "2", "5", "1", "4"]
    assert [c.grade for c in sentences.sort_claims([make(g, g) for g in reversed(GRADES)])] == list(GRADES)


@pytest.mark.database
def test_pages_of_claims_stand_in_the_same_order(store: Store) -> None:
    total = browse.count_claims(store, "north-korea")[0]
    assert total >= 20
    pages = [browse.read_evidence(store, entity="north-korea", most=5, skip=at).claims for at in range(0, total, 5)]
    keys = [sorted((c.stance != "denied", rank_grade(c.grade)) for c in page) for page in pages]
    assert sum(map(len, pages)) == len({c.id for page in pages for c in page}) == total
    assert len({c.grade for page in pages for c in page}) > 1
    for page, following in pairwise(keys):
        assert page[-1] <= following[0]
