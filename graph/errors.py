"""Every error that Armsgraph raises on purpose.

    ArmsgraphError                  exit code
    ├── DataError                   1   a file, row or field breaks a rule
    │   └── OntologyError           1   the ontology file itself is at fault
    ├── QueryError                  1   a query is at fault
    │   ├── QueryFileError          1   a query's file breaks a rule
    │   ├── ParameterError          1   a value given to a query breaks a rule
    │   ├── GraphEmpty              1   the graph holds no entity that a value could name
    │   ├── QueryRefused            1   a query may not run; names the rule that refused it
    │   └── QueryEnded              1   a run was ended before its answer: by its bounds, or cancelled
    ├── JobsBusy                    1   as much work of a kind is going on as may be
    ├── JobCancelled                1   work was called off
    ├── JobFailed                   1   work came to no end
    ├── UsageError                  2   the command or a setting makes no sense
    └── StoreError                  3   the database can't be used
        ├── StoreUnavailable        3   it can't be reached (any more)
        └── ArtifactsUnavailable    3   the local Neo4j's files can't be fetched or are damaged

Modules at a boundary (store, artifacts, files) translate foreign errors into these, so that
callers catch this tree alone and a user reads a sentence instead of a traceback.
"""


class ArmsgraphError(Exception):
    """Base of the tree. Its text is written for the user."""

    exit_code = 1
    may_pass = False  # whether the same may work a moment later


class DataError(ArmsgraphError):
    """Data breaks a rule. The message names file, row, field and rule."""

    def __init__(self, rule: str, *, file: str = "", row: int | None = None, field: str = "") -> None:
        self.rule, self.file, self.row, self.field = rule, file, row, field
        place = ", ".join(
            part
            for part in (file, f"row {row}" if row is not None else "", f"field {field!r}" if field else "")
            if part
        )
        super().__init__(f"{place}: {rule}" if place else rule)


class OntologyError(DataError):
    """The ontology file is not usable."""


class QueryError(ArmsgraphError):
    """A query or one of its parameters is at fault. `line` and `column`, from 1, say where in its text, 0 nowhere."""

    def __init__(self, message: str, *, line: int = 0, column: int = 0) -> None:
        self.message, self.line, self.column = message, line, column
        super().__init__(f"line {line}, column {column}: {message}" if line else message)


class QueryFileError(QueryError):
    """The file of a query breaks a `rule`."""

    def __init__(self, rule: str, *, file: str) -> None:
        self.rule, self.file = rule, file
        super().__init__(f"{file}: {rule}")


class ParameterError(QueryError):
    """The value of a query's `parameter` breaks a `rule`; `joint` makes one sentence of the two."""

    def __init__(self, parameter: str, rule: str, *, joint: str = " ") -> None:
        self.parameter, self.rule = parameter, rule
        super().__init__(f"{parameter}{joint}{rule}")


class GraphEmpty(QueryError):
    """The graph holds no entity that a parameter's value could name."""


class QueryRefused(QueryError):
    """A query is not allowed to run."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        super().__init__(f"refused: {rule}")


class QueryEnded(QueryError):
    """A run was ended before its answer came.

    `why` is "timeout", "memory", "cancelled" or, where the server or who runs it did so, "stopped".
    """

    may_pass = True

    def __init__(self, why: str, message: str) -> None:
        self.why = why
        super().__init__(message)


class JobsBusy(ArmsgraphError):
    """As many queries, exports or layouts run as may: one more has no place just now."""

    may_pass = True


class JobCancelled(ArmsgraphError):
    """Whoever asked for the work no longer wants it."""


class JobFailed(ArmsgraphError):
    """Work that came to no end, through no fault of what was asked for."""


class UsageError(ArmsgraphError):
    """The command line or a setting makes no sense."""

    exit_code = 2


class StoreError(ArmsgraphError):
    """The database can't be used."""

    exit_code = 3


class StoreUnavailable(StoreError):
    """The database can't be reached."""

    may_pass = True


class ArtifactsUnavailable(StoreError):
    """The local Neo4j's files can't be fetched, or are damaged."""
