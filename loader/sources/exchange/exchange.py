"""Our own exchange format back in: armsgraph/1 as JSON or GraphML, and GraphML of other tools.

There is no manifest: who says what, and from which document, stands in the file. Only where a file draws a line, or
gives a name, without a claim behind it, the file itself is the source (grade F6), so that nothing comes in unsaid.

A file is read twice: first to learn which claims it holds (8 bytes for each name, id and end), then to load it. A
2 GB file is 2 to 4 million claims: some 150 MB.
"""

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Protocol, TypeVar

from anyascii import anyascii

from graph import ontology
from graph.errors import DataError
from graph.formats.graphml_read import ExchangeRecord, GraphmlFile, Problem
from graph.formats.json_stream import JsonFile
from graph.model import ABOUT, FORMAT, INFERRED, Claim, Entity, Relationship, Source
from loader import reference
from loader.records import Feed, Item, Notice, RejectedRow, Row
from loader.sources.exchange import records
from loader.sources.exchange.first_pass import FirstPass
from loader.sources.exchange.foreign import ForeignTransformer, build_other_entity
from loader.statements import Attribution, compute_digest

SECTIONS = {"entities": "entity", "relationships": "relationship", "claims": "claim", "sources": "source"}
_XML = re.compile(rb"\s*<")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
Told = Item | RejectedRow | Notice
Output = Iterator[Told]
R = TypeVar("R", Entity, Relationship, Claim, Source)


class _FileReader(Protocol):
    """A file of either format."""

    def records(self) -> Iterator[ExchangeRecord]:
        """What the file holds, in its order. Raises DataError where it can't be used."""

    def fraction(self) -> float:
        """How much of it has been read, 0 to 1."""


