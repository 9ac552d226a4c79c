"""What the page says of a filter, in one text."""

from explorer.filters.descriptions import describe_filter_parts
from explorer.state.filter import Filter
from graph.model import Subgraph
from graph.ontology import Ontology


def describe_filter(ontology: Ontology, whole: Subgraph, left: Subgraph, chosen: Filter) -> str:
    """What is hidden and by which rules, where `left` is what is shown of a canvas; '' when nothing is."""
    return " ".join(part for part in describe_filter_parts(ontology, whole, left, chosen) if part)
