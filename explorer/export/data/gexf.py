"""GEXF 1.3 for Gephi: every entity and line shown, with places, colours, sizes, dates, stance, grade and sources.

Gephi takes parallel edges apart by their `kind` (of 1.3), and adds up those that have the same: so each line between
the same two entities has a kind of its own. All edges are directed, as networkx reads no file with both; the attribute
"symmetric" says of which the direction means nothing. Gephi's y axis points up, the canvas's down. A partial date is
told as said in the attributes, and as the days that it may mean in `start` and `end`.

Format: https://gexf.net/schema.html
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from xml.etree import ElementTree as ET

from explorer.export.common.briefing import Briefing, format_ranges
from explorer.export.data import rows, tables
from explorer.export.data.rows import EntityFacts, LineFacts
from graph import dates
from graph.database.values import format_number, to_json_value

NAMESPACE, VIZ = "http://gexf.net/1.3", "http://gexf.net/1.3/viz"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LINE = "\n"
_TYPES: Mapping[type, str] = {str: "string", int: "long", float: "double", bool: "boolean"}
# Names of columns that Gephi has itself: one of ours would meet with it.
_RESERVED_NAMES = {"id", "label", "kind", "weight", "interval", "timeset", "source", "target", "type"}


def render(briefing: Briefing) -> bytes:
    """The file, in UTF-8."""
    lines, entities = rows.build_line_facts(briefing), rows.build_entity_facts(briefing)
    spans = {f.line.id: span for f in lines if any(span := _compute_date_range(f))}
    root = ET.Element(
        "gexf",
        {
            "xmlns": NAMESPACE,
            "xmlns:viz": VIZ,
            "xmlns:xsi": XSI,
            "version": "1.3",
            "xsi:schemaLocation": f"{NAMESPACE} {NAMESPACE}/gexf.xsd",
        },
    )
    _add_meta(root, briefing)
    timed = {"timeformat": "date", "timerepresentation": "interval"} if spans else {}
    graph = ET.SubElement(
        root, "graph", {"defaultedgetype": "directed", "mode": "dynamic" if spans else "static", **timed}
    )
    ids = rows.assign_unique_names(f.entity.id for f in entities)
    _add_nodes(graph, briefing, entities, ids)
    _add_edges(graph, briefing, lines, ids, spans)
    ET.indent(root, " ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def describe_file(briefing: Briefing) -> str:
    """What the file is, its disputes and sources, in lines of text."""
    grid = tables.build_about_grid(briefing)
    lines = [f"{what}: {_format_value(value)}" for what, value in grid.rows if value not in (None, "")]
    lines += ["", "Disputed lines:", *(d.text for d in briefing.disputes)] if briefing.disputes else []
    lines += ["", "Sources, by the numbers on the lines:"]
    return LINE.join([*lines, *(rows.format_source(briefing, s) for _, s in rows.list_sources(briefing))])


def _add_meta(root: ET.Element, briefing: Briefing) -> None:
    # lastmodifieddate is the day that the reader chose to put on it; there is no clock in a file.
    meta = ET.SubElement(root, "meta", {"lastmodifieddate": briefing.made_on} if briefing.made_on else {})
    ET.SubElement(meta, "creator").text = "Armsgraph"
    keywords = (
        briefing.title,
        briefing.mark,
        briefing.material.query,
        "redacted" if briefing.material.redacted else "",
    )
    ET.SubElement(meta, "keywords").text = rows.to_single_line(", ".join(word for word in keywords if word))
    ET.SubElement(meta, "description").text = rows.clean(describe_file(briefing))


def _add_nodes(graph: ET.Element, briefing: Briefing, entities: Sequence[EntityFacts], ids: Mapping[str, str]) -> None:
    rows_of_values = [_build_node_attributes(briefing, f) for f in entities]
    columns = _declare_attributes(graph, "node", "n", rows_of_values)
    holder = ET.SubElement(graph, "nodes")
    for facts, values in zip(entities, rows_of_values, strict=True):
        node = ET.SubElement(
            holder, "node", {"id": ids[facts.entity.id], "label": rows.to_single_line(facts.entity.name)}
        )
        _add_attribute_values(node, values, columns)
        _add_colour(node, facts.colour)
        x, y = facts.at
        ET.SubElement(node, "viz:position", {"x": f"{x:.2f}", "y": f"{-y or 0.0:.2f}", "z": "0.0"})
        # Gephi's size is half of the width.
        ET.SubElement(node, "viz:size", {"value": f"{max(facts.width, facts.height) / 2:.2f}"})


def _add_edges(
    graph: ET.Element,
    briefing: Briefing,
    lines: Sequence[LineFacts],
    ids: Mapping[str, str],
    spans: Mapping[str, tuple[str, str]],
) -> None:
    looks = rows.resolve_styles(briefing)
    rows_of_values = [_build_edge_attributes(briefing, f) for f in lines]
    columns = _declare_attributes(graph, "edge", "e", rows_of_values)
    holder = ET.SubElement(graph, "edges")
    names, seen = rows.assign_unique_names(f.line.id for f in lines), Counter[tuple[str, str, str]]()
    for facts, values in zip(lines, rows_of_values, strict=True):
        line = facts.line
        ends = (line.source, line.target) if not facts.symmetric else tuple(sorted((line.source, line.target)))
        seen[facts.caption, ends[0], ends[1]] += 1
        count = seen[facts.caption, ends[0], ends[1]]
        kind = rows.to_single_line(facts.caption) + (f" ({count})" if count > 1 else "")
        start, end = spans.get(line.id, ("", ""))
        attributes = {
            "id": names[line.id],
            "source": ids[line.source],
            "target": ids[line.target],
            "type": "directed",
            "kind": kind,
            "label": rows.to_single_line(facts.words_with_sources),
            "start": start,
            "end": end,
        }
        edge = ET.SubElement(holder, "edge", {k: v for k, v in attributes.items() if v})
        _add_attribute_values(edge, values, columns)
        look = looks[line.id]
        _add_colour(edge, str(look.get("line-color", "")))
        ET.SubElement(edge, "viz:thickness", {"value": f"{float(look.get('width', 2)):.2f}"})
        shape = {"inferred": "dashed", "contested": "dashed", "denied": "dotted"}.get(facts.stance, "solid")
        ET.SubElement(edge, "viz:shape", {"value": shape})


def _build_node_attributes(briefing: Briefing, facts: EntityFacts) -> dict[str, object]:
    entity = facts.entity
    claims = [rows.describe_claim(briefing, c) for c in facts.claims]
    return {
        "entity type": facts.caption,
        "type code": entity.type,
        "other names": _format_value(entity.aliases),
        "identifiers": _format_value(entity.properties.get("identifiers")),
        "lines shown": facts.lines,
        "lines that someone denies": facts.disputed,
        "claims": LINE.join(claims),
        **{
            _escape_reserved_name(k): v if type(v) in _TYPES else _format_value(v)
            for k, v in entity.properties.items()
            if k != "identifiers"
        },
    }


def _build_edge_attributes(briefing: Briefing, facts: LineFacts) -> dict[str, object]:
    names = briefing.material.names
    return {
        "relationship": facts.caption,
        "type code": facts.line.type,
        "statement": facts.statement,
        "from": names.get(facts.line.source, facts.line.source),
        "to": names.get(facts.line.target, facts.line.target),
        "stance": facts.stance,
        "withdrawn": facts.withdrawn,
        "symmetric": facts.symmetric,
        "grade": facts.grade,
        "said by": "; ".join(facts.asserted),
        "denied by": "; ".join(facts.denied),
        "inferred by": "; ".join(facts.inferred),
        "holds from": facts.since,
        "holds until": facts.until,
        "first reported": facts.reported_first,
        "last reported": facts.reported_last,
        "source numbers": format_ranges(facts.cites),
        "sources": LINE.join(facts.sources),
        "evidence": LINE.join(facts.evidence),
        "claims": len(facts.claims),
        "claim ids": "; ".join(c.id for c in facts.claims),
        **{
            _escape_reserved_name(f"property {k}"): v if type(v) in _TYPES else _format_value(v)
            for k, v in facts.extras.items()
        },
    }


def _escape_reserved_name(name: str) -> str:
    return f"property {name}" if name.casefold() in _RESERVED_NAMES else name


def _declare_attributes(
    graph: ET.Element, kind: str, prefix: str, items: Iterable[Mapping[str, object]]
) -> dict[str, tuple[str, str]]:
    """Declares the attributes that some item has; by name the id and type of each."""
    types: dict[str, set[str]] = {}
    for item in items:
        for name, value in item.items():
            if value not in (None, ""):
                types.setdefault(name, set()).add(_TYPES.get(type(value), "string"))
    holder = ET.SubElement(graph, "attributes", {"class": kind, "mode": "static"})
    titles = rows.assign_unique_names(types)
    columns = {}
    for place, (name, kinds) in enumerate(types.items()):
        one = "double" if kinds == {"long", "double"} else next(iter(kinds)) if len(kinds) == 1 else "string"
        columns[name] = (f"{prefix}{place}", one)
        ET.SubElement(holder, "attribute", {"id": columns[name][0], "title": titles[name], "type": one})
    return columns


def _add_attribute_values(
    parent: ET.Element, values: Mapping[str, object], columns: Mapping[str, tuple[str, str]]
) -> None:
    holder = ET.SubElement(parent, "attvalues")
    for name, value in values.items():
        if value not in (None, ""):
            ET.SubElement(holder, "attvalue", {"for": columns[name][0], "value": rows.clean(_format_value(value))})


def _format_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format_number(value)
    if isinstance(value, (list, tuple)):
        return "; ".join(map(_format_value, value))
    return "" if value is None else str(to_json_value(value) if isinstance(value, dict) else value)


def _add_colour(parent: ET.Element, colour: str) -> None:
    if len(colour) == 7 and colour.startswith("#"):
        red, green, blue = (str(int(colour[n : n + 2], 16)) for n in (1, 3, 5))
        ET.SubElement(parent, "viz:color", {"r": red, "g": green, "b": blue})


def _compute_date_range(facts: LineFacts) -> tuple[str, str]:
    """The days between which a line may hold; '' for a side that is open or not a date."""
    try:
        start, end = dates.to_earliest_day(facts.since), dates.to_latest_day(facts.until)
    except ValueError:  # a foreign database may have other words under the same name
        return "", ""
    return ("", "") if start and end and start > end else (start, end)
