"""Two views compared: what both show, what one shows alone, and how that is marked on the canvas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dash import html

from explorer.canvas import rendered_view
from explorer.canvas.rendered_view import RenderedView
from explorer.layout import force
from explorer.state.canvas import MAX_NODES, Canvas, CanvasFull, Emphasis
from graph.database.store import Store
from graph.formats import algebra
from graph.model import Subgraph
from graph.ontology import Ontology
from graph.plurals import format_count

KIND = "new"  # of an emphasis
HERE, THERE = "here", "there"
SIGNS = {HERE: "＋", THERE: "－"}  # before a name: colour alone does not do in print, or for all eyes
COLOURS = {HERE: "#0072b2", THERE: "#c2410c"}
OPERATIONS = {"union": "All of both", "intersection": "In both", HERE: "Only here", THERE: "Only there"}


@dataclass(frozen=True)
class Comparison:
    """A canvas and a saved view of a name, by what each shows."""

    here: RenderedView
    there: RenderedView
    name: str

    def part(self, operation: str) -> Subgraph:
        """One of OPERATIONS of the two; lines keep their ends."""
        here, there = self.here.shown, self.there.shown
        if operation == THERE:
            return algebra.combine("difference", there, here)
        return algebra.combine("difference" if operation == HERE else operation, here, there)

    def sentence(self) -> str:
        """What is in both and in one alone, counted: "12 entities in both, 5 only here, 3 only in “June draft”"."""
        counts = []
        here, there = self.here.shown, self.there.shown
        for one, more, a, b in (
            ("entity", "entities", _collect_ids(here.entities), _collect_ids(there.entities)),
            ("line", "lines", _collect_ids(here.relationships), _collect_ids(there.relationships)),
        ):
            both = len(a & b)
            counts.append(
                f"{both:,} {one if both == 1 else more} in both, {len(a - b):,} only here, "
                f"{len(b - a):,} only in “{self.name}”"
            )
        return "; ".join(counts) + "."


def compare_views(store: Store, ontology: Ontology, here: Canvas, there: RenderedView, name: str) -> Comparison:
    """What a canvas shows and what a saved view of a name shows, read from the graph as it is now."""
    return Comparison(rendered_view.read(store, ontology, here, there), there, name)


def show_comparison(store: Store, ontology: Ontology, compared: Comparison, operation: str) -> RenderedView | None:
    """The view of one of OPERATIONS, what is only in one of the two marked; None where it would be empty.

    Lines of the graph that are not part of the answer are hidden, so that it shows the answer and nothing else.
    """
    part, here, there = compared.part(operation), compared.here.canvas, compared.there.canvas
    if not part.entities:
        return None
    ids = [e.id for e in part.entities]
    if len(ids) > MAX_NODES:
        raise CanvasFull(len(ids))
    whole = rendered_view.read_whole(store, ids, compared.here, compared.there)
    kept = _collect_ids(part.relationships)
    old = there.positions if operation == THERE else here.positions
    standing = {i: p for i, p in old.items() if i in set(ids)}
    notes = there.notes if operation == THERE else here.notes
    places = force.extend_layout(whole, ontology, standing)
    a, b = (
        _collect_ids(s.shown.entities) | _collect_ids(s.shown.relationships) for s in (compared.here, compared.there)
    )
    held = set(ids) | kept
    sentence = compared.sentence()
    hidden = tuple(sorted(r.id for r in whole.relationships if r.id not in kept))
    words = f" Hidden, as not part of this answer: {format_count(len(hidden), 'line', 'lines')} between these entities."
    beside = words if hidden else ""
    canvas = Canvas(
        ids=tuple(ids),
        layout=here.layout,
        name="comparison",
        merged=here.merged,
        notes=notes,
        positions={**{n.id: old[n.id] for n in notes if n.id in old}, **places},
        title=f"{OPERATIONS[operation]}: {here.title or 'this canvas'} and “{compared.name}”",
        note=f"{sentence} “Here” is {here.title or 'the canvas that was open'}.{beside}",
        hidden=hidden,
        size_by=here.size_by,
        colour_by=here.colour_by,
        emphasis=Emphasis(
            KIND,
            entities=tuple(e.id for e in part.entities if e.id in a - b),
            lines=tuple(r.id for r in part.relationships if r.id in a - b),
            gone=tuple(sorted(held & (b - a))),
            sentence=sentence,
        ),
    )
    return rendered_view.complete(store, ontology, canvas, whole, compared.here, compared.there)


def clear_comparison(canvas: Canvas) -> Canvas:
    """Without the marks of a comparison."""
    return replace(canvas, emphasis=Emphasis(), fit=False) if canvas.emphasis.kind == KIND else canvas


def mark_elements(emphasis: Emphasis, elements: Sequence[dict[str, Any]]) -> None:
    """Writes into the elements which are only here and which only there, as a sign before the name too."""
    if emphasis.kind != KIND:
        return
    sides = dict.fromkeys((*emphasis.entities, *emphasis.lines), HERE) | dict.fromkeys(emphasis.gone, THERE)
    for element in elements:
        data = element["data"]
        side = sides.get(data["id"])
        if side:
            data["compared"] = side
            data["label"] = f"{SIGNS[side]} {data['label']}"
            if "words" in data:
                data["words"] = f"{SIGNS[side]} {data['words']}"


def build_style_rules() -> list[tuple[str, Mapping[str, Any]]]:
    """How what is only in one view is drawn: a thick rim, double here, dashed there.

    Lines glow: broad and pale here, narrow and dark there.
    """
    rules: list[tuple[str, Mapping[str, Any]]] = []
    for side, style, glow in ((HERE, "double", (7, 0.28)), (THERE, "dashed", (2.5, 0.75))):
        colour = COLOURS[side]
        rules += [
            (
                f'node[compared = "{side}"]',
                {"border-width": 7, "border-style": style, "border-color": colour, "color": colour, "font-weight": 700},
            ),
            (
                f'edge[compared = "{side}"]',
                {"underlay-color": colour, "underlay-padding": glow[0], "underlay-opacity": glow[1]},
            ),
        ]
    return rules


def render_legend(emphasis: Emphasis) -> list[Any]:
    """The legend's rows for a comparison; none where there is none."""
    if emphasis.kind != KIND:
        return []
    counts = {HERE: len(emphasis.entities) + len(emphasis.lines), THERE: len(emphasis.gone)}
    words = {HERE: "only here", THERE: "only in the other view"}
    rows = [
        html.Div(
            [
                html.Span(SIGNS[side], className=f"compared {side}"),
                html.Span(words[side], className="spring"),
                html.Span(str(counts[side]), className="count"),
            ],
            className=f"legend-row{'' if counts[side] else ' none'}",
        )
        for side in (HERE, THERE)
    ]
    return [html.H3("Compared"), *rows]


def _collect_ids(items: Sequence[Any]) -> set[str]:
    return {item.id for item in items}
