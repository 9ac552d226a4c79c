"""The details of what is selected: who claims it, on what grounds, and who denies it."""

from collections.abc import Sequence
from typing import Any

import dash
import dash_mantine_components as dmc
from dash import ALL, Input, Output, html, no_update

from explorer import cards, icons, wording
from explorer.callbacks import on
from explorer.canvas import Canvas
from explorer.cards import Desk
from explorer.ids import DATABASE, SELECTED
from explorer.panels import search
from explorer.stage import Stage
from graph import browse
from graph.evidence import names
from graph.model import Claim, Entity, Subgraph
from graph.ontology import Ontology, Property
from graph.store import Store

MOST = 80  # claims shown; with 200 the page stood still for seconds, with thousands it would for good
OPEN = 14  # up to so many claims all groups stand open
_NAMING = ("HAS_NAME", "HAS_IDENTIFIER")
_OWN = ("name", "aliases", "identifiers", "description")


def layout() -> Any:
    """An empty panel; what is selected fills it."""
    return html.Div(id="details", className="details", **{"aria-live": "polite"})


def register(stage: Stage) -> None:
    """Selecting shows; names in claims lead to other entities."""
    store, ontology = stage.store, stage.ontology

    @on(stage.app, Output("details", "children"), Input(SELECTED, "data"), Input(DATABASE, "data"))
    def show(selected: Any, database: Any) -> Any:
        if not database["up"]:
            return no_update
        return content(store, ontology, selected)

    @stage.action(Input({"type": "entity-link", "entity": ALL, "n": ALL}, "n_clicks"),
                  also=(Output(SELECTED, "data", allow_duplicate=True),))  # fmt: skip
    def follow(canvas: Canvas, _: list[Any]) -> Any:
        link = dash.ctx.triggered_id
        if not link or not dash.ctx.triggered[0]["value"]:  # the links were drawn anew, nobody clicked
            return None, no_update
        return search.shown(store, ontology, canvas, link["entity"]), search.selection(link["entity"])


def content(store: Store, ontology: Ontology, selected: Any) -> Any:
    """The panel's content for a selection."""
    if not selected:
        return welcome(ontology)
    if selected["kind"] == "entity":
        found = browse.entities(store, [selected["id"]])
        if not found:
            return gone()
        shown = found[0]
        claims = browse.evidence(store, entity=shown.id, most=MOST)
        return entity(ontology, shown, claims, browse.count_claims(store, shown.id))
    known = selected["id"].count("|") >= 2  # lines of foreign databases carry no claims
    evidence = browse.evidence(store, relationship=selected["id"]) if known else Subgraph()
    return relationship(ontology, evidence) if evidence.claims else gone()


def welcome(ontology: Ontology) -> Any:
    """What the panel says while nothing is selected."""
    letters = [html.Li([html.Strong(k), f" {v}"]) for k, v in ontology.reliability.items()]
    digits = [html.Li([html.Strong(k), f" {v}"]) for k, v in ontology.credibility.items()]
    return [
        html.H2("Details"),
        html.P("Click an entity or a line. You then see every claim about it here: who says it, who denies it, how "
               "well it is graded, and in which document it stands."),
        html.H3("How claims are graded"),
        html.P("By the Admiralty scale: a letter for the source, a digit for the information."),
        html.Div([html.Ul(letters), html.Ul(digits)], className="scale"),
    ]  # fmt: skip


def gone() -> Any:
    """Says that there is nothing to show."""
    return [html.H2("Details"), html.P("The graph holds no claims about this any more.")]


def entity(ontology: Ontology, shown: Entity, evidence: Subgraph, counts: tuple[int, int]) -> list[Any]:
    """An entity: its names, facts and designations, then its claims by what they say.

    `counts` are all its claims, and the denials among them: `evidence` may hold only the first.
    """
    desk = Desk.of(ontology, Subgraph((shown, *evidence.entities), (), evidence.claims, evidence.sources))
    known = ontology.types.get(shown.type)
    head = html.Div(
        [cards.symbol(ontology, shown.type, 44), html.Div([html.Div(known.caption if known else shown.type,
         className="kind"), html.H2(shown.name)])], className="details-head")  # fmt: skip
    button = dmc.Button("Show its neighbours", id="expand-button", fullWidth=True, **{"data-verb": "expand"},
                        leftSection=html.Img(src=icons.picture("affiliate"), width=18, alt=""))  # fmt: skip
    claims = wording.denials_first(evidence.claims)
    total, denials = counts
    designated = [c for c in claims if c.predicate == "DESIGNATED_BY" and c.subject == shown.id]
    statements = [c for c in claims if c.predicate == "STATEMENT"]
    named = [c for c in claims if c.predicate in _NAMING]
    described = [c for c in claims if c.predicate == "HAS_PROPERTY"]
    rest = [c for c in claims if c not in designated]
    sections = [
        _section(desk, "Designated by", designated, shown.id),
        *[_section(desk, g.caption, g.claims, shown.id) for g in wording.groups(ontology, shown.id, rest)],
        *[_figures(desk, topic, found, shown.id) for topic, found in wording.topics(claims).items()],
        _section(desk, "Statements", statements, shown.id),
        _section(desk, "Names and identifiers", named, shown.id),
        _section(desk, "Other facts", described, shown.id),
    ]
    filled = [s for s in sections if s is not None]
    opened = [s.value for s in filled] if len(claims) <= OPEN else [s.value for s in filled[:1]]
    return [
        head,
        _facts(ontology, shown, evidence.claims, whole=total == len(claims)),
        button,
        html.Div(_tally(len(claims), total, denials), className="tally"),
        dmc.Accordion(filled, multiple=True, value=opened, variant="separated", chevronPosition="left"),
    ]


