"""Answers as text: the formats of `armsgraph query run`, the same wherever a query is run.

    table       for people on a terminal: `cell_text`
    csv         RFC 4180 with line feeds alone. An entity is its name, a list its items joined by "; ", a map or a list
                within a list compact JSON; numbers in full; null is nothing, an empty text is "" (as PostgreSQL's COPY
                has it); a text that a spreadsheet would take for a formula has an apostrophe before it
    json        {"query", "parameters", "truncated", "rows": [{column: value}]}: values as values.py's `document`
                has them, lists and maps as such, whole numbers exact beyond what JavaScript keeps (2^53)
    graph-json  the subgraph in the exchange format, foreign entities with ids that begin with "neo4j:"

Rows are in the query's order; those of a graph, and everything in graph-json, are sorted.
"""

import io
import json
import math
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from graph.database import values
from graph.formats import ftm, graphml_write
from graph.model import ABOUT, Duration, Subgraph, Table
from graph.ontology import Ontology
from graph.saved_queries.guarded_query import Answer

FORMATS = ("table", "csv", "json", "graph-json")
EXCHANGE = ("json", "graphml", "ftm")
# A spreadsheet takes a text that begins so for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def many(count: int, one: str, more: str) -> str:
    """A number with its word: "1 line", "2,000 lines"."""
    return f"{count:,} {one if count == 1 else more}"


def render(answer: Answer, form: str, *, width: int | None = None) -> str:
    """An answer as table (at most `width` columns wide), csv, json or graph-json, ending in a line feed."""
    if form == "csv":
        return csv_text(answer.table)
    if form == "json":
        found = answer.table.rows if answer.found is None else answer.found
        rows = [dict(zip(answer.table.columns, values.document(row), strict=True)) for row in found]
        return _json(
            {
                "query": answer.query.name,
                "parameters": dict(answer.parameters),
                "truncated": answer.table.truncated,
                "rows": rows,
            }
        )
    if form == "graph-json":
        return graph_json(answer.subgraph)
    return _table_text(answer.table, answer.query.title, width)


def graph_json(subgraph: Subgraph, about: Mapping[str, Any] | None = None) -> str:
    """A subgraph in the exchange format armsgraph/1: keys and items in a fixed order, so that equal is identical.

    `about` is what the file says of itself.
    """
    return _json({**subgraph.as_dict(), ABOUT: dict(about)} if about else subgraph.as_dict())


def exchange(subgraph: Subgraph, form: str, ontology: Ontology, about: Mapping[str, Any] | None = None) -> str:
    """A subgraph as a file of one of `EXCHANGE`, each of which can be loaded again without a loss.

    `about` is what the file says of itself; FollowTheMoney has no place for it.
    """
    if form == "graphml":
        stream = io.StringIO()
        graphml_write.dump(subgraph, stream, about)
        return stream.getvalue()
    if form == "ftm":
        return b"".join(ftm.lines(subgraph, ontology)).decode("utf-8")
    return graph_json(subgraph, about)


def csv_text(table: Table) -> str:
    """A table as CSV, as in the module's docstring."""
    rows = [",".join(_csv_cell(str(column)) for column in table.columns)]
    # A line of nothing is no row to those who read CSV.
    rows += [",".join(map(_csv_cell, row)) or '""' for row in table.rows]
    return "\n".join(rows) + "\n"


def cell_text(value: Any) -> str:
    """A value as people read it: thousands separated (from 10,000 on, as less may be a year), nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, list):
        return "; ".join("(none)" if item is None else _within(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_within(item)}" for key, item in value.items())
    return values.duration(value) if isinstance(value, Duration) else str(value)


def _number(value: float) -> str:
    if isinstance(value, float) and not (value.is_integer() and abs(value) < 1e15):
        return f"{value:,}" if 10_000 <= abs(value) < 1e15 else values.number(value)
    return f"{int(value):,}" if abs(value) >= 10_000 else str(int(value))


def _within(value: Any) -> str:
    """A value inside a list or a map: what has parts itself stands in brackets."""
    return f"({cell_text(value)})" if isinstance(value, (list, dict)) else cell_text(value)


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, list, dict)):
        return str(value)
    if isinstance(value, (int, float)):
        return values.number(value) if isinstance(value, float) and not math.isfinite(value) else str(value)
    text = value if isinstance(value, str) else _csv_parts(value)
    if text.startswith(_FORMULA):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"' if not text or any(c in text for c in ',"\r\n') else text


def _csv_parts(value: list[Any] | dict[str, Any]) -> str:
    if isinstance(value, list) and not any(isinstance(item, (list, dict)) for item in value):
        return "; ".join("" if item is None else str(values.document(item)) for item in value)
    return json.dumps(values.document(value), ensure_ascii=False)


def _table_text(table: Table, title: str, width: int | None) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=False, color_system=None)
    grid = RichTable(title=Text(title), title_justify="left")
    for column in table.columns:
        grid.add_column(Text(str(column)), overflow="fold")
    for row in table.rows:
        grid.add_row(*(Text(cell_text(value)) for value in row))
    console.print(grid)
    console.print(
        Text(many(len(table.rows), "row", "rows") + (", cut at the limit: there are more" if table.truncated else ""))
    )
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def _json(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    except ValueError:  # a property that is no number, or an infinite one
        return json.dumps(values.document(value), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
