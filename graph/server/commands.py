"""The commands that look after the database: db."""

from pathlib import Path

import click

from graph.database import renew, write
from graph.errors import UsageError
from graph.home import find_home
from graph.reading import browse
from graph.server import artifacts, backup, connect, local


@click.group()
def db() -> None:
    """The database: the local Neo4j, or the server in NEO4J_URI."""


@db.command("status")
def db_status() -> None:
    """Says which database is used, whether it answers, and what it holds."""
    if connect.read_configured_address() is None:
        status = local.read_status()
        click.echo(f"local Neo4j {artifacts.Lock.read().version} in {status.home}")
        if not status.running:
            click.echo("not running")
            return
    with connect.open_store() as store:
        click.echo(f"running at {store.address.uri}, Neo4j {store.ping()}")
        click.echo(", ".join(f"{n:,} {what}" for what, n in browse.count_records(store).items()))
        if outdated := renew.describe_outdated(renew.list_outdated(store)):
            click.echo(outdated)


@db.command("start")
def db_start() -> None:
    """Starts the local Neo4j and leaves it running; `armsgraph db stop` ends it."""
    _require_local("start")
    server = local.start_detached()
    click.echo(f"running at {server.uri}; the password is in {find_home()}")


@db.command("stop")
def db_stop() -> None:
    """Ends the local Neo4j."""
    _require_local("stop")
    click.echo("stopped" if local.stop() else "was not running")


@db.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def db_backup(file: Path) -> None:
    """Writes the local database to FILE; the server must be stopped."""
    _require_local("backup")
    size = backup.backup(file)
    click.echo(f"{file}: {size / 1e6:.1f} MB")


@db.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Don't ask.")
def db_restore(file: Path, yes: bool) -> None:
    """Replaces the local database by the one in FILE; the server must be stopped.

    FILE is loaded and tried beside the database first, so that there must be room for both. Where that fails, the
    database is as it was.
    """
    _require_local("restore")
    if not yes:
        click.confirm(f"Replace the database in {find_home()} by {file}?", abort=True, err=True)
    backup.restore(file)
    click.echo(f"restored {file}")


@db.command("wipe")
@click.option("--yes", is_flag=True, help="Don't ask.")
def db_wipe(yes: bool) -> None:
    """Removes everything from the database."""
    with connect.open_store() as store:
        held = ", ".join(f"{n:,} {what}" for what, n in browse.count_records(store).items())
        if not yes:
            click.confirm(f"Remove {held} from {store.address.uri}?", abort=True, err=True)
        write.wipe(store)
    click.echo(f"removed {held}")


def _require_local(verb: str) -> None:
    if connect.read_configured_address():
        raise UsageError(f"NEO4J_URI points at a server of its own, which `db {verb}` can't {verb}")
