"""Paths between two entities, and what would have to give way where there are none."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from graph.database.store import Store
from graph.errors import QueryError
from graph.ontology import Ontology
from graph.reading import browse
from graph.reading.paths.path_filter import MOST_HOPS, PathFilter
from graph.reading.paths.routes import find_routes
from graph.reading.paths.search import PathResult, PathSearch

KINDS = ("several", "shortest", "all", "best")


def find_paths(store: Store, ontology: Ontology, start: str, goal: str, *, kind: str, rule: PathFilter) -> PathResult:
    """The paths from one entity to another.

    `kind` is one of KINDS: "several" gives routes of several lengths, "all" all shortest ones, the others one. Where
    nothing goes the way that a preset goes, and something does from the other end, that is the answer.

    Raises QueryError where an end is missing or unknown, a filter makes no sense, or it takes too long.
    """
    rule = rule.checked(ontology)
    if kind not in KINDS:
        raise QueryError(f"A path is one of {', '.join(KINDS)}, not {kind!r}.")
    if not start or not goal:
        raise QueryError("A path needs two ends: choose where it starts and where it leads.")
    if start == goal:
        raise QueryError("Both ends are the same entity: a path needs two.")
    missing = {start, goal} - {e.id for e in browse.read_entities(store, (start, goal))}
    if missing:
        raise QueryError(f"The graph holds no entity {sorted(missing)[0]!r} any more.")
    search = PathSearch(store, ontology, start, goal)
    result = _FIND[kind](search, rule)
    if not result.paths and rule.preset and not rule.both_ways:
        swapped = _FIND[kind](replace(search, start=goal, goal=start), rule)
        result = replace(swapped, swapped=True) if swapped.paths else result
    return result if kind in ("several", "all") else replace(result, paths=result.paths[:1])


_FIND: Mapping[str, Callable[[PathSearch, PathFilter], PathResult]] = {
    "several": find_routes,
    "shortest": PathSearch.find_shortest,
    "all": PathSearch.find_shortest,
    "best": PathSearch.best,
}


def suggest_relaxations(store: Store, ontology: Ontology, start: str, goal: str, rule: PathFilter) -> dict[str, int]:
    """Where no path keeps to the rule: by the name of the rule's field that must give way, how many hops there are
    then. "" stands for all fields at once and is tried only where no single one suffices. What takes too long is
    left out."""
    free = PathFilter(denied=True, withdrawn=True, hops=MOST_HOPS)
    once = ("until", "avoid_kinds")  # go with others
    fields = [f for f in PathFilter.__dataclass_fields__ if f not in once and getattr(rule, f) != getattr(free, f)]
    if rule.until and "since" not in fields:
        fields.append("since")
    ask, hops_by_rule = PathSearch(store, ontology, start, goal), {}
    looser = {f: replace(rule, **{f: getattr(free, f)}) for f in fields}
    if "since" in looser:  # the dates are one filter
        looser["since"] = replace(rule, since="", until="")
    if rule.avoid_kinds and "without" in looser:  # so are visits and meetings
        looser["without"] = replace(rule, without=(), avoid_kinds=())
    if rule.preset and not rule.both_ways:
        looser["both_ways"] = replace(rule, both_ways=True)
    try:
        for name, tried in looser.items():
            if paths := ask.find_shortest(tried, most=1).paths:
                hops_by_rule[name] = len(paths[0].relationships)
        if not hops_by_rule and len(fields) > 1 and (paths := ask.find_shortest(free, most=1).paths):
            hops_by_rule[""] = len(paths[0].relationships)
    except QueryError:
        return hops_by_rule
    return hops_by_rule
