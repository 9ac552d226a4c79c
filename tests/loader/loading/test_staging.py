"""The spool: what it refuses, what it takes for one, and what it leaves to the database."""

from pathlib import Path

import pytest

from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from loader.loading.staging import StagingStore
from loader.records import Feed, Item, Notice, Record, RejectedRow, Row
from loader.statements import Attribution
from tests.support.reading import collect

LABELS = ("Entity", "Organization", "Company")
SPEAKER = Attribution("x", "x-source", "x-1", "B", "2")
SOURCE = Source("x-source", "A publisher", "A list", "2024")


def row(number: int) -> Row:
    return Row(Path("x.csv"), number, raw=f"row {number}")


def company(number: int, name: str = "Example") -> Entity:
    return Entity(f"x-{number}", "Company", LABELS, name)


def feed(*records: Record | Item | RejectedRow | Notice) -> Feed:
    items = [r if isinstance(r, (Item, RejectedRow, Notice)) else Item(r, row(n)) for n, r in enumerate(records, 1)]
    return Feed("x", "2024", items)


def link(a: int, b: int) -> Claim:
    return SPEAKER.build_relationship_claim(f"x-{a}", "LINKED_TO", f"x-{b}", "They are linked.")


def test_ids_may_refer_to_what_comes_later(ontology: Ontology) -> None:
    got = collect(feed(link(1, 2), company(1), SOURCE, company(2)), ontology)
    assert got.problems == []
    assert (set(got.entities), len(got.claims)) == ({"x-1", "x-2"}, 1)


def test_rows_that_say_the_same_are_one_and_others_are_refused(ontology: Ontology) -> None:
    got = collect(feed(SOURCE, company(1), company(1), company(1, "Another"), link(1, 1)), ontology)
    assert got.problems == [
        "x.csv, row 4, field 'id': 'x-1' is already the id of row 2, which says something else",
        "x.csv, row 5, field 'object': a relationship needs two different entities",
    ]
    assert got.entities["x-1"].name == "Example"


def test_a_claim_about_nothing_is_named(ontology: Ontology) -> None:
    got = collect(feed(company(1), link(1, 9)), ontology)
    assert got.problems == [
        "x.csv, row 2, field 'object': there is no entity 'x-9'",
        "x.csv, row 2, field 'source': there is no source 'x-source'",
    ]


def test_what_the_database_holds_may_be_referred_to(ontology: Ontology) -> None:
    stored = {"x-2": "Company", "x-source": ""}
    got = collect(feed(company(1), link(1, 2)), ontology, lambda ids: {i: stored[i] for i in ids if i in stored})
    assert got.problems == []
    assert len(got.claims) == 1
    wrong = collect(
        feed(SOURCE, company(1), SPEAKER.build_relationship_claim("x-1", "FLAGGED_IN", "x-2", "A flag.")),
        ontology,
        lambda ids: {i: stored[i] for i in ids if i in stored},
    )
    assert [t.split(": ", 1)[1] for t in wrong.problems] == [
        "FLAGGED_IN takes Ship or Aircraft here, not Company",
        "FLAGGED_IN takes State here, not Company",
    ]


def test_what_a_filter_leaves_out_takes_its_claims_along(ontology: Ontology) -> None:
    out = Item(company(2), row(2), selected=False)
    got = collect(feed(SOURCE, company(1), out, link(1, 2)), ontology)
    assert (got.problems, set(got.entities), got.claims) == ([], {"x-1"}, {})
    with StagingStore(ontology, feed(SOURCE, company(1), out, link(1, 2))) as staged:
        staged.fill()
        assert staged.holds("entity", ["x-1", "x-2", "x-3"]) == {"x-1", "x-2"}
        assert staged.holds("claim", [link(1, 2).id]) == {link(1, 2).id}


@pytest.mark.parametrize("text", ["half \ud800", "apart \ufdd0 from"])
def test_what_is_no_character_is_refused(ontology: Ontology, text: str) -> None:
    bad = Item(company(2, text), Row(Path("x.csv"), 2, raw=f"2,{text}"))
    got = collect(feed(SOURCE, company(1), bad), ontology)
    assert set(got.entities) == {"x-1"}
    assert len(got.problems) == 1
    assert "no character" in got.problems[0]
    got.rejected[0].row.raw.encode()


def test_letters_of_all_scripts_are_kept(ontology: Ontology) -> None:
    name = "강계 Тэсон 太成 \U0001f6a2 \\ud800"
    assert collect(feed(SOURCE, company(1, name)), ontology).entities["x-1"].name == name


def test_an_empty_name_is_no_name(ontology: Ontology) -> None:
    got = collect(feed(SOURCE, company(1), SPEAKER.names("x-1", " ")), ontology)
    assert got.problems == ["x.csv, row 3, field 'value': HAS_NAME needs a text as its value"]


def test_rejected_rows_and_notices_come_back_in_order(ontology: Ontology) -> None:
    late, early = (RejectedRow(row(n), (row(n).problem("", f"fault {n}"),)) for n in (9, 3))
    note = Notice("odd", "look at this", row(4))
    got = collect(feed(SOURCE, late, note, early), ontology)
    assert [r.row.number for r in got.rejected] == [3, 9]
    assert [(n.kind, n.text, n.row.number, n.row.raw) for n in got.notices] == [("odd", "look at this", 4, "row 4")]
