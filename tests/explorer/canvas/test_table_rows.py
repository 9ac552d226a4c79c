"""The rows of the table and the Cypher that is shown: pure, and on the shipped data."""

import pytest

from explorer.answers import cypher_log
from explorer.answers.cypher_log import CypherLog, StatementGroup
from explorer.canvas import table_rows
from explorer.canvas.rendered_view import compose
from explorer.canvas.table_rows import TableContext
from explorer.panels.queries import cypher_window
from explorer.panels.reading import table
from explorer.state.canvas import Canvas, Stack
from graph.database.store import Statement, Store, record_statements
from graph.model import Entity, Relationship, Source, Subgraph
from graph.ontology import Ontology
from graph.reading.summaries import ClaimCounts
from tests.support.pages import build_subgraph

SEC = "second-economic-commission"
HOSTILE = "=HYPERLINK('x')\\u0041 <img src=x onerror=alert(1)>\n\"강계\" \\"


def whole(ontology: Ontology) -> Subgraph:
    lines = [("a", "OWNS", "b"), ("a", "MANAGES", "b"), ("a", "OWNS", "c")]
    stances = ("asserted", "contested", "denied")
    return build_subgraph(ontology, {"a": "Company", "b": "Ship", "c": "Ship"}, lines, stance=lambda n: stances[n])


def test_entities_say_what_disputes_and_designates_them(ontology: Ontology) -> None:
    canvas = Canvas(ids=("a", "b", "c"), stacks=(Stack("s", "a", "Ship", "OWNS", ("b", "c")),))
    ended = Relationship("l", "DESIGNATED_BY", "a", "x", properties={"withdrawn_on": "2024-03"})
    denied = Relationship("m", "DESIGNATED_BY", "a", "y", stance="denied")
    facts = TableContext({"a": ClaimCounts(7, 2)}, {"a": [("OFAC", ended), ("UN", denied)]})
    rows = {r["id"]: r for r in table_rows.build_entity_rows(compose(ontology, canvas, whole(ontology)), facts)}
    assert rows["a"] | {"lines": 3, "contested": 2, "claims": 7, "denials": 2, "stack": ""} == rows["a"]
    assert rows["a"]["designated"] == "OFAC (withdrawn 2024-03); UN (denied)"
    assert rows["b"]["type"] == "Ship"
    assert rows["b"]["stack"] == rows["c"]["stack"] == "2 ships"  # what is in a stack is in the table all the same


def test_lines_are_told_in_words_with_speakers_and_documents(ontology: Ontology) -> None:
    line = Relationship(
        "a|OWNS|b",
        "OWNS",
        "a",
        "b",
        ("c1", "c2"),
        "contested",
        {
            "speakers": ["who", "gone"],
            "sources": ["s"],
            "grade": "B2",
            "valid_from": "2020",
            "reported_first": "2021-02",
            "withdrawn_on": "",
        },
    )
    base = whole(ontology)
    rendered = compose(ontology, Canvas(ids=("a", "b")), Subgraph(base.entities[:2], (line,)))
    facts = TableContext(names={"who": "A speaker"}, documents={"s": Source("s", "The Paper", "T", "2021-02-03")})
    (row,) = table_rows.build_relationship_rows(rendered, facts)
    assert (row["source"], row["words"], row["target"]) == ("The Company called a", "owns", "The Ship called b")
    assert (row["stance"], row["grade"], row["claims"]) == ("contested", "B2", 2)
    assert (row["speakers"], row["sources"]) == ("A speaker; gone", "The Paper 2021-02-03")
    assert (row["since"], row["reported"], row["withdrawn"]) == ("2020", "2021-02", "")


def test_what_is_hidden_has_no_row(ontology: Ontology) -> None:
    rendered = compose(ontology, Canvas(ids=("a", "b", "c"), hidden=("c",)), whole(ontology))
    assert [r["id"] for r in table_rows.build_entity_rows(rendered, TableContext())] == ["a", "b"]
    assert {r["id"] for r in table_rows.build_relationship_rows(rendered, TableContext())} == {
        "a|OWNS|b",
        "a|MANAGES|b",
    }
    assert table_rows.build_entity_rows(compose(ontology, Canvas(), Subgraph()), TableContext()) == []


def test_foreign_grades_and_types_do_no_harm(ontology: Ontology) -> None:
    odd = Entity("n", "Widget", ("Widget",), "N", properties={"country": ["a", 1]})
    loop = Relationship("x", "MADE_OF", "n", "n", properties={"grade": "excellent"})
    rendered = compose(ontology, Canvas(ids=("n",)), Subgraph((odd,), (loop,)))
    (row,), (line,) = (
        table_rows.build_entity_rows(rendered, TableContext()),
        table_rows.build_relationship_rows(rendered, TableContext()),
    )
    assert (row["type"], row["country"], row["grade"], row["lines"]) == ("Widget", "a; 1", "", 1)
    assert line["words"] == "made of"


def test_statements_are_kept_for_a_while_and_broken_at_clauses() -> None:
    log = CypherLog(2)
    part = StatementGroup("", (Statement("RETURN 1", {}, 1, 0.1),))
    first = cypher_log.keep_statements(log, [part, StatementGroup("nothing ran", ())])
    assert log.find(first) == (part,)
    cypher_log.keep_statements(log, [part], "two")
    cypher_log.keep_statements(log, [part], "three")
    assert log.find(first) is None
    text = "MATCH (n) WHERE n.name STARTS WITH ' WITH RETURN ' OPTIONAL MATCH (n)--(m) RETURN n ORDER BY n.id LIMIT 3"
    assert cypher_log.format_statement(text).splitlines() == [
        "MATCH (n)",
        "WHERE n.name STARTS WITH ' WITH RETURN '",
        "OPTIONAL MATCH (n)--(m)",
        "RETURN n",
        "ORDER BY n.id",
        "LIMIT 3",
    ]


@pytest.mark.database
def test_parameters_written_as_cypher_mean_the_same(store: Store) -> None:
    odd = {"odd name`": -3, "b": {"c": "'"}}
    values = {"text": HOSTILE, "list": ["a", 1, 2.5, None, True, []], "map": odd, "big": 1e300}
    (row,) = store.read("RETURN $text AS text, $list AS list, $map AS map, $big AS big", **values)
    (written,) = store.read(
        "RETURN " + ", ".join(f"{cypher_log.format_literal(v)} AS `{k}`" for k, v in values.items())
    )
    assert written == row == values


@pytest.mark.database
def test_what_is_shown_is_what_ran(store: Store, ontology: Ontology) -> None:
    with record_statements() as statements:
        canvas = Canvas(ids=(SEC, "kim-jong-un", "munitions-industry-department"))
        entities, lines, tabs = table.read_rows(store, ontology, canvas)
    assert statements
    for statement in statements:  # each runs again as it stands, with the parameters as they are shown
        text = statement.text
        for name in sorted(statement.parameters, key=len, reverse=True):
            text = text.replace(f"${name}", cypher_log.format_literal(statement.parameters[name]))
        assert len(store.read(cypher_log.format_statement(text))) == statement.rows
    row = next(r for r in entities if r["id"] == SEC)
    assert "OFAC" in row["designated"]
    assert row["claims"] > row["lines"] > 0
    assert tabs[1]["label"] == f"Lines ({len(lines)})"
    assert all(r["speakers"] and r["sources"] and r["grade"] for r in lines)
    assert cypher_window.read_canvas_statements(CypherLog(2), store, ontology, Canvas(ids=(SEC,), stamp="never drawn"))[
        0
    ].statements
