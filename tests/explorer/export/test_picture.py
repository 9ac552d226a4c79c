"""Pictures: drawn as the browser draws them, opened by other programs, readable, complete, the same twice."""

from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from defusedxml.ElementTree import fromstring
from playwright.sync_api import Page

from explorer.canvas import elements, stylesheet
from explorer.export import formats
from explorer.export.common import material
from explorer.export.common.briefing import Briefing
from explorer.export.common.material import Material
from explorer.export.common.paper import LEAST_NAME, PAPERS
from explorer.export.common.style_resolver import StyleResolver
from explorer.export.formats import ExportOptions
from explorer.export.geometry import fitting, picture_geometry
from explorer.export.picture import page_layout, pdf, typeset, webpage
from explorer.layout.force import arrange
from explorer.layout.geometry import Area
from explorer.state.canvas import Canvas, Note
from graph import evidence
from graph.database.store import Store
from graph.model import Claim, Entity, Source, Subgraph
from graph.ontology import Ontology
from tests.support import pages
from tests.support.exports import (
    DAY,
    HOSTILE,
    build_briefing,
    extract_pdf_text,
    find_missing_names,
    has_colour_at,
    read_picture,
    run_program,
    write_font_config,
)

SVG = "{http://www.w3.org/2000/svg}"
CHAIN = "chain:kanggye-general-tractor-plant"
LINE = "north-korea|EXPORTS_TO|russia"


@pytest.fixture(scope="module")
def exports(store: Store, ontology: Ontology) -> Briefing:
    """How arms leave the country: with a contested line."""
    return build_briefing(store, ontology, "export-chain")


@pytest.fixture(scope="module")
def chain(store: Store, ontology: Ontology) -> Briefing:
    """A factory's chain in columns, with gaps."""
    return build_briefing(store, ontology, CHAIN)


def build_factory_net(ontology: Ontology, count: int, name: str = "") -> Briefing:
    """A canvas of so many factories in a net, each line with a claim of its own."""
    type_ = ontology.types["Factory"]
    entities = tuple(
        Entity(f"e{n}", "Factory", type_.labels, name or f"Factory of the place {n}") for n in range(count)
    )

    claims = tuple(
        Claim(
            f"c{n}",
            f"e{n}",
            "LINKED_TO",
            "asserted",
            "s1",
            object=f"e{(n * 7 + 1) % count}",
            asserted_by="e0",
            summary=f"Summary {n} {name}",
        )
        for n in range(1, count)
    )
    lines = tuple(evidence.build_relationship([c]) for c in claims)
    source = Source("s1", f"Publisher {name}", f"Title {name}", "2024-01", "https://example.org/a")
    whole = Subgraph(entities, lines, claims, (source,))
    canvas = Canvas(tuple(e.id for e in entities), arrange(whole, ontology, "force"), "force", f"Net {name}".strip())
    return Briefing(Material(ontology, canvas, whole), mark="Internal", made_on=DAY)


def apart(folder: Path) -> float:
    """How far two drawings lie apart, seen from afar: programs smooth the edges of letters each in their own way."""
    size = (320, 220)
    ours, theirs = (read_picture(folder / f"{name}.png", size).astype(int) for name in ("ours", "theirs"))
    return float(np.abs(ours - theirs).mean())


def ids(root: Element, group: str) -> set[str]:
    """The elements of one of a drawing's groups, by their ids."""
    return {g.get("data-id", "") for g in root.findall(f".//*[@id='{group}']/{SVG}g")}


@pytest.mark.database
def test_an_svg_holds_every_node_line_and_name_as_text_in_named_groups(exports: Briefing) -> None:
    text = page_layout.build_page(exports, PAPERS["slide"]).svg()
    root = fromstring(text)
    rendered = exports.rendered
    assert ids(root, "nodes") == {e.id for e in rendered.drawn.entities}
    assert ids(root, "lines") == {r.id for r in rendered.drawn.relationships}
    words = " ".join(t.text or "" for t in root.iter(f"{SVG}text"))
    assert not find_missing_names([e.name for e in rendered.shown.entities], words.replace("  ", " "))
    titles = {t.text for t in root.iter(f"{SVG}title")}
    assert {e.name for e in rendered.shown.entities} <= titles
    assert "North Korea exports arms to Russia" in titles
    assert "<image" not in text, "real drawing, no picture within the picture"


