"""How alike two names are. Pure.

SoftTFIDF (Cohen, Ravikumar and Fienberg 2003) over RapidFuzz's Jaro-Winkler; Korean personal names by their readings
(korean.py), where two given names of the same syllables in another order are different names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from graph.database import search_keys
from loader.matching import names, tables
from loader.matching.names import NameForm
from loader.matching.words import WordWeights

ALIKE = 0.75  # names less alike than this are different names
EQUAL = 0.97  # the same words, or one Korean name in two spellings
_FAR = 60  # token_ratio below which the words need not be paired
_SISTERS = 0.94  # two organisations the same way: two committees of one party
_OTHER_TRADE = 0.85  # two firms of one group, such as a bank and a trading company
_RELATIVES = 0.92  # two people whose names differ in a word each: brothers, father and son
_HOLDS_PERSON, _HOLDS = 0.88, 0.84  # all words of one name are in the other, which has more
_TOKEN_ALIKE, _SOUND, _LOOSE_SOUND, _BONES = 0.88, 0.95, 0.90, 0.88


@dataclass(frozen=True, slots=True)
class NameMatch:
    """The two names that agree best, how alike they are (0 to 1), how telling they are, and what to call it."""

    value: float
    left: NameForm
    right: NameForm
    telling: float
    words: str

    @property
    def is_weak(self) -> bool:
        """Whether its list calls one of the two names unsure or a nickname."""
        return self.left.weak or self.right.weak

    @property
    def is_equal(self) -> bool:
        """Whether the two are one name, apart from spelling."""
        return self.value >= EQUAL


def find_best_match(
    left: Sequence[NameForm], right: Sequence[NameForm], words: WordWeights
) -> tuple[NameMatch | None, NameMatch | None]:
    """The best pair of names, and a second one that is another name altogether."""
    matches = []
    for i, f in enumerate(left):
        for j, g in enumerate(right):
            value, how = compute_similarity(f, g, words)
            if value >= ALIKE:
                matches.append((value, -(f.weak or g.weak), -i - j, _compute_specificity(f, g, words), how, f, g))
    if not matches:
        return None, None
    # Of equal ones the names that the lists give first.
    matches.sort(key=lambda m: (m[0], m[1], m[2], m[5].text, m[6].text), reverse=True)
    value, _, _, telling, how, f, g = matches[0]
    telling = max(m[3] for m in matches if m[:2] == matches[0][:2])
    first = NameMatch(value, f, g, telling, _describe_match(how, f, g))
    for other, _, _, also_telling, _, h, k in matches[1:]:
        apart = max(fuzz.ratio(x.compact, y.compact) for x in (f, g) for y in (h, k)) < 70
        strangers = not {search_keys.build_fine_key(t) for t in f.tokens} & {
            search_keys.build_fine_key(t) for t in h.tokens
        }
        if (
            other >= 0.9
            and apart
            and strangers
            and also_telling >= 1
            and not (h.weak or k.weak or h.romanised or k.romanised)
        ):
            return first, NameMatch(other, h, k, also_telling, "")
    return first, None


def compute_similarity(f: NameForm, g: NameForm, words: WordWeights) -> tuple[float, str]:
    """How alike two names are, 0 to 1, and how in words."""
    value, how = _compute_similarity(f, g, words)
    if value < ALIKE:
        return value, how
    if f.numbers != g.numbers:
        # Factory No. 26 is not Factory No. 27; a number that only one has says less.
        value *= 0.6 if f.numbers and g.numbers else 0.85
        how += ", but with different numbers"
    if value < 1 and f.kind == g.kind == names.ORGANISATION and _has_other_trade(f.tokens, g.tokens):
        value *= _OTHER_TRADE
        how += ", but of another trade"
    return (value * 0.95 if f.weak or g.weak else value), how


def _compute_similarity(f: NameForm, g: NameForm, words: WordWeights) -> tuple[float, str]:
    if f.tokens == g.tokens or f.compact == g.compact:
        return 1.0, "the same name"
    if f.readings and g.readings:
        return _compare_korean_names(f, g)
    if names.AIRCRAFT in (f.kind, g.kind):
        return 0.0, "different marks"  # EP-MNG is not EP-MNK: an aircraft's name is its registration
    if len(f.tokens) == len(g.tokens) and sorted(f.tokens) == sorted(g.tokens):
        return 0.99, "the same words in another order"
    if not fuzz.token_ratio(f.text, g.text, score_cutoff=_FAR):
        return 0.0, "different names"  # as SoftTFIDF would say, thirty times as fast
    value, left_over = _compute_soft_tfidf(f, g, words)
    how = "a like name"
    if left_over:
        value *= _RELATIVES if f.kind == names.PERSON else _SISTERS
    short, long = sorted((f.tokens, g.tokens), key=len)
    if len(short) < len(long) and set(short) <= set(long) and sum(map(words.weight, short)) >= 1.5:
        value, how = max(value, _HOLDS_PERSON if f.kind == names.PERSON else _HOLDS), "one name holds the other"
    if len(f.tokens) != len(g.tokens):
        joined = fuzz.ratio(f.compact, g.compact) / 100
        if joined >= 0.95 and joined > value:
            value, how = joined * 0.98, "the same name but for spaces and a slip"
    return value, how


@cache
def _load_trades() -> dict[str, int]:
    groups: list[str] = tables.load_tables()["trades"]
    return {word: number for number, group in enumerate(groups) for word in group.split()}


def _has_other_trade(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether both names say what the organisation does, and say different things."""
    one, other = ({_load_trades()[word] for word in side if word in _load_trades()} for side in (left, right))
    return bool(one and other and not one & other)


