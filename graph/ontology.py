"""The ontology: reads and checks ontology.yaml and answers what it says.

Every label, relationship type and property name that ever enters a Cypher text comes from here, and each
is checked against a narrow pattern at load, so that none of them can carry anything but a name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from graph.errors import OntologyError

DEFAULT = Path(__file__).with_name("ontology.yaml")
RANKS = ("up", "down", "level")
VALUES = ("text", "quantity", "none")
PROPERTY_TYPES = ("text", "number", "date", "list")
_LABEL = re.compile(r"[A-Z][A-Za-z]*\Z")
_TYPE = re.compile(r"[A-Z]+(?:_[A-Z]+)*\Z")
_PROPERTY = re.compile(r"[a-z][A-Za-z_]*\Z")
_COLOUR = re.compile(r"#[0-9a-f]{6}\Z")


@dataclass(frozen=True)
class Property:
    """A property an entity may carry. `type` is text, number, date (partial) or list (of texts)."""

    name: str
    type: str
    caption: str
    unit: str = ""
    index: bool = False
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """A family of entity types, or a chain of relationship types, with its hue."""

    name: str
    caption: str
    colour: str


@dataclass(frozen=True)
class EntityType:
    """A kind of entity. `labels` are its Neo4j labels, the most general first."""

    name: str
    caption: str
    plural: str
    labels: tuple[str, ...]
    group: str
    colour: str
    shape: str
    icon: str
    abstract: bool = False
    ftm: str = ""
    properties: Mapping[str, Property] = field(default_factory=dict)

    def is_a(self, name: str) -> bool:
        """Whether this is the named type or a subtype of it."""
        return name in self.labels


@dataclass(frozen=True)
class RelationshipType:
    """A kind of relationship. Reads "A caption B" along its direction and "B inverse A" against it."""

    name: str
    caption: str
    inverse: str
    chain: str
    rank: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    symmetric: bool = False
    ftm: str = ""


@dataclass(frozen=True)
class Ontology:
    """What may be in the graph, and how it is shown."""

    groups: Mapping[str, Group]
    chains: Mapping[str, Group]
    types: Mapping[str, EntityType]
    relationships: Mapping[str, RelationshipType]
    statements: Mapping[str, str]
    statement_captions: Mapping[str, str]
    evidence_properties: Mapping[str, tuple[str, ...]]
    evidence_links: Mapping[str, tuple[str, str]]
    relationship_properties: tuple[str, ...]
    stances: tuple[str, ...]
    reliability: Mapping[str, str]
    credibility: Mapping[str, str]

    def list_concrete_types(self) -> Iterator[EntityType]:
        """The types an entity may have, in the order of the file."""
        return (t for t in self.types.values() if not t.abstract)

    def predicates(self) -> tuple[str, ...]:
        """Everything a claim may say: relationship types, then statements."""
        return (*self.relationships, *self.statements)

    def list_subtypes(self, names: tuple[str, ...]) -> list[str]:
        """The concrete types that are one of `names` or under one of them."""
        return [t.name for t in self.list_concrete_types() if any(t.is_a(n) for n in names)]

    def list_cypher_names(self) -> tuple[set[str], set[str], set[str]]:
        """Labels, relationship types and property names that a query of ours may use."""
        labels = set(self.types) | set(self.evidence_properties)
        types = set(self.relationships) | set(self.evidence_links)
        properties = {p for t in self.types.values() for p in t.properties} | set(self.relationship_properties)
        properties.update(p for names in self.evidence_properties.values() for p in names)
        return labels, types, properties | {"id", "type", "search", "datasets"}

    def schema(self) -> list[str]:
        """The Cypher statements that make constraints and indexes; each may run again without harm."""
        statements = [
            f"CREATE CONSTRAINT {label.lower()}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE"
            for label in ("Entity", *self.evidence_properties)
        ]
        statements += [
            f"CREATE INDEX {t.name.lower()}_{p.name.lower()} IF NOT EXISTS FOR (n:{t.name}) ON (n.{p.name})"
            for t in self.types.values()
            for p in t.properties.values()
            if p.index and self._is_declared_by(t, p)
        ]
        statements += [
            "CREATE INDEX claim_triple IF NOT EXISTS FOR (n:Claim) ON (n.predicate, n.subject, n.object)",
            "CREATE INDEX claim_topic IF NOT EXISTS FOR (n:Claim) ON (n.topic)",
            "CREATE INDEX claim_edition IF NOT EXISTS FOR (n:Claim) ON (n.dataset, n.id)",
            "DROP INDEX claim_dataset IF EXISTS",  # of version 0.1, which claim_edition replaces
            "CREATE FULLTEXT INDEX entity_search IF NOT EXISTS FOR (n:Entity) "
            "ON EACH [n.name, n.aliases, n.identifiers, n.search]",
        ]
        return statements

    def _is_declared_by(self, type_: EntityType, prop: Property) -> bool:
        parents = type_.labels[:-1]
        return not any(prop.name in self.types[p].properties for p in parents)


@cache
def load(path: Path = DEFAULT) -> Ontology:
    """The ontology in `path`, checked. Raises OntologyError, naming entry and rule, where it is not usable."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise OntologyError(f"can't be read: {error}", file=path.name) from error
    return _Reader(path.name).read(raw)


