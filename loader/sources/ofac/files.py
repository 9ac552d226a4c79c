"""The dialect of the SDN list's CSV files: finds them, and reads them row by row.

After the Treasury's data specification (dat_spec.txt, 2023) and the files themselves: no header; a null is "-0-",
mostly with a space behind it; lines end in CR LF, LF or CR; the last line may be a lone byte 0x1A (the end of a file
under DOS). A row begins with a whole number. All text is ASCII so far; it is read as UTF-8, which holds ASCII.
"""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from graph.errors import DataError
from loader.records import Notice, RejectedRow, Row

SDN, ALT, ADD, COMMENTS = "sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"
ADDRESS = ("Address", "City", "Country")  # the columns of an address
# By file: the specification's names of the columns, and those that must not be null.
COLUMNS = {
    SDN: (
        "ent_num",
        "SDN_Name",
        "SDN_Type",
        "Program",
        "Title",
        "Call_Sign",
        "Vess_type",
        "Tonnage",
        "GRT",
        "Vess_flag",
        "Vess_owner",
        "Remarks",
    ),
    ALT: ("ent_num", "alt_num", "alt_type", "alt_name", "alt_remarks"),
    ADD: ("ent_num", "add_num", *ADDRESS, "add_remarks"),
    COMMENTS: ("ent_num", "Remarks"),
}
REQUIRED = {SDN: ("SDN_Name",), ALT: ("alt_name",), ADD: (), COMMENTS: ("Remarks",)}
NULL = "-0-"
LINE_LIMIT = 1 << 20  # characters of a row: the specification allows some 2,000, sdn_comments has held 8,000
RAW_LIMIT = 100_000  # characters of a bad row that are kept to show
PROBLEMS = 5  # bad characters that are named in one row
ROW_LINES = 50  # lines of one row, where a quoted field holds line ends
_NUMBER = re.compile(r"[0-9]{1,10}")  # the specification's size of the column
# How a row begins. The bounds keep a line of a million spaces from taking minutes.
_START = re.compile(r'\s{0,9}"?0{0,9}([0-9]{1,10})\s{0,9}"?\s{0,9},')
_UNDECODED = re.compile("[\udc80-\udcff]")  # what surrogateescape makes of a byte that is not UTF-8
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_WHOLE = "(the row)"


class _Record(NamedTuple):
    """A row as it stands: `number` of its first line, `offset` of its first byte; the fields or the rule it breaks."""

    number: int
    offset: int
    line: str
    fields: list[str] | str


class ReadProgress:
    """How much of the work is done, in bytes read of bytes to read."""

    def __init__(self, total: int) -> None:
        self.total, self.done = max(total, 1), 0

    def fraction(self) -> float:
        """From 0 to 1."""
        return min(self.done / self.total, 1.0)


def find(folder: Path) -> dict[str, Path]:
    """The list's files in a folder by their usual names, whatever their case. Raises DataError without sdn.csv."""
    try:
        present = sorted(p for p in folder.iterdir() if p.name.lower() in COLUMNS)
    except OSError as error:
        raise DataError(f"is not a folder that can be read: {error.strerror}", file=str(folder)) from error
    files: dict[str, Path] = {}
    for path in present:
        name = path.name.lower()
        if name in files:
            raise DataError(f"the folder holds both {files[name].name} and {path.name}", file=str(folder))
        files[name] = path
    if SDN not in files:
        raise DataError(f"the folder holds no {SDN}, the main file of the list", file=str(folder))
    return files


def get_party_number(row: Row) -> int | None:
    """The number of the party that a row speaks of, also of one that can't be read as a whole."""
    match = _START.match(row.raw)
    return int(match[1]) if match else None


def read_rows(path: Path, progress: ReadProgress) -> Iterator[Row | RejectedRow | Notice]:
    """The rows of one of the list's files, `values` by column; nulls and empty fields are "".

    A row that breaks the dialect is Rejected with every fault found, and takes no other row with it: a line that
    begins like a row ends whatever quotation stood open before it. Raises DataError for a file of no use.
    """
    name = path.name.lower()
    csv.field_size_limit(LINE_LIMIT)
    try:
        with path.open("rb") as raw:
            if raw.read(2) in (b"\xff\xfe", b"\xfe\xff"):
                raise DataError("is UTF-16, not ASCII or UTF-8; save it as UTF-8", file=path.name)
            raw.seek(0)
            with io.TextIOWrapper(raw, encoding="utf-8", errors="surrogateescape", newline="") as text:
                for record in _read_records(text, progress):
                    yield from _build_row(path, name, record)
    except OSError as error:
        raise DataError(f"can't be read: {error.strerror}", file=str(path)) from error


