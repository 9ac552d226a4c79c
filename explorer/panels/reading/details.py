"""The details of what is selected: who claims it, on what grounds, and who denies it.

Other panels add kinds of their own to KINDS: `details.KINDS["stack"] = function`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dash import Input, NoUpdate, Output, State, html, no_update
from dash.development.base_component import Component

from explorer.answers import cypher_log
from explorer.canvas import expansion
from explorer.canvas.rendered_view import RenderedView
from explorer.claims import sentences
from explorer.dash_kit import claim_cards, markup, parts
from explorer.dash_kit.callbacks import Context
from explorer.dash_kit.canvas_callbacks import CanvasCallbacks
from explorer.dash_kit.claim_cards import CardContext
from explorer.dash_kit.ids import CANVAS, DATABASE, SELECTED
from explorer.panels.page import foreign, search
from explorer.panels.reading import listings
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from explorer.state.stores import DatabaseState, FollowEvent, LineEvent, PageEvent, Selection
from graph import collectives
from graph.database.store import FOREIGN, Store
from graph.evidence import compute_stance, list_former_names, list_names, select_line_claims
from graph.model import Claim, Entity, Relationship, Subgraph
from graph.ontology import Ontology, Property
from graph.plurals import format_count
from graph.reading import browse, summaries
from graph.reading.listings import NO_LISTINGS, ListingTable, read_listings

MAX_CLAIMS = 80  # claims shown; with 200 the page stood still for seconds, with thousands it would for good
MAX_OPEN_CLAIMS = 14  # up to so many claims all groups stand open
# What the panel shows, by the kind of the selected element: function(store, ontology, canvas, id) -> children.
Content: TypeAlias = list[Component] | Component
Kind = Callable[[Store, Ontology, Canvas, str], Content]
KINDS: dict[str, Kind] = {}
MAX_ESTIMATES = 200  # claims with a figure that are shown beside a page of others
_NAMING = ("HAS_NAME", "HAS_IDENTIFIER")
_REST = {"Statements": ("STATEMENT",), "Names and identifiers": _NAMING, "Other facts": ("HAS_PROPERTY",)}
_OWN = ("name", "aliases", "identifiers", "description")


@dataclass(frozen=True)
class ClaimPage:
    """Which claims are shown: those after the first `skip` of `total`; `denials` are all that deny."""

    skip: int
    total: int
    denials: int


def layout() -> Component:
    """An empty panel; what is selected fills it."""
    return html.Div([html.Div(id="details", className="details", tabIndex=-1), markup.build_markup_store("details")])


def register(callbacks: CanvasCallbacks) -> None:
    """Selecting shows; names in claims lead to other entities, and buttons to the further claims."""
    markup.show_markup(callbacks, "details")
    callbacks.add_callback(
        show_details,
        Output(markup.get_markup_id("details"), "data"),
        Input(SELECTED, "data"),
        Input(DATABASE, "data"),
        State(CANVAS, "data"),
        behind=cypher_log.DETAILS,
    )
    callbacks.add_action(
        follow_name,
        Input(page_commands.get_event_id("follow"), "data"),
        also=(Output(SELECTED, "data", allow_duplicate=True),),
    )
    callbacks.add_callback(
        select_line,
        Output(SELECTED, "data", allow_duplicate=True),
        Input(page_commands.get_event_id("open-line"), "data"),
        prevent_initial_call=True,
    )
    callbacks.add_callback(
        turn_page,
        Output(markup.get_markup_id("details"), "data", allow_duplicate=True),
        Input(page_commands.get_event_id("turn-page"), "data"),
        State(SELECTED, "data"),
        State(CANVAS, "data"),
        prevent_initial_call=True,
        behind=cypher_log.DETAILS,
    )


def show_details(
    context: Context, selected: Selection | None, database: DatabaseState, stored: Mapping[str, object] | None
) -> str | NoUpdate:
    """The panel's content, as HTML, for what is selected; what it shows stays while the database is away."""
    if not database["up"]:
        return no_update
    return markup.render_markup(render_content(context.store, context.ontology, Canvas.read(stored), selected))


