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
from itertools import islice
from threading import Lock, Thread
from time import perf_counter
from typing import Any, Concatenate, Literal, ParamSpec, Self, TypeVar

import neo4j
from neo4j import exceptions, graph, spatial, time, vector

from graph import dates
from graph.database import foreign, values
from graph.database.byte_limit import TooLarge, limit_bytes
from graph.errors import QueryEnded, QueryError, StoreError, StoreUnavailable
from graph.keyed_cache import KeyedCache
from graph.model import Duration, Entity, Path, Relationship
from graph.ontology import ROOT

logging.getLogger("neo4j").setLevel(logging.ERROR)  # its notices are for developers, and go to stderr
log = logging.getLogger(__name__)
Row = dict[str, Any]
T = TypeVar("T")
P = ParamSpec("P")
UNREADABLE = "(a value that can't be shown; the query may ask for toString() of it)"
MOST_FACTS = 2_000  # held at once
DEEPEST = 40  # lists within lists: deeper ones come from queries that mean harm, and recursion has an end
TOO_DEEP = "(nested too deeply to be shown)"
FOREIGN = foreign.PREFIX
_EXPLAIN = "EXPLAIN\n"  # with a line of its own, the columns of the text stay what they are
_PLACE = re.compile(r"\(line (\d+), column (\d+) \(offset: \d+\)\)")
_MEMORY_LIMIT = re.compile(r"limit (\d[\d.]* ?\w+)")
_ENTITY_KEYS = ("id", "type", "name", "aliases", "search", "dataset", "digest")
_RELATIONSHIP_KEYS = ("id", "claims", "stance", *dates.DAYS)


@dataclass(frozen=True)
class Address:
    """Where a Neo4j server is and how to log in. `uri` is bolt:// or neo4j://, with +s for TLS.

    `reader` is the name and password of a login that may only read, for the queries of users; '' for none.
    """

    uri: str
    user: str = "neo4j"
    password: str = ""
    database: str = "neo4j"
    reader: tuple[str, str] = ("", "")


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


_STATEMENTS: ContextVar[list[Statement] | None] = ContextVar("armsgraph_record", default=None)


@contextmanager
def record_statements() -> Iterator[list[Statement]]:
    """Collects every statement that this thread reads with inside the block. Blocks may be nested: each has its own."""
    outer = _STATEMENTS.get()
    statements: list[Statement] = []
    token = _STATEMENTS.set(statements)
    try:
        yield statements
    finally:
        _STATEMENTS.reset(token)
        if outer is not None:
            outer.extend(statements)


def _record_statement(text: str, parameters: Mapping[str, Any], rows: int, started: float) -> None:
    if (statements := _STATEMENTS.get()) is not None:
        statements.append(Statement(text, dict(parameters), rows, perf_counter() - started))


class Transaction:
    """A running transaction; `run` returns all rows as dictionaries of plain values."""

    def __init__(self, inner: neo4j.ManagedTransaction) -> None:
        self._inner = inner

    def run(self, text: str, /, **parameters: Any) -> list[Row]:
        """The rows of one Cypher statement."""
        result = self._inner.run(text, parameters)
        return [dict(zip(record.keys(), map(to_plain, _read_values(record)), strict=True)) for record in result]


