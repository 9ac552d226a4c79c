"""Moves nodes sideways in their rows so that fewer lines run through nodes they have nothing to do with. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import hypot

from explorer.layout.geometry import LABEL_COST, SYMBOL_COST, Area, Box, Point, build_areas
from graph.model import Subgraph

MAX_NODES = 64  # nodes; the work grows with their square
PASSES = 3
STEPS = (-150, -100, -60, -30, 30, 60, 100, 150)
PULL = 0.12  # what a unit of line length costs, so that nodes stay near their neighbours


def clear_edges(
    subgraph: Subgraph, rows: Sequence[Sequence[str]], places: Mapping[str, Point], room: Mapping[str, Box]
) -> dict[str, Point]:
    """The places after the moves; rows, their height and the room of each node stay."""
    board = _EdgeClearance(subgraph, places)
    if len(places) <= MAX_NODES:
        orders = [list(row) for row in rows]
        for _ in range(PASSES):
            before = dict(board.places)
            for order in orders:
                _improve_row(board, order, room)
            if board.places == before:
                break
    return board.places


def _improve_row(board: "_EdgeClearance", row: list[str], room: Mapping[str, Box]) -> None:
    for n, node in enumerate(row):
        x = board.places[node][0]
        low = board.places[row[n - 1]][0] + (room[row[n - 1]].width + room[node].width) / 2 if n else x - 1e6
        high = (
            board.places[row[n + 1]][0] - (room[row[n + 1]].width + room[node].width) / 2
            if n + 1 < len(row)
            else x + 1e6
        )
        board.try_moves([{node: x + step} for step in STEPS if low <= x + step <= high])
    board.try_moves([{node: board.places[node][0] + step for node in row} for step in STEPS])
    for n, (left, right) in enumerate(list(pairwise(row))):
        if row[n] == left and room[left].width == room[right].width:
            swap = {left: board.places[right][0], right: board.places[left][0]}
            if board.try_moves([swap]):
                row[n], row[n + 1] = right, left


class _EdgeClearance:
    def __init__(self, subgraph: Subgraph, places: Mapping[str, Point]) -> None:
        self.places = dict(places)
        self._names = {e.id: e.name for e in subgraph.entities}
        self._areas = {i: build_areas(self._names[i], p) for i, p in places.items()}
        self._lines = sorted(
            {(min(r.source, r.target), max(r.source, r.target)) for r in subgraph.relationships if r.source != r.target}
        )
        self._of: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for line in self._lines:
            self._of[line[0]].append(line)
            self._of[line[1]].append(line)

    def try_moves(self, moves: Sequence[Mapping[str, float]]) -> bool:
        """Makes the move that helps most; each gives new places in their rows to some nodes."""
        best: Mapping[str, float] | None = None
        least = 0.0
        for move in moves:
            before = self._cost(move)
            old = {i: self.places[i][0] for i in move}
            self._move(move)
            gain = self._cost(move) - before
            self._move(old)
            if gain < least - 1:
                best, least = move, gain
        if best is not None:
            self._move(best)
        return best is not None

    def _move(self, move: Mapping[str, float]) -> None:
        for i, x in move.items():
            self.places[i] = (x, self.places[i][1])
            self._areas[i] = build_areas(self._names[i], self.places[i])

    def _cost(self, moved: Mapping[str, float]) -> float:
        """The cost of the lines of the moved nodes, and of other lines through them."""
        own = sorted({line for i in moved for line in self._of[i]})
        cost = 0.0
        for a, b in own:
            p, q = self.places[a], self.places[b]
            cost += PULL * hypot(p[0] - q[0], p[1] - q[1])
            cost += sum(_compute_crossing_cost(p, q, both) for i, both in self._areas.items() if i not in (a, b))
        inside = set(own)
        for line in self._lines:
            if line not in inside:
                p, q = self.places[line[0]], self.places[line[1]]
                cost += sum(_compute_crossing_cost(p, q, self._areas[i]) for i in moved)
        return cost


def _compute_crossing_cost(p: Point, q: Point, both: tuple[Area, Area]) -> int:
    symbol, label = both
    return SYMBOL_COST * _is_crossed(p, q, symbol) + LABEL_COST * _is_crossed(p, q, label)


def _is_crossed(p: Point, q: Point, area: Area) -> bool:
    """Whether a straight line enters a rectangle (Liang and Barsky)."""
    left, top, right, bottom = area
    if max(p[0], q[0]) < left or min(p[0], q[0]) > right or max(p[1], q[1]) < top or min(p[1], q[1]) > bottom:
        return False
    start, end = 0.0, 1.0
    for origin, reach, low, high in ((p[0], q[0] - p[0], left, right), (p[1], q[1] - p[1], top, bottom)):
        if reach == 0:
            continue  # the first test has seen that it lies between
        one, two = (low - origin) / reach, (high - origin) / reach
        start, end = max(start, min(one, two)), min(end, max(one, two))
    return start < end
