"""How fast the loader is, beside the bare driver, py2neo.bulk and Neo4j's bare importer: same rows, same server.

    make bench                                       all of it, about a quarter of an hour on two cores
    .venv/bin/python -m benchmarks.load --nodes 5000 --edges 10000 --curve 10000 100000

The input is a CSV file with a row for each ownership; our loader reads, checks and writes it with all evidence. The
others get the graph that comes of it as rows in memory, which is the part of the work that they do. Rows are the nodes
and relationships of that graph. Timings of one machine are noisy: only the ratios of one run mean something.
"""

import argparse
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import neo4j
import py2neo
from py2neo.bulk import create_nodes, create_relationships, merge_nodes, merge_relationships

from graph.database import write
from graph.database.store import Address, Store
from graph.ontology import load as load_ontology
from graph.server import importer, local
from graph.server.importfiles import ImportFiles
from loader.loading import bulk, diff, pipeline
from loader.loading.staging import StagingStore
from loader.sources import table

BATCH = 10_000  # rows a transaction, as the driver's manual advises
MAPPING = """
dataset: {dataset}
title: Ownerships, made up
publisher: Benchmark
date: 2026-01
reliability: B
credibility: 2
entities:
  owner: {{type: Company, id: owner, name: owner name, properties: {{country: owner country}}}}
  owned: {{type: Company, id: owned, name: owned name, properties: {{country: owned country}}}}
relationships:
  - {{type: OWNS, from: owner, to: owned, valid_from: since, detail: share}}
"""
Node = tuple[tuple[str, ...], Mapping[str, Any]]


