"""Pieces of a Word document that python-docx has no words for: links, grounds, fields, fonts, a style of tables."""

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt, RGBColor
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

LATIN, KOREAN = "Calibri", "Malgun Gothic"
INK, QUIET, RED, BLUE = (RGBColor.from_string(c) for c in ("1B2430", "55606E", "B42318", "1F5FA8"))
TABLE = "Dossier table"
_PLAIN_HEADS = ("Title", "Heading")
# Name, size, and space before and after, in points.
_STYLES = (
    ("Normal", 9.5, 0, 4),
    ("Title", 22, 0, 4),
    ("Heading 1", 14, 14, 5),
    ("Heading 2", 10.5, 10, 4),
    ("List Bullet", 9.5, 0, 3),
    ("Header", 7.5, 0, 0),
    ("Footer", 7, 0, 0),
)


def add_text_run(
    parent: "Paragraph | Link", words: str, *, size: float = 0, bold: bool = False, colour: RGBColor | None = None
) -> None:
    """Words added to a paragraph or a link as they are: no letter of them is read as anything else."""
    if not words:
        return
    run = parent.add_run(words)
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour


class Link:
    """A hyperlink at the end of a paragraph, to a bookmark or an address of the web; runs are added to it."""

    def __init__(self, paragraph: Paragraph, *, anchor: str = "", url: str = "") -> None:
        self.paragraph, self.element = paragraph, OxmlElement("w:hyperlink")
        if url:
            self.element.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        else:
            self.element.set(qn("w:anchor"), anchor)
        paragraph._p.append(self.element)

    def add_run(self, words: str) -> Run:
        """A run within the link."""
        run = self.paragraph.add_run(words)
        self.element.append(run._r)
        return run


def add_bookmark(paragraph: Paragraph, number: int, name: str, words: str) -> None:
    """Bold words that links lead to."""
    start, end = create_element("w:bookmarkStart", id=number, name=name), create_element("w:bookmarkEnd", id=number)
    paragraph._p.append(start)
    add_text_run(paragraph, words, bold=True)
    paragraph._p.append(end)


def shade_cell(cell: _Cell, colour: str) -> None:
    """Gives a cell a ground."""
    cell._tc.get_or_add_tcPr().append(create_element("w:shd", val="clear", color="auto", fill=colour))


def set_row_property(row: _Row, name: str) -> None:
    """Gives a row of a table a rule such as w:tblHeader (it stands again on every page) or w:cantSplit."""
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def add_page_field(paragraph: Paragraph, field: str) -> None:
    """A field that counts pages: PAGE or NUMPAGES."""
    field_element = create_element("w:fldSimple", instr=field)
    shown = paragraph.add_run("1")
    shown.font.size, shown.font.color.rgb = Pt(7), QUIET
    field_element.append(shown._r)
    paragraph._p.append(field_element)


def apply_styles(document: Document) -> None:
    """Sizes, spaces and fonts of all styles in use, for Latin and Korean letters, and the style of tables."""
    styles = document.styles
    for name, size, before, after in _STYLES:
        style = styles[name]
        style.font.size = Pt(size)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        _set_fonts(style.element.get_or_add_rPr())
        for unwanted in ("w:tabs", "w:pBdr"):
            inherited = style.element.get_or_add_pPr().find(qn(unwanted))
            if inherited is not None:
                style.element.pPr.remove(inherited)
        if name.startswith(_PLAIN_HEADS):
            style.font.color.rgb, style.font.bold = INK, True
    table_style = styles.add_style(TABLE, WD_STYLE_TYPE.TABLE)
    table_style.base_style = styles["Normal Table"]
    borders, margins = OxmlElement("w:tblBorders"), OxmlElement("w:tblCellMar")
    for side in ("bottom", "insideH"):
        borders.append(create_element(f"w:{side}", val="single", sz=4, space=0, color="D5DAE0"))
    for side, wide in (("top", 40), ("left", 70), ("bottom", 0), ("right", 70)):  # twentieths of a point
        margins.append(create_element(f"w:{side}", w=wide, type="dxa"))
    properties = OxmlElement("w:tblPr")
    properties.append(create_element("w:tblInd", w=70, type="dxa"))
    properties.append(borders)
    properties.append(margins)
    table_style.element.append(properties)


def create_element(tag: str, /, **attributes: object) -> BaseOxmlElement:
    """An element of WordprocessingML with attributes of its own name space."""
    element = OxmlElement(tag)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), str(value))
    return element


def _set_fonts(properties: BaseOxmlElement) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.attrib.clear()
    for key, name in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", KOREAN)):
        fonts.set(qn(f"w:{key}"), name)
