"""GraphML: writes a subgraph as one, and reads it back, or takes what another tool wrote.

The picture stays a picture: nodes are entities and edges are relationships, and nothing else is drawn. What a tool
shows in columns (label, type, stance, grade, dates, coordinates) is data of its own; what it can't (lists, and the
claims behind a node or an edge) is JSON in the columns "details (JSON)" and "claims (JSON)"; sources, and claims about
nothing in the picture, are JSON in the graph's own "evidence (JSON)". Texts with characters that XML can't hold go to
the JSON too, where they are escaped, and show U+FFFD in the column: so nothing is lost, and nothing is refused but
numbers that are none (infinity, NaN), for which neither JSON nor GraphML has a word that all tools read.

Format: http://graphml.graphdrawing.org/specification.html; ids are NMTOKENs there, so that ids of ours that are not
become numbers, and stand in the details.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any, TextIO
from xml.sax.saxutils import escape

from graph.errors import DataError
from graph.evidence import build_relationship_id
from graph.model import ABOUT, FORMAT, Claim, Entity, Relationship, Subgraph

NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
MARK = "armsgraph format"  # the graph's data of this name says that the file is ours
LABEL, TYPE, RELATION, STANCE = "label", "type", "relation", "stance"
DETAILS, CLAIMS, EVIDENCE = "details (JSON)", "claims (JSON)", "evidence (JSON)"
ABOUT_JSON = f"{ABOUT} (JSON)"
# Names that Gephi takes for its own, and ours: a property of such a name goes to the details.
RESERVED = {
    LABEL,
    TYPE,
    RELATION,
    STANCE,
    "id",
    "edgeid",
    "edgelabel",
    "weight",
    "x",
    "y",
    "z",
    "xpos",
    "ypos",
    "size",
    "r",
    "g",
    "b",
    "source",
    "target",
    "key",
}
_SCHEMA = f"{NAMESPACE} {NAMESPACE}/1.0/graphml.xsd"
_NMTOKEN = re.compile(r"[A-Za-z0-9._:-]+\Z")
_COLUMN = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")
# What XML 1.0 can't hold (production [2], Char).
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONG = 1 << 63
_CLAIM_DEFAULTS = {f.name: f.default for f in fields(Claim) if f.default is not MISSING}


def dump(subgraph: Subgraph, stream: TextIO, about: Mapping[str, Any] | None = None) -> None:
    """Writes a subgraph, with its claims and sources, to a text stream that encodes as UTF-8.

    `about` is what the file says of itself, which nothing is loaded from.
    Items stand in the order of their ids, so that equal subgraphs make equal files. Raises DataError for a number
    that is infinite or none.
    """
    _Writer(subgraph, stream, about or {}).write()


class _Writer:
    def __init__(self, subgraph: Subgraph, stream: TextIO, about: Mapping[str, Any]) -> None:
        self.about = about
        self.entities = sorted(subgraph.entities, key=lambda e: e.id)
        self.relationships = sorted(subgraph.relationships, key=lambda r: r.id)
        self.claims = {c.id: c for c in sorted(subgraph.claims, key=lambda c: c.id)}
        self.sources = sorted(subgraph.sources, key=lambda s: s.id)
        self.out = stream.write
        plain = {e.id for e in self.entities if _NMTOKEN.match(e.id)}
        numbers = (f"n{i}" for i in range(len(self.entities) + len(plain)) if f"n{i}" not in plain)
        self.node_ids = {e.id: e.id if e.id in plain else next(numbers) for e in self.entities}
        self.nodes = _select_columns(e.properties for e in self.entities)
        self.edges = _select_columns(r.properties for r in self.relationships)

    def write(self) -> None:
        self.out('<?xml version="1.0" encoding="UTF-8"?>\n')
        self.out(
            f'<graphml xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            f'xsi:schemaLocation="{_SCHEMA}">\n'
        )
        self._keys("graph", "g", [MARK, *([ABOUT_JSON] if self.about else []), EVIDENCE], {})
        self._keys("node", "n", [LABEL, TYPE, DETAILS, CLAIMS], self.nodes)
        self._keys("edge", "e", [LABEL, RELATION, STANCE, DETAILS, CLAIMS], self.edges)
        self.out('  <graph id="armsgraph" edgedefault="directed">\n')
        self._write_data("    ", f"g.{MARK}", FORMAT)
        if self.about:
            self._write_data("    ", f"g.{ABOUT_JSON}", _format_json(dict(self.about)))
        drawn = [r for r in self.relationships if r.source in self.node_ids and r.target in self.node_ids]
        others = [r for r in self.relationships if r.source not in self.node_ids or r.target not in self.node_ids]
        by_edge = {id_: r for r in reversed(drawn) for id_ in r.claims}
        on_edges: dict[str, list[Claim]] = {}
        on_nodes: dict[str, list[Claim]] = {}
        loose: list[Claim] = []
        for claim in self.claims.values():
            edge = by_edge.get(claim.id)
            if edge is not None:
                on_edges.setdefault(edge.id, []).append(claim)
            elif claim.subject in self.node_ids:
                on_nodes.setdefault(claim.subject, []).append(claim)
            else:
                loose.append(claim)
        for entity in self.entities:
            self._node(entity, on_nodes.pop(entity.id, []))
        for number, edge in enumerate(drawn):
            self._edge(number, edge, on_edges.pop(edge.id, []))
        evidence = {
            "relationships": [asdict(r) for r in others],
            "claims": [_strip_defaults(c) for c in loose],
            "sources": [asdict(s) for s in self.sources],
        }
        self._write_data("    ", f"g.{EVIDENCE}", _format_json({k: v for k, v in evidence.items() if v}))
        self.out("  </graph>\n</graphml>\n")

    def _keys(self, place: str, prefix: str, own: Iterable[str], columns: Mapping[str, str]) -> None:
        kinds = dict.fromkeys(own, "string") | dict(columns)
        for name, kind in kinds.items():
            key = _build_key_id(f"{prefix}.{name}")
            self.out(f'  <key id="{key}" for="{place}" attr.name="{name}" attr.type="{kind}"/>\n')

    def _write_data(self, indent: str, name: str, text: str) -> None:
        self.out(f'{indent}<data key="{_build_key_id(name)}">{_escape_text(text)}</data>\n')

    def _node(self, entity: Entity, claims: list[Claim]) -> None:
        node_id = self.node_ids[entity.id]
        details: dict[str, Any] = {"labels": entity.labels}
        if node_id != entity.id:
            details["id"] = entity.id
        if entity.aliases:
            details["aliases"] = entity.aliases
        self.out(f'    <node id="{node_id}">\n')
        for name, field, value in ((LABEL, "name", entity.name), (TYPE, "type", entity.type)):
            self._write_column("n", name, field, value, details)
        self._properties("n", entity.properties, self.nodes, details)
        self._write_details("n", details, claims)
        self.out("    </node>\n")

    def _edge(self, number: int, edge: Relationship, claims: list[Claim]) -> None:
        details: dict[str, Any] = {}
        if edge.id != build_relationship_id(edge.source, edge.type, edge.target):
            details["id"] = edge.id
        for end, entity_id in (("source", edge.source), ("target", edge.target)):
            if self.node_ids[entity_id] != entity_id:
                details[end] = entity_id
        if edge.claims != tuple(c.id for c in claims):
            details["claims"] = edge.claims
        source, target = self.node_ids[edge.source], self.node_ids[edge.target]
        self.out(f'    <edge id="e{number}" source="{source}" target="{target}">\n')
        self._write_data("      ", f"e.{LABEL}", FORBIDDEN.sub("\ufffd", edge.type))
        self._write_column("e", RELATION, "type", edge.type, details)
        self._write_column("e", STANCE, "stance", edge.stance, details)
        self._properties("e", edge.properties, self.edges, details)
        self._write_details("e", details, claims)
        self.out("    </edge>\n")

    def _write_column(self, prefix: str, name: str, field: str, value: str, details: dict[str, Any]) -> None:
        """A text of its own column; where XML can't hold it, the true one goes to the details."""
        if FORBIDDEN.search(value):
            details[field] = value
        self._write_data("      ", f"{prefix}.{name}", FORBIDDEN.sub("\ufffd", value))

    def _properties(
        self, prefix: str, properties: Mapping[str, Any], columns: Mapping[str, str], details: dict[str, Any]
    ) -> None:
        rest = {}
        for name, value in properties.items():
            literal = _format_literal(value, columns[name]) if name in columns else None
            if literal is None:
                rest[name] = value
            else:
                self._write_data("      ", f"{prefix}.{name}", literal)
        if rest:
            details["properties"] = rest

    def _write_details(self, prefix: str, details: dict[str, Any], claims: list[Claim]) -> None:
        if details:
            self._write_data("      ", f"{prefix}.{DETAILS}", _format_json(details))
        if claims:
            self._write_data("      ", f"{prefix}.{CLAIMS}", _format_json([_strip_defaults(c) for c in claims]))


