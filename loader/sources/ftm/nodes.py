"""FollowTheMoney entities that are things (people, companies, ships, addresses …) as entities with their claims."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graph import imo, ontology_model
from graph.formats import ftm_model
from graph.formats.ftm import ORIGINAL_ID
from graph.formats.ftm_model import Property
from graph.model import Claim, Entity
from loader.records import Item, Notice, Row
from loader.sources.ftm import rules
from loader.sources.ftm.index import ABSENT, NO_NODE, EntityIndex
from loader.sources.ftm.lines import TEXT_ADDRESS, RawEntity
from loader.sources.ftm.rules import Rules
from loader.sources.ftm.speakers import DatasetSpeaker, SpeakerRegistry
from loader.sources.ftm.statements import SeenDays, Statement, date_claim, drop_original, group_by_dataset
from loader.statements import Attribution, compute_digest

NAME_LIMIT = 1_000  # characters: names are indexed; a longer text is kept as a property
_WIKIDATA = re.compile(r"Q[1-9]\d{0,14}\Z", re.ASCII)
_NUMBER = re.compile(r"-?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.\d{1,10})?\Z", re.ASCII)
_FROM_CLAIMS = ("name", "aliases", "identifiers", "schema")  # the ontology's properties that no value is put into
_ADDRESS = ("postOfficeBox", "street", "street2", "city", "postalCode", "state", "region")
Out = Item | Notice


@dataclass
class FileContext:
    """What the lines of one file are read with."""

    dataset: str
    rules: Rules
    index: EntityIndex
    speakers: SpeakerRegistry
    filtered: bool = False
    partial: bool = False  # whether the file may hold single statements of an entity: then it changes none
    seen: SeenDays = field(default_factory=lambda: SeenDays({}))
    shared: set[str] = field(default_factory=set)

    def build_entity_id(self, identity: str) -> str:
        """The id here of a FollowTheMoney entity."""
        return rules.build_safe_id(self.dataset, identity)

    def takes(self, *identities: str) -> bool:
        """Whether the user's filter takes all of these entities."""
        return not self.filtered or all(self.index.taken(i) for i in identities)

    def share(self, entity: Entity, row: Row) -> Iterator[Item]:
        """An entity that belongs to no list, the first time it is wanted."""
        if entity.id not in self.shared:
            self.shared.add(entity.id)
            yield Item(entity, row, shared=True)


@dataclass(frozen=True, slots=True)
class ValueAttribution:
    """Who says one value, and where it stands; the `statements` of one data set where the file has them."""

    dataset: DatasetSpeaker
    paragraph: str
    statements: tuple[Statement, ...] = ()

    @property
    def speaker(self) -> Attribution:
        """The speaker; on what is only a candidate from outside its data set, with doubt."""
        external = bool(self.statements) and all(s.external for s in self.statements)
        return self.dataset.hedged if external else self.dataset.speaker

    @property
    def lang(self) -> str:
        """The language of the value, where all statements agree."""
        languages = {s.lang for s in self.statements}
        return languages.pop() if len(languages) == 1 else ""


def build_attribution(context: FileContext, raw: RawEntity, statements: Sequence[Statement] = ()) -> ValueAttribution:
    """The attribution of an entity's data sets, or that of the statements of one data set."""
    datasets = {s.dataset for s in statements} or raw.datasets
    entries = ", ".join(dict.fromkeys(s.entity for s in statements)) or raw.id
    return ValueAttribution(context.speakers.of(datasets), f"entry {entries}"[:500], tuple(statements))


