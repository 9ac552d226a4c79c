"""What a saved query asks for: its parameters, the values they may take, and how a given value becomes one of them.

A parameter's type is one of `TYPES`. `entity` takes an id or an exact name; `type` and `relationship` a type of the
ontology; `choice` one of a list, or of what a Cypher text in `choices` finds in the graph (its first column is the
value, a second one the caption); `date` a partial date (graph/dates.py), which a query that asks for
`$name['first']` or `$name['last']` gets as its first and its last day.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph import dates
from graph.database.store import Store
from graph.errors import GraphEmpty, ParameterError, QueryError
from graph.evidence import fold
from graph.guard import rules
from graph.ontology import Ontology
from graph.reading import browse
from graph.reading.search import find_hits

TYPES = ("entity", "type", "relationship", "integer", "number", "text", "date", "choice")
RESERVED = ("format", "query", "limit", "timeout")  # words of the addresses of queries
MOST_CHOICES = 500  # that a form lists
ACCEPTED_CHOICES = 50_000  # that a value may be one of: whoever knows the rest may type it
CHOICE_SECONDS = 5.0
_DAY = r"\${name}\s*\[\s*(?:'first'|'last'|\"first\"|\"last\")\s*\]"
_KEYS = {"type", "default", "min", "max", "label", "choices", "description", "optional"}


@dataclass(frozen=True)
class Parameter:
    """A value a saved query asks for.

    `label` is the type an entity must have; bounds are inclusive; `asks` is the Cypher that finds the choices where
    they are not a list; one that is `optional` is null when nothing is given. `days` says that the query asks for the
    first and the last day of a date.
    """

    name: str
    type: str
    default: Any = None
    min: float | None = None
    max: float | None = None
    label: str = ""
    choices: tuple[Any, ...] = ()
    description: str = ""
    optional: bool = False
    asks: str = ""
    days: bool = False


def parse(name: str, spec: Any, body: str = "") -> Parameter:
    """A parameter from its entry in a header; `body` is the query's text behind the header.

    Raises QueryError that names the parameter and the rule.
    """
    if name in RESERVED:
        raise QueryError(f"a parameter may not be called {name}: addresses of queries use that word")
    if not isinstance(spec, dict) or spec.get("type") not in TYPES or set(spec) - _KEYS:
        raise QueryError(
            f"parameter {name} needs a type among {', '.join(TYPES)} and may have {', '.join(sorted(_KEYS - {'type'}))}"
        )
    _check_spec(name, spec)
    choices = spec.get("choices", ())
    asks = choices if isinstance(choices, str) else ""
    days = spec["type"] == "date" and bool(re.search(_DAY.format(name=re.escape(name)), body))
    parameter = Parameter(
        **{**spec, "name": name, "asks": asks, "choices": () if asks else tuple(choices), "days": days}
    )
    if parameter.default is not None and parameter.type not in ("entity", "type", "relationship") and not asks:
        convert(parameter, parameter.default)
    return parameter


def _check_spec(name: str, spec: Mapping[str, Any]) -> None:
    shapes: dict[str, Any] = {
        "min": (int, float),
        "max": (int, float),
        "label": str,
        "description": str,
        "optional": bool,
        "choices": (str, list),
    }
    for key, shape in shapes.items():
        if key in spec and not isinstance(spec[key], shape):
            raise QueryError(f"parameter {name}: {key} has the wrong kind of value")
    if (spec["type"] == "choice") != bool(spec.get("choices")):
        raise QueryError(f"parameter {name}: a choice has choices, and nothing else has")


def bind(
    store: Store, ontology: Ontology, parameters: Mapping[str, Parameter], arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """Values checked and converted, defaults filled in. Raises QueryError naming parameter and rule."""
    unknown = set(arguments) - set(parameters)
    if unknown:
        names = ", ".join(parameters) or "none"
        raise QueryError(f"there is no parameter {sorted(unknown)[0]!r}; there are: {names}")
    bound: dict[str, Any] = {}
    for parameter in parameters.values():
        value = arguments.get(parameter.name, parameter.default)
        if value is None or (value == "" and parameter.type != "text"):
            if not parameter.optional:
                raise QueryError(f"a value is needed for {parameter.name} ({parameter.type})")
            bound[parameter.name] = None
        elif parameter.type == "entity":
            bound[parameter.name] = _find_entity(store, ontology, parameter, str(value))
        elif parameter.type in ("type", "relationship"):
            bound[parameter.name] = _find_type(ontology, parameter, str(value))
        elif parameter.asks:
            bound[parameter.name] = _match_choice(store, parameter, value)
        else:
            bound[parameter.name] = convert(parameter, value)
    return bound


def expand_dates(parameters: Mapping[str, Parameter], bound: Mapping[str, Any]) -> dict[str, Any]:
    """What is sent to the server of bound values: a date as {first, last}, its days, where the query asks for them."""
    return {
        name: _expand_date(value) if value is not None and name in parameters and parameters[name].days else value
        for name, value in bound.items()
    }


def _expand_date(text: str) -> dict[str, str]:
    return {"first": dates.to_earliest_day(text), "last": dates.to_latest_day(text)}


def convert(parameter: Parameter, value: Any) -> Any:
    """A value in the parameter's type and within its bounds. Raises QueryError naming parameter and rule."""
    name = parameter.name
    if parameter.type in ("integer", "number"):
        return _convert_number(parameter, value)
    if parameter.type == "choice":
        for choice in parameter.choices:
            if str(value) == str(choice):
                return choice
        raise ParameterError(name, f"must be one of {', '.join(map(str, parameter.choices))}, not {value!r}")
    if parameter.type == "date":
        try:
            dates.parse_range(str(value))
        except ValueError as error:
            raise ParameterError(name, str(error), joint=": ") from error
    return str(value)


