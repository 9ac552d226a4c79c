"""The details of what is not ours: a node or line of a foreign database, with its labels and properties as they are.

It carries no claims, and the panel says so. Pure: components from model objects.
"""

from typing import Any

from dash import html

from explorer.claims import cards
from graph.model import Entity, Relationship
from graph.ontology import Ontology

LONGEST = 600  # characters of a value that are shown
MOST = 60  # properties shown
NOTE = "This comes from another database and carries no claims: nothing here says who reported it, or how sure it is."


def entity(ontology: Ontology, shown: Entity) -> list[Any]:
    """A node: its name, all its labels and its properties."""
    caption = " · ".join(shown.labels) or "Node without a label"
    head = html.Div(
        [cards.symbol(ontology, shown.type, 44), html.Div([html.Div(caption, className="kind"), html.H2(shown.name)])],
        className="details-head",
    )
    return [head, _facts(shown.properties), html.P(NOTE, className="quiet")]


def relationship(line: Relationship, source: Entity, target: Entity) -> list[Any]:
    """A line: its ends, its type and its properties."""
    words = html.H2([_link(source), html.Span(f" {line.type} ", className="verb"), _link(target)])
    head = html.Div([html.Div("Line", className="kind"), words])
    return [head, _facts(line.properties), html.P(NOTE, className="quiet")]


def _link(end: Entity) -> Any:
    identity = {"type": "entity-link", "entity": end.id, "n": 0}
    return html.Button(end.name, id=identity, className="link", title="Show on the canvas")


def _facts(properties: Any) -> Any:
    if not properties:
        return html.P("It has no properties.", className="quiet")
    rows = [part for key, value in list(properties.items())[:MOST] for part in (html.Dt(key), html.Dd(_text(value)))]
    left = len(properties) - MOST
    more = html.P(f"{left} more properties are not shown.", className="quiet") if left > 0 else None
    return html.Div([html.Dl(rows), more])


def _text(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
