"""Compares an edition with what the database holds of it: what is new, changed, gone or the same, as batches."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any

from graph import dates
from graph.database import write
from graph.database.store import Store
from graph.database.write import Batch
from graph.model import Claim, Entity
from graph.ontology import ROOT
from loader.loading import former_properties
from loader.loading.changes import ADDED, CHANGED, REMOVED, UNCHANGED, WITHDRAWN, ChangeCounts
from loader.loading.chunks import split_chunks
from loader.loading.staging import StagingStore
from loader.records import REFERENCE

BATCH = 2_000  # rows a transaction: large enough to be fast, small enough for the server's memory
_STORED_CLAIMS = (
    "UNWIND $ids AS id MATCH (c:Claim {id: id}) RETURN c.id AS id, c.dataset AS dataset, c.digest AS digest, "
    "coalesce(c.withdrawn_on, '') AS withdrawn, c.reported_on AS reported"
)
_STORED_ENTITIES = (
    "UNWIND $ids AS id MATCH (n:Entity {id: id}) RETURN n.id AS id, n.dataset AS dataset, n.digest AS digest"
)
_STORED_PROPERTIES = "UNWIND $ids AS id MATCH (n:Entity {id: id}) RETURN n.id AS id, properties(n) AS p"
_STORED_SOURCES = _STORED_ENTITIES.replace(":Entity", ":Source")


@dataclass(frozen=True)
class Edition:
    """What is loaded, over what. `before` is the edition that the database holds, None for a first load."""

    dataset: str
    edition: str
    before: str | None
    keeps_history: bool
    yields: bool = False

    @property
    def fresh(self) -> bool:
        """Whether the database holds nothing of this dataset."""
        return self.before is None

    @property
    def end(self) -> str:
        """When a claim ended that this edition is the first without: its date, but never a day to come."""
        today = dates.get_today()
        return self.edition if dates.to_earliest_day(self.edition) <= today else today

    @property
    def is_downgrade(self) -> bool:
        """Whether the edition is older than the one that is loaded."""
        return is_older(self.edition, self.before or "")


def is_older(edition: str, other: str) -> bool:
    """Whether one edition is surely older than another: both are dates, and one ends before the other begins."""
    try:
        return dates.to_latest_day(edition) < dates.to_earliest_day(other)
    except ValueError:  # a digest has no order
        return False


class Diff:
    """Makes the batches that turn what is stored into this edition, and counts what they change."""

    def __init__(self, store: Store, staged: StagingStore, edition: Edition, tally: ChangeCounts) -> None:
        self.store, self.staged, self.edition, self.count_by_kind = store, staged, edition, tally
        self.refused: list[tuple[str, str, str]] = []  # table, id, rule: ids that another dataset holds
        self.left_alone = 0  # records whose id another dataset holds, where the edition yields
        self.damage = staged.read_damage(store)
        self.kept: Counter[str] = Counter()  # claims and entities of rejected rows that the edition lacks
        rows = store.read("MATCH (d:Dataset {guest: true}) WHERE d.id <> $id RETURN d.id AS id", id=edition.dataset)
        self.guests = set() if edition.yields else {row["id"] for row in rows}

    def build_batches(self) -> Iterator[Batch]:
        """Everything to add or change, in an order in which each row finds what it refers to."""
        yield from self._build_source_batches()
        yield from self._build_shared_batches()
        yield from self._entities(self.staged.entities(speakers=True))
        yield from self._entities(self.staged.entities(speakers=False))
        for claims in split_chunks(self.staged.read_other_statements(), BATCH):
            yield self._claims(Batch(), claims)
        yield from self._lines()

    def gone(self, *, withdraw: bool) -> Iterator[Batch]:
        """Ends or removes the claims that the edition no longer makes, but for those of rejected rows.

        Without `withdraw` all are kept. Those that are kept are counted in `kept`.
        """
        after = ""
        text = (
            "MATCH (c:Claim) WHERE c.dataset = $dataset AND c.id > $after WITH c ORDER BY c.id LIMIT $page "
            "RETURN c.id AS id, c.predicate AS predicate, c.subject AS subject, c.object AS object, c.value AS value, "
            "c.detail AS detail, c.paragraph AS paragraph, c.summary AS summary, c.reported_on AS reported, "
            "coalesce(c.withdrawn_on, '') AS withdrawn, "
            "$damaged AND EXISTS { (c)-[:HAS_OBJECT]->(:Entity {dataset: $reference}) } AS shared ORDER BY c.id"
        )
        fixed = {"dataset": self.edition.dataset, "reference": REFERENCE, "damaged": self.damage.present}
        while rows := self.store.read(text, after=after, page=5_000, timeout=120, **fixed):
            after = rows[-1]["id"]
            for row in rows:
                row["base"] = get_base_id(row["id"]) if self.edition.keeps_history else row["id"]
            held = self.staged.holds("claim", [row["base"] for row in rows])
            missing = [row for row in rows if self._is_missing(row, held)]
            kept = self.damage.find_claims(missing) if withdraw else {row["id"] for row in missing}
            self.kept["claim"] += len(kept)
            batch = Batch()
            for row in missing:
                if row["id"] not in kept:
                    self._end(batch, row)
            yield batch

    def _is_missing(self, row: dict[str, Any], held: Set[str]) -> bool:
        """Whether a stored claim stands and the edition does not make it."""
        undone = row["id"] != row["base"] and is_older(self.edition.edition, row["reported"])
        return (row["base"] not in held or undone) and not (self.edition.keeps_history and row["withdrawn"])

    def _end(self, batch: Batch, row: dict[str, Any]) -> None:
        """A claim that is gone: official lists keep it with an end, unless it was never in an edition before this."""
        edition = self.edition
        same = edition.before == edition.edition
        never_before = is_older(edition.edition, row["reported"] or "") or (same and row["reported"] == edition.edition)
        if edition.keeps_history and not never_before:
            self.count_by_kind.count_gone(WITHDRAWN, row)
            seen = "" if edition.is_downgrade or same else edition.before or ""
            batch.ended[row["id"]] = {
                "withdrawn_on": edition.end,
                "last_seen_on": seen,
                "valid_latest": min(dates.to_latest_day(edition.end), dates.get_today()),
            }
        else:
            self.count_by_kind.count_gone(REMOVED, row)
            batch.deleted.append(row["id"])

    def _build_source_batches(self) -> Iterator[Batch]:
        for chunk in split_chunks(self.staged.sources(), BATCH):
            stored = {r["id"]: r for r in self.store.read(_STORED_SOURCES, ids=[source.id for source, _ in chunk])}
            batch = Batch(rows=len(chunk))
            for source, digest in chunk:
                state = self._state("source", source.id, digest, stored.get(source.id))
                if state:
                    self.count_by_kind.count(state, "source", source.id, source.title)
                if state in (ADDED, CHANGED):
                    batch.sources.append(write.build_source_row(source, self.edition.dataset, digest))
            yield batch

    def _build_shared_batches(self) -> Iterator[Batch]:
        """States and authorities: made where they are missing, never changed."""
        for chunk in split_chunks(self.staged.shared(), BATCH):
            stored = {r["id"] for r in self.store.read(_STORED_ENTITIES, ids=[entity.id for entity, _ in chunk])}
            new = [(e.labels, write.build_entity_row(e, REFERENCE, d, ())) for e, d in chunk if e.id not in stored]
            yield Batch(entities=new)

    def _entities(self, entities: Iterable[tuple[Entity, str, list[tuple[Claim, str]]]]) -> Iterator[Batch]:
        """Entities with the claims that name and describe them, so that both are stored together."""
        pending: list[tuple[Entity, str, list[tuple[Claim, str]]]] = []
        rows = 0
        for item in entities:
            pending.append(item)
            rows += 1 + len(item[2])
            if rows >= BATCH:
                yield self._build_entity_batch(pending)
                pending, rows = [], 0
        if pending:
            yield self._build_entity_batch(pending)

    def _build_entity_batch(self, items: Sequence[tuple[Entity, str, list[tuple[Claim, str]]]]) -> Batch:
        stored = {r["id"]: r for r in self.store.read(_STORED_ENTITIES, ids=[entity.id for entity, *_ in items])}
        batch, mine = Batch(rows=len(items)), self.edition.dataset
        self._claims(batch, [claim for *_, claims in items for claim in claims])
        self._keep_past(batch, items)
        by_subject: dict[str, list[Claim]] = {}
        for claim in batch.claims:
            by_subject.setdefault(claim.subject, []).append(claim)
        changed = [e.id for e, digest, _ in items if e.id in stored and stored[e.id]["digest"] != digest]
        before = self._read_properties(ROOT, changed)
        for entity, digest, _ in items:
            stored_row = stored.get(entity.id)
            state = self._state("entity", entity.id, digest, stored_row)
            if state:
                self.count_by_kind.count_entity(state, entity, before.get(entity.id))
            if state == ADDED and not stored_row:
                row = write.build_entity_row(entity, mine, digest, by_subject.get(entity.id, ()))
                batch.entities.append((entity.labels, row))
            elif state in (ADDED, CHANGED):
                batch.changed_entities.append((entity.labels, write.build_entity_row(entity, mine, digest, ())))
        self._keep_properties(batch)
        return batch

    def _keep_properties(self, batch: Batch) -> None:
        """An entity that a rejected row is about, and another row names, keeps what only the rejected one could give.

        It gets no digest, so that the next edition gives it all its properties anew.
        """
        ids = self.damage.find_main(properties["id"] for _, properties in batch.changed_entities)
        stored = {row["id"]: row["p"] for row in self.store.read(_STORED_PROPERTIES, ids=sorted(ids))} if ids else {}
        for _, properties in batch.changed_entities:
            if held := stored.get(properties["id"]):
                properties.update({**held, **properties, "digest": ""})

    def _keep_past(self, batch: Batch, items: Sequence[tuple[Entity, str, list[tuple[Claim, str]]]]) -> None:
        """What a former version kept as properties alone, as claims."""
        edition = self.edition
        if not (edition.keeps_history and is_older(edition.before or "", edition.edition)):
            return
        values = {
            e.id: [e.name, *map(str, e.properties.values()), *(str(c.value) for c, _ in claims)]
            for e, _, claims in items
        }
        update = former_properties.Update(edition.dataset, edition.before or "", edition.end, values)
        batch.claims = list(former_properties.keep_past(self.store, batch.claims, update))
        for claim in batch.claims:
            if claim.withdrawn_on:
                self.count_by_kind.count_gone(WITHDRAWN, asdict(claim))

    def _read_properties(self, label: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What is stored of these, for the report of each single change."""
        if not ids or not self.count_by_kind.has_room:
            return {}
        rows = self.store.read(f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN properties(n) AS p", ids=ids)
        return {row["p"]["id"]: row["p"] for row in rows}

    def _lines(self) -> Iterator[Batch]:
        """Claims that draw lines, whole lines at a time."""
        pending: list[tuple[Claim, str, bool]] = []
        for _, group in groupby(self.staged.lines(), key=lambda x: (x[0].subject, x[0].predicate, x[0].object)):
            pending += group
            if len(pending) >= BATCH:
                yield self._build_relationship_batch(pending)
                pending = []
        if pending:
            yield self._build_relationship_batch(pending)

    def _build_relationship_batch(self, items: Sequence[tuple[Claim, str, bool]]) -> Batch:
        batch = self._claims(Batch(), [(claim, digest) for claim, digest, _ in items])
        if self.edition.fresh:
            # Nobody else can have said anything about an entity that this load has just made.
            taken = {entity_id for table, entity_id, _ in self.refused if table == "entity"}
            own = {claim.subject for claim, _, own in items if own} - taken
            batch.lines = [c for c in batch.claims if c.subject in own]
            batch.claims = [c for c in batch.claims if c.subject not in own]
        return batch

    def _claims(self, batch: Batch, claims: Sequence[tuple[Claim, str]]) -> Batch:
        """Sorts claims into a batch by what the store holds of them."""
        stored = {r["id"]: r for r in self.store.read(_STORED_CLAIMS, ids=[claim.id for claim, _ in claims])}
        again = self._find_relisted([i for i, row in stored.items() if row["withdrawn"]])
        edition = self.edition
        differing = [c.id for c, digest in claims if c.id in stored and stored[c.id]["digest"] != digest]
        before = self._read_properties("Claim", differing)
        for claim, digest in claims:
            stored_row, item = stored.get(claim.id), claim
            # A file of ours may say itself that a claim was withdrawn; a list never does.
            over = bool(
                stored_row
                and stored_row["withdrawn"]
                and not claim.withdrawn_on
                and stored_row["dataset"] == edition.dataset
            )
            if over and edition.is_downgrade:
                batch.ended[claim.id] = {
                    "withdrawn_on": "",
                    "last_seen_on": "",
                    "valid_latest": dates.to_latest_day(claim.valid_to),
                }
            elif over:
                # Listed again: the old entry keeps its end, and this is another one with a beginning of its own.
                item = replace(claim, id=again.get(claim.id, f"{claim.id}@{edition.edition}"))
                stored_row = stored_row if claim.id in again else None
            state = self._state("claim", claim.id, digest, stored_row)
            if state:
                self.count_by_kind.count_claim(state, claim, before.get(claim.id) if state == CHANGED else None)
            if state in (ADDED, CHANGED):
                first = stored_row["reported"] if stored_row and edition.keeps_history else ""
                item = fill_first_seen(item, first or self.staged.feed.since)
                (batch.claims if state == ADDED else batch.changed_claims).append(item)
                batch.digests[item.id] = digest
        batch.rows += len(claims)
        return batch

    def _find_relisted(self, ids: Sequence[str]) -> dict[str, str]:
        """Of claims that were withdrawn once, the newest later entry that still stands, by the first one's id."""
        if not ids:
            return {}
        text = (
            "UNWIND $ids AS id MATCH (c:Claim) WHERE c.id STARTS WITH id + '@' AND coalesce(c.withdrawn_on, '') = '' "
            "RETURN id, max(c.id) AS later"
        )
        return {row["id"]: row["later"] for row in self.store.read(text, ids=list(ids))}

    def _state(self, table: str, item_id: str, digest: str, stored_row: dict[str, Any] | None) -> str:
        """What the edition does to a record; "" where another dataset holds its id."""
        if not stored_row or (table == "entity" and stored_row["dataset"] == REFERENCE):
            return ADDED
        if stored_row["dataset"] in self.guests:
            return CHANGED  # what came in a file of somebody's goes to the list that it was cut out of
        if stored_row["dataset"] != self.edition.dataset:
            self.left_alone += self.edition.yields
            if not (self.edition.yields or (table == "source" and stored_row["digest"] == digest)):
                rule = (
                    f"{item_id!r} is the id of another {table}, which belongs to the dataset {stored_row['dataset']!r}"
                )
                self.refused.append((table, item_id, rule))
            return ""
        return UNCHANGED if stored_row["digest"] == digest else CHANGED


def fill_first_seen(claim: Claim, since: str) -> Claim:
    """A claim with the edition in which it was first seen, where its source gives no day itself."""
    return claim if claim.reported_on or not since else replace(claim, reported_on=since)


def get_base_id(claim_id: str) -> str:
    """The id that a list's claim has in each edition, without the mark of the edition that listed it again."""
    return claim_id.rsplit("@", 1)[0]
