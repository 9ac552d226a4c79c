"""Puts the explorer together: one page, its panels, and the guard at its door."""

from collections.abc import Sequence
from pathlib import Path

import dash
import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from explorer import addresses, downloads, security
from explorer.dash_kit import callbacks
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import NOTICES
from explorer.dash_kit.parts import render_tool
from explorer.export.jobs import build_export_jobs
from explorer.matrix import page as matrix_page
from explorer.panels import registry
from explorer.panels.page import theme
from explorer.panels.registry import Panel, list_panels
from graph.database.store import Store
from graph.ontology import Ontology
from graph.saved_queries.executor import QueryExecutor

ASSETS = Path(__file__).with_name("assets")
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
<script src="/assets/theme.js"></script>
{%css%}
</head>
<body>
<a class="skip" href="#paper">Skip to the canvas</a>
{%app_entry%}
<footer>
{%config%}
{%scripts%}
{%renderer%}
</footer>
</body>
</html>"""


def build(
    store: Store,
    ontology: Ontology,
    *,
    password: str | None = None,
    hosts: Sequence[str] = (),
    panels: Sequence[Panel] | None = None,
) -> dash.Dash:
    """The explorer over a store, ready to be served, with its own panels or others.

    `hosts` are further names it answers to.
    """
    app = dash.Dash(
        "armsgraph",
        assets_folder=str(ASSETS),
        # The page's head has theme.js, so that nothing is painted in the wrong colours; the editor loads itself.
        assets_ignore=r"^(theme|cypher-editor)\.js$",
        serve_locally=True,
        title="Armsgraph",
        update_title=None,
        index_string=PAGE,
        suppress_callback_exceptions=True,  # the details panel's parts come and go
        on_error=callbacks.handle_error,
    )
    panels = list_panels(ontology) if panels is None else panels
    app.layout = layout(panels)
    context = Context(store, ontology, QueryExecutor(store, ontology), build_export_jobs())
    addresses.register(app.server, context.runs)
    downloads.register(app.server, context.exports)
    matrix_page.register(app.server, store, ontology)
    wiring = CanvasCallbacks(app, context)
    for panel in panels:
        panel.register(wiring)
    wiring.finish()
    security.protect(app.server, hosts=hosts, password=password, script_hashes=app.csp_hashes)
    return app


def layout(panels: Sequence[Panel]) -> Component:
    """The page: header, saved queries and legend at the left, canvas in the middle, details at the right."""
    brand = html.Div([html.Img(src="/assets/favicon.svg", width=28, alt=""), html.Span("Armsgraph")], className="brand")
    header = [
        brand,
        render_tool("left"),
        *_list_contents(panels, registry.HEADER),
        html.Span(className="spring"),
        *_list_contents(panels, registry.HEADER_END),
    ]
    left = [_render_tabs([p for p in panels if p.place == registry.TAB]), *_list_contents(panels, registry.LEFT)]
    right = _list_contents(panels, registry.RIGHT)
    return dmc.MantineProvider(
        [
            dmc.NotificationContainer(id=NOTICES, position="bottom-center"),
            html.Div(
                [
                    html.Header(header),
                    *_list_contents(panels, registry.BANNER),
                    html.Aside(left, className="left", id="left-side", **{"aria-label": "Queries and legend"}),
                    html.Main(_list_contents(panels, registry.MAIN)),
                    html.Aside(right, className="right", id="right-side", **{"aria-label": "Details"}),
                ],
                className="page",
            ),
            html.Div(id="said", className="unseen", role="status"),
            *_list_contents(panels, registry.WINDOW),
        ],
        id=theme.PROVIDER,
        theme=theme.MANTINE,
        defaultColorScheme="auto",
    )


def _list_contents(panels: Sequence[Panel], place: str) -> list[Component]:
    """What stands at a place, in order."""
    contents = [panel.content for panel in panels if panel.place == place]
    return [part for content in contents for part in (content if isinstance(content, (list, tuple)) else [content])]


def _render_tabs(tabs: Sequence[Panel]) -> Component:
    """Ways to fill the canvas, one shown at a time."""
    names = [dmc.TabsTab(panel.caption, value=panel.name) for panel in tabs]
    return dmc.Tabs(
        [dmc.TabsList(names, grow=True), *(dmc.TabsPanel(panel.content, value=panel.name) for panel in tabs)],
        id="asking",
        value=tabs[0].name,
        keepMounted=True,
    )
