"""The Cypher behind a panel: the statements that ran for what it shows, ready for Neo4j Browser."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

import dash
import dash_mantine_components as dmc
from dash import ALL, Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.answers import cypher_log
from explorer.answers.cypher_log import CypherLog, StatementGroup
from explorer.canvas import rendered_view
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS, build_cypher_store_id
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from explorer.state.stores import Signal
from graph.database.store import Statement, Store, record_statements
from graph.ontology import Ontology
from graph.plurals import format_count


class PanelEvent(TypedDict):
    """What a button tells that means the Cypher of a panel, one of `cypher_log.PANELS`."""

    panel: str


def layout() -> Component:
    """The window, and the stores that say which statements belong to which panel."""
    window = dmc.Modal(id="cypher-window", size="xl", opened=False, closeButtonProps={"aria-label": "Close"})
    return html.Div(
        [
            window,
            *(dcc.Store(id=build_cypher_store_id(panel)) for panel in cypher_log.PANELS if panel != cypher_log.CANVAS),
        ]
    )


def register(callbacks: CanvasCallbacks) -> None:
    """A panel's button, or the key for the canvas, opens the window."""
    callbacks.add_callback(
        open_window,
        Output("cypher-window", "opened"),
        Output("cypher-window", "title"),
        Output("cypher-window", "children"),
        Input(page_commands.get_signal_id("cypher"), "data"),
        Input(page_commands.get_event_id("cypher-of"), "data"),
        State(build_cypher_store_id(ALL), "data"),
        State(build_cypher_store_id(ALL), "id"),
        State(CANVAS, "data"),
        prevent_initial_call=True,
    )


def open_window(
    context: Context,
    signal: Signal | None,
    event: PanelEvent | None,
    keys: Sequence[str | None],
    identities: Sequence[Mapping[str, str]],
    stored: Mapping[str, object] | None,
) -> tuple[bool, str, list[Component]] | tuple[NoUpdate, ...]:
    """The window, open, with what ran for a panel (`event`) or for the canvas (`signal`), whichever came last.

    `keys` are those under which the panels' statements are kept, `identities` the ids of the stores that hold them.
    """
    trigger = dash.ctx.triggered_id
    if not trigger or not (signal or event):
        return (no_update,) * 3
    panel = str(event["panel"]) if event and trigger == page_commands.get_event_id("cypher-of") else cypher_log.CANVAS
    key = next((k for k, identity in zip(keys, identities, strict=True) if k and identity["panel"] == panel), "")
    if panel == cypher_log.CANVAS:
        parts = read_canvas_statements(context.cypher_log, context.store, context.ontology, Canvas.read(stored))
    else:
        parts = context.cypher_log.find(key) or ()
    return True, f"The Cypher behind {cypher_log.PANELS[panel]}", render_window(parts, was_shown=bool(key))


def read_canvas_statements(
    log: CypherLog, store: Store, ontology: Ontology, canvas: Canvas
) -> tuple[StatementGroup, ...]:
    """What the last step read and what was drawn; where that is too long ago, the drawing is read once more."""
    if kept := log.find(canvas.stamp):
        return kept
    with record_statements() as statements:
        rendered_view.read(store, ontology, canvas)
    return (StatementGroup("What was drawn", tuple(statements)),)


def render_window(parts: Sequence[StatementGroup], *, was_shown: bool = False) -> list[Component]:
    """The window's content. `was_shown`: the panel has shown something, whose statements are not kept any more."""
    if not parts:
        gone = "What this panel shows was read too long ago. Do it once more, then its statements are here."
        return [html.P(gone if was_shown else "This panel has not asked the database anything yet.")]
    head = (
        "These statements really ran for what you see. Copy one into Neo4j Browser: the “:param” lines first, "
        "then the statement."
    )
    blocks: list[Component] = [html.P(head, className="quiet")]
    number = 0
    for part in parts:
        if part.caption:
            blocks.append(html.H3(part.caption))
        for statement in part.statements:
            number += 1
            blocks.append(_render_statement(number, statement))
    return [html.Div(blocks, className="cypher")]


def _render_statement(number: int, statement: Statement) -> Component:
    took = f"{format_count(statement.rows, 'row', 'rows')} · {statement.seconds * 1000:,.1f} ms"
    parameters = cypher_log.format_parameters(statement)
    return html.Section(
        [
            html.Div(
                [
                    html.Strong(f"Statement {number}"),
                    html.Span(took, className="quiet"),
                    html.Span(className="spring"),
                    *([_render_copy_button("Copy the parameters", f"cypher-given-{number}")] if parameters else []),
                    _render_copy_button("Copy the statement", f"cypher-text-{number}"),
                ],
                className="cypher-head",
            ),
            html.Pre(parameters, id=f"cypher-given-{number}", className="given", tabIndex=0) if parameters else None,
            html.Pre(cypher_log.format_statement(statement.text), id=f"cypher-text-{number}", tabIndex=0),
        ],
        **{"aria-label": f"Statement {number}"},
    )


def _render_copy_button(caption: str, target: str) -> Component:
    """A button that copies the text of an element; assets/copy.js hears it."""
    return html.Button(caption, className="link small", **{"data-copy": target})
