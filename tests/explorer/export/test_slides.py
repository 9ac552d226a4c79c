"""PowerPoint files, read with python-pptx and drawn by LibreOffice: what stands in them and that it can be used."""

import io
import math
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pptx import Presentation
from pptx.util import Emu

from explorer.canvas import actions
from explorer.export import slides
from explorer.export.common import material as materials
from explorer.export.common.briefing import Briefing
from explorer.export.common.material import Material
from explorer.export.common.paper import PAPERS
from explorer.export.picture import page_layout, typeset
from explorer.export.slides.deck import Deck, set_speaker_notes
from explorer.state.canvas import Canvas, Emphasis, Note, Stack
from graph.database.store import Store
from graph.errors import DataError, UsageError
from graph.model import Entity
from graph.ontology import Ontology
from graph.saved_queries import guarded_query
from graph.saved_queries.library import load_shipped_queries
from tests.support.exports import extract_pdf_text, run_program

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PLANT = "kanggye-general-tractor-plant"
HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd()\x00\x0b\ud800",
    "강계뜨락또르종합공장 Каньге",
    'two\nlines & "quotes"',
    "x" * 10_000,
)


@pytest.fixture(scope="module")
def chain(store: Store, ontology: Ontology) -> Briefing:
    """The chain of a plant: gaps, headings, contested lines."""
    canvas = actions.show_chain(store, ontology, PLANT).canvas
    return Briefing(materials.gather(store, ontology, canvas), mark="Draft", made_on="2026-11-28")


@pytest.fixture(scope="module")
def export(store: Store, ontology: Ontology) -> Briefing:
    """The answer of a saved query."""
    answer = guarded_query.run(store, ontology, load_shipped_queries()["export-chain"], {})
    canvas = actions.show_answer(store, ontology, Canvas(), answer, fresh=True).canvas
    return Briefing(materials.gather(store, ontology, canvas), mark="Draft", made_on="2026-11-28")


@pytest.fixture(scope="module")
def deck(chain: Briefing, export: Briefing) -> bytes:
    """Both of them as slides."""
    return slides.render([chain, export])


def _read(data: bytes) -> Any:
    return Presentation(io.BytesIO(data))


def _lines(slide: Any) -> list[Any]:
    return list(slide.shapes._spTree.findall(f"{P}cxnSp"))


def _nodes(slide: Any) -> list[Any]:
    return [g for g in slide.shapes if g.shape_type == 6 and g.name != "Legend"]


def _texts(slide: Any) -> str:
    return "\n".join("".join(t.text or "" for t in p.iter(f"{A}t")) for p in slide._element.iter(f"{A}p"))


def _everything(deck: Any) -> str:
    notes = [s.notes_slide.notes_text_frame.text for s in deck.slides if s.has_notes_slide]
    return "\n".join([*(_texts(s) for s in deck.slides), *notes])


def _renamed(material: Material, names: dict[str, str]) -> Material:
    """A material in which some entities have other names."""

    def new(entity: Entity) -> Entity:
        return replace(entity, name=names.get(entity.id, entity.name))

    whole = replace(material.whole, entities=tuple(new(e) for e in material.whole.entities))
    return replace(material, whole=whole, beside=tuple(new(e) for e in material.beside))


def test_every_node_is_a_group_and_every_line_a_connector(deck: bytes, chain: Briefing, export: Briefing) -> None:
    for slide, briefing in zip(list(_read(deck).slides)[1:3], (chain, export), strict=True):
        drawn = briefing.rendered.drawn
        names = Counter(g.name for g in _nodes(slide))
        assert not Counter(" ".join(e.name.split()) for e in drawn.entities) - names
        headings = sum(names.values()) - len(drawn.entities)
        assert headings == (10 if briefing is chain else 0)
        assert len(_lines(slide)) == len(drawn.relationships)
        for group in _nodes(slide):
            assert group._element.nvGrpSpPr.cNvPr.get("descr")


