"""How much a word of a name tells: less where it is a common one by itself, or where the compared lists repeat it."""

from collections import Counter
from collections.abc import Iterable
from math import log10

from loader.matching import names, tables
from loader.matching.identifiers import Identifier
from loader.matching.names import NameForm
from loader.matching.party import Party

COMMON, NUMBER, LETTER = 0.3, 0.5, 0.3
CACHED = 200_000
USUAL = 5  # a word that so many entities have in their names still counts in full


class WordWeights:
    """Weights of words, and how many entities of one list share a name or a number.

    Without lists (`WordWeights()`) only the table of common words counts. The same parties give the same weights.
    """

    def __init__(self, parties: Iterable[Party] = ()) -> None:
        self._holders: Counter[int] = Counter()  # of a word: entities with it in a name
        self._namesakes: dict[int, int] = {}  # of a name: the most entities of one list that have it
        self._bearers: dict[int, int] = {}  # the same of an identifier
        self._weights: dict[str, float] = {}
        namesakes: Counter[tuple[str, int]] = Counter()
        bearers: Counter[tuple[str, int]] = Counter()
        for party in parties:
            forms = party.forms()
            self._holders.update({hash(token) for form in forms for token in form.tokens})
            namesakes.update({(party.dataset, key) for form in forms for key in _build_keys(party.kind, form)})
            bearers.update({(party.dataset, hash((n.kind, n.value))) for n in party.identifiers})
        for counted, most in ((namesakes, self._namesakes), (bearers, self._bearers)):
            for (_, key), count in counted.items():
                if count > 1:
                    most[key] = max(count, most.get(key, 0))

    def weight(self, token: str) -> float:
        """From 0 (tells nothing) to 1 (a word of its own)."""
        cached = self._weights.get(token)
        if cached is None:
            if len(self._weights) > CACHED:
                self._weights.clear()
            cached = self._weights[token] = self._weigh(token)
        return cached

    def count_namesakes(self, kind: str, form: NameForm) -> int:
        """The most entities of one list that have this name; 1 where none shares it."""
        return max((self._namesakes.get(key, 1) for key in _build_keys(kind, form)), default=1)

    def count_bearers(self, number: Identifier) -> int:
        """The most entities of one list that have this identifier; 1 where none shares it."""
        return self._bearers.get(hash((number.kind, number.value)), 1)

    def _weigh(self, token: str) -> float:
        if token.isdigit():
            return NUMBER
        base = COMMON if token in tables.load_words("common") else LETTER if len(token) == 1 else 1.0
        holders = self._holders.get(hash(token), 0)
        return min(base, 1 / (1 + log10(holders / USUAL))) if holders > USUAL else base


def _build_keys(kind: str, form: NameForm) -> set[int]:
    """What two equal names have in common: the words in any order, or the reading as a Korean name."""
    if form.readings:
        return {hash((kind, reading.family, reading.coarse)) for reading in form.readings}
    return {hash((kind, tuple(sorted(form.tokens)) if kind == names.PERSON else form.compact))}
