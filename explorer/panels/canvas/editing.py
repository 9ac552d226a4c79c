"""What an analyst takes off the canvas, holds in place, or folds up; each is one step that can be undone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dash import Output, no_update
from dash.dependencies import Input

from explorer.canvas import actions, expansion
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import SELECTED
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.ontology import Ontology
from graph.plurals import format_count

Edit = Callable[[Store, Ontology, Canvas, tuple[str, ...]], Canvas | None]


def register(stage: CanvasCallbacks) -> None:
    """Each verb takes the elements it is meant for; those that take something away also end the selection."""
    for name, edit in EDITS.items():
        _register(stage, name, edit, unselects=name in UNSELECTING)


def _register(stage: CanvasCallbacks, name: str, edit: Edit, *, unselects: bool) -> None:
    @stage.register_action(
        Input(page_commands.get_signal_id(name), "data"), also=(Output(SELECTED, "data", allow_duplicate=True),)
    )
    def act(canvas: Canvas, signal: Any) -> Any:
        if not signal:
            return None, no_update
        changed = edit(stage.store, stage.ontology, canvas, tuple(map(str, signal["ids"])))
        return changed, None if unselects and changed else no_update


def remove(store: Store, ontology: Ontology, canvas: Canvas, ids: tuple[str, ...]) -> Canvas | None:
    """Without these; a stack goes with all that is in it."""
    gone = expansion.resolve_drawn_ids(store, ontology, canvas, ids)
    left = canvas.without(gone)
    return None if replace(left, fit=canvas.fit) == canvas else actions.mark_edited(left)


def hide(store: Store, ontology: Ontology, canvas: Canvas, ids: tuple[str, ...]) -> Canvas | None:
    """With these hidden until "Show all": entities, lines, and all that a stack or a merged line stands for."""
    unseen = expansion.resolve_drawn_ids(store, ontology, canvas, ids)
    return replace(canvas, hidden=tuple(sorted({*canvas.hidden, *unseen})), fit=False) if unseen else None


def clear(_store: Store, _ontology: Ontology, canvas: Canvas, _: tuple[str, ...]) -> Canvas | None:
    """An empty canvas."""
    return Canvas(layout=canvas.layout)


def collapse(store: Store, ontology: Ontology, canvas: Canvas, ids: tuple[str, ...]) -> Canvas | None:
    """Without what hangs only on the first of these."""
    return expansion.collapse_entity(store, ontology, canvas, ids[0]) if ids else None


def pin(_store: Store, _ontology: Ontology, canvas: Canvas, ids: tuple[str, ...]) -> Canvas | None:
    """With these held where they stand when the canvas is laid out anew; if all of them are, no longer so."""
    nodes = {i for i in ids if i in canvas.positions}
    if not nodes:
        return None
    loose = nodes - set(canvas.pinned)
    pinned = {*canvas.pinned, *loose} if loose else set(canvas.pinned) - nodes
    count = len(loose or nodes)
    what = format_count(count, "node", "nodes")
    them = "it" if count == 1 else "them"
    note = f"Pinned {what}: a layout leaves {them} in place." if loose else f"Unpinned {what}."
    return replace(canvas, pinned=tuple(sorted(pinned)), note=note, fit=False)


def stack(store: Store, ontology: Ontology, canvas: Canvas, ids: tuple[str, ...]) -> Canvas | None:
    """With the alike leaves around the first of these as stacks."""
    return expansion.stack_leaves(store, ontology, canvas, ids[0]) if ids else None


def stack_all(store: Store, ontology: Ontology, canvas: Canvas, _: tuple[str, ...]) -> Canvas | None:
    """With all alike leaves as stacks."""
    return expansion.stack_leaves(store, ontology, canvas) if canvas.ids else None


def unstack(store: Store, ontology: Ontology, canvas: Canvas, ids: tuple[str, ...]) -> Canvas | None:
    """With these stacks open."""
    return expansion.open_stacks(store, ontology, canvas, ids)


def merge(_store: Store, _ontology: Ontology, canvas: Canvas, _: tuple[str, ...]) -> Canvas | None:
    """With parallel lines drawn as one, or apart again."""
    note = "Parallel lines are drawn apart." if canvas.merged else "Parallel lines are drawn as one, with their number."
    return replace(canvas, merged=not canvas.merged, note=note, fit=False)


EDITS: dict[str, Edit] = {
    "remove": remove,
    "hide": hide,
    "clear": clear,
    "collapse": collapse,
    "pin": pin,
    "stack": stack,
    "stack-all": stack_all,
    "unstack": unstack,
    "merge": merge,
}
UNSELECTING = ("remove", "hide", "clear", "stack", "stack-all", "unstack")
