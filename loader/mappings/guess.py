"""Guesses how a table is written and what its columns hold, from its first rows."""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from graph import evidence
from graph.errors import DataError
from loader.files.file_format import FileFormat
from loader.mappings import cell_text
from loader.mappings.header import EMPTY
from loader.records import Row

WORDS = Path(__file__).with_name("suggest.yaml")
_BYTES = 1 << 18  # of a text file, to guess its encoding and delimiter
_SCRIPTS = (("cp949", "HANGUL"), ("cp1251", "CYRILLIC"), ("cp1252", "LATIN"))
_SPLITS = (";", "|", "\n", "、")
_DATES = (
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%Y%m%d",
    "%m/%Y",
    "%m.%Y",
    "%Y년 %m월 %d일",
)
_NUMBERS = ((".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (".", " "))
_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"([a-z])([A-Z])")


@dataclass(frozen=True)
class ColumnProfile:
    """A column as its header and its first cells show it. `kind` is empty, number, date or text."""

    name: str
    values: tuple[str, ...] = ()
    kind: str = "empty"
    format: str = ""  # of its dates, where they are not YYYY-MM-DD
    split: str = ""  # what cuts its lists

    @property
    def unique(self) -> bool:
        """Whether no two of its cells are the same."""
        return len(self.values) > 1 and len(set(self.values)) == len(self.values)

    def says(self, meaning: str) -> bool:
        """Whether the header holds a word that suggest.yaml knows for a meaning."""
        words = fold_header(self.name)
        squeezed = words.replace(" ", "")
        return any(
            word in words or (not word.isascii() and word.replace(" ", "") in squeezed)
            for word in _load_words()[meaning]
        )


def fold_header(text: str) -> str:
    """A header's words without accents and capitals, with a space around each: "grossTonnage" is " gross tonnage "."""
    plain = evidence.fold(_HUMP.sub(r"\1 \2", text))
    return f" {' '.join(_WORD.findall(plain))} "


@cache
def load_suggestions() -> dict[str, Any]:
    """What suggest.yaml holds: types, relationships and words."""
    loaded: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return loaded


@cache
def _load_words() -> dict[str, list[str]]:
    words: dict[str, list[str]] = load_suggestions()["words"]
    return {key: [f" {evidence.fold(str(word))} " for word in texts] for key, texts in words.items()}


def list_meanings() -> frozenset[str]:
    """What there are words for."""
    return frozenset(_load_words())


def detect_format(path: Path) -> tuple[FileFormat, list[str]]:
    """How a text file seems to be written, and what is unsure of that. Raises DataError where it can't be read."""
    if path.suffix.lower() in (".xlsx", ".xlsm", ".parquet", ".pq"):
        return FileFormat(), []
    try:
        with path.open("rb") as file:
            raw = file.read(_BYTES)
            whole = not file.read(1)
    except OSError as error:
        raise DataError(f"can't be read: {error.strerror}", file=str(path)) from error
    encoding = _detect_encoding(raw if whole else raw[: raw.rfind(b"\n") + 1] or raw)
    doubts = [f"the file is not UTF-8; {encoding} is a guess: do its names look right?"]
    return FileFormat(
        delimiter=_detect_delimiter(raw.decode(encoding, "replace")), encoding=encoding
    ), [] if encoding.startswith("utf") else doubts


def _detect_encoding(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        raw.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        return max((_score_script(raw, *script), script[0]) for script in _SCRIPTS)[1]


def _score_script(raw: bytes, encoding: str, script: str) -> float:
    """How many of the letters beyond ASCII are of the script; accented ones stand among plain ones."""
    text = raw.decode(encoding, "replace")
    letters = [c for c in text if ord(c) > 127]
    fitting = sum(c.isalpha() and unicodedata.name(c, "").startswith(script) for c in letters)
    misread = len(re.findall(r"[^\W\d_a-zA-Z]{2}", text)) * 2 if script == "LATIN" else 0
    return (fitting - misread) / max(1, len(letters))


def _detect_delimiter(text: str) -> str:
    """The mark that cuts the first lines into equally many fields."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    best, delimiter = (0, 0), ","
    for mark in (",", ";", "\t", "|"):
        try:
            counts = [len(fields) for fields in csv.reader(lines, delimiter=mark)]
        except csv.Error:
            continue
        if counts and counts[0] > 1:
            score = (sum(count == counts[0] for count in counts) * 100 // len(counts), counts[0])
            if score > best:
                best, delimiter = score, mark
    return delimiter


def detect_number_marks(names: Iterable[str], rows: Sequence[Row]) -> tuple[str, str]:
    """The marks for decimals and thousands under which most columns are numbers throughout."""
    columns = [_list_values(name, rows) for name in names if not ColumnProfile(name).says("date")]

    def fits(marks: tuple[str, str]) -> int:
        read = cell_text.build_number_reader(*marks)
        return sum(can_read_all(read, values) for values in columns)

    # The first is the usual one, and stays unless another reads more.
    return max(_NUMBERS, key=lambda marks: (fits(marks), -_NUMBERS.index(marks)))


def profile_column(name: str, rows: Sequence[Row], marks: tuple[str, str]) -> ColumnProfile:
    """A column, with the kind that all its cells are of."""
    values = _list_values(name, rows)
    profile = ColumnProfile(name, values)
    if not values:
        return profile
    # "03.1999" may be a number; the header decides.
    if can_read_all(cell_text.build_number_reader(*marks), values) and not (
        profile.says("date") and _detect_date_formats(values)
    ):
        return replace(profile, kind="number")
    if formats := _detect_date_formats(values):
        return replace(profile, kind="date", format=formats[0])
    split = next((s for s in _SPLITS if sum(s in value for value in values) * 5 >= len(values)), "")
    return replace(profile, kind="text", split=split)


def _detect_date_formats(values: Sequence[str]) -> list[str]:
    """The first date format under which all values are dates: "" where they are as graph/dates.py has them."""
    fitting = (f for f in ("", *_DATES) if can_read_all(cell_text.build_date_reader((f,) if f else ()), values))
    return list(islice(fitting, 1))


def can_read_all(read: Callable[[str], Any], values: Sequence[str]) -> bool:
    """Whether a reader takes every one of some values."""
    try:
        for value in values:
            read(value)
    except ValueError:
        return False
    return bool(values)


def _list_values(name: str, rows: Iterable[Row]) -> tuple[str, ...]:
    empty = {"", *EMPTY, *map(str.upper, EMPTY)}
    return tuple(text for row in rows if (text := row.values.get(name, "")) not in empty)
