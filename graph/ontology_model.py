"""What ontology.yaml says once it is read: types, relationships, chains and columns, and the roles that code asks for.

No code names a type or a relationship type. It asks for a role (graph/ontology_roles.py), and ontology.yaml says which
have it. A role without a type is no error: nothing is found then.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

ROOT = "Entity"  # the type that all others descend from, and the label of every entity
NOTHING = "%&!%"  # in a pattern of Cypher, the label or type that nothing has


@dataclass(frozen=True)
class Property:
    """A property an entity may carry. `type` is text, number, date (partial) or list (of texts).

    `imo` says whose IMO number it is (graph/imo.py: ship or company); "" for every other property.
    """

    name: str
    type: str
    caption: str
    unit: str = ""
    index: bool = False
    one_of: tuple[str, ...] = ()
    imo: str = ""


@dataclass(frozen=True)
class Group:
    """A family of entity types, with its hue."""

    name: str
    caption: str
    colour: str


@dataclass(frozen=True)
class ChainGroup(Group):
    """A chain of relationship types. Of two chains the one of the lower `precedence` decides who stands above whom."""

    precedence: int = 0
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Column:
    """A column of a chain's layout. `order` is one of ontology_roles.ORDERS or "", `joins` the name of a column or "".

    `gaps` are the kinds of missing links (graph/reading/chains.py) that are drawn in it.
    """

    name: str
    caption: str
    order: str = ""
    joins: str = ""
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnRule:
    """Which entities stand in a column: those with a line of a type `outward` or `inward`, or of one of these kinds."""

    column: str
    outward: frozenset[str] = frozenset()
    inward: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class EntityType:
    """A kind of entity. `labels` are its Neo4j labels, the most general first.

    `roles` and `column_rules` are its own and its parents'; `column` is where it stands when no rule applies, "" for
    the last column. `kind_roles` are the roles of single values of its property `kind`.
    """

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
    roles: frozenset[str] = frozenset()
    own_roles: tuple[str, ...] = ()
    column: str = ""
    column_rules: tuple[ColumnRule, ...] = ()
    kind_roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PathPreset:
    """A question that paths may answer: the types of lines that carry what is asked for, by the direction it goes in.

    `way` says what goes where, `kinds` are the kinds of events that it passes through, `reasons` say by chain why its
    other lines carry nothing.
    """

    name: str
    caption: str
    way: str
    along: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def types(self) -> tuple[str, ...]:
        """All relationship types that it follows."""
        return (*self.along, *self.against, *self.either)

    def carries(self, type_: str, *, forward: bool) -> bool:
        """Whether a line of a type carries it when walked in the direction of its arrow, or against it."""
        return type_ in self.either or type_ in (self.along if forward else self.against)


@dataclass(frozen=True)
class FigureKind:
    """Figures that are not to be compared with others on their topic, such as capacities; known by words about them."""

    name: str
    caption: str
    words: tuple[str, ...]

    def fits(self, *texts: str) -> bool:
        """Whether one of these texts has one of the words."""
        folded = [text.casefold() for text in texts]
        return any(word in text for word in self.words for text in folded)


@dataclass(frozen=True)
class Ontology:
    """What may be in the graph, and how it is shown."""

    groups: Mapping[str, Group]
    chains: Mapping[str, ChainGroup]
    columns: Mapping[str, Column]
    types: Mapping[str, EntityType]
    relationships: Mapping[str, RelationshipType]
    statements: Mapping[str, str]
    statement_captions: Mapping[str, str]
    evidence_properties: Mapping[str, tuple[str, ...]]
    evidence_links: Mapping[str, tuple[str, str]]
    relationship_properties: tuple[str, ...]
    stances: tuple[str, ...]
    absences: Mapping[str, tuple[str, str]]
    reliability: Mapping[str, str]
    credibility: Mapping[str, str]
    figures: tuple["FigureKind", ...] = ()
    path_presets: Mapping[str, PathPreset] = field(default_factory=dict)

    def find_figure_kind(self, *texts: str) -> str:
        """What a figure counts instead of what its topic says, by texts about it: a caption; "" where it does not."""
        return next((kind.caption for kind in self.figures if kind.fits(*texts)), "")

    def list_concrete_types(self) -> Iterator[EntityType]:
        """The types an entity may have, in the order of the file."""
        return (t for t in self.types.values() if not t.abstract)

    def predicates(self) -> tuple[str, ...]:
        """Everything a claim may say: relationship types, then statements."""
        return (*self.relationships, *self.statements)

    def get_type_caption(self, name: str, count: int = 1) -> str:
        """What an entity of a type is called, or several of them; one that the ontology lacks has its own name."""
        type_ = self.types.get(name)
        return name if type_ is None else type_.caption if count == 1 else type_.plural

    def get_predicate_caption(self, name: str, *, forward: bool = True, as_stored: bool = False) -> str:
        """What a relationship type or a statement says in words; a type read along its direction or against it.

        One that the ontology lacks, as in a foreign database, reads as its name in small letters, or `as_stored`.
        """
        if line_type := self.relationships.get(name):
            return line_type.caption if forward else line_type.inverse
        words = name if as_stored else name.replace("_", " ").lower()
        return self.statement_captions.get(name) or (words if forward else f"{words} (from the other)")

    def list_subtypes(self, names: tuple[str, ...]) -> list[str]:
        """The concrete types that are one of `names` or under one of them."""
        return [t.name for t in self.list_concrete_types() if any(t.is_a(n) for n in names)]

    def list_types_by_role(self, *roles: str) -> tuple[str, ...]:
        """The concrete types that have one of these roles, in the order of the file."""
        return tuple(t.name for t in self.list_concrete_types() if not t.roles.isdisjoint(roles))

    def list_relationships_by_role(self, *roles: str) -> tuple[str, ...]:
        """The relationship types that have one of these roles, in the order of the file."""
        return tuple(r.name for r in self.relationships.values() if not r.roles.isdisjoint(roles))

    def list_chains_by_role(self, role: str) -> tuple[str, ...]:
        """The chains that have this role, in the order of the file."""
        return tuple(c.name for c in self.chains.values() if role in c.roles)

    def list_kinds_by_role(self, role: str) -> tuple[str, ...]:
        """The kinds of entities (values of the property `kind`) that have this role."""
        kinds = (kind for t in self.types.values() for kind, roles in t.kind_roles.items() if role in roles)
        return tuple(dict.fromkeys(kinds))

    def list_kinds(self) -> tuple[str, ...]:
        """All values that the property `kind` may have."""
        properties = (t.properties.get("kind") for t in self.types.values())
        return tuple(dict.fromkeys(kind for p in properties if p for kind in p.one_of))

    def get_type_by_role(self, role: str) -> EntityType:
        """The type that code makes where it needs one of this role, one of ontology_roles.NEEDED_TYPES: the first."""
        return next(t for t in self.list_concrete_types() if role in t.own_roles)

    def get_relationship_by_role(self, role: str) -> str:
        """The relationship type that code makes for this role, of ontology_roles.NEEDED_RELATIONSHIPS."""
        return self.list_relationships_by_role(role)[0]

    def has_role(self, type_: str, *roles: str) -> bool:
        """Whether an entity type has one of these roles; no unknown type has any."""
        entity_type = self.types.get(type_)
        return entity_type is not None and not entity_type.roles.isdisjoint(roles)

    def is_relationship(self, type_: str, *roles: str) -> bool:
        """Whether a relationship type has one of these roles; no unknown type has any."""
        line_type = self.relationships.get(type_)
        return line_type is not None and not line_type.roles.isdisjoint(roles)

    def is_symmetric(self, type_: str) -> bool:
        """Whether the direction of a relationship type carries no meaning."""
        line_type = self.relationships.get(type_)
        return line_type is not None and line_type.symmetric

    def list_symmetric_types(self) -> list[str]:
        """The relationship types whose direction carries no meaning."""
        return [r.name for r in self.relationships.values() if r.symmetric]

    def match_types(self, *roles: str) -> str:
        """A label expression of Cypher for the types that have one of these roles: "Ship|Aircraft"."""
        return "|".join(t.name for t in self.types.values() if not set(t.own_roles).isdisjoint(roles)) or NOTHING

    def match_relationships(self, *roles: str) -> str:
        """A type expression of Cypher for the relationships that have one of these roles: "OWNS|MANAGES"."""
        return "|".join(self.list_relationships_by_role(*roles)) or NOTHING

    def rank_chain(self, chain: str) -> int:
        """The place of a chain among those with a precedence, 0 for the first; those without come after all others."""
        ranked = sorted(c.precedence for c in self.chains.values() if c.precedence)
        ranked_chain = self.chains.get(chain)
        return ranked.index(ranked_chain.precedence) if ranked_chain and ranked_chain.precedence else len(ranked)

    def choose_column(self, type_: str, kind: str, lines: Collection[tuple[str, bool]]) -> str:
        """The column of an entity of a type and kind with these lines: (relationship type, whether it is the source).

        The last column for a type that is not known, or that no rule places.
        """
        entity_type = self.types.get(type_)
        last = list(self.columns)[-1]
        if entity_type is None:
            return last
        outward = {name for name, as_source in lines if as_source}
        inward = {name for name, as_source in lines if not as_source}
        applying = (
            rule.column
            for rule in entity_type.column_rules
            if kind in rule.kinds or not rule.outward.isdisjoint(outward) or not rule.inward.isdisjoint(inward)
        )
        return next(applying, entity_type.column or last)

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
            for label in (ROOT, *self.evidence_properties)
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
