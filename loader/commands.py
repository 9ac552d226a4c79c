"""The command that loads: armsgraph load SOURCE [PATH]."""

import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from graph import connect, ontology
from graph.errors import DataError
from graph.store import Store
from loader import pipeline, rejects
from loader.records import Dataset
from loader.sources import articles

SHOWN = 20  # problems printed; all of them are in the rejects file


@click.command()
@click.argument("source", type=click.Choice(["articles"]))
@click.argument("path", required=False, type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--dry-run", is_flag=True, help="Check the data only; no database is needed.")
@click.option("--add", is_flag=True, help="Add to what is loaded, and remove nothing: for corrected rejects.")
@click.option("--rejects", "rejects_folder", type=click.Path(path_type=Path), help="Where rejected rows go.")
def load(source: str, path: Path | None, dry_run: bool, add: bool, rejects_folder: Path | None) -> None:
    """Loads a source into the graph: the shipped articles, or the folder PATH in the same form.

    Rows that break a rule are named, and written to a folder; correct them there and load it with --add.
    """
    folder = path or articles.FOLDER
    if dry_run:
        dataset = articles.read(folder, ontology.load(), partial=add)
        good = f"{len(dataset.entities)} entities, {len(dataset.claims)} claims and {len(dataset.sources)} sources"
        click.echo(f"{source}: {good} are good, {len(dataset.rejected)} rows are not", err=True)
    else:
        with connect.open_store() as store:
            dataset = load_into(store, folder, add=add)
    if dataset.rejected:
        _report_rejects(dataset, rejects_folder or Path(f"rejects-{source}-{datetime.now(UTC):%Y%m%d-%H%M%S}"))
        sys.exit(DataError.exit_code)


def load_into(store: Store, folder: Path, *, add: bool = False) -> Dataset:
    """Reads and loads a folder of articles, saying on standard error what it does."""
    known = ontology.load()

    # Many rows refer to the same few entities and sources: each is asked for once.
    @cache
    def stored_type(entity_id: str) -> str | None:
        rows = store.read("MATCH (n:Entity {id: $id}) RETURN n.type AS type", id=entity_id)
        return rows[0]["type"] if rows else None

    @cache
    def stored_source(source_id: str) -> bool:
        return bool(store.read("MATCH (n:Source {id: $id}) RETURN n.id AS id", id=source_id))

    dataset = (
        articles.read(folder, known, partial=True, stored_type=stored_type, stored_source=stored_source)
        if add
        else articles.read(folder, known)
    )
    report = _with_progress(store, dataset, prune=not add)
    removed = sum(report.removed.values())
    click.echo(
        f"loaded {dataset.name}: {report.entities} entities, {report.relationships} relationships from "
        f"{report.claims} claims, {report.sources} sources" + (f"; {removed} old rows removed" if removed else ""),
        err=True,
    )
    return dataset


def _with_progress(store: Store, dataset: Dataset, *, prune: bool) -> pipeline.Report:
    """Loads, with a progress bar on a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        return pipeline.load(store, ontology.load(), dataset, prune=prune)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("preparing", total=None)

        def progress(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        return pipeline.load(store, ontology.load(), dataset, prune=prune, progress=progress)


def _report_rejects(dataset: Dataset, folder: Path) -> None:
    problems = [problem for rejected in dataset.rejected for problem in rejected.problems]
    for problem in problems[:SHOWN]:
        click.echo(str(problem), err=True)
    if len(problems) > SHOWN:
        click.echo(f"… and {len(problems) - SHOWN} more", err=True)
    paths = rejects.write(dataset, folder)
    click.echo(f"{len(dataset.rejected)} rows were not loaded. Correct them in {', '.join(map(str, paths))} "
               f"and load them: armsgraph load {dataset.name} {folder} --add", err=True)  # fmt: skip
