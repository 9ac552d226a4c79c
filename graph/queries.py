"""Runs a query under the guard and makes an answer of what comes back. Who may run how much is graph/runs.py's."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from graph import browse, guard, parameters
from graph.model import Entity, Relationship, Subgraph, Table
from graph.ontology import Ontology
from graph.queryfile import SavedQuery
from graph.settings import Bounds
from graph.store import Store


@dataclass(frozen=True)
class Answer:
    """What a query returned. `seconds` is the time on the wall, reading the rows included."""

    query: SavedQuery
    parameters: Mapping[str, Any]
    table: Table
    subgraph: Subgraph
    seconds: float


def run(
    store: Store, ontology: Ontology, query: SavedQuery, given: Mapping[str, Any], *, bounds: Bounds | None = None,
    run_id: str = "",
) -> Answer:  # fmt: skip
    """Runs a query within `bounds`; `run_id` goes into the server's list of transactions, for `Store.cancel`.

    Raises QueryError (QueryRefused where the guard says no) and StoreError.
    """
    started = perf_counter()
    bounds = bounds or Bounds()
    bound = parameters.bind(store, ontology, query.parameters, given)
    guard.check(store, query.text, bound)
    columns, rows, more = store.stream(query.text, bound, limit=bounds.rows, timeout=bounds.timeout, name=query.name,
                                       run_id=run_id)  # fmt: skip
    nodes: dict[str, Entity] = {}
    edges: dict[str, Relationship] = {}
    for row in rows:
        _collect(row, nodes, edges)
    missing = {end for e in edges.values() for end in (e.source, e.target)} - set(nodes)
    nodes.update({e.id: e for e in browse.entities(store, missing)})
    lines = tuple(edges[i] for i in sorted(edges))
    subgraph = Subgraph(tuple(nodes[i] for i in sorted(nodes)), lines, *browse.evidence_of(store, lines))
    if query.result == "graph":
        table = _lines_table(ontology, subgraph, more)
    else:
        table = Table(columns, [[_cell(value) for value in row] for row in rows], more)
    return Answer(query, bound, table, subgraph, perf_counter() - started)


def _collect(value: Any, nodes: dict[str, Entity], edges: dict[str, Relationship]) -> None:
    if isinstance(value, Entity):
        nodes[value.id] = value
    elif isinstance(value, Relationship):
        edges[value.id] = value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            _collect(item, nodes, edges)


def _lines_table(ontology: Ontology, subgraph: Subgraph, truncated: bool) -> Table:
    """A graph as a table: a row for each line, in words, with what carries it."""
    name = {e.id: e.name for e in subgraph.entities}
    rows = []
    for edge in subgraph.relationships:
        known = ontology.relationships.get(edge.type)
        details = "; ".join(edge.properties.get("details") or ())
        sources = "; ".join(edge.properties.get("sources") or ())
        caption = known.caption if known else edge.type
        ends = name.get(edge.source, edge.source), name.get(edge.target, edge.target)
        grade = edge.properties.get("grade", "")
        rows.append([ends[0], caption, ends[1], edge.stance, grade, details, len(edge.claims), sources])
    columns = ["from", "relationship", "to", "stance", "grade", "details", "claims", "sources"]
    return Table(columns, sorted(rows, key=lambda row: [str(cell) for cell in row]), truncated)


def _cell(value: Any) -> Any:
    """A value as a table shows it: entities by name, relationships by type."""
    if isinstance(value, Entity):
        return value.name
    if isinstance(value, Relationship):
        return value.type
    if isinstance(value, list):
        return [_cell(item) for item in value]
    if isinstance(value, dict):
        return {key: _cell(item) for key, item in value.items()}
    return value
