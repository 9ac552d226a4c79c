"""Cypher with its parts told apart, for reading on the page. All pure; a text is only ever text, whatever it holds."""

import re
from collections.abc import Iterator

from dash import html
from dash.development.base_component import Component

MAX_LENGTH = 30_000  # letters that are told apart; a longer text is shown plain
KEYWORDS = frozenset(
    "ALL AND ANY AS ASC ASCENDING BY CALL CASE COLLECT CONTAINS COUNT DESC DESCENDING DISTINCT ELSE END ENDS EXISTS "
    "FALSE FINISH IN IS LIMIT MATCH NONE NOT NULL OFFSET ON OPTIONAL OR ORDER REPEATABLE ELEMENTS RETURN SHORTEST "
    "SINGLE SKIP STARTS THEN TRUE TYPED UNION UNWIND USE USING WHEN WHERE WITH XOR YIELD "
    "CREATE DELETE DETACH FOREACH LOAD CSV FROM MERGE REMOVE SET SHOW TERMINATE TRANSACTIONS".split()
)
# Each alternative begins with a letter of its own and always ends, at the latest with the text: linear whatever comes.
_PARTS = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))"""
    r"""|(?P<string>'(?:\\.|[^'\\])*(?:'|\\?\Z)|"(?:\\.|[^"\\])*(?:"|\\?\Z))"""
    r"""|(?P<quoted>`[^`]*(?:`|\Z))"""
    r"""|(?P<parameter>\$\w+)"""
    r"""|(?P<label>(?<=[:|&!])[^\W\d]\w*)"""
    r"""|(?P<word>[^\W\d]\w*)"""
    r"""|(?P<number>\d[\w.]*)""",
    re.DOTALL,
)


def tokenize(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, in order and without a loss, each with its kind.

    A kind is comment, string, quoted, parameter, label, number, keyword, function, or '' for all else.
    """
    if len(text) > MAX_LENGTH:
        yield "", text
        return
    plain = 0  # where the piece without a kind begins
    for match in _PARTS.finditer(text):
        kind = str(match.lastgroup)
        if kind == "word":
            after = text[match.end() : match.end() + 1]
            kind = "keyword" if match[0].upper() in KEYWORDS else "function" if after == "(" else ""
        if not kind:
            continue
        if match.start() > plain:
            yield "", text[plain : match.start()]
        yield kind, match[0]
        plain = match.end()
    if plain < len(text):
        yield "", text[plain:]


def render_cypher(text: str, identity: str) -> Component:
    """The text as a block of the page with the id `identity`, each part in the class of its kind."""
    inside = [html.Span(piece, className=f"cy-{kind}") if kind else piece for kind, piece in tokenize(text)]
    return html.Pre(inside, id=identity, className="cypher-text", tabIndex=0, **{"aria-label": "Cypher text"})
