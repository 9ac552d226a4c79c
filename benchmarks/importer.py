"""How fast the importer's files are written and imported.

    python -m benchmarks.importer [ENTITIES]      # 100,000 by default

Per entity three claims with four links each, and two relationships: 17 rows, in the shapes that a list gives. Prints
rows a second of clock and of processor time (the first also depends on what else the machine does), and the largest
memory of the process that imports.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import psutil

from graph import ontology
from graph.database import write
from graph.database.store import Address, Store
from graph.model import Claim
from graph.server import importer, local
from graph.server.importfiles import ImportFiles

LABELS = (("Entity", "Organization", "Company"), ("Entity", "Person"), ("Entity", "Vehicle", "Ship"), ("Entity",))
LIST = {"dataset": "list", "digest": "0123456789abcdef"}


def generate_entities(count: int) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Entities as a list gives them, with a few names each."""
    for i in range(count):
        name = f"Kanggye Trading Corporation {i}"
        aliases = [f"Kanggye {i}", f"강계 {i}"] if i % 3 else []
        yield (
            LABELS[i % 4],
            {
                **LIST,
                "id": f"list-{i}",
                "type": LABELS[i % 4][-1],
                "name": name,
                "country": "Korea, North",
                "aliases": aliases,
                "identifiers": [],
                "search": [name.lower()],
            },
        )


def generate_claims(count: int) -> Iterator[dict[str, Any]]:
    """Three claims an entity: a name and two relationships."""
    for i in range(3 * count):
        named = i % 3 == 0
        claim = Claim(
            id=f"list-claim-{i:012x}",
            subject=f"list-{i // 3}",
            predicate="HAS_NAME" if named else "OWNS",
            stance="asserted",
            source="source",
            object=None if named else f"list-{(i * 7 + 1) % count}",
            value=f'Name "{i}"' if named else None,
            detail="a.k.a.",
            asserted_by="speaker",
            paragraph=f"row {i}",
            reported_on="2021-07-01",
            reliability="A",
            credibility="2",
            summary=f"The list says this of entity {i}.",
        )
        row: dict[str, Any] = {f.name: getattr(claim, f.name) for f in fields(Claim)}
        dates = {"reported_from": "2021-07-01", "reported_until": "2021-07-01", "valid_earliest": None}
        yield {**row, **LIST, **dates, "valid_latest": None}


def write_claim_links(files: ImportFiles, rows: list[dict[str, Any]]) -> None:
    """The links of the claims."""
    for row in rows:
        claim = ("Claim", row["id"])
        files.relationship("HAS_SUBJECT", claim, ("Entity", row["subject"]))
        files.relationship("FROM_SOURCE", claim, ("Source", row["source"]))
        files.relationship("ASSERTED_BY", claim, ("Entity", row["asserted_by"]))
        if row["object"]:
            files.relationship("HAS_OBJECT", claim, ("Entity", row["object"]))


def write_relationships(files: ImportFiles, rows: list[dict[str, Any]]) -> None:
    """The relationships that the claims make."""
    properties = {
        **{"stance": "asserted", "sources": ["source"], "speakers": ["speaker"], "details": ["a.k.a."], "grade": "A2"},
        **{"valid_from": "", "valid_to": "", "reported_first": "2021-07-01", "reported_last": "2021-07-01"},
        **{"reported_from": "2021-07-01", "reported_until": "2021-07-01", "valid_earliest": "", "valid_latest": ""},
    }
    for row in rows:
        if row["object"]:
            own = {**properties, "id": f"{row['subject']}|OWNS|{row['id']}", "claims": [row["id"]]}
            files.relationship("OWNS", ("Entity", row["subject"]), ("Entity", row["object"]), own)


def watch_child_memory(stop: threading.Event, sizes: list[int]) -> None:
    """Looks for the most memory that a child process takes."""
    while not stop.wait(0.2):
        for child in psutil.Process().children():
            try:
                sizes.append(child.memory_info().rss)
            except psutil.NoSuchProcess:
                continue


def time_rows(what: str, files: ImportFiles, work: Callable[[], object]) -> None:
    """Prints how many rows a second `work` wrote."""
    rows, clock, processor = count_rows(files), time.perf_counter(), time.process_time()
    work()
    rows, clock, processor = count_rows(files) - rows, time.perf_counter() - clock, time.process_time() - processor
    print(f"{what:34} {rows:>10,} rows  {rows / clock:>9,.0f} rows/s  {rows / processor:>9,.0f} rows/s of processor")


def count_rows(files: ImportFiles) -> int:
    """The rows of all files."""
    return files.nodes_written + files.relationships_written


def main(count: int) -> None:
    """Write, import, start, and make the indexes."""
    rows = list(generate_claims(count))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "home")
        with ImportFiles(Path(folder, "files")) as files:
            files.node("Source", ("Source",), {"id": "source", "title": "A list"})
            files.node("Entity", ("Entity",), {"id": "speaker", "name": "Who says so"})
            nodes = list(generate_entities(count))
            time_rows("entities (11 properties)", files, lambda: files.nodes("Entity", nodes))
            time_rows(
                "claims (29 properties)", files, lambda: files.nodes("Claim", ((("Claim",), row) for row in rows))
            )
            time_rows("links (no property)", files, lambda: write_claim_links(files, rows))
            time_rows("relationships (11 properties)", files, lambda: write_relationships(files, rows))
        stop, sizes = threading.Event(), [0]
        watcher = threading.Thread(target=watch_child_memory, args=(stop, sizes))
        watcher.start()
        start = time.perf_counter()
        importer.run(files, home)
        took = time.perf_counter() - start
        stop.set()
        watcher.join()
        print(f"{'import (Java started)':34} {count_rows(files):>10,} rows  {count_rows(files) / took:>9,.0f} rows/s")
        print(f"{took:.1f} s, {files.size / 1e6:,.0f} MB of files, {max(sizes) / 1e6:,.0f} MB of memory")
        start = time.perf_counter()
        with local.open_server(home) as server:
            print(f"start of the server {time.perf_counter() - start:.1f} s")
            with Store(lambda: Address(server.uri, server.user, server.password, server.database)) as store:
                start = time.perf_counter()
                write.ensure_schema(store, ontology.load())
                print(f"constraints and indexes {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
