"""`armsgraph demo` as a newcomer runs it: one command, no internet, and nothing left behind."""

import base64
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from graph.errors import ArtifactsUnavailable
from graph.server import artifacts
from tests.support.paths import ROOT
from tests.support.servers import missing

pytestmark = [pytest.mark.database, pytest.mark.timeout(240)]
# With these, whatever honours proxies can reach nothing: what is cached must do.
OFFLINE = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9") | {
    "NO_PROXY": "127.0.0.1,localhost",
    "no_proxy": "127.0.0.1,localhost",
}


class Demo:
    """A running demo."""

    def __init__(self, home: Path, *, password: str = "") -> None:
        own = {"ARMSGRAPH_HOME": str(home), "ARMSGRAPH_PASSWORD": password, "PYTHONPATH": str(ROOT)}
        environment = {**os.environ, **OFFLINE, **own}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "armsgraph", "demo"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT,
            start_new_session=True,
        )
        assert self.process.stdout
        self.address = ""
        for line in self.process.stdout:
            match = re.search(r"http://127\.0\.0\.1:\d+/", line)
            if match:
                self.address = match[0]
                return
        pytest.fail(f"the demo ended: {self.process.stderr and self.process.stderr.read()}")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    try:
        artifacts.ensure_jars()
    except ArtifactsUnavailable as error:
        missing(str(error))
    return tmp_path / "demo-home"


@pytest.fixture
def demo(home: Path) -> Iterator[Demo]:
    running = Demo(home)
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGINT)
        running.process.wait(60)


def family(home: Path) -> list[psutil.Process]:
    """The demo and what it started: all that run with this home in their environment."""
    processes = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("ARMSGRAPH_HOME") == str(home):
                processes.append(process)
        except psutil.Error:
            continue  # it ended meanwhile, or is another user's
    return processes


def gone(home: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not family(home):
            return True
        time.sleep(0.2)
    return False


def answer(address: str, password: str | None = None) -> int:
    """The status of the page at `address`, asked for with a password or without."""
    headers = {}
    if password is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(f"analyst:{password}".encode()).decode()
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=30) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_it_serves_the_page_without_internet_and_talks_to_this_machine_only(demo: Demo, home: Path) -> None:
    with urllib.request.urlopen(demo.address, timeout=30) as response:
        assert response.status == 200
        assert "Armsgraph" in response.read().decode()
    assert len(family(home)) == 2
    for process in family(home):
        for connection in process.net_connections("inet"):
            for end in filter(None, (connection.laddr, connection.raddr)):
                assert end.ip in ("127.0.0.1", "::1", "::ffff:127.0.0.1"), connection


def test_ctrl_c_ends_everything_cleanly(demo: Demo, home: Path) -> None:
    os.killpg(demo.process.pid, signal.SIGINT)  # as a terminal does
    _, errors = demo.process.communicate(timeout=60)
    assert demo.process.returncode in (0, 130)
    assert "Traceback" not in errors
    assert gone(home, 50)


def test_it_asks_for_the_password_and_killed_with_9_leaves_nothing_running(home: Path) -> None:
    demo = Demo(home, password="secret")
    try:
        assert answer(demo.address) == 401
        assert answer(demo.address, "wrong") == 401
        assert answer(demo.address, "secret") == 200
        assert len(family(home)) == 2
    finally:
        demo.process.kill()
        demo.process.wait(10)
    assert gone(home, 60)
