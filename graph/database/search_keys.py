"""How names are spelt: one comparable form for the many ways to write a Korean word in Latin letters, and the texts
that search reads. All pure.

There is no letter-perfect way back from a spelling to Hangul, so two forms are made: a *fine* one, in which the usual
systems agree (McCune-Reischauer, Revised, North Korean, and what South Koreans choose for themselves), and a *coarse*
one, in which vowels that spellings without accents mix up are one (Chol, Chul, Cheol). Sources: head of
loader/matching/tables.yaml. Assimilated spellings (Hangnim for Hak Rim) are not undone.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from anyascii import anyascii

from graph.evidence import fold
from graph.ontology import ROOT

EDITION = 2  # to be raised when `build_search_texts` gives other texts: what is stored is then renewed by the next load
# What a token of the full-text index says: a whole name, another whole name or number, how a word sounds, a label.
NAME, ALSO, SOUND, TYPE = "name_", "also_", "sound_", "type_"
_LONGEST = 120  # characters of one token; the index cuts at 255
_MOST = 6  # words of a name whose neighbours are joined: "Jong Un" is written "Jongun" too
_WORD = re.compile(r"[^\W_]+")
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
_LONG = re.compile(r"(?<=[aeiou])r(?=[^aeiouwyr])")  # Park is Pak: the English r says that the vowel is long
_LOST = re.compile(r"\A[ln](?=[yi])|\Ay(?=i)")  # Ryong, Nyong and Yong; Rim and Im; Yi and I


@lru_cache(100_000)
def build_fine_key(word: str) -> str:
    """The form in which the usual romanisations of one spoken word agree. Takes lower-case ASCII."""
    # "ng" is one sound: its g must not become a k.
    word = _SILENT_H.sub("", word).replace("ng", "\x00")
    for written, comparable in _FINE:
        word = word.replace(written, comparable)
    return word.replace("\x00", "ng")


@lru_cache(100_000)
def build_coarse_key(word: str) -> str:
    """The form in which careless romanisations agree as well. Takes lower-case ASCII."""
    word = _LOST.sub("", build_fine_key(word))
    for written, comparable in _COARSE:
        word = word.replace(written, comparable)
    return word


def split_words(text: str) -> list[str]:
    """The words and numbers of a text as search compares them: folded, without signs."""
    return _WORD.findall(fold(text))


def build_sound_keys(text: str) -> list[str]:
    """How each of the `split_words` sounds, in whatever script and romanisation: 강계, Kanggye and Ganggye are one."""
    return [
        word if word.isdigit() else build_coarse_key(_LONG.sub("", join_words(split_words(anyascii(word)))))
        for word in split_words(text)
    ]


def build_search_texts(
    name: str, aliases: Iterable[str], identifiers: Iterable[str] = (), labels: Iterable[str] = ()
) -> list[str]:
    """What the full-text index holds of an entity: its names by words, whole, joined and by sound, and its numbers.

    `labels` let a search be narrowed to a type inside the index.
    """
    others, numbers = list(aliases), list(identifiers)
    texts = {f"{NAME}{join_words(split_words(name))}"}
    texts |= {f"{ALSO}{join_words(split_words(text))}" for text in (*others, *numbers)}
    texts |= {part for text in numbers for part in _split_identifier(text)}
    for text in (name, *others):
        words, heard = split_words(text), build_sound_keys(text)
        texts |= {" ".join(words), *_join_neighbours(words)}
        texts |= {f"{SOUND}{sound}" for sound in (*heard, *_join_neighbours(heard))}
    texts |= {f"{TYPE}{label.casefold()}" for label in labels if label != ROOT}
    return sorted(texts - {"", NAME, ALSO, SOUND})  # what is left of a text of signs alone


def join_words(parts: Iterable[str]) -> str:
    """Words written as one, not longer than the index takes."""
    return "".join(parts)[:_LONGEST]


def _join_neighbours(parts: list[str]) -> Iterator[str]:
    """All words as one and, in a short name, each pair of neighbours."""
    yield join_words(parts)
    if 2 < len(parts) <= _MOST:
        yield from (join_words(parts[i : i + 2]) for i in range(len(parts) - 1))


def _split_identifier(identifier: str) -> Iterator[str]:
    """The words of an identifier, each also without its hyphens and strokes: 381-415-0100 is 3814150100."""
    yield " ".join(split_words(identifier))
    yield from (join_words(split_words(piece)) for piece in identifier.split())