def _select_columns(items: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The properties that get columns of their own, with their GraphML types: plain names, values of one kind."""
    kinds: dict[str, set[str]] = {}
    for properties in items:
        for name, value in properties.items():
            if kind := _get_graphml_type(value):
                kinds.setdefault(name, set()).add(kind)
    columns: dict[str, str] = {}
    for name in sorted(kinds):
        kind = "double" if kinds[name] == {"long", "double"} else "".join(sorted(kinds[name]))
        if kind in _WRITE and _COLUMN.match(name) and name not in RESERVED:
            columns[name] = kind
    return columns


def _get_graphml_type(value: Any) -> str:
    """The GraphML type of a value; '' for one that no column holds."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "long" if -_LONG <= value < _LONG else ""
    if isinstance(value, float):
        return "double"
    return "string" if isinstance(value, str) else ""


_WRITE: Mapping[str, Callable[[Any], str]] = {
    "boolean": lambda v: "true" if v else "false",
    "long": str,
    "double": repr,
    "string": str,
}


def _format_literal(value: Any, kind: str) -> str | None:
    """A value as its column writes it; None where it does not fit there and must go to the details."""
    own = _get_graphml_type(value)
    if own != kind and not (kind == "double" and own == "long"):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    text = _WRITE[kind](value)
    return None if FORBIDDEN.search(text) else text


def _strip_defaults(claim: Claim) -> dict[str, Any]:
    """A claim without what is as it is by default."""
    return {
        k: v
        for k, v in asdict(claim).items()
        if k not in _CLAIM_DEFAULTS or v != _CLAIM_DEFAULTS[k] or type(v) is not type(_CLAIM_DEFAULTS[k])
    }


def _format_json(value: Any) -> str:
    """JSON whose every character XML can hold. Raises DataError for a number that is infinite or none."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise DataError("a number is infinite or none (NaN), which can't be exported") from error
    # Such characters stand in JSON's strings alone, which may hold any as an escape.
    return FORBIDDEN.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


def _escape_text(text: str) -> str:
    """A text as element content: a carriage return would else come back as a line feed."""
    return escape(text, {"\r": "&#13;"})


def _build_key_id(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-")
