"""The canvas as a value: what is kept, where the limits are, and what they say."""

import pytest

from explorer.canvas import MANY, MOST, Canvas, CanvasFull, crowding


def test_a_canvas_survives_the_browser() -> None:
    canvas = Canvas(("a", "b"), {"a": (1.0, 2.0)}, "force", "Title", "name", "note", ("Person",), ("place",), False)
    assert Canvas.read(canvas.write()) == canvas
    assert Canvas.read(None) == Canvas()


def test_dragged_nodes_stay_where_they_were_dragged() -> None:
    canvas = Canvas.read(Canvas(("a",), {"a": (1.0, 2.0)}).write(), {"a": [5, 6], "gone": [0, 0]})
    assert canvas.positions == {"a": (5.0, 6.0)}


def test_a_full_canvas_refuses_and_names_a_way_out() -> None:
    canvas = Canvas().holding(f"e{n}" for n in range(MOST))
    with pytest.raises(CanvasFull, match=r"1,001 entities.*Remove some"):
        canvas.holding(["one more"])
    assert "slow" in crowding(MANY)
    assert crowding(MANY - 1) == ""


def test_removing_and_hiding() -> None:
    canvas = Canvas(("a", "b"), {"a": (0.0, 0.0), "b": (1.0, 1.0)})
    assert canvas.without(["a"]).ids == ("b",)
    assert set(canvas.without(["a"]).positions) == {"b"}
    hidden = canvas.toggled("type", "Person", shown=False).toggled("chain", "place", shown=False)
    assert (hidden.hidden_types, hidden.hidden_chains) == (("Person",), ("place",))
    assert hidden.toggled("type", "Person", shown=True).hidden_types == ()
    assert hidden.revealed().hidden_chains == ()
