"""Chains read from the shipped data, the links they miss, and their layout in columns."""

from dataclasses import replace

import pytest

from explorer.canvas import actions
from explorer.canvas.rendered_view import compose
from explorer.layout import columns, force
from explorer.layout.geometry import build_boxes
from explorer.overlays import chain_overlay
from explorer.state.canvas import Canvas, Gap
from graph.database.store import Store, Transaction
from graph.errors import QueryError
from graph.model import Entity, Relationship, Subgraph
from graph.ontology import Ontology
from graph.reading import browse
from graph.reading import chains as read
from graph.reading.chains import MissingLink
from tests.support.overlaps import find_overlaps

PLANT, SEC = "kanggye-general-tractor-plant", "second-economic-commission"
LIMIT = 150


def node(ontology: Ontology, identity: str, type_: str, **properties: str) -> Entity:
    """An entity called by its id."""
    return Entity(identity, type_, ontology.types[type_].labels, identity, properties=properties)


def line(source: str, type_: str, target: str) -> Relationship:
    """A line that somebody asserts."""
    return Relationship(f"{source}|{type_}|{target}", type_, source, target, ("c",))


@pytest.mark.database
def test_the_chain_of_a_plant_holds_command_goods_customers_and_returns(store: Store, ontology: Ontology) -> None:
    chain = read.read(store, ontology, PLANT)
    assert chain.ids[0] == PLANT
    assert {
        SEC,
        "munitions-industry-department",
        "workers-party-of-korea",
        "artillery-shells",
        "iran",
        "russia",
        "shipments-since-2023-09",
        "front-companies-nk",
        "food",
        "second-economy",
    } <= set(chain.ids)
    missing = set(chain.missing)
    assert MissingLink("carrier", PLANT, "iran") in missing
    assert MissingLink("return", "iran") in missing
    assert MissingLink("ship", "shipments-since-2023-09", "russia") in missing
    assert not {m for m in missing if m.kind == "carrier" and m.target == "russia"}  # a shipment to Russia is known
    assert MissingLink("return", "russia") not in missing
    assert MissingLink("superior", PLANT) not in missing


@pytest.mark.database
@pytest.mark.parametrize(
    "start",
    [
        SEC,
        "russia",
        "iran",
        "north-korea",
        "artillery-shells",
        "second-economy",
        "lady-r",
        "komid",
        "kim-jong-un",
        "rajin-port",
        "shipments-rajin-vladivostok",
    ],
)
def test_a_chain_fits_a_picture_in_which_nothing_overlaps(store: Store, ontology: Ontology, start: str) -> None:
    canvas = actions.show_chain(store, ontology, start).canvas
    assert start in canvas.ids
    assert len(canvas.ids) <= LIMIT
    rendered = compose(ontology, canvas, browse.read_subgraph(store, canvas.ids))
    assert {e.id for e in rendered.drawn.entities} <= set(canvas.positions)
    assert find_overlaps(canvas.positions, build_boxes(rendered.drawn), [e.id for e in rendered.drawn.entities]) == []
    column = columns.assign_columns(rendered.drawn, ontology)
    heads = columns.build_headings(canvas.positions, rendered.drawn, ontology)
    assert [text for text, _ in heads.values()] == [
        c.caption for c in ontology.columns.values() if c.name in column.values()
    ]
    left = [
        min(canvas.positions[i][0] for i in column if column[i] == n) for n in ontology.columns if n in column.values()
    ]
    assert left == sorted(left)
    assert all(canvas.positions[i][1] > at[1] for _, at in heads.values() for i in column)
    assert Canvas.read(canvas.write()) == canvas


def test_the_most_a_chain_holds_is_a_picture() -> None:
    assert 1 + sum(read.MOST.values()) <= LIMIT


@pytest.mark.database
def test_a_state_that_receives_stands_right_and_one_that_sends_left(store: Store, ontology: Ontology) -> None:
    canvas = actions.show_chain(store, ontology, "russia").canvas
    column = columns.assign_columns(browse.read_subgraph(store, canvas.ids), ontology)
    assert column["north-korea"] == "command"
    assert column["russia"] == column["vladimir-putin"] == "receivers"
    assert column["germany"] == "makers"
    assert column["missile-electronic-components"] == "parts"
    assert column["lady-r"] == "transport"
    assert column["rajin-port"] == "ports"
    assert column["payment-in-kind"] == column["food"] == column["weapon-parts"] == "return"
    assert column["second-economy"] == "purpose"


@pytest.mark.database
def test_what_has_no_chain_says_so(store: Store, ontology: Ontology) -> None:
    with pytest.raises(chain_overlay.ChainNotFound, match="OFAC"):
        actions.show_chain(store, ontology, "regime-ofac")
    with pytest.raises(QueryError):
        actions.show_chain(store, ontology, "<img onerror>")


