"""Numbers that speakers give for one thing, over the days that they count up to. All pure.

Growth and disagreement are told apart: what stands above one another differs for one time, what stands further right
counts further. A number is drawn at the last day that its date may mean, with a thin line back to the first. Figures
that count something else than the others (a capacity is no delivery) have a panel of their own, and denials of the
whole stand on a strip below: no number is put into anybody's mouth.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from explorer.answers.charts import agreement, layout
from explorer.answers.charts.layout import Figure, RenderedChart
from explorer.answers.charts.points import ChartPoint, parse_first_day
from graph import dates
from graph.formats.tables import format_cell
from graph.ontology import FigureKind
from graph.saved_queries.queryfile import Chart

STANCE, ABOUT, NOTE, UNIT = "stance", "on", "note", "unit"  # columns that are read where the answer has them
SAYS, DENIES, DENIES_ALL = "says", "denies", "denies all of it"
MAIN, APART, STRIP, GAP = 330, 150, 54, 46  # heights of panels in pixels; room between two, with the next one's title
_SIDES = ("top center", "bottom center", "middle left", "middle right")
_LARGEST, _ONE_PLACE = 15, 0.15  # size of the first mark at a place; a place, as a share of what is near
_NEAR = 0.09  # of the time and of the numbers shown: marks so near have their words on different sides
_OPEN = {"withdrawn", "inferred"}  # stances that are drawn as outlines


@dataclass(frozen=True)
class ChartFigure:
    """A number with the days from `first` to `last` that it may count up to; `point` is None for a denial of the whole.

    `kind` is what it counts instead of what its topic says, "" for most.
    """

    by: str
    first: str
    last: str
    stance: str = SAYS
    about: str = ""
    unit: str = ""
    kind: str = ""
    point: ChartPoint | None = None
    given: str = ""

    @property
    def words(self) -> str:
        """The number as people read it."""
        return self.point.words if self.point else DENIES_ALL

    @property
    def series(self) -> str:
        """What its marks are called in the legend."""
        return self.by if self.stance == SAYS else f"{self.by} ({self.stance})"


def is_whole_denial(columns: Sequence[str], row: Sequence[Any]) -> bool:
    """Whether a row without a number denies all that the others give numbers for."""
    return STANCE in columns and row[list(columns).index(STANCE)] in (DENIES, DENIES_ALL)


def read_figure(
    chart: Chart, columns: Sequence[str], row: Sequence[Any], point: ChartPoint | None, kinds: Sequence[FigureKind]
) -> ChartFigure:
    """A row as a figure."""

    def cell(name: str) -> str:
        return format_cell(row[list(columns).index(name)]) if name in columns else ""

    stated_date = cell(chart.x)
    first = parse_first_day(stated_date)
    return ChartFigure(
        by=(cell(chart.by) if chart.by else "") or "not said",
        first=first,
        last=dates.to_latest_day(stated_date) if first else "",
        stance=cell(STANCE) or SAYS,
        about=cell(ABOUT),
        unit=cell(UNIT),
        kind=next((kind.caption for kind in kinds if kind.fits(cell(NOTE))), ""),
        point=point,
        given=stated_date,
    )


def mark_kind(columns: Sequence[str], row: Sequence[Any], point: ChartPoint, kinds: Sequence[FigureKind]) -> ChartPoint:
    """A point in a series of its own where its row's note says that it counts something else: no line joins the two."""
    note = format_cell(row[list(columns).index(NOTE)]) if NOTE in columns else ""
    kind = next((kind.caption for kind in kinds if kind.fits(note)), "")
    return replace(point, by=f"{point.by} ({kind})".strip()) if kind else point


