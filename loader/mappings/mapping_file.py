"""Reads and checks the mapping of a table: a YAML file that says which column means what (docs/mapping.md).

A faulty mapping is refused with all its faults at once, each with line, entry and rule.
"""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from graph import ontology
from graph.errors import DataError
from loader.files import yaml_file
from loader.files.csv_file import clean_column_name
from loader.mappings import cell_text
from loader.mappings.entries import InvalidEntry
from loader.mappings.header import EMPTY, HeaderReader
from loader.mappings.model import ClaimMapping, EntityMapping, TableMapping, Value

_TOP = (
    "dataset",
    "title",
    "publisher",
    "url",
    "date",
    "kind",
    "language",
    "note",
    "reliability",
    "credibility",
    "speaker",
    "updates",
    "file",
    "dates",
    "numbers",
    "empty",
    "lists",
    "source",
    "entities",
    "relationships",
    "claims",
    "ignore",
    "rest",
)
_BLOCK = ("type", "state", "id", "name", "aliases", "identifiers", "properties", "when")
_COMMON = ("detail", "valid_from", "valid_to", "reported_on", "paragraph", "summary", "inferred_from")
_LINK = ("type", "from", "to", "stance", "when", *_COMMON)
_CLAIM = ("predicate", "about", "topic", "value", "low", "high", "unit", "stance", "when", *_COMMON)
_SOURCE = ("publisher", "title", "date", "url", "kind", "language")
_OWN_ENTRY = ("name", "aliases", "identifiers")
_KINDS = {"valid_from": "date", "valid_to": "date", "reported_on": "date", "low": "number", "high": "number"}
_NEEDS: Mapping[str, tuple[str, ...]] = {"quantity": ("topic", "unit"), "text": ("value",), "none": ("summary",)}


