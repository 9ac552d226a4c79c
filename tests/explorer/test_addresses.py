"""Answers at addresses of their own: the same bytes as on the command line, and never more than may be had."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page
from werkzeug.test import Client, TestResponse

from explorer import addresses
from explorer.app import build
from explorer.panels.views import first_page
from graph.database.store import Address, Store
from graph.errors import QueryError
from graph.ontology import Ontology
from graph.saved_queries.audit import AuditLog
from graph.saved_queries.library import SHARED_FOLDER, Library, load_shipped_queries
from graph.saved_queries.parameters import Parameter
from graph.saved_queries.queryfile import SavedQuery
from graph.server.local import Server
from tests.support.pages import open_page, wait_until, wait_until_still, watch_page
from tests.support.pages import serve_explorer as serving
from tests.test_cli import armsgraph

SEC = "second-economic-commission"
ODD = """\
// title: Values that are hard to write down
// description: One of each kind.
// parameters:
//   word: {type: text, default: "제2경제위원회"}
//   day: {type: date, default: "2023-08", optional: true}
// result: table
UNWIND [
  ['=1+1', 1, null], ['+1-555', 2.5, [1, [2, null], {a: [3]}]], ['@SUM(A1)', -0.0, {b: 'x, y', a: ['"']}],
  ['two\\nlines; "quoted", and a comma', 9007199254740993, []], ['강계뜨락또르종합공장', true, ''],
  ['\\t', 1e300, ['=2']]
] AS row
RETURN row[0] AS text, row[1] AS `a number, or not`, row[2] AS rest, $word AS word, $day AS day
"""
SLOW = """\
// title: Slow
// description: Counts for long.
// result: number
UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(a + b) AS n
"""
MANY = """\
// title: Many
// description: Numbers.
// result: table
UNWIND range(1, 50) AS n RETURN n
"""
WRITES = """\
// title: Writes
// description: It must not.
// result: table
CREATE (n:Thing) RETURN n
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose shared shelf has queries for these tests."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    for name, text in (("odd-values", ODD), ("slow", SLOW), ("many", MANY), ("writes", WRITES)):
        (shelf / f"{name}.cypher").write_text(text, encoding="utf-8")
    monkeypatch.setenv("ARMSGRAPH_HOME", str(tmp_path))
    monkeypatch.setenv(SHARED_FOLDER, str(shelf))
    return tmp_path


@pytest.fixture
def get(store: Store, ontology: Ontology, home: Path) -> Callable[..., TestResponse]:
    """Asks an explorer over the shipped data for an address."""
    client: Client = build(store, ontology).server.test_client()
    return lambda path, headers=(), method="GET": client.open(path, method=method, headers=dict(headers))


@pytest.mark.database
def test_an_address_gives_the_same_bytes_as_the_command_line(
    store: Store, ontology: Ontology, home: Path, neo4j_server: Server
) -> None:
    runs_to_make = [
        ("odd-values", {}, "csv"),
        ("odd-values", {"word": 'x" ,=', "day": ""}, "json"),
        ("designations", {}, "csv"),
        ("reporting-chain", {"entity": "제2경제위원회", "depth": "3"}, "csv"),
        ("reporting-chain", {"entity": SEC}, "graph-json"),
    ]

    def printed(name: str, values: dict[str, str], form: str) -> str:
        pairs = [part for key, value in values.items() for part in ("-p", f"{key}={value}")]
        done = armsgraph("query", "run", name, *pairs, "--format", form, server=neo4j_server)
        assert done.returncode == 0, done.stderr
        return done.stdout

    with serving(store, ontology) as url, ThreadPoolExecutor(2) as pool:
        texts = list(pool.map(lambda each: printed(*each), runs_to_make))
        for (name, values, form), text in zip(runs_to_make, texts, strict=True):
            with urllib.request.urlopen(f"{url}query/{name}?{urlencode({**values, 'format': form})}") as answer:
                assert answer.read() == text.encode(), (name, form)
    assert "강계뜨락또르종합공장" in texts[0]
    assert "'=1+1" in texts[0]
    runs = AuditLog().read()
    vias = ("address", "command line")
    assert {(r.via, r.query) for r in runs} == {(via, name) for name, _, _ in runs_to_make for via in vias}


