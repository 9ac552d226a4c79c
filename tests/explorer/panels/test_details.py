"""The details panel: posts and designations at a glance, every claim reachable, and seams for other kinds."""

import json
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from explorer.panels.reading import details
from explorer.panels.reading.details import MAX_CLAIMS, ClaimPage
from explorer.state.canvas import Canvas
from graph.database import write
from graph.database.store import Store
from graph.listings import Listing
from graph.model import Claim, Entity, Relationship, Source, Subgraph
from graph.ontology import Ontology
from graph.reading import browse, summaries
from graph.reading.listings import ListingTable


def rendered(part: Any) -> str:
    """A component as the browser gets it."""
    return json.dumps(part, cls=PlotlyJSONEncoder, ensure_ascii=False)


def claims(count: int, **changed: Any) -> tuple[Claim, ...]:
    fields = {"predicate": "OWNS", "stance": "asserted", "source": "s", "object": "b", "summary": "", **changed}
    return tuple(Claim(f"c{n:04}", "a", **{**fields, "detail": f"detail {n:04}"}) for n in range(count))


def test_posts_designations_and_doubles_at_a_glance(ontology: Ontology) -> None:
    shown = Entity("a", "Person", (), "A")
    ends = {n: Entity(n, "Organization", (), f"The {n}") for n in ("army", "ofac", "un", "double")}
    post = {"details": ["Director"], "valid_from": "2019", "valid_to": "2021-04", "grade": "B2"}
    ended = Listing("a", "ofac", "listed once, ended", "2016", "2020-05", "entry 7", claims=("c2", "c3"))
    said_not = Listing("a", "eu", "said not to be listed", who=("un",), on="2024", claims=("c5",))
    ends["eu"] = Entity("eu", "Regime", (), "EU list")
    table = ListingTable({(x.entity, x.authority): x for x in (ended, said_not)}, entities=ends)
    links = [
        (Relationship("1", "HOLDS_POST_IN", "a", "army", ("c1",), "contested", post), ends["army"]),
        (Relationship("3", "SAME_AS", "double", "a", ("c4",), "denied"), ends["double"]),
    ]
    text = rendered(details.render_entity(ontology, shown, Subgraph((shown,)), ClaimPage(0, 0, 0), links, table=table))
    for words in (
        "Posts",
        "The army",
        "Director",
        "2019 to 2021-04",
        "Contested",
        "best grade B2",
        "Listings",
        "since 2016 until 2020-05",
        "Listed once, ended",
        "entry 7",
        "EU list",
        "Said by a source not to be listed",
        "May be the same as",
        "The double",
        "Denies",
    ):
        assert words in text, words
    assert text.index("May be the same as") < text.index("Posts") < text.index("Listings")


def test_a_name_that_a_list_no_longer_gives_is_told_as_such(ontology: Ontology) -> None:
    shown = Entity("a", "Person", (), "CHUL", ("ALSO", "CHOL"), {"identifiers": ["Passport 1", "UN KPi.901"]})
    given = [
        ("HAS_NAME", "CHUL", ""),
        ("HAS_NAME", "CHOL", "2024-03-01"),
        ("HAS_NAME", "ALSO", "2024-03-01"),
        ("HAS_NAME", "ALSO", ""),  # another list still gives it
        ("HAS_IDENTIFIER", "UN KPi.901", ""),
        ("HAS_IDENTIFIER", "Passport 1", "2024-03-01"),
    ]
    said = tuple(
        Claim(f"c{n}", "a", predicate, "asserted", "s", value=value, withdrawn_on=ended)
        for n, (predicate, value, ended) in enumerate(given)
    )
    text = rendered(details._render_facts(ontology, shown, said, whole=True))
    shown_text = [
        text.index(words) for words in ("Also named", "ALSO", "Once named", "CHOL", "Identifiers", "UN KPi.901")
    ]
    assert shown_text == sorted(shown_text)
    assert text.index("Identifiers no longer given") < text.index("Passport 1")


def test_designation_claims_are_grouped_by_authority(ontology: Ontology) -> None:
    shown = Entity("a", "Company", (), "A")
    names = (shown, Entity("un", "Regime", (), "UN list"), Entity("eu", "Regime", (), "EU list"))
    designations = [
        Claim(f"c{n}", "a", "DESIGNATED_BY", "asserted", "s", to) for n, to in enumerate(("un", "eu", "un"))
    ]
    text = rendered(
        details.render_entity(ontology, shown, Subgraph(names, (), tuple(designations)), ClaimPage(0, 3, 0))
    )
    assert text.index("Listing by EU list") < text.index("Listing by UN list")


