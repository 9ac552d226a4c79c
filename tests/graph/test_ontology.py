"""The ontology holds what the design asks for, and a faulty one is refused with entry and rule."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph import ontology
from graph.errors import OntologyError
from graph.ontology import Ontology

ASKED = """
    Person Party Department Commission Committee Ministry Factory ResearchCenter Company FrontCompany TradingCompany
    FinancialInstitution ArmedGroup State Province City Port Shipyard SeaArea Ship Weapon Component Regime Event
""".split()


def test_every_type_asked_for_is_there_and_is_an_entity(known: Ontology) -> None:
    for name in ASKED:
        assert known.types[name].labels[0] == "Entity"
        assert not known.types[name].abstract


def test_relationships_read_both_ways_and_have_ends(known: Ontology) -> None:
    for edge in known.relationships.values():
        assert edge.caption
        assert edge.inverse
        assert known.list_subtypes(edge.source)
        assert known.list_subtypes(edge.target)


def test_labels_run_from_the_general_to_the_special(known: Ontology) -> None:
    assert known.types["FrontCompany"].labels == ("Entity", "Organization", "Company", "FrontCompany")
    assert "registrationNumber" in known.types["FrontCompany"].properties


def test_schema_has_a_constraint_for_each_kind_of_node(known: Ontology) -> None:
    text = "\n".join(known.schema())
    for label in ("Entity", "Claim", "Source", "Load"):
        assert f"FOR (n:{label}) REQUIRE n.id IS UNIQUE" in text


FAULTS = {
    "label that is no name": (lambda o: o["types"].update({"Ship) DETACH DELETE (n": o["types"]["Ship"]}), "CamelCase"),
    "relationship that is no name": (
        lambda o: o["relationships"].update({"OWNS]-()": o["relationships"]["OWNS"]}),
        "UPPER_CASE",
    ),
    "unknown parent": (lambda o: o["types"]["Ship"].update(parent="Boat"), "parent"),
    "unknown group": (lambda o: o["types"]["Ship"].update(group="boats"), "no group 'boats'"),
    "unknown end": (lambda o: o["relationships"]["OWNS"].update(source=["Boat"]), "unknown type 'Boat'"),
    "unknown rank": (lambda o: o["relationships"]["OWNS"].update(rank="sideways"), "rank must be"),
    "unknown key": (lambda o: o["types"]["Ship"].update(color="red"), "unknown keys: color"),
    "missing caption": (lambda o: o["types"]["Ship"].pop("caption"), "lacks caption"),
    "colour": (lambda o: o["groups"]["ships"].update(colour="red"), "#rrggbb"),
    "property type": (lambda o: o["types"]["Ship"]["properties"]["mmsi"].update(type="int"), "type must be"),
    "one caption both ways": (lambda o: o["relationships"]["OWNS"].update(inverse="owns"), "symmetric"),
    "no types": (lambda o: o.pop("types"), "must be a mapping"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_ontology_is_refused(fault: str, tmp_path: Path) -> None:
    spoil, rule = FAULTS[fault]
    raw: dict[str, Any] = copy.deepcopy(yaml.safe_load(ontology.DEFAULT.read_text(encoding="utf-8")))
    spoil(raw)
    path = tmp_path / "ontology.yaml"
    path.write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")
    with pytest.raises(OntologyError, match="ontology.yaml") as error:
        ontology.load(path)
    assert rule in str(error.value)


def test_a_file_that_is_not_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ontology.yaml"
    path.write_text("types: [", encoding="utf-8")
    with pytest.raises(OntologyError, match="can't be read"):
        ontology.load(path)
