"""How a line of a picture runs: its curve between two nodes, where it leaves and enters them, its arrow. All pure.

A curve is a quadratic Bézier (start, control, end), as cytoscape.js draws bows; a loop is two of them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import atan2, cos, hypot, pi, sin
from typing import Any

Point = tuple[float, float]
Curve = tuple[Point, Point, Point]
Inside = Callable[[Point], bool]
STEP = 46.0  # between parallel lines, as the stylesheet's control-point-step-size has it
_FINE = 240  # points tried along a curve for where it leaves a node
ARROW = (10.0, 9.0)  # length and width of an arrow's head


def compute_bows(lines: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """How far each line bows, by the data of its element: what it must, or else so that parallel lines lie apart."""
    pairs: dict[frozenset[str], list[Mapping[str, Any]]] = defaultdict(list)
    for data in lines:
        pairs[frozenset((data["source"], data["target"]))].append(data)
    bows: dict[str, float] = {}
    for pair in pairs.values():
        first = min(pair[0]["source"], pair[0]["target"])
        free = [data for data in pair if data.get("bend") is None]
        bows.update({data["id"]: float(data["bend"]) for data in pair if data.get("bend") is not None})
        for n, data in enumerate(free):
            bow = (n + 0.5 - len(free) / 2) * STEP
            bows[data["id"]] = bow if data["source"] == first else -bow
    return bows


def build_curve(a: Point, b: Point, bow: float) -> Curve:
    """The curve from a to b whose control point lies half way, `bow` to the side (seen along the line)."""
    length = hypot(b[0] - a[0], b[1] - a[1]) or 1.0
    x = (a[0] + b[0]) / 2 + (b[1] - a[1]) / length * bow
    y = (a[1] + b[1]) / 2 - (b[0] - a[0]) / length * bow
    return a, (x, y), b


def build_loop(at: Point, reach: float, number: int) -> Curve:
    """A line from a node to itself: the part of a loop, above and to the right of it, that an eye takes for one."""
    wide = reach * (1.6 + 0.5 * number)
    return (
        (at[0] + reach * 0.4, at[1] - reach),
        (at[0] + wide * 2, at[1] - wide * 2),
        (at[0] + reach, at[1] - reach * 0.3),
    )


def compute_point(path: Curve, t: float) -> Point:
    """The point of a curve at t, from 0 to 1."""
    (ax, ay), (cx, cy), (bx, by) = path
    u = 1 - t
    return u * u * ax + 2 * u * t * cx + t * t * bx, u * u * ay + 2 * u * t * cy + t * t * by


def compute_direction(path: Curve, t: float) -> float:
    """The direction of a curve at t, in radians."""
    (ax, ay), (cx, cy), (bx, by) = path
    u = 1 - t
    return atan2(2 * u * (cy - ay) + 2 * t * (by - cy), 2 * u * (cx - ax) + 2 * t * (bx - cx))


def compute_length(path: Curve) -> float:
    """How long a curve is, nearly."""
    points = [compute_point(path, n / 12) for n in range(13)]
    return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points))


def clip_curve(path: Curve, leave: Inside, enter: Inside, gap: float = 2.0) -> Curve:
    """The part of a curve outside the nodes at its ends, with a little air before the one it enters."""
    first = next((n for n in range(_FINE) if not leave(compute_point(path, n / _FINE))), 0)
    last = next((n for n in range(_FINE, 0, -1) if not enter(compute_point(path, n / _FINE))), _FINE)
    if first >= last:  # the nodes overlap
        return path
    whole = compute_length(path) or 1.0
    return extract_segment(path, first / _FINE, max(last / _FINE - gap / whole, (first + 1) / _FINE))


def extract_segment(path: Curve, start: float, end: float) -> Curve:
    """The part of a curve between two of its points, itself a curve (de Casteljau)."""
    a, b = compute_point(path, start), compute_point(path, end)
    (ax, ay), (cx, cy), (bx, by) = path
    u, v = 1 - start, 1 - end
    x = u * v * ax + (u * end + start * v) * cx + start * end * bx
    y = u * v * ay + (u * end + start * v) * cy + start * end * by
    return a, (x, y), b


def build_arrow(path: Curve, scale: float, *, back: bool = False, size: float = 1.0) -> tuple[Sequence[Point], Curve]:
    """The head of an arrow at a curve's end (or its start), and the curve shortened to the head's base."""
    long, wide = ARROW[0] * scale * size, ARROW[1] * scale * size
    share = min(0.45, long * 0.9 / (compute_length(path) or 1.0))
    tip, angle = (
        (path[0], compute_direction(path, share / 2) + pi)
        if back
        else (path[2], compute_direction(path, 1 - share / 2))
    )
    base = tip[0] - long * cos(angle), tip[1] - long * sin(angle)
    side = wide / 2 * sin(angle), -wide / 2 * cos(angle)
    head = (tip, (base[0] + side[0], base[1] + side[1]), (base[0] - side[0], base[1] - side[1]))
    return head, extract_segment(path, share, 1.0) if back else extract_segment(path, 0.0, 1.0 - share)
