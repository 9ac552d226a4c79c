"""Saved queries: find one, fill in what it asks for, run it onto the canvas or into a table, number or chart."""

from collections.abc import Mapping
from typing import NotRequired, TypeAlias, TypedDict
from uuid import uuid4

import dash
import dash_mantine_components as dmc
from dash import ALL, MATCH, Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.canvas import actions
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import DATABASE, LIBRARY
from explorer.dash_kit.parts import render_icon
from explorer.dash_kit.user import get_user
from explorer.panels.page import search
from explorer.panels.queries import answers, history, query_list, query_run
from explorer.panels.queries.query_form import load_choices, render_fields
from explorer.panels.queries.query_run import ChosenQuery
from explorer.state import page_commands
from explorer.state.stores import DatabaseState
from graph.saved_queries import schema_check
from graph.saved_queries.library import Library

HOW = {"replace": "Replace", "add": "Add", "highlight": "Highlight"}
CHOSEN, WISH, LISTED = "query", "query-wish", "query-listed"  # stores: the query in the form; the run asked for; list


QueryForm: TypeAlias = tuple[
    list[Component], list[Component], Component | list[Component], dict[str, str], list[Component]
]


class QueryEvent(TypedDict):
    """What a button tells that means a query, perhaps with values."""

    name: str
    parameters: NotRequired[dict[str, object] | None]


def layout() -> Component:
    """The search field over the list of queries or the form of the chosen one, and what was run lately."""
    return html.Section(
        [
            html.Div(
                [
                    dmc.TextInput(
                        id="query-search",
                        value="",
                        size="sm",
                        className="spring",
                        placeholder="Search queries",
                        leftSection=render_icon("search", 16),
                        **{"aria-label": "Search the saved queries", "aria-controls": "query-list"},
                    ),
                    dmc.Button(
                        "New",
                        size="sm",
                        variant="default",
                        leftSection=render_icon("plus", 16),
                        px=10,
                        **{"aria-label": "New query"},
                        **page_commands.build_event_attributes("edit-query"),
                    ),
                ],
                className="query-head",
            ),
            html.Div(
                id="query-browse",
                hidden=True,
                children=[
                    html.Div(id="query-list", **{"aria-label": "Saved queries"}, role="group"),
                    html.P(id="query-none", className="quiet", hidden=True, role="status"),
                ],
            ),
            html.Div(
                [
                    html.Div(
                        [
                            html.Button(
                                [render_icon("chevron-left", 16), html.Span("All queries", id="query-count")],
                                id="query-back",
                                className="link query-back",
                            ),
                            html.Span(className="spring"),
                            html.Div(id="query-edit", className="tools"),
                        ],
                        className="query-head",
                    ),
                    html.Div(id="query-form", className="form"),
                    dmc.SegmentedControl(
                        id="query-mode",
                        value="replace",
                        size="sm",
                        fullWidth=True,
                        data=[{"value": k, "label": v} for k, v in HOW.items()],
                        **{"aria-label": "What the answer does to the canvas"},
                    ),
                    dmc.Button("Run", id="query-run", fullWidth=True, leftSection=render_icon("player-play", 16)),
                    html.Div(
                        [
                            html.Span("Running …", id="query-clock", role="timer"),
                            html.Button("Cancel", id="query-cancel", className="link"),
                        ],
                        id="query-running",
                        className="query-running",
                        hidden=True,
                    ),
                    html.Div(id="query-told", role="status"),
                    html.Div(id="query-picked"),
                    html.Div(id="query-foot"),
                ],
                id="query-chosen",
                className="query-chosen",
            ),
            history.layout(),
            dcc.Store(id=LIBRARY),
            dcc.Store(id=CHOSEN, data={"name": actions.OPENING_QUERY, "given": {}}),
            dcc.Store(id=WISH),
            dcc.Store(id=LISTED),
            dcc.Store(id=history.RAN),
        ],
        id="query-panel",
        **{"aria-label": "Saved queries"},
    )


def register(callbacks: CanvasCallbacks) -> None:
    """Choosing a query shows its form; running it changes the canvas, or shows a table, number or chart."""
    _register_choosing(callbacks)
    _register_fields(callbacks)
    _register_running(callbacks)


def _register_choosing(callbacks: CanvasCallbacks) -> None:
    callbacks.add_callback(
        list_queries, Output(LISTED, "data"), Output("query-count", "children"), Input(LIBRARY, "data")
    )
    callbacks.add_callback(
        choose_query,
        Output(CHOSEN, "data"),
        Input(page_commands.get_event_id("choose-query"), "data"),
        Input(page_commands.get_event_id("run-again"), "data"),
        Input(LIBRARY, "data"),
        State(CHOSEN, "data"),
        prevent_initial_call=True,
    )
    callbacks.add_script(
        "queries",
        "open",
        Output("query-browse", "hidden"),
        Output("query-chosen", "hidden"),
        Input(CHOSEN, "data"),
        Input("query-back", "n_clicks"),
        Input("query-search", "value"),
        Input(LISTED, "data"),
    )
    callbacks.add_callback(
        show_form,
        Output("query-form", "children"),
        Output("query-edit", "children"),
        Output("query-foot", "children"),
        Output("query-mode", "style"),
        Output("query-told", "children"),
        Input(CHOSEN, "data"),
        Input(DATABASE, "data"),
        State("query-form", "children"),
        # Run waits for the form of the query that was just chosen.
        running=[(Output("query-run", "loading"), True, False)],
    )


