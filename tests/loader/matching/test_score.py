"""What facts and names give: identifiers first, vetoes, ceilings for namesakes, reasons in words."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import ontology
from loader.matching import claims, names, score
from loader.matching.party import Name, Party, from_stored
from loader.matching.words import WordWeights
from tests.support.matching_lists import KINDS, build_party

PASSPORT = [("Passport", "290220142 (Korea, North)")]


def verdict(a: Party, b: Party, words: WordWeights | None = None) -> score.MatchScore:
    return score.score_pair(a, b, words or WordWeights())


def test_an_identifier_decides_and_is_told_first() -> None:
    match = verdict(
        build_party("Neptun", "Ship", numbers=[("IMO", "9358010")]),
        build_party("MAIA-1", "Ship", dataset="b", numbers=[("IMO", "9358010")]),
    )
    assert (match.score, match.by_number) == (score.RENAMED, True)
    assert match.words == "the same IMO 9358010; the names differ (Neptun / MAIA-1)"


def test_another_imo_number_is_a_veto_whatever_else_agrees() -> None:
    facts = {"tonnage": "4600", "buildDate": "1990"}
    mmsi = ("MMSI", "514131000")
    match = verdict(
        build_party("Maria", "Ship", numbers=[("IMO", "8517839"), mmsi], flags={"russia"}, facts=facts),
        build_party("Maria", "Ship", dataset="b", numbers=[("IMO", "9198783"), mmsi], flags={"russia"}, facts=facts),
    )
    assert match.score == 0
    assert match.words == "different IMO numbers (8517839 / 9198783)"


@pytest.mark.parametrize(
    ("one", "other"), [("Person", "Ship"), ("Company", "Ship"), ("Person", "Company"), ("Ship", "Aircraft")]
)
def test_types_that_can_not_be_one(one: str, other: str) -> None:
    assert (
        verdict(build_party("Maria", one, numbers=PASSPORT), build_party("Maria", other, numbers=PASSPORT)).score == 0
    )


@pytest.mark.parametrize(
    ("type_", "name", "facts"),
    [
        ("Ship", "Maria", {}),
        ("Ship", "Ocean Maritime Harmony Voyager", {"flags": {"russia"}}),
        ("Person", "Kim Chol", {"countries": {"north-korea"}}),
        ("Person", "Choe Ryong Hae", {"countries": {"north-korea"}}),
        ("Aircraft", "EP-MNG", {"countries": {"iran"}}),
    ],
)
def test_a_usual_name_alone_is_never_likely(type_: str, name: str, facts: dict[str, set[str]]) -> None:
    match = verdict(build_party(name, type_, **facts), build_party(name, type_, dataset="b", **facts))
    assert 0.5 < match.score < score.LIKELY
    assert "gives no more than" in match.words


def test_a_second_telling_fact_lifts_the_ceiling() -> None:
    born = {"births": ("1964-03-01",), "countries": {"north-korea"}}
    assert verdict(build_party("Kim Chol", **born), build_party("KIM, Chol", dataset="b", **born)).score >= score.LIKELY
    large = {"facts": {"tonnage": "17061"}}
    assert (
        verdict(
            build_party("Wise Honest", "Ship", **large), build_party("WISE HONEST", "Ship", dataset="b", **large)
        ).score
        >= score.LIKELY
    )


def test_namesakes_within_a_list_are_seen() -> None:
    listed = [build_party("Delta Star Works", "Company", id_=f"a-{n}") for n in range(2)]
    other = build_party("Delta Star Works", "Company", dataset="b")
    alone = verdict(listed[0], other, WordWeights([listed[0], other]))
    shared = verdict(listed[0], other, WordWeights([*listed, other]))
    assert shared.score <= score.NAMESAKE_CEILING[1] < alone.score
    assert "a name that 2 entities of one list bear" in shared.words


@pytest.mark.parametrize(
    ("one", "other", "words", "better"),
    [
        (("1964-03-01",), ("1964-03-01",), "the same date of birth", True),
        (("1964",), ("1964-03-01",), "births may be one", True),
        (("circa 1964",), ("1965-03-01",), "births may be one", True),
        (("1964-03-01",), ("1964-01-03",), "day and month exchanged", True),
        (("1964",), ("1965",), "a year apart", False),
        (("1964-03-01",), ("1964-05-09",), "births in one year", False),
        (("1964",), ("1971",), "different years of birth", False),
    ],
)
def test_births(one: tuple[str, ...], other: tuple[str, ...], words: str, better: bool) -> None:
    name = "Jakob Steiger"
    bare = verdict(build_party(name), build_party(name, dataset="b")).score
    match = verdict(build_party(name, births=one), build_party(name, dataset="b", births=other))
    assert words in match.words
    assert (match.score > bare) is better


def test_other_countries_lower_and_do_not_exclude() -> None:
    same = verdict(
        build_party("Jakob Steiger", countries={"iran"}), build_party("Jakob Steiger", dataset="b", countries={"iran"})
    )
    other = verdict(
        build_party("Jakob Steiger", countries={"iran"}), build_party("Jakob Steiger", dataset="b", countries={"iraq"})
    )
    assert 0 < other.score < same.score
    flags = verdict(
        build_party("Wise Honest", "Ship", flags={"a"}), build_party("Wise Honest", "Ship", dataset="b", flags={"b"})
    )
    assert flags.score >= 0.5


def test_a_passport_against_the_year_of_birth_stays_a_question() -> None:
    match = verdict(
        build_party("Kim Chol", births=("1964",), numbers=PASSPORT),
        build_party("Kim Chol", births=("1990",), dataset="b", numbers=PASSPORT),
    )
    assert 0.8 < match.score < 0.95
    assert "different years of birth" in match.words


def test_a_number_that_many_have_is_nobodys_own() -> None:
    shared = [
        build_party(f"Firm {word}", "Company", id_=f"a-{word}", numbers=[("D-U-N-S Number", "560595105")])
        for word in ("Alpha", "Beta", "Gamma")
    ]
    other = build_party("Zeta Works", "Company", dataset="b", numbers=[("D-U-N-S Number", "560595105")])
    assert verdict(shared[0], other, WordWeights([*shared, other])).score == 0
    assert verdict(shared[0], other, WordWeights([shared[0], other])).by_number


def test_a_number_without_its_state_supports_and_does_not_decide() -> None:
    match = verdict(
        build_party("Kim Chol", numbers=[("Passport", "290220142")]),
        build_party("Kim Chol", dataset="b", numbers=PASSPORT),
    )
    assert not match.by_number
    assert match.score >= score.LIKELY


def test_the_digest_follows_the_facts_and_not_the_names() -> None:
    a, b = build_party("Kim Chol", births=("1964",)), build_party("KIM, Chol", dataset="b", births=("1964",))
    assert verdict(a, b).facts == verdict(build_party("Kim Choll", births=("1964",)), b).facts
    c, d = (build_party("Kim Chol", dataset=dataset, births=("1964",), numbers=PASSPORT) for dataset in "ab")
    assert verdict(a, b).facts != verdict(c, d).facts


WEAK_FACTS = [
    {"births": ("1961-12-08",), "countries": {"yemen"}},
    {"births": ("1961",)},
    {"addresses": ("12 Long Street, Sana'a, Yemen",)},
    {},
]


@pytest.mark.parametrize("given_facts", WEAK_FACTS)
@pytest.mark.parametrize("both", [True, False])
@pytest.mark.parametrize(
    ("type_", "name"), [("Person", "Hajji Bashir Noorzai Akhundzada"), ("Company", "Zuzagbong Hae")]
)
def test_a_weak_name_alone_is_never_likely(type_: str, name: str, both: bool, given_facts: dict[str, Any]) -> None:
    one = replace(
        build_party("Somebody Unlike", type_, **given_facts), names=(Name("Somebody Unlike"), Name(name, True))
    )
    other = build_party("Another Altogether" if both else name, type_, dataset="b", **given_facts)
    if both:
        other = replace(other, names=(*other.names, Name(name, weak=True)))
    for a, b in ((one, other), (other, one)):
        match = verdict(a, b)
        assert match.score <= score.WEAK_CEILING < score.LIKELY
        assert "a weak name in its list" in match.words
    # A number of one entity's own decides, whatever the names are.
    assert verdict(
        *(replace(p, identifiers=build_party("x", numbers=PASSPORT).identifiers) for p in (one, other))
    ).by_number


def test_names_of_full_weight_count_beside_a_weak_one() -> None:
    weak = Name("The Engineer", weak=True)
    born = {"births": ("1961-12-08",)}
    one = build_party("Rahim Noorzai Akhundzada", **born)
    other = build_party("Rahim Norzai Akhundzade", dataset="b", **born)
    plain = verdict(one, other)
    nicknamed = verdict(*(replace(p, names=(*p.names, weak)) for p in (one, other)))
    assert plain.score == nicknamed.score >= score.LIKELY


def test_a_name_is_weak_only_where_every_claim_calls_it_so() -> None:
    claims = [["HAS_NAME", "weak alias", "Komid"], ["HAS_NAME", "alias", "Komid"], ["HAS_NAME", "weak alias", "Nick"]]
    entity = {"id": "x", "type": "Company", "name": "Korea Mining"}
    for order in (claims, claims[::-1]):
        weak_by_name = {name.text: name.weak for name in from_stored(ontology.load(), entity, order).names}
        assert weak_by_name == {"Korea Mining": False, "Komid": False, "Nick": True}


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("IVANOV, Sergei Petrovich", "IVANOV, Sergei Andreevich", True),
        ("Иванов Сергей Петрович", "Ivanov Sergei Andreyevich", True),
        ("Sergei Petrovich Ivanov", "IVANOV, Sergei Aleksandrovich", True),
        ("IVANOVA, Anna Petrovna", "IVANOV, Anna Petrovich", True),
        ("IVANOV, Sergei Ilyich", "IVANOV, Sergei Petrovich", True),
        ("IVANOV, Sergei Sergeevich", "Ivanov Sergei Serhiyovych", False),
        ("ABRAMOVICH, Roman Arkadyevich", "Roman Arkadievich Abramovich", False),
        ("ABRAMOVICH, Roman", "Roman Arkadievich Abramovich", False),
        ("IVANOV, Sergei Petrovich", "IVANOV, Sergei", False),
    ],
)
def test_two_patronymics_that_differ_count_against(one: str, other: str, differ: bool) -> None:
    same = verdict(build_party(one, births=("1964",)), build_party(other, dataset="b", births=("1964",)))
    assert ("different patronymics" in same.words) == differ
    assert (same.score < score.LEAST) == differ
    # As names, they are no evidence that reopens a pair that was judged.
    assert (
        same.facts
        == verdict(build_party("A B", births=("1964",)), build_party("A B", dataset="b", births=("1964",))).facts
    )


@pytest.mark.parametrize("numbers", [[], [("IMO", "9179842")]])
def test_ships_of_one_name_without_numbers_are_homonyms(numbers: list[tuple[str, str]]) -> None:
    one, other = build_party("Angara", "Ship", numbers=numbers), build_party("M/V ANGARA", "Ship", dataset="b")
    match = verdict(one, other)
    assert (match.homonyms, match.equal_names) == (True, True)
    assert "homonyms" in match.words and match.score < score.LEAST
    assert claims.grade_score(verdict(*(replace(p, flags=frozenset({"russia"})) for p in (one, other)))) == "6"
    built = [replace(p, facts={"buildDate": "1990", "tonnage": "4600"}) for p in (one, other)]
    assert not verdict(built[0], built[1]).homonyms


def test_a_stored_entity_becomes_a_party() -> None:
    entity = {
        "id": "ofac-123",
        "type": "Ship",
        "name": "MAIA-1",
        "dataset": "ofac",
        "imoNumber": "9358010",
        "country": "Russia",
        "aliases": ["NEPTUN"],
        "tonnage": 5000,
    }
    claim_rows = [
        ["HAS_NAME", "weak alias", "MAYA"],
        ["HAS_NAME", "", "NEPTUN"],
        ["HAS_IDENTIFIER", "MMSI", "MMSI 514131000"],
    ]
    party = from_stored(
        ontology.load(), entity, claim_rows, [["FLAGGED_IN", "State", "Cameroon"], ["LOCATED_IN", "Address", "1 Quay"]]
    )
    assert party.kind == names.SHIP
    assert party.names == (Name("MAIA-1"), Name("MAYA", weak=True), Name("NEPTUN"))
    assert {str(i) for i in party.identifiers} == {"IMO 9358010", "MMSI 514131000", "OFAC 123"}
    assert (party.flags, party.addresses, party.facts) == (
        frozenset({"russia", "cameroon"}),
        ("1 Quay",),
        {"tonnage": "5000"},
    )


words = st.text(alphabet="abeiklmnoprstu -12가김정은ИванМ", min_size=1, max_size=25)
parties = st.builds(
    lambda name, type_, births, numbers: build_party(name, type_, births=births, numbers=numbers),
    words,
    st.sampled_from(sorted(KINDS)),
    st.lists(st.sampled_from(["1964", "1964-03-01", "circa 1970", "unknown", ""]), max_size=2).map(tuple),
    st.lists(st.sampled_from([("IMO", "9358010"), ("IMO", "9179842"), ("Passport", "1234567 (Iran)")]), max_size=2),
)


@settings(max_examples=150)
@given(parties, parties)
def test_scores_are_bounded_explained_and_the_same_both_ways(a: Party, b: Party) -> None:
    one, other = verdict(a, b), verdict(b, a)
    assert 0 <= one.score <= score.SAME_NUMBER
    assert one.score == other.score
    assert one.words or not score.can_match(a, b)
