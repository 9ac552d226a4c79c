"""Write a query of one's own: the window, and what its buttons do.

The browser gathers the form and the text (assets/editor/window.js) and tells them with what was asked for:
{"do": ..., "draft": {...}, "opened": {...}}; explorer/panels/editor/actions.py does it.
"""

from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State, dcc, html, no_update

from explorer.dash_kit import page_commands
from explorer.dash_kit.callbacks import on
from explorer.dash_kit.canvas_callbacks import Stage
from explorer.dash_kit.ids import DATABASE, LIBRARY
from explorer.dash_kit.parts import glyph
from explorer.dash_kit.user import user
from explorer.panels.editor import actions, editor_form, messages
from explorer.panels.editor.editor_form import FIELDS, cell, field
from explorer.panels.queries import answers
from explorer.query_editor import vocabulary
from explorer.state.canvas import Canvas
from graph.saved_queries.library import Library

WINDOW, ASKED, STATE, RUN, MARKS, WORDS = (
    "editor",
    "editor-asked",
    "editor-state",
    "editor-wish",
    "editor-marks",
    "editor-words",
)
HOW = {"replace": "Replace the canvas", "add": "Add to it", "highlight": "Highlight"}
_LARGEST = 8_000_000  # bytes of an upload


def layout() -> Any:
    """The window, closed, and the button that leads back to it while one looks at the canvas."""
    return html.Div(
        [
            dmc.Modal(
                [_head(), html.Div([editor_form.form(), _work()], className="editor-body"), _foot()],
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
            ),  # for screen readers; _head shows more
            html.Button(
                [glyph("pencil", 17), "Back to your query"],
                id="editor-back",
                className="editor-back",
                hidden=True,
                **{"data-edit": "back"},
            ),
            *(dcc.Store(id=name) for name in (ASKED, STATE, RUN, MARKS, WORDS)),
            dcc.Download(id="editor-download"),
        ]
    )


def _head() -> Any:
    return html.Div(
        [
            html.H2("New query", id="editor-heading"),
            html.Span(className="spring"),
            _upload("editor-open-file", "Open a file …", ".cypher,.txt", multiple=False),
            _upload("editor-import", "Import …", ".cypher,.zip", multiple=True),
            html.Button("Download all of yours", className="link small", **{"data-edit": "export"}),
            dmc.ActionIcon(
                glyph("x", 19),
                variant="subtle",
                color="gray",
                size="lg",
                **{"aria-label": "Close the editor", "data-edit": "leave"},
            ),
        ],
        className="editor-head",
    )


def _upload(name: str, caption: str, accept: str, *, multiple: bool) -> Any:
    return dcc.Upload(
        html.Button(caption, className="link small"),
        id=name,
        accept=accept,
        multiple=multiple,
        max_size=_LARGEST,
        className="editor-upload",
    )


def _work() -> Any:
    return html.Div(
        [
            html.Div(
                [
                    dmc.Button("Check", variant="default", size="sm", **{"data-edit": "check"}),
                    dmc.Button(
                        "Run",
                        id="editor-run",
                        size="sm",
                        leftSection=glyph("player-play", 16),
                        **{"data-edit": "run", "aria-keyshortcuts": "Control+Enter"},
                    ),
                    dmc.Button(
                        "Cancel",
                        id="editor-cancel",
                        size="sm",
                        variant="default",
                        disabled=True,
                        **{"data-edit": "cancel"},
                    ),
                    dmc.Select(
                        id="editor-how",
                        value="replace",
                        size="sm",
                        allowDeselect=False,
                        w=190,
                        data=[{"value": k, "label": v} for k, v in HOW.items()],
                        className="for-graph",
                        **{"aria-label": "What a picture does to the canvas"},
                    ),
                    html.Span(className="spring"),
                    html.Span("Ctrl + Enter runs · Ctrl + S saves · Ctrl + Space completes", className="quiet hint"),
                ],
                className="editor-tools",
            ),
            html.Div(id="editor-text", className="editor-text"),
            html.Div(id="editor-unknown", className="editor-unknown", role="status"),
            html.Div(id="editor-said", className="editor-said", role="status"),
        ],
        className="editor-work",
    )


def _foot() -> Any:
    leave = html.Div(
        [
            html.Strong("This query has changes that are not saved."),
            dmc.Button("Save", size="compact-sm", **{"data-edit": "save"}),
            dmc.Button(
                "Discard the changes", size="compact-sm", variant="default", color="red", **{"data-edit": "discard"}
            ),
            dmc.Button("Go on writing", size="compact-sm", variant="default", **{"data-edit": "stay"}),
        ],
        id="editor-leaving",
        className="editor-leaving",
        hidden=True,
        role="alertdialog",
        **{"aria-label": "Changes that are not saved"},
    )
    shelves = [{"value": "personal", "label": "For me"}, {"value": "shared", "label": "For everyone here"}]
    buttons = html.Div(
        [
            dmc.SegmentedControl(
                shelves, id="editor-shelf", value="personal", size="sm", **{"aria-label": "Who has the query"}
            ),
            dmc.Button(
                "Save",
                leftSection=glyph("device-floppy", 16),
                **{"data-edit": "save", "aria-keyshortcuts": "Control+S"},
            ),
            dmc.Button("Save as a copy", variant="default", **{"data-edit": "copy"}),
            dmc.Button(
                "Download .cypher", variant="default", leftSection=glyph("download", 16), **{"data-edit": "download"}
            ),
            html.Span(id="editor-dirty", className="quiet"),
            html.Span(className="spring"),
            dmc.Button(
                "Delete",
                id="editor-delete",
                variant="subtle",
                color="red",
                leftSection=glyph("trash", 16),
                disabled=True,
                **{"data-edit": "delete"},
            ),
        ],
        className="editor-buttons",
    )
    return html.Div([leave, buttons], className="editor-foot")


