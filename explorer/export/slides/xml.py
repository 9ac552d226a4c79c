"""DrawingML as PowerPoint reads it (ECMA-376): shapes, groups, connectors and text as elements. Pure.

Elements are made one by one and never from text, so that no name from the graph can become markup. Lengths that come in
are points (1/72 inch); the files count in EMU, 12,700 a point. The order of children is the schema's: PowerPoint asks
to repair a file that has another.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pptx.oxml.ns import nsuri, qn
from pptx.oxml.xmlchemy import BaseOxmlElement, OxmlElement
from pptx.shapes.base import BaseShape
from pptx.util import Length

from explorer.export.common import text_metrics
from explorer.export.picture.svg_parts import clean
from explorer.layout.geometry import Area

POINT = 12700
RELATIONSHIPS = nsuri("r")
INK, QUIET, WARN, PAPER = "#1b2430", "#55606e", "#7a4d00", "#ffffff"
HANGUL = "Malgun Gothic"  # on every Windows and in every Office for Mac
_HEX = re.compile(r"#([0-9a-fA-F]{6})\Z")
_NAME, _LONGEST = 255, 2_000  # letters of a shape's name, and of its description
_EAST = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True)
class TextRun:
    """Text in a run: how large (points), in which colour, and where a click leads (an id of the slide's part)."""

    text: str
    size: float = 0.0  # 0: as the shape's style has it
    colour: str = INK
    bold: bool = False
    italic: bool = False
    link: str = ""
    opacity: float = 1.0


def create_element(tag: str, /, *children: BaseOxmlElement | None, **attributes: object) -> BaseOxmlElement:
    """An element such as `p:sp`; attributes that are None are left out, `_` at the end of a name is dropped."""
    element = OxmlElement(tag)
    for key, value in attributes.items():
        if value is not None:
            element.set(qn(key.replace("__", ":")) if "__" in key else key.rstrip("_"), clean_line(str(value)))
    for child in children:
        if child is not None:
            element.append(child)
    return element


def clean_line(text: str) -> str:
    """A text in one line, without what XML can't hold."""
    return " ".join(clean(text_metrics.to_printable(text)).split())


def to_emu(points: float) -> Length:
    """Points in EMU."""
    return Length(round(points * POINT))


def build_colour(value: str | None, opacity: float = 1.0) -> BaseOxmlElement:
    """A colour #rrggbb; grey for anything else."""
    match = _HEX.match(str(value))
    alpha = None if opacity >= 0.999 else create_element("a:alpha", val=round(max(0.0, opacity) * 100_000))
    return create_element("a:srgbClr", alpha, val=match[1].upper() if match else "6B7280")


def build_fill(value: str | None, opacity: float = 1.0) -> BaseOxmlElement:
    """A plain fill; none where it can't be seen."""
    return (
        create_element("a:solidFill", build_colour(value, opacity))
        if value and opacity > 0
        else create_element("a:noFill")
    )


def build_stroke(
    value: str | None = None,
    width: float = 0.0,
    *,
    opacity: float = 1.0,
    dash: str = "",
    double: bool = False,
    head: str = "",
    tail: str = "",
    size: str = "med",
) -> BaseOxmlElement:
    """A line or rim of a width in points; `head` and `tail` are kinds of arrows at its start and its end."""
    if not value or width <= 0:
        return create_element("a:ln", create_element("a:noFill"))
    ends = [
        create_element(f"a:{name}", type=kind, w=size, len=size)
        for name, kind in (("headEnd", head), ("tailEnd", tail))
        if kind
    ]
    return create_element(
        "a:ln",
        build_fill(value, opacity),
        create_element("a:prstDash", val=dash) if dash else None,
        create_element("a:round"),
        *ends,
        w=max(1, to_emu(width)),
        cmpd="dbl" if double else None,
    )


def build_frame(area: Area, *, turn: float = 0.0, across: bool = False, down: bool = False) -> BaseOxmlElement:
    """Where something stands: an area in points, turned by degrees about its middle, mirrored across or down."""
    left, top, right, bottom = area
    return create_element(
        "a:xfrm",
        create_element("a:off", x=to_emu(left), y=to_emu(top)),
        create_element("a:ext", cx=max(0, to_emu(right) - to_emu(left)), cy=max(0, to_emu(bottom) - to_emu(top))),
        rot=round(turn * 60_000) % 21_600_000 or None,
        flipH=int(across) or None,
        flipV=int(down) or None,
    )


def build_preset_geometry(name: str, guides: Sequence[tuple[str, int]] = ()) -> BaseOxmlElement:
    """One of PowerPoint's own shapes with its handles."""
    return create_element(
        "a:prstGeom",
        create_element("a:avLst", *(create_element("a:gd", name=n, fmla=f"val {v}") for n, v in guides)),
        prst=name,
    )


def build_nonvisual_properties(identity: int, name: str, description: str = "") -> BaseOxmlElement:
    """Name and description: what the selection pane and a screen reader say."""
    return create_element(
        "p:cNvPr",
        id=identity,
        name=clean_line(name)[:_NAME] or f"Shape {identity}",
        descr=clean_line(description)[:_LONGEST] or None,
    )


def build_shape(
    who: BaseOxmlElement,
    place: BaseOxmlElement,
    form: BaseOxmlElement,
    *paint: BaseOxmlElement | None,
    text: BaseOxmlElement | None = None,
    box: bool = False,
) -> BaseOxmlElement:
    """A shape from its name (`build_nonvisual_properties`), frame, form and paint: fill, line, effects, in order."""
    return create_element(
        "p:sp",
        create_element(
            "p:nvSpPr", who, create_element("p:cNvSpPr", txBox=1 if box else None), create_element("p:nvPr")
        ),
        create_element("p:spPr", place, form, *paint),
        text,
    )


def build_group(who: BaseOxmlElement, members: Sequence[BaseOxmlElement]) -> BaseOxmlElement:
    """A group around its members, which keep the slide's own measures."""
    places = [(m.find(f".//{qn('a:off')}"), m.find(f".//{qn('a:ext')}")) for m in members]
    boxes = [
        (int(o.get("x")), int(o.get("y")), int(o.get("x")) + int(e.get("cx")), int(o.get("y")) + int(e.get("cy")))
        for o, e in places
    ]
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    at, size = {"x": left, "y": top}, {"cx": max(b[2] for b in boxes) - left, "cy": max(b[3] for b in boxes) - top}
    place = create_element(
        "a:xfrm",
        create_element("a:off", **at),
        create_element("a:ext", **size),
        create_element("a:chOff", **at),
        create_element("a:chExt", **size),
    )
    return create_element(
        "p:grpSp",
        create_element("p:nvGrpSpPr", who, create_element("p:cNvGrpSpPr"), create_element("p:nvPr")),
        create_element("p:grpSpPr", place),
        *members,
    )


def build_run(words: TextRun) -> BaseOxmlElement:
    """A run of text."""
    text = clean_run(words.text)
    east = create_element("a:ea", typeface=HANGUL) if _EAST.search(text) else None
    link = create_element("a:hlinkClick", r__id=words.link) if words.link else None
    look = create_element(
        "a:rPr",
        build_fill(words.colour, words.opacity),
        east,
        link,
        lang="ko-KR" if east is not None else "en-GB",
        sz=max(100, round(words.size * 100)) if words.size else None,
        b=1 if words.bold else None,
        i=1 if words.italic else None,
        dirty=0,
    )
    shown = create_element("a:t")
    shown.text = text
    return create_element("a:r", look, shown)


def clean_run(text: str) -> str:
    """A text in one line that keeps the space at its ends."""
    return re.sub(r"[^\S\t]", " ", clean(text_metrics.to_printable(text)))


def build_paragraph(
    words: Sequence[TextRun],
    *,
    align: str = "l",
    leading: float = 0.0,
    indent: float = 0.0,
    hang: float = 0.0,
    before: float = 0.0,
) -> BaseOxmlElement:
    """A paragraph, broken where its text has line ends. `leading` is the distance of lines (points)."""
    spaces = [create_element("a:lnSpc", create_element("a:spcPts", val=round(leading * 100)))] if leading else []
    spaces += [create_element("a:spcBef", create_element("a:spcPts", val=round(before * 100)))]
    spaces += [create_element("a:buNone")]
    if hang:
        spaces.append(create_element("a:tabLst", create_element("a:tab", pos=to_emu(indent), algn="l")))
    look = create_element("a:pPr", *spaces, algn=align, marL=to_emu(indent) or 0, indent=-to_emu(hang) or 0)
    parts = [look]
    for part in words:
        for n, line in enumerate(part.text.split("\n")):
            if n:
                parts.append(create_element("a:br"))
            parts.append(
                build_run(TextRun(line, part.size, part.colour, part.bold, part.italic, part.link, part.opacity))
            )
    return create_element("a:p", *parts)


def build_text_body(
    paragraphs: Sequence[BaseOxmlElement], *, anchor: str = "t", wrap: bool = True, inset: float = 0.0
) -> BaseOxmlElement:
    """The text of a shape; lines that are measured already are not to be wrapped again."""
    pad = {side: to_emu(inset) for side in ("lIns", "tIns", "rIns", "bIns")}
    return create_element(
        "p:txBody",
        create_element(
            "a:bodyPr", create_element("a:noAutofit"), wrap="square" if wrap else "none", anchor=anchor, rtlCol=0, **pad
        ),
        create_element("a:lstStyle"),
        *(paragraphs or [create_element("a:p")]),
    )


def build_text_box(
    who: BaseOxmlElement,
    area: Area,
    paragraphs: Sequence[BaseOxmlElement],
    *paint: BaseOxmlElement | None,
    anchor: str = "t",
    wrap: bool = True,
    turn: float = 0.0,
    form: str = "rect",
    inset: float = 0.0,
) -> BaseOxmlElement:
    """A text box, perhaps turned and on a ground."""
    body = build_text_body(paragraphs, anchor=anchor, wrap=wrap, inset=inset)
    return build_shape(
        who,
        build_frame(area, turn=turn),
        build_preset_geometry(form),
        *(paint or (create_element("a:noFill"),)),
        text=body,
        box=True,
    )


def replace_text(holder: BaseShape, body: BaseOxmlElement) -> None:
    """Gives a placeholder another text."""
    element = holder._element
    element.replace(element.find(qn("p:txBody")), body)
