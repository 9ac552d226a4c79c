"""Fills the empty local database by Neo4j's own importer, several times as fast as through a running server.

    with ImportFiles(folder) as files: …
    importer.run(files)

Either all is in the database afterwards, or it is as empty as before and the call can be repeated; also after kill -9
of this process or of Java, and where the disk is full. Constraints and indexes are `write.ensure_schema`'s work after
the next start: the importer's own option for them wants the store format of Neo4j Enterprise (tried on 2026.05).
"""

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from graph.database.store import Store
from graph.errors import StoreError, UsageError
from graph.server import local
from graph.server.importfiles import ImportFiles
from graph.server.place import ServerHome

LOCK = "Lock"  # the label of graph/database/write.py's lock, which may stand in a database that holds nothing else
# Bytes in any case, and per byte of the files: the store takes about three, and indexes come on top.
ROOM = (200_000_000, 4)
_LEAST_MEMORY = 512 << 20
_STAGE = re.compile(r"\((\d)/(\d)\) (\w[\w ]*?) \d{4}-")
_SHARE = re.compile(r"(\d+)% ")
# What its output says besides the reason: the command's frame, and where it keeps a copy of all that.
_NOISE = re.compile(r"(Command Failed|Error importing csv|Full exception|Please provide|Run with).*|[-. ]*(\d+%.*)?")
_FAILED = re.compile(r"IMPORT FAILED|WARNING Import failed")
_DISK = re.compile(r"original error: [\w.]+\.(?:IOException|OutOfDiskSpaceException): (.*)")
GUIDE = """\
These files hold {nodes:,} nodes and {relationships:,} relationships for an empty Neo4j database, of version 5.26 or
2026, in any edition. Neo4j's own importer reads them, where the database "neo4j" is:

1. Stop the server.
2. Go into this folder, and run

       neo4j-admin database import full neo4j @arguments.txt

   Another database: write its name in place of the second "neo4j". A database that exists already and may be lost:
   add --overwrite-destination=true. Either all is imported, or it fails and says why; then run it again.
3. Start the server, and make the constraints and indexes:

       cypher-shell -d neo4j -f schema.cypher

4. Set NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD, and start Armsgraph.

nodes-*.tsv and relationships-*.tsv are text in UTF-8: columns are separated by tabs, the texts of a list by the
character U+FDD0, and each file has its columns' names in the -header.tsv beside it.
"""
Progress = Callable[[str, float], None]  # the stage, and the share of it that is done


def _ignore_progress(_stage: str, _share: float) -> None:
    """Tells nobody."""


def is_not_created(home: Path | None = None) -> bool:
    """Whether the local database was never made, so that it is surely empty. Starts nothing."""
    place = ServerHome.of(home)
    if place.is_server_alive():
        return False
    return not (place.stores / "neo4j").exists() or place.is_half_made("neo4j")


def is_empty(store: Store) -> bool:
    """Whether a database holds no data, so that it can be filled by `run`. Raises StoreError."""
    return not store.read(f"MATCH (n) WHERE NOT n:{LOCK} RETURN 1 AS one LIMIT 1")


def run(files: ImportFiles, home: Path | None = None, progress: Progress = _ignore_progress) -> None:
    """Puts what the closed `files` hold into the local database, and ends a running local server before.

    Others who want the server wait until it is done. The database must be empty, which is looked at when no server
    can write to it any more. Raises StoreError where it isn't, where the disk has no room, or with the importer's
    reason; UsageError without a node; ArtifactsUnavailable.
    """
    if not files.nodes_written:
        raise UsageError("there is nothing to import")
    place = ServerHome.prepare(home)
    _check_disk_space(place, files)
    arguments = [
        "database",
        "import",
        "full",
        "neo4j",
        *files.arguments(),
        "--path-pattern-style=none",
        f"--max-off-heap-memory={_compute_memory_limit()}",
    ]
    done = local.run_admin(
        arguments, home, fill=(LOCK,), folder=files.folder, tell=_build_output_listener(progress), check=False
    )
    if done.returncode == local.NOT_EMPTY:
        raise StoreError(f"The local database in {place.root} holds data, and only an empty one can be filled.")
    if done.returncode:
        raise StoreError(
            f"Neo4j's importer failed, and the database is as empty as before.\n{_find_reason(done.stdout)}"
        )


def write_import_guide(files: ImportFiles, schema: Sequence[str]) -> None:
    """Adds to the closed `files` what somebody else needs to import them: the arguments, the schema and a guide.

    `schema` are Cypher statements, `Ontology.schema()`. Raises StoreError where the disk is full.
    """
    texts = {
        "arguments.txt": "\n".join([*files.arguments(), ""]),
        "schema.cypher": "".join(f"{statement};\n" for statement in schema),
        "README.txt": GUIDE.format(nodes=files.nodes_written, relationships=files.relationships_written),
    }
    try:
        for name, text in texts.items():
            (files.folder / name).write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise StoreError(f"the files for the importer can't be written to {files.folder}: {error}") from error


def _compute_memory_limit() -> int:
    """Bytes the importer may take besides Java's heap: half of what is free. It takes what the graph needs."""
    return max(_LEAST_MEMORY, psutil.virtual_memory().available // 2)


def _check_disk_space(place: ServerHome, files: ImportFiles) -> None:
    free, needed = shutil.disk_usage(place.root).free, ROOM[0] + ROOM[1] * files.size
    if free < needed:
        raise StoreError(
            f"{place.root} needs about {needed / 1e9:.1f} GB for this import, and there are {free / 1e9:.1f} GB free"
        )


def _build_output_listener(progress: Progress) -> Callable[[str], None]:
    stage = ""

    def listen(line: str) -> None:
        nonlocal stage
        if match := _STAGE.search(line):
            stage = match[3]
            progress(stage, 0.0)
        elif stage and (match := _SHARE.search(line)):
            progress(stage, int(match[1]) / 100)

    return listen


def _find_reason(output: str) -> str:
    """The importer's own words on what went wrong."""
    if match := _DISK.search(output):
        return match[1]  # without the row at which it noticed, which is not at fault
    lines = output.splitlines()
    failed = [i for i, line in enumerate(lines) if _FAILED.match(line)]
    if not failed:
        return "It was ended before it was done, or Java had too little memory (ARMSGRAPH_HEAP)."
    return "\n".join(line for line in lines[failed[-1] + 1 :] if not _NOISE.fullmatch(line))
