"""The layout of a chain: ranked columns from those who command, on the left, to what comes back, on the right. Pure.

A column follows from an entity's type and, where the type leaves it open (a state may export or receive), from the
lines drawn. A long column is dealt out into several beside each other; no two boxes overlap.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from explorer.layout import hierarchy
from explorer.layout.geometry import Box, Point, build_boxes
from graph.model import Entity, Subgraph
from graph.ontology import Ontology

GAP_TYPE = "Gap"
HEADING = "heading|"  # at the head of the id of a column's heading
HEAD = 74  # the height that headings take
LANE = 68  # what is free between two columns, for lines
PULL = 0.8  # how much of the way to its neighbours a box goes from the middle: below 1 no column drifts away
SWEEPS = 24  # over all columns, for an order with few crossings
SHAPE, SLIDE = 1.55, 1.9  # width to height: where a column is dealt out, and up to where boxes move apart
AIR = 70  # the most free height between two boxes


def assign_columns(subgraph: Subgraph, ontology: Ontology) -> dict[str, str]:
    """The column of every entity, a name of the ontology's columns."""
    lines_by_entity: dict[str, set[tuple[str, bool]]] = defaultdict(set)
    kinds = {e.id: str(e.properties.get("kind", "")) for e in subgraph.entities}
    shipments = ontology.list_kinds_by_role("shipment")
    for line in subgraph.relationships:
        # Payments are received too, but that makes nobody a receiver of arms.
        if ontology.is_relationship(line.type, "receiver", "sender") and kinds.get(line.source) not in (*shipments, ""):
            continue
        lines_by_entity[line.source].add((line.type, True))
        lines_by_entity[line.target].add((line.type, False))
    columns = {e.id: _choose_column(e, ontology, lines_by_entity[e.id]) for e in subgraph.entities}
    offices: dict[str, set[str]] = defaultdict(set)
    for line in subgraph.relationships:
        if ontology.is_relationship(line.type, "post"):
            offices[line.source].add(columns[line.target])
    # Who holds a post in a receiving state alone stands with it.
    joined = {c.name: c.joins for c in ontology.columns.values() if c.joins}
    return {i: joined[c] if c in joined and offices[i] == {joined[c]} else c for i, c in columns.items()}


def _choose_column(entity: Entity, ontology: Ontology, lines: Collection[tuple[str, bool]]) -> str:
    if entity.type == GAP_TYPE:
        kind = entity.id.split("|")[1] if "|" in entity.id else ""
        return next((c.name for c in ontology.columns.values() if kind in c.gaps), list(ontology.columns)[-1])
    return ontology.choose_column(entity.type, str(entity.properties.get("kind", "")), lines)


def arrange(subgraph: Subgraph, ontology: Ontology) -> dict[str, Point]:
    """A place for every entity."""
    if not subgraph.entities:
        return {}
    column, room = assign_columns(subgraph, ontology), build_boxes(subgraph)
    filled = [c for c in ontology.columns.values() if c.name in column.values()]
    names = [c.name for c in filled]
    layer = {i: names.index(c) for i, c in column.items()}
    ordered = _order_columns(subgraph, layer, len(filled))
    offices: list[str] = []
    for n, here in enumerate(filled):
        if here.order == "rank":
            ordered[n] = _sort_by_rank(subgraph, ontology, ordered[n])
            offices += ordered[n]
    for n, here in enumerate(filled):
        if here.order == "posts" and offices:
            ordered[n] = _sort_by_office(subgraph, ordered[n], offices)
    return _place_entities(subgraph, _split_columns(ordered, room), room)


def arrange_in_columns(subgraph: Subgraph, stage: Mapping[str, int]) -> dict[str, Point]:
    """A place for every entity in the column that `stage` says."""
    room = build_boxes(subgraph)
    ordered = _order_columns(subgraph, stage, max(stage.values(), default=0) + 1)
    return _place_entities(subgraph, [[column] for column in ordered if column], room)


def _order_columns(subgraph: Subgraph, layer: Mapping[str, int], count: int) -> list[list[str]]:
    """The columns, each in an order that lets few lines cross: by the middle of the neighbours, to and fro.

    A line over several columns holds a place in each of those between, so that it bends as little as may be.
    """
    order: list[list[str]] = [[] for _ in range(count)]
    for i in sorted(layer):
        order[layer[i]].append(i)
    sides: tuple[dict[str, list[str]], dict[str, list[str]]] = (defaultdict(list), defaultdict(list))
    for a, b in sorted(
        {
            tuple(sorted((r.source, r.target), key=lambda i: (layer[i], i)))
            for r in subgraph.relationships
            if layer[r.source] != layer[r.target]
        }
    ):
        here = a
        for n in range(layer[a] + 1, layer[b] + 1):
            there = b if n == layer[b] else f"{a}\n{b}\n{n}"
            if there != b:
                order[n].append(there)
            sides[0][there].append(here)
            sides[1][here].append(there)
            here = there
    place = {i: (n + 0.5) / len(column) for column in order for n, i in enumerate(column)}
    for sweep in range(SWEEPS):
        near = sides[sweep % 2]
        for column in order if sweep % 2 == 0 else reversed(order):
            wish = {i: sum(place[o] for o in near[i]) / len(near[i]) if near[i] else place[i] for i in column}
            column.sort(key=lambda i: (wish[i], place[i]))
            place.update({i: (n + 0.5) / len(column) for n, i in enumerate(column)})
    return [[i for i in column if i in layer] for column in order]


