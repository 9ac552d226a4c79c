"""What tests share: a real Neo4j with the shipped data, an empty one, the explorer, and a real Chromium.

Each process of a run (`pytest -n 2`) has its own of each. While developing, ARMSGRAPH_TEST_HOME may name the home of a
running local Neo4j that holds the shipped data (`ARMSGRAPH_HOME=… armsgraph db start` and `load articles`): tests that
only read then join it.

A test whose browser or database can't be had is skipped, or fails when ARMSGRAPH_REQUIRE_ALL is set (as in CI).
"""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from graph.database import write
from graph.database.store import Store
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from graph.server import local
from loader.sources import articles
from scripts.screenshot import FLAGS
from tests.support import pages, selection
from tests.support.reading import load_feed
from tests.support.servers import address, choose_java_options, copy_home, missing, prepare, start

TEST_HOME = os.environ.get("ARMSGRAPH_TEST_HOME")
USERS_OWN = [
    *(f"NEO4J_{name}" for name in ("URI", "USER", "PASSWORD", "DATABASE", "READER_USER", "READER_PASSWORD")),
    "ARMSGRAPH_SHARED_QUERIES",
]

# How long an example takes says nothing on a machine that others use too.
hypothesis.settings.register_profile("tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("tests")


def pytest_configure() -> None:
    """Lets the programs that tests start hear Ctrl-C: run in the background of a script, they would not."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups that this marks
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Sorts the tests, and marks them by what they need."""
    selection.sort_and_mark(items, spread=hasattr(config, "workerinput"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Ends a run that would tear groups apart: what a module made once would be there for some of its tests alone."""
    spread = [
        item.nodeid for item in session.items if item.get_closest_marker("xdist_group") and "@" not in item.nodeid
    ]
    if spread and hasattr(session.config, "workerinput"):
        raise pytest.UsageError(f"pytest-xdist passes over the group of {spread[0]} and {len(spread) - 1} others")


def pytest_runtest_setup() -> None:
    """Lets every Java start quickly; asked each time, as its archive may have been made meanwhile."""
    os.environ["JAVA_TOOL_OPTIONS"] = choose_java_options()


@pytest.fixture(scope="session", autouse=True)
def own_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps tests off the user's own databases."""
    with pytest.MonkeyPatch.context() as patch:
        for name in USERS_OWN:
            patch.delenv(name, raising=False)
        patch.setenv("ARMSGRAPH_HOME", str(tmp_path_factory.mktemp("default-home")))
        yield


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    """The shipped ontology."""
    return load_ontology()


@pytest.fixture(scope="session")
def loaded_home(ontology: Ontology, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stopped home with the shipped data, to be copied."""

    def fill(server: local.Server) -> None:
        with Store(lambda: address(server)) as opened:
            load_feed(opened, ontology, articles.read(articles.FOLDER, ontology))

    return prepare("loaded", fill, tmp_path_factory)


@pytest.fixture(scope="session")
def neo4j_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Server]:
    """The server that holds the shipped data."""
    if TEST_HOME:
        yield from start(Path(TEST_HOME))
    else:
        yield from start(copy_home(request.getfixturevalue("loaded_home"), tmp_path_factory.mktemp("loaded")))


@pytest.fixture(scope="session")
def store(neo4j_server: local.Server) -> Iterator[Store]:
    """The shipped data, for tests that only read."""
    with Store(lambda: address(neo4j_server)) as opened:
        yield opened


@pytest.fixture(scope="session", name="address")
def explorer_address(store: Store, ontology: Ontology) -> Iterator[str]:
    """Where the explorer over the shipped data is served."""
    with pages.serve_explorer(store, ontology) as url:
        yield url


@pytest.fixture
def own_address(store: Store, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where an explorer of the test's own is served, whose user has kept nothing yet."""
    monkeypatch.setenv("ARMSGRAPH_HOME", str(tmp_path / "own-home"))
    with pages.serve_explorer(store, ontology) as url:
        yield url


@pytest.fixture(scope="session")
def spare_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Server]:
    """A second server, for tests that write."""
    yield from start(tmp_path_factory.mktemp("spare"))


@pytest.fixture
def empty_store(spare_server: local.Server, ontology: Ontology) -> Iterator[Store]:
    """An empty database with its schema; wiped before each test."""
    with Store(lambda: address(spare_server)) as opened:
        write.wipe(opened)
        write.ensure_schema(opened, ontology)
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        missing("there is no Chromium; install it or name it in CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages that know nothing of each other, at the size of a common laptop or as asked."""
    contexts = []

    def open_new(**options: Any) -> Page:
        contexts.append(browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options}))
        contexts[-1].set_default_timeout(pages.PATIENCE * 1000)
        return contexts[-1].new_page()

    yield open_new
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A fresh page."""
    return new_page()
