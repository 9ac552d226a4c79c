"""Cytoscape JSON (.cyjs) for Cytoscape and cytoscape.js: every entity and line shown, with places, claims and sources.

Both read `elements`; Cytoscape makes columns of what `data` holds, of texts, numbers and lists of texts alone. So the
claims and sources stand in full in the network's own data as JSON texts, and in words on each node and line.

Format: https://manual.cytoscape.org/en/stable/Supported_Network_File_Formats.html#cytoscape-js-json
"""

import json
from collections.abc import Mapping

from explorer.export.common.briefing import Briefing, format_ranges
from explorer.export.common.style_resolver import Style
from explorer.export.data import rows, tables
from explorer.export.data.rows import EntityFacts, LineFacts
from graph.database.values import to_json_value


def render(briefing: Briefing) -> bytes:
    """The file, in UTF-8."""
    entities, lines = rows.build_entity_facts(briefing), rows.build_line_facts(briefing)
    ids = rows.assign_unique_names([*(f.entity.id for f in entities), *(f.line.id for f in lines)])
    looks = rows.resolve_styles(briefing)
    network = {
        "format_version": "1.0",
        "generated_by": "armsgraph",
        "target_cytoscapejs_version": "~3.0",
        "directed": True,  # this and "multigraph", "value" and "key" are for networkx
        "multigraph": True,
        "data": _build_network_data(briefing),
        "elements": {
            "nodes": [_build_node(briefing, f, ids) for f in entities],
            "edges": [_build_edge(briefing, f, ids, looks[f.line.id]) for f in lines],
        },
    }
    return (
        json.dumps(rows.clean(to_json_value(network)), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    ).encode()


def _build_network_data(briefing: Briefing) -> dict[str, object]:
    shown = briefing.shown.as_dict()
    return {
        "name": briefing.title,
        "shared_name": briefing.title,
        **{k: v if isinstance(v, (str, bool)) else _to_json(v) for k, v in briefing.metadata.items()},
        "note": briefing.note,
        "origin": list(briefing.origin),
        "gaps": list(tables.list_gaps(briefing)),
        "analyst_notes": list(briefing.analyst_notes),
        "disputes": [d.text for d in briefing.disputes],
        "source_list": [rows.format_source(briefing, s) for _, s in rows.list_sources(briefing)],
        "claims_json": _to_json(shown["claims"]),
        "sources_json": _to_json(shown["sources"]),
    }


def _build_node(briefing: Briefing, facts: EntityFacts, ids: dict[str, str]) -> dict[str, object]:
    entity = facts.entity
    data = {
        **_prefix_properties(entity.properties),
        "id": ids[entity.id],
        "value": ids[entity.id],
        "shared_name": entity.name,
        "name": entity.name,
        "type": entity.type,
        "caption": facts.caption,
        "aliases": list(entity.aliases),
        "colour": facts.colour,
        "shape": facts.shape,
        "width": facts.width,
        "height": facts.height,
        "lines": facts.lines,
        "disputed_lines": facts.disputed,
        "claims": [c.id for c in facts.claims],
        "evidence": [rows.describe_claim(briefing, c) for c in facts.claims],
    }
    return {"data": data, "position": {"x": round(facts.at[0], 2), "y": round(facts.at[1], 2)}, "selected": False}


def _build_edge(briefing: Briefing, facts: LineFacts, ids: dict[str, str], look: Style) -> dict[str, object]:
    line = facts.line
    data = {
        **_prefix_properties(facts.extras),
        "id": ids[line.id],
        "key": ids[line.id],
        "source": ids[line.source],
        "target": ids[line.target],
        "shared_name": facts.statement,
        "name": facts.statement,
        "interaction": facts.caption,
        "shared_interaction": facts.caption,
        "type": line.type,
        "caption": facts.caption,
        "label": facts.words_with_sources,
        "stance": facts.stance,
        "withdrawn_on": facts.withdrawn,
        "symmetric": facts.symmetric,
        "grade": facts.grade,
        "valid_from": facts.since,
        "valid_to": facts.until,
        "reported_first": facts.reported_first,
        "reported_last": facts.reported_last,
        "said_by": list(facts.asserted),
        "denied_by": list(facts.denied),
        "inferred_by": list(facts.inferred),
        "source_numbers": format_ranges(facts.cites),
        "sources": list(facts.sources),
        "claims": [c.id for c in facts.claims],
        "evidence": list(facts.evidence),
        "colour": str(look.get("line-color", "")),
        "width": float(look.get("width", 2)),
    }
    return {"data": data, "selected": False}


def _prefix_properties(properties: Mapping[str, object]) -> dict[str, object]:
    """Properties under names of their own, so that none takes the place of another field."""
    plain = (str, int, float, list, tuple)
    return {f"property_{k}": v if isinstance(v, plain) else _to_json(v) for k, v in properties.items()}


def _to_json(value: object) -> str:
    return json.dumps(to_json_value(value), ensure_ascii=False, sort_keys=True)
