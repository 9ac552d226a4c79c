"""The stylesheet and the icons: everything in the ontology has its look, and stances look different."""

import base64
from typing import Any
from xml.etree import ElementTree

from explorer.appearance import icons
from explorer.canvas import stylesheet
from graph.ontology import Ontology


def rules(ontology: Ontology) -> dict[str, dict[str, Any]]:
    return {rule["selector"]: rule["style"] for rule in stylesheet.build_stylesheet(ontology)}


def test_every_type_and_chain_has_its_look(ontology: Ontology) -> None:
    sheet = rules(ontology)
    for type_ in ontology.list_concrete_types():
        look = sheet[f'node[type = "{type_.name}"]']
        assert (look["shape"], look["background-color"]) == (type_.shape, type_.colour)
        assert type_.icon in icons.list_icons(), f"{type_.name}: there is no icon {type_.icon}"
    for chain in ontology.chains.values():
        assert sheet[f'edge[chain = "{chain.name}"]']["line-color"] == chain.colour


def test_stances_differ_without_colour(ontology: Ontology) -> None:
    sheet = rules(ontology)
    contested, denied = sheet['edge[stance = "contested"]'], sheet['edge[stance = "denied"]']
    assert (contested["line-style"], denied["line-style"]) == ("dashed", "dotted")
    assert contested["text-background-color"] != denied["text-background-color"]
    assert contested["min-zoomed-font-size"] == denied["min-zoomed-font-size"] == 0  # the mark never goes


def test_stances_differ_in_greyscale(ontology: Ontology) -> None:
    sheet = rules(ontology)
    pills = {name: sheet[f'edge[stance = "{name}"]'] for name in ("contested", "denied")}
    grounds = [look["text-background-color"] for look in pills.values()]
    assert stylesheet.compute_contrast(*grounds) >= 3  # the one light, the other dark
    for look in pills.values():
        assert stylesheet.compute_contrast(look["color"], look["text-background-color"]) >= 4.5
    assert stylesheet.compute_contrast(grounds[1], stylesheet.PAPER) >= 3
    assert (
        stylesheet.compute_contrast(grounds[0], stylesheet.PAPER) >= 1.8
    )  # light amber on paper: its ink and dashes carry it


def test_dark_paper_keeps_everything_readable(ontology: Ontology) -> None:
    light, dark = stylesheet.build_stylesheet(ontology), stylesheet.build_stylesheet(ontology, dark=True)
    assert [r["selector"] for r in light] == [r["selector"] for r in dark]
    sheet = {rule["selector"]: rule["style"] for rule in dark}
    assert stylesheet.compute_contrast(sheet["node"]["color"], stylesheet.DARK_PAPER) >= 7
    assert stylesheet.compute_contrast(sheet["edge"]["color"], sheet["edge"]["text-background-color"]) >= 7
    for chain in ontology.chains.values():
        assert (
            stylesheet.compute_contrast(sheet[f'edge[chain = "{chain.name}"]']["line-color"], stylesheet.DARK_PAPER)
            >= 4
        )
    assert (
        stylesheet.compute_contrast(sheet["node[type]"]["border-color"], stylesheet.DARK_PAPER) >= 3
    )  # where a fill is too dark
    for stance in ("contested", "denied"):  # the marks are the same by day and by night
        one, other = (r[f'edge[stance = "{stance}"]'] for r in (rules(ontology), sheet))
        assert {k: one[k] for k in ("color", "text-background-color")} == {
            k: other[k] for k in ("color", "text-background-color")
        }
    on_ground = [rule for rule in dark if {"text-background-color", "color"} <= rule["style"].keys()]
    assert on_ground
    for rule in on_ground:
        ink, ground = rule["style"]["color"], rule["style"]["text-background-color"]
        assert stylesheet.compute_contrast(ink, ground) >= 4.5, rule["selector"]


def test_size_and_colour_by_data_come_before_the_stances(ontology: Ontology) -> None:
    order = [rule["selector"] for rule in stylesheet.build_stylesheet(ontology)]
    assert order.index("edge[tint]") > order.index('edge[chain = "sanctions"]')
    assert order.index("edge[tint]") < order.index('edge[stance = "contested"]') < order.index("edge[withdrawn]")
    assert order.index("node[tint]") > order.index('node[type = "Person"]')


def test_icons_and_swatches_are_drawings_of_our_own(ontology: Ontology) -> None:
    for type_ in ontology.types.values():
        for address in (icons.build_icon_uri(type_.icon), icons.build_swatch_uri(type_)):
            assert " " not in address  # cytoscape.js would split it
            assert "," not in address.partition(",")[2]
            drawing = ElementTree.fromstring(base64.b64decode(address.partition(",")[2]))  # noqa: S314 - drawings of our own
            assert drawing.tag.endswith("svg")
    assert (icons.FOLDER / "LICENSE").read_text(encoding="utf-8").startswith("MIT")


def test_types_of_one_group_can_be_told_apart(ontology: Ontology) -> None:
    looks = [(t.colour, t.shape, t.icon) for t in ontology.list_concrete_types()]
    assert len(set(looks)) == len(looks)
