"""The stylesheet and the icons: everything in the ontology has its look, and stances look different."""

import base64
from typing import Any
from xml.etree import ElementTree

from explorer import icons, style
from graph.ontology import Ontology


def rules(known: Ontology) -> dict[str, dict[str, Any]]:
    return {rule["selector"]: rule["style"] for rule in style.stylesheet(known)}


def test_every_type_and_chain_has_its_look(known: Ontology) -> None:
    sheet = rules(known)
    for type_ in known.concrete():
        look = sheet[f'node[type = "{type_.name}"]']
        assert (look["shape"], look["background-color"]) == (type_.shape, type_.colour)
        assert type_.icon in icons.names(), f"{type_.name}: there is no icon {type_.icon}"
    for chain in known.chains.values():
        assert sheet[f'edge[chain = "{chain.name}"]']["line-color"] == chain.colour


def test_stances_differ_without_colour(known: Ontology) -> None:
    sheet = rules(known)
    contested, denied = sheet['edge[stance = "contested"]'], sheet['edge[stance = "denied"]']
    assert (contested["line-style"], denied["line-style"]) == ("dashed", "dotted")
    assert contested["text-background-color"] != denied["text-background-color"]
    assert contested["min-zoomed-font-size"] == denied["min-zoomed-font-size"] == 0  # the mark never goes


def test_icons_and_swatches_are_drawings_of_our_own(known: Ontology) -> None:
    for type_ in known.types.values():
        for address in (icons.picture(type_.icon), icons.swatch(type_)):
            assert " " not in address  # cytoscape.js would split it
            assert "," not in address.partition(",")[2]
            drawing = ElementTree.fromstring(base64.b64decode(address.partition(",")[2]))  # noqa: S314
            assert drawing.tag.endswith("svg")
    assert (icons.FOLDER / "LICENSE").read_text(encoding="utf-8").startswith("MIT")


def test_types_of_one_group_can_be_told_apart(known: Ontology) -> None:
    looks = [(t.colour, t.shape, t.icon) for t in known.concrete()]
    assert len(set(looks)) == len(looks)
