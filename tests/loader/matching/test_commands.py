"""The commands of matching as a user has them: as processes, and the review at a real terminal."""

import csv
import io
import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.database.store import Store
from graph.ontology import Ontology
from graph.server.local import Server
from tests.loader.matching.test_store import ONE, TWO, same_as
from tests.support.matching_lists import load_list
from tests.test_cli import ROOT, armsgraph

pytestmark = pytest.mark.database


@pytest.fixture
def server(empty_store: Store, ontology: Ontology, spare_server: Server) -> Server:
    load_list(empty_store, ontology, "one", ONE)
    load_list(empty_store, ontology, "two", TWO)
    return spare_server


def decided(store: Store) -> list[tuple[str, str, str]]:
    return sorted((c["subject"], c["detail"], c["asserted_by"]) for c in same_as(store) if c["dataset"] == "decisions")


def test_from_search_to_sheet_to_decisions(server: Server, empty_store: Store, tmp_path: Path) -> None:
    dry = armsgraph("match", "find", "--dry-run", server=server)
    assert dry.returncode == 0, dry.stderr
    assert "0.98  ANGARA (one-angara) / Angara (two-angara): the same IMO 9179842" in dry.stdout
    assert same_as(empty_store) == []

    search = armsgraph("match", "find", server=server)
    assert (search.returncode, search.stdout) == (0, "")
    assert "3 pairs may be one entity: 3 likely, 0 possible" in search.stderr

    printed = armsgraph("match", "review", "--format", "csv", server=server)
    rows = list(csv.DictReader(io.StringIO(printed.stdout)))
    assert [row["id_a"] for row in rows] == ["one-angara", "one-komid", "one-kim"]
    assert (
        json.loads(armsgraph("match", "review", "--format", "json", "--limit", "1", server=server).stdout)[0]["score"]
        == 0.98
    )
    assert (
        "Pairs that may be one entity" in armsgraph("match", "review", server=server).stdout
    )  # no terminal, no questions

    rows[0]["decision"], rows[1]["decision"], rows[2]["decision"] = "same", "different", "same"
    rows[1]["id_a"] = "gone"
    path = tmp_path / "filled.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    taken = armsgraph("match", "review", "--from", str(path), "--by", "Ana Lyst", server=server)
    assert taken.returncode == 1
    assert "filled.csv, row 3, field 'id_a': 'gone' is no entity of the graph" in taken.stderr
    assert "2 decisions kept" in taken.stderr
    assert decided(empty_store) == [("one-angara", "same", "analyst-ana-lyst"), ("one-kim", "same", "analyst-ana-lyst")]
    again = armsgraph("match", "review", "--from", str(path), "--by", "Ana Lyst", server=server)
    assert "0 decisions kept, 2 were known already" in again.stderr

    listed = armsgraph("match", "list", "--format", "json", server=server)
    assert {(row["id_a"], row["decision"], row["by"]) for row in json.loads(listed.stdout)} == {
        ("one-angara", "same", "Ana Lyst"),
        ("one-kim", "same", "Ana Lyst"),
    }
    assert "1 pairs are open" in listed.stderr


def test_one_decision(server: Server, empty_store: Store) -> None:
    arguments = ("match", "decide", "two-maria", "one-maria", "different", "--by", "Ben", "--note", "Two IMO numbers")
    done = armsgraph(*arguments, server=server)
    assert (done.returncode, "MARIA and Maria are two. Two IMO numbers." in done.stdout) == (0, True)
    assert "You said just this before" in armsgraph(*arguments, server=server).stdout
    assert decided(empty_store) == [("one-maria", "different", "analyst-ben")]
    refused = armsgraph("match", "decide", "one-maria", "nobody", "same", "--by", "Ben", server=server)
    assert (refused.returncode, refused.stderr) == (1, "armsgraph: field 'id_b': 'nobody' is no entity of the graph\n")
    assert armsgraph("match", "find", "--type", "Boat", server=server).returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_the_review_at_a_terminal(server: Server, empty_store: Store) -> None:
    import pty

    assert armsgraph("match", "find", server=server).returncode == 0
    ours, theirs = pty.openpty()
    settings = {
        "NEO4J_URI": server.uri,
        "NEO4J_USER": server.user,
        "NEO4J_PASSWORD": server.password,
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm",
        "COLUMNS": "120",
    }
    command = [sys.executable, "-m", "armsgraph", "match", "review", "--by", "Ana Lyst"]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, env={**os.environ, **settings}
    )
    os.close(theirs)
    screen = ""
    try:
        for heading, key in (
            ("Pair 1 of 3", "s"),
            ("Pair 2 of 3", "k"),
            ("Pair 3 of 3", "b"),
            ("Pair 2 of 3", "d"),
            ("Pair 3 of 3", "q"),
        ):
            screen = wait_for(ours, "q quit", wait_for(ours, heading, screen))
            press(ours, key)
        wait_for(ours, "2 decided by Ana Lyst, 1 left", screen)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert decided(empty_store) == [
        ("one-angara", "same", "analyst-ana-lyst"),
        ("one-komid", "different", "analyst-ana-lyst"),
    ]


def wait_for(terminal: int, text: str, before: str) -> str:
    """Reads the terminal until a text has come that was not in `before`; returns what came after it."""
    seen, end = before, time.monotonic() + 60
    while text not in seen:
        assert time.monotonic() < end, seen
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 65536).decode("utf-8", "replace")
    return seen.partition(text)[2]


def press(terminal: int, key: str) -> None:
    """Presses a key as soon as the program waits for one: what is typed earlier is thrown away, on purpose."""
    import termios

    end = time.monotonic() + 60
    while termios.tcgetattr(terminal)[3] & termios.ICANON:
        assert time.monotonic() < end, "the program does not wait for a key"
        time.sleep(0.02)
    os.write(terminal, key.encode())
