"""The panel of paths over the shipped data: a question asked, all routes picked out, and one that nothing answers."""

from pathlib import Path

import pytest

from explorer.dash_kit.callbacks import Context
from explorer.overlays import path_overlay
from explorer.panels.finding import path_choices, path_filters, paths
from explorer.state.canvas import Canvas
from explorer.state.stores import KeptPath
from graph.database.store import Store
from graph.ontology import Ontology
from graph.reading.paths import exclusions, routes
from tests.support.callbacks import build_context

pytestmark = pytest.mark.database
PARTY, RUSSIA = "workers-party-of-korea", "russia"
FORM = {"preset": "arms", "leave": ["contact"], "direction": "asked", "counts": ["inferred"], "avoid": True, "hops": 6}


@pytest.fixture
def context(store: Store, ontology: Ontology, home: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """What callbacks are handed, with time enough on a busy machine."""
    del home
    monkeypatch.setattr(routes, "PATIENCE", 60.0)
    monkeypatch.setattr(exclusions, "PATIENCE", 60.0)
    return build_context(store, ontology)


def ask(context: Context, start: str, goal: str, **form: object) -> tuple[Canvas | None, str, list[KeptPath] | None]:
    """What the button "Find" gives on an empty canvas: the canvas, the words, and what the page keeps."""
    values = [{**FORM, **form}.get(name) for name in path_filters.FIELDS]
    view, words, stored = paths.find_paths(context, Canvas(), 1, (start, goal), "several", "replace", *values)
    return view.canvas if view else None, str(words), stored


def test_the_first_route_is_picked_out_and_all_of_them_stand_in_columns(context: Context) -> None:
    canvas, words, stored = ask(context, PARTY, RUSSIA)
    assert canvas is not None
    assert stored is not None
    assert len(canvas.ids) == 5
    assert canvas.emphasis.weakest == "nk-munitions-factories|REPORTS_TO|second-economic-commission"
    assert "inferred by the editors" in canvas.note
    assert "(a visit or a meeting carries no arms)" in words
    view = paths.choose_paths(context, canvas, [path_choices.ALL_PATHS], stored)
    assert view is not None
    assert set(view.canvas.ids) == {i for nodes, _, _ in stored for i in nodes}
    for nodes, _, _ in stored:  # each route runs from left to right
        across = [view.canvas.positions[i][0] for i in nodes]
        assert across == sorted(across)
        assert len(set(across)) == len(across)
    again = paths.choose_paths(context, view.canvas, ["0"], stored)
    assert again is not None
    assert again.canvas.emphasis.kind == path_overlay.PATH
    assert len(again.canvas.emphasis.entities) == 5
    assert again.canvas.positions[PARTY] == view.canvas.positions[PARTY]  # what is not on this route stands still too


def test_what_nothing_answers_leaves_the_canvas_and_says_what_was_left_out(context: Context) -> None:
    canvas, words, stored = ask(context, PARTY, RUSSIA, preset="ownership")
    assert (canvas, stored) == (None, None)
    assert "No path of at most 6 hops keeps to these filters." in words
    assert "There is one of " in words
    assert "over lines of any kind" in words
    assert "over visits and meetings (a visit or a meeting is no ownership)" in words
    assert "over reporting and posts (a superior is not an owner)" in words


def test_without_inferred_lines_the_arms_have_no_route_and_the_reason_is_said(context: Context) -> None:
    canvas, words, _ = ask(context, "second-economic-commission", RUSSIA, counts=[])
    assert canvas is None
    assert "There is one of 2 hops with inferred lines." in words
    assert "2 paths over inferred lines" in words
    assert "4 paths against the way arms go" in words
