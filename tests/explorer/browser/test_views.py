"""Undo, views, links, notes and comparisons as a person sees them: in a real Chromium, over the shipped data."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.pages import (
    export_canvas,
    find_element_position,
    open_page,
    read_positions,
    wait_until,
    wait_until_still,
    watch_page,
)

pytestmark = [pytest.mark.browser, pytest.mark.database]
SEC = "second-economic-commission"
ATTACK = '<img src=x onerror="window.hacked=1">'
EXPAND = f"armsgraph.say('expand', cy.getElementById('{SEC}'))"
STEPS = "(({past, future}) => [past, future])(armsgraph.steps())"


@pytest.fixture
def address(own_address: str) -> str:
    """The explorer over the shipped data, with a home of its own for views."""
    return own_address


def seen(page: Page) -> dict[str, Any]:
    """All that makes up the picture: what stands where, how it looks, and which part is seen."""
    wait_until_still(page)
    state: dict[str, Any] = page.evaluate(
        """() => ({
            nodes: cy.nodes().map(n => [n.id(), n.position('x'), n.position('y'), n.visible(), n.data('label'),
                                        n.style('border-style'), n.style('background-color')]).sort(),
            lines: cy.edges().map(e => [e.id(), e.visible(), e.style('line-color')]).sort(),
            view: [cy.zoom() * 100, cy.pan().x, cy.pan().y],
            title: document.getElementById('title').innerText, hidden: document.getElementById('hidden').innerText,
        })"""
    )
    return state


def same(now: dict[str, Any], before: dict[str, Any], *, view: bool = True) -> bool:
    """Whether two pictures are the same; with `view` in the part that is seen too."""
    assert {**now, "view": None} == {**before, "view": None}
    return not view or now["view"] == pytest.approx(before["view"], abs=0.1)


def steps(page: Page) -> list[int]:
    """How many steps lie behind and ahead."""
    counts: list[int] = page.evaluate(STEPS)
    return counts


def stepped(page: Page, count: int) -> None:
    """Waits until so many steps lie behind, and the picture is that of the canvas."""
    wait_until(page, f"armsgraph.steps().past === {count} && armsgraph.painted === armsgraph.canvas.stamp")


def add_note(page: Page, text: str) -> str:
    """Writes a note by the keyboard; its id."""
    before = page.evaluate("cy.nodes('[kind = \"note\"]').length")
    page.keyboard.press("n")
    page.get_by_label("Text of the note").fill(text)
    page.keyboard.press("Control+Enter")
    wait_until(page, f"cy.nodes('[kind = \"note\"]').length === {before + 1}")
    page.get_by_role("dialog").wait_for(state="hidden")
    note: str = page.evaluate("cy.nodes('[kind = \"note\"]').last().id()")
    return note


def save_view(page: Page, name: str) -> None:
    """Saves the canvas under a name."""
    page.get_by_role("tab", name="Views").click()
    page.fill("#view-name", name)
    page.keyboard.press("Enter")
    page.locator("#view-said", has_text=f"Saved as “{name}”").wait_for()


def test_every_step_is_undone_and_redone(page: Page, address: str) -> None:
    open_page(page, address)
    assert page.locator("#undo").is_disabled()
    assert page.locator("#redo").is_disabled()
    pictures = [seen(page)]
    x, y = find_element_position(page, SEC)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 80, y + 30, steps=4)
    page.mouse.up()
    stepped(page, 1)
    pictures.append(seen(page))
    page.get_by_label("Show Factories").uncheck()
    stepped(page, 2)
    pictures.append(seen(page))
    page.evaluate(EXPAND)
    stepped(page, 3)
    pictures.append(seen(page))
    add_note(page, "mine")
    stepped(page, 4)
    pictures.append(seen(page))
    page.get_by_text("Network", exact=True).click()
    stepped(page, 5)
    pictures.append(seen(page))
    page.click("#clear")
    stepped(page, 6)
    assert read_positions(page) == {}
    for n, keys in zip(range(5, -1, -1), ("u", "Control+z", "u", "Control+z", "u", "u"), strict=True):
        page.keyboard.press(keys)
        stepped(page, n)
        # A canvas that was replaced is seen as it was left.
        assert same(seen(page), pictures[n], view=n in (5, 4))
    assert page.locator("#undo").is_disabled()
    view = seen(page)["view"]
    for n, keys in enumerate(("r", "Control+Shift+Z", "Control+y"), start=1):
        page.keyboard.press(keys)
        stepped(page, n)
    # An expansion that comes back moves nothing.
    assert same(seen(page), {**pictures[3], "view": view})
    assert steps(page) == [3, 3]
    page.get_by_label("Show People").uncheck()
    wait_until(page, "armsgraph.steps().future === 0")
    assert page.locator("#redo").is_disabled()


def test_undo_while_an_answer_is_on_its_way(page: Page, address: str) -> None:
    open_page(page, address)
    page.get_by_label("Show Factories").uncheck()
    wait_until(page, "armsgraph.steps().past === 1")
    wait_until_still(page)
    held: list[Any] = []

    def hold(route: Any) -> None:
        changed_props = json.loads(route.request.post_data)["changedPropIds"]
        if not held and any('"expand"' in prop for prop in changed_props) and "canvas" in route.request.post_data:
            held.append(route)
        else:
            route.continue_()

    page.route("**/_dash-update-component*", hold)
    page.evaluate(EXPAND)
    while not held:
        page.wait_for_timeout(50)
    page.evaluate("armsgraph.here.undo(); armsgraph.here.redo(); armsgraph.here.undo()")  # faster than any hand
    assert steps(page) == [0, 1]
    held[0].continue_()
    wait_until(page, "armsgraph.steps().past === 1 && armsgraph.painted === armsgraph.canvas.stamp")
    assert steps(page) == [1, 0]  # the late answer is a step of its own
    ids = page.evaluate("[...armsgraph.canvas.ids].sort()")
    assert ids == page.evaluate("cy.nodes('[kind = \"entity\"]').map(n => n.id()).sort()")
    page.keyboard.press("u")
    wait_until(page, "armsgraph.steps().past === 0 && armsgraph.painted === armsgraph.canvas.stamp")
    assert page.evaluate("cy.nodes('[type = \"Factory\"]:visible').length") > 0


def test_a_hundred_steps_of_a_full_canvas_stay_small(page: Page, address: str) -> None:
    open_page(page, address)
    size, past = page.evaluate(
        """async () => {
            const ids = [...Array(1000).keys()].map(n => 'a-company-with-a-name-as-long-as-most-' + n);
            let last = null;
            for (let n = 0; n < 130; n += 1) {
                const positions = Object.fromEntries(ids.map((i, m) => [i, [m * 1.5 + n, m * 2.5]]));
                last = { ...armsgraph.canvas, ids, positions, stamp: 'step ' + n };
                window.dash_clientside.history.remember(last);
            }
            const { letters, past } = armsgraph.steps();
            return [letters, past];
        }"""
    )
    assert past == 100
    assert size <= 12e6
    page.evaluate("armsgraph.here.undo()")
    assert page.evaluate("armsgraph.canvas.positions['a-company-with-a-name-as-long-as-most-1'][0]") == 129.5


def test_a_link_opens_the_same_picture_elsewhere(page: Page, address: str, new_page: Callable[..., Page]) -> None:
    open_page(page, address)
    add_note(page, f"{ATTACK}\n강계 " + "x" * 60)
    page.get_by_label("Show People").uncheck()
    wait_until(page, "cy.nodes('[type = \"Person\"]:visible').length === 0")
    page.evaluate("cy.zoom(0.9); cy.panBy({x: 57, y: -31})")
    page.get_by_role("tab", name="Views").click()
    page.click("#view-link")
    link = wait_until(page, "document.getElementById('view-address').value")
    before = seen(page)
    other = new_page()
    strangers = watch_page(other, address)
    open_page(other, link)
    assert same(seen(other), before)
    assert other.url == address  # after a reload the canvas comes as it was left
    assert "Opened from a link" in other.inner_text("#arrived")
    assert other.evaluate("window.hacked") is None
    assert strangers == []
    other.goto(f"{address}?view={'0' * 32}")
    wait_until(other, "!!document.querySelector('.arrival-card') && cy.nodes().length > 0")
    assert "The link can’t be opened: this view is not kept here" in other.inner_text("#arrived")
    assert other.inner_text("#title") == "Chain of reporting"


def test_the_canvas_of_the_last_visit_comes_back(page: Page, address: str) -> None:
    open_page(page, address)
    add_note(page, "kept")
    page.get_by_label("Show Factories").uncheck()
    wait_until(page, "cy.nodes('[type = \"Factory\"]:visible').length === 0")
    page.evaluate("cy.zoom(1.1); cy.panBy({x: -40, y: 20})")
    before = seen(page)
    key = wait_until(page, "Object.keys(localStorage).find(k => k.startsWith('armsgraph canvas '))")
    page.wait_for_timeout(900)
    open_page(page, address)
    assert same(seen(page), before)
    assert "was restored" in page.inner_text("#arrived")
    page.click("#start-afresh")
    wait_until(page, "cy.nodes('[type = \"Factory\"]:visible').length > 0 && !document.querySelector('.arrival-card')")
    page.keyboard.press("u")
    wait_until(page, "cy.nodes('[type = \"Factory\"]:visible').length === 0")
    # What is gone from the graph is named; what is broken does not break the page.
    change = """([key, change]) => { const kept = JSON.parse(localStorage.getItem(key));
        window.addEventListener('pagehide', () => localStorage.setItem(key, JSON.stringify(change === 'gone'
        ? {...kept, names: {...kept.names, ghost: 'The Ghost Works'},
           canvas: {...kept.canvas, ids: [...kept.canvas.ids, 'ghost']}}
        : {...kept, canvas: {...kept.canvas, positions: 'none'}}))); }"""
    page.wait_for_timeout(900)
    page.evaluate(change, [key, "gone"])
    open_page(page, address)
    sentence = page.inner_text("#arrived")
    assert "1 entity is no longer in the database (The Ghost Works)" in sentence
    page.evaluate(change, [key, "broken"])
    open_page(page, address)
    assert "could not be restored: field 'canvas.positions': must be" in page.inner_text("#arrived")
    assert page.inner_text("#title") == "Chain of reporting"


def test_views_are_saved_opened_renamed_deleted_and_handed_on(page: Page, address: str, tmp_path: Path) -> None:
    strangers = watch_page(page, address)
    open_page(page, address)
    before = seen(page)
    save_view(page, f"Draft {ATTACK}")
    page.keyboard.press("Enter")
    page.locator("#view-said", has_text="The earlier save of it is kept").wait_for()
    row = page.locator(".view-row").first
    page.locator(".view-row", has_text="entities · 2 saves").wait_for()
    page.get_by_label("Show Factories").uncheck()
    wait_until(page, "cy.nodes('[type = \"Factory\"]:visible').length === 0")
    row.get_by_role("button", name=f"Draft {ATTACK}", exact=True).click()
    wait_until(page, "cy.nodes('[type = \"Factory\"]:visible').length > 0")
    assert same(seen(page), before)
    row.get_by_role("button", name="More about").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_label("New name of the view").fill("June")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="June", exact=True).wait_for()
    row.get_by_role("button", name="More about").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download").click()
    assert download.value.suggested_filename == "June.armsgraph-view.json"
    file = tmp_path / "handed.json"
    download.value.save_as(file)
    row.get_by_role("button", name="More about").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_text("“June” was deleted.").wait_for()
    page.locator("#views-list", has_text="None yet").wait_for()
    page.get_by_role("button", name="Undo", exact=True).click()
    page.get_by_text("“June” is back.").wait_for()
    row.get_by_role("button", name="More about").click()
    page.get_by_role("menuitem", name="Delete").click()
    page.locator("#views-list", has_text="None yet").wait_for()
    page.locator("#view-upload input").set_input_files(file)
    page.get_by_text("Taken over as “June”").wait_for()
    stored = json.loads(file.read_text(encoding="utf-8"))
    stored["canvas"]["ids"] = [1]
    file = file.with_name("broken.json")
    file.write_text(json.dumps(stored), encoding="utf-8")
    page.locator("#view-upload input").set_input_files(file)
    page.get_by_text("broken.json, field 'canvas.ids[0]': must be a text").wait_for()
    assert page.evaluate("window.hacked") is None
    assert strangers == []


def test_a_note_is_written_moved_changed_and_removed(page: Page, address: str, tmp_path: Path) -> None:
    open_page(page, address)
    counts = page.inner_text(".counts")
    note = add_note(page, f"Ask Berlin {ATTACK}")
    assert page.inner_text(".counts") == counts  # a note is no entity
    x, y = find_element_position(page, note)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    wait_until(page, "armsgraph.steps().past === 2")
    at = read_positions(page)[note]
    page.mouse.dblclick(*find_element_position(page, note))
    field = page.get_by_label("Text of the note")
    assert field.input_value() == f"Ask Berlin {ATTACK}"
    field.fill("Asked")
    page.click("#note-keep")
    wait_until(page, f"cy.getElementById('{note}').data('label') === 'NOTE\\nAsked'")
    assert read_positions(page)[note] == at
    svg = export_canvas(page, "svg", tmp_path).read_text(encoding="utf-8")
    assert "NOTE" in svg
    assert "Asked" in svg
    page.get_by_text("Network", exact=True).click()
    wait_until(page, "armsgraph.steps().past === 4")
    wait_until_still(page)
    assert page.evaluate(  # nothing stands on a note
        f"""(() => {{ const b = cy.getElementById('{note}').boundingBox();
            return cy.nodes('[kind = "entity"]:visible').every(n => {{ const p = n.position();
              return p.x < b.x1 || p.x > b.x2 || p.y < b.y1 || p.y > b.y2; }}); }})()"""
    )
    page.mouse.click(*find_element_position(page, note))
    page.locator("#details", has_text="Note of the analyst, not a claim").wait_for()
    page.keyboard.press("Delete")
    wait_until(page, f"cy.getElementById('{note}').length === 0")
    assert page.evaluate("window.hacked") is None


def test_a_comparison_says_and_shows_what_is_new(page: Page, address: str) -> None:
    open_page(page, address)
    save_view(page, "Before")
    page.evaluate(EXPAND)
    wait_until(page, "armsgraph.steps().past === 1")
    page.evaluate("armsgraph.set({type: 'verb', name: 'remove'}, {ids: ['o-su-yong'], kind: 'entity', point: null})")
    wait_until(page, "armsgraph.steps().past === 2")
    held = page.evaluate("cy.nodes('[kind = \"entity\"]').length")
    page.click("#compare-with")
    page.get_by_role("option", name="Before").click()
    page.get_by_role("button", name="Compare", exact=True).click()
    wait_until(page, "cy.nodes('[compared]').length > 0")
    sentence = page.inner_text("#compared")
    marks = page.evaluate("['here', 'there'].map(s => cy.nodes(`[compared = \"${s}\"]`).length)")
    assert f"{held - marks[0]} entities in both, {marks[0]} only here, {marks[1]} only in “Before”" in sentence
    assert marks[1] == 1
    ghost = "cy.getElementById('o-su-yong')"
    assert page.evaluate(f"[{ghost}.style('border-style'), {ghost}.data('label')]") == ["dashed", "－ O Su Yong"]
    assert page.evaluate("cy.nodes('[compared = \"here\"]')[0].style('border-style')") == "double"
    assert "only in the other view" in page.inner_text("#legend").lower()
    page.get_by_label("Only there").check()
    page.keyboard.press("u")
    wait_until(page, "armsgraph.steps().past === 2")
    page.get_by_role("button", name="Compare", exact=True).click()
    wait_until(page, "document.getElementById('title').innerText.startsWith('Only there')")
    wait_until(page, f"{ghost}.length === 1")
    page.click("#compare-end")
    wait_until(page, "cy.nodes('[compared]').length === 0 && cy.nodes().length > 0")
