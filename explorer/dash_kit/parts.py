"""Parts that several panels use."""

from typing import Any

import dash_mantine_components as dmc
from dash import html

from explorer.answers import cypher_log
from explorer.appearance import icons
from explorer.dash_kit import page_commands


def tool(name: str, *, disabled: bool = False) -> Any:
    """The toolbar's button for a verb; assets/verbs.js hears it by its data-verb."""
    verb = page_commands.verb(name)
    button = dmc.ActionIcon(
        glyph(verb.icon),
        id=name,
        variant="subtle",
        size="lg",
        color="gray",
        disabled=disabled,
        **{"aria-label": verb.caption, "data-verb": name, "aria-keyshortcuts": verb.key or None},
    )
    label = [verb.caption, html.Span(verb.key, className="key")] if verb.key else verb.caption
    return dmc.Tooltip(button, label=label, withArrow=True, openDelay=300)


def glyph(icon: str, size: int = 19) -> Any:
    """An icon in the colour of the text around it, so that it follows light and dark."""
    return html.Span(
        className="glyph",
        style={"--icon": f"url({icons.picture(icon)})", "width": size, "height": size},
        **{"aria-hidden": "true"},
    )


def cypher(panel: str) -> Any:
    """The button that shows the Cypher behind a panel of explorer/answers/cypher_log.py."""
    caption = f"Show the Cypher behind {cypher_log.PANELS[panel]}"
    button = dmc.ActionIcon(
        glyph("code", 17),
        variant="subtle",
        size="md",
        color="gray",
        **{"aria-label": caption},
        **page_commands.tell("cypher-of", panel=panel),
    )
    return dmc.Tooltip(button, label=caption, withArrow=True, openDelay=300)
