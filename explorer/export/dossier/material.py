"""What a dossier of an entity is made of: one Material of all that is said of it, and one of its chain.

Both are read before anything is left out or renamed, and nothing later asks the database again.
"""

from dataclasses import replace

from explorer.canvas import actions
from explorer.export.common import material as materials
from explorer.export.common.material import Material
from explorer.export.dossier.rows import HAS_IDENTIFIER, HAS_NAME
from explorer.overlays import chain_overlay
from explorer.state.canvas import Canvas
from graph.database.foreign import PREFIX
from graph.database.store import Store
from graph.errors import QueryError
from graph.model import Claim
from graph.ontology import ROOT, Ontology
from graph.plurals import format_count
from graph.reading import browse, neighbours, summaries
from graph.reading.listings import read_listings

MOST = 400  # neighbours that are told; a sanctions list may have ten thousand
NAMING = (HAS_NAME, HAS_IDENTIFIER)


def gather(store: Store, ontology: Ontology, entity: str, *, user: str = "") -> tuple[Material, Material | None]:
    """All that is said of an entity, and its chain; None where no chain hangs on it.

    The entity is pinned on the canvas, so that it is known whatever becomes of its id. Of its neighbours at most MOST
    are told: first its posts, its designations and what it may be the same as, then lines that anyone denies, then the
    best evidenced; what is left out stands in the canvas's note. Raises QueryError for an entity that is not there or
    not one of ours, StoreError where the database can't be reached.
    """
    entities = [] if entity.startswith(PREFIX) else browse.read_entities(store, [entity])
    if not entities or ROOT not in entities[0].labels:
        shortened_id = entity if len(entity) <= 80 else f"{entity[:79]}…"
        why = "is not one of ours and has no claims" if entity.startswith(PREFIX) else "is not in the graph"
        raise QueryError(f"A dossier needs an entity of this graph that has claims; {shortened_id!r} {why}.")
    subject = entities[0]
    near = _select_neighbours(store, ontology, entity)
    canvas = Canvas(ids=(entity, *near), pinned=(entity,), title=f"Dossier: {subject.name}", name="dossier")
    about = _filter_to_entity(_add_absent(store, materials.gather(store, ontology, canvas, user=user), entity), entity)
    note = _describe_omissions(store, ontology, about, near)
    about = _add_listings(store, ontology, about, entity)
    about = replace(about, canvas=replace(about.canvas, note=note))
    try:
        laid = actions.show_chain(store, ontology, entity).canvas
    except chain_overlay.ChainNotFound:
        return about, None
    return about, materials.gather(store, ontology, laid, user=user)


def _select_neighbours(store: Store, ontology: Ontology, entity: str) -> list[str]:
    """The ids of the neighbours that are told, in the order in which they come first."""
    glance = [other.id for _, other in summaries.read_key_relationships(store, ontology, entity)]
    disputed = store.read(
        "MATCH (:Entity {id: $id})-[r]-(b:Entity) WHERE r.stance IN ['contested', 'denied'] "
        "RETURN DISTINCT b.id AS id ORDER BY id LIMIT $most",
        id=entity,
        most=MOST,
    )
    first = [i for i in dict.fromkeys((*glance, *(row["id"] for row in disputed))) if i != entity][:MOST]
    rest = neighbours.select_neighbours(store, ontology, entity, rule="evidence", limit=MOST - len(first), held=first)
    return [*first, *rest]


def _add_absent(store: Store, material: Material, entity: str) -> Material:
    """With what is said of others that an authority does not list: no line joins them with it."""
    more = summaries.read_absences(store, entity)
    if not more:
        return material
    claims = {c.id: c for c in (*material.whole.claims, *more)}
    sources = summaries.read_sources(store, {c.source for c in more}) | material.sources
    ids = {e.id for e in (*material.whole.entities, *material.beside)}
    beside = browse.read_entities(store, {end for c in more for end in (c.subject, c.asserted_by) if end} - ids)
    whole = replace(material.whole, claims=tuple(claims.values()), sources=tuple(sources.values()))
    return replace(material, whole=whole, beside=(*material.beside, *beside))


def _add_listings(store: Store, ontology: Ontology, material: Material, entity: str) -> Material:
    """With how the entity stands on each list, those that are loaded and do not have it among them."""
    table = read_listings(store, ontology, [entity])
    ids = {e.id for e in (*material.whole.entities, *material.beside)}
    more = [e for i, e in table.authorities.items() if i not in ids]
    return replace(material, listings=tuple(table.cells.values()), beside=(*material.beside, *more))


def _filter_to_entity(material: Material, entity: str) -> Material:
    """Without lines between the neighbours and without what is said of these alone, but for their names.

    The names stay, so that whoever is to be called by another name is found in every text.
    """
    lines = tuple(r for r in material.whole.relationships if entity in (r.source, r.target))
    carried = {i for r in lines for i in r.claims}

    every = {c.id: c for c in material.whole.claims}
    about = [c for c in every.values() if c.id in carried or c.subject == entity]
    premises = {i for c in about for i in materials.find_premises(c, every)}

    def kept(claim: Claim) -> bool:
        own = entity in (claim.subject, claim.object)
        return own or claim.id in carried | premises or claim.predicate in NAMING

    claims = tuple(c for c in material.whole.claims if kept(c))
    cited = {c.source for c in claims}
    sources = tuple(s for s in material.whole.sources if s.id in cited)
    ids = {e.id for e in material.whole.entities}
    named = {end for c in claims for end in (c.subject, c.object, c.asserted_by) if end} - ids
    beside = tuple(e for e in material.beside if e.id in named)
    whole = replace(material.whole, relationships=lines, claims=claims, sources=sources)
    return replace(material, whole=whole, beside=beside)


def _describe_omissions(store: Store, ontology: Ontology, about: Material, near: list[str]) -> str:
    """What the dossier does not tell, and by which rule; '' where it tells all."""
    entity = about.canvas.ids[0]
    tally = neighbours.count_neighbours(store, ontology, entity, near)
    total, denials = browse.count_claims(store, entity)
    own_claims = [c for c in about.whole.claims if entity in (c.subject, c.object)]
    if tally.shown >= tally.total and len(own_claims) >= total:
        return ""
    denying = sum(c.stance == "denied" for c in own_claims)
    near_words = f"{tally.shown:,} of {format_count(tally.total, 'neighbour', 'neighbours')}"
    claim_words = (
        f"{len(own_claims):,} of {format_count(total, 'claim', 'claims')} ({denying:,} of {denials:,} that deny)"
    )
    return (
        f"Not everything is told here: {near_words} and {claim_words}. Told first are posts, designations and possible "
        "doubles, then lines that anyone denies, then the best evidenced."
    )
