"""The explorer's sentences about entities, lines and claims, and how claims are grouped to be read. All pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from graph import evidence
from graph.model import NOT_FOUND, NOT_LISTED, Claim, Entity, Relationship, Source
from graph.ontology import Ontology
from graph.plurals import format_count

INFERRED_WORDS = "inferred by the editors"  # of a legend: concluded by who made the data, reported by nobody


@dataclass(frozen=True)
class ClaimGroup:
    """Claims about one entity that say the same kind of thing, such as all that say what it produces."""

    caption: str
    claims: tuple[Claim, ...]

    @property
    def denials(self) -> int:
        """How many of the claims deny."""
        return sum(c.stance == "denied" for c in self.claims)


def group_claims(ontology: Ontology, entity: str, claims: Iterable[Claim]) -> list[ClaimGroup]:
    """The relationship claims about an entity by what they say, in the ontology's order; denials come first."""
    groups: dict[tuple[int, bool, str], list[Claim]] = defaultdict(list)
    order = list(ontology.relationships)
    for claim in claims:
        kind = ontology.relationships.get(claim.predicate)
        if claim.object is None or kind is None:
            continue
        forward = claim.subject == entity
        captions = ontology.absences.get(claim.stance, (kind.caption, kind.inverse))
        key = (order.index(kind.name), claim.stance in ontology.absences, captions[0 if forward else 1])
        groups[key].append(claim)
    return [ClaimGroup(caption, sort_claims(groups[key])) for key in sorted(groups) for caption in [key[2]]]


def sort_claims(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """Claims in reading order: denials, then the best graded, then the latest."""
    latest = sorted(claims, key=lambda c: (c.reported_on, c.id), reverse=True)
    ranks = evidence.GRADE_RANKS
    return tuple(sorted(latest, key=lambda c: (c.stance != "denied", ranks.get(c.grade, len(ranks)))))


def group_by_topic(claims: Iterable[Claim]) -> dict[str, tuple[Claim, ...]]:
    """Claims that give a figure, by topic: those about one topic stay side by side, whatever else they say."""
    topics: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.topic:
            topics[claim.topic].append(claim)
    return {topic: tuple(sorted(topics[topic], key=lambda c: (c.reported_on, c.id))) for topic in sorted(topics)}


def format_quantity(claim: Claim) -> str:
    """What an estimate says: a number, a span or a bound, with its unit."""
    if claim.value is not None:
        number = format_number(claim.value)
    elif claim.low is not None and claim.high is not None:
        number = f"{format_number(claim.low)} to {format_number(claim.high)}"
    elif claim.low is not None:
        number = f"at least {format_number(claim.low)}"
    elif claim.high is not None:
        number = f"at most {format_number(claim.high)}"
    else:
        number = "no number"
    return f"{number} {claim.unit}".strip()


def get_sort_value(claim: Claim) -> float:
    """The number that an estimate is sorted by: its value, or the lower of its bounds."""
    numbers = [n for n in (claim.value, claim.low, claim.high) if isinstance(n, (int, float))]
    return float(numbers[0]) if numbers else 0.0


def format_number(value: float | str) -> str:
    """A number with its thousands set apart; a text as it is."""
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,}"


VERBS = {"denied": "denies", NOT_LISTED: "says it is not listed", NOT_FOUND: "did not find it"}


def describe_act(claim: Claim) -> str:
    """What a speaker does in a claim: asserts, denies, or says of a list that somebody is not on it."""
    return VERBS.get(claim.stance, "asserts")


