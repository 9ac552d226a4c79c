"""Partial dates: what a source says of a date, kept as said, with the days it may mean.

Accepted (after ISO 8601 and, for the words, the design's rule that such a date has a stated earliest and
latest day): ``2023``, ``2023-08``, ``2023-08-07``, and a year or month followed by ``-early``, ``-mid`` or
``-late``, each a third of it (``2022-early`` is January to April 2022, ``2022-10-late`` 21 to 31 October).
"""

import calendar
import re
from datetime import date

_FORM = re.compile(r"(?P<y>[12]\d{3})(?:-(?P<m>\d{2})(?:-(?P<d>\d{2}))?)?(?:-(?P<part>early|mid|late))?\Z", re.ASCII)
_MONTHS = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
_DAYS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
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
