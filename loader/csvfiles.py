"""Reading CSV files that people write: every fault is named by file and row, every good row is kept."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from graph.errors import DataError
from loader.records import Dataset, Row

FIELD_LIMIT = 1_000_000  # characters; a quote that is never closed must not swallow memory


def rows(path: Path, columns: Sequence[str], dataset: Dataset) -> Iterator[Row]:
    """The rows of a CSV file whose header holds `columns`; further columns are passed on as they are.

    A row that can't be read, or has too many or too few fields, is rejected into `dataset`. Raises DataError
    when the file as a whole is of no use: missing, without its columns, or not UTF-8.
    """
    lines = list(io.StringIO(_text(path), newline=""))
    csv.field_size_limit(FIELD_LIMIT)
    header = _header(path, lines, columns)
    start = 1  # lines read so far
    while start < len(lines):
        reader = csv.reader(islice(lines, start, None), strict=True)
        base = start
        try:
            for fields in reader:
                number, start = start + 1, base + reader.line_num
                if fields:
                    yield from _row(path, number, header, fields, dataset)
        except csv.Error as error:
            # A stray quote can swallow the lines after it: give up this one line and go on with the next.
            row = Row(path, start + 1, tuple(header), {header[0]: lines[start].rstrip("\r\n")})
            dataset.rows_read += 1
            dataset.reject(row, [row.problem("", f"the row is not CSV ({error})")])
            start += 1


def _row(path: Path, number: int, header: list[str], fields: list[str], dataset: Dataset) -> Iterator[Row]:
    dataset.rows_read += 1
    row = Row(path, number, tuple(header), {k: v.strip() for k, v in zip(header, fields, strict=False)})
    problems = []
    if len(fields) != len(header):
        extra = f"; left over: {fields[len(header) :]}" if len(fields) > len(header) else ""
        problems.append(row.problem("", f"the row has {len(fields)} fields, the header {len(header)}{extra}"))
    for name, value in row.values.items():
        if any(ord(c) < 32 and c not in "\r\n\t" for c in value):
            problems.append(row.problem(name, "holds a control character"))
    if problems:
        dataset.reject(row, problems)
    else:
        yield row


def _header(path: Path, lines: list[str], columns: Sequence[str]) -> list[str]:
    try:
        header = [name.strip() for name in next(csv.reader(lines[:1], strict=True))]
    except (StopIteration, csv.Error) as error:
        raise DataError("the file has no header row", file=path.name, row=1) from error
    missing = [name for name in columns if name not in header]
    if missing:
        raise DataError(f"the header lacks {', '.join(missing)}", file=path.name, row=1)
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise DataError(f"the header names {', '.join(twice)} twice", file=path.name, row=1)
    return header


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"can't be read: {error.strerror}", file=str(path)) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        rule = f"byte {raw[error.start]:#04x} at offset {error.start} is not UTF-8"
        raise DataError(rule, file=path.name, row=line) from error
