"""Choosing a layout, and the progress of a large one: a process of its own computes it, and the page stays usable."""

from collections.abc import Mapping

import dash_mantine_components as dmc
from dash import Input, NoUpdate, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from explorer.canvas import actions, incremental_layout, rendered_view
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit.callbacks import Context, notify
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS
from explorer.dash_kit.user import get_user
from explorer.layout import jobs
from explorer.layout.geometry import Point
from explorer.state.canvas import Canvas
from explorer.state.stores import RunningLayout
from graph.jobs import Job

JOB, DONE, TICK = "job", "job-done", "job-tick"
POLL_INTERVAL = 400  # milliseconds between two looks at a job
LAYOUT = "layout"  # the toolbar's control


def layout() -> Component:
    """The progress, unseen while there is none."""
    return html.Div(
        [
            html.Div(
                [
                    html.Span("", id="job-text"),
                    dmc.Progress(id="job-bar", value=0, size="md", animated=True),
                    html.Button("Cancel", id="job-cancel", className="link"),
                ],
                id="job-box",
                className="job",
                hidden=True,
                role="status",
            ),
            dcc.Store(id=JOB),
            dcc.Store(id=DONE),
            dcc.Interval(id=TICK, interval=POLL_INTERVAL, disabled=True),
        ]
    )


def register(callbacks: CanvasCallbacks) -> None:
    """A small layout is done at once; a large one is started, watched, and applied to the canvas as it is then."""
    job, picked = Output(JOB, "data", allow_duplicate=True), Output(LAYOUT, "value", allow_duplicate=True)
    callbacks.add_action(choose_layout, Input(LAYOUT, "value"), State(JOB, "data"), also=(job,))
    callbacks.add_callback(show_job, Output("job-box", "hidden"), Output(TICK, "disabled"), Input(JOB, "data"))
    callbacks.add_callback(
        watch_job,
        Output("job-text", "children"),
        Output("job-bar", "value"),
        Output(DONE, "data"),
        job,
        picked,
        Input(TICK, "n_intervals"),
        State(JOB, "data"),
        State(CANVAS, "data"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        cancel_job,
        job,
        picked,
        Input("job-cancel", "n_clicks"),
        State(JOB, "data"),
        State(CANVAS, "data"),
        prevent_initial_call=True,
    )
    callbacks.add_action(apply_layout, Input(DONE, "data"))


def choose_layout(
    context: Context, canvas: Canvas, chosen: str, running: RunningLayout | None
) -> tuple[RenderedView | None, RunningLayout | NoUpdate]:
    """The canvas in another layout, or the job that computes it where the canvas is large. Raises JobsBusy."""
    if canvas.layout == chosen:
        return None, no_update
    view = rendered_view.read(context.store, context.ontology, canvas)
    task = incremental_layout.build_layout_task(view, chosen)
    if not incremental_layout.is_large(task):
        return actions.arrange(view, chosen, context.layouts), no_update
    former = str(running["id"]) if running else ""
    job = jobs.start_layout(context.layouts, task, user=get_user(), instead_of=former)
    return None, {"id": job.id, "layout": chosen}


def show_job(_: Context, running: RunningLayout | None) -> tuple[bool, bool]:
    """Whether the progress is hidden and the clock behind it stands: while nothing runs."""
    return not running, not running


def watch_job(
    context: Context, _ticks: int | None, running: RunningLayout | None, stored: Mapping[str, object] | None
) -> tuple[object, ...]:
    """How far a layout is, in words and in percent; when it has ended that it is done, and that nothing runs."""
    if not running:
        return (no_update,) * 5
    job = context.layouts.find(str(running["id"]))
    if job is None or (job.ended.is_set() and job.result is None):
        notify("The layout came to no end; the canvas stays as it is.", title="That didn’t work")
        return no_update, 0, no_update, None, Canvas.read(stored).layout
    if job.ended.is_set():
        return no_update, 100, {"id": job.id, "layout": running["layout"]}, None, no_update
    return describe_progress(job), 100 * job.share, no_update, no_update, no_update


def cancel_job(
    context: Context, clicks: int | None, running: RunningLayout | None, stored: Mapping[str, object] | None
) -> tuple[NoUpdate | None, str | NoUpdate]:
    """Nothing running any more, and the control back at the layout that the canvas has."""
    if not clicks or not running:
        return no_update, no_update
    context.layouts.cancel(str(running["id"]), get_user())
    return None, Canvas.read(stored).layout


def apply_layout(context: Context, canvas: Canvas, done: RunningLayout | None) -> RenderedView | None:
    """The canvas as it is now in a layout that has been computed. Raises JobFailed where there is none."""
    if not done:
        return None
    places = jobs.take_places(context.layouts, str(done["id"]))
    view = rendered_view.read(context.store, context.ontology, canvas)
    return incremental_layout.apply_layout(view, str(done["layout"]), places)


def describe_progress(job: Job[dict[str, Point]]) -> str:
    """How far a layout is, in words."""
    return f"{job.words}, {job.seconds:.0f} s so far."
