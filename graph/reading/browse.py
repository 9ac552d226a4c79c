"""Reading the graph for people: entities, lines, evidence, and the whole of it for export."""

import operator
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from graph.database.store import FOREIGN, Store
from graph.database.write import parse_claim
from graph.evidence import GRADE_RANKS
from graph.model import ABSENCES, Claim, Entity, Relationship, Source, Subgraph


def match_entity(variable: str, parameter: str, entity: str) -> str:
    """The clause that finds the one entity of an id, by a direct look-up and never by a scan.

    An id is our own (of a node with the label Entity and a type), or "neo4j:" and the server's own id of a node that is
    not ours; the clause differs, the parameter does not: `f"{match_entity('a', 'id', entity)} …"` is run with
    `id=entity`.
    `build_id_expression` gives the id of any other node in the statement, and `match_entities` finds many.
    """
    if entity.startswith(FOREIGN):
        return f"MATCH ({variable}) WHERE elementId({variable}) = substring(${parameter}, {len(FOREIGN)})"
    return f"MATCH ({variable}:Entity {{id: ${parameter}}})"


def match_entities(variable: str, parameter: str, ids: Collection[str]) -> str:
    """The clauses that find the entities of many ids of both kinds, once each; run with a list of the ids.

    They may stand at the head of a statement only: `f"{match_entities('a', 'ids', ids)} MATCH (a)--(b) …"`.
    """
    own = f"UNWIND ${parameter} AS id MATCH ({variable}:Entity {{id: id}})"
    other = (
        f"UNWIND ${parameter} AS id MATCH ({variable}) WHERE elementId({variable}) = substring(id, {len(FOREIGN)}) "
        f"AND id STARTS WITH '{FOREIGN}'"
    )
    kinds = {i.startswith(FOREIGN) for i in ids}
    if kinds == {True, False}:
        return f"CALL {{ {own} RETURN {variable} UNION {other} RETURN {variable} }} WITH {variable}"
    return f"{other if True in kinds else own} WITH DISTINCT {variable}"


def build_neighbour_condition(variable: str, entity: str) -> str:
    """The condition for a node that may be shown beside this entity: not the evidence that we keep in the graph too.

    A foreign database may have labels such as Claim of its own; nothing of ours hangs on its nodes.
    """
    if entity.startswith(FOREIGN):
        return "true"
    return f"({variable}:Entity OR NOT ({variable}:Claim OR {variable}:Source))"


def build_id_expression(variable: str) -> str:
    """The Cypher expression for the id of a node of either kind."""
    ours = f"{variable}:Entity AND {variable}.type IN labels({variable})"  # as graph/database/store.py tells them apart
    return f"CASE WHEN {ours} THEN {variable}.id ELSE '{FOREIGN}' + elementId({variable}) END"


def read_entities(store: Store, ids: Collection[str]) -> list[Entity]:
    """The entities of these ids, in the order of their ids; an unknown id is left out."""
    unique_ids = sorted(set(ids))
    if not unique_ids:
        return []
    rows = store.read(f"{match_entities('n', 'ids', unique_ids)} RETURN n", ids=unique_ids)
    return sorted((row["n"] for row in rows), key=lambda e: e.id)


def read_subgraph(store: Store, ids: Collection[str]) -> Subgraph:
    """The entities of these ids and every relationship between two of them."""
    unique_ids = sorted(set(ids))
    if not unique_ids:
        return Subgraph()
    row = store.read(
        f"{match_entities('n', 'ids', unique_ids)} WITH collect(n) AS nodes "
        "CALL { WITH nodes UNWIND nodes AS a MATCH (a)-[r]->(b) WHERE b IN nodes RETURN collect(r) AS lines } "
        "RETURN nodes, lines",
        ids=unique_ids,
    )[0]
    key = operator.attrgetter("id")
    return Subgraph(tuple(sorted(row["nodes"], key=key)), tuple(sorted(row["lines"], key=key)))


def read_relationship(store: Store, line_id: str) -> tuple[Relationship, Entity, Entity] | None:
    """A line that is not ours, by its id, and the two entities it joins; None where it is gone."""
    rows = store.read(
        f"MATCH (a)-[r]->(b) WHERE elementId(r) = substring($id, {len(FOREIGN)}) RETURN r, a, b", id=line_id
    )
    return (rows[0]["r"], rows[0]["a"], rows[0]["b"]) if rows else None


