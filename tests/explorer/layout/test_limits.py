"""Limits: large layouts in a process of their own, bounded heavy work, and nobody's click waits for another's query."""

import random
import threading
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from explorer import serve
from explorer.app import build
from explorer.canvas import incremental_layout, rendered_view
from explorer.layout import apply
from explorer.layout.force import extend_layout, find_overlaps
from explorer.layout.geometry import build_boxes
from explorer.layout.jobs import LayoutFailed, LayoutJobs, TooManyLayouts
from explorer.state.canvas import MAX_NODES, Canvas
from graph.database.store import Store
from graph.errors import JobsBusy, QueryError
from graph.model import Subgraph
from graph.ontology import Ontology
from graph.saved_queries import queryfile
from graph.saved_queries.executor import QueryExecutor
from graph.saved_queries.library import load_shipped_queries
from graph.settings import Bounds
from tests.support.pages import build_subgraph, find_element_position, open_page, read_details
from tests.support.timing import limit_time


def net(known: Ontology, count: int) -> Subgraph:
    """A connected network of about twice as many lines as nodes."""
    rng = random.Random(count)
    nodes = {f"n{n:04}": ("Ship", "Company", "Person")[n % 3] for n in range(count)}
    lines = {(f"n{n:04}", "OWNS", f"n{int(rng.random() ** 2 * n):04}") for n in range(1, count)}
    lines |= {(f"n{rng.randrange(count):04}", "MET_WITH", f"n{rng.randrange(count):04}") for _ in range(count)}
    return build_subgraph(known, nodes, sorted(x for x in lines if x[0] != x[2]))


def task(known: Ontology, count: int, layout: str = "force", **fields: Any) -> Mapping[str, Any]:
    whole = net(known, count)
    canvas = replace(Canvas(tuple(e.id for e in whole.entities)), **fields)
    return incremental_layout.build_layout_task(rendered_view.compose(known, canvas, whole), layout)


