"""Answers as text: the formats of `armsgraph query run`, the same wherever a query is run."""

import io
import json
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from graph import ftm, graphml
from graph.model import Subgraph, Table
from graph.ontology import Ontology
from graph.queries import Answer

FORMATS = ("table", "csv", "json", "graph-json")
EXCHANGE = ("json", "graphml", "ftm")
# A spreadsheet takes a text that begins so for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def many(count: int, one: str, more: str) -> str:
    """A number with its word: "1 line", "2,000 lines"."""
    return f"{count:,} {one if count == 1 else more}"


def render(answer: Answer, form: str, *, width: int | None = None) -> str:
    """An answer as table (at most `width` columns wide), csv, json or graph-json, ending in a line feed."""
    if form == "csv":
        return csv_text(answer.table)
    if form == "json":
        rows = [dict(zip(answer.table.columns, row, strict=True)) for row in answer.table.rows]
        return _json({"query": answer.query.name, "parameters": dict(answer.parameters),
                      "truncated": answer.table.truncated, "rows": rows})  # fmt: skip
    if form == "graph-json":
        return graph_json(answer.subgraph)
    return _table_text(answer.table, answer.query.title, width)


def graph_json(subgraph: Subgraph) -> str:
    """A subgraph in the exchange format armsgraph/1: keys and items in a fixed order, so that equal is identical."""
    return _json(subgraph.as_dict())


def exchange(subgraph: Subgraph, form: str, ontology: Ontology) -> str:
    """A subgraph as a file of one of `EXCHANGE`, each of which can be loaded again without a loss."""
    if form == "graphml":
        stream = io.StringIO()
        graphml.dump(subgraph, stream)
        return stream.getvalue()
    if form == "ftm":
        return b"".join(ftm.lines(subgraph, ontology)).decode("utf-8")
    return graph_json(subgraph)


def csv_text(table: Table) -> str:
    """A table as CSV (RFC 4180, but line feeds alone), its texts made harmless for spreadsheets."""
    rows = [[_csv_cell(value) for value in row] for row in table.rows]
    return str(pd.DataFrame(rows, columns=list(table.columns), dtype=object).to_csv(index=False, lineterminator="\n"))


def cell_text(value: Any) -> str:
    """A value as people read it: thousands separated (from 10,000 on, as less may be a year), nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (int, float)):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, list):
        return "; ".join(cell_text(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {cell_text(item)}" for key, item in value.items())
    return str(value)


def _csv_cell(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        value = cell_text(value)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value


def _table_text(table: Table, title: str, width: int | None) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=False, color_system=None)
    grid = RichTable(title=Text(title), title_justify="left")
    for column in table.columns:
        grid.add_column(Text(str(column)), overflow="fold")
    for row in table.rows:
        grid.add_row(*(Text(cell_text(value)) for value in row))
    console.print(grid)
    console.print(Text(f"{len(table.rows)} rows" + (", cut at the limit: there are more" if table.truncated else "")))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