def follow_name(
    context: Context, canvas: Canvas, event: FollowEvent | None
) -> tuple[RenderedView | None, Selection | NoUpdate]:
    """The canvas with the entity whose name was clicked, and that entity selected."""
    if not event:
        return None, no_update
    entity = str(event["entity"])
    shown = expansion.show_entity(context.store, context.ontology, canvas, entity)
    return shown, search.build_selection(entity)


def select_line(_: Context, event: LineEvent | None) -> Selection | NoUpdate:
    """The line whose claims are wanted, selected."""
    return {"kind": page_commands.LINE, "id": str(event["line"])} if event else no_update


def turn_page(
    context: Context,
    event: PageEvent | None,
    selected: Selection | None,
    stored: Mapping[str, object] | None = None,
) -> str | NoUpdate:
    """The panel's content, as HTML, with another page of claims."""
    if not selected or not event:
        return no_update
    read = {page_commands.ENTITY: _read_entity, page_commands.LINE: _read_relationship}[selected["kind"]]
    skip = max(0, int(event["skip"]))
    return markup.render_markup(
        read(context.store, context.ontology, Canvas.read(stored), str(selected["id"]), skip=skip)
    )


def render_content(store: Store, ontology: Ontology, canvas: Canvas, selected: Selection | None) -> Content:
    """The panel's content for a selection, {"kind", "id"} or None, on a canvas."""
    if not selected:
        return render_welcome(ontology)
    kind = KINDS.get(str(selected["kind"]))
    return kind(store, ontology, canvas, str(selected["id"])) if kind else render_missing()


def _read_entity(store: Store, ontology: Ontology, canvas: Canvas, id_: str, *, skip: int = 0) -> Content:
    entities = browse.read_entities(store, [id_])
    if not entities:
        return render_missing()
    if id_.startswith(FOREIGN):
        return foreign.render_entity(ontology, entities[0])
    inferred = not canvas.filter.hides_inferences
    claims = browse.read_evidence(store, entity=id_, most=MAX_CLAIMS, skip=skip, inferred=inferred)
    total, denials = browse.count_claims(store, id_, inferred=inferred)
    if total > MAX_CLAIMS:  # figures on one topic stand side by side, whichever page their claims are on
        figures = browse.read_evidence(store, entity=id_, figures=True, most=MAX_ESTIMATES, inferred=inferred)
        claims = _merge_evidence(claims, figures)
    return render_entity(
        ontology,
        entities[0],
        claims,
        ClaimPage(skip, total, denials),
        summaries.read_key_relationships(store, ontology, id_),
        browse.read_premises(store, claims.claims),
        read_listings(store, ontology, [id_]),
    )


def _merge_evidence(claims: Subgraph, figures: Subgraph) -> Subgraph:
    held = tuple(c for c in claims.claims if not c.topic)
    entities = {e.id: e for e in (*claims.entities, *figures.entities)}
    sources = {s.id: s for s in (*claims.sources, *figures.sources)}
    return Subgraph(tuple(entities.values()), (), (*held, *figures.claims), tuple(sources.values()))


def _read_relationship(store: Store, ontology: Ontology, canvas: Canvas, id_: str, *, skip: int = 0) -> Content:
    if id_.startswith(FOREIGN):  # it carries no claims
        line = browse.read_relationship(store, id_)
        return foreign.render_relationship(*line) if line else render_missing()
    shown = not canvas.filter.hides_inferences
    evidence = browse.read_evidence(store, relationship=id_, inferred=shown) if id_.count("|") >= 2 else Subgraph()
    if not evidence.claims:
        return render_missing()
    return render_relationship(ontology, evidence, skip=skip, premises=browse.read_premises(store, evidence.claims))


KINDS |= {"entity": _read_entity, "relationship": _read_relationship}


def render_welcome(ontology: Ontology) -> list[Component]:
    """What the panel says while nothing is selected."""
    letters = [html.Li([html.Strong(k), f" {v}"]) for k, v in ontology.reliability.items()]
    digits = [html.Li([html.Strong(k), f" {v}"]) for k, v in ontology.credibility.items()]
    return [
        html.H2("Details"),
        html.P(
            "Click an entity or a line. You then see every claim about it here: who says it, who denies it, how "
            "well it is graded, and in which document it stands."
        ),
        html.H3("How claims are graded"),
        html.P("By the Admiralty scale: a letter for the source, a digit for the information."),
        html.Div([html.Ul(letters), html.Ul(digits)], className="scale"),
    ]


def render_missing() -> list[Component]:
    """Says that there is nothing to show."""
    return [html.H2("Details"), html.P("The graph holds no claims about this any more.")]


def render_entity(
    ontology: Ontology,
    shown: Entity,
    evidence: Subgraph,
    page: ClaimPage,
    links: Sequence[tuple[Relationship, Entity]] = (),
    premises: Subgraph = claim_cards.NO_PREMISES,
    table: ListingTable = NO_LISTINGS,
) -> list[Component]:
    """An entity: its names and facts, posts and listings at a glance, then its claims by what they say.

    `links` are its lines that are told at a glance, each with the entity at the other end; `premises` are what its
    claims are inferred from; `table` has its listings.
    """
    others = tuple(e for _, e in links)
    desk = CardContext.of(
        ontology, Subgraph((shown, *others, *evidence.entities), (), evidence.claims, evidence.sources), premises
    )
    head = html.Div(
        [
            claim_cards.render_symbol(ontology, shown.type, 44),
            html.Div(
                [html.Div(collectives.describe_kind(ontology, shown), className="kind"), html.H2(shown.name)],
                className="spring",
            ),
            parts.render_cypher_button(cypher_log.DETAILS),
        ],
        className="details-head",
    )
    claims = sentences.sort_claims(evidence.claims)
    designated = [c for c in claims if ontology.is_relationship(c.predicate, "designation") and c.subject == shown.id]
    sections = [
        *_render_designations(desk, designated, shown.id),
        *[
            _render_section(desk, g.caption, g.claims, shown.id)
            for g in sentences.group_claims(ontology, shown.id, [c for c in claims if c not in designated])
        ],
        *[
            _render_estimates(desk, topic, estimates, shown.id, claims)
            for topic, estimates in sentences.group_by_topic(claims).items()
        ],
        *[
            _render_section(desk, caption, [c for c in claims if c.predicate in predicates and not c.topic], shown.id)
            for caption, predicates in _REST.items()
        ],
    ]
    sections = [section for section in sections if section is not None]
    for section in sections if len(claims) <= MAX_OPEN_CLAIMS else sections[:1]:
        section.open = True
    return [
        head,
        _render_facts(ontology, shown, evidence.claims, whole=page.total <= len(claims)),
        *_render_members(desk, shown, links),
        *_render_summary(desk, links),
        listings.render_listings(ontology, table, shown),
        html.Div(_render_counts(page), className="tally"),
        html.Div(sections),
        _render_pager(desk, page),
    ]


def _render_members(desk: CardContext, shown: Entity, links: Sequence[tuple[Relationship, Entity]]) -> list[Component]:
    """Which members of a group are known, of how many; nothing for what is no group."""
    if not collectives.is_collective(shown):
        return []
    members = [
        (line, other)
        for line, other in links
        if desk.ontology.is_relationship(line.type, "membership") and line.target == shown.id
    ]
    rows = [claim_cards.render_relationship_item(desk, line, other.id) for line, other in members]
    named = [other for line, other in members if line.stance != "denied" and not line.properties.get("withdrawn_on")]
    kinds = " and ".join(collectives.describe_kinds(desk.ontology, named)) or "none"
    words = f"{collectives.describe_kind(desk.ontology, shown)}; members known here: {kinds}."
    return [html.Div([html.H3("A group"), html.P(words), html.Ul(rows) if rows else None], className="glance group")]