def test_connectors_hold_on_to_shapes_of_the_entities_that_they_join(deck: bytes, chain: Briefing) -> None:
    slide = _read(deck).slides[1]
    owner = {s.shape_id: g.name for g in _nodes(slide) for s in g.shapes}
    named = {e.id: " ".join(e.name.split()) for e in chain.rendered.drawn.entities}
    expected = Counter((named[r.source], named[r.target]) for r in chain.rendered.drawn.relationships)
    joined = Counter(
        (owner[int(c.find(f".//{A}stCxn").get("id"))], owner[int(c.find(f".//{A}endCxn").get("id"))])
        for c in _lines(slide)
    )
    assert joined == expected


def test_connectors_end_on_the_shapes_that_they_hold_on_to(deck: bytes, chain: Briefing) -> None:
    """The geometry is worked out from the file by the standard's formulas, which are not those that wrote it."""
    slide = _read(deck).slides[1]
    boxes = {s.shape_id: (s.left, s.top, s.left + s.width, s.top + s.height) for g in _nodes(slide) for s in g.shapes}
    curved = 0
    for line in _lines(slide):
        path = _path(line)
        curved += len(path) > 2
        for point, end in ((path[0], "stCxn"), (path[-1], "endCxn")):
            left, top, right, bottom = boxes[int(line.find(f".//{A}{end}").get("id"))]
            near = 12_700  # EMU: a point
            assert left - near <= point[0] <= right + near
            assert top - near <= point[1] <= bottom + near
            edge = min(abs(point[0] - left), abs(point[0] - right), abs(point[1] - top), abs(point[1] - bottom))
            assert edge <= max(right - left, bottom - top) * 0.2  # on its outline, not at its middle
    assert curved


def _path(line: Any) -> list[tuple[float, float]]:
    """The points of a connector on the slide: presetShapeDefinitions of ECMA-376, then mirrored, then turned."""
    frame = line.find(f".//{A}xfrm")
    off, ext = frame.find(f"{A}off"), frame.find(f"{A}ext")
    x, y, w, h = int(off.get("x")), int(off.get("y")), int(ext.get("cx")), int(ext.get("cy"))
    points: list[tuple[float, float]] = [(0, 0), (w, h)]
    guide = line.find(f".//{A}gd")
    if guide is not None:
        x2 = w * int(guide.get("fmla").split()[1]) / 100_000
        one, two = (
            [(0, 0), (x2 / 2, 0), (x2, h / 4), (x2, h / 2)],
            [(x2, h / 2), (x2, h * 3 / 4), ((w + x2) / 2, h), (w, h)],
        )
        points = [_cubic(part, n / 10) for part in (one, two) for n in range(11)]
    turn = math.radians(int(frame.get("rot", "0")) / 60_000)
    placed = []
    for px, py in points:
        dx = (w - px if frame.get("flipH") else px) - w / 2
        dy = (h - py if frame.get("flipV") else py) - h / 2
        placed.append(
            (
                x + w / 2 + dx * math.cos(turn) - dy * math.sin(turn),
                y + h / 2 + dx * math.sin(turn) + dy * math.cos(turn),
            )
        )
    return placed


def _cubic(p: list[tuple[float, float]], t: float) -> tuple[float, float]:
    shares = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    return sum(s * q[0] for s, q in zip(shares, p, strict=True)), sum(s * q[1] for s, q in zip(shares, p, strict=True))


