"""Another tool's GraphML: nodes become things with what they hold, edges links with their type. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graph import imo, ontology
from graph.model import Claim, Entity
from loader.statements import Attribution, compute_digest

_PLAIN = re.compile(r"[A-Za-z0-9._:-]{1,100}\Z")
# What tools call these, the first that is there.
_NAMES = ("label", "name", "title", "nodelabel")
_KINDS = ("type", "schema", "kind", "labels", "class", "category")
_RELATIONS = ("label", "type", "relation", "relationship", "kind", "name", "labels", "edgelabel")


def build_other_entity(entity_id: str, name: str, properties: Mapping[str, Any]) -> Entity:
    """An entity of the type for what nothing else fits."""
    type_ = ontology.load().get_type_by_role("other")
    return Entity(entity_id, type_.name, type_.labels, name, properties=properties)


@dataclass(frozen=True, slots=True)
class ForeignTransformer:
    """Turns the nodes and edges of one file into records of its dataset."""

    speaker: Attribution

    def entity_id(self, node: str) -> str:
        """The id of a node's entity: the node's own where it is plain, behind the dataset's name."""
        return f"{self.speaker.dataset}-{node if _PLAIN.match(node) else compute_digest(node)}"

    def node(self, values: Mapping[str, Any]) -> Iterator[Entity | Claim]:
        """The thing that a node stands for, and claims for all else that it holds."""
        node, data = values["id"], [(name, text.strip()) for name, text in values["data"]]
        entity_id = self.entity_id(node)
        name = _find_first_text(data, _NAMES) or node
        properties = {key: value for key in ("country", "description") if (value := _find_first_text(data, (key,)))}
        if kind := _find_first_text(data, _KINDS):
            properties["schema"] = kind.strip(":")
        yield build_other_entity(entity_id, name, properties)
        if not _PLAIN.match(node) and node != name:
            yield self.speaker.build_property_claim(entity_id, "id", node)
        used = {name, kind, *properties.values()}
        for key, text in dict.fromkeys(data):
            if key.casefold() in _NAMES and text != name:
                yield self.speaker.names(entity_id, text, key)
            elif imo.is_scheme(key):
                yield self.speaker.build_identifier_claim(entity_id, key, text)
            elif text not in used or key.casefold() not in (*_NAMES, *_KINDS, *properties):
                yield self.speaker.build_property_claim(entity_id, key, text)

    def edge(self, values: Mapping[str, Any]) -> Claim:
        """The link that an edge stands for: its type is the detail, all else stands in the summary."""
        data = [(name, text.strip()) for name, text in values["data"]]
        kind = _find_first_text(data, _RELATIONS)
        rest = "; ".join(
            f"{name}: {text}" for name, text in dict.fromkeys(data) if text != kind or name.casefold() not in _RELATIONS
        )
        summary = f"The file links them{f' ({kind})' if kind else ''}{f': {rest}' if rest else ''}."
        source, target = self.entity_id(values["source"]), self.entity_id(values["target"])
        link = ontology.load().get_relationship_by_role("link")
        claim = self.speaker.build_relationship_claim(source, link, target, summary, detail=kind)
        # Two edges of one type between the same two stay two where they say different things.
        return replace(claim, id=f"{self.speaker.dataset}-{compute_digest(claim.id, rest)}") if rest else claim


def _find_first_text(data: list[tuple[str, str]], names: tuple[str, ...]) -> str:
    """The first text under the first of these names that is there."""
    for name in names:
        for key, text in data:
            if key.casefold() == name and text:
                return text
    return ""
