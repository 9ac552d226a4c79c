"""Bringing neighbours, and taking them away again. Each takes a canvas and returns the next one."""

from collections.abc import Collection
from dataclasses import replace

from explorer.canvas import incremental_layout, rendered_view
from explorer.canvas.actions import mark_edited
from explorer.overlays import grouping, stacks
from explorer.state.canvas import EXPANSION_SIZE, Canvas, CanvasFull
from graph.database.store import Store
from graph.errors import QueryError
from graph.ontology import Ontology
from graph.plurals import format_count
from graph.reading import browse, neighbours
from graph.reading.neighbours import NeighbourCounts, NeighbourFilter

MAX_PER_EXPANSION = 200


def expand_entity(
    store: Store,
    ontology: Ontology,
    canvas: Canvas,
    entity: str,
    *,
    rule: str = "evidence",
    count: int = EXPANSION_SIZE,
    choice: NeighbourFilter | None = None,
) -> Canvas:
    """With the next `count` neighbours of an entity, the first by a rule (a key of expand.RULES) that it lacks.

    Says how many of how many are there and why these. Raises CanvasFull, and QueryError for what can't be asked.
    """
    if rule not in neighbours.RULES:
        raise QueryError(f"There is no rule {rule!r} for choosing neighbours.")
    if not 1 <= count <= MAX_PER_EXPANSION:
        raise QueryError(f"From 1 to {MAX_PER_EXPANSION} neighbours can be brought at once, not {count:,}.")
    named = browse.read_entities(store, [entity])
    if not named:
        raise QueryError("The graph does not hold this entity any more.")
    choice = choice or NeighbourFilter()
    fresh = neighbours.select_neighbours(
        store, ontology, entity, rule=rule, limit=count, choice=choice, held=canvas.ids
    )
    grown = stacks.remove_members(mark_edited(canvas) if fresh else canvas, [entity]).holding([entity, *fresh])
    tally = neighbours.count_neighbours(store, ontology, entity, grown.ids)
    now = rendered_view.read(
        store, ontology, replace(grown, note=describe_expansion(ontology, named[0].name, tally, rule, choice))
    )
    unseen = len(set(fresh) - {e.id for e in now.shown.entities})
    if unseen:
        hidden = f" {unseen:,} of the new ones {'is' if unseen == 1 else 'are'} hidden by your filter."
        now = replace(now, canvas=replace(now.canvas, note=now.canvas.note + hidden))
    return incremental_layout.place_new_nodes(now, around=entity, fit=len(fresh) > 3)


def count_free_places(canvas: Canvas, asked: int) -> int:
    """How many of so many more nodes the canvas still has room for."""
    for count in range(asked, 0, -1):
        try:
            canvas.holding([f"more:{n}" for n in range(count)])
        except CanvasFull:
            continue
        return count
    return 0


def describe_expansion(
    ontology: Ontology, name: str, tally: NeighbourCounts, rule: str, choice: NeighbourFilter
) -> str:
    """How much of a neighbourhood is on the canvas, and by which rule it was chosen."""
    total, shown = count_chosen(tally, choice)
    meant = describe_choice(ontology, name, choice)
    if not total:
        return f"{name} has no neighbours in the data." if choice == NeighbourFilter() else f"The data has no {meant}."
    if shown < total:
        return f"Showing {shown:,} of {total:,} {meant}, {neighbours.RULES[rule]}. Ask again for more."
    if total == 1:
        return (
            f"The only one of the {meant} is on the canvas."
            if choice != NeighbourFilter()
            else (f"The only neighbour of {name} is on the canvas.")
        )
    return f"All {total:,} {meant} are on the canvas."


def count_chosen(tally: NeighbourCounts, choice: NeighbourFilter) -> tuple[int, int]:
    """How many neighbours a choice means, and how many of them are on the canvas."""
    if choice == NeighbourFilter():
        return tally.total, tally.shown
    rows = [
        r
        for r in tally.rows
        if r.relationship == choice.relationship and r.outward == choice.outward and choice.type in ("", r.type)
    ]
    return sum(r.total for r in rows), sum(r.shown for r in rows)


