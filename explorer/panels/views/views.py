"""Named views, links to them, and views compared."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

import dash
import dash_mantine_components as dmc
from dash import ALL, Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.canvas import actions, diff, view_actions
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context, notify
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS, DATABASE, SELECTED
from explorer.dash_kit.parts import render_icon
from explorer.panels.views import comparison, saving, view_list
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from explorer.state.stores import DatabaseState
from graph.errors import ArmsgraphError
from graph.saved_views import viewfile
from graph.saved_views.store import ViewStore

CHANGED, ARRIVAL = "views-changed", "arrival"


class Arrival(TypedDict):
    """The store ARRIVAL, as assets/views.js found it; nothing in it is trusted.

    What the page's address asks for, the canvas that the browser kept and when, in words, and how many minutes its
    clock is west of Greenwich.
    """

    view: str | None
    query: list[list[str]] | None
    show: NotRequired[str | None]
    kept: dict[str, Any] | None
    kept_at: str
    west: NotRequired[int]


def layout() -> Component:
    """A field for a name, a link, the saved views, and the comparison."""
    small = {"variant": "default", "size": "compact-sm", "fw": 500}
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


def register(callbacks: CanvasCallbacks) -> None:
    """Saves, lists, opens, compares; the browser's part is in assets/views.js."""
    _register_arrival(callbacks)
    _register_saving(callbacks)
    _register_list(callbacks)
    _register_comparison(callbacks)


def _register_arrival(callbacks: CanvasCallbacks) -> None:
    """What the page opens on: a link's view, the canvas that the browser kept, or what picture.py opens on."""
    callbacks.add_callback(
        identify_database,
        Output("database-identity", "data"),
        Input(DATABASE, "data"),
        State("database-identity", "data"),
    )
    callbacks.add_script(
        "views", "arrive", Output(ARRIVAL, "data"), Input("database-identity", "data"), prevent_initial_call=True
    )
    callbacks.add_action(
        start_afresh, Input("start-afresh", "n_clicks"), also=(Output(SELECTED, "data", allow_duplicate=True),)
    )


