"""The commands that load: armsgraph load SOURCE [PATH] …"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from graph import ontology
from loader import session
from loader.records import Feed
from loader.session import Options
from loader.sources import articles

File = click.Path(path_type=Path, dir_okay=False, exists=True)
Folder = click.Path(path_type=Path, file_okay=False, exists=True)
Any_ = click.Path(path_type=Path, exists=True)

_COMMON = (
    click.option("--dry-run", is_flag=True, help="Check the data only; no database is needed."),
    click.option(
        "--add", is_flag=True, help="Add to what is loaded, and end or remove nothing: for corrected rejects."
    ),
    click.option(
        "--force", is_flag=True, help="Load an older or a much smaller edition than the loaded one all the same."
    ),
    click.option("--rejects", type=click.Path(path_type=Path), help="The folder for rows that are not loaded."),
    click.option(
        "--report", type=click.Path(path_type=Path, dir_okay=False), help="A CSV file for each single change."
    ),
)
_EDITION = click.option("--edition", default="", help="The date of this edition, such as 2021-07-02 or 2021-07.")


@click.group()
def load() -> None:
    """Loads a source into the graph; a newer edition of a list updates what is loaded.

    Rows that break a rule are named, and written to a folder; correct them there and load it with --add.
    """


def source(name: str, *options: Callable[..., Any]) -> Callable[[Callable[..., Feed]], click.Command]:
    """A command of `load` made of a function that gives the feed; the options of every load come with it."""

    def make(function: Callable[..., Feed]) -> click.Command:
        @wraps(function)
        def command(
            dry_run: bool, add: bool, force: bool, rejects: Path | None, report: Path | None, **own: Any
        ) -> None:
            chosen = Options(dry_run, add, force, rejects, report)
            session.exit_with(session.run(function(add=add, **own), chosen))

        for option in reversed((*options, *_COMMON)):
            command = option(command)
        return load.command(name)(command)

    return make


@source("articles", click.argument("path", required=False, type=Folder))
def _articles(path: Path | None, add: bool) -> Feed:
    """The shipped articles, or the folder PATH in the same form."""
    return articles.read(path or articles.FOLDER, ontology.load(), partial=add)