@pytest.mark.database
def test_headers_say_what_it_is(get: Callable[..., TestResponse], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = get("/query/many?format=csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="armsgraph-many.csv"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Armsgraph-Cut" not in answer.headers
    assert answer.data.decode() == "n\n" + "".join(f"{n}\n" for n in range(1, 51))
    cut = get("/query/many?format=json&limit=3&timeout=5")
    assert cut.headers["Content-Type"] == "application/json; charset=utf-8"
    assert (cut.headers["Armsgraph-Cut"], cut.headers["Armsgraph-Rows"]) == ("rows", "3")
    assert cut.json is not None
    assert cut.json["truncated"] is True
    head = get("/query/many?format=csv", method="HEAD")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(answer.data))
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert get("/query/many?format=csv", method=method).status_code == 405


@pytest.mark.database
def test_without_a_format_an_address_leads_to_the_app(get: Callable[..., TestResponse]) -> None:
    answer = get("/query/odd-values?word=a%26b+%ED%95%9C&day=")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/?query=odd-values&word=a%26b+%ED%95%9C&day="
    assert answer.headers["Cache-Control"] == "no-store"
    assert AuditLog().read() == []


PROBLEMS = [
    ("designation?format=csv", 404, "there is no saved query 'designation'; did you mean designations"),
    ("%3Cimg%20src=x%20onerror=alert(1)%3E?format=csv", 404, "there is no saved query"),
    ("..%2F..%2Fetc%2Fpasswd?format=csv", 404, "there is no saved query '../../etc/passwd'"),
    ("reporting-chain?format=csv&depth=nine", 400, "depth must be a whole number"),
    ("reporting-chain?format=csv&depth=3&depth=4", 400, "depth stands in the address 2 times"),
    ("reporting-chain?format=csv&format=csv", 400, "format stands in the address 2 times"),
    ("reporting-chain?format=csv&depht=4", 400, "there is no parameter 'depht'; there are: entity, depth"),
    ("reporting-chain?format=csv&entity=Atlantis", 400, "entity: no entity has the id or name 'Atlantis'"),
    ("reporting-chain?format=xml", 400, "format is one of csv, json, graph-json, not 'xml'"),
    ("many?format=csv&limit=1001", 400, "limit must be a whole number from 1 to 1,000"),
    ("many?format=csv&limit=%C2%B2", 400, "limit must be a whole number"),
    ("many?format=csv&timeout=nan", 400, "timeout must be a number of seconds from 0.1 to 30"),
    ("writes?format=csv", 403, "refused: "),
    ("slow?format=csv&timeout=0.5", 504, "ran longer than the 0.5 seconds it may"),
]


@pytest.mark.database
@pytest.mark.parametrize(("path", "status", "words"), PROBLEMS)
def test_a_problem_has_its_status_and_its_words(
    path: str, status: int, words: str, get: Callable[..., TestResponse]
) -> None:
    answer = get(f"/query/{path}")
    assert answer.status_code == status, answer.text
    assert words in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.database
@pytest.mark.parametrize(("path", "words"), [(p, w) for p, _, w in PROBLEMS if p.count("format=csv") == 1])
def test_a_problem_is_told_in_the_format_that_was_asked_for(
    path: str, words: str, get: Callable[..., TestResponse]
) -> None:
    assert get(f"/query/{path}").headers["Content-Type"] == "text/plain; charset=utf-8"
    answer = get(f"/query/{path}".replace("format=csv", "format=json"))
    assert answer.headers["Content-Type"] == "application/json"
    assert words in answer.json["error"]


@pytest.mark.database
def test_one_user_who_asks_too_much_is_turned_away(
    store: Store, ontology: Ontology, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARMSGRAPH_QUERY_CONCURRENT", "1")
    monkeypatch.setenv("ARMSGRAPH_QUERY_TIMEOUT", "6")
    server = build(store, ontology, password="p").server

    def ask(user: str, name: str) -> TestResponse:
        client: Client = server.test_client()
        return client.get(f"/query/{name}?format=json", auth=(user, "p"))

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(ask, "eve", "slow")
        time.sleep(1)
        refused = ask("eve", "many")
        assert refused.status_code == 429
        assert "queries of yours are running" in refused.text
        assert refused.headers["Retry-After"]
        assert ask("adam", "many").status_code == 200
        assert slow.result(20).status_code == 504
    assert [(r.user, r.outcome) for r in reversed(AuditLog().read())] == [
        ("eve", "turned away"),
        ("adam", "answered"),
        ("eve", "timeout"),
    ]


def test_a_database_that_is_away_is_told(ontology: Ontology, home: Path) -> None:
    with Store(lambda: Address("bolt://127.0.0.1:1"), patience=0.5) as away:
        answer = build(away, ontology).server.test_client().get("/query/many?format=json")
    assert answer.status_code == 503
    assert "can't be reached" in answer.text


@pytest.mark.database
def test_the_password_and_the_host_are_asked_for_here_too(store: Store, ontology: Ontology, home: Path) -> None:
    client = build(store, ontology, password="p 말").server.test_client()
    path = "/query/many?format=csv"
    assert client.get(path).status_code == 401
    assert client.get(path, auth=("eve", "wrong")).status_code == 401
    assert client.get(path, auth=("eve", "p 말"), headers={"Host": "evil.example"}).status_code == 403
    assert client.get(path, auth=("eve", "p 말"), headers={"Origin": "https://evil.example"}).status_code == 403
    assert AuditLog().read() == []
    assert client.get(path, auth=("eve 강", "p 말")).status_code == 200
    assert [r.user for r in AuditLog().read()] == ["eve 강"]


@pytest.mark.database
def test_a_query_of_ones_own_is_nobody_elses(store: Store, ontology: Ontology, home: Path) -> None:
    Library("eve").save("mine", MANY)
    client = build(store, ontology, password="p").server.test_client()
    assert client.get("/query/mine?format=csv", auth=("eve", "p")).status_code == 200
    assert client.get("/query/mine?format=csv", auth=("adam", "p")).status_code == 404


FROM = [
    ({}, 200),  # a script
    ({"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}, 200),
    ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 200),  # typed in
    ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 303),  # a link
    ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}, 303),
    ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}, 403),
    ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}, 403),
    ({"Referer": "https://evil.example/page"}, 403),  # plain http between machines: no more is said
    ({"Referer": "http://localhost/"}, 200),
]


