"""Zooming with a mouse's wheel, a touchpad and two fingers, in a real Chromium."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page

from tests.support.pages import find_element_position, open_page, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.database]
SEC = "second-economic-commission"
WHEEL = """([x, y, init]) => {
    const before = cy.zoom();
    document.elementFromPoint(x, y).dispatchEvent(new WheelEvent("wheel",
        { clientX: x, clientY: y, bubbles: true, cancelable: true, ...init }));
    return cy.zoom() / before;
}"""


def zoom(page: Page) -> float:
    return float(page.evaluate("cy.zoom()"))


def wheel(page: Page, at: tuple[float, float], **init: object) -> float:
    """The factor by which one wheel event zooms, at a place on the page."""
    return float(page.evaluate(WHEEL, [*at, init]))


@pytest.fixture(scope="module", name="opened_page")
def one_page(browser: Browser, address: str) -> Iterator[Page]:
    """A page with its picture, for all of these tests."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield open_page(context.new_page(), address)
    context.close()


@pytest.fixture(name="canvas")
def well_within_limits(opened_page: Page) -> Page:
    """The page with its picture, well within the limits of the zoom."""
    page = opened_page
    page.evaluate("void cy.zoom({ level: 1, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } })")
    page.evaluate(f"void cy.center(cy.getElementById('{SEC}'))")
    return page


@pytest.mark.parametrize("notch", [100, 120])
def test_a_notch_of_the_wheel_zooms_a_little_about_the_pointer_and_back(canvas: Page, notch: int) -> None:
    at = find_element_position(canvas, SEC)
    canvas.mouse.move(*at)
    before = zoom(canvas)
    for turn in (-1, -1, 1, 1):
        last = zoom(canvas)
        canvas.mouse.wheel(0, turn * notch)
        wait_until(canvas, f"cy.zoom() !== {last}")
        canvas.wait_for_timeout(100)
        assert 1.15 <= (zoom(canvas) / last) ** -turn <= 1.25
        assert find_element_position(canvas, SEC) == pytest.approx(at, abs=0.5)
    assert zoom(canvas) == pytest.approx(before)


def test_notches_in_lines_or_pages_and_several_in_one_event(canvas: Page) -> None:
    at = find_element_position(canvas, SEC)
    assert 1.15 <= wheel(canvas, at, deltaY=-3, deltaMode=1) <= 1.25
    assert 1.15 <= 1 / wheel(canvas, at, deltaY=1, deltaMode=2) <= 1.25
    assert 1.15**3 <= wheel(canvas, at, deltaY=-300) <= 1.25**3


def test_fingers_zoom_as_far_as_they_move(canvas: Page) -> None:
    """A pinch comes as wheel events with Ctrl, each of which spreads the fingers by exp(-delta / 100)."""
    at = find_element_position(canvas, SEC)
    steps = [wheel(canvas, at, deltaY=-delta, ctrlKey=True) for delta in (1, 2, 4, 8)]
    assert steps == pytest.approx([1.01, 1.02, 1.04, 1.083], abs=0.01)
    touched = [wheel(canvas, at, deltaY=delta) for delta in (2,) * 30]
    assert max(touched) - min(touched) < 1e-9
    assert touched[0] == pytest.approx(0.98, abs=0.005)


def test_a_larger_turn_never_zooms_less(canvas: Page) -> None:
    at = find_element_position(canvas, SEC)
    factors = []
    for delta in range(1, 160, 3):
        factors.append(wheel(canvas, at, deltaY=-delta))
        canvas.evaluate("void cy.zoom(1)")
    assert factors == pytest.approx(sorted(factors))
    assert max(b / a for a, b in pairwise(factors)) < 1.04


def test_the_wheel_keeps_to_the_limits(canvas: Page) -> None:
    at = find_element_position(canvas, SEC)
    for turn, limit in ((-100, "max"), (100, "min")):
        for _ in range(60):
            wheel(canvas, at, deltaY=turn)
        assert zoom(canvas) == canvas.evaluate(f"cy.{limit}Zoom()")
