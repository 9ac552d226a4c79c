"""The slide of one view: its title, what it shows and leaves out, picture, legend, disputes and sources.

Notes stand below the picture or beside it, whichever leaves the picture larger. What has no room there stands on slides
of its own behind it, and the slide says so: nothing is lost. All lengths are in points.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Generic, TypeAlias, TypeVar

from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.xmlchemy import BaseOxmlElement
from pptx.slide import Slide

from explorer.export.common import text_metrics
from explorer.export.common.briefing import Briefing
from explorer.export.geometry import fitting, legend
from explorer.export.geometry.legend import Group
from explorer.export.geometry.picture_geometry import PictureGeometry
from explorer.export.slides import legend as slides_legend
from explorer.export.slides import lines as slides_lines
from explorer.export.slides import shapes as slides_shapes
from explorer.export.slides import text as slides_text
from explorer.export.slides import xml as x
from explorer.export.slides.deck import PAD, Deck, SlideSubject, get_title, set_speaker_notes
from explorer.export.slides.shapes import SlideTransform
from explorer.export.slides.text import NoteParagraph
from explorer.export.slides.xml import TextRun
from explorer.layout.geometry import Area

MARK_INK, RULE = "#b42318", "#d5dae0"
LEGEND, BESIDE = 146.0, 190.0  # widths
GAP = 12.0  # between picture and what is beside it
SHARES = (0.27, 0.16)  # of the slide's height that notes may take
WORTH = (1.2, 2.5)  # names so much larger are worth sources, or disputes too, on a slide of their own
SMALL = 7.0  # points: smaller names are hard to read on a wall
LARGEST = 14.0  # points: larger names look loud
NAME = 16.5  # the size of names in the picture's own units
_HEADER_SIZE, _FOOT = 8.4, 6.5  # sizes
_SURE = 0.9  # of a width: in it words fit also in a font somewhat wider than the one they are measured in
_ROWS = 6  # of what is said under the title
S = TypeVar("S", bound=SlideSubject)
NoteColumns: TypeAlias = tuple[tuple[Area, tuple[NoteParagraph, ...]], ...]  # columns by where they stand


@dataclass(frozen=True)
class SlideArrangement:
    """One way of filling a slide: where the picture stands and how large, where notes stand and which have no room."""

    picture: Area
    plate: PictureGeometry
    scale: float
    aside: Area  # the legend's
    columns: NoteColumns
    left: tuple[NoteParagraph, ...]
    rule: float = 0.0  # where a rule divides picture and notes


class SlideBuilder(Generic[S]):
    """A slide being filled: its free room, its shapes, and the numbers that they get."""

    room: Area

    def __init__(self, deck: Deck, slide: Slide, briefing: S) -> None:
        """Fills a slide that is there, with the mark alone at first."""
        self.deck, self.briefing, self.slide = deck, briefing, slide
        self.ids = count(max(int(i) for i in slide.shapes._spTree.xpath(".//p:cNvPr/@id")) + 1)

    @classmethod
    def new(cls, deck: Deck, title: str, briefing: S) -> "SlideBuilder[S]":
        """A slide with its title, the mark, and the origin at its foot."""
        self = cls(deck, deck.slide(title), briefing)
        room = self._set_title(title) if deck.own else deck.room(self.slide)
        if not deck.own:  # what we draw is made for white paper, whatever is behind it
            self.add(
                x.build_shape(
                    x.build_nonvisual_properties(next(self.ids), "Paper"),
                    x.build_frame(room),
                    x.build_preset_geometry("rect"),
                    x.build_fill(x.PAPER),
                )
            )
            room = (room[0] + 8, room[1] + 6, room[2] - 8, room[3] - 4)
        self.room = self._add_footer(room)
        self.marked()
        return self

    def add(self, shape: BaseOxmlElement | None) -> None:
        """Puts a shape on top."""
        if shape is not None:
            self.slide.shapes._spTree.append(shape)

    def link(self, url: str) -> str:
        """The id by which a shape of this slide names a web address."""
        return str(self.slide.part.relate_to(x.clean_line(url), RT.HYPERLINK, is_external=True))

    def _set_title(self, title: str) -> Area:
        """Sets the title of our own slide, as large as it fits into few rows; a longer one is whole in the notes."""
        wide = self.deck.width - 2 * PAD - self._measure_mark()
        for size, most in ((20.0, 1), (17.0, 2), (13.0, 3)):
            rows = text_metrics.wrap_text(x.clean_line(title), size, wide * _SURE * _SURE, bold=True)
            if len(rows) <= most:
                break
        shown = rows if len(rows) <= most else [*rows[: most - 1], rows[most - 1][:-2] + "…"]
        holder, high = get_title(self.slide), len(shown) * size * 1.2 + 3
        holder.left, holder.top, holder.width, holder.height = (x.to_emu(v) for v in (PAD, 12, wide, high))
        body = x.build_text_body(
            [x.build_paragraph([TextRun(" ".join(shown), size, bold=True)], leading=size * 1.2)], anchor="t"
        )
        x.replace_text(holder, body)
        return PAD, 12 + high, self.deck.width - PAD, self.deck.height - 8

    def _measure_mark(self) -> float:
        mark = self.briefing.mark.upper()
        return min(text_metrics.measure_width(mark, 11, bold=True) + 20, self.deck.width / 3) if mark else 0.0

    def marked(self) -> None:
        """Puts the mark into the upper right corner."""
        if not self.briefing.mark:
            return
        wide, right, top = self._measure_mark(), self.deck.width - PAD, 14.0
        area = (right - wide, top, right, top + 19)
        size = min(11.0, 11 * (wide - 8) / text_metrics.measure_width(self.briefing.mark.upper(), 11, bold=True))
        run = TextRun(self.briefing.mark.upper(), size, MARK_INK, bold=True)
        who, words = (
            x.build_nonvisual_properties(next(self.ids), "Mark", self.briefing.mark),
            [x.build_paragraph([run], align="ctr")],
        )
        self.add(
            x.build_text_box(
                who,
                area,
                words,
                x.build_fill(x.PAPER),
                x.build_stroke(MARK_INK, 1.4),
                anchor="ctr",
                wrap=False,
                form="roundRect",
            )
        )

    def _add_footer(self, room: Area) -> Area:
        rows = text_metrics.wrap_text(" · ".join(self.briefing.origin), _FOOT, (room[2] - room[0]) * _SURE)
        shown = rows if len(rows) <= 3 else [*rows[:2], rows[2][:-2] + "…"]
        high = len(shown) * _FOOT * 1.2
        text = x.build_paragraph([TextRun("\n".join(shown), _FOOT, x.QUIET)], leading=_FOOT * 1.2)
        self.add(
            x.build_text_box(
                x.build_nonvisual_properties(next(self.ids), "Origin"),
                (room[0], room[3] - high, room[2], room[3]),
                [text],
                wrap=False,
            )
        )
        return room[0], room[1], room[2], room[3] - high - 4


ViewBuilder: TypeAlias = SlideBuilder[Briefing]


def add_slides(deck: Deck, briefing: Briefing) -> int:
    """Adds the slide of a briefing, and slides for notes that it has no room for. Returns the number of the first."""
    sheet = SlideBuilder.new(deck, briefing.title, briefing)
    number = deck.count
    notes = [*_add_header(sheet), *slides_text.list_notes(briefing)]
    setting = _select_arrangement(sheet, notes)
    _draw_arrangement(sheet, setting)
    set_speaker_notes(sheet.slide, slides_text.build_speaker_notes(briefing))
    rest = list(setting.left)
    while rest:
        rest = _add_continuation_slide(deck, briefing, rest)
    return number


def _add_header(sheet: ViewBuilder) -> list[NoteParagraph]:
    """What stands under the title: note, counts, day, rules. Returns as notes what has no room there."""
    b, (left, top, right, bottom) = sheet.briefing, sheet.room
    facts = [(b.note, x.QUIET), (" · ".join(p for p in (b.counts, b.as_of) if p), x.QUIET), (" ".join(b.rules), x.WARN)]
    rows = [
        (row, colour)
        for words, colour in facts
        if words
        for row in text_metrics.wrap_text(x.clean_line(words), _HEADER_SIZE, (right - left) * _SURE)
    ]
    more: list[NoteParagraph] = []
    if len(rows) > _ROWS:
        rows = [*rows[: _ROWS - 1], ("… The rest of this stands with the sources and in the speaker’s notes.", x.WARN)]
        more = [
            NoteParagraph("What is shown, and by which rules", slides_text.HEAD, bold=True, colour=x.INK),
            *(NoteParagraph(words, colour=x.INK) for words, _ in facts if words),
        ]
    high = len(rows) * _HEADER_SIZE * 1.25
    lines = [
        x.build_paragraph([TextRun(row, _HEADER_SIZE, colour)], leading=_HEADER_SIZE * 1.25) for row, colour in rows
    ]
    sheet.add(
        x.build_text_box(
            x.build_nonvisual_properties(next(sheet.ids), "What is shown"),
            (left, top, right, top + high),
            lines,
            wrap=False,
        )
    )
    sheet.room = (left, top + high + 5, right, bottom)
    return more


def _select_arrangement(sheet: ViewBuilder, notes: Sequence[NoteParagraph]) -> SlideArrangement:
    """The way of filling that leaves the picture largest; notes stay on the slide unless much is gained without."""
    groups = legend.build_groups(sheet.briefing)
    ways = [_arrange_below(sheet, groups, notes, SHARES[0]), _arrange_beside(sheet, groups, notes)]
    if ways[0].left or ways[0].scale * NAME < SMALL:
        ways.append(_arrange_below(sheet, groups, notes, SHARES[1]))
    return max(
        ways,
        key=lambda way: (
            way.scale
            / (WORTH[1] if any(not n.number and not n.bold for n in way.left) else WORTH[0] if way.left else 1.0)
        ),
    )


def _arrange_below(
    sheet: ViewBuilder, groups: Sequence[Group], notes: Sequence[NoteParagraph], share: float
) -> SlideArrangement:
    left, top, right, bottom = sheet.room
    number = 4 if right - left > 800 else 3
    wide = (right - left - (number - 1) * GAP) / number
    measured = slides_text.measure_notes(notes, wide)
    high = slides_text.compute_least_height(measured, number, sheet.deck.height * share) if measured else 0.0
    columns, rest = slides_text.split_into_columns(measured, number, high)
    if rest:  # one line of the room says where the others are
        columns, rest = slides_text.split_into_columns(measured, number, high - slides_text.HEAD * 1.4)
    start = bottom - high
    low = start + (slides_text.HEAD * 1.4 if rest else 0.0)
    places = tuple(
        ((left + n * (wide + GAP), low, left + n * (wide + GAP) + wide, bottom), tuple(part))
        for n, part in enumerate(columns)
        if part
    )
    aside = (right - LEGEND, top, right, start - 5)
    picture = (left, top, aside[0] - GAP if groups else right, start - 5)
    return _build_arrangement(sheet, picture, aside, places, tuple(rest), rule=start - 2 if measured else 0.0)


def _arrange_beside(sheet: ViewBuilder, groups: Sequence[Group], notes: Sequence[NoteParagraph]) -> SlideArrangement:
    left, top, right, bottom = sheet.room
    measured = slides_text.measure_notes(notes, BESIDE)
    high = slides_legend.measure_height(groups, BESIDE)
    size = slides_legend.compute_scale(groups, BESIDE, (bottom - top) * 0.7)
    start = top + high * size + 6
    columns, rest = slides_text.split_into_columns(measured, 1, bottom - start - slides_text.HEAD * 1.4)
    places = (((right - BESIDE, start, right, bottom - slides_text.HEAD * 1.4), tuple(columns[0])),) if columns else ()
    aside = (right - BESIDE, top, right, start - 6)
    return _build_arrangement(sheet, (left, top, right - BESIDE - GAP, bottom), aside, places, tuple(rest))


def _build_arrangement(
    sheet: ViewBuilder,
    picture: Area,
    aside: Area,
    columns: NoteColumns,
    rest: tuple[NoteParagraph, ...],
    *,
    rule: float = 0.0,
) -> SlideArrangement:
    wide, high = max(picture[2] - picture[0], 40.0), max(picture[3] - picture[1], 40.0)
    plate = fitting.compute_fitted_geometry(sheet.briefing, wide, high)
    scale = min(wide / plate.size[0], high / plate.size[1], LARGEST / NAME)
    return SlideArrangement(picture, plate, scale, aside, columns, rest, rule)


def _draw_arrangement(sheet: ViewBuilder, setting: SlideArrangement) -> None:
    """Lines below their words, entities above both; legend and notes around."""
    area, plate = setting.picture, setting.plate
    (left, top, _, _), (wide, high) = plate.frame, plate.size
    dx = area[0] + (area[2] - area[0] - wide * setting.scale) / 2 - left * setting.scale
    dy = area[1] + (area[3] - area[1] - high * setting.scale) / 2 - top * setting.scale
    view = SlideTransform(setting.scale, dx, dy, sheet.ids)
    placed = {n.id: slides_shapes.build_node(n, view) for n in plate.nodes}
    router = slides_lines.Router(placed, view)
    runs = [(line, router.run(line)) for line in plate.lines]
    headings = frozenset(n.id for n in plate.nodes if n.kind == "heading")
    for line, run in runs:
        sheet.add(slides_lines.build_connector(line, run, view))
    for line, tag in slides_lines.place_edge_labels(runs, placed, headings, view):
        sheet.add(slides_lines.build_edge_label(line, tag, view))
    for node in placed.values():
        sheet.add(node.element)
    if not plate.nodes:
        _add_text(sheet, "Nothing is shown here.", (area[0], area[1] + 20, area[2], area[1] + 50), 14.0)
    groups = legend.build_groups(sheet.briefing)
    if groups:
        aside = setting.aside
        size = slides_legend.compute_scale(groups, aside[2] - aside[0], aside[3] - aside[1])
        sheet.add(slides_legend.draw(groups, (aside[0], aside[1]), aside[2] - aside[0], size, view))
    if setting.rule:
        place = (area[0], setting.rule, sheet.room[2], setting.rule + 0.6)
        sheet.add(
            x.build_shape(
                x.build_nonvisual_properties(next(sheet.ids), "Rule"),
                x.build_frame(place),
                x.build_preset_geometry("rect"),
                x.build_fill(RULE),
            )
        )
    _add_note_columns(sheet, setting.columns)
    if setting.left:
        size = slides_text.HEAD if setting.rule else slides_text.HEAD - 1.5
        left, top = (area[0], setting.rule + 2) if setting.rule else (setting.aside[0], sheet.room[3] - size * 1.3)
        _add_text(sheet, _describe_continuation(setting.left), (left, top, sheet.room[2], top + size * 1.3), size)


def _describe_continuation(notes: Sequence[NoteParagraph]) -> str:
    numbers = [int(n.number) for n in notes if n.number]
    which = (
        f"sources {numbers[0]}–{numbers[-1]}" if len(numbers) > 1 else f"source {numbers[0]}" if numbers else "notes"
    )
    disputed = "disputed lines and " if any(not n.number and not n.bold for n in notes) else ""
    return f"Next slide: {disputed}{which}."


def _add_text(sheet: ViewBuilder, words: str, area: Area, size: float) -> None:
    run = TextRun(words, size, x.INK, bold=True)
    sheet.add(
        x.build_text_box(
            x.build_nonvisual_properties(next(sheet.ids), words),
            area,
            [x.build_paragraph([run], leading=size * 1.2)],
            wrap=False,
        )
    )


def _add_note_columns(sheet: ViewBuilder, columns: Sequence[tuple[Area, Sequence[NoteParagraph]]]) -> None:
    for n, (area, part) in enumerate(columns, 1):
        sheet.add(slides_text.build_column(part, area, next(sheet.ids), f"Notes {n}", sheet.link))


def _add_continuation_slide(deck: Deck, briefing: Briefing, notes: Sequence[NoteParagraph]) -> list[NoteParagraph]:
    """A slide of notes; returns those that have no room on it either."""
    sheet = SlideBuilder.new(deck, f"Notes to {briefing.title}", briefing)
    left, top, right, bottom = sheet.room
    number = 3 if right - left > 800 else 2
    wide = (right - left - (number - 1) * GAP * 1.5) / number
    larger = [replace(n, size=n.size + 1.5) for n in notes]
    measured = slides_text.measure_notes(larger, wide)
    columns, rest = slides_text.split_into_columns(measured, number, bottom - top - 4, force=True)
    _add_note_columns(
        sheet,
        [
            ((left + n * (wide + GAP * 1.5), top + 4, left + n * (wide + GAP * 1.5) + wide, bottom), part)
            for n, part in enumerate(columns)
        ],
    )
    return [replace(n, size=n.size - 1.5) for n in rest]
