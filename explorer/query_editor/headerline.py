"""Entries of a header of YAML, each in one line whatever it holds. Pure."""

import math
import re
from collections.abc import Mapping

import yaml

BREAKS = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")  # where str.splitlines divides


def drop_surrogates(text: str) -> str:
    """A text without half characters, which no file can hold."""
    return "".join(c for c in text if not "\ud800" <= c <= "\udfff" and c != "\0")


def to_single_line(text: str) -> str:
    """A text in one line."""
    return " ".join(drop_surrogates(text).split())


def format_block(entry: Mapping[str, object]) -> str:
    """An entry as `key: value`."""
    return _dump(entry, _BlockDumper)


def format_flow(entry: Mapping[str, object]) -> str:
    """An entry as `key: {…}`."""
    return _dump(entry, _FlowDumper)[1:-1]


class _BlockDumper(yaml.SafeDumper):
    """Every text in one line, whatever it holds, in double quotation marks where it needs any."""

    plain = "allow_block_plain"


class _FlowDumper(_BlockDumper):
    """The same within braces."""

    plain = "allow_flow_plain"


def _represent_text(dumper: _BlockDumper, value: str) -> yaml.ScalarNode:
    tag = "tag:yaml.org,2002:str"
    free = getattr(dumper.analyze_scalar(value), dumper.plain) and not BREAKS.search(value)
    free = free and dumper.resolve(yaml.ScalarNode, value, (True, False)) == tag  # type: ignore[no-untyped-call] # types-PyYAML leaves it open
    return dumper.represent_scalar(tag, value, style=None if free else '"')


for _dumper in (_BlockDumper, _FlowDumper):
    _dumper.add_representer(str, _represent_text)


def _dump(entry: Mapping[str, object], dumper: type[_BlockDumper]) -> str:
    text = yaml.dump(
        dict(entry),
        Dumper=dumper,
        default_flow_style=dumper is _FlowDumper,
        width=math.inf,
        allow_unicode=True,
        sort_keys=False,
    )
    return str(text).strip()
