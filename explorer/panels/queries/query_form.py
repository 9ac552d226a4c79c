"""The form of a saved query, made from its header: a field for each parameter, and what is wrong with a value."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import dash_mantine_components as dmc
from dash import dcc
from dash.development.base_component import Component

from explorer.panels.page import search
from graph.database.store import Store
from graph.errors import ParameterError, QueryError
from graph.ontology import Ontology
from graph.reading import browse
from graph.saved_queries import parameters
from graph.saved_queries.parameters import Parameter
from graph.saved_queries.queryfile import SavedQuery

DATE_HINT = "2023, 2023-08 or 2023-08-15"
READING = "Reading the choices …"
_NAMED = ("type", "relationship")


def get_field_id(parameter: Parameter) -> dict[str, str]:
    """The id of a parameter's field."""
    if parameter.type == "entity":
        return {"type": "picker", "name": parameter.name, "label": parameter.label}
    return {"type": "field", "name": parameter.name}


def render_fields(store: Store, ontology: Ontology, query: SavedQuery, values: Mapping[str, object]) -> list[Component]:
    """A field for everything a query asks for, filled with `values`, else with the defaults."""
    fields: list[Component] = []
    for parameter in query.parameters.values():
        value = values.get(parameter.name, parameter.default)
        fields.append(render_field(store, ontology, parameter, value))
        if parameter.asks:
            # A store that comes with the form: that it is there makes the page ask for the choices.
            fields.append(dcc.Store(id={"type": "asks", "name": parameter.name}, data=query.name))
    return fields


def render_field(store: Store, ontology: Ontology, parameter: Parameter, value: object) -> Component:
    """The field for one parameter with a value in it. A choice that the graph gives is empty until it is asked."""
    shared: dict[str, object] = {"id": get_field_id(parameter), "label": format_label(parameter), "size": "sm"}
    select = {
        "searchable": True,
        "clearable": parameter.optional,
        "allowDeselect": parameter.optional,
        "nothingFoundMessage": "Nothing of that name",
        "maxDropdownHeight": 340,
    }
    if parameter.type == "entity":
        chosen = browse.read_entities(store, [str(value)]) if value else []
        return dmc.Select(
            **shared,
            **search.PICKER,
            clearable=parameter.optional,
            placeholder="Any; search by any name" if parameter.optional else "Search by any name",
            data=[search.build_option(ontology, e) for e in chosen],
            value=chosen[0].id if chosen else None,
        )
    if parameter.type in _NAMED:
        data = list_type_options(ontology) if parameter.type == "type" else list_relationship_options(ontology)
        return dmc.Select(
            **shared,
            **select,
            data=data,
            value=_find_type_name(ontology, parameter, value),
            placeholder=_get_placeholder(parameter, "Choose one"),
        )
    if parameter.type in ("integer", "number"):
        # Never put right in silence: a value out of bounds is told when the query is to run.
        return dmc.NumberInput(
            **shared,
            value="" if value is None else value,
            clampBehavior="none",
            min=parameter.min,
            max=parameter.max,
            allowDecimal=parameter.type == "number",
            placeholder=_get_placeholder(parameter, ""),
        )
    if parameter.type == "choice":
        if parameter.asks:
            return dmc.Select(
                **shared, **select, data=[], value=None if value is None else str(value), placeholder=READING
            )
        data = build_options([(c, str(c)) for c in parameter.choices])
        return dmc.Select(
            **shared,
            **{**select, "searchable": len(data) > 8},
            data=data,
            value=None if value is None else str(value),
            placeholder=_get_placeholder(parameter, "Choose one"),
        )
    return dmc.TextInput(
        **shared,
        value="" if value is None else str(value),
        placeholder=_get_placeholder(parameter, ""),
        description=DATE_HINT if parameter.type == "date" else "",
        inputWrapperOrder=["label", "input", "description", "error"],
    )


def format_label(parameter: Parameter) -> str:
    """What a field is called: its description, else its name in words; and within which bounds."""
    words = parameter.description or parameter.name.replace("_", " ").capitalize()
    limits = describe_bounds(parameter)
    return f"{words} ({limits})" if limits else words


