"""The export window: what to write, a preview of it, and the file. A long export runs in the background."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, dcc, html, no_update

from explorer.canvas import view_actions
from explorer.dash_kit import page_commands
from explorer.dash_kit.callbacks import on
from explorer.dash_kit.canvas_callbacks import Stage
from explorer.dash_kit.ids import CANVAS, SELECTED
from explorer.dash_kit.parts import glyph
from explorer.dash_kit.user import user
from explorer.export import build, preview
from explorer.export.build import Desk
from explorer.export.formats import DATA, FORMATS, LEAST_PIXELS, MOST_PIXELS
from explorer.export.jobs import TASKS, Task
from explorer.export.preview import DOSSIER
from explorer.export.redaction import Profile
from explorer.export.redaction.profiles import Profiles
from explorer.panels.export import profiles
from explorer.panels.export.choices import FIELDS, chosen_of, paper_names, profile_names, restored, view_names
from explorer.state.canvas import Canvas
from graph.errors import ArmsgraphError, UsageError
from graph.saved_views.store import Views

CHOICES, TASK, READY, TEMPLATE = "export-choices", "export-task", "export-ready", "export-template"
EVERY = 400  # milliseconds between two looks at an export
LARGEST = 20_000_000  # bytes of a template
MARKS = ["Draft", "Internal", "Confidential", "Embargoed"]


def layout() -> Any:
    """The window, closed."""
    return html.Div(
        [
            dmc.Modal(
                html.Div(
                    [
                        html.Div(_controls(), className="export-controls"),
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
            dcc.Interval(id="export-tick", interval=EVERY, disabled=True),
        ]
    )


def _controls() -> list[Any]:
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
                            max_size=LARGEST,
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
        dmc.Button("Download", id="export-go", leftSection=glyph("download", 17), fullWidth=True, mt=6),
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


def register(stage: Stage) -> None:
    """Opening fills the window; a change draws the preview anew; Download starts an export and watches it."""
    profiles.register(stage)
    _register_window(stage)
    _register_preview(stage)
    _register_file(stage)


def _register_window(stage: Stage) -> None:
    app = stage.app
    places = [Output(f"export-{name}", prop, allow_duplicate=True) for name, (prop, _) in FIELDS.items()]

    @on(
        app,
        Output("export-window", "opened"),
        Output("export-more", "data"),
        Output("export-profile", "data"),
        *places,
        Input(page_commands.signal("export"), "data"),
        State(CHOICES, "data"),
        prevent_initial_call=True,
    )
    def open_window(signal: Any, kept: Any) -> Any:
        if not signal:
            return (no_update,) * (3 + len(FIELDS))
        remembered = restored(kept)
        return (True, view_names(), profile_names(), *remembered.values())

    @on(
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
        papers = paper_names(name)
        there = {p["value"] for p in papers}
        about = form.about if form else "Names, posts, designations, figures, and every claim for and against."
        chosen = paper if paper in there else papers[0]["value"] if papers else ""
        data = form is not None and form.group == DATA
        return (about, papers, chosen, len(papers) < 2, name != "png", data, data, name != "pptx")

    @on(
        app,
        Output(CHOICES, "data"),
        *(Input(f"export-{n}", prop) for n, (prop, _) in FIELDS.items()),
        prevent_initial_call=True,
    )
    def remember(*values: Any) -> dict[str, Any]:
        return dict(zip(FIELDS, values, strict=True))

    @on(
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


def _register_preview(stage: Stage) -> None:
    @on(
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
        chosen = restored(kept)
        try:
            seen = previewed(stage, Canvas.read(stored), selected, chosen)
        except ArmsgraphError as error:
            return html.P(f"{error}", className="refusal"), None
        return drawn(seen), told(seen.warnings, seen.removed)


def _register_file(stage: Stage) -> None:
    app = stage.app

    @on(
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
        return {"key": started(stage, Canvas.read(stored), selected, restored(kept), template).key}

    @on(
        app,
        Output("export-progress", "hidden"),
        Output("export-tick", "disabled"),
        Output("export-go", "disabled"),
        Input(TASK, "data"),
        prevent_initial_call=True,
    )
    def show(running: Any) -> tuple[bool, bool, bool]:
        return not running, not running, bool(running)

    @on(
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
        task = TASKS.find(str(running["key"])) if running else None
        if not running or (task and not task.ended.is_set()):
            return (task.words, 100 * task.share) + (no_update,) * 3 if task else (no_update,) * 5
        if task is None or task.error or not task.file:
            why = task.error if task and task.error else "the export is not kept any more; start it once more"
            return "", 0, no_update, None, html.P(str(why), className="refusal")
        file = task.file
        said = [html.P(f"{file.name}: {file.shows}, {size(len(file.data))}.", className="export-done")]
        return (
            "",
            100,
            {"at": f"/export/{task.key}", "name": file.name},
            None,
            [*said, *told(file.warnings, file.removed)],
        )

    @on(
        app,
        Output(TASK, "data", allow_duplicate=True),
        Input("export-cancel", "n_clicks"),
        State(TASK, "data"),
        prevent_initial_call=True,
    )
    def cancel(clicks: Any, running: Any) -> Any:
        if not clicks or not running:
            return no_update
        TASKS.cancel(str(running["key"]))
        return None

    app.clientside_callback(
        ClientsideFunction("exporting", "fetch"),
        Output("export-wish", "data"),
        Input(READY, "data"),
        prevent_initial_call=True,
    )


def _profile(fields: Mapping[str, Any]) -> Profile | None:
    return Profiles().find(str(fields["profile"])) if fields["profile"] else None


def _selected_entity(selected: Any) -> str:
    if not selected or selected.get("kind") != "entity":
        raise UsageError("Select an entity on the canvas first: a dossier is about one.")
    return str(selected["id"])


def previewed(stage: Stage, canvas: Canvas, selected: Any, fields: Mapping[str, Any]) -> preview.Preview:
    """The preview of what is chosen. Raises ArmsgraphError where nothing can be written so."""
    desk, choices, profile = Desk(stage.store, stage.ontology, user()), chosen_of(fields), _profile(fields)
    if str(fields["format"]).startswith(DOSSIER):
        return preview.of_entity(desk, _selected_entity(selected), choices, profile)
    return preview.of_canvas(desk, canvas, choices, profile)


def started(stage: Stage, canvas: Canvas, selected: Any, fields: Mapping[str, Any], template: Any) -> Task:
    """The export of what is chosen, in the background."""
    who, choices, profile = user(), chosen_of(fields), _profile(fields)
    entity = _selected_entity(selected) if str(fields["format"]).startswith(DOSSIER) else ""
    more = [Views().opened(Views().save_of(key)) for key in fields["more"]] if choices.format == "pptx" else []
    shown = profiles.decoded(str(template)) if template and choices.format == "pptx" else None

    def make(report: build.Report) -> build.File:
        desk = Desk(stage.store, stage.ontology, who, report)
        if entity:
            return build.of_entity(desk, entity, choices, profile=profile)
        canvases = [canvas, *(view_actions.opened(stage.store, view).canvas for view in more)]
        return build.of_canvases(desk, canvases, choices, profile=profile, template=shown)

    return TASKS.start(make)


def drawn(seen: preview.Preview) -> Any:
    """A preview as components. A picture is shown as one: nothing in it can act on the page."""
    if seen.text:
        return html.Pre(seen.text)
    kind, data = ("svg+xml", seen.svg.encode()) if seen.svg else ("png", seen.png)
    return html.Img(
        src=f"data:image/{kind};base64,{b64encode(data).decode()}", alt="The first page, as it will be written"
    )


def told(warnings: Any, removed: Any) -> list[Any]:
    """What the exporter should know: warnings, and what the profile took out, which no file tells."""
    found = [html.P(text, className="export-warning") for text in warnings]
    if removed is not None:
        summary = html.Summary(
            f"Left out or renamed by “{removed.profile}”: {len(removed.rows):,}. Only you see this list."
        )
        found.append(html.Details([summary, html.Pre(removed.text)], className="export-removed"))
    return found


def size(count: int) -> str:
    """A number of bytes as people read it."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3)):,} kB"
