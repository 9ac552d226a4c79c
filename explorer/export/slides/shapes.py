"""Entities on a slide: each a group of a native shape, its icon as a drawing, and its name. Pure.

The look is the canvas's own (Node.style): fill, rim, halo of what is picked out, shadow of a stack, how pale it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pptx.oxml.xmlchemy import BaseOxmlElement

from explorer.export.common.style_resolver import Style
from explorer.export.geometry.curves import Point
from explorer.export.geometry.picture_geometry import Label, Node
from explorer.export.slides import shape_presets as slides_forms
from explorer.export.slides import xml as x
from explorer.export.slides.shape_presets import FOUR, PresetShape
from explorer.export.slides.xml import TextRun
from explorer.layout.geometry import Area

_NOWHERE: Area = (0.0, 0.0, 0.0, 0.0)
_NO_LABEL = Label((), 0.0, 0.0, 1.0, 1.0, _NOWHERE)


@dataclass(frozen=True)
class Site:
    """A point that lines can be glued to: its number at the shape, and where it is (slide, in points)."""

    shape: int
    number: int
    x: float
    y: float
    out: Point = (0.0, 0.0)  # the way out of the shape


@dataclass(frozen=True)
class PlacedNode:
    """A node on the slide: its group, where lines can be glued to it, and what it covers."""

    element: BaseOxmlElement
    sites: tuple[Site, ...]
    symbol: Area
    name: Area


@dataclass(frozen=True)
class SlideTransform:
    """How the picture's units become points of the slide; `ids` numbers the shapes of the slide."""

    scale: float
    dx: float
    dy: float
    ids: Iterator[int]

    def area(self, area: Area) -> Area:
        """An area of the picture on the slide."""
        return (*self.point((area[0], area[1])), *self.point((area[2], area[3])))

    def point(self, at: Point) -> Point:
        """A point of the picture on the slide."""
        return self.dx + at[0] * self.scale, self.dy + at[1] * self.scale

    def named(self, name: str, description: str = "") -> BaseOxmlElement:
        """Name and description of a new shape, with its number."""
        return x.build_nonvisual_properties(next(self.ids), name, description)


