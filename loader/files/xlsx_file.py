"""Reads a sheet of an XLSX workbook as texts, row by row.

Before openpyxl sees it, the file is looked through once: a workbook is a ZIP file of XML, so that a few kilobytes may
unfold to gigabytes. What no spreadsheet program writes is refused; what openpyxl does not tell (cells that are merged,
formulas without a stored value) is found here.
"""

import re
import warnings
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter

from graph.errors import DataError
from loader.files.csv_file import clean_column_name
from loader.files.file_format import FileFormat
from loader.files.tabular import Table, build_unique_names, check_row, format_cell, skip_rows
from loader.records import RejectedRow, Row

MIB = 1 << 20
SHEET_LIMIT = 1024 * MIB  # of each sheet, unpacked
TEXTS_LIMIT = 128 * MIB  # of the workbook's texts, which are held in memory
PART_LIMIT = 16 * MIB  # of every other part
RUN_LIMIT = 8 * MIB  # of one row, or of one text
MERGED_LIMIT = 100_000
ROW_LIMIT = 1_048_576  # the most that the format has
# Bounded, so that no made-up tag keeps them busy.
_ROW = re.compile(rb"<(?:\w{1,20}:)?(?:row|si)(?=[\s/>])(?:[^>]{0,300}?\sr=\"(\d+)\")?")
_MERGED = re.compile(rb"<(?:\w{1,20}:)?mergeCell\s[^>]{0,300}?ref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")
_UNSTORED = re.compile(
    rb"<c\s(?:(?!\bt=\"str\")[^>]){0,300}?\br=\"([A-Z]{1,3}\d{1,7})\"(?:(?!\bt=\"str\")[^>]){0,300}>\s{0,9}"
    rb"<f\b[^>]{0,300}(?:/>|>[^<]{0,8192}</f>)\s{0,9}(?:<v\s{0,9}/>|<v></v>)?\s{0,9}</c>"
)
# What a damaged or hostile file makes zipfile, expat, defusedxml and openpyxl raise.
_FAULTS = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    SyntaxError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    AssertionError,
    OSError,
    zipfile.BadZipFile,
    zlib.error,
)
warnings.filterwarnings("ignore", module="openpyxl")  # it warns of charts and validation, which no table needs


@dataclass
class _SheetScan:
    """What the look through a sheet's XML found."""

    rows: int = 0
    last: int = 0
    unstored: int = 0
    first_unstored: str = ""
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right


class _Progress:
    done = 0
    total = 1

    def fraction(self) -> float:
        return min(1.0, self.done / self.total)


def open_table(path: Path, form: FileFormat) -> Table:
    """Opens the sheet that the mapping names, or else the first that is not hidden. Raises DataError."""
    try:
        sheets = _scan_workbook(path)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except DataError:
        raise
    except _FAULTS as error:
        raise _build_error(path, error) from error
    try:
        return _build_table(path, form, book, sheets)
    except BaseException:
        book.close()
        raise


def _build_table(path: Path, form: FileFormat, book: Any, sheets: dict[str, _SheetScan]) -> Table:
    sheet, notices = _choose_sheet(path, form, book)
    scan = sheets.get(sheet._worksheet_path.lstrip("/"), _SheetScan())
    progress = _Progress()
    progress.total = max(1, scan.last)
    cells = _fill_merged_cells(_read_cells(path, book, sheet, progress), scan.merged)
    if scan.unstored:
        notices.append(
            (
                "formula without a value",
                f"{scan.unstored} cells hold a formula without its result, the "
                f"first {scan.first_unstored}, and count as empty: open the file in a spreadsheet program "
                "and save it",
            )
        )
    columns = _read_header(path, form, cells) if form.header else form.columns
    groups = [group for group in scan.merged if group[2] > max(form.header, group[0])]
    if groups:
        place = f"{get_column_letter(groups[0][1])}{groups[0][0]}"
        notices.append(
            (
                "merged cells",
                f"{len(groups)} groups of merged cells, the first at {place}: every row of a "
                "group has its value, in the first column of the group",
            )
        )
    named = path.with_suffix(".csv")
    header = Row(named, form.header or 1, columns, dict(zip(columns, columns, strict=True)))
    rows = _read_rows(named, columns, cells, form.decimal)
    return Table(columns, header, skip_rows(rows, form.skip), progress.fraction, notices)


def _read_header(path: Path, form: FileFormat, cells: Iterator[tuple[int, list[Any]]]) -> tuple[str, ...]:
    for number, values in cells:
        if number == form.header:
            names = [clean_column_name(format_cell(value, form.decimal)) for value in values]
            while names and not names[-1]:
                names.pop()
            if names:
                return build_unique_names(names)
            break
    raise DataError("the sheet has no header in this row", file=path.name, row=form.header)


def _choose_sheet(path: Path, form: FileFormat, book: Any) -> tuple[Any, list[tuple[str, str]]]:
    """The sheet, and what there is to say of the others."""
    names = [sheet.title for sheet in book.worksheets]
    if form.sheet:
        if form.sheet not in names:
            raise DataError(f"has no sheet {form.sheet!r}; there are {', '.join(names)}", file=path.name)
        return book[form.sheet], []
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or list(book.worksheets)
    if not visible:
        raise DataError("the workbook has no sheet with cells", file=path.name)
    others = ", ".join(repr(name) for name in names if name != visible[0].title)
    text = f"the sheet {visible[0].title!r} is read, and not {others}; 'file: {{sheet: …}}' names another"
    return visible[0], [("other sheets", text)] if others else []


