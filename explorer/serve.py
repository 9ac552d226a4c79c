"""Serves the explorer: which address and port, who may come in, and a clean end."""

import errno
import logging
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import dash

from explorer import connections, security
from explorer.app import build
from graph import ontology
from graph.database.store import Store
from graph.errors import UsageError

logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a busy moment is not the user's concern
HOST, PORT = "127.0.0.1", 8050
MAX_PORTS_TRIED = 20  # ports tried, from the usual one on


def check(host: str, password: str | None) -> None:
    """Raises UsageError, with the reason, for an address that others can reach and no password."""
    if password is None and not security.is_loopback(host):
        raise UsageError(
            f"--host {host} lets other machines in, and everyone who reaches this page can read the whole graph. "
            "Set a password in the environment variable ARMSGRAPH_PASSWORD or with --password-file FILE, "
            "or leave --host out to listen on this machine alone"
        )


def read_password(file: Path | None, environment: str | None) -> str | None:
    """The password of the file or the environment; None where there is none. Raises UsageError."""
    if file is None:
        return environment or None
    try:
        password = file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--password-file {file} can't be read: {error}") from error
    if not password:
        raise UsageError(f"--password-file {file} is empty")
    return password


def run_server(
    store: Store,
    *,
    host: str = HOST,
    port: int | None = None,
    password: str | None = None,
    allowed_hosts: Sequence[str] = (),
    say: Callable[[str], None] = print,
) -> None:
    """Builds the explorer and serves it until Ctrl-C or SIGTERM.

    Without a `port` the first free one from 8050 on is taken. `say` gets the address as a line.
    Raises UsageError for a port in use and for an open address without a password.
    """
    check(host, password)
    built = build(store, ontology.load(), password=password, hosts=(host, *allowed_hosts))
    serve(built, host, port, say=say)


def serve(built: dash.Dash, host: str, port: int | None, *, say: Callable[[str], None] = print) -> None:
    """Serves a built explorer until Ctrl-C or SIGTERM."""
    server, taken = bind(built, host, port)
    try:
        if port is None and taken != PORT:
            say(f"Port {PORT} is in use; port {taken} is free.")
        shown = f"[{host}]" if ":" in host else host
        say(f"Armsgraph is at http://{shown}:{taken}/  (Ctrl-C ends it)")
        _set_sigterm_handler(_interrupt)
        server.run()
    finally:
        server.close()
        server.task_dispatcher.shutdown()


def bind(built: dash.Dash, host: str, port: int | None) -> tuple[Any, int]:
    """A listening server and its port. Raises UsageError where the port or address can't be had."""
    last = PORT + MAX_PORTS_TRIED if port is None else port
    for candidate in range(PORT if port is None else port, last + 1):
        try:
            server = connections.listen(built.server, host, candidate)
            return server, candidate if candidate else server.effective_port
        except OSError as error:
            if error.errno == errno.EADDRINUSE and candidate < last:
                continue
            if error.errno == errno.EADDRINUSE:
                raise UsageError(f"port {candidate} is in use; choose another with --port") from error
            raise UsageError(f"can't listen on {host} port {candidate}: {error.strerror}") from error
    raise AssertionError("unreachable")


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _set_sigterm_handler(handler: Callable[[int, FrameType | None], None]) -> None:
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, handler)
