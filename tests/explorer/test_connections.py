"""Many browsers at once, and clients that only hold a connection: everyone else is answered soon."""

import contextlib
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

import pytest

from explorer import connections, serve
from explorer.app import build
from graph.ontology import Ontology
from tests.support.servers import missing

pytestmark = pytest.mark.timeout(240)
SOON = 60  # seconds; usually a few hundredths of one, and it was 120 when all connections were taken
TAB = 6  # connections that a browser holds to one address
PATH = "/_favicon.ico"


class Client:
    """A browser's connection, kept open."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SOON)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def ask(self) -> bytes:
        """Asks for the page's icon, and reads the whole answer. Returns its first line."""
        self.send(f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.socket.recv(65_536)
            assert piece, "closed before the answer"
            head += piece
        head, _, body = head.partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.splitlines() if line.lower().startswith(b"content-length:"))
        while len(body) < length:
            body += self.socket.recv(65_536)
        return head.splitlines()[0]

    def is_closed(self) -> bool:
        """Whether the server has closed it."""
        self.socket.settimeout(0.01)
        try:
            return self.socket.recv(1) == b""
        except TimeoutError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        self.socket.close()


Connect = Callable[[], Client]


@pytest.fixture
def connect(ontology: Ontology) -> Iterator[Connect]:
    """Opens connections to a served explorer, whose database nobody asks here."""
    with ExitStack() as stack:
        server, port = serve.bind(build(SimpleNamespace(), ontology), "127.0.0.1", 0)
        running = threading.Thread(target=server.run, daemon=True)
        running.start()
        stack.callback(running.join, 10)
        stack.callback(server.task_dispatcher.shutdown)
        stack.callback(server.close)

        def connect() -> Client:
            client = Client(port)
            stack.callback(client.close)
            return client

        yield connect


def hold(connect: Connect, many: int) -> list[Client]:
    """So many connections that have had one answer each and stay open."""
    clients = []
    for _ in range(many):
        clients.append(client := connect())
        assert client.ask() == b"HTTP/1.1 200 OK"
    return clients


def answered(connect: Connect) -> None:
    """A newcomer gets an answer, and soon."""
    started = time.monotonic()
    assert connect().ask() == b"HTTP/1.1 200 OK"
    assert time.monotonic() - started < SOON


def until(condition: Callable[[], bool], seconds: float = SOON) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_twenty_browsers_and_some_who_send_half_a_request_shut_nobody_out(connect: Connect) -> None:
    halves = [connect() for _ in range(5)]
    for half in halves:
        half.send(b"POST /_dash-update-component HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\n\r\n{")
    tabs = hold(connect, 20 * TAB)
    answered(connect)
    assert not any(client.is_closed() for client in (*halves, *tabs))  # there was room for all


def test_two_hundred_tabs_are_answered(connect: Connect) -> None:
    connection_count = 200 * TAB
    if (
        connections.allowed(connections.CONNECTIONS) < connection_count
        or resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 3_000
    ):
        missing("this system lets a process hold too few connections")
    for client in (tabs := hold(connect, connection_count)):
        client.send(f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())  # all at once
    answered(connect)
    for client in tabs:
        assert client.socket.recv(100).startswith(b"HTTP/1.1 200 OK")


def test_where_all_connections_are_taken_the_longest_idle_make_room(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(connections, "CONNECTIONS", 40)
    connect = request.getfixturevalue("connect")
    half = connect()
    half.send(b"GET / HTTP/1.1\r\nX: ")
    idle = hold(connect, 60)
    answered(connect)
    until(half.is_closed)
    until(idle[0].is_closed)
    assert idle[-1].ask() == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("start", [b"", b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\n\r\n"])
def test_a_request_that_trickles_in_is_dropped(connect: Connect, monkeypatch: pytest.MonkeyPatch, start: bytes) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 1.0)
    client, honest = connect(), connect()
    client.send(start)

    def dropped() -> bool:
        with contextlib.suppress(OSError):  # it was
            client.send(b"x")
        return client.is_closed()

    until(dropped)
    assert honest.ask() == b"HTTP/1.1 200 OK"


def test_a_large_request_may_take_its_time(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.5)
    monkeypatch.setattr(connections, "SLOWEST", 1_000)
    client, body = connect(), b"x" * 40_000
    client.send(b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n" % len(body))
    for start in range(0, len(body), 10_000):
        client.send(body[start : start + 10_000])
        time.sleep(0.6)
    assert client.socket.recv(100).startswith(b"HTTP/1.1 ")


def test_an_idle_connection_is_closed_in_time(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.setattr(connections, "IDLE", 1)
    connect = request.getfixturevalue("connect")
    (client,) = hold(connect, 1)
    until(client.is_closed)


def test_the_limit_follows_what_the_system_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, limits: calls.append((what, limits)))
    for (soft, hard), most in {
        (256, 256): connections.FEWEST,
        (1_024, 4_096): 1_282,
        (1_024, resource.RLIM_INFINITY): 2_000,
        (100_000, 100_000): 2_000,
    }.items():
        monkeypatch.setattr(resource, "getrlimit", lambda _, limits=(soft, hard): limits)
        assert connections.allowed(2_000) == most
    assert [limits for _, limits in calls] == [(256, 256), (4_096, 4_096), (6_250, resource.RLIM_INFINITY)]
