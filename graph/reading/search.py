"""Finding entities by any name, in any script and romanisation, with a slip of the typing hand.

`find_entities` asks the full-text index of our own entities (search_keys.py makes its texts) and, where the database
holds nodes that are not ours, graph/reading/foreign_search.py for those.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from graph import imo
from graph.database.search_keys import ALSO, NAME, SOUND, TYPE, build_sound_keys, join_words, split_words
from graph.database.store import Store
from graph.errors import QueryError
from graph.model import Entity
from graph.ontology import Ontology
from graph.reading import foreign_search

CANDIDATES = 400  # the index's best that are put in order; what is counted never exceeds it
_MOST_WORDS, _LONGEST = 10, 60
_TYPED = re.compile(r"\s*([^\W\d_][\w ]{0,60}?)\s*:\s*(.*)", re.DOTALL)
_WORD = 4  # the index's score for a word; one that only sounds alike gets 1
# In the order of what was found: the whole name, another whole name or number, the beginning of one, words, sounds.
_FIND = """
CALL db.index.fulltext.queryNodes('entity_search', $query, {limit: $candidates}) YIELD node, score
WHERE $types IS NULL OR node.type IN $types
WITH node, score, CASE
    WHEN $name IN node.search THEN 0
    WHEN $also IN node.search THEN 1
    WHEN any(text IN node.search WHERE text STARTS WITH $name) THEN 2
    WHEN any(text IN node.search WHERE text STARTS WITH $also) THEN 3
    WHEN score >= $whole THEN 4
    ELSE 5 END AS rank, COUNT { (node)--() } AS lines