def describe_bounds(parameter: Parameter) -> str:
    """What a number may be, in words; '' where all goes."""
    low, high = parameter.min, parameter.max
    if low is not None and high is not None:
        return f"{low:,} to {high:,}"
    return f"at least {low:,}" if low is not None else f"at most {high:,}" if high is not None else ""


def list_type_options(ontology: Ontology) -> list[dict[str, str]]:
    """The types of entities for a picker, by caption."""
    return sorted(({"value": t.name, "label": t.caption} for t in ontology.types.values()), key=lambda o: o["label"])


class OptionGroup(TypedDict):
    """Options of a picker under a heading."""

    group: str
    items: list[dict[str, str]]


def list_relationship_options(ontology: Ontology) -> list[OptionGroup]:
    """The kinds of relationships for a picker, by chain. Where two have one caption, their names tell them apart."""
    kinds = list(ontology.relationships.values())
    twice = {t.caption for t in kinds if sum(o.caption == t.caption for o in kinds) > 1}
    groups = list[OptionGroup]()
    for chain in ontology.chains.values():
        items = [
            {"value": t.name, "label": f"{t.caption} ({t.name})" if t.caption in twice else t.caption}
            for t in kinds
            if t.chain == chain.name
        ]
        if items:
            groups.append({"group": chain.caption, "items": items})
    return groups


def build_options(options: Sequence[tuple[object, str]]) -> list[dict[str, str]]:
    """Choices for a picker, each value once."""
    once = {str(value): caption for value, caption in reversed(options)}
    return [{"value": value, "label": once[value]} for value in dict.fromkeys(str(v) for v, _ in options) if value]


class FieldChoices(TypedDict):
    """The properties of a choice's field."""

    data: list[dict[str, str]]
    placeholder: str
    error: NotRequired[str]


def load_choices(store: Store, parameter: Parameter) -> FieldChoices:
    """The properties of a choice's field once the graph was asked: the choices, or the error in the form."""
    try:
        data = build_options(parameters.list_choices(store, parameter))
    except QueryError as error:
        return {"data": [], "placeholder": "No choices", "error": f"The choices could not be read: {error}"}
    if not data:
        return {"data": [], "placeholder": "Nothing to choose from", "error": "The graph holds nothing to choose from."}
    most = f" (the first {len(data)})" if len(data) >= parameters.MOST_CHOICES else ""
    return {"data": data, "placeholder": _get_placeholder(parameter, "Choose one") + most}


def validate_values(
    store: Store, ontology: Ontology, query: SavedQuery, values: Mapping[str, object]
) -> dict[str, str]:
    """What is wrong with values, by the name of the parameter, as a sentence for its field.

    The choices of the graph are not asked once more: a run checks them.
    """
    faults = {}
    for name, parameter in query.parameters.items():
        value = values.get(name)
        empty = value is None or (value == "" and parameter.type != "text")
        if empty and not parameter.optional:
            faults[name] = "A value is needed here."
        elif not empty and not parameter.asks:
            try:
                parameters.bind(store, ontology, {name: parameter}, {name: value})
            except QueryError as error:
                faults[name] = format_error(error)
    return faults


def format_error(error: QueryError) -> str:
    """An error as the field says it: without the parameter's own name at its head."""
    words = error.rule if isinstance(error, ParameterError) else error.message
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?")) else ".")


def parse_values(query: SavedQuery, entered: Mapping[str, object]) -> dict[str, object]:
    """What the fields hold as values for a run: those of the query's own parameters, an emptied field as nothing."""
    kept = {name: value for name, value in entered.items() if name in query.parameters}
    return {n: None if v == "" and query.parameters[n].type != "text" else v for n, v in kept.items()}


def _get_placeholder(parameter: Parameter, hint: str) -> str:
    return "Any" if parameter.optional else hint


def _find_type_name(ontology: Ontology, parameter: Parameter, value: object) -> str | None:
    """The name of a type that is given by name or by caption."""
    names = ontology.types if parameter.type == "type" else ontology.relationships
    return next((n for n, t in names.items() if value in (n, t.caption)), None) if value else None
