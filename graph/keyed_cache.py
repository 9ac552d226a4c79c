"""Values kept for a while under keys, bounded in number, in size and in time."""

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from math import inf
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar
from uuid import uuid4

V = TypeVar("V")


@dataclass(frozen=True)
class _Entry(Generic[V]):
    value: V
    user: str
    size: float
    at: float  # seconds of the monotonic clock


class KeyedCache(Generic[V]):
    """The last values, by key. Safe to share between threads.

    It holds `most` values which together are no larger than `max_size`, in the unit of `measure`; the newest is held
    whatever its size. What is older than `max_age` seconds is gone. Where room is needed, the user who fills the most
    of it loses their oldest value, so that nobody's work pushes out what another has just asked for.
    """

    # cachetools has one bound a cache, refuses a value larger than it, and knows no users.

    def __init__(
        self, most: int, *, max_size: float = inf, measure: Callable[[V], float] = lambda _: 0, max_age: float = inf
    ) -> None:
        self._most, self._max_size, self._measure, self._max_age = most, max_size, measure, max_age
        self._lock = Lock()
        self._entries: dict[Hashable, _Entry[V]] = {}  # the oldest first

    def keep(self, value: V, *, user: str = "") -> str:
        """Keeps a value under a random key, which nobody can guess; returns the key."""
        key = uuid4().hex
        self.put(key, value, user=user)
        return key

    def put(self, key: Hashable, value: V, *, user: str = "") -> None:
        """Keeps a value in place of what its key had."""
        entry = _Entry(value, user, self._measure(value), monotonic())
        with self._lock:
            self._entries.pop(key, None)
            self._entries[key] = entry
            self._drop_aged()
            self._drop_excess()

    def find(self, key: Hashable) -> V | None:
        """The value of a key; None where it is not kept (any more)."""
        with self._lock:
            self._drop_aged()
            entry = self._entries.get(key)
        return entry.value if entry else None

    def take(self, key: Hashable) -> V | None:
        """The value of a key, which is not kept from then on; None where it was not."""
        with self._lock:
            self._drop_aged()
            entry = self._entries.pop(key, None)
        return entry.value if entry else None

    def _drop_aged(self) -> None:
        oldest = monotonic() - self._max_age
        while self._entries and self._entries[key := next(iter(self._entries))].at < oldest:
            del self._entries[key]

    def _drop_excess(self) -> None:
        while len(self._entries) > self._most or sum(e.size for e in self._entries.values()) > self._max_size:
            *older, _ = self._entries.items()
            if not older:
                return
            shares: defaultdict[str, float] = defaultdict(float)
            for entry in self._entries.values():
                shares[entry.user] += 1 / self._most + entry.size / self._max_size
            heaviest = max((entry.user for _, entry in older), key=shares.__getitem__)
            del self._entries[next(key for key, entry in older if entry.user == heaviest)]
