"""How fast the explorer is: on the server, in a browser, and for many users. Ratios of one run.

    .venv/bin/python -m benchmarks.explore                     all of it, about a quarter of an hour on two cores
    .venv/bin/python -m benchmarks.explore --parts page users --times 15

server: expansion and search beside the bare driver with the same Cypher, at three sizes (benchmarks/explore_server.py);
page: from click to painted, beside a plain page with the same cytoscape.js; users: 25 at once, beside one alone.
The last two need Chromium (CHROMIUM or /usr/bin/chromium); page needs npm, which fetches cytoscape.js.
"""

import argparse
import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks import explore_page, explore_server, explore_users
from benchmarks.explore_served import ExplorerBenchmark, start_explorer
from benchmarks.explore_server import compute_p95
from graph.database.store import Address, Store
from graph.server import local
from scripts.screenshot import FLAGS


def compare_page(bench: ExplorerBenchmark, browser: Any, url: str, folder: Path, chosen: argparse.Namespace) -> None:
    """From click to painted."""
    ours, plain = explore_page.compare(bench, browser, url, folder, chosen.times + 2)
    ours, plain = ours[2:], plain[2:]  # the first ones warm both up
    a, b = statistics.median(ours), statistics.median(plain)
    print(
        f"click to painted, 40 neighbours onto 300 elements, median of {len(ours)}: ours {a:.0f} ms, "
        f"plain page {b:.0f} ms: {a / b:.2f} x (p95 {compute_p95(ours):.0f} and {compute_p95(plain):.0f} ms)"
    )


def measure_users(bench: ExplorerBenchmark, browser: Any, url: str, _: Path, chosen: argparse.Namespace) -> None:
    """Many users at once."""
    requests = explore_users.record_requests(bench, browser, url)
    names = sorted({what for what, _ in requests})
    print(f"{len(requests)} requests for {len(names)} clicks: {', '.join(names)}")
    alone = explore_users.run_users(url, requests, 1, chosen.seconds, chosen.think)
    many = explore_users.run_users(url, requests, chosen.users, chosen.seconds, chosen.think)
    print(
        f"{chosen.users} users, {chosen.think:g} s between clicks: {len(many.seconds)} clicks, "
        f"{len(many.errors)} errors, p95 {compute_p95(many.seconds) * 1000:.0f} ms; one user alone "
        f"{len(alone.seconds)} clicks, {len(alone.errors)} errors, p95 {compute_p95(alone.seconds) * 1000:.0f} ms: "
        f"{compute_p95(many.seconds) / compute_p95(alone.seconds):.2f} x"
    )
    for error in sorted(set(many.errors))[:5]:
        print("  ", error)


PARTS: dict[str, Callable[[ExplorerBenchmark, Any, str, Path, argparse.Namespace], None]] = {
    "page": compare_page,
    "users": measure_users,
}


def main() -> None:
    """Runs the comparisons and prints them."""
    parser = argparse.ArgumentParser(description="How fast the explorer is.")
    parser.add_argument("--parts", nargs="+", choices=["server", *PARTS], default=["server", *PARTS])
    parser.add_argument("--sizes", type=int, nargs="+", default=explore_server.SIZES, help="entities, for server")
    parser.add_argument("--times", type=int, default=15, help="expansions of each page")
    parser.add_argument("--users", type=int, default=25)
    parser.add_argument("--seconds", type=float, default=60, help="how long the users work")
    parser.add_argument("--think", type=float, default=5, help="seconds between two clicks of a user, on average")
    chosen = parser.parse_args()
    if "server" in chosen.parts:
        explore_server.run(chosen.sizes)
    parts = [PARTS[name] for name in chosen.parts if name in PARTS]
    if not parts:
        return
    with tempfile.TemporaryDirectory() as folder, local.open_server(Path(folder) / "home") as server:
        address = Address(server.uri, server.user, server.password, server.database)
        with Store(lambda: address) as store, start_explorer(address) as url, sync_playwright() as playwright:
            bench = ExplorerBenchmark(store, address)
            bench.load(Path(folder))
            chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            for part in parts:
                part(bench, browser, url, Path(folder), chosen)
            browser.close()


if __name__ == "__main__":
    main()
