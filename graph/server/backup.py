"""Backup and restore of the local database with Neo4j's own dump and load, while no server runs."""

import tempfile
from pathlib import Path

from graph.errors import UsageError
from graph.server import local

DUMP = "neo4j.dump"  # the name that Neo4j's tools give and expect, after the database


def backup(file: Path, home: Path | None = None) -> int:
    """Writes the local database to `file`, whole or not at all. Returns its size in bytes.

    Raises UsageError where `file` exists or has no folder, StoreUnavailable while the server runs, StoreError.
    """
    if file.exists():
        raise UsageError(f"{file} exists; a backup does not replace a file")
    if not file.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {file.absolute().parent}")
    # Beside the target, so that the last step is a rename and not a copy that can break off.
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".armsgraph-") as folder:
        local.run_admin(["database", "dump", "neo4j", f"--to-path={folder}"], home)
        dump = Path(folder, DUMP)
        size = dump.stat().st_size
        dump.rename(file)
    return size


def restore(file: Path, home: Path | None = None) -> None:
    """Replaces the local database by the one in `file`, which `backup` wrote.

    Raises UsageError without such a file, StoreUnavailable while the server runs, StoreError for a file that holds no
    whole database, or where there is no room to load it; then the database is as it was.
    """
    if not file.is_file():
        raise UsageError(f"there is no file {file}")
    local.restore_dump(file, home)
