"""Set algebra of subgraphs: the only file that imports py2neo.

py2neo is at its end of life and never talks to a server here; its `data.Subgraph` is used offline, for what its
manual says of `|`, `&`, `-` and `^`. A difference keeps the ends of the lines that it keeps.
"""

from collections.abc import Callable, Mapping
from operator import and_, or_, sub

from py2neo.data import Node
from py2neo.data import Relationship as Line
from py2neo.data import Subgraph as Algebra

from graph.model import Subgraph

OPERATIONS: Mapping[str, Callable[[Algebra, Algebra], Algebra]] = {
    "union": or_,
    "intersection": and_,
    "difference": sub,
}


def combine(operation: str, left: Subgraph, right: Subgraph) -> Subgraph:
    """The union, intersection or difference of two subgraphs, with the claims and sources of what is left.

    Entities and relationships are the same where their ids are. Raises KeyError for another operation.
    """
    entities = {e.id: e for e in (*right.entities, *left.entities)}
    edges = {r.id: r for r in (*right.relationships, *left.relationships)}
    # py2neo compares unbound nodes by identity, so there is one node for each id; lines by their ends and type,
    # so that the id serves as type: two lines of one type between the same two stay two.
    nodes = {i: Node(id=i) for i in entities}
    lines = {i: Line(nodes[r.source], i, nodes[r.target], id=i) for i, r in edges.items()}
    combined = OPERATIONS[operation](_to_py2neo(left, nodes, lines), _to_py2neo(right, nodes, lines))
    kept = sorted(line["id"] for line in combined.relationships)
    carried = {claim for i in kept for claim in edges[i].claims}
    claims = {c.id: c for c in (*left.claims, *right.claims) if c.id in carried}
    cited = {c.source for c in claims.values()}
    sources = {s.id: s for s in (*left.sources, *right.sources) if s.id in cited}
    return Subgraph(
        tuple(entities[i] for i in sorted(node["id"] for node in combined.nodes)),
        tuple(edges[i] for i in kept),
        tuple(claims[i] for i in sorted(claims)),
        tuple(sources[i] for i in sorted(sources)),
    )


def _to_py2neo(subgraph: Subgraph, nodes: Mapping[str, Node], lines: Mapping[str, Line]) -> Algebra:
    return Algebra([nodes[e.id] for e in subgraph.entities], [lines[r.id] for r in subgraph.relationships])
