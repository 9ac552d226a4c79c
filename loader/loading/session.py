"""One load from the command line: reads a feed, shows progress, writes, and says what came of it."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import click

from graph import ontology
from graph.database.store import Store
from graph.errors import DataError, StoreUnavailable
from graph.plurals import format_count
from graph.progress import open_progress
from graph.server import connect, importer
from graph.server.importfiles import ImportFiles
from loader import rejects
from loader.loading import bulk, changes, pipeline
from loader.loading.changes import ADDED, CHANGED, REMOVED, UNCHANGED, WITHDRAWN
from loader.loading.pipeline import LoadReport
from loader.loading.staging import Progress, StagingStore
from loader.records import Feed

SHOWN = 20  # problems and notices printed; all of them are in files
ALL_CHANGES = 1_000_000


@dataclass(frozen=True)
class LoadOptions:
    """What every load takes: see the options of the command."""

    dry_run: bool = False
    add: bool = False
    force: bool = False
    rejects: Path | None = None
    report: Path | None = None
    to_files: Path | None = None


def run(feed: Feed, options: LoadOptions = LoadOptions()) -> int:
    """Loads a feed, or only checks it. Returns the exit code: 1 where rows were rejected, which are then in files."""
    pipeline.require_past_edition(feed, force=options.force)
    with StagingStore(ontology.load(), feed) as staged:
        if options.dry_run:
            with show_progress(feed) as progress:
                staged.fill(progress=progress)
            entities, claims, sources = (staged.count(table) for table in ("entity", "claim", "source"))
            good = f"{entities:,} entities, {claims:,} claims and {sources:,} sources are good"
            _print_message(f"{feed.dataset}: {good}, {staged.count_rejected():,} rows are not")
        elif options.to_files:
            _write_files(staged, options.to_files)
        else:
            _load(staged, options)
        _print_notices(staged)
        return _write_rejects(staged, options.rejects)


def _load(staged: StagingStore, options: LoadOptions) -> None:
    """Loads through a server or, where the local database is empty and the edition large, by Neo4j's importer."""
    if connect.read_configured_address() is None and importer.is_not_created():
        _read_feed(staged)
        if bulk.is_large_enough(staged):
            _import(staged, options)
            return
    with connect.open_store() as store:
        if connect.read_configured_address() is not None or not importer.is_empty(store):
            load_into(store, staged, options)
            return
        _read_feed(staged)
        if not bulk.is_large_enough(staged):
            load_into(store, staged, options)
            return
    _import(staged, options)


def _read_feed(staged: StagingStore) -> None:
    with show_progress(staged.feed) as progress:
        staged.fill(progress=progress)


def _import(staged: StagingStore, options: LoadOptions) -> None:
    with show_progress(staged.feed) as progress:
        report = bulk.fill_local(staged.ontology, staged, progress)
    _print_report(staged.feed, report, options.report)


def _write_files(staged: StagingStore, folder: Path) -> None:
    _read_feed(staged)
    with show_progress(staged.feed) as progress, ImportFiles(folder) as files:
        report = bulk.write_files(files, staged.ontology, staged, progress)
        for label, properties in zip(("Dataset", "Load"), bulk.build_load_records(staged.feed, report), strict=True):
            files.node(label, (label,), {"id": staged.feed.dataset, **properties})
    importer.write_import_guide(files, staged.ontology.schema())
    _print_message(
        f"wrote {files.nodes_written:,} nodes and {files.relationships_written:,} relationships to {folder}; "
        "README.txt there says how to import them"
    )


def load_into(store: Store, staged: StagingStore, options: LoadOptions = LoadOptions()) -> LoadReport:
    """Reads a feed through its spool into the store, saying on standard error what it does."""
    keep = ALL_CHANGES if options.report else 0
    try:
        with show_progress(staged.feed) as progress:
            staged.fill(
                pipeline.build_type_lookup(store), progress, pipeline.build_premise_lookup(store)
            )  # which does nothing where it has been read
            report = pipeline.load(
                store,
                staged.ontology,
                staged,
                add=options.add,
                force=options.force,
                keep_changes=keep,
                progress=progress,
            )
    except StoreUnavailable as error:
        raise StoreUnavailable(f"{error}\nWhat was written stays and is correct; load again to complete it.") from error
    _print_report(staged.feed, report, options.report)
    return report


