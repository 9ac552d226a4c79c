"""The explorer in a real Chromium, over a real Neo4j with the shipped data."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import Page

from graph.database import write
from graph.database.store import Store
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from tests.support.exports import read_picture
from tests.support.pages import (
    choose_query,
    export_canvas,
    find_element_position,
    open_page,
    read_details,
    read_positions,
    serve_explorer,
    wait_until,
    wait_until_still,
    watch_page,
)

pytestmark = [pytest.mark.browser, pytest.mark.database]
SEC = "second-economic-commission"


def test_opens_on_the_reporting_chain_and_asks_nobody_else(page: Page, address: str) -> None:
    strangers = watch_page(page, address)
    open_page(page, address)
    assert page.inner_text("#title") == "Chain of reporting"
    nodes = read_positions(page)
    assert SEC in nodes
    party = next(i for i in nodes if "workers" in i)
    assert nodes[party][1] < nodes[SEC][1]
    legend = page.inner_text("#legend")
    assert "Factories" in legend
    assert "Reporting and posts" in legend
    page.mouse.click(*find_element_position(page, SEC))
    read_details(page, "claims")
    assert strangers == []


def test_search_in_hangul_adds_and_selects(page: Page, address: str) -> None:
    open_page(page, address)
    before = read_positions(page)
    page.keyboard.press("/")
    page.keyboard.type("강계")
    page.get_by_role("option", name="City").click()
    assert "강계" in read_details(page, "Kanggye")
    wait_until(page, "cy.getElementById('kanggye').length === 1 && cy.getElementById('kanggye').selected()")
    wait_until_still(page)
    after = read_positions(page)
    assert {i: after[i] for i in before} == before


def test_search_by_alias_says_which_name_matched(page: Page, address: str) -> None:
    open_page(page, address)
    page.fill("#search", "2nd Economical")
    option = page.get_by_role("option").first
    option.wait_for()
    assert "Second Economic Commission" in option.inner_text()
    assert "2nd Economical Committee" in option.inner_text()


def test_double_click_expands_and_nobody_moves(page: Page, address: str) -> None:
    open_page(page, address)
    before = read_positions(page)
    page.mouse.dblclick(*find_element_position(page, SEC))
    wait_until(page, f"cy.nodes().length > {len(before)}")
    wait_until_still(page)
    after = read_positions(page)
    assert {i: after[i] for i in before} == before
    assert "neighbours of Second Economic Commission" in page.inner_text("#note")
    page.click("#undo")
    wait_until(page, f"cy.nodes().length === {len(before)}")
    wait_until_still(page)
    assert read_positions(page) == before


def test_a_dragged_node_stays_where_it_was_dragged(page: Page, address: str) -> None:
    open_page(page, address)
    x, y = find_element_position(page, SEC)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 90, y + 20, steps=6)
    page.mouse.up()
    dragged = read_positions(page)
    page.mouse.click(*find_element_position(page, SEC))
    page.click("#expand-button")
    wait_until(page, f"cy.nodes().length > {len(dragged)}")
    wait_until_still(page)
    after = read_positions(page)
    for node, (left, top) in dragged.items():
        assert after[node] == pytest.approx([left, top], abs=0.01)


def test_a_contested_line_says_so_in_picture_and_words(page: Page, address: str) -> None:
    open_page(page, address)
    choose_query(page, "How arms leave the country, and who receives them")
    page.click("#query-run")
    wait_until(page, "cy.getElementById('north-korea|EXPORTS_TO|russia').length === 1")
    wait_until_still(page)
    line = "cy.getElementById('north-korea|EXPORTS_TO|russia')"
    assert page.evaluate(f"{line}.style('line-style')") == "dashed"
    assert page.evaluate(f"{line}.data('label')") == "contested"
    page.mouse.click(*find_element_position(page, "north-korea|EXPORTS_TO|russia"))
    text = read_details(page, "Contested:")
    assert "DENIES" in text
    assert "denied by North Korea" in text
    assert "denied" in (page.locator(".claim").first.get_attribute("class") or "")  # the denials come first
    grade = page.locator(".grade").first
    grade.hover()
    page.get_by_role("tooltip").get_by_text(f"Admiralty grade {grade.inner_text()}. Source ").wait_for()
    link = page.locator(".claim a.source-title").first
    assert (link.get_attribute("href") or "").startswith("https://")
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert link.get_attribute("target") == "_blank"
    page.locator(".details .link").first.click()  # a name leads to its entity
    read_details(page, "claim")


def test_the_legend_filters_and_owns_up(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address)
    page.get_by_label("Show Factories").uncheck()
    wait_until(page, "cy.nodes('[type = \"Factory\"]:visible').length === 0")
    assert page.inner_text("#hidden").startswith("Hidden: ")
    assert page.evaluate("cy.edges(':visible').every(e => e.source().visible() && e.target().visible())")
    svg = export_canvas(page, "svg", tmp_path)
    assert "Hidden: " in svg.read_text(encoding="utf-8")  # a picture owns up too
    page.click("#legend-all")
    wait_until(page, "cy.nodes(':visible').length === cy.nodes().length")
    wait_until(page, "document.getElementById('hidden').innerText === ''")
    page.get_by_label("Show Visits and meetings").uncheck()
    wait_until(page, "cy.edges('[chain = \"contact\"]:visible').length === 0")


def test_both_layouts(page: Page, address: str) -> None:
    open_page(page, address)
    hierarchy = read_positions(page)
    page.get_by_text("Network", exact=True).click()
    wait_until(page, f"cy.getElementById('{SEC}').position('y') !== {hierarchy[SEC][1]}")
    wait_until_still(page)
    assert read_positions(page) != hierarchy
    page.get_by_text("Hierarchy", exact=True).click()
    wait_until_still(page)
    wait_until(page, f"cy.getElementById('{SEC}').position('y') === {hierarchy[SEC][1]}")
    assert read_positions(page) == hierarchy


def test_a_saved_query_with_a_parameter(page: Page, address: str) -> None:
    open_page(page, address)
    choose_query(page, "How arms leave the country, and who receives them")
    picker = page.locator('input[id*=\'"name":"state"\']').first
    picker.click()
    picker.fill("Iran")
    page.get_by_role("option", name="Iran").click()
    page.click("#query-run")
    wait_until(page, "cy.getElementById('iran').length === 1")
    assert page.evaluate(f"cy.getElementById('{SEC}').length") == 0


def test_a_wrong_parameter_is_told_and_the_canvas_stays(page: Page, address: str) -> None:
    open_page(page, address)
    before = read_positions(page)
    page.locator('input[id*=\'"name":"depth"\']').fill("")
    page.click("#query-run")
    page.get_by_text("A value is needed here.").wait_for()
    assert read_positions(page) == before


def test_pictures_hold_what_is_shown(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address)
    page.mouse.click(*find_element_position(page, SEC))
    read_details(page, "claims")
    png = export_canvas(page, "png", tmp_path)
    assert png.name == "Chain-of-reporting.png"
    pixels = read_picture(png)
    assert pixels.shape[0] > 1_000
    assert pixels.shape[1] > 1_500
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) > 20  # lines and symbols of many colours, not a blank page
    svg = export_canvas(page, "svg", tmp_path)
    drawing = ElementTree.parse(svg)  # noqa: S314 - a drawing of our own
    text = " ".join(drawing.getroot().itertext())
    assert "Chain of reporting" in text
    assert "Second Economic" in text
    assert "Kim Jong Un" in text
    nodes = [e for g in drawing.iter() if g.get("id") == "nodes" for e in g if e.get("data-id")]
    assert {e.get("data-id") for e in nodes} == set(page.evaluate("cy.nodes(':visible').map(n => n.id())"))
    assert page.evaluate(f"cy.getElementById('{SEC}').selected()")  # the selection stays


def test_removing_and_clearing(page: Page, address: str) -> None:
    open_page(page, address)
    page.mouse.click(*find_element_position(page, SEC))
    read_details(page, "claims")
    page.click("#remove")
    wait_until(page, f"cy.getElementById('{SEC}').length === 0")
    page.click("#clear")
    wait_until(page, "cy.nodes().length === 0")
    page.get_by_text("Nothing on the canvas yet").wait_for()
    page.click("#undo")
    wait_until(page, "cy.nodes().length > 5")


def test_an_empty_graph_says_how_to_load(page: Page, empty_store: Store, ontology: Ontology) -> None:
    with serve_explorer(empty_store, ontology) as url:
        page.goto(url)
        page.get_by_text("The graph is empty").wait_for()
        page.get_by_text("armsgraph load articles").wait_for()


def test_hostile_names_are_harmless(page: Page, empty_store: Store, ontology: Ontology) -> None:
    attack = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    labels = ontology.types["Company"].labels
    entities = [Entity(i, "Company", labels, f"{i} {attack}") for i in ("evil", "worse")]
    source = Source("s", attack, attack, "2024", "javascript:window.hacked=1", reliability="B")
    claims = [
        Claim("c1", "evil", "OWNS", "asserted", "s", "worse", asserted_by="worse", summary=attack, detail=attack),
        Claim("c2", "evil", "HAS_NAME", "asserted", "s", value=attack, asserted_by="worse"),
    ]
    # Past the loader's checks, as if another program had written it.
    batch = write.Batch(
        sources=[write.build_source_row(source, "t", "")],
        entities=[(labels, write.build_entity_row(e, "t", "", claims if e.id == "evil" else ())) for e in entities],
        claims=claims,
    )
    turn = write.WriteLease("t", "r")
    write.begin(empty_store, turn)
    empty_store.write(write.apply, ontology, batch, turn)
    with serve_explorer(empty_store, ontology) as url:
        page.goto(url)
        page.get_by_text("Nothing on the canvas yet").wait_for()
        page.fill("#search", "evil")
        page.get_by_role("option").first.click()
        assert attack in read_details(page, "evil")
        page.click("#expand-button")
        wait_until(page, "cy.nodes().length === 2")
        wait_until_still(page)
        page.mouse.move(*find_element_position(page, "evil"))
        page.mouse.click(*find_element_position(page, "evil|OWNS|worse"))
        read_details(page, "1 claim asserts it")
        assert page.locator("#details a").count() == 0
        assert page.locator("#details img[src=x], #details script").count() == 0
        assert page.evaluate("window.hacked") is None
