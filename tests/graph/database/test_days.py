"""The days beside partial dates: stored on relationships, told alike by Python and the server, hidden from users."""

import json
from datetime import date

import pytest

from graph import dates
from graph.database import write
from graph.database.store import Store, Transaction
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.reading import browse, neighbours, paths
from graph.reading.paths import PathFilter

pytestmark = pytest.mark.database
PARTS = ("early", "mid", "late")
MONTHS = [f"{year}-{month:02}" for year in (1999, 2000, 2023, 2024) for month in range(1, 13)]
EVERY = [
    *("1999", "2000", "2023", "2024", "2024-02-29", "2023-12-31", "2023-01-01"),
    *(f"{year}-{part}" for year in (1999, 2024) for part in PARTS),
    *MONTHS,
    *(f"{month}-{part}" for month in MONTHS for part in PARTS),
]
# A ship each: held between these dates, and reported on the second date or, without one, on the first.
HELD = {
    "whole-year": ("2022", "2022"),
    "feb": ("2023-02", "2023-02"),
    "feb-late": ("2024-02-late", "2024-02-late"),
    "early": ("2022-early", "2022-early"),
    "mid": ("2022-mid", "2022-mid"),
    "day": ("2022-08-07", "2022-08-07"),
    "open": ("2022-late", ""),
    "undated": ("", ""),
}


def own_ships(store: Store, ontology: Ontology) -> None:
    """An owner, and a ship for each of HELD."""
    owner = Entity("owner", "Company", ontology.types["Company"].labels, "Owner")
    ships = [Entity(name, "Ship", ontology.types["Ship"].labels, name) for name in HELD]
    claims = [
        Claim(f"c-{n}", "owner", "OWNS", "asserted", "s", n, valid_from=a, valid_to=b, reported_on=b or a)
        for n, (a, b) in HELD.items()
    ]
    batch = write.Batch(
        sources=[write.build_source_row(Source("s", "Paper", "Title", "2024"), "t", "")],
        entities=[(e.labels, write.build_entity_row(e, "t", "", ())) for e in (owner, *ships)],
        claims=claims,
    )
    turn = write.WriteLease("t", "r")
    write.begin(store, turn)
    store.write(write.apply, ontology, batch, turn)


def forget_days(store: Store) -> None:
    """Makes the relationships what the version before the days wrote."""
    removal = ", ".join(f"r.{name}" for name in dates.DAYS)
    store.write(Transaction.run, f"MATCH (:Entity)-[r]->(:Entity) REMOVE {removal}")


def list_reachable(store: Store, ontology: Ontology, rule: PathFilter) -> set[str]:
    """The ships that a path from the owner leads to."""
    return {n for n in HELD if paths.find_paths(store, ontology, "owner", n, kind="shortest", rule=rule).paths}


def list_expected(since: str, until: str) -> set[str]:
    """The ships whose line may have held between two dates, by graph/dates.py alone."""
    return {
        name
        for name, (begun, ended) in HELD.items()
        if (not until or dates.to_earliest_day(begun) <= dates.to_latest_day(until))
        and (not since or not ended or dates.to_latest_day(ended) >= dates.to_earliest_day(since))
    }


def test_the_days_stand_on_every_relationship(empty_store: Store, ontology: Ontology) -> None:
    own_ships(empty_store, ontology)
    rows = empty_store.read("MATCH (:Entity)-[r]->(b:Entity) RETURN b.id AS id, properties(r) AS stored")
    assert len(rows) == len(HELD)
    for row in rows:
        begun, ended = HELD[row["id"]]
        stated = ended or begun
        assert [row["stored"][name] for name in dates.DAYS] == [
            *(dates.to_earliest_day(stated), dates.to_latest_day(stated)),
            *(dates.to_earliest_day(begun), dates.to_latest_day(ended)),
        ]
    assert set(dates.DAYS) < set(ontology.relationship_properties)


def test_the_server_works_out_the_same_days_where_none_are_stored(empty_store: Store) -> None:
    first, last = (build("null", "text") for build in (dates.build_first_day_cypher, dates.build_last_day_cypher))
    rows = empty_store.read(f"UNWIND $texts AS text RETURN text, {first} AS first, {last} AS last", texts=EVERY)
    assert [(r["text"], r["first"], r["last"]) for r in rows] == [
        (text, dates.to_earliest_day(text), dates.to_latest_day(text)) for text in EVERY
    ]
    for row in rows:
        assert date.fromisoformat(row["first"]) <= date.fromisoformat(row["last"])  # never 31 February


@pytest.mark.parametrize("text", ["", "2023-02-99", "soon", "2023-13", "31/02/2023", "'; MATCH (n)", "early", "-late"])
def test_what_is_no_date_is_compared_as_it_stands(empty_store: Store, text: str) -> None:
    for build in (dates.build_first_day_cypher, dates.build_last_day_cypher):
        rows = empty_store.read(f"WITH $text AS text RETURN {build('null', 'text')} AS day", text=text)
        assert rows == [{"day": text}]


@pytest.mark.parametrize("old", [False, True])
def test_paths_and_expansion_answer_alike_with_and_without_stored_days(
    empty_store: Store, ontology: Ontology, old: bool
) -> None:
    own_ships(empty_store, ontology)
    if old:
        forget_days(empty_store)
    for since, until in (
        ("2022-early", "2022-early"),
        ("2022-05-01", ""),
        ("2022-12-31", ""),
        ("", "2021"),
        ("", "2022-08-31"),
        ("2023-02-28", "2023-02-28"),
        ("2023-03-01", "2024-02-20"),
        ("2024-03", ""),
    ):
        reachable = list_reachable(empty_store, ontology, PathFilter(since=since, until=until))
        assert reachable == list_expected(since, until), (since, until)
    newest = neighbours.select_neighbours(empty_store, ontology, "owner", rule="newest", limit=50)
    last_days = {name: dates.to_latest_day(ended or begun) for name, (begun, ended) in HELD.items()}
    assert newest == sorted(sorted(HELD), key=lambda name: last_days[name], reverse=True)


def test_users_do_not_meet_them(empty_store: Store, ontology: Ontology) -> None:
    own_ships(empty_store, ontology)
    new = browse.read_whole_graph(empty_store)
    assert not set(dates.DAYS) & {name for line in new.relationships for name in line.properties}
    forget_days(empty_store)
    assert json.dumps(browse.read_whole_graph(empty_store).as_dict()) == json.dumps(new.as_dict())


def test_a_relationship_that_is_not_ours_keeps_what_it_is_called(empty_store: Store) -> None:
    text = "CREATE (:Thing2 {name: 'a'})-[r:HELD {valid_earliest: date('2023-02-01')}]->(:Thing2 {name: 'b'}) RETURN r"
    rows = empty_store.write(Transaction.run, text)
    assert rows
    line = empty_store.read("MATCH ()-[r:HELD]->() RETURN r")[0]["r"]
    assert line.properties == {"valid_earliest": "2023-02-01"}
