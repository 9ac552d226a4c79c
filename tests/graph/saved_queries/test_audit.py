"""The log of queries: what is written, by many at once, and what is read back from a damaged file."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from graph.errors import QueryEnded, QueryRefused, StoreError, StoreUnavailable
from graph.ontology import Ontology
from graph.saved_queries import audit
from graph.saved_queries.audit import AuditLog, AuditRecord
from graph.saved_queries.executor import QueryExecutor
from graph.saved_queries.query_commands import format_run
from graph.saved_queries.queryfile import SavedQuery
from graph.settings import Bounds
from tests.support.paths import ROOT

TEXT = "// a text with 강계\nRETURN 1"
QUERY = SavedQuery("who-reports", "Who reports?", "D", "table", TEXT, shelf="personal")


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "home" / "audit")


def write(log: AuditLog, user: str = "eve", **fields: object) -> AuditRecord:
    with log.opened(QUERY) as line:
        run = replace(AuditRecord.of(QUERY, {"depth": 4}, user=user, via="app"), **fields)
        line.write(run)
    return run


def file(log: AuditLog) -> Path:
    (log_file,) = log.root.glob("queries-*.jsonl")
    return log_file


def test_a_line_says_who_what_when_and_how(log: AuditLog) -> None:
    run = write(log, rows=3, seconds=0.25, outcome=audit.CUT, cut="rows")
    (line,) = file(log).read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == asdict(run) | {"parameters": {"depth": 4}}
    assert run.at.endswith("+00:00")
    assert file(log).name == f"queries-{run.at[:7]}.jsonl"
    assert log.text(run.hash) == TEXT
    assert log.text("../../etc/passwd") is None
    assert log.read() == [run]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_only_the_user_of_the_machine_can_read_it(log: AuditLog) -> None:
    write(log)
    modes = {p.relative_to(log.root).parts[0]: stat.S_IMODE(p.stat().st_mode) for p in log.root.rglob("*")}
    assert stat.S_IMODE(log.root.stat().st_mode) == 0o700
    assert modes.pop("texts") == 0o700 or modes
    for path in log.root.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_long_texts_are_cut_and_say_so(log: AuditLog) -> None:
    write(log, parameters={"word": "강" * 3_000, "n": 2**70, "odd": b"\xff"}, error="x" * 9_000)
    (run,) = log.read()
    assert run.parameters["word"] == "강" * 500 + "… (3,000 letters)"
    assert run.parameters["n"] == 2**70
    assert len(run.error) < 600
    write(log, parameters={"half": "\ud800"})  # half of a pair, as JSON from a browser may hold it
    assert log.read(newest=1)[0].parameters["half"]


def test_the_last_runs_of_one_user_come_first(log: AuditLog) -> None:
    for n in range(30):
        write(log, user="eve" if n % 2 else "adam", rows=n)
    assert [r.rows for r in log.read("eve", 3)] == [29, 27, 25]
    assert [r.rows for r in log.read(newest=2)] == [29, 28]
    assert len(log.read("adam")) == 15
    assert log.read("nobody") == []
    old = file(log).with_name("queries-2001-01.jsonl")
    old.write_bytes(replace(write(log), rows=99).line())
    assert log.read(newest=100)[-1].rows == 99


def test_a_log_that_was_never_written_is_empty(log: AuditLog) -> None:
    assert log.read() == []
    assert not log.root.exists()


def test_damaged_lines_are_passed_over(log: AuditLog) -> None:
    write(log, rows=1)
    with file(log).open("ab") as out:
        out.write(b'{"at": "2026\n[1]\n\xff\xfe\nnull\n"x"\n' + b"[" * 5_000 + b'\n{"at": 1}\n{"half')
    write(log, rows=2)
    assert [r.rows for r in log.read()] == [2, 1]


def test_lines_longer_than_a_block_are_read_whole(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(20):
        write(log, rows=n)
    for block in (1, 7, 64, 1_000):
        monkeypatch.setattr(audit, "BLOCK", block)
        assert [r.rows for r in log.read()] == list(reversed(range(20)))


def test_many_threads_and_processes_write_whole_lines(log: AuditLog) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from graph.saved_queries.audit import AuditLog; from tests.graph.saved_queries.test_audit import write\n"
        "log = AuditLog(Path(sys.argv[1]))\n"
        "for n in range(60): write(log, user=sys.argv[2], rows=n, error='x' * 400)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    others = [subprocess.Popen([sys.executable, "-c", code, str(log.root), f"p{n}"], env=environment) for n in range(2)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: write(log, user="t", rows=n, error="y" * 400), range(100)))
    assert [p.wait(60) for p in others] == [0, 0]
    runs = log.read(newest=1_000)
    assert len(runs) == 220
    assert len(file(log).read_bytes().splitlines()) == 220
    assert [r.rows for r in runs if r.user == "p1"] == list(reversed(range(60)))


def test_a_line_that_does_not_fit_is_taken_back(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a disk with room for a few bytes only; what is simulated is the disk."""
    write(log, rows=1)
    before, real = file(log).read_bytes(), os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda fd, data: real(fd, data[:7]))
        with pytest.raises(StoreError, match="can't be written, and no query runs unrecorded: only 7 of"):
            write(log)
    assert file(log).read_bytes() == before
    write(log, rows=2)
    assert [r.rows for r in log.read()] == [2, 1]


