"""The picture as PDF: the page itself, then the notes: every disputed line, every source, every claim behind a line.

Vector, with real text and embedded fonts, tagged for screen readers.
"""

from explorer.appearance import labels
from explorer.export.common import claims
from explorer.export.common.briefing import Briefing
from explorer.export.picture import page_layout, typeset
from explorer.export.picture.page_layout import Page
from graph.ontology import Ontology


def render(briefing: Briefing, page: Page) -> bytes:
    """The file, whose first page is a finished one."""
    return typeset.render_pdf(
        "annex", {**_build_template_data(briefing), "width": page.width, "height": page.height}, [page.svg()]
    )


def _build_template_data(briefing: Briefing) -> dict[str, object]:
    ontology = briefing.material.ontology
    return {
        "title": briefing.title,
        "mark": briefing.mark,
        "described": page_layout.describe_picture(briefing),
        "as_of": briefing.as_of,
        "rules": list(briefing.rules),
        "origin": list(briefing.origin),
        "digest": briefing.digest,
        "disputes": [d.text for d in briefing.disputes],
        "sources": list_sources(briefing),
        "lines": claims.to_template_rows(claims.list_line_claims(briefing)),
        "entities": _list_entities(briefing),
        "notes": list(briefing.analyst_notes),
        **describe_grades(ontology),
    }


def _list_entities(briefing: Briefing) -> list[dict[str, str]]:
    """The entities shown that have other names or identifiers, in the order of their names."""
    entities = []
    for entity in sorted(briefing.rendered.shown.entities, key=lambda e: (e.name, e.id)):
        identifiers = entity.properties.get("identifiers") or ()
        if entity.aliases or identifiers:
            entities.append(
                {
                    "name": entity.name,
                    "type": labels.get_entity_type(briefing.material.ontology, entity.type).caption,
                    "others": " · ".join((*entity.aliases, *map(str, identifiers))),
                }
            )
    return entities


def list_sources(briefing: Briefing) -> list[dict[str, object]]:
    """The numbered sources for a template."""
    return [{"number": f.number, "text": f.text, "url": f.url, "note": f.source.note} for f in briefing.footnotes]


def describe_grades(ontology: Ontology) -> dict[str, object]:
    """What the letters and digits of grades mean."""
    return {"reliability": list(ontology.reliability.items()), "credibility": list(ontology.credibility.items())}
