"""The ontology holds what the design asks for, and a faulty one is refused with entry and rule."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from explorer.overlays import chain_overlay
from graph import ontology_roles
from graph.errors import OntologyError
from graph.ontology import DEFAULT as ONTOLOGY_FILE
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from graph.reading import chains
from tests.support.paths import ROOT

ASKED = """
    Person Party Department Commission Committee Ministry Factory ResearchCenter Company FrontCompany TradingCompany
    FinancialInstitution ArmedGroup State Province City Port Shipyard SeaArea Ship Weapon Component Regime Event
""".split()


def test_every_type_asked_for_is_there_and_is_an_entity(ontology: Ontology) -> None:
    for name in ASKED:
        assert ontology.types[name].labels[0] == "Entity"
        assert not ontology.types[name].abstract


def test_relationships_read_both_ways_and_have_ends(ontology: Ontology) -> None:
    for edge in ontology.relationships.values():
        assert edge.caption
        assert edge.inverse
        assert ontology.list_subtypes(edge.source)
        assert ontology.list_subtypes(edge.target)


def test_labels_run_from_the_general_to_the_special(ontology: Ontology) -> None:
    assert ontology.types["FrontCompany"].labels == ("Entity", "Organization", "Company", "FrontCompany")
    assert "registrationNumber" in ontology.types["FrontCompany"].properties


def test_schema_has_a_constraint_for_each_kind_of_node(ontology: Ontology) -> None:
    text = "\n".join(ontology.schema())
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
    "other types at the other end": (
        lambda o: o["relationships"]["MET_WITH"].update(target=["Person"]),
        "same types at both ends",
    ),
    "no types": (lambda o: o.pop("types"), "must be a mapping"),
    "unknown role of a type": (
        lambda o: o["types"]["Ship"].update(roles=["carier"]),
        "field 'types.Ship': there is no role 'carier'; roles are person, ",
    ),
    "unknown role of a relationship": (
        lambda o: o["relationships"]["OWNS"].update(roles=["owner"]),
        "field 'relationships.OWNS': there is no role 'owner'",
    ),
    "unknown role of a chain": (
        lambda o: o["chains"]["place"].update(roles=["thick"]),
        "field 'chains.place': there is no role 'thick'; roles are thin, beside, idle",
    ),
    "question that follows an unknown type": (
        lambda o: o["paths"]["arms"]["along"].append("SMUGGLES"),
        "field 'paths.arms': names an unknown relationship type 'SMUGGLES'",
    ),
    "question that follows a type in two ways": (
        lambda o: o["paths"]["arms"]["against"].append("PRODUCES"),
        "field 'paths.arms': names PRODUCES twice",
    ),
    "question that gives a symmetric type a direction": (
        lambda o: o["paths"]["arms"]["along"].append("MET_WITH"),
        "field 'paths.arms': MET_WITH is symmetric",
    ),
    "question that follows nothing": (
        lambda o: o["paths"].update(arms={"caption": "Arms", "way": "arms go"}),
        "field 'paths.arms': must follow a relationship type",
    ),
    "question with an unknown kind": (
        lambda o: o["paths"]["arms"]["kinds"].append("parade"),
        "field 'paths.arms': names an unknown kind 'parade'",
    ),
    "reason for an unknown chain": (
        lambda o: o["paths"]["arms"]["reasons"].update(seas="no"),
        "field 'paths.arms': reasons name an unknown chain 'seas'",
    ),
    "reason that says nothing": (
        lambda o: o["paths"]["arms"]["reasons"].update(place=" "),
        "field 'paths.arms': the reason for place must be a text",
    ),
    "question without a caption": (lambda o: o["paths"]["arms"].pop("caption"), "lacks caption"),
    "questions that are no mapping": (lambda o: o.update(paths=["arms"]), "field 'paths': must be a mapping"),
    "unknown role of a kind": (
        lambda o: o["types"]["Event"]["kind_roles"].update(payment=["gift"]),
        "field 'types.Event.kind_roles.payment': there is no role 'gift'",
    ),
    "role of an unknown kind": (
        lambda o: o["types"]["Event"]["kind_roles"].update(parade=["shipment"]),
        "field 'types.Event': kind_roles names an unknown kind 'parade'",
    ),
    "roles that are no list": (lambda o: o["types"]["Ship"].update(roles="ship"), "roles must be a list of names"),
    "unknown column of a type": (
        lambda o: o["types"]["Ship"].update(column="seas"),
        "field 'types.Ship': there is no column 'seas'",
    ),
    "column that is no name": (lambda o: o["types"]["Ship"].update(column=[]), "there is no column []"),
    "unknown column of a rule": (
        lambda o: o["types"]["State"]["column_rules"][1].update(column="seas"),
        "field 'types.State.column_rules.2': there is no column 'seas'",
    ),
    "unknown relationship type of a rule": (
        lambda o: o["types"]["State"]["column_rules"][0].update(out=["SMUGGLES"]),
        "field 'types.State.column_rules.1': names an unknown relationship type 'SMUGGLES'",
    ),
    "unknown kind of a rule": (
        lambda o: o["types"]["Event"]["column_rules"][0].update(kinds=["parade"]),
        "field 'types.Event.column_rules.1': names an unknown kind 'parade'",
    ),
    "rule that says nothing": (
        lambda o: o["types"]["State"]["column_rules"].append({"column": "goods"}),
        "needs one of out, in and kinds",
    ),
    "unknown order of a column": (
        lambda o: o["columns"]["goods"].update(order="size"),
        "field 'columns.goods': order must be one of rank, posts",
    ),
    "unknown column to join": (
        lambda o: o["columns"]["people"].update(joins="seas"),
        "field 'columns.people': joins names an unknown column 'seas'",
    ),
    "precedence twice": (lambda o: o["chains"]["place"].update(precedence=1), "no two may have the same precedence"),
    "precedence that is no number": (
        lambda o: o["chains"]["place"].update(precedence="first"),
        "field 'chains.place': precedence must be a whole number above 0",
    ),
    "a role that code needs": (
        lambda o: o["types"]["State"].update(roles=["hub"]),
        "field 'types': one that is not abstract must have the role 'state'",
    ),
    "a role of relationships that code needs": (
        lambda o: o["relationships"]["SAME_AS"].pop("roles"),
        "field 'relationships': one must have the role 'identity'",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_ontology_is_refused(fault: str, tmp_path: Path) -> None:
    spoil, rule = FAULTS[fault]
    raw: dict[str, Any] = copy.deepcopy(yaml.safe_load(ONTOLOGY_FILE.read_text(encoding="utf-8")))
    spoil(raw)
    path = tmp_path / "ontology.yaml"
    path.write_text(yaml.safe_dump(raw, sort_keys=False), encoding="utf-8")
    with pytest.raises(OntologyError, match="ontology.yaml") as error:
        load_ontology(path)
    assert rule in str(error.value)


def test_a_type_has_the_roles_and_the_columns_of_its_parents(ontology: Ontology) -> None:
    assert ontology.types["FrontCompany"].roles == {"organisation", "company"}
    assert ontology.list_types_by_role("carrier") == ("Ship", "Aircraft")
    assert ontology.match_types("plant", "carrier") == "Facility|Ship|Aircraft"
    assert "Shipyard" in ontology.list_types_by_role("plant")
    assert "Facility" not in ontology.list_types_by_role("plant")  # no entity is just a facility
    assert ontology.choose_column("Shipyard", "", ()) == "makers"
    assert ontology.choose_column("Weapon", "", {("PROVIDES", False)}) == "return"
    assert ontology.choose_column("ArmedGroup", "", {("ORIGINATES_IN", False)}) == "makers"
    assert (
        ontology.choose_column("FrontCompany", "", {("PRODUCES", True)}) == "brokers"
    )  # its own column, not Company's rule
    assert ontology.choose_column("Event", "payment", ()) == "return"
    assert ontology.choose_column("Nothing of ours", "", ()) == "beside"


def test_what_has_no_role_matches_nothing(ontology: Ontology) -> None:
    assert ontology.match_types("no such role") == ontology.match_relationships("no such role") == "%&!%"
    assert not ontology.has_role("Nothing of ours", "hub")
    assert not ontology.is_relationship("NOTHING", "post")


def test_every_role_of_the_vocabulary_is_had_and_read() -> None:
    ontology = load_ontology()
    code = "\n".join(
        p.read_text("utf-8") for room in ("graph", "loader", "explorer") for p in (ROOT / room).rglob("*.py")
    )
    for roles, had in (
        (ontology_roles.TYPES, {r for t in ontology.types.values() for r in t.own_roles}),
        (ontology_roles.RELATIONSHIPS, {r for line in ontology.relationships.values() for r in line.roles}),
        (ontology_roles.CHAINS, {r for c in ontology.chains.values() for r in c.roles}),
        (ontology_roles.KINDS, {r for t in ontology.types.values() for rs in t.kind_roles.values() for r in rs}),
    ):
        assert set(roles) == had
        assert [
            role for role in roles if len(re.findall(rf"[\"']{role}[\"']", code)) < 2
        ] == []  # once in the vocabulary, and where it counts


def test_every_gap_of_a_chain_has_a_column_and_words(ontology: Ontology) -> None:
    drawn = [gap for column in ontology.columns.values() for gap in column.gaps]
    assert sorted(drawn) == sorted(chains.ENDS) == sorted(chain_overlay.GAP_CAPTIONS)


def test_a_file_that_is_not_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ontology.yaml"
    path.write_text("field 'types': [", encoding="utf-8")
    with pytest.raises(OntologyError, match="can't be read"):
        load_ontology(path)
