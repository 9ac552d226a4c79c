"""Excel workbooks, CSV tables and the zips they come in, read by pandas, openpyxl and LibreOffice."""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from explorer.export.common import zips
from explorer.export.common.briefing import Briefing
from explorer.export.data import csv_pair, rows, tables, xlsx
from explorer.state.canvas import Canvas, Note
from graph.database.store import Store
from graph.model import Entity
from graph.ontology import Ontology
from tests.explorer.export.test_data import CHAIN, hostile
from tests.support.exports import build_briefing, run_program

FILES = ("nodes", "lines", "claims", "disputes", "sources", "named", "about")


@pytest.fixture(scope="module")
def chain(store: Store, ontology: Ontology) -> Briefing:
    """The chain of a plant: one contested line."""
    return build_briefing(store, ontology, CHAIN)


def with_names(briefing: Briefing, *names: str, **changes: object) -> Briefing:
    """The briefing with its first entities called so."""
    whole = briefing.material.whole
    entities = [replace(e, name=names[n], **changes) if n < len(names) else e for n, e in enumerate(whole.entities)]
    return replace(briefing, material=replace(briefing.material, whole=replace(whole, entities=tuple(entities))))


def frames(data: bytes) -> dict[str, pd.DataFrame]:
    """The tables of a zip, every cell as the text that it is."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert opened.testzip() is None
        return {
            name.removesuffix(".csv"): pd.read_csv(opened.open(name), dtype=str, keep_default_na=False)
            for name in opened.namelist()
        }


def book(data: bytes) -> openpyxl.Workbook:
    """The workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(data))


def unescaped(value: object) -> object:
    """A text as Excel and LibreOffice show it: openpyxl leaves escapes (ECMA-376, ST_Xstring) as they are."""
    return value.replace("_x005F_", "_") if isinstance(value, str) else value


# Zips -----------------------------------------------------------------------------------------------------------------


