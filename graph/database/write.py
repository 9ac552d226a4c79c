"""Writing to the store: batches of entities and claims, and what claims make of them.

Invariant: at every commit each relationship, and each entity's other names, are what the stored claims say.
So a load that is killed at any point leaves a correct graph, and repeating it completes it.

Two who write at once: every batch takes one lock in the database, so that batches come one after the other, and looks
whether its load still has its turn. Whoever begins a load of a dataset takes the turn from an earlier load of it that
still runs (or was killed): the earlier one stops with a message, and nothing waits for a process that died.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any, NamedTuple

from graph import dates, evidence
from graph.database import search_keys
from graph.database.store import Store, Transaction
from graph.errors import StoreError
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology

NAMING = ("HAS_NAME", "HAS_IDENTIFIER")
_PAGE = 10_000
# To be raised when loading the same files makes other claims or lines (see graph/database/renew.py). 2: ends of claims
# without direction stand in one order, inferred claims name premises, groups their size; lists note whose they are,
# and absence from one is no denial.
MODEL = 2
Triple = tuple[str, str, str]
Properties = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WriteLease:
    """One load's right to write a dataset: `run` is the load's own random name."""

    dataset: str
    run: str


@dataclass(slots=True)
class Batch:
    """What one transaction writes. Who makes it has compared it with the store: see loader/loading/diff.py.

    `lines` are new claims whose subject is new in this load, in whole lines: all claims of a line are in one batch.
    `claims` are all other new ones. `ended` maps claim ids to the properties that end or reopen them.
    """

    sources: list[Properties] = field(default_factory=list)
    entities: list[tuple[tuple[str, ...], Properties]] = field(default_factory=list)
    changed_entities: list[tuple[tuple[str, ...], Properties]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    lines: list[Claim] = field(default_factory=list)
    changed_claims: list[Claim] = field(default_factory=list)
    ended: dict[str, Properties] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)  # by claim id
    rows: int = 0  # of the edition, written or found unchanged: for the progress

    def __bool__(self) -> bool:
        return any(
            (
                self.sources,
                self.entities,
                self.changed_entities,
                self.claims,
                self.lines,
                self.changed_claims,
                self.ended,
                self.deleted,
            )
        )


def ensure_schema(store: Store, ontology: Ontology) -> None:
    """Makes the ontology's constraints and indexes, where missing, and waits until they answer."""
    for statement in ontology.schema():
        store.write(Transaction.run, statement)
    store.read("CALL db.awaitIndexes(3600)", timeout=3700)  # minutes, after an import of many millions


def begin(store: Store, turn: WriteLease) -> Properties | None:
    """Takes the turn to write a dataset. Returns the properties of its note where it was loaded before, else None."""
    store.write(Transaction.run, "MERGE (:Lock {id: 'writing'})")
    return store.write(acquire_lease, turn)


def finish(tx: Transaction, turn: WriteLease, note: Mapping[str, Any], load: Mapping[str, Any] | None) -> None:
    """Ends a load in its own transaction: the dataset's note says what is loaded now, `load` what this load did."""
    _take_lock(tx, turn)
    tx.run(
        "MATCH (d:Dataset {id: $id}) SET d = $note", id=turn.dataset, note={"id": turn.dataset, "model": MODEL, **note}
    )
    if load:
        tx.run("MERGE (n:Load {id: $load.id}) SET n = $load", load=dict(load))
    tx.run("MATCH (l:Lock {id: 'writing'}) SET l = {id: l.id}")


class WriteStatement(NamedTuple):
    """A Cypher text that creates claims, its rows, and how many claims they are."""

    text: str
    groups: list[Properties]
    expected: int


def prepare(ontology: Ontology, batch: Batch, dataset: str) -> list[WriteStatement]:
    """What `apply` sends for the new claims of a batch, made beforehand, while another batch is being written."""
    return _build_create_statements(ontology, batch, dataset, draw=True)


