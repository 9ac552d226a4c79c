"""How lines run: a line that would pass a third node bows around it. Pure.

A straight line through a node would read as two lines that nobody claims.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import hypot

from explorer.boxes import LABEL_COST, SYMBOL, SYMBOL_COST, Area, Point, areas
from graph.model import Subgraph

DISPUTED = ("contested", "denied")
MARK = (92, 26)  # the size of a mark
_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8)
STEEPEST = 0.45  # the most a line may bow, of its length
MOST = 200  # entities; in larger pictures lines run straight
_BOWS = (0, 40, -40, 75, -75, 115, -115, 160, -160, 210, -210)
_FANNED = (-25, 25)  # about where cytoscape.js draws parallel lines


def bends(shown: Subgraph, places: Mapping[str, Point]) -> dict[str, int]:
    """How far each line must bow, in picture units, seen along it; a line that may run straight is left out."""
    if len(places) > MOST:
        return {}
    taken = {e.id: areas(e.name, places[e.id]) for e in shown.entities if e.id in places}
    parallel: dict[frozenset[str], list[str]] = defaultdict(list)
    starts: dict[str, str] = {}
    for line in shown.relationships:
        if line.source != line.target and line.source in taken and line.target in taken:
            parallel[frozenset((line.source, line.target))].append(line.id)
            starts[line.id] = line.source
    found: dict[str, int] = {}
    for pair, ids in parallel.items():
        others = [taken[i] for i in taken if i not in pair]
        first, second = sorted(pair)
        a, b = places[first], places[second]
        straight = (0,) if len(ids) == 1 else _FANNED
        if not any(_cost(a, b, bow, others) for bow in straight):
            continue
        most = hypot(b[0] - a[0], b[1] - a[1]) * STEEPEST
        ranked = sorted((abs(bow) > most, _cost(a, b, bow, others) + abs(bow), bow) for bow in _BOWS)
        for identity, (_, _, bow) in zip(sorted(ids), ranked, strict=False):
            if bow:  # a bow is seen along the line's own direction
                found[identity] = bow if starts[identity] == first else -bow
    return found


def marks(shown: Subgraph, places: Mapping[str, Point], bows: Mapping[str, int]) -> dict[str, float]:
    """How far from its start the mark of a disputed line stands, where a node covers the middle of the line.

    Nodes are drawn over lines: without this a name could hide that a line is contested.
    """
    taken = {e.id: areas(e.name, places[e.id]) for e in shown.entities if e.id in places}
    covered = [area for both in taken.values() for area in both]
    found: dict[str, float] = {}
    for line in sorted(shown.relationships, key=lambda r: r.id):
        if line.stance not in DISPUTED or line.source not in taken or line.target not in taken:
            continue
        a, b = places[line.source], places[line.target]
        tried = [(share, _mark_area(a, b, bows.get(line.id, 0), share)) for share in _SHARES]
        share, area = min(tried, key=lambda x: (sum(_overlap(x[1], other) for other in covered), abs(x[0] - 0.5)))
        covered.append(area)
        if share != _SHARES[0]:
            found[line.id] = round(max(share * hypot(b[0] - a[0], b[1] - a[1]) - SYMBOL, 0), 1)
    return found


def _mark_area(a: Point, b: Point, bow: int, share: float) -> Area:
    cx, cy = _control(a, b, bow)
    u = 1 - share
    x = u * u * a[0] + 2 * share * u * cx + share * share * b[0]
    y = u * u * a[1] + 2 * share * u * cy + share * share * b[1]
    return x - MARK[0] / 2, y - MARK[1] / 2, x + MARK[0] / 2, y + MARK[1] / 2


def _overlap(one: Area, other: Area) -> float:
    """The area two rectangles share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0) * max(high, 0)


def _control(a: Point, b: Point, bow: int) -> Point:
    """The control point of the curve: cytoscape.js puts it half way, `bow` to the side."""
    length = hypot(b[0] - a[0], b[1] - a[1]) or 1.0
    x = (a[0] + b[0]) / 2 + (b[1] - a[1]) / length * bow
    return x, (a[1] + b[1]) / 2 - (b[0] - a[0]) / length * bow


def _cost(a: Point, b: Point, bow: int, nodes: Sequence[tuple[Area, Area]]) -> int:
    """What a line from a to b that bows by `bow` costs: it may run through symbols and labels of others."""
    length = hypot(b[0] - a[0], b[1] - a[1]) or 1.0
    cx, cy = _control(a, b, bow)
    left, right = min(a[0], b[0], cx), max(a[0], b[0], cx)
    top, bottom = min(a[1], b[1], cy), max(a[1], b[1], cy)
    cost = 0
    points: list[Point] = []
    for both in nodes:
        for price, (x1, y1, x2, y2) in zip((SYMBOL_COST, LABEL_COST), both, strict=True):
            if x1 < right and x2 > left and y1 < bottom and y2 > top:
                points = points or list(_curve(a, (cx, cy), b, max(8, int(length / 14))))
                cost += price * any(x1 < x < x2 and y1 < y < y2 for x, y in points)
    return cost


def _curve(a: Point, control: Point, b: Point, steps: int) -> Iterator[Point]:
    for n in range(1, steps):
        t, u = n / steps, 1 - n / steps
        yield (u * u * a[0] + 2 * t * u * control[0] + t * t * b[0],
               u * u * a[1] + 2 * t * u * control[1] + t * t * b[1])  # fmt: skip
