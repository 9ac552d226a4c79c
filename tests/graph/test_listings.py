"""Absence from a list is no denial, whoever says so and however a file puts it."""

from dataclasses import replace

import pytest

from graph import listings
from graph.database import validate
from graph.model import NOT_FOUND, NOT_LISTED, Claim
from graph.ontology import Ontology

CLAIM = Claim(
    "c1",
    "ship",
    "DESIGNATED_BY",
    "denied",
    "s",
    object="regime",
    asserted_by="institute",
    summary="It is off the list.",
)


@pytest.mark.parametrize(
    ("detail", "summary", "stance"),
    [
        ("not found", "The ship is not in the US list that we hold; our own check.", NOT_FOUND),
        ("screening", "No match on 4 May 2024.", NOT_FOUND),
        ("not in any list held", "", NOT_FOUND),
        ("", "Screened without a hit.", NOT_FOUND),
        ("off the list", "The ministry's list does not have the ship, the institute says.", NOT_LISTED),
        ("", "The minister denies that the ship was ever sanctioned.", NOT_LISTED),
    ],
)
def test_a_denied_listing_is_read_as_the_absence_that_it_is(
    ontology: Ontology, detail: str, summary: str, stance: str
) -> None:
    read = listings.read_absence(ontology, replace(CLAIM, detail=detail, summary=summary or "It says so."))
    assert read.stance == stance
    assert replace(read, stance="denied") == replace(CLAIM, detail=detail, summary=summary or "It says so.")


def test_every_other_denial_stays_one(ontology: Ontology) -> None:
    for claim in (
        replace(CLAIM, predicate="OWNS", detail="not found"),
        replace(CLAIM, stance="asserted", detail="not found"),
    ):
        assert listings.read_absence(ontology, claim) is claim


def test_only_a_listing_can_be_absent(ontology: Ontology) -> None:
    for stance in (NOT_LISTED, NOT_FOUND):
        assert validate.check_claim_alone(ontology, replace(CLAIM, stance=stance)) == []
        ((field, rule),) = validate.check_claim_alone(ontology, replace(CLAIM, stance=stance, predicate="OWNS"))
        assert (field, rule) == ("stance", f"must be one of asserted, denied, not {stance!r}")
