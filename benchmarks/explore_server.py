"""How fast the explorer's reading is, beside the bare driver that runs the same Cypher with the same parameters.

    .venv/bin/python -m benchmarks.explore --parts server                       10,000, 100,000 and 1,000,000 entities
    .venv/bin/python -m benchmarks.explore --parts server --sizes 10000 100000

At each size a graph of claims is made up and imported into a server of its own. Then two things are timed, ours and
the bare driver's call by call in turn: one-hop expansion (the best of an entity's 40 neighbours, with all lines among
them) and search. The entities expanded have the same number of lines at every size. Only ratios of one run mean
something: timings of one machine are noisy.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import neo4j

from graph.database import write
from graph.database.store import Address, Statement, Store, record_statements
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from graph.reading import browse, neighbours, search
from graph.server import importer, local
from graph.server.importfiles import ImportFiles

SIZES = (10_000, 100_000, 1_000_000)
PROBES, HUB_LINES, WARM = 100, 36, 60
CALLS = 300
TYPES = ("Company", "Factory", "Person", "Ship", "TradingCompany")
PLACES = "Kanggye Hamhung Huichon Thaesong Chongjin Nampho Sinuiju Wonsan Kaechon Kusong Tokchon Sariwon Haeju".split()
TRADES = "Trading Shipping Machine Chemical General Mining Tractor Precision Development Foreign Marine Steel".split()
GIVEN = "Yong Chol Jong Kyong Sun Hyok Myong Song Il Nam Ryong Su Kwang Ho Thae".split()


@dataclass(frozen=True)
class Timing:
    """Seconds of each call, ours and the bare driver's."""

    ours: tuple[float, ...]
    bare: tuple[float, ...]

    def __str__(self) -> str:
        middle, high = (
            f"{1000 * of(self.ours):6.1f} / {1000 * of(self.bare):6.1f} ms" for of in (statistics.median, compute_p95)
        )
        ratio = compute_p95(self.ours) / compute_p95(self.bare)
        return f"p50 {middle}, p95 {high} (ours / bare driver), ratio of p95 {ratio:.2f} (wanted: at most 1.3)"


