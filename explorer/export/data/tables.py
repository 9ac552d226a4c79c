"""The tables of a briefing: entities, lines, claims, disputes, sources, and what the file is about. Pure.

CSV files and workbooks write the same tables: the former under the columns' names for programs, the latter under their
headings for people. Dates are partial and stay texts; identifiers are texts; numbers are numbers.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from explorer.claims import sentences
from explorer.export.common.briefing import Briefing, format_ranges
from explorer.export.data import rows
from explorer.export.data.rows import EntityFacts, LineFacts
from graph.model import INFERRED, Claim, Entity, Source, Table

NARROW, USUAL, WIDE, TEXT = 11, 18, 32, 60


@dataclass(frozen=True)
class Column:
    """A column: its name for programs, its heading for people, and how wide it is in letters."""

    name: str
    heading: str
    width: int = USUAL


@dataclass(frozen=True)
class Grid:
    """Rows of plain values (None, bool, int, float, str, or a list of them) under columns."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[object, ...], ...]

    def table(self) -> Table:
        """The grid under its columns' names, each text fit for a file."""
        return Table([c.name for c in self.columns], [rows.clean(row) for row in self.rows])


T = TypeVar("T")
Field: TypeAlias = tuple[Column, Callable[[T], object]]


def _build_grid(title: str, items: Iterable[T], *fields: Field[T]) -> Grid:
    return Grid(title, tuple(c for c, _ in fields), tuple(tuple(value(i) for _, value in fields) for i in items))


def build_entity_grid(briefing: Briefing, facts: Sequence[EntityFacts], title: str = "Entities") -> Grid:
    """The entities of `facts`, with every property that one of them has as a column of its own."""
    stacks = {m: s.id for s in briefing.rendered.canvas.stacks for m in s.members}
    return _build_grid(
        title,
        facts,
        (Column("id", "Id", USUAL), lambda f: f.entity.id),
        (Column("name", "Name", WIDE), lambda f: f.entity.name),
        (Column("type", "Type"), lambda f: f.caption),
        (Column("type_code", "Type (code)"), lambda f: f.entity.type),
        (Column("other_names", "Other names", WIDE), lambda f: list(f.entity.aliases)),
        *(
            (c, lambda f, read=read: read(f.entity))
            for c, read in _build_property_fields(briefing, [f.entity for f in facts])
        ),
        (Column("lines", "Lines shown", NARROW), lambda f: f.lines),
        (Column("disputed_lines", "Lines that someone denies", NARROW), lambda f: f.disputed),
        (Column("claims_beside_lines", "Claims beside lines", NARROW), lambda f: len(f.claims)),
        (Column("denied_beside_lines", "Denied of these", NARROW), _count_denials),
        (Column("in_stack", "In stack", NARROW), lambda f: stacks.get(f.entity.id)),
        (Column("x", "Place, to the right", NARROW), lambda f: round(f.at[0], 1)),
        (Column("y", "Place, down", NARROW), lambda f: round(f.at[1], 1)),
    )


def build_claim_only_entity_grid(briefing: Briefing) -> Grid:
    """Entities that claims name and the picture does not show: who says so, and who is spoken of."""
    entities = rows.list_claim_only_entities(briefing)
    types = briefing.material.ontology.types
    return _build_grid(
        "Named in claims",
        entities,
        (Column("id", "Id"), lambda e: e.id),
        (Column("name", "Name", WIDE), lambda e: e.name),
        (Column("type", "Type"), lambda e: types[e.type].caption if e.type in types else e.type),
        (Column("type_code", "Type (code)"), lambda e: e.type),
        (Column("other_names", "Other names", WIDE), lambda e: list(e.aliases)),
        *_build_property_fields(briefing, entities),
    )


