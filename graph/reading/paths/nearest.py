"""The designated parties nearest to an entity."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import monotonic

from graph.database.store import FOREIGN, Store
from graph.errors import QueryError
from graph.model import Path, Relationship
from graph.ontology import Ontology
from graph.reading import browse
from graph.reading.paths.path_filter import PathFilter, build_hop_pattern, build_passable_condition
from graph.reading.paths.search import PATIENCE, PathSearch, read_in_time


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
    rule = rule.checked(ontology)
    entities = browse.read_entities(store, [start])
    if not entities:
        raise QueryError(f"The graph holds no entity {start!r} any more.")
    deadline = monotonic() + PATIENCE
    pattern, conditions, parameters = build_hop_pattern(ontology, rule, foreign=start.startswith(FOREIGN))
    passable, passing = build_passable_condition(ontology, rule)
    own, names = _read_designations(store, ontology, [start])
    listing = ontology.match_relationships("designation")
    seen, frontier = {start}, [start]
    for hops in range(1, rule.hops + 1):
        head = f"{browse.match_entities('x', 'ids', frontier)} MATCH (x){pattern}(n) WHERE {' AND '.join(conditions)}"
        identity = browse.build_id_expression("n")
        rows = read_in_time(
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
            ask = PathSearch(store, ontology, start, "", deadline)
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
                name=entities[0].name,
            )
        rows = read_in_time(
            store,
            deadline,
            f"{head} AND {' AND '.join(passable) or 'true'} RETURN DISTINCT {identity} AS id",
            ids=frontier,
            goal="",
            **parameters,
            **passing,
        )
        frontier = sorted({str(row["id"]) for row in rows} - seen)
        seen |= set(frontier)
        if not frontier or len(seen) > MOST_LOOKED:
            break
    return NearestDesignated(
        own.get(start, ()), 0, (), 0, own, names, len(seen), len(seen) > MOST_LOOKED, entities[0].name
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
    designations: dict[str, tuple[Relationship, ...]] = {}
    for row in rows:
        designations[row["x"].id] = (*designations.get(row["x"].id, ()), row["d"])
    return designations, {row["a"].id: row["a"].name for row in rows}
