"""A Cypher text in tokens, as Neo4j's own lexer cuts it: what is code, what is a string, a comment or a quoted name.

Three things differ from what one expects, all measured on 5.26 and 2026.05: a `//` comment ends at a line feed or a
carriage return and nowhere else; many more characters than the space are space; and in Cypher 5 `\\u0041` stands for
the letter A everywhere, also outside strings, before anything is cut. `tokenize` refuses what would make two readings
of a text possible.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graph.errors import QueryRefused

# Neo4j's own list (SPACE in its lexer). Python's \s has other ones.
SPACES = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_TOKEN = re.compile(
    rf"""(?P<space>[{SPACES}]+|//[^\r\n]*|/\*.*?\*/)
    |(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<quoted>`(?:[^`]|``)*`)
    |(?P<number>(?:\d[\d_]*)?\.?\d[\w]*(?:(?<=[eE])[+-]\d+)?)
    |(?P<name>[^\W\d]\w*)
    |(?P<sign>\.\.|::|<=|>=|<>|=~|\+=|\|\||->|<-|.)""",
    re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\u+([0-9a-fA-F]{4})")
_HIDDEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


@dataclass(frozen=True)
class Token:
    """A piece of code: `kind` is string, quoted, number, name or sign; `at` is its place in the text."""

    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """A name in small letters; of anything else the text."""
        return self.text.lower() if self.kind == "name" else self.text


def tokenize(text: str) -> list[Token]:
    """The tokens of a text, without spaces and comments. Raises QueryRefused where it may be read in two ways."""
    for match in _ESCAPE.finditer(text):
        if int(match[1], 16) < 0xA0 or 0xD800 <= int(match[1], 16) < 0xE000:
            raise QueryRefused(f"{match[0]} hides a character: write the character itself")
        if is_code(text, match.start()):
            raise QueryRefused(f"{match[0]} may stand only in a quoted text")
    tokens = list(_scan(text))
    for token in tokens:
        if token.kind != "string" and (hidden := _HIDDEN.search(token.text)):
            raise QueryRefused(
                f"a character that can't be seen (U+{ord(hidden[0]):04X}) may stand only in a quoted text"
            )
    return tokens


def is_code(text: str, at: int) -> bool:
    """Whether the place `at` of a text lies outside every string and comment."""
    for match in _TOKEN.finditer(text):
        if match.start() <= at < match.end():
            return not (match["string"] or match["space"])
    return True


def strip_literals(text: str) -> str:
    """A text without its strings and comments, for a look at what is code."""
    return _TOKEN.sub(lambda m: " " if m["space"] else "''" if m["string"] else m[0], text)


def _scan(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "sign"
        if kind != "space":
            if (kind == "sign" and match[0] in "'\"`") or (match[0] == "/" and text.startswith("/*", match.start())):
                raise QueryRefused("a quotation mark or comment is opened and not closed")
            yield Token(kind, match[0], match.start())
