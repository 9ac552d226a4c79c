"""What the importer stores equals what the driver stores, and a failed import harms nothing."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.database import write
from graph.database.store import Store, Transaction
from graph.errors import ArtifactsUnavailable, DataError, StoreError, UsageError
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from graph.server import artifacts, importer, local
from graph.server.importfiles import ImportFiles
from graph.server.importvalues import BETWEEN
from tests.support.paths import ROOT
from tests.support.servers import address, missing

database = pytest.mark.database
Row = tuple[tuple[str, ...], dict[str, Any]]

# Everything that is text: also delimiters, quotes, marks of byte order, NUL, and what looks like a number or a header.
SPECIAL = [
    '"',
    '""',
    "'",
    "\\",
    "\t",
    "\n",
    "\r\n",
    "\r",
    ",",
    ";",
    ":",
    "|",
    "\0",
    "\x1a",
    "\x1f",
    "\x85",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\uffff",
    "\ufdd1",
    "#",
    " ",
    "null",
    "NaN",
    "1",
    "1.5",
    "true",
    "강계",
]
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters=BETWEEN), max_size=12),
    st.lists(st.sampled_from(SPECIAL), max_size=6).map("".join),
)
integers = st.integers(-(1 << 63), (1 << 63) - 1)
lists = st.lists(texts, max_size=4).filter(lambda values: values != [""])
values = st.one_of(st.none(), texts, integers, st.floats(), st.booleans(), lists, lists.map(tuple))
names = st.sampled_from(["value", "low", "unit", "name", "aliases", "ID", "LABEL", "IGNORE"])
labels = st.sampled_from([("Entity",), ("Entity", "Organization"), ("Entity", "Organization", "Company"), ()])


@pytest.fixture(scope="module", autouse=True)
def java() -> None:
    """The jars, or no tests."""
    try:
        artifacts.ensure_jars()
    except ArtifactsUnavailable as error:
        missing(str(error))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("importer") / "home"


def collected(strategy: st.SearchStrategy[Any], count: int) -> list[Any]:
    """Many values that Hypothesis thought of, for one import of all: one takes seconds."""
    drawn: list[Any] = []

    @settings(max_examples=count, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(value: Any) -> None:
        drawn.append(value)

    collect()
    return drawn


def stored(value: Any) -> Any:
    """A value as a driver gives it back, in a form that tells 1 from 1.0 and True, and NaN from nothing."""
    return [*value] if isinstance(value, tuple) else value


def same(properties: dict[str, Any]) -> str:
    return repr(sorted((key, stored(value)) for key, value in properties.items()))


@database
def test_the_importer_stores_what_the_driver_stores(home: Path, tmp_path: Path) -> None:
    drawn: list[Row] = collected(st.tuples(labels, st.dictionaries(names, values, max_size=5)), 250)
    odd = [t for t in collected(texts, 150) if t]
    rows = [(label, {**p, "id": odd[i % len(odd)] + f"/{i}"}) for i, (label, p) in enumerate(drawn)]
    rows.append((("Entity",), {"id": "long", "name": "강\n" * 500_000, "unit": "x" * 5_000_000}))
    links = [(p["id"], q["id"], p) for (_, p), (_, q) in zip(rows, reversed(rows), strict=True) if p["id"] != "long"]
    with ImportFiles(tmp_path / "무기, graph=1;x") as files:
        for i, (source, target, properties) in enumerate(links[:100]):  # before the nodes they need
            plain = {key: value for key, value in properties.items() if key != "id"}
            files.relationship("LINKS", ("E", source), ("E", target), {**plain, "n": i})
        files.nodes("E", rows)
        files.node("Other", ("Source",), {"id": rows[0][1]["id"]})  # the same id in another group
        files.relationship("FROM", ("E", rows[0][1]["id"]), ("Other", rows[0][1]["id"]))
    assert importer.is_not_created(home)
    steps: list[tuple[str, float]] = []
    importer.run(files, home, lambda stage, share: steps.append((stage, share)))
    assert not importer.is_not_created(home)
    assert steps[0] == ("Node import", 0.0)
    assert steps[-1] == ("Post processing", 1.0)
    with local.open_server(home) as server, Store(lambda: address(server)) as store:
        # An empty list is the one thing that the importer can't store, so the driver doesn't either.
        full = [(names, {k: stored(v) for k, v in p.items() if v not in ([], ())}) for names, p in rows]
        sent = [{"labels": ["Driver", *names], "p": p} for names, p in full]
        store.write(Transaction.run, "UNWIND $rows AS row CREATE (n:$(row.labels)) SET n = row.p", rows=sent)
        read = "MATCH (n) WHERE {} AND NOT n:Source RETURN labels(n) AS labels, properties(n) AS p"
        by_driver = {r["p"]["id"]: r for r in store.read(read.format("n:Driver"))}
        by_importer = {r["p"]["id"]: r for r in store.read(read.format("NOT n:Driver"))}
        assert len(by_importer) == len(rows)
        for id_, row in by_driver.items():
            assert same(by_importer[id_]["p"]) == same(row["p"])
            assert sorted([*by_importer[id_]["labels"], "Driver"]) == sorted(row["labels"])
        links_read = store.read("MATCH (a)-[r:LINKS]->(b) RETURN a.id AS a, b.id AS b, properties(r) AS p ORDER BY r.n")
        for i, ((a, b, p), read_back) in enumerate(zip(links, links_read, strict=False)):
            expected = {k: v for k, v in p.items() if k != "id" and v is not None and v not in ([], ())}
            assert (read_back["a"], read_back["b"], same(read_back["p"])) == (a, b, same({**expected, "n": i}))
        assert len(links_read) == 100
        assert store.read("MATCH ()-[:FROM]->(s:Source) RETURN count(s) AS n") == [{"n": 1}]


@database
def test_only_an_empty_database_is_filled_and_it_is_as_an_ordinary_one(
    home: Path, tmp_path: Path, ontology: Ontology
) -> None:
    with small(tmp_path / "files") as files:
        pass
    with local.open_server(home) as server, Store(lambda: address(server)) as store:
        store.write(Transaction.run, "CREATE (:Entity {id: 'there'})")
        assert not importer.is_empty(store)
        write.wipe(store)
        write.ensure_schema(store, ontology)
        store.write(Transaction.run, "CREATE (:Lock {id: 'writing'})")
        assert importer.is_empty(store)
        importer.run(files, home)  # ends the server
        with pytest.raises(StoreError, match="only an empty one"):
            importer.run(files, home)
    with local.open_server(home) as server, Store(lambda: address(server)) as store:
        assert store.read("MATCH (n) RETURN n.id AS id ORDER BY id") == [{"id": "a"}, {"id": "b"}]
        write.ensure_schema(store, ontology)
        assert store.read("MATCH (n:Entity {id: 'a'})-[r:R]->(m) RETURN m.id AS id") == [{"id": "b"}]
        formats = {row["store"] for row in store.read("SHOW DATABASES YIELD name, store")}
        assert len(formats) == 1  # of the imported database, and of the one that Neo4j made


def small(folder: Path) -> ImportFiles:
    files = ImportFiles(folder)
    files.nodes("E", [(("Entity",), {"id": "a"}), (("Entity",), {"id": "b"})])
    files.relationship("R", ("E", "a"), ("E", "b"))
    return files


@database
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda f: f.node("E", ("Other",), {"id": "a"}), "'a' is defined more than once in group 'E'"),
        (lambda f: f.relationship("R", ("E", "a"), ("E", "강계")), "referring to missing node 강계"),
    ],
)
def test_a_bad_graph_is_refused_with_the_importers_reason(
    spoil: Callable[[ImportFiles], None], reason: str, tmp_path: Path
) -> None:
    with small(tmp_path / "files") as files:
        spoil(files)
    with pytest.raises(StoreError, match=reason) as caught:
        importer.run(files, tmp_path / "home")
    assert "%" not in str(caught.value)
    assert importer.is_not_created(tmp_path / "home")


# Another process that imports; with a limit it can't write a file larger than that, as on a full disk.
IMPORT = """
import pathlib, resource, sys
from graph.server import importer
from graph.server.importfiles import ImportFiles
home, folder = map(pathlib.Path, sys.argv[1:3])
with ImportFiles(folder) as files:
    files.nodes("E", ((("Entity",), {"id": f"e{i}", "t": "text " * 40}) for i in range(60_000)))
