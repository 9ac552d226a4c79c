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
PASSABLE = f"({browse.build_id_expression('n')} = $goal OR NOT coalesce(n.type, '') IN $avoid)"


@dataclass(frozen=True)
class PathFilter:
    """Which lines a path may use, and where it may pass.

    `types` are relationship types (none: all), `without` are never used; `along` follows the arrows; `since` and
    `until` are partial dates between which a line may have held (one without dates may always); `grade` is the worst
    that counts; `denied`, `withdrawn` and `inferred` say whether such lines count; no entity of a type in `avoid` is
    passed through; `hops` is the most.
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

    def checked(self) -> "PathFilter":
        """The rule itself. Raises QueryError for a date, grade or number of hops that is none."""
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


def build_hop_pattern(ontology: Ontology, rule: PathFilter, *, foreign: bool) -> tuple[str, list[str], dict[str, Any]]:
    """The pattern of one hop from `x` by `r` to `n`, the conditions of the rule, and the parameters.

    Types of ours are named in the pattern, so that the server does not walk along the evidence of busy entities.
    """
    parameters: dict[str, Any] = {}
    known = [t for t in ontology.relationships if (not rule.types or t in rule.types) and t not in rule.without]
    if not known and not foreign:
        raise QueryError("All kinds of lines are left out: there is nothing to walk along.")
    if foreign:
        pattern, conditions = "-[r]-", ["(n:Entity OR NOT (n:Claim OR n:Source))"]
        if rule.types:
            conditions.append("type(r) IN $types")
            parameters["types"] = list(rule.types)
        if rule.without:
            conditions.append("NOT type(r) IN $without")
            parameters["without"] = list(rule.without)
    else:
        pattern, conditions = f"-[r:{'|'.join(known)}]-", ["n:Entity"]
    if rule.along:
        conditions.append("(startNode(r) = x OR type(r) IN $symmetric)")
        parameters["symmetric"] = ontology.list_symmetric_types()
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
