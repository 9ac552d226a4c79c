"""The slider over real-world dates, with its two clocks."""

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import Output, html

from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.parts import render_icon
from explorer.filters import timeline
from explorer.state.filter import CLOCKS


def layout() -> Any:
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


def _render_day_field(name: str, caption: str) -> Any:
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


def register(stage: CanvasCallbacks) -> None:
    """Draws the span of the canvas's dates; what the user changes is heard by panels/filtering.py."""

    @stage.register_renderer(
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
    def draw(scene: RenderedView) -> Sequence[Any]:
        rule = scene.canvas.filter
        run = timeline.find_month_range(scene.whole.relationships)
        known = run or timeline.MonthRange(0, 1)
        return (
            rule.clock,
            f"{timeline.CLOCK_HELP[rule.clock]} {timeline.HISTOGRAM_CAPTIONS[rule.clock]}.",
            known.last,
            known.chosen(rule),
            known.marks() if run else [],
            {"function": "month", "options": {"first": known.first}},
            run is None,
            rule.since or None,
            rule.until or None,
            rule.undated,
            render_histogram(scene, run),
            timeline.describe_time_filter(scene.whole, scene.shown, rule)
            if run
            else "No line on the canvas has a date.",
        )


def render_histogram(scene: RenderedView, run: timeline.MonthRange | None) -> list[Any]:
    """The histogram over the slider."""
    if run is None:
        return []
    return [
        html.Span(title=bar.words, style={"height": f"{max(bar.share * 100, 3 if bar.share else 0):.0f}%"})
        for bar in timeline.build_histogram(run, scene.whole, scene.canvas.filter.clock)
    ]
