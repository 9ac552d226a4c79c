"""How many may do heavy work at once, so that one in a hurry never waits for the slow questions of others."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from graph.errors import ArmsgraphError


class TooMany(ArmsgraphError):
    """As many are at it as may be."""


class Turns:
    """A bound on one kind of work. `what` names it in the plural; `patience` is how long, in seconds, one waits."""

    def __init__(self, most: int, what: str, patience: float = 3.0) -> None:
        self._most, self._what, self._patience = most, what, patience
        self._free = threading.BoundedSemaphore(most)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Holds one of the turns. Raises TooMany where none comes free in a few seconds."""
        if not self._free.acquire(timeout=self._patience):
            raise TooMany(
                f"{self._most} {self._what} are running just now, the most at once. Try again in a moment; your "
                "canvas stays as it is."
            )
        try:
            yield
        finally:
            self._free.release()
