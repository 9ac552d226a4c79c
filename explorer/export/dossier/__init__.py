"""The dossier of an entity: gathered, put into words, and written as Word or PDF.

`gather` reads the graph; redaction may then change what was read; `build_dossier` puts it into words; `write` makes
the file."""

from explorer.export.dossier import docx as dossier_docx
from explorer.export.dossier import pdf as dossier_pdf
from explorer.export.dossier.content import Dossier, build_dossier
from explorer.export.dossier.material import gather
from graph.errors import UsageError

__all__ = ["Dossier", "build_dossier", "gather", "write"]

_WRITERS = {"docx": dossier_docx.render_docx, "pdf": dossier_pdf.render_pdf}


def write(document: Dossier, form: str) -> bytes:
    """The file of a dossier; `form` is "docx" or "pdf". Raises UsageError for another."""
    if form not in _WRITERS:
        raise UsageError(f"a dossier is written as {' or '.join(_WRITERS)}, not {form!r}")
    return _WRITERS[form](document)