def draw_figures(figures: Sequence[ChartFigure], remarks: Sequence[str], title: str) -> RenderedChart:
    """The chart, and what it says of growth and disagreement, in sentences."""
    several = len({f.about for f in figures if f.point}) > 1
    dated = [replace(f, by=f"{f.by}, on {f.about}") if several and f.point else f for f in figures if f.first]
    numbers = [f for f in dated if f.point]
    denials = [f for f in dated if not f.point]
    panels = [(kind, [f for f in numbers if f.kind == kind]) for kind in sorted({f.kind for f in numbers})]
    styles = layout.build_series_styles(f.by for f in dated)
    sentences = [*agreement.describe(figures), *remarks]
    if missing := sum(1 for f in figures if f.point) - len(numbers):
        sentences.append(f"Without a date, and in the table alone: {missing}.")
    heights = [MAIN if n == 0 else APART for n in range(len(panels))] + ([STRIP] if denials else [])
    total = sum(heights) + GAP * (len(heights) - 1)
    form = layout.build_layout(_build_time_axis(dated), {}, legend=True)
    del form["yaxis"]
    traces: list[Figure] = []
    notes: list[Figure] = []
    top = float(total)
    for n, high in enumerate(heights, 1):
        axis = f"y{n if n > 1 else ''}"
        domain = [max(0.0, (top - high) / total), top / total]
        strip = n > len(panels)
        form[f"yaxis{n if n > 1 else ''}"] = _build_strip_axis(domain) if strip else _build_value_axis(title, domain)
        kind, members = (DENIES_ALL, denials) if strip else panels[n - 1]
        draw = _build_strip_traces if strip else _build_panel_traces
        traces += draw(members, styles, axis, {t["name"] for t in traces})
        if kind and not strip:
            notes.append(_build_panel_title(f"Not compared with the others: {kind}" if n > 1 else kind, domain[1]))
        top -= high + GAP
    form["xaxis"]["anchor"] = f"y{len(heights) if len(heights) > 1 else ''}"
    form["annotations"] = notes
    return RenderedChart(
        {"data": traces, "layout": form}, total + 70 + layout.estimate_legend_height(styles), tuple(sentences)
    )


def _build_panel_traces(
    figures: Sequence[ChartFigure], styles: dict[str, dict[str, str]], axis: str, named: set[str]
) -> list[Figure]:
    """Marks with their numbers, uprights for ranges, thin lines for vague dates; one speaker's growth is joined."""
    traces: list[Figure] = []
    places = _LabelPlaces(figures)
    for series, members in groupby(sorted(figures, key=lambda f: (f.series, f.last)), key=lambda f: f.series):
        own = list(members)
        looks = styles[own[0].by]
        shared = {"legendgroup": series, "type": "scatter", "yaxis": axis, "cliponaxis": False, "hoverinfo": "text"}
        colour, name = looks["color"], layout.escape_markup(series)
        ranges = [(f, f.point) for f in own if f.point and f.point.low is not None and f.point.high is not None]
        if ranges:
            traces.append(
                {
                    **shared,
                    "name": name,
                    "mode": "lines",
                    "showlegend": False,
                    "x": [x for f, _ in ranges for x in (f.last, f.last, None)],
                    "y": [y for _, p in ranges for y in (p.low, p.high, None)],
                    "hovertext": [_format_hover(f) for f, _ in ranges for _ in range(3)],
                    "line": {"color": colour, "width": 7},
                    "opacity": 0.55,
                }
            )
        marks = [mark for f in own for mark in _list_marks(f, looks["symbol"])]
        vague = [(f, y) for f, y, _, _ in marks if f.first != f.last]
        if vague:
            traces.append(
                {
                    **shared,
                    "name": name,
                    "mode": "lines",
                    "showlegend": False,
                    "x": [x for f, _ in vague for x in (f.first, f.last, None)],
                    "y": [v for _, y in vague for v in (y, y, None)],
                    "hovertext": [_format_hover(f) for f, _ in vague for _ in range(3)],
                    "line": {"color": colour, "width": 1.5},
                }
            )
        days = [f.last for f, _, _, _ in marks]
        grows = own[0].stance == SAYS and 1 < len(days) == len(set(days)) and len({f.about for f in own}) == 1
        traces.append(
            {
                **shared,
                "name": name,
                "mode": "lines+markers+text" if grows else "markers+text",
                "showlegend": name not in named,
                "x": days,
                "y": [y for _, y, _, _ in marks],
                "text": [layout.escape_markup(words) for _, _, _, words in marks],
                "textposition": [places.find(f.last, y) for f, y, _, _ in marks],
                "hovertext": [_format_hover(f) for f, _, _, _ in marks],
                "line": {"color": colour, "width": 1.5, "dash": "dot"},
                "marker": {
                    "color": colour,
                    "size": [places.compute_size(f.last, y) for f, y, _, _ in marks],
                    "symbol": [s for _, _, s, _ in marks],
                    "opacity": 1,
                    "line": {"width": 1.5},
                },
            }
        )
        named.add(name)
    return traces