def read_evidence(
    store: Store,
    *,
    entity: str | None = None,
    relationship: str | None = None,
    most: int | None = None,
    skip: int = 0,
    figures: bool = False,
    inferred: bool = True,
) -> Subgraph:
    """Every claim about an entity (as subject or object), or of a relationship's ends, with sources and speakers.

    With `most` at most so many, after the first `skip`: denials first, then the best graded, then the latest
    (`count_claims` tells how many there are). With `figures` only those that give a figure,
    without `inferred` only those that somebody reports.
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
    if figures:
        match += " WITH c WHERE c.topic IS NOT NULL"
    if not inferred:
        match += " WITH c WHERE coalesce(c.inferred_from, '') = ''"
    if most is not None:
        match += (
            " WITH c ORDER BY c.stance <> 'denied', coalesce($grades[c.reliability + c.credibility], 999), "
            "c.reported_on DESC, c.id SKIP $skip LIMIT $most"
        )
        parameters |= {"most": most, "skip": skip, "grades": GRADE_RANKS}
    return _read_evidence_subgraph(store, match, parameters)


def count_claims(store: Store, entity: str, *, inferred: bool = True) -> tuple[int, int]:
    """How many claims are about an entity (as subject or object), and how many of them deny; see `read_evidence`."""
    row = store.read(
        "MATCH (c:Claim)-[:HAS_SUBJECT|HAS_OBJECT]->(:Entity {id: $id}) "
        "WITH DISTINCT c WHERE $inferred OR coalesce(c.inferred_from, '') = '' "
        "RETURN count(c) AS total, sum(CASE c.stance WHEN 'denied' THEN 1 ELSE 0 END) AS denials",
        id=entity,
        inferred=inferred,
    )[0]
    return int(row["total"]), int(row["denials"])


def read_whole_graph(store: Store) -> Subgraph:
    """The whole graph with all its evidence."""
    nodes = [row["n"] for row in store.read("MATCH (n:Entity) RETURN n ORDER BY n.id", timeout=600)]
    edges = [
        row["r"] for row in store.read("MATCH (a:Entity)-[r]->(b:Entity) RETURN a, r, b ORDER BY r.id", timeout=600)
    ]
    claims, sources = _read_claims(store, "MATCH (c:Claim)", {})
    kept = {row["s"]["id"] for row in store.read("MATCH (s:Source) RETURN properties(s) AS s")}
    return Subgraph(tuple(nodes), tuple(edges), claims, _read_sources(store, kept | set(sources)))


def complete_subgraph(store: Store, subgraph: Subgraph) -> Subgraph:
    """A subgraph with all that its parts rest on, so that a file of it can be loaded again without a loss.

    That is: what is said of its entities beside lines (names, identifiers, estimates, absences from lists …), the
    speakers and other entities that the claims name, and the sources.
    """
    held = {e.id for e in subgraph.entities}
    match = (
        "MATCH (c:Claim)-[:HAS_SUBJECT]->(e:Entity) WHERE e.id IN $ids AND (c.object IS NULL OR c.stance IN $absent)"
    )
    own_claims, _ = _read_claims(store, match, {"ids": sorted(held), "absent": ABSENCES})
    claims = {c.id: c for c in (*subgraph.claims, *own_claims)}
    named = {end for c in claims.values() for end in (c.subject, c.object, c.asserted_by) if end}
    sources = _read_sources(store, {c.source for c in claims.values()} | {s.id for s in subgraph.sources})
    more = read_entities(store, named - held)
    return Subgraph((*subgraph.entities, *more), subgraph.relationships, tuple(claims.values()), sources)


def read_relationship_evidence(
    store: Store, edges: Sequence[Relationship]
) -> tuple[tuple[Claim, ...], tuple[Source, ...]]:
    """The claims that carry these relationships, and the claims' sources."""
    ids = sorted({claim for edge in edges for claim in edge.claims})
    claims, sources = _read_claims(store, "MATCH (c:Claim) WHERE c.id IN $ids", {"ids": ids})
    return claims, _read_sources(store, sources)


def read_premises(store: Store, claims: Iterable[Claim]) -> Subgraph:
    """The claims from which these are inferred, and from which those are in turn, with sources, speakers and ends."""
    held: dict[str, Claim] = {}
    pending = {i for c in claims for i in c.premises}
    while missing := pending - held.keys():
        page, _ = _read_claims(store, "MATCH (c:Claim) WHERE c.id IN $ids", {"ids": sorted(missing)})
        held |= {c.id: c for c in page}
        pending = {i for c in page for i in c.premises}
        if not page:
            break
    people = {end for c in held.values() for end in (c.subject, c.object, c.asserted_by) if end}
    sources = _read_sources(store, {c.source for c in held.values()}) if held else ()
    return Subgraph(tuple(read_entities(store, people)), (), tuple(held.values()), sources)


def count_records(store: Store) -> dict[str, int]:
    """How many entities, relationships, claims and sources there are."""
    row = store.read(
        "RETURN COUNT { (:Entity) } AS entities, COUNT { (:Entity)-->(:Entity) } AS relationships, "
        "COUNT { (:Claim) } AS claims, COUNT { (:Source) } AS sources"
    )[0]
    return {key: int(value) for key, value in row.items()}


def _read_evidence_subgraph(store: Store, match: str, parameters: dict[str, Any]) -> Subgraph:
    claims, sources = _read_claims(store, match, parameters)
    people = {end for c in claims for end in (c.subject, c.object, c.asserted_by) if end}
    return Subgraph(tuple(read_entities(store, people)), (), claims, _read_sources(store, sources))


def _read_claims(store: Store, match: str, parameters: dict[str, Any]) -> tuple[tuple[Claim, ...], set[str]]:
    rows = store.read(f"{match} RETURN properties(c) AS c ORDER BY c.id", timeout=600, **parameters)
    claims = tuple(parse_claim(row["c"]) for row in rows)
    return claims, {claim.source for claim in claims}


def _read_sources(store: Store, ids: Collection[str]) -> tuple[Source, ...]:
    rows = store.read(
        "UNWIND $ids AS id MATCH (s:Source {id: id}) RETURN properties(s) AS s ORDER BY s.id", ids=sorted(ids)
    )
    return tuple(Source(**{k: row["s"][k] for k in Source.__dataclass_fields__ if k in row["s"]}) for row in rows)
