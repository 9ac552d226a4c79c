"""The window that shows an answer's rows: as a table, a number or a chart."""

from typing import Any

import dash_mantine_components as dmc
from dash import Output, html

from explorer.stage import Stage
from graph import output
from graph.ontology import Ontology
from graph.queries import Answer

NOTHING = (False, "", None)  # the values of `outputs` when there is nothing to show
ROWS = 200  # rows of a table that the page shows
SHORT = 12  # characters of a cell that stay on one line, such as a date


def layout() -> Any:
    """The window, closed."""
    return dmc.Modal(id="answer", title="", size="96%", opened=False)


def register(stage: Stage) -> None:
    """The window's own buttons."""


def outputs() -> tuple[Output, ...]:
    """What an action that runs a query sets beside the canvas; `shown` and NOTHING are the values."""
    return tuple(Output("answer", p, allow_duplicate=True) for p in ("opened", "title", "children"))


def shown(ontology: Ontology, answer: Answer) -> tuple[Any, ...]:
    """The values of `outputs` that show an answer."""
    return True, answer.query.title, table(ontology, answer)


def table(ontology: Ontology, answer: Answer) -> Any:
    """The rows of an answer, with a word about those left out."""
    rows = answer.table.rows[:ROWS]
    more = len(answer.table.rows) - len(rows)
    cut = f"The first {len(rows)} of {len(answer.table.rows)} rows." if more else f"{len(rows)} rows."
    if answer.table.truncated:
        cut += f" The answer was cut at {len(answer.table.rows):,} rows."
    shown = [[cell(ontology, value) for value in row] for row in rows]
    body = [html.Tr([html.Td(text, className="short" if len(text) <= SHORT else "") for text in row]) for row in shown]
    head = html.Tr([html.Th(column.replace("_", " ")) for column in answer.table.columns])
    return html.Div(
        [html.P(cut), html.Table([html.Thead(head), html.Tbody(body)])],
        className="answer",
    )


def cell(ontology: Ontology, value: Any) -> str:
    """A value as a table shows it; relationship types in words."""
    known = ontology.relationships.get(value) if isinstance(value, str) else None
    if isinstance(value, (list, tuple)):
        return ", ".join(cell(ontology, v) for v in value)
    return known.caption if known else output.cell_text(value)
