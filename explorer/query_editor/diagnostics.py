"""What Neo4j and the guard say of a query that is being written, without running it, in words.

A finding has the line and the column of the text that the analyst sees: the body, without the header.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from explorer.query_editor.draft import Draft
from graph.database.store import Notice, Plan, Store
from graph.errors import QueryError, QueryFileError, QueryRefused
from graph.guard import rules
from graph.plurals import format_count
from graph.saved_queries.parameters import Parameter, expand_dates

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class Diagnostic:
    """One thing that is wrong, or doubtful; `line` and `column` from 1, 0 where it stands nowhere in the text."""

    severity: str
    message: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class CheckResult:
    """What a check found: the steps of the plan, first things first, and how many rows it expects."""

    findings: tuple[Diagnostic, ...] = ()
    steps: tuple[str, ...] = ()
    rows: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether it may run."""
        return not any(f.severity == ERROR for f in self.findings)


def check(store: Store, draft: Draft) -> CheckResult:
    """Checks form and text, asks the server for the plan, and the guard whether it may run. Raises StoreError."""
    try:
        query = draft.trial()
        samples = {n: build_sample_value(p) for n, p in query.parameters.items()}
        plan = rules.check(store, query.text, expand_dates(query.parameters, samples))
        for parameter in query.parameters.values():
            if parameter.asks:
                _check_choices(store, parameter)
    except QueryError as error:
        return CheckResult((build_diagnostic(draft, error),))
    return CheckResult(_convert_notices(draft, plan), describe_plan_steps(plan), get_expected_rows(plan))


def build_diagnostic(draft: Draft, error: QueryError) -> Diagnostic:
    """An error of a draft as a finding, in the lines that the analyst sees."""
    if isinstance(error, QueryRefused):
        line, column = map_position(draft, error.line, error.column)
        return Diagnostic(ERROR, f"This may not run: {error.rule}.", line, column)
    line, column = map_position(draft, error.line, error.column)
    message = shorten_message(error.rule if isinstance(error, QueryFileError) else error.message)
    return Diagnostic(ERROR, _format_sentence(message), line, column)


def shorten_message(message: str) -> str:
    """Neo4j's word about a slip without the clauses that may not run anyway, and with the likeliest few of the rest."""
    head, expected, rest = message.partition("expected ")
    words = re.split(r", | or (?=[^ ]+$)", rest)
    if not expected or len(words) < 3:
        return message
    kept = [w.replace("<EOF>", "the end of the text") for w in words if w.strip("'") not in _WRITE_CLAUSES]
    more = " or something else" if len(kept) > _MAX_ALTERNATIVES else ""
    return f"{head}expected {', '.join(kept[:_MAX_ALTERNATIVES])}{more}"


def map_position(draft: Draft, line: int, column: int) -> tuple[int, int]:
    """A place of the file as a place of the body; (0, 0) for one in the header."""
    before = draft.with_placeholders().count_header_lines() if line else 0  # `Draft.trial` is what was checked
    return (line - before, max(1, column)) if line > before else (0, 0)


def build_sample_value(parameter: Parameter) -> object:
    """A value that the parameter might have: EXPLAIN needs one to plan with, and does not look it up."""
    if parameter.default is not None:
        return parameter.default
    if parameter.optional:
        return None
    if parameter.type in ("integer", "number"):
        low = parameter.min if parameter.min is not None else min(1, parameter.max if parameter.max is not None else 1)
        return int(low) if parameter.type == "integer" else float(low)
    return parameter.choices[0] if parameter.choices else "2023" if parameter.type == "date" else ""


def describe_plan_steps(plan: Plan) -> tuple[str, ...]:
    """The operators of a plan in words, in the order in which they begin to work."""
    steps = []
    for name, arguments in reversed(plan.operators):
        details = " ".join(str(arguments.get("Details", "")).split())
        words = (
            _OPERATOR_CAPTIONS.get(name) or _OPERATOR_CAPTIONS.get(name.partition("(")[0]) or _split_operator_name(name)
        )
        steps.append(f"{words}: {details}" if details and name != "ProduceResults" else words)
    return tuple(steps)


def get_expected_rows(plan: Plan) -> float:
    """How many rows the server expects of the whole; 0 where it does not say."""
    return float(plan.operators[0][1].get("EstimatedRows", 0) or 0) if plan.operators else 0.0


def format_expected_rows(rows: float) -> str:
    """A number of rows that is only expected."""
    return "few rows, if any" if rows < 0.5 else f"about {format_count(round(rows), 'row', 'rows')}"


def _check_choices(store: Store, parameter: Parameter) -> None:
    try:
        rules.check(store, parameter.asks, {})
    except QueryRefused as error:
        raise QueryError(f"the choices of {parameter.name} may not be asked for: {error.rule}") from error
    except QueryError as error:
        raise QueryError(f"the choices of {parameter.name}: {error.message}") from error


