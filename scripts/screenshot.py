"""Takes the pictures in docs/ of a running explorer: seven tasks of an analyst, done as a person does them.

    armsgraph demo                                   # in another terminal
    python scripts/screenshot.py --url http://127.0.0.1:8050/ --out docs

Starts nothing itself but a Chromium: the one in CHROMIUM, else /usr/bin/chromium, else Playwright's own.
"""

import os
from collections.abc import Callable
from pathlib import Path

import click
from playwright.sync_api import Page, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 300  # tenths of a second


def wait_until(page: Page, condition: str) -> None:
    """Waits until a JavaScript expression is true. Asks from outside: the page's own policy forbids eval."""
    for _ in range(PATIENCE):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise click.ClickException(f"the page never came so far: {condition}")


def wait_until_still(page: Page) -> None:
    """Waits until nothing is asked of the server any more and the picture has come to rest."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1_500)


def open_query_form(page: Page, title: str) -> None:
    """Finds a saved query and opens its form."""
    page.fill("#query-search", title)
    page.locator(".query-row:visible", has_text=title).first.click()
    wait_until(page, f"document.querySelector('#query-form h2')?.innerText === {title!r}")
    wait_until_still(page)


def run_query(page: Page, title: str) -> None:
    """Runs a saved query onto the canvas."""
    open_query_form(page, title)
    page.click("#query-run")
    wait_until(page, f"document.getElementById('title').innerText === {title!r}")
    wait_until_still(page)


def run_entity_command(page: Page, verb: str, entity: str) -> None:
    """Does something with an entity, as its menu does."""
    wait_until(page, f"cy.getElementById({entity!r}).length === 1")
    page.evaluate(f"armsgraph.say({verb!r}, cy.getElementById({entity!r}))")
    wait_until_still(page)


def show_contested(page: Page) -> None:
    """The chain from command to customer, with a contested line and the claims behind it."""
    run_query(page, "From command to customer")
    line = "north-korea|EXPORTS_TO|russia"
    wait_until(page, f"cy.getElementById({line!r}).length === 1")
    page.evaluate(f"dash_clientside.set_props('selected', {{data: {{kind: 'relationship', id: {line!r}}}}})")
    wait_until(page, "document.querySelector('.verdict') !== null")
    wait_until_still(page)


def show_path(page: Page) -> None:
    """The way of the arms between two entities: several routes, the weakest link, and what was left out."""
    page.get_by_role("tab", name="Paths").click()
    for name, text in (("From", "Workers' Party of Korea"), ("To", "Russia")):
        field = page.get_by_role("textbox", name=name, exact=True)
        field.click()
        field.fill(text)
        page.get_by_role("option", name=text).first.click()
    page.get_by_role("textbox", name="Question").click()
    page.get_by_role("option", name="Arms").click()
    page.get_by_text("Replace", exact=True).last.click()
    page.click("#path-find")
    wait_until(page, "document.getElementById('path-found').innerText.includes('Weakest link')")
    wait_until_still(page)


def show_chain(page: Page) -> None:
    """A factory's chain in columns, with the links that nobody has filled."""
    run_entity_command(page, "chain", "kanggye-general-tractor-plant")
    wait_until(page, "document.getElementById('title').innerText.startsWith('Chain of Kanggye')")
    wait_until_still(page)


def show_time(page: Page) -> None:
    """What was known of the exports on a day, by the second clock."""
    run_query(page, "How arms leave the country, and who receives them")
    page.keyboard.press("y")
    page.get_by_text("when it became known").first.click()
    wait_until_still(page)
    page.locator("#timeline [role=slider]").last.focus()
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    wait_until_still(page)


def show_table(page: Page) -> None:
    """The table beside the canvas, in dark."""
    page.emulate_media(color_scheme="dark")
    page.get_by_role("button", name="Dark").click() if page.get_by_role("button", name="Dark").count() else None
    page.keyboard.press("t")
    wait_until(page, "document.querySelectorAll('.ag-row').length > 5")
    page.locator(".ag-row").nth(3).click()
    wait_until_still(page)


def show_answer(page: Page) -> None:
    """The figures on one topic, side by side."""
    open_query_form(page, "How far apart the figures on one topic lie")
    page.click("#query-run")
    wait_until(page, "document.querySelectorAll('.answer-grid .ag-row').length > 1")
    wait_until_still(page)


def show_editor(page: Page) -> None:
    """A copy of a shipped query in the editor, checked."""
    open_query_form(page, "Who receives arms, and who denies it")
    page.get_by_role("button", name="Duplicate this query").click()
    wait_until(page, "document.querySelectorAll('.cm-line').length > 5")
    page.get_by_role("button", name="Check", exact=True).click()
    wait_until_still(page)


def show_export(page: Page) -> None:
    """The export window with the preview of a slide."""
    run_query(page, "From command to customer")
    page.click("#export")
    wait_until(page, "!!document.querySelector('#export-preview img')")
    page.evaluate("dash_clientside.set_props('export-format', {value: 'pptx'})")
    page.fill("#export-mark", "Draft")
    page.keyboard.press("Tab")
    wait_until_still(page)


TASKS: dict[str, tuple[Callable[[Page], None], str]] = {
    "screenshot": (show_contested, "1600x1100"),
    "path": (show_path, "1440x900"),
    "chain": (show_chain, "1920x1080"),
    "time": (show_time, "1440x900"),
    "table": (show_table, "1440x900"),
    "answer": (show_answer, "1440x900"),
    "editor": (show_editor, "1440x900"),
    "export": (show_export, "1440x900"),
}


@click.command()
@click.option("--url", default="http://127.0.0.1:8050/", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("docs"), show_default=True, help="A folder.")
@click.option("--only", type=click.Choice(list(TASKS)), multiple=True, help="Not all, but these pictures.")
def main(url: str, out: Path, only: tuple[str, ...]) -> None:
    """Takes the pictures of a running explorer at URL."""
    named = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=named if Path(named).exists() else None, args=FLAGS)
        for name in only or TASKS:
            task, size = TASKS[name]
            width, height = (int(part) for part in size.split("x"))
            page = browser.new_context(viewport={"width": width, "height": height}).new_page()
            page.goto(url)
            wait_until(page, "!!window.cy && !!window.armsgraph.painted && cy.nodes().length > 0")
            wait_until_still(page)
            task(page)
            file = out / f"{name}.png"
            page.screenshot(path=file)
            page.context.close()
            click.echo(f"{file}: {file.stat().st_size:,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
