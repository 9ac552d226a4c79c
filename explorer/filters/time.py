"""Lines as they stand on the claims that count, and as they stood at a time. All pure.

Two clocks. "So" is when something was so, by what is known today; "known" is when a source said it. The rules:

- A source that is left out takes its claims along. A line is then made anew from the claims left: stance, grade,
  speakers and dates may change, and without any claim left the line falls. An inference falls with each source of its
  premises, and where inferences are hidden.
- On "known", a claim became known on the day of its report; a report that names only a month or year counts from its
  last day, because before that nobody can say that it was out. `until` leaves what was known by then: claims of later
  reports don't count, so a line denied only later was not contested then. `since` leaves lines of which the first
  report came no earlier: what became known in that time, as it stood at its end.
- On "known", what a source took back later had not been taken back yet: a claim withdrawn on or before `until` counts
  as withdrawn, one withdrawn after it as standing. The day of a withdrawal is read like that of a report.
- On "so", a line shows where the time for which it holds touches that from `since` to `until`. Partial dates are read
  generously, from their first to their last day; a line with a start and no end is taken to last, one with an end
  and no start to have been so before. What was withdrawn ended then at the latest.
- What has no date on the clock is shown or hidden as the filter's `undated` says, and counted either way. A line of
  which some claims are dated and some not is dated by those that are.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from graph import dates, evidence
from graph.model import Claim, Relationship

if TYPE_CHECKING:
    from explorer.state.filter import Filter

ALWAYS = "9999-12-31"


def recompute_relationships(
    lines: Sequence[Relationship], claims: Collection[Claim], chosen: "Filter"
) -> tuple[Relationship, ...]:
    """The lines made of the claims that count. A line that carries no claims at all has nothing to lose."""
    claims_by_id = {c.id: c for c in claims}
    by_known_day = chosen.clock == "known" and chosen.dated
    recomputed: list[Relationship] = []
    for line in lines:
        if not line.claims:
            if chosen.undated or not by_known_day:
                recomputed.append(line)
            continue
        held = [claims_by_id[i] for i in line.claims if i in claims_by_id]
        counting = [c for c in held if chosen.is_counted(c)]
        if by_known_day:
            counting = filter_known_claims(counting, chosen.until or ALWAYS, undated=chosen.undated)
            if chosen.since and "" < find_first_known_day(counting) < chosen.since:
                continue
        if evidence.select_line_claims(counting):
            whole = counting == held and len(held) == len(line.claims)
            recomputed.append(line if whole else recompute_relationship(line, counting))
    return tuple(recomputed)


def recompute_relationship(line: Relationship, claims: Sequence[Claim]) -> Relationship:
    """A line as these of its claims alone make it; what it carries beside evidence stays."""
    fresh = evidence.build_relationship(claims)
    kept = {k: v for k, v in line.properties.items() if k not in evidence.PROPERTIES}
    return replace(fresh, id=line.id, properties={**kept, **fresh.properties})


def filter_known_claims(claims: Sequence[Claim], day: str, *, undated: bool) -> list[Claim]:
    """The claims that were known by a day, as they stood then."""
    standing = []
    for claim in claims:
        reported = get_known_day(claim)
        if reported > day or (not reported and not undated):
            continue
        taken_back = parse_last_day(claim.withdrawn_on)
        standing.append(replace(claim, withdrawn_on="", last_seen_on="") if taken_back > day else claim)
    return standing


def get_known_day(claim: Claim) -> str:
    """The day from which a claim was known; '' where its report has no date."""
    return parse_last_day(claim.reported_on)


def find_first_known_day(claims: Collection[Claim]) -> str:
    """The day on which the first of these claims became known; '' where no report is dated."""
    return min((day for c in claims if (day := get_known_day(c))), default="")


def is_maybe_known(claims: Collection[Claim], day: str) -> bool:
    """Whether a report that can't be dated closely enough may have been out by a day, though it doesn't count yet."""
    return any(parse_first_day(c.reported_on) <= day < get_known_day(c) for c in claims if c.reported_on)


def get_validity(line: Relationship) -> tuple[str, str]:
    """The first and last day for which a line may hold; '' where its claims don't say."""
    properties = line.properties
    return parse_first_day(properties.get("valid_from")), parse_last_day(
        properties.get("valid_to") or properties.get("withdrawn_on")
    )


def is_valid_between(line: Relationship, since: str, until: str, *, undated: bool) -> bool:
    """Whether a line may have been so on a day from `since` to `until`; '' leaves that side open."""
    start, end = get_validity(line)
    if not start and not end:
        return undated
    return (not until or start <= until) and (not since or not end or end >= since)


def is_undated(line: Relationship, claims: Collection[Claim], clock: str) -> bool:
    """Whether a line has no date on a clock; `claims` must hold those of the line for the clock "known"."""
    if clock == "so":
        return get_validity(line) == ("", "")
    return not any(c.reported_on for c in claims)


def parse_first_day(text: Any) -> str:
    """The first day a partial date may mean, as YYYY-MM-DD; '' for none, and for what is no date of ours."""
    return _parse_bound(text, 0)


def parse_last_day(text: Any) -> str:
    """The last day a partial date may mean, as YYYY-MM-DD; '' for none, and for what is no date of ours."""
    return _parse_bound(text, 1)


def _parse_bound(text: Any, side: int) -> str:
    return _parse_bounds(text)[side] if text and isinstance(text, str) else ""


@lru_cache(maxsize=20_000)
def _parse_bounds(text: str) -> tuple[str, str]:
    try:
        first, last = dates.parse_range(text)
    except ValueError:  # lines of foreign databases may carry anything
        return "", ""
    return first.isoformat(), last.isoformat()
