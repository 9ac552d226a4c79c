"""Whatever Cypher can return is shown sensibly: in words, as CSV, and as JSON that stays JSON."""

import csv
import io
import json
from itertools import pairwise
from typing import Any

import pytest

from graph.database import values
from graph.database.store import TOO_DEEP, UNREADABLE, Store, Transaction
from graph.model import Entity, Path, Relationship
from graph.ontology import Ontology
from graph.saved_queries import guarded_query
from graph.saved_queries.answer_formats import FORMATS, render
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.queryfile import SavedQuery


def ask(store: Store, ontology: Ontology, text: str, result: str = "table") -> Answer:
    return guarded_query.run(store, ontology, SavedQuery("q", "T", "D", result, text), {})


def person(id_: str, name: str, type_: str = "Person") -> Entity:
    return Entity(id_, type_, ("Entity", type_), name)


A, B, C = person("a", "Anna"), person("b", "Berta"), person("c", "Car Works", "Company")


def line(source: str, type_: str, target: str, stance: str = "asserted") -> Relationship:
    return Relationship(f"{source}|{type_}|{target}", type_, source, target, ("1",), stance)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (Path((A,)), "Anna"),
        (
            Path((A, B, C), (line("a", "REPORTS_TO", "b"), line("c", "SUPPLIES", "b"))),
            "Anna —reports to→ Berta ←supplies— Car Works",
        ),
        (Path((A, B), (line("a", "REPORTS_TO", "b", "denied"),)), "Anna —reports to (denied)→ Berta"),
        (Path((B, A), (line("a", "REPORTS_TO", "b", "contested"),)), "Berta ←reports to (contested)— Anna"),
        (Path((A, A), (line("a", "OWNS", "a"),)), "Anna —owns→ Anna"),
        (Path((A, B), (line("b", "SAME_AS", "a"),)), "Anna —may be the same as— Berta"),
        (Path((A, B), (line("a", "KNOWS <img>", "b"),)), "Anna —KNOWS <img>→ Berta"),
    ],
)
def test_a_path_reads_in_its_order_with_its_directions(path: Path, words: str, ontology: Ontology) -> None:
    assert values.to_cell(ontology, {}, path) == words.replace(
        "may be the same as", ontology.relationships["SAME_AS"].caption
    )


def test_a_line_reads_as_a_sentence_and_tells_its_stance(ontology: Ontology) -> None:
    names = values.build_unique_names(ontology, [A, B])
    assert values.to_cell(ontology, names, line("a", "REPORTS_TO", "b")) == "Anna reports to Berta"
    assert values.to_cell(ontology, names, [line("a", "REPORTS_TO", "b", "denied")]) == [
        "Anna reports to Berta (denied)"
    ]
    assert values.to_cell(ontology, names, {"who": A, "and": [B, None]}) == {"who": "Anna", "and": ["Berta", None]}


def test_entities_that_share_a_name_can_be_told_apart(ontology: Ontology) -> None:
    ships = [person("maria-1", "Maria", "Ship"), person("maria-2", "MARIA", "Ship")]
    assert values.build_unique_names(ontology, [A, *ships]) == {
        "a": "Anna",
        "maria-1": "Maria (maria-1)",
        "maria-2": "MARIA (maria-2)",
    }
    mixed = [person("m", "Maria"), ships[0]]
    assert values.build_unique_names(ontology, mixed) == {"m": "Maria (Person)", "maria-1": "Maria (Ship)"}
    assert list(values.build_unique_names(ontology, [person("x", ""), person("y", "", "Ship")]).values()) == [
        " (Person)",
        " (Ship)",
    ]


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("P1Y2M3DT4H5M6.7S", "1 year, 2 months, 3 days, 4 hours, 5 minutes, 6.7 seconds"),
        ("P-1M", "−1 month"),
        ("PT0S", "0 seconds"),
        ("P14DT1S", "14 days, 1 second"),
        ("nonsense", "nonsense"),
        ("P", "P"),
    ],
)
def test_durations_are_said_in_words(iso: str, words: str) -> None:
    assert values.format_duration(iso) == words


