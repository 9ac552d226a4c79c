"""The chain of one entity: who commands, who makes what of what, who carries it to whom, and what comes back.

It is read step by step from the graph, each step along named types of relationships and cut at a stated number, so
that a chain is never larger than a picture. Lines that are denied or withdrawn are not followed. A link that a chain
of transfer must have and that no claim gives is `MissingLink`: a remark of ours about the data, never a claim.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from graph.database.store import Store
from graph.errors import QueryError
from graph.model import Entity
from graph.ontology import Ontology
from graph.reading import browse

SHIPMENTS = ("shipment", "transfer at sea")
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
    """A link that no claim gives: its `kind` (a key of CHECKS), and the entities it lies between ('' where open)."""

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
        names: str,
        *,
        against: bool = False,
        steps: int = 1,
        only: tuple[str, ...] = (),
        kinds: tuple[str, ...] = (),
    ) -> list[str]:
        """The entities that lines of the types `names` reach from `start`, the nearest and best evidenced first.

        `only` are the types that count (with subtypes), `kinds` the kinds of events. Returns all that are on the
        chain now; what is new beyond the number of the part is left out.
        """
        if not start:
            return []
        arrow = f"<-[r:{names} WHERE {_STANDING}]-" if against else f"-[r:{names} WHERE {_STANDING}]->"
        rows = self.store.read(
            f"UNWIND $ids AS id MATCH (x:Entity {{id: id}}) MATCH (x)((){arrow}(:Entity)){{1,{steps}}}(n) "
            "WHERE ($only IS NULL OR n.type IN $only) AND ($kinds IS NULL OR n.kind IN $kinds) "
            "WITH n, min(size(r)) AS steps, max(size(coalesce(r[-1].speakers, []))) AS speakers, "
            "min(coalesce(r[-1].grade, 'Z')) AS grade "
            "RETURN n.id AS id, n.type AS type ORDER BY steps, speakers DESC, grade, n.name, id LIMIT 1000",
            ids=list(start),
            only=self.ontology.list_subtypes(only) or None,
            kinds=list(kinds) or None,
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

    def list_by_type(self, *names: str) -> list[str]:
        """Those on the chain that are of these types or their subtypes."""
        wanted = set(self.ontology.list_subtypes(names))
        return [i for i, type_ in self.types.items() if type_ in wanted]


def read(store: Store, ontology: Ontology, start: str) -> Chain:
    """The chain of an entity. Raises QueryError for an entity that is not there (or not one of ours)."""
    found = browse.read_entities(store, [start])
    if not found or "Entity" not in found[0].labels:
        raise QueryError("A chain needs an entity of this graph that has claims.")
    entity, walk = found[0], _Traversal(store, ontology, {start: found[0].type})
    goods = _follow_production(walk, entity)
    customers = _follow_exports(walk, entity, goods)
    _follow_returns(walk, customers)
    ids = tuple(walk.types)
    gaps = find_missing_links(store, _list_expected_links(walk))
    return Chain(entity, ids, tuple(gaps[:MOST_GAPS]), walk.cut(), len(customers), max(0, len(gaps) - MOST_GAPS))


def _follow_production(walk: _Traversal, entity: Entity) -> list[str]:
    """Command and production: who stands above and below, what is made, of what and by whom. Returns the goods."""
    start, labels = [entity.id], entity.labels
    below, above = "plants and offices below", "offices above"
    makers: list[str] = []
    goods: list[str] = []
    if "State" in labels:
        makers = walk.step(below, start, "EXPORTS_TO", against=True, only=("Organization",))
        walk.step(above, start, "EXPORTS_TO", against=True, only=("State",))
        makers += walk.step(below, start, "ORDERED", only=("Organization",))
        goods = walk.step("goods", start, "PRODUCES|SELLS|USES", only=("Goods",))
    elif "Organization" in labels:
        makers = [
            *start,
            *walk.step(below, start, "REPORTS_TO|PART_OF", against=True, steps=STEPS_DOWN, only=("Organization",)),
        ]
        walk.step(above, start, "ORDERED", against=True)
    elif "Programme" in labels or "Person" in labels:
        against = "Programme" in labels
        makers = walk.step(
            above,
            start,
            "DIRECTS|FUNDS" if against else "HOLDS_POST_IN|MEMBER_OF|ACTS_FOR",
            against=against,
            only=("Organization",),
        )
    else:
        goods = walk.step("goods", start, "CARRIES", only=("Goods",))
        goods = [*start, *goods] if "Goods" in labels else goods
        walk.step("goods", goods, "COMPONENT_OF", steps=2)
        makers = walk.step(below, walk.list_by_type("Goods"), "PRODUCES|SELLS", against=True, only=("Organization",))
    walk.step(above, makers, "REPORTS_TO|PART_OF", steps=STEPS_UP, only=("Organization",))
    plants = set(walk.list_by_type("Facility")) - {entity.id}
    offices = [i for i in walk.list_by_type("Organization", "State") if i not in plants]
    walk.step("people in post", offices, "HOLDS_POST_IN", against=True)
    goods += walk.step("goods", makers, "PRODUCES|SELLS", only=("Goods",)) if "Goods" not in labels else []
    walk.step("goods", goods, "COMPONENT_OF", against=True, only=("Component",))
    walk.step("suppliers", makers, "SUPPLIES", against=True)
    walk.step("suppliers", walk.list_by_type("Component"), "ORIGINATES_IN", only=("Organization", "State"))
    return list(dict.fromkeys(goods))


def _follow_exports(walk: _Traversal, entity: Entity, goods: list[str]) -> list[str]:
    """Export: customers, shipments, carriers, ports, routes, and those in between. Returns the customers."""
    start = entity.id
    sold = walk.step("shipments", [start], "RECEIVED_BY|SENT_BY|CARRIED_BY", against=True, kinds=SHIPMENTS)
    sold += [start] if entity.properties.get("kind") in SHIPMENTS else []
    customers = walk.step("customers", [start], "EXPORTS_TO")
    if "State" in entity.labels and is_arms_recipient(walk.store, start):
        customers.append(start)
    else:
        customers += walk.step("customers", walk.list_by_type("Facility"), "EXPORTS_TO")
        sold += walk.step("shipments", goods, "CARRIES", against=True, kinds=SHIPMENTS)
        customers += walk.step("customers", sold, "RECEIVED_BY")
    shipments = list(dict.fromkeys(sold))
    walk.step("goods", shipments, "CARRIES")
    walk.step("offices above", shipments, "SENT_BY")
    if shipments or entity.type in walk.ontology.list_subtypes(("Ship", "Aircraft", "Port", "Company", "Goods")):
        _follow_transport(walk, shipments)
    brokers = "brokers and front companies"
    sellers = [i for i in dict.fromkeys((start, *walk.list_by_type("State", "Company"))) if i not in customers]
    walk.step(brokers, sellers, "FRONTS_FOR|ACTS_FOR", against=True)
    walk.step(brokers, walk.list_by_type("Weapon"), "SELLS", against=True)
    walk.step(brokers, walk.list_by_type("Ship", "Aircraft"), "OWNS|MANAGES", against=True, only=("Company", "Person"))
    walk.step("users", walk.list_by_type("Weapon"), "USED_IN", only=("Conflict",))
    return list(dict.fromkeys(customers))


def _follow_transport(walk: _Traversal, shipments: list[str]) -> None:
    """Ships, ports and routes of the shipments and goods on the chain."""
    part, vessels, calls = "ships and ports", ("Ship", "Aircraft"), "DEPARTS_FROM|ARRIVES_AT"
    walk.step(part, shipments, f"CARRIED_BY|{calls}", only=(*vessels, "Port", "Organization"))
    walk.step(part, shipments, "TOOK_PART_IN", against=True, only=vessels)
    walk.step(part, walk.list_by_type("Weapon"), "CARRIES", against=True, only=vessels)
    walk.step(part, walk.list_by_type("Port"), calls, against=True, only=vessels)
    walk.step(part, walk.list_by_type(*vessels), calls, only=("Port",))
    walk.step(
        "route points", walk.list_by_type("Facility", "Port"), "ROUTE_TO", steps=STEPS_ROUTE, only=("Port", "SeaArea")
    )


def is_arms_recipient(store: Store, state: str) -> bool:
    """Whether a claim that stands says that arms are exported or shipped to a state."""
    rows = store.read(
        f"RETURN EXISTS {{ (x:Entity)-[r:EXPORTS_TO|RECEIVED_BY]->(:Entity {{id: $id}}) WHERE {_STANDING} "
        "AND (type(r) = 'EXPORTS_TO' OR x.kind IN $kinds) } AS known",
        id=state,
        kinds=list(SHIPMENTS),
    )
    return bool(rows[0]["known"])


def _follow_returns(walk: _Traversal, customers: list[str]) -> None:
    """What the customers give for it, and what that pays for."""
    walk.step("returns", customers, "PROVIDES")
    payments = walk.step("returns", customers, "SENT_BY", against=True, kinds=("payment",))
    walk.step("returns", payments, "CARRIES|RECEIVED_BY")
    goods = walk.list_by_type("Commodity")
    walk.step("programmes paid for", [*payments, *goods], "FUNDS", only=("Programme",))


def _list_expected_links(walk: _Traversal) -> list[MissingLink]:
    """The links that this chain must have, in the order in which gaps are shown."""
    ids = list(walk.types)
    rows = walk.store.read(
        "MATCH (x:Entity)-[r:EXPORTS_TO|RECEIVED_BY]->(n:Entity) WHERE x.id IN $ids AND n.id IN $ids "
        f"AND {_STANDING} AND (x.kind IS NULL OR x.kind IN $kinds) "
        "RETURN x.id AS x, n.id AS n, type(r) AS type ORDER BY size(coalesce(r.speakers, [])) DESC, x.id",
        ids=ids,
        kinds=list(SHIPMENTS),
    )
    transfers = [MissingLink("carrier" if row["type"] == "EXPORTS_TO" else "ship", row["x"], row["n"]) for row in rows]
    receivers = dict.fromkeys(row["n"] for row in rows)
    return [
        *transfers,
        *(MissingLink("return", receiver) for receiver in receivers),
        *(MissingLink("superior", plant) for plant in walk.list_by_type("Facility")),
        *(MissingLink("maker", "", weapon) for weapon in walk.list_by_type("Weapon")),
    ]


_VESSEL = "(v:Ship OR v:Aircraft)"
# By kind of gap, whether the link is known, for `a` (its source) and `b` (its target).
CHECKS: Mapping[str, str] = {
    "carrier": "EXISTS { (e:Event)-[r:RECEIVED_BY]->(b) WHERE e.kind IN $kinds AND " + _STANDING + " } "
    "OR EXISTS { (v)-[r:ARRIVES_AT]->(b) WHERE " + f"{_VESSEL} AND {_STANDING}" + " } "
    "OR EXISTS { (v)-[r:ARRIVES_AT]->(:Place)-[:LOCATED_IN]->{1,3}(b) WHERE " + f"{_VESSEL} AND {_STANDING}" + " }",
    "ship": "EXISTS { (a)-[r:CARRIED_BY]->() WHERE " + _STANDING + " } "
    "OR EXISTS { (v)-[r:TOOK_PART_IN]->(a) WHERE " + f"{_VESSEL} AND {_STANDING}" + " } "
    "OR EXISTS { (a)-[:DEPARTS_FROM|ARRIVES_AT]->()<-[r:DEPARTS_FROM|ARRIVES_AT]-(v) WHERE "
    + f"{_VESSEL} AND {_STANDING}"
    + " }",
    "return": "EXISTS { (a)-[r:PROVIDES|PAYS]->() WHERE " + _STANDING + " } "
    "OR EXISTS { (e:Event {kind: 'payment'})-[r:SENT_BY]->(a) WHERE " + _STANDING + " }",
    "superior": "EXISTS { (a)(()-[r:REPORTS_TO|PART_OF WHERE " + _STANDING + "]->()){1,6}(o:Entity) "
    "WHERE NOT o:Facility }",
    "maker": "EXISTS { ()-[r:PRODUCES]->(b) WHERE " + _STANDING + " } "
    "OR EXISTS { (b)-[r:ORIGINATES_IN]->(:Organization) WHERE " + _STANDING + " }",
}
_ENDS = {"carrier": "ab", "ship": "ab", "return": "a", "superior": "a", "maker": "b"}


def find_missing_links(store: Store, possible: Iterable[MissingLink]) -> list[MissingLink]:
    """Those of these links that no claim gives, in their order; each kind is one question to the server.

    A kind that is not known, or an end that is not in the graph, is no gap.
    """
    asked = list(dict.fromkeys(possible))
    left: set[MissingLink] = set()
    for kind in {m.kind for m in asked} & set(CHECKS):
        ends = _ENDS[kind]
        match = " ".join(f"MATCH ({end}:Entity {{id: row.{end}}})" for end in ends)
        pairs = [{"a": m.source, "b": m.target} for m in asked if m.kind == kind]
        rows = store.read(
            f"UNWIND $rows AS row {match} WHERE NOT ({CHECKS[kind]}) RETURN row.a AS a, row.b AS b",
            rows=pairs,
            kinds=list(SHIPMENTS),
        )
        left |= {MissingLink(kind, row["a"], row["b"]) for row in rows}
    return [m for m in asked if m in left]
