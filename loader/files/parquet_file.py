"""Reads a Parquet file as texts, row by row; a file of any size is read in batches."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped] # it has no types
import pyarrow.compute as pc  # type: ignore[import-untyped] # the same
import pyarrow.parquet as pq  # type: ignore[import-untyped] # the same

from graph.errors import DataError
from loader.files.csv_file import clean_column_name
from loader.files.file_format import FileFormat
from loader.files.tabular import Table, build_unique_names, check_row, format_cell, skip_rows
from loader.records import RejectedRow, Row

_BATCH = 4_096  # rows
_BUFFER = 1 << 20  # bytes of a column read at a time, so that a large row group need not fit in memory


def open_table(path: Path, form: FileFormat) -> Table:
    """Opens a Parquet file. Columns that hold lists, records or bytes are `unusable`. Raises DataError."""
    try:
        file = pq.ParquetFile(path, buffer_size=_BUFFER)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _build_error(path, error) from error
    schema = file.schema_arrow
    columns = build_unique_names(clean_column_name(name) for name in schema.names)
    texts, unusable = [], {}
    for name, kind in zip(columns, schema.types, strict=True):
        if reader := _find_converter(kind, form.decimal):
            texts.append(reader)
        else:
            texts.append(_convert_unusable)
            unusable[name] = f"holds {kind}, which is not a text, number or date"
    header = Row(path.with_suffix(".csv"), 1, columns, dict(zip(columns, columns, strict=True)))
    done = [0]
    rows = _read_rows(path, file, header, texts, done)
    total = max(1, file.metadata.num_rows)
    return Table(columns, header, skip_rows(rows, form.skip), lambda: done[0] / total, unusable=unusable)


def _read_rows(
    path: Path, file: pq.ParquetFile, header: Row, texts: list[Callable[[Any], list[str]]], done: list[int]
) -> Iterator[Row | RejectedRow]:
    try:
        with file:
            for batch in file.iter_batches(batch_size=_BATCH):
                # Columns by place: two may have one name.
                read = [text(batch.column(i)) for i, text in enumerate(texts)]
                for values in zip(*read, strict=True):
                    done[0] += 1
                    if any(values):
                        yield check_row(header.file, done[0], header.columns, values)
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise _build_error(path, error) from error


def _convert_unusable(column: pa.Array) -> list[str]:
    return [""] * len(column)


def _find_converter(kind: pa.DataType, decimal: str) -> Callable[[pa.Array], list[str]] | None:
    """Reads a column of this type as texts; None where it is not one of texts, numbers, dates."""
    of = pa.types
    if of.is_dictionary(kind):
        inner = _find_converter(kind.value_type, decimal)
        return (lambda column: inner(column.dictionary_decode())) if inner else None
    if of.is_string(kind) or of.is_large_string(kind) or of.is_string_view(kind) or of.is_integer(kind):
        return _convert_strings
    if of.is_timestamp(kind):
        return partial(_convert_times, zoned=kind.tz is not None)
    if of.is_floating(kind) or of.is_decimal(kind) or of.is_boolean(kind) or of.is_date(kind) or of.is_null(kind):
        return partial(_convert_values, decimal=decimal)
    return None


def _convert_strings(column: pa.Array) -> list[str]:
    return [text.strip() if text else "" for text in column.cast(pa.large_string()).to_pylist()]


def _convert_times(column: pa.Array, *, zoned: bool) -> list[str]:
    # The day is that of the column's own time zone.
    local = pc.local_timestamp(column) if zoned else column
    return [format_cell(value) for value in local.cast(pa.timestamp("us"), safe=False).to_pylist()]


def _convert_values(column: pa.Array, *, decimal: str) -> list[str]:
    return [format_cell(value, decimal) for value in column.to_pylist()]


def _build_error(path: Path, error: BaseException) -> DataError:
    if isinstance(error, OSError) and error.strerror:
        return DataError(f"can't be read: {error.strerror}", file=str(path))
    return DataError(f"is not a Parquet file, or is damaged ({error})".splitlines()[0], file=path.name)
