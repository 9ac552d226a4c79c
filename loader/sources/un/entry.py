"""What an entry of the Security Council's list says: from one XML element to items. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element

from anyascii import anyascii

from graph import evidence, imo, ontology
from graph.formats.xml_stream import strip_namespace
from graph.model import Entity
from loader import reference
from loader.records import Item, Notice, RejectedRow, Row
from loader.sources.un.parts import (
    EntityDraft,
    ListEntry,
    clean,
    describe_document,
    find_state,
    list_attributes,
    parse_birth,
    parse_day,
    read_parts,
    read_values,
    sort_children,
    split_names,
)
from loader.statements import PRIMARY_NAME, Attribution, compute_digest

DATASET, SOURCE = "un", "un-consolidated-list"
COUNCIL = "regime-un"  # speaks where no one committee does: which state an address lies in
LIST_TYPE_LIMIT = 60  # characters; the longest in use has ten
LIST_TYPES = 200  # fifteen are in use
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")
_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_PLAIN = ("DATAID", "REFERENCE_NUMBER", "UN_LIST_TYPE", "LISTED_ON", "DELISTED_ON", "NAME_ORIGINAL_SCRIPT")
_PLACE = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")
_BIRTH = ("TYPE_OF_DATE", "DATE", "YEAR", "FROM_YEAR", "TO_YEAR", "NOTE")
_DOCUMENT = (
    "TYPE_OF_DOCUMENT",
    "TYPE_OF_DOCUMENT2",
    "NUMBER",
    "ISSUING_COUNTRY",
    "COUNTRY_OF_ISSUE",
    "CITY_OF_ISSUE",
    "DATE_OF_ISSUE",
    "NOTE",
)
_ALIAS = ("QUALITY", "ALIAS_NAME", "DATE_OF_BIRTH", "CITY_OF_BIRTH", "COUNTRY_OF_BIRTH", "NOTE")


class EntryTransformer:
    """Turns entries into items.

    It remembers which addresses, states and authorities it has given, to give each once: some 100 bytes an address,
    and 1 KB an address of entries that are not selected.
    """

    def __init__(self, words: Mapping[str, Any], only: Iterable[str]) -> None:
        self.words, self.only = words, {name.casefold() for name in only}
        types = ontology.load().types
        kinds = (types[words["types"][kind]] for kind in ("individual", "entity", "address"))
        self.person, self.organisation, self.address = kinds
        self.relationships: Mapping[str, str] = words["relationships"]
        self.types: dict[str, str] = {}  # the list types that came, by their folded form
        self.yielded: set[str] = set()
        # Addresses of entries that are not selected: a selected one may still come.
        self.waiting: dict[str, list[Item]] = {}
        self.known_tags = {*_NAMES, *_PLAIN, *words["ignored"], *words["properties"]}
        self.handlers: dict[str, Callable[[EntityDraft, Element], None]] = {
            "NATIONALITY": self._add_nationality,
            "NATIONALITY2": self._add_nationality,
            "INDIVIDUAL_ADDRESS": self._address,
            "ENTITY_ADDRESS": self._address,
            "INDIVIDUAL_ALIAS": self._add_alias,
            "ENTITY_ALIAS": self._add_alias,
            "INDIVIDUAL_DATE_OF_BIRTH": self._add_birth,
            "INDIVIDUAL_PLACE_OF_BIRTH": self._add_birth_place,
            "INDIVIDUAL_DOCUMENT": self._document,
            **{tag: partial(self._values, prop) for tag, prop in words["value_lists"].items()},
        }

    def transform(self, entry: ListEntry) -> Iterator[Item | RejectedRow | Notice]:
        """The items of one entry, or why it is rejected."""
        texts, others = sort_children(entry.element, self.known_tags)
        number = texts.get("REFERENCE_NUMBER", "")
        identity = texts.get("DATAID", "") or number
        name = " ".join(filter(None, (texts.get(part, "") for part in _NAMES)))
        list_type = texts.get("UN_LIST_TYPE", "")
        problems = []
        if not _ID.match(identity):
            problems.append(
                entry.row.problem(
                    "DATAID",
                    f"{identity[:100]!r} can't be an id" if identity else "has neither DATAID nor REFERENCE_NUMBER",
                )
            )
        if not name:
            problems.append(entry.row.problem("FIRST_NAME", "an entry needs a name"))
        if len(list_type) > LIST_TYPE_LIMIT:
            problems.append(entry.row.problem("UN_LIST_TYPE", f"is longer than {LIST_TYPE_LIMIT} characters"))
        if len(self.types) >= LIST_TYPES and list_type.casefold() not in self.types:
            problems.append(entry.row.problem("UN_LIST_TYPE", f"is one more than {LIST_TYPES} list types"))
        if problems:
            concerns = frozenset({f"{DATASET}-{identity}"}) if _ID.match(identity) else None
            yield RejectedRow(entry.row, tuple(problems), concerns)
            return
        self.types.setdefault(list_type.casefold(), list_type)
        authority = self._find_authority(list_type)
        selected = not self.only or list_type.casefold() in self.only
        grade = self.words["credibility"]
        speak = partial(Attribution, DATASET, SOURCE, authority.id, self.words["reliability"])
        draft = EntityDraft(
            row=entry.row,
            id=f"{DATASET}-{identity}",
            type=self.person if strip_namespace(entry.element.tag) == "INDIVIDUAL" else self.organisation,
            reference=number,
            selected=selected,
            listing=speak(grade["listing"]),
            plain=speak(grade["details"]),
            hedged=speak(grade["hedged"]),
        )
        self._share(draft, authority)
        draft.claim(draft.listing.names(draft.id, name, PRIMARY_NAME, paragraph=draft.reference))
        if not list_type:
            draft.notice("no list type", "names no list (UN_LIST_TYPE): taken for a listing by the Security Council")
        self._add_listing(draft, authority, texts)
        self._texts(draft, texts)
        for tag, element in others:
            self._add_other(draft, tag, element)
        self._finish_birth(draft)
        yield Item(
            Entity(draft.id, draft.type.name, draft.type.labels, name, properties=draft.properties),
            entry.row,
            selected,
        )
        yield from draft.items

    def rest(self, row: Row) -> Iterator[Item | Notice]:
        """What is left at the end: the addresses of entries that were not selected, and types that never came."""
        for items in self.waiting.values():
            yield from items
        if missing := sorted(self.only - set(self.types)):
            there = ", ".join(sorted(filter(None, self.types.values())))
            text = f"no entry is of the type {', '.join(missing)}; the file has {there}"
            yield Notice("no such list type", text, row)

    # The listing itself ---------------------------------------------------------------------------------------------

    def _find_authority(self, list_type: str) -> Entity:
        own = self.words["own_regimes"].get(list_type)
        if own:
            return reference.get_regime(own)
        if not list_type:
            return reference.get_regime(COUNCIL, "United Nations Security Council (consolidated list)")
        slug = re.sub(r"[^a-z0-9]+", "-", anyascii(list_type).lower()).strip("-") or compute_digest(list_type)
        subject = self.words["regimes"].get(list_type, list_type)
        return reference.get_regime(f"{COUNCIL}-{slug}", f"United Nations sanctions on {subject}")

    def _share(self, draft: EntityDraft, entity: Entity) -> None:
        if draft.selected and entity.id not in self.yielded:
            self.yielded.add(entity.id)
            draft.items.append(Item(entity, draft.row, shared=True))

    def _add_listing(self, draft: EntityDraft, authority: Entity, texts: Mapping[str, str]) -> None:
        begins = {}
        for tag, prop in (("LISTED_ON", "listingDate"), ("DELISTED_ON", "endDate")):
            text = texts.get(tag, "")
            begins[tag] = parse_day(text)
            if text and not begins[tag]:
                draft.notice("unreadable date", f"{tag} is {text[:50]!r}: kept as a property")
                draft.describe(prop, text)
        on = f" on {begins['LISTED_ON']}" if begins["LISTED_ON"] else ""
        as_number = f" as {draft.reference}" if draft.reference else ""
        draft.claim(
            draft.listing.build_relationship_claim(
                draft.id,
                self.relationships["listing"],
                authority.id,
                f"Listed by the Security Council{on}{as_number}.",
                detail=draft.reference,
                valid_from=begins["LISTED_ON"],
                valid_to=begins["DELISTED_ON"],
                paragraph=draft.reference,
            )
        )
        if draft.reference:
            draft.claim(
                draft.listing.build_identifier_claim(draft.id, "UN", draft.reference, paragraph=draft.reference)
            )

    def _texts(self, draft: EntityDraft, texts: Mapping[str, str]) -> None:
        original = texts.get("NAME_ORIGINAL_SCRIPT", "")
        for name in split_names(original):
            draft.claim(draft.plain.names(draft.id, name, "original script", paragraph=draft.reference))
        for tag, prop in self.words["properties"].items():
            if texts.get(tag, "") not in self.words["empty_words"].get(tag, ()):
                draft.describe(prop, texts.get(tag, ""))
        self._add_imo_numbers(draft, sorted(set(imo.find_numbers(texts.get("COMMENTS1", "")))))

    def _add_imo_numbers(self, draft: EntityDraft, numbers: Sequence[str]) -> None:
        """The IMO numbers that a comment names."""
        if len(numbers) == 1:
            prop = draft.type.properties.get("imoNumber")
            if prop and imo.is_number(numbers[0], prop.imo):
                draft.properties[prop.name] = numbers[0]
            elif bearer := imo.find_bearer(numbers[0]):
                draft.notice("IMO number", f"{numbers[0]} is the number of a {bearer}, not this entry's own")
            else:
                draft.notice("IMO number", f"the check digit of {numbers[0]} is wrong")
            draft.claim(draft.plain.build_identifier_claim(draft.id, "IMO", numbers[0], paragraph=draft.reference))
        elif numbers:
            # They can't all be the entry's own: as identifiers they would make it the same as several ships.
            draft.notice("IMO number", f"the comment names {len(numbers)}: {', '.join(numbers[:10])}; none is taken")

    def _add_other(self, draft: EntityDraft, tag: str, element: Element) -> None:
        for name, value in list_attributes(element):
            draft.unknown(f"{tag}@{name}", clean(value))
        if tag in self.handlers:
            self.handlers[tag](draft, element)
        else:
            text = clean(" ".join(element.itertext()))
            if text not in self.words["empty_words"].get(tag, ()):
                draft.unknown(tag, text)

    def _values(self, prop: str, draft: EntityDraft, element: Element) -> None:
        values = read_values(draft, element)
        if prop == "title" and draft.type == self.person and values:
            draft.properties.setdefault("title", values[0])
        for value in values:
            draft.describe(prop, value)

    # Names, places, dates, documents ----------------------------------------------------------------------------------

    def _add_alias(self, draft: EntityDraft, element: Element) -> None:
        parts = read_parts(draft, element, _ALIAS)
        quality = parts.get("QUALITY", "")
        kind = self.words["qualities"].get(quality, f"alias ({quality})" if quality else "alias")
        speaker = draft.hedged if quality == "Low" else draft.plain
        names = split_names(parts.get("ALIAS_NAME", ""))
        for name in names:
            draft.claim(speaker.names(draft.id, name, kind, paragraph=draft.reference))
        about = "; ".join(parts[tag] for tag in _ALIAS[2:] if parts.get(tag))
        if not names and quality not in self.words["qualities"]:
            about = "; ".join(filter(None, (quality, about)))
        if about:
            draft.describe("aliasNote", f"{', '.join(names)}: {about}" if names else about)

    def _add_nationality(self, draft: EntityDraft, element: Element) -> None:
        for text in read_values(draft, element):
            state = self._state(draft, text, "nationality")
            draft.properties.setdefault("country", state.name if state else text)
            if state is None:
                draft.describe("nationality", text)
            elif draft.type == self.person:
                draft.claim(
                    draft.plain.build_relationship_claim(
                        draft.id,
                        self.relationships["nationality"],
                        state.id,
                        f"The list gives the nationality of {state.name}.",
                        paragraph=draft.reference,
                    )
                )
            else:
                draft.describe("nationality", text)

    def _state(self, draft: EntityDraft, text: str, what: str) -> Entity | None:
        """The state of this name; a notice where there is none."""
        state = find_state(text)
        if state is None:
            draft.notice("unknown country", f"the {what} {text[:100]!r} is no country that we know; kept as text")
        else:
            self._share(draft, state)
        return state

    def _address(self, draft: EntityDraft, element: Element) -> None:
        parts = read_parts(draft, element, (*_PLACE, "NOTE"))
        country, note = parts.get("COUNTRY", ""), parts.get("NOTE", "")
        text = ", ".join(parts[tag] for tag in _PLACE if parts.get(tag))
        if not text:
            draft.describe("addressNote", note)
            return
        state = self._state(draft, country, "country of an address") if country else None
        if country and draft.type == self.organisation:
            draft.properties.setdefault("country", state.name if state else country)
        place = state
        if text != country:
            place = self._place(draft, text, country, state)
        if place is None:
            draft.properties.setdefault("country", country)
            draft.describe("country", f"{country} ({note})" if note else country)
            return
        draft.claim(
            draft.plain.build_relationship_claim(
                draft.id,
                self.relationships["address"],
                place.id,
                f"The list gives the address {text}.",
                detail=note,
                paragraph=draft.reference,
            )
        )

    def _place(self, draft: EntityDraft, text: str, country: str, state: Entity | None) -> Entity:
        place_id = f"{DATASET}-address-{compute_digest(evidence.fold(text))}"
        properties = {"country": state.name if state else country} if country else {}
        place = Entity(place_id, self.address.name, self.address.labels, text, properties=properties)
        if place_id in self.yielded or (place_id in self.waiting and not draft.selected):
            return place
        # What waits must not hold the whole entry.
        row = draft.row if draft.selected else Row(draft.row.file, draft.row.number)
        items = [Item(place, row, draft.selected)]
        if state:
            # Said in one and the same way whichever committee's entry gives the address.
            council = self._find_authority("")
            self._share(draft, council)
            grade = self.words["credibility"]["details"]
            speaker = Attribution(DATASET, SOURCE, council.id, self.words["reliability"], grade)
            claim = speaker.build_relationship_claim(
                place_id, self.relationships["address"], state.id, f"The address is in {state.name}."
            )
            items.append(Item(claim, row, draft.selected))
        if draft.selected:
            self.waiting.pop(place_id, None)
            self.yielded.add(place_id)
            draft.items += items
        else:
            self.waiting[place_id] = items
        return place

    def _add_birth(self, draft: EntityDraft, element: Element) -> None:
        parts = read_parts(draft, element, _BIRTH)
        birth, exact = parse_birth(parts)
        date = parts.get("DATE", "") or parts.get("YEAR", "")
        if date and not parse_day(date):
            draft.notice("unreadable date", f"the date of birth {date[:50]!r} is kept as it stands")
        if birth:
            draft.births.append((birth, exact))

    def _finish_birth(self, draft: EntityDraft) -> None:
        """Each date is a claim, the first exact one a property too; of several, and of a vague one, none is sure."""
        exact = [date for _, date in draft.births if date]
        if exact:
            draft.properties["birthDate"] = exact[0]
        sure = draft.births == [(date, date) for date in exact[:1]]
        for birth, _ in draft.births:
            draft.describe("birthDate", birth, draft.plain if sure else draft.hedged)

    def _add_birth_place(self, draft: EntityDraft, element: Element) -> None:
        parts = read_parts(draft, element, (*_PLACE, "NOTE"))
        text = ", ".join(parts[tag] for tag in _PLACE if parts.get(tag))
        note = parts.get("NOTE", "")
        draft.describe("birthPlace", f"{text} ({note})" if text and note else text or note)

    def _document(self, draft: EntityDraft, element: Element) -> None:
        parts = read_parts(draft, element, _DOCUMENT)
        scheme = parts.get("TYPE_OF_DOCUMENT", "") or parts.get("TYPE_OF_DOCUMENT2", "") or "Document"
        number = parts.get("NUMBER", "")
        if number:
            draft.claim(draft.plain.build_identifier_claim(draft.id, scheme, number, paragraph=draft.reference))
        description = describe_document(parts, scheme)
        if description or (scheme != "Document" and not number):
            draft.describe("document", f"{scheme} {number}".strip() + (f": {description}" if description else ""))
