"""The home folder of Armsgraph on this machine, and how its files are locked and written."""

import os
import uuid
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout


def find_home() -> Path:
    """The folder of the local Neo4j: ARMSGRAPH_HOME, or the platform's data folder."""
    return Path(os.environ.get("ARMSGRAPH_HOME") or platformdirs.user_data_dir("armsgraph")).expanduser()


def create_file_lock(file: Path, timeout: float = -1) -> FileLock:
    """A lock of the operating system on `file`, which ends with the process that holds it."""
    return FileLock(file, timeout=timeout, mode=0o600, thread_local=False)


def is_held(file: Path) -> bool:
    """Whether some process holds the lock on `file`."""
    try:
        with create_file_lock(file, timeout=0):
            return False
    except Timeout:
        return True


def write_private(file: Path, text: str) -> None:
    """Write `file` at once, and so that only the user can read it."""
    draft = file.with_name(f"{file.name}.{uuid.uuid4().hex}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    draft.replace(file)
