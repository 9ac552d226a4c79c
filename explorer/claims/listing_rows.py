"""An entity's listing by an authority in words, alike in the details, the matrix and every export. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from graph import listings
from graph.listings import Listing, NearMiss

CAPTIONS = {
    listings.LISTED: "Listed",
    listings.ENDED: "Listed once, ended",
    listings.MAYBE: "May be listed, under another record",
    listings.SAID_NOT: "Said by a source not to be listed",
    listings.MISSED: "Not found in the edition searched",
    listings.UNCHECKED: "Not checked",
}


@dataclass(frozen=True)
class ListingRow:
    """A cell in words: `dates` are since and until, `entry` number and programme, `who` says so or looked, and when."""

    authority: str
    state: str
    dates: str
    entry: str
    edition: str
    who: str
    near: str = ""


def describe_listing(one: Listing, names: Mapping[str, str]) -> ListingRow:
    """A listing as a row; `names` are those of authorities and speakers by id."""
    is_entry = one.state in (listings.LISTED, listings.ENDED)
    dates = " ".join(
        part
        for part in (
            f"since {one.since}" if one.since else "no date given" if is_entry and not one.until else "",
            f"until {one.until}" if one.until else "",
        )
        if part
    )
    state = CAPTIONS[one.state] + (f"; but {describe_contradiction(one)}" if one.is_disputed else "")
    who = ", ".join(names.get(i, i) for i in one.who if i != one.authority)
    if one.state == listings.MISSED and not one.who:
        who = "searched in the list loaded"
    return ListingRow(
        names.get(one.authority, one.authority),
        state,
        dates,
        " · ".join(filter(None, (one.number, one.programme))),
        one.edition,
        ", ".join(filter(None, (who, one.on if one.who and not is_entry else ""))),
        "; ".join(map(describe_near_miss, one.near)),
    )


def describe_contradiction(one: Listing) -> str:
    """That somebody says of the same time that it is not listed."""
    count = len(one.against)
    return f"{count} {'claim says' if count == 1 else 'claims say'} that it is not"


def describe_near_miss(near: NearMiss) -> str:
    """A listed other of a like name: "Ri Su Yong (names alike 0.82; not the same)"."""
    parts = (f"names alike {near.score:.2f}" if near.score else "", near.verdict)
    return f"{near.name} ({'; '.join(filter(None, parts))})"
