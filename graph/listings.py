"""An entity's listing by an authority: listed, ended, said not to be listed, not found, or not checked. All pure.

That a name is absent from a list is no denial: nobody denies anything, and a later edition, or another spelling, may
have it. So claims of it have stances of their own (graph/model.py), and no line is made of them (graph/evidence.py).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import NamedTuple

from graph import dates, evidence
from graph.model import NOT_FOUND, NOT_LISTED, Claim, Source
from graph.ontology import Ontology

# The states, in the order in which one is told before another.
LISTED, ENDED, MAYBE, SAID_NOT, MISSED, UNCHECKED = STATES = (
    "listed",
    "listed once, ended",
    "may be listed",
    "said not to be listed",
    "not found",
    "not checked",
)
ON_A_LIST = (LISTED, ENDED, MAYBE)
# Words by which a claim says that somebody looked for a name, and did not find it.
_SEARCHED = re.compile(
    r"\b(?:not found|no (?:match|hit|entry)(?:es|s)?\b|nothing found|without (?:a )?(?:match|hit)|not (?:in|on) "
    r"(?:the|any|our) (?:\w+ ){0,3}(?:lists?|editions?)(?: that)?(?: we)? (?:held|hold|searched|checked))",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"\Aentry ")


@dataclass(frozen=True)
class NearMiss:
    """A listed entity of a like name. `score` tells how alike the names are, 0 to 1; 0 for one that no search found.

    `verdict` is what the claims say of the two: "may be the same", "not the same", or '' where they say nothing.
    """

    entity: str
    name: str
    score: float
    verdict: str = ""

    @property
    def may_be(self) -> bool:
        """Whether this may be the very entity that was looked for: so said, or of a name that can't be told apart."""
        return self.verdict == "may be the same" or (not self.verdict and self.score >= SAME)


SAME, ALIKE = 0.95, 0.85  # names so alike may be one and the same; names less alike are no near miss


@dataclass(frozen=True)
class SearchedList:
    """A list that is loaded: which authority's, its title, the edition, and whether it is loaded as a whole."""

    authority: str
    title: str
    edition: str
    whole: bool = True


@dataclass(frozen=True)
class Listing:
    """How one entity stands with one authority: a cell of the matrix.

    `since`, `until`, `number`, `programme` and `edition` are the authority's own where it says them, else what others
    say; `edition` is the one that lists it, or the one that was searched. `who` say so, or looked, and `on` is when.
    `claims` are all claims about it, those that carry the state first, `against` those of them that contradict it.
    """

    entity: str
    authority: str
    state: str
    since: str = ""
    until: str = ""
    number: str = ""
    programme: str = ""
    edition: str = ""
    who: tuple[str, ...] = ()
    on: str = ""
    claims: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    near: tuple[NearMiss, ...] = ()

    @property
    def is_disputed(self) -> bool:
        """Whether somebody says of the same time that it is not listed."""
        return bool(self.against)


def read_absence(ontology: Ontology, claim: Claim) -> Claim:
    """A claim that denies a listing as what it is; every other claim as it stands.

    Files written before there were stances for it, and tables of others, give such claims as denied. One whose detail
    or summary says that somebody searched and found nothing is "not found", any other "not listed".
    """
    if claim.stance != "denied" or not ontology.is_relationship(claim.predicate, "designation"):
        return claim
    searched = _SEARCHED.search(f"{claim.detail}. {claim.summary}")
    return replace(claim, stance=NOT_FOUND if searched else NOT_LISTED)


def build_listings(
    ontology: Ontology,
    claims: Iterable[Claim],
    sources: Mapping[str, Source],
    editions: Mapping[str, str],
    *,
    today: date | None = None,
) -> dict[tuple[str, str], Listing]:
    """The listings that claims tell of, by entity and authority; other claims are passed over.

    `editions` are the loaded editions of claims whose source has no date of its own, by the claims' ids.
    """
    grouped: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        if claim.object and ontology.is_relationship(claim.predicate, "designation"):
            grouped.setdefault((claim.subject, claim.object), []).append(read_absence(ontology, claim))
    context = _Evidence(sources, editions, (today or datetime.now(UTC).date()).isoformat())
    return {key: _build_listing(*key, group, context) for key, group in sorted(grouped.items())}


