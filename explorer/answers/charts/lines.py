"""Lines over dates, numbers or names, one a series. All pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from explorer.answers.charts import layout
from explorer.answers.charts.layout import Figure, RenderedChart
from explorer.answers.charts.points import ChartPoint, parse_first_day
from graph.formats.tables import format_cell
from graph.saved_queries.queryfile import Chart


def draw_line_chart(chart: Chart, points: Sequence[ChartPoint], remarks: Sequence[str], title: str) -> RenderedChart:
    """A line for each `by`. One with several numbers at one place is points alone: no line could be true to both."""
    dated = all(parse_first_day(p.x) for p in points)
    numbered = all(isinstance(p.x, (int, float)) and not isinstance(p.x, bool) for p in points)
    order = {name: n for n, name in enumerate(dict.fromkeys(format_cell(p.x) for p in points))}

    def where(point: ChartPoint) -> Any:
        text = format_cell(point.x)
        return parse_first_day(point.x) if dated else point.x if numbered else order[text]

    colours = layout.build_series_styles(p.by for p in points)
    traces: list[Figure] = []
    loose: list[str] = []
    for by, looks in colours.items():
        own = sorted((p for p in points if p.by == by), key=where)
        shared = {
            "name": layout.escape_markup(by),
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
                    "hovertext": [layout.format_hover_text(p) for p in spans for _ in range(3)],
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
                "hovertext": [layout.format_hover_text(p) for p, _, _ in marks],
                "line": {"color": looks["color"], "width": 2.5, "dash": looks["dash"]},
                "marker": {"color": looks["color"], "size": 9, "symbol": [s for _, _, s in marks]},
            }
        )
    if loose:
        named = ": " + ", ".join(f"“{by}”" for by in loose) if chart.by else ""
        remarks = [*remarks, f"Several numbers for one place are points that no line joins{named}."]
    along: dict[str, Any] = {"title": layout.build_axis_title(chart.x), "automargin": True, "fixedrange": True}
    if dated:
        days = [date.fromisoformat(where(p)) for p in points]
        margin = timedelta(days=max(3, (max(days) - min(days)).days // 25))
        along |= {"type": "date", "range": [(min(days) - margin).isoformat(), (max(days) + margin).isoformat()]}
    elif numbered:
        along["range"] = layout.compute_axis_range(min(p.x for p in points), max(p.x for p in points), both=True)
    else:
        along |= {
            "tickvals": list(order.values()),
            "ticktext": [layout.wrap_label(name) for name in order],
            "range": [-0.5, len(order) - 0.5],
        }
    up = {
        "title": layout.build_axis_title(title),
        "automargin": True,
        "fixedrange": True,
        "rangemode": "tozero",
        "separatethousands": True,
        "exponentformat": "none",
    }
    return RenderedChart(
        {"data": traces, "layout": layout.build_layout(along, up, legend=len(colours) > 1)},
        400 + layout.estimate_legend_height(colours),
        tuple(remarks),
    )
