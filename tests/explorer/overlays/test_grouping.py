"""Stacks and merged lines: what is drawn as one, what it says of disputes, and that nothing is lost. All pure."""

import random
from dataclasses import replace

import pytest

from explorer.canvas import elements, rendered_view
from explorer.canvas.rendered_view import RenderedView
from explorer.overlays import grouping, stacks
from explorer.state.canvas import Canvas, CanvasFull, Gap, Stack
from graph.model import Relationship, Subgraph
from graph.ontology import Ontology
from tests.support.pages import build_subgraph


def fleet(ontology: Ontology, more: tuple[tuple[str, str, str], ...] = ()) -> Subgraph:
    """An owner with four ships and two directors, and a flag state of one ship where asked for."""
    nodes = {
        "owner": "Company",
        **{f"ship{n}": "Ship" for n in range(4)},
        "d1": "Person",
        "d2": "Person",
        "flag": "State",
    }
    lines = [("owner", "OWNS", f"ship{n}") for n in range(4)]
    lines += [("d1", "DIRECTOR_OF", "owner"), ("d2", "DIRECTOR_OF", "owner"), *more]
    return build_subgraph(ontology, nodes, lines, stance=lambda n: {1: "contested", 2: "denied"}.get(n, "asserted"))


def shown(ontology: Ontology, whole: Subgraph, **fields: object) -> RenderedView:
    """The scene of a canvas with all of a subgraph, at one place each."""
    ids = tuple(e.id for e in whole.entities)
    canvas = Canvas(ids, {i: (n * 200.0, 0.0) for n, i in enumerate(ids)})
    return rendered_view.compose(ontology, replace(canvas, **fields), whole)


def all_stacked(ontology: Ontology, whole: Subgraph) -> tuple[Stack, ...]:
    return stacks.build_stacks(ontology, whole, Canvas())


def test_alike_leaves_are_those_of_one_type_one_line_type_and_one_direction(ontology: Ontology) -> None:
    whole = fleet(ontology, (("ship3", "FLAGGED_IN", "flag"), ("d1", "OWNS", "d2")))
    stacks_by_id = {s.id: s for s in all_stacked(ontology, whole)}
    assert list(stacks_by_id) == ["stack:owner|OWNS|out|Ship"]
    assert stacks_by_id["stack:owner|OWNS|out|Ship"].members == ("ship0", "ship1", "ship2")
    both = {s.type: s.outward for s in all_stacked(ontology, fleet(ontology))}
    assert both == {"Ship": True, "Person": False}
    assert [s.type for s in stacks.build_stacks(ontology, fleet(ontology), Canvas(pinned=("d1",)))] == ["Ship"]
    assert stacks.build_stacks(ontology, fleet(ontology), Canvas(), "d1") == ()


def test_a_stack_is_one_node_and_its_line_owns_up_to_disputes(ontology: Ontology) -> None:
    whole = fleet(ontology)
    now = shown(ontology, whole, stacks=all_stacked(ontology, whole))
    assert {e.name for e in now.drawn.entities} == {
        "The Company called owner",
        "The State called flag",
        "4 ships",
        "2 people",
    }
    data = {e["data"]["id"]: e["data"] for e in elements.build_elements(now)}
    stack, line = data["stack:owner|OWNS|out|Ship"], data["stack:owner|OWNS|out|Ship|line"]
    assert (stack["kind"], stack["count"], stack["shown"]) == ("stack", 4, 1)
    assert (line["stance"], line["label"]) == ("contested", "1 contested, 1 denied, of 4")
    assert (line["source"], line["target"]) == ("owner", stack["id"])
    people = data["stack:owner|DIRECTOR_OF|in|Person|line"]
    assert (people["target"], people["stance"], people["label"]) == ("owner", "asserted", "is a director of")
    assert not data["ship0"]["shown"]
    drawn = next(r for r in now.drawn.relationships if r.id == line["id"])
    assert set(drawn.claims) == {"c0", "c1", "c2", "c3"}
    assert grouping.describe_grouping(now.shown, now.drawn) == ", drawn as 4 nodes and 2 lines"


def test_a_member_with_another_line_leaves_its_stack_and_comes_back(ontology: Ontology) -> None:
    held = all_stacked(ontology, fleet(ontology))
    whole = fleet(ontology, (("ship0", "FLAGGED_IN", "flag"),))
    now = shown(ontology, whole, stacks=held)
    assert {"ship0", "stack:owner|OWNS|out|Ship"} <= {e.id for e in now.drawn.entities}
    assert "3 ships" in {e.name for e in now.drawn.entities}
    again = shown(ontology, whole, stacks=held, hidden=("flag",))
    assert "4 ships" in {e.name for e in again.drawn.entities}
    lone = shown(ontology, whole, stacks=held, hidden=("ship1", "ship2", "ship3", "flag"))
    assert "ship0" in {e.id for e in lone.drawn.entities}  # a stack of one is none
    for apart in (Canvas(pinned=("ship1",)), Canvas(gaps=(Gap("g", "?", "ship1", ""),))):
        assert "ship1" in stacks.list_unstackable(apart)


