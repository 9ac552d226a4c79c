"""The chain of one entity: laid out on a fresh canvas, with its gaps explained in the details."""

from dash import Input, NoUpdate, Output, html, no_update

from explorer.answers import cypher_log
from explorer.canvas import actions
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import SELECTED
from explorer.overlays import chain_overlay
from explorer.panels.reading import details
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from explorer.state.stores import Signal
from graph.database.store import Store
from graph.ontology import Ontology


def register(callbacks: CanvasCallbacks) -> None:
    """Lays out chains, and explains gaps."""
    details.KINDS["gap"] = render_gap
    callbacks.add_action(
        show_chain,
        Input(page_commands.get_signal_id("chain"), "data"),
        also=(Output(SELECTED, "data", allow_duplicate=True),),
        behind=cypher_log.CHAINS,
    )


def show_chain(context: Context, _: Canvas, signal: Signal | None) -> tuple[RenderedView | None, NoUpdate | None]:
    """A fresh canvas with the chain of an entity, and nothing selected. Raises ChainNotFound."""
    if not signal or not signal["ids"] or signal["kind"] != page_commands.ENTITY:
        return None, no_update
    return actions.show_chain(context.store, context.ontology, signal["ids"][0]), None


def render_gap(_: Store, __: Ontology, canvas: Canvas, element: str) -> details.Content:
    """What the details say of a gap: what was looked for, and that it is no claim."""
    gap = next((g for g in canvas.gaps if g.id in element), None)
    if gap is None:
        return details.render_missing()
    return [
        html.Div([html.Div("Gap, not a claim", className="kind"), html.H2(gap.text)]),
        html.P(
            chain_overlay.GAP_CAPTIONS[chain_overlay.get_gap_kind(gap.id)].looked_for
            if chain_overlay.get_gap_kind(gap.id)
            else ""
        ),
        html.P(chain_overlay.REMARK, className="quiet"),
    ]
