"""What the rows of the SDN list's files have in common when they become items; and its addresses and aliases. Pure."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from graph import evidence, ontology
from graph.model import Entity
from loader import reference
from loader.records import Item, Notice, Record, Row
from loader.sources.ofac.files import ADDRESS
from loader.sources.ofac.index import PartyIndex
from loader.sources.ofac.remarks import ALIAS_KINDS, load_manifest
from loader.statements import Attribution, compute_digest

DATASET, SOURCE, REGIME = "ofac", "ofac-sdn", "regime-ofac"
_GRADES = load_manifest()["credibility"]
LISTING, DETAILS, HEDGED = (
    Attribution(DATASET, SOURCE, REGIME, load_manifest()["reliability"], _GRADES[k])
    for k in ("listing", "details", "hedged")
)
TYPES: dict[str, str] = load_manifest()["types"]
RELATIONSHIPS: dict[str, str] = load_manifest()["relationships"]
Output = Iterator[Item | Notice]


def build_entity_id(number: int) -> str:
    """The id of a party: stays the same from edition to edition, as its number does."""
    return f"{DATASET}-{number}"


def format_name(name: str, type_: str) -> str:
    """The name as pictures show it: a person's without the comma, the family name in capitals as the list has it."""
    return name.replace(", ", " ", 1) if type_ == TYPES["person"] else name


@cache
def get_labels(type_: str) -> tuple[str, ...]:
    """The labels of a type of the ontology."""
    return ontology.load().types[type_].labels


def end_sentence(text: str) -> str:
    """A text that ends in one full stop, also where its last word brings one ("S.A.")."""
    return text if text.endswith(".") else f"{text}."


class ItemBuilder:
    """Makes the items of one row. States and notices that come up on the way wait in `others`."""

    def __init__(self, row: Row, index: PartyIndex) -> None:
        self.row, self.index = row, index
        self.number = int(row.values["ent_num"])
        self.id, self.place = build_entity_id(self.number), f"entry {self.number}"
        self.type = index.types[self.number]
        self.name = format_name(index.primary[self.number], self.type)
        self.chosen = index.selected(self.number)
        self.others: list[Item | Notice] = []

    def item(self, record: Record) -> Item:
        """A record of this row."""
        return Item(record, self.row, selected=self.chosen)

    def notice(self, kind: str, text: str) -> None:
        """Something to be said about this row; of a party that is left out nobody wants to know it."""
        if self.chosen:
            self.others.append(Notice(kind, f"{self.place}, {self.index.primary[self.number]}: {text}", self.row))

    def find_state(self, text: str) -> Entity | None:
        """The state of a name; None, and a notice, for a name that is no state's."""
        state = reference.find_state(text)
        if state is None:
            self.notice("unknown country", f"{text!r} is no country that is known here; it stays as a text")
        return state

    def state(self, text: str) -> list[Entity]:
        """The state of a name, where there is one: a claim that leads to it will follow."""
        state = self.find_state(text) if text else None
        if state is None:
            return []
        self.others.append(Item(state, self.row, selected=self.chosen, shared=True))
        return [state]


def build_alias(row: Row, index: PartyIndex) -> Output:
    """Another name of a party, of a row of alt.csv."""
    make = ItemBuilder(row, index)
    kind = ALIAS_KINDS.get(row.values["alt_type"], row.values["alt_type"])
    yield make.item(DETAILS.names(make.id, row.values["alt_name"], kind, paragraph=make.place))
    if row.values["alt_remarks"]:
        text = f"{row.values['alt_name']}: {row.values['alt_remarks']}"
        yield make.item(DETAILS.build_property_claim(make.id, "aliasRemark", text, paragraph=make.place))


def build_address(row: Row, index: PartyIndex, new: Callable[[str], bool]) -> Output:
    """An address of a party, of a row of add.csv; `new` says of an address' id whether it comes for the first time.

    A row without street, town and country says nothing and makes nothing: about one in six is like that.
    """
    make = ItemBuilder(row, index)
    street, city, country = (row.values[k] for k in ADDRESS)
    text = ", ".join(part for part in (street, city, country) if part)
    if row.values["add_remarks"]:
        remark = ": ".join(part for part in (text, row.values["add_remarks"]) if part)
        yield make.item(DETAILS.build_property_claim(make.id, "addressRemark", remark, paragraph=make.place))
    if street or city:
        address_id = f"{DATASET}-address-{compute_digest(_fold_address(text))}"
        if new(address_id):
            yield from _build_new_address(make, address_id, text, country)
        # The detail keeps each spelling of what is one address: "Ave Obregon 1800", "Ave. Obregon, 1800".
        summary = end_sentence(f"The list gives {make.name} the address {text}")
        yield make.item(
            DETAILS.build_relationship_claim(
                make.id, RELATIONSHIPS["address"], address_id, summary, detail=text, paragraph=make.place
            )
        )
    elif country:
        for state in make.state(country):
            summary = f"The list gives {make.name} an address in {country}, without street and town."
            yield make.item(
                DETAILS.build_relationship_claim(
                    make.id, RELATIONSHIPS["address"], state.id, summary, paragraph=make.place
                )
            )
    if country and reference.find_state(country) is None:
        yield make.item(DETAILS.build_property_claim(make.id, "country", country, paragraph=make.place))
    yield from make.others


def _build_new_address(make: ItemBuilder, address_id: str, text: str, country: str) -> Output:
    states = make.state(country)
    shown_country = states[0].name if states else country
    properties = {"country": shown_country} if country else {}
    type_ = TYPES["address"]
    yield make.item(Entity(address_id, type_, get_labels(type_), text, properties=properties))
    for state in states:
        summary = end_sentence(f"The list gives {country} as the country of the address {text}")
        yield make.item(DETAILS.build_relationship_claim(address_id, RELATIONSHIPS["address"], state.id, summary))


def _fold_address(text: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", evidence.fold(text)).split())
