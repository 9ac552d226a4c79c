"""A newer edition of a list: what it adds, changes and withdraws; two loads at once, and a full disk, break nothing."""

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import evidence
from graph.database import write
from graph.database.store import Store, Transaction
from graph.errors import DataError, StoreError, StoreUnavailable
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.reading import browse
from graph.server import local
from loader import reference
from loader.loading import changes, diff, pipeline
from loader.loading.staging import StagingStore
from loader.records import Feed, Item, RejectedRow, Row
from loader.statements import Attribution
from tests.loader.loading.test_load import check_invariant, fingerprint_without_notes
from tests.support.reading import load_feed
from tests.support.servers import address, kill_server

pytestmark = pytest.mark.database
NOWHERE = Row(Path("list.csv"), 1, raw="a row")
OFFICE = Attribution("list", "list-source", "regime-ofac", "A", "1")


def company(number: int, name: str = "") -> Entity:
    labels = ("Entity", "Organization", "Company")
    return Entity(f"list-{number}", "Company", labels, name or f"Example Trading {number}")


def listed(number: int, programme: str = "DPRK", **more: str) -> Claim:
    return OFFICE.build_relationship_claim(
        f"list-{number}", "DESIGNATED_BY", "regime-ofac", f"Number {number} is listed.", detail=programme, **more
    )


def edition(date: str, records: Iterable[object], *, dataset: str = "list", bad: bool = False, **more: bool) -> Feed:
    regime = Item(reference.get_regime("regime-ofac"), NOWHERE, shared=True)
    source = Item(Source(f"{dataset}-source", "An office", "A list", date=date), NOWHERE)
    items = [regime, source, *(r if isinstance(r, Item) else Item(r, NOWHERE) for r in records)]
    faults = [RejectedRow(NOWHERE, (NOWHERE.problem("", "can't be read"),))] if bad else []
    return Feed(dataset, date, [*items, *faults], "A list", **{"keeps_history": True, **more})


def stored(store: Store, claim: Claim) -> Claim | None:
    rows = store.read("MATCH (c:Claim {id: $id}) RETURN properties(c) AS c", id=claim.id)
    return write.parse_claim(rows[0]["c"]) if rows else None


FIRST = [company(1), company(2), listed(1), listed(2), OFFICE.names("list-1", "Old Name"), listed(2, "NPWMD")]
SECOND = [
    company(1),
    company(2, "Renamed Trading"),
    company(3),
    listed(1, valid_from="2016"),
    listed(3),
    listed(2, "NPWMD"),
]


def test_a_newer_edition_adds_changes_and_withdraws(empty_store: Store, ontology: Ontology) -> None:
    first = load_feed(empty_store, ontology, edition("2019-01", FIRST))
    assert (first.before, first.total("added")) == (None, 4)
    report = load_feed(empty_store, ontology, edition("2021-07", SECOND), keep_changes=100)
    claims = {state: report.total(state) for state in changes.STATES}
    assert claims == {"added": 1, "changed": 1, "withdrawn": 2, "removed": 0, "unchanged": 1}
    assert report.counts["entity"] == {"added": 1, "changed": 1, "unchanged": 1}
    assert {(c.state, c.subject) for c in report.changes if c.kind == "DESIGNATED_BY"} == {
        ("added", "list-3"),
        ("changed", "list-1"),
        ("withdrawn", "list-2"),
    }
    gone = stored(empty_store, listed(2))
    assert gone
    assert (gone.reported_on, gone.last_seen_on, gone.withdrawn_on) == ("2019-01", "2019-01", "2021-07")
    kept = stored(empty_store, listed(1, valid_from="2016"))
    assert kept
    assert (kept.reported_on, kept.valid_from, kept.withdrawn_on) == ("2019-01", "2016", "")
    added = stored(empty_store, listed(3))
    assert added
    assert added.reported_on == "2021-07"
    check_invariant(empty_store, ontology)
    one, two = browse.read_entities(empty_store, ["list-1", "list-2"])
    assert (one.aliases, two.name) == (("Old Name",), "Renamed Trading")  # who was once so named is still found


