"""The stylesheet of the canvas, made from the ontology. Pure. Nothing is styled by class but what the mouse does."""

from collections.abc import Mapping
from typing import Any

from explorer.appearance import icons, labels
from explorer.canvas import diff
from explorer.layout.geometry import LABEL, SYMBOL
from explorer.overlays import chain_overlay, grouping, highlight, notes, path_overlay
from graph.ontology import ChainGroup, EntityType, Ontology

FONT = (  # of the system, nothing is fetched; the first ones show Hangul and Cyrillic
    '"Noto Sans", "Noto Sans KR", "Noto Sans CJK KR", "Segoe UI", "Malgun Gothic", "Helvetica Neue", '
    '"Apple SD Gothic Neo", "DejaVu Sans", sans-serif'
)
INK, PAPER = "#1b2430", "#ffffff"
AMBER, RED = "#f2b233", "#b42318"
_GREY = "#6b7280"
DARK_PAPER, RIM = "#1a212a", "#8b96a4"
_LARGE = {"star": (60, 60), "diamond": (60, 60), "rhomboid": (62, 42), "round-tag": (54, 42), "tag": (56, 42)}


def build_stylesheet(ontology: Ontology, *, dark: bool = False) -> list[dict[str, Any]]:
    """The rules for nodes by type, lines by chain and stance, and what is selected or hidden; on white or dark paper.

    Pictures to take away are always on white paper.
    """
    rules = _build_rules(ontology, rim={"border-width": 1.5, "border-color": RIM} if dark else {})
    return [_build_rule(r["selector"], _adapt_to_dark(r["style"])) for r in rules] if dark else rules


def get_symbol_size(type_: EntityType | None) -> tuple[float, float]:
    """Width and height of the symbol of a type."""
    return _LARGE.get(type_.shape, (SYMBOL, SYMBOL - 4)) if type_ else (SYMBOL, SYMBOL)


def _build_rules(ontology: Ontology, rim: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        _build_rule("node", _NODE),
        *(_build_rule(f'node[type = "{t.name}"]', _build_type_style(t)) for t in ontology.list_concrete_types()),
        _build_rule("node[type]", rim),
        *(_build_rule(selector, look) for selector, look in labels.build_style_rules()),
        _build_rule("edge", _EDGE),
        *(_build_rule(f'edge[chain = "{c.name}"]', _build_chain_style(c)) for c in ontology.chains.values()),
        _build_rule("edge[symmetric = 1]", {"target-arrow-shape": "none"}),
        _build_rule(
            "edge[bend]",
            {"curve-style": "unbundled-bezier", "control-point-distances": "data(bend)", "control-point-weights": 0.5},
        ),
        _build_rule("edge[tint]", {"line-color": "data(tint)", "target-arrow-color": "data(tint)"}),
        _build_rule("node[wide]", {"width": "data(wide)", "height": "data(high)"}),
        _build_rule("node[tint]", {"background-color": "data(tint)"}),
        _build_rule("node[collective]", _COLLECTIVE),
        _build_rule("node[unknown]", {"border-width": 2, "border-style": "dashed", "border-color": PAPER}),
        _build_rule('edge[stance = "inferred"]', _INFERRED),
        _build_rule('edge[stance = "contested"]', _CONTESTED),
        _build_rule('edge[stance = "denied"]', _DENIED),
        _build_rule("edge[withdrawn]", _WITHDRAWN),
        _build_rule(
            "edge[mark_at]",
            {
                "label": "",
                "source-label": "data(label)",
                "source-text-offset": "data(mark_at)",
                "source-text-rotation": "none",
            },
        ),
        *(
            _build_rule(selector, style)
            for selector, style in (
                *notes.build_style_rules(),
                *diff.build_style_rules(),
                *chain_overlay.build_style_rules(),
                *path_overlay.build_style_rules(),
                *highlight.build_style_rules(),
                *grouping.build_style_rules(),
            )
        ),
        _build_rule("[shown = 0]", {"display": "none"}),
        _build_rule("node.far", {"opacity": 0.5}),
        _build_rule("edge.far", {"opacity": 0.25}),
        _build_rule("edge.near", {"width": 3, "label": "data(words)", "min-zoomed-font-size": 0, "z-index": 20}),
        _build_rule(
            "node:selected", {"border-width": 4, "border-color": INK, "border-opacity": 1, "font-weight": "bold"}
        ),
        _build_rule("edge:selected", {"width": 4.5, "label": "data(words)", "min-zoomed-font-size": 0, "z-index": 30}),
        _build_rule("edge.near[mark_at], edge:selected[mark_at]", {"label": "", "source-label": "data(words)"}),
        _build_rule(":active", {"overlay-opacity": 0.08}),
    ]


def _build_rule(selector: str, style: Mapping[str, Any]) -> dict[str, Any]:
    return {"selector": selector, "style": dict(style)}


def _build_chain_style(chain: ChainGroup) -> dict[str, Any]:
    width = 1.5 if "thin" in chain.roles else 2.2
    return {"line-color": chain.colour, "target-arrow-color": chain.colour, "width": width}


def _build_type_style(type_: EntityType) -> dict[str, Any]:
    width, height = get_symbol_size(type_)
    return {
        "shape": type_.shape,
        "width": width,
        "height": height,
        "background-color": type_.colour,
        "border-color": type_.colour,
        "background-image": icons.build_icon_uri(type_.icon),
    }


