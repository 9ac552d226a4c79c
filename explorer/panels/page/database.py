"""Whether the database answers: a word in the header, and a banner while it does not."""

import threading
from functools import partial

from dash import Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import DATABASE
from explorer.state.stores import DatabaseState
from graph.database import renew
from graph.database.store import Store
from graph.errors import StoreError

OUTDATED = "outdated"  # store: which datasets an earlier version loaded, in words; "" for none, None not yet asked
POLL_INTERVAL = 4  # seconds between two looks


class DatabaseMonitor:
    """Asks the database whether it is there; of many askers at once one asks, the others get the last answer."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asking = threading.Lock()
        self._last: DatabaseState = {"up": True, "why": ""}

    def state(self) -> DatabaseState:
        """Whether it is up and, where it is not, why."""
        if self._asking.acquire(blocking=False):
            try:
                self._store.ping()
                self._last = {"up": True, "why": ""}
            except StoreError as error:
                self._last = {"up": False, "why": str(error)}
            finally:
                self._asking.release()
        return self._last


def render_status() -> Component:
    """The word in the header."""
    return html.Div(id="database-status", className="status", role="status")


def layout() -> Component:
    """The banner and the clock behind it."""
    return html.Div(
        [
            html.Div(id="banner", role="alert"),
            dcc.Store(id=DATABASE, data={"up": True, "why": ""}),
            dcc.Store(id=OUTDATED),
            dcc.Interval(id="pulse", interval=POLL_INTERVAL * 1_000),
        ]
    )


def register(callbacks: CanvasCallbacks) -> None:
    """Looks every few seconds; the stores that depend on the database follow when it is back."""
    callbacks.add_callback(
        partial(check_database, DatabaseMonitor(callbacks.context.store)),
        Output(DATABASE, "data"),
        Output(OUTDATED, "data"),
        Input("pulse", "n_intervals"),
        State(DATABASE, "data"),
        State(OUTDATED, "data"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        show_state,
        Output("banner", "children"),
        Output("database-status", "children"),
        Input(DATABASE, "data"),
        Input(OUTDATED, "data"),
    )


def check_database(
    monitor: DatabaseMonitor, context: Context, _ticks: int | None, shown: DatabaseState, outdated: str | None
) -> tuple[DatabaseState | NoUpdate, str | NoUpdate]:
    """Whether the database answers, and what is outdated in it, each where that has changed.

    Each has a store of its own: all that depends on the database is read again when its store changes.
    """
    state = monitor.state()
    words = outdated
    if state["up"] and outdated != "":  # asked until nothing is outdated
        words = renew.describe_outdated(renew.list_outdated(context.store))
    return (
        no_update if state["up"] == shown["up"] else state,
        no_update if words is None or words == outdated else words,
    )


def show_state(
    _: Context, state: DatabaseState, outdated: str | None
) -> tuple[Component | None, list[Component | str]]:
    """The banner, and the word in the header."""
    return render_banner(state, outdated or ""), render_state(state)


def render_banner(state: DatabaseState, outdated: str = "") -> Component | None:
    """What the page says while the database is away; nothing while it is there and up to date."""
    if state["up"]:
        return html.Div(outdated, className="banner notice") if outdated else None
    words = f"The database can’t be reached. Trying again every {POLL_INTERVAL} seconds; your canvas stays as it is."
    return html.Div([html.Strong(words), html.Span(state.get("why", ""), className="why")], className="banner")


def render_state(state: DatabaseState) -> list[Component | str]:
    """The state in the header, in a colour and in words."""
    up = state["up"]
    return [html.Span(className=f"lamp {'up' if up else 'down'}"), "Database connected" if up else "Database away"]
