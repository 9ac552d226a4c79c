"""A dossier as PDF: vector diagrams, real text, embedded fonts, tags for screen readers; equal bytes every time."""

from explorer.export.common.briefing import Footnote
from explorer.export.dossier.content import Dossier, Section
from explorer.export.dossier.rows import Table
from explorer.export.picture import typeset


def render_pdf(dossier: Dossier) -> bytes:
    """The dossier as a PDF file, A4; a large chain has a larger page. Raises typeset.TypesettingFailed."""
    return typeset.render_pdf("dossier", *_build_template_data(dossier))


def render_first_page(dossier: Dossier) -> bytes:
    """The first page of `render_pdf`, as a PNG."""
    return typeset.render_first_page("dossier", *_build_template_data(dossier))


def _build_template_data(dossier: Dossier) -> tuple[dict[str, object], list[str]]:
    """What the template reads, and its pictures."""
    pictures: list[str] = []
    sections = [_build_section(s, pictures) for s in dossier.sections]
    data = {
        "title": dossier.title,
        "running": dossier.running,
        "name": dossier.name,
        "kind": dossier.kind,
        "subtitle": dossier.subtitle,
        "mark": dossier.mark,
        "as_of": dossier.as_of,
        "footer": dossier.footer,
        "sections": sections,
        "sources": [_build_source(f) for f in dossier.sources],
        "about": _build_table(dossier.about),
        "digest": dossier.metadata["content_sha256"],
        "described": ". ".join(part.rstrip(".") for part in (dossier.as_of, *dossier.origin) if part),
    }
    return data, pictures


def _build_section(section: Section, pictures: list[str]) -> dict[str, object]:
    figure = section.figure
    data: dict[str, object] = {
        "title": section.title,
        "level": section.level,
        "words": section.words,
        "points": section.points,
        "table": _build_table(section.table),
        "figure": None,
        "claims": [{**vars(row), "denies": row.denies, "infers": row.infers} for row in section.claims],
    }
    if figure:
        paper = figure.paper
        data["figure"] = {
            "picture": f"picture-{len(pictures)}.svg",
            "width": figure.width,
            "alt": figure.alt,
            "page": [paper.width, paper.height] if paper else None,
        }
        pictures.append(figure.svg)
    return data


def _build_table(table: Table | None) -> dict[str, object] | None:
    return (
        {"heads": table.heads, "widths": table.widths, "rows": table.rows, "marked": sorted(table.marked)}
        if table
        else None
    )


def _build_source(note: Footnote) -> dict[str, object]:
    source = note.source
    return {
        "number": note.number,
        "text": note.text,
        "url": note.url,
        "kind": source.kind,
        "reliability": source.reliability,
        "note": source.note,
    }
