"""A picture as geometry: every node with its label, every line with its words, from the canvas's positions and styles.

All lengths are in the canvas's own units. A `Fit` (fitting.py) draws the distances between nodes together, as far as
none then overlap, so that a page can show symbols and words larger. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from explorer.appearance import icons
from explorer.canvas import elements, stylesheet
from explorer.export.common import text_metrics
from explorer.export.common.briefing import Briefing, format_footnote_numbers
from explorer.export.common.style_resolver import Style, StyleResolver
from explorer.export.geometry import curves
from explorer.export.geometry.curves import Curve, Point
from explorer.export.geometry.edge_labels import EdgeLabel, EdgeLabelPlacer
from explorer.layout.geometry import Area

MARGIN = 14.0  # around what is drawn
NAME = 16.5  # the size of names, as the stylesheet has it
LONGEST, MOST_LINES = 800, 7  # letters and lines of a label; the whole name is in the element's title and in the notes


@dataclass(frozen=True)
class Fit:
    """How a canvas is fitted to a page: distances drawn out (or together) by these factors, while symbols and words
    keep their size; names are wrapped at `wrap` of their usual width. `nudges` move single nodes that would overlap."""

    across: float = 1.0
    down: float = 1.0
    wrap: float = 1.0
    nudges: Mapping[str, Point] = field(default_factory=dict)

    def place(self, identity: str, at: Point) -> Point:
        """Where a node of the canvas stands on the page."""
        dx, dy = self.nudges.get(identity, (0.0, 0.0))
        return at[0] * self.across + dx, at[1] * self.down + dy


@dataclass(frozen=True)
class Label:
    """Words in lines, each centred on `x`; `y` is the base line of the first."""

    lines: tuple[str, ...]
    x: float
    y: float
    size: float
    leading: float
    area: Area
    bold: bool = False
    italic: bool = False
    left: bool = False  # lines begin at the area's left edge instead


@dataclass(frozen=True)
class Node:
    """A node with the style that the canvas has for it. `name` is whole; `label` is what is drawn of it."""

    id: str
    kind: str
    name: str
    type: str
    caption: str
    x: float
    y: float
    width: float
    height: float
    style: Style
    label: Label

    @property
    def area(self) -> Area:
        """The symbol's extent."""
        return (self.x - self.width / 2, self.y - self.height / 2, self.x + self.width / 2, self.y + self.height / 2)

    @property
    def outside(self) -> bool:
        """Whether the label stands below the symbol, not within it."""
        return self.style.get("text-valign") == "bottom"


@dataclass(frozen=True)
class Line:
    """A line between two nodes; `cites` are the numbers of its footnotes, `tag` its words and where they stand."""

    id: str
    kind: str
    source: str
    target: str
    statement: str
    path: Curve
    bow: float
    style: Style
    cites: tuple[int, ...] = ()
    stance: str = ""
    words: str = ""
    tag: EdgeLabel | None = None


@dataclass(frozen=True)
class PictureGeometry:
    """Everything drawn, and the frame around it."""

    nodes: tuple[Node, ...] = ()
    lines: tuple[Line, ...] = ()
    frame: Area = (0.0, 0.0, 1.0, 1.0)
    crowded: tuple[str, ...] = field(default=())  # ids of lines whose words cover something

    @property
    def size(self) -> Point:
        """Width and height of the frame."""
        return self.frame[2] - self.frame[0], self.frame[3] - self.frame[1]


def build_elements(briefing: Briefing, fit: Fit) -> list[dict[str, Any]]:
    """The elements of the picture, as the canvas draws them where their places are fitted so."""
    rendered = briefing.rendered
    places = {i: fit.place(i, at) for i, at in rendered.canvas.positions.items()}
    fitted = replace(rendered, canvas=replace(rendered.canvas, positions=places))
    return [e for e in elements.build_elements(fitted) if e["data"].get("shown", 1)]


