"""The dossier of an entity: what it says, as Word and as PDF, read again by python-docx, LibreOffice and Poppler."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from docx import Document
from docx.oxml.ns import qn

from explorer.export import dossier, redaction
from explorer.export.common.briefing import Briefing
from explorer.export.common.material import Edition, Material
from explorer.export.dossier import content as dossier_content
from explorer.export.dossier import figure as dossier_figure
from explorer.export.dossier import material as dossier_material
from explorer.export.dossier.content import Dossier, Section
from explorer.export.dossier.docx import render_docx
from explorer.export.dossier.pdf import render_pdf
from explorer.export.dossier.rows import Row
from explorer.state.canvas import Canvas
from graph import evidence
from graph.database.store import Store
from graph.errors import DataError, QueryError, UsageError
from graph.model import Claim, Entity, Source, Subgraph
from graph.ontology import Ontology
from graph.reading import browse, naming
from tests.support.exports import run_program

KIM, PLANT, RUSSIA, SHIP, ONE = "kim-jong-un", "kanggye-general-tractor-plant", "russia", "lady-r", "african-countries"
EVERY = (KIM, PLANT, RUSSIA, SHIP, ONE, "factory-26", "regime-ofac")
HOSTILE = (
    "<script>alert(1)</script>",
    "#strong[x] $x$ \\n *b* _i_ @ref <label>",
    "=cmd|' /C calc'!A0",
    "a\x00b\x1bc",
    "lone \ud800 half",
    "gnp.\u202eexe",
    "김정은\n둘째 줄",
    "Российская Федерация",
)


@pytest.fixture(scope="module")
def dossiers(store: Store, ontology: Ontology) -> dict[str, Dossier]:
    """Dossiers of entities of many kinds."""
    return {entity: written(*dossier.gather(store, ontology, entity)) for entity in EVERY}


@pytest.fixture(scope="module")
def pages(dossiers: dict[str, Dossier]) -> dict[str, str]:
    """The text of each as a PDF."""
    return {entity: squeezed(text_of(render_pdf(dossiers[entity]))) for entity in (KIM, PLANT, RUSSIA, ONE)}


def written(about: Material, chain: Material | None = None) -> Dossier:
    """The dossier of what was gathered."""
    both = [Briefing(m, mark="Draft", made_on="2026-11-28") for m in (about, chain) if m]
    return dossier.build_dossier(about.canvas.pinned[0], *both)


def text_of(data: bytes) -> str:
    """What Poppler reads in a PDF, cell after cell."""
    return run_program("pdftotext", "-raw", "-", "-", data=data)


def cited(text: str) -> set[int]:
    """The numbers of sources in a text."""
    groups = re.findall(r"\[([\d, –]+)\]", text)
    return {int(n) for group in groups for n in re.findall(r"\d+", group)}


def squeezed(text: str) -> str:
    """A text without spaces, signs where lines may break, and heads and feet of pages, which stand within sentences."""
    running = re.compile(r"Armsgraph · content|Dossier: |DRAFT$|What is said Who says it When Grade Source$")
    lines = [line for line in text.replace("\f", "\n").splitlines() if not running.match(line)]
    return re.sub(r"[\s\u200b\u00ad]+", "", "".join(lines))


def words_of(data: bytes) -> str:
    """All text of a Word document's body, in order."""
    body = Document(io.BytesIO(data)).element.body
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in body.iter(qn("w:p")))


def section(document: Dossier, title: str) -> Section:
    """The section of a title."""
    return next(s for s in document.sections if s.title == title)


def rows_of(document: Dossier) -> Iterator[Row]:
    """All rows that tell a claim."""
    for part in document.sections:
        yield from part.claims


def small(ontology: Ontology, name: str = "Test Plant", claims: Iterable[Claim] = (), **texts: str) -> Material:
    """A material of one plant, made by hand: two authorities, another plant, a speaker and a denier."""
    label = texts.get("label", "Office")
    types = {
        "plant": ("Factory", name),
        "office": ("Ministry", label),
        "twin": ("Factory", "Twin Plant"),
        "un": ("Regime", "UN list"),
        "eu": ("Regime", "EU list"),
        "land": ("State", "Land"),
        "speaker": ("Organization", "Speaker"),
        "denier": ("Organization", "Denier"),
    }
    entities = [Entity(i, t, ontology.types[t].labels, n) for i, (t, n) in types.items()]
    lines: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.object:
            lines.setdefault(evidence.build_relationship_id(claim.subject, claim.predicate, claim.object), []).append(
                claim
            )
    relations = tuple(evidence.build_relationship(carried) for carried in lines.values())
    ends = {end for r in relations for end in (r.source, r.target)} | {"plant"}
    sources = (
        Source("s1", "Paper", "First report", "2020-01", "https://example.org/1", "article", "en", "B"),
        Source("s2", "Agency", "Denial", "2021", "javascript:alert(1)", "statement", "en", "D"),
    )
    whole = Subgraph(tuple(e for e in entities if e.id in ends), relations, tuple(claims), sources)
    ids = ("plant", *sorted(ends - {"plant"}))
    canvas = Canvas(
        ids=ids, pinned=("plant",), positions={i: (n * 200.0, 0.0) for n, i in enumerate(ids)}, title=f"Dossier: {name}"
    )
    beside = tuple(e for e in entities if e.id not in ends)
    return Material(
        ontology,
        canvas,
        whole,
        beside,
        editions=(Edition("Test data", "1", "2026-01-01", frozenset(c.id for c in claims)),),
    )


