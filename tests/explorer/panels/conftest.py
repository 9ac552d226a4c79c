"""What the tests of callbacks share: a home of their own, and a context whose database is away."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from explorer.dash_kit.callbacks import Context
from graph.ontology import Ontology
from tests.support.callbacks import open_unreachable_context


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home for queries, views, profiles and the log of runs."""
    monkeypatch.setenv("ARMSGRAPH_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def away(ontology: Ontology, home: Path) -> Iterator[Context]:
    """What callbacks are handed while the database is away."""
    del home
    with open_unreachable_context(ontology) as context:
        yield context
