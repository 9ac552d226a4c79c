"""What stands for several is told as a group, drawn as one, and counted as none of them."""

from dataclasses import replace
from typing import Any

import pytest

from explorer.canvas import elements, rendered_view, stylesheet
from explorer.canvas.table_rows import TableContext, build_entity_rows
from explorer.export.common.briefing import Briefing
from explorer.export.common.material import Material
from explorer.export.common.style_resolver import StyleResolver
from explorer.export.data import rows as data_rows
from explorer.export.geometry import legend as export_legend
from explorer.filters import apply, descriptions, legend
from explorer.overlays import stacks
from explorer.panels.page import search
from explorer.panels.reading import details
from explorer.state.canvas import Canvas
from explorer.state.filter import Filter
from graph import collectives
from graph.database.store import Store
from graph.model import Entity, Relationship, Subgraph
from graph.ontology import Ontology
from graph.reading import neighbours, summaries


@pytest.fixture
def whole(ontology: Ontology) -> Subgraph:
    """A group of factories, one of its members, another factory and a group of unknown size, all under a body."""
    labels = ontology.types["Factory"].labels
    plants = {
        "four": Entity("four", "Factory", labels, "Four plants", properties={"groupSize": "4"}),
        "some": Entity("some", "Factory", labels, "Plants in the west", properties={"groupSize": "unknown"}),
        "mill": Entity("mill", "Factory", labels, "The mill"),
        "yard": Entity("yard", "Factory", labels, "The yard", properties={"groupSize": ""}),
        "body": Entity("body", "Commission", ontology.types["Commission"].labels, "The body"),
    }
    lines = [("mill", "PART_OF", "four"), *((p, "REPORTS_TO", "body") for p in ("some", "yard", "mill"))]
    drawn = tuple(Relationship(f"{s}|{t}|{o}", t, s, o, (), "asserted") for s, t, o in lines)
    return Subgraph(tuple(plants.values()), drawn)


def test_a_group_says_of_how_many(ontology: Ontology, whole: Subgraph) -> None:
    kinds = {e.id: collectives.describe_kind(ontology, e) for e in whole.entities}
    assert kinds == {
        "four": "Group of 4 factories",
        "some": "Group of factories, number unknown",
        "mill": "Factory",
        "yard": "Factory",
        "body": "Commission",
    }
    about = replace(whole.entities[0], properties={"groupSize": "about 20"})
    assert collectives.describe_kind(ontology, about) == "Group of about 20 factories"
    assert collectives.describe_kinds(ontology, whole.entities) == [
        "1 commission",
        "2 factories",
        "2 groups of factories",
    ]


def test_no_count_of_a_type_counts_groups(ontology: Ontology, whole: Subgraph) -> None:
    types = {r.name: r for r in legend.build_type_rows(ontology, whole.entities, whole.entities, ())}
    assert (types["Factory"].count, [(p.caption, p.count) for p in types["Factory"].parts]) == (
        2,
        [("groups of factories", 2)],
    )
    only = legend.build_type_rows(ontology, whole.entities[:1], whole.entities[:1], ())
    assert [(r.name, r.count, [p.caption for p in r.parts]) for r in only] == [("Factory", 0, ["group of factories"])]
    hidden = Filter(types=("Factory",))
    left = apply.apply_filter(ontology, whole, hidden)
    sentence, _ = descriptions.describe_filter_parts(ontology, whole, left, hidden)
    assert sentence.startswith("Hidden: 2 factories, 2 groups of factories, ")
    assert not stacks.build_stacks(ontology, replace(whole, relationships=whole.relationships[1:2]), Canvas())


def build_material(ontology: Ontology, whole: Subgraph) -> Material:
    places = {e.id: (n * 150.0, n * 60.0) for n, e in enumerate(whole.entities)}
    return Material(ontology, Canvas(tuple(places), places, title="Plants"), whole)


def test_a_group_is_drawn_and_exported_as_one(ontology: Ontology, whole: Subgraph) -> None:
    material = build_material(ontology, whole)
    view = rendered_view.compose(ontology, material.canvas, whole, ())
    sheet = StyleResolver(stylesheet.build_stylesheet(ontology))
    looks: dict[str, Any] = {e["data"]["id"]: sheet.of(e) for e in elements.build_elements(view)}
    assert (looks["four"]["border-style"], looks["mill"].get("border-style")) == ("double", None)
    assert {e["data"]["id"]: e["data"].get("caption") for e in elements.build_elements(view)}["four"] == (
        "Group of 4 factories"
    )
    briefing = Briefing(material)
    assert briefing.counts == "5 entities, 2 of them groups, 4 lines"
    captions = {f.entity.id: f.caption for f in data_rows.build_entity_facts(briefing)}
    assert (captions["four"], captions["yard"]) == ("Group of 4 factories", "Factory")
    entries = {r.words: r.count_text for r in export_legend.flatten(export_legend.build_groups(briefing))}
    assert (entries["Factories"], entries["Groups of factories"]) == ("2", "2")
    table = {row["id"]: row["type"] for row in build_entity_rows(view, TableContext())}
    assert table["four"] == "Group of 4 factories"
    assert search.build_option(ontology, whole.entities[0])["type"] == "Group of 4 factories"


@pytest.mark.database
def test_the_shipped_groups_are_told_with_their_members(store: Store, ontology: Ontology) -> None:
    (four,) = store.read("MATCH (n:Entity {id: 'four-factories-rok'}) RETURN n")
    (all_,) = store.read("MATCH (n:Entity {id: 'nk-missile-factories'}) RETURN n")
    assert collectives.describe_kind(ontology, four["n"]) == "Group of 4 factories"
    links = summaries.read_key_relationships(store, ontology, "nk-missile-factories")
    text = str(details.render_entity(ontology, all_["n"], Subgraph(), details.ClaimPage(0, 0, 0), links))
    assert "Group of about 20 factories; members known here: 3 factories and 1 research centre." in text
    counts = neighbours.count_neighbours(store, ontology, "nk-munitions-factories", ())
    (parts,) = (r for r in counts.rows if r.relationship == "PART_OF" and r.type == "Factory")
    assert 0 < parts.collectives < parts.total
