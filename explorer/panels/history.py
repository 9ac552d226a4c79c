"""What was run lately: the user's last runs, each to be run again."""

from typing import Any

from dash import html

from explorer.stage import Stage


def layout() -> Any:
    """The list of runs, below the form."""
    return html.Div(id="runs")


def register(stage: Stage) -> None:
    """Lists the runs of the user."""
