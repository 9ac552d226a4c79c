"""FollowTheMoney entities as JSON lines: what OpenSanctions publishes, Aleph exports, and `export --format ftm` writes.

The file is read twice. The first pass keeps ten bytes of each entity (its type), because a link may stand before what
it joins and which relationship it becomes depends on that; the second makes the records. A user's filter by topics
or countries needs one pass more, for the neighbours of what it takes.

What describes the file and not the world is not loaded: `first_seen`, `last_change`, `target`; `last_seen` gives the
edition. Format: https://followthemoney.tech/docs/ and https://www.opensanctions.org/docs/bulk/json/.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import UsageError
from graph.ontology import Ontology
from graph.ontology import load as load_ontology
from loader.records import Feed, Item, Notice, RejectedRow
from loader.sources.ftm import edges, nodes, restore
from loader.sources.ftm import rules as ftm_rules
from loader.sources.ftm.index import NO_NODE, EntityIndex
from loader.sources.ftm.lines import Line, LineReader, RawEntity, flatten
from loader.sources.ftm.nodes import EntityDraft, FileContext, build_attribution, build_statement_key
from loader.sources.ftm.rules import Rules
from loader.sources.ftm.speakers import SpeakerRegistry
from loader.sources.ftm.statement_file import StatementFile, is_statement_file
from loader.sources.ftm.statements import SeenDays

manifest = ftm_rules.load_manifest
_DATASET = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
Out = Item | RejectedRow | Notice


def read(
    path: Path,
    *,
    edition: str = "",
    dataset: str = "ftm",
    topics: Collection[str] = (),
    countries: Collection[str] = (),
    ontology: Ontology | None = None,
    partial: bool = False,
) -> Feed:
    """The feed of a file, .gz by its suffix. The first pass runs at once, the second as the items are taken.

    `dataset` goes before every id, so that two files never meet by chance. The edition is the latest day that an
    entity was last seen; a file without such days (as our own exports) has a digest of its content for one, which
    orders nothing, so that what a later one no longer says goes without a history. `topics` ("sanction") and
    `countries` ("kp", "North Korea") take entities with one of each, with their links and direct neighbours; the
    rest is marked as not selected. `partial` says that a file of statements is only some rows of another: corrected
    rejects, which add claims to an entity and change nothing else of it.
    Raises UsageError for an unusable option, DataError for an unusable file.
    """
    if not _DATASET.match(dataset):
        raise UsageError(f"a data set's name is small letters, digits, - and _, at most 40 of them, not {dataset!r}")
    rules = Rules(ontology or load_ontology())
    entity_filter = _EntityFilter.of(rules, topics, countries)
    by_value = StatementFile(path, rules.model, dataset) if is_statement_file(path) else None
    survey = _run_first_pass(by_value or LineReader(path), rules, entity_filter)
    speakers = SpeakerRegistry(dataset, edition := edition or survey.edition, rules.ontology)
    context = FileContext(dataset, rules, survey.index, speakers, filtered=entity_filter.active, seen=survey.seen)
    context.partial = partial and by_value is not None
    reader = by_value or LineReader(path)
    dated = ftm_rules.is_date(edition)
    return Feed(
        dataset,
        edition,
        _read_items(reader, context),
        title=manifest()["title"],
        keeps_history=dated,
        yields=survey.ours,
        model=2,  # before, what was merged from several lists was one list's, and fewer authorities were known
        fraction=reader.done,
    )


def get(reader: LineReader | StatementFile) -> Iterator[Line | RejectedRow]:
    """The file's lines; see ftm_lines for what is refused."""
    return reader.lines()


def transform(context: FileContext, line: Line) -> Iterator[Out]:
    """What a line says: restored where Armsgraph wrote it, else its entity and those nested in it, as claims."""
    if restore.is_ours(line.data):
        yield from restore.restore_items(context, line.data, line.row)
        return
    entities, problems = flatten(line.data, context.rules.model)
    if not entities:
        concerns = _read_concerns(context, line.data)
        yield RejectedRow(line.row, tuple(line.row.problem(name, rule) for name, rule in problems), concerns)
        return
    for name, rule in problems:
        concerns = edges.list_concerns(context, entities[0])
        yield Notice("unreadable part", f"{entities[0].id[:200]}, {name}: {rule}", line.row, concerns)
    for raw in entities:
        yield from _transform_entity(context, line, raw)


def _read_concerns(context: FileContext, data: dict[str, Any]) -> frozenset[str] | None:
    """The entity that an unreadable line is about; None where it has no id, or may be a link between others."""
    identity, schema = data.get("id"), data.get("schema")
    if not (isinstance(identity, str) and identity.strip() and isinstance(schema, str)):
        return None
    if context.rules.type_of(schema.strip()) == NO_NODE:
        return None
    return frozenset({context.build_entity_id(identity.strip())})


def _read_items(reader: LineReader | StatementFile, context: FileContext) -> Iterator[Out]:
    for line in get(reader):
        if isinstance(line, RejectedRow):
            yield line
        else:
            yield from transform(context, line)


