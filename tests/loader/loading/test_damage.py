"""A damaged row ends nothing: what is stored of it stays, on every way of loading, until the row says otherwise."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.database.store import Store
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from loader.loading import session
from loader.loading.staging import StagingStore
from loader.records import Feed, Item, Notice, RejectedRow, Row
from loader.sources import table
from loader.sources.exchange import exchange
from loader.sources.ftm import ftm
from loader.sources.ofac import ofac
from loader.sources.un import un
from loader.statements import PRIMARY_NAME
from tests.loader.loading.test_load import check_invariant
from tests.support.reading import load_feed

pytestmark = pytest.mark.database
MAPPING = """\
dataset: yards
title: Yards
publisher: Test desk
date: {date}
reliability: B
credibility: 2
updates: {updates}
entities:
  yard: {{type: {{column: Kind, values: {{c: Company, f: Factory}}}}, id: ID, name: Yard, aliases: [Alias]}}
  owner: {{type: Company, name: Owner, aliases: [Owner alias]}}
relationships:
  - {{type: OWNS, from: owner, to: yard}}
"""
HEADER = "ID,Kind,Yard,Alias,Owner,Owner alias\n"
GOOD = ["1,c,Alpha,Al,Boss A,A-man", "2,c,Bravo,Br,Boss B,B-man", "3,c,Carol,Ca,Boss C,C-man", "4,c,Delta,De,Boss B,"]


STEADY = [f"{number},c,Other {number},O{number},Boss," for number in range(5, 15)]


@pytest.fixture
def load(empty_store: Store, ontology: Ontology, tmp_path: Path) -> Callable[..., Any]:
    """Loads rows of the table above as an edition."""

    def run(rows: list[str], date: str, updates: str = "replace", header: str = HEADER, **options: Any) -> Any:
        (tmp_path / "yards.csv").write_text(header + "\n".join([*rows, *STEADY]) + "\n", encoding="utf-8")
        (tmp_path / "yards.yaml").write_text(MAPPING.format(date=date, updates=updates), encoding="utf-8")
        feed = table.read(tmp_path / "yards.csv", tmp_path / "yards.yaml")
        with StagingStore(ontology, feed) as staged:
            report = session.load_into(empty_store, staged, session.LoadOptions(**options))
        check_invariant(empty_store, ontology)
        return report

    return run


def names(store: Store) -> set[str]:
    """The names and other names of what the rows in question are about."""
    rows = store.read("MATCH (n:Company|Factory) RETURN n.name AS name, coalesce(n.aliases, []) AS aliases")
    rows = [row for row in rows if row["name"] != "Boss" and not row["name"].startswith("Other")]
    return {name for row in rows for name in (row["name"], *row["aliases"])}


def count_standing_claims(store: Store) -> int:
    """How many claims stand, but for those of the steady rows, and for primary names, which only a history holds."""
    text = "MATCH (c:Claim) WHERE coalesce(c.withdrawn_on, '') = '' AND c.detail <> $detail RETURN count(*) AS n"
    return int(store.read(text, detail=PRIMARY_NAME)[0]["n"]) - 2 * len(STEADY)


# The second row, damaged in one field or another; its id can be read in each.
DAMAGED = {
    "without a name": "2,c,,Br,Boss B,B-man",
    "with an owner it did not have": "2,c,,Bx,Boss X,X-man",
    "of no known kind": "2,x,Bravo,Br,Boss B,B-man",
    "without anything else": "2,,,,,",
    "with a control character": "2,c,Bravo,B\x02r,Boss B,B-man",
}


@pytest.mark.parametrize("updates", ["replace", "history"])
@pytest.mark.parametrize("row", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_row_keeps_all_that_is_held_of_it(
    load: Callable[..., Any], empty_store: Store, capsys: pytest.CaptureFixture[str], row: str, updates: str
) -> None:
    load(GOOD, "2024-01", updates)
    report = load([GOOD[0], row, GOOD[3]], "2024-02", updates)
    # What is not in the edition, and in no damaged row, ends as ever: number 3, its owner and their names.
    named = updates == "history"  # there the primary name is a claim too
    assert report.total("withdrawn" if named else "removed") == 3 + named
    gone = {"Carol", "Ca", "Boss C", "C-man"} if updates == "replace" else set()
    everything = {"Alpha", "Al", "Boss A", "A-man", "Bravo", "Br", "Boss B", "B-man", "Carol", "Ca", "Boss C", "C-man"}
    assert names(empty_store) == (everything | {"Delta", "De"}) - gone
    assert count_standing_claims(empty_store) == 8
    assert report.kept_open == 3 + named
    assert f"{report.kept_open} claims" in (summary := capsys.readouterr().err) and "stay as they are" in summary
    # The row, corrected, says what stands.
    load([GOOD[0], "2,c,Bravo,,Boss B,", GOOD[3]], "2024-03", updates)
    assert count_standing_claims(empty_store) == 6


@pytest.mark.parametrize("updates", ["replace", "history"])
@pytest.mark.parametrize(
    "row", [",c,Bravo,Br,Boss B,B-man,", '2,c,"Bravo,Br', "2,c,Bravo"], ids=["wide", "quote", "short"]
)
def test_where_an_id_cannot_be_read_nothing_is_ended_and_the_report_says_so(
    load: Callable[..., Any], empty_store: Store, capsys: pytest.CaptureFixture[str], row: str, updates: str
) -> None:
    load(GOOD, "2024-01", updates)
    before = names(empty_store)
    report = load([GOOD[0], row], "2024-02", updates)
    assert (names(empty_store), count_standing_claims(empty_store)) == (before, 11)
    assert report.hidden and report.total("removed") == report.total("withdrawn") == 0
    assert not [change for change in report.changes if change.state in ("removed", "withdrawn")]
    assert "NOTHING was ended or removed" in capsys.readouterr().err
    forced = load([GOOD[0], row], "2024-02", updates, force=True)
    assert forced.total("removed") + forced.total("withdrawn") == (8 if updates == "replace" else 11)


def test_a_row_that_lost_its_id_ends_nothing_of_its_name(load: Callable[..., Any], empty_store: Store) -> None:
    load(GOOD, "2024-01")
    report = load([GOOD[0], ",c,Bravo,Br,Boss B,B-man", GOOD[3]], "2024-02")
    held = empty_store.read("MATCH (n:Company {name: 'Bravo'})<-[:OWNS]-(o) RETURN n.id AS id, o.name AS o ORDER BY id")
    assert ("yards-2", "Boss B") in {(row["id"], row["o"]) for row in held} and len(held) == 2
    assert "Carol" not in names(empty_store) and report.kept_open == 2
    # Where the row has its id again, the entity that was made for it goes.
    load(GOOD, "2024-03")
    assert [row["id"] for row in empty_store.read("MATCH (n:Company {name: 'Bravo'}) RETURN n.id AS id")] == ["yards-2"]


def test_a_damaged_row_costs_no_property_where_another_row_names_the_same(
    empty_store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "dataset: tree\ntitle: T\npublisher: D\nreliability: B\ncredibility: 2\nentities:\n"
        "  unit: {type: Company, id: ID, name: Unit, properties: {country: Land}}\n"
        "  parent: {type: Company, id: Parent, name: Parent name}\n"
        "relationships:\n  - {type: OWNS, from: parent, to: unit}\n",
        encoding="utf-8",
    )
    file, header = tmp_path / "tree.csv", "ID,Unit,Land,Parent,Parent name\n"
    for first in ("1,Head,KP,,", "1,,KP,,", "1,,KP,,"):
        file.write_text(f"{header}{first}\n2,Branch,CN,1,Head\n", encoding="utf-8")
        load_feed(empty_store, ontology, table.read(file, plan))
        assert empty_store.read("MATCH (n {id: 'tree-1'}) RETURN n.country AS land") == [{"land": "KP"}]
    file.write_text(f"{header}1,Head,,,\n2,Branch,CN,1,Head\n", encoding="utf-8")
    load_feed(empty_store, ontology, table.read(file, plan))
    assert empty_store.read("MATCH (n {id: 'tree-1'}) RETURN n.country AS land") == [{"land": None}]


ROW = Row(Path("list.csv"), 1, raw="a row")


def company(number: int, **properties: Any) -> Entity:
    labels = ("Entity", "Organization", "Company")
    return Entity(f"x-{number}", "Company", labels, f"Example {number}", properties=properties)


def claim(claim_id: str, subject: str, target: str | None = None, **more: Any) -> Claim:
    predicate = "OWNS" if target else "HAS_NAME"
    fields: dict[str, Any] = {"stance": "asserted", "source": "x-doc", "reliability": "B", "credibility": "2", **more}
    if not target:
        fields["value"] = f"Name {claim_id}"
    return Claim(
        id=claim_id, subject=subject, predicate=predicate, object=target, asserted_by="x-3", summary="So.", **fields
    )


def edition(name: str, *records: Any, history: bool) -> Feed:
    items = [Item(Source("x-doc", "An office", "A list"), ROW)]
    items += [
        r if isinstance(r, RejectedRow | Notice) else Item(r, Row(Path("list.csv"), i, raw="r"))
        for i, r in enumerate(records, 2)
    ]
    return Feed("x", name, items, keeps_history=history)


# What is wrong with the second company's rows, found at a later stage than the reading of the row.
LATER: dict[str, list[Any]] = {
    "a property of no such kind": [company(2, founded={"no": "date"}), claim("n2", "x-2")],
    "an end that is nowhere": [company(2), claim("other", "x-2", "x-9"), claim("n2", "x-2")],
    "a stance of no such name": [company(2), claim("o2", "x-2", "x-1", stance="maybe"), claim("n2", "x-2")],
    "half a character": [company(2), claim("other", "x-2", "x-1", paragraph="\ud800"), claim("n2", "x-2")],
    "a part that was left out": [
        company(2),
        claim("n2", "x-2"),
        Notice("unreadable part", "a part", ROW, frozenset({"x-2"})),
    ],
}


@pytest.mark.parametrize("history", [False, True], ids=["replace", "history"])
@pytest.mark.parametrize("records", LATER.values(), ids=LATER)
def test_rows_that_later_stages_reject_end_nothing(
    empty_store: Store, ontology: Ontology, records: list[Any], history: bool
) -> None:
    steady = [claim(f"s{number}", "x-1") for number in range(5)]
    others = [company(1), company(3), company(4), *steady]
    first = [*others, company(2), claim("o2", "x-2", "x-1"), claim("n2", "x-2"), claim("o3", "x-3", "x-4")]
    load_feed(empty_store, ontology, edition("2020", *first, history=history))
    report = load_feed(empty_store, ontology, edition("2021", *others, *records, history=history))
    text = "MATCH (c:Claim) WHERE coalesce(c.withdrawn_on, '') = '' RETURN c.id AS id"
    assert {row["id"] for row in empty_store.read(text)} == {"o2", "n2", *(c.id for c in steady)}
    assert report.total("withdrawn" if history else "removed") == 1
    assert {row["id"] for row in empty_store.read("MATCH (n:Company) RETURN n.id AS id")} >= {"x-1", "x-2", "x-3"}
    check_invariant(empty_store, ontology)


def test_a_damaged_party_of_the_treasurys_list_stays_listed_and_a_missing_one_does_not(
    empty_store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    row = '{n},"FIRM {n}",-0- ,"DPRK",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"a.k.a. \'OTHER {n}\'."\r\n'
    files = {"alt.csv": '{n},{n},"aka","FIRM-{n}",-0- ', "add.csv": '{n},{n},"Road {n}","Town","China",-0- '}
    for edition_, damaged, count in (("2020-01", 0, 12), ("2020-02", 5, 11)):
        folder = tmp_path / edition_
        folder.mkdir()
        rows = [row.format(n=n).replace("-0-", "\x01", n == damaged) for n in range(1, count + 1)]
        (folder / "sdn.csv").write_text("".join(rows), encoding="utf-8", newline="")
        for name, line in files.items():
            lines = [line.format(n=n) + "\r\n" for n in range(1, count + 1)]
            (folder / name).write_text("".join(lines), encoding="utf-8", newline="")
        (folder / "sdn_comments.csv").write_text("", encoding="utf-8")
        report = load_feed(empty_store, ontology, ofac.read(folder))
    ended = empty_store.read("MATCH (c:Claim) WHERE c.withdrawn_on <> '' RETURN DISTINCT c.subject AS id")
    assert "ofac-12" in {r["id"] for r in ended} and "ofac-5" not in {r["id"] for r in ended}
    assert report.kept_open > 1


def read_ids(feed: Feed) -> list[Any]:
    """What the rejected rows of a feed are about."""
    return [item.concerns and set(item.concerns) for item in feed.items if isinstance(item, RejectedRow)]


def test_each_source_says_what_a_rejected_row_is_about(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "schema": "Company", "properties": ["none"]},
        {"id": "o", "properties": {"owner": ["b"]}},
        {"schema": "Company"},
    ]
    (tmp_path / "f.json").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert read_ids(ftm.read(tmp_path / "f.json")) == [{"ftm-a"}, None, None]
    records = {
        "format": "armsgraph/1",
        "entities": [{"id": "e1", "type": "Company", "name": 7}, {"type": "Company", "name": "N"}],
        "relationships": [{"id": "r", "type": "OWNS", "source": "e2", "target": "e3", "claims": 1}],
        "claims": [{"id": "c1", "subject": "e1", "predicate": "OWNS", "low": "x"}],
        "sources": [{"id": "s1", "publisher": 1}],
    }
    (tmp_path / "x.json").write_text(json.dumps(records), encoding="utf-8")
    assert read_ids(exchange.read(tmp_path / "x.json")) == [{"e1"}, None, {"e2", "e3"}, {"c1"}, {"s1"}]
    entry = "<INDIVIDUAL><DATAID>{}</DATAID><UN_LIST_TYPE>DPRK</UN_LIST_TYPE></INDIVIDUAL>"
    xml = (
        f"<CONSOLIDATED_LIST dateGenerated='2020-01-01'><INDIVIDUALS>{entry.format(77)}{entry.format('')}</INDIVIDUALS>"
    )
    (tmp_path / "l.xml").write_text(f"{xml}<ENTITIES/></CONSOLIDATED_LIST>", encoding="utf-8")
    assert read_ids(un.read(tmp_path / "l.xml")) == [{"un-77"}, None]
