"""Many records in lists of a bounded length, as a statement or a batch takes them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def split_chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`, the last of which may be shorter; read one list at a time."""
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk
