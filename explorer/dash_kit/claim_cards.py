"""How claims, grades and names look in the details panel. Pure: components from model objects.

Everything from the graph goes in as the text of a component, which Dash escapes; nothing is ever read as HTML.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dash import html
from dash.development.base_component import Component

from explorer.answers import claim_figures
from explorer.appearance import icons, labels
from explorer.claims import sentences
from explorer.state import page_commands
from graph import evidence
from graph.model import ABSENCES, DISPUTED, INFERRED, Claim, Entity, Relationship, Source, Subgraph
from graph.ontology import Ontology
from graph.plurals import format_count

NO_PREMISES = Subgraph()


@dataclass(frozen=True)
class CardContext:
    """What a card needs to know: the words of the ontology, names and sources."""

    ontology: Ontology
    names: Mapping[str, Entity]
    sources: Mapping[str, Source]
    premises: Mapping[str, Claim] = field(default_factory=dict)

    @classmethod
    def of(cls, ontology: Ontology, evidence: Subgraph, premises: Subgraph = NO_PREMISES) -> "CardContext":
        """The desk for some evidence, and for the claims from which others of it are inferred."""
        entities, sources = (*premises.entities, *evidence.entities), (*premises.sources, *evidence.sources)
        claims = {c.id: c for c in (*premises.claims, *evidence.claims)}
        return cls(ontology, {e.id: e for e in entities}, {s.id: s for s in sources}, claims)

    def line(self, line: Relationship) -> Component:
        """A way to the claims behind a line."""
        count = len(line.claims)
        return html.Button(
            format_count(count, "claim", "claims"),
            className="link",
            **page_commands.build_event_attributes("open-line", line=line.id),
        )

    def link(self, entity: str | None, **style: Any) -> Component:
        """An entity's name that selects it on the canvas, adding it where it is not there yet."""
        name = sentences.get_name(self.names, entity)
        if not entity or entity not in self.names:
            return html.Span(name or "not said")
        return html.Button(
            name,
            className="link",
            title="Show on the canvas",
            **page_commands.build_event_attributes("follow", entity=entity),
            **style,
        )


def render_symbol(ontology: Ontology, type_: str, size: int = 28) -> Component:
    """The node symbol of a type."""
    entity_type = labels.get_entity_type(ontology, type_)
    return html.Img(src=icons.build_swatch_uri(entity_type), alt="", width=size, height=size, className="symbol")


def render_stance(claim_stance: str, *, withdrawn: bool = False) -> Component:
    """What a claim or line says of the matter; a denial can't be missed, nor what its source has taken back."""
    if withdrawn:
        return html.Span("Denial withdrawn" if claim_stance == "denied" else "Withdrawn", className="stance withdrawn")
    words = {"denied": "Denies", "contested": "Contested", INFERRED: "Inferred"}.get(claim_stance, "Asserts")
    return html.Span(words, className=f"stance {claim_stance or 'asserted'}")


def render_grade(context: CardContext, claim: Claim) -> Component:
    """The Admiralty grade, spelt out where the mouse or the keyboard rests on it."""
    spelt = sentences.describe_grade(context.ontology, claim)
    return html.Span(
        claim.grade,
        className="grade",
        tabIndex=0,
        **{"aria-label": f"Grade {claim.grade}. {spelt}", "data-tip": f"Admiralty grade {claim.grade}. {spelt}"},
    )


def render_claim_card(context: CardContext, claim: Claim, *, other: str | None = None) -> Component:
    """One claim with its speaker, grade, dates and source. `other` is the entity it is about, seen from here."""
    head = [
        html.Span(claim.stance.capitalize(), className="stance absent")
        if claim.stance in ABSENCES
        else render_stance(get_claim_kind(claim), withdrawn=bool(claim.withdrawn_on)),
        context.link(other) if other else None,
        html.Span(className="spring"),
        render_grade(context, claim),
    ]
    speaker = [
        html.Span(f"{sentences.describe_attribution(claim)} "),
        context.link(claim.asserted_by or None),
    ]
    when = sentences.describe_dates(claim)
    return html.Div(
        [
            html.Div([part for part in head if part is not None], className="claim-head"),
            *[html.Div(text, className="claim-value") for text in (_format_value(claim), claim.detail) if text],
            html.Div(claim.summary, className="claim-text") if claim.summary else None,
            html.Div([*speaker, html.Span(f" · {when}") if when else None], className="claim-who"),
            _render_premises(context, claim),
            render_source(context, claim),
        ],
        className=f"claim {get_claim_kind(claim)}",
    )


def get_claim_kind(claim: Claim) -> str:
    """What a claim is beside others: "asserted", "denied", "inferred" or "absent" (from a list)."""
    return INFERRED if claim.is_inferred else "absent" if claim.stance in ABSENCES else claim.stance


