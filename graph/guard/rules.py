"""What may run: decides from a query's text and from the server's own plan whether it only reads, and with measure.

READ access mode is not enough: LOAD CSV, SHOW and TERMINATE commands and procedures count as reading there. So a
query runs only when

1. its text can be read in one way only (graph/guard/lexer.py), is one statement on this database, and calls nothing
   but Cypher's own functions (built_in_functions.txt; not `file`, `linenumber`, `graph.byName`, nothing of a plugin);
2. no expression of it grows beyond measure (graph/guard/complexity.py): Neo4j can't end a single expression;
3. EXPLAIN calls it reading, each operator of its plan is in reading_operators.txt, and each procedure on the list
   below. Neo4j's manual lists all operators: "Operators at a glance" in the part on execution plans.

What is left, the server bounds: time, memory of a transaction, and graph/server/watchdog.py.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graph.database.store import Plan, Store
from graph.errors import QueryRefused
from graph.guard import complexity
from graph.guard.lexer import Token, tokenize


def _read_words(file: str) -> frozenset[str]:
    return frozenset(Path(__file__).with_name(file).read_text(encoding="utf-8").split())


READING_OPERATORS = _read_words("reading_operators.txt")
FUNCTIONS = _read_words("built_in_functions.txt")
PROCEDURES = frozenset(
    [
        "db.index.fulltext.queryNodes",
        "db.index.fulltext.queryRelationships",
        "db.labels",
        "db.relationshipTypes",
        "db.propertyKeys",
        "db.schema.visualization",
        "db.schema.nodeTypeProperties",
        "db.schema.relTypeProperties",
    ]
)
# Words before a bracket that call nothing.
_KEYWORDS = frozenset(
    """
    acyclic all and any as asc ascending by call case contains desc descending different distinct element elements else
    end ends exists filter for groups group if in is join let limit list map match node not null of offset on optional
    or order path paths rel relationship relationships repeatable return shortest simple skip starts then trail
    typed union unwind walk when where with xor yield bindings collect count
    """.split()
)
_WRITING = frozenset(["create", "merge", "delete", "detach", "foreach", "insert", "remove", "set", "drop", "load"])
LONGEST, DEEPEST, MOST_SIGNS = 30_000, 60, 6_000  # letters, brackets within brackets, tokens
MOST_GIVEN = 100_000  # letters of all parameters together


def check(store: Store, text: str, parameters: Mapping[str, Any]) -> Plan:
    """The query's plan, once it is clear that the query only reads.

    Raises QueryRefused, naming the rule, or QueryError for a query that does not compile.
    """
    check_text(text, parameters)
    plan = store.explain(text, parameters)
    if plan.query_type != "r":
        raise QueryRefused(f"only reading queries may run, and Neo4j calls this one {plan.query_type or 'unknown'!r}")
    called = set()
    for operator, arguments in plan.operators:
        if operator.replace(" ", "") not in READING_OPERATORS:  # "Repeat(All, Trail)"
            raise QueryRefused(f"the operator {operator} is not on the list of reading operators")
        if operator == "ProcedureCall":
            called.add(str(arguments.get("Details", "")).split("(")[0].strip())
    for name in sorted(called - PROCEDURES):
        raise QueryRefused(f"the procedure {name} is not on the list of reading procedures")
    return plan


def check_text(text: str, parameters: Mapping[str, Any]) -> None:
    """What can be said without a server. Raises QueryRefused, naming the rule."""
    if len(text) > LONGEST:
        raise QueryRefused(f"a query has at most {LONGEST:,} letters")
    if sum(len(str(value)) for value in parameters.values()) > MOST_GIVEN:
        raise QueryRefused(f"the values given have more than {MOST_GIVEN:,} letters")
    tokens = tokenize(text)
    if len(tokens) > MOST_SIGNS:
        raise QueryRefused(f"a query has at most {MOST_SIGNS:,} words and signs")
    _check_depth(tokens)
    tokens = _check_options(tokens)
    _check_statement(tokens)
    _check_calls(tokens)
    complexity.check(tokens, parameters)


def _check_depth(tokens: list[Token]) -> None:
    depth = 0
    for token in tokens:
        depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
        if depth > DEEPEST:
            raise QueryRefused(f"brackets stand at most {DEEPEST} deep in each other")


def _check_options(tokens: list[Token]) -> list[Token]:
    """The tokens behind the options at the head of a query, of which only Cypher's version may be given."""
    if tokens and tokens[0].word == "cypher":
        rest = tokens[1:]
        if rest and rest[0].kind == "number":
            rest = rest[1:]
        if len(rest) > 1 and rest[1].text == "=":
            raise QueryRefused(f"an option such as {rest[0].text} may not be set; CYPHER may name a version only")
        tokens = rest
    if tokens and tokens[0].word in ("explain", "profile"):
        raise QueryRefused(f"a query may not begin with {tokens[0].text.upper()}; the editor shows its plan")
    return tokens


def _check_statement(tokens: list[Token]) -> None:
    for at, token in enumerate(tokens):
        before = tokens[at - 1].word if at else ""
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.text == ";" and token.kind == "sign" and after is not None:
            raise QueryRefused("one query may be run at a time, and what stands behind the ; is another one")
        starts = before in ("", "{", "}", "union", "all", "distinct", "next", "then", "else", "*", ";")
        if token.word == "use" and starts and after is not None and after.kind in ("name", "quoted"):
            raise QueryRefused("a query may not choose another database with USE")


def _check_calls(tokens: list[Token]) -> None:
    for at, token in enumerate(tokens):
        if token.text != "(" or not at or tokens[at - 1].kind not in ("name", "quoted"):
            continue
        first = at - 1
        while first >= 2 and tokens[first - 1].text == "." and tokens[first - 2].kind in ("name", "quoted"):
            first -= 2
        before = tokens[first - 1].text if first else ""
        if before in (":", "|", "&", "!", "%") and at - first == 1:
            continue  # a label, as in (:Person)
        if any(part.kind == "quoted" for part in tokens[first:at]):
            raise QueryRefused("the name of a function or procedure may not stand in backticks")
        name = "".join(part.text for part in tokens[first:at])
        if first and tokens[first - 1].word == "call":
            if name not in PROCEDURES:
                raise QueryRefused(f"the procedure {name} is not on the list of reading procedures")
        elif name.lower() in _WRITING:
            raise QueryRefused(f"only reading queries may run, and this one has {name.upper()}")
        elif name.lower() not in FUNCTIONS and name.lower() not in _KEYWORDS:
            raise QueryRefused(f"the function {name} is not built into Cypher, or does more than reckon")
