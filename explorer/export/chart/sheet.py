"""What a chart's file says in words: title, what was asked, what the numbers say together, sources, origin. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from explorer.answers import answer_store, charts
from explorer.answers.charts import RenderedChart
from explorer.filters import descriptions
from graph.errors import DataError
from graph.formats import tables
from graph.ontology import Ontology
from graph.plurals import format_count
from graph.saved_queries.guarded_query import Answer

PUBLISHER = "publisher"  # a column of this name says whose documents the rows come from


@dataclass(frozen=True)
class ChartSheet:
    """A chart with all that stands around it. `rows` are the answer's rows, a line each, as the table has them."""

    title: str
    question: str
    drawn: RenderedChart
    answer: Answer
    mark: str = ""
    made_on: str = ""
    rows: tuple[str, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the numbers say together, what is left out, and who published them."""
        held = [self.answer.cut_message] if self.answer.cut else []
        columns = list(self.answer.table.columns)
        if PUBLISHER in columns:
            at = columns.index(PUBLISHER)
            named = sorted({tables.format_cell(row[at]) for row in self.answer.table.rows if row[at]})
            held.append(f"Published by: {', '.join(named)}.")
        return (*self.drawn.remarks, *held)

    @property
    def counts(self) -> str:
        """How much the chart shows."""
        return format_count(len(self.answer.table.rows), "row", "rows")

    @cached_property
    def origin(self) -> tuple[str, ...]:
        """Where it comes from: query, day and hash."""
        day = f" on {descriptions.format_day(self.made_on)}" if self.made_on else ""
        query = self.answer.query.name
        named = [f"Saved query “{query}”" + (f" ({self.question})" if self.question else "")] if query else []
        return (*named, f"Made with Armsgraph{day}; content {self.digest[:16]}")

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all that is shown: equal content, equal hash."""
        text = json.dumps([self.title, self.question, self.drawn.figure, self.rows], sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def metadata(self) -> dict[str, object]:
        """What the file carries about itself, in plain values."""
        return {
            "title": self.title,
            "mark": self.mark,
            "query": self.answer.query.name,
            "parameters": {name: tables.format_cell(value) for name, value in self.answer.parameters.items()},
            "shows": self.counts,
            "made_on": self.made_on,
            "content_sha256": self.digest,
        }


def build_sheet(
    ontology: Ontology,
    answer: Answer,
    names: Mapping[str, str],
    *,
    title: str = "",
    mark: str = "",
    made_on: str = "",
    most: int = charts.MAX_ROWS,
) -> ChartSheet:
    """The sheet of an answer that has a chart; `names` are those of entities among its parameters.

    Raises DataError where there is nothing to draw.
    """
    chart, table = answer.query.chart, answer.table
    drawn = charts.draw_chart(chart, table.columns, table.rows, ontology.figures, most=most) if chart else None
    if drawn is None:
        name = answer.query.name or "the query"
        raise DataError(f"{name} gives no chart: no row has a number, or a column is missing")
    question = answer_store.describe_parameters(answer.query, answer.parameters, names)
    rows = tuple(_format_row(table.columns, row) for row in table.rows)
    return ChartSheet(title or answer.query.title, question, drawn, answer, mark, made_on, rows)


def _format_row(columns: Sequence[str], row: Sequence[object]) -> str:
    filled = [(name, value) for name, value in zip(columns, row, strict=True) if value not in (None, "")]
    return "; ".join(f"{name}: {tables.format_cell(value)}" for name, value in filled)
