"""The picture as one HTML file that needs no network: it pans and zooms, and a click shows the claims.

The file's own policy forbids every address and every script but the one in it. Texts from the graph reach the page as
XML text or as JSON that the script puts in as text, never as markup.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

from explorer.appearance import labels
from explorer.export.common import claims
from explorer.export.common.briefing import Briefing
from explorer.export.common.material import is_beside_lines
from explorer.export.geometry import fitting, legend
from explorer.export.picture import drawing, svg_parts
from explorer.export.picture.legend import Legend
from explorer.overlays import grouping
from graph.model import Entity

FOLDER = Path(__file__).with_name("web")
_ROOM = (1600.0, 1000.0)  # the shape of the picture's room on a usual screen


def render(briefing: Briefing) -> bytes:
    """The file."""
    script = (FOLDER / "page.js").read_text(encoding="utf-8")
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src '{_hash_script(script)}'; base-uri 'none'"
    title, b = escape(briefing.title), briefing
    mark = f'<span class="mark">{escape(b.mark)}</span>' if b.mark else ""
    head = "".join(f'<p class="{kind}">{escape(text)}</p>' for kind, text in _list_head_lines(b) if text)
    body = f"""<header><h1>{title}{mark}</h1>{head}</header>
<main>
<div id="stage" tabindex="0" role="application" aria-label="Picture: arrow keys move it, plus and minus zoom, Tab goes
from entity to entity">{_render_picture(b)}
<div id="tools"><button id="zoom-in" aria-label="Larger">+</button><button id="zoom-out" aria-label="Smaller">−</button>
<button id="fit">Fit</button></div></div>
<aside><section id="details" aria-live="polite"><h2>Details</h2><p>Click an entity or a line to see who says what about
it, and who denies it.</p></section><section><h2>Legend</h2>{_render_legend(b)}</section></aside>
</main>
<section class="notes">{_render_notes(b)}</section>
<footer>{"".join(f"<p>{escape(line)}</p>" for line in b.origin)}</footer>"""
    return svg_parts.clean(f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Armsgraph">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
<script type="application/json" id="data">{_to_script_json(_build_page_data(b))}</script>
<script>{script}</script>
</body>
</html>
""").encode()


def _list_head_lines(b: Briefing) -> Sequence[tuple[str, str]]:
    first = " · ".join(part for part in (b.note.rstrip("."), b.counts, b.as_of) if part)
    return ("quiet", first), ("rules", " ".join(b.rules))


def _render_picture(briefing: Briefing) -> str:
    drawn = fitting.compute_fitted_geometry(briefing, *_ROOM)
    left, top, _, _ = drawn.frame
    wide, high = drawn.size
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "id": "drawing",
            "role": "group",
            "viewBox": f"{left:.1f} {top:.1f} {wide:.1f} {high:.1f}",
        },
    )
    drawing.draw_picture(svg_parts.add_group(root, "picture"), drawn, briefing)
    return _to_xml(root)


def _render_legend(briefing: Briefing) -> str:
    rows = Legend(legend.build_groups(briefing), 1.25)
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": f"{rows.width:.0f}",
            "height": f"{rows.height():.0f}",
            "role": "img",
        },
    )
    svg_parts.create_element(root, "title").text = "Legend"
    rows.draw(svg_parts.add_group(root, "legend"))
    return _to_xml(root)


def _to_xml(root: ET.Element) -> str:
    return ET.tostring(root, encoding="unicode")


def _render_notes(b: Briefing) -> str:
    parts = []
    if b.disputes:
        parts.append("<h2>Disputed lines</h2>" + "".join(f"<p>{escape(d.text)}</p>" for d in b.disputes))
    rows = "".join(
        f'<li value="{f.number}" id="source-{f.number}">{escape(f.text)}{_render_link(f.url)}</li>' for f in b.footnotes
    )
    if rows:
        parts.append(f"<h2>Sources, by the numbers on the lines</h2><ol>{rows}</ol>")
    return "".join(parts)


def _render_link(url: str) -> str:
    return f' <a href="{escape(url)}" rel="noopener noreferrer">{escape(url)}</a>' if url else ""


def _build_page_data(b: Briefing) -> dict[str, object]:
    """What a click shows: lines with their claims, entities with their names and lines, by the ids in the drawing."""
    lines = {row["line"]: row for row in claims.to_template_rows(claims.list_line_claims(b))}
    drawn = b.rendered.drawn
    folded = grouping.map_members(drawn)
    return {
        "about": b.metadata,
        "sources": {str(f.number): {"text": f.text, "url": f.url} for f in b.footnotes},
        "lines": lines,
        "entities": {e.id: _describe_entity(b, e) for e in b.rendered.shown.entities},
        "folds": {i: list(members) for i, members in folded.items()},
    }


def _describe_entity(b: Briefing, entity: Entity) -> dict[str, object]:
    own = [r.id for r in b.rendered.shown.relationships if entity.id in (r.source, r.target)]
    statements = [
        claims.describe_claim(b, c)
        for c in b.claims.values()
        if c.subject == entity.id and is_beside_lines(c) and c.summary
    ]
    return {
        "name": entity.name,
        "type": labels.get_entity_type(b.material.ontology, entity.type).caption,
        "aliases": list(entity.aliases),
        "identifiers": [str(i) for i in entity.properties.get("identifiers") or ()],
        "description": str(entity.properties.get("description") or ""),
        "lines": own,
        "claims": [asdict(c) for c in statements],
    }


def _to_script_json(value: object) -> str:
    """JSON that can stand in a script element: nothing in it ends one."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _hash_script(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
