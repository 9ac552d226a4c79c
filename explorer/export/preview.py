"""What the export window shows before a file is made: the page as it will be drawn, or the beginning of the data."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.export import build, formats
from explorer.export.build import ExportContext
from explorer.export.common import material
from explorer.export.dossier import pdf as dossier_pdf
from explorer.export.formats import DATA, FORMATS, SLIDES, ExportOptions
from explorer.export.redaction import Profile, RedactionReport
from explorer.state.canvas import Canvas

MOST_LETTERS = 6_000  # of data that is shown
DOSSIER = "dossier-"  # before the name of a dossier's format, in the window's list


@dataclass(frozen=True)
class Preview:
    """An SVG or PNG of the first page, or a text; and what the exporter should know."""

    svg: str = ""
    png: bytes = b""
    text: str = ""
    warnings: tuple[str, ...] = ()
    removed: RedactionReport | None = None


def build_canvas_preview(
    context: ExportContext, canvas: Canvas, choices: ExportOptions, profile: Profile | None
) -> Preview:
    """The preview of a canvas in a format of formats.FORMATS."""
    read = material.gather(context.store, context.ontology, canvas, user=context.user)
    (briefing,), removed = build.prepare_briefings(context, [read], choices, profile)
    warnings = removed.warnings if removed else ()
    form = FORMATS[choices.format]
    if form.group == DATA:
        return Preview(
            text=_read_beginning(form.write([briefing], choices, None).data), warnings=warnings, removed=removed
        )
    page = formats.select_page(briefing, choices)
    hints = page.warnings if form.group != SLIDES else ()
    return Preview(svg=page.svg(), warnings=(*warnings, *hints), removed=removed)


def build_dossier_preview(
    context: ExportContext, entity: str, choices: ExportOptions, profile: Profile | None, *, inferred: bool = True
) -> Preview:
    """The preview of a dossier: its first page."""
    document, _, removed = build.prepare_dossier(context, entity, choices, profile, inferred=inferred)
    return Preview(
        png=dossier_pdf.render_first_page(document), warnings=removed.warnings if removed else (), removed=removed
    )


def _read_beginning(data: bytes) -> str:
    """The beginning of a text, or what a zip holds and how its first texts begin."""
    if not data.startswith(b"PK"):
        return _shorten(data.decode("utf-8", "replace"))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if "xl/workbook.xml" in packed.namelist():
            return _read_sheets(data)
        parts: Sequence[str] = [
            f"{name}\n{_shorten(packed.read(name).decode('utf-8-sig', 'replace'), 900)}" for name in packed.namelist()
        ]
    return "\n\n".join(parts)


def _read_sheets(data: bytes) -> str:
    from openpyxl import load_workbook  # noqa: PLC0415 - takes a quarter of a second

    book = load_workbook(io.BytesIO(data), read_only=True)
    parts = []
    for name in book.sheetnames:
        rows = list(book[name].iter_rows(max_row=4, values_only=True))
        shown = "\n".join("  " + " | ".join("" if c is None else str(c)[:40] for c in row[:8]) for row in rows)
        parts.append(f"{name} ({(book[name].max_row or 1) - 1:,} rows)\n{shown}")
    return "\n\n".join(parts)


def _shorten(text: str, most: int = MOST_LETTERS) -> str:
    return text if len(text) <= most else f"{text[:most]}\n…"
