"""The files that Neo4j's importer reads: `neo4j-admin database import full` fills an empty database from them.

    with ImportFiles(folder) as files:
        files.node("Entity", ("Entity", "Person"), {"id": "e1", "name": "…"})
        files.relationship("HAS_SUBJECT", ("Claim", "c1"), ("Entity", "e1"))
    files.arguments()      # what `neo4j-admin database import full neo4j` takes after it

It knows nothing of our ontology. The format is the importer's
(https://neo4j.com/docs/operations-manual/current/import/), what it leaves open was tried on 2026.05 and 5.26:

- Data is text with tabs, its header in a file of its own, so that a column can still be added at the end while rows
  are written: the importer takes a shorter row as one without the last properties, if it ends with a value. A property
  that holds a number in one row and a text in another needs two columns of one name, which the importer refuses:
  these go to two files.
- Nothing between two tabs is an absent property, `""` is an empty text.
- Texts of a list stand between U+FDD0, which Unicode keeps out of texts for such uses; so a text with it is refused,
  as are a lone surrogate (which is no text) and an empty text as the only one of a list (which the importer loses).
- An empty list can't be stored by the importer: it is left out, as None is.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from graph.errors import DataError, StoreError, UsageError
from graph.server.importvalues import BETWEEN, CONVERT, LIST, STRING, get_import_type, quote

ID = "id"
_BUFFER = 1 << 20  # characters of a file that are kept before they are written
_BUFFERS = 32 << 20  # of all files together
_PLANS = 10_000
_READ = 4 << 20  # the importer's own buffer, in characters; a row must fit in
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
Properties = Mapping[str, object]
_ENDS = (":START_ID", ":END_ID")


class ImportFiles:
    """Writes nodes and relationships, in any order, in bounded memory. Knows its files by their order of appearance.

    Raises UsageError where `folder` is a file or holds something. Every method raises DataError for a value that can't
    be stored and StoreError where the disk is full; leaving the `with` block by an error removes what was written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.nodes_written = self.relationships_written = self.size = 0
        self._tables: dict[tuple[str, ...], list[_Table]] = {}
        self._plans: dict[tuple[Any, ...], _RowLayout] = {}
        self._pending = 0
        self._longest = 0
        self._multiline = False
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(f"{folder} exists and is not empty; name a new folder")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder} can't be made: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            if error is None:
                self.close()
        except BaseException:
            self.remove()
            raise
        if error is not None:
            self.remove()

    def node(self, group: str, labels: Sequence[str], properties: Properties) -> None:
        """Adds a node. `properties["id"]` is its id among those of `group`, and stored as its property `id`."""
        values = list(properties.values())
        key = (group, *labels, 0, *properties, *map(type, values))
        plan = self._plans.get(key) or self._plan(key, (group, *labels), (), properties)
        self._write(plan, values)
        self.nodes_written += 1

    def nodes(self, group: str, rows: Iterable[tuple[Sequence[str], Properties]]) -> None:
        """Adds a node of each (labels, properties)."""
        for labels, properties in rows:
            self.node(group, labels, properties)

    def relationship(
        self, type_: str, source: tuple[str, str], target: tuple[str, str], properties: Properties | None = None
    ) -> None:
        """Adds a relationship between two nodes, each given as (group, id)."""
        values = [source[1], target[1], *(properties or {}).values()]
        key = (type_, source[0], target[0], 1, *(properties or ()), *map(type, values))
        plan = self._plans.get(key) or self._plan(key, ("", type_, source[0], target[0]), _ENDS, properties or {})
        self._write(plan, values)
        self.relationships_written += 1

    def close(self) -> None:
        """Writes what is still kept, and the headers."""
        for table in self._list_tables():
            self._flush(table)
            self._append(table.header, f"{table.heading()}\n".encode(), "wb")

    def remove(self) -> None:
        """Removes the files that were written."""
        for table in self._list_tables():
            table.data.unlink(missing_ok=True)
            table.header.unlink(missing_ok=True)

    def arguments(self) -> list[str]:
        """What `database import full neo4j` takes after it. File names are relative to the folder."""
        return [
            *(table.argument() for table in self._list_tables()),
            "--delimiter=TAB",
            f"--array-delimiter=U+{ord(BETWEEN):04X}",
            "--id-type=string",
            "--bad-tolerance=0",
            "--strict=true",
            "--skip-bad-relationships=false",
            "--skip-duplicate-nodes=false",
            "--ignore-empty-strings=false",
            f"--multiline-fields={str(self._multiline).lower()}",
            f"--read-buffer-size={max(_READ, 2 * self._longest)}",
        ]

    def _list_tables(self) -> Iterable["_Table"]:
        """Those of nodes first, as the importer reads them."""
        tables = [table for same in self._tables.values() for table in same]
        return sorted(tables, key=lambda table: table.kind)

    def _plan(
        self, key: tuple[Any, ...], names: tuple[str, ...], ends: tuple[str, ...], properties: Properties
    ) -> "_RowLayout":
        """How rows of this shape are written: the shape says which properties there are, and of which types."""
        group, *labels = names
        for name in (*filter(None, names), *properties):
            if not _NAME.match(name):
                raise DataError("a label, type or property name is made of letters, digits and _", field=name)
        kinds = {name: get_import_type(name, value) for name, value in properties.items() if value is not None}
        if not ends and kinds.get(ID) != STRING:
            raise DataError("a node needs a text as its id", field=ID)
        same = self._tables.setdefault(names, [])
        table = next((t for t in same if t.takes(kinds)), None)
        if table is None:
            number = 1 + sum(map(len, self._tables.values()))
            table = _Table(self.folder, number, group, tuple(labels))
            same.append(table)
        table.columns.update((name, type_) for name, type_ in kinds.items() if name not in table.columns)
        if len(self._plans) >= _PLANS:
            self._plans.clear()
        plan = self._plans[key] = _RowLayout(table, (*ends, *properties), kinds, ends)
        return plan

    def _write(self, plan: "_RowLayout", values: list[Any]) -> None:
        table = plan.table
        try:
            for at, convert in plan.conversions:
                values[at] = convert(values[at])
            for at in plan.ids:
                if not values[at]:
                    raise DataError("is empty", field=ID)
            text = "".join(values)
            if '"' in text or "\t" in text or "\n" in text or "\r" in text or not table.lines:
                # Also the first row of a batch, as a mark of byte order at the start of a file would be lost.
                values = [quote(value) for value in values]
                self._multiline = self._multiline or "\n" in text or "\r" in text
            elif "" in values:
                values = [value or '""' for value in values]
            row: Sequence[str] = values
            if plan.pick:
                values.append("")
                row = plan.pick(values)
            if plan.ends_in_list:
                row = row[: plan.width(row)]
            line = "\t".join(row)
        except (DataError, TypeError, ValueError, OverflowError) as error:
            raise _build_row_error(plan, values, error) from error
        table.lines.append(line)
        size = len(line)
        table.size += size
        self._pending += size
        self._longest = max(self._longest, size)
        if table.size > _BUFFER:
            self._flush(table)
        elif self._pending > _BUFFERS:
            for each in self._list_tables():
                self._flush(each)

    def _flush(self, table: "_Table") -> None:
        if not table.lines:
            return
        text = "\n".join(table.lines) + "\n"
        try:
            data = text.encode()
        except UnicodeEncodeError as error:
            start = text.rfind("\n", 0, error.start) + 1
            row = text[start : start + 60].split("\t")[0]
            raise DataError(f"a text of {row!r} holds a lone surrogate, which is no character") from error
        self._append(table.data, data, "ab")
        self._pending -= table.size
        table.size = 0
        table.lines.clear()

    def _append(self, file: Path, data: bytes, mode: str) -> None:
        try:
            with file.open(mode) as stream:
                stream.write(data)
        except OSError as error:
            raise StoreError(f"the files for the importer can't be written to {self.folder}: {error}") from error
        self.size += len(data)


