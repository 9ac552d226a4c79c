"""What hides things on the canvas, and the sentences that say so. All pure."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from graph.model import Entity, Relationship, Subgraph
from graph.ontology import Ontology

OTHER = "other"  # the chain of relationship types that the ontology does not know
STANCES = ("asserted", "contested", "denied")
CLOCKS = {"so": "when it was so", "known": "when it became known"}


@dataclass(frozen=True)
class Filter:
    """What is hidden by a rule. Each field left as it is hides nothing.

    `types`, `chains`, `relationships` and `stances` are hidden; `grade` is the worst Admiralty grade still shown;
    `speakers` the least number of independent speakers; `without` are sources whose claims don't count; `since` and
    `until` are days (YYYY-MM-DD) on the `clock`, a key of CLOCKS.
    """

    types: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    relationships: tuple[str, ...] = ()
    stances: tuple[str, ...] = ()
    grade: str = ""
    speakers: int = 0
    without: tuple[str, ...] = ()
    clock: str = "so"
    since: str = ""
    until: str = ""

    def toggled(self, kind: str, name: str, *, shown: bool) -> "Filter":
        """With one of `kind` ("types", "chains", "relationships", "stances", "without") shown or hidden."""
        hidden = set(getattr(self, kind)) - {name} if shown else {*getattr(self, kind), name}
        changed: dict[str, Any] = {kind: tuple(sorted(hidden))}
        return replace(self, **changed)

    @property
    def needs_claims(self) -> bool:
        """Whether lines must be made anew from their claims, because some claims don't count."""
        return bool(self.without or (self.clock == "known" and (self.since or self.until)))


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


def apply(ontology: Ontology, subgraph: Subgraph, chosen: Filter) -> Subgraph:
    """What is left of a subgraph. It must hold the claims of its lines where the filter `needs_claims`."""
    types, chains = chosen.types, chosen.chains
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


def sentence(ontology: Ontology, subgraph: Subgraph, left: Subgraph) -> str:
    """Says how much is hidden, where `left` is what is shown of a subgraph; '' when nothing is."""
    kept = {e.id for e in left.entities}
    counts = Counter(e.type for e in subgraph.entities if e.id not in kept)
    parts = [f"{n} {_type_caption(ontology, t, n).lower()}" for t, n in sorted(counts.items())]
    lines = len(subgraph.relationships) - len(left.relationships)
    if lines:
        shown = {r.id for r in left.relationships}
        disputed = sum(r.stance in ("contested", "denied") for r in subgraph.relationships if r.id not in shown)
        parts.append(f"{lines} {'line' if lines == 1 else 'lines'}"
                     + (f" ({disputed} of them contested or denied)" if disputed else ""))  # fmt: skip
    return f"Hidden: {', '.join(parts)}." if parts else ""


def _type_caption(ontology: Ontology, name: str, count: int) -> str:
    known = ontology.types.get(name)
    if known is None:
        return name or "Without type"
    return known.caption if count == 1 else known.plural
