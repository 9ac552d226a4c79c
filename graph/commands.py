"""The commands that write out the graph or look after the database: export, db."""

import sys
from pathlib import Path

import click

from graph import artifacts, backup, browse, connect, local, ontology, output, view_commands, write
from graph.errors import UsageError
from graph.model import Subgraph
from graph.query_commands import parameters
from graph.runs import Runs
from graph.store import Store
from graph.users import local_user
from graph.views import Views

VIEW = "view:"  # before a name: a saved view is meant, not a saved query


@click.command()
@click.option("--all", "everything", is_flag=True, help="The whole graph.")
@click.option("--query", "name", help="The answer of a saved query.")
@click.option("-p", "pairs", multiple=True, metavar="KEY=VALUE", help="A parameter of the query.")
@click.option("--view", "saved", metavar="NAME", help="What a saved view of the explorer shows.")
@click.option("--union", metavar="NAME", help="Join the answer of another query, with its defaults, or view:NAME.")
@click.option("--intersection", metavar="NAME", help="Keep only what another query answers, or view:NAME shows, too.")
@click.option("--difference", metavar="NAME", help="Leave out what another query answers, or view:NAME shows.")
@click.option("--format", "form", type=click.Choice(output.EXCHANGE), default="json", show_default=True)
@click.option("-o", "target", default="-", show_default=True, help="The file to write; - is standard output.")
def export(everything: bool, name: str | None, pairs: tuple[str, ...], form: str, target: str,
           *, saved: str | None, **others: str | None) -> None:  # fmt: skip
    """Writes a part of the graph, or all of it, with claims and sources; `load` takes each format back."""
    if [everything, bool(name), bool(saved)].count(True) != 1:
        raise UsageError("say what to export: either --all, --query NAME or --view NAME")
    given = parameters(pairs)
    if saved:
        Views().find(saved)  # a wrong name is told before the database is started
        name = f"{VIEW}{saved}"
    with connect.open_store() as store:
        subgraph = _answer(store, name, given) if name else browse.everything(store)
        for operation, other in others.items():
            if other:
                from graph import algebra  # noqa: PLC0415 - py2neo takes half a second

                subgraph = algebra.combine(operation, subgraph, _answer(store, other, {}))
        subgraph = browse.closed(store, subgraph)
    text = output.exchange(subgraph, form, ontology.load())
    if target == "-":
        sys.stdout.write(text)
    else:
        Path(target).write_text(text, encoding="utf-8")
        click.echo(
            f"{len(subgraph.entities)} entities and {len(subgraph.relationships)} relationships: {target}",
            err=True,
        )


def _answer(store: Store, name: str, given: dict[str, str]) -> Subgraph:
    """The subgraph of a saved query, or of view:NAME; says on standard error where it was cut."""
    if name.startswith(VIEW):
        return view_commands.shown(store, Views().find(name.removeprefix(VIEW)))
    runs = Runs(store, ontology.load())
    answer = runs.run(name, given, user=local_user(), via="command line")
    if answer.cut:
        click.echo(f"{name}: {answer.cut_words}", err=True)
    return answer.subgraph


@click.group()
def db() -> None:
    """The database: the local Neo4j, or the server in NEO4J_URI."""


@db.command("status")
def db_status() -> None:
    """Says which database is used, whether it answers, and what it holds."""
    if connect.configured() is None:
        status = local.status()
        click.echo(f"local Neo4j {artifacts.Lock.read().version} in {status.home}")
        if not status.running:
            click.echo("not running")
            return
    with connect.open_store() as store:
        click.echo(f"running at {store.address.uri}, Neo4j {store.ping()}")
        click.echo(", ".join(f"{n:,} {what}" for what, n in browse.counts(store).items()))


@db.command("start")
def db_start() -> None:
    """Starts the local Neo4j and leaves it running; `armsgraph db stop` ends it."""
    _only_local("start")
    server = local.start_detached()
    click.echo(f"running at {server.uri}; the password is in {local.home()}")


@db.command("stop")
def db_stop() -> None:
    """Ends the local Neo4j."""
    _only_local("stop")
    click.echo("stopped" if local.stop() else "was not running")


@db.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def db_backup(file: Path) -> None:
    """Writes the local database to FILE; the server must be stopped."""
    _only_local("backup")
    size = backup.backup(file)
    click.echo(f"{file}: {size / 1e6:.1f} MB")


@db.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Don't ask.")
def db_restore(file: Path, yes: bool) -> None:
    """Replaces the local database by the one in FILE; the server must be stopped."""
    _only_local("restore")
    if not yes:
        click.confirm(f"Replace the database in {local.home()} by {file}?", abort=True, err=True)
    backup.restore(file)
    click.echo(f"restored {file}")


@db.command("wipe")
@click.option("--yes", is_flag=True, help="Don't ask.")
def db_wipe(yes: bool) -> None:
    """Removes everything from the database."""
    with connect.open_store() as store:
        held = ", ".join(f"{n:,} {what}" for what, n in browse.counts(store).items())
        if not yes:
            click.confirm(f"Remove {held} from {store.address.uri}?", abort=True, err=True)
        write.wipe(store)
    click.echo(f"removed {held}")


def _only_local(verb: str) -> None:
    if connect.configured():
        raise UsageError(f"NEO4J_URI points at a server of its own, which `db {verb}` can't {verb}")
