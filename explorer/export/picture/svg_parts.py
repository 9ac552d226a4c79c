"""Pieces of an SVG drawing: symbols, lines, words. Real text, everything grouped and named. Pure.

Elements are made with ElementTree, so that no name from the data can become markup. Arrows are polygons of their own
and dashes are plain attributes: Inkscape, Illustrator and browsers agree on those.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from math import degrees
from typing import Any
from xml.etree import ElementTree as ET

from explorer.appearance import icons
from explorer.export.common import text_metrics
from explorer.export.common.style_resolver import Style
from explorer.export.geometry import curves
from explorer.export.geometry.curves import Curve, Point
from explorer.export.geometry.edge_labels import LEADING, EdgeLabel
from graph.formats.graphml_write import FORBIDDEN

_NO_NAME = re.compile(r"[^A-Za-z0-9_.-]+")
_ICON = re.compile(r"data:image/svg\+xml;base64,(.*)", re.DOTALL)


def create_element(parent: ET.Element | None, name: str, **attributes: object) -> ET.Element:
    """An element with attributes; `_` in their names stands for `-`, None leaves one out."""
    texts = {k.rstrip("_").replace("_", "-"): _format_value(v) for k, v in attributes.items() if v is not None}
    return ET.Element(name, texts) if parent is None else ET.SubElement(parent, name, texts)


def add_group(parent: ET.Element, identity: str, title: str = "", desc: str = "", **attributes: object) -> ET.Element:
    """A group with a name that editors show, a title and a description that browsers and screen readers tell."""
    group = create_element(parent, "g", id=identity, **attributes)
    if title:
        create_element(group, "title").text = clean(title)
    if desc:
        create_element(group, "desc").text = clean(desc)
    return group


def add_text(
    parent: ET.Element,
    words: str,
    x: float,
    y: float,
    size: float,
    *,
    colour: str = "#1b2430",
    bold: bool = False,
    italic: bool = False,
    anchor: str = "start",
    **attributes: object,
) -> ET.Element:
    """Words in one line; `y` is their base line."""
    element = create_element(
        parent,
        "text",
        x=x,
        y=y,
        font_size=size,
        fill=colour,
        font_weight=700 if bold else None,
        font_style="italic" if italic else None,
        text_anchor=None if anchor == "start" else anchor,
        **attributes,
    )
    element.text = clean(text_metrics.to_printable(words))
    return element


def clean(words: str) -> str:
    """A text without what XML can't hold."""
    return FORBIDDEN.sub("\ufffd", words)


def apply_to_texts(value: Any, tidy: Callable[[str], str]) -> Any:
    """A value of lists and tables with every text in it, keys too, tidied."""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, Mapping):
        return {tidy(str(key)): apply_to_texts(item, tidy) for key, item in value.items()}
    return [apply_to_texts(item, tidy) for item in value] if isinstance(value, list | tuple) else value


def build_element_id(prefix: str, number: int, identity: str) -> str:
    """A name for an element that is unique and tells what it is: "node-3-kim-jong-un"."""
    return f"{prefix}-{number}-{_NO_NAME.sub('-', identity).strip('-')[:60]}".rstrip("-")


