"""The form of a saved query, what is said of runs, and answers in a grid: all but the last test pure."""

import json
from pathlib import Path
from typing import Any

import pytest

from explorer.answers import answer_store
from explorer.answers.answer_store import AdditionSummary, build_answer_cache
from explorer.overlays import highlight
from explorer.panels.queries import query_form, query_list
from explorer.query_editor import highlighting
from explorer.state.canvas import Canvas, Emphasis, Stack
from graph.database.store import Store
from graph.errors import ParameterError, QueryError
from graph.model import Entity, Relationship, Subgraph, Table
from graph.ontology import Ontology
from graph.saved_queries import parameters, queryfile
from graph.saved_queries.guarded_query import Answer
from graph.saved_queries.library import Library, load_shipped_queries
from graph.saved_queries.parameters import Parameter, convert
from graph.saved_queries.queryfile import SavedQuery
from graph.saved_queries.schema_check import MissingName

EVIL = "<img src=x onerror=1>"


def query(head: str = "", body: str = "RETURN 1 AS n", result: str = "table") -> SavedQuery:
    return queryfile.parse(
        "test", f"// title: T\n// description: D\n// result: {result}\n{head}{body}\n", shelf="shared"
    )


def answer(columns: list[str], rows: list[list[Any]], *, raw_rows: Any = None, **more: Any) -> Answer:
    return Answer(
        query(),
        {},
        Table(columns, rows),
        more.pop("subgraph", Subgraph()),
        0.1234,
        rows=len(rows),
        raw_rows=rows if raw_rows is None else raw_rows,
        **more,
    )


def sub(*lines: tuple[str, str]) -> Subgraph:
    names = sorted({end for line in lines for end in line})
    return Subgraph(
        tuple(Entity(n, "Ship", (), n.upper()) for n in names),
        tuple(Relationship(f"{a}|OWNS|{b}", "OWNS", a, b) for a, b in lines),
    )


def test_types_and_relationships_are_offered_by_caption_each_once(ontology: Ontology) -> None:
    types = query_form.list_type_options(ontology)
    assert {o["value"] for o in types} == set(ontology.types)
    groups = query_form.list_relationship_options(ontology)
    items = [item for group in groups for item in group["items"]]
    assert sorted(i["value"] for i in items) == sorted(ontology.relationships)
    assert len({i["label"] for i in items}) == len(items)
    assert {"value": "REPORTS_TO", "label": "reports to"} in items


@pytest.mark.parametrize(
    ("spec", "label"),
    [
        ({"type": "integer", "min": 1, "max": 8, "description": "Steps"}, "Steps (1 to 8)"),
        ({"type": "number", "min": 1000}, "A name (at least 1,000)"),
        ({"type": "number", "max": 0.5}, "A name (at most 0.5)"),
        ({"type": "text"}, "A name"),
    ],
)
def test_a_field_is_called_in_words_with_its_bounds(spec: dict[str, Any], label: str) -> None:
    assert query_form.format_label(parameters.parse("a_name", spec)) == label


def test_choices_are_offered_once_and_never_an_empty_one() -> None:
    options = query_form.build_options([(1, "one"), ("1", "uno"), ("", "nothing"), (2, EVIL)])
    assert options == [{"value": "1", "label": "one"}, {"value": "2", "label": EVIL}]


def test_errors_lose_the_parameter_s_own_name() -> None:
    def fail(parameter: Parameter, value: object) -> ParameterError:
        with pytest.raises(ParameterError) as caught:
            convert(parameter, value)
        return caught.value

    depth = fail(Parameter("depth", "integer", min=1, max=8), 9)
    assert str(depth) == "depth must lie between 1 and 8, not 9"
    assert query_form.format_error(depth) == "Must lie between 1 and 8, not 9."
    since = fail(Parameter("since", "date"), "2023-13")
    assert str(since).startswith("since: a date is YYYY")
    assert query_form.format_error(since).startswith("A date is YYYY")
    assert query_form.format_error(since).endswith("not '2023-13': there is no month 13.")
    assert query_form.format_error(QueryError("depth is another's word")) == "Depth is another's word."


def test_emptied_fields_are_nothing_but_an_empty_text_is_a_text() -> None:
    asks = query(
        "// parameters:\n//   a: {type: text, default: x}\n//   b: {type: integer, default: 1}\n", "RETURN $a, $b"
    )
    assert query_form.parse_values(asks, {"a": "", "b": "", "left-over": 1}) == {"a": "", "b": None}


def test_a_canvas_is_told_what_came_what_was_there_and_what_is_beside_the_answer() -> None:
    before, after = sub(("a", "b")), sub(("a", "b"), ("b", "c"), ("a", "c"))
    placed = answer_store.count_additions(before, after, sub(("a", "b"), ("b", "c")))
    assert placed == AdditionSummary(1, 1, 2, 1, 1)
    assert placed.words == (
        "1 entity and 1 line added, 2 entities and 1 line were already there. The canvas also draws 1 line between "
        "these entities that is not part of the answer."
    )
    assert (
        answer_store.count_additions(after, after, after).words
        == "Nothing added, 3 entities and 3 lines were already there."
    )


