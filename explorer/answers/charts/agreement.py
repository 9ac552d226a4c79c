"""Which figures disagree, and which may only have grown: told in sentences. All pure.

Two figures disagree where they count the same (unit, kind, whom they are on), may count up to one day, and have no
number in common. Those that count up to different days are no disagreement by themselves: what is counted may
have grown.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import inf
from typing import Protocol

from explorer.answers.charts.points import ChartPoint
from graph.plurals import format_count

SAYS = "says"
_MOST = 4  # groups told one by one


class DatedFigure(Protocol):
    """What is compared: see explorer/answers/charts/figures.py."""

    @property
    def by(self) -> str: ...
    @property
    def first(self) -> str: ...
    @property
    def last(self) -> str: ...
    @property
    def stance(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def given(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def point(self) -> ChartPoint | None: ...


def describe(figures: Sequence[DatedFigure]) -> list[str]:
    """What the figures say together: denials of the whole, disagreements, growth, and what stands apart."""
    counted = [f for f in figures if f.stance == SAYS and f.point and f.first]
    return [
        *_describe_denials([f for f in figures if f.point is None]),
        *_describe_disagreements(counted),
        *_describe_growth(counted),
        *_describe_apart([f for f in figures if f.point and f.kind]),
    ]


def can_compare(a: DatedFigure, b: DatedFigure) -> bool:
    """Whether two figures count the same thing."""
    return (a.unit, a.kind, a.about) == (b.unit, b.kind, b.about)


def are_of_one_time(a: DatedFigure, b: DatedFigure) -> bool:
    """Whether two figures may count up to one and the same day."""
    return a.first <= b.last and b.first <= a.last


def are_apart(a: DatedFigure, b: DatedFigure) -> bool:
    """Whether two figures have no number in common."""
    (low, high), (least, most) = _get_range(a.point), _get_range(b.point)
    return high < least or most < low


def _get_range(point: ChartPoint | None) -> tuple[float, float]:
    if point is None:
        return -inf, inf
    if point.value is not None:
        return point.value, point.value
    return (-inf if point.low is None else point.low), (inf if point.high is None else point.high)


def _describe_denials(denials: Sequence[DatedFigure]) -> Iterator[str]:
    if denials:
        names = "; ".join(dict.fromkeys(_name(f) for f in sorted(denials, key=lambda f: (f.first, f.by))))
        yield f"Denied as a whole, whatever the number: {names}."


def _describe_disagreements(figures: Sequence[DatedFigure]) -> Iterator[str]:
    """Groups of figures for one time that hold a disagreement, each figure in one group."""
    groups: list[list[DatedFigure]] = []
    for a, b in combinations(figures, 2):
        if can_compare(a, b) and are_of_one_time(a, b) and are_apart(a, b):
            near = [g for g in groups if any(one is x for one in g for x in (a, b))]
            merged = [a, b, *(one for g in near for one in g if one is not a and one is not b)]
            groups = [g for g in groups if g not in near] + [merged]
    for group in groups[:_MOST]:
        ordered = sorted(group, key=lambda f: (_get_range(f.point), f.by))
        numbers = "; ".join(f"{f.words} ({_name(f)})" for f in ordered)
        yield f"A disagreement{_describe_subject(group[0])}, for one time: {numbers}."
    if len(groups) > _MOST:
        yield f"{format_count(len(groups) - _MOST, 'more disagreement is', 'more disagreements are')} in the table."


def _describe_growth(figures: Sequence[DatedFigure]) -> Iterator[str]:
    spans: dict[tuple[str, str, str], tuple[DatedFigure, DatedFigure]] = {}
    for a, b in combinations(sorted(figures, key=lambda f: (f.last, f.first)), 2):
        if can_compare(a, b) and not are_of_one_time(a, b) and are_apart(a, b):
            key = (a.unit, a.kind, a.about)
            first, last = spans.get(key, (a, b))
            spans[key] = (a if a.last < first.last else first, b if b.last > last.last else last)
    for first, last in spans.values():
        way = "growth" if _get_range(last.point)[0] >= _get_range(first.point)[1] else "a change"
        ends = " and ".join(f"{f.words} as of {f.given} ({f.by})" for f in (first, last))
        yield f"Different days{_describe_subject(first)}: {ends}. That may be {way}, and is no disagreement by itself."


def _describe_apart(figures: Sequence[DatedFigure]) -> Iterator[str]:
    for kind in dict.fromkeys(f.kind for f in figures):
        number = sum(f.kind == kind for f in figures)
        apart = "stands" if number == 1 else "stand"
        yield f"{format_count(number, 'figure counts', 'figures count')} something else ({kind}), and {apart} apart."


def _describe_subject(figure: DatedFigure) -> str:
    return f" on {figure.about}" if figure.about else ""


def _name(figure: DatedFigure) -> str:
    return f"{figure.by}, {figure.given}" if figure.given else figure.by
