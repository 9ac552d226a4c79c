"""The canvas, finding and reading panels: nothing clicked or selected, refused, full, the database away."""

from dataclasses import replace
from typing import Any

import pytest
from dash import no_update

from explorer.canvas import expansion
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.markup import render_markup
from explorer.panels.canvas import editing, picture, progress
from explorer.panels.finding import chain, expand, path_form, paths
from explorer.panels.page import database, search
from explorer.panels.reading import details, filters, legend, table
from explorer.state.canvas import MAX_NODES, Canvas, CanvasFull, Emphasis
from explorer.state.filter import Filter, FilterError
from explorer.state.stores import ExpansionRefusal, Selection, Signal
from graph.errors import JobFailed, QueryError, StoreUnavailable
from tests.support.callbacks import triggered

UP: Any = {"up": True, "why": ""}
DOWN: Any = {"up": False, "why": "gone"}
ENTITY: Selection = {"kind": "entity", "id": "a"}
CANVAS = Canvas(("a", "b"), {"a": (0.0, 0.0), "b": (9.0, 9.0)}, stamp="s1")
FULL = Canvas(tuple(f"n{n}" for n in range(MAX_NODES)), stamp="s2")


def signal(*ids: str, kind: str = "entity") -> Signal:
    return {"ids": list(ids), "kind": kind, "point": None, "at": 1.0}


def refusal(left: int = 3, stamp: str = "s1") -> ExpansionRefusal:
    return {
        "relationship": "OWNS",
        "way": "out",
        "of": "",
        "entity": "a",
        "left": left,
        "text": "Too many.",
        "stamp": stamp,
    }


@pytest.mark.parametrize("name", editing.EDITS)
def test_a_command_without_a_signal_changes_nothing(away: Context, name: str) -> None:
    assert editing.edit_canvas(name, away, CANVAS, None) == (None, no_update)


def test_what_needs_no_graph_is_done_while_the_database_is_away(away: Context) -> None:
    hidden, unselected = editing.edit_canvas("hide", away, CANVAS, signal("a"))
    assert isinstance(hidden, Canvas)
    assert (hidden.hidden, unselected) == (("a",), None)
    removed, _ = editing.edit_canvas("remove", away, CANVAS, signal("a"))
    assert isinstance(removed, Canvas)
    assert removed.ids == ("b",)
    pinned, selection = editing.edit_canvas("pin", away, CANVAS, signal("a", "no such"))
    assert isinstance(pinned, Canvas)
    assert (pinned.pinned, selection) == (("a",), no_update)
    assert editing.edit_canvas("pin", away, CANVAS, signal("no such")) == (None, no_update)
    assert editing.edit_canvas("remove", away, CANVAS, signal("no such")) == (None, no_update)
    assert editing.edit_canvas("hide", away, CANVAS, signal()) == (None, no_update)


@pytest.mark.parametrize(
    ("name", "ids"), [("stack-all", ()), ("collapse", ("a",)), ("hide", ("stack:a|OWNS|out|Ship",))]
)
def test_what_needs_the_graph_raises_while_it_is_away(away: Context, name: str, ids: tuple[str, ...]) -> None:
    with pytest.raises(StoreUnavailable):
        editing.edit_canvas(name, away, CANVAS, signal(*ids))


def test_a_fresh_page_opens_once_and_only_on_a_database_that_is_there(away: Context) -> None:
    arrival: Any = {"view": None}
    assert picture.open_page(away, None, UP, None) == (no_update, no_update)
    assert picture.open_page(away, arrival, DOWN, None) == (no_update, no_update)
    assert picture.open_page(away, arrival, UP, {"ids": ["a"]}) == (no_update, no_update)
    with pytest.raises(StoreUnavailable):
        picture.open_page(away, arrival, UP, None)


