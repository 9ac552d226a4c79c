"""A saved view as a file: what it holds, its id, and what is checked before one is believed. All pure.

A view is a canvas with the names and lines it had when it was saved, so that later one can say what has changed. Its
id is a hash of the canvas: the same picture has the same id, and an altered file is noticed.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from graph.errors import DataError

FORMAT = "armsgraph-view/1"
SUFFIX = ".armsgraph-view.json"
LARGEST = 4_000_000  # bytes of a file
MOST = 1_000  # entities of a view, as of a canvas
LONGEST = 80  # letters of a name
LONGEST_NOTE = 500
_LONGEST_TEXT = 4_000
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")  # categories of characters that no name may hold
_FARTHEST = 1e9  # of a place; NaN is not below it either
_MOMENTARY = ("stamp", "fit")  # of a canvas: they say how it came to be drawn, not what is drawn


@dataclass(frozen=True)
class View:
    """A canvas as it was saved. `lines` are those between its entities then, each with its stance; `entities_shown`
    and `lines_shown` are what its filter left; `database` says how much the database held."""

    canvas: Mapping[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, str] = field(default_factory=dict)
    entities_shown: tuple[str, ...] = ()
    lines_shown: tuple[str, ...] = ()
    database: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    saved_at: str = ""

    @property
    def id(self) -> str:
        """32 hexadecimal digits that depend on the canvas alone."""
        kept = {k: v for k, v in self.canvas.items() if k not in _MOMENTARY}
        text = json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def named(self, name: str, saved_at: str) -> Self:
        """Under another name and date."""
        return replace(self, name=name, saved_at=saved_at)

    def text(self) -> str:
        """The view as a file."""
        return json.dumps(
            {
                "format": FORMAT,
                "id": self.id,
                "name": self.name,
                "saved_at": self.saved_at,
                "database": dict(self.database),
                "canvas": {k: v for k, v in self.canvas.items() if k not in _MOMENTARY},
                "names": dict(self.names),
                "lines": dict(self.lines),
                "shown": {"entities": list(self.entities_shown), "lines": list(self.lines_shown)},
            },
            ensure_ascii=False,
            indent=1,
        )


def parse(text: str | bytes, *, file: str = "") -> View:
    """The view of a file. Raises DataError, which names the field at fault."""
    if len(text) > LARGEST:
        raise DataError(f"larger than {LARGEST // 1_000_000} MB, which no view is", file=file)
    try:
        stored = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise DataError("not a JSON file", file=file) from error
    if not isinstance(stored, dict) or stored.get("format") != FORMAT:
        raise DataError(f"must be {FORMAT!r}: this is not a saved view", file=file, field="format")
    try:
        for key, shape in _FILE.items():
            _check(stored.get(key), shape, key)
        check_canvas(stored["canvas"], "canvas")
        view = View(
            stored["canvas"],
            stored["names"],
            stored["lines"],
            tuple(stored["shown"]["entities"]),
            tuple(stored["shown"]["lines"]),
            stored["database"],
            clean_name(stored["name"], empty=True),
            stored["saved_at"],
        )
        if view.id != stored["id"]:
            raise DataError("does not fit the canvas: the file was changed after it was saved", field="id")
    except DataError as error:
        raise DataError(error.rule, file=file, field=error.field or "name") from error
    return view


def clean_name(name: str, *, empty: bool = False) -> str:
    """A name as it is kept: in one line, without control characters. Raises DataError for none or a long one."""
    spaced = unicodedata.normalize("NFC", " ".join(name.split()))
    tidy = " ".join("".join(c for c in spaced if unicodedata.category(c) not in _UNSEEN).split())
    if not tidy and not empty:
        raise DataError("Give the view a name first.")
    if len(tidy) > LONGEST:
        raise DataError(f"A name has at most {LONGEST} letters; this one has {len(tidy)}.")
    return tidy


def check_canvas(stored: Any, where: str = "canvas") -> None:
    """Raises DataError, naming the field, where a stored canvas is not what a canvas must be."""
    if not isinstance(stored, dict):
        raise DataError("must be a group of fields", field=where)
    if "ids" not in stored:
        raise DataError("is missing", field=f"{where}.ids")
    for key, shape in _CANVAS.items():
        if key in stored:
            _check(stored[key], shape, f"{where}.{key}")
    if len(stored["ids"]) > MOST:
        raise DataError(f"at most {MOST:,} entities, not {len(stored['ids']):,}", field=f"{where}.ids")
    for n, note in enumerate(stored.get("notes") or ()):
        if len(note["text"]) > LONGEST_NOTE:
            raise DataError(f"at most {LONGEST_NOTE} letters", field=f"{where}.notes[{n}].text")


# Shapes: a type; [shape] for a list of them; {str: shape} for a table; {"key": shape} for the keys it must have;
# _POINT for a place. What stands in filters, stacks, gaps and emphasis is the explorer's to check.
_POINT = "point"
_TEXTS: list[Any] = [str]
_FILE: Mapping[str, Any] = {
    "id": str,
    "name": str,
    "saved_at": str,
    "database": {str: object},
    "names": {str: str},
    "lines": {str: str},
    "shown": {"entities": _TEXTS, "lines": _TEXTS},
}
_CANVAS: Mapping[str, Any] = {
    "ids": _TEXTS,
    "positions": {str: _POINT},
    "layout": str,
    "title": str,
    "name": str,
    "note": str,
    "filter": {str: object},
    "hidden": _TEXTS,
    "pinned": _TEXTS,
    "stacks": [{"id": str, "members": _TEXTS}],
    "merged": bool,
    "unlisted": bool,
    "gaps": [{"id": str, "text": str}],
    "notes": [{"id": str, "text": str}],
    "emphasis": {str: object},
    "size_by": str,
    "colour_by": str,
    "origin": {str: object},
    "extent": [float],
}
_WORDS = {str: "a text", bool: "true or false", float: "a number"}


def _check(value: Any, shape: Any, where: str) -> None:
    if shape is object:
        _check_depth(value, where)
        return
    if shape == _POINT:
        if not (isinstance(value, list | tuple) and len(value) == 2 and all(map(_is_number, value))):
            raise DataError("must be two numbers", field=where)
    elif isinstance(shape, list):
        if not isinstance(value, list | tuple):
            raise DataError("must be a list", field=where)
        for n, item in enumerate(value):
            _check(item, shape[0], f"{where}[{n}]")
    elif isinstance(shape, dict):
        _check_table(value, shape, where)
    elif shape is float:
        if not _is_number(value):
            raise DataError("must be a number", field=where)
    elif not isinstance(value, shape):
        raise DataError(f"must be {_WORDS[shape]}", field=where)
    elif shape is str and len(value) > _LONGEST_TEXT:
        raise DataError(f"at most {_LONGEST_TEXT:,} letters, not {len(value):,}", field=where)


def _check_table(value: Any, shape: Mapping[Any, Any], where: str) -> None:
    if not isinstance(value, dict):
        raise DataError("must be a group of fields", field=where)
    if str in shape:
        for key, item in value.items():
            _check(item, shape[str], f"{where}.{key[:60]}")
        return
    for key, inner in shape.items():
        if key not in value:
            raise DataError("is missing", field=f"{where}.{key}")
        _check(value[key], inner, f"{where}.{key}")
    _check_depth(value, where)


def _check_depth(value: Any, where: str, left: int = 8) -> None:
    if left == 0:
        raise DataError("is nested too deep", field=where)
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        _check_depth(item, where, left - 1)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _FARTHEST
