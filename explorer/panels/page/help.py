"""The help: every shortcut, what the mouse does, and what the marks in the picture mean. All from the list of verbs."""

from collections.abc import Callable, Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from explorer.dash_kit.parts import render_tool
from explorer.panels.page import theme
from explorer.state import page_commands
from explorer.state.page_commands import Command

# What the browser does on the canvas beside the verbs (assets/keyboard.js).
ON_CANVAS = (
    (("←", "→", "↑", "↓"), "Select the nearest entity in that direction"),
    ((".",), "Go through the lines of the selected entity, one after the other"),
    (("Space",), "Add what you are on to the selection, or take it out"),
    (("Enter",), "Go to the details"),
    (("Shift+F10",), "Menu of what is selected"),
    (("Shift+←", "→", "↑", "↓"), "Move the picture"),
    (("+", "-"), "Zoom in and out"),
    (("Esc",), "Select nothing; close a menu or a window"),
    (("Tab",), "Leave the canvas"),
)
IN_TABLE = (
    (("Enter",), "Select the row, and on the canvas what it stands for"),
    (("Space",), "Add the row to the selection, or take it out"),
)
IN_QUERIES = (
    (("↓", "↑"), "From the search field through the list of saved queries, and back"),
    (("Enter",), "Choose the query; in the search field the first one found; in the form, run it"),
)
MOUSE = (
    ("Click", "Details of an entity or a line"),
    ("Double-click", "Show an entity’s neighbours; open a stack; edit a note"),
    ("Right-click", "Menu of what can be done"),
    ("Drag", "Move a node; drag the ground to move the picture"),
    ("Shift and drag", "Select several"),
    ("Wheel", "Zoom"),
)
GROUPS: tuple[tuple[str, Callable[[Command], bool]], ...] = (
    ("The selected entity or line", lambda v: bool({page_commands.ENTITY, page_commands.LINE} & set(v.on))),
    ("Stacks, gaps and notes", lambda v: bool(v.on) and page_commands.CANVAS not in v.on),
    ("The canvas and the page", lambda v: True),
)


def layout() -> Component:
    """The buttons in the header for what is beside the canvas, and the window with the help."""
    window = dmc.Modal(
        render_content(),
        id="help-window",
        title="Help and shortcuts",
        size="xl",
        opened=False,
        closeButtonProps={"aria-label": "Close"},
    )
    panels = html.Div([render_tool(name) for name in ("table", "time", "cypher", "right")], className="tools")
    return html.Div(
        [panels, html.Div([render_tool("help"), theme.render_switch()], className="tools"), window], className="tools"
    )


def render_content() -> Component:
    """All of the help, made from the verbs."""
    left = [
        _render_keys(title, [((v.key,), v.caption) for v in commands])
        for title, commands in group_commands()
        if commands
    ]
    right = [
        _render_keys("On the canvas, with the keyboard", ON_CANVAS),
        _render_keys("In the table", IN_TABLE),
        _render_keys("In the saved queries", IN_QUERIES),
        _render_gestures(),
        _render_marks(),
    ]
    return html.Div([html.Div(left), html.Div(right)], className="help")


def group_commands() -> list[tuple[str, list[Command]]]:
    """The verbs that have a shortcut, each in the first group that takes it."""
    left = [v for v in page_commands.COMMANDS if v.key]
    groups: list[tuple[str, list[Command]]] = []
    for title, takes in GROUPS:
        groups.append((title, [v for v in left if takes(v)]))
        left = [v for v in left if not takes(v)]
    return groups


def _render_keys(title: str, rows: Sequence[tuple[Sequence[str], str]]) -> Component:
    inside = [
        part for keys, words in rows for part in (html.Dt([html.Kbd(_format_key(k)) for k in keys]), html.Dd(words))
    ]
    return html.Section([html.H2(title), html.Dl(inside)])


def _format_key(key: str) -> str:
    return "Del" if key == "Delete" else key


def _render_gestures() -> Component:
    inside = [part for gesture, words in MOUSE for part in (html.Dt(gesture), html.Dd(words))]
    return html.Section([html.H2("With the mouse"), html.Dl(inside, className="wide")])


def _render_marks() -> Component:
    def sample(stance: str, mark: str = "") -> Component:
        pill = html.Span(mark, className=f"pill {stance}") if mark else None
        return html.Dt(html.Span([html.Span(className=f"line-sample {stance}"), pill], className="stance-sample"))

    rows = [
        (sample("asserted"), "All claims that stand say so; nobody denies it."),
        (sample("contested", "contested"), "Some say so, some deny it. Both sides are in the details."),
        (sample("denied", "✕ denied"), "All claims that stand deny it."),
        (sample("withdrawn", "withdrawn"), "The list that said so no longer does."),
    ]
    inside = [part for dt, words in rows for part in (dt, html.Dd(words))]
    return html.Section([html.H2("What a line’s drawing means"), html.Dl(inside, className="wide")])
