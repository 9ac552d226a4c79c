"""What a dossier of an entity says, section by section, as plain rows: Word and PDF then say the same. Pure.

Every claim about the entity is told once or more often, never less: by what it says, denials first, with who says so,
when, how it is graded, and the number and paragraph of its source. Whatever anyone denies stands at the front as well.
Numbers are those of one list of sources, for the text and for both diagrams.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from explorer.answers import claim_figures
from explorer.claims import sentences
from explorer.export.common.briefing import Briefing, Footnote
from explorer.export.common.briefing import build_footnotes as ranked
from explorer.export.common.paper import LEAST_NAME
from explorer.export.dossier import figure as dossier_figure
from explorer.export.dossier import sentences as dossier_words
from explorer.export.dossier.figure import Figure
from explorer.export.dossier.rows import HAS_IDENTIFIER, HAS_NAME, DossierContext, Row, Table
from graph import collectives
from graph.errors import DataError
from graph.model import Claim, Entity, Source

ONE_LINE = 80  # letters that stand in the line at the head of a page
LONGEST = 160  # letters of a title; the whole name stands among the names
# What no page may hold: control characters, lone surrogates, and marks that turn the direction of writing around.
_HIDDEN = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u200a\u200c\u200d\u2010-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe"
    "\uff00-\ufffd\U00010000-\U0010ffff]"
)


@dataclass(frozen=True)
class Section:
    """A heading (level 1 or 2) with what stands under it, in this order: words, points, table, figure, claims."""

    title: str
    words: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: Table | None = None
    figure: Figure | None = None
    claims: tuple[Row, ...] = ()
    level: int = 1


@dataclass(frozen=True)
class NumberedBriefing(Briefing):
    """A briefing whose sources have the numbers, and which has the hash, of the whole that it is part of."""

    listed: tuple[Footnote, ...] = ()
    content: str = ""

    @cached_property
    def footnotes(self) -> tuple[Footnote, ...]:
        """The sources of the whole."""
        return self.listed

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the whole."""
        return self.content


@dataclass(frozen=True)
class Dossier:
    """A finished dossier: what stands on the title, its sections in order, its numbered sources, and its origin.

    `metadata` is what every file carries about itself, `about` the same as a table. `mark` is a word such as "Draft"
    or ''.
    """

    title: str
    name: str
    kind: str
    subtitle: str
    mark: str
    as_of: str
    sections: tuple[Section, ...]
    sources: tuple[Footnote, ...]
    origin: tuple[str, ...]
    about: Table
    metadata: dict[str, object] = field(default_factory=dict)

    @property
    def running(self) -> str:
        """The title as it stands at the head of every page, in one line."""
        return self.title if len(self.title) <= ONE_LINE else f"{self.title[: ONE_LINE - 1]}…"

    @property
    def footer(self) -> str:
        """What stands at the foot of every page."""
        redacted = " · redacted" if self.metadata.get("redacted") else ""
        return f"Armsgraph · content {str(self.metadata['content_sha256'])[:16]}{redacted}"


def build_dossier(entity: str, about: Briefing, chain: Briefing | None = None) -> Dossier:
    """The dossier of an entity from the briefings of what `gather` gives; `chain` is None where it has none.

    After a redaction that renamed the entity it is found all the same. Raises DataError where the briefing does not
    show it, as after a redaction that took it out.
    """
    subject = _find_subject(entity, about)
    entity = subject.id
    own_claims = tuple(c for c in about.claims.values() if entity in (c.subject, c.object))
    briefings = (about, chain) if chain else (about,)
    listed = build_shared_footnotes(briefings, own_claims)
    content = hashlib.sha256(" ".join(b.digest for b in briefings).encode()).hexdigest()
    full, *more = (NumberedBriefing(b.material, b.mark, b.made_on, b.title_given, listed, content) for b in briefings)
    context = DossierContext(full, subject, own_claims)
    metadata = {**full.metadata, "entity": entity, "shows": dossier_words.describe_counts(context)}
    return Dossier(
        title=_shorten_title(clean_text(full.title)),
        name=_shorten_title(clean_text(subject.name)),
        kind=clean_text(collectives.describe_kind(about.material.ontology, subject)),
        subtitle=clean_text(str(subject.properties.get("description") or "")),
        mark=clean_text(full.mark),
        as_of=full.as_of,
        sections=tuple(_clean_section(s) for s in _build_sections(context, more[0] if more else None)),
        sources=tuple(map(_clean_source, listed)),
        origin=tuple(map(clean_text, full.origin)),
        about=_clean_table(dossier_words.build_about_table(metadata, full.origin)),
        metadata=metadata,
    )