# It stands for several: a double rim.
_COLLECTIVE = {
    "border-width": 8,
    "border-style": "double",
    "border-color": INK,
    "font-style": "italic",
}
_NODE = {
    "shape": "ellipse",
    "width": SYMBOL,
    "height": SYMBOL,
    "background-color": _GREY,
    "border-width": 0,
    "background-image": icons.build_icon_uri("circle"),
    "background-width": 25,
    "background-height": 25,
    "background-clip": "none",
    "label": "data(label)",
    "color": INK,
    "font-family": FONT,
    "font-size": 16.5,
    "font-weight": 500,
    "text-valign": "bottom",
    "text-margin-y": 5,
    "text-wrap": "wrap",
    "text-max-width": LABEL,
    "text-background-color": PAPER,
    "text-background-opacity": 0.85,
    "text-background-padding": 1,
    "line-height": 1.15,
    "min-zoomed-font-size": 4,
}
# A list no longer says so: thin and grey, with the date in words.
_WITHDRAWN = {
    "line-color": "#9aa3ad",
    "target-arrow-color": "#9aa3ad",
    "target-arrow-shape": "vee",
    "width": 1.5,
    "color": "#4a4f57",
    "text-background-color": "#e7e8ea",
    "text-background-opacity": 1,
    "text-background-shape": "roundrectangle",
    "text-background-padding": 3,
    "min-zoomed-font-size": 0,
}
_EDGE = {
    "curve-style": "bezier",
    "source-endpoint": "outside-to-node-or-label",
    "target-endpoint": "outside-to-node-or-label",
    "control-point-step-size": 46,
    "width": 2,
    "line-color": _GREY,
    "target-arrow-color": _GREY,
    "target-arrow-shape": "triangle",
    "arrow-scale": 1.05,
    "target-distance-from-node": 2,
    "label": "data(label)",
    "font-family": FONT,
    "font-size": 12.5,
    "color": "#3d4855",
    "text-rotation": "autorotate",
    "text-background-color": PAPER,
    "text-background-opacity": 0.92,
    "text-background-padding": 2,
    "text-background-shape": "round-rectangle",
    "min-zoomed-font-size": 13,  # shown from a zoom of 1 on: cytoscape.js compares in powers of two
}
_PILL = {
    "text-background-opacity": 1,
    "text-background-padding": 4,
    "text-rotation": "none",
    "font-weight": 700,
    "font-size": 13.5,
    "min-zoomed-font-size": 0,
    "z-index": 10,
}
# Nobody says so: dash and dot, with an empty arrow, so that it is told apart without colours too.
_INFERRED = {
    "line-style": "dashed",
    "line-dash-pattern": [12, 4, 2, 4],
    "width": 2,
    "target-arrow-fill": "hollow",
    "font-style": "italic",
    "font-weight": 600,
    "text-rotation": "none",
    "text-background-opacity": 1,
    "text-background-padding": 3,
    "text-border-width": 1,
    "text-border-opacity": 1,
    "text-border-color": _GREY,
    "min-zoomed-font-size": 0,
    "z-index": 5,
}
_CONTESTED = {
    **_PILL,
    "line-style": "dashed",
    "line-dash-pattern": [10, 6],
    "color": INK,
    "text-background-color": AMBER,
}
_DENIED = {
    **_PILL,
    "line-style": "dotted",
    "line-dash-pattern": [2, 5],
    "width": 2.5,
    "color": PAPER,
    "text-background-color": RED,
}


def _adapt_to_dark(style: dict[str, Any]) -> dict[str, Any]:
    """A rule of the stylesheet on dark paper: words, lines and rims get light enough to be seen.

    Fills keep their colours, so that legend and picture agree, and so do words on a ground of their own: the marks of
    disputed lines, and notes.
    """
    turned = dict(style)
    own = {"background-color", "text-background-color"} & set(style)
    on_paper = style.get("text-background-color") == PAPER or not own
    lit = ["line-color", "target-arrow-color", "source-arrow-color"]
    if on_paper:
        lit += ["color"]
        if "text-background-color" in style:
            turned["text-background-color"] = DARK_PAPER
    if style.get("border-color") == INK:
        lit += ["border-color"]
    return turned | {
        name: _lighten_colour(turned[name], 11 if name == "color" else 4)
        for name in lit
        if str(turned.get(name, "")).startswith("#")
    }


def _lighten_colour(colour: str, least: float) -> str:
    """A colour mixed with white until it stands out from dark paper so much."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    while compute_contrast(_format_hex(parts), DARK_PAPER) < least:
        parts = [min(255, p + max(1, (255 - p) // 10)) for p in parts]
    return _format_hex(parts)


def _format_hex(parts: list[int]) -> str:
    return "#" + "".join(f"{p:02x}" for p in parts)


def compute_contrast(one: str, other: str) -> float:
    """How much two colours #rrggbb stand out from each other: 1 to 21, by WCAG's formula."""
    light, deep = sorted((compute_luminance(one), compute_luminance(other)), reverse=True)
    return (light + 0.05) / (deep + 0.05)


def compute_luminance(colour: str) -> float:
    """How light a colour #rrggbb looks, 0 to 1, whatever its hue: what is left of it in greyscale."""
    linear = [
        (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4)
        for p in (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