@pytest.mark.database
def test_a_contested_line_is_dashed_says_so_and_who_denies_it(exports: Briefing) -> None:
    root = fromstring(page_layout.build_page(exports, PAPERS["slide"]).svg())
    path = root.find(f".//*[@id='lines']/{SVG}g[@data-id='{LINE}']/{SVG}path")
    assert path is not None
    assert path.get("stroke-dasharray")
    tag = root.find(f".//*[@id='words']/{SVG}g[@data-id='{LINE}']")
    assert tag is not None
    assert "contested" in " ".join(t.text or "" for t in tag.iter(f"{SVG}text"))
    notes = " ".join(t.text or "" for t in root.findall(f".//*[@id='notes']/{SVG}text"))
    (dispute,) = exports.disputes
    assert not find_missing_names(dispute.asserted + dispute.denied, notes)


@pytest.mark.database
def test_every_line_bears_the_numbers_of_its_sources_and_each_number_is_a_footnote(exports: Briefing) -> None:
    root = fromstring(page_layout.build_page(exports, PAPERS["a3"]).svg())
    notes = " ".join(t.text or "" for t in root.findall(f".//*[@id='notes']/{SVG}text"))
    assert [f.number for f in exports.footnotes] == list(range(1, len(exports.footnotes) + 1))
    assert not find_missing_names([f.source.title for f in exports.footnotes], notes)
    for line in exports.rendered.drawn.relationships:
        own = {exports.claims[c].source for c in line.claims}
        assert {exports.footnotes[n - 1].source.id for n in exports.cites(line)} == own
        tag = root.find(f".//*[@id='words']/{SVG}g[@data-id='{line.id}']")
        assert tag is not None
        assert "[" in " ".join(t.text or "" for t in tag.iter(f"{SVG}text"))


SHEETS = ("slide", "slide-4-3", "a4", "a3")


