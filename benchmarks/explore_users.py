"""Many users at once on one server: the requests that a real page makes, said again by 25 users with time to think."""

import http.client
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from benchmarks.explore_page import wait_until
from benchmarks.explore_served import HUB, ExplorerBenchmark


@dataclass
class UserTimings:
    """What users waited for, in seconds, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def record_requests(bench: ExplorerBenchmark, browser: Any, url: str) -> list[tuple[str, bytes]]:
    """The requests of a user who searches, looks at details, expands and filters: (what, body)."""
    page: Page = browser.new_page(viewport={"width": 1440, "height": 900})
    taken: list[tuple[str, bytes]] = []
    what = [""]

    def hear(request: Any) -> None:
        if what[0] and urlsplit(request.url).path.endswith("_dash-update-component"):
            taken.append((what[0], request.post_data_buffer or b""))

    page.on("request", hear)
    page.goto(url)
    wait_until(page, "!!window.cy && !!window.armsgraph.canvas")
    page.evaluate("c => dash_clientside.set_props('canvas', {data: c})", {**bench.canvas(), "stamp": "users"})
    wait_until(page, "armsgraph.painted === 'users'")
    page.wait_for_timeout(1_500)
    steps = {
        "details": f"dash_clientside.set_props('selected', {{data: {{kind: 'entity', id: '{HUB}'}}}})",
        "expand": f"armsgraph.say('expand', cy.getElementById('{HUB}'))",
        "hide": "armsgraph.say('hide', cy.getElementById('ring-c7'))",
    }
    for name, script in steps.items():
        what[0] = name
        page.evaluate(script)
        page.wait_for_timeout(2_500)
    what[0] = "search"
    page.fill("#search", "trading 11")
    page.wait_for_timeout(2_000)
    what[0] = ""
    page.close()
    if {name for name, _ in taken} != {*steps, "search"}:
        raise SystemExit(f"the page asked nothing for some clicks: only {sorted({name for name, _ in taken})}")
    return taken


def run_user(url: str, requests: list[tuple[str, bytes]], seconds: float, think: float, timings: UserTimings) -> None:
    """One user for some time: a click, its requests, a pause of `think` seconds on average."""
    dice = random.Random(threading.get_ident())
    parts = urlsplit(url)
    clicks: dict[str, list[bytes]] = {}
    for what, body in requests:
        clicks.setdefault(what, []).append(body)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    end = time.monotonic() + seconds
    time.sleep(dice.uniform(0, min(think, seconds / 4)))
    while time.monotonic() < end:
        start = time.monotonic()
        for body in clicks[dice.choice(sorted(clicks))]:
            try:
                line.request("POST", "/_dash-update-component", body, {"Content-Type": "application/json"})
                answer = line.getresponse()
                answer.read()
                if answer.status not in (200, 204):
                    timings.errors.append(f"status {answer.status}")
            except OSError as error:
                timings.errors.append(repr(error))
                line.close()
        timings.seconds.append(time.monotonic() - start)
        time.sleep(dice.expovariate(1 / think))


def run_users(url: str, requests: list[tuple[str, bytes]], users: int, seconds: float, think: float) -> UserTimings:
    """Some users at once for some time."""
    timings = UserTimings()
    threads = [threading.Thread(target=run_user, args=(url, requests, seconds, think, timings)) for _ in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return timings
