"""A file from a canvas or about an entity: read, redact, check, write. The app and the command line both come here.

That is what makes their files the same: given equal canvases and choices, every byte is.
"""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from explorer.canvas import view_actions
from explorer.export import dossier, formats, redaction
from explorer.export.common import material, text_metrics
from explorer.export.common.briefing import Briefing
from explorer.export.common.material import Material
from explorer.export.dossier.content import Dossier
from explorer.export.formats import ExportFormat, ExportOptions, RenderResult
from explorer.export.redaction import Profile, RedactionReport
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.errors import ArmsgraphError, UsageError
from graph.model import Subgraph
from graph.ontology import Ontology
from graph.plurals import format_count
from graph.reading import naming
from graph.saved_views.store import ViewStore

log = logging.getLogger("armsgraph.explorer")
ProgressCallback = Callable[[str, float], None]  # hears what is being done, and how much is done already (0 to 1)
_SAFE = re.compile(r"[^\w-]+")
_LONGEST = 60  # letters of a file's name
DOSSIERS = {
    "docx": ("Word", ".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": ("PDF", ".pdf", "application/pdf"),
}


@dataclass(frozen=True)
class ExportFile:
    """A finished file, and in words what it shows.

    `removed` is what redaction took out, for the exporter's eyes only; None without a profile.
    """

    name: str
    mime: str
    data: bytes
    warnings: tuple[str, ...] = ()
    removed: RedactionReport | None = None
    shows: str = ""


@dataclass(frozen=True)
class ExportContext:
    """What an export needs beside the canvas: the graph, who asks, and whom to tell how far it is."""

    store: Store
    ontology: Ontology
    user: str = ""
    report: ProgressCallback = lambda _words, _share: None


def build_canvas_file(
    context: ExportContext,
    canvases: Sequence[Canvas],
    choices: ExportOptions,
    *,
    profile: Profile | None = None,
    template: bytes | None = None,
) -> ExportFile:
    """The file of one canvas, or of several where the format has room for them.

    Raises UsageError for choices that make no sense, DataError for a template that can't be used, redaction.Leak where
    something hidden would still be in it, StoreError.
    """
    form = formats.find_format(choices.format)
    if not any(c.ids or c.notes for c in canvases):
        raise UsageError("there is nothing on the canvas to export")
    if len(canvases) > 1 and not form.many:
        raise UsageError(f"{form.caption} holds one picture; PowerPoint holds several")
    read = []
    for n, canvas in enumerate(canvases):
        context.report("Reading the graph", 0.5 * n / len(canvases))
        read.append(material.gather(context.store, context.ontology, canvas, user=context.user))
    context.report("Leaving out what the profile hides" if profile else "Drawing", 0.5)
    briefings, removed = prepare_briefings(context, read, choices, profile)
    if not profile:
        _save_as_views(context, briefings)
    context.report(f"Writing {form.caption}", 0.6)
    written = form.write(briefings, choices, template)
    return _build_file(briefings[0], form.suffix, form.mime, written, removed)


def _save_as_views(context: ExportContext, briefings: Sequence[Briefing]) -> None:
    """Keeps the canvases as views, so that the id in the file opens its picture again (`/?view=…`, `view show`)."""
    for briefing in briefings:
        try:
            ViewStore().keep(view_actions.build_view(context.store, briefing.rendered))
        except ArmsgraphError as error:  # a file is worth more than the way back from it
            log.warning("the exported picture can't be kept as a view: %s", error)


def build_dossier_file(
    context: ExportContext,
    entity: str,
    choices: ExportOptions,
    *,
    profile: Profile | None = None,
    inferred: bool = True,
) -> ExportFile:
    """The dossier of an entity, by its id, with what is inferred or without. Raises DataError where there is none."""
    if choices.format not in DOSSIERS:
        raise UsageError(f"a dossier is written as {' or '.join(DOSSIERS)}, not {choices.format!r}")
    document, briefing, removed = prepare_dossier(context, entity, choices, profile, inferred=inferred)
    context.report("Writing the dossier", 0.6)
    _, suffix, mime = DOSSIERS[choices.format]
    return _build_file(briefing, suffix, mime, RenderResult(dossier.write(document, choices.format)), removed)


def prepare_dossier(
    context: ExportContext, entity: str, choices: ExportOptions, profile: Profile | None, *, inferred: bool = True
) -> tuple[Dossier, Briefing, RedactionReport | None]:
    """What a dossier says of an entity, the briefing it is from, and what the profile has taken out before."""
    context.report("Reading the graph", 0.0)
    about, chain = dossier.gather(context.store, context.ontology, entity, user=context.user)
    context.report("Drawing", 0.4)
    read = [m if inferred else material.hide_inferences(m) for m in (about, chain) if m]
    briefings, removed = prepare_briefings(context, read, choices, profile)
    now = removed.get_new_id(entity) if removed else entity
    if now not in briefings[0].material.names:
        raise UsageError("the redaction profile leaves nothing of this entity")
    return dossier.build_dossier(now, briefings[0], briefings[1] if chain else None), briefings[0], removed


def prepare_briefings(
    context: ExportContext, read: Sequence[Material], choices: ExportOptions, profile: Profile | None
) -> tuple[list[Briefing], RedactionReport | None]:
    """The materials put into words, after the profile has taken out what it hides and that was checked.

    Raises DataError where the database does not hold an entity that the profile names, StoreError where it can't be
    asked, and redaction.Leak.
    """
    title, mark = choices.title, choices.mark
    removed = None
    if profile:
        read, removed = redaction.apply_profile_to_all(read, profile, read_subjects(context, profile))
        title, mark = removed.cleaned(title), removed.cleaned(mark)
    titles = [title if n == 0 else "" for n in range(len(read))]
    return [
        Briefing(m, mark=mark, made_on=choices.made_on, title_given=t) for m, t in zip(read, titles, strict=True)
    ], removed


def read_subjects(context: ExportContext, profile: Profile) -> Subgraph:
    """What the profile's entities are called by the database, wherever they stand. Raises StoreError."""
    return naming.read_naming(context.store, [replacement.entity for replacement in profile.names])


def _build_file(
    briefing: Briefing, suffix: str, mime: str, written: RenderResult, removed: RedactionReport | None
) -> ExportFile:
    warnings = [*(removed.warnings if removed else ()), *written.warnings]
    odd = text_metrics.find_missing_letters(briefing.title + "".join(e.name for e in briefing.rendered.shown.entities))
    if odd and mime in ("application/pdf", "image/png"):
        warnings.append(f"Our fonts lack these letters; a font of this computer draws them, or a box: {odd[:40]}")
    stem = _SAFE.sub("-", briefing.title).strip("-")[:_LONGEST].rstrip("-") or "armsgraph"
    return _check_redaction(
        ExportFile(f"{stem}{suffix}", mime, written.data, tuple(warnings), removed, briefing.counts)
    )


def build_data_file(
    form: ExportFormat, data: bytes, stem: str, shown: Subgraph, removed: RedactionReport | None
) -> ExportFile:
    """The file of a subgraph that is no picture."""
    counts = (
        f"{format_count(len(shown.entities), 'entity', 'entities')} and "
        f"{format_count(len(shown.relationships), 'relationship', 'relationships')}"
    )
    warnings = removed.warnings if removed else ()
    return _check_redaction(ExportFile(f"{stem}{form.suffix}", form.mime, data, warnings, removed, counts))


def _check_redaction(file: ExportFile) -> ExportFile:
    """The file, if nothing hidden is in it. Raises redaction.Leak."""
    leaks = redaction.find_leaks(file.data, file.removed) if file.removed else []
    if leaks:
        raise redaction.Leak(leaks)
    return file
