"""The commands for one's own queries: save, check, hand on, take in, delete and take back."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graph.database.store import Store
from graph.errors import ArmsgraphError, DataError, QueryError, UsageError
from graph.saved_queries.library import SHARED_FOLDER, Library
from graph.saved_queries.query_commands import query
from graph.saved_queries.users import get_local_user
from graph.server.local import Server

TEXT = "// title: {}\n// description: D\n// result: table\n{}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a home of its own."""
    monkeypatch.setenv("ARMSGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(SHARED_FOLDER, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, fails: type[ArmsgraphError] | None = None) -> Result:
    done = CliRunner().invoke(query, arguments)
    if fails is None:
        assert done.exception is None, done.output
    else:
        assert isinstance(done.exception, fails), done.exception
    return done


def test_a_query_is_saved_handed_on_and_taken_in_by_a_colleague(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "mine.cypher").write_text(TEXT.format("Mine", "RETURN 1 AS n"), "utf-8")
    assert "saved mine (personal): Mine" in run("save", "mine.cypher").output
    (here / "mine.cypher").write_text(TEXT.format("Newer", "RETURN 2 AS n"), "utf-8")
    assert "already" in str(run("save", "mine.cypher", fails=QueryError).exception)
    run("save", "mine.cypher", "--replace")
    assert len(Library(get_local_user()).list_versions("mine")) == 1
    assert "Newer  (yours)" in run("list").output
    run("export", "-o", "bundle.zip")
    run("export", "mine", "-o", "one.cypher")
    run("export", "mine", "payments", "-o", "two.cypher", fails=UsageError)
    assert (here / "one.cypher").read_text("utf-8") == run("show", "mine").output
    monkeypatch.setenv("ARMSGRAPH_HOME", str(here / "colleague"))
    run("export", "-o", "nothing.zip", fails=UsageError)
    assert run("import", "bundle.zip", "--shared").output == "mine.cypher: added mine\n"
    assert run("import", "one.cypher").output == "one.cypher: there already as mine\n"
    assert "Newer  (shared)" in run("list").output
    assert "`armsgraph query restore mine` takes it back" in run("delete", "mine").output
    assert "Newer" not in run("list").output
    assert "restored mine (shared)" in run("restore", "mine").output
    assert "there are: none" in str(run("restore", "mine", fails=QueryError).exception)


def test_files_at_fault_are_told_one_by_one(here: Path) -> None:
    (here / "bad.cypher").write_text("RETURN 1", "utf-8")
    (here / "latin.cypher").write_bytes(b"// title: K\xe4se\n")
    done = run("import", "bad.cypher", fails=QueryError)
    assert "bad.cypher: refused: it must open with a header" in done.output
    assert str(done.exception) == "1 file was refused, of 1"
    assert "UTF-8" in str(run("save", "latin.cypher", fails=DataError).exception)
    (here / "x.txt").write_text("x", "utf-8")
    run("save", "x.txt", fails=UsageError)


@pytest.mark.database
def test_check_tells_faults_and_remarks_apart(
    here: Path, neo4j_server: Server, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("URI", neo4j_server.uri), ("USER", neo4j_server.user), ("PASSWORD", neo4j_server.password)):
        monkeypatch.setenv(f"NEO4J_{name}", value)
    for name, text in {
        "stale": "MATCH (n:Factroy) RETURN n",
        "writes": "MATCH (n) DETACH DELETE n",
        "torn": "MATCH (n RETURN n",
        "good": "MATCH (n:Factory) RETURN n.name",
    }.items():
        Library(get_local_user()).save(name, TEXT.format("T", text))
    (next((here / "home" / "queries" / "personal").iterdir()) / "hand.cypher").write_text("RETURN 1", "utf-8")
    done = run("check", fails=QueryError)
    assert "hand.cypher: it must open with a header of // lines\n" in done.output
    assert "stale: line 4: no node has the label Factroy; did you mean Factory?\n" in done.output
    assert "writes: refused: " in done.output
    assert "torn: line 4: it does not run here: Invalid input 'RETURN'" in done.output
    assert str(done.exception).startswith("4 faults found in ")
    assert "good" not in done.output
    assert run("check", "good", "payments").output.endswith("2 queries checked: no fault\n")
