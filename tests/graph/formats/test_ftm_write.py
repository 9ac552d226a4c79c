"""FollowTheMoney out and back: valid lines for its own reader, and round trips that lose nothing."""

import json
from collections import defaultdict
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import evidence
from graph.database import write as write_
from graph.database.store import Store
from graph.errors import DataError
from graph.formats import ftm, ftm_model, ftm_values
from graph.model import Claim, Entity, Relationship, Source, Subgraph
from graph.ontology import Ontology
from graph.reading import browse
from loader.records import Feed, Item
from loader.sources import articles
from loader.sources.ftm import ftm as source
from tests.loader.sources.test_ftm import LIST, list_problems, write
from tests.support.reading import CollectedFeed, collect, load_feed


def subgraph(entities: Iterable[Entity], claims: Iterable[Claim], sources: Iterable[Source]) -> Subgraph:
    """A subgraph with the relationships that its claims make, as the store makes them, all in the order of ids."""
    claims = sorted(claims, key=lambda c: c.id)
    drawn: dict[tuple[str, str, str | None], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.object:
            drawn[claim.subject, claim.predicate, claim.object].append(claim)
    edges = [evidence.build_relationship(group) for group in drawn.values() if evidence.select_line_claims(group)]
    return Subgraph(
        tuple(sorted(entities, key=lambda e: e.id)),
        tuple(sorted(edges, key=lambda r: r.id)),
        tuple(claims),
        tuple(sorted(sources, key=lambda s: s.id)),
    )


def whole(feed: CollectedFeed) -> Subgraph:
    """The subgraph of everything that was read."""
    entities = [*feed.entities.values(), *feed.shared.values()]
    return subgraph(entities, feed.claims.values(), feed.sources.values())


def restored(feed: Feed) -> Subgraph:
    """The subgraph that a feed's items make; a rejection or notice fails the test."""
    items = list(feed.items)
    assert not [i for i in items if not isinstance(i, Item)]
    records = [i.record for i in items if isinstance(i, Item)]
    return subgraph(
        [r for r in records if isinstance(r, Entity)],
        [r for r in records if isinstance(r, Claim)],
        [r for r in records if isinstance(r, Source)],
    )


def round_trip(graph: Subgraph, ontology: Ontology, path: Path) -> Subgraph:
    return restored(source.read(write(path, ftm.to_json_lines(graph, ontology)), ontology=ontology))


@pytest.fixture(scope="module")
def shipped(ontology: Ontology) -> Subgraph:
    return whole(collect(articles.read(articles.FOLDER, ontology), ontology))


@pytest.fixture(scope="module")
def read(ontology: Ontology) -> CollectedFeed:
    return collect(source.read(LIST, ontology=ontology), ontology)


def model_faults(data: dict[str, Any]) -> list[str]:
    """What ftm_model.json says against a line: its schema, and values that FollowTheMoney would not keep so."""
    model = ftm_model.load()
    schema = model.schemata.get(data["schema"])
    if schema is None or schema.abstract or not ftm_values.ENTITY_ID.match(data["id"]):
        return [f"{data['id']}: no entity can be a {data['schema']}"]
    lacking = [f"lacks {p}" for p in schema.required if not data["properties"].get(p)]
    return lacking + [
        f"{data['id']}: {name} {value!r}"
        for name, values in data["properties"].items()
        for value in values
        if name not in schema.properties or ftm_values.clean_value(schema.properties[name], value, model) != value
    ]


def package_faults(data: dict[str, Any]) -> list[str]:
    """What the followthemoney package itself says against a line, with all its cleaning."""
    package = pytest.importorskip("followthemoney", reason="followthemoney is not installed: ftm_model.json was asked")
    proxy = package.model.get_proxy(data, cleaned=False)
    kept = proxy.to_dict()
    proxy.schema.validate(kept)
    lacking = [f"{data['id']} lacks {p}" for p in proxy.schema.required if p not in kept["properties"]]
    same = (
        kept["properties"] == data["properties"] and kept["armsgraph"] == data["armsgraph"] and proxy.id == data["id"]
    )
    return lacking + ([] if same else [f"{data} became {kept}"])


# The package's own word counts where it is installed; the model's copy is asked everywhere.
CHECKS = [model_faults, *([package_faults] if find_spec("followthemoney") else [])]


@pytest.mark.parametrize("faults", [model_faults, package_faults])
def test_every_line_is_valid_followthemoney(faults: Any, shipped: Subgraph, ontology: Ontology, read: Any) -> None:
    for graph in (shipped, whole(read)):
        lines = [orjson.loads(line) for line in ftm.to_json_lines(graph, ontology)]
        assert len({line["id"] for line in lines}) == len(lines) > 40
        assert [fault for line in lines for fault in faults(line)] == []


def test_links_point_to_lines_of_the_schema_that_they_need(shipped: Subgraph, ontology: Ontology) -> None:
    model = ftm_model.load()
    lines = {data["id"]: data for data in map(orjson.loads, ftm.to_json_lines(shipped, ontology))}
    links = [
        (data["id"], name, lines[value]["schema"], model.schemata[data["schema"]].properties[name].range)
        for data in lines.values()
        for name, values in data["properties"].items()
        if model.schemata[data["schema"]].properties[name].type == "entity"
        for value in values
    ]
    assert len(links) > 100
    assert [link for link in links if not model.schemata[link[2]].is_a(link[3])] == []


def test_the_shipped_articles_come_back_whole(shipped: Subgraph, ontology: Ontology, tmp_path: Path) -> None:
    back = round_trip(shipped, ontology, tmp_path / "out.json")
    assert back.as_dict() == shipped.as_dict()
    assert b"".join(ftm.to_json_lines(back, ontology)) == b"".join(ftm.to_json_lines(shipped, ontology))
    feed = collect(source.read(tmp_path / "out.json", ontology=ontology), ontology)
    assert feed.problems == []
    assert len(feed.entities) + len(feed.shared) == len(shipped.entities)
    assert {"north-korea", "regime-ofac"} <= set(feed.shared)


def test_a_read_list_comes_back_whole(read: Any, ontology: Ontology, tmp_path: Path) -> None:
    graph = whole(read)
    assert round_trip(graph, ontology, tmp_path / "out.json").as_dict() == graph.as_dict()


def line_of(graph: Subgraph, ontology: Ontology, identity: str) -> dict[str, Any]:
    return next(d for d in map(orjson.loads, ftm.to_json_lines(graph, ontology)) if d["id"] == identity)


def test_a_company_has_its_imo_number(ontology: Ontology) -> None:
    company = Entity("c", "Company", ontology.types["Company"].labels, "Invented Shipping")
    number = Claim(
        "1", "c", "HAS_IDENTIFIER", "asserted", "s", value="Company Number IMO 5963351", detail="Company Number IMO"
    )
    graph = Subgraph((company,), (), (number,), (Source("s", "P", "T"),))
    assert line_of(graph, ontology, "c")["properties"]["imoNumber"] == ["IMO5963351"]


def test_a_ship_reads_as_a_vessel(read: Any, ontology: Ontology) -> None:
    graph = whole(read)
    vessel = line_of(graph, ontology, "ftm-NK-vessel")
    assert vessel["schema"] == "Vessel"
    properties = vessel["properties"]
    assert properties["imoNumber"] == ["IMO9123453"]
    assert (properties["type"], properties["country"], properties["previousName"]) == (
        ["General Cargo"],
        ["kp"],
        ["Sunny Harbour"],
    )
    assert properties["topics"] == ["sanction"]
    assert "NK-vessel" in vessel["referents"]
    assert line_of(graph, ontology, "ftm-NK-starCo")["properties"]["addressEntity"] == ["ftm-addr-1"]
    assert line_of(graph, ontology, "ftm-wallet-1")["schema"] == "CryptoWallet"


def test_what_is_denied_is_never_a_link_or_a_name(ontology: Ontology, tmp_path: Path) -> None:
    person, firm = (Entity(i, t, ontology.types[t].labels, i) for i, t in (("p", "Person"), ("f", "Company")))
    common = {"source": "s", "asserted_by": "f", "summary": "It says so."}
    claims = [
        Claim("c1", "p", "DIRECTOR_OF", "asserted", object="f", **common),
        Claim("c2", "p", "DIRECTOR_OF", "denied", object="f", **common),
        Claim("c3", "p", "HAS_NAME", "denied", value="Bad Name", **common),
        Claim("c4", "p", "HAS_NAME", "asserted", value="Old Name", withdrawn_on="2024", **common),
        Claim("c5", "f", "OWNS", "denied", object="p", **common),
        Claim("c6", "f", "ESTIMATE", "asserted", topic="shells", low=1, high=2.5, unit="shells", **common),
    ]
    graph = subgraph([person, firm], claims, [Source("s", "Publisher", "Title")])
    lines = {d["id"]: d for d in map(orjson.loads, ftm.to_json_lines(graph, ontology))}
    assert {i: d["schema"] for i, d in lines.items() if i.startswith("claim-")} == {
        "claim-c1": "Directorship",
        "claim-c2": "Note",
        "claim-c3": "Note",
        "claim-c4": "Note",
        "claim-c5": "Note",
        "claim-c6": "Note",
    }
    assert lines["claim-c1"]["properties"]["status"] == ["contested"]
    assert lines["claim-c2"]["properties"]["keywords"] == ["is a director of", "denied"]
    assert "alias" not in lines["p"]["properties"]
    assert "shells: 1 to 2.5 shells" in lines["claim-c6"]["properties"]["notes"][0]
    assert round_trip(graph, ontology, tmp_path / "out.json").as_dict() == graph.as_dict()


def test_names_and_lines_without_claims_get_the_file_as_their_source(ontology: Ontology, tmp_path: Path) -> None:
    """Of somebody else's database, or of an answer without its evidence."""
    entities = tuple(
        Entity(
            i,
            "Organization",
            ontology.types["Organization"].labels,
            i.upper(),
            aliases=(f"{i} also",),
            properties={"identifiers": ["No. 7"]},
        )
        for i in ("a", "b")
    )
    edges = (Relationship("x", "PART_OF", "a", "b"), Relationship("y", "KNOWS", "a", "b", stance="denied"))
    path = write(tmp_path / "out.json", ftm.to_json_lines(Subgraph(entities, edges), ontology))
    feed = collect(source.read(path, ontology=ontology), ontology)
    assert feed.problems == []
    drawn = {(c.subject, c.predicate, c.object, c.detail, c.stance) for c in feed.claims.values() if c.object}
    assert drawn == {("a", "PART_OF", "b", "", "asserted"), ("a", "LINKED_TO", "b", "KNOWS", "denied")}
    assert {c.value for c in feed.claims.values() if not c.object} == {"a also", "b also", "No. 7"}


def test_a_forged_key_is_rejected_field_by_field(ontology: Ontology, tmp_path: Path) -> None:
    claim = {"id": "c", "subject": "a", "predicate": "STATEMENT", "stance": "asserted", "source": "s"}
    keys = [
        {"format": "armsgraph/9"},
        {"format": "armsgraph/1"},
        {"format": "armsgraph/1", "claims": [claim | {"low": True}, claim | {"spin": 1}, {"id": "c"}, 5]},
        {
            "format": "armsgraph/1",
            "entity": {"id": "a", "type": "Person", "name": "A", "properties": {"title": {"x": 1}}},
        },
        {"format": "armsgraph/1", "source": [], "relationship": {"id": 1}},
    ]
    path = write(tmp_path / "forged.json", [{"id": "z", "schema": "Note", "armsgraph": key} for key in keys])
    assert list_problems(source.read(path, ontology=ontology).items) == [
        "forged.json, row 1, field 'armsgraph.format': must be 'armsgraph/1': another version of Armsgraph wrote this "
        "line",
        "forged.json, row 2, field 'armsgraph': holds neither entity, source, claims nor relationship",
        "forged.json, row 3, field 'armsgraph.claims.0.low': has the wrong kind of value: bool",
        "forged.json, row 3, field 'armsgraph.claims.1.spin': is no field that this version knows",
        "forged.json, row 3, field 'armsgraph.claims.2.subject': is missing",
        "forged.json, row 3, field 'armsgraph.claims.2.predicate': is missing",
        "forged.json, row 3, field 'armsgraph.claims.2.stance': is missing",
        "forged.json, row 3, field 'armsgraph.claims.2.source': is missing",
        "forged.json, row 3, field 'armsgraph.claims.3': must be an object",
        "forged.json, row 4, field 'armsgraph.entity.properties.title': must be a text, a number or a list of texts",
        "forged.json, row 5, field 'armsgraph.source': must be an object",
        "forged.json, row 5, field 'armsgraph.relationship.id': has the wrong kind of value: int",
        "forged.json, row 5, field 'armsgraph.relationship.type': is missing",
        "forged.json, row 5, field 'armsgraph.relationship.source': is missing",
        "forged.json, row 5, field 'armsgraph.relationship.target': is missing",
    ]


def test_what_json_cannot_hold_is_said(ontology: Ontology) -> None:
    entity = Entity("a", "Person", ontology.types["Person"].labels, "half \ud800 pair")
    with pytest.raises(DataError, match="can't be written as JSON"):
        list(ftm.to_json_lines(Subgraph((entity,)), ontology))


def test_ids_are_safe_and_never_meet() -> None:
    ids = ["a", "a_b", "a-b", "a b", "-a", "claim-a", "source-a", "한국", "x" * 200, "a."]
    ftm_ids = [ftm.to_ftm_id(i) for i in ids] + [ftm.to_ftm_id(i, kind) for i in ids for kind in ("claim", "source")]
    assert len(set(ftm_ids)) == 3 * len(ids)
    assert all(ftm_values.ENTITY_ID.match(i) for i in ftm_ids)
    assert (ftm.to_ftm_id("north-korea"), ftm.to_ftm_id("c1", "claim")) == ("north-korea", "claim-c1")


texts = st.text(max_size=30) | st.sampled_from(
    ['"quoted"', "a;\n, .b", "\u200b", "Ａ\u3000Ｂ", "''''", "e\u0301\u00ad\u0301"]
)


@settings(max_examples=150)
@given(name=texts.filter(lambda t: t.strip()), description=texts, url=texts, alias=texts, detail=texts, date=texts)
def test_any_text_makes_valid_lines_and_comes_back(  # noqa: PLR0917 - an argument a drawn value
    ontology: Ontology,
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    description: str,
    url: str,
    alias: str,
    detail: str,
    date: str,
) -> None:
    entities = [
        Entity("a", "Person", ontology.types["Person"].labels, name, properties={"description": description}),
        Entity("b", "Ship", ontology.types["Ship"].labels, alias or "b", properties={"buildDate": date, "mmsi": url}),
        Entity("c", "Address", ontology.types["Address"].labels, detail or "c"),
    ]
    claims = [
        Claim("1", "a", "HAS_NAME", "asserted", "s", value=alias, detail=detail),
        Claim("2", "a", "HAS_PROPERTY", "asserted", "s", value=date, detail="birthDate"),
        Claim("3", "b", "LINKED_TO", "asserted", "s", object="a", detail=detail, valid_from=date, summary=description),
        Claim("4", "b", "HAS_IDENTIFIER", "asserted", "s", value=f"IMO {url}", detail="IMO"),
    ]
    graph = subgraph(entities, claims[:2] + claims[3:], [Source("s", name, alias or "t", url=url, date=date)])
    graph = Subgraph(graph.entities, (), tuple(claims[:4]), graph.sources)
    lines = list(ftm.to_json_lines(graph, ontology))
    for faults in CHECKS:  # a text of which nothing is left may be the only name, so that one is lacking
        assert [fault for line in lines for fault in faults(json.loads(line)) if "lacks" not in fault] == []
    path = write(tmp_path_factory.mktemp("texts") / "out.json", lines)
    records = [i.record for i in source.read(path, ontology=ontology).items if isinstance(i, Item)]
    assert {r.id: r for r in records if isinstance(r, Entity)} == {e.id: e for e in entities}
    assert {r.id: r for r in records if isinstance(r, Claim)} == {c.id: c for c in claims}


def test_the_model_is_that_of_the_package() -> None:
    package = pytest.importorskip("followthemoney", reason="followthemoney is not installed: nothing to compare with")
    from scripts import renew_ftm_model

    assert package.__version__ == ftm_model.load().version
    assert json.loads(ftm_model.FILE.read_text(encoding="utf-8")) == renew_ftm_model.build_model()


def test_a_database_comes_back_whole(empty_store: Store, ontology: Ontology, tmp_path: Path) -> None:
    load_feed(empty_store, ontology, articles.read(LIST.parent.parent / "small", ontology))
    load_feed(empty_store, ontology, source.read(LIST, ontology=ontology))
    before = browse.read_whole_graph(empty_store)
    path = write(tmp_path / "out.json", ftm.to_json_lines(before, ontology))
    write_.wipe(empty_store)
    load_feed(empty_store, ontology, source.read(path, ontology=ontology))
    assert browse.read_whole_graph(empty_store).as_dict() == before.as_dict()
