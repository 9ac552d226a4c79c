"""armsgraph/1 and GraphML: what goes out comes back in, and what others wrote comes in whole."""

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import igraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import evidence
from graph.database import write
from graph.database.store import Store
from graph.errors import DataError
from graph.formats import graphml_write, json_stream, tables
from graph.formats.graphml_read import ExchangeRecord, GraphmlFile
from graph.formats.json_stream import JsonFile
from graph.model import Claim, Entity, Relationship, Source, Subgraph
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from graph.reading import browse
from loader.records import Item, Notice, RejectedRow
from loader.sources import articles
from loader.sources.exchange import exchange
from tests.support.paths import FIXTURES
from tests.support.reading import collect, load_feed

KNOWN = load_ontology()
FORMS = ("json", "graphml")


def save(subgraph: Subgraph, path: Path) -> Path:
    """A subgraph in the format that the file's name says."""
    if path.suffix == ".json":
        path.write_text(tables.format_graph_json(subgraph), encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8", newline="") as stream:
            graphml_write.dump(subgraph, stream)
    return path


class Taken:
    """Everything that a file gave."""

    def __init__(self, path: Path, dataset: str = "") -> None:
        self.feed = exchange.read(path, dataset=dataset)
        self.all = list(self.feed.items)
        records = [i.record for i in self.all if isinstance(i, Item)]
        self.entities = {r.id: r for r in records if isinstance(r, Entity)}
        self.claims = {r.id: r for r in records if isinstance(r, Claim)}
        self.sources = {r.id: r for r in records if isinstance(r, Source)}
        self.count = len(records)
        self.rejected = [str(p) for i in self.all if isinstance(i, RejectedRow) for p in i.problems]
        self.kinds = Counter(i.kind for i in self.all if isinstance(i, Notice))


# What our own files hold ----------------------------------------------------------------------------------------------

ODD = [
    "<b>&amp;</b>",
    "]]>",
    "a\rb\r\nc",
    "\x00\x0b\x1f",
    "\ufffe\uffff",
    "강계",
    "\u202eשלום",
    "👩\u200d🚀",
    " x ",
    "\\u0041",
]
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(ODD)
NAME = TEXT.filter(bool)
ID = st.from_regex(re.compile(r"[a-z0-9.-]{1,6}|[^\s|\ud800-\udfff]{1,6}"), fullmatch=True)
NUMBER = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
DATE = st.sampled_from(["", "2023", "2023-08", "2023-08-07", "2022-early"])
VALUES = {"text": TEXT, "number": NUMBER, "date": DATE.filter(bool), "list": st.lists(TEXT, max_size=3)}
CONCRETE = sorted(t.name for t in KNOWN.types.values() if not t.abstract)


@st.composite
def subgraphs(draw: st.DrawFn) -> Subgraph:
    """Any subgraph that the ontology allows: its lines are what its claims make."""
    entities = []
    for entity_id in draw(st.lists(ID, min_size=1, max_size=5, unique=True)):
        type_ = KNOWN.types[draw(st.sampled_from(CONCRETE))]
        names = draw(st.lists(st.sampled_from(sorted(type_.properties)), max_size=4, unique=True))
        properties = {n: draw(VALUES[type_.properties[n].type]) for n in names if n not in ("name", "aliases")}
        aliases = tuple(sorted(draw(st.sets(NAME, max_size=2))))
        entities.append(Entity(entity_id, type_.name, type_.labels, draw(NAME), aliases, properties))
    sources = [
        Source(i, draw(NAME), draw(NAME), draw(DATE), note=draw(TEXT))
        for i in draw(st.lists(ID, min_size=1, max_size=2, unique=True))
    ]
    claims = {}
    for claim_id in draw(st.lists(ID, max_size=6, unique=True)):
        subject, object_ = draw(st.sampled_from(entities)), draw(st.sampled_from(entities))
        fitting = [
            r.name
            for r in KNOWN.relationships.values()
            if subject.type in KNOWN.list_subtypes(r.source)
            and object_.type in KNOWN.list_subtypes(r.target)
            and subject is not object_
        ]
        ends: dict[str, Any] = draw(
            st.fixed_dictionaries({"predicate": st.sampled_from(fitting), "object": st.just(object_.id)})
            if fitting and draw(st.booleans())
            else st.fixed_dictionaries({"predicate": st.sampled_from(["HAS_NAME", "HAS_PROPERTY"]), "value": TEXT})
            | st.fixed_dictionaries({"predicate": st.just("ESTIMATE"), "topic": NAME, "low": NUMBER, "high": NUMBER})
            | st.fixed_dictionaries({"predicate": st.just("ESTIMATE"), "topic": NAME, "value": NUMBER})
        )
        claims[claim_id] = Claim(
            id=claim_id,
            subject=subject.id,
            stance=draw(st.sampled_from(KNOWN.stances)),
            summary=draw(NAME),
            source=draw(st.sampled_from(sources)).id,
            asserted_by=draw(st.sampled_from(entities)).id,
            reliability=draw(st.sampled_from("ABCDEF")),
            credibility=draw(st.sampled_from("123456")),
            reported_on=draw(DATE),
            valid_from=draw(DATE),
            detail=draw(TEXT),
            withdrawn_on=draw(DATE),
            **ends,
        )
    return Subgraph(tuple(entities), lines(claims.values()), tuple(claims.values()), tuple(sources))


def lines(claims: Any) -> tuple[Relationship, ...]:
    """The relationships that claims make."""
    triples: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in claims:
        if claim.object:
            triples.setdefault((claim.subject, claim.predicate, claim.object), []).append(claim)
    return tuple(evidence.build_relationship(group) for group in triples.values())


def plain(subgraph: Subgraph) -> dict[str, Any]:
    """A subgraph as JSON gives it back, so that 1 and 1.0 differ."""
    return {k: repr(v) for k, v in json.loads(json.dumps(subgraph.as_dict(), sort_keys=True)).items()}


def rebuilt(path: Path) -> Subgraph:
    """What the reader of GraphML finds, record by record."""
    records: dict[str, list[Any]] = {"entity": [], "relationship": [], "claim": [], "source": []}
    make = {"entity": Entity, "relationship": Relationship, "claim": Claim, "source": Source}
    for item in GraphmlFile(path).records():
        assert not item.problems
        tuples = {k: tuple(v) for k, v in item.values.items() if k in ("labels", "aliases", "claims")}
        records[item.kind].append(make[item.kind](**{**item.values, **tuples}))
    return Subgraph(*(tuple(items) for items in records.values()))


QUICK = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("form", FORMS)
@QUICK
@given(subgraph=subgraphs())
def test_what_goes_out_comes_back_in(tmp_path: Path, form: str, subgraph: Subgraph) -> None:
    taken = Taken(save(subgraph, tmp_path / f"graph.{form}"))
    assert taken.rejected == []
    document = f"{taken.feed.dataset}-file"
    kept_claims = {i: c for i, c in taken.claims.items() if c.source != document}
    assert repr(sorted(kept_claims.values(), key=lambda c: c.id)) == repr(sorted(subgraph.claims, key=lambda c: c.id))
    assert {i: s for i, s in taken.sources.items() if i != document} == {s.id: s for s in subgraph.sources}
    assert {r.id: r for r in lines(kept_claims.values())} == {r.id: r for r in subgraph.relationships}
    for entity in subgraph.entities:
        claims = [c for c in taken.claims.values() if c.subject == entity.id]
        identifiers = entity.properties.get("identifiers", [])
        properties = {k: v for k, v in entity.properties.items() if k != "identifiers"}
        back = taken.entities[entity.id]
        assert repr(sorted(back.properties.items())) == repr(sorted(properties.items()))
        assert replace(back, properties={}) == replace(entity, properties={})
        assert set(entity.aliases) <= {c.value for c in claims if c.predicate == "HAS_NAME"}
        assert set(identifiers) <= {c.value for c in claims if c.predicate == "HAS_IDENTIFIER"}


@QUICK
@given(subgraph=subgraphs())
def test_graphml_carries_all_that_json_carries(tmp_path: Path, subgraph: Subgraph) -> None:
    assert plain(rebuilt(save(subgraph, tmp_path / "graph.formats.graphml_write"))) == plain(subgraph)


def small(ontology: Ontology) -> Subgraph:
    """The small folder as the store would give it."""
    taken = collect(articles.read(FIXTURES / "small", ontology), ontology)
    return Subgraph(
        tuple(taken.entities.values()),
        lines(taken.claims.values()),
        tuple(taken.claims.values()),
        tuple(taken.sources.values()),
    )


def test_graphml_keeps_what_the_ontology_does_not_know(tmp_path: Path) -> None:
    """Another database's subgraph: ids, types, values and ends of any kind."""
    odd = {
        "size": "big",
        "label": "x",
        "a b": 1,
        "n": 2**70,
        "none": None,
        "list": [1, "a"],
        "nested": {"k": [True]},
        "flag": True,
        "mixed": 1,
    }
    subgraph = Subgraph(
        (
            Entity("neo4j:4:a b|c", "T\x01", ("T", "Entity"), "N\x00ame", ("a\x02",), odd),
            Entity("n0", "T", ("T",), "", (), {"mixed": "text", "n": 1.0, "flag": False}),
            Entity("강", "T", ("T",), "x", (), {"n": 2}),
        ),
        (
            Relationship("neo4j:5", "KNOWS\x03", "neo4j:4:a b|c", "강", ("gone",), "", {"weight": 1, "since": "2020"}),
            Relationship("r2", "KNOWS", "n0", "absent", (), "asserted", {}),
        ),
        (Claim("c1", "absent", "STATEMENT", "asserted", "s1"), Claim("c2", "n0", "ESTIMATE", "denied", "s1", low=0.0)),
        (Source("s1", "p", "t\x04"), Source("s2", "p", "]]>")),
    )
    assert plain(rebuilt(save(subgraph, tmp_path / "odd.graphml"))) == plain(subgraph)


def test_a_number_that_is_none_is_refused() -> None:
    for number in (float("nan"), float("inf")):
        entity = Entity("a", "Ship", ("Entity", "Ship"), "A", properties={"tonnage": number})
        with pytest.raises(DataError, match="infinite or none"):
            graphml_write.dump(Subgraph((entity,)), io.StringIO())


def test_other_tools_read_our_graphml(tmp_path: Path, ontology: Ontology) -> None:
    subgraph = small(ontology)
    path = save(subgraph, tmp_path / "small.graphml")
    read = igraph.Graph.Read_GraphML(str(path))
    assert (read.vcount(), read.ecount()) == (len(subgraph.entities), len(subgraph.relationships))
    names = {v["id"]: v["label"] for v in read.vs}
    assert names == {e.id: e.name for e in subgraph.entities}
    assert sorted((names[read.vs[e.source]["id"]], e["relation"], names[read.vs[e.target]["id"]]) for e in read.es) == (
        sorted((names[r.source], r.type, names[r.target]) for r in subgraph.relationships)
    )
    assert [v["calibre"] for v in read.vs if v["id"] == "shell"] == [152.0]


def test_graphml_keeps_the_rules_of_its_schema(tmp_path: Path) -> None:
    """Ids are NMTOKENs and unique, keys are declared, ends are there: what a validating reader looks at."""
    subgraph = Subgraph(
        tuple(Entity(i, "Ship", ("Entity", "Ship"), i) for i in ("a,b", "n0", "n1", "ü", "x.y")),
        (Relationship("a,b|TRANSFERS_TO|ü", "TRANSFERS_TO", "a,b", "ü"),),
    )
    text = save(subgraph, tmp_path / "ids.graphml").read_text(encoding="utf-8")
    nodes = re.findall(r'<node id="([^"]*)"', text)
    assert len(set(nodes)) == 5 and all(re.fullmatch(r"[\w.:-]+", n, re.ASCII) for n in nodes)
    assert {"n0", "n1", "x.y"} < set(nodes)
    assert set(re.findall(r'(?:source|target)="([^"]*)"', text)) <= set(nodes)
    keys = re.findall(r'<key id="([^"]*)"', text)
    assert len(set(keys)) == len(keys)
    assert set(re.findall(r'<data key="([^"]*)"', text)) <= set(keys)


@pytest.mark.database
@pytest.mark.parametrize("form", FORMS)
def test_export_wipe_load_gives_the_same_graph(
    empty_store: Store, ontology: Ontology, tmp_path: Path, form: str
) -> None:
    load_feed(empty_store, ontology, articles.read(FIXTURES / "small", ontology))
    before = browse.read_whole_graph(empty_store)
    path = save(before, tmp_path / f"all.{form}")
    write.wipe(empty_store)
    load_feed(empty_store, ontology, exchange.read(path))
    assert browse.read_whole_graph(empty_store).as_dict() == before.as_dict()
    # Beside the list that it was cut out of, it changes nothing.
    write.wipe(empty_store)
    load_feed(empty_store, ontology, articles.read(FIXTURES / "small", ontology))
    load_feed(empty_store, ontology, exchange.read(path))
    assert browse.read_whole_graph(empty_store).as_dict() == before.as_dict()


# Parts of a graph, and spoilt files -----------------------------------------------------------------------------------


def test_the_name_of_the_dataset(tmp_path: Path) -> None:
    for name, dataset in (("My Graph (2).json", "file-my-graph-2"), ("강계.json", "file-ganggye"), ("!.json", None)):
        path = save(Subgraph(), tmp_path / name)
        feed = exchange.read(path)
        assert feed.dataset == dataset or (dataset is None and re.fullmatch("file-[0-9a-f]{20}", feed.dataset))
        assert (feed.keeps_history, feed.yields, feed.title) == (False, True, name)
        assert list(feed.items) == [] and feed.fraction() == 1.0
    assert exchange.read(path, dataset="mine").dataset == "mine"


def test_the_same_content_is_the_same_edition(tmp_path: Path, ontology: Ontology) -> None:
    one, two = (save(small(ontology), tmp_path / name) for name in ("a.json", "b.json"))
    assert exchange.read(one).edition == exchange.read(two).edition
    two.write_text(two.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert exchange.read(one).edition != exchange.read(two).edition


@pytest.mark.parametrize("form", FORMS)
def test_part_of_a_graph_loads_without_its_claims_and_speakers(tmp_path: Path, form: str) -> None:
    numbers = {"identifiers": ["IMO 1", "X"]}
    ship = Entity("ship", "Ship", KNOWN.types["Ship"].labels, "Ship", ("Old Ship",), numbers)
    firm = Entity("firm", "Company", KNOWN.types["Company"].labels, "Firm")
    claim = Claim("c1", "firm", "MANAGES", "asserted", "s", object="ship", asserted_by="minister", summary="x")
    subgraph = Subgraph(
        (ship, firm),
        (
            Relationship("firm|OWNS|ship", "OWNS", "firm", "ship", ("gone",), "denied", {"valid_from": "2020"}),
            Relationship("firm|MANAGES|ship", "MANAGES", "firm", "ship", ("c1", "lost")),
        ),
        (claim,),
        (Source("s", "P", "T"),),
    )
    taken = Taken(save(subgraph, tmp_path / f"part.{form}"))
    assert taken.rejected == []
    own = {
        (c.predicate, c.object or c.value, c.stance, c.valid_from, c.grade)
        for c in taken.claims.values()
        if c.source == "file-part-file"
    }
    assert own == {
        ("HAS_NAME", "Old Ship", "asserted", "", "F6"),
        ("HAS_IDENTIFIER", "IMO 1", "asserted", "", "F6"),
        ("HAS_IDENTIFIER", "X", "asserted", "", "F6"),
        ("OWNS", "ship", "denied", "2020", "F6"),
    }
    assert taken.claims["c1"] == claim
    assert taken.entities["minister"].type == "Thing"
    assert [i.shared for i in taken.all if isinstance(i, Item) and i.record.id == "minister"] == [True]
    assert taken.kinds == {"line without a claim": 1, "claims not in the file": 1, "speaker not in the file": 1}
    assert taken.sources["file-part-file"].title == f"part.{form}"


def write_json(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "file.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


HEAD = '{"format": "armsgraph/1",\n"entities": [\n'
GOOD = '{"id": "a", "type": "Ship", "name": "A"}'


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "file.json, row 1: can't be read as armsgraph/1: the file is empty"),
        ("[1]", "is no JSON object: it does not begin with '{'"),
        ('{"id": "x", "schema": "Person"}\n{"id": "y"}', "row 2: can't be read as armsgraph/1: there is more after"),
        ('{"entities": []}', "does not say that its format is armsgraph/1"),
        ('{"format": "armsgraph/2"}', "the format is 'armsgraph/2'; this version reads 'armsgraph/1'"),
        ('{"format": "armsgraph/1", "claims": {}}', "field 'claims': must be a list"),
        (HEAD + GOOD, "row 3: the file ends in the middle (byte 80)"),
        (HEAD + GOOD + ",\n" + GOOD[:20], "row 4: the file ends in the middle (byte 102)"),
        (HEAD + GOOD + "\n" + GOOD, "row 4: a comma or ']' is expected here"),
        (HEAD + GOOD + ',\n{"id": nul}' + "]}", "row 4: is not JSON (Expecting value)"),
        (HEAD + GOOD.replace('"A"', "NaN") + "]}", "row 3: NaN is no number"),
        (HEAD + GOOD.replace('"A"', "1e999") + "]}", "row 3: 1e999 is no number that can be kept"),
        (HEAD + "[" * 100_000, "row 3: is nested too deep"),
        ((HEAD + GOOD).encode() + b",\n\xff]}", "byte 0xff at offset 82 is not UTF-8"),
        (HEAD + GOOD + "]} x", "row 3: there is more after the end of the object"),
    ],
)
def test_json_that_can_not_be_used_loads_nothing(tmp_path: Path, text: str | bytes, rule: str) -> None:
    feed = exchange.read(write_json(tmp_path, text))
    with pytest.raises(DataError, match=re.escape(rule)):
        next(iter(feed.items))


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        ('{"id": "b", "type": "Ship"}', "field 'name': is missing"),
        ('{"id": 7, "type": "Ship", "name": "B"}', "field 'id': must be a text, not 7"),
        ('{"id": "b", "type": "Ship", "name": null}', "field 'name': must be a text, not nothing (null)"),
        (
            '{"id": "b", "type": "Ship", "name": "B", "aliases": "x"}',
            "field 'aliases': must be a list of texts, not 'x'",
        ),
        ('{"id": "b", "type": "Ship", "name": "B", "properties": {"x": {}}}', "'x' must be a text, a number or a list"),
        ('{"id": "b", "type": "Ship", "name": "B", "properties": {"identifiers": "IMO 1"}}', "field 'identifiers'"),
        ('{"id": "b", "type": "Ship", "name": "\\ud83d"}', "holds what no database can (str is not valid UTF-8"),
        ('{"id": "b", "type": "Ship", "name": "B", "properties": {"tonnage": 99999999999999999999}}', "64-bit"),
        ("[]", "field 'entities': must hold objects, not []"),
    ],
)
def test_a_faulty_record_is_named_and_the_good_ones_stay(tmp_path: Path, record: str, rule: str) -> None:
    taken = Taken(write_json(tmp_path, f"{HEAD}{GOOD},\n{record},\n{GOOD.replace('a', 'c', 1)}]}}"))
    assert list(taken.entities) == ["a", "c"]
    assert len(taken.rejected) == 1
    assert taken.rejected[0].startswith("file.json, row 4") and rule in taken.rejected[0]