class Store:
    """A Neo4j database. Safe to share between threads.

    `locate` returns the address; it is asked again when the server can't be reached, so that a local server
    that came back on another port is found. `patience` is how long, in seconds, a call waits for a server. `facts` is
    what has been found out about the database as a whole, such as its labels, under keys of those who asked.
    """

    def __init__(self, locate: Callable[[], Address], *, patience: float = 10.0) -> None:
        self._locate = locate
        self._patience = patience
        self.facts: KeyedCache[Any] = KeyedCache(MOST_FACTS)
        self._lock = Lock()
        self._locating = False
        self._address = locate()
        self._driver, self._reader = self._connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connections."""
        self._driver.close()
        self._reader.close()

    @property
    def address(self) -> Address:
        """The server in use."""
        return self._address

    def ping(self) -> str:
        """The server's version, such as "2026.05.0". Asks once, so that an absent server is told at once.

        Raises StoreUnavailable.
        """
        text = "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0] AS version"
        with self._open_session(neo4j.READ_ACCESS) as session:
            return str(session.run(text).single(strict=True)["version"])

    def ping_reader(self) -> None:
        """Raises StoreError where the server refuses the login of readers."""
        if self._reader is not self._driver:
            with self._open_session(neo4j.READ_ACCESS, reader=True) as session:
                session.run("RETURN 1").consume()

    def read(self, text: str, /, *, timeout: float = 30.0, **parameters: Any) -> list[Row]:
        """The rows of a reading statement. `timeout` in seconds ends it on the server.

        Raises QueryError when the server rejects the statement, StoreUnavailable when it can't be reached.
        """
        work = neo4j.unit_of_work(timeout=timeout)(lambda tx: Transaction(tx).run(text, **parameters))
        started = perf_counter()
        with self._open_session(neo4j.READ_ACCESS) as session:
            rows = session.execute_read(work)
        _record_statement(text, parameters, len(rows), started)
        return rows

    def write(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work(transaction, *args, **kwargs)` returns, run in one transaction: all is stored, or nothing.

        `work` may run more than once when the server asks for a retry. Raises StoreError.
        """
        with self._open_session(neo4j.WRITE_ACCESS) as session:
            return session.execute_write(lambda tx: work(Transaction(tx), *args, **kwargs))

    def explain(self, text: str, parameters: Mapping[str, Any]) -> Plan:
        """The plan of a query, which is not run.

        Raises QueryError, with line and column, for one that does not compile.
        """
        try:
            with self._open_session(neo4j.READ_ACCESS, notices="INFORMATION", reader=True) as session:
                query = neo4j.Query(f"{_EXPLAIN}{text}", timeout=10)
                summary = session.run(query, dict(parameters)).consume()
        except QueryEnded:
            raise
        except QueryError as error:
            raise QueryError(error.message, line=max(0, error.line - 1), column=error.column) from error
        operators = tuple(_list_operators(summary.plan)) if summary.plan else ()
        notices = tuple(_to_notice(s) for s in summary.gql_status_objects if s.is_notification)
        return Plan(summary.query_type or "", operators, notices)

    def stream(
        self,
        text: str,
        parameters: Mapping[str, Any],
        *,
        limit: int,
        timeout: float,
        name: str,
        run_id: str = "",
        size: float = 16,
    ) -> tuple[list[str], list[list[Any]], str]:
        """Runs a reader's query in READ mode: its columns, its rows, and what cut them: "rows", "size" or ''.

        At most `limit` rows come, and no more than `size` megabytes (as the server sends them; a row that would go
        beyond is left out). Values are plain, or Entity, Relationship and lists of them for graph values. `timeout` is
        in seconds; `name` goes into the server's own log of transactions, with `run_id`, by which `cancel` finds it.
        Raises QueryEnded, QueryError and StoreError.
        """
        metadata = {"app": "armsgraph", "query": name, "run": run_id}  # SHOW TRANSACTIONS and the query log show it
        columns: list[str] = []
        records: list[neo4j.Record] = []
        ends: dict[str, graph.Node] = {}
        started = perf_counter()
        try:
            with (
                self._open_session(neo4j.READ_ACCESS, reader=True, batch=min(limit + 1, 1_000)) as session,
                session.begin_transaction(metadata=metadata, timeout=timeout) as tx,
            ):
                with limit_bytes(tx, round(size * 1e6)):
                    result = tx.run(text, dict(parameters))
                    columns.extend(result.keys())
                    records.extend(islice(result, limit))
                    cut = "rows" if result.peek() is not None else ""
                ends = _read_missing_ends(tx, records)
        except TooLarge:
            cut = "size"
            with self._open_session(neo4j.READ_ACCESS, reader=True) as session:
                ends = _read_missing_ends(session, records)
        except (QueryEnded, StoreError) as error:
            # A query that had to be broken off from outside (graph/server/watchdog.py) doesn't say why.
            why = error.why if isinstance(error, QueryEnded) else "stopped"
            late = perf_counter() - started >= timeout and not isinstance(error, StoreUnavailable)
            if why != "timeout" and not (why == "stopped" and late):
                raise
            most = f"{timeout:g} {'second' if timeout == 1 else 'seconds'}"
            raise QueryEnded("timeout", f"the query ran longer than the {most} it may, and was ended") from error
        _record_statement(text, parameters, len(records), started)
        return columns, [[to_plain(value, ends) for value in _read_values(record)] for record in records], cut

    def cancel(self, run_id: str) -> bool:
        """Ends the run of `stream` with this id on the server; returns whether it was there."""
        listing = "SHOW TRANSACTIONS YIELD transactionId AS id, metaData WHERE metaData.run = $run RETURN id"
        # With the login that runs it: everyone may end what is their own.
        with self._open_session(neo4j.READ_ACCESS, reader=True) as session:
            ids = [record["id"] for record in session.run(listing, run=run_id)] if run_id else []
            for id_ in ids:
                session.run("TERMINATE TRANSACTIONS $id", id=id_).consume()
        return bool(ids)

    @contextmanager
    def _open_session(
        self, access: str, notices: Literal["OFF", "INFORMATION"] = "OFF", *, reader: bool = False, batch: int = 1_000
    ) -> Iterator[neo4j.Session]:
        driver = self._reader if reader else self._driver
        try:
            with driver.session(
                database=self._address.database,
                default_access_mode=access,
                fetch_size=batch,
                notifications_min_severity=notices,
            ) as session:
                yield session
        except exceptions.AuthError as error:
            who = f" of the reader {self._address.reader[0]}" if reader and self._address.reader[0] else ""
            raise StoreError(f"the server at {self._address.uri} refused the login{who}: {error.message}") from error
        except exceptions.ClientError as error:
            raise _translate_client_error(error) from error
        except (exceptions.DriverError, exceptions.DatabaseUnavailable, OSError) as error:
            self._relocate(driver)
            reason = str(error).splitlines()[0].rstrip(":")
            raise StoreUnavailable(f"Neo4j at {self._address.uri} can't be reached: {reason}") from error
        except exceptions.Neo4jError as error:
            raise _to_query_ended(error) or StoreError(f"Neo4j failed: {error.message}") from error

    def _connect(self) -> tuple[neo4j.Driver, neo4j.Driver]:
        """The driver, and the one that runs what users ask: the same where there is no login for readers."""
        usual = self._create_driver((self._address.user, self._address.password))
        return usual, self._create_driver(self._address.reader) if self._address.reader[0] else usual

    def _create_driver(self, login: tuple[str, str]) -> neo4j.Driver:
        return neo4j.GraphDatabase.driver(
            self._address.uri,
            auth=login,
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
            if failed in (self._driver, self._reader) and not self._locating:
                self._locating = True
                Thread(target=self._locate_again, name="armsgraph-locate", daemon=True).start()

    def _locate_again(self) -> None:
        try:
            address = self._locate()
            if address != self._address:
                self._address = address
                old = self._driver, self._reader
                self._driver, self._reader = self._connect()
                for driver in old:
                    driver.close()
        except StoreError as error:
            log.warning("%s", error)  # the next call that fails asks again
        finally:
            self._locating = False


def to_plain(  # noqa: PLR0911 - one a type
    value: Any, ends: Mapping[str, graph.Node] | None = None, depth: int = 0
) -> Any:
    """A driver value as plain Python: graph values as those of graph/model.py, times and points as text.

    `ends` holds, by element id, nodes that relationships in `value` only refer to.
    """
    match value:
        case str() | int() | float() | None:
            return value
        case graph.Path():
            return Path(
                tuple(map(_to_entity, value.nodes)), tuple(_to_relationship(e, ends) for e in value.relationships)
            )
        case graph.Node():
            return _to_entity(value)
        case graph.Relationship():
            return _to_relationship(value, ends)
        case time.Duration():
            return Duration(value.iso_format())
        case time.Date() | time.DateTime() | time.Time():
            return values.format_time(value.iso_format(), getattr(getattr(value, "tzinfo", None), "zone", "") or "")
        case spatial.Point():
            return values.format_point(value, value.srid or 0)
        case vector.Vector():
            return value.to_native()
        case bytes() | bytearray():
            return value.hex()
        case list():
            return [to_plain(item, ends, depth + 1) for item in value] if depth < DEEPEST else TOO_DEEP
        case dict():
            return {k: to_plain(item, ends, depth + 1) for k, item in value.items()} if depth < DEEPEST else TOO_DEEP
    return UNREADABLE  # a date the driver's calendar lacks, an unknown time zone, a type of a server that is newer


def _read_values(record: neo4j.Record) -> list[Any]:
    """The values of a record. The driver raises where one can't be read; the others are not to be lost with it."""
    try:
        return record.values()
    except exceptions.BrokenRecordError:
        return [_read_value(record, column) for column in range(len(record))]


def _read_value(record: neo4j.Record, column: int) -> Any:
    try:
        return record[column]
    except exceptions.BrokenRecordError:
        return UNREADABLE


def _get_identity(node: graph.Node) -> str:
    """Our own id of an entity of ours: it has that label, and its type is one too. Else the server's own id."""
    own = node.get("id") if ROOT in node.labels and node.get("type") in node.labels else None
    return own if isinstance(own, str) and own else f"{FOREIGN}{node.element_id}"


def _to_entity(node: graph.Node) -> Entity:
    """A node as an Entity. Only a node of ours is read by our rules: in others id and type may mean anything."""
    identity, labels = _get_identity(node), tuple(sorted(node.labels))
    if identity.startswith(FOREIGN):
        properties = foreign.rename_reserved_properties({k: to_plain(v) for k, v in sorted(node.items())})
        name = foreign.derive_name(properties, labels, node.element_id.rpartition(":")[2])
        return Entity(id=identity, type=foreign.get_type(labels), labels=labels, name=name, properties=properties)
    return Entity(
        id=identity,
        type=str(node.get("type", "")) or (labels[0] if labels else ""),
        labels=labels,
        name=str(node.get("name") or node.get("title") or identity),
        aliases=tuple(node.get("aliases") or ()),
        properties={k: to_plain(v) for k, v in sorted(node.items()) if k not in _ENTITY_KEYS},
    )


def _to_relationship(edge: graph.Relationship, ends: Mapping[str, graph.Node] | None) -> Relationship:
    source, target = (_get_identity((ends or {}).get(n.element_id, n)) if n is not None else "" for n in edge.nodes)
    own = edge.get("id")
    if not (isinstance(own, str) and f"|{edge.type}|" in own and isinstance(edge.get("claims"), list)):
        properties = foreign.rename_reserved_properties({k: to_plain(v) for k, v in sorted(edge.items())})
        return Relationship(f"{FOREIGN}{edge.element_id}", edge.type, source, target, (), "", properties)
    return Relationship(
        id=own,
        type=edge.type,
        source=source,
        target=target,
        claims=tuple(edge.get("claims") or ()),
        stance=str(edge.get("stance", "")),
        properties={k: to_plain(v) for k, v in sorted(edge.items()) if k not in _RELATIONSHIP_KEYS},
    )


def _read_missing_ends(tx: neo4j.Transaction | neo4j.Session, records: Sequence[neo4j.Record]) -> dict[str, graph.Node]:
    """The end nodes of relationships that came without their nodes: the server sends bare references then."""
    bare = {
        node.element_id
        for record in records
        for value in _read_values(record)
        for edge in _find_edges(value)
        for node in edge.nodes
        if node is not None and not node.labels and not len(node)
    }
    if not bare:
        return {}
    records_of_ends = tx.run("MATCH (n) WHERE elementId(n) IN $ids RETURN n", ids=sorted(bare))
    return {record["n"].element_id: record["n"] for record in records_of_ends}


def _find_edges(value: Any, depth: int = 0) -> Iterator[graph.Relationship]:
    if isinstance(value, graph.Relationship):
        yield value
    elif isinstance(value, (list, dict)) and depth < DEEPEST:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _find_edges(item, depth + 1)


def _list_operators(plan: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield plan["operatorType"].split("@")[0], plan.get("args", {})
    for child in plan.get("children", ()):
        yield from _list_operators(child)


def _to_notice(status: neo4j.GqlStatusObject) -> Notice:
    place = status.position
    line, column = (place.line - 1, place.column) if place else (0, 0)  # EXPLAIN has the first line
    return Notice(status.gql_status, status.status_description, line, column)


def _to_query_ended(error: exceptions.Neo4jError) -> QueryEnded | None:
    """What ended a run before its answer, where something did; codes as seen on 5.26 and 2026.05."""
    code, message = error.code or "", error.message or ""
    if "TransactionTimedOut" in code:
        return QueryEnded("timeout", "the query ran longer than it may, and was ended")
    if code.endswith(".Transaction.Terminated"):
        return QueryEnded("stopped", "the query was ended on the server, which may have run short of memory")
    if "OutOfMemory" in code:
        most = _MEMORY_LIMIT.search(message)  # the server's own; graph/server/watchdog.py names none
        bound = f"the {most[1]} it may have" if most else "it may have"
        return QueryEnded("memory", f"the query needed more memory than {bound}, and was ended")
    return None


def _translate_client_error(error: exceptions.ClientError) -> Exception:
    """A rejected statement is the query's fault; a refused login or a missing database is the store's."""
    code = error.code or ""
    if ".Security." in code or ".Database." in code:
        return StoreError(f"the server refused: {error.message}")
    if ended := _to_query_ended(error):
        return ended
    message = error.message or code
    if place := _PLACE.search(message):  # what follows is the text again, with a mark under the column
        return QueryError(message[: place.start()].strip(), line=int(place[1]), column=int(place[2]))
    return QueryError(message)
