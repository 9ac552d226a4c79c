"""What was run lately: the user's last runs, each to be filled in again."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import Input, Output, html

from explorer.answers import answer_store
from explorer.dash_kit import page_commands
from explorer.dash_kit.callbacks import on
from explorer.dash_kit.canvas_callbacks import Stage
from explorer.dash_kit.ids import DATABASE, LIBRARY
from explorer.dash_kit.user import user
from graph.database.store import Store
from graph.formats.tables import many
from graph.reading import browse
from graph.saved_queries import audit
from graph.saved_queries.audit import Run
from graph.saved_queries.library import Library
from graph.saved_queries.queryfile import SavedQuery

RAN = "query-ended"  # store: changes when a run has ended
SHOWN = 25
HOW = {
    audit.REFUSED: "refused",
    audit.FAILED: "failed",
    audit.TIMEOUT: "took too long",
    audit.MEMORY: "needed too much memory",
    audit.CANCELLED: "cancelled",
    audit.STOPPED: "ended on the server",
    audit.TURNED_AWAY: "turned away, as too many were running",
}


def layout() -> Any:
    """The list of runs, folded."""
    return html.Details(
        [html.Summary("Your last runs"), html.Div(id="runs", className="runs")], id="history", className="query-fold"
    )


def register(stage: Stage) -> None:
    """Lists the runs of the user, anew after each."""

    @on(stage.app, Output("runs", "children"), Input(RAN, "data"), Input(LIBRARY, "data"), Input(DATABASE, "data"))
    def draw(_: Any, __: Any, database: Any) -> Any:
        runs = stage.runs.history(user(), SHOWN)
        return listed(stage.store if database["up"] else None, runs, Library(user()).all())


def listed(store: Store | None, runs: Sequence[Run], library: Mapping[str, SavedQuery]) -> list[Any]:
    """The runs in words, the newest first. Without a store entities have their ids for names."""
    if not runs:
        return [html.P("What you run is listed here.", className="quiet")]
    ids = {i for r in runs for i in answer_store.ids(library.get(r.query), r.parameters)}
    names = {e.id: e.name for e in browse.entities(store, ids)} if store else {}
    return [row(run, library.get(run.query), names) for run in runs]


def row(run: Run, query: SavedQuery | None, names: Mapping[str, str]) -> Any:
    """One run: what was asked and how it ended; a click fills the form with its values."""
    title = run.title or run.query or "A query without a title"
    if query is None or not run.shelf:
        gone = " (not saved)" if not run.shelf else " (no longer there)"
        head: Any = html.Span([title, html.Span(gone, className="run-facts")])
    else:
        head = html.Button(
            title,
            className="link",
            title="Fill the form with these values",
            **page_commands.tell("run-again", name=run.query, parameters=dict(run.parameters)),
        )
    asked = answer_store.given(query, run.parameters, names)
    bad = HOW.get(run.outcome, "")
    why = run.refused_by if run.outcome == audit.REFUSED else run.error if run.outcome == audit.FAILED else ""
    ended = [html.Span(bad, className="run-bad"), f": {why}" if why else ""] if bad else [many(run.rows, "row", "rows")]
    cut = ", cut" if run.outcome == audit.CUT else ""
    facts = [html.Time(when(run.at), dateTime=run.at), " · ", *ended, f"{cut} · {answer_store.seconds(run.seconds)}"]
    return html.Div(
        [head, html.Div(facts, className="run-facts"), html.Div(asked, className="run-facts")], className="run"
    )


def when(at: str) -> str:
    """A time of the log as people read it, in Greenwich time; assets/queries.js puts it on the browser's clock."""
    try:
        return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return at
