"""Loads a checked edition into the store: adds, changes, ends or removes, and checks that all has arrived.

with Spool(ontology, feed) as spool:
    spool.fill(pipeline.stored_types(store))
    report = pipeline.load(store, ontology, spool)
"""

import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from graph import dates
from graph.database import renew, write
from graph.database.store import Store
from graph.errors import DataError, StoreError, UsageError
from graph.ontology import ROOT, Ontology
from loader.loading import changes
from loader.loading.changes import ADDED, CHANGED, REMOVED, STATES, UNCHANGED, Change, ChangeCounts
from loader.loading.diff import Diff, Edition, is_older
from loader.loading.premises import Premise, StoredPremises
from loader.loading.staging import Progress, StagingStore, ignore_progress
from loader.records import Feed

AHEAD = 3  # batches that are prepared while one is written
LEAST = 0.5  # a new edition with less than this share of the old one's claims is taken for a cut file


@dataclass(frozen=True)
class LoadReport:
    """What a load did: `counts` by kind ("entity", "source" or a predicate) and state (loader/loading/changes.py).

    `kept_open` claims and `kept_entities` entities are missing in the edition and were neither ended nor removed,
    because rows that were rejected may be about them; with `hidden` nobody can say which, and all were kept.
    `left_alone` records have ids that another dataset holds. `continued` says that an earlier load of this edition
    broke off, whose rows count as unchanged.
    """

    entities: int
    sources: int
    claims: int
    relationships: int
    before: str | None
    counts: Mapping[str, Mapping[str, int]]
    changes: Sequence[Change] = ()
    kept_open: int = 0
    kept_entities: int = 0
    hidden: bool = False
    continued: bool = False
    refused: int = 0
    left_alone: int = 0
    # The authorities whose list this is as a whole, and those of whose list it is a part.
    lists: tuple[Sequence[str], Sequence[str]] = ((), ())

    def total(self, state: str, *, entities: bool = False) -> int:
        """How many claims (or entities) are in a state."""
        kinds = ("entity",) if entities else (k for k in self.counts if k not in ("entity", "source"))
        return sum(self.counts.get(kind, {}).get(state, 0) for kind in kinds)


def load(
    store: Store,
    ontology: Ontology,
    staged: StagingStore,
    *,
    add: bool = False,
    force: bool = False,
    keep_changes: int = 0,
    progress: Progress = ignore_progress,
) -> LoadReport:
    """Writes a filled spool. With `add` nothing is ended or removed; `keep_changes` single changes are in the report.

    Each batch is one transaction and leaves the graph true to its claims, so that a load which is killed can
    simply be repeated. Raises DataError for an older or much smaller edition than the one loaded, unless `force`;
    StoreError where the database can't be used, or another load of the same dataset began; and where the count
    afterwards does not agree.
    """
    feed = staged.feed
    if feed.keeps_history:
        _require_date(feed)
    write.ensure_schema(store, ontology)
    _check_edition(store, feed, staged, force=force or add)
    renew.renew_claims(store, ontology)
    turn = write.WriteLease(feed.dataset, uuid.uuid4().hex)
    note = write.begin(store, turn)
    before = None if note is None else str(note.get("edition", ""))
    edition = Edition(feed.dataset, feed.edition, before, feed.keeps_history, feed.yields)
    tally = ChangeCounts(keep=keep_changes)
    diff = Diff(store, staged, edition, tally)
    ends = not add and not edition.fresh
    withdraw = force or not diff.damage.hides
    try:
        with _BatchWriter(store, ontology, turn, progress, staged.count("entity") + staged.count("claim")) as writer:
            writer.take(diff.build_batches())
            if ends:
                writer.take(diff.gone(withdraw=withdraw))
        if ends and not feed.keeps_history:
            _prune(store, staged, turn, diff, withdraw=withdraw)
    finally:
        for table, item_id, rule in diff.refused:
            staged.add_problem(table, item_id, "id", rule)
    report = LoadReport(
        entities=staged.count("entity"),
        sources=staged.count("source"),
        claims=staged.count("claim"),
        relationships=staged.count_relationships(),
        before=before,
        counts={kind: dict(counts) for kind, counts in tally.counts.items()},
        changes=tuple(changes.complete(store, ontology, tally.changes, feed.dataset)),
        kept_open=diff.kept["claim"],
        kept_entities=diff.kept["entity"],
        hidden=ends and not withdraw,
        continued=bool(note and note.get("run")),
        refused=len(diff.refused),
        left_alone=diff.left_alone,
        lists=staged.find_lists(),
    )
    _check_counts(store, feed, report)
    _record_load(store, turn, feed, report, keep=before if add and before else feed.edition)
    return report


