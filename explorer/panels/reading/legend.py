"""The legend, which is the filter too: only what is on the canvas, with counts, symbols and colours."""

from dataclasses import replace

import dash_mantine_components as dmc
from dash import Input, Output, html
from dash.development.base_component import Component

from explorer.appearance import encoding, icons
from explorer.appearance.encoding import EncodingRow, VisualEncoding
from explorer.canvas import diff
from explorer.canvas.elements import MARKS
from explorer.canvas.rendered_view import RenderedView
from explorer.claims.sentences import INFERRED_WORDS
from explorer.dash_kit import claim_cards
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import LEGEND
from explorer.filters import legend
from explorer.filters.legend import LegendRow
from explorer.layout.columns import GAP_TYPE
from explorer.overlays import grouping, highlight, path_overlay
from explorer.state.canvas import Canvas
from graph.ontology import ROOT

STANCES = {"asserted": "not denied", "inferred": INFERRED_WORDS, "contested": "some deny it", "denied": "all deny it"}


def layout() -> Component:
    """An empty legend; what is drawn fills it."""
    return html.Section(
        [
            html.Div(
                [html.H2("Legend"), html.Button("Show all", id="legend-all", className="link small")],
                className="heading",
            ),
            html.Div(id=LEGEND),
        ],
        **{"aria-label": "Legend and filter"},
    )


def register(callbacks: CanvasCallbacks) -> None:
    """Unticking a row hides its kind (panels/reading/filters.py hears it); "Show all" brings everything back."""
    callbacks.add_renderer(lambda view: [render_rows(view)], Output(LEGEND, "children"))
    callbacks.add_action(show_all, Input("legend-all", "n_clicks"))


def show_all(_: Context, canvas: Canvas, _clicks: int | None) -> Canvas | None:
    """The canvas with nothing hidden; None where nothing is."""
    changed = canvas.with_all_visible()
    return None if (changed.filter, changed.hidden) == (canvas.filter, canvas.hidden) else changed


def render_rows(rendered: RenderedView) -> list[Component]:
    """The legend of a canvas: how lines stand, entity types, chains of lines, sizes and colours."""
    ontology, whole, shown, chosen = rendered.ontology, rendered.whole, rendered.shown, rendered.canvas.filter
    if not whole.entities:
        return [html.P("Shows what is on the canvas.", className="quiet")]
    emphasis = rendered.canvas.emphasis
    parts: list[Component] = (
        diff.render_legend(emphasis) + path_overlay.render_legend(emphasis) + highlight.render_legend(emphasis)
    )
    lines = whole.relationships
    if lines:  # first, because a disagreement must not hide below the edge of the screen
        tinted = rendered.canvas.colour_by == encoding.STANCE
        parts.append(html.H3("How sure a line is"))
        parts += [
            _render_row("stances", e, _render_stance_sample(e.name, tinted=tinted), wide=True)
            for e in legend.build_stance_rows(lines, shown.relationships, chosen.stances, STANCES)
        ]
        ended = _render_withdrawn(rendered)
        parts += [ended] if ended is not None else []
    parts += _render_encoding(rendered.looks)
    parts.append(html.H3("Entities"))
    for entry in legend.build_type_rows(ontology, whole.entities, shown.entities, chosen.types):
        parts.append(_render_row("types", entry, _render_symbol(rendered, entry.name)))
        parts += [
            _render_plain_row(html.Span(className="sample collective"), part.caption, part.count_text)
            for part in entry.parts
        ]
    parts += _render_groups(rendered)
    if lines:
        parts.append(html.H3("Lines"))
        parts += [
            _render_chain(rendered, e)
            for e in legend.build_chain_rows(ontology, lines, shown.relationships, chosen.chains, chosen.relationships)
        ]
    return parts


def _render_row(kind: str, entry: LegendRow, symbol: Component | None, *, wide: bool = False) -> Component:
    tick = dmc.Checkbox(
        id={"type": "shown", "kind": kind, "name": entry.name},
        checked=entry.shown,
        size="xs",
        **{"aria-label": f"Show {entry.name if wide else entry.caption}"},
    )
    inside = [
        tick,
        symbol,
        html.Span(entry.caption, className="spring"),
        html.Span(entry.count_text, className="count"),
    ]
    return html.Label(inside, className=f"legend-row{'' if entry.shown else ' hidden'}")


def _render_symbol(rendered: RenderedView, type_: str) -> Component:
    """The symbol of a type; grey where colour says something else."""
    entity_type = rendered.ontology.types.get(type_) or rendered.ontology.types[ROOT]
    if not rendered.looks.values:
        return claim_cards.render_symbol(rendered.ontology, type_, 26)
    return html.Img(
        src=icons.build_swatch_uri(replace(entity_type, colour=encoding.UNKNOWN)),
        alt="",
        width=26,
        height=26,
        className="symbol",
    )


