"""Size and colour by a property: true to the numbers, and told apart by every eye."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from explorer.appearance import encoding
from explorer.appearance.encoding import VisualEncoding
from explorer.canvas import stylesheet
from explorer.layout.geometry import SYMBOL
from graph.model import Entity, Relationship
from graph.ontology import Ontology

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
EYES = {
    "any": np.eye(3),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}


def lab(colour: str, eye: str) -> Any:
    """A colour in CIE L*a*b* as an eye sees it."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    ) @ np.clip(EYES[eye] @ linear, 0, 1)
    scaled = xyz / np.array([0.95047, 1, 1.08883])
    f = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def entity(name: str, type_: str = "Company", **properties: Any) -> Entity:
    return Entity(name, type_, ("Entity", type_), name, (), properties)


def line(source: str, target: str, *claims: str, **fields: Any) -> Relationship:
    cited = {"sources": [f"s{c[0]}" for c in claims]}
    return Relationship(f"{source}|OWNS|{target}", "OWNS", source, target, claims, properties=cited, **fields)


def dressed(
    ontology: Ontology, whole: list[Entity], lines: list[Relationship] | None = None, **by: Any
) -> VisualEncoding:
    return VisualEncoding(ontology, whole, whole, lines or [], **by)


@pytest.mark.parametrize("eye", EYES)
def test_the_palette_is_told_apart_by_every_eye(eye: str) -> None:
    for palette in (
        (*encoding.PALETTE, encoding.UNKNOWN),
        tuple(encoding.STANCE_COLOURS.values()),
        tuple(encoding.STATUSES.values()),
    ):
        for one, other in combinations(palette, 2):
            assert np.linalg.norm(lab(one, eye) - lab(other, eye)) > 15, (eye, one, other)


def test_white_icons_stay_readable_on_every_fill() -> None:
    for colour in (*encoding.PALETTE, encoding.OTHERS, encoding.UNKNOWN, *encoding.STATUSES.values()):
        assert stylesheet.compute_contrast(colour, stylesheet.PAPER) >= 3


def test_size_by_number_of_lines_counts_what_is_shown(ontology: Ontology) -> None:
    whole = [entity("a"), entity("b"), entity("c")]
    lines = [line("a", "b", "x1", "y1"), line("a", "c", "x2")]
    by = {n: dressed(ontology, whole, lines, size_by=n).amounts for n in encoding.COUNTS}
    assert by == {
        "lines": {"a": 2, "b": 1, "c": 1},
        "claims": {"a": 3, "b": 2, "c": 1},
        "sources": {"a": 2, "b": 2, "c": 1},
    }
    sized = dressed(ontology, whole, lines, size_by="lines")
    assert (sized.side("a"), sized.side("b")) == (encoding.MAX_SIDE, encoding.MIN_SIDE)
    assert [(r.words, r.side) for r in sized.build_size_rows()] == [("1", encoding.MIN_SIDE), ("2", encoding.MAX_SIDE)]
    assert dressed(ontology, whole, lines[:1], size_by="lines").amounts == {"a": 1, "b": 1, "c": 0}


def test_area_grows_with_the_number_and_stays_within_bounds(ontology: Ontology) -> None:
    whole = [entity(str(n), "Ship", tonnage=n) for n in range(0, 1001, 250)]
    sized = dressed(ontology, whole, size_by="property:tonnage")
    sides = [sized.side(e.id) for e in whole]
    assert sides == sorted(sides)
    assert (sides[0], sides[-1]) == (36, 60)
    assert max(sides) <= SYMBOL + 14
    wide, high = (sized.encode_node(whole[-1], (62, 42))[k] for k in ("wide", "high"))
    assert wide / high == pytest.approx(62 / 42, rel=0.01)  # a shape keeps its shape
    assert [r.words for r in sized.build_size_rows()] == ["0 GT", "500 GT", "1,000 GT"]