def build_type_lookup(store: Store) -> Callable[[Sequence[str]], Mapping[str, str]]:
    """What a spool asks of the database: the types of stored entities, and "" for stored sources, by id."""

    def ask(ids: Sequence[str]) -> Mapping[str, str]:
        text = (
            "UNWIND $ids AS id OPTIONAL MATCH (n:Entity {id: id}) OPTIONAL MATCH (s:Source {id: id}) "
            "WITH id, n, s WHERE n IS NOT NULL OR s IS NOT NULL RETURN id, coalesce(n.type, '') AS type"
        )
        return {row["id"]: row["type"] for row in store.read(text, ids=list(ids))}

    return ask


def build_premise_lookup(store: Store) -> StoredPremises:
    """What a spool asks of the database for inferences: the claims of these ids."""

    def ask(ids: Sequence[str]) -> Mapping[str, Premise]:
        rows = store.read("UNWIND $ids AS id MATCH (c:Claim {id: id}) RETURN properties(c) AS claim", ids=list(ids))
        claims = [write.parse_claim(row["claim"]) for row in rows]
        return {
            c.id: Premise(c.id, c.reliability, c.credibility, c.source, c.inferred_from, c.premise_sources)
            for c in claims
        }

    return ask


def require_past_edition(feed: Feed, *, force: bool) -> None:
    """Raises DataError for an edition of a list that is dated in the future, unless `force`: the date is a slip."""
    tomorrow = date.fromisoformat(dates.get_today()) + timedelta(days=1)  # which it is already, east of Greenwich
    try:
        future = feed.keeps_history and dates.parse_range(feed.edition)[0] > tomorrow
    except ValueError:
        return
    if future and not force:
        raise DataError(
            f"the edition {feed.edition} of {feed.dataset} lies in the future; give the right date with --edition, or "
            "load it with --force: what it ends, ends today"
        )


def _require_date(feed: Feed) -> None:
    try:
        dates.parse_range(feed.edition)
    except ValueError as error:
        raise UsageError(
            f"the edition of {feed.dataset} must be a date, because the list keeps a history: {error}"
        ) from error


def _check_edition(store: Store, feed: Feed, staged: StagingStore, *, force: bool) -> None:
    text = "MATCH (d:Dataset {id: $id}) RETURN d.edition AS edition, d.claims AS claims, coalesce(d.model, 1) AS model"
    rows = store.read(text, id=feed.dataset)
    if force or not rows or rows[0]["edition"] is None:
        return
    stored, claims = rows[0]["edition"], rows[0]["claims"] or 0
    if is_older(feed.edition, stored):
        raise DataError(
            f"the edition {feed.edition} of {feed.dataset} is older than the loaded one, {stored}; to go back to it, "
            "load it with --force"
        )
    if feed.keeps_history and rows[0]["model"] < feed.model and is_older(stored, feed.edition):
        raise DataError(
            f"the edition {stored} of {feed.dataset} was loaded by an earlier version of the program, which read it "
            f"otherwise: load that edition once more first, so that {feed.edition} ends only what it no longer says, "
            "or load it with --force"
        )
    if feed.keeps_history and staged.count_held("claim") < LEAST * claims:
        raise DataError(
            f"the edition {feed.edition} of {feed.dataset} makes {staged.count_held('claim'):,} statements, the loaded "
            f"one made {claims:,}; if the file was not cut, load it with --force"
        )


