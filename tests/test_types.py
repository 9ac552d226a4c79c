"""No type of entities or relationships is named in Python: code asks for roles, and manifests name types."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from graph.ontology import Ontology
from tests.support.paths import ROOT

# What may stand in Python all the same: by file, the words, and why they are no types there.
EXCEPTIONS = {
    "graph/ontology_model.py": (
        {"Entity"},
        "the root: the label that every entity has, and the one place that names it",
    ),
    "graph/formats/ftm_model.py": ({"Thing", "Address", "PublicBody"}, "schemata of FollowTheMoney, not types of ours"),
    "loader/sources/ofac/files.py": ({"Address", "City"}, "columns of the Treasury's add.csv"),
    "explorer/export/data/tables.py": ({"Address"}, "the heading of a column of web addresses"),
    "explorer/export/slides/text.py": ({"Address"}, "the heading of a column of web addresses"),
    "explorer/export/cli_requests.py": ({"Entity"}, "the caption of a parameter"),
    "explorer/panels/editor/editor_form.py": ({"Entity"}, "the caption of a kind of parameters"),
}
FILES = [p for room in ("graph", "loader", "explorer") for p in sorted((ROOT / room).rglob("*.py"))]
# In a text: what follows a colon, stands in quotes, or is joined by bars.
_NAMED = re.compile(r"""(?<!:):([\w|]+)|'(\w+)'|"(\w+)"|^([\w|]+\|[\w|]+)$""")
MANIFESTS = sorted((ROOT / "loader").rglob("*.yaml"))


def iterate_texts(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a file with their lines, the constant parts of f-strings too, without docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def find_types(text: str, ontology: Ontology) -> set[str]:
    """The types that a text names: as a whole, as labels or types of a pattern of Cypher, or in quotes.

    Cypher may name Entity, which is what the store calls every node of ours, as it calls others Claim and Source.
    """
    ours = {*ontology.types, *ontology.relationships}
    patterns = " ".join(part for parts in _NAMED.findall(text) for part in parts)
    words = set(re.findall(r"\w+", patterns)) - {"Entity"} | {w for w in re.findall(r"\w+", text) if "_" in w}
    return ({text} | words) & ours


def test_no_type_is_named_in_python(ontology: Ontology) -> None:
    wrong = []
    for path in FILES:
        name = str(path.relative_to(ROOT))
        allowed, _ = EXCEPTIONS.get(name, (set(), ""))
        wrong += [
            f"{name}:{line}: {', '.join(sorted(types - allowed))}"
            for line, text in iterate_texts(path)
            if (types := find_types(text, ontology)) - allowed
        ]
    assert not wrong, "name a role (graph/ontology_roles.py) instead:\n" + "\n".join(wrong)


def test_every_exception_is_still_needed(ontology: Ontology) -> None:
    for name, (words, _) in EXCEPTIONS.items():
        types = {t for _, text in iterate_texts(ROOT / name) for t in find_types(text, ontology)}
        assert words <= types, f"{name} no longer holds {words - types}"


@pytest.mark.parametrize(
    "text",
    [
        "Ship",
        "OWNS",
        "(v:Ship)",
        "(v:Port|Ship)",
        "[r:OWNS|MANAGES]",
        "e.type = 'Ship'",
        "REPORTS_TO|PART_OF",
        "[:HOLDS_POST_IN]",
    ],
)
def test_the_scan_sees_a_type_wherever_it_hides(text: str, ontology: Ontology) -> None:
    assert find_types(text, ontology)


@pytest.mark.parametrize(
    "text", ["(n:Entity)", "A ship", "Ship and state", "it OWNS much", "HAS_NAME", "[:HAS_SUBJECT]"]
)
def test_the_scan_lets_words_pass(text: str, ontology: Ontology) -> None:
    assert not find_types(text, ontology)


def test_manifests_name_types_of_the_ontology_alone(ontology: Ontology) -> None:
    """What a list's words become stands in the manifests: each name that looks like one of ours is one."""
    seen = 0
    for path in MANIFESTS:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        for key in (
            "types",
            "relationships",
            "links",
            "pointers",
            "states",
            "main types",
            "others",
            "datasets",
            "unknown",
        ):
            for word in re.findall(r"\w+", str(raw.get(key, ""))):
                if re.fullmatch(r"[A-Z]+(?:_[A-Z]+)+|OWNS|PAYS|MANAGES", word):
                    seen += 1
                    assert word in ontology.relationships, f"{path}: {key}: {word}"
        for word in _list_type_names(raw):
            seen += 1
            assert word in ontology.types, f"{path}: {word}"
    assert seen > 40


def _list_type_names(raw: dict[str, object]) -> Iterator[str]:
    """The entity types that a manifest names."""
    types = raw.get("types", {})
    assert isinstance(types, dict)
    yield from types.values()
    mains = raw.get("main types", {})
    assert isinstance(mains, dict)
    yield from mains
    for section in ("datasets", "others"):
        held = raw.get(section, {})
        assert isinstance(held, dict)
        yield from (str(one[key]) for one in held.values() for key in ("body", "type") if key in one)
