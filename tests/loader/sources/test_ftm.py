"""FollowTheMoney in: what becomes of entities and links, and of hostile files."""

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import DataError, UsageError
from graph.formats import ftm_model
from graph.model import Claim, Entity
from graph.ontology import Ontology
from loader.records import Item, Notice, RejectedRow
from loader.sources.ftm import ftm as source
from loader.sources.ftm import lines
from loader.sources.ftm import rules as ftm_rules
from loader.sources.ftm.index import EntityIndex
from tests.support.paths import FIXTURES
from tests.support.reading import collect

FTM = FIXTURES / "ftm"

LIST, NESTED = FTM / "list.ftm.json", FTM / "targets.nested.json"


def write(path: Path, lines: Iterable[Any]) -> Path:
    path.write_bytes(b"".join(line if isinstance(line, bytes) else orjson.dumps(line) + b"\n" for line in lines))
    return path


@pytest.fixture(scope="module")
def read(ontology: Ontology) -> Any:
    return collect(source.read(LIST, ontology=ontology), ontology)


def claims(read: Any, subject: str, predicate: str) -> list[Claim]:
    matching = [c for c in read.claims.values() if c.subject == f"ftm-{subject}" and c.predicate == predicate]
    return sorted(matching, key=lambda c: (str(c.object), str(c.value), c.detail, c.valid_from, c.valid_to))


def test_only_what_is_really_at_fault_is_rejected(read: Any) -> None:
    assert read.problems == [
        "list.ftm.json, row 17, field 'object': there is no entity 'ftm-NK-nowhere'",
    ]
    assert [(n.kind, n.row.number) for n in read.notices] == [
        ("unknown country", 8),
        ("unusable value", 8),
        ("open link", 18),
    ]


def test_a_ship_with_names_numbers_flag_and_owner(read: Any) -> None:
    ship = read.entities["ftm-NK-vessel"]
    assert (ship.type, ship.name) == ("Ship", "PAEK SONG 9")
    assert ship.properties == {
        "country": "North Korea",
        "imoNumber": "9123453",
        "mmsi": "445999001",
        "vesselType": "General Cargo",
        "tonnage": 4512,
        "buildDate": "1994-05",
    }
    assert {(c.value, c.detail) for c in claims(read, "NK-vessel", "HAS_NAME")} == {
        ("PAEK SONG 9", ""),
        ("Paek Song 9", ""),
        ("백송 9호", "alias"),
        ("Sunny Harbour", "previous name"),
    }
    assert {c.value for c in claims(read, "NK-vessel", "HAS_IDENTIFIER")} >= {
        "IMO 9123453",
        "MMSI 445999001",
        "FollowTheMoney NK-vessel",
        "FollowTheMoney ofac-90017",
        "Listing 90017",
    }
    (flag,) = claims(read, "NK-vessel", "FLAGGED_IN")
    assert flag.object == "north-korea"
    assert "north-korea" in read.shared
    assert ("pastFlags", "Cambodia") in {(c.detail, c.value) for c in claims(read, "NK-vessel", "HAS_PROPERTY")}
    owned = [(c.detail, c.valid_from) for c in claims(read, "NK-starCo", "OWNS")]
    assert owned == [("Owner", ""), ("registered owner, 100 %", "2016-03")]


def test_every_value_stays_and_the_first_good_one_is_the_property(read: Any) -> None:
    assert read.entities["ftm-NK-agent"].properties["birthDate"] == "1961-02-10"
    assert [c.value for c in claims(read, "NK-agent", "HAS_PROPERTY") if c.detail == "birthDate"] == [
        "1961",
        "1961-02-10",
    ]
    cousin = read.entities["ftm-NK-cousinCo"]
    assert cousin.properties == {"country": "Chinaland"}
    assert ("dissolutionDate", "about 2019") in {
        (c.detail, c.value) for c in claims(read, "NK-cousinCo", "HAS_PROPERTY")
    }


def test_two_companies_at_one_address_share_it(read: Any) -> None:
    (one,), (other,) = claims(read, "NK-sisterCo", "LOCATED_IN"), claims(read, "NK-cousinCo", "LOCATED_IN")
    assert one.object == other.object
    assert read.entities[one.object].type == "Address"
    assert [c.object for c in claims(read, "NK-starCo", "LOCATED_IN")] == ["ftm-addr-1"]
    assert [c.object for c in claims(read, "addr-1", "LOCATED_IN")] == ["hong-kong"]


