"""Backup and restore bring back the same graph, and a restore that fails or is killed leaves the old one as it was."""

import gzip
import hashlib
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from graph.database import write
from graph.database.store import Store
from graph.errors import ArtifactsUnavailable, StoreError, StoreUnavailable, UsageError
from graph.ontology import Ontology
from graph.reading.search import find_hits
from graph.server import backup, local
from graph.server.place import ServerHome
from loader.sources import articles
from tests.loader.loading.test_load import SMALL, fingerprint
from tests.support.paths import ROOT
from tests.support.reading import load_feed
from tests.support.servers import address, missing

pytestmark = [pytest.mark.database, pytest.mark.timeout(600)]

HOME = {"conf", "data", "import", "logs", "password", "run"}


@dataclass(frozen=True)
class Kept:
    """A home, the backup of it, and what its database holds, as a sum and as files."""

    home: Path
    dump: Path
    graph: str
    files: Mapping[str, tuple[int, str]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, ontology: Ontology) -> Kept:
    folder = tmp_path_factory.mktemp("backup")
    home, dump = folder / "무기 graph", folder / "graph.dump"
    try:
        with local.open_server(home) as server, Store(lambda: address(server)) as store:
            load_feed(store, ontology, articles.read(SMALL, ontology))
            graph = fingerprint(store)
            for refused in (lambda: backup.backup(dump, home), lambda: backup.restore(SMALL / "claims.csv", home)):
                with pytest.raises(StoreUnavailable, match="is running"):
                    refused()
            assert fingerprint(store) == graph
    except ArtifactsUnavailable as error:
        missing(str(error))
    assert backup.backup(dump, home) == dump.stat().st_size
    return Kept(home, dump, graph, hash_files(home))


def hash_files(home: Path) -> dict[str, tuple[int, str]]:
    """The number and the sum of every file of the databases in a home, by its path: a copy has another number."""
    return {
        str(file.relative_to(home)): (file.stat().st_ino, hashlib.sha256(file.read_bytes()).hexdigest())
        for file in sorted((home / "data").rglob("*"))
        if file.is_file()
    }


def is_untouched(kept: Kept) -> bool:
    """Whether the old database is there, to the byte, and nothing is left of a new one."""
    return hash_files(kept.home) == kept.files and {path.name for path in kept.home.iterdir()} == HOME


