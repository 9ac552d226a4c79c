"""The exchange formats of what is shown: armsgraph/1 as JSON and as GraphML, and FollowTheMoney.

They are the stable formats that `armsgraph load` takes back, byte for byte as graph/output.py writes them for
`armsgraph export`: so they hold the claims and sources, but nothing about the picture, and no metadata, of which the
loader would say that it is left out.
"""

import re

from explorer.export.briefing import Briefing
from graph import output
from graph.model import Subgraph
from graph.ontology import Ontology

_HALF = re.compile("[\ud800-\udfff]")


def written(subgraph: Subgraph, form: str, ontology: Ontology) -> bytes:
    """A subgraph, be it the whole graph, in one of graph/output.py's `EXCHANGE`, as UTF-8.

    Raises DataError for what a format can't hold.
    """
    text = output.exchange(subgraph, form, ontology)
    # UTF-8 can't hold half of a surrogate pair; in JSON, the one format that lets it through, it may be an escape.
    return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", text).encode()


def json(briefing: Briefing) -> bytes:
    """What is shown in the format armsgraph/1."""
    return written(briefing.shown, "json", briefing.material.ontology)


def graphml(briefing: Briefing) -> bytes:
    """What is shown as GraphML."""
    return written(briefing.shown, "graphml", briefing.material.ontology)


def ftm(briefing: Briefing) -> bytes:
    """What is shown as FollowTheMoney entities, one JSON object a line."""
    return written(briefing.shown, "ftm", briefing.material.ontology)
