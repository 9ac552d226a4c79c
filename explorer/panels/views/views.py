"""Named views, links to them, and views compared."""

import base64
import binascii
import re
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Input, Output, State, dcc, html, no_update

from explorer.canvas import actions, diff, rendered_view, view_actions
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context, notify, register_callback
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS, DATABASE, SELECTED
from explorer.dash_kit.parts import render_icon
from explorer.panels.views import view_list
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from graph.errors import ArmsgraphError, DataError
from graph.saved_views import viewfile
from graph.saved_views.store import ViewStore
from graph.saved_views.viewfile import SUFFIX, View

CHANGED, ARRIVAL = "views-changed", "arrival"


def layout() -> Any:
    """A field for a name, a link, the saved views, and the comparison."""
    small: dict[str, Any] = {"variant": "default", "size": "compact-sm", "fw": 500}
    return html.Div(
        [
            html.Section(
                [
                    html.H2("Save this canvas"),
                    html.Div(
                        [
                            dmc.TextInput(
                                id="view-name",
                                placeholder="Name of the view",
                                value="",
                                className="spring",
                                inputProps={"maxLength": viewfile.LONGEST},
                                **{"aria-label": "Name of the view"},
                            ),
                            dmc.Button("Save", id="view-save"),
                        ],
                        className="view-line",
                    ),
                    html.Div(
                        [
                            dmc.Button("Copy link", id="view-link", leftSection=render_icon("link", 16), **small),
                            dmc.Button(
                                "Download", id="view-download", leftSection=render_icon("download", 16), **small
                            ),
                        ],
                        className="view-line",
                    ),
                    html.Div(id="view-said", role="status", className="view-said"),
                    html.Div(
                        [
                            dmc.TextInput(
                                id="view-address",
                                value="",
                                readOnly=True,
                                size="xs",
                                **{"aria-label": "Link to this picture"},
                            ),
                            html.P(id="view-copied", className="quiet small-print"),
                        ],
                        id="view-link-box",
                        hidden=True,
                    ),
                ],
                **{"aria-label": "Save this canvas"},
            ),
            html.Section(
                [
                    html.Div(
                        [
                            html.H2("Saved views"),
                            dcc.Upload(
                                html.Button("Open a file …", className="link small"),
                                id="view-upload",
                                max_size=viewfile.LARGEST,
                            ),
                        ],
                        className="heading",
                    ),
                    html.Div(id="views-list"),
                ],
                **{"aria-label": "Saved views"},
            ),
            html.Section(
                [
                    html.H2("Compare"),
                    html.P(
                        "What this canvas shows (“here”) with what a saved view shows (“there”).",
                        className="quiet small-print",
                    ),
                    dmc.Select(
                        id="compare-with",
                        data=[],
                        placeholder="Choose a saved view",
                        searchable=True,
                        nothingFoundMessage="No saved view of that name",
                        size="sm",
                        **{"aria-label": "The view to compare with"},
                    ),
                    dmc.RadioGroup(
                        dmc.SimpleGrid(
                            [dmc.Radio(label, value=key, size="xs") for key, label in diff.OPERATIONS.items()],
                            cols=2,
                            spacing="xs",
                            verticalSpacing=6,
                        ),
                        id="compare-how",
                        value="union",
                        **{"aria-label": "What to show"},
                    ),
                    dmc.Button("Compare", id="compare", variant="default", fullWidth=True),
                    html.Div(id="compared"),
                ],
                **{"aria-label": "Compare views"},
            ),
            dmc.Modal(
                [
                    dmc.TextInput(
                        id="view-new-name",
                        value="",
                        **{"data-autofocus": True},
                        inputProps={"maxLength": viewfile.LONGEST},
                        **{"aria-label": "New name of the view"},
                    ),
                    dmc.Group([dmc.Button("Rename", id="view-rename")], justify="flex-end", mt="sm"),
                    dcc.Store(id="view-renamed"),
                ],
                id="view-renaming",
                title="Rename the view",
                opened=False,
                size=420,
            ),
            *(dcc.Store(id=name) for name in (CHANGED, ARRIVAL, "database-identity", "view-asked", "view-linked")),
            dcc.Download(id="view-file"),
        ],
        id="views",
    )


def register(stage: CanvasCallbacks) -> None:
    """Saves, lists, opens, compares; the browser's part is in assets/views.js."""
    _register_arrival(stage)
    _register_saving(stage)
    _register_list(stage)
    _register_comparing(stage)


