"""From what the canvas holds to what is drawn: filter, hide, stack, merge, gaps.

An action that reads a view hands it on, so that what it has read is what is drawn.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from explorer.appearance import encoding
from explorer.appearance.encoding import VisualEncoding
from explorer.filters import apply
from explorer.overlays import chain_overlay, grouping
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.model import Relationship, Source, Subgraph
from graph.ontology import Ontology
from graph.reading import browse, listings, summaries


@dataclass(frozen=True)
class RenderedView:
    """A canvas at three stages.

    `whole` is all it holds, `shown` what its filter and hiding leave, `drawn` what the picture has: there stacks and
    merged lines stand for what they hold, and gaps are in it. Legend, table, counts and picture all come from here.
    `looks` says how large nodes are and in which colours things are drawn; `designations` are those of the entities,
    where the canvas is coloured by them, and `unlisted` are those on no list, where it marks them. Places, words and
    marks of the canvas may be replaced without a new reading.
    """

    ontology: Ontology
    canvas: Canvas
    whole: Subgraph
    shown: Subgraph
    drawn: Subgraph
    looks: VisualEncoding = field(default_factory=VisualEncoding)
    designations: tuple[Relationship, ...] = ()
    unlisted: frozenset[str] = frozenset()


def read(store: Store, ontology: Ontology, canvas: Canvas, *near: RenderedView) -> RenderedView:
    """The view of a canvas, read from the graph; what views that were read just now hold of it is not read again."""
    canvas = chain_overlay.drop_filled_gaps(store, ontology, canvas)
    return complete(store, ontology, canvas, read_whole(store, canvas.ids, *near), *near)


def read_whole(store: Store, ids: Collection[str], *near: RenderedView) -> Subgraph:
    """The entities of these ids and all lines between two of them, from the first view `near` that holds them all."""
    for view in near:
        if set(ids) <= set(view.canvas.ids):
            return select_entities(view.whole, ids)
    return browse.read_subgraph(store, ids)


def complete(store: Store, ontology: Ontology, canvas: Canvas, whole: Subgraph, *near: RenderedView) -> RenderedView:
    """The view of a canvas of which the entities and lines (`whole`) were read, and no gap of which is filled."""
    designations = _read_designations(store, ontology, canvas)
    sources = [source for view in near for source in view.whole.sources]
    whole = _read_sources(store, canvas, whole, designations, sources)
    return compose(ontology, canvas, whole, designations, read_unlisted(store, ontology, canvas))


def update(store: Store, view: RenderedView, canvas: Canvas) -> RenderedView:
    """The view of a canvas that was made from the one of `view`; of what `view` holds nothing is read again."""
    if not set(canvas.ids) <= set(view.canvas.ids):
        return read(store, view.ontology, canvas)
    canvas = replace(canvas, gaps=tuple(gap for gap in canvas.gaps if gap in view.canvas.gaps))
    whole = select_entities(view.whole, canvas.ids)
    newly_coloured = canvas.colour_by == encoding.DESIGNATED != view.canvas.colour_by
    if newly_coloured:
        designations = _read_designations(store, view.ontology, canvas)
    else:
        left = set(canvas.ids) if canvas.colour_by == encoding.DESIGNATED else set()
        designations = [line for line in view.designations if line.source in left]
    if canvas.filter.needs_claims and view.canvas.filter.needs_claims and not newly_coloured:
        carried = {claim for line in (*whole.relationships, *designations) for claim in line.claims}
        claims = tuple(claim for claim in view.whole.claims if claim.id in carried)
        cited = {claim.source for claim in claims}
        whole = replace(whole, claims=claims, sources=tuple(s for s in view.whole.sources if s.id in cited))
    else:
        whole = _read_sources(store, canvas, whole, designations, view.whole.sources)
    same = canvas.unlisted and view.canvas.unlisted
    unlisted = view.unlisted & set(canvas.ids) if same else read_unlisted(store, view.ontology, canvas)
    return compose(view.ontology, canvas, whole, designations, unlisted)


def select_entities(subgraph: Subgraph, ids: Collection[str]) -> Subgraph:
    """The entities of these ids and the lines between two of them, without evidence."""
    held = set(ids)
    return Subgraph(
        tuple(e for e in subgraph.entities if e.id in held),
        tuple(r for r in subgraph.relationships if r.source in held and r.target in held),
    )


def _read_designations(store: Store, ontology: Ontology, canvas: Canvas) -> list[Relationship]:
    if canvas.colour_by != encoding.DESIGNATED:
        return []
    by_entity = summaries.read_designations(store, ontology, canvas.ids)
    return [line for listed in by_entity.values() for _, line in listed]


def read_unlisted(store: Store, ontology: Ontology, canvas: Canvas) -> frozenset[str]:
    """What the canvas marks as on no list that was searched; nothing where it marks nothing."""
    return listings.find_unlisted(store, ontology, canvas.ids) if canvas.unlisted else frozenset()


def _read_sources(
    store: Store, canvas: Canvas, whole: Subgraph, designations: Sequence[Relationship], read: Sequence[Source] = ()
) -> Subgraph:
    """`whole` with its sources, of which some were `read` already, and with its claims where the filter needs them."""
    if canvas.filter.needs_claims:
        claims, sources = browse.read_relationship_evidence(store, (*whole.relationships, *designations))
        return replace(whole, claims=claims, sources=sources)
    cited = {str(i) for r in whole.relationships for i in r.properties.get("sources") or ()}
    held = {source.id: source for source in read if source.id in cited}
    if missing := cited - held.keys():
        held |= summaries.read_sources(store, missing)
    return replace(whole, sources=tuple(held.values()))


def compose(
    ontology: Ontology,
    canvas: Canvas,
    whole: Subgraph,
    designations: Sequence[Relationship] = (),
    unlisted: frozenset[str] = frozenset(),
) -> RenderedView:
    """The view of a canvas that holds `whole`, with the claims of its lines where its filter needs them.

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
    return RenderedView(ontology, canvas, whole, shown, drawn, dressed, tuple(designations), unlisted)


def _drop_hidden(subgraph: Subgraph, hidden: set[str]) -> Subgraph:
    if not hidden:
        return subgraph
    entities = tuple(e for e in subgraph.entities if e.id not in hidden)
    left = {e.id for e in entities}
    lines = tuple(r for r in subgraph.relationships if r.id not in hidden and r.source in left and r.target in left)
    return replace(subgraph, entities=entities, relationships=lines)
