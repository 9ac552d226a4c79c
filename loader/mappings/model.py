"""What a mapping says, as plain data: mappings/mapping_file.py reads it, loader/sources/table.py carries it out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graph.model import Source
from loader.files.file_format import FileFormat


@dataclass(frozen=True, slots=True)
class Value:
    """Where a text comes from: `parts` are texts, each followed by what a column holds ("" for no column).

    `split` cuts it to a list; `values` turns the file's words to ours, and all others to `otherwise`.
    """

    parts: tuple[tuple[str, str], ...]
    split: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = ""
    kind: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it needs."""
        return tuple(dict.fromkeys(column for _, column in self.parts if column))

    @property
    def column(self) -> str | None:
        """The column that is all of it."""
        return self.parts[0][1] if len(self.parts) == 1 and not self.parts[0][0] else None

    @property
    def constant(self) -> str | None:
        """The text that it is in every row."""
        return None if self.columns else "".join(before for before, _ in self.parts)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The words that it can give, where they are known beforehand."""
        if self.values:
            return tuple(dict.fromkeys(filter(None, (*self.values.values(), self.otherwise))))
        return (self.constant,) if self.constant is not None else ()


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds for a row whose `column` is not empty, or is one of `equals`, or is none of `differs`."""

    column: str
    equals: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityMapping:
    """An entity that rows tell of. With `state` it is the state of that name; without `name` it is only referred to."""

    block: str
    type: Value | None = None
    state: Value | None = None
    id: tuple[Value, ...] = ()
    as_is: bool = False
    prefix: str = ""
    name: Value | None = None
    aliases: tuple[Value, ...] = ()
    identifiers: tuple[tuple[str, Value], ...] = ()
    properties: tuple[tuple[str, Value], ...] = ()
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class ClaimMapping:
    """What a row says about one block (`about`), of another (`to`) or with a number or text of its own.

    `predicate` gives the relationship type or the statement; `texts` are a claim's further fields by their names.
    """

    entry: str
    predicate: Value
    about: str
    to: str = ""
    stance: Value = Value((("asserted", ""),))
    texts: Mapping[str, Value] = field(default_factory=dict)
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class SpeakerMapping:
    """Who says what the table says: an entity that the mapping makes, or with `id` alone one that is there already.

    Without a type it is an organisation.
    """

    name: str = ""
    type: str = ""
    id: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A whole mapping. `document` is the table as a source; `source` gives the fields of a row's own document."""

    file: str
    digest: str
    dataset: str
    document: Source
    reliability: Value
    credibility: Value
    speaker: SpeakerMapping | str
    keeps_history: bool
    form: FileFormat
    dates: tuple[str, ...]
    decimal: str
    thousands: str
    empty: frozenset[str]
    source: Mapping[str, Value]
    blocks: Mapping[str, EntityMapping]
    sayings: tuple[ClaimMapping, ...]
    ignore: tuple[str, ...]
    rest: str

    def columns(self) -> Iterator[tuple[str, str]]:
        """Every column that the mapping needs, with the entry that needs it first."""
        seen = set()
        for entry, column in self._columns():
            if column not in seen:
                seen.add(column)
                yield entry, column

    def _columns(self) -> Iterator[tuple[str, str]]:
        values: list[tuple[str, Value | Condition | None]] = []
        for name, block in self.blocks.items():
            at = f"entities.{name}"
            values += [(f"{at}.when", block.when), (f"{at}.state", block.state), (f"{at}.type", block.type)]
            values += [(f"{at}.id", value) for value in block.id] + [(f"{at}.name", block.name)]
            values += [(f"{at}.aliases", value) for value in block.aliases]
            values += [(f"{at}.identifiers.{scheme}", value) for scheme, value in block.identifiers]
            values += [(f"{at}.properties.{prop}", value) for prop, value in block.properties]
        for saying in self.sayings:
            at = saying.entry
            values += [(f"{at}.when", saying.when), (f"{at}.type", saying.predicate), (f"{at}.stance", saying.stance)]
            values += [(f"{at}.{key}", value) for key, value in saying.texts.items()]
        values += [("reliability", self.reliability), ("credibility", self.credibility)]
        values += [(f"source.{key}", value) for key, value in self.source.items()]
        for entry, value in values:
            if isinstance(value, Condition):
                yield entry, value.column
            elif value:
                yield from ((entry, column) for column in value.columns)
