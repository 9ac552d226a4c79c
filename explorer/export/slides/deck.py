"""The presentation that slides go into: our own, or a user's template without its slides; and what it says of itself.

Of a template the masters, layouts, theme and size stay. Its slides go, with everything that would tell of them: the
sections, the preview picture, the list of titles, custom properties, revision data. Nothing of them is in the file.
"""

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError, PythonPptxError
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.package import OpcPackage, Part
from pptx.opc.packuri import PackURI
from pptx.oxml.ns import qn
from pptx.package import Package
from pptx.presentation import Presentation as PptxPresentation
from pptx.shapes.autoshape import Shape
from pptx.shapes.base import BaseShape
from pptx.shapes.shapetree import BasePlaceholders
from pptx.slide import Slide, SlideLayout
from pptx.util import Length

from explorer.export.common import zips
from explorer.export.slides import xml as x
from explorer.layout.geometry import Area
from graph.errors import DataError, UsageError

RATIOS = {"16:9": (960.0, 540.0), "4:3": (720.0, 540.0)}  # points
PAD = 22.0
LARGEST = 200_000_000  # bytes of a template once unpacked
_LATIN = "Arial"  # as wide as the fonts that we measure with, or narrower, and on every machine
_MOMENT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_TEMPLATE, _DECK = b"presentationml.template.main+xml", b"presentationml.presentation.main+xml"
_KEPT = (RT.SLIDE_MASTER, RT.NOTES_MASTER, RT.HANDOUT_MASTER, RT.THEME, RT.PRES_PROPS, RT.TABLE_STYLES, RT.FONT)
_OF_SLIDES = (
    "p:sldIdLst",
    "p:custShowLst",
    "p:custDataLst",
    "p:smartTags",
    "p:photoAlbum",
    "p:modifyVerifier",
    "p:extLst",
)
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_FEET = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_CUSTOM = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # of every custom property
_FAULTS = (
    PackageNotFoundError,
    PythonPptxError,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    AttributeError,
    IndexError,
    NotImplementedError,
    OSError,
    RuntimeError,
    etree.LxmlError,
)


class SlideSubject(Protocol):
    """What a slide is about: a view's briefing, or a chart's sheet."""

    @property
    def title(self) -> str: ...
    @property
    def mark(self) -> str: ...
    @property
    def counts(self) -> str: ...
    @property
    def origin(self) -> tuple[str, ...]: ...
    @property
    def digest(self) -> str: ...
    @property
    def metadata(self) -> Mapping[str, object]: ...


