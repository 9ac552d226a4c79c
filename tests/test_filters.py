"""The legend as a filter."""

from explorer_pages import subgraph

from explorer import filters
from explorer.filters import Filter
from graph.model import Subgraph
from graph.ontology import Ontology


def sample(known: Ontology) -> Subgraph:
    nodes = {"f": "Factory", "g": "Factory", "p": "Person", "r": "Regime"}
    lines = [("f", "REPORTS_TO", "g"), ("p", "VISITED", "f"), ("f", "DESIGNATED_BY", "r")]
    return subgraph(known, nodes, lines, stance=lambda n: ["asserted", "asserted", "denied"][n])


def test_hiding_a_type_hides_its_lines(known: Ontology) -> None:
    left = filters.apply(known, sample(known), Filter(types=("Regime",)))
    assert {e.id for e in left.entities} == {"f", "g", "p"}
    assert [r.type for r in left.relationships] == ["REPORTS_TO", "VISITED"]


def test_hiding_a_chain_keeps_the_entities(known: Ontology) -> None:
    left = filters.apply(known, sample(known), Filter(chains=("contact",)))
    assert len(left.entities) == 4
    assert [r.type for r in left.relationships] == ["REPORTS_TO", "DESIGNATED_BY"]


def test_the_sentence_owns_up_to_hidden_disagreement(known: Ontology) -> None:
    part = sample(known)
    assert filters.sentence(known, part, part) == ""
    left = filters.apply(known, part, Filter(types=("Factory",)))
    assert filters.sentence(known, part, left) == "Hidden: 2 factories, 3 lines (1 of them contested or denied)."
    left = filters.apply(known, part, Filter(chains=("contact",)))
    assert filters.sentence(known, part, left) == "Hidden: 1 line."


def test_the_legend_counts_what_is_there_hidden_or_not(known: Ontology) -> None:
    part = sample(known)
    rows = filters.type_entries(known, part.entities, ["Factory"])
    assert [(r.caption, r.count, r.shown) for r in rows] == [
        ("Person", 1, True), ("Factories", 2, False), ("Sanctions authority", 1, True)]  # fmt: skip
    assert [r.name for r in filters.chain_entries(known, part.relationships, [])] == [
        "reporting", "sanctions", "contact"]  # fmt: skip
    assert filters.stance_counts(part.relationships) == {"asserted": 2, "contested": 0, "denied": 1}
