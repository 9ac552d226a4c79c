"""Searches between two entities on the server: the shortest paths, and the ones that are evidenced best.

The best evidenced path is the one whose weakest link is strongest, and among those the one of fewest hops. It is found
by asking the server for a shortest path among ever stronger lines, so that nothing but answers leaves the server,
however large the graph.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from graph.database.store import FOREIGN, Store
from graph.errors import QueryEnded
from graph.evidence import GRADE_RANKS
from graph.model import Path
from graph.ontology import Ontology
from graph.reading import browse
from graph.reading.paths.path_filter import PathFilter, build_hop_pattern, build_passable_condition
from graph.reading.paths.strength import AT_LEAST, CLASSES, WEAKEST, Strength, compute_path_strength, get_sort_key

MOST_PATHS = 50
MOST_CANDIDATES = 300  # of the shortest paths, from which routes are chosen
PATIENCE = 20.0  # seconds that one question may take, all its statements together


@dataclass(frozen=True)
class PathResult:
    """The paths, the best evidenced first; of `total` equals. `cut` says that there are more than were looked at.

    `swapped` says that nothing goes from the first end to the last, and that these lead the other way. `exclusions` are
    the paths that the rule left out, by the reason.
    """

    paths: tuple[Path, ...]
    cut: bool = False
    total: int = 0
    swapped: bool = False
    within: int = 0  # of several routes: no longer ones were looked for, but for the best evidenced one
    hurried: bool = False  # the search for further routes was ended: there may be more, and better ones
    exclusions: tuple["Exclusion", ...] = ()
    more_left: bool = False  # there are more paths than were looked at to find what was left out
    uncounted: bool = False  # what was left out could not be counted in time


@dataclass(frozen=True)
class Exclusion:
    """Paths that were left out for one reason: `kind` of reason, and `of` what (a chain, a type, a kind of event)."""

    kind: str
    of: str
    paths: tuple[Path, ...]


@dataclass(frozen=True)
class PathSearch:
    """Two ends, and until when the answers must be there."""

    store: Store
    ontology: Ontology
    start: str
    goal: str
    deadline: float = 0.0

    def __post_init__(self) -> None:
        if not self.deadline:
            object.__setattr__(self, "deadline", monotonic() + PATIENCE)

    def find_shortest(self, rule: PathFilter, least: Strength = WEAKEST, most: int = MOST_PATHS) -> PathResult:
        """All shortest paths whose every line is at least so strong, the best evidenced first."""
        paths_read = self._read_paths(rule, "ALL SHORTEST", least, most + 1)
        paths = sorted(paths_read[:most], key=get_sort_key)
        return PathResult(tuple(paths), len(paths_read) > most, len(paths))

    def _read_paths(
        self, rule: PathFilter, which: str, least: Strength = WEAKEST, most: int = MOST_PATHS
    ) -> list[Path]:
        foreign = self.start.startswith(FOREIGN) or self.goal.startswith(FOREIGN)
        pattern, conditions, parameters = build_hop_pattern(self.ontology, rule, foreign=foreign)
        passable, passing = build_passable_condition(self.ontology, rule)
        conditions += passable
        parameters |= passing
        if least > WEAKEST:
            conditions.append(AT_LEAST)
            parameters |= {"class": least[0], "speakers": least[1], "standing": least[2], "ranks": GRADE_RANKS}
        rows = read_in_time(
            self.store,
            self.deadline,
            f"{browse.match_entity('a', 'start', self.start)} {browse.match_entity('b', 'goal', self.goal)} "
            f"MATCH p = {which} (a) ((x){pattern}(n) WHERE {' AND '.join(conditions)}){{1,{rule.hops}}} (b) "
            "RETURN p ORDER BY length(p) LIMIT $most",
            **{**parameters, "start": self.start, "goal": self.goal, "most": most},
        )
        return [row["p"] for row in rows]

    def find_distinct(self, rule: PathFilter, most: int = MOST_CANDIDATES) -> PathResult:
        """Up to `most` of the shortest paths, of whatever length, that pass no entity twice: the shortest first.

        Of those that pass the same entities, only the one evidenced best. `total` is how many they are.
        """
        simple, cut = self.find_simple(rule, most)
        passing = {tuple(e.id for e in p.entities): p for p in reversed(simple)}  # the best evidenced one stays
        paths = sorted(passing.values(), key=lambda p: (len(p.entities), get_sort_key(p)))
        return PathResult(tuple(paths), cut, len(paths))

    def find_simple(self, rule: PathFilter, most: int) -> tuple[list[Path], bool]:
        """Those of the `most` shortest paths that pass no entity twice, the best evidenced first; and whether there are
        more than `most`."""
        rows = self._read_paths(rule, f"SHORTEST {most + 1}", most=most + 1)
        simple = [p for p in rows[:most] if len({e.id for e in p.entities}) == len(p.entities)]
        return sorted(simple, key=get_sort_key), len(rows) > most

    def best(self, rule: PathFilter) -> PathResult:
        """The paths whose weakest line is strongest, and of those the ones of fewest hops."""
        shortest = self.find_shortest(rule)
        if not shortest.paths:
            return shortest
        best = compute_path_strength(shortest.paths[0])

        def probe(least: Strength) -> Strength | None:
            paths = self.find_shortest(rule, least, most=1).paths
            return compute_path_strength(paths[0]) if paths else None

        best = _search_highest(best, CLASSES - 1, lambda n: probe((n, 0, 0)), 0)
        best = _search_highest(best, None, lambda n: probe((best[0], n, 0)), 1)
        best = probe((best[0], best[1], 1)) or best
        return self.find_shortest(rule, best)


def _search_highest(start: Strength, top: int | None, probe: Callable[[int], Strength | None], part: int) -> Strength:
    """The best strength that `probe` finds when one part of it is raised, from a known one upwards.

    Halves the span up to `top`; without a top it first doubles its stride until nothing is found.
    """
    stride = 1
    while top is None:
        better = probe(start[part] + stride)
        if better is None:
            top = start[part] + stride - 1
        else:
            start, stride = better, stride * 2
    while start[part] < top:
        middle = (start[part] + top + 1) // 2
        better = probe(middle)
        if better is None:
            top = middle - 1
        else:
            start = better
    return start


def read_in_time(store: Store, deadline: float, text: str, **parameters: Any) -> list[dict[str, Any]]:
    """The rows of a statement, which ends when the time for the question does. Raises QueryError then."""
    left = deadline - monotonic()
    try:
        if left > 0.05:
            return store.read(text, timeout=left, **parameters)
    except QueryEnded as error:
        if error.why != "timeout":
            raise
    raise QueryEnded(
        "timeout",
        f"Looking took longer than {PATIENCE:g} seconds and was ended. Fewer hops or fewer kinds of lines are quicker.",
    )
