"""Answers as text: the formats of `armsgraph query run`, the same wherever a query is run.

    table       for people on a terminal: `format_cell`
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

from graph.database import values
from graph.formats import ftm, graphml_write, spreadsheet_guard
from graph.model import ABOUT, Duration, Subgraph, Table
from graph.ontology import Ontology

EXCHANGE = ("json", "graphml", "ftm")


def format_graph_json(subgraph: Subgraph, about: Mapping[str, Any] | None = None) -> str:
    """A subgraph in the exchange format armsgraph/1: keys and items in a fixed order, so that equal is identical.

    `about` is what the file says of itself.
    """
    return json_text({**subgraph.as_dict(), ABOUT: dict(about)} if about else subgraph.as_dict())


def format_exchange(subgraph: Subgraph, form: str, ontology: Ontology, about: Mapping[str, Any] | None = None) -> str:
    """A subgraph as a file of one of `EXCHANGE`, each of which can be loaded again without a loss.

    `about` is what the file says of itself; FollowTheMoney has no place for it.
    """
    if form == "graphml":
        stream = io.StringIO()
        graphml_write.dump(subgraph, stream, about)
        return stream.getvalue()
    if form == "ftm":
        return b"".join(ftm.to_json_lines(subgraph, ontology)).decode("utf-8")
    return format_graph_json(subgraph, about)


def format_csv(table: Table) -> str:
    """A table as CSV, as in the module's docstring."""
    rows = [",".join(_format_csv_cell(str(column)) for column in table.columns)]
    # A line of nothing is no row to those who read CSV.
    rows += [",".join(map(_format_csv_cell, row)) or '""' for row in table.rows]
    return "\n".join(rows) + "\n"


def format_cell(value: Any) -> str:
    """A value as people read it: thousands separated (from 10,000 on, as less may be a year), nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return _format_number(value)
    if isinstance(value, list):
        return "; ".join("(none)" if item is None else _format_nested(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_format_nested(item)}" for key, item in value.items())
    return values.format_duration(value) if isinstance(value, Duration) else str(value)


def _format_number(value: float) -> str:
    if isinstance(value, float) and not (value.is_integer() and abs(value) < 1e15):
        return f"{value:,}" if 10_000 <= abs(value) < 1e15 else values.format_number(value)
    return f"{int(value):,}" if abs(value) >= 10_000 else str(int(value))


def _format_nested(value: Any) -> str:
    """A value inside a list or a map: what has parts itself stands in brackets."""
    return f"({format_cell(value)})" if isinstance(value, (list, dict)) else format_cell(value)


def _format_csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, list, dict)):
        return str(value)
    if isinstance(value, (int, float)):
        return values.format_number(value) if isinstance(value, float) and not math.isfinite(value) else str(value)
    return spreadsheet_guard.format_field(value if isinstance(value, str) else _format_csv_list(value)) or '""'


def _format_csv_list(value: list[Any] | dict[str, Any]) -> str:
    if isinstance(value, list) and not any(isinstance(item, (list, dict)) for item in value):
        return "; ".join("" if item is None else str(values.to_json_value(item)) for item in value)
    return json.dumps(values.to_json_value(value), ensure_ascii=False)


def json_text(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    except ValueError:  # a property that is no number, or an infinite one
        return json.dumps(values.to_json_value(value), ensure_ascii=False, indent=2, allow_nan=False) + "\n"
