"""What an update of a list keeps of the past, and how the report tells of it: old and new in one row, in order."""

import csv
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from graph import dates, evidence
from graph.database.store import Store
from graph.errors import DataError
from graph.model import Claim, Entity
from graph.ontology import Ontology
from graph.reading import search
from loader.loading import changes, former_properties, pipeline
from loader.loading.changes import Change
from loader.loading.former_properties import FormerEntity
from loader.records import Feed
from loader.sources import table
from loader.sources.un import un
from loader.statements import Attribution
from tests.support.reading import collect, load_feed

LIST = Attribution("un", "un-list", "regime-un", "A", "2")
PERSON = """<INDIVIDUAL><DATAID>1</DATAID><VERSIONNUM>1</VERSIONNUM><FIRST_NAME>{first}</FIRST_NAME>
<SECOND_NAME>SAMPLE</SECOND_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE><REFERENCE_NUMBER>KPi.901</REFERENCE_NUMBER>
<LISTED_ON>2020-01-01</LISTED_ON><TITLE><VALUE>{title}</VALUE></TITLE><INDIVIDUAL_DATE_OF_BIRTH>
<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>{born}</DATE></INDIVIDUAL_DATE_OF_BIRTH></INDIVIDUAL>"""
OLD = {"first": "CHOL", "title": "Major", "born": "1950-01-01"}
NEW = {"first": "CHUL", "title": "Colonel", "born": "1955-05-05"}


def edition(folder: Path, date: str, *entries: dict[str, str]) -> Feed:
    text = "".join(PERSON.format(**entry) for entry in entries)
    file = folder / f"{date}.xml"
    file.write_text(
        f'<CONSOLIDATED_LIST dateGenerated="{date}"><INDIVIDUALS>{text}</INDIVIDUALS><ENTITIES><ENTITY><DATAID>2'
        "</DATAID><FIRST_NAME>INVENTED SHIPPING</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE></ENTITY></ENTITIES>"
        "</CONSOLIDATED_LIST>",
        encoding="utf-8",
    )
    return un.read(file)


def read_claims(store: Store, subject: str, *details: str) -> list[tuple[str, str, str, str]]:
    rows = store.read(
        "MATCH (c:Claim {subject: $id}) WHERE c.detail IN $details RETURN c.value AS value, c.reported_on AS seen, "
        "c.last_seen_on AS last, c.withdrawn_on AS ended ORDER BY value",
        id=subject,
        details=list(details),
    )
    return [tuple(row.values()) for row in rows]


