"""Saved views: what is kept, what is refused, what has changed since, and how two compare."""

import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from explorer.canvas import diff, view_actions
from explorer.canvas.rendered_view import RenderedView, compose
from explorer.layout.geometry import OccupancyGrid, build_box
from explorer.overlays import notes
from explorer.state.canvas import Canvas, Emphasis, Gap, Note, Stack
from explorer.state.filter import Filter
from graph.errors import DataError
from graph.model import Entity, Relationship, Subgraph
from graph.ontology import Ontology
from graph.saved_views import store as kept
from graph.saved_views import viewfile
from graph.saved_views.store import ViewStore
from graph.saved_views.viewfile import View

ATTACK = '<img src=x onerror="window.hacked=1">'


def full() -> Canvas:
    """A canvas in which every field says something."""
    return Canvas(
        ids=("a", "b"),
        positions={"a": (1.0, 2.5), "note:1": (5.0, 6.0)},
        layout="force",
        title="Title",
        name="name",
        note="note",
        filter=Filter(types=("Person",), since="2023-01-01"),
        hidden=("b",),
        pinned=("a",),
        stacks=(Stack("stack:1", "a", "Ship", "OWNS", ("b", "c")),),
        merged=True,
        gaps=(Gap("gap:1", "no carrier known", "a", "b"),),
        notes=(Note("note:1", "mine"),),
        emphasis=Emphasis("new", ("a",), ("x",), "x", "why", ("b",)),
        size_by="lines",
        colour_by="country",
        origin={"query": "q", "parameters": {"p": 1}},
        extent=(0.0, 0.0, 10.0, 5.0),
        fit=False,
        stamp="s",
    )


def view(canvas: Canvas | None = None, **more: Any) -> View:
    return View((canvas or full()).write(), **more)


def graph_of(*lines: str, stance: str = "asserted") -> Subgraph:
    """A subgraph of lines such as "a-b"."""
    ends = [line.split("-") for line in lines]
    ids = sorted({i for pair in ends for i in pair})
    entities = tuple(Entity(i, "Company", ("Entity", "Company"), f"The {i}") for i in ids)
    return Subgraph(entities, tuple(Relationship(f"{a}|OWNS|{b}", "OWNS", a, b, (), stance) for a, b in ends))


def test_a_view_survives_its_file_and_is_known_by_its_picture() -> None:
    saved = view(names={"a": ATTACK}, lines={"a|OWNS|b": "denied"}, lines_shown=("a|OWNS|b",)).named("Draft", "2026")
    back = viewfile.parse(saved.text())
    assert (back.names, back.lines, back.lines_shown, back.name) == (
        saved.names,
        saved.lines,
        saved.lines_shown,
        "Draft",
    )
    assert back.id == saved.id == view(replace(full(), stamp="other", fit=True)).id
    assert back.id != view(replace(full(), extent=(0.0, 0.0, 9.0, 5.0))).id
    assert view_actions.parse_canvas(back.canvas) == replace(full(), stamp="", fit=True)