def _read_lines(text: io.TextIOWrapper, progress: ReadProgress) -> Iterator[tuple[int, int, str]]:
    """Number, byte offset and text of each line. One that is too long comes as its beginning."""
    number = offset = 0
    while line := text.readline(LINE_LIMIT):
        number += 1
        size, rest = _count_bytes(line), line
        while len(rest) == LINE_LIMIT and rest[-1] not in "\r\n":
            rest = text.readline(LINE_LIMIT)
            size += _count_bytes(rest)
        progress.done += size
        yield number, offset, line
        offset += size


def _count_bytes(line: str) -> int:
    return len(line) if line.isascii() else len(line.encode("utf-8", "surrogateescape"))


def _read_records(text: io.TextIOWrapper, progress: ReadProgress) -> Iterator[_Record]:
    lines = _read_lines(text, progress)
    ahead = next(lines, None)
    while ahead:
        number, offset, line = ahead
        if number == 1 and line[0] == "\ufeff":
            line, offset = line[1:], 3
        ahead = next(lines, None)
        fields = _split_fields(line)
        taken = 1
        while fields is None and ahead and taken < ROW_LINES and not _START.match(ahead[2]):
            line += ahead[2]
            ahead, taken = next(lines, None), taken + 1
            fields = _split_fields(line)
        if line.strip(" \t\r\n\x1a"):
            rule = "a quotation mark is opened and never closed"
            yield _Record(number, offset, line, rule if fields is None else fields)


def _split_fields(line: str) -> list[str] | str | None:
    """The fields of a row, or the rule that it breaks, or None where a quotation stands open at its end."""
    if len(line) >= LINE_LIMIT:
        return f"is longer than {LINE_LIMIT:,} characters"
    text = line.rstrip("\r\n\x1a")
    lines = iter((text, ""))
    try:
        return next(csv.reader(lines, strict=True), [])
    except csv.Error:
        if next(lines, None) is None:  # the reader went on to the next line: a quotation stands open
            return None
        return "quotation marks do not pair; inside a field each must be doubled"


def _build_row(path: Path, name: str, record: _Record) -> Iterator[Row | RejectedRow | Notice]:
    columns, line, fields = COLUMNS[name], record.line, record.fields
    raw = line[:RAW_LIMIT].rstrip("\r\n\x1a")
    if not raw.isascii():
        raw = raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if isinstance(fields, str):
        row = Row(path, record.number, raw=raw)
        yield RejectedRow(row, (row.problem(_WHOLE, fields),))
        return
    values = {k: "" if v == "-0- " else _parse_value(k, v) for k, v in zip(columns, fields, strict=False)}
    cut = line[-1] not in "\r\n\x1a" and len(fields) == len(columns) and fields[-1] in ("-", "-0")
    if cut:
        values[columns[-1]] = ""
    row = Row(path, record.number, values=values, raw=raw)
    if problems := tuple(_check_record(name, row, record)):
        yield RejectedRow(row, problems)
        return
    values["ent_num"] = str(int(values["ent_num"]))
    if cut:
        yield Notice("cut file", f"{path.name} ends in the middle of a null, {fields[-1]!r}; rows may be missing", row)
    yield row


def _parse_value(column: str, field: str) -> str:
    if "\n" in field or "\r" in field:  # a field over several lines
        field = " ".join(line.strip() for line in field.splitlines())
    value = field.strip()
    # A remark may be cut between two words: then the space at its end, or at the beginning of its rest, counts.
    return "" if value in ("", NULL) else field if column == "Remarks" else value


def _check_record(name: str, row: Row, record: _Record) -> Iterator[DataError]:
    columns, fields = COLUMNS[name], record.fields
    if len(fields) != len(columns):
        first = columns[len(fields)] if len(fields) < len(columns) else f"field {len(columns) + 1}"
        rule = "is missing" if len(fields) < len(columns) else "is one too many"
        yield row.problem(first, f"{rule}: the row has {len(fields)} fields, a row of {name} has {len(columns)}")
    if not _NUMBER.fullmatch(row.values["ent_num"]):
        yield row.problem("ent_num", f"must be a whole number, not {row.values['ent_num'][:40]!r}")
    for column in REQUIRED[name]:
        if row.values.get(column) == "":
            yield row.problem(column, "is empty")
    if not record.line.isascii() or _CONTROL.search(record.line):
        yield from islice(_find_bad_characters(columns, row, record), PROBLEMS)


def _find_bad_characters(columns: tuple[str, ...], row: Row, record: _Record) -> Iterator[DataError]:
    # The fields hold the line's bytes that are not UTF-8 in the line's order.
    undecoded = _UNDECODED.finditer(record.line)
    places = (record.offset + _count_bytes(record.line[: match.start()]) for match in undecoded)
    for index, field in enumerate(record.fields):
        column = columns[index] if index < len(columns) else f"field {index + 1}"
        for match in _UNDECODED.finditer(field):
            byte = ord(match[0]) - 0xDC00
            yield row.problem(column, f"byte 0x{byte:02X} at offset {next(places)} of the file is not UTF-8")
        for match in _CONTROL.finditer(field):
            yield row.problem(column, f"holds the control character U+{ord(match[0]):04X}")