def test_hardly_a_line_runs_through_an_entity_that_it_does_not_join(deck: bytes, chain: Briefing) -> None:
    slide = _read(deck).slides[1]
    symbols = {g.name: next(s for s in g.shapes if s.name == g.name) for g in _nodes(slide)}
    owner = {s.shape_id: g.name for g in _nodes(slide) for s in g.shapes}
    through = 0
    for line in _lines(slide):
        ends = {owner[int(line.find(f".//{A}{e}").get("id"))] for e in ("stCxn", "endCxn")}
        points = _path(line)
        if len(points) == 2:
            (ax, ay), (bx, by) = points
            points = [(ax + (bx - ax) * n / 40, ay + (by - ay) * n / 40) for n in range(41)]
        others = [s for name, s in symbols.items() if name not in ends]
        through += any(
            s.left < px < s.left + s.width and s.top < py < s.top + s.height for s in others for px, py in points
        )
    assert through <= 5  # of 73: a picture of 40 entities that a canvas draws so close leaves no way round for a few


def test_parallel_lines_do_not_lie_on_each_other(deck: bytes) -> None:
    for slide in list(_read(deck).slides)[1:3]:
        middles: dict[frozenset[str], list[tuple[float, float]]] = {}
        for line in _lines(slide):
            pair = frozenset(line.find(f".//{A}{e}").get("id") for e in ("stCxn", "endCxn"))
            path = _path(line)
            middle = path[len(path) // 2] if len(path) > 2 else tuple((a + b) / 2 for a, b in zip(*path, strict=True))
            middles.setdefault(pair, []).append(middle)
        for places in middles.values():
            for n, one in enumerate(places):
                assert all(math.dist(one, other) > 3 * 12_700 for other in places[n + 1 :])


def test_a_contested_line_is_dashed_and_says_so_with_its_sources(deck: bytes, chain: Briefing) -> None:
    line = next(r for r in chain.rendered.drawn.relationships if r.stance == "contested")
    statement = chain.statement(line)
    slide = _read(deck).slides[1]
    drawn = [c for c in _lines(slide) if c.find(f".//{P}cNvPr").get("name") == statement]
    assert [c.find(f".//{A}prstDash").get("val") for c in drawn] == ["dash"]
    words = next(s for s in slide.shapes if s.name == f"{statement} (words)")
    text = " ".join(words.text_frame.text.split())
    assert "contested" in text
    numbers = {int(n) for n in re.findall(r"\d+", text.replace("–", ","))}
    assert numbers <= set(chain.cites(line))
    assert words._element.spPr.find(f"{A}solidFill/{A}srgbClr").get("val") == "F2B233"
    dispute = " ".join(chain.disputes[0].text.split())
    assert dispute in _texts(slide)


def test_footnotes_stand_on_the_slide_and_claims_in_its_notes(deck: bytes, chain: Briefing, export: Briefing) -> None:
    for slide, briefing in zip(list(_read(deck).slides)[1:3], (chain, export), strict=True):
        text = _texts(slide)
        for note in briefing.footnotes:
            assert f"{note.number}\t{' '.join(note.text.split())}." in text
        spoken = slide.notes_slide.notes_text_frame.text
        for line in briefing.rendered.shown.relationships:
            assert briefing.statement(line) in spoken
            for claim in briefing.list_claims(line):
                assert " ".join(claim.summary.split()) in spoken
                assert claim.grade in spoken
        assert all(note.url in spoken for note in briefing.footnotes if note.url)
        assert briefing.digest[:16] in text
        for rule in (briefing.note, briefing.as_of, *briefing.rules):
            assert rule in " ".join(text.split())


def test_the_mark_is_on_every_slide(deck: bytes) -> None:
    assert all("DRAFT" in _texts(slide) for slide in _read(deck).slides)


def test_the_appendix_lists_every_source_with_a_link(deck: bytes, chain: Briefing, export: Briefing) -> None:
    read = _read(deck)
    tables = [(s, shape.table) for s in read.slides for shape in s.shapes if shape.has_table]
    rows = [[c.text for c in row.cells] for _, table in tables for row in list(table.rows)[1:]]
    expected = {f.source.id: f for b in (chain, export) for f in b.footnotes}
    assert len(rows) == len(expected)
    addresses = {rel.target_ref for slide, _ in tables for rel in slide.part.rels.values() if rel.is_external}
    assert addresses == {f.url for f in expected.values() if f.url}
    for slide_number, briefing in ((2, chain), (3, export)):
        for note in briefing.footnotes:
            mine = [row for row in rows if f"{slide_number}: {note.number}" in row[0].split("; ")]
            assert len(mine) == 1
            assert note.source.publisher in mine[0][1]


def test_no_link_leads_anywhere_but_to_the_web(chain: Briefing) -> None:
    sources = tuple(replace(s, url="javascript:alert(1)") for s in chain.material.whole.sources)
    bad = Briefing(replace(chain.material, whole=replace(chain.material.whole, sources=sources)))
    with zipfile.ZipFile(io.BytesIO(slides.render([bad]))) as packed:
        assert not [n for n in packed.namelist() if n.endswith(".rels") and b"javascript" in packed.read(n)]


@pytest.mark.parametrize("ratio", ["16:9", "4:3"])
def test_everything_stands_inside_the_slide(deck: bytes, chain: Briefing, export: Briefing, ratio: str) -> None:
    read = _read(deck if ratio == "16:9" else slides.render([chain, export], ratio=ratio))
    assert round(read.slide_width / read.slide_height, 3) == {"16:9": 1.778, "4:3": 1.333}[ratio]
    for slide in read.slides:
        for x, y in (point for line in _lines(slide) for point in _path(line)):
            assert 0 <= x <= read.slide_width and 0 <= y <= read.slide_height
        for shape in slide.shapes:
            if shape._element.tag == f"{P}cxnSp":  # its frame is turned with it
                continue
            assert shape.left >= 0 and shape.top >= 0, shape.name
            assert shape.left + shape.width <= read.slide_width, shape.name
            assert shape.top + shape.height <= read.slide_height, shape.name
    slide = read.slides[1]
    notes = min(s.top for s in slide.shapes if s.name.startswith("Notes"))
    assert any(s.name == "Rule" for s in slide.shapes)
    assert all(g.top + g.height <= notes for g in _nodes(slide))


def test_the_same_views_give_the_same_bytes(deck: bytes, chain: Briefing, export: Briefing) -> None:
    assert slides.render([chain, export]) == deck
    with zipfile.ZipFile(io.BytesIO(deck)) as packed:
        assert {i.date_time for i in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_file_says_what_it_is_and_names_no_author(deck: bytes, chain: Briefing) -> None:
    properties = _read(deck).core_properties
    assert chain.digest in properties.keywords
    assert (properties.author, properties.last_modified_by, properties.category) == ("", "", "Draft")
    with zipfile.ZipFile(io.BytesIO(deck)) as packed:
        custom = packed.read("docProps/custom.xml").decode()
        assert chain.digest in custom and chain.title in custom
        assert "docProps/thumbnail.jpeg" not in packed.namelist()


def test_the_xml_is_as_powerpoint_wants_it(deck: bytes) -> None:
    order = ["noFill", "solidFill", "prstDash", "round", "headEnd", "tailEnd"]
    look = ["solidFill", "ea", "hlinkClick"]
    for slide in _read(deck).slides:
        root = slide._element
        ids = [e.get("id") for e in root.iter(f"{P}cNvPr")]
        assert len(ids) == len(set(ids))
        for parent, names in ((f"{A}ln", order), (f"{A}rPr", look)):
            for element in root.iter(parent):
                ranks = [names.index(c.tag.removeprefix(A)) for c in element]
                assert ranks == sorted(ranks)
        assert all(int(e.get(k)) >= 0 for e in root.iter(f"{A}ext") for k in ("cx", "cy") if e.get(k))
        assert all(100 <= int(e.get("sz")) <= 400_000 for e in root.iter(f"{A}rPr") if e.get("sz"))
        assert all(abs(int(e.get("fmla").split()[1])) < 2**31 for e in root.iter(f"{A}gd"))
        relation_ids = set(slide.part.rels)
        assert {v for e in root.iter() for k, v in e.attrib.items() if k.startswith(R)} <= relation_ids


def test_hostile_names_leave_the_file_whole(chain: Briefing) -> None:
    shown = chain.rendered.shown.entities
    names = {e.id: name for e, name in zip(shown, HOSTILE, strict=False)}
    bad = Briefing(_renamed(chain.material, names), mark="<b>", title_given="=1+1 <i>\x07" + "y" * 5_000)
    read = _read(slides.render([bad]))
    text = _everything(read)
    assert "<script>alert(1)</script>" in text
    assert "강계뜨락또르종합공장 Каньге" in text.replace("\n", "")
    assert "y" * 5_000 in text
    hangul = [r for r in read.slides[1]._element.iter(f"{A}r") if "강계" in (r.find(f"{A}t").text or "")]
    assert hangul and all(r.find(f"{A}rPr/{A}ea").get("typeface") == "Malgun Gothic" for r in hangul)
    for slide in read.slides:
        for group in (s for s in slide.shapes if s.shape_type == 6):
            assert group.left >= 0 and group.left + group.width <= read.slide_width, group.name


def test_notes_without_room_go_on_and_nothing_is_lost(chain: Briefing) -> None:
    sources = tuple(
        replace(s, title=f"{s.title} {n} " + "a long title " * 60) for n, s in enumerate(chain.material.whole.sources)
    )
    long = Briefing(replace(chain.material, whole=replace(chain.material.whole, sources=sources)))
    read = _read(slides.render([long]))
    pages = [s for s in read.slides if s.shapes.title.text_frame.text.startswith("Notes to")]
    assert pages
    assert "Next slide:" in _texts(read.slides[1])
    text = "\n".join(_texts(s) for s in (read.slides[1], *pages))
    for note in long.footnotes:
        match = re.search(rf"^{note.number}\t.*?(?=^\d+\t|\Z)", text, re.MULTILINE | re.DOTALL)
        assert match and " ".join(note.text.split()) in " ".join(match[0].split())


def test_the_analyst_s_own_notes_are_cards_and_no_claims(chain: Briefing) -> None:
    canvas = replace(chain.material.canvas, notes=(Note("note-1", "Ask the ministry"),)).placed(
        {"note-1": (0, 0)}, fit=False
    )
    read = _read(slides.render([Briefing(replace(chain.material, canvas=canvas))]))
    card = next(g for g in read.slides[1].shapes if g.shape_type == 6 and "Ask the ministry" in _group_text(g))
    main = next(s for s in card.shapes if s.has_text_frame and s.text_frame.text)
    assert main._element.spPr.find(f"{A}solidFill/{A}srgbClr").get("val") == "FFF6C9"
    assert "which are no claims" in read.slides[1].notes_slide.notes_text_frame.text


def _group_text(group: Any) -> str:
    return " ".join(s.text_frame.text for s in group.shapes if s.has_text_frame)


def test_what_is_picked_out_has_a_halo_and_the_rest_steps_back(export: Briefing) -> None:
    line = export.rendered.shown.relationships[0]
    emphasis = Emphasis("query", (line.source, line.target), (line.id,), sentence="Picked.")
    canvas = replace(export.material.canvas, emphasis=emphasis)
    slide = _read(slides.render([Briefing(replace(export.material, canvas=canvas))])).slides[1]
    haloed = {g.name for g in _nodes(slide) if any(s.name.endswith("(halo)") for s in g.shapes)}
    assert haloed == {export.material.names[line.source], export.material.names[line.target]}
    for group in _nodes(slide):
        symbol = next(s for s in group.shapes if s.name == group.name)
        alpha = symbol._element.spPr.find(f"{A}solidFill/{A}srgbClr/{A}alpha")
        assert (alpha is None) == (group.name in haloed)
    glowing = [c for c in _lines(slide) if c.find(f".//{A}glow") is not None]
    assert [c.find(f".//{P}cNvPr").get("name") for c in glowing] == [export.statement(line)]


def test_a_stack_shows_that_there_is_more_behind_it(export: Briefing) -> None:
    carried = [r for r in export.rendered.shown.relationships if r.type == "CARRIES"]
    types = {e.id: e.type for e in export.rendered.shown.entities}
    around, kind = Counter((r.source, types[r.target]) for r in carried).most_common(1)[0][0]
    members = tuple(r.target for r in carried if r.source == around and types[r.target] == kind)
    canvas = export.material.canvas
    places = {**canvas.positions, "stack:1": canvas.positions[members[0]]}
    stacked = replace(canvas, stacks=(Stack("stack:1", around, kind, "CARRIES", members),), positions=places)
    briefing = Briefing(replace(export.material, canvas=stacked))
    slide = _read(slides.render([briefing])).slides[1]
    assert len(_nodes(slide)) == len(briefing.rendered.drawn.entities) < len(export.rendered.drawn.entities)
    assert sum(s.name.endswith("(more behind)") for g in _nodes(slide) for s in g.shapes) == 1


def _template() -> bytes:
    """A house's own presentation with a slide that must not get out."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Emu(11_000_000), Emu(7_000_000)
    deck.core_properties.author = "House Author"
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Secret sample"
    slide.notes_slide.notes_text_frame.text = "Secret note"
    deck.slide_masters[0].name = "House master"
    held = io.BytesIO()
    deck.save(held)
    return held.getvalue()


def test_a_template_keeps_its_masters_and_loses_its_slides(export: Briefing) -> None:
    template = _template()
    data = slides.render([export], template=template)
    read = _read(data)
    assert (read.slide_width, read.slide_height) == (11_000_000, 7_000_000)
    assert [y.name for y in read.slide_layouts] == [y.name for y in _read(template).slide_layouts]
    assert read.slides[1].shapes.title.text_frame.text == export.title
    assert len(_lines(read.slides[1])) == len(export.rendered.drawn.relationships)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for name in packed.namelist():
            assert b"Secret" not in packed.read(name), name
            assert b"House Author" not in packed.read(name), name
    assert slides.render([export], template=template) == data


def test_a_potx_is_a_template_too(export: Briefing) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_template())) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"presentation.main+xml", b"template.main+xml"))
    assert len(_read(slides.render([export], template=held.getvalue())).slides) >= 3


def test_what_is_no_template_is_said_to_be_none(export: Briefing) -> None:
    bare = Presentation()
    for layout in bare.slide_layouts:
        for holder in list(layout.placeholders):
            holder._element.getparent().remove(holder._element)
    held = io.BytesIO()
    bare.save(held)
    with pytest.raises(DataError, match="no slide layout with a title"):
        slides.render([export], template=held.getvalue())
    for wrong in (b"", b"no zip", page_layout.build_page(export, PAPERS["slide"]).svg().encode()):
        with pytest.raises(DataError, match="no PowerPoint file"):
            slides.render([export], template=wrong)
    with pytest.raises(UsageError):
        slides.render([export], ratio="2:1")
    with pytest.raises(UsageError):
        slides.render([])


def test_an_empty_view_is_a_slide_that_says_so(store: Store, ontology: Ontology) -> None:
    empty = Briefing(materials.gather(store, ontology, Canvas()))
    read = _read(slides.render([empty]))
    assert len(read.slides) == 2
    assert "Nothing is shown here." in _texts(read.slides[1])


@pytest.fixture(scope="module")
def drawn(deck: bytes, chain: Briefing, convert: Callable[..., None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with deck.pdf, the slides of both views, and korean.pdf, the chain with a name in Hangul."""
    folder = tmp_path_factory.mktemp("drawn")
    (folder / "deck.pptx").write_bytes(deck)
    korean = Briefing(_renamed(chain.material, {chain.rendered.shown.entities[0].id: "강계뜨락또르종합공장"}))
    (folder / "korean.pptx").write_bytes(slides.render([korean]))
    convert(folder, "deck.pptx", "korean.pptx")
    return folder


def test_libreoffice_draws_every_symbol_in_the_colour_of_the_canvas(drawn: Path, deck: bytes, chain: Briefing) -> None:
    """At the place of each symbol is its colour, and as much of each colour as on the picture that is set from SVG."""
    second_page = ("-r", "96", "-f", "2", "-l", "2", "-png")
    run_program("pdftoppm", *second_page, drawn / "deck.pdf", drawn / "page")
    seen = Image.open(next(drawn.glob("page*.png"))).convert("RGB")
    slide = _read(deck).slides[1]
    ratio = seen.width / _read(deck).slide_width
    colours = Counter()
    for group in _nodes(slide):
        symbol = next(s for s in group.shapes if s.name == group.name)
        paint = symbol._element.spPr.find(f"{A}solidFill/{A}srgbClr")
        if paint is None or len(list(group.shapes)) < 3:
            continue
        colour = tuple(int(paint.get("val")[n : n + 2], 16) for n in (0, 2, 4))
        left, top = int(symbol.left * ratio), int(symbol.top * ratio)
        spots = [
            seen.getpixel((left + x, top + y))
            for x in range(int(symbol.width * ratio))
            for y in range(int(symbol.height * ratio))
        ]
        near = sum(max(abs(a - b) for a, b in zip(s, colour, strict=True)) < 24 for s in spots)
        assert near > len(spots) * 0.2, group.name
        colours[colour] += near
    page = page_layout.build_page(chain, PAPERS["slide"])
    canvas = Image.open(io.BytesIO(typeset.render_png(page.svg(), width=page.width, pixels=1280))).convert("RGB")
    pixels = Counter(canvas.get_flattened_data())
    assert all(pixels[colour] > 50 for colour in colours)


def test_symbols_stand_to_each_other_as_on_the_canvas(deck: bytes, chain: Briefing) -> None:
    """Distances are drawn together for the page, which keeps who stands left of and above whom."""
    at = chain.material.canvas.positions
    names = Counter(e.name for e in chain.rendered.shown.entities)
    canvas_places = {e.name: at[e.id] for e in chain.rendered.shown.entities if names[e.name] == 1}
    slide_places = {}
    for group in _nodes(_read(deck).slides[1]):
        symbol = next((s for s in group.shapes if s.name == group.name), None)
        if symbol is not None and group.name in canvas_places:
            slide_places[group.name] = (symbol.left + symbol.width / 2, symbol.top + symbol.height / 2)
    assert len(slide_places) == len(canvas_places)
    for axis in (0, 1):
        ours, theirs = (
            [places[name][axis] for name in sorted(canvas_places)] for places in (slide_places, canvas_places)
        )
        assert np.corrcoef(ours, theirs)[0, 1] > 0.98, axis


def test_libreoffice_finds_the_words(drawn: Path, chain: Briefing) -> None:
    text = run_program("pdftotext", "-layout", drawn / "deck.pdf", "-")
    assert chain.title in text
    assert "contested" in text
    assert text.count("DRAFT") == text.count("\f")


def test_libreoffice_shows_korean(drawn: Path) -> None:
    assert "강계뜨락또르종합공장" in extract_pdf_text(drawn / "korean.pdf").replace(" ", "")


def test_a_template_whose_notes_have_no_text_is_refused_in_words() -> None:
    template = Presentation()
    for place in list(template.notes_master.placeholders):
        place._element.getparent().remove(place._element)
    stream = io.BytesIO()
    template.save(stream)
    opened = Deck(template=stream.getvalue())
    with pytest.raises(DataError, match="notes page has no text"):
        set_speaker_notes(opened.slide("A title"), "Who says so")
