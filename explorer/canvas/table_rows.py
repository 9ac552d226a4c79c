"""The rows of the table beside the canvas: what the scene shows, in words. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from explorer.canvas.rendered_view import RenderedView
from graph import collectives
from graph.evidence import rank_grade
from graph.model import DISPUTED, Entity, Relationship, Source
from graph.reading.summaries import ClaimCounts

TableRow = dict[str, Any]
_GRADE = re.compile("[A-F][1-6]")  # a foreign database may have other words under the same name
# Field, heading, width, and whether it holds numbers.
ENTITY_COLUMNS = (
    ("name", "Name", 230, False),
    ("type", "Type", 140, False),
    ("country", "Country", 110, False),
    ("lines", "Lines shown", 110, True),
    ("contested", "Contested", 105, True),
    ("claims", "Claims", 95, True),
    ("denials", "Denials", 95, True),
    ("designated", "Designated by", 190, False),
    ("grade", "Best grade of its lines", 130, False),
    ("aliases", "Other names", 240, False),
    ("identifiers", "Identifiers", 200, False),
    ("stack", "In stack", 150, False),
)
RELATIONSHIP_COLUMNS = (
    ("source", "From", 200, False),
    ("words", "Relationship", 160, False),
    ("target", "To", 200, False),
    ("stance", "Stance", 130, False),
    ("grade", "Grade", 85, False),
    ("speakers", "Who says so", 200, False),
    ("claims", "Claims", 90, True),
    ("sources", "Sources", 240, False),
    ("since", "From date", 110, False),
    ("until", "Until", 110, False),
    ("reported", "First reported", 125, False),
    ("withdrawn", "Withdrawn", 115, False),
)


@dataclass(frozen=True)
class TableContext:
    """What the rows need beside the scene: claims and designations by entity, names of speakers, documents."""

    weights: Mapping[str, ClaimCounts] = field(default_factory=dict)
    designations: Mapping[str, Sequence[tuple[str, Relationship]]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, Source] = field(default_factory=dict)


def build_entity_rows(rendered: RenderedView, facts: TableContext) -> list[TableRow]:
    """A row for every entity shown, also those in stacks, by name."""
    lines: dict[str, list[Relationship]] = defaultdict(list)
    for line in rendered.shown.relationships:
        for end in {line.source, line.target}:
            lines[end].append(line)
    stacks = {m: s for s in rendered.canvas.stacks for m in s.members}
    rows = [_build_entity_row(rendered, facts, e, lines[e.id], stacks) for e in rendered.shown.entities]
    return sorted(rows, key=lambda row: (row["name"].casefold(), row["id"]))


def _build_entity_row(
    rendered: RenderedView,
    facts: TableContext,
    entity: Entity,
    lines: Sequence[Relationship],
    stacks: Mapping[str, Any],
) -> TableRow:
    weight = facts.weights.get(entity.id, ClaimCounts())
    stack = stacks.get(entity.id)
    return {
        "id": entity.id,
        "kind": "entity",
        "name": entity.name,
        "type": collectives.describe_kind(rendered.ontology, entity),
        "country": _format_value(entity.properties.get("country")),
        "lines": len(lines),
        "contested": sum(line.stance in DISPUTED for line in lines),
        "claims": weight.claims,
        "denials": weight.denials,
        "designated": describe_designations(facts.designations.get(entity.id, ())),
        "grade": min(
            (g for line in lines if _GRADE.fullmatch(g := str(line.properties.get("grade", "")))),
            key=rank_grade,
            default="",
        ),
        "aliases": "; ".join(entity.aliases),
        "identifiers": _format_value(entity.properties.get("identifiers")),
        "stack": _describe_stack(rendered, stack) if stack else "",
    }


def _describe_stack(rendered: RenderedView, stack: Any) -> str:
    count = len(stack.members)
    return f"{count} {rendered.ontology.get_type_caption(stack.type, count).lower()}"


def describe_designations(designations: Iterable[tuple[str, Relationship]]) -> str:
    """Who designates an entity; what was taken back, or is denied, says so."""
    words = []
    for authority, line in designations:
        withdrawn = line.properties.get("withdrawn_on")
        mark = f" (withdrawn {withdrawn})" if withdrawn else ""
        words.append(authority + (mark or (f" ({line.stance})" if line.stance in DISPUTED else "")))
    return "; ".join(words)


def build_relationship_rows(rendered: RenderedView, facts: TableContext) -> list[TableRow]:
    """A row for every line shown, also those that the picture merges into one, by its ends."""
    names = {e.id: e.name for e in rendered.shown.entities}
    rows = [_build_relationship_row(rendered, facts, names, line) for line in rendered.shown.relationships]
    return sorted(rows, key=lambda row: (row["source"].casefold(), row["words"], row["target"].casefold(), row["id"]))


def _build_relationship_row(
    rendered: RenderedView, facts: TableContext, names: Mapping[str, str], line: Relationship
) -> TableRow:
    properties = line.properties
    return {
        "id": line.id,
        "kind": "relationship",
        "source": names[line.source],
        "words": rendered.ontology.get_predicate_caption(line.type),
        "target": names[line.target],
        "stance": "withdrawn" if properties.get("withdrawn_on") else line.stance,
        "grade": str(properties.get("grade", "")),
        "speakers": "; ".join(facts.names.get(s, s) for s in properties.get("speakers") or ()),
        "claims": len(line.claims),
        "sources": "; ".join(_format_document(facts.documents.get(s), s) for s in properties.get("sources") or ()),
        "since": str(properties.get("valid_from", "")),
        "until": str(properties.get("valid_to", "")),
        "reported": str(properties.get("reported_first", "")),
        "withdrawn": str(properties.get("withdrawn_on", "")),
    }


def _format_document(source: Source | None, id_: str) -> str:
    return " ".join(part for part in (source.publisher, source.date) if part) if source else id_


def _format_value(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)