def test_listings_of_known_and_unknown_authorities(read: Any) -> None:
    (ofac,), (un,), (other,) = (claims(read, i, "DESIGNATED_BY") for i in ("NK-vessel", "NK-starCo", "NK-agent"))
    assert (ofac.object, ofac.detail, ofac.valid_from) == ("regime-ofac", "DPRK4", "2018-02-23")
    assert (un.object, un.valid_from, un.valid_to) == ("regime-un-1718", "2018-03-30", "2023-01-15")
    assert "Executive Order 13810" in ofac.summary
    assert {"regime-ofac", "regime-un-1718"} <= set(read.shared)
    regime = read.entities[other.object]
    assert (regime.type, regime.name, regime.properties) == ("Regime", "Ministry of Examples", {"country": "Kosovo"})


@pytest.mark.parametrize(
    ("subject", "predicate", "target", "detail"),
    [
        ("NK-agent", "DIRECTOR_OF", "NK-starCo", "director"),
        ("NK-agent", "ACTS_FOR", "NK-bureau", "Acting for or on behalf of"),
        ("NK-agent", "LINKED_TO", "NK-vessel", "Linked To"),
        ("NK-agent", "LINKED_TO", "NK-kin", "Family: brother"),
        ("NK-agent", "LINKED_TO", "post-1", "Occupancy"),
        ("NK-agent", "LINKED_TO", "wallet-1", "Wallet holder"),
        ("NK-starCo", "LINKED_TO", "NK-vessel", "Ownership: odd"),
        ("NK-starCo", "PAYS", "NK-bureau", ""),
        ("NK-cousinCo", "SAME_AS", "NK-sisterCo", ""),
        ("NK-vessel", "LINKED_TO", "sub-1", "tender"),
    ],
)
def test_links_become_the_nearest_honest_relationship(
    read: Any, subject: str, predicate: str, target: str, detail: str
) -> None:
    assert (f"ftm-{target}", detail) in {(c.object, c.detail) for c in claims(read, subject, predicate)}


def test_two_posts_in_one_place_stay_two(read: Any) -> None:
    posts = claims(read, "NK-agent", "HOLDS_POST_IN")
    assert [(c.detail, c.valid_from) for c in posts] == [("head", ""), ("head", "2020")]
    passports = [c.valid_to for c in claims(read, "NK-agent", "HAS_IDENTIFIER") if c.value == "Passport 654000001"]
    assert passports == ["", "2025-01-01"]


def test_unknown_schemata_and_properties_are_kept(read: Any) -> None:
    boat = read.entities["ftm-sub-1"]
    assert (boat.type, boat.name, boat.properties) == ("Thing", "Yono", {"schema": "Submersible"})
    assert [(c.detail, c.value) for c in claims(read, "sub-1", "HAS_PROPERTY")] == [
        ("depth", "100 m"),
        ("schema", "Submersible"),
    ]
    assert read.entities["ftm-NK-body"].type == "Organization"
    assert read.entities["ftm-NK-body"].properties == {"schema": "LegalEntity"}
    assert read.entities["ftm-plane-1"].properties["aircraftModel"] == "Il-62M"


def test_each_data_set_speaks_for_itself(read: Any) -> None:
    (ofac,), (un,), (other,) = (claims(read, i, "DESIGNATED_BY") for i in ("NK-vessel", "NK-starCo", "NK-agent"))
    assert [c.source for c in (ofac, un, other)] == [
        "ftm-source-us_ofac_sdn",
        "ftm-source-un_sc_sanctions",
        "ftm-source-example_list",
    ]
    assert [c.grade for c in (ofac, un, other)] == ["B2", "B2", "F6"]
    # One voice with the authority's own list, when that is loaded too.
    assert [c.asserted_by for c in (ofac, un, other)] == ["regime-ofac", "regime-un", "ftm-publisher-example_list"]
    everybody = {**read.entities, **read.shared}
    assert all(not c.reported_on and c.asserted_by in everybody for c in read.claims.values())


def test_what_was_merged_from_several_is_nobodys_own_word(read: Any) -> None:
    (flag,) = claims(read, "NK-vessel", "FLAGGED_IN")
    assert read.entities[flag.asserted_by].name == "OpenSanctions, merged from several lists"
    document = read.sources[flag.source]
    assert document.publisher == "OpenSanctions"
    assert document.title == (
        "Merged from Office of Foreign Assets Control, US Treasury (Specially Designated Nationals) and United Nations "
        "Security Council (Consolidated sanctions list)"
    )
    assert (flag.grade, flag.paragraph) == ("B2", "entry NK-vessel")


