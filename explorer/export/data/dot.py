"""DOT for Graphviz: the picture with its words, and below it title, disputes and sources.

`neato -n2 -Tsvg` draws it with everything where it stands on the canvas, `dot -Tsvg` anew in layers. Positions are in
points, as Graphviz has them, with the y axis up. No label is HTML, so that no name can become markup; what Graphviz
would still read in a label, backslashes and ampersands, is escaped.

Language: https://graphviz.org/doc/info/lang.html
"""

import json
import re

import graphviz

from explorer.export.common import text_metrics
from explorer.export.common.briefing import Briefing
from explorer.export.data import rows, sketch
from explorer.export.data.sketch import Line, Node
from graph.model import INFERRED

# Our shapes by cytoscape.js's names, with `style` where the shape is a matter of that.
_SHAPES = {
    "ellipse": "ellipse",
    "round-rectangle": "box",
    "rectangle": "box",
    "hexagon": "hexagon",
    "octagon": "octagon",
    "barrel": "cylinder",
    "cut-rectangle": "component",
    "round-tag": "cds",
    "tag": "cds",
    "star": "tab",
    "diamond": "box",
    "rhomboid": "box3d",
    "bottom-round-rectangle": "folder",
}
_STYLES = {"inferred": "dashed", "contested": "dashed", "denied": "dotted"}
_INKS = {"contested": "#7a4d00", "denied": "#b42318"}
_SIZE, _SMALL = 11.0, 9.5  # points
_NAME, _NOTES = 120.0, 900.0  # points that a line of a name, or of the notes, takes at most


def render(briefing: Briefing) -> bytes:
    """The file, in UTF-8."""
    drawn = sketch.build_diagram(briefing)
    graph = graphviz.Digraph("armsgraph")
    below = [
        row for note in sketch.list_caption_lines(briefing) for row in text_metrics.wrap_text(note, _SMALL, _NOTES)
    ]
    graph.attr(
        "graph",
        **_quote_attributes(
            {
                "label": _join_left_aligned(below),
                "labelloc": "b",
                "labeljust": "l",
                "fontname": "Noto Sans",
                "fontsize": _SMALL,
                "rankdir": "LR",
                "nodesep": 0.25,
                "ranksep": 0.7,
                "splines": "true",
                "outputorder": "edgesfirst",
                "bgcolor": "#ffffff",
                "pad": 0.3,
                "tooltip": _escape(rows.to_single_line(briefing.title)),
                "comment": _to_json(briefing.metadata),
            }
        ),
    )
    graph.attr(
        "node", **_quote_attributes({"fontname": "Noto Sans", "fontsize": _SIZE, "margin": "0.08,0.05", "penwidth": 2})
    )
    graph.attr("edge", **_quote_attributes({"fontname": "Noto Sans", "fontsize": _SMALL, "arrowsize": 0.7}))
    for node in drawn.nodes:
        graph.node(node.id, **_quote_attributes(_build_node_attributes(node)))
    for line in drawn.lines:
        graph.edge(line.source, line.target, **_quote_attributes(_build_edge_attributes(line)))
    return str(graph.source).encode()


def _build_node_attributes(node: Node) -> dict[str, object]:
    words = [
        *text_metrics.wrap_text(node.name, _SIZE, _NAME, bold=True),
        *text_metrics.wrap_text(f"({node.caption})", _SIZE, _NAME),
    ]
    attributes: dict[str, object] = {
        "label": "\\n".join(map(_escape, words)),
        "tooltip": _escape(f"{node.whole} ({node.caption})"),
        "pos": f"{node.x:.1f},{-node.y or 0.0:.1f}!",
        "shape": _SHAPES.get(node.shape, "box"),
    }
    if attributes["shape"] == "cds":
        attributes["margin"] = "0.2,0.08"  # the arrow's tip takes some of the room
    if node.kind == "gap":
        return {**attributes, "style": "dashed", "color": "#6b7280", "penwidth": 1, "fontcolor": "#55606e"}
    if node.kind == "note":
        return {**attributes, "shape": "note", "style": "filled", "fillcolor": "#fff6c9", "color": "#a8841a"}
    rounded = ",rounded" if node.shape.startswith("round-rect") else ",diagonals" if node.shape == "diamond" else ""
    double = {"peripheries": 2} if node.kind == "stack" else {}
    return {
        **attributes,
        "style": f"filled{rounded}",
        "color": node.colour,
        "fillcolor": lighten_colour(node.colour),
        **double,
    }


def _build_edge_attributes(line: Line) -> dict[str, object]:
    attributes: dict[str, object] = {
        "label": "\\n".join(map(_escape, text_metrics.wrap_text(line.words, _SMALL, _NAME))),
        "tooltip": _escape(f"{line.statement}: {line.words}"),
        "color": line.colour,
        "penwidth": round(line.width * 0.6, 2),
        "fontcolor": "#4a4f57" if line.withdrawn else _INKS.get(line.stance, "#3d4855"),
    }
    if line.stance in _STYLES or not line.stance:
        attributes["style"] = _STYLES.get(line.stance, "dashed")
    if line.stance in _INKS:
        attributes |= {"fontname": "Noto Sans Bold", "fontsize": _SMALL + 1, "penwidth": 2.4}
    if line.stance == INFERRED:
        attributes["arrowhead"] = "empty"
    if line.headless or line.both:
        attributes["dir"] = "none" if line.headless else "both"
    return attributes


def _to_json(value: object) -> str:
    """JSON without backslashes before quotes or one another, which DOT and JSON would each read in a way of its own."""
    text = json.dumps(rows.clean(value), ensure_ascii=False, sort_keys=True)
    return re.sub(r'\\(["\\])', lambda pair: f"\\u{ord(pair[1]):04x}", text)


def lighten_colour(colour: str) -> str:
    """A light shade of a colour #rrggbb, on which dark words can be read."""
    parts = (int(colour[n : n + 2], 16) for n in (1, 3, 5))
    return "#" + "".join(f"{255 - (255 - part) // 6:02x}" for part in parts)


def _join_left_aligned(words: list[str]) -> str:
    return "".join(f"{_escape(row)}\\l" for row in words)


def _escape(text: str) -> str:
    """A text that a label shows as it is."""
    return str(graphviz.escape(text.replace("&", "&amp;")))


def _quote_attributes(attributes: dict[str, object]) -> dict[str, str]:
    """Attributes as the package wants them: texts, none of which it takes for HTML."""
    return {name: graphviz.nohtml(str(value)) for name, value in attributes.items()}