BAD: Mapping[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda dump: b"", "is not a dump of a Neo4j database"),
    "text": (lambda dump: b"claim,subject,predicate\n" * 1_000, "is not a dump of a Neo4j database"),
    "another compressed file": (gzip.compress, "is not a dump of a Neo4j database|can't load it"),
    "60 % of it": (lambda dump: dump[: len(dump) * 6 // 10], "damaged or not whole"),
    "all but the last byte": (lambda dump: dump[:-1], "damaged or not whole"),
    "a bit turned": (lambda dump: flip(dump, len(dump) // 2), "damaged or not whole"),
    "a bit turned near the end": (lambda dump: flip(dump, len(dump) - 3), "damaged or not whole"),
    "zeros in the middle": (lambda dump: dump[:9_000] + bytes(4_096) + dump[13_096:], "damaged or not whole"),
}


def flip(dump: bytes, at: int) -> bytes:
    return dump[:at] + bytes([dump[at] ^ 0x10]) + dump[at + 1 :]


@pytest.mark.parametrize("what", BAD)
def test_a_damaged_file_changes_nothing(kept: Kept, tmp_path: Path, what: str) -> None:
    spoil, reason = BAD[what]
    file = tmp_path / "bad.dump"
    file.write_bytes(spoil(kept.dump.read_bytes()))
    with pytest.raises(StoreError, match=f"is not restored, and the database is as it was: .*({reason})"):
        backup.restore(file, kept.home)
    assert is_untouched(kept)


def test_a_whole_dump_of_a_broken_database_changes_nothing(kept: Kept, tmp_path: Path) -> None:
    home, file = tmp_path / "broken", tmp_path / "broken.dump"
    backup.restore(kept.dump, home)
    nodes = home / "data" / "databases" / "neo4j" / "neostore.nodestore.db"
    nodes.write_bytes(bytes(range(256)) * (nodes.stat().st_size // 256))
    backup.backup(file, home)
    with pytest.raises(StoreError, match="the database is as it was: Neo4j can't find its database in order"):
        backup.restore(file, kept.home)
    assert is_untouched(kept)


def restore_in_process(kept: Kept, home: Path, *, largest: int = -1) -> subprocess.CompletedProcess[str]:
    """`armsgraph db restore` as a process, which can write no file of more than so many bytes."""
    own = {"ARMSGRAPH_HOME": str(home), "JAVA_TOOL_OPTIONS": "-XX:-UsePerfData"}  # that is a file, and larger
    return subprocess.run(
        [sys.executable, "-m", "armsgraph", "db", "restore", "--yes", str(kept.dump)],
        env={**os.environ, **own},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest)),
    )


def test_a_file_that_can_not_be_written_changes_nothing(kept: Kept) -> None:
    done = restore_in_process(kept, kept.home, largest=kept.dump.stat().st_size - 1)
    assert done.returncode == 3
    assert "is not restored, and the database is as it was: [Errno 27] File too large" in done.stderr
    assert is_untouched(kept)


def test_a_full_disk_changes_nothing(kept: Kept, tmp_path: Path) -> None:
    home = tmp_path / "disk" / "home"
    home.parent.mkdir()
    size = sum(file.stat().st_size for file in kept.home.rglob("*"))
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    disk = [mount or "", "-t", "tmpfs", "-o", f"size={size + size // 2}", "tmpfs", str(home.parent)]
    if not mount or not unmount or subprocess.run(disk, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk, and not everywhere")
    try:
        shutil.copytree(kept.home, home)
        before = hash_files(home)
        done = restore_in_process(kept, home)
        assert done.returncode == 3
        assert "is not restored, and the database is as it was" in done.stderr
        assert hash_files(home) == before
        assert {path.name for path in home.iterdir()} == HOME
    finally:
        subprocess.run([unmount, str(home.parent)], check=True)


def test_a_database_that_another_neo4j_uses_is_left_alone(kept: Kept) -> None:
    import fcntl

    with (kept.home / "data" / "databases" / "store_lock").open("r+b") as store_lock:
        fcntl.lockf(store_lock, fcntl.LOCK_EX)  # as Java does it
        with pytest.raises(StoreError, match="another Neo4j uses"):
            backup.restore(kept.dump, kept.home)
    assert is_untouched(kept)


@pytest.mark.parametrize("reached", ["dump/neo4j.dump", "data/databases/neo4j", "data/databases/system"])
def test_killed_at_it_the_old_database_is_there(kept: Kept, reached: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "armsgraph", "db", "restore", "--yes", str(kept.dump)],
        env={**os.environ, "ARMSGRAPH_HOME": str(kept.home)},
        cwd=ROOT,
    )
    wait_for((kept.home / "restoring" / reached).exists, 120)
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for each in family:
        each.kill()
    process.wait(10)
    wait_for(lambda: not ServerHome(kept.home).is_server_alive(), 60)
    assert hash_files(kept.home) == kept.files
    with pytest.raises(StoreError, match="not a dump"):
        backup.restore(SMALL / "claims.csv", kept.home)
    assert is_untouched(kept)


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_was_backed_up_comes_back(kept: Kept, ontology: Ontology, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="exists"):
        backup.backup(kept.dump, kept.home)
    home = tmp_path / "another"
    backup.restore(kept.dump, home)  # where there was no database
    with local.open_server(home) as server, Store(lambda: address(server)) as store:
        assert fingerprint(store) == kept.graph
        write.wipe(store)
    backup.restore(kept.dump, home)
    assert {path.name for path in home.iterdir()} == HOME
    with local.open_server(home) as server, Store(lambda: address(server)) as store:
        assert fingerprint(store) == kept.graph
        assert find_hits(store, ontology, "kanggye")  # the indexes came back too
    assert sorted(p.name for p in kept.dump.parent.iterdir()) == ["graph.dump", "무기 graph"]


def test_files_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        backup.backup(tmp_path / "nowhere" / "x.dump", tmp_path / "home")
    with pytest.raises(UsageError, match="there is no file"):
        backup.restore(tmp_path / "x.dump", tmp_path / "home")
