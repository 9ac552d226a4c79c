"""Puts the explorer together: one page, its panels, and the guard at its door."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, html

from explorer import addresses, downloads, security
from explorer.answers import cypher_log
from explorer.dash_kit import callbacks
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import NOTICES
from explorer.dash_kit.parts import render_cypher_button as cypher_of
from explorer.dash_kit.parts import render_tool
from explorer.export.jobs import build_export_jobs
from explorer.panels.canvas import editing, picture, progress, toolbar
from explorer.panels.editor import editor_window
from explorer.panels.export import export_window
from explorer.panels.finding import expand, paths
from explorer.panels.page import database, help, search, theme
from explorer.panels.queries import answers, cypher_window, history, runner
from explorer.panels.reading import details, filters, legend, table, timeline
from explorer.panels.views import notes, views
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
PANELS = (
    picture,
    toolbar,
    editing,
    progress,
    search,
    runner,
    history,
    answers,
    editor_window,
    paths,
    views,
    legend,
    filters,
    timeline,
    table,
    expand,
    details,
    notes,
    export_window,
    cypher_window,
    help,
)


def build(store: Store, ontology: Ontology, *, password: str | None = None, hosts: Sequence[str] = ()) -> dash.Dash:
    """The explorer over a store, ready to be served. `hosts` are further names it answers to."""
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
    app.layout = layout(ontology)
    context = Context(store, ontology, QueryExecutor(store, ontology), build_export_jobs())
    stage = CanvasCallbacks(app, context)
    addresses.register(app.server, context.runs)
    downloads.register(app.server, context.exports)
    database.register(app, store)
    for panel in PANELS:
        panel.register(stage)
    app.clientside_callback(ClientsideFunction("theme", "dress"), Input("stylesheets", "data"))
    stage.finish()
    security.protect(app.server, hosts=hosts, password=password, script_hashes=app.csp_hashes)
    return app


def layout(ontology: Ontology) -> dmc.MantineProvider:
    """The page: header, saved queries and legend at the left, canvas in the middle, details at the right."""
    brand = html.Div([html.Img(src="/assets/favicon.svg", width=28, alt=""), html.Span("Armsgraph")], className="brand")
    return dmc.MantineProvider(
        [
            dmc.NotificationContainer(id=NOTICES, position="bottom-center"),
            html.Div(
                [
                    html.Header(
                        [
                            brand,
                            render_tool("left"),
                            search.layout(),
                            cypher_of(cypher_log.SEARCH),
                            html.Span(className="spring"),
                            help.layout(),
                            database.render_status(),
                        ]
                    ),
                    database.layout(),
                    html.Aside(
                        [_render_query_tabs(), legend.layout(), filters.layout()],
                        className="left",
                        id="left-side",
                        **{"aria-label": "Queries and legend"},
                    ),
                    html.Main(
                        [
                            toolbar.layout(),
                            progress.layout(),
                            picture.layout(ontology),
                            timeline.layout(),
                            table.layout(),
                            notes.layout(),
                        ]
                    ),
                    html.Aside(
                        [expand.layout(), details.layout()],
                        className="right",
                        id="right-side",
                        **{"aria-label": "Details"},
                    ),
                ],
                className="page",
            ),
            html.Div(id="said", className="unseen", role="status"),
            cypher_window.layout(),
            answers.layout(),
            export_window.layout(),
            editor_window.layout(),
            theme.build_stylesheet_store(ontology),
        ],
        id=theme.PROVIDER,
        theme=theme.MANTINE,
        defaultColorScheme="auto",
    )


def _render_query_tabs() -> Any:
    """Three ways to fill the canvas, one shown at a time."""
    tabs = (("queries", "Queries", runner), ("paths", "Paths", paths), ("views", "Views", views))
    names = [dmc.TabsTab(caption, value=name) for name, caption, _ in tabs]
    return dmc.Tabs(
        [dmc.TabsList(names, grow=True), *(dmc.TabsPanel(p.layout(), value=n) for n, _, p in tabs)],
        id="asking",
        value="queries",
        keepMounted=True,
    )
