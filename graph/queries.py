"""Saved queries: reads cypher/ headers, checks and binds parameters, runs them under the guard.

A saved query is a .cypher file that opens with `// key: value` lines holding one YAML mapping:
title, description, parameters (name -> type and bounds) and result (graph or table).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path
from time import perf_counter
from typing import Any

import yaml

from graph import browse, dates, guard
from graph.errors import QueryError
from graph.evidence import fold
from graph.model import Entity, Relationship, Subgraph, Table
from graph.ontology import Ontology
from graph.search import look_up
from graph.store import Store

LIBRARY = Path(__file__).resolve().parent.parent / "cypher"
ROW_CAP = 1_000
TIMEOUT = 30.0  # seconds
TYPES = ("entity", "integer", "number", "text", "date", "choice")
RESULTS = ("graph", "table")
_NAME = re.compile(r"[a-z]+(?:-[a-z]+)*\Z")
_USED = re.compile(r"\$([A-Za-z_]\w*)")
_KEYS = {"type", "default", "min", "max", "label", "choices", "description"}


@dataclass(frozen=True)
class Parameter:
    """A value a saved query asks for. `label` is the type an entity must have; bounds are inclusive."""

    name: str
    type: str
    default: Any = None
    min: float | None = None
    max: float | None = None
    label: str = ""
    choices: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class SavedQuery:
    """A query file: what it asks, what it needs, and the Cypher text as it stands in the file."""

    name: str
    title: str
    description: str
    result: str
    text: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What a query returned. `seconds` is the time on the wall, reading the rows included."""

    query: SavedQuery
    parameters: Mapping[str, Any]
    table: Table
    subgraph: Subgraph
    seconds: float


@cache
def library(folder: Path = LIBRARY) -> Mapping[str, SavedQuery]:
    """The saved queries of a folder by name. Raises QueryError naming the file and the rule."""
    queries = {}
    for path in sorted(folder.glob("*.cypher")):
        queries[path.stem] = parse(path.stem, path.read_text(encoding="utf-8"))
    return queries


def find(name: str) -> SavedQuery:
    """The saved query of that name. Raises QueryError that names near ones."""
    queries = library()
    if name not in queries:
        raise QueryError(f"there is no saved query {name!r}; there are: {', '.join(queries)}")
    return queries[name]


def parse(name: str, text: str) -> SavedQuery:
    """A saved query from the text of its file. Raises QueryError naming the file and the rule broken."""

    def need(ok: object, rule: str) -> None:
        if not ok:
            raise QueryError(f"{name}.cypher: {rule}")

    need(_NAME.match(name), "a file's name is words in lower case joined by hyphens")
    lines = text.splitlines()
    head = list(takewhile(lambda line: line.startswith("//"), lines))
    try:
        header = yaml.safe_load("\n".join(line[2:].removeprefix(" ") for line in head))
    except yaml.YAMLError as error:
        raise QueryError(f"{name}.cypher: the header is not YAML: {error}") from error
    need(isinstance(header, dict), "it must open with a header of // lines")
    need(set(header) <= {"title", "description", "parameters", "result"}, "the header has an unknown key")
    need(
        all(isinstance(header.get(k), str) for k in ("title", "description")),
        "title and description are texts",
    )
    need(header.get("result") in RESULTS, f"result must be one of {', '.join(RESULTS)}")
    parameters = {n: _parameter(name, n, spec) for n, spec in (header.get("parameters") or {}).items()}
    body = "\n".join(lines[len(head) :])
    need(body.strip(), "there is no Cypher after the header")
    used = set(_USED.findall(body))
    need(used == set(parameters), f"declared and used parameters differ: {sorted(used ^ set(parameters))}")
    return SavedQuery(name, header["title"], header["description"], header["result"], text, parameters)


