"""A picture's geometry (plate.py) as SVG. Pure."""

from xml.etree import ElementTree as ET

from explorer.canvas.stylesheet import INK
from explorer.export.common import text_metrics
from explorer.export.common.briefing import Briefing
from explorer.export.geometry import picture_geometry
from explorer.export.geometry.picture_geometry import Plate
from explorer.export.picture import svg_parts
from explorer.export.picture.svg_parts import make, text


def picture(parent: ET.Element, drawn: Plate, briefing: Briefing) -> None:
    """The picture alone, in its own units: lines below nodes, words of lines above lines, names on top."""
    known = {r.id: r for r in briefing.scene.drawn.relationships}
    below = svg_parts.group(parent, "lines", "Lines")
    for n, line in enumerate(drawn.lines):
        relation = known.get(line.id)
        said = (
            "; ".join(
                briefing.says(c) + (" denies" if c.stance == "denied" else "") for c in briefing.claims_of(relation)
            )
            if relation
            else ""
        )
        told = f"{line.words.splitlines()[0] if line.words else line.statement}"
        holder = svg_parts.group(
            below,
            svg_parts.name("line", n, line.id),
            line.statement or told,
            said,
            opacity=line.style.get("opacity"),
            data_id=line.id,
        )
        svg_parts.line(holder, line.path, line.style)
    above = svg_parts.group(parent, "words", "Words of the lines")
    for n, line in enumerate(drawn.lines):
        if line.tag:
            holder = svg_parts.group(
                above,
                svg_parts.name("words", n, line.id),
                line.statement,
                opacity=line.style.get("opacity"),
                data_id=line.id,
            )
            svg_parts.tag(holder, line.tag, line.style)
    nodes = svg_parts.group(parent, "nodes", "Entities")
    for n, node in enumerate(drawn.nodes):
        holder = svg_parts.group(
            nodes,
            svg_parts.name("node", n, node.id),
            node.name,
            node.caption,
            opacity=node.style.get("opacity"),
            data_id=node.id,
        )
        svg_parts.symbol(holder, (node.x, node.y), (node.width, node.height), node.style)
        _label(holder, node)


def _label(parent: ET.Element, node: picture_geometry.Node) -> None:
    label, look = node.label, node.style
    ground = float(look.get("text-background-opacity", 0) or 0)
    for n, row in enumerate(label.lines):
        y = label.y + n * label.leading
        wide = text_metrics.width(row, label.size, bold=label.bold)
        if ground and row:
            paper = look.get("text-background-color", "#ffffff")
            make(
                parent,
                "rect",
                x=label.x - wide / 2 - 1.5,
                y=y - label.size * 0.98,
                width=wide + 3,
                height=label.leading,
                fill=paper,
                fill_opacity=ground,
            )
        x, anchor = (label.area[0] + 1, "start") if label.left else (label.x, "middle")
        text(
            parent,
            row,
            x,
            y,
            label.size,
            bold=label.bold,
            italic=label.italic,
            anchor=anchor,
            colour=str(look.get("color", INK)),
        )
