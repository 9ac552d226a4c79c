"""What an expansion would bring, before it does: counts by relationship and type, a rule, and how many."""

from collections.abc import Mapping, Sequence

import dash_mantine_components as dmc
from dash import Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.answers import cypher_log
from explorer.canvas import expansion
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context, notify
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS, DATABASE, DRAWN, SELECTED
from explorer.dash_kit.parts import render_cypher_button, render_icon
from explorer.state import page_commands
from explorer.state.canvas import EXPANSION_SIZE, Canvas, CanvasFull
from explorer.state.stores import DatabaseState, ExpansionRefusal, NeighbourEvent, Selection, Signal
from graph.ontology import Ontology
from graph.plurals import format_count
from graph.reading import neighbours
from graph.reading.neighbours import NeighbourCounts, NeighbourFilter, NeighbourGroup

RULE, COUNT, REFUSED = "expand-rule", "expand-count", "expand-refused"
ORDERS = {"evidence": "Best evidenced first", "newest": "Newest first", "connected": "Most connected first"}
# The next view or None, why it was refused if it was, and what is selected then.
Expansion = tuple[RenderedView | None, ExpansionRefusal | NoUpdate | None, Selection | NoUpdate]
DIRECTIONS = {True: "out", False: "in", None: ""}
COMMANDS = (
    ("chain", "Lay out its chain"),
    ("path-from", "Path from here"),
    ("path-to", "Path to here"),
    ("nearest", "Nearest designated party"),
)


def layout() -> Component:
    """The panel, unseen until an entity is selected. Its controls keep what was chosen from entity to entity."""
    rule = dmc.Select(
        id=RULE,
        value="evidence",
        size="sm",
        allowDeselect=False,
        className="expand-rule",
        data=[{"value": k, "label": v} for k, v in ORDERS.items()],
        **{"aria-label": "Which neighbours come first"},
    )
    count = dmc.NumberInput(
        id=COUNT,
        value=EXPANSION_SIZE,
        min=1,
        max=expansion.MAX_PER_EXPANSION,
        step=10,
        size="sm",
        className="expand-number",
        allowDecimal=False,
        allowNegative=False,
        **{"aria-label": "How many neighbours to bring"},
    )
    button = dmc.Button(
        "Show its neighbours",
        id="expand-button",
        fullWidth=True,
        leftSection=render_icon("affiliate", 18),
        **{"data-verb": "expand"},
    )
    return html.Div(
        [
            html.Section(
                [
                    html.Div(
                        [
                            html.P(id="expand-total", className="expand-total", role="status"),
                            render_cypher_button(cypher_log.EXPAND),
                        ],
                        className="heading",
                    ),
                    html.Div([rule, count], className="expand-choice"),
                    button,
                    html.Div(id="expand-refusal"),
                    html.Div(id="expand-rows", className="expand-rows"),
                    html.Div(
                        [
                            html.Button(caption, className="link small", **{"data-verb": verb})
                            for verb, caption in COMMANDS
                        ],
                        className="ways",
                    ),
                ],
                id="expansion",
                className="expansion",
                hidden=True,
                **{"aria-label": "Neighbours"},
            ),
            dcc.Store(id=REFUSED),
        ]
    )


def register(callbacks: CanvasCallbacks) -> None:
    """Selecting counts; a button, a row or the command brings the next neighbours by the rule that is chosen."""
    callbacks.add_callback(
        show_neighbours,
        Output("expansion", "hidden"),
        Output("expand-total", "children"),
        Output("expand-rows", "children"),
        Output("expand-refusal", "children"),
        Output("expand-button", "children"),
        Output("expand-button", "disabled"),
        Input(SELECTED, "data"),
        Input(DRAWN, "data"),
        Input(REFUSED, "data"),
        Input(COUNT, "value"),
        State(CANVAS, "data"),
        State(DATABASE, "data"),
        behind=cypher_log.EXPAND,
    )
    also = (Output(REFUSED, "data", allow_duplicate=True), Output(SELECTED, "data", allow_duplicate=True))
    rule, count = State(RULE, "value"), State(COUNT, "value")
    callbacks.add_action(expand, Input(page_commands.get_signal_id("expand"), "data"), rule, count, also=also)
    callbacks.add_action(
        expand_row,
        Input(page_commands.get_event_id("bring"), "data"),
        rule,
        count,
        State(SELECTED, "data"),
        also=also,
    )
    callbacks.add_action(
        expand_fewer, Input(page_commands.get_event_id("fewer"), "data"), State(REFUSED, "data"), rule, also=also
    )