def test_claims_are_checked_field_by_field(tmp_path: Path) -> None:
    claim = {"id": "c", "subject": "a", "predicate": "ESTIMATE", "stance": "asserted", "source": "s"}
    wrong = [{**claim, "low": "many"}, {**claim, "value": True}, {**claim, "unit": None}, {"id": "c"}]
    text = json.dumps({"format": "armsgraph/1", "claims": [*wrong, {**claim, "value": 3, "colour": "red"}]})
    taken = Taken(write_json(tmp_path, text))
    assert [re.sub(".*field ", "", p) for p in taken.rejected] == [
        "'low': must be a number, not 'many'",
        "'value': must be a number or a text, not True",
        "'unit': must be a text, not nothing (null)",
        "'subject': is missing",
        "'predicate': is missing",
        "'stance': is missing",
        "'source': is missing",
    ]
    assert taken.claims["c"].value == 3
    assert taken.kinds == {"unknown field": 1}


def test_what_a_file_holds_besides_is_told(tmp_path: Path) -> None:
    taken = Taken(write_json(tmp_path, f'\ufeff{{"views": [1, 2], "format": "armsgraph/1", "entities": [{GOOD}]}}'))
    assert list(taken.entities) == ["a"]
    assert taken.kinds == {"left out": 2}


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_json_is_read_alike_however_it_is_cut_into_chunks(tmp_path: Path, data: st.DataObject) -> None:
    leaf = TEXT | NUMBER | st.booleans() | st.none()
    value = st.recursive(leaf, lambda v: st.lists(v, max_size=3) | st.dictionaries(TEXT, v, max_size=3), max_leaves=6)
    whole = data.draw(st.dictionaries(TEXT, value, max_size=4))
    indent, size = data.draw(st.sampled_from([None, 0, 2])), data.draw(st.integers(1, 40))
    text = json.dumps(whole, ensure_ascii=data.draw(st.booleans()), indent=indent)
    path = write_json(tmp_path, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "CHUNK", size)
        records = list(JsonFile(path).values())
    again: dict[str, Any] = {k: [] for k, v in whole.items() if isinstance(v, list)}
    for item in records:
        assert text.splitlines() and item.raw.split("\n")[0] in text.split("\n")[item.line - 1]
        if item.item:
            again[item.section].append(item.value)
        else:
            again[item.section] = item.value
    assert repr(again) == repr({k: whole[k] for k in again}) and again.keys() == whole.keys()


