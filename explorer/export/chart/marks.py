"""A chart as strokes, boxes, signs and words with their places: what every format draws. Pure.

It reads the figures that explorer/answers/charts makes for the page, so that a file shows what the page does.
Lengths are in points.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

from explorer.export.chart import ticks
from explorer.export.common import text_metrics
from explorer.layout.geometry import Area

INK, QUIET, GRID = "#1b2430", "#52606d", "#d5dae0"
SMALL, LABEL, HEAD = 9.0, 10.0, 10.5  # sizes of words: at marks, at axes, over panels
_TICK = 4.0
# Where words stand beside a sign.
_SIDES = {
    "top center": (0.0, -8.0, "middle"),
    "bottom center": (0.0, 15.0, "middle"),
    "middle left": (-8.0, 3.2, "end"),
    "middle right": (8.0, 3.2, "start"),
}


@dataclass(frozen=True)
class Stroke:
    """A line through points; `dash` is a kind of Plotly's, `name` what it stands for."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float = 1.0
    dash: str = "solid"
    opacity: float = 1.0
    name: str = ""


@dataclass(frozen=True)
class Box:
    """A filled area, such as a bar."""

    area: Area
    colour: str
    name: str = ""
    opacity: float = 1.0


@dataclass(frozen=True)
class Sign:
    """A mark at a place: a symbol of Plotly's, `is_open` as an outline."""

    x: float
    y: float
    symbol: str
    size: float
    colour: str
    name: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is an outline."""
        return self.symbol.endswith("-open")


@dataclass(frozen=True)
class Words:
    """Words in one line: `y` is their base line, `anchor` start, middle or end."""

    text: str
    x: float
    y: float
    size: float = SMALL
    colour: str = INK
    anchor: str = "start"
    bold: bool = False
    turned: bool = False


Mark = Stroke | Box | Sign | Words


def read_text(markup: Any) -> str:
    """A text of a figure as it reads: Plotly's few tags are undone."""
    return unescape(str(markup or "").replace("<br>", " "))


def read_title(axis: Mapping[str, Any]) -> str:
    """The words beside an axis."""
    return read_text((axis.get("title") or {}).get("text", ""))


def build_marks(figure: Mapping[str, Any], area: Area) -> list[Mark]:
    """Everything that a figure draws, laid out in an area."""
    plot = _Plot(figure, area)
    return [*plot.list_grid(), *plot.list_traces(), *plot.list_notes()]


def build_legend(figure: Mapping[str, Any], area: Area) -> tuple[list[Mark], float]:
    """The legend in rows from the top of an area, and how high it is; nothing where the page shows none."""
    left, top, right, _ = area
    if not figure["layout"].get("showlegend"):
        return [], 0.0
    marks: list[Mark] = []
    seen: set[str] = set()
    x, y = left, top + LABEL
    for trace in figure["data"]:
        name = read_text(trace["name"])
        if trace.get("showlegend") is False or name in seen:
            continue
        seen.add(name)
        wide = text_metrics.measure_width(name, LABEL) * 1.08 + 32
        if x > left and x + wide > right:
            x, y = left, y + LABEL * 1.6
        symbol = trace.get("marker", {}).get("symbol", "square")
        symbol = symbol[0] if isinstance(symbol, list) else symbol
        plain = trace["type"] == "bar" or symbol.startswith("line")
        marks.append(Sign(x + 6, y - 3.5, "square" if plain else symbol, 9, _get_colour(trace), name))
        marks.append(Words(name, x + 15, y, LABEL))
        x += wide
    return marks, y - top + LABEL * 0.9


