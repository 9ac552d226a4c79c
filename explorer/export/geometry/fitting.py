"""How a canvas is fitted to the room that a page has for it, so that its names are as large as they can be. Pure.

Places stay as the canvas has them, but for two factors, one for all distances across and one for all down: they are
drawn together as far as no two nodes overlap, and then somewhat further, while those that would overlap move aside by
less than a name's width. Of some ways the one with the largest names is taken, mild ones first.
"""

from math import log
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from explorer.canvas import stylesheet
from explorer.export.common.briefing import Briefing
from explorer.export.common.style_resolver import StyleResolver
from explorer.export.geometry import picture_geometry
from explorer.export.geometry.picture_geometry import MARGIN, Fit, PictureGeometry

STRETCHES = (0.62, 0.8, 1.0, 1.2, 1.45, 1.75, 2.1, 2.5, 3.0)
WRAPS = (1.0, 1.35, 1.75)
LEAST, MOST = 0.4, 1.6  # of the canvas's own distances
FURTHER = (0.93, 0.86, 0.8, 0.74, 0.68, 0.62)  # of these, where single nodes may move aside
FARTHEST = 70.0  # that a node moves aside, in the canvas's units: less than half of a name's width
MANY = 250  # nodes: in larger pictures the search for places of their own takes too long
Floats: TypeAlias = npt.NDArray[np.float64]
_STEPS, _PUSHES, _CLOSER = 8, 80, 3
_MILD = 0.05  # what a factor of e in stretching must gain


def compute_fitted_geometry(briefing: Briefing, width: float, height: float, enough: float = 7.0) -> PictureGeometry:
    """The picture as it is best drawn in a room of this shape, in points; names `enough` points high will do."""
    return picture_geometry.compute_geometry(briefing, find_best_fit(briefing, width, height, enough))


def find_best_fit(briefing: Briefing, width: float, height: float, enough: float = 7.0) -> Fit:
    """The mildest fit with names `enough` points high in a room of this shape, or else that with the largest."""
    sheet = StyleResolver(stylesheet.build_stylesheet(briefing.material.ontology))
    node_elements = [
        (e, sheet.of(e)) for e in picture_geometry.build_elements(briefing, Fit()) if e["group"] == "nodes"
    ]
    if len(node_elements) < 2:
        return Fit()
    tried: list[tuple[float, float, float, _NodeBoxes]] = []
    for wrap in WRAPS if len(node_elements) <= MANY else WRAPS[:1]:
        net = _NodeBoxes([picture_geometry.build_node(element, look, wrap) for element, look in node_elements], wrap)
        for stretch in STRETCHES:
            shrink = net.find_tightest_scale(stretch)
            mild = 1 - _MILD * abs(log(stretch))
            tried.append((net.scale(net.at(stretch, shrink), width, height) * mild, stretch, shrink, net))
    least_scale = enough / picture_geometry.NAME
    tried.sort(key=lambda t: (-t[0], abs(log(t[1])), t[3].wrap))
    closer, top = None, tried[0][0]
    if top >= least_scale:
        large = [t for t in tried if t[0] >= least_scale]
        _, stretch, shrink, net = min(large, key=lambda t: (abs(log(t[1])), t[3].wrap, -t[0]))
        return net.fit(stretch, shrink, net.at(stretch, shrink))
    for score, stretch, shrink, net in tried[:_CLOSER] if len(node_elements) <= MANY else ():
        for further in FURTHER:
            places = net.apart(net.at(stretch, shrink * further))
            if places is None:
                break
            better = net.scale(places, width, height) * score / net.scale(net.at(stretch, shrink), width, height)
            if better > top * 1.02:
                closer, top = net.fit(stretch, shrink * further, places), better
            if top >= least_scale:  # tighter would only crowd the words of lines
                return closer or net.fit(stretch, shrink, net.at(stretch, shrink))
    _, stretch, shrink, net = tried[0]
    return closer or net.fit(stretch, shrink, net.at(stretch, shrink))


class _NodeBoxes:
    """The nodes of a picture as boxes around their places."""

    def __init__(self, nodes: list[picture_geometry.Node], wrap: float) -> None:
        self.ids, self.wrap = [n.id for n in nodes], wrap
        self.places = np.array([(n.x, n.y) for n in nodes])
        self.around = np.array([picture_geometry.compute_node_area(n) for n in nodes]) - np.tile(self.places, 2)
        # Headings stand over their columns, and notes are where their author put them.
        self.loose = np.array([n.kind not in ("heading", "note") for n in nodes])

    def at(self, stretch: float, shrink: float) -> Floats:
        """The places with all distances drawn together."""
        return self.places * (stretch * shrink, shrink)

    def boxes(self, places: Floats) -> Floats:
        """The boxes around places."""
        boxes: Floats = self.around + np.tile(places, 2)
        return boxes

    def scale(self, places: Floats, width: float, height: float) -> float:
        """How large a picture of these places can be drawn in a room."""
        boxes = self.boxes(places)
        wide = boxes[:, 2].max() - boxes[:, 0].min() + 2 * MARGIN
        high = boxes[:, 3].max() - boxes[:, 1].min() + 2 * MARGIN
        return float(min(width / wide, height / high))

    def find_tightest_scale(self, stretch: float) -> float:
        """The least factor for all distances at which no two nodes overlap (LEAST to MOST)."""
        low, high = LEAST, MOST
        for _ in range(_STEPS):
            middle = (low + high) / 2
            if _find_overlaps(self.boxes(self.at(stretch, middle)))[0].any():
                low = middle
            else:
                high = middle
        return high

    def apart(self, places: Floats) -> Floats | None:
        """The places with nodes that overlap pushed apart, each by FARTHEST at most; None where that is not enough."""
        moved = places.copy()
        for _ in range(_PUSHES):
            hits, wide, high = _find_overlaps(self.boxes(moved))
            if not hits.any():
                return None if np.abs(moved - places).max() > FARTHEST else moved
            # Of each pair, along the way on which they overlap least; a little more, so that it comes to an end.
            across = hits & (wide < high)
            sign = np.sign(moved[:, None] - moved)
            sign[sign == 0] = 1
            dx = (np.where(across, wide, 0) * sign[:, :, 0]).sum(axis=1)
            dy = (np.where(hits & ~across, high, 0) * sign[:, :, 1]).sum(axis=1)
            step = np.stack((dx, dy), axis=1) * 0.5 + np.sign(np.stack((dx, dy), axis=1)) * 0.5
            moved += np.where(self.loose[:, None], step, 0)
        return None

    def fit(self, stretch: float, shrink: float, places: Floats) -> Fit:
        """The fit that puts the nodes at these places."""
        rough = self.at(stretch, shrink)
        moved = zip(self.ids, (places - rough).tolist(), strict=True)
        nudges = {i: (round(dx, 1), round(dy, 1)) for i, (dx, dy) in moved if abs(dx) + abs(dy) > 0.05}
        return Fit(stretch * shrink, shrink, self.wrap, nudges)


def _find_overlaps(boxes: Floats) -> tuple[npt.NDArray[np.bool_], Floats, Floats]:
    """Which boxes overlap, and by how much across and down."""
    left, top, right, bottom = boxes.T
    wide = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    high = np.minimum(bottom[:, None], bottom) - np.maximum(top[:, None], top)
    hits = (wide > 0) & (high > 0)
    np.fill_diagonal(hits, val=False)
    return hits, wide, high
