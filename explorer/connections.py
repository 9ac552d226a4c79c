"""How many browsers may be connected at once, and which of their connections are dropped to make room.

A tab holds up to six connections, most of them idle: it opens them for the scripts of the page, and a browser keeps
them for minutes. So that nobody is shut out by those who only hold a connection, one is closed when it

    has been idle for IDLE seconds;
    sends its request, or takes its answer, more slowly than SLOWEST after PATIENCE seconds (a trickle looks busy);
    is the one that has been idle longest, or at one request longest, where all are taken and somebody new comes.

A browser opens a closed connection again without a word. One whose request is being answered is never closed.
"""

import contextlib
import sys
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server

THREADS = 32  # more than can be waiting for the database (graph/jobs.py bounds the slow ones)
IDLE = 30  # seconds
PATIENCE = 30.0  # seconds for a request or an answer, however small
SLOWEST = 8_192  # bytes a second beyond
CONNECTIONS = 2_000  # 200 tabs, and room for those that a browser has left and not closed
SPARE = 50  # connections beyond, so that newcomers are let in while older ones are being closed
FILES_EACH = 3  # a connection's own, and one each for a large request and a large answer
OTHER_FILES = 250  # of Python, the driver, exports and layouts
FEWEST = 100  # connections, however few files may be open
WINDOWS = 480  # connections: Python's select() takes 512 sockets there, and there is no poll()


class Channel(HTTPChannel):  # type: ignore[misc] # waitress has no types
    """A connection that is dropped where it holds up others."""

    def __init__(self, server: Any, *more: Any, **options: Any) -> None:
        super().__init__(server, *more, **options)
        # When what is coming in or going out was begun, or else the last answer ended; and the bytes since.
        self.begun, self.moved = time.monotonic(), 0
        if len(self._map) > server.adj.connection_limit - SPARE:
            make_room(server)

    def readable(self) -> Any:
        """As waitress has it, which asks every connection at each turn of its loop, once a second at least."""
        half = self.request is not None or (self.total_outbufs_len and not self.requests)
        if half and time.monotonic() - self.begun > PATIENCE + self.moved / SLOWEST:
            self.will_close = True
        return super().readable()

    def received(self, data: bytes) -> Any:
        """Takes in a piece of a request."""
        if self.request is None:
            self.begun, self.moved = time.monotonic(), 0
        self.moved += len(data)
        return super().received(data)

    def send(self, data: bytes, *more: Any, **options: Any) -> int:
        """Sends a piece of an answer. Returns how many bytes went out."""
        sent: int = super().send(data, *more, **options)
        self.moved += sent
        return sent

    def service(self) -> None:
        """Answers a request, in a thread of its own."""
        super().service()
        self.begun, self.moved = time.monotonic(), 0
        if self.server.in_connection_overflow:  # all were being answered when somebody came
            make_room(self.server)
            self.server.pull_trigger()


def make_room(server: BaseWSGIServer) -> None:
    """Drops the connection that has been idle, or at one request, longest; none where all are being answered."""
    waiting = [c for c in [*server.active_channels.values()] if not (c.requests or c.total_outbufs_len or c.will_close)]
    if waiting:
        min(waiting, key=lambda channel: channel.begun).will_close = True


def listen(application: Any, host: str, port: int) -> Any:
    """A waitress server that listens and is ready to run, with limits for many browsers. Raises OSError."""
    server = create_server(
        application,
        host=host,
        port=port,
        threads=THREADS,
        ident="",
        backlog=2_048,
        connection_limit=allowed(CONNECTIONS) + SPARE,
        channel_timeout=IDLE,
        cleanup_interval=5,
        asyncore_use_poll=True,  # select() can't watch files numbered beyond 1,024
        log_socket_errors=False,  # that a browser went away is not the user's concern
    )
    listening = [s for s in getattr(server, "map", {}).values() if isinstance(s, BaseWSGIServer)] or [server]
    for each in listening:  # one for each address of the host
        each.channel_class = Channel
    return server


def allowed(most: int) -> int:
    """How many connections the system lets us hold, up to `most`; raises our limit of open files where it may."""
    if sys.platform == "win32":
        return min(most, WINDOWS)
    import resource  # noqa: PLC0415 - not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return most
    needed = most * FILES_EACH + OTHER_FILES
    if soft < needed:
        limit = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        with contextlib.suppress(OSError, ValueError):  # the system's own limit is lower: what we have must do
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
            soft = limit
    return min(most, max(FEWEST, (soft - OTHER_FILES) // FILES_EACH))
