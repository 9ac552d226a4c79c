"""Paths between two entities, found on the server: the shortest ones, and the one that is evidenced best.

A path's worth is that of its weakest link (`strength`). The best evidenced path is the one whose weakest link is
strongest, and among those the one of fewest hops. It is found by asking the server for a shortest path among ever
stronger lines, so that nothing but answers leaves the server, however large the graph.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

from graph import dates
from graph.database.store import FOREIGN, Store
from graph.errors import QueryEnded, QueryError
from graph.evidence import GRADE_RANKS
from graph.model import INFERRED, Path, Relationship
from graph.ontology import Ontology
from graph.reading import browse

KINDS = ("shortest", "all", "best")
MOST_HOPS = 8
MOST_PATHS = 50
PATIENCE = 20.0  # seconds that one question may take, all its statements together
_UNGRADED = len(GRADE_RANKS)
_STANCES = {"denied": 0, INFERRED: 1, "contested": 2}  # a line that nobody reports is worse than one that some deny
_CLASSES = (len(_STANCES) + 1) * (_UNGRADED + 1)
Strength = tuple[int, int, int]  # of a line: class (stance, then grade), number of speakers, 1 unless withdrawn
_WEAKEST: Strength = (0, 0, 0)


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


@dataclass(frozen=True)
class PathResult:
    """The paths, the best evidenced first; of `total` equals. `cut` says that there are more than MOST_PATHS equals."""

    paths: tuple[Path, ...]
    cut: bool = False
    total: int = 0


def compute_strength(line: Relationship) -> Strength:
    """How well a line is evidenced: by stance, then grade, then speakers, then whether it stands.

    Denied lines come last, and before them those that nobody reports; then contested and asserted ones.
    """
    stance = _STANCES.get(line.stance, len(_STANCES))
    grade = GRADE_RANKS.get(str(line.properties.get("grade", "")), _UNGRADED)
    speakers = len(line.properties.get("speakers") or ())
    return stance * (_UNGRADED + 1) + _UNGRADED - grade, speakers, int(not line.properties.get("withdrawn_on"))


def compute_path_strength(path: Path) -> Strength:
    """That of the path's weakest line."""
    return min(map(compute_strength, path.relationships))


def find_weakest(path: Path) -> tuple[Relationship, ...]:
    """The lines that none is weaker than, in the order of the path."""
    least = compute_path_strength(path)
    return tuple(line for line in path.relationships if compute_strength(line) == least)


def find_paths(store: Store, ontology: Ontology, start: str, goal: str, *, kind: str, rule: PathFilter) -> PathResult:
    """The paths from one entity to another. `kind` is one of KINDS: "all" gives all shortest ones, the others one.

    Raises QueryError where an end is missing or unknown, a filter makes no sense, or it takes too long.
    """
    rule = rule.checked()
    if kind not in KINDS:
        raise QueryError(f"A path is one of {', '.join(KINDS)}, not {kind!r}.")
    if not start or not goal:
        raise QueryError("A path needs two ends: choose where it starts and where it leads.")
    if start == goal:
        raise QueryError("Both ends are the same entity: a path needs two.")
    missing = {start, goal} - {e.id for e in browse.read_entities(store, (start, goal))}
    if missing:
        raise QueryError(f"The graph holds no entity {sorted(missing)[0]!r} any more.")
    ask = _PathSearch(store, ontology, start, goal)
    found = ask.best(rule) if kind == "best" else ask.find_shortest(rule)
    return found if kind == "all" else replace(found, paths=found.paths[:1])


def suggest_relaxations(store: Store, ontology: Ontology, start: str, goal: str, rule: PathFilter) -> dict[str, int]:
    """Where no path keeps to the rule: by the name of the rule's field that must give way, how many hops there are
    then. "" stands for all fields at once and is tried only where no single one suffices. What takes too long is
    left out."""
    free = PathFilter(denied=True, withdrawn=True, hops=MOST_HOPS)
    fields = [f for f in PathFilter.__dataclass_fields__ if f != "until" and getattr(rule, f) != getattr(free, f)]
    if rule.until and "since" not in fields:
        fields.append("since")
    ask, found = _PathSearch(store, ontology, start, goal), {}
    looser = {f: replace(rule, **{f: getattr(free, f)}) for f in fields}
    if "since" in looser:  # the dates are one filter
        looser["since"] = replace(rule, since="", until="")
    try:
        for name, tried in looser.items():
            if paths := ask.find_shortest(tried, most=1).paths:
                found[name] = len(paths[0].relationships)
        if not found and len(fields) > 1 and (paths := ask.find_shortest(free, most=1).paths):
            found[""] = len(paths[0].relationships)
    except QueryError:
        return found
    return found


