"""Types that only a copy of ontology.yaml knows: loaded, checked, drawn, filtered, followed and exported all the same.

The copy adds a group, a chain, a column, two entity types and two relationship types. The command line runs from a copy
of the program in which ontology.yaml alone is another one; what the page shows is made with that file's ontology.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page

from explorer.appearance import encoding
from explorer.canvas import actions, expansion, rendered_view, stylesheet, view_actions
from explorer.export.build import ExportContext, build_canvas_file
from explorer.export.formats import ExportOptions
from explorer.filters import apply, legend
from explorer.layout import columns
from explorer.overlays import path_overlay
from explorer.panels.reading import details
from explorer.panels.reading import legend as legend_panel
from explorer.query_editor import vocabulary
from explorer.state.canvas import Canvas
from explorer.state.filter import Filter
from graph.database import validate, write
from graph.database.store import Store
from graph.model import Claim, Entity
from graph.ontology import DEFAULT as ONTOLOGY_FILE
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from graph.reading import browse, chains, neighbours, paths, search, summaries
from graph.saved_views.store import ViewStore
from graph.server.local import Server
from tests.support import pages
from tests.support.filters import describe_filter
from tests.support.paths import ROOT
from tests.support.servers import address

pytestmark = pytest.mark.database
ADDED: dict[str, dict[str, Any]] = {
    "groups": {"workshops": {"caption": "Workshops", "colour": "#0a7d4f"}},
    "columns": {"workshops": {"caption": "Where it is put together"}},
    "chains": {"assembly": {"caption": "Putting together", "colour": "#b5005b", "precedence": 8, "roles": ["thin"]}},
    "types": {
        "Workshop": {
            "parent": "Organization",
            "caption": "Workshop",
            "plural": "Workshops",
            "group": "workshops",
            "shape": "barrel",
            "icon": "crane",
            "ftm": "Organization",
            "roles": ["plant", "hub"],
            "column": "workshops",
            "properties": {"benches": {"type": "number", "caption": "Benches", "unit": "pieces"}},
        },
        "Drone": {
            "parent": "Weapon",
            "caption": "Drone",
            "plural": "Drones",
            "group": "goods",
            "shape": "diamond",
            "icon": "plane",
            "ftm": "Asset",
        },
    },
    "relationships": {
        "ASSEMBLES": {
            "caption": "puts together",
            "inverse": "is put together by",
            "chain": "assembly",
            "rank": "down",
            "source": ["Workshop"],
            "target": ["Goods"],
            "roles": ["production"],
        },
        "BARRED_BY": {
            "caption": "is barred by",
            "inverse": "bars",
            "chain": "sanctions",
            "rank": "level",
            "source": ["Entity"],
            "target": ["Regime"],
            "ftm": "Sanction",
            "roles": ["designation"],
        },
    },
}
CLAIMS = [
    ("shed", "ASSEMBLES", "kite"),
    ("shed", "REPORTS_TO", "office"),
    ("shed", "EXPORTS_TO", "land"),
    ("shed", "BARRED_BY", "bench"),
]
ENTITIES = [
    ("shed", "Workshop", "The shed"),
    ("kite", "Drone", "Kite"),
    ("office", "Commission", "The office"),
    ("land", "State", "A land"),
    ("bench", "Regime", "The bench"),
    ("paper", "Organization", "The paper"),
]


def write_ontology(path: Path) -> None:
    """The shipped ontology with what is added; the new column stands before the last."""
    raw = yaml.safe_load(ONTOLOGY_FILE.read_text(encoding="utf-8"))
    for section, entries in ADDED.items():
        raw[section] |= entries
    raw["columns"]["beside"] = raw["columns"].pop("beside")
    path.write_text(yaml.safe_dump(raw, sort_keys=False, allow_unicode=True), encoding="utf-8")


def build_data(claims: list[tuple[str, str, str]]) -> dict[str, Any]:
    """A file in the exchange format that uses the added types."""
    return {
        "format": "armsgraph/1",
        "entities": [{"id": i, "type": t, "name": n, "aliases": [], "properties": {}} for i, t, n in ENTITIES],
        "relationships": [],
        "claims": [
            {
                "id": f"claim-{n}",
                "subject": subject,
                "predicate": predicate,
                "object": target,
                "stance": "asserted",
                "asserted_by": "paper",
                "source": "report",
                "reported_on": "2024-01-02",
                "reliability": "B",
                "credibility": "2",
                "summary": "The paper says so.",
            }
            for n, (subject, predicate, target) in enumerate(claims)
        ],
        "sources": [{"id": "report", "publisher": "The paper", "title": "A report", "date": "2024-01-02"}],
    }


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program that differs in ontology.yaml alone."""
    folder = tmp_path_factory.mktemp("program")
    for part in ("graph", "loader", "explorer", "cypher"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "armsgraph.py", folder)
    write_ontology(folder / "graph" / "ontology.yaml")
    return folder