def _convert_notices(draft: Draft, plan: Plan) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(WARNING, describe_notice(n), *map_position(draft, n.line, n.column))
        for n in plan.notices
        if n.code not in _IGNORED_CODES
    )


def describe_notice(notice: Notice) -> str:
    """A server's remark in plain words; one that we have no words for as the server said it."""
    what = _KINDS_BY_CODE.get(notice.code)
    name = re.search(r"`([^`]*)`", notice.text)
    if what and name:
        return f"No {what} “{name[1]}” is in the database; check how it is spelled."
    return _format_sentence(re.sub(r"^(warn|info): ", "", notice.text))


def _format_sentence(text: str) -> str:
    one = " ".join(text.split())
    return one[:1].upper() + one[1:] + ("" if one.endswith((".", "?", "!", "”")) else ".")


def _split_operator_name(name: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.replace("(", " (")).capitalize()
    return " ".join(words.split())


_MAX_ALTERNATIVES = 8  # of the words that might have stood there
_WRITE_CLAUSES = frozenset(
    "CREATE|DELETE|DETACH|FOREACH|INSERT|LOAD CSV|MERGE|NODETACH|REMOVE|SET|USE|FINISH".split("|")
)
# Codes of GQLSTATUS, from Neo4j's manual "Status codes for notifications".
_KINDS_BY_CODE: Mapping[str, str] = {"01N50": "label", "01N51": "relationship type", "01N52": "property"}
_IGNORED_CODES = ("01N60",)  # a parameter without a value: the form asks for it
_OPERATOR_CAPTIONS: Mapping[str, str] = {
    "AllNodesScan": "Look at every node",
    "NodeByLabelScan": "Look at every node of a type",
    "UnionNodeByLabelsScan": "Look at every node of some types",
    "IntersectionNodeByLabelsScan": "Look at every node with all of some types",
    "NodeIndexSeek": "Find nodes through an index",
    "NodeUniqueIndexSeek": "Find one node by its id",
    "MultiNodeIndexSeek": "Find nodes through indexes",
    "NodeIndexScan": "Look at every node that has a property",
    "NodeIndexContainsScan": "Find nodes by a part of a text, through an index",
    "NodeCountFromCountStore": "Take the number of nodes from the statistics",
    "RelationshipCountFromCountStore": "Take the number of lines from the statistics",
    "DirectedRelationshipTypeScan": "Look at every line of a kind",
    "UndirectedRelationshipTypeScan": "Look at every line of a kind, in both directions",
    "DirectedUnionRelationshipTypesScan": "Look at every line of some kinds",
    "UndirectedUnionRelationshipTypesScan": "Look at every line of some kinds, in both directions",
    "DirectedAllRelationshipsScan": "Look at every line",
    "UndirectedAllRelationshipsScan": "Look at every line, in both directions",
    "Expand(All)": "Follow lines to neighbours",
    "Expand(Into)": "Find lines between two known ends",
    "OptionalExpand": "Follow lines where there are any",
    "VarLengthExpand": "Follow lines several steps far",
    "PruningVarLengthExpand": "Follow lines several steps far, each end once",
    "BFSPruningVarLengthExpand": "Follow lines several steps far, each end once",
    "Repeat": "Repeat a pattern several steps far",
    "StatefulShortestPath": "Find shortest paths",
    "ShortestPath": "Find shortest paths",
    "AllShortestPaths": "Find all shortest paths",
    "Filter": "Keep what fulfils the condition",
    "CartesianProduct": "Combine everything with everything",
    "NodeHashJoin": "Match two sets of rows by a node",
    "ValueHashJoin": "Match two sets of rows by a value",
    "NodeLeftOuterHashJoin": "Match two sets of rows by a node, keeping the first",
    "NodeRightOuterHashJoin": "Match two sets of rows by a node, keeping the second",
    "Apply": "Do for each row",
    "SemiApply": "Keep rows for which something is found",
    "AntiSemiApply": "Keep rows for which nothing is found",
    "RollUpApply": "Collect into a list for each row",
    "Optional": "Keep the row also where nothing is found",
    "Argument": "Take what is known so far",
    "Projection": "Work out values",
    "CacheProperties": "Read properties",
    "EagerAggregation": "Group and count",
    "OrderedAggregation": "Group and count in order",
    "Distinct": "Leave out repetitions",
    "OrderedDistinct": "Leave out repetitions, in order",
    "Sort": "Put in order",
    "PartialSort": "Put in order",
    "Top": "Put in order and take the first",
    "PartialTop": "Put in order and take the first",
    "Limit": "Take only so many rows",
    "Skip": "Leave out the first rows",
    "Union": "Put the parts of UNION together",
    "Unwind": "Make a row of each item of a list",
    "Eager": "Wait until all rows are there",
    "ProcedureCall": "Call a procedure",
    "ProduceResults": "Give the rows",
}