def apply(
    tx: Transaction,
    ontology: Ontology,
    batch: Batch,
    turn: WriteLease,
    prepared: Sequence[WriteStatement] | None = None,
) -> None:
    """Writes one batch. Raises StoreError where another load has taken the turn, or a row found no place."""
    alone = _take_lock(tx, turn)
    if prepared is None or not alone:
        prepared = _build_create_statements(ontology, batch, turn.dataset, draw=alone)
    if batch.sources:
        tx.run("UNWIND $rows AS row MERGE (n:Source {id: row.id}) SET n = row", rows=batch.sources)
    _create_entities(tx, batch.entities)
    _change_entities(tx, ontology, batch.changed_entities)
    touched = [c.id for c in batch.changed_claims] + list(batch.ended) + batch.deleted
    triples, renamed = _read_affected(tx, touched) if touched else (set(), set())
    for statement in prepared:
        _run(tx, statement)
    _change_claims(tx, batch.changed_claims, batch.digests, turn.dataset)
    if batch.ended:
        rows = [{"id": i, "p": p} for i, p in batch.ended.items()]
        tx.run("UNWIND $rows AS row MATCH (c:Claim {id: row.id}) SET c += row.p", rows=rows)
    if batch.deleted:
        tx.run("UNWIND $ids AS id MATCH (c:Claim {id: id}) DETACH DELETE c", ids=batch.deleted)
    loose = batch.claims + batch.changed_claims + ([] if alone else batch.lines)
    triples |= {(c.subject, c.predicate, c.object) for c in loose if c.object}
    build_lines(tx, ontology, triples)
    fresh = {properties["id"] for _, properties in batch.entities}
    renamed |= {c.subject for c in batch.claims + batch.changed_claims if c.predicate in NAMING} - fresh
    renamed |= {properties["id"] for _, properties in batch.changed_entities}
    _refresh_names(tx, sorted(renamed))


def remove_unused(tx: Transaction, label: str, ids: Sequence[str], turn: WriteLease) -> list[tuple[str, str]]:
    """Removes those of these entities or sources that no claim refers to. Returns their ids and names."""
    _take_lock(tx, turn)
    rows = tx.run(
        f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) WHERE NOT EXISTS {{ (n)<--(:Claim) }} "
        "WITH n, n.id AS id, coalesce(n.name, n.title) AS name DETACH DELETE n RETURN id, name",
        ids=list(ids),
    )
    return [(row["id"], row["name"]) for row in rows]


def wipe(store: Store) -> None:
    """Removes all nodes and relationships; constraints and indexes stay."""
    text = "MATCH (n) WITH n LIMIT $limit DETACH DELETE n RETURN count(*) AS gone"
    while store.write(Transaction.run, text, limit=_PAGE)[0]["gone"]:
        continue


def build_entity_row(entity: Entity, dataset: str, digest: str, claims: Iterable[Claim]) -> Properties:
    """A new entity's properties; `claims` are those that name it."""
    named = list(claims)
    aliases = [n for n in evidence.list_names(named) if n != entity.name]
    identifiers = evidence.list_names(named, "HAS_IDENTIFIER")
    row = {
        **entity.properties,
        "id": entity.id,
        "type": entity.type,
        "name": entity.name,
        "dataset": dataset,
        "digest": digest,
        "aliases": aliases,
        "identifiers": identifiers,
        "search": search_keys.build_search_texts(entity.name, aliases, identifiers, entity.labels),
    }
    return {name: value for name, value in row.items() if value != []}  # see graph/evidence.py


def build_source_row(source: Source, dataset: str, digest: str) -> Properties:
    """A source's properties."""
    return {**asdict(source), "dataset": dataset, "digest": digest}


