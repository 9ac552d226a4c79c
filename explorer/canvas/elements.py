"""Cytoscape elements from a subgraph. Pure: the same subgraph and places give the same elements."""

from typing import Any

from explorer.appearance import labels
from explorer.canvas import diff, stylesheet
from explorer.canvas.chain_headings import build_column_headings
from explorer.canvas.rendered_view import RenderedView
from explorer.filters import apply
from explorer.layout import edge_routing
from explorer.overlays import chain_overlay, grouping, highlight, notes, path_overlay
from explorer.state.canvas import Point
from graph import collectives
from graph.model import INFERRED, Entity, Relationship
from graph.ontology import Ontology

MAX_LABEL_LENGTH = 58  # letters of a label; the whole name is in the tooltip and the details
UNLISTED = "○ on no list searched"  # below the name of what was looked for on lists, and found on none
MARKS = {INFERRED: "inferred", "contested": "contested", "denied": "✕ denied"}


def build_elements(rendered: RenderedView) -> list[dict[str, Any]]:
    """An element for everything drawn, and hidden ones for all else that the canvas holds."""
    ontology, positions, drawn = rendered.ontology, rendered.canvas.positions, rendered.drawn
    seen = {e.id for e in drawn.entities} | {r.id for r in drawn.relationships}
    places = {e.id: positions[e.id] for e in drawn.entities if e.id in positions}
    bends = edge_routing.compute_bends(drawn, places)
    marks = edge_routing.place_marks(drawn, places, bends)
    # The entities of the canvas come first and in their own order: the first carries the mark of the drawing.
    entities = {e.id: e for e in (*rendered.whole.entities, *drawn.entities)}
    relationships = {r.id: r for r in (*rendered.whole.relationships, *drawn.relationships)}
    nodes = [_build_node(ontology, e, positions.get(e.id, (0.0, 0.0)), e.id in seen) for e in entities.values()]
    for node in nodes:
        if node["data"]["id"] in rendered.unlisted:
            node["data"] |= {"unlisted": 1, "label": f"{node['data']['label']}\n{UNLISTED}"}
    for node, entity in zip(nodes, entities.values(), strict=True):
        node["data"].update(
            rendered.looks.encode_node(entity, stylesheet.get_symbol_size(ontology.types.get(entity.type)))
        )
    lines = [_build_edge(ontology, r, bends.get(r.id), marks.get(r.id), r.id in seen) for r in relationships.values()]
    for edge, line in zip(lines, relationships.values(), strict=True):
        edge["data"].update(rendered.looks.encode_edge(line))
    grouping.mark_elements(ontology, drawn, rendered.canvas.pinned, nodes + lines)
    chain_overlay.mark_elements(nodes + lines)
    path_overlay.mark_elements(rendered.canvas.emphasis, drawn, nodes + lines)
    highlight.mark_elements(rendered.canvas.emphasis, drawn, nodes + lines)
    nodes += notes.build_elements(rendered.canvas) + build_column_headings(rendered)
    diff.mark_elements(rendered.canvas.emphasis, nodes + lines)
    if nodes:
        nodes[0]["data"]["mark"] = rendered.canvas.stamp
    return nodes + lines


def _build_node(ontology: Ontology, entity: Entity, at: Point, shown: bool) -> dict[str, Any]:
    data = {
        "id": entity.id,
        "kind": "entity",
        "label": shorten_label(entity.name),
        "name": entity.name,
        "type": entity.type,
        "caption": collectives.describe_kind(ontology, entity) or "Node",
        "shown": int(shown),
        **({"collective": 1} if collectives.is_collective(entity) else {}),
        **labels.build_node_style(ontology, entity.type),
    }
    return {"group": "nodes", "data": data, "position": {"x": at[0], "y": at[1]}}


def _build_edge(
    ontology: Ontology, line: Relationship, bow: int | None, mark_at: float | None, shown: bool
) -> dict[str, Any]:
    line_type = ontology.relationships.get(line.type)
    caption = ontology.get_predicate_caption(line.type)
    withdrawn = line.properties.get("withdrawn_on", "")
    mark = f"withdrawn {withdrawn}" if withdrawn else MARKS.get(line.stance, "")
    data: dict[str, Any] = {
        "id": line.id,
        "kind": "relationship",
        "source": line.source,
        "target": line.target,
        "type": line.type,
        "label": mark or caption,
        "words": f"{caption} · {mark}" if mark else caption,
        "caption": caption,
        "chain": apply.get_chain(ontology, line.type),
        "stance": line.stance or "asserted",
        "symmetric": int(bool(line_type and line_type.symmetric)),
        "shown": int(shown),
    }
    if withdrawn:
        data["withdrawn"] = withdrawn
    # Only where there is one: the stylesheet asks whether the key is there.
    if bow is not None:
        data["bend"] = bow
    if mark_at is not None:
        data["mark_at"] = mark_at
    return {"group": "edges", "data": data}


def shorten_label(name: str) -> str:
    """A name as the canvas shows it: whole, unless it is very long."""
    if len(name) <= MAX_LABEL_LENGTH:
        return name
    whole = (
        name[:MAX_LABEL_LENGTH].rsplit(" ", 1)[0] if " " in name[:MAX_LABEL_LENGTH] else name[: MAX_LABEL_LENGTH - 1]
    )
    return whole.rsplit(" (", 1)[0].rstrip(" ,;:(") + "…"
