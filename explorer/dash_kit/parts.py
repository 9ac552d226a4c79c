"""Parts that several panels use."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from explorer.answers import cypher_log
from explorer.appearance import icons
from explorer.state import page_commands


def render_tool(name: str, *, disabled: bool = False) -> Component:
    """The toolbar's button for a verb; assets/verbs.js hears it by its data-verb."""
    verb = page_commands.find_command(name)
    return dmc.ActionIcon(
        render_icon(verb.icon),
        id=name,
        variant="subtle",
        size="lg",
        color="gray",
        disabled=disabled,
        **{"aria-label": verb.caption, "data-verb": name, "aria-keyshortcuts": verb.key or None},
        **{"data-tip": verb.caption, "data-tip-key": verb.key or None},
    )


def render_icon(icon: str, size: int = 19) -> Component:
    """An icon in the colour of the text around it, so that it follows light and dark."""
    return html.Span(
        className="glyph",
        style={"--icon": f"url({icons.build_icon_uri(icon)})", "width": size, "height": size},
        **{"aria-hidden": "true"},
    )


def render_cypher_button(panel: str) -> Component:
    """The button that shows the Cypher behind a panel of explorer/answers/cypher_log.py."""
    caption = f"Show the Cypher behind {cypher_log.PANELS[panel]}"
    return html.Button(
        render_icon("code", 17),
        className="icon-button",
        **{"aria-label": caption, "data-tip": caption},
        **page_commands.build_event_attributes("cypher-of", panel=panel),
    )
