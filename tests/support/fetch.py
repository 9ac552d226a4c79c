"""Fetches both versions of Neo4j that the tests use: `python -m tests.support.fetch`, while something else goes on."""

from graph.server import artifacts
from tests.support import neo4j_526

if __name__ == "__main__":
    artifacts.ensure_jars()
    artifacts.ensure_jars(lock_file=neo4j_526.LOCK_FILE)
    neo4j_526.fetch_java()
