"""How many may do heavy work at once, so that one in a hurry never waits for the slow questions of others."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from graph.errors import ArmsgraphError

MAX_WAITING = 8  # so many may wait; a flood is turned away at once
POLL = 0.1  # seconds between two looks whether one who waits has given up


class TooManyRequests(ArmsgraphError):
    """As many are at it as may be."""


class RateLimit:
    """A bound on one kind of work. `what` names it in the plural; `patience` is how long, in seconds, one waits."""

    def __init__(self, most: int, what: str, patience: float = 3.0) -> None:
        self._most, self._what, self._patience = most, what, patience
        self._free = threading.BoundedSemaphore(most)
        self._waiting = threading.BoundedSemaphore(MAX_WAITING)

    @contextmanager
    def taken(self, given_up: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """Holds one of the turns. Raises TooMany where none comes free in a few seconds.

        One who has `given_up` while waiting is let in at once, without a turn, to find that out.
        """
        got = self._free.acquire(blocking=False) or self._wait(given_up)
        try:
            yield
        finally:
            if got:
                self._free.release()

    def _wait(self, given_up: Callable[[], bool]) -> bool:
        until = time.monotonic() + self._patience
        if self._waiting.acquire(blocking=False):
            try:
                while (left := until - time.monotonic()) > 0:
                    if self._free.acquire(timeout=min(POLL, left)):
                        return True
                    if given_up():
                        return False
            finally:
                self._waiting.release()
        raise TooManyRequests(
            f"{self._most} {self._what} are running just now, the most at once. Try again in a moment."
        )
