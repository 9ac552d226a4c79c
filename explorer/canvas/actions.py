"""What the analyst can do to the canvas that needs the graph. Each takes a canvas and returns the next one."""

from dataclasses import replace

from explorer.answers import answer_store
from explorer.canvas import incremental_layout, rendered_view
from explorer.layout import apply
from explorer.layout.geometry import build_boxes
from explorer.layout.jobs import QUEUE_TIMEOUT, compute_apart
from explorer.overlays import highlight, notes
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.errors import QueryError
from graph.jobs import JobRunner
from graph.ontology import Ontology
from graph.reading import browse
from graph.saved_queries import guarded_query
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import load_shipped_queries

OPENING_QUERY = "reporting-chain"  # the saved query that the explorer opens on


def build_opening_canvas(store: Store, ontology: Ontology, layouts: JobRunner | None = None) -> Canvas:
    """The canvas a fresh page shows: the reporting chain, or none where the graph holds something else."""
    try:
        answer = guarded_query.run(
            store, ontology, load_shipped_queries()[OPENING_QUERY], {}
        )  # short, and nobody may be turned away
        return show_answer(store, ontology, Canvas(), answer, fresh=True, layouts=layouts)
    except QueryError:
        return Canvas()


def show_answer(
    store: Store,
    ontology: Ontology,
    canvas: Canvas,
    answer: Answer,
    *,
    fresh: bool,
    layouts: JobRunner | None = None,
) -> Canvas:
    """An answer as a fresh canvas, laid out as by `arrange_canvas`, or added to this one; an empty one changes nothing.

    Raises CanvasFull, and JobsBusy as `arrange_canvas` does.
    """
    name = answer.query.name
    found = [e.id for e in answer.subgraph.entities]
    if not found:
        return canvas
    title = answer.query.title if fresh or not canvas.ids else f"{mark_edited(canvas).title} with {answer.query.title}"
    start = Canvas(layout=canvas.layout) if fresh else canvas
    origin = {"query": name, "parameters": dict(answer.parameters)}
    noted = replace(start, title=title, name=name, note=_describe_answer(answer), origin=origin)
    grown = noted.holding(found)
    if fresh or not canvas.ids:
        return arrange_canvas(store, ontology, grown, canvas.layout, layouts)
    return _place_new_nodes(store, ontology, grown, fit=True)


def count_additions(store: Store, before: Canvas, after: Canvas, answer: Answer) -> answer_store.AdditionSummary:
    """What an answer brought to a canvas and what was there already."""
    old, new = browse.read_subgraph(store, before.ids), browse.read_subgraph(store, after.ids)
    return answer_store.count_additions(old, new, answer.subgraph)


def highlight_answer(store: Store, ontology: Ontology, canvas: Canvas, answer: Answer) -> Canvas:
    """The canvas with what it holds of an answer picked out; what of that a rule hides is said too."""
    changed = highlight.highlight_answer(
        canvas, browse.read_subgraph(store, canvas.ids), answer.subgraph, answer.query.title
    )
    shown = rendered_view.read(store, ontology, changed).shown
    seen = {e.id for e in shown.entities} | {r.id for r in shown.relationships}
    return highlight.mention_hidden(changed, seen)


def add_entity(store: Store, ontology: Ontology, canvas: Canvas, entity: str) -> Canvas:
    """With one more entity, and its lines to those that are there."""
    if entity in canvas.ids:
        return canvas
    name = next((e.name for e in browse.read_entities(store, [entity])), entity)
    started = mark_edited(canvas) if canvas.ids else replace(canvas, title=name, name="canvas")
    grown = replace(started, note=f"Added {name}.").holding([entity])
    return _place_new_nodes(store, ontology, grown, fit=not canvas.ids)


def arrange_canvas(
    store: Store, ontology: Ontology, canvas: Canvas, layout: str, layouts: JobRunner | None = None
) -> Canvas:
    """With all nodes placed anew, but for the pinned; what is not drawn makes no room for itself.

    With `layouts` (layout/jobs.py), a large picture is laid out in a process of its own, so that nobody else waits for
    it. Raises JobsBusy where too many of those run, and JobFailed where it comes to no end.
    """
    now = rendered_view.read(store, ontology, canvas)
    task = incremental_layout.build_layout_task(now, layout)
    if layouts is not None and incremental_layout.is_large(task):
        with layouts.occupy(wait=QUEUE_TIMEOUT) as job:
            places = compute_apart(task, job)
    else:
        places = apply.compute_layout(**task)
    return notes.move_notes_aside(replace(canvas, layout=layout).placed(places, fit=True), build_boxes(now.drawn))


def mark_edited(canvas: Canvas) -> Canvas:
    """With a title that owns up to the analyst's hand."""
    mark = ", edited"
    return canvas if canvas.title.endswith(mark) or not canvas.title else replace(canvas, title=canvas.title + mark)


def _place_new_nodes(
    store: Store, ontology: Ontology, canvas: Canvas, *, around: str | None = None, fit: bool
) -> Canvas:
    return incremental_layout.place_new_nodes(rendered_view.read(store, ontology, canvas), around=around, fit=fit)


def _describe_answer(answer: Answer) -> str:
    return f"{answer.query.description.strip()} {answer.cut_message}".strip()
