"""The job machinery alone: bounds, waiting, progress, cancelling, errors in the work, and jobs that nobody looks at."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from graph import jobs
from graph.errors import DataError, JobCancelled, JobFailed, JobsBusy
from graph.jobs import Job, JobRunner
from graph.keyed_cache import KeyedCache

LONG = 20.0  # seconds: no test waits so long unless it fails
Work = Callable[[Job[str]], str]


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What `held` work waits for; opened in the end, so that no thread is left."""
    gate = threading.Event()
    yield gate
    gate.set()


@pytest.fixture
def held(gate: threading.Event) -> Work:
    """Work that goes on until the gate is opened, and can be stopped."""

    def work(job: Job[str]) -> str:
        job.report("half", 0.5)
        stopped = threading.Event()
        job.stop_with(stopped.set)
        while not gate.wait(0.002):
            if stopped.is_set():
                raise ConnectionAbortedError
            job.share += 0.0001
        return "made"

    return work


def begun(job: Job[Any]) -> None:
    """Waits until a job is at work."""
    for _ in range(2_000):
        if job.share:
            return
        job.ended.wait(0.005)
    raise AssertionError("it never began")


def test_a_job_says_how_far_it_is_and_has_its_result_in_the_end(held: Work, gate: threading.Event) -> None:
    runner = JobRunner(1, "busy")
    job = runner.start(held, user="eve")
    begun(job)
    assert (job.words, 0.5 <= job.share < 1, job.ended.is_set()) == ("half", True, False)
    assert runner.find(job.id) is job
    gate.set()
    assert job.ended.wait(LONG)
    assert (job.result, job.error) == ("made", None)
    assert runner.find(job.id) is runner.take(job.id) is job
    assert runner.find(job.id) is runner.take(job.id) is None


def test_places_are_bounded_and_given_back() -> None:
    runner = JobRunner(2, "{most} tests are running")
    with runner.occupy(), runner.occupy(), pytest.raises(JobsBusy, match="^2 tests are running$"), runner.occupy():
        pass
    with runner.occupy(), pytest.raises(ZeroDivisionError), runner.occupy():
        raise ZeroDivisionError
    with runner.occupy(), runner.occupy(wait=0.01):
        pass


def test_one_user_has_a_share_of_the_places() -> None:
    runner = JobRunner(3, "all {most}", per_user=1, busy_user="{most} of yours")
    with runner.occupy(user="eve"):
        with pytest.raises(JobsBusy, match="^1 of yours$"), runner.occupy(user="eve", wait=0.01):
            pass
        with runner.occupy(user="adam"), runner.occupy(user="noah"):
            with pytest.raises(JobsBusy, match="^all 3$"), runner.occupy(user="ruth", wait=0.01):
                pass
            with pytest.raises(JobsBusy, match="^1 of yours$"), runner.occupy(user="eve"):
                pass
        with runner.occupy(user="adam"):
            pass


def test_a_flood_of_one_user_leaves_room_to_wait_for_others(held: Work, gate: threading.Event) -> None:
    runner = JobRunner(2, "all", per_user=1, busy_user="yours")
    with runner.occupy(user="eve"):
        waiting = [runner.start(held, user="eve", wait=LONG) for _ in range(jobs.MAX_WAITING)]
        with pytest.raises(JobsBusy, match="yours"):
            runner.start(held, user="eve", wait=LONG)
        with runner.occupy(user="adam"):
            other = runner.start(held, user="noah", wait=LONG)
        begun(other)
        assert not any(job.running for job in waiting)
    gate.set()
    assert all(job.ended.wait(LONG) and job.result == "made" for job in (*waiting, other))


def test_a_job_waits_for_its_place_and_says_so(held: Work, gate: threading.Event) -> None:
    runner = JobRunner(1, "busy")
    with runner.occupy():
        job, late = runner.start(held, wait=LONG, words="waiting"), runner.start(held, wait=0.01)
        assert late.ended.wait(LONG)
        assert isinstance(late.error, JobsBusy)
        assert (job.words, job.running, job.ended.is_set()) == ("waiting", False, False)
    begun(job)
    gate.set()
    assert job.ended.wait(LONG)
    assert job.result == "made"


