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
