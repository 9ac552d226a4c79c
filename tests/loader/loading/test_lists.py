"""Official lists through the whole loader: two real editions, the broken set, and the importer's graph."""

import csv
from pathlib import Path
from typing import Any

import pytest

from graph.database import write
from graph.database.store import Store, Transaction
from graph.ontology import Ontology
from graph.server import connect, importer, local
from loader.loading import bulk, pipeline, session
from loader.loading.staging import StagingStore
from loader.sources.ftm import ftm
from loader.sources.ofac import ofac
from loader.sources.un import un
from tests.support.paths import FIXTURES, find_shared
from tests.support.reading import load_feed
from tests.support.servers import address

pytestmark = pytest.mark.database


def real(edition: str) -> Path:
    return find_shared("data", "ofac", edition)


def entries(edition: str) -> set[tuple[str, str]]:
    """Party and programme of each row of sdn.csv, read without any of our own code."""
    listed = set()
    with (real(edition) / "sdn.csv").open(encoding="latin-1", newline="") as file:
        for row in csv.reader(file):
            if len(row) == 12:
                listed |= {(row[0], programme.strip(" []")) for programme in row[3].split("] [")}
    return listed


def test_a_real_edition_is_updated_by_the_next(empty_store: Store, ontology: Ontology) -> None:
    old, new = entries("2019-01"), entries("2021-07")
    load_feed(empty_store, ontology, ofac.read(real("2019-01")))
    report = load_feed(empty_store, ontology, ofac.read(real("2021-07")))
    counts = report.counts["DESIGNATED_BY"]
    assert counts["added"] == len(new - old) == 2_746
    assert counts["withdrawn"] == len(old - new) == 301
    assert counts["changed"] + counts["unchanged"] == len(old & new) == 8_013
    ended = empty_store.read(
        "MATCH (c:Claim {predicate: 'DESIGNATED_BY', withdrawn_on: '2021-07'}) RETURN c.subject AS party, "
        "c.detail AS programme, c.last_seen_on AS last, c.reported_on AS first"
    )
    assert {(r["party"].removeprefix("ofac-"), r["programme"]) for r in ended} == old - new
    assert {(r["first"], r["last"]) for r in ended} == {("2019-01", "2019-01")}
    lines = empty_store.read(
        "MATCH (e:Entity)-[r:DESIGNATED_BY]->(:Regime) RETURN e.id AS id, r.valid_to AS ended, size(r.claims) AS n"
    )
    still = {party for party, _ in new}
    assert {r["id"].removeprefix("ofac-") for r in lines if not r["ended"]} == still
    assert {r["id"].removeprefix("ofac-") for r in lines if r["ended"]} == {p for p, _ in old} - still


def test_the_broken_set_names_its_faults_and_loses_no_good_row(empty_store: Store, ontology: Ontology) -> None:
    folder = real("invalid")
    with StagingStore(ontology, ofac.read(folder, edition="2019-01")) as staged:
        staged.fill()
        report = pipeline.load(empty_store, ontology, staged)
        problems = [p for r in staged.rejected() for p in r.problems]
    assert {p.file for p in problems} == {"sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"}
    assert all(p.row and p.rule for p in problems)
    with (folder / "sdn.csv").open(encoding="latin-1", newline="") as file:
        good = {f"ofac-{row[0]}" for row in csv.reader(file) if len(row) == 12}
    stored = {
        r["id"] for r in empty_store.read("MATCH (e:Entity)-[:DESIGNATED_BY]->(:Regime) RETURN DISTINCT e.id AS id")
    }
    assert stored == good
    assert report.total("added") == report.claims


def fixture_feeds() -> list[Any]:
    return [
        ofac.read(FIXTURES / "ofac" / "old", edition="2019-01"),
        un.read(FIXTURES / "un" / "old.xml"),
        ftm.read(next(iter(sorted((FIXTURES / "ftm").glob("*.json*"))))),
    ]


@pytest.mark.parametrize("number", range(3), ids=["ofac", "un", "ftm"])
def test_small_lists_load_twice_as_once(empty_store: Store, ontology: Ontology, number: int) -> None:
    first = load_feed(empty_store, ontology, fixture_feeds()[number])
    assert first.claims > 20
    again = load_feed(empty_store, ontology, fixture_feeds()[number])
    assert again.total("unchanged") == first.claims
    assert sum(again.total(s) for s in ("added", "changed", "withdrawn", "removed")) == 0


def graph(store: Store) -> tuple[list[Any], list[Any]]:
    """Everything that is stored, apart from the times at which it was."""
    nodes = store.read("MATCH (n) WHERE NOT n:Lock RETURN labels(n) AS labels, properties(n) AS p", timeout=120)
    for row in nodes:
        row["labels"].sort()
        row["p"].pop("finished", None)
    # Sorted here: which label a server names first depends on which it met first.
    nodes.sort(key=lambda row: (row["labels"], row["p"]["id"]))
    links = store.read(
        "MATCH (a)-[r]->(b) RETURN type(r) AS type, a.id AS a, b.id AS b, properties(r) AS p ORDER BY type, a, b",
        timeout=120,
    )
    return nodes, links


def test_the_importer_makes_the_same_graph(
    empty_store: Store, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARMSGRAPH_HOME", str(tmp_path / "home"))
    ordinary = load_feed(empty_store, ontology, fixture_feeds()[0])
    assert importer.is_not_created()
    with StagingStore(ontology, fixture_feeds()[0]) as staged:
        imported = bulk.fill_local(ontology, staged.fill())
    assert imported == ordinary
    with connect.open_store() as store:
        assert not importer.is_empty(store)
        assert graph(store) == graph(empty_store)
        # And the next edition is compared with it as with any other.
        again = load_feed(store, ontology, fixture_feeds()[0])
    assert again.total("unchanged") == ordinary.claims


def test_a_database_with_data_is_not_imported_into(spare_server: local.Server, ontology: Ontology) -> None:
    with Store(lambda: address(spare_server)) as store:
        write.wipe(store)
        load_feed(store, ontology, fixture_feeds()[0])
        assert not importer.is_empty(store)


def test_files_for_another_server_make_the_same_graph(tmp_path: Path, empty_store: Store, ontology: Ontology) -> None:
    ordinary = load_feed(empty_store, ontology, fixture_feeds()[0])
    options = session.LoadOptions(to_files=tmp_path / "files", rejects=tmp_path / "rejects")
    session.run(fixture_feeds()[0], options)
    arguments = (tmp_path / "files" / "arguments.txt").read_text(encoding="utf-8").split("\n")[:-1]
    home = tmp_path / "theirs"
    with local.open_server(home):
        pass  # theirs, stopped and empty
    local.run_admin(
        [
            "database",
            "import",
            "full",
            "neo4j",
            *arguments,
            "--overwrite-destination=true",
            "--path-pattern-style=none",
        ],
        home,
        folder=tmp_path / "files",
    )
    with local.open_server(home) as server, Store(lambda: address(server)) as store:
        for statement in (tmp_path / "files" / "schema.cypher").read_text(encoding="utf-8").split(";\n")[:-1]:
            store.write(Transaction.run, statement)
        assert graph(store) == graph(empty_store)
        again = load_feed(store, ontology, fixture_feeds()[0])
    assert again.total("unchanged") == ordinary.claims
