"""The spool: one edition of a source, read whole and checked, in a temporary file, before anything is written.

It lets a load be careful at any size. Ids may refer to rows that come later; rows that say the same are one; a file
that turns out to be cut or of no use changes nothing; claims come out by entity and by line, so that each is written
once; and memory stays small. The file is SQLite's own kind of temporary file (in TMPDIR): it has no name on Unix, and
is gone with the process however that ends.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, fields
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, Self

import orjson

from graph import evidence, listings
from graph.database import search_keys, validate
from graph.database.store import Store
from graph.errors import StoreError
from graph.model import ABSENCES, Claim, Entity, Source
from graph.ontology import Ontology
from loader.loading import damage
from loader.loading.checks import CHOSEN, FAULTY, LEFT_OUT, StoredTypes, add_problem, check
from loader.loading.premises import StoredPremises, find_none
from loader.records import Feed, Item, Notice, RejectedRow, Row
from loader.statements import unify_imo_numbers

CLAIM = tuple(f.name for f in fields(Claim))
SOURCE = tuple(f.name for f in fields(Source))
_claim_values = attrgetter(*CLAIM)
_BEFORE_INFERENCES = CLAIM.index("inferred_from")
_FLUSH = 2_000  # items held before they go to the file
_CACHE = 64_000  # KiB of the file that SQLite keeps in memory
_TABLES = f"""
CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT UNIQUE, columns TEXT);
CREATE TABLE row (id INTEGER PRIMARY KEY, file INTEGER, number INTEGER, content BLOB);
CREATE TABLE entity (id TEXT, type TEXT, name TEXT, properties BLOB, digest TEXT, selected INTEGER, shared INTEGER,
                     row INTEGER);
CREATE TABLE source ({", ".join(SOURCE)}, digest, row INTEGER);
CREATE TABLE claim ({", ".join(CLAIM)}, digest, selected INTEGER, row INTEGER);
CREATE TABLE problem (row INTEGER, field TEXT, rule TEXT);
CREATE TABLE notice (kind TEXT, text TEXT, row INTEGER);
{damage.TABLES}"""
Progress = Callable[[str, float, float | None], None]  # stage, rows done, share of the whole (0 to 1) where known


def ignore_progress(_stage: str, _done: float, _share: float | None) -> None:
    """Tells nobody."""


def describe_bad_characters(record: Source | Entity | Claim | str) -> str:
    """What is wrong with the characters of a record, or of one text; "" where nothing is.

    Neither a database nor a file in UTF-8 can hold half of a surrogate pair; U+FDD0 is what the importer's files
    put between the texts of a list (graph/server/importfiles.py).
    """
    values = (record,) if isinstance(record, str) else (*astuple(record), *getattr(record, "properties", {}).values())
    texts = [str(value) for value in values]
    if any("\ud800" <= character <= "\udfff" for text in texts for character in text):
        return "holds half of a surrogate pair, which is no character"
    return "holds U+FDD0, which is no character" if any("\ufdd0" in text for text in texts) else ""


def compute_content_digest(values: Sequence[Any]) -> str:
    """Stands for a record's content: equal in two editions where nothing changed."""
    return _compute_digest(repr(values))


def _compute_digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