def test_a_zip_is_the_same_whenever_it_was_written(tmp_path: Path) -> None:
    files = {"b/two.xml": b"<two/>" * 99, "a.txt": b"one"}
    for n, clock in enumerate(((1999, 1, 2, 3, 4, 6), (2026, 11, 28, 9, 0, 0))):
        with zipfile.ZipFile(tmp_path / f"{n}.zip", "w") as out:
            for name, data in files.items():
                out.writestr(zipfile.ZipInfo(name, clock), data)
    one, two = (zips.normalise((tmp_path / f"{n}.zip").read_bytes()) for n in range(2))
    assert one == two == zips.pack(files)
    (tmp_path / "fixed.zip").write_bytes(one)
    assert run_program("python3", "-m", "zipfile", "-t", tmp_path / "fixed.zip").startswith("Done testing")
    with zipfile.ZipFile(io.BytesIO(one)) as opened:
        assert {n: opened.read(n) for n in opened.namelist()} == files
        assert opened.namelist() == list(files)
        assert {i.date_time for i in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_is_no_zip_is_refused() -> None:
    with pytest.raises(zipfile.BadZipFile):
        zips.normalise(b"no zip")


@pytest.mark.database
@pytest.mark.parametrize("make", [csv_pair.render, xlsx.render])
def test_the_same_briefing_gives_the_same_bytes(store: Store, ontology: Ontology, make: object) -> None:
    assert callable(make)
    assert make(build_briefing(store, ontology, CHAIN)) == make(build_briefing(store, ontology, CHAIN))


# CSV ------------------------------------------------------------------------------------------------------------------


@pytest.mark.database
def test_csv_tables_hold_all_that_is_shown(chain: Briefing) -> None:
    sheet_frames = frames(csv_pair.render(chain))
    assert tuple(sheet_frames) == FILES
    shown = chain.rendered.shown
    assert dict(zip(sheet_frames["nodes"].id, sheet_frames["nodes"].name, strict=True)) == {
        e.id: e.name for e in shown.entities
    }
    assert set(sheet_frames["lines"].id) == {r.id for r in shown.relationships}
    assert set(sheet_frames["claims"].id) == set(chain.claims)
    assert set(sheet_frames["sources"].id) == {s.id for s in chain.shown.sources}
    assert set(sheet_frames["nodes"].id) | set(sheet_frames["named"].id) == {e.id for e in chain.shown.entities}
    ids = set(sheet_frames["nodes"].id) | set(sheet_frames["named"].id)
    for column in ("subject_id", "object_id", "asserted_by_id"):
        assert set(sheet_frames["claims"][column]) - {""} <= ids
    assert set(sheet_frames["claims"].source_id) <= set(sheet_frames["sources"].id)
    assert set(sheet_frames["claims"].line_id) - {""} == set(sheet_frames["lines"].id)
    [contested] = sheet_frames["lines"][sheet_frames["lines"].stance == "contested"].to_dict("records")
    assert "North Korea (D5) [9]" in contested["denied_by"] and contested["source_numbers"] == "4, 5, 7–9"
    assert list(sheet_frames["disputes"].statement) == ["North Korea exports arms to Russia"]


@pytest.mark.database
def test_csv_tables_say_what_they_are(chain: Briefing) -> None:
    canvas = replace(chain.material.canvas, notes=(Note("note:1", "=Ask the editor"),))
    noted = replace(chain, material=replace(chain.material, canvas=canvas))
    about = frames(csv_pair.render(noted))["about"]
    about_rows = list(zip(about.what, about.value, strict=True))
    for key in ("title", "mark", "as_of", "content_sha256"):
        assert (key, str(noted.metadata[key])) in about_rows
    assert ("filters", chain.rules[0]) in about_rows
    assert ("gap", "Nothing known to come back (Iran)") in about_rows
    assert ("analyst’s own note, not a claim", "'=Ask the editor") in about_rows


@pytest.mark.database
def test_csv_begins_with_a_mark_for_excel_and_holds_no_formula(chain: Briefing) -> None:
    with zipfile.ZipFile(io.BytesIO(csv_pair.render(hostile(chain)))) as opened:
        for name in opened.namelist():
            data = opened.read(name)
            assert data.startswith(b"\xef\xbb\xbf") and b"\0" not in data
            read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
            assert len({len(row) for row in read}) == 1
            cells = [c for row in read[1:] for c in row]
            numbers = {c for c in cells if c[:1] in "-" and c[1:].replace(".", "").isdigit()}
            assert [c for c in cells if c.startswith(("=", "+", "-", "@", "\t", "\r")) and c not in numbers] == []


# Excel ----------------------------------------------------------------------------------------------------------------


@pytest.mark.database
def test_a_workbook_has_a_sheet_for_each_type_and_what_they_rest_on(chain: Briefing, ontology: Ontology) -> None:
    opened = book(xlsx.render(chain))
    types = {e.type for e in chain.rendered.shown.entities}
    plurals = [t.plural for t in ontology.list_concrete_types() if t.name in types]
    assert opened.sheetnames == ["About", "Disputes", "Lines", *plurals, "Claims", "Sources", "Named in claims"]
    for name in plurals:
        [type_] = [t for t in ontology.list_concrete_types() if t.plural == name]
        names = sorted(str(row[1]) for row in opened[name].iter_rows(min_row=2, values_only=True))
        assert names == sorted(e.name for e in chain.rendered.shown.entities if e.type == type_.name)
    for sheet in opened:
        assert sheet.freeze_panes == "A2"
        assert str(sheet.auto_filter.ref).startswith("A1:")
    claims = pd.read_excel(io.BytesIO(xlsx.render(chain)), sheet_name="Claims")
    assert set(claims["Id"]) == set(chain.claims)
    figures = claims[claims["Says (code)"] == "ESTIMATE"]
    assert len(figures) and figures["Value"].dropna().map(lambda v: isinstance(v, (int, float))).all()
    assert set(claims["Reported"].dropna().map(type)) == {str}  # a partial date is no date of Excel's
    assert "disputed" not in opened["Lines"]["D1"].value
    disputes = pd.read_excel(io.BytesIO(xlsx.render(chain)), sheet_name="Disputes")
    assert "Ministry of National Defence of North Korea (D5) [4]" in disputes["Denied by (grade) [source]"][0]


@pytest.mark.database
def test_nothing_in_a_workbook_is_a_formula_or_a_link_to_a_script(chain: Briefing) -> None:
    opened = book(xlsx.render(hostile(chain)))
    cells = [c for sheet in opened for row in sheet.iter_rows() for c in row if c.value is not None]
    assert {c.data_type for c in cells} <= {"s", "n"}
    risky = [c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "+", "@", "-", "#N/A"))]
    assert risky and all(c.data_type == "s" and c.quotePrefix for c in risky)
    links = {c.hyperlink.target for c in cells if c.hyperlink}
    assert links and all(link.startswith("https://") for link in links)
    names = {unescaped(c.value) for c in cells}
    assert {"=cmd|' /C calc'!A0", "a\ufffdb\ufffd\ufffd", "_x0041_ [[x]]", "two\nlines\nmore", "강계 Кирилл"} <= names