@pytest.fixture(scope="module")
def extended(program: Path) -> Ontology:
    """The ontology of the copy."""
    return load_ontology(program / "graph" / "ontology.yaml")


def run(program: Path, *arguments: str, server: Server | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a program's command line."""
    environment = {**os.environ, "PYTHONPATH": str(program), "COLUMNS": "200"}
    if server:
        environment |= {"NEO4J_URI": server.uri, "NEO4J_USER": server.user, "NEO4J_PASSWORD": server.password}
    command = [sys.executable, "-m", "armsgraph", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=program, env=environment, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def loaded(program: Path, spare_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A database that the copy loaded."""
    file = tmp_path_factory.mktemp("made") / "made.json"
    file.write_text(json.dumps(build_data(CLAIMS)), encoding="utf-8")
    with Store(lambda: address(spare_server)) as store:
        write.wipe(store)
        done = run(program, "load", "json", str(file), server=spare_server)
        assert (done.returncode, "6 entities, 4 relationships from 4 claims" in done.stdout + done.stderr) == (0, True)
        yield store
        write.wipe(store)


def test_what_is_loaded_is_checked_against_it(
    program: Path, extended: Ontology, ontology: Ontology, tmp_path: Path
) -> None:
    good, wrong = tmp_path / "good.json", tmp_path / "wrong.json"
    good.write_text(json.dumps(build_data(CLAIMS)), encoding="utf-8")
    wrong.write_text(json.dumps(build_data([("kite", "ASSEMBLES", "shed")])), encoding="utf-8")
    assert run(program, "load", "json", str(good), "--dry-run").returncode == 0
    refused = run(program, "load", "json", str(wrong), "--dry-run")
    assert refused.returncode == 1
    assert "ASSEMBLES" in refused.stderr
    assert "Workshop" in refused.stderr
    shipped = run(ROOT, "load", "json", str(good), "--dry-run")
    assert shipped.returncode == 1
    assert "Workshop" in shipped.stderr
    shed = Entity("shed", "Workshop", extended.types["Workshop"].labels, "The shed", properties={"benches": 4})
    assert validate.check_entity(extended, shed) == []
    assert validate.check_entity(ontology, shed)
    claim = Claim("c", "shed", "ASSEMBLES", "asserted", "report", object="kite", asserted_by="paper", summary="So.")
    types = {i: t for i, t, _ in ENTITIES}
    assert validate.check_claim(extended, claim, types.get) == []
    assert validate.check_claim(ontology, claim, types.get)


def test_legend_filter_and_style_know_it(loaded: Store, extended: Ontology) -> None:
    canvas = Canvas(ids=("shed", "kite", "office", "bench"))
    scene = rendered_view.read(loaded, extended, canvas)
    rows = str(legend_panel.render_rows(scene))
    for caption in ("Workshop", "Drone", "Putting together", "puts together"):
        assert caption in rows
    (chain,) = [
        r
        for r in legend.build_chain_rows(extended, scene.whole.relationships, scene.shown.relationships, (), ())
        if r.name == "assembly"
    ]
    assert (chain.caption, chain.count, [p.name for p in chain.parts]) == ("Putting together", 1, ["ASSEMBLES"])
    for rule, left in (
        (Filter(types=("Workshop",)), {"kite", "office", "bench"}),
        (Filter(chains=("assembly",), bare=True), {"shed", "office", "bench"}),
        (Filter(relationships=("ASSEMBLES",), bare=True), {"shed", "office", "bench"}),
    ):
        shown = apply.apply_filter(extended, scene.whole, rule)
        assert {e.id for e in shown.entities} == left
        assert describe_filter(extended, scene.whole, shown, rule)
    rules = {r["selector"]: r["style"] for r in stylesheet.build_stylesheet(extended)}
    coloured = [style for style in rules.values() if style.get("line-color") == "#b5005b"]
    assert [style["width"] for style in coloured] == [1.5]  # a thin chain
    assert any("#0a7d4f" in str(style) for style in rules.values())


def test_a_chain_leads_through_it_into_its_own_column(loaded: Store, extended: Ontology, ontology: Ontology) -> None:
    chain = chains.read(loaded, extended, "kite")
    assert {"shed", "office", "land"} <= set(chain.ids)
    assert {m.kind for m in chain.missing} == {"carrier", "return"}  # it has a maker, and that one a superior
    assert "maker" in {
        m.kind for m in chains.find_missing_links(loaded, ontology, [chains.MissingLink("maker", "", "kite")])
    }
    canvas = actions.show_chain(loaded, extended, "kite").canvas
    scene = rendered_view.compose(extended, canvas, browse.read_subgraph(loaded, canvas.ids))
    column = columns.assign_columns(scene.drawn, extended)
    assert (column["shed"], column["kite"], column["land"]) == ("workshops", "goods", "receivers")
    headings = [text for text, _ in columns.build_headings(canvas.positions, scene.drawn, extended).values()]
    assert "Where it is put together" in headings


def test_it_is_expanded_searched_and_gone_around(loaded: Store, extended: Ontology) -> None:
    counts = neighbours.count_neighbours(loaded, extended, "kite", ())
    assert [(g.relationship, g.type, g.total) for g in counts.rows] == [("ASSEMBLES", "Workshop", 1)]
    choice = neighbours.NeighbourFilter(relationship="ASSEMBLES", outward=False)
    assert "is put together by" in expansion.describe_choice(extended, "Kite", choice)
    near = neighbours.select_neighbours(loaded, extended, "kite", rule="evidence", limit=5, choice=choice)
    assert near == ["shed"]
    assert [h.entity.id for h in search.find_hits(loaded, extended, "workshop:")] == ["shed"]
    words = vocabulary.read_vocabulary(loaded, extended)
    assert "Workshop" in str(words)
    assert "ASSEMBLES" in str(words)
    assert path_overlay.describe_hubs(extended, path_overlay.list_hubs(extended)).endswith(
        "sanctions authorities or workshops"
    )
    rule = paths.PathFilter(denied=True, withdrawn=True)
    assert paths.find_paths(loaded, extended, "kite", "office", kind="shortest", rule=rule).paths
    around = paths.PathFilter(avoid=path_overlay.list_hubs(extended))
    assert not paths.find_paths(loaded, extended, "kite", "office", kind="shortest", rule=around).paths


def test_its_designation_is_one(loaded: Store, extended: Ontology) -> None:
    listed = summaries.read_designations(loaded, extended, ["shed"])["shed"]
    assert [name for name, _ in listed] == ["The bench"]
    assert encoding.classify_designation([line for _, line in listed]) == "Designated"
    nearest = paths.find_nearest_designated(loaded, extended, "kite", paths.PathFilter())
    assert [p.entities[-1].id for p in nearest.paths] == ["shed"]
    shown = str(details.render_content(loaded, extended, Canvas(ids=("shed",)), {"kind": "entity", "id": "shed"}))
    assert "glance designation" in shown


def test_every_export_holds_it(program: Path, loaded: Store, extended: Ontology, spare_server: Server) -> None:
    written = {
        form: run(program, "export", "--all", "--format", form, server=spare_server)
        for form in ("json", "graphml", "ftm")
    }
    for form, done in written.items():
        assert done.returncode == 0, done.stderr
        assert "Workshop" in done.stdout, form
        assert "ASSEMBLES" in done.stdout, form
    lines = [json.loads(line) for line in written["ftm"].stdout.splitlines()]
    assert {line["schema"] for line in lines} >= {"Organization", "Sanction"}
    canvas = actions.show_chain(loaded, extended, "kite").canvas
    for form, words in (
        ("svg", ["Workshop", "Putting together", "#b5005b", "Where it is put together"]),
        ("cyjs", ["Workshop", "ASSEMBLES"]),
        ("gexf", ["Workshop", "puts together"]),
        ("mermaid", ["puts together"]),
    ):
        file = build_canvas_file(ExportContext(loaded, extended), [canvas], ExportOptions(form))
        text = file.data.decode("utf-8", "replace")
        assert [word for word in words if word not in text] == [], form


@pytest.mark.browser
def test_the_page_shows_it(loaded: Store, extended: Ontology, page: Page) -> None:
    view = ViewStore().keep(view_actions.build_view(loaded, actions.show_chain(loaded, extended, "kite")))
    with pages.serve_explorer(loaded, extended) as url:
        opened = pages.open_page(page, f"{url}?view={view}")
        legend_text = opened.inner_text("#legend")
        assert [w for w in ("Workshop", "Drone", "Putting together") if w not in legend_text] == []