def build_claim(number: int, predicate: str, target: str | None, **changes: object) -> Claim:
    """A claim of the speaker about the plant; `denied=True` makes it one of the denier."""
    denied = changes.pop("denied", False)
    base = Claim(
        f"c{number}",
        "plant",
        predicate,
        "denied" if denied else "asserted",
        "s2" if denied else "s1",
        target,
        asserted_by="denier" if denied else "speaker",
        reported_on="2021-03",
        reliability="B",
        credibility="2",
        paragraph="4",
        summary=f"Summary of claim {number}.",
    )
    return replace(base, **changes)


DISPUTED = (
    build_claim(1, "DESIGNATED_BY", "un", valid_from="2016-03"),
    build_claim(2, "DESIGNATED_BY", "un", denied=True),
    build_claim(3, "DESIGNATED_BY", "eu", valid_from="2017", withdrawn_on="2022-05", last_seen_on="2022-04"),
    build_claim(4, "SAME_AS", "twin"),
    build_claim(5, "SAME_AS", "twin", denied=True),
    build_claim(6, "REPORTS_TO", "office", valid_from="2019", valid_to="2020"),
    build_claim(7, "HAS_NAME", None, value="Denied Name", denied=True),
    build_claim(8, "HAS_NAME", None, value="시험공장", detail="original ko"),
    build_claim(9, "ESTIMATE", None, topic="shells a month", low=1000.0, high=2000.0, unit="shells"),
    build_claim(10, "ESTIMATE", None, topic="shells a month", value=70000.0, unit="shells", denied=True),
    build_claim(11, "HAS_IDENTIFIER", None, value="UN-77", detail="UN"),
    build_claim(12, "STATEMENT", None),
    build_claim(13, "HAS_PROPERTY", None, value="circa 1964", detail="founded"),
    build_claim(14, "PART_OF", "twin"),
)


def test_every_claim_about_an_entity_is_told_in_words(dossiers: dict[str, Dossier], store: Store) -> None:
    for entity, document in dossiers.items():
        claims = browse.read_evidence(store, entity=entity).claims
        rows = {row.claim: row for row in rows_of(document)}
        tables = {cell for s in document.sections if s.table for row in s.table.rows for cell in row}
        naming = [c for c in claims if c.predicate in dossier_material.NAMING and c.subject == entity]
        others = [c for c in claims if c not in naming and entity in (c.subject, c.object)]
        assert naming or others
        assert {dossier_content.clean_text(str(claim.value)) for claim in naming} <= tables
        for claim in others:  # an inference goes on with its reasons
            row = rows[claim.id]
            assert row.said.startswith(dossier_content.clean_text(claim.summary).rstrip("."))
            assert (row.denies, row.grade) == (claim.stance == "denied", claim.grade)


def test_every_number_leads_to_its_source(dossiers: dict[str, Dossier], store: Store) -> None:
    for entity, document in dossiers.items():
        numbers = {f.number: f.source.id for f in document.sources}
        assert list(numbers) == list(range(1, len(numbers) + 1))
        sources = {c.id: c.source for c in browse.read_evidence(store, entity=entity).claims}
        assert all(numbers[row.number] == sources[row.claim] for row in rows_of(document))
        texts = [
            w
            for s in document.sections
            for w in (*s.points, *(c for r in (s.table.rows if s.table else ()) for c in r))
        ]
        cited = {
            int(n) for text in texts for group in re.findall(r"\[([\d, –]+)\]", text) for n in re.findall(r"\d+", group)
        }
        assert cited <= set(numbers)


