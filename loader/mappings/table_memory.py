"""Remembers what a table's rows have told of which entity, so that each is given once and nothing is lost silently.

Memory stays small: the first entities are remembered whole, many more by a digest, and the repeats of all others are
left to the loader's core, which takes equal ones for one and names both rows of such as contradict each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.model import Entity
from graph.ontology import Ontology
from loader.mappings.cell_text import Cells
from loader.mappings.table_claims import NoticeText, RowAttribution
from loader.records import Item, Notice, RejectedRow, Row

Output = Item | RejectedRow | Notice
FIRSTS = 50_000  # entities remembered whole
SEEN = 500_000  # entities remembered by their digest
HELD = 100_000  # entities only named so far, in case that a later row tells more of them
_BITS = 0xFFFFFFF  # of each digest


@dataclass(slots=True)
class RowOutput:
    """What is being made of one row."""

    row: Row
    cells: Cells
    attribution: RowAttribution
    items: list[Output] = field(default_factory=list)
    notices: list[NoticeText] = field(default_factory=list)


class EntityDeduplicator:
    """The entities told of so far."""

    def __init__(self, ontology: Ontology) -> None:
        self._names = (None, *ontology.types)
        self._types = {name: i for i, name in enumerate(ontology.types, 1)}
        self._seen: dict[int, int] = {}
        self._firsts: dict[str, tuple[Entity, int]] = {}
        self._held: dict[str, tuple[Entity, Row]] = {}

    def type_of(self, entity_id: str) -> str | None:
        """The type under which an earlier row told of an entity; None for one that is not remembered."""
        if held := self._held.get(entity_id):
            return held[0].type
        number = self._seen.get(hash(entity_id), 0) >> 56
        return self._names[number]

    def give(self, entity: Entity, to: RowOutput, *, early: bool = False) -> None:
        """Gives an entity the first time; what a later row says differently becomes claims, with a notice.

        `early` marks an entity that is only named, by a block whose entities another block tells more of.
        """
        place = hash(entity.id)
        name = self._types[entity.type] << 28 | hash(entity.name) & _BITS
        whole = name << 28 | hash(frozenset(entity.properties.items())) & _BITS
        before = self._seen.get(place)
        if before is None:
            if early and self._hold_back(entity, to):
                return
            if self._held and (held := self._held.pop(entity.id, None)):
                self._keep_both_names(entity, held, to)
            if len(self._seen) < SEEN:
                self._seen[place] = whole
            if len(self._firsts) < FIRSTS:
                self._firsts[entity.id] = (entity, to.row.number)
            to.items.append(Item(entity, to.row))
        elif before != whole and (entity.properties or before >> 28 != name):
            self._keep_differences(entity, to, renamed=before >> 28 != name)

    def rest(self) -> Iterator[Item]:
        """The entities that no row told more of."""
        for entity, row in self._held.values():
            yield Item(entity, row)

    def _hold_back(self, entity: Entity, to: RowOutput) -> bool:
        held = self._held.get(entity.id)
        if held:
            self._keep_both_names(entity, held, to)
            return True
        if len(self._held) >= HELD:
            return False
        self._held[entity.id] = (entity, to.row)
        return True

    def _keep_both_names(self, entity: Entity, held: tuple[Entity, Row], to: RowOutput) -> None:
        other, row = held
        if other.name != entity.name:
            to.items += [Item(to.attribution.names(entity.id, name, ""), to.row) for name in (other.name, entity.name)]
            to.notices.append(
                (
                    "rows differ",
                    f"{entity.id!r} is named {other.name!r} in row {row.number} and "
                    f"{entity.name!r} here; both names are kept",
                )
            )

    def _keep_differences(self, entity: Entity, to: RowOutput, *, renamed: bool) -> None:
        first, number = self._firsts.get(entity.id, (None, 0))
        new = {k: v for k, v in entity.properties.items() if first is None or first.properties.get(k) != v}
        what = [f"name: {entity.name!r}"] if renamed else []
        what += [f"{prop}: {value!r}" for prop, value in new.items()]
        if not what:
            return
        if renamed:
            to.items.append(Item(to.attribution.names(entity.id, entity.name, ""), to.row))
        to.items += [
            Item(to.attribution.build_property_claim(entity.id, k, str(value)), to.row) for k, value in new.items()
        ]
        where = f"row {number}" if first else "an earlier row"
        to.notices.append(("rows differ", f"{entity.id!r} stays as {where} has it; kept as claims: {', '.join(what)}"))
