"""What can be done to the whole canvas: layout, fit, undo, remove, clear, and the door to exports."""

import dash_mantine_components as dmc
from dash import Input, Output, html
from dash.development.base_component import Component

from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS
from explorer.dash_kit.parts import render_icon, render_tool
from explorer.layout import force


def layout() -> Component:
    """The row of tools above the canvas."""
    groups = (("fit", "undo", "redo"), ("add-note",), ("hide", "remove", "clear"), ("stack-all", "merge"))
    return html.Div(
        [
            dmc.SegmentedControl(
                id="layout",
                value="hierarchy",
                size="sm",
                data=[{"value": k, "label": v} for k, v in force.LAYOUTS.items()],
            ),
            *(
                html.Div([render_tool(name, disabled=name in ("undo", "redo")) for name in group], className="tools")
                for group in groups
            ),
            html.Span(className="spring"),
            html.A(
                "Listings",
                href="/listings",
                className="link",
                title="Who stands on which list: entities by authorities",
            ),
            dmc.Button(
                "Export",
                id="export",
                leftSection=render_icon("download", 16),
                variant="default",
                size="compact-md",
                fw=500,
                **{
                    "data-verb": "export",
                    "aria-keyshortcuts": "x",
                    "aria-label": "Export the canvas as picture, slides, document or data",
                },
            ),
        ],
        className="toolbar",
        role="toolbar",
        **{"aria-label": "Canvas"},
    )


def register(callbacks: CanvasCallbacks) -> None:
    """The layout follows the canvas; the other tools are commands, or the browser's own work (assets/)."""
    callbacks.add_renderer(lambda view: [view.canvas.layout], Output("layout", "value"))
    callbacks.add_script(
        "history", "remember", Output("undo", "disabled"), Output("redo", "disabled"), Input(CANVAS, "data")
    )
