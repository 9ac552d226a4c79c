"""Paths between two entities: the form, what was found, and the weakest link; and the chain of one entity."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.answers import cypher_log
from explorer.canvas import actions, rendered_view
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import SELECTED
from explorer.dash_kit.parts import render_cypher_button, render_icon
from explorer.layout import columns, force
from explorer.layout.geometry import Point
from explorer.overlays import chain_overlay, path_overlay
from explorer.panels.page import search
from explorer.panels.reading import details
from explorer.state import page_commands
from explorer.state.canvas import Canvas, Emphasis
from explorer.state.stores import KeptPath, Signal
from graph.database.store import Store
from graph.evidence import GRADES
from graph.model import INFERRED, Entity, Path, Relationship, Subgraph
from graph.ontology import Ontology
from graph.reading import paths
from graph.reading.paths import PathFilter, PathResult

ENDS = {"from": "From", "to": "To"}
FIELDS = ("types", "leave", "direction", "since", "until", "grade", "counts", "avoid", "hops")
ALL_PATHS = "all"


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
                id="path-kind",
                value="shortest",
                allowDeselect=False,
                data=[{"value": k, "label": v} for k, v in path_overlay.CAPTIONS.items()],
                **{"aria-label": "Which paths"},
            ),
            html.P(path_overlay.MEANINGS["shortest"], id="path-meaning", className="quiet path-meaning"),
            html.Details([html.Summary("Filters"), _render_filters(ontology)], className="path-filters"),
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


def _render_filters(ontology: Ontology) -> Component:
    """The fields for the rule; each one's id is {"type": "path-rule", "name": one of FIELDS}."""

    def identity(name: str) -> dict[str, str]:
        return {"type": "path-rule", "name": name}

    types = [
        {
            "group": c.caption,
            "items": [
                {"value": t.name, "label": t.caption} for t in ontology.relationships.values() if t.chain == c.name
            ],
        }
        for c in ontology.chains.values()
    ]
    leave = [
        dmc.Checkbox(label=ontology.chains[c].caption, value=c, size="xs")
        for c in ontology.list_chains_by_role("beside")
    ]
    counts = [
        dmc.Checkbox(label="Denied lines count", value="denied", size="xs"),
        dmc.Checkbox(label="Withdrawn lines count", value="withdrawn", size="xs"),
        dmc.Checkbox(label="Inferred lines count", value=INFERRED, size="xs"),
    ]
    small: dict[str, str] = {"size": "sm"}
    return html.Div(
        [
            dmc.MultiSelect(
                id=identity("types"),
                label="Only lines that say",
                data=types,
                value=[],
                searchable=True,
                placeholder="anything",
                clearable=True,
                maxDropdownHeight=340,
                **small,
            ),
            dmc.CheckboxGroup(leave, id=identity("leave"), label="Leave out", value=[], **small),
            dmc.Select(
                id=identity("direction"),
                label="Direction",
                value="any",
                allowDeselect=False,
                **small,
                data=[{"value": "any", "label": "Any"}, {"value": "along", "label": "Along the arrows"}],
            ),
            html.Div(
                [
                    dmc.TextInput(id=identity(n), label=n.capitalize(), value="", placeholder=p, **small)
                    for n, p in (("since", "2023-08"), ("until", "2024-06-30"))
                ],
                className="path-pair",
            ),
            html.Div(
                [
                    dmc.Select(
                        id=identity("grade"),
                        label="At least graded",
                        value=None,
                        clearable=True,
                        placeholder="any",
                        data=list(GRADES),
                        **small,
                    ),
                    dmc.NumberInput(
                        id=identity("hops"),
                        label="Most hops",
                        value=PathFilter().hops,
                        min=1,
                        max=paths.MOST_HOPS,
                        allowDecimal=False,
                        **small,
                    ),
                ],
                className="path-pair",
            ),
            dmc.CheckboxGroup(counts, id=identity("counts"), label="What counts", value=[INFERRED], **small),
            dmc.Checkbox(
                id=identity("avoid"),
                label=f"Don’t pass through {path_overlay.describe_hubs(ontology, path_overlay.list_hubs(ontology))}",
                checked=True,
                size="xs",
            ),
        ],
        className="form",
    )


