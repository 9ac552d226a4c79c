"""Values of an answer in words and as documents: what a cell of a table reads, and what JSON holds. All pure.

Whatever Cypher can return comes out of store.py as a plain value, an Entity, a Relationship or a Path, or lists
and maps of them. Here each becomes

    in words                                              in JSON
    Entity        its name, with more where two share it  {"id", "type", "name"}
    Relationship  A reports to B (denied)                 {"id", "type", "source", "target", "stance", "claims"}
    Path          A —reports to→ B ←supplies— C           {"entities": [...], "relationships": [...]}, in its order
    list, map     the same of what they hold              the same of what they hold
    NaN, Infinity NaN, Infinity, -Infinity                the same as texts, as JSON has no such numbers
    anything else itself                                  itself: numbers whole, times and durations in ISO 8601

A stance other than asserted is always told: a denied line must never read as a fact.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from graph.database import foreign
from graph.evidence import fold
from graph.model import Entity, Path, Relationship
from graph.ontology import Ontology

_ASSERTED = ("", "asserted")
# The coordinate reference systems of Neo4j by number ("Spatial values" in the Cypher manual).
_SYSTEMS = {4326: "WGS-84", 4979: "WGS-84, 3D", 7203: "Cartesian", 9157: "Cartesian, 3D"}
_GEOGRAPHIC = (4326, 4979)
_DURATION = re.compile(r"P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?)?")
_UNITS = ("year", "month", "day", "hour", "minute", "second")
_ZERO_FRACTION = re.compile(r"(:\d\d)\.(\d*?)0+(?!\d)")


def to_cell(ontology: Ontology, names: Mapping[str, str], value: Any) -> Any:
    """A value as a table holds it: graph values in words, all others as they are. `names` is `build_unique_names`'s."""
    match value:
        case Entity():
            return names.get(value.id, value.name)
        case Relationship():
            source, target = (names.get(end, end) for end in (value.source, value.target))
            return (
                f"{source} {ontology.get_predicate_caption(value.type, as_stored=True)} {target}{_format_stance(value)}"
            )
        case Path():
            return _format_path(ontology, names, value)
        case list():
            return [to_cell(ontology, names, item) for item in value]
        case dict():
            return {key: to_cell(ontology, names, item) for key, item in value.items()}
    return value


def build_unique_names(ontology: Ontology, entities: Iterable[Entity]) -> dict[str, str]:
    """What to call each entity, by id, so that no two of them read alike.

    Those that share a name (case and accents aside) have their type behind it; or, where that is shared too, their id,
    for which those that are not ours have the server's number.
    """
    alike: dict[str, list[Entity]] = defaultdict(list)
    for entity in entities:
        alike[fold(entity.name) or entity.name].append(entity)
    names = {}
    for group in alike.values():
        types = {e.type for e in group}
        for entity in group:
            kind = ontology.get_type_caption(entity.type)
            of_server = f"{kind} {entity.id.rpartition(':')[2]}" if entity.id.startswith(foreign.PREFIX) else ""
            more = kind if len(types) == len(group) and kind else of_server or entity.id
            names[entity.id] = entity.name if len(group) == 1 else f"{entity.name} ({more})"
    return names


def to_json_value(value: Any) -> Any:
    """A value as JSON holds it, as in the module's docstring; `json.dumps` takes it with `allow_nan=False`."""
    match value:
        case Entity():
            return {"id": value.id, "type": value.type, "name": value.name}
        case Relationship():
            return {
                "id": value.id,
                "type": value.type,
                "source": value.source,
                "target": value.target,
                "stance": value.stance,
                "claims": list(value.claims),
            }
        case Path():
            return {
                "entities": to_json_value(list(value.entities)),
                "relationships": to_json_value(list(value.relationships)),
            }
        case list() | tuple():
            return [to_json_value(item) for item in value]
        case dict():
            return {key: to_json_value(item) for key, item in value.items()}
    return format_number(value) if isinstance(value, float) and not math.isfinite(value) else value


def format_number(value: float) -> str:
    """A number as text that gives all of it: 3, 75.5, NaN, -Infinity."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else str(value)


def format_point(coordinates: Iterable[float], srid: int) -> str:
    """A point, its coordinates by their names, as longitude and latitude are so often taken for one another."""
    geographic = srid in _GEOGRAPHIC
    axes = ("longitude", "latitude", "height") if geographic else ("x", "y", "z")
    named = [f"{axis} {format_number(value)}" for axis, value in zip(axes, coordinates, strict=False)]
    if geographic and len(named) > len(axes) - 1:
        named[-1] += " m"
    return f"{', '.join(named)} ({_SYSTEMS.get(srid, f'system {srid}')})"


def format_time(text: str, zone: str = "") -> str:
    """A time in ISO 8601 as Neo4j's own toString gives it: no idle zeros, Z for UTC, and the zone's name."""
    tidy = _ZERO_FRACTION.sub(lambda m: m[1] + (f".{m[2]}" if m[2] else ""), text)
    tidy = re.sub(r"\+00:00$", "Z", tidy)
    return f"{tidy}[{zone}]" if zone not in ("", "UTC") else tidy


def format_duration(text: str) -> str:
    """A duration in ISO 8601 in words: "P1Y2MT3.5S" is "1 year, 2 months, 3.5 seconds"."""
    match = _DURATION.fullmatch(text)
    if not match:
        return text
    parts = [(part.replace("-", "−"), unit) for part, unit in zip(match.groups(), _UNITS, strict=True) if part]
    words = [f"{part} {unit}{'' if part.lstrip('−') == '1' else 's'}" for part, unit in parts]
    return ", ".join(words) or text


def _format_path(ontology: Ontology, names: Mapping[str, str], path: Path) -> str:
    entities = path.entities
    text = names.get(entities[0].id, entities[0].name) if entities else ""
    for here, line, there in zip(entities, path.relationships, entities[1:], strict=False):
        line_type = ontology.relationships.get(line.type)
        mutual = line_type is not None and line_type.symmetric
        forward = line.source == here.id and line.target == there.id
        head, tail = ("—", "—") if mutual else ("—", "→") if forward else ("←", "—")
        words = ontology.get_predicate_caption(line.type, as_stored=True)
        text += f" {head}{words}{_format_stance(line)}{tail} {names.get(there.id, there.name)}"
    return text


def _format_stance(line: Relationship) -> str:
    return "" if line.stance in _ASSERTED else f" ({line.stance})"
