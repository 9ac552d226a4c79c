"""Layouts: no overlap, ranks respected, nobody moves who stands already, the same picture every time."""

import random

import pytest

from explorer.layout import force, hierarchy
from explorer.layout.geometry import build_box, build_boxes
from graph.model import Subgraph
from graph.ontology import Ontology
from tests.support.overlaps import find_overlaps
from tests.support.pages import build_subgraph


def chain(ontology: Ontology, count: int) -> Subgraph:
    """Party, department, commission, factories and what they make, and some who stand alone."""
    rng = random.Random(count)
    nodes = {"party": "Party", "department": "Department", "commission": "Commission", "russia": "State"}
    lines = [("department", "REPORTS_TO", "party"), ("commission", "REPORTS_TO", "department")]
    for n in range(count - 4):
        kind = ("Factory", "Factory", "Weapon", "Person")[n % 4]
        nodes[f"{kind.lower()}-{n}"] = kind
    factories = [i for i, t in nodes.items() if t == "Factory"]
    for i, kind in nodes.items():
        if kind == "Factory":
            lines.append((i, "REPORTS_TO", "commission"))
        elif kind == "Weapon":
            lines.append((rng.choice(factories), "PRODUCES", i))
        elif kind == "Person" and rng.random() < 0.8:
            lines.append((i, "VISITED", rng.choice(factories)))
    lines += [(rng.choice(factories), "EXPORTS_TO", "russia")]
    return build_subgraph(ontology, nodes, lines)


@pytest.mark.parametrize("layout", force.LAYOUTS)
@pytest.mark.parametrize("count", [5, 10, 50, 150])
def test_no_boxes_overlap(ontology: Ontology, layout: str, count: int) -> None:
    part = chain(ontology, count)
    places = force.arrange(part, ontology, layout)
    assert set(places) == {e.id for e in part.entities}
    assert find_overlaps(places, build_boxes(part)) == []


@pytest.mark.parametrize("layout", force.LAYOUTS)
def test_the_same_picture_every_time(ontology: Ontology, layout: str) -> None:
    part = chain(ontology, 60)
    assert force.arrange(part, ontology, layout) == force.arrange(part, ontology, layout)


def test_layers_do_not_depend_on_the_order(ontology: Ontology) -> None:
    part = chain(ontology, 60)
    shuffled = Subgraph(tuple(reversed(part.entities)), tuple(reversed(part.relationships)))
    assert hierarchy.assign_layers(shuffled, ontology) == hierarchy.assign_layers(part, ontology)


def test_ranks_say_who_stands_above(ontology: Ontology) -> None:
    part = chain(ontology, 50)
    y = {i: p[1] for i, p in force.arrange(part, ontology, "hierarchy").items()}
    assert y["party"] < y["department"] < y["commission"]
    upward = [(r.target, r.source) for r in part.relationships if r.type == "REPORTS_TO"]
    downward = [(r.source, r.target) for r in part.relationships if r.type in ("PRODUCES", "EXPORTS_TO")]
    assert upward
    assert downward
    assert [(above, below) for above, below in [*upward, *downward] if y[above] >= y[below]] == []


def test_a_circle_of_ranks_is_broken_where_it_matters_least(ontology: Ontology) -> None:
    lines = [("b", "REPORTS_TO", "a"), ("c", "REPORTS_TO", "b"), ("c", "OWNS", "a")]
    part = build_subgraph(ontology, dict.fromkeys("abc", "Company"), lines)
    layer = hierarchy.assign_layers(part, ontology)
    assert layer["a"] < layer["b"] < layer["c"]


def test_wide_layers_are_folded(ontology: Ontology) -> None:
    nodes = {"top": "Commission", **{f"f{n}": "Factory" for n in range(40)}}
    part = build_subgraph(ontology, nodes, [(f"f{n}", "REPORTS_TO", "top") for n in range(40)])
    places = force.arrange(part, ontology, "hierarchy")
    width = max(x for x, _ in places.values()) - min(x for x, _ in places.values())
    height = max(y for _, y in places.values()) - min(y for _, y in places.values())
    assert width < 2.2 * height
    assert min(places, key=lambda i: places[i][1]) == "top"


def test_placed_nodes_stay_and_new_ones_find_room(ontology: Ontology) -> None:
    before = chain(ontology, 40)
    places = force.arrange(before, ontology, "hierarchy")
    nodes = {**{e.id: e.type for e in before.entities}, **{f"new{n}": "Person" for n in range(30)}}
    lines = [(r.source, r.type, r.target) for r in before.relationships]
    lines += [(f"new{n}", "HOLDS_POST_IN", "commission") for n in range(30)]
    after = build_subgraph(ontology, nodes, lines)
    settled = force.extend_layout(after, ontology, places, "commission")
    assert {i: settled[i] for i in places} == places
    assert find_overlaps(settled, build_boxes(after)) == []
    reach = max(abs(settled[f"new{n}"][0] - places["commission"][0]) for n in range(30))
    assert reach < 3_000


def test_a_stranger_is_placed_beside_the_picture(ontology: Ontology) -> None:
    part = build_subgraph(ontology, {"a": "Person", "b": "Person"}, [])
    assert force.extend_layout(part, ontology, {"a": (0.0, 0.0)})["b"][0] > 100
    assert force.extend_layout(Subgraph(), ontology, {}) == {}


def test_labels_in_hangul_get_more_room() -> None:
    assert build_box("강계뜨락또르종합공장강계뜨락").below > build_box("Kanggye").below
