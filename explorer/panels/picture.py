"""The canvas itself: what the canvas store says is drawn, with its title, its limits and a hint."""

import json
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import dash
import dash_cytoscape as cyto
from dash import ClientsideFunction, Input, Output, State, dcc, html, no_update

from explorer import actions, elements, filters, style
from explorer.callbacks import on
from explorer.canvas import Canvas, crowding
from explorer.ids import CANVAS, DATABASE, DRAGGED, DRAWN, EXPAND, LEGEND, PICTURE, SELECTED
from explorer.panels import legend
from graph import browse
from graph.ontology import Ontology
from graph.store import Store

HINT = "Click: details · Double-click: neighbours · Shift-drag: select several"


def layout(ontology: Ontology) -> Any:
    """The picture between its title and its footer, and the stores behind it."""
    return html.Div(
        [
            html.Div([html.H1("Loading …", id="title"), html.P("Reading the graph.", id="note")], className="headline"),
            html.Div(
                [
                    cyto.Cytoscape(
                        id=PICTURE, elements=[], stylesheet=style.stylesheet(ontology),
                        layout={"name": "preset", "fit": False},
                        autoRefreshLayout=False, boxSelectionEnabled=True, minZoom=0.05, maxZoom=4,
                        style={"width": "100%", "height": "100%"}),
                    html.Div(id="empty", className="empty"),
                    html.Div(id="tip", role="tooltip"),
                ],
                className="paper", role="img", **{"aria-label": "Graph; details in words are in the panel beside it"},
            ),
            html.Div([html.Span(id="counts", className="counts"), html.Span(id="hidden", className="hidden-note"),
                      html.Span(HINT, className="hint")], className="footer"),
            *(dcc.Store(id=name) for name in (CANVAS, DRAGGED, SELECTED, EXPAND, DRAWN)),
        ],
        className="picture",
    )  # fmt: skip


def register(app: dash.Dash, store: Store, ontology: Ontology) -> None:
    """The page opens on the reporting chain; every change of the canvas store is drawn; a double click expands."""

    @on(app, Output(CANVAS, "data"), Input(DATABASE, "data"), State(CANVAS, "data"))
    def open_page(database: Any, stored: Any) -> Any:
        if stored is not None or not database["up"]:
            return no_update
        return actions.opening(store, ontology).write()

    @on(app, Output(PICTURE, "elements"), Output(LEGEND, "children"), Output("title", "children"),
        Output("note", "children"), Output("counts", "children"), Output("hidden", "children"),
        Output("empty", "children"), Output(DRAWN, "data"), Input(CANVAS, "data"), Input(DATABASE, "data"),
        prevent_initial_call=True)  # fmt: skip
    def draw(stored: Any, database: Any) -> Any:
        if stored is None or not database["up"]:
            return (no_update,) * 8
        return drawing(store, ontology, Canvas.read(stored)).outputs()

    @on(app, Output(CANVAS, "data", allow_duplicate=True), Input(EXPAND, "data"), State(CANVAS, "data"),
        State(DRAGGED, "data"), prevent_initial_call=True)  # fmt: skip
    def expand(wanted: Any, stored: Any, dragged: Any) -> Any:
        if not wanted:
            return no_update
        return actions.expanded(store, ontology, Canvas.read(stored, dragged), wanted["id"]).write()

    app.clientside_callback(ClientsideFunction("armsgraph", "settle"), Input(DRAWN, "data"), Input(SELECTED, "data"))


@dataclass(frozen=True)
class Drawing:
    """Everything the page shows of a canvas."""

    elements: list[dict[str, Any]]
    legend: list[Any]
    title: str
    note: str
    counts: str
    hidden: str
    empty: Any
    drawn: dict[str, Any]

    def outputs(self) -> tuple[Any, ...]:
        """In the order of the callback's outputs."""
        return (self.elements, self.legend, self.title, self.note, self.counts, self.hidden, self.empty, self.drawn)


def drawing(store: Store, ontology: Ontology, canvas: Canvas) -> Drawing:
    """The page's view of a canvas, read anew from the graph."""
    whole = browse.subgraph(store, canvas.ids)
    seen = filters.visible(ontology, whole, canvas.hidden_types, canvas.hidden_chains)
    entities, lines = len(seen.entities), len(seen.relationships)
    counts = f"{entities:,} {'entity' if entities == 1 else 'entities'}, {lines:,} {'line' if lines == 1 else 'lines'}"
    drawn = elements.elements(ontology, whole, seen, canvas.positions)
    mark = crc32(json.dumps(drawn).encode())  # the browser waits for it: React draws a moment after the answer
    if drawn:
        drawn[0]["data"]["mark"] = mark
    return Drawing(
        elements=drawn,
        legend=legend.rows(ontology, whole, canvas),
        title=canvas.title or "Empty canvas",
        note=" ".join(text for text in (canvas.note, crowding(entities)) if text),
        counts=counts,
        hidden=filters.sentence(ontology, whole, canvas.hidden_types, canvas.hidden_chains),
        empty=None if whole.entities else invitation(browse.counts(store)["entities"]),
        drawn={"fit": canvas.fit, "mark": mark, "first": drawn[0]["data"]["id"] if drawn else None},
    )


def invitation(entities: int) -> Any:
    """What an empty canvas says: how to begin, or how to load data where there is none."""
    if entities:
        return [
            html.Strong("Nothing on the canvas yet"),
            html.P("Search for a name above, or run a saved query on the left."),
        ]
    return [
        html.Strong("The graph is empty"),
        html.P(["Load the shipped data with ", html.Code("armsgraph load articles"), ", then reload this page."]),
    ]