@pytest.mark.database
def test_a_gap_closes_when_a_claim_fills_it(empty_store: Store, ontology: Ontology) -> None:
    nodes = [
        ("plant", "Factory", ""),
        ("gun", "Weapon", ""),
        ("land", "State", ""),
        ("trip", "Event", "shipment"),
        ("boat", "Ship", ""),
        ("port", "Port", ""),
        ("office", "Commission", ""),
        ("group", "Factory", ""),
    ]
    for identity, type_, kind in nodes:
        labels = ":".join(ontology.types[type_].labels)
        empty_store.write(
            Transaction.run,
            f"CREATE (n:{labels} {{id: $id, name: $id, type: $type, kind: $kind}})",
            id=identity,
            type=type_,
            kind=kind or None,
        )

    def join(source: str, type_: str, target: str, stance: str = "asserted") -> set[tuple[str, str, str]]:
        text = (
            f"MATCH (a:Entity {{id: $a}}), (b:Entity {{id: $b}}) MERGE (a)-[r:{type_}]->(b) "
            "SET r = {id: $id, stance: $stance, grade: 'B2'}"
        )
        identity = f"{source}|{type_}|{target}"
        empty_store.write(Transaction.run, text, a=source, b=target, stance=stance, id=identity)
        missing = read.read(empty_store, ontology, "plant").missing
        return {(m.kind, m.source, m.target) for m in missing}

    assert join("plant", "EXPORTS_TO", "land") == {
        ("carrier", "plant", "land"),
        ("return", "land", ""),
        ("superior", "plant", ""),
    }
    canvas = actions.show_chain(empty_store, ontology, "plant").canvas
    assert len(canvas.gaps) == 3
    assert "3 links that no claim fills" in canvas.note
    assert ("superior", "group", "") in join("plant", "PART_OF", "group")  # a group of plants is no superior
    assert ("superior", "plant", "") not in join("group", "REPORTS_TO", "office")
    assert ("return", "land", "") in join("land", "PAYS", "plant", "denied")  # a denied line fills nothing
    assert ("return", "land", "") not in join("land", "PAYS", "plant")
    now = join("trip", "RECEIVED_BY", "land") | join("trip", "CARRIES", "gun") | join("plant", "PRODUCES", "gun")
    assert ("carrier", "plant", "land") not in now
    assert ("ship", "trip", "land") in join("trip", "DEPARTS_FROM", "port")
    assert join("boat", "DEPARTS_FROM", "port") == set()
    assert chain_overlay.drop_filled_gaps(empty_store, ontology, canvas).gaps == ()


def test_a_gap_stands_while_its_ends_are_drawn(ontology: Ontology) -> None:
    both = Subgraph((node(ontology, "p", "Factory"), node(ontology, "s", "State")), (line("p", "EXPORTS_TO", "s"),))
    carrier, back = (
        chain_overlay.build_gap(MissingLink("carrier", "p", "s")),
        chain_overlay.build_gap(MissingLink("return", "s")),
    )
    canvas = Canvas(ids=("p", "s"), gaps=(carrier, back), layout="chain")
    drawn = chain_overlay.add_gaps(both, canvas)
    assert [e.name for e in drawn.entities[2:]] == ["No carrier known", "Nothing known to come back"]
    assert [(r.source, r.target, r.type, r.claims) for r in drawn.relationships[1:]] == [
        ("p", carrier.id, "GAP", ()),
        (carrier.id, "s", "GAP", ()),
        ("s", back.id, "GAP", ()),
    ]
    column = columns.assign_columns(drawn, ontology)
    assert (column["p"], column[carrier.id], column["s"], column[back.id]) == (
        "makers",
        "transport",
        "receivers",
        "return",
    )
    assert chain_overlay.add_gaps(Subgraph(both.entities[:1]), canvas).entities == both.entities[:1]
    assert chain_overlay.add_gaps(both, canvas.without(["s"])).entities == both.entities
    assert len(chain_overlay.add_gaps(both, canvas.without([back.id])).entities) == 3
    assert len(chain_overlay.add_gaps(both, replace(canvas, hidden=(carrier.id,))).entities) == 3
    assert chain_overlay.add_gaps(both, Canvas(gaps=(Gap("gap|x||", "nothing"),))) == both


def test_gaps_are_told_from_claims_in_every_element(ontology: Ontology) -> None:
    gap = chain_overlay.build_gap(MissingLink("maker", "", "gun"))
    box = {"data": {"id": gap.id, "type": "Gap", "label": gap.text, "kind": "entity"}}
    edge = {"data": {"id": f"{gap.id}|GAP|gun", "type": "GAP", "label": "gap", "words": "gap", "kind": "relationship"}}
    other = {"data": {"id": "gun", "type": "Weapon", "label": "gun", "kind": "entity"}}
    chain_overlay.mark_elements([box, edge, other])
    assert (box["data"]["kind"], edge["data"]["kind"], other["data"]["kind"]) == ("gap", "gap", "entity")
    assert "who produces this weapon" in box["data"]["tip"]
    assert "not a claim" in box["data"]["tip"]
    assert box["data"]["tip"] == edge["data"]["tip"]
    assert edge["data"]["label"] == ""


def test_any_canvas_can_be_laid_out_as_a_chain(ontology: Ontology) -> None:
    assert force.arrange(Subgraph(), ontology, "chain") == {}
    one = Subgraph((node(ontology, "p", "Person"),))
    assert set(force.arrange(one, ontology, "chain")) == {"p"}
    assert set(columns.build_headings({"p": (0.0, 0.0)}, one, ontology)) == {"heading|0"}
    types = [t.name for t in ontology.list_concrete_types()]
    many = Subgraph(tuple(node(ontology, f"{'강' * (n % 30)} {n}", types[n % len(types)]) for n in range(1_000)))
    places = force.arrange(many, ontology, "chain")
    assert force.arrange(many, ontology, "chain") == places
    assert find_overlaps(places, build_boxes(many), [e.id for e in many.entities]) == []
    strange = Subgraph((Entity("x", "<img onerror>", ("Odd",), "<img onerror>"),))
    assert columns.assign_columns(strange, ontology) == {"x": "beside"}
    assert set(force.arrange(strange, ontology, "chain")) == {"x"}
