"""How types that the ontology does not know are drawn: grey, told apart by a shape and the first letter. All pure."""

from typing import Any
from zlib import crc32

from explorer.appearance import icons
from graph.ontology import ROOT, EntityType, Ontology

SHAPES = ("ellipse", "round-rectangle", "hexagon", "octagon", "cut-rectangle", "barrel")
GREYS = ("#5b6470", "#7b6f64", "#647a6f", "#6f6880")


def get_entity_type(ontology: Ontology, name: str) -> EntityType:
    """The ontology's type of a name or, for the label of a foreign database, a neutral one that always looks alike."""
    if name in ontology.types:
        return ontology.types[name]
    number = crc32(name.encode())
    letter = next((c for c in name if c.isalnum()), "•").upper()[:1]
    return EntityType(
        name=name,
        caption=name or "Node",
        plural=name or "Nodes",
        labels=(name,),
        group=ontology.types[ROOT].group,
        colour=GREYS[number // len(SHAPES) % len(GREYS)],
        shape=SHAPES[number % len(SHAPES)],
        icon=f"{icons.LETTER}{letter}",
    )


def build_node_style(ontology: Ontology, name: str) -> dict[str, Any]:
    """What the canvas needs to draw a node of a type that its stylesheet has no rule for; nothing for one that has."""
    if name in ontology.types:
        return {}
    look = get_entity_type(ontology, name)
    return {"shape": look.shape, "grey": look.colour, "picture": icons.build_icon_uri(look.icon)}


def build_style_rules() -> list[tuple[str, dict[str, Any]]]:
    """The stylesheet's rules for such nodes."""
    return [
        (
            "node[picture]",
            {
                "shape": "data(shape)",
                "background-image": "data(picture)",
                "background-color": "data(grey)",
                "border-color": "data(grey)",
            },
        )
    ]
