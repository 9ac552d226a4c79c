"""The export window: what to write, a preview of it, and the file. A long export runs in the background."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, dcc, html, no_update

from explorer.canvas import view_actions
from explorer.dash_kit.callbacks import register_callback
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS, SELECTED
from explorer.dash_kit.parts import render_icon
from explorer.dash_kit.user import get_user
from explorer.export import build, preview
from explorer.export.build import ExportContext
from explorer.export.formats import DATA, FORMATS, LEAST_PIXELS, MOST_PIXELS
from explorer.export.jobs import EXPORT_JOBS, ExportJob
from explorer.export.preview import DOSSIER
from explorer.export.redaction import Profile
from explorer.export.redaction.profiles import ProfileStore
from explorer.panels.export import profiles
from explorer.panels.export.choices import (
    FIELDS,
    list_papers,
    list_profiles,
    list_views,
    parse_choices,
    restore_choices,
)
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from graph.errors import ArmsgraphError, UsageError
from graph.saved_views.store import ViewStore

CHOICES, TASK, READY, TEMPLATE = "export-choices", "export-task", "export-ready", "export-template"
POLL_INTERVAL = 400  # milliseconds between two looks at an export
MAX_TEMPLATE_BYTES = 20_000_000  # bytes of a template
MARKS = ["Draft", "Internal", "Confidential", "Embargoed"]


def layout() -> Any:
    """The window, closed."""
    return html.Div(
        [
            dmc.Modal(
                html.Div(
                    [
                        html.Div(_render_controls(), className="export-controls"),
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


def _render_controls() -> list[Any]:
    groups: dict[str, list[dict[str, str]]] = {}
    for form in FORMATS.values():
        groups.setdefault(form.group, []).append({"value": form.name, "label": form.caption})
    dossiers = [
        {"value": f"{DOSSIER}{name}", "label": f"Dossier: {caption}"} for name, (caption, *_) in build.DOSSIERS.items()
    ]
    found = [{"group": name, "items": items} for name, items in groups.items()]
    found.insert(3, {"group": "Of the selected entity", "items": dossiers})
    return [
        dmc.Select(
            id="export-format", label="Format", data=found, value="pdf", allowDeselect=False, maxDropdownHeight=420
        ),
        html.P(id="export-about", className="quiet small-print"),
        html.Div(
            dmc.Select(id="export-paper", label="Page", data=[], value="", allowDeselect=False), id="export-paper-box"
        ),
        html.Div(
            dmc.NumberInput(
                id="export-pixels",
                label="Width in pixels",
                value=2400,
                min=LEAST_PIXELS,
                max=MOST_PIXELS,
                step=200,
                debounce=600,
            ),
            id="export-pixels-box",
        ),
        html.Div(
            dmc.TextInput(
                id="export-title",
                label="Title",
                value="",
                placeholder="As on the canvas",
                debounce=600,
                inputProps={"maxLength": 200},
            ),
            id="export-title-box",
        ),
        html.Div(
            [
                dmc.Autocomplete(
                    id="export-mark",
                    label="Mark",
                    value="",
                    data=MARKS,
                    debounce=600,
                    placeholder="None; Draft, Internal …",
                    inputProps={"maxLength": 30},
                ),
                dmc.Checkbox(id="export-dated", label="Say on which day it was made", checked=True, size="xs", mt=8),
            ],
            id="export-mark-box",
        ),
        html.Div(
            [
                dmc.MultiSelect(
                    id="export-more",
                    label="Further slides, from saved views",
                    data=[],
                    value=[],
                    searchable=True,
                    placeholder="None",
                ),
                html.Div(
                    [
                        dcc.Upload(
                            html.Button("Use a template (.pptx) …", className="link small"),
                            id="export-template-file",
                            max_size=MAX_TEMPLATE_BYTES,
                            accept=".pptx,.potx",
                        ),
                        html.Span(id="export-template-name", className="quiet small-print"),
                        html.Button("Without template", id="export-template-none", className="link small", hidden=True),
                    ],
                    className="export-template",
                ),
            ],
            id="export-slides-box",
        ),
        html.Div(
            [
                dmc.Select(id="export-profile", label="Redaction", data=[], value="", allowDeselect=False),
                html.Button("Make or change a profile …", id="export-profile-edit", className="link small"),
            ]
        ),
        dmc.Button("Download", id="export-go", leftSection=render_icon("download", 17), fullWidth=True, mt=6),
        html.Div(
            [
                html.Span("", id="export-words"),
                dmc.Progress(id="export-bar", value=0, animated=True),
                html.Button("Cancel", id="export-cancel", className="link"),
            ],
            id="export-progress",
            className="job",
            hidden=True,
            role="status",
        ),
    ]


def register(stage: CanvasCallbacks) -> None:
    """Opening fills the window; a change draws the preview anew; Download starts an export and watches it."""
    profiles.register(stage)
    _register_window(stage)
    _register_preview(stage)
    _register_file(stage)


def _register_window(stage: CanvasCallbacks) -> None:
    app = stage.app
    places = [Output(f"export-{name}", prop, allow_duplicate=True) for name, (prop, _) in FIELDS.items()]

    @register_callback(
        app,
        Output("export-window", "opened"),
        Output("export-more", "data"),
        Output("export-profile", "data"),
        *places,
        Input(page_commands.get_signal_id("export"), "data"),
        State(CHOICES, "data"),
        prevent_initial_call=True,
    )
    def open_window(signal: Any, kept: Any) -> Any:
        if not signal:
            return (no_update,) * (3 + len(FIELDS))
        remembered = restore_choices(kept)
        return (True, list_views(), list_profiles(), *remembered.values())

    @register_callback(
        app,
        Output("export-about", "children"),
        Output("export-paper", "data"),
        Output("export-paper", "value", allow_duplicate=True),
        *(Output(f"export-{box}-box", "hidden") for box in ("paper", "pixels", "title", "mark", "slides")),
        Input("export-format", "value"),
        State("export-paper", "value"),
        prevent_initial_call=True,
    )
    def suit(name: str, paper: str | None) -> Any:
        form = FORMATS.get(name)
        papers = list_papers(name)
        there = {p["value"] for p in papers}
        about = form.about if form else "Names, posts, designations, figures, and every claim for and against."
        chosen = paper if paper in there else papers[0]["value"] if papers else ""
        data = form is not None and form.group == DATA
        return (about, papers, chosen, len(papers) < 2, name != "png", data, data, name != "pptx")

    @register_callback(
        app,
        Output(CHOICES, "data"),
        *(Input(f"export-{n}", prop) for n, (prop, _) in FIELDS.items()),
        prevent_initial_call=True,
    )
    def remember(*values: Any) -> dict[str, Any]:
        return dict(zip(FIELDS, values, strict=True))

    @register_callback(
        app,
        Output(TEMPLATE, "data"),
        Output("export-template-name", "children"),
        Output("export-template-none", "hidden"),
        Input("export-template-file", "contents"),
        Input("export-template-none", "n_clicks"),
        State("export-template-file", "filename"),
        prevent_initial_call=True,
    )
    def template(contents: str | None, _: Any, name: str | None) -> Any:
        if dash.ctx.triggered_id == "export-template-none" or not contents:
            return None, "", True
        return contents.partition(",")[2], (name or "")[:60], False


def _register_preview(stage: CanvasCallbacks) -> None:
    @register_callback(
        stage.app,
        Output("export-preview", "children"),
        Output("export-said", "children"),
        Input(CHOICES, "data"),
        Input("export-window", "opened"),
        Input(profiles.CHANGED, "data"),
        State(CANVAS, "data"),
        State(SELECTED, "data"),
        prevent_initial_call=True,
    )
    def show(kept: Any, opened: bool, _: Any, stored: Any, selected: Any) -> Any:
        if not opened or not kept:
            return no_update, no_update
        chosen = restore_choices(kept)
        try:
            seen = build_preview(stage, Canvas.read(stored), selected, chosen)
        except ArmsgraphError as error:
            return html.P(f"{error}", className="refusal"), None
        return render_preview(seen), render_warnings(seen.warnings, seen.removed)


def _register_file(stage: CanvasCallbacks) -> None:
    app = stage.app

    @register_callback(
        app,
        Output(TASK, "data"),
        Input("export-go", "n_clicks"),
        State(CHOICES, "data"),
        State(TEMPLATE, "data"),
        State(CANVAS, "data"),
        State(SELECTED, "data"),
        prevent_initial_call=True,
    )
    def start(clicks: Any, kept: Any, template: Any, stored: Any, selected: Any) -> Any:
        if not clicks:
            return no_update
        return {"key": start_export(stage, Canvas.read(stored), selected, restore_choices(kept), template).key}

    @register_callback(
        app,
        Output("export-progress", "hidden"),
        Output("export-tick", "disabled"),
        Output("export-go", "disabled"),
        Input(TASK, "data"),
        prevent_initial_call=True,
    )
    def show(running: Any) -> tuple[bool, bool, bool]:
        return not running, not running, bool(running)

    @register_callback(
        app,
        Output("export-words", "children"),
        Output("export-bar", "value"),
        Output(READY, "data"),
        Output(TASK, "data", allow_duplicate=True),
        Output("export-said", "children", allow_duplicate=True),
        Input("export-tick", "n_intervals"),
        State(TASK, "data"),
        prevent_initial_call=True,
    )
    def watch(_: int, running: Any) -> Any:
        task = EXPORT_JOBS.find(str(running["key"])) if running else None
        if not running or (task and not task.ended.is_set()):
            return (task.words, 100 * task.share) + (no_update,) * 3 if task else (no_update,) * 5
        if task is None or task.error or not task.file:
            why = task.error if task and task.error else "the export is not kept any more; start it once more"
            return "", 0, no_update, None, html.P(str(why), className="refusal")
        file = task.file
        said = [html.P(f"{file.name}: {file.shows}, {format_size(len(file.data))}.", className="export-done")]
        return (
            "",
            100,
            {"at": f"/export/{task.key}", "name": file.name},
            None,
            [*said, *render_warnings(file.warnings, file.removed)],
        )

    @register_callback(
        app,
        Output(TASK, "data", allow_duplicate=True),
        Input("export-cancel", "n_clicks"),
        State(TASK, "data"),
        prevent_initial_call=True,
    )
    def cancel(clicks: Any, running: Any) -> Any:
        if not clicks or not running:
            return no_update
        EXPORT_JOBS.cancel(str(running["key"]))
        return None

    app.clientside_callback(
        ClientsideFunction("exporting", "fetch"),
        Output("export-wish", "data"),
        Input(READY, "data"),
        prevent_initial_call=True,
    )


def _find_profile(fields: Mapping[str, Any]) -> Profile | None:
    return ProfileStore().find(str(fields["profile"])) if fields["profile"] else None


def _get_selected_entity(selected: Any) -> str:
    if not selected or selected.get("kind") != "entity":
        raise UsageError("Select an entity on the canvas first: a dossier is about one.")
    return str(selected["id"])


def build_preview(stage: CanvasCallbacks, canvas: Canvas, selected: Any, fields: Mapping[str, Any]) -> preview.Preview:
    """The preview of what is chosen. Raises ArmsgraphError where nothing can be written so."""
    desk, choices, profile = (
        ExportContext(stage.store, stage.ontology, get_user()),
        parse_choices(fields),
        _find_profile(fields),
    )
    if str(fields["format"]).startswith(DOSSIER):
        return preview.build_dossier_preview(desk, _get_selected_entity(selected), choices, profile)
    return preview.build_canvas_preview(desk, canvas, choices, profile)


def start_export(
    stage: CanvasCallbacks, canvas: Canvas, selected: Any, fields: Mapping[str, Any], template: Any
) -> ExportJob:
    """The export of what is chosen, in the background."""
    who, choices, profile = get_user(), parse_choices(fields), _find_profile(fields)
    entity = _get_selected_entity(selected) if str(fields["format"]).startswith(DOSSIER) else ""
    more = (
        [ViewStore().opened(ViewStore().get_version(key)) for key in fields["more"]] if choices.format == "pptx" else []
    )
    shown = profiles.decode_upload(str(template)) if template and choices.format == "pptx" else None

    def make(report: build.ProgressCallback) -> build.ExportFile:
        desk = ExportContext(stage.store, stage.ontology, who, report)
        if entity:
            return build.build_dossier_file(desk, entity, choices, profile=profile)
        canvases = [canvas, *(view_actions.open_view(stage.store, view).canvas for view in more)]
        return build.build_canvas_file(desk, canvases, choices, profile=profile, template=shown)

    return EXPORT_JOBS.start(make)


def render_preview(seen: preview.Preview) -> Any:
    """A preview as components. A picture is shown as one: nothing in it can act on the page."""
    if seen.text:
        return html.Pre(seen.text)
    kind, data = ("svg+xml", seen.svg.encode()) if seen.svg else ("png", seen.png)
    return html.Img(
        src=f"data:image/{kind};base64,{b64encode(data).decode()}", alt="The first page, as it will be written"
    )


def render_warnings(warnings: Any, removed: Any) -> list[Any]:
    """What the exporter should know: warnings, and what the profile took out, which no file tells."""
    found = [html.P(text, className="export-warning") for text in warnings]
    if removed is not None:
        summary = html.Summary(
            f"Left out or renamed by “{removed.profile}”: {len(removed.rows):,}. Only you see this list."
        )
        found.append(html.Details([summary, html.Pre(removed.text)], className="export-removed"))
    return found


def format_size(count: int) -> str:
    """A number of bytes as people read it."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3)):,} kB"
