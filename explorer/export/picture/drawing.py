"""A picture's geometry (plate.py) as SVG. Pure."""

from xml.etree import ElementTree as ET

from explorer.canvas.stylesheet import INK
from explorer.export.common import text_metrics
from explorer.export.common.briefing import Briefing
from explorer.export.geometry import picture_geometry
from explorer.export.geometry.picture_geometry import PictureGeometry
from explorer.export.picture import svg_parts
from explorer.export.picture.svg_parts import add_text, create_element


def draw_picture(parent: ET.Element, drawn: PictureGeometry, briefing: Briefing) -> None:
    """The picture alone, in its own units: lines below nodes, words of lines above lines, names on top."""
    relationships = {r.id: r for r in briefing.rendered.drawn.relationships}
    below = svg_parts.add_group(parent, "lines", "Lines")
    for n, line in enumerate(drawn.lines):
        relation = relationships.get(line.id)
        asserted, denied = briefing.sides(relation) if relation else ((), ())
        inferred = [f"inferred by {words}" for words in briefing.list_inferences(relation)] if relation else []
        words = "; ".join((*(f"{who} denies" for who in denied), *asserted, *inferred))
        caption = f"{line.words.splitlines()[0] if line.words else line.statement}"
        holder = svg_parts.add_group(
            below,
            svg_parts.build_element_id("line", n, line.id),
            line.statement or caption,
            words,
            opacity=line.style.get("opacity"),
            data_id=line.id,
        )
        svg_parts.draw_line(holder, line.path, line.style)
    above = svg_parts.add_group(parent, "words", "Words of the lines")
    for n, line in enumerate(drawn.lines):
        if line.tag:
            holder = svg_parts.add_group(
                above,
                svg_parts.build_element_id("words", n, line.id),
                line.statement,
                opacity=line.style.get("opacity"),
                data_id=line.id,
            )
            svg_parts.draw_edge_label(holder, line.tag, line.style)
    nodes = svg_parts.add_group(parent, "nodes", "Entities")
    for n, node in enumerate(drawn.nodes):
        holder = svg_parts.add_group(
            nodes,
            svg_parts.build_element_id("node", n, node.id),
            node.name,
            node.caption,
            opacity=node.style.get("opacity"),
            data_id=node.id,
        )
        svg_parts.draw_symbol(holder, (node.x, node.y), (node.width, node.height), node.style)
        _draw_label(holder, node)


def _draw_label(parent: ET.Element, node: picture_geometry.Node) -> None:
    label, look = node.label, node.style
    ground = float(look.get("text-background-opacity", 0) or 0)
    for n, row in enumerate(label.lines):
        y = label.y + n * label.leading
        wide = text_metrics.measure_width(row, label.size, bold=label.bold)
        if ground and row:
            paper = look.get("text-background-color", "#ffffff")
            create_element(
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
        add_text(
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
