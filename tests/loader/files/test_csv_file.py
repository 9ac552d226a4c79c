"""Every fault in a CSV file is named by file and row, and every good row is kept."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import DataError
from loader.files import csv_file
from loader.records import RejectCollector, Row


def read(folder: Path, raw: bytes | str) -> tuple[list[Row], RejectCollector]:
    path = folder / "claims.csv"
    path.write_bytes(raw.encode() if isinstance(raw, str) else raw)
    dataset = RejectCollector("test")
    return list(csv_file.read_rows(path, ("id", "text"), dataset)), dataset


def test_rows_know_the_line_they_begin_on(tmp_path: Path) -> None:
    rows, dataset = read(tmp_path, '\ufeffid,text\r\na,"two\nlines"\r\n\r\nb,plain\r\n')
    assert [(r.number, r.values["id"]) for r in rows] == [(2, "a"), (5, "b")]
    assert not dataset.rejected


def test_a_stray_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    rows, dataset = read(tmp_path, 'id,text\na,1\nb,"never closed\nc,3\nd,4\n')
    assert [r.values["id"] for r in rows] == ["a", "c", "d"]
    (rejected,) = dataset.rejected
    assert rejected.row.number == 3
    assert str(rejected.problems[0]).startswith("claims.csv, row 3: the row is not CSV")
    assert rejected.row.values["id"] == 'b,"never closed'  # nothing of it is lost


def test_too_many_and_too_few_fields(tmp_path: Path) -> None:
    rows, dataset = read(tmp_path, "id,text\na\nb,2,extra\nc,3\n")
    assert [r.values["id"] for r in rows] == ["c"]
    problems = [str(r.problems[0]) for r in dataset.rejected]
    assert problems[0] == "claims.csv, row 2: the row has 1 fields, the header 2"
    assert "left over: ['extra']" in problems[1]


def test_control_characters_are_refused(tmp_path: Path) -> None:
    rows, dataset = read(tmp_path, "id,text\na,x\x1by\nb,z\n")
    assert [r.values["id"] for r in rows] == ["b"]
    assert str(dataset.rejected[0].problems[0]) == "claims.csv, row 2, field 'text': holds a control character"


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "no header row"),
        (b"id\na\n", "the header lacks text"),
        (b"id,text,id\n", "names id twice"),
        (b"id,text\na,1\nb,\xff\n", "claims.csv, row 3: byte 0xff at offset 14 is not UTF-8"),
    ],
)
def test_an_unusable_file_is_refused_as_a_whole(tmp_path: Path, raw: bytes, rule: str) -> None:
    with pytest.raises(DataError, match="claims.csv") as error:
        read(tmp_path, raw)
    assert rule in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.csv: can't be read"):
        list(csv_file.read_rows(tmp_path / "nowhere.csv", (), RejectCollector("test")))


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip)


@settings(max_examples=200)
@given(table=st.lists(st.tuples(CELL.filter(bool), CELL), max_size=20))
def test_what_a_csv_writer_wrote_comes_back(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str]]
) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "text"])
    writer.writerows(table)
    rows, dataset = read(tmp_path_factory.mktemp("csv"), text.getvalue())
    assert [(r.values["id"], r.values["text"]) for r in rows] == table
    assert not dataset.rejected


@settings(max_examples=200)
@given(raw=st.text(alphabet='ab,"\n\r', max_size=60))
def test_no_line_of_any_file_is_lost(tmp_path_factory: pytest.TempPathFactory, raw: str) -> None:
    rows, dataset = read(tmp_path_factory.mktemp("csv"), "id,text\n" + raw)
    assert dataset.rows_read == len(rows) + len(dataset.rejected)
    kept = "".join("".join(r.values.values()) for r in (*rows, *(x.row for x in dataset.rejected)))
    problems = "".join(str(p) for x in dataset.rejected for p in x.problems)
    assert raw.count("a") <= kept.count("a") + problems.count("a")