def test_nested_entities_are_the_same_as_lines_of_their_own(ontology: Ontology) -> None:
    nested = collect(source.read(NESTED, ontology=ontology), ontology)
    assert nested.problems == []
    drawn = {(c.subject, c.predicate, c.object) for c in nested.claims.values() if c.object}
    assert drawn == {
        ("ftm-NK-starCo", "OWNS", "ftm-NK-vessel"),
        ("ftm-NK-vessel", "DESIGNATED_BY", "regime-ofac"),
        ("ftm-NK-vessel", "FLAGGED_IN", "north-korea"),
        ("ftm-NK-starCo", "INCORPORATED_IN", "hong-kong"),
        ("ftm-NK-starCo", "LOCATED_IN", "ftm-addr-1"),
        ("ftm-NK-sisterCo", "LOCATED_IN", "ftm-addr-1"),
        ("ftm-addr-1", "LOCATED_IN", "hong-kong"),
    }
    assert nested.notices == []


def test_a_link_in_two_entities_keeps_all_its_ends(ontology: Ontology, tmp_path: Path) -> None:
    """One ownership with two owners stands nested in each of them, each time without the other."""

    def owner(name: str) -> dict[str, Any]:
        asset = {"id": "asset", "schema": "Company", "properties": {"name": ["Asset"]}}
        link = {"id": "own", "schema": "Ownership", "properties": {"asset": [asset]}}
        return {"id": name, "schema": "Company", "properties": {"name": [name], "ownershipOwner": [link]}}

    path = write(tmp_path / "two.json", [owner("a"), owner("b"), owner("a") | {"id": "c"}])
    feed = collect(source.read(path, ontology=ontology), ontology)
    assert {c.subject for c in feed.claims.values() if c.predicate == "OWNS"} == {"ftm-a", "ftm-b", "ftm-c"}


def test_the_filter_takes_what_matches_with_its_neighbours(ontology: Ontology) -> None:
    every = {i.record.id: i.selected for i in source.read(LIST, ontology=ontology).items if isinstance(i, Item)}
    some = {
        i.record.id: i.selected
        for i in source.read(LIST, countries=["North Korea"], topics=["sanction"], ontology=ontology).items
        if isinstance(i, Item)
    }
    assert every.keys() == some.keys()
    assert all(every.values())
    picked = {i for i in ("vessel", "starCo", "agent", "bureau", "kin", "sisterCo", "body") if some[f"ftm-NK-{i}"]}
    assert picked == {"vessel", "starCo", "agent", "bureau", "kin"}
    chosen = collect(source.read(LIST, countries=["kp"], ontology=ontology), ontology)
    assert {"ftm-NK-vessel", "ftm-NK-agent"} <= set(chosen.entities)
    assert "ftm-NK-sisterCo" not in chosen.entities
    with pytest.raises(UsageError, match="Atlantis"):
        source.read(LIST, countries=["Atlantis"], ontology=ontology)


def test_editions_come_from_the_last_day_seen_or_the_content(ontology: Ontology, tmp_path: Path) -> None:
    assert source.read(LIST, ontology=ontology).edition == "2024-05-03"
    assert source.read(LIST, ontology=ontology).keeps_history
    assert source.read(LIST, edition="2020", ontology=ontology).edition == "2020"
    one = write(tmp_path / "1.json", [{"id": "a", "schema": "Person", "properties": {"name": ["A"]}}])
    two = write(tmp_path / "2.json", [{"id": "a", "schema": "Person", "properties": {"name": ["B"]}}])
    editions = [source.read(p, ontology=ontology).edition for p in (one, one, two)]
    assert editions[0] == editions[1] != editions[2]
    assert not source.read(one, ontology=ontology).keeps_history
    with pytest.raises(UsageError, match="small letters"):
        source.read(one, dataset="No Good", ontology=ontology)


# --- in: files that are at fault

GOOD = {"id": "good", "schema": "Person", "properties": {"name": ["Good"]}}


def list_problems(items: Iterable[Any]) -> list[str]:
    return [str(p) for i in items if isinstance(i, RejectedRow) for p in i.problems]


