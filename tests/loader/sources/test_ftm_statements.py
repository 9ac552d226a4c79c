"""FollowTheMoney with the data set of each value: statements in CSV and JSON lines, and entities merged from lists."""

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from graph.database.store import Store
from graph.errors import DataError
from graph.model import Claim
from graph.ontology import Ontology
from loader import rejects
from loader.records import RejectedRow
from loader.sources.ftm import ftm
from tests.support.reading import CollectedFeed, collect, load_feed

COLUMNS = (
    "canonical_id,entity_id,prop,prop_type,schema,value,dataset,origin,lang,original_value,external,first_seen,"
    "last_seen,id"
).split(",")
NOW = "2024-05-03"
SAID: list[tuple[str, ...]] = [
    # canonical, entity, schema, prop, value, dataset, lang, original, external, first seen, last seen
    ("NK-1", "eu-7", "Company", "id", "eu-7", "eu_fsf", "", "", "f", "2023-01-02", NOW),
    ("NK-1", "eu-7", "Company", "name", "Example Trading", "eu_fsf", "eng", "EXAMPLE TRADING", "f", "2023-01-02", NOW),
    ("NK-1", "jp-9", "LegalEntity", "name", "Example Trading", "jp_mof_sanctions", "", "", "f", "2023-06-01", NOW),
    ("NK-1", "jp-9", "LegalEntity", "alias", "예시무역", "jp_mof_sanctions", "kor", "", "f", "2023-06-01", NOW),
    ("NK-1", "eu-7", "Company", "weakAlias", "ExTra", "eu_fsf", "", "", "f", "2023-01-02", "2024-02-01"),
    ("NK-1", "ru-1", "Company", "innCode", "7707083893", "ext_ru_egrul", "", "", "t", "2024-04-01", "2024-05-01"),
    ("NK-1", "eu-7", "Company", "jurisdiction", "kp", "eu_fsf", "", "North Korea", "f", "2023-01-02", NOW),
    ("NK-2", "eu-8", "Person", "name", "Sample Owner", "eu_fsf", "", "", "f", "2023-01-02", NOW),
    ("own-1", "own-1", "Ownership", "owner", "eu-8", "eu_fsf", "", "", "f", "2023-01-02", NOW),
    ("own-1", "own-1", "Ownership", "asset", "NK-1", "eu_fsf", "", "", "f", "2023-01-02", NOW),
    ("own-1", "own-1", "Ownership", "percentage", "51", "ext_ru_egrul", "", "", "f", "2024-04-01", "2024-05-01"),
    ("s-1", "s-1", "Sanction", "entity", "eu-7", "eu_fsf", "", "", "f", "2023-01-02", NOW),
    ("s-1", "s-1", "Sanction", "authority", "Council", "eu_fsf", "", "", "f", "2023-01-02", NOW),
    ("s-2", "s-2", "Sanction", "entity", "NK-1", "jp_mof_sanctions", "", "", "f", "2023-06-01", NOW),
]  # fmt: skip


def to_fields(statement: tuple[str, ...]) -> dict[str, str]:
    canonical, entity, schema, prop, value, dataset, lang, original, external, first, last = statement
    fields = {"canonical_id": canonical, "entity_id": entity, "schema": schema, "prop": prop, "value": value}
    fields |= {"dataset": dataset, "lang": lang, "original_value": original, "external": external}
    return {**dict.fromkeys(COLUMNS, ""), **fields, "first_seen": f"{first}T10:00:00", "last_seen": f"{last}T10:00:00"}


def write_csv(folder: Path, rows: list[dict[str, str]], name: str = "statements.csv") -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, dialect=csv.unix_dialect)
    writer.writeheader()
    writer.writerows(rows)
    data = out.getvalue().encode("utf-8")
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def write_json(folder: Path, rows: list[dict[str, str]], name: str = "statements.json") -> Path:
    path = folder / name
    lines = ({**{k: v or None for k, v in row.items()}, "external": row["external"] == "t"} for row in rows)
    data = b"".join(json.dumps(line, ensure_ascii=False).encode("utf-8") + b"\n" for line in lines)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def read(path: Path, ontology: Ontology, **options: Any) -> CollectedFeed:
    return collect(ftm.read(path, ontology=ontology, **options), ontology)


