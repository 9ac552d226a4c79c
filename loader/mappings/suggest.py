"""Writes the first draft of a table's mapping, from its header and its first rows: `armsgraph mapping suggest FILE`.

The guesses go by the words of suggest.yaml and are cautious: what is not clear stands in the draft as a comment.
A draft loads as it is.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import yaml

from graph import evidence, imo, ontology
from graph.errors import DataError
from loader import reference
from loader.files.file_format import FileFormat
from loader.files.tabular import Table, open_table
from loader.mappings import cell_text, guess
from loader.mappings.guess import ColumnProfile
from loader.mappings.header import NAME
from loader.records import Row

ROWS = 500  # looked at
_PLAIN = re.compile(r"[^\W\d_][\w ./()%№°-]*\Z")
_NOT_GUESSED = ("name", "aliases", "identifiers", "imoNumber", "mmsi", "schema")


def draft_mapping(path: Path) -> str:
    """The draft as YAML with comments. Raises DataError where the file can't be read as a table, or has no rows."""
    form, doubts = guess.detect_format(path)
    table = open_table(path, form)
    rows = list(islice((row for row in table.rows if isinstance(row, Row)), ROWS))
    if not rows:
        raise DataError("has no row below its header that can be read", file=path.name)
    marks = guess.detect_number_marks(table.columns, rows)
    columns = [guess.profile_column(name, rows, marks) for name in table.columns if name not in table.unusable]
    notes = [*doubts, *(text for _, text in table.notices)]
    parts = _MappingDraft(path.stem, columns)
    lines = [
        *_format_header(path, notes),
        *_format_file_section(form, columns, marks),
        "",
        *_format_column_list(table, columns),
        "",
    ]
    lines += [*parts.lines(), ""]
    if left := [column.name for column in parts.free]:
        lines += [
            "# Not guessed, and so not loaded, with a notice. 'rest: main' keeps them as properties;",
            "# under 'ignore' they are left out without a word.",
            "# rest: main",
            "# ignore:",
        ]
        lines += [f"#   - {_clean_comment(_quote(name))}" for name in left]
    return "\n".join(lines).rstrip() + "\n"


class _MappingDraft:
    """The entities and relationships; each column is taken for one meaning, and `free` until then."""

    def __init__(self, stem: str, columns: list[ColumnProfile]) -> None:
        self.columns, self.free = columns, list(columns)
        named = (*columns, ColumnProfile(stem))
        self.suggestions = guess.load_suggestions()
        guessed = (
            type_
            for type_ in self.suggestions["main types"]
            if any(
                c.says(f"type {type_}") and not (type_ in self.suggestions["ships"] and _has_companies(c))
                for c in named
            )
        )
        self.is_guess = True
        self.main = next(guessed, "")
        if not self.main:
            self.is_guess, self.main = False, ontology.load().get_type_by_role("other").name

    def take(
        self, meaning: str, *kinds: str, also: Callable[[ColumnProfile], bool] = lambda _: True
    ) -> ColumnProfile | None:
        """The first free column whose header says so."""
        for column in self.free:
            if column.kind in (kinds or ("text", "number", "date")) and column.says(meaning) and also(column):
                self.free.remove(column)
                return column
        return None

    def lines(self) -> Iterator[str]:
        """The lines of `entities` and `relationships`."""
        numbers, mmsi = self.take("imo", also=_has_imo_numbers), self.take("mmsi", "number", "text")
        state_link = self.suggestions["main types"].get(self.main, "")
        state = self.take("state", "text", also=_has_states) if state_link else None
        others = [
            (who, rule, column)
            for who, rule in self.suggestions["others"].items()
            if self.main in rule["main"] and (column := self.take(who, "text"))
        ]
        aliases = [column for _ in self.columns if (column := self.take("alias", "text"))]
        id_ = self.take("id", "number", "text", also=lambda c: c.unique)
        name = self.name() or id_
        key = id_ or (numbers if numbers and numbers.unique else None)
        yield "entities:"
        yield "  main:   # one block for each entity that a row tells of; the name of a block is yours to choose"
        yield f"    type: {self.main}   # {'a guess' if self.is_guess else 'not guessed: see the README'}"
        no_id = "    # id: COLUMN   # without one, rows of the same name are one entity"
        yield (
            f"    id: {_format_value(key, one=True)}   # different in every row seen"
            if key and key is not name
            else no_id
        )
        yield f"    name: {_format_value(name, one=True)}" if name else '    name: "?"'
        yield from self.block("    aliases:", [f"      - {_format_value(column)}" for column in aliases])
        schemes = [("IMO", numbers), ("MMSI", mmsi)]
        schemes += [(c.name, c) for meaning in ("passport", "registration", "tax") if (c := self.take(meaning))]
        yield from self.block("    identifiers:", [f"      {_quote(s)}: {_format_value(c)}" for s, c in schemes if c])
        own = [("imoNumber", numbers), ("mmsi", mmsi)] if self.main in self.suggestions["ships"] else []
        if numbers and not own and _has_companies(numbers):
            own = [("imoNumber", numbers)]
        lines = [f"      {prop}: {_format_value(c)}" for prop, c in [*own, *self.properties()] if c]
        yield from self.block("    properties:", lines)
        if state:
            yield from ("  state:", f"    state: {_format_value(state)}")
        for who, rule, column in others:
            yield from (f"  {who}:", f"    type: {rule['type']}   # a guess", f"    name: {_format_value(column)}")
        links = [f"  - {{type: {rule['relationship']}, from: {who}, to: main}}" for who, rule, _ in others]
        links += [f"  - {{type: {state_link}, from: main, to: state}}"] if state else []
        yield from self.block("relationships:", links)

    def block(self, head: str, lines: list[str]) -> list[str]:
        """A section, where it has lines."""
        return [head, *lines] if lines else []

    def name(self) -> ColumnProfile | None:
        """The column of the names: the one that says so, else the first text, else any."""
        if column := self.take("name", "text"):
            return column
        for column in sorted(self.free, key=lambda c: ("text", "number", "date", "empty").index(c.kind)):
            self.free.remove(column)
            return column
        return None

    def properties(self) -> Iterator[tuple[str, ColumnProfile | None]]:
        for prop, spec in ontology.load().types[self.main].properties.items():
            if prop in guess.list_meanings() and prop not in _NOT_GUESSED:
                kinds = {"number": ("number",), "date": ("date", "number")}.get(spec.type, ("text", "number"))
                yield prop, self.take(prop, *kinds, also=_has_dates if spec.type == "date" else lambda _: True)


