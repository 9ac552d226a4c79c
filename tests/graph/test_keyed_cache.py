"""The keyed cache alone: its bounds in number, size and time, and the room that each user has in it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from graph import keyed_cache
from graph.keyed_cache import KeyedCache


def test_a_key_leads_to_its_value_until_it_is_taken() -> None:
    cache = KeyedCache[str](9)
    first, second = cache.keep("a"), cache.keep("b")
    assert first != second
    assert (cache.find(first), cache.find(second), cache.find("made up")) == ("a", "b", None)
    assert (cache.take(first), cache.take(first), cache.find(first)) == ("a", None, None)


def test_the_oldest_goes_when_there_are_too_many_also_where_it_was_looked_at() -> None:
    cache = KeyedCache[int](2)
    for n in range(3):
        cache.put(str(n), n)
        assert cache.find("0") == (0 if n < 2 else None)
    cache.put("1", 11)  # anew, so it is not the oldest any more
    cache.put("3", 3)
    assert [cache.find(key) for key in ("1", "2", "3")] == [11, None, 3]


def test_large_values_make_room_for_themselves_and_the_newest_is_always_kept() -> None:
    cache = KeyedCache[str](9, max_size=10, measure=len)
    for key in ("one", "two", "six"):
        cache.put(key, "four")
    assert [bool(cache.find(key)) for key in ("one", "two", "six")] == [False, True, True]
    cache.put("large", "far longer than ten")
    assert [bool(cache.find(key)) for key in ("two", "six", "large")] == [False, False, True]
    cache.put("small", "x")
    assert (cache.find("large"), cache.find("small")) == (None, "x")


def test_nobody_pushes_out_what_another_has_just_asked_for() -> None:
    cache = KeyedCache[str](4, max_size=100, measure=len)
    mine = cache.keep("mine", user="eve")
    others = [cache.keep(f"{n}", user="adam") for n in range(20)]
    assert cache.find(mine) == "mine"
    assert [bool(cache.find(key)) for key in others] == [False] * 17 + [True] * 3
    large = cache.keep("x" * 97, user="adam")  # nothing else has room beside it
    assert [cache.find(key) for key in (mine, *others)] == [None] * 21
    cache.keep("small", user="eve")
    assert cache.find(large) is None


def test_what_is_too_old_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000.0]
    monkeypatch.setattr(keyed_cache, "monotonic", lambda: now[0])
    cache = KeyedCache[str](9, max_age=60)
    cache.put("a", "a")
    now[0] += 40
    cache.put("b", "b")
    assert cache.find("a") == "a"
    now[0] += 40
    assert (cache.find("a"), cache.take("a"), cache.find("b")) == (None, None, "b")


def test_threads_share_it() -> None:
    cache = KeyedCache[int](50)
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(cache.keep, range(2_000)))
        assert sum(value is not None for value in pool.map(cache.find, keys)) == 50
