"""Which pairs to look at: blocking, so that the work grows with the lists and not with their product.

Two names meet when they share a key (names.skeleton): all words, two of the more telling words, one rare word, all
letters run together, or the reading as a Korean name. A key that too many names share is left out; what that and a
slip in the consonants of a one-word name lose is measured by benchmarks/match.py. RapidFuzz, in batches and on all
processors, then drops the pairs of names that are far apart; only the rest is weighed by score.verdict.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from loader.matching import identifiers, names, score
from loader.matching.names import NameForm
from loader.matching.party import Party
from loader.matching.score import MatchScore
from loader.matching.words import WordWeights

# The most pairs of names that one key may bring; a key with more is left out.
MOST_WHOLE, MOST_PAIR, MOST_SINGLE = 20_000, 4_000, 900
TELLING_WORDS = 5  # of a name, of which two and two make keys
FAR = 55.0  # token_ratio below which two names that share only a part are not weighed
BATCH = 200_000  # pairs of names compared at once
_WHOLE, _PAIR, _SINGLE = 0, 1, 2
_CAPS = {_WHOLE: MOST_WHOLE, _PAIR: MOST_PAIR, _SINGLE: MOST_SINGLE}
MOST_NAMESAKES = 20_000  # pairs of equal names that are not proposed and kept one by one
_FORMS_KEPT = 100_000  # parties whose comparable names stay in memory
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that may be one entity; `a` has the smaller id."""

    a: Party
    b: Party
    verdict: MatchScore


@dataclass
class SearchStatistics:
    """What a search looked at, and what it left out."""

    parties: int = 0
    names: int = 0
    name_pairs: int = 0
    pairs_weighed: int = 0
    keys_left_out: int = 0
    names_left_out: set[int] = field(default_factory=set)  # names none of whose keys could be used
    # Pairs of equal names of two datasets that score less than the least, and how many more there are of them.
    namesakes: list["Candidate"] = field(default_factory=list)
    namesakes_left_out: int = 0


def _ignore_progress(_done: int, _total: int) -> None:
    """Tells nobody."""