class Deck:
    """A presentation without slides. `own` says that it is ours, not made from a template; lengths are in points."""

    def __init__(self, *, ratio: str = "16:9", template: bytes | None = None) -> None:
        """Raises UsageError for a ratio that there isn't, DataError for a template that can't be used."""
        self.own = template is None
        if template is None:
            self._deck = Presentation()
            _set_ratio(self._deck, ratio)
        else:
            self._deck = _open_template(template)
        try:
            _remove_slides(self._deck)
            self._content, self._cover = _find_layouts(self._deck)
            self.width, self.height = (side / x.POINT for side in _get_size(self._deck))
        except _FAULTS as error:
            raise DataError(f"the template can't be used as a presentation: {error}") from error

    def slide(self, title: str, *, cover: bool = False) -> Slide:
        """A new slide with its title, and no other placeholder that is empty."""
        slide: Slide = self._deck.slides.add_slide(self._cover if cover else self._content)
        for holder in list(slide.placeholders):
            if holder.placeholder_format.type in _TITLES:
                holder.text_frame.text = x.clean_line(title)
            elif not (cover and holder.placeholder_format.type == PP_PLACEHOLDER.SUBTITLE):
                holder._element.getparent().remove(holder._element)
        return slide

    def room(self, slide: Slide) -> Area:
        """What a template leaves free below the title, above what it has at the foot."""
        title, (wide, high) = get_title(slide), _get_size(self._deck)
        left, right, top = PAD, self.width - PAD, PAD
        if title.width and title.top is not None and title.top + title.height < high * 0.45:
            top = (title.top + title.height) / x.POINT
            if title.left < wide * 0.2:
                left = max(PAD / 2, title.left / x.POINT)
                right = self.width - left
        feet = [p.top / x.POINT for p in _list_placeholders(self._content) if p.placeholder_format.type in _FEET]
        low = [foot for foot in feet if foot > self.height * 0.8]
        return left, top + 4, right, min(low, default=self.height - PAD / 2) - 2

    @property
    def count(self) -> int:
        """How many slides there are."""
        return len(self._deck.slides)

    def written(self, briefings: Sequence[SlideSubject], title: str) -> bytes:
        """The file: the same bytes for the same slides."""
        properties = self._deck.core_properties
        properties.title, properties.subject = (
            _shorten(title),
            _shorten("; ".join(f"{b.title}: {b.counts}" for b in briefings)),
        )
        properties.keywords = _shorten(" ".join(f"sha256:{b.digest}" for b in briefings))
        properties.category = _shorten(", ".join(dict.fromkeys(b.mark for b in briefings if b.mark)))
        properties.comments = _shorten(" · ".join(dict.fromkeys(o for b in briefings for o in b.origin)))
        properties.author = properties.last_modified_by = properties.version = properties.content_status = (
            properties.identifier
        ) = ""
        properties.created = properties.modified = properties.last_printed = _MOMENT
        properties.revision = 1
        _add_custom_properties(self._deck.part.package, briefings)
        held = io.BytesIO()
        self._deck.save(held)
        return zips.normalise(held.getvalue())


def get_title(slide: Slide) -> Shape:
    """The title of a slide. Raises DataError where it has none, which no layout that `Deck` takes leads to."""
    title = slide.shapes.title
    if title is None:
        raise DataError("the template has no slide layout with a title, which every slide needs")
    return title


def set_speaker_notes(slide: Slide, text: str) -> None:
    """Sets the speaker's notes. Raises DataError where the template's notes have no place for text."""
    frame = slide.notes_slide.notes_text_frame
    if frame is None:
        raise DataError("the template's notes page has no text, which every slide needs for its claims and sources")
    frame.text = text


def _get_size(deck: PptxPresentation) -> tuple[Length, Length]:
    """Width and height of the slides. Raises ValueError where a template gives none."""
    if deck.slide_width is None or deck.slide_height is None:
        raise ValueError("it has no size of slides")
    return deck.slide_width, deck.slide_height


def _open_template(data: bytes) -> PptxPresentation:
    fault = "the template is no PowerPoint file (.pptx or .potx)"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(i.file_size for i in packed.infolist()) > LARGEST:
                raise DataError(f"the template is larger than {LARGEST // 1_000_000} MB when unpacked")
            types = packed.read("[Content_Types].xml")
            if _TEMPLATE in types:  # a .potx: the same but for its name
                members = {i.filename: packed.read(i) for i in packed.infolist()}
                data = zips.pack({**members, "[Content_Types].xml": types.replace(_TEMPLATE, _DECK)})
        return Presentation(io.BytesIO(data))
    except _FAULTS as error:
        raise DataError(f"{fault}: {error}") from error


