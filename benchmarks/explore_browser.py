"""How fast the explorer is in a browser, and for many users: ratios of one run.

    .venv/bin/python -m benchmarks.explore_browser             about five minutes on two cores

(a) from click to painted, beside a plain page with the same cytoscape.js; (b) 25 users at once, beside one alone.
Needs Chromium (CHROMIUM or /usr/bin/chromium) and npm, which fetches cytoscape.js.
"""

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks import explore_page, explore_users
from benchmarks.explore_served import Bench, explorer
from graph import local
from graph.store import Address, Store
from scripts.screenshot import FLAGS


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def main() -> None:
    """Runs both comparisons and prints them."""
    parser = argparse.ArgumentParser(description="How fast the explorer is in a browser, and for many users.")
    parser.add_argument("--times", type=int, default=15, help="expansions of each page")
    parser.add_argument("--users", type=int, default=25)
    parser.add_argument("--seconds", type=float, default=60, help="how long the users work")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, local.running(Path(folder) / "home") as server:
        address = Address(server.uri, server.user, server.password, server.database)
        with Store(lambda: address) as store, explorer(address) as url, sync_playwright() as playwright:
            bench = Bench(store, address)
            bench.load(Path(folder))
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
            )
            ours, plain = explore_page.compare(bench, browser, url, Path(folder), chosen.times)
            ours, plain = ours[2:], plain[2:]  # the first ones warm both up
            a, b = statistics.median(ours), statistics.median(plain)
            print(f"click to painted, 40 neighbours onto 300 elements, median of {len(ours)}: ours {a:.0f} ms, "
                  f"plain page {b:.0f} ms: {a / b:.2f} x (p95 {p95(ours):.0f} and {p95(plain):.0f} ms)")  # fmt: skip
            requests = explore_users.record(bench, browser, url)
            browser.close()
            names = sorted({what for what, _ in requests})
            print(f"{len(requests)} requests for {len(names)} clicks: {', '.join(names)}")
            alone = explore_users.crowd(url, requests, 1, chosen.seconds)
            many = explore_users.crowd(url, requests, chosen.users, chosen.seconds)
            print(f"{chosen.users} users, {explore_users.THINK:g} s between clicks: {len(many.seconds)} clicks, "
                  f"{len(many.errors)} errors, p95 {p95(many.seconds) * 1000:.0f} ms; one user alone "
                  f"{len(alone.seconds)} clicks, {len(alone.errors)} errors, p95 {p95(alone.seconds) * 1000:.0f} ms: "
                  f"{p95(many.seconds) / p95(alone.seconds):.2f} x")  # fmt: skip
            for error in sorted(set(many.errors))[:5]:
                print("  ", error)


if __name__ == "__main__":
    main()
