"""Cytoscape elements from a subgraph. Pure: the same subgraph and places give the same elements."""

from collections.abc import Mapping
from typing import Any

from explorer import filters, routes
from explorer.boxes import Point
from graph.model import Entity, Relationship, Subgraph
from graph.ontology import Ontology

CUT = 58  # letters of a label; the whole name is in the tooltip and the details
MARKS = {"contested": "contested", "denied": "✕ denied"}


def elements(
    ontology: Ontology, subgraph: Subgraph, shown: Subgraph, positions: Mapping[str, Point]
) -> list[dict[str, Any]]:
    """An element for every entity and relationship; those not in `shown` are there, but hidden."""
    seen = {e.id for e in shown.entities} | {r.id for r in shown.relationships}
    places = {e.id: positions[e.id] for e in shown.entities if e.id in positions}
    bends = routes.bends(shown, places)
    marks = routes.marks(shown, places, bends)
    nodes = [_node(ontology, e, positions.get(e.id, (0.0, 0.0)), e.id in seen) for e in subgraph.entities]
    lines = [_line(ontology, r, bends.get(r.id), marks.get(r.id), r.id in seen) for r in subgraph.relationships]
    return nodes + lines


def _node(ontology: Ontology, entity: Entity, at: Point, shown: bool) -> dict[str, Any]:
    known = ontology.types.get(entity.type)
    data = {
        "id": entity.id,
        "label": label(entity.name),
        "name": entity.name,
        "type": entity.type,
        "caption": known.caption if known else entity.type,
        "shown": int(shown),
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
        "source": line.source,
        "target": line.target,
        "type": line.type,
        "label": mark or caption,
        "words": f"{caption} · {mark}" if mark else caption,
        "caption": caption,
        "chain": filters.chain_of(ontology, line.type),
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
