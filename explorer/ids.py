"""The names of the page's parts that more than one panel speaks of."""

CANVAS = "canvas"  # store: explorer.canvas.Canvas
DRAGGED = "dragged"  # store: where nodes stand now, written by assets/canvas.js
SELECTED = "selected"  # store: {"kind": "entity" | "relationship", "id": ...}
EXPAND = "expand"  # store: the entity that was double-clicked, written by assets/canvas.js
DRAWN = "drawn"  # store: what was last drawn, for assets/canvas.js
DATABASE = "database"  # store: {"up": bool, "why": str}
PICTURE = "picture"  # the Cytoscape component
NOTICES = "notices"  # the container of notifications
SEARCH = "search"
LEGEND = "legend"
