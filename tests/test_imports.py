"""Dependencies point one way: from each room only to those before it in the table; each driver stands in one file."""

import ast
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tests.support.paths import ROOT

# From the ground up. A file belongs to the longest entry that its path begins with, and may import from its own room
# and from those before it: loader and explorer stand on graph, and never on each other.
ROOMS = {
    "graph": "graph/ graph/database/ graph/guard/ graph/formats/ graph/reading/ graph/server/ graph/saved_queries/ "
    "graph/saved_views/",
    "loader": "loader/ loader/files/ loader/mappings/ loader/sources/ loader/loading/ loader/matching/ "
    "loader/commands.py",
    "explorer": "explorer/state/ explorer/filters/ explorer/claims/ explorer/layout/ explorer/appearance/ "
    "explorer/overlays/ explorer/answers/ explorer/canvas/ explorer/dash_kit/ explorer/query_editor/ "
    "explorer/export/common/ explorer/export/geometry/ explorer/export/picture/ explorer/export/slides/ "
    "explorer/export/dossier/ explorer/export/data/ explorer/export/redaction/ explorer/export/ "
    "explorer/addresses.py explorer/matrix/ "
    "explorer/panels/page/ explorer/panels/reading/ explorer/panels/finding/ explorer/panels/queries/ "
    "explorer/panels/editor/ explorer/panels/views/ explorer/panels/canvas/ explorer/panels/export/ explorer/panels/ "
    "explorer/",
}
ORDER = {
    package: [*ROOMS["graph"].split(), *(() if package == "graph" else rooms.split())]
    for package, rooms in ROOMS.items()
}
ONLY_IN = {"neo4j": "graph/database/store.py", "py2neo": "graph/formats/algebra.py"}
FILES = {str(p.relative_to(ROOT)): p for package in ROOMS for p in sorted((ROOT / package).rglob("*.py"))}
MOST_FILES = 17  # in one room


def iterate_imports(path: Path) -> Iterator[tuple[int, str]]:
    """The line and dotted name of everything that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def find_file(dotted: str) -> str:
    """The file of ours that an imported name comes from; '' for what is not ours."""
    for parts in (dotted.split("."), dotted.split(".")[:-1]):
        for name in ("/".join(parts) + ".py", "/".join([*parts, "__init__.py"])):
            if name in FILES:
                return name
    return ""


def find_room(name: str, rooms: list[str]) -> str:
    return max((room for room in rooms if name.startswith(room)), key=len, default="")


def test_imports_point_one_way() -> None:
    wrong = []
    for name, path in FILES.items():
        rooms = ORDER[name.partition("/")[0]]
        own = rooms.index(find_room(name, rooms))
        for line, dotted in iterate_imports(path):
            top, target = dotted.partition(".")[0], find_file(dotted)
            if ONLY_IN.get(top, name) != name:
                wrong.append(f"{name}:{line}: {top} is imported in {ONLY_IN[top]} only")
            elif top in ("tests", "armsgraph", "scripts", "benchmarks"):
                wrong.append(f"{name}:{line}: imports {dotted}")
            elif target and (find_room(target, rooms) not in rooms[: own + 1]):
                wrong.append(f"{name}:{line}: {rooms[own]} imports {target}, which stands above it")
    assert not wrong, "\n".join(wrong)


def test_the_table_is_of_rooms_that_exist_and_none_is_overfull() -> None:
    every = {room for rooms in ORDER.values() for room in rooms}
    assert [room for room in sorted(every) if not any(name.startswith(room) for name in FILES)] == []
    sizes = {folder: len(list(names)) for folder, names in groupby(sorted(FILES), lambda n: n.rpartition("/")[0])}
    assert {folder: size for folder, size in sizes.items() if size > MOST_FILES + 1} == {}


def test_both_drivers_are_imported_where_the_table_says() -> None:
    for driver, home in ONLY_IN.items():
        assert any(dotted.partition(".")[0] == driver for _, dotted in iterate_imports(FILES[home]))
