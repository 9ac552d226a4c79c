"""A database that is not ours: hostile property names and values, no names, several labels, loops, parallel lines."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from explorer.appearance import labels
from explorer.canvas import actions
from explorer.panels.page import foreign as panel
from explorer.state.canvas import Canvas
from graph.database import foreign, write
from graph.database.store import FOREIGN, Address, Store, Transaction
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.reading import browse, foreign_search, neighbours, search
from graph.server.local import Server
from tests.support.pages import (
    find_element_position,
    read_details,
    read_positions,
    serve_explorer,
    wait_until,
    wait_until_still,
    watch_page,
)
from tests.support.paths import find_shared

HOSTILE = "<img src=x onerror=\"document.title='broken'\">"
GRAPH = """
CREATE (todd:Person {id: '1', type: 'Crime', name: 'Todd', surname: 'Hamilton', nhs_no: '117-66-8129', search: 'x'}),
       (jack:Person:Suspect {id: '1', type: 'State', name: 'Jack', surname: 'Powell', aliases: 'Jacky'}),
       (theft:Crime {id: 7, type: 'Public order', date: '24/08/2017', charge: $hostile}),
       (bare:Crime), (nothing {note: 'without a label'}), (odd:`Célula 조직` {name: '강계', born: date('2017-08-24')}),
       (car:Vehicle {make: 'Toyota', model: 'Yaris', reg: 'RY52 APF', id: 'north-korea'}),
       (own:Entity {note: 'a label like ours, and no id'}),
       (todd)-[:KNOWS {id: 'a|KNOWS|b', stance: 'denied', grade: 'secret', speakers: 3}]->(jack),
       (todd)-[:KNOWS {id: 'a|KNOWS|b'}]->(jack), (jack)-[:KNOWS]->(todd), (todd)-[:`Self 'loop'` {id: 7}]->(todd),
       (todd)-[:PARTY_TO {id: 'same'}]->(theft), (jack)-[:PARTY_TO {id: 'same'}]->(theft),
       (jack)-[:DRIVES]->(car), (todd)-[:DRIVES]->(car), (bare)-[:NEAR]->(nothing), (todd)-[:NEAR]->(own),
       (odd)-[:NEAR]->(todd)
"""


@pytest.fixture(scope="module")
def other(spare_server: Server) -> Iterator[Store]:
    """A database that another program made; it has no index and no constraint of ours."""
    server = spare_server
    with Store(lambda: Address(server.uri, server.user, server.password, server.database)) as opened:
        emptied(opened)
        opened.write(Transaction.run, GRAPH, hostile=HOSTILE)
        yield opened
        emptied(opened)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time enough on a busy machine, but for the test that is about it."""
    monkeypatch.setattr(foreign_search, "PATIENCE", 60.0)


def emptied(store: Store) -> None:
    """Takes everything out of a database, its schema too."""
    write.wipe(store)
    for shown, kind in (("CONSTRAINTS", "CONSTRAINT"), ("INDEXES", "INDEX")):
        for row in store.read(f"SHOW {shown} YIELD name RETURN name"):
            store.write(Transaction.run, f"DROP {kind} `{row['name']}` IF EXISTS")


@pytest.mark.parametrize(
    ("properties", "labelled", "name"),
    [
        ({"name": "Todd", "surname": "Hamilton", "id": 3}, ["Person"], "Todd Hamilton"),
        ({"firstName": "Todd", "lastName": "Hamilton"}, ["Person"], "Todd Hamilton"),
        ({"title": "The Matrix", "tagline": "Welcome"}, ["Movie"], "The Matrix"),
        ({"company_name": "Acme", "type": "x"}, ["Company"], "Acme"),
        ({"make": "Toyota", "reg": "RY52 APF", "year": "2005"}, ["Vehicle"], "RY52 APF"),
        ({"id": "ab12", "type": "Public order", "date": "2017", "last_outcome": "none"}, ["Crime"], "Public order"),
        ({"id": "ab12", "name": 7}, ["Crime", "Alert"], "Alert 12"),
        ({"name": "  \n "}, [], "Node 12"),
        ({"이름": "강계"}, ["도시"], "강계"),
        ({"name": "x" * 500}, ["X"], "x" * 79 + "…"),
    ],
)
def test_a_node_goes_by_what_it_has(properties: dict[str, object], labelled: list[str], name: str) -> None:
    assert foreign.derive_name(properties, labelled, "12") == name


