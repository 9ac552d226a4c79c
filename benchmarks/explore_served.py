"""What the page and the user benchmarks stand on: a small made-up graph, an explorer in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import cos, pi, sin
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.load import MAPPING
from explorer.canvas import elements, rendered_view
from explorer.state.canvas import Canvas
from graph.database.store import Address, Store
from graph.ontology import load as load_ontology
from loader.loading import pipeline
from loader.loading.staging import StagingStore
from loader.sources import table

HUB = "ring-c0"
RING, LEAVES = 120, 40  # companies on the canvas beside the hub; neighbours that the expansion brings
LINES = 179  # among those on the canvas: with the nodes 300 elements


def generate(folder: Path) -> tuple[Path, Path]:
    """A table of ownerships: a ring with chords, and a hub that owns 40 companies of its own."""
    data, mapping = folder / "ring.csv", folder / "ring.yaml"
    pairs = [(n, n % RING + 1) for n in range(1, RING + 1)]
    pairs += [(n, (n + 31) % RING + 1) for n in range(1, LINES - RING + 1)]
    pairs += [(0, RING + n) for n in range(1, LEAVES + 1)]
    lines = ["owner,owner name,owner country,owned,owned name,owned country,since,share"]
    lines += [f"c{a},Example Trading {a} Ltd,China,c{b},Example Trading {b} Ltd,China,2021,50 %" for a, b in pairs]
    data.write_text("\n".join(lines) + "\n", encoding="utf-8")
    mapping.write_text(MAPPING.format(dataset="ring"), encoding="utf-8")
    return data, mapping


@dataclass(frozen=True)
class ExplorerBenchmark:
    """The loaded graph."""

    store: Store
    address: Address

    def load(self, folder: Path) -> None:
        """Loads the made-up graph."""
        ontology = load_ontology()
        with StagingStore(ontology, table.read(*generate(folder))) as staged:
            staged.fill(pipeline.build_type_lookup(self.store))
            pipeline.load(self.store, ontology, staged)

    def canvas(self) -> dict[str, Any]:
        """A canvas of 300 elements: the hub and the ring, in a circle."""
        ids = [f"ring-c{n}" for n in range(RING + 1)]
        angle = 2 * pi / RING
        places = {i: (2_400 * cos(n * angle), 2_400 * sin(n * angle)) for n, i in enumerate(ids)}
        return Canvas(ids=tuple(ids), positions={**places, HUB: (0.0, 0.0)}, title="Benchmark").write()

    def elements(self, canvas: dict[str, Any]) -> list[Any]:
        """The same canvas as cytoscape.js takes it."""
        return elements.build_elements(rendered_view.read(self.store, load_ontology(), Canvas.read(canvas)))


@contextmanager
def start_explorer(address: Address) -> Iterator[str]:
    """An explorer in a process of its own, and its address."""
    environment = {
        **os.environ,
        "NEO4J_URI": address.uri,
        "NEO4J_USER": address.user,
        "NEO4J_PASSWORD": address.password,
    }
    command = [sys.executable, "-m", "armsgraph", "serve", "--port", "8971"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    url = "http://127.0.0.1:8971/"
    try:
        for _ in range(300):
            try:
                urlopen(url, timeout=5).close()
                break
            except (URLError, OSError):
                time.sleep(0.2)
        else:
            raise SystemExit("the explorer never answered")
        yield url
    finally:
        process.terminate()
        process.wait(30)