@pytest.mark.parametrize("form", FORMS)
def test_any_cut_is_told_and_loads_nothing(tmp_path: Path, ontology: Ontology, form: str) -> None:
    raw = save(small(ontology), tmp_path / f"whole.{form}").read_bytes().rstrip()
    for size in range(1, len(raw), 331):
        path = tmp_path / f"cut.{form}"
        path.write_bytes(raw[:size])
        feed = exchange.read(path)
        with pytest.raises(DataError, match="ends in the middle|is not JSON|not UTF-8|can't be read as|empty"):
            next(iter(feed.items))


# GraphML of others ----------------------------------------------------------------------------------------------------


def summary(taken: Taken, predicate: str) -> set[tuple[str, str, str]]:
    return {(c.subject, str(c.object or c.value), c.detail) for c in taken.claims.values() if c.predicate == predicate}


def test_a_drawing_of_yed_becomes_things_and_links() -> None:
    taken = Taken(FIXTURES / "exchange" / "yed.graphml")
    assert {e.name: dict(e.properties) for e in taken.entities.values()} == {
        "Trading & Co": {"description": "Buys machine tools"},
        "Owner": {},
        "Inner": {},
        "The maker of yed.graphml": {"schema": "author"},
    }
    assert summary(taken, "LINKED_TO") == {("file-yed-n1", "file-yed-n0", "owns")}
    assert {e.type for e in taken.entities.values()} == {"Thing"}
    assert taken.kinds == {"left out": 4 + 1 + 1}  # drawings, the graph in a node, the hyperedge
    assert taken.rejected == []


