"""The saved queries a user can run: the shipped ones in cypher/, those shared here, and the user's own.

    <home>/queries/shared/            everybody's; the folder in ARMSGRAPH_SHARED_QUERIES instead, where that is set
    <home>/queries/personal/<hash>/   one user's, by the SHA-256 of the name, which stands in the file `user`

A name leads to one query, whoever asks through whatever door: a shipped query before all, as links to it mean what the
documentation says, then the user's own, then the shared one. `save` lets no name be taken twice; where it happened
(two people saved at once, or a file was put there by hand) `list_shadowed` names what can't be seen for another.
"""

import difflib
import hashlib
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from graph.errors import QueryError
from graph.home import find_home
from graph.saved_queries import queryfile, users
from graph.saved_queries.query_store import DEVICES, SUFFIX, QueryStore, QueryVersion, parse_cached
from graph.saved_queries.queryfile import SavedQuery

SHIPPED = Path(__file__).resolve().parents[2] / "cypher"
SHARED_FOLDER = "ARMSGRAPH_SHARED_QUERIES"
SHELVES = ("personal", "shared")
LONGEST_NAME = 60  # letters, as queryfile.is_name has it
_FREE_NAMES = 1_000


@cache
def load_shipped_queries(folder: Path = SHIPPED) -> Mapping[str, SavedQuery]:
    """The saved queries of a folder by name. Raises QueryError naming the file and the rule."""
    files = sorted(folder.glob("*.cypher"))
    return {f.stem: queryfile.parse(f.stem, f.read_text(encoding="utf-8"), shelf="shipped") for f in files}


