"""Each rule names its field, and all faults of a record are told, not the first only."""

from dataclasses import replace

import pytest

from graph.database import validate
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology

TYPES = {"russia": "State", "dprk": "State", "kim": "Person", "ship": "Ship"}
CLAIM = Claim(
    id="c1",
    subject="dprk",
    predicate="EXPORTS_TO",
    object="russia",
    stance="asserted",
    source="s",
    asserted_by="kim",
    reliability="B",
    credibility="2",
    summary="They export.",
)


def fields(problems: list[validate.Problem]) -> list[str]:
    return [field for field, _ in problems]


def test_good_records_pass(ontology: Ontology) -> None:
    assert validate.check_claim(ontology, CLAIM, TYPES.get) == []
    assert (
        validate.check_entity(ontology, Entity("ship", "Ship", (), "Angara", properties={"imoNumber": "9179842"})) == []
    )
    assert validate.check_source(ontology, Source("s", "38 North", "Title", "2024-06", "https://example.org/x")) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": "nobody"}, "subject"),
        ({"object": "nobody"}, "object"),
        ({"object": None}, "object"),
        ({"object": "dprk"}, "object"),
        ({"object": "ship"}, "object"),
        ({"subject": "kim"}, "subject"),
        ({"predicate": "EATS"}, "predicate"),
        ({"predicate": "ESTIMATE", "object": None}, "value"),
        ({"predicate": "STATEMENT"}, "object"),
        ({"stance": "maybe"}, "stance"),
        ({"reliability": "G"}, "reliability"),
        ({"credibility": "0"}, "credibility"),
        ({"asserted_by": ""}, "asserted_by"),
        ({"summary": ""}, "summary"),
        ({"reported_on": "last week"}, "reported_on"),
        ({"value": 3.0, "low": 1.0, "unit": "x", "topic": "t"}, "value"),
        ({"low": 3.0, "high": 1.0, "unit": "x", "topic": "t"}, "low"),
        ({"value": 3.0, "topic": "t"}, "unit"),
        ({"value": 3.0, "unit": "x"}, "topic"),
        ({"id": "a|b"}, "id"),
    ],
)
def test_a_faulty_claim_is_told_by_field(ontology: Ontology, change: dict[str, object], field: str) -> None:
    assert field in fields(validate.check_claim(ontology, replace(CLAIM, **change), TYPES.get))


def test_all_faults_are_told(ontology: Ontology) -> None:
    bad = replace(CLAIM, subject="nobody", stance="maybe", summary="")
    assert {"subject", "stance", "summary"} <= set(fields(validate.check_claim(ontology, bad, TYPES.get)))


@pytest.mark.parametrize(
    ("entity", "field"),
    [
        (Entity("x", "Boat", (), "X"), "type"),
        (Entity("x", "Place", (), "X"), "type"),
        (Entity("x", "Ship", (), ""), "name"),
        (Entity("x y", "Ship", (), "X"), "id"),
        (Entity("x", "Ship", (), "X", properties={"wings": "2"}), "wings"),
        (Entity("x", "Ship", (), "X", properties={"imoNumber": "9179843"}), "imoNumber"),
        (Entity("x", "Ship", (), "X", properties={"tonnage": "big"}), "tonnage"),
        (Entity("x", "Event", (), "X", properties={"kind": "party"}), "kind"),
        (Entity("x", "Event", (), "X", properties={"startDate": "soon"}), "startDate"),
    ],
)
def test_a_faulty_entity_is_told_by_field(ontology: Ontology, entity: Entity, field: str) -> None:
    assert field in fields(validate.check_entity(ontology, entity))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "example.org"])
def test_a_source_links_to_the_web_only(ontology: Ontology, url: str) -> None:
    assert fields(validate.check_source(ontology, Source("s", "P", "T", url=url))) == ["url"]
