"""The legend of an export: what is seen in it and nothing else, as rows that each format draws in its own way. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from explorer.appearance import encoding, labels
from explorer.appearance.encoding import EncodingRow as Swatch
from explorer.canvas import diff, elements
from explorer.canvas.rendered_view import RenderedView
from explorer.canvas.stylesheet import build_stylesheet
from explorer.claims.sentences import INFERRED_WORDS
from explorer.export.common.briefing import Briefing
from explorer.export.common.style_resolver import Style, StyleResolver
from explorer.filters import legend
from explorer.layout.columns import GAP_TYPE
from explorer.overlays import grouping, highlight, path_overlay
from explorer.state.filter import OTHER

# Of the claims that count here: a rule or a redaction may have taken a denial out, and a file must not say otherwise.
STANCES = {
    "asserted": "no claim shown denies it",
    "inferred": INFERRED_WORDS,
    "contested": "some claims deny it",
    "denied": "all claims deny it",
}
MARKS = {"inferred": "inferred", "contested": "contested", "denied": "× denied", "withdrawn": "withdrawn"}


@dataclass(frozen=True)
class Sample:
    """What stands before a row's words. `kind` is "node", "line" or "dot"; `style` is cytoscape.js's, as the canvas has
    it; `mark` are the words that such a line bears."""

    kind: str
    style: Style = field(default_factory=Style)
    mark: str = ""


@dataclass(frozen=True)
class Row:
    """A row: a sample, its words, and how many there are, such as "5" or "3 of 7"."""

    sample: Sample
    words: str
    count_text: str = ""


@dataclass(frozen=True)
class Group:
    """Rows under a heading."""

    title: str
    rows: tuple[Row, ...]


def build_groups(briefing: Briefing) -> tuple[Group, ...]:
    """The legend of what is shown, the disagreements first."""
    rendered = briefing.rendered
    sheet = StyleResolver(build_stylesheet(rendered.ontology))
    groups = [
        Group("Marked", tuple(_list_highlight_rows(rendered, sheet))),
        Group("How sure a line is", tuple(_list_stance_rows(rendered, sheet))),
        *_build_scale_groups(rendered, sheet),
        Group("Entities", (*_list_type_rows(rendered, sheet), *_list_collapsed_rows(rendered, sheet))),
        Group("Lines", tuple(_list_chain_rows(rendered, sheet))),
    ]
    return tuple(g for g in groups if g.rows)


def _build_node_sample(sheet: StyleResolver, **data: object) -> Sample:
    fields = {"kind": "entity", "label": "", **data}
    return Sample("node", sheet.of({"group": "nodes", "data": fields}))


def _build_line_sample(sheet: StyleResolver, mark: str = "", **data: object) -> Sample:
    fields = {"kind": "relationship", "label": "", "symmetric": 0, **data}
    return Sample("line", sheet.of({"group": "edges", "data": fields}), mark)


def _list_stance_rows(rendered: RenderedView, sheet: StyleResolver) -> list[Row]:
    lines = [r for r in rendered.shown.relationships if r.stance]
    tinted = rendered.canvas.colour_by == encoding.STANCE
    rows = []
    for entry in legend.build_stance_rows(lines, lines, (), STANCES):
        tint = {"tint": encoding.STANCE_COLOURS[entry.name]} if tinted else {}
        sample = _build_line_sample(sheet, MARKS.get(entry.name, ""), stance=entry.name, **tint)
        rows.append(Row(sample, entry.caption, f"{entry.seen:,}"))
    withdrawn = sum(bool(r.properties.get("withdrawn_on")) for r in lines)
    if withdrawn:
        rows.append(
            Row(_build_line_sample(sheet, MARKS["withdrawn"], withdrawn="1"), "no longer on its list", f"{withdrawn:,}")
        )
    return rows


def _list_type_rows(rendered: RenderedView, sheet: StyleResolver) -> list[Row]:
    ontology, shown = rendered.ontology, rendered.shown.entities
    grey = {"tint": encoding.UNKNOWN} if rendered.looks.values else {}
    rows = []
    for entry in legend.build_type_rows(ontology, shown, shown, ()):
        look = {"type": entry.name, **labels.build_node_style(ontology, entry.name), **grey}
        if entry.seen:
            rows.append(Row(_build_node_sample(sheet, **look), entry.caption, f"{entry.seen:,}"))
        rows += [
            Row(_build_node_sample(sheet, **look, collective=1), part.caption.capitalize(), f"{part.seen:,}")
            for part in entry.parts
        ]
    return rows


def _list_chain_rows(rendered: RenderedView, sheet: StyleResolver) -> list[Row]:
    lines = rendered.shown.relationships
    tinted = rendered.canvas.colour_by == encoding.STANCE
    rows = []
    for entry in legend.build_chain_rows(rendered.ontology, lines, lines, (), ()):
        chain = OTHER if tinted else entry.name
        rows.append(Row(_build_line_sample(sheet, chain=chain), entry.caption, f"{entry.seen:,}"))
    return rows


def _list_collapsed_rows(rendered: RenderedView, sheet: StyleResolver) -> list[Row]:
    """What stands for something else: stacks, merged lines, and links that no claim fills."""
    drawn = rendered.drawn
    stack = next((e for e in drawn.entities if grouping.is_group(e)), None)
    counts = Counter(
        "gap" if e.type == GAP_TYPE else "stack" for e in drawn.entities if e.type == GAP_TYPE or grouping.is_group(e)
    )
    merged = sum(grouping.is_group(r) and r.id.startswith("merged:") for r in drawn.relationships)
    rows = []
    if stack:
        looked = _build_node_sample(
            sheet, type=stack.type, kind="stack", **labels.build_node_style(rendered.ontology, stack.type)
        )
        rows.append(Row(looked, "Several alike, drawn as one", f"{counts['stack']:,}"))
    if counts["gap"]:
        rows.append(Row(_build_node_sample(sheet, kind="gap"), "Gap: no claim says what is here", f"{counts['gap']:,}"))
    if merged:
        rows.append(Row(_build_line_sample(sheet, kind="merged"), "Several lines, drawn as one", f"{merged:,}"))
    if unlisted := [e for e in drawn.entities if e.id in rendered.unlisted]:
        looked = _build_node_sample(
            sheet, type=unlisted[0].type, **labels.build_node_style(rendered.ontology, unlisted[0].type)
        )
        rows.append(Row(looked, f"{elements.UNLISTED}: looked for, and found on none", f"{len(unlisted):,}"))
    if rendered.canvas.notes:
        rows.append(
            Row(
                _build_node_sample(sheet, kind="note", width=46, height=30),
                "Analyst’s note, not a claim",
                f"{len(rendered.canvas.notes):,}",
            )
        )
    return rows


def _list_highlight_rows(rendered: RenderedView, sheet: StyleResolver) -> list[Row]:
    """What a path, an answer or a comparison picks out."""
    emphasis = rendered.canvas.emphasis
    nodes, lines = len(emphasis.entities), len(emphasis.lines)
    if emphasis.kind == path_overlay.PATH:
        rows = [Row(_build_line_sample(sheet, path="on"), "on the path", f"{lines:,}")]
        weak = _build_line_sample(sheet, path_overlay.WEAKEST, path="weak", stance="asserted")
        return [*rows, Row(weak, "evidenced worst")] if emphasis.weakest else rows
    if emphasis.kind == highlight.KIND and nodes:
        return [
            Row(_build_node_sample(sheet, picked="on"), "entities of the answer", f"{nodes:,}"),
            *([Row(_build_line_sample(sheet, picked="on"), "lines of the answer", f"{lines:,}")] if lines else []),
        ]
    if emphasis.kind == diff.KIND:
        words = {diff.HERE: "only here", diff.THERE: "only in the other view"}
        counts = {diff.HERE: nodes + lines, diff.THERE: len(emphasis.gone)}
        return [
            Row(_build_node_sample(sheet, compared=side), f"{diff.SIGNS[side]} {words[side]}", f"{counts[side]:,}")
            for side in words
            if counts[side]
        ]
    return []


def _build_scale_groups(rendered: RenderedView, sheet: StyleResolver) -> list[Group]:
    """The scale of sizes and the palette of colours, where they mean something of their own."""
    dressed, groups = rendered.looks, []
    for title, choices, rows in (
        (
            "Size",
            encoding.list_size_choices(dressed.ontology, dressed.whole).get(dressed.size_by, ""),
            dressed.build_size_rows(),
        ),
        (
            "Colour",
            encoding.list_colour_choices(dressed.ontology, dressed.whole).get(dressed.colour_by, ""),
            dressed.build_colour_rows(),
        ),
    ):
        groups.append(
            Group(f"{title}: {choices}", tuple(_build_scale_row(row, sheet) for row in rows if row.side or row.seen))
        )
    return groups


def _build_scale_row(row: Swatch, sheet: StyleResolver) -> Row:
    style = _build_node_sample(sheet, kind="dot").style
    side = row.side or 30.0
    colour = row.colour or "#8b96a4"
    look: Style = {**style, "background-image": "none", "background-color": colour, "width": side, "height": side}
    return Row(Sample("dot", look), row.words, f"{row.seen:,}" if row.seen else "")


def flatten(groups: Sequence[Group]) -> list[Row]:
    """All rows without their headings."""
    return [row for group in groups for row in group.rows]
