"""The commands for saved views: list, show, export, import, delete."""

from pathlib import Path

import click

from graph.errors import DataError, UsageError
from graph.plurals import format_count
from graph.saved_views import viewfile
from graph.saved_views.store import ViewStore


@click.group()
def view() -> None:
    """Saved views of the explorer."""


@view.command("list")
def view_list() -> None:
    """Names of the saved views, how many entities each holds, and when it was saved last."""
    rows = [
        (saves[0].name, format_count(saves[0].entities, "entity", "entities"), f"{saves[0].saved_at[:16]}Z", len(saves))
        for saves in ViewStore().names()
    ]
    width = max((len(row[0]) for row in rows), default=0)
    for name, entities, at, count in rows:
        click.echo(f"{name:<{width}}  {entities:>14}  {at}" + (f"  {count} saves" if count > 1 else ""))
    if not rows:
        click.echo("No view is saved yet; the explorer's tab “Views” saves one.", err=True)


@view.command("show")
@click.argument("name")
def view_show(name: str) -> None:
    """What the view NAME (a name or an id) holds: its entities and its notes."""
    saved_view = ViewStore().find(name)
    click.echo(f"{saved_view.name or 'without name'}  {saved_view.id}")
    click.echo(f"{saved_view.canvas.get('title', '')}  saved {saved_view.saved_at[:16]}Z")
    click.echo(
        f"shows {len(saved_view.entities_shown):,} entities and {len(saved_view.lines_shown):,} lines; "
        f"holds {len(saved_view.canvas['ids']):,} and {len(saved_view.lines):,}"
    )
    shown = set(saved_view.entities_shown)
    for identity in saved_view.canvas["ids"]:
        hidden = "" if identity in shown else "  (hidden)"
        click.echo(f"  {identity}  {saved_view.names.get(identity, '')}{hidden}")
    for note in saved_view.canvas.get("notes") or ():
        click.echo("  note: " + " / ".join(str(note["text"]).splitlines()))


@view.command("export")
@click.argument("name")
@click.option("-o", "target", type=click.Path(path_type=Path, dir_okay=False), help="The file; without it, NAME.")
def view_export(name: str, target: Path | None) -> None:
    """Writes the view NAME to a file that another machine's explorer, or `view import`, takes."""
    saved_view = ViewStore().find(name)
    file = target or Path(f"{saved_view.id[:8]}{viewfile.SUFFIX}")
    try:
        file.write_text(saved_view.text(), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} can't be written: {error}") from error
    click.echo(f"{file}: {format_count(len(saved_view.canvas['ids']), 'entity', 'entities')}")


@view.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", help="Another name than the one in the file.")
def view_import(file: Path, name: str | None) -> None:
    """Takes a view from FILE; a view of the same name stays, as an earlier save."""
    if file.stat().st_size > viewfile.LARGEST:
        raise DataError(f"larger than {viewfile.LARGEST // 1_000_000} MB, which no view is", file=str(file))
    saved_view = viewfile.parse(file.read_bytes(), file=str(file))
    version = ViewStore().save(name or saved_view.name or file.name.removesuffix(viewfile.SUFFIX), saved_view)
    click.echo(f"saved as {version.name}: {format_count(version.entities, 'entity', 'entities')}")


@view.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask.")
def view_delete(name: str, yes: bool) -> None:
    """Deletes the view NAME with its earlier saves; the database is untouched."""
    views = ViewStore()
    versions = views.list_versions(name)
    if not versions:
        raise DataError(f"there is no saved view {name!r}; `armsgraph view list` names all")
    if not yes:
        click.confirm(f"Delete {versions[0].name} ({len(versions)} saves)?", abort=True, err=True)
    views.delete(name)
    click.echo(f"deleted {versions[0].name}")