def read(path: Path, *, dataset: str = "") -> Feed:
    """The records of a file in armsgraph/1 (JSON or GraphML), or of another tool's GraphML.

    `dataset` is the name under which they load; else it is "file-" and the name of the file. Records keep their ids:
    what another dataset holds already is left as it is there. Nothing comes out of the stream before the file has been
    read to its end once: one that breaks off raises DataError, and loads nothing.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(256)
            edition = blake2b(head, digest_size=8)
            while chunk := stream.read(1 << 20):
                edition.update(chunk)
    except OSError as error:
        raise DataError(f"can't be read: {error.strerror}", file=str(path)) from error
    for mark in _BOMS:
        head = head.removeprefix(mark)
    reader: _FileReader = GraphmlFile(path) if _XML.match(head.replace(b"\0", b"")) else _JsonReader(JsonFile(path))
    loading = _FileTransformer(path, dataset or build_dataset_name(path), reader)
    return Feed(
        dataset=loading.dataset,
        edition=edition.hexdigest(),
        items=loading.items(),
        title=path.name,
        yields=True,
        fraction=loading.fraction,
    )


def build_dataset_name(path: Path) -> str:
    """The name of the dataset that a file makes: "file-" and its name in plain letters."""
    slug = re.sub(r"[^a-z0-9]+", "-", anyascii(path.stem).lower()).strip("-")[:60].strip("-")
    return f"file-{slug or compute_digest(path.stem)}"


def _is_shared(entity: Entity) -> bool:
    """Whether it is a state or authority that lists share: a file that holds it must not take it from them."""
    has_role = ontology.load().has_role
    state = reference.find_state(entity.name) if has_role(entity.type, "state") else None
    return (state is not None and state.id == entity.id) or (
        has_role(entity.type, "authority") and entity.id.startswith("regime-")
    )


@dataclass(frozen=True, slots=True)
class _JsonReader:
    file: JsonFile

    def fraction(self) -> float:
        return self.file.fraction()

    def records(self) -> Iterator[ExchangeRecord]:
        """The records of the four lists. Raises DataError for a file that is not in our format."""
        stated = False
        try:
            for value in self.file.values():
                if value.section == "format" and not value.item:
                    if value.value != FORMAT:
                        raise DataError(
                            f"the format is {value.value!r:.50}; this version reads {FORMAT!r}",
                            file=self.file.path.name,
                            row=value.line,
                        )
                    stated = True
                elif value.section == ABOUT:
                    continue  # what the file says of itself is not data
                elif value.section not in SECTIONS:
                    yield ExchangeRecord("other", {"what": value.section[:100]}, value.line, value.raw)
                elif not value.item:
                    raise DataError("must be a list", file=self.file.path.name, row=value.line, field=value.section)
                elif isinstance(value.value, dict):
                    yield ExchangeRecord(SECTIONS[value.section], value.value, value.line, value.raw)
                else:
                    rule = (value.section, f"must hold objects, not {value.raw[:50]}")
                    yield ExchangeRecord(SECTIONS[value.section], {}, value.line, value.raw, (rule,))
        except DataError as error:
            if stated:
                raise
            raise DataError(
                f"can't be read as {FORMAT}: {error.rule}", file=error.file, row=error.row, field=error.field
            ) from error
        if not stated:
            raise DataError(f"does not say that its format is {FORMAT}", file=self.file.path.name)


class _FileTransformer:
    """One file on its way in."""

    def __init__(self, path: Path, dataset: str, reader: _FileReader) -> None:
        self.path, self.dataset, self.reader = path, dataset, reader
        self.survey: FirstPass | None = None
        self.author, self.document = f"{dataset}-author", f"{dataset}-file"
        self.speaker = Attribution(dataset, self.document, self.author, "F", "6")
        self.foreign = ForeignTransformer(self.speaker)
        self.introduced = False
        self.stubs: set[str] = set()

    def fraction(self) -> float:
        """Both times through the file."""
        return (self.reader.fraction() + (self.survey is not None)) / 2

    def items(self) -> Output:
        survey = FirstPass()
        for raw_record in self.reader.records():
            survey.take(raw_record)
        survey.seal()
        self.survey = survey
        kinds: dict[str, Callable[[ExchangeRecord, Row, FirstPass], Output]] = {
            "entity": self._entity,
            "relationship": self._relationship,
            "claim": self._claim,
            "source": self._source,
            "node": self._node,
            "edge": self._edge,
        }
        for raw_record in self.reader.records():
            row = Row(self.path, raw_record.line, raw=raw_record.raw)
            if raw_record.kind == "other":
                yield Notice("left out", f"{raw_record.values['what']} is left out", row)
            elif wrong := records.find_problems(raw_record):
                yield self._reject(raw_record, row, wrong)
            else:
                yield from kinds[raw_record.kind](raw_record, row, survey)

    def _reject(self, raw_record: ExchangeRecord, row: Row, wrong: Iterable[Problem]) -> RejectedRow:
        """A record that can't be read, with what it is about as far as that can."""
        names = ("id",) if raw_record.kind in ("entity", "claim", "source", "node") else ("source", "target")
        ids = [value for name in names if isinstance(value := raw_record.values.get(name), str) and value]
        if raw_record.kind in ("node", "edge"):
            ids = [self.foreign.entity_id(value) for value in ids]
        concerns = frozenset(ids) if len(ids) == len(names) else None
        return RejectedRow(row, tuple(row.problem(name, rule) for name, rule in wrong), concerns)

    def _take(
        self, parsed: tuple[R | None, list[Problem], list[str]], raw_record: ExchangeRecord, row: Row
    ) -> Generator[Told, None, R | None]:
        """Tells of unknown fields, and of what is wrong; returns the record where nothing is."""
        record, wrong, unknown = parsed
        for name in unknown:
            yield Notice("unknown field", f"{name[:100]!r} is left out", row)
        if record is None:
            yield self._reject(raw_record, row, wrong)
        return record

    def _entity(self, raw_record: ExchangeRecord, row: Row, survey: FirstPass) -> Output:
        entity = yield from self._take(records.parse_entity(raw_record.values), raw_record, row)
        if entity is None:
            return
        properties = dict(entity.properties)
        identifiers = properties.pop("identifiers", [])
        if not isinstance(identifiers, list):
            yield self._reject(raw_record, row, [("identifiers", "must be a list of texts")])
            return
        yield Item(replace(entity, properties=properties), row, shared=_is_shared(entity))
        # They come from claims. Those that no claim in the file carries are the file's own word.
        for predicate, values in (("HAS_NAME", entity.aliases), ("HAS_IDENTIFIER", identifiers)):
            for value in values:
                if (predicate, entity.id, value) not in survey.names:
                    yield from self._build_file_source(row)
                    yield Item(self._build_name_claim(predicate, entity.id, value), row)

    def _build_name_claim(self, predicate: str, subject: str, value: str) -> Claim:
        if predicate == "HAS_NAME":
            return self.speaker.names(subject, value)
        scheme, _, number = value.partition(" ")
        if number:
            return self.speaker.build_identifier_claim(subject, scheme, number)
        return replace(
            self.speaker.names(subject, value, "identifier"),
            predicate=predicate,
            detail="",
            summary=f"The list gives the identifier {value}.",
        )

    def _relationship(self, raw_record: ExchangeRecord, row: Row, survey: FirstPass) -> Output:
        edge = yield from self._take(records.parse_relationship(raw_record.values), raw_record, row)
        if edge is None:
            return
        absent = [claim for claim in edge.claims if (claim,) not in survey.claims]
        if len(absent) == len(edge.claims):
            yield Notice(
                "line without a claim",
                f"{edge.id}: no claim behind it is in the file, which itself becomes its source",
                row,
            )
            yield from self._build_file_source(row)
            yield Item(self._line(edge), row)
        elif absent:
            yield Notice("claims not in the file", f"{edge.id}: {', '.join(absent[:5])}", row)

    def _line(self, edge: Relationship) -> Claim:
        dates = {name: str(edge.properties.get(name) or "") for name in ("valid_from", "valid_to")}
        claim = self.speaker.build_relationship_claim(
            edge.source, edge.type, edge.target, "The file draws this line, and holds no claim behind it.", **dates
        )
        if edge.stance == INFERRED:  # from what, the file does not say
            return replace(claim, inferred_from=" ".join(edge.claims) or "not-given")
        return replace(claim, stance="denied") if edge.stance == "denied" else claim

    def _claim(self, raw_record: ExchangeRecord, row: Row, survey: FirstPass) -> Output:
        claim = yield from self._take(records.parse_claim(raw_record.values), raw_record, row)
        if claim is None:
            return
        speaker = claim.asserted_by
        if (
            speaker
            and (speaker,) not in survey.entities
            and (speaker,) not in survey.ends
            and speaker not in self.stubs
        ):
            self.stubs.add(speaker)
            yield Notice(
                "speaker not in the file", f"{speaker} is made as a thing of that name, unless it is stored", row
            )
            properties = {"schema": "speaker, known by id alone"}
            yield Item(build_other_entity(speaker, speaker, properties), row, shared=True)
        yield Item(claim, row)

    def _source(self, raw_record: ExchangeRecord, row: Row, _survey: FirstPass) -> Output:
        source = yield from self._take(records.parse_source(raw_record.values), raw_record, row)
        if source is not None:
            yield Item(source, row)

    # Another tool's GraphML -------------------------------------------------------------------------------------------

    def _node(self, raw_record: ExchangeRecord, row: Row, _survey: FirstPass) -> Output:
        for record in self.foreign.node(raw_record.values):
            if isinstance(record, Claim):
                yield from self._build_file_source(row)
            yield Item(record, row)

    def _edge(self, raw_record: ExchangeRecord, row: Row, _survey: FirstPass) -> Output:
        yield from self._build_file_source(row)
        yield Item(self.foreign.edge(raw_record.values), row)

    def _build_file_source(self, row: Row) -> Output:
        """The file as a document, and whoever made it: once, where a claim needs them."""
        if not self.introduced:
            self.introduced = True
            place = Row(self.path, 1)
            name = self.path.name
            yield Item(Source(self.document, "The maker of the file", name, kind="file", reliability="F"), place)
            yield Item(build_other_entity(self.author, f"The maker of {name}", {"schema": "author"}), place)
