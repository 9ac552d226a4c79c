"""One folder of saved queries that users write: a shelf. What a name may be across shelves is library.py's.

    <name>.cypher      a query; its name passed queryfile.is_name, and no other text of a user is part of a path
    user               on a personal shelf, whose it is
    kept/<key>.json    what was deleted or written over (graph/versions.py): {"name", "text", "user", "at", "deleted"}
    lock               held while something is written, so that of two people who save at once one is told

Files that people put there by hand are read too. One that breaks a rule is left out and told (`problems`); links,
folders and other files are never followed.
"""

import contextlib
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import filelock

from graph.errors import QueryError, QueryFileError, StoreError
from graph.home import PRIVATE, NotPlainFileError, create_private_folder, read_plain, write_file
from graph.saved_queries import queryfile
from graph.saved_queries.queryfile import SavedQuery
from graph.versions import VersionFolder, create_key, get_timestamp

SUFFIX = ".cypher"
MOST = 500  # queries of one shelf
MOST_EARLIER = 20  # texts written over that are kept of one name
MOST_KEPT = 2_000  # texts kept on a shelf, deleted ones too: beyond it the oldest go
PATIENCE = 10.0  # seconds to wait for somebody else's writing
# Windows takes these for devices whatever their ending ("Naming Files, Paths, and Namespaces" in its documentation).
DEVICES = frozenset(["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))])
_BYTES = 4 * queryfile.LARGEST
# Control characters, and those that turn the direction of writing: with them a text does other than it reads
# ("Trojan Source", CVE-2021-42574). Half a character, which UTF-8 can't hold, is none either.
_HIDDEN = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ufeff\\ud800-\\udfff]"
)


@dataclass(frozen=True)
class QueryVersion:
    """A text that a name had. `at` is when it was deleted or written over (UTC), `user` who did it."""

    key: str
    name: str
    text: str
    user: str
    at: str
    deleted: bool = False

    @property
    def made_at(self) -> str:
        """When it was put away."""
        return self.at

    @property
    def deleted_at(self) -> str:
        """When it was deleted, '' where it was written over."""
        return self.at if self.deleted else ""


