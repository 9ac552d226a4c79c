"""A link that opens the app with the answer of a saved query (explorer/addresses.py), the arriving part."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import dash

from explorer.answers import answer_store
from explorer.canvas import actions
from explorer.dash_kit import page_commands
from explorer.dash_kit.canvas_callbacks import Stage
from explorer.dash_kit.user import user
from explorer.panels.queries import answers
from explorer.panels.views import view_list, views
from explorer.state.canvas import Canvas
from graph.errors import ArmsgraphError, QueryError


def arrived(stage: Stage, arrival: Mapping[str, Any]) -> tuple[Canvas | None, Any]:
    """What a fresh page opens on by a link to a query: the answer's canvas, or None, and a word about it.

    `arrival` is as in panels/views.py; its "query" holds the pairs of the page's address, and nothing in it is
    trusted. An answer that is no picture comes up in its window, over the canvas that would be there anyway.
    """
    name, given = "", dict[str, str]()
    try:
        name, given = asked(arrival["query"])
        answer = stage.runs.run(name, given, user=user(), via="address")
        _fill_in(name, answer.parameters)
        found = answer_store.ran(answer)
        if answer.query.result == "graph" and answer.subgraph.entities:
            canvas = actions.answered(stage.store, stage.ontology, Canvas(), answer, fresh=True)
            back = f"Undo leads back to your canvas from {_when(arrival)}." if arrival.get("kept") else ""
            return canvas, view_list.arrival(f"Opened from a link. {found} {back}", afresh=False)
        if answer.table.rows:
            window = answers.shown(stage.ontology, answer, store=stage.store)
            for output, value in zip(answers.outputs(), window, strict=True):
                dash.set_props(output.component_id, {output.component_property: value})
        usual, _ = views.arrived(stage, {**arrival, "view": None})
        return usual, view_list.arrival(f"Opened from a link: “{answer.query.title}”. {found}", afresh=False)
    except ArmsgraphError as error:
        _fill_in(name, given)
        usual, _ = views.arrived(stage, {**arrival, "view": None})
        # Nothing rather than the usual picture, which one could take for the answer.
        return usual or Canvas(), view_list.arrival(
            f"The link can’t be answered: {str(error).rstrip('.')}.", afresh=False
        )


def asked(pairs: Any) -> tuple[str, dict[str, str]]:
    """The query's name and its parameters from the pairs of an address. Raises QueryError for one given twice."""
    given: dict[str, str] = {}
    for pair in pairs if isinstance(pairs, list) else ():
        name, value = map(str, pair)
        if name in given:
            raise QueryError(f"{name[:80]} stands in the address more than once")
        given[name] = value
    return given.pop("query", ""), given


def _fill_in(name: str, parameters: Mapping[str, Any]) -> None:
    """Chooses the query in the list, with its form filled in."""
    if name:
        told = {"name": name, "parameters": dict(parameters), "at": uuid4().hex}
        dash.set_props(page_commands.told("choose-query"), {"data": told})


def _when(arrival: Mapping[str, Any]) -> str:
    return str(arrival.get("kept_at") or "your last visit")[:40]