class _BatchWriter:
    """Writes batches in a thread of its own, while the next ones are compared and prepared."""

    def __init__(
        self, store: Store, ontology: Ontology, turn: write.WriteLease, progress: Progress, total: int
    ) -> None:
        self.store, self.ontology, self.turn = store, ontology, turn
        self.progress, self.total, self.done = progress, total, 0
        self.pool = ThreadPoolExecutor(1, "armsgraph-write")
        self.running: deque[tuple[Future[None], int]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            while self.running and error is None:
                self._wait()
        finally:
            self.pool.shutdown(wait=True, cancel_futures=True)

    def take(self, batches: Iterable[write.Batch]) -> None:
        """Writes batches in their order. Raises what a write raised, and stops there."""
        for batch in batches:
            if batch:
                prepared = write.prepare(self.ontology, batch, self.turn.dataset)
                future = self.pool.submit(self.store.write, write.apply, self.ontology, batch, self.turn, prepared)
                self.running.append((future, batch.rows))
            else:
                self._report_progress(batch.rows)
            while len(self.running) > AHEAD:
                self._wait()

    def _wait(self) -> None:
        future, rows = self.running.popleft()
        future.result()
        self._report_progress(rows)

    def _report_progress(self, rows: int) -> None:
        self.done += rows
        self.progress("writing", self.done, min(1.0, self.done / self.total) if self.total else None)


def _prune(store: Store, staged: StagingStore, turn: write.WriteLease, diff: Diff, *, withdraw: bool) -> None:
    """Removes entities and sources that the edition no longer holds and nobody's claim needs, but for those of rejected
    rows; without `withdraw` none.
    """
    for label, table in ((ROOT, "entity"), ("Source", "source")):
        after = ""
        text = (
            f"MATCH (n:{label}) WHERE n.id > $after AND n.dataset = $dataset RETURN n.id AS id ORDER BY n.id LIMIT 5000"
        )
        while rows := store.read(text, dataset=turn.dataset, after=after, timeout=120):
            after = rows[-1]["id"]
            ids = [row["id"] for row in rows]
            missing = set(ids) - staged.holds(table, ids)
            kept = diff.damage.find_all(missing) if withdraw else missing
            diff.kept[table] += len(kept)
            stale = sorted(missing - kept)
            for item_id, name in store.write(write.remove_unused, label, stale, turn) if stale else ():
                diff.count_by_kind.count(REMOVED, table, item_id, name)


def _check_counts(store: Store, feed: Feed, report: LoadReport) -> None:
    """Counts in the store what should be there of this dataset, so that a lost row can't hide."""
    for label, entities in ((ROOT, True), ("Claim", False)):
        expected = sum(report.total(state, entities=entities) for state in (ADDED, CHANGED, UNCHANGED))
        text = f"MATCH (n:{label} {{dataset: $dataset}}) RETURN count(n) AS stored"
        stored = store.read(text, dataset=feed.dataset, timeout=300)[0]["stored"]
        if stored < expected:
            raise StoreError(f"{expected} {label} rows were sent, but the database holds {stored} of them; load again")


def _record_load(store: Store, turn: write.WriteLease, feed: Feed, report: LoadReport, *, keep: str) -> None:
    """Notes what is loaded now, and what this load did. Loading the same again leaves both notes as they were."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    changed = any(count for counts in report.counts.values() for state, count in counts.items() if state != UNCHANGED)
    note = build_dataset_record(feed, report, keep)
    load = build_load_record(feed, report, now) if changed or report.before != feed.edition else None
    store.write(write.finish, turn, note, load)


def build_dataset_record(feed: Feed, report: LoadReport, edition: str) -> dict[str, Any]:
    """What is noted of a dataset: the edition that is loaded, of how many claims, and whose lists it is."""
    claims = sum(map(report.total, (ADDED, CHANGED, UNCHANGED)))
    # An empty list can't be stored: see graph/evidence.py.
    lists = {name: list(ids) for name, ids in zip(("lists", "parts"), report.lists, strict=True) if ids}
    own = {"title": feed.title, "edition": edition, "claims": claims, "guest": feed.yields, "model": write.MODEL}
    return own | lists


def build_load_record(feed: Feed, report: LoadReport, finished: str) -> dict[str, Any]:
    """What is noted of a load that came to its end."""
    return {
        "id": f"{feed.dataset}:{feed.edition}",
        "dataset": feed.dataset,
        "edition": feed.edition,
        "finished": finished,
        "entities": report.entities,
        "sources": report.sources,
        "claims": report.claims,
        "relationships": report.relationships,
        **{state: report.total(state) for state in STATES},
    }
