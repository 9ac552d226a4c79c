"""The months between the first and the last date of a canvas, and what falls into them. All pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil

from explorer.filters import time
from explorer.filters.descriptions import describe_caveats, format_period
from explorer.state.filter import Filter
from graph.model import Claim, Relationship, Subgraph
from graph.plurals import format_count

MAX_BARS = 240  # at most in the histogram: a screen shows no more
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
CLOCK_HELP = {
    "so": "Shows what held in the time you choose, as far as the sources date it. Everything known today counts, "
    "whenever it was reported.",
    "known": "Shows what a reader could know on the day you choose. Later reports don’t count, so a line looks as it "
    "did then: one that was denied only later is not contested yet.",
}
HISTOGRAM_CAPTIONS = {"so": "Bars: dated lines that were so", "known": "Bars: lines first reported"}


@dataclass(frozen=True)
class MonthRange:
    """A run of months; `first` is counted from the year 0, and the months of the run from 0 to `last`."""

    first: int = 0
    last: int = 0

    @property
    def origin(self) -> list[int]:
        """Year and month (1-12) of the first."""
        return [self.first // 12, self.first % 12 + 1]

    def at(self, day: str) -> int:
        """The month of the run in which a day lies, or the nearest."""
        return min(max(count_months(day) - self.first, 0), self.last)

    def name(self, index: int) -> str:
        """A month of the run in words."""
        month = self.first + index
        return f"{_MONTHS[month % 12]} {month // 12}"

    def chosen(self, rule: Filter) -> list[int]:
        """The months of the run at which a rule's dates begin and end."""
        return [self.at(rule.since) if rule.since else 0, self.at(rule.until) if rule.until else self.last]

    def marks(self) -> list[dict[str, object]]:
        """A mark for each January, few enough to be read, with its year."""
        years = range(-(-self.first // 12), (self.first + self.last) // 12 + 1)
        step = next((s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if len(years) / s <= 14), 1000)
        return [{"value": y * 12 - self.first, "label": str(y)} for y in years if y % step == 0]


@dataclass(frozen=True)
class HistogramBar:
    """How many lines in some months, in words and as a share of the highest bar."""

    words: str
    share: float


def count_months(day: str) -> int:
    """The month of a day YYYY-MM-DD, counted from the year 0."""
    return int(day[:4]) * 12 + int(day[5:7]) - 1


def find_month_range(lines: Collection[Relationship]) -> MonthRange | None:
    """The months from the first to the last date that lines carry on either clock; None where they carry none."""
    days = [
        day
        for r in lines
        for day in (
            *time.get_validity(r),
            time.parse_first_day(r.properties.get("reported_first")),
            time.parse_last_day(r.properties.get("reported_last")),
        )
        if day
    ]
    return MonthRange(count_months(min(days)), count_months(max(days)) - count_months(min(days))) if days else None


def build_histogram(run: MonthRange, whole: Subgraph, clock: str) -> list[HistogramBar]:
    """For each month, or each few months, how many lines were so, or how many became known, by the clock."""
    width = ceil((run.last + 1) / MAX_BARS)
    counts = [0] * ceil((run.last + 1) / width)
    claims = {c.id: c for c in whole.claims}
    for line in whole.relationships:
        begin, end = _find_months(run, line, claims, clock)
        for index in range(begin // width, end // width + 1):
            counts[index] += 1
    most = max(counts, default=0) or 1
    what = "so" if clock == "so" else "first reported"
    spans = [_format_months(run, n * width, min((n + 1) * width - 1, run.last)) for n in range(len(counts))]
    return [
        HistogramBar(f"{named}: {format_count(c, 'line', 'lines')} {what}", c / most)
        for named, c in zip(spans, counts, strict=True)
    ]


def _find_months(run: MonthRange, line: Relationship, claims: dict[str, Claim], clock: str) -> tuple[int, int]:
    """The first and last month a line counts in; an empty run for one that is not dated."""
    if clock == "so":
        start, end = time.get_validity(line)
        if not start and not end:
            return 0, -run.last - 2
        return (run.at(start) if start else 0), (run.at(end) if end else run.last)
    first_known_day = time.find_first_known_day([claims[i] for i in line.claims if i in claims])
    return (run.at(first_known_day), run.at(first_known_day)) if first_known_day else (0, -run.last - 2)


def _format_months(run: MonthRange, begin: int, end: int) -> str:
    return run.name(begin) if begin == end else f"{run.name(begin)} to {run.name(end)}"


def describe_time_filter(whole: Subgraph, shown: Subgraph, rule: Filter) -> str:
    """What the chosen time leaves, with what dates can't place; or, without a time, how much is dated at all."""
    total = len(whole.relationships)
    if not rule.dated:
        dated = total - count_undated(whole.relationships, whole.claims, rule.clock)
        what = "say when it was so" if rule.clock == "so" else "have a dated report"
        return f"All time. {dated:,} of {format_count(total, 'line', 'lines')} {what}."
    sentences = [f"{format_period(rule)}: {len(shown.relationships):,} of {format_count(total, 'line', 'lines')}"]
    sentences += describe_caveats(whole, shown, rule)
    if not rule.undated:
        hidden = count_undated(whole.relationships, whole.claims, rule.clock)
        sentences.append(f"{format_count(hidden, 'undated line is', 'undated lines are')} hidden")
    gone = len(whole.entities) - len(shown.entities)
    if gone:
        sentences.append(f"{format_count(gone, 'entity is', 'entities are')} hidden")
    return " ".join(f"{text}." for text in sentences)


def count_undated(lines: Sequence[Relationship], claims: Collection[Claim], clock: str) -> int:
    """How many lines have no date on a clock."""
    claims_by_id = {c.id: c for c in claims}
    return sum(time.is_undated(r, [claims_by_id[i] for i in r.claims if i in claims_by_id], clock) for r in lines)
