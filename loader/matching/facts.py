"""What besides names speaks for or against one entity: numbers, births, states, ships' measures, addresses. All pure.

Each fact moves the odds by its weight, a natural logarithm. The weights were set by hand (score.py).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from rapidfuzz import fuzz

from graph import dates, imo
from loader.matching import identifiers, names
from loader.matching.names import NameForm
from loader.matching.party import Party
from loader.matching.words import WordWeights

DUPLICATES = 2  # one entity may be listed twice; a number that more have is no entity's own
VETO, SAME = -50.0, 50.0  # a fact of this weight decides alone
_YEARS = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_LOOSE = re.compile(r"circa|approx|about|\bca?\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MatchEvidence:
    """Something besides a name: `weight` moves the odds; `telling` means few others share it; `key` names it."""

    words: str
    weight: float
    telling: bool = False
    key: str = ""


def compare_parties(a: Party, b: Party, words: WordWeights) -> list[MatchEvidence]:
    """All facts about a pair, in a fixed order. `words` knows how many share a number."""
    return [
        *_compare_identifiers(a, b, words),
        *_compare_births(a, b),
        *_compare_countries(a, b),
        *_compare_measures(a, b),
        *_compare_addresses(a, b),
    ]


def compare_patronymics(left: Sequence[NameForm], right: Sequence[NameForm]) -> list[MatchEvidence]:
    """That two people have different fathers. It has no key, as names have none: a pair judged before stays judged."""
    fathers, others = (sorted({f.patronymic for f in forms if f.patronymic and not f.weak}) for forms in (left, right))
    if not (fathers and others) or any(names.are_patronymics_alike(x, y) for x in fathers for y in others):
        return []
    patronymics = " / ".join(", ".join(word.capitalize() for word in side) for side in (fathers, others))
    return [MatchEvidence(f"different patronymics ({patronymics})", -3.5)]


def compute_digest(facts: Sequence[MatchEvidence]) -> str:
    """Twelve letters and digits for the telling facts: other ones, other digest. Names don't count."""
    return _compute_digest([fact.key for fact in facts])


def compute_former_digest(facts: Sequence[MatchEvidence]) -> str:
    """The digest that these facts had before companies' IMO numbers were known.

    A ship's number that a company bears was taken for the company's own, and a company's for none.
    """
    keys = []
    for fact in facts:
        words = fact.key.split()
        company = len(words) > 2 and words[1] == imo.SCHEME and imo.find_bearer(words[2]) == imo.COMPANY
        keys.append("" if company else fact.key.replace(identifiers.FOREIGN_IMO, imo.SCHEME))
    return _compute_digest(keys)


def _compute_digest(keys: Sequence[str]) -> str:
    text = "\x1f".join(sorted(filter(None, keys)))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _compare_identifiers(a: Party, b: Party, words: WordWeights) -> Iterator[MatchEvidence]:
    shared = a.identifiers & b.identifiers
    for number in sorted(shared):
        bearers = words.count_bearers(number)
        if bearers > DUPLICATES:
            yield MatchEvidence(
                f"the same {number}, which {bearers} entities of one list have", 0.5, False, f"same {number}"
            )
        else:
            own = identifiers.is_strong(number)
            yield MatchEvidence(f"the same {number}", SAME if own else 2.0, True, f"same {number}")
    agreed = {number.kind for number in shared}
    kinds = {n.kind for n in a.identifiers} & {n.kind for n in b.identifiers} - agreed
    for kind in sorted(kinds):
        left, right = ({n for n in p.identifiers if n.kind == kind} for p in (a, b))
        values = " / ".join(", ".join(sorted(n.value for n in side)) for side in (left, right))
        if identifiers.is_single(kind):
            veto = kind == "IMO" and names.SHIP in (a.kind, b.kind)
            yield MatchEvidence(
                f"different {kind} numbers ({values})", VETO if veto else -3.0, True, f"differ {kind} {values}"
            )
        elif {n.within for n in left} & {n.within for n in right} and kind in ("passport", "national number"):
            yield MatchEvidence(f"different {kind}s ({values})", -0.4, False, f"differ {kind} {values}")
        elif kind == "MMSI":  # a ship gets another one with another flag
            yield MatchEvidence(f"different MMSI ({values})", -0.3, False, f"differ {kind} {values}")
    yield from _compare_bare_identifiers(a, b, agreed)


def _compare_bare_identifiers(a: Party, b: Party, agreed: set[str]) -> Iterator[MatchEvidence]:
    """Numbers that are equal, though one list does not say in which state they count."""
    for m in sorted(a.identifiers):
        for n in sorted(b.identifiers):
            one_bare = not (m.within and n.within)
            if m.kind == n.kind and m.value == n.value and m.within != n.within and one_bare and m.kind not in agreed:
                yield MatchEvidence(
                    f"the same {m.kind} {m.value}, with a state in one list only", 2.5, True, f"same {m.kind} {m.value}"
                )


