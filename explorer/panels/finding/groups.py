"""The details of what stands for others: a stack's members, and the lines behind a merged line."""

from collections.abc import Sequence
from typing import Any

from dash import html

from explorer.canvas import expansion, rendered_view
from explorer.claims import cards
from explorer.claims.cards import Desk
from explorer.dash_kit import page_commands
from explorer.dash_kit.canvas_callbacks import Stage
from explorer.overlays import grouping
from explorer.panels.reading import details
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.model import Entity, Relationship, Subgraph
from graph.ontology import Ontology


def register(stage: Stage) -> None:
    """Gives the details panel its kinds; details.py hears the words that lead to a line."""
    details.KINDS |= {"stack": content, "merged": content, "stack-line": content}


def content(store: Store, ontology: Ontology, canvas: Canvas, id_: str) -> Any:
    """What is behind a stack, its line, or a merged line, by its id."""
    now = rendered_view.read(store, ontology, canvas)
    id_ = id_.removesuffix("|line")
    stack = next((e for e in now.drawn.entities if e.id == id_ and grouping.is_fold(e)), None)
    if stack is not None:
        members = set(stack.properties["members"])
        lines = [r for r in now.shown.relationships if not members.isdisjoint((r.source, r.target))]
        return of_stack(ontology, now.shown, stack, lines)
    line = next((r for r in now.drawn.relationships if r.id == id_ and grouping.is_fold(r)), None)
    if line is None:
        return details.gone()
    held = set(line.properties["members"])
    return of_lines(ontology, now.shown, [r for r in now.shown.relationships if r.id in held])


def of_stack(ontology: Ontology, shown: Subgraph, stack: Entity, lines: Sequence[Relationship]) -> list[Any]:
    """A stack: on whom it hangs, how many of its lines are disputed, and each member by name with its line."""
    desk = Desk.of(ontology, shown)
    members = set(stack.properties["members"])
    first = lines[0]
    outward = first.target in members
    around = first.source if outward else first.target
    words = expansion.caption(ontology, first.type, not outward)
    of = {(r.target if outward else r.source): r for r in lines}
    ordered = sorted(members, key=lambda m: (desk.names[m].name.casefold(), m))
    title = html.Div([html.Div("Stack", className="kind"), html.H2(stack.name)])
    head = html.Div([cards.symbol(ontology, stack.type, 44), title], className="details-head")
    return [
        head,
        html.P([f"Each {words} ", desk.link(around)]),
        html.P("None of them has another line on the canvas.", className="quiet"),
        *_verdict(lines),
        html.Button("Open the stack", className="link", **{"data-verb": "unstack"}),
        html.Ul(
            [html.Li([desk.link(m), *_stance(of.get(m)), _claims(of.get(m))]) for m in ordered], className="members"
        ),
    ]


def of_lines(ontology: Ontology, shown: Subgraph, lines: Sequence[Relationship]) -> list[Any]:
    """A merged line: each line it stands for in words, the disputed ones first."""
    desk = Desk.of(ontology, shown)
    order = {"denied": 0, "contested": 1}
    ordered = sorted(lines, key=lambda r: (order.get(r.stance, 2), r.id))
    rows = [
        html.Li(
            [
                desk.link(r.source),
                f" {expansion.caption(ontology, r.type, True)} ",
                desk.link(r.target),
                *_stance(r),
                _claims(r),
            ]
        )
        for r in ordered
    ]
    head = html.Div([html.Div("Merged line", className="kind"), html.H2(f"{len(lines)} lines drawn as one")])
    return [head, *_verdict(lines), html.Ul(rows, className="members")]


def _verdict(lines: Sequence[Relationship]) -> list[Any]:
    stance, mark = grouping.stances(lines)
    return [html.Div(f"Lines: {mark}", className=f"verdict {stance}")] if mark else []


def _stance(line: Relationship | None) -> list[Any]:
    if line is None:
        return []
    withdrawn = bool(line.properties.get("withdrawn_on"))
    disputed = line.stance in grouping.DISPUTED
    words = {"contested": "Contested", "denied": "Denied"}.get(line.stance, "")
    found = [html.Span(words, className=f"stance {line.stance}")] if disputed else []
    return [*found, html.Span("Withdrawn", className="stance withdrawn")] if withdrawn else found


def _claims(line: Relationship | None) -> Any:
    if line is None:
        return None
    count = len(line.claims)
    words = f"{count} {'claim' if count == 1 else 'claims'}" if count else "the line"
    return html.Button(words, className="link small", **page_commands.tell("open-line", line=line.id))