def ended(pid: int) -> bool:
    """Whether a process of ours is gone (or dead and waited for)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_a_thousand_nodes_are_laid_out_apart_in_bearable_time(known: Ontology) -> None:
    whole = net(known, MAX_NODES)
    with limit_time(3.0, busy=True):  # it took 75 s once
        places = apply.compute_layout(**task(known, MAX_NODES))
    assert find_overlaps(places, build_boxes(whole)) == []


def test_new_nodes_among_a_thousand_settle_fast_and_nobody_moves(known: Ontology) -> None:
    whole = net(known, MAX_NODES)
    places = apply.compute_layout(**task(known, MAX_NODES, "hierarchy"))
    before = {i: p for i, p in places.items() if i < "n0960"}
    with limit_time(0.15, busy=True):
        after = extend_layout(whole, known, before, "n0001")
    assert {i: after[i] for i in before} == before
    assert find_overlaps(after, build_boxes(whole)) == []


def test_pinned_nodes_stay_when_all_else_is_laid_out_anew(known: Ontology) -> None:
    pins = {"n0003": (5_000.0, 100.0), "n0004": (5_050.0, 110.0), "n0020": (5_600.0, 900.0)}
    places = apply.compute_layout(**task(known, 60, pinned=tuple(pins), positions=pins))
    assert {i: places[i] for i in pins} == pins
    room = build_boxes(net(known, 60))
    assert all({a, b} <= set(pins) for a, b in find_overlaps({i: places[i] for i in room}, room))


def test_a_job_lays_out_as_the_page_would_and_says_how_far_it_is(known: Ontology) -> None:
    jobs, given = LayoutJobs(), task(known, 350)
    job = jobs.start(given)
    assert job.ended.wait(60)
    assert job.done == 350
    assert jobs.take(job.id) == apply.compute_layout(**given)
    assert ended(job.process.pid)
    with pytest.raises(LayoutFailed):
        jobs.take(job.id)


def test_jobs_are_cancelled_replaced_bounded_and_none_is_left(known: Ontology) -> None:
    jobs, given = LayoutJobs(most=2), task(known, 900)
    first = jobs.start(given)
    jobs.cancel(first.id)
    assert first.ended.wait(10)
    assert ended(first.process.pid)
    second = jobs.start(given)
    third = jobs.start(given, instead_of=second.id)
    assert second.ended.wait(10)
    jobs.start(given)
    with pytest.raises(TooManyLayouts, match="2 large layouts"):
        jobs.start(given)
    # As when the server is killed: nobody holds the other end of the pipe any more.
    assert third.process.stdin
    third.process.stdin.close()
    assert third.ended.wait(10)
    with pytest.raises(LayoutFailed):
        jobs.take(third.id)
    jobs.close()
    assert jobs.find(second.id) is None


def test_a_layout_that_comes_late_finds_room_for_who_is_new(known: Ontology) -> None:
    whole = net(known, 80)
    old = tuple(e.id for e in whole.entities if e.id < "n0070")
    places = apply.compute_layout(
        **incremental_layout.build_layout_task(rendered_view.compose(known, Canvas(old), _only(whole, old)), "force")
    )
    now = Canvas(tuple(e.id for e in whole.entities if e.id != "n0001"), {"n0002": (9.0, 9.0)}, pinned=("n0002",))
    view = rendered_view.compose(known, now, _only(whole, now.ids))
    then = incremental_layout.apply_layout(view, "force", places).canvas
    assert then.layout == "force"
    assert then.positions["n0002"] == (9.0, 9.0)
    assert set(now.ids) <= set(then.positions)
    assert {i: then.positions[i] for i in old if i not in ("n0001", "n0002")} == {
        i: places[i] for i in old if i not in ("n0001", "n0002")
    }


def _only(whole: Subgraph, ids: tuple[str, ...]) -> Subgraph:
    kept = set(ids)
    return Subgraph(
        tuple(e for e in whole.entities if e.id in kept),
        tuple(r for r in whole.relationships if {r.source, r.target} <= kept),
    )


@pytest.mark.browser
@pytest.mark.database
def test_slow_queries_of_others_do_not_hold_up_a_click(page: Page, store: Store, known: Ontology) -> None:
    """As many at once as older servers had threads: those beyond the bound are told so, and a click is answered."""
    slow = queryfile.parse(
        "slow",
        "// title: Slow\n// description: Counts for long.\n// result: table\n"
        "UNWIND range(1, 2000000000) AS x WITH x WHERE x % 7 = 9 RETURN count(x) AS n",
    )
    app = build(store, known)
    runs = QueryExecutor(store, known, Bounds(timeout=12.0, concurrent=20))
    told: list[str] = []

    @app.server.route("/slow")  # type: ignore[untyped-decorator]
    def ask() -> str:
        try:
            runs.run(slow, {}, user="someone", via="app")
        except JobsBusy as error:
            told.append(str(error))
        except QueryError as error:
            told.append(f"ended: {error}")
        return "done"

    server, port = serve.bind(app, "127.0.0.1", 0)
    threading.Thread(target=server.run, daemon=True).start()
    address = f"http://127.0.0.1:{port}/"
    callers = [threading.Thread(target=lambda: urllib.request.urlopen(f"{address}slow").read()) for _ in range(14)]
    try:
        open_page(page, address)
        for caller in callers:
            caller.start()
        page.wait_for_timeout(700)
        answers: list[Any] = []
        page.on("requestfinished", lambda r: answers.append(r) if "_dash-update-component" in r.url else None)
        page.mouse.click(*find_element_position(page, "second-economic-commission"))
        read_details(page, "claims")
        # Measured at the server's door: how fast a crowded machine paints is not what is asked here.
        assert answers
        assert max(a.timing["responseEnd"] - a.timing["requestStart"] for a in answers) < 2_000
    finally:
        for caller in callers:
            caller.join(30)
        server.close()
        server.task_dispatcher.shutdown()
    assert any("saved queries are running" in text for text in told)
    assert any(text.startswith("ended") for text in told)
    runs.run(load_shipped_queries()["payments"], {}, user="someone", via="app")  # all turns were given back
