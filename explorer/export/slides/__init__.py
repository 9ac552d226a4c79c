"""PowerPoint: a first slide, a slide for every view, and an appendix of sources, all of shapes that can be edited.

A view's slide has its entities as groups of shapes, its lines as connectors glued to them, its legend, disputes and
sources; its speaker's notes hold every claim. With a template, its masters, layouts, theme and size are kept.
"""

from collections.abc import Sequence

from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.shapes.autoshape import Shape
from pptx.slide import Slide

from explorer.export.common import text_metrics
from explorer.export.common.briefing import Briefing
from explorer.export.slides import picture_slide as slides_view
from explorer.export.slides import text as slides_text
from explorer.export.slides import xml as x
from explorer.export.slides.deck import Deck, get_title, set_speaker_notes
from explorer.export.slides.picture_slide import SlideBuilder
from explorer.export.slides.xml import TextRun
from graph.errors import UsageError
from graph.plurals import format_count

APPENDIX = "Sources"
_MOST = 14  # views that the first slide names


def render(briefings: Sequence[Briefing], *, ratio: str = "16:9", template: bytes | None = None) -> bytes:
    """The presentation of some briefings, one view each; `ratio` is "16:9" or "4:3", or the template's own.

    Raises UsageError for no briefing or another ratio, DataError for a template that can't be used.
    """
    if not briefings:
        raise UsageError("there is no view to make slides of")
    deck = Deck(ratio=ratio, template=template)
    more = format_count(len(briefings) - 1, "more view", "more views")
    title = briefings[0].title if len(briefings) == 1 else f"{briefings[0].title} and {more}"
    cover = deck.slide(title, cover=True)
    shown = [(slides_view.add_slides(deck, briefing), briefing) for briefing in briefings]
    _fill_cover(deck, cover, title, shown)
    _add_appendix(deck, shown)
    return deck.written(briefings, title)


def _fill_cover(deck: Deck, slide: Slide, title: str, shown: Sequence[tuple[int, Briefing]]) -> None:
    """What the first slide tells beside its title: the views with their numbers, the day, the mark."""
    named = [f"{number}  {b.title}: {b.counts}" for number, b in shown[:_MOST]]
    if len(shown) > _MOST:
        named.append(f"and {format_count(len(shown) - _MOST, 'more view', 'more views')}")
    about = [shown[0][1].counts] if len(shown) == 1 else named
    days = list(dict.fromkeys(b.as_of for _, b in shown if b.as_of))
    marks = list(dict.fromkeys(b.mark for _, b in shown if b.mark))
    facts = [x.clean_line(words[:1].upper() + words[1:]) for words in (*about, *days) if words]
    below = next((p for p in slide.placeholders if p.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE), None)
    if deck.own and below is not None:
        wide = deck.width - 120
        size = next(
            (
                s
                for s in (32.0, 24.0, 18.0)
                if len(text_metrics.wrap_text(x.clean_line(title), s, wide, bold=True)) <= 3
            ),
            14.0,
        )
        rows = text_metrics.wrap_text(x.clean_line(title), size, wide * 0.9, bold=True)
        shown_title = " ".join(rows) if len(rows) <= 6 else " ".join(rows[:6])[:-1] + "…"
        _set_placeholder_text(get_title(slide), (60, 70, 60 + wide, 240), [TextRun(shown_title, size, bold=True)], "b")
        small = 14.0 if len(facts) <= 6 else 10.0
        lines = [text_metrics.wrap_text(words, small, wide * 0.9)[:4] for words in facts]
        _set_placeholder_text(
            below,
            (60, 254, 60 + wide, deck.height - 90),
            [TextRun("\n".join(r for rows in lines for r in rows), small, x.QUIET)],
        )
    elif below is not None:
        below.text_frame.text = "\n".join(facts)
    first = next((b for _, b in shown if b.mark), shown[0][1])
    sheet = SlideBuilder(deck, slide, first)
    sheet.marked()
    if deck.own:
        origin = list(dict.fromkeys(o for _, b in shown for o in b.origin))
        rows = [
            row
            for words in origin[:8]
            for row in text_metrics.wrap_text(x.clean_line(words), 8.0, (deck.width - 120) * 0.9)
        ][:8]
        area = (60, deck.height - 18 - len(rows) * 10, deck.width - 60, deck.height - 18)
        text = x.build_paragraph([TextRun("\n".join(rows), 8.0, x.QUIET)], leading=10)
        sheet.add(x.build_text_box(x.build_nonvisual_properties(next(sheet.ids), "Origin"), area, [text], wrap=False))
    spoken = [
        title,
        *marks,
        *(f"{n}  {b.title}: {b.counts}" for n, b in shown),
        *days,
        *(o for _, b in shown for o in b.origin),
    ]
    set_speaker_notes(slide, slides_text.join_lines(dict.fromkeys(spoken)))


def _set_placeholder_text(
    holder: Shape, area: tuple[float, float, float, float], words: Sequence[TextRun], anchor: str = "t"
) -> None:
    """Sets a placeholder's text in a place."""
    left, top, right, bottom = area
    holder.left, holder.top, holder.width, holder.height = (
        x.to_emu(v) for v in (left, top, right - left, bottom - top)
    )
    size = words[0].size
    body = x.build_text_body([x.build_paragraph(words, leading=size * 1.25)], anchor=anchor)
    x.replace_text(holder, body)


def _add_appendix(deck: Deck, shown: Sequence[tuple[int, Briefing]]) -> None:
    """The sources of all views in tables, as many pages as they need."""
    first = next((b for _, b in shown if b.mark), shown[0][1])
    if not any(b.footnotes for _, b in shown):
        return
    rows: list[slides_text.SourceRow] | None = None
    page = 0
    while rows is None or rows:
        page += 1
        sheet = SlideBuilder.new(deck, APPENDIX if page == 1 else f"{APPENDIX} ({page})", first)
        left, top, right, bottom = sheet.room
        rows = slides_text.list_source_rows(shown, right - left) if rows is None else rows
        part, rows = slides_text.split_page(rows, bottom - top - 6)
        sheet.add(slides_text.build_table(part, (left, top + 4, right, bottom), next(sheet.ids), sheet.link))
        set_speaker_notes(sheet.slide, slides_text.join_lines(slides_text.format_source_row(r) for r in part))
