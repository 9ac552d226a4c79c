"""Checks entities, claims and sources against the ontology: every fault, as (field, rule)."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from graph import dates, imo
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology, Property

Problem = tuple[str, str]
# The stroke joins the parts of a relationship's id, so that no id may hold one.
_ID = re.compile(r"[^\s|]{1,200}\Z")
ID_RULE = "an id is 1 to 200 characters without spaces and without '|'"


def check_entity(ontology: Ontology, item: Entity) -> list[Problem]:
    """What is wrong with an entity."""
    return list(_check_entity(ontology, item))


def check_claim(ontology: Ontology, item: Claim, type_of: Callable[[str], str | None]) -> list[Problem]:
    """What is wrong with a claim. `type_of` gives the type of the entity of an id, None for an unknown one."""
    ends = ClaimEnds(
        item.subject,
        item.object,
        item.asserted_by,
        type_of(item.subject),
        type_of(item.object) if item.object else None,
        type_of(item.asserted_by) if item.asserted_by else None,
    )
    return check_claim_ends(ontology, item.predicate, ends) + check_claim_alone(ontology, item)


def check_source(ontology: Ontology, item: Source) -> list[Problem]:
    """What is wrong with a source."""
    return list(_check_source(ontology, item))


def _check_entity(ontology: Ontology, item: Entity) -> Iterator[Problem]:
    if not _ID.match(item.id):
        yield "id", ID_RULE
    if not item.name:
        yield "name", "an entity needs a name"
    type_ = ontology.types.get(item.type)
    if type_ is None:
        yield "type", f"there is no type {item.type!r} in the ontology"
        return
    if type_.abstract:
        yield "type", f"{item.type} is a heading; choose one of {', '.join(ontology.list_subtypes((item.type,)))}"
    for name, value in item.properties.items():
        if name not in type_.properties:
            yield name, f"{item.type} has no property {name!r}"
        else:
            for rule in _check_value(type_.properties[name], value):
                yield name, rule


def _check_value(prop: Property, value: Any) -> Iterator[str]:
    if prop.type == "number" and not isinstance(value, (int, float)):
        yield f"must be a number, not {value!r}"
    if prop.type == "list" and not (isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value)):
        yield f"must be a list of texts, not {value!r}"
    if prop.type == "text" and not isinstance(value, str):
        yield f"must be a text, not {value!r}"
    if prop.type == "date":
        yield from _check_date(str(value))
    if prop.one_of and value not in prop.one_of:
        yield f"must be one of {', '.join(prop.one_of)}, not {value!r}"
    if prop.imo and not imo.is_number(str(value), prop.imo):
        yield f"{value!r} is not the IMO number of a {prop.imo}: {imo.RULE}"


class ClaimEnds(NamedTuple):
    """The ids that a claim refers to, and the types of their entities; None for an entity that is not known."""

    subject: str
    object: str | None
    asserted_by: str
    subject_type: str | None
    object_type: str | None
    speaker_type: str | None


def check_claim_alone(ontology: Ontology, item: Claim) -> list[Problem]:
    """What is wrong with a claim by itself, whatever it refers to."""
    return list(_check_claim_alone(ontology, item))


def check_claim_ends(ontology: Ontology, predicate: str, ends: ClaimEnds) -> list[Problem]:
    """What is wrong with what a claim refers to."""
    return list(_check_claim_ends(ontology, predicate, ends))


def _check_claim_alone(ontology: Ontology, item: Claim) -> Iterator[Problem]:
    if not _ID.match(item.id):
        yield "id", ID_RULE
    if not item.asserted_by and ontology.statements.get(item.predicate) != "text":
        yield "asserted_by", "a claim names who says so (only names and identifiers are the source's own word)"
    if not item.summary:
        yield "summary", "a claim has a summary in words"
    yield from _check_inference(item)
    yield from _check_grading(ontology, item)
    yield from _check_quantity(item)
    if item.predicate in ontology.relationships:
        if not item.object:
            yield "object", f"{item.predicate} needs an object"
        elif item.object == item.subject:
            yield "object", "a relationship needs two different entities"
    elif item.predicate in ontology.statements:
        yield from _check_statement(ontology.statements[item.predicate], item)
    else:
        yield "predicate", f"there is no predicate {item.predicate!r} in the ontology"


def _check_claim_ends(ontology: Ontology, predicate: str, ends: ClaimEnds) -> Iterator[Problem]:
    if ends.subject_type is None:
        yield "subject", f"there is no entity {ends.subject!r}"
    if ends.asserted_by and ends.speaker_type is None:
        yield "asserted_by", f"there is no entity {ends.asserted_by!r}"
    rule = ontology.relationships.get(predicate)
    if rule is None or not ends.object:
        return
    if ends.object_type is None:
        yield "object", f"there is no entity {ends.object!r}"
    sides = (("subject", ends.subject_type, rule.source), ("object", ends.object_type, rule.target))
    for field, type_, allowed in sides:
        if type_ is not None and type_ not in ontology.list_subtypes(allowed):
            yield field, f"{predicate} takes {' or '.join(allowed)} here, not {type_}"


def _check_inference(item: Claim) -> Iterator[Problem]:
    if item.id in item.premises:
        yield "inferred_from", "a claim is not inferred from itself"
    if item.is_inferred and item.stance == "denied":
        yield "inferred_from", "only a speaker denies: an inference concludes that something is so"
    if item.is_inferred and not item.asserted_by:
        yield "asserted_by", "an inference names who concludes so"


def _check_grading(ontology: Ontology, item: Claim) -> Iterator[Problem]:
    absent = tuple(ontology.absences) if ontology.is_relationship(item.predicate, "designation") else ()
    if item.stance not in (allowed := (*ontology.stances, *absent)):
        yield "stance", f"must be one of {', '.join(allowed)}, not {item.stance!r}"
    if item.reliability not in ontology.reliability:
        yield "reliability", f"must be a letter A to F, not {item.reliability!r}"
    if item.credibility not in ontology.credibility:
        yield "credibility", f"must be a digit 1 to 6, not {item.credibility!r}"
    for field in ("reported_on", "valid_from", "valid_to"):
        for rule in _check_date(getattr(item, field)):
            yield field, rule


def _check_statement(kind: str, item: Claim) -> Iterator[Problem]:
    if item.object:
        yield "object", f"{item.predicate} takes no object"
    if kind == "quantity" and all(n is None for n in (item.value, item.low, item.high)):
        yield "value", f"{item.predicate} needs a value, or low or high"
    if kind == "quantity" and not item.topic:
        yield "topic", f"{item.predicate} needs a topic, so that numbers about one thing stand together"
    if kind == "text" and not (isinstance(item.value, str) and item.value.strip()):
        yield "value", f"{item.predicate} needs a text as its value"


def _check_quantity(item: Claim) -> Iterator[Problem]:
    low, high, value = item.low, item.high, item.value
    if value is not None and (low is not None or high is not None):
        yield "value", "give a value, or low and high, not both"
    if low is not None and high is not None and low > high:
        yield "low", f"low {low:g} is above high {high:g}"
    numbers = [n for n in (low, high, value) if isinstance(n, (int, float))]
    if numbers and not item.unit:
        yield "unit", "a number needs its unit"
    if numbers and not item.topic:
        yield "topic", "a number needs a topic, so that numbers about one thing stand together"


def _check_date(text: str) -> Iterator[str]:
    if text:
        try:
            dates.parse_range(text)
        except ValueError as error:
            yield str(error)


def _check_source(ontology: Ontology, item: Source) -> Iterator[Problem]:
    if not _ID.match(item.id):
        yield "id", ID_RULE
    for field in ("publisher", "title"):
        if not getattr(item, field):
            yield field, f"a source needs a {field}"
    for rule in _check_date(item.date):
        yield "date", rule
    if item.url and urlsplit(item.url).scheme not in ("http", "https"):
        yield "url", f"must be an http or https address, not {item.url!r}"
    if item.reliability and item.reliability not in ontology.reliability:
        yield "reliability", f"must be a letter A to F, not {item.reliability!r}"


def describe_unit_rule(topic: str, usual: str, unit: str) -> str:
    """The rule that a claim breaks whose unit is not the one most used for its topic."""
    return f"the topic {topic!r} is counted in {usual}, not in {unit or 'nothing'}"