def _sort_by_rank(subgraph: Subgraph, ontology: Ontology, ids: Sequence[str]) -> list[str]:
    """The column of command with those above on top."""
    held = set(ids)
    lines = tuple(r for r in subgraph.relationships if {r.source, r.target} <= held)
    joined = {end for r in lines for end in (r.source, r.target)}
    inner = Subgraph(tuple(e for e in subgraph.entities if e.id in joined), lines)
    rank = hierarchy.assign_layers(inner, ontology) if lines else {}
    return sorted(ids, key=lambda i: rank.get(i, 99))  # what is beside the ranks stands below them


def _sort_by_office(subgraph: Subgraph, people: Sequence[str], offices: Sequence[str]) -> list[str]:
    """People in the order of their offices; who holds none of these comes last."""
    place = {office: n for n, office in enumerate(offices)}
    held: dict[str, list[int]] = defaultdict(list)
    for line in subgraph.relationships:
        if line.target in place:
            held[line.source].append(place[line.target])
    return sorted(people, key=lambda i: sum(held[i]) / len(held[i]) if held[i] else len(place))


def _split_columns(ordered: Sequence[Sequence[str]], room: Mapping[str, Box]) -> list[list[list[str]]]:
    """Each column as one or more sub-columns, so that the picture comes nearest to the shape of a slide."""

    def deal(most: int) -> list[list[list[str]]]:
        dealt = []
        for column in ordered:
            count = -(-len(column) // most)
            size = -(-len(column) // count)
            dealt.append([list(column[n * size : (n + 1) * size]) for n in range(count)])
        return dealt

    def extent(dealt: Sequence[Sequence[Sequence[str]]]) -> float:
        wide = sum(len(parts) for parts in dealt) * max(b.width for b in room.values()) + LANE * len(dealt)
        high = max(sum(room[i].above + room[i].below for i in part) for parts in dealt for part in parts)
        return max(wide / SHAPE, high)

    return min((deal(most) for most in range(3, 26)), key=extent)


def _place_entities(
    subgraph: Subgraph, dealt: Sequence[Sequence[Sequence[str]]], room: Mapping[str, Box]
) -> dict[str, Point]:
    """Places: down a column each entity stands as near to those it is joined with as their order allows."""
    x: dict[str, float] = {}
    left = 0.0
    for parts in dealt:
        wide = [max(room[i].width for i in part) for part in parts]
        for part, width in zip(parts, wide, strict=True):
            x.update(dict.fromkeys(part, left + width / 2))
            left += width
        left += LANE
    near: dict[str, set[str]] = defaultdict(set)
    for line in subgraph.relationships:
        near[line.source].add(line.target)
        near[line.target].add(line.source)
    stacks = [list(part) for parts in dealt for part in parts]
    y = _compute_heights(stacks, x, near, _add_spacing(stacks, left, room))
    return {i: (round(x[i], 1), round(y[i], 1)) for i in x}


def _add_spacing(stacks: Sequence[Sequence[str]], wide: float, room: Mapping[str, Box]) -> dict[str, Box]:
    """The boxes with free height for lines to pass between them, as far as a picture so wide has it."""
    tallest = max(stacks, key=lambda stack: sum(room[i].above + room[i].below for i in stack))
    high = sum(room[i].above + room[i].below for i in tallest)
    air = max(0.0, min(AIR, (wide / SLIDE - high) / len(tallest))) / 2
    return {i: Box(b.width, b.above + air, b.below + air) for i, b in room.items()}


def _compute_heights(
    stacks: Sequence[Sequence[str]], x: Mapping[str, float], near: Mapping[str, set[str]], room: Mapping[str, Box]
) -> dict[str, float]:
    y: dict[str, float] = {}
    for stack in stacks:
        high = sum(room[i].above + room[i].below for i in stack)
        at = -high / 2
        for i in stack:
            y[i] = at + room[i].above
            at += room[i].above + room[i].below
    for sweep in range(10):
        for stack in stacks if sweep % 2 else reversed(stacks):
            wishes = []
            for i in stack:
                others = [y[o] for o in near[i] if x[o] != x[i]] or [y[o] for o in near[i]]
                wishes.append(PULL * sum(others) / len(others) if others else 0.0)
            for i, place in zip(stack, _spread_boxes(stack, wishes, room), strict=True):
                y[i] = place
    return y


def _spread_boxes(stack: Sequence[str], wishes: Sequence[float], room: Mapping[str, Box]) -> list[float]:
    """Heights in the given order, boxes apart, with least moving from the wishes.

    A box reaches further below its place than above it: half the difference turns it into an even one.
    """
    shift = [(room[i].below - room[i].above) / 2 for i in stack]
    middles = hierarchy._spread_boxes(
        [w + s for w, s in zip(wishes, shift, strict=True)], [room[i].above + room[i].below for i in stack]
    )
    return [m - s for m, s in zip(middles, shift, strict=True)]


def build_headings(positions: Mapping[str, Point], drawn: Subgraph, ontology: Ontology) -> dict[str, tuple[str, Point]]:
    """The headings of the columns that hold something drawn: by id the caption, and a place above the column."""
    room = build_boxes(drawn)
    held: dict[str, list[float]] = defaultdict(list)
    for identity, column in assign_columns(drawn, ontology).items():
        if identity in positions:
            held[column].append(positions[identity][0])
    top = min((positions[i][1] - room[i].above for i in room if i in positions), default=0.0) - HEAD / 2
    return {
        f"{HEADING}{n}": (column.caption, ((min(held[name]) + max(held[name])) / 2, top))
        for n, (name, column) in enumerate(ontology.columns.items())
        if name in held
    }
