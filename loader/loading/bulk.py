"""Fills an empty database by Neo4j's own importer: the graph that loading/pipeline.py makes, several times as fast."""

import tempfile
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from graph import evidence
from graph.database import write
from graph.database.store import Store
from graph.model import Claim
from graph.ontology import ROOT, Ontology
from graph.server import connect, importer
from graph.server.importfiles import ImportFiles
from loader.loading import pipeline
from loader.loading.changes import ADDED
from loader.loading.diff import fill_first_seen
from loader.loading.pipeline import LoadReport
from loader.loading.staging import Progress, StagingStore, ignore_progress
from loader.records import REFERENCE, Feed

LEAST = 20_000  # claims: below, stopping and starting the server takes longer than the importer saves


def is_large_enough(staged: StagingStore) -> bool:
    """Whether an edition is large enough for the importer."""
    return staged.count("claim") >= LEAST


def fill_local(ontology: Ontology, staged: StagingStore, progress: Progress = ignore_progress) -> LoadReport:
    """Fills the empty local database with a filled spool, and notes the load in it.

    Raises StoreError where the database is not empty or the importer fails, with the database as it was.
    """
    with tempfile.TemporaryDirectory(prefix="armsgraph-") as folder:
        with ImportFiles(Path(folder, "files")) as files:
            report = write_files(files, ontology, staged, progress)
        importer.run(files, progress=lambda stage, share: progress(f"importing ({stage.lower()})", 0, share))
    with connect.open_store(patience=60) as store:
        progress("making indexes", 0, None)
        write.ensure_schema(store, ontology)
        record_load(store, staged.feed, report)
    return report


def record_load(store: Store, feed: Feed, report: LoadReport) -> None:
    """Notes a load that was imported, as an ordinary load does."""
    turn = write.WriteLease(feed.dataset, uuid.uuid4().hex)
    write.begin(store, turn)
    dataset, load = build_load_records(feed, report)
    store.write(write.finish, turn, dataset, load)


def build_load_records(feed: Feed, report: LoadReport) -> tuple[dict[str, object], dict[str, object]]:
    """The properties of the notes on the dataset and on its load."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return pipeline.build_dataset_record(feed, report, feed.edition), pipeline.build_load_record(feed, report, now)


def write_files(
    files: ImportFiles, ontology: Ontology, staged: StagingStore, progress: Progress = ignore_progress
) -> LoadReport:
    """Writes a filled spool as the importer's files. Returns what a first load reports."""
    writer = _FileWriter(files, ontology, staged, progress)
    for source, digest in staged.sources():
        files.node("Source", ("Source",), write.build_source_row(source, staged.feed.dataset, digest))
        writer.count("source")
    for entity, digest in staged.shared():
        files.node(ROOT, entity.labels, write.build_entity_row(entity, REFERENCE, digest, ()))
    for speakers in (True, False):
        for entity, digest, claims in staged.entities(speakers=speakers):
            naming = [claim for claim, _ in claims]
            files.node(ROOT, entity.labels, write.build_entity_row(entity, staged.feed.dataset, digest, naming))
            writer.count("entity")
            writer.claims(claims)
    writer.claims(staged.read_other_statements())
    for _, group in groupby(staged.lines(), key=lambda x: (x[0].subject, x[0].predicate, x[0].object)):
        line = [(claim, digest) for claim, digest, _ in group]
        stored = writer.claims(line)
        first = stored[0]
        ends = (ROOT, first.subject), (ROOT, first.object or "")
        if evidence.select_line_claims(stored):
            files.relationship(first.predicate, *ends, write.build_relationship_row(stored))
    return writer.report()


class _FileWriter:
    """Writes claims with their links, and counts."""

    def __init__(self, files: ImportFiles, ontology: Ontology, staged: StagingStore, progress: Progress) -> None:
        self.files, self.staged, self.progress = files, staged, progress
        self.counts: dict[str, dict[str, int]] = {}
        self.done, self.total = 0, staged.count("entity") + staged.count("claim")
        self.types = ontology.relationships.keys() | ontology.statements.keys()

    def count(self, kind: str) -> None:
        states = self.counts.setdefault(kind, {ADDED: 0})
        states[ADDED] += 1
        self.done += 1
        if self.done % 10_000 == 0:
            self.progress("writing files", self.done, min(1.0, self.done / self.total))

    def claims(self, claims: Iterable[tuple[Claim, str]]) -> list[Claim]:
        """Adds claims; returns them as they are stored."""
        files, stored = self.files, []
        for claim, digest in claims:
            item = fill_first_seen(claim, self.staged.feed.since)
            stored.append(item)
            node = ("Claim", item.id)
            files.node("Claim", ("Claim",), write.build_claim_row(item, self.staged.feed.dataset, digest))
            files.relationship("HAS_SUBJECT", node, (ROOT, item.subject))
            files.relationship("FROM_SOURCE", node, ("Source", item.source))
            if item.asserted_by:
                files.relationship("ASSERTED_BY", node, (ROOT, item.asserted_by))
            if item.object:
                files.relationship("HAS_OBJECT", node, (ROOT, item.object))
            self.count(item.predicate)
        return stored

    def report(self) -> LoadReport:
        staged = self.staged
        return LoadReport(
            entities=staged.count("entity"),
            sources=staged.count("source"),
            claims=staged.count("claim"),
            relationships=staged.count_relationships(),
            before=None,
            counts=self.counts,
            lists=staged.find_lists(),
        )