@pytest.mark.database
@pytest.mark.parametrize(("headers", "status"), FROM)
def test_other_websites_run_nothing(headers: dict[str, str], status: int, get: Callable[..., TestResponse]) -> None:
    answer = get("/query/many?format=csv", headers)
    assert answer.status_code == status
    assert len(AuditLog().read()) == (status == HTTPStatus.OK)
    assert get("/query/many", headers).status_code == 303 if status != 403 else answer.status_code == 403


def test_addresses_lead_back_to_the_values() -> None:
    query = SavedQuery(
        "q",
        "T",
        "D",
        "table",
        "",
        {
            "entity": Parameter("entity", "entity"),
            "depth": Parameter("depth", "integer", default=4, optional=True),
            "day": Parameter("day", "date", optional=True),
        },
    )
    bound = {"entity": "김 & =?", "depth": None, "day": None}
    # Null is said only where leaving it out would mean the default.
    assert addresses.build_data_url(query, bound, "csv") == "/query/q?entity=%EA%B9%80+%26+%3D%3F&depth=&format=csv"
    assert addresses.build_app_url(query, {**bound, "depth": 2}) == "/?query=q&entity=%EA%B9%80+%26+%3D%3F&depth=2"


def test_a_link_is_read_as_it_stands() -> None:
    assert first_page.parse_address([["query", "q"], ["view", "x"]]) == ("q", {"view": "x"})
    assert first_page.parse_address("nonsense") == ("", {})
    with pytest.raises(QueryError, match="query stands in the address more than once"):
        first_page.parse_address([["query", "many"], ["query", "slow"]])


@pytest.fixture
def address(store: Store, ontology: Ontology, home: Path) -> Iterator[str]:
    """Where the explorer is served, over the home of these tests."""
    with serving(store, ontology) as url:
        yield url


@pytest.mark.browser
@pytest.mark.database
def test_a_link_opens_the_app_with_the_answer(address: str, page: Page) -> None:
    foreign = watch_page(page, address)
    open_page(page, address)
    page.evaluate(f"armsgraph.say('expand', cy.getElementById('{SEC}'))")
    wait_until(page, "armsgraph.steps().past === 1")
    nodes = "JSON.stringify(cy.nodes().map(n => n.id()).sort())"
    before = page.evaluate(nodes)
    page.wait_for_timeout(1_000)  # the canvas is kept after a moment

    page.goto(f"{address}query/export-chain")
    wait_until(page, "!!window.cy && cy.nodes().length > 0")
    wait_until_still(page)
    assert page.url == address
    title = load_shipped_queries()["export-chain"].title
    assert page.inner_text("#title") == title
    assert page.inner_text("#arrived").startswith("Opened from a link. Found ")
    assert title in page.inner_text("#query-panel")
    assert page.evaluate(nodes) != before
    page.keyboard.press("u")
    wait_until(page, f"{nodes} === {json.dumps(before)}")

    page.goto(f"{address}?query=odd-values&word=%3Cimg+src%3Dx+onerror%3D%22window.hacked%3D1%22%3E&day=")
    page.get_by_role("dialog").wait_for()
    wait_until(page, "document.querySelector('[role=dialog]').innerText.includes('강계뜨락또르종합공장')")
    assert "<img src=x" in page.get_by_role("dialog").inner_text()
    assert page.evaluate("window.hacked") is None
    assert page.url == address

    page.goto(f"{address}?query=reporting-chain&entity=Atlantis")
    page.locator(".arrival-card", has_text="The link can’t be answered: entity: no entity has").wait_for()
    wait_until(page, "!!window.cy && cy.nodes().length > 0")
    assert not foreign