def draw_symbol(parent: ET.Element, at: Point, size: Point, look: Style, scale: float = 1.0) -> None:
    """A node's symbol of a width and height around a point, as cytoscape.js draws the style: halo, shape, rim, icon."""
    (x, y), (width, height), shape = at, size, str(look["shape"])
    if look.get("underlay-opacity"):
        pad = float(look.get("underlay-padding", 10)) * scale
        create_element(
            parent,
            "ellipse",
            cx=x,
            cy=y,
            rx=width / 2 * 1.1 + pad,
            ry=height / 2 * 1.1 + pad,
            fill=look["underlay-color"],
            fill_opacity=look["underlay-opacity"],
        )
    fill = str(look.get("background-color", "none"))
    if look.get("ghost") == "yes":
        beside = x + float(look["ghost-offset-x"]) * scale, y + float(look["ghost-offset-y"]) * scale
        _draw_shape(parent, shape, beside, size, fill=fill, fill_opacity=look.get("ghost-opacity", 0.4))
    rim = float(look.get("border-width", 0) or 0) * scale
    seen = float(look.get("background-opacity", 1))
    if seen or rim:
        dash = f"{rim * 3:.2f} {rim * 2:.2f}" if look.get("border-style") == "dashed" else None
        _draw_shape(
            parent,
            shape,
            at,
            size,
            fill=fill if seen else "none",
            stroke=look.get("border-color") if rim else None,
            stroke_width=rim if rim else None,
            stroke_dasharray=dash,
            stroke_linejoin="round" if rim else None,
        )
        if look.get("border-style") == "double":
            _draw_shape(parent, shape, at, size, fill="none", stroke="#ffffff", stroke_width=rim / 3)
    pictures = look.get("background-image") or ()
    corner = x + width / 2, y - height / 2
    for n, picture in enumerate([pictures] if isinstance(pictures, str) else pictures):
        sides = look.get("background-width", 25)
        side = float(sides[n] if isinstance(sides, list) else sides) * scale
        if n:  # a pin, at the upper right corner
            _draw_icon(parent, str(picture), corner, side)
        elif look.get("background-position-x") == "100%":  # a note's sign
            inset = 6 * scale + side / 2
            _draw_icon(parent, str(picture), (corner[0] - inset, corner[1] + inset), side)
        else:
            _draw_icon(parent, str(picture), at, min(side, width, height))


def _draw_shape(parent: ET.Element, shape: str, at: Point, size: Point, **paint: object) -> None:
    (x, y), (width, height) = at, size
    left, top, right, bottom = x - width / 2, y - height / 2, x + width / 2, y + height / 2
    corners = icons.get_outline(shape)
    if shape == "ellipse":
        create_element(parent, "ellipse", cx=x, cy=y, rx=width / 2, ry=height / 2, **paint)
    elif corners:
        points = " ".join(f"{x + cx * width / 2:.2f},{y + cy * height / 2:.2f}" for cx, cy in corners)
        create_element(parent, "polygon", points=points, **paint)
    elif shape == "barrel":
        bulge = height * 0.12
        create_element(
            parent,
            "path",
            d=f"M{left:.2f} {top + bulge:.2f} Q{x:.2f} {top - bulge:.2f} {right:.2f} "
            f"{top + bulge:.2f} V{bottom - bulge:.2f} Q{x:.2f} {bottom + bulge:.2f} {left:.2f} "
            f"{bottom - bulge:.2f} Z",
            **paint,
        )
    elif shape == "bottom-round-rectangle":
        round_ = min(width, height) * 0.3
        create_element(
            parent,
            "path",
            d=f"M{left:.2f} {top:.2f} H{right:.2f} V{bottom - round_:.2f} Q{right:.2f} {bottom:.2f} "
            f"{right - round_:.2f} {bottom:.2f} H{left + round_:.2f} Q{left:.2f} {bottom:.2f} {left:.2f} "
            f"{bottom - round_:.2f} Z",
            **paint,
        )
    else:
        corner = None if shape == "rectangle" else min(width, height) * 0.16
        create_element(parent, "rect", x=left, y=top, width=width, height=height, rx=corner, **paint)


def _draw_icon(parent: ET.Element, picture: str, at: Point, side: float) -> None:
    """An icon of explorer/appearance/icons.py as drawing, not as a picture within the picture."""
    match = _ICON.match(picture)
    if match is None:
        return
    drawing = ET.fromstring(base64.b64decode(match[1]))  # noqa: S314 - made by explorer/appearance/icons.py
    left, top = at[0] - side / 2, at[1] - side / 2
    holder = create_element(parent, "g", transform=f"translate({left:.2f} {top:.2f}) scale({side / 24:.4f})")
    for child in drawing:
        holder.append(_strip_namespace(child))