def _find_subject(entity: str, about: Briefing) -> Entity:
    """The entity itself. Its pin on the canvas tells which one it is where its id was changed."""
    shown = {e.id: e for e in about.rendered.shown.entities}
    if entity not in shown and about.material.redacted:
        entity = next(iter(about.material.canvas.pinned), "")
    if entity not in shown:
        raise DataError("the entity of the dossier is not among what is shown: a redaction or a filter took it out")
    return shown[entity]


def build_shared_footnotes(briefings: Sequence[Briefing], own_claims: Iterable[Claim]) -> tuple[Footnote, ...]:
    """The sources of claims and of all lines in these briefings as one list, the earliest first, numbered from 1."""
    documents: dict[str, Source] = {}
    for briefing in briefings:
        documents |= briefing.material.sources
    cited = {c.source for c in own_claims} | {f.source.id for b in briefings[1:] for f in b.footnotes}
    return ranked(documents.get(i) or Source(i, i, "") for i in cited)


def clean_text(text: str) -> str:
    """A text in one line, without what a page can't hold or what would turn its reading around."""
    return " ".join(_HIDDEN.sub("\ufffd", text).split())


def _build_sections(context: DossierContext, chain: Briefing | None) -> list[Section]:
    """All sections with anything in them, in the order of the document."""
    claims = context.claims
    own = [c for c in claims if c.subject == context.subject.id]
    of_role = context.ontology.is_relationship
    taken = {role: [c for c in own if of_role(c.predicate, role)] for role in ("designation", "post")}
    taken["identity"] = [c for c in claims if of_role(c.predicate, "identity")]
    held = {c.id for members in taken.values() for c in members}
    denied = {p: [c for c in context.of(p) if c.stance == "denied"] for p in (HAS_NAME, HAS_IDENTIFIER)}
    facts = dossier_words.build_facts_table(context)
    parts = [
        Section("In short", dossier_words.build_summary(context, chain)),
        Section("What is disputed", *dossier_words.describe_disputes(context)),
        Section(
            "Names",
            dossier_words.describe_denied_names(context),
            table=dossier_words.build_names_table(context),
            claims=context.build_rows(denied[HAS_NAME]),
        ),
        Section(
            "Identifiers",
            table=dossier_words.build_identifiers_table(context),
            claims=context.build_rows(denied[HAS_IDENTIFIER]),
        ),
        Section("Facts", dossier_words.FACTS if facts else (), table=facts, claims=context.rows("HAS_PROPERTY")),
        Section(
            "Designations",
            dossier_words.describe_designations(context),
            table=dossier_words.build_designations_table(context),
            claims=context.build_rows(taken["designation"]),
        ),
        Section("Posts", table=dossier_words.build_posts_table(context), claims=context.build_rows(taken["post"])),
        *_build_duplicate_sections(context, taken["identity"]),
        *_build_quantity_sections(context),
    ]
    rest = [c for c in claims if c.id not in held]
    groups = [
        Section(_capitalise(g.caption), claims=context.build_rows(g.claims), level=2)
        for g in sentences.group_claims(context.ontology, context.subject.id, rest)
    ]
    other_sections = [
        Section("Statements", claims=context.rows("STATEMENT"), level=2),
        Section("Other claims", claims=dossier_words.list_other_claims(context), level=2),
        Section("Lines that no claim carries", points=dossier_words.list_lines_without_claims(context), level=2),
    ]
    body = [s for s in (*groups, *other_sections) if s.claims or s.points]
    if body:
        parts.append(Section("Claims for and against", (dossier_words.CLAIMS,)))
    filled = [s for s in parts if s.title == "Designations" or s.claims or s.table or s.points or s.figure or s.words]
    return [
        *filled,
        *body,
        *_build_neighbour_sections(context),
        *_build_chain_sections(context, chain),
        Section("How claims are graded", (dossier_words.GRADES,), table=dossier_words.build_grades_table(context)),
    ]


