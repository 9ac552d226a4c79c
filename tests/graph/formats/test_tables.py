"""Answers as text: harmless in a spreadsheet, readable on a terminal, exact for machines."""

import csv
import io
import json

import pytest

from graph.formats import tables
from graph.model import Subgraph, Table
from graph.saved_queries.answer_formats import render
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.queryfile import SavedQuery

HOSTILE = ["=1+1", "+1", "-2", "@SUM(A1)", "\tx", "plain", 'a "quoted", cell\nof two lines', "강계", "<script>"]


def answer(table: Table) -> Answer:
    return Answer(SavedQuery("q", "Title", "D", "table", ""), {"p": 1}, table, Subgraph(), 0.1)


def test_csv_makes_no_formulas_and_loses_nothing() -> None:
    text = render(answer(Table(["text"], [[h] for h in HOSTILE])), "csv")
    rows = [row[0] for row in csv.reader(io.StringIO(text))][1:]
    assert not any(row.startswith(("=", "+", "-", "@", "\t")) for row in rows)
    assert [row.removeprefix("'") for row in rows] == HOSTILE


def test_numbers_stay_numbers() -> None:
    text = render(answer(Table(["n"], [[-5], [1_000_000], [75.5], [None]])), "csv")
    assert text.splitlines() == ["n", "-5", "1000000", "75.5", '""']


def test_json_keeps_values_as_they_are_and_says_when_cut() -> None:
    table = Table(["a", "b"], [["=1", [1, None]]], truncated=True)
    assert json.loads(render(answer(table), "json")) == {
        "query": "q",
        "parameters": {"p": 1},
        "truncated": True,
        "rows": [{"a": "=1", "b": [1, None]}],
    }


def test_a_table_shows_every_cell_and_reads_no_markup() -> None:
    text = render(answer(Table(["[bold]head"], [["[red]x[/red]"], [3_000_000], [True]])), "table", width=60)
    for cell in ("[bold]head", "[red]x[/red]", "3,000,000", "yes", "3 rows"):
        assert cell in text


def test_a_cut_table_says_so() -> None:
    assert "there are more" in render(answer(Table(["n"], [[1]], truncated=True)), "table", width=60)


@pytest.mark.parametrize(
    ("value", "text"), [(2022, "2022"), (6700.0, "6700"), (10_000, "10,000"), (["a", 1], "a; 1"), ({"k": None}, "k: ")]
)
def test_cells_read_well(value: object, text: str) -> None:
    assert tables.format_cell(value) == text
