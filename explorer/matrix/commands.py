"""The command that writes the designation matrix: listings."""

import sys
from pathlib import Path

import click

from explorer.claims import listing_rows
from explorer.matrix import grid, page
from graph.errors import StoreError, UsageError
from graph.model import Table
from graph.ontology import load as load_ontology
from graph.reading.listing_matrix import MatrixChoice, read_matrix
from graph.saved_queries.answer_formats import format_table
from graph.server import connect

FORMS = ("table", *page.FILES)


@click.command()
@click.option("--under", default="", metavar="ID", help="Only this entity and everything under it.")
@click.option("--type", "type_", default="", help="Only entities of this type, such as Factory.")
@click.option("--differs", is_flag=True, help="Only where one authority lists and another does not.")
@click.option("--named", is_flag=True, help="Only what documents other than lists name.")
@click.option("--authority", "authorities", multiple=True, metavar="ID", help="Only this authority; may be repeated.")
@click.option("--format", "form", type=click.Choice(FORMS), help="Without it, by the file's ending, else table.")
@click.option("-o", "target", default="-", show_default=True, help="The file to write; - is standard output.")
def listings(
    *, under: str, type_: str, differs: bool, named: bool, authorities: tuple[str, ...], form: str | None, target: str
) -> None:
    """Who stands on which sanctions list: entities by authorities.

    A table of states, or with csv, json and xlsx a row for each entity and authority, with since, number, programme,
    edition, who says so, and the names on loaded lists that are alike.
    """
    form = form or next((f for f in FORMS if target.endswith(f".{f}")), "table")
    if form == "xlsx" and target == "-" and sys.stdout.isatty():
        raise UsageError("a terminal can't show a workbook: name a file with -o")
    ontology = load_ontology()
    choice = MatrixChoice(under, type_, differs, tuple(dict.fromkeys(authorities)), page=0, named=named)
    with connect.open_store() as store:
        matrix = read_matrix(store, ontology, choice)
    if form == "table":
        rows = [
            (e.name, *(listing_rows.CAPTIONS[one.state] for one in matrix.list_cells(e.id))) for e in matrix.entities
        ]
        table = Table(("entity", *(a.name for a in matrix.columns)), rows)
        data = format_table(table, " ".join(grid.describe_choice(matrix, ontology)), None).encode()
    else:
        data = page.write_file(matrix, ontology, form)
    if target == "-":
        sys.stdout.buffer.write(data)
        return
    try:
        Path(target).write_bytes(data)
    except OSError as error:
        raise StoreError(f"{target} can't be written: {error.strerror}") from error
