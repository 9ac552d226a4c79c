"""Korean personal names in comparable form, whatever the romanisation and whichever name comes first.

There is no letter-perfect way back from a spelling to Hangul, so two forms are made: a *fine* one, in which the usual
systems agree (McCune-Reischauer, Revised, North Korean, and what South Koreans choose for themselves), and a *coarse*
one, in which vowels that spellings without accents mix up are one (Chol, Chul, Cheol). Sources: head of tables.yaml.
Assimilated spellings (Hangnim for Hak Rim) are not undone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from loader.matching import tables

# Order matters: longer spellings first. Each pair is (as written, comparable).
_FINE = tuple(
    tuple(pair.split(":"))
    for pair in (
        "tch:ch dzh:j jj:j kk:k gg:k tt:t dd:t pp:p bb:p ss:s zh:j ts:j kh:k th:t ph:p ch:c sh:s ck:k j:c z:c "
        "g:k d:t b:p f:p q:k nk:ng young:yong yeo:yo eui:i ui:i eo:o eu:u woo:u wu:u yoo:yu you:yu oo:u ou:u "
        "ee:i oi:oe yy:y r:l ll:l "
    ).split()
)
_COARSE = (("yae", "e"), ("ae", "e"), ("ye", "e"), ("oe", "e"), ("we", "e"), ("wo", "o"), ("u", "o"), ("oo", "o"))
_SILENT_H = re.compile(r"(?<=[aeiou])h(?![aeiouyw])")  # Oh, Suh
_LOST = re.compile(r"\A[ln](?=[yi])|\Ay(?=i)")  # Ryong, Nyong and Yong; Rim and Im; Yi and I
_SYLLABLES = re.compile(r"[aeiouy]+")
_FIVE = frozenset({"kim", "ri", "pak", "choe", "jong"})  # more than half of all Koreans bear one of these


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a personal name as a Korean one. `family` is the North Korean spelling."""

    family: str
    fine: str
    coarse: str

    @property
    def usual(self) -> bool:
        """Whether very many people have this name."""
        return self.coarse in _usual() or (self.family in _FIVE and len(_SYLLABLES.findall(self.coarse)) < 2)


@lru_cache(100_000)
def fine(word: str) -> str:
    """The form in which the usual romanisations of one spoken word agree. Takes lower-case ASCII."""
    # "ng" is one sound: its g must not become a k.
    word = _SILENT_H.sub("", word).replace("ng", "\x00")
    for written, comparable in _FINE:
        word = word.replace(written, comparable)
    return word.replace("\x00", "ng")


@lru_cache(100_000)
def coarse(word: str) -> str:
    """The form in which careless romanisations agree as well. Takes lower-case ASCII."""
    word = _LOST.sub("", fine(word))
    for written, comparable in _COARSE:
        word = word.replace(written, comparable)
    return word


def readings(tokens: Sequence[str], family: Sequence[str] = ()) -> tuple[Reading, ...]:
    """How these words of a name can be read as a Korean name; none when they can't.

    `family` are the words that the text itself marks as the family name ("KIM, Jong Un"); then there is one reading.
    Else the family name is the first word, as in Korean, or the last, as in English, where the first can't be one or
    the last is one of the five most frequent.
    """
    found = []
    for surname, given in _splits(tokens, family):
        known = _families(surname)
        syllables = sum(len(_SYLLABLES.findall(word)) for word in given)
        if known and given and len(given) <= 2 and 1 <= syllables <= 3 and all(len(w) <= 12 for w in given):
            fine_given = "".join(map(fine, given))
            coarse_given = "".join(map(coarse, given))
            found += [Reading(name, fine_given, coarse_given) for name in known]
    return tuple(found)


def _splits(tokens: Sequence[str], family: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    if family:
        yield "".join(family), tokens[len(family) :]
        return
    if len(tokens) < 2:
        return
    yield tokens[0], tokens[1:]
    if not _families(tokens[0]) or _FIVE.intersection(_families(tokens[-1])):
        yield tokens[-1], tokens[:-1]


def _families(word: str) -> tuple[str, ...]:
    """The family names that a word may stand for, as it is written or, failing that, as it is spoken."""
    return _surnames().get(word) or _spoken().get(fine(word), ())


@cache
def _spoken() -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for spelling, names in _surnames().items():
        found.setdefault(fine(spelling), set()).update(names)
    return {spoken: tuple(sorted(names)) for spoken, names in found.items()}


@cache
def _surnames() -> dict[str, tuple[str, ...]]:
    """For every spelling, the family names it may stand for."""
    found: dict[str, list[str]] = {}
    for name, spellings in tables.raw()["surnames"].items():
        for spelling in {str(name), *str(spellings).replace("'", "").split()}:
            found.setdefault(spelling, []).append(str(name))
    return {spelling: tuple(sorted(names)) for spelling, names in found.items()}


@cache
def _usual() -> frozenset[str]:
    return frozenset("".join(coarse(part) for part in name.split()) for name in tables.raw()["usual_given"])