@dataclass(frozen=True)
class _NodeBuilder:
    """Makes the shapes of one node; `seen` is how opaque it is."""

    node: Node
    view: SlideTransform
    area: Area
    seen: float

    def behind(self) -> list[BaseOxmlElement]:
        """The halo of what is picked out, and the shadow of a stack."""
        look, (left, top, right, bottom), shapes = self.node.style, self.area, list[BaseOxmlElement]()
        if look.get("underlay-opacity"):
            pad = float(look.get("underlay-padding", 10)) * self.view.scale
            dx, dy = (right - left) * 0.05 + pad, (bottom - top) * 0.05 + pad
            paint = x.build_fill(look["underlay-color"], float(look["underlay-opacity"]) * self.seen)
            shapes.append(
                x.build_shape(
                    self.named("halo"),
                    x.build_frame((left - dx, top - dy, right + dx, bottom + dy)),
                    x.build_preset_geometry("ellipse"),
                    paint,
                )
            )
        if look.get("ghost") == "yes":
            dx, dy = (float(offset) * self.view.scale for offset in (look["ghost-offset-x"], look["ghost-offset-y"]))
            form = self.form()
            paint = x.build_fill(look.get("background-color"), float(look.get("ghost-opacity", 0.4)) * self.seen)
            place = x.build_frame((left + dx, top + dy, right + dx, bottom + dy), across=form.mirrored)
            shapes.append(
                x.build_shape(self.named("more behind"), place, x.build_preset_geometry(form.name, form.guides), paint)
            )
        return shapes

    def symbol(self, description: str = "") -> tuple[BaseOxmlElement, list[Site]]:
        """The shape itself, and where lines can be glued to it; what a gap or a card says stands in it."""
        look, (left, top, right, bottom), form = self.node.style, self.area, self.form()
        who = self.view.named(self.node.name or self.node.caption, description)
        identity = int(who.get("id"))
        rim = float(look.get("border-width", 0) or 0) * self.view.scale
        line = x.build_stroke(
            look.get("border-color"),
            max(rim, 0.5) if rim else 0.0,
            opacity=self.seen,
            dash="sysDash" if look.get("border-style") == "dashed" else "",
            double=look.get("border-style") == "double",
        )
        ground = x.build_fill(look.get("background-color"), float(look.get("background-opacity", 1)) * self.seen)
        body = None
        if not self.node.outside and self.node.label.lines:
            pad = 7 * self.view.scale if self.node.label.left else 0.0
            body = x.build_text_body([self.words()], anchor="ctr", wrap=False, inset=pad)
        shape = x.build_shape(
            who,
            x.build_frame(self.area, across=form.mirrored),
            x.build_preset_geometry(form.name, form.guides),
            ground,
            line,
            text=body,
        )
        return shape, [
            Site(identity, n, left + u * (right - left), top + v * (bottom - top), (u * 2 - 1, v * 2 - 1))
            for n, (u, v) in ((n, at) for n, at in enumerate(form.sites) if at)
        ]

    def name(self) -> tuple[BaseOxmlElement, Area, list[Site]]:
        """The name below the symbol, which lines can be glued to at its sides and its foot."""
        look, area = self.node.style, self.view.area(self.node.label.area)
        ground = x.build_fill(
            look.get("text-background-color", x.PAPER), float(look.get("text-background-opacity", 0) or 0) * self.seen
        )
        who = self.named("name")
        box = x.build_text_box(who, area, [self.words()], ground, anchor="ctr", wrap=False)
        sites = [
            Site(
                int(who.get("id")),
                n,
                area[0] + u * (area[2] - area[0]),
                area[1] + v * (area[3] - area[1]),
                (u * 2 - 1, v * 2 - 1),
            )
            for n, (u, v) in enumerate(FOUR)
            if n
        ]
        return box, area, sites

    def words(self) -> BaseOxmlElement:
        """The label as one paragraph, broken where it was measured."""
        label, look, scale = self.node.label, self.node.style, self.view.scale
        run = TextRun(
            "\n".join(label.lines),
            label.size * scale,
            str(look.get("color", x.INK)),
            label.bold,
            label.italic,
            opacity=self.seen,
        )
        return x.build_paragraph([run], align="l" if label.left else "ctr", leading=label.leading * scale)

    def icons(self) -> list[BaseOxmlElement]:
        """The icon in the symbol, the pin of a pinned one, the sign of a note: as the canvas has them."""
        look, scale, (left, top, right, bottom) = self.node.style, self.view.scale, self.area
        pictures, sides = look.get("background-image") or (), look.get("background-width", 25)
        drawn = []
        for n, picture in enumerate([pictures] if isinstance(pictures, str) else pictures):
            side = float(sides[n] if isinstance(sides, list) else sides) * scale
            middle = (left + right) / 2, (top + bottom) / 2
            if n:
                middle = right, top
            elif look.get("background-position-x") == "100%":
                middle = right - 6 * scale - side / 2, top + 6 * scale + side / 2
            else:
                side = min(side, right - left, bottom - top)
            drawn.append(self._icon(str(picture), middle, side))
        return [icon for icon in drawn if icon is not None]

    def _icon(self, picture: str, middle: Point, side: float) -> BaseOxmlElement | None:
        drawn = slides_forms.parse_icon(picture)
        if drawn is None:
            return None
        place = (middle[0] - side / 2, middle[1] - side / 2, middle[0] + side / 2, middle[1] + side / 2)
        if drawn.letter:
            run = TextRun(drawn.letter, side * 0.7, drawn.colour, bold=True, opacity=self.seen)
            return x.build_text_box(
                self.named("icon"), place, [x.build_paragraph([run], align="ctr")], anchor="ctr", wrap=False
            )
        line = x.build_stroke(drawn.colour, side / 12, opacity=self.seen)
        return x.build_shape(
            self.named("icon"), x.build_frame(place), slides_forms.build_freeform(drawn), x.build_fill(None), line
        )

    def form(self) -> PresetShape:
        """PowerPoint's shape for the node's."""
        left, top, right, bottom = self.area
        return slides_forms.build_preset_shape(str(self.node.style.get("shape", "ellipse")), right - left, bottom - top)

    def named(self, part: str) -> BaseOxmlElement:
        """Name of a new shape that is a part of the node."""
        return self.view.named(f"{self.node.name or self.node.caption} ({part})")


def build_node(drawn: Node, view: SlideTransform) -> PlacedNode:
    """A node as a group named like the entity, with its type and name as its description."""
    description = f"{drawn.caption}: {drawn.name}" if drawn.caption else drawn.name
    maker = _NodeBuilder(drawn, view, view.area(drawn.area), float(drawn.style.get("opacity", 1) or 0))
    who = view.named(drawn.name or drawn.caption, description)
    behind = maker.behind()
    symbol, sites = maker.symbol(description)
    members, name = [*behind, symbol, *maker.icons()], _NOWHERE
    if drawn.outside and drawn.label.lines:
        label, name, more = maker.name()
        members, sites = [*members, label], sites + more
    return PlacedNode(x.build_group(who, members), tuple(sites), maker.area, name)


def build_sample(look: Style, middle: Point, scale: float, view: SlideTransform, *, name: str) -> list[BaseOxmlElement]:
    """A node's symbol without its name, as a legend shows it."""
    wide, high = float(look["width"]), float(look["height"])
    bare = Node("", "sample", name, "", "", 0.0, 0.0, wide, high, look, _NO_LABEL)
    dx, dy = wide * scale / 2, high * scale / 2
    area = (middle[0] - dx, middle[1] - dy, middle[0] + dx, middle[1] + dy)
    maker = _NodeBuilder(bare, replace(view, scale=scale), area, 1.0)
    return [*maker.behind(), maker.symbol()[0], *maker.icons()]
