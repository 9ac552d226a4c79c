"""Files of FollowTheMoney statements, CSV or JSON lines: one value a row, in any order, gathered by entity.

The rows wait in SQLite's own temporary file (in TMPDIR), as an edition does (loader/loading/staging.py), so that memory
stays small. What comes out are the lines that `LineReader` gives of a file of entities, each with its statements.
"""

import gzip
import shutil
import sqlite3
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import orjson

from graph.errors import DataError
from graph.formats.ftm_model import Model
from loader import rejects
from loader.files.csv_file import CsvReader
from loader.records import RejectedRow, Row
from loader.sources.ftm.lines import COUNT_LIMIT, Line, LineReader, is_gzip
from loader.sources.ftm.rules import build_safe_id
from loader.sources.ftm.statements import Statement, choose_schema, parse_statement

NEEDED = ("prop", "value", "dataset")
_OWNERS = ("entity_id", "canonical_id")  # of which a statement has at least one
_FLUSH = 5_000
_TABLES = """
CREATE TABLE statement (canonical TEXT, entity TEXT, number INTEGER, content BLOB);
CREATE TABLE rejected (number INTEGER, content BLOB, problems BLOB, owner TEXT);
"""


def is_statement_file(path: Path) -> bool:
    """Whether the first line of a file is a statement, or the header of a table of statements."""
    try:
        with gzip.open(path) if is_gzip(path) else path.open("rb") as opened:
            first = opened.readline(1 << 20).removeprefix(b"\xef\xbb\xbf").strip()
    except (OSError, EOFError, zlib.error):
        return False  # the reader of entities says what is wrong
    if first.startswith(b"{"):
        try:
            keys = set(orjson.loads(first))
        except orjson.JSONDecodeError:
            return False
        return _has_fields(keys) and "properties" not in keys
    return _has_fields({name.strip().strip('"') for name in first.decode("utf-8", "replace").split(",")})


def _has_fields(names: set[str]) -> bool:
    return names.issuperset(NEEDED) and not names.isdisjoint(_OWNERS)


