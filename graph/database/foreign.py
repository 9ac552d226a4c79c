"""What to call the nodes of databases that are not ours: a label to go by, and a name. All pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from graph import evidence

PREFIX = "neo4j:"  # at the head of the id of what is not ours; behind it stands the server's own id
LONGEST = 80  # characters of a text that may serve as a name
_NAMES = ("name", "title", "label", "caption", "headline", "subject")
# What people call a thing by where it has no name: the last word of a property's name, the best first.
_STANDINS = (
    "address",
    "email",
    "phone",
    "reg",
    "plate",
    "code",
    "number",
    "no",
    "description",
    "summary",
    "text",
    "kind",
    "type",
)
_FIRST = ("first name", "given name", "firstname", "forename", "given")
_LAST = ("last name", "family name", "lastname", "surname", "family")
_NEVER = ("id", "uuid", "guid", "hash", "key", "date", "time", "url", "uri", "password", "embedding")
_OURS = evidence.PROPERTIES | {"identifiers"}
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")


def get_type(labels: Collection[str]) -> str:
    """The label that a node goes by, '' where it has none.

    Neo4j does not say which of several labels is the narrower one, so it is the first in the order of the alphabet;
    those that tools add for themselves, such as __Entity__, come after capitals there.
    """
    return min(labels, default="")


def derive_name(properties: Mapping[str, Any], labels: Collection[str], number: str) -> str:
    """What to call a node: its name or title, else what describes it best, else its label and number."""
    texts = {k: " ".join(v.split()) for k, v in sorted(properties.items()) if isinstance(v, str) and v.strip()}
    words = {k: [part.casefold() for part in _PARTS.findall(k)] or [k.casefold()] for k in texts}
    whole = {" ".join(parts): key for key, parts in words.items()}
    first = next((whole[w] for w in (*_FIRST, "name") if w in whole), None)
    last = next((whole[w] for w in _LAST if w in whole), None)
    if first and last:
        return _truncate(f"{texts[first]} {texts[last]}")
    chosen = _find_property(words, _NAMES) or last or first or _find_property(words, _STANDINS)
    if chosen is None:
        short = (k for k in texts if not set(words[k]) & set(_NEVER) and len(texts[k]) <= LONGEST)
        chosen = next(short, None)
    return _truncate(texts[chosen]) if chosen else f"{get_type(labels) or 'Node'} {number}"


def rename_reserved_properties(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties by names that can't be taken for our evidence: what they call speakers or grade is none of ours."""
    return {f"{key} (as stored)" if key in _OURS else key: value for key, value in properties.items()}


def _find_property(words: Mapping[str, list[str]], endings: Iterable[str]) -> str | None:
    """The property whose name is, or else ends in, the first of the wanted words that any has."""
    for word in endings:
        ending = [key for key, parts in words.items() if parts[-1] == word]
        if ending:
            return min(ending, key=lambda key: (len(words[key]), key))
    return None


def _truncate(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
