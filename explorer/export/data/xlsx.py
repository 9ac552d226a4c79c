"""Excel: a workbook with a sheet for each type of entity, lines, claims, disputes, sources, and what the file is about.

Nothing from the graph is ever a formula: texts are typed as texts and marked as quoted, so that they stay texts when a
cell is edited. What XML can't hold becomes U+FFFD; a text longer than a cell holds goes on in the next row.
"""

import io
import json
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from explorer.claims import sentences
from explorer.export.common import zips
from explorer.export.common.briefing import Briefing
from explorer.export.data import rows, tables
from explorer.export.data.rows import EntityFacts
from explorer.export.data.tables import Grid
from graph.database.values import format_number

LONGEST = 32_767  # characters of a cell (Excel specifications and limits)
CONTINUATION_MARK = " … (goes on below)"
NAME = 31  # characters of a sheet's name
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_RESERVED = "history"
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # what Excel would read as a character's code (ECMA-376, ST_Xstring)
_EXACT = 10**15  # a number in Excel has 15 digits
_EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001 - openpyxl wants it without a time zone; there is no clock in a file
_CORE, _MODIFIED = "docProps/core.xml", re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_WRAPPED, _TOP = Alignment(wrap_text=True, vertical="top"), Alignment(vertical="top")
_BOLD = Font(name="Calibri", size=11, bold=True)
_LINE, _TALLEST = 15.0, 409.0  # points: a line of text, and the tallest row that Excel knows
_PAGE = 400  # letters side by side that can still be read on a page
_HEAD = PatternFill("solid", fgColor="FFE8ECF1")
_STANCES = {
    "inferred": PatternFill("lightUp", fgColor="FFB8C0CA"),
    "contested": PatternFill("solid", fgColor="FFFCE8BF"),
    "denied": PatternFill("solid", fgColor="FFF8D7D3"),
}


def render(briefing: Briefing) -> bytes:
    """The workbook."""
    return write_workbook(
        build_grids(briefing), title=briefing.title, subject=f"content {briefing.digest}", keywords=briefing.mark
    )


def write_workbook(grids: Iterable[Grid], *, title: str, subject: str = "", keywords: str = "") -> bytes:
    """A workbook with a sheet for each grid; equal grids give equal bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    names = _SheetNames()
    for grid in grids:
        _write_sheet(book.create_sheet(names.of(grid.title)), grid)
    properties = book.properties
    properties.creator, properties.created, properties.modified = "Armsgraph", _EPOCH, _EPOCH
    properties.title = _escape(rows.to_single_line(title)[:255])
    properties.subject = subject
    properties.keywords = _escape(rows.to_single_line(keywords)[:255])
    out = io.BytesIO()
    book.save(out)
    return _set_constant_timestamp(out.getvalue())


def _set_constant_timestamp(data: bytes) -> bytes:
    """The file with a constant time of its last change, for which openpyxl takes the clock's."""
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    members[_CORE] = _MODIFIED.sub(rb"\g<1>" + f"{_EPOCH:%Y-%m-%dT%H:%M:%SZ}".encode(), members[_CORE])
    return zips.pack(members)


def build_grids(briefing: Briefing) -> Iterator[Grid]:
    """The sheets in their order: first what the file is, then what it holds."""
    facts, lines = rows.build_entity_facts(briefing), rows.build_line_facts(briefing)
    yield tables.build_about_grid(briefing)
    yield tables.build_dispute_grid(briefing)
    yield tables.build_line_grid(briefing, lines)
    for title, members in _group_by_type(briefing, facts):
        yield tables.build_entity_grid(briefing, members, title)
    yield tables.build_claim_grid(briefing, lines)
    yield tables.build_source_grid(briefing)
    yield tables.build_claim_only_entity_grid(briefing)


def _group_by_type(briefing: Briefing, facts: Iterable[EntityFacts]) -> Iterator[tuple[str, list[EntityFacts]]]:
    """The entities by type, in the ontology's order, then those of types it does not know."""
    groups: dict[str, list[EntityFacts]] = {}
    for fact in facts:
        groups.setdefault(fact.entity.type, []).append(fact)
    types = briefing.material.ontology.types
    order = [*(n for n in types if n in groups), *sorted(set(groups) - set(types))]
    for name in order:
        yield types[name].plural if name in types else name or "Nodes", groups[name]


