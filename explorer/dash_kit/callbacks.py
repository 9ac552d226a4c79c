"""How callbacks are wired: what each is handed first, and the one place where its error becomes words on the page."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

import dash

from explorer.answers import cypher_log
from explorer.answers.answer_store import AnswerCache, build_answer_cache
from explorer.answers.cypher_log import CypherLog, StatementGroup
from explorer.dash_kit.ids import DATABASE, NOTICES, build_cypher_store_id
from explorer.dash_kit.user import get_user
from explorer.layout.jobs import build_layout_jobs
from graph.database.store import Statement, Store, record_statements
from graph.errors import ArmsgraphError, StoreUnavailable
from graph.jobs import JobRunner
from graph.ontology import Ontology
from graph.saved_queries.executor import QueryExecutor

log = logging.getLogger("armsgraph.explorer")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Context:
    """What every callback is handed first: the database, the words of its types, what runs saved queries, exports and
    large layouts, and what the server keeps for the pages for a while: answers, and the statements behind them."""

    store: Store
    ontology: Ontology
    runs: QueryExecutor
    exports: JobRunner
    layouts: JobRunner = field(default_factory=build_layout_jobs)
    answers: AnswerCache = field(default_factory=build_answer_cache)
    cypher_log: CypherLog = field(default_factory=lambda: CypherLog(cypher_log.MAX_ENTRIES))


def register_callback(
    app: dash.Dash, *dependencies: Any, behind: str = "", log: CypherLog | None = None, **options: Any
) -> Callable[[F], F]:
    """`app.callback` with types: Outputs, Inputs and States in order.

    With `behind`, a panel of answers/cypher_log.py, and a log, what it reads can be seen as that panel's Cypher.
    """
    register = cast("Callable[[F], F]", app.callback(*dependencies, **options))
    return register if log is None or not behind else lambda function: register(_record(function, behind, log))


def _record(function: F, panel: str, log: CypherLog) -> F:
    @wraps(function)
    def record(*values: Any) -> Any:
        with record_statements() as statements:
            answer = function(*values)
        log_statements(log, panel, statements)
        return answer

    return cast("F", record)


def log_statements(log: CypherLog, panel: str, statements: list[Statement]) -> None:
    """Keeps what ran as a panel's Cypher; to be called in a callback. Nothing ran: what ran before stays."""
    if statements:
        token = cypher_log.keep_statements(log, [StatementGroup("", tuple(statements))], user=get_user())
        dash.set_props(build_cypher_store_id(panel), {"data": token})


def handle_error(error: Exception) -> None:
    """Called by Dash when a callback raises: the page keeps what it shows, and says what went wrong."""
    if isinstance(error, StoreUnavailable):
        dash.set_props(DATABASE, {"data": {"up": False, "why": str(error)}})
    elif isinstance(error, ArmsgraphError):
        notify(str(error), title="That didn’t work")
    else:
        log.error("a callback failed", exc_info=error)
        notify(
            "The explorer hit a fault of its own; your canvas stays as it is. The log says more.",
            title="Something went wrong",
        )


def notify(text: str, *, title: str = "", colour: str = "red") -> None:
    """Shows a notification until the user closes it."""
    notice = {"action": "show", "message": text, "title": title, "color": colour, "autoClose": 12_000}
    dash.set_props(NOTICES, {"sendNotifications": [notice]})
