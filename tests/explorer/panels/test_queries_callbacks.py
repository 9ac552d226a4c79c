"""The panel of saved queries: a run refused, turned away or cancelled, nothing chosen, the database away."""

import json
from contextlib import ExitStack
from typing import Any

import pytest
from dash import no_update
from plotly.utils import PlotlyJSONEncoder

from explorer.answers import cypher_log
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.ids import DATABASE, LIBRARY
from explorer.dash_kit.user import get_user
from explorer.overlays import highlight
from explorer.panels.queries import answers, cypher_window, history, query_run, runner
from explorer.state import page_commands
from explorer.state.canvas import Canvas, Emphasis
from graph.database.store import Statement, Store
from graph.errors import JobCancelled, QueryError, StoreUnavailable
from graph.model import Subgraph, Table
from graph.ontology import Ontology
from graph.saved_queries import audit, executor, queryfile
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import Library
from tests.support.callbacks import build_context, triggered

CHOOSE, AGAIN = page_commands.get_event_id("choose-query"), page_commands.get_event_id("run-again")
STEPS = {"type": "field", "name": "steps"}
ASKS = """\
// title: Counted
// description: Numbers up to one.
// parameters:
//   steps: {type: integer, default: 3, min: 1, max: 5}
// result: table
UNWIND range(1, $steps) AS n RETURN n
"""
WRITES = "// title: Writes\n// description: It must not.\n// result: table\nCREATE (n:Ship) RETURN n.id AS id\n"
UP: Any = {"up": True}
DOWN: Any = {"up": False, "why": "away"}


def text_of(part: Any) -> str:
    """Components as the browser gets them."""
    return json.dumps(part, cls=PlotlyJSONEncoder, ensure_ascii=False)


def run(context: Context, name: str, steps: Any = 2) -> tuple[Any, ...]:
    """Runs a query of the library with one field filled in."""
    chosen: Any = {"name": name, "given": {}}
    return query_run.run_query(context, Canvas(), {"id": "run-1"}, chosen, "replace", [], [steps], [], [STEPS])


def keep_answer(context: Context) -> str:
    query = queryfile.parse("counted", ASKS, shelf="personal")
    answer = Answer(query, {"steps": 2}, Table(["n"], [[1], [2]]), Subgraph(), 0.1, rows=2, raw_rows=[[1], [2]])
    return context.answers.keep(answer)


def test_the_form_takes_a_query_of_the_list_or_of_a_past_run(away: Context) -> None:
    listed: Any = {"name": "one"}
    past: Any = {"name": "two", "parameters": {"steps": 4}}
    chosen: Any = {"name": "three", "given": {"steps": 5}, "at": "then"}

    def choose() -> Any:
        return runner.choose_query(away, listed, past, None, chosen)

    with triggered(CHOOSE, property_="data"):
        assert {**choose(), "at": ""} == {"name": "one", "given": {}, "at": ""}
    with triggered(AGAIN, property_="data"):
        assert {**choose(), "at": ""} == {"name": "two", "given": {"steps": 4}, "at": ""}
    with triggered(LIBRARY, property_="data"):
        anew = choose()
        assert {**anew, "at": ""} == {**chosen, "at": ""}
        assert anew["at"] != "then"
        assert runner.choose_query(away, None, None, None, None) is no_update
    with triggered(CHOOSE, property_="data"):
        assert runner.choose_query(away, None, past, None, chosen) is no_update


def test_no_form_while_the_database_is_away_and_none_is_lost_when_it_is_back(away: Context) -> None:
    chosen: Any = {"name": "gone-query", "given": {}}
    with triggered("query", property_="data"):
        assert runner.show_form(away, chosen, DOWN, None) == (no_update,) * 5
        assert runner.show_form(away, None, UP, None) == (no_update,) * 5
        form, buttons, foot, _, words = runner.show_form(away, chosen, UP, None)
        assert "There is no saved query “gone-query” any more." in text_of(form)
        assert buttons == foot == words == []
    with triggered(DATABASE, property_="data"):
        assert runner.show_form(away, chosen, UP, ["what one has typed"]) == (no_update,) * 5


def test_a_value_out_of_bounds_is_told_at_its_field_and_nothing_runs(away: Context) -> None:
    Library(get_user()).save("counted", ASKS)
    with triggered("query-wish", property_="data") as shown:
        changed, *window, words, ran = run(away, "counted", 9)
    assert changed is None
    assert window == [no_update] * 3
    assert (words, ran) == ([], no_update)
    assert shown == {
        json.dumps(STEPS, sort_keys=True, separators=(",", ":")): {"error": "Must lie between 1 and 5, not 9."}
    }
    with triggered("query-wish", property_="data") as shown:
        run(away, "counted", "")
    assert list(shown.values()) == [{"error": "A value is needed here."}]
    assert history.list_runs(away, None, None, DOWN)[0].className == "quiet"  # neither was a run


