"""Writes rejected rows to files that can be corrected and loaded again."""

import csv
from collections import defaultdict
from pathlib import Path

from loader.records import Dataset, Rejected

PROBLEM = "problem"


def write(dataset: Dataset, folder: Path) -> list[Path]:
    """One CSV file for each file with rejects, of the same name and columns, plus a column that says what is wrong.

    The column is ignored when the folder is loaded again. Returns the paths written; none without rejects.
    """
    by_file: dict[str, list[Rejected]] = defaultdict(list)
    for rejected in dataset.rejected:
        by_file[rejected.row.file.name].append(rejected)
    paths = []
    for name, items in sorted(by_file.items()):
        columns = list(dict.fromkeys(c for item in items for c in item.row.columns))
        columns = [*(c for c in columns if c != PROBLEM), PROBLEM]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
            writer.writeheader()
            for item in items:
                reasons = "; ".join(f"{p.field}: {p.rule}" if p.field else p.rule for p in item.problems)
                writer.writerow({**item.row.values, PROBLEM: reasons})
        paths.append(path)
    return paths
