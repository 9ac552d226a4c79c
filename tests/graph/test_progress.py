"""Progress on stderr: plain lines now and then, and on a terminal a bar that goes again."""

import os
import pty
import subprocess
import sys
import time

import pytest

from graph import progress
from tests.support.paths import ROOT

WORK = """
import time
from graph.progress import open_progress
with open_progress() as report:
    for n in range(4):
        report("reading [bold]", n / 4, f"{n} rows")
        time.sleep(0.2)
    report("starting", None, "")
    time.sleep(0.2)
print("done")
"""


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that the lines go by."""
    stopped = Clock()
    monkeypatch.setattr(progress, "time", stopped)
    return stopped


def test_lines_come_now_and_then(capsys: pytest.CaptureFixture[str], clock: Clock) -> None:
    with progress.open_progress(every=10) as report:
        for n in range(41):
            clock.now += 1
            report("reading un", n / 40, f"{n} rows")
    assert capsys.readouterr() == (
        "",
        "reading un: 9 rows, 22%, about 31 s left\n"
        "reading un: 19 rows, 48%, about 21 s left\n"
        "reading un: 29 rows, 72%, about 11 s left\n"
        "reading un: 39 rows, 98%, about 1 s left\n",
    )


def test_stages_and_their_ends_are_announced(capsys: pytest.CaptureFixture[str], clock: Clock) -> None:
    with progress.open_progress(every=10, announce=True) as report:
        report("fetching", 0, "0 of 8 MB")
        report("fetching", 0.5, "4 of 8 MB")
        clock.now += 0.5
        report("fetching", 1, "8 of 8 MB")
        report("starting", None, "")
        report("starting", None, "")
        report("writing", 0, "")
    assert capsys.readouterr().err == "fetching: 0 of 8 MB\nfetching: 8 of 8 MB\nstarting …\nwriting: 0%\n"


def test_a_terminal_gets_a_bar_and_stdout_nothing_of_it() -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", WORK],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"},
    ) as child:
        os.close(theirs)
        shown, ends = b"", time.monotonic() + 120
        while time.monotonic() < ends:
            try:
                part = os.read(ours, 65_536)
            except OSError:  # Linux says so where the other side is closed
                break
            if not part:
                break
            shown += part
        os.close(ours)
        assert child.stdout is not None
        assert child.stdout.read() == b"done\n"
    text = shown.decode()
    assert child.returncode == 0
    assert "reading [bold]" in text  # as it is: no mark-up
    assert "3 rows" in text
    assert "starting" in text
    assert "\x1b[2K" in text  # the bar goes again
