"""How long something may take in a test: far longer than it does, since others use the machine too."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

SLOWER = 20  # times


@contextmanager
def limit_time(usual: float, *, busy: bool = False) -> Iterator[None]:
    """Fails where the block takes more than twenty times the seconds that it usually takes.

    With `busy` the seconds in which this process computes are counted. It catches what grows with the square of its
    input or waits for a timeout, and nothing finer.
    """
    clock = time.process_time if busy else time.monotonic
    started = clock()
    yield
    took = clock() - started
    assert took < SLOWER * usual, f"took {took:.1f} s, usually {usual} s"
