"""The five articles, restated as claims: reads a folder of CSV files into a dataset.

Files: sources.csv, entities.csv, names.csv, identifiers.csv and claims.csv; docs/data.md tells their columns.
Names and identifiers become claims too, so that each can be traced to its source.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from graph import validate
from graph.errors import DataError
from graph.model import Claim, Entity, Source
from graph.ontology import Ontology
from loader import csvfiles
from loader.records import Dataset, Row

FOLDER = Path(__file__).with_name("articles")
FILES: Mapping[str, tuple[str, ...]] = {
    "sources.csv": ("id", "publisher", "title"),
    "entities.csv": ("id", "type", "name"),
    "names.csv": ("entity", "name", "source"),
    "identifiers.csv": ("entity", "scheme", "value", "source"),
    "claims.csv": ("id", "subject", "predicate", "stance", "asserted_by", "source", "summary"),
}
_CLAIM_TEXTS = {f.name for f in fields(Claim)} - {"object", "topic", "low", "high", "value"}


def read(folder: Path, ontology: Ontology, *, partial: bool = False,
         stored_type: Callable[[str], str | None] = lambda _: None,
         stored_source: Callable[[str], bool] = lambda _: False) -> Dataset:  # fmt: skip
    """The dataset in a folder, each row checked; faulty rows are in `rejected`.

    With `partial` a file may be missing, and ids may refer to what the store holds: `stored_type` gives the type
    of a stored entity, `stored_source` whether a source is stored. Raises DataError for an unusable file.
    """
    present = [name for name in FILES if not partial or (folder / name).exists()]
    if not present:
        raise DataError(f"holds none of {', '.join(FILES)}", file=str(folder))
    reader = _Reader(folder, ontology, stored_type, stored_source)
    for name in present:
        reader.file(name)
    reader.finish()
    reader.dataset.edition = _edition(folder, present)
    return reader.dataset


def _edition(folder: Path, names: list[str]) -> str:
    digest = sha256()
    for name in names:
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes())
    return digest.hexdigest()[:16]


class _Reader:
    def __init__(self, folder: Path, ontology: Ontology, stored_type: Callable[[str], str | None],
                 stored_source: Callable[[str], bool]) -> None:  # fmt: skip
        self.folder, self.ontology = folder, ontology
        self.stored_type, self.stored_source = stored_type, stored_source
        self.dataset = Dataset("articles")
        self.rows: dict[str, Row] = {}  # by claim id, for checks over all claims

    def file(self, name: str) -> None:
        record = {
            "sources.csv": self.source,
            "entities.csv": self.entity,
            "names.csv": self.name,
            "identifiers.csv": self.identifier,
            "claims.csv": self.claim,
        }[name]
        for row in csvfiles.rows(self.folder / name, FILES[name], self.dataset):
            record(row)

    def source(self, row: Row) -> None:
        known = {f.name for f in fields(Source)}
        item = Source(**{k: v for k, v in row.values.items() if k in known})
        if self.accept(row, validate.source(self.ontology, item), item.id in self.dataset.sources):
            self.dataset.sources[item.id] = item

    def entity(self, row: Row) -> None:
        given = {k: v for k, v in row.values.items() if v and k not in ("id", "type", "name", "problem")}
        type_ = self.ontology.types.get(row.values["type"])
        properties: dict[str, object] = {}
        for key, value in given.items():
            prop = type_.properties.get(key) if type_ else None
            properties[key] = _number(value) if prop and prop.type == "number" else value
        labels = type_.labels if type_ else ()
        item = Entity(row.values["id"], row.values["type"], labels, row.values["name"], properties=properties)
        if self.accept(row, validate.entity(self.ontology, item), item.id in self.dataset.entities):
            self.dataset.entities[item.id] = item

    def name(self, row: Row) -> None:
        kind = " ".join(filter(None, (row.values.get("kind", ""), row.values.get("language", ""))))
        self.named(row, "HAS_NAME", row.values["name"], kind.replace("_", " "))

    def identifier(self, row: Row) -> None:
        self.named(row, "HAS_IDENTIFIER", f"{row.values['scheme']} {row.values['value']}", row.values["scheme"])

    def named(self, row: Row, predicate: str, value: str, detail: str) -> None:
        """A name or identifier as a claim: the source's own word, with the source's reliability."""
        source = self.dataset.sources.get(row.values["source"])
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
        self.add(row, item, ["value"] if not value.strip() else [])

    def claim(self, row: Row) -> None:
        values = row.values
        numbers = {k: _number(values[k]) for k in ("low", "high", "value") if values.get(k)}
        wrong = [k for k, v in numbers.items() if isinstance(v, str)]
        given: dict[str, Any] = {k: v for k, v in values.items() if k in _CLAIM_TEXTS}
        given.update({k: v for k, v in numbers.items() if k not in wrong})
        given.update({k: values.get(k) or None for k in ("object", "topic")})
        item = Claim(**given)
        self.add(row, item, wrong)

    def add(self, row: Row, item: Claim, wrong: list[str]) -> None:
        """Checks a claim against the ontology and against what is known, and keeps or rejects it."""
        problems = [(k, f"must be a number, not {row.values[k]!r}" if k in row.values else "is empty") for k in wrong]
        problems += validate.claim(self.ontology, item, self.type_of)
        if item.source not in self.dataset.sources and not self.stored_source(item.source):
            problems.append(("source", f"there is no source {item.source!r}"))
        if self.accept(row, problems, item.id in self.dataset.claims):
            self.dataset.claims[item.id] = item
            self.rows[item.id] = row

    def accept(self, row: Row, problems: list[validate.Problem], repeated: bool) -> bool:
        if repeated:
            problems = [*problems, ("id", "an earlier row has the same id, or says the same")]
        if problems:
            self.dataset.reject(row, [row.problem(field, rule) for field, rule in problems])
        return not problems

    def type_of(self, entity_id: str) -> str | None:
        entity = self.dataset.entities.get(entity_id)
        return entity.type if entity else self.stored_type(entity_id)

    def finish(self) -> None:
        """The checks that need all claims."""
        for claim_id, (field, rule) in validate.units(self.dataset.claims).items():
            row = self.rows[claim_id]
            self.dataset.reject(row, [row.problem(field, rule)])
            del self.dataset.claims[claim_id]


def _number(text: str) -> float | str:
    """A finite number, whole where it is whole; the text itself where it is no number."""
    try:
        number = float(text)
    except ValueError:
        return text
    if not isfinite(number):
        return text
    return int(number) if number.is_integer() else number


def manifest() -> dict[str, Any]:
    """Publisher, licence, address and expected counts of the shipped articles."""
    loaded: dict[str, Any] = yaml.safe_load(FOLDER.with_suffix(".yaml").read_text(encoding="utf-8"))
    return loaded
