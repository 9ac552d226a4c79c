"""Partial dates: what a source says of a date, kept as said, with the days it may mean.

Accepted (after ISO 8601 and, for the words, the design's rule that such a date has a stated earliest and
latest day): ``2023``, ``2023-08``, ``2023-08-07``, and a year or month followed by ``-early``, ``-mid`` or
``-late``, each a third of it (``2022-early`` is January to April 2022, ``2022-10-late`` 21 to 31 October).
"""

import calendar
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

_FORM = re.compile(r"(?P<y>[12]\d{3})(?:-(?P<m>\d{2})(?:-(?P<d>\d{2}))?)?(?:-(?P<part>early|mid|late))?\Z", re.ASCII)
_MONTHS = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
_DAYS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_CYPHER_FORM = "[12][0-9]{3}(-(0[1-9]|1[0-2])(-[0-3][0-9])?)?|[12][0-9]{3}(-(0[1-9]|1[0-2]))?-(early|mid|late)"
RULE = "a date is YYYY, YYYY-MM or YYYY-MM-DD; a year or month may end in -early, -mid or -late"


def parse_range(text: str) -> tuple[date, date]:
    """The earliest and the latest day that a partial date may mean.

    Raises ValueError, with the rule as its text, for anything that is not such a date.
    """
    match = _FORM.match(text)
    if not match or (match["d"] and match["part"]):
        raise ValueError(f"{RULE}, not {text!r}")
    year, part = int(match["y"]), match["part"]
    if not match["m"]:
        first, last = _MONTHS[part] if part else (1, 12)
        return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
    month = int(match["m"])
    if not 1 <= month <= 12:
        raise ValueError(f"{RULE}, not {text!r}: there is no month {month}")
    length = calendar.monthrange(year, month)[1]
    if match["d"]:
        day = int(match["d"])
        if not 1 <= day <= length:
            raise ValueError(f"{RULE}, not {text!r}: that month has {length} days")
        return date(year, month, day), date(year, month, day)
    first, last = _DAYS[part] if part else (1, 31)
    return date(year, month, first), date(year, month, min(last, length))


def to_earliest_day(text: str) -> str:
    """The first day a partial date may mean, as YYYY-MM-DD; '' for an empty text."""
    return parse_range(text)[0].isoformat() if text else ""


def to_latest_day(text: str) -> str:
    """The last day a partial date may mean, as YYYY-MM-DD; '' for an empty text."""
    return parse_range(text)[1].isoformat() if text else ""


def get_today() -> str:
    """This day (UTC), as YYYY-MM-DD: what lies after it has not ended yet."""
    return datetime.now(UTC).date().isoformat()


# What Cypher compares: these days stand beside the partial dates of every claim and every relationship of ours.
DAYS = ("reported_from", "reported_until", "valid_earliest", "valid_latest")


def build_first_day_cypher(stored: str, stated: str) -> str:
    """Cypher for the first day of the partial date `stated`: the day that is `stored` beside it, '' for no date.

    Relationships that a version before the days wrote do not carry them, nor do those of a foreign database: there the
    day is worked out on the server. What is no partial date is compared as it stands. Both arguments are expressions.
    """
    return _build_day_cypher(stored, stated, 0)


def build_last_day_cypher(stored: str, stated: str) -> str:
    """Cypher for the last day of the partial date `stated`; otherwise as `build_first_day_cypher`."""
    return _build_day_cypher(stored, stated, 1)


def _build_day_cypher(stored: str, stated: str, end: int) -> str:
    of_year = {part: f"{parse_range(f'2023-{part}')[end]:%m-%d}" for part in _MONTHS}
    of_month = {part: f"{days[end]:02}" for part, days in _DAYS.items() if not (end and part == "late")}
    whole_year = f"{parse_range('2023')[end]:-%m-%d}"
    whole_month = "left(d, 7) + '-01'"
    if end:
        whole_month = "toString(date(left(d, 7)) + duration('P1M') - duration('P1D'))"
    worked_out = (
        f"CASE WHEN NOT d =~ '{_CYPHER_FORM}' OR size(d) = 10 AND d =~ '.*[0-9]' THEN d "
        f"WHEN size(d) = 4 THEN d + '{whole_year}' "
        f"WHEN d =~ '[0-9]+-[a-z]+' THEN left(d, 5) + {_build_case('substring(d, 5)', of_year)} END "
        f"WHEN substring(d, 8) IN {list(of_month)} THEN left(d, 8) + {_build_case('substring(d, 8)', of_month)} END "
        f"ELSE {whole_month} END"
    )
    return f"coalesce(toStringOrNull({stored}), [d IN [coalesce(toStringOrNull({stated}), '')] | {worked_out}][0])"


def _build_case(value: str, of: Mapping[str, str]) -> str:
    return f"CASE {value} " + " ".join(f"WHEN '{part}' THEN '{day}'" for part, day in of.items())
