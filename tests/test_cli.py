"""The command line as a user has it: as processes, against a real database."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graph.database.store import Store
from graph.reading import browse
from graph.saved_queries.library import load_shipped_queries
from graph.saved_queries.queryfile import THEMES
from graph.server.local import Server
from tests.support.paths import FIXTURES, ROOT

pytestmark = pytest.mark.database
SMALL = FIXTURES / "small"


def armsgraph(
    *arguments: str, server: Server | None = None, cwd: Path = ROOT, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Runs the command line in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **settings}
    if server:
        environment |= {"NEO4J_URI": server.uri, "NEO4J_USER": server.user, "NEO4J_PASSWORD": server.password}
    command = [sys.executable, "-m", "armsgraph", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=120, check=False)


@pytest.fixture
def loaded(store: Store, neo4j_server: Server) -> Server:
    """A server with the shipped data."""
    return neo4j_server


def test_queries_are_listed_and_shown() -> None:
    listed = armsgraph("query", "list")
    assert listed.returncode == 0
    names = [line.split()[0] for line in listed.stdout.splitlines() if line.startswith("  ")]
    assert sorted(names) == sorted(load_shipped_queries())
    heads = [line for line in listed.stdout.splitlines() if line and not line.startswith(" ")]
    assert heads == [
        caption for theme, caption in THEMES.items() if theme in {q.theme for q in load_shipped_queries().values()}
    ]
    assert armsgraph("query", "show", "payments").stdout == load_shipped_queries()["payments"].text


def test_every_format_gives_the_same_answer(loaded: Server) -> None:
    def run(form: str) -> str:
        done = armsgraph("query", "run", "denials", "--format", form, server=loaded)
        assert done.returncode == 0, done.stderr
        return done.stdout

    rows = list(csv.DictReader(io.StringIO(run("csv"))))
    answer = json.loads(run("json"))
    assert [row["denial"] for row in rows] == [row["denial"] for row in answer["rows"]]
    assert answer["truncated"] is False
    assert f"{len(rows)} rows" in run("table")
    assert run("csv") == run("csv")


def test_runs_are_cut_written_and_remembered(loaded: Server, tmp_path: Path) -> None:
    home, file = str(tmp_path / "home"), tmp_path / "answer.csv"
    run = ["query", "run", "designations", "--format", "csv", "--limit", "2"]
    cut = armsgraph(*run, "-o", str(file), server=loaded, ARMSGRAPH_HOME=home)
    assert cut.stdout == ""
    assert cut.stderr == (
        "The answer was cut after 2 rows, the most an answer may have; there are more. --limit takes more.\n"
    )
    assert len(list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))) == 3
    armsgraph("query", "run", "reporting-chain", "-p", "depth=99", server=loaded, ARMSGRAPH_HOME=home)
    history = armsgraph("query", "history", ARMSGRAPH_HOME=home).stdout.splitlines()
    assert "command line  reporting-chain  depth=99  failed: depth must lie between 1 and 8, not 99" in history[0]
    assert "cut: 2 rows" in history[1]
    lines = armsgraph("query", "history", "--json", ARMSGRAPH_HOME=home).stdout.splitlines()
    whole = [json.loads(line) for line in lines]
    assert [(r["query"], r["outcome"], r["rows"]) for r in whole] == [
        ("reporting-chain", "failed", 0),
        ("designations", "cut", 2),
    ]
    assert armsgraph("query", "history", "--user", "nobody", ARMSGRAPH_HOME=home).stdout == ""
    bounds = armsgraph("query", "bounds", ARMSGRAPH_HOME=home, ARMSGRAPH_QUERY_ROWS="77").stdout
    assert "77  rows of one answer" in bounds


def test_graph_json_is_the_exchange_format(loaded: Server) -> None:
    done = armsgraph("query", "run", "export-chain", "-p", "state=Russia", "--format", "graph-json", server=loaded)
    graph = json.loads(done.stdout)
    assert graph["format"] == "armsgraph/1"
    (line,) = [r for r in graph["relationships"] if r["id"] == "north-korea|EXPORTS_TO|russia"]
    assert {"id", "type", "source", "target", "claims", "stance", "properties"} == set(line)
    assert line["stance"] == "contested"
    claims = {c["id"]: c for c in graph["claims"]}
    assert set(line["claims"]) <= set(claims)
    assert {c["source"] for c in claims.values()} == {s["id"] for s in graph["sources"]}
    assert set(next(iter(claims.values()))) >= {
        "id",
        "subject",
        "predicate",
        "object",
        "topic",
        "low",
        "high",
        "value",
        "unit",
        "stance",
        "asserted_by",
        "source",
        "reported_on",
        "valid_from",
        "valid_to",
        "reliability",
        "credibility",
        "summary",
    }


def test_export_writes_everything(loaded: Server, store: Store, tmp_path: Path) -> None:
    target = tmp_path / "graph.json"
    done = armsgraph("export", "--all", "--format", "json", "-o", str(target), server=loaded)
    assert done.returncode == 0
    assert done.stdout == ""
    graph = json.loads(target.read_text(encoding="utf-8"))
    counts = {k: len(graph[k]) for k in ("entities", "relationships", "claims", "sources")}
    assert counts == browse.count_records(store)
    assert "제2경제위원회" in target.read_text(encoding="utf-8")


def test_two_answers_can_be_compared(loaded: Server) -> None:
    def lines(*more: str) -> set[str]:
        done = armsgraph("export", "--query", "production-chain", *more, server=loaded)
        assert done.returncode == 0, done.stderr
        return {r["id"] for r in json.loads(done.stdout)["relationships"]}

    whole, both = lines(), lines("--intersection", "full-chain")
    assert both
    assert both < whole
    assert lines("--difference", "full-chain") == whole - both
    assert lines("--union", "full-chain") > whole


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["query", "run", "nothing"], 1, "there is no saved query 'nothing'"),
        (["query", "run", "reporting-chain", "-p", "depth=99"], 1, "depth must lie between 1 and 8"),
        (["query", "run", "reporting-chain", "-p", "depth"], 2, "-p takes key=value"),
        (["query", "run", "reporting-chain", "-p", "depth=1", "-p", "depth=2"], 2, "-p depth is given twice"),
        (["query", "run", "reporting-chain", "--format", "pdf"], 2, "Invalid value for '--format'"),
        (["export"], 2, "either --all, --query NAME, --view NAME or --entity NAME"),
        (["load", "nowhere"], 2, "No such command"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_mistakes_end_with_their_code(loaded: Server, arguments: list[str], code: int, message: str) -> None:
    done = armsgraph(*arguments, server=loaded)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_server_that_is_not_there_is_code_3_and_fast() -> None:
    done = armsgraph("db", "status", NEO4J_URI="bolt://127.0.0.1:9")
    assert done.returncode == 3
    assert "bolt://127.0.0.1:9 can't be reached" in done.stderr
    assert armsgraph("db", "status", NEO4J_URI="http://127.0.0.1:9").returncode == 2


def test_bad_rows_are_named_written_out_corrected_and_loaded(
    empty_store: Store, spare_server: Server, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(SMALL, tmp_path / "mine"))
    claims = folder / "claims.csv"
    claims.write_text(claims.read_text(encoding="utf-8").replace("c03,factory,", "c03,facotry,"), encoding="utf-8")
    done = armsgraph("load", "articles", str(folder), "--rejects", str(tmp_path / "rejects"), server=spare_server)
    assert done.returncode == 1
    assert "claims.csv, row 4, field 'subject': there is no entity 'facotry'" in done.stderr
    assert "loaded articles: 11 entities, 5 relationships" in done.stderr  # the good rows are there
    rejected = tmp_path / "rejects" / "claims.csv"
    assert len(rejected.read_text(encoding="utf-8").splitlines()) == 2
    rejected.write_text(rejected.read_text(encoding="utf-8").replace("facotry", "factory"), encoding="utf-8")
    again = armsgraph("load", "articles", str(rejected.parent), "--add", server=spare_server)
    assert again.returncode == 0, again.stderr
    assert browse.count_records(empty_store) == {"entities": 11, "relationships": 6, "claims": 13, "sources": 2}


def test_dry_run_needs_no_database(tmp_path: Path) -> None:
    done = armsgraph("load", "articles", "--dry-run", NEO4J_URI="bolt://127.0.0.1:9")
    assert done.returncode == 0
    assert "0 rows are not" in done.stderr


def test_wipe_asks_and_then_removes_everything(empty_store: Store, spare_server: Server) -> None:
    armsgraph("load", "articles", str(SMALL), server=spare_server)
    refused = armsgraph("db", "wipe", server=spare_server)  # no terminal to answer: nothing is removed
    assert refused.returncode == 130
    assert browse.count_records(empty_store)["claims"] == 13
    assert armsgraph("db", "wipe", "--yes", server=spare_server).returncode == 0
    assert set(browse.count_records(empty_store).values()) == {0}


def test_local_only_commands_are_refused_on_a_server_of_its_own(loaded: Server) -> None:
    done = armsgraph("db", "stop", server=loaded)
    assert done.returncode == 2
    assert "NEO4J_URI" in done.stderr
