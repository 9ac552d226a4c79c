"""What the SDN list must be read for once before its rows can be told: whose name is whose, and who is chosen.

It holds numbers, names and types of all parties, so that "Linked To: NAME" finds its party; and, where a filter is
given, which parties pass it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from graph import evidence
from graph.errors import DataError, UsageError
from loader import reference
from loader.records import Row
from loader.sources.ofac import remarks
from loader.sources.ofac.files import ADDRESS, SDN
from loader.sources.ofac.remarks import RemarkFact

_KOREA = re.compile(r"\b(?:north korean?|korea, north|dprk|democratic people's republic of korea)\b", re.IGNORECASE)
_PLACES = ("birthPlace", "nationality", "citizenship", "jurisdiction", "flag", "pastFlags")


@dataclass(frozen=True)
class Selection:
    """Which parties are wanted: those that fit any of the conditions; without conditions, all.

    `programmes`: names of programmes as the list writes them; "DPRK*" means all that begin so. `countries`: texts. One
    that is a state's name means addresses, nationality, citizenship, place of birth, flag (also a former one),
    register and issuer of a document in that state; any other is looked for as whole words in places and addresses.
    `north_korea`: the programmes "DPRK*", North Korea as a country, and remarks that name it; and `linked`.
    `linked`: also whoever a party so chosen is linked to, or who is linked to it, by "Linked To": one step, not more.
    """

    programmes: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    linked: bool = False
    north_korea: bool = False

    def __post_init__(self) -> None:
        """Raises UsageError for links without anything that they lead from."""
        if self.linked and not (self.programmes or self.countries or self.north_korea):
            raise UsageError("--linked widens a choice: give a programme or a country too")

    def __bool__(self) -> bool:
        """Whether there is any condition."""
        return bool(self.programmes or self.countries or self.north_korea)

    def takes(self, programmes: Iterable[str], places: Iterable[str], text: str) -> bool:
        """Whether a party fits, links aside. `places`: texts that name a country; `text`: the whole remark."""
        patterns = [*self.programmes, *(["DPRK*"] if self.north_korea else [])]
        if any(_matches_programme(name, pattern) for name in programmes for pattern in patterns):
            return True
        if self.north_korea and _KOREA.search(text):
            return True
        countries = [*self.countries, *(["North Korea"] if self.north_korea else [])]
        return bool(countries) and any(_is_in_country(place, country) for place in places for country in countries)


ALL = Selection()


def _matches_programme(name: str, pattern: str) -> bool:
    name, pattern = name.casefold(), pattern.strip().casefold()
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


def _is_in_country(place: str, country: str) -> bool:
    state = reference.find_state(country)
    if state is None:
        return re.search(rf"\b{re.escape(evidence.fold(country))}\b", evidence.fold(place)) is not None
    # "Anju, North Korea", "Anju, Korea, North": the country is the last part, or the last two.
    parts = [part.strip() for part in place.split(",")]
    states = (reference.find_state(text) for text in {place, parts[-1], ", ".join(parts[-2:])} if text)
    return any(one is not None and one.id == state.id for one in states)


def list_places(facts: Iterable[RemarkFact]) -> Iterator[str]:
    """The texts among facts that name a country."""
    for fact in facts:
        if fact.country or fact.label in _PLACES:
            yield fact.country or fact.value


@dataclass
class PartyIndex:
    """The names and types of an edition's parties by their numbers, and the choice of a filter."""

    types: dict[int, str] = field(default_factory=dict)
    primary: dict[int, str] = field(default_factory=dict)
    names: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    aliases: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    countries: dict[int, tuple[str, ...]] = field(default_factory=dict)  # of addresses, each once
    lines: dict[int, int] = field(default_factory=dict)  # the row of a party in sdn.csv
    programmes: set[str] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)  # parties whose row in sdn.csv is set aside
    chosen: set[int] | None = None  # None: all

    def selected(self, number: int) -> bool:
        """Whether a party passes the filter."""
        return self.chosen is None or number in self.chosen

    def add(self, row: Row, type_: str) -> None:
        """Learns a party from its row of sdn.csv; of two rows with one number, the first counts."""
        number, name = int(row.values["ent_num"]), row.values["SDN_Name"]
        if number not in self.types:
            self.primary[number], self.types[number], self.lines[number] = name, type_, row.number
            self.names.setdefault(_build_key(name), []).append((name, number))
            self.programmes.update(split_programmes(row))

    def fault(self, name: str, row: Row) -> DataError | None:
        """What is wrong with the party of a row: there is none, or in sdn.csv, an earlier row has its number."""
        number = int(row.values["ent_num"])
        if name == SDN and self.lines[number] != row.number:
            return row.problem("ent_num", f"row {self.lines[number]} has the number {number} already")
        if number in self.types:
            return None
        why = f"the row of party {number} in {SDN} is set aside" if number in self.refused else ""
        return row.problem("ent_num", why or f"there is no party {number} in {SDN}")

    def add_alias(self, number: int, name: str) -> None:
        """Learns another name of a party."""
        self.aliases.setdefault(_build_key(name), []).append((name, number))

    def add_country(self, number: int, country: str) -> None:
        """Learns the country of an address."""
        countries = self.countries.get(number, ())
        if country not in countries:
            self.countries[number] = (*countries, country)

    def find(self, text: str, *, last: bool = True) -> tuple[list[int], bool]:
        """The parties that a name in a remark may mean, and whether it is an alias that tells so.

        `last`: the name ends the remark, so that its full stop may be the remark's. Primary names come first, and of
        them those spelled just so; only where there is none, names that differ by capitals, spaces or a full stop,
        and then aliases in the same way.
        """
        forms = {text, text.removesuffix(".")} if last else {text}
        for numbers_by_name, alias in ((self.names, False), (self.aliases, True)):
            near = numbers_by_name.get(_build_key(text), [])
            exact = {number for name, number in near if name in forms}
            if numbers := exact or {number for _, number in near}:
                return sorted(numbers), alias
        return [], False

    def widen(self, links: Iterable[tuple[int, list[int]]]) -> None:
        """Chooses also who is one link away from a chosen party; a link is a party and those its text may mean."""
        base = frozenset(self.chosen or ())
        for number, candidates in links:
            if self.chosen is not None and base.intersection(candidates):
                self.chosen.add(number)
            if self.chosen is not None and number in base and len(candidates) == 1:
                self.chosen.add(candidates[0])


