"""Whom a profile names is hidden wherever it stands, on the canvas or not; names that can't be read let nothing out."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from explorer.export import build, cli_requests, commands, preview
from explorer.export.build import DOSSIERS, ExportContext, ExportFile
from explorer.export.cli_requests import ExportRequest
from explorer.export.formats import FORMATS, ExportOptions
from explorer.export.redaction import Profile, Replacement, find_leaks
from explorer.state.canvas import Canvas, Note
from graph.database.store import Address, Store
from graph.errors import DataError, StoreUnavailable
from graph.model import Subgraph
from graph.ontology import Ontology
from graph.reading import naming
from graph.saved_queries.users import get_local_user
from graph.server import connect
from loader.sources import articles, table
from tests.support.exports import DAY, build_canvas
from tests.support.reading import load_feed

pytestmark = pytest.mark.database
TOWN = Profile("Press", names=(Replacement("kanggye", "Town A"),))
# Not from the code under test: what a reader would recognise.
SPELLINGS = re.compile(r"강\s?계|kang+\s?-?gye|ganggye", re.IGNORECASE)
QUERY = "full-chain"  # it names plants of this town, and does not show the town


class _Opened:
    """The store of the tests in place of the one that a command opens."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __enter__(self) -> Store:
        return self.store

    def __exit__(self, *_: object) -> None:
        return None