def test_a_line_ends_when_its_last_designation_is_withdrawn(empty_store: Store, ontology: Ontology) -> None:
    load_feed(empty_store, ontology, edition("2019-01", [company(1), company(2), listed(1), listed(2)]))
    load_feed(empty_store, ontology, edition("2021-07", [company(1), company(2), listed(1)]))
    edges = {e.source: e for e in browse.read_whole_graph(empty_store).relationships}
    assert edges["list-2"].properties["valid_to"] == "2021-07"
    assert edges["list-1"].properties["valid_to"] == ""


def test_listed_again_is_another_entry_and_the_old_end_stays(empty_store: Store, ontology: Ontology) -> None:
    for date, claims in (("2019", [listed(1)]), ("2020", []), ("2021", [listed(1)]), ("2022", [listed(1)])):
        report = load_feed(empty_store, ontology, edition(date, [company(1), *claims]), force=date == "2020")
    assert report.total("unchanged") == 1
    old, new = stored(empty_store, listed(1)), stored(empty_store, replace(listed(1), id=f"{listed(1).id}@2021"))
    assert old
    assert new
    assert (old.withdrawn_on, new.reported_on, new.withdrawn_on) == ("2020", "2021", "")
    check_invariant(empty_store, ontology)
    report = load_feed(empty_store, ontology, edition("2023", [company(1)]), force=True)
    assert report.total("withdrawn") == 1
    again = stored(empty_store, new)
    assert again
    assert again.withdrawn_on == "2023"


def test_an_older_edition_is_refused_and_with_force_goes_back(empty_store: Store, ontology: Ontology) -> None:
    load_feed(empty_store, ontology, edition("2019-01", FIRST))
    before = fingerprint_without_notes(empty_store)
    load_feed(empty_store, ontology, edition("2021-07", SECOND))
    with pytest.raises(DataError, match=r"2019-01 of list is older than the loaded one, 2021-07.*--force"):
        load_feed(empty_store, ontology, edition("2019-01", FIRST))
    load_feed(empty_store, ontology, edition("2019-01", FIRST), force=True)
    # What was only in the newer edition leaves its entity behind: entities of a list are never removed.
    empty_store.write(lambda tx: tx.run("MATCH (n:Entity {id: 'list-3'}) DETACH DELETE n"))
    assert fingerprint_without_notes(empty_store) == before


def test_a_cut_edition_is_refused(empty_store: Store, ontology: Ontology) -> None:
    many = [x for i in range(1, 9) for x in (company(i), listed(i))]
    load_feed(empty_store, ontology, edition("2019-01", many))
    before = fingerprint_without_notes(empty_store)
    with pytest.raises(DataError, match="makes 3 statements, the loaded one made 8"):
        load_feed(empty_store, ontology, edition("2021-07", many[:6]))
    assert fingerprint_without_notes(empty_store) == before


def test_rows_that_cannot_be_read_end_nothing(empty_store: Store, ontology: Ontology) -> None:
    load_feed(empty_store, ontology, edition("2019-01", FIRST))
    report = load_feed(empty_store, ontology, edition("2021-07", SECOND, bad=True))
    assert (report.kept_open, report.total("withdrawn"), report.total("added")) == (2, 0, 1)
    still = stored(empty_store, listed(2))
    assert still
    assert still.withdrawn_on == ""
    report = load_feed(empty_store, ontology, edition("2021-07", SECOND))
    assert report.total("withdrawn") == 2


def test_a_filter_is_no_withdrawal(empty_store: Store, ontology: Ontology) -> None:
    load_feed(empty_store, ontology, edition("2019-01", FIRST))
    left_out = [Item(r, NOWHERE, selected="list-2" not in (r.id, getattr(r, "subject", ""))) for r in FIRST]
    report = load_feed(empty_store, ontology, edition("2021-07", left_out))
    assert (report.total("withdrawn"), report.total("unchanged")) == (0, 2)
    still = stored(empty_store, listed(2))
    assert still
    assert still.withdrawn_on == ""


def test_a_list_never_touches_what_analysts_made(empty_store: Store, ontology: Ontology) -> None:
    load_feed(empty_store, ontology, edition("2019-01", FIRST))
    analyst = Attribution("mine", "mine-source", "regime-ofac", "B", "2")
    own = analyst.build_relationship_claim("list-2", "LINKED_TO", "list-1", "The analyst sees a link.")
    load_feed(empty_store, ontology, edition("2020", [own], dataset="mine", keeps_history=False))
    load_feed(empty_store, ontology, edition("2021-07", [company(1), listed(1)]), force=True)
    kept = stored(empty_store, own)
    assert kept
    assert (kept.withdrawn_on, kept.summary) == ("", "The analyst sees a link.")
    assert "list-1|LINKED_TO|list-2" in {e.id for e in browse.read_whole_graph(empty_store).relationships}


