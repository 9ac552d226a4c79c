"""The headings above the columns of a chain."""

from typing import Any

from explorer.canvas.rendered_view import RenderedView
from explorer.layout import columns
from explorer.overlays import chain_overlay


def build_column_headings(rendered: RenderedView) -> list[dict[str, Any]]:
    """Elements for the headings of the columns, where the canvas is laid out as a chain."""
    if rendered.canvas.layout != chain_overlay.LAYOUT:
        return []
    headings = columns.build_headings(rendered.canvas.positions, rendered.drawn, rendered.ontology)
    return [
        {
            "group": "nodes",
            "data": {"id": i, "kind": "heading", "label": caption, "name": caption, "shown": 1},
            "position": {"x": x, "y": y},
            "selectable": False,
            "grabbable": False,
        }
        for i, (caption, (x, y)) in headings.items()
    ]
