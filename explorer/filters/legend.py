"""The legend's rows: what is on the canvas, how much of it is seen, and what is ticked. All pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from explorer.filters import apply
from explorer.filters.descriptions import get_chain_caption, get_type_caption
from explorer.state.filter import OTHER, STANCES
from graph.collectives import is_collective
from graph.model import Entity, Relationship
from graph.ontology import Ontology


@dataclass(frozen=True)
class LegendRow:
    """A row: `seen` of `count` are shown, and `shown` says whether its kind is ticked. `parts` are rows under it."""

    name: str
    caption: str
    count: int
    seen: int
    shown: bool
    parts: tuple["LegendRow", ...] = ()

    @property
    def count_text(self) -> str:
        """The numbers as the legend writes them: "12", or "5 of 12"."""
        return f"{self.count:,}" if self.seen == self.count else f"{self.seen:,} of {self.count:,}"


def build_type_rows(
    ontology: Ontology, whole: Collection[Entity], shown: Collection[Entity], hidden: Collection[str]
) -> list[LegendRow]:
    """The rows for the entity types on the canvas, in the ontology's order of groups.

    What stands for several of a type is in a row of its own under it, and not counted as one of them.
    """
    counts, seen = (Counter(e.type for e in held if not is_collective(e)) for held in (whole, shown))
    several, several_seen = (Counter(e.type for e in held if is_collective(e)) for held in (whole, shown))
    groups, order = list(ontology.groups), {name: n for n, name in enumerate(ontology.types)}

    def place(name: str) -> tuple[int, int, str]:
        type_ = ontology.types.get(name)
        return (groups.index(type_.group), order[name], "") if type_ else (len(groups), 0, name)

    return [
        LegendRow(
            name,
            get_type_caption(ontology, name, counts[name]),
            counts[name],
            seen[name],
            name not in hidden,
            _build_collective_rows(ontology, name, several[name], several_seen[name], shown=name not in hidden),
        )
        for name in sorted(counts.keys() | several.keys(), key=place)
    ]


def _build_collective_rows(
    ontology: Ontology, name: str, count: int, seen: int, *, shown: bool
) -> tuple[LegendRow, ...]:
    several = get_type_caption(ontology, name, 2).lower()
    words = f"{'group' if count == 1 else 'groups'} of {several}"
    return (LegendRow(name, words, count, seen, shown),) if count else ()


def build_chain_rows(
    ontology: Ontology,
    whole: Collection[Relationship],
    shown: Collection[Relationship],
    hidden: Collection[str],
    hidden_kinds: Collection[str],
) -> list[LegendRow]:
    """The rows for the chains whose lines are on the canvas, each with its kinds of lines under it."""
    counts, seen = Counter(r.type for r in whole), Counter(r.type for r in shown)
    order = {name: n for n, name in enumerate(ontology.relationships)}
    rows = []
    for chain in (*ontology.chains, OTHER):
        kinds = [t for t in counts if apply.get_chain(ontology, t) == chain]
        kinds.sort(key=lambda t: (order.get(t, len(order)), t))
        parts = tuple(
            LegendRow(t, ontology.get_predicate_caption(t), counts[t], seen[t], t not in hidden_kinds) for t in kinds
        )
        if parts:
            total, left = sum(p.count for p in parts), sum(p.seen for p in parts)
            rows.append(LegendRow(chain, get_chain_caption(ontology, chain), total, left, chain not in hidden, parts))
    return rows


def build_stance_rows(
    whole: Sequence[Relationship], shown: Sequence[Relationship], hidden: Collection[str], words: Mapping[str, str]
) -> list[LegendRow]:
    """The rows for how lines stand: by all claims, of which so many are seen by the claims that count.

    A line that a rule draws otherwise counts as what it is drawn as, among those seen and among all. One of a foreign
    database carries no claims, and nothing is said of it.
    """
    now = {r.id: apply.get_stance(r) for r in shown if r.stance}
    counts = Counter(now.get(r.id) or apply.get_stance(r) for r in whole if r.stance)
    seen = Counter(now.values())
    return [LegendRow(s, words[s], counts[s], seen[s], s not in hidden) for s in STANCES if counts[s]]
