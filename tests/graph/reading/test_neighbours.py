"""Expanding on a real Neo4j: counts before it, three stated rules, the next ones each time, nothing is lost."""

import pytest

from explorer.canvas import expansion, rendered_view
from explorer.state.canvas import Canvas, CanvasFull
from graph.database import write
from graph.database.store import Store
from graph.errors import QueryError
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.reading import browse, neighbours
from graph.reading.neighbours import NeighbourFilter

pytestmark = pytest.mark.database
SEC = "second-economic-commission"


def everyone(store: Store, entity: str) -> set[str]:
    """The neighbours, read in another way."""
    rows = store.read("MATCH (:Entity {id: $id})--(b:Entity) WHERE b.id <> $id RETURN DISTINCT b.id AS id", id=entity)
    return {row["id"] for row in rows}


def fleet(store: Store, ontology: Ontology, count: int) -> None:
    """An owner of `count` ships, better known the lower their number; two flags; one ownership is denied."""
    labels = ontology.types
    entities = [Entity("owner", "Company", labels["Company"].labels, "<img src=x onerror=alert(1)> 강계 Shipping")]
    entities += [Entity(f"ship{n:04}", "Ship", labels["Ship"].labels, f"Ship {n % 7}") for n in range(count)]
    entities += [Entity(i, "State", labels["State"].labels, f"Flag {i}") for i in ("one", "two")]
    sources = [Source(f"s{n}", "Paper", "Title", "2024") for n in range(3)]
    claims = [
        Claim(
            f"c{n:04}-{k}",
            "owner",
            "OWNS",
            "denied" if n == 1 else "asserted",
            f"s{k}",
            f"ship{n:04}",
            asserted_by=("one", "two")[k],
            reliability="B" if n % 2 else "A",
            credibility="2",
            reported_on=f"20{10 + n % 14}-0{1 + n % 9}",
        )
        for n in range(count)
        for k in range(2 if n < 3 else 1)
    ]
    claims += [
        Claim(f"f{n}-{i}", f"ship{n:04}", "FLAGGED_IN", "asserted", "s0", i, asserted_by="one")
        for n in (5, 6)
        for i in ("one", "two")
    ]
    batch = write.Batch(
        sources=[write.build_source_row(s, "t", "") for s in sources],
        entities=[(e.labels, write.build_entity_row(e, "t", "", ())) for e in entities],
        claims=claims,
    )
    turn = write.WriteLease("t", "r")
    write.begin(store, turn)
    store.write(write.apply, ontology, batch, turn)


def test_counts_before_expanding_agree_with_the_graph(store: Store, ontology: Ontology) -> None:
    near = everyone(store, SEC)
    held = sorted(near)[:5]
    tally = neighbours.count_neighbours(store, ontology, SEC, [SEC, *held, "kanggye"])
    assert (tally.total, tally.shown) == (len(near), len(set(held) | ({"kanggye"} & near)))
    for row in tally.rows:
        selected = neighbours.select_neighbours(
            store,
            ontology,
            SEC,
            rule="evidence",
            limit=500,
            choice=NeighbourFilter(row.relationship, row.outward, row.type),
        )
        assert (len(selected), len(set(selected))) == (row.total, row.total)
        assert {e.type for e in browse.read_entities(store, selected)} == {row.type}
        assert row.shown == len(set(selected) & set(held))
    assert neighbours.count_neighbours(store, ontology, "nobody", []).total == 0
    denied = neighbours.count_neighbours(store, ontology, "north-korea", [])
    lines = browse.read_subgraph(store, ["north-korea", *everyone(store, "north-korea")]).relationships
    own = [r for r in lines if "north-korea" in (r.source, r.target) and r.source != r.target]
    for stance in ("contested", "denied"):
        assert sum(getattr(row, stance) for row in denied.rows) == sum(r.stance == stance for r in own)


@pytest.mark.parametrize("rule", neighbours.RULES)
def test_each_rule_brings_all_once_in_one_order(store: Store, ontology: Ontology, rule: str) -> None:
    near = everyone(store, "north-korea")
    whole = neighbours.select_neighbours(store, ontology, "north-korea", rule=rule, limit=1_000)
    assert (set(whole), len(whole)) == (near, len(near))
    held: list[str] = []
    while more := neighbours.select_neighbours(store, ontology, "north-korea", rule=rule, limit=17, held=held):
        held += more
    assert held == whole


