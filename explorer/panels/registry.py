"""The panels of the page: one line for each, with its place; explorer/app.py builds the page and the wiring from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.panels.canvas import editing, picture, progress, toolbar
from explorer.panels.editor import editor_window
from explorer.panels.export import export_window
from explorer.panels.finding import chain, expand, path_form, paths
from explorer.panels.page import database, help, search, theme
from explorer.panels.queries import answers, cypher_window, history, runner
from explorer.panels.reading import details, filters, groups, legend, table, timeline
from explorer.panels.views import notes, views
from graph.ontology import Ontology

# Places of the page. Those of a place stand in the order of the list; a tab stands above what is at the left.
HEADER, HEADER_END, BANNER, TAB, LEFT, MAIN, RIGHT, WINDOW, NOWHERE = (
    "header",
    "header-end",
    "banner",
    "tab",
    "left",
    "main",
    "right",
    "window",
    "nowhere",
)


@dataclass(frozen=True)
class Panel:
    """A part of the page: its place, what stands there, what wires its callbacks, and a tab’s name and caption."""

    place: str
    content: Component | Sequence[Component] = ()
    register: Callable[[CanvasCallbacks], None] = lambda _: None
    name: str = ""
    caption: str = ""


def list_panels(ontology: Ontology) -> tuple[Panel, ...]:
    """All panels, with new components for one page."""
    return (
        Panel(HEADER, search.layout(), search.register),
        Panel(HEADER_END, help.layout()),
        Panel(HEADER_END, database.render_status()),
        Panel(BANNER, database.layout(), database.register),
        Panel(TAB, runner.layout(), runner.register, "queries", "Queries"),
        Panel(TAB, path_form.layout(ontology), paths.register, "paths", "Paths"),
        Panel(TAB, views.layout(), views.register, "views", "Views"),
        Panel(LEFT, legend.layout(), legend.register),
        Panel(LEFT, filters.layout(), filters.register),
        Panel(MAIN, toolbar.layout(), toolbar.register),
        Panel(MAIN, progress.layout(), progress.register),
        Panel(MAIN, picture.layout(ontology), picture.register),
        Panel(MAIN, timeline.layout(), timeline.register),
        Panel(MAIN, table.layout(), table.register),
        Panel(MAIN, notes.layout(), notes.register),
        Panel(RIGHT, expand.layout(), expand.register),
        Panel(RIGHT, details.layout(), details.register),
        Panel(WINDOW, cypher_window.layout(), cypher_window.register),
        Panel(WINDOW, answers.layout(), answers.register),
        Panel(WINDOW, export_window.layout(), export_window.register),
        Panel(WINDOW, editor_window.layout(), editor_window.register),
        Panel(WINDOW, theme.build_stylesheet_store(ontology), theme.register),
        Panel(NOWHERE, register=editing.register),
        Panel(NOWHERE, register=chain.register),
        Panel(NOWHERE, register=groups.register),
        Panel(NOWHERE, register=history.register),
    )
