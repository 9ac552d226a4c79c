"""How well and how fast candidates are found: two editions of the OFAC list taken for two lists.

    python -m benchmarks.match FOLDER_2019 FOLDER_2021 [--growth]

The truth is the list's own number: two rows are one entity when their numbers are equal. Half of the numbers (those
whose digest is even) were used to set the weights ("train"), the other half only to measure ("holdout"). Three tasks:

- all: everything in the rows and their remarks;
- names: names, aliases and types alone, no identifier, birth, country, flag or tonnage;
- aliases: only main names on the older side, only aliases on the newer one (where it has any), facts kept:
  what a list looks like that spells everything in another way.

Precision counts every pair of different numbers as wrong, also where OFAC itself lists one entity twice.

Measured on two cores, 7,379 and 8,976 entities with 41,595 names (holdout half; precision, recall):

    threshold      all              names            aliases
    0.50      0.894  1.000     0.785  1.000     0.905  0.762
    0.65      0.965  0.991     0.942  0.896     0.967  0.740     least: proposed from here on
    0.70      0.976  0.970     0.970  0.856     0.980  0.719
    0.80      0.993  0.959     0.997  0.659     0.991  0.693     likely
    0.90      0.994  0.817     0.994  0.147     0.995  0.614

Weak aliases ("a.k.a. 'ABU MUHAMMAD'" in a remark) are read as such. Before they had a ceiling of their own, 31 pairs of
"all" reached 0.80 (up to 0.97) by a weak name alone, and all 31 were wrong; now none does, no right pair fell below
0.80, and of all pairs from 0.80 on 62 are wrong instead of 93 (of 6,918 and 6,949).

What "names" loses above 0.70 are people and short company names, which a name alone never makes likely, by rule.
What "aliases" loses are aliases that are other names altogether (translations, initials, war names).
"""

import argparse
import csv
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

import psutil

from loader.matching import candidates, identifiers, names
from loader.matching.candidates import Candidate, SearchStatistics
from loader.matching.identifiers import Identifier
from loader.matching.party import Name, Party
from loader.matching.words import WordWeights

