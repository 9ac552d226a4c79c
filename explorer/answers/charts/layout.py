"""What charts have in common: series with their colours and signs, axes, labels. All pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Any

from explorer.answers.charts.points import ChartPoint
from graph.formats.tables import format_cell

# By Okabe and Ito, four of them darkened until all stand out from white and from dark paper at least 3 to 1 (WCAG).
COLOURS = ("#0072b2", "#d55e00", "#008e67", "#b5679a", "#8a6d00", "#7a7a7a", "#7b61c9")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "pentagon", "star", "hexagon")
PATTERNS = ("", "/", "x", ".")  # when the colours begin anew
LINE, LINES = 40, 3  # letters of a line of a label on an axis, and lines of a label
Figure = dict[str, Any]


@dataclass(frozen=True)
class RenderedChart:
    """A chart: the figure, its height in pixels, and what it leaves out, as sentences."""

    figure: Figure
    height: int
    remarks: tuple[str, ...] = ()


def compute_axis_range(low: float, high: float, *, both: bool = False) -> list[float]:
    """The ends of an axis, with a little room at the high end or at both."""
    room = (high - low) * 0.04 or 1
    return [low - room if both or low < 0 else low, high + room]


def estimate_legend_height(names: Collection[str]) -> int:
    """About how high the legend is, in pixels, on the narrowest window it is read in."""
    return 0 if len(names) < 2 else 24 * max(1, round(sum(len(n) * 8 + 60 for n in names) / 900 + 0.5))


def build_layout(across: Figure, up: Figure, *, legend: bool) -> Figure:
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


def build_series_styles(values: Iterable[str]) -> dict[str, dict[str, str]]:
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


def format_hover_text(point: ChartPoint) -> str:
    return "<br>".join(escape_markup(part) for part in (format_cell(point.x), point.by, point.words) if part)


def build_axis_title(words: str) -> Figure:
    return {"text": escape_markup(words), "font": {"size": 14}}


def wrap_label(name: str) -> str:
    """A label in a few lines."""
    lines = wrap(name, LINE) or [""]
    kept = lines[:LINES] if len(lines) <= LINES else [*lines[: LINES - 1], f"{lines[LINES - 1][: LINE - 1]}…"]
    return "<br>".join(map(escape_markup, kept))


def escape_markup(text: str) -> str:
    """A text that Plotly shows as it stands: it reads a few HTML tags in what it is given."""
    return escape(text, quote=False)
