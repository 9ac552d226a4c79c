"""What entities are called: their names, other names and numbers in every script, and the claims that give them."""

from collections.abc import Collection

from graph.database.store import Store
from graph.database.write import parse_claim
from graph.model import Claim, Subgraph
from graph.reading.browse import match_entities

NAMING = ("HAS_NAME", "HAS_IDENTIFIER", "HAS_PROPERTY")


def read_naming(store: Store, ids: Collection[str]) -> Subgraph:
    """The entities of these ids, and every claim that gives one of them a name, a number or a property.

    Withdrawn claims are among them: a name that stood in an older edition tells as much. An unknown id is left out.
    Raises StoreError where the database can't be read.
    """
    unique_ids = sorted(set(ids))
    if not unique_ids:
        return Subgraph()
    rows = store.read(
        f"{match_entities('n', 'ids', unique_ids)} OPTIONAL MATCH (n:Entity)<-[:HAS_SUBJECT]-(c:Claim) "
        "WHERE c.predicate IN $naming RETURN n, collect(properties(c)) AS claims",
        ids=unique_ids,
        naming=list(NAMING),
    )
    claims: dict[str, Claim] = {c.id: c for row in rows for c in map(parse_claim, row["claims"])}
    entities = sorted((row["n"] for row in rows), key=lambda e: e.id)
    return Subgraph(tuple(entities), (), tuple(claims[i] for i in sorted(claims)))
