"""The runner of saved queries in a real Chromium, over a real Neo4j: from the form to canvas, table and file."""

import json
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page

from graph.database.store import Store
from graph.ontology import Ontology
from graph.saved_queries.answer_formats import render
from graph.saved_queries.executor import QueryExecutor
from graph.saved_queries.library import Library, load_shipped_queries
from graph.saved_queries.users import get_local_user
from tests.support.pages import (
    choose_query,
    export_canvas,
    open_page,
    read_details,
    save_download,
    wait_until,
    wait_until_still,
    watch_page,
)

pytestmark = [pytest.mark.browser, pytest.mark.database]
FOUND_ONE = "[...document.querySelectorAll('.query-row')].filter(e => e.checkVisibility()).length === 1"
EVIL = "<img src=x onerror=window.hacked=1>"
EXPORTS = "How arms leave the country, and who receives them"
MINE = {
    "evil-chart": "// title: Tägliche Zahlen\n// description: D\n// result: chart\n"
    "// chart: {kind: bar, x: name, y: number, by: who, low: low, high: high}\n"
    f"UNWIND [['{EVIL}', 5, null, null, '강계'], ['b', null, 2, 9, '{EVIL}'], ['b', 5, null, null, 'c']] AS r\n"
    "RETURN r[0] AS name, r[1] AS number, r[2] AS low, r[3] AS high, r[4] AS who",
    "one-number": f"// title: Wieviele\n// description: D\n// result: number\n// unit: '{EVIL}'\nRETURN 1234567 AS n",
    "many-rows": "// title: Many rows\n// description: D\n// result: table\n"
    "UNWIND range(1, 3000) AS n RETURN n, 'row ' + n AS `a.b`",
    "old": "// title: Outdated\n// description: D\n// result: table\nMATCH (n:Vanished) RETURN n.name AS name",
    "slow": "// title: Slow\n// description: Counts for long.\n// result: table\n"
    "UNWIND range(1, 2000000000) AS x WITH x WHERE x % 7 = 9 RETURN count(x) AS n",
}


@pytest.fixture
def address(own_address: str) -> str:
    """The explorer of a user with queries of their own."""
    for name, text in MINE.items():
        Library(get_local_user()).save(name, text)
    return own_address


def run(page: Page, holding: str) -> str:
    """Runs the query in the form; what the panel says of it, once it holds some words."""
    page.click("#query-run")
    wait_until(page, f"document.getElementById('query-told').innerText.includes({json.dumps(holding)})")
    return page.inner_text("#query-told")


