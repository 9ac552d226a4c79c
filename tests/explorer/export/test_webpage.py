"""The web page in one file, opened in a real Chromium without a network: it pans, zooms and shows claims on click."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from explorer.export.picture import webpage
from graph.database.store import Store
from graph.ontology import Ontology
from tests.explorer.export.test_picture import build_factory_net
from tests.support.exports import HOSTILE, build_briefing
from tests.support.pages import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.database]
LINE = "north-korea|EXPORTS_TO|russia"
VIEW = "document.getElementById('drawing').getAttribute('viewBox').split(' ').map(Number)"


@pytest.fixture
def offline(new_page: Callable[..., Page]) -> Iterator[Page]:
    """A page without a network that fails on anything a page may log."""
    page = new_page(viewport={"width": 1280, "height": 800}, offline=True)
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda r: None if r.url.startswith("file:") else faults.append(r.url))
    yield page
    assert faults == []


@pytest.fixture(scope="module")
def file(store: Store, ontology: Ontology, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the chain from command to customer."""
    path = tmp_path_factory.mktemp("page") / "a.html"
    path.write_bytes(webpage.render(build_briefing(store, ontology, "full-chain")))
    return path


def test_a_click_on_a_line_shows_who_says_and_who_denies(offline: Page, file: Path) -> None:
    offline.goto(file.as_uri())
    offline.locator(f'#words [data-id="{LINE}"]').click()
    text = offline.inner_text("#details")
    assert "North Korea exports arms to Russia" in text
    assert "Denied by North Korea" in text
    assert "2 deny it" in text
    assert offline.locator("#details .claim").count() == 17
    assert offline.locator("#details a").first.get_attribute("href").startswith("https://")


def test_a_click_on_an_entity_shows_its_names_and_leads_to_its_lines(offline: Page, file: Path) -> None:
    offline.goto(file.as_uri())
    offline.locator('#nodes [data-id="kanggye-general-tractor-plant"]').click()
    text = offline.inner_text("#details")
    assert "Kanggye General Tractor Plant" in text
    assert "강계" in text
    offline.locator("#details button.link", has_text="produces").first.click()
    wait_until(offline, "document.querySelectorAll('#details .claim').length > 0")


def test_it_pans_zooms_and_comes_back_with_mouse_and_keys(offline: Page, file: Path) -> None:
    offline.goto(file.as_uri())
    home = offline.evaluate(VIEW)
    offline.mouse.move(400, 450)
    offline.mouse.wheel(0, -400)
    wait_until(offline, f"{VIEW}[2] < {home[2]} * 0.8")
    zoomed = offline.evaluate(VIEW)
    offline.mouse.down()
    offline.mouse.move(500, 520, steps=6)
    offline.mouse.up()
    assert offline.evaluate(VIEW)[0] < zoomed[0]
    offline.click("#fit")
    assert offline.evaluate(VIEW) == pytest.approx(home, abs=0.1)
    offline.focus("#stage")
    offline.keyboard.press("+")
    offline.keyboard.press("ArrowRight")
    assert offline.evaluate(VIEW)[2] < home[2]
    offline.keyboard.press("0")
    assert offline.evaluate(VIEW) == pytest.approx(home, abs=0.1)
    offline.locator(f'#words [data-id="{LINE}"]').focus()
    offline.keyboard.press("Enter")
    assert "Denied by" in offline.inner_text("#details")


def test_it_says_what_the_picture_says(offline: Page, file: Path, store: Store, ontology: Ontology) -> None:
    briefing = build_briefing(store, ontology, "full-chain")
    offline.goto(file.as_uri())
    body = " ".join(offline.inner_text("body").split())
    notes = (*(d.text for d in briefing.disputes), *(f.text for f in briefing.footnotes))
    for words in (briefing.title, briefing.as_of, *briefing.rules, *briefing.origin, *notes):
        assert " ".join(words.split()) in body
    assert "DRAFT" in body.upper()
    assert offline.evaluate("document.querySelectorAll('#nodes [data-id]').length") == len(
        briefing.rendered.drawn.entities
    )
    assert offline.evaluate("document.querySelectorAll('#lines [data-id]').length") == len(
        briefing.rendered.drawn.relationships
    )


def test_hostile_texts_stay_texts(offline: Page, ontology: Ontology, tmp_path: Path) -> None:
    name = f"{HOSTILE}</script><img src=x onerror=\"document.title='owned'\"><!--"
    briefing = replace(build_factory_net(ontology, 6, name), mark=HOSTILE, title_given=HOSTILE)
    (tmp_path / "a.html").write_bytes(webpage.render(briefing))
    offline.goto((tmp_path / "a.html").as_uri())
    offline.locator('#nodes [data-id="e1"]').click()
    assert "<script>" in offline.inner_text("#details h2")
    offline.locator("#words [data-id]").first.click()
    assert offline.title() == HOSTILE
    assert offline.evaluate("document.querySelectorAll('img').length") == 0
    assert offline.evaluate("document.querySelectorAll('script').length") == 2


def test_the_page_fetches_nothing_even_with_a_network(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert " src=" not in text
    assert "<link" not in text
    assert "url(" not in text
