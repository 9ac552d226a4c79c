"""Restores what Armsgraph itself wrote as FollowTheMoney (formats/ftm.py): exactly, from the key beside the entity.

The key may be anybody's work: every field is looked at, and the ontology's checks come after as for all other data.
"""

from collections.abc import Iterator
from dataclasses import MISSING, fields, replace
from types import UnionType
from typing import Any, TypeVar

from graph.formats.ftm import KEY
from graph.model import FORMAT, Claim, Entity, Relationship, Source
from loader import reference
from loader.records import Item, RejectedRow, Row
from loader.sources.ftm.nodes import FileContext

T = TypeVar("T", Claim, Source, Relationship)
Problem = tuple[str, str]


def is_ours(data: dict[str, Any]) -> bool:
    """Whether a line carries the key."""
    return isinstance(data.get(KEY), dict)


def restore_items(context: FileContext, data: dict[str, Any], row: Row) -> Iterator[Item | RejectedRow]:
    """The records of a line's key; what is wrong with any of them rejects that record alone."""
    key = data[KEY]
    if key.get("format") != FORMAT:
        yield _reject(row, [("format", f"must be {FORMAT!r}: another version of Armsgraph wrote this line")])
        return
    has_record = False
    entity = key.get("entity")
    claims = [_parse_record(Claim, raw, f"claims.{number}") for number, raw in enumerate(_to_list(key.get("claims")))]
    if entity is not None:
        has_record = True
        yield from _restore_entity(context, entity, row, [c for c in claims if isinstance(c, Claim)])
    if "source" in key:
        has_record = True
        source = _parse_record(Source, key["source"], "source")
        yield Item(source, row) if isinstance(source, Source) else _reject(row, source, key["source"])
    for claim, raw in zip(claims, _to_list(key.get("claims")), strict=True):
        has_record = True
        yield Item(claim, row) if isinstance(claim, Claim) else _reject(row, claim, raw)
    if "relationship" in key:
        has_record = True
        yield from _restore_relationship(context, key["relationship"], row)
    if not has_record:
        yield _reject(row, [("", "holds neither entity, source, claims nor relationship")])


def _restore_entity(context: FileContext, raw: Any, row: Row, claims: list[Claim]) -> Iterator[Item | RejectedRow]:
    problems = []
    raw = raw if isinstance(raw, dict) else {}
    for name in ("id", "type", "name"):
        if not isinstance(raw.get(name), str):
            problems.append((f"entity.{name}", "must be a text"))
    properties = raw.get("properties", {})
    if not isinstance(properties, dict):
        problems.append(("entity.properties", "must be an object"))
    else:
        problems += [
            (f"entity.properties.{name}", "must be a text, a number or a list of texts")
            for name, value in properties.items()
            if not _is_property_value(value)
        ]
    if problems:
        yield _reject(row, problems, raw)
        return
    type_ = context.rules.ontology.types.get(raw["type"])
    labels = type_.labels if type_ else ()
    aliases = tuple(a for a in _to_list(raw.get("aliases")) if isinstance(a, str))
    entity = Entity(raw["id"], raw["type"], labels, raw["name"], aliases, properties)
    yield Item(entity, row, shared=_is_shared(context, entity))
    yield from _restore_names(context, entity, row, claims)


def _restore_names(context: FileContext, entity: Entity, row: Row, claims: list[Claim]) -> Iterator[Item]:
    """Claims for other names and identifiers that came without theirs: only claims keep them in the graph."""
    claimed = {c.value for c in claims if c.predicate in ("HAS_NAME", "HAS_IDENTIFIER")}
    attribution = context.speakers.of(())
    speaker = attribution.speaker
    new_claims = [speaker.names(entity.id, alias) for alias in entity.aliases if alias not in claimed]
    for text in _to_list(entity.properties.get("identifiers")):
        if isinstance(text, str) and text not in claimed:
            scheme, _space, value = text.rpartition(" ")
            new_claims.append(
                speaker.build_identifier_claim(entity.id, scheme, value)
                if scheme
                else replace(speaker.build_identifier_claim(entity.id, "", text), value=text)
            )
    if new_claims:
        yield from context.speakers.introduce(attribution, row)
    yield from (Item(claim, row) for claim in new_claims)


def _restore_relationship(context: FileContext, raw: Any, row: Row) -> Iterator[Item | RejectedRow]:
    """A line that had no claim: the file is the one that says so."""
    edge = _parse_record(Relationship, raw, "relationship")
    if not isinstance(edge, Relationship):
        yield _reject(row, edge, raw, ("source", "target"))
        return
    attribution = context.speakers.of(())
    yield from context.speakers.introduce(attribution, row)
    is_known = edge.type in context.rules.ontology.relationships
    details = [str(d) for d in _to_list(edge.properties.get("details"))]
    claim = attribution.speaker.build_relationship_claim(
        edge.source,
        edge.type if is_known else context.rules.unknown_link,
        edge.target,
        f"The file draws this line ({edge.type}).",
        detail=", ".join(details if is_known else [edge.type, *details])[:300],
    )
    yield Item(replace(claim, stance="denied") if edge.stance == "denied" else claim, row)


def _is_shared(context: FileContext, entity: Entity) -> bool:
    """Whether this is a state or a sanctions authority that belongs to no list."""
    if context.rules.ontology.has_role(entity.type, "state"):
        return entity.id in context.rules.state_ids
    if context.rules.ontology.has_role(entity.type, "authority"):
        try:
            return reference.get_regime(entity.id).id == entity.id
        except ValueError:
            return False
    return False


def _parse_record(cls: type[T], raw: Any, path: str) -> T | list[Problem]:
    """The record, or what is wrong with it: the fields of the class, each of its type."""
    if not isinstance(raw, dict):
        return [(path, "must be an object")]
    record_fields = {f.name: f for f in fields(cls)}
    problems = [(f"{path}.{name}", "is no field that this version knows") for name in raw if name not in record_fields]
    values: dict[str, Any] = {}
    for name, field in record_fields.items():
        if name not in raw:
            if field.default is MISSING and field.default_factory is MISSING:
                problems.append((f"{path}.{name}", "is missing"))
            continue
        value = raw[name]
        if isinstance(value, list):
            value = tuple(v for v in value if isinstance(v, str))
        if not _has_type(value, field.type):
            problems.append((f"{path}.{name}", f"has the wrong kind of value: {type(value).__name__}"))
        values[name] = value
    return problems or cls(**values)


def _has_type(value: Any, kind: Any) -> bool:
    """Whether a value from JSON is of a field's type; a whole number is a number too."""
    kinds = kind.__args__ if isinstance(kind, UnionType) else (kind,)
    if isinstance(value, bool):
        return False
    if isinstance(value, (int, float)):
        return float in kinds
    if isinstance(value, (dict, tuple)):
        return not any(k in (str, float) for k in kinds)
    return any(value is None if k is type(None) else isinstance(k, type) and isinstance(value, k) for k in kinds)


def _is_property_value(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(v, str) for v in value)
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def _to_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _reject(row: Row, problems: Any, raw: Any = None, names: tuple[str, ...] = ("id",)) -> RejectedRow:
    """What is wrong with a record, and the ids under these names of it, where all can be read."""
    ids = [raw.get(name) for name in names] if isinstance(raw, dict) else [None]
    concerns = frozenset(map(str, ids)) if all(isinstance(i, str) and i for i in ids) else None
    return RejectedRow(row, tuple(row.problem(f"{KEY}.{name}".rstrip("."), rule) for name, rule in problems), concerns)