class _Reader:
    """Turns the parsed YAML into an Ontology, or says which entry breaks which rule."""

    def __init__(self, file: str) -> None:
        self.file = file

    def require(self, ok: object, entry: str, rule: str) -> None:
        if not ok:
            raise OntologyError(rule, file=self.file, field=entry)

    def read(self, raw: Any) -> Ontology:
        sections = ("groups", "types", "chains", "relationships", "statements", "evidence")
        for section in sections:
            self.require(isinstance(raw, dict) and isinstance(raw.get(section), dict), section, "must be a mapping")
        groups = {n: self._read_group(f"groups.{n}", n, v) for n, v in raw["groups"].items()}
        chains = {n: self._read_group(f"chains.{n}", n, v) for n, v in raw["chains"].items()}
        types: dict[str, EntityType] = {}
        for name, value in raw["types"].items():
            types[name] = self._type(name, value, types, groups)
        self.require(any(t.labels == ("Entity",) for t in types.values()), "types", "must hold the root type Entity")
        relationships = {n: self._relationship(n, v, types, chains) for n, v in raw["relationships"].items()}
        evidence = raw["evidence"]
        for name, statement in raw["statements"].items():
            entry = f"statements.{name}"
            self.require(_TYPE.match(name) and name not in relationships, entry, "must be a new UPPER_CASE name")
            self.require(statement.get("value") in VALUES, entry, f"value must be one of {', '.join(VALUES)}")
        for name, link in evidence["links"].items():
            self.require(
                _TYPE.match(name) and set(link) == {"source", "target"},
                f"evidence.links.{name}",
                "must be an UPPER_CASE name with source and target",
            )
        return Ontology(
            groups=groups,
            chains=chains,
            types=types,
            relationships=relationships,
            statements={n: s["value"] for n, s in raw["statements"].items()},
            statement_captions={n: s["caption"] for n, s in raw["statements"].items()},
            evidence_properties={n: tuple(p) for n, p in evidence["labels"].items()},
            evidence_links={n: (v["source"], v["target"]) for n, v in evidence["links"].items()},
            relationship_properties=tuple(evidence["relationship_properties"]),
            stances=tuple(evidence["stances"]),
            reliability=dict(evidence["reliability"]),
            credibility=dict(evidence["credibility"]),
        )

    def _read_group(self, entry: str, name: str, value: Any) -> Group:
        self._keys(entry, value, {"caption", "colour"}, set())
        self.require(_COLOUR.match(value["colour"]), entry, "colour must be #rrggbb in lower case")
        return Group(name, value["caption"], value["colour"])

    def _type(self, name: str, value: Any, known: Mapping[str, EntityType], groups: Mapping[str, Group]) -> EntityType:
        entry = f"types.{name}"
        self.require(_LABEL.match(name), entry, "must be a CamelCase name of letters")
        optional = {"parent", "abstract", "ftm", "properties"}
        self._keys(entry, value, {"caption", "plural", "group", "shape", "icon"}, optional)
        parent = value.get("parent")
        self.require(
            parent in known or (name == "Entity" and parent is None),
            entry,
            "parent must be a type above it in the file",
        )
        self.require(value["group"] in groups, entry, f"there is no group {value['group']!r}")
        properties = dict(known[parent].properties) if parent else {}
        for prop, spec in (value.get("properties") or {}).items():
            properties[prop] = self._read_property(f"{entry}.{prop}", prop, spec)
        return EntityType(
            name=name,
            caption=value["caption"],
            plural=value["plural"],
            labels=(*(known[parent].labels if parent else ()), name),
            group=value["group"],
            colour=groups[value["group"]].colour,
            shape=value["shape"],
            icon=value["icon"],
            abstract=bool(value.get("abstract", False)),
            ftm=value.get("ftm", ""),
            properties=properties,
        )

    def _read_property(self, entry: str, name: str, spec: Any) -> Property:
        self.require(_PROPERTY.match(name), entry, "must be a camelCase name of letters")
        self._keys(entry, spec, {"type", "caption"}, {"unit", "index", "one_of"})
        self.require(spec["type"] in PROPERTY_TYPES, entry, f"type must be one of {', '.join(PROPERTY_TYPES)}")
        one_of = tuple(spec.get("one_of", ()))
        return Property(name, spec["type"], spec["caption"], spec.get("unit", ""), spec.get("index", False), one_of)

    def _relationship(
        self, name: str, value: Any, types: Mapping[str, EntityType], chains: Mapping[str, Group]
    ) -> RelationshipType:
        entry = f"relationships.{name}"
        self.require(_TYPE.match(name), entry, "must be an UPPER_CASE name")
        required = {"caption", "inverse", "chain", "rank", "source", "target"}
        self._keys(entry, value, required, {"symmetric", "ftm"})
        self.require(value["chain"] in chains, entry, f"there is no chain {value['chain']!r}")
        self.require(value["rank"] in RANKS, entry, f"rank must be one of {', '.join(RANKS)}")
        for end in ("source", "target"):
            for type_ in value[end]:
                self.require(type_ in types, entry, f"{end} names an unknown type {type_!r}")
        same = value["caption"] == value["inverse"]
        self.require(same == bool(value.get("symmetric")), entry, "caption equals inverse if and only if symmetric")
        return RelationshipType(
            name,
            value["caption"],
            value["inverse"],
            value["chain"],
            value["rank"],
            tuple(value["source"]),
            tuple(value["target"]),
            bool(value.get("symmetric", False)),
            value.get("ftm", ""),
        )

    def _keys(self, entry: str, value: Any, required: set[str], optional: set[str]) -> None:
        self.require(isinstance(value, dict), entry, "must be a mapping")
        missing, unknown = required - set(value), set(value) - required - optional
        self.require(not missing, entry, f"lacks {', '.join(sorted(missing))}")
        self.require(not unknown, entry, f"has unknown keys: {', '.join(sorted(map(str, unknown)))}")
