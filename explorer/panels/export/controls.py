"""The controls of the export window, one for each of `choices.FIELDS`, with the button that writes the file."""

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from explorer.dash_kit.parts import render_icon
from explorer.export import build
from explorer.export.formats import FORMATS, LEAST_PIXELS, MOST_PIXELS
from explorer.export.preview import DOSSIER

MAX_TEMPLATE_BYTES = 20_000_000  # bytes of a template
MARKS = ["Draft", "Internal", "Confidential", "Embargoed"]


def render_controls() -> list[Component]:
    """The controls, with what they hold at first."""
    groups: dict[str, list[dict[str, str]]] = {}
    for form in FORMATS.values():
        groups.setdefault(form.group, []).append({"value": form.name, "label": form.caption})
    dossiers = [
        {"value": f"{DOSSIER}{name}", "label": f"Dossier: {caption}"} for name, (caption, *_) in build.DOSSIERS.items()
    ]
    options = [{"group": name, "items": items} for name, items in groups.items()]
    options.insert(3, {"group": "Of the selected entity", "items": dossiers})
    return [
        dmc.Select(
            id="export-format", label="Format", data=options, value="pdf", allowDeselect=False, maxDropdownHeight=420
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
