"""What a source hands to the loader: records with their places, and the problems found on the way.

A source module has three parts: `get` (paths in, rows out), `transform` (rows in, items out: pure, no files and no
database) and a manifest, `<name>.yaml` (publisher, licence, address, grade). `read` puts them together to a Feed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from graph.errors import DataError
from graph.model import Claim, Entity, Source

Record = Source | Entity | Claim
# Notices of these kinds say that the edition is not whole: what it lacks may still be on the list.
HOLES = frozenset({"missing file", "incomplete file", "cut file"})
NAME_KEY = "\x1ename "  # no id begins so
REFERENCE = "reference"  # the dataset of entities that belong to no list: states and sanctions authorities


def build_name_key(name: str) -> str:
    """What stands among `concerns` for every entity of the dataset that has a name, where a row has lost its id."""
    return f"{NAME_KEY}{name}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a source's file: `number` is the line it begins on, as an editor counts.

    `columns` and `values` for files with a header; `raw` is the row's text as it stood, for all others.
    """

    file: Path
    number: int
    columns: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    raw: str = ""

    def problem(self, field: str, rule: str) -> DataError:
        """The error that says where this row breaks a rule."""
        return DataError(rule, file=self.file.name, row=self.number, field=field)


@dataclass(frozen=True, slots=True)
class Item:
    """A record as a source's file gives it, still to be checked against the ontology, and the row it came from.

    `selected` is False for what the file holds and the user's filter leaves out: it is not loaded, but it is not
    gone from the list either. `shared` marks an entity that belongs to no list (a state): it is made where it is
    missing, and never changed.
    """

    record: Record
    row: Row
    selected: bool = True
    shared: bool = False


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that does not load, with everything that is wrong with it.

    `concerns` has the ids of what the row is about: what is stored of them is neither ended nor removed. None says that
    they can't be read, and then this load ends nothing at all. `beside` has the ids of what else the row names.
    """

    row: Row
    problems: tuple[DataError, ...]
    concerns: frozenset[str] | None = None
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a user should know of although the row loads: `kind` groups them, such as "ambiguous link".

    `concerns` has the ids of which a part could not be read, so that nothing of them is ended; or `build_name_key`.
    """

    kind: str
    text: str
    row: Row
    concerns: frozenset[str] = frozenset()


@dataclass
class Feed:
    """One edition of one source, as a stream in any order; ids may refer to items that come later.

    `edition` orders the editions where it is a partial date; else it is a digest of the content. `keeps_history`
    says what becomes of claims that a newer edition no longer makes: they get an end (official lists) or go
    (a user's own table). `yields` leaves rows alone whose id another dataset holds, where otherwise they are refused:
    for files that were cut out of a graph. `model` is the program's (graph/database/write.py) since which the source
    gives its claims the ids that it gives them now. `fraction` tells how much has been read, 0 to 1. A source raises
    DataError from the stream when a file as a whole is of no use.
    """

    dataset: str
    edition: str
    items: Iterable[Item | RejectedRow | Notice]
    title: str = ""
    keeps_history: bool = False
    yields: bool = False
    model: int = 1
    fraction: Callable[[], float] = lambda: 0.0

    @property
    def since(self) -> str:
        """When a claim of this edition was first seen, where neither its source nor the database says it."""
        return self.edition if self.keeps_history else ""


@dataclass
class RejectCollector:
    """Takes the rows that can't be read, for readers of files that yield only good ones."""

    name: str = ""
    rejected: list[RejectedRow] = field(default_factory=list)
    rows_read: int = 0

    def reject(self, row: Row, problems: Iterable[DataError]) -> None:
        """Sets a row aside with its problems."""
        self.rejected.append(RejectedRow(row, tuple(problems)))
