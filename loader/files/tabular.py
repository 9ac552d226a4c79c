"""Opens a table of any kind (CSV, TSV, XLSX, Parquet) and gives its rows as texts, one by one.

Rows of an XLSX or Parquet file bear the name of a CSV file, because that is what rejected rows are written to; such a
file of rejects is read in the form in which the loader writes it, whatever the mapping says of the original.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import Any

from graph.errors import DataError
from loader import rejects
from loader.files import csv_file
from loader.files.file_format import FileFormat
from loader.records import RejectedRow, Row

_TEXTS = {".csv": ",", ".txt": ",", ".tsv": "\t", ".tab": "\t"}
KINDS = "CSV (.csv, .tsv, .txt), XLSX (.xlsx, .xlsm) or Parquet (.parquet)"
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass
class Table:
    """An opened table. `unusable` tells of columns that can't be read as texts, and why."""

    columns: tuple[str, ...]
    header: Row
    rows: Iterator[Row | RejectedRow]
    fraction: Callable[[], float]
    notices: list[tuple[str, str]] = field(default_factory=list)
    unusable: Mapping[str, str] = field(default_factory=dict)


def open_table(path: Path, form: FileFormat | None = None) -> Table:
    """Opens a table, by the end of its name. Raises DataError where it can't be read as such."""
    table = _open(path, form or FileFormat())
    if not rejects.is_reject_header(table.columns):
        return table
    header = rejects.restore_row(table.header)
    return replace(table, columns=header.columns, header=header, rows=rejects.restore_rows(table.rows))


def _open(path: Path, form: FileFormat) -> Table:
    suffix = path.suffix.lower()
    if suffix in _TEXTS:
        return _open_csv(path, form, _TEXTS[suffix])
    if suffix in (".xlsx", ".xlsm"):
        from loader.files import xlsx_file  # noqa: PLC0415 - openpyxl and pyarrow take long to import, and much memory

        return xlsx_file.open_table(path, form)
    if suffix in (".parquet", ".pq"):
        from loader.files import parquet_file  # noqa: PLC0415 - pyarrow takes half a second

        return parquet_file.open_table(path, form)
    hint = "; save it as .xlsx" if suffix in (".xls", ".xlsb", ".ods", ".numbers") else ""
    raise DataError(f"is not a table of a known kind: {KINDS}{hint}", file=path.name)


def _open_csv(path: Path, form: FileFormat, delimiter: str) -> Table:
    if is_rejects(path):
        form = FileFormat(delimiter=",")
    reader = csv_file.CsvReader(
        path, encoding=form.encoding, delimiter=form.delimiter or delimiter, header=form.header, columns=form.columns
    )
    reader.columns = build_unique_names(reader.columns)
    header = Row(path, form.header or 1, reader.columns, dict(zip(reader.columns, reader.columns, strict=True)))
    return Table(reader.columns, header, skip_rows(reader.rows(), form.skip), reader.fraction)


def is_rejects(path: Path) -> bool:
    """Whether this is a file of rejected rows, as loader/rejects.py writes it."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return rejects.is_reject_header(next(csv.reader([file.readline(csv_file.FIELD_LIMIT)]), []))
    except (OSError, ValueError, csv.Error):
        return False


def skip_rows(rows: Iterator[Row | RejectedRow], count: int) -> Iterator[Row | RejectedRow]:
    """The rows without the first few below the header."""
    for _ in range(count):
        next(rows, None)
    return rows


def build_unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Column names that can be told apart: the second "Name" is "Name (2)", one without a name is "column 4"."""
    unique: list[str] = []
    for i, raw_name in enumerate(names, 1):
        name, count = raw_name or f"column {i}", 1
        while name in unique:
            count += 1
            name = f"{raw_name or f'column {i}'} ({count})"
        unique.append(name)
    return tuple(unique)


def check_row(path: Path, number: int, columns: tuple[str, ...], texts: Sequence[str]) -> Row | RejectedRow:
    """A row of an XLSX or Parquet file, rejected where a text of it can't be in a CSV file or in the graph."""
    row = Row(path, number, columns, dict(zip(columns, texts, strict=False)))
    problems = []
    if len(texts) > len(columns):
        rule = f"the row has {len(texts)} fields, the header {len(columns)}; left over: {list(texts[len(columns) :])}"
        problems.append(row.problem("", rule))
    if _UNFIT.search("\t".join(texts)) or sum(map(len, texts)) > csv_file.FIELD_LIMIT:
        for name, text in row.values.items():
            if _UNFIT.search(text):
                problems.append(row.problem(name, "holds a control character"))
            if len(text) > csv_file.FIELD_LIMIT:
                problems.append(row.problem(name, f"is longer than {csv_file.FIELD_LIMIT:,} characters"))
        kept = {k: _UNFIT.sub("\ufffd", v[: csv_file.FIELD_LIMIT]) for k, v in row.values.items()}
        row = Row(path, number, columns, kept)
    return RejectedRow(row, tuple(problems)) if problems else row


def format_cell(value: Any, decimal: str = ".") -> str:
    """A typed cell as a text: dates as YYYY-MM-DD, numbers without an empty fraction and with the mapping's mark.

    So a rejected row that is written to a CSV file reads under the same mapping.
    """
    text = str(value)
    if value is None:
        text = ""
    elif isinstance(value, str):
        text = value.strip()
    elif isinstance(value, bool):
        text = text.upper()
    elif isinstance(value, float):
        # Fifteen digits are what a spreadsheet keeps: 0.1 + 0.2 is 0.3.
        text = "" if isnan(value) else format(value, ".15g")
        if "e" in text and 1e-9 < abs(value) < 1e21:
            text = format(Decimal(text), "f")
        text = text.replace(".", decimal)
    elif isinstance(value, Decimal):
        text = format(value, "f") if value.is_finite() else ""
        text = (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", decimal)
    elif isinstance(value, datetime):
        text = value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    return text
