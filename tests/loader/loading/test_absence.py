"""Absence from a list, from any file to the graph: kept as a claim, never a line; and what loaded lists add to it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from graph import listings
from graph.database.store import Store
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.reading import browse
from graph.reading.listings import read_listings
from loader.records import Feed, Item
from loader.sources import table
from loader.sources.exchange import exchange
from tests.loader.loading.test_load import check_invariant
from tests.loader.loading.test_updates import NOWHERE, OFFICE, company, edition, listed
from tests.support.reading import load_feed

pytestmark = pytest.mark.database
DENIED = {
    "format": "armsgraph/1",
    "entities": [
        {"id": i, "type": t, "labels": ["Entity"], "name": n, "aliases": [], "properties": {}}
        for i, t, n in (
            ("plant", "Factory", "Example Plant"),
            ("institute", "Organization", "Institute"),
            ("other-regime", "Regime", "Other list"),
        )
    ],
    "relationships": [],
    "claims": [
        {
            "id": f"c{n}",
            "subject": "plant",
            "predicate": "DESIGNATED_BY",
            "object": "other-regime",
            "stance": stance,
            "asserted_by": "institute",
            "source": "s",
            "detail": detail,
            "reported_on": "2024-05",
            "summary": "What is said of the list.",
        }
        for n, (stance, detail) in enumerate((("denied", "off the list"), ("denied", "not found")))
    ],
    "sources": [{"id": "s", "publisher": "Institute", "title": "Report", "date": "2024-05"}],
}


def test_a_file_of_the_former_version_that_denies_listings_draws_no_line(
    empty_store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    file = tmp_path / "former.json"
    file.write_text(json.dumps(DENIED), encoding="utf-8")
    load_feed(empty_store, ontology, exchange.read(file))
    whole = browse.read_whole_graph(empty_store)
    assert [(c.id, c.stance) for c in whole.claims] == [("c0", "not listed"), ("c1", "not found")]
    assert whole.relationships == ()
    # A listing beside them is a line, which the statement contradicts and the search does not.
    asserted = {**DENIED["claims"][0], "id": "c2", "stance": "asserted", "detail": "", "valid_from": "2023"}
    file.write_text(json.dumps({**DENIED, "claims": [*DENIED["claims"], asserted]}), encoding="utf-8")
    load_feed(empty_store, ontology, exchange.read(file))
    (line,) = browse.read_whole_graph(empty_store).relationships
    assert (line.stance, line.claims) == ("contested", ("c0", "c2"))
    check_invariant(empty_store, ontology)
    # Once it is taken back, there is no line again.
    file.write_text(json.dumps(DENIED), encoding="utf-8")
    load_feed(empty_store, ontology, exchange.read(file))
    assert browse.read_whole_graph(empty_store).relationships == ()


def test_a_line_that_the_former_version_denied_goes_with_the_next_load(
    empty_store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    file = tmp_path / "former.json"
    file.write_text(json.dumps(DENIED), encoding="utf-8")
    load_feed(empty_store, ontology, exchange.read(file))
    empty_store.write(
        lambda tx: tx.run(
            "MATCH (c:Claim) SET c.stance = 'denied', c.digest = 'former' WITH DISTINCT c.subject AS s, c.object AS o "
            "MATCH (a:Entity {id: s}), (b:Entity {id: o}) CREATE (a)-[r:DESIGNATED_BY {id: "
            "s + '|DESIGNATED_BY|' + o, stance: 'denied', claims: ['c0', 'c1']}]->(b) RETURN r"
        )
    )
    (tmp_path / "other.json").write_text(json.dumps({**DENIED, "claims": []}), encoding="utf-8")
    load_feed(empty_store, ontology, exchange.read(tmp_path / "other.json"))  # any load will do
    whole = browse.read_whole_graph(empty_store)
    assert {c.stance for c in whole.claims} == {"not listed", "not found"}
    assert whole.relationships == ()


def test_a_table_can_say_it(empty_store: Store, ontology: Ontology, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(
        "Name,List,Result,Looked\nAlpha Trading,OFAC,hit,2024-05\nBeta Trading,OFAC,no hit,2024-05\n", encoding="utf-8"
    )
    (tmp_path / "t.yaml").write_text(
        "dataset: screening\npublisher: Desk\ntitle: Screening\n"
        "entities:\n  firm: {type: Company, name: Name}\n  list: {type: Regime, name: List}\n"
        "relationships:\n  - {type: DESIGNATED_BY, from: firm, to: list, reported_on: Looked, "
        "detail: {constant: edition of May 2024}, "
        "stance: {column: Result, values: {hit: asserted, no hit: not found}}}\n",
        encoding="utf-8",
    )
    load_feed(empty_store, ontology, table.read(tmp_path / "t.csv", tmp_path / "t.yaml"))
    whole = browse.read_whole_graph(empty_store)
    assert [r.stance for r in whole.relationships] == ["asserted"]
    (missed,) = (c for c in whole.claims if c.stance == "not found")
    assert missed.summary == "Beta Trading was not found on the list of OFAC (edition of May 2024)."


def test_a_loaded_list_is_a_searched_edition(empty_store: Store, ontology: Ontology) -> None:
    firms = {"p1": "Blue Mountain Shipping", "p2": "Example Traiding 1", "p3": "Example Trading 2"}
    own = [
        Source("paper", "Paper", "Article", "2023"),
        Entity("desk", "Organization", ("Entity", "Organization"), "Desk"),
    ]
    own += [Entity(i, "Company", ("Entity", "Organization", "Company"), name) for i, name in firms.items()]
    load_feed(empty_store, ontology, Feed("paper", "x", [Item(r, NOWHERE) for r in own]))
    before = read_listings(empty_store, ontology, firms)
    assert (before.cells, before.get("p1", "regime-ofac").state) == ({}, listings.UNCHECKED)

    first = edition(
        "2021-07", [company(1), company(2), company(3), listed(1), listed(2), Item(listed(3), NOWHERE, False)]
    )
    load_feed(empty_store, ontology, first)
    two = Claim("x", "p2", "SAME_AS", "denied", "paper", object="list-1", asserted_by="desk", summary="They are two.")
    load_feed(empty_store, ontology, Feed("judged", "x", [Item(two, NOWHERE)]))
    listing_table = read_listings(empty_store, ontology, [*firms, "list-1", "desk"])
    cells = {i: listing_table.get(i, "regime-ofac") for i in (*firms, "list-1", "desk")}
    assert cells["p1"].state == listings.MISSED
    assert cells["p1"].edition == "A list, 2021-07, in part"  # one of it was not selected
    assert cells["p1"].claims == ()
    # Judged to be another one, it is a near miss; of one name and not judged, it may be the same.
    assert cells["p2"].state == listings.MISSED
    assert [(n.entity, n.verdict) for n in cells["p2"].near][:1] == [("list-1", "not the same")]
    assert cells["p2"].near[0].score > listings.ALIKE
    assert (cells["p3"].state, cells["p3"].near[0].entity, cells["p3"].near[0].score) == (listings.MAYBE, "list-2", 1.0)
    assert (cells["list-1"].state, cells["list-1"].programme) == (listings.LISTED, "DPRK")
    # The whole of a later edition: what it no longer has has ended.
    load_feed(empty_store, ontology, edition("2022-01", [company(1), company(2), listed(1)]), force=True)
    listing_table = read_listings(empty_store, ontology, [*firms, "list-2"])
    assert listing_table.get("p1", "regime-ofac").edition == "A list, 2022-01"
    ended = listing_table.get("list-2", "regime-ofac")
    assert (ended.state, ended.until) == (listings.ENDED, "2022-01")


def test_ended_never_lies_in_the_future(ontology: Ontology) -> None:
    claim = replace(listed(1), valid_from="2020", valid_to="2099")
    source = {"list-source": Source("list-source", "An office", "A list", "2021", kind="list")}
    (one,) = listings.build_listings(ontology, [claim], source, {}).values()
    assert (one.state, one.since, one.until, one.edition) == (listings.LISTED, "2020", "", "2021")
    assert OFFICE.asserted_by == one.authority
