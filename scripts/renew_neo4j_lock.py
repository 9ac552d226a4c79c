"""Resolve a version of Neo4j afresh and write its lock: `python -m scripts.renew_neo4j_lock [VERSION [FOLDER]]`.

Run it to move to another version; then set `LOCK_FILE` in graph/server/artifacts.py and delete the old lock. The lock
of the older version, for the tests, lies in tests/ (tests/support/neo4j_526.py). It
takes one to three minutes: it reads some 350 POMs one after another, and fetches every jar to take its sum.
"""

import hashlib
import sys
import tempfile
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from graph.server import artifacts


def resolve(version: str, folder: Path) -> list[Any]:
    """The artifact `org.neo4j:neo4j:<version>` and all it needs at run time, as jgo's artifacts, in order."""
    context = artifacts.create_maven_context(folder)
    root = context.create_dependency(f"org.neo4j:neo4j:{version}")
    inputs, transitive = context.resolver.resolve([root])
    artifacts_by_key = {dependency.artifact.key: dependency.artifact for dependency in inputs + transitive}
    return [
        artifacts_by_key[key] for key in sorted(artifacts_by_key)
    ]  # sorted: the same resolution gives the same file


def build_lock_line(artifact: Any) -> artifacts.Jar:
    """Fetch one artifact and take its sum. Raises what the network raises, after a few tries."""
    for pause in (*artifacts.PAUSES, None):
        try:
            file = artifact.resolve()
            break
        except (OSError, RuntimeError):
            artifact.cached_path.unlink(missing_ok=True)  # jgo would take half a file for the whole
            if pause is None:
                raise
            time.sleep(pause)
    with zipfile.ZipFile(file) as jar:
        if broken := jar.testzip():  # what is locked once is believed ever after
            raise RuntimeError(f"{file}: {broken} is damaged")
    return artifacts.Jar(
        artifact.groupId,
        artifact.artifactId,
        artifact.version,
        artifact.classifier,
        hashlib.sha256(file.read_bytes()).hexdigest(),
        file.stat().st_size,
    )


def main(version: str, target: Path = artifacts.LOCK_FILE.parent) -> None:
    """Write the lock of `version` beside graph/server/artifacts.py, or in another folder."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(artifacts.THREADS) as pool:
        lines = tuple(pool.map(build_lock_line, resolve(version, Path(folder))))
    file = target / f"neo4j-{version}.lock.json"
    artifacts.Lock(version, lines).write(file)
    size = sum(jar.size for jar in lines) / 1e6
    print(f"{file.name}: {len(lines)} jars, {size:.0f} MB")  # noqa: T201 - what was locked


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else artifacts.Lock.read().version, *map(Path, sys.argv[2:3]))
