"""Icons and node swatches as data URIs, so that pictures hold them wherever they are taken."""

import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from html import escape
from math import cos, pi, sin
from pathlib import Path

from graph.ontology import EntityType

FOLDER = Path(__file__).parents[1] / "assets" / "icons"
_PATHS = re.compile(r'<path (?!stroke="none")[^>]*/>')
_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="{box}">'
LETTER = "letter "  # before a letter: no icon file, but the letter itself
_STROKE = '<g fill="none" stroke="{colour}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'


_PRINT = 'text-anchor="middle" font-family="sans-serif" font-size="17" font-weight="700" fill="#fff" stroke="none"'


def _build_polygon(corners: int, turn: float = 0.0) -> list[tuple[float, float]]:
    angles = (turn + 2 * pi * i / corners - pi / 2 for i in range(corners))
    return [(cos(a), sin(a)) for a in angles]


# The outlines of the cytoscape.js shapes the ontology uses, in a box from -1 to 1.
_OUTLINES: dict[str, list[tuple[float, float]]] = {
    "octagon": [(x / cos(pi / 8), y / cos(pi / 8)) for x, y in _build_polygon(8, pi / 8)],
    "hexagon": [(-1, 0), (-0.5, -1), (0.5, -1), (1, 0), (0.5, 1), (-0.5, 1)],
    "pentagon": _build_polygon(5),
    "diamond": [(0, -1), (1, 0), (0, 1), (-1, 0)],
    "rhomboid": [(-1, -1), (0.333, -1), (1, 1), (-0.333, 1)],
    "cut-rectangle": [(-1, -0.6), (-0.6, -1), (0.6, -1), (1, -0.6), (1, 0.6), (0.6, 1), (-0.6, 1), (-1, 0.6)],
    "round-tag": [(-1, -1), (0.45, -1), (1, 0), (0.45, 1), (-1, 1)],
    "tag": [(-1, -1), (0.25, -1), (1, 0), (0.25, 1), (-1, 1)],
    "star": [
        p
        for outer, inner in zip(_build_polygon(5), _build_polygon(5, pi / 5), strict=True)
        for p in (outer, (inner[0] * 0.5, inner[1] * 0.5))
    ],
}


def get_outline(shape: str) -> Sequence[tuple[float, float]]:
    """The corners of a cytoscape.js shape in a box from -1 to 1; none for a round one or a plain rectangle."""
    return _OUTLINES.get(shape, ())


@cache
def list_icons() -> frozenset[str]:
    """The icons there are."""
    return frozenset(path.stem for path in FOLDER.glob("*.svg"))


@cache
def read_icon_paths(icon: str) -> str:
    """The drawing inside an icon file, on a board of 24 by 24; a circle where there is no such icon."""
    if icon.startswith(LETTER):
        return f'<text x="12" y="18" {_PRINT}>{escape(icon.removeprefix(LETTER))}</text>'
    file = FOLDER / f"{icon if icon in list_icons() else 'circle'}.svg"
    return "".join(_PATHS.findall(" ".join(file.read_text(encoding="utf-8").split())))


@cache
def build_icon_uri(icon: str, colour: str = "#ffffff", size: int = 24) -> str:
    """An icon in one colour as a data URI."""
    body = f"{_STROKE.format(colour=colour)}>{read_icon_paths(icon)}</g>"
    return _to_data_uri(_HEAD.format(size=size, box="0 0 24 24") + body + "</svg>")


def build_swatch_uri(type_: EntityType) -> str:
    """A node of a type as the canvas draws it, for legend, search and details."""
    return _render_swatch(type_.shape, type_.colour, type_.icon)


@cache
def _render_swatch(shape: str, colour: str, icon: str) -> str:
    inner = (
        f'{_STROKE.format(colour="#ffffff")} transform="translate(-10.2 -10.2) scale(.85)">{read_icon_paths(icon)}</g>'
    )
    return _to_data_uri(_HEAD.format(size=42, box="-21 -21 42 42") + _render_shape(shape, colour) + inner + "</svg>")


def _render_shape(shape: str, colour: str) -> str:
    fill = f'fill="{colour}"'
    if shape == "ellipse":
        return f'<circle r="19" {fill}/>'
    if shape in _OUTLINES:
        reach = 21 if shape in ("star", "diamond") else 18
        points = " ".join(f"{x * reach:.1f},{y * reach:.1f}" for x, y in _OUTLINES[shape])
        return f'<polygon points="{points}" {fill} stroke="{colour}" stroke-width="2" stroke-linejoin="round"/>'
    if shape == "barrel":
        return f'<path d="M-18 -14 Q0 -22 18 -14 V14 Q0 22 -18 14 Z" {fill}/>'
    if shape == "bottom-round-rectangle":
        return f'<path d="M-19 -16 H19 V6 A12 12 0 0 1 7 18 H-7 A12 12 0 0 1 -19 6 Z" {fill}/>'
    return f'<rect x="-19" y="-17" width="38" height="34" rx="6" {fill}/>'


def _to_data_uri(svg: str) -> str:
    # Base64, since cytoscape.js splits an image's address at spaces and commas.
    return "data:image/svg+xml;base64," + b64encode(svg.encode()).decode()
