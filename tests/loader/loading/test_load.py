"""Loading: twice is once, killed and repeated is once, and the graph is at all times what its claims say."""

import hashlib
import json
import random
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from graph import evidence
from graph.database import write
from graph.database.store import Address, Store, Transaction
from graph.errors import StoreError, StoreUnavailable
from graph.formats import tables
from graph.model import Entity
from graph.ontology import Ontology
from graph.reading import browse
from graph.server.local import Server
from loader.loading import pipeline
from loader.loading.staging import StagingStore
from loader.records import Feed, Item, Row
from loader.sources import articles
from tests.support.paths import FIXTURES, ROOT
from tests.support.reading import collect, load_feed

pytestmark = pytest.mark.database
SMALL = FIXTURES / "small"


def fingerprint(store: Store) -> str:
    """A sum over everything in the database, links of the evidence and notes of loads included."""
    links = store.read(
        "MATCH (a)-[r]->(b) RETURN type(r) AS type, a.id AS a, b.id AS b, properties(r) AS p ORDER BY type, a, b"
    )
    nodes = store.read("MATCH (n) RETURN labels(n) AS labels, properties(n) AS p ORDER BY labels(n)[0], n.id")
    return hashlib.sha256(json.dumps([nodes, links], sort_keys=True).encode()).hexdigest()


def check_invariant(store: Store, ontology: Ontology) -> None:
    """Every relationship is exactly what the stored claims make of it, and every claim has its relationship."""
    everything = browse.read_whole_graph(store)
    by_triple: dict[str, list] = {}
    for claim in everything.claims:
        if claim.object:
            key = evidence.build_relationship_id(claim.subject, claim.predicate, claim.object)
            by_triple.setdefault(key, []).append(claim)
    # Of absences from lists alone, no line is made.
    by_triple = {key: claims for key, claims in by_triple.items() if evidence.select_line_claims(claims)}
    stored = {edge.id: edge for edge in everything.relationships}
    assert set(stored) == set(by_triple)
    for key, claims in by_triple.items():
        assert stored[key] == evidence.build_relationship(claims)


def load(store: Store, ontology: Ontology, folder: Path = SMALL) -> pipeline.LoadReport:
    return load_feed(store, ontology, articles.read(folder, ontology))


def removed(report: pipeline.LoadReport) -> dict[str, int]:
    counts = {"claims": report.total("removed"), "entities": report.total("removed", entities=True)}
    return {**counts, "sources": report.counts.get("source", {}).get("removed", 0)}


def test_the_graph_is_what_the_claims_say(empty_store: Store, ontology: Ontology) -> None:
    report = load(empty_store, ontology)
    assert (report.entities, report.relationships, report.claims, report.sources) == (11, 6, 13, 2)
    check_invariant(empty_store, ontology)
    (factory,) = browse.read_entities(empty_store, ["factory"])
    assert factory.labels == ("Entity", "Facility", "Factory", "Organization")
    assert factory.aliases == ("No. 26 Factory", "T'aesŏng Works", "강계뜨락또르종합공장")
    edges = {e.id: e for e in browse.read_subgraph(empty_store, ["exampleland", "buyerland"]).relationships}
    assert edges["exampleland|EXPORTS_TO|buyerland"].stance == "contested"


def test_loading_twice_changes_nothing(empty_store: Store, ontology: Ontology) -> None:
    load(empty_store, ontology)
    once = fingerprint(empty_store)
    report = load(empty_store, ontology)
    assert fingerprint(empty_store) == once
    assert removed(report) == {"claims": 0, "entities": 0, "sources": 0}


