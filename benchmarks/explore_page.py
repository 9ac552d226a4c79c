"""From click to painted: 40 neighbours onto a canvas of 300 elements, ours against a plain page with cytoscape.js.

Both pages stand in one Chromium, over one Neo4j with the same data, one after the other, many times. The plain page
does what has to be done and no more: it asks a small server that runs the same statement with the bare driver, adds
the elements around the entity, in the same style, with the same cytoscape.js. In both pages the clock starts at the
click and stops at the first frame that shows all the new nodes.
"""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import neo4j
from playwright.sync_api import Page

from benchmarks.explore_served import HUB, ExplorerBenchmark
from explorer.canvas import stylesheet
from graph import ontology
from graph.database.store import Address

CYTOSCAPE = "3.28.1"  # the version that dash-cytoscape bundles
NEIGHBOURS = (
    "MATCH (a:Entity {id: $id})-[r]-(b:Entity) WHERE a <> b WITH b, collect(r) AS edges "
    "WITH b, reduce(n = 0, r IN edges | n + size(coalesce(r.speakers, []))) AS speakers ORDER BY speakers DESC, b.name "
    "LIMIT 40 WITH collect(b) AS found UNWIND found AS b MATCH (b)-[r]-(c:Entity) WHERE c IN found OR c.id = $id "
    "RETURN DISTINCT b.id AS id, b.name AS name, b.type AS type, r.id AS line, startNode(r).id AS source, "
    "endNode(r).id AS target, type(r) AS caption"
)
PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>plain</title><style>body{margin:0}#paper{height:100vh}</style>
<div id="paper"></div><script src="/cytoscape.js"></script><script src="/plain.js"></script>"""
SCRIPT = """
async function start() {
  const [elements, style] = await Promise.all(["/elements", "/style"].map((a) => fetch(a).then((r) => r.json())));
  window.cy = cytoscape({ container: document.getElementById("paper"), elements, style, layout: { name: "preset" } });
  cy.fit(undefined, 18);
}
window.expand = async (id) => {
  const rows = await (await fetch("/neighbours?" + id)).json(), at = cy.getElementById(id).position();
  const fresh = [...new Set(rows.map((r) => r.id))].filter((i) => !cy.getElementById(i).length);
  const by = Object.fromEntries(rows.map((r) => [r.id, r]));
  cy.batch(() => {
    cy.add(fresh.map((i, n) => ({ group: "nodes", data: { id: i, label: by[i].name, type: by[i].type },
      position: { x: at.x + 500 * Math.cos(n * Math.PI / 20), y: at.y + 500 * Math.sin(n * Math.PI / 20) } })));
    cy.add(rows.filter((r) => !cy.getElementById(r.line).length).map((r) => ({ group: "edges",
      data: { id: r.line, source: r.source, target: r.target, label: r.caption, chain: "ownership" } })));
  });
  cy.fit(undefined, 18);
};
start();
"""
# The clock: from the call to the first frame after cytoscape.js has rendered that many nodes.
TIMED = """([wanted, click]) => new Promise((done, fail) => {
  setTimeout(() => fail(new Error(`only ${cy.nodes(":visible").length} nodes of ${wanted} are painted`)), 20000);
  const start = performance.now();
  const seen = () => {
    if (cy.nodes(":visible").length < wanted) return;
    cy.off("render", seen);
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start), 0));
  };
  cy.on("render", seen);
  click === "ours" ? armsgraph.say("expand", cy.getElementById("HUB")) : expand("HUB");
})""".replace("HUB", HUB)


def fetch_cytoscape(folder: Path) -> Path:
    """The file of cytoscape.js, fetched with npm."""
    file = folder / "package" / "dist" / "cytoscape.min.js"
    if not file.exists():
        packed = subprocess.run(
            ["npm", "pack", f"cytoscape@{CYTOSCAPE}", "--silent"],  # noqa: S607 - the programs of whoever measures
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()[-1]
        subprocess.run(["tar", "xzf", packed], cwd=folder, check=True)  # noqa: S607 - the programs of whoever measures
    return file


@contextmanager
def serve_plain_page(address: Address, elements: list[Any], script: Path) -> Iterator[str]:
    """The plain page's server, and its address."""
    sheet = json.dumps(stylesheet.build_stylesheet(ontology.load())).encode()
    driver = neo4j.GraphDatabase.driver(address.uri, auth=(address.user, address.password))
    fixed = {
        "/": (PAGE.encode(), "text/html"),
        "/plain.js": (SCRIPT.encode(), "text/javascript"),
        "/cytoscape.js": (script.read_bytes(), "text/javascript"),
        "/style": (sheet, "application/json"),
        "/elements": (json.dumps(elements).encode(), "application/json"),
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path.startswith("/neighbours?"):
                records, _, _ = driver.execute_query(NEIGHBOURS, id=self.path.partition("?")[2], routing_="r")
                body, kind = json.dumps([r.data() for r in records]).encode(), "application/json"
            else:
                body, kind = fixed.get(self.path, (b"", "text/plain"))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        driver.close()


def wait_until(page: Page, condition: str, tenths: int = 400) -> None:
    """Waits until an expression is true; the explorer's policy forbids to do so inside the page."""
    for _ in range(tenths):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise SystemExit(f"the page never came so far: {condition}")


def compare(
    bench: ExplorerBenchmark, browser: Any, ours: str, folder: Path, times: int
) -> tuple[list[float], list[float]]:
    """Milliseconds from click to painted, of our page and of the plain one, `times` each, taken in turn."""
    canvas = bench.canvas()
    nodes = len(canvas["ids"])
    mine = browser.new_page(viewport={"width": 1440, "height": 900})
    mine.goto(ours)
    wait_until(mine, "!!window.cy && !!window.armsgraph.canvas && cy.nodes().length >= 0")
    results: tuple[list[float], list[float]] = ([], [])
    other = browser.new_page(viewport={"width": 1440, "height": 900})
    other.on("pageerror", lambda error: print("the plain page:", error))
    with serve_plain_page(bench.address, bench.elements(canvas), fetch_cytoscape(folder)) as url:
        other.goto(url)
        wait_until(other, f"!!window.cy && cy.nodes().length === {nodes}")
        for turn in range(times):
            mine.bring_to_front()
            mine.evaluate("c => dash_clientside.set_props('canvas', {data: c})", {**canvas, "stamp": f"bench {turn}"})
            wait_until(mine, f"cy.nodes().length === {nodes} && armsgraph.painted === 'bench {turn}'")
            mine.wait_for_timeout(600)
            results[0].append(mine.evaluate(TIMED, [nodes + 40, "ours"]))
            mine.wait_for_timeout(400)
            other.bring_to_front()
            other.reload()
            wait_until(other, f"!!window.cy && cy.nodes().length === {nodes}")
            other.wait_for_timeout(600)
            results[1].append(other.evaluate(TIMED, [nodes + 40, "plain"]))
    mine.close()
    other.close()
    return results