def test_every_field_of_a_canvas_is_checked() -> None:
    for name in set(Canvas.__dataclass_fields__) - {"fit", "stamp"}:
        with pytest.raises(DataError, match=f"'canvas.{name}"):
            view_actions.parse_canvas(json.loads(json.dumps(full().write())) | {name: 1})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ids": None}, "'canvas.ids': must be a list"),
        ({"ids": ["a", 3]}, r"'canvas.ids\[1\]': must be a text"),
        ({"ids": [str(n) for n in range(1_001)]}, "'canvas.ids': at most 1,000 entities, not 1,001"),
        ({"positions": {"a": [1, "2"]}}, "'canvas.positions.a': must be two numbers"),
        ({"positions": {"a": [1, 10**400]}}, "'canvas.positions.a': must be two numbers"),
        ({"title": "x" * 5_000}, "'canvas.title': at most 4,000 letters"),
        ({"notes": [{"id": "n", "text": "x" * 501}]}, r"'canvas.notes\[0\].text': at most 500 letters"),
        ({"notes": [{"id": "n"}]}, r"'canvas.notes\[0\].text': is missing"),
        ({"gaps": [{"id": "g", "text": "", "x": 1}]}, "'canvas': has a field of a wrong kind"),
        ({"gaps": [{"id": "g", "text": "", "source": 1}]}, r"'canvas.gaps\[0\].source': must be like ''"),
        ({"filter": {"types": [1]}}, "'canvas.filter"),
        ({"filter": {"speakers": "3"}}, "'canvas.filter"),
        ({"emphasis": {"gone": "abc"}}, "'canvas.emphasis.gone': must be a list of texts"),
        ({"emphasis": {"x": 1}}, "'canvas': has a field of a wrong kind"),
        ({"origin": {"a": [[[[[[[[[[]]]]]]]]]]}}, "nested too deep"),
        ({"merged": 1}, "'canvas.merged': must be true or false"),
    ],
)
def test_a_wrong_canvas_is_refused_by_the_name_of_its_field(change: dict[str, Any], words: str) -> None:
    with pytest.raises(DataError, match=words):
        view_actions.parse_canvas(json.loads(json.dumps(full().write())) | change)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"\xff\xfe", "not a JSON file"),
        ("[" * 100_000, "not a JSON file"),
        ('{"format": NaN}', "not a JSON file"),
        ("[]", "'format': must be 'armsgraph-view/1'"),
        ('{"format": "armsgraph/1"}', "this is not a saved view"),
        (view().text().replace('"Title"', '"Other"'), "'id': does not fit the canvas: the file was changed"),
        (view().text().replace('"lines": {}', '"lines": {"a": 1}'), "'lines.a': must be a text"),
        (view().text().replace('"name": ""', f'"name": "{"x" * 81}"'), "'name': A name has at most 80"),
        ("x" * 4_000_001, "larger than 4 MB"),
    ],
)
def test_a_wrong_file_is_refused(text: str | bytes, words: str) -> None:
    with pytest.raises(DataError, match=f"^f.json, .*{words}|^f.json: {words}"):
        viewfile.parse(text, file="f.json")


def test_saves_of_one_name_stay_beside_each_other(tmp_path: Path) -> None:
    store = ViewStore(tmp_path / "deep" / "views")
    first = store.save(" June\n draft ", view())
    second = store.save("june Draft", view(replace(full(), ids=("a", "b", "c"))))
    assert [[s.key for s in saves] for saves in store.names()] == [[second.key, first.key]]
    assert first.name == "June draft"
    assert store.find("JUNE DRAFT").canvas["ids"] == ["a", "b", "c"]
    assert store.opened(first).canvas["ids"] == ["a", "b"]
    assert store.load(store.keep(view())).id == view().id
    for path in (tmp_path / "deep" / "views").rglob("*"):
        assert "june" not in path.name.lower()
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077
    assert not stat.S_IMODE((tmp_path / "deep" / "views").stat().st_mode) & 0o077


def test_renaming_deleting_and_bringing_back(tmp_path: Path) -> None:
    store = ViewStore(tmp_path)
    store.save("one", view())
    store.save("one", view(replace(full(), title="Later")))
    store.save("two", view())
    with pytest.raises(DataError, match="another view is named “two” already"):
        store.rename("one", "two")
    assert store.rename("one", "../../etc/passwd") == "../../etc/passwd"
    keys = store.delete("../../etc/passwd")
    assert [s[0].name for s in store.names()] == ["two"]
    with pytest.raises(DataError, match="no saved view"):
        store.delete("../../etc/passwd")
    store.save("../../etc/passwd", view())
    assert store.restore(keys) == "../../etc/passwd (2)"
    assert sorted((s[0].name, len(s)) for s in store.names()) == [
        ("../../etc/passwd", 1),
        ("../../etc/passwd (2)", 2),
        ("two", 1),
    ]
    assert list(tmp_path.parent.glob("etc*")) == []


