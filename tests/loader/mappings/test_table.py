"""Tables with mappings: every fact of every row arrives, whatever the kind of file, and every fault is named."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.database import validate
from graph.errors import DataError
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from loader import rejects
from loader.files import tabular, xlsx_file
from loader.mappings import mapping_file, suggest, table_memory
from loader.records import Item, Notice, RejectedRow
from loader.sources import table
from tests.support.paths import FIXTURES, ROOT

TABLE = FIXTURES / "table"

DOCS = ROOT / "docs" / "mapping.md"
HEAD = "dataset: mine\ntitle: A table\npublisher: Desk\n"
NAMES = HEAD + "entities:\n  it: {type: Company, name: Name}\n"


class Loaded:
    """What a table gave."""

    def __init__(self, items: Iterable[Item | RejectedRow | Notice]) -> None:
        everything = list(items)
        self.items = [item for item in everything if isinstance(item, Item)]
        self.notices = [(n.kind, n.text) for n in everything if isinstance(n, Notice)]
        self.rejected = [r for r in everything if isinstance(r, RejectedRow)]
        self.problems = [str(p) for r in self.rejected for p in r.problems]
        records = [item.record for item in self.items]
        self.entities = {r.id: r for r in records if isinstance(r, Entity)}
        self.claims = [r for r in records if isinstance(r, Claim)]
        self.sources = {r.id: r for r in records if isinstance(r, Source)}
        self.records = [(item.row.number, item.record) for item in self.items]

    def by_name(self, name: str) -> list[Entity]:
        return [e for e in self.entities.values() if e.name == name]

    def list_claims(self, predicate: str) -> list[tuple[str, str, str]]:
        """Claims of one predicate, as (name of the subject, value or name of the object, detail)."""
        named = {e.id: e.name for e in self.entities.values()}
        return [
            (named.get(c.subject, c.subject), str(named.get(c.object, c.object) if c.object else c.value), c.detail)
            for c in self.claims
            if c.predicate == predicate
        ]


def load(folder: Path, text: str | bytes | Path, plan: str) -> Loaded:
    path = text if isinstance(text, Path) else folder / "t.csv"
    if not isinstance(text, Path):
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    (folder / "m.yaml").write_text(plan, encoding="utf-8")
    return Loaded(table.read(path, folder / "m.yaml").items)


def sheet(path: Path, rows: Iterable[Iterable[Any]], change: Callable[[Any, Any], None] | None = None) -> Path:
    """A workbook of one sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    if change:
        change(book, book.active)
    book.save(path)
    return path


def sound(loaded: Loaded, ontology: Ontology) -> bool:
    """Whether the core would take every item."""
    for record in (item.record for item in loaded.items):
        match record:
            case Entity():
                assert validate.check_entity(ontology, record) == []
            case Source():
                assert validate.check_source(ontology, record) == []
            case Claim():
                assert validate.check_claim_alone(ontology, record) == []
                assert {record.subject, record.asserted_by} <= set(loaded.entities)
                assert record.object is None or record.object in loaded.entities
                assert record.source in loaded.sources
    # One id, one content: repeats say the same.
    contents: dict[tuple[type, str], object] = {}
    for record in (item.record for item in loaded.items):
        assert contents.setdefault((type(record), record.id), record) == record
    return True


def test_the_fixture_gives_its_facts(ontology: Ontology) -> None:
    feed = table.read(TABLE / "vessels.csv", TABLE / "vessels.yaml")
    assert (feed.dataset, feed.edition, feed.title, feed.keeps_history) == (
        "vessels",
        "2024-03-01",
        "Vessels of interest",
        False,
    )
    loaded = Loaded(feed.items)
    assert sound(loaded, ontology)
    assert feed.fraction() == 1
    (ship,) = loaded.by_name("Han Bit")
    assert ship == Entity(
        "vessels-9161223",
        "Ship",
        ("Entity", "Ship"),
        "Han Bit",
        properties={"imoNumber": "9161223", "tonnage": 4500.5, "buildDate": "1999-03-01", "country": "Togo"},
    )
    assert len(loaded.by_name("Maria")) == 2  # two ships of one name stay two
    assert len(loaded.by_name("Pan Star Ltd")) == 1  # told of twice, given once
    assert loaded.list_claims("OWNS") == [
        ("Pan Star Ltd", "Han Bit", ""),
        ("Pan Star Ltd", "Tae Song", ""),
        ("Korea Ocean Trading", "Maria", ""),
    ]
    assert loaded.list_claims("FLAGGED_IN") == [
        ("Han Bit", "Togo", ""),
        ("Tae Song", "North Korea", ""),
        ("Maria", "Russia", ""),
    ]
    assert loaded.list_claims("HAS_NAME") == [
        ("Han Bit", "Lucky Star", "former name"),
        ("Han Bit", "Ocean 7", "former name"),
    ]
    assert [v for _, v, _ in loaded.list_claims("HAS_IDENTIFIER")] == [
        f"IMO {n}" for n in (9161223, 9074729, 1000019, 1000021)
    ]
    claim = next(c for c in loaded.claims if c.predicate == "OWNS")
    assert (claim.grade, claim.source, claim.summary) == ("B2", "vessels-table", "Pan Star Ltd owns Han Bit.")
    assert loaded.entities[claim.asserted_by].name == "Harbour Desk"
    states = [item for item in loaded.items if item.shared]
    assert {item.record.id for item in states} == {"togo", "north-korea", "russia"}
    # A faulty cell costs itself alone, and nothing of it is lost.
    assert loaded.rejected == []
    assert loaded.list_claims("HAS_PROPERTY") == [
        ("Tae Song", "seen at Rajin", "Note"),
        ("Maria", "Atlantis", "flies the flag of"),
        ("Maria", "about 90", "tonnage"),
        ("Maria", "circa 1980", "buildDate"),
    ]
    assert sorted(loaded.notices) == [
        ("faulty buildDate", "Built: 'circa 1980' is not a date: neither YYYY, YYYY-MM or YYYY-MM-DD; kept as a claim"),
        ("faulty tonnage", "GT: 'about 90' is not a number as the mapping's 'numbers' write it; kept as a claim"),
        ("unknown state", "Flag: there is no state 'Atlantis'"),
    ]


