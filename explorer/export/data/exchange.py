"""The exchange formats of what is shown: armsgraph/1 as JSON and as GraphML, and FollowTheMoney.

They are the stable formats that `armsgraph load` takes back, as formats/tables.py writes them for `armsgraph export`:
they hold the claims and sources, and nothing of the picture. JSON and GraphML also say of themselves what they show,
which the loader passes over; FollowTheMoney has no place for that.
"""

import re
from collections.abc import Mapping

from explorer.export.common.briefing import Briefing
from graph.formats import tables
from graph.model import Subgraph
from graph.ontology import Ontology

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def render_subgraph(
    subgraph: Subgraph, form: str, ontology: Ontology, about: Mapping[str, object] | None = None
) -> bytes:
    """A subgraph, be it the whole graph, in one of graph/formats/tables.py's `EXCHANGE`, as UTF-8.

    `about` is what the file says of itself. Raises DataError for what a format can't hold.
    """
    text = tables.format_exchange(subgraph, form, ontology, about)
    # UTF-8 can't hold half of a surrogate pair; in JSON, the one format that lets it through, it may be an escape.
    return _LONE_SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text).encode()


def render_json(briefing: Briefing) -> bytes:
    """What is shown in the format armsgraph/1."""
    return render_subgraph(briefing.shown, "json", briefing.material.ontology, briefing.metadata)


def render_graphml(briefing: Briefing) -> bytes:
    """What is shown as GraphML."""
    return render_subgraph(briefing.shown, "graphml", briefing.material.ontology, briefing.metadata)


def render_ftm(briefing: Briefing) -> bytes:
    """What is shown as FollowTheMoney entities, one JSON object a line."""
    return render_subgraph(briefing.shown, "ftm", briefing.material.ontology)
