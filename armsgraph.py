"""The command line. Each command lives with its package; this file joins them and turns errors into exit codes."""

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from graph.errors import ArmsgraphError

# Where each command is. They are imported when called, so that `armsgraph query` need not wait for Dash.
COMMANDS = {
    "demo": "armsgraph:demo",
    "load": "loader.commands:load",
    "mapping": "loader.commands:mapping",
    "match": "loader.matching.commands:match",
    "serve": "explorer.commands:serve",
    "query": "graph.saved_queries.query_commands:query",
    "export": "explorer.export.commands:export",
    "listings": "explorer.matrix.commands:listings",
    "profile": "explorer.export.commands:profile",
    "view": "graph.saved_views.view_commands:view",
    "db": "graph.server.commands:db",
}


class _LazyGroup(click.Group):
    """A group that imports a command when it is needed (after "Lazily Loading Subcommands" in click's manual)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name]} is not a command")
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="armsgraph")
def cli() -> None:
    """A graph explorer for North Korea's arms industry and its trade."""


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port of the explorer; without it, the first free from 8050."
)
@click.option(
    "--password-file",
    type=click.Path(path_type=Path),
    help="A file that holds the password to ask for; else ARMSGRAPH_PASSWORD. Without either, none is asked for.",
)
def demo(port: int | None, password_file: Path | None) -> None:
    """Start Neo4j, load the shipped articles and serve the explorer. Ctrl-C ends all of it."""
    from explorer.serve import read_password, run_server  # noqa: PLC0415 - see COMMANDS
    from graph.ontology import load as load_ontology  # noqa: PLC0415 - see COMMANDS
    from graph.server import connect  # noqa: PLC0415 - see COMMANDS
    from graph.settings import Bounds  # noqa: PLC0415 - see COMMANDS
    from loader.loading.session import load_into  # noqa: PLC0415 - see COMMANDS
    from loader.loading.staging import StagingStore  # noqa: PLC0415 - see COMMANDS
    from loader.sources import articles  # noqa: PLC0415 - see COMMANDS

    ontology = load_ontology()
    password = read_password(password_file, os.environ.get("ARMSGRAPH_PASSWORD"))
    Bounds.read()  # a wrong setting is told before anything is started
    with connect.open_store() as store:
        with StagingStore(ontology, articles.read(articles.FOLDER, ontology)) as spool:
            load_into(store, spool)
        run_server(store, port=port, password=password, say=click.echo)


def main() -> None:
    """Runs the command line. Exit codes: 0 done, 1 data or query at fault, 2 usage, 3 the store can't be reached."""
    try:
        cli.main(standalone_mode=False)
    except ArmsgraphError as error:
        click.echo(f"armsgraph: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("armsgraph: stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)  # the reader of our output, such as `head`, has seen enough


if __name__ == "__main__":
    main()
