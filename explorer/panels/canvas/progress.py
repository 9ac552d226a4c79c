"""Choosing a layout, and the progress of a large one: a process of its own computes it, and the page stays usable."""

from typing import Any

import dash_mantine_components as dmc
from dash import Input, Output, State, dcc, html, no_update

from explorer.canvas import actions, incremental_layout, rendered_view
from explorer.canvas.rendered_view import RenderedView
from explorer.dash_kit import callbacks
from explorer.dash_kit.callbacks import register_callback
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.ids import CANVAS
from explorer.dash_kit.user import get_user
from explorer.layout import jobs
from explorer.state.canvas import Canvas
from graph.jobs import Job

JOB, DONE, TICK = "job", "job-done", "job-tick"
POLL_INTERVAL = 400  # milliseconds between two looks at a job
LAYOUT = "layout"  # the toolbar's control


def layout() -> Any:
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


def register(stage: CanvasCallbacks) -> None:
    """A small layout is done at once; a large one is started, watched, and applied to the canvas as it is then."""
    app, store, ontology, layouts = stage.app, stage.store, stage.ontology, stage.context.layouts

    @stage.register_action(
        Input(LAYOUT, "value"), State(JOB, "data"), also=(Output(JOB, "data", allow_duplicate=True),)
    )
    def switch(canvas: Canvas, chosen: str, running: Any) -> Any:
        if canvas.layout == chosen:
            return None, no_update
        view = rendered_view.read(store, ontology, canvas)
        task = incremental_layout.build_layout_task(view, chosen)
        if not incremental_layout.is_large(task):
            return actions.arrange(view, chosen, layouts), no_update
        former = str((running or {}).get("id", ""))
        return None, {
            "id": jobs.start_layout(layouts, task, user=get_user(), instead_of=former).id,
            "layout": chosen,
        }

    @register_callback(app, Output("job-box", "hidden"), Output(TICK, "disabled"), Input(JOB, "data"))
    def show(running: Any) -> tuple[bool, bool]:
        return not running, not running

    @register_callback(
        app,
        Output("job-text", "children"),
        Output("job-bar", "value"),
        Output(DONE, "data"),
        Output(JOB, "data", allow_duplicate=True),
        Output(LAYOUT, "value", allow_duplicate=True),
        Input(TICK, "n_intervals"),
        State(JOB, "data"),
        State(CANVAS, "data"),
        prevent_initial_call=True,
    )
    def watch(_: int, running: Any, stored: Any) -> Any:
        if not running:
            return (no_update,) * 5
        job = layouts.find(str(running["id"]))
        if job is None or (job.ended.is_set() and job.result is None):
            callbacks.notify("The layout came to no end; the canvas stays as it is.", title="That didn’t work")
            return no_update, 0, no_update, None, Canvas.read(stored).layout
        if job.ended.is_set():
            return no_update, 100, {"id": job.id, "layout": running["layout"]}, None, no_update
        return describe_progress(job), 100 * job.share, no_update, no_update, no_update

    @register_callback(
        app,
        Output(JOB, "data", allow_duplicate=True),
        Output(LAYOUT, "value", allow_duplicate=True),
        Input("job-cancel", "n_clicks"),
        State(JOB, "data"),
        State(CANVAS, "data"),
        prevent_initial_call=True,
    )
    def cancel(clicks: int, running: Any, stored: Any) -> Any:
        if not clicks or not running:
            return no_update, no_update
        layouts.cancel(str(running["id"]), get_user())
        return None, Canvas.read(stored).layout

    @stage.register_action(Input(DONE, "data"))
    def apply(canvas: Canvas, done: Any) -> RenderedView | None:
        if not done:
            return None
        places = jobs.take_places(layouts, str(done["id"]))
        return incremental_layout.apply_layout(rendered_view.read(store, ontology, canvas), str(done["layout"]), places)


def describe_progress(job: Job[Any]) -> str:
    """How far a layout is, in words."""
    return f"{job.words}, {job.seconds:.0f} s so far."
