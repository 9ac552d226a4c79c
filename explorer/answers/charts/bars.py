"""Bars that lie, a row each: numbers, and ranges from end to end. All pure."""

from collections.abc import Sequence

from explorer.answers.charts import layout
from explorer.answers.charts.layout import Figure, RenderedChart
from explorer.answers.charts.points import ChartPoint
from graph.formats.tables import format_cell
from graph.saved_queries.queryfile import Chart

BAR, GAP = 26, 0.7  # height in pixels of a bar that lies; room between two groups, in bars


def draw_bar_chart(chart: Chart, points: Sequence[ChartPoint], remarks: Sequence[str], title: str) -> RenderedChart:
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
    colours = layout.build_series_styles(p.by for p in points)
    traces = []
    for by, looks in colours.items():
        own = [(y, p) for y, p in places if p.by == by]
        traces += (_build_range_traces if ranged else _build_bar_traces)(by, own, looks)
    tallest = max(layout.wrap_label(name).count("<br>") + 1 for name in groups)
    height = (
        int(max(BAR, 19 * tallest if len(groups) == len(points) else 0) * at)
        + 86
        + layout.estimate_legend_height(colours)
    )
    numbers = [n for p in points for n in (p.value, p.low, p.high) if n is not None]
    axis = {
        "tickvals": [y for y, _ in ticks],
        "ticktext": [layout.wrap_label(name) for _, name in ticks],
        "autorange": "reversed",
        "automargin": True,
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
    }
    across = {
        "title": layout.build_axis_title(title),
        "automargin": True,
        "fixedrange": True,
        "separatethousands": True,
        "exponentformat": "none",
        "range": layout.compute_axis_range(min(0, *numbers), max(0, *numbers)),
    }
    form = layout.build_layout(across, axis, legend=len(colours) > 1)
    form["margin"]["r"] = min(260, 16 + 9 * max(len(p.words) for p in points))  # for the words behind the longest bar
    return RenderedChart({"data": traces, "layout": form}, height, tuple(remarks))


def _build_bar_traces(by: str, own: Sequence[tuple[float, ChartPoint]], looks: dict[str, str]) -> list[Figure]:
    return [
        {
            "type": "bar",
            "orientation": "h",
            "name": layout.escape_markup(by),
            "x": [p.value for _, p in own],
            "y": [y for y, _ in own],
            "width": 0.8,
            "text": [layout.escape_markup(p.words) for _, p in own],
            "textposition": "outside",
            "cliponaxis": False,
            "hovertext": [layout.format_hover_text(p) for _, p in own],
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
    shared = {"name": layout.escape_markup(by), "legendgroup": by, "hoverinfo": "text"}
    traces: list[Figure] = []
    if both:
        traces.append(
            {
                **shared,
                "type": "bar",
                "orientation": "h",
                "base": [p.low for _, p in both],
                "y": [y for y, _ in both],
                "x": [(p.high or 0) - (p.low or 0) for _, p in both],
                "width": 0.55,
                "cliponaxis": False,
                "text": ["" if p.value is not None else layout.escape_markup(p.words) for _, p in both],
                "textposition": "outside",
                "hovertext": [layout.format_hover_text(p) for _, p in both],
                "marker": {
                    "color": looks["color"],
                    "pattern": {"shape": looks["pattern"]},
                    "line": {"color": looks["color"], "width": 2},
                },  # seen where both ends are one number, too
            }
        )
    if marks:
        traces.append(
            {
                **shared,
                "type": "scatter",
                "mode": "markers+text",
                "x": [x for _, x, _, _ in marks],
                "y": [y for y, _, _, _ in marks],
                "text": [f"  {layout.escape_markup(p.words)}" for _, _, _, p in marks],
                "textposition": "middle right",
                "cliponaxis": False,
                "hovertext": [layout.format_hover_text(p) for _, _, _, p in marks],
                "marker": {
                    "color": looks["color"],
                    "size": 13,
                    "symbol": [s for _, _, s, _ in marks],
                    "line": {"width": 1.5, "color": "#ffffff"},
                },
                "showlegend": not both,
            }
        )
    return traces
