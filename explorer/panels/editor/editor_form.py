"""The editor's form: what makes up the header of a query file. The browser gathers it (assets/editor/window.js)."""

import dash_mantine_components as dmc
from dash import html
from dash.dependencies import Wildcard
from dash.development.base_component import Component

from explorer.dash_kit.parts import render_icon
from explorer.query_editor.draft import Draft
from explorer.query_editor.draft_rows import ASKED, EMPTY, NEEDED, NULL, ParameterRow
from graph.ontology import ROOT, Ontology
from graph.saved_queries.queryfile import CHARTS, RESULTS, THEMES

FIELDS = ("title", "name", "description", "theme", "result", "kind", "x", "y", "by", "low", "high", "unit")
_REST = 200  # milliseconds after a letter until the page is told; window.js reads what stands in the fields
_RESULTS = {"graph": "Picture", "table": "Table", "number": "Number", "chart": "Chart"}
_CHARTS = {"bar": "Bars", "line": "Line", "figures": "Figures over time"}
_TYPES = {
    "entity": "Entity",
    "type": "Type of entity",
    "relationship": "Kind of relationship",
    "integer": "Whole number",
    "number": "Number",
    "text": "Text",
    "date": "Date",
    "choice": "Choice from a list",
    ASKED: "Choice from the graph",
}
_BLANKS = {NEEDED: "must be given", EMPTY: "is an empty text", NULL: "is null"}


def get_field_id(name: str) -> dict[str, str]:
    """The id of a field of the form."""
    return {"type": "draft", "field": name}


def get_cell_id(row: int | Wildcard, name: str | Wildcard) -> dict[str, object]:
    """The id of a field of a parameter's row, by the number of the row."""
    return {"type": "draft-row", "row": row, "field": name}


def render_form() -> Component:
    """The fields beside the text."""
    chart = [
        _render_select("kind", "Chart", _CHARTS, CHARTS),
        _render_text_field("x", "Along the axis", "column of the answer"),
        _render_text_field("y", "Height", "column of numbers"),
        _render_text_field("low", "or from", "column of numbers"),
        _render_text_field("high", "up to", "column of numbers"),
        _render_text_field("by", "A colour for each", "column of the answer, may be empty"),
    ]
    return html.Div(
        [
            _render_text_field("title", "Title", "The question, in an analyst’s words", **{"data-autofocus": True}),
            dmc.Textarea(
                id=get_field_id("description"),
                label="Description",
                value="",
                autosize=True,
                minRows=2,
                maxRows=5,
                size="sm",
                debounce=_REST,
                placeholder="What the answer holds, and what it leaves out",
            ),
            html.Div(
                [
                    _render_text_field("name", "Name in links", "from the title"),
                    _render_select("theme", "Theme", THEMES, tuple(THEMES)),
                ],
                className="two",
            ),
            html.Div(
                [
                    html.Span("The answer is a", className="draft-label", id="draft-result-label"),
                    dmc.SegmentedControl(
                        id=get_field_id("result"),
                        value="table",
                        size="xs",
                        fullWidth=True,
                        data=[{"value": r, "label": _RESULTS[r]} for r in RESULTS],
                        **{"aria-labelledby": "draft-result-label"},
                    ),
                ]
            ),
            html.Div(chart, className="two for-chart"),
            html.Div(_render_text_field("unit", "What the number counts", "such as claims"), className="for-number"),
            html.Div(
                [
                    html.H3("Parameters"),
                    html.Button(
                        [render_icon("plus", 15), "Add"],
                        className="link small",
                        **{"data-edit": "row-add", "aria-label": "Add a parameter"},
                    ),
                ],
                className="heading",
            ),
            html.P(
                ["What the query asks for before it runs; the text uses it as ", html.Code("$name"), "."],
                className="quiet small-print",
            ),
            html.Div(id="draft-rows", className="draft-rows"),
        ],
        id="draft-form",
        className="draft-form",
        **{"data-result": "table"},
    )


def render_rows(ontology: Ontology, draft: Draft) -> list[Component]:
    """A row of fields for each parameter."""
    return [_render_row(ontology, number, row) for number, row in enumerate(draft.parameters)]


def _render_row(ontology: Ontology, number: int, row: ParameterRow) -> Component:
    types = [{"value": "", "label": "Any type"}]
    types += [{"value": t.name, "label": t.caption} for t in ontology.types.values() if t.name != ROOT]

    def text(name: str, label: str, hint: str = "", classes: str = "") -> Component:
        return dmc.TextInput(
            id=get_cell_id(number, name),
            label=label,
            value=getattr(row, name),
            placeholder=hint,
            size="xs",
            debounce=_REST,
            className=classes,
        )

    def select(name: str, label: str, data: list[dict[str, str]], classes: str = "") -> Component:
        return dmc.Select(
            id=get_cell_id(number, name),
            label=label,
            value=getattr(row, name),
            data=data,
            size="xs",
            allowDeselect=False,
            className=classes,
            comboboxProps={"width": 220},
        )

    shown = row.name or f"number {number + 1}"
    return html.Div(
        [
            html.Div(
                [
                    text("name", "Name"),
                    select("type", "Type", _build_options(_TYPES)),
                    dmc.ActionIcon(
                        render_icon("trash", 16),
                        variant="subtle",
                        color="gray",
                        **{
                            "aria-label": f"Remove the parameter {shown}",
                            "data-edit": "row-remove",
                            "data-row": str(number),
                        },
                    ),
                ],
                className="draft-row-head",
            ),
            text("description", "Label of the field", "What to give"),
            html.Div(
                [
                    text("default", "Filled in with", "nothing"),
                    select("blank", "If left empty, it", _build_options(_BLANKS)),
                    text("min", "Smallest", classes="for-number"),
                    text("max", "Largest", classes="for-number"),
                    select("label", "Of this type", types, "for-entity"),
                ],
                className="two",
            ),
            dmc.Textarea(
                id=get_cell_id(number, "choices"),
                label="Choices",
                value=row.choices,
                autosize=True,
                minRows=2,
                maxRows=6,
                size="xs",
                className="for-choice",
                debounce=_REST,
                placeholder="Choose from a list: one on each line. From the graph: the Cypher that finds "
                "them, its first column the value.",
            ),
            text("trial", "Value for “Run” here", "as filled in; an entity by name or id"),
        ],
        id={"type": "draft-card", "row": number},
        className="draft-row",
        role="group",
        **{"aria-label": f"Parameter {shown}", "data-type": row.type},
    )


def _render_text_field(name: str, label: str, hint: str = "", **options: object) -> Component:
    return dmc.TextInput(
        id=get_field_id(name), label=label, value="", placeholder=hint, size="sm", debounce=_REST, **options
    )


def _render_select(name: str, label: str, captions: dict[str, str], order: tuple[str, ...]) -> Component:
    return dmc.Select(
        id=get_field_id(name),
        label=label,
        value=order[-1] if name == "theme" else order[0],
        size="sm",
        allowDeselect=False,
        data=_build_options({k: captions[k] for k in order}),
    )


def _build_options(captions: dict[str, str]) -> list[dict[str, str]]:
    return [{"value": k, "label": v} for k, v in captions.items()]
