"""Dependencies point one way, and the two drivers stand in one file each."""

import ast
from pathlib import Path

import pytest

from tests.support.paths import ROOT

ALLOWED = {"graph": {"graph"}, "loader": {"loader", "graph"}, "explorer": {"explorer", "graph"}}
OURS = {"graph", "loader", "explorer", "tests", "armsgraph"}
ONLY_IN = {"neo4j": {"graph/database/store.py"}, "py2neo": {"graph/formats/algebra.py"}}
FILES = sorted(p for package in ALLOWED for p in (ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The top-level packages that a file imports, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    packages = imported(path)
    assert packages & OURS <= ALLOWED[name.split("/", maxsplit=1)[0]]
    for driver, homes in ONLY_IN.items():
        assert driver not in packages or name in homes


def test_every_package_is_looked_at() -> None:
    assert {p.relative_to(ROOT).parts[0] for p in FILES} == set(ALLOWED)
