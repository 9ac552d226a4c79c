"""Entities that stand for several, such as "about 20 missile factories": told as a group, and not counted as one.

The property `groupSize` marks them: "4", "about 20", or "unknown" where nobody says how many. Any file may set it.
"""

from collections import Counter
from collections.abc import Collection

from graph.model import Entity
from graph.ontology import Ontology
from graph.plurals import format_count

SIZE = "groupSize"
UNKNOWN = "unknown"


def is_collective(entity: Entity) -> bool:
    """Whether an entity stands for several."""
    return bool(str(entity.properties.get(SIZE) or "").strip())


def describe_kind(ontology: Ontology, entity: Entity) -> str:
    """What an entity is: "Factory", "Group of 4 factories", "Group of factories, number unknown"."""
    if not is_collective(entity):
        return ontology.get_type_caption(entity.type)
    several = ontology.get_type_caption(entity.type, 2).lower()
    size = str(entity.properties[SIZE]).strip()
    return f"Group of {several}, number unknown" if size == UNKNOWN else f"Group of {size} {several}"


def describe_kinds(ontology: Ontology, entities: Collection[Entity]) -> list[str]:
    """How many entities of each type there are, groups apart: ["3 factories", "2 groups of factories"]."""
    counts = Counter((e.type, is_collective(e)) for e in entities)
    words = []
    for (type_, several), count in sorted(counts.items()):
        one, more = (ontology.get_type_caption(type_, n).lower() or "without type" for n in (1, 2))
        if several:
            one, more = f"group of {more}", f"groups of {more}"
        words.append(format_count(count, one, more))
    return words


def describe_groups(entities: Collection[Entity]) -> str:
    """What a count of entities is to be followed by: ", 10 of them groups", "" where none is."""
    groups = sum(map(is_collective, entities))
    return f", {groups:,} of them {'a group' if groups == 1 else 'groups'}" if groups else ""
