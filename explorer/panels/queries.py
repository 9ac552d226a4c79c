"""Saved queries: choose one, fill in what it asks for, run it onto the canvas."""

from collections.abc import Mapping
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, MATCH, Input, Output, State, dcc, html, no_update

from explorer import actions, icons
from explorer.callbacks import notify, on
from explorer.canvas import Canvas
from explorer.ids import DATABASE, LIBRARY
from explorer.panels import answers, history, search
from explorer.stage import Stage
from explorer.who import user
from graph import browse
from graph.library import Library
from graph.ontology import Ontology
from graph.parameters import Parameter
from graph.queryfile import SavedQuery
from graph.search import look_up
from graph.store import Store


def layout() -> Any:
    """The list of queries, the form of the chosen one, and the button that runs it."""
    return html.Section(
        [
            html.H2("Saved queries"),
            dmc.Select(id="query", data=choices(Library(user()).all()), value=actions.OPENING, searchable=True,
                       allowDeselect=False, maxDropdownHeight=480, **{"aria-label": "Saved query"}),
            html.Div(id="query-form", className="form"),
            dmc.Group(
                [
                    dmc.SegmentedControl(
                        id="query-mode", value="replace", size="sm", className="spring",
                        data=[{"value": "replace", "label": "Replace"}, {"value": "add", "label": "Add"}]),
                    dmc.Button("Run", id="query-run",
                               leftSection=html.Img(src=icons.picture("player-play"), width=16, alt="")),
                ],
                gap="xs", wrap="nowrap",
            ),
            history.layout(),
            dcc.Store(id=LIBRARY),
        ],
        **{"aria-label": "Saved queries"},
    )  # fmt: skip


def register(stage: Stage) -> None:
    """Choosing a query shows its form; running it changes the canvas, or shows a table."""
    app, store, ontology = stage.app, stage.store, stage.ontology

    # Run waits for the form of the query that was just chosen, and for its own answer.
    busy = [(Output("query-run", "loading"), True, False)]

    @on(app, Output("query-form", "children"), Input("query", "value"), Input(DATABASE, "data"),
        State("query-form", "children"), running=busy)  # fmt: skip
    def show_form(name: str | None, database: Any, form: Any) -> Any:
        healed = dash.ctx.triggered_id == DATABASE
        if not name or not database["up"] or (healed and form):
            return no_update
        return fields(store, ontology, Library(user()).find(name))

    @on(app, Output({"type": "picker", "name": MATCH, "label": MATCH}, "data"),
        Input({"type": "picker", "name": MATCH, "label": MATCH}, "searchValue"),
        State({"type": "picker", "name": MATCH, "label": MATCH}, "id"),
        State({"type": "picker", "name": MATCH, "label": MATCH}, "value"), prevent_initial_call=True)  # fmt: skip
    def look_up(text: str | None, identity: Mapping[str, str], chosen: str | None) -> list[dict[str, str]]:
        return candidates(store, ontology, text or "", identity["label"], chosen)

    pickers, boxes = {"type": "picker", "name": ALL, "label": ALL}, {"type": "field", "name": ALL}

    @stage.action(
        Input("query-run", "n_clicks"), State("query", "value"), State("query-mode", "value"),
        State(pickers, "value"), State(boxes, "value"), State(pickers, "id"), State(boxes, "id"),
        also=answers.outputs(), running=busy)  # fmt: skip
    def run(canvas: Canvas, _: int, name: str, mode: str, *fields: Any) -> Any:
        picked, typed, picker_ids, box_ids = fields
        given = {k["name"]: v for k, v in zip((*picker_ids, *box_ids), (*picked, *typed), strict=True)}
        changed, answer = actions.queried(stage.runs, canvas, name, given, fresh=mode == "replace")
        if answer.query.result != "graph" and answer.table.rows:
            return None, *answers.shown(ontology, answer)
        if not answer.subgraph.entities:
            notify("The query ran and found nothing; the canvas stays as it is.", title=answer.query.title,
                   colour="gray")  # fmt: skip
            return None, *answers.NOTHING
        return changed, *answers.NOTHING


def choices(library: Mapping[str, SavedQuery]) -> list[dict[str, Any]]:
    """The queries for a picker: those that draw a picture, then those that give a table."""
    ordered = sorted(library.values(), key=lambda q: (q.name != actions.OPENING, q.title))
    return [
        {"group": caption, "items": [{"value": q.name, "label": q.title} for q in ordered if q.result == result]}
        for result, caption in (("graph", "Draws a picture"), ("table", "Gives a table"))
        if any(q.result == result for q in ordered)
    ]


def fields(store: Store, ontology: Ontology, query: SavedQuery) -> list[Any]:
    """A query's description and a field for everything it asks for."""
    description = html.P(query.description)
    return [description, *(field(store, ontology, p) for p in query.parameters.values())]


def field(store: Store, ontology: Ontology, parameter: Parameter) -> Any:
    """The field for one parameter, with its default filled in."""
    shared: dict[str, Any] = {"label": parameter.description or parameter.name.capitalize(), "size": "sm"}
    identity = {"type": "field", "name": parameter.name}
    if parameter.type == "entity":
        known = browse.entities(store, [str(parameter.default)]) if parameter.default else []
        return dmc.Select(
            id={"type": "picker", "name": parameter.name, "label": parameter.label},
            data=[search.option(ontology, e) for e in known],
            value=known[0].id if known else None,
            placeholder="Search by any name",
            **shared,
            **search.PICKER,
        )
    if parameter.type in ("integer", "number"):
        return dmc.NumberInput(id=identity, value=parameter.default, min=parameter.min, max=parameter.max,
                               allowDecimal=parameter.type == "number", **shared)  # fmt: skip
    if parameter.type == "choice":
        return dmc.Select(id=identity, data=list(parameter.choices), value=parameter.default, **shared)
    hint = "2023, 2023-08 or 2023-08-15" if parameter.type == "date" else ""
    return dmc.TextInput(id=identity, value=str(parameter.default or ""), placeholder=hint, **shared)


def candidates(store: Store, ontology: Ontology, text: str, label: str, chosen: str | None) -> list[dict[str, str]]:
    """Entities of a type that match a text, with the chosen one among them."""
    hits = look_up(store, ontology, f"{label}: {text}" if label else text, limit=12)
    found = search.options(ontology, hits)
    if chosen and chosen not in {o["value"] for o in found}:
        found += [search.option(ontology, e) for e in browse.entities(store, [chosen])]
    return found
