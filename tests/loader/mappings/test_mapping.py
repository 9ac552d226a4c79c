"""A mapping is read as it stands, and a faulty one is refused with all its faults."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import DataError
from loader.files import yaml_file
from loader.mappings import cell_text, mapping_file
from loader.mappings.model import TableMapping, Value
from loader.sources import table
from tests.support.paths import FIXTURES

# What a mapping may say, at its top.
KEYS = (
    "dataset title publisher url date kind language note reliability credibility speaker updates file dates numbers "
    "empty lists source entities relationships claims ignore rest"
).split()

TABLE = FIXTURES / "table"

HEAD = "dataset: mine\ntitle: A table\npublisher: Desk\n"
SHIP = HEAD + "entities:\n  ship: {type: Ship, name: Name}\n"


def parse(text: str) -> TableMapping:
    return mapping_file.parse(text, "m.yaml")


def list_faults(text: str) -> list[str]:
    with pytest.raises(DataError) as error:
        parse(text)
    return [line.strip() for line in str(error.value).splitlines()]


def test_the_fixture_is_read() -> None:
    mapping = mapping_file.load(TABLE / "vessels.yaml")
    assert (mapping.dataset, mapping.document.date, mapping.keeps_history) == ("vessels", "2024-03-01", False)
    assert list(mapping.blocks) == ["ship", "owner", "flag"]
    assert dict(mapping.blocks["ship"].properties)["tonnage"].column == "GT"
    assert mapping.blocks["ship"].aliases[0].split == (";",)
    assert [s.predicate.constant for s in mapping.sayings] == ["OWNS", "FLAGGED_IN"]
    assert {c for _, c in mapping.columns()} == {
        "IMO",
        "Vessel name",
        "Former names",
        "GT",
        "Built",
        "Flag",
        "Owner",
        "Owner country",
    }


def test_all_faults_are_told_at_once_with_line_entry_and_rule() -> None:
    lines = list_faults(
        "dataset: My Ships\n"
        "title: A table\n"
        "colour: red\n"
        "date: soon\n"
        "entities:\n"
        "  ship:\n"
        "    type: Shipp\n"
        "    name: Name\n"
        "    properties: {tonage: GT}\n"
        "  owner: {type: Company, name: Owner, properties: {tonage: GT, jurisdicton: J}}\n"
        "relationships:\n"
        "  - {type: OWNS, from: ownr, to: ship}\n"
        "  - {type: FLAGGED_IN, from: owner, to: owner}\n"
        "claims:\n"
        "  - {predicate: ESTIMATE, about: owner, value: N}\n"
    )
    assert lines[0] == "m.yaml: 11 faults:"
    assert lines[1:] == [
        "m.yaml, row 3, field 'colour': there is no key 'colour'; there are " + ", ".join(sorted(KEYS)),
        "m.yaml, field 'publisher': is missing",
        "m.yaml, row 1, field 'dataset': is a short name of small letters, digits and hyphens; every id begins with it",
        "m.yaml, row 7, field 'entities.ship.type': there is no type 'Shipp'; did you mean 'Ship'?",
        "m.yaml, row 10, field 'entities.owner.properties.tonage': there is no property 'tonage'; there are "
        "country, description, groupSize, schema, incorporationDate, dissolutionDate, imoNumber, registrationNumber, "
        "jurisdiction",
        "m.yaml, row 10, field 'entities.owner.properties.jurisdicton': there is no property 'jurisdicton'; did you "
        "mean 'jurisdiction'?",
        "m.yaml, row 12, field 'relationships.1.from': there is no entity block 'ownr'; did you mean 'owner'?",
        "m.yaml, row 13, field 'relationships.2.from': FLAGGED_IN takes Ship or Aircraft here, not Company",
        "m.yaml, row 13, field 'relationships.2.to': FLAGGED_IN takes State here, not Company",
        "m.yaml, row 15, field 'claims.1': needs topic and unit",
        "m.yaml, row 4, field 'date': a date is YYYY, YYYY-MM or YYYY-MM-DD; a year or month may end in -early, -mid "
        "or -late, not 'soon'",
    ]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "must be entries of the form"),
        ("- a\n", "must be entries of the form"),
        ("a: [", "m.yaml, row 1: is not YAML"),
        ("a: 1\na: 2\n", "m.yaml, row 2: has the key 'a' twice"),
        ("a: &x 1\nb: *x\n", "row 2: holds an alias (*)"),
        ("[" * 30 + "]" * 30, "holds more than 20 levels"),
        ("{a: 1}: 2\n", "has a key that is not a text"),
        ("a: \x00", "is not YAML"),
        ("#" * 1_000_001, "longer than 1,000,000 characters"),
        (SHIP.replace("mine", "ofac"), "'ofac' is the name of a source of Armsgraph's own"),
        (SHIP.replace("mine", "reference"), "'reference' is the name of a source"),
        (SHIP + "updates: sometimes\n", "must be 'replace'"),
        (SHIP + "numbers: {decimal: ';'}\n", "decimal is '.' or ','"),
        (SHIP + "numbers: {decimal: ',', thousands: ','}\n", "thousands is another mark"),
        (SHIP + "dates: ['%d.%q.%Y']\n", "'%d.%q.%Y': %q is not known"),
        (SHIP + "dates: ['%d %Y']\n", "a date format has a year"),
        (SHIP + "dates: ['%Y-%d-%m']\n", "always read as year, month, day"),
        (SHIP + "dates: ['%d/%m/%Y', '%m/%d/%Y']\n", "can't be told apart"),
        (SHIP + "file: {encoding: utf-7}\n", "'utf-7' is not an encoding of text files"),
        (SHIP + "file: {delimiter: ab}\n", "is one mark"),
        (SHIP + "file: {header: first}\n", "must be a number of rows"),
        (SHIP + "file: {header: none}\n", "goes with 'header: none'"),
        (SHIP + "reliability: G\n", "there is no reliability 'G'"),
        (SHIP + "speaker: captain\n", "there is no entity block 'captain'"),
        (SHIP + "speaker: {state: Atlantis}\n", "there is no state 'Atlantis'"),
        (SHIP + "rest: boat\n", "there is no entity block 'boat'"),
        (SHIP + "relationships: {type: OWNS}\n", "must be a list"),
        (SHIP + "url: ftp://x\n", "must be an http or https address"),
        (SHIP + "claims:\n  - {predicate: HAS_PROPERTY, about: ship, value: V}\n", "needs detail"),
        (SHIP + "claims:\n  - {predicate: STATEMENT, about: ship}\n", "needs summary"),
        (SHIP + "claims:\n  - {predicate: SAYS, about: ship}\n", "there is no statement 'SAYS'"),
        (HEAD + "entities:\n  ship: {type: Goods, name: N}\n", "there is no type 'Goods'"),
        (HEAD + "entities:\n  ship: {name: N}\n", "needs a type"),
        (HEAD + "entities:\n  ship: {type: Ship}\n", "needs a name; or an id alone"),
        (HEAD + "entities:\n  ship: {type: {column: Kind}, name: N}\n", "needs 'values'"),
        (HEAD + "entities:\n  ship: {type: Ship, name: '{N'}\n", "each { needs its }"),
        (HEAD + "entities:\n  ship: {type: Ship, name: {constant: A, column: B}}\n", "must name a column, or give"),
        (HEAD + "entities:\n  ship: {type: Ship, name: [A, B]}\n", "must name a column, or give"),
        (HEAD + "entities:\n  ship: {type: Ship, name: N, properties: {name: N}}\n", "has an entry of its own"),
        (HEAD + "entities:\n  ship: {id: N, properties: {country: C}}\n", "has no name, so it only refers"),
        (HEAD + "entities:\n  ship: {id: {columns: [A, B], as_is: true}}\n", "'as_is' takes one column"),
        (HEAD + "entities:\n  ship: {type: Ship, name: {column: N, split: /}, id: A}\n", "can't have one id"),
        (HEAD + "entities:\n  ship: {state: A, name: B}\n", "a state has its name from Armsgraph"),
        (HEAD + "entities:\n  ship: {type: Ship, name: N, properties: {buildDate: {constant: x}}}\n", "is not a date"),
        (HEAD + "entities:\n  ship: {type: Ship, name: N, when: {equals: x}}\n", "needs a column"),
    ],
)
def test_faulty_mappings_are_refused(text: str, rule: str) -> None:
    lines = list_faults(text)
    assert any(rule in line for line in lines), lines
    assert lines[0].startswith("m.yaml")


def test_scalars_are_texts_as_they_stand() -> None:
    mapping = parse(HEAD + "entities:\n  a: {type: Ship, name: No, id: 007, properties: {country: Yes}}\n")
    block = mapping.blocks["a"]
    assert (block.name, block.id[0].column) == (Value((("", "No"),)), "007")
    assert dict(block.properties)["country"].column == "Yes"
    assert yaml_file.read("a: 2024-03-01")[0] == {"a": "2024-03-01"}


def test_values_in_their_forms() -> None:
    mapping = parse(
        HEAD + "entities:\n"
        "  a:\n"
        "    type: {column: K, values: {firm: Company, MAN: Person}, otherwise: Thing}\n"
        "    name: '{Family}, {First}'\n"
        "    aliases: [A, {column: '{odd} name', split: [';', /]}, {constant: same}]\n"
    )
    block, empty = mapping.blocks["a"], mapping.empty
    assert block.type and block.name
    type_, name = cell_text.build_choice_reader(block.type, empty), cell_text.build_text_reader(block.name, empty)
    assert [type_({"K": k}) for k in ("Firm", "man", "other", "")] == ["Company", "Person", "Thing", "Thing"]
    assert name({"Family": "Kim", "First": "Il"}) == "Kim, Il"
    assert name({"Family": "Kim", "First": "-"}) == "Kim"
    assert name({"Family": "", "First": "N/A"}) == ""
    lists = [cell_text.build_list_reader(value, empty) for value in block.aliases]
    row = {"A": "x;y", "{odd} name": "b; c/ b //-"}
    assert [tuple(read(row)) for read in lists] == [("x;y",), ("b", "c"), ("same",)]


@pytest.mark.parametrize(
    ("marks", "text", "number"),
    [
        ((".", ""), "4500", 4500),
        ((".", ""), "4500.50", 4500.5),
        ((".", ""), "-3.0", -3),
        ((".", ""), "1e3", 1000),
        ((".", ","), "1,234,567.8", 1234567.8),
        ((",", "."), "1.234,5", 1234.5),
        ((",", " "), "1\u202f234\u00a0567", 1234567),
        ((".", ""), "−7", -7),
        ((".", ""), "007", 7),
    ],
)
def test_numbers(marks: tuple[str, str], text: str, number: float) -> None:
    value = cell_text.build_number_reader(*marks)(text)
    assert (value, type(value)) == (number, type(number))


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        ((".", ""), "1,234"),
        ((".", ","), "12,34"),
        ((",", "."), "1234.5"),
        ((".", ""), "nan"),
        ((".", ""), "1_000"),
        ((".", ""), "inf"),
        ((".", ""), "about 5"),
        ((".", ""), "9" * 20),
        ((".", ""), "1e999"),
        ((".", ""), "٣"),
        ((".", ""), "5 GT"),
        ((".", ""), "9" * 5000),
    ],
)
def test_what_is_no_number(marks: tuple[str, str], text: str) -> None:
    with pytest.raises(ValueError, match="number"):
        cell_text.build_number_reader(*marks)(text)


def test_dates() -> None:
    read = cell_text.build_date_reader(["%d.%m.%Y", "%m/%Y", "%d %B %Y"])
    texts = ("1.2.2024", "02/2024", "3 March 1999", "2024", "2022-early", "2024-03-01T00:00:00Z", "2024-03-01 10:20")
    expected = ["2024-02-01", "2024-02", "1999-03-03", "2024", "2022-early", "2024-03-01", "2024-03-01"]
    assert [read(text) for text in texts] == expected
    for wrong in ("31.02.2024", "2024-13", "circa 1964", "0001-01-01", "01.01.0099", "12/13/2024"):
        with pytest.raises(ValueError, match="date"):
            read(wrong)


def test_a_column_that_the_table_lacks_is_named_with_its_entry() -> None:
    plan = parse(SHIP + "claims:\n  - {predicate: STATEMENT, about: ship, summary: '{Vesel name} {Remarks}'}\n")
    path = TABLE / "vessels.csv"
    with pytest.raises(DataError) as error:
        table.get(path, plan)
    assert str(error.value).startswith("vessels.csv: does not fit m.yaml:")
    message = str(error.value)
    assert "entities.ship.name: the table has no column 'Name'; for the same text in every row write" in message
    assert "claims.1.summary: the table has no column 'Vesel name'; did you mean 'Vessel name'?" in message
    assert "its columns are 'IMO', 'Vessel name'" in message


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TREE = st.recursive(
    TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)
SOME_KEY = st.sampled_from([*KEYS, "x"])


@settings(max_examples=100)
@given(raw=st.dictionaries(SOME_KEY, TREE, max_size=6))
def test_any_file_is_read_or_refused_in_words(raw: dict[str, object]) -> None:
    import yaml

    text = yaml.safe_dump({"dataset": "a", "title": "b", "publisher": "c", **raw}, allow_unicode=True)
    try:
        mapping = parse(text)
    except DataError as error:
        assert str(error).startswith("m.yaml")
    else:
        assert mapping.blocks


@settings(max_examples=50)
@given(text=st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    with pytest.raises(DataError, match=r"m\.yaml"):
        parse(text)
