"""What a fresh page opens on: an empty canvas says why it is empty, unless the graph holds something else."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component

from explorer.canvas import actions
from explorer.dash_kit.callbacks import Context
from explorer.panels.views import first_page
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.errors import ArmsgraphError, JobsBusy, QueryEnded, QueryRefused, StoreError, StoreUnavailable
from graph.ontology import Ontology
from graph.saved_queries import guarded_query
from graph.settings import Bounds
from tests.support.callbacks import build_context, triggered
from tests.support.opening import TOO_LONG, make_opening_slow


def read_text(part: Any) -> str:
    """All words of a component."""
    if isinstance(part, Component):
        return read_text(getattr(part, "children", None))
    return "".join(map(read_text, part)) if isinstance(part, list) else str(part or "")


def fail_with(error: Exception) -> Any:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.database
def test_a_query_that_was_ended_is_said_until_a_try_succeeds(
    store: Store, ontology: Ontology, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = build_context(store, ontology)
    with pytest.MonkeyPatch.context() as slow:
        make_opening_slow(slow)
        canvas, word = first_page.open_canvas(context, {})
        assert canvas == Canvas()
        assert read_text(word) == f"{TOO_LONG}Try again×"
        changed, word = first_page.open_again(context, canvas, {"at": 1}, {})
        assert changed is None
        assert read_text(word) == f"{TOO_LONG}Try again×"
    monkeypatch.setattr(guarded_query, "Bounds", partial(Bounds, timeout=300))  # however busy the machine is
    changed, word = first_page.open_again(context, canvas, {"at": 2}, {})
    assert changed is not None
    assert "second-economic-commission" in changed.ids
    assert word is None


@pytest.mark.parametrize(
    "error", [JobsBusy("3 large layouts are being computed."), StoreError("Neo4j failed: no room"), QueryRefused("x")]
)
def test_whatever_keeps_it_empty_is_said(away: Context, monkeypatch: pytest.MonkeyPatch, error: ArmsgraphError) -> None:
    monkeypatch.setattr(actions, "show_opening_query", fail_with(error))
    canvas, word = first_page.open_canvas(away, {})
    assert canvas == Canvas()
    assert read_text(word) == f"The opening picture is missing: {str(error).rstrip('.')}.Try again×"


def test_a_database_that_is_away_is_waited_for(away: Context) -> None:
    with pytest.raises(StoreUnavailable):
        first_page.open_canvas(away, {})


@pytest.mark.database
def test_a_graph_of_something_else_is_no_fault(empty_store: Store, ontology: Ontology, home: Path) -> None:
    assert first_page.open_canvas(build_context(empty_store, ontology), {}) == (Canvas(), None)


def test_it_is_not_tried_unasked(away: Context) -> None:
    changed, _ = first_page.open_again(away, Canvas(), None, {})
    assert changed is None


@pytest.mark.parametrize(
    ("error", "button"),
    [(JobsBusy("busy"), "Try again"), (QueryEnded("timeout", "too long"), "Try again"), (QueryRefused("writing"), "")],
)
def test_a_link_that_may_be_answered_later_can_be_tried_again(
    away: Context, monkeypatch: pytest.MonkeyPatch, error: ArmsgraphError, button: str
) -> None:
    monkeypatch.setattr(away.runs, "run", fail_with(error))
    monkeypatch.setattr(first_page, "get_user", lambda: "analyst")
    with triggered("arrival", property_="data"):
        canvas, word = first_page.open_canvas(away, {"query": [["query", "denials"]]})
    assert canvas == Canvas()
    assert read_text(word) == f"The link can’t be answered: {error}.{button}×"
