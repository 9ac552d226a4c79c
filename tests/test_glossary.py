"""One word a concept: what docs/glossary.md says to avoid is no part of a name."""

import ast
import re
from collections.abc import Iterator

from tests.support.paths import ROOT

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?P<term>[^|]+) \| (?P<meaning>[^|]+) \| (?P<avoid>[^|]*)\|$", re.MULTILINE)
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def list_rows() -> list[re.Match[str]]:
    return [m for m in ROW.finditer(GLOSSARY) if m["term"] != "term"]


def iterate_names() -> Iterator[tuple[str, str]]:
    """Every module, class and function of ours, with the place where it stands."""
    for package in ("graph", "loader", "explorer", "scripts", "benchmarks"):
        for path in sorted((ROOT / package).rglob("*.py")):
            place = str(path.relative_to(ROOT))
            yield place, path.stem
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{place}:{node.lineno}", node.name


def test_no_name_has_a_word_that_the_glossary_avoids() -> None:
    avoided = {word for row in list_rows() for word in re.findall(r"`(\w+)`", row["avoid"])}
    assert len(avoided) > 30
    wrong = [
        f"{place} {name}: {', '.join(words)}"
        for place, name in iterate_names()
        if (words := sorted(avoided & {w.lower() for w in WORD.findall(name)}))
    ]
    assert not wrong, "\n".join(wrong)


def test_every_term_has_a_meaning_and_stands_once() -> None:
    terms = [term.strip() for row in list_rows() for term in row["term"].split(",")]
    assert len(terms) > 70
    assert sorted({t for t in terms if terms.count(t) > 1}) == []
    assert all(len(row["meaning"].split()) > 2 for row in list_rows())
