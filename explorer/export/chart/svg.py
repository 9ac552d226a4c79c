"""A chart as an SVG drawing with real text. Pure."""

from collections.abc import Sequence
from math import cos, pi, sin
from xml.etree import ElementTree as ET

from explorer.export.chart.marks import INK, QUIET, Box, Mark, Sign, Stroke, Words, build_legend, build_marks
from explorer.export.chart.sheet import ChartSheet
from explorer.export.common import text_metrics
from explorer.export.picture import svg_parts
from explorer.export.picture.svg_parts import create_element

WIDTH, PAD = 960.0, 24.0
TITLE, TEXT, FOOT = 20.0, 11.0, 8.0
POINTS_A_PIXEL = 0.8  # of the height that the page gives a chart
_DASHES = {"dash": "6 4", "dot": "2 3", "dashdot": "6 3 2 3"}
MARK_INK = "#b42318"


def render_svg(sheet: ChartSheet) -> str:
    """The drawing, as high as it needs to be."""
    root = ET.Element(
        "svg", {"xmlns": "http://www.w3.org/2000/svg", "version": "1.1", "role": "img", "font-family": text_metrics.CSS}
    )
    create_element(root, "title").text = svg_parts.clean(sheet.title)
    create_element(root, "desc").text = svg_parts.clean(" ".join(sheet.remarks))
    ground = create_element(root, "rect", id="paper", fill="#ffffff")
    y = _add_lines(root, sheet.title, PAD + TITLE, TITLE, INK, bold=True, room=160 if sheet.mark else 0)
    if sheet.mark:
        svg_parts.add_text(
            root, sheet.mark.upper(), WIDTH - PAD, PAD + 14, 12, colour=MARK_INK, bold=True, anchor="end"
        )
    y = _add_lines(root, sheet.question, y + 2, TEXT, QUIET)
    legend, high = build_legend(sheet.drawn.figure, (PAD, y, WIDTH - PAD, y))
    chart_foot = y + high + sheet.drawn.height * POINTS_A_PIXEL
    plot = svg_parts.add_group(root, "chart", sheet.title)
    draw_marks(plot, [*legend, *build_marks(sheet.drawn.figure, (PAD, y + high, WIDTH - PAD, chart_foot))])
    y = chart_foot + 18
    for remark in sheet.remarks:
        y = _add_lines(root, remark, y, TEXT, INK) + 3
    y += 4
    for line in sheet.origin:
        y = _add_lines(root, line, y, FOOT, QUIET)
    height = y + PAD / 2
    for key, value in (("width", WIDTH), ("height", height)):
        ground.set(key, f"{value:.2f}")
        root.set(key, f"{value:.2f}")
    root.set("viewBox", f"0 0 {WIDTH:.2f} {height:.2f}")
    return ET.tostring(root, encoding="unicode")


def _add_lines(
    root: ET.Element, text: str, y: float, size: float, colour: str, *, bold: bool = False, room: float = 0.0
) -> float:
    """Words in as many lines as they need, from a base line on. Returns the next base line."""
    for line in text_metrics.wrap_text(text, size, WIDTH - 2 * PAD - room, bold=bold) if text else ():
        svg_parts.add_text(root, line, PAD, y, size, colour=colour, bold=bold)
        y += size * 1.35
    return y


def draw_marks(parent: ET.Element, marks: Sequence[Mark]) -> None:
    """What a chart draws, in its order; what stands for a row is named by its series."""
    for mark in marks:
        match mark:
            case Stroke(points=points, colour=colour, width=width):
                create_element(
                    parent,
                    "polyline",
                    points=" ".join(f"{x:.2f},{y:.2f}" for x, y in points),
                    fill="none",
                    stroke=colour,
                    stroke_width=width,
                    stroke_opacity=mark.opacity if mark.opacity < 1 else None,
                    stroke_dasharray=_DASHES.get(mark.dash),
                )
            case Box(area=(left, top, right, bottom)):
                element = create_element(
                    parent, "rect", x=left, y=top, width=right - left, height=bottom - top, fill=mark.colour
                )
                create_element(element, "title").text = svg_parts.clean(mark.name)
            case Sign():
                _draw_sign(parent, mark)
            case Words() if mark.text:
                svg_parts.add_text(
                    parent, mark.text, mark.x, mark.y, mark.size, colour=mark.colour, bold=mark.bold, anchor=mark.anchor
                )


def _draw_sign(parent: ET.Element, sign: Sign) -> None:
    paint: dict[str, object] = {
        "fill": "#ffffff" if sign.is_open else sign.colour,
        "stroke": sign.colour if sign.is_open else "#ffffff",
        "stroke_width": 1.6 if sign.is_open else 0.8,
    }
    kind, r = sign.symbol.removesuffix("-open"), sign.size / 2
    if kind == "circle":
        element = create_element(parent, "circle", cx=sign.x, cy=sign.y, r=r, **paint)
    elif kind in ("x", "line-ew"):
        slant = r if kind == "x" else 0.0
        strokes = f"M{sign.x - r:.2f} {sign.y - slant:.2f} L{sign.x + r:.2f} {sign.y + slant:.2f}"
        strokes += f" M{sign.x - r:.2f} {sign.y + slant:.2f} L{sign.x + r:.2f} {sign.y - slant:.2f}"
        element = create_element(parent, "path", d=strokes, stroke=sign.colour, stroke_width=2.4, fill="none")
    else:
        corners = " ".join(f"{sign.x + cx * r:.2f},{sign.y + cy * r:.2f}" for cx, cy in list_corners(kind))
        element = create_element(parent, "polygon", points=corners, **paint)
    create_element(element, "title").text = svg_parts.clean(sign.name)


def list_corners(symbol: str) -> list[tuple[float, float]]:
    """The corners of a symbol in a circle of radius 1."""
    if symbol == "star":
        return [
            (sin(n * pi / 5) * (0.45 if n % 2 else 1.15), -cos(n * pi / 5) * (0.45 if n % 2 else 1.15))
            for n in range(10)
        ]
    count, turn = {
        "square": (4, 0.5),
        "diamond": (4, 0.0),
        "pentagon": (5, 0.0),
        "hexagon": (6, 0.0),
        "triangle-up": (3, 0.0),
        "triangle-right": (3, 0.75),
        "triangle-down": (3, 1.5),
        "triangle-left": (3, 2.25),
    }.get(symbol, (4, 0.5))
    return [(1.15 * sin((n + turn) * 2 * pi / count), -1.15 * cos((n + turn) * 2 * pi / count)) for n in range(count)]