def test_every_claim_of_a_line_can_be_reached(ontology: Ontology) -> None:
    every = claims(MAX_CLAIMS * 2 + 5)
    evidence = Subgraph((), (), every)
    seen = set()
    for skip in (0, MAX_CLAIMS, MAX_CLAIMS * 2):
        text = rendered(details.render_relationship(ontology, evidence, skip=skip))
        seen |= {c.detail for c in every if c.detail in text}
        assert f"Claims {skip + 1} to {min(skip + MAX_CLAIMS, len(every))} of {len(every)}" in text
        assert f"{len(every)} claims assert it" in text  # the verdict weighs all, not only the page
    assert len(seen) == len(every)


def test_a_kind_of_another_panel_and_an_unknown_one(ontology: Ontology, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(details.KINDS, "stack", lambda _store, _ontology, canvas, id_: [id_, canvas.title])
    store: Any = None
    assert details.render_content(store, ontology, Canvas(title="T"), {"kind": "stack", "id": "s1"}) == ["s1", "T"]
    assert "no claims about this" in rendered(
        details.render_content(store, ontology, Canvas(), {"kind": "<b>", "id": "x"})
    )


@pytest.mark.database
def test_pages_of_an_entity_hold_each_claim_once_and_all_its_figures(empty_store: Store, ontology: Ontology) -> None:
    labels = ontology.types["Company"].labels
    a, b = (Entity(i, "Company", labels, i) for i in "ab")
    plain = claims(MAX_CLAIMS + 30)
    figures = [
        Claim(
            f"f{n}",
            "a",
            "ESTIMATE",
            "asserted",
            "s",
            topic="shells",
            value=float(n + 1),
            reliability="F",
            credibility="6",
        )
        for n in range(3)
    ]
    batch = write.Batch(
        sources=[write.build_source_row(Source("s", "P", "T", "2024", reliability="B"), "t", "")],
        entities=[(labels, write.build_entity_row(e, "t", "", ())) for e in (a, b)],
        claims=[*plain, *figures],
    )
    turn = write.WriteLease("t", "r")
    write.begin(empty_store, turn)
    empty_store.write(write.apply, ontology, batch, turn)
    pages = [
        browse.read_evidence(empty_store, entity="a", most=MAX_CLAIMS, skip=skip).claims for skip in (0, MAX_CLAIMS)
    ]
    assert len({c.id for page in pages for c in page}) == sum(map(len, pages)) == MAX_CLAIMS + 33
    text = rendered(details.render_content(empty_store, ontology, Canvas(), {"kind": "entity", "id": "a"}))
    assert all(f'"{n + 1}"' in text for n in range(3))  # graded worst, so on the last page, but told on the first
    assert "3 figures, none of them ours" in text


@pytest.mark.database
def test_the_shipped_commission(store: Store, ontology: Ontology) -> None:
    links = summaries.read_key_relationships(store, ontology, "second-economic-commission")
    assert {line.type for line, _ in links} >= {"DESIGNATED_BY"}
    assert all(line.source == "second-economic-commission" for line, _ in links if line.type != "SAME_AS")
    text = rendered(
        details.render_content(store, ontology, Canvas(), {"kind": "entity", "id": "second-economic-commission"})
    )
    assert "United Nations" in text


@pytest.mark.database
def test_absence_from_lists_is_one_calm_table(store: Store, ontology: Ontology) -> None:
    ship = rendered(details.render_content(store, ontology, Canvas(), {"kind": "entity", "id": "tomi-haru"}))
    assert ship.count("Not found in the edition searched") == 3
    assert "searched: UN list in a copy of November 2026" in ship
    assert "looked for by Armsgraph editors, 2026-11" in ship
    assert "Not checked: " in ship
    man = rendered(details.render_content(store, ontology, Canvas(), {"kind": "entity", "id": "pak-thae-song"}))
    assert man.count("Said by a source not to be listed") == 3
    assert "said by 38 North, 2024-06" in man
    for text in (ship, man):
        assert "Denies" not in text
        assert "denied" not in text
    behind = rendered(
        details.render_content(
            store, ontology, Canvas(), {"kind": "relationship", "id": "tomi-haru|DESIGNATED_BY|regime-ofac"}
        )
    )
    assert "No line is drawn: 1 search did not find it. Absence from a list is no denial." in behind
    assert "verdict absent" in behind