def _format_header(path: Path, notes: list[str]) -> Iterator[str]:
    slug = re.sub(r"[^a-z0-9]+", "-", evidence.fold(path.stem)).strip("-")[:30].strip("-")
    name = _clean_comment(path.name)
    yield f"# A first draft for {name}. Check every line, most of all the guesses (docs/mapping.md)."
    yield "# Try it without loading: armsgraph load table FILE --mapping THIS-FILE --dry-run"
    yield from (f"# Note: {_clean_comment(text)}" for text in notes)
    # "my-" keeps clear of the names of Armsgraph's own sources.
    yield f"dataset: {f'my-{slug}' if NAME.match(f'my-{slug}') and slug else 'my-table'}   # every id begins with it"
    yield f"title: {_quote(path.stem)}"
    yield "publisher: unknown   # who made the table"
    yield "# url: https://…"
    yield "# date: 2024-03-01   # the table's own date, which orders its editions"
    yield "reliability: F   # of the publisher, A to F, after docs/grading.md"
    yield "credibility: 6   # of what the table says, 1 to 6"
    yield "updates: replace   # or history: what a newer edition leaves out is kept, with an end"


def _format_file_section(form: FileFormat, columns: list[ColumnProfile], marks: tuple[str, str]) -> Iterator[str]:
    if form.delimiter not in ("", ",") or form.encoding != "utf-8":
        delimiter = "tab" if form.delimiter == "\t" else form.delimiter
        yield f'file: {{delimiter: "{delimiter}", encoding: {form.encoding}}}   # guessed'
    formats = list(dict.fromkeys(column.format for column in columns if column.format))
    if formats:
        unsure = "   # or day and month the other way round?" if {"%d/%m/%Y", "%d-%m-%Y"} & {*formats} else ""
        yield f"dates: [{', '.join(map(_quote, formats))}]{unsure}"
    if marks != (".", ""):
        decimal, thousands = marks[0], "space" if marks[1] == " " else marks[1]
        yield f"numbers: {{decimal: {_quote(decimal)}, thousands: {_quote(thousands)}}}"


def _format_column_list(table: Table, columns: list[ColumnProfile]) -> Iterator[str]:
    yield "# The columns, as the first rows show them:"
    for c in columns:
        form = f" {c.format or 'YYYY-MM-DD'}" if c.kind == "date" else ""
        split = f", lists cut at {c.split!r}" if c.split else ""
        sample = f": {' · '.join(_clean_comment(value)[:40] for value in c.values[:3])}" if c.values else ""
        yield f"#   {_clean_comment(c.name)}: {c.kind}{form}{split}{', all different' if c.unique else ''}{sample}"
    yield from (f"#   {_clean_comment(name)}: {_clean_comment(why)}" for name, why in table.unusable.items())


def _has_states(column: ColumnProfile) -> bool:
    """Whether most cells name states."""
    return sum(reference.find_state(value) is not None for value in column.values) * 2 >= len(column.values)


def _has_dates(column: ColumnProfile) -> bool:
    """Whether the cells are dates, or years."""
    return column.kind == "date" or guess.can_read_all(cell_text.build_date_reader(()), column.values)


def _has_imo_numbers(column: ColumnProfile) -> bool:
    return all(sum(map(str.isdigit, value)) == 7 for value in column.values)


def _has_companies(column: ColumnProfile) -> bool:
    """Whether the cells are IMO numbers of companies, which a ship does not bear."""
    return bool(column.values) and all(imo.is_company_number(imo.strip_head(value)) for value in column.values)


def _format_value(column: ColumnProfile, *, one: bool = False) -> str:
    """A column as a value; `one` where it can't be a list."""
    name = _quote(column.name)
    if column.split and not one:
        return f"{{column: {name}, split: {_quote(column.split)}}}"
    return f"{{column: {name}}}" if "{" in name or "}" in name else name


def _quote(text: str) -> str:
    """A text as YAML, on one line, in quotes where it needs them."""
    if _PLAIN.match(text) and text == text.strip():
        return text
    return str(yaml.safe_dump(text, default_style='"', allow_unicode=True, width=1_000_000)).strip()


def _clean_comment(text: str) -> str:
    """A text that can't end the comment in which it stands."""
    return "".join(c if c.isprintable() else " " for c in text)[:200]
