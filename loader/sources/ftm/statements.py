"""FollowTheMoney statements: one value of one property, with the data set that says it and when it was seen. Pure.

The format is that of followthemoney/statement/statement.py (https://www.opensanctions.org/docs/statements/): a file
of statements holds one a row (statement_file.py), an entity may hold its own under `statements`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graph.formats.ftm_model import Model
from graph.model import Claim
from loader.records import Row
from loader.sources.ftm import rules
from loader.statements import compute_digest

BASE = "id"  # the property that only says that the entity is there
_TRUE = ("t", "true", "1", "yes", "y")
_MOST_DATES = 100_000


@dataclass(frozen=True, slots=True)
class Statement:
    """One value as a data set gives it; `entity` is the data set's own id, and the days may be ""."""

    prop: str
    value: str
    dataset: str
    entity: str
    schema: str = ""
    lang: str = ""
    original: str = ""
    external: bool = False
    first_seen: str = ""
    last_seen: str = ""
    row: Row | None = None


def parse_statements(raw_statements: Any, clean: Any) -> list[Statement]:
    """The statements of an entity that holds its own; what is none is left out. `clean` makes a value a text."""
    statements = []
    for raw in raw_statements if isinstance(raw_statements, list) else ():
        statement = raw if isinstance(raw, Statement) else parse_statement(raw) if isinstance(raw, Mapping) else None
        if statement:
            texts = clean(statement.value, statement.prop)
            statements += (
                [statement] if texts == [statement.value] else [replace(statement, value=text) for text in texts]
            )
    return statements


def parse_statement(raw: Mapping[str, Any], row: Row | None = None) -> Statement | None:
    """A statement of its fields; None where it lacks whom it is about, the property, the value or the data set."""
    texts = {key: value.strip() for key, value in raw.items() if isinstance(value, str)}
    schema, prop = texts.get("schema", ""), texts.get("prop", "")
    if not schema and ":" in prop:  # the packed form
        schema, _, prop = prop.partition(":")
    entity = texts.get("entity_id") or texts.get("canonical_id", "")
    if not (entity and prop and texts.get("value") and texts.get("dataset")):
        return None
    external = raw.get("external")
    return Statement(
        prop,
        texts["value"],
        texts["dataset"],
        entity,
        schema,
        texts.get("lang", ""),
        texts.get("original_value", ""),
        external.strip().lower() in _TRUE if isinstance(external, str) else external is True,
        rules.parse_day(texts.get("first_seen", "")),
        rules.parse_day(texts.get("last_seen", "")),
        row,
    )


def choose_schema(statements: Iterable[Statement], model: Model) -> str:
    """The schema of an entity that several data sets describe: the narrowest that fits the others, else the first."""
    names = list(dict.fromkeys(s.schema for s in statements if s.schema))
    known_names = [name for name in names if name in model.schemata]
    for name in known_names:
        if all(model.schemata[name].is_a(other) for other in known_names):
            return name
    return (known_names or names or [""])[0]


@dataclass
class SeenDays:
    """By data set the days on which it was seen: a statement last seen before the latest is no longer said."""

    days: dict[str, set[str]]

    def note(self, statements: Iterable[Statement]) -> None:
        """Notes the days of statements."""
        for statement in statements:
            days_seen = self.days.setdefault(statement.dataset, set())
            if statement.last_seen and len(days_seen) < _MOST_DATES:
                days_seen.add(statement.last_seen)

    def find_end(self, statement: Statement) -> str:
        """The first day on which the data set was seen without the statement; "" where it still says so."""
        later = [day for day in self.days.get(statement.dataset, ()) if day > statement.last_seen]
        return min(later, default="") if statement.last_seen else ""


def date_claim(claim: Claim, statements: Sequence[Statement], seen: SeenDays) -> Claim:
    """A claim as these statements of one data set make it: under an id of the data set's own, with its days.

    It ended where none of them is said any longer.
    """
    first = min((s.first_seen for s in statements if s.first_seen), default="")
    last = max(statements, key=lambda s: s.last_seen)
    end = seen.find_end(last)
    words = dict.fromkeys(s.original for s in statements if s.original and s.original != s.value)
    summary = claim.summary
    if words:
        summary = f"{summary.removesuffix('.')} (there: {', '.join(words)[:500]})."
    if all(s.external for s in statements):
        summary = f"{summary.removesuffix('.')} (a candidate from outside the data set, unconfirmed)."
    dataset = claim.id.rpartition("-")[0]
    return replace(
        claim,
        id=f"{dataset}-{compute_digest(claim.id, 'statement', last.dataset)}",
        summary=summary,
        reported_on=first,
        withdrawn_on=end,
        last_seen_on=last.last_seen if end else "",
    )


def drop_original(statement: Statement) -> Statement:
    """A statement without the text that its value was made of, for a claim about something else than that value."""
    return replace(statement, original="") if statement.original else statement


def group_by_dataset(statements: Iterable[Statement]) -> Iterator[tuple[str, list[Statement]]]:
    """The statements of each data set."""
    groups: dict[str, list[Statement]] = {}
    for statement in statements:
        groups.setdefault(statement.dataset, []).append(statement)
    yield from groups.items()
