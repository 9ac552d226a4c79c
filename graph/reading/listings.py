"""How entities stand with sanctions authorities: what claims say, and what the lists loaded add."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from rapidfuzz import fuzz

from graph import listings
from graph.collectives import is_collective
from graph.database.search_keys import SOUND, build_sound_keys
from graph.database.store import Store
from graph.database.write import parse_claim
from graph.listings import Listing, NearMiss, SearchedList
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.reading.browse import read_entities
from graph.reading.summaries import read_sources

CANDIDATES, MOST_NAMES, MOST_WORDS = 40, 4, 8  # of the index for a name; of an entity; of a name
MOST_AUTHORITIES = 500
MOST_NEAR = 3  # near misses told of for one list
_KINDS = (
    "person",
    "ship",
    "aircraft",
    "organisation",
)  # roles of types: names of one kind are compared with each other


@dataclass(frozen=True)
class ListingTable:
    """How some entities stand: `cells` by entity and authority, with all that they name.

    A pair without a cell was not checked. `authorities` are those of the cells, by id, and `everyone` all that list
    anybody; `searched` are the lists that are loaded, by authority.
    """

    cells: Mapping[tuple[str, str], Listing] = field(default_factory=dict)
    authorities: Mapping[str, Entity] = field(default_factory=dict)
    everyone: Mapping[str, Entity] = field(default_factory=dict)
    searched: Mapping[str, SearchedList] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    entities: Mapping[str, Entity] = field(default_factory=dict)

    def get(self, entity: str, authority: str) -> Listing:
        """A cell; "not checked" where there is none."""
        return self.cells.get((entity, authority)) or Listing(entity, authority, listings.UNCHECKED)


NO_LISTINGS = ListingTable()


def read_listings(store: Store, ontology: Ontology, ids: Collection[str], *, near: bool = True) -> ListingTable:
    """The table of these entities. With `near` the names on loaded lists that are like theirs are looked for.

    Raises StoreError.
    """
    entities = {e.id: e for e in read_entities(store, ids)}
    claims, editions = _read_claims(store, ontology, sorted(entities))
    sources = read_sources(store, {c.source for c in claims})
    by_claims = listings.build_listings(ontology, claims, sources, editions)
    searched = read_searched_lists(store)
    authorities = sorted({authority for _, authority in by_claims} | searched.keys())
    # A listed name needs no look for others; where all authorities list it, nobody else is looked for at all.
    open_ = {i: [a for a in authorities if not _is_entered(by_claims.get((i, a)))] for i in entities}
    misses = (
        find_near_misses(store, ontology, [e for i, e in entities.items() if open_[i]], authorities) if near else {}
    )
    cells = {}
    for key in product(sorted(entities), authorities):
        # Only what has a name that a list may hold can be missed there: no state, no weapon, no group.
        list_ = searched.get(key[1]) if is_listable(ontology, entities[key[0]]) else None
        cell = listings.complete_listing(by_claims.get(key), key, list_, misses.get(key, ()))
        if cell.state != listings.UNCHECKED or cell.near or cell.claims:
            cells[key] = cell
    named = {end for c in claims for end in (c.object, c.asserted_by) if end} | set(authorities)
    others = {e.id: e for e in read_entities(store, named)}
    return ListingTable(
        cells,
        {a: others[a] for a in authorities if a in others},
        read_authorities(store, ontology),
        searched,
        {c.id: c for c in claims},
        sources,
        others | entities,
    )


def find_unlisted(store: Store, ontology: Ontology, ids: Collection[str]) -> frozenset[str]:
    """Those of these entities that were looked for on a list, and stand on none: nor did they, nor may they."""
    cells = read_listings(store, ontology, ids).cells.values()
    missed = {one.entity for one in cells if one.state == listings.MISSED}
    return frozenset(missed - {one.entity for one in cells if one.state in listings.ON_A_LIST})


def read_authorities(store: Store, ontology: Ontology) -> dict[str, Entity]:
    """The authorities that list anybody, by id, in the order of their names."""
    rows = store.read(
        f"MATCH (a:{ontology.match_types('authority')}) WHERE EXISTS {{ (:Entity)-"
        f"[:{ontology.match_relationships('designation')}]->(a) }} RETURN a ORDER BY a.name, a.id LIMIT $most",
        most=MOST_AUTHORITIES,
    )
    return {row["a"].id: row["a"] for row in rows}


def read_searched_lists(store: Store) -> dict[str, SearchedList]:
    """The lists that are loaded, by authority; of several by one authority, one that is whole, then the latest."""
    rows = store.read(
        "MATCH (d:Dataset) UNWIND [['lists', true], ['parts', false]] AS kind UNWIND d[kind[0]] AS authority "
        "RETURN authority, d.title AS title, d.edition AS edition, kind[1] AS whole ORDER BY whole, edition, d.id"
    )
    return {r["authority"]: SearchedList(r["authority"], r["title"], r["edition"], r["whole"]) for r in rows}


def _read_claims(store: Store, ontology: Ontology, ids: Sequence[str]) -> tuple[list[Claim], dict[str, str]]:
    rows = store.read(
        "UNWIND $ids AS id MATCH (:Entity {id: id})<-[:HAS_SUBJECT]-(c:Claim) WHERE c.predicate IN $predicates "
        "OPTIONAL MATCH (d:Dataset {id: c.dataset}) WHERE d.lists IS NOT NULL OR d.parts IS NOT NULL "
        "RETURN properties(c) AS claim, d.edition AS edition ORDER BY c.id",
        ids=ids,
        predicates=list(ontology.list_relationships_by_role("designation")),
        timeout=120,
    )
    claims = [parse_claim(row["claim"]) for row in rows]
    return claims, {c.id: str(row["edition"]) for c, row in zip(claims, rows, strict=True) if row["edition"]}


def find_near_misses(
    store: Store, ontology: Ontology, entities: Iterable[Entity], authorities: Collection[str]
) -> dict[tuple[str, str], tuple[NearMiss, ...]]:
    """By entity and authority the listed others of a like name, or of which a claim says that they may be the same.

    Names are compared by their sound, so that romanisations agree; people with people, ships with ships.
    """
    looked = {e.id: e for e in entities}
    kinds = {i: _find_kind(ontology, e.type) for i, e in looked.items()}
    misses: dict[tuple[str, str], dict[str, NearMiss]] = {}
    verdicts, judged = _read_judged(store, ontology, sorted(looked), authorities)
    for entity, other, listed in (*judged, *_read_alike(store, ontology, looked, authorities)):
        if other.id == entity:
            continue
        verdict = verdicts.get((entity, other.id), "")
        score = compute_name_score(looked[entity], other) if kinds[entity] == _find_kind(ontology, other.type) else 0.0
        if verdict or score >= listings.ALIKE:
            for authority in listed:
                misses.setdefault((entity, authority), {})[other.id] = NearMiss(other.id, other.name, score, verdict)
    return {
        key: tuple(sorted(near.values(), key=lambda n: (not n.may_be, -n.score, n.name, n.entity))[:MOST_NEAR])
        for key, near in misses.items()
    }


def is_listable(ontology: Ontology, entity: Entity) -> bool:
    """Whether lists hold such an entity by name: a person, organisation, ship or aircraft, and no group of them."""
    return is_listable_type(ontology, entity.type) and not is_collective(entity)


def is_listable_type(ontology: Ontology, type_: str) -> bool:
    """Whether lists hold entities of a type by name."""
    return bool(_find_kind(ontology, type_))


def _is_entered(one: Listing | None) -> bool:
    return one is not None and one.state in (listings.LISTED, listings.ENDED)


def compute_name_score(one: Entity, other: Entity) -> float:
    """How alike the names of two entities sound, 0 to 1: the best of any two of their names, in any order of words.

    Names with other numbers in them, as of Factory No. 26 and No. 28, are never taken for one.
    """
    left, right = ([build_sound_keys(n) for n in (e.name, *e.aliases)] for e in (one, other))
    return max(_compare_keys(a, b) for a, b in product(left, right))


def _compare_keys(one: Sequence[str], other: Sequence[str]) -> float:
    alike = fuzz.token_sort_ratio(" ".join(one), " ".join(other)) / 100
    numbers = [{word for word in words if word.isdigit()} for words in (one, other)]
    return round(alike if numbers[0] == numbers[1] else min(alike, listings.SAME - 0.05), 2)


def _find_kind(ontology: Ontology, type_: str) -> str:
    return next((role for role in _KINDS if ontology.has_role(type_, role)), "")


def _read_judged(
    store: Store, ontology: Ontology, ids: Sequence[str], authorities: Collection[str]
) -> tuple[dict[tuple[str, str], str], list[tuple[str, Entity, list[str]]]]:
    """What claims say of these entities and others: by both ids, and the others that are listed."""
    rows = store.read(
        "UNWIND $ids AS id MATCH (:Entity {id: id})"
        f"-[same:{ontology.match_relationships('identity')}]-(other:Entity) WHERE same.withdrawn_on IS NULL "
        f"OPTIONAL MATCH (other)-[line:{ontology.match_relationships('designation')}]->"
        "(a:Entity) WHERE a.id IN $authorities AND line.stance <> 'denied' AND line.withdrawn_on IS NULL "
        "RETURN id, other, same.stance AS stance, collect(a.id) AS listed",
        ids=ids,
        authorities=sorted(authorities),
    )
    words = {"denied": "not the same"}
    verdicts = {(r["id"], r["other"].id): words.get(r["stance"], "may be the same") for r in rows}
    return verdicts, [(r["id"], r["other"], r["listed"]) for r in rows]


def _read_alike(
    store: Store, ontology: Ontology, entities: Mapping[str, Entity], authorities: Collection[str]
) -> list[tuple[str, Entity, list[str]]]:
    """What the full-text index finds of like sound among the entities that these authorities list."""
    queries = [
        {"id": e.id, "query": query}
        for e in entities.values()
        if is_listable(ontology, e)
        for query in dict.fromkeys(map(_build_query, _names(e)))
        if query
    ]
    if not queries or not authorities:
        return []
    rows = store.read(
        "UNWIND $queries AS q CALL (q) { CALL db.index.fulltext.queryNodes('entity_search', q.query, {limit: $most}) "
        f"YIELD node MATCH (node)-[line:{ontology.match_relationships('designation')}]->(a:Entity) "
        "WHERE a.id IN $authorities AND line.stance <> 'denied' AND line.withdrawn_on IS NULL "
        "RETURN node, collect(a.id) AS listed } RETURN q.id AS id, node, listed",
        queries=queries,
        authorities=sorted(authorities),
        most=CANDIDATES,
        timeout=120,
    )
    return [(r["id"], r["node"], r["listed"]) for r in rows]


def _names(entity: Entity) -> Sequence[str]:
    return (entity.name, *entity.aliases)[:MOST_NAMES]


def _build_query(name: str) -> str:
    """The Lucene query for a name by sound: any of its words, or all as one with slips. Letters and digits alone."""
    sounds = [sound for sound in build_sound_keys(name)[:MOST_WORDS] if sound]
    whole = "".join(sounds)
    terms = [f"search:{SOUND}{sound[:60]}" for sound in sounds]
    return " OR ".join([*terms, f"search:{SOUND}{whole[:100]}~2"]) if sounds else ""