def build_claim_row(claim: Claim, dataset: str, digest: str = "") -> Properties:
    """A claim's properties, with the days its partial dates may mean, so that Cypher can compare them."""
    row: Properties = {name: getattr(claim, name) for name in _CLAIM_FIELDS}
    row["dataset"], row["digest"] = dataset, digest
    return row | _build_days(claim.reported_on, claim.reported_on, claim.valid_from, evidence.get_end_date(claim))


def build_relationship_row(claims: Sequence[Claim]) -> Properties:
    """The properties of the relationship that these claims make, with the days its partial dates may mean."""
    edge = evidence.build_relationship(claims)
    reported, valid = (
        [edge.properties[name] for name in pair]
        for pair in (("reported_first", "reported_last"), ("valid_from", "valid_to"))
    )
    own = {"id": edge.id, "claims": list(edge.claims), "stance": edge.stance}
    return {**edge.properties, **own, **_build_days(*reported, *valid)}


def parse_claim(row: Mapping[str, Any]) -> Claim:
    """A stored claim's properties as a Claim."""
    return Claim(**{name: row[name] for name in _CLAIM_FIELDS if name in row})


_CLAIM_FIELDS = tuple(Claim.__dataclass_fields__)
_earliest, _latest = cache(dates.to_earliest_day), cache(dates.to_latest_day)


def _build_days(reported_first: str, reported_last: str, valid_from: str, valid_to: str) -> Properties:
    """The days beside these partial dates, so that Cypher can compare them; '' where there is no date."""
    days = _earliest(reported_first), _latest(reported_last), _earliest(valid_from), _latest(valid_to)
    return dict(zip(dates.DAYS, days, strict=True))


def acquire_lease(tx: Transaction, turn: WriteLease) -> Properties | None:
    """Does what `begin` does, in a transaction that writes more; the lock must be there."""
    tx.run("MATCH (l:Lock {id: 'writing'}) SET l.held = $run, l.last = $run", run=turn.run)
    notes = tx.run("MATCH (d:Dataset {id: $id}) RETURN properties(d) AS note", id=turn.dataset)
    # A dataset that was loaded before there were such notes is known by its claims.
    older = tx.run("MATCH (c:Claim {dataset: $id}) RETURN c.id AS id LIMIT 1", id=turn.dataset)
    tx.run("MERGE (d:Dataset {id: $id}) SET d.run = $run", id=turn.dataset, run=turn.run)
    return notes[0]["note"] if notes else {"id": turn.dataset} if older else None


def _take_lock(tx: Transaction, turn: WriteLease) -> bool:
    """Takes the lock until the transaction ends. Returns whether nobody else wrote since this load's last batch."""
    rows = tx.run(
        "MATCH (l:Lock {id: 'writing'}) SET l.held = $run WITH l, l.last AS last SET l.last = $run WITH last "
        "OPTIONAL MATCH (d:Dataset {id: $dataset}) RETURN last, d.run AS run",
        run=turn.run,
        dataset=turn.dataset,
    )
    if not rows or rows[0]["run"] != turn.run:
        raise StoreError(
            f"another load of {turn.dataset!r} has begun, or the database was emptied, so this one stops; "
            "what it has written is correct, and the other load completes it"
        )
    return bool(rows[0]["last"] == turn.run)


def _create_entities(tx: Transaction, entities: Sequence[tuple[tuple[str, ...], Properties]]) -> None:
    if entities:
        # One statement for all types (dynamic labels, Neo4j 5.26 and newer): planning one costs more than running it.
        rows = [{"labels": labels, "p": properties} for labels, properties in entities]
        tx.run("UNWIND $rows AS row CREATE (n:$(row.labels)) SET n = row.p", rows=rows)


def _change_entities(
    tx: Transaction, ontology: Ontology, entities: Sequence[tuple[tuple[str, ...], Properties]]
) -> None:
    if entities:
        every = set(ontology.types)
        rows = [{"labels": labels, "others": sorted(every - set(labels)), "p": p} for labels, p in entities]
        tx.run(
            "UNWIND $rows AS row MATCH (n:Entity {id: row.p.id}) "
            "REMOVE n:$(row.others) SET n:$(row.labels) SET n = row.p",
            rows=rows,
        )


