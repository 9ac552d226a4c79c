"""Stacks of alike leaves and merged parallel lines: fewer things to see, nothing lost. All pure.

What is drawn in place of others is an Entity or Relationship that the graph does not have, with an id that starts with
"stack:" or "merged:". Its properties hold the ids that it stands for (`MemberIds`) and its words.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from explorer.appearance import icons
from explorer.filters import apply
from explorer.overlays import stacks
from explorer.state.canvas import Canvas, Stack
from explorer.state.filter import OTHER
from graph.model import DISPUTED, INFERRED, Entity, Relationship, Subgraph
from graph.ontology import Ontology
from graph.plurals import format_count

PIN = "#2f7ed8"  # seen on light and on dark ground
CAPTIONS = 3  # of merged lines that a label names


class MemberIds(tuple[str, ...]):
    """The ids that something drawn stands for. Nothing that comes from a graph is of this type."""

    __slots__ = ()


def group_elements(ontology: Ontology, shown: Subgraph, canvas: Canvas) -> Subgraph:
    """What is drawn of `shown`: each stack in place of its members, one line in place of parallel ones."""
    drawn = _replace_stacks(ontology, shown, canvas)
    return _merge_parallel_edges(ontology, drawn) if canvas.merged else drawn


def map_members(drawn: Subgraph) -> dict[str, tuple[str, ...]]:
    """What stacks, their lines and merged lines of a picture stand for, by id."""
    both: tuple[Entity | Relationship, ...] = (*drawn.entities, *drawn.relationships)
    return {one.id: tuple(one.properties["members"]) for one in both if is_group(one)}


def describe_grouping(shown: Subgraph, drawn: Subgraph) -> str:
    """Says how many nodes and lines the picture has, where it has fewer because of stacks and merged lines."""
    if not map_members(drawn):
        return ""
    shown_ids = {e.id for e in shown.entities} | {r.id for r in shown.relationships}
    nodes = sum(e.id in shown_ids or is_group(e) for e in drawn.entities)
    lines = sum(r.id in shown_ids or is_group(r) for r in drawn.relationships)
    return f", drawn as {format_count(nodes, 'node', 'nodes')} and {format_count(lines, 'line', 'lines')}"


def is_group(one: Entity | Relationship) -> bool:
    """Whether this stands for others."""
    return isinstance(one.properties.get("members"), MemberIds)


def mark_elements(
    ontology: Ontology, drawn: Subgraph, pinned: Collection[str], elements: Sequence[dict[str, Any]]
) -> None:
    """Adds to the elements of a picture what stacks, merged lines and pinned nodes have beside others."""
    both: tuple[Entity | Relationship, ...] = (*drawn.entities, *drawn.relationships)
    folds = {one.id: one for one in both if is_group(one)}
    pins = set(pinned)
    for data in (element["data"] for element in elements):
        one = folds.get(data["id"])
        if isinstance(one, Entity):
            data.update(kind="stack", label=one.name, count=len(one.properties["members"]), tip=one.properties["mark"])
        elif one is not None:
            data.update(_build_edge_data(one))
        if data["id"] in pins and "source" not in data:
            type_ = ontology.types.get(str(data.get("type")))
            data["pictures"] = [
                icons.build_icon_uri(type_.icon if type_ else "circle"),
                icons.build_icon_uri("pinned", PIN),
            ]


def _build_edge_data(line: Relationship) -> dict[str, Any]:
    caption, mark = line.properties["caption"], line.properties["mark"]
    data = {"caption": caption, "label": mark or caption, "words": f"{caption} · {mark}" if mark else caption}
    data["count"] = len(line.properties["members"])
    if line.id.startswith("merged:"):
        data |= {"kind": "merged", "symmetric": int(line.properties["level"])}
    else:
        data |= {"kind": "stack-line"}
    if line.properties.get("mixed"):
        data["chain"] = OTHER
    if line.properties.get("both"):
        data["both"] = 1
    return data


def build_style_rules() -> tuple[tuple[str, dict[str, Any]], ...]:
    """How stacks, merged lines and pinned nodes look: (selector, style)."""
    return (
        (
            'node[kind = "stack"]',
            {"ghost": "yes", "ghost-offset-x": 7, "ghost-offset-y": -7, "ghost-opacity": 0.4, "font-weight": 700},
        ),
        ('edge[kind = "merged"]', {"width": 4}),
        ("edge[both]", {"source-arrow-shape": "triangle", "source-distance-from-node": 2}),
        (
            "node[pictures]",
            {
                "background-image": "data(pictures)",
                "background-width": [25, 20],
                "background-height": [25, 20],
                "background-position-x": ["50%", "100%"],
                "background-offset-x": [0, 9],
                "background-position-y": ["50%", "0%"],
                "background-offset-y": [0, -9],
                "background-clip": ["none", "none"],
                "background-image-containment": ["inside", "over"],
                "bounds-expansion": 12,
            },
        ),
    )


def summarise_stances(lines: Sequence[Relationship]) -> tuple[str, str]:
    """The stance of lines drawn as one, and how many of them are disputed, inferred or withdrawn ('' where none is)."""
    counts, total = Counter(r.stance for r in lines), len(lines)
    disputed = [(counts[s], s) for s in DISPUTED if counts[s]]
    withdrawn = sum(bool(r.properties.get("withdrawn_on")) for r in lines)
    beside = ((counts[INFERRED], INFERRED), (withdrawn, "withdrawn"))
    words = ", ".join(f"{n} {word}" for n, word in (*disputed, *beside) if n)
    if words and words.count(",") == 0:
        number, word = words.split(" ")
        words = f"all {total} {word}" if int(number) == total else f"{number} of {total} {word}"
    elif words:
        words = f"{words}, of {total}"
    alone = next((s for s in ("denied", INFERRED) if counts[s] == total), "")
    stance = alone or ("contested" if disputed else "asserted")
    return stance, f"✕ {words}" if stance == "denied" else words


def _replace_stacks(ontology: Ontology, shown: Subgraph, canvas: Canvas) -> Subgraph:
    drawn_stacks = stacks.select_drawn_stacks(ontology, shown, canvas)
    if not drawn_stacks:
        return shown
    inside = {m for stack, _ in drawn_stacks.values() for m in stack.members}
    entities = [e for e in shown.entities if e.id not in inside]
    lines = [r for r in shown.relationships if r.source not in inside and r.target not in inside]
    for stack, members in drawn_stacks.values():
        entities.append(_build_stack_node(ontology, stack, members))
        lines.append(_build_stack_edge(ontology, stack, members))
    return replace(shown, entities=tuple(entities), relationships=tuple(lines))


def _build_stack_node(ontology: Ontology, stack: Stack, lines: Sequence[Relationship]) -> Entity:
    type_ = ontology.types.get(stack.type)
    plural = type_.plural.lower() if type_ else stack.type or "entities"
    mark = summarise_stances(lines)[1]
    words = f"Double-click opens it · {mark}" if mark else "Double-click opens it"
    name = f"{len(stack.members):,} {plural}"
    properties = {"members": MemberIds(stack.members), "mark": words}
    return Entity(stack.id, stack.type, type_.labels if type_ else (), name, (), properties)


def _build_stack_edge(ontology: Ontology, stack: Stack, lines: Sequence[Relationship]) -> Relationship:
    ends = (stack.around, stack.id) if stack.outward else (stack.id, stack.around)
    caption = ontology.get_predicate_caption(stack.relationship)
    return _build_edge(f"{stack.id}|line", stack.relationship, ends, lines, {"caption": caption})


def _merge_parallel_edges(ontology: Ontology, drawn: Subgraph) -> Subgraph:
    pairs: dict[frozenset[str], list[Relationship]] = defaultdict(list)
    for line in drawn.relationships:
        pairs[frozenset((line.source, line.target))].append(line)
    lines = [r for pair in pairs.values() for r in (pair if len(pair) == 1 else [_merge_edges(ontology, pair)])]
    return replace(drawn, relationships=tuple(lines))


def _merge_edges(ontology: Ontology, lines: Sequence[Relationship]) -> Relationship:
    """Parallel lines as one, with the type and direction of the weightiest, so that it ranks its ends as that does."""

    def weight(line: Relationship) -> tuple[bool, int, str]:
        chain = apply.get_chain(ontology, line.type)
        return ontology.is_symmetric(line.type), ontology.rank_chain(chain), line.id

    ordered = sorted(lines, key=weight)
    first = ordered[0]
    captions = dict.fromkeys(ontology.get_predicate_caption(r.type, forward=r.source == first.source) for r in ordered)
    named = ", ".join(list(captions)[:CAPTIONS]) + (" …" if len(captions) > CAPTIONS else "")
    ways = {r.source for r in lines if not ontology.is_symmetric(r.type)}
    properties = {
        "caption": f"{len(lines)} lines: {named}",
        "both": len(ways) > 1,
        "mixed": len({apply.get_chain(ontology, r.type) for r in lines}) > 1,
        "level": not ways,
    }
    low, high = sorted((first.source, first.target))
    return _build_edge(f"merged:{low}|{high}", first.type, (first.source, first.target), ordered, properties)


def _build_edge(
    id_: str, type_: str, ends: tuple[str, str], lines: Sequence[Relationship], properties: Mapping[str, Any]
) -> Relationship:
    """A line in place of `lines`, with all their claims and sources."""
    stance, mark = summarise_stances(lines)
    attributes: dict[str, Any] = {**properties, "members": MemberIds(r.id for r in lines), "mark": mark}
    attributes["sources"] = sorted({s for r in lines for s in r.properties.get("sources") or ()})
    ended = [str(r.properties.get("withdrawn_on") or "") for r in lines]
    if all(ended):
        attributes["withdrawn_on"] = max(ended)
    claims = tuple(dict.fromkeys(c for r in lines for c in r.claims))
    return Relationship(id_, type_, *ends, claims, stance, attributes)
