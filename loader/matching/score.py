"""How likely two entities are one, and why in words. Pure: parties in, verdict out.

Evidence is added up as in Fellegi and Sunter's model of record linkage (1969): each fact moves the odds by its weight
(a natural logarithm). Names are compared by SoftTFIDF (Cohen, Ravikumar and Fienberg 2003) over RapidFuzz's
Jaro-Winkler, Korean personal names by their readings (korean.py). The weights were set by hand and checked with
benchmarks/match.py, which states what they give.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import exp

from loader.matching import facts, names, similarity
from loader.matching.facts import SAME, VETO, MatchEvidence
from loader.matching.names import NameForm
from loader.matching.party import Party
from loader.matching.similarity import ALIKE, NameMatch
from loader.matching.words import WordWeights

LIKELY = 0.80  # from here on a pair is probably one entity
LEAST = 0.65  # below, a pair is not worth an analyst's look
RENAMED, SAME_NUMBER = 0.93, 0.98  # one identifier of an entity's own: with different names, with like names
# A name that its own list calls weak (a nickname, a war name) proposes a pair and never makes it likely, whatever else
# agrees: of 31 pairs of the OFAC list that scored 0.80 and more by such a name, 31 were wrong (benchmarks/match.py).
WEAK_CEILING = 0.70
# The most that a name alone gives, then with a fact that is usual besides (country, flag). Namesakes are common
# among ships and among people with Korean names: both stay below LIKELY until a second telling fact agrees.
SHIP_CEILING, KOREAN_CEILING, NAMESAKE_CEILING = (0.60, 0.70), (0.60, 0.70), (0.60, 0.62)
PERSON_CEILING, FULL_PERSON_CEILING = (0.72, 0.78), (0.80, 0.86)  # two words; three or more telling ones
# Two telling words or more; one of its own; common words only.
COMPANY_CEILING, SHORT_COMPANY_CEILING, PLAIN_COMPANY_CEILING = (0.88, 0.92), (0.68, 0.74), (0.55, 0.62)


@dataclass(frozen=True, slots=True)
class MatchScore:
    """How likely (0 to 1), why in words, and whether an identifier of one entity's own decides.

    `facts` stands for all that speaks for or against besides names: when it changes, a decision may be worth a second
    look; `former_facts` is how the version before this one put the same. `supported` says that something besides the
    name agrees. `equal_names` says that both have one name, `by_name_alone` that the score is the most that the name
    gives; of `homonyms`, ships, no number says which is which.
    """

    score: float
    reasons: tuple[str, ...] = ()
    by_number: bool = False
    supported: bool = False
    facts: str = ""
    former_facts: str = ""
    equal_names: bool = False
    by_name_alone: bool = False
    homonyms: bool = False

    @property
    def words(self) -> str:
        """The reasons as one text."""
        return "; ".join(self.reasons)


NOTHING = MatchScore(0.0)


def can_match(a: Party, b: Party) -> bool:
    """Whether the types allow one entity: a person is never a ship, a group is none of those that it stands for.

    A thing of unknown type may be any.
    """
    return a.collective == b.collective and (a.kind == b.kind or names.OTHER in (a.kind, b.kind))


def score_pair(
    a: Party, b: Party, words: WordWeights, forms: Callable[[Party], Sequence[NameForm]] = Party.forms
) -> MatchScore:
    """How likely two entities are one. `forms` gives the comparable names, so that a caller may keep them."""
    if not can_match(a, b):
        return NOTHING
    left, right = forms(a), forms(b)
    evidence = facts.compare_parties(a, b, words)
    scored = _score_by_evidence(a, b, (left, right), evidence, words)
    return replace(scored, facts=facts.compute_digest(evidence), former_facts=facts.compute_former_digest(evidence))


def _score_by_evidence(
    a: Party,
    b: Party,
    compared: tuple[Sequence[NameForm], Sequence[NameForm]],
    evidence: Sequence[MatchEvidence],
    words: WordWeights,
) -> MatchScore:
    """The score by an identifier, else by names; `compared` are both parties' comparable names."""
    vetoes = [fact.words for fact in evidence if fact.weight <= VETO]
    if vetoes:
        return MatchScore(0.0, tuple(vetoes))
    evidence = [*evidence, *facts.compare_patronymics(*compared)]
    name, second = similarity.find_best_match(*compared, words)
    if any(fact.weight >= SAME for fact in evidence):
        return _score_by_identifier(a, b, name, evidence)
    if name is None:
        return MatchScore(0.0, (f"the names differ ({a.name} / {b.name})", *(fact.words for fact in evidence)))
    best = _score_by_names(a, b, (name, second), evidence, words)
    if name.is_weak:
        # Names of full weight may say as much, though they are less alike.
        left, right = (tuple(form for form in side if not form.weak) for side in compared)
        name, second = similarity.find_best_match(left, right, words)
        if name is not None:
            best = max(_score_by_names(a, b, (name, second), evidence, words), best, key=lambda scored: scored.score)
    return best


