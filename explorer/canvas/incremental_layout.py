"""Where everything on a canvas stands: new nodes settled beside the old, or a layout applied. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from explorer.canvas.rendered_view import RenderedView
from explorer.layout import force
from explorer.layout.apply import combine_subgraphs
from explorer.layout.geometry import OccupancyGrid, Point, build_boxes
from explorer.overlays import notes
from explorer.state.canvas import Canvas
from graph.model import Subgraph

LARGE_FROM = 300  # nodes; laying out more takes about a second or longer, and goes into a process of its own


def build_layout_task(rendered: RenderedView, layout: str) -> dict[str, Any]:
    """The arguments of `placing.lay` for a scene, with nothing in them that it does not need."""
    drawn, whole = (
        Subgraph(
            tuple(replace(e, aliases=(), properties={}) for e in part.entities),
            tuple(replace(r, claims=(), properties={}) for r in part.relationships),
        )
        for part in (rendered.drawn, rendered.whole)
    )
    return {
        "ontology": rendered.ontology,
        "drawn": drawn,
        "whole": whole,
        "layout": layout,
        "pins": get_pins(rendered.canvas),
    }


def is_large(task: Mapping[str, Any]) -> bool:
    """Whether a task takes so long that others would wait for it."""
    return len(task["drawn"].entities) > LARGE_FROM


def place_new_nodes(
    view: RenderedView, *, around: str | None = None, movable: Collection[str] = (), fit: bool = False
) -> RenderedView:
    """The view with a place for each new node; nobody who has a place moves.

    The one exception is a member of a stack that stands for itself again (also one of `movable`) where meanwhile
    something else stands.
    """
    canvas, both = view.canvas, combine_subgraphs(view.drawn, view.whole)
    left = {*movable, *(m for s in canvas.stacks for m in s.members)} & {e.id for e in view.drawn.entities}
    places = force.extend_layout(
        both,
        view.ontology,
        _drop_occupied_places(view.drawn, canvas, left),
        around,
        notes.list_note_boxes(canvas),
    )
    return replace(view, canvas=canvas.placed(places, fit=fit))


def apply_layout(view: RenderedView, layout: str, places: Mapping[str, Point]) -> RenderedView:
    """The view in a layout that was computed while it may have changed: who is new is settled in."""
    standing = {**places, **get_pins(view.canvas)}
    settled = force.extend_layout(combine_subgraphs(view.drawn, view.whole), view.ontology, standing)
    canvas = replace(view.canvas, layout=layout).placed({**places, **settled}, fit=True)
    return replace(view, canvas=notes.move_notes_aside(canvas, build_boxes(view.drawn)))


def get_pins(canvas: Canvas) -> dict[str, Point]:
    """Where the pinned nodes stand."""
    return {i: canvas.positions[i] for i in canvas.pinned if i in canvas.positions}


def _drop_occupied_places(drawn: Subgraph, canvas: Canvas, movable: set[str]) -> dict[str, Point]:
    """The places there are, without those of `movable` nodes that something else has taken."""
    places = dict(canvas.positions)
    if not movable:
        return places
    room, board = build_boxes(drawn), OccupancyGrid()
    for i in room:
        if i in places and i not in movable:
            board.put(room[i], places[i])
    for i in sorted(movable):
        if i in places and board.free(room[i], places[i]):
            board.put(room[i], places[i])
        else:
            places.pop(i, None)
    return places
