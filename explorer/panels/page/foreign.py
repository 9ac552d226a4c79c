"""The details of what is not ours: a node or line of a foreign database, with its labels and properties as they are.

It carries no claims, and the panel says so. Pure: components from model objects.
"""

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from explorer.dash_kit import claim_cards
from graph.model import Entity, Relationship
from graph.ontology import Ontology

MAX_LENGTH = 600  # characters of a value that are shown
MAX_PROPERTIES = 60  # properties shown
NOTE = "This comes from another database and carries no claims: nothing here says who reported it, or how sure it is."


def render_entity(ontology: Ontology, shown: Entity) -> list[Component]:
    """A node: its name, all its labels and its properties."""
    caption = " · ".join(shown.labels) or "Node without a label"
    head = html.Div(
        [
            claim_cards.render_symbol(ontology, shown.type, 44),
            html.Div([html.Div(caption, className="kind"), html.H2(shown.name)]),
        ],
        className="details-head",
    )
    return [head, _render_facts(shown.properties), html.P(NOTE, className="quiet")]


def render_relationship(line: Relationship, source: Entity, target: Entity) -> list[Component]:
    """A line: its ends, its type and its properties."""
    words = html.H2([_render_link(source), html.Span(f" {line.type} ", className="verb"), _render_link(target)])
    head = html.Div([html.Div("Line", className="kind"), words])
    return [head, _render_facts(line.properties), html.P(NOTE, className="quiet")]


def _render_link(end: Entity) -> Component:
    identity = {"type": "entity-link", "entity": end.id, "n": 0}
    return html.Button(end.name, id=identity, className="link", title="Show on the canvas")


def _render_facts(properties: Mapping[str, object]) -> Component:
    if not properties:
        return html.P("It has no properties.", className="quiet")
    rows = [
        part
        for key, value in list(properties.items())[:MAX_PROPERTIES]
        for part in (html.Dt(key), html.Dd(_format_value(value)))
    ]
    left = len(properties) - MAX_PROPERTIES
    more = html.P(f"{left} more properties are not shown.", className="quiet") if left > 0 else None
    return html.Div([html.Dl(rows), more])


def _format_value(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return text if len(text) <= MAX_LENGTH else text[:MAX_LENGTH] + "…"