def describe_stances(claims: Sequence[Claim]) -> str:
    """How many claims assert and how many deny; those that were withdrawn count only where nothing else is left.

    Inferences are told apart: they count only where nobody reports it.
    """
    standing = evidence.select_standing(claims)
    withdrawn = len(claims) - len(standing)
    after = f" {withdrawn} more {'was' if withdrawn == 1 else 'were'} withdrawn." if withdrawn else ""
    inferred = sum(c.is_inferred for c in standing)
    if inferred == len(standing):
        concluded = format_count(inferred, "conclusion", "conclusions")
        return f"Inferred: nobody reports it; {concluded} from other claims.{after}"
    if inferred:
        after = f" {format_count(inferred, 'inference', 'inferences')} beside, which counts for nothing here.{after}"
    standing = evidence.select_counting(claims)
    deny, absent = (sum(c.stance == stance for c in standing) for stance in ("denied", NOT_LISTED))
    say = sum(c.stance == "asserted" for c in standing)
    asserts = f"{format_count(say, 'claim asserts', 'claims assert')} it"
    denies = f"{format_count(deny, 'denies', 'deny')} it"
    if not say and not deny:
        missed = len(standing) - absent
        parts = (
            format_count(absent, "source says that it is not listed", "sources say that it is not listed")
            if absent
            else "",
            format_count(missed, "search did not find it", "searches did not find it") if missed else "",
        )
        return f"No line is drawn: {', '.join(filter(None, parts))}. Absence from a list is no denial.{after}"
    if say and absent:
        return f"Contested: {asserts}, {format_count(absent, 'says', 'say')} that it is not listed.{after}"
    if say and deny:
        return f"Contested: {asserts}, {denies}.{after}"
    words = f"Denied: {denies}, none asserts it." if deny else f"{asserts[0].upper()}{asserts[1:]}; none denies it."
    return words + after


def describe_attribution(claim: Claim) -> str:
    """The words before the name of who makes a claim: "said by", "denied by", "looked for by", "inferred by"."""
    if claim.is_inferred:
        return "inferred by"
    return {"denied": "denied by", NOT_FOUND: "looked for by"}.get(claim.stance, "said by")


def describe_reason(claim: Claim, claims: Mapping[str, Claim], names: Mapping[str, str]) -> str:
    """Why a claim is inferred: what it is concluded from, and who says that; else its own words."""
    reasons = [
        f"{claims[i].summary.rstrip('.')} ({describe_attribution(claims[i])} {who})"
        if (who := names.get(claims[i].asserted_by, claims[i].asserted_by))
        else claims[i].summary.rstrip(".")
        for i in claim.premises
        if i in claims
    ]
    return f"because {'; '.join(reasons)}" if reasons else f"because {claim.summary.rstrip('.')}"


def describe_grade(ontology: Ontology, claim: Claim) -> str:
    """The Admiralty grade of a claim in words."""
    source = ontology.reliability.get(claim.reliability, "unknown")
    content = ontology.credibility.get(claim.credibility, "unknown")
    return f"Source {claim.reliability}: {source.lower()}. Information {claim.credibility}: {content.lower()}."


def describe_dates(claim: Claim) -> str:
    """When it was reported, and for what time it holds."""
    verb = "concluded" if claim.is_inferred else "reported"
    parts = [f"{verb} {claim.reported_on}"] if claim.reported_on else []
    if claim.valid_from and claim.valid_to:
        same = claim.valid_from == claim.valid_to
        parts.append(f"for {claim.valid_from}" if same else f"for {claim.valid_from} to {claim.valid_to}")
    elif claim.valid_from:
        parts.append(f"from {claim.valid_from}")
    elif claim.valid_to:
        parts.append(f"until {claim.valid_to}")
    if claim.withdrawn_on:
        last = f", last in that of {claim.last_seen_on}" if claim.last_seen_on else ""
        parts.append(f"withdrawn: not in the edition of {claim.withdrawn_on}{last}")
    return ", ".join(parts)


def describe_validity(line: Relationship) -> str:
    """For what time a line holds, and since when it is no longer said."""
    properties = line.properties
    since, until, withdrawn = (str(properties.get(k) or "") for k in ("valid_from", "valid_to", "withdrawn_on"))
    # The end of a line that was withdrawn is the edition without it, unless a source gives another.
    until = "" if until == withdrawn else until
    held = f"{since} to {until}" if since and until else (since and f"from {since}") or (until and f"until {until}")
    return ", ".join(part for part in (held, withdrawn and f"withdrawn {withdrawn}") if part)


def get_name(names: Mapping[str, Entity], entity: str | None) -> str:
    """The name of an entity; its id where it is not known."""
    if not entity:
        return ""
    return names[entity].name if entity in names else entity


def format_source(source: Source | None, claim: Claim) -> str:
    """Publisher, date and paragraph of a claim's source."""
    if source is None:
        return f"source {claim.source}"
    # Articles have numbered paragraphs; lists name their entries in words.
    paragraph = f"para. {claim.paragraph}" if claim.paragraph[:1].isdigit() else claim.paragraph
    return ", ".join(part for part in (source.publisher, source.date, paragraph) if part)


def sanitise_url(url: str) -> str:
    """The address where it is one of the web; '' for anything else, such as javascript:."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.hostname else ""
