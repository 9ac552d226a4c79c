"""The views that were saved, as files beside the local database, whatever database is looked at.

    views/<id>.json          a view (saved_views/viewfile.py) by the hash of its picture; never changed once written
    views/names/<key>.json   one save of a name: {"name", "view": id, "saved_at", "entities", "title", "deleted"}

The saves are versions (graph/versions.py): a name that is saved again has one more, and nobody's work is written over.
No text of a user is ever part of a path.
"""

import contextlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from graph.errors import DataError, StoreError
from graph.home import create_private_folder, find_home, read_plain, write_file
from graph.saved_views import viewfile
from graph.saved_views.viewfile import View
from graph.versions import VersionFolder, create_key, get_timestamp

MOST_SAVES = 1_000
MOST_LINKS = 2_000  # views that only a link leads to: beyond it the oldest go
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class ViewVersion:
    """A name that was given to a view. `key` names the save, `view` the picture; `deleted` is when, or ''."""

    key: str
    name: str
    view: str
    saved_at: str
    entities: int
    title: str = ""
    deleted: str = ""

    @property
    def made_at(self) -> str:
        """When it was saved."""
        return self.saved_at

    @property
    def deleted_at(self) -> str:
        """When it was deleted, '' where it was not."""
        return self.deleted


class ViewStore:
    """The saved views in one folder. Safe to use from several threads and processes at once."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or find_home() / "views"
        self._saves = VersionFolder(self.root / "names", ViewVersion)

    def keep(self, view: View) -> str:
        """Keeps a view for a link to it; returns its id. Raises StoreError where the folder can't be written."""
        file = self.root / f"{view.id}.json"
        self._write(file, view.text(), once=True)
        self._forget_links(file)
        return view.id

    def save(self, name: str, view: View) -> ViewVersion:
        """Saves a view under a name, beside earlier saves of that name. Raises DataError, StoreError."""
        tidy = viewfile.clean_name(name)
        if len(self._saves.purge()) >= MOST_SAVES:
            raise DataError(f"{MOST_SAVES:,} views are saved already; delete some first")
        now = get_timestamp()
        version = ViewVersion(
            create_key(), tidy, view.id, now, len(view.canvas["ids"]), str(view.canvas.get("title", ""))
        )
        self._write(self.root / f"{view.id}.json", view.named(tidy, now).text(), once=True)
        self._write_version(version)
        return version

    def names(self) -> list[list[ViewVersion]]:
        """The saves of every name, the latest first, in the order of the latest."""
        versions: dict[str, list[ViewVersion]] = {}
        for save in self._list_current():
            versions.setdefault(_normalize_name(save.name), []).append(save)
        return list(versions.values())

    def list_versions(self, name: str) -> list[ViewVersion]:
        """All saves of a name, the latest first."""
        return [s for s in self._list_current() if _normalize_name(s.name) == _normalize_name(name)]

    def get_version(self, key: str) -> ViewVersion:
        """The save of a key. Raises DataError where there is none."""
        if (save := self._saves.get(key)) is not None:
            return save
        raise DataError("this view is not there any more; it may have been deleted in another window")

    def load(self, id_: str) -> View:
        """The view of an id. Raises DataError where there is none, or its file is damaged."""
        if not _ID.fullmatch(id_):
            raise DataError("this is not the id of a view")
        try:
            text = read_plain(self.root / f"{id_}.json", viewfile.LARGEST)
        except OSError as error:
            raise StoreError(f"The saved view can't be read: {error}") from error
        if text is None:
            raise DataError("this view is not kept here: it was made on another machine, deleted, or is too old")
        return viewfile.parse(text, file=f"the view {id_[:8]}")

    def opened(self, save: ViewVersion) -> View:
        """The view of a save, under the save's name and date."""
        return self.load(save.view).named(save.name, save.saved_at)

    def find(self, name: str) -> View:
        """The last save of a name, or the view of an id. Raises DataError for neither."""
        versions = self.list_versions(name)
        if versions:
            return self.opened(versions[0])
        if _ID.fullmatch(name):
            return self.load(name)
        raise DataError(f"there is no saved view {name!r}; `armsgraph view list` names all")

    def rename(self, old: str, new: str) -> str:
        """Gives all saves of a name another one; returns it. Raises DataError where that is taken."""
        tidy = viewfile.clean_name(new)
        if _normalize_name(tidy) != _normalize_name(old) and self.list_versions(tidy):
            raise DataError(f"another view is named “{tidy}” already", field="name")
        for save in self._known(old):
            self._write_version(replace(save, name=tidy))
        return tidy

    def delete(self, name: str) -> tuple[str, ...]:
        """Puts all saves of a name away; returns their keys, for `restore`. Raises DataError."""
        saves = self._known(name)
        for save in saves:
            self._write_version(replace(save, deleted=get_timestamp()))
        return tuple(s.key for s in saves)

    def restore(self, keys: Iterable[str]) -> str:
        """Takes deleted saves back; returns their name, with a number where another view has it by now."""
        saves = [self.get_version(key) for key in keys]
        name = saves[0].name if saves else ""
        free = next(
            n for n in (name, *(f"{name[:70]} ({i})" for i in range(2, MOST_SAVES))) if not self.list_versions(n)
        )
        for save in saves:
            self._write_version(replace(save, name=free, deleted=""))
        return free

    def _known(self, name: str) -> list[ViewVersion]:
        saves = self.list_versions(name)
        if not saves:
            raise DataError(f"there is no saved view “{name}” any more")
        return saves

    def _list_current(self) -> list[ViewVersion]:
        return [s for s in self._saves.read() if not s.deleted]

    def _write_version(self, save: ViewVersion) -> None:
        with self._writing():
            self._saves.write(save)

    def _forget_links(self, newest: Path) -> None:
        """Removes the oldest of the views that no name leads to, where there are too many."""
        files = list(self.root.glob("*.json"))
        if len(files) <= MOST_LINKS:
            return
        named = {s.view for s in self._saves.read()}
        loose = sorted((f for f in files if f.stem not in named and f != newest), key=lambda f: f.stat().st_mtime)
        for file in loose[: max(0, len(loose) + 1 - MOST_LINKS)]:
            file.unlink(missing_ok=True)

    def _write(self, file: Path, text: str, *, once: bool = False) -> None:
        """Writes a file at once, for this user alone; with `once` only where it isn't there (and marks it as used)."""
        if len(text.encode()) > viewfile.LARGEST:
            raise DataError(f"the view is larger than {viewfile.LARGEST // 1_000_000} MB")
        with self._writing():
            if once and file.exists():
                file.touch()
            else:
                write_file(file, text)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            create_private_folder(self.root)
            create_private_folder(self._saves.folder)
            yield
        except OSError as error:
            raise StoreError(f"The view can't be saved: {error}") from error


def _normalize_name(name: str) -> str:
    """Names that differ in case alone are the same to a reader."""
    return unicodedata.normalize("NFKC", name).casefold()