def _score_by_names(
    a: Party,
    b: Party,
    alike: tuple[NameMatch, NameMatch | None],
    besides: Sequence[MatchEvidence],
    words: WordWeights,
) -> MatchScore:
    """The score by the names that agree best, and perhaps a second one, with all that speaks for or against besides."""
    (name, second), evidence = alike, list(besides)
    if second:
        evidence.append(
            MatchEvidence(f"a second name agrees ({second.left.shown} / {second.right.shown})", 0.7, telling=True)
        )
    odds = 8 * (name.value - 0.86) + 0.35 * min(name.telling, 3) + sum(fact.weight for fact in evidence)
    score = 1 / (1 + exp(-odds))
    telling = any(fact.telling and fact.weight > 0 for fact in evidence)
    supported = telling or any(fact.weight > 0 for fact in evidence)
    reasons = [name.words, *(fact.words for fact in evidence)]
    kind = a.kind if a.kind != names.OTHER else b.kind
    why, (alone, with_usual) = _find_ceiling(kind, name, words)
    ceiling = 1.0 if telling else with_usual if supported else alone
    if name.is_weak and ceiling > WEAK_CEILING:
        why, ceiling = "a name that its list calls weak", WEAK_CEILING
    capped = score > ceiling
    if capped:
        score = ceiling
        reasons.append(f"{why} gives no more than {ceiling:.2f}")
    homonyms = kind == names.SHIP and name.is_equal and not telling
    if homonyms:
        reasons.append("no number says which is which: homonyms until a number, a tonnage or a year of building agrees")
    return MatchScore(
        round(min(score, 0.97), 2),
        tuple(reasons),
        supported=supported,
        equal_names=name.is_equal,
        by_name_alone=capped,
        homonyms=homonyms,
    )


def _score_by_identifier(a: Party, b: Party, name: NameMatch | None, evidence: Sequence[MatchEvidence]) -> MatchScore:
    """The verdict where both have an identifier of one entity's own. What speaks against lowers it, and is told."""
    alike = name is not None and name.value >= ALIKE
    name_words = name.words if name and alike else f"the names differ ({a.name} / {b.name})"
    score = SAME_NUMBER if alike else RENAMED
    against = sum(fact.weight for fact in evidence if -2 >= fact.weight > VETO)
    if against:
        score -= 0.08 if alike else 0.18
    ordered = sorted(evidence, key=lambda fact: fact.weight < SAME)
    return MatchScore(round(score, 2), (*(f.words for f in ordered), name_words), True, True)


def _find_ceiling(kind: str, name: NameMatch, words: WordWeights) -> tuple[str, tuple[float, float]]:
    """What a pair with this name can get without a telling fact, and what to call such a name."""
    shared = max(words.count_namesakes(kind, name.left), words.count_namesakes(kind, name.right))
    if shared > 1:
        return f"a name that {shared} entities of one list bear", NAMESAKE_CEILING
    if kind == names.PERSON:
        return _find_person_ceiling(name)
    if kind in (names.SHIP, names.AIRCRAFT):
        return f"the name of {'a ship' if kind == names.SHIP else 'an aircraft'} alone", SHIP_CEILING
    if name.telling >= 1.3:
        return "a name alone", COMPANY_CEILING
    if name.telling >= 0.8:
        return "a name with one telling word", SHORT_COMPANY_CEILING
    return "a name of common words", PLAIN_COMPANY_CEILING


def _find_person_ceiling(name: NameMatch) -> tuple[str, tuple[float, float]]:
    left, right = name.left.readings, name.right.readings
    if any(r.is_common for r in left) and any(r.is_common for r in right):
        return "a very usual Korean name", NAMESAKE_CEILING
    if left and right:
        return "a Korean name alone", KOREAN_CEILING
    return "a name alone", FULL_PERSON_CEILING if name.telling >= 2.2 else PERSON_CEILING
