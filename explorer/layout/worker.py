"""The process that lays a large picture out: `python -m explorer.layout.worker`, started by explorer/layout/jobs.py.

It gets its task on stdin, says on stdout how far it is, a line of JSON each time, and in the end where everything
stands. It ends when its parent does: then nobody holds the other end of stdin any more.
"""

import json
import os
import pickle
import sys
import threading
from typing import Any

from explorer.layout import apply

LENGTH_BYTES = 8  # bytes that say how long the task is


def main() -> None:
    """Does one task."""
    stdin = sys.stdin.buffer
    length = int.from_bytes(stdin.read(LENGTH_BYTES), "big")
    task: dict[str, Any] = pickle.loads(stdin.read(length))  # noqa: S301 - from our own parent process alone
    threading.Thread(target=_exit_with_parent, args=(stdin.fileno(),), daemon=True).start()
    places = apply.compute_layout(**task, report=lambda done: _write_message({"done": done}))
    _write_message({"places": places})
    os._exit(0)  # at once: the thread above still waits


def _write_message(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _exit_with_parent(parent: int) -> None:
    while os.read(parent, 1024):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
