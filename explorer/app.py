"""Puts the explorer together: one page, its panels, and the guard at its door."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, html

from explorer import addresses, behind, callbacks, downloads, security, theme
from explorer.ids import NOTICES
from explorer.panels import (
    answers,
    cypher,
    database,
    details,
    editing,
    editor,
    expand,
    exporting,
    filtering,
    help,
    history,
    legend,
    notes,
    paths,
    picture,
    progress,
    queries,
    search,
    table,
    timeline,
    toolbar,
    views,
)
from explorer.panels.parts import cypher as cypher_of
from explorer.panels.parts import tool
from explorer.stage import Stage
from graph.ontology import Ontology
from graph.runs import Runs
from graph.store import Store

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
    queries,
    history,
    answers,
    editor,
    paths,
    views,
    legend,
    filtering,
    timeline,
    table,
    expand,
    details,
    notes,
    exporting,
    cypher,
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
        on_error=callbacks.on_error,
    )
    app.layout = layout(ontology)
    stage = Stage(app, Runs(store, ontology))
    addresses.register(app.server, stage.runs)
    downloads.register(app.server)
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
                            tool("left"),
                            search.layout(),
                            cypher_of(behind.SEARCH),
                            html.Span(className="spring"),
                            help.layout(),
                            database.status(),
                        ]
                    ),
                    database.layout(),
                    html.Aside(
                        [_asking(), legend.layout(), filtering.layout()],
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
            cypher.layout(),
            answers.layout(),
            exporting.layout(),
            editor.layout(),
            theme.stylesheets(ontology),
        ],
        id=theme.PROVIDER,
        theme=theme.MANTINE,
        defaultColorScheme="auto",
    )


def _asking() -> Any:
    """Three ways to fill the canvas, one shown at a time."""
    tabs = (("queries", "Queries", queries), ("paths", "Paths", paths), ("views", "Views", views))
    names = [dmc.TabsTab(caption, value=name) for name, caption, _ in tabs]
    return dmc.Tabs(
        [dmc.TabsList(names, grow=True), *(dmc.TabsPanel(p.layout(), value=n) for n, _, p in tabs)],
        id="asking",
        value="queries",
        keepMounted=True,
    )