@pytest.mark.database
def test_libreoffice_reads_the_workbook_with_texts_as_texts(
    chain: Briefing, convert: Callable[..., None], tmp_path: Path
) -> None:
    name = "=1+1 _x0041_"
    briefing = with_names(chain, *[name] * 99)
    (tmp_path / "x.xlsx").write_bytes(xlsx.render(briefing))
    # Sheet 0 is all of them, each in a file of its own; the fields are shown as they are stored.
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    convert(tmp_path, "x.xlsx", to=options)
    read = {p.stem.removeprefix("x-"): list(csv.reader(p.open(encoding="utf-8"))) for p in tmp_path.glob("x-*.csv")}
    assert set(read) == set(book(xlsx.render(briefing)).sheetnames)
    assert {row[0] for row in read["Lines"][1:]} == {name}
    assert all(row[read["States"][0].index("Name")] == name for row in read["States"][1:])
    assert "#" not in {cell[:1] for rows_ in read.values() for row in rows_ for cell in row}  # no error anywhere


@pytest.mark.database
def test_a_text_longer_than_a_cell_goes_on_below(chain: Briefing) -> None:
    long = "".join(f"{n:05d} " for n in range(12_000))  # 72,000 letters
    for text in (long, "_x0041_" * 10_000, "𐌀" * 40_000):
        briefing = with_names(chain, "First", properties={"description": text})
        type_ = briefing.material.ontology.types[briefing.material.whole.entities[0].type]
        sheet = book(xlsx.render(briefing))[type_.plural]
        column = next(c.column for c in sheet[1] if c.value == "Description")
        names = next(c.column for c in sheet[1] if c.value == "Name")
        start = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, names).value == "First")
        parts = [str(sheet.cell(start, column).value)]
        while parts[-1].endswith(xlsx.CONTINUATION_MARK):
            parts.append(str(sheet.cell(start + len(parts), column).value))
        assert len(parts) > 1
        assert max(len(p.encode("utf-16-le")) // 2 for p in parts) <= xlsx.LONGEST
        assert "".join(str(unescaped(p.removesuffix(xlsx.CONTINUATION_MARK))) for p in parts) == text


@pytest.mark.database
def test_sheets_of_foreign_types_have_names_that_excel_takes(chain: Briefing) -> None:
    types = ["a" * 40, "A" * 40, "x[]:*?/\\y", "History", "lines", "'quoted'", "", "\x00\n", "강" * 40]
    whole = chain.material.whole
    strange = tuple(Entity(f"neo4j:{n}", t, (t,), f"N{n}") for n, t in enumerate(types))
    canvas = replace(chain.material.canvas, ids=(*chain.material.canvas.ids, *(e.id for e in strange)))
    held = replace(chain.material, canvas=canvas, whole=replace(whole, entities=(*whole.entities, *strange)))
    names = book(xlsx.render(replace(chain, material=held))).sheetnames
    assert len({n.casefold() for n in names}) == len(names)
    assert all(0 < len(n) <= 31 and not set("[]:*?/\\\x00\n") & set(n) and n.strip("'") == n for n in names)
    assert "history" not in {n.casefold() for n in names}


@pytest.mark.database
def test_numbers_are_numbers_and_what_excel_would_round_is_a_text(chain: Briefing) -> None:
    values = {"calibre": 152.4, "serial": 12345678901234567890, "share": float("inf"), "named": "00123", "sure": True}
    sheet = book(xlsx.render(with_names(chain, "First", properties=values)))
    plural = chain.material.ontology.types[chain.material.whole.entities[0].type].plural
    head, *cells = sheet[plural].iter_rows(values_only=True)
    row_by_column = next(dict(zip(head, row, strict=True)) for row in cells if row[1] == "First")
    numbers = {
        k: v
        for k, v in row_by_column.items()
        if k in {"serial", "share", "named", "sure"} or str(k).startswith("Calibre")
    }
    assert set(numbers.values()) == {152.4, "12345678901234567890", "Infinity", "00123", "yes"}


@pytest.mark.database
def test_nothing_shown_makes_tables_without_rows(store: Store, ontology: Ontology) -> None:
    empty = build_briefing(store, ontology, Canvas(title="Empty"))
    assert book(xlsx.render(empty)).sheetnames == ["About", "Disputes", "Lines", "Claims", "Sources", "Named in claims"]
    assert tuple(frames(csv_pair.render(empty))) == FILES


@pytest.mark.database
def test_a_property_called_as_a_column_of_ours_keeps_apart(chain: Briefing) -> None:
    strange = with_names(chain, "First", properties={"id": "theirs", "lines": 7})
    grid = tables.build_entity_grid(strange, rows.build_entity_facts(strange))
    names = [c.name for c in grid.columns]
    assert len(set(names)) == len(names) and {"id", "property_id", "lines", "property_lines"} <= set(names)
