"""Saved queries: the files keep their rules, run on the shipped data, and answer as they say."""

import re
from pathlib import Path

import pytest

from graph import guard, library, parameters, queries, queryfile, write
from graph.errors import QueryError, QueryRefused
from graph.library import shipped
from graph.local import Server
from graph.ontology import Ontology
from graph.parameters import Parameter
from graph.queries import Answer
from graph.queryfile import SavedQuery
from graph.settings import Bounds
from graph.store import Address, Store, Transaction

NAMES = sorted(shipped())
ASKED = """
    reporting-chain production-chain export-chain ship-ownership component-origins designations conflicting-estimates
    payments
""".split()


def run(store: Store, known: Ontology, name: str, **given: object) -> Answer:
    return queries.run(store, known, shipped()[name], given)


def edges(answer: Answer) -> set[tuple[str, str, str]]:
    return {(e.source, e.type, e.target) for e in answer.subgraph.relationships}


def test_the_library_has_what_was_asked() -> None:
    assert set(ASKED) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_uses_the_ontologys_names_only(name: str, known: Ontology) -> None:
    labels, types, properties = known.names_in_cypher()
    body = re.sub(r"//[^\n]*|'[^']*'", "", shipped()[name].text)
    for group in re.findall(r"\[[^\]]*?:([A-Z_|]+)[^\]]*\]", body):
        assert set(group.split("|")) <= types
    for label in re.findall(r"\([\w ]*:(\w+)", body):
        assert label in labels
    variables = "claim|source|speaker|listed|authority|ship|alias|part|line|a|b|against|denial|subject|object"
    for prop in re.findall(rf"\b(?:{variables})\.(\w+)", body):
        assert prop in properties | {"claim"}, prop
    for key in re.findall(r"[{,]\s*(\w+):", body):
        assert key in properties | {"claim", "speaker", "source"}, key


@pytest.mark.database
@pytest.mark.parametrize("name", NAMES)
def test_a_file_runs_as_it_stands_and_answers_as_declared(name: str, store: Store, known: Ontology) -> None:
    answer = run(store, known, name)
    assert answer.table.rows
    assert not answer.table.truncated
    if answer.query.result == "graph":
        assert answer.subgraph.relationships
        ids = {e.id for e in answer.subgraph.entities}
        for edge in answer.subgraph.relationships:
            assert {edge.source, edge.target} <= ids
            assert edge.claims
        assert {c for e in answer.subgraph.relationships for c in e.claims} == {c.id for c in answer.subgraph.claims}
        assert {c.source for c in answer.subgraph.claims} == {s.id for s in answer.subgraph.sources}


@pytest.mark.database
def test_the_reporting_chain_climbs_from_a_factory_to_the_party(store: Store, known: Ontology) -> None:
    found = edges(run(store, known, "reporting-chain", entity="thaesong-machine-factory"))
    assert ("thaesong-machine-factory", "REPORTS_TO", "second-economic-commission") in found
    assert ("second-economic-commission", "REPORTS_TO", "munitions-industry-department") in found
    assert ("munitions-industry-department", "REPORTS_TO", "workers-party-of-korea") in found
    shallow = edges(run(store, known, "reporting-chain", entity="thaesong-machine-factory", depth=1))
    assert ("munitions-industry-department", "REPORTS_TO", "workers-party-of-korea") not in shallow


@pytest.mark.database
def test_the_export_line_to_russia_is_contested(store: Store, known: Ontology) -> None:
    answer = run(store, known, "export-chain")
    (line,) = [e for e in answer.subgraph.relationships if e.id == "north-korea|EXPORTS_TO|russia"]
    assert line.stance == "contested"
    deniers = {c.asserted_by for c in answer.subgraph.claims if c.id in line.claims and c.stance == "denied"}
    assert "nk-defence-ministry" in deniers
    found = edges(answer)
    assert ("shipments-rajin-vladivostok", "DEPARTS_FROM", "rajin-port") in found
    assert ("shipments-rajin-vladivostok", "ARRIVES_AT", "vladivostok") in found