def test_only_its_user_cancels_a_job_that_waits_or_runs(held: Work) -> None:
    runner = JobRunner(1, "busy")
    job = runner.start(held, user="eve")
    waiting = runner.start(held, user="eve", wait=LONG)
    begun(job)
    for one in (waiting, job):
        assert not runner.cancel(one.id, "adam")
        assert not one.cancelled.is_set()
        assert runner.cancel(one.id, "eve")
        assert one.ended.wait(LONG)
        assert isinstance(one.error, JobCancelled)
        assert one.result is None
        assert runner.find(one.id) is None
        assert not runner.cancel(one.id, "eve")
    assert waiting.share == 0
    assert not runner.cancel("made up", "eve")
    with runner.occupy():
        pass


def test_work_that_reports_ends_at_its_next_report() -> None:
    def work(job: Job[str]) -> str:
        while True:
            job.report("on and on", 0.5)

    runner = JobRunner(1, "busy")
    job = runner.start(work)
    begun(job)
    assert runner.cancel(job.id, "")
    assert job.ended.wait(LONG)
    assert isinstance(job.error, JobCancelled)


def test_work_in_place_that_was_called_off_ends_so_however_it_ended() -> None:
    runner = JobRunner(1, "busy")
    for error in (None, DataError("the connection was closed")):
        with pytest.raises(JobCancelled), runner.occupy(user="eve", id_="mine") as job:
            assert runner.cancel("mine", "eve")
            assert job.cancelled.is_set()
            if error:
                raise error
    with pytest.raises(JobCancelled), runner.occupy(id_="late") as job:
        runner.cancel("late", "")
        job.stop_with(lambda: pytest.fail("it had not begun"))
    with ThreadPoolExecutor() as pool, runner.occupy():

        def wait() -> None:
            with runner.occupy(id_="waiting", wait=LONG):
                pytest.fail("it was called off before it had a place")

        waits = pool.submit(wait)
        while not runner.cancel("waiting", ""):
            assert not waits.done()
        assert isinstance(waits.exception(LONG), JobCancelled)


def test_an_id_is_that_of_one_job_at_a_time() -> None:
    runner = JobRunner(2, "busy")
    with (
        runner.occupy(id_="one"),
        pytest.raises(JobsBusy, match="a run of this id is going on"),
        runner.occupy(id_="one"),
    ):
        pass
    with runner.occupy(id_="one"):
        pass


def test_what_goes_wrong_is_the_error_of_the_job_and_the_next_one_has_a_place(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def ours(_: Job[str]) -> str:
        raise DataError("no such file")

    def fault(_: Job[str]) -> str:
        raise ZeroDivisionError

    runner = JobRunner(1, "busy", fault="a fault of its own")
    for work, kind, text in ((ours, DataError, "no such file"), (fault, JobFailed, "a fault of its own")):
        job = runner.start(work, wait=LONG)
        assert job.ended.wait(LONG)
        assert type(job.error) is kind
        assert str(job.error) == text
        assert runner.find(job.id) is job
    assert "ZeroDivisionError" in caplog.text


def test_a_job_at_which_nobody_looks_is_ended(held: Work, gate: threading.Event) -> None:
    runner = JobRunner(2, "busy", abandoned_after=0.3)
    left, watched = runner.start(held), runner.start(held)
    while not left.ended.wait(0.05):
        assert runner.find(watched.id) is watched
    assert isinstance(left.error, JobCancelled)
    assert runner.find(left.id) is None
    assert not watched.cancelled.is_set()
    gate.set()
    assert watched.ended.wait(LONG)
    assert watched.result == "made"


def test_a_job_takes_the_place_of_its_users_former_one(held: Work) -> None:
    runner = JobRunner(1, "busy")
    first = runner.start(held, user="eve")
    begun(first)
    with pytest.raises(JobsBusy):
        runner.start(held, user="adam", instead_of=first.id)
    second = runner.start(held, user="eve", instead_of=first.id)
    assert isinstance(first.error, JobCancelled)
    assert runner.cancel(second.id, "eve")
    assert second.ended.wait(LONG)


def test_what_has_ended_is_found_for_a_while() -> None:
    runner = JobRunner(1, "busy", done=KeyedCache(2))
    ended_jobs = []
    for n in range(3):
        ended_jobs.append(runner.start(lambda _, n=n: f"{n}", wait=LONG))
        assert ended_jobs[-1].ended.wait(LONG)
    assert [runner.find(job.id) for job in ended_jobs] == [None, *ended_jobs[1:]]
    assert [job.result for job in ended_jobs] == ["0", "1", "2"]
    assert not runner.cancel(ended_jobs[2].id, "adam")
    assert runner.find(ended_jobs[2].id)
    assert runner.cancel(ended_jobs[2].id, "")  # it came too late to end it, but nobody wants the result
    assert runner.take(ended_jobs[2].id) is None