def register(callbacks: CanvasCallbacks) -> None:
    """Fills the ends, finds paths and the nearest designated party, and lays out chains."""
    details.KINDS["gap"] = render_gap
    _register_ends(callbacks)
    results = (Output("path-found", "children", allow_duplicate=True), Output("path-ids", "data", allow_duplicate=True))
    callbacks.add_callback(explain_kind, Output("path-meaning", "children"), Input("path-kind", "value"))
    callbacks.add_action(
        find_paths,
        Input("path-find", "n_clicks"),
        State({"type": "path-end", "name": ALL}, "value"),
        State("path-kind", "value"),
        State("path-mode", "value"),
        *[State({"type": "path-rule", "name": name}, "checked" if name == "avoid" else "value") for name in FIELDS],
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
    callbacks.add_action(
        show_chain,
        Input(page_commands.get_signal_id("chain"), "data"),
        also=(Output(SELECTED, "data", allow_duplicate=True),),
        behind=cypher_log.CHAINS,
    )


def _register_ends(callbacks: CanvasCallbacks) -> None:
    """Typing looks names up; the right-click menu and the swap button fill the ends."""
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

    `values` are those of FIELDS. Where there is none, the canvas stays and the words say which rule would have to give
    way. Raises QueryError for ends or rules that make no sense.
    """
    ontology = context.ontology
    rule = parse_rule(ontology, dict(zip(FIELDS, values, strict=True)))
    start, goal = (end or "" for end in ends)
    answer = paths.find_paths(context.store, ontology, start, goal, kind=kind, rule=rule)
    if not answer.paths:
        looser = paths.suggest_relaxations(context.store, ontology, start, goal, rule)
        words = [html.P(text) for text in path_overlay.describe_no_path(ontology, rule, looser)]
        return None, [*words, html.P(path_overlay.describe_rule(ontology, rule), className="quiet")], None
    before = actions.mark_edited(canvas) if mode == "add" and canvas.ids else Canvas(layout=canvas.layout)
    notes = [path_overlay.describe_weakest_link(ontology, p) for p in answer.paths]
    view = show_paths(context.store, ontology, before, answer.paths[:1], notes[0])
    return view, render_results(ontology, answer, notes, kind, rule), to_data(answer.paths, notes)


def choose_paths(
    context: Context, canvas: Canvas, values: Sequence[str | None], stored: Sequence[KeptPath] | None
) -> RenderedView | None:
    """The canvas with another of the paths found, or all of them, picked out."""
    if not stored or not values or values[0] is None:
        return None
    wanted = select_paths(stored, values[0])
    ids = tuple(dict.fromkeys(i for nodes, _, _ in wanted for i in nodes))
    if canvas.emphasis.kind == path_overlay.PATH and canvas.emphasis.entities == ids:
        return None  # the list was drawn anew, nobody clicked
    view = rendered_view.read(context.store, context.ontology, canvas.holding(ids))
    chosen = from_data(view.whole, wanted)
    if not chosen:
        return None
    return place_paths(context.store, view, canvas, chosen, describe_paths(wanted))


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
        *_render_choices(ontology, near.paths, notes),
        html.P(path_overlay.describe_rule(ontology, rule), className="quiet"),
    ]
    if not near.paths:
        return None, words, None, "paths"
    view = show_paths(context.store, ontology, actions.mark_edited(canvas), near.paths[:1], notes[0])
    return view, words, to_data(near.paths, notes), "paths"


def show_chain(context: Context, _: Canvas, signal: Signal | None) -> tuple[RenderedView | None, NoUpdate | None]:
    """A fresh canvas with the chain of an entity, and nothing selected. Raises ChainNotFound."""
    if not signal or not signal["ids"] or signal["kind"] != page_commands.ENTITY:
        return None, no_update
    return actions.show_chain(context.store, context.ontology, signal["ids"][0]), None


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


def parse_rule(ontology: Ontology, values: Mapping[str, Any]) -> PathFilter:
    """The rule that a filled form means; `values` are those of FIELDS. Raises QueryError for a senseless one."""
    counts = values["counts"] or ()
    return PathFilter(
        types=tuple(t for t in values["types"] or () if t in ontology.relationships),
        without=list_chain_types(ontology, values["leave"] or ()),
        along=values["direction"] == "along",
        since=str(values["since"] or "").strip(),
        until=str(values["until"] or "").strip(),
        grade=str(values["grade"] or ""),
        denied="denied" in counts,
        withdrawn="withdrawn" in counts,
        inferred=INFERRED in counts,
        avoid=path_overlay.list_hubs(ontology) if values["avoid"] else (),
        hops=values["hops"] if isinstance(values["hops"], int) else PathFilter().hops,
    ).checked()


def list_chain_types(ontology: Ontology, names: Sequence[str]) -> tuple[str, ...]:
    """The relationship types of these chains."""
    return tuple(t.name for t in ontology.relationships.values() if t.chain in names)


def show_paths(store: Store, ontology: Ontology, canvas: Canvas, chosen: Sequence[Path], note: str) -> RenderedView:
    """With these paths on the canvas and picked out; on an empty one they run from left to right."""
    entities = {e.id: e for p in chosen for e in p.entities}
    first, last = chosen[0].entities[0], chosen[0].entities[-1]
    if not canvas.ids:
        lines = {line.id: line for p in chosen for line in p.relationships}
        stage = {e.id: n for p in chosen for n, e in enumerate(p.entities)}
        places: Mapping[str, Point] = columns.arrange_in_columns(
            Subgraph(tuple(entities.values()), tuple(lines.values())), stage
        )
        canvas = replace(canvas, title=f"{first.name} to {last.name}", name="path")
    else:
        places = canvas.positions
    view = rendered_view.read(store, ontology, canvas.holding(entities))
    return place_paths(store, view, replace(canvas, positions=places), chosen, note)


def place_paths(store: Store, view: RenderedView, canvas: Canvas, chosen: Sequence[Path], note: str) -> RenderedView:
    """A canvas with these paths on it and picked out; `view` holds them and the canvas, and is not read again."""
    grown = replace(canvas.holding(e.id for p in chosen for e in p.entities), note=note)
    held = rendered_view.select_entities(view.whole, grown.ids)
    placed = grown.placed(force.extend_layout(held, view.ontology, canvas.positions), fit=True)
    return rendered_view.update(store, view, path_overlay.highlight_paths(placed, chosen, note))


def render_results(
    ontology: Ontology, result: PathResult, notes: Sequence[str], kind: str, chosen: PathFilter
) -> list[Component]:
    """The paths found, in words, each with its weakest link; one or all can be picked out."""
    return [
        html.P(html.Strong(path_overlay.describe_result(result, kind))),
        *_render_choices(ontology, result.paths, notes),
        html.P(path_overlay.describe_rule(ontology, chosen), className="quiet"),
    ]


def _render_choices(ontology: Ontology, paths_found: Sequence[Path], notes: Sequence[str]) -> list[Component]:
    """A radio button a path, with its hops and a note; one for all of them; and a way back to the plain picture."""
    if not paths_found:
        return []
    rows = [
        dmc.Radio(value=str(n), size="sm", label=[_render_hops(ontology, path), html.Div(note, className="path-note")])
        for n, (path, note) in enumerate(zip(paths_found, notes, strict=True))
    ]
    if len(paths_found) > 1:
        rows.append(dmc.Radio(value=ALL_PATHS, size="sm", label=f"All {len(paths_found)} of them"))
    return [
        dmc.RadioGroup(
            html.Div(rows, className="path-list"),
            id={"type": "path-choice", "name": "paths"},
            value="0",
            **{"aria-label": "The path that is picked out"},
        ),
        html.Button("Stop picking it out", id={"type": "path-plain", "name": "paths"}, className="link small"),
    ]


def _render_hops(ontology: Ontology, path: Path) -> Component:
    parts: list[Component] = [html.Strong(path.entities[0].name)]
    for hop in path_overlay.build_hops(ontology, path):
        mark = html.Span(hop.mark, className="path-mark") if hop.mark else None
        parts += [html.Span(f" — {hop.caption} → ", className="path-verb"), mark, html.Strong(f" {hop.name}")]
    return html.Div([p for p in parts if p is not None], className="path-hops")


def to_data(paths_found: Sequence[Path], notes: Sequence[str]) -> list[KeptPath]:
    """Paths as the page keeps them: the ids of their entities and lines, and what is said of each."""
    return [
        ([e.id for e in p.entities], [line.id for line in p.relationships], note)
        for p, note in zip(paths_found, notes, strict=True)
    ]


def select_paths(stored: Sequence[KeptPath], choice: str) -> Sequence[KeptPath]:
    """Those of the kept paths that a choice means: one by its number, or all."""
    if choice == ALL_PATHS:
        return stored
    return stored[int(choice) : int(choice) + 1] if choice.isdecimal() else []


def describe_paths(wanted: Sequence[KeptPath]) -> str:
    """What the canvas says of the kept paths that are picked out."""
    return str(wanted[0][2]) if len(wanted) == 1 else f"{len(wanted)} paths are picked out."


def from_data(held: Subgraph, wanted: Sequence[KeptPath]) -> list[Path]:
    """Kept paths as a subgraph read just now holds them; one that has broken since is left out."""
    entities: dict[str, Entity] = {e.id: e for e in held.entities}
    lines: dict[str, Relationship] = {line.id: line for line in held.relationships}
    return [
        Path(tuple(entities[i] for i in nodes), tuple(lines[i] for i in edges))
        for nodes, edges, _ in wanted
        if entities.keys() >= set(nodes) and lines.keys() >= set(edges) and edges
    ]


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
