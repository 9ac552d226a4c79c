"""Reads JSON lines, plain or gzip, one at a time; and takes nested FollowTheMoney entities apart.

Every line that can't be read is named with its number, every byte that is not UTF-8 with its offset; the lines around
it are kept. Offsets in a .gz count the bytes that come out of it.
"""

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from graph.errors import DataError
from graph.formats import ftm_model
from graph.formats.ftm_model import Model, Property
from loader.records import RejectedRow, Row
from loader.sources.ftm.statements import BASE, Statement, parse_statements
from loader.statements import compute_digest

LINE_LIMIT = 8 * 1024 * 1024  # bytes: the longest lines that are published hold some megabytes
NESTING_LIMIT = 12  # entities within entities
COUNT_LIMIT = 100_000  # values and nested entities in one line, each of which may become a claim
VALUE_LIMIT = 65_000  # characters: FollowTheMoney's own limit for its longest texts
TEXT_ADDRESS = "text-address-"  # begins the ids of addresses that stand in an entity as a text alone
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WORDS = re.compile(r"\w+")
Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is a JSON object."""

    row: Row
    data: dict[str, Any]


@dataclass(slots=True)
class RawEntity:
    """One FollowTheMoney entity: values are texts, nested entities are replaced by their ids.

    `top` tells an entity with a line of its own from one that only stands inside another. `statements` say of each
    value which data set gives it, where the file does.
    """

    id: str
    schema: str
    properties: dict[str, list[str]]
    datasets: tuple[str, ...] = ()
    referents: tuple[str, ...] = ()
    caption: str = ""
    top: bool = True
    statements: list[Statement] = field(default_factory=list)


def is_gzip(path: Path) -> bool:
    """Whether a file is packed, whatever its name says: rejected rows of a .gz are written in plain."""
    with path.open("rb") as opened:
        return opened.read(2) == b"\x1f\x8b" or (path.suffix == ".gz" and path.stat().st_size == 0)


@dataclass
class LineReader:
    """Reads one file; `done` says how far it is, 0 to 1."""

    path: Path
    content: Any = field(default_factory=lambda: blake2b(digest_size=8))
    _position: Callable[[], int] = lambda: 0
    _size: int = 1

    def done(self) -> float:
        """The part of the file that has been read."""
        return min(1.0, self._position() / self._size)

    def lines(self) -> Iterator[Line | RejectedRow]:
        """The lines in the order of the file; empty ones are left out. Raises DataError for an unusable file."""
        try:
            self._size = max(1, self.path.stat().st_size)
            with self.path.open("rb") as raw:
                self._position = raw.tell
                try:
                    if is_gzip(self.path):
                        with gzip.GzipFile(fileobj=raw) as unpacked:
                            yield from self._lines(unpacked)
                    else:
                        yield from self._lines(raw)
                finally:
                    reached = raw.tell()
                    self._position = lambda: reached
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            # What is missing would look withdrawn: a cut file is no edition.
            raise DataError(f"is damaged or cut short, fetch it again: {error}", file=self.path.name) from error
        except OSError as error:
            raise DataError(f"can't be read: {error.strerror or error}", file=str(self.path)) from error

    def _lines(self, opened: BinaryIO | gzip.GzipFile) -> Iterator[Line | RejectedRow]:
        number = offset = 0
        while raw := opened.readline(LINE_LIMIT + 1):
            number, start, length = number + 1, offset, len(raw)
            self.content.update(raw)
            if length > LINE_LIMIT and not raw.endswith(b"\n"):
                length += self._skip(opened)
                row = Row(self.path, number, raw=raw[:1000].decode("utf-8", "backslashreplace") + "…")
                yield _reject(row, "", f"the line has {length:,} bytes; at most {LINE_LIMIT:,} are read")
            else:
                text = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
                if text.strip():
                    yield _parse_line(self.path, number, text, start + length - len(text))
            offset = start + length

    def _skip(self, opened: BinaryIO | gzip.GzipFile) -> int:
        """Passes over the rest of a line, without keeping it."""
        skipped = 0
        while part := opened.readline(LINE_LIMIT):
            self.content.update(part)
            skipped += len(part)
            if part.endswith(b"\n"):
                break
        return skipped


def _parse_line(path: Path, number: int, raw: bytes, offset: int) -> Line | RejectedRow:
    try:
        text = raw.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        row = Row(path, number, raw=raw.decode("utf-8", "backslashreplace").rstrip("\r\n"))
        byte = raw[error.start]
        return _reject(row, "", f"byte {byte:#04x} at offset {offset + error.start} is not UTF-8")
    row = Row(path, number, raw=text)
    if number == 1 and text.lstrip().startswith("["):
        raise DataError("is one JSON list; FollowTheMoney files hold one JSON object a line", file=path.name, row=1)
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        return _reject(row, "", f"is not JSON: {error.msg} at character {error.pos + 1}")
    if not isinstance(data, dict):
        return _reject(row, "", "is JSON, but not an object in braces")
    return Line(row, data)


def _reject(row: Row, name: str, rule: str) -> RejectedRow:
    return RejectedRow(row, (row.problem(name, rule),))


def flatten(data: dict[str, Any], model: Model) -> tuple[list[RawEntity], list[Problem]]:
    """The entity of a line and those nested in it, the line's own first, and what is wrong with parts of them.

    Where nested data leaves out the way back (a sanction inside the entity that it is about), it is put in. Without a
    first entity the line itself is of no use, and the problems say why.
    """
    flat = _Flattener(model)
    try:
        flat.entity(data, "", True, (), 0)
    except OverflowError:
        return [], [("properties", f"the line holds more than {COUNT_LIMIT:,} values")]
    return flat.entities, flat.problems


class _Flattener:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.entities: list[RawEntity] = []
        self.problems: list[Problem] = []
        self.count = 0

    def entity(
        self, data: dict[str, Any], path: str, top: bool, datasets: tuple[str, ...], depth: int
    ) -> RawEntity | None:
        """Notes an entity and those inside it; None where it is of no use, with the problems noted."""
        wrong = list(_find_problems(data, path, depth))
        self.problems += wrong
        if wrong:
            return None
        raw = RawEntity(
            str(data["id"]).strip(),
            data["schema"].strip(),
            {},
            _read_texts(data.get("datasets")) or datasets,
            _read_texts(data.get("referents")),
            str(data.get("caption") or ""),
            top,
        )
        self.entities.append(raw)
        schema = self.model.schema(raw.schema)
        self.statements(data, raw)
        for name, values in data.get("properties", {}).items():
            prop = schema.properties.get(name)
            kept = []
            self.count += len(values) if isinstance(values, list) else 1
            if self.count > COUNT_LIMIT:
                raise OverflowError
            for value in values if isinstance(values, list) else (values,):
                kept += (
                    self.inner(value, raw, prop, f"{path}{name}", depth)
                    if isinstance(value, dict)
                    else (self.text(value, f"{path}{name}"))
                )
            if kept:
                held = raw.properties.setdefault(name, [])
                held += [value for value in kept if value not in held] if raw.statements else kept
        if "address" in raw.properties and schema.is_a(ftm_model.THING) and "addressEntity" not in raw.properties:
            self.addresses(raw)
        return raw

    def statements(self, data: dict[str, Any], raw: RawEntity) -> None:
        """Takes up the statements that an entity holds, each value as one of its properties."""
        raw.statements = parse_statements(data.get("statements"), self.text)
        self.count += len(raw.statements)
        if self.count > COUNT_LIMIT:
            raise OverflowError
        values: dict[str, dict[str, None]] = {}
        for statement in raw.statements:
            if statement.prop != BASE:
                values.setdefault(statement.prop, {})[statement.value] = None
        raw.properties.update({prop: list(texts) for prop, texts in values.items()})
        own = dict.fromkeys(s.dataset for s in raw.statements)
        raw.datasets = tuple(own) or raw.datasets
        others = (s.entity for s in raw.statements if s.entity != raw.id)
        raw.referents = tuple(dict.fromkeys((*raw.referents, *others)))

    def inner(self, data: dict[str, Any], parent: RawEntity, prop: Property | None, path: str, depth: int) -> list[str]:
        """Notes an entity inside another, and gives its id where the outer one is who points to it."""
        child = self.entity(data, f"{path}.", False, parent.datasets, depth + 1)
        if child and prop and prop.stub:
            child.properties.setdefault(prop.reverse, []).append(parent.id)
            return []
        return [child.id] if child else []

    def text(self, value: Any, name: str) -> list[str]:
        """A value as text, in a list; an empty list where there is none."""
        if value is None:
            return []
        if isinstance(value, (bool, int, float)):
            value = str(value).lower() if isinstance(value, bool) else f"{value}"
        if not isinstance(value, str):
            self.problems.append((name, "a value must be a text or an entity, not a list"))
            return []
        if len(value) > VALUE_LIMIT:
            self.problems.append((name, f"a value has {len(value):,} characters; at most {VALUE_LIMIT:,} are kept"))
            return []
        if _CONTROL.search(value):
            self.problems.append((name, "control characters were left out"))
            value = _CONTROL.sub("", value)
        value = value.strip()
        return [value] if value else []

    def addresses(self, raw: RawEntity) -> None:
        """Makes entities of addresses that are mere texts, so that two entities at one address share it."""
        ids = []
        for text in raw.properties["address"]:
            identity = TEXT_ADDRESS + compute_digest(" ".join(_WORDS.findall(text.casefold())) or text)
            self.entities.append(RawEntity(identity, ftm_model.ADDRESS, {"full": [text]}, raw.datasets, top=False))
            ids.append(identity)
            raw.statements += [
                replace(s, prop="addressEntity", value=identity)
                for s in raw.statements
                if (s.prop, s.value) == ("address", text)
            ]
        raw.properties["addressEntity"] = ids


def _find_problems(data: dict[str, Any], path: str, depth: int) -> Iterator[Problem]:
    """Why an object is no entity that can be read."""
    identity, schema = data.get("id"), data.get("schema")
    number = isinstance(identity, int) and not isinstance(identity, bool)
    if not (number or (isinstance(identity, str) and 0 < len(identity.strip()) <= 1000)):
        yield f"{path}id", "an entity needs an id, of at most 1,000 characters"
    if not (isinstance(schema, str) and 0 < len(schema.strip()) <= 100):
        yield f"{path}schema", "an entity needs a schema, of at most 100 characters"
    if not isinstance(data.get("properties", {}), dict):
        yield f"{path}properties", "must be an object"
    if depth > NESTING_LIMIT:
        yield path.rstrip("."), f"entities are nested more than {NESTING_LIMIT} deep"


def _read_texts(value: Any) -> tuple[str, ...]:
    return tuple(v for v in value if isinstance(v, str) and v) if isinstance(value, list) else ()