def load(path: Path) -> TableMapping:
    """The mapping in a file. Raises DataError with all that is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"can't be read: {error.strerror}", file=str(path)) from error
    except UnicodeDecodeError as error:
        rule = f"byte {error.object[error.start]:#04x} at offset {error.start} is not UTF-8"
        raise DataError(rule, file=path.name) from error
    return parse(text, path.name)


def parse(text: str, file: str = "mapping") -> TableMapping:
    """The mapping in a text; `file` is its name in messages. Raises DataError with all that is wrong with it."""
    try:
        raw, lines = yaml_file.read(text)
    except yaml_file.PlainYamlError as error:
        raise DataError(error.rule, file=file, row=error.line) from error
    reader = _MappingReader(file, lines, ontology.load())
    mapping = reader.read(raw, blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest())
    if len(reader.faults) == 1:
        raise reader.faults[0]
    if reader.faults:
        listed = "".join(f"\n  {fault}" for fault in reader.faults)
        raise DataError(f"{len(reader.faults)} faults:{listed}", file=file)
    return mapping


class _MappingReader(HeaderReader):
    """Turns the parsed YAML into a mapping and notes every fault on the way."""

    def read(self, raw: Any, digest: str) -> TableMapping:
        top = self.table("", raw, _TOP)
        for key in ("dataset", "title", "publisher", "entities"):
            if not top.get(key):
                self.fault(key, "is missing")
        dataset = self.dataset(top["dataset"]) if top.get("dataset") else ""
        decimal, thousands = self.numbers(self.part(top, "", "numbers", ("decimal", "thousands")))
        formats = self.read_date_formats(top.get("dates", []))
        self.convert = {
            "date": cell_text.build_date_reader(formats),
            "number": cell_text.build_number_reader(decimal, thousands),
        }
        self.lists = self.texts("lists", top.get("lists", []))
        entries = self.part(top, "", "entities") if top.get("entities") else {}
        self.blocks = {
            name: self.read_or_default(EntityMapping(name), self.block, name, block) for name, block in entries.items()
        }
        sayings = [self.read_or_default(None, self.link, at, item) for at, item in self.listed(top, "relationships")]
        sayings += [self.read_or_default(None, self.claim, at, item) for at, item in self.listed(top, "claims")]
        rest = self.text("rest", top.get("rest", ""))
        if rest:
            self.check_known("rest", rest, self.blocks, "entity block")
        source = {
            key: self.read_or_default(None, self.value, f"source.{key}", item)
            for key, item in self.part(top, "", "source", _SOURCE).items()
        }
        return TableMapping(
            file=self.file,
            digest=digest,
            dataset=dataset,
            document=self.document(top, dataset),
            reliability=self.grade(top, "reliability", self.ontology.reliability, "F"),
            credibility=self.grade(top, "credibility", self.ontology.credibility, "6"),
            speaker=self.speaker(top, self.blocks),
            keeps_history=self.read_updates(top.get("updates", "replace")),
            form=self.form(
                self.part(top, "", "file", ("delimiter", "encoding", "sheet", "header", "skip", "columns")), decimal
            ),
            dates=formats,
            decimal=decimal,
            thousands=thousands,
            empty=self.empty(self.texts("empty", top.get("empty", list(EMPTY)))),
            source={key: value for key, value in source.items() if value},
            blocks=self.blocks,
            sayings=tuple(filter(None, sayings)),
            ignore=tuple(map(clean_column_name, self.texts("ignore", top.get("ignore", [])))),
            rest=rest,
        )

    def listed(self, top: Mapping[str, Any], key: str) -> Iterator[tuple[str, Any]]:
        """The entries of a list, each with its place in the file."""
        raw = top.get(key, [])
        if not isinstance(raw, list):
            self.fault(key, "must be a list: each entry begins with '- '")
            return
        yield from ((f"{key}.{i}", item) for i, item in enumerate(raw, 1))

    def block(self, name: str, raw: Any) -> EntityMapping:
        """One entity."""
        at = f"entities.{name}"
        entry = self.table(at, raw, _BLOCK)
        if not entry:
            raise InvalidEntry
        when = self.read_or_default(None, self.read_condition, f"{at}.when", entry["when"]) if "when" in entry else None
        if "state" in entry:
            if set(entry) - {"state", "when"}:
                self.fault(at, "a state has its name from Armsgraph: 'state' goes with 'when' only")
            return EntityMapping(name, state=self.value(f"{at}.state", entry["state"], ("split",)), when=when)
        if "name" not in entry and "id" not in entry:
            self.stop(at, "needs a name; or an id alone, to refer to an entity that another row or file makes")
        if "name" in entry and "type" not in entry:
            self.fault(at, "needs a type")
        concrete = [t.name for t in self.ontology.list_concrete_types()]
        type_ = (
            self.read_or_default(None, self.word, f"{at}.type", entry["type"], concrete, "type")
            if "type" in entry
            else None
        )
        ids, as_is, prefix = (
            self.read_or_default(None, self.ids, f"{at}.id", entry["id"]) if "id" in entry else None
        ) or (
            (),
            False,
            "",
        )
        mapping = EntityMapping(
            block=name,
            type=type_,
            id=ids,
            as_is=as_is,
            prefix=prefix,
            name=self.read_or_default(None, self.value, f"{at}.name", entry["name"], ("split",))
            if "name" in entry
            else None,
            aliases=tuple(value for _, value in self.read_values(f"{at}.aliases", entry.get("aliases", []))),
            identifiers=self.read_values(f"{at}.identifiers", self.part(entry, at, "identifiers")),
            properties=self.properties(f"{at}.properties", self.part(entry, at, "properties"), type_),
            when=when,
        )
        if mapping.name and mapping.name.split and ids:
            self.fault(at, "a name that is split makes several entities, which can't have one id")
        if "name" not in entry and {"aliases", "identifiers", "properties"} & set(entry):
            self.fault(at, "has no name, so it only refers to an entity: other names and properties need the name")
        return mapping

    def read_values(self, at: str, raw: Any) -> tuple[tuple[str, Value], ...]:
        """Values, each of which may hold a list, by their keys where they have keys."""
        if isinstance(raw, dict) and not {"column", "constant"} & set(raw):
            items = [(key, f"{at}.{key}", item) for key, item in raw.items()]
        else:
            items = [("", at, item) for item in (raw if isinstance(raw, list) else [raw])]
        values = []
        for key, near, item in items:
            value = self.read_or_default(None, self.value, near, item, ("split",) if key else ("split", "kind"))
            if value:
                values.append((key, value if value.split else Value(value.parts, self.lists, kind=value.kind)))
        return tuple(values)

    def properties(self, at: str, entries: Mapping[str, Any], type_: Value | None) -> tuple[tuple[str, Value], ...]:
        """The properties of an entity whose type is one of what `type_` may give."""
        types = [self.ontology.types[name] for name in (type_.outcomes if type_ else ())]
        properties = {p.name: p for t in types for p in t.properties.values() if p.name not in _OWN_ENTRY}
        values = []
        for name, item in entries.items():
            if name in _OWN_ENTRY:
                self.fault(f"{at}.{name}", f"has an entry of its own beside 'properties': {name}")
            elif types and self.check_known(f"{at}.{name}", name, properties, "property"):
                value = self.read_or_default(None, self.value, f"{at}.{name}", item, ("split",))
                if value:
                    self.fixed(f"{at}.{name}", value, properties[name].type)
                    values.append((name, value))
        return tuple(values)

    def fixed(self, at: str, value: Value, kind: str) -> None:
        """Tries a constant that must be a date or a number at once."""
        if value.constant is not None and kind in self.convert:
            try:
                self.convert[kind](value.constant)
            except ValueError as error:
                self.fault(at, str(error))

    def link(self, at: str, raw: Any) -> ClaimMapping:
        """One relationship."""
        entry = self.table(at, raw, _LINK)
        if not entry:
            raise InvalidEntry
        type_ = self.read_or_default(
            None, self.word, f"{at}.type", entry.get("type", ""), self.ontology.relationships, "relationship type"
        )
        ends = [self.read_or_default("", self.end, f"{at}.{key}", entry.get(key, "")) for key in ("from", "to")]
        if not type_ or not all(ends):
            raise InvalidEntry
        for name in type_.outcomes:
            rule = self.ontology.relationships[name]
            for key, block, allowed in zip(("from", "to"), ends, (rule.source, rule.target), strict=True):
                types = self.find_types(self.blocks[block])
                if types and not set(types) & set(self.ontology.list_subtypes(allowed)):
                    self.fault(f"{at}.{key}", f"{name} takes {' or '.join(allowed)} here, not {' or '.join(types)}")
        return self.build_claim_mapping(at, entry, type_, ends[0], ends[1])

    def find_types(self, block: EntityMapping) -> tuple[str, ...]:
        return (
            (self.ontology.get_type_by_role("state").name,)
            if block.state
            else block.type.outcomes
            if block.type
            else ()
        )

    def end(self, at: str, raw: Any) -> str:
        """The name of an entity block."""
        block = self.text(at, raw)
        if not self.check_known(at, block, self.blocks, "entity block"):
            raise InvalidEntry
        return block

    def claim(self, at: str, raw: Any) -> ClaimMapping:
        """One claim that draws no line."""
        entry = self.table(at, raw, _CLAIM)
        if not entry:
            raise InvalidEntry
        predicate = self.read_or_default(
            None, self.word, f"{at}.predicate", entry.get("predicate", ""), self.ontology.statements, "statement"
        )
        about = self.end(f"{at}.about", entry.get("about", ""))
        if not predicate:
            raise InvalidEntry
        kinds = {self.ontology.statements[name] for name in predicate.outcomes}
        needs = {key for kind in kinds for key in _NEEDS[kind]}
        if "HAS_PROPERTY" in predicate.outcomes:
            needs.add("detail")
        if needs - set(entry):
            self.fault(at, f"needs {' and '.join(sorted(needs - set(entry)))}")
        if "quantity" in kinds and not {"value", "low", "high"} & set(entry):
            self.fault(at, "needs value, or low and high")
        return self.build_claim_mapping(at, entry, predicate, about, "")

    def build_claim_mapping(
        self, at: str, entry: Mapping[str, Any], predicate: Value, about: str, to: str
    ) -> ClaimMapping:
        texts = {}
        for key in (*_COMMON, "topic", "value", "low", "high", "unit"):
            value = self.read_or_default(None, self.value, f"{at}.{key}", entry[key]) if key in entry else None
            if value:
                texts[key] = value
                self.fixed(f"{at}.{key}", value, _KINDS.get(key, ""))
        asserted, stances = Value((("asserted", ""),)), (*self.ontology.stances, *self.ontology.absences)
        stance = self.read_or_default(
            asserted, self.word, f"{at}.stance", entry.get("stance", "asserted"), stances, "stance"
        )
        when = self.read_or_default(None, self.read_condition, f"{at}.when", entry["when"]) if "when" in entry else None
        return ClaimMapping(at, predicate, about, to, stance, texts, when)
