"""Writes rejected rows to files that can be corrected and loaded again."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph.errors import StoreError
from graph.formats.spreadsheet_guard import Writer, unguard
from loader.records import RejectedRow, Row

PROBLEM = "problem"
PROBLEMS = "problems.csv"


def write(rejected: Iterable[RejectedRow], folder: Path) -> list[Path]:
    """One file for each file with rejects, of the same name and form. Returns the paths written; none without rejects.

    Files with a header get a column that says what is wrong; it is ignored when the folder is loaded again, and texts
    that a spreadsheet would run as formulas are guarded (`restore_rows` takes that back). Rows of other files stand as
    they were, in the form of their list, and problems.csv says what is wrong with each. Raises StoreError where
    the files can't be written.
    """
    writers: dict[str, Any] = {}
    columns: dict[str, tuple[str, ...]] = {}
    paths = []
    try:
        with ExitStack() as files:

            def create(name: str) -> Any:
                folder.mkdir(parents=True, exist_ok=True)
                paths.append(folder / name)
                return files.enter_context((folder / name).open("w", encoding="utf-8", newline=""))

            for item in rejected:
                row, name = item.row, item.row.file.name
                if name not in writers:
                    writers[name] = create(name)
                    if not row.raw:
                        writers[name] = Writer(writers[name], numbers=True)
                        columns[name] = tuple(c for c in row.columns if c != PROBLEM)
                        writers[name].writerow((*columns[name], PROBLEM))
                if row.raw:
                    writers[name].write(row.raw.rstrip("\r\n") + "\n")
                    if PROBLEMS not in writers:
                        writers[PROBLEMS] = Writer(create(PROBLEMS))
                        writers[PROBLEMS].writerow(("file", "row", "field", "problem"))
                    for p in item.problems:
                        writers[PROBLEMS].writerow((p.file, "" if p.row is None else str(p.row), p.field, p.rule))
                else:
                    reasons = "; ".join(f"{p.field}: {p.rule}" if p.field else p.rule for p in item.problems)
                    writers[name].writerow((*(row.values.get(c, "") for c in columns[name]), reasons))
    except OSError as error:
        raise StoreError(f"the rejected rows can't be written to {folder}: {error.strerror}") from error
    return paths


def is_reject_header(columns: Sequence[str]) -> bool:
    """Whether these are the columns of a table of rejected rows, as `write` makes it."""
    return tuple(columns[-1:]) == (PROBLEM,)


def restore_rows(rows: Iterable[Row | RejectedRow]) -> Iterator[Row | RejectedRow]:
    """The rows of a table that `write` made, with every text and column as it stood before it was guarded."""
    for item in rows:
        yield replace(item, row=restore_row(item.row)) if isinstance(item, RejectedRow) else restore_row(item)


def restore_row(row: Row) -> Row:
    """A row, or a header, of such a table."""
    values = {unguard(name): unguard(text) for name, text in row.values.items()}
    return replace(row, columns=tuple(map(unguard, row.columns)), values=values)
