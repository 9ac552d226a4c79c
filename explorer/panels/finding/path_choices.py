"""The paths found, as the panel offers them: in words, to choose from, and as the page keeps them."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from explorer.overlays import path_overlay, route_words
from explorer.state.stores import KeptPath
from graph.model import Entity, Path, Relationship, Subgraph
from graph.ontology import Ontology
from graph.reading.paths import PathFilter, PathResult

ALL_PATHS = "all"


def render_results(
    ontology: Ontology, result: PathResult, notes: Sequence[str], kind: str, chosen: PathFilter
) -> list[Component]:
    """The paths found, in words, each with its weakest link; one or all can be picked out."""
    return [
        *([html.P(route_words.describe_swap(ontology, chosen, result.paths[0]))] if result.swapped else []),
        html.P(html.Strong(path_overlay.describe_result(result, kind))),
        *_render_comparison(result.paths),
        *render_choices(ontology, result.paths, notes),
        *render_exclusions(ontology, chosen, result),
        html.P(path_overlay.describe_rule(ontology, chosen), className="quiet"),
    ]


def _render_comparison(paths_found: Sequence[Path]) -> list[Component]:
    """A table of the paths, a row each; nothing for a single one."""
    if len(paths_found) < 2:
        return []
    head = html.Thead(html.Tr([html.Th(caption, scope="col") for caption in route_words.COMPARISON]))
    rows = [html.Tr([html.Td(cell) for cell in row]) for row in route_words.build_comparison(paths_found)]
    return [html.Table([head, html.Tbody(rows)], className="path-comparison")]


def render_exclusions(ontology: Ontology, rule: PathFilter, result: PathResult) -> list[Component]:
    """What the rule left out, a reason a row with its number and an example."""
    scope = route_words.describe_exclusion_scope(rule, result)
    rows = [
        html.Li([words, html.Div(f"such as {example}", className="quiet")])
        for words, example in route_words.describe_exclusions(ontology, rule, result)
    ]
    return [*([html.P(scope)] if scope else []), *([html.Ul(rows, className="path-exclusions")] if rows else [])]


def render_choices(ontology: Ontology, paths_found: Sequence[Path], notes: Sequence[str]) -> list[Component]:
    """A radio button a path, with its hops and a note; one for all of them; and a way back to the plain picture."""
    if not paths_found:
        return []
    several = len(paths_found) > 1
    rows = [
        dmc.Radio(
            value=str(n),
            size="sm",
            label=[
                _render_hops(ontology, path, f"{n + 1}. " if several else ""),
                html.Div(note, className="path-note"),
            ],
        )
        for n, (path, note) in enumerate(zip(paths_found, notes, strict=True))
    ]
    if several:
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


def _render_hops(ontology: Ontology, path: Path, number: str) -> Component:
    parts: list[Component] = [html.Span(number), html.Strong(path.entities[0].name)]
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


def describe_paths(picked_paths: Sequence[KeptPath]) -> str:
    """What the canvas says of the kept paths that are picked out."""
    return str(picked_paths[0][2]) if len(picked_paths) == 1 else f"{len(picked_paths)} paths are picked out."


def from_data(held: Subgraph, picked_paths: Sequence[KeptPath]) -> list[Path]:
    """Kept paths as a subgraph read just now holds them; one that has broken since is left out."""
    entities: dict[str, Entity] = {e.id: e for e in held.entities}
    lines: dict[str, Relationship] = {line.id: line for line in held.relationships}
    return [
        Path(tuple(entities[i] for i in nodes), tuple(lines[i] for i in edges))
        for nodes, edges, _ in picked_paths
        if entities.keys() >= set(nodes) and lines.keys() >= set(edges) and edges
    ]