def test_labels_that_the_ontology_does_not_know_look_apart_and_always_alike(ontology: Ontology) -> None:
    seen = {
        json.dumps(labels.build_node_style(ontology, name))
        for name in ("Crime", "Vehicle", "Location", "PostCode", "<", "")
    }
    assert len(seen) == 6
    assert labels.build_node_style(ontology, "Factory") == {}
    assert labels.get_entity_type(ontology, "Crime") == labels.get_entity_type(ontology, "Crime")
    assert labels.get_entity_type(ontology, "Factory") is ontology.types["Factory"]


@pytest.mark.database
class TestForeign:
    """Reading what is not ours."""

    @staticmethod
    def one(store: Store, ontology: Ontology, text: str) -> Entity:
        return search.find_hits(store, ontology, text)[0].entity

    def test_search_finds_by_any_text_and_creates_nothing(self, other: Store, ontology: Ontology) -> None:
        before = other.read("SHOW INDEXES YIELD name RETURN name")
        hits = search.find_hits(other, ontology, "todd hamil")
        assert [(h.entity.type, h.entity.name) for h in hits] == [("Person", "Todd Hamilton")]
        assert hits[0].entity.id.startswith(FOREIGN)
        assert hits[0].entity.properties["type"] == "Crime"  # a property, not our type
        assert search.find_hits(other, ontology, "117-66")[0].matched == "nhs_no: 117-66-8129"
        assert self.one(other, ontology, "강계").type == "Célula 조직"
        assert {h.entity.type for h in search.find_hits(other, ontology, "crime:")} == {"Crime"}
        assert self.one(other, ontology, "person: powell").name == "Jack Powell"
        assert self.one(other, ontology, "without a label").name.startswith("without")
        assert search.find_hits(other, ontology, "nobody at all") == []
        assert other.read("SHOW INDEXES YIELD name RETURN name") == before

    def test_its_own_full_text_index_answers(self, other: Store, ontology: Ontology) -> None:
        other.write(Transaction.run, "CREATE FULLTEXT INDEX `cars ``x` FOR (n:Vehicle) ON EACH [n.make, n.reg]")
        other.read("CALL db.awaitIndexes(60)")
        other.facts.take(foreign_search.STATISTICS)  # asked anew
        try:
            assert self.one(other, ontology, "toyotta").name == "RY52 APF"  # a slip, which only the index forgives
            assert (
                self.one(other, ontology, "hamilton").name == "Todd Hamilton"
            )  # labels beside the index are searched too
        finally:
            other.write(Transaction.run, "DROP INDEX `cars ``x`")
            other.facts.take(foreign_search.STATISTICS)  # asked anew

    def test_it_says_what_it_had_no_time_for(
        self, other: Store, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(foreign_search, "PATIENCE", 0.0)
        result = search.find_entities(other, ontology, "todd")
        assert result.hits == ()
        assert "Gave up after 0 seconds; not searched to the end: " in result.note
        assert "Person (2)" in result.note

    def test_expanding_shows_every_line(self, other: Store, ontology: Ontology) -> None:
        todd = self.one(other, ontology, "todd")
        near = neighbours.select_neighbours(other, ontology, todd.id, rule="evidence", limit=40)
        assert len(near) == len(set(near)) == 5
        subgraph = browse.read_subgraph(other, [todd.id, *near])
        types = sorted(r.type for r in subgraph.relationships)
        assert types == [
            "DRIVES",
            "DRIVES",
            "KNOWS",
            "KNOWS",
            "KNOWS",
            "NEAR",
            "NEAR",
            "PARTY_TO",
            "PARTY_TO",
            "Self 'loop'",
        ]
        assert len({r.id for r in subgraph.relationships}) == 10
        assert all(r.id.startswith(FOREIGN) and not r.stance and not r.claims for r in subgraph.relationships)
        ends = {e.id for e in subgraph.entities}
        assert all({r.source, r.target} <= ends for r in subgraph.relationships)
        assert neighbours.count_neighbours(other, ontology, todd.id, [todd.id]).total == 5
        assert len(neighbours.select_neighbours(other, ontology, todd.id, rule="evidence", limit=3)) == 3

    def test_an_unknown_id_is_nothing(self, other: Store) -> None:
        ids = ["neo4j:", "neo4j:4:x:9", "neo4j:' OR 1=1", "1", "north-korea", "a|KNOWS|b", ""]
        assert browse.read_entities(other, ids) == []
        assert browse.read_subgraph(other, ids).entities == ()
        assert browse.read_relationship(other, "neo4j:x") is None
        assert browse.read_subgraph(other, [*ids, "neo4j:4:x:8"]).entities == ()

    def test_details_show_labels_and_properties_as_they_are(self, other: Store, ontology: Ontology) -> None:
        theft = self.one(other, ontology, "public order")
        text = str(panel.render_entity(ontology, theft))
        assert all(part in text for part in ("Crime", "24/08/2017", "carries no claims", "onerror"))
        line = browse.read_subgraph(other, [self.one(other, ontology, t).id for t in ("todd", "powell")]).relationships[
            0
        ]
        details = browse.read_relationship(other, line.id)
        assert details
        assert "Hamilton" in str(panel.render_relationship(*details))

    def test_the_opening_page_names_what_is_there(self, other: Store, ontology: Ontology) -> None:
        assert actions.show_opening_query(other, ontology).canvas == Canvas()
        assert foreign_search.read_statistics(other, ontology).sentence().startswith("8 nodes: Crime 2, Person 2, ")


@pytest.mark.browser
@pytest.mark.database
def test_search_expand_and_filter_over_a_foreign_database(page: Page, other: Store, ontology: Ontology) -> None:
    other.facts.take(foreign_search.STATISTICS)  # asked anew
    with serve_explorer(other, ontology) as address:
        strangers = watch_page(page, address)
        page.goto(address)
        page.get_by_text("This database was made by another program").wait_for()
        page.fill("#search", "todd")
        page.get_by_role("option", name="Todd Hamilton").click()
        read_details(page, "117-66-8129")
        todd = wait_until(page, "cy.nodes().length === 1 && cy.nodes()[0].id()")
        wait_until_still(page)
        page.mouse.dblclick(*find_element_position(page, todd))
        wait_until(page, "cy.nodes().length >= 6")
        wait_until_still(page)
        assert len(read_positions(page)) >= 6
        assert page.evaluate("cy.edges().length") >= 10
        legend = page.inner_text("#legend")
        assert "Crime" in legend
        assert "not denied" not in legend  # these lines carry no claims
        page.get_by_label("Show Crime", exact=True).uncheck()
        wait_until(page, "cy.nodes('[type = \"Crime\"]:visible').length === 0")
        assert page.evaluate("cy.nodes('[type = \"Vehicle\"]').style('background-image')") != page.evaluate(
            "cy.nodes('[type = \"Crime\"]').style('background-image')"
        )
        assert page.title() != "broken"
        assert strangers == []


@pytest.mark.database
def test_ours_and_foreign_in_one_database(other: Store, ontology: Ontology) -> None:
    def one(text: str) -> Entity:
        return search.find_hits(other, ontology, text)[0].entity

    write.ensure_schema(other, ontology)
    nodes = [Entity(i, "State", ontology.types["State"].labels, i.title()) for i in ("korea", "russia")]
    claim = Claim("c", "korea", "EXPORTS_TO", "asserted", "s", object="russia", asserted_by="korea")
    batch = write.Batch(
        sources=[write.build_source_row(Source("s", "Paper", "Title"), "mixed", "")],
        entities=[(e.labels, write.build_entity_row(e, "mixed", "", ())) for e in nodes],
        lines=[claim],
    )
    turn = write.WriteLease("mixed", "run")
    write.begin(other, turn)
    other.write(write.apply, ontology, batch, turn)
    link = "MATCH (k:Entity {id: 'korea'}), (t:Person {name: 'Todd'}) CREATE (k)-[:HOSTS]->(t)"
    other.write(Transaction.run, link)
    other.facts.take(foreign_search.STATISTICS)  # asked anew
    todd, korea = one("todd"), one("korea")
    assert (korea.id, todd.type) == ("korea", "Person")
    near = neighbours.select_neighbours(other, ontology, "korea", rule="connected", limit=40)
    assert {e.name for e in browse.read_entities(other, near)} == {"Russia", "Todd Hamilton"}  # and no claim
    assert "korea" in neighbours.select_neighbours(other, ontology, todd.id, rule="newest", limit=40)
    both = browse.read_subgraph(other, ["korea", todd.id, "russia"])
    stances = {"EXPORTS_TO": "asserted", "HOSTS": "", "Self 'loop'": ""}
    assert {r.type: r.stance for r in both.relationships} == stances
    assert [e.id for e in browse.read_entities(other, [todd.id, "korea"])] == ["korea", todd.id]


@pytest.mark.database
def test_real_data_of_others(other: Store, ontology: Ontology) -> None:
    """A published graph of people, objects, places and events: 20,000 of its nodes, with ids and types of their own."""
    folder = find_shared("data", "pole", "importer")
    emptied(other)
    other.write(Transaction.run, "CREATE INDEX loading FOR (n:Loading) ON (n.key)")
    for label in ("Person", "Location", "Phone", "Email", "Area", "Vehicle", "Object"):
        for rows in parts(folder / f"crime-investigation.nodes.{label}.csv"):
            other.write(
                Transaction.run,
                "UNWIND $rows AS row CREATE (n:Loading:$($label)) SET n = row.properties, n.key = row.key",
                label=label,
                rows=[{"key": row.pop(":ID"), "properties": row} for row in rows],
            )
    for kind in ("KNOWS", "FAMILY_REL", "CURRENT_ADDRESS", "HAS_PHONE", "HAS_EMAIL", "LOCATION_IN_AREA"):
        for rows in parts(folder / f"crime-investigation.relationships.{kind}.csv"):
            other.write(
                Transaction.run,
                "UNWIND $rows AS row MATCH (a:Loading {key: row[':START_ID']}) MATCH (b:Loading {key: row[':END_ID']}) "
                "CREATE (a)-[r:$($kind)]->(b)",
                kind=kind,
                rows=rows,
            )
    other.write(Transaction.run, "MATCH (n:Loading) REMOVE n:Loading, n.key")
    other.facts.take(foreign_search.STATISTICS)  # asked anew
    hits = search.find_hits(other, ontology, "todd hamil")
    assert [h.entity.name for h in hits] == ["Todd Hamilton"]
    assert search.find_hits(other, ontology, "area: wn3")[0].entity.name == "WN3"
    assert search.find_entities(other, ontology, "street", 12).capped
    near = neighbours.select_neighbours(other, ontology, hits[0].entity.id, rule="connected", limit=40)
    subgraph = browse.read_subgraph(other, [hits[0].entity.id, *near])
    assert {e.type for e in subgraph.entities} >= {"Person", "Location"}
    assert {r.type for r in subgraph.relationships} >= {"KNOWS", "CURRENT_ADDRESS"}


def parts(file: Path) -> Iterator[list[dict[str, str]]]:
    """The rows of a file, some thousands at a time, without what is empty."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [
            {k.partition(":")[0] or k: v for k, v in row.items() if v and k != ":LABEL"}
            for row in csv.DictReader(lines)
        ]
    yield from (rows[i : i + 5_000] for i in range(0, len(rows), 5_000))
