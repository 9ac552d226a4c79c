"""FollowTheMoney entities that are links, listings and papers as claims between the entities that they join.

An ownership, a sanction or a passport is an entity of its own there; here it is what somebody says about two (or of
one). Its id goes into the claim's id: two posts of one person in one ministry stay two. What has no field in a claim
stands in its summary, so that nothing is lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from graph.formats import ftm_model
from graph.formats.ftm_model import Schema
from graph.model import Entity
from loader import reference
from loader.records import Item, RejectedRow
from loader.sources.ftm import rules
from loader.sources.ftm.index import NO_NODE
from loader.sources.ftm.lines import RawEntity
from loader.sources.ftm.nodes import EntityDraft, FileContext, Out, ValueAttribution, build_attribution, rekey_claim
from loader.sources.ftm.statements import BASE, Statement, drop_original, group_by_dataset
from loader.statements import compute_digest

DETAIL_LIMIT = 300  # characters
REGIME_LIMIT = 20_000
# What a link is called in a sentence, where FollowTheMoney's label does not fit one.
_CALLED = {"UnknownLink": "link", "Similar": "likeness", "Family": "family tie", "Associate": "association"}
_ROLES = ("role", "relationship", "percentage", "position", "purpose", "criteria")


def build_items(node: EntityDraft) -> Iterator[Out | RejectedRow]:
    """The claims that a link, a listing or a paper makes; a rejection where it names nobody at all."""
    schema = node.context.rules.model.schemata[node.raw.schema]
    ends = node.context.rules.ends(schema.name)
    required = list_required(schema, ends)
    missing = [prop for prop in required if not node.raw.properties.get(prop)]
    if len(missing) == len(required):
        rule = f"{node.raw.id[:200]} is without it, and {schema.label} says nothing without"
        yield RejectedRow(node.row, tuple(node.row.problem(prop, rule) for prop in missing), None)
        return
    for part in _split_by_dataset(node, required):
        if missing:
            _add_open_link(part, schema, missing)
        elif ends:
            _add_links(part, schema, ends)
        elif schema.is_a(ftm_model.SANCTION):
            _add_listings(part, schema)
        else:
            _add_papers(part, schema)
        yield from part.finish()


def _split_by_dataset(node: EntityDraft, required: tuple[str, ...]) -> Iterator[EntityDraft]:
    """The same link as each data set gives it, where the file has its statements; else as it is.

    What a data set says of a link whose ends it does not name stands with these ends, and are attributed to
    whoever merged them.
    """
    context, raw = node.context, node.raw
    whole = {prop: raw.properties[prop] for prop in required if prop in raw.properties}
    rest: list[Statement] = []
    for _dataset, group in group_by_dataset(raw.statements):
        own = _collect_values(group)
        if all(prop in own for prop in whole):
            yield replace_part(node, own, build_attribution(context, raw, list(map(drop_original, group))))
        else:
            rest += group
    if rest or not raw.statements:
        properties = {**_collect_values(rest), **whole} if raw.statements else raw.properties
        yield replace_part(node, properties, node.attribution)


def _collect_values(statements: Sequence[Statement]) -> dict[str, list[str]]:
    values_by_prop: dict[str, dict[str, None]] = {}
    for statement in statements:
        if statement.prop != BASE:
            values_by_prop.setdefault(statement.prop, {})[statement.value] = None
    return {prop: list(values) for prop, values in values_by_prop.items()}


def replace_part(node: EntityDraft, properties: dict[str, list[str]], attribution: ValueAttribution) -> EntityDraft:
    """A link with some of its values, attributed to who gives them."""
    raw = replace(node.raw, properties=properties, statements=[])
    return EntityDraft(node.context, raw, node.row, attribution)


def list_concerns(context: FileContext, raw: RawEntity) -> frozenset[str]:
    """The ids of what an entity is about: its own or, of a link, listing or paper, those that it joins, as far as it
    names them.
    """
    rules = context.rules
    if rules.type_of(raw.schema) != NO_NODE:
        return frozenset({context.build_entity_id(raw.id)})
    props = list_required(rules.model.schemata[raw.schema], rules.ends(raw.schema))
    ends = [value for prop in props for value in raw.properties.get(prop, ())]
    return frozenset(map(context.build_entity_id, ends))


def list_required(schema: Schema, ends: tuple[str, str] | None) -> tuple[str, ...]:
    """The properties that such an entity says nothing without: whom it joins, or whom it is about."""
    return ends or (("entity",) if schema.is_a(ftm_model.SANCTION) else ("holder",))


def _add_open_link(node: EntityDraft, schema: Schema, missing: Sequence[str]) -> None:
    """A link that names one end alone: a post without its office still says that somebody holds one."""
    start, end, dated = _read_dates(node, schema)
    ends = [prop for prop in node.context.rules.ends(schema.name) or () if prop not in missing]
    words = _format_remaining_values(node, schema, {*ends, *dated}).strip(" ()")
    lacking = ", ".join(
        schema.properties[prop].label.lower() if prop in schema.properties else prop for prop in missing
    )
    value = "; ".join(filter(None, (words, f"{lacking} not named")))
    node.notice("open link", f"this {schema.label.lower()} names no {lacking}; it is kept as a property")
    for entity in filter(node.fresh, [named for prop in ends for named in node.raw.properties[prop]]):
        identity = node.context.build_entity_id(entity)
        claim = node.attribution.speaker.build_property_claim(
            identity, schema.label.lower(), value, paragraph=node.attribution.paragraph
        )
        node.add(rekey_claim(replace(claim, valid_from=start, valid_to=end), node.raw.id), entity)


def _add_links(node: EntityDraft, schema: Schema, ends: tuple[str, str]) -> None:
    values, rules, index = node.raw.properties, node.context.rules, node.context.index
    start, end, dated = _read_dates(node, schema)
    roles = [f"{v} %" if prop == "percentage" else v for prop in _ROLES for v in values.get(prop, [])]
    predicates = rules.link(schema.name, values.get("role", []))
    words = _format_remaining_values(node, schema, {*ends, *dated})
    for source in values[ends[0]]:
        for target in values[ends[1]]:
            if not node.fresh(source, target):
                continue
            kinds = [index.type_of(i) for i in (source, target)]
            predicate = rules.predicate(predicates, *("" if kind == NO_NODE else kind for kind in kinds))
            what = [] if predicate != rules.unknown_link or schema.name == "UnknownLink" else [schema.label]
            claim = node.attribution.speaker.build_relationship_claim(
                node.context.build_entity_id(source),
                predicate,
                node.context.build_entity_id(target),
                f"The list gives this {_CALLED.get(schema.name, schema.label.lower())}{words}.",
                detail=": ".join(filter(None, (*what, ", ".join(roles))))[:DETAIL_LIMIT],
                valid_from=start,
                valid_to=end,
                paragraph=node.attribution.paragraph,
            )
            node.add(rekey_claim(claim, node.raw.id), source, target)


def _add_listings(node: EntityDraft, schema: Schema) -> None:
    values, speaker = node.raw.properties, node.attribution.speaker
    start, end, dated = _read_dates(node, schema, ("startDate", "listingDate", "date"))
    programmes = values.get("program") or values.get("programId") or []
    regime = _find_regime(node)
    words = _format_remaining_values(node, schema, {"entity", *dated})
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
            paragraph=node.attribution.paragraph,
        )
        node.add(rekey_claim(claim, node.raw.id), entity)
        for prop, scheme in (("unscId", "UN"), ("authorityId", "Listing")):
            for number in values.get(prop, []):
                listing_number = speaker.build_identifier_claim(
                    identity, scheme, number, paragraph=node.attribution.paragraph
                )
                node.add(rekey_claim(listing_number, node.raw.id), entity)


def _find_regime(node: EntityDraft) -> Entity:
    """The sanctions authority of a listing: one that the graph knows, else one with the authority's own name."""
    context, values = node.context, node.raw.properties
    authority = (values.get("authority") or [""])[0]
    texts = " ".join(v for prop in ("program", "programId", "reason") for v in values.get(prop, []))
    # The authority's own words first: a list may hold what another authority lists.
    regime_id = context.rules.regime(authority, texts) or node.attribution.dataset.regime
    if regime_id:
        regime = reference.get_regime(regime_id)
        node.out += context.share(regime, node.row)
        return regime
    crowded = len(context.shared) >= REGIME_LIMIT  # a hostile file's further authorities are its publisher's
    name = (node.attribution.dataset.source.publisher if crowded or not authority else authority)[:500]
    identity = f"{context.dataset}-regime-{rules.build_slug(name)}-{compute_digest(name)[:8]}"
    country = [context.rules.place(v)[0] for v in values.get("country", [])][:1] if authority else []
    type_ = context.rules.authority
    own_regime = Entity(identity, type_.name, type_.labels, name, properties={"country": country[0]} if country else {})
    if identity not in context.shared:
        context.shared.add(identity)
        node.out.append(Item(own_regime, node.row))
    return own_regime