def typed(path: Path) -> list[list[Any]]:
    """The fixture with numbers and dates where it has such."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    for row in rows:
        for i, name in enumerate(header):
            if name == "IMO" or (name == "GT" and row[i][:1].isdigit()):
                row[i] = float(row[i])
            elif name == "Built" and row[i][:1].isdigit():
                row[i] = datetime.fromisoformat(row[i])
            elif not row[i]:
                row[i] = None
    return [header, *rows]


def test_the_three_kinds_of_file_give_the_same(tmp_path: Path) -> None:
    plan = TABLE / "vessels.yaml"
    text = Loaded(table.read(TABLE / "vessels.csv", plan).items)
    rows = typed(TABLE / "vessels.csv")
    book = sheet(tmp_path / "vessels.xlsx", [*rows, [None] * 9, [""] * 9])
    from_book = Loaded(table.read(book, plan).items)
    assert from_book.records == text.records
    assert from_book.notices == text.notices
    assert {item.row.file.name for item in from_book.items} == {"vessels.csv"}
    arrays = {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}
    arrays["GT"] = [str(v) if v is not None else None for v in arrays["GT"]]  # a Parquet column is of one type
    arrays["GT"] = [v.removesuffix(".0") if v else v for v in arrays["GT"]]
    arrays["Built"] = [v.date().isoformat() if isinstance(v, datetime) else v for v in arrays["Built"]]
    arrays["Note"] = pa.array(arrays["Note"], pa.string())
    pq.write_table(pa.table(arrays), tmp_path / "vessels.parquet")
    feed = table.read(tmp_path / "vessels.parquet", plan)
    from_parquet = Loaded(feed.items)
    # A Parquet file has no header row.
    assert [(max(1, n - (n > 1)), r) for n, r in text.records] == from_parquet.records
    assert from_parquet.notices == text.notices
    assert feed.fraction() == 1


def test_the_example_of_the_docs(tmp_path: Path, ontology: Ontology) -> None:
    page = DOCS.read_text(encoding="utf-8")
    blocks = {kind: re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL) for kind in ("csv", "yaml")}
    assert [len(loaded) for loaded in blocks.values()] == [1, 1]
    loaded = load(tmp_path, blocks["csv"][0], blocks["yaml"][0])
    assert sound(loaded, ontology)
    assert (loaded.rejected, loaded.notices) == ([], [])
    types = sorted(e.type for e in loaded.entities.values())
    assert types == ["Company", "Organization", "Ship", "Ship", "State", "State"]
    counts = {p: len(loaded.list_claims(p)) for p in ("OWNS", "FLAGGED_IN", "HAS_NAME", "ESTIMATE", "HAS_PROPERTY")}
    assert counts == {"OWNS": 2, "FLAGGED_IN": 2, "HAS_NAME": 2, "ESTIMATE": 1, "HAS_PROPERTY": 1}
    assert loaded.by_name("Han Bit")[0].properties == {
        "imoNumber": "9161223",
        "tonnage": 4500.5,
        "buildDate": "1999-03",
    }
    assert [c.valid_from for c in loaded.claims if c.predicate == "OWNS"] == ["2015-02-01", ""]


# Rows and cells -----------------------------------------------------------------------------------------------------


def test_a_row_without_its_main_entity_is_set_aside_and_the_others_load(tmp_path: Path) -> None:
    plan = HEAD + "entities:\n  it: {type: Ship, name: Name, id: No}\n  owner: {type: Company, name: Owner, id: Ref}\n"
    loaded = load(tmp_path, "No,Name,Owner,Ref\n1,A,,\n,,,\n3,,X,\n,,X,9\n5,B,,7\n6,C,D,8\n", plan)
    assert loaded.problems == [
        "t.csv, row 4, field 'Name': is empty, so that '3' has no name",
        "t.csv, row 5, field 'Name': is empty, and there is no it without it",
        "t.csv, row 6, field 'Owner': is empty, so that '7' has no name",
    ]
    assert {e.name for e in loaded.entities.values()} == {"Desk", "A", "C", "D"}


def test_a_table_about_states(tmp_path: Path) -> None:
    plan = (
        HEAD
        + "entities:\n  state: {state: Country}\nclaims:\n  - {predicate: STATEMENT, about: state, summary: Note}\n"
    )
    loaded = load(tmp_path, "Country,Note\nKP,x\n,y\nNowhere,z\n", plan)
    assert [(c.subject, c.summary) for c in loaded.claims] == [("north-korea", "x")]
    assert loaded.problems == ["t.csv, row 3, field 'Country': is empty, and there is no state without it"]
    assert loaded.notices == [("unknown state", "Country: there is no state 'Nowhere'")]


def test_bytes_and_fields_that_are_wrong_cost_their_rows_only(tmp_path: Path) -> None:
    loaded = load(tmp_path, b'Name,X\nA,1\nB\xff,2\nC,3,4\nD,\x01\n"E\nF,1\nG,2\n', NAMES + "ignore: X\n")
    assert [p.split(": ", 1)[1] for p in loaded.problems] == [
        "byte 0xff at offset 12 is not UTF-8",
        "the row has 3 fields, the header 2; left over: ['4']",
        "holds a control character",
        "the row is not CSV (unexpected end of data)",
    ]
    assert {e.name for e in loaded.entities.values()} == {"Desk", "A", "F", "G"}


@pytest.mark.parametrize("encoding", ["cp949", "utf-16", "utf-8-sig"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    text = "Name;X\r\n강계뜨락또르종합공장;\r\n".encode(encoding)
    loaded = load(tmp_path, text, NAMES + f"file: {{encoding: {encoding}, delimiter: ';'}}\nignore: X\n")
    assert loaded.by_name("강계뜨락또르종합공장")


def test_header_rows_double_names_and_files_without_header(tmp_path: Path) -> None:
    plan = HEAD + "file: {header: 3, skip: 1}\nentities:\n  it: {type: Company, name: Name (2), id: column 3}\n"
    loaded = load(tmp_path, "A title,,\n,,\nName,Name,\ntext,text,text\nx,Alpha,1\n", plan)
    assert [e.id for e in loaded.by_name("Alpha")] == ["mine-1"]
    assert loaded.notices == [
        ("unused columns", "the mapping does not use 'Name'; 'ignore' silences this, 'rest' keeps them")
    ]
    bare = HEAD + "file: {header: none, columns: [No, Name]}\nentities:\n  it: {type: Company, name: Name, id: No}\n"
    assert load(tmp_path, "1,Alpha\n2,Beta\n", bare).entities.keys() >= {"mine-1", "mine-2"}


def test_failed_formulas_are_named_and_count_as_empty(tmp_path: Path) -> None:
    loaded = load(
        tmp_path,
        "Name,J,X\nA,#N/A,#REF!\n#NAME?,B,\n",
        NAMES.replace("Name}", "Name, properties: {jurisdiction: J}}") + "ignore: X\n",
    )
    assert loaded.notices == [("failed formula", "J: #N/A counts as empty")]
    assert loaded.problems == ["t.csv, row 3, field 'Name': is empty, and there is no it without it"]


def test_rejected_rows_are_read_again_in_the_form_in_which_they_are_written(tmp_path: Path) -> None:
    plan = (
        HEAD
        + "file: {delimiter: ';', encoding: cp949, header: 2}\nentities:\n  it: {type: Ship, name: 이름, id: 번호}\n"
    )
    first = load(tmp_path, "제목\n번호;이름\n1;배\n2;\n".encode("cp949"), plan)
    (path,) = rejects.write(first.rejected, tmp_path / "rejects")
    path.write_text(path.read_text(encoding="utf-8").replace("2,,", "2,둘째 배,"), encoding="utf-8")
    again = load(tmp_path, path, plan)
    assert (again.rejected, again.notices) == ([], [])
    assert again.by_name("둘째 배")[0].id == "mine-2"


# Ids, and rows about one entity ---------------------------------------------------------------------------------------


def test_ids(tmp_path: Path) -> None:
    plan = (
        HEAD + "entities:\n"
        "  ship: {type: Ship, name: Name, id: {column: No, prefix: ship}}\n"
        "  owner: {type: Company, name: Owner, id: [Reg, No]}\n"
        "  there: {id: {column: Ref, as_is: true}}\n"
        "relationships:\n  - {type: ACTS_FOR, from: owner, to: there}\n"
    )
    loaded = load(tmp_path, "No,Name,Owner,Reg,Ref\n1,A,X,a,factory-26\na b|c,B,Y,b,two words\n,C,,,\n", plan)
    assert loaded.problems == ["t.csv, row 3, field 'Ref': " + validate.ID_RULE]
    assert [c.object for c in loaded.claims] == ["factory-26"]
    assert "mine-ship-1" in loaded.entities
    assert loaded.notices == [("no id", "No: is empty; 'C' is known by its name, and is one with others of that name")]
    again = load(tmp_path, "No,Name,Owner,Reg,Ref\na b|c,B,,,\n1,A,,,\n", plan)
    (awkward,) = again.by_name("B")
    assert re.fullmatch(r"mine-ship-[0-9a-f]{20}", awkward.id)
    assert "mine-ship-1" in again.entities


def test_what_rows_say_differently_of_one_entity_is_kept_and_told(tmp_path: Path, ontology: Ontology) -> None:
    plan = HEAD + "entities:\n  it: {type: Ship, name: Name, id: No, properties: {tonnage: GT, country: C}}\n"
    text = "No,Name,GT,C\n1,A,10,Togo\n1,A,10,Togo\n1,A,11,Togo\n1,B,10,Togo\n1,A,,\n"
    loaded = load(tmp_path, text, plan)
    assert sound(loaded, ontology)
    assert [e.properties for e in loaded.by_name("A")] == [{"tonnage": 10, "country": "Togo"}]
    assert loaded.list_claims("HAS_PROPERTY") == [("A", "11", "tonnage")]
    assert loaded.list_claims("HAS_NAME") == [("A", "B", "")]
    assert loaded.notices == [
        ("rows differ", "'mine-1' stays as row 2 has it; kept as claims: tonnage: 11"),
        ("rows differ", "'mine-1' stays as row 2 has it; kept as claims: name: 'B'"),
    ]


def test_one_id_is_one_kind_of_thing(tmp_path: Path) -> None:
    plan = HEAD + "entities:\n  s: {type: Ship, name: Name, id: No}\n  c: {type: Company, name: Owner, id: Reg}\n"
    loaded = load(tmp_path, "No,Name,Owner,Reg\n1,A,X,2\n3,B,Y,1\n", plan)
    assert loaded.problems == [
        "t.csv, row 3, field 'Reg': 'mine-1' is a Ship in an earlier row and a Company here; if these are two things, "
        "give one block's id a prefix"
    ]


def load_parents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]) -> Loaded:
    """Firms whose parents are named before their own rows, read with so little memory."""
    for name, limit in limits.items():
        monkeypatch.setattr(table_memory, name, limit)
    plan = (
        HEAD + "entities:\n"
        "  firm: {type: Company, name: Name, properties: {jurisdiction: J}}\n"
        "  parent: {type: Company, name: Parent}\n"
        "relationships:\n  - {type: OWNS, from: parent, to: firm}\n"
    )
    return load(tmp_path, "Name,Parent,J\nA,B,x\nB,C,y\nC,C,z\nD,E,\n", plan)


@pytest.mark.parametrize("limits", [{}, {"FIRSTS": 0}, {"FIRSTS": 0, "SEEN": 0}, {"HELD": 0}])
def test_a_parent_may_be_named_before_its_own_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    loaded = load_parents(tmp_path, monkeypatch, limits)
    assert {e.name for e in loaded.entities.values()} == {"A", "B", "C", "D", "E", "Desk"}
    assert loaded.list_claims("OWNS") == [("B", "A", ""), ("C", "B", ""), ("E", "D", "")]
    assert ("line to itself", "'C' OWNS itself; no line is drawn") in loaded.notices


@pytest.mark.parametrize(
    ("limits", "as_claims"), [({}, []), ({"FIRSTS": 0}, []), ({"HELD": 0}, [("B", "y"), ("C", "z")])]
)
def test_what_is_said_of_a_parent_later_is_kept_or_becomes_a_claim_where_memory_ends(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limits: dict[str, int],
    as_claims: list[tuple[str, str]],
    ontology: Ontology,
) -> None:
    loaded = load_parents(tmp_path, monkeypatch, limits)
    assert [(s, v) for s, v, _ in loaded.list_claims("HAS_PROPERTY")] == as_claims
    jurisdictions = {name: loaded.by_name(name)[0].properties.get("jurisdiction") for name in "ABC"}
    assert jurisdictions | dict(as_claims) == {"A": "x", "B": "y", "C": "z"}
    assert sound(loaded, ontology)


def test_nothing_is_forgotten_beyond_the_memory_but_told_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = HEAD + "entities:\n  it: {type: Ship, name: Name, id: No, properties: {tonnage: GT}}\n"
    text = "No,Name,GT\n1,A,10\n1,A,11\n"
    monkeypatch.setattr(table_memory, "FIRSTS", 0)
    loaded = load(tmp_path, text, plan)
    assert loaded.notices == [("rows differ", "'mine-1' stays as an earlier row has it; kept as claims: tonnage: 11")]
    monkeypatch.setattr(table_memory, "SEEN", 0)
    loaded = load(tmp_path, text, plan)
    namesakes = [item.record for item in loaded.items if isinstance(item.record, Entity) and item.record.name == "A"]
    assert [e.properties["tonnage"] for e in namesakes] == [10, 11]  # the core names both rows


def test_lists_of_entities_in_one_cell(tmp_path: Path, ontology: Ontology) -> None:
    plan = (
        HEAD + "entities:\n  ship: {type: Ship, name: Name}\n"
        "  owner: {type: Company, name: {column: Owners, split: [';', ' and ']}}\n"
        "  flag: {state: {column: Flags, split: /}}\n"
        "relationships:\n  - {type: OWNS, from: owner, to: ship}\n  - {type: FLAGGED_IN, from: ship, to: flag}\n"
    )
    loaded = load(tmp_path, "Name,Owners,Flags\nA,X; Y and Z,Togo/KP/Nowhere\nB,,\n", plan)
    assert sound(loaded, ontology)
    assert loaded.list_claims("OWNS") == [("X", "A", ""), ("Y", "A", ""), ("Z", "A", "")]
    assert loaded.list_claims("FLAGGED_IN") == [("A", "Togo", ""), ("A", "North Korea", "")]
    assert loaded.list_claims("HAS_PROPERTY") == [("A", "Nowhere", "flies the flag of")]


# Claims -----------------------------------------------------------------------------------------------------------


def test_who_says_it_and_where(tmp_path: Path, ontology: Ontology) -> None:
    plan = (
        HEAD + "dates: ['%d/%m/%Y']\n"
        "reliability: {column: Grade, values: {good: B, bad: D}, otherwise: F}\n"
        "credibility: {column: Cred}\n"
        "speaker: body\n"
        "source: {publisher: Paper, title: Title, date: On, url: Link}\n"
        "entities:\n"
        "  firm: {type: Company, name: Name}\n"
        "  body: {type: PublicBody, name: Says}\n"
        "  other: {type: Company, name: Other}\n"
        "relationships:\n"
        "  - type: {column: How, values: {owns: OWNS, fronts: FRONTS_FOR}}\n"
        "    from: firm\n    to: other\n    detail: Share\n    valid_from: Since\n"
        "    stance: {column: Denied, values: {'yes': denied}, otherwise: asserted}\n"
        "    when: {column: Skip, not: 'x'}\n"
    )
    header = "Name,Other,How,Share,Since,Denied,Skip,Says,Grade,Cred,Paper,Title,On,Link\n"
    rows = [
        "A,B,owns,51%,01/02/2020,,,Ministry,good,2,Daily,Big news,03/04/2024,https://x.example/1",
        "A,B,owns,51%,01/02/2020,,,Ministry,good,2,Weekly,Same news,04/04/2024,",
        "A,B,owns,51%,01/02/2020,yes,,,bad,9,,,,x.example",
        "A,B,sells,,,,,,,,,,,",
        "A,B,owns,,soon,,x,,,,,,,",
        "A,B,fronts,,soon,,,,,,,,,",
    ]
    loaded = load(tmp_path, header + "\n".join(rows), plan)
    assert sound(loaded, ontology)
    claims = [c for c in loaded.claims if c.object]
    names = {e.id: e.name for e in loaded.entities.values()}
    seen = [
        (c.predicate, names[c.asserted_by], loaded.sources[c.source].publisher, c.grade, c.stance, c.reported_on)
        for c in claims
    ]
    assert seen == [
        ("OWNS", "Ministry", "Daily", "B2", "asserted", "2024-04-03"),
        ("OWNS", "Ministry", "Weekly", "B2", "asserted", "2024-04-04"),
        ("OWNS", "Desk", "Desk", "D6", "denied", ""),
        ("FRONTS_FOR", "Desk", "Desk", "F6", "asserted", ""),
    ]
    assert len({c.id for c in claims}) == 4
    assert (claims[0].valid_from, claims[0].detail) == ("2020-02-01", "51%")
    assert claims[0].summary == "A owns B (51%)."
    assert claims[2].summary == "It is denied that A owns B (51%)."
    assert {kind for kind, _ in loaded.notices} == {"unknown word", "not a date", "unknown grade", "not an address"}


def test_numbers_and_texts_as_claims(tmp_path: Path, ontology: Ontology) -> None:
    plan = (
        HEAD + "numbers: {thousands: ','}\nentities:\n  it: {type: Factory, name: Name}\nclaims:\n"
        "  - {predicate: ESTIMATE, about: it, topic: {constant: shells a year}, low: Low, high: High, value: N,\n"
        "     unit: {constant: shells}}\n"
        "  - {predicate: STATEMENT, about: it, summary: '{Note}'}\n"
        "  - {predicate: HAS_PROPERTY, about: it, detail: {constant: staff}, value: Staff}\n"
    )
    text = 'Name,Low,High,N,Note,Staff\nA,"1,000","2,500",,Seen from above,300\nB,,,many,,\nC,1,2,3,,\n'
    loaded = load(tmp_path, text, plan)
    assert sound(loaded, ontology)
    estimates = [c for c in loaded.claims if c.predicate == "ESTIMATE"]
    assert [(c.low, c.high, c.value) for c in estimates] == [(1000, 2500, None), (None, None, 3)]
    assert estimates[0].summary == "A: shells a year 1000 to 2500 shells."
    assert [c.summary for c in loaded.claims if c.predicate == "STATEMENT"] == ["Seen from above"]
    assert loaded.list_claims("HAS_PROPERTY") == [("A", "300", "staff")]
    assert [kind for kind, _ in loaded.notices] == ["not a number", "value and range"]


def test_ids_of_claims_stay_the_same_wherever_the_row_stands(tmp_path: Path) -> None:
    def claims(text: str) -> set[str]:
        (tmp_path / "t.csv").write_text(text, encoding="utf-8")
        return {c.id for c in Loaded(table.read(tmp_path / "t.csv", TABLE / "vessels.yaml").items).claims}

    header, *rows = (TABLE / "vessels.csv").read_text(encoding="utf-8").splitlines()
    assert claims("\n".join([header, *rows])) == claims("\n".join([header, "", *reversed(rows)]))


def test_properties_that_a_type_lacks_and_conditions(tmp_path: Path, ontology: Ontology) -> None:
    plan = (
        HEAD + "entities:\n  it:\n    type: {column: Kind, values: {man: Person, firm: Company}}\n    name: Name\n"
        "    properties: {birthDate: Born, jurisdiction: J}\n    when: {column: Live, equals: ['yes']}\n"
    )
    text = "Kind,Name,Born,J,Live\nman,A,1960,KP,yes\nfirm,B,,KP,YES\nclub,C,,,yes\nman,D,,,no\n,E,,,yes\n"
    loaded = load(tmp_path, text, plan)
    assert sound(loaded, ontology)
    assert loaded.list_claims("HAS_PROPERTY") == [("A", "KP", "jurisdiction")]
    assert loaded.notices == [
        ("faulty jurisdiction", "J: a Person has no jurisdiction, which is 'KP' here; kept as a claim")
    ]
    assert loaded.problems == [
        "t.csv, row 4, field 'Kind': 'club' is not among the mapping's values; add it there, or say 'otherwise'",
        "t.csv, row 6, field 'Kind': is empty, and the mapping's values say no 'otherwise'",
    ]
    assert {e.name for e in loaded.entities.values()} == {"A", "B", "Desk"}


def test_editions(tmp_path: Path) -> None:
    plan = tmp_path / "m.yaml"
    plan.write_text(NAMES + "updates: history\n", encoding="utf-8")
    path = tmp_path / "t.csv"
    path.write_text("Name\nA\n", encoding="utf-8")
    first = table.read(path, plan)
    assert first.keeps_history
    assert first.edition == table.read(path, plan).edition
    path.write_text("Name\nB\n", encoding="utf-8")
    assert first.edition != table.read(path, plan).edition
    assert table.read(path, plan, edition="2024-05").edition == "2024-05"


# XLSX -------------------------------------------------------------------------------------------------------------


def test_a_workbook_with_all_that_people_put_into_one(tmp_path: Path) -> None:
    def change(book: Any, active: Any) -> None:
        active.merge_cells("B2:B4")
        active["C2"], active["C3"] = date(1999, 3, 1), datetime.fromisoformat("2000-01-02 10:30")
        active["D2"], active["D3"], active["D4"] = "=1+1", 0.1 + 0.2, "#N/A"
        active["A9"].number_format = "0.00"
        book.create_sheet("Notes").append(["x"])
        hidden = book.create_sheet("Secret", 0)
        hidden.sheet_state = "hidden"
        hidden.append(["y"])

    rows = [["Name", "Owner", "Built", "GT"], ["A", "X"], ["B"], ["C"], [], [None, "", " "]]
    book = sheet(tmp_path / "t.xlsx", rows, change)
    plan = (
        HEAD + "file: {sheet: Sheet}\nentities:\n"
        "  ship: {type: Ship, name: Name, properties: {buildDate: Built, tonnage: GT}}\n"
        "  owner: {type: Company, name: Owner}\nrelationships:\n  - {type: OWNS, from: owner, to: ship}\n"
    )
    loaded = load(tmp_path, book, plan)
    assert {e.name: dict(e.properties) for e in loaded.entities.values() if e.type == "Ship"} == {
        "A": {"buildDate": "1999-03-01"},
        "B": {"buildDate": "2000-01-02", "tonnage": 0.3},
        "C": {},
    }
    assert [ship for _, ship, _ in loaded.list_claims("OWNS")] == ["A", "B", "C"]
    assert loaded.notices == [
        (
            "formula without a value",
            "1 cells hold a formula without its result, the first D2, and count as empty: open "
            "the file in a spreadsheet program and save it",
        ),
        (
            "merged cells",
            "1 groups of merged cells, the first at B2: every row of a group has its value, in the first "
            "column of the group",
        ),
        ("failed formula", "GT: #N/A counts as empty"),
    ]
    loaded = load(tmp_path, book, plan.replace("file: {sheet: Sheet}\n", ""))
    assert loaded.notices[0][1].startswith("the sheet 'Sheet' is read, and not 'Secret', 'Notes'")
    with pytest.raises(DataError, match=r"t\.xlsx: has no sheet 'Sheat'; there are Secret, Sheet, Notes"):
        load(tmp_path, book, plan.replace("sheet: Sheet", "sheet: Sheat"))


def test_numbers_of_a_sheet_are_written_as_the_mapping_reads_them(tmp_path: Path) -> None:
    book = sheet(
        tmp_path / "t.xlsx", [["Name", "GT", "On"], ["A", 1234.5, True], ["B", "1.234,5", None], [7.0, 1e17, 0]]
    )
    plan = (
        HEAD
        + "numbers: {decimal: ',', thousands: .}\nentities:\n  s: {type: Ship, name: Name, properties: {tonnage: GT}}\n"
    )
    loaded = load(tmp_path, book, plan + "rest: s\n")
    ships = {e.name: e.properties["tonnage"] for e in loaded.entities.values() if e.type == "Ship"}
    assert ships == {"A": 1234.5, "B": 1234.5, "7": 10**17}
    assert loaded.list_claims("HAS_PROPERTY") == [("A", "TRUE", "On"), ("7", "0", "On")]


def test_cells_beyond_the_header_and_control_characters(tmp_path: Path) -> None:
    book = sheet(tmp_path / "t.xlsx", [["Name"], ["A", None, "more"], ["B"]])
    loaded = load(tmp_path, book, NAMES)
    assert loaded.problems == ["t.csv, row 2: the row has 3 fields, the header 1; left over: ['', 'more']"]
    assert loaded.by_name("B")
    row = tabular.check_row(Path("t.csv"), 2, ("a",), ["x\x01y\ud800"])
    assert isinstance(row, RejectedRow)
    assert row.row.values == {"a": "x\ufffdy\ufffd"}


def altered(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """A workbook with one part changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "change", "rule"),
    [
        (SHEET, lambda raw: b'<!DOCTYPE x [<!ENTITY a "b">]>' + raw, "holds '<!', which no spreadsheet program"),
        ("xl/workbook.xml", lambda raw: b'<!DOCTYPE x [<!ENTITY a "b">]>' + raw, "holds '<!', which no spreadsheet"),
        (SHEET, lambda raw: raw.decode().encode("utf-16"), "is not XML in UTF-8"),
        (SHEET, lambda raw: raw.replace(b"</row>", b"<c/>" * 3_000_000 + b"</row>", 1), "more than 8 MiB"),
        (SHEET, lambda raw: raw.replace(b'r="2"', b'r="99999999999999"'), "the sheet is damaged"),
        (SHEET, lambda raw: raw.replace(b'r="2"', b'r="1"'), "row 1 follows row 1: the sheet is damaged"),
        (SHEET, lambda raw: raw[: len(raw) // 2], "is not an XLSX file, or is damaged"),
        (SHEET, lambda raw: raw.replace(b't="inlineStr"><is><t>A</t></is>', b't="s"><v>9</v>'), "or is damaged"),
        (SHEET, lambda raw: raw.replace(b'r="A2"', b'r="??"'), "is not an XLSX file, or is damaged"),
        ("xl/workbook.xml", lambda _: b"<a/>", "the workbook has no sheet"),
        ("[Content_Types].xml", lambda _: b"", "is not an XLSX file, or is damaged"),
    ],
)
def test_damaged_and_hostile_workbooks(tmp_path: Path, part: str, change: Callable[[bytes], bytes], rule: str) -> None:
    book = altered(sheet(tmp_path / "t.xlsx", [["Name"], ["A"], ["B"]]), part, change)
    with pytest.raises(DataError, match=r"t\.xlsx") as error:
        load(tmp_path, book, NAMES)
    assert rule in str(error.value)


def as_excel_writes(path: Path, cells: str) -> Path:
    """A workbook with its texts in a part of their own, of the fewest parts that may be."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" '
        'r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
        f'Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
        f'Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}"><si><t>Name</t></si><si><t>Note</t></si><si><r><t>Ko</t></r>'
        "<r><t>rea</t></r></si></sst>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><dimension ref="A1:A1"/><sheetData><row r="1">'
        f'<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>{cells}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_formulas_and_rows_as_excel_writes_them(tmp_path: Path) -> None:
    rows = (
        '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" t="str"><f>A1&amp;""</f><v></v></c></row>'
        '<row r="4"/><row r="7"><c r="A7" t="str"><f>"x"</f><v>Shown</v></c><c r="B7"><f>1+1</f><v>2</v></c></row>'
        '<row r="8"><c r="A8" t="inlineStr"><is><t>Bare</t></is></c><c r="B8" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row r="9"><c r="A9"><f>NOW()</f></c><c r="B9" t="b"><v>1</v></c></row>'
    )
    loaded = load(tmp_path, as_excel_writes(tmp_path / "t.xlsx", rows), NAMES + "rest: it\n")
    assert [(n, r.name) for n, r in loaded.records if isinstance(r, Entity)][1:] == [
        (3, "Korea"),
        (7, "Shown"),
        (8, "Bare"),
    ]
    assert loaded.list_claims("HAS_PROPERTY") == [("Shown", "2", "Note")]
    assert loaded.problems == ["t.csv, row 9, field 'Name': is empty, and there is no it without it"]
    assert [kind for kind, _ in loaded.notices] == ["formula without a value", "failed formula"]
    assert "the first A9" in loaded.notices[0][1]


def test_a_workbook_that_unfolds_too_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_file, "SHEET_LIMIT", 10 * xlsx_file.MIB)
    book = altered(sheet(tmp_path / "t.xlsx", [["Name"], ["A"]]), SHEET, lambda raw: raw + b" " * 11_000_000)
    assert book.stat().st_size < 100_000
    with pytest.raises(DataError, match=r"sheet1\.xml unfolds to 10 MiB, the limit is 10; save it as CSV"):
        load(tmp_path, book, NAMES)


@pytest.mark.parametrize(
    ("name", "raw", "rule"),
    [
        ("t.xlsx", b"", "is not an XLSX file"),
        ("t.xlsx", b"PK\x03\x04 and no more", "is not an XLSX file"),
        ("t.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "protected with a password, or is an old .xls"),
        ("t.xls", b"", "is not a table of a known kind"),
        ("t.parquet", b"PAR1", "is not a Parquet file"),
        ("t.csv", b"", "the file has no header row"),
        ("t.csv", b"\xff\xfe\x00", "is not UTF-16"),
        ("t.csv", b"x" * 17_000_000, "a line is longer than 16,000,000 bytes"),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, name: str, raw: bytes, rule: str) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(DataError, match=re.escape(name)) as error:
        load(tmp_path, tmp_path / name, NAMES)
    assert rule in str(error.value)
    with pytest.raises(DataError, match=r"can't be read"):
        load(tmp_path, tmp_path / f"absent-{name.replace('xls', 'xlsx').replace('xlsxx', 'xlsx')}", NAMES)


# Parquet ------------------------------------------------------------------------------------------------------------


def test_the_types_of_parquet(tmp_path: Path) -> None:
    columns = {
        "Name": pa.array(["A", "B", None]).dictionary_encode(),
        "int": pa.array([1, None, 3], pa.int64()),
        "float": pa.array([4.0, 0.5, float("nan")]),
        "decimal": pa.array([Decimal("12.50"), None, Decimal("3.00")]),
        "day": pa.array([date(1999, 3, 1), None, None]),
        "time": pa.array([*map(datetime.fromisoformat, ("2024-01-01", "2024-01-01 09:30")), None], pa.timestamp("ns")),
        "zoned": pa.array([datetime(2023, 12, 31, 15, tzinfo=UTC), None, None], pa.timestamp("us", "Asia/Seoul")),
        "bool": pa.array([True, False, None]),
        "none": pa.nulls(3),
        "list": pa.array([["x"], [], None]),
        "bytes": pa.array([b"x", b"", None]),
    }
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    opened = tabular.open_table(tmp_path / "t.parquet")
    rows = [row for row in opened.rows if not isinstance(row, RejectedRow)]
    empty = {"none": "", "list": "", "bytes": ""}
    assert [dict(row.values) for row in rows] == [
        {
            "Name": "A",
            "int": "1",
            "float": "4",
            "decimal": "12.5",
            "day": "1999-03-01",
            "time": "2024-01-01",
            "zoned": "2024-01-01",
            "bool": "TRUE",
            **empty,
        },
        {
            "Name": "B",
            "int": "",
            "float": "0.5",
            "decimal": "",
            "day": "",
            "time": "2024-01-01 09:30:00",
            "zoned": "",
            "bool": "FALSE",
            **empty,
        },
        {"Name": "", "int": "3", "float": "", "decimal": "3", "day": "", "time": "", "zoned": "", "bool": "", **empty},
    ]
    assert set(opened.unusable) == {"list", "bytes"}
    with pytest.raises(DataError, match=r"entities\.it\.name: the column 'list' holds list<.*>, which is not a text"):
        load(tmp_path, tmp_path / "t.parquet", NAMES.replace("Name", "list"))


# The first draft ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "fleet",
            "IMO,Vessel name,AKA,Flag,Built,Owner\n9161223,A,B;C,Togo,1999,X\n9074729,B,D;E,Iran,2001,X\n",
            [
                "type: Ship",
                "id: IMO",
                "name: Vessel name",
                'aliases:\n      - {column: AKA, split: ";"}',
                "state: Flag",
                "buildDate: Built",
                "{type: OWNS, from: owner, to: main}",
                "{type: FLAGGED_IN, from: main, to: state}",
            ],
        ),
        (
            "liste",
            "Numéro;Nom;Alias;Date de naissance;Nationalité\n1;Kim;K;01.02.1960;KP\n2;Ri;R;03.04.1970;KP\n",
            [
                "type: Person",
                "id: Numéro",
                "name: Nom",
                'dates: ["%d.%m.%Y"]',
                "birthDate: Date de naissance",
                'file: {delimiter: ";"',
                "{type: NATIONAL_OF, from: main, to: state}",
            ],
        ),
        (
            "список",
            "Номер,Наименование компании,ИНН,Директор\n1,А,77,И\n2,Б,78,И\n",
            ["type: Company", "id: Номер", "name: Наименование компании", "ИНН: ИНН", "from: director, to: main"],
        ),
        (
            "선박",
            "번호,선명,국적,선주\n1,한빛호,KP,평양무역\n2,태송호,KP,평양무역\n",
            ["type: Ship", "id: 번호", "name: 선명", "state: 국적", "name: 선주"],
        ),
        (
            "owners",
            "Company,IMO,Country\nA,5963351,KP\nB,2041999,KP\n",
            ["type: Company", "IMO: IMO", "imoNumber: IMO", "id: IMO", "state: Country"],
        ),
        ("odd", 'a: b,"{c}",- d,#e,"f\ng"\nx,"1,5",3,4,5\n', ["type: Thing", 'name: "a: b"', 'decimal: ","']),
    ],
)
def test_a_draft_loads_as_it_is(tmp_path: Path, name: str, text: str, expected: list[str], ontology: Ontology) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    draft = suggest.draft_mapping(path)
    for line in expected:
        assert line in draft, draft
    loaded = load(tmp_path, path, draft)
    assert sound(loaded, ontology)
    assert loaded.rejected == []
    assert {kind for kind, _ in loaded.notices} <= {"unused columns"}
    assert len(loaded.entities) > 1


@pytest.mark.parametrize(
    ("encoding", "word"), [("cp949", "강계뜨락또르"), ("cp1251", "Наименование"), ("cp1252", "Société")]
)
def test_a_draft_guesses_the_encoding(tmp_path: Path, encoding: str, word: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(f"Name\tNote\n{word}\t{word} {word}\n".encode(encoding))
    draft = suggest.draft_mapping(path)
    assert f'file: {{delimiter: "tab", encoding: {encoding}}}' in draft
    assert load(tmp_path, path, draft).by_name(word)


def test_a_draft_of_a_workbook_and_of_an_empty_table(tmp_path: Path) -> None:
    book = sheet(tmp_path / "t.xlsx", [["Company", "Founded"], ["A", date(1999, 3, 1)]])
    draft = suggest.draft_mapping(book)
    assert "incorporationDate: Founded" in draft
    assert load(tmp_path, book, draft).by_name("A")[0].properties == {"incorporationDate": "1999-03-01"}
    (tmp_path / "e.csv").write_text("Name,X\n", encoding="utf-8")
    with pytest.raises(DataError, match="no row below its header"):
        suggest.draft_mapping(tmp_path / "e.csv")


# Any table ----------------------------------------------------------------------------------------------------------

CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
ANY = HEAD + "entities:\n  it: {type: Company, name: Name, id: No}\nrest: it\n"


@settings(max_examples=100)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=8))
def test_any_table_of_texts_survives(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], ontology: Ontology
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([("No", "Name", "Note"), *rows])
    loaded = load(tmp_path_factory.mktemp("any"), text.getvalue(), ANY)
    assert sound(loaded, ontology)
    empty = mapping_file.parse(ANY).empty
    kept = [tuple("" if c.strip() in empty or c.strip() in table.FAILED else c.strip() for c in row) for row in rows]
    kept = [row for row in kept if any(row)]
    named = [row for row in kept if row[1]]
    faulty = [row for row in kept if not row[1]]
    # A row of failed formulas or of words for nothing is rejected too, unless it is blank.
    assert len(loaded.rejected) >= len(faulty)
    values = {c.value for c in loaded.claims} | {e.name for e in loaded.entities.values()}
    for _, name, note in named:
        assert unicode_plain(name) in values
        assert not note or note in values


def unicode_plain(text: str) -> str:
    import unicodedata

    return " ".join(unicodedata.normalize("NFC", text).split())


@settings(max_examples=100)
@given(raw=st.binary(max_size=80))
def test_any_bytes_are_read_or_refused_in_words(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    try:
        loaded = load(tmp_path_factory.mktemp("raw"), b"No,Name\n" + raw, ANY)
    except DataError as error:
        assert str(error).startswith("t.csv")
    else:
        for row in loaded.rejected:
            "".join(row.row.values.values()).encode("utf-8")  # can be written to the file of rejects


@settings(max_examples=60)
@given(header=st.lists(st.text(max_size=8), min_size=1, max_size=5), cells=st.lists(CELL, min_size=5, max_size=5))
def test_any_draft_can_be_read(tmp_path_factory: pytest.TempPathFactory, header: list[str], cells: list[str]) -> None:
    path = tmp_path_factory.mktemp("draft") / "t.csv"
    with path.open("w", encoding="utf-8", errors="ignore", newline="") as file:
        csv.writer(file).writerows([header, cells[: len(header)], cells[: len(header)]])
    try:
        draft = suggest.draft_mapping(path)
    except DataError as error:
        assert str(error).startswith("t.csv")
    else:
        table.get(path, mapping_file.parse(draft))


def test_a_row_may_be_inferred_and_a_group(tmp_path: Path) -> None:
    plan = (
        HEAD + "entities:\n  it: {type: Factory, name: Name, properties: {groupSize: Size}}\n"
        "  above: {type: Organization, name: Above}\n"
        "relationships:\n  - {type: REPORTS_TO, from: it, to: above, inferred_from: Because}\n"
    )
    text = "Name,Above,Because,Size\nThe mill,Trust,claim-1  claim-2,\nFour plants,Trust,,4\n"
    loaded = load(tmp_path, text, plan)
    claims = {c.subject: c for c in loaded.claims if c.predicate == "REPORTS_TO"}
    ((mill,), (plants,)) = (loaded.by_name(name) for name in ("The mill", "Four plants"))
    assert (claims[mill.id].premises, claims[plants.id].is_inferred) == (["claim-1", "claim-2"], False)
    assert (mill.properties.get("groupSize", ""), plants.properties["groupSize"]) == ("", "4")
