"""The formats a canvas can be exported in: what each is for, how its files are called, and who writes it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from explorer.export import slides
from explorer.export.common import paper
from explorer.export.common.briefing import Briefing
from explorer.export.data import csv_pair, cyjs, dot, exchange, gexf, mermaid, xlsx
from explorer.export.picture import page_layout, pdf, typeset, webpage
from explorer.export.picture.page_layout import Page
from graph.errors import UsageError

PICTURES, SLIDES, PAGES, DATA = "Pictures", "Slides", "Interactive", "Data"
LEAST_PIXELS, MOST_PIXELS = 400, 12_000  # of a PNG's width
AUTOMATIC_PAPERS = ("a4", "a3", "a2")  # paper that a PDF is on where nobody chose one, the smallest that suits
READABLE_NAME_SIZE = 6.5  # points: how large names must be where the paper is chosen for the picture


@dataclass(frozen=True)
class ExportOptions:
    """What a user chose: the format, and what of the rest it uses.

    `paper` is a key of paper.PAPERS, or "" for the one that suits; `pixels` the width of a PNG; `mark` a word such as
    "Draft"; `title` replaces the canvas's; `made_on` is the day (YYYY-MM-DD) that the file says it was made on, or ''.
    """

    format: str = "pdf"
    paper: str = ""
    pixels: int = 2400
    mark: str = ""
    title: str = ""
    made_on: str = ""


@dataclass(frozen=True)
class RenderResult:
    """A finished file's bytes, and what the exporter should know about it."""

    data: bytes
    warnings: tuple[str, ...] = ()


Writer = Callable[[list[Briefing], ExportOptions, bytes | None], RenderResult]


@dataclass(frozen=True)
class ExportFormat:
    """A format. `papers` are those a user may choose from; `many` says that one file may hold several canvases."""

    name: str
    caption: str
    group: str
    suffix: str
    mime: str
    about: str
    write: Writer = field(repr=False)
    papers: tuple[str, ...] = ()
    many: bool = False


def select_page(briefing: Briefing, choices: ExportOptions) -> Page:
    """The page of a picture on the paper chosen; where none is, the smallest that suits for a PDF, else a slide.

    Notes that are too many for it are told elsewhere in a PDF and in slides, and make other pages longer.
    """
    names = (choices.paper,) if choices.paper else AUTOMATIC_PAPERS if choices.format == "pdf" else ("slide",)
    for name in names:
        page = page_layout.build_page(
            briefing, paper.find_paper(name), notes_below=choices.format not in ("pdf", "pptx")
        )
        if page.name_size >= READABLE_NAME_SIZE:
            break
    return page


def _write_svg(briefings: list[Briefing], choices: ExportOptions, _: bytes | None) -> RenderResult:
    page = select_page(briefings[0], choices)
    return RenderResult(page.svg().encode(), page.warnings)


def _write_png(briefings: list[Briefing], choices: ExportOptions, _: bytes | None) -> RenderResult:
    if not LEAST_PIXELS <= choices.pixels <= MOST_PIXELS:
        raise UsageError(f"a PNG is {LEAST_PIXELS} to {MOST_PIXELS:,} pixels wide, not {choices.pixels:,}")
    page = select_page(briefings[0], choices)
    return RenderResult(typeset.render_png(page.svg(), width=page.width, pixels=choices.pixels), page.warnings)


def _write_pdf(briefings: list[Briefing], choices: ExportOptions, _: bytes | None) -> RenderResult:
    page = select_page(briefings[0], choices)
    return RenderResult(pdf.render(briefings[0], page), page.warnings)


def _write_pptx(briefings: list[Briefing], choices: ExportOptions, template: bytes | None) -> RenderResult:
    ratio = "4:3" if choices.paper == "slide-4-3" else "16:9"
    return RenderResult(slides.render(briefings, ratio=ratio, template=template))


def _adapt_renderer(make: Callable[[Briefing], bytes]) -> Writer:
    return lambda briefings, _choices, _template: RenderResult(make(briefings[0]))


_ALL = tuple(paper.PAPERS)
_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    f.name: f
    for f in (
        ExportFormat(
            "pdf",
            "PDF",
            PICTURES,
            ".pdf",
            "application/pdf",
            "The picture on a page, then every disputed line, source and claim.",
            _write_pdf,
            ("", *_ALL),
        ),
        ExportFormat(
            "png", "PNG", PICTURES, ".png", "image/png", "A picture for any document or page.", _write_png, _ALL
        ),
        ExportFormat(
            "svg",
            "SVG",
            PICTURES,
            ".svg",
            "image/svg+xml",
            "A drawing with real text, to edit in Inkscape or Illustrator.",
            _write_svg,
            _ALL,
        ),
        ExportFormat(
            "pptx",
            "PowerPoint",
            SLIDES,
            ".pptx",
            f"{_OFFICE}.presentationml.presentation",
            "Slides of shapes and connectors that can be edited, with claims in the notes.",
            _write_pptx,
            ("slide", "slide-4-3"),
            many=True,
        ),
        ExportFormat(
            "html",
            "Web page",
            PAGES,
            ".html",
            "text/html",
            "One file that pans, zooms and shows claims on click, without a network.",
            _adapt_renderer(webpage.render),
        ),
        ExportFormat(
            "xlsx",
            "Excel",
            DATA,
            ".xlsx",
            f"{_OFFICE}.spreadsheetml.sheet",
            "A sheet for each type, the lines, claims, disputes and sources.",
            _adapt_renderer(xlsx.render),
        ),
        ExportFormat(
            "csv",
            "CSV tables",
            DATA,
            ".zip",
            "application/zip",
            "Tables of entities, lines, claims and sources in a zip.",
            _adapt_renderer(csv_pair.render),
        ),
        ExportFormat(
            "gexf",
            "GEXF",
            DATA,
            ".gexf",
            "application/gexf+xml",
            "For Gephi, with colours, places and dates.",
            _adapt_renderer(gexf.render),
        ),
        ExportFormat(
            "graphml",
            "GraphML",
            DATA,
            ".graphml",
            "application/graphml+xml",
            "For yEd, Gephi and networkx; can be loaded again.",
            _adapt_renderer(exchange.render_graphml),
        ),
        ExportFormat(
            "cyjs",
            "Cytoscape JSON",
            DATA,
            ".cyjs",
            "application/json",
            "For Cytoscape and cytoscape.js, with places.",
            _adapt_renderer(cyjs.render),
        ),
        ExportFormat("dot", "DOT", DATA, ".dot", "text/vnd.graphviz", "For Graphviz.", _adapt_renderer(dot.render)),
        ExportFormat(
            "mermaid",
            "Mermaid",
            DATA,
            ".mmd",
            "text/vnd.mermaid",
            "For wikis and Markdown pages.",
            _adapt_renderer(mermaid.render),
        ),
        ExportFormat(
            "ftm",
            "FollowTheMoney",
            DATA,
            ".ftm.json",
            "application/x-ndjson",
            "For Aleph and OpenSanctions' tools; can be loaded again.",
            _adapt_renderer(exchange.render_ftm),
        ),
        ExportFormat(
            "json",
            "Armsgraph JSON",
            DATA,
            ".json",
            "application/json",
            "All of it with claims and sources; can be loaded again.",
            _adapt_renderer(exchange.render_json),
        ),
    )
}


def find_format(name: str) -> ExportFormat:
    """The format of a name. Raises UsageError for another."""
    if name not in FORMATS:
        raise UsageError(f"there is no format {name!r}; there are {', '.join(FORMATS)}")
    return FORMATS[name]
