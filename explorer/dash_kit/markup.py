"""Components that nothing but clicks by name (`page_commands.build_event_attributes`) needs, as one text of HTML.

Dash tells every mounted component of each change on the page. Measured with 80 claims in the details: 12 s from click
to painted as components of Dash's, each with its grade's tooltip; as one text, which assets/markup.js puts into its
place, no component is mounted at all.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any, TypeAlias

from dash import ClientsideFunction, Input, dcc
from dash.development.base_component import Component

from explorer.dash_kit.canvas_callbacks import CanvasCallbacks

Content: TypeAlias = Component | str | int | float | Iterable["Content"] | None

_ATTRIBUTES = {"className": "class", "tabIndex": "tabindex", "colSpan": "colspan", "rowSpan": "rowspan"}
_EMPTY = frozenset({"br", "hr", "img"})  # elements that have no end


def get_markup_id(element: str) -> dict[str, str]:
    """The id of the store whose text is what the element of an id shows."""
    return {"type": "markup", "of": element}


def build_markup_store(element: str) -> dcc.Store:
    """The store that a callback fills with `render_markup`."""
    return dcc.Store(id=get_markup_id(element))


def show_markup(callbacks: CanvasCallbacks, element: str) -> None:
    """Lets the page show in an element, which has no children of Dash's, what its store holds."""
    store = get_markup_id(element)
    callbacks.app.clientside_callback(ClientsideFunction("markup", "show"), Input(store, "data"), Input(store, "id"))


def render_markup(content: Content) -> str:
    """The HTML of `html` components and texts; every text and value is escaped.

    Raises TypeError for a component that is no plain element, or that has a callback of its own.
    """
    if content is None:
        return ""
    if isinstance(content, Component):
        return _render_element(content)
    if isinstance(content, (str, int, float)):
        return escape(str(content))
    return "".join(render_markup(part) for part in content)


def _render_element(component: Component) -> str:
    values = component.to_plotly_json()
    if values["namespace"] != "dash_html_components":
        raise TypeError(f"{values['namespace']}.{values['type']} is more than an element of HTML")
    name = values["type"].lower()
    attributes = dict(values["props"])
    inside = render_markup(attributes.pop("children", None))
    written = "".join(_render_attribute(key, value) for key, value in attributes.items())
    return f"<{name}{written}>" if name in _EMPTY else f"<{name}{written}>{inside}</{name}>"


def _render_attribute(name: str, value: Any) -> str:
    if name == "n_clicks" or (isinstance(value, dict) and name != "style"):
        raise TypeError(f"a callback waits for {name}={value!r}, which is never told")
    if value is None or value is False:
        return ""
    name = _ATTRIBUTES.get(name, name)
    if value is True:
        return f" {name}=true" if name.startswith(("data-", "aria-")) else f" {name}"
    text = _render_style(value) if name == "style" else str(value)
    return f' {name}="{escape(text)}"'


def _render_style(style: Mapping[str, Any]) -> str:
    """A style of React's as CSS: fontSize becomes font-size, and a bare number pixels."""
    rules = []
    for key, value in style.items():
        name = key if key.startswith("--") else "".join(f"-{c.lower()}" if c.isupper() else c for c in key)
        rules.append(f"{name}:{value}px" if isinstance(value, (int, float)) and value else f"{name}:{value}")
    return ";".join(rules)