def tell(feed: CollectedFeed, *predicates: str) -> list[tuple[Any, ...]]:
    """Subject, what is said, of which kind, by whom, and when it was first seen."""
    everybody = {**feed.entities, **feed.shared}
    return sorted(
        (c.subject, c.object or c.value, c.detail, everybody[c.asserted_by].name, c.reported_on)
        for c in feed.claims.values()
        if c.predicate in predicates
    )


@pytest.fixture
def feed(ontology: Ontology, tmp_path: Path) -> CollectedFeed:
    return read(write_csv(tmp_path, [to_fields(row) for row in SAID]), ontology)


EU, JAPAN, TAX = "European Union sanctions", "Japanese sanctions", "Federal Tax Service of Russia"
MERGED = "OpenSanctions, merged from several lists"


def test_each_value_is_the_word_of_the_data_set_that_has_it(feed: CollectedFeed) -> None:
    assert feed.problems == []
    entity = feed.entities["ftm-NK-1"]
    assert (entity.type, entity.name) == ("Company", "Example Trading")
    assert tell(feed, "HAS_NAME") == [
        ("ftm-NK-1", "ExTra", "weak alias", EU, "2023-01-02"),
        ("ftm-NK-1", "Example Trading", "", JAPAN, "2023-06-01"),
        ("ftm-NK-1", "Example Trading", "eng", EU, "2023-01-02"),
        ("ftm-NK-1", "예시무역", "alias kor", JAPAN, "2023-06-01"),
        ("ftm-NK-2", "Sample Owner", "", EU, "2023-01-02"),
    ]
    assert tell(feed, "INCORPORATED_IN") == [("ftm-NK-1", "north-korea", "jurisdiction", EU, "2023-01-02")]
    (name,) = [c for c in feed.claims.values() if c.detail == "eng"]
    assert name.paragraph == "entry eu-7"
    assert name.summary == "The list gives the name Example Trading (eng) (there: EXAMPLE TRADING)."


def test_ids_are_those_of_the_lists_and_the_merged_one_is_whoever_merged_them(feed: CollectedFeed) -> None:
    ids = [row[1:4] for row in tell(feed, "HAS_IDENTIFIER") if row[0] == "ftm-NK-1"]
    assert ids == [
        ("FollowTheMoney NK-1", "FollowTheMoney", MERGED),
        ("FollowTheMoney eu-7", "FollowTheMoney", EU),
        ("FollowTheMoney jp-9", "FollowTheMoney", JAPAN),
        ("FollowTheMoney ru-1", "FollowTheMoney", TAX),
        ("INN 7707083893", "INN", TAX),
    ]


def test_what_was_last_seen_before_its_data_set_has_ended(feed: CollectedFeed) -> None:
    ended = {c.value: (c.last_seen_on, c.withdrawn_on) for c in feed.claims.values() if c.withdrawn_on}
    assert ended == {"ExTra": ("2024-02-01", "2024-05-03")}


def test_a_candidate_from_outside_is_no_plain_word(feed: CollectedFeed) -> None:
    (number,) = [c for c in feed.claims.values() if c.value == "INN 7707083893"]
    assert (number.grade, "unconfirmed" in number.summary) == ("B6", True)


def test_links_and_listings_join_what_was_merged(feed: CollectedFeed) -> None:
    assert tell(feed, "DESIGNATED_BY") == [
        ("ftm-NK-1", "regime-eu", "", EU, "2023-01-02"),
        ("ftm-NK-1", "regime-japan", "", JAPAN, "2023-06-01"),
    ]
    # The percentage stands in a register that does not say between whom: the link that is meant is OpenSanctions' word.
    assert tell(feed, "OWNS") == [
        ("ftm-NK-2", "ftm-NK-1", "", EU, "2023-01-02"),
        ("ftm-NK-2", "ftm-NK-1", "51 %", MERGED, ""),
    ]


