"""The commands that load: armsgraph load SOURCE [PATH] …"""

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any

import click

from graph import ontology
from graph.errors import UsageError
from loader.loading import session
from loader.loading.session import LoadOptions
from loader.records import Feed
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
    click.option(
        "--to-admin-import",
        "to_files",
        type=click.Path(path_type=Path, file_okay=False),
        help="Write files for the neo4j-admin of another server to this new folder, and load nothing.",
    ),
)
_EDITION = click.option("--edition", default="", help="The date of this edition, such as 2021-07-02 or 2021-07.")


@click.group()
def load() -> None:
    """Loads a source into the graph; a newer edition of a list updates what is loaded.

    Rows that break a rule are named, and written to a folder; correct them there and load it with --add.
    """


def register_source(name: str, *options: Callable[..., Any]) -> Callable[[Callable[..., Feed]], click.Command]:
    """A command of `load` made of a function that gives the feed; the options of every load come with it."""

    def make(function: Callable[..., Feed]) -> click.Command:
        @wraps(function)
        def command(**values: Any) -> None:
            options = LoadOptions(**{field.name: values.pop(field.name) for field in fields(LoadOptions)})
            session.exit_with(session.run(function(add=options.add, **values), options))

        for option in reversed((*options, *_COMMON)):
            command = option(command)
        return load.command(name)(command)

    return make


@register_source("articles", click.argument("path", required=False, type=Folder))
def _articles(path: Path | None, add: bool) -> Feed:
    """The shipped articles, or the folder PATH in the same form."""
    return articles.read(path or articles.FOLDER, ontology.load(), partial=add)


@register_source(
    "ofac",
    click.argument("folder", type=Folder),
    _EDITION,
    click.option(
        "--programme", "programmes", multiple=True, help="Only parties of a programme, such as NPWMD or DPRK*."
    ),
    click.option(
        "--country", "countries", multiple=True, help="Only parties with a country or a text in their places."
    ),
    click.option("--linked", is_flag=True, help="Also whoever these are linked to, or who is linked to them."),
    click.option("--north-korea", is_flag=True, help="All that concerns North Korea, in whatever programme."),
)
def _ofac(folder: Path, edition: str, add: bool, **only: Any) -> Feed:
    """The list of the US Treasury: FOLDER with sdn.csv, alt.csv, add.csv and sdn_comments.csv.

    Options narrow it down; what they leave out counts neither as loaded nor as withdrawn.
    """
    from loader.sources.ofac import ofac  # noqa: PLC0415 - each source takes a while to import

    return ofac.read(folder, edition=edition, only=ofac.Selection(**only))


@register_source(
    "un",
    click.argument("file", type=Any_),
    _EDITION,
    click.option("--programme", "programmes", multiple=True, help="Only entries of a list type, such as DPRK."),
)
def _un(file: Path, edition: str, programmes: tuple[str, ...], add: bool) -> Feed:
    """The consolidated list of the UN Security Council: its XML file, or the folder that holds it."""
    from loader.sources.un import un  # noqa: PLC0415 - each command brings what it needs, so that others start fast

    return un.read(file, edition=edition, only=frozenset(programmes))


@register_source(
    "ftm",
    click.argument("file", type=File),
    _EDITION,
    click.option("--dataset", default="ftm", show_default=True, help="The name of what is loaded; it begins each id."),
    click.option("--topic", "topics", multiple=True, help="Only entities with a topic, such as sanction."),
    click.option("--country", "countries", multiple=True, help="Only entities of a country, such as kp."),
)
def _ftm(file: Path, add: bool, **options: Any) -> Feed:
    """FollowTheMoney, as OpenSanctions publishes it; .gz too.

    Entities, one a line (entities.ftm.json, targets.nested.json), or statements, one value a row (statements.csv):
    these say which list each value is from, where a merged entity leaves it open.
    """
    from loader.sources.ftm import ftm  # noqa: PLC0415 - each command brings what it needs, so that others start fast

    return ftm.read(file, partial=add, **options)


@register_source(
    "table",
    click.argument("file", type=File),
    click.option("--mapping", "-m", required=True, type=File, help="What the columns mean; see docs/mapping.md."),
    _EDITION,
)
def _table(file: Path, mapping: Path, edition: str, add: bool) -> Feed:
    """A table (CSV, TSV, XLSX, Parquet) with a mapping; `armsgraph mapping suggest` drafts one."""
    from loader.sources import table  # noqa: PLC0415 - each command brings what it needs, so that others start fast

    return table.read(file, mapping, edition=edition)


def _read_exchange_file(file: Path, dataset: str, add: bool) -> Feed:
    from loader.sources.exchange import exchange  # noqa: PLC0415 - each command brings what it needs, so that others start fast

    return exchange.read(file, dataset=dataset)


_NAME = click.option("--dataset", default="", help="The name of what is loaded; without it, the file's name.")


@register_source("json", click.argument("file", type=File), _NAME)
def _json(**values: Any) -> Feed:
    """A file that `armsgraph export --format json` wrote (armsgraph/1)."""
    return _read_exchange_file(**values)


@register_source("graphml", click.argument("file", type=File), _NAME)
def _graphml(**values: Any) -> Feed:
    """A GraphML file: ours without a loss, other tools' as far as they say what is what."""
    return _read_exchange_file(**values)


@click.group()
def mapping() -> None:
    """Mappings: what the columns of a table mean."""


@mapping.command("suggest")
@click.argument("file", type=File)
@click.option("-o", "target", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; a new one.")
def mapping_suggest(file: Path, target: Path | None) -> None:
    """Drafts a mapping from a table's header and first rows; correct it, then load the table with it."""
    from loader.mappings import suggest  # noqa: PLC0415 - each command brings what it needs, so that others start fast

    text = suggest.draft_mapping(file)
    if target is None:
        click.echo(text, nl=False)
        return
    try:
        with target.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as error:
        raise UsageError(f"{target} exists; a draft does not replace a file") from error
