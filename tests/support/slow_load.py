"""Run by test_load.py as a process of its own, to be killed: loads a folder in tiny batches, a line a batch."""

import sys
from pathlib import Path

from graph.database.store import Address, Store
from graph.ontology import load as load_ontology
from loader.loading import diff, pipeline
from loader.loading.staging import StagingStore
from loader.sources import articles

if __name__ == "__main__":
    uri, password, folder = sys.argv[1:]
    diff.BATCH, pipeline.AHEAD = 5, 0
    ontology = load_ontology()
    with (
        Store(lambda: Address(uri, "neo4j", password)) as store,
        StagingStore(ontology, articles.read(Path(folder), ontology)) as staged,
    ):
        staged.fill(pipeline.build_type_lookup(store))
        pipeline.load(
            store, ontology, staged, progress=lambda *stage: sys.stdout.write(f"{stage}\n") and sys.stdout.flush()
        )