class _LabelPlaces:
    """Finds for the words of each mark a side where those of a near mark do not stand."""

    def __init__(self, figures: Sequence[ChartFigure]) -> None:
        days = [date.fromisoformat(f.last).toordinal() for f in figures]
        numbers = [n for f in figures if f.point for n in (f.point.value, f.point.low, f.point.high) if n is not None]
        self.span = max(max(days) - min(days), 20) * _NEAR
        self.high = (max(numbers) - min(0, *numbers)) * _NEAR or 1
        self.taken: list[tuple[int, float, str]] = []
        self.later: list[tuple[int, float, str]] = []

    def compute_size(self, day: str, value: float) -> int:
        """How large a mark is: a later one at a place is drawn over the earlier one, and leaves its rim to be seen."""
        at = date.fromisoformat(day).toordinal()
        same = sum(abs(x - at) < self.span * _ONE_PLACE and y == value for x, y, _ in self.later)
        self.later.append((at, value, ""))
        return max(6, _LARGEST - 6 * same)

    def find(self, day: str, value: float) -> str:
        """Where the words go."""
        at = date.fromisoformat(day).toordinal()
        near = {side for x, y, side in self.taken if abs(x - at) < self.span and abs(y - value) < self.high}
        side = next((side for side in _SIDES if side not in near), _SIDES[0])
        self.taken.append((at, value, side))
        return side


def _list_marks(figure: ChartFigure, symbol: str) -> list[tuple[ChartFigure, float, str, str]]:
    """Where a figure's marks stand, their symbols and their words."""
    p = figure.point
    if p is None:
        return []
    if p.value is not None:
        marks = [(p.value, "x" if figure.stance == DENIES else symbol)]
    elif p.low is not None and p.high is not None:
        marks = [(p.high, "line-ew"), (p.low, "line-ew")]
    else:
        marks = [(p.low, "triangle-up")] if p.low is not None else [(p.high or 0.0, "triangle-down")]
    outline = "-open" if figure.stance in _OPEN or p.value is None else ""
    return [(figure, y, s + outline, p.words if n == 0 else "") for n, (y, s) in enumerate(marks)]


def _build_strip_traces(
    denials: Sequence[ChartFigure], styles: dict[str, dict[str, str]], axis: str, _named: set[str]
) -> list[Figure]:
    """Who denies all of it, and when."""
    return [
        {
            "type": "scatter",
            "mode": "markers+text",
            "name": layout.escape_markup(f.series),
            "legendgroup": f.series,
            "showlegend": False,
            "yaxis": axis,
            "cliponaxis": False,
            "x": [f.last],
            "y": [0],
            "text": [layout.escape_markup(f.by)],
            "textposition": "middle right" if n == 0 else "middle left",
            "hovertext": [_format_hover(f)],
            "hoverinfo": "text",
            "marker": {"color": styles[f.by]["color"], "size": 12, "symbol": "x", "line": {"width": 1}},
        }
        for n, f in enumerate(sorted(denials, key=lambda f: f.last))
    ]


def _build_time_axis(figures: Sequence[ChartFigure]) -> Figure:
    days = [date.fromisoformat(day) for f in figures for day in (f.first, f.last)] or [date.fromisoformat("2000-01-01")]
    margin = timedelta(days=max(10, (max(days) - min(days)).days // 12))
    return {
        "title": layout.build_axis_title("as of"),
        "type": "date",
        "automargin": True,
        "fixedrange": True,
        "range": [(min(days) - margin).isoformat(), (max(days) + margin).isoformat()],
    }


def _build_value_axis(title: str, domain: Sequence[float]) -> Figure:
    return {
        "title": layout.build_axis_title(title),
        "domain": list(domain),
        "automargin": True,
        "fixedrange": True,
        "rangemode": "tozero",
        "separatethousands": True,
        "exponentformat": "none",
    }


def _build_strip_axis(domain: Sequence[float]) -> Figure:
    return {
        "domain": list(domain),
        "range": [-1, 2.2],
        "tickvals": [0],
        "ticktext": [DENIES_ALL],
        "automargin": True,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": True,
    }


def _build_panel_title(text: str, top: float) -> Figure:
    return {
        "text": layout.escape_markup(text),
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": top,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 13},
    }


def _format_hover(figure: ChartFigure) -> str:
    parts = (figure.series, figure.words, figure.unit, f"as of {figure.given}", figure.about, figure.kind)
    return "<br>".join(layout.escape_markup(part) for part in parts if part)
