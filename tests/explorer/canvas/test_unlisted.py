"""The mark of what is on no list searched: on the canvas, in legends, views and every export; never a line."""

from dataclasses import replace

import pytest

from explorer.canvas import elements, rendered_view, view_actions
from explorer.export.common import material
from explorer.export.common.briefing import Briefing
from explorer.export.data import dot
from explorer.export.geometry import legend as printed_legend
from explorer.export.geometry import picture_geometry
from explorer.export.redaction import apply_profile
from explorer.export.redaction.profiles import Profile
from explorer.panels.canvas import editing
from explorer.panels.reading import legend
from explorer.state.canvas import Canvas
from graph.database.store import Store
from graph.model import Subgraph
from graph.ontology import Ontology
from graph.saved_views.viewfile import View

pytestmark = pytest.mark.database
SHIPS = ("tomi-haru", "lady-r", "kang-sun-nam", "regime-ofac", "north-korea")
PLACES = {i: (300.0 * n, 200.0 * (n % 2)) for n, i in enumerate(SHIPS)}


@pytest.fixture(scope="module")
def canvas(store: Store, ontology: Ontology) -> Canvas:
    """Switched on as the command does."""
    return editing.mark_unlisted(store, ontology, Canvas(ids=SHIPS, positions=PLACES), ())


def test_only_what_was_looked_for_and_is_on_no_list_is_marked(store: Store, ontology: Ontology, canvas: Canvas) -> None:
    view = rendered_view.read(store, ontology, canvas)
    # Kang Sun Nam was not found on two lists, and is on a third; nobody looked for a state.
    assert view.unlisted == {"tomi-haru"}
    labels = {e["data"]["id"]: e["data"]["label"] for e in elements.build_elements(view) if e["group"] == "nodes"}
    assert [i for i, label in labels.items() if elements.UNLISTED in label] == ["tomi-haru"]
    assert not [r for r in view.whole.relationships if {r.source, r.target} == {"tomi-haru", "regime-ofac"}]
    assert "On no list searched" in str(legend.render_rows(view))
    plain = rendered_view.update(store, view, editing.mark_unlisted(store, ontology, view.canvas, ()))
    assert plain.unlisted == frozenset()
    assert rendered_view.update(store, plain, canvas).unlisted == {"tomi-haru"}
    less = replace(canvas, ids=SHIPS[1:])
    assert rendered_view.update(store, view, less).unlisted == frozenset()


def test_a_saved_view_keeps_the_switch(canvas: Canvas) -> None:
    assert Canvas.read(View(canvas.write()).canvas).unlisted
    assert view_actions.parse_canvas(View(canvas.write()).canvas).unlisted


def test_pictures_and_data_have_the_mark_and_its_legend(store: Store, ontology: Ontology, canvas: Canvas) -> None:
    briefing = Briefing(material.gather(store, ontology, canvas))
    drawn = picture_geometry.compute_geometry(briefing)
    lines = {n.id: n.label.lines for n in drawn.nodes}
    assert lines["tomi-haru"][-1].endswith("searched")
    assert "searched" not in " ".join(lines["lady-r"])
    assert any(elements.UNLISTED in row.words for group in printed_legend.build_groups(briefing) for row in group.rows)
    assert "Ship; ○ on no" in dot.render(briefing).decode()


def test_a_redaction_keeps_the_mark_only_with_a_claim_that_says_so(
    store: Store, ontology: Ontology, canvas: Canvas
) -> None:
    whole = material.gather(store, ontology, canvas)
    assert whole.unlisted == {"tomi-haru"}
    kept, _ = apply_profile(whole, Profile(name="p"), Subgraph())
    assert kept.unlisted == {"tomi-haru"}
    left, _ = apply_profile(whole, Profile(name="p", grade="A1"), Subgraph())
    assert left.unlisted == frozenset()
