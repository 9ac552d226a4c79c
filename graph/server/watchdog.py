"""The watch over the local Neo4j's queries: ends what Neo4j's own bounds can't, and says when nothing helps.

Measured on 5.26 and 2026.05: the operators of a plan look at the transaction's time and memory, single expressions
look at neither. `RETURN reduce(a = 0, x IN range(1, 10000000000) | a + x)` ran on 40 s past a timeout of 3 s, and
`[x IN range(1, 1000000000) | x]` filled Java's heap at once, whatever the cap of the transaction.

So, a few times a second:
- a query of a user that holds more than it may is ended. Neo4j's own cap (db.memory.transaction.max) is for every
  transaction, so also for those of a load, and taking a hub of 50,000 claims away needs more than a query should;
- a query that was to end (timeout, cancel, lost connection) and still runs after GRACE is ended from outside;
- where the heap is nearly full, and stays so when Java has tidied up, the query that has taken most is ended;
- where that doesn't help in PATIENCE, or the database has given up, the server is to end: whoever uses it starts it
  again, and Neo4j recovers its store.
"""

import sys
import time
from collections.abc import Iterator
from typing import Any

import jpype

from graph.server.java_threads import ThreadStopper

GRACE = 0.75  # seconds that a query has for ending by itself
PATIENCE = 10.0  # seconds in which a query must be gone
FULL = 0.85  # of the heap
GARBAGE_EVERY = 1.0  # seconds between two orders to tidy up: one takes up to half a second
# Where a thread may be broken off: in Cypher's own code, reading. Not where locks, pages or the transaction's end are.
_CYPHER = "org.neo4j.cypher.internal."
_NEVER = (
    "org.neo4j.io.",
    "org.neo4j.kernel.",
    "org.neo4j.storageengine.",
    "org.neo4j.internal.",
    "org.neo4j.lock.",
    "org.neo4j.bolt.",
    "java.util.concurrent.locks.",
    "org.apache.lucene.",
)


class QueryWatchdog:
    """Looks after the queries of one database of a running Neo4j. `memory` is what a user's query may hold, in MB."""

    def __init__(self, database: Any, memory: int) -> None:
        self._memory = memory * 1_000_000
        resolver = database.getDependencyResolver()
        self._transactions = resolver.resolveDependency(_get_java_class("org.neo4j.kernel.impl.api.KernelTransactions"))
        self._health = resolver.resolveDependency(_get_java_class("org.neo4j.monitoring.DatabaseHealth"))
        self._stop = jpype.JClass("org.neo4j.kernel.api.exceptions.Status$Transaction").Terminated
        self._too_much = jpype.JClass("org.neo4j.kernel.api.exceptions.Status$General").MemoryPoolOutOfMemoryError
        self._runtime = jpype.java.lang.Runtime.getRuntime()
        self._measure = jpype.java.lang.management.ManagementFactory.getThreadMXBean()
        self._ender = _create_thread_stopper()
        self._marked: dict[int, float] = {}
        self._tidied = 0.0

    def look(self) -> bool:
        """Ends what must end; whether the server can go on."""
        try:
            return self._check_queries()
        # A transaction that ended while it was looked at fails, or has nulls for what it had; the next look sees.
        except (jpype.JException, TypeError, AttributeError) as error:
            _write_log(str(error))
            return True

    def _check_queries(self) -> bool:
        if not self._health.hasNoPanic():
            _write_log("the database has given up")
            return False
        running = {int(h.getTransactionSequenceNumber()): h for h in self._transactions.executingTransactions()}
        self._end_oversized(running)
        self._relieve_heap(running)
        now = time.monotonic()
        marked = {n: self._marked.get(n, now) for n, h in running.items() if h.terminationMark().isPresent()}
        self._marked = marked
        for number, since in marked.items():
            if now - since > PATIENCE:
                _write_log("a query can't be ended")
                return False
            if now - since > GRACE:
                self._interrupt(running[number])
        return True

    def _end_oversized(self, running: dict[int, Any]) -> None:
        """Marks users' queries that hold too much."""
        for handle in running.values():
            if handle.terminationMark().isPresent() or handle.getMetaData().get("query") is None:
                continue  # Store.stream alone names a query
            held = to_number(handle.transactionStatistic().getEstimatedUsedHeapMemory())
            if held > self._memory:
                _write_log(f"ending a query that holds {held / 1e6:.0f} MB")
                handle.markForTermination(self._too_much)

    def _relieve_heap(self, running: dict[int, Any]) -> None:
        """Marks the query that took most of a full heap."""
        now = time.monotonic()
        if self._measure_heap() < FULL or now - self._tidied < GARBAGE_EVERY:
            return
        self._tidied = now
        jpype.java.lang.System.gc()
        if self._measure_heap() < FULL:
            return
        taken = {n: self._taken(h) for n, h in running.items() if not h.terminationMark().isPresent()}
        if taken:
            number = max(taken, key=lambda n: taken[n])
            _write_log(f"the heap is full: ending the query that took {taken[number] / 1e6:.0f} MB")
            running[number].markForTermination(self._stop)
            self._interrupt(running[number])  # no time for grace: it would take what Java tidies up

    def _measure_heap(self) -> float:
        return float((self._runtime.totalMemory() - self._runtime.freeMemory()) / self._runtime.maxMemory())

    def _taken(self, handle: Any) -> int:
        thread = next(self._find_threads(handle), None)
        return int(self._measure.getThreadAllocatedBytes(thread.getId())) if thread else 0

    def _interrupt(self, handle: Any) -> None:
        if not self._ender or handle.isCommitting() or handle.isRollingback() or handle.isClosing():
            return
        for thread in self._find_threads(handle):
            if is_interruptible([str(frame.getClassName()) for frame in thread.getStackTrace()]):
                name = str(thread.getName())
                _write_log(f"breaking off {name}: {self._ender.end(name)}")

    def _find_threads(self, handle: Any) -> Iterator[Any]:
        client = handle.clientInfo()
        if client.isPresent():
            at = f"/{client.get().clientAddress()}]"  # the name of a thread of Bolt's ends with its client
            yield from (t for t in jpype.java.lang.Thread.getAllStackTraces().keySet() if at in str(t.getName()))


def to_number(measured: Any) -> int:
    """A number that Neo4j measured; 0 where there is none, as of a transaction that has just ended."""
    return 0 if measured is None else int(measured)


def is_interruptible(classes: list[str]) -> bool:
    """Whether a thread with these classes on its stack, the innermost first, is in Cypher's own code.

    What lies below the outermost class of Cypher only waits for it.
    """
    inside = [at for at, name in enumerate(classes) if name.startswith(_CYPHER)]
    return bool(inside) and not any(name.startswith(_NEVER) for name in classes[: inside[0] + 1])


def _create_thread_stopper() -> ThreadStopper | None:
    try:
        return ThreadStopper()
    except (RuntimeError, OSError) as error:  # another Java than ours; a stuck query then ends with the server
        _write_log(str(error))
        return None


def _get_java_class(name: str) -> Any:
    return jpype.JClass(name).class_


def _write_log(what: str) -> None:
    sys.stderr.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} watch: {what}\n")
    sys.stderr.flush()
