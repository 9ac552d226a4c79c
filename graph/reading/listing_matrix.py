"""The designation matrix: entities by sanctions authorities, everything under a body or all that anybody tells of."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from graph import listings
from graph.database.store import Store
from graph.errors import QueryError
from graph.listings import Listing
from graph.model import Entity
from graph.ontology import Ontology
from graph.reading.browse import read_entities
from graph.reading.listings import ListingTable, is_listable_type, read_listings

ROWS = 100  # of a page
MOST = 5_000  # entities of a file, or that are looked through for what differs; a body or type narrows them
STEPS = 8  # down from a body
MOST_SEARCHED = 6  # loaded lists that have a column though they tell nothing of these rows


@dataclass(frozen=True)
class MatrixChoice:
    """Which rows and columns: everything `under` an entity, of a `type`, only rows that differ; '' and () for all.

    `named` takes only what documents other than lists tell of. `page` counts from 1; 0 takes all rows.
    """

    under: str = ""
    type: str = ""
    differs: bool = False
    authorities: tuple[str, ...] = ()
    page: int = 1
    named: bool = False


@dataclass(frozen=True)
class Matrix:
    """A page of the matrix. `total` rows fit the choice; `cut` says that only the first MOST were looked through."""

    choice: MatrixChoice
    entities: tuple[Entity, ...] = ()
    columns: tuple[Entity, ...] = ()
    table: ListingTable = field(default_factory=ListingTable)
    total: int = 0
    cut: bool = False
    tops: tuple[Entity, ...] = ()  # bodies that something stands under

    def list_cells(self, entity: str) -> list[Listing]:
        """The cells of a row, a column each."""
        return [self.table.get(entity, column.id) for column in self.columns]


def read_matrix(store: Store, ontology: Ontology, choice: MatrixChoice) -> Matrix:
    """The matrix. Raises QueryError for an entity, type or authority that is not there, StoreError."""
    first = (choice.page - 1) * ROWS if choice.page else 0
    if choice.differs:
        ids, total = _find_rows(store, ontology, choice, 0, MOST)
        cut = total > MOST
        whole = read_listings(store, ontology, ids, near=False)
        columns = {a.id for a in _select_columns(whole, choice.authorities)}
        ids = [i for i in ids if differs([whole.get(i, a) for a in columns])]
        shown, total = ids[first : first + ROWS] if choice.page else ids, len(ids)
    else:
        shown, total = _find_rows(store, ontology, choice, first, ROWS if choice.page else MOST)
        cut = not choice.page and total > MOST
    table = read_listings(store, ontology, shown)
    return Matrix(
        choice,
        tuple(table.entities[i] for i in shown),
        tuple(_select_columns(table, choice.authorities)),
        table,
        total,
        cut,
        tuple(list_tops(store, ontology)),
    )


def differs(cells: Iterable[Listing]) -> bool:
    """Whether authorities differ on an entity: one lists it and another does not, or does no longer.

    Said not to be listed and not found come to the same here, and what nobody checked tells nothing.
    """
    absent = {listings.SAID_NOT: listings.MISSED}
    return len({absent.get(one.state, one.state) for one in cells} - {listings.UNCHECKED}) > 1


def _find_rows(store: Store, ontology: Ontology, choice: MatrixChoice, skip: int, most: int) -> tuple[list[str], int]:
    """The ids of at most so many rows by name, after the first `skip`, and how many there are."""
    if choice.type and choice.type not in ontology.types:
        raise QueryError(f"there is no type {choice.type[:80]!r}")
    everyone = read_entities(store, choice.authorities) if choice.authorities else []
    if missing := set(choice.authorities) - {e.id for e in everyone}:
        raise QueryError(f"there is no authority {sorted(missing)[0][:80]!r}")
    # Under a body everybody counts whom a list may hold; else those of whom a claim tells.
    held = "EXISTS { (e)<-[:HAS_SUBJECT]-(c:Claim) WHERE c.predicate IN $predicates }"
    head = f"MATCH (e:Entity) WHERE {held} AND ($type = '' OR $type IN labels(e))"
    if choice.under:
        head = (
            "UNWIND $within AS id MATCH (e:Entity {id: id}) WHERE (e.type IN $listable OR "
            f"{held}) AND ($type = '' OR $type IN labels(e))"
        )
    if choice.named:
        head += (
            " AND EXISTS { (e)<-[:HAS_SUBJECT|HAS_OBJECT]-(:Claim)-[:FROM_SOURCE]->(s:Source) WHERE s.kind <> 'list' }"
        )
    parameters = {
        "within": list_below(store, ontology, choice.under) if choice.under else [],
        "type": choice.type,
        "listable": [t.name for t in ontology.list_concrete_types() if is_listable_type(ontology, t.name)],
        "predicates": list(ontology.list_relationships_by_role("designation")),
    }
    total = int(store.read(f"{head} RETURN count(e) AS total", **parameters, timeout=120)[0]["total"])
    rows = store.read(
        f"{head} RETURN e.id AS id ORDER BY e.name, e.id SKIP $skip LIMIT $most",
        **parameters,
        skip=skip,
        most=most,
        timeout=120,
    )
    return [row["id"] for row in rows], total


def list_below(store: Store, ontology: Ontology, entity: str) -> list[str]:
    """The ids of an entity and everything under it: bodies, plants, firms, who holds posts in them or acts for them.

    Lines that are denied or withdrawn are not followed; inferred ones are. Raises QueryError for an unknown entity.
    """
    if not read_entities(store, [entity]):
        raise QueryError(f"there is no entity {entity[:80]!r}")
    below, frontier = {entity: True}, [entity]
    step = (
        "UNWIND $ids AS id MATCH (top:Entity {id: id}) CALL (top) { "
        f"MATCH (top)<-[r:{ontology.match_relationships('superior')}]-(one:Entity) RETURN r, one, true AS further "
        f"UNION MATCH (top)-[r:{ontology.match_relationships('control')}]->(one:Entity) RETURN r, one, true AS further "
        f"UNION MATCH (top)<-[r:{ontology.match_relationships('post', 'representation')}]-(one:Entity) "
        "RETURN r, one, false AS further } WITH * WHERE r.stance <> 'denied' AND r.withdrawn_on IS NULL "
        "RETURN one.id AS id, max(further) AS further ORDER BY id LIMIT $most"
    )
    for _ in range(STEPS):
        rows = store.read(step, ids=frontier, most=MOST)
        frontier = [row["id"] for row in rows if row["further"] and not below.get(row["id"])]
        below |= {row["id"]: row["further"] or below.get(row["id"], False) for row in rows}
        if not frontier or len(below) > MOST:
            break
    return sorted(below)


def _select_columns(table: ListingTable, chosen: Collection[str]) -> Sequence[Entity]:
    """The authorities that have a column, by name: those chosen, else those of whom a claim tells, and loaded lists."""
    if chosen:
        return sorted((table.everyone[i] for i in chosen if i in table.everyone), key=lambda e: (e.name, e.id))
    ids = {authority for (_, authority), one in table.cells.items() if one.claims or one.near}
    if len(table.searched) <= MOST_SEARCHED:
        ids |= table.searched.keys()
    return sorted((e for i, e in table.authorities.items() if i in ids), key=lambda e: (e.name, e.id))


def list_tops(store: Store, ontology: Ontology) -> list[Entity]:
    """The bodies that something stands under, by name: what `under` may be chosen from."""
    rows = store.read(
        f"MATCH (top:Entity)<-[r:{ontology.match_relationships('superior')}]-(:Entity) WHERE r.stance <> 'denied' "
        "RETURN DISTINCT top ORDER BY top.name, top.id LIMIT 500"
    )
    return [row["top"] for row in rows]
