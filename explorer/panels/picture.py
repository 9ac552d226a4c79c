"""The canvas itself: what the canvas store says is drawn, with its title, its limits and a hint."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import dash_cytoscape as cyto
from dash import ClientsideFunction, Input, Output, State, dcc, html, no_update

from explorer import actions, elements, filters, style, verbs
from explorer.callbacks import on
from explorer.canvas import Canvas, crowding
from explorer.ids import CANVAS, DATABASE, DRAWN, PICTURE, SELECTED
from explorer.scene import Scene
from explorer.stage import Stage, stores
from graph import browse
from graph.ontology import Ontology

HINT = "Click: details · Double-click: neighbours · Right-click: more · Shift-drag: select several · ? help"


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
            *stores(),
            dcc.Store(id=SELECTED),
            dcc.Store(id="verbs", data=verbs.as_data()),
            *(dcc.Store(id=verbs.signal(v.name)) for v in verbs.VERBS if not v.here),
        ],
        className="picture",
    )  # fmt: skip


def register(stage: Stage) -> None:
    """The page opens on the reporting chain; every change of the canvas is drawn; a verb can expand."""
    app, store, ontology = stage.app, stage.store, stage.ontology

    @on(app, Output(CANVAS, "data"), Input(DATABASE, "data"), State(CANVAS, "data"))
    def open_page(database: Any, stored: Any) -> Any:
        if stored is not None or not database["up"]:
            return no_update
        return replace(actions.opening(store, ontology), stamp="opened").write()

    @stage.draws(Output(PICTURE, "elements"), Output("title", "children"), Output("note", "children"),
                 Output("counts", "children"), Output("hidden", "children"), Output("empty", "children"))  # fmt: skip
    def draw(scene: Scene) -> Sequence[Any]:
        entities, lines = len(scene.shown.entities), len(scene.shown.relationships)
        held = len(scene.whole.entities)
        return (
            elements.elements(scene),
            scene.canvas.title or "Empty canvas",
            " ".join(text for text in (scene.canvas.note, crowding(entities)) if text),
            f"{_many(entities, 'entity', 'entities')}, {_many(lines, 'line', 'lines')}",
            filters.sentence(ontology, scene.whole, scene.shown),
            None if held else invitation(browse.counts(store)["entities"]),
        )

    @stage.action(Input(verbs.signal("expand"), "data"))
    def expand(canvas: Canvas, signal: Any) -> Canvas | None:
        if not signal or not signal["ids"]:
            return None
        return actions.expanded(store, ontology, canvas, signal["ids"][0])

    app.clientside_callback(ClientsideFunction("armsgraph", "settle"), Input(DRAWN, "data"), Input(SELECTED, "data"))
    app.clientside_callback(ClientsideFunction("verbs", "learn"), Input("verbs", "data"))


def _many(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"


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
