"""A panel needs one line in the list to be on the page and to be heard."""

import json

from dash import Input, Output, dcc, html
from plotly.utils import PlotlyJSONEncoder

from explorer.app import build
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.panels import registry
from explorer.panels.registry import Panel, list_panels
from graph.ontology import Ontology
from tests.support.clicks import click


def shout(context: Context, text: str | None) -> str:
    """The text, and how many types the ontology has that the context brings."""
    return f"{text}! {len(context.ontology.types)}"


def register(callbacks: CanvasCallbacks) -> None:
    callbacks.add_callback(shout, Output("made-up", "data"), Input("made-up-text", "value"))
    callbacks.add_renderer(lambda view: [view.canvas.title], Output("made-up-title", "children"))


def test_a_panel_in_the_list_is_on_the_page_and_is_wired(ontology: Ontology, away: Context) -> None:
    content = html.Section([dcc.Store(id="made-up"), dcc.Input(id="made-up-text"), html.B(id="made-up-title")])
    app = build(away.store, ontology, panels=(*list_panels(ontology), Panel(registry.LEFT, content, register)))
    page = json.loads(json.dumps(app.layout, cls=PlotlyJSONEncoder))
    (left,) = [part for part in walk(page) if part["props"].get("id") == "left-side"]
    assert {"legend", "filtering", "made-up-text"} <= {str(part["props"].get("id")) for part in walk(left)}
    reply = click(app, "made-up-text", "value", "Hear", sets="made-up")
    assert reply.values == {"made-up.data": f"Hear! {len(ontology.types)}"}
    drawn = [c for c in app.callback_map if "made-up-title.children" in c]
    assert any("canvas.data" in c for c in drawn)  # every action draws it too
    assert all("made-up" not in c for c in build(away.store, ontology).callback_map)


def walk(part: object) -> list[dict[str, dict[str, object]]]:
    """A component of a page as JSON, and all components in it."""
    if isinstance(part, list):
        return [inner for one in part for inner in walk(one)]
    if not isinstance(part, dict) or "props" not in part:
        return []
    return [part, *walk(part["props"].get("children"))]
