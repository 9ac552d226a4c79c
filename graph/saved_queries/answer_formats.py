"""An answer of a query as text: table, CSV, JSON; the same bytes in the app, at an address and in a terminal."""

import io

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from graph.database import values
from graph.formats import tables
from graph.model import Table
from graph.plurals import format_count
from graph.saved_queries.guarded_query import Answer

FORMATS = ("table", "csv", "json", "graph-json")


def render(answer: Answer, form: str, *, width: int | None = None) -> str:
    """An answer as table (at most `width` columns wide), csv, json or graph-json, ending in a line feed."""
    if form == "csv":
        return tables.format_csv(answer.table)
    if form == "json":
        raw_rows = answer.table.rows if answer.raw_rows is None else answer.raw_rows
        rows = [dict(zip(answer.table.columns, values.to_json_value(row), strict=True)) for row in raw_rows]
        return tables.json_text(
            {
                "query": answer.query.name,
                "parameters": dict(answer.parameters),
                "truncated": answer.table.truncated,
                "rows": rows,
            }
        )
    if form == "graph-json":
        return tables.format_graph_json(answer.subgraph)
    return format_table(answer.table, answer.query.title, width)


def format_table(table: Table, title: str, width: int | None) -> str:
    """A table drawn for a terminal of this width (None for its own), under a title, with its number of rows."""
    written = io.StringIO()
    console = Console(file=written, width=width, force_terminal=False, color_system=None)
    grid = RichTable(title=Text(title), title_justify="left")
    for column in table.columns:
        grid.add_column(Text(str(column)), overflow="fold")
    for row in table.rows:
        grid.add_row(*(Text(tables.format_cell(value)) for value in row))
    console.print(grid)
    console.print(
        Text(
            format_count(len(table.rows), "row", "rows")
            + (", cut at the limit: there are more" if table.truncated else "")
        )
    )
    return written.getvalue()
