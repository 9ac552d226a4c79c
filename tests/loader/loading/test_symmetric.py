"""Lines without direction are one line, whichever end a source starts from."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dash import no_update

from explorer.panels.page import database
from explorer.state.stores import DatabaseState
from graph import evidence
from graph.database import renew, write
from graph.database.store import Store
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.reading import browse
from graph.server.importfiles import ImportFiles
from loader.loading import bulk
from loader.loading.staging import StagingStore
from loader.records import Feed, Item, Row
from tests.loader.loading.test_load import check_invariant
from tests.support.reading import collect, load_feed

NOWHERE = Row(Path("claims.csv"), 1, raw="a row")
ENDS = ("yard", "bank")


def feed(dataset: str, subject: str, target: str, stance: str, predicate: str = "COOPERATES_WITH") -> Feed:
    speaker, source = f"{dataset}-paper", f"{dataset}-source"
    records: list[Entity | Source | Claim] = [
        Entity(end, "Company", ("Entity", "Organization", "Company"), end.title()) for end in ENDS if dataset == "one"
    ]
    records += [
        Entity(speaker, "Organization", ("Entity", "Organization"), f"Paper {dataset}"),
        Source(source, f"Paper {dataset}", "A report", date="2024-01-01"),
        Claim(f"{dataset}-claim", subject, predicate, stance, source, target, asserted_by=speaker, summary="They do."),
    ]
    return Feed(dataset, dataset, [Item(record, NOWHERE) for record in records], f"Data set {dataset}")


def lines(store: Store) -> list[tuple[str, str, int]]:
    return [(r.id, r.stance, len(r.claims)) for r in browse.read_whole_graph(store).relationships]


def symmetric_types(ontology: Ontology) -> Iterator[str]:
    companies = {"Company", "Organization", "Entity"}
    return (t for t in ontology.list_symmetric_types() if companies & set(ontology.relationships[t].source))


@pytest.mark.database
def test_a_denial_from_the_other_end_contradicts(empty_store: Store, ontology: Ontology) -> None:
    for predicate, forward in product(symmetric_types(ontology), (True, False)):
        write.wipe(empty_store)
        ends = ENDS if forward else ENDS[::-1]
        load_feed(empty_store, ontology, feed("one", *ends, "asserted", predicate))
        load_feed(empty_store, ontology, feed("two", *ends[::-1], "denied", predicate))
        assert lines(empty_store) == [(f"bank|{predicate}|yard", "contested", 2)]
    check_invariant(empty_store, ontology)
    report = load_feed(empty_store, ontology, feed("two", *ENDS, "denied", predicate))
    assert (report.total("unchanged"), report.total("changed")) == (1, 0)


def test_the_importer_gets_the_ends_in_order_too(ontology: Ontology, tmp_path: Path) -> None:
    both = [*feed("one", *ENDS, "asserted").items, *feed("two", *ENDS[::-1], "denied").items]
    with StagingStore(ontology, Feed("both", "1", both)).fill() as staged, ImportFiles(tmp_path / "files") as files:
        assert staged.count_relationships() == bulk.write_files(files, ontology, staged).relationships == 1
    written = "".join(f.read_text(encoding="utf-8") for f in (tmp_path / "files").glob("relationships-*.tsv"))
    assert "bank|COOPERATES_WITH|yard" in written
    assert "contested" in written
    assert "yard|" not in written


def test_a_direction_that_means_something_stays(ontology: Ontology) -> None:
    claim = collect(feed("one", *ENDS, "asserted", "OWNS"), ontology).claims["one-claim"]
    assert (claim.subject, claim.object) == ENDS
    assert evidence.order_relationship_id(ontology, "yard|OWNS|bank") == "yard|OWNS|bank"
    assert evidence.order_relationship_id(ontology, "yard|MET_WITH|bank") == "bank|MET_WITH|yard"
    assert evidence.order_relationship_id(ontology, "stack:yard") == "stack:yard"


@pytest.mark.database
def test_lines_of_an_earlier_version_are_joined_by_any_load(empty_store: Store, ontology: Ontology) -> None:
    with pytest.MonkeyPatch.context() as earlier:
        earlier.setattr(evidence, "order_ends", lambda _, claim: claim)
        earlier.setattr(write, "MODEL", 1)
        load_feed(empty_store, ontology, feed("one", *ENDS, "asserted"))
        load_feed(empty_store, ontology, feed("two", *ENDS[::-1], "denied"))
    assert {line[1] for line in lines(empty_store)} == {"asserted", "denied"}
    assert renew.list_outdated(empty_store) == ["one", "two"]
    sentence = renew.describe_outdated(renew.list_outdated(empty_store))
    assert sentence == "Loaded by an earlier version of the program: one, two. Load again from the same files."

    context: Any = SimpleNamespace(store=empty_store)
    monitor, up = database.DatabaseMonitor(empty_store), DatabaseState(up=True, why="")
    changed, words = database.check_database(monitor, context, 1, up, None)
    assert changed is no_update  # what depends on the database is not read again for that
    assert words == sentence
    assert sentence in str(database.render_banner(up, words))
    assert database.check_database(monitor, context, 2, up, words) == (no_update, no_update)

    third = feed("three", *ENDS, "asserted")
    load_feed(empty_store, ontology, third)
    assert lines(empty_store) == [("bank|COOPERATES_WITH|yard", "contested", 3)]
    check_invariant(empty_store, ontology)
    for dataset, ends in (("one", ENDS), ("two", ENDS[::-1])):
        load_feed(empty_store, ontology, feed(dataset, *ends, "asserted" if dataset == "one" else "denied"))
    assert renew.list_outdated(empty_store) == []
    changed, words = database.check_database(monitor, context, 3, up, words)
    assert (changed, words) == (no_update, "")
    assert database.render_banner(up, words) is None
    assert lines(empty_store) == [("bank|COOPERATES_WITH|yard", "contested", 3)]
