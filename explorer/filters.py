"""The legend as a filter: what it counts, what it hides, and a sentence that says so. All pure."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from graph.model import Entity, Relationship, Subgraph
from graph.ontology import Ontology

OTHER = "other"  # the chain of relationship types that the ontology does not know
STANCES = ("asserted", "contested", "denied")


@dataclass(frozen=True)
class Entry:
    """A row of the legend: how many there are on the canvas, and whether they are shown."""

    name: str
    caption: str
    count: int
    shown: bool


def chain_of(ontology: Ontology, relationship_type: str) -> str:
    """The chain a relationship type belongs to."""
    known = ontology.relationships.get(relationship_type)
    return known.chain if known else OTHER


def visible(ontology: Ontology, subgraph: Subgraph, types: Collection[str], chains: Collection[str]) -> Subgraph:
    """What is left of a subgraph when these entity types and chains are hidden."""
    entities = tuple(e for e in subgraph.entities if e.type not in types)
    ids = {e.id for e in entities}
    lines = tuple(
        r
        for r in subgraph.relationships
        if r.source in ids and r.target in ids and chain_of(ontology, r.type) not in chains
    )
    return Subgraph(entities, lines, subgraph.claims, subgraph.sources)


def type_entries(ontology: Ontology, entities: Collection[Entity], hidden: Collection[str]) -> list[Entry]:
    """The legend's rows for the entity types on the canvas, in the ontology's order of groups."""
    counts = Counter(e.type for e in entities)
    groups = list(ontology.groups)

    def order(name: str) -> tuple[int, int, str]:
        known = ontology.types.get(name)
        return (groups.index(known.group), list(ontology.types).index(name), "") if known else (99, 0, name)

    return [
        Entry(name, _type_caption(ontology, name, counts[name]), counts[name], name not in hidden)
        for name in sorted(counts, key=order)
    ]


def chain_entries(ontology: Ontology, lines: Collection[Relationship], hidden: Collection[str]) -> list[Entry]:
    """The legend's rows for the chains whose lines are on the canvas."""
    counts = Counter(chain_of(ontology, r.type) for r in lines)
    return [
        Entry(name, ontology.chains[name].caption if name in ontology.chains else "Other lines", counts[name],
              name not in hidden)
        for name in (*ontology.chains, OTHER)
        if counts[name]
    ]  # fmt: skip


def stance_counts(lines: Collection[Relationship]) -> dict[str, int]:
    """How many lines are asserted, contested and denied."""
    counts = Counter(r.stance if r.stance in STANCES else "asserted" for r in lines)
    return {stance: counts[stance] for stance in STANCES}


def sentence(ontology: Ontology, subgraph: Subgraph, types: Collection[str], chains: Collection[str]) -> str:
    """Says what the filter hides; '' when it hides nothing."""
    left = visible(ontology, subgraph, types, chains)
    kept = {e.id for e in left.entities}
    counts = Counter(e.type for e in subgraph.entities if e.id not in kept)
    parts = [f"{n} {_type_caption(ontology, t, n).lower()}" for t, n in sorted(counts.items())]
    lines = len(subgraph.relationships) - len(left.relationships)
    if lines:
        shown = {r.id for r in left.relationships}
        disputed = sum(r.stance in ("contested", "denied") for r in subgraph.relationships if r.id not in shown)
        parts.append(f"{lines} {'line' if lines == 1 else 'lines'}"
                     + (f" ({disputed} of them contested or denied)" if disputed else ""))  # fmt: skip
    return f"Hidden by the legend: {', '.join(parts)}." if parts else ""


def _type_caption(ontology: Ontology, name: str, count: int) -> str:
    known = ontology.types.get(name)
    if known is None:
        return name or "Without type"
    return known.caption if count == 1 else known.plural
