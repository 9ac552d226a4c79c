"""What a saved query speaks of and the database does not hold: labels, relationship types and properties.

The server remarks on names that it never had (notices 01N50, 01N51 and 01N52 of EXPLAIN). It says nothing of those
whose last node or line is gone, as it keeps every name for good: seen on 5.26 and 2026.05, `db.relationshipTypes()`
lists what is in use, `db.labels()` that and what an index names, `db.propertyKeys()` all there ever was. So names are
looked for in the text too, and compared with what is in use.

A name that the ontology has is told mildly: nothing of the kind was loaded, and the query is as good as ever.
"""

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from graph.database.store import Notice, Store
from graph.errors import QueryEnded, QueryError, QueryRefused
from graph.guard import rules
from graph.guard.lexer import Token, tokenize
from graph.ontology import Ontology
from graph.saved_queries.queryfile import SavedQuery

KINDS = {"01N50": "label", "01N51": "type", "01N52": "property"}
MOST_SCANNED = 50_000  # nodes and lines, up to which the properties in use are read from them: 0.2 s, once warm
PATIENCE = 3.0  # seconds that this may take
_ALL_KEYS = """
MATCH (n) UNWIND keys(n) AS key RETURN DISTINCT key
UNION MATCH ()-[r]->() UNWIND keys(r) AS key RETURN DISTINCT key
"""
_NAMES = ("name", "quoted")
_OPENING, _CLOSING, _JOINING = ("(", "[", "{"), (")", "]", "}"), ("|", "&", "!", "%")
_BEFORE_NODES = frozenset(
    "match where and or not xor exists in return with when then else shortest paths all any".split()
)
_NONE = Token("sign", "", 0)


@dataclass(frozen=True)
class MissingName:
    """Something that is not there. `kind` is "label", "type", "property" or "query" for one that does not compile.

    `line`, from 1, is in the query's file; 0 for none. `mild` where the ontology knows the name. `text` is a sentence.
    """

    kind: str
    name: str
    line: int
    text: str
    mild: bool = False

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class _Name:
    """A name at its place: `kind` is as Missing has it; one that reads like a label may be a type in a condition."""

    kind: str
    name: str
    line: int


class _Bracket(NamedTuple):
    mark: str
    pattern: bool  # whether it can be that of a node, of a line, or of the map in one of these
    labels: bool  # whether it groups labels, as in :A&(B|C)


@dataclass(frozen=True)
class DatabaseNames:
    """What a database holds: labels, types and properties in use (None: too many to look), and all keys ever."""

    labels: frozenset[str]
    types: frozenset[str]
    keys: frozenset[str]
    in_use: frozenset[str] | None


def find_missing_names(
    store: Store, ontology: Ontology, query: SavedQuery, held: DatabaseNames | None = None, *, thorough: bool = False
) -> list[MissingName]:
    """What a query speaks of that is not in the database, in the order of its lines; nothing is run.

    Quick enough for a list of all queries: the server is asked only about those that name something not in use
    (`thorough`: about any, which finds too what does not compile), and answers are remembered by the query's text and
    what the database holds. Raises StoreError.
    """
    now = held or read_database_names(store, ontology)
    key = ("missing names", store.address.uri, query.hash, now, thorough)
    missing: list[MissingName] | None = store.facts.find(key)
    if missing is None:
        missing = _check_text(store, ontology, query.text, now) if thorough or _is_suspicious(query.text, now) else []
        store.facts.put(key, missing)
    return missing


def read_database_names(store: Store, ontology: Ontology) -> DatabaseNames:
    """What the database holds just now; give it to `find_missing_names` where many queries are asked about at once."""
    row = store.read(
        "CALL { CALL db.labels() YIELD label RETURN collect(label) AS labels } "
        "CALL { CALL db.relationshipTypes() YIELD relationshipType RETURN collect(relationshipType) AS types } "
        "CALL { CALL db.propertyKeys() YIELD propertyKey RETURN collect(propertyKey) AS keys } "
        "RETURN labels, types, keys, COUNT { () } AS nodes, COUNT { ()-->() } AS lines"
    )[0]
    labels = set(row["labels"])
    # An index alone makes the server list its label. Names go into the text from the ontology only; each is counted
    # in no time, as the server keeps these counts.
    own_labels = sorted(labels & ontology.list_cypher_names()[0])
    if own_labels:
        counted = store.read("RETURN [" + ", ".join(f"COUNT {{ (:`{name}`) }}" for name in own_labels) + "] AS counts")
        labels -= {name for name, count in zip(own_labels, counted[0]["counts"], strict=True) if not count}
    sizes = row["nodes"], row["lines"]
    in_use = None if sum(sizes) > MOST_SCANNED else _read_keys_in_use(store, (store.address.uri, *sizes, *row["keys"]))
    return DatabaseNames(frozenset(labels), frozenset(row["types"]), frozenset(row["keys"]), in_use)


def _read_keys_in_use(store: Store, state: tuple[object, ...]) -> frozenset[str] | None:
    # None, where there are too many to look, is held as well: hence the tuple around it.
    held: tuple[frozenset[str] | None] | None = store.facts.find(("keys in use", state))
    if held is None:
        try:
            held = (frozenset(row["key"] for row in store.read(_ALL_KEYS, timeout=PATIENCE)),)
        except QueryEnded:  # a slow disk: then nothing is said of properties that the server knows
            held = (None,)
        store.facts.put(("keys in use", state), held)
    return held[0]


