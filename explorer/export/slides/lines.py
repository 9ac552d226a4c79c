"""Lines on a slide: connectors glued to the shapes at both ends, with their arrows and words. Pure.

A line goes straight between the two places that take it closest to its way on the canvas and past other entities. Where
the canvas bows it, it is a curved connector that bows as far to the same side. PowerPoint draws what stands here; once
somebody moves an entity, it leads the glued lines anew.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import atan2, degrees, hypot
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from pptx.oxml.xmlchemy import BaseOxmlElement

from explorer.export.common.style_resolver import Style
from explorer.export.geometry import curves
from explorer.export.geometry.curves import Curve, Point
from explorer.export.geometry.edge_labels import LEADING, EdgeLabel, EdgeLabelPlacer
from explorer.export.geometry.picture_geometry import Line
from explorer.export.slides import xml as x
from explorer.export.slides.shapes import PlacedNode, Site, SlideTransform
from explorer.export.slides.xml import TextRun, create_element, to_emu

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
_LEAST = 3.0  # points: a flatter bow is drawn straight
_NEAREST = 5  # sites of a shape that are tried
_APART = 6.0  # points between the middles of lines that join the same two nodes
_BENT = 0.3  # what it costs, for a point, to bow a line otherwise than the canvas does
_WIDER = tuple(side * reach for reach in (5.0, 9.0, 14.0, 20.0, 28.0, 38.0, 50.0) for side in (1, -1))
_DISPUTED = 40.0  # what it costs to bow a disputed line: not every program bows as far, and its mark must lie on it
_STRAIGHTENED = 6.0  # what it costs to draw a line straight that the canvas bows
_THIN = 1.0  # points: the frame of a curved connector between two places side by side, as PowerPoint writes it
_SHARES = np.linspace(0.0, 1.0, 41)[:, None]
_DASHES = {"inferred": "lgDashDot", "contested": "dash", "denied": "sysDot"}


@dataclass(frozen=True)
class Route:
    """How a line runs: from one site to another, `bulge` points to the side (0: straight; left of the way is minus)."""

    start: Site
    end: Site
    bulge: float = 0.0

    @property
    def path(self) -> Curve:
        """The way as a curve, nearly."""
        return curves.build_curve((self.start.x, self.start.y), (self.end.x, self.end.y), self.bulge * 2)


class Router:
    """Finds the ways of lines between nodes that are placed."""

    def __init__(self, placed: Mapping[str, PlacedNode], view: SlideTransform) -> None:
        self.placed, self.view = placed, view
        self._order = list(placed)
        self._taken: dict[frozenset[str], list[Point]] = defaultdict(list)
        self._symbols = np.array([p.symbol for p in placed.values()]).reshape(-1, 4)
        self._names = np.array([p.name for p in placed.values()]).reshape(-1, 4)

    def run(self, line: Line) -> Route:
        """The best way of a line, beside the ways of lines before it between the same two nodes."""
        a, b = self.placed[line.source], self.placed[line.target]
        pair = frozenset((line.source, line.target))
        middle = self.view.point(curves.compute_point(line.path, 0.5))
        if line.source == line.target:
            return _build_loop(a, middle)
        ends = self.view.point(line.path[0]), self.view.point(line.path[2])
        bow = _compute_signed_distance(*ends, middle)
        routes = [
            Route(s, e)
            for s in _select_nearest_sites(a.sites, ends[0])
            for e in _select_nearest_sites(b.sites, ends[1])
        ]
        if abs(bow) >= _LEAST:
            way = _compute_normal(*ends, bow)
            routes += [
                Route(s, e, side)
                for s in _select_nearest_sites(a.sites, ends[0], way)
                for e in _select_nearest_sites(b.sites, ends[1], way)
                if abs(side := _compute_signed_distance((s.x, s.y), (e.x, e.y), middle)) >= _LEAST and side * bow > 0
            ]
        others = np.array([i not in pair for i in self._order])
        taken = self._taken[pair]
        curved = _DISPUTED if line.stance in _DASHES else 0.0
        best = self._best(routes, ends, others, (bow, taken, curved))
        if self._through(best, others):
            wide = [
                Route(s, e, bulge)
                for s in _select_nearest_sites(a.sites, ends[0])[:3]
                for e in _select_nearest_sites(b.sites, ends[1])[:3]
                for bulge in _WIDER
            ]
            best = self._best([best, *wide], ends, others, (bow, taken, curved))
        taken.append(curves.compute_point(best.path, 0.5))
        return best

    def _best(
        self,
        routes: Sequence[Route],
        ends: tuple[Point, Point],
        others: Flags,
        beside: tuple[float, list[Point], float],
    ) -> Route:
        bow, taken, curved = beside

        def price(run: Route) -> tuple[float, int, int, int, int, float]:
            cost = self._cost(run, ends, others, bow) + _compute_overlap_cost(run, taken) + curved * bool(run.bulge)
            return cost, run.start.shape, run.start.number, run.end.shape, run.end.number, run.bulge

        return min(routes, key=price)

    def _through(self, run: Route, others: Flags) -> float:
        """How far a way runs through symbols of other nodes."""
        return _measure_overlap(_compute_points(run), self._symbols[others], 1.0)

    def _cost(self, run: Route, ends: tuple[Point, Point], others: Flags, bow: float) -> float:
        """How far a way is from the canvas's, and what it runs through."""
        (ax, ay), (bx, by) = ends
        away = hypot(run.start.x - ax, run.start.y - ay) + hypot(run.end.x - bx, run.end.y - by)
        if (
            run.bulge
        ):  # a program that leads glued lines anew starts them the way out of the shape: let that be the bow's
            way, toward = _compute_normal(*ends, run.bulge), _compute_normal(*ends, 1.0)
            toward = -toward[1], toward[0]
            for site, sign in ((run.start, 1.0), (run.end, -1.0)):
                away -= _compute_dot_product(site.out, way) * 6.0 + _compute_dot_product(site.out, toward) * sign * 4.0
            away += _BENT * abs(run.bulge - bow)
        elif bow:
            away += _STRAIGHTENED + abs(bow) * 0.1
        points = _compute_points(run)
        return (
            away
            + 14.0 * _measure_overlap(points, self._symbols[others], 1.0)
            + 1.5 * _measure_overlap(points, self._names[others], 0.0)
            + 4.0 * _measure_overlap(points, self._symbols[~others], -1.0)
            + 4.0 * _measure_overlap(points, self._names[~others], -1.0)
        )


