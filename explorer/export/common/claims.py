"""Every claim behind every line shown, as plain rows: what annexes, notes and tables write. Pure."""

from dataclasses import asdict, dataclass

from explorer.claims import sentences
from explorer.export.common.briefing import Briefing
from graph.model import Claim, Relationship


@dataclass(frozen=True)
class ClaimRow:
    """A claim in words. `says` is what the speaker does ("denies", "infers"); `number` its source's footnote, or 0."""

    says: str
    who: str
    grade: str
    when: str
    number: int
    place: str
    text: str
    reason: str = ""


@dataclass(frozen=True)
class LineClaims:
    """A line with its claims, denials first."""

    line: str
    statement: str
    stance: str
    weighing: str
    claims: tuple[ClaimRow, ...]


def list_line_claims(briefing: Briefing) -> tuple[LineClaims, ...]:
    """All lines shown: the disputed ones first, then in the order of their statements."""
    rows = [_build_line_claims(briefing, r) for r in briefing.rendered.shown.relationships]
    return tuple(sorted(rows, key=lambda t: (t.stance == "asserted", t.statement, t.line)))


def describe_claim(briefing: Briefing, claim: Claim) -> ClaimRow:
    """One claim in words."""
    return ClaimRow(
        "infers" if claim.is_inferred else sentences.describe_act(claim),
        briefing.material.names.get(claim.asserted_by, claim.asserted_by) or "somebody unnamed",
        claim.grade,
        sentences.describe_dates(claim),
        briefing.numbers.get(claim.source, 0),
        f"para. {claim.paragraph}" if claim.paragraph[:1].isdigit() else claim.paragraph,
        claim.summary or " ".join(p for p in (claim.detail, str(claim.value or "")) if p),
        describe_reason(briefing, claim),
    )


def describe_reason(briefing: Briefing, claim: Claim) -> str:
    """Why a claim is inferred, as a sentence; "" for one that somebody reports."""
    reason = briefing.reason(claim) if claim.is_inferred else ""
    return f"{reason[:1].upper()}{reason[1:]}." if reason else ""


def _build_line_claims(briefing: Briefing, line: Relationship) -> LineClaims:
    claims = briefing.list_claims(line)
    weighing = sentences.describe_stances(claims) if claims else "No claim of ours carries it."
    if briefing.material.redacted:
        weighing = f"Of what this redacted version shows: {weighing[:1].lower()}{weighing[1:]}"
    return LineClaims(
        line.id,
        briefing.statement(line),
        line.stance or "asserted",
        weighing,
        tuple(describe_claim(briefing, c) for c in claims),
    )


def to_template_rows(rows: tuple[LineClaims, ...]) -> list[dict[str, object]]:
    """The rows for a template."""
    return [asdict(row) for row in rows]