class _SheetNames:
    """Names of sheets as Excel takes them: short, without some signs, each once whatever its case."""

    def __init__(self) -> None:
        self.taken = {_RESERVED}

    def of(self, title: str) -> str:
        plain_title = _NOT_IN_NAMES.sub(" ", rows.to_single_line(title)).strip("' ")[:NAME].strip("' ") or "Sheet"
        name, count = plain_title, 2
        while name.casefold() in self.taken:
            end = f" ({count})"
            name, count = plain_title[: NAME - len(end)] + end, count + 1
        self.taken.add(name.casefold())
        return name


def _write_sheet(sheet: Worksheet, grid: Grid) -> None:
    for place, column in enumerate(grid.columns, 1):
        head = _write_cell(sheet, 1, place, column.heading)
        head.font, head.fill = _BOLD, _HEAD
        head.alignment = _WRAPPED
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.row_dimensions[1].height = _LINE * max(_count_text_rows(c.heading, c.width) for c in grid.columns)
    at = 2
    stance = next((n for n, c in enumerate(grid.columns) if c.name == "stance"), None)
    for row in grid.rows:
        cells = [list(_split_into_cells(value)) for value in row]
        for place, (column, pieces) in enumerate(zip(grid.columns, cells, strict=True), 1):
            for further, piece in enumerate(pieces):
                cell = _write_cell(sheet, at + further, place, piece)
                if column.name == "url" and (link := sentences.sanitise_url(str(piece or ""))) and len(link) <= 2_000:
                    cell.hyperlink = link
                    cell.style = "Hyperlink"
                    cell.alignment = _WRAPPED
                    cell.quotePrefix = True
        fill = _STANCES.get(str(row[stance])) if stance is not None else None
        if fill and stance is not None:
            sheet.cell(at, stance + 1).fill = fill
        count = max(map(len, cells), default=1)
        for further in range(count):
            wraps = (
                _count_text_rows(p[further], c.width)
                for c, p in zip(grid.columns, cells, strict=True)
                if further < len(p)
            )
            sheet.row_dimensions[at + further].height = min(_LINE * max(wraps, default=1), _TALLEST)
        at += count
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(grid.columns))}{max(at - 1, 1)}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    pages = math.ceil(sum(c.width for c in grid.columns) / _PAGE)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _write_cell(sheet: Worksheet, row: int, place: int, value: str | float | None) -> Cell | MergedCell:
    cell = sheet.cell(row, place)
    if isinstance(value, str):
        cell.value = value
        cell.data_type = "s"  # openpyxl takes "=…" for a formula and "#N/A" for an error
        cell.quotePrefix = True
        cell.alignment = _WRAPPED
    elif value is not None:
        cell.value = value
        cell.alignment = _TOP
    return cell


def _count_text_rows(value: object, width: int) -> int:
    """How many lines a text takes in a column, nearly. Excel finds out itself; LibreOffice and viewers do not."""
    if not isinstance(value, str):
        return 1
    # Hangul and Chinese letters are twice as wide; words that don't fit leave a tenth of a line empty.
    lengths = (sum(2 if letter > "\u2e7f" else 1 for letter in line) for line in value.split("\n"))
    return sum(max(1, math.ceil(n / (width * 0.9))) for n in lengths)


def _split_into_cells(value: object) -> Sequence[str | float | None]:
    """A value as its cells one below the other: most need one."""
    if value is None or value in ("", [], ()):
        return (None,)
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    if isinstance(value, (int, float)):
        exact = math.isfinite(value) and (isinstance(value, float) or abs(value) < _EXACT)
        return (value,) if exact else (format_number(value) if isinstance(value, float) else str(value),)
    text = str(rows.clean(_join_value(value))).replace("\r\n", "\n").replace("\r", "\n")
    # Excel counts in UTF-16; escapes make a text at most twice as long.
    twice = bool(_ESCAPE.search(text)) + any(letter > "\uffff" for letter in text)
    most = LONGEST >> twice
    if len(text) <= most:
        return (_escape(text),)
    room = most - len(CONTINUATION_MARK)
    parts = [text[n : n + room] for n in range(0, len(text), room)]
    return tuple(_escape(part + (CONTINUATION_MARK if n < len(parts) else "")) for n, part in enumerate(parts, 1))


def _join_value(value: object) -> str:
    if isinstance(value, (list, tuple)) and all(isinstance(item, (str, int, float)) for item in value):
        return "\n".join(map(str, value))
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _escape(text: str) -> str:
    return _ESCAPE.sub("_x005F_", text)
