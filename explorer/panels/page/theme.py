"""Light and dark: the switch, and the canvas's two stylesheets, between which the browser changes by itself."""

import dash_mantine_components as dmc
from dash import Input, dcc, html
from dash.development.base_component import Component

from explorer.canvas import stylesheet
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.parts import render_icon
from graph.ontology import Ontology

PROVIDER = "provider"  # the component whose colour scheme assets/theme.js sets
NAVY = ["#eef2f8", "#dbe3ef", "#b6c5dd", "#8ea6ca", "#6d8bba", "#577ab0", "#4a70ac", "#1f4e8c", "#1a4379", "#123764"]
# From light text to dark ground, in the order that Mantine wants.
SLATE = ["#e8ecf2", "#c6cfda", "#a5b0bf", "#8c97a5", "#3a4552", "#323c49", "#222b36", "#1a212a", "#161c24", "#12171e"]
MANTINE = {
    "primaryColor": "navy",
    "primaryShade": {"light": 7, "dark": 6},
    "fontFamily": stylesheet.FONT,
    "defaultRadius": "md",
    "colors": {"navy": NAVY, "dark": SLATE},
}
_CHOICES = (("light", "Light", "sun"), ("dark", "Dark", "moon"), ("auto", "Like the system", "device-desktop"))


def build_stylesheet_store(ontology: Ontology) -> Component:
    """The store with the canvas's stylesheets; assets/theme.js takes the one that is wanted."""
    data = {"light": stylesheet.build_stylesheet(ontology), "dark": stylesheet.build_stylesheet(ontology, dark=True)}
    return dcc.Store(id="stylesheets", data=data)


def register(callbacks: CanvasCallbacks) -> None:
    """The browser takes the stylesheet that is wanted, by itself."""
    callbacks.add_script("theme", "dress", Input("stylesheets", "data"))


def render_switch() -> Component:
    """The switch in the header."""

    def label(caption: str, icon: str) -> Component:
        return html.Span([render_icon(icon, 18), html.Span(caption, className="unseen")], title=caption)

    data = [{"value": name, "label": label(caption, icon)} for name, caption, icon in _CHOICES]
    return dmc.SegmentedControl(data, id="theme", value="auto", size="xs", **{"aria-label": "Light or dark"})
