"""Cytoscape elements from a subgraph. Pure: the same subgraph and places give the same elements."""

from typing import Any

from explorer.appearance import labels
from explorer.canvas import diff, stylesheet
from explorer.canvas.rendered_view import Scene
from explorer.filters import apply
from explorer.layout import edge_routing
from explorer.overlays import chain_overlay, grouping, highlight, notes, path_overlay
from explorer.state.canvas import Point
from graph.model import Entity, Relationship
from graph.ontology import Ontology

CUT = 58  # letters of a label; the whole name is in the tooltip and the details
MARKS = {"contested": "contested", "denied": "✕ denied"}


def elements(scene: Scene) -> list[dict[str, Any]]:
    """An element for everything drawn, and hidden ones for all else that the canvas holds."""
    ontology, positions, drawn = scene.ontology, scene.canvas.positions, scene.drawn
    seen = {e.id for e in drawn.entities} | {r.id for r in drawn.relationships}
    places = {e.id: positions[e.id] for e in drawn.entities if e.id in positions}
    bends = edge_routing.bends(drawn, places)
    marks = edge_routing.marks(drawn, places, bends)
    # The entities of the canvas come first and in their own order: the first carries the mark of the drawing.
    entities = {e.id: e for e in (*scene.whole.entities, *drawn.entities)}
    relationships = {r.id: r for r in (*scene.whole.relationships, *drawn.relationships)}
    nodes = [_node(ontology, e, positions.get(e.id, (0.0, 0.0)), e.id in seen) for e in entities.values()]
    for node, entity in zip(nodes, entities.values(), strict=True):
        node["data"].update(scene.looks.of_node(entity, stylesheet.extent(ontology.types.get(entity.type))))
    lines = [_line(ontology, r, bends.get(r.id), marks.get(r.id), r.id in seen) for r in relationships.values()]
    for edge, line in zip(lines, relationships.values(), strict=True):
        edge["data"].update(scene.looks.of_line(line))
    grouping.mark(ontology, drawn, scene.canvas.pinned, nodes + lines)
    chain_overlay.mark(nodes + lines)
    path_overlay.mark(scene.canvas.emphasis, drawn, nodes + lines)
    highlight.mark(scene.canvas.emphasis, drawn, nodes + lines)
    nodes += notes.elements(scene.canvas) + chain_overlay.headings(scene)
    diff.mark(scene.canvas.emphasis, nodes + lines)
    if nodes:
        nodes[0]["data"]["mark"] = scene.canvas.stamp
    return nodes + lines


def _node(ontology: Ontology, entity: Entity, at: Point, shown: bool) -> dict[str, Any]:
    known = ontology.types.get(entity.type)
    data = {
        "id": entity.id,
        "kind": "entity",
        "label": label(entity.name),
        "name": entity.name,
        "type": entity.type,
        "caption": known.caption if known else entity.type or "Node",
        "shown": int(shown),
        **labels.drawn(ontology, entity.type),
    }
    return {"group": "nodes", "data": data, "position": {"x": at[0], "y": at[1]}}


def _line(
    ontology: Ontology, line: Relationship, bow: int | None, mark_at: float | None, shown: bool
) -> dict[str, Any]:
    known = ontology.relationships.get(line.type)
    caption = known.caption if known else line.type.replace("_", " ").lower()
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
        "chain": apply.chain_of(ontology, line.type),
        "stance": line.stance or "asserted",
        "symmetric": int(bool(known and known.symmetric)),
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


def label(name: str) -> str:
    """A name as the canvas shows it: whole, unless it is very long."""
    if len(name) <= CUT:
        return name
    whole = name[:CUT].rsplit(" ", 1)[0] if " " in name[:CUT] else name[: CUT - 1]
    return whole.rsplit(" (", 1)[0].rstrip(" ,;:(") + "…"