def build_line_grid(briefing: Briefing, facts: Sequence[LineFacts]) -> Grid:
    """The lines, each with who says so, who denies it, and by which sources."""
    names = briefing.material.names
    extras = sorted({k for f in facts for k in f.extras})
    return _build_grid(
        "Lines",
        facts,
        (Column("from", "From", WIDE), lambda f: names.get(f.line.source, f.line.source)),
        (Column("relationship", "Relationship"), lambda f: f.caption),
        (Column("to", "To", WIDE), lambda f: names.get(f.line.target, f.line.target)),
        (Column("stance", "Stance", NARROW), lambda f: f.stance),
        (Column("withdrawn_on", "Withdrawn", NARROW), lambda f: f.withdrawn),
        (Column("grade", "Best grade", NARROW), lambda f: f.grade),
        (Column("said_by", "Said by (grade) [source]", WIDE), lambda f: list(f.asserted)),
        (Column("denied_by", "Denied by (grade) [source]", WIDE), lambda f: list(f.denied)),
        (Column("inferred_by", "Inferred by, because", WIDE), lambda f: list(f.inferred)),
        (Column("valid_from", "Holds from", NARROW), lambda f: f.since),
        (Column("valid_to", "Holds until", NARROW), lambda f: f.until),
        (Column("reported_first", "First reported", NARROW), lambda f: f.reported_first),
        (Column("reported_last", "Last reported", NARROW), lambda f: f.reported_last),
        (Column("source_numbers", "Source numbers", NARROW), lambda f: format_ranges(f.cites)),
        (Column("sources", "Sources", TEXT), lambda f: list(f.sources)),
        (Column("claims", "Claims", NARROW), lambda f: len(f.claims)),
        (Column("claim_ids", "Claim ids", WIDE), lambda f: [c.id for c in f.claims]),
        (Column("from_id", "From (id)"), lambda f: f.line.source),
        (Column("to_id", "To (id)"), lambda f: f.line.target),
        (Column("type_code", "Relationship (code)"), lambda f: f.line.type),
        (Column("id", "Id", WIDE), lambda f: f.line.id),
        *((Column(f"property_{k}", k), lambda f, k=k: f.extras.get(k)) for k in extras),
    )


def build_claim_grid(briefing: Briefing, facts: Sequence[LineFacts]) -> Grid:
    """Every claim behind what is shown: one source's statement each, with its grade and who makes it."""
    ontology, names, documents = briefing.material.ontology, briefing.material.names, briefing.material.sources
    carried = {c.id: f.line.id for f in facts for c in f.claims}

    def named(entity: str | None) -> str | None:
        return names.get(entity, entity) if entity else None

    def document(claim: Claim) -> str:
        return rows.format_source(briefing, documents.get(claim.source) or Source(claim.source, claim.source, ""))

    return _build_grid(
        "Claims",
        briefing.shown.claims,
        (Column("subject", "About", WIDE), lambda c: named(c.subject)),
        (
            Column("says", "Says"),
            lambda c: ontology.get_predicate_caption(c.predicate, as_stored=True),
        ),
        (Column("object", "Of whom or what", WIDE), lambda c: named(c.object)),
        (Column("stance", "Stance", NARROW), lambda c: INFERRED if c.is_inferred else c.stance),
        (Column("asserted_by", "Who says, denies or infers so", WIDE), lambda c: named(c.asserted_by)),
        (Column("grade", "Grade", NARROW), lambda c: c.grade),
        (Column("summary", "In words", TEXT), lambda c: c.summary or rows.describe_claim_content(briefing, c)),
        (Column("topic", "Figure about", WIDE), lambda c: c.topic),
        (Column("value", "Value", NARROW), lambda c: c.value),
        (Column("low", "At least", NARROW), lambda c: c.low),
        (Column("high", "At most", NARROW), lambda c: c.high),
        (Column("unit", "Unit", NARROW), lambda c: c.unit),
        (Column("detail", "Detail", WIDE), lambda c: c.detail),
        (Column("source_number", "Source number", NARROW), lambda c: briefing.numbers.get(c.source)),
        (Column("source", "Source", TEXT), document),
        (Column("paragraph", "Paragraph", NARROW), lambda c: c.paragraph),
        (Column("reported_on", "Reported", NARROW), lambda c: c.reported_on),
        (Column("valid_from", "Holds from", NARROW), lambda c: c.valid_from),
        (Column("valid_to", "Holds until", NARROW), lambda c: c.valid_to),
        (Column("last_seen_on", "Last in list of", NARROW), lambda c: c.last_seen_on),
        (Column("withdrawn_on", "Withdrawn", NARROW), lambda c: c.withdrawn_on),
        (Column("line_id", "Line (id)", WIDE), lambda c: carried.get(c.id)),
        (Column("subject_id", "About (id)"), lambda c: c.subject),
        (Column("predicate", "Says (code)"), lambda c: c.predicate),
        (Column("object_id", "Of whom or what (id)"), lambda c: c.object),
        (Column("asserted_by_id", "Who says so (id)"), lambda c: c.asserted_by),
        (Column("source_id", "Source (id)"), lambda c: c.source),
        (Column("inferred_from", "Inferred from (ids)", WIDE), lambda c: c.premises),
        (Column("id", "Id"), lambda c: c.id),
    )


