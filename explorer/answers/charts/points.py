"""The rows of an answer as points of a chart. All pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from explorer.filters import time
from graph.formats.tables import format_cell
from graph.saved_queries.queryfile import Chart


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


def list_columns(chart: Chart) -> list[str]:
    """The columns that a chart draws."""
    return [c for c in (chart.x, chart.y, chart.by, chart.low, chart.high) if c]


def find_missing_columns(chart: Chart, columns: Sequence[str]) -> list[str]:
    """The columns that a chart wants and the answer does not have."""
    return [c for c in list_columns(chart) if c not in columns]


def parse_point(chart: Chart, place: dict[str, int], row: Sequence[Any]) -> ChartPoint | None:
    """A row as a point; None where it has no number. `place` says at which place of a row a column stands."""

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


def parse_first_day(value: object) -> str:
    """The first day of a partial date or year; '' for anything else."""
    if isinstance(value, bool) or (isinstance(value, int) and not 1800 <= value <= 2200):
        return ""
    return time.parse_first_day(str(value)) if isinstance(value, (str, int)) else ""