def test_layouts_without_a_job(away: Context) -> None:
    assert progress.choose_layout(away, CANVAS, CANVAS.layout, None) == (None, no_update)
    assert progress.watch_job(away, 1, None, None) == (no_update,) * 5
    assert progress.cancel_job(away, None, {"id": "x", "layout": "force"}, None) == (no_update, no_update)
    assert progress.cancel_job(away, 1, {"id": "x", "layout": "force"}, CANVAS.write()) == (None, "hierarchy")
    with triggered("job-tick") as sets:
        lost = progress.watch_job(away, 1, {"id": "no such", "layout": "force"}, CANVAS.write())
    assert lost == (no_update, 0, no_update, None, "hierarchy")
    assert "came to no end" in str(sets)
    assert progress.apply_layout(away, CANVAS, None) is None
    with pytest.raises(JobFailed):
        progress.apply_layout(away, CANVAS, {"id": "no such", "layout": "force"})


def test_neighbours_of_nothing_and_of_a_database_that_is_away(away: Context) -> None:
    hidden = (True, "", [], None, no_update, no_update)
    assert expand.show_neighbours(away, None, None, None, 40, CANVAS.write(), UP) == hidden
    line: Selection = {"kind": "relationship", "id": "a|OWNS|b"}
    assert expand.show_neighbours(away, line, None, None, 40, CANVAS.write(), UP) == hidden
    assert expand.show_neighbours(away, ENTITY, None, None, 40, CANVAS.write(), DOWN) == (no_update,) * 6
    nothing = (None, no_update, no_update)
    assert expand.expand(away, CANVAS, None, "evidence", 40) == nothing
    assert expand.expand(away, CANVAS, signal("note", kind="note"), "evidence", 40) == nothing
    row: Any = {"relationship": "OWNS", "way": "out", "of": ""}
    assert expand.expand_row(away, CANVAS, row, "evidence", 40, None) == nothing
    assert expand.expand_fewer(away, CANVAS, {"at": 1}, None, "evidence") == nothing
    with pytest.raises(StoreUnavailable):
        expand.expand(away, CANVAS, signal("a"), "evidence", 40)
    with pytest.raises(QueryError, match="no rule"):
        expand.expand(away, CANVAS, signal("a"), "luck", 40)


