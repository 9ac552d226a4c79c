"""The connection to Neo4j: the only file that imports the driver.

Everything that comes out is plain Python or graph/model.py; every driver error becomes one of graph/errors.py.
Cypher texts come in from the modules beside this one; values always go in as parameters.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock, Thread
from time import perf_counter
from typing import Any, Concatenate, Literal, ParamSpec, Self, TypeVar

import neo4j
from neo4j import exceptions, graph, spatial, time

from graph import foreign
from graph.errors import QueryError, StoreError, StoreUnavailable
from graph.model import Entity, Relationship

logging.getLogger("neo4j").setLevel(logging.ERROR)  # its notices are for developers, and go to stderr
log = logging.getLogger(__name__)
Row = dict[str, Any]
T = TypeVar("T")
P = ParamSpec("P")
FOREIGN = "neo4j:"  # at the head of the id of what is not ours; behind it stands the server's own id
_EXPLAIN = "EXPLAIN\n"  # with a line of its own, the columns of the text stay what they are
_PLACE = re.compile(r"\(line (\d+), column (\d+) \(offset: \d+\)\)")
_OWN_KEYS = ("id", "type", "name", "aliases", "search", "dataset", "digest")


@dataclass(frozen=True)
class Address:
    """Where a Neo4j server is and how to log in. `uri` is bolt:// or neo4j://, with +s for TLS."""

    uri: str
    user: str = "neo4j"
    password: str = ""
    database: str = "neo4j"


@dataclass(frozen=True)
class Notice:
    """What the server remarks about a query, such as a label that no node has; `line` and `column` from 1.

    `code` is its GQLSTATUS, as "01N50" for such a label.
    """

    code: str
    text: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Plan:
    """What EXPLAIN says of a query: its kind ("r" reads), its operators with their arguments, the server's remarks."""

    query_type: str
    operators: tuple[tuple[str, Mapping[str, Any]], ...]
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Statement:
    """A reading statement that ran: its text and parameters, how many rows came back, and in how many seconds."""

    text: str
    parameters: Mapping[str, Any]
    rows: int
    seconds: float


