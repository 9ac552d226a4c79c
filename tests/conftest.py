"""What tests share: a real Neo4j with the shipped data, an empty one, and a real Chromium.

While developing, ARMSGRAPH_TEST_HOME may name the home of a running local Neo4j that holds the shipped data
(`ARMSGRAPH_HOME=… armsgraph db start` and `load articles`): tests that only read then join it.

A test whose browser or database can't be had is skipped, or fails when ARMSGRAPH_REQUIRE_ALL is set (as in CI).
"""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from graph import ontology
from graph.database import write
from graph.database.store import Address, Store
from graph.errors import ArtifactsUnavailable
from graph.ontology import Ontology
from graph.server import local
from loader.sources import articles
from scripts.screenshot import FLAGS
from tests.support import pages
from tests.support.reading import load_feed

TEST_HOME = os.environ.get("ARMSGRAPH_TEST_HOME")
REQUIRE_ALL = bool(os.environ.get("ARMSGRAPH_REQUIRE_ALL"))


def pytest_configure() -> None:
    """Lets the programs that tests start hear Ctrl-C: run in the background of a script, they would not."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def missing(what: str) -> None:
    """Skips the test, or fails it where nothing may be skipped."""
    if REQUIRE_ALL:
        pytest.fail(f"ARMSGRAPH_REQUIRE_ALL is set, but {what}", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session", autouse=True)
def no_other_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keeps tests off the user's own databases."""
    with pytest.MonkeyPatch.context() as patch:
        for name in (
            "NEO4J_URI",
            "NEO4J_USER",
            "NEO4J_PASSWORD",
            "NEO4J_DATABASE",
            "NEO4J_READER_USER",
            "NEO4J_READER_PASSWORD",
        ):
            patch.delenv(name, raising=False)
        patch.setenv("ARMSGRAPH_HOME", str(tmp_path_factory.mktemp("default-home")))
        yield


def start(home: Path) -> Iterator[local.Server]:
    """A local Neo4j with its data in `home`."""
    try:
        with local.open_server(home) as server:
            yield server
    except ArtifactsUnavailable as error:
        missing(str(error))


def address(server: local.Server) -> Address:
    """A local server as the store wants it."""
    return Address(server.uri, server.user, server.password, server.database)


@pytest.fixture(scope="session")
def known() -> Ontology:
    """The shipped ontology."""
    return ontology.load()


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Server]:
    """The server that holds the shipped data."""
    yield from start(Path(TEST_HOME) if TEST_HOME else tmp_path_factory.mktemp("loaded"))


@pytest.fixture(scope="session")
def store(neo4j_server: local.Server, known: Ontology) -> Iterator[Store]:
    """The shipped data, for tests that only read."""
    with Store(lambda: address(neo4j_server)) as opened:
        if not TEST_HOME:
            load_feed(opened, known, articles.read(articles.FOLDER, known))
        yield opened


@pytest.fixture(scope="module", name="address")
def explorer_address(store: Store, known: Ontology) -> Iterator[str]:
    """Where the explorer over the shipped data is served."""
    with pages.serve_explorer(store, known) as url:
        yield url


@pytest.fixture(scope="session")
def spare_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Server]:
    """A second server, for tests that write."""
    yield from start(tmp_path_factory.mktemp("spare"))


@pytest.fixture
def empty_store(spare_server: local.Server, known: Ontology) -> Iterator[Store]:
    """An empty database with its schema; wiped before each test."""
    with Store(lambda: address(spare_server)) as opened:
        write.wipe(opened)
        write.ensure_schema(opened, known)
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
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page at the size of a common laptop."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    yield opened
    context.close()