def test_names_limits_and_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = ViewStore(tmp_path)
    for bad in ("", " \n\t", "\u200b\u202e"):
        with pytest.raises(DataError, match="Give the view a name first"):
            store.save(bad, view())
    assert store.save(ATTACK, view()).name == ATTACK
    for bad in ("../views", "0" * 31, "", "0" * 32):
        with pytest.raises(DataError, match="not the id of a view|not kept here"):
            store.load(bad)
    damaged = store.save("damaged", view(replace(full(), title="other")))
    (tmp_path / f"{damaged.view}.json").write_text(view().text(), encoding="utf-8")
    text = (tmp_path / f"{damaged.view}.json").read_text(encoding="utf-8").replace('"Title"', '"Forged"')
    (tmp_path / f"{damaged.view}.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="changed after it was saved"):
        store.find("damaged")
    (tmp_path / "names" / "rubbish.json").write_text("{", encoding="utf-8")
    assert len(store.names()) == 2
    monkeypatch.setattr(kept, "MOST_SAVES", 2)
    with pytest.raises(DataError, match="delete some first"):
        store.save("third", view())


def test_old_links_go_first_and_names_keep_theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_LINKS", 3)
    store = ViewStore(tmp_path)
    named = store.save("named", view())
    ids = [store.keep(view(replace(full(), title=str(n)))) for n in range(5)]
    for age, id_ in enumerate(reversed(ids[:3])):
        if (tmp_path / f"{id_}.json").exists():
            os.utime(tmp_path / f"{id_}.json", (age, age))
    ids.append(store.keep(view(replace(full(), title="last"))))
    assert store.opened(named).id == view().id
    assert store.load(ids[-1])
    assert len(list(tmp_path.glob("*.json"))) <= 4


def test_what_has_changed_since_is_told() -> None:
    before = graph_of("a-b", "b-c", "c-d")
    saved = View(
        Canvas(ids=tuple("abcd")).write(),
        names={e.id: e.name for e in before.entities},
        lines={r.id: r.stance for r in before.relationships},
    )
    assert view_actions.describe_changes(saved, before, []) == ""
    now = graph_of("a-b", "c-a", stance="contested")
    sentence = view_actions.describe_changes(saved, now, ["d"])
    assert sentence == (
        "Since this view was saved: 1 entity is no longer in the database (The d); 1 line is new; "
        "1 line is no longer there; 1 line is now contested, denied or asserted otherwise."
    )
    assert "5 entities are" in view_actions.describe_changes(saved, now, list("vwxyz"))
    assert "(v, w, x, …)" in view_actions.describe_changes(saved, now, list("vwxyz"))


def test_times_are_read_on_the_readers_clock() -> None:
    assert view_actions.format_time("2026-11-22T14:02:33.5+00:00", -60) == "22 Nov 2026, 15:02"
    assert view_actions.format_time("2026-11-01T00:30:00+00:00", 300) == "31 Oct 2026, 19:30"
    assert view_actions.format_time("yesterday", "x") == "at an unknown time"


def test_what_the_browser_kept_is_not_trusted() -> None:
    good = {"canvas": full().write(), "names": {"a": "A"}}
    assert view_actions.parse_kept_view(good).names == {"a": "A"}
    assert view_actions.parse_kept_view({**good, "names": [1]}).names == {}
    for bad in (None, [], {}, {"canvas": "x"}, {"canvas": {"ids": 3}}):
        with pytest.raises(DataError):
            view_actions.parse_kept_view(bad)


def scene_of(ontology: Ontology, whole: Subgraph, **canvas: Any) -> RenderedView:
    return compose(ontology, Canvas(ids=tuple(e.id for e in whole.entities), **canvas), whole)


def test_a_comparison_counts_and_takes_apart(ontology: Ontology) -> None:
    here = scene_of(ontology, graph_of("a-b", "b-c"))
    there = scene_of(ontology, graph_of("b-c", "c-d", "c-e"))
    comparison = diff.Comparison(here, there, "Draft")
    assert comparison.sentence() == (
        "2 entities in both, 1 only here, 2 only in “Draft”; 1 line in both, 1 only here, 2 only in “Draft”."
    )

    def ids(operation: str) -> tuple[str, list[str]]:
        part = comparison.part(operation)
        return "".join(e.id for e in part.entities), [r.id for r in part.relationships]

    assert ids("union") == ("abcde", ["a|OWNS|b", "b|OWNS|c", "c|OWNS|d", "c|OWNS|e"])
    assert ids("intersection") == ("bc", ["b|OWNS|c"])
    assert ids("here") == ("ab", ["a|OWNS|b"])  # a line keeps its ends
    assert ids("there") == ("cde", ["c|OWNS|d", "c|OWNS|e"])
    hidden = scene_of(ontology, graph_of("b-c", "c-d"), hidden=("d",))  # a view is what it shows
    assert "only here, 0 only in" in diff.Comparison(here, hidden, "x").sentence()


def test_what_is_in_one_view_alone_is_marked_by_a_sign_too() -> None:
    elements = [{"data": {"id": i, "label": i.upper()}} for i in "abc"]
    diff.mark_elements(Emphasis("path", ("a",)), elements)
    assert [e["data"]["label"] for e in elements] == ["A", "B", "C"]
    diff.mark_elements(Emphasis("new", ("a",), gone=("c",)), elements)
    assert [e["data"]["label"] for e in elements] == ["＋ A", "B", "－ C"]
    assert [e["data"].get("compared") for e in elements] == ["here", None, "there"]
    assert {s for s, _ in diff.build_style_rules()} == {
        f'{kind}[compared = "{side}"]' for kind in ("node", "edge") for side in ("here", "there")
    }


def test_notes_are_written_changed_and_removed() -> None:
    canvas = notes.write_note(Canvas(), "note:1", f"  {ATTACK} \n 강계 ", (3.0, 4.0))
    assert canvas is not None
    assert canvas.notes == (Note("note:1", f"{ATTACK}\n 강계"),)
    (element,) = notes.build_elements(canvas)
    assert element["position"] == {"x": 3.0, "y": 4.0}
    assert element["data"]["label"].startswith("NOTE\n<img")
    assert "not a claim" in element["data"]["tip"]
    assert notes.write_note(canvas, "note:1", ATTACK + "\n 강계", (0.0, 0.0)) is None
    changed = notes.write_note(canvas, "note:1", "less", (0.0, 0.0))
    assert changed is not None
    assert (changed.notes, changed.positions) == ((Note("note:1", "less"),), canvas.positions)
    emptied = notes.write_note(canvas, "note:1", " ", (0.0, 0.0))
    assert emptied is not None
    assert (emptied.notes, dict(emptied.positions)) == ((), {})
    assert notes.write_note(canvas, "note:2", "\n", (0.0, 0.0)) is None
    with pytest.raises(DataError, match="at most 500 letters; this one has 501"):
        notes.write_note(canvas, "note:2", "x" * 501, (0.0, 0.0))


def test_a_note_takes_room_for_all_its_text() -> None:
    wide, high = notes.estimate_size("x" * 500)
    assert wide <= 240
    assert high > 17 * 500 / 27
    assert notes.wrap_text("one two " + "x" * 40) == ["one two", "x" * 27, "x" * 13]
    assert notes.wrap_text("a\n\n" + "강계 " * 6) == ["a", "", "강계 강계 강계 강계 강계", "강계 "]
    assert notes.estimate_size("가" * 100)[1] > notes.estimate_size("a" * 100)[1]
    board = OccupancyGrid()
    canvas = Canvas(notes=(Note("n", "x" * 500),), positions={"n": (0.0, 0.0), "a": (30.0, 90.0)})
    for piece, at in notes.list_note_boxes(canvas):
        board.put(piece, at)
    assert not board.free(build_box("Name"), (0.0, high / 2 - 20))
    assert board.free(build_box("Name"), (0.0, high / 2 + 40))
    moved = notes.move_notes_aside(canvas, {"a": build_box("Name")}).positions
    assert moved["a"] == (30.0, 90.0)
    assert moved["n"] != (0.0, 0.0)
    assert notes.move_notes_aside(canvas, {"b": build_box("Name")}).positions == canvas.positions


def test_removing_takes_notes_and_gaps_by_their_own_ids() -> None:
    canvas = full()
    left = canvas.without(["note:1", "gap:1"])
    assert (left.notes, left.gaps, left.ids) == ((), (), canvas.ids)
    assert "note:1" not in left.positions
