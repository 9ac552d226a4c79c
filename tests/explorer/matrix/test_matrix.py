"""The designation matrix: its rows and columns, the page, the files, and the ways from it into the app."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from werkzeug.test import Client

from explorer.app import build
from explorer.dash_kit.ids import SELECTED
from explorer.export.common.briefing import Briefing
from explorer.export.dossier import material as dossier_material
from explorer.export.dossier.content import build_dossier
from explorer.matrix import commands, page
from explorer.panels.views import first_page
from graph import listings
from graph.database.store import Store
from graph.errors import QueryError
from graph.listings import Listing, NearMiss
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from graph.reading.listing_matrix import Matrix, MatrixChoice, list_below, read_matrix
from graph.reading.listings import ListingTable
from graph.server import connect
from loader.records import Feed, Item
from tests.loader.loading.test_updates import NOWHERE, company, edition, listed
from tests.support.callbacks import build_context
from tests.support.reading import load_feed

FOUR, PAK, O_SU, SEC = "four-factories-rok", "pak-thae-song", "o-su-yong", "second-economic-commission"
EU, ROK, UN, US = "regime-eu", "regime-rok", "regime-un-1718", "regime-ofac"
HOSTILE = "<script>alert(1)</script> =1+1"


@pytest.fixture(scope="module")
def client(store: Store, ontology: Ontology) -> Client:
    return build(store, ontology).server.test_client()


@pytest.mark.database
def test_it_says_what_the_articles_say(store: Store, ontology: Ontology) -> None:
    matrix = read_matrix(store, ontology, MatrixChoice())
    assert [a.id for a in matrix.columns] == [EU, ROK, UN, US]
    states = {e.id: [one.state for one in matrix.list_cells(e.id)] for e in matrix.entities}
    assert states[FOUR] == [listings.UNCHECKED, listings.LISTED, listings.SAID_NOT, listings.SAID_NOT]
    for person in (PAK, O_SU):
        assert states[person] == [listings.MISSED, listings.SAID_NOT, listings.SAID_NOT, listings.SAID_NOT]
        (cell,) = (one for one in matrix.list_cells(person) if one.authority == UN)
        assert (cell.who, cell.on) == (("38-north",), "2024-06")
    # The article leaves O Su Yong off the lists; the listed man of a like name is told, with the score, as another.
    (near, *_) = matrix.table.get(O_SU, US).near
    assert (near.entity, near.verdict, near.score > listings.ALIKE) == ("ri-su-yong", "not the same", True)
    assert matrix.table.get(O_SU, US).state == listings.SAID_NOT
    commission = matrix.table.get(SEC, UN)
    assert (commission.since, commission.number, commission.edition) == ("2016-03-02", "KPe.032", "2026-11")
    assert (matrix.table.get(SEC, US).number, matrix.table.get(SEC, US).programme) == ("12213", "NPWMD")


@pytest.mark.database
def test_it_is_filtered_to_a_chain_a_type_authorities_and_what_differs(store: Store, ontology: Ontology) -> None:
    below = list_below(store, ontology, SEC)
    assert {SEC, O_SU, "factory-26", "thaesong-machine-factory"} <= set(below)
    assert "munitions-industry-department" not in below
    matrix = read_matrix(store, ontology, MatrixChoice(under=SEC, type="Factory"))
    rows = {e.id for e in matrix.entities}
    assert {FOUR, "factory-26", "factory-125"} <= rows <= set(below)
    assert {matrix.table.get("factory-125", a.id).state for a in matrix.columns} == {listings.UNCHECKED}
    differing = read_matrix(store, ontology, MatrixChoice(differs=True))
    assert {e.id for e in differing.entities} == {FOUR, "kang-sun-nam"}
    assert differing.total == 2
    named = {e.id for e in read_matrix(store, ontology, MatrixChoice(named=True)).entities}
    assert named < {e.id for e in read_matrix(store, ontology, MatrixChoice()).entities}
    assert {FOUR, PAK, O_SU} <= named
    only = read_matrix(store, ontology, MatrixChoice(authorities=(US, EU)))
    assert [a.id for a in only.columns] == [EU, US]
    for choice in (MatrixChoice(under="nobody"), MatrixChoice(type="Nothing"), MatrixChoice(authorities=("x",))):
        with pytest.raises(QueryError, match="there is no"):
            read_matrix(store, ontology, choice)


@pytest.mark.database
def test_the_page_leads_from_a_cell_to_its_claims_and_from_a_row_to_the_canvas(client: Client) -> None:
    answer = client.get(f"/listings?under={SEC}&type=Person")
    text = answer.get_data(as_text=True)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert f'href="/?show={O_SU}"' in text
    assert f'href="/?show={O_SU}%7CDESIGNATED_BY%7C{US}"' in text
    assert f'href="/listings.xlsx?under={SEC}&amp;type=Person"' in text
    assert "Ri Su Yong (Ryonbong official) (names alike" in text
    assert "38 North, 2024-06" in text
    assert "denie" not in text.replace("no denial", "")
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.database
@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/listings?type=Nope", 400),
        ("/listings?page=0", 400),
        ("/listings?page=x", 400),
        ("/listings?under=%3Cb%3E", 400),
        ("/listings?what=1", 400),
        ("/listings.pdf", 404),
    ],
)
def test_what_makes_no_sense_is_told(client: Client, address: str, code: int) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.content_type) == (code, "text/plain; charset=utf-8")


@pytest.mark.database
def test_no_other_website_reads_it(client: Client) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    for address in ("/listings", "/listings.csv"):
        assert client.get(address, headers=elsewhere).status_code == 403
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/listings", headers=followed).status_code == 200
    assert client.get("/listings.xlsx", headers=followed).status_code == 403


@pytest.mark.database
def test_the_files_hold_every_cell(client: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/listings.xlsx?under={SEC}").data))
    assert book.sheetnames == ["Matrix", "Cells", "About"]
    head, *rows = book["Matrix"].iter_rows(values_only=True)
    assert head[2:] == (
        "European Union sanctions",
        "South Korean sanctions",
        "United Nations sanctions on North Korea (Security Council, 1718 list)",
        "United States sanctions (OFAC)",
    )
    row = next(r for r in rows if str(r[0]).startswith("Four munitions factories"))
    assert row[2:4] == ("Not checked", "Listed\nno date given\n38 North")
    cells = list(csv.DictReader(io.StringIO(client.get(f"/listings.csv?under={SEC}").get_data(as_text=True))))
    assert len(cells) == 4 * len(rows)
    (un,) = (c for c in cells if (c["entity_id"], c["authority_id"]) == (SEC, UN))
    assert (un["state"], un["since"], un["number"]) == ("Listed", "2016-03-02", "KPe.032")
    json_cells = client.get(f"/listings.json?under={SEC}").get_json()
    assert [c["state"] for c in json_cells] == [c["state"] for c in cells]


def make_hostile() -> Matrix:
    """One row, named so that it would be markup, a formula and a link of its own."""
    one = Entity("a|b", "Person", (), HOSTILE)
    regime = Entity("r", "Regime", (), '"><img src=x onerror=alert(1)>')
    near = (NearMiss("x", "<b>x</b>", 0.9, "not the same"),)
    cell = Listing("a|b", "r", listings.MISSED, edition="<i>e</i>", claims=("c",), near=near)
    table = ListingTable({("a|b", "r"): cell}, {"r": regime}, {"r": regime}, entities={"a|b": one, "r": regime})
    return Matrix(MatrixChoice(under='"><script>'), (one,), (regime,), table, 1)


def test_nothing_from_the_graph_is_markup_or_a_formula(store: Store, ontology: Ontology) -> None:
    matrix = make_hostile()
    server = build(store, ontology).server
    with server.test_request_context("/listings"):
        text = page.render(matrix, ontology)
    assert "<script>" not in text and "<img" not in text and "<b>x" not in text and "<i>e" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    book = openpyxl.load_workbook(io.BytesIO(page.write_file(matrix, ontology, "xlsx")))
    named = replace(matrix, entities=(replace(matrix.entities[0], name="=1+1"),))
    book = openpyxl.load_workbook(io.BytesIO(page.write_file(named, ontology, "xlsx")))
    assert (book["Cells"]["A2"].value, book["Cells"]["A2"].data_type) == ("=1+1", "s")
    assert page.write_file(named, ontology, "csv").decode().splitlines()[1].startswith("'=1+1,")


@pytest.mark.database
def test_the_command_writes_the_same(
    store: Store, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "open_store", lambda: _Lent(store))
    run: Callable[..., Any] = CliRunner().invoke
    target = tmp_path / "m.csv"
    assert run(commands.listings, ["--under", SEC, "-o", str(target)]).exit_code == 0
    assert target.read_bytes() == client.get(f"/listings.csv?under={SEC}").data
    shown = run(commands.listings, ["--differs"]).output
    assert "Four" in shown and "2 rows" in shown


class _Lent:
    """A store that is not closed by who leaves it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __enter__(self) -> Store:
        return self.store

    def __exit__(self, *_: object) -> None:
        pass


