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


def build_layout_task(scene: RenderedView, layout: str) -> dict[str, Any]:
    """The arguments of `placing.lay` for a scene, with nothing in them that it does not need."""
    drawn, whole = (
        Subgraph(
            tuple(replace(e, aliases=(), properties={}) for e in part.entities),
            tuple(replace(r, claims=(), properties={}) for r in part.relationships),
        )
        for part in (scene.drawn, scene.whole)
    )
    return {
        "ontology": scene.ontology,
        "drawn": drawn,
        "whole": whole,
        "layout": layout,
        "pins": get_pins(scene.canvas),
    }


def is_large(given: Mapping[str, Any]) -> bool:
    """Whether a task takes so long that others would wait for it."""
    return len(given["drawn"].entities) > LARGE_FROM


def place_new_nodes(
    scene: RenderedView, *, around: str | None = None, movable: Collection[str] = (), fit: bool = False
) -> Canvas:
    """The canvas of a scene, with a place for each new node; nobody who has a place moves.

    The one exception is a member of a stack that stands for itself again (also one of `movable`) where meanwhile
    something else stands.
    """
    canvas, both = scene.canvas, combine_subgraphs(scene.drawn, scene.whole)
    left = {*movable, *(m for s in canvas.stacks for m in s.members)} & {e.id for e in scene.drawn.entities}
    return canvas.placed(
        force.extend_layout(
            both,
            scene.ontology,
            _drop_occupied_places(scene.drawn, canvas, left),
            around,
            notes.list_note_boxes(canvas),
        ),
        fit=fit,
    )


def apply_layout(scene: RenderedView, layout: str, places: Mapping[str, Point]) -> Canvas:
    """The canvas of a scene in a layout that was computed while it may have changed: who is new is settled in."""
    canvas = scene.canvas
    standing = {**places, **get_pins(canvas)}
    both = combine_subgraphs(scene.drawn, scene.whole)
    found = force.extend_layout(both, scene.ontology, standing)
    return notes.move_notes_aside(
        replace(canvas, layout=layout).placed({**places, **found}, fit=True), build_boxes(scene.drawn)
    )


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
