"""A parameter of a query that is being written: a row of the editor's form, and its entry in the header. All pure."""

import json
import math
import re
from dataclasses import dataclass
from typing import TypeAlias

from explorer.query_editor.headerline import BREAKS, to_single_line
from graph.errors import QueryError
from graph.saved_queries.parameters import Parameter

ASKED = "asked"  # the form's word for a choice whose values a Cypher text finds
NEEDED, EMPTY, NULL = "needed", "empty", "null"  # what a parameter is when nothing is given
_NAME = re.compile(r"[A-Za-z_]\w{0,59}", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\d{1,30}(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?")

Scalar: TypeAlias = str | float | bool


@dataclass(frozen=True)
class ParameterRow:
    """A parameter as a row of the form; `blank` is NEEDED, EMPTY or NULL, `trial` the value for a run of the draft."""

    name: str = ""
    type: str = "text"
    description: str = ""
    default: str = ""
    blank: str = NEEDED
    min: str = ""
    max: str = ""
    label: str = ""
    choices: str = ""  # one on each line, or the Cypher that finds them
    trial: str = ""


def build_row(parameter: Parameter) -> ParameterRow:
    """The row of a parameter of a query file."""
    kind, default = parameter.type, parameter.default
    blank = NULL if parameter.optional else EMPTY if kind == "text" and default == "" else NEEDED
    shown = "" if default is None else format_scalar(default) if kind == "choice" else str(default)
    choices = parameter.asks or "\n".join(format_scalar(c) for c in parameter.choices)
    return ParameterRow(
        parameter.name,
        ASKED if parameter.asks else kind,
        parameter.description,
        shown,
        blank,
        _format_number(parameter.min),
        _format_number(parameter.max),
        parameter.label,
        choices,
    )


def build_header_entry(row: ParameterRow) -> dict[str, object]:
    """A row as its entry in a header. Raises QueryError where a field can't be what it must be."""
    if not _NAME.fullmatch(row.name):
        raise QueryError(
            f"{row.name!r} can't be the name of a parameter: it is a word of letters, digits and _"
            if row.name
            else "a parameter has no name yet"
        )
    spec: dict[str, object] = {"type": "choice" if row.type == ASKED else row.type}
    if row.type == "entity" and row.label.strip():
        spec["label"] = row.label.strip()
    if row.type == ASKED and row.choices.strip():
        spec["choices"] = row.choices.strip()
    elif row.type == "choice":
        spec["choices"] = [parse_scalar(c.strip()) for c in row.choices.splitlines() if c.strip()]
    default = row.default if row.type == "text" else row.default.strip()
    if default and row.type in ("integer", "number"):
        spec["default"] = _parse_number(default, row.name, "the value at first")
    elif default:
        spec["default"] = parse_scalar(default) if row.type in ("choice", ASKED) else default
    elif row.type == "text" and row.blank == EMPTY:
        spec["default"] = ""
    for key, text in (("min", row.min), ("max", row.max)):
        if text.strip() and row.type in ("integer", "number"):
            spec[key] = _parse_number(
                text.strip(), row.name, "the smallest value" if key == "min" else "the largest value"
            )
    if row.blank == NULL:
        spec["optional"] = True
    if to_single_line(row.description):
        spec["description"] = to_single_line(row.description)
    return spec


def _parse_number(text: str, name: str, what: str) -> float:
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise QueryError(f"parameter {name}: {what} is {text!r}, which is not a number")
    return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)


def _format_number(value: float | None) -> str:
    return "" if value is None else repr(value)


def format_scalar(value: object) -> str:
    """A value of a list as the form shows it: a text that would be read as something else stands in quotation marks."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return str(value)
    plain = value and value == value.strip() and not BREAKS.search(value) and parse_scalar(value) == value
    return value if plain else json.dumps(value, ensure_ascii=True)


def parse_scalar(text: str) -> Scalar:
    """A value from the form: a number, true or false, else a text, for certain where it stands in quotation marks."""
    if text in ("true", "false"):
        return text == "true"
    if _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return int(text) if re.fullmatch(r"[-+]?\d+", text) else float(text)
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            return text
    return text