def _is_suspicious(text: str, held: DatabaseNames) -> bool:
    """Whether any name of a text is not in use, or the text can't be read."""
    try:
        used, own_keys = _parse_names(text)
    except QueryRefused:
        return True
    there = {
        "label": held.labels | held.types,
        "type": held.types,
        "property": (held.keys if held.in_use is None else held.in_use) | own_keys,
    }
    return any(one.name not in there[one.kind] for one in used)


def _check_text(store: Store, ontology: Ontology, text: str, held: DatabaseNames) -> list[MissingName]:
    try:
        rules.check_text(text, {})  # a text that would keep the server busy is not even shown to it
        notices = store.explain(text, {}).notices
    except QueryRefused as error:
        return [MissingName("query", "", 0, f"it may not run: {error.rule}")]
    except QueryError as error:
        where = f"line {error.line}: " if error.line else ""
        return [MissingName("query", "", error.line, f"{where}it does not run here: {error.message}")]
    used, own_keys = _parse_names(text)
    gone = [_Name(KINDS[n.code], _parse_notice_name(n), n.line) for n in notices if n.code in KINDS]
    gone_names = {one.name for one in gone}
    gone += [one for one in used if one.name not in gone_names and _is_gone(store, held, one)]
    first: dict[tuple[str, str], MissingName] = {}
    for one in sorted(gone, key=lambda one: (one.line, one.kind, one.name)):
        if not (one.kind == "property" and one.name in own_keys):  # a key of a map that the query makes itself
            first.setdefault((one.kind, one.name), _describe_missing(ontology, held, one))
    return list(first.values())


def _is_gone(store: Store, held: DatabaseNames, one: _Name) -> bool:
    """Whether a name of the text, on which the server did not remark, is one that it keeps though nothing has it."""
    if one.kind == "property":
        return held.in_use is not None and one.name in held.keys - held.in_use
    if one.name in (held.types if one.kind == "type" else held.labels | held.types):
        return False
    # It reads like a label. Whether it is one, and not a variable, the server tells: does it know such a label?
    quoted = "`" + one.name.replace("`", "``") + "`"
    pattern = f"()-[:{quoted}]->()" if one.kind == "type" else f"(:{quoted})"
    return not any(n.code in KINDS for n in store.explain(f"MATCH {pattern} RETURN 1", {}).notices)


def _describe_missing(ontology: Ontology, held: DatabaseNames, one: _Name) -> MissingName:
    """The sentence about a name that is not there, with the nearest of those that are."""
    labels, types, keys = ontology.list_cypher_names()
    own_names = {"label": labels, "type": types, "property": keys}[one.kind]
    mild = one.name in own_names
    where = f"line {one.line}: " if one.line else ""
    if mild and one.kind == "label":
        entity = ontology.types.get(one.name)
        text = f"nothing in this database is of the type {entity.caption if entity else one.name}"
    elif mild and one.kind == "type":
        line = ontology.relationships.get(one.name)
        text = f"no line in this database says “{line.caption if line else one.name}”"
    elif mild:
        text = f"nothing in this database has the property {one.name}"
    else:
        lacks = {
            "label": "no node has the label",
            "type": "no relationship has the type",
            "property": "nothing has the property",
        }[one.kind]
        in_use = {"label": held.labels, "type": held.types, "property": held.in_use or held.keys}[one.kind]
        near = difflib.get_close_matches(one.name, sorted(own_names | in_use), n=1, cutoff=0.75)
        text = f"{lacks} {one.name}" + (f"; did you mean {near[0]}?" if near else "")
    return MissingName(one.kind, one.name, one.line, where + text, mild)


def _parse_notice_name(notice: Notice) -> str:
    """The name that a notice speaks of, which it has in backticks and as it is, whatever characters it holds."""
    match = re.search(r"`(.*)` does not exist in database", notice.text, re.DOTALL)
    return match[1] if match else ""


@lru_cache(maxsize=256)
def _parse_names(text: str) -> tuple[tuple[_Name, ...], frozenset[str]]:
    """The names in a text that read like labels, types and properties, and the keys of maps that it makes itself.

    Not a parser: a name that only reads like one is sorted out by what the database knows.
    """
    used: list[_Name] = []
    own: set[str] = set()
    brackets = [_Bracket("", pattern=False, labels=False)]  # the open ones
    labels = key = False  # whether we are in what follows a colon, such as :A|B&!C; whether a map's key came last
    tokens = [_NONE, *tokenize(text), _NONE]
    line, read = 1, 0
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        line, read = line + text.count("\n", read, token.at), token.at
        inside, pattern, _ = brackets[-1]
        if token.kind not in _NAMES:
            if token.text in _OPENING:
                labels = labels and token.text == "(" and before.kind not in _NAMES
                brackets.append(_Bracket(token.text, _is_of_pattern(token, before, brackets[-1]), labels))
            elif token.text in _CLOSING and len(brackets) > 1:
                labels = brackets.pop().labels
            else:
                labels = (token.text == ":" and not key) or (labels and token.text in _JOINING)
            continue
        name = token.text[1:-1].replace("``", "`") if token.kind == "quoted" else token.text
        key = inside == "{" and before.text in ("{", ",") and after.text == ":"
        if key and not pattern:
            own.add(name)
        elif key or (before.text == "." and after.text != "("):
            used.append(_Name("property", name, line))
        elif labels and before.kind not in _NAMES and after.text != ".":
            used.append(_Name("type" if inside == "[" and pattern else "label", name, line))
        else:
            labels = False
    return tuple(used), frozenset(own)


def _is_of_pattern(token: Token, before: Token, around: _Bracket) -> bool:
    """Whether a bracket is a _Bracket.pattern."""
    if token.text == "(":
        return before.kind not in _NAMES or before.word in _BEFORE_NODES
    return before.text in ("-", "<-") if token.text == "[" else around.pattern
