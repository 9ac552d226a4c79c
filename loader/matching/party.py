"""An entity as the matcher sees it: its names and facts, read from the store in pages."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph import imo
from graph.collectives import SIZE
from graph.database.store import Store
from graph.ontology import Ontology
from loader.matching import identifiers, names
from loader.matching.identifiers import Identifier
from loader.matching.names import NameForm

MATCHING, DECISIONS = "matching", "decisions"  # our own datasets: who speaks in them is never a candidate
PAGE = 5_000  # entities asked for at once
MOST_NAMES = 40  # of one entity; the rest is not compared
_WEAK = ("weak", "low quality", "nickname")
# What a page brings of each entity. Only what is asserted and not withdrawn counts.
_PAGE = """
MATCH (e:Entity) WHERE e.id > $after AND e.type IN $types AND NOT e.dataset IN $not
  AND ($ids IS NULL OR e.id IN $ids)
WITH e ORDER BY e.id LIMIT $page
RETURN e.id AS id, properties(e) AS entity,
  COLLECT { MATCH (c:Claim)-[:HAS_SUBJECT]->(e)
    WHERE c.predicate IN ['HAS_NAME', 'HAS_IDENTIFIER', 'HAS_PROPERTY'] AND c.stance = 'asserted'
      AND coalesce(c.withdrawn_on, '') = ''
    RETURN [c.predicate, c.detail, toString(c.value)] } AS claims,
  COLLECT { MATCH (e)-[r:%s]->(p:Entity)
    WHERE r.stance <> 'denied' RETURN [type(r), p.type, p.name] } AS places
ORDER BY id
"""


@dataclass(frozen=True)
class Name:
    """A name as its list writes it; `weak` where the list itself calls it unsure or a nickname."""

    text: str
    weak: bool = False


@dataclass(frozen=True)
class Party:
    """An entity to be compared. `births` are partial dates; countries and flags are ids of states.

    A `collective` stands for several.
    """

    id: str
    type: str
    kind: str
    dataset: str
    names: tuple[Name, ...]
    identifiers: frozenset[Identifier] = frozenset()
    births: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    addresses: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    collective: bool = False

    @property
    def name(self) -> str:
        """The main name."""
        return self.names[0].text if self.names else self.id

    def forms(self) -> tuple[NameForm, ...]:
        """All names in comparable form, each once, those of full weight first."""
        forms: dict[Any, NameForm] = {}
        for name in sorted(self.names, key=lambda n: n.weak):
            for form in names.build_forms(name.text, self.kind, weak=name.weak):
                forms.setdefault((form.tokens, form.readings), form)
        return tuple(forms.values())


def read(store: Store, ontology: Ontology, ids: Collection[str] | None = None) -> Iterator[Party]:
    """The entities that may be candidates, in the order of their ids: people, organisations, ships, aircraft, things.

    With `ids` only those. What is said about them by a denied or withdrawn claim is left out. Raises StoreError.
    """
    # Those whose names are of a kind, which is a role too; the other things are compared as well.
    comparable = [t.name for t in ontology.types.values() if names.find_kind(t.roles) in t.roles]
    after = ""
    while True:
        rows = store.read(
            _PAGE % ontology.match_relationships("country", "location", "flag"),
            timeout=300,
            after=after,
            page=PAGE,
            types=comparable,
            ids=sorted(ids) if ids is not None else None,
            **{"not": [MATCHING, DECISIONS]},
        )
        for row in rows:
            yield from_stored(ontology, row["entity"], row["claims"], row["places"])
        if len(rows) < PAGE:
            return
        after = rows[-1]["id"]


def from_stored(
    ontology: Ontology,
    entity: Mapping[str, Any],
    claims: Iterable[list[str]] = (),
    places: Iterable[list[str]] = (),
) -> Party:
    """A Party of a stored entity's properties, claims (predicate, detail, value), places (line, type, name)."""
    roles = ontology.types[str(entity["type"])].roles
    weak_by_name: dict[str, bool] = {str(entity["name"]): False}
    numbers: set[Identifier] = set()
    births, countries, flags, addresses = [], set[str](), set[str](), set[str]()
    country = str(entity.get("country") or "")
    for predicate, detail, value in claims:
        if predicate == "HAS_NAME":
            # A name that one claim gives in full weight is not weak because another calls it so.
            weak_by_name[value] = weak_by_name.get(value, True) and any(
                word in (detail or "").casefold() for word in _WEAK
            )
        elif predicate == "HAS_IDENTIFIER":
            numbers.update(identifiers.read(detail or "", value))
        elif detail == "birthDate":
            births.append(value)
        elif detail in ("country", "nationality", "citizenship", "jurisdiction"):
            countries.add(identifiers.fold_state(value))
    for alias in entity.get("aliases") or ():
        weak_by_name.setdefault(alias, False)
    for line, type_, name in places:
        if ontology.has_role(type_, "address"):
            addresses.add(name)
        elif ontology.has_role(type_, "state"):
            (flags if ontology.is_relationship(line, "flag") else countries).add(identifiers.fold_state(name))
    kind = names.find_kind(roles)
    if country:
        (flags if kind == names.SHIP else countries).add(identifiers.fold_state(country))
    numbers.update(_read_own_identifiers(entity, roles, country))
    if entity.get("birthDate"):
        births.append(str(entity["birthDate"]))
    if kind != names.OTHER:
        bearer = imo.SHIP if kind == names.SHIP else imo.COMPANY
        numbers = {identifiers.mark_foreign(number, bearer) for number in numbers}
    facts = {key: str(entity[key]) for key in ("tonnage", "buildDate", "incorporationDate") if entity.get(key)}
    return Party(
        id=str(entity["id"]),
        type=str(entity["type"]),
        kind=kind,
        dataset=str(entity.get("dataset") or ""),
        names=tuple(Name(text, weak) for text, weak in weak_by_name.items())[:MOST_NAMES],
        identifiers=frozenset(numbers),
        births=tuple(sorted(set(births))),
        countries=frozenset(countries),
        flags=frozenset(flags),
        addresses=tuple(sorted(addresses)),
        facts=facts,
        collective=bool(entity.get(SIZE)),
    )


def _read_own_identifiers(entity: Mapping[str, Any], roles: Collection[str], country: str) -> Iterator[Identifier]:
    """Numbers among an entity's properties, and the list number in its id ("ofac-9345")."""
    schemes = {"imoNumber": "IMO", "mmsi": "MMSI", "serialNumber": "Serial number"}
    for prop, scheme in schemes.items():
        if entity.get(prop):
            yield from identifiers.read(scheme, str(entity[prop]))
    if entity.get("registrationNumber"):
        scheme = "Aircraft registration" if "aircraft" in roles else "Registration"
        yield from identifiers.read(
            scheme, str(entity["registrationNumber"]), within=str(entity.get("jurisdiction") or country)
        )
    if entity.get("dataset") == "ofac" and (number := re.fullmatch(r"ofac-(\d+)", str(entity["id"]))):
        yield from identifiers.read("OFAC", number[1])
