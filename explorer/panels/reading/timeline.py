"""The slider over real-world dates, with its two clocks."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import Output, html
from dash.development.base_component import Component

from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.parts import render_icon
from explorer.filters import timeline
from explorer.state.filter import CLOCKS


def layout() -> Component:
    """The panel under the picture, closed until the verb "time" opens it (assets/timeline.js)."""
    clock = dmc.SegmentedControl(
        id="clock", value="so", size="xs", data=[{"value": k, "label": v} for k, v in CLOCKS.items()]
    )
    dates = [_render_day_field("since", "From"), _render_day_field("until", "To")]
    play = html.Button(
        [
            html.Span(render_icon("player-play", 16), className="paused"),
            html.Span(render_icon("player-pause", 16), className="running"),
            html.Span("Play", id="play-word", className="unseen"),
        ],
        id="play",
        className="plain-button",
        type="button",
    )
    slider = dmc.RangeSlider(
        id="dates",
        min=0,
        max=1,
        value=[0, 1],
        step=1,
        minRange=0,
        size="sm",
        color="navy",
        updatemode="mouseup",
        thumbFromLabel="First month",
        thumbToLabel="Last month",
        label={"function": "month", "options": {"first": 0}},
        disabled=True,
    )
    return html.Section(
        [
            html.Div(
                [
                    clock,
                    *dates,
                    html.Button("All time", id="all-time", className="link small", n_clicks=0),
                    play,
                    html.Span(className="spring"),
                    html.Button(
                        "×",
                        id="time-close",
                        className="close",
                        type="button",
                        **{"aria-label": "Close the time panel", "data-verb": "time"},
                    ),
                ],
                className="time-head",
            ),
            html.P(id="clock-words", className="quiet"),
            html.Div(id="bars", className="bars", **{"aria-hidden": "true"}),
            slider,
            html.Div(
                [
                    html.Span(id="time-words", role="status"),
                    html.Span(className="spring"),
                    dmc.Switch(id="undated", label="Show undated lines", size="xs", checked=True),
                ],
                className="time-foot",
            ),
        ],
        id="timeline",
        className="timeline closed",
        **{"aria-label": "Time"},
    )


def _render_day_field(name: str, caption: str) -> Component:
    return dmc.DateInput(
        id=name,
        size="xs",
        w=124,
        valueFormat="D MMM YYYY",
        placeholder=caption,
        clearable=True,
        **{"aria-label": f"{caption} (day)"},
        debounce=600,
    )


def register(callbacks: CanvasCallbacks) -> None:
    """Draws the span of the canvas's dates; what the user changes is heard by panels/reading/filters.py."""
    callbacks.add_renderer(
        draw_timeline,
        Output("clock", "value"),
        Output("clock-words", "children"),
        Output("dates", "max"),
        Output("dates", "value"),
        Output("dates", "marks"),
        Output("dates", "label"),
        Output("dates", "disabled"),
        Output("since", "value"),
        Output("until", "value"),
        Output("undated", "checked"),
        Output("bars", "children"),
        Output("time-words", "children"),
    )


def draw_timeline(view: RenderedView) -> Sequence[object]:
    """The clock and its words, the slider with its marks, the two days, the histogram, and what the time leaves."""
    rule = view.canvas.filter
    months = timeline.find_month_range(view.whole.relationships)
    span = months or timeline.MonthRange(0, 1)
    return (
        rule.clock,
        f"{timeline.CLOCK_HELP[rule.clock]} {timeline.HISTOGRAM_CAPTIONS[rule.clock]}.",
        span.last,
        span.chosen(rule),
        span.marks() if months else [],
        {"function": "month", "options": {"first": span.first}},
        months is None,
        rule.since or None,
        rule.until or None,
        rule.undated,
        render_histogram(view, months),
        timeline.describe_time_filter(view.whole, view.shown, rule) if months else "No line on the canvas has a date.",
    )


def render_histogram(rendered: RenderedView, run: timeline.MonthRange | None) -> list[Component]:
    """The histogram over the slider."""
    if run is None:
        return []
    return [
        html.Span(title=bar.words, style={"height": f"{max(bar.share * 100, 3 if bar.share else 0):.0f}%"})
        for bar in timeline.build_histogram(run, rendered.whole, rendered.canvas.filter.clock)
    ]
