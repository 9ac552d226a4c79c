"""What the analyst can do to the canvas that needs the graph.

Each takes a canvas and returns the view of the next one, so that what it has read need not be read again to draw it.
"""

from collections.abc import Collection
from dataclasses import replace

from explorer.answers import answer_store
from explorer.canvas import incremental_layout, rendered_view
from explorer.canvas.rendered_view import RenderedView
from explorer.layout import apply
from explorer.layout.geometry import build_boxes
from explorer.layout.jobs import QUEUE_TIMEOUT, compute_apart
from explorer.overlays import chain_overlay, highlight, notes
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.errors import GraphEmpty, ParameterError
from graph.jobs import JobRunner
from graph.ontology import Ontology
from graph.reading import browse, chains
from graph.saved_queries import guarded_query
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import load_shipped_queries

OPENING_QUERY = "reporting-chain"  # the saved query that the explorer opens on


def show_opening_query(store: Store, ontology: Ontology, layouts: JobRunner | None = None) -> RenderedView:
    """What a fresh page shows: the reporting chain, or an empty canvas where the graph holds something else.

    Raises QueryError where the query was ended before its answer, StoreError, JobsBusy.
    """
    query = load_shipped_queries()[OPENING_QUERY]
    try:
        answer = guarded_query.run(store, ontology, query, {})  # short, and nobody may be turned away
    except (ParameterError, GraphEmpty):
        return rendered_view.read(store, ontology, Canvas())
    return show_answer(store, ontology, Canvas(), answer, fresh=True, layouts=layouts)


def show_answer(
    store: Store,
    ontology: Ontology,
    canvas: Canvas,
    answer: Answer,
    *,
    fresh: bool,
    layouts: JobRunner | None = None,
) -> RenderedView:
    """An answer as a fresh canvas, laid out as by `arrange`, or added to this one; an empty one changes nothing.

    Raises CanvasFull, and JobsBusy as `arrange` does.
    """
    name = answer.query.name
    ids = [e.id for e in answer.subgraph.entities]
    if not ids:
        return rendered_view.read(store, ontology, canvas)
    title = answer.query.title if fresh or not canvas.ids else f"{mark_edited(canvas).title} with {answer.query.title}"
    start = Canvas(layout=canvas.layout) if fresh else canvas
    origin = {"query": name, "parameters": dict(answer.parameters)}
    noted = replace(start, title=title, name=name, note=_describe_answer(answer), origin=origin)
    grown = rendered_view.read(store, ontology, noted.holding(ids))
    if fresh or not canvas.ids:
        return arrange(grown, canvas.layout, layouts)
    return incremental_layout.place_new_nodes(grown, fit=True)


def count_additions(before: Collection[str], after: RenderedView, answer: Answer) -> answer_store.AdditionSummary:
    """What an answer brought to a canvas that held the entities `before`, and what was there already."""
    old = rendered_view.select_entities(after.whole, before)
    return answer_store.count_additions(old, after.whole, answer.subgraph)


def highlight_answer(store: Store, ontology: Ontology, canvas: Canvas, answer: Answer) -> RenderedView:
    """The canvas with what it holds of an answer picked out; what of that a rule hides is said too."""
    view = rendered_view.read(store, ontology, canvas)
    changed = highlight.highlight_answer(view.canvas, view.whole, answer.subgraph, answer.query.title)
    picked = rendered_view.update(store, view, changed)
    seen = {e.id for e in picked.shown.entities} | {r.id for r in picked.shown.relationships}
    return replace(picked, canvas=highlight.mention_hidden(picked.canvas, seen))


def show_chain(store: Store, ontology: Ontology, start: str) -> RenderedView:
    """A fresh canvas with the chain of an entity.

    Raises ChainNotFound, and QueryError for an entity that is not there.
    """
    chain = chains.read(store, ontology, start)
    whole = browse.read_subgraph(store, chain.ids)
    return rendered_view.complete(store, ontology, chain_overlay.build_chain_canvas(ontology, chain, whole), whole)


def add_entity(store: Store, ontology: Ontology, canvas: Canvas, entity: str) -> RenderedView | None:
    """With one more entity, and its lines to those that are there; None where the canvas holds it already."""
    if entity in canvas.ids:
        return None
    started = mark_edited(canvas) if canvas.ids else replace(canvas, name="canvas")
    view = rendered_view.read(store, ontology, started.holding([entity]))
    name = next((e.name for e in view.whole.entities if e.id == entity), entity)
    title = view.canvas.title if canvas.ids else name
    view = replace(view, canvas=replace(view.canvas, title=title, note=f"Added {name}."))
    return incremental_layout.place_new_nodes(view, fit=not canvas.ids)


def arrange(view: RenderedView, layout: str, layouts: JobRunner | None = None) -> RenderedView:
    """With all nodes placed anew, but for the pinned; what is not drawn makes no room for itself.

    With `layouts` (layout/jobs.py), a large picture is laid out in a process of its own, so that nobody else waits for
    it. Raises JobsBusy where too many of those run, and JobFailed where it comes to no end.
    """
    task = incremental_layout.build_layout_task(view, layout)
    if layouts is not None and incremental_layout.is_large(task):
        with layouts.occupy(wait=QUEUE_TIMEOUT) as job:
            places = compute_apart(task, job)
    else:
        places = apply.compute_layout(**task)
    canvas = replace(view.canvas, layout=layout).placed(places, fit=True)
    return replace(view, canvas=notes.move_notes_aside(canvas, build_boxes(view.drawn)))


def mark_edited(canvas: Canvas) -> Canvas:
    """With a title that owns up to the analyst's hand."""
    mark = ", edited"
    return canvas if canvas.title.endswith(mark) or not canvas.title else replace(canvas, title=canvas.title + mark)


def _describe_answer(answer: Answer) -> str:
    return f"{answer.query.description.strip()} {answer.cut_message}".strip()
