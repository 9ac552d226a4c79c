"""The analyst's own notes on the canvas: a window to write one, and what the details say of one."""

from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, dcc, html

from explorer.canvas import rendered_view
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.layout.geometry import build_boxes
from explorer.overlays import notes
from explorer.panels.reading import details
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.ontology import Ontology
from graph.saved_views.viewfile import LONGEST_NOTE

KIND = "note"


def layout() -> Any:
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


def register(stage: CanvasCallbacks) -> None:
    """A verb opens the window with an empty note or the one that is meant; "Keep" puts it on the canvas."""
    app = stage.app
    details.KINDS[KIND] = _render_details

    app.clientside_callback(
        ClientsideFunction("views", "write"),
        Output("note-at", "data"),
        Output("note-text", "value"),
        Output("note-window", "title"),
        Output("note-window", "opened"),
        Input(page_commands.get_signal_id("add-note"), "data"),
        Input(page_commands.get_signal_id("edit-note"), "data"),
        Input("note-cancel", "n_clicks"),
        prevent_initial_call=True,
    )

    @stage.register_action(
        Input("note-keep", "n_clicks"),
        State("note-at", "data"),
        State("note-text", "value"),
        also=(Output("note-window", "opened", allow_duplicate=True),),
    )
    def keep(canvas: Canvas, _: int, at: Any, text: str | None) -> Any:
        if not at:
            return None, False
        x, y = at["point"]
        written = notes.write_note(canvas, str(at["id"]), text or "", (float(x), float(y)))
        if written is None or not at.get("free"):  # changed, or put where the menu was opened
            return written, False
        now = rendered_view.read(stage.store, stage.ontology, written)
        return notes.move_notes_aside(written, build_boxes(now.drawn), only=str(at["id"])), False


def _render_details(store: Store, ontology: Ontology, canvas: Canvas, identity: str) -> Any:
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
