"""The export window: what to write, a preview of it, and the file. A long export runs in the background."""

from base64 import b64encode
from collections.abc import Mapping

import dash
import dash_mantine_components as dmc
from dash import Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS, SELECTED
from explorer.dash_kit.user import get_user
from explorer.export import preview
from explorer.export.build import ExportContext
from explorer.export.formats import DATA, FORMATS
from explorer.export.preview import DOSSIER
from explorer.panels.export import download, profiles
from explorer.panels.export.choices import (
    FIELDS,
    ExportChoices,
    list_papers,
    list_profiles,
    list_views,
    parse_choices,
    restore_choices,
)
from explorer.panels.export.controls import render_controls
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from explorer.state.stores import Selection, Signal
from graph.errors import ArmsgraphError

CHOICES, TASK, READY, TEMPLATE = "export-choices", "export-task", "export-ready", "export-template"
POLL_INTERVAL = 400  # milliseconds between two looks at an export


def layout() -> Component:
    """The window, closed."""
    return html.Div(
        [
            dmc.Modal(
                html.Div(
                    [
                        html.Div(render_controls(), className="export-controls"),
                        html.Div(
                            [
                                html.Div(
                                    id="export-preview",
                                    className="export-preview",
                                    tabIndex=0,
                                    role="region",
                                    **{"aria-label": "Preview", "aria-live": "polite"},
                                ),
                                html.Div(id="export-said", role="status"),
                            ],
                            className="export-shown",
                        ),
                    ],
                    className="export",
                ),
                id="export-window",
                title="Export",
                size="96%",
                opened=False,
                closeButtonProps={"aria-label": "Close"},
            ),
            profiles.layout(),
            dcc.Store(id=CHOICES, storage_type="local"),
            *(dcc.Store(id=name) for name in (TASK, READY, TEMPLATE, "export-wish")),
            dcc.Interval(id="export-tick", interval=POLL_INTERVAL, disabled=True),
        ]
    )


def register(callbacks: CanvasCallbacks) -> None:
    """Opening fills the window; a change draws the preview anew; Download starts an export and watches it."""
    profiles.register(callbacks)
    _register_window(callbacks)
    _register_file(callbacks)


