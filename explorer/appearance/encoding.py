"""Size and colour of nodes and lines by a property, and what the legend says of it. All pure.

`Canvas.size_by` and `Canvas.colour_by` hold "" or a name from `list_size_choices` and `list_colour_choices`; a name
that nothing on the canvas has any more counts as "".
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite, sqrt
from typing import Any

from explorer.claims.sentences import format_number
from explorer.filters import apply
from explorer.layout.geometry import SYMBOL
from graph.model import Entity, Relationship
from graph.ontology import Ontology, Property
from graph.plurals import format_count

PROPERTY = "property:"
DESIGNATED, STANCE = "designated", "stance"
MIN_SIDE, MAX_SIDE = 36, 60  # the sides of the smallest and the largest node; a larger one would cover its neighbours
# Told apart by eyes that don't see red or green, too; white icons stand out from each by 3 to 1 (test_encoding.py).
PALETTE = ("#0072b2", "#d55e00", "#00815e", "#4b2e83", "#66321a", "#1b2430")
OTHERS, UNKNOWN = "#3d4650", "#767f8a"
STANCE_COLOURS = {"asserted": "#0072b2", "inferred": "#66321a", "contested": "#d55e00", "denied": "#b3446c"}
STATUSES = {  # of designation, in the order of the legend
    "Designated": "#d55e00",
    "Designation contested": "#66321a",
    "No longer designated": "#4b2e83",
    "No designation in the data": UNKNOWN,
}
COUNTS = {"lines": "Number of lines shown", "claims": "Number of claims on them", "sources": "Number of their sources"}
_OWN = ("name", "description", "id", "type", "search")


@dataclass(frozen=True)
class EncodingRow:
    """A row of the legend: a sample (a colour, or the side of a node), its words, and how many are so of how many."""

    words: str
    colour: str = ""
    side: float = 0.0
    seen: int = 0
    count: int = 0
    unknown: bool = False


@dataclass(frozen=True)
class VisualEncoding:
    """What a canvas is sized and coloured by: the entities and lines `shown`, and all entities (`whole`)."""

    ontology: Ontology | None = None
    whole: Sequence[Entity] = ()
    entities: Sequence[Entity] = ()
    lines: Sequence[Relationship] = ()
    size_by: str = ""
    colour_by: str = ""
    designations: Mapping[str, Sequence[Relationship]] = field(default_factory=dict)

    @cached_property
    def amounts(self) -> dict[str, float]:
        """By entity the number it is sized by; one that has none is left out."""
        if self.size_by in COUNTS:
            return {e.id: float(n) for e, n in zip(self.whole, self._counts(), strict=True)}
        name = self.size_by.removeprefix(PROPERTY)
        if not self.size_by.startswith(PROPERTY):
            return {}
        return {e.id: n for e in self.whole if (n := _parse_number(e.properties.get(name))) is not None}

    @cached_property
    def values(self) -> dict[str, str]:
        """By entity the text it is coloured by; '' where it is not known."""
        if self.colour_by == DESIGNATED:
            return {e.id: classify_designation(self.designations.get(e.id, ())) for e in self.whole}
        if not self.colour_by.startswith(PROPERTY):
            return {}
        name = self.colour_by.removeprefix(PROPERTY)
        texts = {e.id: _parse_text(e.properties.get(name)) for e in self.whole}
        return texts if any(texts.values()) else {}

    @cached_property
    def colours(self) -> dict[str, str]:
        """By value its colour: the most frequent ones of the whole canvas have their own, the rest share one."""
        if self.colour_by == DESIGNATED:
            return dict(STATUSES)
        counts = Counter(v for v in self.values.values() if v)
        ranked = sorted(counts, key=lambda v: (-counts[v], v))
        # A colour for "others" says nothing where there is but one of them.
        own = len(PALETTE) if len(ranked) > len(PALETTE) else len(ranked)
        return {v: PALETTE[n] if n < own else OTHERS for n, v in enumerate(ranked)}

    def encode_node(self, entity: Entity, extent: tuple[float, float]) -> dict[str, Any]:
        """What the canvas needs to draw a node, whose symbol is otherwise of this width and height."""
        data: dict[str, Any] = {}
        if entity.id not in self._held:  # a stack or a gap
            return data
        if self.amounts:
            factor = self.side(entity.id) / SYMBOL
            data["wide"], data["high"] = (round(side * factor, 1) for side in extent)
            if entity.id not in self.amounts:
                data["unknown"] = 1
        if self.values:
            value = self.values.get(entity.id, "")
            data["tint"] = self.colours[value] if value else UNKNOWN
        return data

    def encode_edge(self, line: Relationship) -> dict[str, Any]:
        """What the canvas needs to draw a line."""
        return {"tint": STANCE_COLOURS[apply.get_stance(line)]} if self.colour_by == STANCE else {}

    @cached_property
    def _held(self) -> frozenset[str]:
        return frozenset(e.id for e in self.whole)

    def side(self, entity: str) -> float:
        """The side of an entity's symbol: its area grows with the number."""
        low, high = min(self.amounts.values()), max(self.amounts.values())
        amount = self.amounts.get(entity, low)
        if low == high:
            return float(SYMBOL) if entity in self.amounts else float(MIN_SIDE)
        return round(MIN_SIDE + (MAX_SIDE - MIN_SIDE) * sqrt((amount - low) / (high - low)), 1)

    def build_size_rows(self) -> list[EncodingRow]:
        """The legend of sizes: the least, a middle and the most number, and those without."""
        shown = [e for e in self.entities if e.id in self.amounts]
        rows = []
        for amount in _select_samples([self.amounts[e.id] for e in shown]):
            entity = min(shown, key=lambda e: abs(self.amounts[e.id] - amount))
            rows.append(EncodingRow(self._figure(amount), side=self.side(entity.id)))
        missing = len(self.entities) - len(shown)
        if self.amounts and missing:
            rows.append(
                EncodingRow(
                    "not known", side=MIN_SIDE, seen=missing, count=len(self.whole) - len(self.amounts), unknown=True
                )
            )
        return rows

    def build_colour_rows(self) -> list[EncodingRow]:
        """The legend of colours: each value that is seen with its colour, the rest together, and those without."""
        if not self.values:
            return []
        counts = Counter(self.values.values())
        seen = Counter(self.values[e.id] for e in self.entities if e.id in self.values)
        own = [v for v, colour in self.colours.items() if colour != OTHERS]
        rest = [v for v, colour in self.colours.items() if colour == OTHERS]
        rows = [EncodingRow(v, self.colours[v], seen=seen[v], count=counts[v]) for v in own if counts[v]]
        if rest:
            words = format_count(len(rest), "other value", "other values")
            rows.append(EncodingRow(words, OTHERS, seen=sum(seen[v] for v in rest), count=sum(counts[v] for v in rest)))
        if counts[""]:
            rows.append(EncodingRow("not known", UNKNOWN, seen=seen[""], count=counts[""]))
        return rows

    def _figure(self, amount: float) -> str:
        prop = _list_properties(self.ontology).get(self.size_by.removeprefix(PROPERTY))
        unit = prop.unit if prop and self.size_by.startswith(PROPERTY) else ""
        return f"{format_number(amount)} {unit}".strip()

    def _counts(self) -> Iterable[int]:
        held: dict[str, list[Relationship]] = {}
        for line in self.lines:
            for end in {line.source, line.target}:
                held.setdefault(end, []).append(line)
        for entity in self.whole:
            own = held.get(entity.id, [])
            if self.size_by == "lines":
                yield len(own)
            elif self.size_by == "claims":
                yield len({c for r in own for c in r.claims})
            else:
                yield len({s for r in own for s in r.properties.get("sources") or ()})


