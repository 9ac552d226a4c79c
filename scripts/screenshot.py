"""Takes the README's picture of a running explorer: the chain from command to customer.

    armsgraph demo                                   # in another terminal
    python scripts/screenshot.py --url http://127.0.0.1:8050/ --out docs/screenshot.png

Starts nothing itself but a Chromium: the one in CHROMIUM, else /usr/bin/chromium, else Playwright's own.
"""

import os
from pathlib import Path

import click
from playwright.sync_api import Page, sync_playwright

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 300  # tenths of a second


def wait(page: Page, condition: str) -> None:
    """Waits until a JavaScript expression is true. Asks from outside: the page's own policy forbids eval."""
    for _ in range(PATIENCE):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise click.ClickException(f"the page never came so far: {condition}")


def capture(page: Page, url: str, query: str, line: str, out: Path) -> None:
    """Opens the explorer, runs a saved query onto the canvas, selects a line and takes the picture."""
    page.goto(url)
    wait(page, "!!window.cy && cy.nodes().length > 0")
    page.click("#query")
    page.get_by_role("option", name=query, exact=True).click()
    page.click("#query-run")
    wait(page, f"document.getElementById('title').innerText === {query!r}")
    page.wait_for_timeout(1_500)
    if line:
        wait(page, f"cy.getElementById({line!r}).length === 1")
        page.evaluate(f"dash_clientside.set_props('selected', {{data: {{kind: 'relationship', id: {line!r}}}}})")
        wait(page, "document.querySelector('.verdict') !== null")
        page.wait_for_timeout(800)
    page.screenshot(path=out)


@click.command()
@click.option("--url", default="http://127.0.0.1:8050/", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=Path("docs/screenshot.png"), show_default=True)
@click.option("--query", default="From command to customer", show_default=True, help="Title of a saved query.")
@click.option(
    "--line", default="north-korea|EXPORTS_TO|russia", show_default=True, help="A line to select; '' for none."
)
@click.option("--size", default="1600x1100", show_default=True)
def main(url: str, out: Path, query: str, line: str, size: str) -> None:
    """Takes a picture of the explorer at URL."""
    width, height = (int(part) for part in size.split("x"))
    named = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    out.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=named if Path(named).exists() else None, args=FLAGS)
        capture(browser.new_page(viewport={"width": width, "height": height}), url, query, line, out)
        browser.close()
    click.echo(f"{out}: {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