def test_an_export_of_neo4j_becomes_things_and_links() -> None:
    taken = Taken(FIXTURES / "exchange" / "neo4j.graphml")
    by_name = {e.name: e for e in taken.entities.values()}
    first, second = by_name["Ein <b> Name"], by_name["강계"]
    assert first.properties == {"schema": "Company"}
    assert all(re.fullmatch("file-neo4j-[0-9a-f]{20}", e.id) for e in (first, second))
    assert summary(taken, "HAS_PROPERTY") == {
        (first.id, "http://example.org/a b", "id"),
        (first.id, "1999", "founded"),
        (second.id, "unknown", "founded"),
    }
    owns = [c for c in taken.claims.values() if c.predicate == "LINKED_TO"]
    assert [(c.subject, c.object, c.detail, c.grade) for c in owns] == [(second.id, first.id, "OWNS", "F6")] * 2
    assert [c.summary for c in owns] == [
        "The file links them (OWNS): share: 51 %.",
        "The file links them (OWNS): share: 49 %.",
    ]
    assert len(taken.rejected) == 1 and "field 'target': this edge has none" in taken.rejected[0]


def test_claims_of_others_keep_the_ontologys_rules(ontology: Ontology) -> None:
    for name in ("yed", "neo4j"):
        taken = collect(exchange.read(FIXTURES / "exchange" / f"{name}.graphml"), ontology)
        assert len(taken.claims) >= 1
        assert [str(p) for r in taken.rejected for p in r.problems if "this edge has none" not in str(p)] == []


