"""Layouts that take long, each in a process of its own, so that no click of anybody waits for one.

They are jobs (graph/jobs.py). A process ends when its layout is done, called off or takes too long, and when ours
does, however that happens (explorer/layout/worker.py).
"""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from threading import Timer
from typing import Any

from explorer.layout.geometry import Point
from explorer.layout.worker import LENGTH_BYTES
from graph.errors import JobFailed
from graph.jobs import Job, JobRunner
from graph.keyed_cache import KeyedCache

Places = dict[str, Point]  # by id
MAX_JOBS = 3  # at once, for all who use this server
JOB_TIMEOUT = 120.0  # seconds that a layout may take
QUEUE_TIMEOUT = 10.0  # seconds for which an action that needs a layout waits while others are at it
ABANDONED_AFTER = 30.0  # seconds after which a layout that no page asks for is ended, or forgotten
BUSY = (
    "{most} large layouts are being computed for others just now, the most at once. Try again in a moment; "
    "your canvas stays as it is."
)
NO_END = "The layout came to no end; the canvas stays as it is. Try it with fewer entities."


def build_layout_jobs(most: int = MAX_JOBS) -> JobRunner:
    """What runs the layouts of one explorer; the results of its jobs are places by id."""
    done = KeyedCache[Job[Places]](9, max_age=ABANDONED_AFTER)
    return JobRunner(most, BUSY, fault=NO_END, abandoned_after=ABANDONED_AFTER, done=done)


def start_layout(layouts: JobRunner, task: Mapping[str, Any], *, user: str = "", instead_of: str = "") -> Job[Places]:
    """Starts `compute_apart`; `instead_of` names the layout of the same page, if any, that ends. Raises JobsBusy."""
    words = _describe_progress(len(task["drawn"].entities), 0)
    return layouts.start(partial(compute_apart, task), user=user, words=words, instead_of=instead_of)


def take_places(layouts: JobRunner, id_: str) -> Places:
    """The places that a layout has found; it is forgotten then. Raises JobFailed where there are none."""
    job: Job[Places] | None = layouts.take(id_)
    if job is None or job.result is None:
        raise JobFailed(NO_END)
    return job.result


def compute_apart(task: Mapping[str, Any], job: Job[Places]) -> Places:
    """The places by id that apply.compute_layout finds with the arguments in `task`, computed in a process of its own.

    Raises JobCancelled where the job was called off, and JobFailed where no places are found in time.
    """
    total, places = len(task["drawn"].entities), None
    try:
        with start_worker() as process:
            latest = Timer(JOB_TIMEOUT, process.kill)
            latest.daemon = True  # so that it holds nobody up who ends the explorer
            try:
                job.stop_with(process.kill)
                latest.start()
                send_task(process, task)
                for line in process.stdout or ():
                    message = json.loads(line)
                    done = message.get("done", total)
                    job.report(_describe_progress(total, done), done / max(total, 1))
                    places = message.get("places")
            finally:
                latest.cancel()
                process.kill()
    except (OSError, ValueError) as error:  # it was ended, or broke off
        raise JobFailed(NO_END) from error
    if places is None:
        raise JobFailed(NO_END)
    return {i: (float(x), float(y)) for i, (x, y) in places.items()}


def start_worker() -> "subprocess.Popen[bytes]":
    """A process that waits for its task, and ends when its stdin is closed."""
    paths = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "explorer.layout.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
    )


def send_task(process: "subprocess.Popen[bytes]", task: Mapping[str, Any]) -> None:
    """Hands a process of `start_worker` its task. Raises OSError where it has ended."""
    assert process.stdin  # noqa: S101 - for mypy: it is a pipe
    data = pickle.dumps(dict(task))
    process.stdin.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)
    process.stdin.flush()


def _describe_progress(total: int, done: int) -> str:
    return f"Laying out {total:,} nodes: {done:,} have a place"
