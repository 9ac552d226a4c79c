"""What one can do to the canvas: the one list behind toolbar, right-click menu, shortcuts and help.

A verb is carried out by the panel that takes its `signal` as an Input, or, where `here` is set, in the browser
(assets/). A signal holds {"ids": [...], "kind": ..., "point": [x, y], "at": ...}: the elements it is meant for (the one
that was right-clicked, else those selected), the kind of the first, and where on the canvas the menu was opened.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

ENTITY, LINE, STACK, GAP, NOTE, CANVAS = "entity", "relationship", "stack", "gap", "note", "canvas"


@dataclass(frozen=True)
class Verb:
    """One thing to do. `key` is its shortcut, `on` the kinds of elements (or the canvas) whose menu has it."""

    name: str
    caption: str
    icon: str = ""
    key: str = ""
    on: tuple[str, ...] = ()
    here: bool = False


VERBS = (
    Verb("search", "Search", "search", "/", here=True),
    Verb("expand", "Show its neighbours", "affiliate", "e", (ENTITY,)),
    Verb("collapse", "Collapse: remove what hangs only on it", "arrows-minimize", "c", (ENTITY,)),
    Verb("hide", "Hide", "eye-off", "h", (ENTITY, LINE, STACK)),
    Verb("remove", "Remove from the canvas", "eraser", "Delete", (ENTITY, STACK, GAP, NOTE)),
    Verb("pin", "Pin or unpin", "pin", "p", (ENTITY, STACK)),
    Verb("stack", "Stack its like neighbours", "stack", "s", (ENTITY,)),
    Verb("stack-all", "Stack all alike leaves", "stack-2", "a", (CANVAS,)),
    Verb("unstack", "Open the stack", "stack-pop", "o", (STACK,)),
    Verb("merge", "Merge or part parallel lines", "arrows-join", "m", (CANVAS,)),
    Verb("path-from", "Path from here", "map-pin", "[", (ENTITY,)),
    Verb("path-to", "Path to here", "flag", "]", (ENTITY,)),
    Verb("nearest", "Nearest designated party", "gavel", "d", (ENTITY,)),
    Verb("chain", "Lay out its chain", "sitemap", "k", (ENTITY,)),
    Verb("export", "Export: pictures, slides, documents, data", "download", "x", (CANVAS,)),
    Verb("add-note", "Add a note", "note", "n", (CANVAS,)),
    Verb("edit-note", "Edit the note", "pencil", "", (NOTE,)),
    Verb("undo", "Undo the last step", "arrow-back-up", "u", here=True),
    Verb("redo", "Redo the step", "arrow-forward-up", "r", here=True),
    Verb("fit", "Fit the picture to the canvas", "arrows-maximize", "f", (CANVAS,), here=True),
    Verb("table", "Table", "table", "t", (CANVAS,), here=True),
    Verb("time", "Time", "clock", "y", (CANVAS,), here=True),
    Verb("left", "Queries and legend: show or hide", "layout-sidebar", "1", here=True),
    Verb("right", "Details: show or hide", "layout-sidebar-right", "2", here=True),
    Verb("clear", "Clear the canvas", "trash", "", ()),
    Verb("cypher", "Show the Cypher", "code", "q", ()),
    Verb("help", "Help and shortcuts", "help", "?", here=True),
)


def verb(name: str) -> Verb:
    """The verb of a name. Raises KeyError."""
    return {v.name: v for v in VERBS}[name]


def signal(name: str) -> dict[str, str]:
    """The id of the store in which the browser says that a verb is meant."""
    return {"type": "verb", "name": verb(name).name}


# What buttons tell that come and go with what is shown. Dash would call their callbacks each time they are drawn anew,
# with the whole canvas as luggage; so the browser puts a click into a store instead (assets/verbs.js).
TOLD = (
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
)


def told(name: str) -> dict[str, str]:
    """The id of the store in which the browser says that a button of `tell` was clicked: what it carries, and "at"."""
    return {"type": "told", "name": TOLD[TOLD.index(name)]}


def tell(name: str, /, **carried: Any) -> dict[str, str]:
    """The attributes of a button that tells something."""
    return {"data-tell": TOLD[TOLD.index(name)], "data-with": json.dumps(carried)}


def as_data() -> list[dict[str, Any]]:
    """All verbs for assets/verbs.js."""
    return [asdict(v) for v in VERBS]
