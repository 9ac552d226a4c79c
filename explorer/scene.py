"""From what the canvas holds to what is drawn: filter, hide, stack, merge, gaps. Pure but for `read`."""

from dataclasses import dataclass, replace

from explorer import chains, filters, folding
from explorer.canvas import Canvas
from graph import browse
from graph.model import Subgraph
from graph.ontology import Ontology
from graph.store import Store


@dataclass(frozen=True)
class Scene:
    """A canvas at three stages.

    `whole` is all it holds, `shown` what its filter and hiding leave, `drawn` what the picture has: there stacks and
    merged lines stand for what they hold, and gaps are in it. Legend, table, counts and picture all come from here.
    """

    ontology: Ontology
    canvas: Canvas
    whole: Subgraph
    shown: Subgraph
    drawn: Subgraph


def read(store: Store, ontology: Ontology, canvas: Canvas) -> Scene:
    """The scene of a canvas, read anew from the graph."""
    whole = browse.subgraph(store, canvas.ids)
    if canvas.filter.needs_claims:
        claims, sources = browse.evidence_of(store, whole.relationships)
        whole = replace(whole, claims=claims, sources=sources)
    return compose(ontology, canvas, whole)


def compose(ontology: Ontology, canvas: Canvas, whole: Subgraph) -> Scene:
    """The scene of a canvas that holds `whole`, with the claims of its lines where its filter needs them."""
    shown = _unhidden(filters.apply(ontology, whole, canvas.filter), set(canvas.hidden))
    drawn = chains.with_gaps(folding.fold(ontology, shown, canvas), canvas)
    return Scene(ontology, canvas, whole, shown, drawn)


def _unhidden(subgraph: Subgraph, hidden: set[str]) -> Subgraph:
    if not hidden:
        return subgraph
    entities = tuple(e for e in subgraph.entities if e.id not in hidden)
    left = {e.id for e in entities}
    lines = tuple(r for r in subgraph.relationships if r.id not in hidden and r.source in left and r.target in left)
    return replace(subgraph, entities=entities, relationships=lines)
