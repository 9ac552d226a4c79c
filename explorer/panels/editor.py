"""Write a query of your own: text, header, checks, saving."""

from typing import Any

from dash import html

from explorer.stage import Stage


def layout() -> Any:
    """The window with the editor, closed."""
    return html.Div(id="editor")


def register(stage: Stage) -> None:
    """Opens, checks, saves and runs what is written."""
