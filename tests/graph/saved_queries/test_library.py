"""The shipped library: the files keep their rules, run on the shipped data, and answer what their titles ask."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.database import write
from graph.database.store import Store
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.saved_queries import guarded_query, library, parameters
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import load_shipped_queries
from graph.saved_queries.queryfile import CHARTS, RESULTS, THEMES
from loader.records import Feed, Item, Row
from loader.statements import Attribution
from tests.support.matching_lists import load_list
from tests.support.reading import load_feed

NAMES = sorted(load_shipped_queries())
ASKED = """
    reporting-chain production-chain export-chain ship-ownership component-origins designations conflicting-estimates
    payments
""".split()
UNKNOWN = re.compile(r"`([^`]+)`")  # the name in a remark of the server on what the database does not hold


def run(store: Store, ontology: Ontology, name: str, **values: object) -> Answer:
    return guarded_query.run(store, ontology, load_shipped_queries()[name], values)


def rows(store: Store, ontology: Ontology, name: str, **values: object) -> list[dict[str, Any]]:
    table = run(store, ontology, name, **values).table
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def edges(answer: Answer) -> set[tuple[str, str, str]]:
    return {(e.source, e.type, e.target) for e in answer.subgraph.relationships}


def test_the_library_is_read_from_the_folder_of_the_project() -> None:
    assert Path(library.SHIPPED).name == "cypher"


def test_the_library_has_what_was_asked_in_every_theme() -> None:
    assert set(ASKED) <= set(NAMES)
    assert len(NAMES) >= 34
    themes = Counter(q.theme for q in load_shipped_queries().values())
    assert set(themes) == set(THEMES) - {"own"}
    assert min(themes.values()) >= 3


def test_the_library_shows_each_kind_of_result_and_parameter() -> None:
    shipped = load_shipped_queries().values()
    assert {q.result for q in shipped} == set(RESULTS)
    assert {q.chart.kind for q in shipped if q.chart} == set(CHARTS)
    declared = [p for q in shipped for p in q.parameters.values()]
    assert {p.type for p in declared} == set(parameters.TYPES)
    assert any(p.asks for p in declared)
    assert any(p.choices for p in declared)
    assert any(p.optional and p.default is not None for p in declared)


def test_titles_and_descriptions_are_unlike_each_other() -> None:
    for words in ("title", "description"):
        texts = Counter(getattr(q, words).casefold() for q in load_shipped_queries().values())
        assert not [text for text, times in texts.items() if times > 1]
    for query in load_shipped_queries().values():
        assert not query.title.endswith((".", "?"))
        assert query.description.endswith(".")
        assert query.result != "number" or query.unit
        for parameter in query.parameters.values():
            assert parameter.description, f"{query.name}: {parameter.name} says nothing in a form"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_uses_the_ontologys_names_only(name: str, ontology: Ontology) -> None:
    labels, types, properties = ontology.list_cypher_names()
    body = re.sub(r"//[^\n]*|'[^']*'|`[^`]*`", "", load_shipped_queries()[name].text)
    own = {key for literal in re.findall(r"collect\(\{([^}]*)\}", body) for key in re.findall(r"(\w+):", literal)}
    for group in re.findall(r"\[\w*:([A-Z_|]+)", body):
        assert set(group.split("|")) <= types
    for label in re.findall(r"\([\w ]*:(\w+)|\b[a-z]\w*:([A-Z]\w*[a-z])\b", body):
        assert label[0] in labels | {""}
        assert label[1] in labels | {""}
    for prop in re.findall(r"\b[a-z]\w*\.(\w+)", body):
        assert prop in properties | own, prop
    for key in re.findall(r"[{,]\s*(\w+): ", body):
        assert key in properties | own, key


@pytest.mark.database
@pytest.mark.parametrize("name", NAMES)
def test_a_file_runs_as_it_stands_and_answers_as_declared(name: str, store: Store, ontology: Ontology) -> None:
    answer, again = run(store, ontology, name), run(store, ontology, name)
    assert answer.table.rows
    assert not answer.table.truncated
    assert again.table.rows == answer.table.rows, "the rows must be sorted to the last one"
    assert again.seconds < 15  # the first time a server just started may still warm up
    _check_names(store, ontology, answer)
    CHECKS[answer.query.result](answer)


def _check_names(store: Store, ontology: Ontology, answer: Answer) -> None:
    """What the server does not know can only be what the shipped data does not use."""
    sent = parameters.expand_dates(answer.query.parameters, answer.parameters)
    for notice in store.explain(answer.query.text, sent).notices:
        named = UNKNOWN.search(notice.text)
        kinds = {"01N50": 0, "01N51": 1, "01N52": 2}  # a label, a type, a property
        if notice.code in kinds:
            assert named
            assert named[1] in ontology.list_cypher_names()[kinds[notice.code]], notice.text
        assert not notice.code.startswith("01N0"), f"deprecated: {notice.text}"


def _check_graph(answer: Answer) -> None:
    assert answer.subgraph.relationships
    ids = {e.id for e in answer.subgraph.entities}
    for edge in answer.subgraph.relationships:
        assert {edge.source, edge.target} <= ids
        assert edge.claims
    assert {c for e in answer.subgraph.relationships for c in e.claims} == {c.id for c in answer.subgraph.claims}
    assert {c.source for c in answer.subgraph.claims} == {s.id for s in answer.subgraph.sources}


def _check_table(answer: Answer) -> None:
    assert len(set(answer.table.columns)) == len(answer.table.columns)


def _check_number(answer: Answer) -> None:
    ((number,),) = answer.table.rows
    assert isinstance(number, (int, float))


def _check_chart(answer: Answer) -> None:
    _check_table(answer)
    chart, columns = answer.query.chart, list(answer.table.columns)
    assert chart
    drawn = [dict(zip(columns, row, strict=True)) for row in answer.table.rows]
    for column in (chart.x, chart.y, chart.by, chart.low, chart.high):
        assert not column or column in columns
    for row in drawn:
        numbers = [row[c] for c in (chart.y, chart.low, chart.high) if c]
        denies = chart.kind == "figures" and row["stance"] == "denies all of it"
        assert denies or any(n is not None for n in numbers)
        assert all(n is None or (isinstance(n, (int, float)) and not isinstance(n, bool)) for n in numbers)
        assert isinstance(row[chart.x], str)
    if chart.kind == "bar":  # two bars in one place would be drawn over each other
        places = Counter((row[chart.x], row[chart.by] if chart.by else "") for row in drawn)
        assert max(places.values()) == 1


CHECKS = {"graph": _check_graph, "table": _check_table, "number": _check_number, "chart": _check_chart}


@pytest.mark.database
def test_every_choice_of_the_graph_has_a_caption_and_holds_its_default(store: Store) -> None:
    asking = [p for query in load_shipped_queries().values() for p in query.parameters.values() if p.asks]
    assert asking
    for parameter in asking:
        choices = dict(parameters.list_choices(store, parameter))
        assert choices
        assert all(caption.strip() for caption in choices.values())
        assert {parameter.default} - {None} <= choices.keys()


@pytest.mark.database
def test_every_query_runs_with_what_is_optional_left_empty(store: Store, ontology: Ontology) -> None:
    optional = [
        query for query in load_shipped_queries().values() if any(p.optional for p in query.parameters.values())
    ]
    assert optional
    for query in optional:
        empty = {p.name: "" for p in query.parameters.values() if p.optional}
        assert guarded_query.run(store, ontology, query, empty).table.rows, query.name


# What the shipped articles say, question by question.


@pytest.mark.database
def test_the_reporting_chain_climbs_from_a_factory_to_the_party(store: Store, ontology: Ontology) -> None:
    lines = edges(run(store, ontology, "reporting-chain", entity="thaesong-machine-factory"))
    assert ("thaesong-machine-factory", "REPORTS_TO", "second-economic-commission") in lines
    assert ("second-economic-commission", "REPORTS_TO", "munitions-industry-department") in lines
    assert ("munitions-industry-department", "REPORTS_TO", "workers-party-of-korea") in lines
    shallow = edges(run(store, ontology, "reporting-chain", entity="thaesong-machine-factory", depth=1))
    assert ("munitions-industry-department", "REPORTS_TO", "workers-party-of-korea") not in shallow


@pytest.mark.database
def test_who_commands_a_plant_keeps_three_answers_apart(store: Store, ontology: Ontology) -> None:
    answers = rows(store, ontology, "plant-command", plant="tokhyon-engine-factory")
    assert {r["superior"] for r in answers} == {
        "Ministry of Metal and Machine-Building Industries",
        "National Defence Commission",
        "Second Economic Commission",
    }
    assert {(r["said by"], r["grade"]) for r in answers} == {("Nuclear Threat Initiative", "B3")}
    assert not rows(store, ontology, "plant-command", plant="tokhyon-engine-factory", day="2002")
    inferred = rows(store, ontology, "plant-command", plant="factory-125")
    assert {(r["said by"], r["stance"]) for r in inferred} == {(None, "inferred")}
    assert any("counts Factory No. 125 among the core missile facilities" in text for text in inferred[0]["because"])


@pytest.mark.database
def test_plants_without_a_superior_of_their_own(store: Store, ontology: Ontology) -> None:
    plants = {r["plant"]: r for r in rows(store, ontology, "plants-without-superior")}
    assert plants["Songgang 11 Electric Wire Factory"]["superior of its groups"] == []
    assert plants["Saneum-dong Research Center"]["superior of its groups"] == ["Second Economic Commission"]
    assert "Factory No. 26" not in plants


@pytest.mark.database
def test_the_export_line_to_russia_is_contested(store: Store, ontology: Ontology) -> None:
    answer = run(store, ontology, "export-chain")
    (line,) = [e for e in answer.subgraph.relationships if e.id == "north-korea|EXPORTS_TO|russia"]
    assert line.stance == "contested"
    deniers = {c.asserted_by for c in answer.subgraph.claims if c.id in line.claims and c.stance == "denied"}
    assert "nk-defence-ministry" in deniers
    lines = edges(answer)
    assert ("shipments-rajin-vladivostok", "DEPARTS_FROM", "rajin-port") in lines
    assert ("shipments-rajin-vladivostok", "ARRIVES_AT", "vladivostok") in lines
    assert edges(run(store, ontology, "contested-lines")) == {("north-korea", "EXPORTS_TO", "russia")}
    (customer,) = [r for r in rows(store, ontology, "customers", receiver="Russia") if r["seller"] == "North Korea"]
    assert customer["denied by"] == ["Ministry of National Defence of North Korea", "North Korea"]
    assert customer["publishers"] == 5


@pytest.mark.database
def test_disagreeing_numbers_stand_side_by_side(store: Store, ontology: Ontology) -> None:
    estimates = rows(store, ontology, "conflicting-estimates", word="artillery shells delivered")
    figures = {(r["said by"], r["number"], r["at least"], r["at most"]) for r in estimates}
    assert ("Ants Kiviselg", None, 300_000, 500_000) in figures
    assert ("National Intelligence Service", 1_000_000, None, None) in figures
    assert ("Vadym Skibitskyi", 1_500_000, None, None) in figures
    assert any(r["number"] == 3_000_000 for r in estimates)
    drawn = rows(store, ontology, "figures-on-a-topic", topic="capacity in use at munitions factories")
    assert sorted(r["number"] for r in drawn) == [30, 100, 100, 100]
    assert len({r["said by"] for r in drawn}) == 4  # two of them by one minister on one day


@pytest.mark.database
def test_deliveries_are_dated_by_what_they_count_up_to(store: Store, ontology: Ontology) -> None:
    deliveries = rows(store, ontology, "deliveries-over-time", topic="containers shipped to Russia")
    assert [(r["as of"], r["number"], r["at least"]) for r in deliveries] == [
        ("2023-11-06", 2000, None),
        ("2024-02-27", 6700, None),
        ("2024-02-27", None, 10_000),
        ("2024-02-29", 6700, None),
    ]


@pytest.mark.database
def test_voyages_may_be_asked_for_by_port_and_date(store: Store, ontology: Ontology) -> None:
    voyages = rows(store, ontology, "voyages", place="vostochny-port", since="2024-04-early", until="2024-04")
    assert [(r["ship or shipment"], r["movement"]) for r in voyages] == [("Lady R", "DEPARTS_FROM")]
    assert len(rows(store, ontology, "voyages", place="vostochny-port", since="2024-03-14")) == 2


@pytest.mark.database
def test_shares_of_components_are_of_countries_and_not_added(store: Store, ontology: Ontology) -> None:
    shares = [(r["country"], r["percent"]) for r in rows(store, ontology, "component-shares")]
    assert shares == [
        ("United States", 75.5),
        ("United States", 75),
        ("Germany", 11.9),
        ("Singapore", 3.4),
        ("Japan", 3.1),
    ]


@pytest.mark.database
def test_what_comes_back_counts_speakers(store: Store, ontology: Ontology) -> None:
    speakers = {r["what comes back"]: r["speakers"] for r in rows(store, ontology, "returns-by-kind")}
    assert speakers["Food"] == 2  # what RBC-Ukraine retells of the South Korean minister is the minister's
    assert speakers["Satellite technology"] == 1
    sums = {(r["amount"], r["currency"]) for r in rows(store, ontology, "sums-of-money")}
    assert sums == {(9_000_000, "USD"), (30_000_000, "USD")}


@pytest.mark.database
def test_stated_absence_of_a_designation_is_told(store: Store, ontology: Ontology) -> None:
    designations = rows(store, ontology, "designations")
    for name in ("Pak Thae Song", "O Su Yong"):
        states = {(r["authority"].split()[0], r["said by"], r["state"]) for r in designations if r["entity"] == name}
        assert states == {
            *((a, "38 North", "said not to be listed") for a in ("United", "South")),
            *((a, "Armsgraph editors", "not found") for a in ("United", "European")),
        }
        unlisted = {r["entity"]: r for r in rows(store, ontology, "named-not-listed", type="Person")}
        assert "South Korean sanctions (38 North)" in unlisted[name]["said not to be listed by"]
    one_sided = rows(store, ontology, "listed-here-not-there")
    assert {(r["entity"], r["on the second"]) for r in one_sided} == {
        ("Kang Sun Nam", "not found in the edition searched"),
        ("Maria (IMO 9198783)", "nothing held"),
    }
    assert not [r for r in rows(store, ontology, "denials") if r["relationship"] == "DESIGNATED_BY"]
    commission = {r["entity"] for r in rows(store, ontology, "listed-superior", tie="post held")}
    assert commission == {"O Su Yong"}


@pytest.mark.database
def test_our_own_inferences_are_no_second_publisher(store: Store, ontology: Ontology) -> None:
    lines = rows(store, ontology, "single-publisher-lines", relationship="REPORTS_TO")
    single = {(r["from"], r["publisher"]) for r in lines}
    assert ("Factory No. 26", "Korea JoongAng Daily") in single  # 38 North does not say it; we infer it
    assert "Factory No. 125" not in {r["from"] for r in lines}  # nobody publishes it
    several = rows(store, ontology, "confirmed-lines")
    assert not any(r["from"] == "Factory No. 26" and r["relationship"] == "REPORTS_TO" for r in several)
    assert all("Armsgraph editors" not in r["said by"] for r in several)
    # The same lines as by the filter “Independent speakers, at least 2”.
    text = (
        "MATCH (a:Entity)-[r]->(b:Entity) WHERE size(coalesce(r.speakers, [])) > 1 AND r.stance IN $stances "
        "RETURN a.name AS a, type(r) AS type, b.name AS b"
    )
    drawn = store.read(text, stances=["asserted", "contested"])
    assert {(r["from"], r["relationship"], r["to"]) for r in several} == {(r["a"], r["type"], r["b"]) for r in drawn}


@pytest.mark.database
def test_nothing_denied_or_taken_back_counts_as_said(empty_store: Store, ontology: Ontology) -> None:
    _disputed(empty_store, ontology)

    def list_rows(name: str, **values: object) -> list[dict[str, Any]]:
        return rows(empty_store, ontology, name, **values)

    for plant in ("denied", "withdrawn"):  # the chain does not go on to the party above the commission
        assert not run(empty_store, ontology, "reporting-chain", entity=plant).subgraph.relationships
    assert len(run(empty_store, ontology, "reporting-chain", entity="contested").subgraph.relationships) == 2
    assert {r["plant"] for r in list_rows("plants-without-superior", country="")} == {"denied", "withdrawn"}
    assert {r["stance"] for r in list_rows("plant-command")} == {"says", "denies", "withdrawn"}
    columns = ("maker", "stance", "statements for", "statements against", "publishers")
    assert [tuple(r[c] for c in columns) for r in list_rows("products-and-evidence")] == [
        ("contested", "contested", 1, 1, 1),
        ("denied", "denied", 0, 1, 0),
    ]
    assert {r["entity"] for r in list_rows("named-not-listed", country="")} == {"denied", "withdrawn"}
    assert run(empty_store, ontology, "listed-count", authority="list").table.rows == [[1]]
    changes = list_rows("list-changes", since="2024-05-late")
    assert [(r["date"], r["change"], r["entity"]) for r in changes] == [("2024-05-31", "withdrawn", "withdrawn")]
    assert not list_rows("conflicting-estimates")  # the other number was taken back
    assert {r["stance"] for r in list_rows("figures-on-a-topic", topic="shells")} == {"says", "withdrawn"}
    falls = {(r["from"], r["relationship"]): r["outcome"] for r in list_rows("if-a-source-falls", source="one")}
    assert falls["contested", "PRODUCES"] == "becomes denied"
    assert falls["commission", "REPORTS_TO"] == "falls"
    assert list_rows("single-publisher-lines", relationship="PRODUCES")[0]["stance"] == "contested"
    assert not list_rows("confirmed-lines")
    assert all(r["asserted by"] == [] for r in list_rows("denials") if r["subject"] != "contested")
    assert [r["in common"] for r in list_rows("shared-ties")] == ["street-5"]  # a town is no address


@pytest.mark.database
def test_a_listing_that_a_list_announces_the_end_of_has_not_ended(empty_store: Store, ontology: Ontology) -> None:
    ends = {"until-2061": ("2061-05-04", ""), "until-2016": ("2016", ""), "taken-off": ("2061-05-04", "2024-03-01")}
    load_list(empty_store, ontology, "one", {name: {"type": "Company", "name": name} for name in ends})
    load_list(empty_store, ontology, "two", {"other": {"type": "Company", "name": "other"}})
    row, speaker = Row(Path("three.csv"), 1), Attribution("three", "one", "one-authority", "A", "1")
    more = [
        replace(
            speaker.build_relationship_claim(name, "DESIGNATED_BY", "two-authority", "Listed.", valid_to=valid_to),
            withdrawn_on=withdrawn,
        )
        for name, (valid_to, withdrawn) in ends.items()
    ]
    load_feed(empty_store, ontology, Feed("three", "2024-04", [Item(c, row) for c in more], keeps_history=True))

    def list_rows(name: str, **values: object) -> list[dict[str, Any]]:
        return rows(empty_store, ontology, name, **values)

    listed = {r["entity"]: (r["state"], r["until"]) for r in list_rows("designations", authority="two")}
    assert listed == {
        "until-2061": ("listed", "2061-05-04"),
        "until-2016": ("ended", "2016"),
        "taken-off": ("ended", "2024-03-01"),
        "other": ("listed", ""),
    }
    assert run(empty_store, ontology, "listed-count", authority="two-authority").table.rows == [[2]]
    here = list_rows("listed-here-not-there", here="one-authority", there="two-authority")
    assert {r["entity"]: r["on the second"] for r in here} == {
        "until-2016": "ended 2016",
        "taken-off": "withdrawn 2024-03-01",
    }
    changes = list_rows("list-changes", since="2010", authority="two-authority")
    assert {(r["date"], r["change"], r["entity"]) for r in changes} == {
        ("2061-05-04", "is to end", "until-2061"),
        ("2016", "ended", "until-2016"),
        ("2024-03-01", "withdrawn", "taken-off"),
    }


def _disputed(store: Store, ontology: Ontology) -> None:
    """Three plants: a line of each to the commission, a product and a list is denied, withdrawn, or contested."""
    types = {
        "denied": "Factory",
        "withdrawn": "Factory",
        "contested": "Factory",
        "commission": "Commission",
        "party": "Party",
        "shells": "Weapon",
        "list": "Regime",
        "he": "Person",
        "she": "Person",
        "a-co": "Company",
        "b-co": "Company",
        "town": "Address",
        "street-5": "Address",
    }
    triples = [("REPORTS_TO", "commission"), ("PRODUCES", "shells"), ("DESIGNATED_BY", "list")]
    statements: list[dict[str, Any]] = [
        {"subject": "commission", "predicate": "REPORTS_TO", "object": "party"},
        {"subject": "commission", "predicate": "DESIGNATED_BY", "object": "list"},
        {"subject": "denied", "predicate": "ESTIMATE", "topic": "shells", "value": 5.0},
        {"subject": "denied", "predicate": "ESTIMATE", "topic": "shells", "value": 9.0, "withdrawn_on": "2024"},
    ]
    statements += [
        {"subject": company, "predicate": "LOCATED_IN", "object": place}
        for company in ("a-co", "b-co")
        for place in ("town", "street-5")
    ]
    for predicate, target in triples:
        line = {"predicate": predicate, "object": target}
        statements += [
            {"subject": "denied", **line, "stance": "denied"},
            {"subject": "withdrawn", **line, "withdrawn_on": "2024-05-31"},
            {"subject": "contested", **line},
            {"subject": "contested", **line, "stance": "denied", "source": "two", "asserted_by": "she"},
        ]
    shared = {"stance": "asserted", "source": "one", "asserted_by": "he", "reported_on": "2023", "unit": "shells"}
    claims = [Claim(id=f"c{n}", **{**shared, **words}) for n, words in enumerate(statements)]
    entities = [Entity(i, t, ontology.types[t].labels, i) for i, t in types.items()]
    sources = [Source(id=i, publisher=i, title=i, date="2023", kind="article") for i in ("one", "two")]
    batch = write.Batch(
        sources=[write.build_source_row(s, "test", "") for s in sources],
        claims=claims,
        entities=[(e.labels, write.build_entity_row(e, "test", "", [])) for e in entities],
    )
    turn = write.WriteLease("test", "run")
    write.begin(store, turn)
    store.write(write.apply, ontology, batch, turn)
