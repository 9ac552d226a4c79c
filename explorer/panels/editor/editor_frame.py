"""The frame of the editor's window around form and text: its head, its workspace, its foot."""

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from explorer.dash_kit.parts import render_icon

PLACEMENTS = {"replace": "Replace the canvas", "add": "Add to it", "highlight": "Highlight"}
_LARGEST = 8_000_000  # bytes of an upload


def render_head() -> Component:
    """The title, and the ways in and out for files."""
    return html.Div(
        [
            html.H2("New query", id="editor-heading"),
            html.Span(className="spring"),
            _render_upload("editor-open-file", "Open a file …", ".cypher,.txt", multiple=False),
            _render_upload("editor-import", "Import …", ".cypher,.zip", multiple=True),
            html.Button("Download all of yours", className="link small", **{"data-edit": "export"}),
            dmc.ActionIcon(
                render_icon("x", 19),
                variant="subtle",
                color="gray",
                size="lg",
                **{"aria-label": "Close the editor", "data-edit": "leave"},
            ),
        ],
        className="editor-head",
    )


def _render_upload(name: str, caption: str, accept: str, *, multiple: bool) -> Component:
    return dcc.Upload(
        html.Button(caption, className="link small"),
        id=name,
        accept=accept,
        multiple=multiple,
        max_size=_LARGEST,
        className="editor-upload",
    )


def render_workspace() -> Component:
    """The text with its buttons, and what is said of it."""
    return html.Div(
        [
            html.Div(
                [
                    dmc.Button("Check", variant="default", size="sm", **{"data-edit": "check"}),
                    dmc.Button(
                        "Run",
                        id="editor-run",
                        size="sm",
                        leftSection=render_icon("player-play", 16),
                        **{"data-edit": "run", "aria-keyshortcuts": "Control+Enter"},
                    ),
                    dmc.Button(
                        "Cancel",
                        id="editor-cancel",
                        size="sm",
                        variant="default",
                        disabled=True,
                        **{"data-edit": "cancel"},
                    ),
                    dmc.Select(
                        id="editor-how",
                        value="replace",
                        size="sm",
                        allowDeselect=False,
                        w=190,
                        data=[{"value": k, "label": v} for k, v in PLACEMENTS.items()],
                        className="for-graph",
                        **{"aria-label": "What a picture does to the canvas"},
                    ),
                    html.Span(className="spring"),
                    html.Span("Ctrl + Enter runs · Ctrl + S saves · Ctrl + Space completes", className="quiet hint"),
                ],
                className="editor-tools",
            ),
            html.Div(id="editor-text", className="editor-text"),
            html.Div(id="editor-unknown", className="editor-unknown", role="status"),
            html.Div(id="editor-said", className="editor-said", role="status"),
        ],
        className="editor-work",
    )


def render_foot() -> Component:
    """The question before changes are lost, and the buttons that keep them."""
    leave = html.Div(
        [
            html.Strong("This query has changes that are not saved."),
            dmc.Button("Save", size="compact-sm", **{"data-edit": "save"}),
            dmc.Button(
                "Discard the changes", size="compact-sm", variant="default", color="red", **{"data-edit": "discard"}
            ),
            dmc.Button("Go on writing", size="compact-sm", variant="default", **{"data-edit": "stay"}),
        ],
        id="editor-leaving",
        className="editor-leaving",
        hidden=True,
        role="alertdialog",
        **{"aria-label": "Changes that are not saved"},
    )
    shelves = [{"value": "personal", "label": "For me"}, {"value": "shared", "label": "For everyone here"}]
    buttons = html.Div(
        [
            dmc.SegmentedControl(
                shelves, id="editor-shelf", value="personal", size="sm", **{"aria-label": "Who has the query"}
            ),
            dmc.Button(
                "Save",
                leftSection=render_icon("device-floppy", 16),
                **{"data-edit": "save", "aria-keyshortcuts": "Control+S"},
            ),
            dmc.Button("Save as a copy", variant="default", **{"data-edit": "copy"}),
            dmc.Button(
                "Download .cypher",
                variant="default",
                leftSection=render_icon("download", 16),
                **{"data-edit": "download"},
            ),
            html.Span(id="editor-dirty", className="quiet"),
            html.Span(className="spring"),
            dmc.Button(
                "Delete",
                id="editor-delete",
                variant="subtle",
                color="red",
                leftSection=render_icon("trash", 16),
                disabled=True,
                **{"data-edit": "delete"},
            ),
        ],
        className="editor-buttons",
    )
    return html.Div([leave, buttons], className="editor-foot")
