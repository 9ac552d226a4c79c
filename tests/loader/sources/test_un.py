"""The Security Council's list: what becomes of an entry, and what of a file that somebody spoilt."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.database import validate
from graph.errors import DataError
from graph.formats import xml_stream
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from loader.records import HOLES, Item, Notice, RejectedRow
from loader.sources.un import un
from tests.support.paths import FIXTURES
from tests.support.reading import collect

UN = FIXTURES / "un"

PERSON = "un-900001"


class Taken:
    """Everything that a feed gave."""

    def __init__(self, items: Iterable[Item | RejectedRow | Notice]) -> None:
        self.all = list(items)
        self.items = [i for i in self.all if isinstance(i, Item)]
        records = [i.record for i in self.items]
        self.entities = {r.id: r for r in records if isinstance(r, Entity)}
        self.claims = [r for r in records if isinstance(r, Claim)]
        self.sources = [r for r in records if isinstance(r, Source)]
        self.rejected = [str(p) for i in self.all if isinstance(i, RejectedRow) for p in i.problems]
        self.notices = [i for i in self.all if isinstance(i, Notice)]

    def list_values(self, subject: str, predicate: str, detail: str | None = None) -> list[str]:
        return [
            str(c.object or c.value)
            for c in self.claims
            if (c.subject, c.predicate) == (subject, predicate) and detail in (None, c.detail)
        ]

    def kinds(self) -> Counter[str]:
        return Counter(n.kind for n in self.notices)


def taken(name: str, **options: frozenset[str]) -> Taken:
    return Taken(un.read(UN / name, **options).items)


def valid(ontology: Ontology, feed: Taken) -> list[validate.Problem]:
    """What the core would refuse."""

    def type_of(entity_id: str) -> str | None:
        entity = feed.entities.get(entity_id)
        return entity.type if entity else None

    problems = [p for c in feed.claims for p in validate.check_claim(ontology, c, type_of)]
    problems += [p for e in feed.entities.values() for p in validate.check_entity(ontology, e)]
    problems += [p for s in feed.sources for p in validate.check_source(ontology, s)]
    problems += [("labels", e.id) for e in feed.entities.values() if e.labels != ontology.types[e.type].labels]
    return problems + [("source", c.id) for c in feed.claims if c.source != feed.sources[0].id]


@pytest.mark.parametrize("name", ["old.xml", "new.xml"])
def test_everything_keeps_the_ontologys_rules(ontology: Ontology, name: str) -> None:
    feed = taken(name)
    assert valid(ontology, feed) == []
    assert feed.rejected == []
    assert len({c.id for c in feed.claims}) == len(feed.claims)


@pytest.mark.parametrize("only", [frozenset(), frozenset({"DPRK"}), frozenset({"Al-Qaida", "SouthSudan"})])
def test_the_loader_takes_all_of_it(ontology: Ontology, only: frozenset[str]) -> None:
    kept = collect(un.read(UN / "old.xml", only=only), ontology)
    assert kept.problems == []
    chosen = [i for i in taken("old.xml", only=only).items if i.selected and not i.shared]
    assert set(kept.entities) | set(kept.claims) == {i.record.id for i in chosen} - {"un-consolidated-list"}


def test_the_file_dates_itself() -> None:
    old = un.read(UN / "old.xml")
    assert (old.dataset, old.edition, old.keeps_history) == ("un", "2021-03-09", True)
    assert un.read(UN / "old.xml", edition="2020").edition == "2020"
    assert old.fraction() <= 1.0


def test_a_listing_has_its_date_its_number_and_its_committee() -> None:
    feed = taken("old.xml")
    listings = [c for c in feed.claims if c.predicate == "DESIGNATED_BY"]
    assert {(c.subject, c.object, c.asserted_by, c.detail, c.valid_from, c.grade) for c in listings} == {
        (PERSON, "regime-un-1718", "regime-un-1718", "KPi.901", "2016-03-02", "A1"),
        ("un-900002", "regime-un-al-qaida", "regime-un-al-qaida", "QDi.902", "2015-03-27", "A1"),
        ("un-900003", "regime-un-southsudan", "regime-un-southsudan", "SSi.903", "2015-07-01", "A1"),
        ("un-900010", "regime-un-1718", "regime-un-1718", "KPe.910", "2014-07-28", "A1"),
        ("un-900011", "regime-un-al-qaida", "regime-un-al-qaida", "QDe.911", "2002-01-11", "A1"),
    }
    shared = {i.record.id for i in feed.items if i.shared}
    assert shared >= {"regime-un-1718", "regime-un-al-qaida", "regime-un-southsudan", "north-korea", "yemen"}
    assert feed.list_values("un-900002", "HAS_IDENTIFIER") == ["UN QDi.902"]


def test_names_keep_their_kind() -> None:
    feed = taken("old.xml")
    assert feed.entities[PERSON].name == "HAN TOK-SU"
    assert feed.entities["un-900002"].name == "OMAR ibn AL-MITHAL AL-IKHTIBARI"
    assert feed.list_values(PERSON, "HAS_NAME", "original script") == ["한덕수"]
    assert feed.list_values(PERSON, "HAS_NAME", "alias (good)") == ["Han Tok Su"]
    assert feed.list_values(PERSON, "HAS_NAME", "weak alias (low)") == ["Mr Han", "Director Han"]
    assert feed.list_values(PERSON, "HAS_PROPERTY", "aliasNote") == ["Mr Han, Director Han: used in Minsk"]
    assert feed.list_values("un-900010", "HAS_NAME", "alias (a.k.a.)") == ["IMSC"]
    assert feed.list_values("un-900010", "HAS_NAME", "former name (f.k.a.)") == ["East Sea Lines"]


def test_what_the_list_says_of_a_person() -> None:
    feed = taken("old.xml")
    assert feed.entities[PERSON].properties == {"title": "Mr", "country": "North Korea", "birthDate": "1961-10-13"}
    assert feed.list_values(PERSON, "NATIONAL_OF") == ["north-korea"]
    assert feed.list_values(PERSON, "HAS_PROPERTY", "position") == [
        "Director of the Invented Trading Corporation",
        "Former attaché",
    ]
    assert feed.list_values(PERSON, "HAS_PROPERTY", "modifiedAt") == ["2018-08-08", "2020-07-26"]
    assert feed.list_values(PERSON, "HAS_PROPERTY", "birthPlace") == ["Kanggye, Democratic People's Republic of Korea"]
    assert feed.list_values(PERSON, "HAS_IDENTIFIER") == ["UN KPi.901", "Passport 990011223"]
    assert feed.list_values(PERSON, "HAS_PROPERTY", "document") == [
        "Passport 990011223: issued by Democratic People's Republic of Korea; issued on 2011-05-04; expired"
    ]
    (comment,) = feed.list_values(PERSON, "HAS_PROPERTY", "comment")
    assert comment.startswith("Invented for the tests")


def test_dates_of_birth_that_disagree_stand_side_by_side() -> None:
    feed = taken("old.xml")
    assert feed.list_values("un-900002", "HAS_PROPERTY", "birthDate") == [
        "circa 1968",
        "between 1973 and 1974",
        "1970 (on a false passport)",
    ]
    assert feed.entities["un-900002"].properties["birthDate"] == "1970"
    (sure,) = [c for c in feed.claims if (c.subject, c.detail) == (PERSON, "birthDate")]
    assert (sure.value, sure.grade) == ("1961-10-13", "A2")


def test_one_address_is_one_place_however_it_is_written() -> None:
    feed = taken("old.xml")
    (place,) = set(feed.list_values(PERSON, "LOCATED_IN")) - {"iran"}
    assert feed.list_values("un-900002", "LOCATED_IN") == [place] == feed.list_values("un-900010", "LOCATED_IN")
    assert feed.list_values(place, "LOCATED_IN") == ["north-korea"]
    assert feed.entities[place].name == "Building 7, Sungri Street, Pyongyang, Democratic People's Republic of Korea"
    (located,) = [c for c in feed.claims if c.subject == PERSON and c.object == place]
    assert located.detail == "as of 2015"
    assert len([i for i in feed.items if i.record.id == place]) == 1


def test_the_imo_number_of_a_company_and_those_of_its_ships() -> None:
    feed = taken("old.xml")
    assert "IMO 1790183" in feed.list_values("un-900010", "HAS_IDENTIFIER")
    assert feed.list_values("un-900011", "HAS_IDENTIFIER") == ["UN QDe.911"]
    assert feed.kinds()["IMO number"] == 1


def test_what_is_unknown_is_told_and_kept() -> None:
    feed = taken("new.xml")
    assert feed.list_values("un-900004", "HAS_PROPERTY", "eye colour") == ["green"]
    assert feed.list_values("un-900004", "HAS_PROPERTY", "individual address planet") == ["Moon"]
    assert feed.list_values("un-900004", "HAS_PROPERTY", "listingDate") == ["soon"]
    assert feed.list_values("un-900004", "HAS_PROPERTY", "birthDate") == ["Invalid date"]
    assert feed.list_values("un-900002", "HAS_PROPERTY", "nationality") == ["Utopia"]
    (place,) = feed.list_values("un-900004", "LOCATED_IN")
    assert feed.entities[place].properties["country"] == "The Moon"
    assert feed.kinds() == {
        "unknown element EYE_COLOUR": 1,
        "unknown element INDIVIDUAL_ADDRESS/PLANET": 1,
        "unreadable date": 2,
        "unknown country": 2,
        "IMO number": 1,
    }


def test_the_same_statement_is_the_same_claim_in_the_next_edition() -> None:
    old, new = ({c.id: c for c in taken(name).claims} for name in ("old.xml", "new.xml"))
    assert all(old[i] == new[i] for i in old.keys() & new.keys())
    gone = {(c.subject, c.value) for i, c in old.items() if i not in new and c.subject == PERSON}
    assert gone == {(PERSON, "Former attaché")}
    assert {c.subject for i, c in old.items() if i not in new} == {PERSON, "un-900003"}


def test_only_one_list_is_selected_and_the_rest_is_still_told() -> None:
    feed = taken("old.xml", only=frozenset({"dprk"}))
    chosen = {i.record.id for i in feed.items if isinstance(i.record, Entity) and i.selected and not i.shared}
    left = {i.record.id for i in feed.items if isinstance(i.record, Entity) and not i.selected}
    (common,) = set(feed.list_values(PERSON, "LOCATED_IN")) - {"iran"}
    assert chosen == {PERSON, "un-900010", common}
    assert {"un-900002", "un-900003", "un-900011"} < left
    assert len(left) == 4  # and the address in Peshawar
    assert {i.record.id for i in feed.items} == {i.record.id for i in taken("old.xml").items} - {
        "regime-un-al-qaida",
        "regime-un-southsudan",
        "yemen",
        "south-sudan",
        "pakistan",
    }


def test_an_address_that_a_later_entry_selects() -> None:
    feed = taken("old.xml", only=frozenset({"Al-Qaida"}))
    (common,) = feed.list_values("un-900002", "LOCATED_IN")
    assert [i.selected for i in feed.items if i.record.id == common] == [True]


def test_a_list_type_that_is_not_there_is_told() -> None:
    feed = taken("old.xml", only=frozenset({"DPKR"}))
    (notice,) = [n for n in feed.notices if n.kind == "no such list type"]
    assert "dpkr" in notice.text and "DPRK" in notice.text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("laughs.xml", "laughs.xml, row 2: declares a document type"),
        ("external.xml", "external.xml, row 2: declares a document type"),
        ("dtd.xml", "dtd.xml, row 2: declares a document type"),
        ("notxml.xml", "notxml.xml, row 1: not well-formed"),
        ("page.xml", "begins with <html>, not with <CONSOLIDATED_LIST>"),
    ],
)
def test_what_is_not_the_list_is_refused(name: str, words: str) -> None:
    with pytest.raises(DataError, match=re.escape(words)):
        taken(name)


def names(feed: Taken) -> list[str]:
    return [e.name for i, e in feed.entities.items() if re.fullmatch(r"un-\d+", i)]


def test_a_file_that_breaks_off_keeps_what_came_before() -> None:
    feed = taken("truncated.xml")
    assert names(feed) == ["HAN TOK-SU", "OMAR ibn AL-MITHAL AL-IKHTIBARI", "LEAVING SOON"]
    size = (UN / "truncated.xml").stat().st_size
    (problem,) = feed.rejected
    match = re.search(r"the file ends in the middle \(line (\d+), byte (\d+), in the ENTITY .* line (\d+)\)", problem)
    assert match
    text = (UN / "truncated.xml").read_text(encoding="utf-8")
    assert int(match[1]) == text.count("\n") + 1
    assert size - 100 < int(match[2]) <= size
    assert text.splitlines()[int(match[3]) - 1].strip() == "<ENTITY>"
    assert feed.kinds()[un.INCOMPLETE] == 1
    assert un.INCOMPLETE in HOLES  # so that nothing counts as withdrawn


def test_a_broken_entry_costs_no_other() -> None:
    feed = taken("broken.xml")
    assert names(feed) == ["FIRST", "THIRD", "FIFTH", "LAST ONE"]
    raw = (UN / "broken.xml").read_bytes()
    fifth = raw.index(b"<INDIVIDUAL><DATAID>5")
    assert feed.rejected == [
        f"broken.xml, row 5: the control character 0x0b may not stand in XML (line 5, byte {raw.index(0x0B)}, "
        "in the INDIVIDUAL that begins on line 5)",
        f"broken.xml, row 7: a new INDIVIDUAL begins before the end (line 8, byte {fifth}, "
        "in the INDIVIDUAL that begins on line 7)",
        f"broken.xml, row 9: not well-formed XML (undefined entity) (line 9, byte {raw.index(b'&nosuch')}, "
        "in the INDIVIDUAL that begins on line 9)",
    ]
    assert feed.kinds()[un.INCOMPLETE] == 3


def test_a_byte_of_another_encoding_is_named() -> None:
    feed = taken("latin1.xml")
    at = (UN / "latin1.xml").read_bytes().index(0xC9)
    assert f"byte 0xc9 at offset {at} is not UTF-8" in feed.rejected[0]
    assert names(feed) == ["FIRST", "THIRD", "LAST ONE"]
    assert names(taken("honest-latin1.xml")) == ["FIRST", "RENÉ", "THIRD", "LAST ONE"]


def write(tmp_path: Path, body: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> Path:
    path = tmp_path / "list.xml"
    text = f'{head}\n<CONSOLIDATED_LIST dateGenerated="2021-03-09">\n{body}\n</CONSOLIDATED_LIST>\n'
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        ("<FIRST_NAME>A</FIRST_NAME>", "field 'DATAID': has neither DATAID nor REFERENCE_NUMBER"),
        ("<DATAID>a b|c</DATAID><FIRST_NAME>A</FIRST_NAME>", "field 'DATAID': 'a b|c' can't be an id"),
        ("<DATAID>1</DATAID><FIRST_NAME> </FIRST_NAME>", "field 'FIRST_NAME': an entry needs a name"),
        (f"<DATAID>1</DATAID><FIRST_NAME>A</FIRST_NAME><UN_LIST_TYPE>{'x' * 61}</UN_LIST_TYPE>", "'UN_LIST_TYPE'"),
    ],
)
def test_an_entry_that_can_not_load_is_named(tmp_path: Path, entry: str, rule: str) -> None:
    body = (
        f"<ENTITIES><ENTITY>{entry}</ENTITY>\n<ENTITY><DATAID>2</DATAID><FIRST_NAME>B</FIRST_NAME></ENTITY></ENTITIES>"
    )
    feed = Taken(un.read(write(tmp_path, body)).items)
    assert names(feed) == ["B"]
    assert len(feed.rejected) == 1
    assert feed.rejected[0].startswith("list.xml, row 3") and rule in feed.rejected[0]


def test_a_list_without_entries_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no entry"):
        Taken(un.read(write(tmp_path, "<INDIVIDUALS/>")).items)


def test_an_unknown_part_of_the_file_is_told(tmp_path: Path) -> None:
    body = (
        "<VESSELS><VESSEL><DATAID>7</DATAID></VESSEL></VESSELS>stray<ENTITIES><ENTITY><DATAID>2</DATAID>"
        "<FIRST_NAME>B</FIRST_NAME></ENTITY></ENTITIES>"
    )
    feed = Taken(un.read(write(tmp_path, body)).items)
    assert [n.text.split(" ")[0] for n in feed.notices if n.kind == "unknown part of the file"] == [
        "CONSOLIDATED_LIST/VESSELS",
        "CONSOLIDATED_LIST/#text",
    ]


@pytest.mark.parametrize("encoding", ["shift_jis", "utf-7", "nonsense"])
def test_an_encoding_that_can_not_be_read_is_told(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, "<ENTITIES/>", f'<?xml version="1.0" encoding="{encoding}"?>')
    with pytest.raises(DataError, match="encoding can't be read"):
        Taken(un.read(path).items)


def test_utf16_is_read(tmp_path: Path) -> None:
    text = (UN / "old.xml").read_text(encoding="utf-8").replace('encoding="UTF-8"', 'encoding="UTF-16"')
    path = tmp_path / "wide.xml"
    path.write_bytes(text.encode("utf-16"))
    assert Taken(un.read(path).items).claims == taken("old.xml").claims


def test_entries_too_large_or_too_deep_are_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_stream, "PIECE_LIMIT", 100_000)
    good = "<ENTITY><DATAID>{}</DATAID><FIRST_NAME>GOOD</FIRST_NAME></ENTITY>"
    bad = (
        "<ENTITY><FIRST_NAME>" + "x" * 200_000 + "</FIRST_NAME></ENTITY>",
        "<ENTITY>" + "<a>" * 500 + "</a>" * 500 + "</ENTITY>",
        '<ENTITY about="' + "x" * 600_000 + '"/>',
    )
    body = "\n".join(good.format(n) + "\n" + text for n, text in enumerate(bad)) + "\n" + good.format(9)
    feed = Taken(un.read(write(tmp_path, f"<ENTITIES>{body}</ENTITIES>")).items)
    assert len(names(feed)) == 4
    assert [re.sub(r" \(line .*", "", p) for p in feed.rejected] == [
        "list.xml, row 4: a ENTITY is longer than 100,000 characters",
        "list.xml, row 6: more than 100 elements stand inside one another",
        "list.xml, row 8: a tag is longer than 100,000 bytes",
    ]


def test_a_folder_with_one_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no XML file"):
        un.read(tmp_path)
    (tmp_path / "Consolidated.XML").write_bytes((UN / "old.xml").read_bytes())
    assert un.read(tmp_path).edition == "2021-03-09"
    write(tmp_path, "")
    with pytest.raises(DataError, match="holds 2 XML files"):
        un.read(tmp_path)
    with pytest.raises(DataError, match="can't be read: No such file"):
        un.read(tmp_path / "nothing.xml")


def test_a_file_without_a_date_is_known_by_its_content(tmp_path: Path) -> None:
    path = write(tmp_path, "<ENTITIES/>")
    path.write_text(path.read_text().replace("2021-03-09", "Invalid date"))
    first = un.read(path).edition
    path.write_text(path.read_text() + "\n")
    assert re.fullmatch("[0-9a-f]{16}", first) and un.read(path).edition != first


TAGS = [
    "FIRST_NAME",
    "SECOND_NAME",
    "UN_LIST_TYPE",
    "REFERENCE_NUMBER",
    "LISTED_ON",
    "COMMENTS1",
    "NAME_ORIGINAL_SCRIPT",
    "NATIONALITY",
    "INDIVIDUAL_ALIAS",
    "INDIVIDUAL_ADDRESS",
    "INDIVIDUAL_DATE_OF_BIRTH",
    "INDIVIDUAL_PLACE_OF_BIRTH",
    "INDIVIDUAL_DOCUMENT",
    "TITLE",
    "DESIGNATION",
    "LAST_DAY_UPDATED",
    "GENDER",
    "LIST_TYPE",
    "FUTURE_ELEMENT",
]
INNER = [
    "VALUE",
    "QUALITY",
    "ALIAS_NAME",
    "NOTE",
    "STREET",
    "CITY",
    "COUNTRY",
    "DATE",
    "YEAR",
    "FROM_YEAR",
    "TYPE_OF_DATE",
    "NUMBER",
    "TYPE_OF_DOCUMENT",
    "ISSUING_COUNTRY",
    "FUTURE_PART",
]
# Each word is one of its kind, so that it can be found again.
WORDS = st.text(alphabet="ab강ш<>&;\u202eا😀 '\"", max_size=12)


@st.composite
def entries(draw: st.DrawFn) -> tuple[str, list[str]]:
    """An entry of any elements in any order, and the words that it says."""
    element = ElementTree.Element(draw(st.sampled_from(["INDIVIDUAL", "ENTITY"])))
    words: list[str] = []

    def say(target: ElementTree.Element) -> None:
        if draw(st.booleans()):
            words.append(f"w{len(words)}{draw(WORDS)}w")
            target.text = words[-1]

    for tag in draw(st.lists(st.sampled_from(TAGS), max_size=8)):
        child = ElementTree.SubElement(element, tag)
        for inner in draw(st.lists(st.sampled_from(INNER), max_size=4)):
            say(ElementTree.SubElement(child, inner))
        if not len(child) or draw(st.booleans()):
            say(child)
    return ElementTree.tostring(element, encoding="unicode"), words


BORN = "<INDIVIDUAL_DATE_OF_BIRTH><DATE>w0w</DATE><YEAR>w1w</YEAR></INDIVIDUAL_DATE_OF_BIRTH>"


def texts(value: object) -> Iterator[str]:
    """All texts in a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(("<INDIVIDUAL><INDIVIDUAL_ALIAS><QUALITY>w0w</QUALITY></INDIVIDUAL_ALIAS></INDIVIDUAL>", ["w0w"]))
