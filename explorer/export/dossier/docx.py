"""A dossier as a Word document: real headings and tables, sources that numbers lead to; the same bytes every time.

Texts are written as text alone, never as fields or markup. Diagrams are pictures with their content in words.
"""

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.section import Section as DocxSection
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import _Cell

from explorer.export.common import zips
from explorer.export.common.briefing import Footnote
from explorer.export.dossier.content import Dossier, Section
from explorer.export.dossier.docx_parts import (
    BLUE,
    QUIET,
    RED,
    TABLE,
    Link,
    add_bookmark,
    add_page_field,
    add_text_run,
    apply_styles,
    set_row_property,
    shade_cell,
)
from explorer.export.dossier.figure import Figure
from explorer.export.dossier.rows import Row, Table
from explorer.export.picture import typeset

BLUSH, HEAD = "FDF0EE", "EEF1F4"  # grounds of denied rows and of heads of columns
MARGIN = Mm(15)
DPI = 300
_WIDTH = 180.0  # millimetres between the margins of an upright A4 page
_CLAIMS = (("What is said", 41), ("Who says it", 19), ("When", 17), ("Grade", 8), ("Source", 15))
_WHOLE = 700  # letters: a longer row may break across pages
R = TypeVar("R")  # a row, of claims or of texts
_NO_CLOCK = datetime(2000, 1, 1)  # noqa: DTZ001 - Word keeps times without a zone


def render_docx(dossier: Dossier) -> bytes:
    """The dossier as a Word document, A4; a large chain has a larger page."""
    return _DocumentWriter(dossier).written()


