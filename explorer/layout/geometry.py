"""How much room a node takes on the canvas: its symbol with the label below. Pure."""

from collections import defaultdict
from dataclasses import dataclass
from math import ceil

from graph.model import Subgraph

Point = tuple[float, float]
Area = tuple[float, float, float, float]  # left, top, right, bottom
SYMBOL = 46  # the height of a node's symbol, in picture units
LINE = 19  # the height of a line of its label
LABEL = 156  # the width at which labels wrap
LETTERS = 18.5  # letters that fit on a line of a label
GAP = 12  # what is left free between two boxes
SYMBOL_COST, LABEL_COST = 200, 70  # of a line that runs through a symbol or a label, in picture units
SLACK = 0.5  # places are rounded
LANE = 26  # what is left free beside a box, for lines to pass


@dataclass(frozen=True)
class Box:
    """A node's extent around the middle of its symbol."""

    width: float
    above: float
    below: float

    def hits(self, at: Point, other: "Box", there: Point) -> bool:
        """Whether this box at `at` overlaps another box standing `there`."""
        apart = abs(at[0] - there[0]) >= (self.width + other.width) / 2 - SLACK
        upper, lower = (self, other) if at[1] <= there[1] else (other, self)
        return not apart and abs(at[1] - there[1]) < upper.below + lower.above - SLACK


class OccupancyGrid:
    """Boxes that stand already; says quickly whether a further one would overlap any."""

    _CELL = 160.0  # about as wide and high as a box, which then lies in some four of them

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[float, float, float, float, float]]] = defaultdict(list)

    def put(self, box: Box, at: Point) -> None:
        """Stands a box somewhere."""
        for cell in self._covered(box, at):
            self._cells[cell].append((*at, box.width, box.above, box.below))

    def free(self, box: Box, at: Point) -> bool:
        """Whether a box may stand there."""
        x, y = at
        for cell in self._covered(box, at):
            # Box.hits, written out: this is asked a million times for a large picture.
            for there_x, there_y, width, above, below in self._cells.get(cell, ()):
                reach = box.below + above if y <= there_y else below + box.above
                if abs(x - there_x) < (box.width + width) / 2 - SLACK and abs(y - there_y) < reach - SLACK:
                    return False
        return True

    def _covered(self, box: Box, at: Point) -> list[tuple[int, int]]:
        left, right = int((at[0] - box.width / 2) // self._CELL), int((at[0] + box.width / 2) // self._CELL)
        top, bottom = int((at[1] - box.above) // self._CELL), int((at[1] + box.below) // self._CELL)
        return [(column, row) for column in range(left, right + 1) for row in range(top, bottom + 1)]


def build_boxes(subgraph: Subgraph) -> dict[str, Box]:
    """The box of every entity, by id."""
    return {e.id: build_box(e.name) for e in subgraph.entities}


def build_box(name: str) -> Box:
    """The box of a node with this label."""
    below = SYMBOL / 2 + 6 + count_label_lines(name) * LINE
    return Box(LABEL + LANE, SYMBOL / 2 + GAP / 2, below + GAP / 2)


def count_label_lines(name: str) -> int:
    """How many lines a label takes, estimated."""
    return max(1, min(4, ceil(_estimate_letters(name) / LETTERS + 0.2)))


def estimate_label_width(name: str) -> float:
    """How wide a label is, estimated."""
    return min(LABEL, _estimate_letters(name) * LABEL / LETTERS)


def build_areas(name: str, at: Point) -> tuple[Area, Area]:
    """The symbol of a node and its label."""
    half, wide = SYMBOL / 2 + 4, estimate_label_width(name) / 2 + 2
    under = at[1] + SYMBOL / 2
    return (at[0] - half, at[1] - half, at[0] + half, at[1] + half), (
        at[0] - wide,
        under,
        at[0] + wide,
        under + 6 + count_label_lines(name) * LINE,
    )


def _estimate_letters(name: str) -> float:
    return sum(1.8 if ord(c) > 0x2E7F else 1 for c in name)  # Hangul and Chinese are wide
