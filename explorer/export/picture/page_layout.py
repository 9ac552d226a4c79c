"""A page with the picture: title, mark, legend, the picture itself, disputes, footnotes and origin, as one SVG. Pure.

Everything stands on the page where there is room; notes that are too many for it make an SVG or PNG page longer, and
are told on further pages of a PDF (`notes_below` false). All lengths are in points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from explorer.export.common import text_metrics
from explorer.export.common.briefing import Briefing
from explorer.export.common.paper import LEAST_NAME, Paper
from explorer.export.geometry import fitting, legend
from explorer.export.geometry.picture_geometry import NAME, PictureGeometry
from explorer.export.picture import drawing, svg_parts
from explorer.export.picture.legend import Legend
from explorer.export.picture.svg_parts import add_text, create_element
from graph.plurals import format_count

INK, QUIET, WARN, RULE = "#1b2430", "#55606e", "#7a4d00", "#d5dae0"
MARK_INK = "#b42318"
PAD = 22.0
SIDE = 196.0  # of a column with legend and notes
MOST_NOTES = 0.36  # of a page's height; more notes go below it or onto another page
MOST_NAME = 14.0  # points, times the paper's scale: larger names look loud
ENOUGH = 7.0  # points, times the paper's scale: names so large need no tighter picture


@dataclass(frozen=True)
class Page:
    """A finished page, and what is worth knowing of it: how large names are, in points."""

    root: ET.Element
    width: float
    height: float
    name_size: float
    warnings: tuple[str, ...]

    def svg(self) -> str:
        """The page as an SVG file."""
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(self.root, encoding="unicode") + "\n"


@dataclass(frozen=True)
class _TextRow:
    """A line of small print: words, size, colour, and how far it is indented."""

    words: str
    size: float
    colour: str = QUIET
    bold: bool = False
    indent: float = 0.0
    number: str = ""

    @property
    def high(self) -> float:
        return self.size * 1.28


def build_page(briefing: Briefing, paper: Paper, *, notes_below: bool = True) -> Page:
    """The page of a briefing on a paper: slides lie, other paper is turned so that names are larger."""
    upright = Paper(paper.name, paper.caption, paper.height, paper.width, paper.scale)
    choices = [(paper, False), (paper, True)] if paper.slide else [(paper, False), (paper, True), (upright, False)]
    pages = [
        page
        for p, beside in choices
        if (page := _PageBuilder(briefing, p, notes_below=notes_below, beside=beside).page())
    ]
    return max(pages, key=lambda p: (round(p.name_size * (1.1 if p.width > p.height else 1.0), 2), p.width))


def describe_picture(briefing: Briefing) -> str:
    """What a file says of itself to those who can't see its picture, and to programs."""
    parts = (briefing.counts, briefing.as_of, *briefing.rules, *briefing.origin)
    return ". ".join(p.rstrip(".") for p in parts if p)


