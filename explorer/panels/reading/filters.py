"""What to hide by rule and how to size and colour: the form under the legend, and each rule as a sentence.

The browser compares its controls with what was drawn and sends what the user changed as a wish (assets/timeline.js),
so that a drawing, which sets the controls, asks for nothing.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace

import dash_mantine_components as dmc
from dash import ALL, Input, Output, dcc, html
from dash.development.base_component import Component

from explorer.appearance import encoding
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.filters import descriptions, timeline
from explorer.filters.descriptions import ActiveRule, SourceSupport
from explorer.state.canvas import Canvas
from explorer.state.filter import MAX_SPEAKERS, Filter, FilterError
from explorer.state.stores import FilterChange
from graph.plurals import format_count

NONE = "-"  # a picker's value for ""
GRADE_HELP = (
    "A line has the best grade of the claims that assert it. Letter and digit count alike; the letter decides a draw: "
    "A1, A2, B1, A3, B2, C1 …"
)
SPEAKERS_HELP = (
    "Different people or bodies that assert a line. Two documents that quote the same speaker count once, "
    "and an outlet adds nothing to those whom it quotes. "
    "A line that nobody asserts counts those who deny it."
)


def layout() -> Component:
    """The form; drawing fills in the choices that the canvas gives."""
    grade = dmc.Select(
        id="grade",
        label=_render_label("Graded at least", GRADE_HELP),
        placeholder="Any grade",
        data=[],
        clearable=True,
        size="xs",
    )
    speakers = dmc.NumberInput(
        id="speakers",
        label=_render_label("Independent speakers, at least", SPEAKERS_HELP),
        min=0,
        max=MAX_SPEAKERS,
        value=0,
        size="xs",
        allowDecimal=False,
        debounce=400,
    )
    without = dmc.MultiSelect(
        id="without",
        label="Without these sources",
        placeholder="Choose a source",
        data=[],
        searchable=True,
        size="xs",
        maxDropdownHeight=320,
        nothingFoundMessage="No such source",
        comboboxProps={"width": 420, "position": "right-start", "withinPortal": True},
        renderOption={"function": "load"},
        clearable=True,
    )
    bare = dmc.Switch(id="bare", label="Hide entities left without a line", size="xs")
    size = dmc.Select(id="size-by", label="Size", data=[], size="xs", allowDeselect=False, value=NONE)
    colour = dmc.Select(id="colour-by", label="Colour", data=[], size="xs", allowDeselect=False, value=NONE)
    reset = html.Button("Reset", id="filter-reset", className="link small")
    return html.Section(
        [
            html.Details(
                [html.Summary(html.H2("Filter")), html.Div([grade, speakers, without, bare, reset], className="form")],
                open=True,
            ),
            html.Details([html.Summary(html.H2("Size and colour")), html.Div([size, colour], className="form")]),
            dcc.Store(id="rules"),
            dcc.Store(id="filter-wish"),
        ],
        id="filtering",
        **{"aria-label": "Filter and style"},
    )


def _render_label(text: str, explained: str) -> Component:
    mark = html.Span("?", className="explain", tabIndex=0, **{"aria-label": explained, "data-tip": explained})
    return html.Span([text, mark])


def register(callbacks: CanvasCallbacks) -> None:
    """Draws the choices and the rules in force, and carries out what the user changes."""
    callbacks.add_renderer(
        draw_filter,
        Output("grade", "data"),
        Output("grade", "value"),
        Output("speakers", "value"),
        Output("without", "data"),
        Output("without", "value"),
        Output("bare", "checked"),
        Output("size-by", "data"),
        Output("size-by", "value"),
        Output("colour-by", "data"),
        Output("colour-by", "value"),
        Output("filter-sentences", "children"),
        Output("rules", "data"),
    )
    callbacks.add_action(change_filter, Input("filter-wish", "data"))
    callbacks.add_script(
        "filtering",
        "heard",
        Input("grade", "value"),
        Input("speakers", "value"),
        Input("without", "value"),
        Input("bare", "checked"),
        Input("size-by", "value"),
        Input("colour-by", "value"),
        Input("filter-reset", "n_clicks"),
        Input("clock", "value"),
        Input("dates", "value"),
        Input("since", "value"),
        Input("until", "value"),
        Input("undated", "checked"),
        Input("all-time", "n_clicks"),
        Input({"type": "shown", "kind": ALL, "name": ALL}, "checked"),
        Input({"type": "rule", "field": ALL, "name": ALL}, "n_clicks"),
        Input("rules", "data"),
        prevent_initial_call=True,
    )


def draw_filter(view: RenderedView) -> Sequence[object]:
    """The choices that the canvas gives, each with what is chosen, the rules in force, and what the controls show."""
    canvas, whole, rule = view.canvas, view.whole, view.canvas.filter
    sizes = encoding.list_size_choices(view.ontology, whole.entities)
    colours = encoding.list_colour_choices(view.ontology, whole.entities)
    support = descriptions.count_source_support(whole.relationships, whole.sources, rule.without)
    return (
        _build_grade_options(descriptions.count_grades(whole.relationships), rule.grade),
        rule.grade or None,
        rule.speakers,
        _build_source_options(support, rule.without),
        list(rule.without),
        rule.bare,
        _build_options(sizes),
        canvas.size_by if canvas.size_by in sizes and canvas.size_by else NONE,
        _build_options(colours),
        canvas.colour_by if canvas.colour_by in colours and canvas.colour_by else NONE,
        render_chips(view),
        build_control_state(view),
    )


def change_filter(_: Context, canvas: Canvas, change: FilterChange | None) -> Canvas | None:
    """The canvas with what a control asks for; None where that changes nothing. Raises FilterError."""
    return apply_change(canvas, change) if change else None


def apply_change(canvas: Canvas, change: FilterChange) -> Canvas | None:
    """The canvas with what a control asks for; None where that changes nothing.

    `change` is {"filter": …} (Filter.changed), {"drop": [field, name]}, {"size_by": …}, {"colour_by": …} or
    {"reset": true}. Raises FilterError for anything that makes no sense.
    """
    try:
        rule = canvas.filter
        if "drop" in change:
            field, name = map(str, change["drop"])
            if field == "hidden":
                return replace(canvas, hidden=(), fit=False)
            rule = drop_rule(rule, field, name)
        elif "reset" in change:
            rule = replace(rule, grade="", speakers=0, without=(), bare=False)
        elif "filter" in change:
            rule = rule.changed(change["filter"])
        sized, tinted = str(change.get("size_by", canvas.size_by)), str(change.get("colour_by", canvas.colour_by))
    except (AttributeError, TypeError, ValueError, KeyError) as error:
        raise FilterError("That is no rule that can be followed.") from error
    changed = replace(canvas, filter=rule, size_by=sized, colour_by=tinted, fit=False)
    return None if changed == replace(canvas, fit=False) else changed


def drop_rule(rule: Filter, field: str, name: str) -> Filter:
    """A filter without one of its rules (filter_words.Rule)."""
    if field == "dates":
        return replace(rule, since="", until="", undated=True)
    if name:
        return rule.changed({"toggle": [field, name, True]})
    return rule.changed({field: getattr(Filter(), field)})


def build_control_state(rendered: RenderedView) -> dict[str, object]:
    """What the controls show, for the browser to compare with."""
    canvas, rule = rendered.canvas, rendered.canvas.filter
    run = timeline.find_month_range(rendered.whole.relationships)
    return {
        "filter": asdict(rule),
        "size_by": canvas.size_by,
        "colour_by": canvas.colour_by,
        "origin": run.origin if run else None,
        "last": run.last if run else 0,
        "span": run.chosen(rule) if run else [0, 0],
    }


def render_chips(rendered: RenderedView) -> list[Component]:
    """Every rule in force as a sentence, each with a button that ends it."""
    rules = descriptions.list_active_rules(rendered.ontology, rendered.whole, rendered.canvas.filter)
    if rendered.canvas.hidden:
        held = {e.id for e in rendered.whole.entities} | {r.id for r in rendered.whole.relationships}
        number = format_count(len(held & set(rendered.canvas.hidden)), "thing", "things")
        rules.append(ActiveRule("hidden", "", "Hidden one by one", f"{number}"))
    return [_render_chip(rule) for rule in rules]


def _render_chip(rule: ActiveRule) -> Component:
    end = html.Button(
        "×",
        id={"type": "rule", "field": rule.field, "name": rule.name},
        n_clicks=0,
        **{"aria-label": f"End this rule: {rule.words}"},
    )
    title = f"{rule.sentence}. Counted as if this were the only rule."
    return html.Span(
        [html.Span([html.Strong(rule.words), f": {rule.effect}" if rule.effect else ""]), end],
        className="chip",
        title=title,
    )


def _build_grade_options(counts: dict[str, int], chosen: str) -> list[dict[str, str]]:
    held = counts if not chosen or chosen in counts else {**counts, chosen: 0}
    return [
        {"value": g, "label": f"{g} or better: {format_count(n, 'line', 'lines')}" if n else g} for g, n in held.items()
    ]


def _build_source_options(carried: Sequence[SourceSupport], without: Sequence[str]) -> list[dict[str, str]]:
    listed = {load.source for load in carried}
    options = [{"value": x.source, "label": x.words, "carries": _describe_support(x)} for x in carried]
    return options + [{"value": s, "label": s, "carries": ""} for s in without if s not in listed]


def _describe_support(load: SourceSupport) -> str:
    falls = "none" if not load.falls else "all" if load.falls == load.carries else f"{load.falls:,}"
    verb = "rests" if load.falls == 1 else "rest"
    return f"carries {format_count(load.carries, 'line', 'lines')}, of which {falls} {verb} on nothing else"


def _build_options(captions: dict[str, str]) -> list[dict[str, str]]:
    return [{"value": k or NONE, "label": v} for k, v in captions.items()]
