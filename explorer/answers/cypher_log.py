"""The Cypher behind what the page shows: kept for a while on the server, and written out so that it can be pasted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from graph.database.store import Statement
from graph.keyed_cache import KeyedCache

MAX_ENTRIES = 200  # keys; a browser that asks for an older one is told so
CANVAS, DETAILS, SEARCH, EXPAND, PATHS, CHAINS, TABLE = (
    "canvas",
    "details",
    "search",
    "expand",
    "paths",
    "chains",
    "table",
)
PANELS = {
    CANVAS: "the canvas",
    DETAILS: "the details",
    SEARCH: "the search",
    EXPAND: "the neighbours",
    PATHS: "the paths",
    CHAINS: "the chain",
    TABLE: "the table",
}
# A string or a quoted name stays as it is; elsewhere a clause begins a line.
_CLAUSES = re.compile(
    r"""('(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`)|(?<!STARTS)(?<!ENDS)(?<!OPTIONAL)(?<!ORDER)\s+"""
    r"""(?=(?:OPTIONAL MATCH|MATCH|WHERE|WITH|RETURN|UNWIND|CALL|YIELD|ORDER BY|SKIP|LIMIT|UNION)\b)"""
)
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class StatementGroup:
    """What ran for one purpose, such as the drawing of a canvas."""

    caption: str
    statements: tuple[Statement, ...]


CypherLog = KeyedCache[tuple[StatementGroup, ...]]  # the statements behind the last answers


def keep_statements(log: CypherLog, groups: Sequence[StatementGroup], key: str = "", *, user: str = "") -> str:
    """Keeps those groups in which something ran, under a key, by default a random one; returns the key."""
    key = key or uuid4().hex
    log.put(key, tuple(group for group in groups if group.statements), user=user)
    return key


def format_statement(text: str) -> str:
    """A statement with each clause on a line of its own; one that has lines already stays as it is."""
    if "\n" in text.strip():
        return text.strip()
    return _CLAUSES.sub(lambda m: m[1] or "\n", text.strip())


def format_parameters(statement: Statement) -> str:
    """The `:param` lines that Neo4j Browser wants before the statement; '' where it takes none."""
    return "\n".join(f":param {_quote_name(k)} => {format_literal(v)}" for k, v in sorted(statement.parameters.items()))


def format_literal(value: object) -> str:  # noqa: PLR0911 - one a type
    """A plain value written in Cypher. Raises TypeError for a value that Cypher has no literal for."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return repr(value)
        case str():
            return "'" + "".join(_ESCAPES.get(c, c) for c in value) + "'"
        case Mapping():
            return "{" + ", ".join(f"{_quote_name(str(k))}: {format_literal(v)}" for k, v in value.items()) + "}"
        case list() | tuple() | set() | frozenset():
            return "[" + ", ".join(format_literal(v) for v in value) + "]"
    raise TypeError(f"no Cypher literal for a {type(value).__name__}")


def _quote_name(name: str) -> str:
    return name if _NAME.fullmatch(name) else "`" + name.replace("`", "``") + "`"
