"""Several routes from one entity to another, side by side: unlike each other rather than all alike."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from time import monotonic

from graph.errors import QueryEnded
from graph.model import Path
from graph.reading.paths.path_filter import PathFilter
from graph.reading.paths.search import PathResult, PathSearch
from graph.reading.paths.strength import find_weakest, get_sort_key

MOST_ROUTES = 6
FURTHER_HOPS = 2  # by which a route may be longer than the shortest
PATIENCE = 6.0  # seconds for each of the searches


def find_routes(search: PathSearch, rule: PathFilter) -> PathResult:
    """Up to MOST_ROUTES routes, the shortest first, of `total` that are `within` so many hops.

    Looked at are the MOST_CANDIDATES shortest paths: those that are FURTHER_HOPS longer than the shortest at most, and
    where these are few, longer ones too. The best evidenced one is always among them, however long. Then come those
    that share no entity with one before them, those that do without the weakest link of the first, and the others.
    What takes longer than PATIENCE is ended, and the result says so.
    """
    shortest = search.find_shortest(rule, most=1)
    if not shortest.paths:
        return shortest
    near = replace(rule, hops=min(rule.hops, len(shortest.paths[0].relationships) + FURTHER_HOPS))
    result = _end_in_time(search, near, PathSearch.find_distinct)
    if len(result.paths) < MOST_ROUTES and near != rule and not result.hurried:
        wider = _end_in_time(search, rule, PathSearch.find_distinct)
        near, result = (near, result) if wider.hurried else (rule, wider)
    best = _end_in_time(search, rule, PathSearch.best)
    candidates = result.paths or shortest.paths
    chosen = sorted(
        _choose((*candidates[:1], *best.paths[:1], *candidates)), key=lambda p: (len(p.relationships), get_sort_key(p))
    )
    hurried = result.hurried or best.hurried
    return PathResult(tuple(chosen), result.cut, len(candidates), within=near.hops, hurried=hurried)


def _end_in_time(
    search: PathSearch, rule: PathFilter, find: Callable[[PathSearch, PathFilter], PathResult]
) -> PathResult:
    """What a search finds within PATIENCE; nothing, and that it was hurried, where it takes longer."""
    try:
        return find(replace(search, deadline=min(search.deadline, monotonic() + PATIENCE)), rule)
    except QueryEnded as error:
        if error.why == "cancelled":
            raise
        return PathResult((), hurried=True)


def _choose(candidates: Sequence[Path]) -> Iterator[Path]:
    """Up to MOST_ROUTES of the candidates, the first two always, in the order in which they are wanted."""
    weakest = {line.id for line in find_weakest(candidates[0])}
    around = [p for p in candidates if weakest.isdisjoint(line.id for line in p.relationships)]
    taken: set[tuple[str, ...]] = set()
    for path in (*candidates[:2], *_list_apart(candidates), *around, *candidates):
        if len(taken) < MOST_ROUTES and _list_ids(path) not in taken:
            taken.add(_list_ids(path))
            yield path


def _list_apart(candidates: Iterable[Path]) -> Iterator[Path]:
    """Those that share no entity between their ends with one before them."""
    seen: set[str] = set()
    for path in candidates:
        inner = {e.id for e in path.entities[1:-1]}
        if seen.isdisjoint(inner):
            seen |= inner
            yield path


def _list_ids(path: Path) -> tuple[str, ...]:
    return tuple(e.id for e in path.entities)
