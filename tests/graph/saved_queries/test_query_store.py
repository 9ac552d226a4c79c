"""Users' saved queries: kept apart, never lost to another's save, safe whatever a folder or a name holds."""

import hashlib
import os
import stat
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from graph import versions
from graph.errors import QueryError, StoreError
from graph.saved_queries import query_store as shelves
from graph.saved_queries.library import SHARED_FOLDER, Library, load_shipped_queries
from graph.saved_queries.query_store import MOST_EARLIER, QueryStore
from tests.support.timing import limit_time

HEAD = "// title: {}\n// description: D\n// result: table\n"
TEXT = HEAD.format("Mine") + "RETURN 1 AS n\n"
OTHER = HEAD.format("Another") + "RETURN 2 AS n\n"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.delenv(SHARED_FOLDER, raising=False)
    return Library("Anna", tmp_path)


def personal(home: Path) -> Path:
    """The folder of Anna's own queries."""
    return home / "queries" / "personal" / hashlib.sha256(b"Anna").hexdigest()[:32]


def check_refused(work: Callable[[], object], rule: str) -> None:
    with pytest.raises(QueryError) as error:
        work()
    assert rule in str(error.value)


def test_a_query_is_saved_found_and_told_apart_from_other_users(mine: Library, tmp_path: Path) -> None:
    saved = mine.save("my-query", TEXT)
    assert (saved.title, saved.shelf, saved.text) == ("Mine", "personal", TEXT)
    assert mine.find("my-query") == saved
    assert [*mine.all()][-1] == "my-query"
    assert list(mine.all())[: len(load_shipped_queries())] == list(load_shipped_queries())
    again = Library("  Anna ", tmp_path)
    assert again.find("my-query") == saved
    for other in ("Berta", "anna", "", "../Anna"):
        check_refused(partial(Library(other, tmp_path).find, "my-query"), "there is no saved query 'my-query'")
    assert Library("Anna\0", tmp_path).find("my-query") == saved  # a control character is no part of a name
    mine.save("ours", OTHER, shelf="shared")
    for other in ("Berta", ""):
        assert Library(other, tmp_path).find("ours").shelf == "shared"


