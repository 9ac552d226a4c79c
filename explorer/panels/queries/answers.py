"""The window that shows an answer: as a table, a big number or a chart, and hands it out as a file or a link."""

from collections.abc import Mapping
from typing import Any, TypeAlias, TypedDict

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import Input, NoUpdate, Output, dcc, html, no_update
from dash.development.base_component import Component

from explorer import addresses
from explorer.answers import answer_store, charts
from explorer.answers.answer_store import AnswerCache, GridColumn, GridRow
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.parts import render_icon
from explorer.dash_kit.user import get_user
from explorer.export.build import ExportContext
from explorer.export.chart.build import build_chart_file, has_chart
from explorer.export.formats import ExportOptions
from explorer.state import page_commands
from graph import dates
from graph.errors import QueryError
from graph.formats import tables
from graph.ontology import Ontology
from graph.saved_queries.answer_formats import render
from graph.saved_queries.guarded_query import Answer

AnswerWindow: TypeAlias = tuple[bool, str, Component | None]
CLOSED: AnswerWindow = (False, "", None)  # the values of `build_outputs` when there is nothing to show
DOWNLOAD_FORMATS = {"csv": "CSV", "json": "JSON", "graph-json": "Graph as JSON"}
CHART_FORMATS = {"png": "PNG", "svg": "SVG", "pptx": "Slide"}
LINE, HEAD = 21, 100  # pixels: a line of a cell, and the heads of a grid
NOT_KEPT = "this answer is not kept any more; run the query once more"


class AnswerEvent(TypedDict):
    """What a button tells that means an answer: the key that it is kept under."""

    key: str


class DownloadEvent(AnswerEvent):
    """The same with the format of the file, a key of DOWNLOAD_FORMATS or CHART_FORMATS."""

    form: str


def layout() -> Component:
    """The window, closed."""
    return html.Div(
        [
            dmc.Modal(id="answer", title="", size="96%", opened=False, closeButtonProps={"aria-label": "Close"}),
            dcc.Download(id="answer-file"),
        ]
    )


