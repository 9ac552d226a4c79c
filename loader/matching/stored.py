"""What the database holds about pairs: candidates, decisions, and both sides as an analyst wants to see them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from graph.database.store import Store
from graph.database.write import parse_claim
from graph.model import Claim, Entity
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from loader.matching import claims
from loader.matching.claims import Pair, sort_pair
from loader.matching.party import DECISIONS, MATCHING

_SIDE = """
UNWIND $ids AS id MATCH (e:Entity {id: id})
RETURN e, e.dataset AS dataset,
  COLLECT { MATCH (c:Claim)-[:HAS_SUBJECT]->(e)
    WHERE c.predicate IN ['HAS_NAME', 'HAS_PROPERTY'] AND c.stance = 'asserted' AND coalesce(c.withdrawn_on, '') = ''
    RETURN [c.predicate, c.detail, toString(c.value)] } AS said,
  COLLECT { MATCH (e)-[r]-(x:Entity) WHERE NOT type(r) IN $identities
    WITH type(r) AS line, x.name AS name ORDER BY name
    WITH line, count(*) AS n, collect(name)[0..3] AS names
    RETURN [line, toString(n), substring(reduce(t = '', name IN names | t + ', ' + name), 2)] } AS lines,
  COLLECT { MATCH (e)<-[:HAS_SUBJECT|HAS_OBJECT]-(:Claim)-[:FROM_SOURCE]->(s:Source) WHERE NOT s.id IN $ours
    RETURN DISTINCT s.publisher + ', ' + s.title ORDER BY s.publisher + ', ' + s.title LIMIT 4 } AS sources
"""


@dataclass(frozen=True)
class EntityDetails:
    """One entity of a pair, as text: `facts` and `lines` are (what, value)."""

    id: str
    name: str
    type: str
    dataset: str
    names: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenPair:
    """A pair that waits for a decision: the matcher's claim, and who was unsure or decided before."""

    claim: Claim
    before: tuple[Claim, ...] = ()

    @property
    def pair(self) -> Pair:
        """Subject and object."""
        return self.claim.subject, self.claim.object or ""


@dataclass
class StoredMatches:
    """All claims that two may be the same, by pair: the matcher's, the analysts' that stand, and everybody else's."""

    machine: dict[Pair, Claim] = field(default_factory=dict)
    decisions: dict[Pair, list[Claim]] = field(default_factory=dict)
    others: dict[Pair, list[Claim]] = field(default_factory=dict)

    def standing(self, pair: Pair) -> list[Claim]:
        """The analysts' decisions on a pair that were not replaced."""
        return [c for c in self.decisions.get(pair, ()) if not c.withdrawn_on]

    def closed(self, pair: Pair) -> list[Claim]:
        """The standing decisions that say same or different."""
        return [c for c in self.standing(pair) if c.detail in (claims.SAME, claims.DIFFERENT)]

    def open(self, least: float = 0.0) -> list[OpenPair]:
        """The pairs that wait: changed evidence first, then the highest scores."""
        waiting = [
            OpenPair(claim, tuple(self.standing(pair)))
            for pair, claim in self.machine.items()
            if _get_score(claim) >= least or claim.detail.startswith(claims.CHANGED)
        ]
        return sorted(
            waiting, key=lambda o: (not o.claim.detail.startswith(claims.CHANGED), -_get_score(o.claim), o.pair)
        )


def load_matches(store: Store) -> StoredMatches:
    """All claims that two may be the same, as stored. Raises StoreError."""
    matches = StoredMatches()
    rows = store.read(
        "MATCH (c:Claim) WHERE c.predicate IN $identities "
        "RETURN properties(c) AS claim, c.dataset AS dataset ORDER BY c.id",
        identities=list(load_ontology().list_relationships_by_role("identity")),
        timeout=300,
    )
    for row in rows:
        claim = parse_claim(row["claim"])
        pair = sort_pair(claim.subject, claim.object or "")
        if row["dataset"] == MATCHING:
            matches.machine[pair] = claim
        elif row["dataset"] == DECISIONS:
            matches.decisions.setdefault(pair, []).append(claim)
        elif not claim.withdrawn_on:
            matches.others.setdefault(pair, []).append(claim)
    return matches


def load_names(store: Store, ids: Collection[str]) -> dict[str, str]:
    """The main names of these entities."""
    rows = store.read("UNWIND $ids AS id MATCH (e:Entity {id: id}) RETURN id, e.name AS name", ids=sorted(ids))
    return {row["id"]: row["name"] for row in rows}


def find_dataset(store: Store, entity: Entity) -> str | None:
    """The dataset that holds an entity's id; None where nobody does."""
    rows = store.read("MATCH (e:Entity {id: $id}) RETURN e.dataset AS dataset", id=entity.id)
    return str(rows[0]["dataset"]) if rows else None


def load_details(store: Store, ontology: Ontology, ids: Collection[str]) -> dict[str, EntityDetails]:
    """Both entities of pairs in full, by id."""
    rows = store.read(
        _SIDE,
        ids=sorted(set(ids)),
        ours=[MATCHING, DECISIONS],
        identities=list(ontology.list_relationships_by_role("identity")),
        timeout=120,
    )
    return {row["e"].id: _build_details(row, ontology) for row in rows}


def _build_details(row: dict[str, Any], ontology: Ontology) -> EntityDetails:
    entity: Entity = row["e"]
    type_ = ontology.types.get(entity.type)
    own = [
        (type_.properties[key].caption if type_ and key in type_.properties else key, str(value))
        for key, value in entity.properties.items()
        if key not in ("identifiers", "description") and value not in ("", [], None)
    ]
    named, described = [], []
    for predicate, detail, value in row["said"]:
        if predicate == "HAS_NAME":
            named.append(f"{value} ({detail})" if detail else value)
        else:
            described.append((detail, value))
    lines = tuple(
        (ontology.get_predicate_caption(line, as_stored=True), f"{n} ({who}{', …' if int(n) > 3 else ''})")
        for line, n, who in row["lines"]
    )
    return EntityDetails(
        entity.id,
        entity.name,
        ontology.get_type_caption(entity.type),
        row["dataset"] or "",
        tuple(sorted(set(named) - {entity.name})),
        tuple(entity.properties.get("identifiers") or ()),
        tuple(dict.fromkeys([*own, *sorted(described)])),
        tuple(sorted(lines)),
        tuple(row["sources"]),
    )


def _get_score(claim: Claim) -> float:
    return claim.value if isinstance(claim.value, (int, float)) else 0.0
