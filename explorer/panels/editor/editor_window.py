"""Write a query of one's own: the window, and what its buttons do.

The browser gathers the form and the text (assets/editor/window.js) and tells them with what was asked for:
{"do": ..., "draft": {...}, "opened": {...}}; explorer/panels/editor/actions.py does it.
"""

from collections.abc import Mapping, Sequence

import dash
import dash_mantine_components as dmc
from dash import ALL, Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import DATABASE, LIBRARY
from explorer.dash_kit.parts import render_icon
from explorer.dash_kit.user import get_user
from explorer.panels.editor import actions, editor_form, editor_frame, messages
from explorer.panels.editor.actions import EditorEvent
from explorer.panels.editor.editor_form import FIELDS, get_cell_id, get_field_id
from explorer.panels.queries import answers
from explorer.query_editor import vocabulary
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from explorer.state.stores import DatabaseState
from graph.ontology import Ontology
from graph.saved_queries.library import Library

WINDOW, ASKED, STATE, RUN, MARKS, WORDS = (
    "editor",
    "editor-asked",
    "editor-state",
    "editor-wish",
    "editor-marks",
    "editor-words",
)


def layout() -> Component:
    """The window, closed, and the button that leads back to it while one looks at the canvas."""
    return html.Div(
        [
            dmc.Modal(
                [
                    editor_frame.render_head(),
                    html.Div([editor_form.render_form(), editor_frame.render_workspace()], className="editor-body"),
                    editor_frame.render_foot(),
                ],
                id=WINDOW,
                opened=False,
                size="96%",
                padding=0,
                withCloseButton=False,
                closeOnEscape=False,
                closeOnClickOutside=False,
                zIndex=190,
                yOffset="2.5vh",
                xOffset="2vw",
                className="editor-window",
                title="Query editor",
                classNames={"header": "unseen"},
            ),  # for screen readers; the frame's head shows more
            html.Button(
                [render_icon("pencil", 17), "Back to your query"],
                id="editor-back",
                className="editor-back",
                hidden=True,
                **{"data-edit": "back"},
            ),
            *(dcc.Store(id=name) for name in (ASKED, STATE, RUN, MARKS, WORDS)),
            dcc.Download(id="editor-download"),
        ]
    )


def register(callbacks: CanvasCallbacks) -> None:
    """Opens, checks, saves and runs what is written."""
    _register_scripts(callbacks)
    callbacks.add_callback(
        read_words,
        Output(WORDS, "data"),
        Input(WINDOW, "opened"),
        Input(DATABASE, "data"),
        State(WORDS, "data"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        handle_request,
        *_OUTPUTS,
        Input(ASKED, "data"),
        Input("editor-open-file", "contents"),
        Input("editor-import", "contents"),
        State("editor-open-file", "filename"),
        State("editor-import", "filename"),
        State("editor-shelf", "value"),
        prevent_initial_call=True,
    )
    callbacks.add_action(
        run_draft,
        Input(RUN, "data"),
        State("editor-how", "value"),
        also=(
            *answers.build_outputs(),
            Output("editor-said", "children", allow_duplicate=True),
            Output(MARKS, "data", allow_duplicate=True),
        ),
        running=[(Output("editor-run", "loading"), True, False), (Output("editor-cancel", "disabled"), False, True)],
    )


def _register_scripts(callbacks: CanvasCallbacks) -> None:
    """What the browser does by itself."""
    callbacks.add_script(
        "editor",
        "ask",
        Output(ASKED, "data"),
        Input(page_commands.get_event_id("edit-query"), "data"),
        prevent_initial_call=True,
    )
    callbacks.add_script(
        "editor",
        "gather",
        *(Input(get_field_id(name), "value") for name in FIELDS),
        Input(get_cell_id(ALL, ALL), "value"),
        Input("draft-rows", "children"),
        prevent_initial_call=True,
    )
    for function, store in (("show", STATE), ("mark", MARKS), ("learn", WORDS)):
        callbacks.add_script("editor", function, Input(store, "data"), prevent_initial_call=True)


def read_words(
    context: Context, opened: bool, database: DatabaseState, words: object
) -> vocabulary.Vocabulary | NoUpdate:
    """The words that the editor completes, read when the window opens: most people never write a query."""
    if not opened or not database["up"] or (words and dash.ctx.triggered_id == DATABASE):
        return no_update
    return vocabulary.read_vocabulary(context.store, context.ontology)


def handle_request(
    context: Context,
    request: EditorEvent | None,
    file: str | None,
    files: Sequence[str] | None,
    filename: str | None,
    filenames: Sequence[str] | None,
    shelf: str,
) -> tuple[object, ...]:
    """Does what a button asks for, or takes in what was uploaded; returns the values of _OUTPUTS.

    Raises ArmsgraphError.
    """
    source = dash.ctx.triggered_id
    if source == "editor-open-file" and file:
        reply = actions.open_file(filename or "", file)
    elif source == "editor-import" and files:
        reply = actions.import_files(Library(get_user()), filenames or [], files, shelf)
    elif source == ASKED and request:
        reply = actions.handle_request(context, request, shelf)
    else:
        return (no_update,) * len(_OUTPUTS)
    shown = request.get("draft") if request and source == ASKED else None
    return _build_output_values(context.ontology, reply, shown if isinstance(shown, dict) else {})


def run_draft(
    context: Context, canvas: Canvas, request: EditorEvent | None, mode: str
) -> tuple[Canvas | object | None, ...]:
    """Runs what is written: the next canvas or None, the values of `answers.build_outputs`, words about it, and marks
    for the text."""
    if not request:
        return None, *(no_update,) * (len(answers.CLOSED) + 2)
    result = actions.run_draft(context, canvas, request, mode)
    window = answers.CLOSED
    if result.answer is not None:
        answer, key = result.answer
        window = answers.render_answer(context, answer, key=key)
    return result.canvas, *window, result.words, result.marks


_OUTPUTS = (
    Output(WINDOW, "opened"),
    Output(STATE, "data"),
    Output("editor-heading", "children"),
    Output("draft-rows", "children"),
    Output("editor-said", "children"),
    Output(MARKS, "data"),
    Output("editor-shelf", "value"),
    Output(LIBRARY, "data", allow_duplicate=True),
    Output("editor-download", "data"),
    *(Output(get_field_id(name), "value") for name in FIELDS),
)


def _build_output_values(
    ontology: Ontology, reply: actions.EditorReply, shown: Mapping[str, object]
) -> tuple[object, ...]:
    """A reply as the values of _OUTPUTS; what the form shows already is left alone.

    Each output that is set costs the browser a round through everything on the page.
    """
    draft, opened = reply.draft, reply.state["opened"] if reply.state else None
    form: list[object] = [no_update] * len(FIELDS)
    rows: list[Component] | NoUpdate = no_update
    if draft is not None:
        new: Mapping[str, object] = draft.write()
        form = [no_update if shown.get(name) == new[name] else new[name] for name in FIELDS]
        same = shown.get("parameters") == list(draft.write()["parameters"])
        rows = no_update if same else editor_form.render_rows(ontology, draft)
    return (
        True if reply.state and not shown else no_update,
        _skip_none(reply.state),
        no_update if opened is None else messages.format_title(opened),
        rows,
        _skip_none(reply.words),
        _skip_none(reply.marks),
        (opened or {}).get("shelf") or no_update,
        reply.library or no_update,
        _skip_none(reply.file),
        *form,
    )


def _skip_none(value: object) -> object:
    return no_update if value is None else value
