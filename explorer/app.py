"""Puts the explorer together: one page, its panels, and the guard at its door."""

from collections.abc import Sequence
from pathlib import Path

import dash
import dash_cytoscape as cyto
import dash_mantine_components as dmc
from dash import html

from explorer import callbacks, security, style
from explorer.ids import NOTICES
from explorer.panels import database, details, legend, picture, queries, search, toolbar
from explorer.stage import Stage
from graph.ontology import Ontology
from graph.store import Store

ASSETS = Path(__file__).with_name("assets")
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
{%css%}
</head>
<body>
{%app_entry%}
<footer>
{%config%}
{%scripts%}
{%renderer%}
</footer>
</body>
</html>"""
NAVY = ["#eef2f8", "#dbe3ef", "#b6c5dd", "#8ea6ca", "#6d8bba", "#577ab0", "#4a70ac", "#1f4e8c", "#1a4379", "#123764"]
THEME = {
    "primaryColor": "navy",
    "primaryShade": 7,
    "fontFamily": style.FONT,
    "defaultRadius": "md",
    "colors": {"navy": NAVY},
}


def build(store: Store, ontology: Ontology, *, password: str | None = None, hosts: Sequence[str] = ()) -> dash.Dash:
    """The explorer over a store, ready to be served. `hosts` are further names it answers to."""
    cyto.load_extra_layouts()  # brings SVG, and must come before Dash()
    app = dash.Dash(
        "armsgraph",
        assets_folder=str(ASSETS),
        serve_locally=True,
        title="Armsgraph",
        update_title=None,
        index_string=PAGE,
        suppress_callback_exceptions=True,  # the details panel's parts come and go
        on_error=callbacks.on_error,
    )
    app.layout = layout(ontology)
    stage = Stage(app, store, ontology)
    database.register(app, store)
    for panel in (picture, toolbar, search, queries, legend, details):
        panel.register(stage)
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
                    html.Header([brand, search.layout(), html.Span(className="spring"), database.status()]),
                    database.layout(),
                    html.Aside([queries.layout(), legend.layout()], className="left"),
                    html.Main([toolbar.layout(), picture.layout(ontology)]),
                    html.Aside(details.layout(), className="right", **{"aria-label": "Details"}),
                ],
                className="page",
            ),
        ],
        theme=THEME,
        forceColorScheme="light",
    )
