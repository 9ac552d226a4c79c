"""What a slide says in words: notes in small print, what the speaker can read out, and the appendix of sources. Pure.

Heights are measured in our own fonts. PowerPoint writes in others, which are narrower or as wide, so what is measured
to fit does fit; distances of lines are fixed, so that no font makes them larger.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pptx.oxml.xmlchemy import BaseOxmlElement

from explorer.export.common import claims, text_metrics
from explorer.export.common.briefing import Briefing, Dispute, Footnote
from explorer.export.slides import xml as x
from explorer.export.slides.xml import TextRun
from explorer.layout.geometry import Area

SMALL, HEAD = 7.0, 8.0  # points
_LEADING = 1.2
_SLACK = 0.9  # of a column's width: what the measures are sure of
_SIGN = {"inferred": "INFERRED: ", "contested": "CONTESTED: ", "denied": "DENIED: "}


@dataclass(frozen=True)
class NoteParagraph:
    """A paragraph in small print. `number` stands before it; `rows` are its lines where it is so wide."""

    text: str
    size: float = SMALL
    bold: bool = False
    number: str = ""
    colour: str = x.QUIET
    url: str = ""
    rows: int = 1
    before: float = 0.0

    @property
    def high(self) -> float:
        """Its height in points."""
        return self.rows * self.size * _LEADING + self.before


def list_notes(briefing: Briefing, size: float = SMALL) -> list[NoteParagraph]:
    """The disputes, then the sources by their numbers."""
    notes = [NoteParagraph("Disputed lines", size + 1, bold=True, colour=x.INK)] if briefing.disputes else []
    notes += [_build_dispute_note(d, size) for d in briefing.disputes]
    if briefing.footnotes:
        notes.append(
            NoteParagraph("Sources, by the numbers on the lines", size + 1, bold=True, colour=x.INK, before=2.0)
        )
    return notes + [_build_source_note(f, size) for f in briefing.footnotes]


def _build_dispute_note(dispute: Dispute, size: float) -> NoteParagraph:
    return NoteParagraph(dispute.text, size, colour=x.INK)


def _build_source_note(note: Footnote, size: float) -> NoteParagraph:
    return NoteParagraph(f"{note.text}.", size, number=str(note.number), url=note.url)


def measure_notes(notes: Sequence[NoteParagraph], width: float) -> list[NoteParagraph]:
    """Notes with their rows in a column of a width; one that is longer than a page is cut into several."""
    measured = []
    for note in notes:
        room = (width - (16.0 if note.number else 0.0)) * _SLACK
        rows = text_metrics.wrap_text(x.clean_run(note.text), note.size, room, bold=note.bold)
        for n in range(0, max(1, len(rows)), 30):
            part = rows[n : n + 30]
            text = note.text if len(rows) <= 30 else " ".join(part)
            measured.append(
                replace(
                    note,
                    text=text,
                    rows=max(1, len(part)),
                    number=note.number if n == 0 else "",
                    url=note.url if n == 0 else "",
                )
            )
    return measured


def split_into_columns(
    notes: Sequence[NoteParagraph], columns: int, high: float, *, force: bool = False
) -> tuple[list[list[NoteParagraph]], list[NoteParagraph]]:
    """Notes in columns of a height, and those that have no room there. A heading never ends a column.

    `force` places the first note wherever it has no room at all, so that something is placed.
    """
    filled: list[list[NoteParagraph]] = [[]]
    used = 0.0
    for n, note in enumerate(notes):
        need = note.high + (notes[n + 1].high if note.bold and n + 1 < len(notes) else 0.0)
        if used + need > high and filled[-1]:
            if len(filled) == columns:
                return filled, list(notes[n:])
            filled.append([])
            used = 0.0
        if need > high and not (force and n == 0):
            return [part for part in filled if part], list(notes[n:])
        filled[-1].append(note)
        used += note.high
    return filled, []


def compute_least_height(notes: Sequence[NoteParagraph], columns: int, most: float) -> float:
    """The least height at which notes fit into columns; `most` where they don't at all."""
    low, high = 0.0, most
    if split_into_columns(notes, columns, most)[1]:
        return most
    for _ in range(9):
        middle = (low + high) / 2
        low, high = (middle, high) if split_into_columns(notes, columns, middle)[1] else (low, middle)
    return high + 0.5


