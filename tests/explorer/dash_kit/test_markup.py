"""What the page is given as one text of HTML: escaped, whole, and nothing in it that would wait for a callback."""

from html.parser import HTMLParser
from typing import Any

import dash_mantine_components as dmc
import pytest
from dash import html
from hypothesis import given
from hypothesis import strategies as st

from explorer.dash_kit.markup import render_markup

HOSTILE = "\"><script>alert(1)</script>&amp;'<img src=x onerror=alert(1)>"


class Reader(HTMLParser):
    """Collects elements with their attributes, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(content: Any) -> Reader:
    reader = Reader()
    reader.feed(render_markup(content))
    reader.close()
    return reader


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=40))
def test_no_text_becomes_an_element_or_leaves_its_attribute(text: str) -> None:
    reader = read(html.Span(text + HOSTILE, title=text + HOSTILE, **{"data-with": HOSTILE}))
    (element,) = reader.elements
    assert element == ("span", {"title": text + HOSTILE, "data-with": HOSTILE})
    assert reader.text == text + HOSTILE


def test_attributes_are_those_that_react_would_set() -> None:
    reader = read(
        [
            html.Td("1", className="short", colSpan=2, tabIndex=0, style={"fontSize": 12, "--icon": "url(a)"}),
            html.Button("Go", disabled=True, hidden=False, **{"aria-expanded": True}),
            html.Details([html.Summary("Head"), None, ["a", 1, html.Br()]], open=True),
            html.Img(src="a.svg", alt=""),
        ]
    )
    assert reader.elements == [
        ("td", {"class": "short", "colspan": "2", "tabindex": "0", "style": "font-size:12px;--icon:url(a)"}),
        ("button", {"disabled": None, "aria-expanded": "true"}),
        ("details", {"open": None}),
        ("summary", {}),
        ("br", {}),
        ("img", {"src": "a.svg", "alt": ""}),
    ]
    assert reader.text == "1GoHeada1"


@pytest.mark.parametrize(
    "component", [dmc.Button("Go"), html.Button("Go", n_clicks=0), html.Div(id={"type": "row", "key": 1})]
)
def test_what_waits_for_a_callback_is_refused(component: object) -> None:
    with pytest.raises(TypeError):
        read(html.Div([component]))
