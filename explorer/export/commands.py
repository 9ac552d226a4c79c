"""The commands `export` and `profile`: files of the graph, and what they must not tell."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from explorer.export import build, cli_requests
from explorer.export.build import ExportContext, ExportFile
from explorer.export.cli_requests import ExportRequest
from explorer.export.common.paper import PAPERS
from explorer.export.formats import FORMATS, LEAST_PIXELS, MOST_PIXELS, ExportOptions
from explorer.export.redaction import Profile, profiles
from explorer.export.redaction.profiles import ProfileStore
from graph import ontology
from graph.errors import UsageError
from graph.progress import open_progress
from graph.saved_queries.query_commands import parse_parameters
from graph.saved_queries.users import get_local_user
from graph.saved_views.store import ViewStore
from graph.server import connect

FORMAT_NAMES = tuple(dict.fromkeys((*FORMATS, *build.DOSSIERS)))
TODAY, NONE = "today", "none"


@click.command()
@click.option("--all", "everything", is_flag=True, help="The whole graph.")
@click.option("--query", "name", help="The answer of a saved query.")
@click.option("-p", "pairs", multiple=True, metavar="KEY=VALUE", help="A parameter of the query.")
@click.option(
    "--view",
    "saved",
    metavar="NAME",
    multiple=True,
    help="What a saved view of the explorer shows; for PowerPoint several, a slide each.",
)
@click.option("--entity", metavar="NAME", help="A dossier of the entity of this name or id, as docx or pdf.")
@click.option("--union", metavar="NAME", help="Join the answer of another query, with its defaults, or view:NAME.")
@click.option("--intersection", metavar="NAME", help="Keep only what another query answers, or view:NAME shows, too.")
@click.option("--difference", metavar="NAME", help="Leave out what another query answers, or view:NAME shows.")
@click.option("--format", "form", type=click.Choice(FORMAT_NAMES), default="json", show_default=True)
@click.option("--paper", type=click.Choice(tuple(PAPERS)), help="The page of a picture; slide-4-3 also for PowerPoint.")
@click.option(
    "--width",
    type=click.IntRange(LEAST_PIXELS, MOST_PIXELS),
    default=2400,
    show_default=True,
    help="Of a PNG, in pixels.",
)
@click.option("--title", default="", help="Instead of the view's or the query's own.")
@click.option("--mark", default="", help="A word on every page, such as Draft or Internal.")
@click.option(
    "--date",
    "day",
    default=TODAY,
    show_default=True,
    metavar="YYYY-MM-DD",
    help="The day of making that the file names; “none” for none.",
)
@click.option(
    "--no-inferred",
    "inferred",
    is_flag=True,
    default=True,
    flag_value=False,
    help="Without what is inferred, not reported.",
)
@click.option("--redact", metavar="PROFILE", help="Apply a redaction profile: its name, or a YAML file.")
@click.option(
    "--removed",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the list of what was taken out goes; without it, to standard error.",
)
@click.option(
    "--template",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="For PowerPoint: a .pptx whose design is used.",
)
@click.option("-o", "target", default="-", show_default=True, help="The file to write; - is standard output.")
def export(
    *,
    everything: bool,
    name: str | None,
    pairs: tuple[str, ...],
    saved: tuple[str, ...],
    entity: str | None,
    form: str,
    target: str,
    day: str,
    redact: str | None,
    removed: Path | None,
    template: Path | None,
    inferred: bool,
    **others: Any,
) -> None:
    """Writes a part of the graph, or all of it, as a picture, slides, a dossier or data.

    json, graphml and ftm can be loaded again by `armsgraph load`.
    """
    if [everything, bool(name), bool(saved), bool(entity)].count(True) != 1:
        raise UsageError("say what to export: either --all, --query NAME, --view NAME or --entity NAME")
    for one in saved:
        ViewStore().find(one)  # a wrong name is told before the database is started
    profile = find_profile(redact)
    choices = ExportOptions(
        form, others.pop("paper") or "", others.pop("width"), others.pop("mark"), others.pop("title"), parse_date(day)
    )
    operations = {k: v for k, v in others.items() if v}
    what = ExportRequest(everything, name or "", parse_parameters(pairs), saved, operations, inferred)
    _validate_options(what, entity, form, template)
    with connect.open_store() as store, open_progress() as report:
        context = ExportContext(store, ontology.load(), get_local_user(), lambda words, share: report(words, share, ""))
        shown = template.read_bytes() if template else None
        if entity:
            identity = cli_requests.find_entity_id(context, entity)
            file = build.build_dossier_file(context, identity, choices, profile=profile, inferred=inferred)
        else:
            file = cli_requests.run_export(context, what, choices, profile=profile, template=shown, say=_print_message)
    _write(file, target, removed)


def _validate_options(what: ExportRequest, entity: str | None, form: str, template: Path | None) -> None:
    """Says what makes no sense together, before anything is started."""
    if entity and form not in build.DOSSIERS:
        raise UsageError(f"a dossier is written as {' or '.join(build.DOSSIERS)}: add --format")
    if not entity and form not in FORMATS:
        raise UsageError(f"{form} is for a dossier: say of which --entity")
    if template and form != "pptx":
        raise UsageError("--template is for --format pptx")
    if len(what.views) > 1 and (form != "pptx" or what.operations):
        raise UsageError("several --view go into one PowerPoint file: add --format pptx")


def find_profile(redact: str | None) -> Profile | None:
    """The profile of a name or file. Raises DataError."""
    if not redact:
        return None
    file = Path(redact)
    return profiles.load(file) if file.suffix in (".yaml", ".yml") and file.exists() else ProfileStore().find(redact)


def parse_date(text: str) -> str:
    """The day of making. Raises UsageError for what is none."""
    if text in (TODAY, NONE):
        return date.today().isoformat() if text == TODAY else ""  # noqa: DTZ011 - the user's own day is meant
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"--date is a day such as 2026-11-28, “{TODAY}” or “{NONE}”, not {text!r}") from error


def _print_message(text: str) -> None:
    click.echo(text, err=True)


def _write(file: ExportFile, target: str, removed: Path | None) -> None:
    if target == "-":
        if sys.stdout.isatty() and not _is_text(file):
            raise UsageError(f"a terminal can't show {file.name}: name a file with -o")
        sys.stdout.flush()
        sys.stdout.buffer.write(file.data)
        sys.stdout.buffer.flush()
    else:
        try:
            Path(target).write_bytes(file.data)
        except OSError as error:
            raise UsageError(f"{target} can't be written: {error}") from error
        _print_message(f"{file.shows}: {target}")
    for warning in file.warnings:
        _print_message(f"Note: {warning}")
    if file.removed:
        if removed:
            removed.write_text(file.removed.text + "\n", encoding="utf-8")
        else:
            _print_message(file.removed.text)


def _is_text(file: ExportFile) -> bool:
    return file.mime.startswith("text/") or file.mime.endswith(("json", "xml"))


@click.group()
def profile() -> None:
    """Redaction profiles: what files for others must not tell."""


@profile.command("list")
def profile_list() -> None:
    """Names of the saved profiles."""
    saved = ProfileStore().all()
    for one in saved:
        click.echo(one.name)
    if not saved:
        _print_message(
            "No profile is saved yet; `armsgraph profile save FILE` or the explorer's Export window saves one."
        )


@profile.command("show")
@click.argument("name")
def profile_show(name: str) -> None:
    """The profile NAME, as a file that can be changed and saved again."""
    click.echo(profiles.dump(ProfileStore().find(name)), nl=False)


@profile.command("save")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def profile_save(file: Path) -> None:
    """Saves the profile in FILE, in place of one of its name."""
    loaded = profiles.load(file)
    ProfileStore().save(loaded)
    click.echo(f"saved as {loaded.name}")


@profile.command("delete")
@click.argument("name")
def profile_delete(name: str) -> None:
    """Deletes the profile NAME."""
    ProfileStore().delete(name)
    click.echo(f"deleted {name}")