def test_from_the_form_to_the_canvas_a_table_and_the_same_bytes_as_at_the_address(
    page: Page, address: str, store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    strangers = watch_page(page, address)
    open_page(page, address)
    before = page.evaluate("cy.nodes().map(n => n.id())")
    # Found by keyboard alone, whatever the accents and capitals.
    page.fill("#query-search", "Árms LEAVE")
    wait_until(page, FOUND_ONE)
    page.press("#query-search", "ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait_until(page, f"document.querySelector('#query-form h2')?.textContent === {json.dumps(EXPORTS)}")
    assert page.input_value("#query-search") == ""
    picker = page.locator('input[id*=\'"name":"state"\']').first
    picker.fill("Iran")
    page.get_by_role("option", name="Iran").click()
    page.click("#query-mode >> text=Add")
    outcome = run(page, "added")
    answer = QueryExecutor(store, ontology).run("export-chain", {"state": "iran"}, user="tests", via="app")
    entities, lines = len(answer.subgraph.entities), len(answer.subgraph.relationships)
    assert f"Found {entities} entities and {lines} lines" in outcome
    old = len(set(before) & {e.id for e in answer.subgraph.entities})
    assert f"{entities - old} entit" in outcome
    wait_until(page, "cy.getElementById('iran').length === 1")
    assert set(page.evaluate("cy.nodes().map(n => n.id())")) >= set(before)

    page.get_by_text("Show it as a table").click()
    wait_until(page, "document.querySelectorAll('#answer-grid .ag-center-cols-container .ag-row').length > 0")
    assert "The state that receives: Iran" in page.inner_text(".answer-facts")
    file = save_download(page, "[aria-label='Download the answer: CSV']", tmp_path)
    assert file.name == "armsgraph-export-chain.csv"
    at = urllib.request.urlopen(f"{address}query/export-chain?state=iran&format=csv").read()
    assert file.read_bytes() == at == render(answer, "csv").encode()
    graph = save_download(page, "[aria-label='Download the answer: Graph as JSON']", tmp_path)
    assert graph.read_bytes() == render(answer, "graph-json").encode()
    page.click("[data-address^='/?query=']")
    assert page.inner_text("#answer-address") == f"{address}?query=export-chain&state=iran"
    cell = page.locator("#answer-grid .ag-cell.names").first
    name = cell.inner_text()
    cell.click()
    page.get_by_text("Show on the canvas").click()
    read_details(page, name)
    assert strangers == []


def test_a_number_a_chart_and_a_cut_table_show_hostile_texts_as_text(page: Page, address: str) -> None:
    strangers = watch_page(page, address)
    open_page(page, address)
    page.fill("#query-search", "WIEVIELÉ")
    wait_until(page, FOUND_ONE)
    assert page.locator(".query-row:visible .shelf").inner_text() == "yours"
    choose_query(page, "Wieviele")
    assert not page.is_visible("#query-mode")
    assert page.locator("[aria-label='Edit this query']").count() == 1
    run(page, "1 row in")
    page.wait_for_selector(".answer-figure")
    assert page.inner_text(".answer-number").split("\n")[0].startswith("1,234,567")
    assert EVIL in page.inner_text(".answer-number")
    page.keyboard.press("Escape")

    choose_query(page, "Tägliche Zahlen")
    run(page, "3 rows in")
    wait_until(page, "document.querySelectorAll('.answer-chart .barlayer .point').length === 1")
    words = page.evaluate("[...document.querySelectorAll('.answer-chart svg text')].map(t => t.textContent).join('|')")
    for text in (EVIL, "강계", "2 to 9"):
        assert text in words
    assert page.evaluate("document.querySelectorAll('.answer-chart .scatterlayer .point').length") == 2
    wait_until(page, "document.querySelectorAll('#answer-grid .ag-center-cols-container .ag-row').length === 3")
    page.keyboard.press("Escape")

    choose_query(page, "Many rows")
    assert "cut after 1,000 rows" in run(page, "1,000 rows in")
    wait_until(page, "document.querySelectorAll('#answer-grid .ag-center-cols-container .ag-row').length > 5")
    assert page.evaluate("dash_ag_grid.getApi('answer-grid').getDisplayedRowCount()") == 1_000
    page.locator("#answer-grid .ag-header-cell").first.click()  # sorted, then the other way
    page.locator("#answer-grid .ag-header-cell").first.click()
    wait_until(page, "dash_ag_grid.getApi('answer-grid').getDisplayedRowAtIndex(0).data.c1 === 'row 1000'")
    page.locator("#answer-grid .ag-row[row-index='0'] .ag-cell").last.click()
    wait_until(page, "document.getElementById('answer-cell').innerText.includes('row 1000')")
    assert page.evaluate("window.hacked") is None
    assert strangers == []


def test_highlight_wrong_values_history_and_cancel(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address)
    wait_until(page, "!document.getElementById('query-run').dataset.loading")  # the form is there for good
    page.locator('input[id*=\'"name":"depth"\']').fill("99")
    page.keyboard.press("Enter")
    page.get_by_text("Must lie between 1 and 8, not 99.").wait_for()
    page.locator('input[id*=\'"name":"depth"\']').fill("1")
    page.click("#query-mode >> text=Highlight")
    page.keyboard.press("Tab")
    run(page, "Found")
    sentence = page.inner_text("#query-picked")
    assert "of “Chain of reporting” are on this canvas and picked out" in sentence
    picked = "cy.getElementById('second-economic-commission')"
    assert page.evaluate(f"{picked}.data('picked')") == "on"
    assert page.evaluate(f"{picked}.style('underlay-opacity')") == "0.55"
    assert page.evaluate("cy.nodes('[picked = \"off\"]').length") > 0
    assert "entities of the answer" in page.inner_text("#legend")
    wait_until_still(page)
    assert "Picked out with a halo" in export_canvas(page, "svg", tmp_path).read_text(encoding="utf-8")
    page.locator("#query-picked").get_by_text("Stop picking it out").click()
    wait_until(page, "cy.nodes('[picked != \"\"]').length === 0")

    choose_query(page, "Slow")
    before = page.evaluate("cy.nodes().length")
    page.click("#query-run")
    wait_until(page, "document.getElementById('query-clock').textContent === 'Running for 1 s'")
    page.click("#query-cancel")
    wait_until(
        page, "document.getElementById('query-running').hidden && !document.getElementById('query-run').disabled"
    )
    assert "cancelled" in page.inner_text("#query-told").lower()
    assert page.evaluate("cy.nodes().length") == before

    page.click("#history summary")
    runs = page.locator("#runs .run")
    wait_until(page, "document.querySelector('#runs .run')?.innerText.includes('Slow')")  # the list follows the answer
    assert "cancelled" in runs.first.inner_text()
    assert "Where the chain is taken up: Second Economic Commission" in runs.nth(1).inner_text()
    runs.nth(1).get_by_role("button").click()
    wait_until(page, "document.querySelector('#query-form h2')?.textContent === 'Chain of reporting'")
    assert page.input_value('input[id*=\'"name":"depth"\']') == "1"  # as it was run, not the default


def test_text_choices_and_types_in_the_form(page: Page, address: str) -> None:
    open_page(page, address)
    choose_query(page, load_shipped_queries()["if-a-source-falls"].title)
    page.click("#query-foot summary")
    assert page.inner_text("#query-text") == load_shipped_queries()["if-a-source-falls"].text
    assert page.locator("#query-text .cy-keyword").count() > 3
    field = page.locator('input[id*=\'"name":"source"\']').first
    field.click()
    page.get_by_role("option").nth(3).wait_for()  # the graph was asked
    page.keyboard.press("Escape")
    page.fill("#query-search", "outdated")
    wait_until(page, FOUND_ONE)
    assert page.locator(".query-row:visible").inner_text().endswith("out of date")
    choose_query(page, "Outdated")
    assert "Vanished" in page.inner_text(".query-stale")
    choose_query(page, load_shipped_queries()["entities-without-lines"].title)
    field = page.locator('input[id*=\'"type":"field"\']').first
    field.fill("factor")
    page.get_by_role("option", name="Factory").first.click()
    assert "row" in run(page, " s") or "nothing" in page.inner_text("#query-told")
