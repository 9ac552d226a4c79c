"""What one can do to the canvas: the one list behind toolbar, right-click menu, shortcuts and help.

A verb is carried out by the panel that takes its `get_signal_id` as an Input, or, where `here` is set, in the browser
(assets/). A signal holds {"ids": [...], "kind": ..., "point": [x, y], "at": ...}: the elements it is meant for (the one
that was right-clicked, else those selected), the kind of the first, and where on the canvas the menu was opened.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

ENTITY, LINE, STACK, GAP, NOTE, CANVAS = "entity", "relationship", "stack", "gap", "note", "canvas"


@dataclass(frozen=True)
class Command:
    """One thing to do. `key` is its shortcut, `on` the kinds of elements (or the canvas) whose menu has it."""

    name: str
    caption: str
    icon: str = ""
    key: str = ""
    on: tuple[str, ...] = ()
    here: bool = False


COMMANDS = (
    Command("search", "Search", "search", "/", here=True),
    Command("expand", "Show its neighbours", "affiliate", "e", (ENTITY,)),
    Command("collapse", "Collapse: remove what hangs only on it", "arrows-minimize", "c", (ENTITY,)),
    Command("hide", "Hide", "eye-off", "h", (ENTITY, LINE, STACK)),
    Command("remove", "Remove from the canvas", "eraser", "Delete", (ENTITY, STACK, GAP, NOTE)),
    Command("pin", "Pin or unpin", "pin", "p", (ENTITY, STACK)),
    Command("stack", "Stack its like neighbours", "stack", "s", (ENTITY,)),
    Command("stack-all", "Stack all alike leaves", "stack-2", "a", (CANVAS,)),
    Command("unstack", "Open the stack", "stack-pop", "o", (STACK,)),
    Command("merge", "Merge or part parallel lines", "arrows-join", "m", (CANVAS,)),
    Command("mark-unlisted", "Mark or unmark what is on no list searched", "gavel", "l", (CANVAS,)),
    Command("path-from", "Path from here", "map-pin", "[", (ENTITY,)),
    Command("path-to", "Path to here", "flag", "]", (ENTITY,)),
    Command("nearest", "Nearest designated party", "gavel", "d", (ENTITY,)),
    Command("chain", "Lay out its chain", "sitemap", "k", (ENTITY,)),
    Command("export", "Export: pictures, slides, documents, data", "download", "x", (CANVAS,)),
    Command("add-note", "Add a note", "note", "n", (CANVAS,)),
    Command("edit-note", "Edit the note", "pencil", "", (NOTE,)),
    Command("undo", "Undo the last step", "arrow-back-up", "u", here=True),
    Command("redo", "Redo the step", "arrow-forward-up", "r", here=True),
    Command("fit", "Fit the picture to the canvas", "arrows-maximize", "f", (CANVAS,), here=True),
    Command("table", "Table", "table", "t", (CANVAS,), here=True),
    Command("time", "Time", "clock", "y", (CANVAS,), here=True),
    Command("left", "Queries and legend: show or hide", "layout-sidebar", "1", here=True),
    Command("right", "Details: show or hide", "layout-sidebar-right", "2", here=True),
    Command("clear", "Clear the canvas", "trash", "", ()),
    Command("cypher", "Show the Cypher", "code", "q", ()),
    Command("help", "Help and shortcuts", "help", "?", here=True),
)


def find_command(name: str) -> Command:
    """The verb of a name. Raises KeyError."""
    return {v.name: v for v in COMMANDS}[name]


def get_signal_id(name: str) -> dict[str, str]:
    """The id of the store in which the browser says that a verb is meant."""
    return {"type": "verb", "name": find_command(name).name}


# What buttons tell that come and go with what is shown. Dash would call their callbacks each time they are drawn anew,
# with the whole canvas as luggage; so the browser puts a click into a store instead (assets/verbs.js).
EVENTS = (
    "follow",
    "open-line",
    "turn-page",
    "bring",
    "fewer",
    "cypher-of",
    "end-comparison",
    "choose-query",
    "edit-query",
    "run-again",
    "end-highlight",
    "show-rows",
    "download-answer",
    "drop-name",
    "open-again",
)


def get_event_id(name: str) -> dict[str, str]:
    """The id of the store that tells of a click on a button of `build_event_attributes`: what it carries, and "at"."""
    return {"type": "told", "name": EVENTS[EVENTS.index(name)]}


def build_event_attributes(name: str, /, **carried: Any) -> dict[str, str]:
    """The attributes of a button that tells something."""
    return {"data-tell": EVENTS[EVENTS.index(name)], "data-with": json.dumps(carried)}


def list_commands() -> list[dict[str, Any]]:
    """All verbs for assets/verbs.js."""
    return [asdict(v) for v in COMMANDS]