def build_connector(line: Line, run: Route, view: SlideTransform) -> BaseOxmlElement:
    """A line as a connector that holds on to the shapes at both ends."""
    look = line.style
    seen = float(look.get("opacity", 1) or 0)
    width = max(float(look.get("width", 2)) * view.scale, 0.5)
    heads = [_get_arrow_head(look, "source"), _get_arrow_head(look, "target")]
    paint = x.build_stroke(
        look.get("line-color", "#6b7280"),
        width,
        opacity=seen,
        dash=get_dash(line.stance, look),
        head=heads[0],
        tail=heads[1],
        size="sm" if view.scale < 0.48 else "med",
    )
    glow = _build_glow(look, view.scale, seen)
    words = line.words.replace("\n", " ") or line.statement
    who = view.named(line.statement or words or "Line", "; ".join(dict.fromkeys((line.statement, words))))
    held = create_element(
        "p:cNvCxnSpPr",
        create_element("a:stCxn", id=run.start.shape, idx=run.start.number),
        create_element("a:endCxn", id=run.end.shape, idx=run.end.number),
    )
    return create_element(
        "p:cxnSp",
        create_element("p:nvCxnSpPr", who, held, create_element("p:nvPr")),
        create_element("p:spPr", *_build_geometry(run), paint, glow),
    )


def get_dash(stance: str, look: Style) -> str:
    """The dashes of a line: those of its stance, or of what no claim fills."""
    if look.get("line-style") not in ("dashed", "dotted"):
        return ""
    return _DASHES.get(stance, "sysDot" if look["line-style"] == "dotted" else "sysDash")


