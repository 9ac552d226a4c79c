"""The legend of a slide in native shapes: a group of samples and words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from pptx.oxml.xmlchemy import BaseOxmlElement

from explorer.export.common import text_metrics
from explorer.export.geometry.curves import Point
from explorer.export.geometry.legend import Group, Row
from explorer.export.slides import lines as slides_lines
from explorer.export.slides import shapes as slides_shapes
from explorer.export.slides import xml as x
from explorer.export.slides.shapes import SlideTransform
from explorer.export.slides.xml import TextRun
from explorer.layout.geometry import Area

_ROW, _HEAD, _MORE, _GAP = 15.0, 15.5, 9.6, 4.0  # heights in points
_SIZE, _TITLE = 8.4, 9.2
_SAMPLE, _TALLY = 30.0, 34.0
_LEAST = 0.62  # smaller words can't be read


def measure_height(groups: Sequence[Group], width: float) -> float:
    """How high a legend of a width is, in points, at its full size."""
    return sum(_HEAD + _GAP + sum(_measure_row(_wrap_words(r, width)) for r in g.rows) for g in groups)


def compute_scale(groups: Sequence[Group], width: float, room: float) -> float:
    """By what a legend is made smaller so that it fits."""
    return max(_LEAST, min(1.0, room / (measure_height(groups, width) or 1.0)))


def draw(groups: Sequence[Group], at: Point, width: float, size: float, view: SlideTransform) -> BaseOxmlElement | None:
    """The legend from its upper left corner; None where there is nothing to tell."""
    if not groups:
        return None
    who = view.named("Legend", "What shapes, colours and lines mean")
    writer, members, y = _LegendWriter(at[0], width, size, view), [], at[1]
    for group in groups:
        place = (at[0], y, at[0] + width, y + _HEAD * size)
        members.append(writer.text(group.title, place, _TITLE, bold=True))
        y += _HEAD * size
        for row in group.rows:
            words = _wrap_words(row, width / size)
            members += writer.row(row, words, y)
            y += _measure_row(words) * size
        y += _GAP * size
    return x.build_group(who, members)


@dataclass(frozen=True)
class _LegendWriter:
    """Writes rows from `left` on, `width` wide, at a size."""

    left: float
    width: float
    size: float
    view: SlideTransform

    def row(self, row: Row, words: Sequence[str], y: float) -> list[BaseOxmlElement]:
        """A row: its sample, its words, how many there are."""
        left, size, look = self.left, self.size, row.sample.style
        middle, wide, right = y + _ROW * size / 2, _measure_sample(row) * size, left + self.width
        if row.sample.kind == "line":
            stance = {"inferred": "inferred", "contested": "contested", "× denied": "denied"}.get(row.sample.mark, "")
            shapes = [
                slides_lines.build_sample(look, ((left, middle), (left + wide, middle)), 0.9 * size, stance, self.view)
            ]
            if row.sample.mark:
                shapes.append(self._build_pill(row, (left + wide / 2, middle)))
        else:
            share = min(13 * size / float(look["height"]), 24 * size / float(look["width"]), 0.32 * size)
            shapes = slides_shapes.build_sample(look, (left + wide / 2, middle), share, self.view, name=row.words)
        place = (left + wide + 5 * size, y, right - (_TALLY - 6) * size, y + _measure_row(words) * size)
        shapes.append(self.text("\n".join(words), place, _SIZE, leading=_MORE))
        if row.count_text:
            place = (right - _TALLY * size, y, right, y + _ROW * size)
            shapes.append(self.text(row.count_text, place, _SIZE, align="r", colour=x.QUIET))
        return shapes

    def _build_pill(self, row: Row, middle: Point) -> BaseOxmlElement:
        look, size, mark = row.sample.style, self.size, row.sample.mark
        half = text_metrics.measure_width(mark, 7.2 * size, bold=True) / 2 + 3 * size
        area = (middle[0] - half, middle[1] - 5 * size, middle[0] + half, middle[1] + 5 * size)
        rim = x.build_stroke(look.get("text-border-color"), size if look.get("text-border-width") else 0.0)
        run = TextRun(mark, 7.2 * size, str(look.get("color", x.INK)), bold=True)
        return x.build_text_box(
            self.view.named(mark),
            area,
            [x.build_paragraph([run], align="ctr")],
            x.build_fill(look.get("text-background-color", x.PAPER)),
            rim,
            anchor="ctr",
            wrap=False,
            form="roundRect",
        )

    def text(
        self,
        words: str,
        area: Area,
        size: float,
        *,
        bold: bool = False,
        align: str = "l",
        colour: str = x.INK,
        leading: float = 0.0,
    ) -> BaseOxmlElement:
        """Words in a place; size and distance of lines as at full size."""
        run = TextRun(words, size * self.size, colour, bold)
        paragraph = x.build_paragraph([run], align=align, leading=leading * self.size)
        return x.build_text_box(self.view.named(words.replace("\n", " ")), area, [paragraph], anchor="ctr", wrap=False)


def _measure_sample(row: Row) -> float:
    """The width of a row's sample: a line with a mark needs more."""
    return (
        max(_SAMPLE, text_metrics.measure_width(row.sample.mark, 7.2, bold=True) + 22) if row.sample.mark else _SAMPLE
    )


def _wrap_words(row: Row, width: float) -> list[str]:
    return text_metrics.wrap_text(row.words, _SIZE, width - _measure_sample(row) - 5 - _TALLY + 6)


def _measure_row(words: Sequence[str]) -> float:
    return _ROW + (len(words) - 1) * _MORE