def _print_report(feed: Feed, report: LoadReport, file: Path | None) -> None:
    _print_message(
        f"loaded {feed.dataset}{f' {feed.edition}' if feed.keeps_history else ''}: {report.entities:,} entities, "
        f"{report.relationships:,} relationships from {report.claims:,} claims, {report.sources:,} sources"
    )
    if report.before is not None:
        for what, entities in (("entities", True), ("claims", False)):
            parts = [
                f"{report.total(state, entities=entities):,} {state}"
                for state in (ADDED, CHANGED, WITHDRAWN, REMOVED, UNCHANGED)
                if state != WITHDRAWN or (feed.keeps_history and not entities)
            ]
            _print_message(f"  {what}: {', '.join(parts)}")
        names = ontology.load().list_relationships_by_role("designation")
        listed = [report.counts[name] for name in names if name in report.counts]
        if listed:
            states = (ADDED, CHANGED, WITHDRAWN, REMOVED, UNCHANGED)
            parts = [f"{sum(counts.get(state, 0) for counts in listed):,} {state}" for state in states]
            _print_message(f"  of them designations: {', '.join(parts)}")
    if report.continued:
        _print_message("  An earlier load of this dataset had broken off; what it had written counts as unchanged.")
    if report.left_alone:
        _print_message(
            f"  {report.left_alone:,} records are held by another dataset already, and were left as they are there."
        )
    _print_kept(report)
    if file and report.before is not None:
        changes.write(report.changes, file)
        _print_message(f"  each of the {len(report.changes):,} changes is in {file}")


def _print_kept(report: LoadReport) -> None:
    """Says what the edition lacks and was kept all the same, because rows of it were rejected."""
    kept = " and ".join(
        format_count(number, one, many)
        for number, one, many in (
            (report.kept_open, "claim", "claims"),
            (report.kept_entities, "entity", "entities"),
        )
        if number
    )
    if report.hidden:
        missing = f": {kept} missing in it stay as they are" if kept else ""
        _print_message(
            "  NOTHING was ended or removed by this load, because ids of its rejected rows could not be read, or a "
            f"part of the edition is missing{missing}; correct those rows, or load with --force."
        )
    elif kept:
        _print_message(
            f"  {kept} missing in this edition stay as they are, because rows that were rejected are about them; "
            "correct those rows and load them with --add."
        )


def _print_notices(staged: StagingStore) -> None:
    for kind, count in staged.count_by_kind("notice").items():
        _print_message(f"note: {kind}: {count:,}")
    for notice in islice(staged.notices(), SHOWN):
        _print_message(f"  {notice.row.file.name}, row {notice.row.number}: {notice.text}")


def _write_rejects(staged: StagingStore, folder: Path | None) -> int:
    rows = shown = 0
    for rejected in staged.rejected():
        rows += 1
        for problem in rejected.problems:
            shown += 1
            if shown <= SHOWN:
                _print_message(str(problem))
    if not rows:
        return 0
    if shown > SHOWN:
        _print_message(f"… and {shown - SHOWN:,} more")
    target = folder or Path(f"rejects-{staged.feed.dataset}-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    paths = rejects.write(staged.rejected(), target)
    _print_message(
        f"{format_count(rows, 'row was', 'rows were')} not loaded. Correct them in "
        f"{', '.join(map(str, paths))} and load them with the same command, this folder or file in place of the first, "
        "and --add"
    )
    return DataError.exit_code


@contextmanager
def show_progress(feed: Feed) -> Iterator[Progress]:
    """Shows stage, rows and rows a second of a load."""
    begun: dict[str, float] = {}
    with open_progress() as report:

        def progress(stage: str, done: float, share: float | None) -> None:
            begun.setdefault(stage, time.monotonic())
            report(f"{stage} {feed.dataset}", share, _format_rate(done, begun[stage]))

        yield progress


def _format_rate(done: float, begun: float) -> str:
    seconds = time.monotonic() - begun
    return f"{done:,.0f} rows, {done / seconds:,.0f} rows/s" if seconds > 0.5 else f"{done:,.0f} rows"


def _print_message(text: str) -> None:
    click.echo(text, err=True)


def exit_with(code: int) -> None:
    """Ends the command where rows were rejected."""
    if code:
        sys.exit(code)