if limit := int(sys.argv[3]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
importer.run(files, home)
"""


def other_process(home: Path, folder: Path, limit: int = 0) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", IMPORT, str(home), str(folder), str(limit)]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)


@database
@pytest.mark.skipif(os.name != "posix", reason="limits and kill -9 of POSIX")
def test_a_full_disk_and_kill_9_leave_an_empty_database_that_starts_and_can_be_filled(tmp_path: Path) -> None:
    home, mark = tmp_path / "home", tmp_path / "home" / "run" / "creating"
    store_files = home / "data" / "databases" / "neo4j"
    full = other_process(home, tmp_path / "full", 2_000_000)
    assert "File too large" in full.communicate(timeout=120)[1].splitlines()[-1]
    assert importer.is_not_created(home)

    def killed(whom: str) -> str:
        parent = other_process(home, tmp_path / whom)
        while not (mark.exists() and (store_files / "neostore.nodestore.db").exists()):
            assert parent.poll() is None, parent.communicate()
            time.sleep(0.01)
        (child,) = psutil.Process(parent.pid).children()
        os.kill(parent.pid if whom == "python" else child.pid, signal.SIGKILL)
        errors = parent.communicate(timeout=60)[1]
        psutil.wait_procs([child], timeout=10)  # it ends with its parent
        assert not child.is_running()
        assert importer.is_not_created(home)
        return errors

    killed("python")
    with local.open_server(home) as server, Store(lambda: address(server)) as store:
        assert importer.is_empty(store)
    assert "It was ended before it was done" in killed("java")
    assert other_process(home, tmp_path / "last").communicate(timeout=120)[1] == ""
    assert not importer.is_not_created(home)
    assert not mark.exists()


@database
def test_others_import_the_files_wherever_they_lie(tmp_path: Path, ontology: Ontology) -> None:
    with small(tmp_path / "files") as files:
        pass
    importer.write_import_guide(files, ontology.schema())
    assert "neo4j-admin database import full neo4j @arguments.txt" in (tmp_path / "files" / "README.txt").read_text()
    assert (tmp_path / "files" / "schema.cypher").read_text().count(";\n") == len(ontology.schema())
    assert str(tmp_path) not in (tmp_path / "files" / "arguments.txt").read_text()
    moved = (tmp_path / "files").rename(tmp_path / "moved, to=무기")
    command = ["database", "import", "full", "neo4j", "@arguments.txt"]
    done = local.run_admin(command, tmp_path / "home", folder=moved)
    assert "2 nodes" in done.stdout
    assert "1 relationships" in done.stdout


def test_no_room_and_no_node_are_said_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ImportFiles(tmp_path / "files") as files:
        pass
    with pytest.raises(UsageError, match="nothing to import"):
        importer.run(files, tmp_path / "home")
    with small(tmp_path / "more") as files:
        pass
    monkeypatch.setattr(importer, "ROOM", (10**18, 4))
    with pytest.raises(StoreError, match="GB free"):
        importer.run(files, tmp_path / "home")


@pytest.mark.parametrize(
    ("properties", "rule"),
    [
        ({"id": "x", "name": "\ud800"}, "lone surrogate"),
        ({"id": "x", "name": [""]}, "a list of one empty text"),
        ({"id": "x", "name": ["a", f"b{BETWEEN}c"]}, "U+FDD0"),
        ({"id": "x", "name": ["a", 1]}, "expected str"),
        ({"id": "x", "name": 1 << 63}, "64 bits"),
        ({"id": "x", "name": b"x"}, "a bytes can't be stored"),
        ({"id": "x", "na:me": "x"}, "letters, digits and _"),
        ({"id": ""}, "is empty"),
        ({"id": 1}, "a text as its id"),
        ({"name": "x"}, "a text as its id"),
    ],
)
def test_what_cant_be_stored_is_refused_and_leaves_nothing(
    properties: dict[str, Any], rule: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as caught, ImportFiles(tmp_path / "files") as files:
        files.node("E", ("Entity",), {"id": "fine", "name": "x"})
        files.node("E", ("Entity",), properties)
    assert rule in str(caught.value)
    assert not list((tmp_path / "files").iterdir())


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("")
    with pytest.raises(UsageError, match="not empty"):
        ImportFiles(tmp_path)
    with pytest.raises(UsageError, match="not empty"):
        ImportFiles(tmp_path / "mine.txt")
    assert (tmp_path / "mine.txt").exists()


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_a_full_disk_while_the_files_are_written(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(StoreError, match="File too large"), ImportFiles(tmp_path / "files") as files:
            files.nodes("E", ((("Entity",), {"id": f"{i}", "t": "x" * 1000}) for i in range(2000)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list((tmp_path / "files").iterdir())


def test_a_property_of_two_types_makes_two_files_and_a_new_one_a_column(tmp_path: Path) -> None:
    with ImportFiles(tmp_path / "files") as files:
        files.node("E", ("Entity",), {"id": "a", "value": 1})
        files.node("E", ("Entity",), {"value": 2.5, "unit": None, "id": "b"})
        files.node("E", ("Entity",), {"unit": "t", "id": "c"})
        files.node("E", ("Entity",), {"id": "d", "unit": "", "value": 3})
    contents = {file.name: file.read_text() for file in (tmp_path / "files").iterdir()}
    assert contents == {
        "nodes-001-header.tsv": "id:ID(E)\tvalue:long\tunit:string\n",
        "nodes-001.tsv": '"a"\t"1"\nc\t\tt\nd\t3\t""\n',
        "nodes-002-header.tsv": "id:ID(E)\tvalue:double\n",
        "nodes-002.tsv": '"b"\t"2.5"\n',
    }


def test_what_is_kept_in_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.server.importfiles._BUFFERS", 10_000)
    with ImportFiles(tmp_path / "files") as files:
        for i in range(2000):
            files.node("E", (f"Label{i % 50}",), {"id": f"{i}", "t": "x" * 100})
            on_disk = sum(file.stat().st_size for file in (tmp_path / "files").iterdir())
            assert on_disk >= 100 * i - 10_000  # each line has more than a hundred bytes: the rest is in memory
    lines = [line for file in (tmp_path / "files").glob("nodes-*[0-9].tsv") for line in file.read_text().splitlines()]
    assert len(lines) == 2000
    assert load_ontology().types  # its labels are all names that the files take
    with ImportFiles(tmp_path / "types") as files:
        for type_ in load_ontology().types.values():
            files.node("Entity", type_.labels, {"id": type_.name})
