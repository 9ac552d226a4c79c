"""Reading the graph for people: search, neighbours, evidence, and the whole of it for export."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from graph.errors import QueryError
from graph.evidence import fold
from graph.model import Claim, Entity, Relationship, Source, Subgraph
from graph.ontology import Ontology
from graph.store import Store
from graph.write import claim_from

_LUCENE = re.compile(r'([+\-!(){}\[\]^"~*?:\\/&|<>=])')
_TYPED = re.compile(r"\s*([A-Za-z ]+):\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Hit:
    """A search result: the entity, and the name of it that matched best where that is not its main name."""

    entity: Entity
    matched: str = ""


@dataclass(frozen=True)
class Neighbours:
    """Part of an entity's neighbourhood: `shown` of `total` neighbours, chosen by `rule`."""

    subgraph: Subgraph
    shown: int
    total: int
    rule: str = "best evidenced first: most speakers, then best grade, then name"


def search(store: Store, ontology: Ontology, text: str, limit: int = 20) -> list[Hit]:
    """Entities whose names, other names or identifiers match, the best first.

    Tolerates accents, apostrophes, hyphens, unfinished words and one slip a word. "factory: kang" looks among
    factories only.
    """
    types, words = _typed(ontology, text)
    query = _lucene(words)
    if not query:
        return []
    try:
        rows = store.read(
            "CALL db.index.fulltext.queryNodes('entity_search', $query) YIELD node, score "
            "WHERE $types IS NULL OR node.type IN $types "
            "RETURN node, score ORDER BY score DESC, node.name LIMIT $limit",
            query=query,
            types=types,
            limit=limit,
        )
    except QueryError as error:
        if "no such fulltext schema index" not in str(error):
            raise
        return []  # nothing was ever loaded into this database
    return [Hit(row["node"], _matched(row["node"], words)) for row in rows]


def entities(store: Store, ids: Collection[str]) -> list[Entity]:
    """The entities of these ids, in the order of their ids; an unknown id is left out."""
    rows = store.read("UNWIND $ids AS id MATCH (n:Entity {id: id}) RETURN n", ids=sorted(set(ids)))
    return [row["n"] for row in rows]


def subgraph(store: Store, ids: Collection[str]) -> Subgraph:
    """The entities of these ids and every relationship between two of them."""
    rows = store.read(
        "MATCH (a:Entity)-[r]->(b:Entity) WHERE a.id IN $ids AND b.id IN $ids RETURN a, r, b",
        ids=sorted(set(ids)),
    )
    found = {row["r"].id: row["r"] for row in rows}
    return Subgraph(tuple(entities(store, ids)), tuple(found[i] for i in sorted(found)))


def neighbours(store: Store, entity_id: str, *, limit: int = 40) -> Neighbours:
    """An entity with at most `limit` of its neighbours, the best evidenced first, and the lines among them."""
    rows = store.read(
        "MATCH (a:Entity {id: $id})-[r]-(b:Entity) WHERE a <> b "
        "WITH b, collect(r) AS edges "
        "RETURN b.id AS id, b.name AS name, "
        "reduce(n = 0, r IN edges | n + size(coalesce(r.speakers, []))) AS speakers, "
        "reduce(g = 'Z', r IN edges | CASE WHEN r.grade < g THEN r.grade ELSE g END) AS grade "
        "ORDER BY speakers DESC, grade, name",
        id=entity_id,
    )
    chosen = [row["id"] for row in rows[:limit]]
    return Neighbours(subgraph(store, [entity_id, *chosen]), len(chosen), len(rows))


def evidence(
    store: Store, *, entity: str | None = None, relationship: str | None = None, most: int | None = None
) -> Subgraph:
    """Every claim about an entity (as subject or object), or that carries a relationship, with sources and speakers.

    With `most` at most so many: denials first, then the best graded, then the latest (`count_claims` tells the rest).
    The speakers and both ends of each claim are among the `entities`, so that names can be shown.
    """
    if relationship is not None:
        # Ids carry their own ends, so that the claim index answers, whatever the number of relationships.
        subject, predicate, target = relationship.split("|", 2)
        match = "MATCH (c:Claim {predicate: $predicate, subject: $subject, object: $object})"
        parameters: dict[str, Any] = {"predicate": predicate, "subject": subject, "object": target}
    else:
        match = "MATCH (c:Claim)-[:HAS_SUBJECT|HAS_OBJECT]->(:Entity {id: $id}) WITH DISTINCT c"
        parameters = {"id": entity}
    if most is not None:
        match += (
            " WITH c ORDER BY c.stance <> 'denied', c.reliability + c.credibility, c.reported_on DESC, c.id LIMIT $most"
        )
        parameters["most"] = most
    return _with_evidence(store, match, parameters)


def count_claims(store: Store, entity: str) -> tuple[int, int]:
    """How many claims are about an entity (as subject or object), and how many of them deny."""
    row = store.read(
        "MATCH (c:Claim)-[:HAS_SUBJECT|HAS_OBJECT]->(:Entity {id: $id}) WITH DISTINCT c "
        "RETURN count(c) AS total, sum(CASE c.stance WHEN 'denied' THEN 1 ELSE 0 END) AS denials",
        id=entity,
    )[0]
    return int(row["total"]), int(row["denials"])


