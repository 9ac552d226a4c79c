"""What an expansion would bring, before it does: counts by relationship and type, a rule, and how many."""

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import Input, Output, State, dcc, html, no_update

from explorer.answers import cypher_log
from explorer.canvas import expansion
from explorer.dash_kit.callbacks import notify, register_callback
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS, DATABASE, DRAWN, SELECTED
from explorer.dash_kit.parts import render_cypher_button, render_icon
from explorer.panels.reading import groups
from explorer.state import page_commands
from explorer.state.canvas import EXPANSION_SIZE, Canvas, CanvasFull
from graph.ontology import Ontology
from graph.plurals import format_count
from graph.reading import neighbours
from graph.reading.neighbours import NeighbourCounts, NeighbourFilter, NeighbourGroup

RULE, COUNT, REFUSED = "expand-rule", "expand-count", "expand-refused"
ORDERS = {"evidence": "Best evidenced first", "newest": "Newest first", "connected": "Most connected first"}
DIRECTIONS = {True: "out", False: "in", None: ""}
COMMANDS = (
    ("chain", "Lay out its chain"),
    ("path-from", "Path from here"),
    ("path-to", "Path to here"),
    ("nearest", "Nearest designated party"),
)


def layout() -> Any:
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


def register(stage: CanvasCallbacks) -> None:
    """Selecting counts; a button, a row or the verb brings the next neighbours by the rule that is chosen."""
    store, ontology = stage.store, stage.ontology
    groups.register(stage)

    @register_callback(
        stage.app,
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
    def show(selected: Any, _: Any, refused: Any, count: Any, stored: Any, database: Any) -> Any:
        if not selected or selected["kind"] != "entity":
            return True, "", [], None, no_update, no_update
        if not database["up"]:
            return (no_update,) * 6
        tally = neighbours.count_neighbours(store, ontology, str(selected["id"]), Canvas.read(stored).ids)
        return (
            False,
            render_total(tally),
            render_rows(ontology, tally),
            render_refusal(refused, selected, stored),
            format_button(tally, count),
            tally.shown >= tally.total,
        )

    also = (Output(REFUSED, "data", allow_duplicate=True), Output(SELECTED, "data", allow_duplicate=True))
    chosen = (State(RULE, "value"), State(COUNT, "value"))

    def bring(canvas: Canvas, entity: str, choice: NeighbourFilter, rule: Any, count: Any) -> Any:
        asked = int(count) if str(count).isdigit() else EXPANSION_SIZE
        try:
            grown = expansion.expand_entity(
                store, ontology, canvas, entity, rule=str(rule or "evidence"), count=asked, choice=choice
            )
        except CanvasFull as error:
            notify(str(error), title="The canvas is full")
            left = expansion.count_free_places(canvas, asked)
            why = {
                "entity": entity,
                "way": DIRECTIONS[choice.outward],
                "relationship": choice.relationship,
                "of": choice.type,
                "left": left,
                "text": str(error),
                "stamp": canvas.stamp,
            }
            return None, why, {"kind": "entity", "id": entity}
        return grown, None, no_update

    @stage.register_action(Input(page_commands.get_signal_id("expand"), "data"), *chosen, also=also)
    def by_verb(canvas: Canvas, signal: Any, rule: Any, count: Any) -> Any:
        if not signal or not signal["ids"] or signal["kind"] != "entity":
            return None, no_update, no_update
        return bring(canvas, str(signal["ids"][0]), NeighbourFilter(), rule, count)

    @stage.register_action(
        Input(page_commands.get_event_id("bring"), "data"), *chosen, State(SELECTED, "data"), also=also
    )
    def by_row(canvas: Canvas, row: Any, rule: Any, count: Any, selected: Any) -> Any:
        if not row or not selected:
            return None, no_update, no_update
        return bring(canvas, str(selected["id"]), parse_choice(row), rule, count)

    @stage.register_action(
        Input(page_commands.get_event_id("fewer"), "data"), State(REFUSED, "data"), State(RULE, "value"), also=also
    )
    def fewer(canvas: Canvas, told: Any, refused: Any, rule: Any) -> Any:
        if not told or not refused:
            return None, no_update, no_update
        return bring(canvas, str(refused["entity"]), parse_choice(refused), rule, refused["left"])


def parse_choice(said: Any) -> NeighbourFilter:
    """The choice that a row's id, or a refusal, speaks of."""
    way = {"out": True, "in": False}.get(str(said["way"]))
    return NeighbourFilter(str(said["relationship"]), way, str(said["of"]))


def render_total(tally: NeighbourCounts) -> list[Any]:
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


def format_button(tally: NeighbourCounts, count: Any) -> str:
    """What the button brings."""
    left = tally.total - tally.shown
    asked = int(count) if str(count).isdigit() else EXPANSION_SIZE
    if not left:
        return "All neighbours are shown"
    if left <= asked:
        if not tally.shown:
            return "Show its neighbours"
        return f"Show the other {left:,}" if left > 1 else "Show the other one"
    return f"Show the first {asked}" if not tally.shown else f"Show the next {asked}"


def render_rows(ontology: Ontology, tally: NeighbourCounts) -> list[Any]:
    """A row a relationship type and direction, the most neighbours first."""
    groups: dict[tuple[str, bool | None], list[NeighbourGroup]] = {}
    for row in tally.rows:
        groups.setdefault((row.relationship, row.outward), []).append(row)
    ordered = sorted(groups.items(), key=lambda g: (-sum(r.total for r in g[1]), g[0][0], str(g[0][1])))
    return [_render_row(ontology, relationship, outward, found) for (relationship, outward), found in ordered]


def _render_row(ontology: Ontology, relationship: str, outward: bool | None, found: Sequence[NeighbourGroup]) -> Any:
    every, shown = sum(r.total for r in found), sum(r.shown for r in found)
    words = ontology.get_predicate_caption(relationship, forward=outward is not False)
    disputed = [(sum(r.contested for r in found), "contested"), (sum(r.denied for r in found), "denied")]
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
                f"{r.total:,} {_format_kind(ontology, r.type, r.total)}{_format_shown(r)} ",
                _render_button(
                    NeighbourFilter(relationship, outward, r.type),
                    r.total,
                    r.shown,
                    f"Show {_format_kind(ontology, r.type, 2)} by “{words}”",
                )
                if len(found) > 1
                else None,
            ],
            className="expand-kind",
        )
        for r in found
    ]
    return html.Div(
        [html.Div(head, className="expand-head"), html.Div(kinds, className="expand-kinds")], className="expand-row"
    )


def _render_button(choice: NeighbourFilter, every: int, shown: int, says: str) -> Any:
    if shown >= every:
        return html.Span("✓ all shown" if every > 1 else "✓ shown", className="expand-done")
    told = page_commands.build_event_attributes(
        "bring", relationship=choice.relationship, way=DIRECTIONS[choice.outward], of=choice.type
    )
    return html.Button(
        "show more" if shown else "show", className="link", title=says, **{"aria-label": f"{says}: {every:,}"}, **told
    )


def _format_shown(row: NeighbourGroup) -> str:
    return f", {row.shown:,} shown" if 0 < row.shown < row.total else ""


def _format_kind(ontology: Ontology, kind: str, count: int) -> str:
    caption = ontology.get_type_caption(kind, count)
    return caption.lower() if kind in ontology.types else caption or "without type"


def render_refusal(refused: Any, selected: Any, stored: Any) -> Any:
    """Why the last expansion was refused, and the ways out; None where it was not, or the canvas has changed since."""
    if not refused or refused["entity"] != selected["id"] or refused["stamp"] != (stored or {}).get("stamp"):
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
