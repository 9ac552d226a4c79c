"""Where nodes stand: hierarchical and force layouts, and room for new nodes around those that stand already.

All pure and deterministic: the same subgraph gives the same picture. A node's box is its symbol with the
label below; no two boxes overlap in anything that leaves this module.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from math import cos, hypot, pi, sin, sqrt
from random import Random

import igraph

from explorer.layout import columns, hierarchy
from explorer.layout.geometry import GAP, LABEL, Box, OccupancyGrid, Point, build_boxes
from graph.model import Subgraph
from graph.ontology import Ontology

LAYOUTS = {"hierarchy": "Hierarchy", "force": "Network", "chain": "Chain"}
DENSE_FROM = 200  # nodes of one part; beyond, wishes are so crowded that the search for a place must be coarser


def arrange(
    subgraph: Subgraph, ontology: Ontology, layout: str, report: Callable[[int], None] = lambda _: None
) -> dict[str, Point]:
    """A place for every entity (and for the headings of a chain). `layout` is a key of LAYOUTS.

    `report` hears now and then how many have a place.
    """
    if layout == "chain":
        return columns.arrange(subgraph, ontology)
    room = build_boxes(subgraph)
    parts = _split_components(subgraph)
    placed: list[dict[str, Point]] = []
    for part in parts:
        done = sum(map(len, placed))
        report(done)
        layers = hierarchy.assign_layers(part, ontology) if layout == "hierarchy" else {}
        if max(layers.values(), default=0):
            placed.append(hierarchy.arrange(part, layers, room))
        else:
            placed.append(_arrange_by_force(part, room, _offset_report(done, report)))
    return _pack_components(placed, room)


def _offset_report(before: int, report: Callable[[int], None]) -> Callable[[int], None]:
    return lambda count: report(before + count)


def extend_layout(
    subgraph: Subgraph,
    ontology: Ontology,
    positions: Mapping[str, Point],
    around: str | None = None,
    taken: Iterable[tuple[Box, Point]] = (),
) -> dict[str, Point]:
    """Places for all: a node that has one keeps it, each new one goes near its neighbours (or near `around`).

    Follows the hierarchy where it says who stands above whom. `taken` is room that something else takes.
    """
    room = build_boxes(subgraph)
    places = {i: p for i, p in positions.items() if i in room}
    if not places:
        return arrange(subgraph, ontology, "hierarchy")
    board = OccupancyGrid()
    for box, place in (*((room[i], p) for i, p in places.items()), *taken):
        board.put(box, place)
    near = _find_anchors(subgraph, ontology)
    beside = (max(x for x, _ in places.values()) + 2 * LABEL, min(y for _, y in places.values()))
    # A place that was taken for one box is taken for the next of its size: the search goes on where it stopped.
    searches: dict[tuple[Point, int, Box], Iterator[Point]] = {}
    for new in sorted(set(room) - set(places), key=lambda i: (-len(near[i]), i)):
        anchors = [(a, side) for a, side in near[new] if a in places]
        chosen = [x for x in anchors if x[0] == around] or anchors[:1]
        if chosen:
            anchor, side = max(chosen, key=lambda x: abs(x[1]))
            wish = places[anchor]
        else:
            wish, side = beside, 0
        search = searches.setdefault((wish, side, room[new]), _generate_spiral(wish, side))
        places[new] = next(p for p in search if board.free(room[new], p))
        board.put(room[new], places[new])
    return places


def _find_anchors(subgraph: Subgraph, ontology: Ontology) -> dict[str, list[tuple[str, int]]]:
    """By entity its neighbours, each with 1 where it stands above the entity, -1 below, 0 beside."""
    near: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for upper, lower, _ in hierarchy.list_constraints(subgraph, ontology):
        near[lower].append((upper, 1))
        near[upper].append((lower, -1))
    for line in subgraph.relationships:
        near[line.source].append((line.target, 0))
        near[line.target].append((line.source, 0))
    return near


def _generate_spiral(centre: Point, side: int = 0) -> Iterator[Point]:
    """The centre and then points around it, ring after ring; on each ring those on the wished side first."""
    yield centre
    for ring in count(1):
        spots = max(8, ring * 4)
        turn = [2 * pi * i / spots + (pi / spots if ring % 2 else 0) for i in range(spots)]
        points = [(centre[0] + 74 * ring * cos(a), centre[1] + 62 * ring * sin(a)) for a in turn]
        yield from sorted(points, key=lambda p: (side * (centre[1] - p[1]) > 1, abs(p[0] - centre[0]), p))


def _arrange_by_force(part: Subgraph, room: Mapping[str, Box], report: Callable[[int], None]) -> dict[str, Point]:
    """Connected nodes near each other; then each node, the central first, takes the nearest free place."""
    ids = sorted(e.id for e in part.entities)
    if len(ids) < 3:
        return {i: (n * (LABEL + 60.0), 0.0) for n, i in enumerate(ids)}
    index = {i: n for n, i in enumerate(ids)}
    pairs = {(min(a, b), max(a, b)) for r in part.relationships if (a := index[r.source]) != (b := index[r.target])}
    net = igraph.Graph(len(ids), sorted(pairs))
    start = net.layout_circle()
    igraph.set_random_number_generator(Random(0))  # noqa: S311 - Fruchterman-Reingold shakes nodes apart by chance
    # Kamada-Kawai draws better but takes the cube of the size; both give the same from the same start.
    drawn = (
        net.layout_kamada_kawai(seed=start)
        if len(ids) <= 200
        else net.layout_fruchterman_reingold(seed=start, niter=400)
    )
    points = [(float(x), float(y)) for x, y in drawn]
    lengths = [hypot(points[a][0] - points[b][0], points[a][1] - points[b][1]) for a, b in pairs]
    unit = 165 / (sum(lengths) / len(lengths) or 1) if lengths else 165
    if len(ids) > DENSE_FROM:
        unit = max(unit, _compute_unit(points, [room[i] for i in ids]))
    wishes = {i: (points[n][0] * unit * 1.15, points[n][1] * unit) for i, n in index.items()}
    return _separate_nodes(wishes, room, report)


def _compute_unit(points: Sequence[Point], taken: Collection[Box]) -> float:
    """How much points must be spread so that boxes would fit among them."""
    wide = max(x for x, _ in points) - min(x for x, _ in points)
    high = max(y for _, y in points) - min(y for _, y in points)
    need = sum(b.width * (b.above + b.below) for b in taken)
    return sqrt(1.3 * need / (wide * high or 1.0))


def _separate_nodes(
    wishes: Mapping[str, Point], room: Mapping[str, Box], report: Callable[[int], None]
) -> dict[str, Point]:
    centre = (sum(x for x, _ in wishes.values()) / len(wishes), sum(y for _, y in wishes.values()) / len(wishes))
    board, places = OccupancyGrid(), {}
    search = _generate_fine_rings if len(wishes) <= DENSE_FROM else _generate_coarse_rings
    for i in sorted(wishes, key=lambda i: (hypot(wishes[i][0] - centre[0], wishes[i][1] - centre[1]), i)):
        places[i] = next(p for p in search(wishes[i]) if board.free(room[i], p))
        board.put(room[i], places[i])
        if len(places) % 25 == 0:
            report(len(places))
    return places


def _generate_fine_rings(centre: Point) -> Iterator[Point]:
    yield centre
    for ring in count(1):
        spots = max(8, ring * 5)
        for i in range(spots):
            angle = 2 * pi * i / spots
            yield centre[0] + 24 * ring * cos(angle), centre[1] + 22 * ring * sin(angle)


def find_nearest_free(board: OccupancyGrid, box: Box, wish: Point) -> Point:
    """The free place that is nearest to a wished one, about."""
    return next(p for p in _generate_coarse_rings(wish) if board.free(box, p))


def _generate_coarse_rings(centre: Point) -> Iterator[Point]:
    """Like `_generate_fine_rings` near the centre; further out the rings lie apart, to leave a crowded place soon."""
    yield from islice(_generate_fine_rings(centre), 279)  # ten rings
    radius = 240.0
    while True:
        radius *= 1.12
        for i in range(50):
            angle = 2 * pi * i / 50
            yield centre[0] + radius * cos(angle), centre[1] + radius * 0.9 * sin(angle)


def _split_components(subgraph: Subgraph) -> list[Subgraph]:
    """The connected parts, the largest first."""
    ids = [e.id for e in subgraph.entities]
    index = {i: n for n, i in enumerate(ids)}
    net = igraph.Graph(len(ids), [(index[r.source], index[r.target]) for r in subgraph.relationships])
    member = net.connected_components(mode="weak").membership
    nodes, lines = defaultdict(list), defaultdict(list)
    for n, entity in enumerate(subgraph.entities):
        nodes[member[n]].append(entity)
    for line in subgraph.relationships:
        lines[member[index[line.source]]].append(line)
    parts = [Subgraph(tuple(nodes[k]), tuple(lines[k])) for k in nodes]
    return sorted(parts, key=lambda p: (-len(p.entities), p.entities[0].id))


def _pack_components(parts: Sequence[Mapping[str, Point]], room: Mapping[str, Box]) -> dict[str, Point]:
    """The parts side by side, in shelves no wider than the largest part or the square of them all."""
    frames = [_compute_frame(part, room) for part in parts]
    area = sum((right - left) * (bottom - top) for left, top, right, bottom in frames)
    wide = max([(area * 1.3) ** 0.5, *(right - left for left, _, right, _ in frames)], default=0)
    places: dict[str, Point] = {}
    x = y = shelf = 0.0
    for part, (left, top, right, bottom) in zip(parts, frames, strict=True):
        if x and x + right - left > wide + 1:
            x, y, shelf = 0.0, y + shelf + GAP * 3, 0.0
        places.update({i: (round(px - left + x, 1), round(py - top + y, 1)) for i, (px, py) in part.items()})
        x, shelf = x + right - left + GAP * 2, max(shelf, bottom - top)
    return places


def _compute_frame(part: Mapping[str, Point], room: Mapping[str, Box]) -> tuple[float, float, float, float]:
    return (
        min(x - room[i].width / 2 for i, (x, _) in part.items()),
        min(y - room[i].above for i, (_, y) in part.items()),
        max(x + room[i].width / 2 for i, (x, _) in part.items()),
        max(y + room[i].below for i, (_, y) in part.items()),
    )
