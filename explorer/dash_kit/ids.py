"""The names of the page's parts that more than one panel speaks of."""

CANVAS = "canvas"  # store: explorer.canvas.Canvas
SELECTED = "selected"  # store: {"kind": data("kind") of the element (explorer/canvas/elements.py), "id": ...}
DRAWN = "drawn"  # store: what was last drawn, for assets/canvas.js
REDRAW = "redraw"  # store: asks the server for a drawing of a canvas that changed in the browser
DATABASE = "database"  # store: {"up": bool, "why": str}
PICTURE = "picture"  # the Cytoscape component
NOTICES = "notices"  # the container of notifications
SEARCH = "search"
LEGEND = "legend"
LIBRARY = "library"  # store: changes when the saved queries do; a counter of any kind


def build_cypher_store_id(panel: str) -> dict[str, str]:
    """The store that holds the key under which a panel's Cypher is kept (explorer/answers/cypher_log.py)."""
    return {"type": "ran", "panel": panel}