@pytest.mark.parametrize("name", ["statements.json", "statements.json.gz", "statements.csv.gz", "packed.csv"])
def test_every_form_and_order_says_the_same(feed: CollectedFeed, ontology: Ontology, tmp_path: Path, name: str) -> None:
    rows = [to_fields(row) for row in reversed(SAID)]
    if name == "packed.csv":
        rows = [{**row, "prop": f"{row['schema']}:{row['prop']}", "schema": ""} for row in rows]
    other = read((write_json if ".json" in name else write_csv)(tmp_path, rows, name), ontology)
    assert other.problems == []
    assert {c.id: (c.value, c.asserted_by) for c in other.claims.values()} == {
        c.id: (c.value, c.asserted_by) for c in feed.claims.values()
    }


def test_an_entity_that_holds_its_statements_is_read_by_them(
    feed: CollectedFeed, ontology: Ontology, tmp_path: Path
) -> None:
    lines = []
    for canonical in dict.fromkeys(row[0] for row in SAID):
        own = [{**to_fields(r), "external": r[8] == "t"} for r in SAID if r[0] == canonical]
        lines.append(json.dumps({"id": canonical, "schema": own[0]["schema"], "statements": own}))
    (tmp_path / "e.json").write_text("\n".join(lines), encoding="utf-8")
    other = read(tmp_path / "e.json", ontology)
    assert tell(other, "HAS_NAME") == tell(feed, "HAS_NAME")
    assert other.entities.keys() >= {"ftm-NK-1", "ftm-NK-2"}


def test_a_row_that_is_no_statement_is_named_and_costs_no_other(ontology: Ontology, tmp_path: Path) -> None:
    rows = [to_fields(row) for row in SAID[:3]]
    rows[1]["value"] = ""
    path = write_csv(tmp_path, rows)
    feed = read(path, ontology)
    assert feed.problems == ["statements.csv, row 3, field 'value': a statement needs it"]
    rejected = [item for item in ftm.read(path, ontology=ontology).items if isinstance(item, RejectedRow)]
    assert [r.concerns for r in rejected] == [frozenset({"ftm-NK-1"})]
    assert feed.entities["ftm-NK-1"].name == "Example Trading"
    path.write_bytes(
        path.read_bytes() + b'"a","b"\n"NK-3","x","name","","Person","\xff","eu_fsf","","","","","","",""\n'
    )
    places = [line.split(":")[0] for line in read(path, ontology).problems]
    assert places == [f"statements.csv, row {place}" for place in ("3, field 'value'", "5", "6, field 'value'")]