@dataclass(frozen=True)
class NearestDesignated:
    """The designated parties nearest to an entity: `hops` away, at most `most` of `total`, each with the path to it.

    `own` are the entity's own designations. `looked` entities were looked at; `stopped` says that there were too many
    to go on. `designations` are those that still stand, by the party's id.
    """

    own: tuple[Relationship, ...] = ()
    hops: int = 0
    paths: tuple[Path, ...] = ()
    total: int = 0
    designations: Mapping[str, tuple[Relationship, ...]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)  # of the authorities
    looked: int = 0
    stopped: bool = False
    name: str = ""  # of the entity asked about


_STANDING = "coalesce(d.stance, '') <> 'denied' AND d.withdrawn_on IS NULL"
MOST_LOOKED = 50_000


def find_nearest_designated(
    store: Store, ontology: Ontology, start: str, rule: PathFilter, *, most: int = 5
) -> NearestDesignated:
    """The nearest entities with a designation that still stands: neither denied nor withdrawn.

    Goes outward hop by hop along the lines that the rule allows; the designation itself is no hop. Raises QueryError.
    """
    rule = rule.checked()
    asked = browse.read_entities(store, [start])
    if not asked:
        raise QueryError(f"The graph holds no entity {start!r} any more.")
    deadline = monotonic() + PATIENCE
    pattern, conditions, parameters = _build_hop_pattern(ontology, rule, foreign=start.startswith(FOREIGN))
    own, names = _read_designations(store, ontology, [start])
    listing = ontology.match_relationships("designation")
    seen, frontier = {start}, [start]
    for hops in range(1, rule.hops + 1):
        head = f"{browse.match_entities('x', 'ids', frontier)} MATCH (x){pattern}(n) WHERE {' AND '.join(conditions)}"
        identity = browse.build_id_expression("n")
        rows = _read(
            store,
            deadline,
            f"{head} WITH DISTINCT n WHERE {identity} <> $start "
            f"WITH n, COUNT {{ (n)-[d:{listing}]->() WHERE {_STANDING} }} AS listings WHERE listings > 0 "
            f"RETURN {identity} AS id ORDER BY listings DESC, n.name, id LIMIT 1000",
            ids=frontier,
            start=start,
            **parameters,
        )
        hits = [str(row["id"]) for row in rows]
        if hits:
            ask = _PathSearch(store, ontology, start, "", deadline)
            paths = tuple(replace(ask, goal=h).find_shortest(replace(rule, hops=hops)).paths[0] for h in hits[:most])
            designations, more = _read_designations(store, ontology, hits[:most])
            return NearestDesignated(
                own.get(start, ()),
                hops,
                paths,
                len(hits),
                {**own, **designations},
                {**names, **more},
                len(seen) + len(hits),
                name=asked[0].name,
            )
        rows = _read(
            store,
            deadline,
            f"{head} AND NOT coalesce(n.type, '') IN $avoid RETURN DISTINCT {identity} AS id",
            ids=frontier,
            avoid=list(rule.avoid),
            **parameters,
        )
        frontier = sorted({str(row["id"]) for row in rows} - seen)
        seen |= set(frontier)
        if not frontier or len(seen) > MOST_LOOKED:
            break
    return NearestDesignated(
        own.get(start, ()), 0, (), 0, own, names, len(seen), len(seen) > MOST_LOOKED, asked[0].name
    )


def _read_designations(
    store: Store, ontology: Ontology, ids: list[str]
) -> tuple[dict[str, tuple[Relationship, ...]], dict[str, str]]:
    """The designations of entities that still stand, and the names of the authorities."""
    rows = store.read(
        f"{browse.match_entities('x', 'ids', ids)} "
        f"MATCH (x)-[d:{ontology.match_relationships('designation')}]->(a) WHERE {_STANDING} "
        "RETURN d, a, x ORDER BY coalesce(d.valid_from, ''), a.name",
        ids=ids,
    )
    found: dict[str, tuple[Relationship, ...]] = {}
    for row in rows:
        found[row["x"].id] = (*found.get(row["x"].id, ()), row["d"])
    return found, {row["a"].id: row["a"].name for row in rows}


