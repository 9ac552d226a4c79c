"""The command that serves the explorer."""

import os
from pathlib import Path

import click

from explorer import serve as server
from graph.server import connect
from graph.settings import Bounds


@click.command()
@click.option("--host", default=server.HOST, show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65_535), help="The port; without it, the first free one from 8050.")
@click.option(
    "--password-file",
    type=click.Path(path_type=Path),
    help="A file that holds the password; else ARMSGRAPH_PASSWORD. Needed for an open --host.",
)
@click.option(
    "--allowed-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="A further name under which browsers may reach the explorer.",
)
def serve(host: str, port: int | None, password_file: Path | None, allowed_hosts: tuple[str, ...]) -> None:
    """The explorer in the browser."""
    password = server.read_password(password_file, os.environ.get("ARMSGRAPH_PASSWORD"))
    server.check(host, password)  # before the database is started
    Bounds.read()
    with connect.open_store() as store:
        server.run_server(store, host=host, port=port, password=password, allowed_hosts=allowed_hosts, say=click.echo)
