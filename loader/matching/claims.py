"""Candidates and decisions as claims: who says what of a pair, and how it reads. Pure: no database, no clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from anyascii import anyascii

from graph import ontology
from graph.errors import UsageError
from graph.model import Claim, Entity, Source
from loader.matching import score
from loader.matching.party import DECISIONS, MATCHING
from loader.matching.score import MatchScore
from loader.statements import compute_digest

SAME, DIFFERENT, UNSURE = "same", "different", "unsure"
CHOICES = (SAME, DIFFERENT, UNSURE)
LONGEST_NOTE, LONGEST_NAME = 1_000, 100
HOMONYM = "homonym"  # the detail of a candidate that rests on a ship's name alone
CHANGED = "evidence changed since the decision"  # begins the detail of a candidate that was decided before
MATCHER = "armsgraph-matcher"  # the id of the entity that speaks for the program
MATCHING_SOURCE = Source(
    MATCHING,
    "Armsgraph",
    "Candidates for one entity in several lists",
    kind="computed",
    reliability="C",
    note="Made by `armsgraph match find`; nothing is merged.",
)
DECISIONS_SOURCE = Source(
    DECISIONS,
    "Armsgraph",
    "Decisions of analysts: same or different",
    kind="decision",
    reliability="B",
    note="Made with `armsgraph match review` and `match decide`.",
)
_MATCHER_SAYS = " The matcher: "
Pair = tuple[str, str]
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Decision:
    """What an analyst says of a pair."""

    choice: str
    by: str
    note: str
    day: str


def sort_pair(a: str, b: str) -> Pair:
    """The two ids in the order in which claims about the pair have them."""
    return (a, b) if a < b else (b, a)


def build_matcher_claim(pair: Pair, names: Pair, verdict: MatchScore, day: str, *, changed: str = "") -> Claim:
    """The matcher's claim: the score as a number, the reasons in words. Denied where the score is under the least.

    `pair` is subject and object. `changed` tells the decision since which the evidence changed.
    """
    denies = verdict.score < score.LEAST if changed else False
    verb = "may not be" if denies else "may be homonyms, or" if verdict.homonyms else "may be"
    return Claim(
        id=f"matching-{compute_digest(*sort_pair(*pair))}",
        subject=pair[0],
        predicate=ontology.load().get_relationship_by_role("identity"),
        object=pair[1],
        stance="denied" if denies else "asserted",
        source=MATCHING_SOURCE.id,
        asserted_by=MATCHER,
        # A topic of its own: likenesses of several pairs are not numbers that disagree.
        topic=f"likeness of {pair[0]} and {pair[1]}",
        value=verdict.score,
        unit="of 1",
        detail=f"{CHANGED} of {changed}" if changed else HOMONYM if verdict.homonyms else "candidate",
        paragraph=f"evidence {verdict.facts}",
        reported_on=day,
        reliability="C",
        credibility=grade_score(verdict),
        summary=f"{names[0]} and {names[1]} {verb} one entity, score {verdict.score:.2f}: {verdict.words}.",
    )


def grade_score(verdict: MatchScore) -> str:
    """The digit for a candidate (docs/grading.md): 2 by an identifier, 3 if likely, 4 from 0.70, else 6. Never 1.

    Homonyms are 6: that two ships bear one name says nothing of whether they are one.
    """
    if verdict.homonyms:
        return "6"
    if verdict.by_number and verdict.score >= 0.9:
        return "2"
    if verdict.score >= score.LIKELY:
        return "3"
    return "4" if verdict.score >= 0.70 else "6"


def build_matcher() -> Entity:
    """The entity that speaks for the program."""
    type_ = ontology.load().get_type_by_role("organisation")
    words = {"description": "The program that compares the entities of several lists"}
    return Entity(MATCHER, type_.name, type_.labels, "Armsgraph matcher", properties=words)


def build_analyst(name: str) -> Entity:
    """The entity that speaks for a person. Raises UsageError for a name without letters, or one too long."""
    name = " ".join(_CONTROLS.sub(" ", name).split())
    slug = re.sub(r"[^a-z0-9]+", "-", anyascii(name).casefold()).strip("-")
    if not slug or len(name) > LONGEST_NAME:
        raise UsageError(f"who decides needs a name of 1 to {LONGEST_NAME} characters with letters, not {name!r}")
    type_ = ontology.load().get_type_by_role("person")
    return Entity(f"analyst-{slug}", type_.name, type_.labels, name)


def build_decision_claims(
    pair: Pair, names: Pair, decision: Decision, *, facts: str, earlier: Iterable[Claim], machine_says: str = ""
) -> list[Claim]:
    """The claims that a decision makes: the new one, and this person's earlier ones on the pair, ended.

    Empty where the person said just this before. `facts` stands for the evidence at hand (score.Verdict.facts),
    `machine_says` is the matcher's summary, `earlier` the person's claims on the pair. Raises UsageError for a choice
    or note that can't be.
    """
    if decision.choice not in CHOICES:
        raise UsageError(f"a decision is one of {', '.join(CHOICES)}, not {decision.choice!r}")
    note = " ".join(_CONTROLS.sub(" ", decision.note).split())
    if len(note) > LONGEST_NOTE:
        raise UsageError(f"a note has at most {LONGEST_NOTE} characters, not {len(note)}")
    person, earlier = build_analyst(decision.by), sorted(earlier, key=lambda c: c.id)
    summary = _describe_decision(person, names, decision.choice, note, decision.day)
    current = [c for c in earlier if not c.withdrawn_on]
    place = f"evidence {facts}"
    for claim in current:
        before = _describe_decision(person, names, claim.detail, note, claim.reported_on)
        repeated = claim.detail == decision.choice and claim.summary.partition(_MATCHER_SAYS)[0] == before
        if repeated and claim.paragraph == place:
            return []
    new = Claim(
        id=f"{DECISIONS}-{compute_digest(*sort_pair(*pair), person.id, str(len(earlier)))}",
        subject=pair[0],
        predicate=ontology.load().get_relationship_by_role("identity"),
        object=pair[1],
        stance="denied" if decision.choice == DIFFERENT else "asserted",
        source=DECISIONS_SOURCE.id,
        asserted_by=person.id,
        detail=decision.choice,
        paragraph=place,
        reported_on=decision.day,
        reliability="B",
        credibility="6" if decision.choice == UNSURE else "2",
        summary=summary + (_MATCHER_SAYS + machine_says if machine_says else ""),
    )
    ended = [replace(c, withdrawn_on=decision.day, last_seen_on=c.reported_on) for c in current]
    return [*ended, new]


def _describe_decision(person: Entity, names: Pair, choice: str, note: str, day: str) -> str:
    words = {SAME: "are one entity", DIFFERENT: "are two", UNSURE: "may be one entity, or not: unsure"}[choice]
    sentence = f"{person.name}, {day}: {names[0]} and {names[1]} {words}."
    return f"{sentence} {note.rstrip('.')}." if note else sentence
