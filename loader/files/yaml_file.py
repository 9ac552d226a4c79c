"""YAML as people write it by hand: every scalar is the text that stands there, and every entry knows its line.

So `No` stays "No", `0123` keeps its nought and a date stays as it was written. What a hand-written file needs none of
(anchors, tags, keys twice, deep nesting) is refused: a file that has it is damaged, or means harm.
"""

from collections.abc import Iterator
from typing import Any

import yaml

LIMIT = 1_000_000  # characters
DEPTH = 20


class PlainYamlError(ValueError):
    """Not YAML, or not plain. `line` counts from 1 where it is known."""

    def __init__(self, rule: str, line: int | None = None) -> None:
        self.rule, self.line = rule, line
        super().__init__(rule)


def read(text: str) -> tuple[Any, dict[str, int]]:
    """The file as dicts, lists and texts, and the line of every entry by its path, such as "entities.ship.name".

    Entries of a list have their number in the path, from 1. Raises Faulty.
    """
    if len(text) > LIMIT:
        raise PlainYamlError(f"is longer than {LIMIT:,} characters")
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or depth > DEPTH:
                what = "an alias (*): write the entry out" if depth <= DEPTH else f"more than {DEPTH} levels"
                mark = event.start_mark
                raise PlainYamlError(f"holds {what}", mark.line + 1 if mark else None)
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PlainYamlError(
            f"is not YAML: {error.problem or error.context}", mark.line + 1 if mark else None
        ) from error
    except yaml.YAMLError as error:
        raise PlainYamlError(f"is not YAML: {error}".splitlines()[0]) from error
    lines: dict[str, int] = {}
    return (_convert_node(node, "", lines) if node else None), lines


def _convert_node(node: yaml.Node, path: str, lines: dict[str, int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return node.value.strip()
    if isinstance(node, yaml.SequenceNode):
        return [_convert_node(item, f"{path}.{i}" if path else str(i), lines) for i, item in enumerate(node.value, 1)]
    return dict(_convert_entries(node, path, lines))


def _convert_entries(node: yaml.Node, path: str, lines: dict[str, int]) -> Iterator[tuple[str, Any]]:
    seen = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise PlainYamlError("has a key that is not a text; put text that begins with { or [ in quotes", line)
        name = key.value.strip()
        if name in seen:
            raise PlainYamlError(f"has the key {name!r} twice", line)
        seen.add(name)
        at = f"{path}.{name}" if path else name
        lines[at] = line
        yield name, _convert_node(value, at, lines)