class StagingStore:
    """A checked edition. Use it in a `with` block; raises StoreError where the temporary file can't be written."""

    def __init__(self, ontology: Ontology, feed: Feed) -> None:
        self.ontology, self.feed = ontology, feed
        self.rows_read = 0
        self._filled = False
        # With no name, SQLite makes a temporary file that disappears with the connection.
        self._db = sqlite3.connect("", isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{_CACHE}", "temp_store=FILE"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")  # and never committed: nobody else reads it, and each commit would write to the disk
        self._files: dict[Path, int] = {}
        self._row: Row | None = None
        self._rows: list[tuple[Any, ...]] = []
        self._row_id = 0
        self._held: dict[str, list[tuple[Any, ...]]] = {
            "entity": [],
            "source": [],
            "claim": [],
            "problem": [],
            "notice": [],
            "damaged": [],
            "unreadable": [],
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    # Reading the feed -------------------------------------------------------------------------------------------

    def fill(
        self,
        stored_types: StoredTypes = lambda _ids: {},
        progress: Progress = ignore_progress,
        stored_premises: StoredPremises = find_none,
    ) -> Self:
        """Reads the feed to its end and checks every record; `stored_types` gives the types of stored entities by id
        ("" for a stored source), `stored_premises` the claims of stored ids, for references that the edition itself
        does not hold.

        Raises DataError where the source can't be used as a whole, StoreError where the disk is full.
        """
        if self._filled:
            return self
        with translate_full_disk():
            for count, item in enumerate(self.feed.items, 1):
                self._take(item)
                if count % _FLUSH == 0:
                    self._flush()
                    progress("reading", self.rows_read, self.feed.fraction())
            self._flush()
            progress("checking", self.rows_read, None)
            check(self._db, self.ontology, stored_types, stored_premises, cut_out=self.feed.yields)
            damage.collect_faulty(self._db)
        self._filled = True
        return self

    def _take(self, item: Item | RejectedRow | Notice) -> None:
        row = self._place(item.row)
        match item:
            case RejectedRow(problems=problems, concerns=concerns, beside=beside):
                self._held["problem"] += [(row, p.field, p.rule) for p in problems]
                self._add_damage(concerns or (), beside)
                if not concerns:
                    self._held["unreadable"].append((row,))
            case Notice(kind=kind, text=text, concerns=concerns):
                self._held["notice"].append((kind, text, row))
                self._add_damage(concerns)
            case Item(record=record, selected=selected, shared=shared):
                self._record(self._read_absence(record, row), row, selected, shared)

    def _read_absence(self, record: Source | Entity | Claim, row: int) -> Source | Entity | Claim:
        """The record, where it denies a listing as the absence from a list that it is, which the user is told of."""
        if not isinstance(record, Claim) or record.stance != "denied":
            return record
        absence = listings.read_absence(self.ontology, record)
        if absence is not record:
            words = (
                f"{record.id}: to deny a listing is an absence, which draws no line; it is read as {absence.stance!r}"
            )
            self._held["notice"].append(("denied listing", words, row))
        return absence

    def _record(self, record: Source | Entity | Claim, row: int, selected: bool, shared: bool) -> None:
        record = self._normalise(record)
        match record:
            case Claim():
                values = _claim_values(record)
                # What most claims do not have is left out, so that those of an earlier version count as unchanged.
                content = (*values[:_BEFORE_INFERENCES], *([record.inferred_from] if record.is_inferred else ()))
            case Entity():
                # With the edition of the search texts, so that loading again renews those of an older program.
                own = sorted(record.properties.items())
                content = (record.id, record.type, record.labels, record.name, own, search_keys.EDITION)
            case Source():
                values = content = astuple(record)
        text = repr(content)
        # Cheap to look for; what it finds is seldom, and then looked at closely.
        if ("\\ud" in text or "\\ufdd0" in text) and (rule := describe_bad_characters(record)):
            self._set_aside(record, row, rule)
            return
        digest = _compute_digest(text)
        match record:
            case Claim():
                problems = validate.check_claim_alone(self.ontology, record)
                self._held["claim"].append((*values, digest, _compute_state(selected, problems), row))
            case Entity():
                problems = validate.check_entity(self.ontology, record)
                properties = orjson.dumps(dict(record.properties), option=orjson.OPT_SORT_KEYS)
                state = _compute_state(selected, problems)
                self._held["entity"].append(
                    (record.id, record.type, record.name, properties, digest, state, shared, row)
                )
            case Source():
                problems = validate.check_source(self.ontology, record)
                if problems:
                    self._add_damage((record.id,))
                else:
                    self._held["source"].append((*values, digest, row))
        self._held["problem"] += [(row, field, rule) for field, rule in problems]
        if any(rule == validate.ID_RULE for _, rule in problems):
            self._held["unreadable"].append((row,))

    def _normalise(self, record: Source | Entity | Claim) -> Source | Entity | Claim:
        """The record with one spelling of its numbers, and the ends of a line without direction in one order."""
        if isinstance(record, Source):
            return record
        record = unify_imo_numbers(record, self.ontology)
        return evidence.order_ends(self.ontology, record) if isinstance(record, Claim) else record

    def _set_aside(self, record: Source | Entity | Claim, row: int, rule: str) -> None:
        """Keeps of a record that can't be staged what is wrong, and what it is about."""
        self._held["problem"].append((row, "", rule))
        keys = [text for text in damage.list_keys(record) if not describe_bad_characters(text)]
        self._add_damage(keys)
        if not keys:
            self._held["unreadable"].append((row,))

    def _add_damage(self, concerns: Iterable[str], beside: Iterable[str] = ()) -> None:
        self._held["damaged"] += [(text, 1) for text in concerns] + [(text, 0) for text in beside]

    def _place(self, row: Row) -> int:
        if row is not self._row:
            if row.file not in self._files:
                self._files[row.file] = len(self._files) + 1
                columns = orjson.dumps(row.columns)
                self._db.execute("INSERT INTO file VALUES (?, ?, ?)", (self._files[row.file], str(row.file), columns))
            self._row, self._row_id, self.rows_read = row, self._row_id + 1, self.rows_read + 1
            content = _escape_text(row.raw) or orjson.dumps([_escape_text(row.values.get(c, "")) for c in row.columns])
            self._rows.append((self._row_id, self._files[row.file], row.number, content))
        return self._row_id

    def _flush(self) -> None:
        self._db.executemany("INSERT INTO row VALUES (?, ?, ?, ?)", self._rows)
        self._rows.clear()
        for table, values in self._held.items():
            if values:
                marks = ", ".join("?" * len(values[0]))
                self._db.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
                values.clear()

    def add_problem(self, table: str, item_id: str, field: str, rule: str) -> None:
        """Adds a problem to the row that a record came from."""
        (row,) = self._db.execute(f"SELECT row FROM {table} WHERE id = ?", (item_id,)).fetchone()
        add_problem(self._db, row, field, rule)

    # What came of it ----------------------------------------------------------------------------------------------

    def count(self, table: str) -> int:
        """How many entities, sources or claims of the edition are to be loaded."""
        where = {"source": "digest <> ''", "entity": "selected = 1 AND NOT shared", "claim": "selected = 1"}[table]
        return int(self._db.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])

    def count_held(self, table: str) -> int:
        """How many entities, sources or claims the edition holds, those that are not to be loaded included."""
        return int(self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def count_relationships(self) -> int:
        """How many relationships the claims to be loaded draw."""
        text = (
            "SELECT count(*) FROM (SELECT DISTINCT subject, predicate, object FROM claim "
            f"WHERE selected = {CHOSEN} AND object IS NOT NULL AND stance NOT IN ({', '.join('?' * len(ABSENCES))}))"
        )
        return int(self._db.execute(text, ABSENCES).fetchone()[0])

    def find_lists(self) -> tuple[list[str], list[str]]:
        """The authorities whose own list this edition is: those of whose list all of it loads, and those of a part.

        Empty for what keeps no history, such as an article or a cut of somebody's graph: that a name is absent from it
        tells nothing.
        """
        if not self.feed.keeps_history:
            return [], []
        names = self.ontology.list_relationships_by_role("designation")
        rows = self._db.execute(
            "SELECT object, min(selected) = 1 FROM claim WHERE predicate IN (SELECT value FROM json_each(?)) "
            "AND asserted_by = object AND stance = 'asserted' GROUP BY object HAVING max(selected) = 1 ORDER BY object",
            (orjson.dumps(list(names)).decode(),),
        ).fetchall()
        faulty = self.count_rejected() > 0
        whole = [authority for authority, all_of_it in rows if all_of_it and not faulty]
        return whole, [authority for authority, _ in rows if authority not in whole]

    def count_rejected(self) -> int:
        """How many rows have problems."""
        return int(self._db.execute("SELECT count(DISTINCT row) FROM problem").fetchone()[0])

    def rejected(self) -> Iterator[RejectedRow]:
        """The rows with problems, in the order of the files."""
        rows = self._db.execute(
            "SELECT p.row, f.path, f.columns, r.number, r.content, p.field, p.rule FROM problem p "
            "JOIN row r ON r.id = p.row JOIN file f ON f.id = r.file ORDER BY f.id, r.number, p.row, p.rowid"
        )
        for _, group in groupby(rows, key=lambda values: values[0]):
            lines = list(group)
            row = self._restore_row(*lines[0][1:5])
            yield RejectedRow(row, tuple(dict.fromkeys(row.problem(field, rule) for *_, field, rule in lines)))

    def notices(self) -> Iterator[Notice]:
        """What the source wants the user to know, in its order."""
        rows = self._db.execute(
            "SELECT n.kind, n.text, f.path, f.columns, r.number, r.content FROM notice n "
            "JOIN row r ON r.id = n.row JOIN file f ON f.id = r.file ORDER BY n.rowid"
        )
        for kind, text, *place in rows:
            yield Notice(kind, text, self._restore_row(*place))

    def count_by_kind(self, table: str) -> dict[str, int]:
        """How often each rule was broken ("problem"), or each kind of notice given ("notice"); most often first.

        Rules that differ only in what they quote count as one.
        """
        column = "rule" if table == "problem" else "kind"
        counts: dict[str, int] = {}
        for rule, count in self._db.execute(f"SELECT {column}, count(*) FROM {table} GROUP BY {column}"):
            counts[rule] = counts.get(rule, 0) + count
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def _restore_row(self, path: str, columns: bytes, number: int, content: str | bytes) -> Row:
        if isinstance(content, str):
            return Row(Path(path), number, raw=content)
        names = tuple(orjson.loads(columns))
        return Row(Path(path), number, names, dict(zip(names, orjson.loads(content), strict=True)))

    # What is to be written ----------------------------------------------------------------------------------------

    def sources(self) -> Iterator[tuple[Source, str]]:
        """The sources with their digests, by id."""
        for *values, digest, _row in self._db.execute("SELECT * FROM source WHERE digest <> '' ORDER BY id"):
            yield Source(*values), digest

    def entities(self, *, speakers: bool) -> Iterator[tuple[Entity, str, list[tuple[Claim, str]]]]:
        """The entities by id, with their digests, each with its claims that draw no line, with theirs.

        Either those who say something in claims, which have to be stored first, or all others.
        """
        which = f"e.selected = 1 AND NOT e.shared AND e.id {'' if speakers else 'NOT '}IN (SELECT id FROM speaker)"
        claims = self._claims(
            f"JOIN entity e ON e.id = c.subject AND {which} "
            "WHERE c.selected = 1 AND c.object IS NULL ORDER BY c.subject, c.id"
        )
        ahead = next(claims, None)
        for entity, digest in self._entities(which):
            own: list[tuple[Claim, str]] = []
            while ahead and ahead[0].subject == entity.id:
                own.append(ahead)
                ahead = next(claims, None)
            yield entity, digest, own

    def shared(self) -> Iterator[tuple[Entity, str]]:
        """The entities that belong to no list, with their digests."""
        return self._entities("e.selected = 1 AND e.shared")

    def _entities(self, which: str) -> Iterator[tuple[Entity, str]]:
        rows = self._db.execute(
            f"SELECT e.id, e.type, e.name, e.properties, e.digest FROM entity e WHERE {which} ORDER BY e.id"
        )
        for entity_id, type_, name, properties, digest in rows:
            labels = self.ontology.types[type_].labels
            yield Entity(entity_id, type_, labels, name, properties=orjson.loads(properties)), digest

    def read_other_statements(self) -> Iterator[tuple[Claim, str]]:
        """Claims that draw no line, about entities that this edition does not hold itself."""
        return self._claims(
            "LEFT JOIN entity e ON e.id = c.subject AND e.selected = 1 AND NOT e.shared "
            "WHERE c.selected = 1 AND c.object IS NULL AND e.id IS NULL ORDER BY c.subject, c.id"
        )

    def lines(self) -> Iterator[tuple[Claim, str, bool]]:
        """Claims that draw a line, by line; each with its digest and whether its subject is an entity of this feed."""
        names = ", ".join(f"c.{name}" for name in CLAIM)
        rows = self._db.execute(
            f"SELECT {names}, c.digest, e.id IS NOT NULL FROM claim c "
            "LEFT JOIN entity e ON e.id = c.subject AND e.selected = 1 AND NOT e.shared "
            "WHERE c.selected = 1 AND c.object IS NOT NULL ORDER BY c.subject, c.predicate, c.object, c.id"
        )
        for *values, digest, own in rows:
            yield Claim(*values), digest, bool(own)

    def _claims(self, rest: str) -> Iterator[tuple[Claim, str]]:
        names = ", ".join(f"c.{name}" for name in CLAIM)
        for *values, digest in self._db.execute(f"SELECT {names}, c.digest FROM claim c {rest}"):
            yield Claim(*values), digest

    def read_damage(self, store: Store) -> damage.DamagedRows:
        """What the rejected rows may be about, of what the store holds of this dataset."""
        return damage.DamagedRows(self._db, store, self.feed.dataset)

    def holds(self, table: str, ids: Iterable[str]) -> set[str]:
        """Which of these ids the edition holds, selected or not, faulty or not."""
        ids_json = orjson.dumps(list(ids)).decode()
        but = " AND selected <> 2" if table == "entity" else ""
        text = f"SELECT DISTINCT id FROM {table} WHERE id IN (SELECT value FROM json_each(?)){but}"
        return {row[0] for row in self._db.execute(text, (ids_json,))}


@contextmanager
def translate_full_disk() -> Iterator[None]:
    """Turns SQLite's and the system's words for a full disk into a sentence with a way out."""
    try:
        yield
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") in ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR"):
            raise StoreError(
                "the disk for temporary files is full; free some space, or name a larger folder in TMPDIR, and load "
                "again: nothing of this edition has been written yet"
            ) from error
        raise


def _escape_text(text: str) -> str:
    """A text with what is no character written out, so that a faulty row can be kept and shown."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _compute_state(selected: bool, problems: Sequence[Any]) -> int:
    return FAULTY if problems else CHOSEN if selected else LEFT_OUT