GRAPHML = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">{}</graphml>'


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("<gexf/>", "file.graphml, row 1: is no GraphML: it begins with <gexf>"),
        ('<!DOCTYPE g [<!ENTITY a "b">]><graphml/>', "declares a document type"),
        (GRAPHML.format("<graph><node></graph>"), "not well-formed XML (mismatched tag)"),
        (
            GRAPHML.format(
                '<key id="f" for="graph" attr.name="armsgraph format"/><graph><data key="f">armsgraph/9</data></graph>'
            ),
            "is written in 'armsgraph/9'",
        ),
        (
            GRAPHML.format(
                '<key id="f" for="graph" attr.name="armsgraph format"/><key id="e" for="graph" '
                'attr.name="evidence (JSON)"/><graph><data key="e">{</data></graph>'
            ),
            "is not JSON",
        ),
    ],
)
def test_graphml_that_can_not_be_used_loads_nothing(tmp_path: Path, text: str, rule: str) -> None:
    path = tmp_path / "file.graphml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=re.escape(rule)):
        next(iter(exchange.read(path).items))


def spoilt(tmp_path: Path, ontology: Ontology, old: str, new: str) -> Taken:
    path = save(small(ontology), tmp_path / "spoilt.graphml")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return Taken(path)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('<data key="n.calibre">152<', '<data key="n.calibre">about 152<', "field 'calibre': must be a number"),
        ('<data key="n.calibre">152<', '<data key="n.calibre">1e999<', "field 'calibre': must be a number"),
        ('<data key="n.details-JSON">{', '<data key="n.details-JSON">[', "field 'details (JSON)': is not JSON"),
        ('<data key="n.type">', '<data key="n.label">x</data><data key="n.type">', "field 'label': is given twice"),
        ('<data key="e.claims-JSON">[', '<data key="e.claims-JSON">["x", ', "field 'claims': this is no claim"),
    ],
)
def test_a_faulty_node_or_edge_is_named(tmp_path: Path, ontology: Ontology, old: str, new: str, rule: str) -> None:
    taken = spoilt(tmp_path, ontology, old, new)
    assert len(taken.rejected) == 1 and rule in taken.rejected[0]
    assert len(taken.entities) >= len(small(ontology).entities) - 1


