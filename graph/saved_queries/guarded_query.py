"""Runs a query under the guard and makes an answer of what comes back. Who may run how much is executor.py's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from graph.database import values
from graph.database.store import Store
from graph.guard import rules
from graph.model import Entity, Path, Relationship, Subgraph, Table
from graph.ontology import Ontology
from graph.plurals import format_count
from graph.reading import browse
from graph.saved_queries import parameters
from graph.saved_queries.queryfile import SavedQuery
from graph.settings import Bounds


@dataclass(frozen=True)
class Answer:
    """What a query returned. `seconds` is the time on the wall, reading the rows included.

    `rows` is how many rows came from the server (the table of a graph has a row for each line instead); `cut` says
    which of the `bounds` cut them, "rows" or "size", or ''. `raw_rows` has the table's rows with their graph values as
    such, None where the table is that of a graph.
    """

    query: SavedQuery
    parameters: Mapping[str, Any]
    table: Table
    subgraph: Subgraph
    seconds: float
    rows: int = 0
    cut: str = ""
    bounds: Bounds = Bounds()  # noqa: RUF009 - it is frozen
    raw_rows: Sequence[Sequence[Any]] | None = None

    @property
    def cut_message(self) -> str:
        """A sentence that says which bound cut the answer; '' for a whole one."""
        after = f"after {format_count(self.rows, 'row', 'rows')}"
        if self.cut == "rows":
            return f"The answer was cut {after}, the most an answer may have; there are more."
        if self.cut == "size":
            return f"The answer was cut {after}: the next one would make it larger than {self.bounds.size:,} MB."
        return ""


def run(
    store: Store,
    ontology: Ontology,
    query: SavedQuery,
    arguments: Mapping[str, Any],
    *,
    bounds: Bounds | None = None,
    run_id: str = "",
) -> Answer:
    """Runs a query within `bounds`; `run_id` goes into the server's list of transactions, for `Store.cancel`.

    Raises QueryError (QueryRefused where the guard says no) and StoreError.
    """
    bound = parameters.bind(store, ontology, query.parameters, arguments)
    return execute(store, ontology, query, bound, bounds=bounds or Bounds(), run_id=run_id)


def execute(
    store: Store, ontology: Ontology, query: SavedQuery, bound: Mapping[str, Any], *, bounds: Bounds, run_id: str = ""
) -> Answer:
    """As `run`, with parameters that were checked already (`parameters.bind`)."""
    started = perf_counter()
    sent = parameters.expand_dates(query.parameters, bound)
    rules.check(store, query.text, sent)
    columns, rows, cut = store.stream(
        query.text, sent, limit=bounds.rows, timeout=bounds.timeout, name=query.name, run_id=run_id, size=bounds.size
    )
    nodes: dict[str, Entity] = {}
    edges: dict[str, Relationship] = {}
    for row in rows:
        _collect(row, nodes, edges)
    missing = {end for e in edges.values() for end in (e.source, e.target)} - set(nodes)
    nodes.update({e.id: e for e in browse.read_entities(store, missing)})
    lines = tuple(edges[i] for i in sorted(edges))
    subgraph = Subgraph(tuple(nodes[i] for i in sorted(nodes)), lines, *browse.read_relationship_evidence(store, lines))
    raw_rows: list[list[Any]] | None = rows
    if query.result == "graph" and (nodes or not rows):
        raw_rows = None
        table = _build_relationship_table(ontology, subgraph, bool(cut))
    else:
        names = values.build_unique_names(ontology, subgraph.entities)
        table = Table(columns, [[values.to_cell(ontology, names, value) for value in row] for row in rows], bool(cut))
    return Answer(query, bound, table, subgraph, perf_counter() - started, len(rows), cut, bounds, raw_rows)


def _collect(value: Any, nodes: dict[str, Entity], edges: dict[str, Relationship]) -> None:
    if isinstance(value, Entity):
        nodes[value.id] = value
    elif isinstance(value, Relationship):
        edges[value.id] = value
    elif isinstance(value, Path):
        _collect([*value.entities, *value.relationships], nodes, edges)
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            _collect(item, nodes, edges)


def _build_relationship_table(ontology: Ontology, subgraph: Subgraph, truncated: bool) -> Table:
    """A graph as a table: a row for each line, in words, with what carries it, and one for each entity without a line.

    `values.build_unique_names` keeps those apart that share a name.
    """
    name = values.build_unique_names(ontology, subgraph.entities)
    rows = []
    for edge in subgraph.relationships:
        details = "; ".join(edge.properties.get("details") or ())
        sources = "; ".join(edge.properties.get("sources") or ())
        ends = name.get(edge.source, edge.source), name.get(edge.target, edge.target)
        grade = edge.properties.get("grade", "")
        caption = ontology.get_predicate_caption(edge.type, as_stored=True)
        rows.append([ends[0], caption, ends[1], edge.stance, grade, details, len(edge.claims), sources])
    joined = {end for edge in subgraph.relationships for end in (edge.source, edge.target)}
    rows += [[name[e.id], "", "", "", "", "", 0, ""] for e in subgraph.entities if e.id not in joined]
    columns = ["from", "relationship", "to", "stance", "grade", "details", "claims", "sources"]
    return Table(columns, sorted(rows, key=lambda row: [str(cell) for cell in row]), truncated)
