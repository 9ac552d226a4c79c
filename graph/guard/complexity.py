"""Expressions that grow beyond measure, told from a query's tokens.

Neo4j counts the rows, the time and the memory of a plan's operators; inside one expression it counts nothing and
hears no timeout. Measured on 5.26 and 2026.05: `reduce(s = 'x', i IN range(1, 40) | s + s)` filled the heap in 1 s,
`any(x IN range(1, 10000000000) WHERE …)` ran on for minutes. So of an expression can be asked that

- a `range` that isn't unwound has ends that are known before, or sizes of something, and at most MOST numbers;
- a loop within a loop (comprehension, reduce, any, all, none, single) goes over something of the outer one's element,
  over a path's parts, or over a written list: a product of two lists is for UNWIND, which can be ended (only
  any, all, none and single may ask of each with each);
- what `reduce` gathers is not added to itself, and WITH adds values to themselves in few places only;
- a regular expression repeats no group that repeats already: Java's search in such takes for ever.

These rules are coarse, and what they miss the server must bound; they refuse nothing that reads as a question.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.errors import QueryRefused
from graph.guard.lexer import Token

MOST = 100_000  # numbers of a range inside an expression
DEEPEST = 3  # loops within loops
DOUBLINGS = 3  # projections that add a value to itself
_OPEN, _CLOSE = "([{", ")]}"
_LOOPS = ("reduce", "any", "all", "none", "single", "allreduce")
_SMALL = ("labels", "keys", "nodes", "relationships", "split", "tail", "reverse")
_MEASURES = ("size", "length")
_PARTS_OF_DATES = ("year", "quarter", "month", "week", "day")
_GROW = ("+", "||")
_COMPARE = ("=", "<>", "<", ">", "<=", ">=", "is", "in", "starts", "ends", "contains", "=~")
_REPEATED = re.compile(r"\((?:[^()\\]|\\.|\([^()]*\))*[+*}](?:[^()\\]|\\.)*\)\s*(?:[+*]|\{\d+,\d*\}|\{\d\d+\})")


@dataclass(frozen=True)
class Loop:
    """A loop inside an expression: its place from `start` to `end`, its variable, and the tokens it goes over."""

    start: int
    end: int
    variable: str
    source: Sequence[Token]
    body: Sequence[Token]
    gathers: str = ""
    decides: bool = False  # any, all, none or single: makes no list, and ends as soon as it knows


def check(tokens: Sequence[Token], parameters: Mapping[str, Any]) -> None:
    """Raises QueryRefused, naming the rule, where an expression grows beyond measure."""
    _check_ranges(tokens, parameters)
    loops = list(_find_loops(tokens))
    for loop in loops:
        outer = [o for o in loops if o.start < loop.start and loop.end <= o.end and _is_in_body(o, loop)]
        if len(outer) >= DEEPEST:
            raise QueryRefused(f"lists may be gone through at most {DEEPEST} deep in each other")
        pairs = loop.decides and len(outer) == 1 and outer[0].decides  # "any of these that any other one denies"
        if outer and not pairs and not _is_bounded(loop.source, {o.variable for o in outer}):
            raise QueryRefused("a list is gone through inside another list, each with each: use UNWIND for one of them")
        if loop.gathers and _is_doubling(loop.body, loop.gathers):
            raise QueryRefused("reduce adds what it gathers to itself, which doubles it at every step")
    _check_doublings(tokens)
    _check_patterns(tokens, parameters)


def _check_ranges(tokens: Sequence[Token], parameters: Mapping[str, Any]) -> None:
    for at, token in enumerate(tokens[:-1]):
        if token.word != "range" or tokens[at + 1].text != "(" or (at and tokens[at - 1].text == "."):
            continue
        end = _find_closing_bracket(tokens, at + 1)
        unwound = at and tokens[at - 1].word == "unwind" and end + 1 < len(tokens) and tokens[end + 1].word == "as"
        if unwound:
            continue
        ends = [_evaluate_bound(part, parameters) for part in _split_at_commas(tokens[at + 2 : end])]
        if any(e is None for e in ends):
            raise QueryRefused("the ends of a range inside an expression must be numbers or sizes; use UNWIND range(…)")
        numbers = [e for e in ends if isinstance(e, int)]
        if len(numbers) == len(ends) >= 2 and abs(numbers[1] - numbers[0]) > MOST:
            raise QueryRefused(f"a range inside an expression has at most {MOST:,} numbers; use UNWIND range(…)")
        if len(numbers) < len(ends) and any(abs(n) > MOST for n in numbers):
            raise QueryRefused(f"a range inside an expression has at most {MOST:,} numbers; use UNWIND range(…)")


def _evaluate_bound(part: Sequence[Token], parameters: Mapping[str, Any]) -> int | str | None:
    """The number that a part of the text stands for, "size" for something's size, None for what isn't known."""
    values: list[int | str | None] = []
    sign, at = 1, 0
    while at < len(part):
        if part[at].text in ("+", "-"):
            sign = -1 if part[at].text == "-" else 1
            at += 1
            continue
        value, at = _evaluate_term(part, at, parameters)
        values.append(sign * value if isinstance(value, int) else value)
        if at < len(part) and part[at].text not in ("+", "-"):
            return None
    if not values or None in values:
        return None
    numbers = [v for v in values if isinstance(v, int)]
    if len(numbers) == len(values):
        return sum(numbers)
    return "size" if all(abs(n) <= MOST for n in numbers) else None


def _evaluate_term(part: Sequence[Token], at: int, parameters: Mapping[str, Any]) -> tuple[int | str | None, int]:
    """One summand, as in `_evaluate_bound`, and the place behind it."""
    token, after = part[at], part[at + 1].text if at + 1 < len(part) else ""
    if token.kind == "number":
        try:
            return int(token.text.replace("_", ""), 0 if token.text[:2].lower() in ("0x", "0o") else 10), at + 1
        except ValueError:
            return None, at + 1
    if token.text == "$" and after:
        value = parameters.get(after.strip("`"))
        return (value if isinstance(value, int) else None), at + 2
    if token.word in _MEASURES and after == "(":
        return "size", _find_closing_bracket(part, at + 1) + 1
    if after == "." and at + 2 < len(part) and part[at + 2].word in _PARTS_OF_DATES:
        return "size", at + 3
    return None, at + 1


def _find_loops(tokens: Sequence[Token]) -> Iterator[Loop]:
    for at, token in enumerate(tokens[:-2]):
        if token.text == "[" and tokens[at + 1].kind in ("name", "quoted") and tokens[at + 2].word == "in":
            yield _parse_loop(tokens, at, at + 1)
        elif token.word in _LOOPS and token.kind == "name" and tokens[at + 1].text == "(":
            inside = tokens[at + 2 : _find_closing_bracket(tokens, at + 1)]
            if token.word in ("reduce", "allreduce"):
                cut = next((i for i, d in _compute_depths(inside) if d == 0 and inside[i].text == ","), None)
                if cut is not None and cut + 2 < len(inside) and inside[cut + 2].word == "in":
                    yield _parse_loop(tokens, at + 1, at + 2 + cut + 1, inside[0].text)
            elif len(inside) > 2 and inside[1].word == "in":
                yield _parse_loop(tokens, at + 1, at + 2, decides=True)


def _parse_loop(
    tokens: Sequence[Token], opening: int, variable: int, gathers: str = "", *, decides: bool = False
) -> Loop:
    end = _find_closing_bracket(tokens, opening)
    inside = tokens[variable + 2 : end]
    cut = next(
        (
            i
            for i, depth in _compute_depths(inside)
            if depth == 0 and (inside[i].word == "where" or inside[i].text == "|")
        ),
        len(inside),
    )
    return Loop(opening, end, tokens[variable].text, inside[:cut], inside[cut:], gathers, decides)


def _is_in_body(outer: Loop, inner: Loop) -> bool:
    """Whether a loop stands in what another one does at each step; in its source it is gone through once."""
    return bool(outer.body) and bool(inner.source) and outer.body[0].at < inner.source[0].at


def _is_bounded(source: Sequence[Token], variables: set[str]) -> bool:
    if not source:
        return True
    first, last = source[0], source[-1]
    written = first.text == "[" and last.text == "]" and not any(t.word == "range" for t in source)
    small = first.word in _SMALL and len(source) > 1 and source[1].text == "("
    of_element = any(t.text in variables for t in source)
    prop = first.kind in ("name", "quoted") and len(source) > 2 and source[1].text == "."
    return written or small or of_element or prop or first.text == "$" or _is_short_range(source)


def _is_short_range(source: Sequence[Token]) -> bool:
    return source[0].word == "range" and all(t.kind != "number" or len(t.text) <= 3 for t in source)


def _is_doubling(body: Sequence[Token], name: str) -> bool:
    """Whether a value is added to itself, in one branch of a CASE or outside."""
    most = base = branch = 0
    grows = False
    for at, token in enumerate(body):
        if token.word in ("when", "then", "else"):
            most, branch = max(most, branch), 0
        elif token.word == "end":
            most, branch = max(most, branch), 0
            base, most = base + most, 0
        grows = grows or token.text in _GROW or token.word == "replace" or token.text == "["
        if token.kind in ("name", "quoted") and token.text == name and not (at and body[at - 1].text == "."):
            before, after = _get_adjacent_word(body, at, -1), _get_adjacent_word(body, at, 1)
            measured = at >= 2 and body[at - 1].text == "(" and body[at - 2].word in (*_MEASURES, "last", "head")
            if not (before in _COMPARE or after in _COMPARE or measured):
                branch += 1
    text = any(t.kind == "string" or t.text == "[" for t in body)
    return grows and base + max(most, branch) >= 2 and (text or _count_additions(body, name) >= 2)


def _count_additions(body: Sequence[Token], name: str) -> int:
    return sum(
        token.text == name and (_get_adjacent_word(body, at, -1) in _GROW or _get_adjacent_word(body, at, 1) in _GROW)
        for at, token in enumerate(body)
    )


def _get_adjacent_word(body: Sequence[Token], at: int, step: int) -> str:
    at += step
    while 0 <= at < len(body) and body[at].text in "()":
        at += step
    return body[at].word if 0 <= at < len(body) else ""


def _check_doublings(tokens: Sequence[Token]) -> None:
    """Refuses chains of WITH (or subqueries) that add a value to itself again and again."""
    places = 0
    adding: list[str] = []
    for at, token in enumerate([*tokens, Token("sign", ",", 0)]):
        if token.text in (",", "|") or token.word in ("with", "return", "as", "where", "let", "then", "else", "unwind"):
            places += len(adding) > len(set(adding))
            adding = []
        elif token.kind in ("name", "quoted") and not (at and tokens[at - 1].text in (".", "$")):
            follows = tokens[at + 1].text if at + 1 < len(tokens) else ""
            if follows not in ("(", ".") and (
                _get_adjacent_word(tokens, at, -1) in _GROW or _get_adjacent_word(tokens, at, 1) in _GROW
            ):
                adding.append(token.text)
    swaps = sum(
        t.word == "replace" and tokens[_find_closing_bracket(tokens, i + 1) - 1].kind not in ("string", "number")
        for i, t in enumerate(tokens[:-1])
        if tokens[i + 1].text == "("
    )
    if places > DOUBLINGS or swaps > DOUBLINGS:
        raise QueryRefused("values are added to themselves again and again, which doubles them every time")


def _check_patterns(tokens: Sequence[Token], parameters: Mapping[str, Any]) -> None:
    if not any(token.text == "=~" for token in tokens):
        return
    texts = [t.text[1:-1].replace("\\\\", "\\") for t in tokens if t.kind == "string"]
    if any(_REPEATED.search(text) for text in (*texts, *(str(v) for v in parameters.values()))):
        raise QueryRefused("a regular expression may not repeat a group that repeats already, as in (a+)+")


def _find_closing_bracket(tokens: Sequence[Token], opening: int) -> int:
    """The place of the bracket that closes the one at `opening`; the end where none does."""
    depth = 0
    for at in range(opening, len(tokens)):
        if tokens[at].kind == "sign":
            depth += (tokens[at].text in _OPEN) - (tokens[at].text in _CLOSE)
            if depth == 0:
                return at
    return len(tokens)


def _compute_depths(part: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Each place with its depth in brackets."""
    depth = 0
    for at, token in enumerate(part):
        if token.kind == "sign" and token.text in _CLOSE:
            depth -= 1
        yield at, depth
        if token.kind == "sign" and token.text in _OPEN:
            depth += 1


def _split_at_commas(part: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The parts between commas."""
    start = 0
    for at, depth in _compute_depths(part):
        if depth == 0 and part[at].text == ",":
            yield part[start:at]
            start = at + 1
    if part:
        yield part[start:]