def _set_ratio(deck: PptxPresentation, ratio: str) -> None:
    """Our own presentation in a ratio: its layouts are drawn out, its fonts are those that all machines have."""
    if ratio not in RATIOS:
        raise UsageError(f"there are no slides of {ratio!r}; there are {', '.join(RATIOS)}")
    width, height = (x.to_emu(side) for side in RATIOS[ratio])
    stretch = width / _get_size(deck)[0]
    deck.slide_width, deck.slide_height = width, height
    for master in deck.slide_masters:
        for page in (master, *master.slide_layouts):
            for frame in page._element.iter(qn("a:off"), qn("a:ext")):
                key = "x" if frame.tag == qn("a:off") else "cx"
                if frame.get(key):
                    frame.set(key, str(round(int(frame.get(key)) * stretch)))
        theme = master.part.part_related_by(RT.THEME)
        tree = etree.fromstring(theme.blob)
        for face in tree.iter(qn("a:majorFont"), qn("a:minorFont")):
            face.find(qn("a:latin")).set("typeface", _LATIN)
            face.find(qn("a:ea")).set("typeface", x.HANGUL)
        theme._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _remove_slides(deck: PptxPresentation) -> None:
    """Takes out all slides with whatever refers to them."""
    part, root = deck.part, deck.part._element
    for name in _OF_SLIDES:
        for element in root.findall(qn(name)):
            root.remove(element)
    for pages in (m for m in deck.slide_masters):
        for page in (pages, *pages.slide_layouts):
            _drop_parts(page.part, lambda kind: kind not in (RT.SLIDE, RT.COMMENTS, RT.TAGS, RT.CUSTOM_XML))
    _drop_parts(part, lambda kind: kind in _KEPT)
    _drop_parts(part.package, lambda kind: kind in (RT.OFFICE_DOCUMENT, RT.CORE_PROPERTIES))


def _drop_parts(part: Part | OpcPackage, kept: Callable[[str], bool]) -> None:
    """Drops what a part is related to unless `kept` says so of the kind; elements that name it go too."""
    gone = {i for i, rel in part._rels.items() if not kept(rel.reltype)}
    for identity in gone:
        part._rels.pop(identity)
    root = getattr(part, "_element", None)
    if not gone or root is None:
        return
    prefix = f"{{{x.RELATIONSHIPS}}}"
    for element in list(root.iter()):
        if (
            any(k.startswith(prefix) and v in gone for k, v in element.attrib.items())
            and element.getparent() is not None
        ):
            element.getparent().remove(element)


def _find_layouts(deck: PptxPresentation) -> tuple[SlideLayout, SlideLayout]:
    """The layouts for views and for the first slide. Raises DataError where no layout has a title."""
    layouts = [layout for master in deck.slide_masters for layout in master.slide_layouts]
    titled = [y for y in layouts if any(p.placeholder_format.type in _TITLES for p in _list_placeholders(y))]
    if not titled:
        raise DataError("the template has no slide layout with a title, which every slide needs")
    content = min(
        titled, key=lambda y: (y._element.get("type") != "titleOnly", _has_centred_title(y), len(y.placeholders))
    )
    covers = (
        [y for y in titled if y._element.get("type") == "title"]
        or [y for y in titled if _has_centred_title(y)]
        or [content]
    )
    return content, covers[0]


def _list_placeholders(layout: SlideLayout) -> list[BaseShape]:
    placeholders: BasePlaceholders = layout.placeholders  # whose iterator mypy can follow, unlike that of the subclass
    return list(placeholders)


def _has_centred_title(layout: SlideLayout) -> bool:
    return any(p.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE for p in _list_placeholders(layout))


def _add_custom_properties(package: Package, briefings: Sequence[SlideSubject]) -> None:
    """What each view says of itself, as custom properties of the file."""
    root = etree.Element(f"{{{_PROPERTIES}}}Properties", nsmap={None: _PROPERTIES, "vt": _TYPES})
    values = [(f"View {n} {key}", value) for n, b in enumerate(briefings, 1) for key, value in b.metadata.items()]
    for number, (name, value) in enumerate(values, 2):
        held = etree.SubElement(root, f"{{{_PROPERTIES}}}property", fmtid=_FORMAT, pid=str(number), name=name)
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
        etree.SubElement(held, f"{{{_TYPES}}}lpwstr").text = x.clean_line(text)
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    package.relate_to(Part(PackURI("/docProps/custom.xml"), _CUSTOM, package, blob), RT.CUSTOM_PROPERTIES)


def _shorten(text: str) -> str:
    """A core property has at most 255 letters."""
    tidy = x.clean_line(text)
    return tidy if len(tidy) <= 255 else tidy[:254] + "…"