def compute_p95(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def build_name(number: int, type_: str) -> str:
    """A name as our subject has them, different for each number."""
    a, b = PLACES[number % len(PLACES)], TRADES[number // 7 % len(TRADES)]
    if type_ == "Person":
        return f"Kim {GIVEN[number % len(GIVEN)]} {GIVEN[number // 11 % len(GIVEN)]} {number}"
    return f"{a} {b} {type_} No. {number}"


def generate_entities(ontology: Ontology, size: int) -> Iterator[Entity]:
    """The entities of a graph of this size, always the same."""
    for number in range(size):
        type_ = TYPES[number % len(TYPES)]
        yield Entity(f"e{number}", type_, ontology.types[type_].labels, build_name(number, type_))


def generate_relationships(size: int) -> Iterator[tuple[int, int]]:
    """Who owns whom: four lines an entity, and 36 more for those that are expanded."""
    for number in range(size):
        yield number, (number * 7919 + 1) % size
        yield number, (number * 104_729 + 3) % size
    for probe in select_probes(size):
        for step in range(1, HUB_LINES + 1):
            yield probe, (probe + step * 13) % size


def select_probes(size: int) -> list[int]:
    """The entities that are expanded, spread over the graph."""
    return [size // PROBES * n for n in range(PROBES)]


def generate_claims(size: int) -> Iterator[Claim]:
    """One claim a line, and for each third entity one that names it in Hangul."""
    for number, (a, b) in enumerate(dict.fromkeys(generate_relationships(size))):
        yield Claim(
            id=f"c{number}",
            subject=f"e{a}",
            predicate="OWNS",
            object=f"e{b}",
            stance="asserted",
            source=f"s{number % 100}",
            asserted_by=f"e{number % 1000}",
            reported_on="2023-08",
            reliability="B",
            credibility="2",
            summary=f"The report says that e{a} owns e{b}.",
            paragraph=str(number % 40),
        )


def fill(ontology: Ontology, size: int, home: Path, folder: Path) -> None:
    """Imports the graph into an empty home."""
    with ImportFiles(folder) as files:
        for number in range(100):
            source = Source(f"s{number}", "A newspaper", f"Report {number}", "2023-08")
            files.node("Source", ("Source",), write.build_source_row(source, "bench", ""))
        for number, entity in enumerate(generate_entities(ontology, size)):
            naming_claims = (
                []
                if number % 3
                else [
                    _build_name_claim(entity, f"강계 {number}"),
                    _build_name_claim(entity, f"IMO {9_000_000 + number}"),
                ]
            )
            files.node("Entity", entity.labels, write.build_entity_row(entity, "bench", "", naming_claims))
        for claim in generate_claims(size):
            key, owner, owned = ("Claim", claim.id), ("Entity", claim.subject), ("Entity", str(claim.object))
            files.node("Claim", ("Claim",), write.build_claim_row(claim, "bench"))
            files.relationship("HAS_SUBJECT", key, owner)
            files.relationship("HAS_OBJECT", key, owned)
            files.relationship("FROM_SOURCE", key, ("Source", claim.source))
            files.relationship("ASSERTED_BY", key, ("Entity", claim.asserted_by))
            files.relationship("OWNS", owner, owned, write.build_relationship_row([claim]))
    importer.run(files, home)


def _build_name_claim(entity: Entity, text: str) -> Claim:
    predicate = "HAS_IDENTIFIER" if text.startswith("IMO") else "HAS_NAME"
    return Claim(f"n-{entity.id}-{text}", entity.id, predicate, "asserted", "s0", value=text)


def read_one_hop(store: Store, ontology: Ontology, entity: str) -> int:
    """What an expansion reads: the best neighbours, and everything among them. Returns how many entities came."""
    chosen = neighbours.select_neighbours(store, ontology, entity, rule="evidence", limit=40)
    return len(browse.read_subgraph(store, [entity, *chosen]).entities)


def generate_search_texts(size: int) -> list[str]:
    """What people type: whole names, beginnings, other romanisations, Hangul, slips, numbers, a type before a name."""
    dice, texts = random.Random(20261122), []
    kinds: list[Callable[[int, str], str]] = [
        lambda _, whole: whole,
        lambda _, whole: whole[: dice.randrange(4, 12)],
        lambda _, whole: whole.replace("Kang", "Gang").replace("Kim", "Gim").replace("ch", "j"),
        lambda n, _: f"강계 {n - n % 3}",
        lambda _, whole: whole[:2] + whole[3:],
        lambda n, _: f"IMO{9_000_000 + n - n % 3}",
        lambda n, whole: f"{TYPES[n % len(TYPES)]}: {whole[:6]}",
    ]
    for call in range(CALLS):
        number = dice.randrange(size)
        texts.append(kinds[call % len(kinds)](number, build_name(number, TYPES[number % len(TYPES)])))
    return texts


def fetch_rows(transaction: neo4j.ManagedTransaction, statement: Statement) -> list[dict[str, object]]:
    """All rows of a statement, as the driver gives them."""
    return [dict(record) for record in transaction.run(statement.text, dict(statement.parameters))]


def time_calls(driver: neo4j.Driver, calls: Sequence[Callable[[], object]]) -> Timing:
    """Times each call, and the statements it runs by the bare driver; who goes first takes turns."""
    ours, bare = [], []
    for number, call in enumerate([*calls[:WARM], *calls]):
        with record_statements() as statements:
            call()  # to know the statements, and so that both find the same caches

        def by_us(call: Callable[[], object] = call) -> float:
            started = time.perf_counter()
            call()
            return time.perf_counter() - started

        def by_driver(ran: Sequence[Statement] = tuple(statements)) -> float:
            started = time.perf_counter()
            for one in ran:
                with driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
                    session.execute_read(fetch_rows, one)
            return time.perf_counter() - started

        if number % 2:
            a, b = by_us(), by_driver()
        else:
            b, a = by_driver(), by_us()
        if number >= WARM:
            ours.append(a)
            bare.append(b)
    return Timing(tuple(ours), tuple(bare))


def measure(ontology: Ontology, size: int) -> dict[str, Timing]:
    """Makes a graph of a size and times both."""
    with tempfile.TemporaryDirectory() as folder:
        home, started = Path(folder) / "home", time.perf_counter()
        fill(ontology, size, home, Path(folder) / "files")
        with local.open_server(home) as server:
            address = Address(server.uri, server.user, server.password, server.database)
            login = (server.user, server.password)
            with Store(lambda: address) as store, neo4j.GraphDatabase.driver(server.uri, auth=login) as driver:
                write.ensure_schema(store, ontology)
                store.read("CALL db.awaitIndexes(1800)", timeout=1800)
                print(f"{size:,} entities, made and indexed in {time.perf_counter() - started:,.0f} s", flush=True)
                owners = [f"e{n}" for n in select_probes(size)]
                hops = [lambda e=e: read_one_hop(store, ontology, e) for e in (owners * (CALLS // PROBES + 1))[:CALLS]]
                seeks = [lambda t=t: search.find_entities(store, ontology, t, 12) for t in generate_search_texts(size)]
                return {"one-hop expansion": time_calls(driver, hops), "search": time_calls(driver, seeks)}


def run(sizes: Sequence[int]) -> None:
    """Measures all sizes and prints ratios, and how expansion grows."""
    ontology, timings = load_ontology(), {}
    for size in sizes:
        timings[size] = measure(ontology, size)
        for what, timing in timings[size].items():
            print(f"  {what:18} {timing}", flush=True)
    if len(sizes) > 1:
        least, most = (compute_p95(timings[size]["one-hop expansion"].ours) for size in (min(sizes), max(sizes)))
        print(
            f"one-hop expansion, {min(sizes):,} to {max(sizes):,} entities: {most / least:.2f} times as long "
            "(wanted: at most 1.5)",
            flush=True,
        )