@pytest.mark.database
def test_disagreeing_numbers_stand_side_by_side(store: Store, known: Ontology) -> None:
    answer = run(store, known, "conflicting-estimates", word="artillery shells delivered")
    rows = [dict(zip(answer.table.columns, row, strict=True)) for row in answer.table.rows]
    said = {(r["said by"], r["number"], r["at least"], r["at most"]) for r in rows}
    assert ("Ants Kiviselg", None, 300_000, 500_000) in said
    assert ("National Intelligence Service", 1_000_000, None, None) in said
    assert ("Vadym Skibitskyi", 1_500_000, None, None) in said
    assert any(r["number"] == 3_000_000 for r in rows)


@pytest.mark.database
def test_stated_absence_of_a_designation_is_told(store: Store, known: Ontology) -> None:
    answer = run(store, known, "designations")
    rows = [dict(zip(answer.table.columns, row, strict=True)) for row in answer.table.rows]
    for name in ("Pak Thae Song", "O Su Yong"):
        assert {r["status"] for r in rows if r["entity"] == name} == {"not listed"}


@pytest.mark.database
def test_an_entity_may_be_given_by_any_of_its_names(store: Store, known: Ontology) -> None:
    by_id = run(store, known, "reporting-chain", entity="second-economic-commission")
    for name in ("Second Economic Commission", "SECOND ECONOMIC COMMITTEE", "제2경제위원회"):
        assert edges(run(store, known, "reporting-chain", entity=name)) == edges(by_id)


@pytest.mark.database
def test_an_ambiguous_name_is_an_error_that_lists_the_candidates(store: Store, known: Ontology) -> None:
    with pytest.raises(QueryError, match="more than one entity") as error:
        run(store, known, "visits-and-meetings", entity="Maria")
    assert "maria-8517839" in str(error.value)
    assert "maria-9198783" in str(error.value)


@pytest.mark.database
@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"depth": "nine"}, "depth must be a whole number"),
        ({"depth": 9}, "depth must lie between 1 and 8"),
        ({"depht": 2}, "there is no parameter 'depht'; there are: entity, depth"),
        ({"entity": "Atlantis"}, "no entity has the id or name 'Atlantis'"),
        ({"entity": ""}, "a value is needed for entity"),
        ({"entity": "x' OR 1=1 //"}, "no entity has"),
    ],
)
def test_wrong_parameters_are_told(store: Store, known: Ontology, given: dict[str, object], rule: str) -> None:
    with pytest.raises(QueryError) as error:
        run(store, known, "reporting-chain", **given)
    assert rule in str(error.value)


HEAD = "// title: T\n// description: D\n// result: table\n"


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("Bad_Name", HEAD + "RETURN 1", "a name is words"),
        ("q", "RETURN 1", "must open with a header"),
        ("q", "// title: [\nRETURN 1", "not YAML"),
        ("q", HEAD + "// colour: red\nRETURN 1", "unknown key"),
        ("q", "// title: T\n// result: table\nRETURN 1", "title and description"),
        ("q", HEAD.replace("table", "pie") + "RETURN 1", "result must be one of"),
        ("q", HEAD, "no Cypher"),
        ("q", HEAD + "RETURN $x", "declared and used parameters differ: ['x']"),
        ("q", HEAD + "// parameters:\n//   x: {type: integer}\nRETURN 1", "differ: ['x']"),
        ("q", HEAD + "// parameters:\n//   x: {type: colour}\nRETURN $x", "needs a type among"),
        ("q", HEAD + "// parameters:\n//   x: {type: integer, default: 9, max: 8}\nRETURN $x", "must lie between"),
    ],
)
def test_a_faulty_file_is_told(name: str, text: str, rule: str) -> None:
    with pytest.raises(QueryError) as error:
        queryfile.parse(name, text)
    assert rule in str(error.value)


def test_choices_and_dates_are_checked() -> None:
    choice = Parameter("stance", "choice", choices=("asserted", "denied"))
    assert parameters.convert(choice, "denied") == "denied"
    with pytest.raises(QueryError, match="must be one of asserted, denied"):
        parameters.convert(choice, "maybe")
    with pytest.raises(QueryError, match="a date is YYYY"):
        parameters.convert(Parameter("day", "date"), "soon")


