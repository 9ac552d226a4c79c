"""A database that goes away while the app runs is said on the page, and the app heals by itself."""

from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page

from graph.database.store import Store
from graph.ontology import Ontology
from graph.server import connect, local
from tests.support.pages import find_element_position, open_page, read_positions, serve_explorer, wait_until
from tests.support.servers import address, copy_home

pytestmark = [pytest.mark.browser, pytest.mark.database]


def test_the_database_goes_and_comes_back(page: Page, ontology: Ontology, loaded_home: Path, tmp_path: Path) -> None:
    home = copy_home(loaded_home, tmp_path)
    with ExitStack() as stack:
        lease = stack.enter_context(ExitStack())
        now = [address(lease.enter_context(local.open_server(home)))]
        store = stack.enter_context(Store(lambda: now[0], patience=2))
        open_page(page, stack.enter_context(serve_explorer(store, ontology)))
        before = read_positions(page)

        lease.close()
        banner = page.get_by_text("The database can’t be reached")
        banner.wait_for()
        page.get_by_text("Database away").wait_for()
        page.mouse.dblclick(*find_element_position(page, "second-economic-commission"))  # fails, and loses nothing
        page.wait_for_timeout(3_000)
        assert read_positions(page) == before
        assert banner.is_visible()

        now[0] = address(lease.enter_context(local.open_server(home)))
        banner.wait_for(state="hidden")
        page.get_by_text("Database connected").wait_for()
        page.mouse.dblclick(*find_element_position(page, "second-economic-commission"))
        wait_until(page, f"cy.nodes().length > {len(before)}")
        after = read_positions(page)
        assert {i: after[i] for i in before} == before


def test_a_killed_local_database_is_said_and_started_again(
    page: Page, ontology: Ontology, loaded_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARMSGRAPH_HOME", str(copy_home(loaded_home, tmp_path)))
    with connect.open_store() as store, serve_explorer(store, ontology) as url:
        open_page(page, url)
        killed = local.read_status().pid
        assert killed
        psutil.Process(killed).kill()
        page.get_by_text("The database can’t be reached").wait_for()
        page.get_by_text("Database connected").wait_for()
        assert local.read_status().pid != killed
        before = read_positions(page)
        page.mouse.dblclick(*find_element_position(page, "second-economic-commission"))
        wait_until(page, f"cy.nodes().length > {len(before)}")
