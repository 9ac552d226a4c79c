"""What every export is made of: a canvas with all that is said of what it shows. Read once, alike for every format.

`gather` reads it from the graph; `redaction.applied` may take something out; `build_rendered_view` composes the
picture; `shown` is what data formats write. Nothing later asks the database again, so that what was taken out can't
come back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from explorer.appearance import encoding
from explorer.canvas import rendered_view
from explorer.canvas.rendered_view import RenderedView
from explorer.filters import time
from explorer.overlays import chain_overlay
from explorer.state.canvas import Canvas
from explorer.state.filter import Filter
from graph.database.store import Store
from graph.errors import QueryError
from graph.listings import Listing
from graph.model import ABSENCES, INFERRED, Claim, Entity, Relationship, Source, Subgraph
from graph.ontology import Ontology
from graph.reading import browse, summaries
from graph.saved_queries.library import Library
from graph.saved_views.viewfile import View

R = TypeVar("R", Claim, Source)


@dataclass(frozen=True)
class Edition:
    """What is loaded of a source of data: its title, which edition, and on which day (YYYY-MM-DD) that was done.

    `claims` are the ids of those claims of the material that it gives.
    """

    title: str
    edition: str
    loaded_on: str
    claims: frozenset[str] = field(default=frozenset(), repr=False)

    def as_row(self) -> dict[str, str]:
        """As files have it."""
        return {"title": self.title, "edition": self.edition, "loaded_on": self.loaded_on}


@dataclass(frozen=True)
class Material:
    """A canvas, the part of the graph on it with every claim about that part, and what names it.

    `whole` holds the canvas's entities, the lines between them, the claims that carry these lines or say something of
    these entities beside lines, and their sources. `beside` are entities that claims name and the canvas does not
    hold: speakers, and the ends of designations. `query` is the title of the saved query that the canvas came from,
    and `parameters` are its values as a person reads them. `redacted` says that something was taken out.
    """

    ontology: Ontology
    canvas: Canvas
    whole: Subgraph
    beside: tuple[Entity, ...] = ()
    designations: tuple[Relationship, ...] = ()
    editions: tuple[Edition, ...] = ()
    query: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    redacted: bool = False
    unlisted: frozenset[str] = frozenset()  # what the canvas marks as on no list that was searched
    listings: tuple[Listing, ...] = ()  # of a dossier's entity, with what a search of the loaded lists adds

    @property
    def view(self) -> str:
        """The id under which this canvas is kept as a view (viewfile.py); '' where something was taken out."""
        return "" if self.redacted else View(self.canvas.write()).id

    @property
    def names(self) -> dict[str, str]:
        """The name of every entity that anything here mentions, by id."""
        return {e.id: e.name for e in (*self.beside, *self.whole.entities)}

    @property
    def sources(self) -> dict[str, Source]:
        """The sources by id."""
        return {s.id: s for s in self.whole.sources}


def gather(store: Store, ontology: Ontology, canvas: Canvas, *, user: str = "") -> Material:
    """Reads what an export of a canvas needs; `user` may know queries of their own by title.

    Raises StoreError where the database can't be reached.
    """
    canvas = chain_overlay.drop_filled_gaps(store, ontology, replace(canvas, extent=(), stamp="", fit=True))
    drawn = browse.read_subgraph(store, canvas.ids)
    carried, _ = browse.read_relationship_evidence(store, drawn.relationships)
    whole = browse.complete_subgraph(
        store, replace(drawn, claims=_merge_by_id(carried, browse.read_premises(store, carried).claims))
    )
    held = {e.id for e in drawn.entities}
    designations: list[Relationship] = []
    if canvas.colour_by == encoding.DESIGNATED:
        listings = summaries.read_designations(store, ontology, canvas.ids)
        designations = [line for listed in listings.values() for _, line in listed]
        carrying, sources = browse.read_relationship_evidence(store, designations)
        whole = replace(
            whole, claims=_merge_by_id(whole.claims, carrying), sources=_merge_by_id(whole.sources, sources)
        )
    ids = {e.id for e in whole.entities}
    named = {end for c in whole.claims for end in (c.subject, c.object, c.asserted_by) if end} - ids
    beside = [*(e for e in whole.entities if e.id not in held), *browse.read_entities(store, named)]
    query, parameters = read_origin(store, canvas.origin, user)
    return Material(
        ontology,
        canvas,
        replace(whole, entities=drawn.entities),
        tuple(sorted(beside, key=lambda e: e.id)),
        tuple(designations),
        read_editions(store, whole.claims),
        query,
        parameters,
        unlisted=rendered_view.read_unlisted(store, ontology, canvas),
    )


def build_rendered_view(material: Material) -> RenderedView:
    """The picture of a material: what its filter, its hiding and its stacks leave."""
    return rendered_view.compose(
        material.ontology, material.canvas, material.whole, material.designations, material.unlisted
    )


def select_shown(material: Material) -> Subgraph:
    """What is shown, with all that it rests on: the claims that count by the filter, their speakers and sources.

    Entities that claims alone name (speakers) stand at the end, so that a file of it can be loaded again.
    """
    left = build_rendered_view(material).shown
    held = {e.id for e in left.entities}
    carrying = {i for r in left.relationships for i in r.claims}
    relevant = {
        c.id: c
        for c in material.whole.claims
        if c.id in carrying or (is_beside_lines(c) and held & {c.subject, c.object})
    }
    claims = filter_claims(relevant.values(), material.canvas.filter)
    named = {end for c in claims for end in (c.subject, c.object, c.asserted_by) if end} - held
    more = [_filter_names_by_claims(e, claims) for e in (*material.whole.entities, *material.beside) if e.id in named]
    cited = {c.source for c in claims}
    sources = tuple(s for s in material.whole.sources if s.id in cited)
    return Subgraph((*left.entities, *more), left.relationships, claims, sources)


def hide_inferences(material: Material) -> Material:
    """The material with all hidden that is concluded and not reported."""
    canvas = material.canvas
    return replace(material, canvas=canvas.filtered(canvas.filter.toggle("stances", INFERRED, shown=False)))


def find_premises(claim: Claim, claims: Mapping[str, Claim]) -> dict[str, Claim]:
    """Those of these claims from which a claim is inferred, and from which these are, by id."""
    premises: dict[str, Claim] = {}
    pending = claim.premises
    while pending:
        identity = pending.pop()
        if identity in claims and identity not in premises:
            premises[identity] = claims[identity]
            pending += claims[identity].premises
    return premises


def is_beside_lines(claim: Claim) -> bool:
    """Whether a claim says something of its subject that draws no line: a name, a figure, an absence from a list."""
    return claim.object is None or claim.stance in ABSENCES


def _filter_names_by_claims(entity: Entity, claims: Iterable[Claim]) -> Entity:
    """An entity that is named only by claims, with those of its other names that they give: the rest has no source."""
    stated = {str(c.value) for c in claims if c.subject == entity.id and c.predicate in ("HAS_NAME", "HAS_IDENTIFIER")}
    identifiers = [i for i in entity.properties.get("identifiers") or () if i in stated]
    kept = {k: v for k, v in entity.properties.items() if k != "identifiers"}
    return replace(
        entity,
        aliases=tuple(a for a in entity.aliases if a in stated),
        properties={**kept, "identifiers": identifiers} if identifiers else kept,
    )


def filter_claims(claims: Iterable[Claim], chosen: Filter) -> tuple[Claim, ...]:
    """The claims that count by a filter: no hidden inferences, no sources left out, no reports that came later."""
    left = [c for c in claims if chosen.is_counted(c)]
    if chosen.clock == "known" and chosen.dated:
        left = time.filter_known_claims(left, chosen.until or time.ALWAYS, undated=chosen.undated)
    return tuple(sorted(left, key=lambda c: c.id))


def read_editions(store: Store, claims: Iterable[Claim]) -> tuple[Edition, ...]:
    """What these claims were loaded from: each source of data with its edition and the day on which its load ended.

    A file names no other: the title alone of a source that it shows nothing of may give somebody away.
    """
    rows = store.read(
        "UNWIND $ids AS id MATCH (c:Claim {id: id}) WITH c.dataset AS dataset, collect(id) AS claims "
        "MATCH (d:Dataset {id: dataset}) OPTIONAL MATCH (l:Load {dataset: d.id, edition: d.edition}) "
        "RETURN d.title AS title, d.edition AS edition, max(l.finished) AS finished, claims ORDER BY title",
        ids=sorted({c.id for c in claims}),
        timeout=600,
    )
    return tuple(
        Edition(str(r["title"] or ""), str(r["edition"] or ""), str(r["finished"] or "")[:10], frozenset(r["claims"]))
        for r in rows
    )


def read_origin(store: Store, made_by: Mapping[str, object], user: str = "") -> tuple[str, dict[str, str]]:
    """The title of the saved query that made a canvas, and its parameters with entities by their names."""
    if not made_by.get("query"):
        return "", {}
    name, values = str(made_by["query"]), made_by.get("parameters")
    values = values if isinstance(values, Mapping) else {}
    try:
        query = Library(user).find(name)
    except QueryError:  # a query of one user's own is not another's
        query = None
    texts = {k: str(v) for k, v in values.items() if v is not None and v != ""}
    names = {e.id: e.name for e in browse.read_entities(store, set(texts.values()))}
    captions = {k: (p.description or k) for k, p in query.parameters.items()} if query else {}
    return query.title if query else name, {captions.get(k, k): names.get(v, v) for k, v in texts.items()}


def _merge_by_id(*groups: Iterable[R]) -> tuple[R, ...]:
    return tuple({item.id: item for group in groups for item in group}.values())