def relationship(ontology: Ontology, evidence: Subgraph) -> list[Any]:
    """A line in words, how contested it is, and every claim that carries it; denials first."""
    desk = Desk.of(ontology, evidence)
    claims = wording.denials_first(evidence.claims)
    first = claims[0]
    known = ontology.relationships.get(first.predicate)
    caption = known.caption if known else first.predicate.lower()
    standing = [c for c in claims if not c.withdrawn_on] or claims
    stances = {c.stance for c in standing}
    mark = stances.pop() if len(stances) == 1 else "contested"
    denials = [c for c in claims if c.stance == "denied"]
    figures = {topic: found for topic, found in wording.topics(claims).items() if len(found) > 1}
    return [
        html.Div([html.Div("Line", className="kind"), html.H2(
            [desk.link(first.subject), html.Span(f" {caption} ", className="verb"), desk.link(first.object)])]),
        html.Div(wording.weighing(claims), className=f"verdict {mark}"),
        *[cards.claim_card(desk, c) for c in denials],
        *[cards.comparison(desk, topic, found) for topic, found in figures.items()],
        *[cards.claim_card(desk, c) for c in claims if c.stance != "denied"],
    ]  # fmt: skip


def _facts(ontology: Ontology, shown: Entity, claims: Sequence[Claim], *, whole: bool) -> Any:
    known = ontology.types.get(shown.type)
    captions = dict(known.properties) if known else {}
    rows: list[tuple[str, str]] = []
    aliases = [n for n in names(claims) if n != shown.name and whole] or list(shown.aliases)
    if aliases:
        rows.append(("Also named", " · ".join(aliases)))
    identifiers = (names(claims, "HAS_IDENTIFIER") if whole else []) or list(shown.properties.get("identifiers") or ())
    if identifiers:
        rows.append(("Identifiers", " · ".join(identifiers)))
    denied = sorted({str(c.value) for c in claims if c.stance == "denied" and c.predicate in _NAMING})
    if denied:
        rows.append(("Denied names", " · ".join(denied)))
    rows += [(p.caption, _fact(p, shown.properties[p.name])) for p in captions.values()
             if p.name not in _OWN and shown.properties.get(p.name) not in (None, "", [])]  # fmt: skip
    description = shown.properties.get("description")
    return html.Div([
        html.P(str(description)) if description else None,
        html.Dl([part for term, text in rows for part in (html.Dt(term), html.Dd(text))]) if rows else None,
    ])  # fmt: skip


def _fact(prop: Property, value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    number = prop.type == "number" and isinstance(value, (int, float))
    return f"{wording.figure(value) if number else value} {prop.unit}".strip()


def _tally(shown: int, total: int, denials: int) -> list[Any]:
    text = f"{total:,} {'claim' if total == 1 else 'claims'}"
    if shown < total:
        text = f"Showing {shown} of {total:,} claims: denials first, then the best graded"
    denied = f"{denials} of them {'denies' if denials == 1 else 'deny'}"
    return [html.Span(text), html.Span(denied, className="stance denied")] if denials else [html.Span(text)]


def _section(desk: Desk, caption: str, claims: Sequence[Claim], entity: str) -> Any:
    if not claims:
        return None
    inside = [cards.claim_card(desk, c, other=c.object if c.subject == entity else c.subject) for c in claims]
    return _item(caption, inside, len(claims), sum(c.stance == "denied" for c in claims))


def _figures(desk: Desk, topic: str, claims: Sequence[Claim], entity: str) -> Any:
    table = cards.estimates(desk, claims, entity)
    return _item(f"Estimates: {topic}", [table], len(claims), sum(c.stance == "denied" for c in claims))


def _item(caption: str, inside: list[Any], count: int, denials: int) -> Any:
    head = [html.Span(caption[:1].upper() + caption[1:], className="spring"), html.Span(str(count), className="count")]
    if denials:
        head.insert(1, html.Span(f"{denials} denied", className="stance denied"))
    return dmc.AccordionItem(
        [dmc.AccordionControl(html.Div(head, className="group-head")), dmc.AccordionPanel(inside)], value=caption
    )
