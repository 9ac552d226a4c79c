"""A query that is being written: the fields of the editor's form, and how they become a query file and back. All pure.

The form is what the analyst sees; the file is text (queryfile.py). Every field is a text, as fields on a page
are; what is a number or a list in the file is read here, with a clear word where it can't be.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Self, TypedDict, cast

from anyascii import anyascii

from explorer.query_editor.draft_rows import ParameterRow, build_header_entry, build_row
from explorer.query_editor.headerline import drop_surrogates, format_block, format_flow, to_single_line
from graph.errors import QueryError
from graph.saved_queries import queryfile
from graph.saved_queries.queryfile import SavedQuery

DEFAULT_TITLE, DEFAULT_DESCRIPTION = "A query without a title", "Written in the editor."
DEFAULT_NAME = "new-query"  # what a draft without a title is called in messages
MAX_PARAMETERS = 40
_MAX_LENGTH = 20_000  # letters of a field; that of a file is queryfile's


class DraftFields(TypedDict):
    """The form as the page has it: a draft's fields, each parameter with those of a `ParameterRow`."""

    title: str
    name: str
    description: str
    theme: str
    result: str
    kind: str
    x: str
    y: str
    by: str
    low: str
    high: str
    unit: str
    parameters: list[dict[str, str]]
    body: str


@dataclass(frozen=True)
class Draft:
    """The form. The fields from `kind` to `high` are those of a chart."""

    title: str = ""
    name: str = ""
    description: str = ""
    theme: str = "own"
    result: str = "table"
    kind: str = "bar"
    x: str = ""
    y: str = ""
    by: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""
    parameters: tuple[ParameterRow, ...] = ()
    body: str = ""

    @classmethod
    def read(cls, form: object) -> Self:
        """The draft that a page tells of. Raises QueryError for what no form gives."""
        if not isinstance(form, Mapping) or not isinstance(form.get("parameters") or [], (list, tuple)):
            raise QueryError("the editor's form could not be read")
        rows = [row for row in form.get("parameters") or [] if isinstance(row, Mapping)]
        if len(rows) > MAX_PARAMETERS:
            raise QueryError(f"a query has at most {MAX_PARAMETERS} parameters")
        draft = cls(
            **_read_fields(cls, form),
            parameters=tuple(ParameterRow(**_read_fields(ParameterRow, row)) for row in rows),
        )
        return replace(draft, body=_clean_body(str(form.get("body") or "")))

    @classmethod
    def of(cls, query: SavedQuery) -> Self:
        """The draft of a query file."""
        chart = asdict(query.chart) if query.chart else {}
        rows = tuple(build_row(p) for p in query.parameters.values())
        return cls(
            title=query.title,
            name=query.name,
            description=query.description,
            theme=query.theme,
            result=query.result,
            **chart,
            unit=query.unit,
            parameters=rows,
            body=_clean_body(queryfile.split_header(query.text.removeprefix("\ufeff"))[1]),
        )

    def write(self) -> DraftFields:
        """Plain values for the page."""
        return cast("DraftFields", asdict(self))

    def header(self) -> str:
        """The header as lines that begin with //. Raises QueryError where a field can't be what it must be."""
        entries: dict[str, str] = {"title": to_single_line(self.title), "description": to_single_line(self.description)}
        if self.theme != "own":
            entries["theme"] = self.theme
        lines = [format_block({key: value}) for key, value in entries.items()]
        names = [row.name for row in self.parameters]
        if twice := sorted({n for n in names if names.count(n) > 1}):
            raise QueryError(f"two parameters are called {twice[0] or 'nothing'}")
        if self.parameters:
            lines += [
                "parameters:",
                *(f"  {format_flow({row.name: build_header_entry(row)})}" for row in self.parameters),
            ]
        lines.append(format_block({"result": self.result}))
        if self.result == "chart":
            chart = {k: to_single_line(getattr(self, k)) for k in ("kind", "x", "y", "low", "high", "by")}
            lines.append(format_flow({"chart": {k: v for k, v in chart.items() if v}}))
        if self.unit.strip():
            lines.append(format_block({"unit": to_single_line(self.unit)}))
        return "".join(f"// {line}\n" for line in lines)

    def text(self) -> str:
        """The query file. Raises QueryError as `header` does."""
        # A comment at the head of the body would be read as a part of the header.
        return self.header() + ("\n" if self.body.startswith("//") else "") + self.body + "\n"

    def count_header_lines(self) -> int:
        """How many lines of the file stand before the body, by which line numbers of the file are shifted."""
        return self.text().removesuffix(self.body + "\n").count("\n")

    def query(self) -> SavedQuery:
        """The draft as a query that can be saved. Raises QueryError that names the rule broken."""
        if not to_single_line(self.title):
            raise QueryError("give the query a title: the question that it answers")
        if not to_single_line(self.description):
            raise QueryError("say in the description what the answer holds")
        return queryfile.parse(self.get_or_build_name(), self.text())

    def trial(self) -> SavedQuery:
        """The draft as a query that can be run, be it titled yet or not. Raises QueryError as `query` does."""
        named = self.with_placeholders()
        used, declared = queryfile.find_used_parameters(self.body), {row.name for row in self.parameters}
        if missing := sorted(used - declared):
            raise QueryError(f"the text uses ${missing[0]}, which is not among the parameters; add it to them")
        if extra := sorted(declared - used):
            raise QueryError(f"the text does not use the parameter ${extra[0]}; remove it, or use it")
        return named.query()

    def with_placeholders(self) -> Self:
        """With words in the place of a title and a description that are missing."""
        return replace(
            self,
            title=to_single_line(self.title) or DEFAULT_TITLE,
            description=to_single_line(self.description) or DEFAULT_DESCRIPTION,
        )

    def get_or_build_name(self) -> str:
        """The name that was given, else one made from the title."""
        return self.name.strip() or build_name(self.title)

    def trials(self) -> dict[str, str]:
        """The values to run it with where some were given."""
        return {row.name: row.trial for row in self.parameters if row.trial.strip()}


def build_name(title: str) -> str:
    """A name made from a title, as queryfile.NAME_RULE wants it; other scripts are romanised."""
    words = re.findall(r"[a-z0-9]+", anyascii(title).lower().replace("'", ""))
    while words and not words[0][0].isalpha():
        words = words[1:]
    name = ""
    for word in words:
        if len(name) + len(word) + 1 > 60:
            break
        name += f"-{word}" if name else word
    return name or (words[0][:60] if words else DEFAULT_NAME)


def add_row(draft: Draft, name: str = "") -> Draft:
    """With one more parameter. Raises QueryError where there are too many."""
    if len(draft.parameters) >= MAX_PARAMETERS:
        raise QueryError(f"a query has at most {MAX_PARAMETERS} parameters")
    return replace(draft, parameters=(*draft.parameters, ParameterRow(name=name)))


def remove_row(draft: Draft, number: int) -> Draft:
    """Without the parameter in that place, from 0."""
    return replace(draft, parameters=tuple(r for n, r in enumerate(draft.parameters) if n != number))


def _read_fields(cls: type, form: Mapping[str, object]) -> dict[str, str]:
    """The fields of a form or row as texts without half characters, where they were given."""
    names = {f.name for f in fields(cls)} - {"parameters", "body"}
    texts = {k: "" if v is None else str(v) for k, v in form.items() if k in names}
    if any(len(v) > _MAX_LENGTH for v in texts.values()):
        raise QueryError(f"a field has at most {_MAX_LENGTH:,} letters")
    return {k: drop_surrogates(v) for k, v in texts.items()}


def _clean_body(text: str) -> str:
    return drop_surrogates(text).replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
