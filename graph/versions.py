"""Versions of what users save, a file each, so that nobody's work is written over and a deletion can be taken back.

    <folder>/<key>.json     the fields of one version but its key, a random one: no text of a user is part of a path

Saved queries (saved_queries/query_store.py) keep earlier and deleted texts so, saved views (saved_views/store.py) every
save of a name.
"""

import json
import logging
import re
import uuid
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from graph.home import PRIVATE, read_plain, write_file

log = logging.getLogger(__name__)
UNDO_DAYS = 30  # what was deleted can be had back so long
_KEY = re.compile(r"[0-9a-f]{32}")
_LARGEST = 10_000_000  # bytes of one version that are read


class Version(Protocol):
    """What a frozen dataclass of texts, numbers and flags has to tell of a version, beside its own fields."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def key(self) -> str:
        """What finds it; made by `create_key`."""

    @property
    def made_at(self) -> str:
        """When it was made, as `get_timestamp` has it."""

    @property
    def deleted_at(self) -> str:
        """When it was deleted, '' where it was not."""


V = TypeVar("V", bound=Version)


class VersionFolder(Generic[V]):
    """The versions in one folder. Safe to use from several threads and processes at once."""

    def __init__(self, folder: Path, kind: type[V], mode: int = PRIVATE) -> None:
        self.folder, self._kind, self._mode = folder, kind, mode

    def read(self) -> list[V]:
        """All versions, the latest first. A damaged file is left out, and logged."""
        versions = [version for file in self.folder.glob("*.json") if (version := self.get(file.stem)) is not None]
        return sorted(versions, key=lambda version: (version.made_at, version.key), reverse=True)

    def get(self, key: str) -> V | None:
        """The version of a key, None where there is none, or its file is damaged."""
        if not _KEY.fullmatch(key):
            return None
        file = self._get_file(key)
        try:
            data = read_plain(file, _LARGEST)
            return None if data is None else self._parse(key, data)
        except (OSError, ValueError, TypeError, RecursionError) as error:
            log.warning("%s can't be read, and is left out: %s", file, error)
            return None

    def write(self, version: V) -> None:
        """Writes a version, over an older state of it. Raises OSError."""
        document = {name: value for name, value in asdict(version).items() if name != "key"}
        text = json.dumps(document, ensure_ascii=False, indent=1)
        write_file(self._get_file(version.key), text, mode=self._mode)

    def remove(self, key: str) -> None:
        """Removes a version for good, if it is there. Raises OSError."""
        self._get_file(key).unlink(missing_ok=True)

    def purge(self) -> list[V]:
        """Removes what was deleted more than UNDO_DAYS ago; returns what is left, the latest first."""
        before = (datetime.now(UTC) - timedelta(days=UNDO_DAYS)).isoformat(timespec="microseconds")
        left = []
        for version in self.read():
            if "" < version.deleted_at < before:
                self.remove(version.key)
            else:
                left.append(version)
        return left

    def _parse(self, key: str, data: bytes) -> V:
        version = self._kind(**{**json.loads(data), "key": key})
        for field in fields(version):
            if not isinstance(getattr(version, field.name), field.type):  # type: ignore[arg-type]  # a class, not a text
                raise TypeError(f"{field.name} is of the wrong kind")
        return version

    def _get_file(self, key: str) -> Path:
        return self.folder / f"{key}.json"


def create_key() -> str:
    """The key of a new version."""
    return uuid.uuid4().hex


def get_timestamp() -> str:
    """Now, in UTC, so that texts compare as times do."""
    return datetime.now(UTC).isoformat(timespec="microseconds")
