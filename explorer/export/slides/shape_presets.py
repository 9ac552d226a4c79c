"""The canvas's symbols in PowerPoint: its own shapes with their handles set, and icons as drawings. Pure.

Shapes are those of ECMA-376 (presetShapeDefinitions). Where a line may be glued to them is what that standard lists, in
its order; here in parts of width and height from the upper left corner.
"""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias
from xml.etree import ElementTree as ET

from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from pptx.oxml.xmlchemy import BaseOxmlElement

from explorer.export.geometry.curves import Point
from explorer.export.slides import xml as x
from explorer.export.slides.xml import create_element

FOUR: tuple[Point, ...] = ((0.5, 0.0), (0.0, 0.5), (0.5, 1.0), (1.0, 0.5))  # of a rectangle and its like
_ICON = re.compile(r"data:image/svg\+xml;base64,(.*)", re.DOTALL)
_BOARD, _FINE = 24, 1000  # an icon's own measure, and the steps of a freeform for one unit of it
_TEXT = "{http://www.w3.org/2000/svg}text"
_ROUND = 0.5 - 0.5 * 0.5**0.5  # where a circle meets its diagonal
_STROKES = {"moveTo": "a:moveTo", "lineTo": "a:lnTo", "curveTo": "a:cubicBezTo", "qCurveTo": "a:quadBezTo"}


@dataclass(frozen=True)
class PresetShape:
    """A shape of PowerPoint's: its name, handles, whether it is mirrored, and its sites; None for one to avoid."""

    name: str
    sites: tuple[Point | None, ...] = FOUR
    guides: tuple[tuple[str, int], ...] = ()
    mirrored: bool = False


def build_preset_shape(shape: str, width: float, height: float) -> PresetShape:
    """PowerPoint's shape for one of cytoscape.js; a rounded rectangle for what it has none for."""
    build_shape = _SHAPE_BUILDERS.get(shape)
    return (
        build_shape(width, height, min(width, height) or 1.0)
        if build_shape
        else PresetShape("roundRect", guides=(("adj", 16000),))
    )


def _build_octagon(cut: float) -> Callable[[float, float, float], PresetShape]:
    def build_shape(width: float, height: float, short: float) -> PresetShape:
        u, v = cut * short / width, cut * short / height
        sites = ((1, v), (1, 1 - v), (1 - u, 1), (u, 1), (0, 1 - v), (0, v), (u, 0), (1 - u, 0))
        return PresetShape("octagon", sites, (("adj", round(cut * 1e5)),))

    return build_shape


def _build_pentagon_arrow(tip: float) -> Callable[[float, float, float], PresetShape]:
    """A tag; its third site is where its tip begins in one edition of the standard, and elsewhere in another."""

    def build_shape(width: float, _height: float, short: float) -> PresetShape:
        sites = (((1 - tip) / 2, 0.0), (0.0, 0.5), None, (1.0, 0.5))
        return PresetShape("homePlate", sites, (("adj", round(tip * 1e5 * width / short)),))

    return build_shape


def _build_ellipse(_width: float, _height: float, _short: float) -> PresetShape:
    a, b = _ROUND, 1 - _ROUND
    return PresetShape("ellipse", ((0.5, 0), (a, a), (0, 0.5), (a, b), (0.5, 1), (b, b), (1, 0.5), (b, a)))


def _build_hexagon(width: float, _height: float, short: float) -> PresetShape:
    sites = ((1, 0.5), (0.75, 1), (0.25, 1), (0, 0.5), (0.25, 0), (0.75, 0))
    return PresetShape("hexagon", sites, (("adj", round(0.25e5 * width / short)), ("vf", 115470)))


def _build_pentagon(_width: float, _height: float, _short: float) -> PresetShape:
    sites = ((0.5, 0), (0, 0.382), (0.191, 1), (0.5, 1), (0.809, 1), (1, 0.382))
    return PresetShape("pentagon", sites, (("hf", 105146), ("vf", 110557)))