class Library:
    """What one user can run. `home` is the folder of everything kept here, by default ARMSGRAPH_HOME's.

    Without a `user` there are only the shipped and the shared queries. Safe to share between threads.
    """

    def __init__(self, user: str = "", home: Path | None = None) -> None:
        self.user = users.clean_name(user)
        root = (home or find_home()) / "queries"
        elsewhere = os.environ.get(SHARED_FOLDER, "").strip()
        shared = Path(elsewhere).expanduser() if elsewhere else root / "shared"
        self._shelves = {"shared": QueryStore(shared, "shared", user=self.user, common=bool(elsewhere))}
        if self.user:
            key = hashlib.sha256(self.user.encode()).hexdigest()[:32]
            self._shelves["personal"] = QueryStore(root / "personal" / key, "personal", user=self.user)

    def all(self) -> Mapping[str, SavedQuery]:
        """Every query by name: the shipped ones first, then the user's own, then the shared ones."""
        queries = dict(load_shipped_queries())
        for shelf in self._list_stores():
            queries.update({name: query for name, query in shelf.read()[0].items() if name not in queries})
        return queries

    def find(self, name: str) -> SavedQuery:
        """The query of that name. Raises QueryError that names near ones, or says what is wrong with its file."""
        if name in load_shipped_queries():
            return load_shipped_queries()[name]
        if queryfile.is_name(name):
            for shelf in self._list_stores():
                if query := shelf.get(name):
                    return query
        names = list(self.all())
        near = difflib.get_close_matches(name, names, n=3)
        named = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(names)}"
        raise QueryError(f"there is no saved query {name!r}; {named}")

    def problems(self) -> list[tuple[str, str]]:
        """What is wrong with files that were left out: (file, rule)."""
        return [problem for shelf in self._list_stores() for problem in shelf.read()[1]]

    def list_shadowed(self) -> list[SavedQuery]:
        """Queries that can't be reached by their name, as `all` has another one of it; `rename` makes them free."""
        reachable, every = self.all(), [query for shelf in self._list_stores() for query in shelf.read()[0].values()]
        return [query for query in every if reachable[query.name].shelf != query.shelf]

    def save(self, name: str, text: str, shelf: str = "personal", replaces: str = "") -> SavedQuery:
        """Saves a query's text, header and all. Over a saved one only with `replaces`, the `hash` of what was opened.

        The text written over is kept (`list_versions`). Raises QueryError that names the rule, and StoreError.
        """
        query = self._validate(name, text, shelf)
        if not replaces:
            self._require_free_name(name, besides=shelf)
        self._get_store(shelf).put(query, replaces)
        return query

    def delete(self, name: str) -> str:
        """Deletes a query of the user's own or a shared one; returns a key for `restore`. Raises QueryError."""
        return self._find_store(name).remove(name)

    def restore(self, key: str) -> SavedQuery:
        """Takes back what was deleted, or an earlier text, under a name with a number where its own is taken by now.

        Raises QueryError where there is nothing of that key (any more), and StoreError.
        """
        for shelf in self._list_stores():
            for kept in shelf.kept():
                if kept.key == key:
                    name = self.find_free_name(kept.name)
                    shelf.restore(kept, name)
                    return parse_cached(name, kept.text, shelf.kind)
        raise QueryError("there is nothing to take back: it was taken back already, or deleted more than 30 days ago")

    def rename(self, old: str, new: str) -> SavedQuery:
        """Gives a query of the user's own or a shared one another name. Raises QueryError, StoreError."""
        shelf = self._find_store(old)
        self._require_valid_name(new)
        self._require_free_name(new)
        shelf.rename(old, new)
        return self.find(new)

    def move(self, name: str, shelf: str) -> SavedQuery:
        """Puts a query onto the other shelf: shares one's own, or makes a shared one one's own. Raises QueryError."""
        source, target = self._find_store(name), self._get_store(shelf)
        query = source.get(name)
        if query is None or source is target:
            raise QueryError(f"{name} is {shelf} already")
        if target.get(name) is not None:
            raise QueryError(f"there is a {shelf} query {name} already")
        target.put(parse_cached(name, query.text, shelf))  # first there, then away: nothing is lost if it ends between
        source.remove(name)
        return parse_cached(name, query.text, shelf)

    def list_versions(self, name: str) -> list[QueryVersion]:
        """The texts of a query that were written over, the latest first."""
        return [kept for kept in self._find_store(name).kept() if kept.name == name and not kept.deleted]

    def deleted(self) -> list[QueryVersion]:
        """What can be taken back, the latest first."""
        versions = [kept for shelf in self._list_stores() for kept in shelf.kept() if kept.deleted]
        return sorted(versions, key=lambda kept: (kept.at, kept.key), reverse=True)

    def find_free_name(self, name: str) -> str:
        """This name, or the first of name-2, name-3 and so on that no query has. Raises QueryError."""
        taken = {query.name for shelf in self._list_stores() for query in shelf.read()[0].values()} | set(
            load_shipped_queries()
        )
        taken |= {file.removesuffix(SUFFIX) for file, _ in self.problems()}
        for number in range(1, _FREE_NAMES):
            ending = f"-{number}" if number > 1 else ""
            free = name[: LONGEST_NAME - len(ending)].rstrip("-") + ending
            if free not in taken and queryfile.is_name(free) and free not in DEVICES:
                return free
        raise QueryError(f"there are too many queries called {name}-…; {queryfile.NAME_RULE}")

    def _validate(self, name: str, text: str, shelf: str) -> SavedQuery:
        self._require_valid_name(name)
        self._get_store(shelf)
        return parse_cached(name, text, shelf)

    def _require_valid_name(self, name: str) -> None:
        if not queryfile.is_name(name):
            raise QueryError(f"{name!r} can't be the name of a query: {queryfile.NAME_RULE}")
        if name in DEVICES:
            raise QueryError(f"{name!r} can't be the name of a query: Windows takes it for a device")

    def _require_free_name(self, name: str, besides: str = "") -> None:
        if name in load_shipped_queries():
            raise QueryError(f"{name} is the name of a query that comes with Armsgraph; choose another")
        for shelf in self._list_stores():
            if shelf.kind != besides and shelf.get(name) is not None:
                whose = "you have" if shelf.kind == "personal" else "others share"
                raise QueryError(f"{whose} a query {name} already; choose another name")

    def _get_store(self, kind: str) -> QueryStore:
        if kind not in self._shelves:
            raise QueryError(
                f"a query is saved as personal or as shared, not as {kind!r}"
                if kind not in SHELVES
                else "a query of one's own needs a user"
            )
        return self._shelves[kind]

    def _find_store(self, name: str) -> QueryStore:
        """The shelf that a name is written to: the user's own before the shared one."""
        for shelf in self._list_stores():
            if queryfile.is_name(name) and shelf.holds(name):
                return shelf
        if name in load_shipped_queries():
            raise QueryError(f"{name} comes with Armsgraph and stays as it is; make a copy of it to change it")
        raise QueryError(f"there is no saved query {name!r} any more")

    def _list_stores(self) -> Iterator[QueryStore]:
        return (self._shelves[kind] for kind in SHELVES if kind in self._shelves)
