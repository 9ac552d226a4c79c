"""What is chosen in the export window: the controls, what is remembered of them, and what their lists hold."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from explorer.export import build
from explorer.export.common.paper import PAPERS
from explorer.export.formats import FORMATS, ExportOptions
from explorer.export.preview import DOSSIER
from explorer.export.redaction.profiles import ProfileStore
from graph.saved_views.store import ViewStore

# The controls that are remembered, with the property that holds what was chosen and what it is at first.
FIELDS: Mapping[str, tuple[str, Any]] = {
    "format": ("value", "pdf"),
    "paper": ("value", ""),
    "pixels": ("value", 2400),
    "title": ("value", ""),
    "mark": ("value", ""),
    "more": ("value", []),
    "profile": ("value", ""),
    "dated": ("checked", True),
}


def restore_choices(kept: Any) -> dict[str, Any]:
    """What was remembered, with what it is at first in place of anything that makes no sense (any more)."""
    given = kept if isinstance(kept, Mapping) else {}
    found = {
        name: given.get(name, first) if type(given.get(name, first)) is type(first) else first
        for name, (_, first) in FIELDS.items()
    }
    known = {*FORMATS, *(f"{DOSSIER}{d}" for d in build.DOSSIERS)}
    found["format"] = found["format"] if found["format"] in known else "pdf"
    saved = {v["value"] for v in list_views()} if found["more"] else set()
    found["more"] = [str(v) for v in found["more"] if str(v) in saved]
    found["profile"] = found["profile"] if found["profile"] in {p["value"] for p in list_profiles()} else ""
    found["paper"] = found["paper"] if found["paper"] in {p["value"] for p in list_papers(found["format"])} else ""
    return found


def list_views() -> list[dict[str, str]]:
    """The saved views, for a list."""
    return [{"value": saves[0].key, "label": saves[0].name} for saves in ViewStore().names()]


def list_profiles() -> list[dict[str, str]]:
    """The redaction profiles, for a list, with none of them first."""
    return [
        {"value": "", "label": "None: everything shown is written"},
        *({"value": p.name, "label": p.name} for p in ProfileStore().all()),
    ]


def list_papers(form: str) -> list[dict[str, str]]:
    """The pages that a format may have, for a list."""
    papers = FORMATS[form].papers if form in FORMATS else ()
    return [{"value": p, "label": PAPERS[p].caption if p else "The smallest that suits"} for p in papers]


def parse_choices(fields: Mapping[str, Any]) -> ExportOptions:
    """The choices that an export needs. Raises UsageError for a width that is none."""
    day = date.today().isoformat() if fields["dated"] else ""  # noqa: DTZ011 - the user's own day is meant
    mark, title = (" ".join(str(fields[name]).split()) for name in ("mark", "title"))
    form = str(fields["format"]).removeprefix(DOSSIER)
    return ExportOptions(form, str(fields["paper"]), int(fields["pixels"]), mark[:30], title[:200], day)
