"""Layouts: no overlap, ranks respected, nobody moves who stands already, the same picture every time."""

import random

import pytest

from explorer.layout import force, hierarchy
from explorer.layout.geometry import build_box, build_boxes
from graph.model import Subgraph
from graph.ontology import Ontology
from tests.support.overlaps import find_overlaps
from tests.support.pages import build_subgraph


def chain(known: Ontology, count: int) -> Subgraph:
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
    return build_subgraph(known, nodes, lines)


@pytest.mark.parametrize("layout", force.LAYOUTS)
@pytest.mark.parametrize("count", [5, 10, 50, 150])
def test_no_boxes_overlap(known: Ontology, layout: str, count: int) -> None:
    part = chain(known, count)
    places = force.arrange(part, known, layout)
    assert set(places) == {e.id for e in part.entities}
    assert find_overlaps(places, build_boxes(part)) == []


@pytest.mark.parametrize("layout", force.LAYOUTS)
def test_the_same_picture_every_time(known: Ontology, layout: str) -> None:
    part = chain(known, 60)
    assert force.arrange(part, known, layout) == force.arrange(part, known, layout)


def test_layers_do_not_depend_on_the_order(known: Ontology) -> None:
    part = chain(known, 60)
    shuffled = Subgraph(tuple(reversed(part.entities)), tuple(reversed(part.relationships)))
    assert hierarchy.assign_layers(shuffled, known) == hierarchy.assign_layers(part, known)


def test_ranks_say_who_stands_above(known: Ontology) -> None:
    part = chain(known, 50)
    y = {i: p[1] for i, p in force.arrange(part, known, "hierarchy").items()}
    assert y["party"] < y["department"] < y["commission"]
    upward = [(r.target, r.source) for r in part.relationships if r.type == "REPORTS_TO"]
    downward = [(r.source, r.target) for r in part.relationships if r.type in ("PRODUCES", "EXPORTS_TO")]
    assert upward
    assert downward
    assert [(above, below) for above, below in [*upward, *downward] if y[above] >= y[below]] == []


def test_a_circle_of_ranks_is_broken_where_it_matters_least(known: Ontology) -> None:
    lines = [("b", "REPORTS_TO", "a"), ("c", "REPORTS_TO", "b"), ("c", "OWNS", "a")]
    part = build_subgraph(known, dict.fromkeys("abc", "Company"), lines)
    layer = hierarchy.assign_layers(part, known)
    assert layer["a"] < layer["b"] < layer["c"]


def test_wide_layers_are_folded(known: Ontology) -> None:
    nodes = {"top": "Commission", **{f"f{n}": "Factory" for n in range(40)}}
    part = build_subgraph(known, nodes, [(f"f{n}", "REPORTS_TO", "top") for n in range(40)])
    places = force.arrange(part, known, "hierarchy")
    width = max(x for x, _ in places.values()) - min(x for x, _ in places.values())
    height = max(y for _, y in places.values()) - min(y for _, y in places.values())
    assert width < 2.2 * height
    assert min(places, key=lambda i: places[i][1]) == "top"


def test_placed_nodes_stay_and_new_ones_find_room(known: Ontology) -> None:
    before = chain(known, 40)
    places = force.arrange(before, known, "hierarchy")
    nodes = {**{e.id: e.type for e in before.entities}, **{f"new{n}": "Person" for n in range(30)}}
    lines = [(r.source, r.type, r.target) for r in before.relationships]
    lines += [(f"new{n}", "HOLDS_POST_IN", "commission") for n in range(30)]
    after = build_subgraph(known, nodes, lines)
    settled = force.extend_layout(after, known, places, "commission")
    assert {i: settled[i] for i in places} == places
    assert find_overlaps(settled, build_boxes(after)) == []
    reach = max(abs(settled[f"new{n}"][0] - places["commission"][0]) for n in range(30))
    assert reach < 3_000


def test_a_stranger_is_placed_beside_the_picture(known: Ontology) -> None:
    part = build_subgraph(known, {"a": "Person", "b": "Person"}, [])
    assert force.extend_layout(part, known, {"a": (0.0, 0.0)})["b"][0] > 100
    assert force.extend_layout(Subgraph(), known, {}) == {}


def test_labels_in_hangul_get_more_room() -> None:
    assert build_box("강계뜨락또르종합공장강계뜨락").below > build_box("Kanggye").below
