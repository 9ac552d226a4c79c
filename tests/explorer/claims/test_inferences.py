"""What is inferred, in words, pictures and exports: never a speaker, hidden by one rule, told with its reason."""

from dataclasses import replace
from typing import Any

import pytest

from explorer.canvas import elements, rendered_view, stylesheet
from explorer.claims import sentences
from explorer.dash_kit import claim_cards
from explorer.export import redaction
from explorer.export.common import material as materials
from explorer.export.common.briefing import Briefing
from explorer.export.common.claims import list_line_claims
from explorer.export.common.material import Material
from explorer.export.common.style_resolver import StyleResolver
from explorer.export.data import rows, xlsx
from explorer.export.formats import FORMATS, ExportOptions
from explorer.export.geometry import legend as export_legend
from explorer.filters import apply, descriptions
from explorer.panels.reading import details, legend
from explorer.state.canvas import Canvas
from explorer.state.filter import Filter
from graph import evidence
from graph.model import Claim, Entity, Source, Subgraph
from graph.ontology import Ontology

HIDDEN = Filter(stances=("inferred",))
REPORT = Claim(
    "report", "plant", "PART_OF", "asserted", "paper", "trust", asserted_by="writer", reliability="C", credibility="3",
    summary="The plant belongs to the trust.",
)  # fmt: skip
OTHER = replace(
    REPORT, id="other", subject="trust", predicate="REPORTS_TO", object="office", source="letter",
    summary="The trust reports to the office.",
)  # fmt: skip
CONCLUSION = replace(
    OTHER, id="conclusion", subject="plant", source="notes", asserted_by="desk", inferred_from="report other",
    premise_sources="letter paper", summary="So the plant reports to the office.",
)  # fmt: skip
BESIDE = replace(CONCLUSION, id="beside", predicate="PART_OF", object="trust", inferred_from="other")
NAMES = {"plant": "The plant", "trust": "The trust", "office": "The office", "writer": "A writer", "desk": "The desk"}


@pytest.fixture
def material(ontology: Ontology) -> Material:
    """A canvas of three bodies, two reported lines and an inferred one."""
    labels = ontology.types["Organization"].labels
    bodies = {i: Entity(i, "Organization", labels, name) for i, name in NAMES.items()}
    claims = (REPORT, OTHER, CONCLUSION, BESIDE)
    lines: dict[str, list[Claim]] = {}
    for claim in claims:
        key = evidence.build_relationship_id(claim.subject, claim.predicate, claim.object or "")
        lines.setdefault(key, []).append(claim)
    sources = tuple(Source(i, f"Publisher of {i}", f"The {i}", kind=i) for i in ("letter", "notes", "paper"))
    shown = ("office", "plant", "trust")
    whole = Subgraph(
        tuple(bodies[i] for i in shown),
        tuple(evidence.build_relationship(line_claims) for _, line_claims in sorted(lines.items())),
        claims,
        sources,
    )
    canvas = Canvas(ids=shown, positions={i: (n * 200.0, n * 90.0) for n, i in enumerate(shown)}, title="Three bodies")
    return Material(ontology, canvas, whole, (bodies["desk"], bodies["writer"]))


def hide(material: Material, chosen: Filter = HIDDEN) -> Material:
    return replace(material, canvas=replace(material.canvas, filter=chosen))


def read_text(part: Any) -> str:
    """All words of a component."""
    if isinstance(part, str):
        return part
    inside = part if isinstance(part, list | tuple) else getattr(part, "children", None) or ()
    return " ".join(map(read_text, [inside] if not isinstance(inside, list | tuple) else inside))


def test_one_rule_hides_every_inference_and_says_so(material: Material, ontology: Ontology) -> None:
    whole = material.whole
    assert {r.id: r.stance for r in whole.relationships} == {
        "plant|PART_OF|trust": "asserted",
        "plant|REPORTS_TO|office": "inferred",
        "trust|REPORTS_TO|office": "asserted",
    }
    left = apply.apply_filter(ontology, whole, HIDDEN)
    assert {r.id: r.claims for r in left.relationships} == {
        "plant|PART_OF|trust": ("report",),
        "trust|REPORTS_TO|office": ("other",),
    }
    (rule,) = descriptions.list_active_rules(ontology, whole, HIDDEN)
    assert rule.sentence == "Nothing that is inferred: 1 line hidden"
    shown = materials.select_shown(hide(material))
    assert {c.id for c in shown.claims} == {"report", "other"}
    assert "desk" not in {e.id for e in shown.entities}


@pytest.mark.parametrize("source", ["paper", "letter", "notes"])
def test_an_inference_falls_with_each_source_of_its_premises(
    material: Material, ontology: Ontology, source: str
) -> None:
    left = apply.apply_filter(ontology, material.whole, Filter(without=(source,)))
    assert "plant|REPORTS_TO|office" not in {r.id for r in left.relationships}
    support = descriptions.count_source_support(material.whole.relationships, material.whole.sources, ())
    falls = {s.source: s.falls for s in support}
    assert falls == {"paper": 1, "letter": 2, "notes": 1}


