"""What an expansion would bring: counts before it, and the best of an entity's neighbours by a stated rule.

Works for entities of any database (graph/reading/browse.py tells ours and foreign ones apart).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from graph import dates
from graph.collectives import SIZE
from graph.database.store import Store
from graph.evidence import GRADE_RANKS
from graph.model import INFERRED
from graph.ontology import Ontology
from graph.reading.browse import build_id_expression, build_neighbour_condition, match_entity

# What comes first, in words. Each is a total order: two that draw come by name, and two of one name by id.
RULES = {
    "evidence": "best evidenced first: most speakers, then best grade, then name",
    "newest": "newest first: last reported, then name",
    "connected": "most connected first: most lines of their own, then name",
}
_ORDERS = {
    "evidence": "speakers DESC, grade, name, id",
    "newest": "reported DESC, name, id",
    "connected": "degree DESC, name, id",
}


@dataclass(frozen=True)
class NeighbourFilter:
    """Which neighbours are meant: by one relationship type, in one direction, of one type. Left empty: all."""

    relationship: str = ""
    outward: bool | None = None
    type: str = ""


@dataclass(frozen=True)
class NeighbourGroup:
    """Neighbours by one relationship type in one direction (None: it has none), of one type.

    `total` neighbours, `shown` of them on the canvas; `contested`, `denied` and `inferred` count their lines,
    `collectives` those of the neighbours that stand for several.
    """

    relationship: str
    outward: bool | None
    type: str
    total: int
    shown: int
    contested: int
    denied: int
    collectives: int = 0
    inferred: int = 0


@dataclass(frozen=True)
class NeighbourCounts:
    """An entity's neighbours: how many, how many of them on the canvas, and by which lines (`rows`).

    A neighbour by two kinds of lines is in two rows, and counts once in `total`.
    """

    total: int
    shown: int
    rows: tuple[NeighbourGroup, ...]


def count_neighbours(store: Store, ontology: Ontology, entity: str, held: Collection[str]) -> NeighbourCounts:
    """Counts an entity's neighbours, and those among `held`, in one statement. An unknown entity has none."""
    near = f"MATCH (a)-[r]-(b) WHERE a <> b AND {build_neighbour_condition('b', entity)}"
    kept = f"CASE WHEN {build_id_expression('b')} IN $held THEN b END"
    rows = store.read(
        f"{match_entity('a', 'id', entity)} "
        f"CALL (a) {{ {near} RETURN count(DISTINCT b) AS total, count(DISTINCT {kept}) AS shown }} "
        f"CALL (a) {{ {near} "
        "WITH b, r, type(r) AS relationship, "
        "CASE WHEN type(r) IN $symmetric THEN null ELSE startNode(r) = a END AS outward, "
        "CASE WHEN b:Entity THEN b.type ELSE labels(b) END AS kind "
        f"RETURN relationship, outward, kind, count(DISTINCT b) AS count, count(DISTINCT {kept}) AS kept, "
        "sum(CASE r.stance WHEN 'contested' THEN 1 ELSE 0 END) AS contested, "
        "sum(CASE r.stance WHEN 'denied' THEN 1 ELSE 0 END) AS denied, "
        f"count(DISTINCT CASE WHEN b:Entity AND b.{SIZE} IS NOT NULL THEN b END) AS collectives, "
        f"sum(CASE r.stance WHEN '{INFERRED}' THEN 1 ELSE 0 END) AS inferred }} "
        "RETURN total, shown, relationship, outward, kind, count, kept, contested, denied, collectives, inferred",
        id=entity,
        held=sorted(set(held)),
        symmetric=ontology.list_symmetric_types(),
    )
    if not rows:
        return NeighbourCounts(0, 0, ())
    groups = [
        NeighbourGroup(
            r["relationship"],
            r["outward"],
            _resolve_type(r["kind"]),
            r["count"],
            r["kept"],
            r["contested"],
            r["denied"],
            r["collectives"],
            r["inferred"],
        )
        for r in rows
    ]
    return NeighbourCounts(rows[0]["total"], rows[0]["shown"], tuple(sorted(groups, key=_get_sort_key)))


def select_neighbours(
    store: Store,
    ontology: Ontology,
    entity: str,
    *,
    rule: str,
    limit: int,
    choice: NeighbourFilter | None = None,
    held: Collection[str] = (),
) -> list[str]:
    """The ids of the first `limit` neighbours by a rule (a key of RULES) that are not among `held`."""
    choice = choice or NeighbourFilter()
    symmetric = choice.relationship in ontology.list_symmetric_types()
    rows = store.read(
        f"{match_entity('a', 'id', entity)} MATCH (a)-[r]-(b) "
        f"WHERE a <> b AND {build_neighbour_condition('b', entity)} "
        "AND ($relationship = '' OR type(r) = $relationship) "
        "AND ($outward IS NULL OR (startNode(r) = a) = $outward) "
        "AND ($type = '' OR CASE WHEN b:Entity THEN b.type = $type "
        "ELSE $type IN labels(b) AND all(l IN labels(b) WHERE l >= $type) END) "
        f"WITH a, b, {build_id_expression('b')} AS id, r WHERE NOT id IN $held "
        f"{_build_sort_clause(rule, entity)} "
        f"RETURN id ORDER BY {_ORDERS[rule]} LIMIT $limit",
        id=entity,
        relationship=choice.relationship,
        outward=None if symmetric else choice.outward,
        type=choice.type,
        held=sorted(set(held)),
        limit=limit,
        grades=GRADE_RANKS,
    )
    return [str(row["id"]) for row in rows]


def _build_sort_clause(rule: str, entity: str) -> str:
    """From a row a line to a row a neighbour `b`, with what the rule sorts by."""
    name = "coalesce(b.name, b.title, id) AS name"
    if rule == "newest":
        return f"WITH id, {name}, max({dates.build_last_day_cypher('r.reported_until', 'r.reported_last')}) AS reported"
    if rule == "connected":
        condition = build_neighbour_condition("c", entity)
        return f"WITH DISTINCT b, id WITH id, {name}, COUNT {{ (b)--(c) WHERE {condition} }} AS degree"
    return (
        "UNWIND CASE WHEN r.speakers IS :: LIST<ANY> THEN coalesce(r.speakers, []) + [null] ELSE [null] END AS speaker "
        f"WITH id, {name}, count(DISTINCT speaker) AS speakers, "
        "min(coalesce($grades[toStringOrNull(r.grade)], 999)) AS grade"
    )


def _resolve_type(value: Any) -> str:
    """The type of a neighbour as graph/database/store.py gives it: our own, or the first label of a foreign node."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return min(map(str, value), default="")
    return str(value or "")


def _get_sort_key(row: NeighbourGroup) -> tuple[int, str, int, str]:
    return -row.total, row.relationship, (2 if row.outward is None else int(not row.outward)), row.type
