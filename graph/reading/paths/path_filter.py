"""Which lines a path may use, and where it may pass: the filter, and the pattern of one hop that it makes."""

from dataclasses import dataclass
from typing import Any

from graph import dates
from graph.errors import QueryError
from graph.evidence import GRADE_RANKS
from graph.model import INFERRED
from graph.ontology import Ontology
from graph.reading import browse
from graph.reading.paths.strength import GRADE

MOST_HOPS = 8
_ENDED = "CASE coalesce(r.valid_to, '') WHEN '' THEN r.withdrawn_on ELSE r.valid_to END"


@dataclass(frozen=True)
class PathFilter:
    """Which lines a path may use, and where it may pass.

    `types` are relationship types (none: all), `without` are never used; `along` follows the arrows; `since` and
    `until` are partial dates between which a line may have held (one without dates may always); `grade` is the worst
    that counts; `denied`, `withdrawn` and `inferred` say whether such lines count; no entity of a type in `avoid`, and
    no event of a kind in `avoid_kinds`, is passed through; `hops` is the most. `preset` names a question of the
    ontology: only lines that carry what it asks for are followed, in the direction in which it goes, or `both_ways`.
    """

    types: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    along: bool = False
    since: str = ""
    until: str = ""
    grade: str = ""
    denied: bool = False
    withdrawn: bool = False
    avoid: tuple[str, ...] = ()
    hops: int = 6
    inferred: bool = True
    avoid_kinds: tuple[str, ...] = ()
    preset: str = ""
    both_ways: bool = False

    def checked(self, ontology: Ontology | None = None) -> "PathFilter":
        """The rule itself. Raises QueryError for a date, grade, number of hops or question that is none."""
        if ontology and self.preset and self.preset not in ontology.path_presets:
            questions = ", ".join(ontology.path_presets)
            raise QueryError(f"A question that paths answer is one of {questions}, not {self.preset!r}.")
        for text in (self.since, self.until):
            try:
                dates.to_earliest_day(text)
            except ValueError as error:
                raise QueryError(f"{text!r} is not a date: {error}") from error
        if self.since and self.until and dates.to_earliest_day(self.since) > dates.to_latest_day(self.until):
            raise QueryError(f"Since {self.since} lies after until {self.until}: no line can have held then.")
        if self.grade and self.grade not in GRADE_RANKS:
            raise QueryError(f"A grade is a letter A to F and a digit 1 to 6, not {self.grade!r}.")
        if not 1 <= self.hops <= MOST_HOPS:
            raise QueryError(f"A path may have 1 to {MOST_HOPS} hops, not {self.hops}.")
        return self


def build_default_filter(ontology: Ontology, preset: str = "") -> PathFilter:
    """What paths are looked for unless something else is asked: not through hubs, and not over visits and meetings."""
    left = ontology.list_chains_by_role("unasked")
    return PathFilter(
        without=tuple(r.name for r in ontology.relationships.values() if r.chain in left),
        avoid=ontology.list_types_by_role("hub"),
        avoid_kinds=ontology.list_kinds_by_role("encounter"),
        preset=preset,
    )


def _add_directions(ontology: Ontology, rule: PathFilter, conditions: list[str], parameters: dict[str, Any]) -> None:
    """Adds the conditions on the direction in which a hop from `x` walks along `r`."""
    preset = ontology.path_presets.get(rule.preset)
    if preset and not rule.both_ways:
        conditions.append(
            "(type(r) IN $carried OR type(r) IN CASE startNode(r) WHEN x THEN $forward ELSE $backward END)"
        )
        parameters |= {"carried": list(preset.either), "forward": list(preset.along), "backward": list(preset.against)}
    if rule.along:
        conditions.append("(startNode(r) = x OR type(r) IN $symmetric)")
        parameters["symmetric"] = ontology.list_symmetric_types()


def list_followed_types(ontology: Ontology, rule: PathFilter) -> list[str]:
    """The relationship types of ours that a path may use under a rule."""
    preset = ontology.path_presets.get(rule.preset)
    return [
        t
        for t in ontology.relationships
        if (not rule.types or t in rule.types) and t not in rule.without and (not preset or t in preset.types)
    ]


def list_avoided_kinds(ontology: Ontology, rule: PathFilter) -> list[str]:
    """The kinds of events that a path doesn't pass through under a rule."""
    preset = ontology.path_presets.get(rule.preset)
    other = [k for k in ontology.list_kinds() if k not in preset.kinds] if preset else []
    return list(dict.fromkeys((*rule.avoid_kinds, *other)))


def build_passable_condition(ontology: Ontology, rule: PathFilter) -> tuple[list[str], dict[str, Any]]:
    """Where a path may pass, as conditions on the `n` that a hop reaches; the parameter $goal is the path's end."""
    kinds = list_avoided_kinds(ontology, rule)
    parameters: dict[str, Any] = {}
    parts = []
    if rule.avoid:
        parts.append("NOT coalesce(toStringOrNull(n.type), '') IN $avoid")
        parameters["avoid"] = list(rule.avoid)
    if kinds:
        parts.append("NOT coalesce(toStringOrNull(n.kind), '') IN $kinds")
        parameters["kinds"] = kinds
    passable = [f"({browse.build_id_expression('n')} = $goal OR ({' AND '.join(parts)}))"] if parts else []
    return passable, parameters


def build_hop_pattern(ontology: Ontology, rule: PathFilter, *, foreign: bool) -> tuple[str, list[str], dict[str, Any]]:
    """The pattern of one hop from `x` by `r` to `n`, the conditions of the rule, and the parameters.

    Types of ours are named in the pattern, so that the server does not walk along the evidence of busy entities.
    """
    parameters: dict[str, Any] = {}
    followed_types = list_followed_types(ontology, rule)
    if not followed_types and not foreign:
        raise QueryError("All kinds of lines are left out: there is nothing to walk along.")
    if foreign:
        pattern, conditions = "-[r]-", ["(n:Entity OR NOT (n:Claim OR n:Source))"]
        if rule.types or rule.preset:
            conditions.append("type(r) IN $types")
            parameters["types"] = followed_types if rule.preset else list(rule.types)
        if rule.without:
            conditions.append("NOT type(r) IN $without")
            parameters["without"] = list(rule.without)
    else:
        pattern, conditions = f"-[r:{'|'.join(followed_types)}]-", ["n:Entity"]
    _add_directions(ontology, rule, conditions, parameters)
    if not rule.denied:
        conditions.append("coalesce(toStringOrNull(r.stance), '') <> 'denied'")
    if not rule.inferred:
        conditions.append(f"coalesce(toStringOrNull(r.stance), '') <> '{INFERRED}'")
    if not rule.withdrawn:
        conditions.append("r.withdrawn_on IS NULL")
    if rule.grade:
        conditions.append(f"{GRADE} <= $rank")
        parameters |= {"rank": GRADE_RANKS[rule.grade], "ranks": GRADE_RANKS}
    if rule.until:
        conditions.append(f"{dates.build_first_day_cypher('r.valid_earliest', 'r.valid_from')} <= $until")
        parameters["until"] = dates.to_latest_day(rule.until)
    if rule.since:
        conditions.append(f"NOT '' < {dates.build_last_day_cypher('r.valid_latest', _ENDED)} < $since")
        parameters["since"] = dates.to_earliest_day(rule.since)
    return pattern, conditions, parameters
