"""The process that works on the stopped local Neo4j with Neo4j's own admin tool.

Started by graph/server/local.py alone, which hands it one JSON line on stdin: {"home", "jars", "heap", "args", "fill",
"restore"}, and keeps stdin open. It takes the server lock of its home, so that no server starts meanwhile, and ends at
once when stdin does: its parent is gone, also by kill -9, and nobody would hear how it went.

With "fill" (the labels of nodes that don't count) the tool makes the database `neo4j` anew, which must be empty:

    never created, or holding no other node → run/creating marks it → removed → the tool → mark removed

So a process killed at any point leaves the mark, with which the next start or the next filling begins anew: an
empty database, as before. With "restore", a file, the database is replaced by the dump in it (graph/server/restore.py).
What the tool prints goes to stdout; the exit code is the tool's, or one of ours.
"""

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import jpype

from graph.home import create_file_lock, write_private
from graph.server.child import (
    LOCK_TIMEOUT,
    log_failure,
    open_database,
    run_admin_tool,
    start_java,
    start_neo4j,
    write_config,
)
from graph.server.local import NOT_EMPTY, NOT_RESTORED
from graph.server.place import ServerHome
from graph.server.restore import RestoreError, restore
from graph.server.swap import DATABASE, recover


def main() -> None:
    """Run the tool as stdin says."""
    task = json.loads(sys.stdin.readline())
    os.umask(0o077)  # what Neo4j writes is for this user alone
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    place = ServerHome(Path(task["home"]))
    lock = create_file_lock(place.server_lock, timeout=LOCK_TIMEOUT)  # of a server that is just ending
    code = 1
    try:
        lock.acquire()
        recover(place)
        place.discard_half_made()
        write_config(place)
        start_java(task["jars"], task["heap"], "-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8")
        code = _run(place, task)
        jpype.java.lang.System.out.flush()
        jpype.java.lang.System.err.flush()
    except BaseException as error:  # noqa: BLE001 - the process ends here, whatever it was
        log_failure(place, error)
    sys.stderr.flush()
    os._exit(code)  # as in graph/server/child.py


def _exit_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


def _run(place: ServerHome, task: dict[str, Any]) -> int:
    if task["restore"]:
        try:
            restore(place, Path(task["restore"]))
        except (RestoreError, OSError) as error:
            sys.stdout.write(f"{error}\n")
            sys.stdout.flush()
            return NOT_RESTORED
        return 0
    if task["fill"] is not None:
        return _fill(place, task["args"], task["fill"])
    return run_admin_tool(place, task["args"])


def _fill(place: ServerHome, args: list[str], not_counting: list[str]) -> int:
    store = place.stores / DATABASE
    if store.exists() and _has_data(place, not_counting):
        return NOT_EMPTY
    write_private(place.creating, DATABASE)
    place.discard(DATABASE)
    code = run_admin_tool(place, args)
    if code:
        place.discard_half_made()
    else:
        place.creating.unlink()
    return code


def _has_data(place: ServerHome, not_counting: list[str]) -> bool:
    """Whether the stopped database holds a node without one of these labels. Opens it, with no port, to know."""
    if not (place.stores / "system").exists():  # filled and never started: opening it would make a first password
        return True
    neo4j = start_neo4j(place, open_port=False)
    try:
        label = jpype.JClass("org.neo4j.graphdb.Label").label
        labels = [label(name) for name in not_counting]
        transaction = open_database(place, neo4j).beginTx()
        try:
            nodes: Any = transaction.getAllNodes()
            return any(not any(node.hasLabel(each) for each in labels) for node in nodes)
        finally:
            transaction.close()
    finally:
        neo4j.shutdown()


if __name__ == "__main__":
    main()