class QueryStore:
    """The saved queries in one folder. Safe to use from several threads and processes at once.

    `kind` is "shared" or "personal". A `common` folder was made by somebody for several users of the machine: its
    permissions and those of its files follow the folder; any other is for this user of the machine alone.
    """

    def __init__(self, folder: Path, kind: str, *, user: str, common: bool = False) -> None:
        self.folder, self.kind, self.user, self.common = folder, kind, user, common
        self._mode = 0o664 if common else PRIVATE
        self._kept = VersionFolder(folder / "kept", QueryVersion, self._mode)

    def read(self) -> tuple[dict[str, SavedQuery], list[tuple[str, str]]]:
        """The queries by name, and what is wrong with the files that were left out: (file, rule)."""
        queries: dict[str, SavedQuery] = {}
        problems: list[tuple[str, str]] = []
        try:
            names = sorted(entry.name for entry in os.scandir(self.folder) if entry.name.endswith(SUFFIX))
        except FileNotFoundError:
            return {}, []
        except OSError as error:
            return {}, [(str(self.folder), f"the folder can't be read: {error.strerror}")]
        for file in names[:MOST]:
            try:
                query = self.get(file.removesuffix(SUFFIX))
            except QueryFileError as error:
                problems.append((file, error.rule))
            else:
                if query is not None:
                    queries[query.name] = query
        if len(names) > MOST:
            problems.append(
                (
                    names[MOST],
                    f"this and {len(names) - MOST - 1:,} more files were not read: a folder "
                    f"holds at most {MOST} queries",
                )
            )
        return queries, problems

    def get(self, name: str) -> SavedQuery | None:
        """The query of a name, None where there is none. Raises QueryFileError."""
        if not queryfile.is_name(name):
            raise QueryFileError(queryfile.NAME_RULE, file=f"{name}{SUFFIX}")
        text = _read(self.folder / f"{name}{SUFFIX}")
        return None if text is None else parse_cached(name, text, self.kind)

    def holds(self, name: str) -> bool:
        """Whether there is a plain file of this name, be it a good query or not."""
        file = self.folder / f"{name}{SUFFIX}"
        return file.is_file() and not file.is_symlink()

    def put(self, query: SavedQuery, replaces: str = "") -> None:
        """Writes a query; where there is one of its name already, `replaces` must be the hash of that one's text.

        Raises QueryError where it is not, or the shelf is full, and StoreError.
        """
        with self._lock_for_writing():
            now = self._text(query.name)
            if now == query.text:
                return
            if now is None and replaces:
                raise QueryError(f"{query.name} was deleted or renamed meanwhile; save your text under a new name")
            if now is not None and not replaces:
                raise QueryError(f"there is a saved query {query.name} already")
            if now is not None and hashlib.sha256(now.encode()).hexdigest() != replaces:
                raise QueryError(
                    f"somebody changed {query.name} meanwhile, and their text would be lost; save yours "
                    "under a new name, or open it again"
                )
            if now is None and sum(1 for _ in self.folder.glob(f"*{SUFFIX}")) >= MOST:
                raise QueryError(f"{MOST} queries are saved here already; delete some first")
            if now is not None:
                self._keep(query.name, now, deleted=False)
            self._write(self.folder / f"{query.name}{SUFFIX}", query.text)
            self._forget()

    def remove(self, name: str) -> str:
        """Puts a query away; returns the key that `kept` finds it by. Raises QueryError, StoreError."""
        with self._lock_for_writing():
            key = self._keep(name, self._known(name), deleted=True)
            (self.folder / f"{name}{SUFFIX}").unlink()
            self._forget()
        return key

    def rename(self, old: str, new: str) -> None:
        """Gives a query and its earlier texts another name, which must be free. Raises QueryError, StoreError."""
        with self._lock_for_writing():
            text = self._known(old)
            if self._text(new) is not None:
                raise QueryError(f"there is a saved query {new} already")
            self._write(self.folder / f"{new}{SUFFIX}", text)
            (self.folder / f"{old}{SUFFIX}").unlink()
            for kept in self.kept():
                if kept.name == old and not kept.deleted:
                    self._kept.write(replace(kept, name=new))

    def restore(self, kept: QueryVersion, name: str) -> None:
        """Writes a kept text again under a name that is free, and keeps it no more. Raises QueryError, StoreError."""
        self.put(parse_cached(name, kept.text, self.kind))
        with self._lock_for_writing():
            self._kept.remove(kept.key)

    def kept(self) -> list[QueryVersion]:
        """What was deleted or written over, the latest first. A damaged file is left out."""
        return self._kept.read()

    def _text(self, name: str) -> str | None:
        return _read(self.folder / f"{name}{SUFFIX}")

    def _known(self, name: str) -> str:
        text = self._text(name) if queryfile.is_name(name) else None
        if text is None:
            raise QueryError(f"there is no saved query {name!r} any more")
        return text

    def _keep(self, name: str, text: str, *, deleted: bool) -> str:
        kept = QueryVersion(create_key(), name, text, self.user, get_timestamp(), deleted)
        self._kept.write(kept)
        return kept.key

    def _forget(self) -> None:
        """Removes what was deleted long ago, and the oldest of what is too much."""
        earlier: Counter[str] = Counter()
        for number, kept in enumerate(self._kept.purge()):
            earlier[kept.name] += not kept.deleted
            if (not kept.deleted and earlier[kept.name] > MOST_EARLIER) or number >= MOST_KEPT:
                self._kept.remove(kept.key)

    @contextlib.contextmanager
    def _lock_for_writing(self) -> Iterator[None]:
        try:
            if self.common:
                self._kept.folder.mkdir(parents=True, exist_ok=True)
            else:
                create_private_folder(self.folder)
                create_private_folder(self._kept.folder)
            with filelock.FileLock(self.folder / "lock", timeout=PATIENCE, mode=self._mode, thread_local=False):
                if self.kind == "personal" and not (self.folder / "user").exists():
                    self._write(self.folder / "user", f"{self.user}\n")
                yield
        except filelock.Timeout as error:
            raise StoreError("somebody else is saving a query; try again in a moment") from error
        except OSError as error:
            raise StoreError(f"The query can't be saved: {error}") from error

    def _write(self, file: Path, text: str) -> None:
        write_file(file, text, mode=self._mode)


def parse_cached(name: str, text: str, shelf: str) -> SavedQuery:
    """`queryfile.parse` with a memory, as files are read again and again, and no hidden characters.

    Raises QueryFileError.
    """
    outcome = _parse_or_error(name, text, shelf)
    if isinstance(outcome, str):
        raise QueryFileError(outcome, file=f"{name}{SUFFIX}")
    return outcome


@lru_cache(maxsize=1024)
def _parse_or_error(name: str, text: str, shelf: str) -> SavedQuery | str:
    """The query, or the rule that it breaks."""
    if hidden := _HIDDEN.search(text):
        line, character = text.count("\n", 0, hidden.start()) + 1, ord(hidden[0])
        return f"line {line} holds the invisible character U+{character:04X}"
    try:
        return queryfile.parse(name, text, shelf=shelf)
    except QueryFileError as error:
        return error.rule


def _read(file: Path) -> str | None:
    """The text of a plain file, None where there is none. Raises QueryFileError for a link, or what is no text."""
    try:
        data = read_plain(file, _BYTES)
    except NotPlainFileError as error:
        raise QueryFileError("not a plain file", file=file.name) from error
    except OSError as error:
        raise QueryFileError(f"can't be read as a plain file: {error.strerror}", file=file.name) from error
    if data is None:
        return None
    if len(data) > _BYTES:
        raise QueryFileError(f"a query has at most {queryfile.LARGEST:,} letters", file=file.name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryFileError("not UTF-8 text", file=file.name) from error
