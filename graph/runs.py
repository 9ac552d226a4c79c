"""Who runs what: every run of a query, from the app, an address or the command line, goes through here.

It takes a turn of its user, runs the query within the bounds, writes a line of the audit log whichever way it ends,
and can be cancelled from elsewhere by the id it was given.
"""

import os
from collections import defaultdict
from collections.abc import Mapping
from threading import Lock
from typing import Any
from uuid import uuid4

from graph import queries
from graph.library import Library
from graph.ontology import Ontology
from graph.queries import Answer
from graph.queryfile import SavedQuery
from graph.settings import Bounds
from graph.store import Store
from graph.turns import Turns


class Runs:
    """Runs queries on one store. Safe to share between threads."""

    def __init__(self, store: Store, ontology: Ontology, bounds: Bounds | None = None) -> None:
        self.store, self.ontology = store, ontology
        self.bounds = bounds or Bounds.read()
        self._lock = Lock()
        self._turns: dict[str, Turns] = defaultdict(lambda: Turns(self.bounds.concurrent, "queries of yours"))
        # A local database shares the processors with us, and a slow query keeps one of them busy.
        self._together = Turns(max(2, os.cpu_count() or 2), "saved queries")

    def run(
        self, query: str | SavedQuery, given: Mapping[str, Any], *, user: str, via: str, bounds: Bounds | None = None,
        run_id: str = "",
    ) -> Answer:  # fmt: skip
        """The answer of a saved query (by name, from the user's library) or of one that is just being written.

        `via` is "app", "address" or "command line". Raises QueryError, QueryRefused, TooMany and StoreError.
        """
        asked = Library(user).find(query) if isinstance(query, str) else query
        with self._lock:
            turns = self._turns[user]
        with turns.taken(), self._together.taken():
            return queries.run(self.store, self.ontology, asked, given, bounds=bounds or self.bounds,
                               run_id=run_id or uuid4().hex)  # fmt: skip

    def cancel(self, run_id: str) -> bool:
        """Ends a run on the server; returns whether there was one."""
        return self.store.cancel(run_id)
