"""Saved queries: find one, fill in what it asks for, run it onto the canvas or into a table, number or chart."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import dash
import dash_mantine_components as dmc
from dash import ALL, MATCH, ClientsideFunction, Input, Output, State, dcc, html, no_update

from explorer.answers import answer_store
from explorer.canvas import actions
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import register_callback
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import DATABASE, LIBRARY
from explorer.dash_kit.parts import render_icon
from explorer.dash_kit.user import get_user
from explorer.overlays import highlight
from explorer.panels.queries import answers, history, query_list
from explorer.panels.queries.query_form import (
    find_candidates,
    load_choices,
    parse_values,
    render_fields,
    validate_values,
)
from explorer.state import page_commands
from explorer.state.canvas import Canvas, CanvasFull
from graph.errors import JobsBusy, QueryError
from graph.saved_queries import schema_check
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import Library

HOW = {"replace": "Replace", "add": "Add", "highlight": "Highlight"}
CHOSEN, WISH, LISTED = "query", "query-wish", "query-listed"  # stores: the query in the form; the run asked for; list


def layout() -> Any:
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


def register(stage: CanvasCallbacks) -> None:
    """Choosing a query shows its form; running it changes the canvas, or shows a table, number or chart."""
    _register_choosing(stage)
    _register_fields(stage)
    _register_running(stage)


def _register_choosing(stage: CanvasCallbacks) -> None:
    app = stage.app

    @register_callback(app, Output(LISTED, "data"), Output("query-count", "children"), Input(LIBRARY, "data"))
    def show_list(_: Any) -> Any:
        library = Library(get_user())
        known = library.all()
        old = query_list.find_stale_queries(stage.store, stage.ontology, known)
        return query_list.build_list(library, old), f"All {len(known):,} queries"

    @register_callback(
        app,
        Output(CHOSEN, "data"),
        Input(page_commands.get_event_id("choose-query"), "data"),
        Input(page_commands.get_event_id("run-again"), "data"),
        Input(LIBRARY, "data"),
        State(CHOSEN, "data"),
        prevent_initial_call=True,
    )
    def choose(one: Any, other: Any, _: Any, chosen: Any) -> Any:
        told = {
            page_commands.get_event_id("choose-query")["name"]: one,
            page_commands.get_event_id("run-again")["name"]: other,
        }
        asked_by = dash.ctx.triggered_id
        if asked_by == LIBRARY:
            return {**chosen, "at": uuid4().hex} if chosen else no_update
        wanted = told.get((asked_by or {}).get("name", ""))
        if not wanted:
            return no_update
        return {"name": str(wanted["name"]), "given": dict(wanted.get("parameters") or {}), "at": uuid4().hex}

    app.clientside_callback(
        ClientsideFunction("queries", "open"),
        Output("query-browse", "hidden"),
        Output("query-chosen", "hidden"),
        Input(CHOSEN, "data"),
        Input("query-back", "n_clicks"),
        Input("query-search", "value"),
        Input(LISTED, "data"),
    )

    # Run waits for the form of the query that was just chosen.
    @register_callback(
        app,
        Output("query-form", "children"),
        Output("query-edit", "children"),
        Output("query-foot", "children"),
        Output("query-mode", "style"),
        Output("query-told", "children"),
        Input(CHOSEN, "data"),
        Input(DATABASE, "data"),
        State("query-form", "children"),
        running=[(Output("query-run", "loading"), True, False)],
    )
    def show_form(chosen: Any, database: Any, form: Any) -> Any:
        healed = dash.ctx.triggered_id == DATABASE
        if not chosen or not database["up"] or (healed and form):
            return (no_update,) * 5
        known = Library(get_user()).all()
        if chosen["name"] not in known:
            gone = html.P(f"There is no saved query “{chosen['name']}” any more.", className="query-wrong")
            return [gone], [], [], {"display": "none"}, []
        query = known[chosen["name"]]
        gone = schema_check.find_missing_names(stage.store, stage.ontology, query)
        form = [
            query_list.render_head(query),
            *query_list.render_warnings(gone),
            *render_fields(stage.store, stage.ontology, query, chosen["given"]),
        ]
        how = {} if query.result == "graph" else {"display": "none"}
        return form, query_list.render_edit_buttons(query), query_list.render_query_text(query), how, []


def _register_fields(stage: CanvasCallbacks) -> None:
    store, ontology = stage.store, stage.ontology

    @register_callback(
        stage.app,
        Output({"type": "picker", "name": MATCH, "label": MATCH}, "data"),
        Input({"type": "picker", "name": MATCH, "label": MATCH}, "searchValue"),
        State({"type": "picker", "name": MATCH, "label": MATCH}, "id"),
        State({"type": "picker", "name": MATCH, "label": MATCH}, "value"),
        prevent_initial_call=True,
    )
    def look_up(text: str | None, identity: Mapping[str, str], chosen: str | None) -> list[dict[str, str]]:
        return find_candidates(store, ontology, text or "", identity["label"], chosen)

    @register_callback(
        stage.app,
        Output({"type": "field", "name": MATCH}, "data"),
        Output({"type": "field", "name": MATCH}, "error"),
        Output({"type": "field", "name": MATCH}, "placeholder"),
        Input({"type": "asks", "name": MATCH}, "data"),
        State({"type": "asks", "name": MATCH}, "id"),
    )
    def ask(name: str, identity: Mapping[str, str]) -> Any:
        parameter = Library(get_user()).find(name).parameters[identity["name"]]
        found = load_choices(store, parameter)
        return found["data"], found.get("error", ""), found["placeholder"]


def _register_running(stage: CanvasCallbacks) -> None:
    app, store, ontology = stage.app, stage.store, stage.ontology
    pickers, boxes = {"type": "picker", "name": ALL, "label": ALL}, {"type": "field", "name": ALL}
    app.clientside_callback(
        ClientsideFunction("queries", "wish"),
        Output(WISH, "data"),
        Input("query-run", "n_clicks"),
        prevent_initial_call=True,
    )

    @stage.register_action(
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
    def run(canvas: Canvas, wish: Any, chosen: Any, mode: str, *held: Any) -> Any:
        picked, typed, picker_ids, box_ids = held
        query = Library(get_user()).find(str((chosen or {}).get("name")))
        ids = (*picker_ids, *box_ids)
        given = parse_values(query, {k["name"]: v for k, v in zip(ids, (*picked, *typed), strict=True)})
        amiss = validate_values(store, ontology, query, given)
        for identity in ids:
            dash.set_props(identity, {"error": amiss.get(identity["name"], "")})
        if amiss:
            return None, *(no_update,) * len(answers.build_outputs()), [], no_update
        try:
            answer = stage.runs.run(query, given, user=get_user(), via="app", run_id=str((wish or {}).get("id", "")))
        except (QueryError, JobsBusy) as error:
            return None, *answers.CLOSED, query_list.render_failure(error), uuid4().hex
        changed, told, window = _place_answer(stage, canvas, answer, mode)
        return changed, *(window or answers.CLOSED), told, uuid4().hex

    @register_callback(
        app,
        Output("query-clock", "children"),
        Input("query-cancel", "n_clicks"),
        State(WISH, "data"),
        prevent_initial_call=True,
    )
    def cancel(clicks: int, wish: Any) -> Any:
        if clicks and wish:
            stage.runs.cancel(get_user(), str(wish["id"]))
        return no_update

    @stage.register_renderer(Output("query-picked", "children"))
    def draw(now: RenderedView) -> Sequence[Any]:
        return [query_list.render_highlight(now.canvas.emphasis)]

    @stage.register_action(Input(page_commands.get_event_id("end-highlight"), "data"))
    def end(canvas: Canvas, told: Any) -> Canvas | None:
        return highlight.clear_highlight(canvas) if told and canvas.emphasis.kind == highlight.KIND else None


def _place_answer(stage: CanvasCallbacks, canvas: Canvas, answer: Answer, mode: str) -> tuple[Canvas | None, Any, Any]:
    """The next canvas, what the panel says of the answer, and what the answer window shows, if it opens."""
    store, ontology = stage.store, stage.ontology
    key = stage.context.answers.keep(answer, user=get_user())
    if not answer_store.is_picture(answer):
        window = answers.render_answer(stage.context, answer, key=key) if answer.table.rows else None
        more = "The canvas stays as it is." if answer.query.result == "graph" else ""
        return None, query_list.render_run(answer, key, more), window
    if mode == "highlight":
        changed = actions.highlight_answer(store, ontology, canvas, answer)
        return changed, query_list.render_run(answer, key), None
    try:
        grown = actions.show_answer(store, ontology, canvas, answer, fresh=mode == "replace")
    except CanvasFull as full:
        return None, query_list.render_run(answer, key, str(full)), None
    start = Canvas() if mode == "replace" else canvas
    counted = actions.count_additions(store, start, grown, answer)
    return grown, query_list.render_run(answer, key, counted.words if mode == "add" else counted.beside_words), None