def show_neighbours(
    context: Context,
    selected: Selection | None,
    _drawn: object,
    refused: ExpansionRefusal | None,
    count: int | str | None,
    stored: Mapping[str, object] | None,
    database: DatabaseState,
) -> tuple[object, ...]:
    """What the panel shows of the selected entity: hidden or not, total, rows, refusal, the button and its state."""
    if not selected or selected["kind"] != page_commands.ENTITY:
        return True, "", [], None, no_update, no_update
    if not database["up"]:
        return (no_update,) * 6
    canvas = Canvas.read(stored)
    tally = neighbours.count_neighbours(context.store, context.ontology, str(selected["id"]), canvas.ids)
    return (
        False,
        render_total(tally),
        render_rows(context.ontology, tally),
        render_refusal(refused, selected, canvas.stamp),
        format_button(tally, count),
        tally.shown >= tally.total,
    )


def expand(
    context: Context, canvas: Canvas, signal: Signal | None, rule: str | None, count: int | str | None
) -> Expansion:
    """The canvas with the next neighbours of the entity that the command is meant for."""
    if not signal or not signal["ids"] or signal["kind"] != page_commands.ENTITY:
        return None, no_update, no_update
    return _expand(context, canvas, str(signal["ids"][0]), NeighbourFilter(), rule, count)


def expand_row(
    context: Context,
    canvas: Canvas,
    row: NeighbourEvent | None,
    rule: str | None,
    count: int | str | None,
    selected: Selection | None,
) -> Expansion:
    """The canvas with the next neighbours of the selected entity that a row of the panel speaks of."""
    if not row or not selected:
        return None, no_update, no_update
    return _expand(context, canvas, str(selected["id"]), parse_choice(row), rule, count)


def expand_fewer(
    context: Context, canvas: Canvas, event: object, refused: ExpansionRefusal | None, rule: str | None
) -> Expansion:
    """The canvas with as many as there is room for of the neighbours that were refused."""
    if not event or not refused:
        return None, no_update, no_update
    return _expand(context, canvas, str(refused["entity"]), parse_choice(refused), rule, refused["left"])


def _expand(
    context: Context, canvas: Canvas, entity: str, choice: NeighbourFilter, rule: str | None, count: int | str | None
) -> Expansion:
    most = _parse_count(count)
    try:
        grown = expansion.expand_entity(
            context.store, context.ontology, canvas, entity, rule=str(rule or "evidence"), count=most, choice=choice
        )
    except CanvasFull as error:
        notify(str(error), title="The canvas is full")
        refusal: ExpansionRefusal = {
            "entity": entity,
            "way": DIRECTIONS[choice.outward],
            "relationship": choice.relationship,
            "of": choice.type,
            "left": expansion.count_free_places(canvas, most),
            "text": str(error),
            "stamp": canvas.stamp,
        }
        return None, refusal, {"kind": page_commands.ENTITY, "id": entity}
    return grown, None, no_update


def _parse_count(count: int | str | None) -> int:
    """What the number field holds: a number, or a text while somebody writes in it."""
    return int(str(count)) if str(count).isdigit() else EXPANSION_SIZE


def parse_choice(event: NeighbourEvent) -> NeighbourFilter:
    """The choice that a row's button, or a refusal, speaks of."""
    way = {"out": True, "in": False}.get(str(event["way"]))
    return NeighbourFilter(str(event["relationship"]), way, str(event["of"]))


def render_total(tally: NeighbourCounts) -> list[Component | str]:
    """How many neighbours there are, and how many of them the canvas has."""
    if not tally.total:
        return ["No neighbours in the data"]
    shown = "all" if tally.shown == tally.total else f"{tally.shown:,}"
    return [
        html.Strong(format_count(tally.total, "neighbour", "neighbours")),
        f", {shown} of them on the canvas"
        if tally.total > 1
        else (", on the canvas" if tally.shown else ", not on the canvas"),
    ]