def test_the_later_of_two_loads_of_one_list_goes_on(empty_store: Store, ontology: Ontology) -> None:
    records = [x for i in range(1, 40) for x in (company(i), listed(i))]
    with StagingStore(ontology, edition("2019-01", records)) as staged, pytest.MonkeyPatch.context() as patch:
        patch.setattr(diff, "BATCH", 5)
        staged.fill()
        calls = 0

        def overtaken(stage: str, _done: float, _share: float | None) -> None:
            nonlocal calls
            calls += stage == "writing"
            if calls == 3:
                load_feed(empty_store, ontology, edition("2019-01", records))

        with pytest.raises(StoreError, match="another load of 'list' has begun"):
            pipeline.load(empty_store, ontology, staged, progress=overtaken)
    check_invariant(empty_store, ontology)
    report = load_feed(empty_store, ontology, edition("2019-01", records))
    assert (report.total("added"), report.total("unchanged")) == (0, 39)


def test_two_lists_at_once_share_lines_and_lose_none(empty_store: Store, ontology: Ontology) -> None:
    load_feed(empty_store, ontology, edition("2020", [company(i) for i in range(1, 31)]))
    errors: list[BaseException] = []

    def run(dataset: str) -> None:
        speaker = Attribution(dataset, f"{dataset}-source", "regime-ofac", "B", "2")
        claims = [
            speaker.build_relationship_claim(f"list-{i}", "LINKED_TO", f"list-{i + 1}", f"{dataset} says so.")
            for i in range(1, 30)
        ]
        names = [speaker.names(f"list-{i}", f"{dataset} name {i}") for i in range(1, 30)]
        try:
            load_feed(empty_store, ontology, edition("2020", [*claims, *names], dataset=dataset))
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            errors.append(error)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diff, "BATCH", 4)
        threads = [threading.Thread(target=run, args=(name,)) for name in ("alpha", "beta", "gamma")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not errors
    check_invariant(empty_store, ontology)
    edges = browse.read_whole_graph(empty_store).relationships
    assert len(edges) == 29
    assert all(len(e.claims) == 3 for e in edges)
    assert all(len(e.aliases) == 3 for e in browse.read_entities(empty_store, [f"list-{i}" for i in range(1, 30)]))


def test_a_full_disk_is_said_and_changes_nothing(
    empty_store: Store, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint_without_notes(empty_store)
    records = [company(i, "x" * 3_000) for i in range(4_000)]
    connect = sqlite3.connect

    def connect_to_a_small_disk(*args: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*args, **options)
        connection.execute("PRAGMA max_page_count = 200")  # SQLite then says what it says of a full disk
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect_to_a_small_disk)
    full = pytest.raises(StoreError, match=r"disk for temporary files is full.*TMPDIR")
    with StagingStore(ontology, edition("2020", records)) as staged, full:
        pipeline.load(empty_store, ontology, staged.fill())
    assert fingerprint_without_notes(empty_store) == before
    assert issubclass(sqlite3.OperationalError, sqlite3.Error)


def test_what_is_stored_of_a_line_is_what_its_claims_say_after_any_edition(
    empty_store: Store, ontology: Ontology
) -> None:
    numbers = st.integers(1, 4)
    statement = st.one_of(
        st.builds(listed, numbers, st.sampled_from(["DPRK", "NPWMD"])),
        st.builds(lambda i, n: OFFICE.names(f"list-{i}", n), numbers, st.sampled_from(["Alpha", "Beta", "강계"])),
    )
    claims = st.lists(statement, max_size=6, unique_by=lambda c: c.id)

    @given(st.lists(claims, min_size=1, max_size=4), st.booleans())
    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
    def check(editions: list[list[Claim]], history: bool) -> None:
        write.wipe(empty_store)
        for number, claims in enumerate(editions):
            records = [*(company(i) for i in range(1, 5)), *claims]
            feed = edition(f"20{10 + number}", records, keeps_history=history)
            load_feed(empty_store, ontology, feed, force=True)
            once = fingerprint_without_notes(empty_store)
            again = load_feed(
                empty_store, ontology, edition(f"20{10 + number}", records, keeps_history=history), force=True
            )
            assert fingerprint_without_notes(empty_store) == once
            assert again.total("unchanged") == len(claims)
            check_invariant(empty_store, ontology)
        live = empty_store.read("MATCH (c:Claim) WHERE coalesce(c.withdrawn_on, '') = '' RETURN c.id AS id")
        assert {diff.get_base_id(row["id"]) for row in live} == {c.id for c in editions[-1]}
        kept = empty_store.read("MATCH (c:Claim) RETURN DISTINCT c.id AS id")
        last_or_all = editions if history else editions[-1:]
        assert {diff.get_base_id(row["id"]) for row in kept} == {c.id for claims in last_or_all for c in claims}

    check()


def test_the_end_of_a_claim_is_its_own_or_that_of_its_list() -> None:
    assert evidence.get_end_date(replace(listed(1), valid_to="2015", withdrawn_on="2020")) == "2015"
    assert evidence.get_end_date(replace(listed(1), withdrawn_on="2020")) == "2020"


def test_a_writer_that_fails_stops_the_load(
    empty_store: Store, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(tx: Transaction, *_: object) -> None:
        raise StoreError("the server's disk is full")

    monkeypatch.setattr(write, "apply", failing)
    with pytest.raises(StoreError, match="disk is full"):
        load_feed(empty_store, ontology, edition("2020", FIRST))


def test_a_file_cut_out_of_a_graph_leaves_a_list_alone_and_gives_way_to_it(
    empty_store: Store, ontology: Ontology
) -> None:
    shared = [company(1), company(2), listed(1), listed(2)]
    guest: Any = {"dataset": "file-x", "keeps_history": False, "yields": True}
    load_feed(empty_store, ontology, edition("2019-01", shared))
    alone = fingerprint_without_notes(empty_store)
    report = load_feed(empty_store, ontology, edition("2020-01", shared, **guest))
    assert (report.left_alone, report.refused, report.total("added")) == (4, 0, 0)
    empty_store.write(lambda tx: tx.run("MATCH (n) WHERE n.id STARTS WITH 'file-x' DETACH DELETE n"))
    assert fingerprint_without_notes(empty_store) == alone
    write.wipe(empty_store)
    load_feed(empty_store, ontology, edition("2020-01", shared, **guest))
    report = load_feed(empty_store, ontology, edition("2019-01", shared))
    assert (report.refused, report.claims) == (0, 2)
    owners = {row["d"] for row in empty_store.read("MATCH (n:Company|Claim) RETURN n.dataset AS d")}
    assert owners == {"list"}


def test_a_file_may_hold_withdrawn_claims(empty_store: Store, ontology: Ontology) -> None:
    over = replace(listed(1), withdrawn_on="2021", last_seen_on="2020", reported_on="2019")
    for state in ("added", "unchanged"):
        report = load_feed(empty_store, ontology, edition("1999", [company(1), over], keeps_history=False))
        assert report.total(state) == 1
    assert stored(empty_store, over) == over
    report = load_feed(empty_store, ontology, edition("2000", [company(1)], keeps_history=False))
    assert (report.total("removed"), stored(empty_store, over)) == (1, None)


def test_a_server_that_dies_is_said_and_the_load_can_be_repeated(
    empty_store: Store, ontology: Ontology, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [x for i in range(1, 60) for x in (company(i), listed(i), OFFICE.names(f"list-{i}", f"Name {i}"))]
    monkeypatch.setattr(diff, "BATCH", 8)
    home = tmp_path / "home"
    batches = 0

    def progress(stage: str, _done: float, _share: float | None) -> None:
        nonlocal batches
        batches += stage == "writing"
        if batches == 6:
            kill_server(home)

    with StagingStore(ontology, edition("2020", records)) as staged, local.open_server(home) as server:
        with Store(lambda: address(server), patience=2) as store, pytest.raises(StoreError) as caught:
            pipeline.load(store, ontology, staged.fill(), progress=progress)
        assert isinstance(caught.value, StoreUnavailable)
    with local.open_server(home) as server, Store(lambda: address(server)) as store:
        check_invariant(store, ontology)
        report = load_feed(store, ontology, edition("2020", records))
        assert report.continued
        assert 0 < report.total("added") < 118
        load_feed(empty_store, ontology, edition("2020", records))
        assert fingerprint_without_notes(store) == fingerprint_without_notes(empty_store)