def _render_summary(desk: CardContext, links: Sequence[tuple[Relationship, Entity]]) -> list[Component]:
    """What it may be the same as, and its posts, each with a way to the claims behind it."""
    parts_of_summary = []
    for role, title in (("identity", "May be the same as"), ("post", "Posts")):
        rows = [
            claim_cards.render_relationship_item(desk, line, other.id)
            for line, other in links
            if desk.ontology.is_relationship(line.type, role)
        ]
        if rows:
            parts_of_summary.append(html.Div([html.H3(title), html.Ul(rows)], className=f"glance {role}"))
    return parts_of_summary


def render_relationship(
    ontology: Ontology, evidence: Subgraph, *, skip: int = 0, premises: Subgraph = claim_cards.NO_PREMISES
) -> list[Component]:
    """A line in words, how contested it is, and every claim that carries it; denials first, inferences with reasons."""
    desk = CardContext.of(ontology, evidence, premises)
    claims = sentences.sort_claims(evidence.claims)
    first = claims[0]
    drawing = select_line_claims(claims)
    # Of a listing that nobody asserts nothing is said here that reads as one.
    caption = ontology.get_predicate_caption(first.predicate) if drawing else "and the list of"
    mark = compute_stance(drawing) if drawing else "absent"
    page = ClaimPage(skip, len(claims), sum(c.stance == "denied" for c in claims))
    shown = claims[skip : skip + MAX_CLAIMS]
    figures = {topic: estimates for topic, estimates in sentences.group_by_topic(claims).items() if len(estimates) > 1}
    return [
        html.Div(
            [
                html.Div(
                    [
                        html.Div("Line" if drawing else "Listing, not drawn", className="kind"),
                        html.H2(
                            [
                                desk.link(first.subject),
                                html.Span(f" {caption} ", className="verb"),
                                desk.link(first.object),
                            ]
                        ),
                    ],
                    className="spring",
                ),
                parts.render_cypher_button(cypher_log.DETAILS),
            ],
            className="details-head",
        ),
        html.Div(sentences.describe_stances(drawing or claims), className=f"verdict {mark}"),
        html.Div(_render_counts(page), className="tally") if page.total > MAX_CLAIMS else None,
        *[claim_cards.render_claim_card(desk, c) for c in shown if c.stance == "denied"],
        *[
            claim_cards.render_estimate_comparison(desk, topic, topic_claims, claims)
            for topic, topic_claims in figures.items()
        ],
        *[claim_cards.render_claim_card(desk, c) for c in shown if c.stance != "denied"],
        _render_pager(desk, page),
    ]


def _render_pager(desk: CardContext, page: ClaimPage) -> Component:
    """The buttons to the claims before and after those shown; nothing where all are shown."""
    if page.total <= MAX_CLAIMS:
        return None

    def button(caption: str, skip: int, *, possible: bool) -> Component:
        return html.Button(
            caption,
            className="button",
            disabled=not possible,
            **{"data-focus": "details"},
            **page_commands.build_event_attributes("turn-page", skip=skip),
        )

    return html.Div(
        [
            button(f"Previous {MAX_CLAIMS}", max(0, page.skip - MAX_CLAIMS), possible=page.skip > 0),
            button(
                f"Next {min(MAX_CLAIMS, max(0, page.total - page.skip - MAX_CLAIMS)) or MAX_CLAIMS}",
                page.skip + MAX_CLAIMS,
                possible=page.skip + MAX_CLAIMS < page.total,
            ),
        ],
        className="pager",
    )