_RECORD: ContextVar[list[Statement] | None] = ContextVar("armsgraph_record", default=None)


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Collects every statement that this thread reads with inside the block. Blocks may be nested: each has its own."""
    outer = _RECORD.get()
    statements: list[Statement] = []
    token = _RECORD.set(statements)
    try:
        yield statements
    finally:
        _RECORD.reset(token)
        if outer is not None:
            outer.extend(statements)


_MEMORY: ContextVar[dict[tuple[str, str], list[Row]] | None] = ContextVar("armsgraph_memory", default=None)


@contextmanager
def remembered() -> Iterator[None]:
    """Inside the block a statement that this thread has read with before is not asked again.

    For one action of one user: its parts ask for the same things, and must see one state of the graph.
    """
    token = _MEMORY.set({} if (outer := _MEMORY.get()) is None else outer)
    try:
        yield
    finally:
        _MEMORY.reset(token)


def _record(text: str, parameters: Mapping[str, Any], rows: int, started: float) -> None:
    if (statements := _RECORD.get()) is not None:
        statements.append(Statement(text, dict(parameters), rows, perf_counter() - started))


class Transaction:
    """A running transaction; `run` returns all rows as dictionaries of plain values."""

    def __init__(self, inner: neo4j.ManagedTransaction) -> None:
        self._inner = inner

    def run(self, text: str, /, **parameters: Any) -> list[Row]:
        """The rows of one Cypher statement."""
        result = self._inner.run(text, parameters)
        return [{key: plain(value) for key, value in dict(record).items()} for record in result]


class Store:
    """A Neo4j database. Safe to share between threads.

    `locate` returns the address; it is asked again when the server can't be reached, so that a local server
    that came back on another port is found. `patience` is how long, in seconds, a call waits for a server.
    """

    def __init__(self, locate: Callable[[], Address], *, patience: float = 10.0) -> None:
        self._locate = locate
        self._patience = patience
        self._lock = Lock()
        self._locating = False
        self._address = locate()
        self._driver = self._connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connections."""
        self._driver.close()

    @property
    def address(self) -> Address:
        """The server in use."""
        return self._address

    def ping(self) -> str:
        """The server's version, such as "2026.05.0". Asks once, so that an absent server is told at once.

        Raises StoreUnavailable.
        """
        text = "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0] AS version"
        with self._session(neo4j.READ_ACCESS) as session:
            return str(session.run(text).single(strict=True)["version"])

    def read(self, text: str, /, *, timeout: float = 30.0, **parameters: Any) -> list[Row]:
        """The rows of a reading statement. `timeout` in seconds ends it on the server.

        Raises QueryError when the server rejects the statement, StoreUnavailable when it can't be reached.
        """
        memory = _MEMORY.get()
        asked = (text, repr(parameters)) if memory is not None else ("", "")
        if memory is not None and asked in memory:
            _record(text, parameters, len(memory[asked]), perf_counter())
            return memory[asked]
        work = neo4j.unit_of_work(timeout=timeout)(lambda tx: Transaction(tx).run(text, **parameters))
        started = perf_counter()
        with self._session(neo4j.READ_ACCESS) as session:
            rows = session.execute_read(work)
        _record(text, parameters, len(rows), started)
        if memory is not None:
            memory[asked] = rows
        return rows

    def write(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work(transaction, *args, **kwargs)` returns, run in one transaction: all is stored, or nothing.

        `work` may run more than once when the server asks for a retry. Raises StoreError.
        """
        with self._session(neo4j.WRITE_ACCESS) as session:
            return session.execute_write(lambda tx: work(Transaction(tx), *args, **kwargs))

    def explain(self, text: str, parameters: Mapping[str, Any]) -> Plan:
        """The plan of a query, which is not run.

        Raises QueryError, with line and column, for one that does not compile.
        """
        try:
            with self._session(neo4j.READ_ACCESS, notices="INFORMATION") as session:
                query = neo4j.Query(f"{_EXPLAIN}{text}", timeout=10)
                summary = session.run(query, dict(parameters)).consume()
        except QueryError as error:
            raise QueryError(error.message, line=max(0, error.line - 1), column=error.column) from error
        operators = tuple(_operators(summary.plan)) if summary.plan else ()
        notices = tuple(_notice(s) for s in summary.gql_status_objects if s.is_notification)
        return Plan(summary.query_type or "", operators, notices)

    def stream(
        self, text: str, parameters: Mapping[str, Any], *, limit: int, timeout: float, name: str, run_id: str = ""
    ) -> tuple[list[str], list[list[Any]], bool]:
        """Runs a reader's query in READ mode: its columns, at most `limit` rows, and whether more were there.

        Values are plain, or Entity, Relationship and lists of them for graph values. `timeout` is in seconds;
        `name` goes into the server's own log of transactions, with `run_id`, by which `cancel` finds it.
        """
        metadata = {"app": "armsgraph", "query": name, "run": run_id}  # SHOW TRANSACTIONS and the query log show it
        with (
            self._session(neo4j.READ_ACCESS) as session,
            session.begin_transaction(metadata=metadata, timeout=timeout) as tx,
        ):
            started = perf_counter()
            result = tx.run(text, dict(parameters))
            columns = list(result.keys())
            records = result.fetch(limit)
            more = result.peek() is not None
            _record(text, parameters, len(records), started)
            ends = _missing_ends(tx, records)
            return columns, [[plain(value, ends) for value in record.values()] for record in records], more

    def cancel(self, run_id: str) -> bool:
        """Ends the run of `stream` with this id on the server; returns whether it was there."""
        found = "SHOW TRANSACTIONS YIELD transactionId AS id, metaData WHERE metaData.run = $run RETURN id"
        with self._session(neo4j.READ_ACCESS) as session:
            ids = [record["id"] for record in session.run(found, run=run_id)] if run_id else []
            for id_ in ids:
                session.run("TERMINATE TRANSACTIONS $id", id=id_).consume()
        return bool(ids)

    @contextmanager
    def _session(self, access: str, notices: Literal["OFF", "INFORMATION"] = "OFF") -> Iterator[neo4j.Session]:
        driver = self._driver
        try:
            with driver.session(database=self._address.database, default_access_mode=access,
                                notifications_min_severity=notices) as session:  # fmt: skip
                yield session
        except exceptions.AuthError as error:
            raise StoreError(f"the server at {self._address.uri} refused the login: {error.message}") from error
        except exceptions.ClientError as error:
            raise _client_error(error) from error
        except (exceptions.DriverError, exceptions.DatabaseUnavailable, OSError) as error:
            self._relocate(driver)
            reason = str(error).splitlines()[0].rstrip(":")
            raise StoreUnavailable(f"Neo4j at {self._address.uri} can't be reached: {reason}") from error
        except exceptions.Neo4jError as error:
            raise StoreError(f"Neo4j failed: {error.message}") from error

    def _connect(self) -> neo4j.Driver:
        return neo4j.GraphDatabase.driver(
            self._address.uri,
            auth=(self._address.user, self._address.password),
            connection_timeout=self._patience,
            connection_acquisition_timeout=self._patience,
            max_transaction_retry_time=self._patience,
            user_agent="armsgraph",
            notifications_min_severity="OFF",
        )

    def _relocate(self, failed: neo4j.Driver) -> None:
        """Asks for the address again, in the background: a local server takes seconds to start.

        The caller can say at once that the database is away; calls succeed again when it is back.
        """
        with self._lock:
            if self._driver is failed and not self._locating:
                self._locating = True
                Thread(target=self._locate_again, name="armsgraph-locate", daemon=True).start()

    def _locate_again(self) -> None:
        try:
            address = self._locate()
            if address != self._address:
                self._address = address
                self._driver, old = self._connect(), self._driver
                old.close()
        except StoreError as error:
            log.warning("%s", error)  # the next call that fails asks again
        finally:
            self._locating = False


def plain(value: Any, ends: Mapping[str, graph.Node] | None = None) -> Any:  # noqa: PLR0911 - one a type
    """A driver value as plain Python: nodes and relationships as model objects, paths as lists, times as ISO text.

    `ends` holds, by element id, nodes that relationships in `value` only refer to.
    """
    match value:
        case graph.Path():
            return [_entity(node) for node in value.nodes] + [_relationship(e, ends) for e in value.relationships]
        case graph.Node():
            return _entity(value)
        case graph.Relationship():
            return _relationship(value, ends)
        case time.Date() | time.DateTime() | time.Time() | time.Duration():
            return value.iso_format()
        case spatial.Point():
            return f"point({', '.join(f'{x:g}' for x in value)}; srid {value.srid})"
        case bytes() | bytearray():
            return value.hex()
        case list():
            return [plain(item, ends) for item in value]
        case dict():
            return {key: plain(item, ends) for key, item in value.items()}
    return value


def _identity(node: graph.Node) -> str:
    """Our own id of an entity of ours: it has that label, and its type is one too. Else the server's own id."""
    own = node.get("id") if "Entity" in node.labels and node.get("type") in node.labels else None
    return own if isinstance(own, str) and own else f"{FOREIGN}{node.element_id}"


def _entity(node: graph.Node) -> Entity:
    """A node as an Entity. Only a node of ours is read by our rules: in others id and type may mean anything."""
    identity, labels = _identity(node), tuple(sorted(node.labels))
    if identity.startswith(FOREIGN):
        properties = foreign.properties_of({k: plain(v) for k, v in sorted(node.items())})
        name = foreign.name_of(properties, labels, node.element_id.rpartition(":")[2])
        return Entity(id=identity, type=foreign.type_of(labels), labels=labels, name=name, properties=properties)
    return Entity(
        id=identity,
        type=str(node.get("type", "")) or (labels[0] if labels else ""),
        labels=labels,
        name=str(node.get("name") or node.get("title") or identity),
        aliases=tuple(node.get("aliases") or ()),
        properties={k: plain(v) for k, v in sorted(node.items()) if k not in _OWN_KEYS},
    )


def _relationship(edge: graph.Relationship, ends: Mapping[str, graph.Node] | None) -> Relationship:
    source, target = (_identity((ends or {}).get(n.element_id, n)) if n is not None else "" for n in edge.nodes)
    own = edge.get("id")
    if not (isinstance(own, str) and f"|{edge.type}|" in own and isinstance(edge.get("claims"), list)):
        properties = foreign.properties_of({k: plain(v) for k, v in sorted(edge.items())})
        return Relationship(f"{FOREIGN}{edge.element_id}", edge.type, source, target, (), "", properties)
    return Relationship(
        id=own,
        type=edge.type,
        source=source,
        target=target,
        claims=tuple(edge.get("claims") or ()),
        stance=str(edge.get("stance", "")),
        properties={k: plain(v) for k, v in sorted(edge.items()) if k not in ("id", "claims", "stance")},
    )


def _missing_ends(tx: neo4j.Transaction, records: Sequence[neo4j.Record]) -> dict[str, graph.Node]:
    """The end nodes of relationships that came without their nodes: the server sends bare references then."""
    bare = {
        node.element_id
        for record in records
        for value in record.values()
        for edge in _edges(value)
        for node in edge.nodes
        if node is not None and not node.labels and not len(node)
    }
    if not bare:
        return {}
    found = tx.run("MATCH (n) WHERE elementId(n) IN $ids RETURN n", ids=sorted(bare))
    return {record["n"].element_id: record["n"] for record in found}


def _edges(value: Any) -> Iterator[graph.Relationship]:
    if isinstance(value, graph.Relationship):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _edges(item)


def _operators(plan: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield plan["operatorType"].split("@")[0], plan.get("args", {})
    for child in plan.get("children", ()):
        yield from _operators(child)


def _notice(given: neo4j.GqlStatusObject) -> Notice:
    place = given.position
    line, column = (place.line - 1, place.column) if place else (0, 0)  # EXPLAIN has the first line
    return Notice(given.gql_status, given.status_description, line, column)


def _client_error(error: exceptions.ClientError) -> Exception:
    """A rejected statement is the query's fault; a refused login or a missing database is the store's."""
    code = error.code or ""
    if ".Security." in code or ".Database." in code:
        return StoreError(f"the server refused: {error.message}")
    if "TransactionTimedOut" in code or "Terminated" in code:
        return QueryError("the query ran longer than it may, and was ended")
    message = error.message or code
    if place := _PLACE.search(message):  # what follows is the text again, with a mark under the column
        return QueryError(message[: place.start()].strip(), line=int(place[1]), column=int(place[2]))
    return QueryError(message)