def test_bad_lines_are_named_and_good_ones_kept(ontology: Ontology, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(lines, "LINE_LIMIT", 2_000)
    path = write(
        tmp_path / "bad.json",
        [
            b"\xef\xbb\xbf" + orjson.dumps(GOOD) + b"\r\n",
            b'{"id": "cut", "schema"\n',
            b"\n",
            b'{"id": "x\xff"}\n',
            b'["list"]\n',
            {"id": "", "schema": "Person"},
            {"schema": "Person", "properties": []},
            {"id": "long", "schema": "Person", "properties": {"name": ["x" * 3_000]}},
            {"id": "odd", "schema": "Person", "properties": {"name": ["Odd\u0007", ["deep"]], "x": {"id": 1}}},
            GOOD,
            {"id": "surrogate"} | {"schema": "Person"},
            b'{"id": "last", "schema": "Person", "properties": {"name": "Last"}}',
        ],
    )
    items = list(source.read(path, ontology=ontology).items)
    assert list_problems(items)[1:] == [
        "bad.json, row 4: byte 0xff at offset 100 is not UTF-8",
        "bad.json, row 5: is JSON, but not an object in braces",
        "bad.json, row 6, field 'id': an entity needs an id, of at most 1,000 characters",
        "bad.json, row 7, field 'id': an entity needs an id, of at most 1,000 characters",
        "bad.json, row 7, field 'properties': must be an object",
        "bad.json, row 8: the line has 3,059 bytes; at most 2,000 are read",
        "bad.json, row 10, field 'id': 'good' has a line before; merge the parts of an entity into one line first "
        "(ftm aggregate)",
    ]
    assert list_problems(items)[0].startswith("bad.json, row 2: is not JSON: ")
    assert path.read_bytes()[100] == 0xFF
    names = {i.record.id: i.record.name for i in items if isinstance(i, Item) and isinstance(i.record, Entity)}
    assert names == {
        "ftm-publisher-ftm": "ftm",
        "ftm-good": "Good",
        "ftm-odd": "Odd",
        "ftm-surrogate": "surrogate",
        "ftm-last": "Last",
    }
    assert [(n.kind, n.text) for n in items if isinstance(n, Notice)] == [
        ("unreadable part", "odd, name: control characters were left out"),
        ("unreadable part", "odd, name: a value must be a text or an entity, not a list"),
        ("unreadable part", "odd, x.schema: an entity needs a schema, of at most 100 characters"),
    ]


def test_gzip_whole_and_cut(ontology: Ontology, tmp_path: Path) -> None:
    packed = tmp_path / "list.json.gz"
    packed.write_bytes(gzip.compress(LIST.read_bytes()))
    feed = source.read(packed, ontology=ontology)
    plain = {i.record.id for i in source.read(LIST, ontology=ontology).items if isinstance(i, Item)}
    assert {i.record.id for i in feed.items if isinstance(i, Item)} == plain
    assert feed.fraction() == 1
    packed.write_bytes(packed.read_bytes()[:-200])
    with pytest.raises(DataError, match="damaged or cut short"):
        source.read(packed, ontology=ontology)


def test_files_of_no_use(ontology: Ontology, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="can't be read"):
        source.read(tmp_path / "none.json", ontology=ontology)
    with pytest.raises(DataError, match="one JSON list"):
        source.read(write(tmp_path / "list.json", [b'[{"id": "a"},\n{"id": "b"}]\n']), ontology=ontology)


def test_a_line_of_too_many_values_is_rejected(ontology: Ontology, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(lines, "COUNT_LIMIT", 50)
    inner = {"id": "b", "schema": "Person", "properties": {"alias": [f"a{n}" for n in range(30)]}}
    many = {"id": "a", "schema": "Person", "properties": inner["properties"] | {"x": [inner]}}
    items = list(source.read(write(tmp_path / "many.json", [many, GOOD]), ontology=ontology).items)
    assert list_problems(items) == ["many.json, row 1, field 'properties': the line holds more than 50 values"]
    assert "ftm-good" in {i.record.id for i in items if isinstance(i, Item)}


def test_awkward_ids_and_names(ontology: Ontology, tmp_path: Path) -> None:
    ids = ["a b", "a|b", "a-b", "x" * 300, "ünï", "tab\tid", 7]
    lines = [{"id": i, "schema": "Person", "properties": {"name": ["n" * 40_000]}} for i in ids]
    feed = collect(source.read(write(tmp_path / "ids.json", lines), ontology=ontology), ontology)
    people = [e for e in feed.entities.values() if e.type == "Person"]
    assert feed.problems == []
    assert len(people) == len(ids)
    assert all(len(e.name) == 1_000 for e in people)
    originals = {c.value for c in feed.claims.values() if c.detail == "FollowTheMoney"}
    assert originals == {f"FollowTheMoney {i}" for i in ids}
    assert "n" * 40_000 in {c.value for c in feed.claims.values() if c.detail == "name"}


def test_an_index_knows_types_marks_and_repeats() -> None:
    index = EntityIndex(["Person", "Ship"])
    for number in range(500):
        index.add(f"id{number}", "Ship" if number % 2 else "Person", top=number % 3 == 0, match=number == 7)
    index.add("id8", "Ship", top=True, match=False)
    index.close()
    assert len(index) == 500
    assert [index.type_of(i) for i in ("id2", "id3", "id8", "other")] == ["Person", "Ship", "Ship", ""]
    assert (index.has_own_line("id3"), index.has_own_line("id4"), index.has_own_line("id8")) == (True, False, True)
    assert (index.is_first_time("id3"), index.is_first_time("id3"), index.is_first_time("other")) == (
        True,
        False,
        False,
    )
    assert (index.taken("id7"), index.taken("id9")) == (True, False)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["kp", "NK-1", "2020-13", "IMO9123453", "about 1960"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "schema", "properties", "name", "sanctions", "entity", "x"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
names = st.sampled_from([*sorted({p for s in ftm_model.load().schemata.values() for p in s.properties}), "new", ""])
hostile = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["NK-1", "NK-2", "NK-3"]) | json_values,
        "schema": st.sampled_from([*ftm_model.load().schemata, "Submersible"]) | json_values,
    },
    optional={
        "properties": st.dictionaries(names, json_values, max_size=5) | json_values,
        "datasets": st.lists(st.text(max_size=8), max_size=3) | json_values,
        "caption": json_values,
        "referents": json_values,
        "last_seen": json_values,
        "armsgraph": json_values
        | st.fixed_dictionaries({"format": st.just("armsgraph/1"), "claims": json_values, "entity": json_values}),
    },
)


