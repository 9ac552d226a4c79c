"""Puts a database that was made beside the old one in its place: all of it or nothing, whenever it is killed.

    restoring/              the new database in a home of its own; nothing of the old one is touched
    run/swapping            written when the new one is whole: from here on the new one counts
    data/ <-> restoring/    the files and the transaction log of both change places, by renaming
    discarded-.../          what `restoring` is called when all is in place; then the mark is removed, and it

Whoever next takes the server lock calls `recover`, which goes on where a killed process stopped: forward to the new
database where there is the mark, back to the old one where there is none.
"""

import shutil
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from graph.home import write_private
from graph.server.place import ServerHome

DATABASE = "neo4j"
PARTS = ("databases", "transactions")  # folders in data/ that hold one of each database


def get_staging_home(place: ServerHome) -> ServerHome:
    """The home, in this home, in which a new database is made."""
    return ServerHome(place.root / "restoring")


def swap(place: ServerHome) -> None:
    """Puts the database of `get_staging_home` in the place of this home's.

    The caller holds the server lock, and neither database is open.
    Raises OSError where files can't be moved; then the old database is where it was.
    """
    for part in PARTS:  # half of a new database must not meet half of the old one
        if not _get_new(place, part).is_dir():
            raise FileNotFoundError(f"there is no {_get_new(place, part)}")
    write_private(place.swapping, "")
    try:
        _move_in(place)
    except OSError:
        place.swapping.unlink()
        _move_back(place)
        raise
    with suppress(OSError):  # the new one counts already; what is left is removed next time
        _discard(place)


def recover(place: ServerHome) -> None:
    """Ends what a killed `swap` began, or removes what was left before it. The caller holds the server lock.

    Raises OSError where files can't be moved; nothing is lost, and the next one tries again.
    """
    if place.swapping.exists():
        _move_in(place)
    else:
        _move_back(place)
    _discard(place)


def _move_in(place: ServerHome) -> None:
    for part in PARTS:
        if _get_new(place, part).exists():  # else it is in its place already
            if _get_current(place, part).exists():
                _rename(_get_current(place, part), _get_old(place, part))
            _rename(_get_new(place, part), _get_current(place, part))


def _move_back(place: ServerHome) -> None:
    for part in PARTS:
        if _get_old(place, part).exists():
            if _get_current(place, part).exists():
                _rename(_get_current(place, part), _get_new(place, part))
            _rename(_get_old(place, part), _get_current(place, part))


def _discard(place: ServerHome) -> None:
    if get_staging_home(place).root.exists():
        get_staging_home(place).root.rename(place.root / f"discarded-{uuid4().hex}")
    place.swapping.unlink(missing_ok=True)
    for left in place.root.glob("discarded-*"):
        shutil.rmtree(left, ignore_errors=True)  # what can't be removed now is removed next time


def _get_current(place: ServerHome, part: str) -> Path:
    return place.root / "data" / part / DATABASE


def _get_new(place: ServerHome, part: str) -> Path:
    return _get_current(get_staging_home(place), part)


def _get_old(place: ServerHome, part: str) -> Path:
    return get_staging_home(place).root / "old" / part / DATABASE


def _rename(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    source.rename(target)
