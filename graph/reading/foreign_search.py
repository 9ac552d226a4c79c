"""Searching nodes that are not ours, in a database as it is: nothing is ever created there.

Its own full-text indexes answer where it has some; the other labels are looked through one by one, the smallest first,
for as long as a person waits. What was not looked through is said.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from graph.database.search_keys import join_words, split_words
from graph.database.store import Store
from graph.errors import QueryEnded
from graph.model import Entity
from graph.ontology import ROOT, Ontology
from graph.plurals import format_count

PATIENCE = 3.0  # seconds for looking through all labels
FRESH = 20.0  # seconds for which what the database holds is taken as known
_EVIDENCE = ("Claim", "Source", "Dataset", "Load", "Lock")
STATISTICS = "statistics"  # the key of what is known (Store.facts)
_REST = ""  # stands for the nodes without a label that only foreign nodes have
_FULLTEXT = """
CALL db.index.fulltext.queryNodes($index, $query, {limit: $limit}) YIELD node, score
WHERE NOT coalesce(node:Entity AND node.type IN labels(node), false)
    AND ($labels = [] OR any(label IN labels(node) WHERE label IN $labels))
RETURN node AS n
"""
# Ours are entities, which graph/database/store.py tells apart in the same way, and the evidence.
_NOT_OURS = """
WHERE NOT coalesce(n:Entity AND n.type IN labels(n), false) AND none(label IN labels(n) WHERE label IN $without)
"""
_LOOK = """
WITH n, [key IN keys(n) | toLower(toStringOrNull(n[key]))] AS texts
WHERE all(word IN $words WHERE any(text IN texts WHERE text CONTAINS word))
WITH n, CASE WHEN any(text IN texts WHERE text = $text) THEN 0
             WHEN any(text IN texts WHERE text STARTS WITH $text) THEN 1 ELSE 2 END AS rank,
     COUNT { (n)--() } AS lines
ORDER BY rank, lines DESC, elementId(n) LIMIT $limit
RETURN n
"""


@dataclass(frozen=True)
class DatabaseStatistics:
    """What a database holds that is not ours: nodes by label, how many in all, and its full-text indexes' labels."""

    labels: Mapping[str, int] = field(default_factory=dict)
    nodes: int = 0
    indexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()  # the labels of our own evidence, where the database holds some

    def sentence(self) -> str:
        """Such as "61,521 nodes: Crime 28,762, Location 14,904 …"; '' where there are none."""
        if not self.nodes:
            return ""
        most = sorted(self.labels.items(), key=lambda item: (-item[1], item[0]))
        named = ", ".join(f"{label} {count:,}" for label, count in most[:8])
        more = f" and {len(most) - 8} more labels" if len(most) > 8 else ""
        return f"{format_count(self.nodes, 'node', 'nodes')}{': ' if named else ''}{named}{more}"


@dataclass(frozen=True)
class ForeignSearchResult:
    """Hits with the property that matched, how many (`capped`: at least so many), and what was not looked through."""

    hits: tuple[tuple[Entity, str], ...] = ()
    total: int = 0
    capped: bool = False
    note: str = ""


def read_statistics(store: Store, ontology: Ontology) -> DatabaseStatistics:
    """What the database holds that is not ours, from its own statistics: no node is read. Remembered for moments."""
    held: tuple[float, DatabaseStatistics] | None = store.facts.find(STATISTICS)
    if held and monotonic() - held[0] < FRESH:
        return held[1]
    statistics = _query_statistics(store, ontology)
    store.facts.put(STATISTICS, (monotonic(), statistics))
    return statistics


def find_labels(store: Store, ontology: Ontology, prefix: str) -> tuple[str, ...]:
    """The labels that a prefix such as "crime" or "phone call" names."""
    words = join_words(split_words(prefix))
    return tuple(label for label in read_statistics(store, ontology).labels if join_words(split_words(label)) == words)


