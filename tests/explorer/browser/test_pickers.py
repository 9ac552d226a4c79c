"""Enter takes the first hit of what was typed, in every picker that can be searched; in a real Chromium."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from explorer.panels.page import search
from graph.database.store import Store
from graph.ontology import Ontology
from graph.reading.search import find_entities
from tests.support.pages import choose_query, open_page, read_details, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.database]
ENDS, ENTITY = ".path-ends input.mantine-Select-input", "#query-form input.mantine-Select-input[id*=picker]"
EXPORTS = "How arms leave the country, and who receives them"
# Answers to what is typed come late, as from a busy server: whoever types on and presses Enter is faster.
LATE = """
const ask = window.fetch;
window.fetch = (to, given) => /search-typed|searchValue/.test(String(given && given.body))
    ? new Promise((go) => setTimeout(go, 700)).then(() => ask(to, given)) : ask(to, given);
"""


@pytest.fixture(scope="module", name="opened")
def one_page(browser: Browser, address: str) -> Iterator[Page]:
    """A page with its picture, and a late server, for all of these tests."""
    tab = browser.new_context(viewport={"width": 1440, "height": 900})
    page = tab.new_page()
    page.add_init_script(LATE)
    yield open_page(page, address)
    tab.close()


def first_hit(store: Store, ontology: Ontology, text: str) -> tuple[str, str]:
    """The id and the name of what stands first for a text."""
    entity = find_entities(store, ontology, text, 1).hits[0].entity
    return entity.id, entity.name


def test_the_search_box_takes_the_first_hit_of_the_text_that_stands(
    opened: Page, store: Store, ontology: Ontology
) -> None:
    early, late = first_hit(store, ontology, "kim"), first_hit(store, ontology, "kim jong-sik")
    assert early != late
    opened.keyboard.press("/")
    opened.keyboard.type("kim")
    opened.get_by_role("option").first.wait_for()
    opened.keyboard.type(" jong-sik")
    opened.keyboard.press("Enter")
    wait_until(opened, f"cy.getElementById({json.dumps(late[0])}).selected()")
    assert late[1] in read_details(opened, late[1])
    wait_until(opened, "document.getElementById('search').value === ''")
    # An answer that stands already is taken at once; in Hangul too.
    opened.keyboard.press("/")
    opened.keyboard.type("강계")
    opened.get_by_role("option").first.wait_for()
    opened.keyboard.press("Enter")
    wait_until(opened, f"cy.getElementById({json.dumps(first_hit(store, ontology, '강계')[0])}).selected()")


def test_typing_on_or_leaving_takes_nothing(opened: Page, store: Store, ontology: Ontology) -> None:
    held = set(opened.evaluate("cy.nodes().map((node) => node.id())"))
    assert not held & {first_hit(store, ontology, text)[0] for text in ("vladivosto", "vladivostok", "hwasong")}
    before = opened.evaluate("cy.nodes().map((node) => node.id())")
    box = opened.locator("#search")
    box.focus()
    opened.keyboard.type("vladivostok")
    opened.keyboard.press("Enter")
    opened.keyboard.press("Backspace")  # before the answer
    opened.wait_for_timeout(1_500)
    opened.keyboard.press("Escape")
    box.fill("")
    box.fill("hwasong")
    opened.keyboard.press("Enter")
    box.blur()
    opened.wait_for_timeout(1_500)
    assert opened.evaluate("cy.nodes().map((node) => node.id())") == before
    box.fill("no entity of this name")
    opened.keyboard.press("Enter")
    opened.get_by_text("Nothing by that name").first.wait_for()
    opened.wait_for_timeout(300)
    assert opened.evaluate("cy.nodes().map((node) => node.id())") == before
    box.fill("")
    box.blur()


def test_the_ends_of_a_path(opened: Page, store: Store, ontology: Ontology) -> None:
    opened.get_by_role("tab", name="Paths").click()
    for end, text in (("From", "kanggye gen"), ("To", "russia")):
        field = opened.get_by_role("textbox", name=end, exact=True)
        field.focus()
        opened.keyboard.type(text)
        opened.keyboard.press("Enter")
        place = ["From", "To"].index(end)
        name = first_hit(store, ontology, text)[1]
        wait_until(opened, f"document.querySelectorAll('{ENDS}')[{place}].value === {json.dumps(name)}")
        opened.keyboard.press("Enter")  # nothing was typed since: the choice stands
        opened.wait_for_timeout(1_200)
        assert field.input_value() == name
    opened.get_by_role("button", name="Find", exact=True).click()
    wait_until(opened, "document.getElementById('path-found').innerText.includes('routes of at most')")


def test_the_entity_of_a_saved_query(opened: Page, store: Store, ontology: Ontology) -> None:
    opened.get_by_role("tab", name="Queries").click()
    choose_query(opened, EXPORTS)
    opened.locator(ENTITY).select_text()
    opened.keyboard.type("ira")
    opened.keyboard.press("Enter")
    name = search.find_options(store, ontology, "ira", None, "State")[0]["label"]
    wait_until(opened, f"document.querySelector('{ENTITY}').value === {json.dumps(name)}")


def test_pickers_whose_list_the_browser_holds(opened: Page) -> None:
    field = opened.get_by_role("textbox", name="Without these sources")
    field.focus()
    opened.keyboard.type("38 north")
    first = opened.get_by_role("option").first.inner_text()
    opened.keyboard.press("Enter")
    wait_until(opened, "document.querySelectorAll('#filtering .mantine-MultiSelect-pill').length === 1")
    assert opened.inner_text("#filtering .mantine-MultiSelect-pill") in first
    opened.keyboard.press("Enter")  # nothing typed: nothing more is taken
    opened.wait_for_timeout(500)
    assert opened.locator("#filtering .mantine-MultiSelect-pill").count() == 1
    opened.keyboard.type("38")
    opened.keyboard.press("ArrowDown")  # what is marked goes first: Mantine's own
    opened.keyboard.press("Escape")


def test_a_picker_in_a_window(opened: Page) -> None:
    opened.click("#export")
    opened.click("#export-profile-edit")
    field = opened.get_by_role("textbox", name="Replace the name of")
    field.focus()
    opened.keyboard.type("workers")
    first = opened.get_by_role("option").first.inner_text()
    opened.keyboard.press("Enter")
    wait_until(opened, f"document.getElementById('profile-entity').value === {json.dumps(first)}")
