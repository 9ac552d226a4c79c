"""The canvas as a value: what is kept, where the limits are, and what they say."""

import json
from dataclasses import replace

import pytest

from explorer.state.canvas import (
    MAX_NODES,
    SLOW_FROM,
    Canvas,
    CanvasFull,
    Emphasis,
    Gap,
    Note,
    Stack,
    describe_crowding,
)
from explorer.state.filter import Filter


def test_a_canvas_survives_the_browser() -> None:
    canvas = Canvas(
        ids=("a", "b"),
        positions={"a": (1.0, 2.0), "note:1": (5.0, 6.0)},
        layout="force",
        title="Title",
        name="name",
        note="note",
        filter=Filter(types=("Person",), grade="C3", speakers=2, since="2023-01-01"),
        hidden=("b",),
        pinned=("a",),
        stacks=(Stack("stack:1", "a", "Ship", "OWNS", ("b", "c")),),
        merged=True,
        gaps=(Gap("gap:1", "no carrier known", "a", "b"),),
        notes=(Note("note:1", "mine"),),
        emphasis=Emphasis("path", ("a",), ("x",), "x", "why"),
        size_by="lines",
        colour_by="country",
        origin={"query": "q", "parameters": {"p": 1}},
        fit=False,
        stamp="s",
    )
    assert Canvas.read(json.loads(json.dumps(canvas.write()))) == canvas
    assert Canvas.read(None) == Canvas()


def test_a_full_canvas_refuses_and_names_a_way_out() -> None:
    canvas = Canvas().holding(f"e{n}" for n in range(MAX_NODES))
    with pytest.raises(CanvasFull, match=r"1,001 entities.*Remove some"):
        canvas.holding(["one more"])
    assert "slow" in describe_crowding(SLOW_FROM)
    assert describe_crowding(SLOW_FROM - 1) == ""


def test_removing_and_hiding() -> None:
    canvas = Canvas(("a", "b"), {"a": (0.0, 0.0), "b": (1.0, 1.0)})
    assert canvas.without(["a"]).ids == ("b",)
    assert set(canvas.without(["a"]).positions) == {"b"}
    chosen = Filter().toggle("types", "Person", shown=False).toggle("chains", "place", shown=False)
    assert (chosen.types, chosen.chains) == (("Person",), ("place",))
    assert chosen.toggle("types", "Person", shown=True).types == ()
    assert canvas.filtered(chosen).with_all_visible() == replace(canvas, fit=False)


def test_removing_takes_along_what_was_said_of_it() -> None:
    stacks = (Stack("s1", "a", "Ship", "OWNS", ("b", "c", "d")), Stack("s2", "b", "Ship", "OWNS", ("e", "f")))
    canvas = Canvas(tuple("abcdef"), stacks=stacks, pinned=("a", "b"), gaps=(Gap("g", "?", "b", "c"),), hidden=("b",))
    left = canvas.without(["b"])
    assert [s.members for s in left.stacks] == [("c", "d")]
    assert (left.pinned, left.gaps, left.hidden) == (("a",), (), ())
    assert canvas.without(["b", "c"]).stacks == ()  # a stack of one is none