def find_nodes(store: Store, ontology: Ontology, text: str, within: Collection[str], limit: int) -> ForeignSearchResult:
    """Nodes that are not ours with all the words in their texts, among those with one of the labels where given.

    With labels and no words, the nodes of the labels that most hangs on.
    """
    statistics, plain = read_statistics(store, ontology), " ".join(text.lower().split())
    if not statistics.nodes or (len(plain) < 2 and not within):
        return ForeignSearchResult()
    nodes: dict[str, Entity] = {}
    capped, left = False, []
    indexed = {label for names in statistics.indexes.values() for label in names} if split_words(text) else set()
    for index, covered in statistics.indexes.items() if split_words(text) else ():
        if not within or set(within) & set(covered):
            for row in store.read(
                _FULLTEXT, index=index, query=_build_lucene_query(text), labels=list(within), limit=3 * limit
            ):
                nodes.setdefault(row["n"].id, row["n"])
    until = monotonic() + PATIENCE
    for label in _sort_labels(statistics, within, indexed):
        try:
            if label == _REST and len(nodes) >= limit:
                break
            without = [*statistics.evidence, *(statistics.labels if label == _REST else ())]
            parameters = {"words": plain.split(), "text": plain, "limit": limit + 1, "label": label, "without": without}
            rows = _search_label(store, parameters, until - monotonic())
        except QueryEnded as error:
            if error.why != "timeout":
                raise
            left.append(label)
            continue
        capped = capped or len(rows) > limit
        for row in rows:
            nodes.setdefault(row["n"].id, row["n"])
    best = sorted(
        ((_rank_match(e, plain), e) for e in nodes.values()), key=lambda pair: pair[0][0]
    )  # stable: as they came
    hits = tuple((entity, why) for (_, why), entity in best[:limit])
    return ForeignSearchResult(hits, len(nodes), capped, _describe_timeout(statistics, left))


def _search_label(store: Store, parameters: Mapping[str, Any], seconds: float) -> list[dict[str, Any]]:
    """The nodes of one label, or with none of the labels, that have all the words. Raises QueryEnded out of time."""
    if seconds <= 0:
        raise QueryEnded("timeout", "the query ran longer than it may, and was ended")
    match = "MATCH (n:$($label))" if parameters["label"] else "MATCH (n)"
    return store.read(match + _NOT_OURS + _LOOK, timeout=max(seconds, 0.1), **parameters)


def _sort_labels(statistics: DatabaseStatistics, within: Collection[str], indexed: Collection[str]) -> Sequence[str]:
    """The labels to look through: the smallest first, and last whatever has none of them."""
    chosen = [label for label in statistics.labels if label not in indexed and (not within or label in within)]
    return [*sorted(chosen, key=lambda label: (statistics.labels[label], label)), *([] if within else [_REST])]


def _describe_timeout(statistics: DatabaseStatistics, left: Sequence[str]) -> str:
    if not left:
        return ""
    named = [
        f"{label} ({statistics.labels[label]:,})" if label else "nodes without a label of their own" for label in left
    ]
    return f"Gave up after {PATIENCE:g} seconds; not searched to the end: {', '.join(named)}."


def _build_lucene_query(text: str) -> str:
    """A Lucene query with all words, each whole, unfinished or one slip off, in the fields that the index has."""
    return " AND ".join(
        f"({word} OR {word}* OR {word}~1)" if len(word) > 3 else f"{word}*" for word in split_words(text)
    )


def _rank_match(entity: Entity, plain: str) -> tuple[int, str]:
    """How well a node's name fits (the lower the better), and the property that fits where its name does not."""
    name = " ".join(entity.name.lower().split())
    parts, words = name.split(), plain.split()
    begun = all(any(part.startswith(word) for part in parts) for word in words)
    for rank, fits in enumerate((name == plain, name.startswith(plain), begun, all(word in name for word in words))):
        if fits:
            return rank, ""
    for key, value in entity.properties.items():
        if isinstance(value, (str, int, float)) and plain in str(value).lower():
            return 4, f"{key}: {str(value)[:80]}"
    return 5, ""


def _query_statistics(store: Store, ontology: Ontology) -> DatabaseStatistics:
    nodes = store.read("CALL db.stats.retrieve('GRAPH COUNTS') YIELD data RETURN data.nodes AS nodes")[0]["nodes"]
    counts: dict[str, int] = {row.get("label", _REST): int(row["count"]) for row in nodes if row["count"]}
    total = counts.pop(_REST, 0)
    rows = store.read(
        "SHOW FULLTEXT INDEXES YIELD name, entityType, state, labelsOrTypes "
        "WHERE entityType = 'NODE' AND state = 'ONLINE' RETURN name, labelsOrTypes"
    )
    indexes = {row["name"]: tuple(row["labelsOrTypes"]) for row in rows}
    if indexes.pop("entity_search", None):  # a database that was ever loaded by us has this index
        total -= sum(counts.get(label, 0) for label in (ROOT, *_EVIDENCE))
        counts = {label: n for label, n in counts.items() if label not in (*_EVIDENCE, *ontology.types)}
        return DatabaseStatistics(counts, total, indexes, _EVIDENCE) if total > 0 else DatabaseStatistics()
    return DatabaseStatistics(counts, total, indexes)
