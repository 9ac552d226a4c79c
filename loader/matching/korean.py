"""Korean personal names in comparable form, whatever the romanisation and whichever name comes first.

What is alike in spelling is search_keys.py's: a fine form of a word, and a coarse one. Sources: head of tables.yaml.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from graph.database.search_keys import build_coarse_key, build_fine_key
from loader.matching import tables

_SYLLABLES = re.compile(r"[aeiouy]+")
_FIVE = frozenset({"kim", "ri", "pak", "choe", "jong"})  # more than half of all Koreans bear one of these


@dataclass(frozen=True, slots=True)
class KoreanReading:
    """One way to read a personal name as a Korean one. `family` is the North Korean spelling."""

    family: str
    fine: str
    coarse: str

    @property
    def is_common(self) -> bool:
        """Whether very many people have this name."""
        return self.coarse in _load_common_names() or (
            self.family in _FIVE and len(_SYLLABLES.findall(self.coarse)) < 2
        )


def find_readings(tokens: Sequence[str], family: Sequence[str] = ()) -> tuple[KoreanReading, ...]:
    """How these words of a name can be read as a Korean name; none when they can't.

    `family` are the words that the text itself marks as the family name ("KIM, Jong Un"); then there is one reading.
    Else the family name is the first word, as in Korean, or the last, as in English, where the first can't be one or
    the last is one of the five most frequent.
    """
    readings = []
    for surname, given_names in _split_name(tokens, family):
        families = _find_families(surname)
        syllables = sum(len(_SYLLABLES.findall(word)) for word in given_names)
        if (
            families
            and given_names
            and len(given_names) <= 2
            and 1 <= syllables <= 3
            and all(len(w) <= 12 for w in given_names)
        ):
            fine_given = "".join(map(build_fine_key, given_names))
            coarse_given = "".join(map(build_coarse_key, given_names))
            readings += [KoreanReading(name, fine_given, coarse_given) for name in families]
    return tuple(readings)


def _split_name(tokens: Sequence[str], family: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    if family:
        yield "".join(family), tokens[len(family) :]
        return
    if len(tokens) < 2:
        return
    yield tokens[0], tokens[1:]
    if not _find_families(tokens[0]) or _FIVE.intersection(_find_families(tokens[-1])):
        yield tokens[-1], tokens[:-1]


def _find_families(word: str) -> tuple[str, ...]:
    """The family names that a word may stand for, as it is written or, failing that, as it is spoken."""
    return _load_surnames().get(word) or _load_spoken_families().get(build_fine_key(word), ())


@cache
def _load_spoken_families() -> dict[str, tuple[str, ...]]:
    families: dict[str, set[str]] = {}
    for spelling, names in _load_surnames().items():
        families.setdefault(build_fine_key(spelling), set()).update(names)
    return {spoken: tuple(sorted(names)) for spoken, names in families.items()}


@cache
def _load_surnames() -> dict[str, tuple[str, ...]]:
    """For every spelling, the family names it may stand for."""
    families: dict[str, list[str]] = {}
    for name, spellings in tables.load_tables()["surnames"].items():
        for spelling in {str(name), *str(spellings).replace("'", "").split()}:
            families.setdefault(spelling, []).append(str(name))
    return {spelling: tuple(sorted(names)) for spelling, names in families.items()}


@cache
def _load_common_names() -> frozenset[str]:
    return frozenset(
        "".join(build_coarse_key(part) for part in name.split()) for name in tables.load_tables()["usual_given"]
    )
