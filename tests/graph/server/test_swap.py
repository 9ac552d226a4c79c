"""A new database takes the old one's place whole or not at all, wherever the process is killed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.server import swap
from graph.server.place import ServerHome


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


@pytest.fixture
def place(tmp_path: Path) -> ServerHome:
    """A home with an old database, and a new one beside it."""
    place = ServerHome.prepare(tmp_path / "home")
    fill(place, "old")
    fill(swap.get_staging_home(place), "new")
    return place


def fill(place: ServerHome, text: str) -> None:
    for part in swap.PARTS:
        folder = place.root / "data" / part / swap.DATABASE
        folder.mkdir(parents=True)
        (folder / "file").write_text(text)


def read_parts(place: ServerHome) -> list[str]:
    return [
        file.read_text() if (file := place.root / "data" / part / swap.DATABASE / "file").exists() else "none"
        for part in swap.PARTS
    ]


def list_names(place: ServerHome) -> set[str]:
    return {path.name for path in place.root.iterdir()}


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, BaseException], None]:
    """Makes the nth change to the names of files raise, before or after it was made, and the earlier ones pass."""

    def arm(nth: int, error: BaseException, *, after: bool = False) -> None:
        done = 0

        def guarded(name: str) -> None:
            real = getattr(Path, name)

            def change(self: Path, *values: object, **options: object) -> object:
                nonlocal done
                done += 1
                if done == nth and not after:
                    raise error
                answer = real(self, *values, **options)
                if done == nth:
                    raise error
                return answer

            monkeypatch.setattr(Path, name, change)

        for name in ("rename", "replace", "unlink"):
            guarded(name)

    return arm  # type: ignore[return-value] # a Callable can't name options


def test_it_takes_its_place(place: ServerHome) -> None:
    swap.swap(place)
    assert read_parts(place) == ["new", "new"]
    assert list_names(place) == {"data", "conf", "logs", "run"}
    assert not place.swapping.exists()
    swap.recover(place)
    assert read_parts(place) == ["new", "new"]


# The steps: the mark written, four renames, the rest renamed away, the mark removed.
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("nth", range(1, 8))
def test_killed_anywhere_it_is_the_old_one_or_the_new_one(
    place: ServerHome, monkeypatch: pytest.MonkeyPatch, fails: Callable[..., None], nth: int, after: bool
) -> None:
    fails(nth, Killed(), after=after)
    with pytest.raises(Killed):
        swap.swap(place)
    monkeypatch.undo()
    for _ in range(2):
        swap.recover(place)
        assert read_parts(place) == (["old", "old"] if nth == 1 and not after else ["new", "new"])
    assert list_names(place) == {"data", "conf", "logs", "run"}


@pytest.mark.parametrize("second", range(1, 6))
def test_killed_again_while_it_recovers(
    place: ServerHome, monkeypatch: pytest.MonkeyPatch, fails: Callable[..., None], second: int
) -> None:
    fails(3, Killed())
    with pytest.raises(Killed):
        swap.swap(place)
    monkeypatch.undo()
    fails(second, Killed())
    with pytest.raises(Killed):
        swap.recover(place)
    monkeypatch.undo()
    swap.recover(place)
    assert read_parts(place) == ["new", "new"]


@pytest.mark.parametrize("nth", [6, 7])
def test_what_can_not_be_removed_is_removed_next_time(
    place: ServerHome, monkeypatch: pytest.MonkeyPatch, fails: Callable[..., None], nth: int
) -> None:
    fails(nth, PermissionError("in use"))
    swap.swap(place)
    monkeypatch.undo()
    swap.recover(place)
    assert read_parts(place) == ["new", "new"]
    assert list_names(place) == {"data", "conf", "logs", "run"}


@pytest.mark.parametrize("nth", range(1, 6))
def test_files_that_can_not_be_moved_leave_the_old_one(
    place: ServerHome, monkeypatch: pytest.MonkeyPatch, fails: Callable[..., None], nth: int
) -> None:
    fails(nth, PermissionError("in use"))
    with pytest.raises(PermissionError):
        swap.swap(place)
    assert read_parts(place) == ["old", "old"]
    monkeypatch.undo()
    swap.recover(place)
    assert read_parts(place) == ["old", "old"]
    assert list_names(place) == {"data", "conf", "logs", "run"}


def test_half_a_database_is_not_put_anywhere(place: ServerHome) -> None:
    (swap.get_staging_home(place).root / "data" / "transactions" / swap.DATABASE / "file").unlink()
    (swap.get_staging_home(place).root / "data" / "transactions" / swap.DATABASE).rmdir()
    with pytest.raises(FileNotFoundError):
        swap.swap(place)
    assert read_parts(place) == ["old", "old"]


def test_a_home_without_a_database_gets_one(tmp_path: Path) -> None:
    place = ServerHome.prepare(tmp_path / "home")
    fill(swap.get_staging_home(place), "new")
    swap.swap(place)
    assert read_parts(place) == ["new", "new"]


def test_what_a_killed_restore_left_is_removed(place: ServerHome) -> None:
    swap.recover(place)
    assert read_parts(place) == ["old", "old"]
    assert list_names(place) == {"data", "conf", "logs", "run"}
