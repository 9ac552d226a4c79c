"""A first page whose query came to no answer says why, and offers to try again."""

from functools import partial

import pytest
from playwright.sync_api import Page

from graph.saved_queries import guarded_query
from graph.settings import Bounds
from tests.support.opening import TOO_LONG, make_opening_slow
from tests.support.pages import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.database, pytest.mark.timeout(600)]


def test_it_says_why_and_another_try_opens_it(page: Page, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_opening_slow(monkeypatch)
    page.goto(address)
    page.get_by_text(TOO_LONG).wait_for(timeout=60_000)
    assert page.evaluate("!window.cy || cy.nodes().length === 0")
    page.evaluate("document.getElementById('open-again').dataset.seen = 'yes'")
    page.get_by_role("button", name="Try again").click()  # it is ended once more, and said once more
    wait_until(page, "!!document.querySelector('#open-again:not([data-seen])')", seconds=120)
    assert page.get_by_text(TOO_LONG).is_visible()
    monkeypatch.undo()
    monkeypatch.setattr(guarded_query, "Bounds", partial(Bounds, timeout=300))  # however busy the machine is
    page.get_by_role("button", name="Try again").click()
    wait_until(page, "!!window.cy && cy.nodes().length > 0", seconds=300)
    wait_until(page, "!document.querySelector('#arrived .arrival-card')")
    assert page.locator("#title").inner_text() == "Chain of reporting"