def _strip_namespace(element: ET.Element) -> ET.Element:
    """Without namespace in its tags: the whole drawing has one."""
    element.tag = element.tag.rpartition("}")[2]
    for child in element:
        _strip_namespace(child)
    return element


def draw_line(parent: ET.Element, path: Curve, look: Style, scale: float = 1.0) -> None:
    """A line with its halo, dashes and arrows."""
    wide = float(look.get("width", 2)) * scale
    colour = str(look.get("line-color", "#6b7280"))
    if look.get("underlay-opacity"):
        create_element(
            parent,
            "path",
            d=format_path(path),
            fill="none",
            stroke=look["underlay-color"],
            stroke_opacity=look["underlay-opacity"],
            stroke_width=wide + 2 * float(look.get("underlay-padding", 5)) * scale,
        )
    heads: list[Sequence[Point]] = []
    for end, back in (("target", False), ("source", True)):
        if look.get(f"{end}-arrow-shape", "none") != "none":
            head, path = curves.build_arrow(path, scale, back=back, size=max(1.0, float(look.get("width", 2)) / 3.2))
            heads.append(head)
    pattern = look.get("line-dash-pattern", [6, 3])
    dash = (
        " ".join(f"{float(n) * scale:.2f}" for n in pattern) if look.get("line-style") in ("dashed", "dotted") else None
    )
    create_element(
        parent,
        "path",
        d=format_path(path),
        fill="none",
        stroke=colour,
        stroke_width=wide,
        stroke_dasharray=dash,
        stroke_linecap="round" if look.get("line-style") == "dotted" else None,
    )
    hollow = look.get("target-arrow-fill") == "hollow"
    for head in heads:
        points = " ".join(f"{x:.2f},{y:.2f}" for x, y in head)
        rim = {"stroke": colour, "stroke_width": wide * 0.6, "stroke_linejoin": "round"} if hollow else {}
        create_element(parent, "polygon", points=points, fill="#ffffff" if hollow else colour, **rim)


def format_path(path: Curve) -> str:
    """A curve as path data."""
    (ax, ay), (cx, cy), (bx, by) = path
    return f"M{ax:.2f} {ay:.2f} Q{cx:.2f} {cy:.2f} {bx:.2f} {by:.2f}"


def draw_edge_label(parent: ET.Element, shown: EdgeLabel, look: Style, scale: float = 1.0) -> None:
    """The words of a line on their ground, with a leader where they stand beside it."""
    if shown.anchor:
        (x, y), colour = shown.anchor, look.get("line-color", "#6b7280")
        create_element(
            parent, "path", d=f"M{shown.x:.2f} {shown.y:.2f} L{x:.2f} {y:.2f}", stroke=colour, stroke_width=0.9 * scale
        )
        create_element(parent, "circle", cx=x, cy=y, r=1.8 * scale, fill=colour)
    turn = None if abs(shown.angle) < 0.02 else f"rotate({degrees(shown.angle):.2f} {shown.x:.2f} {shown.y:.2f})"
    holder = create_element(parent, "g", transform=turn)
    rim = float(look.get("text-border-width", 0) or 0) * scale
    create_element(
        holder,
        "rect",
        x=shown.x - shown.width / 2,
        y=shown.y - shown.height / 2,
        width=shown.width,
        height=shown.height,
        rx=3 * scale,
        fill=look.get("text-background-color", "#ffffff"),
        fill_opacity=look.get("text-background-opacity", 1),
        stroke=look.get("text-border-color") if rim else None,
        stroke_width=rim if rim else None,
    )
    leading = shown.size * LEADING
    top = shown.y - leading * len(shown.rows) / 2 + shown.size * 0.92
    for n, row in enumerate(shown.rows):
        add_text(
            holder,
            row,
            shown.x,
            top + n * leading,
            shown.size,
            bold=shown.bold,
            anchor="middle",
            colour=str(look.get("color", "#3d4855")),
        )


def _format_value(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
