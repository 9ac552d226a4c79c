"""What is chosen in the export window: the controls, what is remembered of them, and what their lists hold."""

from collections.abc import Mapping
from datetime import date
from typing import TypedDict, cast

from explorer.export import build
from explorer.export.common.paper import PAPERS
from explorer.export.formats import FORMATS, ExportOptions
from explorer.export.preview import DOSSIER
from explorer.export.redaction.profiles import ProfileStore
from graph.saved_views.store import ViewStore

# The controls that are remembered, with the property that holds what was chosen and what it is at first.
FIELDS: Mapping[str, tuple[str, str | int | bool | list[str]]] = {
    "format": ("value", "pdf"),
    "paper": ("value", ""),
    "pixels": ("value", 2400),
    "title": ("value", ""),
    "mark": ("value", ""),
    "more": ("value", []),
    "profile": ("value", ""),
    "dated": ("checked", True),
}


class ExportChoices(TypedDict):
    """What the controls hold, by name; `more` are keys of saved views, `profile` the name of one or ''."""

    format: str
    paper: str
    pixels: int
    title: str
    mark: str
    more: list[str]
    profile: str
    dated: bool


def restore_choices(kept: object) -> ExportChoices:
    """What was remembered, with what it is at first in place of anything that makes no sense (any more)."""
    remembered = kept if isinstance(kept, Mapping) else {}
    fields = {
        name: remembered.get(name, first) if type(remembered.get(name, first)) is type(first) else first
        for name, (_, first) in FIELDS.items()
    }
    choices = cast("ExportChoices", fields)
    if choices["format"] not in {*FORMATS, *(f"{DOSSIER}{d}" for d in build.DOSSIERS)}:
        choices["format"] = "pdf"
    saved = {v["value"] for v in list_views()} if choices["more"] else set()
    choices["more"] = [str(v) for v in choices["more"] if str(v) in saved]
    if choices["profile"] not in {p["value"] for p in list_profiles()}:
        choices["profile"] = ""
    if choices["paper"] not in {p["value"] for p in list_papers(choices["format"])}:
        choices["paper"] = ""
    return choices


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


def parse_choices(choices: ExportChoices) -> ExportOptions:
    """The choices that an export needs. Raises UsageError for a width that is none."""
    day = date.today().isoformat() if choices["dated"] else ""  # noqa: DTZ011 - the user's own day is meant
    mark, title = (" ".join(str(text).split()) for text in (choices["mark"], choices["title"]))
    form = choices["format"].removeprefix(DOSSIER)
    return ExportOptions(form, choices["paper"], choices["pixels"], mark[:30], title[:200], day)