class _DocumentWriter:
    def __init__(self, dossier: Dossier) -> None:
        self.dossier, self.file, self.marks = dossier, Document(), 0
        apply_styles(self.file)
        self._properties()
        self._set_paper(self.file.sections[0], Mm(210), Mm(297))
        self._add_header_and_footer(self.file.sections[0])

    def written(self) -> bytes:
        """Writes everything in order."""
        d = self.dossier
        self.file.add_paragraph(d.name, style="Title")
        self._words(f"{d.kind}. {d.subtitle}" if d.subtitle else d.kind, size=11, colour=QUIET)
        self._words(d.as_of, colour=QUIET)
        if d.mark:
            self._words(d.mark.upper(), bold=True, colour=RED)
        for section in d.sections:
            self._section(section)
        self.file.add_heading("Sources", 1)
        for note in d.sources:
            self._source(note)
        self.file.add_heading("About this file", 1)
        self._table(d.about)
        stream = io.BytesIO()
        self.file.save(stream)
        return zips.normalise(stream.getvalue())

    def _section(self, section: Section) -> None:
        turned = bool(section.figure and section.figure.paper)
        if turned and section.figure and section.figure.paper:
            page = self.file.add_section()
            self._set_paper(page, Pt(section.figure.paper.width), Pt(section.figure.paper.height))
        self.file.add_heading(section.title, section.level)
        for words in section.words:
            self._words(words, stays=len(section.words) == 1)
        for point in section.points:
            self.file.add_paragraph(point, style="List Bullet")
        if section.table:
            self._table(section.table)
        if section.figure:
            self._figure(section.figure)
        if section.claims:
            self._claims(section.claims)
        if turned:
            self._set_paper(self.file.add_section(), Mm(210), Mm(297))

    def _words(
        self, words: str, *, size: float = 0, bold: bool = False, colour: RGBColor | None = None, stays: bool = False
    ) -> None:
        """A paragraph; one that `stays` keeps to the page of what follows."""
        if words:
            paragraph = self.file.add_paragraph()
            paragraph.paragraph_format.keep_with_next = stays or None
            add_text_run(paragraph, words, size=size, bold=bold, colour=colour)

    def _table(self, table: Table) -> None:
        def fill(cells: Sequence[_Cell], row: tuple[str, ...]) -> None:
            for cell, words in zip(cells, row, strict=True):
                add_text_run(cell.paragraphs[0], words, size=8.5)

        self._rows(tuple(zip(table.heads, table.widths, strict=True)), table.rows, fill, table.marked)

    def _claims(self, rows: Sequence[Row]) -> None:
        def fill(cells: Sequence[_Cell], row: Row) -> None:
            what = cells[0].paragraphs[0]
            for mark, colour, shown in (
                ("DENIED ", RED, row.denies),
                ("INFERRED ", QUIET, row.infers),
                ("WITHDRAWN ", QUIET, row.withdrawn),
            ):
                if shown:
                    add_text_run(what, mark, size=8.5, bold=True, colour=colour)
            if row.head:
                add_text_run(what, row.head, size=8.5, bold=True)
                what = cells[0].add_paragraph() if row.said else what
            add_text_run(what, row.said, size=8.5)
            if row.reason:
                add_text_run(cells[0].add_paragraph(), row.reason, size=8)
            who = cells[1].paragraphs[0]
            if row.denies:
                add_text_run(who, "denied by ", size=8.5, bold=True, colour=RED)
            elif row.infers:
                add_text_run(who, "inferred by ", size=8.5, bold=True, colour=QUIET)
            add_text_run(who, row.who, size=8.5)
            add_text_run(cells[2].paragraphs[0], row.when, size=8)
            add_text_run(cells[3].paragraphs[0], row.grade, size=8.5)
            add_text_run(Link(cells[4].paragraphs[0], anchor=f"source_{row.number}"), row.where, size=8)

        self._rows(_CLAIMS, rows, fill, frozenset(n for n, r in enumerate(rows) if r.denies))

    def _rows(
        self,
        heads: Sequence[tuple[str, int]],
        rows: Sequence[R],
        fill: Callable[[Sequence[_Cell], R], None],
        marked: frozenset[int],
    ) -> None:
        """A table with its head on every page; `marked` rows have a ground of their own."""
        table = self.file.add_table(rows=1 + len(rows), cols=len(heads))
        table.style, table.autofit = TABLE, False
        widths = [Mm(_WIDTH * part / sum(w for _, w in heads)) for _, part in heads]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        lines = list(table.rows)
        set_row_property(lines[0], "w:cantSplit")
        set_row_property(lines[0], "w:tblHeader")
        for cell, (head, _) in zip(lines[0].cells, heads, strict=True):
            add_text_run(cell.paragraphs[0], head, size=8, bold=True)
            cell.paragraphs[0].paragraph_format.keep_with_next = True
            shade_cell(cell, HEAD)
        for n, (line, row) in enumerate(zip(lines[1:], rows, strict=True)):
            cells = line.cells
            fill(cells, row)
            if sum(len(c.text) for c in cells) < _WHOLE:
                set_row_property(line, "w:cantSplit")
            for cell in cells:
                if n in marked:
                    shade_cell(cell, BLUSH)
        for line in lines:
            for cell, width in zip(line.cells, widths, strict=True):
                cell.width = width
        after = self.file.add_paragraph()  # two tables without a paragraph between them would become one
        after.paragraph_format.space_after = Pt(0)
        after.paragraph_format.line_spacing = Pt(7)

    def _figure(self, figure: Figure) -> None:
        png = typeset.render_png(figure.svg, width=figure.width, pixels=round(figure.width / 72 * DPI))
        shape = self.file.add_picture(io.BytesIO(png), width=Pt(figure.width))
        about = shape._inline.docPr
        about.set("descr", figure.alt)
        about.set("name", "Diagram")

    def _source(self, note: Footnote) -> None:
        paragraph = self.file.add_paragraph()
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Mm(9), Mm(-9)
        self.marks += 1
        add_bookmark(paragraph, self.marks, f"source_{note.number}", f"[{note.number}] ")
        source = note.source
        remarks = ", ".join(
            part for part in (source.kind, source.reliability and f"reliability {source.reliability}") if part
        )
        add_text_run(paragraph, note.text)
        if remarks:
            add_text_run(paragraph, f" ({remarks})", colour=QUIET)
        if note.url:
            add_text_run(paragraph, " ")
            add_text_run(Link(paragraph, url=note.url), note.url, size=8, colour=BLUE)
        if source.note:
            below = self.file.add_paragraph()
            below.paragraph_format.left_indent = Mm(9)
            add_text_run(below, source.note, size=8, colour=QUIET)

    def _set_paper(self, section: DocxSection, width: Length, height: Length) -> None:
        section.page_width, section.page_height = width, height
        section.orientation = WD_ORIENT.LANDSCAPE if width > height else WD_ORIENT.PORTRAIT
        section.left_margin = section.right_margin = MARGIN
        section.top_margin, section.bottom_margin = Mm(20), Mm(17)
        section.header_distance = section.footer_distance = Mm(9)

    def _add_header_and_footer(self, section: DocxSection) -> None:
        """Head and foot of all pages: title and mark, origin and page number."""
        for paragraph in (section.header.paragraphs[0], section.footer.paragraphs[0]):
            stops = paragraph.paragraph_format.tab_stops
            stops.add_tab_stop(Mm(_WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
        add_text_run(head, f"{self.dossier.running}\t", size=7.5, colour=QUIET)
        add_text_run(head, self.dossier.mark.upper(), size=7.5, bold=True, colour=RED)
        add_text_run(foot, f"{self.dossier.footer}\tPage ", size=7, colour=QUIET)
        add_page_field(foot, "PAGE")
        add_text_run(foot, " of ", size=7, colour=QUIET)
        add_page_field(foot, "NUMPAGES")

    def _properties(self) -> None:
        about, d = self.file.core_properties, self.dossier
        about.title = d.title if len(d.title) <= 200 else f"{d.title[:199]}…"
        about.subject = d.as_of[:200]
        about.keywords = f"Armsgraph, {d.metadata['content_sha256']}"
        about.category = d.mark[:200]
        about.author = about.comments = about.last_modified_by = ""
        about.created = about.modified = _NO_CLOCK
        about.revision = 1
        about.language = "en"
