"""What the analyst can do to the canvas that needs the graph. Each takes a canvas and returns the next one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from explorer import layouts, scene
from explorer.canvas import BATCH, Canvas
from graph import browse, queries
from graph.errors import QueryError
from graph.ontology import Ontology
from graph.queries import Answer
from graph.store import Store

OPENING = "reporting-chain"  # the saved query that the explorer opens on


def opening(store: Store, ontology: Ontology) -> Canvas:
    """The canvas a fresh page shows: the reporting chain, or none where the graph holds something else."""
    try:
        return queried(store, ontology, Canvas(), OPENING, {}, fresh=True)[0]
    except QueryError:
        return Canvas()


def queried(
    store: Store, ontology: Ontology, canvas: Canvas, name: str, given: Mapping[str, Any], *, fresh: bool
) -> tuple[Canvas, Answer]:
    """The answer of a saved query, as a fresh canvas or added to this one."""
    answer = queries.run(store, ontology, queries.find(name), given)
    found = [e.id for e in answer.subgraph.entities]
    if not found:
        return canvas, answer
    title = answer.query.title if fresh or not canvas.ids else f"{edited(canvas).title} with {answer.query.title}"
    start = Canvas(layout=canvas.layout) if fresh else canvas
    noted = replace(start, title=title, name=name, note=_said(answer))
    grown = noted.holding(found)
    if fresh or not canvas.ids:
        return laid_out(store, ontology, grown, canvas.layout), answer
    return _settled(store, ontology, grown, fit=True), answer


def expanded(store: Store, ontology: Ontology, canvas: Canvas, entity: str) -> Canvas:
    """With an entity's neighbours: the best evidenced first, the next ones each time it is asked again."""
    limit = BATCH
    found = browse.neighbours(store, entity, limit=limit)
    while found.shown < found.total and {e.id for e in found.subgraph.entities} <= set(canvas.ids):
        limit += BATCH
        found = browse.neighbours(store, entity, limit=limit)
    names = {e.id: e.name for e in found.subgraph.entities}
    fresh = set(names) - set(canvas.ids)
    name = names.get(entity, entity)
    if found.shown < found.total:
        note = f"Showing {found.shown} of {found.total} neighbours of {name}, {found.rule}. Ask again for more."
    else:
        count = "Its only neighbour" if found.total == 1 else f"All {found.total} neighbours"
        note = f"{count} of {name} {'is' if found.total == 1 else 'are'} on the canvas."
        note = f"{name} has no neighbours in the data." if not found.total else note
    grown = replace(edited(canvas) if fresh else canvas, note=note).holding(names)
    return _settled(store, ontology, grown, around=entity, fit=len(fresh) > 3)


def added(store: Store, ontology: Ontology, canvas: Canvas, entity: str) -> Canvas:
    """With one more entity, and its lines to those that are there."""
    if entity in canvas.ids:
        return canvas
    name = next((e.name for e in browse.entities(store, [entity])), entity)
    started = edited(canvas) if canvas.ids else replace(canvas, title=name, name="canvas")
    grown = replace(started, note=f"Added {name}.").holding([entity])
    return _settled(store, ontology, grown, fit=False)


def laid_out(store: Store, ontology: Ontology, canvas: Canvas, layout: str) -> Canvas:
    """With all nodes placed anew, but for the pinned; what is not drawn makes no room for itself."""
    now = scene.read(store, ontology, canvas)
    places = layouts.arrange(now.drawn, ontology, layout)
    places = layouts.settle(now.whole, ontology, places)
    kept = {i: canvas.positions[i] for i in canvas.pinned if i in canvas.positions}
    return replace(canvas, layout=layout).placed({**places, **kept}, fit=True)


def edited(canvas: Canvas) -> Canvas:
    """With a title that owns up to the analyst's hand."""
    mark = ", edited"
    return canvas if canvas.title.endswith(mark) or not canvas.title else replace(canvas, title=canvas.title + mark)


def _settled(store: Store, ontology: Ontology, canvas: Canvas, *, around: str | None = None, fit: bool) -> Canvas:
    subgraph = browse.subgraph(store, canvas.ids)
    return canvas.placed(layouts.settle(subgraph, ontology, canvas.positions, around), fit=fit)


def _said(answer: Answer) -> str:
    cut = f" The answer was cut at {queries.ROW_CAP:,} rows." if answer.table.truncated else ""
    return answer.query.description.strip() + cut
