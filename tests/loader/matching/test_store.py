"""Candidates and decisions in a real database: repeatable, never merged, never lost."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from graph.database.store import Store
from graph.errors import DataError, UsageError
from graph.model import Claim, Source
from graph.ontology import Ontology
from graph.reading import browse
from loader.matching import claims, review, review_sheet, stored
from loader.matching.claims import Decision
from loader.records import Feed, Item, Row
from tests.loader.loading.test_load import check_invariant
from tests.support.matching_lists import load_list
from tests.support.reading import load_feed

pytestmark = pytest.mark.database
ONE: dict[str, dict[str, Any]] = {
    "one-angara": {"type": "Ship", "name": "ANGARA", "imoNumber": "9179842", "country": "Russia"},
    "one-maria": {"type": "Ship", "name": "MARIA", "imoNumber": "8517839"},
    "one-kim": {"type": "Person", "name": "KIM, Tong-Myo'ng", "birthDate": "1964", "country": "North Korea"},
    "one-komid": {
        "type": "Company",
        "name": "KOREA MINING DEVELOPMENT TRADING CORPORATION",
        "also": ["KOMID"],
        "numbers": [("UN", "KPe.001")],
    },
}
TWO: dict[str, dict[str, Any]] = {
    "two-angara": {"type": "Ship", "name": "Angara", "imoNumber": "9179842", "country": "Russia"},
    "two-maria": {"type": "Ship", "name": "Maria", "imoNumber": "9198783"},
    "two-kim": {"type": "Person", "name": "Kim Dong Myong", "birthDate": "1964", "country": "North Korea"},
    "two-komid": {"type": "Company", "name": "Korea Mining Development Trading Corp.", "numbers": [("UN", "KPe.001")]},
}
DAY = "2024-06-01"


@pytest.fixture
def lists(empty_store: Store, ontology: Ontology) -> Store:
    load_list(empty_store, ontology, "one", ONE)
    load_list(empty_store, ontology, "two", TWO)
    return empty_store


def same_as(store: Store) -> list[dict[str, Any]]:
    rows = store.read("MATCH (c:Claim {predicate: 'SAME_AS'}) RETURN properties(c) AS c ORDER BY c.id")
    return [row["c"] for row in rows]


def line(store: Store, a: str, b: str) -> str | None:
    rows = store.read("MATCH ({id: $a})-[r:SAME_AS]->({id: $b}) RETURN r.stance AS stance", a=a, b=b)
    return rows[0]["stance"] if rows else None


def pairs(store: Store) -> list[claims.Pair]:
    return [o.pair for o in stored.load_matches(store).open()]


def decide(
    store: Store,
    ontology: Ontology,
    pair: claims.Pair,
    choice: str,
    *,
    by: str = "Ana Lyst",
    note: str = "",
    day: str = DAY,
) -> list[Claim]:
    return review.decide(store, ontology, *pair, Decision(choice, by, note, day))


def test_candidates_become_claims_and_nothing_is_merged(lists: Store, ontology: Ontology) -> None:
    before = browse.count_records(lists)["entities"]
    report = review.find(lists, ontology, day=DAY)
    assert pairs(lists) == [("one-angara", "two-angara"), ("one-komid", "two-komid"), ("one-kim", "two-kim")]
    assert report.added == 3
    assert browse.count_records(lists)["entities"] == before + 1  # the matcher, who speaks
    (angara,) = (c for c in same_as(lists) if c["subject"] == "one-angara")
    assert (angara["value"], angara["unit"], angara["credibility"], angara["asserted_by"]) == (
        0.98,
        "of 1",
        "2",
        "armsgraph-matcher",
    )
    assert "the same IMO 9179842" in angara["summary"]
    assert line(lists, "one-angara", "two-angara") == "asserted"
    check_invariant(lists, ontology)


def test_a_repeated_search_changes_nothing(lists: Store, ontology: Ontology) -> None:
    review.find(lists, ontology, day=DAY)
    before = same_as(lists)
    report = review.find(lists, ontology, day="2024-07-01")
    assert (report.added, report.updated, report.unchanged, report.removed) == (0, 0, 3, 0)
    assert same_as(lists) == before


def test_a_dry_run_writes_nothing(lists: Store, ontology: Ontology) -> None:
    report = review.find(lists, ontology, day=DAY, dry_run=True)
    assert len(report.candidates) == 3
    assert same_as(lists) == []


def test_a_candidate_that_no_longer_holds_goes(lists: Store, ontology: Ontology) -> None:
    review.find(lists, ontology, day=DAY)
    load_list(lists, ontology, "two", {**TWO, "two-angara": {**TWO["two-angara"], "imoNumber": "9198783"}})
    assert review.find(lists, ontology, day=DAY).removed == 1
    assert ("one-angara", "two-angara") not in pairs(lists)
    assert line(lists, "one-angara", "two-angara") is None
    check_invariant(lists, ontology)


def test_a_restricted_search_leaves_the_other_candidates(lists: Store, ontology: Ontology) -> None:
    review.find(lists, ontology, day=DAY)
    before = same_as(lists)
    for options in ({"types": ["Ship"]}, {"datasets": ["one", "two"]}, {"datasets": ["two"]}):
        review.find(lists, ontology, day=DAY, **options)
        assert same_as(lists) == before
    with pytest.raises(UsageError, match="there is no type Boat"):
        review.find(lists, ontology, day=DAY, types=["Boat"])
    with pytest.raises(UsageError, match="there is no dataset three loaded; there are one, two"):
        review.find(lists, ontology, day=DAY, datasets=["three"])


@pytest.mark.parametrize(("choice", "stance"), [("same", "asserted"), ("different", "denied")])
def test_a_decision_is_a_claim_with_who_and_when_and_closes_the_pair(
    lists: Store, ontology: Ontology, choice: str, stance: str
) -> None:
    review.find(lists, ontology, day=DAY)
    decide(lists, ontology, ("two-kim", "one-kim"), choice, note="Asked the ministry")
    (claim,) = (c for c in same_as(lists) if c["dataset"] == "decisions")
    assert (claim["subject"], claim["object"], claim["stance"]) == ("one-kim", "two-kim", stance)
    assert (claim["asserted_by"], claim["reported_on"], claim["detail"]) == ("analyst-ana-lyst", DAY, choice)
    assert "Ana Lyst" in claim["summary"]
    assert "Asked the ministry." in claim["summary"]
    assert "The matcher: KIM, Tong-Myo'ng and Kim Dong Myong may be one entity" in claim["summary"]
    assert line(lists, "one-kim", "two-kim") == stance
    assert ("one-kim", "two-kim") not in pairs(lists)
    report = review.find(lists, ontology, day=DAY)
    assert (report.decided, report.changed) == (1, [])
    assert ("one-kim", "two-kim") not in pairs(lists)
    check_invariant(lists, ontology)


def test_unsure_stays_open_and_says_so(lists: Store, ontology: Ontology) -> None:
    review.find(lists, ontology, day=DAY)
    decide(lists, ontology, ("one-kim", "two-kim"), "unsure")
    review.find(lists, ontology, day=DAY)
    (waiting,) = (o for o in stored.load_matches(lists).open() if o.pair == ("one-kim", "two-kim"))
    assert [c.detail for c in waiting.before] == ["unsure"]
    assert waiting.before[0].credibility == "6"


def test_saying_the_same_again_changes_nothing(lists: Store, ontology: Ontology) -> None:
    assert decide(lists, ontology, ("one-kim", "two-kim"), "same", note="Same face.")
    before = same_as(lists)
    assert decide(lists, ontology, ("two-kim", "one-kim"), "same", note="Same face", day="2024-09-09") == []
    assert same_as(lists) == before


def test_a_new_decision_replaces_the_persons_own_and_keeps_it_visible(lists: Store, ontology: Ontology) -> None:
    decide(lists, ontology, ("one-kim", "two-kim"), "same")
    decide(lists, ontology, ("one-kim", "two-kim"), "different", by="Ben")
    decide(lists, ontology, ("one-kim", "two-kim"), "different", day="2024-08-01")
    decide(lists, ontology, ("one-kim", "two-kim"), "same", day="2024-08-01")
    decisions = sorted((c["asserted_by"], c["detail"], c["withdrawn_on"], c["last_seen_on"]) for c in same_as(lists))
    assert decisions == [
        ("analyst-ana-lyst", "different", "2024-08-01", "2024-08-01"),
        ("analyst-ana-lyst", "same", "", ""),
        ("analyst-ana-lyst", "same", "2024-08-01", DAY),
        ("analyst-ben", "different", "", ""),
    ]
    assert [c.detail for c in stored.load_matches(lists).standing(("one-kim", "two-kim"))].count("same") == 1
    check_invariant(lists, ontology)


def test_changed_evidence_of_a_decided_pair_is_flagged(lists: Store, ontology: Ontology) -> None:
    review.find(lists, ontology, day=DAY)
    decide(lists, ontology, ("one-kim", "two-kim"), "different")
    decide(lists, ontology, ("one-angara", "two-angara"), "same")
    passport = ("Passport", "290220142 (Korea, North)")
    load_list(lists, ontology, "one", {**ONE, "one-kim": {**ONE["one-kim"], "numbers": [passport]}})
    load_list(
        lists,
        ontology,
        "two",
        {
            **TWO,
            "two-kim": {**TWO["two-kim"], "numbers": [passport]},
            "two-angara": {**TWO["two-angara"], "imoNumber": "9198783"},
        },
    )
    report = review.find(lists, ontology, day="2024-07-01")
    flagged = dict(report.changed)
    assert set(flagged) == {("one-kim", "two-kim"), ("one-angara", "two-angara")}
    kim, angara = flagged[("one-kim", "two-kim")], flagged[("one-angara", "two-angara")]
    assert kim.detail == f"evidence changed since the decision of {DAY} (different)"
    assert (kim.stance, "the same passport 290220142" in kim.summary) == ("asserted", True)
    assert (angara.stance, "different IMO numbers" in angara.summary) == ("denied", True)
    assert pairs(lists)[:2] == [("one-kim", "two-kim"), ("one-angara", "two-angara")]
    # Deciding again, in view of the new evidence, closes the pair.
    decide(lists, ontology, ("one-kim", "two-kim"), "same")
    decide(lists, ontology, ("one-angara", "two-angara"), "different")
    assert review.find(lists, ontology, day="2024-07-01").changed == []


def test_lists_and_searches_never_remove_a_decision(lists: Store, ontology: Ontology) -> None:
    decide(lists, ontology, ("one-komid", "two-komid"), "same")
    load_list(lists, ontology, "two", {k: v for k, v in TWO.items() if k != "two-komid"})
    review.find(lists, ontology, day=DAY)
    assert [c["detail"] for c in same_as(lists) if c["dataset"] == "decisions"] == ["same"]


def test_a_sources_own_claim_and_a_decision_are_on_one_line(lists: Store, ontology: Ontology) -> None:
    says = [
        Source("paper", "A paper", "A report"),
        *(
            Claim(
                f"paper-{i}",
                a,
                "SAME_AS",
                "asserted",
                "paper",
                object=b,
                asserted_by="one-authority",
                reliability="C",
                credibility="3",
                summary="The paper takes them for one.",
            )
            for i, (a, b) in enumerate([("two-angara", "one-angara"), ("two-komid", "one-komid")])
        ),
    ]
    load_feed(lists, ontology, Feed("paper", "1", [Item(s, Row(Path("paper.csv"), 1)) for s in says]))
    report = review.find(lists, ontology, day=DAY)
    assert report.said_elsewhere == 0  # numbers agree: that adds evidence
    assert line(lists, "one-angara", "two-angara") == "asserted"
    assert line(lists, "two-angara", "one-angara") is None
    decide(lists, ontology, ("one-angara", "two-angara"), "different")
    assert line(lists, "one-angara", "two-angara") == "contested"
    check_invariant(lists, ontology)


@pytest.mark.parametrize(
    ("a", "b", "choice", "rule"),
    [
        ("one-kim", "nobody", "same", "'nobody' is no entity of the graph"),
        ("one-kim", "one-authority", "same", "'one-authority' is nothing that can be compared"),
        ("one-kim", "one-kim", "same", "a decision needs two"),
        ("one-kim", "two-maria", "same", "never one entity"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    lists: Store, ontology: Ontology, *, a: str, b: str, choice: str, rule: str
) -> None:
    with pytest.raises(DataError, match=rule):
        decide(lists, ontology, (a, b), choice)
    assert same_as(lists) == []


@pytest.mark.parametrize("by", ["", "!!!", "x" * 101])
def test_who_decides_needs_a_name(lists: Store, ontology: Ontology, by: str) -> None:
    with pytest.raises(UsageError, match="needs a name"):
        decide(lists, ontology, ("one-kim", "two-kim"), "same", by=by)


def test_analysts_at_once_lose_no_decision(lists: Store, ontology: Ontology) -> None:
    work = [(f"Analyst {n}", pair) for n in range(4) for pair in (("one-kim", "two-kim"), ("one-komid", "two-komid"))]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda w: decide(lists, ontology, w[1], "same", by=w[0]), work))
    assert len(same_as(lists)) == len(work)
    check_invariant(lists, ontology)


def test_both_sides_are_shown_in_full(lists: Store, ontology: Ontology) -> None:
    details = stored.load_details(lists, ontology, ["one-komid", "two-komid"])
    komid = details["one-komid"]
    assert komid.names == ("KOMID",)
    assert komid.identifiers == ("UN KPe.001",)
    assert komid.lines == (("is designated by", "1 (Authority of one)"),)
    assert komid.sources == ("A publisher, The list one",)


def test_equal_names_that_are_not_proposed_are_counted_and_ships_of_one_name_are_homonyms(
    empty_store: Store, ontology: Ontology
) -> None:
    ships = {"-flag": {"name": "SON BONG", "country": "Togo"}, "-plain": {"name": "CHON MA SAN"}}
    people = {
        "-kim": {"type": "Person", "name": "KIM, Chol"},
        "-ri": {"type": "Person", "name": "RI, Song", "birthDate": "1950"},
    }
    for number, dataset in enumerate(("one", "two")):
        entries = {f"{dataset}{key}": {"type": "Ship", **entry} for key, entry in (ships | people).items()}
        entries[f"{dataset}-ri"] |= {"birthDate": str(1950 + 10 * number)}
        load_list(empty_store, ontology, dataset, entries)
    report = review.find(empty_store, ontology, day=DAY)
    (flagged,) = stored.load_matches(empty_store).machine.values()
    assert (flagged.subject, flagged.detail, flagged.credibility) == ("one-flag", claims.HOMONYM, "6")
    assert "may be homonyms" in flagged.summary
    reasons = {c.a.id: review_sheet.describe_namesakes(c).split()[0] for c in report.namesakes}
    assert reasons == {"one-plain": "homonyms:", "one-kim": "a", "one-ri": "something"}
    decide(empty_store, ontology, ("one-plain", "two-plain"), "different")
    assert {c.a.id for c in review.find(empty_store, ontology, day=DAY).namesakes} == {"one-kim", "one-ri"}


def test_pairs_that_the_former_version_judged_stay_judged(empty_store: Store, ontology: Ontology) -> None:
    # Then a company's IMO number was read as none, and a ship's number that a company bears as the company's own.
    companies = {"-a": ("Ocean Maritime Bridge", "1991835"), "-b": ("Zuzagbong Harmony Lines", "9179842")}
    for dataset in ("one", "two"):
        entries = {
            f"{dataset}{key}": {"type": "Company", "name": name, "numbers": [("IMO", number)], "country": "Togo"}
            for key, (name, number) in companies.items()
        }
        load_list(empty_store, ontology, dataset, entries)
    decided = []
    for key, facts in (("-a", ""), ("-b", "same IMO 9179842")):
        (claim,) = claims.build_decision_claims(
            (f"two{key}", f"one{key}"),
            ("two", "one"),
            Decision("different", "Ana Lyst", "", DAY),
            facts=blake2b(facts.encode(), digest_size=6).hexdigest(),
            earlier=[],
        )
        decided.append(claim)
    person, source = claims.build_analyst("Ana Lyst"), claims.DECISIONS_SOURCE
    review.save(empty_store, ontology, review.DatasetUpdate("decisions", [person], [source], decided))
    report = review.find(empty_store, ontology, day="2024-07-01")
    assert (report.decided, report.candidates, report.changed) == (2, [], [])
