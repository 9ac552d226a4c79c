"""Who runs what: every run of a query, from the app, an address or the command line, goes through here.

It takes a turn of its user, runs the query within the bounds, writes a line of the audit log whichever way it ends,
and can be cancelled from elsewhere by the id it was given. Turns are those of one process: the explorer's users share
them, a command line has its own.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event, Lock
from typing import Any
from uuid import uuid4

from graph.database.store import Store
from graph.errors import ArmsgraphError, QueryEnded, QueryError, QueryRefused, StoreError
from graph.ontology import Ontology
from graph.saved_queries import audit, guarded_query, parameters
from graph.saved_queries.audit import AuditLog, AuditRecord
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import Library
from graph.saved_queries.queryfile import SavedQuery
from graph.saved_queries.rate_limit import RateLimit, TooManyRequests
from graph.settings import Bounds

POLL = 0.1  # seconds between two looks whether the server has begun with a run that is to be cancelled


@dataclass(frozen=True)
class _ActiveRun:
    """A run that is not over: whose it is, and whether they called it off."""

    user: str
    called_off: Event = field(default_factory=Event)
    over: Event = field(default_factory=Event)


class QueryExecutor:
    """Runs queries on one store. Safe to share between threads. Raises UsageError for bad settings."""

    def __init__(
        self, store: Store, ontology: Ontology, bounds: Bounds | None = None, log: AuditLog | None = None
    ) -> None:
        self.store, self.ontology = store, ontology
        self.bounds = bounds or Bounds.read()
        self.audit = log or AuditLog()
        self._lock = Lock()
        self._going: dict[str, _ActiveRun] = {}
        self._turns: dict[str, RateLimit] = {}
        self._users: Counter[str] = Counter()  # how many runs of each are going or wait for a turn
        self._together = RateLimit(self.bounds.together, "saved queries")

    def run(
        self,
        query: str | SavedQuery,
        given: Mapping[str, Any],
        *,
        user: str,
        via: str,
        bounds: Bounds | None = None,
        run_id: str = "",
    ) -> Answer:
        """The answer of a saved query (by name, from the user's library) or of one that is just being written.

        `via` is "app", "address" or "command line". Raises QueryError (QueryRefused, QueryEnded), TooMany and
        StoreError, also where the run can't be recorded.
        """
        asked = Library(user).find(query) if isinstance(query, str) else query
        begun, started = AuditRecord.of(asked, given, user=user, via=via), time.perf_counter()
        with self.audit.opened(asked) as line:
            ended = begun
            try:
                with self._taken(user, run_id or uuid4().hex) as id_:
                    bound = parameters.bind(self.store, self.ontology, asked.parameters, given)
                    begun = ended = replace(begun, parameters=bound)
                    answer = guarded_query.execute(
                        self.store, self.ontology, asked, bound, bounds=bounds or self.bounds, run_id=id_
                    )
                ended = replace(
                    begun, rows=answer.rows, cut=answer.cut, outcome=audit.CUT if answer.cut else audit.ANSWERED
                )
            except BaseException as error:
                ended = _record_failure(begun, error)
                raise
            finally:
                line.write(replace(ended, seconds=round(time.perf_counter() - started, 3)))
        return answer

    def cancel(self, user: str, run_id: str) -> bool:
        """Ends a run of this user, also one that waits for its turn; returns whether there was one. Raises StoreError.

        Returns when the server has been told, or the run is over.
        """
        with self._lock:
            going = self._going.get(run_id)
        if going is None or going.user != user:
            return False
        going.called_off.set()
        # The server may not have begun with it yet, and then has nothing to end.
        while not (going.over.is_set() or self.store.cancel(run_id)):
            going.over.wait(POLL)
        return True

    def history(self, user: str, newest: int = 50) -> list[AuditRecord]:
        """The last runs of a user, the newest first. Raises StoreError."""
        return self.audit.read(user, newest)

    @contextmanager
    def _taken(self, user: str, run_id: str) -> Iterator[str]:
        """Holds a turn of the user and one of all, for a run that can be cancelled meanwhile."""
        going = _ActiveRun(user)
        with self._lock:
            if run_id in self._going:
                raise QueryError("a run of this id is going on already")
            self._going[run_id] = going
            self._users[user] += 1
            turns = self._turns.setdefault(user, RateLimit(self.bounds.concurrent, "queries of yours"))
        try:
            with turns.taken(going.called_off.is_set), self._together.taken(going.called_off.is_set):
                _raise_if_cancelled(going)
                yield run_id
                _raise_if_cancelled(going)
        except (QueryError, StoreError):
            _raise_if_cancelled(going)  # however it ended: that it was called off is what its user knows of
            raise
        finally:
            going.over.set()
            with self._lock:
                del self._going[run_id]
                self._users[user] -= 1
                if not self._users[user]:
                    del self._users[user], self._turns[user]


def _raise_if_cancelled(going: _ActiveRun) -> None:
    if going.called_off.is_set():
        raise QueryEnded("cancelled", "the query was cancelled")


def _record_failure(run: AuditRecord, error: BaseException) -> AuditRecord:
    """The run, with how it failed."""
    said = str(error) if isinstance(error, ArmsgraphError) else f"{type(error).__name__}: {error}"
    match error:
        case QueryRefused():
            return replace(run, outcome=audit.REFUSED, refused_by=error.rule, error=said)
        case QueryEnded():
            return replace(run, outcome=error.why, error=said)
        case TooManyRequests():
            return replace(run, outcome=audit.TURNED_AWAY, error=said)
        case KeyboardInterrupt():
            return replace(run, outcome=audit.CANCELLED, error="stopped with Ctrl-C")
    return replace(run, outcome=audit.FAILED, error=said)
