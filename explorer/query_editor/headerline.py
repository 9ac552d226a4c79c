"""Entries of a header of YAML, each in one line whatever it holds. Pure."""

import math
import re
from collections.abc import Mapping
from typing import Any

import yaml

BREAKS = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")  # where str.splitlines divides


def whole(text: str) -> str:
    """A text without half characters, which no file can hold."""
    return "".join(c for c in text if not "\ud800" <= c <= "\udfff" and c != "\0")


def line(text: str) -> str:
    """A text in one line."""
    return " ".join(whole(text).split())


def block(entry: Mapping[str, Any]) -> str:
    """An entry as `key: value`."""
    return _dump(entry, _Block)


def flow(entry: Mapping[str, Any]) -> str:
    """An entry as `key: {…}`."""
    return _dump(entry, _Flow)[1:-1]


class _Block(yaml.SafeDumper):
    """Every text in one line, whatever it holds, in double quotation marks where it needs any."""

    plain = "allow_block_plain"


class _Flow(_Block):
    """The same within braces."""

    plain = "allow_flow_plain"


def _text(dumper: _Block, value: str) -> yaml.ScalarNode:
    tag = "tag:yaml.org,2002:str"
    free = getattr(dumper.analyze_scalar(value), dumper.plain) and not BREAKS.search(value)
    free = free and dumper.resolve(yaml.ScalarNode, value, (True, False)) == tag  # type: ignore[no-untyped-call]
    return dumper.represent_scalar(tag, value, style=None if free else '"')


for _dumper in (_Block, _Flow):
    _dumper.add_representer(str, _text)


def _dump(entry: Mapping[str, Any], dumper: type[_Block]) -> str:
    made = yaml.dump(
        dict(entry),
        Dumper=dumper,
        default_flow_style=dumper is _Flow,
        width=math.inf,
        allow_unicode=True,
        sort_keys=False,
    )
    return str(made).strip()