def compute_geometry(briefing: Briefing, fit: Fit = Fit()) -> PictureGeometry:
    """The picture of a briefing; lines bear the numbers of their footnotes."""
    sheet = StyleResolver(stylesheet.build_stylesheet(briefing.material.ontology))
    picture_elements = build_elements(briefing, fit)
    nodes = [build_node(e, sheet.of(e), fit.wrap) for e in picture_elements if e["group"] == "nodes"]
    standing = {n.id: n for n in nodes}
    edges = [
        e
        for e in picture_elements
        if e["group"] == "edges" and {e["data"]["source"], e["data"]["target"]} <= set(standing)
    ]
    held = {r.id: r for r in briefing.rendered.drawn.relationships}
    bows = curves.compute_bows(e["data"] for e in edges)
    untagged: list[Line] = []
    for edge in edges:
        data, look = edge["data"], sheet.of(edge)
        relation = held.get(data["id"])
        path = _compute_path(standing[data["source"]], standing[data["target"]], bows[data["id"]], len(untagged))
        cites = briefing.cites(relation) if relation else ()
        statement = (
            briefing.statement(relation) if relation and data["kind"] == "relationship" else data.get("caption", "")
        )
        untagged.append(
            Line(
                data["id"],
                data["kind"],
                data["source"],
                data["target"],
                statement,
                path,
                bows[data["id"]],
                look,
                cites,
                str(data.get("stance", "")),
                _build_line_text(data, look, cites),
            )
        )
    tagger = EdgeLabelPlacer([n.area for n in nodes if n.kind != "heading"], [n.label.area for n in nodes])
    # A disagreement has the first choice of a place, then lines that leave the least.
    order = sorted(untagged, key=lambda x: (-_get_z_index(x.style), curves.compute_length(x.path), x.id))
    lines = [_place_edge_label(line, tagger) if line.words else line for line in order]
    frame = _compute_frame(nodes, lines)
    crowded = tuple(line.id for line in lines if line.tag and line.tag.covers)
    return PictureGeometry(
        tuple(nodes), tuple(sorted(lines, key=lambda x: (_get_z_index(x.style), x.id))), frame, crowded
    )


def build_node(element: Mapping[str, Any], look: Style, wrap: float) -> Node:
    """A node of the picture, from its element and style."""
    data, (x, y) = element["data"], (element["position"]["x"], element["position"]["y"])
    width, height = float(look["width"]), float(look["height"])
    label = _build_label(data, look, (x, y), height, wrap if data["kind"] in ("entity", "stack") else 1.0)
    if data["kind"] == "note":
        left, top, right, bottom = label.area
        width, height = max(width, right - left + 20), max(height, bottom - top + 14)
    return Node(
        data["id"],
        data["kind"],
        str(data.get("name", "")),
        str(data.get("type", "")),
        str(data.get("caption", "")),
        x,
        y,
        width,
        height,
        look,
        label,
    )


def _build_label(data: Mapping[str, Any], look: Style, place: Point, high: float, wrap: float) -> Label:
    text, *badge = str(look.get("label") or "").split("\n", 1)
    if text.endswith("…") and data["kind"] == "entity":  # on paper there is room for the whole name
        sign = text[:2] if text[:2] in ("＋ ", "－ ") else ""
        text = sign + str(data.get("name") or "")
    text = "\n".join([text, *badge])
    size = float(look["font-size"])
    bold = str(look.get("font-weight", "")) in ("bold", "700", "600")
    leading = size * float(look.get("line-height", 1.15)) * 1.05
    lines = (
        tuple(text_metrics.wrap_text(text[:LONGEST], size, float(look["text-max-width"]) * wrap, bold=bold))
        if text
        else ()
    )
    if data["kind"] == "entity" and (len(lines) > MOST_LINES or len(text) > LONGEST):
        lines = (*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1][:-1]}…") if len(lines) >= MOST_LINES else lines
    wide = max((text_metrics.measure_width(line, size, bold=bold) for line in lines), default=0.0)
    below = look.get("text-valign") == "bottom"
    top = place[1] + high / 2 + 4 if below else place[1] - leading * len(lines) / 2
    area = (place[0] - wide / 2 - 1, top, place[0] + wide / 2 + 1, top + leading * len(lines))
    return Label(
        lines,
        place[0],
        top + size * 0.98,
        size,
        leading,
        area,
        bold,
        look.get("font-style") == "italic",
        look.get("text-justification") == "left",
    )


