"""An answer picked out on the canvas as it stands: what of it is there, how it is marked, and what is said. All pure.

What is picked out bears a halo and the rest steps back: that is seen in print and by eyes that tell no colours apart.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import html

from explorer.state import page_commands
from explorer.state.canvas import Canvas, Emphasis
from graph.model import Subgraph
from graph.plurals import format_count

KIND = "query"  # of an emphasis
HALO = "#e39b00"


def highlight_answer(canvas: Canvas, whole: Subgraph, answer: Subgraph, title: str) -> Canvas:
    """The canvas with those entities and lines of `answer` picked out that it holds; `whole` is all it holds.

    What was hidden one by one or stacked of them is freed. Where it holds nothing of them nothing is picked out, and
    the sentence says so.
    """
    entities = tuple(sorted({e.id for e in answer.entities} & {e.id for e in whole.entities}))
    lines = tuple(sorted({r.id for r in answer.relationships} & {r.id for r in whole.relationships}))
    sentence = describe_coverage(len(entities), len(answer.entities), len(lines), len(answer.relationships), title)
    if not entities:
        return replace(canvas, emphasis=Emphasis(KIND, sentence=sentence), fit=False)
    freed = canvas.with_visible({*entities, *lines})
    return replace(freed, emphasis=Emphasis(KIND, entities, lines, sentence=sentence), fit=False)


def describe_coverage(entities: int, of_entities: int, lines: int, of_lines: int, title: str) -> str:
    """How much of an answer is on the canvas: "12 of 15 entities and 9 of 9 lines of “Title” are on this canvas …"."""
    if not of_entities:
        return f"“{title}” found nothing to pick out."
    if not entities:
        return f"None of the {format_count(of_entities, 'entity', 'entities')} of “{title}” is on this canvas."
    parts = [f"{entities:,} of {format_count(of_entities, 'entity', 'entities')}"]
    left = [format_count(of_entities - entities, "entity", "entities")] if of_entities > entities else []
    if of_lines:
        parts.append(f"{lines:,} of {format_count(of_lines, 'line', 'lines')}")
        left += [format_count(of_lines - lines, "line", "lines")] if of_lines > lines else []
    one = of_entities - entities + of_lines - lines == 1
    rest = f"; {' and '.join(left)} of it {'is' if one else 'are'} not" if left else ""
    verb = "is" if entities == 1 and len(parts) == 1 else "are"
    return f"{' and '.join(parts)} of “{title}” {verb} on this canvas and picked out{rest}."


def mention_hidden(canvas: Canvas, seen: Collection[str]) -> Canvas:
    """With a word about what is picked out but hidden by a rule; `seen` are the entities and lines that are shown."""
    hidden = len({*canvas.emphasis.entities, *canvas.emphasis.lines} - set(seen))
    if not hidden:
        return canvas
    sentence = f"{canvas.emphasis.sentence} Hidden by a rule just now: {hidden:,} of these."
    return replace(canvas, emphasis=replace(canvas.emphasis, sentence=sentence))


def clear_highlight(canvas: Canvas) -> Canvas:
    """Without the marks of an answer."""
    return replace(canvas, emphasis=Emphasis(), fit=False) if canvas.emphasis.kind == KIND else canvas


def describe_highlight(emphasis: Emphasis) -> str:
    """What a picture says of what is picked out in it; '' where nothing is."""
    return f"Picked out with a halo: {emphasis.sentence}" if _has_highlight(emphasis) else ""


def mark_elements(emphasis: Emphasis, drawn: Subgraph, elements: Sequence[dict[str, Any]]) -> None:
    """Writes into the elements whether they are picked out. A merged line is with any of its own."""
    on = {*emphasis.entities, *emphasis.lines} if _has_highlight(emphasis) else set()
    held = {r.id: r.properties["members"] for r in drawn.relationships if "members" in r.properties}
    for element in elements:
        data = element["data"]
        own = {data["id"], *held.get(data["id"], ())}
        # Written where nothing is picked out too: a key that is merely left out can stay behind in the browser.
        data["picked"] = "" if not on else "off" if own.isdisjoint(on) else "on"


def build_style_rules() -> list[tuple[str, Mapping[str, Any]]]:
    """How it is drawn: a halo around what is picked out; the rest steps back, a disagreement the least."""
    halo = {"underlay-color": HALO, "underlay-opacity": 0.55, "opacity": 1}
    return [
        ('node[picked = "off"]', {"opacity": 0.4}),
        ('edge[picked = "off"]', {"opacity": 0.25}),
        ('edge[picked = "off"][stance = "contested"], edge[picked = "off"][stance = "denied"]', {"opacity": 0.6}),
        ('node[picked = "on"]', {**halo, "underlay-padding": 9, "underlay-shape": "ellipse", "font-weight": 700}),
        ('edge[picked = "on"]', {**halo, "underlay-padding": 5}),
    ]


def render_legend(emphasis: Emphasis) -> list[Any]:
    """The legend's rows for what is picked out, with a way to end it; none where there is nothing."""
    if not _has_highlight(emphasis):
        return []
    rows = [
        html.Div(
            [
                html.Span(className=f"picked-sample {kind}"),
                html.Span(caption, className="spring"),
                html.Span(f"{count:,}", className="count"),
            ],
            className="legend-row",
        )
        for kind, caption, count in (
            ("node", "entities of the answer", len(emphasis.entities)),
            ("line", "lines of the answer", len(emphasis.lines)),
        )
        if count
    ]
    end = html.Button(
        "Stop picking it out", className="link small", **page_commands.build_event_attributes("end-highlight")
    )
    return [html.H3("Picked out"), *rows, end]


def _has_highlight(emphasis: Emphasis) -> bool:
    return emphasis.kind == KIND and bool(emphasis.entities)
