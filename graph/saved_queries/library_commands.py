"""The commands for a user's saved queries: save, delete, restore, import, export, check."""

import sys
from pathlib import Path

import click

from graph.database.store import Store
from graph.errors import DataError, QueryError, UsageError
from graph.guard import rules
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from graph.plurals import format_count
from graph.saved_queries import bundle, schema_check
from graph.saved_queries.library import Library
from graph.saved_queries.query_store import SUFFIX
from graph.saved_queries.queryfile import SavedQuery
from graph.saved_queries.users import get_local_user
from graph.server import connect

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("save")
@click.argument("files", type=_FILE, nargs=-1, required=True)
@click.option("--shared", is_flag=True, help="For everybody who uses this Armsgraph, not for you alone.")
@click.option("--replace", is_flag=True, help="Write over saved queries of the same names; their texts are kept.")
def query_save(files: tuple[Path, ...], shared: bool, replace: bool) -> None:
    """Saves each FILE, NAME.cypher, as the query NAME."""
    library, shelf = Library(get_local_user()), "shared" if shared else "personal"
    for file in files:
        if file.suffix != SUFFIX:
            raise UsageError(f"{file}: a query's file is called NAME{SUFFIX}; `armsgraph query import` makes a name")
        former = library.all().get(file.stem) if replace else None
        saved = library.save(file.stem, _read_text(file), shelf, former.hash if former else "")
        click.echo(f"saved {saved.name} ({saved.shelf}): {saved.title}")


@click.command("delete")
@click.argument("name")
def query_delete(name: str) -> None:
    """Deletes the query NAME of your own or a shared one; `restore` takes it back for 30 days."""
    Library(get_local_user()).delete(name)
    click.echo(f"deleted {name}; `armsgraph query restore {name}` takes it back")


@click.command("restore")
@click.argument("name")
def query_restore(name: str) -> None:
    """Takes back the query NAME that was deleted last."""
    library = Library(get_local_user())
    versions = [kept for kept in library.deleted() if kept.name == name]
    if not versions:
        names = ", ".join(dict.fromkeys(kept.name for kept in library.deleted())) or "none"
        raise QueryError(f"no deleted query is called {name!r}; there are: {names}")
    saved = library.restore(versions[0].key)
    click.echo(
        f"restored {saved.name} ({saved.shelf}), deleted {versions[0].at[:16]}Z by {versions[0].user or 'somebody'}"
    )


@click.command("import")
@click.argument("file", type=_FILE)
@click.option("--shared", is_flag=True, help="For everybody who uses this Armsgraph, not for you alone.")
def query_import(file: Path, shared: bool) -> None:
    """Takes the queries of FILE, a .cypher file or a .zip of such files; nothing saved is written over."""
    if file.stat().st_size > bundle.LARGEST:
        raise DataError(f"larger than {bundle.LARGEST // 1_000_000} MB, which no bundle is", file=str(file))
    results = bundle.import_queries(
        Library(get_local_user()), file.name, file.read_bytes(), "shared" if shared else "personal"
    )
    for taken in results:
        outcomes = {
            "added": f"added {taken.name}",
            "renamed": f"added as {taken.name}: {taken.why}",
            "unchanged": f"there already as {taken.name}",
            "refused": f"refused: {taken.why}",
        }
        click.echo(f"{taken.file}: {outcomes[taken.outcome]}", err=taken.outcome == "refused")
    refused = sum(taken.outcome == "refused" for taken in results)
    if refused:
        raise QueryError(f"{format_count(refused, 'file was', 'files were')} refused, of {len(results)}")


@click.command("export")
@click.argument("names", nargs=-1)
@click.option(
    "-o",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="A .zip, or a .cypher file for one query.",
)
def query_export(names: tuple[str, ...], target: Path) -> None:
    """Writes the queries NAMES (without any: all that do not come with Armsgraph) to one file to hand on."""
    library = Library(get_local_user())
    chosen = [library.find(name) for name in names] or [q for q in library.all().values() if q.shelf != "shipped"]
    if not chosen:
        raise UsageError("no query of yours is saved, and none is shared; name those to export")
    if target.suffix not in (SUFFIX, ".zip") or (target.suffix == SUFFIX and len(chosen) > 1):
        raise UsageError(f"{target}: several queries go into a .zip file, one into that or a {SUFFIX} file")
    try:
        target.write_bytes(chosen[0].text.encode() if target.suffix == SUFFIX else bundle.pack(chosen))
    except OSError as error:
        raise UsageError(f"{target} can't be written: {error}") from error
    click.echo(f"{target}: {format_count(len(chosen), 'query', 'queries')}", err=True)


@click.command("check")
@click.argument("names", nargs=-1)
def query_check(names: tuple[str, ...]) -> None:
    """Says what is wrong with the queries NAMES, or with any: their files, what may not run, what the data lack."""
    library = Library(get_local_user())
    chosen = [library.find(name) for name in names] or list(library.all().values())
    faults = [] if names else [f"{file}: {rule}" for file, rule in library.problems()]
    faults += (
        []
        if names
        else [
            f"{q.name}: another query of this name hides the {q.shelf} one; rename one of them"
            for q in library.list_shadowed()
        ]
    )
    remarks = []
    with connect.open_store() as store:
        ontology = load_ontology()
        held = schema_check.read_database_names(store, ontology)
        for query in chosen:
            wrong, mild = _check_query(store, ontology, query, held)
            faults += [f"{query.name}: {text}" for text in wrong]
            remarks += [f"{query.name}: {text}" for text in mild]
    for line in (*remarks, *faults):
        click.echo(line)
    sys.stdout.flush()
    if faults:
        raise QueryError(
            f"{format_count(len(faults), 'fault', 'faults')} found in {format_count(len(chosen), 'query', 'queries')}"
        )
    click.echo(f"{format_count(len(chosen), 'query', 'queries')} checked: no fault", err=True)


def _check_query(
    store: Store, ontology: Ontology, query: SavedQuery, held: schema_check.DatabaseNames
) -> tuple[list[str], list[str]]:
    """What is wrong with a query, and what is only to be known."""
    missing = schema_check.find_missing_names(store, ontology, query, held, thorough=True)
    wrong = [one.text for one in missing if not one.mild]
    if not any(one.kind == "query" for one in missing):
        try:
            rules.check(store, query.text, {})
        except QueryError as error:
            wrong.append(str(error))
    return wrong, [one.text for one in missing if one.mild]


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"can't be read as UTF-8 text: {error}", file=str(file)) from error


COMMANDS = (query_save, query_delete, query_restore, query_import, query_export, query_check)
