"""What may run: decides from the server's own plan whether a query only reads.

READ access mode is not enough: LOAD CSV, SHOW and TERMINATE commands and procedures count as reading there.
So a query runs only when EXPLAIN calls it reading, each operator of its plan is in reading_operators.txt, and each
procedure and each function with a dotted name is on a short list. Neo4j's manual lists all operators:
"Operators at a glance" in the Cypher manual's part on execution plans.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graph.errors import QueryRefused
from graph.store import Plan, Store

READING_OPERATORS = frozenset(Path(__file__).with_name("reading_operators.txt").read_text(encoding="utf-8").split())
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
# Namespaces of functions built into Cypher; any other dotted name is a plugin's.
FUNCTION_NAMESPACES = frozenset(
    [
        "date",
        "datetime",
        "localdatetime",
        "localtime",
        "time",
        "duration",
        "point",
        "vector",
        "string",
        "coll",
    ]
)
_QUIET = re.compile(r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""", re.DOTALL)
_DOTTED = re.compile(r"\b([A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)+)\s*\(")
_QUOTED_CALL = re.compile(r"`\s*(?:\(|\.\s*[\w`])")


def check(store: Store, text: str, parameters: Mapping[str, Any]) -> Plan:
    """The query's plan, once it is clear that the query only reads.

    Raises QueryRefused, naming the rule, or QueryError for a query that does not compile.
    """
    bare = _QUIET.sub(" ", text)
    if _QUOTED_CALL.search(bare):
        raise QueryRefused("the name of a function or procedure may not stand in backticks")
    plan = store.explain(text, parameters)
    if plan.query_type != "r":
        raise QueryRefused(f"only reading queries may run, and Neo4j calls this one {plan.query_type or 'unknown'!r}")
    called = set()
    for operator, arguments in plan.operators:
        if operator not in READING_OPERATORS:
            raise QueryRefused(f"the operator {operator} is not on the list of reading operators")
        if operator == "ProcedureCall":
            called.add(str(arguments.get("Details", "")).split("(")[0].strip())
    for name in sorted(called - PROCEDURES):
        raise QueryRefused(f"the procedure {name} is not on the list of reading procedures")
    for match in _DOTTED.finditer(bare):
        name = re.sub(r"\s", "", match[1])
        if name not in PROCEDURES and name.split(".")[0].lower() not in FUNCTION_NAMESPACES:
            raise QueryRefused(f"the function {name} is not built into Cypher")
    return plan
