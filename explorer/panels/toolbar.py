"""What can be done to the whole canvas: layout, fit, undo, remove, clear, and pictures to take away."""

from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, html, no_update

from explorer import actions, layouts, verbs
from explorer.canvas import Canvas
from explorer.ids import CANVAS, SELECTED
from explorer.panels.parts import glyph, tool
from explorer.scene import Scene
from explorer.stage import Stage


def layout() -> Any:
    """The row of tools above the canvas."""
    groups = (("fit", "undo", "redo"), ("hide", "remove", "clear"))
    return html.Div(
        [
            dmc.SegmentedControl(id="layout", value="hierarchy", size="sm",
                                 data=[{"value": k, "label": v} for k, v in layouts.LAYOUTS.items()]),
            *(html.Div([tool(name, disabled=name in ("undo", "redo")) for name in group], className="tools")
              for group in groups),
            html.Span(className="spring"),
            _save("png", "PNG"),
            _save("svg", "SVG"),
        ],
        className="toolbar", role="toolbar", **{"aria-label": "Canvas"},
    )  # fmt: skip


def _save(name: str, caption: str) -> Any:
    return dmc.Button(caption, id=name, leftSection=glyph("download", 16), variant="default", size="compact-md", fw=500,
                      **{"aria-label": f"Download the picture as {caption}"})  # fmt: skip


def register(stage: Stage) -> None:
    """Each tool changes the canvas; fit, undo and the downloads are the browser's own work (assets/)."""
    app, store, ontology = stage.app, stage.store, stage.ontology

    @stage.draws(Output("layout", "value"))
    def draw(scene: Scene) -> list[str]:
        return [scene.canvas.layout]

    @stage.action(Input("layout", "value"))
    def switch(canvas: Canvas, chosen: str) -> Canvas | None:
        return None if canvas.layout == chosen else actions.laid_out(store, ontology, canvas, chosen)

    @stage.action(Input(verbs.signal("remove"), "data"), also=(Output(SELECTED, "data", allow_duplicate=True),))
    def remove(canvas: Canvas, signal: Any) -> Any:
        if not signal or not signal["ids"]:
            return None, no_update
        return actions.edited(canvas.without(signal["ids"])), None

    @stage.action(Input(verbs.signal("hide"), "data"), also=(Output(SELECTED, "data", allow_duplicate=True),))
    def hide(canvas: Canvas, signal: Any) -> Any:
        if not signal or not signal["ids"]:
            return None, no_update
        return replace(canvas, hidden=tuple(sorted({*canvas.hidden, *signal["ids"]})), fit=False), None

    @stage.action(Input(verbs.signal("clear"), "data"), also=(Output(SELECTED, "data", allow_duplicate=True),))
    def clear(canvas: Canvas, signal: Any) -> Any:
        return (Canvas(layout=canvas.layout), None) if signal else (None, no_update)

    app.clientside_callback(ClientsideFunction("history", "remember"), Output("undo", "disabled"),
                            Output("redo", "disabled"), Input(CANVAS, "data"))  # fmt: skip
    for kind in ("png", "svg"):
        app.clientside_callback(ClientsideFunction("armsgraph", f"save_{kind}"), Input(kind, "n_clicks"),
                                State(CANVAS, "data"), prevent_initial_call=True)  # fmt: skip