def _render_premises(context: CardContext, claim: Claim) -> Component:
    """What a claim is inferred from: each premise with its speaker, its grade and a way to its line."""
    if not claim.is_inferred:
        return None
    rows = []
    for identity in claim.premises:
        premise = context.premises.get(identity)
        if premise is None:
            rows.append(html.Li(f"claim {identity}, which is not in this graph"))
            continue
        who = context.names.get(premise.asserted_by)
        attribution = (
            f" ({sentences.describe_attribution(premise)} {who.name}, {premise.grade})"
            if who
            else f" ({premise.grade})"
        )
        rows.append(
            html.Li([premise.summary, html.Span(attribution, className="claim-who"), " ", _render_line_link(premise)])
        )
    return html.Div([html.Div("because", className="claim-who"), html.Ul(rows, className="premises")])


def _render_line_link(claim: Claim) -> Component:
    if not claim.object:
        return None
    line = evidence.build_relationship_id(claim.subject, claim.predicate, claim.object)
    event = page_commands.build_event_attributes("open-line", line=line)
    return html.Button("its line", className="link small", **event)


def render_relationship_item(context: CardContext, line: Relationship, other: str) -> Component:
    """A line in a row: the entity at its other end, what is said of it, since when, and how sure that is."""
    properties = line.properties
    withdrawn = bool(properties.get("withdrawn_on"))
    is_marked = withdrawn or line.stance in (*DISPUTED, INFERRED)
    mark = render_stance(line.stance, withdrawn=withdrawn) if is_marked else None
    when = sentences.describe_validity(line)
    return html.Li(
        [
            html.Div([context.link(other), mark]),
            html.Div("; ".join(properties.get("details") or ()), className="claim-value"),
            html.Div(
                [
                    f"{when} · " if when else "",
                    context.line(line),
                    f", best grade {properties['grade']}" if properties.get("grade") else "",
                ],
                className="claim-who",
            ),
        ]
    )


def _format_value(claim: Claim) -> str:
    """What a claim gives beside its words: a figure with its topic, or a name."""
    if claim.topic:
        return f"{claim.topic}: {sentences.format_quantity(claim)}"
    return str(claim.value or "")


def render_source(context: CardContext, claim: Claim) -> Component:
    """The document a claim comes from, with its address where it has one of the web."""
    source = context.sources.get(claim.source)
    link = sentences.sanitise_url(source.url) if source else ""
    title = source.title if source else ""
    named: Any = title
    if link:
        named = html.A(title or link, href=link, target="_blank", rel="noopener noreferrer", className="source-title")
    place = sentences.format_source(source, claim)
    return html.Div([html.Span(place), html.Span(" · "), named] if named else place, className="claim-source")


def _render_inferrer(claim: Claim) -> list[str]:
    """The words before who gives a figure, where nobody reports it."""
    return [f"{sentences.describe_attribution(claim)} "] if claim.is_inferred else []


def render_estimates(
    context: CardContext, claims: Sequence[Claim], entity: str, others: Sequence[Claim] = ()
) -> Component:
    """The figures that were given on one topic, side by side, each with its speaker, grade and document.

    Among `others` are those who deny the whole.
    """
    rows = [
        html.Tr(
            [
                html.Td(
                    [sentences.format_quantity(c), render_stance("denied") if c.stance == "denied" else None],
                    className="figure",
                ),
                html.Td(
                    [
                        *_render_inferrer(c),
                        context.link(c.asserted_by or None),
                        html.Div(c.summary, className="claim-text"),
                        html.Div(sentences.describe_dates(c), className="claim-who"),
                        render_source(context, c),
                    ]
                ),
                html.Td(render_grade(context, c)),
            ],
            className=c.stance,
        )
        for c in claims
    ]
    subject = claims[0].subject
    about = context.link(subject) if subject != entity else None
    return html.Div([about, _render_estimate_table(rows), _render_agreement(context, claims, others)])


def render_estimate_comparison(
    context: CardContext, topic: str, claims: Sequence[Claim], others: Sequence[Claim] = ()
) -> Component:
    """The figures on one topic at a glance; the cards of the same claims say more."""
    rows = [
        html.Tr(
            [
                html.Td(sentences.format_quantity(c), className="figure"),
                html.Td(
                    [
                        *_render_inferrer(c),
                        context.link(c.asserted_by or None),
                        html.Div(sentences.describe_dates(c), className="claim-who"),
                    ]
                ),
                html.Td(render_grade(context, c)),
            ],
            className=c.stance,
        )
        for c in sorted(claims, key=sentences.get_sort_value)
    ]
    return html.Div(
        [html.H3(topic), _render_estimate_table(rows), _render_agreement(context, claims, others)],
        className="comparison",
    )


def _render_estimate_table(rows: Sequence[Any]) -> Component:
    head = html.Thead(html.Tr([html.Th("Figure"), html.Th("Who says so"), html.Th("Grade")]))
    return html.Table([head, html.Tbody(list(rows))], className="figures")


def _render_agreement(context: CardContext, claims: Sequence[Claim], others: Sequence[Claim]) -> Component:
    """What the figures say together: disagreement, growth, denials of the whole; and that nothing is averaged."""
    names = {entity_id: entity.name for entity_id, entity in context.names.items()}
    words = claim_figures.describe_claims(context.ontology, claims, others, names)
    if len(claims) > 1:
        words.append(f"{len(claims)} figures, none of them ours; they are not averaged.")
    return html.Div([html.Div(words) for words in words], className="claim-who") if words else None
