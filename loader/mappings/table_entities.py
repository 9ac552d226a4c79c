"""Finds the entities of a table's row, as the mapping's blocks describe them. Pure; made once for a table."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from graph import imo
from graph.database import validate
from graph.ontology import Ontology, Property
from loader import reference
from loader.mappings import cell_text
from loader.mappings.cell_text import Cells
from loader.mappings.model import Condition, EntityMapping, TableMapping, Value
from loader.statements import compute_digest

_SAFE = re.compile(r"[^\s|]{1,100}\Z")  # goes into an id as it stands
_ID = re.compile(r"[^\s|]{1,200}\Z")


class RowError(ValueError):
    """A row can't be loaded: `column` breaks the rule that is the error's text.

    `entity_id` is the entity that the row is about all the same; "" where that can't be read.
    """

    def __init__(self, column: str, rule: str, entity_id: str = "") -> None:
        self.column, self.entity_id = column, entity_id
        super().__init__(rule)


@dataclass(slots=True)
class ResolvedEntity:
    """An entity in a row. `id` is "" for a state that is not known; `note` is what a user should know of the id."""

    id: str
    name: str
    type: str = ""
    note: str = ""


@dataclass(slots=True)
class PropertyReader:
    """A property's reader; `convert` raises ValueError with the rule."""

    prop: str
    column: str
    texts: Callable[[Cells], Sequence[str]]
    convert: Callable[[str], str | int | float]


def get_column_label(value: Value | None) -> str:
    """The column to name in a message about a value."""
    return ", ".join(value.columns) if value else ""


def clean_name(name: str) -> str:
    """A name on one line, with its accents in one way (NFC)."""
    if not name.isascii():
        name = unicodedata.normalize("NFC", name)
    return name if "  " not in name and name.isprintable() else " ".join(name.split())


def build_condition(condition: Condition | None, empty: frozenset[str]) -> Callable[[Cells], bool]:
    """Whether a condition of the mapping holds for a row; capitals do not matter."""
    if condition is None:
        return lambda _: True
    column = condition.column
    equals, differs = ({word.casefold() for word in words} for words in (condition.equals, condition.differs))

    def holds(row: Cells) -> bool:
        text = row[column]
        folded = text.casefold()
        if equals or differs:
            return (not equals or folded in equals) and folded not in differs
        return text not in empty

    return holds


def build_converter(prop: Property, plan: TableMapping) -> Callable[[str], str | int | float]:
    """Reads a property's text as the ontology wants it. The function raises ValueError with the rule."""
    if prop.type == "number":
        return cell_text.build_number_reader(plan.decimal, plan.thousands)
    if prop.type == "date":
        return cell_text.build_date_reader(plan.dates)
    if prop.imo:
        return _build_imo_reader(prop)
    if not prop.one_of:
        return str
    words = {word.casefold(): word for word in prop.one_of}

    def one_of(text: str) -> str:
        if text.casefold() not in words:
            raise ValueError(f"{text!r} is none of {', '.join(prop.one_of)}")
        return words[text.casefold()]

    return one_of


def _build_failing_converter(type_: str, prop: str) -> Callable[[str], str]:
    def convert(text: str) -> str:
        raise ValueError(f"a {type_} has no {prop}, which is {text!r} here")

    return convert


def _build_imo_reader(prop: Property) -> Callable[[str], str]:
    def parse(text: str) -> str:
        number = imo.strip_head(text)
        if not imo.is_number(number, prop.imo):
            raise ValueError(f"{text!r} is not the IMO number of a {prop.imo}: {imo.RULE}")
        return number

    return parse


