"""The reader of the articles, and the quality of the shipped data."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from graph.errors import DataError
from graph.ontology import Ontology
from loader import rejects
from loader.sources import articles
from tests.support.paths import FIXTURES, find_shared
from tests.support.reading import CollectedFeed, collect

SMALL = FIXTURES / "small"


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


def read(folder: Path, ontology: Ontology) -> CollectedFeed:
    return collect(articles.read(folder, ontology), ontology)


def test_a_good_folder_is_read_whole(ontology: Ontology) -> None:
    dataset = read(SMALL, ontology)
    assert dataset.problems == []
    assert (len(dataset.entities), len(dataset.sources), len(dataset.claims)) == (11, 2, 9 + 3 + 1)
    assert dataset.entities["shell"].properties["calibre"] == 152
    assert dataset.claims["c06"].low == 300_000


def test_names_become_claims_with_their_source(ontology: Ontology) -> None:
    claims = [c for c in read(SMALL, ontology).claims.values() if c.predicate == "HAS_NAME"]
    (korean,) = [c for c in claims if c.value == "강계뜨락또르종합공장"]
    assert (korean.subject, korean.source, korean.paragraph, korean.grade) == ("factory", "gazette", "3", "C2")


def test_a_bad_row_is_named_and_the_good_ones_stay(ontology: Ontology, folder: Path) -> None:
    spoil(folder, "claims.csv", "c03,factory,PRODUCES,shell", "c03,factory,PRODUCES,russia")
    spoil(folder, "entities.csv", "angara,Ship", "angara,Boat")
    dataset = read(folder, ontology)
    assert dataset.problems == [
        "entities.csv, row 8, field 'type': there is no type 'Boat' in the ontology",
        "identifiers.csv, row 2, field 'subject': the row of 'angara' does not load",
        "claims.csv, row 4, field 'object': there is no entity 'russia'",
        "claims.csv, row 9, field 'object': the row of 'angara' does not load",
    ]
    assert {"c01", "c02", "c04", "c05", "c06", "c07", "c09"} <= set(dataset.claims)


def test_a_repeated_id_is_refused(ontology: Ontology, folder: Path) -> None:
    spoil(folder, "claims.csv", "c02,", "c01,")
    assert read(folder, ontology).problems == [
        "claims.csv, row 3, field 'id': 'c01' is already the id of row 2, which says something else"
    ]


def test_numbers_that_are_none(ontology: Ontology, folder: Path) -> None:
    spoil(folder, "claims.csv", "300000,500000", "nan,about 5")
    problems = read(folder, ontology).problems
    assert "claims.csv, row 7, field 'low': must be a number, not 'nan'" in problems
    assert "claims.csv, row 7, field 'high': must be a number, not 'about 5'" in problems


def test_rejects_can_be_corrected_and_read_again(ontology: Ontology, folder: Path, tmp_path: Path) -> None:
    spoil(
        folder,
        "claims.csv",
        "asserted,minister,gazette,2,2023-11,2022-early",
        "asserted,minister,gazette,2,soon,2022-early",
    )
    first = read(folder, ontology)
    (path,) = rejects.write(first.rejected, tmp_path / "rejects")
    assert "reported_on: a date is YYYY" in path.read_text(encoding="utf-8")
    spoil(path.parent, "claims.csv", ",soon,", ",2023-11,")
    stored = {e.id: e.type for e in first.entities.values()} | dict.fromkeys(first.sources, "")
    feed = articles.read(path.parent, ontology, partial=True)
    again = collect(feed, ontology, lambda ids: {i: stored[i] for i in ids if i in stored})
    assert again.problems == []
    assert again.claims["c03"] == read(SMALL, ontology).claims["c03"]


def test_a_folder_without_files_is_refused(ontology: Ontology, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"sources\.csv"):
        articles.read(tmp_path, ontology)
    with pytest.raises(DataError, match="holds none of"):
        articles.read(tmp_path, ontology, partial=True)


@pytest.fixture(scope="module")
def shipped(ontology: Ontology) -> CollectedFeed:
    return read(articles.FOLDER, ontology)


def test_the_shipped_data_has_no_bad_row_and_its_expected_size(shipped: CollectedFeed) -> None:
    assert shipped.problems == []
    expected = articles.load_manifest()["expected"]
    relations = [c for c in shipped.claims.values() if not c.id.startswith("name-")]
    counts = {"entities": len(shipped.entities), "claims": len(relations), "sources": len(shipped.sources)}
    assert counts == expected


def test_every_claim_names_place_and_speaker(shipped: CollectedFeed) -> None:
    for claim in shipped.claims.values():
        assert claim.summary
        assert claim.asserted_by or claim.id.startswith("name-")
    of_articles = [c for c in shipped.claims.values() if shipped.sources[c.source].kind == "article"]
    assert of_articles
    assert [claim.id for claim in of_articles if not claim.paragraph] == []


def list_word_runs(text: str) -> set[tuple[str, ...]]:
    """All eight words in a row of a text: the same in another text only by copying."""
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    return {tuple(words[i : i + 8]) for i in range(len(words) - 7)}


def find_copies(feed: CollectedFeed, originals: Iterable[str]) -> list[str]:
    """The ids of claims and entities whose words were copied from an article."""
    copied = {run for original in originals for run in list_word_runs(original)}
    texts = {claim.id: claim.summary for claim in feed.claims.values()}
    texts |= {entity.id: str(entity.properties.get("description", "")) for entity in feed.entities.values()}
    return [id_ for id_, text in texts.items() if list_word_runs(text) & copied]


def test_no_sentence_of_an_article_is_copied(shipped: CollectedFeed) -> None:
    files = find_shared("seeds").glob("*.txt")
    assert find_copies(shipped, [file.read_text(encoding="utf-8") for file in files]) == []


def test_a_copied_sentence_would_be_found(shipped: CollectedFeed) -> None:
    claim = max(shipped.claims.values(), key=lambda claim: len(claim.summary))
    told_anew = " ".join(reversed(claim.summary.split()))
    assert claim.id in find_copies(shipped, [f"It was said. “{claim.summary.upper()}” Nobody denied it."])
    assert claim.id not in find_copies(shipped, [told_anew])