@pytest.mark.parametrize("seed", range(8))
def test_folding_loses_no_line_and_every_line_between_two_drawn_nodes_is_drawn(ontology: Ontology, seed: int) -> None:
    rng = random.Random(seed)
    nodes = {f"n{n}": rng.choice(["Ship", "Company", "Person"]) for n in range(30)}
    lines = {
        (rng.choice(list(nodes)), rng.choice(["OWNS", "MET_WITH", "PAYS"]), f"n{int(rng.random() ** 3 * 30)}")
        for _ in range(45)
    }
    whole = build_subgraph(ontology, nodes, sorted(lines), stance=lambda n: ("asserted", "contested", "denied")[n % 3])
    for merged in (False, True):
        now = shown(ontology, whole, stacks=all_stacked(ontology, whole), merged=merged)
        behind = grouping.map_members(now.drawn)
        seen = [one for r in now.drawn.relationships for one in behind.get(r.id, (r.id,))]
        assert sorted(one for i in seen for one in behind.get(i, (i,))) == sorted(r.id for r in whole.relationships)
        nodes_seen = [one for e in now.drawn.entities for one in behind.get(e.id, (e.id,))]
        assert sorted(nodes_seen) == sorted(nodes)
        ids = {e.id for e in now.drawn.entities}
        assert all({r.source, r.target} <= ids for r in now.drawn.relationships)
        # A dispute is never folded away.
        stances = {r.id: r.stance for r in whole.relationships}
        for line in now.drawn.relationships:
            held = [one for i in behind.get(line.id, (line.id,)) for one in behind.get(i, (i,))]
            assert (line.stance != "asserted") == any(stances[i] != "asserted" for i in held)


def test_parallel_lines_become_one_that_names_and_counts_them(ontology: Ontology) -> None:
    whole = build_subgraph(
        ontology,
        {"a": "State", "b": "State", "c": "State"},
        [("a", "EXPORTS_TO", "b"), ("b", "PAYS", "a"), ("a", "MET_WITH", "b"), ("b", "MET_WITH", "c")],
        stance=lambda n: "denied" if n == 1 else "asserted",
    )
    now = shown(ontology, whole, merged=True)
    data = {e["data"]["id"]: e["data"] for e in elements.build_elements(now)}
    one = data["merged:a|b"]
    assert one["words"] == "3 lines: exports arms to, is paid by, met with · 1 of 3 denied"
    assert (one["kind"], one["stance"], one["both"], one["symmetric"]) == ("merged", "contested", 1, 0)
    assert one["chain"] == "other"  # it holds lines of several chains
    assert data["b|MET_WITH|c"]["kind"] == "relationship"
    assert not data["a|EXPORTS_TO|b"]["shown"]
    assert len(shown(ontology, whole).drawn.relationships) == 4


def test_what_all_say_is_said_of_all(ontology: Ontology) -> None:
    def lines(*stances: str, withdrawn: str = "") -> list[Relationship]:
        extra = {"withdrawn_on": withdrawn} if withdrawn else {}
        return [Relationship(str(n), "OWNS", "a", "b", (), s, extra) for n, s in enumerate(stances)]

    assert grouping.summarise_stances(lines("denied", "denied")) == ("denied", "✕ all 2 denied")
    assert grouping.summarise_stances(lines("asserted", "denied")) == ("contested", "1 of 2 denied")
    assert grouping.summarise_stances(lines("contested", "asserted", "contested")) == ("contested", "2 of 3 contested")
    assert grouping.summarise_stances(lines("asserted", withdrawn="2024")) == ("asserted", "all 1 withdrawn")
    assert grouping.summarise_stances(lines("asserted", "")) == ("asserted", "")


def test_an_entity_cannot_pose_as_a_stack(ontology: Ontology) -> None:
    false = build_subgraph(ontology, {"stack:owner|OWNS|out|Ship": "Ship"}, [])
    posing = replace(false.entities[0], properties={"members": ["x"], "mark": "<img onerror=1>"})
    now = shown(ontology, Subgraph((posing,), ()))
    assert grouping.map_members(now.drawn) == {}
    assert elements.build_elements(now)[0]["data"]["kind"] == "entity"
    both = Subgraph((*fleet(ontology).entities, posing), fleet(ontology).relationships)
    assert "ship0" in {
        e.id for e in shown(ontology, both, stacks=all_stacked(ontology, fleet(ontology))).drawn.entities
    }


def test_a_stack_counts_as_one_node(ontology: Ontology) -> None:
    ids = tuple(f"s{n}" for n in range(990))
    full = Canvas(("hub", *ids))
    with pytest.raises(CanvasFull, match="stack alike leaves"):
        full.holding(f"m{n}" for n in range(40))
    stacked = replace(full, stacks=(Stack("stack:hub", "hub", "Ship", "OWNS", ids),))
    assert len(stacked.holding(f"m{n}" for n in range(40)).ids) == 1031
    with pytest.raises(CanvasFull):
        stacked.holding(f"m{n}" for n in range(1000))
