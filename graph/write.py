"""Writing to the store: schema, sources, entities, claims and what claims make.

Invariant: at every commit each relationship, and each entity's other names, are what the stored claims say.
So a load that is killed at any point leaves a correct graph, and repeating it completes it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any

from graph import dates, evidence
from graph.errors import DataError
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.store import Store, Transaction

BATCH = 1_000  # rows a transaction: large enough to be fast, small enough for the server's memory
Triple = tuple[str, str, str]
Done = Callable[[int], None]  # told the number of rows after each batch


def _quiet(_rows: int) -> None:
    """Tells nobody."""


def ensure_schema(store: Store, ontology: Ontology) -> None:
    """Makes the ontology's constraints and indexes, where missing, and waits until they answer."""
    for statement in ontology.schema():
        store.write(Transaction.run, statement)
    store.read("CALL db.awaitIndexes(60)")


def upsert_sources(store: Store, sources: Sequence[Source], dataset: str, done: Done = _quiet) -> None:
    """Adds sources or replaces those of the same id."""
    text = "UNWIND $rows AS row MERGE (n:Source {id: row.id}) SET n = row"
    for batch in _batches(sources):
        store.write(Transaction.run, text, rows=[{**asdict(source), "dataset": dataset} for source in batch])
        done(len(batch))


def upsert_entities(
    store: Store, ontology: Ontology, entities: Sequence[Entity], dataset: str, done: Done = _quiet
) -> None:
    """Adds entities or replaces those of the same id, in the same dataset.

    Raises DataError when another dataset holds one of the ids: it would silently change hands.
    """
    for batch in _batches(entities):
        store.write(_entity_batch, ontology, batch, dataset)
        done(len(batch))


def upsert_claims(store: Store, ontology: Ontology, claims: Sequence[Claim], dataset: str, done: Done = _quiet) -> None:
    """Adds claims or replaces those of the same id, and makes their relationships and names anew."""
    for batch in _batches(claims):
        store.write(_claim_batch, ontology, batch, dataset)
        done(len(batch))


def prune(
    store: Store, ontology: Ontology, dataset: str, *, claims: set[str], entities: set[str], sources: set[str]
) -> dict[str, int]:
    """Removes what the dataset no longer holds; the sets are the ids to keep. Returns how many of each went.

    An entity or source that another dataset's claims still need stays.
    """
    held = store.read("MATCH (c:Claim {dataset: $dataset}) RETURN c.id AS id", dataset=dataset)
    stale = [row["id"] for row in held if row["id"] not in claims]
    for batch in _batches(stale):
        store.write(_delete_claims, ontology, list(batch))
    gone = {"claims": len(stale)}
    for what, label, keep in (("entities", "Entity", entities), ("sources", "Source", sources)):
        text = (
            f"MATCH (n:{label} {{dataset: $dataset}}) WHERE NOT n.id IN $keep AND NOT EXISTS {{ (n)<--(:Claim) }} "
            "DETACH DELETE n RETURN count(*) AS gone"
        )
        gone[what] = store.write(Transaction.run, text, dataset=dataset, keep=sorted(keep))[0]["gone"]
    return gone


def wipe(store: Store) -> None:
    """Removes all nodes and relationships; constraints and indexes stay."""
    text = "MATCH (n) WITH n LIMIT $limit DETACH DELETE n RETURN count(*) AS gone"
    while store.write(Transaction.run, text, limit=10_000)[0]["gone"]:
        continue


def _batches(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[i : i + BATCH] for i in range(0, len(items), BATCH))


def _entity_batch(tx: Transaction, ontology: Ontology, batch: Sequence[Entity], dataset: str) -> None:
    ids = [entity.id for entity in batch]
    taken = tx.run(
        "UNWIND $ids AS id MATCH (n:Entity {id: id}) WHERE n.dataset <> $dataset RETURN id, n.dataset AS dataset",
        ids=ids,
        dataset=dataset,
    )
    if taken:
        held = ", ".join(f"{row['id']} (held by {row['dataset']})" for row in taken[:5])
        raise DataError(f"{len(taken)} entity ids belong to another dataset: {held}", field="id")
    rows = [
        {
            "id": e.id,
            "labels": ontology.types[e.type].labels,
            "others": sorted(set(ontology.types) - set(ontology.types[e.type].labels)),
            "properties": {**e.properties, "id": e.id, "type": e.type, "name": e.name, "dataset": dataset},
        }
        for e in batch
    ]
    # One statement for all types (dynamic labels, Neo4j 5.26 and newer): planning one costs more than running it.
    tx.run(
        "UNWIND $rows AS row MERGE (n:Entity {id: row.id}) "
        "REMOVE n:$(row.others) SET n:$(row.labels) SET n = row.properties",
        rows=rows,
    )
    _refresh_names(tx, ids)


