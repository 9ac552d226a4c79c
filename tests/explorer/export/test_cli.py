"""`armsgraph export` and `profile`: every format from the command line, alike with the app, and what is refused."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from explorer.canvas import rendered_view, view_actions
from explorer.export import build, cli_requests, commands
from explorer.export.build import ExportContext
from explorer.export.cli_requests import ExportRequest
from explorer.export.formats import FORMATS, ExportOptions
from explorer.export.redaction import Profile, Replacement
from graph.database.store import Store
from graph.ontology import Ontology
from graph.saved_queries.library import Library
from graph.saved_queries.users import get_local_user
from graph.saved_views.store import ViewStore
from graph.server import connect
from tests.support.exports import DAY, build_canvas, extract_pdf_text

pytestmark = pytest.mark.database
CHAIN = "chain:kanggye-general-tractor-plant"
LONELY = """// title: Three entities and no line
// description: Entities alone.
// result: graph
MATCH (n:Entity) WHERE n.id IN ['kanggye-general-tractor-plant', 'rajin-port', 'kim-jong-sik'] RETURN n
"""


class _Open:
    """The store of the tests in place of the one that a command opens."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __enter__(self) -> Store:
        return self.store

    def __exit__(self, *_: object) -> None:
        return None


@pytest.fixture(autouse=True)
def opened(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands read the shipped data, and keep views and profiles in a home of this test's own."""
    monkeypatch.setenv("ARMSGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(connect, "open_store", lambda: _Open(store))


def run(*words: str | Path) -> Result:
    """The command `export` with these words."""
    return CliRunner().invoke(commands.export, [str(g) for g in words])


def test_a_saved_view_gives_the_same_bytes_as_the_app_in_every_format(
    store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    canvas = build_canvas(store, ontology, CHAIN)
    ViewStore().save(
        "Chain", view_actions.build_view(store, rendered_view.read(store, ontology, canvas), [0, 0, 900, 500])
    )
    for name in FORMATS:
        target = tmp_path / f"a.{name}"
        result = run("--view", "Chain", "--format", name, "--date", DAY, "--mark", "Draft", "-o", target)
        assert result.exit_code == 0, result.output
        context = ExportContext(store, ontology, get_local_user())
        app = build.build_canvas_file(context, [canvas], ExportOptions(name, mark="Draft", made_on=DAY))
        assert target.read_bytes() == app.data, name
        assert app.shows in result.output


def test_a_query_as_a_picture_is_what_the_app_draws_of_it(store: Store, ontology: Ontology, tmp_path: Path) -> None:
    result = run("--query", "export-chain", "--format", "svg", "--date", "none", "-o", tmp_path / "a.svg")
    assert result.exit_code == 0, result.output
    app = build.build_canvas_file(
        ExportContext(store, ontology, get_local_user()),
        [build_canvas(store, ontology, "export-chain")],
        ExportOptions("svg"),
    )
    assert (tmp_path / "a.svg").read_bytes() == app.data


def test_a_dossier_by_name_and_by_id(tmp_path: Path) -> None:
    one, two = tmp_path / "1.pdf", tmp_path / "2.pdf"
    assert run("--entity", "Kim Jong Un", "--format", "pdf", "--date", DAY, "-o", one).exit_code == 0
    assert run("--entity", "kim-jong-un", "--format", "pdf", "--date", DAY, "-o", two).exit_code == 0
    assert one.read_bytes() == two.read_bytes()
    assert "Kim Jong Un" in extract_pdf_text(one)


def test_several_views_are_slides_of_one_file(store: Store, ontology: Ontology, tmp_path: Path) -> None:
    for name, what in (("One", "export-chain"), ("Two", "reporting-chain")):
        ViewStore().save(
            name,
            view_actions.build_view(store, rendered_view.read(store, ontology, build_canvas(store, ontology, what))),
        )
    target = tmp_path / "a.pptx"
    assert run("--view", "One", "--view", "Two", "--format", "pptx", "-o", target).exit_code == 0
    with zipfile.ZipFile(target) as packed:
        words = b"".join(packed.read(n) for n in packed.namelist() if n.startswith("ppt/slides/slide")).decode()
    assert "How arms leave the country" in words
    assert "Chain of reporting" in words


def test_two_answers_compared_are_a_picture_too(tmp_path: Path) -> None:
    target = tmp_path / "a.svg"
    result = run("--query", "full-chain", "--difference", "export-chain", "--format", "svg", "-o", target)
    assert result.exit_code == 0, result.output
    text = target.read_text(encoding="utf-8")
    assert "without" in text
    assert "north-korea|EXPORTS_TO|russia" not in text
    both = run("--query", "full-chain", "--intersection", "export-chain", "--format", "svg", "-o", target)
    assert both.exit_code == 0, both.output
    assert "north-korea|EXPORTS_TO|russia" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["json", "graphml", "ftm", "xlsx", "csv", "gexf"])
def test_the_whole_graph(form: str, tmp_path: Path) -> None:
    result = run("--all", "--format", form, "-o", tmp_path / "all")
    assert result.exit_code == 0, result.output
    assert "292 entities" in result.output


def test_a_profile_on_the_command_line_and_its_list(tmp_path: Path) -> None:
    file, target, listed = tmp_path / "p.yaml", tmp_path / "a.json", tmp_path / "removed.txt"
    file.write_text("name: Press\nreplace names:\n  - {entity: kim-jong-sik, by: Official A}\n", encoding="utf-8")
    runner = CliRunner()
    assert runner.invoke(commands.profile, ["save", str(file)]).exit_code == 0
    assert runner.invoke(commands.profile, ["list"]).output.split() == ["Press"]
    assert "Official A" in runner.invoke(commands.profile, ["show", "press"]).output
    for redact in ("Press", str(file)):
        for form in ("json", "graphml", "pdf"):
            result = run(
                "--query", "reporting-chain", "--redact", redact, "--removed", listed, "--format", form, "-o", target
            )
            assert result.exit_code == 0, result.output
            assert "Kim Jong Sik" in listed.read_text(encoding="utf-8")
            assert b"Kim Jong Sik" not in target.read_bytes()
            assert b"kim-jong-sik" not in target.read_bytes()
    run("--query", "reporting-chain", "--redact", "Press", "-o", target, "--removed", listed)
    names = [e["name"] for e in json.loads(target.read_text(encoding="utf-8"))["entities"]]
    assert "Official A" in names
    assert runner.invoke(commands.profile, ["delete", "Press"]).exit_code == 0
    assert "no redaction profile" in str(run("--all", "--redact", "Press").exception)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "say what to export"),
        (["--all", "--query", "returns"], "say what to export"),
        (["--entity", "Kim Jong Un"], "a dossier is written as"),
        (["--query", "returns", "--format", "docx"], "say of which --entity"),
        (["--query", "returns", "--template", __file__], "--template is for"),
        (["--entity", "Nobody Of That Name", "--format", "pdf"], "no entity has"),
        (["--view", "None"], "no saved view"),
        (["--query", "returns", "--date", "soon"], "--date is a day"),
        (["--query", "reporting-chain", "--format", "pptx", "--template", __file__, "-o", "/dev/null"], "template"),
    ],
)
def test_what_makes_no_sense_is_told(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code != 0
    assert words in str(result.exception) + result.output


def test_a_file_goes_to_standard_output_byte_by_byte() -> None:
    result = CliRunner().invoke(commands.export, ["--query", "full-chain", "--format", "xlsx", "--date", DAY])
    assert result.exit_code == 0
    assert zipfile.ZipFile(io.BytesIO(result.stdout_bytes)).testzip() is None


def test_an_entity_without_lines_stays_in_a_redacted_answer(store: Store, ontology: Ontology) -> None:
    Library(get_local_user()).save("lonely", LONELY)
    context = ExportContext(store, ontology, get_local_user())
    profile = Profile("P", names=(Replacement("kim-jong-sik", "Official A"),))
    file = cli_requests.run_export(context, ExportRequest(query="lonely"), ExportOptions("json"), profile=profile)
    inside = {e["id"] for e in json.loads(file.data)["entities"]}
    assert {"kanggye-general-tractor-plant", "rajin-port"} <= inside
    assert b"Official A" in file.data
