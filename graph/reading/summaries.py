"""What a table says of many entities and documents at once: counts of claims, designations, sources."""

from collections.abc import Collection
from dataclasses import dataclass

from graph import collectives
from graph.database.store import Store
from graph.database.write import parse_claim
from graph.model import ABSENCES, Claim, Entity, Relationship, Source
from graph.ontology import Ontology


@dataclass(frozen=True)
class ClaimCounts:
    """How many claims are about an entity, as subject or object, and how many of them deny."""

    claims: int = 0
    denials: int = 0


def count_claims_by_entity(store: Store, ids: Collection[str]) -> dict[str, ClaimCounts]:
    """The weight of each of these entities; one without claims is left out."""
    rows = store.read(
        "UNWIND $ids AS id MATCH (c:Claim)-[:HAS_SUBJECT|HAS_OBJECT]->(:Entity {id: id}) WITH DISTINCT id, c "
        "RETURN id, count(c) AS claims, sum(CASE c.stance WHEN 'denied' THEN 1 ELSE 0 END) AS denials",
        ids=sorted(set(ids)),
    )
    return {row["id"]: ClaimCounts(int(row["claims"]), int(row["denials"])) for row in rows}


def read_designations(
    store: Store, ontology: Ontology, ids: Collection[str]
) -> dict[str, list[tuple[str, Relationship]]]:
    """By entity its designations: the authority's name and the line, also where the authority is not on the canvas."""
    rows = store.read(
        f"UNWIND $ids AS id MATCH (n:Entity {{id: id}})-[r:{ontology.match_relationships('designation')}]->(a:Entity) "
        "RETURN id, a.name AS authority, n, r, a ORDER BY id, authority",
        ids=sorted(set(ids)),
    )
    designations: dict[str, list[tuple[str, Relationship]]] = {}
    for row in rows:
        designations.setdefault(row["id"], []).append((row["authority"], row["r"]))
    return designations


def read_key_relationships(store: Store, ontology: Ontology, entity: str) -> list[tuple[Relationship, Entity]]:
    """The posts that an entity holds, its designations, what it may be the same as, and a group's members: lines with
    their other ends.

    Who holds posts in it, or whom it designates, is left out: that may be thousands.
    """
    outward, inward = (
        ontology.match_relationships(*roles) for roles in (("post", "designation", "identity"), ("identity",))
    )
    members = ontology.match_relationships("membership")
    rows = store.read(
        "MATCH (n:Entity {id: $id}) CALL { "
        f"WITH n MATCH (n)-[r:{outward}]->(other:Entity) RETURN r, other UNION "
        f"WITH n MATCH (n)<-[r:{inward}]-(other:Entity) RETURN r, other UNION "
        f"WITH n MATCH (n)<-[r:{members}]-(other:Entity) WHERE n.{collectives.SIZE} IS NOT NULL RETURN r, other "
        "} RETURN n, r, other ORDER BY type(r), other.name, r.id",
        id=entity,
    )
    return [(row["r"], row["other"]) for row in rows]


def read_absences(store: Store, authority: str) -> list[Claim]:
    """The claims that others are not on the list of an authority, or were not found there."""
    rows = store.read(
        "MATCH (:Entity {id: $id})<-[:HAS_OBJECT]-(c:Claim) WHERE c.stance IN $absent "
        "RETURN properties(c) AS claim ORDER BY c.id",
        id=authority,
        absent=ABSENCES,
    )
    return [parse_claim(row["claim"]) for row in rows]


def read_sources(store: Store, ids: Collection[str]) -> dict[str, Source]:
    """The sources of these ids."""
    rows = store.read("UNWIND $ids AS id MATCH (s:Source {id: id}) RETURN properties(s) AS s", ids=sorted(set(ids)))
    return {
        row["s"]["id"]: Source(**{k: row["s"][k] for k in Source.__dataclass_fields__ if k in row["s"]}) for row in rows
    }
