"""Saved views, notes and arrivals: nothing clicked, names and files that are none, the database away."""

import base64
import json
from typing import Any

import pytest
from dash import no_update
from plotly.utils import PlotlyJSONEncoder

from explorer.canvas import diff
from explorer.dash_kit.callbacks import Context
from explorer.panels.views import comparison, first_page, notes, saving, views
from explorer.state.canvas import Canvas, Emphasis, Note
from graph.errors import DataError, StoreUnavailable
from graph.saved_views.store import ViewStore
from graph.saved_views.viewfile import SUFFIX, View
from tests.support.callbacks import triggered

UP: Any = {"up": True}
VIEW = View({"ids": ["a"]}, names={"a": "A"}, entities_shown=("a",))


def text_of(part: Any) -> str:
    """Components as the browser gets them."""
    return json.dumps(part, cls=PlotlyJSONEncoder, ensure_ascii=False)


def upload(text: str) -> str:
    """A file as the browser uploads it."""
    return "data:application/json;base64," + base64.b64encode(text.encode()).decode()


def test_nothing_clicked_changes_nothing(away: Context) -> None:
    request: Any = {"do": "save", "name": "One", "extent": None, "at": 1}
    assert saving.keep_canvas(away, None, {}) == (no_update,) * 4
    assert saving.keep_canvas(away, request, None) == (no_update,) * 4
    assert saving.save_upload(away, None, None) == (no_update, no_update)
    assert saving.rename_view(away, None, "key", "Name") == (no_update,) * 3
    assert comparison.compare_with_view(away, Canvas(), None, "key", "union") == (None, no_update)
    assert views.start_afresh(away, Canvas(), None) == (None, no_update)
    assert notes.keep_note(away, Canvas(), 1, None, "text") == (None, False)
    with triggered({"type": "view-open", "key": "k"}, value=None):  # the row was drawn anew
        assert views.open_view(away, Canvas(), [None, 3]) == (None, no_update, no_update)
    with triggered({"type": "view-do", "do": "delete", "key": "k"}, value=None):
        assert saving.change_view(away, [None, 3]) == (no_update,) * 6


def test_a_database_that_is_away_neither_saves_nor_opens_nor_names_itself(away: Context) -> None:
    save = ViewStore().save("One", VIEW)
    request: Any = {"do": "save", "name": "Two", "extent": None, "at": 1}
    with pytest.raises(StoreUnavailable):
        saving.keep_canvas(away, request, {"ids": ["a"]})
    with triggered({"type": "view-open", "key": save.key}), pytest.raises(StoreUnavailable):
        views.open_view(away, Canvas(), [1])
    with pytest.raises(StoreUnavailable):
        views.identify_database(away, UP, None)
    assert views.identify_database(away, UP, "known already") is no_update
    assert views.identify_database(away, {"up": False}, None) is no_update
    assert [saves[0].name for saves in ViewStore().names()] == ["One"]


def test_a_view_is_renamed_deleted_brought_back_and_handed_out(away: Context) -> None:
    save = ViewStore().save("One", VIEW)

    def click(do: str, key: str) -> tuple[Any, ...]:
        with triggered({"type": "view-do", "do": do, "key": key}):
            return saving.change_view(away, [1])

    assert click("rename", save.key)[3:] == (True, "One", save.key)
    with pytest.raises(DataError):
        saving.rename_view(away, 1, save.key, "  ")
    assert saving.rename_view(away, 1, save.key, "Two") == (f"{save.key} Two", "Renamed to “Two”.", False)
    [[renamed]] = ViewStore().names()
    keys, words, *_ = click("delete", renamed.key)
    assert "“Two” was deleted." in text_of(words)
    rows, options = views.list_views(away, None, None, None)
    assert "None yet." in text_of(rows)
    assert options == []
    with pytest.raises(DataError):
        click("download", "no such key")
    assert click("restore", keys)[1] == "“Two” is back."
    [[back]] = ViewStore().names()
    file = click("download", back.key)[2]
    assert file["filename"] == f"Two{SUFFIX}"
    assert saving.save_upload(away, upload(file["content"]), "other.json")[1].startswith("Taken over as “Two”.")


def test_files_that_are_no_views(away: Context) -> None:
    for contents in ("data:,no base64!", upload("[]"), upload('{"canvas": 1}'), upload("no json")):
        with pytest.raises(DataError):
            saving.save_upload(away, contents, "odd.json")
    assert ViewStore().names() == []


def test_comparing_needs_a_view_that_is_there(away: Context) -> None:
    with pytest.raises(DataError, match="choose a saved view to compare with"):
        comparison.compare_with_view(away, Canvas(), 1, None, "union")
    with pytest.raises(DataError):
        comparison.compare_with_view(away, Canvas(), 1, "no such key", "union")
    compared = Canvas(emphasis=Emphasis(kind=diff.KIND, entities=("a",)))
    assert comparison.end_comparison(away, compared, None) is None
    assert comparison.end_comparison(away, Canvas(), {"at": 1}) is None
    ended = comparison.end_comparison(away, compared, {"at": 1})
    assert ended is not None
    assert ended.emphasis == Emphasis()


def test_a_note_is_changed_and_one_without_text_goes(away: Context) -> None:
    canvas = Canvas(notes=(Note("note:1", "Ask whom?"),), positions={"note:1": (3.0, 4.0)})
    place: Any = {"id": "note:1", "point": [3, 4]}
    changed, opened = notes.keep_note(away, canvas, 1, place, "Asked.")
    assert changed is not None
    assert ([n.text for n in changed.notes], opened) == (["Asked."], False)
    gone, _ = notes.keep_note(away, canvas, 1, place, "  ")
    assert gone is not None
    assert gone.notes == ()


def test_what_a_page_can_not_open_on_is_said(away: Context) -> None:
    arrival: Any = {"view": None, "query": None, "kept": None, "kept_at": ""}
    assert views.open_arrival(away, arrival) == (None, None)
    for link, words in (
        ({"view": "0" * 32}, "The link can’t be opened"),
        ({"view": "../../etc/passwd"}, "The link can’t be opened"),
        ({"kept": {"canvas": "nonsense"}}, "Your last canvas could not be restored"),
    ):
        canvas, notice = views.open_arrival(away, {**arrival, **link})
        assert canvas is None
        assert words in text_of(notice)
    with triggered("arrival", property_="data") as shown:
        canvas, notice = first_page.open_arrival(away, {**arrival, "query": [["query", "no-such-query"]]})
    assert canvas == Canvas()  # not the usual picture, which one could take for the answer
    assert "The link can’t be answered" in text_of(notice)
    assert any("no-such-query" in text_of(props) for props in shown.values())
