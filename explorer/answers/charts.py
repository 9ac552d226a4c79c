"""An answer as a chart for Plotly. All pure: rows in, a figure as plain values out.

Every row with a number is drawn by itself and in the order of the answer: two numbers for one thing stand side by side
and are never added up, averaged or drawn over each other. A figure says nothing of a colour scheme: assets/answers.css
gives words and lines their colours, so that light and dark work.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from textwrap import wrap
from typing import Any

from explorer.filters import time
from graph.formats.tables import format_cell
from graph.plurals import format_count
from graph.saved_queries.queryfile import Chart

MAX_ROWS = 120  # rows drawn; a chart with more can't be read
# By Okabe and Ito, four of them darkened until all stand out from white and from dark paper at least 3 to 1 (WCAG).
COLOURS = ("#0072b2", "#d55e00", "#008e67", "#b5679a", "#8a6d00", "#7a7a7a", "#7b61c9")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "pentagon", "star", "hexagon")
PATTERNS = ("", "/", "x", ".")  # when the colours begin anew
BAR, GAP = 26, 0.7  # height in pixels of a bar that lies; room between two groups, in bars
LINE, LINES = 40, 3  # letters of a line of a label on an axis, and lines of a label
UNIT = "unit"  # a column of this name says what the numbers count
Figure = dict[str, Any]


@dataclass(frozen=True)
class ChartPoint:
    """A row that can be drawn: `x` as it stands, `by` as a text; a number, or a range of which one end may be open."""

    x: Any
    by: str
    value: float | None
    low: float | None
    high: float | None

    @property
    def words(self) -> str:
        """Its number as people read it: "100", "100 to 200", "at least 100"."""
        parts = [format_cell(self.value)] if self.value is not None else []
        if self.low is not None and self.high is not None:
            parts.append(f"{format_cell(self.low)} to {format_cell(self.high)}")
        elif self.low is not None or self.high is not None:
            parts.append(
                f"at least {format_cell(self.low)}" if self.high is None else f"at most {format_cell(self.high)}"
            )
        return "; ".join(parts)


@dataclass(frozen=True)
class RenderedChart:
    """A chart: the figure, its height in pixels, and what it leaves out, as sentences."""

    figure: Figure
    height: int
    remarks: tuple[str, ...] = ()


def draw_chart(chart: Chart, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> RenderedChart | None:
    """The chart of an answer; None where no row has a number, or a column of the chart is missing."""
    wanted = [c for c in (chart.x, chart.y, chart.by, chart.low, chart.high) if c]
    if not set(wanted) <= set(columns):
        return None
    place = {name: list(columns).index(name) for name in wanted}
    points = [_parse_point(chart, place, row) for row in rows]
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
    make = _draw_line_chart if chart.kind == "line" else _draw_bar_chart
    title = chart.y or f"{chart.low} to {chart.high}"
    return make(chart, kept[:MAX_ROWS], remarks, f"{title} ({units[0]})" if len(units) == 1 else title)


def _list_units(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    at = list(columns).index(UNIT) if UNIT in columns else None
    return list(dict.fromkeys(format_cell(row[at]) or "no unit" for row in rows)) if at is not None else []


def find_missing_columns(chart: Chart, columns: Sequence[str]) -> list[str]:
    """The columns that a chart wants and the answer does not have."""
    return [c for c in (chart.x, chart.y, chart.by, chart.low, chart.high) if c and c not in columns]


def _parse_point(chart: Chart, place: dict[str, int], row: Sequence[Any]) -> ChartPoint | None:
    def number(name: str) -> float | None:
        value = row[place[name]] if name else None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        return value if math.isfinite(value) else None

    value, low, high = number(chart.y), number(chart.low), number(chart.high)
    if value is None and low is None and high is None:
        return None
    by = format_cell(row[place[chart.by]]) if chart.by else ""
    return ChartPoint(row[place[chart.x]], by or ("not said" if chart.by else ""), value, low, high)


def _draw_bar_chart(chart: Chart, points: Sequence[ChartPoint], remarks: Sequence[str], title: str) -> RenderedChart:
    """Bars that lie, a row each, those of one `x` together; ranges as bars from end to end, single numbers as dots."""
    groups: dict[str, list[ChartPoint]] = {}
    for point in points:
        groups.setdefault(format_cell(point.x) or "not said", []).append(point)
    at, ticks = 0.0, []
    places: list[tuple[float, ChartPoint]] = []
    for name, members in groups.items():
        ticks.append((at + (len(members) - 1) / 2, name))
        places += [(at + n, p) for n, p in enumerate(members)]
        at += len(members) + (GAP if len(groups) < len(points) else 0)
    ranged = bool(chart.low)
    colours = _build_series_styles(p.by for p in points)
    traces = []
    for by, looks in colours.items():
        own = [(y, p) for y, p in places if p.by == by]
        traces += (_build_range_traces if ranged else _build_bar_traces)(by, own, looks)
    tallest = max(_wrap_label(name).count("<br>") + 1 for name in groups)
    height = (
        int(max(BAR, 19 * tallest if len(groups) == len(points) else 0) * at) + 86 + _estimate_legend_height(colours)
    )
    numbers = [n for p in points for n in (p.value, p.low, p.high) if n is not None]
    axis = {
        "tickvals": [y for y, _ in ticks],
        "ticktext": [_wrap_label(name) for _, name in ticks],
        "autorange": "reversed",
        "automargin": True,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
    across = {
        "title": _build_axis_title(title),
        "automargin": True,
        "fixedrange": True,
        "separatethousands": True,
        "exponentformat": "none",
        "range": _compute_axis_range(min(0, *numbers), max(0, *numbers)),
    }
    layout = _build_layout(across, axis, legend=len(colours) > 1)
    layout["margin"]["r"] = min(260, 16 + 9 * max(len(p.words) for p in points))  # for the words behind the longest bar
    return RenderedChart({"data": traces, "layout": layout}, height, tuple(remarks))


def _build_bar_traces(by: str, own: Sequence[tuple[float, ChartPoint]], looks: dict[str, str]) -> list[Figure]:
    return [
        {
            "type": "bar",
            "orientation": "h",
            "name": escape_markup(by),
            "x": [p.value for _, p in own],
            "y": [y for y, _ in own],
            "width": 0.8,
            "text": [escape_markup(p.words) for _, p in own],
            "textposition": "outside",
            "cliponaxis": False,
            "hovertext": [_format_hover_text(p) for _, p in own],
            "hoverinfo": "text",
            "marker": {"color": looks["color"], "pattern": {"shape": looks["pattern"]}},
        }
    ]


def _build_range_traces(by: str, own: Sequence[tuple[float, ChartPoint]], looks: dict[str, str]) -> list[Figure]:
    """Bars from the low to the high end, dots for single numbers, and arrows where an end is open."""
    both = [(y, p) for y, p in own if p.low is not None and p.high is not None]
    marks = [(y, p.value, "circle", p) for y, p in own if p.value is not None]
    marks += [(y, p.low, "triangle-right", p) for y, p in own if p.low is not None and p.high is None]
    marks += [(y, p.high, "triangle-left", p) for y, p in own if p.high is not None and p.low is None]
    shared = {"name": escape_markup(by), "legendgroup": by, "hoverinfo": "text"}
    made: list[Figure] = []
    if both:
        made.append(
            {
                **shared,
                "type": "bar",
                "orientation": "h",
                "base": [p.low for _, p in both],
                "y": [y for y, _ in both],
                "x": [(p.high or 0) - (p.low or 0) for _, p in both],
                "width": 0.55,
                "cliponaxis": False,
                "text": ["" if p.value is not None else escape_markup(p.words) for _, p in both],
                "textposition": "outside",
                "hovertext": [_format_hover_text(p) for _, p in both],
                "marker": {
                    "color": looks["color"],
                    "pattern": {"shape": looks["pattern"]},
                    "line": {"color": looks["color"], "width": 2},
                },  # seen where both ends are one number, too
            }
        )
    if marks:
        made.append(
            {
                **shared,
                "type": "scatter",
                "mode": "markers+text",
                "x": [x for _, x, _, _ in marks],
                "y": [y for y, _, _, _ in marks],
                "text": [f"  {escape_markup(p.words)}" for _, _, _, p in marks],
                "textposition": "middle right",
                "cliponaxis": False,
                "hovertext": [_format_hover_text(p) for _, _, _, p in marks],
                "marker": {
                    "color": looks["color"],
                    "size": 13,
                    "symbol": [s for _, _, s, _ in marks],
                    "line": {"width": 1.5, "color": "#ffffff"},
                },
                "showlegend": not both,
            }
        )
    return made


def _draw_line_chart(chart: Chart, points: Sequence[ChartPoint], remarks: Sequence[str], title: str) -> RenderedChart:
    """A line for each `by`. One with several numbers at one place is points alone: no line could be true to both."""
    dated = all(_parse_first_day(p.x) for p in points)
    numbered = all(isinstance(p.x, (int, float)) and not isinstance(p.x, bool) for p in points)
    order = {name: n for n, name in enumerate(dict.fromkeys(format_cell(p.x) for p in points))}

    def where(point: ChartPoint) -> Any:
        text = format_cell(point.x)
        return _parse_first_day(point.x) if dated else point.x if numbered else order[text]

    colours = _build_series_styles(p.by for p in points)
    traces: list[Figure] = []
    loose: list[str] = []
    for by, looks in colours.items():
        own = sorted((p for p in points if p.by == by), key=where)
        shared = {
            "name": escape_markup(by),
            "legendgroup": by,
            "hoverinfo": "text",
            "type": "scatter",
            "cliponaxis": False,
        }
        # A range is an upright from end to end; its middle is nobody's number.
        spans = [p for p in own if p.low is not None and p.high is not None]
        if spans:
            traces.append(
                {
                    **shared,
                    "mode": "lines",
                    "showlegend": all(p.value is None for p in own),
                    "x": [x for p in spans for x in (where(p), where(p), None)],
                    "y": [y for p in spans for y in (p.low, p.high, None)],
                    "hovertext": [_format_hover_text(p) for p in spans for _ in range(3)],
                    "line": {"color": looks["color"], "width": 7},
                    "opacity": 0.55,
                }
            )
        marks = [(p, p.value, looks["symbol"]) for p in own if p.value is not None]
        marks += [(p, p.low, "triangle-up") for p in own if p.low is not None and p.high is None]
        marks += [(p, p.high, "triangle-down") for p in own if p.high is not None and p.low is None]
        marks.sort(key=lambda mark: where(mark[0]))
        if not marks:
            continue
        once = max(Counter(where(p) for p, _, _ in marks).values()) == 1
        if not once:
            loose.append(by)
        traces.append(
            {
                **shared,
                "mode": "lines+markers" if once else "markers",
                "x": [where(p) for p, _, _ in marks],
                "y": [y for _, y, _ in marks],
                "hovertext": [_format_hover_text(p) for p, _, _ in marks],
                "line": {"color": looks["color"], "width": 2.5, "dash": looks["dash"]},
                "marker": {"color": looks["color"], "size": 9, "symbol": [s for _, _, s in marks]},
            }
        )
    if loose:
        named = ": " + ", ".join(f"“{by}”" for by in loose) if chart.by else ""
        remarks = [*remarks, f"Several numbers for one place are points that no line joins{named}."]
    along: dict[str, Any] = {"title": _build_axis_title(chart.x), "automargin": True, "fixedrange": True}
    if dated:
        days = [date.fromisoformat(where(p)) for p in points]
        margin = timedelta(days=max(3, (max(days) - min(days)).days // 25))
        along |= {"type": "date", "range": [(min(days) - margin).isoformat(), (max(days) + margin).isoformat()]}
    elif numbered:
        along["range"] = _compute_axis_range(min(p.x for p in points), max(p.x for p in points), both=True)
    else:
        along |= {
            "tickvals": list(order.values()),
            "ticktext": [_wrap_label(name) for name in order],
            "range": [-0.5, len(order) - 0.5],
        }
    up = {
        "title": _build_axis_title(title),
        "automargin": True,
        "fixedrange": True,
        "rangemode": "tozero",
        "separatethousands": True,
        "exponentformat": "none",
    }
    return RenderedChart(
        {"data": traces, "layout": _build_layout(along, up, legend=len(colours) > 1)},
        400 + _estimate_legend_height(colours),
        tuple(remarks),
    )


def _compute_axis_range(low: float, high: float, *, both: bool = False) -> list[float]:
    """The ends of an axis, with a little room at the high end or at both."""
    room = (high - low) * 0.04 or 1
    return [low - room if both or low < 0 else low, high + room]


def _estimate_legend_height(names: Collection[str]) -> int:
    """About how high the legend is, in pixels, on the narrowest window it is read in."""
    return 0 if len(names) < 2 else 24 * max(1, round(sum(len(n) * 8 + 60 for n in names) / 900 + 0.5))


def _build_layout(across: Figure, up: Figure, *, legend: bool) -> Figure:
    return {
        "xaxis": across,
        "yaxis": up,
        "barmode": "overlay",
        "showlegend": legend,
        "dragmode": False,
        "legend": {
            "orientation": "h",
            "y": 1,
            "yanchor": "bottom",
            "x": 0,
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "margin": {"l": 10, "r": 70, "t": 10, "b": 10},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 14},
        "hovermode": "closest",
    }


def _build_series_styles(values: Iterable[str]) -> dict[str, dict[str, str]]:
    """The looks of each series, in the order of the answer."""
    dashes = ("solid", "dash", "dot", "dashdot")
    return {
        by: {
            "color": COLOURS[n % len(COLOURS)],
            "symbol": SYMBOLS[n % len(SYMBOLS)],
            "pattern": PATTERNS[n // len(COLOURS) % len(PATTERNS)],
            "dash": dashes[n // len(COLOURS) % len(dashes)],
        }
        for n, by in enumerate(dict.fromkeys(values))
    }


def _format_hover_text(point: ChartPoint) -> str:
    return "<br>".join(escape_markup(part) for part in (format_cell(point.x), point.by, point.words) if part)


def _build_axis_title(words: str) -> Figure:
    return {"text": escape_markup(words), "font": {"size": 14}}


def _wrap_label(name: str) -> str:
    """A label in a few lines."""
    lines = wrap(name, LINE) or [""]
    kept = lines[:LINES] if len(lines) <= LINES else [*lines[: LINES - 1], f"{lines[LINES - 1][: LINE - 1]}…"]
    return "<br>".join(map(escape_markup, kept))


def escape_markup(text: str) -> str:
    """A text that Plotly shows as it stands: it reads a few HTML tags in what it is given."""
    return escape(text, quote=False)


def _parse_first_day(value: object) -> str:
    """The first day of a partial date or year; '' for anything else."""
    if isinstance(value, bool) or (isinstance(value, int) and not 1800 <= value <= 2200):
        return ""
    return time.parse_first_day(str(value)) if isinstance(value, (str, int)) else ""