def format_button(tally: NeighbourCounts, count: int | str | None) -> str:
    """What the button brings."""
    left = tally.total - tally.shown
    most = _parse_count(count)
    if not left:
        return "All neighbours are shown"
    if left <= most:
        if not tally.shown:
            return "Show its neighbours"
        return f"Show the other {left:,}" if left > 1 else "Show the other one"
    return f"Show the first {most}" if not tally.shown else f"Show the next {most}"


def render_rows(ontology: Ontology, tally: NeighbourCounts) -> list[Component]:
    """A row a relationship type and direction, the most neighbours first."""
    groups: dict[tuple[str, bool | None], list[NeighbourGroup]] = {}
    for row in tally.rows:
        groups.setdefault((row.relationship, row.outward), []).append(row)
    ordered = sorted(groups.items(), key=lambda g: (-sum(r.total for r in g[1]), g[0][0], str(g[0][1])))
    return [_render_row(ontology, relationship, outward, rows) for (relationship, outward), rows in ordered]


def _render_row(
    ontology: Ontology, relationship: str, outward: bool | None, rows: Sequence[NeighbourGroup]
) -> Component:
    every, shown = sum(r.total for r in rows), sum(r.shown for r in rows)
    words = ontology.get_predicate_caption(relationship, forward=outward is not False)
    disputed = [
        (sum(r.contested for r in rows), "contested"),
        (sum(r.denied for r in rows), "denied"),
        (sum(r.inferred for r in rows), "inferred"),
    ]
    marks = [html.Span(f"{n:,} {word}", className=f"stance {word}") for n, word in disputed if n]
    head = [
        html.Span(words, className="expand-words"),
        *marks,
        html.Span(className="spring"),
        _render_button(NeighbourFilter(relationship, outward), every, shown, f"Show those by “{words}”"),
    ]
    kinds = [
        html.Span(
            [
                f"{_format_total(ontology, r)}{_format_shown(r)} ",
                _render_button(
                    NeighbourFilter(relationship, outward, r.type),
                    r.total,
                    r.shown,
                    f"Show {_format_kind(ontology, r.type, 2)} by “{words}”",
                )
                if len(rows) > 1
                else None,
            ],
            className="expand-kind",
        )
        for r in rows
    ]
    return html.Div(
        [html.Div(head, className="expand-head"), html.Div(kinds, className="expand-kinds")], className="expand-row"
    )


def _render_button(choice: NeighbourFilter, every: int, shown: int, says: str) -> Component:
    if shown >= every:
        return html.Span("✓ all shown" if every > 1 else "✓ shown", className="expand-done")
    event = page_commands.build_event_attributes(
        "bring", relationship=choice.relationship, way=DIRECTIONS[choice.outward], of=choice.type
    )
    return html.Button(
        "show more" if shown else "show", className="link", title=says, **{"aria-label": f"{says}: {every:,}"}, **event
    )


def _format_total(ontology: Ontology, row: NeighbourGroup) -> str:
    """How many neighbours are of a type, with those that stand for several counted apart."""
    single, several = row.total - row.collectives, row.collectives
    words = [f"{single:,} {_format_kind(ontology, row.type, single)}"] if single or not several else []
    more = _format_kind(ontology, row.type, 2)
    return " and ".join(
        [*words, *([format_count(several, f"group of {more}", f"groups of {more}")] if several else [])]
    )


def _format_shown(row: NeighbourGroup) -> str:
    return f", {row.shown:,} shown" if 0 < row.shown < row.total else ""


def _format_kind(ontology: Ontology, kind: str, count: int) -> str:
    caption = ontology.get_type_caption(kind, count)
    return caption.lower() if kind in ontology.types else caption or "without type"


def render_refusal(refused: ExpansionRefusal | None, selected: Selection, stamp: str) -> Component | None:
    """Why the last expansion was refused, and the ways out; None where it was not, or the canvas has changed since."""
    if not refused or refused["entity"] != selected["id"] or refused["stamp"] != stamp:
        return None
    left = int(refused["left"])
    ways = [
        html.Button(f"Bring {left} instead", className="link", **page_commands.build_event_attributes("fewer"))
        if left
        else None,
        html.Button("Stack all alike leaves", className="link", **{"data-verb": "stack-all"}),
        html.Button("Collapse this entity", className="link", **{"data-verb": "collapse"}),
    ]
    return html.Div(
        [html.P(refused["text"]), html.Div([w for w in ways if w], className="ways")], className="refusal", role="alert"
    )