def test_a_run_tells_rows_time_and_the_cut() -> None:
    assert answer_store.describe_run(answer(["n"], [[1]])) == "1 row in 0.12 s."
    assert answer_store.describe_run(answer(["n"], [])) == "Ran for 0.12 s and found nothing."
    cut = answer_store.describe_run(answer(["n"], [[n] for n in range(1_000)], cut="rows"))
    assert cut.startswith("1,000 rows in 0.12 s. The answer was cut after 1,000 rows")
    assert [answer_store.format_seconds(s) for s in (0.004, 3.44, 75.2)] == ["0.00 s", "3.4 s", "75 s"]


def test_a_grid_holds_exact_numbers_words_and_links(ontology: Ontology) -> None:
    kim = Entity("kim", "Person", (), EVIL)
    shown = answer(
        ["n.name", "big", "type", "list"],
        [[EVIL, 2**60, "REPORTS_TO", ["a", None]], ["x", 3, None, True]],
        raw_rows=[[kim, 2**60, "REPORTS_TO", []], ["x", 3, None, True]],
    )
    rows = answer_store.build_rows(ontology, shown)
    assert rows[0] == {
        "c0": EVIL,
        "c1": "1,152,921,504,606,846,976",
        "c2": "reports to",
        "c3": "a; (none)",
        "links": {"c0": "kim"},
    }
    assert rows[1] == {"c0": "x", "c1": 3, "c2": "", "c3": "yes", "links": {}}
    columns = answer_store.build_columns(shown)
    assert [c["field"] for c in columns] == ["c0", "c1", "c2", "c3"]  # a dot in a field would be a path
    assert columns[1]["filter"] == "agTextColumnFilter"  # one number of the column is not exact in a browser
    assert answer_store.build_columns(answer(["n"], [[0], [None]]))[0]["filter"] == "agNumberColumnFilter"


def test_answers_are_kept_until_others_need_the_room() -> None:
    kept = build_answer_cache(most=2, letters=50)
    first, second = (kept.keep(answer(["n"], [["x" * 20]])) for _ in range(2))
    assert kept.find(first)
    third = kept.keep(answer(["n"], [["x" * 20]]))
    assert kept.find(first) is None
    assert kept.find(second)
    fourth = kept.keep(answer(["n"], [["x" * 45]]))
    assert [kept.find(key) is None for key in (second, third, fourth)] == [True, True, False]
    assert kept.find("made up") is None


def test_cypher_is_told_apart_without_a_loss() -> None:
    for text in [q.text for q in load_shipped_queries().values()] + [
        "MATCH (n:`A b`|Ship {x: 'it\\'s'})-->() WHERE n.y = $z /* c",
        "'open",
        '"\\',
        "`open",
        "/*/",
        "",
    ]:
        assert "".join(piece for _, piece in highlighting.tokenize(text)) == text
    kinds = list(highlighting.tokenize("MATCH (s:Ship) RETURN count(s), $x, 'a' // b"))
    assert [k for k in kinds if k[0]] == [
        ("keyword", "MATCH"),
        ("label", "Ship"),
        ("keyword", "RETURN"),
        ("keyword", "count"),
        ("parameter", "$x"),
        ("string", "'a'"),
        ("comment", "// b"),
    ]
    hostile = f"RETURN '{EVIL}' //{EVIL}"
    shown = json.dumps(highlighting.render_cypher(hostile, "t").to_plotly_json(), default=lambda c: c.to_plotly_json())
    assert "dangerously" not in shown
    assert shown.count("onerror") == 2


@pytest.mark.parametrize("piece", ["/*", "'\\", '"', "`", "$", ":a", "MATCH ", "1.", "//", "'a"])
def test_hostile_texts_are_told_apart_in_no_time(piece: str) -> None:
    text = (piece * highlighting.MAX_LENGTH)[: highlighting.MAX_LENGTH]
    assert "".join(p for _, p in highlighting.tokenize(text)) == text  # quadratic work would run into the suite's limit


