"""The table beside the canvas: what the scene shows, in step with it. Read only while it is open."""

from dataclasses import replace
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, dcc, html, no_update

from explorer.answers import cypher_log
from explorer.canvas import rendered_view, table_rows
from explorer.canvas.rendered_view import RenderedView
from explorer.canvas.table_rows import TableContext
from explorer.dash_kit import parts
from explorer.dash_kit.callbacks import register_callback
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS, DATABASE, DRAWN
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.formats import spreadsheet_guard
from graph.ontology import Ontology
from graph.reading import browse, summaries

ENTITIES, LINES = "table-entities", "table-lines"


def layout() -> Any:
    """The closed table; assets/table.js opens it and keeps its selection and the canvas's the same."""
    tabs = dmc.SegmentedControl(
        id="table-tab",
        value=ENTITIES,
        size="sm",
        data=[{"value": ENTITIES, "label": "Entities"}, {"value": LINES, "label": "Lines"}],
    )
    search = dmc.TextInput(
        id="table-search",
        placeholder="Filter all columns",
        size="sm",
        w=185,
        leftSection=parts.render_icon("filter", 15),
        **{"aria-label": "Filter all columns of the table"},
    )
    return html.Section(
        [
            html.Div(id="table-handle", role="separator", tabIndex=0, **_build_handle_attributes()),
            html.Div(
                [
                    tabs,
                    search,
                    html.Span(id="table-note", className="quiet", role="status"),
                    html.Span(className="spring"),
                    dmc.Button(
                        "Hide the rest",
                        id="table-hide",
                        size="compact-md",
                        variant="default",
                        fw=500,
                        disabled=True,
                        **{"aria-label": "Hide on the canvas what the filtered table leaves out"},
                    ),
                    dmc.Button(
                        "CSV",
                        id="table-csv",
                        size="compact-md",
                        variant="default",
                        fw=500,
                        leftSection=parts.render_icon("download", 16),
                        **{"aria-label": "Download the table as CSV", "data-formula": spreadsheet_guard.TO_GUARD},
                    ),
                    parts.render_cypher_button(cypher_log.TABLE),
                    dmc.ActionIcon(
                        parts.render_icon("x", 18),
                        variant="subtle",
                        color="gray",
                        size="md",
                        **{"aria-label": "Close the table", "data-verb": "table"},
                    ),
                ],
                className="table-head",
            ),
            html.Div(
                [render_grid(ENTITIES, table_rows.ENTITY_COLUMNS), render_grid(LINES, table_rows.RELATIONSHIP_COLUMNS)],
                className="table-body",
            ),
            dcc.Store(id="table-open", data=False),
            dcc.Store(id="table-ask"),
            dcc.Store(id="table-rest"),
        ],
        id="table-panel",
        **{"aria-label": "Table"},
    )


def _build_handle_attributes() -> dict[str, str]:
    return {
        "aria-label": "Height of the table",
        "aria-orientation": "horizontal",
        "aria-valuemin": "140",
        "aria-valuemax": "900",
        "aria-valuenow": "280",
    }


def render_grid(name: str, columns: Any) -> Any:
    """An empty grid. Cells hold plain values: AG Grid shows them as text, and nothing is evaluated."""
    label = "Entities on the canvas" if name == ENTITIES else "Lines on the canvas"
    return html.Div(
        dag.AgGrid(
            id=name,
            rowData=[],
            columnDefs=[
                {
                    "field": f,
                    "headerName": heading,
                    "width": width,
                    "tooltipField": f,
                    "filter": "agNumberColumnFilter" if number else "agTextColumnFilter",
                    "type": "rightAligned" if number else None,
                }
                for f, heading, width, number in columns
            ],
            defaultColDef={
                "sortable": True,
                "resizable": True,
                "floatingFilter": True,
                "suppressHeaderMenuButton": True,
            },
            getRowId="params.data.id",
            dashGridOptions={
                "rowSelection": {"mode": "multiRow", "enableClickSelection": True, "selectAll": "filtered"},
                "tooltipShowDelay": 500,
                "animateRows": False,
                "ensureDomOrder": True,
                "suppressColumnVirtualisation": True,
                "localeText": {"noRowsToShow": "Nothing to show"},
            },
            style={"height": "100%", "width": "100%"},
        ),
        className="grid",
        id=f"{name}-frame",
        role="region",
        **{"aria-label": label},
    )


def register(stage: CanvasCallbacks) -> None:
    """Reads the rows when the table is open and the canvas was drawn; selecting is the browser's own work."""
    app, store, ontology = stage.app, stage.store, stage.ontology
    app.clientside_callback(
        ClientsideFunction("table", "ask"),
        Output("table-ask", "data"),
        Input(DRAWN, "data"),
        Input("table-open", "data"),
    )

    @register_callback(
        app,
        Output(ENTITIES, "rowData"),
        Output(LINES, "rowData"),
        Output("table-tab", "data"),
        Input("table-ask", "data"),
        State(CANVAS, "data"),
        State(DATABASE, "data"),
        behind=cypher_log.TABLE,
        log=stage.context.cypher_log,
        prevent_initial_call=True,
    )
    def fill(asked: Any, stored: Any, database: Any) -> Any:
        if not asked or stored is None or not database["up"]:
            return no_update, no_update, no_update
        return read_rows(store, ontology, Canvas.read(stored))

    @stage.register_action(Input("table-rest", "data"))
    def hide(canvas: Canvas, rest: Any) -> Canvas | None:
        if not rest or not rest["ids"]:
            return None
        note = f"Hid what the filtered table leaves out ({len(rest['ids']):,}). “Show all” brings it back."
        return replace(canvas, hidden=tuple(sorted({*canvas.hidden, *map(str, rest["ids"])})), note=note, fit=False)

    app.clientside_callback(ClientsideFunction("table", "show"), Input("table-tab", "value"))
    app.clientside_callback(ClientsideFunction("table", "search"), Input("table-search", "value"))
    app.clientside_callback(
        ClientsideFunction("table", "csv"),
        Input("table-csv", "n_clicks"),
        State(CANVAS, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("table", "rest"),
        Output("table-rest", "data"),
        Input("table-hide", "n_clicks"),
        prevent_initial_call=True,
    )
    app.clientside_callback(ClientsideFunction("table", "filled"), Input(ENTITIES, "rowData"), Input(LINES, "rowData"))


def read_rows(store: Store, ontology: Ontology, canvas: Canvas) -> tuple[Any, Any, Any]:
    """The rows of both grids, and the captions of the tabs with their numbers."""
    now = rendered_view.read(store, ontology, canvas)
    known = read_context(store, now)
    entities, lines = table_rows.build_entity_rows(now, known), table_rows.build_relationship_rows(now, known)
    tabs = [
        {"value": ENTITIES, "label": f"Entities ({len(entities):,})"},
        {"value": LINES, "label": f"Lines ({len(lines):,})"},
    ]
    return entities, lines, tabs


def read_context(store: Store, now: RenderedView) -> TableContext:
    """What the rows of a scene need beside it, in four reads whatever its size."""
    ids = [e.id for e in now.shown.entities]
    lines = now.shown.relationships
    speakers = {s for line in lines for s in line.properties.get("speakers") or ()}
    sources = {s for line in lines for s in line.properties.get("sources") or ()}
    return TableContext(
        summaries.count_claims_by_entity(store, ids),
        summaries.read_designations(store, now.ontology, ids),
        {e.id: e.name for e in browse.read_entities(store, speakers)},
        summaries.read_sources(store, sources),
    )
