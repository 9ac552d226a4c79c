"""Where everything on a canvas stands: new nodes settled beside the old, or a layout applied. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from explorer.canvas.rendered_view import Scene
from explorer.layout import force
from explorer.layout.apply import together
from explorer.layout.geometry import Board, Point, boxes
from explorer.overlays import notes
from explorer.state.canvas import Canvas
from graph.model import Subgraph

LARGE = 300  # nodes; laying out more takes about a second or longer, and goes into a process of its own


def task(scene: Scene, layout: str) -> dict[str, Any]:
    """The arguments of `placing.lay` for a scene, with nothing in them that it does not need."""
    drawn, whole = (
        Subgraph(
            tuple(replace(e, aliases=(), properties={}) for e in part.entities),
            tuple(replace(r, claims=(), properties={}) for r in part.relationships),
        )
        for part in (scene.drawn, scene.whole)
    )
    return {"ontology": scene.ontology, "drawn": drawn, "whole": whole, "layout": layout, "pins": pins_of(scene.canvas)}


def is_large(given: Mapping[str, Any]) -> bool:
    """Whether a task takes so long that others would wait for it."""
    return len(given["drawn"].entities) > LARGE


def settled(scene: Scene, *, around: str | None = None, movable: Collection[str] = (), fit: bool = False) -> Canvas:
    """The canvas of a scene, with a place for each new node; nobody who has a place moves.

    The one exception is a member of a stack that stands for itself again (also one of `movable`) where meanwhile
    something else stands.
    """
    canvas, both = scene.canvas, together(scene.drawn, scene.whole)
    left = {*movable, *(m for s in canvas.stacks for m in s.members)} & {e.id for e in scene.drawn.entities}
    return canvas.placed(
        force.settle(both, scene.ontology, _free(scene.drawn, canvas, left), around, notes.taken(canvas)), fit=fit
    )


def applied(scene: Scene, layout: str, places: Mapping[str, Point]) -> Canvas:
    """The canvas of a scene in a layout that was computed while it may have changed: who is new is settled in."""
    canvas = scene.canvas
    standing = {**places, **pins_of(canvas)}
    both = together(scene.drawn, scene.whole)
    found = force.settle(both, scene.ontology, standing)
    return notes.aside(replace(canvas, layout=layout).placed({**places, **found}, fit=True), boxes(scene.drawn))


def pins_of(canvas: Canvas) -> dict[str, Point]:
    """Where the pinned nodes stand."""
    return {i: canvas.positions[i] for i in canvas.pinned if i in canvas.positions}


def _free(drawn: Subgraph, canvas: Canvas, movable: set[str]) -> dict[str, Point]:
    """The places there are, without those of `movable` nodes that something else has taken."""
    places = dict(canvas.positions)
    if not movable:
        return places
    room, board = boxes(drawn), Board()
    for i in room:
        if i in places and i not in movable:
            board.put(room[i], places[i])
    for i in sorted(movable):
        if i in places and board.free(room[i], places[i]):
            board.put(room[i], places[i])
        else:
            places.pop(i, None)
    return places