def build_column(
    notes: Sequence[NoteParagraph], area: Area, identity: int, name: str, links: Callable[[str], str]
) -> BaseOxmlElement:
    """A column of notes as one text box. `links` gives the id of a web address in the slide's part."""
    return x.build_text_box(
        x.build_nonvisual_properties(identity, name), area, [_build_paragraph(n, links) for n in notes]
    )


def _build_paragraph(note: NoteParagraph, links: Callable[[str], str]) -> BaseOxmlElement:
    """A note; its number leads to its address, as a link through all its words would colour half the slide."""
    look = TextRun(note.text, note.size, note.colour, note.bold)
    if not note.number:
        return x.build_paragraph([look], leading=note.size * _LEADING, before=note.before)
    number = TextRun(note.number, note.size, x.INK, bold=True, link=links(note.url) if note.url else "")
    words = [number, replace(look, text=f"\t{x.clean_line(note.text)}")]
    return x.build_paragraph(words, leading=note.size * _LEADING, indent=16.0, hang=16.0, before=note.before)


def build_speaker_notes(briefing: Briefing) -> str:
    """The speaker's notes: every line shown with every claim behind it, who says so and where it stands."""
    return join_lines(_list_speaker_lines(briefing))


def join_lines(lines: Iterable[str]) -> str:
    """Lines for the speaker's notes, each a paragraph, without what a file can't hold."""
    return "\n".join(x.clean_line(line) for line in lines)


def _list_speaker_lines(briefing: Briefing) -> Iterator[str]:
    yield briefing.title
    yield from (part for part in (briefing.mark, briefing.note, f"{briefing.counts}.", briefing.as_of) if part)
    yield from briefing.rules
    yield from briefing.origin
    if briefing.analyst_notes:
        yield "The analyst’s own notes, which are no claims:"
        yield from (f"– {' '.join(text.split())}" for text in briefing.analyst_notes)
    sources = {f.number: f for f in briefing.footnotes}
    if not briefing.rendered.shown.relationships:
        return
    yield "Every line shown, and the claims behind it:"
    for row in claims.list_line_claims(briefing):
        yield f"{_SIGN.get(row.stance, '')}{row.statement}. {row.weighing}"
        for claim in row.claims:
            source = sources.get(claim.number)
            cited = f"[{claim.number}] {source.text}" if source else "source not known"
            where = ", ".join(part for part in (cited, claim.place, source.url if source else "") if part)
            verb = {"denies": "denies", "infers": "infers"}.get(claim.says, "says")
            reasoned_text = " ".join(f"{claim.text} {claim.reason}".split())
            about = f": {reasoned_text}" if reasoned_text else ""
            yield f"– {claim.who} {verb} so ({claim.grade}{f', {claim.when}' if claim.when else ''}){about}. {where}"


@dataclass(frozen=True)
class SourceRow:
    """A source as the appendix lists it. `used` says on which slide it has which number."""

    used: str
    citation: str
    date: str
    kind: str
    url: str
    address: str
    height: float


HEADINGS = ("Slide: number", "Source", "Date", "Kind and reliability", "Address")
SHARES = (0.11, 0.39, 0.09, 0.13, 0.28)
TABLE_SIZE = 8.0
_PAD = 5.0


def list_source_rows(shown: Sequence[tuple[int, Briefing]], width: float) -> list[SourceRow]:
    """All sources of all slides, each once, the earliest first; `shown` pairs a slide's number with its briefing."""
    used: dict[str, list[str]] = {}
    notes: dict[str, Footnote] = {}
    for slide, briefing in shown:
        for note in briefing.footnotes:
            used.setdefault(note.source.id, []).append(f"{slide}: {note.number}")
            notes.setdefault(note.source.id, note)
    ranked = sorted(
        notes.values(), key=lambda f: (f.source.date or "9999", f.source.publisher, f.source.title, f.source.id)
    )
    return [row for note in ranked for row in _build_source_rows(note, "; ".join(used[note.source.id]), width)]