def _build_duplicate_sections(context: DossierContext, claims: Sequence[Claim]) -> list[Section]:
    """What is said for and against its being the same as others, and what else is said of it and these others."""
    if not claims:
        return []
    others = {end for c in claims for end in (c.subject, c.object)} - {context.subject.id}
    more = [
        c
        for c in context.claims
        if not context.ontology.is_relationship(c.predicate, "identity") and {c.subject, c.object} & others
    ]
    parts = [Section("Possible doubles", (dossier_words.POSSIBLE_DUPLICATES,), claims=context.build_rows(claims))]
    if more:
        words = ("These claims stand in their own sections too.",)
        remaining = tuple(replace(context.row(c), head=context.sentence(c)) for c in sentences.sort_claims(more))
        parts.append(Section("What else is said of it and these", words, claims=remaining, level=2))
    return parts


def _build_neighbour_sections(context: DossierContext) -> list[Section]:
    if all(r.source == r.target for r in context.lines):
        return []
    near, words = dossier_figure.select_neighbourhood(context.briefing, context.subject.id)
    return [Section("Neighbours", (words,), figure=dossier_figure.draw_neighbours(near))]


def _build_chain_sections(context: DossierContext, chain: Briefing | None) -> list[Section]:
    if chain is None or not chain.rendered.shown.entities:
        return [Section("Chain", (dossier_words.describe_missing_chain(context, chain),))]
    figure = dossier_figure.draw_chain(chain)
    small = (
        (f"Names are {figure.name_size:.1f} points high on this page, which is hard to read in print.",)
        if figure.name_size < LEAST_NAME
        else ()
    )
    words = " ".join(part for part in (chain.note, *chain.rules, f"Shown: {chain.counts}.") if part)
    parts = [Section(chain.title, (words, *small), figure=figure)]
    if chain.disputes:
        points = tuple(d.text for d in chain.disputes)
        parts.append(Section("What is disputed in the chain", points=points, level=2))
    return parts


def _build_quantity_sections(context: DossierContext) -> list[Section]:
    """A section a topic, with all figures given for it side by side."""
    topics = sentences.group_by_topic(context.claims)
    if not topics:
        return []
    head = Section("Figures side by side", (dossier_words.QUANTITIES,))
    return [
        head,
        *(
            Section(
                _capitalise(topic),
                tuple(claim_figures.describe_claims(context.ontology, figures, context.claims, context.names)),
                claims=context.build_rows(figures, figures=True),
                level=2,
            )
            for topic, figures in topics.items()
        ),
    ]


def _capitalise(caption: str) -> str:
    return caption[:1].upper() + caption[1:]


def _clean_source(note: Footnote) -> Footnote:
    """A source in texts that a page can hold; its id stays."""
    source = note.source
    texts = {k: clean_text(str(getattr(source, k))) for k in Source.__dataclass_fields__ if k != "id"}
    return replace(note, source=replace(source, **texts))


def _clean_table(table: Table) -> Table:
    return replace(table, rows=tuple(tuple(map(clean_text, row)) for row in table.rows))


def _clean_row(row: Row) -> Row:
    return replace(
        row,
        head=clean_text(row.head),
        said=clean_text(row.said),
        who=clean_text(row.who),
        when=clean_text(row.when),
        grade=clean_text(row.grade),
        where=clean_text(row.where),
    )


def _clean_section(section: Section) -> Section:
    """A section in texts that a page can hold; a title too long for one stands whole below it."""
    title = clean_text(section.title)
    words = ((title,) if len(title) > LONGEST else ()) + tuple(map(clean_text, section.words))
    return replace(
        section,
        title=_shorten_title(title),
        words=words,
        points=tuple(map(clean_text, section.points)),
        table=section.table and _clean_table(section.table),
        claims=tuple(map(_clean_row, section.claims)),
        figure=section.figure and replace(section.figure, alt=clean_text(section.figure.alt)),
    )


def _shorten_title(title: str) -> str:
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1].rstrip()}…"