def _transform_entity(context: FileContext, line: Line, raw: RawEntity) -> Iterator[Out]:
    """One entity. Of one that stands in several places its own line counts, else the first place."""
    no_node = context.rules.type_of(raw.schema) == NO_NODE
    if not raw.top and context.index.has_own_line(raw.id):
        return
    if (raw.top or not no_node) and not context.index.is_first_time(raw.id):
        if raw.top:
            rule = (
                f"{raw.id[:200]!r} has a line before; merge the parts of an entity into one line first (ftm aggregate)"
            )
            concerns = edges.list_concerns(context, raw)
            yield RejectedRow(line.row, (line.row.problem("id", rule),), concerns or None)
        return
    node = EntityDraft(context, raw, line.row, build_attribution(context, raw))
    yield from edges.build_items(node) if no_node else nodes.build_items(node)


@dataclass(frozen=True)
class _EntityFilter:
    """What the user wants to see: entities with one of the topics and one of the countries, where any are given."""

    topics: frozenset[str]
    countries: frozenset[str]
    rules: Rules

    @classmethod
    def of(cls, rules: Rules, topics: Collection[str], countries: Collection[str]) -> "_EntityFilter":
        """Raises UsageError for a topic or country that FollowTheMoney doesn't know."""
        codes = {text: rules.model.find_country_code(text) for text in countries}
        unknown = [t for t in topics if t not in rules.model.topics] + [t for t, code in codes.items() if not code]
        if unknown:
            raise UsageError(f"FollowTheMoney knows no topic or country {', '.join(map(repr, unknown))}")
        return cls(frozenset(topics), frozenset(codes.values()), rules)

    @property
    def active(self) -> bool:
        """Whether anything is filtered at all."""
        return bool(self.topics or self.countries)

    def matches(self, raw: RawEntity) -> bool:
        """Whether the entity is wanted for itself."""
        if self.topics and not self.topics.intersection(raw.properties.get("topics", ())):
            return False
        schema = self.rules.model.schema(raw.schema)
        props = [p.name for p in schema.properties.values() if p.type == "country"]
        codes = (self.rules.model.find_country_code(v) for prop in props for v in raw.properties.get(prop, ()))
        return not self.countries or any(code in self.countries for code in codes)


@dataclass(frozen=True)
class _FirstPass:
    """What the first pass finds."""

    index: EntityIndex
    edition: str
    ours: bool
    seen: SeenDays


def _run_first_pass(reader: LineReader | StatementFile, rules: Rules, entity_filter: _EntityFilter) -> _FirstPass:
    index, days = EntityIndex(rules.ontology.types), SeenDays({})
    ours, last_seen = False, ""
    for line in get(reader):
        if isinstance(line, RejectedRow):
            continue
        if restore.is_ours(line.data):
            ours = True
            continue
        seen = line.data.get("last_seen")
        if isinstance(seen, str):
            last_seen = max(last_seen, ftm_rules.parse_day(seen))
        for raw in flatten(line.data, rules.model)[0]:
            _index_entity(index, rules, raw, entity_filter)
            days.note(raw.statements)
    index.close()
    edition = last_seen or reader.content.hexdigest()
    if entity_filter.active:
        _mark_neighbours(reader, rules, index)
    return _FirstPass(index, edition, ours, days)


def _index_entity(index: EntityIndex, rules: Rules, raw: RawEntity, entity_filter: _EntityFilter) -> None:
    type_ = rules.type_of(raw.schema)
    index.add(
        raw.id, type_, top=raw.top, match=entity_filter.active and type_ != NO_NODE and entity_filter.matches(raw)
    )
    if type_ == NO_NODE and not raw.top:
        for ends in _list_subjects(rules, raw):
            index.add(build_statement_key(raw.id, *ends), NO_NODE, top=False, match=False)


def _list_subjects(rules: Rules, raw: RawEntity) -> list[tuple[str, ...]]:
    """The entities that a link, listing or paper is about, each group that it makes a claim of."""
    ends = rules.ends(raw.schema)
    firsts = raw.properties.get(edges.list_required(rules.model.schemata[raw.schema], ends)[0], [])
    if ends is None:
        return [(first,) for first in firsts]
    return [(first, second) for first in firsts for second in raw.properties.get(ends[1], [])]


def _mark_neighbours(reader: LineReader | StatementFile, rules: Rules, index: EntityIndex) -> None:
    """Marks what is directly linked to what the filter takes."""
    for line in get(reader):
        if isinstance(line, RejectedRow) or restore.is_ours(line.data):
            continue
        for raw in flatten(line.data, rules.model)[0]:
            if rules.type_of(raw.schema) == NO_NODE:
                _mark_groups(index, [list(ends) for ends in _list_subjects(rules, raw)])
            else:
                _mark_groups(index, [[raw.id, target] for target in _list_targets(rules, raw)])


def _list_targets(rules: Rules, raw: RawEntity) -> Iterator[str]:
    """The entities that an entity points to by itself."""
    schema = rules.model.schema(raw.schema)
    for prop, values in raw.properties.items():
        schema_prop = schema.properties.get(prop)
        if schema_prop is None or schema_prop.type == "entity":
            yield from values


def _mark_groups(index: EntityIndex, groups: list[list[str]]) -> None:
    for group in groups:
        if any(index.matches(identity) for identity in group):
            for identity in group:
                index.take(identity)
