"""Errors are told apart by their type or a field, never by their text: that is for users, and may be reworded."""

import ast
from collections.abc import Iterator

import pytest

from graph.errors import ArmsgraphError, DataError, ParameterError, QueryError, QueryFileError
from tests.support.paths import ROOT

TEXTS = ("message", "msg", "rule", "reason", "strerror", "args")  # fields of errors that hold words for people
ASKING = ("startswith", "endswith", "removeprefix", "removesuffix", "find", "index", "count", "partition", "rpartition")
MATCHING = ("search", "match", "fullmatch", "findall", "finditer")
# What a foreign program says, and in no other way, is translated in one place each.
BOUNDARIES = ("graph/database/store.py",)


def is_text(node: ast.AST, name: str) -> bool:
    """Whether an expression is the text of the error of this name."""
    match node:
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=own)]):
            return own == name
        case ast.Attribute(value=ast.Name(id=own), attr=field):
            return own == name and field in TEXTS
        case (
            ast.Call(func=ast.Attribute(value=inner, attr="lower" | "casefold" | "strip")) | ast.Subscript(value=inner)
        ):
            return is_text(inner, name)
    return False


def find_questions(source: str) -> Iterator[int]:
    """The lines in which a handler asks what the text of its error says."""
    for handler in ast.walk(ast.parse(source)):
        if not isinstance(handler, ast.ExceptHandler) or not handler.name:
            continue
        for node in ast.walk(handler):
            match node:
                case ast.Compare(left=left, comparators=others):
                    is_question = any(is_text(part, handler.name) for part in (left, *others))
                case ast.Call(func=ast.Attribute(value=value, attr=attribute), args=arguments):
                    is_question = attribute in ASKING and is_text(value, handler.name)
                    is_question |= attribute in MATCHING and any(is_text(part, handler.name) for part in arguments)
                case _:
                    is_question = False
            if is_question:
                yield node.lineno


def test_no_error_is_told_by_its_text() -> None:
    questions = [
        f"{file}:{line}"
        for folder in ("graph", "loader", "explorer")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if (file := path.relative_to(ROOT).as_posix()) not in BOUNDARIES
        for line in find_questions(path.read_text(encoding="utf-8"))
    ]
    assert questions == []


@pytest.mark.parametrize(
    "question",
    [
        'if "longer than" in str(error): pass',
        'if str(error) == "gone": pass',
        'error.message.removeprefix("x: ")',
        're.search("gone", str(error))',
        'if error.args[0].lower().startswith("a"): pass',
        'error.rule.startswith("a")',
        'if "a" in error.msg.lower(): pass',
    ],
)
def test_the_test_sees_such_questions(question: str) -> None:
    source = f"try:\n    pass\nexcept OSError as error:\n    {question}\n"
    assert list(find_questions(source)) == [4]


def test_fields_and_words_of_errors() -> None:
    file = QueryFileError("a name is words", file="x.cypher")
    assert (file.file, file.rule) == ("x.cypher", "a name is words")
    assert str(file) == file.message == "x.cypher: a name is words"
    depth = ParameterError("depth", "must be a whole number, not 'x'")
    assert (depth.parameter, depth.rule) == ("depth", "must be a whole number, not 'x'")
    assert str(depth) == "depth must be a whole number, not 'x'"
    assert str(ParameterError("since", "there is no month 13", joint=": ")) == "since: there is no month 13"
    for error in (file, depth):
        assert isinstance(error, QueryError)
        assert error.exit_code == 1
    assert not issubclass(DataError, QueryError)
    assert issubclass(DataError, ArmsgraphError)