ORDER BY rank, lines DESC, node.name, node.id
WITH collect(node) AS nodes
RETURN nodes[..$limit] AS nodes, size(nodes) AS total
"""
_SLIPS = """
CALL db.index.fulltext.queryNodes('entity_search', $query, {limit: $candidates}) YIELD node, score
WHERE $types IS NULL OR node.type IN $types
RETURN node
"""


@dataclass(frozen=True)
class Hit:
    """A search result: the entity, and the name of it that matched best where that is not its main name."""

    entity: Entity
    matched: str = ""


@dataclass(frozen=True)
class SearchResult:
    """The best hits, how many there are in all (`capped`: at least so many), and what was not searched."""

    hits: tuple[Hit, ...] = ()
    total: int = 0
    capped: bool = False
    note: str = ""


def find_hits(store: Store, ontology: Ontology, text: str, limit: int = 20) -> list[Hit]:
    """The hits of `find_entities`."""
    return list(find_entities(store, ontology, text, limit).hits)


def find_entities(store: Store, ontology: Ontology, text: str, limit: int = 20) -> SearchResult:
    """Entities whose names, other names or identifiers match, the best first.

    Tolerates accents, apostrophes, hyphens, joined, unfinished and otherwise romanised words, and slips: one in a
    word of four letters or more, two from eight on. "factory: kang" looks among factories only, and "factory:" lists
    the best documented ones. A database without our entities is searched by graph/reading/foreign_search.py.
    """
    text = imo.spell_alike(text)
    prefix, rest = _split_prefix(text)
    types = _find_types(ontology, prefix) if prefix else []
    labels = foreign_search.find_labels(store, ontology, prefix) if prefix else ()
    if prefix and not types and not labels:
        rest = text  # the colon is just part of what was typed
    if split_words(rest):
        own = _search_own(store, rest, types, limit) if types or not labels else SearchResult()
    else:
        own = _list_by_type(store, types, limit) if types else SearchResult()
    if len(own.hits) >= limit or (types and not labels):
        return own
    other = foreign_search.find_nodes(store, ontology, rest, labels, limit - len(own.hits))
    hits = tuple(Hit(e, why) for e, why in other.hits)
    return SearchResult((*own.hits, *hits), own.total + other.total, own.capped or other.capped, other.note)


def build_lucene_query(
    words: Sequence[str], heard: Sequence[str], labels: Sequence[str] = (), *, slips: bool = False
) -> str:
    """The Lucene query for words and how they sound, among entities with one of the labels where some are given.

    What is found by word or sound has a fixed score, so that the score tells which it was. The words come from
    `split_words`: letters and digits alone, so that nothing in them is Lucene's.
    """
    clauses = []
    for word, sound in zip(words, heard, strict=True):
        parts = [f"search:{word[:_LONGEST]}*^{_WORD}"]
        if sound:
            parts.append(f"search:{SOUND}{sound[:_LONGEST]}*")
        if slips and len(sound) > 3:
            parts.append(f"search:{SOUND}{sound[:_LONGEST]}~1")
        clauses.append(" OR ".join(parts + (_build_fuzzy_terms(word) if slips else [])))
    whole = join_words(words)
    names = [
        f"search:{NAME}{whole}^200",
        f"search:{ALSO}{whole}^100",
        f"search:{NAME}{whole}*^40",
        f"search:{ALSO}{whole}*^20",
        f"search:{whole}*^{_WORD * len(words)}",
        f"search:{SOUND}{join_words(heard)}*",
        *(_build_fuzzy_terms(whole) if slips else []),
    ]
    text = f"(({') AND ('.join(clauses)})) OR {' OR '.join(names)}"
    within = " OR ".join(f"search:{TYPE}{label.casefold()}" for label in labels)
    return f"+({within})^0 +({text})" if within else text


def _build_fuzzy_terms(word: str) -> list[str]:
    return [f"search:{word[:_LONGEST]}~{2 if len(word) >= 8 else 1}"] if len(word) > 3 else []


def _search_own(store: Store, text: str, types: Sequence[str], limit: int) -> SearchResult:
    """Hits among our own entities: as it was typed first, then with slips where there is room."""
    words, heard = split_words(text)[:_MOST_WORDS], build_sound_keys(text)[:_MOST_WORDS]
    whole = join_words(words)
    parameters: dict[str, Any] = {
        "types": list(types) or None,
        "candidates": CANDIDATES,
        "name": NAME + whole,
        "also": ALSO + whole,
        "whole": float(_WORD * len(words)),
        "limit": limit,
    }
    try:
        rows = store.read(_FIND, query=build_lucene_query(words, heard, types), **parameters)
        if not rows[0]["total"] and types:  # an entity that an older version loaded has no label in its search texts
            rows = store.read(_FIND, query=build_lucene_query(words, heard), **parameters)
        nodes, total = rows[0]["nodes"], int(rows[0]["total"])
        if total < limit:
            slips = build_lucene_query(words, heard, types, slips=True)
            near = store.read(_SLIPS, query=slips, types=parameters["types"], candidates=2 * limit)
            held = {e.id for e in nodes}
            more = sorted(
                (row["node"] for row in near if row["node"].id not in held), key=lambda e: _get_sort_key(e, text)
            )
            nodes, total = [*nodes, *more][:limit], total + len(more)
    except QueryError:
        if store.read("SHOW FULLTEXT INDEXES YIELD name WHERE name = $index RETURN name", index="entity_search"):
            raise
        return SearchResult()  # nothing of ours was ever loaded into this database
    return SearchResult(tuple(Hit(e, find_matched_name(e, text)) for e in nodes), total, total >= CANDIDATES)


def _list_by_type(store: Store, types: Sequence[str], limit: int) -> SearchResult:
    """The best documented entities of some types of the ontology."""
    row = store.read(
        f"MATCH (n:{'|'.join(types)}) WHERE n:Entity WITH n ORDER BY COUNT {{ (n)--() }} DESC, n.name, n.id "
        "WITH collect(n) AS nodes RETURN nodes[..$limit] AS nodes, size(nodes) AS total",
        limit=limit,
    )[0]
    return SearchResult(tuple(Hit(e) for e in row["nodes"]), int(row["total"]))


def _split_prefix(text: str) -> tuple[str, str]:
    """Splits "factory: kang" into the prefix and the rest; '' where there is no prefix."""
    match = _TYPED.fullmatch(text)
    return (match[1], match[2]) if match else ("", text)


def _find_types(ontology: Ontology, prefix: str) -> list[str]:
    """The types that a prefix names, by their names or captions, or those of a group ("ships and aircraft")."""
    caption = _normalize(prefix)
    for type_ in ontology.types.values():
        if caption in map(_normalize, (type_.name, type_.caption, type_.plural)):
            return ontology.list_subtypes((type_.name,))
    groups = [g.name for g in ontology.groups.values() if caption in (_normalize(g.name), _normalize(g.caption))]
    return [t.name for t in ontology.types.values() if t.group in groups]


def _normalize(text: str) -> str:
    return join_words(split_words(text))


def _get_sort_key(entity: Entity, text: str) -> tuple[float, str, str]:
    """What slips are sorted by: the likest name first."""
    plain = " ".join(split_words(text))
    return (
        -max(fuzz.ratio(plain, " ".join(split_words(n))) for n in (entity.name, *entity.aliases)),
        entity.name,
        entity.id,
    )


def find_matched_name(entity: Entity, text: str) -> str:
    """The other name, or identifier, that a search fits better than the main name; '' where none does."""
    words, heard = split_words(text), build_sound_keys(text)
    whole, sound = join_words(words), join_words(heard)

    def fits(name: str) -> tuple[int, ...]:
        parts, alike = split_words(name), build_sound_keys(name)
        begun = join_words(parts)
        return (
            (begun == whole) * 2 + begun.startswith(whole),
            sum(any(part.startswith(w) for part in parts) for w in words),
            int(join_words(alike).startswith(sound)) + sum(any(part.startswith(w) for part in alike) for w in heard),
        )

    others = (*entity.aliases, *(entity.properties.get("identifiers") or ()))
    best = max(others, key=fits, default="")
    return best if best and fits(best) > fits(entity.name) else ""