def build_dispute_grid(briefing: Briefing) -> Grid:
    """The lines shown that someone denies, with who says so and who denies it."""
    stances = {r.id: r.stance for r in briefing.rendered.shown.relationships}
    return _build_grid(
        "Disputes",
        briefing.disputes,
        (Column("statement", "Statement", TEXT), lambda d: d.statement),
        (Column("stance", "Stance", NARROW), lambda d: stances[d.line]),
        (Column("said_by", "Said by (grade) [source]", TEXT), lambda d: list(d.asserted)),
        (Column("denied_by", "Denied by (grade) [source]", TEXT), lambda d: list(d.denied)),
        (Column("line_id", "Line (id)", WIDE), lambda d: d.line),
    )


def build_source_grid(briefing: Briefing) -> Grid:
    """The sources, those of lines by their numbers first."""
    counted = Counter(c.source for c in briefing.shown.claims)
    return _build_grid(
        "Sources",
        rows.list_sources(briefing),
        (Column("number", "Number on lines", NARROW), lambda s: s[0]),
        (Column("publisher", "Publisher", WIDE), lambda s: s[1].publisher),
        (Column("title", "Title", TEXT), lambda s: s[1].title),
        (Column("date", "Date", NARROW), lambda s: s[1].date),
        (Column("url", "Address", WIDE), lambda s: sentences.sanitise_url(s[1].url)),
        (Column("kind", "Kind", NARROW), lambda s: s[1].kind),
        (Column("language", "Language", NARROW), lambda s: s[1].language),
        (Column("reliability", "Reliability (A–F)", NARROW), lambda s: s[1].reliability),
        (Column("claims", "Claims here", NARROW), lambda s: counted[s[1].id]),
        (Column("note", "Note", TEXT), lambda s: s[1].note),
        (Column("id", "Id"), lambda s: s[1].id),
    )


def build_about_grid(briefing: Briefing) -> Grid:
    """What the file is: title, query, rules, dates, editions and hash, and what is no data (gaps, own notes)."""
    facts: list[tuple[str, object]] = []
    for key, value in briefing.metadata.items():
        if isinstance(value, dict):
            facts += [(f"{key}: {name}", text) for name, text in value.items()]
        elif isinstance(value, list):
            facts += [
                (key, "; ".join(f"{k}: {v}" for k, v in item.items()) if isinstance(item, dict) else item)
                for item in value
            ]
        else:
            facts.append((key, value))
    facts += [("note", briefing.note)] if briefing.note else []
    facts += [("gap", gap) for gap in list_gaps(briefing)]
    facts += [("analyst’s own note, not a claim", text) for text in briefing.analyst_notes]
    facts += [("origin", text) for text in briefing.origin]
    return Grid("About", (Column("what", "What", WIDE), Column("value", "Value", TEXT)), tuple(facts))


def list_gaps(briefing: Briefing) -> tuple[str, ...]:
    """The links of a chain that no claim fills, in words, where both ends are shown."""
    names = briefing.material.names
    drawn = {e.id for e in briefing.rendered.drawn.entities}
    gaps = []
    for gap in briefing.rendered.canvas.gaps:
        ends = " and ".join(names.get(end, end) for end in (gap.source, gap.target) if end)
        if gap.id in drawn:
            gaps.append(f"{gap.text} ({ends})" if ends else gap.text)
    return tuple(gaps)


def _count_denials(facts: EntityFacts) -> int:
    return sum(c.stance == "denied" for c in facts.claims)


def _build_property_fields(briefing: Briefing, entities: Sequence[Entity]) -> list[Field[Entity]]:
    """A column for each property that one of the entities has, in the order of the ontology, then of the alphabet.

    A foreign property may have the name of a column of ours: only those of the ontology keep theirs.
    """
    properties = {p.name: p for t in briefing.material.ontology.types.values() for p in t.properties.values()}
    present = {name for e in entities for name, value in e.properties.items() if value not in (None, "", [], ())}
    fields: list[Field[Entity]] = []
    for name in [*(n for n in properties if n in present), *sorted(present - set(properties))]:
        own = properties.get(name)
        heading = f"{own.caption} ({own.unit})" if own and own.unit else own.caption if own else name
        column = Column(name if own else f"property_{name}", heading, WIDE if name == "description" else USUAL)
        fields.append((column, _build_property_reader(name)))
    return fields


def _build_property_reader(name: str) -> Callable[[Entity], object]:
    def read(entity: Entity) -> object:
        value = entity.properties.get(name)
        return list(value) if isinstance(value, tuple) else value

    return read