def build_sample(
    look: Style, ends: tuple[Point, Point], scale: float, stance: str, view: SlideTransform
) -> BaseOxmlElement:
    """A line that is glued to nothing, as a legend shows it."""
    width = max(float(look.get("width", 2)) * scale, 0.5)
    seen = float(look.get("opacity", 1) or 0)
    paint = x.build_stroke(look.get("line-color", "#6b7280"), width, dash=get_dash(stance, look), opacity=seen)
    who = create_element(
        "p:nvCxnSpPr", view.named("Line of the legend"), create_element("p:cNvCxnSpPr"), create_element("p:nvPr")
    )
    return create_element(
        "p:cxnSp",
        who,
        create_element(
            "p:spPr",
            x.build_frame((*ends[0], *ends[1])),
            x.build_preset_geometry("line"),
            paint,
            _build_glow(look, scale, seen),
        ),
    )


def _build_glow(look: Style, scale: float, seen: float) -> BaseOxmlElement | None:
    """The light around a line that is picked out; None for another."""
    if not look.get("underlay-opacity"):
        return None
    light = x.build_colour(look["underlay-color"], float(look["underlay-opacity"]) * seen)
    return create_element(
        "a:effectLst", create_element("a:glow", light, rad=to_emu(float(look.get("underlay-padding", 5)) * scale))
    )


def place_edge_labels(
    lines: Sequence[tuple[Line, Route]],
    placed: Mapping[str, PlacedNode],
    headings: frozenset[str],
    view: SlideTransform,
) -> list[tuple[Line, EdgeLabel]]:
    """Where the words of lines stand, on the ways that the lines take on the slide; in points."""
    tagger = EdgeLabelPlacer(
        [p.symbol for i, p in placed.items() if i not in headings],
        [p.name for p in placed.values() if p.name[2] > p.name[0]],
    )
    placed_labels = []
    for line, run in lines:
        if line.tag is None or not line.words:
            continue
        look = line.style
        tag = tagger.place(
            line.words,
            run.path,
            size=line.tag.size * view.scale,
            bold=line.tag.bold,
            upright=look.get("text-rotation") == "none",
            padding=float(look.get("text-background-padding", 2)) * view.scale,
        )
        placed_labels.append((line, tag))
    return placed_labels


def build_edge_label(line: Line, tag: EdgeLabel, view: SlideTransform) -> BaseOxmlElement:
    """The words of a line on their ground, along the line."""
    look = line.style
    seen = float(look.get("opacity", 1) or 0)
    area = (tag.x - tag.width / 2, tag.y - tag.height / 2, tag.x + tag.width / 2, tag.y + tag.height / 2)
    ground = float(look.get("text-background-opacity", 1) or 0) * seen
    rim = float(look.get("text-border-width", 0) or 0) * view.scale
    paint = [x.build_fill(look.get("text-background-color", x.PAPER), ground)]
    if rim:
        paint.append(x.build_stroke(look.get("text-border-color"), rim, opacity=seen))
    run = TextRun("\n".join(tag.rows), tag.size, str(look.get("color", "#3d4855")), tag.bold, opacity=seen)
    text = x.build_paragraph([run], align="ctr", leading=tag.size * LEADING)
    form = "roundRect" if line.stance in _DASHES else "rect"
    return x.build_text_box(
        view.named(f"{line.statement} (words)", line.statement),
        area,
        [text],
        *paint,
        anchor="ctr",
        wrap=False,
        turn=degrees(tag.angle),
        form=form,
    )


def _get_arrow_head(look: Style, end: str) -> str:
    shape = look.get(f"{end}-arrow-shape", "none")
    hollow = look.get(f"{end}-arrow-fill") == "hollow"  # PowerPoint has no hollow triangle, but an open arrow
    return "" if shape == "none" else "arrow" if shape == "vee" or hollow else "triangle"


