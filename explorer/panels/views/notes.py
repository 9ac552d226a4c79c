"""The analyst's own notes on the canvas: a window to write one, and what the details say of one."""

from dataclasses import replace
from typing import NotRequired, TypedDict

import dash_mantine_components as dmc
from dash import Input, Output, State, dcc, html
from dash.development.base_component import Component

from explorer.canvas import rendered_view
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks, Change
from explorer.layout.geometry import build_boxes
from explorer.overlays import notes
from explorer.panels.reading import details
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.ontology import Ontology
from graph.saved_views.viewfile import LONGEST_NOTE

KIND = "note"


class NotePlace(TypedDict):
    """Which note is written, where it stands, and whether it is `free` to stand elsewhere."""

    id: str
    point: list[float]
    free: NotRequired[bool]


def layout() -> Component:
    """The window in which a note is written; the browser opens it (assets/views.js)."""
    return dmc.Modal(
        [
            dmc.Textarea(
                id="note-text",
                value="",
                autosize=True,
                minRows=3,
                maxRows=12,
                placeholder="What you want to remember, ask or tell",
                inputProps={"maxLength": LONGEST_NOTE},
                **{"aria-label": "Text of the note"},
                **{"data-autofocus": True},
            ),
            html.P(
                f"Up to {LONGEST_NOTE} letters. It is drawn as a note of yours, and is not a claim: nothing in the "
                "database changes.",
                className="quiet small-print",
            ),
            dmc.Group(
                [
                    dmc.Button("Cancel", id="note-cancel", variant="default"),
                    dmc.Button("Keep the note", id="note-keep"),
                ],
                justify="flex-end",
                gap="xs",
            ),
            dcc.Store(id="note-at"),
        ],
        id="note-window",
        title="Note",
        opened=False,
        size=460,
    )


def register(callbacks: CanvasCallbacks) -> None:
    """A command opens the window with an empty note or the one that is meant; "Keep" puts it on the canvas."""
    details.KINDS[KIND] = _render_details
    callbacks.add_script(
        "views",
        "write",
        Output("note-at", "data"),
        Output("note-text", "value"),
        Output("note-window", "title"),
        Output("note-window", "opened"),
        Input(page_commands.get_signal_id("add-note"), "data"),
        Input(page_commands.get_signal_id("edit-note"), "data"),
        Input("note-cancel", "n_clicks"),
        prevent_initial_call=True,
    )
    callbacks.add_action(
        keep_note,
        Input("note-keep", "n_clicks"),
        State("note-at", "data"),
        State("note-text", "value"),
        also=(Output("note-window", "opened", allow_duplicate=True),),
    )


def keep_note(
    context: Context, canvas: Canvas, _clicks: int | None, place: NotePlace | None, text: str | None
) -> tuple[Change, bool]:
    """The canvas with a note written, changed or, without text, removed; and that the window closes.

    A new one that nobody put anywhere moves aside until it covers nothing.
    """
    if not place:
        return None, False
    x, y = place["point"]
    written = notes.write_note(canvas, str(place["id"]), text or "", (float(x), float(y)))
    if written is None or not place.get("free"):  # changed, or put where the menu was opened
        return written, False
    view = rendered_view.read(context.store, context.ontology, written)
    moved = notes.move_notes_aside(view.canvas, build_boxes(view.drawn), only=str(place["id"]))
    return replace(view, canvas=moved), False


def _render_details(store: Store, ontology: Ontology, canvas: Canvas, identity: str) -> list[Component] | Component:
    del store, ontology
    note = next((n for n in canvas.notes if n.id == identity), None)
    if note is None:
        return details.render_missing()
    return [
        html.Div([html.Div("Note of the analyst, not a claim", className="kind"), html.H2("Note")]),
        html.P(note.text, className="note-text"),
        html.Div(
            [
                html.Button("Change it", className="link", **{"data-verb": "edit-note"}),
                html.Button("Remove it", className="link", **{"data-verb": "remove"}),
            ],
            className="view-links",
        ),
    ]