def test_no_inference_counts_as_a_speaker(material: Material, ontology: Ontology) -> None:
    left = apply.apply_filter(ontology, material.whole, Filter(speakers=1))
    assert {r.id for r in left.relationships} == {"plant|PART_OF|trust", "trust|REPORTS_TO|office"}


def test_it_is_drawn_unlike_every_other_line_without_colour_too(ontology: Ontology) -> None:
    sheet = StyleResolver(stylesheet.build_stylesheet(ontology))

    def look(**data: str) -> tuple[Any, ...]:
        style = sheet.of({"group": "edges", "data": {"chain": "reporting", "symmetric": 0, **data}})
        dash = tuple(style.get("line-dash-pattern", ())) if style.get("line-style") in ("dashed", "dotted") else ()
        return dash, style.get("target-arrow-shape"), style.get("target-arrow-fill")

    looks = {s: look(stance=s) for s in ("asserted", "inferred", "contested", "denied")}
    looks["withdrawn"] = look(stance="asserted", withdrawn="2020")
    assert len(set(looks.values())) == len(looks)
    assert len({dash for dash, *_ in looks.values()}) == 4


def test_both_legends_count_what_is_inferred(material: Material, ontology: Ontology) -> None:
    view = rendered_view.compose(ontology, material.canvas, material.whole, ())
    assert "inferred by the editors 1" in " ".join(read_text(legend.render_rows(view)).split())
    drawn = {e["data"]["id"]: e["data"] for e in elements.build_elements(view)}
    assert drawn["plant|REPORTS_TO|office"]["words"] == "reports to · inferred"
    rows_ = export_legend.flatten(export_legend.build_groups(Briefing(material)))
    assert [(r.sample.mark, r.count_text) for r in rows_ if r.words == sentences.INFERRED_WORDS] == [("inferred", "1")]


def test_the_reason_names_premises_and_who_says_them(material: Material, ontology: Ontology) -> None:
    briefing = Briefing(material)
    line = next(r for r in briefing.rendered.shown.relationships if r.stance == "inferred")
    assert briefing.sides(line) == ((), ())
    assert briefing.list_inferences(line) == (
        "The desk (C3) [2], because The plant belongs to the trust (said by A writer); "
        "The trust reports to the office (said by A writer)",
    )
    assert briefing.counts == "3 entities, 3 lines (1 inferred)"
    facts = {f.line.id: f for f in rows.build_line_facts(briefing)}
    assert (facts[line.id].asserted, len(facts[line.id].inferred), facts[line.id].stance) == ((), 1, "inferred")
    assert [c.says for row in list_line_claims(briefing) if row.line == line.id for c in row.claims] == ["infers"]
    evidence_ = Subgraph(material.whole.entities + material.beside, (), (CONCLUSION,), material.whole.sources)
    premises = Subgraph((), (), (REPORT, OTHER))
    card = read_text(details.render_relationship(ontology, evidence_, premises=premises))
    assert "Inferred: nobody reports it; 1 conclusion from other claims." in card
    assert "inferred by  The desk" in card
    assert "said by A writer, C3" in card
    assert claim_cards.get_claim_kind(CONCLUSION) == "inferred"


@pytest.mark.parametrize(
    "name", ["csv", "xlsx", "gexf", "cyjs", "dot", "mermaid", "graphml", "json", "svg", "html", "pptx"]
)
def test_every_format_tells_it_apart_and_leaves_it_out(material: Material, name: str) -> None:
    form = FORMATS[name]

    def write(redacted: Material) -> str:
        data = form.write([Briefing(redacted)], ExportOptions(name), None).data
        return " ".join(redaction.extract_texts(data))

    assert "inferred" in write(material)
    hidden = write(hide(material))
    assert CONCLUSION.summary not in hidden
    assert "plant|REPORTS_TO|office" not in hidden


def test_a_hidden_premise_takes_its_conclusion_along(material: Material) -> None:
    profile = redaction.Profile("no letters", source_kinds=("letter",))
    redacted, removed = redaction.apply_profile(material, profile, Subgraph())
    assert {c.id for c in redacted.whole.claims} == {"report"}
    assert "inferred from what is hidden" in removed.text
    named = redaction.Profile("names", names=(redaction.Replacement("desk", "Someone"),))
    subjects = Subgraph(material.beside)
    redacted, _ = redaction.apply_profile(material, named, subjects)
    ids = {c.id for c in redacted.whole.claims}
    assert all(i in ids for c in redacted.whole.claims for i in c.premises)
    assert {c.is_inferred for c in redacted.whole.claims} == {True, False}


def test_tables_have_a_column_for_it(material: Material) -> None:
    grids = {g.title: g for g in xlsx.build_grids(Briefing(material))}
    lines = grids["Lines"]
    at = [c.name for c in lines.columns].index("inferred_by")
    assert sum(bool(row[at]) for row in lines.rows) == 2  # also where it stands beside a report
