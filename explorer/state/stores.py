"""What the page's stores hold, as the browser sends it: the shapes that callbacks read. Nothing in them is trusted."""

from typing import NotRequired, TypedDict


class DatabaseState(TypedDict):
    """The store `DATABASE`: whether the database answers, and in words why not."""

    up: bool
    why: NotRequired[str]


class Selection(TypedDict):
    """The store `SELECTED`: the kind of what is selected (canvas/elements.py) and its id; None for nothing."""

    kind: str
    id: str


class Signal(TypedDict):
    """A store of `page_commands.get_signal_id`: the elements that a command is meant for, the kind of the first, where
    on the canvas the menu was opened, and a stamp that makes each signal another."""

    ids: list[str]
    kind: str
    point: list[float] | None
    at: float


class FollowEvent(TypedDict):
    """The event "follow": the entity whose name was clicked."""

    entity: str


class LineEvent(TypedDict):
    """The event "open-line": the line whose claims are wanted."""

    line: str


class PageEvent(TypedDict):
    """The event "turn-page": how many claims are before those that are wanted."""

    skip: int


class NeighbourEvent(TypedDict):
    """The event "bring": neighbours by a relationship type, a way ("out", "in" or '') and a type ('' for any)."""

    relationship: str
    way: str
    of: str


class ExpansionRefusal(NeighbourEvent):
    """An expansion that was refused: of which entity, why, how many there is room for, and the canvas it was for."""

    entity: str
    left: int
    text: str
    stamp: str


class FilterChange(TypedDict, total=False):
    """What a control of the filter asks for, one of: fields of the filter or {"toggle": [kind, name, shown]}; a rule to
    end, as [field, name]; another size or colour; everything as it was."""

    filter: dict[str, object]
    drop: list[str]
    size_by: str
    colour_by: str
    reset: bool


class RemainingRows(TypedDict):
    """What the filtered table leaves out: ids of entities and lines."""

    ids: list[str]


class RunningLayout(TypedDict):
    """A layout that is being computed, or has been: the job's id, and the layout's name."""

    id: str
    layout: str


class DrawnStamp(TypedDict):
    """The store `DRAWN`: the canvas that was drawn last, and how the picture moves (assets/canvas.js)."""

    fit: bool
    extent: tuple[float, ...]
    stamp: str
    first: str | None


# A path as the page keeps it: the ids of its entities, those of its lines, and what is said of it.
KeptPath = tuple[list[str], list[str], str]