def test_what_was_added_to_our_graphml_is_told(tmp_path: Path, ontology: Ontology) -> None:
    taken = spoilt(
        tmp_path, ontology, '<data key="n.type">', '<data key="zz">x</data><port name="p"/><data key="n.type">'
    )
    assert taken.kinds == {"left out": 2}
    assert {i for i in taken.entities if i != "file-spoilt-author"} == {e.id for e in small(ontology).entities}


def found_kinds(items: Iterator[ExchangeRecord]) -> Counter[str]:
    return Counter(item.kind for item in items)


def test_our_graphml_is_known_by_its_declaration(tmp_path: Path, ontology: Ontology) -> None:
    path = save(small(ontology), tmp_path / "small.graphml")
    assert found_kinds(GraphmlFile(path).records()) == {"entity": 11, "relationship": 6, "claim": 13, "source": 2}
    path.write_text(path.read_text(encoding="utf-8").replace("armsgraph format", "title"), encoding="utf-8")
    assert found_kinds(GraphmlFile(path).records()) == {"node": 11, "edge": 6, "other": 2}


def test_records_say_where_they_stand(tmp_path: Path, ontology: Ontology) -> None:
    for form in FORMS:
        path = save(small(ontology), tmp_path / f"small.{form}")
        text = path.read_text(encoding="utf-8").split("\n")
        items = [i for i in exchange.read(path).items if isinstance(i, Item) and isinstance(i.record, Entity)]
        assert len(items) == 11
        for item in items:
            assert re.search("<node|{", text[item.row.number - 1])
            assert item.record.id in item.row.raw
    assert asdict(small(ontology).sources[0])["id"] in path.read_text(encoding="utf-8")
