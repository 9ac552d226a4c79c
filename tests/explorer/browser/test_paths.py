"""Paths and chains as a person sees them: in a real Chromium, over a real Neo4j with the shipped data."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.support.pages import (
    export_canvas,
    find_element_position,
    open_page,
    read_details,
    wait_until,
    wait_until_still,
    watch_page,
)

pytestmark = [pytest.mark.browser, pytest.mark.database]
SEC, PLANT = "second-economic-commission", "kanggye-general-tractor-plant"
FOUND = "document.getElementById('path-found').innerText"


def menu(page: Page, node: str, row: str) -> None:
    """Chooses from the right-click menu of a node."""
    page.mouse.click(*find_element_position(page, node), button="right")
    page.get_by_role("menuitem", name=row).click()


def find(page: Page, holding: str) -> str:
    """Finds paths, and gives what the panel says once it holds some words."""
    page.get_by_role("button", name="Find", exact=True).click()
    wait_until(page, f"{FOUND}.includes({holding!r})")
    return page.inner_text("#path-found")


def test_a_path_from_here_to_there_names_its_weakest_link(page: Page, address: str) -> None:
    faults = watch_page(page, address)
    open_page(page, address)
    menu(page, PLANT, "Path from here")
    wait_until(page, "document.querySelector('#path-find').offsetParent !== null")  # the tab has changed
    page.get_by_role("textbox", name="To", exact=True).fill("Iran")
    page.get_by_role("option", name="Iran State").click()
    text = find(page, "routes of at most")
    assert page.locator(".path-comparison tbody tr").count() > 1
    assert "Weakest link: Kanggye General Tractor Plant exports arms to Iran (graded C3, one speaker)." in text
    assert "Denied and withdrawn lines don’t count" in text
    line = f"cy.getElementById('{PLANT}|EXPORTS_TO|iran')"
    wait_until(page, f"{line}.data('path') === 'weak'")
    assert page.evaluate(f"{line}.data('label')") == "weakest link\nexports arms to"
    assert page.evaluate(f"Number({line}.style('text-border-width').replace('px', ''))") > 2
    assert page.evaluate(f"Number(cy.getElementById('{SEC}').style('opacity'))") < 0.5  # the rest steps back
    assert "weakest link" in page.inner_text("#legend")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_role("textbox", name="At least graded").click()
    page.get_by_role("option", name="A1").click()
    text = find(page, "No path")
    assert "There is one of 1 hop without the least grade." in text
    page.get_by_role("button", name="Swap the ends").click()
    wait_until(page, "document.querySelectorAll('.path-ends input')[0].value === 'Iran'")
    page.click("#undo")
    wait_until(page, "cy.elements('[path = \"off\"]').length === 0")
    assert faults == []


def test_nearest_designated_party_is_put_on_the_canvas(page: Page, address: str) -> None:
    open_page(page, address)
    menu(page, "workers-party-of-korea", "Nearest designated party")
    wait_until(page, f"{FOUND}.includes('designated by')")
    text = page.inner_text("#path-found")
    assert "1 hop: " in text
    assert "none nearer" in text
    wait_until(page, "cy.edges('[path = \"weak\"]').length === 1")
    assert page.evaluate("cy.nodes('[path = \"on\"]').length") == 2
    page.locator("#path-found input[type=radio]").last.check()  # all of them
    wait_until(page, "cy.nodes('[path = \"on\"]').length > 2")
    page.get_by_text("Stop picking it out").click()
    wait_until(page, "cy.elements('[path = \"off\"]').length === 0")


def test_a_chain_stands_in_columns_with_its_gaps(page: Page, address: str, tmp_path: Path) -> None:
    faults = watch_page(page, address)
    open_page(page, address)
    menu(page, PLANT, "Lay out its chain")
    wait_until(page, "document.getElementById('title').innerText === 'Chain of Kanggye General Tractor Plant'")
    wait_until(page, "cy.nodes('[kind = \"gap\"]').length >= 3")
    wait_until_still(page)
    across = page.evaluate("""['workers-party-of-korea', 'kanggye-general-tractor-plant', 'artillery-shells',
        'shipments-since-2023-09', 'iran', 'food'].map(i => cy.getElementById(i).position('x'))""")
    assert across == sorted(across)
    up = page.evaluate(f"['workers-party-of-korea', '{SEC}'].map(i => cy.getElementById(i).position('y'))")
    assert up == sorted(up)
    assert page.evaluate("cy.nodes('[kind = \"heading\"]').map(n => n.data('label'))")[:3] == [
        "In post",
        "Command",
        "Makers and suppliers",
    ]
    gap = f"gap|carrier|{PLANT}|iran"
    assert page.evaluate(f"cy.getElementById('{gap}').style('border-style')") == "dashed"
    drawn = page.evaluate("cy.nodes('[kind = \"entity\"]:visible').length")
    assert page.inner_text("#counts").startswith(f"{drawn} entities")  # a gap is none of them
    page.mouse.click(*find_element_position(page, gap))
    text = read_details(page, "not a claim")
    assert "No carrier known" in text
    assert "No claim in the data names a ship or an aircraft for this transfer" in text
    svg = export_canvas(page, "svg", tmp_path).read_text(encoding="utf-8")
    assert "No carrier" in svg
    assert "Command" in svg
    page.get_by_text("Hierarchy", exact=True).click()
    wait_until(page, "cy.nodes('[kind = \"heading\"]').length === 0")
    assert page.evaluate("cy.nodes('[kind = \"gap\"]:visible').length") >= 3
    assert faults == []