def _build_source_rows(note: Footnote, used: str, width: float) -> Iterator[SourceRow]:
    source = note.source
    title = f"“{source.title}”" if source.title else ""
    about = ". ".join(p for p in (", ".join(p for p in (source.publisher, title) if p), source.note) if p)
    reliability = f"reliability {source.reliability}" if source.reliability else ""
    kind = ", ".join(p for p in (source.kind, source.language, reliability) if p)
    cells = [
        text_metrics.wrap_text(x.clean_run(t), TABLE_SIZE, (width * share - 2 * _PAD) * _SLACK)
        for t, share in zip((used, about, source.date, kind, source.url), SHARES, strict=True)
    ]
    for n in range(0, max(len(c) for c in cells), 24):
        part = [c[n : n + 24] for c in cells]
        high = max(len(p) for p in part) * TABLE_SIZE * _LEADING + 2 * 2.5
        whole = all(len(c) <= 24 for c in cells)
        texts = (used, about, source.date, kind, source.url) if whole else tuple(" ".join(p) for p in part)
        yield SourceRow(texts[0], texts[1], texts[2], texts[3], note.url, texts[4], high)


def split_page(rows: Sequence[SourceRow], high: float) -> tuple[list[SourceRow], list[SourceRow]]:
    """The rows that a page of a height has room for, its heading included, and the others."""
    left = high - (TABLE_SIZE * _LEADING + 5.0)
    fits = 0
    for row in rows:
        left -= row.height
        if left < 0 and fits:
            break
        fits += 1
    return list(rows[:fits]), list(rows[fits:])


def format_source_row(row: SourceRow) -> str:
    """A row of the appendix in words, for the speaker's notes."""
    return ". ".join(p for p in (row.used, row.citation, row.date, row.kind, row.address) if p)


def build_table(rows: Sequence[SourceRow], area: Area, identity: int, links: Callable[[str], str]) -> BaseOxmlElement:
    """A page of the appendix as a native table."""
    wide, el = area[2] - area[0], x.create_element
    heads = [[TextRun(h, TABLE_SIZE, x.PAPER, bold=True)] for h in HEADINGS]
    body = [
        [[TextRun(t, TABLE_SIZE)] for t in (r.used, r.citation, r.date, r.kind)]
        + [[TextRun(r.address, TABLE_SIZE, x.INK, link=links(r.url) if r.url else "")]]
        for r in rows
    ]
    heights = [TABLE_SIZE * _LEADING + 5.0, *(r.height for r in rows)]
    lines = [
        el("a:tr", *(_build_cell(c, head=n == 0, band=n % 2 == 0) for c in cells), h=x.to_emu(high))
        for n, (cells, high) in enumerate(zip([heads, *body], heights, strict=True))
    ]
    grid = el("a:tblGrid", *(el("a:gridCol", w=x.to_emu(wide * share)) for share in SHARES))
    inner = el("a:tbl", el("a:tblPr", firstRow=1, bandRow=1), grid, *lines)
    data = el("a:graphicData", inner, uri="http://schemas.openxmlformats.org/drawingml/2006/table")
    size = (area[0], area[1], area[2], area[1] + sum(heights))
    place = el("p:xfrm", *x.build_frame(size))
    who = x.build_nonvisual_properties(identity, "Sources", "All sources, with their numbers on the slides")
    properties = el(
        "p:nvGraphicFramePr", who, el("p:cNvGraphicFramePr", el("a:graphicFrameLocks", noGrp=1)), el("p:nvPr")
    )
    return el("p:graphicFrame", properties, place, el("a:graphic", data))


def _build_cell(words: Sequence[TextRun], *, head: bool, band: bool) -> BaseOxmlElement:
    el = x.create_element
    paragraph = x.build_paragraph(words, leading=TABLE_SIZE * _LEADING)
    body = el("a:txBody", el("a:bodyPr"), el("a:lstStyle"), paragraph)
    rules = [el(f"a:ln{side}", el("a:noFill"), w=0) for side in ("L", "R", "T")]
    rules.append(el("a:lnB", x.build_fill("#d5dae0"), w=x.to_emu(0.5)))
    ground = x.build_fill("#33414f" if head else "#f4f6f8" if band else x.PAPER)
    look = el(
        "a:tcPr", *rules, ground, marL=x.to_emu(_PAD), marR=x.to_emu(_PAD), marT=x.to_emu(2.5), marB=x.to_emu(2.5)
    )
    return el("a:tc", body, look)
