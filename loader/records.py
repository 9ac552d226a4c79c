"""What a source hands to the loader: records with their places, and the problems found on the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graph.errors import DataError
from graph.model import Claim, Entity, Source


@dataclass(frozen=True)
class Row:
    """A row of a source's file with the file's columns: `number` is the line it begins on, as an editor counts."""

    file: Path
    number: int
    columns: tuple[str, ...]
    values: Mapping[str, str]

    def problem(self, field: str, rule: str) -> DataError:
        """The error that says where this row breaks a rule."""
        return DataError(rule, file=self.file.name, row=self.number, field=field)


@dataclass(frozen=True)
class Rejected:
    """A row that does not load, with everything that is wrong with it."""

    row: Row
    problems: tuple[DataError, ...]


@dataclass
class Dataset:
    """Checked records of one source, ready to load, each with the row it came from."""

    name: str
    edition: str = ""
    entities: dict[str, Entity] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    rows_read: int = 0

    def reject(self, row: Row, problems: Iterable[DataError]) -> None:
        """Sets a row aside with its problems."""
        self.rejected.append(Rejected(row, tuple(problems)))
