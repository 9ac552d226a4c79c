"""The filters of the paths as a form, and the rule that a filled form means."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from explorer.overlays import path_overlay
from graph.evidence import GRADES
from graph.model import INFERRED
from graph.ontology import Ontology
from graph.reading import paths
from graph.reading.paths import PathFilter

FIELDS = ("preset", "types", "leave", "direction", "since", "until", "grade", "counts", "avoid", "hops")


def render_filters(ontology: Ontology) -> Component:
    """The fields for the rule; each one's id is {"type": "path-rule", "name": one of FIELDS}."""

    def identity(name: str) -> dict[str, str]:
        return {"type": "path-rule", "name": name}

    types = [
        {
            "group": c.caption,
            "items": [
                {"value": t.name, "label": t.caption} for t in ontology.relationships.values() if t.chain == c.name
            ],
        }
        for c in ontology.chains.values()
    ]
    unasked = ontology.list_chains_by_role("unasked")
    leave = [
        dmc.Checkbox(label=ontology.chains[c].caption, value=c, size="xs")
        for c in ontology.list_chains_by_role("beside")
    ]
    counts = [
        dmc.Checkbox(label="Denied lines count", value="denied", size="xs"),
        dmc.Checkbox(label="Withdrawn lines count", value="withdrawn", size="xs"),
        dmc.Checkbox(label="Inferred lines count", value=INFERRED, size="xs"),
    ]
    small: dict[str, str] = {"size": "sm"}
    return html.Div(
        [
            dmc.MultiSelect(
                id=identity("types"),
                label="Only lines that say",
                data=types,
                value=[],
                searchable=True,
                placeholder="anything",
                clearable=True,
                maxDropdownHeight=340,
                **small,
            ),
            dmc.CheckboxGroup(leave, id=identity("leave"), label="Leave out", value=list(unasked), **small),
            dmc.Select(
                id=identity("direction"),
                label="Direction",
                value="asked",
                allowDeselect=False,
                **small,
                data=[
                    {"value": "asked", "label": "As the question goes"},
                    {"value": "any", "label": "Any"},
                    {"value": "along", "label": "Along the arrows"},
                ],
            ),
            html.Div(
                [
                    dmc.TextInput(id=identity(n), label=n.capitalize(), value="", placeholder=p, **small)
                    for n, p in (("since", "2023-08"), ("until", "2024-06-30"))
                ],
                className="path-pair",
            ),
            html.Div(
                [
                    dmc.Select(
                        id=identity("grade"),
                        label="At least graded",
                        value=None,
                        clearable=True,
                        placeholder="any",
                        data=list(GRADES),
                        **small,
                    ),
                    dmc.NumberInput(
                        id=identity("hops"),
                        label="Most hops",
                        value=PathFilter().hops,
                        min=1,
                        max=paths.MOST_HOPS,
                        allowDecimal=False,
                        **small,
                    ),
                ],
                className="path-pair",
            ),
            dmc.CheckboxGroup(counts, id=identity("counts"), label="What counts", value=[INFERRED], **small),
            dmc.Checkbox(
                id=identity("avoid"),
                label=f"Don’t pass through {path_overlay.describe_hubs(ontology, path_overlay.list_hubs(ontology))}",
                checked=True,
                size="xs",
            ),
        ],
        className="form",
    )


def parse_rule(ontology: Ontology, values: Mapping[str, Any]) -> PathFilter:
    """The rule that a filled form means; `values` are those of FIELDS. Raises QueryError for a senseless one."""
    counts, leave = values["counts"] or (), values["leave"] or ()
    unasked = ontology.list_chains_by_role("unasked")
    return PathFilter(
        types=tuple(t for t in values["types"] or () if t in ontology.relationships),
        without=list_chain_types(ontology, leave),
        along=values["direction"] == "along",
        since=str(values["since"] or "").strip(),
        until=str(values["until"] or "").strip(),
        grade=str(values["grade"] or ""),
        denied="denied" in counts,
        withdrawn="withdrawn" in counts,
        inferred=INFERRED in counts,
        avoid=path_overlay.list_hubs(ontology) if values["avoid"] else (),
        hops=values["hops"] if isinstance(values["hops"], int) else PathFilter().hops,
        avoid_kinds=() if set(unasked).isdisjoint(leave) else ontology.list_kinds_by_role("encounter"),
        preset=values["preset"] if values["preset"] in ontology.path_presets else "",
        both_ways=values["direction"] != "asked",
    ).checked(ontology)


def list_chain_types(ontology: Ontology, names: Sequence[str]) -> tuple[str, ...]:
    """The relationship types of these chains."""
    return tuple(t.name for t in ontology.relationships.values() if t.chain in names)
