"""Loads a checked dataset into the store, and checks afterwards that the store holds what was sent."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from graph import write
from graph.errors import StoreError
from graph.ontology import Ontology
from graph.store import Store, Transaction
from loader.records import Dataset

T = TypeVar("T")
Progress = Callable[[str, int, int], None]  # stage, rows done, rows in all


def _quiet(_stage: str, _done: int, _total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Report:
    """What a load did. `removed` counts what the dataset held before and holds no more."""

    entities: int
    sources: int
    claims: int
    relationships: int
    removed: dict[str, int] = field(default_factory=dict)


def load(store: Store, ontology: Ontology, dataset: Dataset, *, prune: bool = True,
         progress: Progress = _quiet) -> Report:  # fmt: skip
    """Writes a dataset: sources, entities, claims, in that order, then removes what it no longer holds.

    Each batch is one transaction and leaves the graph true to its claims, so that a load which is killed can
    simply be repeated. Raises StoreError, also when the count afterwards does not agree.
    """
    write.ensure_schema(store, ontology)
    counter = _Counter(progress)
    write.upsert_sources(store, counter.stage("sources", dataset.sources), dataset.name, counter.done)
    write.upsert_entities(store, ontology, counter.stage("entities", dataset.entities), dataset.name, counter.done)
    write.upsert_claims(store, ontology, counter.stage("claims", dataset.claims), dataset.name, counter.done)
    removed = {}
    if prune:
        removed = write.prune(
            store,
            ontology,
            dataset.name,
            claims=set(dataset.claims),
            entities=set(dataset.entities),
            sources=set(dataset.sources),
        )
    report = Report(
        entities=len(dataset.entities),
        sources=len(dataset.sources),
        claims=len(dataset.claims),
        relationships=len(
            {(c.subject, c.predicate, c.object) for c in dataset.claims.values() if c.object},
        ),
        removed=removed,
    )
    _check(store, dataset, report)
    _record(store, dataset, report)
    return report


def _check(store: Store, dataset: Dataset, report: Report) -> None:
    """Counts in the store what was sent, by id, so that a lost row can't hide behind another dataset's."""
    sent: tuple[tuple[str, Collection[str]], ...] = (
        ("Source", dataset.sources),
        ("Entity", dataset.entities),
        ("Claim", dataset.claims),
    )
    for label, items in sent:
        text = f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN count(n) AS stored"
        stored = store.read(text, ids=sorted(items))[0]["stored"]
        if stored != len(items):
            raise StoreError(
                f"{len(items)} {label} rows were sent, but the database holds {stored} of them; load again"
            )
    rows = store.read(
        "MATCH (c:Claim) WHERE c.id IN $ids AND c.object IS NOT NULL "
        "OPTIONAL MATCH (:Entity {id: c.subject})-[r]->(:Entity {id: c.object}) WHERE c.id IN r.claims "
        "RETURN count(DISTINCT r.id) AS edges, sum(CASE WHEN r IS NULL THEN 1 ELSE 0 END) AS bare",
        ids=sorted(dataset.claims),
    )
    edges, bare = rows[0]["edges"], rows[0]["bare"]
    if edges != report.relationships or bare:
        raise StoreError(
            f"{report.relationships} relationships were expected, but the database holds {edges}, and {bare} claims "
            "without their relationship; load again"
        )


def _record(store: Store, dataset: Dataset, report: Report) -> None:
    """Notes the edition that is loaded. Loading the same again leaves the note, and so the graph, as it was."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    properties = {
        "dataset": dataset.name,
        "edition": dataset.edition,
        "entities": report.entities,
        "sources": report.sources,
        "claims": report.claims,
        "relationships": report.relationships,
    }
    store.write(
        Transaction.run,
        "MERGE (l:Load {id: $id}) ON CREATE SET l.finished = $now SET l += $properties",
        id=f"{dataset.name}:{dataset.edition}",
        properties=properties,
        now=now,
    )


class _Counter:
    """Turns batch sizes into progress within a stage."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._name, self._rows, self._total = progress, "", 0, 0

    def stage(self, name: str, items: Mapping[str, T]) -> list[T]:
        """Begins a stage and hands its rows through."""
        self._name, self._rows, self._total = name, 0, len(items)
        self.done(0)
        return list(items.values())

    def done(self, rows: int) -> None:
        """Counts a finished batch."""
        self._rows += rows
        self._progress(self._name, self._rows, self._total)
