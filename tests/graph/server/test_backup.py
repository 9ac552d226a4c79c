"""Backup and restore bring back the same graph, and a bad file harms nothing."""

from pathlib import Path

import pytest

from graph.database import write
from graph.database.store import Store
from graph.errors import ArtifactsUnavailable, StoreError, StoreUnavailable, UsageError
from graph.ontology import Ontology
from graph.reading.search import find_hits
from graph.server import backup, local
from loader.sources import articles
from tests.loader.loading.test_load import SMALL, fingerprint
from tests.support.reading import load_feed
from tests.support.servers import address, missing

pytestmark = pytest.mark.database


def test_what_was_backed_up_comes_back(tmp_path: Path, known: Ontology) -> None:
    home, file = tmp_path / "home", tmp_path / "graph.dump"
    try:
        with local.open_server(home) as server, Store(lambda: address(server)) as store:
            load_feed(store, known, articles.read(SMALL, known))
            before = fingerprint(store)
            with pytest.raises(StoreUnavailable, match="is running"):
                backup.backup(file, home)
    except ArtifactsUnavailable as error:
        missing(str(error))
    assert backup.backup(file, home) == file.stat().st_size
    with pytest.raises(UsageError, match="exists"):
        backup.backup(file, home)
    with local.open_server(home) as server, Store(lambda: address(server)) as store:
        write.wipe(store)
    broken = tmp_path / "broken.dump"
    broken.write_bytes(b"not a dump")
    with pytest.raises(StoreError):
        backup.restore(broken, home)
    backup.restore(file, home)
    with local.open_server(home) as server, Store(lambda: address(server)) as store:
        assert fingerprint(store) == before
        assert find_hits(store, known, "kanggye")  # the indexes came back too
    assert sorted(p.name for p in tmp_path.iterdir()) == ["broken.dump", "graph.dump", "home"]


def test_files_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        backup.backup(tmp_path / "nowhere" / "x.dump", tmp_path / "home")
    with pytest.raises(UsageError, match="there is no file"):
        backup.restore(tmp_path / "x.dump", tmp_path / "home")
