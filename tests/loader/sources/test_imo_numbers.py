"""IMO numbers of ships and companies: read as one number on every way of loading, and paired between lists."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from loader.matching import candidates
from loader.matching.party import Party, from_stored
from loader.records import Feed
from loader.sources import articles, table
from loader.sources.exchange import exchange
from loader.sources.ftm import ftm
from loader.sources.ofac import ofac
from loader.sources.un import un
from tests.support.reading import CollectedFeed, collect

SHIP, COMPANY = "9374131", "5963351"


def write_ofac(folder: Path, remark: str, kind: str = "-0- ") -> Feed:
    folder = folder / "2024-01"
    folder.mkdir()
    empty = ",".join(["-0- "] * 7)
    (folder / "sdn.csv").write_text(f'1,"INVENTED SHIPPING CO LTD","{kind}","DPRK4",{empty},"{remark}"\n', "latin-1")
    return ofac.read(folder)


def write_un(folder: Path, comment: str) -> Feed:
    (folder / "un.xml").write_text(
        '<CONSOLIDATED_LIST dateGenerated="2026-02-01"><INDIVIDUALS/><ENTITIES><ENTITY><DATAID>2</DATAID>'
        "<FIRST_NAME>INVENTED SHIPPING CO LTD</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>"
        f"<COMMENTS1>{comment}</COMMENTS1></ENTITY></ENTITIES></CONSOLIDATED_LIST>",
        "utf-8",
    )
    return un.read(folder / "un.xml")


def write_ftm(folder: Path, text: str, schema: str = "Vessel") -> Feed:
    line = {"id": "x", "schema": schema, "properties": {"name": ["Invented"], "imoNumber": [text]}}
    (folder / "x.ftm.json").write_text(json.dumps(line), "utf-8")
    return ftm.read(folder / "x.ftm.json")


def write_table(folder: Path, text: str, type_: str = "Ship", scheme: str = "IMO") -> Feed:
    (folder / "t.csv").write_text(f"Name,Number\nInvented,{text}\n", "utf-8")
    (folder / "t.yaml").write_text(
        f"dataset: t\ntitle: T\npublisher: P\nentities:\n  main:\n    type: {type_}\n    name: Name\n"
        f"    identifiers: {{{scheme}: Number}}\n    properties: {{imoNumber: Number}}\n",
        "utf-8",
    )
    return table.read(folder / "t.csv", folder / "t.yaml")


def write_articles(folder: Path, text: str) -> Feed:
    heads = {
        "sources": "id,publisher,title,date,url,kind,language,reliability,note\ns,P,T,2024-01-01,https://p.example,a,en,B,",
        "entities": f"id,type,name,country,description,imoNumber\nx,Ship,Invented,,,{text}",
        "names": "entity,name,kind,language,source,paragraph",
        "identifiers": f"entity,scheme,value,source\nx,IMO,{text},s",
        "claims": "id,subject,predicate,object,topic,value,low,high,unit,detail,stance,asserted_by,source,paragraph,"
        "reported_on,valid_from,valid_to,reliability,credibility,summary",
    }
    for name, lines in heads.items():
        (folder / f"{name}.csv").write_text(f"{lines}\n", "utf-8")
    return articles.read(folder, load_ontology())


def write_json(folder: Path, text: str) -> Feed:
    properties = {"identifiers": [f"IMO {text}"], "imoNumber": text}
    entity = {"id": "x", "type": "Ship", "name": "Invented", "properties": properties}
    content = {"format": "armsgraph/1", "entities": [entity], "relationships": [], "claims": [], "sources": []}
    (folder / "x.json").write_text(json.dumps(content), "utf-8")
    return exchange.read(folder / "x.json")


def write_graphml(folder: Path, text: str) -> Feed:
    (folder / "x.graphml").write_text(
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="k" for="node" attr.name="imoNumber"/><graph>'
        f'<node id="x"><data key="k">{text}</data></node></graph></graphml>',
        "utf-8",
    )
    return exchange.read(folder / "x.graphml")


def read_identifiers(collected: CollectedFeed) -> list[str]:
    return [
        str(c.value) for c in collected.claims.values() if c.predicate == "HAS_IDENTIFIER" and "IMO" in str(c.value)
    ]


WAYS: list[Callable[[Path, str], Feed]] = [write_ftm, write_table, write_articles, write_json, write_graphml]


@pytest.mark.parametrize("write", WAYS)
@pytest.mark.parametrize("text", ["IMO IMO 9374131", "IMO No. 9374131", "IMO9374131", "imo number: 9374131"])
def test_every_spelling_is_one_number_on_every_way_of_loading(
    ontology: Ontology, tmp_path: Path, write: Callable[[Path, str], Feed], text: str
) -> None:
    collected = collect(write(tmp_path, text), ontology)
    assert not collected.problems
    assert read_identifiers(collected) == [f"IMO {SHIP}"]
    owned = [e.properties["imoNumber"] for e in collected.entities.values() if "imoNumber" in e.properties]
    assert owned == ([] if write is write_graphml else [SHIP])


@pytest.mark.parametrize("text", ["IMO IMO 9374131", "IMO No. 9374131", "IMO9374131"])
def test_the_lists_of_authorities_too(ontology: Ontology, tmp_path: Path, text: str) -> None:
    of_ship = collect(write_ofac(tmp_path, f"Vessel Registration Identification {text}.", "vessel"), ontology)
    assert read_identifiers(of_ship) == [f"IMO {SHIP}"]
    assert of_ship.entities["ofac-1"].properties["imoNumber"] == SHIP
    assert read_identifiers(collect(write_un(tmp_path, f"It owns a ship ({text})."), ontology)) == [f"IMO {SHIP}"]


@pytest.mark.parametrize("label", ["Company Number", "Identification Number"])
def test_a_companys_number_is_known_as_such_and_pairs_two_lists(ontology: Ontology, tmp_path: Path, label: str) -> None:
    feeds = [
        write_ofac(tmp_path, f"{label} IMO {COMPANY}."),
        write_un(tmp_path, f"IMO number: {COMPANY}."),
        write_ftm(tmp_path, f"IMO{COMPANY}", "Company"),
        write_table(tmp_path, f"IMO IMO {COMPANY}", "Company", "IMO company number"),
    ]
    collected = [collect(feed, ontology) for feed in feeds]
    assert not [n.text for one in collected for n in one.notices if "IMO" in n.kind]
    parties = [read_party(one, ontology) for one in collected]
    assert [
        e.properties["imoNumber"] for one in collected for e in one.entities.values() if "imoNumber" in e.properties
    ] == [COMPANY] * 4
    pairs = list(candidates.find(parties))
    assert len(pairs) == 6
    assert {(pair.verdict.by_number, pair.verdict.reasons[0]) for pair in pairs} == {(True, f"the same IMO {COMPANY}")}


def test_a_ships_number_that_two_companies_bear_makes_them_not_one(ontology: Ontology, tmp_path: Path) -> None:
    one, other = (
        read_party(collect(feed, ontology), ontology)
        for feed in (write_ofac(tmp_path, f"Identification Number IMO {SHIP}."), write_un(tmp_path, f"IMO: {SHIP}"))
    )
    assert not any(pair.verdict.by_number for pair in candidates.find([one, other]))


def test_a_number_of_neither_is_said(ontology: Ontology, tmp_path: Path) -> None:
    (notice,) = collect(write_un(tmp_path, "IMO 1234568"), ontology).notices
    assert "the check digit of 1234568 is wrong" in notice.text
    texts = [n.text for n in collect(write_ofac(tmp_path, "Company Number IMO 1234568."), ontology).notices]
    assert any("'1234568' fails the check of IMO numbers" in text for text in texts)


def read_party(collected: CollectedFeed, ontology: Ontology) -> Party:
    """The company of a feed, as the matcher reads it from the store."""
    (entity,) = [e for e in collected.entities.values() if e.name.upper().startswith("INVENTED")]
    claims = [
        [c.predicate, c.detail, str(c.value)]
        for c in collected.claims.values()
        if c.subject == entity.id and c.predicate in ("HAS_NAME", "HAS_IDENTIFIER", "HAS_PROPERTY")
    ]
    stored = {**entity.properties, "id": entity.id, "type": entity.type, "name": entity.name, "dataset": entity.id[:2]}
    return from_stored(ontology, stored, claims)
