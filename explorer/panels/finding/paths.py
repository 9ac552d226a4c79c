"""Paths between two entities, and to the nearest designated party: found, listed, and picked out on the canvas."""

from collections.abc import Sequence
from dataclasses import replace

from dash import ALL, Input, NoUpdate, Output, State, html, no_update
from dash.development.base_component import Component

from explorer.answers import cypher_log
from explorer.canvas import actions, rendered_view
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.overlays import path_overlay, route_words
from explorer.panels.finding import path_choices, path_drawing, path_filters, path_form
from explorer.state import page_commands
from explorer.state.canvas import Canvas, Emphasis
from explorer.state.stores import KeptPath, Signal
from graph.reading import paths


def register(callbacks: CanvasCallbacks) -> None:
    """Fills the ends, finds paths and the nearest designated party, and picks them out."""
    path_form.register(callbacks)
    results = (Output("path-found", "children", allow_duplicate=True), Output("path-ids", "data", allow_duplicate=True))
    callbacks.add_action(
        find_paths,
        Input("path-find", "n_clicks"),
        State({"type": "path-end", "name": ALL}, "value"),
        State("path-kind", "value"),
        State("path-mode", "value"),
        *[
            State({"type": "path-rule", "name": name}, "checked" if name == "avoid" else "value")
            for name in path_filters.FIELDS
        ],
        also=results,
        running=[(Output("path-find", "loading"), True, False)],
        behind=cypher_log.PATHS,
    )
    callbacks.add_action(choose_paths, Input({"type": "path-choice", "name": ALL}, "value"), State("path-ids", "data"))
    callbacks.add_action(end_highlight, Input({"type": "path-plain", "name": ALL}, "n_clicks"))
    callbacks.add_action(
        find_nearest,
        Input(page_commands.get_signal_id("nearest"), "data"),
        also=(*results, Output("asking", "value", allow_duplicate=True)),
        behind=cypher_log.PATHS,
    )


def find_paths(
    context: Context,
    canvas: Canvas,
    _clicks: int | None,
    ends: Sequence[str | None],
    kind: str,
    mode: str,
    *values: object,
) -> tuple[RenderedView | None, list[Component], list[KeptPath] | None]:
    """The canvas with the first path between two ends picked out, what is said of all, and all to choose from.

    `values` are those of path_filters.FIELDS. Where there is none, the canvas stays and the words say which rule would
    have to give way. Raises QueryError for ends or rules that make no sense.
    """
    ontology = context.ontology
    rule = path_filters.parse_rule(ontology, dict(zip(path_filters.FIELDS, values, strict=True)))
    start, goal = (end or "" for end in ends)
    answer = paths.find_paths(context.store, ontology, start, goal, kind=kind, rule=rule)
    answer = paths.count_exclusions(context.store, ontology, (start, goal), rule, answer)
    if not answer.paths:
        looser = paths.suggest_relaxations(context.store, ontology, start, goal, rule)
        words = [html.P(text) for text in path_overlay.describe_no_path(ontology, rule, looser)]
        rule_text = html.P(path_overlay.describe_rule(ontology, rule), className="quiet")
        return None, [*words, *path_choices.render_exclusions(ontology, rule, answer), rule_text], None
    before = actions.mark_edited(canvas) if mode == "add" and canvas.ids else Canvas(layout=canvas.layout)
    notes = [route_words.describe_route(ontology, answer.paths, n) for n in range(len(answer.paths))]
    view = path_drawing.show_paths(context.store, ontology, before, answer.paths[:1], notes[0])
    return (
        view,
        path_choices.render_results(ontology, answer, notes, kind, rule),
        path_choices.to_data(answer.paths, notes),
    )


def choose_paths(
    context: Context, canvas: Canvas, values: Sequence[str | None], stored: Sequence[KeptPath] | None
) -> RenderedView | None:
    """The canvas with another of the paths found, or all of them, picked out."""
    if not stored or not values or values[0] is None:
        return None
    kept_paths = path_choices.select_paths(stored, values[0])
    ids = tuple(dict.fromkeys(i for nodes, _, _ in kept_paths for i in nodes))
    if canvas.emphasis.kind == path_overlay.PATH and canvas.emphasis.entities == ids:
        return None  # the list was drawn anew, nobody clicked
    view = rendered_view.read(context.store, context.ontology, canvas.holding(ids))
    chosen = path_choices.from_data(view.whole, kept_paths)
    if not chosen:
        return None
    if {e.id for p in chosen for e in p.entities} >= set(canvas.ids) and not canvas.pinned:  # nothing else is there
        canvas = replace(canvas, positions=path_drawing.arrange_paths(chosen))
    return path_drawing.place_paths(context.store, view, canvas, chosen, path_choices.describe_paths(kept_paths))


def end_highlight(_: Context, canvas: Canvas, clicks: Sequence[int | None]) -> Canvas | None:
    """The canvas with no path picked out; None where none is."""
    if not any(clicks) or canvas.emphasis.kind != path_overlay.PATH:
        return None
    return replace(canvas, emphasis=Emphasis(), fit=False)


def find_nearest(
    context: Context, canvas: Canvas, signal: Signal | None
) -> tuple[RenderedView | None, list[Component] | NoUpdate, list[KeptPath] | NoUpdate | None, str | NoUpdate]:
    """The canvas with the way to the nearest designated party picked out, what is said of it, and the tab it is in."""
    if not signal or not signal["ids"] or signal["kind"] != page_commands.ENTITY:
        return None, no_update, no_update, no_update
    ontology = context.ontology
    rule = path_overlay.build_nearest_filter(ontology)
    near = paths.find_nearest_designated(context.store, ontology, signal["ids"][0], rule)
    reached = [p.entities[-1] for p in near.paths]
    notes = [
        f"{path_overlay.format_hops(near.hops)}: {e.name}, {path_overlay.describe_designations(ontology, near, e.id)}"
        for e in reached
    ]
    words = [
        html.H3("Nearest designated party"),
        *[html.P(text) for text in path_overlay.describe_nearest(ontology, near, near.name, rule)],
        *path_choices.render_choices(ontology, near.paths, notes),
        html.P(path_overlay.describe_rule(ontology, rule), className="quiet"),
    ]
    if not near.paths:
        return None, words, None, "paths"
    view = path_drawing.show_paths(context.store, ontology, actions.mark_edited(canvas), near.paths[:1], notes[0])
    return view, words, path_choices.to_data(near.paths, notes), "paths"
