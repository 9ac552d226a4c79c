"""The table "Listings" of the details: how an entity stands with each authority, without a word that denies."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from dash import html
from dash.development.base_component import Component

from explorer.claims import listing_rows
from explorer.state import page_commands
from graph import listings
from graph.evidence import build_relationship_id
from graph.listings import Listing
from graph.model import Entity
from graph.ontology import Ontology
from graph.reading.listings import ListingTable, is_listable

MOST_UNCHECKED = 5  # authorities named of those that nobody checked


def render_listings(ontology: Ontology, table: ListingTable, entity: Entity) -> Component | None:
    """The table, a row an authority; searches of one edition that found nothing are one row.

    Nothing for what no list holds, such as a weapon, unless a claim tells of it.
    """
    names = {e.id: e.name for e in table.entities.values()}
    cells = [one for (subject, _), one in table.cells.items() if subject == entity.id]
    if not cells and not (is_listable(ontology, entity) and table.everyone):
        return None
    cells.sort(key=lambda one: (listings.STATES.index(one.state), not one.claims, one.edition, names[one.authority]))
    rows = []
    for _, group in groupby(cells, key=lambda one: one.edition if _is_bare_search(one) else one.authority):
        alike = list(group)
        rows.append(_render_row(ontology, alike, names))
    left = sorted(e.name for i, e in table.everyone.items() if (entity.id, i) not in table.cells)
    more = f" and {len(left) - MOST_UNCHECKED} more" if len(left) > MOST_UNCHECKED else ""
    unchecked = f"Not checked: {'; '.join(left[:MOST_UNCHECKED])}{more}." if left else None
    return html.Div(
        [
            html.Div(
                [
                    html.H3("Listings"),
                    html.A("All listings", href="/listings", className="link small", title="Entities by authorities"),
                ],
                className="heading",
            ),
            html.Table(html.Tbody(rows), className="listings", **{"aria-label": "Listings by authority"})
            if rows
            else None,
            html.P(unchecked, className="claim-who") if unchecked else None,
        ],
        className="glance designation",
    )


def _is_bare_search(one: Listing) -> bool:
    """Whether only the search of a loaded list tells of it, and nothing was like it."""
    return one.state == listings.MISSED and not one.claims and not one.near


def _render_row(ontology: Ontology, alike: Sequence[Listing], names: Mapping[str, str]) -> Component:
    one = alike[0]
    row = listing_rows.describe_listing(one, names)
    authority = "; ".join(names[each.authority] for each in alike)
    who = {listings.MISSED: "looked for by", listings.UNCHECKED: ""}.get(one.state, "said by")
    small = (
        ("", row.entry),
        ("", row.dates),
        (
            "edition" if one.state == listings.LISTED else "searched:" if one.state == listings.MISSED else "",
            row.edition,
        ),
        (who if one.who else "", row.who),
        ("On the list, and of a like name:", row.near),
    )
    return html.Tr(
        [
            html.Td(
                [
                    _render_way_to_claims(ontology, one, authority),
                    *[html.Div(f"{lead} {text}".strip(), className="claim-who") for lead, text in small if text],
                ]
            ),
            html.Td(html.Span(row.state, className=f"listing {'disputed' if one.is_disputed else _get_mark(one)}")),
        ]
    )


def _get_mark(one: Listing) -> str:
    return {listings.LISTED: "listed", listings.MAYBE: "maybe"}.get(one.state, "absent")


def _render_way_to_claims(ontology: Ontology, one: Listing, words: str) -> Component:
    """The authority's name, with the way to the claims behind the row where there are any."""
    if not one.claims:
        return html.Div(words, className="claim-value")
    line = build_relationship_id(one.entity, ontology.get_relationship_by_role("designation"), one.authority)
    return html.Button(
        words,
        className="link",
        title="The claims behind this",
        **page_commands.build_event_attributes("open-line", line=line),
    )
