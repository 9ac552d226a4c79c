"""The legend as SVG, in a column or across a page. Pure; lengths are in points times a page's scale."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from explorer.canvas.stylesheet import INK
from explorer.export.common import text_metrics
from explorer.export.common.style_resolver import Style
from explorer.export.geometry.curves import Point
from explorer.export.geometry.legend import Group, Row
from explorer.export.picture import svg_parts
from explorer.export.picture.svg_parts import add_text, create_element

WIDTH = 158.0  # of a column
QUIET = "#55606e"
_SIZE, _HEAD, _ROW, _MORE, _GAP = 8.6, 17.0, 16.5, 10.0, 4.0  # of words; heights of headings, rows, further lines
_TALLEST = 150.0  # a column of a legend that goes across the page


class Legend:
    """Rows of a legend at a scale, in columns of a width."""

    def __init__(self, groups: Sequence[Group], scale: float, width: float = WIDTH) -> None:
        self.groups, self.unit, self.width = groups, scale, width * scale

    def height(self, across: float = 0.0) -> float:
        """How high it is, in one column or in as many as stand beside each other within `across`."""
        return self._walk(None, across)

    def draw(self, parent: ET.Element, across: float = 0.0) -> None:
        """Draws it from (0, 0) on."""
        self._walk(parent, across)

    def _walk(self, parent: ET.Element | None, across: float) -> float:
        u, x, y, tallest = self.unit, 0.0, 0.0, 0.0
        for group in self.groups:
            rows = [(row, self._words(row)) for row in group.rows]
            high = (_HEAD + _GAP) * u + sum(self._measure_row_height(words) for _, words in rows)
            if y and y + high > _TALLEST * u and x + 2 * self.width < across:
                x, y = x + self.width + 10 * u, 0.0
            if parent is not None:
                add_text(parent, group.title, x, y + 11 * u, 9.4 * u, bold=True)
            y += _HEAD * u
            for row, words in rows:
                if parent is not None:
                    self._row(parent, row, words, (x, y))
                y += self._measure_row_height(words)
            y += _GAP * u
            tallest = max(tallest, y)
        return tallest

    def _measure_row_height(self, words: Sequence[str]) -> float:
        return (_ROW + (len(words) - 1) * _MORE) * self.unit

    def _words(self, row: Row) -> list[str]:
        size = _SIZE * self.unit
        taken = (
            (64 if row.sample.mark else 30) * self.unit
            + text_metrics.measure_width(row.count_text, size)
            + 6 * self.unit
        )
        return text_metrics.wrap_text(row.words, size, self.width - taken)

    def _row(self, parent: ET.Element, row: Row, words: Sequence[str], at: Point) -> None:
        u, x = self.unit, at[0]
        middle, wide = at[1] + 7.5 * u, (58 if row.sample.mark else 24) * u
        if row.sample.kind == "line":
            self._line(parent, row, (x, middle), wide)
        else:
            look = row.sample.style
            high, broad = float(look["height"]), float(look["width"])
            size = min(14 * u / high, 24 * u / broad, 0.32 * u)
            svg_parts.draw_symbol(parent, (x + wide / 2, middle), (broad * size, high * size), look, size)
        for n, part in enumerate(words):
            add_text(parent, part, x + wide + 6 * u, middle + 3 * u + n * _MORE * u, _SIZE * u)
        add_text(parent, row.count_text, x + self.width, middle + 3 * u, _SIZE * u, colour=QUIET, anchor="end")

    def _line(self, parent: ET.Element, row: Row, at: Point, wide: float) -> None:
        (x, y), u, look, mark = at, self.unit, row.sample.style, row.sample.mark
        plain: Style = {**look, "target-arrow-shape": "none", "source-arrow-shape": "none"}
        svg_parts.draw_line(parent, (at, (x + wide / 2, y), (x + wide, y)), plain, 0.8 * u)
        if not mark:
            return
        size = 7.4 * u
        ground = text_metrics.measure_width(mark, size, bold=True) + 6 * u
        create_element(
            parent,
            "rect",
            x=x + (wide - ground) / 2,
            y=y - 5.2 * u,
            width=ground,
            height=10.4 * u,
            rx=2.5 * u,
            fill=look.get("text-background-color", "#ffffff"),
            stroke=look.get("text-border-color") if look.get("text-border-width") else None,
        )
        add_text(
            parent,
            mark,
            x + wide / 2,
            y + 2.6 * u,
            size,
            bold=True,
            anchor="middle",
            colour=str(look.get("color", INK)),
        )
