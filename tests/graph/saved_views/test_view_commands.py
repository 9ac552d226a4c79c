"""Saved views on the command line, as processes and against the real shipped data."""

import json
from pathlib import Path

import pytest

from explorer.canvas import actions, rendered_view, view_actions
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.ontology import Ontology
from graph.saved_views import viewfile
from graph.saved_views.store import ViewStore
from graph.server.local import Server
from tests.test_cli import armsgraph

pytestmark = pytest.mark.database


@pytest.fixture
def home(tmp_path: Path, store: Store, ontology: Ontology) -> Path:
    """A home with two views: the opening canvas, and the same with all persons hidden."""
    kept = ViewStore(tmp_path / "views")
    opening = actions.show_opening_query(store, ontology).canvas
    kept.save("All of it", view_actions.build_view(store, rendered_view.read(store, ontology, opening)))
    fewer = opening.filtered(opening.filter.toggle("types", "Person", shown=False))
    kept.save("Nobody", view_actions.build_view(store, rendered_view.read(store, ontology, fewer)))
    return tmp_path


def test_a_view_is_exported_as_it_was_shown(home: Path, neo4j_server: Server, store: Store, ontology: Ontology) -> None:
    def export(*arguments: str) -> dict[str, list[dict[str, str]]]:
        done = armsgraph("export", *arguments, server=neo4j_server, ARMSGRAPH_HOME=str(home))
        assert done.returncode == 0, done.stderr
        assert "no longer" not in done.stderr
        elements: dict[str, list[dict[str, str]]] = json.loads(done.stdout)
        return elements

    every, fewer = export("--view", "all of it"), export("--view", "Nobody")
    shown = actions.show_opening_query(store, ontology).shown
    assert {r["id"] for r in every["relationships"]} == {r.id for r in shown.relationships}
    assert {r["id"] for r in fewer["relationships"]} < {r["id"] for r in every["relationships"]}
    ends = {end for r in fewer["relationships"] for end in (r["source"], r["target"])}
    assert not ends & {e["id"] for e in every["entities"] if e["type"] == "Person"}
    assert {c for r in fewer["relationships"] for c in r["claims"]} <= {c["id"] for c in fewer["claims"]}
    left = export("--view", "All of it", "--difference", "view:Nobody")
    assert {r["id"] for r in left["relationships"]} == (
        {r["id"] for r in every["relationships"]} - {r["id"] for r in fewer["relationships"]}
    )


def test_what_is_gone_from_the_database_is_told(
    home: Path, neo4j_server: Server, store: Store, ontology: Ontology
) -> None:
    canvas = Canvas(ids=("second-economic-commission", "never-heard-of"))
    view = view_actions.build_view(store, rendered_view.read(store, ontology, canvas))
    stale = viewfile.View(
        view.canvas,
        {"never-heard-of": "Nobody"},
        {"x|Y|z": "asserted"},
        (*view.entities_shown, "never-heard-of"),
        ("x|Y|z",),
    )
    ViewStore(home / "views").save("stale", stale)
    done = armsgraph("export", "--view", "stale", server=neo4j_server, ARMSGRAPH_HOME=str(home))
    assert done.returncode == 0
    assert "1 entity is no longer in the database (Nobody); 1 line is no longer there" in done.stderr


def test_views_are_listed_shown_handed_on_and_deleted(home: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    def run(*arguments: str, at: Path = home, code: int = 0) -> str:
        done = armsgraph("view", *arguments, cwd=home, ARMSGRAPH_HOME=str(at), PYTHONUTF8="1")
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    assert [line.split("  ")[0] for line in run("list").splitlines()] == ["Nobody", "All of it"]
    shown = run("show", "Nobody")
    assert "second-economic-commission  Second Economic Commission" in shown
    assert "(hidden)" in shown
    run("export", "Nobody", "-o", "handed.armsgraph-view.json")
    other = tmp_path_factory.mktemp("colleague")
    assert run("list", at=other).startswith("No view is saved yet")
    assert "saved as Nobody" in run("import", "handed.armsgraph-view.json", at=other)
    assert run("import", "handed.armsgraph-view.json", "--name", "Again", at=other)
    assert [line.split("  ")[0] for line in run("list", at=other).splitlines()] == ["Again", "Nobody"]
    assert "deleted Again" in run("delete", "again", "--yes", at=other)
    assert "there is no saved view 'again'" in run("show", "again", at=other, code=1)
    file = home / "handed.armsgraph-view.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"hierarchy"', '"force"'), encoding="utf-8")
    assert "field 'id': does not fit the canvas" in run("import", "handed.armsgraph-view.json", at=other, code=1)
    assert "either --all, --query NAME, --view NAME or --entity NAME" in (
        armsgraph("export", "--all", "--view", "x", ARMSGRAPH_HOME=str(home)).stderr
    )
