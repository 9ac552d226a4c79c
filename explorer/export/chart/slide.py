"""A chart on a slide, of shapes that can be edited: signs, bars and words; every row stands in the speaker's notes."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pptx.oxml.xmlchemy import BaseOxmlElement

from explorer.export.chart.marks import INK, QUIET, Box, Mark, Sign, Stroke, Words, build_legend, build_marks
from explorer.export.chart.sheet import ChartSheet
from explorer.export.common import text_metrics
from explorer.export.slides import text as slides_text
from explorer.export.slides import xml as x
from explorer.export.slides.deck import Deck, set_speaker_notes
from explorer.export.slides.picture_slide import SlideBuilder
from explorer.export.slides.xml import TextRun
from explorer.layout.geometry import Area

MOST_BARS = 22  # rows of a chart of bars that are drawn on a slide
_TEXT, _LEAST = 10.0, 150.0  # size of words; height of the chart
_SHAPES = {
    "circle": "ellipse",
    "square": "rect",
    "diamond": "diamond",
    "triangle-up": "triangle",
    "pentagon": "pentagon",
    "star": "star5",
    "hexagon": "hexagon",
    "x": "mathMultiply",
    "line-ew": "rect",
    "triangle-down": "flowChartMerge",
    "triangle-right": "rtTriangle",
    "triangle-left": "rtTriangle",
}
_DASHES = {"dash": "dash", "dot": "sysDot", "dashdot": "dashDot"}


def render_slide(sheet: ChartSheet, *, ratio: str = "16:9", template: bytes | None = None) -> bytes:
    """A presentation of one slide. Raises UsageError for another ratio, DataError for a template that can't be used."""
    deck = Deck(ratio=ratio, template=template)
    builder = SlideBuilder.new(deck, sheet.title, sheet)
    left, top, right, bottom = builder.room
    top = _add_words(builder, [sheet.question], (left, top, right, bottom), QUIET, "Question")
    remarks = [
        line for remark in sheet.remarks for line in text_metrics.wrap_text(remark, _TEXT, (right - left) * 0.92)
    ]
    most = max(0, int((bottom - top - _LEAST) / (_TEXT * 1.25)))
    shown = remarks if len(remarks) <= most else [*remarks[: max(0, most - 1)], "More is said in the notes."]
    foot = bottom - len(shown) * _TEXT * 1.25 - 4
    _add_words(builder, shown, (left, foot, right, bottom), INK, "What the figures say")
    legend, high = build_legend(sheet.drawn.figure, (left, top, right, foot))
    marks = [*legend, *build_marks(sheet.drawn.figure, (left, top + high, right, foot))]
    shapes = [shape for mark in marks for shape in _build_shapes(builder, mark)]
    if shapes:
        builder.add(x.build_group(x.build_nonvisual_properties(next(builder.ids), "Chart", sheet.title), shapes))
    notes = [sheet.title, sheet.question, *sheet.remarks, "", *sheet.rows, "", *sheet.origin]
    set_speaker_notes(builder.slide, slides_text.join_lines(notes))
    return deck.written([sheet], sheet.title)


def _add_words(builder: SlideBuilder[ChartSheet], lines: Sequence[str], area: Area, colour: str, name: str) -> float:
    """Words from the top of an area. Returns where they end."""
    left, top, right, _ = area
    rows = [row for line in lines if line for row in text_metrics.wrap_text(line, _TEXT, (right - left) * 0.95)]
    if not rows:
        return top
    leading = _TEXT * 1.25
    text = x.build_paragraph([TextRun("\n".join(rows), _TEXT, colour)], leading=leading)
    who = x.build_nonvisual_properties(next(builder.ids), name)
    builder.add(x.build_text_box(who, (left, top, right, top + len(rows) * leading), [text], wrap=False))
    return top + len(rows) * leading


def _build_shapes(builder: SlideBuilder[ChartSheet], mark: Mark) -> Iterator[BaseOxmlElement]:
    """The shapes of a mark, each with what it stands for."""
    name = getattr(mark, "name", "") or "Line"
    match mark:
        case Stroke(points=points):
            for (ax, ay), (bx, by) in pairwise(points):
                area = (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
                line = x.build_stroke(mark.colour, mark.width, opacity=mark.opacity, dash=_DASHES.get(mark.dash, ""))
                frame = x.build_frame(area, down=(bx - ax) * (by - ay) < 0)
                who = x.build_nonvisual_properties(next(builder.ids), name)
                yield x.build_shape(who, frame, x.build_preset_geometry("line"), line)
        case Box(area=area):
            who = x.build_nonvisual_properties(next(builder.ids), name)
            yield x.build_shape(who, x.build_frame(area), x.build_preset_geometry("rect"), x.build_fill(mark.colour))
        case Sign():
            yield _build_sign(builder, mark)
        case Words() if mark.text:
            wide = text_metrics.measure_width(mark.text, mark.size, bold=mark.bold) * 1.1 + 4
            start = {"start": 0.0, "middle": wide / 2, "end": wide}[mark.anchor]
            area = (mark.x - start, mark.y - mark.size, mark.x - start + wide, mark.y + mark.size * 0.35)
            run = TextRun(mark.text, mark.size, mark.colour, mark.bold)
            align = {"start": "l", "middle": "ctr", "end": "r"}[mark.anchor]
            who = x.build_nonvisual_properties(next(builder.ids), mark.text)
            yield x.build_text_box(who, area, [x.build_paragraph([run], align=align)], anchor="ctr", wrap=False)


def _build_sign(builder: SlideBuilder[ChartSheet], sign: Sign) -> BaseOxmlElement:
    kind, r = sign.symbol.removesuffix("-open"), sign.size / 2
    high = r if kind != "line-ew" else 1.2
    turn = {"triangle-right": 45.0, "triangle-left": 225.0}.get(kind, 0.0)
    return x.build_shape(
        x.build_nonvisual_properties(next(builder.ids), sign.name or "Sign"),
        x.build_frame((sign.x - r, sign.y - high, sign.x + r, sign.y + high), turn=turn),
        x.build_preset_geometry(_SHAPES.get(kind, "rect")),
        x.build_fill("#ffffff" if sign.is_open and kind != "line-ew" else sign.colour),
        x.build_stroke(sign.colour, 1.4) if sign.is_open else None,
    )