def _render_chain(rendered: RenderedView, entry: LegendRow) -> Component:
    """A chain with its kinds of lines, which can be unfolded."""
    kinds = [_render_row("relationships", part, None) for part in entry.parts]
    fold = html.Summary(
        "›", title=f"Kinds of lines in {entry.caption}", **{"aria-label": f"Kinds of lines in {entry.caption}"}
    )
    return html.Div(
        [
            _render_row("chains", entry, _render_line_sample(rendered, entry.name)),
            html.Details([fold, html.Div(kinds, className="kinds")]),
        ],
        className="legend-chain",
    )


def _render_withdrawn(rendered: RenderedView) -> Component | None:
    total = sum(bool(r.properties.get("withdrawn_on")) for r in rendered.whole.relationships)
    seen = sum(bool(r.properties.get("withdrawn_on")) for r in rendered.shown.relationships)
    if not total and not seen:
        return None
    drawn = [html.Span(className="line-sample withdrawn"), html.Span("withdrawn", className="pill withdrawn")]
    entry = LegendRow("withdrawn", "no longer on its list", max(total, seen), seen, shown=True)
    return _render_plain_row(html.Span(drawn, className="stance-sample"), entry.caption, entry.count_text)


def _render_groups(rendered: RenderedView) -> list[Component]:
    """What stands for something else in the picture: stacks, merged lines, and links that no claim fills."""
    drawn = rendered.drawn
    gaps = sum(e.type == GAP_TYPE for e in drawn.entities)
    stacks = sum(grouping.is_group(e) for e in drawn.entities)
    merged = sum(grouping.is_group(r) and r.id.startswith("merged:") for r in drawn.relationships)
    unlisted = len(rendered.unlisted & {e.id for e in drawn.entities})
    kinds = (
        (unlisted, "On no list searched", "unlisted"),
        (stacks, "Several alike, drawn as one", "stack"),
        (gaps, "No claim says what is here", "gap"),
        (merged, "Several lines, drawn as one", "merged"),
    )
    return [
        _render_plain_row(html.Span(className=f"sample {name}"), words, f"{count:,}")
        for count, words, name in kinds
        if count
    ]


def _render_encoding(dressed: VisualEncoding) -> list[Component]:
    """The scale of sizes and the palette, with their values."""
    parts: list[Component] = []
    sizes, colours = dressed.build_size_rows(), dressed.build_colour_rows()
    if sizes:
        choices = encoding.list_size_choices(dressed.ontology, dressed.whole)
        parts.append(html.H3(f"Size: {choices.get(dressed.size_by, '')}"))
        parts += [_render_plain_row(_render_dot(row, row.side * 0.55), row.words, _format_count(row)) for row in sizes]
    if colours:
        choices = encoding.list_colour_choices(dressed.ontology, dressed.whole)
        parts.append(html.H3(f"Colour: {choices.get(dressed.colour_by, '')}"))
        parts += [_render_plain_row(_render_dot(row, 18), row.words, _format_count(row)) for row in colours]
    return parts


def _format_count(row: EncodingRow) -> str:
    return LegendRow("", "", row.count, row.seen, shown=True).count_text if row.count else ""


def _render_dot(row: EncodingRow, side: float) -> Component:
    style = {"width": side, "height": side, **({"background": row.colour} if row.colour else {})}
    inside = html.Span(className=f"dot{' unknown' if row.unknown else ''}", style=style)
    return html.Span(inside, className="dot-room")


def _render_plain_row(sample: Component, words: str, count: str) -> Component:
    return html.Div(
        [sample, html.Span(words, className="spring"), html.Span(count, className="count")], className="legend-row"
    )


def _render_line_sample(rendered: RenderedView, chain: str) -> Component:
    shown_chain = rendered.ontology.chains.get(chain) if rendered.canvas.colour_by != encoding.STANCE else None
    return html.Span(className="line-sample", style={"borderColor": shown_chain.colour if shown_chain else "#6b7280"})


def _render_stance_sample(stance: str, *, tinted: bool) -> Component:
    mark = MARKS.get(stance, "")
    pill = html.Span(mark, className=f"pill {stance}") if mark else None
    style = {"borderTopColor": encoding.STANCE_COLOURS[stance]} if tinted else {}
    return html.Span([html.Span(className=f"line-sample {stance}", style=style), pill], className="stance-sample")