def test_a_newer_edition_replaces_what_changed_and_removes_what_went(
    empty_store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    load(empty_store, ontology)
    folder = Path(shutil.copytree(SMALL, tmp_path / "newer"))
    claims = folder / "claims.csv"
    lines = claims.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [x for x in lines if not x.startswith(("c08", "c05"))]  # the denial and the carrier are withdrawn
    claims.write_text("".join(kept).replace("c02,factory,REPORTS_TO,department", "c02,factory,REPORTS_TO,party"))
    names = folder / "names.csv"
    names.write_text("".join(names.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")
    entities = folder / "entities.csv"
    text = entities.read_text(encoding="utf-8").replace("maria-2,Ship,Maria,,The other one", "maria-2,Ship,Maria,,")
    entities.write_text("".join(x for x in text.splitlines(keepends=True) if not x.startswith("shipment")))
    report = load(empty_store, ontology, folder)
    assert removed(report) == {"claims": 4, "entities": 1, "sources": 0}
    check_invariant(empty_store, ontology)
    edges = {e.id: e.stance for e in browse.read_whole_graph(empty_store).relationships}
    assert edges["exampleland|EXPORTS_TO|buyerland"] == "asserted"
    assert "factory|REPORTS_TO|party" in edges
    assert "factory|REPORTS_TO|department" not in edges
    factory, maria = browse.read_entities(empty_store, ["factory", "maria-2"])
    assert factory.aliases == ("No. 26 Factory",)
    assert "description" not in maria.properties  # a value that is gone from the file is gone from the graph


def test_killed_anywhere_and_repeated_is_the_same_graph(
    empty_store: Store, ontology: Ontology, spare_server: Server, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "many"))
    with (folder / "claims.csv").open("a", encoding="utf-8") as file:
        for i in range(60):
            sale = f"m{i},exampleland,SELLS,shell-{i}"
            file.write(f"{sale},,,,,,,asserted,minister,gazette,9,2023,,,C,3,Sale number {i}.\n")
    with (folder / "entities.csv").open("a", encoding="utf-8") as file:
        columns = SMALL.joinpath("entities.csv").read_text(encoding="utf-8").split("\n", 1)[0].count(",")
        file.writelines(f"shell-{i},Weapon,Shell {i}{',' * (columns - 2)}\n" for i in range(60))
    command = [sys.executable, "-m", "tests.support.slow_load", spare_server.uri, spare_server.password, str(folder)]
    dice = random.Random(20261122)
    for number in range(6):
        write.wipe(empty_store)
        if number % 2:
            load(empty_store, ontology)  # then it is killed while it updates
        process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True)
        assert process.stdout
        for _ in range(dice.randint(2, 18)):
            process.stdout.readline()
        process.kill()
        assert process.wait() == -9, "the load was over before it could be killed"
        process.stdout.close()
        check_invariant(empty_store, ontology)
    load(empty_store, ontology, folder)
    repeated = fingerprint_without_notes(empty_store)
    write.wipe(empty_store)
    load(empty_store, ontology, folder)
    assert fingerprint_without_notes(empty_store) == repeated


def fingerprint_without_notes(store: Store) -> str:
    """The graph and its evidence; the time at which it was loaded, and what each load did, are left out."""
    store.write(lambda tx: tx.run("MATCH (l:Load) DELETE l"))
    return fingerprint(store)


def test_an_entity_of_another_dataset_does_not_change_hands(empty_store: Store, ontology: Ontology) -> None:
    load(empty_store, ontology)
    before = browse.read_whole_graph(empty_store)
    row = Row(Path("mine.csv"), 2, raw="party,Mine now")
    feed = Feed("other", "1", [Item(Entity("party", "Party", ("Entity",), "Mine now"), row)])
    with StagingStore(ontology, feed) as staged:
        pipeline.load(empty_store, ontology, staged.fill())
        problems = [str(p) for r in staged.rejected() for p in r.problems]
    assert problems == [
        "mine.csv, row 2, field 'id': 'party' is the id of another entity, which belongs to the dataset 'articles'"
    ]
    assert browse.read_whole_graph(empty_store) == before


def test_pruning_keeps_what_another_datasets_claims_need(empty_store: Store, ontology: Ontology) -> None:
    load(empty_store, ontology)
    carried = collect(articles.read(SMALL, ontology), ontology).claims["c08"]
    row = Row(Path("mine.csv"), 2, raw="x1")
    load_feed(empty_store, ontology, Feed("other", "1", [Item(replace(carried, id="x1"), row)]))
    load_feed(empty_store, ontology, Feed("articles", "2", []))
    left = browse.read_whole_graph(empty_store)
    assert {e.id for e in left.entities} == {"shipment", "angara", "minister"}
    assert [e.id for e in left.relationships] == ["shipment|CARRIED_BY|angara"]
    assert [s.id for s in left.sources] == ["gazette"]


def test_a_lost_row_is_noticed(empty_store: Store, ontology: Ontology, monkeypatch: pytest.MonkeyPatch) -> None:
    real = write.apply

    def losing(tx: Transaction, ontology: Ontology, batch: write.Batch, turn: write.WriteLease, _: object) -> None:
        real(tx, ontology, replace(batch, lines=batch.lines[1:]), turn)

    monkeypatch.setattr(write, "apply", losing)
    with pytest.raises(StoreError, match=r"13 Claim rows were sent, but the database holds 12"):
        load(empty_store, ontology)


def test_a_database_that_is_not_there_is_said(ontology: Ontology) -> None:
    with (
        Store(lambda: Address("bolt://127.0.0.1:9", "neo4j", "x"), patience=1) as store,
        pytest.raises(StoreUnavailable, match="bolt://127.0.0.1:9"),
    ):
        load(store, ontology)


def test_a_wrong_password_is_said(spare_server: Server) -> None:
    with (
        Store(lambda: Address(spare_server.uri, "neo4j", "wrong"), patience=1) as store,
        pytest.raises(StoreError, match="refused the login"),
    ):
        store.ping()


def test_export_holds_everything_and_is_the_same_twice(empty_store: Store, ontology: Ontology) -> None:
    load(empty_store, ontology)
    text = tables.format_graph_json(browse.read_whole_graph(empty_store))
    assert text == tables.format_graph_json(browse.read_whole_graph(empty_store))
    for claim in collect(articles.read(SMALL, ontology), ontology).claims.values():
        assert claim.summary in text
    assert "강계뜨락또르종합공장" in text
