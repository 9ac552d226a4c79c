"""What can be done to the whole canvas: layout, fit, undo, remove, clear, and pictures to take away."""

from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, html, no_update

from explorer import actions, icons, layouts
from explorer.callbacks import on
from explorer.canvas import Canvas
from explorer.ids import CANVAS, DRAGGED, PICTURE, SELECTED
from graph.ontology import Ontology
from graph.store import Store

INK = "#33404f"


def layout() -> Any:
    """The row of tools above the canvas."""
    return html.Div(
        [
            dmc.SegmentedControl(id="layout", value="hierarchy", size="sm",
                                 data=[{"value": k, "label": v} for k, v in layouts.LAYOUTS.items()]),
            html.Div(
                [
                    _tool("fit", "arrows-maximize", "Fit the picture to the canvas"),
                    _tool("undo", "arrow-back-up", "Undo the last step", disabled=True),
                    _tool("remove", "eye-off", "Remove the selected from the canvas"),
                    _tool("clear", "trash", "Clear the canvas"),
                ],
                className="tools",
            ),
            html.Span(className="spring"),
            _save("png", "PNG"),
            _save("svg", "SVG"),
        ],
        className="toolbar", role="toolbar", **{"aria-label": "Canvas"},
    )  # fmt: skip


def _tool(name: str, icon: str, caption: str, *, disabled: bool = False) -> Any:
    picture = html.Img(src=icons.picture(icon, INK), width=19, alt="")
    button = dmc.ActionIcon(picture, id=name, variant="subtle", size="lg", color="gray", disabled=disabled,
                            **{"aria-label": caption})  # fmt: skip
    return dmc.Tooltip(button, label=caption, withArrow=True, openDelay=300)


def _save(name: str, caption: str) -> Any:
    picture = html.Img(src=icons.picture("download", INK), width=16, alt="")
    return dmc.Button(caption, id=name, leftSection=picture, variant="default", size="compact-md", fw=500,
                      **{"aria-label": f"Download the picture as {caption}"})  # fmt: skip


def register(app: dash.Dash, store: Store, ontology: Ontology) -> None:
    """Each tool changes the canvas store; fit, undo and the downloads are the browser's own work (assets/canvas.js)."""

    @on(app, Output(CANVAS, "data", allow_duplicate=True), Input("layout", "value"), State(CANVAS, "data"),
        State(DRAGGED, "data"), prevent_initial_call=True)  # fmt: skip
    def switch(chosen: str, stored: Any, dragged: Any) -> Any:
        canvas = Canvas.read(stored, dragged)
        return no_update if canvas.layout == chosen else actions.laid_out(store, ontology, canvas, chosen).write()

    @on(app, Output(CANVAS, "data", allow_duplicate=True), Output(SELECTED, "data", allow_duplicate=True),
        Input("remove", "n_clicks"), State(PICTURE, "selectedNodeData"), State(SELECTED, "data"),
        State(CANVAS, "data"), State(DRAGGED, "data"), prevent_initial_call=True)  # fmt: skip
    def remove(_: int, nodes: Any, selected: Any, stored: Any, dragged: Any) -> Any:
        ids = {node["id"] for node in nodes or ()}
        if not ids and selected and selected["kind"] == "entity":
            ids = {selected["id"]}
        if not ids:
            return no_update, no_update
        return actions.edited(Canvas.read(stored, dragged).without(ids)).write(), None

    @on(app, Output(CANVAS, "data", allow_duplicate=True), Output(SELECTED, "data", allow_duplicate=True),
        Input("clear", "n_clicks"), State(CANVAS, "data"), prevent_initial_call=True)  # fmt: skip
    def clear(_: int, stored: Any) -> Any:
        return Canvas(layout=Canvas.read(stored).layout).write(), None

    @on(app, Output("layout", "value"), Input(CANVAS, "data"), State("layout", "value"), prevent_initial_call=True)
    def follow(stored: Any, chosen: str) -> Any:
        drawn = Canvas.read(stored).layout
        return no_update if drawn == chosen else drawn

    def here(name: str) -> Any:
        return ClientsideFunction("armsgraph", name)

    app.clientside_callback(here("fit"), Input("fit", "n_clicks"), prevent_initial_call=True)
    app.clientside_callback(here("remember"), Output("undo", "disabled"), Input(CANVAS, "data"))
    app.clientside_callback(here("undo"), Output(CANVAS, "data", allow_duplicate=True), Input("undo", "n_clicks"),
                            prevent_initial_call=True)  # fmt: skip
    for kind in ("png", "svg"):
        app.clientside_callback(here(f"save_{kind}"), Input(kind, "n_clicks"), State(CANVAS, "data"),
                                prevent_initial_call=True)  # fmt: skip