@dataclass
class EntityDraft:
    """One entity on its way: what is found of it, and the claims about it by id, so that none is said twice.

    `attribution` is that of what no statement of the file gives to a data set of its own.
    """

    context: FileContext
    raw: RawEntity
    row: Row
    attribution: ValueAttribution
    out: list[Out] = field(default_factory=list)
    claims: dict[str, Item] = field(default_factory=dict)
    _by_value: dict[tuple[str, str], list[Statement]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for statement in self.raw.statements:
            self._by_value.setdefault((statement.prop, statement.value), []).append(statement)

    def add(self, claim: Claim, *others: str, attribution: ValueAttribution | None = None) -> None:
        """Keeps a claim; `others` are the FollowTheMoney entities it also needs."""
        attribution = attribution or self.attribution
        row = self.row
        if attribution.dataset.merged:
            claim = replace(claim, summary=claim.summary.replace("The list ", "One of the merged lists ", 1))
        if attribution.statements:
            claim = date_claim(claim, attribution.statements, self.context.seen)
            row = attribution.statements[0].row or row
        if claim.id not in self.claims:
            self.out += self.context.speakers.introduce(attribution.dataset, row)
            self.claims[claim.id] = Item(claim, row, selected=self.context.takes(self.raw.id, *others))

    def list_attributions(self, prop: str, value: str) -> list[ValueAttribution]:
        """Who says a value: each data set that has a statement of it, else the entity's own attribution."""
        statements = self._by_value.get((prop, value), ())
        return [build_attribution(self.context, self.raw, group) for _, group in group_by_dataset(statements)] or [
            self.attribution
        ]

    def fresh(self, *identities: str) -> bool:
        """Whether a statement about these entities is new. One that stands inside its entities comes once for each."""
        return self.raw.top or self.context.index.is_first_time(build_statement_key(self.raw.id, *identities))

    def notice(self, kind: str, text: str) -> None:
        """Tells the user of something that loads otherwise than it stands."""
        self.out.append(Notice(kind, f"{self.raw.id[:200]}: {text}", self.row))

    def finish(self) -> Iterator[Out]:
        """Everything that was found."""
        yield from self.out
        yield from self.claims.values()


def build_items(node: EntityDraft) -> Iterator[Out]:
    """The entity of a node, and what is claimed of it."""
    raw, rules = node.raw, node.context.rules
    type_ = rules.type_of(raw.schema)
    name = _choose_name(node)
    identity = node.context.build_entity_id(raw.id)
    for prop, values in raw.properties.items():
        for value in values:
            for attribution in node.list_attributions(prop, value):
                _add_value(node, identity, name, (prop, value), attribution)
    _add_identifiers(node, identity, type_)
    ontology_type, properties = rules.ontology.types[type_], _read_properties(node, type_)
    if "schema" in properties:
        speaker, paragraph = node.attribution.speaker, node.attribution.paragraph
        node.add(speaker.build_property_claim(identity, "schema", raw.schema, paragraph=paragraph))
    entity = Entity(identity, type_, ontology_type.labels, name, properties=properties)
    yield Item(entity, node.row, selected=node.context.takes(raw.id), shared=node.context.partial)
    yield from node.finish()


def _choose_name(node: EntityDraft) -> str:
    """The primary name: the caption where it is a name, else the first; for what has none, what it is known by."""
    raw = node.raw
    names = [n for n in raw.properties.get("name", []) if len(n) <= NAME_LIMIT]
    if raw.caption in names:
        return raw.caption
    if names:
        return names[0]
    schema = node.context.rules.model.schema(raw.schema)
    by = [raw.caption.strip(), *(v for prop in schema.caption for v in raw.properties.get(prop, []))]
    if schema.is_a(ftm_model.ADDRESS):
        parts = [v for prop in _ADDRESS for v in raw.properties.get(prop, [])[:1]]
        by = [*raw.properties.get("full", [])[:1], ", ".join(parts), *by]
    long = [v for v in by if len(v) > NAME_LIMIT]
    return next(
        (v for v in by if v and v not in long), long[0][: NAME_LIMIT - 1] + "…" if long else raw.id[:NAME_LIMIT]
    )


def _add_value(
    node: EntityDraft, identity: str, name: str, prop_and_value: tuple[str, str], attribution: ValueAttribution
) -> None:
    """The claims that one value of one property makes in one attribution."""
    rules, speaker, paragraph, (prop, value) = (
        node.context.rules,
        attribution.speaker,
        attribution.paragraph,
        prop_and_value,
    )
    type_ = rules.type_of(node.raw.schema)
    schema_prop = rules.model.schema(node.raw.schema).properties.get(prop)
    if schema_prop is None:
        if node.context.index.type_of(value) not in (ABSENT, NO_NODE):
            _add_reference(node, identity, prop, prop_and_value, attribution)
        else:
            node.add(
                speaker.build_property_claim(identity, prop[:200], value, paragraph=paragraph), attribution=attribution
            )
    elif schema_prop.stub:
        node.notice("reverse property", f"{prop} only repeats another entity's link, here to {value[:200]}")
    elif schema_prop.type == "entity":
        _add_reference(node, identity, schema_prop.label, prop_and_value, attribution)
    elif prop in rules.names and len(value) <= NAME_LIMIT:
        kind = f"{rules.names[prop]} {attribution.lang}".strip()
        node.add(speaker.names(identity, value, kind, paragraph=paragraph), attribution=attribution)
    elif schema_prop.type == "identifier":
        scheme = rules.schemes.get(prop, schema_prop.label)
        node.add(speaker.build_identifier_claim(identity, scheme, value, paragraph=paragraph), attribution=attribution)
    elif schema_prop.type == "country":
        _add_country(node, identity, type_, prop_and_value, attribution)
    elif not (value == name and node.raw.id.startswith(TEXT_ADDRESS)):
        node.add(speaker.build_property_claim(identity, prop, value, paragraph=paragraph), attribution=attribution)


def _add_country(
    node: EntityDraft, identity: str, type_: str, prop_and_value: tuple[str, str], attribution: ValueAttribution
) -> None:
    """A country: a line to its State where the ontology has one for it, else a claim with its name."""
    rules, speaker, (prop, value) = node.context.rules, attribution.speaker, prop_and_value
    name, state, is_known = rules.place(value)
    if not is_known:
        node.notice("unknown country", f"{prop} {value[:200]!r} is no country that FollowTheMoney or ISO 3166 knows")
    of_address = prop == "country" and rules.ontology.has_role(type_, "address")
    predicate = rules.ontology.get_relationship_by_role("location") if of_address else rules.states.get(prop, "")
    if state is None or not predicate or rules.predicate([predicate], type_, rules.state) != predicate:
        node.add(
            speaker.build_property_claim(identity, prop, name, paragraph=attribution.paragraph), attribution=attribution
        )
        return
    node.out += node.context.share(state, node.row)
    caption = rules.ontology.relationships[predicate].caption
    claim = speaker.build_relationship_claim(
        identity,
        predicate,
        state.id,
        f"The list says: {caption} {state.name} ({prop}).",
        detail=prop,
        paragraph=attribution.paragraph,
    )
    node.add(claim, attribution=attribution)


def _add_reference(
    node: EntityDraft, identity: str, label: str, prop_and_value: tuple[str, str], attribution: ValueAttribution
) -> None:
    """A property that points to another entity. What it points to may stand in a later line, or nowhere."""
    rules, (prop, target) = node.context.rules, prop_and_value
    predicates = rules.pointers.get(prop, [rules.unknown_link])
    turned = predicates[0].startswith("<")
    ends = [
        (identity, rules.type_of(node.raw.schema)),
        (node.context.build_entity_id(target), node.context.index.type_of(target)),
    ]
    if turned:
        ends.reverse()
    (subject, source_type), (object_, target_type) = ends
    predicate = rules.predicate([p.removeprefix("<") for p in predicates], source_type, target_type)
    words = f"The list says: {rules.ontology.relationships[predicate].caption} ({label})."
    claim = attribution.speaker.build_relationship_claim(
        subject, predicate, object_, words, detail=label[:200], paragraph=attribution.paragraph
    )
    node.add(claim, target, attribution=attribution)


def _add_identifiers(node: EntityDraft, identity: str, type_: str) -> None:
    """Its id in the file, and those that were merged into it: what other lists may know it by."""
    if node.context.rules.ontology.has_role(type_, "address") or node.raw.id.startswith(TEXT_ADDRESS):
        return
    by_entity: dict[str, list[Statement]] = {}
    for statement in node.raw.statements:
        by_entity.setdefault(statement.entity, []).append(drop_original(statement))
    for original in dict.fromkeys((node.raw.id, *node.raw.referents)):
        scheme = "Wikidata" if _WIKIDATA.match(original) else ORIGINAL_ID
        groups = group_by_dataset(by_entity.get(original, ()))
        for attribution in [build_attribution(node.context, node.raw, group) for _, group in groups] or [
            node.attribution
        ]:
            claim = attribution.speaker.build_identifier_claim(
                identity, scheme, original, paragraph=attribution.paragraph
            )
            node.add(claim, attribution=attribution)


def _read_properties(node: EntityDraft, type_: str) -> dict[str, Any]:
    """The properties that the ontology has for the type: the first usable value of each."""
    rules, raw = node.context.rules, node.raw
    properties: dict[str, Any] = {}
    schema = rules.model.schema(raw.schema)
    for name, prop in rules.ontology.types[type_].properties.items():
        if name in _FROM_CLAIMS:
            continue
        for source in rules.properties.get(name, [name]):
            schema_prop = schema.properties.get(source)
            for value in raw.properties.get(source, []) if schema_prop else []:
                usable = _convert_value(node, schema_prop, prop, value)
                if usable is not None and not (prop.one_of and usable not in prop.one_of):
                    properties.setdefault(name, usable)
                elif source == name:
                    node.notice("unusable value", f"{name} {value[:200]!r} is kept as a claim's text only")
    if rules.ontology.types[type_].ftm != raw.schema:
        properties["schema"] = raw.schema
    return properties


def _convert_value(node: EntityDraft, schema_prop: Property | None, prop: ontology_model.Property, value: str) -> Any:
    """The value as the ontology's property takes it; None where it can't."""
    if schema_prop is not None and schema_prop.type == "country":
        return node.context.rules.place(value)[0]
    if prop.type == "date":
        return rules.parse_day(value) or None
    if prop.type == "number":
        if not _NUMBER.match(value):
            return None
        number = float(value.replace(",", ""))
        return int(number) if number.is_integer() else number
    if prop.imo:
        bare = imo.strip_head(value)
        return bare if imo.is_number(bare, prop.imo) else None
    return value


def build_statement_key(identity: str, *ends: str) -> str:
    """Stands for what a link or listing says of these entities."""
    return "\x1f".join((identity, *ends))


def rekey_claim(claim: Claim, *parts: str) -> Claim:
    """The claim under an id that also holds `parts`: for statements that a file itself tells apart by an id."""
    dataset = claim.id.rpartition("-")[0]
    return replace(claim, id=f"{dataset}-{compute_digest(claim.id, *parts)}")