def register(stage: Stage) -> None:
    """Opens, checks, saves and runs what is written."""
    _register_gathering(stage)
    _register_work(stage)
    _register_run(stage)


def _register_gathering(stage: Stage) -> None:
    """What the browser does by itself."""
    app = stage.app
    call = app.clientside_callback
    call(
        ClientsideFunction("editor", "ask"),
        Output(ASKED, "data"),
        Input(page_commands.told("edit-query"), "data"),
        prevent_initial_call=True,
    )
    call(
        ClientsideFunction("editor", "gather"),
        *(Input(field(name), "value") for name in FIELDS),
        Input(cell(ALL, ALL), "value"),
        Input("draft-rows", "children"),
        prevent_initial_call=True,
    )
    for function, told in (("show", STATE), ("mark", MARKS), ("learn", WORDS)):
        call(ClientsideFunction("editor", function), Input(told, "data"), prevent_initial_call=True)

    @on(
        app,
        Output(WORDS, "data"),
        Input(WINDOW, "opened"),
        Input(DATABASE, "data"),
        State(WORDS, "data"),
        prevent_initial_call=True,
    )
    def words(opened: bool, database: Any, known: Any) -> Any:
        # Asked when the window opens, not with the page: most people never write a query.
        if not opened or not database["up"] or (known and dash.ctx.triggered_id == DATABASE):
            return no_update
        return vocabulary.vocabulary(stage.store, stage.ontology)


def _register_work(stage: Stage) -> None:
    outputs = (
        Output(WINDOW, "opened"),
        Output(STATE, "data"),
        Output("editor-heading", "children"),
        Output("draft-rows", "children"),
        Output("editor-said", "children"),
        Output(MARKS, "data"),
        Output("editor-shelf", "value"),
        Output(LIBRARY, "data", allow_duplicate=True),
        Output("editor-download", "data"),
        *(Output(field(name), "value") for name in FIELDS),
    )

    @on(
        stage.app,
        *outputs,
        Input(ASKED, "data"),
        Input("editor-open-file", "contents"),
        Input("editor-import", "contents"),
        State("editor-open-file", "filename"),
        State("editor-import", "filename"),
        State("editor-shelf", "value"),
        prevent_initial_call=True,
    )
    def work(asked: Any, file: Any, files: Any, *held: Any) -> Any:
        (name, names, shelf), source = held, dash.ctx.triggered_id
        shown = asked.get("draft") if asked and source == ASKED else None
        if source == "editor-open-file" and file:
            reply = actions.opened_file(name or "", file)
        elif source == "editor-import" and files:
            reply = actions.imported(Library(user()), names or [], files, shelf)
        elif source == ASKED and asked:
            reply = actions.done(stage, asked, shelf)
        else:
            return (no_update,) * len(outputs)
        return _values(stage, reply, shown if isinstance(shown, dict) else {})


def _values(stage: Stage, reply: actions.Reply, shown: dict[str, Any]) -> tuple[Any, ...]:
    """A reply as the values of the callback's outputs; what the form shows already is left alone.

    Each output that is set costs the browser a round through everything on the page.
    """
    draft, opened = reply.draft, (reply.state or {}).get("opened")
    form, rows = [no_update] * len(FIELDS), no_update
    if draft is not None:
        new = draft.write()
        form = [no_update if shown.get(name) == new[name] else new[name] for name in FIELDS]
        same = shown.get("parameters") == list(new["parameters"])
        rows = no_update if same else editor_form.rows(stage.ontology, draft)
    return (
        True if reply.state and not shown else no_update,
        _or_skip(reply.state),
        no_update if opened is None else messages.title(opened),
        rows,
        _or_skip(reply.said),
        _or_skip(reply.marks),
        (opened or {}).get("shelf") or no_update,
        reply.library or no_update,
        _or_skip(reply.file),
        *form,
    )


def _or_skip(value: Any) -> Any:
    return no_update if value is None else value


def _register_run(stage: Stage) -> None:
    busy = [(Output("editor-run", "loading"), True, False), (Output("editor-cancel", "disabled"), False, True)]

    @stage.action(
        Input(RUN, "data"),
        State("editor-how", "value"),
        also=(
            *answers.outputs(),
            Output("editor-said", "children", allow_duplicate=True),
            Output(MARKS, "data", allow_duplicate=True),
        ),
        running=busy,
    )
    def run(canvas: Canvas, asked: Any, how: str) -> Any:
        if not asked:
            return None, *(no_update,) * (len(answers.outputs()) + 2)
        ran = actions.run(stage, canvas, asked, how)
        shown = answers.NOTHING
        if ran.answer is not None:
            shown = answers.shown(stage.ontology, ran.answer[0], key=ran.answer[1], store=stage.store)
        return ran.canvas, *shown, ran.said, ran.marks
