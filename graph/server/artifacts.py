"""The jars of Neo4j: fetched once, and checked against a committed lock each time they are used.

The lock file beside this module (`neo4j-<version>.lock.json`, written by scripts/renew_neo4j_lock.py)
names every jar by its Maven coordinates with its sha256 and size. It names no registry: `jgo` knows the
public one, and a user behind a mirror names it in jgo's settings file (`[repositories]`, `central = …`).

A jar reaches the class path only through `jars()`:

    fetched into incoming/ → sum compared with the lock → moved to its place → sum compared at every use

So a process killed at any moment leaves whole jars in place, and rubbish in incoming/ alone, which the
next fetch empties. A damaged jar is fetched again. Comparing all sums takes half a second for 160 MB, a
tenth of a start of the server; a marker with sizes and times would save less and miss a failing disk.
"""

import hashlib
import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock

from graph.errors import ArtifactsUnavailable
from graph.progress import open_progress

LOCK_FILE = Path(__file__).with_name("neo4j-2026.05.0.lock.json")
THREADS = 16
REQUEST_TIMEOUT = 10  # seconds without a byte
PAUSES = (0.5, 1.0, 2.0)  # seconds between tries
PATIENCE = 15.0  # seconds without a single finished jar, after which a failure is final

# What to say, done, total; in bytes. A total of 0: there is no telling how long it takes.
Progress = Callable[[str, int, int], None]

WAYS_OUT = (
    "Either set NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD to use a Neo4j server you have, "
    "or start one with `docker compose up` and point them to it."
)