def _render_facts(ontology: Ontology, shown: Entity, claims: Sequence[Claim], *, whole: bool) -> Component:
    entity_type = ontology.types.get(shown.type)
    captions = dict(entity_type.properties) if entity_type else {}
    rows: list[tuple[str, str]] = []
    # What a list no longer says is still found by search, and must not look as if it said so today.
    former = list_former_names(claims) if whole else []
    aliases = [n for n in list_names(claims) if n != shown.name and whole] or list(shown.aliases)
    former_numbers = list_former_names(claims, "HAS_IDENTIFIER") if whole else []
    identifiers = (list_names(claims, "HAS_IDENTIFIER") if whole else []) or list(
        shown.properties.get("identifiers") or ()
    )
    for caption, values in (
        ("Also named", [n for n in aliases if n not in former]),
        ("Once named", [n for n in aliases if n in former]),
        ("Identifiers", [n for n in identifiers if n not in former_numbers]),
        ("Identifiers no longer given", [n for n in identifiers if n in former_numbers]),
    ):
        if values:
            rows.append((caption, " · ".join(values)))
    denied = sorted({str(c.value) for c in claims if c.stance == "denied" and c.predicate in _NAMING})
    if denied:
        rows.append(("Denied names", " · ".join(denied)))
    rows += [
        (p.caption, _format_fact(p, shown.properties[p.name]))
        for p in captions.values()
        if p.name not in _OWN and shown.properties.get(p.name) not in (None, "", [])
    ]
    description = shown.properties.get("description")
    return html.Div(
        [
            html.P(str(description)) if description else None,
            html.Dl([part for term, text in rows for part in (html.Dt(term), html.Dd(text))]) if rows else None,
        ]
    )


def _format_fact(prop: Property, value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if prop.type == "number" and isinstance(value, (int, float)):
        value = sentences.format_number(value)
    return f"{value} {prop.unit}".strip()


def _render_counts(page: ClaimPage) -> list[Component]:
    text = format_count(page.total, "claim", "claims")
    if page.total > MAX_CLAIMS:
        last = min(page.skip + MAX_CLAIMS, page.total)
        text = f"Claims {page.skip + 1:,} to {last:,} of {page.total:,}: denials first, then the best graded"
    denied = format_count(page.denials, "of them denies", "of them deny")
    return [html.Span(text), html.Span(denied, className="stance denied")] if page.denials else [html.Span(text)]


def _render_designations(desk: CardContext, claims: Sequence[Claim], entity: str) -> list[Component]:
    """The claims on whether an entity is listed, by authority."""
    by: dict[str, list[Claim]] = {}
    for claim in claims:
        by.setdefault(claim.object or "", []).append(claim)
    named = sorted(by, key=lambda authority: sentences.get_name(desk.names, authority))
    return [_render_section(desk, f"Listing by {sentences.get_name(desk.names, a)}", by[a], entity) for a in named]


def _render_section(desk: CardContext, caption: str, claims: Sequence[Claim], entity: str) -> Component:
    if not claims:
        return None
    inside = [
        claim_cards.render_claim_card(desk, c, other=c.object if c.subject == entity else c.subject) for c in claims
    ]
    return _render_item(caption, inside, len(claims), sum(c.stance == "denied" for c in claims))


def _render_estimates(
    desk: CardContext, topic: str, claims: Sequence[Claim], entity: str, others: Sequence[Claim]
) -> Component:
    table = claim_cards.render_estimates(desk, claims, entity, others)
    return _render_item(f"Estimates: {topic}", [table], len(claims), sum(c.stance == "denied" for c in claims))


def _render_item(caption: str, inside: list[Component], count: int, denials: int) -> Component:
    head = [html.Span(caption[:1].upper() + caption[1:], className="spring"), html.Span(str(count), className="count")]
    if denials:
        head.insert(1, html.Span(f"{denials} denied", className="stance denied"))
    return html.Details([html.Summary(head, className="group-head"), *inside], className="group")