def register(callbacks: CanvasCallbacks) -> None:
    """The buttons of the window, and the one that opens it once more for an answer that is kept."""
    callbacks.add_callback(
        show_kept_answer,
        *build_outputs(),
        Input(page_commands.get_event_id("show-rows"), "data"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        build_download,
        Output("answer-file", "data"),
        Input(page_commands.get_event_id("download-answer"), "data"),
        prevent_initial_call=True,
    )


def show_kept_answer(context: Context, event: AnswerEvent | None) -> AnswerWindow | tuple[NoUpdate, ...]:
    """The values of `build_outputs` for the answer that a button means. Raises QueryError where it is not kept."""
    if not event:
        return (no_update,) * len(CLOSED)
    return render_answer(context, find_answer(context.answers, event), key=event["key"])


def build_download(context: Context, event: DownloadEvent | None) -> dict[str, Any] | NoUpdate:
    """The file of the answer that a button means, for `dcc.Download`. Raises QueryError where it is not kept."""
    if not event:
        return no_update
    answer, form = find_answer(context.answers, event), event["form"]
    if form in CHART_FORMATS:
        if not has_chart(answer):
            raise QueryError("this answer has no chart")
        return _build_chart_download(context, answer, form)
    return {
        "content": render(answer, form),
        "filename": answer_store.build_filename(answer, form),
        "type": answer_store.FILES[form][1],
    }


def _build_chart_download(context: Context, answer: Answer, form: str) -> dict[str, Any]:
    """The chart of an answer as a file. Raises DataError where there is nothing to draw."""
    export = ExportContext(context.store, context.ontology, get_user())
    file = build_chart_file(export, answer, ExportOptions(form, made_on=dates.get_today()))
    download: dict[str, Any] = dcc.send_bytes(file.data, file.name, type=file.mime)
    return download


def build_outputs() -> tuple[Output, ...]:
    """What an action that runs a query sets beside the canvas; `render_answer` and NOTHING are the values."""
    return tuple(Output("answer", p, allow_duplicate=True) for p in ("opened", "title", "children"))


def find_answer(answers: AnswerCache, event: AnswerEvent) -> Answer:
    """The answer that a button means. Raises QueryError where it is not kept any more."""
    answer = answers.find(str(event["key"]))
    if answer is None:
        raise QueryError(NOT_KEPT)
    return answer


def render_answer(context: Context, answer: Answer, *, key: str = "") -> AnswerWindow:
    """The values of `build_outputs` that show an answer, which is kept under `key`, if it is already."""
    names = {e.id: e.name for e in answer.subgraph.entities}
    names |= answer_store.read_entity_names(context.store, answer.query, answer.parameters)
    key = key or context.answers.keep(answer, user=get_user())
    return True, answer.query.title, render_content(context.ontology, answer, key, names)


def render_content(ontology: Ontology, answer: Answer, key: str, names: Mapping[str, str]) -> Component:
    """What the window holds: what was found, the number or chart, the rows, and the ways to take them away."""
    values = answer_store.describe_parameters(answer.query, answer.parameters, names)
    facts = [answer_store.describe_run(answer), f"Asked with: {values}." if values else ""]
    result = answer.query.result
    above = (
        render_number(answer) if result == "number" else render_chart(ontology, answer) if result == "chart" else None
    )
    alone = answer.query.result == "number" and len(answer.table.rows) == 1 and len(answer.table.columns) == 1
    return html.Div(
        [
            html.P([html.Span(" ".join(f for f in facts if f))], className="answer-facts"),
            above,
            None if alone else render_grid(ontology, answer),
            html.Div(id="answer-cell", className="answer-cell", hidden=True, **{"aria-live": "polite"}),
            render_downloads(answer, key),
        ],
        className="answer",
    )


def render_number(answer: Answer) -> Component:
    """The first number of an answer, large, with what it counts."""
    row = answer.table.rows[0] if answer.table.rows else []
    value = row[0] if row else None
    figure = "no value" if value is None else tables.format_cell(value)
    parts = [html.Span(figure, className="answer-figure"), html.Span(answer.query.unit, className="answer-unit")]
    below = html.P(answer.query.description, className="quiet")
    more = len(answer.table.rows) - 1
    also = html.P(f"The first of {len(answer.table.rows):,} rows; all are below.") if more > 0 else None
    return html.Div([html.Div(parts), below, also], className="answer-number")


def render_chart(ontology: Ontology, answer: Answer) -> Component | None:
    """The chart that the header asks for, or why there is none."""
    chart = answer.query.chart
    if chart is None:
        return None
    drawn = charts.draw_chart(chart, answer.table.columns, answer.table.rows, ontology.figures)
    if drawn is None:
        gone = charts.find_missing_columns(chart, answer.table.columns)
        why = f"the answer has no column {', '.join(gone)}" if gone else "no row has a number"
        return html.P(f"There is no chart: {why}.", className="refusal")
    graph = dcc.Graph(
        figure=drawn.figure,
        config={"displayModeBar": False, "responsive": True, "doubleClick": False},
        style={"height": drawn.height},
        className="answer-chart",
    )
    label = f"Chart of {answer.query.title}; its values are in the table below."
    remarks = [html.P(text, className="quiet") for text in drawn.remarks]
    drawing = html.Div(graph, role="img", **{"aria-label": label})
    return html.Div([drawing, *remarks], className="answer-plot", tabIndex=0)


def render_grid(ontology: Ontology, answer: Answer) -> Component:
    """All rows of an answer. Cells hold plain values: AG Grid shows them as text, and nothing is evaluated."""
    columns, rows = answer_store.build_columns(answer), answer_store.build_rows(ontology, answer)
    for column in columns:
        column["cellClassRules"] = {"names": f"params.data.links && params.data.links.{column['field']}"}
    grid = dag.AgGrid(
        id="answer-grid",
        rowData=rows,
        columnDefs=columns,
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "floatingFilter": True,
            "suppressHeaderMenuButton": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
        },
        dashGridOptions={
            "animateRows": False,
            "ensureDomOrder": True,
            "enableCellTextSelection": True,
            "suppressColumnVirtualisation": True,
            "localeText": {"noRowsToShow": "Nothing to show"},
        },
        eventListeners={"cellFocused": ["armsgraphCell(params)"]},
        style={
            "height": f"min({'44' if answer.query.result == 'chart' else '58'}vh, {_estimate_height(columns, rows)}px)",
            "width": "100%",
        },
    )
    return html.Div(grid, className="answer-grid", role="region", **{"aria-label": "Rows of the answer"})


def render_downloads(answer: Answer, key: str) -> Component:
    """Buttons for files of this very answer, and for the link that asks again."""
    save: list[Component] = [
        dmc.Button(
            caption,
            size="compact-md",
            variant="default",
            fw=500,
            leftSection=render_icon("download", 16),
            **{"aria-label": f"Download the answer: {caption}"},
            **page_commands.build_event_attributes("download-answer", key=key, form=form),
        )
        for form, caption in (DOWNLOAD_FORMATS | (CHART_FORMATS if has_chart(answer) else {})).items()
        if form != "graph-json" or answer.subgraph.entities
    ]
    if answer.query.shelf:  # what is not saved has no address
        link = addresses.build_app_url(answer.query, answer.parameters)
        data = addresses.build_data_url(answer.query, answer.parameters, "csv")
        save += [
            html.Span(className="spring"),
            html.Button("Copy link", className="link", **{"data-address": link}),
            html.Button("Copy link to the CSV", className="link", **{"data-address": data}),
        ]
    return html.Div([*save, html.Span(id="answer-address", className="answer-address")], className="answer-out")


def _estimate_height(columns: list[GridColumn], rows: list[GridRow]) -> int:
    """About how high all rows are, in pixels: cells of wide columns run over several lines."""
    wide = [(c["field"], c["width"] // 8) for c in columns if c.get("wrapText")]
    high = 0
    for row in rows[:60]:
        lines = max((len(str(row[field])) // letters + 1 for field, letters in wide), default=1)
        high += max(42, LINE * min(lines, 12) + 16)
    return HEAD + high + 20
