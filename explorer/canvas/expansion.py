"""Bringing neighbours, and taking them away again. Each takes a canvas and returns the view of the next one."""

from collections.abc import Collection
from dataclasses import replace

from explorer.canvas import actions, incremental_layout, rendered_view
from explorer.canvas.actions import mark_edited
from explorer.canvas.rendered_view import RenderedView
from explorer.overlays import grouping, stacks
from explorer.state.canvas import EXPANSION_SIZE, Canvas, CanvasFull
from graph.database.store import Store
from graph.errors import QueryError
from graph.ontology import Ontology
from graph.plurals import format_count
from graph.reading import neighbours
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
) -> RenderedView:
    """With the next `count` neighbours of an entity, the first by a rule (a key of expand.RULES) that it lacks.

    Says how many of how many are there and why these. Raises CanvasFull, and QueryError for what can't be asked.
    """
    if rule not in neighbours.RULES:
        raise QueryError(f"There is no rule {rule!r} for choosing neighbours.")
    if not 1 <= count <= MAX_PER_EXPANSION:
        raise QueryError(f"From 1 to {MAX_PER_EXPANSION} neighbours can be brought at once, not {count:,}.")
    choice = choice or NeighbourFilter()
    fresh = neighbours.select_neighbours(
        store, ontology, entity, rule=rule, limit=count, choice=choice, held=canvas.ids
    )
    grown = stacks.remove_members(mark_edited(canvas) if fresh else canvas, [entity]).holding([entity, *fresh])
    view = rendered_view.read(store, ontology, grown)
    name = next((e.name for e in view.whole.entities if e.id == entity), None)
    if name is None:
        raise QueryError("The graph does not hold this entity any more.")
    tally = neighbours.count_neighbours(store, ontology, entity, grown.ids)
    note = describe_expansion(ontology, name, tally, rule, choice)
    if unseen := len(set(fresh) - {e.id for e in view.shown.entities}):
        note += f" {unseen:,} of the new ones {'is' if unseen == 1 else 'are'} hidden by your filter."
    view = replace(view, canvas=replace(view.canvas, note=note))
    return incremental_layout.place_new_nodes(view, around=entity, fit=len(fresh) > 3)


def count_free_places(canvas: Canvas, most: int) -> int:
    """How many of so many more nodes the canvas still has room for."""
    for count in range(most, 0, -1):
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


def collapse_entity(store: Store, ontology: Ontology, canvas: Canvas, entity: str) -> RenderedView | None:
    """Without the neighbours that hang only on an entity and are not pinned. None where the canvas lacks it."""
    if entity not in canvas.ids:
        return None
    view = rendered_view.read(store, ontology, canvas)
    name = next((e.name for e in view.whole.entities if e.id == entity), entity)
    near: dict[str, set[str]] = {}
    for line in view.whole.relationships:
        near.setdefault(line.source, set()).add(line.target)
        near.setdefault(line.target, set()).add(line.source)
    alone = {i for i, others in near.items() if others - {i} == {entity} and i != entity}
    kept = alone & stacks.list_unstackable(canvas)
    gone = alone - kept
    stay = (
        f" {len(kept)} that {'is' if len(kept) == 1 else 'are'} pinned or spoken of elsewhere stayed." if kept else ""
    )
    if not gone:
        note = f"Nothing hangs on {name} alone; nothing was removed.{stay}"
        return replace(view, canvas=replace(view.canvas, note=note, fit=False))
    things = format_count(len(gone), "entity that hung", "entities that hung")
    note = f"Removed {things} only on {name}; the data is untouched.{stay}"
    return rendered_view.update(store, view, replace(mark_edited(view.canvas.without(gone)), note=note))


def stack_leaves(store: Store, ontology: Ontology, canvas: Canvas, around: str = "") -> RenderedView:
    """With the alike leaves around an entity, or everywhere, as stacks."""
    view = rendered_view.read(store, ontology, canvas)
    possible = stacks.build_stacks(ontology, view.shown, canvas, around)
    drawn = stacks.select_drawn_stacks(ontology, view.shown, canvas)
    fresh = [s for s in possible if s.id not in drawn or set(s.members) != set(drawn[s.id][0].members)]
    if not fresh:
        where = "around it" if around else "on the canvas"
        note = (
            f"Nothing to stack {where}: a stack takes two or more entities of one "
            "type that hang by one kind of line on the same entity and on nothing else."
        )
        return replace(view, canvas=replace(view.canvas, fit=False, note=note))
    total = sum(len(s.members) for s in fresh)
    note = (
        f"Stacked {total:,} entities in {format_count(len(fresh), 'stack', 'stacks')}. Double-click a stack to open it."
    )
    grown = replace(stacks.add_stacks(view.canvas, fresh, canvas.positions), note=note)
    return incremental_layout.place_new_nodes(rendered_view.update(store, view, grown))


def open_stacks(store: Store, ontology: Ontology, canvas: Canvas, ids: Collection[str]) -> RenderedView | None:
    """With the members of these stacks standing for themselves again. None where none of them is a stack."""
    chosen = [s for s in canvas.stacks if s.id in ids]
    if not chosen:
        return None
    members = [m for s in chosen for m in s.members]
    pulled = stacks.remove_stacks(canvas, [s.id for s in chosen])
    view = rendered_view.read(store, ontology, replace(pulled, note=f"Opened a stack of {len(members):,}."))
    return incremental_layout.place_new_nodes(view, movable=members)


def show_entity(store: Store, ontology: Ontology, canvas: Canvas, entity: str) -> RenderedView | None:
    """With an entity on the canvas, and seen: in no stack, and hidden by no rule; None where it is already."""
    view = actions.add_entity(store, ontology, canvas, entity)
    out = stacks.remove_members(canvas, [entity])
    if view is None and out != canvas:
        view = incremental_layout.place_new_nodes(rendered_view.read(store, ontology, out), movable=[entity])
    if view is None and entity not in canvas.hidden and not canvas.filter.types:
        return None
    moved, view = view is not None, view or rendered_view.read(store, ontology, canvas)
    types = {e.type for e in view.whole.entities if e.id == entity} & set(canvas.filter.types)
    if not (moved or types or entity in canvas.hidden):
        return None
    grown = replace(view.canvas, hidden=tuple(i for i in canvas.hidden if i != entity))
    if types:
        left = tuple(t for t in canvas.filter.types if t not in types)
        grown = grown.filtered(replace(canvas.filter, types=left))
    return rendered_view.update(store, view, grown)


def resolve_drawn_ids(view: RenderedView, ids: Collection[str]) -> tuple[str, ...]:
    """What is meant by the ids of drawn elements: the members of stacks and merged lines in their place."""
    members = grouping.map_members(view.drawn)
    return tuple(dict.fromkeys(one for i in ids for one in members.get(i, (i,))))