@pytest.mark.database
def test_a_name_a_birth_and_a_title_that_a_list_changes_end_and_are_told(
    empty_store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    load_feed(empty_store, ontology, edition(tmp_path, "2024-02-01", OLD))
    report = load_feed(empty_store, ontology, edition(tmp_path, "2024-03-01", NEW), keep_changes=100)
    assert read_claims(empty_store, "un-1", "primary name", "birthDate", "title") == [
        ("1950-01-01", "2024-02-01", "2024-02-01", "2024-03-01"),
        ("1955-05-05", "2024-03-01", "", ""),
        ("CHOL SAMPLE", "2024-02-01", "2024-02-01", "2024-03-01"),
        ("CHUL SAMPLE", "2024-03-01", "", ""),
        ("Colonel", "2024-03-01", "", ""),
        ("Major", "2024-02-01", "2024-02-01", "2024-03-01"),
    ]
    (hit,) = search.find_hits(empty_store, ontology, "Chol Sample")
    assert (hit.entity.name, hit.matched) == ("CHUL SAMPLE", "CHOL SAMPLE")
    changes.write(report.changes, tmp_path / "report.csv")
    with (tmp_path / "report.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["change"], r["name"], r["list number"], r["what"], r["old"], r["new"]) for r in rows] == [
        ("changed", "CHUL SAMPLE", "KPi.901", "primary name", "CHOL SAMPLE", "CHUL SAMPLE"),
        ("changed", "CHUL SAMPLE", "KPi.901", "birthDate", "1950-01-01", "1955-05-05"),
        ("changed", "CHUL SAMPLE", "KPi.901", "title", "Major", "Colonel"),
    ]


@pytest.mark.database
def test_what_a_former_version_kept_as_properties_alone_is_not_lost(
    empty_store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    load_feed(empty_store, ontology, edition(tmp_path, "2024-02-01", OLD))
    gone = "MATCH (c:Claim) WHERE c.detail IN ['primary name', 'birthDate', 'title'] DETACH DELETE c"
    empty_store.write(lambda tx: tx.run(gone))
    load_feed(empty_store, ontology, edition(tmp_path, "2024-03-01", {**NEW, "title": "Major"}))
    assert read_claims(empty_store, "un-1", "primary name", "birthDate", "title") == [
        ("1950-01-01", "2024-02-01", "2024-02-01", "2024-03-01"),
        ("1955-05-05", "2024-03-01", "", ""),
        ("CHOL SAMPLE", "2024-02-01", "2024-02-01", "2024-03-01"),
        ("CHUL SAMPLE", "2024-03-01", "", ""),
        ("Major", "2024-02-01", "", ""),
    ]
    assert [hit.entity.id for hit in search.find_hits(empty_store, ontology, "Chol Sample")] == ["un-1"]
    report = load_feed(empty_store, ontology, edition(tmp_path, "2024-04-01", {**NEW, "title": "Major"}))
    assert {state: report.total(state) for state in ("added", "changed", "withdrawn", "removed")} == dict.fromkeys(
        ("added", "changed", "withdrawn", "removed"), 0
    )


@pytest.mark.database
def test_nothing_ends_on_a_day_to_come(empty_store: Store, ontology: Ontology, tmp_path: Path) -> None:
    load_feed(empty_store, ontology, edition(tmp_path, "2024-02-01", OLD))
    future = edition(tmp_path, "2961-03-01")
    with pytest.raises(DataError, match="2961-03-01 of un lies in the future; give the right date with --edition"):
        pipeline.require_past_edition(future, force=False)
    pipeline.require_past_edition(future, force=True)
    load_feed(empty_store, ontology, future, force=True)
    rows = empty_store.read(
        "MATCH (c:Claim) WHERE c.withdrawn_on <> '' RETURN c.withdrawn_on AS on, c.valid_latest AS x"
    )
    assert {value <= dates.get_today() for row in rows for value in row.values()} == {True}
    lines = empty_store.read("MATCH ()-[r {valid_to: $day}]->() RETURN count(r) AS n", day=dates.get_today())
    assert lines[0]["n"] == 1


@pytest.mark.parametrize(
    ("valid_to", "withdrawn", "end"),
    [
        ("2030", "2024-03-01", "2024-03-01"),
        ("2021", "2024-03-01", "2021"),
        ("", "2024", "2024"),
        ("2030", "", "2030"),
        ("", "", ""),
    ],
)
def test_of_two_ends_the_earlier_counts(valid_to: str, withdrawn: str, end: str) -> None:
    claim = Claim("c", "a", "OWNS", "asserted", "s", object="b", valid_to=valid_to, withdrawn_on=withdrawn)
    assert evidence.get_end_date(claim) == end


def row(state: str, kind: str, what: str = "", old: str = "", new: str = "", *, subject: str = "x") -> Change:
    return Change(state, kind, subject, "words", what, old, new)


def pair(rows: Iterable[Change]) -> list[tuple[str, str, str, str]]:
    paired = changes.pair_values(rows, unpaired=("DESIGNATED_BY",), drawn=("DESIGNATED_BY", "LOCATED_IN"))
    return [(c.state, c.what, c.old, c.new) for c in paired]


def test_values_are_paired_where_nothing_else_can_be_meant() -> None:
    assert pair([row("added", "HAS_PROPERTY", "title", new="B"), row("withdrawn", "HAS_PROPERTY", "title", "A")]) == [
        ("changed", "title", "A", "B")
    ]
    # The kind of a name alone; an address, whose spelling is the detail.
    kinds = [row("withdrawn", "HAS_NAME", "weak alias", "A"), row("added", "HAS_NAME", "alias", new="A")]
    assert pair(kinds) == [("changed", "weak alias → alias", "A", "A")]
    places = [row("withdrawn", "LOCATED_IN", "1, Street", "one"), row("added", "LOCATED_IN", "2, Street", new="two")]
    assert pair(places) == [("changed", "2, Street", "one", "two")]


@pytest.mark.parametrize(
    "rows",
    [
        [row("withdrawn", "HAS_NAME", "alias", "A"), row("added", "HAS_NAME", "alias", new="B", subject="y")],
        [row("withdrawn", "HAS_NAME", "alias", o) for o in "AB"] + [row("added", "HAS_NAME", "alias", new="C")],
        [row("withdrawn", "DESIGNATED_BY", "DPRK", "r"), row("added", "DESIGNATED_BY", "DPRK", new="s")],
        [row("added", "HAS_PROPERTY", "title", new="A"), row("added", "HAS_PROPERTY", "title", new="B")],
    ],
)
def test_what_may_be_two_facts_stays_two_rows(rows: list[Change]) -> None:
    assert [c[0] for c in pair(rows)] == [c.state for c in rows]


def test_a_changed_claim_is_told_field_by_field() -> None:
    before = LIST.build_relationship_claim("un-1", "DESIGNATED_BY", "regime-un", "Listed.", valid_from="2016")
    after = replace(before, valid_to="2024-03-01", summary="Listed until 2024.")
    fields: Any = {name: getattr(after, name) for name in Claim.__dataclass_fields__}
    stored = {name: getattr(before, name) for name in Claim.__dataclass_fields__}
    assert changes.describe_differences(stored, fields) == ("valid_to: none", "valid_to: 2024-03-01")


def test_of_a_claim_that_reads_otherwise_both_readings_are_told() -> None:
    before = LIST.build_relationship_claim("un-1", "DESIGNATED_BY", "regime-un", "Lists CHOL SAMPLE.")
    after = {**asdict(before), "summary": "Lists CHUL SAMPLE."}
    rows = ("summary: Lists CHOL SAMPLE.", "summary: Lists CHUL SAMPLE.")
    assert changes.describe_differences(asdict(before), after) == rows


def test_each_property_of_an_entity_that_comes_goes_or_changes_is_told() -> None:
    counts = changes.ChangeCounts(keep=10)
    stored = {
        "id": "x",
        "type": "Company",
        "name": "A",
        "country": "Iran",
        "digest": "1",
        "search": ["a"],
        "title": "T",
    }
    entity = Entity("x", "Organization", ("Entity",), "A", properties={"country": "Syria", "imoNumber": "5963351"})
    counts.count_entity("changed", entity, stored)
    assert {(c.what, c.old, c.new) for c in counts.changes} == {
        ("type", "Company", "Organization"),
        ("country", "Iran", "Syria"),
        ("imoNumber", "", "5963351"),
        ("title", "T", ""),
    }


def test_what_is_stored_counts_once_a_claim_tells_of_it() -> None:
    stored = FormerEntity({"name": "KIM Chol", "title": "Mr"}, [["HAS_NAME", "primary name", "KIM, Chol"]])
    assert (stored.get_value("name"), stored.get_value("title"), stored.get_value("born")) == ("", "Mr", "")
    assert former_properties.find_property(LIST.names("un-1", "A", "weak alias")) == ""


def test_a_table_that_keeps_its_past_keeps_names_and_properties_too(ontology: Ontology, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("No,Name,Title\n1,CHOL SAMPLE,Major\n", encoding="utf-8")
    for updates, values in (("history", {"CHOL SAMPLE", "Major"}), ("replace", set())):
        (tmp_path / "t.yaml").write_text(
            f"dataset: t\ntitle: T\npublisher: P\ndate: 2024-01-01\nupdates: {updates}\nentities:\n  main:\n"
            "    type: Person\n    id: No\n    name: Name\n    properties: {title: Title}\n",
            encoding="utf-8",
        )
        feed = collect(table.read(tmp_path / "t.csv", tmp_path / "t.yaml"), ontology)
        assert {c.value for c in feed.claims.values()} == values