@dataclass(frozen=True)
class Jar:
    """One line of the lock file."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    size: int

    @property
    def path(self) -> Path:
        """Its place in a Maven repository, and in our cache."""
        name = "-".join(part for part in (self.artifact, self.version, self.classifier) if part)
        return Path(*self.group.split("."), self.artifact, self.version, f"{name}.jar")

    def __str__(self) -> str:
        return ":".join(part for part in (self.group, self.artifact, self.version, self.classifier) if part)


@dataclass(frozen=True)
class Lock:
    """The lock file: the version of Neo4j, and its jars in the order of the class path."""

    version: str
    jars: tuple[Jar, ...]

    @classmethod
    def read(cls, file: Path | None = None) -> "Lock":
        """Read `file`, by default the committed lock. Raises ArtifactsUnavailable when it isn't a lock."""
        file = file or LOCK_FILE
        try:
            data = json.loads(file.read_text("utf-8"))
            return cls(data["version"], tuple(Jar(**jar) for jar in data["jars"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArtifactsUnavailable(f"{file} is not a lock file: {error}") from error

    def write(self, file: Path) -> None:
        """Write it to `file`, a line a jar, so that a renewal reads well as a diff."""
        lines = ",\n".join("  " + json.dumps(vars(jar)) for jar in self.jars)
        file.write_text(f'{{"version": {json.dumps(self.version)}, "jars": [\n{lines}\n]}}\n', "utf-8")


def get_cache_folder() -> Path:
    """The folder of the fetched jars: ARMSGRAPH_CACHE, or the platform's cache folder."""
    return Path(os.environ.get("ARMSGRAPH_CACHE") or platformdirs.user_cache_dir("armsgraph")).expanduser().absolute()


def ensure_jars(progress: Progress | None = None, lock_file: Path | None = None) -> list[Path]:
    """The class path of Neo4j as `lock_file`, by default the committed one, has it; fetches what is missing or damaged.

    `progress` is called with a text, the bytes done and the bytes to do; by default a bar or lines on stderr.
    Returns the jars' paths, every sum checked. Raises ArtifactsUnavailable when one can't be had.
    """
    lock, folder = Lock.read(lock_file), get_cache_folder()
    if _find_missing_jars(lock, folder):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # One process fetches; another one waits here, then finds nothing lacking.
            with FileLock(folder / "fetch.lock"), report_progress(progress) as report:
                _fetch_missing(lock, _find_missing_jars(lock, folder), folder, report)
        except OSError as error:
            raise ArtifactsUnavailable(f"The jars of Neo4j can't be stored in {folder}: {error}") from error
    return [folder / jar.path for jar in lock.jars]


def _is_intact(file: Path, jar: Jar) -> bool:
    try:
        if file.stat().st_size != jar.size:
            return False
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest() == jar.sha256
    except OSError:
        return False


def _find_missing_jars(lock: Lock, folder: Path) -> list[Jar]:
    """The jars which `folder` hasn't got, or whose sum differs."""
    with ThreadPoolExecutor(THREADS) as pool:  # hashlib lets other threads run
        intact = pool.map(lambda jar: _is_intact(folder / jar.path, jar), lock.jars)
        return [jar for jar, good in zip(lock.jars, intact, strict=True) if not good]


def _fetch_missing(lock: Lock, lacking: list[Jar], folder: Path, report: Progress) -> None:
    """Fetch the `lacking` jars into `folder`. The caller holds the fetch lock."""
    if not lacking:
        return
    incoming = folder / "incoming"
    shutil.rmtree(incoming, ignore_errors=True)  # of a process that was killed
    context = create_maven_context(incoming)
    text, done, total = f"Fetching Neo4j {lock.version}", 0, sum(jar.size for jar in lacking)
    luck = _FetchState()
    with ThreadPoolExecutor(THREADS) as pool:
        waiting = {pool.submit(_fetch_jar, jar, context, folder / jar.path, luck): jar for jar in lacking}
        report(text, 0, total)
        try:
            for future in as_completed(waiting):
                future.result()
                done += waiting[future].size
                report(text, done, total)
        except BaseException as error:  # also Ctrl-C: the other threads must not go on
            luck.gone.set()
            pool.shutdown(wait=False, cancel_futures=True)
            if isinstance(error, _FETCH_ERRORS):
                raise ArtifactsUnavailable(
                    f"Neo4j {lock.version} can't be fetched: {str(error)[:400]}\n{WAYS_OUT}"
                ) from error
            raise
    shutil.rmtree(incoming, ignore_errors=True)


def create_maven_context(incoming: Path) -> Any:
    """A Maven context that stores below `incoming`; its repositories: jgo's own and its settings file's."""
    # Imported here: 0.4 s, of use on the first start alone.
    from jgo.config import GlobalSettings  # noqa: PLC0415 - only where something is fetched
    from jgo.maven import MavenContext  # noqa: PLC0415 - the same

    logging.getLogger("jgo").setLevel(logging.ERROR)  # what it warns of (a missing sha1), our own sums decide
    context = MavenContext(repo_cache=incoming, timeout=REQUEST_TIMEOUT)
    context.remote_repos.update(GlobalSettings.load().repositories)
    return context


class _FetchState:
    """What the fetching threads share: when something last worked, and whether to give up."""

    def __init__(self) -> None:
        self.last = time.monotonic()
        self.gone = threading.Event()


# What `requests` raises is an OSError; RuntimeError is jgo's for any answer but 200, and ours for a wrong
# sum; ValueError is jgo's for a Retry-After that is no number.
_FETCH_ERRORS = (OSError, RuntimeError, ValueError)


def _fetch_jar(jar: Jar, context: Any, place: Path, luck: _FetchState) -> None:
    """Fetch one jar, check it and put it in its place. A failure is tried again while others succeed.

    Raises the last failure: four tries in a few seconds where the network refuses, one or two where it is
    silent.
    """
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    artifact = component.artifact(jar.classifier)
    for pause in (*PAUSES, None):
        if luck.gone.is_set():  # another thread has failed for good, and says so
            return
        try:
            file = artifact.resolve()
            if not _is_intact(file, jar):
                raise RuntimeError(f"{jar} is not the file in the lock (size or sha256 differs)")
            place.parent.mkdir(parents=True, exist_ok=True)
            file.replace(place)
            luck.last = time.monotonic()
            return
        except _FETCH_ERRORS as error:
            artifact.cached_path.unlink(missing_ok=True)  # jgo would take half a file for the whole
            ours = isinstance(error, OSError) and error.errno is not None  # disk full, no permission
            tired = time.monotonic() - luck.last > PATIENCE
            if pause is None or ours or tired:
                luck.gone.set()
                raise
            luck.gone.wait(pause)


@contextmanager
def report_progress(progress: Progress | None) -> Iterator[Progress]:
    """`progress` itself; where it is None a bar on a terminal, and a line every few seconds elsewhere.

    Both go to stderr: stdout is for the machine.
    """
    if progress is not None:
        yield progress
    else:
        with open_progress(every=5.0, announce=True) as report:
            yield lambda text, done, total: report(text, *_measure(done, total))


def _measure(done: int, total: int) -> tuple[float | None, str]:
    """The share of the bytes that is done, and both in words; nothing where their number is not known."""
    return (done / total, f"{done / 1e6:.0f} of {total / 1e6:.0f} MB") if total else (None, "")
