"""How the text of a cell becomes a text, a list, a number or a date: pure, made once for a file, run for each row."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from math import isfinite

from graph import dates
from loader.mappings.model import Value

Cells = Mapping[str, str]  # a row: the text of each column
_CACHE_SIZE = 50_000  # dates repeat in a column: so many are kept before they are read afresh
_ISO_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?\Z")
DIRECTIVES = "dmYybBHMSf"  # what a date format may hold after a %
_INT64 = 2**63  # Neo4j's whole numbers are smaller


def build_text_reader(value: Value, empty: frozenset[str]) -> Callable[[Cells], str]:
    """Reads a value's text out of a row: "" where its columns are all empty (which the words in `empty` are too).

    A template with some of its columns empty loses the marks that would be left over at its ends.
    """
    if (constant := value.constant) is not None:
        return lambda _: constant
    if value.column is not None:
        column = value.column

        def of_column(cells: Cells) -> str:
            text = cells[column]
            return "" if text in empty else text

        return of_column
    parts, columns = value.parts, value.columns

    def of_template(cells: Cells) -> str:
        texts = {c: "" if cells[c] in empty else cells[c] for c in columns}
        if not any(texts.values()):
            return ""
        text = " ".join("".join(before + texts.get(column, "") for before, column in parts).split())
        return text if all(texts.values()) else text.strip(" ,;:/-")

    return of_template


def build_list_reader(value: Value, empty: frozenset[str]) -> Callable[[Cells], Sequence[str]]:
    """Reads a list out of a row: the text cut at the value's separators, without empty parts and repeats."""
    text = build_text_reader(value, empty)
    if not value.split:

        def one(cells: Cells) -> Sequence[str]:
            cell = text(cells)
            return (cell,) if cell else ()

        return one
    cut = re.compile("|".join(map(re.escape, sorted(value.split, key=len, reverse=True)))).split

    def several(cells: Cells) -> Sequence[str]:
        cell = text(cells)
        if not cell:
            return ()
        return tuple(dict.fromkeys(part for part in map(str.strip, cut(cell)) if part and part not in empty))

    return several


def build_choice_reader(value: Value, empty: frozenset[str]) -> Callable[[Cells], str]:
    """Reads a word of ours out of a row, by the value's table of words. Raises ValueError for a word it lacks."""
    text = build_text_reader(value, empty)
    if not value.values:
        return text
    table = {key.casefold(): word for key, word in value.values.items()}
    otherwise = value.otherwise

    def chosen(cells: Cells) -> str:
        cell = text(cells)
        choice = table.get(cell.casefold(), otherwise)
        if not choice:
            if not cell:
                raise ValueError("is empty, and the mapping's values say no 'otherwise'")
            raise ValueError(f"{cell!r} is not among the mapping's values; add it there, or say 'otherwise'")
        return choice

    return chosen


def build_number_reader(decimal: str, thousands: str) -> Callable[[str], int | float]:
    """Reads a number as a file writes it, whole where it is whole. The function raises ValueError with the rule."""
    d, t = re.escape(decimal), "[ \u00a0\u202f]" if thousands == " " else re.escape(thousands)
    whole = rf"\d{{1,3}}(?:{t}\d{{3}})+|\d{{1,40}}" if thousands else r"\d{1,40}"
    form = re.compile(rf"([-+−]?)({whole})(?:{d}(\d{{1,40}}))?(?:[eE]([+-]?\d{{1,3}}))?", re.ASCII)
    digits = re.compile(r"[0-9]+")

    def number(text: str) -> int | float:
        if len(text) < 16 and text.isascii() and text.isdigit():
            return int(text)
        match = form.fullmatch(text)
        if not match:
            raise ValueError(f"{text!r} is not a number as the mapping's 'numbers' write it")
        sign, before, after, exponent = match.groups()
        plain = "".join(digits.findall(before))
        negative = sign in ("-", "−")
        value: int | float
        if exponent is None and (after is None or not after.strip("0")):
            value = int(plain)
        else:
            value = float(f"{plain}.{after or 0}e{exponent or 0}")
            if isfinite(value) and value.is_integer() and abs(value) < 2**53:
                value = int(value)
        if not isfinite(value) or (isinstance(value, int) and value >= _INT64):
            raise ValueError(f"{text!r} is too large a number")
        return -value if negative else value

    return number


def build_date_reader(formats: Iterable[str]) -> Callable[[str], str]:
    """Reads a date into the form of graph/dates.py. The function raises ValueError with the rule.

    Partial dates as graph/dates.py has them, and full ones with a time after them, are always understood; the
    `formats` are tried in their order. A format without a day, or without a month, gives a partial date.
    """
    precisions = [(form, get_date_precision(form)) for form in formats]
    words = f" or one of the mapping's 'dates' ({', '.join(form for form, _ in precisions)})" if precisions else ""
    seen: dict[str, str] = {}

    def date(text: str) -> str:
        if partial_date := seen.get(text):
            return partial_date
        partial_date = _parse_date(text, precisions, words)
        if len(seen) >= _CACHE_SIZE:
            seen.clear()
        seen[text] = partial_date
        return partial_date

    return date


def _parse_date(text: str, precisions: Sequence[tuple[str, str]], words: str) -> str:
    plain = match[1] if (match := _ISO_TIME.match(text)) else text
    try:
        dates.parse_range(plain)
        return plain
    except ValueError:
        for form, shown in precisions:
            try:
                day = datetime.strptime(text, form)  # noqa: DTZ007 - only the day is used
            except ValueError:
                continue
            partial_date = f"{day.year:04}-{day.month:02}-{day.day:02}"[: len(shown)]
            dates.parse_range(partial_date)
            return partial_date
    raise ValueError(f"{text!r} is not a date: neither YYYY, YYYY-MM or YYYY-MM-DD{words}")


def get_date_precision(form: str) -> str:
    """What a date in this format tells: "YYYY-MM-DD", "YYYY-MM" or "YYYY". Raises ValueError for a faulty format."""
    directives = re.findall(r"%(.?)", form)
    unknown = [f"%{d}" for d in directives if d != "%" and (not d or d not in DIRECTIVES)]
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is not known; use %d, %m, %Y, %y, %b, %B, %H, %M and %S")
    year, month, day = ({"Y", "y"} & {*directives}, {"m", "b", "B"} & {*directives}, "d" in directives)
    if not year or (day and not month) or len(set(directives) - {"%"}) != len([d for d in directives if d != "%"]):
        raise ValueError("a date format has a year (%Y), may have a month (%m) and, with it, a day (%d), each once")
    return "YYYY-MM-DD" if day else "YYYY-MM" if month else "YYYY"