THRESHOLDS = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
_TYPES = {"individual": "Person", "vessel": "Ship", "aircraft": "Aircraft"}
_MONTHS = {m: i for i, m in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_KINDS = {"Person": names.PERSON, "Ship": names.SHIP, "Aircraft": names.AIRCRAFT, "Company": names.ORGANISATION}
_WEAK = re.compile(r"(?:alt\. )?[afn]\.k\.a\. '(.+)'")  # what the list calls a weak alias stands in the remarks
_NUMBERED = re.compile(r"(?:alt\. )?([A-Za-z][A-Za-z .'#/()-]{2,60}?) ([A-Z0-9][^;]*\d[^;]*)\Z")


def read_rows(path: Path) -> Iterator[list[str]]:
    """The rows of one of the list's CSV files, nulls as empty texts."""
    with path.open(encoding="latin-1", newline="") as file:
        for fields in csv.reader(line.replace("\x1a", "") for line in file):
            if len(fields) > 4:
                yield ["" if f.strip() == "-0-" else f.strip() for f in fields]


def read_parties(folder: Path, dataset: str) -> list[Party]:
    """The parties of one edition. Reads what matching needs, and no more (the loader's source reads all)."""
    aliases: dict[str, list[Name]] = {}
    for number, _, kind, alias, *_ in read_rows(folder / "alt.csv"):
        aliases.setdefault(number, []).append(Name(alias, weak="weak" in kind.lower()))
    return [_build_party(row, aliases.get(row[0], []), dataset) for row in read_rows(folder / "sdn.csv")]


def _build_party(row: list[str], aliases: list[Name], dataset: str) -> Party:
    number, name, kind, _, _, call_sign, _, tonnage, grt, flag, _, remarks = row[:12]
    type_ = _TYPES.get(kind, "Company")
    births, countries, numbers = [], set[str](), set[Identifier]()
    for part in (p.strip().rstrip(".") for p in remarks.split(";")):
        if birth := re.match(r"(?:alt\. )?DOB (.+)", part):
            births.append(_parse_date(birth[1]))
        elif place := re.match(r"(?:alt\. )?(?:nationality|citizen) (.+)", part):
            countries.add(identifiers.fold_state(place[1]))
        elif weak := _WEAK.fullmatch(part):
            aliases = [*aliases, Name(weak[1], weak=True)]
        elif not part.startswith("Aircraft Model") and (numbered := _NUMBERED.match(part)):
            numbers.update(identifiers.read(numbered[1], f"{numbered[1]} {numbered[2]}"))
    if call_sign:
        numbers.update(identifiers.read("Call sign", call_sign))
    tons = (grt or tonnage).replace(",", "")
    return Party(
        f"{dataset}-{number}",
        type_,
        _KINDS[type_],
        dataset,
        (Name(name), *aliases),
        frozenset(numbers),
        tuple(births),
        frozenset(countries),
        frozenset({identifiers.fold_state(flag)} if flag else ()),
        facts={"tonnage": tons} if tons.isdigit() else {},
    )


def _parse_date(text: str) -> str:
    match = re.fullmatch(r"(?:(\d\d) )?(?:(\w{3}) )?(\d{4})", text)
    if not match or (match[2] and match[2] not in _MONTHS):
        return text
    return "-".join([match[3], *([f"{_MONTHS[match[2]]:02}"] if match[2] else []), *([match[1]] if match[1] else [])])


def strip_to_names(party: Party) -> Party:
    """The party with its names alone."""
    return replace(
        party, identifiers=frozenset[Identifier](), births=(), countries=frozenset(), flags=frozenset(), facts={}
    )


def get_list_number(party_id: str) -> str:
    """The list's own number."""
    return party_id.split("-")[1]


def is_training_number(party_id: str) -> bool:
    """Whether a number belongs to the half that the weights were set with."""
    return blake2b(get_list_number(party_id).encode(), digest_size=1).digest()[0] % 2 == 0


def compute_curve(
    pairs: Sequence[Candidate], truth: set[str], half: bool | None
) -> Iterator[tuple[float, float, float, int, int]]:
    """Threshold, precision, recall, pairs, wrong pairs. A pair belongs to the half of its older side."""
    mine = [c for c in pairs if half is None or is_training_number(c.a.id) == half]
    true_numbers = {n for n in truth if half is None or is_training_number(f"a-{n}") == half}
    for threshold in THRESHOLDS:
        kept = [c for c in mine if c.verdict.score >= threshold]
        right = sum(get_list_number(c.a.id) == get_list_number(c.b.id) for c in kept)
        yield threshold, right / max(len(kept), 1), right / max(len(true_numbers), 1), len(kept), len(kept) - right


def run_task(title: str, old: list[Party], new: list[Party], show: int) -> None:
    """Runs one task and prints its curve."""
    truth = {get_list_number(p.id) for p in old} & {get_list_number(p.id) for p in new}
    effort, start = SearchStatistics(), time.perf_counter()
    everyone = [*old, *new]
    everything = list(candidates.find(everyone, WordWeights(everyone), least=THRESHOLDS[0], effort=effort))
    pairs = [c for c in everything if c.a.dataset != c.b.dataset]
    seconds = time.perf_counter() - start
    print(f"\n{title}: {len(old):,} and {len(new):,} entities, {effort.names:,} names, {len(truth):,} true pairs")
    print(
        f"  {seconds:.1f} s; {effort.name_pairs:,} pairs of names met, {effort.pairs_weighed:,} pairs of entities "
        f"weighed; {len(everything) - len(pairs)} candidates within a list; {effort.keys_left_out} keys and "
        f"{len(effort.names_left_out)} names left out; {psutil.Process().memory_info().rss / 1e6:,.0f} MB"
    )
    print("  threshold   train: precision recall  pairs wrong   holdout: precision recall  pairs wrong")
    for left, right in zip(compute_curve(pairs, truth, True), compute_curve(pairs, truth, False), strict=True):
        print(
            f"  {left[0]:9.2f}          {left[1]:9.4f} {left[2]:.4f} {left[3]:6} {left[4]:5}            "
            f"{right[1]:9.4f} {right[2]:.4f} {right[3]:6} {right[4]:5}"
        )
    weak = [c for c in pairs if c.verdict.reasons[0].endswith("a weak name in its list")]
    for threshold in THRESHOLDS:
        kept = [c for c in weak if c.verdict.score >= threshold]
        wrong_kept = sum(get_list_number(c.a.id) != get_list_number(c.b.id) for c in kept)
        print(f"  by a weak name alone, {threshold:.2f} and more: {len(kept)} pairs, {wrong_kept} wrong")
    wrong = [c for c in pairs if get_list_number(c.a.id) != get_list_number(c.b.id) and is_training_number(c.a.id)]
    for c in sorted(wrong, key=lambda c: -c.verdict.score)[:show]:
        print(f"  wrong {c.verdict.score:.2f} {c.a.id} {c.b.id}: {c.verdict.words}")
    matched = {get_list_number(c.a.id) for c in pairs if get_list_number(c.a.id) == get_list_number(c.b.id)}
    by_id = {get_list_number(p.id): p for p in old}
    for n in [n for n in sorted(truth - matched) if is_training_number(f"a-{n}")][:show]:
        other = next(p for p in new if get_list_number(p.id) == n)
        print(f"  missed {n}: {by_id[n].name} / {', '.join(x.text for x in other.names[:3])}")


def measure_growth(old: list[Party], new: list[Party]) -> None:
    """Time against size: the real lists and copies of them whose names are changed beyond recognition."""
    print("\ngrowth: entities, seconds of processor time, microseconds an entity")
    base = [*old, *new]
    for copies in (1, 2, 4, 8):
        many = [_scramble_names(p, i) for i in range(copies) for p in base]
        start = time.process_time()
        count = sum(1 for _ in candidates.find(many, WordWeights(many)))
        seconds = time.process_time() - start
        print(
            f"  {len(many):8,} {seconds:7.1f} {1e6 * seconds / len(many):7.0f}   ({count:,} candidates, "
            f"{psutil.Process().memory_info().rss / 1e6:,.0f} MB)"
        )


def _scramble_names(party: Party, copy: int) -> Party:
    """The party under other names: every word's letters moved on through the alphabet, common words as they are."""
    if not copy:
        return party
    moved = str.maketrans("abcdefghijklmnopqrstuvwxyz", "".join(chr(97 + (i * 3 + copy * 5) % 26) for i in range(26)))
    texts = tuple(Name(name.text.casefold().translate(moved), name.weak) for name in party.names)
    numbers = frozenset(Identifier(i.kind, f"{copy}{i.value}", i.within) for i in party.identifiers)
    return replace(party, id=f"{party.id}-{copy}", names=texts, identifiers=numbers)


def main() -> None:
    """Prints the curves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--growth", action="store_true", help="also the time against the size")
    parser.add_argument("--show", type=int, default=0, help="so many wrong and missed pairs of the training half")
    options = parser.parse_args()
    old, new = read_parties(options.old, "a"), read_parties(options.new, "b")
    run_task("all", old, new, options.show)
    run_task("names", [strip_to_names(p) for p in old], [strip_to_names(p) for p in new], options.show)
    others = [replace(p, names=p.names[1:]) for p in new if len(p.names) > 1]
    run_task("aliases", [replace(p, names=p.names[:1]) for p in old], others, options.show)
    if options.growth:
        measure_growth(old, new)


if __name__ == "__main__":
    main()
