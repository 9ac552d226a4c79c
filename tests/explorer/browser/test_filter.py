"""Filter, style and time in a real Chromium, over a real Neo4j with the shipped data."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.support.pages import choose_query, export_canvas, open_page, read_positions, wait_until, wait_until_still

pytestmark = [pytest.mark.browser, pytest.mark.database]
DENIED = "north-korea|EXPORTS_TO|russia"
LINE = f"cy.getElementById('{DENIED}')"


@pytest.fixture
def exports(page: Page, address: str) -> Page:
    """The picture of exports to Russia, which holds a contested line."""
    open_page(page, address)
    choose_query(page, "How arms leave the country, and who receives them")
    page.click("#query-run")
    wait_until(page, f"{LINE}.length === 1")
    wait_until_still(page)
    return page


def words(page: Page, element: str, holding: str) -> str:
    """The text of an element once it holds some words."""
    wait_until(page, f"document.getElementById('{element}').textContent.includes({holding!r})")
    return page.inner_text(f"#{element}")


def test_without_its_denying_source_a_line_is_no_longer_contested_and_the_page_says_so(
    exports: Page, tmp_path: Path
) -> None:
    page, before = exports, read_positions(exports)
    requests: list[str] = []
    page.on("request", lambda r: requests.append(str(r.post_data)) if "filter-wish" in str(r.post_data) else None)
    assert page.evaluate(f"{LINE}.data('stance')") == "contested"
    page.click("#without")
    option = page.get_by_role("option", name="38 North")
    assert "rest on nothing else" in option.inner_text()
    option.click()
    words(page, "filter-sentences", "Without 38 North, “")
    assert page.evaluate(f"{LINE}.data('stance')") == "contested"  # another source denies it, too
    page.get_by_role("option", name="The Diplomat").click()
    page.keyboard.press("Escape")
    wait_until(page, f"{LINE}.data('stance') === 'asserted'")
    words(page, "hidden", "1 contested line drawn as asserted.")
    assert page.evaluate(f"{LINE}.style('line-style')") == "solid"
    assert "contested" not in page.inner_text("#legend")  # no row for what is not there
    svg = export_canvas(page, "svg", tmp_path).read_text(encoding="utf-8")
    assert "Without 38 North" in svg
    assert "drawn as asserted" in svg
    assert read_positions(page) == before
    assert len(requests) == 2  # one journey for each choice
    page.click("#undo")
    page.click("#undo")
    wait_until(page, f"{LINE}.data('stance') === 'contested' && {LINE}.style('line-style') === 'dashed'")
    wait_until(page, "document.getElementById('filter-sentences').childElementCount === 0")


def test_rules_are_chips_and_the_legend_keeps_step(exports: Page) -> None:
    page = exports
    page.click("#grade")
    page.get_by_role("option", name="B2 or better").click()
    assert "lines hidden" in words(page, "filter-sentences", "Only lines graded B2 or better")
    page.get_by_label("Show contested").uncheck()
    words(page, "filter-sentences", "No contested lines: 1 line (1 contested or denied) hidden")
    page.locator(".legend-chain", has_text="Export and shipment").locator("summary").click()
    page.get_by_label("Show departs from").uncheck()
    words(page, "filter-sentences", "No lines “departs from”")
    wait_until(page, "cy.edges('[type = \"DEPARTS_FROM\"]:visible').length === 0")
    seen = page.evaluate("cy.edges(':visible').filter(e => e.data('chain') === 'export').length")
    row = page.locator(".legend-chain", has_text="Export and shipment").locator(".count").first
    assert row.inner_text().startswith(f"{seen} of ")
    assert page.inner_text("#counts").endswith(f"{page.evaluate('cy.edges(`:visible`).length')} lines")
    for name in ("No contested lines", "No lines “departs from”", "Only lines graded B2 or better"):
        page.get_by_label(f"End this rule: {name}").click()
        wait_until(page, f"!document.getElementById('filter-sentences').textContent.includes('{name}')")
    wait_until(page, "cy.elements(':visible').length === cy.elements().length")
    assert page.locator("#grade").input_value() == ""


def test_as_known_on_a_day_and_play(exports: Page) -> None:
    page, before = exports, read_positions(exports)
    page.keyboard.press("y")
    page.get_by_text("When it became known").click()
    words(page, "clock-words", "Later reports don’t count")
    page.fill("#until", "31 Dec 2023")
    page.keyboard.press("Enter")
    sentence = words(page, "time-words", "As known on 31 December 2023: 14 of 47 lines.")
    assert "hidden" in sentence
    wait_until(page, "cy.edges(':visible').length === 14")
    assert read_positions(page) == before
    steps = page.evaluate("window.armsgraph.steps().past")
    page.keyboard.press("Escape")
    page.click("#play")
    wait_until(page, "!document.getElementById('time-words').textContent.includes('31 December 2023')")
    page.click("#play")
    assert page.inner_text("#play") == "Play"
    page.wait_for_timeout(700)
    wait_until(page, "/As known on .* 2024/.test(document.getElementById('time-words').textContent)")
    assert page.evaluate("window.armsgraph.steps().past") == steps + 1  # one step back leads before the play
    page.get_by_role("slider", name="Last month").focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    words(page, "time-words", "All time.")
    page.get_by_text("When it was so").click()
    assert "say when it was so" in words(page, "time-words", "47 lines say when it was so")
    assert read_positions(page) == before
    page.click("#time-close")
    assert not page.is_visible("#timeline")


def test_colour_and_size_are_in_picture_and_legend(exports: Page) -> None:
    page = exports
    page.locator("#filtering summary").nth(1).click()
    page.click("#colour-by")
    page.get_by_role("option", name="Country").click()
    assert "Russia" in words(page, "legend", "Colour: Country")
    colour = "cy.getElementById('russia').style('background-color')"
    wait_until(page, f"{colour} === 'rgb(213,94,0)'")
    assert page.locator(".dot").nth(1).evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(213, 94, 0)"
    page.click("#size-by")
    page.get_by_role("option", name="Number of lines shown").click()
    words(page, "legend", "Size: Number of lines shown")
    wait_until(page, "cy.nodes().max(n => n.width()).value > cy.nodes().min(n => n.width()).value")
    page.click("#colour-by")
    page.get_by_role("option", name="Designated or not").click()
    words(page, "legend", "No designation in the data")
    wait_until(page, "cy.getElementById('lady-r').data('tint') === '#d55e00'")
    page.click("#colour-by")
    page.get_by_role("option", name="Type").click()
    wait_until(page, f"{colour} === 'rgb(77,107,60)'")  # nothing is left of the colours before
