"""Reads GraphML: our own whole, as graph/formats/graphml_write.py writes it, and any other as plain nodes and edges.

A file is ours where it declares the graph's data `MARK`; that survives a way through networkx. Whatever else a file
holds is told, never passed over: hyperedges, ports, graphs inside nodes, drawings.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

from graph.errors import DataError
from graph.evidence import build_relationship_id
from graph.formats.graphml_write import ABOUT_JSON, CLAIMS, DETAILS, EVIDENCE, LABEL, MARK, RELATION, STANCE, TYPE
from graph.formats.json_stream import parse_finite, reject_constant
from graph.formats.xml_stream import XmlElement, XmlFault, XmlFile, strip_namespace
from graph.model import FORMAT

RAW_LIMIT = 100_000  # characters of a node or edge that are kept to show
_DECODER = json.JSONDecoder(parse_constant=reject_constant, parse_float=parse_finite)
_WHOLE = re.compile(r"-?[0-9]+\Z")
_LABELS = ("NodeLabel", "EdgeLabel")  # what yEd calls the text in a drawing
_GRAPH = ("graphml", "graph")
Problem = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ExchangeRecord:
    """Something that an exchange file holds, as plain values.

    `kind` is "entity", "relationship", "claim" or "source", with `values` as in armsgraph/1; from a file that is not
    ours "node" or "edge", with `values` {"id", "source", "target", "data": [[name, text], …]}; or "other", which is
    left out, with `values` {"what"}. `problems` are (field, rule); `raw` is the text that it came
    from, or a record of ours as JSON.
    """

    kind: str
    values: Mapping[str, Any]
    line: int
    raw: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Key:
    name: str
    kind: str
    place: str
    default: str | None


@dataclass
class GraphmlFile:
    """A GraphML file, read as a stream."""

    path: Path
    own: bool = False
    fraction_of: list[XmlFile] = field(default_factory=list)

    def fraction(self) -> float:
        """How much of the file has been read, 0 to 1."""
        return self.fraction_of[-1].fraction() if self.fraction_of else 0.0

    def records(self) -> Iterator[ExchangeRecord]:
        """What the file holds, in its order. Raises DataError where it is no GraphML, or breaks off."""
        xml = XmlFile(self.path, frozenset({"graph"}))
        self.fraction_of.append(xml)
        keys: dict[str, _Key] = {}
        for piece in xml.read_elements():
            if isinstance(piece, XmlFault):
                raise piece.error
            match piece.path:
                case (root,):
                    if root != _GRAPH[0]:
                        raise DataError(
                            f"is no GraphML: it begins with <{root}>, not with <graphml>",
                            file=self.path.name,
                            row=piece.line,
                        )
                case (_, "key"):
                    self._key(keys, piece)
                case (_, "graph"):
                    pass
                case (_, "graph", "node"):
                    yield from self._node(keys, piece) if self.own else _read_foreign(keys, piece, "node")
                case (_, "graph", "edge"):
                    yield from self._edge(keys, piece) if self.own else _read_foreign(keys, piece, "edge")
                case (_, "graph", "data") if self.own:
                    yield from self._read_evidence(keys, piece)
                case _:
                    yield _build_ignored(piece, "/".join(piece.path[1:]) or "the root")

    def _key(self, keys: dict[str, _Key], piece: XmlElement) -> None:
        attributes = piece.element.attrib
        name = attributes.get("attr.name") or attributes.get("yfiles.type") or attributes.get("id", "")
        default = next((child.text or "" for child in piece.element if strip_namespace(child.tag) == "default"), None)
        keys[attributes.get("id", "")] = _Key(
            name, attributes.get("attr.type", "string"), attributes.get("for", "all"), default
        )
        self.own = self.own or (attributes.get("for") == "graph" and name == MARK)

    # Our own ----------------------------------------------------------------------------------------------------------

    def _node(self, keys: Mapping[str, _Key], piece: XmlElement) -> Iterator[ExchangeRecord]:
        values, problems, others = _read_columns(keys, piece)
        details, claims = values.pop(DETAILS, {}), values.pop(CLAIMS, [])
        entity = {
            "id": details.get("id", piece.element.get("id", "")),
            "type": details.get("type", values.pop(TYPE, "")),
            "labels": details.get("labels", []),
            "name": details.get("name", values.pop(LABEL, "")),
            "aliases": details.get("aliases", []),
        }
        for shown in (TYPE, LABEL):
            values.pop(shown, None)
        entity["properties"] = values | details.get("properties", {})
        record = ExchangeRecord("entity", entity, piece.line, _format_record(entity), problems)
        yield from self._read_claims(piece, record, claims, others)

    def _edge(self, keys: Mapping[str, _Key], piece: XmlElement) -> Iterator[ExchangeRecord]:
        values, problems, others = _read_columns(keys, piece)
        details, claims = values.pop(DETAILS, {}), values.pop(CLAIMS, [])
        source = details.get("source", piece.element.get("source", ""))
        target = details.get("target", piece.element.get("target", ""))
        type_ = details.get("type", values.pop(RELATION, ""))
        edge = {
            "id": details.get("id", build_relationship_id(str(source), str(type_), str(target))),
            "type": type_,
            "source": source,
            "target": target,
            "claims": details.get("claims", [c.get("id") for c in claims if isinstance(c, dict)]),
            "stance": details.get("stance", values.pop(STANCE, "")),
        }
        # "id" is what networkx makes of an edge's own.
        for shown in (LABEL, RELATION, STANCE, "id"):
            values.pop(shown, None)
        edge["properties"] = values | details.get("properties", {})
        record = ExchangeRecord("relationship", edge, piece.line, _format_record(edge), problems)
        yield from self._read_claims(piece, record, claims, others)

    def _read_claims(
        self, piece: XmlElement, record: ExchangeRecord, claims: Any, others: list[str]
    ) -> Iterator[ExchangeRecord]:
        yield record
        yield from _read_items("claim", claims, piece)
        for what in others:
            yield _build_ignored(piece, what)

    def _read_evidence(self, keys: Mapping[str, _Key], piece: XmlElement) -> Iterator[ExchangeRecord]:
        key = keys.get(piece.element.get("key", ""))
        name, text = key.name if key else "", piece.element.text or ""
        if name == MARK:
            if text.strip() != FORMAT:
                raise DataError(
                    f"is written in {text.strip()!r}, which this version does not know: it reads {FORMAT}",
                    file=self.path.name,
                    row=piece.line,
                )
        elif name == EVIDENCE:
            try:
                loaded = _parse_json(text)
            except ValueError as error:
                raise DataError(f"{EVIDENCE} is not JSON ({error})", file=self.path.name, row=piece.line) from error
            for kind in ("relationship", "claim", "source"):
                yield from _read_items(kind, loaded.get(f"{kind}s", []) if isinstance(loaded, dict) else loaded, piece)
        elif name != ABOUT_JSON and text.strip():
            yield _build_ignored(piece, f"data {name or piece.element.get('key')!r}")


def _read_items(kind: str, items: Any, piece: XmlElement) -> Iterator[ExchangeRecord]:
    if not isinstance(items, list):
        yield ExchangeRecord(kind, {}, piece.line, "", ((f"{kind}s", "must be a list"),))
        return
    for item in items:
        if isinstance(item, dict):
            yield ExchangeRecord(kind, item, piece.line, _format_record(item))
        else:
            yield ExchangeRecord(kind, {}, piece.line, _format_record(item), ((f"{kind}s", f"this is no {kind}"),))


def _read_columns(keys: Mapping[str, _Key], piece: XmlElement) -> tuple[dict[str, Any], tuple[Problem, ...], list[str]]:
    """The data of a node or edge of ours by name; what is wrong with it; what is not understood."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    others: list[str] = []
    for child in piece.element:
        key = keys.get(child.get("key", ""))
        if strip_namespace(child.tag) != "data" or key is None or len(child):
            others.append(f"{piece.path[-1]}/{strip_namespace(child.tag)} {child.get('key', '')}".strip())
        elif key.name in values:
            problems.append((key.name, "is given twice"))
        else:
            try:
                values[key.name] = _parse_value(key, child.text or "")
            except ValueError as error:
                problems.append((key.name, str(error)))
    return values, tuple(problems), others


