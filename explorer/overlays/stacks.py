"""Alike leaves that are drawn as one node: which they are, and which of a stack's members are in it now. All pure.

A canvas names a stack's members; whether one is drawn in the stack is decided anew for each drawing, from the lines
that are shown. A member that has got another line, was pinned or is spoken of otherwise stands for itself.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from explorer.state.canvas import Canvas, Stack
from graph.collectives import is_collective
from graph.model import Relationship, Subgraph
from graph.ontology import Ontology

Attachment = tuple[str, str, bool]  # the entity a leaf hangs on, by which relationship type, and whether away from it
MIN_MEMBERS = 2  # a stack of one is none


def find_leaves(ontology: Ontology, subgraph: Subgraph) -> dict[str, Attachment]:
    """The leaves: entities whose lines all go to one other entity, by one relationship type, in one direction."""
    ways: dict[str, set[Attachment]] = defaultdict(set)
    for line in subgraph.relationships:
        line_type = ontology.relationships.get(line.type)
        level = bool(line_type and line_type.symmetric)
        ways[line.target].add((line.source, line.type, True))
        ways[line.source].add((line.target, line.type, level))
    return {
        i: next(iter(attachments))
        for i, attachments in ways.items()
        if len(attachments) == 1 and next(iter(attachments))[0] != i
    }


def build_stacks(ontology: Ontology, subgraph: Subgraph, canvas: Canvas, around: str = "") -> tuple[Stack, ...]:
    """The stacks that can be made of a subgraph: of all its leaves, or of those `around` one entity."""
    # What stands for several is not one of several alike.
    types = {e.id: e.type for e in subgraph.entities if not is_collective(e)}
    apart = list_unstackable(canvas)
    groups: dict[tuple[Attachment, str], list[str]] = defaultdict(list)
    for leaf, way in find_leaves(ontology, subgraph).items():
        if leaf not in apart and leaf in types and around in ("", way[0]):
            groups[way, types[leaf]].append(leaf)
    return tuple(
        Stack(build_stack_id(way, kind), way[0], kind, way[1], tuple(sorted(members)), way[2])
        for (way, kind), members in sorted(groups.items())
        if len(members) >= MIN_MEMBERS
    )


def build_stack_id(way: Attachment, kind: str) -> str:
    """The stable id of a stack."""
    around, relationship, outward = way
    return f"stack:{around}|{relationship}|{'out' if outward else 'in'}|{kind}"


def list_unstackable(canvas: Canvas) -> set[str]:
    """Entities that never go into a stack: pinned ones, ends of gaps, and those of a path or comparison."""
    ends = {end for gap in canvas.gaps for end in (gap.source, gap.target)}
    return {*canvas.pinned, *ends, *canvas.emphasis.entities, *canvas.emphasis.gone} - {""}


def select_drawn_stacks(
    ontology: Ontology, shown: Subgraph, canvas: Canvas
) -> dict[str, tuple[Stack, tuple[Relationship, ...]]]:
    """By id the stacks as they are drawn of `shown`: with the members that hang as they must, and their lines."""
    if not canvas.stacks:
        return {}
    types = {e.id: e.type for e in shown.entities}
    ways, apart = find_leaves(ontology, shown), list_unstackable(canvas)
    drawn_stacks: dict[str, tuple[Stack, tuple[Relationship, ...]]] = {}
    for stack in canvas.stacks:
        way = (stack.around, stack.relationship, stack.outward)
        members = tuple(
            m for m in stack.members if m not in apart and types.get(m) == stack.type and ways.get(m) == way
        )
        if len(members) >= MIN_MEMBERS and stack.id not in types:
            lines = tuple(r for r in shown.relationships if not {r.source, r.target}.isdisjoint(members))
            drawn_stacks[stack.id] = replace(stack, members=members), lines
    return drawn_stacks


def add_stacks(canvas: Canvas, stacks: Iterable[Stack], places: Mapping[str, tuple[float, float]]) -> Canvas:
    """With these stacks beside those it has, each where the member stands that is nearest to its entity."""
    fresh = {s.id: s for s in stacks}
    merged = {s.id: s for s in canvas.stacks}
    for id_, stack in fresh.items():
        members = dict.fromkeys((*merged[id_].members, *stack.members) if id_ in merged else stack.members)
        merged[id_] = replace(stack, members=tuple(members))
    at = {
        s.id: _find_nearest_place(s, places)
        for s in fresh.values()
        if s.id not in canvas.positions or s.id not in places
    }
    return replace(canvas, stacks=tuple(merged.values())).placed({i: p for i, p in at.items() if p}, fit=False)


def remove_stacks(canvas: Canvas, ids: Collection[str]) -> Canvas:
    """Without the stacks of these ids; their members stand for themselves again."""
    gone = set(ids)
    return replace(
        canvas,
        stacks=tuple(s for s in canvas.stacks if s.id not in gone),
        pinned=tuple(i for i in canvas.pinned if i not in gone),
        positions={i: p for i, p in canvas.positions.items() if i not in gone},
        fit=False,
    )


def remove_members(canvas: Canvas, ids: Collection[str]) -> Canvas:
    """With these entities in no stack, so that they are seen."""
    if not any(m in ids for s in canvas.stacks for m in s.members):
        return canvas
    left = (replace(s, members=tuple(m for m in s.members if m not in ids)) for s in canvas.stacks)
    return replace(canvas, stacks=tuple(s for s in left if len(s.members) >= MIN_MEMBERS), fit=False)


def _find_nearest_place(stack: Stack, places: Mapping[str, tuple[float, float]]) -> tuple[float, float] | None:
    standing = [(i, places[i]) for i in stack.members if i in places]
    if not standing:
        return None
    x, y = places.get(stack.around, standing[0][1])
    return min(standing, key=lambda s: ((s[1][0] - x) ** 2 + (s[1][1] - y) ** 2, s[0]))[1]