class _Evidence(NamedTuple):
    """What the claims of a listing are read by: their sources, the editions loaded, and the day that is today."""

    sources: Mapping[str, Source]
    editions: Mapping[str, str]
    day: str


def _build_listing(entity: str, authority: str, claims: Sequence[Claim], context: _Evidence) -> Listing:
    ranked = sorted(claims, key=lambda c: (c.asserted_by != authority, evidence.rank_grade(c.grade), c.id))
    asserted, said_not, missed = (
        [c for c in ranked if c.stance == stance] for stance in ("asserted", NOT_LISTED, NOT_FOUND)
    )
    listed = [c for c in asserted if not _is_over(c, context.day)]
    against = [c.id for c in evidence.select_line_claims(claims) if c.stance == NOT_LISTED] if listed else []
    ways = (LISTED, listed), (ENDED, asserted), (SAID_NOT, _drop_withdrawn(said_not)), (MISSED, _drop_withdrawn(missed))
    state, carrying = next((way for way in ways if way[1]), (UNCHECKED, []))
    listing = Listing(
        entity,
        authority,
        state,
        who=tuple(dict.fromkeys(c.asserted_by for c in carrying if c.asserted_by)),
        on=max((c.reported_on for c in carrying), default=""),
        claims=(*(c.id for c in carrying), *(c.id for c in ranked if c not in carrying)),
        against=tuple(against),
    )
    if state == MISSED:
        return replace(listing, edition="; ".join(dict.fromkeys(c.detail for c in carrying if c.detail)))
    return _describe_entry(listing, carrying, context) if state in (LISTED, ENDED) else listing


def _describe_entry(listing: Listing, carrying: Sequence[Claim], context: _Evidence) -> Listing:
    """A listing with its dates, number, programme and edition: what the list itself says goes first."""
    lists = [c for c in carrying if is_list_entry(c, context.sources.get(c.source))]
    own = [c.valid_from for c in carrying if c.valid_from and c.asserted_by == listing.authority]
    return replace(
        listing,
        since=min(own or [c.valid_from for c in carrying if c.valid_from], key=dates.to_earliest_day, default=""),
        until=max(map(evidence.get_end_date, carrying), key=dates.to_latest_day) if listing.state == ENDED else "",
        number=_join(_ENTRY.sub("", c.paragraph) for c in lists),
        programme=_join(c.detail for c in lists if c.detail != c.paragraph),
        edition=_join(_find_edition(c, context) for c in lists),
    )


def _join(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, texts)))


def _drop_withdrawn(claims: Iterable[Claim]) -> list[Claim]:
    return [c for c in claims if not c.withdrawn_on]


def is_list_entry(claim: Claim, source: Source | None) -> bool:
    """Whether a claim is an entry of a list itself: its paragraph is the number there, its detail the programme."""
    return claim.asserted_by == claim.object or (source is not None and source.kind == "list")


def _is_over(claim: Claim, day: str) -> bool:
    """Whether a listing has ended by a day: what ends later, or later in that month or year, still stands."""
    return bool(claim.withdrawn_on) or bool(claim.valid_to and dates.to_latest_day(claim.valid_to) < day)


def _find_edition(claim: Claim, context: _Evidence) -> str:
    """The edition that holds an entry: the list's own date, else the one that is loaded."""
    if claim.withdrawn_on:
        return f"up to {claim.last_seen_on}" if claim.last_seen_on else ""
    source = context.sources.get(claim.source)
    return (source.date if source else "") or context.editions.get(claim.id, "") or claim.reported_on


def complete_listing(
    listing: Listing | None, key: tuple[str, str], searched: SearchedList | None, near: Sequence[NearMiss]
) -> Listing:
    """A listing of entity and authority with what a search of a loaded list adds; nothing to one that is or was listed.

    A name that the list has and that may be the same is told as such, never as "not found".
    """
    completed = listing or Listing(*key, UNCHECKED)
    if completed.state in (LISTED, ENDED):
        return completed
    completed = replace(completed, near=tuple(near))
    if any(one.may_be for one in near):
        return replace(completed, state=MAYBE)
    if completed.state != UNCHECKED or searched is None:
        return completed
    part = "" if searched.whole else ", in part"
    return replace(completed, state=MISSED, edition=f"{searched.title}, {searched.edition}{part}", on=searched.edition)
