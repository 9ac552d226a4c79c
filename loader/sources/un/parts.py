"""The parts of an entry of the Security Council's list, and the draft of what they become. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from graph import dates
from graph.formats.xml_stream import strip_namespace
from graph.model import Claim, Entity
from graph.ontology import EntityType
from loader import reference
from loader.records import Item, Notice, RejectedRow, Row
from loader.statements import Attribution

_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"  # its attributes say nothing of the entry
# A day with a time or a time zone behind it, as some editions write it ("2015-03-27-04:00").
_DAY = re.compile(r"([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?:[T+Z].*|-[0-9]{2}:[0-9]{2})?\Z", re.DOTALL)
_OF = re.compile(r"(.+?) \((.+)\)\Z")  # "Iran (Islamic Republic of)"


@dataclass(frozen=True, slots=True)
class ListEntry:
    """An INDIVIDUAL or ENTITY, and where it stands."""

    row: Row
    element: Element


@dataclass
class EntityDraft:
    """What has been made of one entry so far."""

    row: Row
    id: str
    type: EntityType  # of a person or of an organisation
    reference: str
    selected: bool
    listing: Attribution
    plain: Attribution
    hedged: Attribution
    items: list[Item | RejectedRow | Notice] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    births: list[tuple[str, str]] = field(default_factory=list)  # as said, and as a date where it is exact
    claims: set[str] = field(default_factory=set)

    def claim(self, claim: Claim) -> None:
        """Adds a claim, once."""
        if claim.id not in self.claims:
            self.claims.add(claim.id)
            self.items.append(Item(claim, self.row, self.selected))

    def notice(self, kind: str, text: str) -> None:
        self.items.append(Notice(kind, f"{self.reference or self.id}: {text}", self.row))

    def describe(self, prop: str, value: str, speaker: Attribution | None = None) -> None:
        if value:
            self.claim((speaker or self.plain).build_property_claim(self.id, prop, value, paragraph=self.reference))

    def unknown(self, path: str, value: str) -> None:
        """Keeps what the list says in a way that we don't know."""
        if value:
            name = path[:100]
            self.notice(f"unknown element {name}", f"{name} is kept as a property")
            self.describe(name.lower().replace("_", " ").replace("/", " "), value)


def parse_day(text: str) -> str:
    """A partial date without time and time zone; '' where the text is no date."""
    match = _DAY.match(text.strip())
    if not match:
        return ""
    try:
        dates.parse_range(match[1])
    except ValueError:
        return ""
    return match[1]


def find_state(text: str) -> Entity | None:
    """The state of a name as the United Nations write it: "Iran (Islamic Republic of)" too."""
    turned = _OF.match(text)
    return reference.find_state(text) or (reference.find_state(f"{turned[1]}, {turned[2]}") if turned else None)


def clean(text: str | None) -> str:
    return " ".join((text or "").split())


def split_names(names: str) -> list[str]:
    """Names that stand in one field, with semicolons between them."""
    return [name for name in (part.strip() for part in names.split(";")) if name]


def sort_children(element: Element, known_tags: set[str]) -> tuple[dict[str, str], list[tuple[str, Element]]]:
    """The texts of an element's plain children by tag, and all that it holds besides, a repeated child too."""
    texts: dict[str, str] = {}
    others: list[tuple[str, Element]] = _wrap_loose_text("text", element.text)
    for child in element:
        tag = strip_namespace(child.tag)
        if tag in known_tags and tag not in texts and not len(child):
            texts[tag] = clean(child.text)
            for name, value in list_attributes(child):
                others += _wrap_loose_text(f"{tag}@{name}", value)
        else:
            others.append((tag, child))
        others += _wrap_loose_text("text", child.tail)
    return texts, others


def list_attributes(element: Element) -> list[tuple[str, str]]:
    """An element's attributes that say something of the entry."""
    return [(strip_namespace(name), value) for name, value in element.attrib.items() if not name.startswith(_SCHEMA)]


def _wrap_loose_text(name: str, text: str | None) -> list[tuple[str, Element]]:
    """A text that stands outside the known elements, as an element."""
    if not clean(text):
        return []
    element = Element(name)
    element.text = text
    return [(name, element)]


def read_parts(draft: EntityDraft, element: Element, known_tags: tuple[str, ...]) -> dict[str, str]:
    """The texts of an element's children by tag; whatever else it holds is kept as unknown."""
    texts, others = sort_children(element, set(known_tags))
    for tag, child in others:
        draft.unknown(f"{strip_namespace(element.tag)}/{tag}", read_whole_text(child))
    return texts


def read_values(draft: EntityDraft, element: Element) -> list[str]:
    """The texts of the VALUE elements, or the element's own text; whatever else it holds is kept as unknown."""
    values = [clean(element.text)]
    for child in element:
        tag = strip_namespace(child.tag)
        if tag == "VALUE" and not len(child):
            values.append(clean(child.text))
            for name, value in list_attributes(child):
                draft.unknown(f"{strip_namespace(element.tag)}/VALUE@{name}", clean(value))
        else:
            draft.unknown(f"{strip_namespace(element.tag)}/{tag}", read_whole_text(child))
        values.append(clean(child.tail))
    return [value for value in values if value]


def read_whole_text(element: Element) -> str:
    """Everything that an element says, with its attributes."""
    return clean(" ".join((*(value for _, value in list_attributes(element)), *element.itertext())))


def parse_birth(parts: Mapping[str, str]) -> tuple[str, str]:
    """A date of birth as the list says it, "circa 1964", and as a date where it says it exactly."""
    kind, note = parts.get("TYPE_OF_DATE", "").upper(), parts.get("NOTE", "")
    birth = parts.get("DATE", "") or parts.get("YEAR", "")
    exact = parse_day(birth) if kind in ("EXACT", "") else ""
    birth = parse_day(birth) or birth
    if not birth.startswith(parts.get("YEAR", "")):
        birth, exact = f"{birth}, {parts['YEAR']}", ""
    first, last = parts.get("FROM_YEAR", ""), parts.get("TO_YEAR", "")
    if first or last:
        span = f"between {first} and {last}" if first and last else f"from {first}" if first else f"until {last}"
        birth, exact = f"{birth}, {span}" if birth else span, ""
    if birth and kind == "APPROXIMATELY":
        birth = f"circa {birth}"
    elif kind not in ("EXACT", "BETWEEN", "APPROXIMATELY", ""):
        birth = f"{kind.lower()} {birth}".strip()
    return (f"{birth} ({note})" if birth else note) if note else birth, exact


def describe_document(parts: Mapping[str, str], scheme: str) -> str:
    """What the list says of a document besides its number."""
    words = {
        "TYPE_OF_DOCUMENT2": "",
        "ISSUING_COUNTRY": "issued by ",
        "COUNTRY_OF_ISSUE": "issued in ",
        "CITY_OF_ISSUE": "issued in ",
        "DATE_OF_ISSUE": "issued on ",
        "NOTE": "",
    }
    return "; ".join(f"{lead}{parts[tag]}" for tag, lead in words.items() if parts.get(tag, scheme) not in ("", scheme))
