"""The table beside the canvas: what the scene shows, in step with it. Read only while it is open."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.answers import cypher_log
from explorer.canvas import rendered_view, table_rows
from explorer.canvas.rendered_view import RenderedView
from explorer.canvas.table_rows import TableContext, TableRow
from explorer.dash_kit import parts
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS, DATABASE, DRAWN
from explorer.state.canvas import Canvas
from explorer.state.stores import DatabaseState, RemainingRows
from graph.database.store import Store
from graph.formats import spreadsheet_guard
from graph.ontology import Ontology
from graph.reading import browse, summaries

ENTITIES, LINES = "table-entities", "table-lines"
TableContent = tuple[list[TableRow], list[TableRow], list[dict[str, str]]]


def layout() -> Component:
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


def render_grid(name: str, columns: Sequence[tuple[str, str, int, bool]]) -> Component:
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


def register(callbacks: CanvasCallbacks) -> None:
    """Reads the rows when the table is open and the canvas was drawn; selecting is the browser's own work."""
    callbacks.add_script("table", "ask", Output("table-ask", "data"), Input(DRAWN, "data"), Input("table-open", "data"))
    callbacks.add_callback(
        fill_table,
        Output(ENTITIES, "rowData"),
        Output(LINES, "rowData"),
        Output("table-tab", "data"),
        Input("table-ask", "data"),
        State(CANVAS, "data"),
        State(DATABASE, "data"),
        behind=cypher_log.TABLE,
        prevent_initial_call=True,
    )
    callbacks.add_action(hide_rest, Input("table-rest", "data"))
    callbacks.add_script("table", "show", Input("table-tab", "value"))
    callbacks.add_script("table", "search", Input("table-search", "value"))
    callbacks.add_script(
        "table", "csv", Input("table-csv", "n_clicks"), State(CANVAS, "data"), prevent_initial_call=True
    )
    callbacks.add_script(
        "table",
        "rest",
        Output("table-rest", "data"),
        Input("table-hide", "n_clicks"),
        prevent_initial_call=True,
    )
    callbacks.add_script("table", "filled", Input(ENTITIES, "rowData"), Input(LINES, "rowData"))


def fill_table(
    context: Context, opened: object, stored: Mapping[str, object] | None, database: DatabaseState
) -> TableContent | tuple[NoUpdate, NoUpdate, NoUpdate]:
    """The rows of both grids and the captions of the tabs, once the table is asked for."""
    if not opened or stored is None or not database["up"]:
        return no_update, no_update, no_update
    return read_rows(context.store, context.ontology, Canvas.read(stored))


def hide_rest(_: Context, canvas: Canvas, rest: RemainingRows | None) -> Canvas | None:
    """The canvas with what the filtered table leaves out hidden; None where it leaves out nothing."""
    if not rest or not rest["ids"]:
        return None
    note = f"Hid what the filtered table leaves out ({len(rest['ids']):,}). “Show all” brings it back."
    return replace(canvas, hidden=tuple(sorted({*canvas.hidden, *map(str, rest["ids"])})), note=note, fit=False)


def read_rows(store: Store, ontology: Ontology, canvas: Canvas) -> TableContent:
    """The rows of both grids, and the captions of the tabs with their numbers."""
    now = rendered_view.read(store, ontology, canvas)
    facts = read_context(store, now)
    entities, lines = table_rows.build_entity_rows(now, facts), table_rows.build_relationship_rows(now, facts)
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
