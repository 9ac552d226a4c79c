"""Chains of reporting, production and export as canvases, with the links that nobody has filled.

A gap is a remark of ours about the data, never a claim: it is drawn as an empty dashed box, counted apart, and gone as
soon as a claim fills it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from explorer.filters.apply import get_chain
from explorer.layout import columns
from explorer.layout.columns import GAP_TYPE
from explorer.state.canvas import Canvas, Gap
from explorer.state.filter import Filter
from graph.database.store import Store
from graph.errors import ArmsgraphError
from graph.model import Entity, Relationship, Subgraph
from graph.ontology import Ontology
from graph.plurals import format_count
from graph.reading import chains as read
from graph.reading.chains import Chain, MissingLink

GAP_LINE = "GAP"
LAYOUT = "chain"


@dataclass(frozen=True)
class GapCaption:
    """What a gap says, and what was looked for in vain."""

    text: str
    looked_for: str


GAP_CAPTIONS = {
    "carrier": GapCaption(
        "No carrier known",
        "No claim in the data names a ship or an aircraft for this transfer, nor a shipment to this receiver.",
    ),
    "ship": GapCaption(
        "No carrier known",
        "No claim in the data names who carried this shipment, a ship or an aircraft that took part in it, or one that "
        "called at its ports.",
    ),
    "return": GapCaption(
        "Nothing known to come back", "No claim in the data says that this receiver pays or provides anything."
    ),
    "superior": GapCaption(
        "No superior known",
        "No claim in the data says to what office this plant reports, directly or through those it is part of.",
    ),
    "maker": GapCaption("No maker known", "No claim in the data names who produces this weapon."),
}
REMARK = "A gap is a remark about the data loaded here, not a claim: nobody is cited for it, and others may know more."


class ChainNotFound(ArmsgraphError):
    """An entity on which no chain hangs."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No line of reporting, production or export leads from {name} that anyone asserts.")


def build_chain_canvas(ontology: Ontology, chain: Chain, whole: Subgraph) -> Canvas:
    """A fresh canvas with a chain, whose entities and lines are `whole`. Raises ChainNotFound for one that is bare."""
    if len(chain.ids) == 1:
        raise ChainNotFound(chain.start.name)
    # Lines that accompany a chain without being part of it; the legend brings them back.
    accompanying = set(ontology.list_chains_by_role("beside"))
    beside = {get_chain(ontology, line.type) for line in whole.relationships} & accompanying
    canvas = Canvas(
        ids=chain.ids,
        layout=LAYOUT,
        title=f"Chain of {chain.start.name}",
        name="chain",
        note=describe_chain(chain),
        filter=Filter(chains=tuple(sorted(beside))),
        gaps=tuple(build_gap(m) for m in chain.missing),
    )
    lines = tuple(line for line in whole.relationships if get_chain(ontology, line.type) not in beside)
    drawn = add_gaps(replace(whole, relationships=lines), canvas)
    return canvas.placed(columns.arrange(drawn, ontology), fit=True)


def describe_chain(chain: Chain) -> str:
    """What the chain takes in, what was cut, and how many links are missing."""
    many = chain.customers
    to = format_count(many, "receiver", "receivers") if many else "no receiver known"
    sentences = [
        f"Reporting up to {read.STEPS_UP} steps, production and supply, export ({to}), and what comes back. "
        "Denied and withdrawn lines are not followed."
    ]
    sentences += [f"{shown} of {total} {part}, the nearest and best evidenced." for shown, total, part in chain.cut]
    gaps = len(chain.missing)
    if gaps:
        more = f" of {gaps + chain.more_missing}" if chain.more_missing else ""
        sentences.append(f"{gaps}{more} {'link' if gaps + chain.more_missing == 1 else 'links'} that no claim fills.")
    return " ".join(sentences)


def build_gap(missing: MissingLink) -> Gap:
    """A missing link as the canvas holds it."""
    return Gap(
        f"gap|{missing.kind}|{missing.source}|{missing.target}",
        GAP_CAPTIONS[missing.kind].text,
        missing.source,
        missing.target,
    )


