"""The form of the paths: two ends, and which paths; and how its ends are filled."""

import dash
import dash_mantine_components as dmc
from dash import Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.answers import cypher_log
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.parts import render_cypher_button, render_icon
from explorer.overlays import path_overlay, route_words
from explorer.panels.finding import path_filters
from explorer.panels.page import search
from explorer.state import page_commands
from explorer.state.stores import Signal
from graph.ontology import Ontology

ENDS = {"from": "From", "to": "To"}


def layout(ontology: Ontology) -> Component:
    """The form, and below it what was found."""
    return html.Section(
        [
            html.Div([html.H2("Paths"), render_cypher_button(cypher_log.PATHS)], className="heading"),
            html.Div(
                [
                    html.Div([_render_end(name, caption) for name, caption in ENDS.items()], className="form spring"),
                    dmc.ActionIcon(
                        render_icon("arrows-exchange"),
                        id="path-swap",
                        variant="subtle",
                        color="gray",
                        size="lg",
                        **{"aria-label": "Swap the ends", "data-tip": "Swap the ends"},
                    ),
                ],
                className="path-ends",
            ),
            dmc.Select(
                id={"type": "path-rule", "name": "preset"},
                label="Question",
                value=route_words.ANYTHING,
                allowDeselect=False,
                size="sm",
                data=[{"value": k, "label": v} for k, v in route_words.list_questions(ontology).items()],
            ),
            html.P(route_words.describe_question(ontology, ""), id="path-question", className="quiet path-meaning"),
            dmc.Select(
                id="path-kind",
                value="several",
                allowDeselect=False,
                data=[{"value": k, "label": v} for k, v in path_overlay.CAPTIONS.items()],
                **{"aria-label": "Which paths"},
            ),
            html.P(path_overlay.MEANINGS["several"], id="path-meaning", className="quiet path-meaning"),
            html.Details(
                [
                    html.Summary("Filters"),
                    path_filters.render_filters(ontology),
                    html.P(id="path-lines", className="quiet path-meaning"),
                ],
                className="path-filters",
            ),
            dmc.Group(
                [
                    dmc.SegmentedControl(
                        id="path-mode",
                        value="add",
                        size="sm",
                        className="spring",
                        data=[{"value": "replace", "label": "Replace"}, {"value": "add", "label": "Add"}],
                    ),
                    dmc.Button("Find", id="path-find", leftSection=render_icon("route", 17)),
                ],
                gap="xs",
                wrap="nowrap",
            ),
            html.Div(id="path-found", className="path-found", **{"aria-live": "polite"}),
            dcc.Store(id="path-ids"),
        ],
        **{"aria-label": "Paths"},
    )


def _render_end(name: str, caption: str) -> Component:
    return dmc.Select(
        id={"type": "path-end", "name": name},
        label=caption,
        data=[],
        clearable=True,
        size="sm",
        placeholder="Search by any name",
        **search.PICKER,
    )


def register(callbacks: CanvasCallbacks) -> None:
    """Typing looks names up; the right-click menu and the swap button fill the ends."""
    callbacks.add_callback(
        explain_question,
        Output("path-question", "children"),
        Output("path-lines", "children"),
        Input({"type": "path-rule", "name": "preset"}, "value"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(explain_kind, Output("path-meaning", "children"), Input("path-kind", "value"))
    callbacks.add_callback(
        find_ends,
        Output({"type": "path-end", "name": dash.MATCH}, "data"),
        Input({"type": "path-end", "name": dash.MATCH}, "searchValue"),
        State({"type": "path-end", "name": dash.MATCH}, "value"),
        prevent_initial_call=True,
    )
    both = [{"type": "path-end", "name": name} for name in ENDS]
    for end in both:
        callbacks.add_callback(
            fill_end,
            Output(end, "data", allow_duplicate=True),
            Output(end, "value", allow_duplicate=True),
            Output("asking", "value", allow_duplicate=True),
            Input(page_commands.get_signal_id(f"path-{end['name']}"), "data"),
            prevent_initial_call=True,
        )
    callbacks.add_callback(
        swap_ends,
        *[Output(end, p, allow_duplicate=True) for end in both for p in ("data", "value")],
        Input("path-swap", "n_clicks"),
        *[State(end, "value") for end in both],
        prevent_initial_call=True,
    )


def explain_kind(_: Context, kind: str) -> str:
    """What a kind of paths, a key of `path_overlay.MEANINGS`, means."""
    return path_overlay.MEANINGS[kind]


def explain_question(context: Context, name: str) -> tuple[str, str]:
    """What a question, a key of `route_words.list_questions`, asks, and which lines it follows."""
    ontology = context.ontology
    return route_words.describe_question(ontology, name), route_words.describe_followed_lines(ontology, name)


def find_ends(context: Context, text: str | None, chosen: str | None) -> list[dict[str, str]]:
    """What the picker of an end offers for what was typed."""
    return search.find_options(context.store, context.ontology, text or "", chosen)


def fill_end(
    context: Context, signal: Signal | None
) -> tuple[list[dict[str, str]] | NoUpdate, str | NoUpdate, str | NoUpdate]:
    """An end filled with the entity that a command is meant for, and the tab of the paths."""
    if not signal or not signal["ids"] or signal["kind"] != page_commands.ENTITY:
        return no_update, no_update, no_update
    entity = signal["ids"][0]
    return search.find_options(context.store, context.ontology, "", entity), entity, "paths"


def swap_ends(
    context: Context, _clicks: int | None, start: str | None, goal: str | None
) -> tuple[list[dict[str, str]], str | None, list[dict[str, str]], str | None]:
    """The two ends, each in the place of the other."""
    first, second = (search.find_options(context.store, context.ontology, "", end) for end in (goal, start))
    return first, goal, second, start