@dataclass(frozen=True)
class _PathSearch:
    """Two ends, and until when the answers must be there."""

    store: Store
    ontology: Ontology
    start: str
    goal: str
    deadline: float = 0.0

    def __post_init__(self) -> None:
        if not self.deadline:
            object.__setattr__(self, "deadline", monotonic() + PATIENCE)

    def find_shortest(self, rule: PathFilter, least: Strength = _WEAKEST, most: int = MOST_PATHS) -> PathResult:
        """All shortest paths whose every line is at least so strong, the best evidenced first."""
        foreign = self.start.startswith(FOREIGN) or self.goal.startswith(FOREIGN)
        pattern, conditions, parameters = _build_hop_pattern(self.ontology, rule, foreign=foreign)
        if rule.avoid:
            conditions.append(_PASSABLE)
            parameters["avoid"] = list(rule.avoid)
        if least > _WEAKEST:
            conditions.append(_AT_LEAST)
            parameters |= {"class": least[0], "speakers": least[1], "standing": least[2], "ranks": GRADE_RANKS}
        rows = _read(
            self.store,
            self.deadline,
            f"{browse.match_entity('a', 'start', self.start)} {browse.match_entity('b', 'goal', self.goal)} "
            f"MATCH p = ALL SHORTEST (a) ((x){pattern}(n) WHERE {' AND '.join(conditions)}){{1,{rule.hops}}} (b) "
            "RETURN p LIMIT $most",
            **{**parameters, "start": self.start, "goal": self.goal, "most": most + 1},
        )
        paths = [row["p"] for row in rows[:most]]
        paths.sort(key=_get_sort_key)
        return PathResult(tuple(paths), len(rows) > most, len(paths))

    def best(self, rule: PathFilter) -> PathResult:
        """The paths whose weakest line is strongest, and of those the ones of fewest hops."""
        found = self.find_shortest(rule)
        if not found.paths:
            return found
        best = compute_path_strength(found.paths[0])

        def probe(least: Strength) -> Strength | None:
            paths = self.find_shortest(rule, least, most=1).paths
            return compute_path_strength(paths[0]) if paths else None

        best = _search_highest(best, _CLASSES - 1, lambda n: probe((n, 0, 0)), 0)
        best = _search_highest(best, None, lambda n: probe((best[0], n, 0)), 1)
        best = probe((best[0], best[1], 1)) or best
        return self.find_shortest(rule, best)


def _search_highest(known: Strength, top: int | None, probe: Callable[[int], Strength | None], part: int) -> Strength:
    """The best strength that `probe` finds when one part of it is raised, from a known one upwards.

    Halves the span up to `top`; without a top it first doubles its stride until nothing is found.
    """
    stride = 1
    while top is None:
        found = probe(known[part] + stride)
        if found is None:
            top = known[part] + stride - 1
        else:
            known, stride = found, stride * 2
    while known[part] < top:
        middle = (known[part] + top + 1) // 2
        found = probe(middle)
        if found is None:
            top = middle - 1
        else:
            known = found
    return known


_STANCE_CASES = " ".join(f"WHEN '{stance}' THEN {rank}" for stance, rank in _STANCES.items())
_GRADE = f"coalesce($ranks[coalesce(toStringOrNull(r.grade), '')], {_UNGRADED})"
_CLASS = (
    f"(CASE toStringOrNull(r.stance) {_STANCE_CASES} ELSE {len(_STANCES)} END * "
    f"{_UNGRADED + 1} + {_UNGRADED} - {_GRADE})"
)
_SPEAKERS = "CASE WHEN r.speakers IS :: LIST<ANY> THEN size(coalesce(r.speakers, [])) ELSE 0 END"
_STILL = "(CASE WHEN r.withdrawn_on IS NULL THEN 1 ELSE 0 END)"
_AT_LEAST = (
    f"({_CLASS} > $class OR ({_CLASS} = $class AND ({_SPEAKERS} > $speakers OR "
    f"({_SPEAKERS} = $speakers AND {_STILL} >= $standing))))"
)
_ENDED = "CASE coalesce(r.valid_to, '') WHEN '' THEN r.withdrawn_on ELSE r.valid_to END"
_PASSABLE = f"({browse.build_id_expression('n')} = $goal OR NOT coalesce(n.type, '') IN $avoid)"


def _build_hop_pattern(ontology: Ontology, rule: PathFilter, *, foreign: bool) -> tuple[str, list[str], dict[str, Any]]:
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
        conditions.append(f"{_GRADE} <= $rank")
        parameters |= {"rank": GRADE_RANKS[rule.grade], "ranks": GRADE_RANKS}
    if rule.until:
        conditions.append(f"{dates.build_first_day_cypher('r.valid_earliest', 'r.valid_from')} <= $until")
        parameters["until"] = dates.to_latest_day(rule.until)
    if rule.since:
        conditions.append(f"NOT '' < {dates.build_last_day_cypher('r.valid_latest', _ENDED)} < $since")
        parameters["since"] = dates.to_earliest_day(rule.since)
    return pattern, conditions, parameters


def _read(store: Store, deadline: float, text: str, **parameters: Any) -> list[dict[str, Any]]:
    """The rows of a statement, which ends when the time for the question does. Raises QueryError then."""
    left = deadline - monotonic()
    try:
        if left > 0.05:
            return store.read(text, timeout=left, **parameters)
    except QueryEnded as error:
        if error.why != "timeout":
            raise
    raise QueryError(
        f"Looking took longer than {PATIENCE:g} seconds and was ended. Fewer hops or fewer kinds of lines are quicker."
    )


def _get_sort_key(path: Path) -> tuple[list[int], int, list[str]]:
    """Sorts the best evidenced first, and among those the one with the fewest weakest lines."""
    return [-part for part in compute_path_strength(path)], len(find_weakest(path)), [e.id for e in path.entities]
