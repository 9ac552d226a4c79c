"""The designation matrix at an address of its own: `/listings`, and `/listings.xlsx`, `.csv` and `.json` for files.

    /listings?under=<entity id>&type=<type>&differs=1&named=1&authority=<id>&authority=<id>&page=2

Plain HTML without scripts. A cell leads to the claims behind it in the app, a row to the entity on the canvas. What
reaches the page from the graph is escaped by the template; the door is that of every page (explorer/security.py), and
data are given to this site's own pages alone (explorer/addresses.py).
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, Request, Response, render_template_string, request

from explorer.addresses import build_error_response, classify_origin, disable_caching, get_http_status
from explorer.claims import listing_rows
from explorer.matrix import grid
from graph import listings
from graph.collectives import describe_kind
from graph.database.store import Store
from graph.errors import ArmsgraphError, UsageError
from graph.evidence import build_relationship_id
from graph.formats import tables
from graph.listings import Listing
from graph.ontology import Ontology
from graph.reading.listing_matrix import ROWS, Matrix, MatrixChoice, read_matrix

TEMPLATE = Path(__file__).with_name("page.html")
FILES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
_MARKS = {listings.LISTED: "listed", listings.ENDED: "ended", listings.MAYBE: "maybe", listings.UNCHECKED: "unchecked"}
MOST_PAGES = 1_000


def register(server: Flask, store: Store, ontology: Ontology) -> None:
    """Adds the addresses to the explorer's server."""
    server.add_url_rule("/listings", "listings", partial(answer_page, store, ontology), methods=["GET"])
    server.add_url_rule("/listings.<form>", "listings_file", partial(answer_file, store, ontology), methods=["GET"])


def answer_page(store: Store, ontology: Ontology) -> Response:
    """The page, or a line of text that says what went wrong."""
    try:
        if classify_origin(request) == "elsewhere":
            return build_error_response(403, "refused: listings are not given to other websites")
        matrix = read_matrix(store, ontology, parse_choice(request))
        return disable_caching(Response(render(matrix, ontology), content_type="text/html; charset=utf-8"))
    except ArmsgraphError as error:
        return build_error_response(get_http_status(error), str(error))


def answer_file(store: Store, ontology: Ontology, form: str) -> Response:
    """All rows of the choice as a file."""
    try:
        if form not in FILES:
            return build_error_response(404, f"a file of the listings is one of {', '.join(FILES)}")
        if classify_origin(request) != "here":
            return build_error_response(403, "refused: listings are not given to other websites")
        matrix = read_matrix(store, ontology, replace(parse_choice(request), page=0))
        response = Response(write_file(matrix, ontology, form), content_type=FILES[form])
        response.headers["Content-Disposition"] = f'attachment; filename="listings.{form}"'
        return disable_caching(response)
    except ArmsgraphError as error:
        return build_error_response(get_http_status(error), str(error))


def write_file(matrix: Matrix, ontology: Ontology, form: str) -> bytes:
    """The matrix in one of the forms of FILES: a workbook, or a row a cell."""
    if form == "xlsx":
        return grid.render(matrix, ontology)
    table = grid.build_cell_grid(matrix, ontology).table()
    if form == "csv":
        return tables.format_csv(table).encode()
    named = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    return (json.dumps(named, ensure_ascii=False, indent=1) + "\n").encode()


def parse_choice(http_request: Request) -> MatrixChoice:
    """The choice that an address makes. Raises UsageError for one that makes no sense."""
    arguments = http_request.args
    unknown = set(arguments) - {"under", "type", "differs", "named", "authority", "page"}
    if unknown:
        raise UsageError(f"the address asks for {sorted(unknown)[0][:80]!r}, which the listings do not know")
    page = arguments.get("page", "1")
    if not (page.isdecimal() and page.isascii() and 1 <= int(page[:9]) <= MOST_PAGES):
        raise UsageError(f"page must be a whole number from 1 to {MOST_PAGES:,}")
    return MatrixChoice(
        arguments.get("under", ""),
        arguments.get("type", ""),
        bool(arguments.get("differs")),
        tuple(dict.fromkeys(a for a in arguments.getlist("authority") if a)),
        int(page),
        bool(arguments.get("named")),
    )


def build_address(choice: MatrixChoice, form: str = "") -> str:
    """The address of a choice, as a page or as a file."""
    pairs = [("under", choice.under), ("type", choice.type), ("differs", "1" if choice.differs else "")]
    pairs += [("named", "1" if choice.named else "")]
    pairs += [("authority", a) for a in choice.authorities]
    pairs += [("page", str(choice.page))] if choice.page > 1 and not form else []
    query = urlencode([(name, value) for name, value in pairs if value])
    return f"/listings{'.' + form if form else ''}{'?' + query if query else ''}"


def render(matrix: Matrix, ontology: Ontology) -> str:
    """The page as HTML."""
    choice = matrix.choice
    pages = max(1, -(-matrix.total // ROWS))
    designation = ontology.get_relationship_by_role("designation")
    names = {i: e.name for i, e in matrix.table.entities.items()}
    rows = [
        {
            "name": e.name,
            "type": describe_kind(ontology, e),
            "link": f"/?{urlencode({'show': e.id})}",
            "cells": [_render_cell(one, names, designation) for one in matrix.list_cells(e.id)],
        }
        for e in matrix.entities
    ]
    return render_template_string(
        TEMPLATE.read_text(encoding="utf-8"),
        choice=choice,
        columns=matrix.columns,
        rows=rows,
        said=grid.describe_choice(matrix, ontology),
        tops=matrix.tops,
        types=[(t.name, t.caption) for t in ontology.list_concrete_types()],
        authorities=matrix.table.everyone.values(),
        files=[(form.upper(), build_address(choice, form)) for form in FILES],
        before=build_address(replace(choice, page=choice.page - 1)) if choice.page > 1 else "",
        after=build_address(replace(choice, page=choice.page + 1)) if choice.page < pages else "",
        page=choice.page,
        pages=pages,
        searched=sorted((s.title, s.edition, s.whole) for s in matrix.table.searched.values()),
    )


def _render_cell(one: Listing, names: Mapping[str, str], designation: str) -> dict[str, object]:
    first, *more = grid.describe_cell(one, names)
    line = build_relationship_id(one.entity, designation, one.authority)
    return {
        "state": first,
        "lines": [text for text in more if not text.startswith("near: ")],
        "near": list(map(listing_rows.describe_near_miss, one.near)),
        "mark": "disputed" if one.is_disputed else _MARKS.get(one.state, "absent"),
        "link": f"/?{urlencode({'show': line})}" if one.claims else "",
    }
