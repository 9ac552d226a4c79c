"""The editor's form and the header of a query file: nothing is lost on the way there and back."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.query_editor.draft import MAX_PARAMETERS, Draft, add_row, build_name, remove_row
from explorer.query_editor.draft_rows import ASKED, EMPTY, NEEDED, NULL, ParameterRow, format_scalar, parse_scalar
from graph.errors import QueryError
from graph.saved_queries import queryfile
from graph.saved_queries.library import SHIPPED

FILES = sorted(SHIPPED.glob("*.cypher"))
ODD = [
    "a: b",
    "# no",
    "'",
    '"',
    "yes",
    "null",
    "2023-08-01",
    "1.5",
    "{x}",
    "[y]",
    "// z",
    "\u2028",
    "\x85",
    "강계",
    "- a",
    "x\ty",
    "a\nb",
    "!tag",
    "&a",
    "*a",
    "%",
    "@",
    "`",
    "key: {a: b}",
    "\\",
    "",
    " ",
]
WORDS = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
TITLES = WORDS.filter(lambda text: bool(" ".join(text.split()).strip("\0")) and "\0" not in text)


@st.composite
def rows(draw: st.DrawFn, name: str) -> ParameterRow:
    kind = draw(
        st.sampled_from(["text", "integer", "number", "date", "entity", "type", "relationship", "choice", ASKED])
    )
    row = ParameterRow(name, kind, draw(WORDS), blank=draw(st.sampled_from([NEEDED, NULL])))
    if kind == "text":
        given_ = draw(WORDS)
        return replace(row, default=given_, blank=EMPTY if not given_ and row.blank == NEEDED else row.blank)
    if kind in ("integer", "number"):
        low, size, step = draw(st.integers(-(10**9), 10**9)), draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))
        part = "" if kind == "integer" else draw(st.sampled_from(["", ".5", ".25"]))
        middle = str(low + min(size, step)) + (part if step < size and low >= 0 else "")
        return replace(row, default=middle, min=str(low), max=str(low + size))
    if kind == "date":
        return replace(row, default=draw(st.sampled_from(["", "2023", "2023-08", "2023-08-01"])))
    if kind == ASKED:
        return replace(
            row, choices="MATCH (n) // all: of {them}\nRETURN 'a', \"b\"", default=draw(st.sampled_from(["", "x"]))
        )
    if kind == "choice":
        values = draw(st.lists(st.one_of(st.integers(-99, 99), TITLES), min_size=1, max_size=4, unique_by=str))
        return replace(row, choices="\n".join(map(format_scalar, values)), default=format_scalar(values[0]))
    return replace(
        row, default=draw(st.sampled_from(["", "kim-jong-un", "no", "7"])), label="Ship" * (kind == "entity")
    )


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    result = draw(st.sampled_from(queryfile.RESULTS))
    names = draw(st.lists(st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True), unique=True, max_size=4))
    names = [n for n in names if n not in ("format", "query", "limit", "timeout")]
    chart = {k: draw(TITLES) for k in ("x", "y", "by")} if result == "chart" else {}
    head = draw(st.sampled_from(["", "// of the body\n", "\n", "/* x */ "]))
    body = f"{head}MATCH (n) RETURN n, [{', '.join('$' + n for n in names)}]"
    return Draft.read(
        {
            "title": draw(TITLES),
            "description": draw(TITLES),
            "theme": draw(st.sampled_from(list(queryfile.THEMES))),
            "result": result,
            **chart,
            "unit": draw(WORDS),
            "body": body,
            "parameters": [vars(draw(rows(n))) for n in names],
        }
    )


def tidied(draft: Draft) -> Draft:
    """As a file has it: what stands in one line, in one line."""

    def line(text: str) -> str:
        return " ".join(text.split())

    lines = {k: line(getattr(draft, k)) for k in ("title", "description", "unit", "x", "y", "by", "low", "high")}
    shown = tuple(replace(row, description=line(row.description)) for row in draft.parameters)
    return replace(draft, **lines, parameters=shown)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_every_shipped_query_goes_through_the_form_unchanged(file: Path) -> None:
    query = queryfile.parse(file.stem, file.read_text(encoding="utf-8"))
    draft = Draft.of(query)
    again = queryfile.parse(file.stem, draft.text())
    assert replace(again, text="") == replace(query, text="")
    assert Draft.of(again) == draft == Draft.read(draft.write()) == Draft.read(json.loads(json.dumps(draft.write())))
    assert draft.body in query.text
    assert draft.text().splitlines()[draft.count_header_lines()] == draft.body.splitlines()[0]


@settings(max_examples=150)
@given(drafts())
def test_any_form_becomes_a_file_and_comes_back(draft: Draft) -> None:
    text = draft.text()
    query = queryfile.parse("some-name", text)
    assert Draft.of(query) == replace(tidied(draft), name="some-name")
    assert Draft.of(query).text() == text
    assert text.split("\n")[draft.count_header_lines()] == draft.body.split("\n")[0]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Who pays whom?", "who-pays-whom"),
        ("North Korea’s ships", "north-koreas-ships"),
        ("2023: the year", "the-year"),
        ("강계", "ganggye"),
        ("", "new-query"),
        ("?!", "new-query"),
        ("9 9 9", "new-query"),
        ("x" * 200, "x" * 60),
        ("<img onerror>", "img-onerror"),
        ("a " * 60, "-".join("a" * 30)),
    ],
)
def test_names_are_made_from_titles(title: str, name: str) -> None:
    assert build_name(title) == name
    assert queryfile.is_name(name)


@pytest.mark.parametrize(
    "value", [1, -7, 2.5, True, False, "1", "true", "a b", "", " x", '"', "강계", "a\nb", "1e5", "\u2028"]
)
def test_values_of_a_list_keep_their_kind(value: object) -> None:
    shown = format_scalar(value)
    assert "\n" not in shown
    assert parse_scalar(shown) == value
    assert type(parse_scalar(shown)) is type(value)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"title": " "}, "give the query a title"),
        ({"description": ""}, "say in the description"),
        ({"body": "// only this"}, "no Cypher"),
        ({"theme": "secrets"}, "theme must be one of"),
        ({"result": "chart", "x": ""}, "chart"),
        ({"name": "../x"}, "lower case"),
    ],
)
def test_what_is_missing_is_said(fields: dict[str, str], rule: str) -> None:
    draft = Draft.read({"title": "T", "description": "D", "body": "RETURN 1", **fields})
    with pytest.raises(QueryError, match=rule):
        draft.query()


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"name": ""}, "no name yet"),
        ({"name": "a b"}, "can't be the name"),
        ({"name": "강"}, "can't be the name"),
        ({"name": "n", "type": "integer", "min": "few"}, "the smallest value is 'few'"),
        ({"name": "n", "type": "number", "default": "1e999"}, "not a number"),
        ({"name": "n", "type": "choice"}, "a choice has choices"),
        ({"name": "n", "type": "shell"}, "type among"),
        ({"name": "n", "type": "integer", "default": "9", "max": "8"}, "between"),
        ({"name": "limit"}, "may not be called"),
    ],
)
def test_a_faulty_parameter_is_named(row: dict[str, str], rule: str) -> None:
    draft = Draft.read({"title": "T", "description": "D", "body": f"RETURN ${row['name'] or 'x'}", "parameters": [row]})
    with pytest.raises(QueryError, match=rule):
        draft.query()


def test_a_text_can_be_tried_before_it_has_a_title() -> None:
    draft = Draft(body="RETURN $a")
    with pytest.raises(QueryError, match=r"uses \$a, which is not among the parameters"):
        draft.trial()
    both = add_row(add_row(draft, "a"), "b")
    with pytest.raises(QueryError, match=r"does not use the parameter \$b"):
        both.trial()
    assert remove_row(both, 1).trial().parameters["a"].type == "text"
    with pytest.raises(QueryError, match="two parameters are called a"):
        add_row(add_row(draft, "a"), "a").trial()


def test_what_no_page_sends_is_refused() -> None:
    for given_ in (None, [], "x", {"parameters": "x"}):
        with pytest.raises(QueryError, match="could not be read"):
            Draft.read(given_)
    with pytest.raises(QueryError, match=f"at most {MAX_PARAMETERS}"):
        Draft.read({"parameters": [{}] * (MAX_PARAMETERS + 1)})
    with pytest.raises(QueryError, match="letters"):
        Draft.read({"title": "x" * 30_000})
    odd = Draft.read({"title": {"a": 1}, "shell": "x", "body": "RETURN '\ud800'", "parameters": ["x", {"row": 1}]})
    assert odd.body == "RETURN ''"
    assert odd.parameters == (ParameterRow(),)
