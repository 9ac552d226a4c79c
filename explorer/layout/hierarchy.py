"""The hierarchical layout of one connected part: who stands above whom, in which row, and where in it. Pure.

The ranks of the ontology's relationship types say which end stands above. Rows follow the longest chain;
igraph orders each row so that few lines cross; a row too long for the picture is folded into several.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import igraph

from explorer.layout import edge_clearance
from explorer.layout.geometry import Box, Point
from graph.model import Subgraph
from graph.ontology import Ontology

SHAPE = 1.2  # width to height of a usual canvas
AIR = 38  # free height between two rows, for lines and their captions


def list_constraints(subgraph: Subgraph, ontology: Ontology) -> list[tuple[str, str, int]]:
    """(upper, lower, weight) for every line whose type has a rank; the weightiest first."""
    pairs: dict[tuple[str, str], int] = {}
    weights = {chain: 10 * (len(ontology.chains) - ontology.rank_chain(chain)) for chain in ontology.chains}
    for line in subgraph.relationships:
        line_type = ontology.relationships.get(line.type)
        if line_type is None or line_type.rank == "level" or line.source == line.target:
            continue
        pair = (line.target, line.source) if line_type.rank == "up" else (line.source, line.target)
        weight = weights[line_type.chain] + (3 if line.stance != "denied" else 0)
        pairs[pair] = max(pairs.get(pair, 0), weight)
    return sorted(((a, b, w) for (a, b), w in pairs.items()), key=lambda x: (-x[2], x[0], x[1]))


def assign_layers(subgraph: Subgraph, ontology: Ontology) -> dict[str, int]:
    """The row of every entity, 0 at the top, without gaps. All 0 where no line has a rank."""
    below = _break_cycles(list_constraints(subgraph, ontology))
    rank = _compute_longest_paths(below)
    _shorten_edges(below, rank)
    doubled = {node: 2 * row for node, row in rank.items()}
    _attach_unranked(subgraph, doubled)
    rows = sorted(set(doubled.values()))
    return {node: rows.index(row) for node, row in doubled.items()}


def arrange(subgraph: Subgraph, layer: Mapping[str, int], room: Mapping[str, Box]) -> dict[str, Point]:
    """A place for every entity; none stands higher than one in a row above it."""
    rows = _fit_rows(_order_layers(subgraph, layer), room)
    near: dict[str, set[str]] = defaultdict(set)
    for line in subgraph.relationships:
        near[line.source].add(line.target)
        near[line.target].add(line.source)
    x = _compute_x_positions(rows, near, room)
    places: dict[str, Point] = {}
    top = 0.0
    for row in rows:
        middle = top + max(room[i].above for i in row)
        places.update({i: (x[i], middle) for i in row})
        top = middle + max(room[i].below for i in row) + AIR
    return edge_clearance.clear_edges(subgraph, rows, places, room)


def _break_cycles(pairs: Iterable[tuple[str, str, int]]) -> dict[str, set[str]]:
    """The pairs as a graph without circles: in order, a pair that would close one is left out."""
    below: dict[str, set[str]] = defaultdict(set)
    for upper, lower, _ in pairs:
        below.setdefault(lower, set())
        if not _is_reachable(below, lower, upper):
            below[upper].add(lower)
    return below


def _is_reachable(below: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen, todo = {start}, [start]
    while todo:
        node = todo.pop()
        if node == goal:
            return True
        fresh = below.get(node, set()) - seen
        seen |= fresh
        todo.extend(fresh)
    return False


def _compute_longest_paths(below: Mapping[str, set[str]]) -> dict[str, int]:
    """For every node the length of the longest way down to it."""
    waiting = dict.fromkeys(below, 0)
    for lowers in below.values():
        for lower in lowers:
            waiting[lower] += 1
    rank = dict.fromkeys(below, 0)
    ready = [node for node, count in waiting.items() if not count]
    while ready:
        node = ready.pop()
        for lower in below[node]:
            rank[lower] = max(rank[lower], rank[node] + 1)
            waiting[lower] -= 1
            if not waiting[lower]:
                ready.append(lower)
    return rank


def _shorten_edges(below: Mapping[str, set[str]], rank: dict[str, int]) -> None:
    """Moves nodes down, towards those below them, while that makes the lines shorter altogether.

    The longest way leaves a node as high as it can stand; one with more lines down than up belongs lower, and
    takes along those right below it that hang on nothing else.
    """
    above: dict[str, set[str]] = defaultdict(set)
    for upper, lowers in below.items():
        for lower in lowers:
            above[lower].add(upper)
    moved = True
    while moved:
        moved = False
        for node in sorted(rank, key=lambda n: (-rank[n], n)):
            group = _collect_dependents(node, below, above, rank)
            down = [(upper, lower) for upper in group for lower in below[upper] - group]
            up = sum(len(above[member] - group) for member in group)
            room = min((rank[lower] - rank[upper] - 1 for upper, lower in down), default=0)
            if room > 0 and len(down) > up:
                rank.update({member: rank[member] + room for member in group})
                moved = True


def _collect_dependents(
    node: str, below: Mapping[str, set[str]], above: Mapping[str, set[str]], rank: Mapping[str, int]
) -> set[str]:
    """The node with those that stand right below it, or below such a one, and below nothing else."""
    group, todo = {node}, [node]
    while todo:
        upper = todo.pop()
        for lower in below[upper] - group:
            if rank[lower] == rank[upper] + 1 and above[lower] <= group:
                group.add(lower)
                todo.append(lower)
    return group


def _attach_unranked(subgraph: Subgraph, rank: dict[str, int]) -> None:
    """Gives those that no rank places a row just below a neighbour's, so that lines among them slant."""
    left = {e.id for e in subgraph.entities} - set(rank)
    while left:
        attached: dict[str, int] = {}
        for line in subgraph.relationships:
            for a, b in ((line.source, line.target), (line.target, line.source)):
                if a in left and b in rank:
                    attached[a] = max(attached.get(a, -1_000), rank[b] + 1)
        if not attached:  # nothing in this part has a rank
            attached = dict.fromkeys(left, 0)
        rank.update(attached)
        left -= set(attached)