class Unasked:
    """A store that must not be asked."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the store was asked for {name}")


def test_a_run_that_cannot_be_recorded_does_not_run(tmp_path: Path, ontology: Ontology) -> None:
    (tmp_path / "audit").write_text("a file where the folder should be")
    runs = QueryExecutor(Unasked(), ontology, Bounds(), AuditLog(tmp_path / "audit"))
    with pytest.raises(StoreError, match="no query runs unrecorded"):
        runs.run(QUERY, {}, user="eve", via="app")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseException]]:
    """What asking the store raises."""
    raised: list[BaseException] = []

    def ask(*_: object, **__: object) -> object:
        raise raised[0]

    monkeypatch.setattr("graph.saved_queries.guarded_query.execute", ask)
    yield raised


@pytest.mark.parametrize(
    ("error", "outcome", "rule"),
    [
        (QueryRefused("only reading queries may run"), "refused", "only reading queries may run"),
        (QueryEnded("timeout", "too slow"), "timeout", ""),
        (QueryEnded("memory", "too large"), "memory", ""),
        (QueryEnded("cancelled", "the query was cancelled"), "cancelled", ""),
        (QueryEnded("stopped", "the query was ended on the server"), "stopped", ""),
        (StoreUnavailable("away"), "failed", ""),
        (ZeroDivisionError("a fault of ours"), "failed", ""),
        (KeyboardInterrupt(), "cancelled", ""),
    ],
)
def test_every_way_to_end_is_recorded(
    error: BaseException, outcome: str, rule: str, *, log: AuditLog, ontology: Ontology, failing: list[BaseException]
) -> None:
    failing.append(error)
    runs = QueryExecutor(SimpleNamespace(), ontology, Bounds(), log)
    with pytest.raises(type(error)):
        runs.run(QUERY, {}, user="eve", via="command line")
    (run,) = runs.history("eve")
    assert (run.outcome, run.refused_by, run.via, run.title) == (outcome, rule, "command line", "Who reports?")
    assert run.hash == QUERY.hash
    assert run.error
    assert log.text(run.hash) == TEXT


def test_a_run_in_one_line_moves_no_cursor() -> None:
    run = replace(
        AuditRecord.of(QUERY, {"word": "a\nb\x1b[2Jc"}, user="eve\x1b]0;x\x07", via="app"), rows=1, seconds=1.5
    )
    line = format_run(run)
    assert line.isprintable()
    for part in ("who-reports", "word=a b", "answered: 1 row", "1.50 s"):
        assert part in line