# Cypher, what CSV holds, what JSON holds.
ZOO: list[tuple[str, str, Any]] = [
    ("date('2023-08-07')", "2023-08-07", "2023-08-07"),
    ("localdatetime('2023-08-07T10:00')", "2023-08-07T10:00:00", "2023-08-07T10:00:00"),
    ("time('10:00:00.120+01:00')", "10:00:00.12+01:00", "10:00:00.12+01:00"),
    ("duration('P1Y2M')", "P1Y2M", "P1Y2M"),
    ("point({longitude: 125.7512345, latitude: 39})", "longitude 125.7512345, latitude 39 (WGS-84)", None),
    ("point({longitude: 1, latitude: 2, height: 3.5})", "longitude 1, latitude 2, height 3.5 m (WGS-84, 3D)", None),
    ("point({x: 1, y: -2})", "x 1, y -2 (Cartesian)", None),
    ("point({x: 1, y: 2, z: 3})", "x 1, y 2, z 3 (Cartesian, 3D)", None),
    ("0.0 / 0.0", "NaN", "NaN"),
    ("[1.0 / 0.0]", "Infinity", ["Infinity"]),
    ("9223372036854775807", "9223372036854775807", 9223372036854775807),
    ("1e300", "1e+300", 1e300),
    ("true", "True", True),
    ("[1, 'a', null, 2000000]", "1; a; ; 2000000", [1, "a", None, 2000000]),
    ("[[1, 2], [null]]", "[[1, 2], [null]]", [[1, 2], [None]]),
    ("{a: {b: [date('2023-01-01')]}, c: null}", '{"a": {"b": ["2023-01-01"]}, "c": null}', None),
    ("''", "", ""),
    ("null", "", None),
    ("date({year: -44})", UNREADABLE, UNREADABLE),
    ("[1, date({year: 12345})]", f"1; {UNREADABLE}", [1, UNREADABLE]),
    ("size(reduce(a = [], x IN range(1, 900) | [a]))", "1", 1),
    ("'강계 <img onerror=x>'", "강계 <img onerror=x>", "강계 <img onerror=x>"),
]


@pytest.mark.database
def test_the_zoo_of_values_comes_through_in_every_format(store: Store, ontology: Ontology) -> None:
    columns = ", ".join(f"{cypher} AS c{n}" for n, (cypher, _, _) in enumerate(ZOO))
    answer = ask(store, ontology, f"RETURN {columns}")
    text = render(answer, "csv")
    (row,) = csv.DictReader(io.StringIO(text))
    (document,) = json.loads(render(answer, "json"), parse_constant=pytest.fail)["rows"]
    for n, (cypher, shown, _) in enumerate(ZOO):
        assert (cypher, row[f"c{n}"].removeprefix("'")) == (cypher, shown)
    plain = {n: held for n, (_, _, held) in enumerate(ZOO) if held is not None}
    assert len(plain) > 15
    assert {n: document[f"c{n}"] for n in plain} == plain
    assert ',"",,' in text  # an empty text, and null
    assert document["c15"] == {"a": {"b": ["2023-01-01"]}, "c": None}
    table = render(answer, "table", width=4000)
    for shown in ("1 year, 2 months", "9,223,372,036,854,775,807", "1; a; (none); 2,000,000", "(1; 2); ((none))"):
        assert shown in table
    assert text == render(ask(store, ontology, f"RETURN {columns}"), "csv")


@pytest.mark.database
def test_times_are_written_as_the_server_writes_them(store: Store, ontology: Ontology) -> None:
    times = [
        "datetime('2023-08-07T10:00:00.123456789[Europe/Paris]')",
        "datetime('2023-08-07T10:00:00+05:30')",
        "datetime('2023-08-07T10:00Z')",
        "localdatetime('2023-08-07T10:00:10.100')",
        "localtime('10:00:07')",
        "time('10:00:00Z')",
        "duration({days: -3, seconds: -1.5})",
        "date('0001-01-01')",
        "localdatetime('2023-08-07T10:00:00.000000100')",
    ]
    answer = ask(store, ontology, f"UNWIND [{', '.join(times)}] AS at RETURN at, toString(at) AS said")
    assert len(answer.table.rows) == len(times)
    for at, words in answer.table.rows:
        assert at == words


@pytest.mark.database
def test_lists_within_lists_end_somewhere(store: Store, ontology: Ontology) -> None:
    answer = ask(store, ontology, "RETURN reduce(a = [], x IN range(1, 900) | [a]) AS deep, 1 AS n")
    for form in FORMATS:
        assert (TOO_DEEP in render(answer, form, width=400)) == (form != "graph-json")
    assert answer.table.rows[0][1] == 1


@pytest.mark.database
def test_vectors_are_lists_of_numbers(store: Store, ontology: Ontology) -> None:
    answer = ask(store, ontology, "CYPHER 25 RETURN vector([1, 2.5, 3], 3, FLOAT32) AS v")
    assert json.loads(render(answer, "json"))["rows"] == [{"v": [1.0, 2.5, 3.0]}]