def _build_key(name: str) -> str:
    return " ".join(name.casefold().split()).rstrip(". ")


Remark = Callable[[Row], str]  # the whole remark of a row of sdn.csv


def choose_parties(
    index: PartyIndex, only: Selection, parties: Iterable[Row], addresses: Iterable[Row], remark: Remark
) -> list[tuple[str, str]]:
    """Fills in `chosen`, for which it takes all parties and addresses once; `index` holds all names already.

    Returns what a user should know, as kind and text: a programme that the edition does not have, or a filter that
    leaves nothing.
    """
    index.chosen = set()
    for row in addresses:
        parts = [row.values[column] for column in ADDRESS]
        if only.takes((), (parts[-1], ", ".join(filter(None, parts))), ""):
            index.chosen.add(int(row.values["ent_num"]))
    links = []
    for row in parties:
        number, text = int(row.values["ent_num"]), remark(row)
        facts = list(remarks.parse_facts(text))
        if only.takes(
            split_programmes(row), (row.values["Vess_flag"], *list_places(facts)), f"{text} {row.values['Title']}"
        ):
            index.chosen.add(number)
        if only.linked or only.north_korea:
            links += [(number, index.find(f.value, last=f.last)[0]) for f in facts if f.kind == remarks.LINK]
    index.widen(links)
    programmes = ", ".join(sorted(index.programmes))
    notices = [
        ("unknown programme", f"this edition has no programme {programme}; it has {programmes}")
        for programme in only.programmes
        if not any(_matches_programme(name, programme) for name in index.programmes)
    ]
    return notices if index.chosen else [*notices, ("nothing selected", "no party of this edition fits the filter")]


def split_programmes(row: Row) -> list[str]:
    """The programmes of a party: the list writes several as "DPRK3] [NPWMD"."""
    return list(dict.fromkeys(name for part in row.values["Program"].split("] [") if (name := part.strip(" []"))))
