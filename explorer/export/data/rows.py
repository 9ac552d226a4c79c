"""What data formats tell of each entity, line, claim and source shown: plain facts, written in many ways. Pure.

Everything comes from the briefing. Texts are as they are in the graph; `clean` makes them fit for a file.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from explorer.appearance import labels
from explorer.canvas import elements, stylesheet
from explorer.claims import sentences
from explorer.export.common.briefing import Briefing, format_citation, format_footnote_numbers
from explorer.export.common.material import is_beside_lines
from explorer.export.common.style_resolver import Style, StyleResolver
from explorer.export.picture import svg_parts
from explorer.filters import apply
from explorer.overlays import path_overlay
from explorer.state.canvas import Point
from graph import collectives
from graph.model import DISPUTED, Claim, Entity, Relationship, Source

STEP = 60.0  # between the members of an unplaced stack, in the canvas's units


@dataclass(frozen=True)
class LineFacts:
    """A line shown: `words` say what it says and how it stands.

    `stance` is "asserted", "inferred", "contested" or "denied". `asserted`, `denied` and `inferred` tell who says,
    denies or concludes so, with grades and source numbers, each once; dates are partial; `extras` are properties that
    a database of somebody else's gives it.
    """

    line: Relationship
    caption: str
    words: str
    statement: str
    stance: str
    symmetric: bool
    grade: str
    since: str
    until: str
    reported_first: str
    reported_last: str
    withdrawn: str
    asserted: tuple[str, ...]
    denied: tuple[str, ...]
    inferred: tuple[str, ...]
    cites: tuple[int, ...]
    sources: tuple[str, ...]
    claims: tuple[Claim, ...]
    evidence: tuple[str, ...]
    extras: Mapping[str, object]

    @property
    def words_with_sources(self) -> str:
        """Its words with its source numbers: "exports arms to · contested [4, 7]"."""
        return " ".join(part for part in (self.words, format_footnote_numbers(self.cites)) if part)


@dataclass(frozen=True)
class EntityFacts:
    """An entity shown: where it stands (x to the right, y down, in the canvas's units), its looks, what is said of it.

    `claims` are those about it beside lines; `lines` counts the lines shown and `disputed` those that someone denies.
    """

    entity: Entity
    caption: str
    at: Point
    colour: str
    width: float
    height: float
    shape: str
    lines: int
    disputed: int
    claims: tuple[Claim, ...]


def build_line_facts(briefing: Briefing) -> tuple[LineFacts, ...]:
    """Every line shown, by its statement; those that the picture merges or stacks are told one by one."""
    documents = {s.id: s for _, s in list_sources(briefing)}
    facts = [_describe_line(briefing, line, documents) for line in briefing.rendered.shown.relationships]
    return tuple(sorted(facts, key=lambda f: (f.statement, f.line.id)))


def build_entity_facts(briefing: Briefing) -> tuple[EntityFacts, ...]:
    """Every entity shown, also those in stacks, by its name."""
    shown = briefing.rendered.shown
    looks = resolve_styles(briefing)
    statements: dict[str, list[Claim]] = defaultdict(list)
    for claim in briefing.shown.claims:
        if is_beside_lines(claim):
            statements[claim.subject].append(claim)
    lines = Counter(end for r in shown.relationships for end in {r.source, r.target})
    disputed = Counter(end for r in shown.relationships if r.stance in DISPUTED for end in {r.source, r.target})
    places = compute_positions(briefing)
    facts = []
    for entity in shown.entities:
        look = looks[entity.id]
        facts.append(
            EntityFacts(
                entity,
                _get_type_caption(briefing, entity),
                places[entity.id],
                str(look["background-color"]),
                float(look["width"]),
                float(look["height"]),
                str(look["shape"]),
                lines[entity.id],
                disputed[entity.id],
                sentences.sort_claims(statements[entity.id]),
            )
        )
    return tuple(sorted(facts, key=lambda f: (f.entity.name, f.entity.id)))


def list_claim_only_entities(briefing: Briefing) -> tuple[Entity, ...]:
    """Entities that claims name and the picture does not show, such as who says so, by name."""
    held = {e.id for e in briefing.rendered.shown.entities}
    return tuple(sorted((e for e in briefing.shown.entities if e.id not in held), key=lambda e: (e.name, e.id)))


def list_sources(briefing: Briefing) -> tuple[tuple[int | None, Source], ...]:
    """Every source of what is shown with its number: those of lines first, then (without one) those of other claims."""
    noted = [(f.number, f.source) for f in briefing.footnotes]
    numbered = {s.id for _, s in noted}
    rest = sorted((s for s in briefing.shown.sources if s.id not in numbered), key=lambda s: (s.date or "9999", s.id))
    return (*noted, *((None, s) for s in rest))


def format_source(briefing: Briefing, source: Source) -> str:
    """A source with its number and address: "[3] Publisher, “title”, date. https://…"."""
    number = briefing.numbers.get(source.id)
    citation = f"{f'[{number}] ' if number else ''}{format_citation(source) or source.id}"
    return f"{citation}. {link}" if (link := sentences.sanitise_url(source.url)) else citation


def describe_claim(briefing: Briefing, claim: Claim) -> str:
    """A claim in words: who says or denies it, what, and for what time."""
    verb = f"infers, {briefing.reason(claim)}" if claim.is_inferred else sentences.VERBS.get(claim.stance, "says")
    content = claim.summary or describe_claim_content(briefing, claim)
    when = f" ({dates})" if (dates := sentences.describe_dates(claim)) else ""
    return f"{briefing.says(claim)} {verb}: {content}{when}"


def describe_claim_content(briefing: Briefing, claim: Claim) -> str:
    """What a claim says, without its summary: a statement, a figure with its topic, or a text."""
    ontology, names = briefing.material.ontology, briefing.material.names
    if claim.object:
        return path_overlay.describe_relationship(
            ontology, names, Relationship("", claim.predicate, claim.subject, claim.object)
        )
    figure = (
        sentences.format_quantity(claim)
        if claim.predicate == "ESTIMATE"
        else sentences.format_number("" if claim.value is None else claim.value)
    )
    subject = names.get(claim.subject, claim.subject)
    what = claim.topic or ontology.get_predicate_caption(claim.predicate, as_stored=True)
    return f"{subject}, {what}: {figure}"


def resolve_styles(briefing: Briefing) -> dict[str, Style]:
    """By id how the canvas draws each entity and line, also where a stack or merged line stands for it."""
    sheet = StyleResolver(stylesheet.build_stylesheet(briefing.material.ontology))
    return {e["data"]["id"]: sheet.of(e) for e in elements.build_elements(briefing.rendered)}


def compute_positions(briefing: Briefing) -> dict[str, Point]:
    """By id where each entity shown stands. Members of a stack without places of their own stand in a row below it."""
    rendered, positions = briefing.rendered, briefing.rendered.canvas.positions
    places = {e.id: positions[e.id] for e in rendered.shown.entities if e.id in positions}
    for stack in rendered.canvas.stacks:
        x, y = positions.get(stack.id, positions.get(stack.around, (0.0, 0.0)))
        for n, member in enumerate(m for m in stack.members if m not in places):
            places[member] = (x + n % 10 * STEP, y + (n // 10 + 1) * STEP)
    return {e.id: places.get(e.id, (0.0, 0.0)) for e in rendered.shown.entities}


def clean(value: Any) -> Any:
    """A value whose texts a file can hold: what XML and UTF-8 have no place for (NUL, half surrogates) is U+FFFD."""
    return svg_parts.apply_to_texts(value, svg_parts.clean)


def assign_unique_names(texts: Iterable[str]) -> dict[str, str]:
    """By text what stands for it in a file: itself, cleaned, with a number where two would be the same."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for text in texts:
        name, number = svg_parts.clean(text), 2
        while name in taken:
            name, number = f"{svg_parts.clean(text)} ({number})", number + 1
        taken.add(name)
        names[text] = name
    return names


def to_single_line(text: str) -> str:
    """A text in a single line, cleaned."""
    return " ".join(svg_parts.clean(text).split())


def _get_type_caption(briefing: Briefing, entity: Entity) -> str:
    ontology = briefing.material.ontology
    caption = labels.get_entity_type(ontology, entity.type).caption
    return collectives.describe_kind(ontology, entity) if collectives.is_collective(entity) else caption


def _describe_line(briefing: Briefing, line: Relationship, documents: Mapping[str, Source]) -> LineFacts:
    ontology, properties = briefing.material.ontology, line.properties
    kind = ontology.relationships.get(line.type)
    caption = ontology.get_predicate_caption(line.type)
    withdrawn, stance = str(properties.get("withdrawn_on") or ""), apply.get_stance(line)
    # A withdrawn line may be disputed too; the canvas has room for one of both, a file for either.
    marks = (caption, elements.MARKS.get(stance, "").replace("✕", "×"), f"withdrawn {withdrawn}" if withdrawn else "")
    claims = briefing.list_claims(line)
    asserted, denied = briefing.sides(line)
    cited_ids = sorted({s for c in claims for s in c.sources}, key=lambda i: (briefing.numbers.get(i, 0), i))
    own = ontology.relationship_properties
    return LineFacts(
        line,
        caption,
        " · ".join(part for part in marks if part),
        briefing.statement(line),
        stance,
        bool(kind and kind.symmetric),
        apply.get_grade(line),
        str(properties.get("valid_from") or ""),
        str(properties.get("valid_to") or ""),
        str(properties.get("reported_first") or ""),
        str(properties.get("reported_last") or ""),
        withdrawn,
        asserted,
        denied,
        briefing.list_inferences(line),
        briefing.cites(line),
        tuple(format_source(briefing, documents[i]) for i in cited_ids if i in documents),
        claims,
        tuple(describe_claim(briefing, c) for c in claims),
        {k: v for k, v in properties.items() if k not in own},
    )
