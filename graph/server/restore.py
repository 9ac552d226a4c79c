"""Loads a dump beside the database that it is to replace, tries it, and only then swaps the two.

Part of graph/server/admin.py's process: Java runs, and the server lock is held.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import jpype

from graph.server.child import open_database, run_admin_tool, start_neo4j, to_java_path, write_config
from graph.server.place import ServerHome
from graph.server.swap import DATABASE, PARTS, get_staging_home, recover, swap

DUMP = f"{DATABASE}.dump"  # the name that Neo4j's tools give and expect, after the database
MEMORY = "256m"  # for checking a database, beside Java's heap
ABOUT_FILES = ("Full exception details", "Please provide this file")  # which are removed with the rest
SAMPLE = 1_000  # nodes, and relationships, that are read to try a database


class RestoreError(Exception):
    """A file from which no database can be restored, or a home in which none can be."""


def restore(place: ServerHome, file: Path) -> None:
    """Replaces the database of this home by the one in `file`.

    Whatever is raised, and whenever the process is killed, the old database is as it was, or the new one is whole.
    Raises RestoreError for a file that holds no whole database, OSError for files that can't be written or moved.
    """
    with _hold_store_lock(place):
        try:
            _load_beside(place, file)
            swap(place)
        except BaseException as error:
            recover(place)
            if isinstance(error, jpype.JException):  # a full disk is met anywhere in Java
                raise RestoreError(f"Neo4j can't restore it ({error})") from error
            raise


def _load_beside(place: ServerHome, file: Path) -> None:
    new = get_staging_home(place)
    new.root.mkdir(mode=0o700)
    write_config(new)
    dump = new.root / "dump" / DUMP
    dump.parent.mkdir()
    shutil.copyfile(file, dump)  # a copy: nobody can change it between the looks at it
    verify_dump(dump)
    _run_tool(new, "load it", "load", DATABASE, f"--from-path={dump.parent}")
    dump.unlink()
    # What follows from the graph, indexes and counts, is no reason to refuse it.
    checks = "--check-indexes=false", "--check-counts=false", f"--report-path={new.root}"
    _run_tool(new, "find its database in order", "check", DATABASE, f"--max-off-heap-memory={MEMORY}", *checks)
    _try_opening(place, new)


@contextmanager
def _hold_store_lock(place: ServerHome) -> Iterator[None]:
    """Holds the lock that every Neo4j has on the folder of its databases, also one that we did not start.

    Raises RestoreError where another has it.
    """
    place.stores.mkdir(parents=True, exist_ok=True)
    options = jpype.JClass("java.nio.file.StandardOpenOption")
    lock = to_java_path(place.stores / "store_lock")
    channel = jpype.JClass("java.nio.channels.FileChannel").open(lock, options.CREATE, options.WRITE)
    try:
        if channel.tryLock() is None:
            raise RestoreError(f"another Neo4j uses {place.stores}")
        yield
    finally:
        channel.close()


def verify_dump(dump: Path) -> None:
    """Reads a dump from end to end: it is compressed, with a checksum as the last thing in it. Raises RestoreError.

    Neo4j itself stops reading at the last file inside, before that.
    """
    files = jpype.JClass("java.nio.file.Files")
    source = {"get": lambda: files.newInputStream(to_java_path(dump))}
    opened = jpype.JProxy("org.neo4j.function.ThrowingSupplier", source)
    nowhere = jpype.JClass("java.io.OutputStream").nullOutputStream()
    try:
        unpacked = jpype.JClass("org.neo4j.dbms.archive.DumpFormatSelector").decompress(opened)
        try:
            unpacked.transferTo(nowhere)
        finally:
            unpacked.close()
    except jpype.JClass("java.lang.IllegalArgumentException") as error:
        raise RestoreError("it is not a dump of a Neo4j database") from error
    except jpype.JClass("java.io.IOException") as error:
        raise RestoreError(f"it is damaged or not whole ({error.getMessage()})") from error


def _try_opening(place: ServerHome, new: ServerHome) -> None:
    """Starts Neo4j on the new database, with no port and with this home's users, and asks it something."""
    for part in PARTS:
        system = place.root / "data" / part / "system"
        if system.exists():
            shutil.copytree(system, new.root / "data" / part / "system")
    try:
        neo4j = start_neo4j(new, open_port=False)
        try:
            transaction: Any = open_database(new, neo4j).beginTx()
            for elements in (transaction.getAllNodes(), transaction.getAllRelationships()):
                for element in islice(elements, SAMPLE):
                    element.getAllProperties()
            transaction.close()
        finally:
            neo4j.shutdown()
    except (RuntimeError, jpype.JException) as error:
        raise RestoreError(f"Neo4j can't open its database ({_find_cause(new) or error})") from error


def _run_tool(place: ServerHome, what: str, *args: str) -> None:
    """Runs a command of Neo4j's admin tool. Raises RestoreError with what it said where it fails."""
    system = jpype.java.lang.System
    output, usual = jpype.java.io.ByteArrayOutputStream(), (system.out, system.err)
    stream = jpype.java.io.PrintStream(output, True, "UTF-8")
    system.setOut(stream)
    system.setErr(stream)
    try:
        code = run_admin_tool(place, ["database", *args])
    finally:
        system.setOut(usual[0])
        system.setErr(usual[1])
    if code:
        lines = str(output.toString("UTF-8")).partition("Command Failed")[2].splitlines()
        reason = " ".join(line for line in lines if line.strip(" -") and not line.startswith(ABOUT_FILES))
        reason = re.sub(r" See '.*?' for details\.", "", reason)  # the report goes with the database
        raise RestoreError(f"Neo4j can't {what} ({reason or f'its tool ended with {code}'})")


def _find_cause(place: ServerHome) -> str:
    """The last cause that Neo4j's log names; '' where it names none."""
    log = place.log.with_name("debug.log")
    causes = re.findall(r'Caused by: ([^\\\n"]+)', log.read_text("utf-8", "replace") if log.exists() else "")
    return causes[-1] if causes else ""