def test_a_run_too_many_is_turned_away_in_words(away: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    Library(get_user()).save("counted", ASKS)
    monkeypatch.setattr(executor, "QUEUE_TIMEOUT", 0.01)
    with triggered("query-wish", property_="data"), ExitStack() as places:
        for _ in range(away.runs.bounds.concurrent):
            places.enter_context(away.runs.jobs.occupy(user=get_user()))
        changed, opened, *_, words, ran = run(away, "counted")
    assert (changed, opened) == (None, False)
    assert "are running just now" in text_of(words)
    assert ran is not no_update  # it stands among the last runs
    [row] = history.list_runs(away, ran, None, DOWN)
    assert history.HOW[audit.TURNED_AWAY] in text_of(row)


def test_a_run_on_a_database_that_is_away_raises_and_is_in_the_log(away: Context) -> None:
    Library(get_user()).save("counted", ASKS)
    with triggered("query-wish", property_="data"), pytest.raises(StoreUnavailable):
        run(away, "counted")
    assert history.HOW[audit.FAILED] in text_of(history.list_runs(away, None, None, DOWN))
    with triggered("query-wish", property_="data"), pytest.raises(QueryError, match="^there is no saved query ''"):
        query_run.run_query(away, Canvas(), None, None, "replace", [], [], [], [])


def test_cancelling_needs_a_click_and_a_run(away: Context) -> None:
    ended: list[str] = []
    with pytest.raises(JobCancelled), away.runs.jobs.occupy(user=get_user(), id_="run-1") as job:
        job.stop_with(lambda: ended.append(job.id))
        for clicks, request in ((None, {"id": "run-1"}), (1, None), (1, {"id": "another"})):
            assert query_run.cancel_run(away, clicks, request) is no_update
        assert ended == []
        query_run.cancel_run(away, 1, {"id": "run-1"})
    assert ended == ["run-1"]


def test_a_kept_answer_is_handed_out_and_one_that_is_gone_says_so(away: Context) -> None:
    key = keep_answer(away)
    assert answers.build_download(away, None) is no_update
    assert answers.build_download(away, {"key": key, "form": "csv"}) == {
        "content": "n\n1\n2\n",
        "filename": "armsgraph-counted.csv",
        "type": "text/csv",
    }
    assert answers.show_kept_answer(away, None) == (no_update,) * 3
    for event in ({"key": "no such key"}, {"key": ""}):
        with pytest.raises(QueryError, match="not kept any more"):
            answers.show_kept_answer(away, event)


def test_what_is_picked_out_ends_only_where_something_is(away: Context) -> None:
    marked = Canvas(emphasis=Emphasis(kind=highlight.KIND, entities=("a",)))
    assert query_run.end_highlight(away, marked, None) is None
    assert query_run.end_highlight(away, Canvas(), {"at": 1}) is None
    ended = query_run.end_highlight(away, marked, {"at": 1})
    assert ended is not None
    assert ended.emphasis == Emphasis()


def test_the_cypher_of_a_panel_that_asked_nothing_or_too_long_ago(away: Context) -> None:
    of_table: Any = {"panel": cypher_log.TABLE}
    ids = [{"type": "ran", "panel": name} for name in (cypher_log.DETAILS, cypher_log.TABLE)]

    def opened(*keys: str | None) -> Any:
        with triggered(page_commands.get_event_id("cypher-of"), property_="data"):
            return cypher_window.open_window(away, None, of_table, keys, ids, None)

    assert opened(None, None)[1] == "The Cypher behind the table"
    assert "has not asked the database anything yet" in text_of(opened("key of the details", None))
    assert "read too long ago" in text_of(opened(None, "a key that is not kept"))
    key = cypher_log.keep_statements(
        away.cypher_log, [cypher_log.StatementGroup("", (Statement("RETURN $n", {"n": 1}, 1, 0.1),))]
    )
    assert all(words in text_of(opened(None, key)) for words in ("RETURN $n", ":param n => 1"))
    with triggered("nothing"):
        assert cypher_window.open_window(away, None, None, [], [], None) == (no_update,) * 3


@pytest.mark.database
def test_a_query_that_writes_is_refused_and_the_canvas_stays(store: Store, ontology: Ontology, home: Any) -> None:
    del home
    context = build_context(store, ontology)
    Library(get_user()).save("writes", WRITES)
    chosen: Any = {"name": "writes", "given": {}}
    with triggered("query-wish", property_="data"):
        changed, *window, words, _ = query_run.run_query(context, Canvas(), None, chosen, "replace", [], [], [], [])
    assert changed is None
    assert tuple(window) == answers.CLOSED
    assert "That didn’t work" in text_of(words)
    [row] = history.list_runs(context, None, None, UP)
    assert history.HOW[audit.REFUSED] in text_of(row)


@pytest.mark.database
def test_a_table_opens_its_window_and_leaves_the_canvas(store: Store, ontology: Ontology, home: Any) -> None:
    del home
    context = build_context(store, ontology)
    Library(get_user()).save("counted", ASKS)
    with triggered("query-wish", property_="data"):
        changed, opened, title, content, words, _ = run(context, "counted")
    assert (changed, opened, title) == (None, True, "Counted"), text_of(words)
    assert "2 rows in" in text_of(words)
    assert text_of(content).count('"c0"') >= 2
