"""Whether the database answers: a word in the header, and a banner while it does not."""

import threading
from typing import Any

import dash
from dash import Input, Output, State, dcc, html, no_update

from explorer.dash_kit.callbacks import register_callback
from explorer.dash_kit.ids import DATABASE
from graph.database.store import Store
from graph.errors import StoreError

POLL_INTERVAL = 4  # seconds between two looks


class DatabaseMonitor:
    """Asks the database whether it is there; of many askers at once one asks, the others get the last answer."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asking = threading.Lock()
        self._last: dict[str, Any] = {"up": True, "why": ""}

    def state(self) -> dict[str, Any]:
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


def render_status() -> Any:
    """The word in the header."""
    return html.Div(id="database-status", className="status", role="status")


def layout() -> Any:
    """The banner and the clock behind it."""
    return html.Div(
        [
            html.Div(id="banner", role="alert"),
            dcc.Store(id=DATABASE, data={"up": True, "why": ""}),
            dcc.Interval(id="pulse", interval=POLL_INTERVAL * 1_000),
        ]
    )


def register(app: dash.Dash, store: Store) -> None:
    """Looks every few seconds; the stores that depend on the database follow when it is back."""
    pulse = DatabaseMonitor(store)

    @register_callback(
        app, Output(DATABASE, "data"), Input("pulse", "n_intervals"), State(DATABASE, "data"), prevent_initial_call=True
    )
    def look(_: int, known: Any) -> Any:
        state = pulse.state()
        return no_update if state["up"] == known["up"] else state

    @register_callback(
        app, Output("banner", "children"), Output("database-status", "children"), Input(DATABASE, "data")
    )
    def tell(known: Any) -> Any:
        return render_banner(known), render_state(known)


def render_banner(known: dict[str, Any]) -> Any:
    """What the page says while the database is away; nothing while it is there."""
    if known["up"]:
        return None
    said = f"The database can’t be reached. Trying again every {POLL_INTERVAL} seconds; your canvas stays as it is."
    return html.Div([html.Strong(said), html.Span(known["why"], className="why")], className="banner")


def render_state(known: dict[str, Any]) -> Any:
    """The state in the header, in a colour and in words."""
    up = known["up"]
    return [html.Span(className=f"lamp {'up' if up else 'down'}"), "Database connected" if up else "Database away"]
