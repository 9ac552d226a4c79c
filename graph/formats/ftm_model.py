"""The FollowTheMoney model as plain data, read from ftm_model.json (scripts/renew_ftm_model.py writes it).

https://followthemoney.tech/explorer/ shows the same. A schema holds its own properties and those of its ancestors.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pycountry

from graph import evidence
from graph.ontology import EntityType, Ontology

FILE = Path(__file__).with_name("ftm_model.json")
# Schemata of FollowTheMoney that the format itself gives a part; types of ours may bear the same names.
THING, ADDRESS, PUBLIC_BODY, SANCTION, SIMILAR, NOTE = ("Thing", "Address", "PublicBody", "Sanction", "Similar", "Note")


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a schema. `range` is the schema an entity-typed one points to, `reverse` its name seen from there;
    a `stub` is only such a reverse name, and never written. `format` narrows an identifier, such as "imo"."""

    name: str
    label: str
    type: str
    range: str = ""
    reverse: str = ""
    stub: bool = False
    format: str = ""
    max_length: int = 250


@dataclass(frozen=True, slots=True)
class Schema:
    """A kind of FollowTheMoney entity. `edge` names the properties of the two ends where it is a relationship."""

    name: str
    label: str
    extends: tuple[str, ...]
    names: frozenset[str]
    abstract: bool
    edge: tuple[str, str] | None
    required: tuple[str, ...]
    caption: tuple[str, ...]
    start: tuple[str, ...]
    end: tuple[str, ...]
    properties: Mapping[str, Property] = field(default_factory=dict)

    def is_a(self, name: str) -> bool:
        """Whether this is the named schema or inherits from it."""
        return name in self.names

    @property
    def ends(self) -> tuple[str, str] | None:
        """The properties of a link's two ends; None for what is no link."""
        return ("candidate", "match") if self.is_a(SIMILAR) else self.edge


@dataclass(frozen=True)
class Model:
    """All schemata, and the lists of codes that FollowTheMoney knows."""

    version: str
    schemata: Mapping[str, Schema]
    countries: Mapping[str, tuple[str, ...]]
    topics: frozenset[str]
    languages: frozenset[str]
    genders: frozenset[str]
    codes: Mapping[str, str]

    def schema(self, name: str) -> Schema:
        """The schema of this name; for an unknown one what all things have (names, country, addresses)."""
        return self.schemata.get(name) or self.schemata[THING]

    def find_country_code(self, text: str) -> str:
        """The code of a territory's name or code; "" where FollowTheMoney has none for it."""
        return self.codes.get(_normalize_name(text), "")

    def find_country_name(self, code: str) -> str:
        """The English name of a territory's code; "" for an unknown one."""
        names = self.countries.get(code.lower())
        return names[0] if names else ""


@cache
def load() -> Model:
    """The model that is shipped."""
    raw = json.loads(FILE.read_text(encoding="utf-8"))
    described = raw["schemata"]
    countries = {code: tuple(names) for code, names in raw["countries"].items()}
    return Model(
        version=raw["version"],
        schemata={name: _parse_schema(name, described) for name in described},
        countries=countries,
        topics=frozenset(raw["topics"]),
        languages=frozenset(raw["languages"]),
        genders=frozenset(raw["genders"]),
        codes=_build_country_codes(countries),
    )


def select_schema(type_: EntityType | None, model: Model) -> str:
    """The schema that an ontology type is written as.

    Where the ontology names one that stands for no entity by itself, the nearest that does: a sanctions authority is a
    PublicBody (a Sanction is one listing), and what is just a Thing is a Note.
    """
    schema = model.schemata.get(type_.ftm) if type_ else None
    if schema is None or schema.abstract or schema.edge or not schema.is_a(THING):
        return PUBLIC_BODY if schema is not None and schema.name == SANCTION else NOTE
    return schema.name


def map_schemata_to_types(ontology: Ontology) -> dict[str, str]:
    """By schema, the ontology type that FollowTheMoney entities of it become; a heading stands for none.

    Of several types with one schema the one of its own name counts (Address), else the most general (Organization).
    """
    types: dict[str, str] = {}
    for type_ in ontology.types.values():
        if type_.name == type_.ftm or type_.ftm not in types:
            types[type_.ftm] = type_.name
    return {schema: name for schema, name in types.items() if not ontology.types[name].abstract}


def _parse_schema(name: str, described: Mapping[str, Any]) -> Schema:
    raw = described[name]
    properties: dict[str, Property] = {}
    for ancestor in sorted(raw["schemata"], key=lambda a: len(described[a]["schemata"])):
        for prop, spec in described[ancestor]["properties"].items():
            properties[prop] = Property(
                prop,
                spec["label"],
                spec["type"],
                spec.get("range", ""),
                spec.get("reverse", ""),
                spec.get("stub", False),
                spec.get("format", ""),
                spec["maxLength"],
            )
    extent = raw.get("temporalExtent", {})
    edge = raw.get("edge")
    return Schema(
        name=name,
        label=raw["label"],
        extends=tuple(raw["extends"]),
        names=frozenset(raw["schemata"]),
        abstract=raw.get("abstract", False),
        edge=(edge[0], edge[1]) if edge else None,
        required=tuple(raw.get("required", ())),
        caption=tuple(raw.get("caption", ())),
        start=tuple(extent.get("start", ())),
        end=tuple(extent.get("end", ())),
        properties=properties,
    )


def _build_country_codes(countries: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The code of every name and code, also of the names of ISO 3166."""
    codes: dict[str, str] = {}
    for iso in pycountry.countries:
        code = iso.alpha_2.lower()
        if code in countries:
            iso_names = (getattr(iso, key, "") for key in ("alpha_3", "name", "common_name", "official_name"))
            codes.update({_normalize_name(name): code for name in iso_names if name})
    for code, names in countries.items():
        codes.update({_normalize_name(name): code for name in (code, *names)})
    return codes


def _normalize_name(text: str) -> str:
    return evidence.fold(text).replace(",", "").replace(".", "")
