"""The log of every run of a query: who asked what, when, with which values, and how it ended.

    audit/queries-2026-11.jsonl    one line of JSON a run, in the order in which they ended; a file a month (UTC)
    audit/texts/<hash>.cypher      every text that was run, once, by its SHA-256: what a line's "hash" was

Both are beside the local database, whatever database is asked, and for this user of the machine alone (0700, 0600).
Nothing here is ever deleted by us. A run that can't be recorded does not run: the log is opened, and the text kept,
before; and should the line not fit when the run is over (a full disk), its answer is not handed out.

What panels read to draw the page (neighbours, details, search), and the choices of a form, is not recorded: it is the
program that asks there, with texts of its own. Nothing proves a user's name (graph/saved_queries/users.py).
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from filelock import Timeout

from graph.errors import StoreError
from graph.home import create_file_lock, create_private_folder, find_home, write_private
from graph.saved_queries.queryfile import SavedQuery

ANSWERED, CUT, REFUSED, FAILED = "answered", "cut", "refused", "failed"
TIMEOUT, MEMORY, CANCELLED, STOPPED, TURNED_AWAY = "timeout", "memory", "cancelled", "stopped", "turned away"
LONGEST = 500  # letters of one value
PATIENCE = 10.0  # seconds to wait for others who write
BLOCK = 65_536


@dataclass(frozen=True)
class AuditRecord:
    """One run. `at` is when it was asked for (UTC), `seconds` how long it took, waiting for its turn included.

    `via` is "app", "address" or "command line"; `shelf` whose query it is, '' for a text that is not saved;
    `outcome` one of OUTCOMES; `cut` by what an answer was cut ("rows", "size"); `refused_by` the rule that refused it.
    `parameters` are the values as the server got them, or as given where they could not be.
    """

    at: str
    user: str
    via: str
    query: str
    title: str
    shelf: str
    hash: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    rows: int = 0
    outcome: str = ANSWERED
    cut: str = ""
    refused_by: str = ""
    error: str = ""

    @classmethod
    def of(cls, query: SavedQuery, arguments: Mapping[str, Any], *, user: str, via: str) -> Self:
        """A run that begins now."""
        return cls(_get_timestamp(), user, via, query.name, query.title, query.shelf, query.hash, dict(arguments))

    @classmethod
    def read(cls, line: bytes) -> Self | None:
        """The run of a line; None for one that is damaged or was written by somebody else."""
        try:
            fields = json.loads(line)
            return cls(**{k: v for k, v in fields.items() if k in cls.__dataclass_fields__})
        except (ValueError, TypeError, AttributeError, RecursionError):
            return None

    def line(self) -> bytes:
        """The run as a line of JSON; texts that are too long are cut, and say so."""
        plain = asdict(self)
        plain["parameters"] = {_truncate(k): _truncate(v) for k, v in plain["parameters"].items()}
        plain |= {k: _truncate(plain[k]) for k in ("query", "title", "refused_by", "error")}
        return json.dumps(plain, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace") + b"\n"


class AuditLog:
    """The log in one folder. Safe to use from several threads and processes at once."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or find_home() / "audit"

    @contextmanager
    def opened(self, query: SavedQuery) -> Iterator["AuditWriter"]:
        """A line that is still to be written, and the query's text kept. Raises StoreError where neither can be."""
        try:
            self._keep(query)
            file = os.open(self._file(), os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise _build_write_error(self.root, error) from error
        try:
            yield AuditWriter(self.root, file)
        finally:
            os.close(file)

    def read(self, user: str | None = None, newest: int = 50) -> list[AuditRecord]:
        """The last runs, the newest first, of one user or of all; lines that are damaged are passed over."""
        runs: list[AuditRecord] = []
        try:
            files = sorted(self.root.glob("queries-*.jsonl"), reverse=True)
            for run in (run for file in files for run in map(AuditRecord.read, _read_lines_backwards(file)) if run):
                if user is None or run.user == user:
                    runs.append(run)
                if len(runs) >= newest:
                    break
        except OSError as error:
            raise StoreError(f"The log of queries in {self.root} can't be read: {error}") from error
        return runs

    def text(self, hash_: str) -> str | None:
        """The text of a run's hash, if it is kept."""
        file = self._texts / f"{hash_}.cypher"
        is_kept = len(hash_) == 64 and hash_.isalnum() and file.is_file()
        return file.read_text(encoding="utf-8") if is_kept else None

    @property
    def _texts(self) -> Path:
        return self.root / "texts"

    def _file(self) -> Path:
        return self.root / f"queries-{_get_timestamp()[:7]}.jsonl"

    def _keep(self, query: SavedQuery) -> None:
        create_private_folder(self.root)
        create_private_folder(self._texts)
        file = self._texts / f"{query.hash}.cypher"
        if not file.exists():
            write_private(file, query.text)


class AuditWriter:
    """A place for one line at the end of an open log."""

    def __init__(self, root: Path, file: int) -> None:
        self._root, self._file = root, file

    def write(self, run: AuditRecord) -> None:
        """Appends the run, whole or not at all. Raises StoreError where it can't be."""
        lock = create_file_lock(self._root / "lock", timeout=PATIENCE)
        try:
            with lock:
                size = os.fstat(self._file).st_size
                # What another program left without an end must not spoil this line too.
                broken = size > 0 and _read_last_byte(self._file, size) != b"\n"
                line = b"\n" * broken + run.line()
                try:
                    written = os.write(self._file, line)
                    if written < len(line):
                        raise OSError(f"only {written} of {len(line)} bytes could be written")
                except OSError:
                    os.ftruncate(self._file, size)
                    raise
        except (OSError, Timeout) as error:
            raise _build_write_error(self._root, error) from error


def _read_last_byte(file: int, size: int) -> bytes:
    os.lseek(file, size - 1, os.SEEK_SET)
    return os.read(file, 1)


def _read_lines_backwards(file: Path) -> Iterator[bytes]:
    """The lines of a file, the last first; not more of it is read than is asked for."""
    with file.open("rb") as log:
        end, rest = log.seek(0, os.SEEK_END), b""
        while end > 0:
            start = max(0, end - BLOCK)
            log.seek(start)
            first, *lines = (log.read(end - start) + rest).split(b"\n")
            yield from (line for line in reversed(lines) if line)
            end, rest = start, first
        if rest:
            yield rest


def _truncate(value: Any) -> Any:
    if not isinstance(value, (str, list, tuple, dict)):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return value if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} letters)"


def _get_timestamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _build_write_error(root: Path, error: Exception) -> StoreError:
    return StoreError(f"The log of queries in {root} can't be written, and no query runs unrecorded: {error}")
