"""Exports in the background are jobs (graph/jobs.py): with progress, an end for those nobody waits for, and the file.

Files are kept for a while under keys that only the page that asked knows.
"""

from collections.abc import Callable
from math import inf

from explorer.export.build import ExportFile, ProgressCallback
from graph.jobs import Job, JobRunner
from graph.keyed_cache import KeyedCache

MAX_RUNNING = 2  # exports that run at once; others wait, however long
KEPT, KEPT_BYTES, KEPT_SECONDS = 12, 200_000_000, 900.0  # finished files
ABANDONED_AFTER = 180.0  # seconds; a page in the background looks once a minute
BUSY = "{most} exports are running just now, the most at once, and others wait already. Try again in a moment."
FAULT = "The explorer hit a fault of its own while exporting. The log says more."


def build_export_jobs() -> JobRunner:
    """What runs the exports of one explorer; the results of its jobs are files."""
    done = KeyedCache[Job[ExportFile]](KEPT, max_size=KEPT_BYTES, measure=_count_bytes, max_age=KEPT_SECONDS)
    return JobRunner(MAX_RUNNING, BUSY, fault=FAULT, abandoned_after=ABANDONED_AFTER, done=done)


def start_export(
    exports: JobRunner, make: Callable[[ProgressCallback], ExportFile], *, user: str = ""
) -> Job[ExportFile]:
    """Starts an export; `make` gets what to tell its progress to. Raises JobsBusy where too many wait already."""

    def work(job: Job[ExportFile]) -> ExportFile:
        job.report("Starting", 0.0)
        return make(job.report)

    return exports.start(work, user=user, wait=inf, words="Waiting for other exports")


def _count_bytes(job: Job[ExportFile]) -> int:
    return len(job.result.data) if job.result else 0
