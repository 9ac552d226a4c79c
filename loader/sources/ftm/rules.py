"""What FollowTheMoney's words become here: types, relationships, states, dates and ids, after the manifest ftm.yaml."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from graph import dates, evidence
from graph.formats import ftm_model
from graph.model import Entity
from graph.ontology import Ontology
from loader import reference
from loader.sources.ftm.index import NO_NODE
from loader.statements import compute_digest

MANIFEST = Path(__file__).with_name("ftm.yaml")
_DAY = re.compile(r"(\d{4}(?:-\d{2}(?:-\d{2})?)?)(?:[T ].*)?\Z", re.ASCII)
_WORDS = re.compile(r"\w+")
_SLUG = re.compile(r"[^a-z0-9]+")


@cache
def load_manifest() -> dict[str, Any]:
    """Publisher, licence, address, grades and the tables of what becomes what."""
    loaded: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return loaded


def build_safe_id(dataset: str, original: str) -> str:
    """The id of an entity here: its own behind the data set's, or, where ours must not look so, one made of it."""
    plain_id = f"{dataset}-{original}"
    if len(plain_id) <= 200 and "|" not in original and original.isprintable() and not re.search(r"\s", original):
        return plain_id
    return f"{dataset}-{build_slug(original)}-{compute_digest(original)}"


def build_slug(text: str) -> str:
    """Sixty letters, digits and hyphens that recall a text."""
    return _SLUG.sub("-", evidence.fold(text[:200]))[:60].strip("-") or "x"


@lru_cache(10_000)  # a file repeats few days; a hostile one may hold many
def parse_day(text: str) -> str:
    """A FollowTheMoney date as ours, without its time of day; "" for what is none."""
    match = _DAY.match(text)
    day = match[1] if match else text
    return day if is_date(day) else ""


def is_date(text: str) -> bool:
    """Whether this is a partial date, and so can order editions."""
    try:
        dates.parse_range(text)
    except ValueError:
        return False
    return text.isascii()  # digits of other scripts are digits to Python


def _fold_words(text: str) -> str:
    """The words of a text in one form, with a space before, between and after them."""
    return " ".join(("", *_WORDS.findall(evidence.fold(text)), ""))


@dataclass
class Rules:
    """The manifest's tables for one ontology."""

    ontology: Ontology
    model: ftm_model.Model = field(default_factory=ftm_model.load)

    def __post_init__(self) -> None:
        raw = load_manifest()
        self.by_schema = {**ftm_model.map_schemata_to_types(self.ontology), **raw["types"]}
        self.by_schema.pop(ftm_model.SANCTION, None)  # an authority is who lists; a Sanction is one listing
        self.other = self.ontology.get_type_by_role("other").name
        self.state = self.ontology.get_type_by_role("state").name
        self.authority = self.ontology.get_type_by_role("authority")
        self.designation = self.ontology.get_relationship_by_role("designation")
        self.unknown_link = self.ontology.get_relationship_by_role("link")
        self.links: dict[str, list[str]] = {s: list(p) for s, p in raw["links"].items()}
        for name, rule in self.ontology.relationships.items():
            if rule.ftm and name not in self.links.setdefault(rule.ftm, []):
                self.links[rule.ftm].append(name)
        self.roles: dict[str, list[str]] = raw["roles"]
        self.pointers: dict[str, list[str]] = raw["pointers"]
        self.names: dict[str, str] = raw["names"]
        self.schemes: dict[str, str] = raw["schemes"]
        self.states: dict[str, str] = raw["states"]
        self.properties: dict[str, list[str]] = raw["properties"]
        self._allowed = {
            name: (frozenset(self.ontology.list_subtypes(r.source)), frozenset(self.ontology.list_subtypes(r.target)))
            for name, r in self.ontology.relationships.items()
        }
        states = (reference.find_state(code) for code in self.model.countries if len(code) == 2)
        self.state_ids = frozenset(state.id for state in states if state)
        # The same few words come in most lines; a hostile file's many others push each other out.
        self.place = lru_cache(4096)(self._place)
        self.regime = lru_cache(4096)(self._find_regime)
        self._types: dict[str, str] = {}
        self._predicates: dict[str, list[str]] = {}

    def type_of(self, schema: str) -> str:
        """The type of a schema's entities, an other thing for an unknown one; NO_NODE where they become claims."""
        known_schema = self.model.schemata.get(schema)
        if known_schema is None:
            return self.other
        if schema not in self._types:
            no_node = known_schema.edge or any(
                known_schema.is_a(s) for s in (ftm_model.SANCTION, "Identification", ftm_model.SIMILAR)
            )
            types = (self.by_schema[s] for s in self._line(schema) if s in self.by_schema)
            self._types[schema] = NO_NODE if no_node else next(types, self.other)
        return self._types[schema]

    def ends(self, schema: str) -> tuple[str, str] | None:
        """The properties of a link's two ends; None for what is no link."""
        return self.model.schemata[schema].ends

    def predicate(self, predicates: Sequence[str], source: str, target: str) -> str:
        """The first relationship whose ends may be of these types (an unknown one may be anything), else a link."""
        for name in predicates:
            sources, targets = self._allowed[name]
            if (not source or source in sources) and (not target or target in targets):
                return name
        return self.unknown_link

    def link(self, schema: str, roles: Iterable[str]) -> list[str]:
        """The relationships that a link may become: after its role, then after the nearest schema with any."""
        by_role = (self.roles[role.lower()] for role in roles if role.lower() in self.roles)
        if schema not in self._predicates:
            self._predicates[schema] = next(
                (self.links[s] for s in self._line(schema) if s in self.links), [self.unknown_link]
            )
        return next(by_role, self._predicates[schema])

    def _place(self, text: str) -> tuple[str, Entity | None, bool]:
        """A country's name, its State where there is one, and whether anybody knows it."""
        code = self.model.find_country_code(text)
        state = reference.find_state(code) if len(code) == 2 else None
        return (state.name if state else self.model.find_country_name(code) or text), state, bool(code)

    def _find_regime(self, authority: str, programmes: str) -> str:
        """The id of the sanctions authority that the graph knows under these words; "" for another."""
        words, programme_words = _fold_words(authority[:500]), _fold_words(programmes[:2000])
        for rule in load_manifest()["regimes"]:
            named, programme, but = (map(_fold_words, rule.get(key, ())) for key in ("authority", "programme", "but"))
            if not any(text in words for text in named) or any(text in words for text in but):
                continue
            if "programme" not in rule or any(text.strip() in programme_words for text in programme):  # "UN-SC1718" too
                return str(rule["id"])
        return ""

    def _line(self, schema: str) -> Iterator[str]:
        """A schema and its ancestors, the nearest first."""
        queue = [schema]
        while queue:
            name = queue.pop(0)
            yield name
            queue += self.model.schemata[name].extends
