"""How claims become what the graph shows: relationships and names. All pure."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from graph import dates
from graph.model import ABSENCES, INFERRED, NOT_LISTED, Claim, Relationship
from graph.ontology_model import Ontology

# What claims make a relationship say, beside its id, its stance and the claims themselves.
PROPERTIES = frozenset(
    "sources speakers details grade valid_from valid_to reported_first reported_last withdrawn_on".split()
)
_LETTERS, _DIGITS = "ABCDEF", "123456"
_MARKS = str.maketrans({**dict.fromkeys("'’‘ʻʼ`´"), **dict.fromkeys("-‐‑–", " ")})


def build_relationship_id(subject: str, predicate: str, target: str) -> str:
    """The stable id of the relationship that claims about these three make."""
    return f"{subject}|{predicate}|{target}"


def order_ends(ontology: Ontology, claim: Claim) -> Claim:
    """The claim with its ends in the order of their ids where the predicate has no direction, else as it is.

    So that "A met B", "B met A" and "B did not meet A" are about one line. Every claim goes through here before it is
    stored.
    """
    if claim.object is None or not ontology.is_symmetric(claim.predicate) or claim.subject <= claim.object:
        return claim
    return replace(claim, subject=claim.object, object=claim.subject)


def order_relationship_id(ontology: Ontology, identity: str) -> str:
    """A relationship's id as it is since ends have an order; views and links of earlier versions hold others."""
    subject, _, rest = identity.partition("|")
    predicate, _, target = rest.partition("|")
    if not target or not ontology.is_symmetric(predicate) or subject <= target:
        return identity
    return build_relationship_id(target, predicate, subject)


def build_relationship(claims: Sequence[Claim]) -> Relationship:
    """The relationship that claims about one subject, predicate and object make together.

    Its stance is "asserted" or "denied" where all claims that still stand agree, "inferred" where nobody reports it,
    else "contested". Its grade is the best among the claims that assert it (or, where none does, among those that deny
    it). An inference names no speaker, and counts for nothing beside a report. Raises ValueError without
    claims that draw a line.
    """
    claims = sorted(select_line_claims(claims), key=lambda c: c.id)
    if not claims:
        raise ValueError("a relationship needs at least one claim that draws a line")
    first = claims[0]
    if first.object is None:
        raise ValueError(f"claim {first.id} has no object")
    counting = select_counting(claims)
    asserting = [c for c in counting if c.stance == "asserted"] or counting
    reported = [c.reported_on for c in _select_reports(claims) if c.reported_on]
    properties = {
        "sources": sorted({source for c in claims for source in c.sources}),
        "speakers": sorted({c.asserted_by for c in select_voices(asserting) if c.asserted_by}),
        "details": sorted({c.detail for c in _select_reports(claims) if c.detail}),
        "grade": select_best_grade(asserting),
        "valid_from": _select_earliest(c.valid_from for c in asserting if c.valid_from),
        # The end is known only when every asserting claim gives one.
        "valid_to": _select_latest(get_end_date(c) for c in asserting)
        if all(get_end_date(c) for c in asserting)
        else "",
        "reported_first": _select_earliest(reported),
        "reported_last": _select_latest(reported),
    }
    if all(c.withdrawn_on for c in claims):
        properties["withdrawn_on"] = _select_latest(c.withdrawn_on for c in claims)
    return Relationship(
        id=build_relationship_id(first.subject, first.predicate, first.object),
        type=first.predicate,
        source=first.subject,
        target=first.object,
        claims=tuple(c.id for c in claims),
        stance=compute_stance(claims),
        # Neo4j's importer can't store an empty list, so nobody does: both ways to load make the same graph.
        properties={name: value for name, value in properties.items() if value != []},
    )


def select_line_claims(claims: Iterable[Claim]) -> list[Claim]:
    """The claims of which a line is made; none where nobody says that there is one.

    That an entity is not on a list is no line. A source that says so of a time at which another says that it is listed
    contradicts that one, and so belongs to the line; a search that found nothing contradicts nobody.
    """
    drawing = [c for c in claims if c.stance not in ABSENCES]
    listings = [c for c in drawing if c.stance == "asserted" and not (c.withdrawn_on or c.is_inferred)]
    return drawing + [c for c in claims if c.stance == NOT_LISTED and any(_may_contradict(c, one) for one in listings)]


