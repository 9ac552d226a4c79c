"""Exports in the background: a thread each, with progress, an end for those nobody waits for, and the finished file.

Files are kept for a while under keys that only the page that asked knows.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

from explorer.export.build import ExportFile, ProgressCallback
from graph.errors import ArmsgraphError

log = logging.getLogger("armsgraph.explorer")
MAX_RUNNING = 2  # exports that run at once; others wait
KEPT, KEPT_BYTES, KEPT_SECONDS = 12, 200_000_000, 900  # finished files


class ExportCancelled(ArmsgraphError):
    """Whoever asked no longer wants it."""

    def __init__(self) -> None:
        super().__init__("The export was cancelled.")


@dataclass
class ExportJob:
    """An export: what it does now, how much is done (0 to 1), and in the end its file or what went wrong."""

    key: str
    words: str = "Waiting for other exports"
    share: float = 0.0
    file: ExportFile | None = None
    error: ArmsgraphError | None = None
    ended: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)
    at: float = field(default_factory=time.monotonic)

    def report(self, words: str, share: float) -> None:
        """Notes how far it is. Raises Cancelled where nobody waits any more."""
        if self.cancelled.is_set():
            raise ExportCancelled
        self.words, self.share = words, share


class ExportJobs:
    """The exports of a process, by key. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock, self._turns = threading.Lock(), threading.Semaphore(MAX_RUNNING)
        self._tasks: OrderedDict[str, ExportJob] = OrderedDict()

    def start(self, make: Callable[[ProgressCallback], ExportFile]) -> ExportJob:
        """Starts an export; `make` gets what to tell its progress to."""
        task = ExportJob(uuid4().hex)
        with self._lock:
            self._tasks[task.key] = task
            self._forget()
        threading.Thread(target=self._run, args=(task, make), name=f"export {task.key[:8]}", daemon=True).start()
        return task

    def find(self, key: str) -> ExportJob | None:
        """The export of a key; None where it is not kept (any more)."""
        with self._lock:
            return self._tasks.get(key)

    def cancel(self, key: str) -> None:
        """Ends an export at its next step."""
        task = self.find(key)
        if task:
            task.cancelled.set()

    def _run(self, task: ExportJob, make: Callable[[ProgressCallback], ExportFile]) -> None:
        with self._turns:
            try:
                task.report("Starting", 0.0)
                task.file = make(task.report)
            except ArmsgraphError as error:
                task.error = error
            except Exception:
                log.exception("an export failed")
                task.error = ArmsgraphError("The explorer hit a fault of its own while exporting. The log says more.")
            finally:
                task.ended.set()

    def _forget(self) -> None:
        """Drops finished files that are old or too many; the lock is held."""
        done = [t for t in self._tasks.values() if t.ended.is_set()]
        size = sum(len(t.file.data) for t in done if t.file)
        for task in done:
            old = time.monotonic() - task.at > KEPT_SECONDS
            if old or len(done) > KEPT or size > KEPT_BYTES:
                size -= len(task.file.data) if task.file else 0
                del self._tasks[task.key]
                done = done[1:]


EXPORT_JOBS = ExportJobs()  # one for the process: the bound is on all its pages together