def test_an_expansion_that_finds_no_room_says_what_would_fit(away: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise CanvasFull(MAX_NODES + 40)

    monkeypatch.setattr(expansion, "expand_entity", refuse)
    canvas = replace(FULL, ids=FULL.ids[:-7])
    with triggered("expand-button") as sets:
        view, why, selected = expand.expand(away, canvas, signal("n0"), None, "40")
    assert view is None
    assert (why["left"], why["way"], why["stamp"]) == (7, "", "s2")
    assert selected == {"kind": "entity", "id": "n0"}
    assert "The canvas is full" in str(sets)


def test_a_refusal_is_shown_for_its_entity_and_canvas_alone() -> None:
    assert "Bring 3 instead" in str(expand.render_refusal(refusal(), ENTITY, "s1"))
    assert "instead" not in str(expand.render_refusal(refusal(left=0), ENTITY, "s1"))
    assert expand.render_refusal(refusal(), {"kind": "entity", "id": "b"}, "s1") is None
    assert expand.render_refusal(refusal(), ENTITY, "s2") is None
    assert expand.render_refusal(None, ENTITY, "s1") is None


def test_paths_that_nobody_asked_for(away: Context) -> None:
    assert paths.choose_paths(away, CANVAS, [], None) is None
    assert paths.choose_paths(away, CANVAS, ["0"], None) is None
    picked = replace(CANVAS, emphasis=Emphasis("path", ("a", "b")))
    kept: Any = [[["a", "b"], ["a|OWNS|b"], "Weak."]]
    assert paths.choose_paths(away, picked, ["0"], kept) is None  # the list was drawn anew
    assert paths.end_highlight(away, picked, [None]) is None
    assert paths.end_highlight(away, CANVAS, [1]) is None
    cleared = paths.end_highlight(away, picked, [1])
    assert cleared is not None
    assert cleared.emphasis == Emphasis()
    assert paths.find_nearest(away, CANVAS, signal()) == (None, no_update, no_update, no_update)
    assert chain.show_chain(away, CANVAS, None) == (None, no_update)
    assert path_form.fill_end(away, signal("l", kind="relationship")) == (no_update,) * 3
    with pytest.raises(StoreUnavailable):
        chain.show_chain(away, CANVAS, signal("a"))


def test_the_search_without_a_choice(away: Context) -> None:
    assert search.choose_entity(away, CANVAS, None) == (None, no_update, no_update)
    assert search.choose_entity(away, CANVAS, "a") == (None, {"kind": "entity", "id": "a"}, None)  # it is there
    with pytest.raises(StoreUnavailable):
        search.choose_entity(away, CANVAS, "c")


def test_details_of_nothing_and_while_the_database_is_away(away: Context) -> None:
    assert details.show_details(away, ENTITY, DOWN, CANVAS.write()) is no_update
    assert "How claims are graded" in str(details.show_details(away, None, UP, CANVAS.write()))
    odd: Selection = {"kind": "no such kind", "id": "n"}
    assert details.show_details(away, odd, UP, CANVAS.write()) == render_markup(details.render_missing())
    assert details.follow_name(away, CANVAS, None) == (None, no_update)
    assert details.follow_name(away, CANVAS, {"entity": "a"}) == (None, {"kind": "entity", "id": "a"})
    assert details.select_line(away, None) is no_update
    assert details.select_line(away, {"line": "x|y|z"}) == {"kind": "relationship", "id": "x|y|z"}
    assert details.turn_page(away, {"skip": 80}, None) is no_update
    with pytest.raises(StoreUnavailable):
        details.turn_page(away, {"skip": 80}, ENTITY)


def test_a_filter_is_changed_dropped_reset_or_refused(away: Context) -> None:
    assert filters.change_filter(away, CANVAS, None) is None
    graded = filters.change_filter(away, CANVAS, {"filter": {"grade": "B2"}})
    assert graded is not None
    assert graded.filter.grade == "B2"
    assert filters.change_filter(away, graded, {"filter": {"grade": "B2"}}) is None
    reset = filters.change_filter(away, graded, {"reset": True})
    assert reset is not None
    assert reset.filter == Filter()
    bad: list[Any] = [{"filter": {"grade": "<script>"}}, {"drop": "x"}, {"filter": {"since": "2023-02-31"}}]
    for change in bad:
        with pytest.raises(FilterError):
            filters.change_filter(away, CANVAS, change)


def test_show_all_and_the_rest_of_the_table(away: Context) -> None:
    assert legend.show_all(away, CANVAS, 1) is None
    shown = legend.show_all(away, replace(CANVAS, hidden=("a",)), 1)
    assert shown is not None
    assert shown.hidden == ()
    assert table.fill_table(away, None, CANVAS.write(), UP) == (no_update,) * 3
    assert table.fill_table(away, 1, CANVAS.write(), DOWN) == (no_update,) * 3
    assert table.hide_rest(away, CANVAS, {"ids": []}) is None
    rest = table.hide_rest(away, CANVAS, {"ids": ["b"]})
    assert rest is not None
    assert rest.hidden == ("b",)


def test_the_database_is_told_of_when_it_goes_and_not_again(away: Context) -> None:
    monitor = database.DatabaseMonitor(away.store)
    gone, _ = database.check_database(monitor, away, 1, UP, "")
    assert gone["up"] is False
    assert database.check_database(monitor, away, 2, gone, "") == (no_update, no_update)
    banner, word = database.show_state(away, gone, "")
    assert "can’t be reached" in str(banner)
    assert "Database away" in str(word)
    assert database.show_state(away, UP, None)[0] is None