@dataclass
class PreparedRows:
    """A graph as rows, taken where otherwise the importer's files are written."""

    by_labels: dict[tuple[str, ...], list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    by_type: dict[tuple[str, str, str], list[tuple[str, Mapping[str, Any], str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    rows: int = 0

    def node(self, group: str, labels: Sequence[str], properties: Mapping[str, Any]) -> None:
        """A node, without what is null."""
        self.rows += 1
        self.by_labels[tuple(labels)].append({k: v for k, v in properties.items() if v is not None})

    def relationship(
        self, type_: str, source: tuple[str, str], target: tuple[str, str], properties: Mapping[str, Any] | None = None
    ) -> None:
        """A relationship between two nodes."""
        self.rows += 1
        self.by_type[(type_, source[0], target[0])].append((source[1], properties or {}, target[1]))


class LoadBenchmark:
    """One server, and runs that each load the same rows under ids of their own."""

    def __init__(self, folder: Path, nodes: int, edges: int) -> None:
        self.folder, self.nodes, self.edges = folder, nodes, edges
        self.ontology = load_ontology()
        self.runs = 0

    def files(self, name: str = "", nodes: int = 0, edges: int = 0) -> tuple[Path, Path]:
        """A table and its mapping, under a dataset name that no other run has."""
        self.runs += 1
        nodes, edges = nodes or self.nodes, edges or self.edges
        data, mapping = self.folder / f"{nodes}-{edges}.csv", self.folder / f"{self.runs}.yaml"
        if not data.exists():
            generate(data, nodes, edges)
        mapping.write_text(MAPPING.format(dataset=name or f"bench-{self.runs}"), encoding="utf-8")
        return data, mapping

    def prepared(self, data: Path, mapping: Path) -> PreparedRows:
        """The graph that our loader makes of a table, as rows."""
        rows = PreparedRows()
        with StagingStore(self.ontology, table.read(data, mapping)) as staged:
            bulk.write_files(rows, self.ontology, staged.fill())  # type: ignore[arg-type] - takes rows as files do
        return rows

    def ours(self, store: Store, data: Path, mapping: Path) -> None:
        """Reads, checks and writes a table."""
        with StagingStore(self.ontology, table.read(data, mapping)) as staged:
            staged.fill(pipeline.build_type_lookup(store))
            pipeline.load(store, self.ontology, staged)


def generate(file: Path, nodes: int, edges: int) -> None:
    """A table of ownerships between made-up companies, always the same."""
    dice = random.Random(20261122)
    countries = ("North Korea", "China", "Russia", "Singapore", "Hong Kong")
    with file.open("w", encoding="utf-8") as out:
        out.write("owner,owner name,owner country,owned,owned name,owned country,since,share\n")
        for number in range(edges):
            a = number % nodes  # so that each company is there
            b = (a + dice.randrange(1, nodes)) % nodes
            cells = (f"c{n},Example Trading {n} Ltd,{countries[n % 5]}" for n in (a, b))
            out.write(f"{','.join(cells)},20{dice.randrange(10, 26)},{dice.randrange(1, 101)} %\n")


def load_with_driver(address: Address, rows: PreparedRows, verb: str) -> None:
    """(a) The bare driver with UNWIND, nodes before relationships."""
    auth = (address.user, address.password)
    with neo4j.GraphDatabase.driver(address.uri, auth=auth) as opened, opened.session() as session:

        def write_all(text: str, items: Sequence[Any]) -> None:
            for start in range(0, len(items), BATCH):
                session.execute_write(lambda tx, part: tx.run(text, rows=part).consume(), items[start : start + BATCH])

        for labels, nodes in rows.by_labels.items():
            more = "".join(f":{label}" for label in labels[1:])
            text = (
                f"UNWIND $rows AS row MERGE (n:{labels[0]} {{id: row.id}}) SET n{more or ':' + labels[0]} SET n += row"
                if verb == "MERGE"
                else f"UNWIND $rows AS row CREATE (n:{':'.join(labels)}) SET n = row"
            )
            write_all(text, nodes)
        for (type_, source, target), edges in rows.by_type.items():
            text = (
                f"UNWIND $rows AS row MATCH (a:{source} {{id: row[0]}}) MATCH (b:{target} {{id: row[2]}}) "
                f"{verb} (a)-[r:{type_}]->(b) SET r += row[1]"
            )
            write_all(text, [list(edge) for edge in edges])


def load_with_py2neo(address: Address, rows: PreparedRows, verb: str) -> None:
    """(b) py2neo.bulk."""
    graph = py2neo.Graph(address.uri, auth=(address.user, address.password))
    for labels, nodes in rows.by_labels.items():
        for start in range(0, len(nodes), BATCH):
            part = [dict(node) for node in nodes[start : start + BATCH]]
            if verb == "MERGE":
                merge_nodes(graph.auto(), part, (labels[0], "id"), labels=set(labels))
            else:
                create_nodes(graph.auto(), part, labels=set(labels))
    for (type_, source, target), edges in rows.by_type.items():
        for start in range(0, len(edges), BATCH):
            part_edges = [(a, dict(properties), b) for a, properties, b in edges[start : start + BATCH]]
            ends = {"start_node_key": (source, "id"), "end_node_key": (target, "id")}
            if verb == "MERGE":
                merge_relationships(graph.auto(), part_edges, (type_,), **ends)
            else:
                create_relationships(graph.auto(), part_edges, type_, **ends)


def time_call(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@contextmanager
def disable_trick(trick: str) -> Iterator[None]:
    """Our loader without one of the things that make it fast."""
    if trick == "overlap":
        with mock.patch.object(pipeline, "AHEAD", 0):
            yield
    elif trick == "creating what is new":
        with mock.patch.object(diff.Edition, "fresh", new=False):
            yield
    elif trick == "large batches":
        with mock.patch.object(diff, "BATCH", 200):
            yield
    else:
        real = StagingStore.lines

        def shuffled(self: StagingStore) -> Iterator[Any]:
            items = list(real(self))
            random.Random(1).shuffle(items)
            yield from items

        with mock.patch.object(StagingStore, "lines", shuffled):
            yield


TRICKS = ("overlap", "creating what is new", "key order", "large batches")


def compare_filled(bench: LoadBenchmark, rounds: int) -> None:
    """Into a database that holds other data: ours beside (a) and (b), and ours without each trick."""
    with local.open_server(bench.folder / "home") as server:
        address = Address(server.uri, server.user, server.password, server.database)
        with Store(lambda: address) as store:
            write.ensure_schema(store, bench.ontology)
            bench.ours(store, *bench.files(nodes=5_000, edges=10_000))  # other data; and the server gets warm
            rows = bench.prepared(*bench.files()).rows
            methods: dict[str, Callable[[], float]] = {"ours": lambda: time_ours(bench, store)}
            for verb in ("MERGE", "CREATE"):
                methods[f"driver, {verb}"] = lambda verb=verb: time_peer(bench, address, load_with_driver, verb)
                methods[f"py2neo.bulk, {verb}"] = lambda verb=verb: time_peer(bench, address, load_with_py2neo, verb)
            for trick in TRICKS:
                methods[f"ours without {trick}"] = lambda trick=trick: time_ours(bench, store, trick)
            taken: dict[str, list[float]] = {name: [] for name in methods}
            for number in range(rounds):
                for name in [*methods][:: 1 if number % 2 == 0 else -1]:
                    taken[name].append(methods[name]())
    print(f"\nInto a filled database: {rows:,} rows (nodes and relationships), best of {rounds}")
    best = {name: min(values) for name, values in taken.items()}
    for name, value in best.items():
        print(f"  {name:32} {rows / value:>9,.0f} rows/s   ours is {value / best['ours']:.2f} x as fast")


def time_ours(bench: LoadBenchmark, store: Store, trick: str = "") -> float:
    """Our loader on a table of its own, without a trick."""
    files = bench.files()
    if not trick:
        return time_call(lambda: bench.ours(store, *files))
    with disable_trick(trick):
        return time_call(lambda: bench.ours(store, *files))


def time_peer(
    bench: LoadBenchmark, address: Address, method: Callable[[Address, PreparedRows, str], None], verb: str
) -> float:
    """A peer on the same graph under ids of its own; preparing it does not count."""
    rows = bench.prepared(*bench.files())
    return time_call(lambda: method(address, rows, verb))


def compare_empty(bench: LoadBenchmark, rounds: int) -> None:
    """Into an empty database: ours, reading and checking included, beside (c) the bare importer."""
    ours, bare, rows = [], [], 0
    for number in range(rounds):
        data, mapping = bench.files("bench-empty")
        with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
            begun = time.perf_counter()
            with (
                StagingStore(bench.ontology, table.read(data, mapping)) as staged,
                ImportFiles(Path(folder, "a")) as files,
            ):
                bulk.write_files(files, bench.ontology, staged.fill())
            prepared = time.perf_counter() - begun
            rows = files.nodes_written + files.relationships_written
            homes = [Path(folder, f"home-{number}-{which}") for which in range(2)]
            ours.append(prepared + time_call(lambda: importer.run(files, homes[0])))  # noqa: B023 - called at once
            bare.append(time_call(lambda: importer.run(files, homes[1])))  # noqa: B023 - called at once, within the loop
    print(
        f"\nInto an empty database: {rows:,} rows, best of {rounds} (without the indexes, which are the same for both)"
    )
    print(f"  ours, with reading and checking  {rows / min(ours):>9,.0f} rows/s")
    ratio = min(bare) / min(ours)
    print(f"  (c) the bare importer            {rows / min(bare):>9,.0f} rows/s   ours is {ratio:.2f} x as fast")


def measure_growth(bench: LoadBenchmark, sizes: Sequence[int]) -> None:
    """How the time grows with the rows, both ways."""
    print("\nGrowth (rows of the graph; each claim makes about six)")
    for size in sizes:
        edges = size // 7
        nodes = max(2, edges // 2)
        data, mapping = bench.files("bench-curve", nodes, edges)
        with local.open_server(bench.folder / f"curve-{size}") as server:
            address = Address(server.uri, server.user, server.password, server.database)
            with Store(lambda: address) as store:  # noqa: B023 - called within this turn of the loop
                write.ensure_schema(store, bench.ontology)
                bench.ours(store, *bench.files("warm", 200, 400))
                server_way = time_call(lambda: bench.ours(store, data, mapping))  # noqa: B023 - called at once, within the loop
        with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
            begun = time.perf_counter()
            with (
                StagingStore(bench.ontology, table.read(data, mapping)) as staged,
                ImportFiles(Path(folder, "a")) as files,
            ):
                bulk.write_files(files, bench.ontology, staged.fill())
            importer.run(files, Path(folder, "home"))
            import_way = time.perf_counter() - begun
        rows = files.nodes_written + files.relationships_written
        ways = ((way, took, 1e6 * took / rows) for way, took in (("server", server_way), ("importer", import_way)))
        print(f"  {rows:>9,} rows", *(f"  {way} {took:7.1f} s = {each:5.0f} us/row" for way, took, each in ways))


def main() -> None:
    """Runs what is asked for, and prints it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=15_000)
    parser.add_argument("--edges", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--curve", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--only", choices=("filled", "empty", "curve"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="armsgraph-bench-") as folder:
        bench = LoadBenchmark(Path(folder), options.nodes, options.edges)
        if options.only in (None, "filled"):
            compare_filled(bench, options.rounds)
        if options.only in (None, "empty"):
            compare_empty(bench, options.rounds)
        if options.only in (None, "curve"):
            measure_growth(bench, options.curve)


if __name__ == "__main__":
    main()
