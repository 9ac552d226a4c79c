"""An opening query that Neo4j really ends before its answer."""

from dataclasses import replace
from functools import partial

import pytest

from explorer.canvas import actions
from graph.saved_queries import guarded_query
from graph.saved_queries.library import load_shipped_queries
from graph.settings import Bounds

ENDLESS = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(a + b)"
TOO_LONG = "The opening picture is missing: the query ran longer than the 1 second it may, and was ended."


def make_opening_slow(patch: pytest.MonkeyPatch) -> None:
    """Makes the opening query one that is ended after a second, until `patch` is undone."""
    shipped = load_shipped_queries()
    slow = {**shipped, actions.OPENING_QUERY: replace(shipped[actions.OPENING_QUERY], text=ENDLESS)}
    patch.setattr(actions, "load_shipped_queries", lambda: slow)
    patch.setattr(guarded_query, "Bounds", partial(Bounds, timeout=1))
