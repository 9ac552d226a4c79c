"""Which boxes of a layout overlap."""

from collections.abc import Collection, Iterable, Mapping

from explorer.layout.geometry import Box
from explorer.state.canvas import Point


def find_overlaps(
    positions: Mapping[str, Point], room: Mapping[str, Box], ids: Iterable[str] | None = None
) -> list[tuple[str, str]]:
    """The pairs of boxes that overlap."""
    chosen: Collection[str] = sorted(ids if ids is not None else positions)
    names = list(chosen)
    return [
        (a, b) for n, a in enumerate(names) for b in names[n + 1 :] if room[a].hits(positions[a], room[b], positions[b])
    ]
