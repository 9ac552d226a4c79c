"""Run by test_load.py as a process of its own, to be killed: loads a folder in tiny batches, a line a batch."""

import sys
from pathlib import Path

from graph import ontology, write
from graph.store import Address, Store
from loader import pipeline
from loader.sources import articles

if __name__ == "__main__":
    uri, password, folder = sys.argv[1:]
    write.BATCH = 5
    known = ontology.load()
    with Store(lambda: Address(uri, "neo4j", password)) as store:
        dataset = articles.read(Path(folder), known)
        pipeline.load(
            store, known, dataset, progress=lambda *stage: sys.stdout.write(f"{stage}\n") and sys.stdout.flush()
        )
