"""The commands that run saved queries and say what was run: query list, show, run, history, bounds."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path

import click

from graph import ontology
from graph.errors import UsageError
from graph.plurals import format_count
from graph.saved_queries import audit, library_commands
from graph.saved_queries.answer_formats import FORMATS, render
from graph.saved_queries.audit import AuditLog, AuditRecord
from graph.saved_queries.executor import QueryExecutor
from graph.saved_queries.library import Library
from graph.saved_queries.queryfile import THEMES, SavedQuery
from graph.saved_queries.users import get_local_user
from graph.server import connect
from graph.settings import FILE, LIMITS, Bounds

SHELVES = {"personal": "yours", "shared": "shared"}  # what the list says beside a query that was not shipped
WIDEST = 160  # columns of a table that does not go to a terminal


def parse_parameters(pairs: tuple[str, ...]) -> dict[str, str]:
    """key=value pairs from the command line. Raises UsageError for one without "=" and for a key given twice."""
    values: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise UsageError(f"-p takes key=value, not {pair!r}")
        if key in values:
            raise UsageError(f"-p {key} is given twice")
        values[key] = value
    return values


@click.group()
def query() -> None:
    """Saved Cypher queries."""


@query.command("list")
def query_list() -> None:
    """Names and titles of the saved queries, by theme."""
    click.echo(format_query_list(Library(get_local_user()).all()))


def format_query_list(library: Mapping[str, SavedQuery]) -> str:
    """The saved queries under their themes, a line each: name, what it gives, title, and whose it is."""
    themes = list(THEMES)
    width = max(map(len, library), default=0)
    lines: list[str] = []
    ordered = sorted(library.values(), key=lambda q: themes.index(q.theme))  # stable: shipped ones stay first
    for theme, group in groupby(ordered, key=lambda q: q.theme):
        lines += ["", THEMES[theme]]
        for saved in group:
            whose = f"  ({SHELVES[saved.shelf]})" if saved.shelf in SHELVES else ""
            lines.append(f"  {saved.name:<{width}}  {saved.result:<6}  {_to_one_line(saved.title)}{whose}")
    return "\n".join(lines[1:])


@query.command("show")
@click.argument("name")
def query_show(name: str) -> None:
    """The text of a saved query, as it runs in Neo4j Browser."""
    click.echo(Library(get_local_user()).find(name).text.encode(), nl=False)


@query.command("run")
@click.argument("name")
@click.option("-p", "pairs", multiple=True, metavar="KEY=VALUE", help="A parameter; entities by id or exact name.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("-o", "target", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@click.option(
    "--limit",
    type=click.IntRange(int(LIMITS["rows"][0]), int(LIMITS["rows"][1])),
    help="Rows of the answer.  [default: the settings']",
)
@click.option(
    "--timeout", type=click.FloatRange(*LIMITS["timeout"]), help="Seconds it may take.  [default: the settings']"
)
def query_run(
    name: str, pairs: tuple[str, ...], form: str, *, target: Path | None, limit: int | None, timeout: float | None
) -> None:
    """Runs a saved query and prints its answer."""
    saved, arguments, usual = Library(get_local_user()).find(name), parse_parameters(pairs), Bounds.read()
    bounds = replace(usual, rows=limit or usual.rows, timeout=timeout or usual.timeout)
    with connect.open_store() as store:
        answer = QueryExecutor(store, ontology.load(), bounds).run(
            saved, arguments, user=get_local_user(), via="command line"
        )
    if form == "table" and not target:
        click.echo(render(answer, form, width=shutil.get_terminal_size((WIDEST, 24)).columns), nl=False)
    else:  # as bytes: the same on every system
        text = render(answer, form, width=WIDEST).encode()
        if not target:
            click.echo(text, nl=False)
        else:
            try:
                target.write_bytes(text)
            except OSError as error:
                raise UsageError(f"{target} can't be written: {error}") from error
    if answer.cut:
        more = " --limit takes more." if answer.cut == "rows" else ""
        click.echo(f"{answer.cut_message}{more}", err=True)


@query.command("history")
@click.option("--user", help="Only what this user ran.")
@click.option("--newest", type=click.IntRange(1, 1_000_000), default=50, show_default=True, help="So many runs.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON a run, with everything that is recorded.")
def query_history(user: str | None, newest: int, as_json: bool) -> None:
    """What was run, the newest first: when, who, which query, how it ended. From the log of queries."""
    runs = AuditLog().read(user, newest)
    for run in runs:
        click.echo(json.dumps(asdict(run), ensure_ascii=False).encode() if as_json else format_run(run))
    if not runs:
        click.echo("Nothing was run yet.", err=True)


def format_run(run: AuditRecord) -> str:
    """A run as a line of text; what a user or a query called itself is one line of it."""
    values = " ".join(f"{key}={value}" for key, value in run.parameters.items())
    outcome = (
        format_count(run.rows, "row", "rows")
        if run.outcome in (audit.ANSWERED, audit.CUT)
        else run.refused_by or run.error
    )
    parts = [
        f"{run.at[:19]}Z",
        run.user,
        run.via,
        run.query,
        values,
        f"{run.outcome}: {outcome}",
        f"{run.seconds:.2f} s",
    ]
    return _to_one_line("  ".join(part for part in parts if part))


def _to_one_line(text: str) -> str:
    """Without what could move the cursor of a terminal, or colour it."""
    return "".join(c if c.isprintable() else " " for c in text)


@query.command("bounds")
def query_bounds() -> None:
    """What a query may use up, as the settings have it."""
    click.echo("\n".join(Bounds.read().lines()))
    click.echo(f"Set by these environment variables, or under [query] in {FILE} in the folder of the data.", err=True)


for _command in library_commands.COMMANDS:
    query.add_command(_command)
