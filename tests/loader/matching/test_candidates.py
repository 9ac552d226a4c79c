"""Blocking finds what scoring would find, within the limits that it states."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import match
from loader.matching import candidates, score
from loader.matching.candidates import SearchStatistics
from loader.matching.party import Party
from loader.matching.words import WordWeights
from tests.loader.matching.test_pairs import ROWS, side
from tests.support.matching_lists import build_party
from tests.support.paths import FIXTURES, find_shared


def every_pair(parties: list[Party], least: float) -> set[tuple[str, str]]:
    """The slow way: each party against each other of another dataset."""
    words = WordWeights(parties)
    return {
        (a.id, b.id)
        for a, b in combinations(sorted(parties, key=lambda p: p.id), 2)
        if a.dataset != b.dataset and score.score_pair(a, b, words).score >= least
    }


def find_pairs(parties: list[Party], least: float = score.LEAST) -> set[tuple[str, str]]:
    return {(c.a.id, c.b.id) for c in candidates.find(parties, least=least)}


def test_blocking_loses_no_pair_of_the_labelled_table() -> None:
    parties = []
    for n, row in enumerate(ROWS):
        parties += [replace(side(row, which), id=f"{which}-{n}") for which in ("a", "b")]
    across = {(a, b) for a, b in find_pairs(parties) if a[0] != b[0]}
    assert across == every_pair(parties, score.LEAST)


def test_within_one_list_only_identifiers_count() -> None:
    ships = [build_party("Maria", "Ship", id_=f"a-{n}", facts={"tonnage": "4600"}) for n in range(3)]
    assert find_pairs(ships) == set()
    numbered = [
        replace(s, identifiers=build_party("x", "Ship", numbers=[("IMO", "9358010")]).identifiers) for s in ships[:2]
    ]
    assert find_pairs([*numbered, ships[2]]) == {("a-0", "a-1")}


def test_a_key_that_too_many_share_is_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_CAPS", {0: 3, 1: 3, 2: 3})
    many = [build_party("Orient", "Company", id_=f"{d}-{n}", dataset=d) for d in "ab" for n in range(3)]
    effort = SearchStatistics()
    assert list(candidates.find(many, effort=effort)) == []
    assert effort.keys_left_out > 0
    assert len(effort.names_left_out) == 6


def test_the_order_of_the_parties_does_not_matter() -> None:
    parties = [replace(side(row, which), id=f"{which}-{n}") for n, row in enumerate(ROWS) for which in "ab"]
    one, other = list(candidates.find(parties)), list(candidates.find(parties[::-1]))
    assert [(c.a.id, c.b.id, c.verdict) for c in one] == [(c.a.id, c.b.id, c.verdict) for c in other]


def test_nothing_to_compare() -> None:
    assert list(candidates.find([])) == []
    assert list(candidates.find([build_party("!!!", "Company"), build_party("Orient", "Company", dataset="b")])) == []


_name = st.lists(
    st.sampled_from("kwangsong taesong pugang trading korea bank orient 26 27 star".split()), min_size=1, max_size=4
)


@settings(max_examples=40)
@given(st.lists(st.tuples(_name, st.sampled_from("ab"), st.sampled_from(["Company", "Ship"])), max_size=12))
def test_blocking_equals_comparing_all_on_small_lists(rows: list[tuple[list[str], str, str]]) -> None:
    parties = [build_party(" ".join(name), type_, id_=f"{d}-{n}", dataset=d) for n, (name, d, type_) in enumerate(rows)]
    assert find_pairs(parties) == every_pair(parties, score.LEAST)


def test_a_list_meets_itself() -> None:
    one, other = (match.read_parties(FIXTURES / "ofac" / "old", dataset) for dataset in "ab")
    pairs = find_pairs([*one, *other], least=score.LIKELY)
    same = {p.id: q.id for p in one for q in other if match.get_list_number(p.id) == match.get_list_number(q.id)}
    namesakes = {("a-110", "b-110"), ("a-111", "b-111")}  # two entries of one name, and nothing else to go by
    assert len(same) > 10
    assert same.items() - pairs == namesakes


@pytest.mark.slow
def test_a_thousand_real_rows_of_two_editions_meet() -> None:
    """A part of benchmarks/match.py: the North Korea rows and every tenth other one; ids with equal numbers are one."""
    chosen = []
    for folder, dataset in (("2019-01", "a"), ("2021-07", "b")):
        everyone = match.read_parties(find_shared("data", "ofac", folder), dataset)
        chosen.append(
            [p for p in everyone if "north-korea" in p.countries or match.get_list_number(p.id).endswith("7")]
        )
    pairs = find_pairs([*chosen[0], *chosen[1]], least=score.LIKELY)
    right = {(a, b) for a, b in pairs if match.get_list_number(a) == match.get_list_number(b)}
    true = {match.get_list_number(p.id) for p in chosen[0]} & {match.get_list_number(p.id) for p in chosen[1]}
    assert len(true) > 700
    assert len(right) >= 0.97 * len(pairs)
    assert len(right) >= 0.93 * len(true)
