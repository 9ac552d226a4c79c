"""A chart as SVG, PNG and a slide: all that the page shows, with its sentences, and names as text alone."""

import io
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation

from explorer.export.build import ExportContext
from explorer.export.chart import build, svg
from explorer.export.chart.sheet import build_sheet
from explorer.export.cli_requests import ExportRequest, run_export
from explorer.export.formats import ExportOptions
from explorer.export.redaction import Profile
from graph.database.store import Store
from graph.errors import DataError, UsageError
from graph.model import Subgraph, Table
from graph.ontology import Ontology
from graph.saved_queries import queryfile
from graph.saved_queries.guarded_query import Answer
from tests.explorer.answers.test_figures import COLUMNS, row

HOSTILE = "<script>alert(1)</script> & 'x'"


def build_answer(kind: str, columns: tuple[str, ...], rows: list[list[Any]]) -> Answer:
    spec = {
        "figures": "{kind: figures, x: as of, y: number, low: at least, high: at most, by: speaker}",
        "bar": "{kind: bar, x: who, y: count, by: kind}",
        "line": "{kind: line, x: who, y: count, by: kind}",
    }[kind]
    text = f"// title: Turbines {HOSTILE}\n// description: d\n// result: chart\n// chart: {spec}\nRETURN 1 AS one"
    query = queryfile.parse("turbines", text)
    return Answer(query, {}, Table(list(columns), rows), Subgraph((), ()), 0.1, len(rows))


FIGURES = [
    row("2024-01", 100, HOSTILE),
    row("2024-01", None, "B", low=200, high=300),
    row("2024-03", None, "C", low=400),
    row("2024-02", 900, "D", note="could hold"),
    row("2022-11", None, "E", stance="denies all of it"),
]
BARS = [["one", 4, "says"], ["two", 7.5, "denies"], [HOSTILE, -2, "says"]]


def read_texts(drawing: str) -> list[Any]:
    """The texts of a drawing, with their places."""
    return [e for e in etree.fromstring(drawing.encode()).iter() if etree.QName(e).localname == "text"]


@pytest.mark.parametrize(
    ("kind", "columns", "rows", "words"),
    [
        ("figures", COLUMNS, FIGURES, ["100", "200 to 300", "at least 400", "900", "E", "denies all of it"]),
        ("bar", ("who", "count", "kind"), BARS, ["4", "7.5", "-2", "one", "two"]),
        ("line", ("who", "count", "kind"), BARS, ["one", "two"]),
    ],
)
def test_a_drawing_holds_every_number_and_name_as_text(
    ontology: Ontology, kind: str, columns: tuple[str, ...], rows: list[list[Any]], words: list[str]
) -> None:
    sheet = build_sheet(ontology, build_answer(kind, columns, rows), {}, mark="Draft", made_on="2026-11-29")
    drawing = svg.render_svg(sheet)
    held = ["".join(e.itertext()) for e in read_texts(drawing)]
    assert set(words) <= set(held)
    assert any(HOSTILE in text for text in held) and "<script" not in drawing
    assert "DRAFT" in held and any("29 November 2026" in text for text in held)
    for remark in sheet.remarks:
        assert remark.split()[0] in " ".join(held)
    root = etree.fromstring(drawing.encode())
    for element in read_texts(drawing):
        assert 0 <= float(element.get("x")) <= float(root.get("width"))
        assert 0 < float(element.get("y")) <= float(root.get("height"))


def test_png_and_slide_show_the_same(ontology: Ontology, store: Store) -> None:
    context = ExportContext(store, ontology)
    answer = build_answer("figures", COLUMNS, FIGURES)
    png = build.build_chart_file(context, answer, ExportOptions("png", pixels=800))
    assert Image.open(io.BytesIO(png.data)).width == 800 and png.name.endswith(".png")
    deck = build.build_chart_file(context, answer, ExportOptions("pptx", mark="Draft"))
    (slide,) = Presentation(io.BytesIO(deck.data)).slides
    (chart,) = [shape for shape in slide.shapes if shape.name == "Chart"]
    texts = {s.text_frame.text for s in chart.shapes if s.has_text_frame}
    assert {"100", "200 to 300", "at least 400", "900", HOSTILE} <= texts
    notes = slide.notes_slide.notes_text_frame.text
    assert all(f"speaker: {who}" in notes for who in (HOSTILE, "B", "C", "D", "E"))
    assert deck.data == build.build_chart_file(context, answer, ExportOptions("pptx", mark="Draft")).data


@pytest.mark.database
@pytest.mark.parametrize("form", build.FORMATS)
def test_the_command_line_and_the_app_write_the_chart_of_a_query(store: Store, ontology: Ontology, form: str) -> None:
    context = ExportContext(store, ontology)
    wish = ExportRequest(query="figures-on-a-topic", values={"topic": "containers shipped to Russia"})
    file = run_export(context, wish, ExportOptions(form))
    assert len(file.data) > 2_000 and file.name.startswith("How-far-apart")
    with pytest.raises(UsageError, match="can't be redacted"):
        run_export(context, wish, ExportOptions(form), profile=Profile("all"))
    with pytest.raises(UsageError, match="a chart is written as png, svg, pptx"):
        run_export(context, wish, ExportOptions("gexf"))


def test_an_answer_without_numbers_has_no_file(ontology: Ontology) -> None:
    with pytest.raises(DataError, match="turbines gives no chart"):
        build_sheet(ontology, build_answer("bar", ("who", "count", "kind"), [["one", None, "x"]]), {})
