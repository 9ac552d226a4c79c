"""The legend, which is the filter too: only what is on the canvas, with counts, symbols and colours."""

from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, html, no_update

from explorer import cards, filters
from explorer.callbacks import on
from explorer.canvas import Canvas
from explorer.filters import Entry
from explorer.ids import CANVAS, DRAGGED, LEGEND
from graph.model import Subgraph
from graph.ontology import Ontology

STANCES = {
    "asserted": "nobody denies it",
    "contested": "some deny it",
    "denied": "all deny it",
}


def layout() -> Any:
    """An empty legend; what is drawn fills it."""
    return html.Section(
        [
            html.Div([html.H2("Legend"), html.Button("Show all", id="legend-all", className="link small")],
                     className="heading"),
            html.Div(id=LEGEND),
        ],
        **{"aria-label": "Legend and filter"},
    )  # fmt: skip


def register(app: dash.Dash) -> None:
    """Unticking a row hides its kind; "Show all" brings everything back."""

    @on(app, Output(CANVAS, "data", allow_duplicate=True),
        Input({"type": "shown", "kind": ALL, "name": ALL}, "checked"), State(CANVAS, "data"), State(DRAGGED, "data"),
        prevent_initial_call=True)  # fmt: skip
    def toggle(_: list[bool], stored: Any, dragged: Any) -> Any:
        row = dash.ctx.triggered_id
        canvas = Canvas.read(stored, dragged)
        if not row or len(dash.ctx.triggered) != 1:  # the legend was drawn anew, nobody clicked
            return no_update
        changed = canvas.toggled(row["kind"], row["name"], shown=bool(dash.ctx.triggered[0]["value"]))
        same = (changed.hidden_types, changed.hidden_chains) == (canvas.hidden_types, canvas.hidden_chains)
        return no_update if same else changed.write()

    @on(app, Output(CANVAS, "data", allow_duplicate=True), Input("legend-all", "n_clicks"), State(CANVAS, "data"),
        State(DRAGGED, "data"), prevent_initial_call=True)  # fmt: skip
    def reveal(_: int, stored: Any, dragged: Any) -> Any:
        canvas = Canvas.read(stored, dragged)
        return canvas.revealed().write() if canvas.hidden_types or canvas.hidden_chains else no_update


def rows(ontology: Ontology, subgraph: Subgraph, canvas: Canvas) -> list[Any]:
    """The legend of a canvas: entity types, chains of lines, and how lines are drawn."""
    types = filters.type_entries(ontology, subgraph.entities, canvas.hidden_types)
    chains = filters.chain_entries(ontology, subgraph.relationships, canvas.hidden_chains)
    stances = filters.stance_counts(subgraph.relationships)
    if not types:
        return [html.P("Shows what is on the canvas.", className="quiet")]
    parts: list[Any] = []
    if chains:  # first, because a disagreement must not hide below the edge of the screen
        parts.append(html.H3("How sure a line is"))
        parts += [
            html.Div(
                [_stance(s), html.Span(text, className="spring"), html.Span(str(stances[s]), className="count")],
                className=f"legend-row{'' if stances[s] else ' none'}",
            )
            for s, text in STANCES.items()
        ]
        ended = sum(bool(r.properties.get("withdrawn_on")) for r in subgraph.relationships)
        if ended:
            parts.append(_withdrawn(ended))
    parts.append(html.H3("Entities"))
    parts += [_row("type", e, cards.symbol(ontology, e.name, 26)) for e in types]
    if chains:
        parts.append(html.H3("Lines"))
        parts += [_row("chain", e, _line(ontology, e.name)) for e in chains]
    return parts


def _row(kind: str, entry: Entry, symbol: Any) -> Any:
    tick = dmc.Checkbox(
        id={"type": "shown", "kind": kind, "name": entry.name},
        checked=entry.shown,
        size="xs",
        **{"aria-label": f"Show {entry.caption}"},
    )
    inside = [
        tick,
        symbol,
        html.Span(entry.caption, className="spring"),
        html.Span(str(entry.count), className="count"),
    ]
    return html.Label(inside, className=f"legend-row{'' if entry.shown else ' hidden'}")


def _withdrawn(count: int) -> Any:
    drawn = [html.Span(className="line-sample withdrawn"), html.Span("withdrawn", className="pill withdrawn")]
    sample = html.Span(drawn, className="stance-sample")
    words = html.Span("no longer on its list", className="spring")
    return html.Div([sample, words, html.Span(str(count), className="count")], className="legend-row")


def _line(ontology: Ontology, chain: str) -> Any:
    known = ontology.chains.get(chain)
    return html.Span(className="line-sample", style={"borderColor": known.colour if known else "#6b7280"})


def _stance(stance: str) -> Any:
    mark = {"contested": "contested", "denied": "✕ denied"}.get(stance, "")
    pill = html.Span(mark, className=f"pill {stance}") if mark else None
    return html.Span([html.Span(className=f"line-sample {stance}"), pill], className="stance-sample")