def test_every_line_between_two_shown_is_shown(store: Store, ontology: Ontology) -> None:
    canvas = expansion.expand_entity(store, ontology, Canvas((SEC,), {SEC: (0.0, 0.0)}), SEC, count=9).canvas
    canvas = expansion.expand_entity(store, ontology, canvas, canvas.ids[3], count=12).canvas
    shown = {r.id for r in rendered_view.read(store, ontology, canvas).drawn.relationships}
    rows = store.read(
        "MATCH (a:Entity)-[r]->(b:Entity) WHERE a.id IN $ids AND b.id IN $ids RETURN r.id AS id", ids=list(canvas.ids)
    )
    assert shown == {row["id"] for row in rows}
    assert set(canvas.ids) <= set(canvas.positions)


def test_the_rules_mean_what_they_say(empty_store: Store, ontology: Ontology) -> None:
    store = empty_store
    fleet(store, ontology, 60)

    def first(rule: str, limit: int = 4, **fields: str) -> list[str]:
        return neighbours.select_neighbours(
            store, ontology, "owner", rule=rule, limit=limit, choice=NeighbourFilter(**fields)
        )

    # Two speakers for the first three, the better grades first; then one speaker, grade A, by name and id.
    assert first("evidence") == ["ship0000", "ship0002", "ship0001", "ship0014"]
    assert first("newest", 2) == ["ship0041", "ship0013"]
    assert first("connected", 2) == ["ship0005", "ship0006"]
    tally = neighbours.count_neighbours(store, ontology, "owner", ["ship0001"])
    assert [(r.relationship, r.outward, r.type, r.total, r.shown, r.denied) for r in tally.rows] == [
        ("OWNS", True, "Ship", 60, 1, 1)
    ]
    start = Canvas(("owner",), {"owner": (0.0, 0.0)})
    canvas = expansion.expand_entity(store, ontology, start, "owner", count=40).canvas
    assert canvas.note == (
        "Showing 40 of 60 neighbours of <img src=x onerror=alert(1)> 강계 Shipping, best evidenced first: most "
        "speakers, then best grade, then name. Ask again for more."
    )
    more = expansion.expand_entity(store, ontology, canvas, "owner", count=40).canvas
    assert more.note.startswith("All 60 neighbours")
    assert {i: more.positions[i] for i in canvas.ids} == {i: canvas.positions[i] for i in canvas.ids}
    for bad in ({"rule": "luck"}, {"count": 0}, {"count": 201}):
        with pytest.raises(QueryError):
            expansion.expand_entity(store, ontology, start, "owner", **bad)
    with pytest.raises(CanvasFull):
        expansion.expand_entity(store, ontology, Canvas(("owner", *(f"x{n}" for n in range(990)))), "owner", count=40)
    assert expansion.count_free_places(Canvas(tuple(f"x{n}" for n in range(990))), 40) == 10

    # Stacking, a member that leaves by itself, opening, collapsing: nothing is lost.
    stacked = expansion.stack_leaves(store, ontology, more).canvas
    drawn = rendered_view.read(store, ontology, stacked).drawn
    assert [e.name for e in drawn.entities if e.id.startswith("stack:")] == ["60 ships"]
    assert next(r.stance for r in drawn.relationships) == "contested"
    grown = expansion.expand_entity(store, ontology, stacked, "ship0005")
    left = rendered_view.read(store, ontology, grown.canvas).drawn
    assert left == grown.drawn
    assert {"ship0005", "one", "two"} <= {e.id for e in left.entities}
    assert "58 ships" in {e.name for e in left.entities}
    assert expansion.resolve_drawn_ids(grown, ["stack:owner|OWNS|out|Ship", "one"])[-1] == "one"
    opened = expansion.open_stacks(store, ontology, grown.canvas, ["stack:owner|OWNS|out|Ship"])
    assert opened is not None
    assert len(rendered_view.read(store, ontology, opened.canvas).drawn.entities) == 63
    start = Canvas(opened.canvas.ids, opened.canvas.positions, pinned=("ship0010",))
    collapsed = expansion.collapse_entity(store, ontology, start, "owner")
    assert collapsed is not None
    held = collapsed.canvas
    assert set(held.ids) == {"owner", "ship0005", "ship0006", "ship0010", "one", "two"}
    assert "Removed" in held.note
    assert "1 that is pinned" in held.note