@pytest.mark.database
def test_paths_lines_and_entities_are_words_in_csv_and_documents_in_json(store: Store, ontology: Ontology) -> None:
    answer = ask(
        store,
        ontology,
        "MATCH p = (:Factory {id: 'thaesong-machine-factory'})-[r:REPORTS_TO*2]->(top {id: "
        "'munitions-industry-department'}) "
        "RETURN p, r, top, {steps: r} AS map, properties(r[0]).stance, [n IN nodes(p) | n.name], count(*)",
    )
    (row,) = csv.DictReader(io.StringIO(render(answer, "csv")))
    names = [e.name for e in answer.raw_rows[0][0].entities]
    first, second = (f"{a} reports to {b}" for a, b in pairwise(names))
    path = answer.raw_rows[0][0]
    stances = [f" ({e.stance})" if e.stance != "asserted" else "" for e in path.relationships]
    steps = [f"—reports to{s}→ {n}" for s, n in zip(stances, names[1:], strict=True)]
    assert row["p"] == " ".join([names[0], *steps])
    assert row["r"] == f"{first}{stances[0]}; {second}{stances[1]}"
    assert row["top"] == "Munitions Industry Department"
    assert row["[n IN nodes(p) | n.name]"] == "; ".join(names)
    assert row["count(*)"] == "1"
    (document,) = json.loads(render(answer, "json"))["rows"]
    assert document["top"] == {
        "id": "munitions-industry-department",
        "type": "Department",
        "name": "Munitions Industry Department",
    } | {"type": answer.raw_rows[0][2].type}
    assert document["p"]["entities"][0]["id"] == "thaesong-machine-factory"
    assert document["map"]["steps"] == document["r"] == document["p"]["relationships"]
    assert document["r"][0]["claims"]
    # The graph behind the table has it all, so that it can be put on the canvas.
    assert {e.id for e in answer.subgraph.entities} == {e["id"] for e in document["p"]["entities"]}
    assert len(answer.subgraph.relationships) == 2


@pytest.mark.database
def test_a_graph_of_lone_entities_or_of_none_loses_nothing(store: Store, ontology: Ontology) -> None:
    lone = ask(store, ontology, "MATCH (n {id: 'russia'}) RETURN n", "graph")
    assert [list(row[:3]) for row in lone.table.rows] == [["Russia", "", ""]]
    none = ask(store, ontology, "RETURN 1 AS n", "graph")
    assert (none.table.columns, none.table.rows) == (["n"], [[1]])
    empty = ask(store, ontology, "MATCH (n:Ship {id: 'none'}) RETURN n", "graph")
    assert not empty.table.rows


@pytest.mark.database
def test_nodes_that_are_not_ours_show_too(empty_store: Store, ontology: Ontology) -> None:
    empty_store.write(
        Transaction.run,
        "CREATE (a:Person {name: '=Anna', id: 7, born: date('1970-01-01'), at: point({longitude: 1, latitude: 2}), "
        "share: 0.0 / 0.0})-[:KNOWS {since: duration('P1Y'), grade: [1]}]->(:Person {name: '=Anna'})-[:LIKES]->"
        "(:`<img onerror=x>`)",
    )
    answer = ask(empty_store, ontology, "MATCH p = (:Person {id: 7})-[r]->()-->(x) RETURN p, r, x")
    first, second, third = (e.id for e in answer.raw_rows[0][0].entities)
    assert all(i.startswith("neo4j:") for i in (first, second, third))
    text = str(answer.table.rows[0][0])
    one, other = (f"=Anna (Person {i.rpartition(':')[2]})" for i in (first, second))
    assert text.startswith(f"{one} —KNOWS→ {other} —LIKES→ <img onerror=x>")
    assert render(answer, "csv").splitlines()[1].startswith("'=Anna")
    assert len(answer.subgraph.entities) == 3
    graph = json.loads(render(answer, "graph-json"), parse_constant=pytest.fail)
    (anna,) = [e for e in graph["entities"] if e["id"] == first]
    assert anna["properties"] == {
        "at": "longitude 1, latitude 2 (WGS-84)",
        "born": "1970-01-01",
        "id": 7,
        "name": "=Anna",
        "share": "NaN",
    }
    lone = ask(empty_store, ontology, "MATCH ()-[r:KNOWS]->() RETURN r", "graph")
    assert [row[:3] for row in lone.table.rows] == [[one, "KNOWS", other]]
    assert {e.id for e in lone.subgraph.entities} == {first, second}
