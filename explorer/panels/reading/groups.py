"""The details of what stands for others: a stack's members, and the lines behind a merged line."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from explorer.canvas import rendered_view
from explorer.dash_kit import claim_cards
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.claim_cards import CardContext
from explorer.overlays import grouping
from explorer.panels.reading import details
from explorer.panels.reading.details import Content
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.model import INFERRED, Entity, Relationship, Subgraph
from graph.ontology import Ontology
from graph.plurals import format_count


def register(_: CanvasCallbacks) -> None:
    """Gives the details panel its kinds; details.py hears the words that lead to a line."""
    details.KINDS |= {"stack": render_content, "merged": render_content, "stack-line": render_content}


def render_content(store: Store, ontology: Ontology, canvas: Canvas, id_: str) -> Content:
    """What is behind a stack, its line, or a merged line, by its id."""
    now = rendered_view.read(store, ontology, canvas)
    id_ = id_.removesuffix("|line")
    stack = next((e for e in now.drawn.entities if e.id == id_ and grouping.is_group(e)), None)
    if stack is not None:
        members = set(stack.properties["members"])
        lines = [r for r in now.shown.relationships if not members.isdisjoint((r.source, r.target))]
        return render_stack(ontology, now.shown, stack, lines)
    line = next((r for r in now.drawn.relationships if r.id == id_ and grouping.is_group(r)), None)
    if line is None:
        return details.render_missing()
    held = set(line.properties["members"])
    return render_merged_edge(ontology, now.shown, [r for r in now.shown.relationships if r.id in held])


def render_stack(ontology: Ontology, shown: Subgraph, stack: Entity, lines: Sequence[Relationship]) -> list[Component]:
    """A stack: on whom it hangs, how many of its lines are disputed, and each member by name with its line."""
    context = CardContext.of(ontology, shown)
    members = set(stack.properties["members"])
    first = lines[0]
    outward = first.target in members
    around = first.source if outward else first.target
    words = ontology.get_predicate_caption(first.type, forward=not outward)
    of = {(r.target if outward else r.source): r for r in lines}
    ordered = sorted(members, key=lambda m: (context.names[m].name.casefold(), m))
    title = html.Div([html.Div("Stack", className="kind"), html.H2(stack.name)])
    head = html.Div([claim_cards.render_symbol(ontology, stack.type, 44), title], className="details-head")
    return [
        head,
        html.P([f"Each {words} ", context.link(around)]),
        html.P("None of them has another line on the canvas.", className="quiet"),
        *_render_stance_summary(lines),
        html.Button("Open the stack", className="link", **{"data-verb": "unstack"}),
        html.Ul(
            [html.Li([context.link(m), *_render_stance(of.get(m)), _render_claims_link(of.get(m))]) for m in ordered],
            className="members",
        ),
    ]


def render_merged_edge(ontology: Ontology, shown: Subgraph, lines: Sequence[Relationship]) -> list[Component]:
    """A merged line: each line it stands for in words, the disputed ones first."""
    context = CardContext.of(ontology, shown)
    order = {"denied": 0, "contested": 1}
    ordered = sorted(lines, key=lambda r: (order.get(r.stance, 2), r.id))
    rows = [
        html.Li(
            [
                context.link(r.source),
                f" {ontology.get_predicate_caption(r.type)} ",
                context.link(r.target),
                *_render_stance(r),
                _render_claims_link(r),
            ]
        )
        for r in ordered
    ]
    head = html.Div([html.Div("Merged line", className="kind"), html.H2(f"{len(lines)} lines drawn as one")])
    return [head, *_render_stance_summary(lines), html.Ul(rows, className="members")]


def _render_stance_summary(lines: Sequence[Relationship]) -> list[Component]:
    stance, mark = grouping.summarise_stances(lines)
    return [html.Div(f"Lines: {mark}", className=f"verdict {stance}")] if mark else []


def _render_stance(line: Relationship | None) -> list[Component]:
    if line is None:
        return []
    withdrawn = bool(line.properties.get("withdrawn_on"))
    words = {INFERRED: "Inferred", "contested": "Contested", "denied": "Denied"}.get(line.stance, "")
    marks = [html.Span(words, className=f"stance {line.stance}")] if words else []
    return [*marks, html.Span("Withdrawn", className="stance withdrawn")] if withdrawn else marks


def _render_claims_link(line: Relationship | None) -> Component:
    if line is None:
        return None
    count = len(line.claims)
    words = format_count(count, "claim", "claims") if count else "the line"
    return html.Button(words, className="link small", **page_commands.build_event_attributes("open-line", line=line.id))
