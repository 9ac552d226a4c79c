"""The chain of one entity: who commands, who makes what of what, who carries it to whom, and what comes back.

It is read step by step from the graph, each step along relationships of named roles (graph/ontology_roles.py) and cut
at a stated number, so that a chain is never larger than a picture. Lines that are denied or withdrawn are not followed.
A link that a chain of transfer must have and that no claim gives is `MissingLink`: a remark of ours about the data,
never a claim.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

from graph.database.store import Store
from graph.errors import QueryError
from graph.evidence import GRADE_RANKS
from graph.model import Entity
from graph.ontology import ROOT, Ontology
from graph.reading import browse

STEPS_UP, STEPS_DOWN, STEPS_ROUTE = 6, 4, 4
# By part of the chain, how many entities of it a picture takes; together they stay below 150.
MOST = {
    "plants and offices below": 24,
    "offices above": 14,
    "people in post": 12,
    "goods": 22,
    "suppliers": 8,
    "brokers and front companies": 10,
    "customers": 6,
    "shipments": 8,
    "ships and ports": 14,
    "route points": 8,
    "users": 6,
    "returns": 12,
    "programmes paid for": 5,
}
MOST_GAPS = 12
_STANDING = "coalesce(r.stance, '') <> 'denied' AND r.withdrawn_on IS NULL"


@dataclass(frozen=True)
class MissingLink:
    """A link that no claim gives: its `kind` (a key of ENDS), and the entities it lies between ('' where open)."""

    kind: str
    source: str = ""
    target: str = ""


@dataclass(frozen=True)
class Chain:
    """The entities of a chain, the start first, the links it misses, and what was cut: (shown, of how many, part)."""

    start: Entity
    ids: tuple[str, ...]
    missing: tuple[MissingLink, ...] = ()
    cut: tuple[tuple[int, int, str], ...] = ()
    customers: int = 0
    more_missing: int = 0


@dataclass
class _Traversal:
    """What has been read so far: ids in order, and their types."""

    store: Store
    ontology: Ontology
    types: dict[str, str] = field(default_factory=dict)
    beyond: dict[str, set[str]] = field(default_factory=dict)  # by part, those left out
    taken: dict[str, int] = field(default_factory=dict)  # by part

    def step(
        self,
        part: str,
        start: Collection[str],
        roles: tuple[str, ...],
        *,
        against: bool = False,
        steps: int = 1,
        only: tuple[str, ...] = (),
        kind: str = "",
    ) -> list[str]:
        """The entities that lines of these roles reach from `start`, the nearest and best evidenced first.

        `only` are the roles of types that count, `kind` is the role of kinds of events that do. Returns all that are on
        the chain now; what is new beyond the number of the part is left out.
        """
        if not start:
            return []
        names = self.ontology.match_relationships(*roles)
        arrow = f"<-[r:{names} WHERE {_STANDING}]-" if against else f"-[r:{names} WHERE {_STANDING}]->"
        rows = self.store.read(
            f"UNWIND $ids AS id MATCH (x:Entity {{id: id}}) MATCH (x)((){arrow}(:Entity)){{1,{steps}}}(n) "
            "WHERE ($only IS NULL OR n.type IN $only) AND ($kinds IS NULL OR n.kind IN $kinds) "
            "WITH n, min(size(r)) AS steps, max(size(coalesce(r[-1].speakers, []))) AS speakers, "
            "min(coalesce($grades[r[-1].grade], 999)) AS grade "
            "RETURN n.id AS id, n.type AS type ORDER BY steps, speakers DESC, grade, n.name, id LIMIT 1000",
            ids=list(start),
            grades=GRADE_RANKS,
            only=list(self.ontology.list_types_by_role(*only)) if only else None,
            kinds=list(self.ontology.list_kinds_by_role(kind)) if kind else None,
        )
        fresh = [row for row in rows if row["id"] not in self.types]
        room = max(0, MOST[part] - self.taken.get(part, 0))
        self.beyond.setdefault(part, set()).update(row["id"] for row in fresh[room:])
        for row in fresh[:room]:
            self.types[row["id"]] = row["type"]
        self.taken[part] = self.taken.get(part, 0) + len(fresh[:room])
        return [row["id"] for row in rows if row["id"] in self.types]

    def cut(self) -> tuple[tuple[int, int, str], ...]:
        """What was left out: how many of how many of which part are on the chain."""
        left = {part: len(ids - set(self.types)) for part, ids in self.beyond.items()}
        return tuple((self.taken[part], self.taken[part] + count, part) for part, count in left.items() if count)

    def list_by_role(self, *roles: str) -> list[str]:
        """Those on the chain whose types have one of these roles."""
        return [i for i, type_ in self.types.items() if self.ontology.has_role(type_, *roles)]


def read(store: Store, ontology: Ontology, start: str) -> Chain:
    """The chain of an entity. Raises QueryError for an entity that is not there (or not one of ours)."""
    entities = browse.read_entities(store, [start])
    if not entities or ROOT not in entities[0].labels:
        raise QueryError("A chain needs an entity of this graph that has claims.")
    entity, walk = entities[0], _Traversal(store, ontology, {start: entities[0].type})
    goods = _follow_production(walk, entity)
    customers = _follow_exports(walk, entity, goods)
    _follow_returns(walk, customers)
    ids = tuple(walk.types)
    gaps = find_missing_links(store, ontology, _list_expected_links(walk))
    return Chain(entity, ids, tuple(gaps[:MOST_GAPS]), walk.cut(), len(customers), max(0, len(gaps) - MOST_GAPS))


def _follow_production(walk: _Traversal, entity: Entity) -> list[str]:
    """Command and production: who stands above and below, what is made, of what and by whom. Returns the goods."""
    start, is_a = [entity.id], partial(walk.ontology.has_role, entity.type)
    below, above = "plants and offices below", "offices above"
    makers: list[str] = []
    goods: list[str] = []
    if is_a("state"):
        makers = walk.step(below, start, ("transfer",), against=True, only=("organisation",))
        walk.step(above, start, ("transfer",), against=True, only=("state",))
        makers += walk.step(below, start, ("order",), only=("organisation",))
        goods = walk.step("goods", start, ("production", "sale", "use"), only=("goods",))
    elif is_a("organisation"):
        makers = [
            *start,
            *walk.step(below, start, ("superior",), against=True, steps=STEPS_DOWN, only=("organisation",)),
        ]
        walk.step(above, start, ("order",), against=True)
    elif is_a("programme"):
        makers = walk.step(above, start, ("sponsorship",), against=True, only=("organisation",))
    elif is_a("person"):
        makers = walk.step(above, start, ("affiliation",), only=("organisation",))
    else:
        goods = walk.step("goods", start, ("cargo",), only=("goods",))
        goods = [*start, *goods] if is_a("goods") else goods
        walk.step("goods", goods, ("component",), steps=2)
        makers = walk.step(
            below, walk.list_by_role("goods"), ("production", "sale"), against=True, only=("organisation",)
        )
    walk.step(above, makers, ("superior",), steps=STEPS_UP, only=("organisation",))
    plants = set(walk.list_by_role("plant")) - {entity.id}
    offices = [i for i in walk.list_by_role("organisation", "state") if i not in plants]
    walk.step("people in post", offices, ("post",), against=True)
    goods += walk.step("goods", makers, ("production", "sale"), only=("goods",)) if not is_a("goods") else []
    walk.step("goods", goods, ("component",), against=True, only=("component",))
    walk.step("suppliers", makers, ("supply",), against=True)
    walk.step("suppliers", walk.list_by_role("component"), ("origin",), only=("organisation", "state"))
    return list(dict.fromkeys(goods))


def _follow_exports(walk: _Traversal, entity: Entity, goods: list[str]) -> list[str]:
    """Export: customers, shipments, carriers, ports, routes, and those in between. Returns the customers."""
    start, ontology = entity.id, walk.ontology
    sold = walk.step("shipments", [start], ("receiver", "sender", "carriage"), against=True, kind="shipment")
    sold += [start] if entity.properties.get("kind") in ontology.list_kinds_by_role("shipment") else []
    customers = walk.step("customers", [start], ("transfer",))
    if ontology.has_role(entity.type, "state") and is_arms_recipient(walk.store, ontology, start):
        customers.append(start)
    else:
        customers += walk.step("customers", walk.list_by_role("plant"), ("transfer",))
        sold += walk.step("shipments", goods, ("cargo",), against=True, kind="shipment")
        customers += walk.step("customers", sold, ("receiver",))
    shipments = list(dict.fromkeys(sold))
    walk.step("goods", shipments, ("cargo",))
    walk.step("offices above", shipments, ("sender",))
    if shipments or ontology.has_role(entity.type, "carrier", "port", "company", "goods"):
        _follow_transport(walk, shipments)
    brokers = "brokers and front companies"
    sellers = [i for i in dict.fromkeys((start, *walk.list_by_role("state", "company"))) if i not in customers]
    walk.step(brokers, sellers, ("representation",), against=True)
    walk.step(brokers, walk.list_by_role("weapon"), ("sale",), against=True)
    walk.step(brokers, walk.list_by_role("carrier"), ("control",), against=True, only=("company", "person"))
    walk.step("users", walk.list_by_role("weapon"), ("deployment",), only=("conflict",))
    return list(dict.fromkeys(customers))


def _follow_transport(walk: _Traversal, shipments: list[str]) -> None:
    """Ships, ports and routes of the shipments and goods on the chain."""
    part, carriers, calls = "ships and ports", ("carrier",), ("departure", "arrival")
    walk.step(part, shipments, ("carriage", *calls), only=("carrier", "port", "organisation"))
    walk.step(part, shipments, ("participation",), against=True, only=carriers)
    walk.step(part, walk.list_by_role("weapon"), ("cargo",), against=True, only=carriers)
    walk.step(part, walk.list_by_role("port"), calls, against=True, only=carriers)
    walk.step(part, walk.list_by_role("carrier"), calls, only=("port",))
    walk.step("route points", walk.list_by_role("plant", "port"), ("route",), steps=STEPS_ROUTE, only=("waypoint",))


def is_arms_recipient(store: Store, ontology: Ontology, state: str) -> bool:
    """Whether a claim that stands says that arms are exported or shipped to a state."""
    sent, received = (ontology.match_relationships(role) for role in ("transfer", "receiver"))
    rows = store.read(
        f"RETURN EXISTS {{ (:Entity)-[r:{sent}]->(:Entity {{id: $id}}) WHERE {_STANDING} }} OR "
        f"EXISTS {{ (x)-[r:{received}]->(:Entity {{id: $id}}) WHERE x.kind IN $kinds AND {_STANDING} }} AS known",
        id=state,
        kinds=list(ontology.list_kinds_by_role("shipment")),
    )
    return bool(rows[0]["known"])


def _follow_returns(walk: _Traversal, customers: list[str]) -> None:
    """What the customers give for it, and what that pays for."""
    walk.step("returns", customers, ("provision",))
    payments = walk.step("returns", customers, ("sender",), against=True, kind="payment")
    walk.step("returns", payments, ("cargo", "receiver"))
    goods = walk.list_by_role("commodity")
    walk.step("programmes paid for", [*payments, *goods], ("funding",), only=("programme",))


def _list_expected_links(walk: _Traversal) -> list[MissingLink]:
    """The links that this chain must have, in the order in which gaps are shown."""
    ids = list(walk.types)
    rows = walk.store.read(
        f"MATCH (x:Entity)-[r:{walk.ontology.match_relationships('transfer', 'receiver')}]->(n:Entity) "
        f"WHERE x.id IN $ids AND n.id IN $ids AND {_STANDING} AND (x.kind IS NULL OR x.kind IN $kinds) "
        "RETURN x.id AS x, n.id AS n, type(r) AS type ORDER BY size(coalesce(r.speakers, [])) DESC, x.id",
        ids=ids,
        kinds=list(walk.ontology.list_kinds_by_role("shipment")),
    )
    transfers = [
        MissingLink("carrier" if walk.ontology.is_relationship(row["type"], "transfer") else "ship", row["x"], row["n"])
        for row in rows
    ]
    receivers = dict.fromkeys(row["n"] for row in rows)
    return [
        *transfers,
        *(MissingLink("return", receiver) for receiver in receivers),
        *(MissingLink("superior", plant) for plant in walk.list_by_role("plant")),
        *(MissingLink("maker", "", weapon) for weapon in walk.list_by_role("weapon")),
    ]


# By kind of gap, the ends that its link has: `a` (its source) and `b` (its target).
ENDS: Mapping[str, str] = {"carrier": "ab", "ship": "ab", "return": "a", "superior": "a", "maker": "b"}


def _build_checks(ontology: Ontology) -> dict[str, str]:
    """By kind of gap (a key of ENDS), the condition that the link is known, for the nodes `a` and `b`."""
    line, node = ontology.match_relationships, ontology.match_types
    carrier, calls, arrives = node("carrier"), line("departure", "arrival"), line("arrival")
    return {
        "carrier": _build_alternatives(
            f"(e:{node('event')})-[r:{line('receiver')}]->(b) WHERE e.kind IN $shipments AND {_STANDING}",
            f"(:{carrier})-[r:{arrives}]->(b) WHERE {_STANDING}",
            f"(:{carrier})-[r:{arrives}]->(:{node('place')})-[:{line('location')}]->{{1,3}}(b) WHERE {_STANDING}",
        ),
        "ship": _build_alternatives(
            f"(a)-[r:{line('carriage')}]->() WHERE {_STANDING}",
            f"(:{carrier})-[r:{line('participation')}]->(a) WHERE {_STANDING}",
            f"(a)-[:{calls}]->()<-[r:{calls}]-(:{carrier}) WHERE {_STANDING}",
        ),
        "return": _build_alternatives(
            f"(a)-[r:{line('provision', 'payment')}]->() WHERE {_STANDING}",
            f"(e:{node('event')})-[r:{line('sender')}]->(a) WHERE e.kind IN $payments AND {_STANDING}",
        ),
        "superior": _build_alternatives(
            f"(a)(()-[r:{line('superior')} WHERE {_STANDING}]->()){{1,6}}(o:Entity) WHERE NOT o:{node('plant')}"
        ),
        "maker": _build_alternatives(
            f"()-[r:{line('production')}]->(b) WHERE {_STANDING}",
            f"(b)-[r:{line('origin')}]->(:{node('organisation')}) WHERE {_STANDING}",
        ),
    }


def _build_alternatives(*patterns: str) -> str:
    return " OR ".join(f"EXISTS {{ {pattern} }}" for pattern in patterns)


def find_missing_links(store: Store, ontology: Ontology, possible: Iterable[MissingLink]) -> list[MissingLink]:
    """Those of these links that no claim gives, in their order; each kind is one question to the server.

    A kind that is not known, or an end that is not in the graph, is no gap.
    """
    candidates = list(dict.fromkeys(possible))
    left: set[MissingLink] = set()
    checks = _build_checks(ontology)
    for kind in {m.kind for m in candidates} & set(checks):
        ends = ENDS[kind]
        match = " ".join(f"MATCH ({end}:Entity {{id: row.{end}}})" for end in ends)
        pairs = [{"a": m.source, "b": m.target} for m in candidates if m.kind == kind]
        rows = store.read(
            f"UNWIND $rows AS row {match} WHERE NOT ({checks[kind]}) RETURN row.a AS a, row.b AS b",
            rows=pairs,
            shipments=list(ontology.list_kinds_by_role("shipment")),
            payments=list(ontology.list_kinds_by_role("payment")),
        )
        left |= {MissingLink(kind, row["a"], row["b"]) for row in rows}
    return [m for m in candidates if m in left]
