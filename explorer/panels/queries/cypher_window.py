"""The Cypher behind a panel: the statements that ran for what it shows, ready for Neo4j Browser."""

from collections.abc import Sequence
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, dcc, html, no_update

from explorer.answers import cypher_log
from explorer.answers.cypher_log import CypherLog, StatementGroup
from explorer.canvas import rendered_view
from explorer.dash_kit.callbacks import register_callback
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS, build_cypher_store_id
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from graph.database.store import Statement, Store, record_statements
from graph.ontology import Ontology


def layout() -> Any:
    """The window, and the stores that say which statements belong to which panel."""
    window = dmc.Modal(id="cypher-window", size="xl", opened=False, closeButtonProps={"aria-label": "Close"})
    return html.Div(
        [
            window,
            *(dcc.Store(id=build_cypher_store_id(panel)) for panel in cypher_log.PANELS if panel != cypher_log.CANVAS),
        ]
    )


def register(stage: CanvasCallbacks) -> None:
    """A panel's button, or the key for the canvas, opens the window."""
    store, ontology, log = stage.store, stage.ontology, stage.context.cypher_log

    @register_callback(
        stage.app,
        Output("cypher-window", "opened"),
        Output("cypher-window", "title"),
        Output("cypher-window", "children"),
        Input(page_commands.get_signal_id("cypher"), "data"),
        Input(page_commands.get_event_id("cypher-of"), "data"),
        State(build_cypher_store_id(ALL), "data"),
        State(CANVAS, "data"),
        prevent_initial_call=True,
    )
    def show(signal: Any, told: Any, _keys: Any, stored: Any) -> Any:
        asked = dash.ctx.triggered_id
        if not asked or not (signal or told):
            return no_update, no_update, no_update
        panel = str(told["panel"]) if asked == page_commands.get_event_id("cypher-of") else cypher_log.CANVAS
        keys = {s["id"]["panel"]: s.get("value") for s in dash.ctx.states_list[0]}
        if panel == cypher_log.CANVAS:
            parts = read_canvas_statements(log, store, ontology, Canvas.read(stored))
        else:
            parts = log.find(keys.get(panel) or "") or ()
        return True, f"The Cypher behind {cypher_log.PANELS[panel]}", render_window(parts, known=bool(keys.get(panel)))


def read_canvas_statements(
    log: CypherLog, store: Store, ontology: Ontology, canvas: Canvas
) -> tuple[StatementGroup, ...]:
    """What the last step read and what was drawn; where that is too long ago, the drawing is read once more."""
    if kept := log.find(canvas.stamp):
        return kept
    with record_statements() as statements:
        rendered_view.read(store, ontology, canvas)
    return (StatementGroup("What was drawn", tuple(statements)),)


def render_window(parts: Sequence[StatementGroup], *, known: bool = False) -> list[Any]:
    """The window's content. `known` says that the panel has shown something, whose statements are not kept any more."""
    if not parts:
        gone = "What this panel shows was read too long ago. Do it once more, then its statements are here."
        return [html.P(gone if known else "This panel has not asked the database anything yet.")]
    head = (
        "These statements really ran for what you see. Copy one into Neo4j Browser: the “:param” lines first, "
        "then the statement."
    )
    blocks: list[Any] = [html.P(head, className="quiet")]
    number = 0
    for part in parts:
        if part.caption:
            blocks.append(html.H3(part.caption))
        for statement in part.statements:
            number += 1
            blocks.append(_render_statement(number, statement))
    return [html.Div(blocks, className="cypher")]


def _render_statement(number: int, statement: Statement) -> Any:
    took = f"{statement.rows:,} {'row' if statement.rows == 1 else 'rows'} · {statement.seconds * 1000:,.1f} ms"
    given = cypher_log.format_parameters(statement)
    return html.Section(
        [
            html.Div(
                [
                    html.Strong(f"Statement {number}"),
                    html.Span(took, className="quiet"),
                    html.Span(className="spring"),
                    *([_render_copy_button("Copy the parameters", f"cypher-given-{number}")] if given else []),
                    _render_copy_button("Copy the statement", f"cypher-text-{number}"),
                ],
                className="cypher-head",
            ),
            html.Pre(given, id=f"cypher-given-{number}", className="given", tabIndex=0) if given else None,
            html.Pre(cypher_log.format_statement(statement.text), id=f"cypher-text-{number}", tabIndex=0),
        ],
        **{"aria-label": f"Statement {number}"},
    )


def _render_copy_button(caption: str, target: str) -> Any:
    """A button that copies the text of an element; assets/copy.js hears it."""
    return html.Button(caption, className="link small", **{"data-copy": target})