def test_both_diagrams_bear_the_numbers_of_the_one_list(dossiers: dict[str, Dossier]) -> None:
    document = dossiers[PLANT]
    pictures = [s.figure.svg for s in document.sections if s.figure]
    assert len(pictures) == 2
    for svg in pictures:
        assert cited(svg)
        assert cited(svg) <= {f.number for f in document.sources}
    about = section(document, "Chain of Kanggye General Tractor Plant")
    number = next(f.number for f in document.sources if f.source.id == "38north-2024")
    said_so = " ".join(section(document, "What is disputed in the chain").points)
    assert about.figure and f"38 North (B1) [{number}]" in said_so


def test_a_dossier_opens_with_the_disputes_and_tells_both_sides(ontology: Ontology) -> None:
    document = written(small(ontology, claims=DISPUTED))
    points = section(document, "What is disputed").points
    assert any(
        p.startswith("Test Plant is designated by UN list: said by Speaker (B2) [1]; denied by Denier (B2) [2]")
        for p in points
    )
    assert any("may be the same as" in p and "said by Speaker" in p and "denied by Denier" in p for p in points)
    assert "“Denied Name” is denied by Denier (B2) [2]." in points
    names = section(document, "Names")
    assert names.words == ("Denied names and identifiers: Denied Name.",)
    assert [(r.head, r.said, r.denies) for r in names.claims] == [("Denied Name", "Summary of claim 7.", True)]
    titles = [s.title for s in document.sections]
    assert titles.index("What is disputed") == 1
    doubles = section(document, "Possible doubles").claims
    assert [r.denies for r in doubles] == [True, False]
    assert section(document, "What else is said of it and these").claims[0].head == "Test Plant is part of Twin Plant"


def test_a_designation_says_how_it_stands(ontology: Ontology) -> None:
    designations = section(written(small(ontology, claims=DISPUTED)), "Designations")
    assert designations.table
    by = {row[0]: row for row in designations.table.rows}
    assert by["UN list"][1:3] == ("Listed; but 1 claim says that it is not", "since 2016-03")
    assert by["EU list"][1:3] == ("Listed once, ended", "since 2017 until 2022-05")
    assert (
        designations.words[0]
        == "Designated by UN list (contested). No longer designated by EU list (withdrawn 2022-05)."
    )
    assert any(r.withdrawn and "withdrawn: not in the edition of 2022-05" in r.when for r in designations.claims)


def test_no_designation_is_said_plainly(ontology: Ontology, dossiers: dict[str, Dossier]) -> None:
    none = section(written(small(ontology, claims=DISPUTED[5:6])), "Designations")
    assert none.words[0] == "No designation of Test Plant in the data."
    denied = section(dossiers[PLANT], "Designations").words[0]
    assert denied.startswith("No designation of Kanggye General Tractor Plant in the data. Not found on the list of ")
    assert denied.endswith("; that is no denial.")


def test_figures_on_one_topic_stand_side_by_side(ontology: Ontology) -> None:
    figures = section(written(small(ontology, claims=DISPUTED)), "Shells a month")
    assert [(r.head, r.denies) for r in figures.claims] == [("70,000 shells", True), ("1,000 to 2,000 shells", False)]


def test_the_pdf_holds_every_summary_and_the_korean_names(dossiers: dict[str, Dossier], pages: dict[str, str]) -> None:
    for entity, page in pages.items():
        for row in rows_of(dossiers[entity]):
            assert squeezed(row.said) in page, row
        for note in dossiers[entity].sources:
            assert squeezed(note.text) in page
        assert str(dossiers[entity].metadata["content_sha256"]) in page
    assert "김정은" in pages[KIM]
    assert "강계뜨락또르종합공장" in pages[PLANT]


def test_the_pdf_is_titled_tagged_and_dateless_and_embeds_its_fonts(
    dossiers: dict[str, Dossier], tmp_path: Path
) -> None:
    path = tmp_path / "d.pdf"
    path.write_bytes(render_pdf(dossiers[PLANT]))
    about = run_program("pdfinfo", path)
    assert re.search(r"Title: +Dossier: Kanggye General Tractor Plant\n", about)
    assert re.search(r"Tagged: +yes", about)
    assert "CreationDate" not in about and "Author" not in about
    fonts = run_program("pdffonts", path).splitlines()[2:]
    assert fonts
    assert all(re.search(r" yes +(yes|no) +(yes|no) +\d+ +\d+$", line) and "Noto" in line for line in fonts)