class _Table:
    """A file of rows of the same labels (or the same type and ends), where each property has one type."""

    def __init__(self, folder: Path, number: int, group: str, names: tuple[str, ...]) -> None:
        self.kind = "nodes" if group else "relationships"
        self.group = group
        self.names = names if group else names[:1]
        self.ends = names[1:]
        self.data = folder / f"{self.kind}-{number:03}.tsv"
        self.header = folder / f"{self.kind}-{number:03}-header.tsv"
        self.columns: dict[str, str] = {ID: STRING} if group else {}
        self.lines: list[str] = []
        self.size = 0

    def takes(self, kinds: Mapping[str, str]) -> bool:
        return all(self.columns.get(name, type_) == type_ for name, type_ in kinds.items())

    def argument(self) -> str:
        """How the importer is told of it; `./`, as it wants a folder in each name."""
        names = ":".join(self.names) + "=" if self.names else ""
        return f"--{self.kind}={names}./{self.header.name},./{self.data.name}"

    def heading(self) -> str:
        """The header row."""
        columns = [f"{name}:{type_}" for name, type_ in self.columns.items()]
        if self.group:
            columns[0] = f"{ID}:ID({self.group})"
        else:
            columns[:0] = [f":START_ID({self.ends[0]})", f":END_ID({self.ends[1]})"]
        return "\t".join(columns)


class _RowLayout:
    """How rows of one shape go into their table: which values to convert, and in which order they stand there."""

    def __init__(
        self, table: _Table, columns: tuple[str, ...], kinds: Mapping[str, str], ends: tuple[str, ...]
    ) -> None:
        self.table = table
        self.columns = columns
        self.ids = range(len(ends)) if ends else (columns.index(ID),)
        kind_at = [STRING if i < len(ends) else kinds.get(name, "") for i, name in enumerate(columns)]
        self.conversions = [(i, CONVERT[type_]) for i, type_ in enumerate(kind_at) if type_ != STRING]
        place = {name: i for i, name in enumerate(columns) if kind_at[i]}
        order = [place.get(name, len(columns)) for name in (*ends, *table.columns)]
        while order[-1] == len(columns):  # of later columns, which these rows do without
            order.pop()
        self._may_lack = {i for i, at in enumerate(order) if at == len(columns) or kind_at[at] == LIST}
        self.ends_in_list = len(order) - 1 in self._may_lack
        self.pick: Callable[[list[str]], tuple[str, ...]] | None = None
        if len(order) == 1:
            self.pick = lambda values, at=order[0]: (values[at],)
        elif order != list(range(len(columns))):
            self.pick = itemgetter(*order)

    def width(self, row: Sequence[str]) -> int:
        """How many values of a row there are without the absent ones at its end.

        The importer takes a shorter row only where its last value is there; else it reads on in the next line.
        """
        width = len(row)
        while width - 1 in self._may_lack and row[width - 1] in ("", '""'):
            width -= 1
        return width


def _build_row_error(plan: _RowLayout, values: Sequence[object], error: Exception) -> DataError:
    rule = error.rule if isinstance(error, DataError) else str(error)
    row = " → ".join(repr(values[at])[:60] for at in plan.ids)
    return DataError(f"{':'.join(plan.table.names)} {row}: {rule}")
