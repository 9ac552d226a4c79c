"""An answer as a chart for Plotly. All pure: rows in, a figure as plain values out.

Every row with a number is drawn by itself and in the order of the answer: two numbers for one thing stand side by side
and are never added up, averaged or drawn over each other. A figure says nothing of a colour scheme: assets/answers.css
gives words and lines their colours, so that light and dark work.
"""

from collections.abc import Sequence
from typing import Any

from explorer.answers.charts import bars, lines
from explorer.answers.charts.layout import RenderedChart
from explorer.answers.charts.points import find_missing_columns, list_columns, parse_point
from graph.formats.tables import format_cell
from graph.plurals import format_count
from graph.saved_queries.queryfile import Chart

__all__ = ["RenderedChart", "draw_chart", "find_missing_columns"]
MAX_ROWS = 120  # rows drawn; a chart with more can't be read
UNIT = "unit"  # a column of this name says what the numbers count
_DRAW = {"bar": bars.draw_bar_chart, "line": lines.draw_line_chart}


def draw_chart(chart: Chart, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> RenderedChart | None:
    """The chart of an answer; None where no row has a number, or a column of the chart is missing."""
    wanted = list_columns(chart)
    if not set(wanted) <= set(columns):
        return None
    place = {name: list(columns).index(name) for name in wanted}
    points = [parse_point(chart, place, row) for row in rows]
    kept = [p for p in points if p is not None]
    remarks = []
    if len(kept) < len(rows):
        one = len(rows) - len(kept) == 1
        remarks.append(
            f"{format_count(len(rows) - len(kept), 'row has', 'rows have')} no number and "
            f"{'is' if one else 'are'} in the table alone."
        )
    if len(kept) > MAX_ROWS:
        remarks.append(f"The first {MAX_ROWS} of {len(kept):,} rows are drawn; all are in the table.")
    if not kept:
        return None
    units = _list_units(columns, [row for row, p in zip(rows, points, strict=True) if p is not None][:MAX_ROWS])
    if len(units) > 1:
        remarks.append(f"Mind the units, which differ: {', '.join(units)}.")
    title = chart.y or f"{chart.low} to {chart.high}"
    return _DRAW[chart.kind](chart, kept[:MAX_ROWS], remarks, f"{title} ({units[0]})" if len(units) == 1 else title)


def _list_units(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    at = list(columns).index(UNIT) if UNIT in columns else None
    return list(dict.fromkeys(format_cell(row[at]) or "no unit" for row in rows)) if at is not None else []
