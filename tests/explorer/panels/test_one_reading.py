"""A click reads each thing once: what an action has read is what is drawn."""

from dataclasses import replace

import dash
import pytest

from explorer.app import build
from explorer.canvas import rendered_view
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.ontology import Ontology
from tests.support.clicks import Reply, click

pytestmark = pytest.mark.database
PLANT = "kanggye-general-tractor-plant"


@pytest.fixture(scope="module")
def app(store: Store, ontology: Ontology) -> dash.Dash:
    return build(store, ontology)


@pytest.fixture(scope="module")
def canvas(app: dash.Dash) -> Canvas:
    """The opening picture, as the page holds it."""
    return _read(click(app, "start-afresh", "n_clicks", 1, canvas=Canvas().write()))


def _read(reply: Reply) -> Canvas:
    return Canvas.read(reply.values["canvas.data"])


def _command(app: dash.Dash, canvas: Canvas, name: str, *ids: str, kind: str = "entity", **states: object) -> Reply:
    signal = {"ids": list(ids), "kind": kind, "point": [0, 0], "at": 1}
    return click(app, page_commands.get_signal_id(name), "data", signal, canvas=canvas.write(), **states)


def _check(reply: Reply, most: int) -> Canvas:
    """The canvas after a click that read no statement twice, and `most` in all."""
    assert reply.repeated == []
    assert len(reply.statements) <= most, [s.text for s in reply.statements]
    return _read(reply)


def test_a_step_reads_the_canvas_once(app: dash.Dash, canvas: Canvas) -> None:
    entity = canvas.ids[3]
    # The entities with their lines, and their sources; an expansion also chooses and counts neighbours.
    grown = _check(_command(app, canvas, "expand", entity, expand_rule="evidence", expand_count=40), 4)
    assert set(grown.ids) > set(canvas.ids)
    assert entity in _check(_command(app, canvas, "hide", entity), 2).hidden
    assert entity not in _check(_command(app, canvas, "remove", entity), 2).ids
    star = _check(_command(app, Canvas((PLANT,)), "expand", PLANT, expand_rule="evidence", expand_count=40), 4)
    assert set(_check(_command(app, star, "collapse", PLANT), 2).ids) < set(star.ids)
    chosen = {"filter": {"grade": "B2"}}
    assert _check(click(app, "filter-wish", "data", chosen, canvas=canvas.write()), 2).filter.grade == "B2"
    change = {"filter": {"clock": "known"}}  # needs the claims beside
    assert _check(click(app, "filter-wish", "data", change, canvas=canvas.write()), 3).filter.clock == "known"
    assert _check(click(app, "layout", "value", "force", canvas=canvas.write()), 2).layout == "force"


def test_undo_reads_the_canvas_once(app: dash.Dash, canvas: Canvas) -> None:
    up = {"up": True, "why": ""}
    reply = click(app, "redraw", "data", 1, sets="drawn", canvas=canvas.write(), database=up)
    assert reply.values["drawn.data"]["stamp"] == canvas.stamp
    assert len(reply.statements) == 2
    assert reply.repeated == []


def test_stacks_are_made_changed_and_opened_by_one_reading(app: dash.Dash, canvas: Canvas) -> None:
    stacked = _check(_command(app, canvas, "stack-all"), 2)
    stack = stacked.stacks[0]
    hidden = _check(_command(app, stacked, "hide", stack.id, kind="stack"), 2)
    assert set(stack.members) <= set(hidden.hidden)
    removed = _check(_command(app, stacked, "remove", stack.id, kind="stack"), 2)
    assert set(stack.members).isdisjoint(removed.ids)
    opened = _check(_command(app, stacked, "unstack", stack.id, kind="stack"), 2)
    assert stack not in opened.stacks
    shown = _check(click(app, "search", "value", stack.members[0], canvas=stacked.write()), 2)
    assert all(stack.members[0] not in s.members for s in shown.stacks)


def test_an_entity_is_brought_by_one_reading(app: dash.Dash, canvas: Canvas) -> None:
    assert "iran" not in canvas.ids
    hidden = replace(canvas, filter=replace(canvas.filter, types=("State",)))
    shown = _check(click(app, "search", "value", "iran", canvas=hidden.write()), 2)
    assert "iran" in shown.ids
    assert shown.filter.types == ()


def test_paths_and_chains_are_drawn_from_what_found_them(app: dash.Dash, canvas: Canvas) -> None:
    chain = _check(_command(app, canvas, "chain", PLANT), 40)
    assert chain.layout == "chain"
    near = _command(app, canvas, "nearest", PLANT)
    picked = _check(near, 10)
    assert picked.emphasis.kind == "path"
    kept = near.values["path-ids.data"]
    chosen = click(app, '{"name":["ALL"],"type":"path-choice"}', "value", ["0"], canvas=canvas.write(), path_ids=kept)
    assert _check(chosen, 2).emphasis == picked.emphasis


def test_a_reading_that_is_handed_on_is_what_a_fresh_one_gives(
    store: Store, ontology: Ontology, canvas: Canvas
) -> None:
    view = rendered_view.read(store, ontology, canvas)
    fewer = canvas.without(canvas.ids[2:6])
    for changed in (
        fewer,
        replace(fewer, colour_by="designated"),
        fewer.filtered(replace(fewer.filter, clock="known", until="2023-06-01")),
        replace(fewer, merged=True, hidden=canvas.ids[:1]),
        canvas.holding(["iran"]),
    ):
        handed_on, fresh = rendered_view.update(store, view, changed), rendered_view.read(store, ontology, changed)
        assert handed_on.drawn == fresh.drawn
        assert handed_on.shown == fresh.shown
        assert handed_on.looks == fresh.looks
        assert {s.id for s in handed_on.whole.sources} == {s.id for s in fresh.whole.sources}
        assert handed_on.whole.claims == fresh.whole.claims
        again = rendered_view.update(store, handed_on, replace(changed, title="Another title"))
        assert (again.drawn, again.whole.claims, again.designations) == (
            fresh.drawn,
            fresh.whole.claims,
            fresh.designations,
        )
