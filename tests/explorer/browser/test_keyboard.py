"""The explorer by keyboard alone, for a screen reader, in the dark and on a small screen: in a real Chromium."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.support.pages import export_canvas, open_page, read_details, wait_until, wait_until_still

pytestmark = [pytest.mark.browser, pytest.mark.database]
SEC, LINE = "second-economic-commission", "north-korea|EXPORTS_TO|russia"
FOCUSED = "document.activeElement.id"
SELECTED = "cy.$(':selected').map(e => e.id()).join()"
SAID = "document.getElementById('said').textContent"


def tab_to(page: Page, goal: str, *, key: str = "Tab", most: int = 60) -> list[str]:
    """Presses a key until a JavaScript expression is true; the ids passed on the way."""
    passed = []
    for _ in range(most):
        page.keyboard.press(key)
        passed.append(page.evaluate(FOCUSED))
        if page.evaluate(goal):
            return passed
    raise AssertionError(f"Tab never came to {goal}; it passed {passed}")


def test_from_search_to_export_by_keyboard_alone(page: Page, address: str) -> None:
    open_page(page, address)
    page.keyboard.press("/")
    page.keyboard.type("second economic comm")
    page.get_by_role("option", name="Second Economic Commission").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    read_details(page, "All listings")
    page.keyboard.press("Escape")  # out of the search field
    for panel in ("search", "details", "neighbours"):  # what each has read can be seen
        page.get_by_role("button", name=f"Show the Cypher behind the {panel}").first.press("Enter")
        window = page.get_by_role("dialog", name=f"The Cypher behind the {panel}")
        assert ":param" in window.inner_text()
        page.keyboard.press("Escape")
        window.wait_for(state="hidden")
    before = page.evaluate("cy.nodes().length")
    page.keyboard.press("e")
    wait_until(page, f"cy.nodes().length > {before}")
    assert "Second Economic Commission" in page.inner_text("#note")
    wait_until_still(page)
    page.keyboard.press("t")
    wait_until(page, "document.querySelectorAll('#table-entities .ag-row').length > 3")
    wait_until(page, f"{FOCUSED} === 'table-search'")
    page.keyboard.type("kim jong un")
    wait_until(page, "dash_ag_grid.getApi('table-entities').getDisplayedRowCount() < 4")
    tab_to(page, "!!document.activeElement.closest('#table-entities')")
    tab_to(page, "!!document.activeElement.closest('.ag-row, .ag-header-cell')")
    for _ in range(8):
        page.keyboard.press("ArrowDown")
        if page.evaluate("!!document.activeElement.closest('[row-id=kim-jong-un]')"):
            break
    page.keyboard.press("Enter")
    wait_until(page, f"{SELECTED} === 'kim-jong-un'")
    read_details(page, "Kim Jong Un")
    tab_to(page, f"{FOCUSED} === 'export'", key="Shift+Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"  # the focus is seen
    page.keyboard.press("Enter")
    wait_until(page, "!!document.querySelector('#export-preview img')")
    tab_to(page, f"{FOCUSED} === 'export-format'")
    for _ in range(3):  # opens the list on PDF, the first, and goes on to SVG
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(150)  # the list opens in a moment of its own
    page.keyboard.press("Enter")
    wait_until(page, "document.getElementById('export-format').value === 'SVG'")
    with page.expect_download() as download:
        tab_to(page, f"{FOCUSED} === 'export-go'")
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".svg")
    page.keyboard.press("Escape")
    wait_until(page, "!document.querySelector('[role=dialog]')")
    page.keyboard.press("x")  # and by its key
    page.get_by_role("dialog", name="Export").wait_for()


def test_the_canvas_by_keyboard_speaks_of_what_is_selected(page: Page, address: str) -> None:
    open_page(page, address)
    page.keyboard.press("Tab")
    assert page.inner_text(":focus") == "Skip to the canvas"
    page.keyboard.press("Enter")
    assert page.evaluate(FOCUSED) == "paper"
    page.keyboard.press("ArrowDown")
    first = wait_until(page, SELECTED)
    page.keyboard.press("ArrowUp")
    wait_until(page, f"{SELECTED} !== {first!r}")
    up = page.evaluate(SELECTED)
    assert page.evaluate(f"cy.getElementById({up!r}).position('y') < cy.getElementById({first!r}).position('y')")
    wait_until(page, f"{SAID}.includes('line')")
    name, kind = page.evaluate(f"[cy.getElementById({up!r}).data('name'), cy.getElementById({up!r}).data('caption')]")
    assert page.evaluate(SAID).startswith(f"{name}, {kind}, ")
    read_details(page, name)
    page.keyboard.press(".")
    wait_until(page, f"cy.$(':selected').isEdge() && {SAID}.includes({name!r})")
    page.keyboard.press("Shift+F10")
    page.get_by_role("menuitem", name="Hide").first.wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate(FOCUSED) == "paper"  # the focus comes back
    page.keyboard.press("Enter")
    wait_until(page, f"{FOCUSED} === 'details'")
    page.locator("#paper").focus()
    zoom = page.evaluate("cy.zoom()")
    page.keyboard.press("+")
    assert page.evaluate("cy.zoom()") > zoom
    pan = page.evaluate("cy.pan().x")
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate("cy.pan().x") < pan
    page.keyboard.press("?")
    window = page.get_by_role("dialog", name="Help and shortcuts")
    window.wait_for()
    assert "Show its neighbours" in window.inner_text()
    assert "Some say so, some deny it" in window.inner_text()
    page.keyboard.press("Escape")
    window.wait_for(state="hidden")
    page.keyboard.press("q")
    cypher = page.get_by_role("dialog", name="The Cypher behind the canvas")
    cypher.wait_for()
    assert ":param" in cypher.inner_text()
    assert "MATCH" in cypher.inner_text()


def test_dark_is_remembered_reaches_the_canvas_and_leaves_pictures_white(
    new_page: Callable[..., Page], address: str, tmp_path: Path
) -> None:
    page = open_page(new_page(color_scheme="light"), address)
    label = "cy.nodes()[0].style('color')"
    light = page.evaluate(label)
    page.locator("#theme label", has_text="Dark").click()
    wait_until(page, f"{label} !== {light!r}")
    dark = page.evaluate(label)
    assert page.evaluate("getComputedStyle(document.querySelector('.right')).backgroundColor") == "rgb(18, 23, 30)"
    svg = export_canvas(page, "svg", tmp_path).read_text(encoding="utf-8")
    assert 'id="paper" fill="#ffffff"' in svg
    assert "#1b2430" in svg, "ink, not what is light on dark"
    page.goto(address, wait_until="commit")
    wait_until(page, "!!document.body")
    assert page.evaluate("document.documentElement.getAttribute('data-mantine-color-scheme')") == "dark"
    wait_until(page, f"!!window.cy && cy.nodes().length > 0 && {label} === {dark!r}")


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160)])
def test_the_layout_holds(new_page: Callable[..., Page], address: str, size: tuple[int, int]) -> None:
    page = open_page(new_page(viewport={"width": size[0], "height": size[1]}), address)
    page.keyboard.press("t")
    wait_until(page, "document.querySelectorAll('#table-entities .ag-row').length > 1")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.body.scrollHeight <= innerHeight")
    for part in ("header", ".toolbar", ".left", ".right", ".picture", "#table-panel"):
        inside, outside = page.evaluate(f"(e => [e.scrollWidth, e.clientWidth])(document.querySelector('{part}'))")
        assert inside <= outside + 1, part
    assert page.evaluate("cy.height()") > 100
    small = page.evaluate(SMALL)
    assert small == []
    for key, part in (("1", ".left"), ("2", ".right")):
        page.locator("#paper").focus()
        width = page.evaluate("cy.width()")
        page.keyboard.press(key)
        page.locator(part).wait_for(state="hidden")
        wait_until(page, f"cy.width() > {width}")


# Text of the page that is smaller than 14 pixels, but for what is in pills, marks and keys.
SMALL = """[...document.querySelectorAll('.page *')].filter(e => e.checkVisibility()
  && !e.closest('.unseen, [aria-hidden=true]') && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
  && parseFloat(getComputedStyle(e).fontSize) < 13.9
  && !e.closest('.pill, kbd, .mantine-Kbd-root, .stance, .explain'))
  .map(e => e.className + ': ' + e.textContent.slice(0, 40))"""
SERIOUS = """(async rules => { const found = await axe.run({exclude: [['#picture']]},
    {resultTypes: ['violations'], ...(rules ? {runOnly: rules} : {})});
  return found.violations.filter(v => ['serious', 'critical'].includes(v.impact))
    .map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160) + ' | ' + (n.any[0] ? n.any[0].message : ''))]) })"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(new_page: Callable[..., Page], address: str, scheme: str) -> None:
    page = open_page(new_page(color_scheme=scheme), address)
    page.evaluate(AXE_SCRIPT)

    def check(what: str) -> None:
        page.wait_for_timeout(350)  # windows fade in; half-faded text has little contrast
        rules = ["color-contrast"] if scheme == "dark" else None  # nothing else depends on it
        assert page.evaluate(SERIOUS, rules) == [], what

    check("the opening page")
    for kind, element, words in (("entity", SEC, "All listings"), ("relationship", LINE, "claim")):
        page.evaluate(f"dash_clientside.set_props('selected', {{data: {{kind: '{kind}', id: '{element}'}}}})")
        read_details(page, words)
        check(kind)
    page.keyboard.press("t")
    wait_until(page, "document.querySelectorAll('#table-entities .ag-row').length > 3")
    check("the table")
    page.locator("#paper").focus()
    page.keyboard.press("y")
    check("the time")
    for tab in ("Paths", "Views"):
        page.get_by_role("tab", name=tab).click()
        check(tab)
    for key, name in (("?", "Help and shortcuts"), ("q", "The Cypher behind the canvas")):
        page.locator("#paper").focus()
        page.keyboard.press(key)
        page.get_by_role("dialog", name=name).wait_for()
        check(name)
        page.keyboard.press("Escape")
        page.get_by_role("dialog", name=name).wait_for(state="hidden")
