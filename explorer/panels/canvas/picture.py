"""The canvas itself: what the canvas store says is drawn, with its title, its limits and a hint."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from uuid import uuid4

import dash_cytoscape as cyto
from dash import Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.answers import cypher_log
from explorer.appearance import encoding
from explorer.canvas import elements, stylesheet
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks, build_stores
from explorer.dash_kit.ids import CANVAS, DATABASE, DRAWN, PICTURE, SELECTED
from explorer.dash_kit.user import get_user
from explorer.filters import descriptions
from explorer.overlays import grouping, highlight
from explorer.panels.views import first_page, views
from explorer.state import page_commands
from explorer.state.canvas import describe_crowding
from explorer.state.stores import DatabaseState
from graph import collectives
from graph.database.store import record_statements
from graph.ontology import Ontology
from graph.plurals import format_count
from graph.reading import browse, foreign_search

HINT = "Click: details · Double-click: neighbours · Right-click: more · Shift-drag: select several · ? help"
KEYS = "Arrow keys go from entity to entity, full stop from line to line; Enter opens the details, Shift F10 the menu."


def layout(ontology: Ontology) -> Component:
    """The picture between its title and its footer, and the stores behind it."""
    return html.Div(
        [
            html.Div(
                [html.H1("Loading …", id="title"), html.P("Reading the graph.", id="note", role="status")],
                className="headline",
            ),
            html.Div(id="filter-sentences", role="group", **{"aria-label": "Rules in force"}),
            html.Div(id="arrived", role="status"),
            html.Div(
                [
                    cyto.Cytoscape(
                        id=PICTURE,
                        elements=[],
                        stylesheet=stylesheet.build_stylesheet(ontology),
                        layout={"name": "preset", "fit": False},
                        autoRefreshLayout=False,
                        boxSelectionEnabled=True,
                        minZoom=0.05,
                        maxZoom=4,
                        style={"width": "100%", "height": "100%"},
                    ),
                    html.Div(id="empty", className="empty"),
                    html.Div(id="tip", role="tooltip"),
                ],
                id="paper",
                className="paper",
                role="application",
                tabIndex=0,
                **{"aria-label": "Canvas", "aria-roledescription": "graph", "aria-describedby": "canvas-keys"},
            ),
            html.Div(
                [
                    html.Span(id="counts", className="counts"),
                    html.Span(id="hidden", className="hidden-note"),
                    html.Span(HINT, className="hint"),
                ],
                className="footer",
            ),
            html.Span(KEYS, id="canvas-keys", className="unseen"),
            *build_stores(),
            dcc.Store(id=SELECTED),
            dcc.Store(id="verbs", data=page_commands.list_commands()),
            *(dcc.Store(id=page_commands.get_signal_id(v.name)) for v in page_commands.COMMANDS if not v.here),
            *(dcc.Store(id=page_commands.get_event_id(name)) for name in page_commands.EVENTS),
        ],
        className="picture",
    )


def register(callbacks: CanvasCallbacks) -> None:
    """The page opens on a link, on what the browser kept, or on the reporting chain; every change is drawn."""
    callbacks.add_callback(
        open_page,
        Output(CANVAS, "data"),
        Output("arrived", "children"),
        Input(views.ARRIVAL, "data"),
        Input(DATABASE, "data"),
        State(CANVAS, "data"),
    )
    callbacks.add_action(
        first_page.open_again,
        Input(page_commands.get_event_id("open-again"), "data"),
        State(views.ARRIVAL, "data"),
        also=(Output("arrived", "children", allow_duplicate=True),),
    )
    callbacks.add_renderer(
        partial(draw_picture, callbacks.context),
        Output(PICTURE, "elements"),
        Output("title", "children"),
        Output("note", "children"),
        Output("counts", "children"),
        Output("hidden", "children"),
        Output("empty", "children"),
    )
    callbacks.add_script(
        "armsgraph", "settle", Input(DRAWN, "data"), Input(SELECTED, "data"), State(PICTURE, "elements")
    )
    callbacks.add_script("verbs", "learn", Input("verbs", "data"))


def open_page(
    context: Context, arrival: views.Arrival | None, database: DatabaseState, stored: Mapping[str, object] | None
) -> tuple[Mapping[str, object] | NoUpdate, Component | list[Component] | NoUpdate | None]:
    """The canvas that a fresh page opens on, and a word about it where it is not the usual one."""
    if stored is not None or not arrival or not database["up"]:
        return no_update, no_update
    with record_statements() as statements:
        opened, word = first_page.open_canvas(context, arrival)
        canvas = replace(opened, stamp=f"opened {uuid4().hex}")
    groups = [cypher_log.StatementGroup("What was asked for and drawn", tuple(statements))]
    cypher_log.keep_statements(context.cypher_log, groups, canvas.stamp, user=get_user())
    return canvas.write(), word


def draw_picture(context: Context, view: RenderedView) -> Sequence[object]:
    """The elements, the title, the note, what is counted, what is hidden, and what an empty canvas says."""
    canvas, entities, lines = view.canvas, len(view.shown.entities), len(view.shown.relationships)
    return (
        elements.build_elements(view),
        canvas.title or "Empty canvas",
        " ".join(text for text in (canvas.note, describe_crowding(len(view.drawn.entities))) if text),
        f"{format_count(entities, 'entity', 'entities')}{collectives.describe_groups(view.shown.entities)}, "
        f"{format_count(lines, 'line', 'lines')}{grouping.describe_grouping(view.shown, view.drawn)}",
        _describe_hidden(view),
        _render_placeholder(view) if view.whole.entities else _build_invitation(context),
    )


def _build_invitation(context: Context) -> list[Component]:
    others = foreign_search.read_statistics(context.store, context.ontology)
    # In a database that is not ours alone, a label Entity may be anybody's.
    entities = browse.count_records(context.store)["entities"] if others.evidence or not others.nodes else 0
    return render_invitation(entities, others.sentence())


def _describe_hidden(rendered: RenderedView) -> list[Component | str] | str:
    """What is hidden; pictures to take away also say by which rules, which the page has above the canvas."""
    hidden, rules = descriptions.describe_filter_parts(
        rendered.ontology, rendered.whole, rendered.shown, rendered.canvas.filter
    )
    sentences = (
        rules,
        encoding.describe_encoding(rendered.looks),
        highlight.describe_highlight(rendered.canvas.emphasis),
    )
    rules = " ".join(part for part in sentences if part)
    return [hidden, html.Span(f" {rules}", className="unseen", **{"aria-hidden": "true"})] if rules else hidden


def _render_placeholder(rendered: RenderedView) -> list[Component] | None:
    """What a canvas says of which nothing is shown; None while something is."""
    if rendered.shown.entities:
        return None
    return [
        html.Strong("All of it is hidden"),
        html.P("End a rule above the picture, or press “Show all” in the legend."),
    ]


def render_invitation(entities: int, others: str = "") -> list[Component]:
    """What an empty canvas says: how to begin, or how to load data where there is none.

    `others` names what the database holds that is not ours.
    """
    if others and not entities:
        words = f"This database was made by another program. It holds {others}. Search for one above."
        return [html.Strong("Nothing on the canvas yet"), html.P(words)]
    if entities:
        more = f" The database holds others beside its entities with claims: {others}." if others else ""
        words = f"Search for a name above, or run a saved query on the left.{more}"
        return [html.Strong("Nothing on the canvas yet"), html.P(words)]
    return [
        html.Strong("The graph is empty"),
        html.P(["Load the shipped data with ", html.Code("armsgraph load articles"), ", then reload this page."]),
    ]