class EntityResolver:
    """Finds one block's entity in rows. `main` is the block that the table is about."""

    def __init__(self, block: EntityMapping, plan: TableMapping, ontology: Ontology, *, main: bool) -> None:
        empty = plan.empty
        self.block, self.main, self._plan, self._known = block, main, plan, ontology
        self.holds = build_condition(block.when, empty) if block.when else None
        self._state = cell_text.build_list_reader(block.state, empty) if block.state else None
        self._key = [cell_text.build_text_reader(value, empty) for value in block.id]
        self._name = cell_text.build_text_reader(block.name, empty) if block.name else None
        self._names = cell_text.build_list_reader(block.name, empty) if block.name and block.name.split else None
        self._type = cell_text.build_choice_reader(block.type, empty) if block.type else None
        self._one_type = block.type.constant if block.type else None
        self._prefix = f"{plan.dataset}-{block.prefix}-" if block.prefix else f"{plan.dataset}-"
        self.aliases = [(value.kind, cell_text.build_list_reader(value, empty)) for value in block.aliases]
        self.identifiers = [(scheme, cell_text.build_list_reader(value, empty)) for scheme, value in block.identifiers]
        types = block.type.outcomes if block.type else ()
        self.facts = {name: list(self._build_property_readers(name)) for name in types}
        self.labels = {name: ontology.types[name].labels for name in types}

    @property
    def columns(self) -> set[str]:
        """The columns without which it can't be told which entity a row means."""
        block = self.block
        values = [value for value in (*block.id, block.name, block.type, block.state) if value]
        return {column for value in values for column in value.columns} | ({block.when.column} if block.when else set())

    @property
    def key_space(self) -> tuple[str, ...]:
        """Blocks of one key space may find the same entity."""
        if self._state:
            return ("state",)
        roots = sorted({labels[1] for labels in self.labels.values()})
        return ("as it is",) if self.block.as_is else ("id", self._prefix) if self._key else ("name", *roots)

    def _build_property_readers(self, type_: str) -> Iterator[PropertyReader]:
        properties = self._known.types[type_].properties
        for prop, value in self.block.properties:
            convert = (
                build_converter(properties[prop], self._plan)
                if prop in properties
                else _build_failing_converter(type_, prop)
            )
            yield PropertyReader(
                prop, get_column_label(value), cell_text.build_list_reader(value, self._plan.empty), convert
            )

    def find(self, row: Cells) -> Sequence[ResolvedEntity]:
        """The row's entities: none, one, or those of a list. Raises Unfit where the row can't load without one."""
        if self.holds and not self.holds(row):
            return ()
        if self._state:
            return [self._resolve_state(text) for text in self._state(row)] or self._resolve_unnamed([])
        if self._names and (names := self._names(row)):
            type_ = self._one_type or self._choose_type(row)
            return [self._resolve_named(clean_name(name), type_) for name in names]
        key = [part(row) for part in self._key]
        name = self._name(row) if self._name else ""
        if name:
            type_, name = self._one_type or self._choose_type(row, key), clean_name(name)
            if any(key):
                return (ResolvedEntity(self._build_id(key), name, type_),)
            entity = self._resolve_named(name, type_)
            if key:
                columns = ", ".join(map(get_column_label, self.block.id))
                entity.note = f"{columns}: is empty; {name!r} is known by its name, and is one with others of that name"
            return (entity,)
        return self._resolve_unnamed(key)

    def _resolve_unnamed(self, key: list[str]) -> Sequence[ResolvedEntity]:
        """An entity that is only referred to, or none."""
        if self._name is None and any(key):
            return (ResolvedEntity(self._build_id(key), " ".join(key)),)
        if key and all(key):
            rule = f"is empty, so that {' '.join(key)!r} has no name"
            raise RowError(get_column_label(self.block.name), rule, self._build_id(key))
        if self.main:
            value = self.block.state or self.block.name or self.block.id[0]
            raise RowError(get_column_label(value), f"is empty, and there is no {self.block.block} without it")
        return ()

    def _resolve_named(self, name: str, type_: str) -> ResolvedEntity:
        return ResolvedEntity(f"{self._plan.dataset}-{compute_digest(self.labels[type_][1], name)}", name, type_)

    def _resolve_state(self, text: str) -> ResolvedEntity:
        state = reference.find_state(text)
        if state:
            return ResolvedEntity(state.id, state.name, state.type)
        type_ = self._known.get_type_by_role("state").name
        return ResolvedEntity("", text, type_, f"{get_column_label(self.block.state)}: there is no state {text!r}")

    def _choose_type(self, row: Cells, key: Sequence[str] = ()) -> str:
        try:
            return self._type(row) if self._type else ""
        except ValueError as error:
            entity_id = self._build_id(key) if any(key) else ""
            raise RowError(get_column_label(self.block.type), str(error), entity_id) from error

    def _build_id(self, key: Sequence[str]) -> str:
        first = key[0]
        if self.block.as_is:
            if not _ID.match(first):
                raise RowError(get_column_label(self.block.id[0]), validate.ID_RULE)
            return first
        if len(key) == 1 and _SAFE.match(first):
            return self._prefix + first
        return self._prefix + compute_digest(*key)