def _build_create_statements(ontology: Ontology, batch: Batch, dataset: str, *, draw: bool) -> list[WriteStatement]:
    """New claims with their links and, where `draw`, the lines of `batch.lines` at once."""
    shapes: dict[tuple[bool, bool, bool], list[tuple[Claim, Properties | None]]] = defaultdict(list)
    for claim in batch.claims:
        shapes[(bool(claim.object), bool(claim.asserted_by), False)].append((claim, None))
    by_line: dict[Triple, list[Claim]] = defaultdict(list)
    for claim in batch.lines:
        by_line[(claim.subject, claim.predicate, claim.object or "")].append(claim)
    for (_, predicate, _), claims in by_line.items():
        if predicate not in ontology.relationships:
            raise StoreError(f"there is no relationship type {predicate!r}")
        for claim in claims:
            # The line goes with its last claim; of absences from lists alone there is none.
            draws = draw and claim is claims[-1] and evidence.select_line_claims(claims)
            line = build_relationship_row(claims) if draws else None
            shapes[(True, bool(claim.asserted_by), line is not None)].append((claim, line))
    statements = []
    for shape, items in shapes.items():
        groups: dict[tuple[str, str], list[Properties]] = defaultdict(list)
        for claim, line in items:
            row = build_claim_row(claim, dataset, batch.digests.get(claim.id, ""))
            groups[(claim.source, claim.asserted_by)].append({"claim": row, "line": line} if line else {"claim": row})
        statements.append(_build_statement("CREATE (c:Claim) SET c = row.claim", groups, shape, len(items)))
    return statements


def _change_claims(tx: Transaction, claims: Sequence[Claim], digests: Mapping[str, str], dataset: str) -> None:
    shapes: dict[tuple[bool, bool], list[Claim]] = defaultdict(list)
    for claim in claims:
        shapes[(bool(claim.object), bool(claim.asserted_by))].append(claim)
    for (has_object, has_speaker), items in shapes.items():
        tx.run("UNWIND $ids AS id MATCH (:Claim {id: id})-[link]->() DELETE link", ids=[c.id for c in items])
        groups: dict[tuple[str, str], list[Properties]] = defaultdict(list)
        for claim in items:
            row = build_claim_row(claim, dataset, digests.get(claim.id, ""))
            groups[(claim.source, claim.asserted_by)].append({"claim": row})
        head = "WITH * MATCH (c:Claim {id: row.claim.id}) SET c = row.claim"
        _run(tx, _build_statement(head, groups, (has_object, has_speaker, False), len(items)))


def _build_statement(
    head: str, groups: Mapping[tuple[str, str], list[Properties]], shape: tuple[bool, bool, bool], expected: int
) -> WriteStatement:
    """For claims of one shape: with an object, a speaker, a line of their own, or without."""
    has_object, has_speaker, has_line = shape
    # Few speakers and sources say many claims: each is looked up once, not once a claim.
    text = " ".join(
        (
            "UNWIND $groups AS g MATCH (d:Source {id: g.source})",
            "MATCH (a:Entity {id: g.speaker})" if has_speaker else "",
            "UNWIND g.rows AS row MATCH (s:Entity {id: row.claim.subject})",
            "MATCH (o:Entity {id: row.claim.object})" if has_object else "",
            head,
            "CREATE (c)-[:HAS_SUBJECT]->(s) CREATE (c)-[:FROM_SOURCE]->(d)",
            "CREATE (c)-[:ASSERTED_BY]->(a)" if has_speaker else "",
            "CREATE (c)-[:HAS_OBJECT]->(o)" if has_object else "",
            "CREATE (s)-[r:$(row.claim.predicate)]->(o) SET r = row.line" if has_line else "",
            "RETURN count(*) AS made",
        )
    )
    rows = [{"source": s, "speaker": a, "rows": items} for (s, a), items in groups.items()]
    return WriteStatement(text, rows, expected)


