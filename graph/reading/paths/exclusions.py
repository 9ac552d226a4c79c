"""What a rule left out, and why: the paths that there would be with nothing left out, each under a reason."""

from collections.abc import Iterator
from dataclasses import replace
from time import monotonic

from graph import dates
from graph.database.store import Store
from graph.errors import QueryError
from graph.evidence import GRADE_RANKS
from graph.model import INFERRED, Entity, Path, Relationship
from graph.ontology import Ontology
from graph.reading.paths.path_filter import PathFilter, list_avoided_kinds, list_followed_types
from graph.reading.paths.search import Exclusion, PathResult, PathSearch

MOST_LOOKED_AT = 100  # paths with nothing left out, the shortest first
PATIENCE = 5.0  # seconds: nobody waits longer for what is not shown
# The kinds of reasons. A path is counted once, under the first that holds.
REASONS = ("chain", "kind", "types", "avoid", "way", "along", "denied", "withdrawn", "grade", "since", INFERRED)
Reason = tuple[str, str]


def count_exclusions(
    store: Store, ontology: Ontology, ends: tuple[str, str], rule: PathFilter, result: PathResult
) -> PathResult:
    """The result with what the rule left out among the shortest paths, none longer than those that were found.

    `result` is what find_paths gave for these ends and this rule. Looked at are the shortest paths of all lines in any
    direction, MOST_LOOKED_AT at most; one that passes the same entities as a path of the result is none of them.
    """
    longest = max((len(p.relationships) for p in result.paths), default=rule.hops)
    free = PathFilter(denied=True, withdrawn=True, hops=longest)
    first, last = reversed(ends) if result.swapped else ends
    search = PathSearch(store, ontology, first, last, monotonic() + PATIENCE)
    try:
        candidates, more = search.find_simple(free, MOST_LOOKED_AT)
    except QueryError:
        return replace(result, uncounted=True)
    shown = {tuple(e.id for e in p.entities) for p in result.paths}
    left: dict[tuple[str, ...], tuple[Path, list[Reason]]] = {}
    for path in candidates:
        passing = tuple(e.id for e in path.entities)
        reasons = sorted(set(find_reasons(ontology, rule, path)), key=lambda r: _rank(ontology, r))
        if passing not in shown and (passing not in left or len(reasons) < len(left[passing][1])):
            left[passing] = (path, reasons)
    by_reason: dict[Reason, list[Path]] = {}
    for path, reasons in left.values():
        if reasons:
            by_reason.setdefault(reasons[0], []).append(path)
    order = sorted(by_reason, key=lambda r: _rank(ontology, r))
    exclusions = tuple(Exclusion(kind, of, tuple(by_reason[kind, of])) for kind, of in order)
    return replace(result, exclusions=exclusions, more_left=more)


def _rank(ontology: Ontology, reason: Reason) -> tuple[int, bool, str]:
    """The place of a reason: of the chains, what is passed through only when asked for comes first."""
    return REASONS.index(reason[0]), reason[1] not in ontology.list_chains_by_role("unasked"), reason[1]


def find_reasons(ontology: Ontology, rule: PathFilter, path: Path) -> Iterator[Reason]:
    """Everything in a path that the rule leaves out; nothing for one that keeps to it."""
    followed = list_followed_types(ontology, rule)
    kinds = list_avoided_kinds(ontology, rule)
    encounters, unasked = ontology.list_kinds_by_role("encounter"), ontology.list_chains_by_role("unasked")
    for entity in path.entities[1:-1]:
        kind = str(entity.properties.get("kind", ""))
        if kind in kinds:  # a visit is left out for the reason for which the lines of visits are
            yield ("chain", unasked[0]) if kind in encounters and unasked else ("kind", kind)
        if entity.type in rule.avoid:
            yield "avoid", entity.type
    for line, start in zip(path.relationships, path.entities, strict=False):
        yield from _find_reasons_of_line(ontology, rule, line, start, followed)


def _find_reasons_of_line(
    ontology: Ontology, rule: PathFilter, line: Relationship, start: Entity, followed: list[str]
) -> Iterator[Reason]:
    forward = line.source == start.id
    preset = ontology.path_presets.get(rule.preset)
    if line.type not in followed:
        relationship_type = ontology.relationships.get(line.type)
        yield (
            ("types", "")
            if relationship_type is None or (rule.types and line.type not in rule.types)
            else ("chain", relationship_type.chain)
        )
    elif preset and not rule.both_ways and not preset.carries(line.type, forward=forward):
        yield "way", ""
    if rule.along and not forward and not ontology.is_symmetric(line.type):
        yield "along", ""
    if line.stance in ("denied", INFERRED) and not getattr(rule, line.stance):
        yield line.stance, ""
    if line.properties.get("withdrawn_on") and not rule.withdrawn:
        yield "withdrawn", ""
    if rule.grade and GRADE_RANKS.get(str(line.properties.get("grade")), len(GRADE_RANKS)) > GRADE_RANKS[rule.grade]:
        yield "grade", ""
    if (rule.since or rule.until) and not _may_have_held(rule, line):
        yield "since", ""


def _may_have_held(rule: PathFilter, line: Relationship) -> bool:
    """Whether a line may have held between the dates of a rule; one whose dates can't be read may always."""
    ended = line.properties.get("valid_to") or line.properties.get("withdrawn_on") or ""
    try:
        began, last = (
            dates.to_earliest_day(str(line.properties.get("valid_from") or "")),
            dates.to_latest_day(str(ended)),
        )
    except ValueError:
        return True
    too_late = rule.until and began > dates.to_latest_day(rule.until)
    too_early = rule.since and last and last < dates.to_earliest_day(rule.since)
    return not too_late and not too_early
