"""How panels register callbacks, and the one place where a callback's error becomes words on the page."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar, cast

import dash

from explorer.ids import DATABASE, NOTICES
from graph.errors import ArmsgraphError, StoreUnavailable

log = logging.getLogger("armsgraph.explorer")
F = TypeVar("F", bound=Callable[..., Any])


def on(app: dash.Dash, *dependencies: Any, **options: Any) -> Callable[[F], F]:
    """`app.callback` with types: Outputs, Inputs and States in order."""
    return cast("Callable[[F], F]", app.callback(*dependencies, **options))


def on_error(error: Exception) -> None:
    """Called by Dash when a callback raises: the page keeps what it shows, and says what went wrong."""
    if isinstance(error, StoreUnavailable):
        dash.set_props(DATABASE, {"data": {"up": False, "why": str(error)}})
    elif isinstance(error, ArmsgraphError):
        notify(str(error), title="That didn’t work")
    else:
        log.error("a callback failed", exc_info=error)
        notify("The explorer hit a fault of its own; your canvas stays as it is. The log says more.",
               title="Something went wrong")  # fmt: skip


def notify(text: str, *, title: str = "", colour: str = "red") -> None:
    """Shows a notification until the user closes it."""
    notice = {"action": "show", "message": text, "title": title, "color": colour, "autoClose": 12_000}
    dash.set_props(NOTICES, {"sendNotifications": [notice]})
