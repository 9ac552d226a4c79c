"""No file that we write for people runs as a formula in a spreadsheet, and what we read again is what we wrote."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Browser

from explorer.export.common.briefing import Briefing
from explorer.export.common.material import Material
from explorer.export.data import csv_pair, xlsx
from explorer.state.canvas import Canvas
from graph import evidence
from graph.formats import spreadsheet_guard, tables
from graph.formats.spreadsheet_guard import guard, unguard
from graph.model import Claim, Entity, Source, Subgraph, Table
from graph.ontology import Ontology
from graph.server.importfiles import ImportFiles
from loader import rejects
from loader.files import csv_file, tabular
from loader.loading import changes
from loader.loading.changes import Change
from loader.mappings import suggest
from loader.matching import review_sheet
from loader.matching.stored import EntityDetails, OpenPair
from loader.records import RejectCollector, RejectedRow, Row
from loader.sources import table
from tests.support.paths import ROOT

PAYLOADS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u3000＝1+1",
    "\u00a0+1+1",
    "\u200b\ufeff=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    '"=1+1"',
    "'=1+1",
    "''=1+1",
    "=cmd|'/c calc'!A0",
    '=HYPERLINK("http://example.org","x")',
    "-2+3",
    "+",
)
HARMLESS = ("plain", "강계", "a=b", "'quoted'", "", "1-2", "“=1”", "Kim, Jong Sik", "a\tb", " a")


def runs(cell: str) -> bool:
    """Whether a spreadsheet may run a cell, by rules of its own: the first thing with a shape is a sign."""
    shaped = [c for c in unicodedata.normalize("NFKC", cell) if c != '"' and unicodedata.category(c)[0] not in "ZC"]
    return cell[:1] in ("\t", "\r", "\n") or shaped[:1] in (["="], ["+"], ["-"], ["@"])


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def harmless(rows: Iterable[Iterable[str]]) -> bool:
    return not any(runs(cell) for row in rows for cell in row)


def test_the_judge_knows_the_payloads() -> None:
    assert [p for p in PAYLOADS if not runs(p)] == ["'=1+1", "''=1+1"]
    assert not any(map(runs, HARMLESS))


@pytest.mark.parametrize("text", [*PAYLOADS, *HARMLESS])
def test_a_guarded_text_is_harmless_and_comes_back(text: str) -> None:
    assert not runs(guard(text))
    assert unguard(guard(text)) == text
    assert (guard(text) == text) is (text in HARMLESS)


@given(st.text(alphabet="'\"=+-@＝＠\t\r\n \u00a0\u200b\ufeffa1강,;", max_size=9))
def test_any_text_comes_back(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not runs(guard(text))


def test_nothing_writes_csv_or_workbooks_past_the_guard() -> None:
    allowed = {"explorer/export/data/xlsx.py"}
    writes = re.compile(r"csv\.(?:writer|DictWriter)|\bto_csv\b|\bWorkbook\(|\bwrite_csv\b|xlsxwriter")
    files = {p for package in ("graph", "loader", "explorer") for p in (ROOT / package).rglob("*.py")}
    writers = {str(p.relative_to(ROOT)) for p in files if writes.search(p.read_text(encoding="utf-8"))}
    assert writers == allowed


def test_answers_of_queries() -> None:
    rows = [[p, [p, 1], -5, -0.5] for p in PAYLOADS]
    rows_read = cells(tables.format_csv(Table(list(PAYLOADS[:4]), rows)))
    assert harmless(row[:2] for row in rows_read)
    assert [unguard(row[0]) for row in rows_read[1:]] == list(PAYLOADS)
    assert {(row[2], row[3]) for row in rows_read[1:]} == {("-5", "-0.5")}


def payload_row(folder: Path, number: int, text: str) -> RejectedRow:
    columns = ("Name", "=Size", "@Note")
    row = Row(folder / "t.csv", number, columns, {"Name": text, "=Size": "-12.5", "@Note": "+82 2 123"})
    return RejectedRow(row, (row.problem("=Size", f"must be positive, not {text}"),))


def test_rejected_rows_are_harmless_and_are_read_again_as_they_were(tmp_path: Path) -> None:
    texts = [p.strip() for p in PAYLOADS]  # readers of tables drop blanks at both ends
    rejected = [payload_row(tmp_path, n, text) for n, text in enumerate(texts, 2)]
    (path,) = rejects.write(rejected, tmp_path / "first")
    rows_read = cells(path.read_text(encoding="utf-8"))
    assert rows_read[0] == ["Name", "'=Size", "'@Note", "problem"]
    assert {row[1] for row in rows_read[1:]} == {"-12.5"}  # a number stays one
    assert harmless([row[0], row[2], row[3]] for row in rows_read)
    for columns, rows in (
        ((opened := tabular.open_table(path)).columns, list(opened.rows)),
        (rows_read[0], list(csv_file.read_rows(path, ("Name",), RejectCollector()))),
    ):
        assert [r.values["Name"] for r in rows if isinstance(r, Row)] == texts
        assert len(columns) == 4
    expected = {"=Size": "-12.5", "@Note": "+82 2 123"}
    assert all({k: r.values[k] for k in expected} == expected for r in rows if isinstance(r, Row))
    # A row that is refused once more is not marked twice.
    again = [RejectedRow(r, (r.problem("", "still wrong"),)) for r in rows if isinstance(r, Row)]
    (second,) = rejects.write(again, tmp_path / "second")
    assert [row[:3] for row in cells(second.read_text(encoding="utf-8"))] == [row[:3] for row in rows_read]


def test_rejected_rows_that_were_saved_as_a_workbook(tmp_path: Path) -> None:
    (path,) = rejects.write([payload_row(tmp_path, 2, "=1+1")], tmp_path / "rejects")
    book = openpyxl.Workbook()
    for row in cells(path.read_text(encoding="utf-8")):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    opened = tabular.open_table(tmp_path / "t.xlsx")
    assert opened.columns == ("Name", "=Size", "@Note", "problem")
    assert [r.values["Name"] for r in opened.rows if isinstance(r, Row)] == ["=1+1"]


def test_rejects_of_a_table_are_corrected_and_load(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(
        "dataset: mine\ntitle: A table\npublisher: Desk\n"
        "entities:\n  it: {type: Ship, name: Name, id: '=No', aliases: Also}\n",
        encoding="utf-8",
    )
    (tmp_path / "t.csv").write_text("=No,Name,Also\n1,,＝SUM(1)\n2,,-5\n", encoding="utf-8")

    def read(path: Path) -> list[object]:
        return list(table.read(path, tmp_path / "m.yaml").items)

    bad = [item for item in read(tmp_path / "t.csv") if isinstance(item, RejectedRow)]
    assert len(bad) == 2
    (path,) = rejects.write(bad, tmp_path / "rejects")
    text = path.read_text(encoding="utf-8")
    assert [row[:3] for row in cells(text)] == [["'=No", "Name", "Also"], ["1", "", "'＝SUM(1)"], ["2", "", "-5"]]
    path.write_text(text.replace(",,", ",A ship,"), encoding="utf-8")
    items = read(path)
    assert not [item for item in items if isinstance(item, RejectedRow)]
    values = [r.value for item in items if isinstance(r := getattr(item, "record", None), Claim)]
    assert {"＝SUM(1)", "-5"} <= {*values}


def test_reports_of_changes(tmp_path: Path) -> None:
    changes.write([Change("added", "HAS_NAME", p, p, p, p, p, p, p) for p in PAYLOADS], tmp_path / "report.csv")
    rows_read = cells((tmp_path / "report.csv").read_bytes().decode())
    assert harmless(rows_read)
    assert len(rows_read) == len(PAYLOADS) + 1


def test_match_sheets_are_harmless_and_read_again(tmp_path: Path) -> None:
    ids = [p.strip() for p in PAYLOADS]
    pairs = [
        OpenPair(Claim(f"c{n}", i, "SAME_AS", "asserted", "s", object="b", value=0.8, summary=i))
        for n, i in enumerate(ids)
    ]
    sides = {i: EntityDetails(i, i, "Ship", i) for i in (*ids, "b")}
    text = review_sheet.render(review_sheet.build_open_table(pairs, sides), "csv", "")
    rows_read = cells(text)
    assert harmless(rows_read)
    place = rows_read[0].index("decision")
    filled = io.StringIO()
    csv.writer(filled).writerows([rows_read[0], *([*row[:place], "same", *row[place + 1 :]] for row in rows_read[1:])])
    (tmp_path / "sheet.csv").write_text(filled.getvalue(), encoding="utf-8", newline="")
    answers, problems = review_sheet.read(tmp_path / "sheet.csv")
    assert problems == []
    assert [a.id_a for a in answers] == ids


def hostile_briefing(ontology: Ontology) -> Briefing:
    """A briefing in which every text is a payload."""
    claims = tuple(
        Claim(f"c{n}", f"e{n}", "SUPPLIES", "asserted", "s", object="z", summary=p, asserted_by="z", detail=p, value=p)
        for n, p in enumerate(PAYLOADS)
    )
    labels = ontology.types["Company"].labels
    entities = tuple(Entity(f"e{n}", "Company", labels, p, (p,), {"description": p}) for n, p in enumerate(PAYLOADS))
    entities += (Entity("z", "Company", labels, "=Z"),)
    source = Source("s", "=P", "@T", "2024", "https://example.org/?=1+1", note="-1+1")
    whole = Subgraph(entities, tuple(evidence.build_relationship([c]) for c in claims), claims, (source,))
    ids = tuple(e.id for e in entities)
    canvas = Canvas(ids=ids, positions=dict.fromkeys(ids, (0.0, 0.0)), title="=1+1", note="@SUM(1)")
    return Briefing(Material(ontology, canvas, whole, query="=1", parameters={"=a": "+b"}), mark="=M", title_given="=T")


def test_csv_export(ontology: Ontology) -> None:
    with zipfile.ZipFile(io.BytesIO(csv_pair.render(hostile_briefing(ontology)))) as packed:
        texts = {name: packed.read(name).decode("utf-8-sig") for name in packed.namelist()}
    assert {"nodes.csv", "lines.csv", "claims.csv", "sources.csv", "about.csv"} <= texts.keys()
    for name, text in texts.items():
        for row in cells(text):
            for cell in row:
                assert not runs(cell) or re.fullmatch(r"-?\d+(\.\d+)?", cell), (name, cell)
    nodes = cells(texts["nodes.csv"])
    place = nodes[0].index("name")
    assert {unguard(row[place]) for row in nodes[1:]} >= set(PAYLOADS)


def test_workbooks_hold_no_formula(ontology: Ontology) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(hostile_briefing(ontology))))
    held = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in held} <= {"s", "n", "b"}
    assert not [c.coordinate for c in held if isinstance(c.value, str) and runs(c.value) and not c.quotePrefix]
    assert {c.value for c in held} >= {"=1+1", "@SUM(1+1)", "-1+1"}


def test_files_for_the_importer_are_not_altered(tmp_path: Path) -> None:
    """A program reads them, not a person: a mark would be stored."""
    with ImportFiles(tmp_path / "files") as files:
        files.nodes("E", [(("Entity",), {"id": f"e{n}", "name": p}) for n, p in enumerate(PAYLOADS)])
    (data,) = [p for p in (tmp_path / "files").glob("nodes-*.tsv") if "header" not in p.name]
    text = data.read_text(encoding="utf-8")
    assert "=1+1" in text
    assert "'=HYPERLINK" not in text


def test_drafts_of_mappings_name_columns_as_they_are(tmp_path: Path) -> None:
    """YAML for our own loader: no spreadsheet opens it, and a mark would name another column."""
    (tmp_path / "t.csv").write_text("Name,IMO number,=Flag\nA,9074729,KP\n", encoding="utf-8")
    draft = suggest.draft_mapping(tmp_path / "t.csv")
    assert yaml.safe_load(draft)["dataset"]
    assert "=Flag" in draft
    assert "'=Flag'" in draft or '"=Flag"' in draft


@pytest.mark.browser
def test_the_grid_guards_by_the_same_pattern(browser: Browser) -> None:
    page = browser.new_page()
    script = "([pattern, texts]) => texts.map((text) => new RegExp(pattern).test(text))"
    marked = page.evaluate(script, [spreadsheet_guard.TO_GUARD, [*PAYLOADS, *HARMLESS]])
    page.close()
    assert marked == [True] * len(PAYLOADS) + [False] * len(HARMLESS)