def _build_geometry(run: Route) -> tuple[BaseOxmlElement, BaseOxmlElement]:
    """Frame and form of a connector. A curved one lies on its side: its frame is thin, and its handle far out of it."""
    (ax, ay), (bx, by) = (run.start.x, run.start.y), (run.end.x, run.end.y)
    if not run.bulge:
        area = (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
        return x.build_frame(area, across=bx < ax, down=by < ay), x.build_preset_geometry("straightConnector1")
    high, (nx, ny) = hypot(bx - ax, by - ay), _compute_normal((ax, ay), (bx, by), run.bulge)
    middle = (ax + bx) / 2, (ay + by) / 2
    turned = atan2(ny, nx)
    along = (bx - ax) * -ny + (by - ay) * nx  # the way down the turned frame
    thin = _THIN
    area = (middle[0] - thin / 2, middle[1] - high / 2, middle[0] + thin / 2, middle[1] + high / 2)
    guide = [("adj1", round((abs(run.bulge) + thin / 2) / thin * 100_000))]
    return x.build_frame(area, turn=degrees(turned), down=along < 0), x.build_preset_geometry("curvedConnector3", guide)


def _compute_normal(a: Point, b: Point, side: float) -> Point:
    """The way across a line, to the side of its bow."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    long, sign = hypot(dx, dy) or 1.0, 1 if side > 0 else -1
    return dy / long * sign, -dx / long * sign


def _compute_dot_product(a: Point, b: Point) -> float:
    return a[0] * b[0] + a[1] * b[1]


def _compute_overlap_cost(run: Route, taken: Sequence[Point]) -> float:
    """What it costs to lie on another line between the same nodes."""
    x, y = curves.compute_point(run.path, 0.5)
    return 200.0 * sum(hypot(x - tx, y - ty) < _APART for tx, ty in taken)


def _compute_signed_distance(a: Point, b: Point, at: Point) -> float:
    """How far a point is from the line through two others; plus as curves.curve has it."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    long = hypot(dx, dy) or 1.0
    return ((at[0] - a[0]) * dy - (at[1] - a[1]) * dx) / long


def _select_nearest_sites(sites: Sequence[Site], at: Point, way: Point = (0.0, 0.0)) -> list[Site]:
    """Sites worth trying: near the line's end on the canvas, or on the side that it bows to."""
    ranked = sorted(
        sites,
        key=lambda s: (hypot(s.x - at[0], s.y - at[1]) - 10.0 * _compute_dot_product(s.out, way), s.shape, s.number),
    )
    return ranked[:_NEAREST]


def _build_loop(node: PlacedNode, middle: Point) -> Route:
    """A line from a node to itself, over its upper right."""
    left, top, right, bottom = node.symbol
    own = [s for s in node.sites if top <= s.y <= bottom and left <= s.x <= right]
    start = min(own, key=lambda s: (s.y, abs(s.x - (left + right) / 2), s.number))
    end = max(own, key=lambda s: (s.x, -s.y, -s.number))
    if start == end:
        return Route(start, replace(own[0]), 12.0)
    side = _compute_signed_distance((start.x, start.y), (end.x, end.y), middle)
    return Route(start, end, side if abs(side) >= _LEAST else 12.0)


def _compute_points(run: Route) -> Floats:
    """Points along a line as PowerPoint draws it: a curved connector is two cubic curves that meet half way."""
    a, b = np.array((run.start.x, run.start.y)), np.array((run.end.x, run.end.y))
    if not run.bulge:
        straight: Floats = a + (b - a) * _SHARES
        return straight
    t, long, bulge = _SHARES[:, 0], float(np.hypot(*(b - a))), abs(run.bulge)
    out = 3 * t * (1 - t) ** 2 * bulge / 2 + 3 * t * t * (1 - t) * bulge + t**3 * bulge
    on = 3 * t * t * (1 - t) * long / 4 + t**3 * long / 2
    out, on = np.concatenate((out, out[::-1])), np.concatenate((on, long - on[::-1]))
    way = np.array(_compute_normal((run.start.x, run.start.y), (run.end.x, run.end.y), run.bulge))
    curved: Floats = a + on[:, None] * (b - a) / (long or 1.0) + out[:, None] * way
    return curved


def _measure_overlap(points: Floats, boxes: Floats, pad: float) -> float:
    """How much of a line lies in boxes, in fortieths of it."""
    if not len(boxes):
        return 0.0
    px, py = points[:, 0:1], points[:, 1:2]
    inside = (px > boxes[:, 0] - pad) & (px < boxes[:, 2] + pad) & (py > boxes[:, 1] - pad) & (py < boxes[:, 3] + pad)
    return float(inside.sum()) * 40 / len(points)
