"""Limits: large layouts in a process of their own, bounded heavy work, and nobody's click waits for another's query."""

import itertools
import queue
import random
import threading
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page

from explorer import serve
from explorer.app import build
from explorer.canvas import incremental_layout, rendered_view
from explorer.layout import apply, jobs
from explorer.layout.force import extend_layout
from explorer.layout.geometry import build_boxes
from explorer.layout.jobs import build_layout_jobs, compute_apart, send_task, start_layout, start_worker, take_places
from explorer.state.canvas import MAX_NODES, Canvas
from graph.database.store import Store
from graph.errors import JobFailed, JobsBusy, QueryError
from graph.model import Subgraph
from graph.ontology import Ontology
from graph.saved_queries import queryfile
from graph.saved_queries.executor import QueryExecutor
from graph.saved_queries.library import load_shipped_queries
from graph.settings import Bounds
from tests.support.overlaps import find_overlaps
from tests.support.pages import build_subgraph, find_element_position, open_page, read_details
from tests.support.timing import limit_time


def net(ontology: Ontology, count: int) -> Subgraph:
    """A connected network of about twice as many lines as nodes."""
    rng = random.Random(count)
    nodes = {f"n{n:04}": ("Ship", "Company", "Person")[n % 3] for n in range(count)}
    lines = {(f"n{n:04}", "OWNS", f"n{int(rng.random() ** 2 * n):04}") for n in range(1, count)}
    lines |= {(f"n{rng.randrange(count):04}", "MET_WITH", f"n{rng.randrange(count):04}") for _ in range(count)}
    return build_subgraph(ontology, nodes, sorted(x for x in lines if x[0] != x[2]))


def task(ontology: Ontology, count: int, layout: str = "force", **fields: Any) -> Mapping[str, Any]:
    whole = net(ontology, count)
    canvas = replace(Canvas(tuple(e.id for e in whole.entities)), **fields)
    return incremental_layout.build_layout_task(rendered_view.compose(ontology, canvas, whole), layout)


def list_workers() -> list[psutil.Process]:
    """The processes of ours that lay out."""
    living = [p for p in psutil.Process().children() if p.status() != psutil.STATUS_ZOMBIE]
    return [p for p in living if "explorer.layout.worker" in p.cmdline()]


def wait_for_workers(count: int) -> list[psutil.Process]:
    """Those processes, once there are so many."""
    for _ in range(1_000):
        if len(workers := list_workers()) == count:
            return workers
        time.sleep(0.01)
    raise AssertionError(f"{list_workers()}")


def test_a_thousand_nodes_are_laid_out_apart_in_bearable_time(ontology: Ontology) -> None:
    whole = net(ontology, MAX_NODES)
    with limit_time(3.0, busy=True):  # it took 75 s once
        places = apply.compute_layout(**task(ontology, MAX_NODES))
    assert find_overlaps(places, build_boxes(whole)) == []


def test_new_nodes_among_a_thousand_settle_fast_and_nobody_moves(ontology: Ontology) -> None:
    whole = net(ontology, MAX_NODES)
    places = apply.compute_layout(**task(ontology, MAX_NODES, "hierarchy"))
    before = {i: p for i, p in places.items() if i < "n0960"}
    with limit_time(0.15, busy=True):
        after = extend_layout(whole, ontology, before, "n0001")
    assert {i: after[i] for i in before} == before
    assert find_overlaps(after, build_boxes(whole)) == []


def test_pinned_nodes_stay_when_all_else_is_laid_out_anew(ontology: Ontology) -> None:
    pins = {"n0003": (5_000.0, 100.0), "n0004": (5_050.0, 110.0), "n0020": (5_600.0, 900.0)}
    places = apply.compute_layout(**task(ontology, 60, pinned=tuple(pins), positions=pins))
    assert {i: places[i] for i in pins} == pins
    room = build_boxes(net(ontology, 60))
    assert all({a, b} <= set(pins) for a, b in find_overlaps({i: places[i] for i in room}, room))


def test_a_job_lays_out_as_the_page_would_and_says_how_far_it_is(ontology: Ontology) -> None:
    layouts, work = build_layout_jobs(), task(ontology, 350)
    job = start_layout(layouts, work)
    assert job.words.startswith("Laying out 350 nodes: ")
    assert job.ended.wait(60)
    assert (job.words, job.share) == ("Laying out 350 nodes: 350 have a place", 1)
    assert take_places(layouts, job.id) == apply.compute_layout(**work)
    assert list_workers() == []
    with pytest.raises(JobFailed):
        take_places(layouts, job.id)


