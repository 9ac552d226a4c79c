"""The export window and its profiles: nothing chosen, nothing selected, nonsense remembered, files that are gone."""

import json
import time
from typing import Any

import pytest
from dash import no_update
from plotly.utils import PlotlyJSONEncoder

from explorer.dash_kit.callbacks import Context
from explorer.export.redaction.profiles import ProfileStore
from explorer.panels.export import download, export_window, profiles
from explorer.panels.export.choices import FIELDS, parse_choices, restore_choices
from explorer.state import page_commands
from explorer.state.canvas import Canvas
from graph.errors import DataError, StoreUnavailable, UsageError
from tests.support.callbacks import triggered

FIRST = {name: first for name, (_, first) in FIELDS.items()}
DOSSIER = {**FIRST, "format": "dossier-pdf"}


def text_of(part: Any) -> str:
    """Components as the browser gets them."""
    return json.dumps(part, cls=PlotlyJSONEncoder, ensure_ascii=False)


def test_what_makes_no_sense_any_more_is_not_remembered(home: Any) -> None:
    del home
    for kept in (None, "text", [], {}, dict.fromkeys(FIRST), dict.fromkeys(FIRST, 3.5)):
        assert restore_choices(kept) == FIRST
    odd = {"format": "exe", "paper": "a9", "pixels": True, "more": ["no such view"], "profile": "gone", "mark": 3}
    assert restore_choices(odd) == FIRST
    options = parse_choices(
        {**restore_choices({"format": "png", "title": " a \n b ", "mark": "x" * 99, "dated": False})}
    )
    assert (options.format, options.title, options.mark, options.made_on) == ("png", "a b", "x" * 30, "")


def test_nothing_clicked_changes_nothing(away: Context) -> None:
    assert set(export_window.open_window(away, None, None)) == {no_update}
    assert export_window.show_preview(away, FIRST, False, None, None, None) == (no_update, no_update)
    assert export_window.show_preview(away, None, True, None, None, None) == (no_update, no_update)
    assert download.start_download(away, None, FIRST, None, None, None) is no_update
    assert download.cancel_export(away, None, {"key": "k"}) is no_update
    assert set(profiles.open_window(away, None, None, None)) == {no_update}
    assert set(profiles.keep_profile(away, None, None, "Press", [], "", [], True)) == {no_update}
    assert profiles.fill_form(away, None) == ("", [], "", [], False)


def test_the_window_opens_with_a_value_for_every_control(away: Context) -> None:
    signal: Any = {"ids": [], "at": 1}
    opened, _, _, *values = export_window.open_window(away, signal, {"format": "png"})
    assert opened is True
    assert dict(zip(FIELDS, values, strict=True)) == {**FIRST, "format": "png"}
    assert export_window.remember_choices(away, *values) == dict(zip(FIELDS, values, strict=True))
    about, papers, paper, *hidden = export_window.adapt_controls(away, "xlsx", "a4")
    assert (about != "", papers, paper, hidden) == (True, [], "", [True, True, True, True, True])


def test_a_template_is_taken_and_dropped(away: Context) -> None:
    with triggered("export-template-file", property_="contents"):
        taken = export_window.take_template(away, "data:,QUJD", None, "x" * 99)
        assert taken == ("QUJD", "x" * 60, False)
    with triggered("export-template-none"):
        assert export_window.take_template(away, "data:,QUJD", 1, "t.pptx") == (None, "", True)
    choices = restore_choices({"format": "pptx"})
    with pytest.raises(DataError, match="did not arrive whole"):
        download.start_export(away, Canvas(ids=("a",)), None, choices, "no base64!")


def test_a_dossier_needs_a_selected_entity(away: Context) -> None:
    for selected in (None, {"kind": "relationship", "id": "r"}):
        shown, error = export_window.show_preview(away, DOSSIER, True, None, None, selected)
        assert "Select an entity on the canvas first" in text_of(shown)
        assert error is None
        with pytest.raises(UsageError):
            download.start_download(away, 1, DOSSIER, None, None, selected)
    shown, _ = export_window.show_preview(away, FIRST, True, None, {"ids": ["a"]}, None)
    assert "refusal" in text_of(shown)  # the database is away


def test_an_export_that_fails_or_is_not_kept_any_more_says_so(away: Context) -> None:
    assert set(download.watch_export(away, 1, None)) == {no_update}
    _, _, file, running, message = download.watch_export(away, 1, {"key": "no such key"})
    assert (file, running) == (no_update, None)
    assert "not kept any more" in text_of(message)
    assert download.show_progress(away, None) == (True, True, False)
    for ids, words in (([], "there is nothing on the canvas to export"), (["a"], "can't be reached")):
        started: Any = download.start_download(away, 1, FIRST, None, {"ids": ids}, None)
        assert download.show_progress(away, started) == (False, False, True)
        while (seen := download.watch_export(away, 1, started))[3] is not None:
            time.sleep(0.02)
        assert words in text_of(seen[4])
        assert download.cancel_export(away, 1, started) is None


def test_a_profile_that_is_not_complete_is_told_in_the_form(away: Context) -> None:
    def keep(name: str, *form: Any, by: str = "profile-save") -> Any:
        with triggered(by):
            return profiles.keep_profile(away, 1, 1, name, *form)

    for name, message in (("", "give the profile a name"), ("Press", "the profile has no rule yet")):
        changed, words, *others = keep(name, [], "", [], False)
        assert changed is no_update
        assert message in text_of(words)
        assert set(others) == {no_update}
    assert keep("Press", None, None, None, True)[3:] == ("Press", False)
    assert profiles.fill_form(away, "Press")[4] is True
    assert keep("Press", [], "", [], True, by="profile-delete")[1] == "Deleted “Press”."
    assert "refusal" in text_of(keep("Press", [], "", [], True, by="profile-delete")[1])  # there is none any more
    assert ProfileStore().all() == ()
    with pytest.raises(DataError):
        profiles.fill_form(away, "Press")


def test_names_to_be_replaced_come_and_go(away: Context) -> None:
    rows: Any = [{"entity": "a", "label": "Official A", "name": "A", "also": []}]
    with triggered("profile-add"):
        for entity, label in ((None, "Official B"), ("b", "  "), ("b", None)):
            with pytest.raises(DataError, match="choose an entity and give the label"):
                profiles.change_names(away, 1, None, entity, label, rows)
        with pytest.raises(StoreUnavailable):
            profiles.change_names(away, 1, None, "b", "Official B", rows)
    with triggered(page_commands.get_event_id("drop-name"), property_="data"):
        assert profiles.change_names(away, None, {"entity": "b"}, None, None, rows) == (rows, no_update)
        assert profiles.change_names(away, None, {"entity": "a"}, None, None, rows) == ([], no_update)
    assert profiles.render_names(away, None) == []
    assert "A → Official A" in text_of(profiles.render_names(away, rows))