def classify_designation(designations: Sequence[Relationship]) -> str:
    """Whether an entity is designated, by its lines to sanctions authorities; a key of STATUSES."""
    standing = {apply.get_stance(r) for r in designations if not r.properties.get("withdrawn_on")}
    if "asserted" in standing:
        return "Designated"
    if "contested" in standing:
        return "Designation contested"
    # What stands besides is denied, by a database of a former version (absence from a list is no denial), or inferred.
    gone = any(apply.get_stance(r) != "denied" for r in designations if r.properties.get("withdrawn_on"))
    return "No longer designated" if gone else "No designation in the data"


def describe_encoding(dressed: VisualEncoding) -> str:
    """What size and colour mean, for a picture to take away; '' where they mean nothing of their own."""
    sentences = []
    if dressed.amounts:
        sentences.append(
            f"Size: {_lowercase_first(list_size_choices(dressed.ontology, dressed.whole)[dressed.size_by])}"
        )
    if dressed.values or dressed.colour_by == STANCE:
        sentences.append(
            f"Colour: {_lowercase_first(list_colour_choices(dressed.ontology, dressed.whole)[dressed.colour_by])}"
        )
    return " ".join(f"{text}." for text in sentences)


def _lowercase_first(caption: str) -> str:
    return caption[:1].lower() + caption[1:]


def list_size_choices(ontology: Ontology | None, entities: Sequence[Entity]) -> dict[str, str]:
    """What nodes can be sized by, with captions: counts, and the numbers that entities of the canvas carry."""
    named = {k for e in entities for k, v in e.properties.items() if k not in _OWN and _parse_number(v) is not None}
    return {"": "All alike", **COUNTS, **_build_captions(ontology, named)}


def list_colour_choices(ontology: Ontology | None, entities: Sequence[Entity]) -> dict[str, str]:
    """What can be coloured by, with captions: types, designation, stance, and texts that entities carry."""
    named = {k for e in entities for k, v in e.properties.items() if k not in _OWN and _parse_text(v)}
    fixed = {"": "Type", DESIGNATED: "Designated or not", STANCE: "Lines: asserted or disputed"}
    return {**fixed, **_build_captions(ontology, named)}


def _build_captions(ontology: Ontology | None, names: Iterable[str]) -> dict[str, str]:
    properties = _list_properties(ontology)
    return {f"{PROPERTY}{n}": properties[n].caption if n in properties else n for n in sorted(names)}


def _list_properties(ontology: Ontology | None) -> dict[str, Property]:
    return {} if ontology is None else {p.name: p for t in ontology.types.values() for p in t.properties.values()}


def _select_samples(amounts: Sequence[float]) -> list[float]:
    """The least, a middle one and the most; fewer where they are the same."""
    ranked = sorted(set(amounts))
    return ranked if len(ranked) < 3 else [ranked[0], ranked[len(ranked) // 2], ranked[-1]]


def _parse_number(value: Any) -> float | None:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not isfinite(value):
        return None
    return float(value)


def _parse_text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