@pytest.fixture
def profile_file(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The profile as a file, for commands that read the shipped data and have a home of this test's own."""
    monkeypatch.setenv("ARMSGRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(connect, "open_store", lambda: _Opened(store))
    path = tmp_path / "press.yaml"
    path.write_text("name: Press\nreplace names:\n  - {entity: kanggye, by: Town A}\n", encoding="utf-8")
    return path


def export(*words: str | Path) -> Result:
    return CliRunner().invoke(commands.export, [str(word) for word in words])


def context(store: Store, ontology: Ontology) -> ExportContext:
    return ExportContext(store, ontology, get_local_user())


def assert_clean(data: bytes, subjects: Subgraph) -> None:
    """No spelling that the database or this test knows is in a file, however it is packed."""
    (town,) = subjects.entities
    names = [town.name, *town.aliases]
    assert "강계" in names
    assert find_leaks(data, names) == []
    if not data.startswith((b"PK", b"%PDF", b"\x89PNG")):
        assert not SPELLINGS.search(data.decode("utf-8"))


def test_the_names_come_from_the_database(store: Store) -> None:
    subjects = naming.read_naming(store, ["kanggye", "kim-jong-sik", "nobody-of-this-id"])
    assert [e.id for e in subjects.entities] == ["kanggye", "kim-jong-sik"]
    statements = {(c.subject, c.predicate, c.value) for c in subjects.claims}
    assert {("kanggye", "HAS_NAME", "강계"), ("kim-jong-sik", "HAS_IDENTIFIER", "OFAC 23214")} <= statements
    assert {c.predicate for c in subjects.claims} <= {*naming.NAMING}
    assert naming.read_naming(store, []) == Subgraph()


@pytest.mark.parametrize("form", FORMATS)
def test_a_name_off_the_canvas_is_in_no_file_of_the_app(store: Store, ontology: Ontology, form: str) -> None:
    canvas = build_canvas(store, ontology, QUERY)
    assert "kanggye" not in canvas.ids
    canvas = Canvas.read({**canvas.write(), "title": "Around 강계 and Kanggye"})
    choices = ExportOptions(form, mark="On 강계", title="", made_on=DAY, pixels=600)
    file = build.build_canvas_file(context(store, ontology), [canvas], choices, profile=TOWN)
    assert_clean(file.data, naming.read_naming(store, ["kanggye"]))
    assert "강" not in file.name
    shown = preview.build_canvas_preview(context(store, ontology), canvas, choices, TOWN)
    assert not SPELLINGS.search(shown.svg + shown.text)


@pytest.mark.parametrize("form", FORMATS)
def test_a_name_off_the_canvas_is_in_no_file_of_the_command(store: Store, profile_file: Path, form: str) -> None:
    target = profile_file.with_name("made")
    words = ("--query", QUERY, "--format", form, "--date", DAY, "--width", "600", "-o", target)
    result = export(*words, "--redact", profile_file, "--removed", profile_file.with_name("removed.txt"))
    assert result.exit_code == 0, result.output
    assert_clean(target.read_bytes(), naming.read_naming(store, ["kanggye"]))
    if form == "json":
        plain = export(*words)
        assert plain.exit_code == 0, plain.output
        assert len(re.findall("강계", target.read_text(encoding="utf-8"))) == 3, "it has something to hide"


@pytest.mark.parametrize("form", DOSSIERS)
def test_a_name_off_the_canvas_is_in_no_dossier(store: Store, ontology: Ontology, form: str) -> None:
    file = build.build_dossier_file(
        context(store, ontology), "second-economic-commission", ExportOptions(form, made_on=DAY), profile=TOWN
    )
    assert_clean(file.data, naming.read_naming(store, ["kanggye"]))


def test_a_note_of_the_analyst_and_a_person_s_numbers_and_scripts(store: Store, ontology: Ontology) -> None:
    note = Note("n1", "김정식 and KIM, Cho'ng-sik are one; OFAC 23214, so 23214; Jong Sik Kim too")
    canvas = Canvas(ids=("rajin-port",), positions={"rajin-port": (0.0, 0.0), "n1": (9.0, 9.0)}, notes=(note,))
    who = Profile("x", names=(Replacement("kim-jong-sik", "Official A"),))
    file = build.build_canvas_file(context(store, ontology), [canvas], ExportOptions("cyjs", made_on=DAY), profile=who)
    text = file.data.decode()
    for spelling in ("김정식", "ng-sik", "23214", "Jong Sik"):
        assert spelling not in text, spelling
    assert "Official A and Official A are one; Official A, so Official A; Official A too" in text


@pytest.mark.parametrize("form", ["json", "svg", "csv"])
def test_an_entity_that_the_database_lacks_lets_nothing_out(profile_file: Path, form: str) -> None:
    profile_file.write_text("name: Press\nreplace names:\n  - {entity: kanggye-town, by: Town A}\n", encoding="utf-8")
    target = profile_file.with_name("made")
    result = export("--query", QUERY, "--format", form, "--redact", profile_file, "-o", target)
    assert isinstance(result.exception, DataError)
    assert "kanggye-town" in str(result.exception)
    assert "nothing is written" in str(result.exception)
    assert not target.exists()


def test_a_database_that_is_gone_lets_nothing_out(
    store: Store, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It went after the canvas was read, and before the names were."""
    desk, canvas = context(store, ontology), build_canvas(store, ontology, QUERY)
    read = naming.read_naming

    def gone(other: Store, ids: list[str]) -> Subgraph:
        with Store(lambda: Address("bolt://127.0.0.1:1", "neo4j", "x", "neo4j"), patience=0.2) as nowhere:
            return read(nowhere, ids)

    monkeypatch.setattr(naming, "read_naming", gone)
    for form in ("json", "svg"):
        with pytest.raises(StoreUnavailable):
            build.build_canvas_file(desk, [canvas], ExportOptions(form), profile=TOWN)
    with pytest.raises(StoreUnavailable):
        cli_requests.run_export(desk, ExportRequest(query=QUERY), ExportOptions("json"), profile=TOWN)


def test_a_file_names_no_data_set_of_which_it_shows_nothing(
    empty_store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    """The title of a data set may name who gave it."""
    load_feed(empty_store, ontology, articles.read(articles.FOLDER, ontology))
    (tmp_path / "leak.csv").write_text("ID,Name,Old\nz1,Quiet Trading Ltd,Loud Trading\n", encoding="utf-8")
    (tmp_path / "leak.yaml").write_text(
        "dataset: leakset\ntitle: Files handed over by Informant Kang\npublisher: Leak Desk\ndate: 2024-03-01\n"
        "reliability: B\ncredibility: 2\nentities:\n  co: {type: Company, id: ID, name: Name, aliases: Old}\n",
        encoding="utf-8",
    )
    load_feed(empty_store, ontology, table.read(tmp_path / "leak.csv", tmp_path / "leak.yaml"))
    desk, canvas = context(empty_store, ontology), build_canvas(empty_store, ontology, "export-chain")

    def build_file(form: str, chosen: Canvas, profile: Profile | None) -> ExportFile:
        return build.build_canvas_file(desk, [chosen], ExportOptions(form, made_on=DAY), profile=profile)

    redacted = Profile("Press", ("list",), "C3", drop_notes=True)
    for form, profile in (
        (f, p) for f in FORMATS for p in (None, redacted) if p is None or f in ("json", "svg", "xlsx")
    ):
        assert find_leaks(build_file(form, canvas, profile).data, ["Informant Kang"]) == [], (form, profile)
    exported = cli_requests.run_export(desk, ExportRequest(query="export-chain"), ExportOptions("json", made_on=DAY))
    assert find_leaks(exported.data, ["Informant Kang"]) == []
    assert [e["edition"] for e in json.loads(exported.data)["about"]["editions"]]
    # Where something of it is shown, its edition is told, as everywhere.
    ours = empty_store.read("MATCH (e:Company {name: 'Quiet Trading Ltd'}) RETURN e.id AS id")[0]["id"]
    both = Canvas(ids=(*canvas.ids[:1], ours), positions={canvas.ids[0]: (0.0, 0.0), ours: (9.0, 9.0)})
    text = build_file("json", both, None).data.decode()
    assert "Files handed over by Informant Kang" in text