def _add_papers(node: EntityDraft, schema: Schema) -> None:
    """Passports and other papers: identifiers of who holds them."""
    values = node.raw.properties
    start, end, dated = _read_dates(node, schema)
    scheme = (values.get("type") or [schema.label if schema.name == "Passport" else "ID"])[0][:100]
    numbers = dict.fromkeys([*values.get("number", []), *values.get("passportNumber", [])])
    words = _format_remaining_values(node, schema, {"holder", "number", "passportNumber", *dated})
    for holder in filter(node.fresh, values["holder"]):
        identity = node.context.build_entity_id(holder)
        if not numbers:
            paper = f"{scheme}{words or ' (number not named)'}"
            claim = node.attribution.speaker.build_property_claim(
                identity, "document", paper, paragraph=node.attribution.paragraph
            )
            node.add(rekey_claim(replace(claim, valid_from=start, valid_to=end), node.raw.id), holder)
        for number in numbers:
            claim = node.attribution.speaker.build_identifier_claim(
                identity, scheme, number, paragraph=node.attribution.paragraph
            )
            if words:
                claim = replace(claim, summary=f"The list gives the identifier {scheme} {number}{words}.")
            node.add(rekey_claim(replace(claim, valid_from=start, valid_to=end), node.raw.id), holder)


def _read_dates(node: EntityDraft, schema: Schema, start: tuple[str, ...] = ()) -> tuple[str, str, set[str]]:
    """First day, last day, and the properties that these tell in full."""
    days, dated = [], set()
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
                    dated.add(prop)
        days.append(first)
    return days[0], days[1], dated


def _format_remaining_values(node: EntityDraft, schema: Schema, used: set[str]) -> str:
    """Every value that has no field of its own, with its label, in brackets."""
    rules, parts = node.context.rules, []
    for prop, values in node.raw.properties.items():
        if prop in used:
            continue
        schema_prop = schema.properties.get(prop)
        shown = [rules.place(v)[0] if schema_prop and schema_prop.type == "country" else v for v in values]
        parts.append(f"{schema_prop.label if schema_prop else prop}: {', '.join(shown)}")
    return f" ({'; '.join(parts)})" if parts else ""
