"""Elements: stable ids, the stance on every line, hidden ones kept, and lines that bow around nodes."""

from dataclasses import replace
from typing import Any

from explorer.canvas import elements
from explorer.canvas.rendered_view import RenderedView
from explorer.layout import edge_routing
from explorer.layout.geometry import SYMBOL, build_areas
from explorer.state.canvas import Canvas
from graph.model import Entity, Relationship, Subgraph
from graph.ontology import Ontology
from tests.support.pages import build_subgraph


def drawn(ontology: Ontology, part: Subgraph, shown: Subgraph | None = None) -> list[dict[str, Any]]:
    """The elements of a subgraph of which `shown` is drawn."""
    seen = part if shown is None else shown
    return elements.build_elements(RenderedView(ontology, Canvas(), part, seen, seen))


def test_lines_carry_stance_and_chain(ontology: Ontology) -> None:
    stances = ["asserted", "contested", "denied"]
    lines = [("a", "REPORTS_TO", "b"), ("b", "EXPORTS_TO", "c"), ("c", "MET_WITH", "a")]
    part = build_subgraph(ontology, dict.fromkeys("abc", "State"), lines, stance=lambda n: stances[n])
    data = {e["data"]["id"]: e["data"] for e in drawn(ontology, part) if e["group"] == "edges"}
    assert data["a|REPORTS_TO|b"]["stance"] == "asserted"
    assert data["a|REPORTS_TO|b"]["label"] == "reports to"
    assert data["b|EXPORTS_TO|c"]["label"] == "contested"
    assert data["b|EXPORTS_TO|c"]["chain"] == "export"
    assert data["c|MET_WITH|a"]["label"] == "✕ denied"
    assert data["c|MET_WITH|a"]["symmetric"] == 1


def test_a_withdrawn_line_says_so(ontology: Ontology) -> None:
    part = build_subgraph(ontology, {"a": "State", "b": "Regime"}, [("a", "DESIGNATED_BY", "b")])
    ended = replace(part.relationships[0], properties={"withdrawn_on": "2021-07"})
    line = drawn(ontology, replace(part, relationships=(ended,)))[-1]
    assert line["data"]["label"] == "withdrawn 2021-07"
    assert line["data"]["withdrawn"] == "2021-07"


def test_what_is_filtered_is_hidden_not_dropped(ontology: Ontology) -> None:
    part = build_subgraph(ontology, {"a": "Factory", "b": "Person"}, [("b", "VISITED", "a")])
    seen = Subgraph((part.entities[0],), ())
    shown = {e["data"]["id"]: e["data"]["shown"] for e in drawn(ontology, part, seen)}
    assert shown == {"a": 1, "b": 0, "b|VISITED|a": 0}


def test_foreign_databases_can_be_drawn(ontology: Ontology) -> None:
    nodes = (Entity("neo4j:1", "Movie", ("Movie",), "A film"), Entity("neo4j:2", "", (), "x"))
    part = Subgraph(nodes, (Relationship("neo4j:9", "ACTED_IN", "neo4j:2", "neo4j:1", (), ""),))
    line = drawn(ontology, part)[-1]["data"]
    assert (line["label"], line["chain"], line["stance"]) == ("acted in", "other", "asserted")


def test_long_names_end_at_a_word_and_stay_whole_in_the_tooltip(ontology: Ontology) -> None:
    name = "Factory making 122 mm artillery ammunition, shown on television in October (unnamed plant)"
    label = elements.shorten_label(name)
    assert label.endswith("…")
    assert name.startswith(label[:-1])
    assert len(label) <= elements.MAX_LABEL_LENGTH
    node = drawn(ontology, Subgraph((Entity("f", "Factory", (), name),)), Subgraph())[0]
    assert node["data"]["name"] == name


def test_a_line_bows_around_a_third_node(ontology: Ontology) -> None:
    part = build_subgraph(ontology, dict.fromkeys("abc", "State"), [("a", "EXPORTS_TO", "c")])
    blocked = {"a": (0.0, 0.0), "b": (300.0, 0.0), "c": (600.0, 0.0)}
    assert abs(edge_routing.compute_bends(part, blocked)["a|EXPORTS_TO|c"]) >= 40
    assert edge_routing.compute_bends(part, {**blocked, "b": (300.0, 400.0)}) == {}


def test_parallel_lines_bow_apart(ontology: Ontology) -> None:
    lines = [("a", "EXPORTS_TO", "c"), ("c", "PAYS", "a")]
    part = build_subgraph(ontology, dict.fromkeys("abc", "State"), lines)
    bends = edge_routing.compute_bends(part, {"a": (0.0, 0.0), "b": (300.0, 0.0), "c": (600.0, 0.0)})
    there, back = bends.get("a|EXPORTS_TO|c", 0), bends.get("c|PAYS|a", 0)
    assert there != -back  # seen from one end, they are not the same curve


def test_no_name_hides_the_mark_of_a_disputed_line(ontology: Ontology) -> None:
    part = build_subgraph(
        ontology, dict.fromkeys("abc", "State"), [("a", "EXPORTS_TO", "c")], stance=lambda _: "contested"
    )
    free = {"a": (0.0, 0.0), "b": (900.0, 900.0), "c": (0.0, 800.0)}
    assert edge_routing.place_marks(part, free, {}) == {}
    covered = {**free, "b": (30.0, 370.0)}  # the label of b lies over the middle
    middle = (
        edge_routing.place_marks(part, covered, {})["a|EXPORTS_TO|c"] + SYMBOL
    )  # counted from the end of the symbol
    label = build_areas(part.entities[1].name, covered["b"])[1]
    assert not label[1] < middle < label[3]
