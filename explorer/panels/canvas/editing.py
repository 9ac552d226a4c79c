"""What an analyst takes off the canvas, holds in place, or folds up; each is one step that can be undone."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from dash import Input, NoUpdate, Output, no_update

from explorer.canvas import actions, expansion, rendered_view
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks, Change
from explorer.dash_kit.ids import SELECTED
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from explorer.state.stores import Signal
from graph.database.store import Store
from graph.ontology import Ontology
from graph.plurals import format_count

Edit = Callable[[Store, Ontology, Canvas, tuple[str, ...]], Change]


def register(callbacks: CanvasCallbacks) -> None:
    """Each command takes the elements it is meant for; those that take something away also end the selection."""
    for name in EDITS:
        callbacks.add_action(
            partial(edit_canvas, name),
            Input(page_commands.get_signal_id(name), "data"),
            also=(Output(SELECTED, "data", allow_duplicate=True),),
        )


def edit_canvas(name: str, context: Context, canvas: Canvas, signal: Signal | None) -> tuple[Change, NoUpdate | None]:
    """What a command, a key of EDITS, makes of the canvas; and nothing selected where it took something away."""
    if not signal:
        return None, no_update
    changed = EDITS[name](context.store, context.ontology, canvas, tuple(map(str, signal["ids"])))
    return changed, None if changed and name in UNSELECTING else no_update


def remove(store: Store, ontology: Ontology, canvas: Canvas, ids: tuple[str, ...]) -> Change:
    """Without these; a stack goes with all that is in it."""
    if not _mean_others(ids):
        return _remove(canvas, ids)
    view = rendered_view.read(store, ontology, canvas)
    left = _remove(view.canvas, expansion.resolve_drawn_ids(view, ids))
    return None if left is None else rendered_view.update(store, view, left)


def _remove(canvas: Canvas, ids: tuple[str, ...]) -> Canvas | None:
    left = canvas.without(ids)
    return None if replace(left, fit=canvas.fit) == canvas else actions.mark_edited(left)


def hide(store: Store, ontology: Ontology, canvas: Canvas, ids: tuple[str, ...]) -> Change:
    """With these hidden until "Show all": entities, lines, and all that a stack or a merged line stands for."""
    if not _mean_others(ids):
        return _hide(canvas, ids) if ids else None
    view = rendered_view.read(store, ontology, canvas)
    return rendered_view.update(store, view, _hide(view.canvas, expansion.resolve_drawn_ids(view, ids)))


def _hide(canvas: Canvas, ids: tuple[str, ...]) -> Canvas:
    return replace(canvas, hidden=tuple(sorted({*canvas.hidden, *ids})), fit=False)


def _mean_others(ids: tuple[str, ...]) -> bool:
    """Whether one of these is a stack or a merged line, which stands for others."""
    return any(i.startswith(("stack:", "merged:")) for i in ids)


def clear(_store: Store, _ontology: Ontology, canvas: Canvas, _: tuple[str, ...]) -> Canvas:
    """An empty canvas."""
    return Canvas(layout=canvas.layout)


def collapse(store: Store, ontology: Ontology, canvas: Canvas, ids: tuple[str, ...]) -> RenderedView | None:
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


def stack(store: Store, ontology: Ontology, canvas: Canvas, ids: tuple[str, ...]) -> RenderedView | None:
    """With the alike leaves around the first of these as stacks."""
    return expansion.stack_leaves(store, ontology, canvas, ids[0]) if ids else None


def stack_all(store: Store, ontology: Ontology, canvas: Canvas, _: tuple[str, ...]) -> RenderedView | None:
    """With all alike leaves as stacks."""
    return expansion.stack_leaves(store, ontology, canvas) if canvas.ids else None


def unstack(store: Store, ontology: Ontology, canvas: Canvas, ids: tuple[str, ...]) -> RenderedView | None:
    """With these stacks open."""
    return expansion.open_stacks(store, ontology, canvas, ids)


def merge(_store: Store, _ontology: Ontology, canvas: Canvas, _: tuple[str, ...]) -> Canvas:
    """With parallel lines drawn as one, or apart again."""
    note = "Parallel lines are drawn apart." if canvas.merged else "Parallel lines are drawn as one, with their number."
    return replace(canvas, merged=not canvas.merged, note=note, fit=False)


def mark_unlisted(_store: Store, _ontology: Ontology, canvas: Canvas, _: tuple[str, ...]) -> Canvas:
    """With a mark at what is on no list that was searched, or without."""
    note = (
        "Lists are no longer marked."
        if canvas.unlisted
        else "Marked: what was looked for on lists and found on none. That is no denial; a later edition may have it."
    )
    return replace(canvas, unlisted=not canvas.unlisted, note=note, fit=False)


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
    "mark-unlisted": mark_unlisted,
}
UNSELECTING = ("remove", "hide", "clear", "stack", "stack-all", "unstack")
