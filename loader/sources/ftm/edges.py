"""FollowTheMoney entities that are links, listings and papers as claims between the entities that they join.

An ownership, a sanction or a passport is an entity of its own there; here it is what somebody says about two (or of
one). Its id goes into the claim's id: two posts of one person in one ministry stay two. What has no field in a claim
stands in its summary, so that nothing is lost.
"""

from collections.abc import Iterator
from dataclasses import replace

from graph.formats import ftm_model
from graph.formats.ftm_model import Schema
from graph.model import Entity
from loader import reference
from loader.records import Item, RejectedRow
from loader.sources.ftm import rules
from loader.sources.ftm.index import NO_NODE
from loader.sources.ftm.lines import RawEntity
from loader.sources.ftm.nodes import EntityDraft, FileContext, Out, rekey_claim
from loader.statements import compute_digest

DETAIL_LIMIT = 300  # characters
REGIME_LIMIT = 20_000
# What a link is called in a sentence, where FollowTheMoney's label does not fit one.
_CALLED = {"UnknownLink": "link", "Similar": "likeness", "Family": "family tie", "Associate": "association"}
_ROLES = ("role", "relationship", "percentage", "position", "purpose", "criteria")


def build_items(node: EntityDraft) -> Iterator[Out | RejectedRow]:
    """The claims that a link, a listing or a paper makes; a rejection where it names nobody at one end."""
    schema = node.context.rules.model.schemata[node.raw.schema]
    ends = node.context.rules.ends(schema.name)
    missing = [prop for prop in list_required(schema, ends) if not node.raw.properties.get(prop)]
    if missing == ["number"] and node.raw.properties.get("passportNumber"):
        missing = []
    if missing:
        rule = f"{node.raw.id[:200]} is without it, and {schema.label} says nothing without"
        concerns = list_concerns(node.context, node.raw)
        yield RejectedRow(node.row, tuple(node.row.problem(prop, rule) for prop in missing), concerns or None)
        return
    if ends:
        _add_links(node, schema, ends)
    elif schema.is_a(ftm_model.SANCTION):
        _add_listings(node, schema)
    else:
        _add_papers(node, schema)
    yield from node.finish()


def list_concerns(context: FileContext, raw: RawEntity) -> frozenset[str]:
    """The ids of what an entity is about: its own or, of a link, listing or paper, those that it joins, as far as it
    names them.
    """
    rules = context.rules
    if rules.type_of(raw.schema) != NO_NODE:
        return frozenset({context.build_entity_id(raw.id)})
    props = list_required(rules.model.schemata[raw.schema], rules.ends(raw.schema))
    ends = [value for prop in props if prop != "number" for value in raw.properties.get(prop, ())]
    return frozenset(map(context.build_entity_id, ends))


def list_required(schema: Schema, ends: tuple[str, str] | None) -> tuple[str, ...]:
    """The properties that such an entity says nothing without: whom it joins, or whom it is about."""
    return ends or (("entity",) if schema.is_a(ftm_model.SANCTION) else ("holder", "number"))


def _add_links(node: EntityDraft, schema: Schema, ends: tuple[str, str]) -> None:
    values, rules, index = node.raw.properties, node.context.rules, node.context.index
    start, end, told = _read_dates(node, schema)
    roles = [f"{v} %" if prop == "percentage" else v for prop in _ROLES for v in values.get(prop, [])]
    wanted = rules.link(schema.name, values.get("role", []))
    words = _format_remaining_values(node, schema, {*ends, *told})
    for source in values[ends[0]]:
        for target in values[ends[1]]:
            if not node.fresh(source, target):
                continue
            kinds = [index.type_of(i) for i in (source, target)]
            predicate = rules.predicate(wanted, *("" if kind == NO_NODE else kind for kind in kinds))
            what = [] if predicate != rules.unknown_link or schema.name == "UnknownLink" else [schema.label]
            claim = node.attribution.speaker.build_relationship_claim(
                node.context.build_entity_id(source),
                predicate,
                node.context.build_entity_id(target),
                f"The list gives this {_CALLED.get(schema.name, schema.label.lower())}{words}.",
                detail=": ".join(filter(None, (*what, ", ".join(roles))))[:DETAIL_LIMIT],
                valid_from=start,
                valid_to=end,
                paragraph=node.paragraph,
            )
            node.add(rekey_claim(claim, node.raw.id), source, target)