def find(
    parties: Sequence[Party],
    words: WordWeights | None = None,
    *,
    least: float = score.LEAST,
    effort: SearchStatistics | None = None,
    progress: Callable[[int, int], None] = _ignore_progress,
) -> Iterator[Candidate]:
    """The candidates among parties with at least this score, in the order of their ids.

    Across datasets by names and identifiers, within one dataset by identifiers only. `progress` is told how many pairs
    of how many have been weighed.
    """
    parties = sorted(parties, key=lambda p: p.id)
    words = words or WordWeights(parties)
    effort = effort or SearchStatistics()

    @lru_cache(_FORMS_KEPT)
    def forms(index: int) -> tuple[NameForm, ...]:
        return parties[index].forms()

    by_number = _pair_by_identifier(parties)
    pairs = np.union1d(_pair_by_name(parties, words, forms, effort), by_number)
    effort.parties, effort.pairs_weighed = len(parties), len(pairs)
    numbered = set(by_number.tolist())
    place = {id(party): index for index, party in enumerate(parties)}
    for done, pair in enumerate(pairs.tolist()):
        if done % 1_000 == 0:
            progress(done, len(pairs))
        a, b = parties[pair // len(parties)], parties[pair % len(parties)]
        verdict = score.score_pair(a, b, words, lambda party: forms(place[id(party)]))
        alone = a.dataset == b.dataset and not (pair in numbered and verdict.by_number)
        if verdict.score >= least and not alone:
            yield Candidate(a, b, verdict)
        elif verdict.equal_names and a.dataset != b.dataset:
            if len(effort.namesakes) < MOST_NAMESAKES:
                effort.namesakes.append(Candidate(a, b, verdict))
            else:
                effort.namesakes_left_out += 1
    progress(len(pairs), len(pairs))


def build_blocking_keys(form: NameForm, words: WordWeights) -> Iterator[tuple[int, str]]:
    """The keys under which a name is looked for, each with its sort."""
    bones = [names.build_skeleton(token) for token in form.tokens]
    for reading in form.readings:
        yield _WHOLE, f"k {reading.family} {reading.coarse}"
    yield _WHOLE, " ".join(sorted(bones))
    joined = names.build_skeleton(form.compact)
    if len(bones) > 1 and len(joined) > 3:
        yield _WHOLE, joined
    telling = sorted(range(len(bones)), key=lambda i: (-words.weight(form.tokens[i]), form.tokens[i]))[:TELLING_WORDS]
    for i, j in combinations(telling, 2):
        yield _PAIR, "+".join(sorted((bones[i], bones[j])))
    for i in telling:
        if len(form.tokens[i]) > 2:
            yield _SINGLE, bones[i]


def _pair_by_name(
    parties: Sequence[Party], words: WordWeights, forms: Callable[[int], tuple[NameForm, ...]], effort: SearchStatistics
) -> Numbers:
    """Pairs of parties of different datasets that have names to be weighed, each as one number."""
    datasets = {name: i for i, name in enumerate(sorted({p.dataset for p in parties}))}
    texts: list[str] = []
    # Plain arrays: a list of so many numbers would take five times the memory.
    owners, hashes, holders, sorts = array("q"), array("q"), array("q"), array("b")
    for index in range(len(parties)):
        for form in forms(index):
            for sort, key in set(build_blocking_keys(form, words)):
                hashes.append(hash((sort, key)))
                holders.append(len(texts))
                sorts.append(sort)
            texts.append(form.text)
            owners.append(index)
    effort.names = len(texts)
    owner = np.array(owners, dtype=np.int64, copy=None)
    dataset = np.array([datasets[p.dataset] for p in parties], dtype=np.int64)
    pairs = [np.empty(0, dtype=np.int64)]
    unused = np.ones(len(texts), dtype=bool)
    postings = (
        np.array(hashes, dtype=np.int64, copy=None),
        np.array(holders, dtype=np.int64, copy=None),
        np.array(sorts, dtype=np.int8, copy=None),
    )
    for whole, left, right in _join_postings(postings, dataset[owner], effort, unused):
        effort.name_pairs += len(left)
        if not whole:
            near = (
                process.cpdist(
                    [texts[i] for i in left],
                    [texts[i] for i in right],
                    scorer=fuzz.token_ratio,
                    score_cutoff=FAR,
                    dtype=np.uint8,
                    workers=-1,
                )
                > 0
            )
            one, other = owner[left[near]], owner[right[near]]
        else:
            one, other = owner[left], owner[right]
        pairs.append(np.unique(np.minimum(one, other) * len(parties) + np.maximum(one, other)))
    effort.names_left_out = set(np.flatnonzero(unused).tolist())
    return np.unique(np.concatenate(pairs))


def _join_postings(
    postings: tuple[Numbers, Numbers, NDArray[np.int8]],
    dataset: Numbers,
    effort: SearchStatistics,
    unused: NDArray[np.bool_],
) -> Iterator[tuple[bool, Numbers, Numbers]]:
    """Pairs of names of two datasets that share a key, in batches; whether they share all of the name."""
    hashes, holders, sorts = postings
    if not len(hashes):
        return
    order = np.lexsort((dataset[holders], hashes))
    hashes, holders, sorts = hashes[order], holders[order], sorts[order]
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]])
    ends = np.r_[starts[1:], len(hashes)]
    waiting: dict[bool, list[tuple[Numbers, Numbers]]] = {True: [], False: []}
    size = {True: 0, False: 0}
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        members = holders[start:end]
        homes = dataset[members]
        if homes[0] == homes[-1]:
            unused[members] = False
            continue
        cuts = np.flatnonzero(np.r_[True, homes[1:] != homes[:-1], True])
        counts = np.diff(cuts)
        if (len(members) ** 2 - int((counts**2).sum())) // 2 > _CAPS[int(sorts[start])]:
            effort.keys_left_out += 1
            continue
        unused[members] = False
        whole = int(sorts[start]) == _WHOLE
        for cut in cuts[1:-1].tolist():
            following = cuts[cuts > cut][0]
            left, right = np.repeat(members[:cut], following - cut), np.tile(members[cut:following], cut)
            waiting[whole].append((left, right))
            size[whole] += len(left)
        if size[whole] >= BATCH:
            yield whole, *_merge_pairs(waiting[whole])
            waiting[whole], size[whole] = [], 0
    for whole, rest in waiting.items():
        if rest:
            yield whole, *_merge_pairs(rest)


def _merge_pairs(parts: Sequence[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
    """Pairs in one piece, each once."""
    left, right = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    pairs = np.unique(np.stack([left, right]), axis=1)
    return pairs[0], pairs[1]


def _pair_by_identifier(parties: Sequence[Party]) -> Numbers:
    """Pairs of parties that share an identifier, each as one number; in one dataset only by one of an entity's own."""
    holders: dict[tuple[str, str], list[int]] = {}
    for index, party in enumerate(parties):
        for number in {(n.kind, n.value) for n in party.identifiers}:
            holders.setdefault(number, []).append(index)
    pairs: set[int] = set()
    for number, members in sorted(holders.items()):
        if 1 < len(members) <= 200:
            for i, j in combinations(members, 2):
                one_list = parties[i].dataset == parties[j].dataset
                if not one_list or _is_own_identifier(parties[i], parties[j], number):
                    pairs.add(i * len(parties) + j)
    return np.array(sorted(pairs), dtype=np.int64)


def _is_own_identifier(a: Party, b: Party, number: tuple[str, str]) -> bool:
    return any((n.kind, n.value) == number and identifiers.is_strong(n) for n in a.identifiers & b.identifiers)