def test_the_word_document_says_the_same_in_headings_tables_and_links(dossiers: dict[str, Dossier]) -> None:
    for entity in (KIM, PLANT, ONE):
        content = dossiers[entity]
        data = render_docx(content)
        document, text = Document(io.BytesIO(data)), words_of(data)
        heads = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
        assert heads == [*(s.title for s in content.sections), "Sources", "About this file"]
        assert all(row.said in text and row.who in text for row in rows_of(content))
        assert all(t.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for t in document.tables)
        body = document.element.body
        marks = {m.get(qn("w:name")) for m in body.iter(qn("w:bookmarkStart"))}
        assert marks == {f"source_{f.number}" for f in content.sources}
        anchors = [h.get(qn("w:anchor")) for h in body.iter(qn("w:hyperlink")) if h.get(qn("w:anchor"))]
        assert anchors and set(anchors) <= marks
        links = {r.target_ref for r in document.part.rels.values() if r.is_external}
        assert links == {f.url for f in content.sources if f.url}
        pictures = [p.get("descr") for p in body.iter(qn("wp:docPr"))]
        assert pictures == [s.figure.alt for s in content.sections if s.figure]


def test_the_word_document_has_no_clock_and_no_author(dossiers: dict[str, Dossier]) -> None:
    about = Document(io.BytesIO(render_docx(dossiers[ONE]))).core_properties
    assert (about.author, about.last_modified_by, about.created.year, about.title) == (
        "",
        "",
        2000,
        dossiers[ONE].title,
    )
    assert str(dossiers[ONE].metadata["content_sha256"]) in about.keywords


def test_libreoffice_opens_the_word_document(
    dossiers: dict[str, Dossier], convert: Callable[..., None], tmp_path: Path
) -> None:
    (tmp_path / "d.docx").write_bytes(render_docx(dossiers[PLANT]))
    convert(tmp_path, "d.docx")
    text = squeezed(text_of((tmp_path / "d.pdf").read_bytes()))
    assert all(squeezed(row.said) in text for row in rows_of(dossiers[PLANT]))
    assert "강계뜨락또르종합공장" in text


def test_equal_dossiers_are_equal_bytes(store: Store, ontology: Ontology) -> None:
    one, two = (written(*dossier.gather(store, ontology, KIM)) for _ in range(2))
    assert render_docx(one) == render_docx(two)
    assert render_pdf(one) == render_pdf(two)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_shown_as_they_are(ontology: Ontology, name: str) -> None:
    claims = (
        *DISPUTED,
        build_claim(20, "STATEMENT", None, summary=name, paragraph=name, detail=name),
        build_claim(21, "HAS_NAME", None, value=name, detail=name),
    )
    material = small(ontology, name, claims, label=name)
    bad = tuple(replace(s, title=name, publisher=name, note=name, kind=name) for s in material.whole.sources)
    document = written(replace(material, whole=replace(material.whole, sources=bad)))
    shown = dossier_content.clean_text(name)
    assert squeezed(shown) in squeezed(text_of(render_pdf(document)))
    data = render_docx(document)
    assert shown in words_of(data)
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        texts = [parts.read(part) for part in parts.namelist() if part.endswith((".xml", ".rels"))]
    for text in texts:
        ET.fromstring(text)  # noqa: S314 - our own file
    assert b"javascript:" not in b"".join(texts)
    assert b"javascript:" not in render_pdf(document)


def test_a_name_of_ten_thousand_letters_stays_whole(ontology: Ontology) -> None:
    name = "".join(f"{n:05}" for n in range(2_000))  # whatever is lost of it would be missed
    document = written(small(ontology, name, DISPUTED, label=name))
    assert len(document.name) == dossier_content.LONGEST
    assert name in words_of(render_docx(document))
    assert name in squeezed(
        re.sub(r"(?m)^Name Kind and language.*$", "", text_of(render_pdf(document)).replace("\f", "\n"))
    )
    boxes = run_program("pdftotext", "-bbox", "-", "-", data=render_pdf(document))
    widths = {float(w) for w in re.findall(r'<page width="([\d.]+)"', boxes)}
    assert max(float(x) for x in re.findall(r'xMax="([\d.]+)"', boxes)) < max(widths)


def test_control_marks_do_not_turn_the_reading_around() -> None:
    assert (
        dossier_content.clean_text("a\u202eb\u2066c\x00d\ud800e\nf  김정은") == "a\ufffdb\ufffdc\ufffdd\ufffde f 김정은"
    )


def test_what_is_not_there_has_no_dossier(store: Store, ontology: Ontology) -> None:
    with pytest.raises(QueryError, match="'nobody-at-all' is not in the graph"):
        dossier.gather(store, ontology, "nobody-at-all")
    with pytest.raises(QueryError, match="is not one of ours and has no claims"):
        dossier.gather(store, ontology, "neo4j:4:abc:1")
    with pytest.raises(QueryError):
        dossier.gather(store, ontology, "x" * 10_000)


