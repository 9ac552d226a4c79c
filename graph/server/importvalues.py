"""Property values as Neo4j's importer reads them; graph/server/importfiles.py says how that was found out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graph.errors import DataError

BETWEEN = "\ufdd0"
_SMALLEST, _LARGEST = -(1 << 63), (1 << 63) - 1
STRING, _LONG, _DOUBLE, _BOOLEAN, LIST = "string", "long", "double", "boolean", "string[]"
_KINDS = {str: STRING, int: _LONG, float: _DOUBLE, bool: _BOOLEAN, list: LIST, tuple: LIST}


def get_import_type(name: str, value: object) -> str:
    """The importer's type of a value. Raises DataError for one that can't be stored."""
    try:
        return _KINDS[type(value)]
    except KeyError:
        raise DataError(f"a {type(value).__name__} can't be stored", field=name) from None


def quote(text: str) -> str:
    """A text as it stands in a row where a character means more than itself."""
    return '"' + text.replace('"', '""') + '"'


def _format_long(value: int) -> str:
    if not _SMALLEST <= value <= _LARGEST:
        raise OverflowError("a whole number of more than 64 bits can't be stored")
    return str(value)


def _format_double(value: float) -> str:
    return {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(text := repr(value), text)


def _format_list(texts: Sequence[str]) -> str:
    if len(texts) == 1 and texts[0] and BETWEEN not in texts[0]:
        return texts[0]
    joined = BETWEEN.join(texts)
    if joined.count(BETWEEN) != max(0, len(texts) - 1):
        raise ValueError("a text of a list holds U+FDD0, which is no character")
    if texts and not joined:
        raise ValueError("a list of one empty text can't be stored")
    return joined


# How a value of each type is written; "" is None.
CONVERT: Mapping[str, Callable[[Any], str]] = {
    "": lambda _: "",
    _LONG: _format_long,
    _DOUBLE: _format_double,
    _BOOLEAN: lambda value: "true" if value else "false",
    LIST: _format_list,
}
