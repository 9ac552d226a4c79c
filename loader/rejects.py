"""Writes rejected rows to files that can be corrected and loaded again."""

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from graph.errors import StoreError
from loader.records import RejectedRow

PROBLEM = "problem"
PROBLEMS = "problems.csv"


def write(rejected: Iterable[RejectedRow], folder: Path) -> list[Path]:
    """One file for each file with rejects, of the same name and form. Returns the paths written; none without rejects.

    Files with a header get a column that says what is wrong; it is ignored when the folder is loaded again. Rows of
    other files stand as they were, and problems.csv says what is wrong with each. Raises StoreError where the
    files can't be written.
    """
    writers: dict[str, Any] = {}
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
                        columns = [*(c for c in row.columns if c != PROBLEM), PROBLEM]
                        writers[name] = csv.DictWriter(
                            writers[name], columns, lineterminator="\n", extrasaction="ignore"
                        )
                        writers[name].writeheader()
                if row.raw:
                    writers[name].write(row.raw.rstrip("\r\n") + "\n")
                    if PROBLEMS not in writers:
                        writers[PROBLEMS] = csv.writer(create(PROBLEMS), lineterminator="\n")
                        writers[PROBLEMS].writerow(("file", "row", "field", "problem"))
                    writers[PROBLEMS].writerows((p.file, p.row, p.field, p.rule) for p in item.problems)
                else:
                    reasons = "; ".join(f"{p.field}: {p.rule}" if p.field else p.rule for p in item.problems)
                    writers[name].writerow({**row.values, PROBLEM: reasons})
    except OSError as error:
        raise StoreError(f"the rejected rows can't be written to {folder}: {error.strerror}") from error
    return paths
