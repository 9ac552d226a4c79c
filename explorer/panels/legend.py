"""The legend, which is the filter too: only what is on the canvas, with counts, symbols and colours."""

from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, Input, Output, html

from explorer import cards, filters
from explorer.canvas import Canvas
from explorer.filters import Entry
from explorer.ids import LEGEND
from explorer.scene import Scene
from explorer.stage import Stage
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


def register(stage: Stage) -> None:
    """Unticking a row hides its kind; "Show all" brings everything back."""

    @stage.draws(Output(LEGEND, "children"))
    def draw(scene: Scene) -> list[Any]:
        return [rows(scene)]

    @stage.action(Input({"type": "shown", "kind": ALL, "name": ALL}, "checked"))
    def toggle(canvas: Canvas, _: list[bool]) -> Canvas | None:
        row = dash.ctx.triggered_id
        if not row or len(dash.ctx.triggered) != 1:  # the legend was drawn anew, nobody clicked
            return None
        shown = bool(dash.ctx.triggered[0]["value"])
        changed = canvas.filter.toggled(row["kind"], row["name"], shown=shown)
        return None if changed == canvas.filter else canvas.filtered(changed)

    @stage.action(Input("legend-all", "n_clicks"))
    def reveal(canvas: Canvas, _: int) -> Canvas | None:
        changed = canvas.revealed()
        return None if (changed.filter, changed.hidden) == (canvas.filter, canvas.hidden) else changed


def rows(scene: Scene) -> list[Any]:
    """The legend of a canvas: entity types, chains of lines, and how lines are drawn."""
    ontology, subgraph, chosen = scene.ontology, scene.whole, scene.canvas.filter
    types = filters.type_entries(ontology, subgraph.entities, chosen.types)
    chains = filters.chain_entries(ontology, subgraph.relationships, chosen.chains)
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
    parts += [_row("types", e, cards.symbol(ontology, e.name, 26)) for e in types]
    if chains:
        parts.append(html.H3("Lines"))
        parts += [_row("chains", e, _line(ontology, e.name)) for e in chains]
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
