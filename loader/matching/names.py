"""Names in comparable form: one script, one case, no company forms, words of one meaning alike. All pure.

Sources of the tables and of the rules: tables.yaml and korean.py. Other scripts are romanised by AnyAscii.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from anyascii import anyascii
from rapidfuzz import fuzz

from loader.matching import korean, tables

# The kinds of names; all but the last are roles of types (graph/ontology_roles.py).
PERSON, ORGANISATION, SHIP, AIRCRAFT, OTHER = "person", "organisation", "ship", "aircraft", "other"
LONGEST, MOST_WORDS = 300, 14  # what is longer is not a name; the rest of it is not compared
_HANGUL, _HAN = re.compile(r"[가-힣]+"), re.compile(r"[\u4e00-\u9fff]+")
_CYRILLIC = re.compile(r"[а-яё]")
_PARENTHESES = re.compile(r"\([^()]*\)")
_SHIP_PREFIX = re.compile(r"\A\s*m\s*[/.\-]?\s*[vt]\b[\s.]*", re.IGNORECASE)  # M/V, MT
_INITIALS = re.compile(r"\b([a-z])\.(?=[a-z]\b)")  # l.l.c. is one word
_APOSTROPHES = re.compile(r"['’‘ʻʼ`´ʹʺ]")
# Also without a suffix of its own (Ilyich), and in the Ukrainian form (Ivanovych, Ivanivna).
_PATRONYMIC = re.compile(r"(?:[oe]vich|[oey]vych|[oei]vna|ichna|lyich|\b(?:il|kuzm|luk|fom|nikit)ich)\Z")
_FATHERS_ALIKE = 75.0  # Andre and Anatoli are 67, Serge and Serhi 80
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"}
_SINO_FAMILY = ("남궁", "황보", "선우", "제갈", "독고")
_SKELETON = str.maketrans("gqcxdbfvzjr", "kkkktpppssl", "aeiouyhw")


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name as it is compared. `tokens` are its telling words in order; `numbers` those that are numbers.

    `text` are the tokens as one text, `compact` without spaces ("Aero-Caribbean" is "Aerocaribbean"). `readings` are
    its readings as a Korean personal name. `weak` marks a nickname or a name of low quality, `romanised` one that is
    written in another script. `patronymic` names a person's father, also where it is left out of the tokens.
    """

    shown: str
    kind: str
    tokens: tuple[str, ...]
    text: str
    compact: str
    numbers: frozenset[str]
    readings: tuple[korean.KoreanReading, ...] = ()
    weak: bool = False
    romanised: bool = False
    patronymic: str = ""


def find_kind(roles: Collection[str]) -> str:
    """The kind of name that an entity has whose type has these roles."""
    return next((kind for kind in (PERSON, ORGANISATION, SHIP, AIRCRAFT) if kind in roles), OTHER)


def build_forms(name: str, kind: str, *, weak: bool = False) -> tuple[NameForm, ...]:
    """The comparable forms of a name; none for a text without letters and digits."""
    shown = " ".join(name.split())
    name = unicodedata.normalize("NFKC", shown[:LONGEST])
    forms: dict[object, NameForm] = {}
    spellings = [name]
    if kind == SHIP:
        spellings = [_SHIP_PREFIX.sub("", name) or name]
    elif _PARENTHESES.sub("", name).strip() and "(" in name:
        spellings.append(_PARENTHESES.sub(" ", name))  # a short form or a place, in parentheses
    for text, romanised in (forms for spelling in spellings for forms in _romanise(spelling, kind)):
        for form in _build_forms(shown, text, kind, weak, romanised):
            forms.setdefault((form.tokens, form.readings), form)
    return tuple(forms.values())


@lru_cache(200_000)
def build_skeleton(token: str) -> str:
    """A word as a key of blocking: consonants that spellings mix up alike, no vowels (a short word keeps the first).

    The idea is Soundex's (Russell 1918): a key to find what may be alike, never a measure of how alike it is.
    """
    if token.isdigit():
        return token
    bones = token.replace("ph", "p").replace("th", "t").replace("kh", "k").replace("ch", "c").replace("sh", "s")
    bones = bones.replace("ck", "k").translate(_SKELETON)
    bones = re.sub(r"(.)\1+", r"\1", bones)
    # Two consonants are too few to tell words apart: the first vowel says more (Kim is kim, Aman is aman).
    if len(bones) < 3:
        vowel = next((c for c in token if c in "aeiou"), "")
        bones += "." + {"o": "u", "e": "i"}.get(vowel, vowel)
    return bones


