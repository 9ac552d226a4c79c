"""What a fresh page opens on: a link, what the browser kept, or the opening query; with a word where it failed.

A link to the answer of a saved query is made by explorer/addresses.py; this is its arriving part.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

import dash
from dash import no_update
from dash.development.base_component import Component

from explorer.answers import answer_store
from explorer.canvas import actions, expansion
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.ids import SELECTED
from explorer.dash_kit.user import get_user
from explorer.panels.queries import answers
from explorer.panels.views import view_list, views
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from graph.errors import ArmsgraphError, QueryError, StoreUnavailable
from graph.reading import browse

MOST_LETTERS = 700  # of an id in an address


def open_canvas(context: Context, arrival: views.Arrival) -> tuple[Canvas, Component | list[Component] | None]:
    """The canvas that a fresh page opens on, and a word about it or None; `arrival` as in `open_arrival`.

    A canvas that is empty because its query was ended says so. Raises StoreUnavailable: then the page waits.
    """
    opened = open_arrival if arrival.get("query") else open_shown if arrival.get("show") else views.open_arrival
    arrived, word = opened(context, arrival)
    if arrived is not None:
        return arrived, word
    try:
        return actions.show_opening_query(context.store, context.ontology, context.layouts).canvas, word
    except StoreUnavailable:
        raise
    except ArmsgraphError as error:
        missing = f"The opening picture is missing: {str(error).rstrip('.')}."
        card = view_list.render_arrival(missing, afresh=False, again=True)
        return Canvas(), [word, card] if word else card


def open_again(context: Context, _: Canvas, event: object, arrival: views.Arrival) -> tuple[Canvas | None, Any]:
    """Tries once more what `open_canvas` did: the canvas, or None for no change where it is empty, and the word."""
    if not event:
        return None, no_update
    opened, word = open_canvas(context, arrival)
    return opened if opened.ids else None, word


def open_arrival(context: Context, arrival: views.Arrival) -> tuple[Canvas | None, Component | None]:
    """What a fresh page opens on by a link to a query: the answer's canvas, or None, and a word about it.

    `arrival` is as in panels/views.py; its "query" holds the pairs of the page's address, and nothing in it is
    trusted. An answer that is no picture comes up in its window, over the canvas that would be there anyway.
    """
    name, values = "", dict[str, str]()
    try:
        name, values = parse_address(arrival["query"])
        answer = context.runs.run(name, values, user=get_user(), via="address")
        _fill_form(name, answer.parameters)
        outcome = answer_store.describe_run(answer)
        if answer.query.result == "graph" and answer.subgraph.entities:
            view = actions.show_answer(
                context.store, context.ontology, Canvas(), answer, fresh=True, layouts=context.layouts
            )
            back = f"Undo leads back to your canvas from {_format_kept_time(arrival)}." if arrival.get("kept") else ""
            return view.canvas, view_list.render_arrival(f"Opened from a link. {outcome} {back}", afresh=False)
        if answer.table.rows:
            window = answers.render_answer(context, answer)
            for output, value in zip(answers.build_outputs(), window, strict=True):
                dash.set_props(output.component_id, {output.component_property: value})
        usual, _ = views.open_arrival(context, {**arrival, "view": None})
        return usual, view_list.render_arrival(f"Opened from a link: “{answer.query.title}”. {outcome}", afresh=False)
    except ArmsgraphError as error:
        _fill_form(name, values)
        usual, _ = views.open_arrival(context, {**arrival, "view": None})
        # Nothing rather than the usual picture, which one could take for the answer.
        return usual or Canvas(), view_list.render_arrival(
            f"The link can’t be answered: {str(error).rstrip('.')}.", afresh=False, again=error.may_pass
        )


def open_shown(context: Context, arrival: views.Arrival) -> tuple[Canvas | None, Component | None]:
    """What a fresh page opens on by a link to an entity, or to a line or listing: that on the canvas, its details open.

    A listing that draws no line (graph/listings.py) shows its entity and the claims behind it.
    """
    identity = str(arrival.get("show") or "")[:MOST_LETTERS]
    ends = identity.split("|")
    is_line = len(ends) == 3
    try:
        entities = browse.read_entities(context.store, [ends[0], ends[2]] if is_line else [identity])
        if not entities:
            raise QueryError("what it names is not in the graph")
        view = expansion.show_entity(context.store, context.ontology, Canvas(), ends[0])
        if view is not None and not is_line:
            view = expansion.expand_entity(context.store, context.ontology, view.canvas, identity) or view
        canvas = view.canvas if view else Canvas()
        if is_line and len(entities) == 2:
            more = expansion.show_entity(context.store, context.ontology, canvas, ends[2])
            canvas = more.canvas if more else canvas
        kind = page_commands.LINE if is_line else page_commands.ENTITY
        dash.set_props(SELECTED, {"data": {"kind": kind, "id": identity}})
        return replace(canvas, fit=True), view_list.render_arrival("Opened from a link.", afresh=False)
    except ArmsgraphError as error:
        usual, _ = views.open_arrival(context, {**arrival, "view": None})
        words = f"The link can’t be followed: {str(error).rstrip('.')}."
        return usual, view_list.render_arrival(words, afresh=False, again=error.may_pass)


def parse_address(pairs: object) -> tuple[str, dict[str, str]]:
    """The query's name and its parameters from the pairs of an address. Raises QueryError for one given twice."""
    values: dict[str, str] = {}
    for pair in pairs if isinstance(pairs, list) else ():
        name, value = map(str, pair)
        if name in values:
            raise QueryError(f"{name[:80]} stands in the address more than once")
        values[name] = value
    return values.pop("query", ""), values


def _fill_form(name: str, parameters: Mapping[str, object]) -> None:
    """Chooses the query in the list, with its form filled in."""
    if name:
        chosen = {"name": name, "parameters": dict(parameters), "at": uuid4().hex}
        dash.set_props(page_commands.get_event_id("choose-query"), {"data": chosen})


def _format_kept_time(arrival: views.Arrival) -> str:
    return str(arrival.get("kept_at") or "your last visit")[:40]
