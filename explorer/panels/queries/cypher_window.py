"""The Cypher behind a panel: the statements that ran for what it shows, ready for Neo4j Browser."""

from collections.abc import Sequence
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, dcc, html, no_update

from explorer.answers import cypher_log
from explorer.answers.cypher_log import LOG, Part
from explorer.canvas import rendered_view
from explorer.dash_kit import page_commands
from explorer.dash_kit.callbacks import on
from explorer.dash_kit.canvas_callbacks import Stage
from explorer.dash_kit.ids import CANVAS, ran
from explorer.state.canvas import Canvas
from graph.database.store import Statement, Store, recorded
from graph.ontology import Ontology


def layout() -> Any:
    """The window, and the stores that say which statements belong to which panel."""
    window = dmc.Modal(id="cypher-window", size="xl", opened=False, closeButtonProps={"aria-label": "Close"})
    return html.Div([window, *(dcc.Store(id=ran(panel)) for panel in cypher_log.PANELS if panel != cypher_log.CANVAS)])


def register(stage: Stage) -> None:
    """A panel's button, or the key for the canvas, opens the window."""
    store, ontology = stage.store, stage.ontology

    @on(
        stage.app,
        Output("cypher-window", "opened"),
        Output("cypher-window", "title"),
        Output("cypher-window", "children"),
        Input(page_commands.signal("cypher"), "data"),
        Input(page_commands.told("cypher-of"), "data"),
        State(ran(ALL), "data"),
        State(CANVAS, "data"),
        prevent_initial_call=True,
    )
    def show(signal: Any, told: Any, _keys: Any, stored: Any) -> Any:
        asked = dash.ctx.triggered_id
        if not asked or not (signal or told):
            return no_update, no_update, no_update
        panel = str(told["panel"]) if asked == page_commands.told("cypher-of") else cypher_log.CANVAS
        keys = {s["id"]["panel"]: s.get("value") for s in dash.ctx.states_list[0]}
        if panel == cypher_log.CANVAS:
            parts = of_canvas(store, ontology, Canvas.read(stored))
        else:
            parts = LOG.find(keys.get(panel) or "")
        return True, f"The Cypher behind {cypher_log.PANELS[panel]}", window(parts, known=bool(keys.get(panel)))


def of_canvas(store: Store, ontology: Ontology, canvas: Canvas) -> tuple[Part, ...]:
    """What the last step read and what was drawn; where that is too long ago, the drawing is read once more."""
    if kept := LOG.find(canvas.stamp):
        return kept
    with recorded() as statements:
        rendered_view.read(store, ontology, canvas)
    return (Part("What was drawn", tuple(statements)),)


def window(parts: Sequence[Part], *, known: bool = False) -> list[Any]:
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
            blocks.append(_block(number, statement))
    return [html.Div(blocks, className="cypher")]


def _block(number: int, statement: Statement) -> Any:
    took = f"{statement.rows:,} {'row' if statement.rows == 1 else 'rows'} · {statement.seconds * 1000:,.1f} ms"
    given = cypher_log.parameters(statement)
    return html.Section(
        [
            html.Div(
                [
                    html.Strong(f"Statement {number}"),
                    html.Span(took, className="quiet"),
                    html.Span(className="spring"),
                    *([_copy("Copy the parameters", f"cypher-given-{number}")] if given else []),
                    _copy("Copy the statement", f"cypher-text-{number}"),
                ],
                className="cypher-head",
            ),
            html.Pre(given, id=f"cypher-given-{number}", className="given", tabIndex=0) if given else None,
            html.Pre(cypher_log.lines(statement.text), id=f"cypher-text-{number}", tabIndex=0),
        ],
        **{"aria-label": f"Statement {number}"},
    )


def _copy(caption: str, target: str) -> Any:
    """A button that copies the text of an element; assets/copy.js hears it."""
    return html.Button(caption, className="link small", **{"data-copy": target})