class _PageBuilder:
    drawn: PictureGeometry

    def __init__(self, briefing: Briefing, paper: Paper, *, notes_below: bool, beside: bool) -> None:
        self.briefing, self.paper, self.notes_below, self.beside = briefing, paper, notes_below, beside
        self.groups = legend.build_groups(briefing)
        self.unit = paper.scale
        self.small = (6.5 if paper.slide else 7.2) * paper.scale
        self.inner = paper.width - 2 * PAD
        self.warnings: list[str] = []

    def page(self) -> Page | None:
        """Measures from the top and from the bottom; the picture gets what is left.

        None where the notes should stand beside the picture and do not fit there.
        """
        root = ET.Element(
            "svg",
            {"xmlns": "http://www.w3.org/2000/svg", "version": "1.1", "role": "img", "font-family": text_metrics.CSS},
        )
        create_element(root, "title").text = svg_parts.clean(self.briefing.title)
        create_element(root, "desc").text = svg_parts.clean(describe_picture(self.briefing))
        ground = create_element(root, "rect", id="paper", fill="#ffffff")
        top = self._head(svg_parts.add_group(root, "head", "Title"))
        foot = self._build_foot_rows()
        end = self.paper.height - PAD * 0.7 - sum(r.high for r in foot)
        below, longer, elsewhere = 0.0, 0.0, False
        if self.beside:
            wide = SIDE * self.unit
            name_size = self._beside(root, top, end - 8 * self.unit, wide)
            if not name_size:
                return None
        else:
            columns = 4 if self.paper.slide else 3 if self.paper.width > 800 * self.unit else 2
            rows = self._notes(columns)
            allowed = self.paper.height * MOST_NOTES
            elsewhere = self._measure_notes_height(rows, columns) > allowed and not self.notes_below
            if elsewhere:
                rows, columns = self._build_pointer_rows(), 1
            below = self._measure_notes_height(rows, columns)
            longer = max(0.0, below - allowed)
            bottom = end - min(below, allowed)
            name_size = self._draw_middle(root, top, bottom - 4)
            self._columns(svg_parts.add_group(root, "notes", "Notes"), rows, columns, bottom)
        self._foot(svg_parts.add_group(root, "origin", "Origin"), foot, end + longer)
        width, height = self.paper.width, self.paper.height + longer
        for key, value in (("width", width), ("height", height)):
            ground.set(key, f"{value:.2f}")
            root.set(key, f"{value:.2f}")
        root.set("viewBox", f"0 0 {width:.2f} {height:.2f}")
        if name_size < LEAST_NAME:
            self.warnings.append(
                f"Names are {name_size:.1f} points high on this page, which is hard to read in print: "
                "choose larger paper, or show less."
            )
        if longer:
            self.warnings.append("The page is longer than its paper, so that all notes stand on it.")
        return Page(root, width, height, name_size, tuple(self.warnings))

    def _beside(self, root: ET.Element, top: float, bottom: float, wide: float) -> float:
        """The picture with legend and notes in a column beside it; 0 where they don't fit."""
        rows = self._notes(1, wide)
        left = self.paper.width - PAD - wide
        rows_of = Legend(self.groups, self.unit, SIDE)
        high = rows_of.height()
        if top + high + sum(r.high for r in rows) + 10 * self.unit > bottom:
            return 0.0
        scale = self._picture(root, (PAD, top, left - 14 * self.unit, bottom))
        place = svg_parts.add_group(root, "legend", "Legend", transform=f"translate({left:.2f} {top:.2f})")
        rows_of.draw(place)
        notes = svg_parts.add_group(root, "notes", "Notes")
        self._draw_small_print(notes, rows, left, top + high + 6 * self.unit)
        return NAME * scale

    def _head(self, parent: ET.Element) -> float:
        """Title, mark, note and rules; returns where the picture may begin."""
        b, u = self.briefing, self.unit
        y = PAD
        if b.mark:
            size = 11 * u
            wide = text_metrics.measure_width(b.mark.upper(), size, bold=True) + 18 * u
            left = self.paper.width - PAD - wide
            create_element(
                parent,
                "rect",
                x=left,
                y=y - 3 * u,
                width=wide,
                height=20 * u,
                rx=3 * u,
                fill="none",
                stroke=MARK_INK,
                stroke_width=1.4 * u,
            )
            add_text(
                parent, b.mark.upper(), left + wide / 2, y + 11 * u, size, bold=True, colour=MARK_INK, anchor="middle"
            )
            room = self.inner - wide - 12 * u
        else:
            room = self.inner
        for words in text_metrics.wrap_text(b.title, 19 * u, room, bold=True)[:3]:
            add_text(parent, words, PAD, y + 15 * u, 19 * u, bold=True)
            y += 23 * u
        lines = [
            (" · ".join(p for p in (b.note.rstrip("."), b.counts, b.as_of) if p), QUIET),
            (" ".join(b.rules), WARN),
        ]
        for words, colour in lines:
            for row in text_metrics.wrap_text(words, 8.6 * u, self.inner) if words else ():
                add_text(parent, row, PAD, y + 7 * u, 8.6 * u, colour=colour)
                y += 11.2 * u
        return y + 5 * u

    def _draw_middle(self, root: ET.Element, top: float, bottom: float) -> float:
        """The picture and the legend beside or below it; returns how large names are."""
        rows, side = Legend(self.groups, self.unit), self.paper.width >= self.paper.height
        area = [PAD, top, self.paper.width - PAD, bottom]
        if self.groups and side:
            area[2] -= rows.width + 14 * self.unit
        elif self.groups:
            area[3] -= rows.height(self.inner) + 8 * self.unit
        scale = self._picture(root, area)
        holder = svg_parts.add_group(root, "legend", "Legend")
        if side:
            size = max(0.62, min(1.0, (bottom - top) / (rows.height() or 1.0)))
            left = self.paper.width - PAD - rows.width * size
            place = create_element(holder, "g", transform=f"translate({left:.2f} {top:.2f}) scale({size:.3f})")
            rows.draw(place)
        else:
            rows.draw(
                create_element(holder, "g", transform=f"translate({PAD:.2f} {area[3] + 8 * self.unit:.2f})"), self.inner
            )
        return NAME * scale

    def _picture(self, root: ET.Element, area: Sequence[float]) -> float:
        room = max(area[2] - area[0], 50.0), max(area[3] - area[1], 50.0)
        self.drawn = fitting.compute_fitted_geometry(self.briefing, *room, ENOUGH * self.unit)
        left, top, right, bottom = self.drawn.frame
        scale = min(room[0] / (right - left), room[1] / (bottom - top), MOST_NAME * self.unit / NAME)
        dx = area[0] + (room[0] - (right - left) * scale) / 2 - left * scale
        dy = area[1] + (room[1] - (bottom - top) * scale) / 2 - top * scale
        holder = svg_parts.add_group(
            root, "picture", "Picture", transform=f"translate({dx:.2f} {dy:.2f}) scale({scale:.5f})"
        )
        drawing.draw_picture(holder, self.drawn, self.briefing)
        return scale

    def _notes(self, columns: int, width: float = 0.0) -> list[_TextRow]:
        """Disputes and footnotes as rows, for so many columns (each of a `width`, where one is given)."""
        b, u = self.briefing, self.unit
        wide, size = width or (self.inner - (columns - 1) * 16 * u) / columns, self.small
        rows: list[_TextRow] = []
        if b.disputes:
            rows.append(_TextRow("Disputed lines", 8 * u, INK, bold=True))
        for dispute in b.disputes:
            rows += [
                _TextRow(part, size, INK, indent=0 if n == 0 else 8 * u)
                for n, part in enumerate(text_metrics.wrap_text(dispute.text, size, wide - 8 * u))
            ]
        if b.footnotes:
            rows.append(_TextRow("Sources, by the numbers on the lines", 8 * u, INK, bold=True))
        for note in b.footnotes:
            # A slide has no room for addresses: they stand in a PDF's further pages and in a slide's notes.
            shown = f"{note.text}. {note.url}" if note.url and not self.paper.slide else f"{note.text}."
            rows += [
                _TextRow(part, size, indent=16 * u, number=str(note.number) if n == 0 else "")
                for n, part in enumerate(text_metrics.wrap_text(shown, size, wide - 16 * u))
            ]
        return rows

    def _build_pointer_rows(self) -> list[_TextRow]:
        words = f"The {len(self.briefing.footnotes)} numbered sources and every claim behind the lines: next pages."
        disputed = len(self.briefing.disputes)
        if disputed:
            words = f"{format_count(disputed, 'disputed line', 'disputed lines')}, told in full there. {words}"
        return [_TextRow(words, 8 * self.unit, INK, bold=True)]

    def _split(self, rows: Sequence[_TextRow], columns: int) -> list[list[_TextRow]]:
        """Rows dealt into columns of nearly the same height."""
        parts: list[list[_TextRow]] = [[]]
        aim, high = sum(r.high for r in rows) / columns, 0.0
        for row in rows:
            if high + row.high * 0.5 > aim and len(parts) < columns:
                parts.append([])
                high = 0.0
            parts[-1].append(row)
            high += row.high
        return parts

    def _measure_notes_height(self, rows: Sequence[_TextRow], columns: int) -> float:
        if not rows:
            return 0.0
        return max(sum(r.high for r in part) for part in self._split(rows, columns)) + 8 * self.unit

    def _columns(self, parent: ET.Element, rows: Sequence[_TextRow], columns: int, top: float) -> None:
        if not rows:
            return
        gap = 16 * self.unit
        wide = (self.inner - (columns - 1) * gap) / columns
        create_element(
            parent, "path", d=f"M{PAD:.2f} {top:.2f} H{self.paper.width - PAD:.2f}", stroke=RULE, stroke_width=0.8
        )
        for n, part in enumerate(self._split(rows, columns)):
            self._draw_small_print(parent, part, PAD + n * (wide + gap), top + 5 * self.unit)

    def _draw_small_print(self, parent: ET.Element, rows: Sequence[_TextRow], x: float, y: float) -> None:
        for row in rows:
            y += row.high
            if row.number:
                add_text(
                    parent,
                    row.number,
                    x + row.indent - 4 * self.unit,
                    y - row.size * 0.3,
                    row.size,
                    colour=INK,
                    bold=True,
                    anchor="end",
                )
            add_text(parent, row.words, x + row.indent, y - row.size * 0.3, row.size, colour=row.colour, bold=row.bold)

    def _build_foot_rows(self) -> list[_TextRow]:
        size = 6.4 * self.unit
        return [_TextRow(r, size) for r in text_metrics.wrap_text(" · ".join(self.briefing.origin), size, self.inner)]

    def _foot(self, parent: ET.Element, rows: Sequence[_TextRow], top: float) -> None:
        self._draw_small_print(parent, rows, PAD, top)