@pytest.mark.database
def test_corrected_rows_add_to_an_entity_and_change_nothing_of_it(
    empty_store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    rows = [to_fields(row) for row in SAID]
    rows[2]["dataset"] = ""
    path = write_csv(tmp_path, rows)
    bad = [item for item in ftm.read(path, ontology=ontology).items if isinstance(item, RejectedRow)]
    (corrected,) = rejects.write(bad, tmp_path / "rejects")
    load_feed(empty_store, ontology, ftm.read(path, ontology=ontology))
    held = "MATCH (n:Entity {id: 'ftm-NK-1'}) RETURN properties(n) AS p"
    before = empty_store.read(held)[0]["p"]
    text = corrected.read_text(encoding="utf-8").replace(",Example Trading,,", ",Example Trading,somebodys,")
    corrected.write_text(text, encoding="utf-8")
    load_feed(empty_store, ontology, ftm.read(corrected, ontology=ontology, partial=True), add=True)
    after = empty_store.read(held)[0]["p"]
    assert {k: v for k, v in after.items() if k not in ("search", "identifiers")} == {
        k: v for k, v in before.items() if k not in ("search", "identifiers")
    }
    stored_rows = empty_store.read("MATCH (c:Claim {value: 'Example Trading'}) RETURN c.reliability AS letter")
    assert sorted(row["letter"] for row in stored_rows) == ["B", "F"]


def test_a_filter_takes_whom_it_names_with_neighbours(ontology: Ontology, tmp_path: Path) -> None:
    feed = read(write_csv(tmp_path, [to_fields(row) for row in SAID]), ontology, countries=["kp"])
    assert {i for i in feed.entities if "publisher" not in i} == {"ftm-NK-1", "ftm-NK-2"}


MERGED_FILE = [
    {
        "id": "Q1",
        "schema": "Company",
        "properties": {"name": ["Invented Sanctioned LLC"], "topics": ["sanction"], "address": ["1 Invented st"]},
        "datasets": ["ext_ru_egrul", "eu_fsf", "jp_mof_sanctions"],
    },
    {"id": "p1", "schema": "Passport", "properties": {"holder": ["Q1"], "country": ["ru"]}, "datasets": ["eu_fsf"]},
    {
        "id": "o1",
        "schema": "Occupancy",
        "properties": {"holder": ["Q1"], "startDate": ["2009"]},
        "datasets": ["eu_fsf"],
    },
    {"id": "w1", "schema": "Ownership", "properties": {"asset": ["Q1"]}, "datasets": ["eu_fsf", "gb_hmt_sanctions"]},
    {"id": "n1", "schema": "Occupancy", "properties": {"startDate": ["2009"]}, "datasets": ["eu_fsf"]},
]


def write_lines(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_of_merged_entities_no_list_speaks_for_another(ontology: Ontology, tmp_path: Path) -> None:
    feed = read(write_lines(tmp_path / "merged.json", MERGED_FILE), ontology)
    own = [c for c in feed.claims.values() if c.subject == "ftm-Q1" and c.paragraph == "entry Q1"]
    assert {feed.entities[c.asserted_by].name for c in own} == {MERGED}
    assert all(c.summary.startswith("One of the merged lists ") for c in own)
    (document,) = {c.source for c in own}
    assert feed.sources[document].title == (
        "Merged from European Commission (Financial sanctions files), Ministry of Finance of Japan (Economic "
        "sanctions) and Federal Tax Service of Russia (Register of legal entities (EGRUL))"
    )
    assert "ext_ru_egrul" in feed.sources[document].note
    assert tell(feed, "HAS_PROPERTY")[1:] == [
        ("ftm-Q1", "Passport (Country: Russia)", "document", EU, ""),
        ("ftm-Q1", "owner not named", "ownership", MERGED, ""),
        ("ftm-Q1", "position occupied not named", "occupancy", EU, ""),
        ("ftm-Q1", "sanction", "topics", MERGED, ""),
    ]
    assert feed.problems == [
        "merged.json, row 5, field 'holder': n1 is without it, and Occupancy says nothing without",
        "merged.json, row 5, field 'post': n1 is without it, and Occupancy says nothing without",
    ]


def list_unknown() -> dict[str, Any]:
    return {"id": "Q", "schema": "Company", "properties": {"name": ["A"]}, "datasets": ["eu_fsf", "somebodys"]}


def test_a_part_that_nobody_knows_makes_the_whole_one_of_which_nobody_can_judge(
    ontology: Ontology, tmp_path: Path
) -> None:
    feed = read(write_lines(tmp_path / "x.json", [list_unknown()]), ontology)
    assert {c.grade for c in feed.claims.values()} == {"F6"}


@pytest.mark.parametrize(
    ("dataset", "authority", "regime"),
    [
        ("eu_fsf", "Directorate‑General for Financial Stability, Financial Services and Capital Markets Union", "eu"),
        ("somebodys", "Directorate-General for Financial Stability, Financial Services", "eu"),
        ("jp_mof_sanctions", "Ministry of Finance", "japan"),
        ("gb_fcdo_sanctions", "", "uk"),
        ("somebodys", "HM Treasury (OFSI)", "uk"),
        ("somebodys", "Foreign, Commonwealth & Development Office", "uk"),
        ("ch_seco_sanctions", "", "switzerland"),
        ("somebodys", "State Secretariat for Economic Affairs (SECO)", "switzerland"),
        ("ca_dfatd_sema_sanctions", "", "canada"),
        ("somebodys", "Global Affairs Canada", "canada"),
        ("au_dfat_sanctions", "Department of Foreign Affairs and Trade", "australia"),
        ("somebodys", "Australian Department of Foreign Affairs and Trade", "australia"),
        ("nz_russia_sanctions", "", "new-zealand"),
        ("ua_nsdc_sanctions", "", "ukraine"),
        ("au_dfat_sanctions", "United Nations Security Council", "un"),
        ("somebodys", "Office for sanctions on the Democratic People's Republic of Korea", ""),
        ("somebodys", "Ministry of Finance", ""),
    ],
)
def test_authorities_are_known_by_their_words_and_by_the_data_set(
    ontology: Ontology, tmp_path: Path, dataset: str, authority: str, regime: str
) -> None:
    listing = {"entity": ["Q"], **({"authority": [authority]} if authority else {})}
    lines = [
        {"id": "Q", "schema": "Company", "properties": {"name": ["A"]}, "datasets": [dataset]},
        {"id": "s", "schema": "Sanction", "properties": listing, "datasets": [dataset]},
    ]
    feed = read(write_lines(tmp_path / "x.json", lines), ontology)
    (listed,) = [c for c in feed.claims.values() if c.predicate == "DESIGNATED_BY"]
    assert listed.object == f"regime-{regime}" if regime else str(listed.object).startswith("ftm-regime-")


@pytest.mark.database
def test_statements_load_and_a_newer_file_ends_what_it_lacks(
    empty_store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    rows = [to_fields(row) for row in SAID]
    load_feed(empty_store, ontology, ftm.read(write_csv(tmp_path, rows), ontology=ontology))
    later = [{**row, "last_seen": "2024-06-01T00:00:00"} for row in rows if row["value"] != "예시무역"]
    report = load_feed(empty_store, ontology, ftm.read(write_csv(tmp_path, later), ontology=ontology), keep_changes=99)
    gone = empty_store.read(
        "MATCH (c:Claim {withdrawn_on: '2024-06-01'}) RETURN c.value AS value, c.reported_on AS first"
    )
    assert [(row["value"], row["first"]) for row in gone] == [("예시무역", "2023-06-01")]
    name_changes = {(c.state, c.old, c.new) for c in report.changes if isinstance(c.old, str) and c.kind == "HAS_NAME"}
    assert ("withdrawn", "예시무역", "") in name_changes
    stored = empty_store.read(
        "MATCH (c:Claim) WHERE c.value = 'Example Trading' RETURN c.asserted_by AS by ORDER BY by"
    )
    assert [row["by"] for row in stored] == ["regime-eu", "regime-japan"]


@pytest.mark.database
def test_what_a_former_version_loaded_is_loaded_again_before_a_newer_edition(
    empty_store: Store, ontology: Ontology, tmp_path: Path
) -> None:
    rows = [to_fields(row) for row in SAID]
    load_feed(empty_store, ontology, ftm.read(write_csv(tmp_path, rows), ontology=ontology))
    empty_store.write(lambda tx: tx.run("MATCH (d:Dataset {id: 'ftm'}) REMOVE d.model"))
    later = write_csv(tmp_path, [{**row, "last_seen": "2024-06-01"} for row in rows], "later.csv")
    with pytest.raises(DataError, match="the edition 2024-05-03 of ftm was loaded by an earlier version .* load that"):
        load_feed(empty_store, ontology, ftm.read(later, ontology=ontology))
    load_feed(empty_store, ontology, ftm.read(write_csv(tmp_path, rows), ontology=ontology))
    assert load_feed(empty_store, ontology, ftm.read(later, ontology=ontology)).before == "2024-05-03"


def test_nothing_is_said_twice_under_one_id(feed: CollectedFeed) -> None:
    assert all(isinstance(c, Claim) and c.asserted_by and c.source in feed.sources for c in feed.claims.values())
