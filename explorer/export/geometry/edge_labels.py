"""Where the words of a line stand: along it, where they cover no node, no name and no other words if that can be. Pure.

Many places are tried on each line, from its middle outwards, along it and upright, in one row and in several; the one
that covers least is taken, so that words cover something only where every place of theirs does.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, cos, hypot, pi, sin

from explorer.export.common import text_metrics
from explorer.export.geometry import curves
from explorer.export.geometry.curves import Curve, Point
from explorer.layout.geometry import Area

_SHARES = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.2, 0.8, 0.14, 0.86)
_CELL = 60.0
_NODE, _NAME, _WORDS = 6.0, 5.0, 3.0  # what a covered unit of area costs
_BESIDE, _NEAR = 70.0, 260.0  # what it costs to stand beside a line or near it, where it might be taken for another's
LEADING = 1.18


@dataclass(frozen=True)
class EdgeLabel:
    """Words in rows around a middle point, turned by `angle` (radians).

    `anchor` is the point of their line where they stand beside it, for a leader to it; `covers` says that they cover
    something.
    """

    rows: tuple[str, ...]
    x: float
    y: float
    angle: float
    width: float
    height: float
    size: float
    bold: bool
    area: Area
    covers: bool = False
    anchor: Point | None = None


class EdgeLabelPlacer:
    """Remembers what is taken: symbols, names, and the words placed so far."""

    def __init__(self, symbols: Iterable[Area], names: Iterable[Area]) -> None:
        self._cells: dict[tuple[int, int], list[tuple[Area, float]]] = defaultdict(list)
        for area in symbols:
            self._take(area, _NODE)
        for area in names:
            self._take(area, _NAME)

    def place(self, words: str, path: Curve, *, size: float, bold: bool, upright: bool, padding: float) -> EdgeLabel:
        """The best place for words on a line; it is taken from then on."""
        best: tuple[float, float, EdgeLabel, list[Area]] | None = None
        wrappings = _list_wrappings(words, size, bold=bold, padding=padding)
        for spot in _list_candidates(wrappings, path, upright=upright):
            if best and spot.penalty >= best[0]:
                break  # none that follows can cost less
            tag = spot.words.tag(spot)
            boxes = list(_split_into_boxes(tag))
            covered = sum(self._cost(box) for box in boxes)
            if best is None or covered + spot.penalty < best[0]:
                best = (covered + spot.penalty, covered, tag, boxes)
        if best is None:
            raise ValueError("words without a place")  # there always is a first row and a first share
        _, covered, tag, boxes = best
        for box in boxes:
            self._take(box, _WORDS)
        return tag if covered < size else replace(tag, covers=True)

    def _take(self, area: Area, price: float) -> None:
        for cell in _list_cells(area):
            self._cells[cell].append((area, price))

    def _cost(self, area: Area) -> float:
        seen: set[int] = set()
        total = 0.0
        for cell in _list_cells(area):
            for other, price in self._cells.get(cell, ()):
                if id(other) in seen:
                    continue
                seen.add(id(other))
                wide = min(area[2], other[2]) - max(area[0], other[0])
                high = min(area[3], other[3]) - max(area[1], other[1])
                if wide > 0 and high > 0:
                    total += wide * high * price
        return total


class _WrappedText:
    """Words in rows, measured."""

    def __init__(self, rows: tuple[str, ...], size: float, *, bold: bool, padding: float) -> None:
        self.rows, self.size, self.bold = rows, size, bold
        self.width = max(text_metrics.measure_width(row, size, bold=bold) for row in rows) + 2 * padding
        self.height = size * LEADING * len(rows) + 2 * padding - size * 0.1

    def tag(self, spot: "_Candidate") -> EdgeLabel:
        """The words at a place."""
        (x, y), angle, wide, high = spot.at, spot.angle, self.width, self.height
        half_w = (abs(wide * cos(angle)) + abs(high * sin(angle))) / 2
        half_h = (abs(wide * sin(angle)) + abs(high * cos(angle))) / 2
        area = (x - half_w, y - half_h, x + half_w, y + half_h)
        return EdgeLabel(self.rows, x, y, angle, wide, high, self.size, self.bold, area, anchor=spot.anchor)


@dataclass(frozen=True)
class _Candidate:
    """A place for words, with what it costs by itself, whatever it covers."""

    penalty: float
    words: _WrappedText
    at: Point
    angle: float = 0.0
    anchor: Point | None = None


def _list_wrappings(words: str, size: float, *, bold: bool, padding: float) -> list[_WrappedText]:
    """The words in one row (or as they come), and in more and more."""
    whole = text_metrics.measure_width(words, size, bold=bold)
    wrappings = [tuple(words.split("\n"))]
    longest = max(
        (text_metrics.measure_width(word, size, bold=bold) for word in words.split()), default=0.0
    )  # no word is broken
    for share in (0.62, 0.42, 0.3):
        rows = tuple(text_metrics.wrap_text(words, size, max(whole * share, size * 5, longest), bold=bold))
        if len(rows) > len(wrappings[-1]):
            wrappings.append(rows)
    return [_WrappedText(rows, size, bold=bold, padding=padding) for rows in wrappings]


def _list_candidates(wrappings: Sequence[_WrappedText], path: Curve, *, upright: bool) -> list[_Candidate]:
    """Places for words, the cheapest first: on the line from its middle outwards, then beside it."""
    long = curves.compute_length(path)
    candidates = []
    for n, share in enumerate(_SHARES):
        (x, y), angle = curves.compute_point(path, share), curves.compute_direction(path, share)
        flat = (angle + pi / 2) % pi - pi / 2  # never upside down
        for number, words in enumerate(wrappings):
            wide, high = words.width, words.height
            base = 5.0 * n + 14.0 * number
            for turned in (0.0,) if upright else (flat, 0.0):
                # Words longer than their line would stick out at both ends, over the nodes and the arrow.
                over = max(0.0, wide + 16 - long) * (1.0 if turned else 0.35)
                aside = 0.0 if turned or upright else 10.0
                candidates.append(_Candidate(base + over * words.size * 0.5 + aside, words, (x, y), turned))
            touching = (abs(sin(angle)) * wide + abs(cos(angle)) * high) / 2 * 0.8 + 3
            for away, price in ((touching, _BESIDE), (touching + high * 0.7, _NEAR)):  # upright beside the line
                for side in (1, -1):
                    beside = x - sin(angle) * away * side, y + cos(angle) * away * side
                    candidates.append(_Candidate(base + price, words, beside, anchor=(x, y)))
    return sorted(candidates, key=lambda spot: spot.penalty)


def _split_into_boxes(tag: EdgeLabel) -> Iterator[Area]:
    """The tag as upright boxes: a turned one as a row of small ones."""
    if abs(tag.angle) < 0.02:
        yield tag.area
        return
    count = max(1, ceil(tag.width / tag.height))
    step, half = tag.width / count, hypot(tag.width / count, tag.height) / 2 * 0.92
    for n in range(count):
        along = (n + 0.5) * step - tag.width / 2
        x, y = tag.x + along * cos(tag.angle), tag.y + along * sin(tag.angle)
        yield (x - half, y - half, x + half, y + half)


def _list_cells(area: Area) -> Iterator[tuple[int, int]]:
    for column in range(int(area[0] // _CELL), int(area[2] // _CELL) + 1):
        for row in range(int(area[1] // _CELL), int(area[3] // _CELL) + 1):
            yield column, row
