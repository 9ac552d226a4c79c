"""Pairs as a table, and back: a sheet of open pairs that an analyst fills in, row by row."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from graph.errors import DataError
from graph.formats import spreadsheet_guard, tables
from graph.model import Claim, Table
from loader.files import csv_file
from loader.matching import claims
from loader.matching.candidates import Candidate
from loader.matching.stored import EntityDetails, OpenPair
from loader.records import RejectCollector, RejectedRow, Row

COLUMNS = tuple(
    "score id_a name_a type_a list_a identifiers_a facts_a id_b name_b type_b list_b identifiers_b facts_b why before "
    "decision note".split()
)
NEEDED = ("id_a", "id_b", "decision")
NAMESAKES = ("score", "kind", "id_a", "name_a", "list_a", "id_b", "name_b", "list_b", "why")
DECIDED = ("id_a", "name_a", "id_b", "name_b", "decision", "by", "day", "state", "words")
# What people write in such a column, in lower case.
_CHOICES = {
    "s": claims.SAME,
    "same": claims.SAME,
    "yes": claims.SAME,
    "d": claims.DIFFERENT,
    "different": claims.DIFFERENT,
    "no": claims.DIFFERENT,
    "u": claims.UNSURE,
    "unsure": claims.UNSURE,
    "?": claims.UNSURE,
}


@dataclass(frozen=True)
class Answer:
    """A filled-in row. `by` is empty where the sheet has no such column."""

    row: Row
    id_a: str
    id_b: str
    choice: str
    note: str
    by: str


def build_open_table(pairs: Iterable[OpenPair], sides: Mapping[str, EntityDetails]) -> Table:
    """The open pairs, with empty columns for the decision and a note."""
    rows = []
    for item in pairs:
        cells: list[object] = [item.claim.value]
        for side in (sides[i] for i in item.pair):
            facts = "; ".join(f"{what}: {value}" for what, value in side.facts)
            cells += [side.id, side.name, side.type, side.dataset, "; ".join(side.identifiers), facts]
        rows.append(
            [*cells, describe_reasons(item.claim), "; ".join(describe_decision(c) for c in item.before), "", ""]
        )
    return Table(COLUMNS, rows)


def describe_namesakes(candidate: Candidate) -> str:
    """Why a pair of equal names is not proposed."""
    if candidate.verdict.homonyms:
        return "homonyms: ships of one name, and no number that tells"
    return "a name alone, which says too little" if candidate.verdict.by_name_alone else "something speaks against"


def build_namesake_table(pairs: Iterable[Candidate]) -> Table:
    """Pairs of equal names that are not proposed, the highest scores first."""
    rows = [
        [
            c.verdict.score,
            describe_namesakes(c),
            *(text for side in (c.a, c.b) for text in (side.id, side.name, side.dataset)),
            c.verdict.words,
        ]
        for c in sorted(pairs, key=lambda c: (-c.verdict.score, c.a.id, c.b.id))
    ]
    return Table(NAMESAKES, rows)


def build_decision_table(items: Iterable[Claim], names: Mapping[str, str], speakers: Mapping[str, str]) -> Table:
    """Decisions with who and when; replaced ones say so."""
    rows = []
    for c in items:
        other = c.object or ""
        state = f"replaced on {c.withdrawn_on}" if c.withdrawn_on else "stands"
        rows.append(
            [
                c.subject,
                names.get(c.subject, ""),
                other,
                names.get(other, ""),
                c.detail,
                speakers.get(c.asserted_by, c.asserted_by),
                c.reported_on,
                state,
                c.summary,
            ]
        )
    return Table(DECIDED, rows)


def render(table: Table, form: str, title: str, width: int | None = None) -> str:
    """A table as csv, json or, at most `width` columns wide, for people."""
    if form == "csv":
        return tables.format_csv(table)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    if form == "json":
        return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
    return _render_text(table, title, width)


def _render_text(table: Table, title: str, width: int | None) -> str:
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=False, color_system=None)
    grid = Grid(title=Text(title), title_justify="left")
    for column in table.columns:
        grid.add_column(Text(column), overflow="fold")
    for row in table.rows:
        grid.add_row(*(clean(tables.format_cell(value)) for value in row))
    console.print(grid)
    console.print(Text(f"{len(table.rows)} rows"))
    return file.getvalue()


def clean(text: str) -> Text:
    """A list's text, harmless on a terminal: no markup, no escape codes, no marks of the direction of writing."""
    return Text("".join(c for c in text if c == "\n" or c.isprintable()))


def shorten_table(table: Table) -> Table:
    """The columns of open pairs that fit a terminal."""
    columns = ("score", "id_a", "name_a", "id_b", "name_b", "why")
    places = [COLUMNS.index(column) for column in columns]
    return Table(columns, [[row[i] for i in places] for row in table.rows])


def read(path: Path) -> tuple[list[Answer], list[RejectedRow]]:
    """The filled-in rows of a sheet, and the rows that can't be used. Rows without a decision are left out.

    Raises DataError for a file that as a whole is of no use.
    """
    sink = RejectCollector("decisions")
    answers = []
    for row in csv_file.read_rows(path, NEEDED, sink):
        problems = list(_check_row(row))
        if problems:
            sink.reject(row, problems)
        elif _read_cell(row, "decision"):
            choice = _CHOICES[_read_cell(row, "decision").casefold()]
            a, b = _read_cell(row, "id_a"), _read_cell(row, "id_b")
            answers.append(Answer(row, a, b, choice, _read_cell(row, "note"), _read_cell(row, "by")))
    return _reject_contradictions(answers, sink), sink.rejected


def _reject_contradictions(answers: Sequence[Answer], sink: RejectCollector) -> list[Answer]:
    """Leaves out every row of a pair on which the sheet says two things: no order of rows decides."""
    choices_by_pair: dict[tuple[claims.Pair, str], set[str]] = {}
    for answer in answers:
        choices_by_pair.setdefault((claims.sort_pair(answer.id_a, answer.id_b), answer.by), set()).add(answer.choice)
    good = []
    for answer in answers:
        choices = choices_by_pair[(claims.sort_pair(answer.id_a, answer.id_b), answer.by)]
        if len(choices) > 1:
            rule = f"the sheet says {' and '.join(sorted(choices))} of this pair"
            sink.reject(answer.row, [answer.row.problem("decision", rule)])
        else:
            good.append(answer)
    return good


def describe_reasons(claim: Claim) -> str:
    """The reasons alone, without the names and the score that lead them; a changed evidence first."""
    reasons = claim.summary.partition(f"score {claim.value:.2f}: ")[2] if isinstance(claim.value, float) else ""
    reasons = reasons or claim.summary
    return f"{claim.detail}: {reasons}" if claim.detail.startswith(claims.CHANGED) else reasons


def describe_decision(claim: Claim) -> str:
    """A decision in a few words."""
    return f"{claim.detail} ({claim.asserted_by.removeprefix('analyst-')}, {claim.reported_on})"


def _check_row(row: Row) -> Iterator[DataError]:
    choice = _read_cell(row, "decision")
    if choice and choice.casefold() not in _CHOICES:
        yield row.problem("decision", f"must be same, different or unsure, not {choice!r}")
    for name in ("id_a", "id_b"):
        if choice and not _read_cell(row, name):
            yield row.problem(name, "the row names no entity here")


def _read_cell(row: Row, name: str) -> str:
    """A cell, without the mark that our own CSV puts before what a spreadsheet would take for a formula."""
    return spreadsheet_guard.unguard(row.values.get(name, "").strip())
