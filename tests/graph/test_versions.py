"""Versions of what users save: read back, left out where damaged, had back for a while; old files still open."""

import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graph import versions
from graph.saved_queries.query_store import QueryStore, QueryVersion
from graph.saved_views.store import ViewStore, ViewVersion
from graph.versions import UNDO_DAYS, VersionFolder

KEYS = [f"{n:032x}" for n in range(6)]
ATTACK = "../../<script>alert(1)</script> 강계\n\u202e"


def version(key: str, at: str = "2026-01-01", *, deleted: bool = False) -> QueryVersion:
    """A version of a query."""
    return QueryVersion(key, ATTACK, "RETURN 1", "Anna", at, deleted)


def write_by_hand(folder: Path, key: str, text: str) -> None:
    """A file that is none of ours."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{key}.json").write_text(text, encoding="utf-8")


def test_the_latest_come_first_and_nothing_is_lost(tmp_path: Path) -> None:
    kept = VersionFolder(tmp_path, QueryVersion)
    saved = [version(KEYS[n], f"2026-01-0{1 + n % 3}") for n in range(5)]
    for one in saved:
        kept.write(one)
    assert kept.read() == sorted(saved, key=lambda v: (v.at, v.key), reverse=True)
    assert [kept.get(one.key) for one in saved] == saved
    kept.write(replace(saved[0], name="other"))
    assert kept.get(KEYS[0]) == replace(saved[0], name="other")
    kept.remove(KEYS[0])
    kept.remove(KEYS[0])
    assert kept.get(KEYS[0]) is None
    assert len(list(tmp_path.iterdir())) == 4
    assert stat.S_IMODE((tmp_path / f"{KEYS[1]}.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("key", ["", "../x", KEYS[0][:-1], KEYS[0] + "\n", KEYS[0].replace("0", "٠"), "/etc/passwd"])
def test_what_is_no_key_finds_nothing(tmp_path: Path, key: str) -> None:
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    assert VersionFolder(tmp_path / "kept", QueryVersion).get(key) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "1",
        "{}",
        '{"name": ["x"], "text": "", "user": "", "at": "", "deleted": false}',
        '{"name": "x", "text": "", "user": "", "at": 1, "deleted": false}',
        '{"name": "x", "text": "", "user": "", "at": "", "deleted": false, "more": 1}',
        "[" * 100_000,
    ],
)
def test_a_damaged_file_is_left_out(tmp_path: Path, text: str) -> None:
    kept = VersionFolder(tmp_path, QueryVersion)
    kept.write(version(KEYS[0]))
    write_by_hand(tmp_path, KEYS[1], text)
    write_by_hand(tmp_path, "rubbish", "{}")
    (tmp_path / f"{KEYS[2]}.json").symlink_to(tmp_path / f"{KEYS[0]}.json")
    os.mkfifo(tmp_path / f"{KEYS[3]}.json")
    (tmp_path / f"{KEYS[4]}.json").mkdir()
    assert kept.read() == [version(KEYS[0])]


def test_what_was_deleted_goes_after_thirty_days_and_nothing_else(tmp_path: Path) -> None:
    kept = VersionFolder(tmp_path, QueryVersion)
    now = datetime.now(UTC)
    old = (now - timedelta(days=UNDO_DAYS, minutes=1)).isoformat(timespec="microseconds")
    young = (now - timedelta(days=UNDO_DAYS, minutes=-1)).isoformat(timespec="microseconds")
    stay = [version(KEYS[0], young, deleted=True), version(KEYS[1], old), version(KEYS[2], young)]
    for one in (*stay, version(KEYS[3], old, deleted=True)):
        kept.write(one)
    assert kept.purge() == kept.read()
    assert {one.key for one in kept.read()} == {one.key for one in stay}


def test_the_files_of_the_version_before_still_open(tmp_path: Path) -> None:
    # As that version wrote them, letter for letter.
    write_by_hand(
        tmp_path / "queries" / "kept",
        KEYS[1],
        '{\n "name": "plants",\n "text": "// title: A\\nRETURN 1",\n "user": "강",\n'
        ' "at": "2026-11-01T10:00:00.000000+00:00",\n "deleted": true\n}',
    )
    assert QueryStore(tmp_path / "queries", "personal", user="강").kept() == [
        QueryVersion(KEYS[1], "plants", "// title: A\nRETURN 1", "강", "2026-11-01T10:00:00.000000+00:00", True)
    ]
    write_by_hand(
        tmp_path / "views" / "names",
        KEYS[2],
        f'{{\n "name": "Chain",\n "view": "{KEYS[3]}",\n "saved_at": "2026-11-01T10:00:00.000000+00:00",\n'
        ' "entities": 3,\n "title": "강계",\n "deleted": ""\n}',
    )
    write_by_hand(
        tmp_path / "views" / "names",
        KEYS[4],
        f'{{"name": "Older", "view": "{KEYS[3]}", "saved_at": "2026-10-01T10:00:00.000000+00:00", "entities": 2}}',
    )
    store = ViewStore(tmp_path / "views")
    newer = ViewVersion(KEYS[2], "Chain", KEYS[3], "2026-11-01T10:00:00.000000+00:00", 3, "강계", "")
    assert store.get_version(KEYS[2]) == newer
    assert [[save.name for save in saves] for saves in store.names()] == [["Chain"], ["Older"]]
    VersionFolder(tmp_path / "views" / "names", ViewVersion).write(newer)  # and a write changes no letter
    text = (tmp_path / "views" / "names" / f"{KEYS[2]}.json").read_text(encoding="utf-8")
    assert text.startswith('{\n "name": "Chain",\n "view": ')
    assert json.loads(text)["deleted"] == ""


def test_times_compare_as_texts() -> None:
    first = versions.get_timestamp()
    assert first <= versions.get_timestamp()
    assert datetime.fromisoformat(first).tzinfo == UTC