@pytest.fixture(scope="module")
def inkscape(chain: Briefing, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for each kind of paper, with theirs.png as Inkscape draws it: started once for all."""
    folder = tmp_path_factory.mktemp("inkscape")
    for paper in SHEETS:
        (folder / paper).mkdir()
        (folder / paper / "theirs.svg").write_text(page_layout.build_page(chain, PAPERS[paper]).svg(), encoding="utf-8")
    drawings = [folder / paper / "theirs.svg" for paper in SHEETS]
    run_program("inkscape", *drawings, "--export-type=png", "--export-width=1200", **write_font_config(folder))
    return folder


@pytest.mark.database
@pytest.mark.parametrize("paper", SHEETS)
def test_inkscape_draws_an_svg_as_we_draw_it(chain: Briefing, inkscape: Path, paper: str) -> None:
    page = page_layout.build_page(chain, PAPERS[paper])
    ours = typeset.render_png(page.svg(), width=page.width, pixels=1200)
    (inkscape / paper / "ours.png").write_bytes(ours)
    assert apart(inkscape / paper) < 3, "of 255, over all pixels"


@pytest.mark.database
def test_a_png_has_the_width_asked_for_and_the_colours_of_the_canvas(chain: Briefing, tmp_path: Path) -> None:
    written = formats.FORMATS["png"].write([chain], ExportOptions("png", pixels=1777), None)
    (tmp_path / "a.png").write_bytes(written.data)
    pixels = read_picture(tmp_path / "a.png")
    assert pixels.shape[1] == 1777
    for colour in (stylesheet.AMBER, "#b45f06", "#a4243b", "#0b7a75"):
        expected = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
        assert (np.abs(pixels.astype(int) - expected).sum(axis=2) < 12).sum() > 20, colour


@pytest.mark.database
def test_a_pdf_has_all_words_embedded_fonts_and_korean(chain: Briefing, tmp_path: Path) -> None:
    named = replace(chain, title_given="강계 · Канге")
    data = pdf.render(named, page_layout.build_page(named, PAPERS["a4"], notes_below=False))
    (tmp_path / "a.pdf").write_bytes(data)
    text = extract_pdf_text(tmp_path / "a.pdf")
    assert "강계" in text
    assert "Канге" in text
    korean = [a for e in chain.rendered.shown.entities for a in e.aliases if any("가" <= c <= "힣" for c in a)]
    assert korean
    assert not find_missing_names(korean, text), "names in Hangul stand among the other names"
    flat = "".join(text.split()).replace("-", "")  # Poppler takes a hyphen at a line's end for one of hyphenation
    for claim in (c for line in chain.rendered.shown.relationships for c in chain.list_claims(line)):
        assert "".join(claim.summary.split()).replace("-", "") in flat, claim.id
    assert not find_missing_names([f.source.title for f in chain.footnotes], text)
    fonts = run_program("pdffonts", tmp_path / "a.pdf").splitlines()[2:]
    assert fonts
    assert all(row.split()[-5] == "yes" for row in fonts), "each is embedded"
    assert "Draft".upper() in text
    info = run_program("pdfinfo", tmp_path / "a.pdf")
    assert chain.digest in run_program("pdfinfo", "-meta", tmp_path / "a.pdf") + info
    assert "CreationDate" not in info


@pytest.mark.database
def test_a_pdf_shows_what_the_svg_shows(exports: Briefing, tmp_path: Path) -> None:
    page = page_layout.build_page(exports, PAPERS["a4"], notes_below=False)
    data = pdf.render(exports, page)
    (tmp_path / "a.pdf").write_bytes(data)
    run_program(
        "pdftoppm",
        "-scale-to-x",
        "1200",
        "-scale-to-y",
        "-1",
        "-l",
        "1",
        "-singlefile",
        "-png",
        tmp_path / "a.pdf",
        tmp_path / "theirs",
    )
    (tmp_path / "ours.png").write_bytes(typeset.render_png(page.svg(), width=page.width, pixels=1200))
    assert apart(tmp_path) < 5, "Poppler draws letters lighter"


@pytest.mark.database
@pytest.mark.browser
def test_the_server_draws_with_the_styles_and_places_of_the_browser(
    page: Page, address: str, store: Store, ontology: Ontology
) -> None:
    pages.open_page(page, address)
    shown = page.evaluate("""cy.elements(':visible').map(e => [e.id(), e.isNode() ? {
        "shape": e.style("shape"), "background-color": e.style("background-color"), "width": e.style("width"),
        "at": [e.position("x"), e.position("y")]} : {"line-color": e.style("line-color"), "width": e.style("width"),
        "line-style": e.style("line-style"), "target-arrow-shape": e.style("target-arrow-shape")}])""")
    briefing = build_briefing(store, ontology, "reporting-chain")
    sheet_ = StyleResolver(stylesheet.build_stylesheet(ontology))
    ours = {e["data"]["id"]: e for e in elements.build_elements(briefing.rendered)}
    assert {i for i, _ in shown} == set(ours)
    for identity, theirs in shown:
        look = sheet_.of(ours[identity])
        theirs["width"] = float(theirs["width"].removesuffix("px"))
        at = theirs.pop("at", None)
        place = ours[identity].get("position")
        assert (place and [place["x"], place["y"]]) == (at and pytest.approx(at, abs=0.1)), identity
        expected = {key: look.get(key, "solid") for key in theirs} | {"width": pytest.approx(float(look["width"]))}
        assert {k: _hex(v) if k.endswith("color") else v for k, v in theirs.items()} == expected, identity


def _hex(rgb: str) -> str:
    return "#" + "".join(f"{int(n):02x}" for n in rgb.removeprefix("rgb(").removesuffix(")").split(","))


@pytest.mark.database
@pytest.mark.parametrize("what", ["reporting-chain", "export-chain", "full-chain", CHAIN])
def test_a_picture_for_a_slide_is_readable(store: Store, ontology: Ontology, what: str) -> None:
    briefing = build_briefing(store, ontology, what)
    page = page_layout.build_page(briefing, PAPERS["slide"])
    assert page.height == PAPERS["slide"].height
    assert page.name_size >= 5.3, "points on a slide 13.3 inches wide"


def test_forty_nodes_fit_a_slide_and_a_hundred_and_fifty_an_a3_page(ontology: Ontology) -> None:
    for count, paper, least in ((40, "slide", 7.0), (150, "a3", LEAST_NAME)):
        page = page_layout.build_page(build_factory_net(ontology, count), PAPERS[paper])
        assert page.name_size >= least, (count, page.name_size)
        assert not [w for w in page.warnings if "hard to read" in w]


def test_no_name_covers_a_node_or_another_name(ontology: Ontology) -> None:
    drawn = fitting.compute_fitted_geometry(build_factory_net(ontology, 150), 900, 600)
    boxes = [picture_geometry.compute_node_area(n) for n in drawn.nodes]
    for n, one in enumerate(boxes):
        assert not [other for other in boxes[n + 1 :] if _overlap(one, other) > 1]


@pytest.mark.database
def test_words_of_lines_cover_little(store: Store, ontology: Ontology) -> None:
    for what in ("reporting-chain", "export-chain", CHAIN):
        drawn = fitting.compute_fitted_geometry(build_briefing(store, ontology, what), 800, 450)
        tags = [line for line in drawn.lines if line.tag]
        covering = sum(
            any(_overlap(line.tag.area, n.area) > 40 for n in drawn.nodes)
            for line in tags
            if line.tag and not line.tag.angle
        )
        assert covering <= len(tags) * 0.05, (what, covering, len(tags))


def _overlap(one: Area, other: Area) -> float:
    wide, high = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0


def test_hostile_names_stay_words(ontology: Ontology, tmp_path: Path) -> None:
    for name in (HOSTILE, "x\x00y\ud800z\x1b[0m", "A" * 10_000, "#strong[x] $x$ \\ `raw`", "Ж" * 300):
        briefing = build_factory_net(ontology, 6, name)
        for paper in ("slide", "a4"):
            root = fromstring(page_layout.build_page(briefing, PAPERS[paper]).svg())
            assert not [e for e in root.iter() if e.tag.endswith("script")]
        data = pdf.render(briefing, page_layout.build_page(briefing, PAPERS["a4"], notes_below=False))
        (tmp_path / "a.pdf").write_bytes(data)
        words = extract_pdf_text(tmp_path / "a.pdf")
        assert "Internal".upper() in words
        assert b"<script>alert" not in webpage.render(briefing)


def test_an_empty_and_a_single_picture_are_pages_too(ontology: Ontology) -> None:
    for count in (1, 2):
        briefing = build_factory_net(ontology, count)
        assert "<title>Factory of the place 0</title>" in page_layout.build_page(briefing, PAPERS["slide"]).svg()
    empty = Briefing(
        Material(ontology, Canvas(notes=(Note("n1", "A note"),), positions={"n1": (0.0, 0.0)}), Subgraph())
    )
    assert "A note" in page_layout.build_page(empty, PAPERS["a4"]).svg()


@pytest.mark.database
def test_the_same_canvas_gives_the_same_bytes(store: Store, ontology: Ontology) -> None:
    for name in ("svg", "png", "pdf", "html"):
        one, two = (
            formats.FORMATS[name].write([build_briefing(store, ontology, CHAIN)], ExportOptions(name), None).data
            for _ in range(2)
        )
        assert one == two, name


@pytest.mark.database
def test_a_picture_owns_up_to_what_its_filter_hides(store: Store, ontology: Ontology, exports: Briefing) -> None:
    canvas = exports.material.canvas
    without = "the-conversation-2024"
    source = next(s for s in exports.material.whole.sources)
    hidden = replace(canvas, filter=replace(canvas.filter, without=(source.id,), stances=("contested",)))
    briefing = Briefing(material.gather(store, ontology, hidden))
    page = page_layout.build_page(briefing, PAPERS["a4"]).svg()
    words = " ".join(t.text or "" for t in fromstring(page).iter(f"{SVG}text"))
    assert "No contested lines" in words
    assert source.publisher in words
    assert source.id not in {f.source.id for f in briefing.footnotes}, without
    assert LINE not in ids(fromstring(page), "lines")
    assert briefing.digest != exports.digest


@pytest.mark.database
def test_the_plates_symbols_are_where_the_png_has_them(exports: Briefing, tmp_path: Path) -> None:
    page = page_layout.build_page(exports, PAPERS["slide"])
    root = fromstring(page.svg())
    (tmp_path / "a.png").write_bytes(typeset.render_png(page.svg(), width=page.width, pixels=1920))
    pixels = read_picture(tmp_path / "a.png")
    moved = root.find(".//*[@id='picture']")
    assert moved is not None
    dx, dy, scale = (
        float(n)
        for n in (moved.get("transform") or "")
        .replace("translate(", "")
        .replace(") scale(", " ")
        .replace(")", "")
        .split()
    )
    boxes = [g for g in root.findall(f".//*[@id='nodes']/{SVG}g") if g.find(f"{SVG}ellipse") is not None]
    assert boxes or root.findall(f".//*[@id='nodes']/{SVG}g")
    ratio = 1920 / page.width
    for group in boxes:
        ellipse = group.find(f"{SVG}ellipse")
        assert ellipse is not None
        x, y = (float(ellipse.get(k, "0")) for k in ("cx", "cy"))
        edge = x - float(ellipse.get("rx", "0")) * 0.85
        assert has_colour_at(pixels, (edge * scale + dx) * ratio, (y * scale + dy) * ratio, ellipse.get("fill", ""))