def _romanise(name: str, kind: str) -> Iterator[tuple[str, bool]]:
    """The name in Latin letters, in every way that makes sense, and whether it was in another script."""
    if name.isascii():
        yield name, False
        return
    for ending in tables.load_tables()["legal_scripts"]:
        name = name.replace(ending, " ")
    if kind == PERSON:
        if _HAN.search(name):
            yield anyascii(_HAN.sub(lambda m: f" {m[0][:1]} {m[0][1:]} ", name)), True
            read = _HAN.sub(lambda m: "".join(_load_hanja().get(c, c) for c in m[0]), name)
            if not _HAN.search(read):
                yield anyascii(_space_hangul(read)), True
            return
        if _HANGUL.search(name):
            yield anyascii(_space_hangul(name)), True
            return
        if _CYRILLIC.search(name.lower()):
            yield _romanise_korean_cyrillic(name), True
    else:
        for word, english in tables.load_tables()["gloss"].items():
            name = name.replace(word, f" {english} ")
    yield anyascii(name), not all(unicodedata.name(c, "").startswith("LATIN") for c in name if c.isalpha())


def _build_forms(shown: str, text: str, kind: str, weak: bool, romanised: bool) -> Iterator[NameForm]:
    given_family, comma, rest = text.partition(",")
    family = _split_words(given_family) if kind == PERSON and comma and _split_words(rest) else []
    tokens = _split_words(text)
    if kind == PERSON:
        tokens = _remove_words(tokens, tables.load_words("titles")) or tokens
        family = [word for word in family if word in tokens]
        readings = korean.find_readings(tokens, family)
    else:
        drop = tables.load_words("legal") if kind in (ORGANISATION, OTHER) else frozenset[str]()
        kept = _remove_words(tokens, drop)
        tokens, readings = [tables.load_tables()["words"].get(word, word) for word in kept or tokens], ()
    tokens = [word for word in tokens if word not in tables.load_words("empty")] or tokens
    if not tokens:
        return
    patronymic = _find_patronymic(tokens, family) if kind == PERSON else ""
    whole = _build_form(shown, kind, tokens, weak=weak, romanised=romanised)
    yield replace(whole, readings=readings, patronymic=patronymic)
    short = [word for word in tokens if word != patronymic]
    if 2 <= len(short) < len(tokens):
        yield replace(_build_form(shown, kind, short, weak=weak, romanised=romanised), patronymic=patronymic)


def _find_patronymic(tokens: list[str], family: list[str]) -> str:
    """The word that names the father, of a name of three words or more; it never stands first."""
    if len(tokens) < 3:
        return ""
    return next((word for word in tokens[1:] if _PATRONYMIC.search(word) and word not in family), "")


def are_patronymics_alike(one: str, other: str) -> bool:
    """Whether two patronymics may be spellings of one (Sergeevich, Serhiyovych); a daughter's is not her brother's."""
    stems = [_PATRONYMIC.sub("", word) or word for word in (one, other)]
    daughters = {word.endswith("na") for word in (one, other)}
    spellings = tables.load_tables()["patronymics"]
    bones = [build_skeleton(spellings.get(stem, stem)).partition(".")[0] for stem in stems]
    return len(daughters) == 1 and fuzz.ratio(*bones) >= _FATHERS_ALIKE


def _build_form(shown: str, kind: str, tokens: list[str], *, weak: bool, romanised: bool) -> NameForm:
    kept = tuple(tokens[:MOST_WORDS])
    numbers = frozenset(word for word in kept if word.isdigit())
    return NameForm(shown, kind, kept, " ".join(kept), "".join(kept), numbers, weak=weak, romanised=romanised)


def _split_words(text: str) -> list[str]:
    """The words of a romanised text, lower case; digits apart from letters, numbers in one spelling."""
    text = _APOSTROPHES.sub("", text.casefold()).replace("&", " and ")
    text = _INITIALS.sub(r"\1", text)
    parts = re.findall(r"[a-z]+|\d+", text)
    words = [part.lstrip("0") or "0" if part.isdigit() else part for part in parts]
    # A Roman number stands behind a name (Ocean Maritime II), never before it.
    return [_ROMAN.get(word, word) if i else word for i, word in enumerate(words)]


def _remove_words(tokens: list[str], drop: frozenset[str]) -> list[str]:
    return [word for word in tokens if word not in drop]


def _space_hangul(name: str) -> str:
    """Hangul with a space behind the family name and hyphens between syllables: 김정은 is 김 정-은."""

    def split(match: re.Match[str]) -> str:
        text = match[0]
        size = 2 if len(text) > 3 and text.startswith(_SINO_FAMILY) else 1
        return f"{text[:size]} {'-'.join(text[size:])}" if 1 < len(text) <= 5 else text

    # Only where the whole name is one word: a space says itself where the family name ends.
    return _HANGUL.sub(split, name) if len(name.split()) == 1 else _HANGUL.sub(lambda m: "-".join(m[0]), name)


def _romanise_korean_cyrillic(name: str) -> str:
    """A Korean name in Russian letters by its syllables (Ким Чен Ын); other words come out letter by letter."""
    table = tables.load_tables()["cyrillic"]
    return " ".join(table.get(word, anyascii(word)) for word in re.split(r"[\s\-]+", name.lower()))


@cache
def _load_hanja() -> dict[str, str]:
    return {pair[0]: pair[1] for pair in tables.load_tables()["hanja"].split()}
