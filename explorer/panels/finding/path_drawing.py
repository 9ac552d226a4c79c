"""Paths on the canvas: brought there, laid out, and picked out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from explorer.canvas import rendered_view
from explorer.canvas.rendered_view import RenderedView
from explorer.layout import columns, force
from explorer.layout.geometry import Point
from explorer.overlays import path_overlay
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.model import Path, Subgraph
from graph.ontology import Ontology


def show_paths(store: Store, ontology: Ontology, canvas: Canvas, chosen: Sequence[Path], note: str) -> RenderedView:
    """With these paths on the canvas and picked out; on an empty one they run from left to right."""
    entities = {e.id: e for p in chosen for e in p.entities}
    first, last = chosen[0].entities[0], chosen[0].entities[-1]
    if not canvas.ids:
        places: Mapping[str, Point] = arrange_paths(chosen)
        canvas = replace(canvas, title=f"{first.name} to {last.name}", name="path")
    else:
        places = canvas.positions
    view = rendered_view.read(store, ontology, canvas.holding(entities))
    return place_paths(store, view, replace(canvas, positions=places), chosen, note)


def arrange_paths(chosen: Sequence[Path]) -> Mapping[str, Point]:
    """Places from left to right: an entity stands as far to the right as the longest way to it is."""
    entities = {e.id: e for p in chosen for e in p.entities}
    lines = {line.id: line for p in chosen for line in p.relationships}
    column: dict[str, int] = {}
    for p in chosen:
        for n, e in enumerate(p.entities):
            column[e.id] = max(n, column.get(e.id, 0))
    return columns.arrange_in_columns(Subgraph(tuple(entities.values()), tuple(lines.values())), column)


def place_paths(store: Store, view: RenderedView, canvas: Canvas, chosen: Sequence[Path], note: str) -> RenderedView:
    """A canvas with these paths on it and picked out; `view` holds them and the canvas, and is not read again."""
    grown = replace(canvas.holding(e.id for p in chosen for e in p.entities), note=note)
    held = rendered_view.select_entities(view.whole, grown.ids)
    placed = grown.placed(force.extend_layout(held, view.ontology, canvas.positions), fit=True)
    return rendered_view.update(store, view, path_overlay.highlight_paths(placed, chosen, note))