def _register_fields(callbacks: CanvasCallbacks) -> None:
    callbacks.add_callback(
        look_up_entities,
        Output({"type": "picker", "name": MATCH, "label": MATCH}, "data"),
        Input({"type": "picker", "name": MATCH, "label": MATCH}, "searchValue"),
        State({"type": "picker", "name": MATCH, "label": MATCH}, "id"),
        State({"type": "picker", "name": MATCH, "label": MATCH}, "value"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        read_field_choices,
        Output({"type": "field", "name": MATCH}, "data"),
        Output({"type": "field", "name": MATCH}, "error"),
        Output({"type": "field", "name": MATCH}, "placeholder"),
        Input({"type": "asks", "name": MATCH}, "data"),
        State({"type": "asks", "name": MATCH}, "id"),
    )


def _register_running(callbacks: CanvasCallbacks) -> None:
    pickers, boxes = {"type": "picker", "name": ALL, "label": ALL}, {"type": "field", "name": ALL}
    callbacks.add_script(
        "queries", "wish", Output(WISH, "data"), Input("query-run", "n_clicks"), prevent_initial_call=True
    )
    callbacks.add_action(
        query_run.run_query,
        Input(WISH, "data"),
        State(CHOSEN, "data"),
        State("query-mode", "value"),
        State(pickers, "value"),
        State(boxes, "value"),
        State(pickers, "id"),
        State(boxes, "id"),
        also=(
            *answers.build_outputs(),
            Output("query-told", "children", allow_duplicate=True),
            Output(history.RAN, "data"),
        ),
        running=[(Output("query-running", "hidden"), False, True), (Output("query-run", "disabled"), True, False)],
    )
    callbacks.add_callback(
        query_run.cancel_run,
        Output("query-clock", "children"),
        Input("query-cancel", "n_clicks"),
        State(WISH, "data"),
        prevent_initial_call=True,
    )
    callbacks.add_renderer(query_run.render_highlight, Output("query-picked", "children"))
    callbacks.add_action(query_run.end_highlight, Input(page_commands.get_event_id("end-highlight"), "data"))


def list_queries(context: Context, _library: object) -> tuple[query_list.QueryList, str]:
    """The saved queries for assets/querylist.js, and the words of the button that leads to them."""
    library = Library(get_user())
    queries = library.all()
    stale = query_list.find_stale_queries(context.store, context.ontology, queries)
    return query_list.build_list(library, stale), f"All {len(queries):,} queries"


def choose_query(
    _: Context,
    listed: QueryEvent | None,
    past: QueryEvent | None,
    _library: object,
    chosen: ChosenQuery | None,
) -> ChosenQuery | NoUpdate:
    """The query for the form: one of the list, a past run with its values, or the same anew as the library changed."""
    asked_by = dash.ctx.triggered_id
    if asked_by == LIBRARY:
        return {**chosen, "at": uuid4().hex} if chosen else no_update
    event = listed if asked_by == page_commands.get_event_id("choose-query") else past
    if not asked_by or not event:
        return no_update
    return {"name": str(event["name"]), "given": dict(event.get("parameters") or {}), "at": uuid4().hex}


def show_form(
    context: Context, chosen: ChosenQuery | None, database: DatabaseState, form: list[Component] | None
) -> QueryForm | tuple[NoUpdate, ...]:
    """The form of the chosen query, its buttons, its text, how its mode is shown, and nothing said of a run.

    A database that is back does not take from the form what stands in it.
    """
    healed = dash.ctx.triggered_id == DATABASE
    if not chosen or not database["up"] or (healed and form):
        return (no_update,) * 5
    query = Library(get_user()).all().get(chosen["name"])
    if query is None:
        words = f"There is no saved query “{chosen['name']}” any more."
        return [html.P(words, className="query-wrong")], [], [], {"display": "none"}, []
    missing = schema_check.find_missing_names(context.store, context.ontology, query)
    fields = [
        query_list.render_head(query),
        *query_list.render_warnings(missing),
        *render_fields(context.store, context.ontology, query, chosen["given"]),
    ]
    style = {} if query.result == "graph" else {"display": "none"}
    return fields, query_list.render_edit_buttons(query), query_list.render_query_text(query), style, []


def look_up_entities(
    context: Context, text: str | None, identity: Mapping[str, str], chosen: str | None
) -> list[dict[str, str]]:
    """The options of a picker for what was typed into it."""
    return search.find_options(context.store, context.ontology, text or "", chosen, identity["label"])


def read_field_choices(
    context: Context, name: str, identity: Mapping[str, str]
) -> tuple[list[dict[str, str]], str, str]:
    """The choices of a query's field that the graph gives, what went wrong with them, and what stands in it empty."""
    parameter = Library(get_user()).find(name).parameters[identity["name"]]
    choices = load_choices(context.store, parameter)
    return choices["data"], choices.get("error", ""), choices["placeholder"]