def test_what_a_canvas_holds_of_an_answer_is_picked_out_and_the_rest_is_said() -> None:
    whole, other = sub(("a", "b"), ("b", "c")), sub(("b", "c"), ("c", "d"))
    stack = Stack("s", "a", "Ship", "OWNS", ("b", "c", "x", "y"))
    picked = highlight.highlight_answer(Canvas(("a", "b", "c"), hidden=("b", "a"), stacks=(stack,)), whole, other, "T")
    assert (picked.emphasis.entities, picked.emphasis.lines) == (("b", "c"), ("b|OWNS|c",))
    assert picked.emphasis.sentence == (
        "2 of 3 entities and 1 of 2 lines of “T” are on this canvas and picked out; 1 entity and 1 line of it are not."
    )
    assert (picked.hidden, picked.stacks[0].members) == (("a",), ("x", "y"))
    assert highlight.describe_highlight(picked.emphasis).startswith("Picked out with a halo: 2 of 3")
    elements = [{"data": {"id": i}} for i in ("a", "b", "b|OWNS|c")]
    highlight.mark_elements(picked.emphasis, whole, elements)
    assert [e["data"]["picked"] for e in elements] == ["off", "on", "on"]
    hidden = highlight.mention_hidden(picked, {"b", "b|OWNS|c"})
    assert hidden.emphasis.sentence.endswith("Hidden by a rule just now: 1 of these.")
    assert highlight.clear_highlight(picked).emphasis == Emphasis()
    none = highlight.highlight_answer(Canvas(("a",)), sub(("a", "b")), sub(("x", "y")), "T")
    assert none.emphasis.sentence == "None of the 2 entities of “T” is on this canvas."
    highlight.mark_elements(none.emphasis, whole, elements)
    assert {e["data"]["picked"] for e in elements} == {""}  # nothing steps back for nothing
    assert highlight.describe_highlight(none.emphasis) == ""
    assert highlight.render_legend(none.emphasis) == []


def test_the_list_has_every_query_once_by_theme_and_whose_it_is(tmp_path: Path) -> None:
    library = Library("someone", home=tmp_path)
    header = {"title": EVIL, "description": "Über Kanggyë’s-plants", "result": "number"}
    own = library.save("mine", "".join(f"// {k}: {json.dumps(v)}\n" for k, v in header.items()) + "RETURN 1 AS n")
    listed = query_list.build_list(library, stale=["mine"])
    rows = [row for theme in listed["themes"] for row in theme["rows"]]
    assert sorted(row["name"] for row in rows) == sorted((*load_shipped_queries(), "mine"))
    (mine,) = [row for row in rows if row["name"] == "mine"]
    assert (mine["title"], mine["whose"], mine["stale"]) == (EVIL, "yours", True)
    assert [row["name"] for row in rows if row["stale"]] == ["mine"]
    assert set(listed["icons"]) == {row["result"] for row in rows}
    assert listed["problems"] == []
    assert "uber kanggyes plants" in query_list.build_search_text(own, "Your own")


@pytest.mark.database
def test_wrong_values_are_told_for_their_fields(store: Store, ontology: Ontology) -> None:
    asks = query(
        "// parameters:\n//   who: {type: entity}\n//   kind: {type: type}\n//   n: {type: integer, min: 1, max: 8}\n"
        "//   day: {type: date, optional: true}\n//   word: {type: text, default: ''}\n"
        "//   one: {type: choice, choices: 'MATCH (s:Source) RETURN s.id, s.publisher ORDER BY s.id'}\n",
        "RETURN $who, $kind, $n, $day, $word, $one",
    )
    right = {"who": "kanggye", "kind": "Factory", "n": 3, "day": "", "word": "", "one": "anything"}
    assert query_form.validate_values(store, ontology, asks, right) == {}
    messages = query_form.validate_values(
        store, ontology, asks, {"who": "no such", "kind": EVIL, "n": 9, "day": "2023-13", "one": None}
    )
    assert set(messages) == {"who", "kind", "n", "day", "one", "word"}
    assert messages["n"] == "Must lie between 1 and 8, not 9."
    assert "no month 13" in messages["day"]
    assert messages["one"] == "A value is needed here."
    choices = query_form.load_choices(store, asks.parameters["one"])
    assert any(o["value"] == "diplomat-2022" for o in choices["data"])
    broken = parameters.parse("p", {"type": "choice", "choices": "MATCH (n) SET n.x = 1 RETURN n.x"})
    assert "could not be read" in query_form.load_choices(store, broken)["error"]
    # The fields of every shipped query can be made, and hold the defaults.
    for one in load_shipped_queries().values():
        fields = [
            f for f in query_form.render_fields(store, ontology, one, {}) if "label" in f.to_plotly_json()["props"]
        ]
        assert len(fields) == len(one.parameters)


def test_only_what_is_wrong_with_a_query_is_told_over_its_form() -> None:
    gone = MissingName("label", "Factroy", 3, "line 3: no node has the label Factroy", mild=False)
    rare = MissingName("relationship", "CARRIED_BY", 11, "line 11: no line says “was carried by”", mild=True)
    assert query_list.render_warnings([rare]) == []
    text = json.dumps(query_list.render_warnings([rare, gone]), default=lambda c: c.to_plotly_json())
    assert "Out of date" in text
    assert "Factroy" in text
    assert "carried" not in text
