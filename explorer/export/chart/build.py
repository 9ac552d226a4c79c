"""A chart's file in the format asked for. The app and the command line both come here."""

import re

from explorer.answers import answer_store, charts
from explorer.export.build import ExportContext, ExportFile
from explorer.export.chart import slide, svg
from explorer.export.chart.sheet import build_sheet
from explorer.export.common import text_metrics
from explorer.export.formats import LEAST_PIXELS, MOST_PIXELS, ExportOptions, find_format
from explorer.export.picture import typeset
from graph.errors import UsageError
from graph.saved_queries.guarded_query import Answer

FORMATS = ("png", "svg", "pptx")  # what a chart can be written as
REDACTED = "a chart can't be redacted: its speakers, numbers and notes are text; export a view, or leave --redact out"
_SAFE = re.compile(r"[^\w-]+")


def has_chart(answer: Answer) -> bool:
    """Whether an answer is a chart, which has no canvas."""
    return answer.query.result == "chart" and answer.query.chart is not None


def build_chart_file(
    context: ExportContext, answer: Answer, choices: ExportOptions, *, template: bytes | None = None
) -> ExportFile:
    """The file of an answer's chart. Raises UsageError for a format or width that makes no sense, DataError where there
    is nothing to draw or the template can't be used, StoreError.
    """
    form = find_format(choices.format)
    if form.name not in FORMATS:
        raise UsageError(f"a chart is written as {', '.join(FORMATS)}, not as {form.name}; its rows as csv or json")
    if not LEAST_PIXELS <= choices.pixels <= MOST_PIXELS:
        raise UsageError(f"a PNG is {LEAST_PIXELS} to {MOST_PIXELS:,} pixels wide, not {choices.pixels:,}")
    names = answer_store.read_entity_names(context.store, answer.query, answer.parameters)
    bars = answer.query.chart is not None and answer.query.chart.kind == "bar"
    most = slide.MOST_BARS if form.name == "pptx" and bars else charts.MAX_ROWS
    sheet = build_sheet(
        context.ontology,
        answer,
        names,
        title=choices.title,
        mark=choices.mark,
        made_on=choices.made_on,
        most=most,
    )
    context.report(f"Writing {form.caption}", 0.6)
    if form.name == "pptx":
        ratio = "4:3" if choices.paper == "slide-4-3" else "16:9"
        data = slide.render_slide(sheet, ratio=ratio, template=template)
    else:
        drawing = svg.render_svg(sheet)
        data = (
            drawing.encode()
            if form.name == "svg"
            else typeset.render_png(drawing, width=svg.WIDTH, pixels=choices.pixels)
        )
    missing = text_metrics.find_missing_letters(sheet.title + " ".join(sheet.rows)) if form.name == "png" else ""
    warnings = (f"Our fonts lack these letters; a font of this computer draws them, or a box: {missing[:40]}",)
    stem = _SAFE.sub("-", sheet.title).strip("-")[:60].rstrip("-") or "chart"
    return ExportFile(f"{stem}{form.suffix}", form.mime, data, warnings if missing else (), None, sheet.counts)
