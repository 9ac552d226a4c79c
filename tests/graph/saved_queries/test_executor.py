"""Runs of queries on a real server: bounds, turns, cancelling, the reader's login, and what is recorded of them."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from graph.database.store import Address, Store, Transaction
from graph.errors import JobsBusy, QueryEnded, QueryError, QueryRefused, StoreError, UsageError
from graph.ontology import Ontology
from graph.saved_queries.audit import AuditLog
from graph.saved_queries.executor import QueryExecutor
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.parameters import Parameter
from graph.saved_queries.queryfile import SavedQuery
from graph.server import connect
from graph.server.local import Server
from graph.settings import Bounds
from tests.support.timing import limit_time

ENDLESS = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(a + b)"


def saved(text: str, **fields: Any) -> SavedQuery:
    return SavedQuery("test", "T", "D", "table", text, **fields)


@pytest.fixture
def make(store: Store, ontology: Ontology, tmp_path: Path) -> Callable[..., QueryExecutor]:
    """Runs on the shipped data with other bounds, and a log of their own."""
    return lambda **bounds: QueryExecutor(store, ontology, Bounds(**bounds), AuditLog(tmp_path / "audit"))


def run(runs: QueryExecutor, text: str, *, user: str = "eve", run_id: str = "") -> Answer:
    return runs.run(saved(text), {}, user=user, via="app", run_id=run_id)


def left_over(store: Store, run_id: str) -> bool:
    """Whether the server still has a transaction of the run after a moment."""
    for _ in range(40):
        if not store.read("SHOW TRANSACTIONS YIELD metaData WHERE metaData.run = $id RETURN metaData", id=run_id):
            return False
        time.sleep(0.1)
    return True


def begun(store: Store, run_id: str) -> None:
    """Waits until the server works on a run."""
    for _ in range(100):
        if store.read("SHOW TRANSACTIONS YIELD metaData WHERE metaData.run = $id RETURN metaData", id=run_id):
            return
        time.sleep(0.05)
    raise AssertionError("the run never began")


@pytest.mark.database
def test_an_answer_is_cut_at_its_rows(make: Callable[..., QueryExecutor]) -> None:
    runs = make(rows=10)
    answer = run(runs, "UNWIND range(1, 100) AS n RETURN n")
    assert (len(answer.table.rows), answer.rows, answer.cut) == (10, 10, "rows")
    assert answer.table.truncated
    assert answer.cut_message == "The answer was cut after 10 rows, the most an answer may have; there are more."
    whole = run(runs, "UNWIND range(1, 10) AS n RETURN n")
    assert (whole.rows, whole.cut, whole.cut_message, whole.table.truncated) == (10, "", "", False)
    assert [(r.outcome, r.cut, r.rows) for r in runs.history("eve")] == [("answered", "", 10), ("cut", "rows", 10)]


@pytest.mark.database
def test_an_answer_is_cut_at_its_size(make: Callable[..., QueryExecutor], store: Store) -> None:
    runs = make(size=1)
    answer = run(
        runs,
        "MATCH (p:Party)<-[r]-() WITH r LIMIT 1 UNWIND range(1, 100) AS n RETURN n, range(1, 100000) AS many, r",
        run_id="size",
    )
    # A row of whole numbers below 100,000 takes 3 to 5 bytes each as Bolt sends them, so two fit in one MB.
    assert [row[0] for row in answer.table.rows] == [1, 2]
    assert answer.cut == "size"
    assert answer.table.truncated
    assert answer.cut_message == "The answer was cut after 2 rows: the next one would make it larger than 1 MB."
    (line,) = answer.subgraph.relationships
    assert {line.source, line.target} == {e.id for e in answer.subgraph.entities}
    assert not left_over(store, "size")


@pytest.mark.database
def test_one_row_of_any_length_is_not_taken_in(make: Callable[..., QueryExecutor], store: Store) -> None:
    """`range(1, 30000000)` took 1.7 GB before; a few threads of it would end the explorer."""
    before = psutil.Process().memory_info().rss
    text = "RETURN range(1, 30000000) AS many, 'x' AS x"  # past the guard, which lets no such range through
    answer = store.stream(text, {}, limit=1_000, timeout=30, name="long", run_id="long", size=1)
    assert answer == (["many", "x"], [], "size")
    assert psutil.Process().memory_info().rss - before < 100e6
    assert not left_over(store, "long")
    assert run(make(), "RETURN 1").table.rows == [[1]]


@pytest.mark.database
def test_a_run_that_takes_too_long_is_ended_and_gives_its_turn_back(
    make: Callable[..., QueryExecutor], store: Store
) -> None:
    runs = make(timeout=1, concurrent=1)
    with pytest.raises(QueryEnded, match="ran longer than the 1 second it may") as error:
        run(runs, ENDLESS, run_id="slow")
    assert error.value.why == "timeout"
    assert not left_over(store, "slow")
    assert run(runs, "RETURN 1").rows == 1
    assert [r.outcome for r in runs.history("eve")] == ["answered", "timeout"]
    assert 1 <= runs.history("eve")[1].seconds < 20


@pytest.mark.database
def test_only_its_user_cancels_a_run(make: Callable[..., QueryExecutor], store: Store) -> None:
    runs = make(timeout=30, concurrent=1)
    with ThreadPoolExecutor() as pool:
        going = pool.submit(run, runs, ENDLESS, run_id="mine")
        begun(store, "mine")
        assert not runs.cancel("adam", "mine")
        assert not runs.cancel("eve", "another")
        assert not going.done()
        with limit_time(0.5):
            assert runs.cancel("eve", "mine")
            with pytest.raises(QueryEnded, match="^the query was cancelled$"):
                going.result(20)
    assert not left_over(store, "mine")
    assert not runs.cancel("eve", "mine")
    assert run(runs, "RETURN 1").rows == 1
    assert [r.outcome for r in runs.history("eve")] == ["answered", "cancelled"]


@pytest.mark.database
def test_a_run_that_the_server_ended_was_not_cancelled_by_its_user(
    make: Callable[..., QueryExecutor], store: Store
) -> None:
    runs = make(timeout=30)
    with ThreadPoolExecutor() as pool:
        going = pool.submit(run, runs, ENDLESS, run_id="ended")
        begun(store, "ended")
        assert store.cancel("ended")  # as somebody at the server's own console does
        with pytest.raises(QueryEnded, match="was ended on the server"):
            going.result(10)
    assert runs.history("eve")[0].outcome == "stopped"


@pytest.mark.database
def test_a_run_can_be_cancelled_at_any_moment(make: Callable[..., QueryExecutor]) -> None:
    """Also before the server has heard of it, and while it waits for a turn."""
    runs = make(timeout=20, concurrent=1, together=1)
    with ThreadPoolExecutor() as pool:
        for pause in (0.0, 0.02, 0.1):
            ids = [f"first {pause}", f"waiting {pause}"]
            going: list[Future[Answer]] = []
            for id_ in ids:
                going.append(pool.submit(run, runs, ENDLESS, run_id=id_))
                while not runs.jobs.find(id_):
                    time.sleep(0.001)
            time.sleep(pause)
            for id_, one in zip(reversed(ids), reversed(going), strict=True):
                assert runs.cancel("eve", id_)
                with pytest.raises(QueryEnded, match="was cancelled"):
                    one.result(5)
            assert not any(map(runs.jobs.find, ids))
    assert run(runs, "RETURN 1").rows == 1


@pytest.mark.database
def test_turns_are_bounded_for_one_user_and_for_all(make: Callable[..., QueryExecutor], store: Store) -> None:
    runs = make(timeout=30, concurrent=1, together=2)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(run, runs, ENDLESS, run_id="a")
        begun(store, "a")
        with pytest.raises(JobsBusy, match="1 queries of yours are running"):
            run(runs, "RETURN 1")
        assert run(runs, "RETURN 1", user="adam").rows == 1
        second = pool.submit(run, runs, ENDLESS, user="adam", run_id="b")
        begun(store, "b")
        with pytest.raises(JobsBusy, match="2 saved queries are running"):
            run(runs, "RETURN 1", user="noah")
        for user, id_, one in (("eve", "a", first), ("adam", "b", second)):
            assert runs.cancel(user, id_)
            assert isinstance(one.exception(10), QueryEnded)
    assert run(runs, "RETURN 1", user="noah").rows == 1
    assert [r.outcome for r in runs.audit.read()].count("turned away") == 2


@pytest.mark.database
def test_a_flood_of_one_user_is_turned_away_at_once(make: Callable[..., QueryExecutor], store: Store) -> None:
    runs = make(timeout=30, concurrent=1)
    with ThreadPoolExecutor(40) as pool:
        first = pool.submit(run, runs, ENDLESS, run_id="flood")
        begun(store, "flood")
        with limit_time(0.5):  # the first one runs on for half a minute
            others = [pool.submit(run, runs, "RETURN 1") for _ in range(30)]
            assert all(isinstance(one.exception(10), JobsBusy) for one in others)
        runs.cancel("eve", "flood")
        assert first.exception(10)


@pytest.mark.database
def test_parameters_are_recorded_as_they_were_bound(make: Callable[..., QueryExecutor]) -> None:
    runs = make()
    query = saved(
        "MATCH (e:Entity {id: $entity}) RETURN e.name AS name, $depth AS depth",
        parameters={"entity": Parameter("entity", "entity"), "depth": Parameter("depth", "integer", default=4)},
    )
    runs.run(query, {"entity": "제2경제위원회"}, user="eve", via="app")
    with pytest.raises(QueryError, match="depth must be a whole number"):
        runs.run(query, {"entity": "제2경제위원회", "depth": "x"}, user="eve", via="app")
    with pytest.raises(QueryRefused):
        runs.run(saved("SHOW SETTINGS"), {}, user="eve", via="app")
    refused, failed, answered = runs.history("eve")
    assert answered.parameters == {"entity": "second-economic-commission", "depth": 4}
    assert (failed.outcome, failed.parameters) == ("failed", {"entity": "제2경제위원회", "depth": "x"})
    assert "ShowSettings" in refused.refused_by or "reading" in refused.refused_by


@pytest.mark.database
def test_readers_have_a_login_of_their_own(spare_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Address(spare_server.uri, spare_server.user, spare_server.password)
    with Store(lambda: Address(**{**vars(plain), "database": "system"})) as system:
        system.write(Transaction.run, "CREATE OR REPLACE USER reader SET PASSWORD 'only reads 1' CHANGE NOT REQUIRED")
    for name, value in (
        ("URI", plain.uri),
        ("USER", plain.user),
        ("PASSWORD", plain.password),
        ("READER_USER", "reader"),
        ("READER_PASSWORD", "only reads 1"),
    ):
        monkeypatch.setenv(f"NEO4J_{name}", value)
    mine = "SHOW TRANSACTIONS YIELD username, currentQuery WHERE currentQuery CONTAINS 'this' RETURN username"
    with connect.open_store() as store:
        _, rows, _ = store.stream(mine, {}, limit=9, timeout=9, name="this", run_id="r")
        assert rows == [["reader"]]
        assert store.read(mine) == [{"username": "neo4j"}]
        assert store.explain("RETURN 1", {}).query_type == "r"
        errors: list[BaseException] = []
        slow = threading.Thread(target=lambda: errors.append(ended(store)))
        slow.start()
        begun(store, "slow")
        assert store.cancel("slow")
        slow.join(10)
        assert isinstance(errors[0], QueryEnded)
    monkeypatch.setenv("NEO4J_READER_PASSWORD", "wrong")
    with pytest.raises(StoreError, match="refused the login of the reader reader"), connect.open_store():
        pass


@pytest.mark.database
def test_a_run_that_needs_too_much_memory_is_ended(spare_server: Server, ontology: Ontology, tmp_path: Path) -> None:
    # Half a gigabyte or so, held for long: under what the server has, over what a query may have.
    large = "UNWIND range(1, 18000000) AS a WITH collect(a + 0.5) AS c UNWIND c AS a UNWIND c AS b RETURN sum(a * b)"
    with Store(lambda: Address(spare_server.uri, spare_server.user, spare_server.password)) as store:
        runs = QueryExecutor(store, ontology, Bounds(timeout=60), AuditLog(tmp_path))
        with pytest.raises(QueryEnded, match=r"needed more memory than it may have, and was ended"):
            run(runs, large)
        assert run(runs, "RETURN 1").rows == 1
    assert [r.outcome for r in runs.history("eve")] == ["answered", "memory"]


def ended(store: Store) -> BaseException:
    """How an endless query ended."""
    try:
        store.stream(ENDLESS, {}, limit=9, timeout=20, name="slow", run_id="slow")
    except QueryEnded as error:
        return error
    return AssertionError("it was not ended")


@pytest.mark.parametrize(
    "settings",
    [
        {"READER_USER": "r"},
        {"READER_PASSWORD": "p"},
        {"READER_USER": "r", "READER_PASSWORD": "p"},
        {"URI": "bolt://h", "READER_USER": "r"},
    ],
)
def test_half_a_reader_is_a_mistake(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"NEO4J_{name}", value)
    with pytest.raises(UsageError, match="belong together, and to a server in NEO4J_URI"):
        connect.read_configured_address()
