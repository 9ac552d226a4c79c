"""What was run lately: the user's last runs, each to be filled in again."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dash import Input, Output, html
from dash.development.base_component import Component

from explorer.answers import answer_store
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import DATABASE, LIBRARY
from explorer.dash_kit.user import get_user
from explorer.state import page_commands
from explorer.state.stores import DatabaseState
from graph.database.store import Store
from graph.plurals import format_count
from graph.reading import browse
from graph.saved_queries import audit
from graph.saved_queries.audit import AuditRecord
from graph.saved_queries.library import Library
from graph.saved_queries.queryfile import SavedQuery

RAN = "query-ended"  # store: changes when a run has ended
MAX_RUNS = 25
HOW = {
    audit.REFUSED: "refused",
    audit.FAILED: "failed",
    audit.TIMEOUT: "took too long",
    audit.MEMORY: "needed too much memory",
    audit.CANCELLED: "cancelled",
    audit.STOPPED: "ended on the server",
    audit.TURNED_AWAY: "turned away, as too many were running",
}


def layout() -> Component:
    """The list of runs, folded."""
    return html.Details(
        [html.Summary("Your last runs"), html.Div(id="runs", className="runs")], id="history", className="query-fold"
    )


def register(callbacks: CanvasCallbacks) -> None:
    """Lists the runs of the user, anew after each."""
    callbacks.add_callback(
        list_runs,
        Output("runs", "children"),
        Input(RAN, "data"),
        Input(LIBRARY, "data"),
        Input(DATABASE, "data"),
    )


def list_runs(context: Context, _ran: object, _library: object, database: DatabaseState) -> list[Component]:
    """The last runs of the user; while the database is away, entities have their ids for names."""
    runs = context.runs.history(get_user(), MAX_RUNS)
    return render_runs(context.store if database["up"] else None, runs, Library(get_user()).all())


def render_runs(store: Store | None, runs: Sequence[AuditRecord], library: Mapping[str, SavedQuery]) -> list[Component]:
    """The runs in words, the newest first. Without a store entities have their ids for names."""
    if not runs:
        return [html.P("What you run is listed here.", className="quiet")]
    ids = {i for r in runs for i in answer_store.collect_entity_ids(library.get(r.query), r.parameters)}
    names = {e.id: e.name for e in browse.read_entities(store, ids)} if store else {}
    return [render_row(run, library.get(run.query), names) for run in runs]


def render_row(run: AuditRecord, query: SavedQuery | None, names: Mapping[str, str]) -> Component:
    """One run: what was asked and how it ended; a click fills the form with its values."""
    title = run.title or run.query or "A query without a title"
    if query is None or not run.shelf:
        gone = " (not saved)" if not run.shelf else " (no longer there)"
        head: Component = html.Span([title, html.Span(gone, className="run-facts")])
    else:
        head = html.Button(
            title,
            className="link",
            title="Fill the form with these values",
            **page_commands.build_event_attributes("run-again", name=run.query, parameters=dict(run.parameters)),
        )
    values = answer_store.describe_parameters(query, run.parameters, names)
    bad = HOW.get(run.outcome, "")
    why = run.refused_by if run.outcome == audit.REFUSED else run.error if run.outcome == audit.FAILED else ""
    ended = (
        [html.Span(bad, className="run-bad"), f": {why}" if why else ""]
        if bad
        else [format_count(run.rows, "row", "rows")]
    )
    cut = ", cut" if run.outcome == audit.CUT else ""
    facts = [
        html.Time(format_time(run.at), dateTime=run.at),
        " · ",
        *ended,
        f"{cut} · {answer_store.format_seconds(run.seconds)}",
    ]
    return html.Div(
        [head, html.Div(facts, className="run-facts"), html.Div(values, className="run-facts")], className="run"
    )


def format_time(at: str) -> str:
    """A time of the log as people read it, in Greenwich time; assets/queries.js puts it on the browser's clock."""
    try:
        return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return at
