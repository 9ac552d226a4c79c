"""What the version before the rooms wrote (commit 44643e5, tests/fixtures/former) still opens."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from explorer.canvas import rendered_view, view_actions
from explorer.export.redaction.profiles import ProfileStore
from graph.database.store import Store
from graph.ontology import Ontology
from graph.saved_queries.audit import AuditLog
from graph.saved_queries.library import Library
from graph.saved_views.store import ViewStore
from graph.server import backup, local
from loader.sources import articles
from loader.sources.exchange import exchange
from loader.sources.ftm import ftm
from tests.support.paths import FIXTURES
from tests.support.reading import collect, load_feed
from tests.support.servers import address

FORMER = FIXTURES / "former"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A copy of the former home. What was deleted in it was deleted just now: later it could not be had back."""
    copy = tmp_path / "home"
    shutil.copytree(FORMER, copy)
    today = datetime.now(UTC).isoformat()
    for file in copy.rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        if file.parent.name in ("names", "kept"):
            file.write_text(re.sub(r'("(?:deleted|at)": ")2026[^"]+', rf"\g<1>{today}", text), encoding="utf-8")
    return copy


def test_saved_views_open_with_all_that_was_on_them(home: Path) -> None:
    views = ViewStore(home / "views")
    assert [[v.title for v in versions] for versions in views.names()] == [
        ["Saved again", "The former version's canvas"]
    ]
    canvas = view_actions.parse_canvas(views.opened(views.list_versions("former canvas")[1]).canvas)
    assert canvas.title == "The former version's canvas"
    assert (canvas.filter.types, canvas.filter.grade, canvas.filter.since) == (("Event",), "C3", "2022-01-01")
    assert (canvas.filter.clock, canvas.hidden, canvas.pinned, canvas.merged) == (
        "known",
        ("maria-1",),
        ("party",),
        True,
    )
    assert [n.text for n in canvas.notes] == ["강계 <b>looked at</b>"]
    assert canvas.emphasis.lines == ("department|REPORTS_TO|party",)
    assert canvas.positions["shell"] == (300.0, 0.0)
    # The page that deleted it keeps the key, so that one can undo.
    (key,) = (f.stem for f in (home / "views" / "names").iterdir() if "Thrown away" in f.read_text(encoding="utf-8"))
    assert views.restore([key]) == "Thrown away"
    assert len(view_actions.parse_canvas(views.find("thrown away").canvas).ids) == 4


def test_saved_queries_their_versions_and_the_deleted_ones_are_there(home: Path) -> None:
    library = Library("root", home)
    own = {name: query.shelf for name, query in library.all().items() if query.shelf != "shipped"}
    assert own == {"my-answers": "personal", "our-answers": "shared"}
    assert "*1..4" in library.find("my-answers").text
    assert ["*1..3" in v.text for v in library.list_versions("my-answers")] == [True]
    (deleted,) = library.deleted()
    assert library.restore(deleted.key).title == "Deleted, who answers to the party"


def test_profiles_and_the_log_of_runs_are_read(home: Path) -> None:
    profile = ProfileStore(home / "redaction").find("for the press")
    assert (profile.source_kinds, profile.grade, profile.drop_notes) == (("list",), "C3", True)
    assert [(r.entity, r.label) for r in profile.names] == [("minister", "Official A")]
    log = AuditLog(home / "audit")
    failed, answered = log.read()
    assert (answered.query, answered.rows, answered.parameters) == ("my-answers", 2, {"who": "party"})
    assert failed.error
    assert "*1..3" in (log.text(answered.hash) or "")


def test_exports_load_back(home: Path, ontology: Ontology) -> None:
    shown = collect(exchange.read(home / "export.json"), ontology)
    assert (len(shown.entities), shown.rejected) == (8, [])
    whole = collect(exchange.read(home / "export.graphml"), ontology)
    assert (len(whole.entities), len(whole.claims), len(whole.sources), whole.rejected) == (11, 13, 2, [])
    restored = collect(ftm.read(home / "export.ftm.json"), ontology)
    assert restored.rejected == []
    assert restored.claims == whole.claims


@pytest.mark.database
def test_the_database_opens_answers_and_takes_the_same_data_again(
    home: Path, tmp_path: Path, ontology: Ontology
) -> None:
    restored = tmp_path / "database"
    backup.restore(home / "former.dump", restored)
    view = ViewStore(home / "views").find("former canvas")
    with local.open_server(restored) as server, Store(lambda: address(server)) as store:
        opened = view_actions.open_view(store, view)
        assert opened.changes == ""
        canvas = opened.canvas
        assert len(rendered_view.read(store, ontology, canvas).whole.entities) == 10
        lines = {r.id: r.stance for r in rendered_view.read(store, ontology, canvas).whole.relationships}
        assert lines == view.lines
        load_feed(store, ontology, articles.read(FIXTURES / "small", ontology))
        again = rendered_view.read(store, ontology, canvas).whole
        assert {r.id: r.stance for r in again.relationships} == lines
