"""What an earlier version of the program wrote into the database, brought to the form in which it is read now.

What the claims alone tell is changed by the first load of anything. What only the files tell is renewed by loading them
again: a dataset notes the version that wrote it, and one of an earlier version is named by `list_outdated`.
"""

from typing import Any

from graph import evidence, listings
from graph.database import write
from graph.database.store import Store, Transaction
from graph.ontology import Ontology

_PAGE = 2_000  # claims a transaction


def renew_claims(store: Store, ontology: Ontology) -> None:
    """Brings the stored claims to the form in which they are read now, and makes their lines anew. Raises StoreError.

    Claims without direction get their ends in one order: before there was one, two sources that began from different
    ends made two lines. Claims that deny a listing become the absences that they are, and most of their lines go.
    """
    for change_page in (_turn_page, _read_denied_page):
        after = ""
        while page := store.write(change_page, ontology, after):
            after = page[-1]


def list_outdated(store: Store) -> list[str]:
    """The datasets that an earlier version loaded, by id: to be loaded again, from the same files."""
    # Datasets that no file makes, such as analysts' decisions, have no note of a load.
    text = (
        "MATCH (d:Dataset) WHERE coalesce(d.model, 1) < $model AND EXISTS { MATCH (:Load {dataset: d.id}) } "
        "RETURN d.id AS id ORDER BY id"
    )
    return [str(row["id"]) for row in store.read(text, model=write.MODEL)]


def describe_outdated(datasets: list[str]) -> str:
    """What a user should do about them; "" where there is none."""
    if not datasets:
        return ""
    return f"Loaded by an earlier version of the program: {', '.join(datasets)}. Load again from the same files."


def _read_denied_page(tx: Transaction, ontology: Ontology, after: str) -> list[str]:
    """Reads the claims next after an id as the absences that they are. Returns their ids."""
    tx.run("MERGE (l:Lock {id: 'writing'}) SET l.held = 'renewing', l.last = 'renewing'")
    rows = tx.run(
        "MATCH (c:Claim) WHERE c.predicate IN $types AND c.stance = 'denied' AND c.id > $after "
        "RETURN properties(c) AS claim ORDER BY c.id LIMIT $page",
        after=after,
        types=list(ontology.list_relationships_by_role("designation")),
        page=_PAGE,
    )
    claims = [listings.read_absence(ontology, write.parse_claim(row["claim"])) for row in rows]
    if claims:
        changes = [{"id": c.id, "stance": c.stance} for c in claims]
        tx.run("UNWIND $rows AS row MATCH (c:Claim {id: row.id}) SET c.stance = row.stance", rows=changes)
        write.build_lines(tx, ontology, {(c.subject, c.predicate, c.object or "") for c in claims})
    return [c.id for c in claims]


def _turn_page(tx: Transaction, ontology: Ontology, after: str) -> list[str]:
    """Turns the claims next after an id. Returns their ids."""
    tx.run("MERGE (l:Lock {id: 'writing'}) SET l.held = 'renewing', l.last = 'renewing'")
    rows = tx.run(
        "MATCH (c:Claim) WHERE c.predicate IN $types AND c.subject > c.object AND c.object IS NOT NULL "
        "AND c.id > $after RETURN properties(c) AS claim ORDER BY c.id LIMIT $page",
        after=after,
        types=ontology.list_symmetric_types(),
        page=_PAGE,
    )
    changes: list[dict[str, Any]] = []
    triples = set()
    for row in rows:
        claim = write.parse_claim(row["claim"])
        triples.add((claim.subject, claim.predicate, claim.object or ""))
        turned = evidence.order_ends(ontology, claim)
        triples.add((turned.subject, turned.predicate, turned.object or ""))
        changes.append({"id": claim.id, "s": turned.subject, "o": turned.object})
    if changes:
        tx.run(
            "UNWIND $rows AS row MATCH (c:Claim {id: row.id})-[link:HAS_SUBJECT|HAS_OBJECT]->() DELETE link",
            rows=changes,
        )
        tx.run(
            "UNWIND $rows AS row MATCH (c:Claim {id: row.id}) MATCH (s:Entity {id: row.s}) "
            "MATCH (o:Entity {id: row.o}) SET c.subject = row.s, c.object = row.o "
            "CREATE (c)-[:HAS_SUBJECT]->(s) CREATE (c)-[:HAS_OBJECT]->(o)",
            rows=changes,
        )
        write.build_lines(tx, ontology, triples)
    return [change["id"] for change in changes]
