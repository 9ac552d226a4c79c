"""The five articles, restated as claims: reads a folder of CSV files.

Files: sources.csv, entities.csv, names.csv, identifiers.csv and claims.csv; docs/data.md tells their columns.
Names and identifiers become claims too, so that each can be traced to its source.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from graph import imo
from graph.errors import DataError
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from loader.files import csv_file
from loader.records import Feed, Item, RejectCollector, RejectedRow, Row

FOLDER = Path(__file__).with_name("articles")
FILES: Mapping[str, tuple[str, ...]] = {
    "sources.csv": ("id", "publisher", "title"),
    "entities.csv": ("id", "type", "name"),
    "names.csv": ("entity", "name", "source"),
    "identifiers.csv": ("entity", "scheme", "value", "source"),
    "claims.csv": ("id", "subject", "predicate", "stance", "asserted_by", "source", "summary"),
}
_CLAIM_TEXTS = {f.name for f in fields(Claim)} - {"object", "topic", "low", "high", "value"}


def read(folder: Path, ontology: Ontology, *, partial: bool = False) -> Feed:
    """The feed of a folder. With `partial` files may be missing.

    Raises DataError for a folder without the files; the feed itself does for a file that can't be used.
    """
    present = [name for name in FILES if not partial or (folder / name).exists()]
    if not present:
        raise DataError(f"holds none of {', '.join(FILES)}", file=str(folder))
    for name in present:
        if not (folder / name).is_file():
            raise DataError(f"there is no file {name}", file=str(folder))
    return Feed(
        "articles",
        _compute_edition(folder, present),
        _read_items(folder, present, ontology),
        title=load_manifest()["title"],
    )


def _read_items(folder: Path, names: list[str], ontology: Ontology) -> Iterator[Item | RejectedRow]:
    transform = RowTransformer(ontology)
    for name in names:
        sink = RejectCollector()
        for row in csv_file.read_rows(folder / name, FILES[name], sink):
            yield from transform.row(row)
        yield from (reject_unread(rejected) for rejected in sink.rejected)


class RowTransformer:
    """Rows to items. It remembers the sources, whose dates and grades the names take over."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self.sources: dict[str, Source] = {}

    def row(self, row: Row) -> Iterator[Item | RejectedRow]:
        """What one row of one of the files says."""
        record = {
            "sources.csv": self._source,
            "entities.csv": self._entity,
            "names.csv": self._name,
            "identifiers.csv": self._identifier,
            "claims.csv": self._claim,
        }[row.file.name]
        yield record(row)

    def _source(self, row: Row) -> Item:
        names = {f.name for f in fields(Source)}
        item = Source(**{k: v for k, v in row.values.items() if k in names})
        self.sources.setdefault(item.id, item)
        return Item(item, row)

    def _entity(self, row: Row) -> Item:
        texts = {k: v for k, v in row.values.items() if v and k not in ("id", "type", "name", "problem")}
        type_ = self.ontology.types.get(row.values["type"])
        properties: dict[str, object] = {}
        for key, value in texts.items():
            prop = type_.properties.get(key) if type_ else None
            properties[key] = _parse_number(value) if prop and prop.type == "number" else value
        labels = type_.labels if type_ else ()
        return Item(
            Entity(row.values["id"], row.values["type"], labels, row.values["name"], properties=properties), row
        )

    def _name(self, row: Row) -> Item | RejectedRow:
        kind = " ".join(filter(None, (row.values.get("kind", ""), row.values.get("language", ""))))
        return self._build_name_claim(row, "HAS_NAME", row.values["name"], row.values["name"], kind.replace("_", " "))

    def _identifier(self, row: Row) -> Item | RejectedRow:
        scheme, value = imo.normalize_identifier(row.values["scheme"], row.values["value"])
        return self._build_name_claim(row, "HAS_IDENTIFIER", value, f"{scheme} {value}", scheme)

    def _build_name_claim(self, row: Row, predicate: str, text: str, value: str, detail: str) -> Item | RejectedRow:
        """A name or identifier as a claim: the source's own word, with the source's reliability."""
        if not text.strip():
            problem = row.problem("name" if predicate == "HAS_NAME" else "value", "is empty")
            return RejectedRow(row, (problem,), read_concerns(row))
        source = self.sources.get(row.values["source"])
        words = "is also named" if predicate == "HAS_NAME" else "is listed as"
        digest = sha256(f"{predicate}|{row.values['entity']}|{value}|{row.values['source']}".encode()).hexdigest()
        item = Claim(
            id=f"name-{digest[:12]}",
            subject=row.values["entity"],
            predicate=predicate,
            stance="asserted",
            source=row.values["source"],
            value=value,
            detail=detail,
            paragraph=row.values.get("paragraph", ""),
            reported_on=source.date if source else "",
            reliability=(source.reliability if source else "") or "F",
            credibility="2",
            summary=f"The source gives the {'name' if predicate == 'HAS_NAME' else 'identifier'} {value} ({words}).",
        )
        return Item(item, row)

    def _claim(self, row: Row) -> Item | RejectedRow:
        values = row.values
        numbers = {k: _parse_number(values[k]) for k in ("low", "high", "value") if values.get(k)}
        wrong = [row.problem(k, f"must be a number, not {v!r}") for k, v in numbers.items() if isinstance(v, str)]
        if wrong:
            return RejectedRow(row, tuple(wrong), read_concerns(row))
        claim_values: dict[str, Any] = {k: v for k, v in values.items() if k in _CLAIM_TEXTS}
        claim_values.update(numbers)
        claim_values["inferred_from"] = " ".join(values.get("inferred_from", "").split())
        claim_values.pop("premise_sources", None)
        claim_values.update({k: values.get(k) or None for k in ("object", "topic")})
        return Item(Claim(**claim_values), row)


def read_concerns(row: Row) -> frozenset[str] | None:
    """The entity, source or claim that a row is about; None where it does not say."""
    identity = row.values.get(FILES[row.file.name][0], "")
    return frozenset({identity}) if identity else None


def reject_unread(rejected: RejectedRow) -> RejectedRow:
    """A row that could not be read as a whole, with what it is about where that is still to be read."""
    readable = {problem.field for problem in rejected.problems}.isdisjoint({"", FILES[rejected.row.file.name][0]})
    return replace(rejected, concerns=read_concerns(rejected.row)) if readable else rejected


def _compute_edition(folder: Path, names: list[str]) -> str:
    digest = sha256()
    for name in names:
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes())
    return digest.hexdigest()[:16]


def _parse_number(text: str) -> float | str:
    """A finite number, whole where it is whole; the text itself where it is no number."""
    try:
        number = float(text)
    except ValueError:
        return text
    if not isfinite(number):
        return text
    return int(number) if number.is_integer() else number


def load_manifest() -> dict[str, Any]:
    """Publisher, licence, address and expected counts of the shipped articles."""
    loaded: dict[str, Any] = yaml.safe_load(FOLDER.with_suffix(".yaml").read_text(encoding="utf-8"))
    return loaded
