"""Evidence taken out of a material: sources and claims with all that rests on them alone. All pure.

A hidden source takes its claims along. Lines are made anew from the claims left; one without any falls. An entity all
of whose claims are hidden goes, and one that lost any loses its texts that no claim left states.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from explorer.claims.sentences import format_number
from explorer.export.common.material import Material
from explorer.export.redaction.removals import RedactionLog
from explorer.export.redaction.stripping import filter_canvas, filter_editions, strip_entities
from explorer.filters import time
from explorer.overlays import path_overlay
from graph import evidence
from graph.model import ABSENCES, DISPUTED, Claim, Relationship, Source
from graph.plurals import format_count

GROUNDLESS = "inferred from what is hidden"


def hide_evidence(material: Material, kinds: Collection[str], grade: str, ledger: RedactionLog) -> Material:
    """The material without sources of these kinds and without claims graded worse than `grade` ('' for no limit)."""
    if not kinds and not grade:
        return material
    whole, documents = material.whole, material.sources

    def rule(claim: Claim) -> str:
        source = documents.get(claim.source)
        kind = source.kind if source else ""
        if kind in kinds:
            return describe_kind_rule(kind)
        return describe_grade_rule(grade) if grade and _is_worse(claim.grade, grade) else ""

    fallen = {c.id: why for c in whole.claims if (why := rule(c))}
    fallen |= _find_groundless(whole.claims, fallen)
    kept = tuple(c for c in whole.claims if c.id not in fallen)
    cited, before = {c.source for c in kept}, {c.source for c in whole.claims}
    sources = []
    for source in whole.sources:
        if source.kind in kinds:
            ledger.note("source", source.id, _format_citation(source), describe_kind_rule(source.kind))
            ledger.strict += [source.id, source.title, source.publisher, source.url]
            ledger.texts.append(source.note)
        elif source.id in before - cited:
            ledger.note(
                "source", source.id, _format_citation(source), f"no claim of it is left ({describe_grade_rule(grade)})"
            )
            ledger.texts += [source.id, source.title, source.url, source.note]
        else:
            sources.append(source)
    gone_claims = [c for c in whole.claims if c.id in fallen]
    for claim in gone_claims:
        ledger.note("claim", claim.id, _describe_claim(claim), fallen[claim.id])
        ledger.texts += [claim.id, claim.summary, claim.value if isinstance(claim.value, str) else ""]
    _warn_about_quantities(whole.claims, kept, ledger)
    left = {c.id: c for c in kept}
    lines = _rebuild_lines(material, whole.relationships, left, ledger)
    designations = _rebuild_lines(material, material.designations, left, ledger)
    entities, beside = strip_entities(material, kept, gone_claims, ledger)
    held = {e.id for e in entities}
    lines = [r for r in lines if {r.source, r.target} <= held]
    everywhere = held | {e.id for e in beside}
    designations = [r for r in designations if r.source in held and r.target in everywhere]
    changed = replace(
        material,
        whole=replace(whole, entities=tuple(entities), relationships=tuple(lines), claims=kept, sources=tuple(sources)),
        beside=tuple(beside),
        designations=tuple(designations),
        # A mark stays where a claim is left that says so.
        unlisted=material.unlisted & {c.subject for c in kept if c.stance in ABSENCES},
    )
    return replace(filter_editions(changed, material, ledger), canvas=filter_canvas(changed, material, ledger))


def _find_groundless(claims: Collection[Claim], fallen: Collection[str]) -> dict[str, str]:
    """The inferences of which a premise is hidden or not at hand, with the rule: what is left could give it away."""
    ids, lost = {c.id for c in claims}, set(fallen)
    groundless: dict[str, str] = {}
    while more := [c for c in claims if c.id not in lost and any(i in lost or i not in ids for i in c.premises)]:
        groundless |= dict.fromkeys((c.id for c in more), GROUNDLESS)
        lost |= {c.id for c in more}
    return groundless


def describe_kind_rule(kind: str) -> str:
    """The rule in words."""
    return f"hide sources of kind {kind or '(none given)'}"


def describe_grade_rule(grade: str) -> str:
    """The rule in words."""
    return f"hide claims graded worse than {grade}"


def _is_worse(grade: str, least: str) -> bool:
    try:
        return evidence.rank_grade(grade) > evidence.rank_grade(least)
    except ValueError:  # a grade that is none can't be shown to be good enough
        return True


def _rebuild_lines(
    material: Material, lines: Sequence[Relationship], left: Mapping[str, Claim], ledger: RedactionLog
) -> list[Relationship]:
    rebuilt, names = [], material.names
    for line in lines:
        counting = [left[i] for i in line.claims if i in left]
        if len(counting) == len(line.claims):
            rebuilt.append(line)
            continue
        words = path_overlay.describe_relationship(material.ontology, names, line)
        if not evidence.select_line_claims(counting):
            ledger.note("line", line.id, f"{words} ({line.stance})", "no claim of it is left")
            ledger.texts.append(line.id)
            if line.stance in DISPUTED:
                ledger.warnings.append(f"A DISAGREEMENT IS GONE: the {line.stance} line “{words}” falls altogether.")
            continue
        fresh = time.recompute_relationship(line, counting)
        rebuilt.append(fresh)
        fewer = f"{len(counting)} of {format_count(len(line.claims), 'claim', 'claims')} left"
        ledger.note("line", line.id, f"{words}: {fewer}", "made anew from the claims left")
        if fresh.stance != line.stance:
            ledger.note("line’s stance", line.id, f"{words}: {line.stance} → {fresh.stance}", "made anew")
            ledger.warnings.append(
                f"A DISAGREEMENT IS HIDDEN: “{words}” is {line.stance} in the data; "
                f"without what this profile hides, readers see it as {fresh.stance}."
            )
    return rebuilt


def _warn_about_quantities(before: Sequence[Claim], kept: Sequence[Claim], ledger: RedactionLog) -> None:
    """Warnings about figures of one topic that disagree, and about denials beside lines, which are hidden."""
    had, has = _group_quantities(before), _group_quantities(kept)
    for topic in sorted(had):
        if len(had[topic]) > 1 and len(has[topic]) < len(had[topic]):
            left = len(has[topic])
            ledger.warnings.append(
                f"A DISAGREEMENT IS HIDDEN: of {len(had[topic])} different figures on “{topic}”, "
                f"{'none is' if not left else 'one is' if left == 1 else f'{left} are'} left."
            )
    still = {c.id for c in kept}
    denials = sum(c.stance == "denied" and c.object is None and c.id not in still for c in before)
    if denials:
        hidden = f"{format_count(denials, 'denial', 'denials')} {'is' if denials == 1 else 'are'} hidden"
        ledger.warnings.append(f"{hidden} that stand beside lines: of a statement, a name or a figure.")


def _group_quantities(claims: Iterable[Claim]) -> dict[str, set[object]]:
    quantities: dict[str, set[object]] = defaultdict(set)
    for c in claims:
        if c.topic:
            quantities[c.topic].add((c.value, c.low, c.high, c.unit, c.stance))
    return quantities


def _describe_claim(claim: Claim) -> str:
    shown = claim.summary or " ".join(str(p) for p in (claim.subject, claim.predicate, claim.object or "") if p)
    value = format_number(claim.value) if claim.value is not None and not claim.summary else ""
    return f"{'Denial: ' if claim.stance == 'denied' else ''}{shown} {value}".strip() + f" ({claim.grade})"


def _format_citation(source: Source) -> str:
    return ", ".join(part for part in (source.publisher, source.title, source.date) if part)
