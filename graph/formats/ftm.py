"""Writes a subgraph as FollowTheMoney entities, one JSON object a line.

Entities, sources (Article) and claims each become a line that FollowTheMoney's own reader takes as valid. What it has
no place for (stance, grade, estimates, who says so, partial dates such as 2022-early) is told in words where it has a
text, and stands exactly under a further top-level key, `armsgraph`, which its reader keeps and does not interpret.
`armsgraph load ftm` restores from that key alone, so that a round trip gives the same graph.

A claim that is denied, or says that somebody is on no list, is never written as a link or name, which a reader of
FollowTheMoney would take for true: it becomes a Note.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from hashlib import blake2b
from typing import Any

import orjson

from graph import evidence, imo
from graph.errors import DataError
from graph.formats import ftm_model
from graph.formats.ftm_values import ENTITY_ID, PropertyValues
from graph.model import FORMAT, NOT_LISTED, Claim, Entity, Relationship, Source, Subgraph
from graph.ontology import Ontology

KEY = "armsgraph"  # the top-level key that holds what FollowTheMoney can't
DATASET = "armsgraph"
ORIGINAL_ID = "FollowTheMoney"  # the scheme of identifiers that are ids in somebody's FollowTheMoney data
_NAMES = (("weak", "weakAlias"), ("previous", "previousName"), ("former", "previousName"), ("abbrev", "abbreviation"))
_RENAMED = {"vesselType": "type", "aircraftModel": "model"}
# Identifiers by the words of their scheme, where these aren't a property's label. Numbers of lists go to the notes.
_SCHEMES = {"mmsi": "mmsi", "passport": "passportNumber", "wikidata": "wikidataId"}
_TEXTS = ("HAS_NAME", "HAS_IDENTIFIER", "HAS_PROPERTY")


def to_json_lines(subgraph: Subgraph, ontology: Ontology) -> Iterator[bytes]:
    """The subgraph as FollowTheMoney JSON lines, each ending in a line feed; equal subgraphs give equal lines.

    Sources come first, then entities, then claims, each in the order of ids. Raises DataError where a record holds
    what JSON can't (half of a surrogate pair, a number of more than 64 bits).
    """
    return _Writer(subgraph, ontology).lines()


def to_ftm_id(original: str, kind: str = "") -> str:
    """An id as FollowTheMoney wants it: letters, digits, dots and hyphens. `kind` keeps claims and sources apart.

    An id that has to be changed gets a digest of the original, so that no two meet.
    """
    plain_id = f"{kind}-{original}" if kind else original
    if ENTITY_ID.match(plain_id) and (kind or not original.startswith(("claim-", "source-", "line-"))):
        return plain_id
    digest = blake2b(f"{kind}|{original}".encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
    slug = re.sub(r"[^0-9a-zA-Z]+", "-", original)[:100].strip("-")
    return "-".join(part for part in (kind or "entity", slug, digest) if part)


class _Writer:
    def __init__(self, subgraph: Subgraph, ontology: Ontology) -> None:
        self.subgraph, self.ontology, self.model = subgraph, ontology, ftm_model.load()
        self.entities = {e.id: e for e in subgraph.entities}
        self.sources = {s.id: s for s in subgraph.sources}
        self.schemata = {e.id: self._select_schema(e) for e in subgraph.entities}
        self.claims_by_entity: dict[str, list[Claim]] = defaultdict(
            list
        )  # by entity, the claims that its own line carries
        self.apart: list[Claim] = []
        for claim in sorted(subgraph.claims, key=lambda c: c.id):
            if self._is_entity_claim(claim):
                self.claims_by_entity[claim.subject].append(claim)
            else:
                self.apart.append(claim)
        against = ("denied", NOT_LISTED)
        self.denied = {(c.subject, c.predicate, c.object) for c in subgraph.claims if c.stance in against}
        self.listed = {
            c.subject
            for c in subgraph.claims
            if ontology.is_relationship(c.predicate, "designation") and _is_standing(c)
        }

    def lines(self) -> Iterator[bytes]:
        for source in sorted(self.subgraph.sources, key=lambda s: s.id):
            yield self.source(source)
        for entity in sorted(self.subgraph.entities, key=lambda e: e.id):
            yield self.entity(entity)
        for claim in self.apart:
            yield self.claim(claim)
        claim_ids = {c.id for c in self.subgraph.claims}
        for relationship in sorted(self.subgraph.relationships, key=lambda r: r.id):
            if not claim_ids.intersection(relationship.claims):
                yield self.relationship(relationship)

    # --- what goes where

    def _select_schema(self, entity: Entity) -> str:
        schema = self.model.schemata.get(str(entity.properties.get("schema", "")))
        if (
            schema
            and schema.is_a(ftm_model.THING)
            and not (schema.abstract or schema.edge or set(schema.required) - {"name"})
        ):
            return schema.name
        return ftm_model.select_schema(self.ontology.types.get(entity.type), self.model)

    def _is_entity_claim(self, claim: Claim) -> bool:
        """Whether the subject's own line says it: names, identifiers, properties, and where it has its address."""
        if claim.subject not in self.entities or not _is_standing(claim):
            return False
        return claim.predicate in _TEXTS or self._is_address(claim)

    def _is_address(self, claim: Claim) -> bool:
        place = self.entities.get(claim.object or "")
        is_location = self.ontology.is_relationship(claim.predicate, "location")
        return is_location and place is not None and self.ontology.has_role(place.type, "address")

    # --- the lines

    def source(self, source: Source) -> bytes:
        values = PropertyValues(self.model, "Article")
        values.add("title", source.title)
        values.add("publisher", source.publisher)
        values.add("sourceUrl", source.url)
        values.add("publishedAt", source.date)
        values.add("language", source.language)
        values.add("keywords", source.kind)
        values.add("notes", source.note)
        record = {"source": _to_record(source)}
        return _format_line(to_ftm_id(source.id, "source"), source.title, values, record)

    def entity(self, entity: Entity) -> bytes:
        values = PropertyValues(self.model, self.schemata[entity.id])
        values.add("name", entity.name)
        if self.ontology.has_role(entity.type, "address"):
            values.add("full", entity.name)
        claims = self.claims_by_entity[entity.id]
        self._properties(entity, values)
        referents = []
        for claim in claims:
            if claim.predicate == "HAS_NAME":
                self._name(str(claim.value), claim.detail, values)
            elif claim.predicate == "HAS_IDENTIFIER":
                referents += self._identifier(str(claim.value), claim.detail, values)
            elif claim.predicate == "HAS_PROPERTY":
                if not (values.plain(claim.detail) and values.add(claim.detail, str(claim.value))):
                    values.add("notes", f"{claim.detail}: {claim.value}")
            else:
                values.add("addressEntity", to_ftm_id(claim.object or ""))
            self._add_source(claim, values)
        for alias in entity.aliases:
            self._name(alias, "", values)
        if entity.id in self.listed:
            values.add("topics", "sanction")
        record: dict[str, Any] = {"entity": _to_entity_record(entity)}
        if claims:
            record["claims"] = [_to_record(c) for c in claims]
        return _format_line(to_ftm_id(entity.id), entity.name, values, record, sorted(set(referents)))

    def claim(self, claim: Claim) -> bytes:
        """A claim that draws a line, or tells of a number or an event, or denies something."""
        if claim.object and claim.predicate in self.ontology.relationships and claim.stance == "asserted":
            values = self._edge(claim.subject, claim.predicate, claim.object, [claim.detail] if claim.detail else [])
            contested = (claim.subject, claim.predicate, claim.object) in self.denied
            values.add("status", "contested" if contested else "withdrawn" if claim.withdrawn_on else "")
            values.add("startDate", claim.valid_from)
            values.add("endDate", evidence.get_end_date(claim))
            values.add("summary", claim.summary)
            values.add("description", self._words(claim))
        else:
            values = PropertyValues(self.model, ftm_model.NOTE)
            for end in (claim.subject, claim.object or ""):
                values.add("entity", to_ftm_id(end) if end else "")
            values.add("description", claim.summary)
            values.add("keywords", self.ontology.get_predicate_caption(claim.predicate, as_stored=True))
            values.add("keywords", "" if claim.stance == "asserted" else claim.stance)
            values.add("notes", self._words(claim))
        self._add_source(claim, values)
        values.add("modifiedAt", claim.reported_on)
        record = {"claims": [_to_record(claim)]}
        return _format_line(to_ftm_id(claim.id, "claim"), claim.summary, values, record)

    def relationship(self, relationship: Relationship) -> bytes:
        """A line that has no claim here, such as one of somebody else's database."""
        details = [str(d) for d in relationship.properties.get("details") or ()]
        values = self._edge(relationship.source, relationship.type, relationship.target, details)
        record = {"relationship": _to_record(relationship)}
        return _format_line(to_ftm_id(relationship.id, "line"), relationship.type, values, record)

    # --- their values

    def _properties(self, entity: Entity, values: PropertyValues) -> None:
        type_ = self.ontology.types.get(entity.type)
        for name, value in sorted(entity.properties.items()):
            if name in ("schema", "identifiers") or value in (None, "", [], ()):
                continue
            text = f"{value:.10g}" if isinstance(value, float) else str(value)
            if not values.add(_RENAMED.get(name, name), text):
                prop = type_.properties.get(name) if type_ else None
                unit = f" {prop.unit}" if prop and prop.unit else ""
                values.add("notes", f"{prop.caption if prop else name}: {text}{unit}")

    def _name(self, name: str, kind: str, values: PropertyValues) -> None:
        prop = next((prop for word, prop in _NAMES if word in kind.lower()), "alias")
        values.add(prop, name) or values.add("alias", name)

    def _identifier(self, value: str, scheme: str, values: PropertyValues) -> list[str]:
        """Adds an identifier; gives it back instead where it is an id in somebody's FollowTheMoney data."""
        bare = value.removeprefix(f"{scheme} ") if scheme else value
        if scheme == ORIGINAL_ID:
            return [bare]
        prop = (
            "imoNumber"
            if imo.is_scheme(scheme)
            else _SCHEMES.get(scheme.lower()) or values.find_by_label("identifier", scheme)
        )
        if not (prop and values.add(prop, bare)):
            values.add("notes", value)
        return []

    def _edge(self, subject: str, predicate: str, target: str, details: Sequence[str]) -> PropertyValues:
        schema, source_prop, target_prop = self._select_edge_schema(subject, predicate, target)
        values = PropertyValues(self.model, schema)
        values.add(source_prop, to_ftm_id(subject))
        if schema == ftm_model.SANCTION:
            regime = self.entities.get(target)
            values.add("authority", regime.name if regime else target)
            values.add("country", str(regime.properties.get("country", "")) if regime else "")
        else:
            values.add(target_prop, to_ftm_id(target))
        words = (
            details
            if schema != "UnknownLink"
            else [": ".join((self.ontology.get_predicate_caption(predicate, as_stored=True), *details))]
        )
        for word in words:
            any(values.add(prop, word) for prop in ("role", "program", "criteria", "purpose", "description"))
        return values

    def _select_edge_schema(self, subject: str, predicate: str, target: str) -> tuple[str, str, str]:
        rule = self.ontology.relationships.get(predicate)
        if rule and rule.ftm == ftm_model.SANCTION:
            return ftm_model.SANCTION, "entity", "authority"
        schema = self.model.schemata.get(rule.ftm) if rule else None
        edge = (schema.name, *schema.ends) if schema and schema.ends else None
        if edge and self._is_valid_end(edge[0], edge[1], subject) and self._is_valid_end(edge[0], edge[2], target):
            return edge
        return "UnknownLink", "subject", "object"

    def _is_valid_end(self, schema: str, prop: str, entity: str) -> bool:
        """Whether an entity is of the schema that a property of a link must point to."""
        range_ = self.model.schemata[schema].properties[prop].range
        own = self.model.schemata.get(self.schemata.get(entity, ""))
        return own is not None and own.is_a(range_)

    def _add_source(self, claim: Claim, values: PropertyValues) -> None:
        source = self.sources.get(claim.source)
        if source:
            values.add("publisher", source.publisher)
            values.add("sourceUrl", source.url)
            values.add("proof", to_ftm_id(source.id, "source"))

    def _words(self, claim: Claim) -> str:
        """What a claim carries beside its summary, for people."""
        speaker = self.entities.get(claim.asserted_by)
        numbers = [f"{n:,.10g}" for n in (claim.low, claim.high, claim.value) if isinstance(n, (int, float))]
        parts = (
            f"said by {speaker.name}" if speaker else "",
            f"grade {claim.grade}",
            claim.stance,
            f"{claim.topic}: {' to '.join(numbers)} {claim.unit}" if numbers else "",
            f"paragraph {claim.paragraph}" if claim.paragraph else "",
        )
        return "; ".join(part for part in parts if part)


