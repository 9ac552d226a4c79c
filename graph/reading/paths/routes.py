"""Several routes from one entity to another, side by side: unlike each other rather than all alike."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from graph.model import Path
from graph.reading.paths.path_filter import PathFilter
from graph.reading.paths.search import PathResult, PathSearch
from graph.reading.paths.strength import find_weakest, get_sort_key

MOST_ROUTES = 6
MOST_CANDIDATES = 100  # of the shortest paths, from which they are chosen


def find_routes(search: PathSearch, rule: PathFilter) -> PathResult:
    """Up to MOST_ROUTES routes, the shortest first, of `total` among the MOST_CANDIDATES shortest paths.

    The best evidenced one is always among them, however long. Then come those that share no entity with one before
    them, those that do without the weakest link of the first, and the others.
    """
    found = search.find_distinct(rule, MOST_CANDIDATES)
    if not found.paths:
        return found
    best = search.best(rule).paths[:1]
    passing = {_list_ids(p) for p in found.paths}
    extra = tuple(p for p in best if _list_ids(p) not in passing)
    chosen = list(_choose((*found.paths[:1], *best, *found.paths)))
    chosen.sort(key=lambda p: (len(p.relationships), get_sort_key(p)))
    return replace(found, paths=tuple(chosen), total=found.total + len(extra))


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