class _Plot:
    """The axes of a figure in an area, and what is drawn against them."""

    def __init__(self, figure: Mapping[str, Any], area: Area) -> None:
        self.figure, self.layout = figure, figure["layout"]
        self.across = self.layout["xaxis"]
        self.rows = {k: v for k, v in self.layout.items() if k.startswith("yaxis")}
        left, top, right, bottom = area
        names = [w for axis in self.rows.values() for _, w in self._list_ticks(axis, self._get_y_range(axis))]
        room = max((text_metrics.measure_width(line, LABEL) for w in names for line in w), default=0) + 26
        behind = [read_text(w) for t in figure["data"] if t["type"] == "bar" for w in t.get("text", ())]
        beside = max((text_metrics.measure_width(w, SMALL) for w in behind), default=0) + 16
        self.left, self.right = left + min(room, (right - left) * 0.4), right - max(beside, 30)
        self.top, self.bottom = top + 14, bottom - 34

    # Places ------------------------------------------------------------------------------------------------------

    def x(self, value: Any) -> float:
        """Where a value stands across."""
        low, high = (_read_number(v) for v in self.across["range"])
        share: float = (_read_number(value) - low) / ((high - low) or 1)
        return self.left + share * (self.right - self.left)

    def y(self, axis: Mapping[str, Any], value: float) -> float:
        """Where a value of an axis stands, from the top."""
        (low, high), (least, most) = self._get_y_range(axis), axis.get("domain", (0, 1))
        high_edge = self.bottom - most * (self.bottom - self.top)
        low_edge = self.bottom - least * (self.bottom - self.top)
        return float(low_edge - (value - low) / ((high - low) or 1) * (low_edge - high_edge))

    def _get_y_range(self, axis: Mapping[str, Any]) -> tuple[float, float]:
        if "range" in axis:
            low, high = axis["range"]
            return float(low), float(high)
        key = next(k for k, v in self.rows.items() if v is axis).replace("axis", "")
        own = [t for t in self.figure["data"] if t.get("yaxis", "y") == key]
        held = [float(v) for t in own for v in t["y"] if v is not None] or [0.0]
        if axis.get("autorange") == "reversed":
            return max(held) + 0.7, min(held) - 0.7
        low, high = min(0.0, *held), max(0.0, *held)
        return low, high + (high - low or 1) * 0.12

    def _list_ticks(self, axis: Mapping[str, Any], ends: tuple[float, float]) -> list[tuple[float, list[str]]]:
        if "tickvals" in axis:
            return [
                (float(v), [unescape(line) for line in str(w).split("<br>")])
                for v, w in zip(axis["tickvals"], axis["ticktext"], strict=True)
            ]
        return [(v, [ticks.format_number(v)]) for v in ticks.list_round_numbers(*sorted(ends))]

    # What is drawn -----------------------------------------------------------------------------------------------

    def list_grid(self) -> Iterator[Mark]:
        """Axes, their numbers and their titles."""
        lowest = self.bottom
        for value, lines in self._list_x_ticks():
            x = self.x(value)
            if self.across.get("showgrid", True):
                yield Stroke(((x, self.top), (x, lowest)), GRID, 0.6)
            yield from (Words(w, x, lowest + 13 + n * 11, LABEL, QUIET, "middle") for n, w in enumerate(lines))
        yield Words(read_title(self.across), (self.left + self.right) / 2, lowest + 30, LABEL, INK, "middle")
        for axis in self.rows.values():
            ends = self._get_y_range(axis)
            for value, lines in self._list_ticks(axis, ends):
                y = self.y(axis, value)
                if axis.get("showgrid", True) or axis.get("zeroline"):
                    yield Stroke(((self.left, y), (self.right, y)), GRID, 0.6)
                start = y + 3.5 - (len(lines) - 1) * 5.5
                yield from (
                    Words(w, self.left - _TICK - 2, start + n * 11, LABEL, QUIET, "end") for n, w in enumerate(lines)
                )
            least, most = axis.get("domain", (0, 1))
            edge = self.bottom - most * (self.bottom - self.top)
            foot = self.bottom - least * (self.bottom - self.top)
            yield Stroke(((self.left, edge), (self.left, foot)), QUIET, 0.8)
            if title := read_title(axis):
                yield Words(title, self.left, edge - 5, LABEL, INK)

    def _list_x_ticks(self) -> list[tuple[Any, list[str]]]:
        low, high = self.across["range"]
        if "tickvals" in self.across:
            return [(v, w) for v, w in self._list_ticks(self.across, (low, high))]
        if self.across.get("type") == "date":
            return [(day.isoformat(), [ticks.format_month(day)]) for day in ticks.list_round_days(low, high)]
        return [(v, [ticks.format_number(v)]) for v in ticks.list_round_numbers(float(low), float(high))]

    def list_traces(self) -> Iterator[Mark]:
        """Bars, lines, signs and the words beside them."""
        for trace in self.figure["data"]:
            axis = self.rows[f"yaxis{trace.get('yaxis', 'y')[1:]}"]
            yield from self._list_bars(trace, axis) if trace["type"] == "bar" else self._list_scatter(trace, axis)

    def _list_bars(self, trace: Mapping[str, Any], axis: Mapping[str, Any]) -> Iterator[Mark]:
        half = trace["width"] / 2
        starts = trace.get("base") or [0] * len(trace["x"])
        for start, length, place, words in zip(starts, trace["x"], trace["y"], trace["text"], strict=True):
            left, right = sorted((self.x(start), self.x(start + length)))
            top, foot = sorted((self.y(axis, place - half), self.y(axis, place + half)))
            yield Box((left, top, max(right, left + 1.5), foot), _get_colour(trace), read_text(trace["name"]))
            yield Words(read_text(words), right + 4, (top + foot) / 2 + 3.2)

    def _list_scatter(self, trace: Mapping[str, Any], axis: Mapping[str, Any]) -> Iterator[Mark]:
        name, colour, mode = read_text(trace["name"]), _get_colour(trace), trace["mode"]
        places = [
            None if x is None or y is None else (self.x(x), self.y(axis, y))
            for x, y in zip(trace["x"], trace["y"], strict=True)
        ]
        if "lines" in mode:
            line, piece = trace["line"], list[tuple[float, float]]()
            for place in [*places, None]:
                if place:
                    piece.append(place)
                    continue
                if len(piece) > 1:
                    wide, dash = line["width"] * 0.75, line.get("dash", "solid")
                    yield Stroke(tuple(piece), colour, wide, dash, trace.get("opacity", 1.0), name)
                piece = []
        if "markers" not in mode:
            return
        symbols = trace["marker"]["symbol"]
        symbols = symbols if isinstance(symbols, list) else [symbols] * len(places)
        sizes = trace["marker"]["size"]
        sizes = sizes if isinstance(sizes, list) else [sizes] * len(places)
        texts = trace.get("text") or [""] * len(places)
        sides = trace.get("textposition", "")
        sides = sides if isinstance(sides, list) else [sides] * len(places)
        for place, symbol, size, words, side in zip(places, symbols, sizes, texts, sides, strict=True):
            if place:
                x, y = place
                yield Sign(x, y, symbol, size * 0.75, colour, name)
                dx, dy, anchor = _SIDES.get(side, _SIDES["middle right"])
                yield Words(read_text(words).strip(), x + dx, y + dy, SMALL, INK, anchor)

    def list_notes(self) -> Iterator[Mark]:
        """The titles of panels."""
        for note in self.layout.get("annotations", ()):
            y = self.bottom - note["y"] * (self.bottom - self.top)
            yield Words(read_text(note["text"]), self.left, y - 17, HEAD, INK, bold=True)


def _get_colour(trace: Mapping[str, Any]) -> str:
    return str(trace.get("marker", {}).get("color") or trace["line"]["color"])


def _read_number(value: Any) -> float:
    return float(date.fromisoformat(value).toordinal()) if isinstance(value, str) else float(value)
