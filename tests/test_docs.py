"""What the README and docs/ say is so."""

import re
from pathlib import Path

import pytest
import yaml
from PIL import Image

from armsgraph import COMMANDS
from explorer.export.build import DOSSIERS
from explorer.export.formats import FORMATS
from explorer.export.redaction import profiles
from graph.database.store import Store
from graph.ontology import Ontology
from graph.saved_queries import guarded_query, queryfile
from graph.saved_queries.library import load_shipped_queries
from graph.saved_queries.parameters import RESERVED, TYPES
from graph.saved_queries.queryfile import CHARTS, RESULTS, THEMES
from graph.settings import LIMITS, Bounds
from scripts import readme_tables, samples
from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
QUERIES = (ROOT / "docs/queries.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", readme_tables.PAGES)
def test_the_tables_are_current(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert readme_tables.fill_tables(text) == text, "run: python scripts/readme_tables.py"


def test_every_saved_query_is_in_the_readme_and_in_the_page_on_queries() -> None:
    for query in load_shipped_queries().values():
        assert query.title in README
        assert f"| `{query.name}` | **{query.title}.** {query.description}" in QUERIES


def test_the_page_on_queries_has_every_key_type_and_bound() -> None:
    for word in (*THEMES, *RESULTS, *CHARTS, *TYPES, *RESERVED, "title", "description", "theme", "parameters", "unit"):
        assert f"`{word}`" in QUERIES or f"**{word}**" in QUERIES, word
    bounds = Bounds(together=0)
    for name in LIMITS:
        at_first = "as many as processors, 2 to 4" if name == "together" else f"{getattr(bounds, name):g}"
        assert re.search(rf"\| `ARMSGRAPH_QUERY_{name.upper()}` \| [^|]+ \| {at_first} \|", QUERIES), name


@pytest.mark.database
def test_the_query_that_the_page_shows_runs(store: Store, ontology: Ontology) -> None:
    (text,) = re.findall(r"```\n(// title:.*?)```", QUERIES, re.DOTALL)
    answer = guarded_query.run(store, ontology, queryfile.parse("example", text), {"receiver": "Russia"})
    assert ["North Korea", "Russia", "contested"] in answer.table.rows


def test_the_readme_opens_with_a_picture_and_the_two_commands() -> None:
    head = README.split("##")[0]
    picture = re.search(r"!\[[^\]]+\]\(([^)]+)\)", head)
    assert picture
    with Image.open(ROOT / picture[1]) as opened:
        assert opened.width > 1_000
    assert head.index("make demo") < head.index("make test")


def list_pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_link_in_the_docs_leads_somewhere() -> None:
    links = [
        (page, target)
        for page in list_pages()
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
        if not target.startswith("http")
    ]
    assert len(links) > 10
    assert [(page.name, target) for page, target in links if not (page.parent / target).exists()] == []


def test_every_file_that_the_docs_name_is_there() -> None:
    """Paths in code style, from the root; or, in the page of one room, from there."""
    named = 0
    for page in list_pages():
        for path in re.findall(r"`([\w.-]+(?:/[\w.-]+)+/?)`", page.read_text(encoding="utf-8")):
            if path.split("/")[0] in (
                "graph",
                "loader",
                "explorer",
                "tests",
                "scripts",
                "docs",
                "cypher",
                "benchmarks",
            ):
                assert (ROOT / path).exists(), f"{page.name}: {path}"
                named += 1
    assert named > 10


def test_every_make_target_in_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in list_pages():
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert target in targets, f"{page.name}: make {target}"


def test_the_architecture_names_every_room() -> None:
    """A folder of the three packages that holds modules is told of, or stands in one that is."""
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    for package in ("graph", "loader", "explorer"):
        for folder in sorted((ROOT / package).iterdir()):
            if any(folder.glob("*.py")):
                assert f"(../{package}/{folder.name})" in text, f"{package}/{folder.name}"


def test_each_decision_has_its_parts() -> None:
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [int(p.name[:4]) for p in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert all(f"**{part}.**" in text or f"**{part}:**" in text for part in ("Status", "Context", "Decision")), (
            page.name
        )


def test_every_command_in_the_readme_exists() -> None:
    named = set(re.findall(r"^armsgraph (\w+)", README, re.MULTILINE))
    assert named == set(COMMANDS)


def test_the_compose_file_has_its_three_services_in_order() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    assert services["neo4j"]["healthcheck"]["test"]
    assert services["loader"]["depends_on"]["neo4j"]["condition"] == "service_healthy"
    assert services["explorer"]["depends_on"]["loader"]["condition"] == "service_completed_successfully"
    assert all(port.startswith("127.0.0.1:") for port in services["explorer"]["ports"])


@pytest.mark.parametrize("page", ["docs/data.md", "docs/grading.md", "CHANGELOG.md"])
def test_pages_that_the_readme_promises_are_there(page: str) -> None:
    assert len((ROOT / page).read_text(encoding="utf-8")) > 200


def test_the_page_on_exports_has_every_format_and_its_profile_can_be_read() -> None:
    text = (ROOT / "docs/exports.md").read_text(encoding="utf-8")
    for name in (*FORMATS, *DOSSIERS):
        assert f"`{name}`" in text, name
    (profile,) = re.findall(r"```\n(name: .*?)```", text, re.DOTALL)
    read = profiles.parse(profile)
    assert (read.source_kinds, read.grade, read.drop_notes) == (("list",), "C3", True)
    assert [r.label for r in read.names] == ["Official A"]


def test_the_sample_exports_are_there_and_are_what_the_script_makes() -> None:
    folder = ROOT / "docs/samples"
    assert {f.name for f in folder.iterdir()} == set(samples.SAMPLES)
    heads = {".pdf": b"%PDF", ".html": b"<!DOCTYPE", ".pptx": b"PK", ".docx": b"PK"}
    for file in folder.iterdir():
        assert file.read_bytes().startswith(heads[file.suffix]), file.name
        assert file.name in (ROOT / "docs/exports.md").read_text(encoding="utf-8")