def _register_saving(callbacks: CanvasCallbacks) -> None:
    callbacks.add_script(
        "views",
        "ask",
        Output("view-asked", "data"),
        Input("view-save", "n_clicks"),
        Input("view-link", "n_clicks"),
        Input("view-download", "n_clicks"),
        prevent_initial_call=True,
    )
    callbacks.add_script(
        "views",
        "link",
        Output("view-address", "value"),
        Output("view-copied", "children"),
        Output("view-link-box", "hidden"),
        Input("view-linked", "data"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        saving.keep_canvas,
        Output(CHANGED, "data"),
        Output("view-said", "children"),
        Output("view-linked", "data"),
        Output("view-file", "data"),
        Input("view-asked", "data"),
        State(CANVAS, "data"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        saving.save_upload,
        Output(CHANGED, "data", allow_duplicate=True),
        Output("view-said", "children", allow_duplicate=True),
        Input("view-upload", "contents"),
        State("view-upload", "filename"),
        prevent_initial_call=True,
    )


def _register_list(callbacks: CanvasCallbacks) -> None:
    callbacks.add_callback(
        list_views,
        Output("views-list", "children"),
        Output("compare-with", "data"),
        Input(CHANGED, "data"),
        Input("asking", "value"),
        Input(ARRIVAL, "data"),
    )
    callbacks.add_action(
        open_view,
        Input({"type": "view-open", "key": ALL}, "n_clicks"),
        also=(Output("view-name", "value"), Output(SELECTED, "data", allow_duplicate=True)),
    )
    callbacks.add_callback(
        saving.change_view,
        Output(CHANGED, "data", allow_duplicate=True),
        Output("view-said", "children", allow_duplicate=True),
        Output("view-file", "data", allow_duplicate=True),
        Output("view-renaming", "opened"),
        Output("view-new-name", "value"),
        Output("view-renamed", "data"),
        Input({"type": "view-do", "do": ALL, "key": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        saving.rename_view,
        Output(CHANGED, "data", allow_duplicate=True),
        Output("view-said", "children", allow_duplicate=True),
        Output("view-renaming", "opened", allow_duplicate=True),
        Input("view-rename", "n_clicks"),
        State("view-renamed", "data"),
        State("view-new-name", "value"),
        prevent_initial_call=True,
    )


def _register_comparison(callbacks: CanvasCallbacks) -> None:
    callbacks.add_renderer(comparison.render_comparison, Output("compared", "children"))
    callbacks.add_action(
        comparison.compare_with_view,
        Input("compare", "n_clicks"),
        State("compare-with", "value"),
        State("compare-how", "value"),
        also=(Output(SELECTED, "data", allow_duplicate=True),),
    )
    callbacks.add_action(comparison.end_comparison, Input(page_commands.get_event_id("end-comparison"), "data"))


def identify_database(context: Context, database: DatabaseState, identity: str | None) -> str | NoUpdate:
    """Which database this is, by which the browser keeps canvases apart; once, as soon as it answers."""
    return no_update if identity or not database["up"] else view_actions.get_database_identity(context.store)


def start_afresh(context: Context, _: Canvas, clicks: int | None) -> tuple[RenderedView | None, NoUpdate | None]:
    """The canvas that a page opens on by itself, with nothing selected."""
    if not clicks:
        return None, no_update
    return actions.show_opening_query(context.store, context.ontology, context.layouts), None


def list_views(
    _: Context, _changed: object, _tab: object, arrival: Arrival | None
) -> tuple[list[Component] | Component, list[dict[str, str]]]:
    """The saved views as rows of the panel and as options to compare with."""
    names, west = ViewStore().names(), arrival.get("west", 0) if arrival else 0
    rows = [view_list.render_row(saves, west) for saves in names]
    return rows or view_list.render_empty_list(), [{"value": saves[0].key, "label": saves[0].name} for saves in names]


def open_view(
    context: Context, _: Canvas, clicks: Sequence[int | None]
) -> tuple[RenderedView | None, str | NoUpdate, NoUpdate | None]:
    """The canvas of the view whose row was clicked, its name, and nothing selected. Raises DataError."""
    row = dash.ctx.triggered_id
    if not row or not any(clicks) or not dash.ctx.triggered[0]["value"]:
        return None, no_update, no_update
    save = ViewStore().get_version(row["key"])
    opened = view_actions.open_view(context.store, ViewStore().opened(save))
    if opened.changes:
        notify(opened.changes, title=f"“{save.name}” is open", colour="yellow")
    return view_actions.show_view(context.store, context.ontology, opened), save.name, None


def open_arrival(context: Context, arrival: Arrival) -> tuple[Canvas | None, Component | None]:
    """What a fresh page opens on by its link or by what the browser kept, and a word about it; None for neither.

    `arrival` is {"view": id, "kept": {...}, "kept_at": words} as assets/views.js found them; nothing in it is trusted.
    """
    view_id, kept = arrival.get("view"), arrival.get("kept")
    words = str(arrival.get("kept_at") or "")[:40]
    try:
        if view_id:
            view = ViewStore().load(str(view_id))
            opened = view_actions.open_view(context.store, view)
            back = f"Undo leads back to your canvas from {words}." if kept else ""
            return opened.canvas, view_list.render_arrival(f"Opened from a link. {opened.changes} {back}", afresh=False)
        if kept:
            opened = view_actions.open_view(context.store, view_actions.parse_kept_view(kept), lines=False)
            return opened.canvas, view_list.render_arrival(f"Your canvas from {words} was restored. {opened.changes}")
    except ArmsgraphError as error:
        what = "The link can’t be opened" if view_id else "Your last canvas could not be restored"
        return None, view_list.render_arrival(f"{what}: {error}.", afresh=False, again=error.may_pass)
    return None, None
