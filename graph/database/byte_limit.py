"""Bounds what a connection to Neo4j receives, so that an answer can't fill the memory of the reader.

One row may hold a list of any length: `RETURN range(1, 30000000)` costs the server nothing and took 1.7 GB here, as the
driver takes in a message whole before it hands over the row, and has no setting for how long one may be. So the socket
is wrapped while a query runs. This reaches into the driver (its version is pinned, and a test would notice).
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class TooLarge(Exception):
    """The connection received more than it may, and was closed."""


class _LimitReached(asyncio.CancelledError):
    """What the driver takes for "called off": it closes the connection, and does not believe the server lost."""


@contextmanager
def limit_bytes(transaction: Any, most: int) -> Iterator[None]:
    """Bounds the bytes that the connection of a driver's transaction receives inside the block. Raises TooLarge.

    The connection is closed then, upon which the server ends the transaction.
    """
    inbox = transaction._connection.inbox
    usual = inbox._socket
    inbox._socket = _ByteLimit(usual, most)
    try:
        yield
    except _LimitReached as error:
        raise TooLarge from error
    finally:
        inbox._socket = usual


class _ByteLimit:
    """Stands in for a connection's socket, and counts."""

    def __init__(self, inner: Any, most: int) -> None:
        self._inner, self._left = inner, most

    def recv_into(self, buffer: Any, size: int) -> int:
        """As a socket's; raises _Full beyond the bound."""
        got = int(self._inner.recv_into(buffer, size))
        self._left -= got
        if self._left < 0:
            raise _LimitReached
        return got

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
