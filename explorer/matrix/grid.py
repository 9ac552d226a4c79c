"""The matrix as rows: a workbook with the matrix as one sees it and a row a cell, and these rows for CSV."""

from collections.abc import Iterator, Mapping

from explorer.claims import listing_rows
from explorer.export.data import xlsx
from explorer.export.data.tables import Column, Grid
from graph import listings
from graph.collectives import describe_kind
from graph.listings import Listing
from graph.model import Entity
from graph.ontology import Ontology
from graph.reading.listing_matrix import Matrix

WIDE, NARROW = 34, 14
CELLS = (
    Column("entity", "Name", WIDE),
    Column("type", "Type", NARROW),
    Column("authority", "Authority", WIDE),
    Column("state", "Listing", 24),
    Column("since", "Since", NARROW),
    Column("until", "Until", NARROW),
    Column("number", "Number on the list", 20),
    Column("programme", "Under the programme", 20),
    Column("edition", "Edition, or edition searched", WIDE),
    Column("said_by", "Who says so, or looked", WIDE),
    Column("as_of", "As of", NARROW),
    Column("against", "Claims that say otherwise", 20),
    Column("near_misses", "On the list, of a like name", WIDE),
    Column("claims", "Claims", WIDE),
    Column("sources", "Sources", WIDE),
    Column("entity_id", "Entity (id)", 24),
    Column("authority_id", "Authority (id)", 20),
)


def render(matrix: Matrix, ontology: Ontology) -> bytes:
    """The workbook: the matrix, a row a cell, and what it is about."""
    return xlsx.write_workbook(
        [build_matrix_grid(matrix, ontology), build_cell_grid(matrix, ontology), build_about_grid(matrix, ontology)],
        title="Designation matrix",
    )


def build_matrix_grid(matrix: Matrix, ontology: Ontology) -> Grid:
    """A row an entity, a column an authority: the state with since, number, programme and edition below each other."""
    columns = [Column("entity", "Name", WIDE), Column("type", "Type", NARROW)]
    columns += [Column(f"authority_{n}", a.name, WIDE) for n, a in enumerate(matrix.columns, 1)]
    names = {i: e.name for i, e in matrix.table.entities.items()}
    rows = [
        (
            e.name,
            describe_kind(ontology, e),
            *("\n".join(describe_cell(one, names)) for one in matrix.list_cells(e.id)),
        )
        for e in matrix.entities
    ]
    return Grid("Matrix", tuple(columns), tuple(rows))


def build_cell_grid(matrix: Matrix, ontology: Ontology) -> Grid:
    """A row for each entity and authority, "not checked" among them."""
    return Grid("Cells", CELLS, tuple(_iterate_cells(matrix, ontology)))


def _iterate_cells(matrix: Matrix, ontology: Ontology) -> Iterator[tuple[object, ...]]:
    for entity in matrix.entities:
        for authority, one in zip(matrix.columns, matrix.list_cells(entity.id), strict=True):
            yield _build_cell_row(matrix, ontology, entity, authority, one)


def _build_cell_row(
    matrix: Matrix, ontology: Ontology, entity: Entity, authority: Entity, one: Listing
) -> tuple[object, ...]:
    table = matrix.table
    names = {i: e.name for i, e in table.entities.items()}
    cited = dict.fromkeys(table.claims[i].source for i in one.claims if i in table.claims)
    titles = [f"{s.publisher}: {s.title}" for i in cited if (s := table.sources.get(i))]
    return (
        entity.name,
        describe_kind(ontology, entity),
        authority.name,
        listing_rows.CAPTIONS[one.state],
        one.since,
        one.until,
        one.number,
        one.programme,
        one.edition,
        "; ".join(names.get(i, i) for i in one.who),
        one.on,
        len(one.against) or None,
        "; ".join(map(listing_rows.describe_near_miss, one.near)),
        "; ".join(one.claims),
        "; ".join(titles),
        entity.id,
        authority.id,
    )


def describe_cell(one: Listing, names: Mapping[str, str]) -> list[str]:
    """A cell of the matrix in lines: the state first, then what is known of it, who says so or looked, near misses."""
    if one.state == listings.UNCHECKED:
        return [listing_rows.CAPTIONS[one.state]]
    row = listing_rows.describe_listing(one, names)
    edition = f"edition {one.edition}" if one.state == listings.LISTED and one.edition else one.edition
    near = f"near: {row.near}" if row.near else ""
    return [part for part in (row.state, row.entry, row.dates, edition, row.who, near) if part]


def describe_choice(matrix: Matrix, ontology: Ontology) -> list[str]:
    """What rows and columns were chosen, and whether something is left out, as sentences."""
    choice = matrix.choice
    under = next((e.name for e in matrix.tops if e.id == choice.under), choice.under)
    sentences = [f"{matrix.total:,} {'entity fits' if matrix.total == 1 else 'entities fit'}."]
    sentences += [f"Everything under {under}: bodies, plants, firms, posts, agents."] if choice.under else []
    sentences += [f"Only of the type {ontology.get_type_caption(choice.type)}."] if choice.type else []
    sentences += ["Only what documents other than lists name."] if choice.named else []
    sentences += ["Only where one authority lists and another does not."] if choice.differs else []
    sentences += [f"Only {', '.join(a.name for a in matrix.columns)}."] if choice.authorities else []
    sentences += ["More are there than are looked through: choose a body or a type."] if matrix.cut else []
    return sentences


def build_about_grid(matrix: Matrix, ontology: Ontology) -> Grid:
    """What the file holds, and what the states mean."""
    rows = [("Rows", text) for text in describe_choice(matrix, ontology)]
    rows += [("Absence", "Absence from a list is no denial: a later edition, or another spelling, may have the name.")]
    rows += [("Near misses", "Names of listed others that sound alike, 0 to 1; 1.00 is the same sound.")]
    searched = sorted({(s.title, s.edition, s.whole) for s in matrix.table.searched.values()})
    rows += [("Lists loaded", f"{t}, {e}{'' if whole else ', in part'}") for t, e, whole in searched]
    return Grid("About", (Column("what", "What", NARROW), Column("words", "Words", 100)), tuple(rows))
