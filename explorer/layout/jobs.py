"""Layouts that take long, each in a process of its own, so that no click of anybody waits for one.

At most `most` run at once, one for each page. A job ends when it is done, cancelled, replaced by its page's next one,
asked for by nobody for a while, or when this process ends, however that happens (explorer/layout/worker.py).
"""

import atexit
import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

from explorer.layout.geometry import Point
from explorer.layout.worker import LENGTH_BYTES
from graph.errors import ArmsgraphError

MAX_JOBS = 3  # at once, for all who use this server
JOB_TIMEOUT = 120.0  # seconds that a layout may take
QUEUE_TIMEOUT = 10.0  # seconds for which `run` waits while others are at it
ABANDONED_AFTER = 30.0  # seconds after which a job that no page asks for is ended


class TooManyLayouts(ArmsgraphError):
    """As many layouts are being computed as may be."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"{most} large layouts are being computed for others just now, the most at once. Try again in a moment; "
            "your canvas stays as it is."
        )


class LayoutFailed(ArmsgraphError):
    """A layout that came to no end."""


@dataclass
class LayoutJob:
    """A layout being computed. `done` of `total` nodes have a place; `places` are there when it has ended well."""

    id: str
    layout: str
    total: int
    process: "subprocess.Popen[bytes]"
    started: float = field(default_factory=monotonic)
    asked: float = field(default_factory=monotonic)
    done: int = 0
    places: dict[str, Point] | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return monotonic() - self.started


class LayoutJobs:
    """The layouts being computed for all pages of this process. Safe to share between threads."""

    def __init__(self, most: int = MAX_JOBS) -> None:
        self._most = most
        self._jobs: dict[str, LayoutJob] = {}
        self._lock = threading.Lock()
        atexit.register(self.close)

    def start(self, task: Mapping[str, Any], *, instead_of: str = "") -> LayoutJob:
        """Starts the work of placing.lay with these arguments; `instead_of` names a job of the same page that ends.

        Raises Busy.
        """
        self.cancel(instead_of)
        with self._lock:
            self._tidy()
            if sum(not job.ended.is_set() for job in self._jobs.values()) >= self._most:
                raise TooManyLayouts(self._most)
            job = LayoutJob(uuid4().hex, str(task["layout"]), len(task["drawn"].entities), _start_worker())
            self._jobs[job.id] = job
        threading.Thread(target=_watch_worker, args=(job, pickle.dumps(dict(task))), daemon=True).start()
        return job

    def find(self, id_: str) -> LayoutJob | None:
        """A job that runs or has ended and was not taken yet. Asking keeps it alive."""
        with self._lock:
            self._tidy()
            job = self._jobs.get(id_)
            if job:
                job.asked = monotonic()
            return job

    def take(self, id_: str) -> dict[str, Point]:
        """The places that a job has found; it is forgotten then. Raises JobFailed where there are none."""
        with self._lock:
            job = self._jobs.pop(id_, None)
        if job is None or job.places is None:
            raise LayoutFailed("The layout came to no end; the canvas stays as it is. Try it with fewer entities.")
        return job.places

    def cancel(self, id_: str) -> None:
        """Ends a job at once; an unknown id is none."""
        with self._lock:
            job = self._jobs.pop(id_, None)
        if job:
            job.process.kill()

    def run(self, task: Mapping[str, Any]) -> dict[str, Point]:
        """The places, once they are found; waits its turn for a while. Raises Busy and JobFailed."""
        latest = monotonic() + QUEUE_TIMEOUT
        while True:
            try:
                job = self.start(task)
            except TooManyLayouts:
                if monotonic() > latest:
                    raise
                sleep(0.2)
            else:
                job.ended.wait(JOB_TIMEOUT)
                return self.take(job.id)

    def close(self) -> None:
        """Ends all jobs."""
        for id_ in list(self._jobs):
            self.cancel(id_)

    def _tidy(self) -> None:
        """Ends and forgets what takes too long or is asked for by nobody."""
        now = monotonic()
        for job in list(self._jobs.values()):
            waited_for = not job.ended.is_set() and now - job.started < ABANDONED_AFTER
            if now - job.started > JOB_TIMEOUT or (now - job.asked > ABANDONED_AFTER and not waited_for):
                del self._jobs[job.id]
                job.process.kill()


def _start_worker() -> "subprocess.Popen[bytes]":
    paths = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "explorer.layout.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
    )


def _watch_worker(job: LayoutJob, task: bytes) -> None:
    """Hands a process its task and hears what it says, until it ends."""
    process = job.process
    assert process.stdin  # noqa: S101
    assert process.stdout  # noqa: S101
    try:
        process.stdin.write(len(task).to_bytes(LENGTH_BYTES, "big") + task)
        process.stdin.flush()
        for line in process.stdout:
            said = json.loads(line)
            job.done = said.get("done", job.total)
            if "places" in said:
                job.places = {i: (float(x), float(y)) for i, (x, y) in said["places"].items()}
    except (OSError, ValueError):
        process.kill()  # it was ended, or broke off: there are no places, and `take` says so
    finally:
        process.wait()
        process.stdout.close()
        if not process.stdin.closed:
            _close_stdin(process)
        job.ended.set()


def _close_stdin(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin  # noqa: S101
    try:
        process.stdin.close()
    except BrokenPipeError:
        return  # the other end is gone, which is what closing is for


JOBS = LayoutJobs()  # one for the process: the bound is on all its pages together
