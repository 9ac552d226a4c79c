"""What the analyst can do to the canvas that needs the graph. Each takes a canvas and returns the next one."""

from dataclasses import replace

from explorer import answering, laying, notes, picking, placing, scene
from explorer.boxes import boxes
from explorer.canvas import Canvas
from explorer.jobs import JOBS
from graph import browse, queries
from graph.errors import QueryError
from graph.library import shipped
from graph.ontology import Ontology
from graph.queries import Answer
from graph.store import Store

OPENING = "reporting-chain"  # the saved query that the explorer opens on


def opening(store: Store, ontology: Ontology) -> Canvas:
    """The canvas a fresh page shows: the reporting chain, or none where the graph holds something else."""
    try:
        answer = queries.run(store, ontology, shipped()[OPENING], {})  # short, and nobody may be turned away
        return answered(store, ontology, Canvas(), answer, fresh=True)
    except QueryError:
        return Canvas()


def answered(store: Store, ontology: Ontology, canvas: Canvas, answer: Answer, *, fresh: bool) -> Canvas:
    """An answer as a fresh canvas or added to this one; an empty one changes nothing."""
    name = answer.query.name
    found = [e.id for e in answer.subgraph.entities]
    if not found:
        return canvas
    title = answer.query.title if fresh or not canvas.ids else f"{edited(canvas).title} with {answer.query.title}"
    start = Canvas(layout=canvas.layout) if fresh else canvas
    origin = {"query": name, "parameters": dict(answer.parameters)}
    noted = replace(start, title=title, name=name, note=_said(answer), origin=origin)
    grown = noted.holding(found)
    if fresh or not canvas.ids:
        return laid_out(store, ontology, grown, canvas.layout)
    return _settled(store, ontology, grown, fit=True)


def compared(store: Store, before: Canvas, after: Canvas, answer: Answer) -> answering.Placed:
    """What an answer brought to a canvas and what was there already."""
    old, new = browse.subgraph(store, before.ids), browse.subgraph(store, after.ids)
    return answering.placed(old, new, answer.subgraph)


def highlighted(store: Store, ontology: Ontology, canvas: Canvas, answer: Answer) -> Canvas:
    """The canvas with what it holds of an answer picked out; what of that a rule hides is said too."""
    changed = picking.picked(canvas, browse.subgraph(store, canvas.ids), answer.subgraph, answer.query.title)
    shown = scene.read(store, ontology, changed).shown
    seen = {e.id for e in shown.entities} | {r.id for r in shown.relationships}
    return picking.owning_up(changed, seen)


def added(store: Store, ontology: Ontology, canvas: Canvas, entity: str) -> Canvas:
    """With one more entity, and its lines to those that are there."""
    if entity in canvas.ids:
        return canvas
    name = next((e.name for e in browse.entities(store, [entity])), entity)
    started = edited(canvas) if canvas.ids else replace(canvas, title=name, name="canvas")
    grown = replace(started, note=f"Added {name}.").holding([entity])
    return _settled(store, ontology, grown, fit=not canvas.ids)


def laid_out(store: Store, ontology: Ontology, canvas: Canvas, layout: str) -> Canvas:
    """With all nodes placed anew, but for the pinned; what is not drawn makes no room for itself.

    A large picture is laid out in a process of its own. Raises Busy where too many of those run.
    """
    now = scene.read(store, ontology, canvas)
    task = laying.task(now, layout)
    places = JOBS.run(task) if laying.is_large(task) else placing.lay(**task)
    return notes.aside(replace(canvas, layout=layout).placed(places, fit=True), boxes(now.drawn))


def edited(canvas: Canvas) -> Canvas:
    """With a title that owns up to the analyst's hand."""
    mark = ", edited"
    return canvas if canvas.title.endswith(mark) or not canvas.title else replace(canvas, title=canvas.title + mark)


def _settled(store: Store, ontology: Ontology, canvas: Canvas, *, around: str | None = None, fit: bool) -> Canvas:
    return laying.settled(scene.read(store, ontology, canvas), around=around, fit=fit)


def _said(answer: Answer) -> str:
    return f"{answer.query.description.strip()} {answer.cut_words}".strip()