def describe_choice(ontology: Ontology, name: str, choice: NeighbourFilter) -> str:
    """A choice of neighbours in words, such as "neighbours of X by “owns”: ships"."""
    if not choice.relationship:
        return f"neighbours of {name}"
    kind = ontology.types.get(choice.type)
    only = f" ({kind.plural.lower() if kind else choice.type})" if choice.type else ""
    words = ontology.get_predicate_caption(choice.relationship, forward=choice.outward is not False)
    return f"neighbours of {name} by “{words}”{only}"


def collapse_entity(store: Store, ontology: Ontology, canvas: Canvas, entity: str) -> Canvas | None:
    """Without the neighbours that hang only on an entity and are not pinned. None where the canvas lacks it."""
    if entity not in canvas.ids:
        return None
    whole = browse.read_subgraph(store, canvas.ids)
    name = next((e.name for e in whole.entities if e.id == entity), entity)
    near: dict[str, set[str]] = {}
    for line in whole.relationships:
        near.setdefault(line.source, set()).add(line.target)
        near.setdefault(line.target, set()).add(line.source)
    alone = {i for i, others in near.items() if others - {i} == {entity} and i != entity}
    kept = alone & stacks.list_unstackable(canvas)
    gone = alone - kept
    stay = (
        f" {len(kept)} that {'is' if len(kept) == 1 else 'are'} pinned or spoken of elsewhere stayed." if kept else ""
    )
    if not gone:
        return replace(canvas, note=f"Nothing hangs on {name} alone; nothing was removed.{stay}", fit=False)
    things = format_count(len(gone), "entity that hung", "entities that hung")
    note = f"Removed {things} only on {name}; the data is untouched.{stay}"
    return replace(mark_edited(canvas.without(gone)), note=note)


def stack_leaves(store: Store, ontology: Ontology, canvas: Canvas, around: str = "") -> Canvas:
    """With the alike leaves around an entity, or everywhere, as stacks."""
    now = rendered_view.read(store, ontology, canvas)
    found = stacks.build_stacks(ontology, now.shown, canvas, around)
    known = stacks.select_drawn_stacks(ontology, now.shown, canvas)
    fresh = [s for s in found if s.id not in known or set(s.members) != set(known[s.id][0].members)]
    if not fresh:
        where = "around it" if around else "on the canvas"
        return replace(
            canvas,
            fit=False,
            note=f"Nothing to stack {where}: a stack takes two or more entities of one "
            "type that hang by one kind of line on the same entity and on nothing else.",
        )
    total = sum(len(s.members) for s in fresh)
    note = (
        f"Stacked {total:,} entities in {format_count(len(fresh), 'stack', 'stacks')}. Double-click a stack to open it."
    )
    grown = replace(stacks.add_stacks(canvas, fresh, canvas.positions), note=note)
    return incremental_layout.place_new_nodes(rendered_view.read(store, ontology, grown))


def open_stacks(store: Store, ontology: Ontology, canvas: Canvas, ids: Collection[str]) -> Canvas | None:
    """With the members of these stacks standing for themselves again. None where none of them is a stack."""
    found = [s for s in canvas.stacks if s.id in ids]
    if not found:
        return None
    members = [m for s in found for m in s.members]
    pulled = stacks.remove_stacks(canvas, [s.id for s in found])
    now = rendered_view.read(store, ontology, replace(pulled, note=f"Opened a stack of {len(members):,}."))
    return incremental_layout.place_new_nodes(now, movable=members)


def unstack_entity(store: Store, ontology: Ontology, canvas: Canvas, entity: str) -> Canvas:
    """With an entity in no stack, so that it is seen."""
    out = stacks.remove_members(canvas, [entity])
    return (
        canvas
        if out == canvas
        else incremental_layout.place_new_nodes(rendered_view.read(store, ontology, out), movable=[entity])
    )


def resolve_drawn_ids(store: Store, ontology: Ontology, canvas: Canvas, ids: Collection[str]) -> tuple[str, ...]:
    """What is meant by the ids of drawn elements: the members of stacks and merged lines in their place."""
    if not any(i.startswith(("stack:", "merged:")) for i in ids):
        return tuple(ids)
    held = grouping.map_members(rendered_view.read(store, ontology, canvas).drawn)
    return tuple(dict.fromkeys(one for i in ids for one in held.get(i, (i,))))
