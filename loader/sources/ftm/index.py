"""What the first pass over a file keeps of each entity, so that the second knows what a link points to.

In memory, ten bytes an entity: 64 bits of a digest of its id, a byte for its type and a byte of marks. Two of ten
million ids share their 64 bits with a chance of 3 in a million; a link would then be judged by a wrong type.
"""

from array import array
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

ABSENT = ""
NO_NODE = "-"  # the type of what becomes claims and no entity: sanctions, passports, links
_TOP, _SEEN, _MATCH, _NEAR = 1, 2, 4, 8


class EntityIndex:
    """By id of a FollowTheMoney entity: the ontology's type it becomes, and marks. Filled first, then read."""

    def __init__(self, types: Iterable[str]) -> None:
        self._types = [ABSENT, NO_NODE, *types]
        self._code = {name: code for code, name in enumerate(self._types)}
        self._filling = (array("Q"), array("B"), array("B"))
        self._keys: npt.NDArray[np.uint64] = np.empty(0, np.uint64)
        self._values: npt.NDArray[np.uint8] = np.empty(0, np.uint8)
        self._marks: npt.NDArray[np.uint8] = np.empty(0, np.uint8)

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, identity: str, type_: str, *, top: bool, match: bool) -> None:
        """Notes an entity; one that comes again is one."""
        keys, values, marks = self._filling
        keys.append(_compute_key(identity))
        values.append(self._code[type_])
        marks.append((_TOP if top else 0) | (_MATCH if match else 0))

    def close(self) -> None:
        """Ends the filling: joins what came more than once, an entity's own line deciding its type."""
        keys, values, marks = (np.frombuffer(part, dtype=part.typecode) for part in self._filling)
        order = np.lexsort((~marks & _TOP, keys))
        keys, values, marks = keys[order], values[order], marks[order]
        first = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else np.empty(0, np.intp)
        self._keys, self._values = keys[first], values[first]
        self._marks = np.bitwise_or.reduceat(marks, first) if len(keys) else np.empty(0, np.uint8)
        self._filling = (array("Q"), array("B"), array("B"))

    def type_of(self, identity: str) -> str:
        """The type an entity of the file becomes, NO_NODE or ABSENT."""
        at = self._find(identity)
        return ABSENT if at < 0 else self._types[self._values[at]]

    def has_own_line(self, identity: str) -> bool:
        """Whether the entity has a line of its own, and does not only stand inside others."""
        return self._marked(identity, _TOP)

    def is_first_time(self, identity: str) -> bool:
        """True when this is asked for the first time of this entity."""
        at = self._find(identity)
        if at < 0 or self._marks[at] & _SEEN:
            return False
        self._marks[at] |= _SEEN
        return True

    def matches(self, identity: str) -> bool:
        """Whether the user's filter takes the entity."""
        return self._marked(identity, _MATCH)

    def take(self, identity: str) -> None:
        """Marks a neighbour of what the filter takes."""
        at = self._find(identity)
        if at >= 0:
            self._marks[at] |= _NEAR

    def taken(self, identity: str) -> bool:
        """Whether the filter takes the entity or a neighbour of it."""
        return self._marked(identity, _MATCH | _NEAR)

    def _marked(self, identity: str, marks: int) -> bool:
        at = self._find(identity)
        return at >= 0 and bool(self._marks[at] & marks)

    def _find(self, identity: str) -> int:
        key = np.uint64(_compute_key(identity))
        at = int(self._keys.searchsorted(key))
        return at if at < len(self._keys) and self._keys[at] == key else -1


def _compute_key(identity: str) -> int:
    return int.from_bytes(blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
