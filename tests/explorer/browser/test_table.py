"""The table beside the canvas, in a real Chromium over the shipped data."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page

from graph.database import write
from graph.database.store import Store
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from tests.support.pages import (
    find_element_position,
    open_page,
    read_details,
    save_download,
    serve_explorer,
    wait_until,
    wait_until_still,
)

pytestmark = [pytest.mark.browser, pytest.mark.database]
SEC, KIM = "second-economic-commission", "kim-jong-un"
GRID = "dash_ag_grid.getApi('table-entities')"
ROWS = "(() => { const ids = []; %s.forEachNode(n => ids.push(n.id)); return ids; })()" % GRID  # noqa: UP031 - braces of a script
CHOSEN = f"{GRID}.getSelectedRows().map(r => r.id).sort().join()"
ON_CANVAS = "cy.nodes(':selected').map(n => n.id()).sort().join()"


def with_table(page: Page, address: str) -> None:
    """The page with its table open and filled."""
    open_page(page, address)
    page.keyboard.press("t")
    wait_until(page, "document.querySelectorAll('#table-entities .ag-row').length > 3")
    page.locator("#paper").focus()


def test_table_and_canvas_are_in_step_and_select_in_each_other(page: Page, address: str) -> None:
    with_table(page, address)
    requests: list[str] = []
    assert set(page.evaluate(ROWS)) == set(page.evaluate("cy.nodes(':visible').map(n => n.id())"))
    assert page.inner_text("#table-tab").startswith(f"Entities ({len(page.evaluate(ROWS))})")
    page.mouse.click(*find_element_position(page, SEC))
    wait_until(page, f"{CHOSEN} === '{SEC}'")
    read_details(page, "All listings")
    page.on("request", lambda r: requests.append(r.post_data or "") if "_dash-update" in r.url else None)
    page.locator(f"#table-entities [row-id='{KIM}'] [col-id=name]").first.scroll_into_view_if_needed()
    page.locator(f"#table-entities [row-id='{KIM}'] [col-id=name]").click()
    wait_until(page, f"{ON_CANVAS} === '{KIM}'")
    read_details(page, "Kim Jong Un")
    page.locator(f"#table-entities [row-id='{SEC}'] [col-id=name]").click(modifiers=["Control"])
    wait_until(page, f"{ON_CANVAS} === '{KIM},{SEC}'")
    page.wait_for_timeout(400)
    assert page.evaluate(CHOSEN) == f"{KIM},{SEC}"  # the two do not chase each other
    assert not any('"rowData"' in body for body in requests)  # selecting asks for no rows
    page.get_by_label("Show Factories", exact=True).uncheck()  # what the legend hides leaves the table too
    wait_until(page, f"!{ROWS}.some(i => cy.getElementById(i).data('type') === 'Factory')")
    page.keyboard.press("u")
    wait_until(page, f"{ROWS}.some(i => cy.getElementById(i).data('type') === 'Factory')")


def test_filters_sort_hide_the_rest_and_give_a_file(page: Page, address: str, tmp_path: Path) -> None:
    with_table(page, address)
    shown = page.evaluate("cy.nodes(':visible').length")
    page.get_by_label("Filter all columns of the table").fill("commission")
    wait_until(page, f"{GRID}.getDisplayedRowCount() < {shown}")
    assert "hide nothing on the canvas" in page.inner_text("#table-note")
    assert page.evaluate("cy.nodes(':visible').length") == shown
    left = page.evaluate(f"{GRID}.getDisplayedRowCount()")
    file = save_download(page, "#table-csv", tmp_path)
    assert file.name == "armsgraph-reporting-chain-entities.csv"
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == left
    assert any(r["Name"] == "Second Economic Commission" and int(r["Claims"]) > 5 for r in rows)
    page.click("#table-hide")
    wait_until(page, f"cy.nodes(':visible').length === {left}")
    assert "Show all" in page.inner_text("#note")
    page.locator("#paper").focus()
    page.keyboard.press("u")
    wait_until(page, f"cy.nodes(':visible').length === {shown}")
    page.get_by_label("Filter all columns of the table").fill("")
    page.get_by_text("Lines (", exact=False).click()
    wait_until(page, "document.querySelectorAll('#table-lines .ag-row').length > 3")
    page.locator("#table-lines [role=columnheader][col-id=target]").click()
    first = page.locator("#table-lines [row-index='0'] [col-id=target]")
    wait_until(page, "dash_ag_grid.getApi('table-lines').getColumnState().some(c => c.colId === 'target' && c.sort)")
    ascending = first.inner_text()
    page.locator("#table-lines [role=columnheader][col-id=target]").click()
    page.wait_for_timeout(300)
    assert first.inner_text() > ascending
    first.click()
    wait_until(page, "cy.edges(':selected').length === 1")
    read_details(page, "claim")


def test_a_hostile_name_is_text_in_the_grid_and_no_formula_in_the_file(
    page: Page, empty_store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    labels = ontology.types["Company"].labels
    name = "=HYPERLINK(\"http://evil\")<img src=x onerror='window.hacked=1'>"
    claim = Claim("c", "a", "HAS_NAME", "asserted", "s", value="강계")
    batch = write.Batch(
        sources=[write.build_source_row(Source("s", "P", "T", "2024", reliability="B"), "t", "")],
        entities=[(labels, write.build_entity_row(Entity("a", "Company", labels, name), "t", "", ()))],
        claims=[claim],
    )
    turn = write.WriteLease("t", "r")
    write.begin(empty_store, turn)
    empty_store.write(write.apply, ontology, batch, turn)
    with serve_explorer(empty_store, ontology) as url:
        page.goto(url)
        page.get_by_text("Nothing on the canvas yet").wait_for()
        page.keyboard.press("t")
        page.get_by_text("Nothing to show").first.wait_for()
        page.fill("#search", "HYPERLINK")
        page.get_by_role("option").first.click()
        wait_until(page, "document.querySelectorAll('#table-entities .ag-row').length > 0")
        wait_until_still(page)
        assert page.locator("#table-entities img[src=x]").count() == 0
        assert page.evaluate("window.hacked") is None
        row = next(
            csv.DictReader(save_download(page, "#table-csv", tmp_path).read_text(encoding="utf-8-sig").splitlines())
        )
        assert row["Name"] == "'" + name