def saved(text: str) -> SavedQuery:
    return SavedQuery("test", "T", "D", "table", text)


@pytest.mark.database
def test_rows_are_capped_and_it_is_said(store: Store, known: Ontology) -> None:
    answer = queries.run(store, known, saved("UNWIND range(1, 100) AS n RETURN n"), {}, bounds=Bounds(rows=10))
    assert len(answer.table.rows) == 10
    assert answer.table.truncated


@pytest.mark.database
def test_a_query_that_runs_too_long_is_ended(store: Store, known: Ontology) -> None:
    endless = saved("UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(a + b)")
    with pytest.raises(QueryError, match="ran longer than it may"):
        queries.run(store, known, endless, {}, bounds=Bounds(timeout=1))
    assert store.ping()


REFUSED = {
    "CREATE (n:Entity {id: 'x'})": "only reading",
    "MATCH (n) DETACH DELETE n": "only reading",
    "MATCH (n) SET n.name = 'x' RETURN n": "only reading",
    "MERGE (n:Entity {id: 'x'}) RETURN n": "only reading",
    "UNWIND [1] AS x CALL (x) { CREATE (:Thing {x: x}) } IN TRANSACTIONS RETURN x": "only reading",
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line": "LoadCSV",
    "LOAD CSV FROM 'http://127.0.0.1:1/x' AS line RETURN line": "LoadCSV",
    "SHOW SETTINGS": "ShowSettings",
    "SHOW TRANSACTIONS": "ShowTransactions",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'": "TerminateTransactions",
    "SHOW USERS": "only reading",
    "CREATE USER eve SET PASSWORD 'password1'": "only reading",
    "CALL dbms.listConfig() YIELD name RETURN name": "only reading",
    "CALL db.createLabel('Evil')": "only reading",
    "CALL dbms.killConnections(['x'])": "",
    "RETURN `apoc`.`load`.`json`('x')": "backticks",
    "RETURN apoc.text.join(['a'], '')": "",
    "CREATE INDEX evil FOR (n:Entity) ON (n.evil)": "only reading",
}


@pytest.mark.database
@pytest.mark.parametrize("text", REFUSED)
def test_what_may_not_run_is_refused_with_its_rule(text: str, store: Store, known: Ontology) -> None:
    before = store.read("MATCH (n) RETURN count(n) AS n")
    with pytest.raises(QueryError) as error:
        queries.run(store, known, saved(text), {})
    if REFUSED[text]:
        assert isinstance(error.value, QueryRefused)
        assert REFUSED[text] in error.value.rule
    assert store.read("MATCH (n) RETURN count(n) AS n") == before


@pytest.mark.database
def test_reading_procedures_and_built_in_functions_may_run(store: Store) -> None:
    for text in (
        "CALL db.index.fulltext.queryNodes('entity_search', 'kanggye') YIELD node RETURN node.name",
        "RETURN date('2023-08-07').year AS year, datetime.truncate('year', datetime()) AS start",
        "MATCH p = shortestPath((:Factory {id: 'factory-26'})-[*..6]-(:Party)) RETURN p",
        "RETURN 'apoc.load.json(' AS harmless // CALL dbms.listConfig()",
    ):
        guard.check(store, text, {})


def test_the_library_is_read_from_the_folder_of_the_project() -> None:
    assert Path(library.SHIPPED).name == "cypher"


@pytest.mark.database
def test_a_database_that_was_never_loaded_says_what_to_do(spare_server: Server, known: Ontology) -> None:
    with Store(lambda: Address(spare_server.uri, "neo4j", spare_server.password)) as bare:
        write.wipe(bare)
        bare.write(Transaction.run, "DROP INDEX entity_search IF EXISTS")
        with pytest.raises(QueryError, match="the database is empty; load something first: armsgraph load articles"):
            run(bare, known, "reporting-chain")
