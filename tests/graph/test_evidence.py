"""Claims make relationships: stance, grade and dates follow from them, and no disagreement is lost."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import evidence
from graph.model import ABSENCES, NOT_FOUND, NOT_LISTED, Claim

BASE = Claim(
    id="c1",
    subject="a",
    predicate="EXPORTS_TO",
    object="b",
    stance="asserted",
    source="s1",
    asserted_by="p",
    reliability="B",
    credibility="2",
    reported_on="2023-11",
    valid_from="2023-09",
    summary="A exports to B.",
)


def test_a_denial_makes_the_line_contested_and_keeps_the_best_asserting_grade() -> None:
    denial = replace(BASE, id="c2", stance="denied", source="s2", asserted_by="q", reliability="A", credibility="1")
    edge = evidence.build_relationship([denial, BASE])
    assert (edge.stance, edge.claims) == ("contested", ("c1", "c2"))
    assert edge.properties["grade"] == "B2"  # the denial's A1 does not make the export better evidenced
    assert edge.properties["speakers"] == ["p"]
    assert edge.properties["sources"] == ["s1", "s2"]


def test_only_denied_is_denied_and_only_asserted_is_asserted() -> None:
    assert evidence.build_relationship([replace(BASE, stance="denied")]).stance == "denied"
    assert evidence.build_relationship([BASE]).stance == "asserted"


def test_the_end_is_open_while_one_claim_gives_none() -> None:
    ended = replace(BASE, id="c2", valid_to="2024")
    assert evidence.build_relationship([BASE, ended]).properties["valid_to"] == ""
    assert evidence.build_relationship([ended]).properties["valid_to"] == "2024"


def test_no_claims_make_no_relationship() -> None:
    with pytest.raises(ValueError, match="at least one claim"):
        evidence.build_relationship([])


@given(st.lists(st.sampled_from([(x, y) for x in "ABCDEF" for y in "123456"]), min_size=1), st.randoms())
def test_the_best_grade_is_one_of_them_in_any_order(pairs: list[tuple[str, str]], random) -> None:
    claims = [replace(BASE, id=str(i), reliability=a, credibility=b) for i, (a, b) in enumerate(pairs)]
    best = evidence.select_best_grade(claims)
    assert best in {c.grade for c in claims}
    random.shuffle(claims)
    assert evidence.select_best_grade(claims) == best


def test_names_leave_out_what_is_denied() -> None:
    named = replace(BASE, predicate="HAS_NAME", object=None, value="No. 26 Factory")
    other = replace(named, id="c2", value="Factory 93")
    assert evidence.list_names([named, other, replace(other, id="c3", stance="denied")]) == ["No. 26 Factory"]


@pytest.mark.parametrize(
    ("one", "other"),
    [("T'aesŏng", "taesong"), ("Kim Jong-un", "KIM JONG UN"), ("Kaech’ŏn", "Kaechon"), ("강계", "강계")],
)
def test_folding_makes_spellings_meet(one: str, other: str) -> None:
    assert evidence.fold(one) == evidence.fold(other)


def test_folding_keeps_other_scripts_apart() -> None:
    assert evidence.fold("강계") != evidence.fold("강서")


def test_what_was_withdrawn_contests_nothing_that_stands() -> None:
    asserted = BASE
    taken_back = replace(asserted, id="c2", stance="denied", withdrawn_on="2024")
    assert evidence.build_relationship([asserted, taken_back]).stance == "asserted"
    assert evidence.build_relationship([asserted, taken_back]).claims == ("c1", "c2")
    assert evidence.build_relationship([taken_back]).stance == "denied"


def test_a_line_is_withdrawn_when_all_its_claims_are() -> None:
    old = replace(BASE, withdrawn_on="2021")
    older = replace(BASE, id="c2", withdrawn_on="2020-05")
    assert evidence.build_relationship([old, older]).properties["withdrawn_on"] == "2021"
    assert "withdrawn_on" not in evidence.build_relationship([old, replace(BASE, id="c3")]).properties


def test_absence_from_a_list_draws_no_line() -> None:
    absent = [replace(BASE, stance=stance, predicate="DESIGNATED_BY") for stance in ABSENCES]
    for claims in (absent, absent[:1], absent[1:]):
        assert evidence.select_line_claims(claims) == []
        with pytest.raises(ValueError, match="draws a line"):
            evidence.build_relationship(claims)


def test_who_says_that_it_is_not_listed_contradicts_who_says_that_it_is_of_the_same_time_only() -> None:
    listing = replace(BASE, predicate="DESIGNATED_BY", valid_from="2023-09", valid_to="2024-03-01")
    says = replace(listing, id="c2", stance=NOT_LISTED, asserted_by="q", valid_from="", valid_to="")
    line = evidence.build_relationship([listing, replace(says, reported_on="2024-01")])
    assert (line.stance, line.claims, line.properties["speakers"]) == ("contested", ("c1", "c2"), ["p"])
    for day in ("2023-08-31", "2024-03-02"):
        line = evidence.build_relationship([listing, replace(says, reported_on=day)])
        assert (line.stance, line.claims) == ("asserted", ("c1",))
    # Nobody contradicts by looking in vain; what a list took back is contradicted by nobody.
    assert evidence.build_relationship([listing, replace(says, stance=NOT_FOUND)]).stance == "asserted"
    gone = replace(listing, withdrawn_on="2024-05")
    assert evidence.build_relationship([gone, replace(says, reported_on="2024-01")]).stance == "asserted"
