"""The home folder of Armsgraph on this machine, and how its files are locked and written."""

import errno
import os
import stat
import uuid
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

PRIVATE = 0o600  # the mode of a file that only the user can read
_BINARY = getattr(os, "O_BINARY", 0)  # on Windows, which else would write line ends of its own


class NotPlainFileError(OSError):
    """What stands at a path is a folder, a pipe or a device."""


def find_home() -> Path:
    """The folder of the local Neo4j: ARMSGRAPH_HOME, or the platform's data folder."""
    return Path(os.environ.get("ARMSGRAPH_HOME") or platformdirs.user_data_dir("armsgraph")).expanduser()


def create_file_lock(file: Path, timeout: float = -1) -> FileLock:
    """A lock of the operating system on `file`, which ends with the process that holds it."""
    return FileLock(file, timeout=timeout, mode=PRIVATE, thread_local=False)


def is_held(file: Path) -> bool:
    """Whether some process holds the lock on `file`."""
    try:
        with create_file_lock(file, timeout=0):
            return False
    except Timeout:
        return True


def write_private(file: Path, text: str) -> None:
    """Write `file` at once, and so that only the user can read it."""
    write_file(file, text)


def write_file(file: Path, text: str, *, mode: int = PRIVATE) -> None:
    """Write `file` at once: whoever reads it sees all of it or none. Raises OSError."""
    draft = file.with_name(f"{file.name}.{uuid.uuid4().hex}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode), "wb") as out:
        out.write(text.encode())
    draft.replace(file)


def create_private_folder(folder: Path) -> None:
    """Make a folder that only the user can read, and those above it. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)  # one that mkdir's `parents` made has the usual mode


def read_plain(file: Path, most: int) -> bytes | None:
    """What stands in a plain file, at most one byte more than `most`; None where there is no file.

    Raises NotPlainFileError for a folder, a pipe or the like, which is not waited for, and OSError for a link.
    """
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NotPlainFileError(errno.EINVAL, "not a plain file", str(file))
    with os.fdopen(handle, "rb") as opened:
        return opened.read(most + 1)