def get_gap_kind(gap_id: str) -> str:
    """The kind of a gap, a key of WORDS; '' for an id that is none."""
    parts = gap_id.split("|")
    return parts[1] if len(parts) > 1 and parts[0] == "gap" and parts[1] in GAP_CAPTIONS else ""


def drop_filled_gaps(store: Store, ontology: Ontology, canvas: Canvas) -> Canvas:
    """The canvas with those gaps alone that no claim fills by now."""
    if not canvas.gaps:
        return canvas
    gaps_by_link = {MissingLink(get_gap_kind(g.id), g.source, g.target): g for g in canvas.gaps}
    return replace(canvas, gaps=tuple(gaps_by_link[m] for m in read.find_missing_links(store, ontology, gaps_by_link)))


def add_gaps(subgraph: Subgraph, canvas: Canvas) -> Subgraph:
    """With the canvas's gaps as entities of the type "Gap" and lines of the type "GAP".

    A gap is drawn while all the entities it stands between are.
    """
    held = {e.id for e in subgraph.entities}
    gaps = [
        g
        for g in canvas.gaps
        if {end for end in (g.source, g.target) if end} <= held and (g.source or g.target) and g.id not in canvas.hidden
    ]
    if not gaps:
        return subgraph
    entities = tuple(Entity(g.id, GAP_TYPE, (GAP_TYPE,), g.text) for g in gaps)
    ends = [pair for g in gaps for pair in ((g.source, g.id), (g.id, g.target)) if all(pair)]
    lines = tuple(Relationship(f"{a}|{GAP_LINE}|{b}", GAP_LINE, a, b, stance="") for a, b in ends)
    return replace(subgraph, entities=(*subgraph.entities, *entities), relationships=(*subgraph.relationships, *lines))


def mark_elements(elements: Sequence[dict[str, Any]]) -> None:
    """Makes elements of gaps be of the kind "gap", with what was looked for as their tip."""
    for element in elements:
        data = element["data"]
        if data["type"] not in (GAP_TYPE, GAP_LINE):
            continue
        data |= {
            "kind": "gap",
            "caption": "Gap, not a claim",
            "tip": describe_gap_search(data["id"]),
            "name": data["label"],
        }
        if data["type"] == GAP_LINE:
            data |= {"label": "", "words": "", "name": "Gap", "stance": "none"}


def describe_gap_search(element_id: str) -> str:
    """What was looked for in vain where this gap, or a line of it, is drawn."""
    kind = get_gap_kind(element_id[element_id.find("gap|") :])
    return f"{GAP_CAPTIONS[kind].looked_for} {REMARK}" if kind else REMARK


def build_style_rules(
    ink: str = "#4a4f57", paper: str = "#ffffff", rim: str = "#6b7280"
) -> list[tuple[str, Mapping[str, Any]]]:
    """How gaps and headings are drawn: an empty dashed box, thin dashed lines, and words without a box."""
    box = {
        "shape": "round-rectangle",
        "width": 132,
        "height": 46,
        "background-color": paper,
        "background-opacity": 1,
        "background-image": "none",
        "border-width": 2,
        "border-style": "dashed",
        "border-color": rim,
        "color": ink,
        "text-valign": "center",
        "text-margin-y": 0,
        "text-max-width": 122,
        "font-style": "italic",
        "font-weight": 400,
        "font-size": 15,
        "text-background-opacity": 0,
    }
    line = {
        "line-style": "dashed",
        "line-dash-pattern": [5, 6],
        "width": 1.5,
        "line-color": rim,
        "target-arrow-color": rim,
        "target-arrow-shape": "none",
        "label": "",
    }
    head = {
        "shape": "rectangle",
        "width": 150,
        "height": 30,
        "background-opacity": 0,
        "background-image": "none",
        "border-width": 0,
        "text-valign": "center",
        "text-margin-y": 0,
        "font-size": 19,
        "font-weight": 700,
        "color": ink,
        "text-max-width": 190,
        "text-background-opacity": 0,
        "events": "no",
    }
    return [('node[kind = "gap"]', box), ('edge[kind = "gap"]', line), ('node[kind = "heading"]', head)]
