"""Makes entities and claims of one row of the SDN list. Pure: the rows come in, the index answers who is who.

What a party is: "individual" a Person, "vessel" a Ship, "aircraft" an Aircraft. The list calls all others nothing, so
they are an Organization, unless the row itself says more: a FinancialInstitution has the word BANK in its name; a
Company has a legal form there (LTD., S.A., CORPORATION ...) or an entry in a register of companies among its remarks.
A name keeps the list's spelling; only a person's comma goes: "KIM, Jong Un" is shown as "KIM Jong Un", family name
in capitals, and the claim holds the list's own form.

Each fact is a claim, also where the entity shows it as a property: properties hold what is one and sure. Where the
list is not sure (circa, a range, several dates of birth) the claim's credibility is 3 instead of 2.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graph import imo, ontology
from graph.model import Claim, Entity
from loader import reference
from loader.records import Row
from loader.sources.ofac import remarks
from loader.sources.ofac.index import PartyIndex, split_programmes
from loader.sources.ofac.items import (
    DETAILS,
    HEDGED,
    LISTING,
    REGIME,
    RELATIONSHIPS,
    TYPES,
    ItemBuilder,
    Output,
    build_entity_id,
    end_sentence,
    format_name,
    get_labels,
)
from loader.sources.ofac.remarks import RemarkFact, load_manifest
from loader.statements import PRIMARY_NAME

_BANK = re.compile(r"(?<!WEST )\b(?:BANK|BANKING|BANCO|BANQUE)\b", re.IGNORECASE)
_COMPANY = re.compile(
    r"\b(?:COMPANY|CORPORATION)\b|[ ,.](?:LTD|LIMITED|LTDA|LIMITADA|LLC|L\.L\.C|LLP|INC|CORP|CO|GMBH|AG|KG|PLC|S\.?A|"
    r"S\.?A\.? DE C\.?V|S\.?A\.?S|S\.?A\.?L|S\.?A\.?R\.?L|S\.?R\.?L|S\.?P\.?A|B\.?V|N\.?V|OOD|EOOD|OOO|OAO|ZAO|PAO|AO|"
    r"JSC|PJSC|D\.?O\.?O|OY|S\.?R\.?O|FZE|FZCO|FZ-LLC|DMCC|SDN BHD|PTE|PTY)\.?\Z",
    re.IGNORECASE,
)
# What stands in place of a flag where there is none.
_NO_FLAG = "none identified"
# Columns of sdn.csv that hold a property and nothing else. The list does not say which tonnage "Tonnage" is.
_COLUMNS = {
    "Title": "title",
    "Call_Sign": "callSign",
    "Vess_type": "vesselType",
    "Tonnage": "listedTonnage",
    "GRT": "grossRegisteredTonnage",
    "Vess_flag": "flag",
    "Vess_owner": "owner",
}
# By type: which identifiers are also a property.
_NUMBERS = {
    TYPES["ship"]: {"MMSI": "mmsi"},
    TYPES["aircraft"]: {
        "Aircraft Tail Number": "registrationNumber",
        "Aircraft Manufacturer's Serial Number (MSN)": "serialNumber",
    },
    TYPES["company"]: dict.fromkeys(load_manifest()["registration_numbers"], "registrationNumber"),
}
_NUMBERS[TYPES["bank"]] = _NUMBERS[TYPES["company"]]
_IMO_NUMBER = "imoNumber"
_SHIP_IMO = "Vessel Registration Identification IMO"


def find_type(row: Row, facts: list[RemarkFact]) -> str:
    """The ontology's type of a party; an other thing where the list uses a word that is new to us."""
    kinds, kind = load_manifest()["kinds"], row.values["SDN_Type"].casefold()
    if kind not in kinds:
        return TYPES["other"]
    if kinds[kind]:
        return TYPES[kinds[kind]]
    name = row.values["SDN_Name"]
    if _BANK.search(name):
        return TYPES["bank"]
    registers = load_manifest()["company_registers"]
    listed = any(fact.kind == remarks.IDENTIFIER and fact.label in registers for fact in facts)
    return TYPES["company" if listed or _COMPANY.search(name) else "organisation"]


def build_party(row: Row, facts: list[RemarkFact], index: PartyIndex) -> Output:
    """A party with all that its row of sdn.csv and its remarks say."""
    yield from _PartyBuilder(row, facts, index).items()


