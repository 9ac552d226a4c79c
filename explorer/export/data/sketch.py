"""A picture in words for languages that draw it themselves (DOT, Mermaid): what is drawn, named n1, n2, … Pure.

Stacks, merged lines, gaps and the analyst's notes are there as on the canvas. Words are cleaned and in single lines;
escaping them is each language's own affair.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.canvas import elements, stylesheet
from explorer.export.common.briefing import Briefing, format_footnote_numbers
from explorer.export.common.style_resolver import Style, StyleResolver
from explorer.export.data import rows
from explorer.export.geometry import picture_geometry
from explorer.export.geometry.picture_geometry import Fit
from explorer.overlays import grouping

STANCES = ("asserted", "inferred", "contested", "denied")
MOST = 300  # letters of a name or line that are drawn


@dataclass(frozen=True)
class Node:
    """A node: `kind` is "entity", "stack", "gap" or "note"; `x` to the right, `y` down, in the canvas's units.

    `whole` is the name without a cut and, for a stack, the names of all in it.
    """

    id: str
    kind: str
    name: str
    whole: str
    caption: str
    type: str
    colour: str
    shape: str
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """A line from one node's id to another's, with its words, source numbers among them.

    `stance` is "asserted", "inferred", "contested", "denied", or '' for a line that stands for no claim (to a gap).
    """

    source: str
    target: str
    words: str
    statement: str
    stance: str
    withdrawn: bool
    colour: str
    width: float
    headless: bool
    both: bool


@dataclass(frozen=True)
class Diagram:
    """All that is drawn, in a fixed order."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]


def build_diagram(briefing: Briefing) -> Diagram:
    """The picture of a briefing."""
    sheet = StyleResolver(stylesheet.build_stylesheet(briefing.material.ontology))
    seen = picture_geometry.build_elements(briefing, Fit())
    drawn = [e for e in seen if e["group"] == "nodes" and e["data"]["kind"] != "heading"]
    drawn.sort(key=lambda e: (str(e["data"]["kind"]) == "note", str(e["data"].get("name", "")), str(e["data"]["id"])))
    names, members = briefing.material.names, grouping.map_members(briefing.rendered.drawn)
    nodes = []
    for number, element in enumerate(drawn, 1):
        inside = [names.get(i, i) for i in members.get(element["data"]["id"], ())]
        nodes.append(_build_node(f"n{number}", element, sheet.of(element), inside))
    ids = {e["data"]["id"]: n.id for e, n in zip(drawn, nodes, strict=True)}
    facts = {f.line.id: f for f in rows.build_line_facts(briefing)}
    held = {r.id: r for r in briefing.rendered.drawn.relationships}
    lines = []
    for element in seen:
        data = element["data"]
        if element["group"] != "edges" or data["source"] not in ids or data["target"] not in ids:
            continue
        relation = held.get(data["id"])
        fact, look = facts.get(data["id"]), sheet.of(element)
        words = fact.words if fact else str(data.get("words") or data.get("label") or "")
        statement = fact.statement if fact else str(data.get("caption") or "")
        cites = format_footnote_numbers(briefing.cites(relation)) if relation else ""
        stance = str(data.get("stance") or "")
        lines.append(
            Line(
                ids[data["source"]],
                ids[data["target"]],
                f"{_shorten(words.replace('✕', '×'))} {cites}".strip(),
                rows.to_single_line(statement),
                stance if stance in STANCES else "",
                bool(data.get("withdrawn")),
                str(look.get("line-color", "#6b7280")),
                float(look.get("width", 2)),
                look.get("target-arrow-shape") == "none",
                bool(data.get("both")),
            )
        )
    lines.sort(key=lambda x: (int(x.source[1:]), int(x.target[1:]), x.words, x.statement))
    return Diagram(tuple(nodes), tuple(lines))


def list_caption_lines(briefing: Briefing) -> tuple[str, ...]:
    """What stands under such a picture: title, rules, disputes in full, numbered sources, origin; a line each."""
    lines = [briefing.title + (f" ({briefing.mark})" if briefing.mark else "")]
    lines += [part for part in (briefing.note, " · ".join(filter(None, (briefing.counts, briefing.as_of)))) if part]
    lines += briefing.rules
    lines += [f"Disputed: {d.text}" for d in briefing.disputes]
    lines += [rows.format_source(briefing, f.source) for f in briefing.footnotes]
    lines += briefing.origin
    return tuple(rows.to_single_line(text) for text in lines)


def _build_node(name: str, element: Mapping[str, Any], look: Style, inside: Sequence[str]) -> Node:
    data, at = element["data"], element["position"]
    kind = str(data["kind"])
    whole = rows.to_single_line(str(data.get({"note": "text", "entity": "name"}.get(kind, "label")) or ""))
    colour = str(look.get("background-color", "#6b7280"))
    caption = {"gap": "gap: no claim says what is here", "note": "analyst’s note, not a claim"}.get(
        kind, rows.to_single_line(str(data.get("caption") or ""))
    )
    caption += f"; {elements.UNLISTED}" if data.get("unlisted") else ""
    members = rows.to_single_line(f"{whole}: {'; '.join(sorted(inside))}") if inside else whole
    return Node(
        name,
        kind,
        _shorten(whole),
        members,
        caption,
        str(data.get("type") or ""),
        colour,
        str(look.get("shape") or "ellipse"),
        float(at["x"]),
        float(at["y"]),
    )


def _shorten(text: str) -> str:
    line = rows.to_single_line(text)
    return line if len(line) <= MOST else f"{line[: MOST - 1]}…"