def _order_layers(subgraph: Subgraph, layer: Mapping[str, int]) -> list[list[str]]:
    """The nodes of every layer in the order that igraph's Sugiyama layout gives."""
    ids = sorted(layer)
    index = {i: n for n, i in enumerate(ids)}
    pairs = set()
    for line in subgraph.relationships:
        a, b = index[line.source], index[line.target]
        if layer[line.source] != layer[line.target]:
            pairs.add((a, b) if layer[line.source] < layer[line.target] else (b, a))
    net = igraph.Graph(len(ids), sorted(pairs), directed=True)
    drawn = net.layout_sugiyama(layers=[layer[i] for i in ids], maxiter=200)
    rows: list[list[str]] = [[] for _ in range(max(layer.values()) + 1)]
    for i in sorted(ids, key=lambda i: (drawn[index[i]][0], i)):
        rows[layer[i]].append(i)
    return rows


def _fit_rows(rows: Sequence[Sequence[str]], room: Mapping[str, Box]) -> list[list[str]]:
    """The rows folded so that the picture comes nearest to the shape of a canvas."""

    def size(folded: Sequence[Sequence[str]]) -> float:
        wide = max(sum(room[i].width for i in row) for row in folded)
        high = sum(max(room[i].above for i in row) + max(room[i].below for i in row) + AIR for row in folded)
        return max(wide / SHAPE, high)

    return min((_wrap_rows(rows, columns) for columns in range(4, 21)), key=size)


def _wrap_rows(rows: Sequence[Sequence[str]], columns: int) -> list[list[str]]:
    """Rows of at most `columns`; a long one becomes several of like length, neighbours staying together."""
    folded: list[list[str]] = []
    for row in rows:
        count = -(-len(row) // columns)
        # Dealing the row out keeps each node near its place: a, b, c, d in two rows is a, c over b, d.
        folded.extend(list(row[n::count]) for n in range(count))
    return folded


def _compute_x_positions(
    rows: Sequence[Sequence[str]], near: Mapping[str, set[str]], room: Mapping[str, Box]
) -> dict[str, float]:
    """An x for every node: as near to its neighbours' middle as the order of the row allows."""
    x: dict[str, float] = {}
    for row in rows:
        wide = sum(room[i].width for i in row)
        left = -wide / 2
        for i in row:
            x[i] = left + room[i].width / 2
            left += room[i].width
    line = {i: n for n, row in enumerate(rows) for i in row}
    for sweep in range(12):
        down = sweep % 2 == 0
        for row in rows if down else reversed(rows):
            wishes = []
            for i in row:
                others = [x[o] for o in near[i] if (line[o] < line[i]) == down and line[o] != line[i]]
                wishes.append(sum(others) / len(others) if others else x[i])
            for i, place in zip(row, _spread_boxes(wishes, [room[i].width for i in row]), strict=True):
                x[i] = place
    return x


def _spread_boxes(wishes: Sequence[float], widths: Sequence[float]) -> list[float]:
    """Places in the given order, none nearer than the widths allow, with least moving from the wishes.

    Pools neighbours that push each other, each pool standing at the mean of its members' wishes.
    """
    offsets, reach = [], 0.0
    for n, width in enumerate(widths):
        reach += (widths[n - 1] + width) / 2 if n else 0.0
        offsets.append(reach)
    pools: list[tuple[float, int]] = []  # (mean of wish minus offset, members)
    for wish, offset in zip(wishes, offsets, strict=True):
        mean, size = wish - offset, 1
        while pools and pools[-1][0] > mean:
            other, count = pools.pop()
            mean, size = (mean * size + other * count) / (size + count), size + count
        pools.append((mean, size))
    bases = [mean for mean, size in pools for _ in range(size)]
    return [base + offset for base, offset in zip(bases, offsets, strict=True)]
