"""Checks what ontology.yaml holds, and makes the ontology of it."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from graph import imo, ontology_roles
from graph.errors import OntologyError
from graph.ontology_model import (
    ROOT,
    ChainGroup,
    Column,
    ColumnRule,
    EntityType,
    FigureKind,
    Group,
    Ontology,
    PathPreset,
    Property,
    RelationshipType,
)

RANKS = ("up", "down", "level")
VALUES = ("text", "quantity", "none")
PROPERTY_TYPES = ("text", "number", "date", "list")
_LABEL = re.compile(r"[A-Z][A-Za-z]*\Z")
_TYPE = re.compile(r"[A-Z]+(?:_[A-Z]+)*\Z")
_PROPERTY = re.compile(r"[a-z][A-Za-z_]*\Z")
_COLOUR = re.compile(r"#[0-9a-f]{6}\Z")


class OntologyReader:
    """Turns the parsed YAML into an Ontology, or says which entry breaks which rule."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.groups: dict[str, Group] = {}
        self.columns: dict[str, Column] = {}
        self.types: dict[str, EntityType] = {}
        self.chains: dict[str, ChainGroup] = {}
        self.lines: Collection[str] = ()  # the names of all relationship types

    def require(self, ok: object, entry: str, rule: str) -> None:
        if not ok:
            raise OntologyError(rule, file=self.file, field=entry)

    def read(self, raw: Any) -> Ontology:
        sections = ("groups", "columns", "types", "chains", "relationships", "statements", "evidence")
        for section in sections:
            self.require(isinstance(raw, dict) and isinstance(raw.get(section), dict), section, "must be a mapping")
        self.lines = raw["relationships"]
        self.groups = {n: self._read_group(f"groups.{n}", n, v) for n, v in raw["groups"].items()}
        self.columns = self._read_columns(raw["columns"])
        for name, value in raw["types"].items():
            self.types[name] = self._type(name, value)
        self.require(any(t.labels == (ROOT,) for t in self.types.values()), "types", f"must hold the root type {ROOT}")
        self.chains = {n: self._read_chain(f"chains.{n}", n, v) for n, v in raw["chains"].items()}
        precedences = [c.precedence for c in self.chains.values() if c.precedence]
        self.require(len(set(precedences)) == len(precedences), "chains", "no two may have the same precedence")
        relationships = {n: self._relationship(n, v) for n, v in raw["relationships"].items()}
        self._check_needed_roles(relationships)
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
            figures=tuple(self._read_figure_kind(n, kind) for n, kind in evidence.get("figures", {}).items()),
            groups=self.groups,
            chains=self.chains,
            columns=self.columns,
            types=self.types,
            relationships=relationships,
            statements={n: s["value"] for n, s in raw["statements"].items()},
            statement_captions={n: s["caption"] for n, s in raw["statements"].items()},
            path_presets=self._read_path_presets(raw.get("paths", {}), relationships),
            evidence_properties={n: tuple(p) for n, p in evidence["labels"].items()},
            evidence_links={n: (v["source"], v["target"]) for n, v in evidence["links"].items()},
            relationship_properties=tuple(evidence["relationship_properties"]),
            stances=tuple(evidence["stances"]),
            absences={n: (a["caption"], a["inverse"]) for n, a in evidence["absences"].items()},
            reliability=dict(evidence["reliability"]),
            credibility=dict(evidence["credibility"]),
        )

    def _read_path_presets(self, raw: Any, lines: Mapping[str, RelationshipType]) -> dict[str, PathPreset]:
        self.require(isinstance(raw, dict), "paths", "must be a mapping")
        kinds = {kind for t in self.types.values() if "kind" in t.properties for kind in t.properties["kind"].one_of}
        presets = {}
        for name, value in raw.items():
            entry = f"paths.{name}"
            self._keys(entry, value, {"caption", "way"}, {"along", "against", "either", "kinds", "reasons"})
            lists = [self._read_names(entry, k, value.get(k, [])) for k in ("along", "against", "either", "kinds")]
            types = [type_ for part in lists[:3] for type_ in part]
            self.require(types, entry, "must follow a relationship type")
            for type_ in types:
                self.require(type_ in lines, entry, f"names an unknown relationship type {type_!r}")
                self.require(types.count(type_) == 1, entry, f"names {type_} twice")
                directed = type_ in lists[2] or not lines[type_].symmetric
                self.require(directed, entry, f"{type_} is symmetric, and goes with `either`")
            for kind in lists[3]:
                self.require(kind in kinds, entry, f"names an unknown kind {kind!r}")
            reasons = value.get("reasons", {})
            self.require(isinstance(reasons, dict), entry, "reasons must be a mapping")
            for chain, text in reasons.items():
                self.require(chain in self.chains, entry, f"reasons name an unknown chain {chain!r}")
                self.require(isinstance(text, str) and text.strip(), entry, f"the reason for {chain} must be a text")
            along, against, either, events = lists
            caption, way = str(value["caption"]), str(value["way"])
            presets[str(name)] = PathPreset(str(name), caption, way, along, against, either, events, reasons)
        return presets

    def _read_figure_kind(self, name: str, raw: Any) -> FigureKind:
        entry = f"evidence.figures.{name}"
        words = raw.get("words") if isinstance(raw, dict) else None
        texts = isinstance(words, list) and all(isinstance(word, str) and word.strip() for word in words)
        self.require(
            texts and isinstance(raw.get("caption"), str), entry, "must have a caption, and words that tell it"
        )
        return FigureKind(name, raw["caption"], tuple(word.casefold() for word in raw["words"]))

    def _read_group(self, entry: str, name: str, value: Any) -> Group:
        self._keys(entry, value, {"caption", "colour"}, set())
        self.require(_COLOUR.match(value["colour"]), entry, "colour must be #rrggbb in lower case")
        return Group(name, value["caption"], value["colour"])

    def _read_chain(self, entry: str, name: str, value: Any) -> ChainGroup:
        self._keys(entry, value, {"caption", "colour"}, {"precedence", "roles"})
        self.require(_COLOUR.match(value["colour"]), entry, "colour must be #rrggbb in lower case")
        rank = value.get("precedence", 0)
        whole = isinstance(rank, int) and not isinstance(rank, bool)
        self.require(
            whole and (rank > 0 or "precedence" not in value), entry, "precedence must be a whole number above 0"
        )
        roles = self._read_roles(entry, value.get("roles", []), ontology_roles.CHAINS)
        return ChainGroup(name, value["caption"], value["colour"], rank, frozenset(roles))

    def _read_columns(self, raw: Mapping[str, Any]) -> dict[str, Column]:
        self.require(raw, "columns", "must hold a column")
        columns = {}
        for name, value in raw.items():
            entry = f"columns.{name}"
            self._keys(entry, value, {"caption"}, {"order", "joins", "gaps"})
            order, joins = value.get("order", ""), value.get("joins", "")
            orders = ontology_roles.ORDERS
            self.require(order in ("", *orders), entry, f"order must be one of {', '.join(orders)}")
            self.require(joins in ("", *raw), entry, f"joins names an unknown column {joins!r}")
            gaps = self._read_names(entry, "gaps", value.get("gaps", []))
            columns[name] = Column(name, value["caption"], order, joins, gaps)
        return columns

    def _read_names(self, entry: str, key: str, raw: Any) -> tuple[str, ...]:
        self.require(
            isinstance(raw, list) and all(isinstance(n, str) for n in raw), entry, f"{key} must be a list of names"
        )
        return tuple(raw)

    def _read_roles(self, entry: str, raw: Any, roles: Collection[str]) -> tuple[str, ...]:
        names = self._read_names(entry, "roles", raw)
        for name in names:
            self.require(name in roles, entry, f"there is no role {name!r}; roles are {', '.join(roles)}")
        return names

    def _read_column(self, entry: str, name: Any) -> str:
        self.require(isinstance(name, str) and name in self.columns, entry, f"there is no column {name!r}")
        return str(name)

    def _read_column_rules(self, entry: str, raw: Any, kinds: Collection[str]) -> Iterator[ColumnRule]:
        self.require(isinstance(raw, list), entry, "column_rules must be a list")
        for number, rule in enumerate(raw, 1):
            at = f"{entry}.column_rules.{number}"
            self._keys(at, rule, {"column"}, {"out", "in", "kinds"})
            self.require(len(rule) > 1, at, "needs one of out, in and kinds")
            named = {key: self._read_names(at, key, rule.get(key, [])) for key in ("out", "in", "kinds")}
            for type_ in (*named["out"], *named["in"]):
                self.require(type_ in self.lines, at, f"names an unknown relationship type {type_!r}")
            for kind in named["kinds"]:
                self.require(kind in kinds, at, f"names an unknown kind {kind!r}")
            yield ColumnRule(self._read_column(at, rule["column"]), *map(frozenset, named.values()))

    def _check_needed_roles(self, relationships: Mapping[str, RelationshipType]) -> None:
        roles = {role for t in self.types.values() if not t.abstract for role in t.own_roles}
        for role in ontology_roles.NEEDED_TYPES:
            self.require(role in roles, "types", f"one that is not abstract must have the role {role!r}")
        drawn = {role for r in relationships.values() for role in r.roles}
        for role in ontology_roles.NEEDED_RELATIONSHIPS:
            self.require(role in drawn, "relationships", f"one must have the role {role!r}")

    def _type(self, name: str, value: Any) -> EntityType:
        entry = f"types.{name}"
        self.require(_LABEL.match(name), entry, "must be a CamelCase name of letters")
        optional = {"parent", "abstract", "ftm", "properties", "roles", "column", "column_rules", "kind_roles"}
        self._keys(entry, value, {"caption", "plural", "group", "shape", "icon"}, optional)
        parent = value.get("parent")
        self.require(
            parent in self.types or (name == ROOT and parent is None),
            entry,
            "parent must be a type above it in the file",
        )
        self.require(value["group"] in self.groups, entry, f"there is no group {value['group']!r}")
        above = self.types[parent] if parent else None
        properties = dict(above.properties) if above else {}
        for prop, spec in (value.get("properties") or {}).items():
            properties[prop] = self._read_property(f"{entry}.{prop}", prop, spec)
        own_roles = self._read_roles(entry, value.get("roles", []), ontology_roles.TYPES)
        kinds = properties["kind"].one_of if "kind" in properties else ()
        rules = tuple(self._read_column_rules(entry, value.get("column_rules", []), kinds))
        if "column" in value:
            column = self._read_column(entry, value["column"])
        else:  # goes on with those of its parent
            column, rules = (above.column, (*rules, *above.column_rules)) if above else ("", rules)
        return EntityType(
            name=name,
            caption=value["caption"],
            plural=value["plural"],
            labels=(*(above.labels if above else ()), name),
            group=value["group"],
            colour=self.groups[value["group"]].colour,
            shape=value["shape"],
            icon=value["icon"],
            abstract=bool(value.get("abstract", False)),
            ftm=value.get("ftm", ""),
            properties=properties,
            roles=frozenset(own_roles) | (above.roles if above else frozenset()),
            own_roles=own_roles,
            column=column,
            column_rules=rules,
            kind_roles=self._read_kind_roles(entry, value.get("kind_roles", {}), kinds),
        )

    def _read_kind_roles(self, entry: str, raw: Any, kinds: Collection[str]) -> dict[str, tuple[str, ...]]:
        self.require(isinstance(raw, dict), entry, "kind_roles must be a mapping")
        for kind in raw:
            self.require(kind in kinds, entry, f"kind_roles names an unknown kind {kind!r}")
        return {
            kind: self._read_roles(f"{entry}.kind_roles.{kind}", r, ontology_roles.KINDS) for kind, r in raw.items()
        }

    def _read_property(self, entry: str, name: str, spec: Any) -> Property:
        self.require(_PROPERTY.match(name), entry, "must be a camelCase name of letters")
        self._keys(entry, spec, {"type", "caption"}, {"unit", "index", "one_of", "imo"})
        self.require(spec["type"] in PROPERTY_TYPES, entry, f"type must be one of {', '.join(PROPERTY_TYPES)}")
        one_of = tuple(spec.get("one_of", ()))
        bearer = spec.get("imo", "")
        self.require(bearer in ("", imo.SHIP, imo.COMPANY), entry, f"imo must be {imo.SHIP} or {imo.COMPANY}")
        return Property(
            name, spec["type"], spec["caption"], spec.get("unit", ""), spec.get("index", False), one_of, bearer
        )

    def _relationship(self, name: str, value: Any) -> RelationshipType:
        entry = f"relationships.{name}"
        self.require(_TYPE.match(name), entry, "must be an UPPER_CASE name")
        required = {"caption", "inverse", "chain", "rank", "source", "target"}
        self._keys(entry, value, required, {"symmetric", "ftm", "roles"})
        self.require(value["chain"] in self.chains, entry, f"there is no chain {value['chain']!r}")
        self.require(value["rank"] in RANKS, entry, f"rank must be one of {', '.join(RANKS)}")
        for end in ("source", "target"):
            for type_ in value[end]:
                self.require(type_ in self.types, entry, f"{end} names an unknown type {type_!r}")
        same = value["caption"] == value["inverse"]
        self.require(same == bool(value.get("symmetric")), entry, "caption equals inverse if and only if symmetric")
        ends_agree = set(value["source"]) == set(value["target"])
        self.require(ends_agree or not same, entry, "a symmetric relationship takes the same types at both ends")
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
            frozenset(self._read_roles(entry, value.get("roles", []), ontology_roles.RELATIONSHIPS)),
        )

    def _keys(self, entry: str, value: Any, required: set[str], optional: set[str]) -> None:
        self.require(isinstance(value, dict), entry, "must be a mapping")
        missing, unknown = required - set(value), set(value) - required - optional
        self.require(not missing, entry, f"lacks {', '.join(sorted(missing))}")
        self.require(not unknown, entry, f"has unknown keys: {', '.join(sorted(map(str, unknown)))}")