def test_a_users_name_is_no_part_of_a_path(tmp_path: Path) -> None:
    for user in ("../../../../tmp/evil", "강철수", "x" * 500, "a/b\\c:d"):
        Library(user, tmp_path / "home").save("mine", TEXT)
    folders = list((tmp_path / "home" / "queries" / "personal").iterdir())
    assert all(len(f.name) == 32 and set(f.name) <= set("0123456789abcdef") for f in folders)
    assert sorted((f / "user").read_text("utf-8").strip() for f in folders) == sorted(
        ["../../../../tmp/evil", "강철수", "x" * 60, "a/b\\c:d"]
    )
    assert [f.name for f in tmp_path.iterdir()] == ["home"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_only_the_user_of_the_machine_can_read_the_files(mine: Library, tmp_path: Path) -> None:
    mine.save("mine", TEXT)
    mine.save("mine", OTHER, replaces=mine.find("mine").hash)
    for file in [personal(tmp_path), *personal(tmp_path).rglob("*")]:
        assert stat.S_IMODE(file.stat().st_mode) == (0o700 if file.is_dir() else 0o600), file


@pytest.mark.parametrize(
    "name", ["", "A", "../x", "a/b", "a.b", "x" * 61, "강", "a--b", "-a", "nul", "com1", "a\n", "ａ"]
)
def test_a_name_that_is_none_is_refused(mine: Library, name: str, tmp_path: Path) -> None:
    check_refused(lambda: mine.save(name, TEXT), "can't be the name of a query")
    check_refused(lambda: mine.find(name), "there is no saved query")
    check_refused(lambda: mine.delete(name), "there is no saved query")
    assert not list(tmp_path.rglob("*.cypher"))


def test_names_are_not_taken_twice(mine: Library, tmp_path: Path) -> None:
    check_refused(lambda: mine.save("payments", TEXT), "comes with Armsgraph")
    check_refused(lambda: mine.save("payments", TEXT, shelf="shared"), "comes with Armsgraph")
    mine.save("first", TEXT)
    check_refused(lambda: mine.save("first", TEXT, shelf="shared"), "you have a query first already")
    Library("Berta", tmp_path).save("second", TEXT, shelf="shared")
    check_refused(lambda: mine.save("second", TEXT), "others share a query second already")
    check_refused(lambda: mine.rename("first", "second"), "already")
    check_refused(lambda: mine.rename("first", "payments"), "comes with Armsgraph")
    check_refused(lambda: mine.save("first", TEXT, shelf="shipped"), "personal or as shared")
    check_refused(lambda: Library("", tmp_path).save("third", TEXT), "needs a user")
    check_refused(lambda: mine.delete("payments"), "stays as it is; make a copy")


def test_a_text_that_breaks_a_rule_is_not_saved(mine: Library) -> None:
    check_refused(lambda: mine.save("mine", "RETURN 1"), "mine.cypher: it must open with a header")
    check_refused(lambda: mine.save("mine", TEXT + "//" + "x" * 100_000), "at most 30,000 letters")
    check_refused(
        lambda: mine.save("mine", TEXT + "// \ud800"), "mine.cypher: line 5 holds the invisible character U+D800"
    )
    check_refused(lambda: mine.save("mine", TEXT + "// \u202e"), "line 5 holds the invisible character U+202E")
    assert "mine" not in mine.all()


def test_nobodys_work_is_written_over(mine: Library, tmp_path: Path) -> None:
    opened = mine.save("mine", TEXT)
    check_refused(lambda: mine.save("mine", OTHER), "there is a saved query mine already")
    assert mine.save("mine", TEXT) == opened  # the same text again is no change
    changed = Library("Anna", tmp_path).save("mine", OTHER, replaces=opened.hash)
    check_refused(lambda: mine.save("mine", TEXT + "// later", replaces=opened.hash), "somebody changed mine meanwhile")
    assert mine.find("mine").text == OTHER
    assert [kept.text for kept in mine.list_versions("mine")] == [TEXT]
    mine.delete("mine")
    check_refused(lambda: mine.save("mine", TEXT, replaces=changed.hash), "deleted or renamed meanwhile")


def test_of_many_who_save_at_once_one_wins_and_the_others_are_told(mine: Library, tmp_path: Path) -> None:
    opened = mine.save("ours", TEXT, shelf="shared")
    won, lost, together = [], [], threading.Barrier(8)

    def save(number: int) -> None:
        text = TEXT + f"// {number}\n"
        together.wait()
        try:
            won.append(Library(f"user {number}", tmp_path).save("ours", text, "shared", opened.hash).text)
        except QueryError as error:
            lost.append(error)

    threads = [threading.Thread(target=save, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert all("somebody changed ours meanwhile" in str(error) for error in lost)
    assert mine.find("ours").text == won[0]


def test_what_was_deleted_can_be_had_back_for_thirty_days(mine: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    mine.save("mine", TEXT)
    key = mine.delete("mine")
    assert "mine" not in mine.all()
    assert [kept.name for kept in mine.deleted()] == ["mine"]
    assert mine.restore(key).name == "mine"
    assert not mine.deleted()
    check_refused(lambda: mine.restore(key), "nothing to take back")
    check_refused(lambda: mine.restore("../" + key), "nothing to take back")
    key = mine.delete("mine")
    mine.save("mine", OTHER)
    assert mine.restore(key).name == "mine-2"
    assert mine.find("mine-2").text == TEXT
    key = mine.delete("mine-2")
    later = datetime.now(UTC) + timedelta(days=31)
    monkeypatch.setattr(versions, "datetime", type("Later", (), {"now": staticmethod(lambda zone: later)}))
    mine.save("other", TEXT)  # a save throws away what is too old
    check_refused(lambda: mine.restore(key), "more than 30 days ago")


def test_renaming_and_sharing_take_the_earlier_texts_along_or_keep_them(mine: Library, tmp_path: Path) -> None:
    mine.save("mine", OTHER, replaces=mine.save("mine", TEXT).hash)
    assert mine.rename("mine", "better").text == OTHER
    assert "mine" not in mine.all()
    assert [kept.text for kept in mine.list_versions("better")] == [TEXT]
    assert mine.move("better", "shared").shelf == "shared"
    berta = Library("Berta", tmp_path)
    assert berta.find("better").text == OTHER
    check_refused(lambda: mine.move("better", "shared"), "better is shared already")
    assert berta.restore(berta.delete("better")).shelf == "shared"
    long = "x" * 60
    key = [mine.save(long, TEXT), mine.delete(long)][1]
    mine.save(long, OTHER)
    assert mine.restore(str(key)).name == "x" * 58 + "-2"


def test_earlier_texts_are_kept_up_to_a_number(mine: Library) -> None:
    saved = mine.save("mine", TEXT)
    for number in range(MOST_EARLIER + 5):
        saved = mine.save("mine", TEXT + f"// {number}\n", replaces=saved.hash)
    texts = [kept.text for kept in mine.list_versions("mine")]
    assert len(texts) == MOST_EARLIER
    assert texts[0].endswith(f"// {MOST_EARLIER + 3}\n")


def test_a_broken_file_is_left_out_and_told(mine: Library, tmp_path: Path) -> None:
    mine.save("good", TEXT)
    folder = personal(tmp_path)
    (folder / "bad.cypher").write_text("RETURN 1", "utf-8")
    (folder / "Bad Name.cypher").write_text(TEXT, "utf-8")
    (folder / "latin.cypher").write_bytes(TEXT.replace("Mine", "Käse").encode("latin-1"))
    (folder / "big.cypher").write_text(TEXT + "/" * 500_000, "utf-8")
    (folder / "marked.cypher").write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    (folder / "payments.cypher").write_text(TEXT, "utf-8")
    (folder / "notes.txt").write_text("no query", "utf-8")
    (folder / "folder.cypher").mkdir()
    (tmp_path / "secret.cypher").write_text(TEXT.replace("Mine", "Secret"), "utf-8")
    (folder / "link.cypher").symlink_to(tmp_path / "secret.cypher")
    os.mkfifo(folder / "pipe.cypher")
    assert [*mine.all()][len(load_shipped_queries()) :] == ["good", "marked"]
    assert mine.find("payments") == load_shipped_queries()["payments"]
    assert [query.name for query in mine.list_shadowed()] == ["payments"]
    problems = dict(mine.problems())
    assert {file: rule.split(";")[0] for file, rule in problems.items()} == {
        "Bad Name.cypher": "a name is words in lower case and digits, joined by hyphens, at most 60 letters",
        "bad.cypher": "it must open with a header of // lines",
        "big.cypher": "a query has at most 30,000 letters",
        "folder.cypher": "not a plain file",
        "latin.cypher": "not UTF-8 text",
        "link.cypher": "can't be read as a plain file: Too many levels of symbolic links",
        "pipe.cypher": "not a plain file",
    }
    check_refused(lambda: mine.find("bad"), "bad.cypher: it must open with a header")
    for name in ("bad", "link", "pipe"):
        with pytest.raises(QueryError):
            mine.save(name, TEXT)
    assert (tmp_path / "secret.cypher").read_text("utf-8") != TEXT
    assert mine.rename("payments", "my-payments").title == "Mine"  # made free, nothing lost


def test_ones_own_query_comes_before_a_shared_one_of_its_name(mine: Library, tmp_path: Path) -> None:
    mine.save("same", TEXT)
    berta = Library("Berta", tmp_path)
    berta.save("same", OTHER, shelf="shared")  # she can't see Anna's
    assert mine.find("same").text == mine.all()["same"].text == TEXT
    assert [(query.name, query.shelf) for query in mine.list_shadowed()] == [("same", "shared")]
    assert berta.list_shadowed() == []
    mine.rename("same", "mine")
    assert mine.find("same").text == OTHER


def test_a_shared_folder_may_lie_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "desk"
    folder.mkdir()
    folder.chmod(0o775)
    monkeypatch.setenv(SHARED_FOLDER, str(folder))
    Library("Anna", tmp_path / "a").save("ours", TEXT, shelf="shared")
    assert (folder / "ours.cypher").read_text("utf-8") == TEXT
    assert stat.S_IMODE(folder.stat().st_mode) == 0o775
    assert Library("Berta", tmp_path / "b").find("ours").title == "Mine"


def test_a_folder_that_is_full_or_cant_be_written_is_told(
    mine: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelves, "MOST", 2)
    mine.save("a", TEXT)
    mine.save("b", TEXT)
    check_refused(lambda: mine.save("c", TEXT), "2 queries are saved here already")
    (personal(tmp_path) / "c.cypher").write_text(TEXT, "utf-8")
    assert mine.problems() == [("c.cypher", "this and 0 more files were not read: a folder holds at most 2 queries")]
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(StoreError, match="The query can't be saved"):
        Library("Anna", tmp_path / "file").save("mine", TEXT)


def test_a_damaged_kept_text_harms_nothing(mine: Library, tmp_path: Path) -> None:
    mine.save("mine", TEXT)
    key = mine.delete("mine")
    kept = personal(tmp_path) / "kept"
    (kept / f"{'0' * 32}.json").write_text("{", "utf-8")
    (kept / f"{'1' * 32}.json").write_text('{"name": ["../x"], "text": 1, "user": "", "at": ""}', "utf-8")
    (kept / f"{'2' * 32}.json").write_text('{"name": "../x", "text": "", "user": "", "at": ""}', "utf-8")
    assert [one.key for one in mine.deleted()] == [key]
    check_refused(lambda: mine.restore("2" * 32), "name is words")
    assert mine.restore(key).name == "mine"


def test_reading_a_large_library_is_quick(tmp_path: Path) -> None:
    shelf = QueryStore(tmp_path, "shared", user="")
    for number in range(200):
        (tmp_path / f"query-{number}.cypher").write_text(TEXT + f"// {number}", "utf-8")
    assert len(shelf.read()[0]) == 200
    with limit_time(0.02, busy=True):
        assert len(shelf.read()[0]) == 200