def _run(tx: Transaction, statement: WriteStatement) -> None:
    count = tx.run(statement.text, groups=statement.groups)[0]["made"]
    if count != statement.expected:
        raise StoreError(
            f"{statement.expected} claims were sent, but only {count} found their entities and source; load again"
        )


def _read_affected(tx: Transaction, ids: list[str]) -> tuple[set[Triple], set[str]]:
    """The triples, and the subjects of names, of the claims stored under these ids."""
    rows = tx.run(
        "UNWIND $ids AS id MATCH (c:Claim {id: id}) "
        "RETURN c.subject AS subject, c.predicate AS predicate, c.object AS object",
        ids=ids,
    )
    triples = {(r["subject"], r["predicate"], r["object"]) for r in rows if r["object"]}
    return triples, {r["subject"] for r in rows if r["predicate"] in NAMING}


def build_lines(tx: Transaction, ontology: Ontology, triples: set[Triple]) -> None:
    """Makes the relationships of these triples what the stored claims say; one that no claim draws goes."""
    keys = [{"s": s, "p": p, "o": o} for s, p, o in sorted(triples) if p in ontology.relationships]
    if not keys:
        return
    stored: dict[Triple, list[Claim]] = defaultdict(list)
    text = "UNWIND $keys AS k MATCH (c:Claim {predicate: k.p, subject: k.s, object: k.o}) RETURN properties(c) AS claim"
    for row in tx.run(text, keys=keys):
        claim = parse_claim(row["claim"])
        stored[(claim.subject, claim.predicate, claim.object or "")].append(claim)
    rows, gone = [], []
    for key in keys:
        claims = stored[(key["s"], key["p"], key["o"])]
        if evidence.select_line_claims(claims):
            properties = build_relationship_row(claims)
            rows.append({**key, "id": properties["id"], "properties": properties})
        else:
            gone.append({**key, "id": evidence.build_relationship_id(key["s"], key["p"], key["o"])})
    tx.run(
        "UNWIND $rows AS row MATCH (s:Entity {id: row.s}) MATCH (o:Entity {id: row.o}) "
        "MERGE (s)-[r:$(row.p) {id: row.id}]->(o) SET r = row.properties",
        rows=rows,
    )
    if gone:
        tx.run(
            "UNWIND $rows AS row MATCH (:Entity {id: row.s})-[r {id: row.id}]->(:Entity {id: row.o}) DELETE r",
            rows=gone,
        )


def _refresh_names(tx: Transaction, ids: list[str]) -> None:
    """Makes aliases, identifiers and search texts of these entities what the stored claims say."""
    if not ids:
        return
    rows = tx.run(
        "UNWIND $ids AS id MATCH (e:Entity {id: id}) "
        "OPTIONAL MATCH (c:Claim)-[:HAS_SUBJECT]->(e) WHERE c.predicate IN $naming "
        "RETURN e.id AS id, e.name AS name, labels(e) AS labels, collect(properties(c)) AS claims",
        ids=ids,
        naming=NAMING,
    )
    updates = []
    for row in rows:
        claims = [parse_claim(c) for c in row["claims"]]
        aliases = [n for n in evidence.list_names(claims) if n != row["name"]]
        identifiers = evidence.list_names(claims, "HAS_IDENTIFIER")
        search = search_keys.build_search_texts(row["name"], aliases, identifiers, row["labels"])
        # Null removes the property: an empty list is not stored, see graph/evidence.py.
        properties = {"aliases": aliases or None, "identifiers": identifiers or None, "search": search}
        updates.append({"id": row["id"], "p": properties})
    tx.run("UNWIND $rows AS row MATCH (e:Entity {id: row.id}) SET e += row.p", rows=updates)
