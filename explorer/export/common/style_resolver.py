"""The canvas's own stylesheet applied on the server: what cytoscape.js would make of it, for one element. Pure.

Pictures are drawn from the rules that the browser draws from (canvas/stylesheet.py), so that both look alike. Selectors
are those that stylesheet uses: a group, [key], [key = "text"], [key = 1], lists with commas. What the mouse alone does
(:selected, :active, classes) never applies here.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_SELECTOR = re.compile(r"(?P<group>node|edge)?(?P<tests>(?:\[[^\]]+\])*)(?P<rest>.*)\Z")
_TEST = re.compile(r"\[\s*(?P<key>\w+)\s*(?:=\s*(?P<value>\"[^\"]*\"|-?[\d.]+)\s*)?\]")
_DATA = re.compile(r"data\((\w+)\)\Z")


class StyleResolver:
    """A stylesheet whose selectors are read once."""

    def __init__(self, rules: Sequence[Mapping[str, Any]]) -> None:
        self._rules = [
            (group, tests, rule["style"]) for rule in rules for group, tests in _parse_selector(str(rule["selector"]))
        ]

    def of(self, element: Mapping[str, Any]) -> dict[str, Any]:
        """The style of an element as canvas/elements.py makes them: later rules win, data(...) is filled in."""
        data, group = element["data"], "node" if element["group"] == "nodes" else "edge"
        found: dict[str, Any] = {}
        for wanted, tests, style in self._rules:
            if wanted in ("", group) and all(_has_value(data, key, value) for key, value in tests):
                found.update(style)
        return {name: _resolve_value(value, data) for name, value in found.items()}


def _parse_selector(selector: str) -> list[tuple[str, list[tuple[str, str | None]]]]:
    """The parts of a selector that can apply to a picture: (group, [(key, value or None)])."""
    found = []
    for part in selector.split(","):
        match = _SELECTOR.match(part.strip())
        if match is None or match["rest"]:
            continue  # a class or a state
        tests = [(t["key"], t["value"]) for t in _TEST.finditer(match["tests"])]
        found.append((match["group"] or "", tests))
    return found


def _has_value(data: Mapping[str, Any], key: str, value: str | None) -> bool:
    if value is None:
        return data.get(key) is not None
    return bool(data.get(key) == value[1:-1] if value.startswith('"') else data.get(key) == float(value))


def _resolve_value(value: Any, data: Mapping[str, Any]) -> Any:
    match = _DATA.match(value) if isinstance(value, str) else None
    return data.get(match[1]) if match else value
