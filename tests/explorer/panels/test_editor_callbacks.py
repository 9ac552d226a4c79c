"""The query editor: what is refused, what can't be read, nothing asked for, too many runs, the database away."""

import base64
import json
from contextlib import ExitStack
from typing import Any

import pytest
from dash import no_update
from plotly.utils import PlotlyJSONEncoder

from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.ids import DATABASE
from explorer.dash_kit.user import get_user
from explorer.panels.editor import editor_window as editor
from explorer.panels.queries import answers
from explorer.query_editor.draft import Draft
from explorer.state.canvas import Canvas
from graph.errors import QueryError, StoreUnavailable
from graph.saved_queries import executor
from graph.saved_queries.library import Library
from tests.support.callbacks import triggered

TEXT = "// title: Counted\n// description: One.\n// result: table\nRETURN 1 AS n\n"
UP: Any = {"up": True}


def text_of(part: Any) -> str:
    """Components as the browser gets them."""
    return json.dumps(part, cls=PlotlyJSONEncoder, ensure_ascii=False)


def upload(text: str) -> str:
    """A file as the browser uploads it."""
    return "data:text/plain;base64," + base64.b64encode(text.encode()).decode()


def ask(context: Context, **request: Any) -> tuple[Any, ...]:
    """What a button of the window does."""
    with triggered(editor.ASKED, property_="data"):
        return editor.handle_request(context, request, None, None, None, None, "personal")


def words_of(values: tuple[Any, ...]) -> str:
    return text_of(values[4])


def draft(**fields: str) -> dict[str, Any]:
    return dict(Draft(title="Counted", description="One.", body="RETURN 1 AS n").write()) | fields


def test_nothing_asked_for_changes_nothing(away: Context) -> None:
    with triggered(editor.ASKED, property_="data"):
        values = editor.handle_request(away, None, "a file", ["files"], "name", ["names"], "personal")
    assert set(values) == {no_update}
    with triggered("editor-open-file", property_="contents"):
        assert set(editor.handle_request(away, {"do": "open"}, None, None, None, None, "personal")) == {no_update}
    changed, *others = editor.run_draft(away, Canvas(), None, "replace")
    assert changed is None
    assert set(others) == {no_update}


def test_what_no_form_gives_is_refused(away: Context) -> None:
    for request in (
        {"do": "drop the database"},
        {"do": "save", "draft": "no form"},
        {"do": "save", "draft": {"parameters": 3}},
        {"do": "save", "draft": {"parameters": [{}] * 41}},
        {"do": "save", "draft": {"title": "x" * 20_001}},
        {"do": "open", "name": "no-such-query"},
    ):
        with pytest.raises(QueryError):
            ask(away, **request)
    assert not [q for q in Library(get_user()).all().values() if q.shelf == "personal"]


def test_saving_says_what_is_missing_in_the_window_and_then_saves(away: Context) -> None:
    values = ask(away, do="save", draft=draft(title=""))
    assert "Give the query a title" in words_of(values)
    assert values[7] is no_update  # the list of queries stays
    values = ask(away, do="save", draft=draft())
    assert "Saved as “Counted” (counted), for you alone." in words_of(values)
    assert values[7] is not no_update
    assert Library(get_user()).find("counted").shelf == "personal"
    values = ask(away, do="delete", draft=draft(), opened=values[1]["opened"])
    assert "“Counted” was deleted" in words_of(values)
    assert values[1]["opened"] == {}


def test_changes_that_the_browser_kept_come_back_over_the_query_as_it_was_opened(away: Context) -> None:
    saved = Library(get_user()).save("counted", TEXT)
    then = {"name": "counted", "shelf": "personal", "hash": "of then", "title": "Counted", "more": "left out"}
    kept = {"draft": draft(body="RETURN 2 AS n"), "opened": then, "when": "yesterday"}
    values = ask(away, do="open", name="counted", kept=kept)
    assert values[1]["opened"] == {k: then[k] for k in ("name", "shelf", "hash", "title")}
    assert values[1]["body"] == "RETURN 2 AS n"
    assert "your changes of yesterday" in words_of(values)
    assert ask(away, do="open", name="counted")[1]["opened"]["hash"] == saved.hash


def test_a_file_that_did_not_arrive_whole_or_is_no_text(away: Context) -> None:
    for contents, message in (("data:,no base64!", "did not arrive whole"), ("data:,/w==", "not UTF-8 text")):
        with triggered("editor-open-file", property_="contents"), pytest.raises(QueryError, match=message):
            editor.handle_request(away, None, contents, None, "odd.cypher", None, "personal")
    with triggered("editor-open-file", property_="contents"):
        values = editor.handle_request(away, None, upload("RETURN 1 AS n"), None, None, None, "personal")
    assert "The file has no header" in words_of(values)
    with triggered("editor-import", property_="contents"):
        files = [upload(TEXT), "data:,no base64!", upload("no query")]
        names = ["counted.cypher", "cut.cypher", "none.cypher"]
        values = editor.handle_request(away, None, None, files, None, names, "personal")
    assert "1 of 3 files imported, for you." in words_of(values)
    assert "did not arrive whole" in words_of(values)
    assert Library(get_user()).find("counted").title == "Counted"


def test_a_run_too_many_is_told_in_the_window_and_the_canvas_stays(
    away: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executor, "QUEUE_TIMEOUT", 0.01)
    with ExitStack() as places:
        for _ in range(away.runs.bounds.concurrent):
            places.enter_context(away.runs.jobs.occupy(user=get_user()))
        changed, *window, words, marks = editor.run_draft(away, Canvas(), {"draft": draft()}, "replace")
    assert changed is None
    assert tuple(window) == answers.CLOSED
    assert "are running just now" in text_of(words)
    assert len(marks["found"]) == 1
    changed, *_, words, marks = editor.run_draft(away, Canvas(), {"draft": draft(body="RETURN $n AS n")}, "replace")
    assert changed is None
    assert "The text uses $n" in text_of(marks["found"])


def test_checking_running_and_completing_while_the_database_is_away(away: Context) -> None:
    with pytest.raises(StoreUnavailable):
        ask(away, do="check", draft=draft())
    with pytest.raises(StoreUnavailable):
        editor.run_draft(away, Canvas(), {"draft": draft()}, "replace")
    with triggered(editor.WINDOW, property_="opened"):
        assert editor.read_words(away, True, {"up": False}, None) is no_update
        assert editor.read_words(away, False, UP, None) is no_update
        with pytest.raises(StoreUnavailable):
            editor.read_words(away, True, UP, None)
    with triggered(DATABASE, property_="data"):
        assert editor.read_words(away, True, UP, {"db": {}}) is no_update  # they are there already
