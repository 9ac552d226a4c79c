"""Independence counts who speaks: a minister in two papers is one voice, and so is a paper that quotes the minister."""

from dataclasses import replace
from pathlib import Path

import pytest

from explorer.filters import apply
from graph import evidence
from graph.database.store import Store
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.reading import browse
from loader.records import Feed, Item, Row
from tests.support.reading import collect, load_feed

NOWHERE = Row(Path("claims.csv"), 1, raw="a row")
LABELS = ("Entity", "Organization")
RECORDS = (
    *(Entity(i, "Organization", LABELS, name) for i, name in (("yard", "Yard"), ("state", "Buyer"))),
    *(Entity(i, "Organization", LABELS, name) for i, name in (("post", "The Post"), ("herald", "The Herald"))),
    Entity("minister", "Person", ("Entity", "Person"), "The minister"),
    Source("post-1", "The Post", "The minister speaks"),
    Source("post-2", "The Post", "Our own look"),
    Source("herald-1", "The Herald", "The minister speaks"),
)
QUOTED = Claim(
    "quoted", "yard", "EXPORTS_TO", "asserted", "post-1", "state", asserted_by="minister", reliability="B",
    credibility="2", summary="The yard exports arms.",
)  # fmt: skip
AGAIN = replace(QUOTED, id="again", source="herald-1")
OWN = replace(QUOTED, id="own", asserted_by="post")
ELSEWHERE = replace(OWN, id="elsewhere", source="post-2")
DENIAL = replace(OWN, id="denial", stance="denied")


def feed(*claims: Claim) -> Feed:
    return Feed("own", "1", [Item(record, NOWHERE) for record in (*RECORDS, *claims)])


@pytest.mark.parametrize(
    ("claims", "voices"),
    [
        ((QUOTED, AGAIN), 1),
        ((QUOTED, OWN), 1),
        ((OWN, QUOTED, AGAIN), 1),
        ((QUOTED, ELSEWHERE), 2),  # what it found out by itself
        ((OWN, AGAIN), 2),  # it quotes nobody
        ((QUOTED, replace(OWN, asserted_by="herald")), 2),  # another paper, which its document names
        ((QUOTED, DENIAL), 1),
    ],
)
def test_an_outlet_adds_no_voice_to_those_whom_it_quotes(
    ontology: Ontology, claims: tuple[Claim, ...], voices: int
) -> None:
    lines = evidence.build_relationship(list(collect(feed(*claims), ontology).claims.values()))
    assert apply.count_speakers(lines) == voices


@pytest.mark.database
def test_voices_are_counted_alike_once_stored(empty_store: Store, ontology: Ontology) -> None:
    load_feed(empty_store, ontology, feed(QUOTED, OWN))
    (line,) = browse.read_whole_graph(empty_store).relationships
    assert line.properties["speakers"] == ["minister"]
    again = load_feed(empty_store, ontology, feed(QUOTED, OWN))
    assert (again.total("unchanged"), again.total("changed")) == (2, 0)


@pytest.mark.database
def test_what_an_outlet_retells_of_a_minister_is_the_ministers(store: Store) -> None:
    rows = store.read(
        "MATCH (c:Claim {source: 'rbc-2024-02-27'}) WHERE c.asserted_by = 'rbc-ukraine' RETURN c.id AS id ORDER BY id"
    )
    # Only posts, bodies and the byline are the outlet's own word.
    assert [row["id"] for row in rows] == ["rbc-byline-1", "rbc-p01-5", "rbc-p11-2", "rbc-p11-3"]