@pytest.mark.database
def test_a_link_opens_an_entity_or_the_claims_of_a_listing(
    store: Store, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    updates: list[tuple[str, Any]] = []
    monkeypatch.setattr(first_page.dash, "set_props", lambda name, props: updates.append((name, props)))
    context = build_context(store, ontology)
    canvas, _ = first_page.open_canvas(context, {"show": "tomi-haru"})
    assert "tomi-haru" in canvas.ids and "north-korea" in canvas.ids
    line = f"{PAK}|DESIGNATED_BY|{US}"
    canvas, _ = first_page.open_canvas(context, {"show": line})
    assert set(canvas.ids) == {PAK, US}
    assert updates == [
        (SELECTED, {"data": {"kind": "entity", "id": "tomi-haru"}}),
        (SELECTED, {"data": {"kind": "relationship", "id": line}}),
    ]
    for wrong in ("nobody", "a|b|c", "||", "x" * 5_000):
        canvas, word = first_page.open_canvas(context, {"show": wrong})
        assert canvas.ids and "can’t be followed" in str(word)


@pytest.mark.database
def test_loaded_lists_are_searched_for_the_page_and_the_dossier(empty_store: Store, ontology: Ontology) -> None:
    load_feed(empty_store, ontology, Feed("report", "x", [Item(r, NOWHERE) for r in make_report()]))
    load_feed(empty_store, ontology, edition("2021-07", [company(1), company(2), listed(1), listed(2)]))
    every = read_matrix(empty_store, ontology, MatrixChoice(under="body"))
    states = {e.id: [one.state for one in every.list_cells(e.id)] for e in every.entities}
    # A group has no name that a list could hold.
    assert states == {
        "body": [listings.MISSED],
        "same": [listings.MAYBE],
        "group": [listings.UNCHECKED],
    }
    assert read_matrix(empty_store, ontology, MatrixChoice()).total == 2
    about, _ = dossier_material.gather(empty_store, ontology, "body")
    section = next(s for s in build_dossier("body", Briefing(about)).sections if s.title == "Designations")
    assert section.table and section.table.rows[0][1] == "Not found in the edition searched"
    assert section.table.rows[0][4] == "A list, 2021-07"


def make_report() -> list[Any]:
    """A body, a firm of a listed name under it, and a group of firms."""
    source = Source("report", "Paper", "Report", "2023", kind="article")
    body = Entity("body", "Organization", known_labels("Organization"), "Blue Mountain Bureau")
    firms = [
        Entity("same", "Company", known_labels("Company"), "Example Trading 2"),
        Entity("group", "Company", known_labels("Company"), "Example Trading 1", properties={"groupSize": "3"}),
    ]
    statement = [
        Claim(i, i, "PART_OF", "asserted", "report", object="body", asserted_by="body", summary="It is a part of it.")
        for i in ("same", "group")
    ]
    return [source, body, *firms, *statement]


def known_labels(type_: str) -> tuple[str, ...]:
    """The labels of a type."""
    return load_ontology().types[type_].labels
