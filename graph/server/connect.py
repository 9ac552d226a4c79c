"""Opens the store: the server that the environment names, or the local Neo4j.

NEO4J_URI (with NEO4J_USER, NEO4J_PASSWORD, NEO4J_DATABASE) points at any server. Without it a local Neo4j
is joined or started, and ends with the last process that uses it. NEO4J_READER_USER and NEO4J_READER_PASSWORD name a
second login of that server, for what users ask in Cypher: where the edition has roles, one that may only read.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from graph.database.store import Address, Store
from graph.errors import UsageError
from graph.server import artifacts, local

_KNOWN = ("bolt://", "bolt+s://", "bolt+ssc://", "neo4j://", "neo4j+s://", "neo4j+ssc://")


def read_configured_address() -> Address | None:
    """The server that the environment names, or None. Raises UsageError for one that can't be one."""
    uri = os.environ.get("NEO4J_URI", "").strip()
    reader = os.environ.get("NEO4J_READER_USER", ""), os.environ.get("NEO4J_READER_PASSWORD", "")
    if any(reader) and not (all(reader) and uri):
        raise UsageError("NEO4J_READER_USER and NEO4J_READER_PASSWORD belong together, and to a server in NEO4J_URI")
    if not uri:
        return None
    if not uri.startswith(_KNOWN):
        raise UsageError(f"NEO4J_URI must begin with one of {', '.join(_KNOWN)}, not {uri!r}")
    return Address(
        uri,
        os.environ.get("NEO4J_USER", "neo4j"),
        os.environ.get("NEO4J_PASSWORD", ""),
        os.environ.get("NEO4J_DATABASE", "neo4j"),
        reader,
    )


@contextmanager
def open_store(*, progress: artifacts.Progress | None = None, patience: float = 10.0) -> Iterator[Store]:
    """A store on the configured server, or on the local Neo4j, which it joins or starts.

    When the local server is lost, the call that notices raises, and the server is joined or started again in the
    background. Raises StoreError.
    """
    address = read_configured_address()
    if address:
        with Store(lambda: address, patience=patience) as store:
            store.ping()
            store.ping_reader()
            yield store
        return
    with ExitStack() as lease:

        def locate() -> Address:
            lease.close()  # leave a server that no longer answers
            server = lease.enter_context(local.open_server(progress=progress))
            return Address(server.uri, server.user, server.password, server.database)

        with Store(locate, patience=patience) as store:
            yield store