def everything(store: Store) -> Subgraph:
    """The whole graph with all its evidence."""
    nodes = [row["n"] for row in store.read("MATCH (n:Entity) RETURN n ORDER BY n.id", timeout=600)]
    edges = [
        row["r"] for row in store.read("MATCH (a:Entity)-[r]->(b:Entity) RETURN a, r, b ORDER BY r.id", timeout=600)
    ]
    claims, sources = _claims(store, "MATCH (c:Claim)", {})
    kept = {row["s"]["id"] for row in store.read("MATCH (s:Source) RETURN properties(s) AS s")}
    return Subgraph(tuple(nodes), tuple(edges), claims, _sources(store, kept | set(sources)))


def closed(store: Store, subgraph: Subgraph) -> Subgraph:
    """A subgraph with all that its parts rest on, so that a file of it can be loaded again without a loss.

    That is: what is said of its entities beside lines (names, identifiers, estimates …), the speakers and other
    entities that the claims name, and the sources.
    """
    held = {e.id for e in subgraph.entities}
    match = "MATCH (c:Claim)-[:HAS_SUBJECT]->(e:Entity) WHERE e.id IN $ids AND c.object IS NULL"
    said, _ = _claims(store, match, {"ids": sorted(held)})
    claims = {c.id: c for c in (*subgraph.claims, *said)}
    named = {end for c in claims.values() for end in (c.subject, c.object, c.asserted_by) if end}
    sources = _sources(store, {c.source for c in claims.values()} | {s.id for s in subgraph.sources})
    more = entities(store, named - held)
    return Subgraph((*subgraph.entities, *more), subgraph.relationships, tuple(claims.values()), sources)


def evidence_of(store: Store, edges: Sequence[Relationship]) -> tuple[tuple[Claim, ...], tuple[Source, ...]]:
    """The claims that carry these relationships, and the claims' sources."""
    ids = sorted({claim for edge in edges for claim in edge.claims})
    claims, sources = _claims(store, "MATCH (c:Claim) WHERE c.id IN $ids", {"ids": ids})
    return claims, _sources(store, sources)


def counts(store: Store) -> dict[str, int]:
    """How many entities, relationships, claims and sources there are."""
    row = store.read(
        "RETURN COUNT { (:Entity) } AS entities, COUNT { (:Entity)-->(:Entity) } AS relationships, "
        "COUNT { (:Claim) } AS claims, COUNT { (:Source) } AS sources"
    )[0]
    return {key: int(value) for key, value in row.items()}


def _with_evidence(store: Store, match: str, parameters: dict[str, Any]) -> Subgraph:
    claims, sources = _claims(store, match, parameters)
    people = {end for c in claims for end in (c.subject, c.object, c.asserted_by) if end}
    return Subgraph(tuple(entities(store, people)), (), claims, _sources(store, sources))


def _claims(store: Store, match: str, parameters: dict[str, Any]) -> tuple[tuple[Claim, ...], set[str]]:
    rows = store.read(f"{match} RETURN properties(c) AS c ORDER BY c.id", timeout=600, **parameters)
    claims = tuple(claim_from(row["c"]) for row in rows)
    return claims, {claim.source for claim in claims}


def _sources(store: Store, ids: Collection[str]) -> tuple[Source, ...]:
    rows = store.read(
        "UNWIND $ids AS id MATCH (s:Source {id: id}) RETURN properties(s) AS s ORDER BY s.id", ids=sorted(ids)
    )
    return tuple(Source(**{k: row["s"][k] for k in Source.__dataclass_fields__ if k in row["s"]}) for row in rows)


def _typed(ontology: Ontology, text: str) -> tuple[list[str] | None, str]:
    """Splits "factory: kang" into the types to look among and the words; no known type means all types."""
    match = _TYPED.match(text)
    if match:
        wanted = match[1].replace(" ", "").casefold()
        for type_ in ontology.types.values():
            if wanted in {
                type_.name.casefold(),
                *(c.replace(" ", "").casefold() for c in (type_.caption, type_.plural)),
            }:
                return ontology.subtypes((type_.name,)), match[2]
    return None, text


def _lucene(text: str) -> str:
    """A Lucene query in which each word may be whole, unfinished or one slip off; '' where there is no word."""
    words = [_LUCENE.sub(r"\\\1", word) for word in fold(text).split()]
    clauses = []
    for word in words:
        slip = f" OR {word}~1" if len(word) > 3 else ""
        clauses.append(f"({word}^4 OR {word}*^2{slip})")
    query = " AND ".join(clauses)
    joined = "".join(words)
    return f"({query}) OR {joined}*" if len(words) > 1 else query


def _matched(entity: Entity, text: str) -> str:
    """The other name that shares most words with the search, unless the main name shares as many."""
    words = fold(text).split()

    def shared(name: str) -> int:
        return sum(any(part.startswith(w) for part in fold(name).split()) for w in words)

    identifiers = entity.properties.get("identifiers") or ()
    best = max((*entity.aliases, *identifiers), key=shared, default="")
    return best if best and shared(best) > shared(entity.name) else ""
