"""An answer as a chart for Plotly. All pure: rows in, a figure as plain values out.

Every row with a number is drawn by itself and in the order of the answer: two numbers for one thing stand side by side
and are never added up, averaged or drawn over each other. A figure says nothing of a colour scheme: assets/answers.css
gives words and lines their colours, so that light and dark work.
"""

from collections.abc import Sequence
from typing import Any

from explorer.answers.charts import bars, figures, lines
from explorer.answers.charts.layout import RenderedChart
from explorer.answers.charts.points import find_missing_columns, list_columns, parse_point
from graph.formats.tables import format_cell
from graph.ontology import FigureKind
from graph.plurals import format_count
from graph.saved_queries.queryfile import Chart

__all__ = ["RenderedChart", "draw_chart", "find_missing_columns"]
MAX_ROWS = 120  # rows drawn; a chart with more can't be read
FIGURES = "figures"
UNIT = "unit"  # a column of this name says what the numbers count
_DRAW = {"bar": bars.draw_bar_chart, "line": lines.draw_line_chart}


def draw_chart(
    chart: Chart,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    kinds: Sequence[FigureKind] = (),
    *,
    most: int = MAX_ROWS,
) -> RenderedChart | None:
    """The chart of an answer; None where no row has a number, or a column of the chart is missing.

    `kinds` are the ontology's kinds of figures that stand apart from others, `most` is how many rows are drawn.
    """
    used = list_columns(chart)
    if not set(used) <= set(columns):
        return None
    place = {name: list(columns).index(name) for name in used}
    points = [parse_point(chart, place, row) for row in rows]
    kept = [n for n, p in enumerate(points) if p is not None]
    denials = [n for n, row in enumerate(rows) if points[n] is None and figures.is_whole_denial(columns, row)]
    remarks = []
    if numberless := len(rows) - len(kept) - (len(denials) if chart.kind == FIGURES else 0):
        remarks.append(
            f"{format_count(numberless, 'row has', 'rows have')} no number and "
            f"{'is' if numberless == 1 else 'are'} in the table alone."
        )
    if len(kept) > most:
        remarks.append(f"The first {most} of {len(kept):,} rows are drawn; all are in the table.")
    if not kept:
        return None
    drawn = kept[:most]
    units = _list_units(columns, [rows[n] for n in drawn])
    if len(units) > 1:
        remarks.append(f"Mind the units, which differ: {', '.join(units)}.")
    title = chart.y or f"{chart.low} to {chart.high}"
    title = f"{title} ({units[0]})" if len(units) == 1 else title
    if chart.kind == FIGURES:
        read = [figures.read_figure(chart, columns, rows[n], points[n], kinds) for n in sorted([*drawn, *denials])]
        return figures.draw_figures(read, remarks, title)
    chart_points = [figures.mark_kind(columns, rows[n], p, kinds) for n in drawn if (p := points[n])]
    return _DRAW[chart.kind](chart, chart_points, remarks, title)


def _list_units(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    at = list(columns).index(UNIT) if UNIT in columns else None
    return list(dict.fromkeys(format_cell(row[at]) or "no unit" for row in rows)) if at is not None else []
