"""Who runs what: every run of a query, from the app, an address or the command line, goes through here.

It is a job (graph/jobs.py) of its user, runs within the bounds, writes a line of the audit log whichever way it ends,
and can be cancelled from elsewhere by the id it was given. How many run at once is bounded in one process: the
explorer's users share its places, a command line has its own.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from graph.database.store import Store
from graph.errors import ArmsgraphError, JobCancelled, JobsBusy, QueryEnded, QueryRefused
from graph.jobs import Job, JobRunner
from graph.ontology import Ontology
from graph.saved_queries import audit, guarded_query, parameters
from graph.saved_queries.audit import AuditLog, AuditRecord
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import Library
from graph.saved_queries.queryfile import SavedQuery
from graph.settings import Bounds

QUEUE_TIMEOUT = 3.0  # seconds that a run waits for others to end
POLL = 0.1  # seconds between two looks whether the server has begun with a run that is to be cancelled
BUSY = "{most} %s are running just now, the most at once. Try again in a moment."


class QueryExecutor:
    """Runs queries on one store. Safe to share between threads. Raises UsageError for bad settings."""

    def __init__(
        self, store: Store, ontology: Ontology, bounds: Bounds | None = None, log: AuditLog | None = None
    ) -> None:
        self.store, self.ontology = store, ontology
        self.bounds = bounds or Bounds.read()
        self.audit = log or AuditLog()
        self.jobs = JobRunner(
            self.bounds.together,
            BUSY % "saved queries",
            per_user=self.bounds.concurrent,
            busy_user=BUSY % "queries of yours",
        )

    def run(
        self,
        query: str | SavedQuery,
        arguments: Mapping[str, Any],
        *,
        user: str,
        via: str,
        bounds: Bounds | None = None,
        run_id: str = "",
    ) -> Answer:
        """The answer of a saved query (by name, from the user's library) or of one that is just being written.

        `via` is "app", "address" or "command line". Raises QueryError (QueryRefused, QueryEnded), JobsBusy and
        StoreError, also where the run can't be recorded.
        """
        saved = Library(user).find(query) if isinstance(query, str) else query
        begun, started = AuditRecord.of(saved, arguments, user=user, via=via), time.perf_counter()
        with self.audit.opened(saved) as line:
            ended = begun
            try:
                with self._occupy(user, run_id) as job:
                    bound = parameters.bind(self.store, self.ontology, saved.parameters, arguments)
                    begun = ended = replace(begun, parameters=bound)
                    answer = guarded_query.execute(
                        self.store, self.ontology, saved, bound, bounds=bounds or self.bounds, run_id=job.id
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
        return self.jobs.cancel(run_id, user)

    def history(self, user: str, newest: int = 50) -> list[AuditRecord]:
        """The last runs of a user, the newest first. Raises StoreError."""
        return self.audit.read(user, newest)

    @contextmanager
    def _occupy(self, user: str, run_id: str) -> Iterator[Job[Answer]]:
        """Holds a place for a run. Raises JobsBusy, and QueryEnded where it was cancelled meanwhile."""
        try:
            with self.jobs.occupy(user=user, id_=run_id, wait=QUEUE_TIMEOUT) as job:
                job.stop_with(lambda: self._end_on_server(job))
                yield job
        except JobCancelled as error:
            raise QueryEnded("cancelled", "the query was cancelled") from error

    def _end_on_server(self, job: Job[Answer]) -> None:
        # The server may not have begun with it yet, and then has nothing to end.
        while not (job.ended.is_set() or self.store.cancel(job.id)):
            job.ended.wait(POLL)


def _record_failure(run: AuditRecord, error: BaseException) -> AuditRecord:
    """The run, with how it failed."""
    message = str(error) if isinstance(error, ArmsgraphError) else f"{type(error).__name__}: {error}"
    match error:
        case QueryRefused():
            return replace(run, outcome=audit.REFUSED, refused_by=error.rule, error=message)
        case QueryEnded():
            return replace(run, outcome=error.why, error=message)
        case JobsBusy():
            return replace(run, outcome=audit.TURNED_AWAY, error=message)
        case KeyboardInterrupt():
            return replace(run, outcome=audit.CANCELLED, error="stopped with Ctrl-C")
    return replace(run, outcome=audit.FAILED, error=message)
