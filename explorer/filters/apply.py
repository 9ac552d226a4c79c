"""The rules that hide things on the canvas, and what they leave. All pure; the sentences are in filter_words.py.

They work in this order, so that no rule asks about a line that others have changed since:

1. Claims that don't count go, and lines are made anew from the rest (lens.py): `without`, and dates on the clock
   "known". A line without a claim left falls.
2. Dates on the clock "so" leave the lines that may have been so in that time.
3. An entity that had lines on the canvas and has none left after this steps out: nothing that counts links it to the
   others. One that never had a line stays.
4. Types, chains, kinds, stances, the least grade and the least number of speakers hide lines as they are now. Entities
   stay, unless `bare` asks that those left without a line go too.
"""

from collections.abc import Collection, Sequence

from explorer.filters import time
from explorer.state.filter import OTHER, STANCES, Filter
from graph import evidence
from graph.model import Claim, Relationship, Subgraph
from graph.ontology import Ontology


def get_chain(ontology: Ontology, relationship_type: str) -> str:
    """The chain a relationship type belongs to."""
    line_type = ontology.relationships.get(relationship_type)
    return line_type.chain if line_type else OTHER


def filter_relationships(
    lines: Sequence[Relationship], claims: Collection[Claim], chosen: Filter
) -> tuple[Relationship, ...]:
    """The lines as the claims that count make them, and of the time asked for (steps 1 and 2)."""
    if chosen.needs_claims:
        lines = time.recompute_relationships(lines, claims, chosen)
    if chosen.clock == "so" and chosen.dated:
        lines = [r for r in lines if time.is_valid_between(r, chosen.since, chosen.until, undated=chosen.undated)]
    return tuple(lines)


def apply_filter(ontology: Ontology, subgraph: Subgraph, chosen: Filter) -> Subgraph:
    """What is left of a subgraph. It must hold the claims of its lines where the filter `needs_claims`."""
    counting = filter_relationships(subgraph.relationships, subgraph.claims, chosen)
    entities = [e for e in subgraph.entities if e.type not in chosen.types]
    if chosen.weighs:
        lost = _collect_ends(subgraph.relationships) - _collect_ends(counting)
        entities = [e for e in entities if e.id not in lost]
    ids = {e.id for e in entities}
    lines = tuple(r for r in counting if r.source in ids and r.target in ids and _is_shown(ontology, r, chosen))
    if chosen.bare:
        lost = _collect_ends(subgraph.relationships) - _collect_ends(lines)
        entities = [e for e in entities if e.id not in lost]
    claim_ids = {c for r in lines for c in r.claims}
    claims = tuple(c for c in subgraph.claims if c.id in claim_ids)
    return Subgraph(tuple(entities), lines, claims, subgraph.sources)


def _is_shown(ontology: Ontology, line: Relationship, chosen: Filter) -> bool:
    return (
        get_chain(ontology, line.type) not in chosen.chains
        and line.type not in chosen.relationships
        and get_stance(line) not in chosen.stances
        and (not chosen.grade or _has_grade(line, chosen.grade))
        and count_speakers(line) >= chosen.speakers
    )


def get_stance(line: Relationship) -> str:
    """The stance of a line; one of a foreign database has none and counts as asserted."""
    return line.stance if line.stance in STANCES else "asserted"


def count_speakers(line: Relationship) -> int:
    """How many different speakers assert a line or, where nobody does, deny it.

    Two documents that quote the same speaker count once; claims that their source has taken back don't count beside
    others that stand. A line whose claims name nobody has none.
    """
    return len(set(line.properties.get("speakers") or ()))


def get_grade(line: Relationship) -> str:
    """The best grade of the claims that assert a line (or deny it, where none does); '' where it has none."""
    grade = line.properties.get("grade")
    try:
        return str(grade) if grade and evidence.rank_grade(str(grade)) else ""
    except ValueError:  # a foreign database may mean something else by the word
        return ""


def _has_grade(line: Relationship, least: str) -> bool:
    grade = get_grade(line)
    return bool(grade) and evidence.rank_grade(grade) <= evidence.rank_grade(least)


def _collect_ends(lines: Collection[Relationship]) -> set[str]:
    return {end for r in lines for end in (r.source, r.target)}