def _parse_value(key: _Key, text: str) -> Any:
    if key.name in (DETAILS, CLAIMS):
        try:
            loaded = _parse_json(text)
        except ValueError as error:
            raise ValueError(f"is not JSON ({error})") from error
        container = dict if key.name == DETAILS else list
        if not isinstance(loaded, container):
            raise ValueError("is JSON, but not as we write it")
        return loaded
    if key.kind == "boolean":
        if text.strip().lower() not in ("true", "false", "1", "0"):
            raise ValueError(f"must be true or false, not {text[:50]!r}")
        return text.strip().lower() in ("true", "1")
    if key.kind in ("long", "int", "double", "float"):
        try:
            return int(text) if _WHOLE.match(text.strip()) else parse_finite(text)
        except ValueError as error:
            raise ValueError(f"must be a number, not {text[:50]!r}") from error
    return text


def _parse_json(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


# Others' --------------------------------------------------------------------------------------------------------------


def _read_foreign(keys: Mapping[str, _Key], piece: XmlElement, kind: str) -> Iterator[ExchangeRecord]:
    """A node or edge of another tool's file, and what stands inside it."""
    yield from _read_element(keys, piece.element, kind, piece)


def _read_element(keys: Mapping[str, _Key], element: Element, kind: str, piece: XmlElement) -> Iterator[ExchangeRecord]:
    data: list[list[str]] = []
    inner: list[ExchangeRecord] = []
    for child in element:
        name = strip_namespace(child.tag)
        if name == "data" and len(child):
            texts = [
                part_of_drawing.text or ""
                for part_of_drawing in child.iter()
                if strip_namespace(part_of_drawing.tag) in _LABELS
            ]
            data += [[LABEL, text.strip()] for text in texts if text.strip()]
            inner.append(_build_ignored(piece, "drawing"))
        elif name == "data":
            key = keys.get(child.get("key", ""))
            data.append([key.name if key else child.get("key", ""), child.text or ""])
        elif name == "graph" and kind == "node":
            inner.append(_build_ignored(piece, "graph inside a node: its nodes and edges stand beside the others"))
            for part in child:
                if strip_namespace(part.tag) in ("node", "edge"):
                    inner += _read_element(keys, part, strip_namespace(part.tag), piece)
        elif name == "desc":
            data.append(["description", child.text or ""])
        else:
            inner.append(_build_ignored(piece, f"{kind}/{name}"))
    names = {pair[0] for pair in data}
    data += [
        [key.name, key.default]
        for key in keys.values()
        if key.default is not None and key.place in (kind, "all") and key.name not in names
    ]
    # Neo4j's own export writes these as attributes.
    data += [[name, element.get(name, "")] for name in ("labels", "label") if element.get(name)]
    values: dict[str, Any] = {"id": element.get("id", ""), "data": [pair for pair in data if pair[1].strip()]}
    needed = ("source", "target") if kind == "edge" else ("id",)
    for end in ("source", "target") if kind == "edge" else ():
        values[end] = element.get(end, "")
    problems = tuple((name, f"this {kind} has none") for name in needed if not values[name])
    yield ExchangeRecord(kind, values, piece.line, _format_xml(piece), problems)
    yield from inner


def _build_ignored(piece: XmlElement, what: str) -> ExchangeRecord:
    return ExchangeRecord("other", {"what": what}, piece.line, _format_xml(piece))


def _format_record(values: Any) -> str:
    """A record of ours as JSON: easier to read than the XML around it, and faster to make."""
    return json.dumps(values, ensure_ascii=False)[:RAW_LIMIT]


def _format_xml(piece: XmlElement) -> str:
    return tostring(piece.element, encoding="unicode").strip()[:RAW_LIMIT]
