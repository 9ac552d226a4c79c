"""A query that speaks of what the database does not hold is flagged, and no honest one is."""

import pytest

from graph.database.store import Store, Transaction
from graph.ontology import Ontology
from graph.saved_queries import schema_check
from graph.saved_queries.library import load_shipped_queries
from graph.saved_queries.queryfile import SavedQuery
from graph.saved_queries.schema_check import find_missing_names, read_database_names
from tests.support.timing import limit_time

pytestmark = pytest.mark.database


def saved(text: str) -> SavedQuery:
    return SavedQuery("q", "T", "D", "table", text)


def list_sentences(store: Store, ontology: Ontology, text: str) -> list[str]:
    """The sentences about a text, which are the same whether the quick look or the thorough one finds them."""
    quick, thorough = (find_missing_names(store, ontology, saved(text), thorough=t) for t in (False, True))
    assert quick == thorough
    return [str(one) for one in quick]


def test_wrong_names_are_told_with_their_line_and_the_nearest_right_one(store: Store, ontology: Ontology) -> None:
    text = (
        "// title: T\nMATCH (n:Factroy|Ship)-[r:REPORTS_TOO|SUPPLIES]->(m:Entity&!(Shipp|Zzz))\n"
        "WHERE m.nmae = $x AND n:`We``ird` AND m.name <> ':Factrory' // :Factrory\n"
        "RETURN n{.colour9}, m['nosuch'] LIMIT $missing"
    )
    assert list_sentences(store, ontology, text) == [
        "line 2: no node has the label Factroy; did you mean Factory?",
        "line 2: no node has the label Shipp; did you mean Ship?",
        "line 2: no node has the label Zzz",
        "line 2: no relationship has the type REPORTS_TOO; did you mean REPORTS_TO?",
        "line 3: no node has the label We`ird",
        "line 3: nothing has the property nmae; did you mean name?",
        "line 4: nothing has the property colour9",
        "line 4: nothing has the property nosuch",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "RETURN {Factroy: 1}.Factroy AS x, [1, 2][0], date().year",
        "UNWIND [{colour9: 1}] AS row WITH row.colour9 AS z, row RETURN z, {a: row, b: $x}",
        "MATCH (n:Factory) WITH n, {claim: n, speaker: n} AS one RETURN one.claim.name, one.speaker",
        "MATCH (n:Factory)-->(m) WHERE EXISTS { (m)-[:SUPPLIES]-(:Entity) } RETURN [x IN [m] WHERE x:Entity | x]",
        "MATCH (n:Factory) RETURN CASE WHEN n:Entity THEN 'a: b' ELSE \"c:D\" END, n{.name, made: 1}, $p.q",
        "MATCH (n:$($label)) WHERE n IS :: NODE RETURN n LIMIT $most",
        "MATCH (a)-[r]->(b) WHERE r:SUPPLIES RETURN count { (a)--(b) } AS times",
    ],
)
def test_honest_queries_are_not_flagged(text: str, store: Store, ontology: Ontology) -> None:
    assert list_sentences(store, ontology, text) == []


def test_the_shipped_queries_are_flagged_for_nothing_and_asked_about_quickly(store: Store, ontology: Ontology) -> None:
    held = read_database_names(store, ontology)
    for query in load_shipped_queries().values():
        assert [str(one) for one in find_missing_names(store, ontology, query, held) if not one.mild] == [], query.name
    with limit_time(0.1):  # all answers are remembered: what is left is one look at what is held
        now = read_database_names(store, ontology)
        for query in load_shipped_queries().values():
            find_missing_names(store, ontology, query, now)


def test_what_does_not_compile_is_told_by_the_thorough_look(store: Store, ontology: Ontology) -> None:
    (one,) = find_missing_names(store, ontology, saved("// title: T\nMATCH (n RETURN n"), thorough=True)
    assert (one.kind, one.line, one.mild) == ("query", 2, False)
    assert one.text.startswith("line 2: it does not run here: Invalid input 'RETURN'")


def test_what_the_last_node_took_with_it_is_told_though_the_server_keeps_the_name(
    empty_store: Store, ontology: Ontology
) -> None:
    empty_store.write(Transaction.run, "CREATE (:Gone {tint: 1})-[:WENT {pace: 1}]->(:Left {name: 'x'})")
    text = "MATCH (a:Gone {tint: 1})-[r:WENT]->(b:Left) WHERE a:Gone RETURN a.tint, r.pace, b.name"
    assert list_sentences(empty_store, ontology, text) == []
    empty_store.write(Transaction.run, "MATCH (n:Gone) DETACH DELETE n")
    assert not empty_store.explain(text, {}).notices  # the server itself remarks on nothing
    assert list_sentences(empty_store, ontology, text) == [
        "line 1: no node has the label Gone",
        "line 1: nothing has the property pace",
        "line 1: nothing has the property tint",
        "line 1: no relationship has the type WENT",
    ]
    empty_store.write(Transaction.run, "CREATE (:Gone {tint: 1})-[:WENT {pace: 1}]->(:Left {name: 'x'})")
    assert list_sentences(empty_store, ontology, text) == []


def test_what_the_ontology_knows_is_told_mildly(empty_store: Store, ontology: Ontology) -> None:
    text = "MATCH (s:Ship)-[:REPORTS_TO]->(p:Person) RETURN s.imoNumber, p.birthDate"
    missing = find_missing_names(empty_store, ontology, saved(text))
    assert all(one.mild for one in missing)
    assert [one.text for one in missing] == [
        "line 1: nothing in this database is of the type Person",
        "line 1: nothing in this database is of the type Ship",
        "line 1: nothing in this database has the property birthDate",
        "line 1: nothing in this database has the property imoNumber",
        f"line 1: no line in this database says “{ontology.relationships['REPORTS_TO'].caption}”",
    ]


@limit_time(0.3)
def test_a_text_that_may_not_run_is_not_shown_to_the_server(store: Store, ontology: Ontology) -> None:
    for text in ("RETURN " + "[" * 1500 + "]" * 1500 + " AS x", "/*" * 40_000, "RETURN '" + "`" * 10_000):
        for thorough in (False, True):
            missing = find_missing_names(store, ontology, saved(text), thorough=thorough)
            assert thorough is False or missing[0].text.startswith("it may not run: ")


def test_a_large_database_is_not_read_for_its_properties(
    store: Store, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema_check, "MOST_SCANNED", 10)
    assert read_database_names(store, ontology).in_use is None
    assert list_sentences(store, ontology, "MATCH (n:Factory) RETURN n.nmae, n.name") == [
        "line 1: nothing has the property nmae; did you mean name?"
    ]
