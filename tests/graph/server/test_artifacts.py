"""Fetching and checking jars, from a small Maven repository on this machine."""

import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from graph.errors import ArtifactsUnavailable
from graph.server import artifacts
from graph.server.artifacts import Jar, Lock
from tests.support.paths import ROOT
from tests.support.timing import limit_time

JARS = 8


def quiet(_text: str, _done: int, _total: int) -> None:
    """A progress that says nothing."""


class Repository:
    """What the repository serves and how badly, and what it was asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, bytes] = {}
        self.requests: Counter[str] = Counter()
        self.status = 200
        self.cuts = 0  # so many answers break off half-way
        self.stuck: set[str] = set()  # answers that stop half-way and go on at `release`
        self.release = threading.Event()

    def jars_asked(self) -> int:
        return sum(count for path, count in self.requests.items() if path.endswith(".jar"))

    def stored(self) -> list[Path]:
        return list((self.folder / "cache" / "org").rglob("*.jar"))

    def complete(self, paths: list[Path]) -> bool:
        return [path.read_bytes() for path in paths] == list(self.files.values())

    def fetch_elsewhere(self) -> subprocess.Popen[bytes]:
        """Fetch the same jars in another process."""
        code = (
            "import pathlib, sys; from graph.server import artifacts;"
            "artifacts.LOCK_FILE = pathlib.Path(sys.argv[1]); artifacts.ensure_jars()"
        )
        command = [sys.executable, "-c", code, str(artifacts.LOCK_FILE)]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)


def handler(repository: Repository) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            repository.requests[self.path] += 1
            content = repository.files.get(self.path, b"")
            self.send_response(repository.status if content else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            half = len(content) // 2
            self.wfile.write(content[:half])
            if content and repository.cuts:
                repository.cuts -= 1
                return
            if self.path in repository.stuck:
                repository.release.wait()
            self.wfile.write(content[half:])

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # whoever asked was killed
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def use_repository(folder: Path, url: str) -> None:
    (folder / "jgo.conf").write_text(f"[repositories]\ncentral = {url}\n")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """A repository of eight jars, with their lock; jgo's settings and the cache are in tmp_path."""
    repository = Repository(tmp_path)
    jars = []
    for number in range(JARS):
        content = os.urandom(20_000 + number)
        jar = Jar("org.example", f"part{number}", "1.0", "", hashlib.sha256(content).hexdigest(), len(content))
        repository.files[f"/{jar.path.as_posix()}"] = content
        jars.append(jar)
    Lock("1.0", tuple(jars)).write(tmp_path / "test.lock.json")
    monkeypatch.setattr(artifacts, "LOCK_FILE", tmp_path / "test.lock.json")
    monkeypatch.setenv("JGO_CONFIG_FILE", str(tmp_path / "jgo.conf"))
    monkeypatch.setenv("ARMSGRAPH_CACHE", str(tmp_path / "cache"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(repository)) as server:
        use_repository(tmp_path, f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield repository
        repository.release.set()
        server.shutdown()


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def test_fetches_once_and_in_the_order_of_the_lock(repository: Repository) -> None:
    steps: list[tuple[str, int, int]] = []
    paths = artifacts.ensure_jars(lambda *step: steps.append(step))
    assert repository.complete(paths)
    assert set(paths) == set(repository.stored())
    total = sum(map(len, repository.files.values()))
    assert steps[0] == ("Fetching Neo4j 1.0", 0, total)
    assert steps[-1] == ("Fetching Neo4j 1.0", total, total)
    assert [done for _, done, _ in steps] == sorted(done for _, done, _ in steps)
    assert not (artifacts.get_cache_folder() / "incoming").exists()

    steps.clear()
    assert artifacts.ensure_jars(lambda *step: steps.append(step)) == paths
    assert repository.jars_asked() == JARS
    assert steps == []


@pytest.mark.parametrize("damage", [b"", b"x" * 20_003, None], ids=["emptied", "same size", "deleted"])
def test_a_damaged_jar_is_fetched_again(repository: Repository, damage: bytes | None) -> None:
    paths = artifacts.ensure_jars(quiet)
    if damage is None:
        paths[3].unlink()
    else:
        paths[3].write_bytes(damage)
    repository.requests.clear()
    assert repository.complete(artifacts.ensure_jars(quiet))
    assert repository.jars_asked() == 1


def test_a_wrong_sum_is_refused(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artifacts, "PAUSES", (0.01, 0.01))
    path = next(path for path in repository.files if "part5" in path)
    repository.files[path] = bytes([1]) * len(repository.files[path])
    with pytest.raises(ArtifactsUnavailable, match=r"org\.example:part5:1\.0 is not the file in the lock"):
        artifacts.ensure_jars(quiet)
    assert not [file for file in artifacts.get_cache_folder().rglob("*.jar") if "part5" in file.name]


def test_an_answer_that_breaks_off_is_asked_for_again(repository: Repository) -> None:
    repository.cuts = 3
    assert repository.complete(artifacts.ensure_jars(quiet))
    assert repository.jars_asked() == JARS + 3


def test_goes_on_after_kill_9(repository: Repository) -> None:
    repository.stuck = set(list(repository.files)[4:])
    process = repository.fetch_elsewhere()
    try:
        wait_for(lambda: len(repository.stored()) == 4 and repository.jars_asked() == JARS)
    finally:
        process.kill()
        process.wait()
    assert list((artifacts.get_cache_folder() / "incoming").rglob("*.jar"))  # halves
    repository.stuck.clear()
    repository.requests.clear()
    assert repository.complete(artifacts.ensure_jars(quiet))
    assert repository.jars_asked() == JARS - 4
    assert not (artifacts.get_cache_folder() / "incoming").exists()


def test_two_processes_fetch_once(repository: Repository) -> None:
    repository.stuck = set(repository.files)  # so that the second one comes while the first one fetches
    processes = [repository.fetch_elsewhere(), repository.fetch_elsewhere()]
    wait_for(lambda: repository.jars_asked() == JARS)
    time.sleep(1)
    repository.release.set()
    assert [process.wait(timeout=60) for process in processes] == [0, 0]
    assert repository.jars_asked() == JARS
    assert repository.complete(artifacts.ensure_jars(quiet))


def assert_names_the_ways_out(error: ArtifactsUnavailable) -> None:
    assert "Neo4j 1.0 can't be fetched" in str(error)
    for way_out in ("NEO4J_URI", "NEO4J_USER", "NEO4J_PASSWORD", "docker compose up"):
        assert way_out in str(error)


@pytest.mark.parametrize("through_proxy", [False, True])
def test_no_network(repository: Repository, monkeypatch: pytest.MonkeyPatch, through_proxy: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    if through_proxy:
        use_repository(repository.folder, "http://registry.invalid")
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, nobody)
    else:
        use_repository(repository.folder, nobody)
    with limit_time(4.0), pytest.raises(ArtifactsUnavailable) as caught:
        artifacts.ensure_jars(quiet)
    assert_names_the_ways_out(caught.value)


def test_a_network_that_swallows_everything(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    # With the real values (10 s and 15 s) this takes 20.5 s.
    monkeypatch.setattr(artifacts, "REQUEST_TIMEOUT", 0.4)
    monkeypatch.setattr(artifacts, "PATIENCE", 0.6)
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        use_repository(repository.folder, f"http://127.0.0.1:{silent.getsockname()[1]}")
        with limit_time(1.0), pytest.raises(ArtifactsUnavailable) as caught:
            artifacts.ensure_jars(quiet)
    assert_names_the_ways_out(caught.value)


@pytest.mark.parametrize("status", [403, 503])
def test_a_registry_that_refuses(repository: Repository, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    monkeypatch.setattr(artifacts, "PAUSES", (0.01, 0.01))
    repository.status = status
    with pytest.raises(ArtifactsUnavailable) as caught:
        artifacts.ensure_jars(quiet)
    assert_names_the_ways_out(caught.value)


def test_a_cache_that_cannot_be_written(repository: Repository) -> None:
    artifacts.get_cache_folder().write_text("a file where the folder should be")
    with pytest.raises(ArtifactsUnavailable, match="can't be stored in"):
        artifacts.ensure_jars(quiet)
    assert repository.jars_asked() == 0


def test_by_default_progress_is_lines_on_stderr(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    artifacts.ensure_jars()
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.splitlines()[-1] == "Fetching Neo4j 1.0: 0 of 0 MB"


@pytest.mark.parametrize("text", ["", "[]", '{"version": "1.0"}', '{"version": "1", "jars": [{"group": 1}]}'])
def test_a_lock_that_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "lock.json").write_text(text)
    with pytest.raises(ArtifactsUnavailable, match="is not a lock file"):
        Lock.read(tmp_path / "lock.json")


def test_the_committed_lock() -> None:
    lock = Lock.read()
    assert artifacts.LOCK_FILE.name == f"neo4j-{lock.version}.lock.json"
    assert ("org.neo4j", "neo4j", lock.version) in {(jar.group, jar.artifact, jar.version) for jar in lock.jars}
    assert all(re.fullmatch("[0-9a-f]{64}", jar.sha256) and jar.size > 0 for jar in lock.jars)
    assert len({jar.path for jar in lock.jars}) == len(lock.jars)
    assert "://" not in artifacts.LOCK_FILE.read_text()


def test_a_lock_is_written_as_it_is_read(tmp_path: Path) -> None:
    Lock.read().write(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == artifacts.LOCK_FILE.read_bytes()
    assert len(json.loads(artifacts.LOCK_FILE.read_text())["jars"]) == len(Lock.read().jars)
