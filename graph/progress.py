"""How far long work is, on stderr as stdout is for the machine: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Told of the stage, of what share of it is done (0 to 1, None where nobody knows) and of the same in words.
Report = Callable[[str, float | None, str], None]


@contextmanager
def open_progress(*, every: float = 10.0, announce: bool = False) -> Iterator[Report]:
    """Shows what is reported until the block ends.

    Lines come `every` so many seconds; with `announce` one comes for each new stage and for its end, too.
    """
    if sys.stderr.isatty():
        with _open_bar() as report:
            yield report
    else:
        yield _build_line_reporter(every, announce)


@contextmanager
def _open_bar() -> Iterator[Report]:
    # Imported here: most commands show no bar, and rich takes a while.
    from rich.console import Console  # noqa: PLC0415 - takes long, and only a terminal needs it
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415 - the same

    stage_column, words_column = (TextColumn(f"{{task.{f}}}", markup=False) for f in ("description", "fields[words]"))
    columns = (stage_column, BarColumn(), TimeElapsedColumn(), words_column)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None, words="")
        current = ""

        def report(stage: str, share: float | None, words: str) -> None:
            nonlocal current
            if stage != current:
                current = stage
                bars.reset(task, description=stage)
            seconds = bars.tasks[0].elapsed or 0.0
            total = None if share is None else 1.0
            bars.update(task, completed=share or 0.0, total=total, words=_join_words(words, share, seconds))

        yield report


def _build_line_reporter(every: float, announce: bool) -> Report:
    current, begun, last = "", 0.0, time.monotonic()

    def report(stage: str, share: float | None, words: str) -> None:
        nonlocal current, begun, last
        now, new = time.monotonic(), stage != current
        if new:
            current, begun = stage, now
        if now - last >= every or (announce and (new or share == 1)):
            last = now
            status = _join_words(words, share, now - begun)
            print(f"{stage}: {status}" if status else f"{stage} …", file=sys.stderr, flush=True)  # noqa: T201 - how far it is, on standard error

    return report


def _join_words(words: str, share: float | None, seconds: float) -> str:
    left = f"about {seconds * (1 - share) / share:.0f} s left" if share and seconds >= 1 and share < 1 else ""
    percent = f"{share:.0%}" if share is not None and (left or not words) else ""
    return ", ".join(part for part in (words, percent, left) if part)