@dataclass
class StatementFile:
    """A file of statements as lines of entities; `content` is the digest of the file. `dataset` is ours, of its ids."""

    path: Path
    model: Model
    dataset: str
    content: Any = None
    _columns: tuple[str, ...] = ()
    _db: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect("", isolation_level=None))
    _total: int = 0
    _given: int = 0

    def done(self) -> float:
        """The part of the entities that has been given."""
        return min(1.0, self._given / max(1, self._total))

    def lines(self) -> Iterator[Line | RejectedRow]:
        """The rows that are no statement, then a line for each entity, by its id. Raises DataError where the file can't
        be used.
        """
        if self.content is None:
            self._read()
        self._given = 0
        for number, content, problems, owner in self._db.execute("SELECT * FROM rejected ORDER BY number"):
            row = self._restore_row(number, content)
            concerns = frozenset({build_safe_id(self.dataset, owner)}) if owner else None
            yield RejectedRow(row, tuple(row.problem(name, rule) for name, rule in orjson.loads(problems)), concerns)
        rows = self._db.execute("SELECT canonical, number, content FROM statement ORDER BY canonical, number")
        for canonical, group in groupby(rows, key=lambda row: row[0]):
            # One more than an entity may have: it is refused then, and not cut in silence.
            yield self._build_line(canonical, [self._restore_row(*row[1:]) for row in islice(group, COUNT_LIMIT + 1)])

    def _build_line(self, canonical: str, rows: list[Row]) -> Line:
        self._given += len(rows)
        parsed = [parse_statement(orjson.loads(row.raw) if row.raw else row.values, row) for row in rows]
        statements = [self._follow(statement) for statement in parsed if statement]
        data = {
            "id": canonical,
            "schema": choose_schema(statements, self.model),
            "statements": statements,
            "last_seen": max((s.last_seen for s in statements), default=""),
        }
        return Line(rows[0], data)

    def _follow(self, statement: Statement) -> Statement:
        """A statement that points to another entity: to the merged one, where it has the id that its data set gives."""
        schema_prop = self.model.schema(statement.schema).properties.get(statement.prop)
        if schema_prop is None or schema_prop.type != "entity":
            return statement
        text = "SELECT canonical FROM statement WHERE {} = ? LIMIT 1"
        if self._db.execute(text.format("canonical"), (statement.value,)).fetchone():
            return statement
        row = self._db.execute(text.format("entity"), (statement.value,)).fetchone()
        return replace(statement, value=row[0]) if row else statement

    # Reading ------------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")
        lines = LineReader(self.path)
        with tempfile.TemporaryDirectory(prefix="armsgraph-") as folder:
            plain = self._unpack(Path(folder))
            with plain.open("rb") as opened:
                head = opened.read(4).removeprefix(b"\xef\xbb\xbf")
            if head.startswith(b"{"):
                self._take_all(
                    item if isinstance(item, RejectedRow) else (item.row, item.data) for item in lines.lines()
                )
            else:
                self._take_all(self._read_table(plain))
            self.content = lines.content
            if not head.startswith(b"{"):
                with plain.open("rb") as opened:
                    while block := opened.read(1 << 20):
                        self.content.update(block)
        self._db.execute("CREATE INDEX by_canonical ON statement (canonical, number)")
        self._db.execute("CREATE INDEX by_entity ON statement (entity)")
        self._total = self._db.execute("SELECT count(*) FROM statement").fetchone()[0]

    def _unpack(self, folder: Path) -> Path:
        """The file itself, or what a .gz holds, in a folder of its own."""
        if not is_gzip(self.path):
            return self.path
        plain = folder / self.path.name.removesuffix(".gz")
        try:
            with gzip.open(self.path) as packed, plain.open("wb") as out:
                shutil.copyfileobj(packed, out)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise DataError(f"is damaged or cut short, fetch it again: {error}", file=self.path.name) from error
        return plain

    def _read_table(self, plain: Path) -> Iterator[tuple[Row, dict[str, Any]] | RejectedRow]:
        reader = CsvReader(plain)
        rows: Any = reader.rows()
        self._columns = reader.columns
        if rejects.is_reject_header(reader.columns):
            rows, self._columns = rejects.restore_rows(rows), reader.columns[:-1]
        for item in rows:
            yield item if isinstance(item, RejectedRow) else (item, dict(item.values))

    def _take_all(self, items: Iterable[tuple[Row, dict[str, Any]] | RejectedRow]) -> None:
        """Puts rows into the tables."""
        good: list[tuple[Any, ...]] = []
        bad: list[tuple[Any, ...]] = []
        for item in items:
            row, data = (item.row, item.row.values) if isinstance(item, RejectedRow) else item
            problems = [(p.field, p.rule) for p in item.problems] if isinstance(item, RejectedRow) else []
            statement = None if problems else parse_statement(data)
            if statement is None:
                lacking = [name for name in ("entity_id", *NEEDED) if not str(data.get(name) or "").strip()]
                problems = problems or [(name, "a statement needs it") for name in lacking]
                bad.append((row.number, self._pack_row(row), orjson.dumps(problems), _find_owner(data)))
            else:
                canonical = str(data.get("canonical_id") or "").strip() or statement.entity
                good.append((canonical, statement.entity, row.number, self._pack_row(row)))
            if len(good) + len(bad) >= _FLUSH:
                self._flush(good, bad)
        self._flush(good, bad)

    def _flush(self, good: list[tuple[Any, ...]], bad: list[tuple[Any, ...]]) -> None:
        self._db.executemany("INSERT INTO statement VALUES (?, ?, ?, ?)", good)
        self._db.executemany("INSERT INTO rejected VALUES (?, ?, ?, ?)", bad)
        good.clear()
        bad.clear()

    def _pack_row(self, row: Row) -> bytes:
        """A row's content: the text of a line of JSON; the cells of a row of a table."""
        return orjson.dumps(row.raw or [row.values.get(name, "") for name in self._columns])

    def _restore_row(self, number: int, content: bytes) -> Row:
        held = orjson.loads(content)
        if isinstance(held, str):
            return Row(self.path, number, raw=held)
        return Row(self.path, number, self._columns, dict(zip(self._columns, held, strict=True)))


def _find_owner(data: Any) -> str:
    """Whom a row is about, as far as it says it."""
    return next((text for name in ("canonical_id", "entity_id") if (text := str(data.get(name) or "").strip())), "")