@settings(max_examples=120)
@given(lines=st.lists(hostile.map(lambda d: orjson.dumps(d) + b"\n") | st.binary(max_size=30), max_size=6))
def test_no_line_can_break_the_reader_or_hide_its_neighbour(
    ontology: Ontology, tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("hostile") / "lines.json"
    good = orjson.dumps(GOOD) + b"\n"
    path.write_bytes(good + b"".join(lines) + b"\n" + orjson.dumps(GOOD | {"id": "end"}) + b"\n")
    feed = collect(source.read(path, ontology=ontology), ontology)
    assert {"ftm-good", "ftm-end"} <= set(feed.entities)
    for entity in feed.entities.values():
        assert orjson.loads(orjson.dumps(dict(entity.properties))) == entity.properties


# --- the model and the tables


def test_the_manifest_names_only_what_there_is(ontology: Ontology) -> None:
    model, raw = ftm_model.load(), source.manifest()
    assert {"title", "publisher", "licence", "address", "grade"} <= set(raw)
    properties = {p for s in model.schemata.values() for p in s.properties}
    assert set(raw["links"]) | set(raw["types"]) <= set(model.schemata)
    assert {*raw["pointers"], *raw["names"], *raw["schemes"], *raw["states"]} <= properties
    predicates = [p.removeprefix("<") for t in ("links", "roles", "pointers") for ps in raw[t].values() for p in ps]
    assert {*predicates, *raw["states"].values()} <= set(ontology.relationships)
    assert {p for t in ontology.types.values() for p in t.properties} >= set(raw["properties"])


def test_every_type_and_schema_has_its_counterpart(ontology: Ontology) -> None:
    model, rules = ftm_model.load(), ftm_rules.Rules(ontology)
    for type_ in ontology.list_concrete_types():
        schema = model.schemata[ftm_model.select_schema(type_, model)]
        assert not schema.abstract and not schema.edge and schema.is_a("Thing")
    become = {s: rules.type_of(s) for s in model.schemata}
    assert all(t == "-" or not ontology.types[t].abstract for t in become.values())
    types = {
        "Vessel": "Ship",
        "Airplane": "Aircraft",
        "Company": "Company",
        "PublicBody": "PublicBody",
        "LegalEntity": "Organization",
        "Address": "Address",
        "Trip": "Event",
        "Asset": "Thing",
        "Security": "Thing",
        "Passport": "-",
        "Sanction": "-",
        "Ownership": "-",
    }
    assert {s: become[s] for s in types} == types