def _claim_batch(tx: Transaction, ontology: Ontology, batch: Sequence[Claim], dataset: str) -> None:
    before, renamed = _touched(tx, [claim.id for claim in batch])
    rows = [_claim_row(claim, dataset) for claim in batch]
    # A repeated load may have changed an end: links that no longer hold go first.
    tx.run(
        "UNWIND $rows AS row MERGE (c:Claim {id: row.id}) SET c = row WITH c MATCH (c)-[link]->() DELETE link",
        rows=rows,
    )
    ends = (("HAS_SUBJECT", "Entity", "subject"), ("HAS_OBJECT", "Entity", "object"),
            ("ASSERTED_BY", "Entity", "asserted_by"), ("FROM_SOURCE", "Source", "source"))  # fmt: skip
    for link, label, field in ends:
        tx.run(
            f"UNWIND $rows AS row MATCH (c:Claim {{id: row.id}}) MATCH (n:{label} {{id: row.{field}}}) "
            f"CREATE (c)-[:{link}]->(n)",
            rows=rows,
        )
    triples = before | {
        (c.subject, c.predicate, c.object) for c in batch if c.object and c.predicate in ontology.relationships
    }
    _materialise(tx, ontology, triples)
    named = {c.subject for c in batch if c.predicate in ("HAS_NAME", "HAS_IDENTIFIER")}
    _refresh_names(tx, sorted(named | renamed))


def _delete_claims(tx: Transaction, ontology: Ontology, ids: list[str]) -> None:
    triples, renamed = _touched(tx, ids)
    tx.run("UNWIND $ids AS id MATCH (c:Claim {id: id}) DETACH DELETE c", ids=ids)
    _materialise(tx, ontology, triples)
    _refresh_names(tx, sorted(renamed))


def _touched(tx: Transaction, ids: list[str]) -> tuple[set[Triple], set[str]]:
    """The triples, and the subjects of names, of the claims stored under these ids."""
    rows = tx.run(
        "UNWIND $ids AS id MATCH (c:Claim {id: id}) "
        "RETURN c.subject AS subject, c.predicate AS predicate, c.object AS object",
        ids=ids,
    )
    triples = {(r["subject"], r["predicate"], r["object"]) for r in rows if r["object"]}
    return triples, {r["subject"] for r in rows if r["predicate"] in ("HAS_NAME", "HAS_IDENTIFIER")}


def _materialise(tx: Transaction, ontology: Ontology, triples: set[Triple]) -> None:
    """Makes the relationships of these triples what the stored claims say; one without claims goes."""
    stored: dict[Triple, list[Claim]] = defaultdict(list)
    keys = [{"s": s, "p": p, "o": o} for s, p, o in sorted(triples) if p in ontology.relationships]
    text = "UNWIND $keys AS k MATCH (c:Claim {predicate: k.p, subject: k.s, object: k.o}) RETURN properties(c) AS claim"
    for row in tx.run(text, keys=keys):
        claim = claim_from(row["claim"])
        stored[(claim.subject, claim.predicate, claim.object or "")].append(claim)
    made, gone = [], []
    for key in keys:
        claims = stored[(key["s"], key["p"], key["o"])]
        if claims:
            edge = evidence.relationship(claims)
            properties = {**edge.properties, "id": edge.id, "claims": list(edge.claims), "stance": edge.stance}
            made.append({**key, "id": edge.id, "properties": properties})
        else:
            gone.append({**key, "id": evidence.relationship_id(key["s"], key["p"], key["o"])})
    tx.run(
        "UNWIND $rows AS row MATCH (s:Entity {id: row.s}) MATCH (o:Entity {id: row.o}) "
        "MERGE (s)-[r:$(row.p) {id: row.id}]->(o) SET r = row.properties",
        rows=made,
    )
    tx.run(
        "UNWIND $rows AS row MATCH (:Entity {id: row.s})-[r {id: row.id}]->(:Entity {id: row.o}) DELETE r", rows=gone
    )


def _refresh_names(tx: Transaction, ids: list[str]) -> None:
    """Makes aliases, identifiers and search texts of these entities what the stored claims say."""
    rows = tx.run(
        "UNWIND $ids AS id MATCH (e:Entity {id: id}) "
        "OPTIONAL MATCH (c:Claim)-[:HAS_SUBJECT]->(e) WHERE c.predicate IN ['HAS_NAME', 'HAS_IDENTIFIER'] "
        "RETURN e.id AS id, e.name AS name, collect(properties(c)) AS claims",
        ids=ids,
    )
    updates = []
    for row in rows:
        claims = [claim_from(c) for c in row["claims"]]
        aliases = [n for n in evidence.names(claims) if n != row["name"]]
        identifiers = evidence.names(claims, "HAS_IDENTIFIER")
        search = evidence.search_texts(row["name"], aliases)
        updates.append({"id": row["id"], "p": {"aliases": aliases, "identifiers": identifiers, "search": search}})
    tx.run("UNWIND $rows AS row MATCH (e:Entity {id: row.id}) SET e += row.p", rows=updates)


def _claim_row(claim: Claim, dataset: str) -> dict[str, Any]:
    """A claim as properties, with the days its partial dates may mean, so that Cypher can compare them."""
    return {
        **asdict(claim),
        "dataset": dataset,
        "reported_from": dates.earliest(claim.reported_on),
        "reported_until": dates.latest(claim.reported_on),
        "valid_earliest": dates.earliest(claim.valid_from),
        "valid_latest": dates.latest(claim.valid_to),
    }


def claim_from(row: dict[str, Any]) -> Claim:
    """A stored claim's properties as a Claim."""
    return Claim(**{name: row[name] for name in Claim.__dataclass_fields__ if name in row})
