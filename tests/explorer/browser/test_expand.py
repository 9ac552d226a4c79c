"""Expanding, folding and limits as a person sees them: a real Chromium over a real Neo4j, with 1,000 nodes too."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from graph.database.store import Store
from graph.ontology import Ontology
from tests.graph.reading.test_neighbours import SEC, fleet
from tests.support.pages import (
    export_canvas,
    find_element_position,
    open_page,
    read_details,
    read_positions,
    serve_explorer,
    wait_until,
    wait_until_still,
)

pytestmark = [pytest.mark.browser, pytest.mark.database]


def press(page: Page, key: str, holding: str) -> None:
    """A shortcut, and the words under the title that it leads to."""
    page.keyboard.press(key)
    wait_until(page, f"document.getElementById('note').innerText.includes({json.dumps(holding)})")
    wait_until_still(page)


def test_counts_first_then_one_kind_then_a_few_by_a_rule(page: Page, address: str) -> None:
    open_page(page, address)
    before = read_positions(page)
    page.mouse.click(*find_element_position(page, SEC))
    wait_until(
        page, "document.getElementById('expand-total').innerText.includes('23 neighbours, 14 of them on the canvas')"
    )
    assert "is designated by" in page.inner_text("#expand-rows")
    page.get_by_label("Show those by “is designated by”").click()
    wait_until(page, f"cy.nodes().length === {len(before) + 4}")
    wait_until_still(page)
    assert {i: p for i, p in read_positions(page).items() if i in before} == before
    assert page.inner_text("#note").startswith("All 4 neighbours of Second Economic Commission by “is designated by”")
    wait_until(page, "document.getElementById('expand-total').innerText.includes('18 of them')")
    page.fill("#expand-count", "2")
    page.click("#expand-rule")
    page.get_by_role("option", name="Most connected first").click()
    page.get_by_role("button", name="Show the next 2").click()
    wait_until(page, f"cy.nodes().length === {len(before) + 6}")
    note = page.inner_text("#note")
    assert "Showing 20 of 23 neighbours" in note
    assert "most connected first" in note
    page.keyboard.press("Escape")
    page.click("#undo")
    wait_until(page, f"cy.nodes().length === {len(before) + 4}")
    page.evaluate("armsgraph.set('selected', null)")
    wait_until(page, "document.getElementById('expansion').hidden")


def test_stacks_merged_lines_pins_and_hiding_own_up(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address)
    before = read_positions(page)
    press(page, "a", "Stacked ")
    stack = "stack:second-economic-commission|REPORTS_TO|in|Factory"
    count = page.evaluate(f"cy.getElementById('{stack}').data('count')")
    assert count >= 2
    assert f", drawn as {page.evaluate('cy.nodes(`:visible`).length')} nodes" in page.inner_text("#counts")
    page.mouse.click(*find_element_position(page, stack))
    assert page.locator("#details .members li").count() == count if read_details(page, f"{count} factories") else False
    press(page, "p", "Pinned 1 node")
    assert "pictures" in page.evaluate(f"cy.getElementById('{stack}').data()")
    here = read_positions(page)[stack]
    page.get_by_text("Network", exact=True).click()
    wait_until(page, f"cy.getElementById('{SEC}').position('y') !== {before[SEC][1]}")
    wait_until_still(page)
    assert read_positions(page)[stack] == here
    assert f"{count} factories" in export_canvas(page, "svg", tmp_path).read_text(encoding="utf-8")
    page.keyboard.press("h")
    wait_until(page, f"document.getElementById('hidden').innerText.includes('{count} factories')")
    page.click("#legend-all")
    wait_until(page, f"cy.getElementById('{stack}').visible()")
    wait_until_still(page)
    page.mouse.dblclick(*find_element_position(page, stack))
    wait_until(page, f"cy.getElementById('{stack}').length === 0")
    press(page, "m", "Parallel lines are drawn as one")
    merged = page.evaluate(
        "cy.edges('[kind = \"merged\"]:visible').map(e => [e.id(), e.data('words'), e.data('count')])"
    )
    assert merged
    page.evaluate(f"armsgraph.set('selected', {{kind: 'merged', id: {json.dumps(merged[0][0])}}})")
    read_details(page, f"{merged[0][2]} lines drawn as one")
    page.locator("#details .members .small").first.click()
    wait_until(page, "!!document.querySelector('#details .verdict, #details .claim')")


def test_a_thousand_nodes_a_refusal_and_its_ways_out(page: Page, empty_store: Store, ontology: Ontology) -> None:
    page.set_default_timeout(60_000)
    fleet(empty_store, ontology, 1_100)
    with serve_explorer(empty_store, ontology) as url:
        page.goto(url)
        page.get_by_text("Nothing on the canvas yet").wait_for()
        ids = ["owner", *(f"ship{n:04}" for n in range(20, 989))]
        at = {i: [(n % 32) * 200, (n // 32) * 130] for n, i in enumerate(ids)}
        full = {"ids": ids, "positions": at, "title": "Fleet", "stamp": "given"}
        page.evaluate(f"armsgraph.set('canvas', {json.dumps(full)})")
        wait_until(page, "cy.nodes().length === 970")
        assert "970 nodes: the picture gets slow" in page.inner_text("#note")
        page.evaluate("armsgraph.set('selected', {kind: 'entity', id: 'owner'})")
        page.get_by_role("button", name="Show the next 40").click()
        page.get_by_role("button", name="Bring 30 instead").click()
        wait_until(page, "cy.nodes().length === 1000")
        assert "Showing 999 of 1,100 neighbours" in page.inner_text("#note")

        # A large layout runs beside the page, can be cancelled, and is one step that can be undone.
        before = read_positions(page)
        page.get_by_text("Network", exact=True).click()
        page.get_by_role("button", name="Cancel").click()
        wait_until(page, "document.getElementById('job-box').hidden")
        wait_until(page, "document.querySelector('#layout input:checked').value === 'hierarchy'")
        assert read_positions(page) == before
        page.get_by_text("Network", exact=True).click()
        wait_until(page, "!document.getElementById('job-box').hidden")
        page.keyboard.press("m")  # the page stays usable meanwhile
        wait_until(page, "document.getElementById('note').innerText.includes('Parallel lines')")
        wait_until(page, "document.getElementById('job-box').hidden && armsgraph.canvas.layout === 'force'")
        wait_until(page, f"cy.getElementById('ship0021').position('x') !== {before['ship0021'][0]}")
        assert page.evaluate("armsgraph.canvas.merged")
        page.click("#undo")
        wait_until(page, f"cy.getElementById('ship0021').position('x') === {before['ship0021'][0]}")

        page.get_by_role("button", name="Show the next 40").click()
        page.get_by_role("button", name="Stack all alike leaves").last.click()
        wait_until(page, "cy.nodes(':visible').length < 10")
        page.evaluate("armsgraph.set('selected', {kind: 'entity', id: 'owner'})")
        page.get_by_role("button", name="Show the next 40").click()
        wait_until(page, "document.getElementById('note').innerText.includes('Showing 1,039 of 1,100')")
