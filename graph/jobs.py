"""Work that takes long or much: bounded for each user and in all, in the background or in place, and cancelled by id.

Queries, exports and layouts are jobs. A job's own code says how far it is and how it is stopped; all else is here.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from threading import TIMEOUT_MAX, Condition, Event, Thread
from time import monotonic
from typing import Any, Generic, TypeVar
from uuid import uuid4

from graph.errors import ArmsgraphError, JobCancelled, JobFailed, JobsBusy
from graph.keyed_cache import KeyedCache

log = logging.getLogger(__name__)
T = TypeVar("T")
MAX_WAITING = 8  # jobs that may wait at one bound; a flood is turned away at once
REPLACED_WITHIN = 5.0  # seconds for which a job waits until the one that it replaces has ended


@dataclass(eq=False)
class Job(Generic[T]):
    """A piece of work: what it does now, how much is done (0 to 1), and in the end its result, or what went wrong."""

    id: str
    user: str
    words: str = ""
    share: float = 0.0
    result: T | None = None
    error: ArmsgraphError | None = None
    cancelled: Event = field(default_factory=Event)
    ended: Event = field(default_factory=Event)
    started: float = field(default_factory=monotonic)  # seconds of the monotonic clock, as is `asked_at`
    asked_at: float = field(default_factory=monotonic)  # when somebody last looked how far it is
    running: bool = False
    waits_at: tuple[str, ...] = ()  # the bound for which it waits: its user's, by name, or, where empty, that of all
    stop: Callable[[], None] = lambda: None

    @property
    def seconds(self) -> float:
        """How long it has been there."""
        return monotonic() - self.started

    def report(self, words: str, share: float) -> None:
        """Notes what is being done and how much is done. Raises JobCancelled where it is not wanted any more."""
        self.raise_if_cancelled()
        self.words, self.share = words, share

    def stop_with(self, stop: Callable[[], None]) -> None:
        """Has `cancel` call `stop`, for work that does not report. Raises JobCancelled where it came too late."""
        self.stop = stop
        self.raise_if_cancelled()

    def cancel(self) -> None:
        """Calls it off: it ends at its next report, or by what it said stops it. Raises what that raises."""
        self.cancelled.set()
        self.stop()

    def raise_if_cancelled(self) -> None:
        """Raises JobCancelled where it is not wanted any more."""
        if self.cancelled.is_set():
            raise JobCancelled("it was cancelled before it was done")


class JobRunner:
    """The jobs of one kind. Safe to share between threads.

    At most `most` run at once, and `per_user` of one user; `busy` and `busy_user` say so, with {most} for the number,
    and `fault` what is said of an error that is none of ours. A job of `start` at which nobody looks for
    `abandoned_after` seconds is cancelled; those that ended otherwise are found in `done`.
    """

    def __init__(
        self,
        most: int,
        busy: str,
        *,
        per_user: int | None = None,
        busy_user: str = "",
        fault: str = "the work hit a fault of its own; the log says more",
        abandoned_after: float = inf,
        done: KeyedCache[Job[Any]] | None = None,
    ) -> None:
        self._most, self._busy = most, busy.format(most=most)
        self._per_user, self._busy_user = per_user, busy_user.format(most=per_user)
        self._fault, self._abandoned_after = fault, abandoned_after
        self._done = done or KeyedCache[Job[Any]](most)
        self._changed = Condition()
        self._jobs: dict[str, Job[Any]] = {}  # those that run or wait

    @contextmanager
    def occupy(self, *, user: str = "", id_: str = "", wait: float = 0.0) -> Iterator[Job[Any]]:
        """Holds a place for work that is done here, once there is one: for up to `wait` seconds others are waited for.

        Raises JobsBusy where there is none, and JobCancelled, however the work ended, where it was called off.
        """
        job = self._enter(Job[Any](id_ or uuid4().hex, user), wait)
        try:
            with self._placed(job, wait):
                yield job
        finally:
            self._leave(job)

    def start(
        self,
        work: Callable[[Job[T]], T],
        *,
        user: str = "",
        wait: float = 0.0,
        words: str = "",
        instead_of: str = "",
    ) -> Job[T]:
        """Starts work in a thread of its own; `words` is what it says while it waits for a place, up to `wait` seconds.

        `instead_of` is the id of a job of the same user, if any, that ends first. Raises JobsBusy where it can't even
        wait; that it waited in vain is the error of the job.
        """
        replaced = self.find(instead_of)
        if replaced and self.cancel(instead_of, user):
            replaced.ended.wait(REPLACED_WITHIN)
        job = self._enter(Job[T](uuid4().hex, user, words), wait)
        Thread(target=self._run, args=(job, work, wait), name=f"job {job.id[:8]}", daemon=True).start()
        if self._abandoned_after < inf:
            Thread(target=self._cancel_when_abandoned, args=(job,), daemon=True).start()
        return job

    def find(self, id_: str) -> Job[Any] | None:
        """The job of an id, running or ended; None where there is none (any more). Looking keeps it alive."""
        with self._changed:
            job = self._jobs.get(id_) or self._done.find(id_)
        if job:
            job.asked_at = monotonic()
        return job

    def take(self, id_: str) -> Job[Any] | None:
        """A job that has ended, which is forgotten then; None where there is none."""
        return self._done.take(id_)

    def cancel(self, id_: str, user: str) -> bool:
        """Calls off a job of this user, also one that waits; one that has ended is forgotten.

        Returns whether there was one. Raises what `stop` does.
        """
        job = self._jobs.get(id_) or self._done.find(id_)
        if job is None or job.user != user:
            return False
        job.cancel()
        with self._changed:
            self._done.take(id_)
            self._changed.notify_all()
        return True

    def _enter(self, job: Job[T], wait: float) -> Job[T]:
        """Notes a job, at work if there is a place. Raises JobsBusy where there is none, nor one to wait at."""
        with self._changed:
            if job.id in self._jobs:
                raise JobsBusy("a run of this id is going on already")
            self._take_place(job)
            if not job.running:
                waiting = sum(not j.running and j.waits_at == job.waits_at for j in self._jobs.values())
                if not wait or waiting >= MAX_WAITING:
                    raise self._refuse(job)
            self._jobs[job.id] = job
        return job

    def _take_place(self, job: Job[Any]) -> None:
        """Sets a job to running, or notes the bound for which it has to wait; the lock is held."""
        at_work = [j for j in self._jobs.values() if j.running]
        own = sum(j.user == job.user for j in at_work)
        job.waits_at = (job.user,) if self._per_user is not None and own >= self._per_user else ()
        job.running = not job.waits_at and len(at_work) < self._most

    def _refuse(self, job: Job[Any]) -> JobsBusy:
        return JobsBusy(self._busy_user if job.waits_at else self._busy)

    @contextmanager
    def _placed(self, job: Job[Any], wait: float) -> Iterator[None]:
        """Waits for a place. However the work goes on and ends: that it was called off is what its user knows of."""
        latest = monotonic() + wait
        try:
            with self._changed:
                while not job.running:
                    job.raise_if_cancelled()
                    left = latest - monotonic()
                    if left <= 0:
                        raise self._refuse(job)
                    self._changed.wait(min(left, TIMEOUT_MAX))
                    self._take_place(job)
            job.raise_if_cancelled()
            yield
            job.raise_if_cancelled()
        except Exception:
            job.raise_if_cancelled()
            raise

    def _run(self, job: Job[T], work: Callable[[Job[T]], T], wait: float) -> None:
        try:
            with self._placed(job, wait):
                job.result = work(job)
        except ArmsgraphError as error:
            job.error = error
        except Exception:
            log.exception("a job failed")
            job.error = JobFailed(self._fault)
        finally:
            self._leave(job)

    def _leave(self, job: Job[Any]) -> None:
        with self._changed:
            if not job.cancelled.is_set() and (job.error or job.result is not None):
                self._done.put(job.id, job, user=job.user)
            del self._jobs[job.id]
            self._changed.notify_all()
        job.ended.set()

    def _cancel_when_abandoned(self, job: Job[Any]) -> None:
        while not job.ended.wait(left := job.asked_at + self._abandoned_after - monotonic()):
            if left <= 0:
                self.cancel(job.id, job.user)
                return
