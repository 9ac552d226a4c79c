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

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Self

from explorer.filters import time
from graph import evidence
from graph.errors import ArmsgraphError
from graph.model import Claim, Relationship, Subgraph
from graph.ontology import Ontology

OTHER = "other"  # the chain of relationship types that the ontology does not know
STANCES = ("asserted", "contested", "denied")
CLOCKS = {"so": "When it was so", "known": "When it became known"}
HIDDEN = ("types", "chains", "relationships", "stances", "without")  # fields that name what is taken away
DATES = ("since", "until", "undated")
MAX_SPEAKERS = 20
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class FilterError(ArmsgraphError):
    """A rule that makes no sense."""


@dataclass(frozen=True)
class Filter:
    """What is hidden by a rule. Each field left as it is hides nothing.

    `types`, `chains`, `relationships` and `stances` are hidden; `grade` is the worst Admiralty grade still shown;
    `speakers` the least number of independent speakers; `without` are sources whose claims don't count; `since` and
    `until` are days (YYYY-MM-DD) on the `clock`, a key of CLOCKS, and `undated` says whether lines that have no date
    there are shown all the same; `bare` hides entities that the rules leave without a line.

    Raises ValueError or TypeError for a value that no rule can have.
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
    undated: bool = True
    bare: bool = False

    def __post_init__(self) -> None:
        for name in HIDDEN:
            if not isinstance(getattr(self, name), tuple) or not all(isinstance(v, str) for v in getattr(self, name)):
                raise TypeError(f"{name} must be texts")
        for name in ("grade", "clock", "since", "until"):
            if not isinstance(getattr(self, name), str):
                raise TypeError(f"{name} must be a text")
        if self.grade:
            evidence.rank(self.grade)
        if isinstance(self.speakers, bool) or not 0 <= self.speakers <= MAX_SPEAKERS:
            raise ValueError(f"The number of speakers must be from 0 to {MAX_SPEAKERS}.")
        if self.clock not in CLOCKS:
            raise ValueError(f"There is no clock {self.clock!r}.")
        for day in (self.since, self.until):
            if day and not (_DAY.match(day) and date.fromisoformat(day)):
                raise ValueError(f"A day is written YYYY-MM-DD, not {day!r}.")
        if self.since and self.until and self.since > self.until:
            raise ValueError("The first day is after the last.")
        if not isinstance(self.undated, bool) or not isinstance(self.bare, bool):
            raise TypeError("undated and bare must be true or false")

    def toggle(self, kind: str, name: str, *, shown: bool) -> Self:
        """With one of `kind` (a name in HIDDEN) shown or hidden."""
        hidden = set(getattr(self, kind)) - {name} if shown else {*getattr(self, kind), name}
        changed: dict[str, Any] = {kind: tuple(sorted(hidden))}
        return replace(self, **changed)

    def changed(self, wish: Mapping[str, Any]) -> Self:
        """With what a control of the page says: {field: value}, or {"toggle": [kind, name, shown]}.

        Raises FilterError for values that make no sense.
        """
        try:
            if "toggle" in wish:
                kind, name, shown = wish["toggle"]
                if kind not in HIDDEN:
                    raise ValueError(f"There is no rule {kind!r}.")
                return self.toggle(kind, str(name), shown=bool(shown))
            fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in wish.items() if k in FIELDS}
            return replace(self, **fields)
        except (ValueError, TypeError, KeyError) as error:
            raise FilterError(str(error)) from error

    def only(self, *fields: str) -> Self:
        """With these fields alone in force."""
        return type(self)(**{name: getattr(self, name) for name in (*fields, "clock")})

    @property
    def dated(self) -> bool:
        """Whether days are in force, on either clock."""
        return bool(self.since or self.until)

    @property
    def needs_claims(self) -> bool:
        """Whether the claims of the lines are needed, because some may not count."""
        return bool(self.without) or self.clock == "known"

    @property
    def weighs(self) -> bool:
        """Whether it may let lines fall because of who says so, or when: entities left without any then step out."""
        return bool(self.without) or self.dated


FIELDS = frozenset(Filter.__dataclass_fields__)


def get_chain(ontology: Ontology, relationship_type: str) -> str:
    """The chain a relationship type belongs to."""
    known = ontology.relationships.get(relationship_type)
    return known.chain if known else OTHER


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
    said = {c for r in lines for c in r.claims}
    claims = tuple(c for c in subgraph.claims if c.id in said)
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
        return str(grade) if grade and evidence.rank(str(grade)) else ""
    except ValueError:  # a foreign database may mean something else by the word
        return ""


def _has_grade(line: Relationship, least: str) -> bool:
    grade = get_grade(line)
    return bool(grade) and evidence.rank(grade) <= evidence.rank(least)


def _collect_ends(lines: Collection[Relationship]) -> set[str]:
    return {end for r in lines for end in (r.source, r.target)}
