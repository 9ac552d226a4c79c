"""Search by any name, in any script. The same picker serves the parameters of saved queries."""

from collections.abc import Mapping, Sequence

import dash_mantine_components as dmc
from dash import Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.answers import cypher_log
from explorer.appearance import icons, labels
from explorer.canvas import expansion
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import SEARCH, SELECTED
from explorer.dash_kit.parts import render_cypher_button
from explorer.state.canvas import Canvas
from explorer.state.stores import Selection
from graph import collectives
from graph.database.store import Store
from graph.model import Entity
from graph.ontology import Ontology
from graph.reading import browse
from graph.reading.search import Hit, SearchResult, find_entities, find_hits

MAX_RESULTS = 12
HINT = "Type a name in any script, an alias or a number. “factory: kang” looks among factories only."
NONE = "Nothing by that name"
# The server has searched: the browser shows all it got (assets/pickers.js).
PICKER: dict[str, object] = {
    "searchable": True,
    "filter": {"function": "asFound"},
    "renderOption": {"function": "hit"},
    "nothingFoundMessage": NONE,
    "maxDropdownHeight": 420,
}


def layout() -> list[Component]:
    """The search field of the header, and the button that shows its Cypher."""
    field = dmc.Select(
        id=SEARCH,
        placeholder="Search by any name, in any script",
        data=[],
        w=360,
        leftSection=dmc.Image(src=icons.build_icon_uri("search", "#5b6776"), w=17, h=17, alt=""),
        rightSection=dmc.Kbd("/", size="xs"),
        **{"aria-label": "Search for an entity"},
        clearSearchOnFocus=True,
        **{**PICKER, "nothingFoundMessage": HINT},
    )
    stores = [dcc.Store(id="search-typed"), dcc.Store(id="search-found")]
    return [html.Div([field, *stores]), render_cypher_button(cypher_log.SEARCH)]


def register(callbacks: CanvasCallbacks) -> None:
    """Typing looks names up; choosing one puts it on the canvas and selects it."""
    # The browser asks when the typing pauses, and shows an answer only while its text is still the one that stands.
    callbacks.add_script(
        "pickers",
        "pause",
        Output("search-typed", "data"),
        Input(SEARCH, "searchValue"),
        prevent_initial_call=True,
    )
    callbacks.add_script(
        "pickers",
        "show",
        Output(SEARCH, "data"),
        Output(SEARCH, "nothingFoundMessage"),
        Input("search-found", "data"),
        State(SEARCH, "searchValue"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        find_names,
        Output("search-found", "data"),
        Input("search-typed", "data"),
        prevent_initial_call=True,
        behind=cypher_log.SEARCH,
    )
    callbacks.add_action(
        choose_entity,
        Input(SEARCH, "value"),
        also=(Output(SELECTED, "data", allow_duplicate=True), Output(SEARCH, "value")),
    )


def find_names(context: Context, text: str | None) -> dict[str, object]:
    """What the search field shows for a text."""
    hits = find_entities(context.store, context.ontology, text or "", MAX_RESULTS)
    return build_results(context.ontology, text or "", hits)


def choose_entity(
    context: Context, canvas: Canvas, entity: str | None
) -> tuple[RenderedView | None, Selection | NoUpdate, NoUpdate | None]:
    """The canvas with a chosen entity on it, the entity selected, and the search field empty."""
    if not entity:
        return None, no_update, no_update
    shown = expansion.show_entity(context.store, context.ontology, canvas, entity)
    return shown, build_selection(entity), None


def build_selection(entity: str) -> Selection:
    """The store's words for a selected entity."""
    return {"kind": "entity", "id": entity}


def build_results(ontology: Ontology, text: str, results: SearchResult) -> dict[str, object]:
    """What the browser shows of a search: options, a last line where there is more, and words where there is none."""
    data: list[Mapping[str, object]] = [*build_options(ontology, results.hits, text)]
    more = ""
    if results.total > len(results.hits) or results.capped:
        least = "more than " if results.capped else ""
        more = (
            f"The first {len(results.hits)} of {least}{max(results.total, len(results.hits)):,}. Type more of the name."
        )
    words = " ".join(part for part in (more, results.note) if part)
    if data and words:
        data.append({"value": "", "label": words, "disabled": True})
    none = f"{NONE}. {results.note}" if results.note else NONE
    return {"text": text, "data": data, "none": none if text.strip() else HINT}


def find_options(
    store: Store, ontology: Ontology, text: str, chosen: str | None, label: str = ""
) -> list[dict[str, str]]:
    """What a picker of entities (of a type, by its `label`) offers for a text, with the chosen one among it."""
    hits = find_hits(store, ontology, f"{label}: {text}" if label else text, limit=MAX_RESULTS)
    options = build_options(ontology, hits, text)
    if chosen and chosen not in {o["value"] for o in options}:
        options += [build_option(ontology, e) for e in browse.read_entities(store, [chosen])]
    return options


def build_options(ontology: Ontology, hits: Sequence[Hit], text: str) -> list[dict[str, str]]:
    """Search results as options of a picker, each with the text that it is a hit of (assets/pickers.js)."""
    return [{**build_option(ontology, hit.entity, hit.matched), "text": text} for hit in hits]


def build_option(ontology: Ontology, entity: Entity, matched: str = "") -> dict[str, str]:
    """An entity as an option of a picker."""
    entity_type = labels.get_entity_type(ontology, entity.type)
    return {
        "value": entity.id,
        "label": entity.name,
        "matched": matched,
        "type": collectives.describe_kind(ontology, entity) or entity_type.caption,
        "symbol": icons.build_swatch_uri(entity_type),
    }
