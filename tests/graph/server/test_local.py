"""The local Neo4j, for real: who starts it, who joins it, how it ends, and what it leaves."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import AuthError, ClientError

from graph.errors import ArtifactsUnavailable, StoreError, StoreUnavailable, UsageError
from graph.home import find_home
from graph.server import artifacts, local, place
from graph.server.local import Server, Status
from tests.support.paths import ROOT
from tests.support.timing import limit_time

pytestmark = pytest.mark.database
POSIX = os.name == "posix"
# Another process that uses the server of a home until its stdin ends; it prints whom it uses.
USER_PROCESS = """
import json, pathlib, sys
from graph.server import local
home = pathlib.Path(sys.argv[1])
with local.open_server(home, progress=lambda *step: None) as server:
    print(json.dumps({"uri": server.uri, "pid": local.read_status(home).pid}), flush=True)
    sys.stdin.read()
print("left", flush=True)
"""


class User:
    """Another process inside `local.open_server(home)`, the leader of its own process group."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER_PROCESS, str(home)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def uses(self) -> dict[str, object]:
        """What it printed once it was connected: the server's uri and pid."""
        assert self.process.stdout and self.process.stderr
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        reply: dict[str, object] = json.loads(line)
        return reply

    def leave(self) -> str:
        """Let it end by itself; returns what it printed since."""
        return self.process.communicate("", timeout=60)[0].strip()

    def end(self, number: int) -> int:
        """Send a signal to its whole process group, as a terminal does; returns its exit code."""
        os.killpg(self.process.pid, number)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture(scope="module", autouse=True)
