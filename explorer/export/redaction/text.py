"""Names found and replaced in texts, however they are written there. All pure.

A name is found whatever its case, accents and apostrophes (McCune-Reischauer marks), with its words apart, joined or
joined by hyphens, in fullwidth letters, in Hangul with spaces between, and in slugs such as ids and addresses. It is
found as a whole only: "Kim" is not found in "Kimchi". Hangul and Chinese characters are found inside longer words too,
because Korean particles follow a name without a space. A short abbreviation in capitals ("MID") is found in capitals
alone, except where ids are searched: "mid-2023" is not that name.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

_APOSTROPHES, _HYPHENS = "'’‘ʻʼʽʹ`´′", "-‐‑–−"
_ABBREVIATION = 4  # letters
_JOINABLE = 6  # letters of a name of several words, from which on these may also be divided elsewhere
_LONG = 200  # letters, beyond which a text is looked for as it is divided
_ROUNDS = 5
_RUN, _FEW = 8, 60  # letters that terms are filed by; the number of terms that need no filing
# Scripts whose words need no space beside them: jamo, kana, Chinese characters, Hangul.
_DENSE = "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
_IS_DENSE = re.compile(f"[{_DENSE}]")
_WORD = re.compile(r"[^\W_]+")
_EDGE, _LAST_EDGE = re.compile(r"[\W_]+"), re.compile(r"[\W_]+\Z")
_NO_WORD = re.compile(r"[\W_]+")
# Possessive, so that thousands of spaces cost nothing. "|" divides the parts of an id: no name runs across it.
_BETWEEN = r"(?:\s++|[^\w\s|]|_){0,4}+"
_INSIDE = r"(?:\s++|[^\w\s|]|_){0,2}+"
_SOFT = r"['\-]?"
_BEFORE, _BEHIND = f"(?<![^\\W_{_DENSE}])", f"(?![^\\W_{_DENSE}])"


class _FoldTable(dict[int, str]):
    """What a character is compared as, made when it is first met: no accents, no format characters, no case."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in _APOSTROPHES:
            folded = "'"
        elif char in _HYPHENS:
            folded = "-"
        elif "\uac00" <= char <= "\ud7a3":
            folded = char
        else:
            parts = unicodedata.normalize("NFKD", char)
            folded = "".join(c for c in parts if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
        self[code] = folded.casefold()
        return self[code]


_TABLE = _FoldTable()


def fold_text(text: str) -> str:
    """A text as names are looked for in it; its signs stay."""
    return unicodedata.normalize("NFC", text.translate(_TABLE))


def to_alphanumeric(text: str) -> str:
    """Letters and digits alone, folded: where a name is, its squeezed form is in that of the text."""
    return _NO_WORD.sub("", fold_text(text))


def is_findable(name: str) -> bool:
    """Whether a name is long enough to be found for sure: three letters, or two of Hangul or Chinese."""
    letters = to_alphanumeric(name)
    return len(letters) >= (2 if _IS_DENSE.search(letters) else 3)


def split_words(name: str) -> list[str]:
    """The words of a name, folded, with apostrophes inside them taken out."""
    return _WORD.findall(fold_text(name).replace("'", ""))


class Matcher:
    """Finds terms in texts, and replaces each by its word. Terms without a letter or digit are left out.

    Of many terms each is filed under that run of its letters which the fewest others have, so that a text is compared
    with those alone of which it has such a run.
    """

    def __init__(self, terms: Mapping[str, str]) -> None:
        folded = [(letters, term) for term in terms if (letters := to_alphanumeric(term))]
        folded.sort(key=lambda f: (-len(f[0]), f[1]))
        self._terms = {term: (letters, terms[term]) for letters, term in folded}
        self._rank = {term: n for n, term in enumerate(self._terms)}
        filed = [f for f in folded if len(f[0]) >= _RUN] if len(folded) > _FEW else []
        self._filed: dict[str, list[str]] = {}
        counts = Counter(run for letters, _ in filed for run in _list_ngrams(letters[:_LONG]))
        for letters, term in filed:
            self._filed.setdefault(min(_list_ngrams(letters[:_LONG]), key=lambda r: (counts[r], r)), []).append(term)
        readable = {term for _, term in filed}
        self._always = [term for _, term in folded if term not in readable]

    @property
    def terms(self) -> tuple[str, ...]:
        """The terms, the longest first."""
        return tuple(self._terms)

    def find_terms(self, text: str, *, loose: bool = False) -> list[str]:
        """The terms that stand in a text, the longest first; `loose` for ids, where abbreviations have no capitals."""
        some = self._possible(text)
        if not some:
            return []
        plain = fold_text(text)
        some = [t for t in some if _build_pattern(t).search(plain)]
        if loose or not any(map(_is_abbreviation, some)):
            return some
        where = _fold_with_offsets(text)
        return [t for t in some if not _is_abbreviation(t) or any(True for _ in _find_matches(t, text, where))]

    def find_in_any(self, texts: Iterable[str]) -> list[str]:
        """The terms that stand in any of these texts, the longest first."""
        some = {term for text in dict.fromkeys(texts) for term in self.find_terms(text)}
        return sorted(some, key=self._rank.__getitem__)

    def replaced(self, text: str) -> str:
        """The text with every term replaced by its word, the longest terms first."""
        for _ in range(_ROUNDS):  # what is put in may complete another term with what stands beside it
            before = text
            for term in self._possible(text):
                text = _replace_term(term, self._terms[term][1], text)
            if text == before:
                break
        return text

    def _possible(self, text: str) -> list[str]:
        """The terms whose letters a text has in their order, the longest first."""
        letters = to_alphanumeric(text)
        some = {t for t in self._always if self._terms[t][0] in letters}
        if self._filed:
            filed = {t for run in _list_ngrams(letters) for t in self._filed.get(run, ())}
            some |= {t for t in filed if self._terms[t][0] in letters}
        return sorted(some, key=self._rank.__getitem__)


def _list_ngrams(letters: str) -> Iterator[str]:
    return (letters[n : n + _RUN] for n in range(len(letters) - _RUN + 1))


def _replace_term(term: str, word: str, text: str) -> str:
    parts, done = [], 0
    for start, end in _find_matches(term, text, _fold_with_offsets(text)):
        parts += [text[done:start], word]
        done = end
    return "".join((*parts, text[done:]))


def _is_abbreviation(term: str) -> bool:
    return term.isupper() and term.isascii() and term.isalpha() and len(term) <= _ABBREVIATION


def _find_matches(term: str, text: str, where: tuple[str, list[int]]) -> Iterable[tuple[int, int]]:
    plain, starts = where
    capitals = _is_abbreviation(term)
    for hit in _build_pattern(term).finditer(plain):
        start, end = starts[hit.start()], starts[hit.end()]
        if not capitals or text[start:end].isupper():
            yield start, end


def _fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """The folded text, and where each of its characters (and its end) is in the text itself."""
    if text.isascii():
        return fold_text(text), list(range(len(text) + 1))
    plain: list[str] = []
    starts: list[int] = []
    at = 0
    while at < len(text):
        end = at + 1
        while end < len(text) and _is_combining(text[end]):
            end += 1
        folded = fold_text(text[at:end])
        plain.append(folded)
        starts += [at] * len(folded)
        at = end
    return "".join(plain), [*starts, len(text)]


def _is_combining(char: str) -> bool:
    """Whether a character belongs to the one before it: an accent, a vowel or end of a Hangul syllable."""
    return char > "\u02ff" and (unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff")


@lru_cache(4_000)
def _build_pattern(term: str) -> re.Pattern[str]:
    words = split_words(term)
    letters = "".join(words)
    dense = bool(_IS_DENSE.search(letters))
    if len(letters) > _LONG:
        inside = ""
    elif dense or (len(words) > 1 and len(letters) >= _JOINABLE):
        inside = _INSIDE
    else:
        inside = _SOFT
    between = _BETWEEN.replace("|]", "]") if "|" in term else _BETWEEN
    body = between.join(inside.join(map(re.escape, word)) for word in words)
    before = "" if _IS_DENSE.match(letters[0]) else _BEFORE
    behind = "" if _IS_DENSE.match(letters[-1]) else _BEHIND
    # Signs around a name go with it, as in "Brokers (unnamed)".
    plain = fold_text(term)
    first, last = _EDGE.match(plain), _LAST_EDGE.search(plain)
    opening, closing = (re.escape(edge[0].strip()) if edge else "" for edge in (first, last))
    return re.compile(f"(?:{opening})?{before}{body}{behind}(?:{closing})?")
