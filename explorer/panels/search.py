"""Search by any name, in any script. The same picker serves the parameters of saved queries."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import Input, Output, no_update

from explorer import actions, icons
from explorer.callbacks import on
from explorer.canvas import Canvas
from explorer.ids import SEARCH, SELECTED
from explorer.stage import Stage
from graph import browse
from graph.browse import Hit
from graph.model import Entity
from graph.ontology import Ontology
from graph.store import Store

# The server has searched: the browser shows all it got (assets/pickers.js).
PICKER: dict[str, Any] = {
    "searchable": True,
    "filter": {"function": "asFound"},
    "renderOption": {"function": "hit"},
    "nothingFoundMessage": "Nothing by that name",
    "maxDropdownHeight": 420,
}


def layout() -> Any:
    """The search field of the header."""
    return dmc.Select(
        id=SEARCH,
        placeholder="Search by any name, in any script",
        data=[],
        w=360,
        leftSection=dmc.Image(src=icons.picture("search", "#5b6776"), w=17, h=17, alt=""),
        rightSection=dmc.Kbd("/", size="xs"),
        inputProps={"aria-label": "Search for an entity"},
        clearSearchOnFocus=True,
        **PICKER,
    )


def register(stage: Stage) -> None:
    """Typing looks names up; choosing one puts it on the canvas and selects it."""
    store, ontology = stage.store, stage.ontology

    @on(stage.app, Output(SEARCH, "data"), Input(SEARCH, "searchValue"), prevent_initial_call=True)
    def look_up(text: str | None) -> list[dict[str, str]]:
        return options(ontology, browse.search(store, ontology, text or "", limit=12))

    @stage.action(
        Input(SEARCH, "value"), also=(Output(SELECTED, "data", allow_duplicate=True), Output(SEARCH, "value"))
    )
    def choose(canvas: Canvas, entity: str | None) -> Any:
        if not entity:
            return None, no_update, no_update
        return shown(store, ontology, canvas, entity), selection(entity), None


def shown(store: Store, ontology: Ontology, canvas: Canvas, entity: str) -> Canvas | None:
    """The canvas with the entity on it, and seen; None when it is already."""
    grown = replace(
        actions.added(store, ontology, canvas, entity), hidden=tuple(i for i in canvas.hidden if i != entity)
    )
    if canvas.filter.types:
        types = {e.type for e in browse.entities(store, [entity])}
        left = tuple(t for t in canvas.filter.types if t not in types)
        grown = grown.filtered(replace(canvas.filter, types=left))
    return None if grown == canvas else grown


def selection(entity: str) -> dict[str, str]:
    """The store's words for a selected entity."""
    return {"kind": "entity", "id": entity}


def options(ontology: Ontology, hits: Sequence[Hit]) -> list[dict[str, str]]:
    """Search results as options of a picker."""
    return [option(ontology, hit.entity, hit.matched) for hit in hits]


def option(ontology: Ontology, entity: Entity, matched: str = "") -> dict[str, str]:
    """An entity as an option of a picker."""
    known = ontology.types.get(entity.type) or ontology.types["Entity"]
    return {
        "value": entity.id,
        "label": entity.name,
        "matched": matched,
        "type": known.caption,
        "symbol": icons.swatch(known),
    }
