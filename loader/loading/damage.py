"""What the rejected rows of an edition may be about, so that a load ends nothing of it: a damaged row is no removal.

A claim that is stored and that the edition lacks is kept

- where it is, or is about, what a rejected row is about, or what has the name of a row that came without its id;
- where it is about nothing else than what stands beside that: in the row, or at the other end of a stored claim;
- where a claim that does not load has the same predicate and an end with it, and is not stored itself: it may have
  been the same statement.

Of rows whose ids can't be read nobody knows what they were about: then nothing of the dataset is ended at all.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from graph.database.store import Store
from graph.model import Claim
from loader.loading.checks import FAULTY
from loader.loading.chunks import split_chunks
from loader.records import HOLES, NAME_KEY, Record

TABLES = """
CREATE TABLE damaged (id TEXT, main INTEGER);
CREATE TABLE unreadable (row INTEGER);
"""
_PAGE = 2_000
_LINE = "\x1f"  # between an end and a predicate; no id holds it
# The ends of stored claims about these entities.
_NEIGHBOURS = (
    "UNWIND $ids AS id MATCH (:Entity {id: id})<-[:HAS_SUBJECT|HAS_OBJECT]-(c:Claim {dataset: $dataset}) "
    "UNWIND [c.subject, c.object] AS end WITH DISTINCT end WHERE end IS NOT NULL RETURN end AS id"
)
_NAMED = "MATCH (n:Entity) WHERE n.dataset = $dataset AND n.name IN $names RETURN n.id AS id"
_STORED = "UNWIND $ids AS id MATCH (c:Claim {id: id}) RETURN c.id AS id"


def list_keys(record: Record) -> list[str]:
    """What keeps the stored statements that a record which can't be staged may have been."""
    if not isinstance(record, Claim):
        return [record.id]
    ends = [end for end in (record.subject, record.object) if end]
    return [record.id, *(_build_line(end, record.predicate) for end in ends)]


def _build_line(end: str, predicate: str) -> str:
    return f"{end}{_LINE}{predicate}"


def collect_faulty(db: sqlite3.Connection) -> None:
    """Takes in the records of a checked edition that do not load, as far as no rejected row has named them."""
    db.execute("INSERT INTO damaged SELECT id, 1 FROM entity WHERE selected = ? AND NOT shared", (FAULTY,))
    db.execute("INSERT INTO damaged SELECT id, 1 FROM claim WHERE selected = ?", (FAULTY,))
    db.execute("CREATE INDEX damaged_id ON damaged (id, main)")


class DamagedRows:
    """The damage of a checked edition, asked while the edition is compared with what `store` holds of it."""

    def __init__(self, db: sqlite3.Connection, store: Store, dataset: str) -> None:
        self._db, self._store, self._dataset = db, store, dataset
        self.holes = not HOLES.isdisjoint(row[0] for row in db.execute("SELECT DISTINCT kind FROM notice"))
        self.unreadable = int(db.execute("SELECT count(DISTINCT row) FROM unreadable").fetchone()[0])
        self.present = bool(db.execute("SELECT 1 FROM damaged LIMIT 1").fetchone())
        if self.present:
            self._add_named()
            self._add_neighbours()
            self._add_lines()

    @property
    def hides(self) -> bool:
        """Whether nobody can say what is missing: a part of the edition, or the ids of rejected rows."""
        return self.holes or self.unreadable > 0

    def find_main(self, ids: Iterable[str]) -> set[str]:
        """Which of these ids rejected rows are about."""
        return {identity for identity, main in self._find(ids).items() if main}

    def find_all(self, ids: Iterable[str]) -> set[str]:
        """Which of these ids rejected rows are about, or stand beside what they are about."""
        return set(self._find(ids))

    def find_claims(self, claims: Sequence[dict[str, Any]]) -> set[str]:
        """Which of these stored claims must not be ended, by their ids.

        Each has `base` (the id that every edition gives it), `subject`, `predicate`, `object` and `shared`, which says
        that its object belongs to no list.
        """
        if not self.present:
            return set()
        keys: set[str] = set()
        for claim in claims:
            keys.update(_list_keys(claim))
        damaged = self._find(keys)
        return {claim["id"] for claim in claims if _is_kept(claim, damaged)}

    def _find(self, ids: Iterable[str]) -> dict[str, bool]:
        if not self.present:
            return {}
        text = "SELECT id, max(main) FROM damaged WHERE id IN (SELECT value FROM json_each(?)) GROUP BY id"
        return {row[0]: bool(row[1]) for row in self._db.execute(text, (orjson.dumps(list(ids)).decode(),))}

    def _add_named(self) -> None:
        """Entities of the names that rows without their ids bear: one of them may be such a row's."""
        keys = self._db.execute(
            "SELECT DISTINCT id FROM damaged WHERE id >= ? AND id < ?", (NAME_KEY, NAME_KEY + "\U0010ffff")
        )
        for page in split_chunks((row[0].removeprefix(NAME_KEY) for row in keys.fetchall()), _PAGE):
            rows = self._store.read(_NAMED, names=page, dataset=self._dataset, timeout=120)
            self._db.executemany("INSERT INTO damaged VALUES (?, 1)", [(row["id"],) for row in rows])

    def _add_neighbours(self) -> None:
        mains = self._db.execute("SELECT DISTINCT id FROM damaged WHERE main = 1").fetchall()
        for ids in split_chunks((row[0] for row in mains), _PAGE):
            rows = self._store.read(_NEIGHBOURS, ids=ids, dataset=self._dataset, timeout=120)
            self._db.executemany("INSERT INTO damaged VALUES (?, 0)", [(row["id"],) for row in rows])

    def _add_lines(self) -> None:
        text = "SELECT id, subject, object, predicate FROM claim WHERE selected = ?"
        for claims in split_chunks(self._db.execute(text, (FAULTY,)).fetchall(), _PAGE):
            stored = {row["id"] for row in self._store.read(_STORED, ids=[claim[0] for claim in claims])}
            lines = [
                (_build_line(end, predicate), 1)
                for claim_id, *ends, predicate in claims
                if claim_id not in stored
                for end in ends
                if end
            ]
            self._db.executemany("INSERT INTO damaged VALUES (?, ?)", lines)


def _list_keys(claim: dict[str, Any]) -> list[str]:
    ends = [end for end in (claim["subject"], claim["object"]) if end]
    return [claim["base"], *ends, *(_build_line(end, claim["predicate"]) for end in ends)]


def _is_kept(claim: dict[str, Any], damaged: dict[str, bool]) -> bool:
    if any(map(damaged.get, _list_keys(claim))):
        return True
    subject, other = claim["subject"], claim["object"]
    return subject in damaged and (not other or other in damaged or claim["shared"])
