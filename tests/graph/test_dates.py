"""Partial dates keep what was said and mean a span of days."""

import calendar
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import dates


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-08-07", "2023-08-07", "2023-08-07"),
        ("2022-early", "2022-01-01", "2022-04-30"),
        ("2022-10-late", "2022-10-21", "2022-10-31"),
        ("2023-02-mid", "2023-02-11", "2023-02-20"),
        ("2023-02-late", "2023-02-21", "2023-02-28"),
    ],
)
def test_bounds(text: str, first: str, last: str) -> None:
    assert (dates.to_earliest_day(text), dates.to_latest_day(text)) == (first, last)


@pytest.mark.parametrize("text", ["23", "2023-13", "2023-02-29", "2023-08-07-late", "late 2023", "2023-8", "2023\n"])
def test_anything_else_is_refused_with_the_rule(text: str) -> None:
    with pytest.raises(ValueError, match="a date is YYYY"):
        dates.parse_range(text)


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 31)))
def test_a_day_lies_within_its_month_and_its_year(day: date) -> None:
    assert dates.parse_range(day.isoformat()) == (day, day)
    for coarser in (f"{day:%Y-%m}", f"{day:%Y}"):
        first, last = dates.parse_range(coarser)
        assert first <= day <= last


def test_the_parts_of_a_year_cover_it_without_a_gap() -> None:
    spans = [dates.parse_range(f"2023-{part}") for part in ("early", "mid", "late")]
    assert [(b[0] - a[1]).days for a, b in pairwise(spans)] == [1, 1]


@given(
    st.integers(1000, 2999),
    st.none() | st.integers(1, 12),
    st.none() | st.integers(1, 31),
    st.sampled_from(["", "-early", "-mid", "-late"]),
)
def test_every_date_is_refused_or_means_days_of_the_calendar(
    year: int, month: int | None, day: int | None, part: str
) -> None:
    text = f"{year}" + (f"-{month:02}" if month else "") + (f"-{day:02}" if month and day else "") + part
    try:
        first, last = dates.to_earliest_day(text), dates.to_latest_day(text)
    except ValueError:
        assert month
        assert day
        assert part or day > calendar.monthrange(year, month)[1]
        return
    assert first <= last
    for bound in (first, last):
        assert date.fromisoformat(bound).isoformat() == bound  # never 31 February, and 29 only in leap years
        assert bound.startswith(f"{year}-{month:02}" if month else f"{year}-")


@given(st.integers(1000, 2999), st.integers(1, 12))
def test_the_parts_of_a_month_cover_it_without_a_gap(year: int, month: int) -> None:
    early, mid, late = (dates.parse_range(f"{year}-{month:02}-{part}") for part in ("early", "mid", "late"))
    assert [(mid[0] - early[1]).days, (late[0] - mid[1]).days] == [1, 1]
    assert (early[0], late[1]) == dates.parse_range(f"{year}-{month:02}")
    assert late[1].day == calendar.monthrange(year, month)[1]