def test_a_dossier_without_its_entity_is_refused(store: Store, ontology: Ontology) -> None:
    about, _ = dossier.gather(store, ontology, ONE)
    gone = replace(about.whole, entities=tuple(e for e in about.whole.entities if e.id != ONE))
    with pytest.raises(DataError, match="took it out"):
        written(replace(about, whole=gone))


def test_an_entity_without_a_chain_says_so(dossiers: dict[str, Dossier]) -> None:
    (words,) = section(dossiers[ONE], "Chain").words
    start = "No line of reporting, production or export leads from Some African countries (unnamed)"
    assert words == f"{start} that anyone asserts."


def test_what_is_left_out_is_said(store: Store, ontology: Ontology, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = dossier.gather(store, ontology, RUSSIA)
    assert whole.canvas.note == ""
    monkeypatch.setattr(dossier_material, "MOST", 5)
    about, chain = dossier.gather(store, ontology, RUSSIA)
    total = len(browse.read_evidence(store, entity=RUSSIA).claims)
    assert re.search(rf"5 of 30 neighbours and \d+ of {total} claims \(3 of 3 that deny\)", about.canvas.note)
    document = written(about, chain)
    assert about.canvas.note in section(document, "In short").words
    assert len(section(document, "What is disputed").points) == 2


def test_the_diagram_of_neighbours_is_bounded_and_says_by_what_rule(store: Store, ontology: Ontology) -> None:
    about, _ = dossier.gather(store, ontology, RUSSIA)
    near, words = dossier_figure.select_neighbourhood(Briefing(about), RUSSIA)
    assert words.startswith(f"The {dossier_figure.MOST} best evidenced of its 30 neighbours")
    assert len(near.rendered.shown.entities) == dossier_figure.MOST + 1
    assert all(RUSSIA in (r.source, r.target) for r in near.rendered.shown.relationships)
    assert "north-korea" in near.material.canvas.ids


def test_diagrams_keep_their_names_readable(dossiers: dict[str, Dossier]) -> None:
    for document in dossiers.values():
        for part in document.sections:
            assert part.figure is None or part.figure.name_size >= 5.5, (document.name, part.title)


def test_a_renamed_entity_keeps_its_dossier_and_loses_its_name(store: Store, ontology: Ontology) -> None:
    profile = redaction.Profile("Press", names=(redaction.Replacement(PLANT, "Plant A"),))
    both = [m for m in dossier.gather(store, ontology, PLANT) if m]
    left, removed = redaction.apply_profile_to_all(both, profile, naming.read_naming(store, [PLANT]))
    document = dossier.build_dossier(PLANT, *(Briefing(m) for m in left))
    assert document.name == "Plant A"
    for form in ("docx", "pdf"):
        data = dossier.write(document, form)
        assert redaction.find_leaks(data, removed) == []
    text = words_of(dossier.write(document, "docx"))
    assert "Plant A" in text
    assert "This is a redacted version" in text
    assert "강계뜨락또르종합공장" not in text


def test_hidden_sources_are_nowhere_in_the_files(store: Store, ontology: Ontology) -> None:
    both = [m for m in dossier.gather(store, ontology, KIM) if m]
    left, removed = redaction.apply_profile_to_all(
        both, redaction.Profile("No lists", source_kinds=("list",)), Subgraph()
    )
    document = dossier.build_dossier(KIM, *(Briefing(m) for m in left))
    said_so = section(document, "Designations").words[0]
    assert said_so == "No designation of Kim Jong Un is shown in this redacted version."
    assert section(document, "What is disputed").words == (
        "Nothing shown in this redacted version denies anything of it.",
    )
    assert all(redaction.find_leaks(dossier.write(document, form), removed) == [] for form in ("docx", "pdf"))


def test_an_entity_that_redaction_took_out_has_no_dossier(store: Store, ontology: Ontology) -> None:
    both = [m for m in dossier.gather(store, ontology, ONE) if m]
    left, _ = redaction.apply_profile_to_all(both, redaction.Profile("Nothing", source_kinds=("article",)), Subgraph())
    with pytest.raises(DataError, match="took it out"):
        dossier.build_dossier(ONE, *(Briefing(m) for m in left))


def test_a_dossier_is_word_or_pdf(dossiers: dict[str, Dossier]) -> None:
    assert squeezed(dossiers[ONE].title) in squeezed(text_of(dossier.write(dossiers[ONE], "pdf")))
    with pytest.raises(UsageError, match="docx or pdf"):
        dossier.write(dossiers[ONE], "odt")