def test_what_is_not_known_says_so(ontology: Ontology) -> None:
    whole = [entity("a", "Weapon", calibre=122), entity("b", "Weapon", calibre=float("nan")), entity("c")]
    sized = dressed(ontology, whole, size_by="property:calibre")
    assert sized.amounts == {"a": 122}
    assert sized.encode_node(whole[0], (46, 42)) == {"wide": 46, "high": 42}
    assert sized.encode_node(whole[2], (46, 42))["unknown"] == 1
    assert [(r.words, r.seen) for r in sized.build_size_rows()] == [("122 mm", 0), ("not known", 2)]
    tinted = dressed(ontology, [entity("a", country="Russia"), entity("b")], colour_by="property:country")
    assert tinted.encode_node(tinted.whole[1], (46, 42)) == {"tint": encoding.UNKNOWN}
    assert [(r.words, r.seen) for r in tinted.build_colour_rows()] == [("Russia", 1), ("not known", 1)]


def test_the_most_frequent_values_have_colours_of_their_own_and_filtering_keeps_them(ontology: Ontology) -> None:
    whole = [entity(f"{n}-{i}", country=f"Land {n}") for n in range(9) for i in range(9 - n)]
    tinted = dressed(ontology, whole, colour_by="property:country")
    assert [r.colour for r in tinted.build_colour_rows()] == [*encoding.PALETTE, encoding.OTHERS]
    assert [(r.words, r.seen, r.count) for r in tinted.build_colour_rows()][-1] == ("3 other values", 6, 6)
    filtered = replace(tinted, entities=whole[9:])
    assert filtered.encode_node(whole[10], (46, 42)) == tinted.encode_node(whole[10], (46, 42))
    assert (filtered.build_colour_rows()[0].seen, filtered.build_colour_rows()[0].count) == (0, 9)


def test_designated_or_not(ontology: Ontology) -> None:
    def listed(stance: str = "asserted", **properties: Any) -> Relationship:
        return Relationship("x", "DESIGNATED_BY", "a", "r", ("c",), stance, properties)

    assert encoding.classify_designation([]) == "No designation in the data"
    assert encoding.classify_designation([listed()]) == "Designated"
    assert (
        encoding.classify_designation([listed("denied"), listed()]) == "Designated"
    )  # by one authority and not by another
    assert encoding.classify_designation([listed("denied")]) == "No designation in the data"
    assert encoding.classify_designation([listed("inferred")]) == "No designation in the data"
    assert encoding.classify_designation([listed("contested")]) == "Designation contested"
    assert encoding.classify_designation([listed(withdrawn_on="2024")]) == "No longer designated"
    assert encoding.classify_designation([listed(withdrawn_on="2024"), listed("denied")]) == "No longer designated"


def test_lines_by_stance(ontology: Ontology) -> None:
    tinted = dressed(ontology, [], colour_by="stance")
    colours = [tinted.encode_edge(line("a", "b", stance=s))["tint"] for s in ("asserted", "contested", "denied")]
    assert len(set(colours)) == 3
    assert dressed(ontology, []).encode_edge(line("a", "b")) == {}


def test_choices_are_what_the_canvas_holds_and_a_strange_name_is_nothing(ontology: Ontology) -> None:
    whole = [entity("a", tonnage=3, country="Iran", description="words", odd="<img onerror=x>", flag=True)]
    assert encoding.list_size_choices(ontology, whole) == {
        "": "All alike",
        **encoding.COUNTS,
        "property:tonnage": "Gross tonnage",
    }
    assert list(encoding.list_colour_choices(ontology, whole)) == [
        "",
        "designated",
        "stance",
        "property:country",
        "property:odd",
    ]
    for name in ("property:nothing", "nothing", "property:", "<img>"):
        strange = dressed(ontology, whole, size_by=name, colour_by=name)
        assert strange.encode_node(whole[0], (46, 42)) == {}
        assert (strange.build_size_rows(), strange.build_colour_rows()) == ([], [])


def test_one_entity_and_none(ontology: Ontology) -> None:
    alone = dressed(ontology, [entity("a")], size_by="lines", colour_by="designated")
    assert alone.encode_node(alone.whole[0], (46, 46)) == {"wide": 46, "high": 46, "tint": encoding.UNKNOWN}
    assert dressed(ontology, [], size_by="lines", colour_by="designated").build_size_rows() == []


def test_a_stack_is_no_entity_and_keeps_its_own_looks(ontology: Ontology) -> None:
    tinted = dressed(ontology, [entity("a")], size_by="lines", colour_by="designated")
    assert tinted.encode_node(entity("stack:1"), (46, 46)) == {}