def list_choices(store: Store, parameter: Parameter, most: int = MOST_CHOICES) -> list[tuple[Any, str]]:
    """The values of a choice, each with its caption, at most `most`. Raises QueryError, QueryRefused."""
    if not parameter.asks:
        return [(choice, str(choice)) for choice in parameter.choices]
    rules.check(store, parameter.asks, {})
    _, rows, _ = store.stream(
        parameter.asks, {}, limit=most, timeout=CHOICE_SECONDS, name=f"choices of {parameter.name}"
    )
    return [(row[0], str(row[-1])) for row in rows if row and row[0] is not None]


def _match_choice(store: Store, parameter: Parameter, value: Any) -> Any:
    choices = list_choices(store, parameter, ACCEPTED_CHOICES)
    for choice, _ in choices:
        if str(choice) == str(value):
            return choice
    named = ", ".join(str(choice) for choice, _ in choices[:8]) + (", …" if len(choices) > 8 else "")
    raise ParameterError(parameter.name, f"must be one of {named or 'nothing: the graph holds none'}, not {value!r}")


def _convert_number(parameter: Parameter, value: Any) -> float:
    name, whole = parameter.name, parameter.type == "integer"
    try:
        number = int(str(value)) if whole else float(str(value))
    except ValueError as error:
        raise ParameterError(name, f"must be {'a whole number' if whole else 'a number'}, not {value!r}") from error
    low, high = parameter.min, parameter.max
    if math.isnan(number) or not (low is None or number >= low) or not (high is None or number <= high):
        raise ParameterError(name, f"must lie between {low} and {high}, not {value}")
    if whole and not -(2**63) <= number < 2**63:
        raise ParameterError(name, "is larger than Neo4j's whole numbers")
    return number


def _find_type(ontology: Ontology, parameter: Parameter, value: str) -> str:
    types = ontology.types if parameter.type == "type" else ontology.relationships
    for name, entry in types.items():
        if value in (name, entry.caption):
            return name
    what = "type of entity" if parameter.type == "type" else "kind of relationship"
    raise ParameterError(parameter.name, f"there is no {what} {value!r}", joint=": ")


def _find_entity(store: Store, ontology: Ontology, parameter: Parameter, value: str) -> str:
    """The id of the entity that is meant, by id or by exact name; ambiguity is an error, never a guess."""
    if browse.read_entities(store, [value]):
        return value
    hits = [hit.entity for hit in find_hits(store, ontology, value)]
    exact = [e for e in hits if fold(value) in map(fold, (e.name, *e.aliases))]
    if len(exact) == 1:
        return exact[0].id
    if not hits and not browse.count_records(store)["entities"]:
        raise GraphEmpty("the database is empty; load something first: armsgraph load articles")
    near = ", ".join(f"{e.id} ({e.name})" for e in (exact or hits)[:5]) or "nothing alike"
    problem = "more than one entity has" if exact else "no entity has"
    raise ParameterError(parameter.name, f"{problem} the id or name {value!r}; found: {near}", joint=": ")
