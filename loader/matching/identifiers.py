"""Identifiers in comparable form: the kind of number, the number itself, and the state it counts in. All pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from graph import imo
from graph.evidence import fold
from loader import reference
from loader.matching import tables

FOREIGN_IMO = f"number ({imo.SCHEME} of another)"  # a ship's IMO number that a company bears, or the other way round
SHORTEST = 4  # letters and digits; a shorter number is too easily the same by chance
_PLACE = re.compile(r"\(([^()]{2,60})\)")
_VALIDITY = re.compile(r"\b(?:expires|issued|valid)\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A number that a list gives an entity. `within` is the state in which it counts, '' where none is said."""

    kind: str
    value: str
    within: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.value}" + (f" ({self.within})" if self.within else "")


def read(scheme: str, text: str, within: str = "") -> Iterator[Identifier]:
    """The identifiers in a text such as "Passport 290220142 (Korea, North)"; none where it holds no usable number.

    `scheme` is what the list calls the kind, and may stand at the head of the text too.
    """
    body = text[len(scheme) :] if scheme and text.casefold().startswith(scheme.casefold()) else text
    if (place := _PLACE.search(body)) and body[: place.start()].strip():
        within, body = place[1], body[: place.start()]
    body = _VALIDITY.sub("", body)
    rule, words = _find_rule(scheme.casefold()), scheme.casefold()
    # A number of a form of its own speaks for itself, in whatever scheme it stands.
    if (numbers := imo.find_numbers(body)) and imo.find_bearer(numbers[0]):
        yield Identifier(imo.SCHEME, numbers[0])
        return
    for kind, pattern in _load_own_forms():
        if match := pattern.search(body):
            yield Identifier(kind, match[1])
            return
    if re.search(tables.load_tables()["not_identifiers"], words):
        return
    if rule is not None and "pattern" in rule:
        if (match := re.search(rule["pattern"], body)) and (rule["kind"] != imo.SCHEME or imo.find_bearer(match[1])):
            yield Identifier(rule["kind"], match[1])
        return
    value = re.sub(r"[\W_]", "", body).upper()
    kind = rule["kind"] if rule else f"number ({' '.join(words.split())})"
    counts_within = fold_state(within) if within and (rule is None or rule.get("within")) else ""
    if len(value) >= (rule or {}).get("shortest", SHORTEST) and any(c.isdigit() for c in value):
        yield Identifier(kind, value, counts_within)


def mark_foreign(number: Identifier, bearer: str) -> Identifier:
    """An IMO number as a number of no weight where it is not the entity's own: a ship's number that a company bears.

    `bearer` is what the entity is (graph/imo.py), "" for a thing of unknown type.
    """
    foreign = number.kind == imo.SCHEME and bearer and not imo.is_number(number.value, bearer)
    return Identifier(FOREIGN_IMO, number.value) if foreign else number


def is_strong(identifier: Identifier) -> bool:
    """Whether a second entity with it is the same one: a number that counts in a state must name the state."""
    rule = _group_rules_by_kind().get(identifier.kind, {})
    return bool(rule.get("strong")) and (not rule.get("within") or bool(identifier.within))


def is_single(kind: str) -> bool:
    """Whether an entity has only one of the kind, so that two different ones speak against one entity."""
    return bool(_group_rules_by_kind().get(kind, {}).get("single"))


@lru_cache(10_000)
def fold_state(name: str) -> str:
    """A state in comparable form: its id where it is known, else the text folded."""
    state = reference.find_state(name)
    return state.id if state else fold(name)


@lru_cache(10_000)
def _find_rule(scheme: str) -> dict[str, Any] | None:
    rules: list[dict[str, Any]] = tables.load_tables()["identifiers"]
    return next((rule for rule in rules if "scheme" in rule and re.search(rule["scheme"], scheme)), None)


@cache
def _group_rules_by_kind() -> dict[str, dict[str, Any]]:
    return {rule["kind"]: rule for rule in tables.load_tables()["identifiers"]}


@cache
def _load_own_forms() -> list[tuple[str, re.Pattern[str]]]:
    rules = tables.load_tables()["identifiers"]
    return [(rule["kind"], re.compile(rule["pattern"])) for rule in rules if "scheme" not in rule]