def _compute_path(a: Node, b: Node, bow: float, number: int) -> Curve:
    if a.id == b.id:
        return curves.build_loop((a.x, a.y), max(a.width, a.height) / 2, number % 4)
    raw = curves.build_curve((a.x, a.y), (b.x, b.y), bow)
    return curves.clip_curve(raw, _build_inside_test(a), _build_inside_test(b))


def _build_inside_test(node: Node) -> curves.Inside:
    """Whether a point lies on a node or its label: lines end outside of both."""
    left, top, right, bottom = node.label.area if node.outside and node.label.lines else (0.0, 0.0, 0.0, 0.0)
    outline = icons.get_outline(str(node.style.get("shape")))
    half = node.width / 2 + 1.5, node.height / 2 + 1.5

    def inside(point: Point) -> bool:
        if left <= point[0] <= right and top <= point[1] <= bottom:
            return True
        x, y = (point[0] - node.x) / half[0], (point[1] - node.y) / half[1]
        if abs(x) > 1.1 or abs(y) > 1.1:
            return False
        if node.style.get("shape") == "ellipse":
            return x * x + y * y <= 1
        return _is_in_polygon(outline, x, y) if outline else abs(x) <= 1 and abs(y) <= 1

    return inside


def _is_in_polygon(outline: Sequence[Point], x: float, y: float) -> bool:
    """Whether a point lies in a polygon (even-odd rule)."""
    inside = False
    for (ax, ay), (bx, by) in zip(outline, [*outline[1:], outline[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def _build_line_text(data: Mapping[str, Any], look: Style, cites: tuple[int, ...]) -> str:
    """The words of a line: what it says and how it stands, which a screen says only under the mouse; and its notes."""
    if not (look.get("label") or look.get("source-label")):
        return ""
    return " ".join(part for part in (str(data.get("words") or data["label"]), format_footnote_numbers(cites)) if part)


def _place_edge_label(line: Line, tagger: EdgeLabelPlacer) -> Line:
    look = line.style
    tag = tagger.place(
        line.words,
        line.path,
        size=float(look["font-size"]) * 1.08,
        bold=str(look.get("font-weight", "")) in ("bold", "700"),
        upright=look.get("text-rotation") == "none",
        padding=float(look.get("text-background-padding", 2)),
    )
    return replace(line, tag=tag)


def _get_z_index(look: Style) -> float:
    return float(look.get("z-index", 0) or 0)


def compute_node_area(node: Node) -> Area:
    """The room of a node with its label."""
    one, two = node.area, node.label.area
    if not node.label.lines:
        return one
    return (min(one[0], two[0]) - 3, min(one[1], two[1]) - 1, max(one[2], two[2]) + 3, max(one[3], two[3]) + 2)


def _compute_frame(nodes: Sequence[Node], lines: Sequence[Line]) -> Area:
    areas = [compute_node_area(n) for n in nodes] + [line.tag.area for line in lines if line.tag]
    areas += [(x, y, x, y) for line in lines for x, y in (curves.compute_point(line.path, n / 8) for n in range(9))]
    if not areas:
        return (0.0, 0.0, 400.0, 200.0)
    return (
        min(a[0] for a in areas) - MARGIN,
        min(a[1] for a in areas) - MARGIN,
        max(a[2] for a in areas) + MARGIN,
        max(a[3] for a in areas) + MARGIN,
    )