def _compare_births(a: Party, b: Party) -> Iterator[MatchEvidence]:
    if not (a.births and b.births):
        return
    births = f"{', '.join(a.births)} / {', '.join(b.births)}"
    days = {d for d in a.births if _DAY.match(d)} & set(b.births)
    if days:
        yield MatchEvidence(f"the same date of birth ({min(days)})", 3.0, True, f"born {min(days)}")
        return
    left, right = ([_parse_years(d) for d in p.births] for p in (a, b))
    spans = [(x, y) for x in left for y in right if x and y]
    if not spans:
        return
    gap = min(max(x[0] - y[1], y[0] - x[1], 0) for x, y in spans)
    whole = all(_DAY.match(d) for d in (*a.births, *b.births))
    if gap == 0 and whole:
        swapped = any(x[:4] == y[:4] and x[5:7] == y[8:] and x[8:] == y[5:7] for x in a.births for y in b.births)
        yield MatchEvidence(
            f"births in one year ({births})" + (", day and month exchanged" if swapped else ""),
            1.0 if swapped else -0.5,
            swapped,
            f"births {births}",
        )
    elif gap == 0:
        yield MatchEvidence(f"births may be one ({births})", 1.6, True, f"births {births}")
    elif gap == 1:
        yield MatchEvidence(f"births a year apart ({births})", -0.7, False, f"births {births}")
    else:
        yield MatchEvidence(f"different years of birth ({births})", -4.0, True, f"births {births}")


def _parse_years(text: str) -> tuple[int, int] | None:
    """The first and the last year that a date of birth may mean; "circa 1964" is 1963 to 1965."""
    try:
        first, last = dates.parse_range(text)
    except ValueError:
        years = [int(y) for y in _YEARS.findall(text)]
        loose = 1 if _LOOSE.search(text) else 0
        return (min(years) - loose, max(years) + loose) if years else None
    return first.year, last.year


def _compare_countries(a: Party, b: Party) -> Iterator[MatchEvidence]:
    for what, left, right, minus in (("country", a.countries, b.countries, -0.8), ("flag", a.flags, b.flags, -0.2)):
        if left & right:
            yield MatchEvidence(f"the same {what} ({', '.join(sorted(left & right))})", 0.4)
        elif left and right:
            yield MatchEvidence(f"another {what} ({', '.join(sorted(left))} / {', '.join(sorted(right))})", minus)


def _compare_measures(a: Party, b: Party) -> Iterator[MatchEvidence]:
    if a.facts.get("tonnage") and b.facts.get("tonnage"):
        x, y = float(a.facts["tonnage"]), float(b.facts["tonnage"])
        if abs(x - y) <= 0.01 * max(x, y):
            yield MatchEvidence(f"the same tonnage ({x:,.0f})", 1.4, True, f"tonnage {x:g}")
        elif abs(x - y) > 0.1 * max(x, y):
            yield MatchEvidence(f"different tonnage ({x:,.0f} / {y:,.0f})", -1.5, False, f"tonnage {x:g} {y:g}")
    for what, words in (("buildDate", "built in one year"), ("incorporationDate", "founded in one year")):
        if a.facts.get(what) and b.facts.get(what):
            x_years, y_years = _parse_years(a.facts[what]), _parse_years(b.facts[what])
            if x_years and y_years and x_years[0] == y_years[0]:
                yield MatchEvidence(f"{words} ({x_years[0]})", 1.0, True, f"{what} {x_years[0]}")
            elif x_years and y_years and abs(x_years[0] - y_years[0]) > 1:
                yield MatchEvidence(
                    f"not {words} ({a.facts[what]} / {b.facts[what]})",
                    -1.5,
                    False,
                    f"{what} {a.facts[what]} {b.facts[what]}",
                )


def _compare_addresses(a: Party, b: Party) -> Iterator[MatchEvidence]:
    """An address with a number that is the same but for order and spelling; a town alone is none."""
    for x in a.addresses[:10]:
        for y in b.addresses[:10]:
            exact = any(map(str.isdigit, x)) and any(map(str.isdigit, y))
            if (
                exact
                and min(len(x.split()), len(y.split())) > 2
                and fuzz.token_sort_ratio(x.casefold(), y.casefold()) >= 88
            ):
                yield MatchEvidence(
                    f"the same address ({x} / {y})" if x != y else f"the same address ({x})", 1.2, True, "address"
                )
                return
