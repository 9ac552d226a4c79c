"""The file of an export: started in the background, watched until it is there, cancelled where nobody waits."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from dash import NoUpdate, html, no_update
from dash.development.base_component import Component

from explorer.canvas import view_actions
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.user import get_user
from explorer.export import build, jobs
from explorer.export.build import ExportContext, ExportFile
from explorer.export.preview import DOSSIER
from explorer.export.redaction import Profile, RedactionReport
from explorer.export.redaction.profiles import ProfileStore
from explorer.panels.export import profiles
from explorer.panels.export.choices import ExportChoices, parse_choices, restore_choices
from explorer.state.canvas import Canvas
from explorer.state.stores import Selection
from graph.errors import UsageError
from graph.jobs import Job
from graph.saved_views.store import ViewStore


class RunningExport(TypedDict):
    """The store of the export that runs: the key of its job."""

    key: str


class ReadyFile(TypedDict):
    """Where the browser fetches a finished file, and what it is called."""

    at: str
    name: str


def start_download(
    context: Context,
    clicks: int | None,
    kept: object,
    template: str | None,
    stored: Mapping[str, object] | None,
    selected: Selection | None,
) -> RunningExport | NoUpdate:
    """Starts the export of what is chosen. Raises ArmsgraphError where it can't be."""
    if not clicks:
        return no_update
    return {"key": start_export(context, Canvas.read(stored), selected, restore_choices(kept), template).id}


def show_progress(_: Context, running: RunningExport | None) -> tuple[bool, bool, bool]:
    """Whether the progress is hidden, nobody looks at the job, and Download can't be clicked."""
    return not running, not running, bool(running)


def watch_export(context: Context, _tick: int, running: RunningExport | None) -> tuple[object, ...]:
    """How far the export is: its words and share, and once it ended the file or why there is none.

    Returns words, per cent, the file for the browser, the export that runs, and what is said below the preview.
    """
    job: Job[ExportFile] | None = context.exports.find(str(running["key"])) if running else None
    if not running or (job and not job.ended.is_set()):
        return (job.words, 100 * job.share) + (no_update,) * 3 if job else (no_update,) * 5
    if job is None or not job.result:
        why = job.error if job and job.error else "the export is not kept any more; start it once more"
        return "", 0, no_update, None, html.P(str(why), className="refusal")
    file = job.result
    words = html.P(f"{file.name}: {file.shows}, {format_size(len(file.data))}.", className="export-done")
    ready: ReadyFile = {"at": f"/export/{job.id}", "name": file.name}
    return "", 100, ready, None, [words, *render_warnings(file.warnings, file.removed)]


def cancel_export(context: Context, clicks: int | None, running: RunningExport | None) -> NoUpdate | None:
    """Ends the export that runs; then none does."""
    if not clicks or not running:
        return no_update
    context.exports.cancel(str(running["key"]), get_user())
    return None


def start_export(
    context: Context, canvas: Canvas, selected: Selection | None, choices: ExportChoices, template: str | None
) -> Job[ExportFile]:
    """The export of what is chosen, in the background. Raises ArmsgraphError where it can't be started."""
    user, options, profile = get_user(), parse_choices(choices), find_profile(choices)
    entity = get_selected_entity(selected) if choices["format"].startswith(DOSSIER) else ""
    slides = options.format == "pptx"
    more = [ViewStore().opened(ViewStore().get_version(key)) for key in choices["more"]] if slides else []
    design = profiles.decode_upload(str(template)) if template and slides else None

    def make(report: build.ProgressCallback) -> ExportFile:
        desk = ExportContext(context.store, context.ontology, user, report)
        if entity:
            shown = not canvas.filter.hides_inferences
            return build.build_dossier_file(desk, entity, options, profile=profile, inferred=shown)
        canvases = [canvas, *(view_actions.open_view(context.store, view).canvas for view in more)]
        return build.build_canvas_file(desk, canvases, options, profile=profile, template=design)

    return jobs.start_export(context.exports, make, user=user)


def find_profile(choices: ExportChoices) -> Profile | None:
    """The redaction profile that is chosen; None for none. Raises DataError where it is gone."""
    return ProfileStore().find(choices["profile"]) if choices["profile"] else None


def get_selected_entity(selected: Selection | None) -> str:
    """The id of the entity that a dossier is to be about. Raises UsageError where none is selected."""
    if not selected or selected.get("kind") != "entity":
        raise UsageError("Select an entity on the canvas first: a dossier is about one.")
    return str(selected["id"])


def render_warnings(warnings: Sequence[str], removed: RedactionReport | None) -> list[Component]:
    """What the exporter should know: warnings, and what the profile took out, which no file tells."""
    parts = [html.P(text, className="export-warning") for text in warnings]
    if removed is not None:
        summary = html.Summary(
            f"Left out or renamed by “{removed.profile}”: {len(removed.rows):,}. Only you see this list."
        )
        parts.append(html.Details([summary, html.Pre(removed.text)], className="export-removed"))
    return parts


def format_size(count: int) -> str:
    """A number of bytes as people read it."""
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{max(1, round(count / 1e3)):,} kB"