@example((f"<INDIVIDUAL>{BORN}</INDIVIDUAL>", ["w0w", "w1w"]))
@given(entries())
def test_no_word_of_an_entry_is_lost(tmp_path: Path, drawn: tuple[str, list[str]]) -> None:
    entry, words = drawn
    head = "<DATAID>1</DATAID><FIRST_NAME>NAME</FIRST_NAME>"
    body = re.sub(r"^<(\w+)( ?/)?>", rf"<\1>{head}", entry) + ("" if "</" in entry else f"</{entry[1:-3].strip()}>")
    kind = "INDIVIDUALS" if entry.startswith("<INDIVIDUAL") else "ENTITIES"
    feed = Taken(un.read(write(tmp_path, f"<{kind}>{body}</{kind}>")).items)
    assert valid(load_ontology(), feed) == []
    assert feed.rejected == []
    kept = " ".join(text for i in feed.items for text in texts(asdict(i.record)))
    assert [part for word in words for part in re.split(r"[;\s]+", word) if part not in kept] == []


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damage_touches_only_what_it_hits(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever is done to some bytes: an error of our own, or every entry that they are not in comes through whole."""
    raw = (UN / "old.xml").read_bytes()
    start = data.draw(st.integers(len("<?xml version='1.0' encoding='UTF-8'?>") + 300, len(raw)))
    length = data.draw(st.integers(0, 30))
    junk = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from([b"<", b"&", b"]]>", b"\xff", b"\0", b"<!--"])))
    path = tmp_path / "damaged.xml"
    path.write_bytes(raw[:start] + junk + raw[start + length :])
    feed = Taken(un.read(path).items)
    ends = {n: raw.index(b"</" + tag, raw.index(f"<DATAID>{n}".encode())) for n, tag in KINDS.items()}
    untouched = {f"un-{n}" for n, end in ends.items() if end + len("</INDIVIDUAL>") <= start}
    assert untouched <= set(feed.entities)
    assert {c for c in taken("old.xml").claims if c.subject in untouched} <= set(feed.claims)


KINDS = {900001: b"INDIVIDUAL>", 900002: b"INDIVIDUAL>", 900003: b"INDIVIDUAL>", 900010: b"ENTITY>", 900011: b"ENTITY>"}
