"""Saved queries handed on as files: the same bytes each time, and whatever comes in harms nothing and loses nothing."""

import io
import os
import stat
import struct
import time
import warnings
import zipfile
from pathlib import Path

import pytest

from graph.errors import QueryError
from graph.saved_queries import bundle
from graph.saved_queries.bundle import ImportResult, derive_name, import_queries, pack
from graph.saved_queries.library import SHARED_FOLDER, Library, load_shipped_queries
from graph.saved_queries.queryfile import NAME_RULE
from tests.support.timing import limit_time

TEXT = "// title: {}\n// description: D\n// result: table\nRETURN 1 AS n\n"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.delenv(SHARED_FOLDER, raising=False)
    return Library("Anna", tmp_path / "home")


def zipped(*files: tuple[str | zipfile.ZipInfo, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", packing) as archive:
        warnings.simplefilter("ignore")  # about names that are there twice
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def check_refused(library: Library, file: str, data: bytes, rule: str) -> None:
    with pytest.raises(QueryError) as error:
        import_queries(library, file, data)
    assert rule in str(error.value)
    assert len(library.all()) == len(load_shipped_queries())


def test_a_bundle_goes_to_a_colleague_and_comes_back_unchanged(mine: Library, tmp_path: Path) -> None:
    saved = [
        mine.save(name, TEXT.format(f"{name} 강계"), shelf) for name, shelf in (("b", "personal"), ("a", "shared"))
    ]
    data = pack([*saved, load_shipped_queries()["payments"]])
    time.sleep(0.01)
    assert data == pack([load_shipped_queries()["payments"], *reversed(saved)])
    berta = Library("Berta", tmp_path / "colleague")
    assert import_queries(berta, "queries.zip", data) == [
        ImportResult("a.cypher", "added", "a"),
        ImportResult("b.cypher", "added", "b"),
        ImportResult("payments.cypher", "unchanged", "payments"),
    ]
    assert berta.find("b").text == saved[0].text
    assert {taken.outcome for taken in import_queries(berta, "queries.zip", data)} == {"unchanged"}
    assert pack([berta.find("a"), berta.find("b"), load_shipped_queries()["payments"]]) == data


def test_a_name_that_is_taken_loses_nothing_on_either_side(mine: Library) -> None:
    mine.save("same", TEXT.format("Mine"))
    data = zipped(
        ("same.cypher", TEXT.format("Theirs")),
        ("x/same.cypher", TEXT.format("Third")),
        ("same.cypher", TEXT.format("Theirs")),
        ("payments.cypher", TEXT.format("Other")),
    )
    results = import_queries(mine, "queries.zip", data)
    assert [(taken.outcome, taken.name) for taken in results] == [
        ("renamed", "same-2"),
        ("renamed", "same-3"),
        ("unchanged", "same-2"),
        ("renamed", "payments-2"),
    ]
    assert results[0].why == "another query is called same"
    assert [mine.find(name).title for name in ("same", "same-2", "same-3")] == ["Mine", "Theirs", "Third"]


def test_a_bad_file_is_told_with_its_rule_and_the_good_ones_are_taken(mine: Library, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.cypher")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    files: list[tuple[str | zipfile.ZipInfo, str | bytes]] = [
        ("good.cypher", TEXT.format("Good")),
        ("no-header.cypher", "MATCH (n) RETURN n"),
        ("yaml.cypher", "// title: [\nRETURN 1"),
        ("latin.cypher", TEXT.format("Käse").encode("latin-1")),
        ("hidden.cypher", TEXT.format("a\u202eb")),
        ("big.cypher", TEXT.format("Big") + "/" * 500_000),
        ("readme.md", "# hello"),
        (link, "/etc/passwd"),
        ("inner.zip", zipped(("a.cypher", TEXT.format("A")))),
        ("../../../../evil.cypher", TEXT.format("Evil")),
        ("C:\\Windows\\con.cypher", TEXT.format("Device")),
        ("Chain of Reporting (1).CYPHER", TEXT.format("Copy")),
        ("보고.cypher", TEXT.format("Who reports to whom")),
        ("__MACOSX/._good.cypher", b"\0\1"),
        (".hidden.cypher", b"\0\1"),
        ("notepad.cypher", TEXT.format("From Windows").replace("\n", "\r\n").encode("utf-16")),
        ("folder/", b""),
    ]
    results = {taken.file: taken for taken in import_queries(mine, "queries.zip", zipped(*files))}
    refused = {file: taken.why for file, taken in results.items() if taken.outcome == "refused"}
    assert refused.pop("yaml.cypher").startswith("the header is not YAML")
    assert refused == {
        "no-header.cypher": "it must open with a header of // lines",
        "latin.cypher": "not UTF-8 text",
        "hidden.cypher": "line 1 holds the invisible character U+202E",
        "big.cypher": "a query has at most 30,000 letters",
        "readme.md": "not a .cypher file",
        "link.cypher": "a link or device, not a file",
        "inner.zip": "not a .cypher file",
    }
    taken = {file: (t.outcome, t.name) for file, t in results.items() if t.outcome != "refused"}
    assert taken == {
        "good.cypher": ("added", "good"),
        "../../../../evil.cypher": ("added", "evil"),
        "C:\\Windows\\con.cypher": ("renamed", "query-con"),
        "Chain of Reporting (1).CYPHER": ("renamed", "chain-of-reporting-1"),
        "보고.cypher": ("renamed", "who-reports-to-whom"),
        "notepad.cypher": ("added", "notepad"),
    }
    assert "\r" not in mine.find("notepad").text
    assert not [file for file in tmp_path.rglob("evil*") if tmp_path / "home" not in file.parents]


@limit_time(1.0, busy=True)
def test_bombs_and_damaged_files_are_told(mine: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    check_refused(mine, "x.zip", b"P" * (bundle.LARGEST + 1), "larger than 5 MB")
    check_refused(mine, "x.zip", b"PK\3\4 nonsense", "a damaged .zip")
    check_refused(mine, "x.pdf", b"%PDF", "neither a .cypher file nor a .zip")
    check_refused(mine, "x.zip", zipped(), "there is no file in it")
    check_refused(
        mine, "x.zip", zipped(*((f"q{n}.cypher", TEXT) for n in range(501))), "501 files; a bundle holds at most 500"
    )
    bomb = zipped(("bomb.cypher", b"/" * 300_000_000), ("after.cypher", TEXT.format("After")))
    assert [taken.why for taken in import_queries(mine, "x.zip", bomb)] == ["the bundle unpacks to more than 20 MB", ""]
    liar = zipped(("liar.cypher", b"/" * 50_000_000)).replace(struct.pack("<L", 50_000_000), struct.pack("<L", 90))
    assert [taken.outcome for taken in import_queries(mine, "x.zip", liar)] == ["refused"]
    many = zipped(*((f"q{n}.cypher", b"/" * 100_000) for n in range(209)))
    assert sum("unpacks to more than 20 MB" in taken.why for taken in import_queries(mine, "x.zip", many)) == 9
    assert [
        taken.why for taken in import_queries(mine, "x.zip", zipped(("a.cypher", TEXT), packing=zipfile.ZIP_LZMA))
    ] == ["packed in a way that is not read here"]
    locked = bytearray(zipped(("a.cypher", TEXT)))
    locked[6] |= 1  # the flag in the file's own head, and in the list at the end
    locked[locked.index(b"PK\1\2") + 8] |= 1
    assert "encrypted" in import_queries(mine, "x.zip", bytes(locked))[0].why
    torn = bytearray(zipped(("a.cypher", os.urandom(500))))
    torn[100] ^= 0xFF
    assert "damaged" in import_queries(mine, "x.zip", bytes(torn))[0].why
    assert [*mine.all()][len(load_shipped_queries()) :] == ["after"]


def test_one_file_by_itself(mine: Library) -> None:
    assert import_queries(mine, "My Query.cypher", TEXT.format("T").encode(), "shared") == [
        ImportResult("My Query.cypher", "renamed", "my-query", NAME_RULE)
    ]
    assert mine.find("my-query").shelf == "shared"


@pytest.mark.parametrize(
    ("file", "title", "name"),
    [
        ("a-b.cypher", "", "a-b"),
        ("A  b__c.cypher", "", "a-b-c"),
        ("2023.cypher", "", "query-2023"),
        ("Käse.cypher", "", "kase"),
        ("강.cypher", "강", "query"),
        ("nul.cypher", "", "query-nul"),
        ("x" * 80 + ".cypher", "", "x" * 60),
        ("/", "T!", "t"),
        ("..", "", "query"),
    ],
)
def test_a_name_is_made_from_a_files(file: str, title: str, name: str) -> None:
    assert derive_name(file, title) == name


@limit_time(2.0, busy=True)
def test_many_files_are_taken_in_quickly(mine: Library) -> None:
    results = import_queries(mine, "x.zip", zipped(*((f"q{n}.cypher", TEXT.format(f"Q{n}")) for n in range(300))))
    assert {taken.outcome for taken in results} == {"added"}