def _add_listings(node: EntityDraft, schema: Schema) -> None:
    values, speaker = node.raw.properties, node.attribution.speaker
    start, end, told = _read_dates(node, schema, ("startDate", "listingDate", "date"))
    programmes = values.get("program") or values.get("programId") or []
    regime = _find_regime(node)
    words = _format_remaining_values(node, schema, {"entity", *told})
    for entity in filter(node.fresh, values["entity"]):
        identity = node.context.build_entity_id(entity)
        claim = speaker.build_relationship_claim(
            identity,
            node.context.rules.designation,
            regime.id,
            f"The list gives this listing{words}.",
            detail=", ".join(programmes)[:DETAIL_LIMIT],
            valid_from=start,
            valid_to=end,
            paragraph=node.paragraph,
        )
        node.add(rekey_claim(claim, node.raw.id), entity)
        for prop, scheme in (("unscId", "UN"), ("authorityId", "Listing")):
            for number in values.get(prop, []):
                found = speaker.build_identifier_claim(identity, scheme, number, paragraph=node.paragraph)
                node.add(rekey_claim(found, node.raw.id), entity)


def _find_regime(node: EntityDraft) -> Entity:
    """The sanctions authority of a listing: one that the graph knows, else one with the authority's own name."""
    context, values = node.context, node.raw.properties
    authority = (values.get("authority") or [""])[0]
    texts = " ".join(v for prop in ("program", "programId", "reason") for v in values.get(prop, []))
    known = context.rules.regime(authority, texts) or (node.attribution.regime if not authority else "")
    if known:
        found = reference.get_regime(known)
        node.out += context.share(found, node.row)
        return found
    crowded = len(context.shared) >= REGIME_LIMIT  # a hostile file's further authorities are its publisher's
    name = (node.attribution.source.publisher if crowded or not authority else authority)[:500]
    identity = f"{context.dataset}-regime-{rules.build_slug(name)}-{compute_digest(name)[:8]}"
    country = [context.rules.place(v)[0] for v in values.get("country", [])][:1] if authority else []
    type_ = context.rules.authority
    made = Entity(identity, type_.name, type_.labels, name, properties={"country": country[0]} if country else {})
    if identity not in context.shared:
        context.shared.add(identity)
        node.out.append(Item(made, node.row))
    return made


def _add_papers(node: EntityDraft, schema: Schema) -> None:
    """Passports and other papers: identifiers of who holds them."""
    values = node.raw.properties
    start, end, told = _read_dates(node, schema)
    scheme = (values.get("type") or [schema.label if schema.name == "Passport" else "ID"])[0][:100]
    numbers = dict.fromkeys([*values.get("number", []), *values.get("passportNumber", [])])
    words = _format_remaining_values(node, schema, {"holder", "number", "passportNumber", *told})
    for holder in filter(node.fresh, values["holder"]):
        for number in numbers:
            identity = node.context.build_entity_id(holder)
            claim = node.attribution.speaker.build_identifier_claim(identity, scheme, number, paragraph=node.paragraph)
            if words:
                claim = replace(claim, summary=f"The list gives the identifier {scheme} {number}{words}.")
            node.add(rekey_claim(replace(claim, valid_from=start, valid_to=end), node.raw.id), holder)


def _read_dates(node: EntityDraft, schema: Schema, start: tuple[str, ...] = ()) -> tuple[str, str, set[str]]:
    """First day, last day, and the properties that these tell in full."""
    found, told = [], set()
    for props in (start or schema.start, schema.end):
        first = ""
        for prop in props:
            values = node.raw.properties.get(prop, [])
            usable = [d for d in map(rules.parse_day, values) if d]
            if len(usable) < len(values):
                node.notice(
                    "unusable value", f"{prop} {values[0][:200]!r} is no date; it stands in the claim's summary"
                )
            if usable and not first:
                first = usable[0]
                if values == usable[:1]:
                    told.add(prop)
        found.append(first)
    return found[0], found[1], told


def _format_remaining_values(node: EntityDraft, schema: Schema, told: set[str]) -> str:
    """Every value that has no field of its own, with its label, in brackets."""
    rules, parts = node.context.rules, []
    for prop, values in node.raw.properties.items():
        if prop in told:
            continue
        known = schema.properties.get(prop)
        shown = [rules.place(v)[0] if known and known.type == "country" else v for v in values]
        parts.append(f"{known.label if known else prop}: {', '.join(shown)}")
    return f" ({'; '.join(parts)})" if parts else ""