def _register_window(callbacks: CanvasCallbacks) -> None:
    callbacks.add_callback(
        open_window,
        Output("export-window", "opened"),
        Output("export-more", "data"),
        Output("export-profile", "data"),
        *(Output(f"export-{name}", prop, allow_duplicate=True) for name, (prop, _) in FIELDS.items()),
        Input(page_commands.get_signal_id("export"), "data"),
        State(CHOICES, "data"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        adapt_controls,
        Output("export-about", "children"),
        Output("export-paper", "data"),
        Output("export-paper", "value", allow_duplicate=True),
        *(Output(f"export-{box}-box", "hidden") for box in ("paper", "pixels", "title", "mark", "slides")),
        Input("export-format", "value"),
        State("export-paper", "value"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        remember_choices,
        Output(CHOICES, "data"),
        *(Input(f"export-{n}", prop) for n, (prop, _) in FIELDS.items()),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        take_template,
        Output(TEMPLATE, "data"),
        Output("export-template-name", "children"),
        Output("export-template-none", "hidden"),
        Input("export-template-file", "contents"),
        Input("export-template-none", "n_clicks"),
        State("export-template-file", "filename"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        show_preview,
        Output("export-preview", "children"),
        Output("export-said", "children"),
        Input(CHOICES, "data"),
        Input("export-window", "opened"),
        Input(profiles.CHANGED, "data"),
        State(CANVAS, "data"),
        State(SELECTED, "data"),
        prevent_initial_call=True,
    )


def _register_file(callbacks: CanvasCallbacks) -> None:
    callbacks.add_callback(
        download.start_download,
        Output(TASK, "data"),
        Input("export-go", "n_clicks"),
        State(CHOICES, "data"),
        State(TEMPLATE, "data"),
        State(CANVAS, "data"),
        State(SELECTED, "data"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        download.show_progress,
        Output("export-progress", "hidden"),
        Output("export-tick", "disabled"),
        Output("export-go", "disabled"),
        Input(TASK, "data"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        download.watch_export,
        Output("export-words", "children"),
        Output("export-bar", "value"),
        Output(READY, "data"),
        Output(TASK, "data", allow_duplicate=True),
        Output("export-said", "children", allow_duplicate=True),
        Input("export-tick", "n_intervals"),
        State(TASK, "data"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        download.cancel_export,
        Output(TASK, "data", allow_duplicate=True),
        Input("export-cancel", "n_clicks"),
        State(TASK, "data"),
        prevent_initial_call=True,
    )
    callbacks.add_script(
        "exporting", "fetch", Output("export-wish", "data"), Input(READY, "data"), prevent_initial_call=True
    )


def open_window(_: Context, signal: Signal | None, kept: object) -> tuple[object, ...]:
    """The window, open: the saved views, the profiles, and what was chosen last in each control (FIELDS)."""
    if not signal:
        return (no_update,) * (3 + len(FIELDS))
    return (True, list_views(), list_profiles(), *restore_choices(kept).values())


def adapt_controls(
    _: Context, name: str, paper: str | None
) -> tuple[str, list[dict[str, str]], str, bool, bool, bool, bool, bool]:
    """What a format is for, its pages and the one chosen, and which controls it has no use for."""
    form = FORMATS.get(name)
    papers = list_papers(name)
    there = {p["value"] for p in papers}
    about = form.about if form else "Names, posts, designations, figures, and every claim for and against."
    chosen = paper if paper in there else papers[0]["value"] if papers else ""
    data = form is not None and form.group == DATA
    return about, papers, chosen or "", len(papers) < 2, name != "png", data, data, name != "pptx"


def remember_choices(_: Context, *values: object) -> dict[str, object]:
    """What the controls hold, by their names (FIELDS)."""
    return dict(zip(FIELDS, values, strict=True))


def take_template(
    _: Context, contents: str | None, _clicks: int | None, name: str | None
) -> tuple[str | None, str, bool]:
    """The uploaded template in base64, its name, and whether the button that drops it is hidden."""
    if dash.ctx.triggered_id == "export-template-none" or not contents:
        return None, "", True
    return contents.partition(",")[2], (name or "")[:60], False


def show_preview(
    context: Context,
    kept: object,
    opened: bool,
    _changed: object,
    stored: Mapping[str, object] | None,
    selected: Selection | None,
) -> tuple[Component | NoUpdate, list[Component] | NoUpdate | None]:
    """The preview of what is chosen and what the exporter should know of it; or why nothing can be written so."""
    if not opened or not kept:
        return no_update, no_update
    try:
        seen = build_preview(context, Canvas.read(stored), selected, restore_choices(kept))
    except ArmsgraphError as error:
        return html.P(f"{error}", className="refusal"), None
    return render_preview(seen), download.render_warnings(seen.warnings, seen.removed)


def build_preview(
    context: Context, canvas: Canvas, selected: Selection | None, choices: ExportChoices
) -> preview.Preview:
    """The preview of what is chosen. Raises ArmsgraphError where nothing can be written so."""
    desk = ExportContext(context.store, context.ontology, get_user())
    options, profile = parse_choices(choices), download.find_profile(choices)
    if choices["format"].startswith(DOSSIER):
        entity, shown = download.get_selected_entity(selected), not canvas.filter.hides_inferences
        return preview.build_dossier_preview(desk, entity, options, profile, inferred=shown)
    return preview.build_canvas_preview(desk, canvas, options, profile)


def render_preview(seen: preview.Preview) -> Component:
    """A preview as components. A picture is shown as one: nothing in it can act on the page."""
    if seen.text:
        return html.Pre(seen.text)
    kind, data = ("svg+xml", seen.svg.encode()) if seen.svg else ("png", seen.png)
    return html.Img(
        src=f"data:image/{kind};base64,{b64encode(data).decode()}", alt="The first page, as it will be written"
    )