def _register_arrival(stage: CanvasCallbacks) -> None:
    """What the page opens on: a link's view, the canvas that the browser kept, or what picture.py opens on."""
    app, store, ontology = stage.app, stage.store, stage.ontology

    @register_callback(
        app, Output("database-identity", "data"), Input(DATABASE, "data"), State("database-identity", "data")
    )
    def identify(database: Any, known: Any) -> Any:
        return no_update if known or not database["up"] else view_actions.get_database_identity(store)

    app.clientside_callback(
        ClientsideFunction("views", "arrive"),
        Output(ARRIVAL, "data"),
        Input("database-identity", "data"),
        prevent_initial_call=True,
    )

    @stage.register_action(Input("start-afresh", "n_clicks"), also=(Output(SELECTED, "data", allow_duplicate=True),))
    def start_afresh(_: Canvas, clicks: Any) -> Any:
        return (actions.build_opening_canvas(store, ontology), None) if clicks else (None, no_update)


def _register_saving(stage: CanvasCallbacks) -> None:
    app, store, ontology = stage.app, stage.store, stage.ontology

    def present(stored: Any, asked: Any) -> View:
        return view_actions.build_view(
            store, rendered_view.read(store, ontology, Canvas.read(stored)), asked.get("extent")
        )

    app.clientside_callback(
        ClientsideFunction("views", "ask"),
        Output("view-asked", "data"),
        Input("view-save", "n_clicks"),
        Input("view-link", "n_clicks"),
        Input("view-download", "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("views", "link"),
        Output("view-address", "value"),
        Output("view-copied", "children"),
        Output("view-link-box", "hidden"),
        Input("view-linked", "data"),
        prevent_initial_call=True,
    )

    @register_callback(
        app,
        Output(CHANGED, "data"),
        Output("view-said", "children"),
        Output("view-linked", "data"),
        Output("view-file", "data"),
        Input("view-asked", "data"),
        State(CANVAS, "data"),
        prevent_initial_call=True,
    )
    def save(asked: Any, stored: Any) -> Any:
        if not asked or not stored:
            return (no_update,) * 4
        view, name = present(stored, asked), str(asked.get("name") or "")
        if asked["do"] == "link":
            return no_update, None, {"id": ViewStore().keep(view), "at": asked["at"]}, no_update
        if asked["do"] == "download":
            return no_update, None, no_update, build_download(view, name)
        earlier = ViewStore().list_versions(viewfile.clean_name(name))
        made = ViewStore().save(name, view)
        return made.key, view_list.describe_save(made, len(earlier)), no_update, no_update

    @register_callback(
        app,
        Output(CHANGED, "data", allow_duplicate=True),
        Output("view-said", "children", allow_duplicate=True),
        Input("view-upload", "contents"),
        State("view-upload", "filename"),
        prevent_initial_call=True,
    )
    def take(contents: str | None, filename: str | None) -> Any:
        if not contents:
            return no_update, no_update
        view = parse_upload(contents, filename or "the file")
        made = ViewStore().save(view.name or re.sub(r"\..*", "", filename or "") or "Without name", view)
        return made.key, f"Taken over as “{made.name}”. Open it below."


def _register_list(stage: CanvasCallbacks) -> None:
    app, store = stage.app, stage.store

    @register_callback(
        app,
        Output("views-list", "children"),
        Output("compare-with", "data"),
        Input(CHANGED, "data"),
        Input("asking", "value"),
        Input(ARRIVAL, "data"),
    )
    def draw(_: Any, tab: Any, arrival: Any) -> Any:
        del tab
        names, west = ViewStore().names(), (arrival or {}).get("west", 0)
        rows = [view_list.render_row(saves, west) for saves in names]
        return rows or view_list.render_empty_list(), [
            {"value": saves[0].key, "label": saves[0].name} for saves in names
        ]

    @stage.register_action(
        Input({"type": "view-open", "key": ALL}, "n_clicks"),
        also=(Output("view-name", "value"), Output(SELECTED, "data", allow_duplicate=True)),
    )
    def open_view(_: Canvas, clicks: list[Any]) -> Any:
        row = dash.ctx.triggered_id
        if not row or not any(clicks) or not dash.ctx.triggered[0]["value"]:
            return None, no_update, no_update
        save = ViewStore().get_version(row["key"])
        found = view_actions.open_view(store, ViewStore().opened(save))
        if found.changes:
            notify(found.changes, title=f"“{save.name}” is open", colour="yellow")
        return found.canvas, save.name, None

    @register_callback(
        app,
        Output(CHANGED, "data", allow_duplicate=True),
        Output("view-said", "children", allow_duplicate=True),
        Output("view-file", "data", allow_duplicate=True),
        Output("view-renaming", "opened"),
        Output("view-new-name", "value"),
        Output("view-renamed", "data"),
        Input({"type": "view-do", "do": ALL, "key": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def do(clicks: list[Any]) -> Any:
        button = dash.ctx.triggered_id
        if not button or not any(clicks) or not dash.ctx.triggered[0]["value"]:
            return (no_update,) * 6
        kept, key = ViewStore(), button["key"]
        if button["do"] == "restore":
            return key, f"“{kept.restore(key.split(','))}” is back.", *(no_update,) * 4
        save = kept.get_version(key)
        if button["do"] == "delete":
            keys = kept.delete(save.name)
            return ",".join(keys), view_list.render_deletion(save.name, keys), *(no_update,) * 4
        if button["do"] == "rename":
            return *(no_update,) * 3, True, save.name, key
        return no_update, None, build_download(kept.opened(save), save.name), *(no_update,) * 3

    @register_callback(
        app,
        Output(CHANGED, "data", allow_duplicate=True),
        Output("view-said", "children", allow_duplicate=True),
        Output("view-renaming", "opened", allow_duplicate=True),
        Input("view-rename", "n_clicks"),
        State("view-renamed", "data"),
        State("view-new-name", "value"),
        prevent_initial_call=True,
    )
    def rename(clicks: Any, key: Any, name: str | None) -> Any:
        if not clicks or not key:
            return (no_update,) * 3
        new = ViewStore().rename(ViewStore().get_version(str(key)).name, name or "")
        return f"{key} {new}", f"Renamed to “{new}”.", False


def _register_comparing(stage: CanvasCallbacks) -> None:
    store, ontology = stage.store, stage.ontology

    @stage.register_renderer(Output("compared", "children"))
    def draw(now: RenderedView) -> list[Any]:
        return [view_list.render_comparison(now.canvas.emphasis)]

    @stage.register_action(
        Input("compare", "n_clicks"),
        State("compare-with", "value"),
        State("compare-how", "value"),
        also=(Output(SELECTED, "data", allow_duplicate=True),),
    )
    def compare(canvas: Canvas, clicks: Any, key: str | None, how: str) -> Any:
        if not clicks:
            return None, no_update
        if not key:
            raise DataError("choose a saved view to compare with")
        save = ViewStore().get_version(key)
        there = view_actions.open_view(store, ViewStore().opened(save)).canvas
        found = diff.compare_canvases(store, ontology, diff.clear_comparison(canvas), there, save.name)
        made = diff.build_comparison_canvas(store, ontology, found, how if how in diff.OPERATIONS else "union")
        if made is None:
            notify(
                f"{found.sentence()} The canvas stays as it is.",
                title=f"Nothing is {diff.OPERATIONS[how].lower()}",
                colour="gray",
            )
            return None, no_update
        return made, None

    @stage.register_action(Input(page_commands.get_event_id("end-comparison"), "data"))
    def end(canvas: Canvas, told: Any) -> Canvas | None:
        return diff.clear_comparison(canvas) if told and canvas.emphasis.kind == diff.KIND else None


def open_arrival(context: Context, arrival: Any) -> tuple[Canvas | None, Any]:
    """What a fresh page opens on by its link or by what the browser kept, and a word about it; None for neither.

    `arrival` is {"view": id, "kept": {...}, "kept_at": words} as assets/views.js found them; nothing in it is trusted.
    """
    wanted, kept = arrival.get("view"), arrival.get("kept")
    words = str(arrival.get("kept_at") or "")[:40]
    try:
        if wanted:
            view = ViewStore().load(str(wanted))
            found = view_actions.open_view(context.store, view)
            back = f"Undo leads back to your canvas from {words}." if kept else ""
            return found.canvas, view_list.render_arrival(f"Opened from a link. {found.changes} {back}", afresh=False)
        if kept:
            found = view_actions.open_view(context.store, view_actions.parse_kept_view(kept), lines=False)
            return found.canvas, view_list.render_arrival(f"Your canvas from {words} was restored. {found.changes}")
    except ArmsgraphError as error:
        what = "The link can’t be opened" if wanted else "Your last canvas could not be restored"
        return None, view_list.render_arrival(f"{what}: {error}.", afresh=False)
    return None, None


def parse_upload(contents: str, filename: str) -> View:
    """The view of an uploaded file. Raises DataError."""
    try:
        return viewfile.parse(base64.b64decode(contents.partition(",")[2], validate=True), file=filename[:80])
    except binascii.Error as error:
        raise DataError("did not arrive whole", file=filename[:80]) from error


def build_download(view: View, name: str) -> dict[str, Any]:
    """A view as a file for the browser."""
    tidy = viewfile.clean_name(name, empty=True)
    safe = re.sub(r"[^\w-]+", "-", tidy).strip("-") or "canvas"
    return {"content": view.named(tidy, view.saved_at).text(), "filename": safe + SUFFIX, "type": "application/json"}