def _build_star(_width: float, _height: float, _short: float) -> PresetShape:
    sites = ((0.5, 0), (0, 0.382), (0.191, 1), (0.809, 1), (1, 0.382))
    return PresetShape("star5", sites, (("adj", 25000), ("hf", 105146), ("vf", 110557)))


def _build_rhomboid(width: float, _height: float, short: float) -> PresetShape:
    """The standard's parallelogram leans the other way, so it is mirrored, and its sites with it."""
    sites = ((0.5, 0), (1 / 3, 0), (1 / 6, 0.5), (2 / 3, 1), (0.5, 1), (5 / 6, 0.5))
    return PresetShape("parallelogram", sites, (("adj", round(1e5 / 3 * width / short)),), mirrored=True)


_SHAPE_BUILDERS: dict[str, Callable[[float, float, float], PresetShape]] = {
    "ellipse": _build_ellipse,
    "octagon": _build_octagon(0.29289),
    "cut-rectangle": _build_octagon(0.2),
    "hexagon": _build_hexagon,
    "pentagon": _build_pentagon,
    "star": _build_star,
    "rhomboid": _build_rhomboid,
    "tag": _build_pentagon_arrow(0.375),
    "round-tag": _build_pentagon_arrow(0.275),
    "diamond": lambda *_: PresetShape("diamond"),
    "rectangle": lambda *_: PresetShape("rect"),
    "barrel": lambda *_: PresetShape("can", (None, (0.5, 0), (0, 0.5), (0.5, 1), (1, 0.5)), (("adj", 22000),)),
    "bottom-round-rectangle": lambda *_: PresetShape(
        "round2SameRect", ((1, 0.5), (0.5, 1), (0, 0.5), (0.5, 0)), (("adj1", 0), ("adj2", 30000))
    ),
}

Stroke: TypeAlias = tuple[str, Sequence[Point]]  # what the pen does, such as "lineTo", and the points that it takes


@dataclass(frozen=True)
class Icon:
    """An icon of explorer/appearance/icons.py: its colour, and its strokes or the letter that it is."""

    colour: str
    strokes: tuple[tuple[Stroke, ...], ...]
    letter: str


@cache
def parse_icon(picture: str) -> Icon | None:
    """The icon in a data URI; None where it isn't one of ours."""
    match = _ICON.match(picture)
    if match is None:
        return None
    root = ET.fromstring(base64.b64decode(match[1]))  # noqa: S314 - made by explorer/appearance/icons.py
    colour = next((str(e.get("stroke")) for e in root.iter() if str(e.get("stroke")).startswith("#")), x.PAPER)
    strokes = []
    for drawn in (e.get("d") for e in root.iter() if e.get("d")):
        pen = RecordingPen()
        parse_path(drawn, pen)
        strokes.append(tuple(pen.value))
    return Icon(colour, tuple(strokes), "".join(e.text or "" for e in root.iter(_TEXT)))


def build_freeform(drawn: Icon) -> BaseOxmlElement:
    """An icon's strokes as a form that PowerPoint can edit."""
    lists = [create_element(f"a:{name}Lst") for name in ("av", "gd", "ah", "cxn")]
    room = create_element("a:rect", l="0", t="0", r="r", b="b")
    return create_element(
        "a:custGeom", *lists, room, create_element("a:pathLst", *(_build_path(s) for s in drawn.strokes))
    )


def _build_path(strokes: Sequence[Stroke]) -> BaseOxmlElement:
    path = create_element("a:path", w=_BOARD * _FINE, h=_BOARD * _FINE, fill="none")
    for kind, points in strokes:
        if kind == "closePath":
            path.append(create_element("a:close"))
        elif kind in _STROKES:
            path.append(
                create_element(
                    _STROKES[kind],
                    *(create_element("a:pt", x=round(px * _FINE), y=round(py * _FINE)) for px, py in points),
                )
            )
    return path
