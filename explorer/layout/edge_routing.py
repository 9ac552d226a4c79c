"""How lines run: a line that would pass a third node bows around it. Pure.

A straight line through a node would read as two lines that nobody claims.
"""

from collections import defaultdict
from collections.abc import Mapping
from math import hypot

import numpy as np

from explorer.layout.geometry import LABEL_COST, SYMBOL, SYMBOL_COST, Area, Point, build_areas
from graph.model import DISPUTED, Subgraph

MARK = (92, 26)  # the size of a mark
_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.2, 0.8)
STEEPEST = 0.45  # the most a line may bow, of its length
MAX_ENTITIES = 200  # entities; in larger pictures lines run straight
_BOWS = (0, 40, -40, 75, -75, 115, -115, 160, -160, 210, -210)
_FANNED = (-25, 25)  # about where cytoscape.js draws parallel lines


def compute_bends(shown: Subgraph, places: Mapping[str, Point]) -> dict[str, int]:
    """How far each line must bow, in picture units, seen along it; a line that may run straight is left out."""
    if len(places) > MAX_ENTITIES:
        return {}
    nodes = _NodeAreas(shown, places)
    parallel: dict[frozenset[str], list[str]] = defaultdict(list)
    starts: dict[str, str] = {}
    for line in shown.relationships:
        if line.source != line.target and line.source in nodes.row and line.target in nodes.row:
            parallel[frozenset((line.source, line.target))].append(line.id)
            starts[line.id] = line.source
    bends: dict[str, int] = {}
    for pair, ids in parallel.items():
        first, second = sorted(pair)
        a, b = places[first], places[second]
        straight = (0,) if len(ids) == 1 else _FANNED
        if not any(nodes.cost(first, second, bow) for bow in straight):
            continue
        most = hypot(b[0] - a[0], b[1] - a[1]) * STEEPEST
        for identity, bow in zip(sorted(ids), _find_best_bends(nodes, first, second, most, len(ids)), strict=False):
            if bow:  # a bow is seen along the line's own direction
                bends[identity] = bow if starts[identity] == first else -bow
    return bends


def _find_best_bends(nodes: "_NodeAreas", first: str, second: str, most: float, count: int) -> list[int]:
    """The `count` cheapest bows: a wide bow costs as much as the way it adds, and none is steeper than `most`."""
    ranked: list[tuple[bool, float, int]] = []
    for bow in _BOWS:  # by width: when enough are cheaper than the next one is wide, it can't be among them
        if len(ranked) >= count and ranked[count - 1] < (abs(bow) > most, abs(bow), -abs(bow)):
            break
        ranked = sorted([*ranked, (abs(bow) > most, nodes.cost(first, second, bow) + abs(bow), bow)])
    return [bow for _, _, bow in ranked]


def place_marks(shown: Subgraph, places: Mapping[str, Point], bows: Mapping[str, int]) -> dict[str, float]:
    """How far from its start the mark of a disputed line stands, where a node covers the middle of the line.

    Nodes are drawn over lines: without this a name could hide that a line is contested.
    """
    taken = {e.id: build_areas(e.name, places[e.id]) for e in shown.entities if e.id in places}
    covered = [area for both in taken.values() for area in both]
    shifts: dict[str, float] = {}
    for line in sorted(shown.relationships, key=lambda r: r.id):
        if line.stance not in DISPUTED or line.source not in taken or line.target not in taken:
            continue
        a, b = places[line.source], places[line.target]
        tried = [(share, _compute_mark_area(a, b, bows.get(line.id, 0), share)) for share in _SHARES]
        share, area = min(
            tried, key=lambda x: (sum(_compute_overlap(x[1], other) for other in covered), abs(x[0] - 0.5))
        )
        covered.append(area)
        if share != _SHARES[0]:
            shifts[line.id] = round(max(share * hypot(b[0] - a[0], b[1] - a[1]) - SYMBOL, 0), 1)
    return shifts


def _compute_mark_area(a: Point, b: Point, bow: int, share: float) -> Area:
    cx, cy = _compute_control_point(a, b, bow)
    u = 1 - share
    x = u * u * a[0] + 2 * share * u * cx + share * share * b[0]
    y = u * u * a[1] + 2 * share * u * cy + share * share * b[1]
    return x - MARK[0] / 2, y - MARK[1] / 2, x + MARK[0] / 2, y + MARK[1] / 2


def _compute_overlap(one: Area, other: Area) -> float:
    """The area two rectangles share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0) * max(high, 0)


def _compute_control_point(a: Point, b: Point, bow: int) -> Point:
    """The control point of the curve: cytoscape.js puts it half way, `bow` to the side."""
    length = hypot(b[0] - a[0], b[1] - a[1]) or 1.0
    x = (a[0] + b[0]) / 2 + (b[1] - a[1]) / length * bow
    return x, (a[1] + b[1]) / 2 - (b[0] - a[0]) / length * bow


class _NodeAreas:
    """The symbols and labels of all nodes as arrays: some thousand curves are tried for one picture."""

    def __init__(self, shown: Subgraph, places: Mapping[str, Point]) -> None:
        self._places = places
        standing = [e for e in shown.entities if e.id in places]
        self.row = {e.id: n for n, e in enumerate(standing)}
        both = [build_areas(e.name, places[e.id]) for e in standing]
        self._areas = np.array([area for pair in both for area in pair], dtype=float).reshape(-1, 4)
        self._prices = np.tile([SYMBOL_COST, LABEL_COST], len(standing))

    def cost(self, first: str, second: str, bow: int) -> int:
        """What a line that bows by `bow` costs: it may run through symbols and labels of others."""
        a, b = self._places[first], self._places[second]
        control = _compute_control_point(a, b, bow)
        xs, ys = zip(a, b, control, strict=True)
        near = (
            (self._areas[:, 0] < max(xs))
            & (self._areas[:, 2] > min(xs))
            & (self._areas[:, 1] < max(ys))
            & (self._areas[:, 3] > min(ys))
        )
        for end in (first, second):
            near[2 * self.row[end] : 2 * self.row[end] + 2] = False
        chosen = np.flatnonzero(near)
        if not len(chosen):
            return 0
        steps = max(8, int((hypot(b[0] - a[0], b[1] - a[1]) or 1.0) / 14))
        t = np.arange(1, steps)[:, None] / steps
        curve = (1 - t) ** 2 * np.array(a) + 2 * t * (1 - t) * np.array(control) + t**2 * np.array(b)
        x, y, area = curve[:, :1], curve[:, 1:], self._areas[chosen]
        inside = (area[:, 0] < x) & (x < area[:, 2]) & (area[:, 1] < y) & (y < area[:, 3])
        return int(self._prices[chosen[inside.any(axis=0)]].sum())