def test_jobs_are_cancelled_replaced_bounded_and_none_is_left(ontology: Ontology) -> None:
    layouts, work = build_layout_jobs(most=2), task(ontology, 900)
    first = start_layout(layouts, work)
    (worker,) = wait_for_workers(1)
    assert layouts.cancel(first.id, "")
    assert first.ended.wait(10)
    assert not worker.is_running()
    second = start_layout(layouts, work)
    third = start_layout(layouts, work, instead_of=second.id)
    assert second.ended.wait(10)
    (worker,) = wait_for_workers(1)
    fourth = start_layout(layouts, work)
    with pytest.raises(JobsBusy, match="2 large layouts"):
        start_layout(layouts, work)
    worker.kill()
    assert third.ended.wait(10)
    with pytest.raises(JobFailed, match="came to no end"):
        take_places(layouts, third.id)
    assert layouts.cancel(fourth.id, "")
    assert fourth.ended.wait(10)
    assert list_workers() == []
    assert layouts.find(second.id) is None


def test_a_worker_ends_when_nobody_holds_the_other_end_of_its_pipe_any_more(ontology: Ontology) -> None:
    """As when the server is killed."""
    worker = start_worker()
    assert worker.stdin
    assert worker.stdout
    send_task(worker, task(ontology, 900))
    assert b"done" in worker.stdout.readline()
    worker.stdin.close()
    assert worker.wait(10) == 1
    worker.stdout.close()


def test_a_layout_that_takes_too_long_is_ended(ontology: Ontology, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "JOB_TIMEOUT", 0.01)
    with build_layout_jobs().occupy() as job, pytest.raises(JobFailed, match="came to no end"):
        compute_apart(task(ontology, 900), job)
    assert list_workers() == []


def test_a_layout_that_comes_late_finds_room_for_who_is_new(ontology: Ontology) -> None:
    whole = net(ontology, 80)
    old = tuple(e.id for e in whole.entities if e.id < "n0070")
    places = apply.compute_layout(
        **incremental_layout.build_layout_task(rendered_view.compose(ontology, Canvas(old), _only(whole, old)), "force")
    )
    now = Canvas(tuple(e.id for e in whole.entities if e.id != "n0001"), {"n0002": (9.0, 9.0)}, pinned=("n0002",))
    view = rendered_view.compose(ontology, now, _only(whole, now.ids))
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
def test_slow_queries_of_others_do_not_hold_up_a_click(page: Page, store: Store, ontology: Ontology) -> None:
    """As many at once as older servers had threads: those beyond the bound are told so, and a click is answered."""
    slow = queryfile.parse(
        "slow",
        "// title: Slow\n// description: Counts for long.\n// result: table\n"
        "UNWIND range(1, 2000000000) AS x WITH x WHERE x % 7 = 9 RETURN count(x) AS n",
    )
    app = build(store, ontology)
    runs = QueryExecutor(store, ontology, Bounds(timeout=300.0, concurrent=20))
    numbers, refused, ended = itertools.count(), queue.SimpleQueue[str](), queue.SimpleQueue[str]()

    @app.server.route("/slow")
    def run_slow_query() -> str:
        try:
            runs.run(slow, {}, user="someone", via="app", run_id=f"slow-{next(numbers)}")
        except JobsBusy as error:
            refused.put(str(error))
        except QueryError as error:
            ended.put(str(error))
        return "done"

    server, port = serve.bind(app, "127.0.0.1", 0)
    threading.Thread(target=server.run, daemon=True).start()
    address = f"http://127.0.0.1:{port}/"
    callers = [threading.Thread(target=lambda: urllib.request.urlopen(f"{address}slow").read()) for _ in range(14)]
    try:
        open_page(page, address)
        for caller in callers:
            caller.start()
        assert "saved queries are running" in refused.get(timeout=60)  # every place is taken
        page.mouse.click(*find_element_position(page, "second-economic-commission"))
        read_details(page, "claims")
        assert ended.empty()  # the click was answered while they went on
    finally:
        for number in range(len(callers)):
            runs.cancel("someone", f"slow-{number}")
        for caller in callers:
            caller.join(60)
        server.close()
        server.task_dispatcher.shutdown()
    assert ended.qsize() + refused.qsize() == len(callers) - 1
    runs.run(load_shipped_queries()["payments"], {}, user="someone", via="app")  # all turns were given back