def _may_contradict(absence: Claim, listing: Claim) -> bool:
    """Whether an absence may be said of a day on which the listing held."""
    first = dates.to_earliest_day(absence.valid_from or absence.reported_on)
    last = dates.to_latest_day(absence.valid_to or absence.reported_on)
    begun, ended = dates.to_earliest_day(listing.valid_from), dates.to_latest_day(get_end_date(listing))
    return not (last and begun and last < begun) and not (first and ended and first > ended)


def select_standing(claims: Sequence[Claim]) -> Sequence[Claim]:
    """The claims that count: what its source has taken back does only where nothing else is left."""
    return [c for c in claims if not c.withdrawn_on] or claims


def select_voices(claims: Sequence[Claim]) -> Sequence[Claim]:
    """The claims that each have a voice: no inferences, and no outlet beside those whom it quotes for the same.

    An outlet that quotes a minister, and says so itself, adds no second voice to the minister's.
    """
    spoken = [c for c in claims if not c.is_inferred]
    quoted = {c.source for c in spoken if not c.quoting}
    return [c for c in spoken if not c.quoting or c.source not in quoted]


def select_counting(claims: Sequence[Claim]) -> Sequence[Claim]:
    """The claims that say how a line stands: those that stand and, where somebody reports at all, only the reports."""
    return _select_reports(select_standing(claims))


def _select_reports(claims: Sequence[Claim]) -> Sequence[Claim]:
    return [c for c in claims if not c.is_inferred] or claims


def compute_stance(claims: Sequence[Claim]) -> str:
    """How a line of these claims stands: "asserted" or "denied" where all that count agree, else "contested".

    "inferred" where nobody reports it: a conclusion neither asserts nor contradicts what speakers say.
    """
    counting = select_counting(claims)
    if counting[0].is_inferred:
        return INFERRED
    stances = {"denied" if c.stance in ABSENCES else c.stance for c in counting}
    return stances.pop() if len(stances) == 1 else "contested"


def get_end_date(claim: Claim) -> str:
    """When what a claim says ended: as its source says or, where a list no longer says it, the edition without it.

    Of both the earlier: a listing until 2030 that was taken off the list in 2024 ended in 2024.
    """
    return min(filter(None, (claim.valid_to, claim.withdrawn_on)), key=dates.to_latest_day, default="")


def select_best_grade(claims: Iterable[Claim]) -> str:
    """The best Admiralty grade: reliability and credibility count alike, reliability decides a draw."""
    return min((c.grade for c in claims), key=rank_grade)


def rank_grade(grade: str) -> tuple[int, str]:
    """What a grade such as "B2" is sorted by, the best first. Raises ValueError for what is no grade."""
    if len(grade) != 2:
        raise ValueError(f"an Admiralty grade is a letter A-F and a digit 1-6, not {grade!r}")
    return _LETTERS.index(grade[0]) + _DIGITS.index(grade[1]), grade


# Every grade, the best first, and the place of each among them.
GRADES = tuple(sorted((letter + digit for letter in _LETTERS for digit in _DIGITS), key=rank_grade))
GRADE_RANKS = {grade: rank for rank, grade in enumerate(GRADES)}


def list_names(claims: Iterable[Claim], predicate: str = "HAS_NAME") -> list[str]:
    """The names (or with another predicate the identifiers) that claims give an entity and nobody denies."""
    naming = [c for c in claims if c.predicate == predicate]
    denied = {c.value for c in naming if c.stance == "denied"}
    return sorted({str(c.value) for c in naming if c.value not in denied})


def list_former_names(claims: Iterable[Claim], predicate: str = "HAS_NAME") -> list[str]:
    """Those of `list_names` that no source gives any longer: every claim of them has ended."""
    naming_claims = [c for c in claims if c.predicate == predicate and c.stance != "denied"]
    standing = {c.value for c in naming_claims if not c.withdrawn_on}
    return sorted({str(c.value) for c in naming_claims} - set(map(str, standing)))


def fold(text: str) -> str:
    """A text as search compares it: no accents, no apostrophes, hyphens as spaces, lower case.

    McCune-Reischauer, Revised Romanisation and North Korean spellings differ much in such marks
    (T'aesŏng, Taesong): folded, they meet. Text in other scripts stays as it is, in NFC.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    folded = unicodedata.normalize("NFC", plain.translate(_MARKS)).casefold()
    return " ".join(folded.split())


def _select_earliest(texts: Iterable[str]) -> str:
    return min(texts, key=lambda t: (dates.to_earliest_day(t), t), default="")


def _select_latest(texts: Iterable[str]) -> str:
    return max(texts, key=lambda t: (dates.to_latest_day(t), t), default="")
