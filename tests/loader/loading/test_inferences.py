"""What is concluded from claims is no report: no speaker, no support, no grade above that of its premises."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from graph import evidence
from graph.database.store import Store
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from graph.reading import browse
from graph.server.importfiles import ImportFiles
from loader.loading import bulk
from loader.loading.staging import StagingStore
from loader.records import Feed, Item, Row
from loader.sources.exchange import exchange
from tests.loader.loading.test_load import check_invariant
from tests.support.reading import CollectedFeed, collect, load_feed

NOWHERE = Row(Path("claims.csv"), 1, raw="a row")
REPORT = Claim(
    "report", "plant", "PART_OF", "asserted", "paper", "trust", asserted_by="writer", reliability="C", credibility="3",
    summary="The plant belongs to the trust.",
)  # fmt: skip
OTHER = replace(
    REPORT, id="other", subject="trust", predicate="REPORTS_TO", object="office", source="letter", reliability="A",
    summary="The trust reports to the office.",
)  # fmt: skip
CONCLUSION = replace(
    OTHER, id="conclusion", subject="plant", source="notes", asserted_by="desk", reliability="A", credibility="1",
    inferred_from="report other", summary="So the plant reports to the office.",
)  # fmt: skip


def feed(*claims: Claim, dataset: str = "own", beside: bool = True, **more: bool) -> Feed:
    organisations = ("plant", "trust", "office", "writer", "desk") if beside else ()
    records: Iterable[Any] = [
        *(Entity(i, "Organization", ("Entity", "Organization"), i.title()) for i in organisations),
        *(Source(i, i.title(), f"The {i}") for i in ("paper", "letter", "notes") if beside),
        *claims,
    ]
    return Feed(dataset, "1", [Item(record, NOWHERE) for record in records], **more)


def read(ontology: Ontology, *claims: Claim, **more: bool) -> CollectedFeed:
    return collect(feed(*claims, **more), ontology)


def line(*claims: Claim) -> dict[str, Any]:
    relationship = evidence.build_relationship(claims)
    return {
        "stance": relationship.stance,
        **{k: relationship.properties.get(k) for k in ("speakers", "grade", "sources")},
    }


def test_an_inference_never_has_a_grade_above_its_weakest_premise(ontology: Ontology) -> None:
    taken = read(ontology, REPORT, OTHER, CONCLUSION)
    inference = taken.claims["conclusion"]
    assert (inference.grade, inference.sources) == ("C3", {"notes", "paper", "letter"})
    assert [n.text for n in taken.notices] == ["conclusion: A1 is above its weakest premise, and becomes C3"]
    second = replace(CONCLUSION, id="second", object="trust", inferred_from="conclusion")
    taken = read(ontology, REPORT, OTHER, CONCLUSION, second)
    assert (taken.claims["second"].grade, taken.claims["second"].sources) == ("C3", {"notes", "paper", "letter"})
    modest = replace(CONCLUSION, reliability="E", credibility="5")
    assert read(ontology, REPORT, OTHER, modest).claims["conclusion"].grade == "E5"


def test_an_inference_is_no_speaker_and_lifts_nothing() -> None:
    assert line(CONCLUSION) == {"stance": "inferred", "speakers": None, "grade": "A1", "sources": ["notes"]}
    asserted = replace(CONCLUSION, id="said", inferred_from="", asserted_by="writer", reliability="D", source="paper")
    together = line(CONCLUSION, asserted)
    assert together == {"stance": "asserted", "speakers": ["writer"], "grade": "D1", "sources": ["notes", "paper"]}
    denied = replace(asserted, id="denied", stance="denied")
    assert line(CONCLUSION, denied)["stance"] == "denied"
    assert line(CONCLUSION, denied, asserted)["stance"] == "contested"
    gone = replace(asserted, withdrawn_on="2024")
    assert line(CONCLUSION, gone)["stance"] == "inferred"


@pytest.mark.parametrize(
    ("claims", "rule"),
    [
        ((REPORT, CONCLUSION), "there is no claim 'other' that it could be inferred from"),
        (
            (replace(REPORT, subject="nobody"), OTHER, CONCLUSION),
            "the claim 'report', which it is inferred from, does not",
        ),
        ((REPORT, OTHER, replace(CONCLUSION, inferred_from="conclusion other")), "a claim is not inferred from itself"),
        ((REPORT, OTHER, replace(CONCLUSION, stance="denied")), "only a speaker denies"),
        (
            (
                REPORT,
                replace(CONCLUSION, inferred_from="second"),
                replace(CONCLUSION, id="second", object="trust", inferred_from="conclusion"),
            ),
            "is inferred from itself",
        ),
    ],
)
def test_an_inference_without_sound_premises_is_refused(
    ontology: Ontology, claims: tuple[Claim, ...], rule: str
) -> None:
    taken = read(ontology, *claims)
    assert "conclusion" not in taken.claims
    assert any("field 'inferred_from'" in text and rule in text for text in taken.problems)
    assert not any(c.is_inferred for c in taken.claims.values())


@pytest.mark.database
def test_premises_may_be_stored_already(empty_store: Store, ontology: Ontology) -> None:
    load_feed(empty_store, ontology, feed(REPORT, OTHER))
    load_feed(empty_store, ontology, feed(CONCLUSION, dataset="desk", beside=False))
    (inference,) = (r for r in browse.read_whole_graph(empty_store).relationships if r.stance == "inferred")
    assert (inference.id, inference.properties["grade"]) == ("plant|REPORTS_TO|office", "C3")
    assert "speakers" not in inference.properties
    check_invariant(empty_store, ontology)
    again = load_feed(empty_store, ontology, feed(CONCLUSION, dataset="desk", beside=False))
    assert (again.total("unchanged"), again.total("changed")) == (1, 0)


def test_the_importer_gets_what_the_loader_writes(ontology: Ontology, tmp_path: Path) -> None:
    staging = StagingStore(ontology, feed(REPORT, OTHER, CONCLUSION)).fill()
    with staging as staged, ImportFiles(tmp_path / "files") as files:
        bulk.write_files(files, ontology, staged)
    written = "".join(f.read_text(encoding="utf-8") for f in (tmp_path / "files").iterdir())
    assert '\t"inferred"\t' in written
    assert "report other" in written


def test_an_export_is_read_back_with_its_inferences(ontology: Ontology, tmp_path: Path) -> None:
    taken = read(ontology, REPORT, OTHER, CONCLUSION)
    file = tmp_path / "own.json"
    entities = [{"id": e.id, "type": e.type, "name": e.name} for e in taken.entities.values()]
    sources = [{"id": s.id, "publisher": s.publisher, "title": s.title} for s in taken.sources.values()]
    plain = [{n: getattr(c, n) for n in Claim.__dataclass_fields__} for c in taken.claims.values()]
    whole = {"format": "armsgraph/1", "entities": entities, "sources": sources, "claims": plain, "relationships": []}
    file.write_bytes(orjson.dumps(whole))
    assert collect(exchange.read(file), ontology).claims == taken.claims
    # Cut out of a graph: the premises are elsewhere, and it stays an inference. Ids may stand in a list.
    cut = [{**p, "inferred_from": ["report", "other"]} for p in plain if p["id"] == "conclusion"]
    file.write_bytes(orjson.dumps({**whole, "claims": cut}))
    alone = collect(exchange.read(file), ontology)
    assert alone.claims["conclusion"] == taken.claims["conclusion"]
    assert [n.kind for n in alone.notices] == ["premise not in the file"]