def _read_cells(path: Path, book: Any, sheet: Any, progress: _Progress) -> Iterator[tuple[int, list[Any]]]:
    """The rows of the sheet with their numbers; closes the workbook at the end."""
    try:
        sheet.reset_dimensions()  # some programs write the wrong ones, and rows would be missing
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            progress.done = number
            yield number, list(values)
    except _FAULTS as error:
        raise _build_error(path, error) from error
    finally:
        book.close()


def _fill_merged_cells(
    cells: Iterator[tuple[int, list[Any]]], merged: list[tuple[int, int, int, int]]
) -> Iterator[tuple[int, list[Any]]]:
    """Gives every row of a group of merged cells the group's value, which the file holds in its first cell only."""
    starts = defaultdict(list)
    for top, left, bottom, _ in merged:
        if bottom > top:
            starts[top].append((left, bottom))
    active: dict[int, tuple[int, Any]] = {}  # by column: the last row, and the value
    for number, values in cells:
        for left, bottom in starts.pop(number, ()):
            active[left] = (bottom, values[left - 1] if left <= len(values) else None)
        if active:
            values.extend([None] * (max(active) - len(values)))
            for left, (bottom, value) in list(active.items()):
                values[left - 1] = value
                if number >= bottom:
                    del active[left]
        yield number, values


def _read_rows(
    path: Path, columns: tuple[str, ...], cells: Iterator[tuple[int, list[Any]]], decimal: str
) -> Iterator[Row | RejectedRow]:
    width = len(columns)
    text = partial(format_cell, decimal=decimal)
    for number, values in cells:
        texts = list(map(text, values))
        while len(texts) > width and not texts[-1]:
            texts.pop()
        if any(texts):
            yield check_row(path, number, columns, texts + [""] * (width - len(texts)))


# The look through the file ------------------------------------------------------------------------------------------


def _scan_workbook(path: Path) -> dict[str, _SheetScan]:
    """Refuses what would unfold too far or holds entities; tells of each sheet's part what was found in it."""
    with path.open("rb") as file:
        if file.read(4) == b"\xd0\xcf\x11\xe0":
            raise DataError(
                "is protected with a password, or is an old .xls: save it without one, as .xlsx", file=path.name
            )
    scans = {}
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name = info.filename.lstrip("/")
            if not name.lower().endswith((".xml", ".rels")):
                continue  # pictures and the like, which nobody opens
            is_sheet = "/worksheets/" in name and name.endswith(".xml")
            is_texts = name.lower().endswith("sharedstrings.xml")
            limit = SHEET_LIMIT if is_sheet else TEXTS_LIMIT if is_texts else PART_LIMIT
            if info.file_size > limit:
                rule = f"{name} unfolds to {info.file_size // MIB:,} MiB, the limit is {limit // MIB:,}; save it as CSV"
                raise DataError(rule, file=path.name)
            scans[name] = _scan_sheet(path, archive, info, strict=is_sheet or is_texts)
    return scans


def _scan_sheet(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, strict: bool) -> _SheetScan:
    sheet, rest = _SheetScan(), b""
    with archive.open(info) as part:
        begin = part.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
        if begin and (begin[:1] != b"<" or b"\0" in begin):
            raise DataError(f"{info.filename} is not XML in UTF-8", file=path.name)
        part.seek(0)
        while block := part.read(MIB):
            raw = rest + block
            if b"<!" in raw and (strict or b"<!DOCTYPE" in raw or b"<!ENTITY" in raw):
                rule = f"{info.filename} holds '<!', which no spreadsheet program writes there"
                raise DataError(rule, file=path.name)
            if not strict:
                rest = raw[-16:]
                continue
            cut = _scan_rows(path, sheet, raw)
            rest = raw[cut:]
            if len(rest) > RUN_LIMIT:
                raise DataError(
                    f"{info.filename} holds a row or text of more than {RUN_LIMIT // MIB} MiB", file=path.name
                )
        if strict:
            _scan_rows(path, sheet, rest + b"<row ")
            _scan_merged_cells(path, sheet, rest)
    return sheet


def _scan_rows(path: Path, sheet: _SheetScan, raw: bytes) -> int:
    """Counts the rows and looks at all but the last, which may be cut off; returns where that one begins."""
    begins = list(_ROW.finditer(raw))
    if not begins:
        return 0
    cut = begins[-1].start()
    for begin in begins[:-1]:
        sheet.rows += 1
        number = int(begin[1][:9]) if begin[1] else sheet.last + 1
        # openpyxl leaves out rows that are not in order, and makes up those between.
        if begin[1] and not sheet.last < number <= ROW_LIMIT:
            raise DataError(f"row {number} follows row {sheet.last}: the sheet is damaged", file=path.name)
        sheet.last = number
    for cell in _UNSTORED.finditer(raw, 0, cut) if b"<f" in raw else ():
        sheet.unstored += 1
        sheet.first_unstored = sheet.first_unstored or cell[1].decode()
    return cut


def _scan_merged_cells(path: Path, sheet: _SheetScan, raw: bytes) -> None:
    """The groups of merged cells, which stand below the last row."""
    for left, top, right, bottom in _MERGED.findall(raw):
        sheet.merged.append((int(top), _parse_column(left), int(bottom), _parse_column(right)))
    if len(sheet.merged) > MERGED_LIMIT:
        raise DataError(f"has more than {MERGED_LIMIT:,} groups of merged cells", file=path.name)


def _parse_column(letters: bytes) -> int:
    return int(column_index_from_string(letters.decode()))


def _build_error(path: Path, error: BaseException) -> DataError:
    if isinstance(error, OSError) and error.strerror:
        return DataError(f"can't be read: {error.strerror}", file=str(path))
    return DataError(f"is not an XLSX file, or is damaged ({type(error).__name__}: {error})", file=path.name)