def _is_standing(claim: Claim) -> bool:
    """Whether it is still said, and neither denied nor the absence from a list."""
    return claim.stance == "asserted" and not claim.withdrawn_on


def _to_record(item: Claim | Source | Relationship) -> dict[str, Any]:
    """A record's fields, without those that have their default value."""
    record: dict[str, Any] = {}
    for field in fields(item):
        value = getattr(item, field.name)
        default = field.default_factory() if field.default_factory is not MISSING else field.default
        if value != default:
            record[field.name] = dict(sorted(value.items())) if isinstance(value, Mapping) else value
    return record


def _to_entity_record(entity: Entity) -> dict[str, Any]:
    """An entity's fields; its labels follow from its type."""
    record: dict[str, Any] = {"id": entity.id, "type": entity.type, "name": entity.name}
    if entity.aliases:
        record["aliases"] = list(entity.aliases)
    if entity.properties:
        record["properties"] = dict(sorted(entity.properties.items()))
    return record


def _format_line(
    identity: str, caption: str, values: PropertyValues, record: Mapping[str, Any], referents: Sequence[str] = ()
) -> bytes:
    data = {
        "id": identity,
        "caption": caption,
        "schema": values.schema,
        "properties": values.properties,
        "datasets": [DATASET],
        "referents": list(referents),
        KEY: {"format": FORMAT, **record},
    }
    try:
        return orjson.dumps(data, option=orjson.OPT_APPEND_NEWLINE)
    except (TypeError, ValueError) as error:
        raise DataError(f"can't be written as JSON: {error}", field=identity) from error
