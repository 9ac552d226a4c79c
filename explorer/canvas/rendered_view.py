"""From what the canvas holds to what is drawn: filter, hide, stack, merge, gaps. Pure but for `read`."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from explorer.appearance import encoding
from explorer.appearance.encoding import VisualEncoding
from explorer.filters import apply
from explorer.overlays import chain_overlay, grouping
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.model import Relationship, Subgraph
from graph.ontology import Ontology
from graph.reading import browse, summaries


@dataclass(frozen=True)
class RenderedView:
    """A canvas at three stages.

    `whole` is all it holds, `shown` what its filter and hiding leave, `drawn` what the picture has: there stacks and
    merged lines stand for what they hold, and gaps are in it. Legend, table, counts and picture all come from here.
    `looks` says how large nodes are and in which colours things are drawn.
    """

    ontology: Ontology
    canvas: Canvas
    whole: Subgraph
    shown: Subgraph
    drawn: Subgraph
    looks: VisualEncoding = field(default_factory=VisualEncoding)


def read(store: Store, ontology: Ontology, canvas: Canvas) -> RenderedView:
    """The scene of a canvas, read anew from the graph."""
    canvas = chain_overlay.drop_filled_gaps(store, ontology, canvas)
    whole = browse.read_subgraph(store, canvas.ids)
    designations: list[Relationship] = []
    if canvas.colour_by == encoding.DESIGNATED:
        found = summaries.read_designations(store, ontology, canvas.ids)
        designations = [line for listed in found.values() for _, line in listed]
    if canvas.filter.needs_claims:
        claims, sources = browse.read_relationship_evidence(store, (*whole.relationships, *designations))
        whole = replace(whole, claims=claims, sources=sources)
    else:
        cited = {str(i) for r in whole.relationships for i in r.properties.get("sources") or ()}
        whole = replace(whole, sources=tuple(summaries.read_sources(store, cited).values()))
    return compose(ontology, canvas, whole, designations)


def compose(
    ontology: Ontology, canvas: Canvas, whole: Subgraph, designations: Sequence[Relationship] = ()
) -> RenderedView:
    """The scene of a canvas that holds `whole`, with the claims of its lines where its filter needs them.

    `designations` are all those of its entities, where it is coloured by them: the filter's claims and dates hold for
    them too.
    """
    shown = _drop_hidden(apply.apply_filter(ontology, whole, canvas.filter), set(canvas.hidden))
    drawn = chain_overlay.add_gaps(grouping.group_elements(ontology, shown, canvas), canvas)
    listed: dict[str, list[Relationship]] = {}
    for line in apply.filter_relationships(designations, whole.claims, canvas.filter):
        listed.setdefault(line.source, []).append(line)
    dressed = VisualEncoding(
        ontology, whole.entities, shown.entities, shown.relationships, canvas.size_by, canvas.colour_by, listed
    )
    return RenderedView(ontology, canvas, whole, shown, drawn, dressed)


def _drop_hidden(subgraph: Subgraph, hidden: set[str]) -> Subgraph:
    if not hidden:
        return subgraph
    entities = tuple(e for e in subgraph.entities if e.id not in hidden)
    left = {e.id for e in entities}
    lines = tuple(r for r in subgraph.relationships if r.id not in hidden and r.source in left and r.target in left)
    return replace(subgraph, entities=entities, relationships=lines)
