"""From the plain values of armsgraph/1 to records, each field checked for its type. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import Any

import orjson

from graph import ontology
from graph.formats.graphml_read import ExchangeRecord, Problem
from graph.model import Claim, Entity, Relationship, Source

_REQUIRED: dict[type, set[str]] = {
    model: {f.name for f in fields(model) if f.default is MISSING and f.default_factory is MISSING}
    for model in (Claim, Source, Entity, Relationship)
}
_REQUIRED[Entity] = {"id", "type", "name"}
_NAMES: dict[type, list[str]] = {model: [f.name for f in fields(model)] for model in _REQUIRED}
_NULLABLE = {"object", "topic"}
_LISTED = {"inferred_from", "premise_sources"}  # ids: a text with spaces between, or a list


def find_problems(record: ExchangeRecord) -> list[Problem]:
    """What is wrong with a record's values as such: half characters, whole numbers of more than 64 bits, depth."""
    try:
        orjson.dumps(record.values)
    except orjson.JSONEncodeError as error:
        return [*record.problems, ("", f"holds what no database can ({error})")]
    return list(record.problems)


def parse_entity(values: Mapping[str, Any]) -> tuple[Entity | None, list[Problem], list[str]]:
    """The entity, or what is wrong with it, and the names of fields that are not known."""
    wrong, unknown = _check_fields(
        Entity, values, {"labels": _check_texts, "aliases": _check_texts, "properties": _check_properties}
    )
    if wrong:
        return None, wrong, unknown
    type_ = ontology.load().types.get(values["type"])
    return (
        Entity(
            id=values["id"],
            type=values["type"],
            labels=type_.labels if type_ else tuple(values.get("labels", ())),
            name=values["name"],
            aliases=tuple(values.get("aliases", ())),
            properties=dict(values.get("properties", {})),
        ),
        wrong,
        unknown,
    )


def parse_relationship(values: Mapping[str, Any]) -> tuple[Relationship | None, list[Problem], list[str]]:
    """The relationship, or what is wrong with it, and the names of fields that are not known."""
    wrong, unknown = _check_fields(Relationship, values, {"claims": _check_texts, "properties": _check_properties})
    if wrong:
        return None, wrong, unknown
    own_fields = {name: values[name] for name in _NAMES[Relationship] if name in values}
    return Relationship(**{**own_fields, "claims": tuple(values.get("claims", ()))}), wrong, unknown


def parse_claim(values: Mapping[str, Any]) -> tuple[Claim | None, list[Problem], list[str]]:
    """The claim, or what is wrong with it, and the names of fields that are not known."""
    wrong, unknown = _check_fields(
        Claim,
        values,
        {
            **dict.fromkeys(("low", "high"), _check_number),
            "value": _check_number_or_text,
            **dict.fromkeys(_LISTED, _check_ids),
        },
    )
    if wrong:
        return None, wrong, unknown
    own_fields = {name: values[name] for name in _NAMES[Claim] if name in values}
    for name in _LISTED & own_fields.keys():
        own_fields[name] = " ".join(
            own_fields[name] if isinstance(own_fields[name], list) else own_fields[name].split()
        )
    return Claim(**own_fields), wrong, unknown


def parse_source(values: Mapping[str, Any]) -> tuple[Source | None, list[Problem], list[str]]:
    """The source, or what is wrong with it, and the names of fields that are not known."""
    wrong, unknown = _check_fields(Source, values, {})
    if wrong:
        return None, wrong, unknown
    return Source(**{name: values[name] for name in _NAMES[Source] if name in values}), wrong, unknown


def _check_fields(
    model: type[Any], values: Mapping[str, Any], rules: Mapping[str, Callable[[Any], str]]
) -> tuple[list[Problem], list[str]]:
    names = _NAMES[model]
    wrong = [(name, "is missing") for name in names if name in _REQUIRED[model] and name not in values]
    for name in names:
        if name in values:
            nullable = name in _NULLABLE and values[name] is None
            rule = "" if nullable else rules.get(name, _check_text)(values[name])
            if rule:
                wrong.append((name, rule))
    return wrong, [name for name in values if name not in names]


def _check_text(value: Any) -> str:
    return "" if isinstance(value, str) else f"must be a text, not {_format_value(value)}"


def _check_texts(value: Any) -> str:
    good = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return "" if good else f"must be a list of texts, not {_format_value(value)}"


def _check_number(value: Any) -> str:
    good = value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))
    return "" if good else f"must be a number, not {_format_value(value)}"


def _check_number_or_text(value: Any) -> str:
    return (
        ""
        if isinstance(value, str) or not _check_number(value)
        else f"must be a number or a text, not {_format_value(value)}"
    )


def _check_ids(value: Any) -> str:
    return "" if isinstance(value, str) or not _check_texts(value) else f"must be ids, not {_format_value(value)}"


def _check_properties(value: Any) -> str:
    if not isinstance(value, dict):
        return f"must be an object, not {_format_value(value)}"
    for name, item in value.items():
        if not isinstance(item, (str, int, float)) and _check_texts(item):
            return f"{name!r} must be a text, a number or a list of texts, not {_format_value(item)}"
    return ""


def _format_value(value: Any) -> str:
    return "nothing (null)" if value is None else repr(value)[:50]