class _PartyBuilder(ItemBuilder):
    def __init__(self, row: Row, facts: list[RemarkFact], index: PartyIndex) -> None:
        super().__init__(row, index)
        self.facts = facts
        self.property_values: dict[str, set[Any]] = defaultdict(set)  # what might become a property of the entity
        self.births = [fact.value for fact in facts if fact.label == "birthDate"]

    def items(self) -> Output:
        claims: dict[str, Claim] = {}
        for claim in (*self.listing(), *self.columns(), *(c for fact in self.facts for c in self.fact(fact))):
            first_claim = claims.setdefault(claim.id, claim)
            # One number with two validities. (Two spellings of one state make one line; HAS_PROPERTY keeps both.)
            if first_claim != claim and claim.predicate == "HAS_IDENTIFIER":
                text = f"{claim.value}, valid from {claim.valid_from or '?'} to {claim.valid_to or '?'}"
                other = DETAILS.build_property_claim(self.id, "remark", text, paragraph=self.place)
                claims.setdefault(other.id, other)
        yield self.item(self.entity())
        yield from map(self.item, claims.values())
        yield from self.others

    def entity(self) -> Entity:
        if self.type not in (TYPES["person"], TYPES["ship"]):
            for country in self.index.countries.get(self.number, ()):
                self.give_country(country)
        if birth := remarks.find_birth_date(self.births):
            self.property_values["birthDate"].add(birth)
        if self.type == TYPES["other"]:
            self.property_values["schema"].add(self.row.values["SDN_Type"])
            self.notice("unknown type", f"the list calls it {self.row.values['SDN_Type']!r}; it becomes a thing")
        properties = ontology.load().types[self.type].properties
        sure = {
            name: next(iter(values))
            for name, values in self.property_values.items()
            if len(values) == 1 and name in properties
        }
        return Entity(self.id, self.type, get_labels(self.type), self.name, properties=sure)

    def give_country(self, text: str) -> None:
        state = reference.find_state(text)
        self.property_values["country"].add(state.name if state else text)

    def listing(self) -> Iterator[Claim]:
        yield LISTING.names(self.id, self.row.values["SDN_Name"], PRIMARY_NAME, paragraph=self.place)
        for programme in split_programmes(self.row) or [""]:
            words = load_manifest()["programmes"].get(programme, "")
            under = f" under the programme {programme}" if programme else ", without naming a programme"
            summary = f"The US Treasury lists {self.name}{under}{f' ({words})' if words else ''}."
            yield LISTING.build_relationship_claim(
                self.id, RELATIONSHIPS["listing"], REGIME, summary, detail=programme, paragraph=self.place
            )

    def columns(self) -> Iterator[Claim]:
        for column, prop in _COLUMNS.items():
            if value := self.row.values[column]:
                yield from self.build_property_claims(RemarkFact(remarks.PROPERTY, prop, value))
        if self.type == TYPES["other"]:
            yield DETAILS.build_property_claim(self.id, "schema", self.row.values["SDN_Type"], paragraph=self.place)
        if tonnage := self.row.values["GRT"]:
            if re.fullmatch(r"\d{1,3}(,\d{3})+|\d{1,9}", tonnage, re.ASCII):
                self.property_values["tonnage"].add(int(tonnage.replace(",", "")))
            else:
                self.notice("faulty number", f"the tonnage {tonnage!r} is no number; it stays as a text")

    def fact(self, fact: RemarkFact) -> Iterator[Claim]:
        if fact.kind == remarks.NAME:
            yield DETAILS.names(self.id, fact.value, fact.label, paragraph=self.place)
        elif fact.kind == remarks.IDENTIFIER:
            yield self.identifier(fact)
        elif fact.kind == remarks.LINK:
            yield self.link(fact)
        else:
            yield from self.build_property_claims(fact)

    def identifier(self, fact: RemarkFact) -> Claim:
        scheme = "IMO" if fact.label == _SHIP_IMO and self.type == TYPES["ship"] else fact.label
        prop, number = _NUMBERS.get(self.type, {}).get(scheme, ""), fact.value.removesuffix(f" ({fact.country})")
        if imo.is_scheme(scheme):
            self.imo_number(number)
        elif prop:
            self.property_values[prop].add(number)
        if prop == "registrationNumber" and fact.country:  # the register's state
            state = reference.find_state(fact.country)
            self.property_values["jurisdiction"].add(state.name if state else fact.country)
        claim = DETAILS.build_identifier_claim(self.id, scheme, fact.value, paragraph=self.place)
        return replace(claim, valid_from=fact.issued, valid_to=fact.expires)

    def imo_number(self, number: str) -> None:
        """A ship's or a company's own number, which may become a property; a notice for what is neither's."""
        prop = ontology.load().types[self.type].properties.get(_IMO_NUMBER)
        if prop and imo.is_number(number, prop.imo):
            self.property_values[_IMO_NUMBER].add(number)
        else:
            other = imo.find_bearer(number)
            rule = f"has the check digit of a {other}" if other else "fails the check of IMO numbers"
            self.notice("faulty IMO number", f"{number!r} {rule}; it stays as a text")

    def build_property_claims(self, fact: RemarkFact) -> Iterator[Claim]:
        prop, value = fact.label, fact.value
        exact = prop != "birthDate" or (len(set(self.births)) == 1 and remarks.parse_partial_date(value))
        yield (DETAILS if exact else HEDGED).build_property_claim(self.id, prop, value, paragraph=self.place)
        if prop in ("birthDate", "buildDate", "incorporationDate"):
            self.date(prop, value)
        elif prop in ("nationality", "citizenship") and self.type == TYPES["person"]:
            self.give_country(value)
            yield from self.build_state_claims(RELATIONSHIPS["nationality"], f"the {prop} {value}", prop, value)
        elif prop == "flag" and self.type == TYPES["ship"] and value.casefold() != _NO_FLAG:
            self.give_country(value)
            yield from self.build_state_claims(RELATIONSHIPS["flag"], f"the flag {value}", "", value)
        elif prop == "jurisdiction":
            state = self.find_state(value)
            self.property_values[prop].add(state.name if state else value)
        elif prop == "owner":
            yield from self.owner(value)
        elif prop in ("title", "vesselType", "aircraftModel"):
            self.property_values[prop].add(value)

    def date(self, prop: str, text: str) -> None:
        date = remarks.parse_partial_date(text)
        if date and prop != "birthDate":
            self.property_values[prop].add(date)
        if not date and remarks.has_date_form(text):
            self.notice("faulty date", f"{text!r} is no day of the calendar; it stays as a text")

    def build_state_claims(self, predicate: str, words: str, detail: str, text: str) -> Iterator[Claim]:
        for state in self.state(text):
            summary = end_sentence(f"The list gives {self.name} {words}")
            yield DETAILS.build_relationship_claim(
                self.id, predicate, state.id, summary, detail=detail, paragraph=self.place
            )

    def owner(self, text: str) -> Iterator[Claim]:
        parties, _ = self.index.find(text)
        owned = (TYPES["ship"], TYPES["aircraft"])
        owners = [n for n in parties if self.index.types[n] not in (*owned, TYPES["other"]) and n != self.number]
        if len(owners) != 1 or len(parties) != 1 or self.type not in owned:
            kind = "ambiguous owner" if parties else "unknown owner"
            self.notice(
                kind,
                f"the owner {text!r} is {_describe_parties(parties) or 'no party of this edition'}; it stays as a text",
            )
            return
        owner = format_name(self.index.primary[owners[0]], self.index.types[owners[0]])
        summary = end_sentence(f"The list gives {owner} as the owner of {self.name}")
        yield DETAILS.build_relationship_claim(
            build_entity_id(owners[0]), RELATIONSHIPS["owner"], self.id, summary, paragraph=self.place
        )

    def link(self, fact: RemarkFact) -> Claim:
        parties, by_alias = self.index.find(fact.value, last=fact.last)
        text = remarks.strip_full_stop(fact.value) if fact.last else fact.value
        if len(parties) != 1 or parties == [self.number]:
            kind = "ambiguous link" if parties else "unknown link"
            words = _describe_parties(parties) or "no party of this edition"
            self.notice(kind, f"it is linked to {text!r}, which is {words}; the link stays as a text")
            return DETAILS.build_property_claim(self.id, "linkedTo", text, paragraph=self.place)
        other = format_name(self.index.primary[parties[0]], self.index.types[parties[0]])
        named = f", under the name {text}" if by_alias else ""
        summary = end_sentence(f"The list says that {self.name} is linked to {other}{named}")
        speaker = HEDGED if by_alias else DETAILS
        return speaker.build_relationship_claim(
            self.id, RELATIONSHIPS["link"], build_entity_id(parties[0]), summary, paragraph=self.place
        )


def _describe_parties(numbers: list[int]) -> str:
    """The parties that a name may mean, in words; "" for none."""
    if len(numbers) == 1:
        return f"the name of entry {numbers[0]}"
    return f"the name of {len(numbers)} parties (entries {', '.join(map(str, numbers))})" if numbers else ""