def _compare_korean_names(f: NameForm, g: NameForm) -> tuple[float, str]:
    """Two Korean personal names: family name and given name for themselves."""
    nearest, how = 0.3, "different Korean names"
    for a in f.readings:
        for b in g.readings:
            if a.family != b.family:
                continue
            if a.fine == b.fine:
                return 0.97, "the same Korean name in two spellings"
            close = max(fuzz.ratio(a.fine, b.fine), fuzz.ratio(a.coarse, b.coarse) - 3) / 100 * 0.88
            if a.coarse == b.coarse:
                close, words = (0.92 if len(a.coarse) >= 4 else 0.86), "the same Korean name in loose spelling"
            else:
                words = "a like Korean name"
            if close > nearest:
                nearest, how = close, words
    return nearest, how


def _compute_soft_tfidf(f: NameForm, g: NameForm, words: WordWeights) -> tuple[float, bool]:
    """SoftTFIDF with each word paired at most once, the most alike first; whether both names have words left over."""
    left, right = f.tokens, g.tokens
    near = _compare_given_names if f.kind == g.kind == names.PERSON else _compare_words
    pairs = sorted(
        ((value, i, j) for i, s in enumerate(left) for j, t in enumerate(right) if (value := near(s, t)) > 0),
        key=lambda p: (-p[0], p[1], p[2]),
    )
    weights, others = [words.weight(s) for s in left], [words.weight(t) for t in right]
    used_left, used_right, total = set[int](), set[int](), 0.0
    for value, i, j in pairs:
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            total += value * weights[i] * others[j]
    norm = (sum(w * w for w in weights) * sum(w * w for w in others)) ** 0.5
    left_over = len(used_left) < len(left) and len(used_right) < len(right)
    return (min(total / norm, 1.0) if norm else 0.0), left_over


@lru_cache(300_000)
def _compare_words(s: str, t: str) -> float:
    """How alike two words are; 0 where they are different ones. Numbers are equal or not."""
    if s == t:
        return 1.0
    if len(s) < 3 or len(t) < 3 or s.isdigit() or t.isdigit():
        return 0.0
    if len(s) > 3 and len(t) > 3 and search_keys.build_fine_key(s) == search_keys.build_fine_key(t):
        return _SOUND
    if len(s) > 3 and len(t) > 3 and search_keys.build_coarse_key(s) == search_keys.build_coarse_key(t):
        return _LOOSE_SOUND
    return float(JaroWinkler.similarity(s, t, score_cutoff=_TOKEN_ALIKE))


@lru_cache(300_000)
def _compare_given_names(s: str, t: str) -> float:
    """The same for people, whose names in Arabic or Hebrew script come without short vowels: Yusuf is Youssef."""
    value = _compare_words(s, t)
    if (
        value < _BONES
        and s[0] == t[0]
        and min(len(s), len(t)) > 3
        and names.build_skeleton(s) == names.build_skeleton(t)
    ):
        return _BONES
    return value


def _compute_specificity(f: NameForm, g: NameForm, words: WordWeights) -> float:
    """The weight of the words of the shorter name: how much it says that they agree."""
    return min(sum(map(words.weight, f.tokens)), sum(map(words.weight, g.tokens)))


def _describe_match(how: str, f: NameForm, g: NameForm) -> str:
    both = f.shown if f.shown == g.shown else f"{f.shown} / {g.shown}"
    return f"{how} ({both})" + (", a weak name in its list" if f.weak or g.weak else "")
