"""The home of a local Neo4j: its files, their locks, and what they say. server/local.py draws the whole picture."""

import contextlib
import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from graph.errors import StoreUnavailable
from graph.home import find_home, is_held

USER = "neo4j"


@dataclass(frozen=True)
class Server:
    """How to reach a server."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str = "neo4j"


class ServerHome:
    """The files of one home, and what they say. Used by the server process too."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.password = root / "password"
        self.config = root / "conf" / "neo4j.conf"
        self.stores = root / "data" / "databases"
        self.log = root / "logs" / "server.log"
        self.run = root / "run"
        self.gate_lock = self.run / "gate.lock"
        self.server_lock = self.run / "server.lock"
        self.leases = self.run / "leases"
        self.state = self.run / "state.json"
        self.keep = self.run / "keep"
        self.creating = self.run / "creating"
        self.swapping = self.run / "swapping"
        self.stop = self.run / "stop"

    @classmethod
    def of(cls, root: Path | None) -> "ServerHome":
        """The place at `root` or at `find_home()`, untouched."""
        return cls((root or find_home()).absolute())

    @classmethod
    def prepare(cls, root: Path | None) -> "ServerHome":
        """The place with its folders. Raises StoreUnavailable when they can't be made."""
        place = cls.of(root)
        try:
            place.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (place.run, place.leases, place.log.parent, place.config.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"The folder of the local Neo4j can't be made: {error}") from error
        return place

    def is_server_alive(self) -> bool:
        """Whether a server process of this home lives: starting, running or ending."""
        return self.server_lock.exists() and is_held(self.server_lock)

    def read_running_state(self) -> dict[str, Any] | None:
        """What the running server published; None when there is none, or it was killed."""
        try:
            state: dict[str, Any] = json.loads(self.state.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return state if psutil.pid_exists(state["pid"]) and self.is_server_alive() else None

    def clear(self) -> None:
        """Remove what killed processes left. The caller holds the gate, and no server lives."""
        self.state.unlink(missing_ok=True)
        for lease in self.leases.glob("*.lock"):
            if not is_held(lease):
                lease.unlink(missing_ok=True)

    def is_half_made(self, database: str) -> bool:
        """Whether the making of this database was begun and not ended."""
        return self.creating.exists() and database in self.creating.read_text("utf-8").split()

    def discard_half_made(self) -> None:
        """Remove the databases whose creation was interrupted, which Neo4j can't recover.

        Nothing is lost: that start was never up, so nobody has put anything there, and an import begins with an
        empty database. The caller holds the server lock.
        """
        if self.creating.exists():
            for name in self.creating.read_text("utf-8").split():
                self.discard(name)
            self.creating.unlink()

    def discard(self, database: str) -> None:
        """Remove a database's files. The caller holds the server lock, and knows that nothing is lost."""
        shutil.rmtree(self.stores / database, ignore_errors=True)
        shutil.rmtree(self.stores.with_name("transactions") / database, ignore_errors=True)

    def server(self, state: dict[str, Any]) -> Server:
        """The server that `state` tells of."""
        try:
            password = self.password.read_text("utf-8")
        except OSError as error:
            raise StoreUnavailable(f"The local Neo4j's password can't be read: {error}") from error
        return Server(f"bolt://127.0.0.1:{state['port']}", USER, password)

    def in_use(self) -> bool:
        """Whether somebody holds a lease, or the running server is to be kept."""
        with contextlib.suppress(OSError):
            state = json.loads(self.state.read_text("utf-8"))
            if self.keep.read_text("utf-8") == str(state["pid"]):
                return True
        return any(is_held(lease) for lease in self.leases.glob("*.lock"))