def bind(store: Store, ontology: Ontology, query: SavedQuery, given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameter values checked and converted, defaults filled in; entities may be given by id or exact name.

    Raises QueryError naming parameter and rule.
    """
    unknown = set(given) - set(query.parameters)
    if unknown:
        known = ", ".join(query.parameters) or "none"
        raise QueryError(f"{query.name} has no parameter {sorted(unknown)[0]!r}; it has: {known}")
    bound = {}
    for parameter in query.parameters.values():
        value = given.get(parameter.name, parameter.default)
        if value is None or (value == "" and parameter.type != "text"):
            raise QueryError(f"{query.name} needs the parameter {parameter.name} ({parameter.type})")
        bound[parameter.name] = (
            _entity(store, ontology, parameter, str(value)) if parameter.type == "entity" else convert(parameter, value)
        )
    return bound


def convert(parameter: Parameter, value: Any) -> Any:
    """A value in the parameter's type and within its bounds. Raises QueryError naming parameter and rule."""
    name = parameter.name
    if parameter.type in ("integer", "number"):
        try:
            number = int(str(value)) if parameter.type == "integer" else float(str(value))
        except ValueError as error:
            raise QueryError(f"{name} must be {'a whole number' if parameter.type == 'integer' else 'a number'}, "
                             f"not {value!r}") from error  # fmt: skip
        low, high = parameter.min, parameter.max
        if not (low is None or number >= low) or not (high is None or number <= high):
            raise QueryError(f"{name} must lie between {low} and {high}, not {value}")
        return number
    if parameter.type == "choice" and str(value) not in parameter.choices:
        raise QueryError(f"{name} must be one of {', '.join(parameter.choices)}, not {value!r}")
    if parameter.type == "date":
        try:
            dates.bounds(str(value))
        except ValueError as error:
            raise QueryError(f"{name}: {error}") from error
    return str(value)


def run(
    store: Store, ontology: Ontology, query: SavedQuery, given: Mapping[str, Any], *, limit: int = ROW_CAP,
    timeout: float = TIMEOUT,
) -> Answer:  # fmt: skip
    """Runs a saved query: at most `limit` rows, ended after `timeout` seconds.

    Raises QueryError (QueryRefused where the guard says no) and StoreError.
    """
    started = perf_counter()
    parameters = bind(store, ontology, query, given)
    guard.check(store, query.text, parameters)
    columns, rows, more = store.stream(query.text, parameters, limit=limit, timeout=timeout, name=query.name)
    nodes: dict[str, Entity] = {}
    edges: dict[str, Relationship] = {}
    for row in rows:
        _collect(row, nodes, edges)
    missing = {end for e in edges.values() for end in (e.source, e.target)} - set(nodes)
    nodes.update({e.id: e for e in browse.entities(store, missing)})
    lines = tuple(edges[i] for i in sorted(edges))
    subgraph = Subgraph(tuple(nodes[i] for i in sorted(nodes)), lines, *browse.evidence_of(store, lines))
    if query.result == "graph":
        table = _lines_table(ontology, subgraph, more)
    else:
        table = Table(columns, [[_cell(value) for value in row] for row in rows], more)
    return Answer(query, parameters, table, subgraph, perf_counter() - started)


def _parameter(query: str, name: str, spec: Any) -> Parameter:
    if not isinstance(spec, dict) or spec.get("type") not in TYPES or set(spec) - _KEYS:
        raise QueryError(f"{query}.cypher: parameter {name} needs a type among {', '.join(TYPES)} "
                         f"and may have {', '.join(sorted(_KEYS - {'type'}))}")  # fmt: skip
    parameter = Parameter(name, **{**spec, "choices": tuple(spec.get("choices", ()))})
    if parameter.default is not None and parameter.type != "entity":
        convert(parameter, parameter.default)
    return parameter


def _entity(store: Store, ontology: Ontology, parameter: Parameter, value: str) -> str:
    """The id of the entity that is meant, by id or by exact name; ambiguity is an error, never a guess."""
    if browse.entities(store, [value]):
        return value
    hits = [hit.entity for hit in look_up(store, ontology, value)]
    exact = [e for e in hits if fold(value) in map(fold, (e.name, *e.aliases))]
    if len(exact) == 1:
        return exact[0].id
    if not hits and not browse.counts(store)["entities"]:
        raise QueryError("the database is empty; load something first: armsgraph load articles")
    near = ", ".join(f"{e.id} ({e.name})" for e in (exact or hits)[:5]) or "nothing alike"
    problem = "more than one entity has" if exact else "no entity has"
    raise QueryError(f"{parameter.name}: {problem} the id or name {value!r}; found: {near}")


def _collect(value: Any, nodes: dict[str, Entity], edges: dict[str, Relationship]) -> None:
    if isinstance(value, Entity):
        nodes[value.id] = value
    elif isinstance(value, Relationship):
        edges[value.id] = value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            _collect(item, nodes, edges)


def _lines_table(ontology: Ontology, subgraph: Subgraph, truncated: bool) -> Table:
    """A graph as a table: a row for each line, in words, with what carries it."""
    name = {e.id: e.name for e in subgraph.entities}
    rows = []
    for edge in subgraph.relationships:
        known = ontology.relationships.get(edge.type)
        details = "; ".join(edge.properties.get("details") or ())
        sources = "; ".join(edge.properties.get("sources") or ())
        caption = known.caption if known else edge.type
        ends = name.get(edge.source, edge.source), name.get(edge.target, edge.target)
        grade = edge.properties.get("grade", "")
        rows.append([ends[0], caption, ends[1], edge.stance, grade, details, len(edge.claims), sources])
    columns = ["from", "relationship", "to", "stance", "grade", "details", "claims", "sources"]
    return Table(columns, sorted(rows, key=lambda row: [str(cell) for cell in row]), truncated)


def _cell(value: Any) -> Any:
    """A value as a table shows it: entities by name, relationships by type."""
    if isinstance(value, Entity):
        return value.name
    if isinstance(value, Relationship):
        return value.type
    if isinstance(value, list):
        return [_cell(item) for item in value]
    if isinstance(value, dict):
        return {key: _cell(item) for key, item in value.items()}
    return value
