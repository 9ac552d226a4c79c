"""The diagrams of a dossier: the entity amid its best evidenced neighbours, and its chain, each with its legend. Pure.

A diagram is an SVG in points, as large as the page has room for; its names are measured, so that a larger page can be
taken where they would be too small to read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

from explorer.export.common import text_metrics
from explorer.export.common.briefing import Briefing
from explorer.export.common.paper import LEAST_NAME, PAPERS, Paper
from explorer.export.geometry import fitting, legend, picture_geometry
from explorer.export.geometry.picture_geometry import Fit, PictureGeometry
from explorer.export.picture import drawing, svg_parts
from explorer.export.picture.legend import Legend
from explorer.filters.apply import count_speakers, get_grade
from explorer.layout.geometry import GAP, LABEL, SYMBOL
from explorer.overlays import path_overlay
from explorer.state.canvas import Point
from graph import evidence
from graph.model import Relationship, Subgraph

LONGEST = 120  # letters of a name in a diagram
MOST_NAME = 11.0  # points: larger names look loud
MOST = 24  # neighbours in the picture; more can't be read on a page
WRAP = 1.6  # of the canvas's own width of names
SPREAD = (300.0, 620.0)  # least and most from the entity to the columns of its neighbours, in picture units
EDGE, HEAD_AND_FOOT = 42.5, 105.0  # points: a page's margins at its sides (15 mm), and above and below together
WORDS = 100.0  # points of a page that the heading and its sentences take
ROOM = (510.2, 650.0)  # points: what an upright A4 page has for a diagram
_NAME, _LEADING = 16.5, 21.0  # the size of names in the picture's own units, as in sheet.py, and of their lines
_EASY = 7.0  # points: names of at least this size need no page of their own
_LEGEND, _DEEP = 0.74, 7  # the legend's scale, and rows of one column where it stands below
_ALT = 40  # lines that the text in place of the picture tells


@dataclass(frozen=True)
class Figure:
    """A diagram: its SVG, size in points, what a screen reader tells, how high names are (points), and its page.

    `paper` is None for a diagram that stands among the text.
    """

    svg: str
    width: float
    height: float
    alt: str
    name_size: float
    paper: Paper | None = None


def select_neighbourhood(briefing: Briefing, entity: str) -> tuple[Briefing, str]:
    """The briefing of an entity with its best evidenced neighbours alone, and a sentence that says which they are."""
    whole = briefing.material.whole
    lines = [
        r for r in briefing.rendered.shown.relationships if entity in (r.source, r.target) and r.source != r.target
    ]
    near: dict[str, list[Relationship]] = {}
    for line in lines:
        near.setdefault(line.target if line.source == entity else line.source, []).append(line)
    names = briefing.material.names
    ranked = sorted(near, key=lambda i: (*_compute_evidence_rank(near[i]), names.get(i, i), i))
    chosen = set(ranked[:MOST])
    held = Subgraph(
        tuple(e for e in whole.entities if e.id in chosen | {entity}),
        tuple(r for r in whole.relationships if {r.source, r.target} - {entity} <= chosen),
        whole.claims,
        whole.sources,
    )
    order = list(briefing.material.ontology.relationships)

    def side(i: str) -> tuple[bool, int, str, str]:
        first = min(near[i], key=lambda r: (r.source == entity, order.index(r.type) if r.type in order else len(order)))
        rank = order.index(first.type) if first.type in order else len(order)
        return first.source == entity, rank, names.get(i, i), i

    canvas = replace(
        briefing.material.canvas,
        ids=(entity, *sorted(chosen)),
        layout="force",
        note="",
        pinned=(),
        positions=place_neighbours(held, entity, sorted(chosen, key=side)),
    )
    if len(ranked) > MOST:
        words = f"The {MOST} best evidenced of its {len(ranked)} neighbours: most speakers first, then the best grade."
    elif len(ranked) == 1:
        words = "Its one neighbour."
    else:
        words = f"All its {len(ranked)} neighbours."
    words += " Lines between neighbours are not drawn."
    return replace(briefing, material=replace(briefing.material, canvas=canvas, whole=held)), words


def place_neighbours(held: Subgraph, entity: str, near: Sequence[str]) -> dict[str, Point]:
    """Places: the entity in the middle, its neighbours in this order down a column at its left and one at its right."""
    names = {e.id: e.name for e in held.entities}

    def need(i: str) -> float:
        rows = len(text_metrics.wrap_text(names[i][:LONGEST], _NAME, LABEL * WRAP))
        return SYMBOL + rows * _LEADING + 2.0 * GAP

    columns: tuple[list[str], list[str]] = ([], [])
    total, taken = sum(map(need, near)), 0.0
    for i in near:
        columns[taken + need(i) / 2 > total / 2 or len(near) < 3].append(i)
        taken += need(i)
    tall = max(sum(map(need, column)) for column in columns)
    spread = min(max(SPREAD[0], (tall - LABEL * WRAP) / 2), SPREAD[1])  # about as wide as it is high
    places = {entity: (0.0, 0.0)}
    for side, column in zip((-spread, spread), columns, strict=True):
        y = -sum(map(need, column)) / 2
        for i in column:
            places[i] = (round(side, 1), round(y + GAP + SYMBOL / 2, 1))
            y += need(i)
    return places


def draw_neighbours(briefing: Briefing) -> Figure:
    """The diagram of what `select_neighbourhood` gives, for an upright A4 page."""
    briefing = _shorten_names(briefing)
    return _draw_figure(
        briefing, ROOM, lambda wide, high: picture_geometry.compute_geometry(briefing, Fit(wrap=WRAP)), None
    )


def draw_chain(briefing: Briefing) -> Figure:
    """The diagram of a chain: among the text where it is small, else on a lying page of its own.

    That page is the smallest of A4, A3 and A2 on which its names can be read.
    """
    briefing = _shorten_names(briefing)

    def fitted(wide: float, high: float) -> PictureGeometry:
        return fitting.compute_fitted_geometry(briefing, wide, high)

    figure = _draw_figure(briefing, (ROOM[0], ROOM[1] / 2), fitted, None)
    if figure.name_size >= _EASY:
        return figure
    for paper in (PAPERS["a4"], PAPERS["a3"], PAPERS["a2"]):
        room = paper.width - 2 * EDGE, paper.height - HEAD_AND_FOOT - WORDS
        drawings = [_draw_figure(briefing, room, fitted, paper, beside=beside) for beside in (False, True)]
        figure = max(drawings, key=lambda f: round(f.name_size, 2))
        if figure.name_size >= LEAST_NAME:
            break
    return figure


def _shorten_names(briefing: Briefing) -> Briefing:
    """With names that no diagram has room for cut; the text tells them whole."""
    whole = briefing.material.whole
    if all(len(e.name) <= LONGEST for e in whole.entities):
        return briefing
    cut = [e if len(e.name) <= LONGEST else replace(e, name=f"{e.name[: LONGEST - 1]}…") for e in whole.entities]
    return replace(briefing, material=replace(briefing.material, whole=replace(whole, entities=tuple(cut))))


def _draw_figure(
    briefing: Briefing,
    room: Point,
    drawn_in: Callable[[float, float], PictureGeometry],
    paper: Paper | None,
    *,
    beside: bool = False,
) -> Figure:
    """A diagram as large as the room allows, with its legend below or beside it."""
    groups = legend.build_groups(briefing)
    signs = Legend(groups if beside else _split_long_groups(groups), _LEGEND)
    aside = signs.width + 14.0 if beside else 0.0
    below = 0.0 if beside else signs.height(room[0]) + 8.0
    wide, high = room[0] - aside, room[1] - below
    drawn = drawn_in(wide, high)
    left, top, right, bottom = drawn.frame
    scale = min(wide / (right - left), high / (bottom - top), MOST_NAME / _NAME)
    tall = (bottom - top) * scale
    whole = max(tall, signs.height()) if beside else tall + below
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "version": "1.1",
            "role": "img",
            "font-family": text_metrics.CSS,
            "width": f"{room[0]:.2f}",
            "height": f"{whole:.2f}",
            "viewBox": f"0 0 {room[0]:.2f} {whole:.2f}",
        },
    )
    alt = _build_alt_text(briefing)
    svg_parts.create_element(root, "title").text = svg_parts.clean(briefing.title)
    svg_parts.create_element(root, "desc").text = svg_parts.clean(alt)
    dx = (wide - (right - left) * scale) / 2 - left * scale
    place = svg_parts.add_group(
        root, "picture", "Picture", transform=f"translate({dx:.2f} {-top * scale:.2f}) scale({scale:.5f})"
    )
    drawing.draw_picture(place, drawn, briefing)
    at = f"translate({wide + 14:.2f} 0)" if beside else f"translate(0 {tall + 8:.2f})"
    signs.draw(svg_parts.add_group(root, "legend", "Legend", transform=at), 0.0 if beside else room[0])
    return Figure(ET.tostring(root, encoding="unicode"), room[0], whole, alt, _NAME * scale, paper)


def _split_long_groups(groups: Sequence[legend.Group]) -> list[legend.Group]:
    """Groups of a legend, long ones in several, so that columns beside each other are of about one height."""
    return [
        replace(group, title=group.title if n == 0 else "", rows=group.rows[n : n + _DEEP])
        for group in groups
        for n in range(0, len(group.rows), _DEEP)
    ]


def _compute_evidence_rank(lines: Sequence[Relationship]) -> tuple[int, tuple[int, str]]:
    """What neighbours are sorted by: most speakers, then the best grade."""
    grades = [evidence.rank_grade(g) for r in lines if (g := get_grade(r))]
    return -max(map(count_speakers, lines)), min(grades, default=(99, ""))


def _build_alt_text(briefing: Briefing) -> str:
    lines = [_describe_line(briefing, r) for r in briefing.rendered.shown.relationships]
    more = f" … and {len(lines) - _ALT} more lines, told in the text" if len(lines) > _ALT else ""
    return f"Diagram of {briefing.counts}. {'; '.join(sorted(lines)[:_ALT])}{more}."


def _describe_line(briefing: Briefing, line: Relationship) -> str:
    standing = path_overlay.describe_dispute(line)
    return briefing.statement(line) + (f" ({standing})" if standing else "")