def fetched() -> None:
    """The jars, or no tests."""
    try:
        artifacts.ensure_jars()
    except ArtifactsUnavailable as error:
        if os.environ.get("ARMSGRAPH_REQUIRE_ALL"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of `server`, with a space and Korean in its path; its first start was killed."""
    home = tmp_path_factory.mktemp("local") / "무기 graph"
    half = home / "data" / "databases" / "system" / "half-made"
    half.parent.mkdir(parents=True)
    half.write_text("")
    (half.parent / "neostore").write_text("")
    (home / "run").mkdir()
    (home / "run" / "creating").write_text("system\nneo4j")
    for path in [home, *home.rglob("*")]:  # as it makes them
        path.chmod(0o700 if path.is_dir() else 0o600)
    return home


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    """A running server for the tests that leave it as it is."""
    with local.open_server(home, progress=lambda *_: None) as server:
        yield server


@pytest.fixture(scope="module")
def driver(server: Server) -> Iterator[Driver]:
    with connect(server) as driver:
        yield driver


@pytest.fixture(scope="module")
def worn_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one node in its database, whose servers the tests kill."""
    home = tmp_path_factory.mktemp("worn") / "home"
    assert local.read_status(home) == Status(False, None, None, None, home)
    assert not local.stop(home)
    with local.open_server(home) as server:
        assert query(server, "CREATE (n:Kept {name: '강계'}) RETURN n.name") == "강계"
    return home


@pytest.fixture
def users() -> Iterator[Callable[[Path], User]]:
    """Starts other processes, and sees to it that none stays."""
    started: list[User] = []

    def start(home: Path) -> User:
        started.append(User(home))
        return started[-1]

    yield start
    for user in started:
        user.process.kill()
        user.process.communicate()


def connect(server: Server) -> Driver:
    return GraphDatabase.driver(server.uri, auth=(server.user, server.password))


def query(server: Server, text: str) -> object:
    with connect(server) as driver:
        record = driver.execute_query(text, database_=server.database).records[0]
        return record[0]


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until `condition` holds."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"waited {seconds} s in vain"
        time.sleep(0.05)


def listens(uri: str) -> bool:
    host, port = uri.removeprefix("bolt://").split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def gone(pid: object) -> Callable[[], bool]:
    """Whether the process has ended, also where nobody has asked for its exit status yet."""

    def check() -> bool:
        try:
            return psutil.Process(int(str(pid))).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    return check


def test_answers_queries(driver: Driver, home: Path) -> None:
    record = driver.execute_query("CALL dbms.components() YIELD versions, edition").records[0]
    assert record["edition"] == "community"
    assert record["versions"] == [artifacts.Lock.read().version] == [local.read_status(home).version]


def test_starts_anew_where_a_first_start_was_killed(server: Server, home: Path) -> None:
    assert not list(home.rglob("half-made"))
    assert not (home / "run" / "creating").exists()


def test_status_of_a_running_server(server: Server, home: Path) -> None:
    status = local.read_status(home)
    assert status == Status(True, server, status.pid, artifacts.Lock.read().version, home)
    assert status.pid is not None
    assert psutil.pid_exists(status.pid)


def test_listens_on_one_port_of_the_loopback_alone(server: Server, home: Path) -> None:
    process = psutil.Process(local.read_status(home).pid)
    family = [process, *process.children(recursive=True)]
    ports = [c.laddr for p in family for c in p.net_connections() if c.status == psutil.CONN_LISTEN]
    assert [f"bolt://{address.ip}:{address.port}" for address in ports] == [server.uri]
    assert server.uri.startswith("bolt://127.0.0.1:")


def test_wants_the_password(server: Server) -> None:
    for password in ("neo4j", server.password[:-1]):  # a third failure would lock the user out for 5 s
        with GraphDatabase.driver(server.uri, auth=("neo4j", password)) as driver, pytest.raises(AuthError):
            driver.verify_connectivity()


def test_the_password_stays_private(server: Server, home: Path) -> None:
    assert len(server.password) >= 32
    assert server.password not in repr(server) + repr(local.read_status(home))
    secret = server.password.encode()
    assert [file for file in home.rglob("*") if file.is_file() and secret in file.read_bytes()] == [home / "password"]
    process = psutil.Process(local.read_status(home).pid)
    assert server.password not in " ".join([*process.cmdline(), *process.environ().values()])


@pytest.mark.skipif(not POSIX, reason="permissions of POSIX")
def test_only_the_user_can_read_what_it_writes(server: Server, home: Path) -> None:
    for file in [home, *home.rglob("*")]:
        mode = stat.S_IMODE(file.stat().st_mode)
        assert mode == (0o700 if file.is_dir() else 0o600), f"{file}: {mode:o}"


@pytest.mark.parametrize("address", ["file:///etc/passwd", "file:///../password", "http://127.0.0.1:{port}/"])
def test_load_csv_reads_nothing(driver: Driver, address: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = address.format(port=other.getsockname()[1])
        with pytest.raises(ClientError, match="Cannot load from URL"):
            driver.execute_query("LOAD CSV FROM $address AS line RETURN line", address=address)
        other.settimeout(0)
        with pytest.raises(BlockingIOError):
            other.accept()


def test_another_process_joins_and_leaves(
    server: Server, driver: Driver, home: Path, users: Callable[[Path], User]
) -> None:
    other = users(home)
    assert other.uses() == {"uri": server.uri, "pid": local.read_status(home).pid}
    assert other.leave() == "left"
    assert driver.execute_query("RETURN 1 AS one").records[0]["one"] == 1


def test_joining_again_in_this_process(server: Server, driver: Driver, home: Path) -> None:
    with local.open_server(home) as again:
        assert again == server
    assert driver.execute_query("RETURN 1 AS one").records[0]["one"] == 1


def test_run_admin_wants_the_server_stopped(server: Server, home: Path) -> None:
    with pytest.raises(StoreUnavailable, match="armsgraph db stop"):
        local.run_admin(["database", "info"], home)


def test_detached_it_stays_until_stopped(worn_home: Path) -> None:
    server = local.start_detached(worn_home, progress=lambda *_: None)
    assert local.start_detached(worn_home) == server
    with local.open_server(worn_home) as joined:
        assert joined == server
        assert query(joined, "MATCH (n:Kept) RETURN n.name") == "강계"
    time.sleep(1.5)  # it looks for users four times a second
    assert local.read_status(worn_home).server == server
    pid = local.read_status(worn_home).pid

    with limit_time(1.5):
        assert local.stop(worn_home)
    wait_for(gone(pid), 20)
    assert not listens(server.uri)
    assert local.read_status(worn_home).running is False
    assert not local.stop(worn_home)


def test_two_starts_at_once_get_one_server_which_outlives_kill_9_of_its_parent_but_not_of_all(
    worn_home: Path, users: Callable[[Path], User]
) -> None:
    one, two = users(worn_home), users(worn_home)
    used = one.uses()
    assert two.uses() == used
    one.end(signal.SIGKILL)
    time.sleep(1.5)
    assert listens(str(used["uri"]))
    two.end(signal.SIGKILL)
    wait_for(gone(used["pid"]), 30)
    assert not listens(str(used["uri"]))
    assert not local.read_status(worn_home).running


def test_recovers_after_kill_9_of_the_server(worn_home: Path) -> None:
    with local.open_server(worn_home) as server:
        assert len(list((worn_home / "run" / "leases").iterdir())) == 1  # none of killed users
        assert query(server, "MATCH (n:Kept) RETURN n.name") == "강계"
        query(server, "UNWIND range(1, 1000) AS i CREATE (n:Late {i: i}) RETURN count(n)")
        pid = local.read_status(worn_home).pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        with local.open_server(worn_home) as next_server:  # at once, while the killed one is still dying
            assert next_server.uri != server.uri
            assert query(next_server, "MATCH (n:Late) RETURN count(n)") == 1000
            assert query(next_server, "MATCH (n:Kept) RETURN n.name") == "강계"


@pytest.mark.skipif(not POSIX, reason="process groups of POSIX")
def test_ctrl_c_ends_it_in_order(worn_home: Path, users: Callable[[Path], User]) -> None:
    user = users(worn_home)
    used = user.uses()
    with limit_time(2.0):
        user.end(signal.SIGINT)
    wait_for(gone(used["pid"]), 10)  # at once: the parent waited for the server's end
    assert not listens(str(used["uri"]))
    assert not (worn_home / "run" / "state.json").exists()


def test_a_lost_password_is_replaced_and_sigterm_ends_it_in_order(worn_home: Path) -> None:
    lost = (worn_home / "password").read_text()
    (worn_home / "password").unlink()
    with local.open_server(worn_home) as server:
        assert server.password != lost
        assert query(server, "MATCH (n:Kept) RETURN n.name") == "강계"
        pid = local.read_status(worn_home).pid
        assert pid is not None
        psutil.Process(pid).terminate()
        wait_for(gone(pid), 30)
        assert not (worn_home / "run" / "state.json").exists()


def test_run_admin_dumps_and_loads(worn_home: Path, tmp_path: Path) -> None:
    done = local.run_admin(["database", "dump", "neo4j", f"--to-path={tmp_path}"], worn_home)
    assert "Dump completed successfully" in done.stdout
    assert (tmp_path / "neo4j.dump").is_file()
    with pytest.raises(StoreError, match="Database does not exist: nosuch"):
        local.run_admin(["database", "dump", "nosuch", f"--to-path={tmp_path}"], worn_home)


@pytest.mark.skipif(not POSIX, reason="locks of POSIX")
def test_a_store_that_another_neo4j_uses(worn_home: Path) -> None:
    import fcntl

    with (worn_home / "data" / "databases" / "store_lock").open("r+b") as store_lock:
        fcntl.lockf(store_lock, fcntl.LOCK_EX)  # as Java does it
        with pytest.raises(StoreUnavailable) as caught, local.open_server(worn_home):
            pass
    assert "ended while it started" in str(caught.value)
    assert "FileLockException" in str(caught.value).splitlines()[-1]


def test_a_server_nobody_waits_for_any_more_ends_by_itself(worn_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "START_TIMEOUT", 1.0)
    with pytest.raises(StoreUnavailable, match="was not up in 1 s"), local.open_server(worn_home):
        pass
    server = place.ServerHome.of(worn_home)
    assert server.is_server_alive()
    wait_for(lambda: not server.is_server_alive(), 60)


def test_a_start_that_fails_says_why_and_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARMSGRAPH_HEAP", "900000g")
    with pytest.raises(StoreUnavailable) as caught, local.open_server(tmp_path / "home"):
        pass
    assert "Could not reserve enough space" in str(caught.value)
    assert str(tmp_path / "home" / "logs" / "server.log") in str(caught.value)
    assert not local.read_status(tmp_path / "home").running


@pytest.mark.parametrize("size", ["1", "1 g", "-1g", "1t", "100m", "lots"])
def test_a_wrong_heap_is_refused(size: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARMSGRAPH_HEAP", size)
    with pytest.raises(UsageError, match="ARMSGRAPH_HEAP"), local.open_server(tmp_path):
        pass


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="can't be made"), local.open_server(tmp_path / "file" / "home"):
        pass


def test_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ARMSGRAPH_HOME", str(tmp_path))
    assert find_home() == tmp_path
    monkeypatch.delenv("ARMSGRAPH_HOME")
    assert find_home().name == "armsgraph"
