"""The canvas's own stylesheet applied on the server: what cytoscape.js would make of it, for one element. Pure.

Pictures are drawn from the rules that the browser draws from (canvas/stylesheet.py), so that both look alike. Selectors
are those that stylesheet uses: a group, [key], [key = "text"], [key = 1], lists with commas. What the mouse alone does
(:selected, :active, classes) never applies here.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, cast

_SELECTOR = re.compile(r"(?P<group>node|edge)?(?P<tests>(?:\[[^\]]+\])*)(?P<rest>.*)\Z")
_TEST = re.compile(r"\[\s*(?P<key>\w+)\s*(?:=\s*(?P<value>\"[^\"]*\"|-?[\d.]+)\s*)?\]")
_DATA = re.compile(r"data\((\w+)\)\Z")


# The properties of cytoscape.js that pictures are drawn from, as the stylesheet sets them.
Style = TypedDict(
    "Style",
    {
        "width": float,
        "height": float,
        "shape": str,
        "opacity": float,
        "background-color": str,
        "background-opacity": float,
        "background-image": str | list[str],
        "background-width": float | list[float],
        "background-position-x": str | list[str],
        "border-width": float,
        "border-color": str,
        "border-style": str,
        "ghost": str,
        "ghost-opacity": float,
        "ghost-offset-x": float,
        "ghost-offset-y": float,
        "underlay-color": str,
        "underlay-opacity": float,
        "underlay-padding": float,
        "label": str,
        "source-label": str,
        "color": str,
        "font-size": float,
        "font-style": str,
        "font-weight": str | int,
        "line-height": float,
        "text-background-color": str,
        "text-background-opacity": float,
        "text-background-padding": float,
        "text-border-color": str,
        "text-border-width": float,
        "text-justification": str,
        "text-max-width": float,
        "text-rotation": str,
        "text-valign": str,
        "line-color": str,
        "line-style": str,
        "line-dash-pattern": list[float],
        "source-arrow-shape": str,
        "target-arrow-shape": str,
        "target-arrow-fill": str,
        "z-index": float,
    },
    total=False,
)


class StyleResolver:
    """A stylesheet whose selectors are read once."""

    def __init__(self, rules: Sequence[Mapping[str, Any]]) -> None:
        self._rules = [
            (group, tests, rule["style"]) for rule in rules for group, tests in _parse_selector(str(rule["selector"]))
        ]

    def of(self, element: Mapping[str, Any]) -> Style:
        """The style of an element as canvas/elements.py makes them: later rules win, data(...) is filled in."""
        data, group = element["data"], "node" if element["group"] == "nodes" else "edge"
        rules: dict[str, object] = {}
        for rule_group, tests, style in self._rules:
            if rule_group in ("", group) and all(_has_value(data, key, value) for key, value in tests):
                rules.update(style)
        return cast("Style", {name: _resolve_value(value, data) for name, value in rules.items()})


def _parse_selector(selector: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """The parts of a selector that can apply to a picture: (group, [(key, value or None)])."""
    alternatives = []
    for part in selector.split(","):
        match = _SELECTOR.match(part.strip())
        if match is None or match["rest"]:
            continue  # a class or a state
        tests = [(t["key"], t["value"]) for t in _TEST.finditer(match["tests"])]
        alternatives.append((match["group"] or "", tests))
    return alternatives


def _has_value(data: Mapping[str, object], key: str, value: str | None) -> bool:
    if value is None:
        return data.get(key) is not None
    return bool(data.get(key) == value[1:-1] if value.startswith('"') else data.get(key) == float(value))


def _resolve_value(value: object, data: Mapping[str, object]) -> object:
    match = _DATA.match(value) if isinstance(value, str) else None
    return data.get(match[1]) if match else value
