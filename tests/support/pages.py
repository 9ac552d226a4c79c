"""What the explorer's browser tests share: the app behind a real server, and a page that has drawn."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from explorer import serve
from explorer.app import build
from graph.database.store import Store
from graph.model import Entity, Relationship, Subgraph
from graph.ontology import Ontology

PATIENCE = 90  # seconds that a page may take for anything, on a machine that others use too


@contextmanager
def serve_explorer(store: Store, ontology: Ontology) -> Iterator[str]:
    """The explorer over a store, and its address."""
    server, port = serve.bind(build(store, ontology), "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.close()
        server.task_dispatcher.shutdown()
        thread.join(10)


def wait_until(page: Page, js: str, *, seconds: float = PATIENCE) -> Any:
    """The value of an expression as soon as it is true. Polls from outside: the page's own policy forbids eval."""
    deadline = time.monotonic() + seconds
    while not (value := page.evaluate(js)):
        assert time.monotonic() < deadline, f"never true: {js}"
        page.wait_for_timeout(80)
    return value


def open_page(page: Page, address: str) -> Page:
    """The page with its first picture drawn."""
    page.goto(address)
    wait_until(page, "!!window.cy && cy.nodes().length > 0 && !!document.querySelector('.legend-row')")
    wait_until_still(page)
    return page


def choose_query(page: Page, title: str) -> None:
    """Picks a saved query by its title, and waits for its form."""
    page.fill("#query-search", title)
    page.press("#query-search", "Enter")
    wait_until(page, f"document.querySelector('#query-form h2')?.textContent === {json.dumps(title)}")
    wait_until(page, "!document.getElementById('query-run').dataset.loading")


def wait_until_still(page: Page) -> None:
    """Waits until the picture stands still."""
    last = None
    for _ in range(60):
        now = json.dumps(read_positions(page)) + str(page.evaluate("cy.zoom()"))
        if now == last:
            return
        last = now
        page.wait_for_timeout(250)


def read_positions(page: Page) -> dict[str, Any]:
    """Where every node stands."""
    positions: dict[str, Any] = page.evaluate(
        "Object.fromEntries(cy.nodes().map(n => [n.id(), [n.position('x'), n.position('y')]]))"
    )
    return positions


def find_element_position(page: Page, element: str) -> tuple[float, float]:
    """Where on the page a node, or the middle of a line, is."""
    x, y = page.evaluate(
        """id => {
            const e = cy.getElementById(id), box = cy.container().getBoundingClientRect();
            const at = e.isNode() ? e.renderedPosition() : e.renderedMidpoint();
            return [at.x + box.x, at.y + box.y];
        }""",
        element,
    )
    return x, y


def read_details(page: Page, holding: str) -> str:
    """The text of the details panel once it holds some words."""
    wait_until(page, f"document.getElementById('details').innerText.includes({json.dumps(holding)})")
    return page.inner_text("#details")


def watch_page(page: Page, address: str) -> list[str]:
    """Collects every address outside the app that the page asks for, and every error it logs."""
    unexpected: list[str] = []
    page.on("request", lambda r: None if r.url.startswith((address, "data:", "blob:")) else unexpected.append(r.url))
    page.on("pageerror", lambda error: unexpected.append(str(error)))
    page.on("console", lambda m: unexpected.append(m.text) if m.type == "error" else None)
    return unexpected


def save_download(page: Page, button: str, folder: Path) -> Path:
    """The file that a download button gives."""
    with page.expect_download() as download:
        page.click(button)
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def export_canvas(page: Page, form: str, folder: Path) -> Path:
    """The file that the export window makes of the canvas in a format; the window is closed again."""
    page.click("#export")
    wait_until(page, "!!document.querySelector('#export-preview')?.firstChild")
    page.evaluate(f"dash_clientside.set_props('export-format', {{value: {json.dumps(form)}}})")
    wait_until(page, f"JSON.parse(localStorage.getItem('export-choices') || '{{}}').format === {json.dumps(form)}")
    page.wait_for_load_state("networkidle")
    path = save_download(page, "#export-go", folder)
    page.get_by_role("dialog", name="Export").get_by_role("button", name="Close").click()
    wait_until(page, "!document.querySelector('[role=dialog]')")
    return path


def build_subgraph(
    ontology: Ontology,
    nodes: Mapping[str, str],
    lines: list[tuple[str, str, str]],
    *,
    stance: Callable[[int], str] = lambda _: "asserted",
) -> Subgraph:
    """A subgraph from {id: type} and (source, relationship type, target)."""
    entities = tuple(Entity(i, t, ontology.types[t].labels, f"The {t} called {i}") for i, t in nodes.items())
    edges = tuple(Relationship(f"{s}|{r}|{t}", r, s, t, (f"c{n}",), stance(n)) for n, (s, r, t) in enumerate(lines))
    return Subgraph(entities, edges)
