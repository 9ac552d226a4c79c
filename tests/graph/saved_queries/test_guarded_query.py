"""Running saved queries: parameters, rules of the files, bounds, and what may not run. The files: test_library.py."""

import pytest

from graph import dates
from graph.database import write
from graph.database.store import Address, Store, Transaction
from graph.errors import QueryError
from graph.ontology import Ontology
from graph.saved_queries import guarded_query, parameters, queryfile
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import load_shipped_queries
from graph.saved_queries.parameters import Parameter
from graph.saved_queries.queryfile import SavedQuery
from graph.server.local import Server
from graph.settings import Bounds


def run(store: Store, ontology: Ontology, name: str, **values: object) -> Answer:
    return guarded_query.run(store, ontology, load_shipped_queries()[name], values)


def edges(answer: Answer) -> set[tuple[str, str, str]]:
    return {(e.source, e.type, e.target) for e in answer.subgraph.relationships}


@pytest.mark.database
def test_an_entity_may_be_given_by_any_of_its_names(store: Store, ontology: Ontology) -> None:
    by_id = run(store, ontology, "reporting-chain", entity="second-economic-commission")
    for name in ("Second Economic Commission", "SECOND ECONOMIC COMMITTEE", "제2경제위원회"):
        assert edges(run(store, ontology, "reporting-chain", entity=name)) == edges(by_id)


@pytest.mark.database
def test_an_ambiguous_name_is_an_error_that_lists_the_candidates(store: Store, ontology: Ontology) -> None:
    with pytest.raises(QueryError, match="more than one entity") as error:
        run(store, ontology, "visits-and-meetings", entity="Maria")
    assert "maria-8517839" in str(error.value)
    assert "maria-9198783" in str(error.value)


@pytest.mark.database
@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"depth": "nine"}, "depth must be a whole number"),
        ({"depth": 9}, "depth must lie between 1 and 8"),
        ({"depht": 2}, "there is no parameter 'depht'; there are: entity, depth"),
        ({"entity": "Atlantis"}, "no entity has the id or name 'Atlantis'"),
        ({"entity": ""}, "a value is needed for entity"),
        ({"entity": "x' OR 1=1 //"}, "no entity has"),
    ],
)
def test_wrong_parameters_are_told(store: Store, ontology: Ontology, values: dict[str, object], rule: str) -> None:
    with pytest.raises(QueryError) as error:
        run(store, ontology, "reporting-chain", **values)
    assert rule in str(error.value)


HEAD = "// title: T\n// description: D\n// result: table\n"
DATES = HEAD + "// parameters:\n//   since: {type: date, optional: true}\n//   until: {type: date}\n"


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_date_comes_as_its_days_where_a_query_asks_for_them(quote: str) -> None:
    declared = queryfile.parse("q", f"{DATES}RETURN $since, $until [ {quote}last{quote} ]").parameters
    assert {p.name: p.days for p in declared.values()} == {"since": False, "until": True}
    days = {"first": "2024-02-21", "last": "2024-02-29"}
    bound = {"since": "2023", "until": "2024-02-late"}
    assert parameters.expand_dates(declared, bound) == {"since": "2023", "until": days}
    assert parameters.expand_dates(declared, {"since": None, "until": None}) == {"since": None, "until": None}
    assert bound["until"] == "2024-02-late"


@pytest.mark.database
@pytest.mark.parametrize(
    ("since", "until"), [("2023-11-mid", "2023-12-early"), ("2023-early", "2023-mid"), ("", "2023-06"), ("2024", "")]
)
def test_a_period_ends_with_the_last_day_of_its_date(store: Store, ontology: Ontology, since: str, until: str) -> None:
    table = run(store, ontology, "new-in-period", since=since, until=until).table
    reported = [dict(zip(table.columns, row, strict=True))["reported"] for row in table.rows]
    assert reported
    for text in reported:
        assert not until or dates.to_earliest_day(text) <= dates.to_latest_day(until)
        assert not since or dates.to_latest_day(text) >= dates.to_earliest_day(since)


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
def test_rows_are_capped_and_it_is_said(store: Store, ontology: Ontology) -> None:
    answer = guarded_query.run(store, ontology, saved("UNWIND range(1, 100) AS n RETURN n"), {}, bounds=Bounds(rows=10))
    assert len(answer.table.rows) == 10
    assert answer.table.truncated


@pytest.mark.database
def test_a_query_that_runs_too_long_is_ended(store: Store, ontology: Ontology) -> None:
    endless = saved("UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(a + b)")
    with pytest.raises(QueryError, match="ran longer than the 1 second it may"):
        guarded_query.run(store, ontology, endless, {}, bounds=Bounds(timeout=1))
    assert store.ping()


@pytest.mark.database
def test_a_database_that_was_never_loaded_says_what_to_do(spare_server: Server, ontology: Ontology) -> None:
    with Store(lambda: Address(spare_server.uri, "neo4j", spare_server.password)) as bare:
        write.wipe(bare)
        bare.write(Transaction.run, "DROP INDEX entity_search IF EXISTS")
        with pytest.raises(QueryError, match="the database is empty; load something first: armsgraph load articles"):
            run(bare, ontology, "reporting-chain")
