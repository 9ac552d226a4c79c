"""The picture as PDF: the page itself, then the notes: every disputed line, every source, every claim behind a line.

Vector, with real text and embedded fonts, tagged for screen readers.
"""

from typing import Any

from explorer.appearance import labels
from explorer.export.common import claims
from explorer.export.common.briefing import Briefing
from explorer.export.picture import page_layout, typeset
from explorer.export.picture.page_layout import Page
from graph.ontology import Ontology


def make(briefing: Briefing, page: Page) -> bytes:
    """The file, whose first page is a finished one."""
    return typeset.pdf("annex", {**_notes(briefing), "width": page.width, "height": page.height}, [page.svg()])


def _notes(briefing: Briefing) -> dict[str, Any]:
    ontology = briefing.material.ontology
    return {
        "title": briefing.title,
        "mark": briefing.mark,
        "described": page_layout.described(briefing),
        "as_of": briefing.as_of,
        "rules": list(briefing.rules),
        "origin": list(briefing.origin),
        "digest": briefing.digest,
        "disputes": [d.text for d in briefing.disputes],
        "sources": sources(briefing),
        "lines": claims.plain(claims.told(briefing)),
        "entities": _entities(briefing),
        "notes": list(briefing.analyst_notes),
        **grades(ontology),
    }


def _entities(briefing: Briefing) -> list[dict[str, str]]:
    """The entities shown that have other names or identifiers, in the order of their names."""
    found = []
    for entity in sorted(briefing.scene.shown.entities, key=lambda e: (e.name, e.id)):
        identifiers = entity.properties.get("identifiers") or ()
        if entity.aliases or identifiers:
            found.append(
                {
                    "name": entity.name,
                    "type": labels.known(briefing.material.ontology, entity.type).caption,
                    "others": " · ".join((*entity.aliases, *map(str, identifiers))),
                }
            )
    return found


def sources(briefing: Briefing) -> list[dict[str, Any]]:
    """The numbered sources for a template."""
    return [{"number": f.number, "text": f.text, "url": f.url, "note": f.source.note} for f in briefing.footnotes]


def grades(ontology: Ontology) -> dict[str, Any]:
    """What the letters and digits of grades mean."""
    return {"reliability": list(ontology.reliability.items()), "credibility": list(ontology.credibility.items())}
